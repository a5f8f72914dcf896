//! Runs as SARIF 2.1.0, for code scanning: a rule for each requirement that a failure breaks, and the vector as its place.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use upqr::payment::hex_of;

use super::case::{Case, Standing, cases, excuse, incomplete, names, stale};
use super::{Context, scope};
use crate::human::escape;
use crate::run::{Known, Run};
use crate::vectors::Risk;

/// The rule of an entry of the baseline that no longer holds.
const STALE: &str = "baseline-stale";

/// The rule of a vector that is not of this edition.
const OTHER_EDITION: &str = "other-edition";

pub(crate) fn write(runs: &[Run], context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let places = places();
    let logs = runs.iter().zip(names(runs)).map(|(run, name)| log(run, &name, context, &places));
    let log = json!({
        "$schema": crate::sarif::SCHEMA,
        "version": "2.1.0",
        "runs": logs.collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// The file and the line in which a vector is defined, by its id.
type Places = BTreeMap<String, (&'static str, u64)>;

fn places() -> Places {
    let mut places = Places::new();
    for (file, text) in upqr::vectors::FILES {
        for (line, number) in text.lines().zip(1_u64..) {
            let id = line.split_once("\"id\":").map(|(_, rest)| rest.trim_start().trim_start_matches('"'));
            if let Some((id, _)) = id.and_then(|rest| rest.split_once('"')) {
                places.entry(id.to_owned()).or_insert((file, number));
            }
        }
    }
    places
}

fn log(run: &Run, name: &str, context: &Context, places: &Places) -> Value {
    let cases = cases(run, context);
    let shown: Vec<&Case<'_>> = cases
        .iter()
        .filter(|case| matches!(case.standing(), Standing::Unexpected | Standing::Known))
        .collect();
    let stale_rule = (!run.stale.is_empty()).then_some(STALE);
    let mut rules: Vec<&str> = shown.iter().map(|case| rule(case)).chain(stale_rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let index = |rule: &str| rules.iter().position(|known| *known == rule);
    let mut results: Vec<Value> =
        shown.iter().map(|case| result(case, name, index(rule(case)), places)).collect();
    results.extend(run.stale.iter().map(|entry| {
        let message = stale(&entry.vector, &entry.why);
        found(STALE, index(STALE), name, &entry.vector, "stale", &message, places)
    }));
    json!({
        "tool": {"driver": {
            "name": "upqr",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
        }},
        "automationDetails": {"id": format!("upqr run/{name}/")},
        "originalUriBaseIds": {"UPQR": {"description": {"text": "the folder of the standard, which holds `vectors`"}}},
        "invocations": [invocation(run)],
        "results": results,
        "properties": {
            "vectors": run.header.vectors,
            "complete": run.complete,
            "filter": run.header.filter,
            "partition": run.header.partition,
            "compared": scope::compared(run),
        },
    })
}

fn invocation(run: &Run) -> Value {
    match incomplete(run) {
        None => json!({"executionSuccessful": true}),
        Some(why) => json!({
            "executionSuccessful": false,
            "toolExecutionNotifications": [{"level": "error", "message": {"text": why}}],
        }),
    }
}

/// The first requirement of the vector.
fn rule<'r>(case: &Case<'r>) -> &'r str {
    case.requirements().first().map_or(OTHER_EDITION, String::as_str)
}

fn descriptor(rule: &str) -> Value {
    let text = match rule {
        STALE => "an entry of the baseline no longer holds".to_owned(),
        OTHER_EDITION => "a vector that this edition does not have".to_owned(),
        _ => format!("requirement {rule} of the specification of UPQR"),
    };
    json!({"id": rule, "shortDescription": {"text": text}, "defaultConfiguration": {"level": "error"}})
}

fn result(case: &Case<'_>, name: &str, index: Option<usize>, places: &Places) -> Value {
    let row = case.row;
    let message = format!("{}: {}: {}", row.outcome.key(), case.title(), case.detail());
    let mut result = found(rule(case), index, name, &row.vector, row.outcome.key(), &message, places);
    if let Some(members) = result.as_object_mut() {
        members.insert("suppressions".to_owned(), row.known.iter().map(suppression).collect());
        let properties = json!({
            "outcome": row.outcome.key(),
            "group": case.group().name(),
            "requirements": case.requirements(),
            "risk": case.risks().into_iter().map(Risk::key).collect::<Vec<_>>(),
            "reproduction": case.reproduction(),
        });
        members.insert("properties".to_owned(), properties);
    }
    result
}

/// An empty list of suppressions says that nobody has excused the result.
fn suppression(known: &Known) -> Value {
    json!({"kind": "external", "status": "accepted", "justification": escape(&excuse(known))})
}

fn found(
    rule: &str,
    index: Option<usize>,
    name: &str,
    vector: &str,
    outcome: &str,
    message: &str,
    places: &Places,
) -> Value {
    let mut location = json!({"logicalLocations": [{"name": vector, "kind": "vector"}]});
    if let (Some((file, line)), Some(location)) = (places.get(vector), location.as_object_mut()) {
        let place = json!({
            "artifactLocation": {"uri": format!("vectors/{file}"), "uriBaseId": "UPQR"},
            "region": {"startLine": line},
        });
        location.insert("physicalLocation".to_owned(), place);
    }
    let print = hex_of(&Sha256::digest(format!("{name}\n{vector}\n{outcome}")));
    json!({
        "ruleId": rule,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": escape(message)},
        "locations": [location],
        "partialFingerprints": {"upqrCase/v1": print},
    })
}
