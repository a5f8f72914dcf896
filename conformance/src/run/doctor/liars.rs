//! Adapters of this command that are wrong in one way each: the runner has to find out all of them.

use std::time::Duration;

use super::{Check, this};
use crate::adapter::reference::symbol;
use crate::adapter::{Limits, Process, Settings, guardian};
use crate::exit::Stop;
use crate::run::{Outcome, schedule};
use crate::vectors::{self, Vector};

const ABOUT: &str = "the runner, tried on liars";

/// What is asked: one that is to be accepted, of 90 bytes, and one that is to be rejected, of 94: only the first length is a multiple of three.
const ASKED: [&str; 2] = ["decode-0003-two-byte-characters", "decode-0052-length-half-at-end"];

/// An answer that never comes is waited for so long.
const SHORT: Duration = Duration::from_millis(300);

/// A kind of `upqr adapter --misbehave`, what it does, and what the acceptance and the rejection deserve.
type Liar = (&'static str, &'static str, [Outcome; 2]);

const fn both(kind: &'static str, what: &'static str, outcome: Outcome) -> Liar {
    (kind, what, [outcome, outcome])
}

const LIARS: [Liar; 26] = [
    ("always-accept", "accepts everything", [Outcome::Pass, Outcome::WrongVerdict]),
    ("always-reject", "rejects everything", [Outcome::WrongVerdict, Outcome::Pass]),
    ("wrong-code", "rejects for another reason", [Outcome::Pass, Outcome::WrongReason]),
    ("wrong-offset", "rejects one byte further", [Outcome::Pass, Outcome::WrongReason]),
    ("wrong-value", "answers with the input", [Outcome::WrongValue, Outcome::Pass]),
    ("lossy", "loses a byte", [Outcome::Lossy, Outcome::Pass]),
    ("feature-liar", "leaves out what it declares", [Outcome::WrongValue, Outcome::WrongReason]),
    both("unsupported-all", "answers `unsupported` to what it declares", Outcome::ProtocolError),
    both("says-error", "says that it failed", Outcome::Crash),
    both("crash", "ends at every question", Outcome::Crash),
    both("killed", "ends by a signal", Outcome::Crash),
    both("partial-line", "ends in the middle of an answer", Outcome::Crash),
    ("crash-some", "ends at one of two questions in flight", [Outcome::Crash, Outcome::Pass]),
    ("hang-some", "never answers one of two questions in flight", [Outcome::Hang, Outcome::Pass]),
    both("ignore-signals", "never answers, and ignores signals", Outcome::Hang),
    both("huge-line", "writes without end", Outcome::Flood),
    both("bad-json", "writes to the standard output what is no answer", Outcome::ProtocolError),
    both("not-utf8", "answers in another encoding", Outcome::ProtocolError),
    both("echo", "answers with the question", Outcome::ProtocolError),
    both("wrong-id", "answers another question", Outcome::ProtocolError),
    both("wrong-nonce", "answers without having read the question", Outcome::ProtocolError),
    both("two-verdicts", "answers with two verdicts in one object", Outcome::ProtocolError),
    both("accepts-with-error", "accepts with an error", Outcome::ProtocolError),
    both("daemon", "starts what detaches itself, and is right", Outcome::Pass),
    both("kill-parent", "ends what watches it, and is right", Outcome::Pass),
    both("reorder", "answers in another order, and is right", Outcome::Pass),
];

/// Kinds that do not get as far as a question.
const NEVER_START: [(&str, &str); 7] = [
    ("bad-hello", "says hello to somebody else"),
    ("old-protocol", "speaks another version of the protocol"),
    ("unknown-op", "declares an operation that there is not"),
    ("deep-supports", "declares a filter that fills a stack"),
    ("chooses-by-answer", "declares what it answers right, and not what it is asked"),
    ("controls-name", "has a name that acts on a terminal"),
    ("no-hello", "says nothing"),
];

pub(super) fn checks() -> Result<Vec<Check>, Stop> {
    let all = vectors::all();
    let asked = ASKED.iter().filter_map(|id| all.iter().find(|vector| vector.id == *id));
    let asked: Vec<Vector> = asked.cloned().collect();
    let mut checks = Vec::new();
    for (kind, what, deserved) in &LIARS {
        let settings = liar(kind)?;
        let mut adapter = Process::start(settings)?;
        let got: Vec<Outcome> = schedule::alone(&mut adapter, &asked).iter().map(|row| row.outcome).collect();
        drop(adapter);
        symbol::end();
        let left = guardian::left();
        let why = if got != deserved {
            Some(format!("expected {}, got {}", keys(deserved), keys(&got)))
        } else if left > 0 {
            Some(format!("{left} processes are left of it"))
        } else {
            None
        };
        let deserved = keys(deserved);
        checks.push(Check::of(ABOUT, format!("one that {what}: {deserved}"), why.map(|why| told(&why))));
    }
    for (kind, what) in NEVER_START {
        let started = Process::start(liar(kind)?).is_ok();
        let why = started.then(|| told("it was taken for an adapter"));
        checks.push(Check::of(ABOUT, format!("one that {what}: not started"), why));
    }
    Ok(checks)
}

/// The settings of a liar; those that keep the runner waiting do so for a short time.
fn liar(kind: &str) -> Result<Settings, Stop> {
    let settings = this(&["--misbehave", kind])?;
    let limits = match kind {
        "hang-some" | "ignore-signals" => Limits { case: SHORT, ..settings.limits },
        "no-hello" => Limits { start: SHORT, ..settings.limits },
        _ => settings.limits,
    };
    Ok(Settings { limits, ..settings })
}

fn told(why: &str) -> String {
    format!("{why}: this command is at fault, and its results mean nothing until it is mended")
}

fn keys(outcomes: &[Outcome]) -> String {
    let keys: Vec<&str> = outcomes.iter().map(|outcome| outcome.key()).collect();
    keys.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::Verdict;

    #[test]
    fn the_questions_are_what_the_liars_need() {
        let all = vectors::all();
        for (id, (verdict, third)) in ASKED.iter().zip([(Verdict::Accept, true), (Verdict::Reject, false)]) {
            let vector = all.iter().find(|vector| vector.id == *id).expect("a vector");
            assert!(vector.expect.each().iter().all(|expect| expect.verdict == verdict), "{id}");
            assert_eq!(vector.input.octets().expect("hexadecimal").len().is_multiple_of(3), third, "{id}");
        }
    }
}
