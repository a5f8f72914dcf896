//! Runs as one JSON document: counts, groups, and what did not pass.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Context;
use super::case::{Case, Standing, Tally, cases, groups, tally};
use crate::run::{Outcome, Run};
use crate::vectors::Risk;

pub(crate) fn write(runs: &[Run], context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let runs: Vec<Value> = runs.iter().map(|run| shown(run, context)).collect();
    let document = json!({"report": 1, "upqr": env!("CARGO_PKG_VERSION"), "runs": runs});
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn shown(run: &Run, context: &Context) -> Value {
    let (header, cases) = (&run.header, cases(run, context));
    let group = |(group, tally): (super::case::Group, Tally)| json!({"group": group.name(), "cases": tally.cases, "counts": tally.counts()});
    let listed = |standing: Standing| -> Vec<Value> {
        cases.iter().filter(|case| case.standing() == standing).map(failure).collect()
    };
    let tally = tally(run);
    json!({
        "adapter": header.adapter,
        "vectors": header.vectors,
        "upqr": header.upqr,
        "call": header.call,
        "filter": header.filter,
        "partition": header.partition,
        "repeat": header.repeat,
        "complete": run.complete,
        "cases": header.cases,
        "counts": every(&tally),
        "unexpected": tally.count(Standing::Unexpected),
        "known": tally.count(Standing::Known),
        "stale": run.stale.len(),
        "groups": groups(&cases).into_iter().map(group).collect::<Vec<_>>(),
        "failures": listed(Standing::Unexpected),
        "known_failures": listed(Standing::Known),
        "stale_entries": run.stale,
    })
}

/// The count of every outcome, and of those that do not occur too.
fn every(tally: &Tally) -> Map<String, Value> {
    let count = |outcome: &Outcome| tally.outcomes.get(outcome).copied().unwrap_or_default();
    Outcome::ALL.iter().map(|outcome| (outcome.key().to_owned(), json!(count(outcome)))).collect()
}

fn failure(case: &Case<'_>) -> Value {
    let row = case.row;
    let mut failure = json!({
        "vector": row.vector,
        "rev": row.rev,
        "outcome": row.outcome.key(),
        "detail": row.detail,
        "group": case.group().name(),
        "title": case.vector.map(|vector| &vector.title),
        "requirements": case.requirements(),
        "risk": case.risks().into_iter().map(Risk::key).collect::<Vec<_>>(),
        "input": case.vector.map(|vector| &vector.input),
        "options": case.vector.map(|vector| &vector.options),
        "expected": case.expected(),
        "got": row.got,
        "stderr": row.stderr,
        "reproduction": case.reproduction(),
    });
    if let (Some(known), Some(failure)) = (&row.known, failure.as_object_mut()) {
        failure.insert("known".to_owned(), json!(known));
    }
    failure
}
