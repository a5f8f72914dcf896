//! Adapters: the one seam between the runner and an implementation, in this process or in another.

mod child;
pub(crate) mod guardian;
mod known;
mod misbehave;
pub(crate) mod pictures;
mod process;
mod protocol;
pub(crate) mod reference;
pub(crate) mod serve;
mod settings;
mod sound;
mod unique;
mod wire;

pub(crate) use process::Process;
pub(crate) use protocol::{Answer, AnswerFault, AnswerVerdict, Feature, Hello, PROTOCOL};
use serde_json::{Map, Value};
pub(crate) use settings::{Limits, Settings};

use crate::exit::Stop;
use crate::run::Target;
use crate::vectors::{Op, Vector};

/// What an implementation is asked. It never learns which vector this is, nor what is expected.
#[derive(Clone, Debug)]
pub(crate) struct Case<'v> {
    pub(crate) op: Op,
    /// Of a picture, its file.
    pub(crate) octets: Vec<u8>,
    pub(crate) options: &'v Map<String, Value>,
}

impl<'v> Case<'v> {
    pub(crate) fn of(vector: &'v Vector) -> Self {
        let octets = vector
            .input
            .octets()
            .expect("the lint holds every input to hexadecimal digits, or to a picture that is there");
        Self { op: vector.op, octets, options: &vector.options }
    }
}

/// What came of a case.
#[derive(Clone, Debug)]
pub(crate) enum Delivery {
    Answer(Answer),
    /// The implementation failed where it should have answered.
    Failed(Failure),
}

/// A failure that is no answer, in a sentence, with the end of what the adapter wrote to its error stream.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) detail: String,
    pub(crate) stderr: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// The process ended, or said that it failed.
    Crash,
    /// No answer before the deadline.
    Hang,
    /// More output than any answer needs.
    Flood,
    /// Something that the protocol does not allow.
    Protocol,
    /// Never asked, because the adapter was given up or the run was interrupted.
    NotRun,
}

/// An implementation under test.
pub(crate) trait Adapter {
    /// Who it is, and what it says it can do.
    fn hello(&self) -> &Hello;

    /// Asks each case and delivers exactly once for each, by its place in `cases`, in any order.
    fn ask(&mut self, cases: &[Case<'_>], deliver: &mut dyn FnMut(usize, Delivery));
}

/// The implementation that is asked for, which has said who it is; it is no other one's process, however often it is opened.
pub(crate) fn open(target: &Target) -> Result<Box<dyn Adapter + Send>, Stop> {
    start(Settings::of(target)?)
}

/// The implementation that settings describe; without any it is the reference.
pub(crate) fn start(settings: Option<Settings>) -> Result<Box<dyn Adapter + Send>, Stop> {
    Ok(match settings {
        None => Box::new(reference::Reference::new()),
        Some(settings) => Box::new(Process::start(settings)?),
    })
}
