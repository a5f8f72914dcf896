//! Every canonical vector passes in the library, and the vectors themselves are in order.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where its expectation does not hold"
)]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

mod vector;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn files() -> Vec<(String, Value)> {
    let mut files: Vec<(String, Value)> = fs::read_dir(folder())
        .expect("the vectors are there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| path.file_name().is_some_and(|name| name != "schema.json"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("UTF-8");
            (name, serde_json::from_str(&text).expect("JSON"))
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

fn vectors() -> Vec<vector::Vector> {
    let lists = files().into_iter().map(|(_, mut file)| file["vectors"].take());
    lists.flat_map(|list| serde_json::from_value::<Vec<vector::Vector>>(list).expect("vectors")).collect()
}

#[test]
fn every_vector_passes() {
    let vectors = vectors();
    let failures: Vec<String> = vectors
        .iter()
        .filter_map(|vector| {
            let problem = vector::run(vector).err()?;
            Some(format!("{} ({}): {problem}", vector.id, vector.title))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} vectors fail:\n{}",
        failures.len(),
        vectors.len(),
        failures.join("\n")
    );
}

#[test]
fn every_file_has_the_published_schema() {
    let schema = fs::read_to_string(folder().join("schema.json")).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    for (name, file) in files() {
        let problems: Vec<String> = validator
            .iter_errors(&file)
            .take(3)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
    }
}

#[test]
fn ids_and_inputs_are_unique_and_parents_are_accepted() {
    let mut ids = HashSet::new();
    let mut inputs: HashMap<String, String> = HashMap::new();
    let accepted: HashSet<(String, String)> = vectors()
        .iter()
        .filter(|vector| vector.expect["verdict"] == "accept")
        .map(|vector| (vector.op.clone(), vector.id.clone()))
        .collect();
    let mut rejecting = 0_usize;
    let mut count = 0_usize;
    for (op, file) in files() {
        let mut last = String::new();
        for raw in file["vectors"].as_array().expect("a list") {
            let vector: vector::Vector = serde_json::from_value(raw.clone()).expect("a vector");
            count += 1;
            // `check-rules` holds more vectors of the operation `check`.
            let named = op == vector.op || op.starts_with(&format!("{}-", vector.op));
            assert!(named, "{} stands in the file of its operation", vector.id);
            let op = &vector.op;
            assert!(
                vector.id.starts_with(&format!("{op}-")) && vector.id > last,
                "{} after {last}",
                vector.id
            );
            last.clone_from(&vector.id);
            assert!(ids.insert(vector.id.clone()), "{} stands twice", vector.id);
            let input = format!("{op} {:?} {}", vector.input.octets(), raw["options"]);
            if let Some(other) = inputs.insert(input, vector.id.clone()) {
                panic!("{} and {other} have one input", vector.id);
            }
            assert!(vector.input.hex.is_some(), "{} has no hex", vector.id);
            if let Some(text) = &vector.input.text {
                assert_eq!(vector.input.octets(), text.as_bytes(), "{}: text is not hex", vector.id);
            }
            if vector.expect["verdict"] == "reject" {
                rejecting += 1;
                match vector.rest.get("parent").and_then(Value::as_str) {
                    Some(parent) => {
                        assert!(
                            accepted.contains(&(op.clone(), parent.to_owned())),
                            "{}: {parent}",
                            vector.id
                        );
                        assert!(vector.rest.contains_key("mutation"), "{} names no mutation", vector.id);
                    }
                    None => assert!(vector.rest.contains_key("parentless"), "{} has no parent", vector.id),
                }
            }
        }
    }
    assert!(count >= 200 && rejecting * 2 >= count, "{rejecting} of {count} vectors reject");
}

#[test]
fn every_requirement_and_every_rule_of_a_vector_exists_and_every_rule_is_hit() {
    let spec = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("spec");
    let text: String = fs::read_dir(spec)
        .expect("the specification")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| fs::read_to_string(path).expect("UTF-8"))
        .collect();
    let rules: HashSet<&str> = upqr::rules::all().map(|rule| rule.id).collect();
    let mut hit: HashSet<String> = HashSet::new();
    for vector in vectors() {
        let requirements = vector.rest["requirements"].as_array().expect("requirements").clone();
        assert!(!requirements.is_empty(), "{}", vector.id);
        for requirement in requirements {
            let id = requirement.as_str().expect("a text").to_owned();
            assert!(text.contains(&format!("**{id}**")), "{} names {id}, which is no requirement", vector.id);
        }
        for rule in vector.expect["findings"].as_array().into_iter().flatten() {
            let rule = rule.as_str().expect("a text");
            assert!(rules.contains(rule), "{} expects {rule}, which is no rule", vector.id);
            hit.insert(rule.to_owned());
        }
    }
    let mut missed: Vec<&&str> = rules.iter().filter(|rule| !hit.contains(**rule)).collect();
    missed.sort_unstable();
    assert!(missed.is_empty(), "no vector hits {missed:?}");
}

#[test]
fn every_rule_has_a_flagged_vector_and_a_sibling() {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for vector in vectors().into_iter().filter(|vector| vector.op == "check") {
        let ids = vector.expect["findings"].as_array().expect("a list").iter();
        let ids: Vec<String> = ids.map(|id| id.as_str().expect("a text").to_owned()).collect();
        found.entry(vector.input.text.unwrap_or_default()).or_default().extend(ids);
    }
    for rule in upqr::rules::all() {
        let flagged = found.get(&rule.bad.payload()).is_some_and(|ids| ids.iter().any(|id| id == rule.id));
        let sibling = found.get(&rule.good.payload()).is_some_and(|ids| ids.iter().all(|id| id != rule.id));
        assert!(flagged && sibling, "{}: flagged {flagged}, sibling {sibling}", rule.id);
    }
}
