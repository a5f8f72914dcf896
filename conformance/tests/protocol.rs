//! The adapter protocol: the schema takes what the text shows and what this library says, and nothing that is broken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;
use std::fs;

use jsonschema::Validator;
use serde_json::{Value, json};
use upqr::payment::hex_of;

mod call;

use call::upqr_reads;

fn specification(name: &str) -> String {
    let path = format!("{}/../spec/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).expect("the specification is there")
}

/// One definition of the schema.
fn definition(name: &str) -> Validator {
    let mut schema: Value = serde_json::from_str(&specification("adapter-protocol.schema.json")).unwrap();
    schema.as_object_mut().unwrap().remove("oneOf");
    schema["$ref"] = json!(format!("#/$defs/{name}"));
    jsonschema::validator_for(&schema).expect("a schema")
}

#[track_caller]
fn is_valid(validator: &Validator, line: &str) {
    let message: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let errors: Vec<String> = validator.iter_errors(&message).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}: {line}");
}

/// The lines of the session in the text, the runner's and the adapter's.
fn session() -> Vec<(char, String)> {
    let text = specification("adapter-protocol.md");
    let (_, rest) = text.split_once("```upqr-session\n").expect("a session");
    let (session, _) = rest.split_once("\n```").expect("the block ends");
    session
        .lines()
        .map(|line| {
            let (who, message) = line.split_once(' ').expect("a sign and a message");
            (who.parse().expect("one sign"), message.to_owned())
        })
        .collect()
}

#[test]
fn every_message_of_the_text_is_valid() {
    let (runner, adapter) = (definition("from-runner"), definition("from-adapter"));
    let lines = session();
    for (who, line) in &lines {
        match who {
            '>' => is_valid(&runner, line),
            '<' => is_valid(&adapter, line),
            other => panic!("{other}"),
        }
    }
    assert_eq!(lines.len(), 13);
    let either = jsonschema::validator_for(
        &serde_json::from_str::<Value>(&specification("adapter-protocol.schema.json")).unwrap(),
    )
    .expect("a schema");
    let text = specification("adapter-protocol.md");
    let examples = text.split("```json\n").skip(1).map(|block| block.lines().next().unwrap());
    assert_eq!(examples.map(|line| is_valid(&either, line)).count(), 4);
}

#[test]
fn the_session_of_the_text_follows_the_text() {
    let mut open = BTreeMap::new();
    let mut most = 0;
    let lines = session();
    let nonce = serde_json::from_str::<Value>(&lines[0].1).unwrap()["nonce"].clone();
    let hello: Value = serde_json::from_str(&lines[1].1).unwrap();
    for (who, line) in &lines {
        let message: Value = serde_json::from_str(line).unwrap();
        assert_eq!(message.to_string(), *line, "white space, or another way to write a text");
        if message["type"] != "bye" {
            assert_eq!(message["nonce"], nonce);
        }
        match (who, message["type"].as_str().unwrap()) {
            ('>', "run") => {
                let members: Vec<&String> = message.as_object().unwrap().keys().collect();
                assert_eq!(members, ["type", "id", "nonce", "op", "input", "options"]);
                if let Some(text) = message["input"]["text"].as_str() {
                    assert_eq!(message["input"]["hex"], hex_of(text.as_bytes()));
                }
                assert!(hello["ops"].as_array().unwrap().contains(&message["op"]));
                open.insert(message["id"].as_u64().unwrap(), line);
                most = most.max(open.len());
            }
            ('<', "result") => {
                assert!(open.remove(&message["id"].as_u64().unwrap()).is_some(), "{line}");
            }
            _ => {}
        }
    }
    assert!(open.is_empty());
    assert_eq!(u64::try_from(most).ok(), hello["in_flight"].as_u64());
}

/// A message with other members; `null` takes one out.
fn with(message: &str, change: &Value) -> Value {
    let mut message: Value = serde_json::from_str(message).unwrap();
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(message.as_object_mut().unwrap().remove(name)),
            value => message[name] = value.clone(),
        }
    }
    message
}

#[test]
#[expect(clippy::too_many_lines, reason = "a list of what is broken")]
fn what_is_broken_is_invalid() {
    let (runner, adapter) = (definition("from-runner"), definition("from-adapter"));
    let lines = session();
    let find = |sign: char, kind: &str| {
        let kind = format!("{{\"type\":\"{kind}\"");
        let mut lines = lines.iter().filter(|(who, line)| *who == sign && line.starts_with(&kind));
        lines.next().expect("a message of the kind").1.clone()
    };
    let hello = find('<', "hello");
    for change in [
        json!({"protocol": 2}),
        json!({"protocol": null}),
        json!({"nonce": "9F86D081884C7D65"}),
        json!({"nonce": null}),
        json!({"name": ""}),
        json!({"name": "  "}),
        json!({"name": "a".repeat(201)}),
        json!({"version": "1\u{1b}[2J"}),
        json!({"language": "a\nb"}),
        json!({"supports": "(".repeat(4097)}),
        json!({"features": ["value", "value"]}),
        json!({"policies": {"beyond-512": "w".repeat(201)}}),
        json!({"policies": {"p".repeat(201): "write"}}),
        json!({"version": null}),
        json!({"ops": []}),
        json!({"ops": ["decode", "decode"]}),
        json!({"ops": ["pay"]}),
        json!({"supports": ""}),
        json!({"features": ["speed"]}),
        json!({"policies": {"beyond-512": true}}),
        json!({"images": ["file"]}),
        json!({"images": ["path", "path"]}),
        json!({"images": "path"}),
        json!({"in_flight": 0}),
        json!({"in_flight": 4_294_967_296_u64}),
        json!({"type": "hallo"}),
    ] {
        assert!(!adapter.is_valid(&with(&hello, &change)), "hello with {change}");
    }
    let result = find('<', "result");
    for change in [
        json!({"id": "1"}),
        json!({"id": 0}),
        json!({"id": null}),
        json!({"nonce": ""}),
        json!({"verdict": "maybe"}),
        json!({"verdict": null}),
        json!({"error": "overrun"}),
        json!({"error": {"code": 1}}),
        json!({"error": {"code": "overrun", "offset": -1}}),
        json!({"findings": "crc-mismatch"}),
        json!({"spans": [{"rule": "crc-mismatch", "offset": 1}]}),
        json!({"reencoded": "3"}),
        json!({"restored": "zz"}),
        json!({"reencoded": "0A"}),
        json!({"verdict": "accept", "error": {"code": "overrun"}}),
        json!({"disposition": "maybe"}),
        json!({"findings": ["a", "a"]}),
        json!({"image": "iVBORw0KGgo"}),
        json!({"image": "AA_="}),
        json!({"image": {"base64": "AAA="}}),
        json!({"message": 1}),
    ] {
        assert!(!adapter.is_valid(&with(&result, &change)), "result with {change}");
    }
    for change in [
        json!({"value": {"any": [1]}}),
        json!({"x-mine": 1, "message": "why"}),
        json!({"disposition": "pay", "spans": []}),
        json!({"image": "AAA="}),
    ] {
        assert!(adapter.is_valid(&with(&result, &change)), "result with {change}");
    }
    let nulls: Value =
        serde_json::from_str(&result.replace("\"verdict\"", "\"value\":null,\"message\":null,\"verdict\""))
            .unwrap();
    assert!(adapter.is_valid(&nulls), "{nulls}");
    let run = find('>', "run");
    for change in [
        json!({"op": "pay"}),
        json!({"input": {"text": "00"}}),
        json!({"input": {"hex": "3A3"}}),
        json!({"input": {"hex": "3A"}}),
        json!({"input": {"image": {"base64": "AAA="}}}),
        json!({"op": "scan"}),
        json!({"op": "scan", "input": {"image": {"base64": "AAA"}}}),
        json!({"op": "scan", "input": {"image": {"base64": "AAA=", "path": "/tmp/1.png"}}}),
        json!({"op": "scan", "input": {"image": {"path": ""}}}),
        json!({"op": "scan", "input": {"image": "AAA="}}),
        json!({"op": "scan", "input": {"hex": "00", "image": {"base64": "AAA="}}}),
        json!({"options": null}),
        json!({"options": []}),
        json!({"vector": "decode-0001-minimal"}),
        json!({"id": 9_007_199_254_740_992_u64}),
    ] {
        assert!(!runner.is_valid(&with(&run, &change)), "run with {change}");
    }
    for image in [json!({"base64": "AAA="}), json!({"path": "/tmp/1.png"})] {
        let scan = json!({"op": "scan", "input": {"image": image}});
        assert!(runner.is_valid(&with(&run, &scan)), "run with {scan}");
    }
    assert!(!runner.is_valid(&with(&find('>', "hello"), &json!({"nonce": "1"}))));
    assert!(!runner.is_valid(&json!({"type": "bye", "id": 1})));
    assert!(!runner.is_valid(&json!([])) && !adapter.is_valid(&json!({})));
}

#[test]
fn this_library_answers_the_session_of_the_text() {
    let lines = session();
    let of = |sign: char| lines.iter().filter(move |(who, _)| *who == sign).map(|(_, line)| line.as_str());
    let input: Vec<String> = of('>').map(|line| format!("{line}\n")).collect();
    let ended = upqr_reads(&["adapter"], input.concat().as_bytes());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let adapter = definition("from-adapter");
    ended.out.lines().for_each(|line| is_valid(&adapter, line));
    let answers = ended.objects();
    assert_eq!(answers[0]["type"], "hello");
    let expected: Vec<Value> = of('<').skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), expected.len().saturating_add(1));
    for expected in expected {
        let answer = answers.iter().find(|answer| answer["id"] == expected["id"]).expect("an answer");
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(answer[member], *value, "`{member}` of {answer}");
        }
    }
}
