//! What every adapter has to stand, whatever it implements.

use serde_json::{Map, Value, json};

use super::Check;
use crate::adapter::{Adapter, AnswerVerdict, Case, Delivery, Limits, Process, Settings};
use crate::exit::Stop;
use crate::vectors::{Op, Vector};

const ABOUT: &str = "the adapter";

/// Bytes of an input that is far beyond any code.
const LONG: usize = 200_000;

pub(super) fn checks(
    settings: &Settings,
    adapter: &mut Process,
    passed: &[Vector],
) -> Result<Vec<Check>, Stop> {
    let mut checks = vec![same(settings, adapter, passed)?];
    let op = adapter.hello().ops.first().copied().unwrap_or(Op::Decode);
    let op = if adapter.hello().ops.contains(&Op::Decode) { Op::Decode } else { op };
    let none = Map::new();
    let unknown: Map<String, Value> =
        [("colour".to_owned(), json!("of the bike shed"))].into_iter().collect();
    let plain = b"00020101021126".to_vec();
    for (what, octets, options, may_fail) in [
        ("an empty input", Vec::new(), &none, false),
        ("an input of 200 KB", b"0".repeat(LONG), &none, false),
        ("an input that is not UTF-8", b"0002\xFF\xFE\x80".to_vec(), &none, false),
        // It may be an error of the call, as long as it is told.
        ("an option that nobody knows", plain, &unknown, true),
    ] {
        let case = Case { op, octets, options };
        let why = asked(adapter, &[case]).into_iter().next().and_then(|delivery| broken(delivery, may_fail));
        checks.push(Check::of(ABOUT, format!("it answers {what} ({})", op.key()), why));
    }
    Ok(checks)
}

/// Why a delivery is no answer of one who still stands.
fn broken(delivery: Option<Delivery>, may_fail: bool) -> Option<String> {
    let why = match delivery? {
        Delivery::Answer(answer) if answer.verdict == AnswerVerdict::Error && !may_fail => {
            format!("it says that it failed: {}", answer.message.as_deref().unwrap_or("it does not say why"))
        }
        Delivery::Answer(_) => return None,
        Delivery::Failed(failure) => match failure.stderr {
            Some(stderr) => format!("{}; it wrote:\n{stderr}", failure.detail),
            None => failure.detail,
        },
    };
    Some(format!("{why}\nreject such an input, and let nothing that is thrown end the adapter"))
}

/// Whether another process gives the same answers, last question first and as many at once as it declares.
fn same(settings: &Settings, adapter: &mut Process, passed: &[Vector]) -> Result<Check, Stop> {
    let limits = Limits { in_flight: 1, ..settings.limits };
    let mut other = Process::start(Settings { limits, ..settings.clone() })?;
    let one_by_one = answers(&mut other, passed.iter());
    // Twice in a row and backwards, so that no count of questions gives the same answers by chance.
    let mut pipelined = answers(adapter, passed.iter().rev().flat_map(|vector| [vector, vector]));
    pipelined.reverse();
    let pairs = passed.iter().zip(one_by_one.iter().zip(pipelined.chunks(2)));
    let differs = pairs.into_iter().find(|(_, (one, twice))| twice.iter().any(|other| other != *one));
    let why = differs.map(|(vector, _)| {
        format!("{}: another answer in another order: keep nothing from one question to the next", vector.id)
    });
    let in_flight = adapter.hello().in_flight;
    let what =
        format!("it gives the same {} answers in another order, up to {in_flight} at once", passed.len());
    Ok(Check::of(ABOUT, what, why))
}

/// The answers in the order of the questions, without what they say to a person; `Null` for a failure.
fn answers<'v>(adapter: &mut Process, vectors: impl Iterator<Item = &'v Vector>) -> Vec<Value> {
    let cases: Vec<Case<'_>> = vectors.map(Case::of).collect();
    let told = |delivery| match delivery {
        Some(Delivery::Answer(mut answer)) => {
            answer.message = None;
            serde_json::to_value(answer).unwrap_or_default()
        }
        _ => Value::Null,
    };
    asked(adapter, &cases).into_iter().map(told).collect()
}

fn asked(adapter: &mut Process, cases: &[Case<'_>]) -> Vec<Option<Delivery>> {
    let mut deliveries: Vec<Option<Delivery>> = cases.iter().map(|_| None).collect();
    adapter.ask(cases, &mut |place, delivery| {
        if let Some(slot) = deliveries.get_mut(place) {
            *slot = Some(delivery);
        }
    });
    deliveries
}

/// Whether it goes when it is told to.
pub(super) fn ends(adapter: Process) -> Check {
    let why = "it was ended by a signal: end at `bye`, and where the standard input ends";
    let why = (!adapter.finish()).then(|| why.to_owned());
    Check::of(ABOUT, "it ends within a second of `bye`", why)
}
