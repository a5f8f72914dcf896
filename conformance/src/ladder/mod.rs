//! Damage ladders: images of a symbol that are harder to read with every step.

mod arguments;
mod command;
mod damage;
mod dice;
mod each;
mod folder;
mod kind;
mod payloads;
mod pixel;
mod scene;
mod sheet;
mod subject;
mod symbol;
#[cfg(test)]
mod tests;

pub(crate) use arguments::Arguments;
pub(crate) use command::{bar, run};
pub(crate) use each::{cores, each};
pub(crate) use kind::{Kind, named};
pub(crate) use payloads::numbered;
pub(crate) use pixel::png;
pub(crate) use subject::Subject;
