//! `upqr run`: puts every vector to an implementation, and says what came of each.

mod arguments;
pub(crate) mod baseline;
mod command;
pub(crate) mod doctor;
mod journal;
pub(crate) mod judge;
mod ladder;
mod partition;
mod reading;
mod record;
mod schedule;

pub(crate) use arguments::{Arguments, Target};
pub(crate) use command::{INTERRUPTED, run};
pub(crate) use judge::{Judgement, Outcome, judge};
pub(crate) use reading::is_standard;
pub(crate) use record::{Header, Known, Line, RECORD, Row, Run, Stale};
