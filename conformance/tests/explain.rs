//! What `explain` says of every rule and scheme, in both languages and every form.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde_json::{Deserializer, Value, json};
use upqr::rules;
use upqr::scheme::Scheme;

mod call;

use call::{command, run, upqr};

#[track_caller]
fn check(name: &str, arguments: &[&str]) {
    let ended = upqr(&[&["explain"], arguments].concat());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}");
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
        insta::assert_snapshot!(name, ended.out);
    });
}

/// The documents that a call prints one after another.
#[track_caller]
fn documents(arguments: &[&str]) -> Vec<Value> {
    let ended = upqr(&[&["explain", "--format", "json"], arguments].concat());
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.err);
    Deserializer::from_str(&ended.out).into_iter().collect::<Result<_, _>>().expect("JSON")
}

#[test]
fn one_rule_and_one_scheme() {
    check("rule", &["crc-mismatch"]);
    check("rule-zh", &["--lang", "zh-CN", "crc-mismatch"]);
    check("rule-markdown", &["--format", "markdown", "crc-mismatch"]);
    check("rule-json", &["--format", "json", "crc-mismatch"]);
    check("scheme", &["hkqr"]);
    check("scheme-zh", &["--lang", "zh-CN", "hkqr"]);
    check("scheme-markdown", &["--format", "markdown", "hkqr"]);
    check("scheme-json", &["--format", "json", "hkqr"]);
}

#[test]
fn a_scheme_says_what_it_asks_of_a_symbol() {
    let symbol = |scheme: &str| documents(&[scheme])[0]["symbol"].clone();
    assert_eq!(
        symbol("upn-qr"),
        json!({
            "versions": "15",
            "levels": ["M"],
            "eci": [4],
            "eci_mandatory": true,
            "modes": ["byte"],
            "confidence": "high",
            "source": "UPN QR, Navodila za programerje, as upnqr and QRCoder draw it",
        })
    );
    assert_eq!(symbol("swiss-qr-bill")["module_mm"], json!(0.4));
    assert_eq!(symbol("hkqr"), Value::Null);
    for (language, scheme, lines) in [
        ("en", "upn-qr", &["version 15", "level M", "ECI 4 (mandatory)", "byte mode"][..]),
        ("en", "epc069-12", &["version 1-13", "level M", "ECI 3, 4, 6, 7, 9, 12, 17, 26"]),
        ("en", "nbu-002", &["version 1-15", "level L, M", "modules of 0.5 mm or more"]),
        ("zh-CN", "upn-qr", &["版本 15", "纠错级别 M", "ECI 4（必有）", "byte 模式"]),
    ] {
        let out = upqr(&["explain", "--lang", language, scheme]).out;
        for line in lines {
            assert!(out.lines().any(|shown| shown.ends_with(line)), "{line}: {out}");
        }
    }
}

#[test]
fn a_list_has_every_rule_on_a_line() {
    for language in ["en", "zh-CN"] {
        let out = upqr(&["explain", "--lang", language]).out;
        let ids: Vec<&str> = out.lines().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(ids, rules::all().map(|rule| rule.id).collect::<Vec<_>>());
        for (line, rule) in out.lines().zip(rules::all()) {
            let title = if language == "en" { rule.title.en } else { rule.title.zh };
            assert!(line.ends_with(title), "{line}");
        }
        let markdown = upqr(&["explain", "--lang", language, "--format", "markdown"]).out;
        assert_eq!(markdown.lines().count(), ids.len() + 2);
    }
    assert_eq!(documents(&[]).len(), rules::all().count());
}

#[test]
fn every_rule_and_every_scheme_is_explained() {
    let ids: Vec<&str> = rules::all().map(|rule| rule.id).collect();
    let schemes: Vec<&str> = Scheme::all().map(|scheme| scheme.id.as_str()).collect();
    for language in ["en", "zh-CN"] {
        for names in [&ids, &schemes] {
            let shown = documents(&[&["--lang", language], &names[..]].concat());
            assert_eq!(shown.len(), names.len());
            for format in ["human", "markdown"] {
                let ended =
                    upqr(&[&["explain", "--lang", language, "--format", format], &names[..]].concat());
                assert_eq!((ended.code, ended.err.as_str()), (0, ""));
                let trailing = ended.out.lines().find(|line| line.ends_with(' '));
                assert_eq!(trailing, None, "a blank at the end of a line");
            }
        }
    }
}

#[test]
fn what_is_flagged_is_flagged_and_its_sibling_is_not() {
    // A symbol is shown as a recipe in words; the tests of the library draw and check it.
    let of_texts = rules::all().filter(|rule| !rule.is_of_symbols());
    for shown in documents(&of_texts.map(|rule| rule.id).collect::<Vec<_>>()) {
        let rule = shown["rule"].as_str().unwrap();
        let found = |text: &Value| {
            let options = rules::with_id(rule).unwrap().example_options();
            let found = rules::check_with(text.as_str().unwrap(), &options).findings;
            found.iter().any(|finding| finding.rule.id == rule)
        };
        assert!(found(&shown["bad"]), "{rule}");
        assert!(!found(&shown["good"]), "{rule}");
    }
}

#[test]
fn a_prefix_explains_each_rule_that_begins_so() {
    let ids: Vec<String> =
        documents(&["crc-"]).iter().map(|shown| shown["rule"].as_str().unwrap().to_owned()).collect();
    let expected: Vec<&str> = rules::all().map(|rule| rule.id).filter(|id| id.starts_with("crc-")).collect();
    assert_eq!(ids, expected);
}

#[test]
fn an_unknown_name_is_a_mistake_with_the_nearest_ids() {
    for (name, near) in
        [("crc-missmatch", "`crc-mismatch`"), ("hkqrr", "`hkqr`"), ("amuont-zero", "`amount-zero`"), ("", "")]
    {
        let ended = upqr(&["explain", "crc-missing", name]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{name}");
        assert!(ended.err.contains("no rule and no scheme") && ended.err.contains(near), "{}", ended.err);
    }
}

#[test]
fn narrow_pages_do_not_break() {
    for columns in ["1", "40"] {
        for language in ["en", "zh-CN"] {
            let mut call = command(&["explain", "--lang", language, "crc-mismatch", "hkqr"]);
            call.env("COLUMNS", columns);
            assert_eq!(run(call, b"").code, 0);
        }
    }
}
