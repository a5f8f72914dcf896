//! `upqr report`: every form of the same records, what has changed between two of them, and what becomes of those that are none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// Counts and places of what stands here.
#![allow(clippy::arithmetic_side_effects)]

use std::collections::BTreeSet;
use std::fs;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

mod call;

use call::{Ended, Folder, command, run, upqr, upqr_reads};

const FORMATS: [&str; 10] =
    ["human", "json", "ndjson", "junit", "sarif", "tap", "markdown", "github", "html", "badge"];

/// The records of `tests/reports`, by their names.
const RECORDS: [&str; 3] = ["every-outcome", "hostile", "interrupted"];

fn path(name: &str) -> String {
    format!("{}/tests/reports/{name}.ndjson", env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

/// What a report of a record says; a report that can be made is no failure.
#[track_caller]
fn report(name: &str, format: &str) -> String {
    let ended = upqr(&["report", "--format", format, &path(name)]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{name} as {format}");
    ended.out
}

#[track_caller]
fn snapshot(name: &str, text: &str) {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn every_form_shows_every_outcome() {
    for format in ["human", "json", "junit", "sarif", "tap", "markdown", "github"] {
        snapshot(format, &report("every-outcome", format));
    }
}

#[test]
fn the_page_shows_every_outcome() {
    snapshot("html", &page("every-outcome"));
}

/// A page without its style and its script, which have files of their own.
#[track_caller]
fn page(name: &str) -> String {
    let mut page = report(name, "html");
    for (start, end) in [("<style>", "</style>"), ("<script>", "</script>"), ("'sha256-", "'\"")] {
        let from = page.find(start).expect(start) + start.len();
        let to = page[from..].find(end).expect(end) + from;
        page.replace_range(from..to, "");
    }
    page
}

#[test]
fn a_narrow_terminal_breaks_no_line_that_can_be_folded() {
    let ended = narrow("40");
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    snapshot("human-narrow", &ended.out);
    for columns in ["20", "60", "80"] {
        let shown = narrow(columns).out;
        let width: usize = columns.parse().unwrap();
        let wide =
            |line: &&str| !line.trim_start().starts_with("upqr run") && line.chars().count() > width.max(60);
        assert_eq!(shown.lines().find(wide), None, "{columns} columns");
    }
}

fn narrow(columns: &str) -> Ended {
    let mut call = command(&["report", &path("interrupted")]);
    call.env("COLUMNS", columns);
    run(call, b"")
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let folder = Folder::new();
    let whole = text("every-outcome");
    let mut lines: Vec<&str> = whole.lines().collect();
    // The header, the stale entries and the end stay where they are.
    let rows = 1..lines.len() - 3;
    lines[rows].reverse();
    let reversed = folder.file("reversed.ndjson", format!("{}\n", lines.join("\n")).as_bytes());
    for format in FORMATS {
        let shown = report("every-outcome", format);
        assert_eq!(report("every-outcome", format), shown, "{format}");
        assert_eq!(upqr(&["report", "--format", format, &reversed]).out, shown, "{format}");
        let file = folder.path().join(format);
        let ended = upqr(&[
            "report",
            "show",
            "--format",
            format,
            "--output-file",
            file.to_str().unwrap(),
            &path("every-outcome"),
        ]);
        assert_eq!((ended.code, ended.out.as_str()), (0, ""));
        assert_eq!(fs::read_to_string(file).unwrap(), shown, "{format}");
    }
    assert_eq!(report("every-outcome", "ndjson"), whole);
    let ended = upqr_reads(&["report", "--format", "ndjson", "-"], whole.as_bytes());
    assert_eq!(ended.out, whole);
}

#[test]
fn what_a_record_holds_acts_nowhere() {
    for format in ["human", "junit", "tap", "markdown", "github", "html", "badge"] {
        let shown = report("hostile", format);
        let acts = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}');
        assert_eq!(shown.find(acts), None, "{format}");
        let begins = |line: &&str| line.starts_with("::error::") || line.starts_with("not ok 99");
        // Only the page has lines of its own, in which nothing but markup acts.
        assert!(format == "html" || shown.lines().find(begins).is_none(), "{format}");
    }
    // JSON escapes what it has to; a bidirectional control inside a string is the reader's.
    for format in ["json", "sarif"] {
        let shown = report("hostile", format);
        assert_eq!(shown.find(|c: char| c.is_control() && c != '\n'), None, "{format}");
    }
    let page = page("hostile");
    assert_eq!(page.matches("<script>").count(), 1, "the page's own, and nobody else's");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;\\u{202e}"), "{page}");
    assert!(!page.contains("http://") && !page.contains("href=\"https:") && !page.contains(" src="));
}

/// A log that the schema of SARIF admits.
#[track_caller]
fn sarif(text: &str) -> Value {
    let schema = format!("{}/tests/schemas/sarif-2.1.0.json", env!("CARGO_MANIFEST_DIR"));
    let schema = fs::read_to_string(schema).unwrap();
    // One pattern has a bracket too many, as the errata of the standard say; a validator of formats takes no such schema.
    let schema = schema.replace("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let log: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    log
}

#[test]
fn sarif_is_valid_and_names_each_failure_once() {
    for (name, results, suppressed, successful) in
        [("every-outcome", 16, 2, true), ("hostile", 5, 1, true), ("interrupted", 1, 0, false)]
    {
        let log = sarif(&report(name, "sarif"));
        let run = &log["runs"][0];
        let found = run["results"].as_array().unwrap();
        let prints: BTreeSet<&str> =
            found.iter().filter_map(|result| result["partialFingerprints"]["upqrCase/v1"].as_str()).collect();
        assert_eq!((found.len(), prints.len()), (results, results), "{name}");
        let excused = found.iter().filter(|result| result["suppressions"][0]["justification"].is_string());
        assert_eq!(excused.count(), suppressed, "{name}");
        assert_eq!(run["invocations"][0]["executionSuccessful"], successful, "{name}");
        for result in found {
            let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][place]["id"], result["ruleId"], "{name}");
        }
    }
}

#[test]
fn junit_is_well_formed_and_counts_what_it_holds() {
    for name in RECORDS {
        let text = report(name, "junit");
        let mut reader = Reader::from_str(&text);
        let (mut counted, mut held) = ([0_u64; 4], [0_u64; 4]);
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}: {text}")) {
                Event::Start(element) | Event::Empty(element) => {
                    let tag = element.name().as_ref().to_owned();
                    for (place, (attribute, child)) in [
                        ("tests", "testcase"),
                        ("failures", "failure"),
                        ("errors", "error"),
                        ("skipped", "skipped"),
                    ]
                    .into_iter()
                    .enumerate()
                    {
                        held[place] += u64::from(tag == child);
                        if tag == "testsuite" {
                            let value = element.try_get_attribute(attribute).unwrap().unwrap();
                            counted[place] += value.value.parse::<u64>().unwrap();
                        }
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(counted, held, "{name}");
        assert!(counted[0] > 0, "{name}");
    }
}

#[test]
fn a_badge_says_how_far_an_implementation_is() {
    let folder = Folder::new();
    let badge = |path: &str| upqr(&["report", "--format", "badge", path]).out;
    let expected = |message: &str, colour: &str| {
        format!(
            "{{\"schemaVersion\":1,\"label\":\"UPQR conformance\",\"message\":\"{message}\",\"color\":\"{colour}\"}}\n"
        )
    };
    assert_eq!(badge(&path("every-outcome")), expected("4/19", "red"));
    assert_eq!(badge(&path("interrupted")), expected("2/10 incomplete", "lightgrey"));
    let chosen = ",\"filter\":\"op(decode)\"";
    let record_of = |rows: &[&str], part: &str| {
        let header = text("interrupted")
            .lines()
            .next()
            .unwrap()
            .replace(chosen, part)
            .replace("\"cases\":10", &format!("\"cases\":{}", rows.len()));
        let end = format!("{{\"type\":\"end\",\"rows\":{}}}", rows.len());
        folder.file("badge.ndjson", format!("{header}\n{}\n{end}\n", rows.join("\n")).as_bytes())
    };
    let record = |rows: &[&str]| record_of(rows, "");
    let pass = r#"{"type":"row","vector":"a","rev":1,"outcome":"pass"}"#;
    for part in [chosen, ",\"partition\":\"hash:1/4\""] {
        assert_eq!(badge(&record_of(&[pass], part)), expected("1/1 of a part", "lightgrey"));
    }
    let unsupported = r#"{"type":"row","vector":"b","rev":1,"outcome":"unsupported"}"#;
    let known = r#"{"type":"row","vector":"c","rev":1,"outcome":"hang","known":{"reason":"slow","owner":"us","issue":"1","expires":"2027-01-01"}}"#;
    assert_eq!(badge(&record(&[pass])), expected("1/1", "brightgreen"));
    assert_eq!(badge(&record(&[pass, unsupported])), expected("1/2", "green"));
    assert_eq!(badge(&record(&[pass, known])), expected("1/2", "yellow"));
    let two = upqr(&["report", "--format", "badge", &path("interrupted"), &path("every-outcome")]);
    refused(&two, "a badge shows one run: give one record, or make one of several with `upqr report merge`");
}

#[track_caller]
fn refused(ended: &Ended, message: &str) {
    assert_eq!(
        (ended.code, ended.out.as_str(), ended.err.as_str()),
        (2, "", format!("error: {message}\n").as_str())
    );
}

#[test]
fn what_is_no_record_is_refused_in_words() {
    let folder = Folder::new();
    let header = text("interrupted").lines().next().unwrap().to_owned() + "\n";
    for (octets, message) in [
        (&b""[..], "FILE: the file is empty, and no record"),
        (b"\xff", "FILE: byte 0 is not UTF-8, so this is no record"),
        (
            header.replace("\"record\":1", "\"record\":7").as_bytes(),
            "FILE:1: the record has form 7, and this command reads form 1",
        ),
        (header.repeat(2).as_bytes(), "FILE:2: expected the header of a record first, and once"),
    ] {
        let file = folder.file("record.ndjson", octets);
        for call in [&["report", &file][..], &["report", "merge", &file], &["report", "diff", &file, &file]] {
            refused(&upqr(call), &message.replace("FILE", &file));
        }
    }
    let folder = folder.path().to_str().unwrap();
    refused(&upqr(&["report", folder]), &format!("cannot read `{folder}`: it is a folder"));
    refused(&upqr(&["report", "none.ndjson"]), "cannot read `none.ndjson`: there is no such file");
    refused(&upqr(&["report", "-", "-"]), "`-` stands for the standard input, which can be given once");
    refused(
        &upqr(&["report", "diff", "-", "-"]),
        "`-` stands for the standard input, which can be given once",
    );
    assert_eq!(upqr(&["report"]).code, 2);
}

/// The lines of a whole record as shares: the rows of each in one file.
fn shares(folder: &Folder, count: usize) -> Vec<String> {
    let whole = text("every-outcome");
    let (header, rows) = whole.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().filter(|line| line.starts_with("{\"type\":\"row\"")).collect();
    let stale: Vec<&str> = whole.lines().filter(|line| line.starts_with("{\"type\":\"stale\"")).collect();
    let share = |place: usize| {
        let mine: Vec<&str> = rows.iter().skip(place).step_by(count).copied().collect();
        let header = header.replace(
            "\"repeat\":2,\"cases\":19",
            &format!("\"partition\":\"hash:{}/{count}\",\"repeat\":2,\"cases\":{}", place + 1, mine.len()),
        );
        let end = format!("{{\"type\":\"end\",\"rows\":{}}}", mine.len());
        let lines = [&[header.as_str()][..], &mine, &stale, &[end.as_str()]].concat();
        folder.file(&format!("share-{place}.ndjson"), format!("{}\n", lines.join("\n")).as_bytes())
    };
    (0..count).map(share).collect()
}

#[test]
fn shares_of_a_run_become_the_whole() {
    let folder = Folder::new();
    let files = shares(&folder, 4);
    let merge = |files: &[String]| {
        let call: Vec<&str> =
            ["report", "merge"].into_iter().chain(files.iter().map(String::as_str)).collect();
        upqr(&call)
    };
    let ended = merge(&files);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let sorted = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<String>>();
    assert_eq!(sorted(&ended.out), sorted(&text("every-outcome")));
    // Some of them are a share too.
    let part = merge(&files[1..3]);
    let header = &part.objects()[0];
    assert_eq!((&header["partition"], &header["cases"]), (&"hash:2/4, hash:3/4".into(), &10.into()));
    // A record and itself are one record; an interrupted one says what is missing.
    let doubled = merge(&[path("interrupted"), path("interrupted")]);
    assert_eq!(doubled.out, text("interrupted"));
    let file = folder.path().join("merged.ndjson");
    let ended = upqr(&[
        "report",
        "merge",
        &files[0],
        &files[1],
        &files[2],
        &files[3],
        "--output-file",
        file.to_str().unwrap(),
    ]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(file).unwrap(), merge(&files).out);
}

#[test]
fn records_that_do_not_go_together_are_named() {
    let folder = Folder::new();
    let whole = text("every-outcome");
    let one = path("every-outcome");
    for (from, to, message) in [
        (
            "\"version\":\"2.4.1\"",
            "\"version\":\"2.5.0\"",
            "ONE and OTHER are not of one run: `adapter` differs, so they cannot be one record",
        ),
        (
            "\"vectors\":\"1\"",
            "\"vectors\":\"2\"",
            "ONE and OTHER are not of one run: `vectors` differs, so they cannot be one record",
        ),
        (
            "\"upqr\":\"0.0.9\"",
            "\"upqr\":\"0.0.8\"",
            "ONE and OTHER are not of one run: `upqr` differs, so they cannot be one record",
        ),
        (
            "\"outcome\":\"flood\"",
            "\"outcome\":\"hang\"",
            "ONE and OTHER disagree on check-0001-clean: flood, and hang",
        ),
        (
            "offset: expected 80, got 97",
            "offset: expected 80, got 96",
            "ONE and OTHER disagree on decode-0072-name-counted-in-bytes: both say wrong-reason, with other words",
        ),
    ] {
        assert!(whole.contains(from), "{from}");
        let other = folder.file("other.ndjson", whole.replacen(from, to, 1).as_bytes());
        let message = message.replace("ONE", &one).replace("OTHER", &other);
        refused(&upqr(&["report", "merge", &one, &other]), &message);
    }
}

/// The record as a later version of the implementation leaves it.
fn later(folder: &Folder) -> String {
    let mut text = text("every-outcome").replace("\"version\":\"2.4.1\"", "\"version\":\"2.5.0\"");
    for (from, to) in [
        (
            r#""vector":"unify-0124-amount-trailing-point","rev":1,"outcome":"pass""#,
            r#""vector":"unify-0124-amount-trailing-point","rev":2,"outcome":"wrong-verdict","detail":"expected reject, got accept""#,
        ),
        (r#""outcome":"flood""#, r#""outcome":"pass""#),
        (r#""outcome":"hang""#, r#""outcome":"crash""#),
        (r#""vector":"decode-9999-of-another-edition""#, r#""vector":"decode-9998-later""#),
        (r#""vector":"recognise-0002-wechat-authcode-10""#, r#""vector":"recognise-9998-later""#),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    folder.file("later.ndjson", text.as_bytes())
}

#[test]
fn a_difference_says_what_got_worse_and_what_got_better() {
    let folder = Folder::new();
    let (old, new) = (path("every-outcome"), later(&folder));
    for format in ["human", "json", "markdown"] {
        let ended = upqr(&["report", "diff", "--format", format, &old, &new]);
        assert_eq!((ended.code, ended.err.as_str()), (1, ""), "{format}");
        snapshot(&format!("diff-{format}"), &ended.out);
        let file = folder.path().join("difference");
        let again = upqr(&[
            "report",
            "diff",
            "--format",
            format,
            &old,
            &new,
            "--output-file",
            file.to_str().unwrap(),
        ]);
        assert_eq!((again.code, fs::read_to_string(file).unwrap()), (1, ended.out), "{format}");
    }
}

#[test]
fn a_name_of_a_forged_record_is_cut() {
    let folder = Folder::new();
    let (name, call) = ("n".repeat(100_000), "c".repeat(100_000));
    let forged = text("every-outcome")
        .replacen("\"name\":\"tea-pay\"", &format!("\"name\":\"{name}\""), 1)
        .replacen("python3 tea_pay/adapter.py", &call, 1);
    let file = folder.file("forged.ndjson", forged.as_bytes());
    // JSON holds the header as it is, once.
    for format in ["human", "junit", "sarif", "tap", "markdown", "github", "html", "badge"] {
        let ended = upqr(&["report", "--format", format, &file]);
        assert_eq!(ended.code, 0, "{format}");
        let whole = report("every-outcome", format).len();
        assert!(ended.out.len() < whole + 40_000, "{format}: {} bytes, not {whole}", ended.out.len());
        if format != "badge" {
            assert!(ended.out.contains(&format!("{}…", "n".repeat(200))), "{format}");
        }
    }
    let json = upqr(&["report", "--format", "json", &file]).out;
    assert!(json.contains("\"reproduction\": \"none: the call in the record has 100009 bytes\""));
}

#[test]
fn every_form_names_the_part_and_what_was_compared() {
    for (format, parts) in [
        (
            "human",
            &["filter op(decode)", "compared: verdict, error-code, offset, value, reencoded, restored"][..],
        ),
        (
            "junit",
            &[
                "<property name=\"compared\" value=\"verdict, error-code, offset, value, reencoded, restored\"/>",
                "<property name=\"filter\" value=\"op(decode)\"/>",
            ],
        ),
        (
            "sarif",
            &[
                "\"compared\": [\n          \"verdict\",\n          \"error-code\"",
                "\"filter\": \"op(decode)\"",
            ],
        ),
        (
            "tap",
            &[
                "\n# a part of the vectors: filter op(decode)\n# compared: verdict, error-code, offset, value, reencoded, restored\n",
            ],
        ),
        (
            "markdown",
            &[
                "\na part of the vectors: filter op(decode); compared: verdict, error-code, offset, value, reencoded, restored\n",
            ],
        ),
        (
            "github",
            &[
                "; a part of the vectors: filter op(decode); compared: verdict, error-code, offset, value, reencoded, restored\n",
            ],
        ),
        (
            "html",
            &[
                "a part of the vectors: filter op(decode); compared: verdict, error-code, offset, value, reencoded, restored",
            ],
        ),
    ] {
        let shown = report("interrupted", format);
        for part in parts {
            assert!(shown.contains(part), "{format}: {part}\nis not in\n{shown}");
        }
    }
}

#[test]
fn what_nobody_was_asked_takes_no_room() {
    let folder = Folder::new();
    // Groups in which the only case is unsupported, beside one that is asked.
    let whole = text("every-outcome");
    let rows: Vec<String> = whole
        .lines()
        .filter(|line| !line.starts_with("{\"type\":\"stale\""))
        .map(|line| match serde_json::from_str::<Value>(line).unwrap() {
            row if row["type"] == "row" && !row["vector"].as_str().unwrap().starts_with("decode-0") => {
                format!(
                    "{{\"type\":\"row\",\"vector\":{},\"rev\":{},\"outcome\":\"unsupported\"}}",
                    row["vector"], row["rev"]
                )
            }
            _ => line.to_owned(),
        })
        .collect();
    let file = folder.file("narrow.ndjson", format!("{}\n", rows.join("\n")).as_bytes());
    let shown = upqr(&["report", &file]).out;
    let names = |line: &&str| line.starts_with("  check ") || line.starts_with("  restore ");
    assert_eq!(shown.lines().find(names), None, "{shown}");
    assert!(shown.contains("\n  decode structure ") && shown.contains(" other groups "), "{shown}");
    let page = upqr(&["report", "--format", "html", &file]).out;
    assert!(page.contains("<p class=\"sum\">Nobody was asked: check "), "the page says what it leaves out");
    assert!(!page.contains("<th scope=\"row\">check "), "{page}");
}
