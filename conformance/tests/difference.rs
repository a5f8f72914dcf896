//! `upqr report diff`: which changes are a failure, and how much of a long list is shown.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;

use serde_json::Value;

mod call;

use call::{Folder, upqr};

fn path(name: &str) -> String {
    format!("{}/tests/reports/{name}.ndjson", env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

/// Holds the exit code and the last line of a difference.
#[track_caller]
fn compares(old: &str, new: &str, code: i32, sum: &str) {
    let ended = upqr(&["report", "diff", old, new]);
    assert_eq!((ended.code, ended.out.lines().last()), (code, Some(sum)), "{}", ended.out);
}

#[test]
fn only_what_newly_fails_is_a_failure() {
    let folder = Folder::new();
    let whole = text("every-outcome");
    let one = path("every-outcome");
    compares(
        &one,
        &one,
        0,
        "0 newly failing, 0 no longer asked, 0 changed outcome, 0 newly passing, 0 newly asked, 0 added, 0 removed",
    );
    let change = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        folder.file("changed.ndjson", whole.replacen(from, to, 1).as_bytes())
    };
    let better = change("\"outcome\":\"lossy\"", "\"outcome\":\"pass\"");
    compares(
        &one,
        &better,
        0,
        "0 newly failing, 0 no longer asked, 0 changed outcome, 1 newly passing, 0 newly asked, 0 added, 0 removed",
    );
    compares(
        &better,
        &one,
        1,
        "1 newly failing, 0 no longer asked, 0 changed outcome, 0 newly passing, 0 newly asked, 0 added, 0 removed",
    );
    let other = change("\"outcome\":\"lossy\"", "\"outcome\":\"unsupported\"");
    compares(
        &one,
        &other,
        0,
        "0 newly failing, 0 no longer asked, 1 changed outcome, 0 newly passing, 0 newly asked, 0 added, 0 removed",
    );
    // What passed and is asked no more may fail; what is asked anew and passes cannot.
    let fewer = change("\"outcome\":\"pass\"", "\"outcome\":\"unsupported\"");
    compares(
        &one,
        &fewer,
        1,
        "0 newly failing, 1 no longer asked, 0 changed outcome, 0 newly passing, 0 newly asked, 0 added, 0 removed",
    );
    compares(
        &fewer,
        &one,
        0,
        "0 newly failing, 0 no longer asked, 0 changed outcome, 0 newly passing, 1 newly asked, 0 added, 0 removed",
    );
    // A failure that a baseline no longer excuses fails anew.
    let known = whole.lines().find(|line| line.contains("\"known\"")).unwrap();
    let cut = known.find(",\"known\"").unwrap();
    let excused = change(&known[cut..known.len() - 1], "");
    compares(
        &one,
        &excused,
        1,
        "1 newly failing, 0 no longer asked, 0 changed outcome, 0 newly passing, 0 newly asked, 0 added, 0 removed",
    );
}

/// A record of one outcome for each of so many vectors.
fn record_of(folder: &Folder, name: &str, outcomes: &[&str]) -> String {
    let header = text("every-outcome")
        .lines()
        .next()
        .unwrap()
        .replace("\"cases\":19", &format!("\"cases\":{}", outcomes.len()));
    let rows = outcomes.iter().enumerate().map(|(place, outcome)| {
        format!("{{\"type\":\"row\",\"vector\":\"v-{place:03}\",\"rev\":1,\"outcome\":\"{outcome}\"}}\n")
    });
    let end = format!("{{\"type\":\"end\",\"rows\":{}}}\n", outcomes.len());
    folder.file(name, format!("{header}\n{}{end}", rows.collect::<String>()).as_bytes())
}

#[test]
fn a_long_difference_is_shown_in_part_and_written_whole() {
    let folder = Folder::new();
    let old = record_of(&folder, "old", &[["pass"; 30], ["unsupported"; 30]].concat());
    let new = record_of(&folder, "new", &[["unsupported"; 30], ["pass"; 30]].concat());
    let ended = upqr(&["report", "diff", &old, &new]);
    assert_eq!((ended.code, ended.out.matches("pass, now unsupported").count()), (1, 20));
    for part in [
        "\nno longer asked (30)\n  v-000\n    pass, now unsupported\n",
        "\n  v-019\n    pass, now unsupported\n  10 more: `--format json` names them all\n\nnewly asked (30)\n  all of them pass; \
         `--format json` names them\n\n0 newly failing, 30 no longer asked, ",
    ] {
        assert!(ended.out.contains(part), "{part}\nis not in\n{}", ended.out);
    }
    let ended = upqr(&["report", "diff", "--format", "json", &old, &new]);
    let document: Value = serde_json::from_str(&ended.out).unwrap();
    for member in ["no_longer_asked", "newly_asked"] {
        assert_eq!(document[member].as_array().map(Vec::len), Some(30), "{member}");
    }
    let ended = upqr(&["report", "diff", "--format", "markdown", &old, &new]);
    assert_eq!(ended.out.matches("| no longer asked | v-").count(), 30);
    assert!(!ended.out.contains("| newly asked |"), "{}", ended.out);
}
