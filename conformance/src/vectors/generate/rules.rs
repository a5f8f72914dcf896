//! The vectors of the examples of the rules: each payload once, with the rules that it shows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use upqr::payment::hex_of;
use upqr::rules::{self, Options, Profile, Rule, Severity, check_with};

use super::draft::capital;
use super::layout;
use crate::vectors::{Op, Vector};

/// The file, and its vectors.
pub(crate) fn file(written: &[&Vector]) -> Result<(String, Vec<Vector>), String> {
    let rows = examples(written);
    let lines: Vec<String> = rows.iter().map(|row| format!("    {}", Value::Object(row.clone()))).collect();
    let vectors = serde_json::from_value(Value::Array(rows.into_iter().map(Value::Object).collect()))
        .map_err(|error| format!("check-rules.json: {error}"))?;
    Ok((layout::file_of(&lines), vectors))
}

fn examples(written: &[&Vector]) -> Vec<Map<String, Value>> {
    // A payload that a written vector has already is not given again.
    let checks = written.iter().filter(|vector| vector.op == Op::Check);
    let mut seen: BTreeMap<(String, String), Option<usize>> =
        checks.filter_map(|vector| Some(((vector.input.text.clone()?, "{}".to_owned()), None))).collect();
    let mut vectors: Vec<Map<String, Value>> = Vec::new();
    let mut add = |rule: &'static Rule, payload: String, kind: &str| {
        let key = (payload.clone(), Value::Object(options_of(rule)).to_string());
        let flag = format!("{kind}-{}", rule.id);
        match seen.get(&key) {
            None => {
                seen.insert(key, Some(vectors.len()));
                vectors.push(vector(rule, &payload, kind, &flag));
            }
            Some(place) => {
                let flags = place.and_then(|place| vectors.get_mut(place)?.get_mut("flags")?.as_array_mut());
                if let Some(flags) = flags {
                    flags.push(json!(flag));
                }
            }
        }
    };
    for rule in rules::all().filter(|rule| !rule.is_of_symbols()) {
        add(rule, rule.bad.payload(), "flagged");
        add(rule, rule.good.payload(), "sibling");
    }
    vectors.sort_by_key(|vector| text(vector, "id"));
    name_parents(&mut vectors);
    vectors
}

fn options_of(rule: &Rule) -> Map<String, Value> {
    let Options { profile, as_of, .. } = rule.example_options();
    let mut options = Map::new();
    if profile != Profile::Scheme {
        options.insert("profile".into(), profile.key().into());
    }
    if let Some(day) = as_of {
        options.insert("as_of".into(), day.to_string().into());
    }
    options
}

fn vector(rule: &Rule, payload: &str, kind: &str, flag: &str) -> Map<String, Value> {
    let found = check_with(payload, &rule.example_options());
    let findings: BTreeSet<&str> = found.findings.iter().map(|finding| finding.rule.id).collect();
    let verdict = if found.severity() == Some(Severity::Error) { "reject" } else { "accept" };
    let level = match rule.label.key() {
        "scheme" => "profile",
        label => label,
    };
    let title = match kind {
        "sibling" => format!("Differs in one respect and is not flagged: {}", rule.title.en),
        _ => capital(rule.title.en),
    };
    let members = [
        ("id", json!(format!("check-rule-{}-{kind}", rule.id))),
        ("rev", json!(1)),
        ("op", json!("check")),
        ("level", json!(level)),
        ("since", json!("10")),
        ("title", json!(title)),
        ("input", json!({"hex": hex_of(payload.as_bytes()), "text": payload})),
        ("requirements", json!(rule.requirements)),
        ("flags", json!([flag])),
        ("risk", json!([])),
        (
            "expect",
            json!({"verdict": verdict, "disposition": found.disposition().key(), "findings": findings}),
        ),
        ("provenance", json!({"kind": "hand"})),
    ];
    let options = options_of(rule);
    let options = (!options.is_empty()).then(|| ("options", Value::Object(options)));
    members.into_iter().chain(options).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn text(vector: &Map<String, Value>, member: &str) -> String {
    vector.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn flags(vector: &Map<String, Value>) -> Vec<String> {
    let flags = vector.get("flags").and_then(Value::as_array).into_iter().flatten();
    flags.filter_map(|flag| flag.as_str().map(str::to_owned)).collect()
}

fn has_verdict(vector: &Map<String, Value>, verdict: &str) -> bool {
    vector.get("expect").and_then(|expect| expect.get("verdict")).is_some_and(|it| it == verdict)
}

/// Gives every vector that rejects its sibling as the parent, where that is accepted.
fn name_parents(vectors: &mut [Map<String, Value>]) {
    let accepted: BTreeMap<String, String> = vectors
        .iter()
        .filter(|vector| has_verdict(vector, "accept"))
        .flat_map(|vector| flags(vector).into_iter().map(|flag| (flag, text(vector, "id"))))
        .collect();
    for vector in vectors.iter_mut().filter(|vector| has_verdict(vector, "reject")) {
        let rule = flags(vector).iter().find_map(|flag| flag.strip_prefix("flagged-").map(str::to_owned));
        match rule.and_then(|rule| accepted.get(&format!("sibling-{rule}"))) {
            Some(parent) => {
                vector.insert("parent".into(), json!(parent));
                vector.insert("mutation".into(), json!(text(vector, "title")));
            }
            None => {
                let reason = "no sibling of it is accepted: another rule rejects both";
                vector.insert("parentless".into(), json!(reason));
            }
        }
    }
}
