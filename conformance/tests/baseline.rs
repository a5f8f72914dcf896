//! `upqr baseline`, as a shell calls it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

mod call;

use call::{Ended, Folder, upqr, upqr_reads};

const A: &str = "decode-0001-minimal";
const B: &str = "decode-0052-length-half-at-end";
const C: &str = "unify-0107-category-5";

const DETAILS: [&str; 10] = [
    "--reason",
    "no carriage yet",
    "--owner",
    "payments",
    "--issue",
    "https://tracker.example/7",
    "--expires",
    "2027-05-31",
    "--as-of",
    "2026-11-23",
];

/// What this command's own records say of their vectors.
fn edition() -> String {
    let ended = upqr(&["run", "--filter", &format!("id({A})"), "--format", "ndjson"]);
    ended.objects()[0]["vectors"].as_str().expect("a text").to_owned()
}

/// The record of a run of every vector, in which these end otherwise than with `pass`.
fn record(folder: &Folder, outcomes: &[(&str, &str)]) -> String {
    let mut ids: Vec<String> = upqr::vectors::FILES
        .iter()
        .flat_map(|(_, text)| {
            let file: Value = serde_json::from_str(text).expect("JSON");
            let ids = file["vectors"].as_array().expect("vectors").iter();
            ids.map(|vector| vector["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
        })
        .collect();
    ids.sort_unstable();
    let adapter = json!({"name": "x", "version": "1", "ops": ["decode"], "features": [], "in_flight": 1});
    let mut lines = vec![json!({
        "type": "header", "record": 1, "upqr": "0.1.0", "vectors": edition(), "adapter": adapter,
        "call": ["--adapter", "./my adapter"], "repeat": 1, "cases": ids.len(),
    })];
    for id in &ids {
        let outcome = outcomes.iter().find(|(vector, _)| vector == id).map_or("pass", |(_, outcome)| outcome);
        let mut row = json!({"type": "row", "vector": id, "rev": 1, "outcome": outcome});
        if outcome != "pass" {
            row["detail"] = json!("expected reject, got accept");
        }
        lines.push(row);
    }
    lines.push(json!({"type": "end", "rows": ids.len()}));
    let text: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
    folder.file("run.ndjson", text.concat().as_bytes())
}

/// A baseline that expects these outcomes.
fn baseline(folder: &Folder, outcomes: &[(&str, &str)]) -> PathBuf {
    let vectors: Vec<String> =
        outcomes.iter().map(|(vector, outcome)| format!("\"{vector}\" = \"{outcome}\"\n")).collect();
    let vectors = vectors.concat();
    let text = format!(
        "# ours\n\nversion = 1\n\n[[known]]\nreason = \"old\"\nowner = \"me\"\nissue = \"#1\"\nexpires = \"2027-01-01\"\n[known.vectors]\n{vectors}"
    );
    PathBuf::from(folder.file("known.toml", text.as_bytes()))
}

#[track_caller]
fn call(command: &str, file: &Path, record: &str, more: &[&str], answers: &str) -> Ended {
    let file = file.to_str().expect("UTF-8");
    let arguments = [&["baseline", command, "--baseline", file, record], more].concat();
    upqr_reads(&arguments, answers.as_bytes())
}

#[test]
fn update_makes_the_file_say_what_the_record_says() {
    let folder = Folder::new();
    let file = baseline(&folder, &[(A, "crash"), (B, "hang"), ("decode-9999-none", "lossy")]);
    let record = record(&folder, &[(B, "crash"), (C, "wrong-verdict")]);
    let before = fs::read_to_string(&file).unwrap();
    let ended = call("update", &file, &record, &[], "");
    assert_eq!(ended.code, 2);
    assert_eq!(
        ended.err,
        "error: 2 failures are new or changed, and need `--reason`, `--owner`, `--issue` and `--expires`, or a repair\n"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), before);

    let ended = call("update", &file, &record, &DETAILS, "");
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert_eq!(
        ended.out,
        format!(
            "gone     {A}: it passes\nchanged  {B}: crash, was hang\ngone     decode-9999-none: no vector has this id\n\
             new      {C}: wrong-verdict\n1 new, 1 changed, 2 gone: the baseline has 2 known failures\n"
        )
    );
    // The reason of the hang is none for the crash.
    let after = format!(
        "# ours\n\nversion = 1\n\n[[known]]\nreason = \"no carriage yet\"\nowner = \"payments\"\nissue = \"https://tracker.example/7\"\n\
         expires = \"2027-05-31\"\n[known.vectors]\n\"{B}\" = \"crash\"\n\n[[known]]\nreason = \"no carriage yet\"\n\
         owner = \"payments\"\nissue = \"https://tracker.example/7\"\nexpires = \"2027-05-31\"\n[known.vectors]\n\
         \"{C}\" = \"wrong-verdict\"\n"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), after);

    // What says it already keeps its bytes, comments among them.
    let commented = after.replace("expires", "# a comment\nexpires");
    fs::write(&file, &commented).unwrap();
    let ended = call("update", &file, &record, &["--as-of", "2027-05-31"], "");
    assert_eq!(
        ended.out,
        "0 new, 0 changed, 0 gone: the baseline has 2 known failures\n\
         expired on 2027-05-31, and left as it is: no carriage yet (https://tracker.example/7)\n\
         expired on 2027-05-31, and left as it is: no carriage yet (https://tracker.example/7)\n"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), commented);
}

#[test]
fn update_begins_a_file_with_an_entry_for_each_outcome() {
    let folder = Folder::new();
    let file = folder.path().join("new.toml");
    let record = record(&folder, &[(A, "crash"), (B, "wrong-verdict"), (C, "crash")]);
    let ended = call("update", &file, &record, &DETAILS, "");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.matches("[[known]]").count(), 2);
    assert!(text.contains(&format!("\"{A}\" = \"crash\"\n\"{C}\" = \"crash\"\n")), "{text}");
    assert_eq!(call("update", &file, &record, &[], "").code, 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn what_cannot_be_known_is_refused() {
    let folder = Folder::new();
    let file = baseline(&folder, &[(A, "crash")]);
    let whole = record(&folder, &[(A, "crash")]);
    let text = fs::read_to_string(&whole).unwrap();
    let check = |record: String, more: &[&str], message: &str| {
        fs::write(&whole, record).unwrap();
        let ended = call("update", &file, &whole, more, "");
        assert_eq!((ended.code, ended.err.as_str()), (2, format!("error: {message}\n").as_str()));
    };
    let part = format!(
        "`{whole}` is the record of a part of the vectors: make one without `--filter` and `--partition`"
    );
    check(text.replace("\"repeat\"", "\"filter\":\"op(decode)\",\"repeat\""), &[], &part);
    check(text.replace("\"repeat\"", "\"partition\":\"hash:1/2\",\"repeat\""), &[], &part);
    let end = text.rfind("{\"type\":\"end\"").unwrap();
    check(
        text[..end].to_owned(),
        &[],
        &format!("`{whole}` is the record of an interrupted run: finish it with `upqr run --resume`"),
    );
    let mut details = DETAILS;
    details[7] = "2028-11-24";
    check(
        text.clone(),
        &details,
        "`--expires 2028-11-24`: expected a day after 2026-11-23, at most 2028-11-23",
    );
    details[7] = "2026-11-23";
    check(
        text.clone(),
        &details,
        "`--expires 2026-11-23`: expected a day after 2026-11-23, at most 2028-11-23",
    );
    details[3] = " ";
    check(text, &details, "`--owner` is empty: say it in words that another person understands");
    let ended = upqr(&["baseline", "update", "--baseline", file.to_str().unwrap(), "none.ndjson"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.starts_with("error: cannot read `none.ndjson`: "), "{}", ended.err);
    fs::write(&file, "version = 1\nknow = 1\n").unwrap();
    let ended = call("update", &file, &whole, &[], "");
    let name = file.display();
    assert_eq!(ended.err, format!("error: {name}:2: unknown field `know`, expected `version` or `known`\n"));
}

#[test]
fn review_lists_takes_and_leaves() {
    let folder = Folder::new();
    let file = baseline(&folder, &[(A, "crash"), (B, "hang")]);
    let record = record(&folder, &[(B, "crash"), (C, "wrong-verdict")]);
    let before = fs::read_to_string(&file).unwrap();
    let ended = call("review", &file, &record, &[], "");
    assert_eq!((ended.code, ended.err.as_str()), (1, ""));
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
        insta::assert_snapshot!("review", ended.out);
    });
    assert_eq!(fs::read_to_string(&file).unwrap(), before);

    let check = |more: &[&str], code: i32, message: &str| {
        let ended = call("review", &file, &record, more, "");
        assert_eq!((ended.code, ended.err.as_str()), (code, message), "{more:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), before, "{more:?}");
    };
    check(&["--reject", "all"], 0, "");
    check(&["--reject", A], 1, "");
    check(&["--accept", "x"], 2, "error: the record asks for no change of `x`\n");
    check(
        &["--accept", A, "--reject", A],
        2,
        &format!("error: `{A}` is accepted and rejected: choose one\n"),
    );
    check(
        &["--accept", "all", "--reject", "all"],
        2,
        "error: `--accept all` and `--reject all` exclude each other\n",
    );
    check(
        &["--accept", "all"],
        2,
        "error: 2 failures are new or changed, and need `--reason`, `--owner`, `--issue` and `--expires`, or a repair\n",
    );
    check(
        &["--accept", B],
        2,
        "error: 1 failure is new or changed, and needs `--reason`, `--owner`, `--issue` and `--expires`, or a repair\n",
    );
    let more = [&["--accept", "all", "--reject", C][..], &DETAILS].concat();
    let ended = call("review", &file, &record, &more, "");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let after = fs::read_to_string(&file).unwrap();
    assert!(!after.contains("\"old\"") && !after.contains(C), "{after}");
    assert!(
        after.ends_with(&format!("expires = \"2027-05-31\"\n[known.vectors]\n\"{B}\" = \"crash\"\n")),
        "{after}"
    );
}

#[test]
fn review_asks_and_writes_what_was_accepted_or_nothing() {
    let folder = Folder::new();
    let outcomes = [(A, "crash"), (B, "hang")];
    let record = record(&folder, &[(B, "crash"), (C, "wrong-verdict")]);
    let check = |answers: &str, more: &[&str], code: i32, last: &str, vectors: &[(&str, &str)]| {
        let file = baseline(&folder, &outcomes);
        let ended = call("review", &file, &record, &[&["--interactive"], more].concat(), answers);
        assert_eq!((ended.code, ended.err.as_str()), (code, ""), "{answers:?}");
        assert_eq!(ended.out.lines().last(), Some(last), "{answers:?}");
        let text = fs::read_to_string(&file).unwrap();
        for id in [A, B, C] {
            let known = vectors.iter().find(|(vector, _)| *vector == id);
            match known {
                Some((id, outcome)) => {
                    assert!(text.contains(&format!("\"{id}\" = \"{outcome}\"")), "{answers:?}: {text}");
                }
                None => assert!(!text.contains(id), "{answers:?}: {text}"),
            }
        }
    };
    let ended = "the answers ended: nothing was written";
    check("", &[], 1, ended, &outcomes);
    check("a\na\n", &[], 1, ended, &outcomes);
    check(
        "a\nq\n",
        &[],
        1,
        "accept, skip or quit? [a/s/q] accepted 0 new, 0 changed, 1 gone: the baseline has 1 known failures; 2 open",
        &[(B, "hang")],
    );
    check(
        "s\nno\na\ns\n",
        &DETAILS,
        1,
        "accept, skip or quit? [a/s/q] accepted 0 new, 1 changed, 0 gone: the baseline has 2 known failures; 2 open",
        &[(A, "crash"), (B, "crash")],
    );
    check(
        "a\na\na\n",
        &DETAILS,
        0,
        "accept, skip or quit? [a/s/q] accepted 1 new, 1 changed, 1 gone: the baseline has 2 known failures; 0 open",
        &[(B, "crash"), (C, "wrong-verdict")],
    );
    // A new or changed failure cannot be taken without the words that go with it.
    check(
        "s\na\ns\na\ns\n",
        &[],
        1,
        "accept, skip or quit? [a/s/q] accepted 0 new, 0 changed, 0 gone: the baseline has 2 known failures; 3 open",
        &outcomes,
    );
}

#[test]
fn what_has_expired_is_left_to_a_person() {
    let folder = Folder::new();
    let file = baseline(&folder, &[(A, "crash"), (B, "hang"), ("decode-9999-none", "lossy")]);
    let record = record(&folder, &[(B, "crash")]);
    let before = fs::read_to_string(&file).unwrap();
    let left = "expired on 2027-01-01, and left as it is: old (#1)\n";
    let none = "0 new, 0 changed, 0 gone: the baseline has 3 known failures";
    let ended = call("update", &file, &record, &["--as-of", "2027-01-01"], "");
    assert_eq!((ended.code, ended.out), (0, format!("{none}\n{left}")));
    let ended = call("review", &file, &record, &["--as-of", "2027-01-01", "--accept", "all"], "");
    assert_eq!((ended.code, ended.out), (0, format!("accepted {none}; 0 open\n{left}")));
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    // A hand may have written any day.
    fs::write(&file, before.replace("2027-01-01", "9999-12-31")).unwrap();
    let ended = call("update", &file, &record, &DETAILS, "");
    assert_eq!(ended.code, 0, "{}", ended.err);
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("2027-05-31", "2028-11-24")).unwrap();
    let ended = call("update", &file, &record, &["--as-of", "2026-11-23"], "");
    let far = "expires on 2028-11-24, more than two years ahead, and left as it is: no carriage yet (https://tracker.example/7)\n";
    assert_eq!(ended.out, format!("0 new, 0 changed, 0 gone: the baseline has 1 known failures\n{far}"));
}

#[test]
fn a_real_record_becomes_a_baseline_that_holds() {
    let folder = Folder::new();
    let adapter = format!("'{}' adapter --misbehave always-accept", env!("CARGO_BIN_EXE_upqr"));
    let (record, known) = (folder.path().join("run.ndjson"), folder.path().join("known.toml"));
    let (record, known) = (record.to_str().unwrap(), known.to_str().unwrap());
    assert_eq!(upqr(&["run", "--adapter", &adapter, "--record", record]).code, 1);
    let review = call("review", Path::new(known), record, &[], "");
    assert_eq!((review.code, review.err.as_str()), (1, ""));
    let update = call("update", Path::new(known), record, &DETAILS, "");
    assert_eq!((update.code, update.err.as_str()), (0, ""));
    let day = ["--as-of", "2026-11-24"];
    let holds = ["run", "--adapter", &adapter, "--baseline", known];
    let ended = upqr(&[&holds[..], &day].concat());
    assert_eq!(ended.code, 0, "{}", ended.out);

    // What no vector is called is told of a part as well; the rest of the entries is not looked at.
    let filter = format!("id({A})");
    let part = [&holds[..], &day, &["--filter", &filter, "--format", "ndjson"]].concat();
    assert_eq!(upqr(&part).code, 0);
    let text = fs::read_to_string(known).unwrap();
    fs::write(
        known,
        text.replacen("[known.vectors]\n", "[known.vectors]\n\"decode-9999-none\" = \"crash\"\n", 1),
    )
    .unwrap();
    let ended = upqr(&part);
    assert_eq!(ended.code, 5, "{}", ended.out);
    let stale: Vec<Value> = ended.objects().into_iter().filter(|line| line["type"] == "stale").collect();
    let why = "no vector has this id: take the entry out";
    assert_eq!(stale, [json!({"type": "stale", "vector": "decode-9999-none", "why": why})]);
}
