//! What belongs to payees and payers stands in no listing, whatever the input and whatever goes wrong (UPQR-SEC-9).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde_json::json;

mod call;

use call::{Ended, payload, upqr, upqr_reads};

const COMMANDS: [&str; 4] = ["decode", "recognise", "roundtrip", "check"];

/// Every text of four characters that stands in a secret must be absent from everything that is printed.
#[track_caller]
fn check_hidden(what: &str, ended: &Ended, secrets: &[&str]) {
    for secret in secrets {
        let characters: Vec<char> = secret.chars().collect();
        for window in characters.windows(4.min(characters.len())) {
            let part: String = window.iter().collect();
            for (stream, text) in [("stdout", &ended.out), ("stderr", &ended.err)] {
                assert!(!text.contains(&part), "{what}: `{part}` of `{secret}` stands in {stream}:\n{text}");
            }
        }
    }
}

/// The forms of `check` that the other commands do not have, and the words of `--fix` and `--statistics`.
const MORE: [&[&str]; 6] = [
    &["check", "--format", "sarif"],
    &["check", "--format", "junit"],
    &["check", "--format", "github"],
    &["check", "--format", "markdown", "--lang", "zh-CN"],
    &["check", "--lang", "zh-CN", "--profile", "upqr"],
    &["check", "--statistics"],
];

/// Lists an input with all commands in all forms, masked and not, as an argument, with `--payload` and as a line.
#[track_caller]
fn check_mask(text: &str, secrets: &[&str]) {
    for call in MORE {
        let line = upqr_reads(&[call, &["-"]].concat(), text.as_bytes());
        let argument = upqr(&[call, &["--payload", text]].concat());
        for mut ended in [line, argument] {
            // A log of SARIF begins with a line that says every rule, in words of all kinds.
            if call.contains(&"sarif") {
                ended.out = ended.out.split_once('\n').map_or_else(String::new, |(_, rest)| rest.to_owned());
            }
            check_hidden(&format!("{call:?}"), &ended, secrets);
        }
    }
    // The payload itself is the answer; what was changed is said of its mask.
    let mended = upqr_reads(&["check", "--fix", "-"], text.as_bytes());
    check_hidden("check --fix", &Ended { out: String::new(), ..mended }, secrets);
    for command in COMMANDS {
        for format in ["human", "json", "ndjson"] {
            let call = [command, "--format", format];
            check_hidden(
                &format!("{call:?} LINE"),
                &upqr_reads(&[&call[..], &["-"]].concat(), text.as_bytes()),
                secrets,
            );
            let payload = upqr(&[&call[..], &["--payload", text]].concat());
            check_hidden(&format!("{call:?} --payload"), &payload, secrets);
            // What looks like no code may be the name of a file, which its user must be able to read.
            if text.contains("://") || text.starts_with(['0', 'h']) {
                let argument = upqr(&[&call[..], &[text]].concat());
                check_hidden(&format!("{call:?} ARGUMENT"), &argument, secrets);
            }
        }
        let ended = upqr_reads(&[command, "--format", "ndjson", "-"], text.as_bytes());
        assert!(ended.objects().iter().all(|object| object["masked"] == true), "{}", ended.out);
    }
}

#[test]
fn masks_hide_the_payee_of_a_payload() {
    let secrets = [
        "QUIRKY WOMBAT",
        "KALGOORL",
        "K4LG70",
        "WBT/77/XY",
        "QZ74XM",
        "雀跃袋熊",
        "珀斯",
        "+852-73928461",
        "Qx7Zk5Wj3Xm9yRt4Vb8Nc2Hf6Gd1PqLs",
        "fkx81746qv7zk5wj3xm9yr",
        "62739284617392846173928461739284",
    ];
    let payload = payload();
    check_mask(&payload, &secrets);
    // Broken at every kind of place: what cannot be told apart is all stars.
    for cut in [10, 30, 70, 130, 200, 260, 330] {
        check_mask(&payload.chars().take(cut).collect::<String>(), &secrets);
    }
    check_mask(&payload.replacen("5204", "52X4", 1), &secrets);
    // A wrong length shifts what follows, so that the name stands where a harmless object should.
    check_mask(&payload.replacen("6223", "6227", 1), &secrets);
    check_mask(&format!("{payload}QUIRKY WOMBAT"), &secrets);
    check_mask(&format!("\u{FEFF}{payload}"), &secrets);
    check_mask(&payload.replace("org.upqr.wechat", "org.upqr.alipay"), &secrets);
    check_mask(&json!({"payload": payload, "note": "QUIRKY WOMBAT"}).to_string(), &secrets);
    for command in COMMANDS {
        let ended = upqr(&[command, "--format", "ndjson", "--show-values", &payload]);
        assert!(ended.objects()[0].get("masked").is_none(), "{command}");
    }
    let shown = upqr(&["decode", "--show-values", &payload]).out;
    for secret in secrets {
        assert!(shown.contains(secret), "--show-values shows `{secret}`: {shown}");
    }
}

#[test]
fn masks_hide_native_codes_and_payment_codes() {
    for (text, secret) in [
        ("134739284619428573", "4739284619428573"),
        ("287392846185739284", "7392846185739284"),
        ("1347392846194285731", "47392846194285731"),
        ("13473928461942857X", "473928461942857X"),
        ("weixin://wxpay/bizpayurl?pr=Zq7Xv9Kw", "Zq7Xv9Kw"),
        (
            "weixin://wxpay/bizpayurl?appid=wx73928461&mch_id=84617392&nonce_str=QvZk&product_id=Wj3Xm9&time_stamp=1&sign=XYZZY74",
            "73928461",
        ),
        ("wxp://f2f0Zq7Xv9KwPm3Rt5YhZq7Xv9KwPm3Rt5ab", "Zq7Xv9KwPm3Rt5YhZq7Xv9KwPm3Rt5ab"),
        ("wxp://Zq7Xv9KwPm3Rt5Yh", "Zq7Xv9KwPm3Rt5Yh"),
        ("WXP://ZQ7XV9KW", "ZQ7XV9KW"),
        ("https://qr.alipay.com/fkx73928461Zq7Xv9Kw3Rt", "fkx73928461Zq7Xv9Kw3Rt"),
        ("https://qr.alipay.com.evil.example/fkx73928461Zq7Xv9Kw3Rt", "fkx73928461Zq7Xv9Kw3Rt"),
        ("https://wombat:xyzzy74@qr.alipay.com/fkx", "wombat:xyzzy74"),
        ("https://pay.example\\wombat/xyzzy74", "wombat/xyzzy74"),
        ("https://pay.example/q?Zq7Xv9KwToken", "Zq7Xv9KwToken"),
        ("https://pay.example/q#Zq7Xv9KwToken", "Zq7Xv9KwToken"),
        ("https://pay.example?Zq7Xv9KwToken=", "=Zq7Xv9KwToken"),
        (
            "HTTPS://QR.95516.COM/00010001/62739284617392846173928461739284",
            "62739284617392846173928461739284",
        ),
        (
            "https://qr.pbcdci.cn/739284617392846173928461739284617392846",
            "739284617392846173928461739284617392846",
        ),
        (
            "alipays://platformapi/startapp?saId=10000007&qrcode=https%3A%2F%2Fqr.alipay.com%2Ffkx73928461Zq7Xv9Kw3Rt",
            "fkx73928461Zq7Xv9Kw3Rt",
        ),
        ("unknown://Zq7Xv9Kw:73928461", "Zq7Xv9Kw:73928461"),
        ("hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoVA", "wVVBRUgFjDsEBAMIJE0ZQMokZQoVA"),
        ("hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoV", "E0ZQMokZQoV"),
        ("QUIRKY WOMBAT 雀跃袋熊", "QUIRKY WOMBAT 雀跃袋熊"),
    ] {
        check_mask(text, &[secret]);
    }
    // Nor the octets that such a text stands for.
    check_mask("hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoVA", &["134650328919428540"]);
}

#[test]
fn masks_hide_what_stands_in_lines_that_are_no_payload() {
    for line in [
        &b"{\"payload\":134739284619428573}"[..],
        b"{\"payload\":\"134739284619428573\"} QUIRKY",
        b"{\"payload\":\"134739284619428573\",\"payload\":\"QUIRKY\"}",
        b"{\"QUIRKY\":\"134739284619428573\"}",
        b"{\"payload\":[\"134739284619428573\"]}",
        b"{\"payload\":{\"QUIRKY\":true}}",
        b"{QUIRKY",
        b"134739284619428573\xFFQUIRKY",
        b"\xEF\xBB\xBF134739284619428573",
        b"\"134739284619428573\"",
    ] {
        for command in COMMANDS {
            for format in ["human", "ndjson"] {
                let ended = upqr_reads(&[command, "--format", format, "-"], line);
                check_hidden(
                    &format!("{command} {format} {}", line.escape_ascii()),
                    &ended,
                    &["47392846194285", "QUIRKY"],
                );
            }
        }
    }
}

#[test]
fn what_a_merchant_is_refused_for_is_not_repeated() {
    let bad = ["--name", "QUIRKY\tWOMBAT", "--city", "B", "--mcc", "5812"];
    let ended =
        upqr(&[&["unify", "--native", "https://qr.alipay.com/fkx00000synthetic00aaa"][..], &bad].concat());
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    check_hidden("unify", &ended, &["QUIRKY", "WOMBAT"]);
}
