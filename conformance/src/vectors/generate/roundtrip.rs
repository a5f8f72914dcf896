//! Vectors of `roundtrip`: what a wallet printed comes back byte for byte, whatever a reader would like to tidy up.

use super::draft::{Claim, Draft};
use super::wallets::natives;
use crate::vectors::{Level, Op, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for native in natives(seed) {
        drafts.push(one(
            &format!("native-{}", native.key),
            &format!("{} comes back byte for byte", native.key),
            native.text.as_bytes(),
        ));
    }
    let twins = [
        ("path-case", "https://noodle.example/Pay"),
        ("path-case-lower", "https://noodle.example/pay"),
        ("host-case", "https://Noodle.Example/pay"),
        ("scheme-case", "HTTPS://noodle.example/pay"),
        ("percent-lower", "https://noodle.example/%e5%85%b0"),
        ("percent-upper", "https://noodle.example/%E5%85%B0"),
        ("percent-plain", "https://noodle.example/%41"),
        ("percent-none", "https://noodle.example/A"),
        ("plus", "https://noodle.example/?a=b+c"),
        ("empty-query", "https://noodle.example/?"),
        ("empty-fragment", "https://noodle.example/#"),
        ("two-slashes", "https://noodle.example//pay"),
        ("dots", "https://noodle.example/a/../pay"),
        ("order-b", "https://noodle.example/?b=1&a=2"),
        ("order-a", "https://noodle.example/?a=2&b=1"),
        ("trailing-slash", "https://noodle.example/pay/"),
        ("default-port", "https://noodle.example:443/pay"),
        ("quote", "https://noodle.example/\"pay\""),
        ("composed", "https://noodle.example/caf\u{E9}"),
        ("decomposed", "https://noodle.example/cafe\u{301}"),
        ("emoji", "https://noodle.example/🍜"),
        ("line-feed", "https://noodle.example/pay\n"),
        ("crlf", "https://noodle.example/pay\r\n"),
        ("blank", "https://noodle.example/pay "),
        ("nul", "https://noodle.example/\0"),
        ("bom-inside", "https://noodle.example/\u{FEFF}pay"),
        ("bidi", "https://noodle.example/\u{202E}yap"),
        ("tilde", "https://noodle.example/~"),
        ("delete", "https://noodle.example/\u{7F}"),
        ("looks-like-emv", "https://noodle.example/?q=000201"),
        ("looks-like-crc", "https://noodle.example/?q=6304ABCD"),
    ];
    for (slug, native) in twins {
        drafts.push(one(
            &format!("kept-{slug}"),
            &format!("A link keeps its bytes: {slug}"),
            native.as_bytes(),
        ));
    }
    for (slug, octets) in [
        ("ff", &[0xFF][..]),
        ("overlong", &[0xC0, 0xAF]),
        ("surrogate", &[0xED, 0xA0, 0x80]),
        ("gbk", &[0xC0, 0xBC]),
        ("cut", &[0xE5, 0x85]),
    ] {
        let native = [b"https://noodle.example/", octets].concat();
        drafts.push(one(
            &format!("octets-{slug}"),
            &format!("A link keeps octets that are no UTF-8: {slug}"),
            &native,
        ));
    }
    refused(&mut drafts);
    drafts
}

fn one(id: &str, title: &str, native: &[u8]) -> Draft {
    Draft {
        requirements: vec!["UPQR-CNF-3", "UPQR-CNF-5"],
        flags: vec!["field-19", "field-20"],
        risk: vec![Risk::Misroute],
        ..Draft::composed(Op::Roundtrip, Level::Canonical, id, title, native, Claim::Accepted(None))
    }
}

fn refused(drafts: &mut Vec<Draft>) {
    let Some(parent) = drafts.iter().find(|draft| draft.id == "roundtrip-gen-native-link").cloned() else {
        return;
    };
    let rows = [
        ("blank-before", "a blank stands before the link", " https://noodle.example/pay", "no-network"),
        (
            "bom-before",
            "a byte-order mark stands before the link",
            "\u{FEFF}https://noodle.example/pay",
            "no-network",
        ),
        (
            "quote-before",
            "a quotation mark stands before the link",
            "\"https://noodle.example/pay\"",
            "no-network",
        ),
        ("no-scheme", "the scheme is missing", "noodle.example/pay", "no-network"),
        ("backslashes", "backslashes stand for slashes", "https:\\\\noodle.example\\pay", "no-network"),
        (
            "percent-scheme",
            "the colon and the slashes are percent-encoded",
            "https%3A%2F%2Fnoodle.example",
            "no-network",
        ),
        ("json", "the link is a value of JSON", "{\"url\":\"https://noodle.example/pay\"}", "no-network"),
        (
            "emv",
            "the code is an EMV payload",
            "00020101021104169999000000000007520454115303156580\u{32}CN5901N6001S63040A0B",
            "nested-emv",
        ),
        ("full-width-digit", "a payment code has a full-width digit", "13456789012345678１", "no-network"),
        ("line-feed", "a line feed stands behind a payment code", "134567890123456781\n", "no-network"),
        ("blank", "a blank stands in a payment code", "1345 6789 0123 4567 81", "no-network"),
        ("wechat-short", "a payment code is one digit short", "13456789012345678", "no-network"),
        ("nobody", "nobody has payment codes from 16", "164567890123456781", "no-network"),
        (
            "mixed-scheme",
            "the scheme of a wallet is in upper case",
            "WXP://f2f0abcdefghijklmnopqrstuvwxyz012345",
            "no-network",
        ),
    ];
    for (slug, change, native, code) in rows {
        drafts.push(Draft {
            requirements: vec!["UPQR-CNF-3", "UPQR-CAN-1"],
            flags: vec!["field-17"],
            risk: vec![Risk::Misroute],
            ..Draft::mutant(
                &parent,
                &format!("refused-{slug}"),
                change,
                native.as_bytes(),
                Claim::Refused(code, Some(0)),
            )
        });
    }
}
