//! Wrong expectations, made of right ones that the adapter meets: each has to be found out.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Check;
use crate::adapter::{Adapter, Feature, Hello, Process};
use crate::run::{Outcome, Row, schedule};
use crate::vectors::filter::Filter;
use crate::vectors::{Expect, Expectation, Op, Vector, Verdict};

const ABOUT: &str = "the expectations, made wrong";

/// Vectors of each operation and verdict that are asked, evenly out of all.
const ASKED: usize = 8;

/// What an adapter was asked, and what it passed.
#[derive(Debug)]
pub(super) struct Passed {
    asked: usize,
    pub(super) vectors: Vec<Vector>,
    /// The first that it did not pass.
    failed: Option<Row>,
    /// Operations of which both verdicts were expected, and one alone was given.
    one_way: Vec<(Op, String)>,
}

impl Passed {
    /// How many vectors it did not pass.
    pub(super) fn failed(&self) -> usize {
        self.asked.saturating_sub(self.vectors.len())
    }
}

/// Asks some of what the adapter declares.
pub(super) fn passed(adapter: &mut Process) -> Passed {
    let all = crate::vectors::all();
    let supports = adapter.hello().supports.as_deref().and_then(|text| Filter::parse(text).ok());
    let hello = adapter.hello().clone();
    let mut asked: Vec<Vector> = Vec::new();
    for op in Op::ALL.iter().filter(|op| hello.ops.contains(op)) {
        for verdict in Verdict::ALL {
            let of_both = |vector: &&Vector| {
                vector.op == *op
                    && vector.expect.under(&hello.policies).is_some_and(|expect| expect.verdict == *verdict)
                    && supports.as_ref().is_none_or(|filter| filter.holds(vector))
            };
            let chosen: Vec<&Vector> = all.iter().filter(of_both).collect();
            let step = chosen.len().div_ceil(ASKED).max(1);
            asked.extend(chosen.into_iter().step_by(step).cloned());
        }
    }
    let rows = schedule::alone(adapter, &asked);
    let count = asked.len();
    let one_way =
        hello.ops.iter().filter_map(|op| Some((*op, one_way(*op, &hello, &asked, &rows)?))).collect();
    let passes =
        |vector: &Vector| rows.iter().any(|row| row.vector == vector.id && row.outcome == Outcome::Pass);
    asked.retain(passes);
    let failed = rows.into_iter().find(|row| row.outcome != Outcome::Pass);
    Passed { asked: count, vectors: asked, failed, one_way }
}

/// The only verdict that was given for an operation, where the other one was expected too.
fn one_way(op: Op, hello: &Hello, asked: &[Vector], rows: &[Row]) -> Option<String> {
    let (mut expected, mut given) = (BTreeSet::new(), BTreeSet::new());
    for vector in asked.iter().filter(|vector| vector.op == op) {
        let verdict = vector.expect.under(&hello.policies)?.verdict.key();
        expected.insert(verdict);
        let row = rows.iter().find(|row| row.vector == vector.id)?;
        let got = row.got.as_ref().and_then(|got| got.get("verdict")?.as_str());
        given.extend(if row.outcome == Outcome::Pass { Some(verdict) } else { got }.map(str::to_owned));
    }
    let only = given.first().filter(|_| given.len() == 1 && expected.len() > 1);
    only.filter(|verdict| expected.contains(verdict.as_str())).cloned()
}

/// Whether it accepts something and rejects something; nothing is said of one that is asked for one of them alone.
pub(super) fn both_ways(passed: &Passed) -> Option<Check> {
    let why = passed.one_way.iter().map(|(op, verdict)| {
        format!("{}: every answer is `{verdict}`, and the vectors expect both: give the implementation's own verdict", op.key())
    });
    let why: Vec<String> = why.collect();
    let why = (!why.is_empty()).then(|| why.join("\n"));
    (!passed.vectors.is_empty())
        .then(|| Check::of("the adapter", "it does not give one verdict alone for an operation", why))
}

pub(super) fn some_pass(passed: &Passed) -> Check {
    let count = passed.asked;
    let what = format!("it passes {} of {count} vectors that it declares", passed.vectors.len());
    let note = passed.failed.as_ref().filter(|_| !passed.vectors.is_empty()).map(|row| {
        let count = passed.failed();
        format!("{count} vectors fail, the first of them {}: see `upqr run`", row.vector)
    });
    let why = passed.vectors.is_empty().then(|| match &passed.failed {
        None => "`ops` and `supports` of its `hello` leave no vector: declare what it can do".to_owned(),
        Some(row) => {
            let detail = row.detail.as_deref().unwrap_or_default();
            let outcome = row.outcome.key();
            format!(
                "an adapter that passes no vector proves nothing: mend it first, beginning with {}: {outcome}: {detail}",
                row.vector
            )
        }
    });
    Check::of("the adapter", what, why).with(note)
}

/// A way to make an expectation wrong, the outcome that it has to lead to, and the feature without which nobody looks.
type Canary = (&'static str, Outcome, Option<Feature>, fn(&mut Expectation) -> Option<()>);

const CANARIES: [Canary; 7] = [
    ("the other verdict", Outcome::WrongVerdict, None, |expect| {
        *expect = Expectation {
            verdict: if expect.verdict == Verdict::Accept { Verdict::Reject } else { Verdict::Accept },
            error: None,
            value: None,
            disposition: None,
            findings: None,
            spans: None,
        };
        Some(())
    }),
    ("another code", Outcome::WrongReason, Some(Feature::ErrorCode), |expect| {
        expect.error.as_mut()?.code.push_str("-not");
        Some(())
    }),
    ("another offset", Outcome::WrongReason, Some(Feature::Offset), |expect| {
        let offset = expect.error.as_mut()?.offset.as_mut()?;
        *offset = offset.saturating_add(1);
        Some(())
    }),
    ("another value", Outcome::WrongValue, Some(Feature::Value), |expect| {
        let value = expect.value.as_mut()?;
        *value = other(value);
        Some(())
    }),
    ("another disposition", Outcome::WrongValue, Some(Feature::Disposition), |expect| {
        expect.disposition.as_mut()?.push_str("-not");
        Some(())
    }),
    ("one finding more", Outcome::WrongReason, Some(Feature::Findings), |expect| {
        expect.findings.as_mut()?.push("UPQR-XXX-000".to_owned());
        Some(())
    }),
    ("a span elsewhere", Outcome::WrongReason, Some(Feature::Spans), |expect| {
        let span = expect.spans.as_mut()?.first_mut()?;
        span.offset = span.offset.saturating_add(1);
        Some(())
    }),
];

/// A value that is like another one and is not it.
fn other(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{text} ")),
        Value::Array(items) => items.iter().cloned().chain([json!(0)]).collect(),
        Value::Object(object) => {
            let mut object = object.clone();
            object.insert("not".to_owned(), json!(true));
            Value::Object(object)
        }
        _ => json!("not"),
    }
}

/// Each wrongness that the adapter's features let anybody see, with all vectors that have something to make wrong.
pub(super) fn checks(adapter: &mut Process, passed: &[Vector]) -> Vec<Check> {
    let hello = adapter.hello().clone();
    let seen = CANARIES.iter().filter(|(_, _, feature, _)| feature.is_none_or(|feature| hello.has(feature)));
    seen.filter_map(|canary| check(adapter, &hello, passed, canary)).collect()
}

fn check(
    adapter: &mut Process,
    hello: &Hello,
    passed: &[Vector],
    (what, outcome, _, wrong): &Canary,
) -> Option<Check> {
    let made = passed.iter().filter_map(|vector| {
        let mut expect = vector.expect.under(&hello.policies)?.clone();
        wrong(&mut expect)?;
        Some(Vector { expect: Expect::Always(expect), ..vector.clone() })
    });
    let made: Vec<Vector> = made.collect();
    let rows = schedule::alone(adapter, &made);
    // Who reads a picture of which nothing was expected, misreads it.
    let same = |row: &&Row| {
        row.outcome == *outcome || (*outcome == Outcome::WrongVerdict && row.outcome == Outcome::Misread)
    };
    let missed = rows.iter().find(|row| !same(row));
    let why = missed.map(|row| {
        let (id, got) = (&row.vector, row.outcome.key());
        format!(
            "{id}: expected {}, got {got}: its answers change, or this command does not compare them",
            outcome.key()
        )
    });
    let what = format!("{what}: {} in {} cases", outcome.key(), made.len());
    (!made.is_empty()).then(|| Check::of(ABOUT, what, why))
}
