//! What `terms` says of the standard's worked example, a prepaid card, and of what does not agree with it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};
use upqr::terms::Document;

mod call;

use call::{upqr, upqr_reads};

fn file(name: &str) -> String {
    format!("{}/../spec/terms/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    fs::read_to_string(file(name)).expect("the example is there")
}

const PAYLOAD: &str = "05-draw-down.payload";
const CARD: &str = "05-draw-down.json";
const EVENTS: &str = "05-draw-down.ndjson";

#[track_caller]
fn evaluate(as_of: &str, format: &str) -> call::Ended {
    let (payload, card, events) = (file(PAYLOAD), file(CARD), file(EVENTS));
    upqr(&["terms", "evaluate", &payload, &card, "--evidence", &events, "--as-of", as_of, "--format", format])
}

#[track_caller]
fn check(name: &str, ended: &call::Ended, code: i32) {
    assert_eq!(ended.code, code, "{}", ended.err);
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
        insta::assert_snapshot!(name, format!("{}{}", ended.out, ended.err));
    });
}

#[test]
fn a_prepaid_card_step_by_step() {
    // Reports count at any time, so an earlier step is seen without those behind it.
    let steps = [
        ("funded", 1, "1790000000", 1),
        ("applied", 2, "1790086400", 1),
        ("confirmed", 3, "1790086460", 0),
        ("paid", 4, "1790086470", 1),
        ("declined", 5, "1790172800", 1),
        ("requested", 6, "2026-09-24T14:13:20Z", 1),
        ("refunded", 7, "1790259260", 1),
    ];
    let mut shown = String::new();
    for (name, count, as_of, code) in steps {
        let events: Vec<String> = text(EVENTS).lines().take(count).map(|line| format!("{line}\n")).collect();
        let call = ["terms", "evaluate", &file(PAYLOAD), &file(CARD), "--evidence", "-", "--as-of", as_of];
        let ended = upqr_reads(&call, events.concat().as_bytes());
        assert_eq!((ended.code, ended.err.as_str()), (code, ""), "{name}");
        writeln!(shown, "# {name}\n{}", ended.out).unwrap();
    }
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
        insta::assert_snapshot!("card", shown);
    });
}

#[test]
fn machines_read_the_same() {
    check("evaluate-json", &evaluate("1790259260", "json"), 1);
    check("evaluate-ndjson", &evaluate("1790259260", "ndjson"), 1);
    check("check-json", &upqr(&["terms", "check", "--format", "json", &file(PAYLOAD), &file(CARD)]), 0);
}

#[test]
fn agreement_and_disagreement() {
    check("check", &upqr(&["terms", "check", &file(PAYLOAD), &file(CARD)]), 0);
    check("check-other", &upqr(&["terms", "check", &file(PAYLOAD), &file("02-delivery.json")]), 1);
    let other = [
        "terms",
        "evaluate",
        &file(PAYLOAD),
        &file("02-delivery.json"),
        "--evidence",
        &file("nothing"),
        "--as-of",
        "1",
    ];
    assert_eq!(upqr(&other).code, 2);
    let other =
        ["terms", "evaluate", &file(PAYLOAD), &file("02-delivery.json"), "--evidence", "-", "--as-of", "1"];
    check("evaluate-other", &upqr_reads(&other, b"[]"), 1);
}

#[test]
fn what_cannot_be_read_is_named() {
    let payload = file(PAYLOAD);
    check(
        "no-document",
        &upqr_reads(&["terms", "check", &payload, "-"], b"{\"kind\":\"01\",\n\"amout\":\"1\"}"),
        1,
    );
    let card = file(CARD);
    let call = ["terms", "evaluate", &payload, &card, "--evidence", "-", "--as-of", "1790000000"];
    check(
        "no-evidence",
        &upqr_reads(&call, b"{\"id\":\"e\",\"at\":1,\"by\":\"bank-1\",\"type\":\"stolen\"}"),
        1,
    );
    check("no-payload", &upqr(&["terms", "check", "0002", &card]), 1);
    check(
        "two-streams",
        &upqr_reads(&["terms", "evaluate", "-", "-", "--evidence", &card, "--as-of", "1"], b""),
        2,
    );
    check(
        "no-time",
        &upqr(&["terms", "evaluate", &payload, &card, "--evidence", &card, "--as-of", "now"]),
        2,
    );
    let large = " ".repeat(20_000);
    check("large", &upqr_reads(&["terms", "check", &payload, "-"], large.as_bytes()), 1);
}

#[test]
fn names_of_parties_are_not_printed() {
    for ended in [evaluate("1790086460", "human"), evaluate("1790086460", "ndjson")] {
        assert!(
            !ended.out.contains("SYNTHETIC")
                && ended.out.contains("bank-1") == ended.out.contains("ignored\":[{")
        );
    }
}

#[test]
fn a_hash_is_that_of_the_exact_octets() {
    let ended = upqr(&["terms", "hash", &file(CARD)]);
    assert_eq!(ended.code, 0);
    assert!(text(PAYLOAD).contains(ended.out.trim_end()));
    let sm3 = upqr_reads(&["terms", "hash", "--algorithm", "sm3", "-"], b"abc");
    assert_eq!(sm3.out, "3Zsfw9GLu7dnR8tRr3BDk4kFnxIdc8veiKX2gK49LqOA\n");
}

#[track_caller]
fn same(validator: &jsonschema::Validator, document: &Value, expected: bool) {
    let read = Document::parse(document.to_string().as_bytes());
    assert_eq!((validator.is_valid(document), read.is_ok()), (expected, expected), "{document}: {read:?}");
}

#[test]
fn the_schema_and_the_reader_agree() {
    let schema = include_str!("../../spec/terms.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let names = [
        "01-time-lock",
        "02-delivery",
        "03-three-party",
        "04-hash-lock",
        "05-draw-down",
        "06-split",
        "07-purpose-bound",
    ];
    let documents: Vec<Value> = names
        .iter()
        .map(|name| serde_json::from_str(&text(&format!("{name}.json"))).expect("JSON"))
        .collect();
    for document in &documents {
        same(&validator, document, true);
        // Every member is required, but for those that an optional object has.
        for (name, value) in document.as_object().expect("an object") {
            let mut without = document.clone();
            without.as_object_mut().expect("an object").remove(name);
            same(&validator, &without, false);
            let mut null = document.clone();
            null[name] = Value::Null;
            same(&validator, &null, false);
            for inner in value.as_object().into_iter().flatten().map(|(inner, _)| inner) {
                let optional =
                    ["business_chain", "not_before", "by", "per_purchase"].contains(&inner.as_str());
                let mut without = document.clone();
                without[name].as_object_mut().expect("an object").remove(inner);
                same(&validator, &without, optional);
                let mut null = document.clone();
                null[name][inner] = Value::Null;
                same(&validator, &null, false);
            }
            if value.is_object() {
                let mut more = document.clone();
                more[name]["x"] = json!("1");
                same(&validator, &more, false);
            }
        }
        let mut later = document.clone();
        later["kind"] = json!("42");
        later["conditions"]["x"] = json!([1]);
        same(&validator, &later, true);
    }
    for (place, pointer, value) in [
        (0, "/amount", json!("0")),
        (0, "/amount", json!("01")),
        (0, "/amount", json!("1.")),
        (0, "/amount", json!(1)),
        (0, "/amount", json!("12345678901234")),
        (0, "/kind", json!("1")),
        (0, "/upqr_terms", json!("11")),
        (0, "/currency", json!("CNY")),
        (0, "/times/expires", json!(10_000_000_000_u64)),
        (0, "/times/expires", json!(-1)),
        (0, "/refund/rule", json!("never")),
        (0, "/contract/reference", json!("é")),
        (0, "/contract/template/version", json!("12345678901234567")),
        (0, "/parties/payee", json!(["a"])),
        (0, "/parties/payee/id", json!("a b")),
        (0, "/parties/payee/id", json!("")),
        (1, "/conditions/delivery", json!("")),
        (3, "/conditions/sha256", json!("AB")),
        (4, "/conditions/confirm", json!(1)),
        (4, "/conditions/per_use", json!("0.00")),
        (5, "/parties/payees", json!([{"id": "a"}])),
        (5, "/conditions/weights/0/weight", json!(0)),
        (5, "/conditions/weights/0/weight", json!(1_000_001)),
        (5, "/conditions", json!({})),
        (6, "/conditions/categories", json!([])),
        (6, "/conditions/categories", json!(["581"])),
        (6, "/conditions/categories", json!(["5812", "5812"])),
        (6, "/conditions", json!({"merchants": ["a"], "categories": ["5812"]})),
        (6, "/conditions", json!({"merchants": ["a b"]})),
    ] {
        let mut document = documents[place].clone();
        *document.pointer_mut(pointer).expect("a member") = value;
        same(&validator, &document, false);
    }
}
