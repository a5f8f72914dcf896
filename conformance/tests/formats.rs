//! The forms of `check` that other tools read: each is held against what its readers demand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// Counts of what stands here.
#![allow(clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;
use std::fs;

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use serde_json::{Value, json};

mod call;

use call::{Folder, command, run, upqr, upqr_reads};

const WIDE: &str = "0002010102115802CN5904A面馆B6008SHANGHAI64120002ZH0102面馆6304ABCD";
const HKQR: &str =
    "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";
const LOWER_CASE: &str = "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045d29";

/// Rules that stay as they are when others are added.
const SOME: [&str; 2] = [
    "--select",
    "account-missing,missing-object,bad-format,crc-,category-dummy,dummy-text,length-unit,not-a-payment",
];

/// A folder with payloads of every kind, in files with awkward names.
fn folder() -> Folder {
    let folder = Folder::new();
    let object = json!({"id": 1, "payload": LOWER_CASE}).to_string();
    folder.file("a.txt", format!("{WIDE}\n\n{LOWER_CASE}\r\n{object}\n{HKQR}\n").as_bytes());
    folder.file("b, 1%:面<&.txt", b"two cups of tea\nx\xFF\n{\"pay\":1}\n");
    folder
}

/// What a call prints inside the folder, so that paths are the same everywhere.
#[track_caller]
fn inside(folder: &Folder, arguments: &[&str]) -> String {
    let mut call = command(&[&["check"], arguments, &["a.txt", "b, 1%:面<&.txt"]].concat());
    call.current_dir(folder.path());
    let ended = run(call, b"");
    assert_eq!((ended.code, ended.err.as_str()), (1, ""), "{arguments:?}");
    ended.out
}

#[track_caller]
fn snapshot(name: &str, text: &str) {
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
        insta::assert_snapshot!(name, text);
    });
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
    let log: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    log
}

#[test]
fn sarif_is_valid_in_both_languages_masked_and_shown() {
    let folder = folder();
    for more in [&[][..], &["--lang", "zh-CN"], &["--show-values"], &["--profile", "upqr"], &["--whole"]] {
        let log = sarif(&inside(&folder, &[&["--format", "sarif"], more].concat()));
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), upqr::rules::all().count() + 4);
        let mut prints = BTreeMap::new();
        for result in run["results"].as_array().unwrap() {
            let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[place]["id"], result["ruleId"]);
            let print = result["partialFingerprints"]["upqrFinding/v1"].as_str().unwrap();
            assert_eq!(print.len(), 64);
            let line = result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64();
            let file = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str();
            prints.entry((file, line, print)).and_modify(|count| *count += 1).or_insert(1);
        }
        assert!(prints.values().all(|count| *count == 1), "a fingerprint stands once in a line");
    }
    // No finding at all is a log too.
    let log =
        sarif(&upqr(&["check", "--format", "sarif", "https://qr.alipay.com/fkx00000synthetic00aaa"]).out);
    assert_eq!(log["runs"][0]["results"], json!([]));
    let log = sarif(&upqr_reads(&["check", "--format", "sarif", "-", LOWER_CASE], b"two cups of tea\n").out);
    let uris: Vec<&Value> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        .collect();
    assert!(uris.contains(&&json!("stdin")) && uris.contains(&&json!("payload")), "{uris:?}");
}

#[test]
fn sarif_counts_lines_and_characters() {
    let folder = folder();
    let log = sarif(&inside(&folder, &["--format", "sarif", "--select", "crc-,not-a-payment-code"]));
    let places: Vec<String> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            let region = &place["region"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            let (line, from, to) = (&region["startLine"], &region["startColumn"], &region["endColumn"]);
            format!("{} {} {uri}:{line}:{from}-{to}", result["ruleId"].as_str().unwrap(), result["level"])
        })
        .collect();
    assert_eq!(
        places,
        [
            "crc-mismatch \"error\" a.txt:1:55-63",
            "crc-lower-case \"warning\" a.txt:3:97-105",
            "crc-lower-case \"warning\" a.txt:4:null-null",
            "not-a-payment-code \"error\" b%2C%201%25%3A%E9%9D%A2%3C%26.txt:1:1-16",
            "utf-8 \"error\" b%2C%201%25%3A%E9%9D%A2%3C%26.txt:2:2-2",
            "ndjson \"error\" b%2C%201%25%3A%E9%9D%A2%3C%26.txt:3:9-9",
        ]
    );
}

#[test]
fn sarif_suggests_safe_fixes_where_values_may_be_shown() {
    let folder = folder();
    let fixes = |more: &[&str]| -> Vec<Value> {
        let log = sarif(&inside(&folder, &[&["--format", "sarif", "--select", "crc-"], more].concat()));
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results
            .iter()
            .map(|result| result["fixes"][0]["artifactChanges"][0]["replacements"].clone())
            .collect()
    };
    assert!(fixes(&[]).iter().all(Value::is_null));
    let region = json!({"startLine": 3, "startColumn": 101, "endLine": 3, "endColumn": 105});
    let replacement = json!([{"deletedRegion": region, "insertedContent": {"text": "5D29"}}]);
    // Not the unsafe one, and not where the text stands inside a JSON object.
    assert_eq!(fixes(&["--show-values"])[..3], [Value::Null, replacement, Value::Null]);
}

#[test]
fn fingerprints_depend_on_what_is_masked_and_on_nothing_else() {
    let prints = |arguments: &[&str], text: &str| -> Vec<Value> {
        let log = sarif(
            &upqr_reads(&[&["check", "--format", "sarif", "-"], arguments].concat(), text.as_bytes()).out,
        );
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"]["upqrFinding/v1"].clone()).collect()
    };
    let first = prints(&[], WIDE);
    assert_eq!(first, prints(&["--show-values", "--lang", "zh-CN"], &format!("\n\n{WIDE}\r\n")));
    assert_ne!(first, prints(&[], &WIDE.replace("8SHANGHAI", "7HANGZOU")));
}

/// The elements of an XML document, with their counts, and the suites' attributes.
#[track_caller]
fn elements(xml: &str) -> (BTreeMap<String, usize>, Vec<String>) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut counts, mut suites) = (BTreeMap::new(), Vec::new());
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}")) {
            Event::Start(start) | Event::Empty(start) => {
                let name = start.name().as_ref().to_owned();
                let attributes: Vec<String> = start
                    .attributes()
                    .map(|attribute| attribute.unwrap())
                    .map(|attribute| {
                        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
                        format!("{}={value}", attribute.key.as_ref())
                    })
                    .collect();
                if name == "testsuite" {
                    suites.push(attributes.join(" "));
                }
                *counts.entry(name).or_insert(0) += 1;
            }
            Event::Eof => return (counts, suites),
            _ => {}
        }
    }
}

#[test]
fn junit_counts_what_is_in_it() {
    let folder = folder();
    let xml = inside(&folder, &["--format", "junit"]);
    let (counts, suites) = elements(&xml);
    let count = |name: &str| counts.get(name).copied().unwrap_or(0);
    assert_eq!((count("testsuites"), count("testsuite"), count("testcase")), (1, 2, 7));
    assert_eq!(count("failure"), 4, "{xml}");
    assert_eq!(
        suites,
        [
            "name=a.txt tests=4 failures=1 errors=0 skipped=0",
            "name=b, 1%:面<&.txt tests=3 failures=3 errors=0 skipped=0"
        ]
    );
    assert!(xml.contains("<testcase name=\"line 5\" classname=\"a.txt\">"), "{xml}");
    // What XML cannot hold is no part of it.
    let control = upqr(&["check", "--format", "junit", "--show-values", "--payload", "0002\u{1}\u{FFFE}"]);
    elements(&control.out);
    assert!(!control.out.contains(['\u{1}', '\u{FFFE}']));
}

#[test]
fn junit_does_not_hold_its_cases_in_memory() {
    let folder = Folder::new();
    let file = folder.file("many.txt", format!("{WIDE}\n").repeat(3_000).as_bytes());
    let (counts, suites) = elements(&upqr(&["check", "--format", "junit", &file]).out);
    assert_eq!((counts["testcase"], suites.len()), (3_000, 1));
    assert!(suites[0].contains("tests=3000 failures=3000"), "{suites:?}");
}

#[test]
fn github_reads_one_command_a_finding() {
    let folder = folder();
    snapshot("github", &inside(&folder, &["--format", "github", SOME[0], SOME[1]]));
    snapshot("github-zh", &inside(&folder, &["--format", "github", "--lang", "zh-CN", "--select", "crc-"]));
    let argument = upqr(&["check", "--format", "github", "--select", "crc-", LOWER_CASE]).out;
    assert!(argument.starts_with("::warning title=crc-lower-case::payload 1: "), "{argument}");
    for line in inside(&folder, &["--format", "github"]).lines() {
        let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command) && !message.is_empty(), "{line}");
        assert!(properties.split(',').all(|property| property.split_once('=').is_some()), "{line}");
    }
}

#[test]
fn markdown_is_a_table_a_file() {
    let folder = folder();
    snapshot("markdown", &inside(&folder, &["--format", "markdown", SOME[0], SOME[1]]));
    snapshot("markdown-zh", &inside(&folder, &["--format", "markdown", "--lang", "zh-CN", SOME[0], SOME[1]]));
    let nothing =
        upqr(&["check", "--format", "markdown", "https://qr.alipay.com/fkx00000synthetic00aaa"]).out;
    assert_eq!(nothing, "1 payload checked: 1 pay, 0 confirm, 0 block, nothing found\n");
    // A cell ends where its row says so: backquotes and bars of a message mean nothing.
    let host = upqr(&["check", "--format", "markdown", "https://qr.a1ipay.com/fkx00000synthetic00aaa"]).out;
    assert!(host.contains("resembles \\`qr.alipay.com\\` without"), "{host}");
    for row in host.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
    }
}

#[test]
fn a_person_is_told_file_line_and_column() {
    let folder = folder();
    let human = inside(&folder, &["--select", "crc-,not-a-payment"]);
    for place in [" --> a.txt:1:55\n", " --> a.txt:3:97\n", " --> a.txt:4\n", " --> b, 1%:面<&.txt:1:1\n"] {
        assert!(human.contains(place), "{place}: {human}");
    }
}

#[test]
fn statistics_in_every_form() {
    let folder = folder();
    for (name, more) in [
        ("statistics", &["--statistics"][..]),
        ("statistics-zh", &["--statistics", "--lang", "zh-CN"]),
        ("statistics-markdown", &["--statistics", "--format", "markdown"]),
        ("statistics-json", &["--statistics", "--format", "json"]),
    ] {
        snapshot(name, &inside(&folder, &[more, &SOME].concat()));
    }
}
