//! `upqr doctor`: what it says of an adapter that is sound, and of those that are not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// Lines of tests.
#![allow(clippy::arithmetic_side_effects)]

use serde_json::Value;

mod call;

use call::upqr;

const UPQR: &str = env!("CARGO_BIN_EXE_upqr");

/// Calls the doctor on a kind of liar; gives the exit code, and each failed check with its reason.
#[track_caller]
fn failed(kind: &str) -> (i32, Vec<(String, String)>) {
    let adapter = format!("{UPQR} adapter --misbehave {kind}");
    let ended = upqr(&["doctor", "--adapter", &adapter, "--timeout", "1", "--format", "json"]);
    let report: Value = serde_json::from_str(&ended.out).expect("one document");
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let failed: Vec<_> = checks.map(|check| (text(&check["what"]), text(&check["why"]))).collect();
    assert_eq!(report["ok"], failed.is_empty());
    (ended.code, failed)
}

#[test]
fn a_sound_adapter_stands_every_check() {
    let ended = upqr(&["doctor"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    // Every new vector changes the counts.
    let counted = ended.out.split_inclusive(' ').map(|word| match word.trim_end().parse::<u64>() {
        Ok(_) => "N ",
        Err(_) => word,
    });
    insta::assert_snapshot!(counted.collect::<String>());
}

#[test]
fn an_adapter_that_passes_nothing_is_told_so() {
    let (code, failed) = failed("says-error");
    let (what, why) = &failed[0];
    assert_eq!((code, failed.len()), (1, 1), "{failed:?}");
    assert!(what.starts_with("it passes 0 of "), "{what}");
    let expected = "an adapter that passes no vector proves nothing: mend it first, beginning with check-0001-clean: crash: \
                    the adapter says that it failed: a list is too short";
    assert_eq!(why, expected);
}

#[test]
fn answers_that_change_are_found_out() {
    let (code, failed) = failed("nondeterministic");
    let what: Vec<&str> = failed.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(code, 1);
    assert!(what.iter().any(|what| what.starts_with("it gives the same ")), "{what:?}");
    assert!(
        failed.iter().any(|(_, why)| why.ends_with("keep nothing from one question to the next")),
        "{failed:?}"
    );
}

#[test]
fn an_adapter_that_accepts_everything_is_told_so() {
    let (code, failed) = failed("always-accept");
    assert_eq!((code, failed.len()), (1, 1), "{failed:?}");
    let (what, why) = &failed[0];
    assert_eq!(what, "it does not give one verdict alone for an operation");
    let every =
        "every answer is `accept`, and the vectors expect both: give the implementation's own verdict";
    for op in ["check", "decode", "encode", "recognise", "restore", "roundtrip", "unify"] {
        assert!(why.lines().any(|line| line == format!("{op}: {every}")), "{why}");
    }
}

#[test]
fn who_knows_the_vectors_by_heart_is_found_out() {
    let (code, failed) = failed("by-heart");
    assert_eq!(code, 1);
    let (_, why) = failed.iter().find(|(what, _)| what.ends_with(" that are in no file")).expect("a check");
    let heart = "it passes every vector of the operation, and may know them by heart: ask the implementation";
    assert_eq!(why.lines().last(), Some(heart), "{why}");
}

#[test]
fn vectors_that_fail_are_counted_beside_the_checks() {
    let adapter = format!("{UPQR} adapter --misbehave wrong-offset");
    let ended = upqr(&["doctor", "--adapter", &adapter, "--seed", "7"]);
    assert_eq!(ended.code, 0, "{}", ended.out);
    let lines: Vec<&str> = ended.out.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("  ok      it passes ")).expect("a line");
    assert!(lines[at + 1].contains(" vectors fail, the first of them "), "{}", lines[at + 1]);
    assert!(lines[at + 1].ends_with(": see `upqr run`"), "{}", lines[at + 1]);
    assert!(lines.last().unwrap().ends_with(" vectors fail: see `upqr run`"), "{:?}", lines.last());
    let seeded = "  ok      it answers like the standard on 50 of 50 inputs of seed 7 that are in no file";
    assert!(lines.contains(&seeded), "{}", ended.out);
}

#[test]
fn an_adapter_that_stays_is_told_so() {
    let (code, failed) = failed("stays");
    assert_eq!(code, 1);
    let why = "it was ended by a signal: end at `bye`, and where the standard input ends".to_owned();
    assert_eq!(failed, [("it ends within a second of `bye`".to_owned(), why)]);
}

#[test]
fn an_adapter_that_does_not_start_is_none() {
    let ended = upqr(&["doctor", "--adapter", "cat"]);
    assert_eq!((ended.code, ended.out.as_str()), (3, ""));
    assert_eq!(ended.err, "error: the adapter did not start: `hello`: missing field `name`\n");
}
