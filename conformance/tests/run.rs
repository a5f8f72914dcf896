//! `upqr run` as a pipeline uses it: what is chosen, what is kept, and how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;

mod call;

use call::{Folder, upqr};
use serde_json::Value;

/// This command as an adapter that misbehaves.
fn liar(kind: &str) -> String {
    format!("'{}' adapter --misbehave {kind}", env!("CARGO_BIN_EXE_upqr"))
}

/// The rows of a record, each with its vector and outcome.
fn rows(record: &str) -> Vec<(String, String)> {
    let lines = record.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines
        .filter(|line| line["type"] == "row")
        .map(|row| (row["vector"].as_str().unwrap().to_owned(), row["outcome"].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn the_reference_passes_everything_however_it_is_asked() {
    let plain = upqr(&["run", "--format", "ndjson"]);
    assert_eq!(plain.code, 0, "{}", plain.err);
    let count = rows(&plain.out).len();
    assert!(count >= 2_500, "{count}");
    assert!(rows(&plain.out).iter().all(|(_, outcome)| outcome == "pass"));
    for more in [&["--jobs", "1"][..], &["--jobs", "7", "--shuffle", "--seed", "9"]] {
        let other = upqr(&[&["run", "--format", "ndjson"][..], more].concat());
        assert_eq!(other.out, plain.out, "{more:?}");
    }
    let twice = upqr(&["run", "--format", "ndjson", "--repeat", "2", "--shuffle"]);
    assert_eq!(twice.code, 0, "{}", twice.out);
    assert!(twice.err.starts_with("warning: the order of this run is that of --seed "), "{}", twice.err);
}

#[test]
fn shares_together_are_every_vector_once() {
    let mut all: Vec<_> = (1..=4)
        .flat_map(|share| {
            let partition = format!("hash:{share}/4");
            rows(
                &upqr(&["run", "--filter", "op(decode)", "--partition", &partition, "--format", "ndjson"])
                    .out,
            )
        })
        .collect();
    all.sort();
    assert_eq!(all, rows(&upqr(&["run", "--filter", "op(decode)", "--format", "ndjson"]).out));
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let folder = Folder::new();
    let path = folder.path().join("run.ndjson");
    let name = path.to_str().unwrap();
    let call = ["run", "--filter", "op(decode)", "--record", name];
    assert_eq!(upqr(&call).code, 0);
    let whole = fs::read_to_string(&path).unwrap();
    let part = folder.path().join("run.ndjson.part");
    assert!(!part.exists(), "a whole run leaves no part behind");
    let resume = [&call[..], &["--resume"]].concat();

    let ended = upqr(&resume);
    let message =
        format!("error: there is no interrupted run of `{name}` to go on with: run without --resume\n");
    assert_eq!((ended.code, ended.err), (2, message));

    // The middle of a row is where a process may be killed.
    for end in [whole.len() / 2, whole.find('\n').unwrap() + 1, whole.len() - 3] {
        fs::remove_file(&path).unwrap();
        fs::write(&part, &whole[..end]).unwrap();
        assert_eq!(upqr(&resume).code, 0);
        assert_eq!(fs::read_to_string(&path).unwrap(), whole, "cut at {end}");
        assert!(!part.exists());
    }

    fs::write(&part, &whole[..whole.len() / 2]).unwrap();
    let other = upqr(&["run", "--filter", "op(check)", "--record", name, "--resume"]);
    let message = format!(
        "error: the interrupted run was of another adapter, other vectors or another selection: give the same call, or remove `{name}.part`\n"
    );
    assert_eq!((other.code, other.err), (2, message));

    // What stands there is another run's, which may still be going on.
    let left = fs::read(&part).unwrap();
    let ended = upqr(&call);
    let message = format!(
        "error: an interrupted run of `{name}` is there: go on with --resume, or remove `{name}.part`\n"
    );
    assert_eq!((ended.code, ended.err), (2, message));
    assert_eq!(fs::read(&part).unwrap(), left);
}

#[test]
fn rows_that_this_call_cannot_have_written_are_refused() {
    let folder = Folder::new();
    let path = folder.path().join("run.ndjson");
    let name = path.to_str().unwrap();
    let adapter = liar("no-findings");
    let call = ["run", "--adapter", &adapter, "--filter", "id(decode-000*)", "--record", name];
    upqr(&call);
    let whole = fs::read_to_string(&path).unwrap();
    let (header, rest) = whole.split_once('\n').unwrap();
    let row = rest.lines().next().unwrap();
    let part = folder.path().join("run.ndjson.part");
    for (row, vector, rev) in [
        (row.replace("decode-0001-minimal", "decode-9999-none"), "decode-9999-none", 1),
        (row.replace("decode-0001-minimal", "check-0001-canonical"), "check-0001-canonical", 1),
        (row.replace("\"rev\":1", "\"rev\":7"), "decode-0001-minimal", 7),
        (row.replace("\"pass\"", "\"unsupported\""), "decode-0001-minimal", 1),
        (
            row.replace("\"pass\"", "\"crash\",\"known\":{\"reason\":\"r\",\"owner\":\"o\",\"issue\":\"i\",\"expires\":\"2027-01-01\"}"),
            "decode-0001-minimal",
            1,
        ),
    ] {
        fs::write(&part, format!("{header}\n{row}\n")).unwrap();
        let ended = upqr(&[&call[..], &["--resume"]].concat());
        let message = format!(
            "error: `{name}.part` has a row of `{vector}`, revision {rev}, that this call cannot have written: remove the file, and run without --resume\n"
        );
        assert_eq!((ended.code, ended.err), (2, message), "{row}");
    }
    fs::write(&part, format!("{header}\n{row}\n")).unwrap();
    upqr(&[&call[..], &["--resume"]].concat());
    assert_eq!(fs::read_to_string(&path).unwrap(), whole);
}

#[test]
fn a_file_that_cannot_be_is_told_before_anything_is_asked() {
    let folder = Folder::new();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (record, part, missing, known) = (at("r"), at("r.part"), at("none/report"), at("known.toml"));
    let same = |one: &str, other: &str, path: &str| {
        format!("{one} and {other} are one file, `{path}`: name another one")
    };
    fs::write(&known, "version = 1\n").unwrap();
    let wrong = folder.file("wrong.toml", b"version = 1\nknow = 1\n");
    let here = format!("{}/./r", folder.path().display());
    for (more, message) in [
        (
            &["--baseline", &wrong][..],
            format!("{wrong}:2: unknown field `know`, expected `version` or `known`"),
        ),
        (&["--output-file", &missing], format!("cannot write `{missing}`: there is no such folder")),
        (&["--output-file", "/"], "cannot write `/`: it is a folder".to_owned()),
        (&["--record", &missing], format!("cannot write `{missing}`: there is no such folder")),
        (&["--record", &record, "--output-file", &here], same("--record", "--output-file", &here)),
        (
            &["--record", &record, "--output-file", &part],
            same("the unfinished --record", "--output-file", &part),
        ),
        (&["--record", &known, "--baseline", &known], same("--record", "--baseline", &known)),
    ] {
        // An adapter that cannot be started shows that nobody got as far as asking it.
        let ended = upqr(&[&["run", "--adapter", "./no-such-adapter"][..], more].concat());
        assert_eq!((ended.code, ended.err), (2, format!("error: {message}\n")), "{more:?}");
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// The exit code of a call whose output nobody reads.
fn unread(arguments: &[&str]) -> Option<i32> {
    let mut child = call::command(arguments).spawn().unwrap();
    drop(child.stdout.take());
    child.wait().unwrap().code()
}

#[test]
fn a_reader_that_has_seen_enough_changes_no_verdict() {
    let adapter = liar("always-accept");
    let wrong = ["run", "--adapter", &adapter, "--filter", "op(decode)", "--format"];
    for format in ["human", "ndjson", "junit"] {
        assert_eq!(unread(&[&wrong[..], &[format]].concat()), Some(1), "{format}");
    }
    for (arguments, code) in [
        (&["run", "--format", "ndjson"][..], 0),
        (&["doctor", "--adapter", &liar("crash")], 1),
        (&["check", "0002010102115913LUCKY NOOD"], 1),
        (&["explain"], 0),
    ] {
        assert_eq!(unread(arguments), Some(code), "{arguments:?}");
    }
    // More than is gathered before it is written: what was found by then counts.
    let folder = Folder::new();
    let bad = "0002010102115913LUCKY NOOD\n".repeat(2_000);
    let file = folder.file("codes.txt", bad.as_bytes());
    assert_eq!(unread(&["check", &file]), Some(1));
    assert_eq!(unread(&["roundtrip", &file]), Some(1));
    assert_eq!(unread(&["decode", &file]), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_no_verdict() {
    for format in ["human", "ndjson"] {
        let mut call = call::command(&["run", "--filter", "op(decode)", "--format", format]);
        call.stdout(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
        let ended = call::run(call, b"");
        assert_eq!(ended.code, 2, "{}", ended.err);
        assert!(ended.err.starts_with("error: cannot write the output: "), "{}", ended.err);
    }
}

#[test]
fn a_share_may_be_empty_and_all_of_them_may_not() {
    let folder = Folder::new();
    let filter = ["run", "--filter", "id(decode-0001-minimal)"];
    let shares: Vec<(i32, String, String)> = (1..=2)
        .map(|share| {
            let (partition, name) = (format!("hash:{share}/2"), format!("{share}.ndjson"));
            let record = folder.path().join(name).to_str().unwrap().to_owned();
            let ended = upqr(&[&filter[..], &["--partition", &partition, "--record", &record]].concat());
            (ended.code, ended.err, record)
        })
        .collect();
    assert!(shares.iter().all(|(code, ..)| *code == 0), "{shares:?}");
    let told: Vec<&str> =
        shares.iter().map(|(_, err, _)| err.as_str()).filter(|err| !err.is_empty()).collect();
    let empty =
        |share| format!("warning: the share hash:{share}/2 holds no case to ask, and other shares do\n");
    assert!(told == [empty(1)] || told == [empty(2)], "{told:?}");
    let merged = upqr(&["report", "merge", &shares[0].2, &shares[1].2]);
    assert_eq!(merged.code, 0, "{}", merged.err);
    assert_eq!(merged.out, upqr(&[&filter[..], &["--format", "ndjson"]].concat()).out);
    for format in ["human", "json", "junit", "sarif", "tap", "markdown", "github", "html", "badge"] {
        for share in ["hash:1/2", "hash:2/2"] {
            let ended = upqr(&[&filter[..], &["--partition", share, "--format", format]].concat());
            assert_eq!(ended.code, 0, "{format}: {}", ended.err);
        }
    }
    let none = upqr(&["run", "--filter", "id(none)", "--partition", "hash:1/2"]);
    assert_eq!(
        (none.code, none.err.as_str()),
        (4, "error: no vector is chosen by this call: widen --filter\n")
    );
}

#[test]
fn asking_less_than_was_agreed_is_no_pass() {
    let call = ["run", "--filter", "id(decode-0001-minimal)", "--min-asked"];
    assert_eq!(upqr(&[&call[..], &["1"]].concat()).code, 0);
    let ended = upqr(&[&call[..], &["2"]].concat());
    let message = "error: 1 of at least 2 cases were asked: look at what the adapter declares, at --filter, or at --min-asked\n";
    assert_eq!((ended.code, ended.err.as_str()), (1, message));
}

#[test]
fn what_failed_is_asked_again_alone() {
    let folder = Folder::new();
    let path = folder.path().join("run.ndjson");
    let name = path.to_str().unwrap();
    let adapter = liar("always-accept");
    let call = ["run", "--adapter", &adapter, "--filter", "op(decode) & flag(length)", "--record", name];
    assert_eq!(upqr(&call).code, 1);
    let failed: Vec<_> = rows(&fs::read_to_string(&path).unwrap())
        .into_iter()
        .filter(|(_, outcome)| outcome != "pass")
        .collect();
    assert!(!failed.is_empty());
    let again = upqr(&["run", "--adapter", &adapter, "--rerun-failed", name, "--format", "ndjson"]);
    assert_eq!((again.code, rows(&again.out)), (1, failed));
    let right = upqr(&["run", "--rerun-failed", name, "--record", name]);
    assert_eq!(right.code, 0, "{}", right.out);
    let nothing = upqr(&["run", "--rerun-failed", name]);
    assert_eq!((nothing.code, nothing.err), (4, format!("error: nothing failed in `{name}`\n")));
}

#[test]
fn answers_that_change_are_found_by_asking_twice() {
    let adapter = liar("nondeterministic");
    let call = [
        "run",
        "--adapter",
        &adapter,
        "--filter",
        "id(decode-0001-*)",
        "--repeat",
        "2",
        "--format",
        "ndjson",
    ];
    let ended = upqr(&call);
    assert_eq!(ended.code, 1);
    assert!(rows(&ended.out).iter().all(|(_, outcome)| outcome == "nondeterministic"), "{}", ended.out);
}

#[test]
fn mistakes_in_the_call_are_told() {
    for (arguments, code, message) in [
        (
            &["run", "--filter", "id(nothing-such)"][..],
            4,
            "error: no vector is chosen by this call: widen --filter\n",
        ),
        (
            &["run", "--filter", "op(decode"],
            2,
            "error: invalid value 'op(decode' for '--filter <FILTER>': column 10: expected a filter such as `op(decode) & !risk(misroute)`\n\n\
             For more information, try '--help'.\n",
        ),
        (
            &["run", "--timeout", "0"],
            2,
            "error: invalid value '0' for '--timeout <SECONDS>': expected a number of seconds above 0, such as 2.5\n\n\
             For more information, try '--help'.\n",
        ),
    ] {
        let ended = upqr(arguments);
        assert_eq!((ended.code, ended.err.as_str()), (code, message), "{arguments:?}");
    }
    let ended = upqr(&["run", "--rerun-failed", "no-such-file"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.starts_with("error: cannot read `no-such-file`: "), "{}", ended.err);
}
