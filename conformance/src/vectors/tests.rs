//! The vectors of this edition are in order and pass in the reference, and the lint says what is wrong with any that are not.

use serde_json::{Value, json};

use super::lint::{Set, lint, vectors};
use super::{Vector, all};
use crate::adapter::Case;
use crate::adapter::reference::Reference;
use crate::adapter::{Adapter as _, Delivery};
use crate::run::{Outcome, judge};

#[test]
fn every_vector_passes_in_the_reference() {
    let vectors = all();
    let failures = failures(&vectors);
    assert!(
        failures.is_empty(),
        "{} of {} vectors fail:\n{}",
        failures.len(),
        vectors.len(),
        failures.join("\n")
    );
}

/// What the reference gets wrong, in sentences.
fn failures(vectors: &[Vector]) -> Vec<String> {
    let mut reference = Reference::new();
    let hello = reference.hello().clone();
    let cases: Vec<Case<'_>> = vectors.iter().map(Case::of).collect();
    let mut failures = Vec::new();
    reference.ask(&cases, &mut |place, delivery: Delivery| {
        let vector = &vectors[place];
        let judgement = judge(vector, &hello, &cases[place], &delivery);
        if judgement.outcome != Outcome::Pass {
            let why = judgement.detail.unwrap_or_default();
            failures.push(format!("{} ({}): {why}", vector.id, vector.title));
        }
    });
    failures
}

#[test]
fn the_vectors_are_in_order() {
    let (set, problems) = Set::embedded();
    assert_eq!(problems, Vec::<String>::new());
    let problems = lint(&set);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_file_has_the_published_schema() {
    let schema: Value = serde_json::from_str(upqr::vectors::PAPERS[1].1).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    for (name, text) in upqr::vectors::FILES {
        let file: Value = serde_json::from_str(text).expect("JSON");
        let problems: Vec<String> = validator
            .iter_errors(&file)
            .take(3)
            .map(|error| format!("{}: {error:.400}", error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
    }
}

#[test]
fn the_schema_takes_choices_and_refuses_what_is_none() {
    let schema: Value = serde_json::from_str(upqr::vectors::PAPERS[1].1).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let accept = json!({"verdict": "accept", "value": "00"});
    let refuse = json!({"verdict": "reject", "error": {"code": "too-long", "offset": 0}});
    for (expect, parentless, is_valid) in [
        (
            json!({"by_policy": {"policy": "beyond-512", "choices": {"write": accept, "refuse": refuse}}}),
            true,
            true,
        ),
        (
            json!({"by_policy": {"policy": "beyond-512", "choices": {"write": accept, "refuse": refuse}}}),
            false,
            false,
        ),
        (
            json!({"by_policy": {"policy": "beyond-512", "choices": {"write": accept, "split": accept}}}),
            false,
            true,
        ),
        (json!({"by_policy": {"policy": "beyond-512", "choices": {"write": accept}}}), false, false),
        (json!({"by_policy": {"choices": {"write": accept, "split": accept}}}), false, false),
        (accept.clone(), false, true),
        (refuse.clone(), false, false),
    ] {
        let mut vector = json!({
            "id": "unify-gen-x", "rev": 1, "op": "unify", "level": "value", "since": "10", "title": "x",
            "input": {"hex": "30", "text": "0"}, "requirements": ["UPQR-TXT-5"], "flags": [], "risk": [],
            "expect": expect, "provenance": {"kind": "mutant", "seed": 7},
        });
        if parentless {
            vector["parentless"] = json!("there is none");
        }
        let file = json!({"version": 1, "licence": "CC0-1.0", "vectors": [vector]});
        assert_eq!(validator.is_valid(&file), is_valid, "{file}");
    }
}

#[test]
fn every_field_failure_and_every_attack_on_a_text_has_vectors() {
    let all = all();
    let count = |flag: &str| all.iter().filter(|vector| vector.flags.iter().any(|it| it == flag)).count();
    for class in 1..=22 {
        let flag = format!("field-{class:02}");
        assert!(count(&flag) >= 3, "{flag}: {}", count(&flag));
    }
    for category in [3, 4, 5, 6, 7, 8, 9, 17, 18, 19] {
        let flag = format!("attack-{category:02}");
        assert!(count(&flag) >= 3, "{flag}: {}", count(&flag));
    }
}

#[test]
fn every_example_in_the_text_of_the_standard_passes_in_the_reference() {
    let mut examples = Vec::new();
    for (name, text) in upqr::vectors::CHAPTERS {
        for block in text.split("```json upqr-vector\n").skip(1) {
            let json = block.split("\n```").next().expect("a fenced block ends");
            let example: Value =
                serde_json::from_str(json).unwrap_or_else(|error| panic!("{name}: {error} in {json}"));
            examples.push(vector_of(name, &example));
        }
    }
    assert!(examples.len() >= 90, "only {} examples were found", examples.len());
    let failures = failures(&examples);
    assert!(
        failures.is_empty(),
        "{} of {} examples fail:\n{}",
        failures.len(),
        examples.len(),
        failures.join("\n")
    );
}

/// An example with the members that only a vector has.
fn vector_of(chapter: &str, example: &Value) -> Vector {
    let members: Vec<&String> = example.as_object().expect("an object").keys().collect();
    let known = ["id", "op", "title", "input", "options", "expect"];
    assert!(members.iter().all(|member| known.contains(&member.as_str())), "{chapter}: {members:?}");
    let octets = match (&example["input"]["hex"], &example["input"]["text"]) {
        (Value::String(hex), Value::Null) => upqr::payment::octets_of(hex).expect("hexadecimal digits"),
        (Value::Null, Value::String(text)) => text.clone().into_bytes(),
        input => panic!("{chapter}: {}: {input:?}", example["id"]),
    };
    let mut vector = example.clone();
    vector["input"] = json!({"hex": upqr::payment::hex_of(&octets), "text": String::from_utf8(octets).ok()});
    for (member, value) in [
        ("rev", json!(1)),
        ("level", json!("value")),
        ("since", json!("10")),
        ("requirements", json!([])),
        ("flags", json!([])),
        ("risk", json!([])),
        ("provenance", json!({"kind": "hand"})),
    ] {
        vector[member] = value;
    }
    serde_json::from_value(vector).unwrap_or_else(|error| panic!("{chapter}: {error} in {example}"))
}

#[test]
fn the_chapters_are_those_of_the_folder() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the standard is there")
        .map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()) || name == "adapter-protocol.md")
        .collect();
    names.sort();
    assert_eq!(upqr::vectors::CHAPTERS.map(|(name, _)| name).to_vec(), names);
}

#[test]
fn the_files_are_those_of_the_folder() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the vectors are there")
        .map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned())
        .filter(|name| name.trim_end_matches(".json") != name && name != "schema.json")
        .collect();
    names.sort();
    assert_eq!(upqr::vectors::FILES.map(|(name, _)| name).to_vec(), names);
}

#[test]
fn the_readme_counts_the_vectors() {
    let all = all();
    let rejecting = all
        .iter()
        .filter(|vector| vector.expect.each().iter().any(|expect| expect.verdict == super::Verdict::Reject))
        .count();
    let readme = upqr::vectors::PAPERS[0].1.replace('\n', " ");
    let sentence = format!("together {} vectors, of which {rejecting} reject", all.len());
    assert!(readme.contains(&sentence), "vectors/README.md: there are {sentence}");
}

/// Two sound vectors, the second of which rejects.
fn sound() -> Value {
    let vector = |id: &str, hex: &str, text: &str, expect: Value| {
        json!({
            "id": id, "rev": 1, "op": "decode", "level": "structure", "since": "10", "title": "x",
            "input": {"hex": hex, "text": text}, "requirements": ["UPQR-OBJ-1"], "flags": ["id"], "risk": [],
            "expect": expect, "provenance": {"kind": "hand"},
        })
    };
    let mut rejecting = vector(
        "decode-0002-b",
        "62",
        "b",
        json!({"verdict": "reject", "error": {"code": "id", "offset": 0}}),
    );
    rejecting["parent"] = json!("decode-0001-a");
    rejecting["mutation"] = json!("another letter");
    json!({"version": 1, "licence": "CC0-1.0", "vectors": [vector("decode-0001-a", "61", "a", json!({"verdict": "accept"})), rejecting]})
}

/// What the lint says of the sound vectors with one thing changed.
#[track_caller]
fn check(pointer: &str, value: Value, problem: &str) {
    let mut file = sound();
    let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
    let inside = file.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    match value {
        Value::Null => inside.remove(member),
        value => inside.insert(member.to_owned(), value),
    };
    let (set, mut problems) = Set::read(&[("decode.json".to_owned(), file.to_string())], Vec::new());
    problems.extend(vectors(&set));
    assert_eq!(problems, [problem]);
}

#[test]
fn sound_vectors_have_no_problems() {
    let (set, problems) = Set::read(&[("decode.json".to_owned(), sound().to_string())], Vec::new());
    assert_eq!([problems, vectors(&set)].concat(), Vec::<String>::new());
}

#[test]
fn every_problem_is_told_with_the_file_the_vector_and_what_to_do() {
    let said = |problem: &str| format!("decode.json: decode-0002-b: {problem}");
    for (pointer, value, problem) in [
        (
            "/vectors/1/input",
            json!({"hex": "61", "text": "a"}),
            "asks what decode-0001-a asks: leave one of them out",
        ),
        (
            "/vectors/1/input",
            json!({"hex": "62", "text": "c"}),
            "`text` is not `hex` as UTF-8: correct one of them",
        ),
        (
            "/vectors/1/input",
            json!({"hex": "6", "text": "b"}),
            "`hex` is not pairs of hexadecimal digits: write it anew",
        ),
        (
            "/vectors/1/input",
            json!({"hex": "ff", "text": "b"}),
            "`text` is not `hex` as UTF-8: correct one of them",
        ),
        ("/vectors/1/input", json!({"hex": "62"}), "`text` is not `hex` as UTF-8: correct one of them"),
        ("/vectors/1/rev", json!(0), "`rev` counts from 1: set it to 1"),
        ("/vectors/1/title", json!(""), "there is no title: say what it shows"),
        ("/vectors/1/since", json!("09"), "version 09 is none of 10: name one of them"),
        ("/vectors/1/until", json!("99"), "version 99 is none of 10: name one of them"),
        ("/vectors/1/requirements", json!([]), "names no requirement: name one that it exercises"),
        (
            "/vectors/1/requirements",
            json!(["UPQR-OBJ-99"]),
            "UPQR-OBJ-99 is no requirement of the standard: correct it",
        ),
        (
            "/vectors/1/flags",
            json!(["Two Words"]),
            "the flag `Two Words` is not words of a-z and 0-9 with hyphens: rename it",
        ),
        (
            "/vectors/1/parent",
            Value::Null,
            "rejects: name `parent` and `mutation`, or the reason in `parentless`",
        ),
        (
            "/vectors/1/mutation",
            Value::Null,
            "rejects: name `parent` and `mutation`, or the reason in `parentless`",
        ),
        (
            "/vectors/1/parentless",
            json!("x"),
            "rejects: name `parent` and `mutation`, or the reason in `parentless`",
        ),
        (
            "/vectors/1/parent",
            json!("decode-0009-z"),
            "the parent decode-0009-z is no accepted vector: name one that is",
        ),
        (
            "/vectors/1/parent",
            json!("decode-0002-b"),
            "the parent decode-0002-b is no accepted vector: name one that is",
        ),
        (
            "/vectors/1/expect",
            json!({"by_policy": {"policy": "beyond-512", "choices": {"write": {"verdict": "accept"}}}}),
            "policy beyond-512 has fewer than two choices: add one, or drop `by_policy`",
        ),
        (
            "/vectors/1/expect",
            json!({"verdict": "accept", "findings": ["no-such-rule"]}),
            "no-such-rule is no rule: correct it",
        ),
    ] {
        check(pointer, value, &said(problem));
    }
    check(
        "/vectors/1/id",
        json!("decode-0000-b"),
        "decode.json: decode-0000-b: stands behind decode-0001-a: sort the file by id",
    );
    check(
        "/vectors/1/id",
        json!("decode-0001-a"),
        "decode.json: decode-0001-a: the id is used before: take the next free one",
    );
    let shape = "an id is words of a-z and 0-9 with hyphens, the first of them `decode`: rename it";
    check("/vectors/1/id", json!("encode-0002-b"), &format!("decode.json: encode-0002-b: {shape}"));
    check("/vectors/1/id", json!("decode-0002-B"), &format!("decode.json: decode-0002-B: {shape}"));
}

#[test]
fn a_vector_of_another_operation_is_told_its_file_and_its_parents() {
    let mut file = sound();
    file["vectors"][1]["op"] = json!("encode");
    let (set, _) = Set::read(&[("decode.json".to_owned(), file.to_string())], Vec::new());
    let said = |problem: &str| format!("decode.json: decode-0002-b: {problem}");
    assert_eq!(
        vectors(&set),
        [
            said("an id is words of a-z and 0-9 with hyphens, the first of them `encode`: rename it"),
            said("the operation is encode: move it to encode.json"),
            said("the parent decode-0001-a is of decode: name one of encode"),
        ]
    );
}

#[test]
fn a_set_is_told_what_it_lacks() {
    let (set, _) = Set::read(&[("decode.json".to_owned(), sound().to_string())], Vec::new());
    let problems = lint(&set);
    let count = |words: &str| problems.iter().filter(|problem| problem.contains(words)).count();
    let rules = upqr::rules::all().filter(|rule| !rule.is_of_symbols()).count();
    assert_eq!(count("no vector of its example is flagged: run `upqr vectors generate`"), rules);
    assert_eq!(count("no sibling is left unflagged: run `upqr vectors generate`"), rules);
    assert_eq!(count("no vector has the risk tamper: add one, or drop the word"), 1);
    assert_eq!(count("there are 2 vectors: expected at least 2500"), 1);
    assert_eq!(count("1 of 2 vectors reject: expected at least 55 of a hundred"), 1);
    assert_eq!(count("check-rules.json: line 1 is not what is generated: run `upqr vectors generate`"), 1);
    let (_, problems) = Set::read(&[("decode.json".to_owned(), "{}".to_owned())], Vec::new());
    assert_eq!(
        problems,
        [
            "decode.json: missing field `version` at line 1 column 2: give every member the form of schema.json"
        ]
    );
}

#[test]
fn another_seed_makes_other_vectors_with_the_same_claims() {
    let (set, _) = Set::embedded();
    let written: Vec<(&str, &super::File)> =
        set.files.iter().map(|(name, _, file)| (name.as_str(), file)).collect();
    let made =
        super::generate::files(7, &written).unwrap_or_else(|problems| panic!("{}", problems.join("\n")));
    let again =
        super::generate::files(7, &written).unwrap_or_else(|problems| panic!("{}", problems.join("\n")));
    assert!(made == again, "one seed makes one set");
    assert_eq!(made.first().map(|(name, _)| name.as_str()), Some("check-rules.json"));
    for (name, text) in made.iter().skip(1) {
        let kept = set.files.iter().find(|(kept, _, _)| kept == name).map_or("", |(_, text, _)| text);
        assert!(kept != text, "{name} does not depend on the seed");
    }
}
