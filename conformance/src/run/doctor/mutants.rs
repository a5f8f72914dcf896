//! Inputs that are in no file, made from vectors that were passed: who knows the vectors by heart does not know these.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::Check;
use crate::adapter::{Adapter as _, Answer, AnswerVerdict, Case, Hello, Process, reference};
use crate::run::{Outcome, Row, schedule};
use crate::vectors::filter::Filter;
use crate::vectors::{self, Expect, Expectation, Input, Op, Vector, Verdict};

const ABOUT: &str = "the adapter";

/// Inputs that are asked.
const ASKED: usize = 50;

/// Inputs that are made for them, of which some are known, or outside what the adapter supports.
const MADE: usize = 2000;

/// Operations that take any input.
const OPS: [Op; 3] = [Op::Check, Op::Decode, Op::Recognise];

/// Whether it answers to mutants as the library does. Only who passes every vector of an operation is suspected; for others it is a note.
pub(super) fn check(adapter: &mut Process, passed: &[Vector], seed: u64) -> Option<Check> {
    let hello = adapter.hello().clone();
    let supports = hello.supports.as_deref().and_then(|text| Filter::parse(text).ok());
    let all = vectors::all();
    let asked = mutants(passed, &all, supports.as_ref(), seed);
    if asked.is_empty() {
        return None;
    }
    let rows = schedule::alone(adapter, &asked);
    let differs: Vec<(&Vector, &Row)> = rows
        .iter()
        .filter(|row| row.outcome != Outcome::Pass)
        .filter_map(|row| Some((asked.iter().find(|vector| vector.id == row.vector)?, row)))
        .collect();
    let (count, same) = (asked.len(), asked.len().saturating_sub(differs.len()));
    let what = format!(
        "it answers like the standard on {same} of {count} inputs of seed {seed} that are in no file"
    );
    let check = |why| Some(Check::of(ABOUT, what.clone(), why));
    let Some((vector, row)) = differs.first() else { return check(None) };
    let whole = supports.as_ref().is_none_or(Filter::is_of_inputs);
    // The other operations are not asked again where one is enough.
    let ops: BTreeSet<Op> = differs.iter().map(|(vector, _)| vector.op).collect();
    let known = ops.into_iter().find(|op| whole && passes_all(adapter, &hello, supports.as_ref(), *op, &all));
    let suspect = differs.iter().find(|(vector, _)| Some(vector.op) == known);
    match suspect {
        Some((vector, row)) => {
            let why = told(differs.len(), vector, row);
            check(Some(format!(
                "{why}\nit passes every vector of the operation, and may know them by heart: ask the implementation"
            )))
        }
        None => check(None)?.with(Some(told(differs.len(), vector, row))).into(),
    }
}

fn told(count: usize, vector: &Vector, row: &Row) -> String {
    let detail = row.detail.as_deref().unwrap_or_default();
    format!(
        "{count} differ, the first of them {} of the bytes {}: {detail}",
        vector.op.key(),
        vector.input.hex
    )
}

/// Whether every vector of an operation that the adapter declares is passed.
fn passes_all(
    adapter: &mut Process,
    hello: &Hello,
    supports: Option<&Filter>,
    op: Op,
    all: &[Vector],
) -> bool {
    let declared = all.iter().filter(|vector| {
        vector.op == op
            && vector.expect.under(&hello.policies).is_some()
            && supports.is_none_or(|filter| filter.holds(vector))
    });
    let declared: Vec<Vector> = declared.cloned().collect();
    schedule::alone(adapter, &declared).iter().all(|row| row.outcome == Outcome::Pass)
}

/// The mutants of a seed, each with the answer of the library as its expectation.
fn mutants(passed: &[Vector], all: &[Vector], supports: Option<&Filter>, seed: u64) -> Vec<Vector> {
    let parents: Vec<&Vector> = passed.iter().filter(|vector| OPS.contains(&vector.op)).collect();
    let mut known: BTreeSet<String> = all.iter().map(|vector| vector.input.name().to_owned()).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut made = Vec::new();
    for number in 0..MADE {
        if made.len() == ASKED {
            break;
        }
        let Some(parent) = parents.get(below(&mut random, parents.len())) else { break };
        let mut octets = parent.input.octets().unwrap_or_default();
        for _ in 0..=below(&mut random, 3) {
            change(&mut random, &mut octets);
        }
        let id = format!("{}-mutant-{number}", parent.id);
        let mut vector = Vector { id, input: Input::of(&octets), ..(*parent).clone() };
        let answer = reference::answer(&Case::of(&vector));
        let Some(expected) = expected(answer) else { continue };
        vector.expect = Expect::Always(expected);
        let inside = supports.is_none_or(|filter| filter.holds(&vector));
        if inside && known.insert(vector.input.name().to_owned()) {
            made.push(vector);
        }
    }
    made
}

/// What the standard fixes whatever else is wrong with an input; the reason and the places are not compared.
fn expected(answer: Answer) -> Option<Expectation> {
    let verdict = match answer.verdict {
        AnswerVerdict::Accept => Verdict::Accept,
        AnswerVerdict::Reject => Verdict::Reject,
        AnswerVerdict::Unsupported | AnswerVerdict::Error => return None,
    };
    let Answer { value, disposition, findings, .. } = answer;
    let value = value.filter(|_| verdict == Verdict::Accept);
    Some(Expectation { verdict, error: None, value, disposition, findings, spans: None })
}

/// Changes one ASCII letter or digit, or what is beside it; UTF-8 stays UTF-8.
fn change(random: &mut ChaCha8Rng, octets: &mut Vec<u8>) {
    let places: Vec<usize> = octets
        .iter()
        .enumerate()
        .filter(|(_, octet)| octet.is_ascii_alphanumeric())
        .map(|(at, _)| at)
        .collect();
    let digit = b"0123456789".get(below(random, 10)).copied().unwrap_or(b'0');
    let kind = below(random, 5);
    let Some(at) = places.get(below(random, places.len())).copied() else { return octets.push(digit) };
    let next = at.saturating_add(1);
    match kind {
        0 | 1 => {
            if let Some(octet) = octets.get_mut(at) {
                *octet = digit;
            }
        }
        2 if octets.get(next).is_some_and(u8::is_ascii) => octets.swap(at, next),
        3 => drop(octets.remove(at)),
        _ => octets.insert(at, digit),
    }
}

fn below(random: &mut ChaCha8Rng, bound: usize) -> usize {
    let bound = u64::try_from(bound).unwrap_or(u64::MAX);
    random.next_u64().checked_rem(bound).and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutants_belong_to_their_seed_and_are_in_no_file() {
        let all = vectors::all();
        let supports = Filter::parse("op(decode, recognise) & grammar(emv-mpm)").expect("a filter");
        let inputs = |seed| {
            let made = mutants(&all, &all, Some(&supports), seed);
            assert!(made.iter().all(|vector| supports.holds(vector)));
            let inputs: BTreeSet<String> = made.into_iter().map(|vector| vector.input.hex).collect();
            assert_eq!(inputs.len(), ASKED);
            assert!(all.iter().all(|vector| !inputs.contains(&vector.input.hex)));
            inputs
        };
        assert_eq!(inputs(1), inputs(1));
        assert_ne!(inputs(1), inputs(2));
        assert!(mutants(&[], &all, None, 1).is_empty());
    }

    #[test]
    fn a_change_takes_any_input() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for octets in [&b""[..], b"\xFF", "\u{8336}".as_bytes(), b"0", b"00\xFF"] {
            for _ in 0..100 {
                let mut changed = octets.to_vec();
                change(&mut random, &mut changed);
                assert_eq!(std::str::from_utf8(&changed).is_ok(), std::str::from_utf8(octets).is_ok());
            }
        }
    }
}
