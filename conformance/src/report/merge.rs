//! Several records of one implementation as one: the shares of a run that was split, or parts that were run one after another.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::exit::Stop;
use crate::run::{Header, Row, Run, Stale};

/// A record and the file that it was read from.
pub(crate) type Named = (String, Run);

/// Makes one record; files that do not belong together, or contradict each other, are named.
pub(crate) fn merge(records: &[Named]) -> Result<Run, Stop> {
    let Some(((first_name, first), others)) = records.split_first() else {
        return Err(Stop::Usage("there is nothing to merge: give the records of a run".to_owned()));
    };
    for (name, run) in others {
        if let Some(member) = differs(&first.header, &run.header) {
            let why = format!(
                "{first_name} and {name} are not of one run: `{member}` differs, so they cannot be one record"
            );
            return Err(Stop::Usage(why));
        }
    }
    one_selection(records)?;
    let rows = rows(records)?;
    let missing = missing(records);
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let header = Header {
        filter: agreed(records.iter().map(|(_, run)| run.header.filter.as_deref()), " | "),
        partition: partition(records),
        cases: count.saturating_add(missing),
        ..first.header.clone()
    };
    Ok(Run { header, rows, stale: stale(records), complete: missing == 0 })
}

/// The first member that has to be the same in every part and is not.
fn differs(one: &Header, other: &Header) -> Option<&'static str> {
    let members = |header: &Header| {
        [
            ("adapter", json!(header.adapter)),
            ("vectors", json!(header.vectors)),
            ("upqr", json!(header.upqr)),
            ("repeat", json!(header.repeat)),
        ]
    };
    let pairs = members(one).into_iter().zip(members(other));
    pairs.into_iter().find_map(|((member, one), (_, other))| (one != other).then_some(member))
}

/// Refuses shares beside what is no share of the same cases: together they would look like everything.
fn one_selection(records: &[Named]) -> Result<(), Stop> {
    let Some((shared, one)) = records.iter().find(|(_, run)| run.header.partition.is_some()) else {
        return Ok(());
    };
    let alike = |run: &Run| run.header.partition.is_some() && run.header.filter == one.header.filter;
    match records.iter().find(|(_, run)| !alike(run)) {
        None => Ok(()),
        Some((other, _)) => Err(Stop::Usage(format!(
            "{shared} is a share, and {other} is none of the same cases: give shares of one `--filter` alone"
        ))),
    }
}

/// Every row once, by vector id.
fn rows(records: &[Named]) -> Result<Vec<Row>, Stop> {
    let mut rows: BTreeMap<&str, (&str, &Row)> = BTreeMap::new();
    for (name, run) in records {
        for row in &run.rows {
            let (first, known) = *rows.entry(&row.vector).or_insert((name, row));
            if known != row {
                let (vector, one, other) = (&row.vector, known.outcome.key(), row.outcome.key());
                let why = if one == other {
                    format!("both say {one}, with other words")
                } else {
                    format!("{one}, and {other}")
                };
                return Err(Stop::Usage(format!("{first} and {name} disagree on {vector}: {why}")));
            }
        }
    }
    Ok(rows.into_values().map(|(_, row)| row.clone()).collect())
}

/// Cases without a row, of all shares; an interrupted record and its completion are of one share.
fn missing(records: &[Named]) -> u64 {
    let mut shares: BTreeMap<_, (u64, BTreeSet<&str>)> = BTreeMap::new();
    for (_, run) in records {
        let share = (run.header.filter.as_deref(), run.header.partition.as_deref());
        let (cases, ids) = shares.entry(share).or_default();
        *cases = run.header.cases.max(*cases);
        ids.extend(run.rows.iter().map(|row| row.vector.as_str()));
    }
    shares.values().fold(0, |sum, (cases, ids)| {
        let rows = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        sum.saturating_add(cases.saturating_sub(rows))
    })
}

/// The choices of all parts, each once; `None` where one of them chose everything.
fn agreed<'r>(choices: impl Iterator<Item = Option<&'r str>>, between: &str) -> Option<String> {
    let choices: Option<BTreeSet<&str>> = choices.collect();
    choices.map(|choices| choices.into_iter().collect::<Vec<_>>().join(between))
}

/// The shares that are there; `None` where they are all of them.
fn partition(records: &[Named]) -> Option<String> {
    let joined = agreed(records.iter().map(|(_, run)| run.header.partition.as_deref()), ", ")?;
    let shares: BTreeSet<&str> = joined.split(", ").collect();
    let count = |share: &str| share.rsplit_once('/')?.1.parse::<usize>().ok();
    let whole = shares.iter().all(|share| count(share) == Some(shares.len()));
    (!whole).then_some(joined)
}

/// Every stale entry once.
fn stale(records: &[Named]) -> Vec<Stale> {
    let mut entries: BTreeMap<(&str, &str), &Stale> = BTreeMap::new();
    for entry in records.iter().flat_map(|(_, run)| &run.stale) {
        entries.insert((&entry.vector, &entry.why), entry);
    }
    entries.into_values().cloned().collect()
}
