//! Every MUST of the standard has vectors that keep it and vectors that break it, or says why not; and `report coverage` says so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

mod call;

use call::{Folder, upqr};

fn coverage() -> Value {
    let ended = upqr(&["report", "coverage", "--format", "json"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{}", ended.out);
    serde_json::from_str(&ended.out).expect("JSON")
}

#[test]
fn every_must_is_covered_and_every_mark_is_true() {
    let coverage = coverage();
    assert_eq!(coverage["problems"], json!([]));
    assert_eq!(coverage["total"]["missing"], 0);
    for row in coverage["requirements"].as_array().unwrap() {
        let must = row["level"].as_str().unwrap().starts_with("MUST");
        assert!(!must || row["covered"] == true, "{row}");
    }
}

/// What stands in the text is what is counted, and no line that looks like a requirement is passed over.
#[test]
fn the_requirements_are_those_of_the_text() {
    let coverage = coverage();
    let rows = coverage["requirements"].as_array().unwrap();
    let counted: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    let text: String = upqr::vectors::CHAPTERS.iter().map(|(_, text)| *text).collect();
    let written: Vec<&str> =
        text.split("**UPQR-").skip(1).filter_map(|rest| rest.split("**").next()).collect();
    assert_eq!(counted, written.iter().map(|id| format!("UPQR-{id}")).collect::<Vec<_>>());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    for entry in fs::read_dir(folder).expect("the standard") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            let embedded = upqr::vectors::CHAPTERS.iter().find(|(chapter, _)| *chapter == name);
            assert_eq!(embedded.map(|(_, text)| *text), fs::read_to_string(&path).ok().as_deref(), "{name}");
        }
    }
}

/// Rules enforce what their rows in clause 8.3 serve, so that the text alone says which vectors break a requirement.
#[test]
fn rules_enforce_what_the_text_says() {
    let (_, chapter) = upqr::vectors::CHAPTERS.iter().find(|(name, _)| name.starts_with("08")).unwrap();
    let ids = |cell: &str| -> BTreeSet<String> {
        cell.split(", ").filter(|word| word.starts_with("UPQR-")).map(str::to_owned).collect()
    };
    let rows: BTreeMap<&str, BTreeSet<String>> = chapter
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "))
        .filter_map(|(rule, cells)| Some((rule, ids(cells.rsplit_once(" | ")?.1))))
        .collect();
    for rule in upqr::rules::all() {
        let enforces: BTreeSet<String> = rule.requirements.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(rows.get(rule.id), Some(&enforces), "{}", rule.id);
    }
}

#[test]
fn pages() {
    for (name, form) in [("human", "human"), ("markdown", "markdown")] {
        let ended = upqr(&["report", "coverage", "--format", form]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{form}");
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
            insta::assert_snapshot!(name, ended.out);
        });
    }
}

#[test]
fn calls_that_are_wrong() {
    let folder = Folder::new();
    let other = folder.file("other.ndjson", b"{}\n");
    let absent = folder.path().join("absent").display().to_string();
    for (path, message) in [
        (&absent, format!("error: cannot read `{absent}`: there is no such file\n")),
        (
            &other,
            format!(
                "error: {other}:1: missing field `type` at line 1 column 2: give a file that `upqr run --record` or `--format ndjson` wrote\n"
            ),
        ),
    ] {
        let ended = upqr(&["report", "coverage", path]);
        assert_eq!((ended.code, ended.out.as_str(), ended.err), (2, "", message));
    }
}
