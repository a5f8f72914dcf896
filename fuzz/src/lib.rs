//! What the fuzz targets check. The same functions replay the corpora in `cargo test`, so they know nothing of libFuzzer.
//!
//! Each module is one target; its `check` takes the fuzzer's bytes and panics where a law is broken.

pub mod cpm;
pub mod mpm_objects;
pub mod mpm_text;
pub mod recognise;
pub mod unify_restore;

mod draw;
mod laws;
