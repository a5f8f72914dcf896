//! The machine-readable forms of `decode`, `recognise`, `roundtrip` and `check`: members and their order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// Places in texts that stand here.
#![allow(clippy::arithmetic_side_effects)]

use serde_json::{Value, json};

mod call;

use call::{Folder, payload, upqr, upqr_reads};

const COMMANDS: [&str; 4] = ["decode", "recognise", "roundtrip", "check"];

#[track_caller]
fn one(arguments: &[&str]) -> Value {
    let mut objects = upqr(arguments).objects();
    assert_eq!(objects.len(), 1, "{arguments:?}");
    objects.remove(0)
}

/// The members of an object, in their order.
#[track_caller]
fn check_members(value: &Value, expected: &str) {
    let members: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members.join(" "), expected, "{value}");
}

#[test]
fn decode_has_its_members_in_their_order() {
    let all = "line payload grammar mode candidates objects payment natives reencoded error";
    let payload = payload();
    let shown = one(&["decode", "--format", "ndjson", "--show-values", &payload]);
    check_members(&shown, all);
    check_members(&one(&["decode", "--format", "ndjson", &payload]), &format!("{all} masked"));
    check_members(&shown["candidates"][0], "family network mode verdict evidence");
    check_members(&shown["objects"][2], "id name length value offset objects");
    check_members(&shown["objects"][2]["objects"][0], "id name length value offset objects");
    check_members(&shown["payment"], "mode merchant accounts");
    let merchant = "name city category country currency amount postal_code additional local objects";
    check_members(&shown["payment"]["merchant"], merchant);
    check_members(&shown["payment"]["accounts"][0], "network native");
    for native in shown["natives"].as_array().unwrap() {
        check_members(native, "network family payload carriage");
    }
    let broken = one(&["decode", "--format", "ndjson", "--show-values", "0002015911LUCKY"]);
    check_members(&broken, all);
    check_members(&broken["error"], "code offset char_offset message");
    let unreadable = upqr_reads(&["decode", "--format", "ndjson", "-"], b"\xFF").objects().remove(0);
    check_members(&unreadable, &format!("{all} masked"));
    check_members(&unreadable["error"], "code offset char_offset message");
}

#[test]
fn decode_says_what_stands_in_the_payload() {
    let payload = payload();
    let shown = one(&["decode", "--format", "ndjson", "--show-values", &payload]);
    assert_eq!(
        (&shown["line"], &shown["payload"], &shown["error"]),
        (&json!(1), &json!(payload), &json!(null))
    );
    assert_eq!((&shown["grammar"], &shown["mode"]), (&json!("emv-mpm"), &json!("merchant-presented")));
    assert_eq!(shown["reencoded"], json!(payload));
    let natives: Vec<String> = shown["natives"]
        .as_array()
        .unwrap()
        .iter()
        .map(|native| {
            format!(
                "{} {} {}",
                native["network"].as_str().unwrap(),
                native["family"].as_str().unwrap(),
                native["carriage"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        natives,
        ["wechat wechat-f2f canonical", "unionpay unionpay-url canonical", "alipay alipay-qr foreign"]
    );
    // Offsets count bytes, lengths characters: behind the name of four characters twelve bytes stand.
    let local = shown["objects"].as_array().unwrap().iter().find(|object| object["id"] == "64").unwrap();
    let name = &local["objects"][1];
    let offset = usize::try_from(name["offset"].as_u64().unwrap()).unwrap();
    assert_eq!((&name["length"], &payload[offset..offset + 16]), (&json!(4), "0104雀跃袋熊"));
}

#[test]
fn every_grammar_is_named() {
    for (text, grammar, mode, code) in [
        ("0002015802CN6304ABCD", "emv-mpm", "merchant-presented", Value::Null),
        ("0002015911LUCKY", "emv-mpm", "merchant-presented", json!("overrun")),
        ("hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoVA", "emv-cpm", "consumer-presented", Value::Null),
        ("hQVDUFYw*", "emv-cpm", "consumer-presented", json!("base64")),
        ("https://qr.alipay.com/fkx00000synthetic00aaa", "uri", "merchant-presented", Value::Null),
        ("134650328919428540", "digits", "consumer-presented", Value::Null),
        ("two cups of tea", "text", "unknown", Value::Null),
    ] {
        let shown = one(&["decode", "--format", "ndjson", "--show-values", "--payload", text]);
        let got = (&shown["grammar"], &shown["mode"], &shown["error"]["code"]);
        assert_eq!(got, (&json!(grammar), &json!(mode), &code), "{text}");
        let again = if code.is_null() { json!(text) } else { Value::Null };
        assert_eq!((&shown["payload"], &shown["reencoded"]), (&json!(text), &again), "{text}");
    }
}

#[test]
fn an_error_counts_bytes_and_characters() {
    let shown = one(&["decode", "--format", "ndjson", "--show-values", "00020164120002ZH0102世界59"]);
    let error = &shown["error"];
    assert_eq!(
        (&error["code"], &error["offset"], &error["char_offset"]),
        (&json!("length"), &json!(28), &json!(24))
    );
    assert_eq!(error["message"], "expected the two digits of a length, found the end");
}

#[test]
fn recognise_has_its_members_in_their_order() {
    let all = "line payload verdict candidates error";
    let shown = one(&["recognise", "--format", "ndjson", "--show-values", "28763443825664394"]);
    check_members(&shown, all);
    check_members(&shown["candidates"][0], "family network mode verdict evidence");
    check_members(&one(&["recognise", "--format", "ndjson", "28763443825664394"]), &format!("{all} masked"));
    let hinted = |hint: [&str; 2]| {
        let shown = one(&[&["recognise", "--format", "ndjson", "28763443825664394"][..], &hint].concat());
        shown["candidates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["evidence"].to_string())
            .collect::<String>()
    };
    assert!(hinted(["--mode", "merchant-presented"]).contains("contradicts the presentation mode"));
    assert!(!hinted(["--mode", "consumer-presented"]).contains("contradicts"));
    assert!(!hinted(["--symbology", "code-128"]).contains("contradicts"));
}

#[test]
fn roundtrip_has_its_members_in_their_order_and_keeps_the_order_of_the_input() {
    let input = "https://qr.alipay.com/fkx00000synthetic00aaa\n134650328919428540\n\ntwo cups of tea\n{\"payload\":\"wxp://x\"}\n";
    let ended = upqr_reads(&["roundtrip", "--format", "ndjson", "--show-values", "-"], input.as_bytes());
    let objects = ended.objects();
    for object in &objects {
        check_members(object, "line family outcome unified restored error");
    }
    let got: Vec<String> = objects
        .iter()
        .map(|object| {
            format!(
                "{} {} {} {}",
                object["line"], object["family"], object["outcome"], object["error"]["code"]
            )
        })
        .collect();
    assert_eq!(
        got,
        [
            r#"1 "alipay-qr" "identical" null"#,
            r#"2 "wechat-authcode" "identical" null"#,
            r#"4 null "refused" "no-network""#,
            r#"5 null "refused" "no-network""#,
        ]
    );
    assert_eq!(
        objects[1]["unified"], "hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoVA",
        "the consumer-presented form"
    );
    assert!(
        objects[0]["unified"].as_str().unwrap().starts_with("000201010211"),
        "the merchant-presented one"
    );
    assert_eq!(
        (ended.code, &objects[0]["restored"]),
        (1, &json!("https://qr.alipay.com/fkx00000synthetic00aaa"))
    );
    let chosen = upqr_reads(
        &["roundtrip", "--format", "ndjson", "--network", "wechat", "-"],
        b"wxp://x\n134650328919428540\n",
    );
    assert_eq!(chosen.code, 0, "{}", chosen.out);
    check_members(&chosen.objects()[0], "line family outcome unified restored error masked");
}

#[test]
fn check_has_its_members_in_their_order() {
    let finding_members = "rule severity offset length message clause label requirements";
    let right = payload();
    let wrong = format!("{}0000", &right[..right.len() - 4]);
    let shown = one(&["check", "--format", "ndjson", "--show-values", &wrong]);
    check_members(&shown, "line disposition findings schemes");
    assert_eq!(shown["disposition"], "block");
    for finding in shown["findings"].as_array().unwrap() {
        let mut always = finding.clone();
        always
            .as_object_mut()
            .unwrap()
            .retain(|name, _| !["scheme", "waived", "fix"].contains(&name.as_str()));
        check_members(&always, finding_members);
        assert!(finding["requirements"][0].as_str().unwrap().starts_with("UPQR-"), "{finding}");
    }
    let mismatch = shown["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "crc-mismatch");
    check_members(mismatch.unwrap(), &format!("{finding_members} fix"));
    check_members(&mismatch.unwrap()["fix"], "safe offset length text");
    check_members(&shown["schemes"][0], "id confidence offset");
    check_members(&one(&["check", "--format", "ndjson", &wrong]), "line disposition findings schemes masked");
    let call = ["check", "--format", "ndjson", "--profile", "upqr", &wrong];
    check_members(&one(&call), "line disposition findings profile schemes masked");
    let unreadable = upqr_reads(&["check", "--format", "ndjson", "-"], b"ab\xFF").objects().remove(0);
    let finding = &unreadable["findings"][0];
    check_members(&unreadable, "line disposition findings schemes masked");
    check_members(finding, finding_members);
    assert_eq!(
        (&unreadable["disposition"], &finding["rule"], &finding["offset"]),
        (&json!("block"), &json!("utf-8"), &json!(2))
    );
}

#[test]
fn the_three_dispositions_have_their_exit_codes() {
    let with = |amount: &[&str]| {
        let call = [
            "unify",
            "--native",
            "https://qr.alipay.com/bax03190uxd47wbekffy6033",
            "--name",
            "A",
            "--city",
            "B",
            "--mcc",
            "5812",
        ];
        upqr(&[&call[..], amount].concat()).out.trim_end().to_owned()
    };
    for (text, disposition, code) in [
        (with(&[]), "pay", 0),
        (with(&["--amount", "1", "--reference", "R"]), "confirm", 0),
        // Nothing ties the order to the amount: an error, but one that a person can settle.
        (with(&["--amount", "1"]), "confirm", 1),
        ("https://pay.example/x".to_owned(), "confirm", 0),
        ("two cups of tea".to_owned(), "block", 1),
    ] {
        let ended = upqr(&["check", "--format", "ndjson", "--payload", &text]);
        assert_eq!((ended.code, &ended.objects()[0]["disposition"]), (code, &json!(disposition)), "{text}");
    }
}

#[test]
fn json_is_the_objects_of_ndjson() {
    for command in COMMANDS {
        let lines = upqr(&[command, "--format", "ndjson", "134650328919428540"]).objects();
        let json: Value =
            serde_json::from_str(&upqr(&[command, "--format", "json", "134650328919428540"]).out).unwrap();
        assert_eq!(lines, [json], "{command}");
    }
}

#[test]
fn files_are_named_where_there_are_several_and_lines_count_in_each() {
    let folder = Folder::new();
    let a = folder.file("a.txt", b"\n134650328919428540\n");
    let b = folder.file("b.txt", b"28763443825664394\n");
    for command in COMMANDS {
        let several = upqr(&[command, "--format", "ndjson", &a, &b]).objects();
        let whole = upqr(&[command, "--format", "ndjson", folder.path().to_str().unwrap()]).objects();
        assert_eq!(several, whole, "{command}: a folder is its files, sorted");
        let places: Vec<_> = several
            .iter()
            .map(|one| (one["file"].as_str().unwrap(), one["line"].as_u64().unwrap()))
            .collect();
        assert_eq!(places, [(a.as_str(), 2), (b.as_str(), 1)], "{command}");
        assert_eq!(several[0].as_object().unwrap().keys().next().unwrap(), "file");
        assert!(
            one(&[command, "--format", "ndjson", &a]).get("file").is_none(),
            "{command}: one file needs no name"
        );
    }
}
