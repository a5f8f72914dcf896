//! What a baseline says of a run: which failures are known, and which entries no longer hold.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::file::Entry;
use super::{Baseline, Outcome, last_day};
use crate::run::{Row, Stale};

/// Marks known failures, and tells entries that no longer hold, by vector. `ids` are those of every vector of the edition: what an entry names beside
/// them does not exist, whatever was chosen.
pub(crate) fn apply(rows: &mut [Row], baseline: &Baseline, today: Date, ids: &BTreeSet<&str>) -> Vec<Stale> {
    let mut rows: BTreeMap<String, &mut Row> = rows.iter_mut().map(|row| (row.vector.clone(), row)).collect();
    let mut found = Vec::new();
    for entry in &baseline.entries {
        for (vector, expected) in &entry.vectors {
            let why = match rows.get_mut(vector) {
                None if ids.contains(vector.as_str()) => None,
                None => Some("no vector has this id: take the entry out".to_owned()),
                Some(row) if row.outcome == Outcome::NotRun => None,
                Some(row) => {
                    let why = differs(row.outcome, *expected).or_else(|| ends(entry, today));
                    if why.is_none() {
                        row.known = Some(entry.known());
                    }
                    why
                }
            };
            found.extend(why.map(|why| Stale { vector: vector.clone(), why }));
        }
    }
    found.sort_unstable_by(|a, b| a.vector.cmp(&b.vector));
    found
}

/// Why an entry does not hold on a day, whatever it expects.
fn ends(entry: &Entry, today: Date) -> Option<String> {
    let Entry { expires, issue, .. } = entry;
    let last = last_day(today);
    if *expires <= today {
        let why = "repair the failure, or look at";
        return Some(format!("the entry expired on {expires}: {why} {issue} and give the entry another day"));
    }
    (*expires > last).then(|| {
        format!("the entry expires more than two years ahead: give it a day until {last}, not {expires}")
    })
}

/// Why an outcome is not what an entry says.
fn differs(outcome: Outcome, expected: Outcome) -> Option<String> {
    match outcome {
        outcome if outcome == expected => None,
        Outcome::Pass => Some("it passes: take the entry out".to_owned()),
        Outcome::Unsupported => Some("the adapter does not support it: take the entry out".to_owned()),
        outcome => Some(format!(
            "it is {}, and the entry says {}: look at it, then put the entry right",
            outcome.key(),
            expected.key()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "version = 1\n[[known]]\nreason = \"r\"\nowner = \"o\"\nissue = \"#7\"\nexpires = \"2027-11-30\"\n\
        [known.vectors]\n\"a\" = \"crash\"\n\"b\" = \"hang\"\n";

    fn row(vector: &str, outcome: Outcome) -> Row {
        let vector = vector.to_owned();
        Row { vector, rev: 1, outcome, detail: None, got: None, stderr: None, known: None }
    }

    /// `a` and `b` stand in the baseline; the result is which rows are known, and what is stale. Without `b` in `ids` no vector has this id.
    fn check(outcomes: [Option<Outcome>; 2], today: &str, ids: &[&str], known: &str, stale: &[(&str, &str)]) {
        let baseline = Baseline::parse("k", TEXT).expect("a baseline");
        let mut rows: Vec<Row> =
            ["a", "b"].iter().zip(outcomes).filter_map(|(id, outcome)| Some(row(id, outcome?))).collect();
        let ids = ids.iter().copied().collect();
        let found = apply(&mut rows, &baseline, today.parse().expect("a day"), &ids);
        let marked: String =
            rows.iter().filter(|row| row.known.is_some()).map(|row| row.vector.as_str()).collect();
        assert_eq!(marked, known, "{outcomes:?}");
        let found: Vec<(&str, &str)> =
            found.iter().map(|stale| (stale.vector.as_str(), stale.why.as_str())).collect();
        assert_eq!(found, stale, "{outcomes:?}");
    }

    #[test]
    fn an_entry_holds_or_is_stale() {
        let (a, b) = (Some(Outcome::Crash), Some(Outcome::Hang));
        check([a, b], "2027-11-29", &["a", "b"], "ab", &[]);
        let expired = "the entry expired on 2027-11-30: repair the failure, or look at #7 and give the entry another day";
        check([a, b], "2027-11-30", &["a", "b"], "", &[("a", expired), ("b", expired)]);
        check(
            [a, Some(Outcome::Pass)],
            "2026-01-01",
            &["a", "b"],
            "a",
            &[("b", "it passes: take the entry out")],
        );
        check(
            [a, Some(Outcome::Pass)],
            "2028-01-01",
            &["a", "b"],
            "",
            &[("a", expired), ("b", "it passes: take the entry out")],
        );
        let unsupported = "the adapter does not support it: take the entry out";
        check([Some(Outcome::Unsupported), b], "2026-01-01", &["a", "b"], "b", &[("a", unsupported)]);
        let otherwise = "it is hang, and the entry says crash: look at it, then put the entry right";
        check([b, b], "2026-01-01", &["a", "b"], "b", &[("a", otherwise)]);
        check([a, None], "2026-01-01", &["a"], "a", &[("b", "no vector has this id: take the entry out")]);
        check([a, None], "2026-01-01", &["a", "b"], "a", &[]);
        check([a, b], "2025-11-30", &["a", "b"], "ab", &[]);
        let far =
            "the entry expires more than two years ahead: give it a day until 2027-11-29, not 2027-11-30";
        check([a, b], "2025-11-29", &["a", "b"], "", &[("a", far), ("b", far)]);
        check([a, Some(Outcome::NotRun)], "2028-01-01", &["a", "b"], "", &[("a", expired)]);
    }
}
