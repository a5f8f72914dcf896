//! Vectors of the consumer-presented form: base64 and BER-TLV that break, and payment codes that cannot be read.

use serde_json::json;

use super::draft::{Claim, Draft, blocked, passed, warned};
use super::wallets::base64;
use crate::vectors::{Level, Op, Risk};

/// Octets of an object: an identifier of one octet or two, the shortest definite length, and the value.
fn tlv(identifier: &[u8], value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap_or(u8::MAX);
    let length: &[u8] = if length > 127 { &[0x81, length] } else { &[length] };
    [identifier, length, value].concat()
}

const HEAD: &[u8] = b"\x85\x05CPV01";

/// The digits of a payment code, two an octet.
fn packed(digits: &str) -> Vec<u8> {
    let padded = if digits.len().is_multiple_of(2) { digits.to_owned() } else { format!("{digits}f") };
    upqr::payment::octets_of(&padded).unwrap_or_default()
}

/// An application template of UPQR: the network's number, and what stands in 63.
fn application(number: u8, code: &[u8]) -> Vec<u8> {
    let identifier = [&[0xF0, 0x55, 0x50, 0x51, 0x52][..], &[number]].concat();
    tlv(&[0x61], &[tlv(&[0x4F], &identifier), tlv(&[0x63], code)].concat())
}

fn kind_and_digits(digits: &str) -> Vec<u8> {
    [tlv(&[0xC1], &[0]), tlv(&[0xC2], &packed(digits))].concat()
}

fn padded(octets: &[u8]) -> String {
    base64(octets, "+/", true)
}

/// The place in the text of an octet of the data: clause 11.2.
fn mapped(octet: usize) -> usize {
    octet.wrapping_div(3).saturating_mul(4)
}

const CODES: [(&str, u8, &str); 5] = [
    ("wechat", 1, "135790246813579024"),
    ("alipay", 2, "285790246813579024"),
    ("alipay-long", 2, "25579024681357902468135790246813"),
    ("ecny", 3, "0157902468135790246"),
    ("unionpay", 4, "6257902468135790246"),
];

pub(crate) fn drafts() -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (key, number, digits) in CODES {
        let octets = [HEAD, &application(number, &kind_and_digits(digits))].concat();
        let text = padded(&octets);
        let rows = [
            (
                Op::Decode,
                Level::Structure,
                Claim::Accepted(Some(json!({"grammar": "emv-cpm", "objects": []}))),
            ),
            (Op::Restore, Level::Carriage, Claim::Accepted(Some(json!([digits])))),
            (Op::Check, Level::Risk, passed(&[])),
        ];
        for (op, level, claim) in rows {
            let clean = Draft {
                requirements: vec!["UPQR-CPM-10", "UPQR-CPM-15"],
                flags: vec!["consumer-presented", "field-21"],
                ..Draft::composed(
                    op,
                    level,
                    &format!("cpm-{key}"),
                    &format!("A payment code of {} digits: {key}", digits.len()),
                    text.as_bytes(),
                    claim,
                )
            };
            if op != Op::Restore {
                texts(key, &clean, &text, octets.len(), &mut drafts);
                objects(key, &clean, number, digits, &mut drafts);
            }
            if op != Op::Decode {
                codes(key, &clean, number, digits, &mut drafts);
            }
            drafts.push(clean);
        }
        unify(key, number, digits, &text, &mut drafts);
    }
    drafts
}

fn mutant(
    clean: &Draft,
    slug: &str,
    key: &str,
    change: &str,
    text: &str,
    code: &'static str,
    offset: Option<usize>,
) -> Draft {
    let claim = match clean.op {
        Op::Check => blocked(&["not-data-objects"]),
        _ => Claim::Refused(code, offset),
    };
    Draft {
        level: Level::Structure,
        requirements: vec!["UPQR-CPM-10", "UPQR-CNF-8"],
        flags: vec!["attack-04", "consumer-presented", "field-21"],
        risk: vec![Risk::Tamper],
        ..Draft::mutant(clean, &format!("cpm-{slug}-{key}"), change, text.as_bytes(), claim)
    }
}

/// The base64 itself.
fn texts(key: &str, clean: &Draft, text: &str, octets: usize, drafts: &mut Vec<Draft>) {
    let bare = text.trim_end_matches('=');
    let at = 20;
    let replace = |with: &str| {
        let (head, tail) = text.split_at(at);
        format!("{head}{with}{}", tail.get(1..).unwrap_or_default())
    };
    let rows: Vec<(&str, &str, String, Option<usize>)> = vec![
        ("minus", "a hyphen stands for a character", replace("-"), Some(at)),
        ("underscore", "an underscore stands for a character", replace("_"), Some(at)),
        ("blank", "a blank stands for a character", replace(" "), Some(at)),
        ("line-feed", "a line feed stands for a character", replace("\n"), Some(at)),
        ("padding-inside", "padding stands in the middle", replace("="), Some(at)),
        ("percent", "a percent sign stands for a character", replace("%"), Some(at)),
        ("full-width", "a full-width letter stands for a character", replace("Ａ"), Some(at)),
        ("nul", "the character NUL stands for a character", replace("\0"), Some(at)),
        ("rest-line-feed", "a line feed stands behind the text", format!("{text}\n"), Some(bare.len())),
        (
            "cut",
            "the last character is lost",
            text.get(..text.len().saturating_sub(1)).unwrap_or_default().to_owned(),
            Some(text.len().saturating_sub(1)),
        ),
    ];
    let is_check = clean.op == Op::Check;
    for (number, (slug, change, input, offset)) in rows.into_iter().enumerate() {
        // The first code has all of them for `decode`, every other one a third.
        if number.wrapping_add(octets) % 3 != 0 && (is_check || key != "wechat") {
            continue;
        }
        drafts.push(mutant(clean, slug, key, change, &input, "base64", offset));
    }
    if bare.len() < text.len() {
        if !is_check {
            drafts.push(mutant(
                clean,
                "unpadded",
                key,
                "the padding is taken out",
                bare,
                "base64",
                Some(bare.len()),
            ));
        }
        let (head, last) = bare.split_at(bare.len().saturating_sub(1));
        let next: String =
            last.chars().map(|c| char::from_u32(u32::from(c).saturating_add(1)).unwrap_or('B')).collect();
        let dirty = format!("{head}{next}{}", text.get(bare.len()..).unwrap_or_default());
        let group = text.len().saturating_sub(4);
        drafts.push(mutant(clean, "bits", key, "an unused bit is set", &dirty, "base64", Some(group)));
    }
}

/// The BER-TLV inside.
fn objects(key: &str, clean: &Draft, number: u8, digits: &str, drafts: &mut Vec<Draft>) {
    let whole = application(number, &kind_and_digits(digits));
    let octets = [HEAD, &whole].concat();
    let start = HEAD.len();
    let changed = |at: usize, with: &[u8]| {
        let mut octets = octets.clone();
        octets.splice(at..at.saturating_add(1), with.iter().copied());
        octets
    };
    let more = |octet: u8| octet.saturating_add(1);
    let length = whole.get(1).copied().unwrap_or(0);
    let rows: Vec<(&str, &str, Vec<u8>, &'static str, usize)> = vec![
        ("length-more", "the length of 61 is one more", changed(8, &[more(length)]), "ber-tlv", start),
        ("indefinite", "the length of 61 is indefinite", changed(8, &[0x80]), "ber-tlv", start),
        (
            "length-83",
            "the length of 61 takes three octets",
            changed(8, &[0x83, 0, 0, length]),
            "ber-tlv",
            start,
        ),
        (
            "length-84",
            "the length of 61 takes four octets",
            changed(8, &[0x84, 0, 0, 0, length]),
            "ber-tlv",
            start,
        ),
        ("length-ff", "the length of 61 is the octet FF", changed(8, &[0xFF]), "ber-tlv", start),
        (
            "inner-length",
            "the length of 4F runs out of its template",
            changed(10, &[0x7F]),
            "ber-tlv",
            start.saturating_add(2),
        ),
        (
            "identifier",
            "an identifier of several octets does not end",
            [&octets[..], &[0x9F]].concat(),
            "ber-tlv",
            octets.len(),
        ),
        (
            "no-length",
            "an identifier has no length",
            [&octets[..], &[0x50]].concat(),
            "ber-tlv",
            octets.len(),
        ),
        ("head-only", "there is no 61", HEAD.to_vec(), "no-application-template", HEAD.len()),
        (
            "other-template",
            "62 stands for 61",
            [HEAD, &tlv(&[0x62], &tlv(&[0x50], b"TEA"))].concat(),
            "no-application-template",
            14,
        ),
        ("version", "the format indicator is CPV02", changed(6, b"2"), "format-indicator", 0),
    ];
    for (turn, (slug, change, octets, code, octet)) in rows.into_iter().enumerate() {
        // What does not depend on the code stands once, and the first code has all of the rest for `decode`.
        let once = ["head-only", "other-template"].contains(&slug);
        let turned =
            turn.wrapping_add(usize::from(number)) % 3 != 0 && (clean.op == Op::Check || key != "wechat");
        if once && key != "wechat" || turned {
            continue;
        }
        drafts.push(mutant(clean, slug, key, change, &padded(&octets), code, Some(mapped(octet))));
    }
    if clean.op == Op::Check {
        return;
    }
    let kept = [
        (
            "more",
            "an object that nobody knows stands last",
            [&octets[..], &tlv(&[0x9F, 0x25], b"77")].concat(),
        ),
        ("long-form", "a length of 61 in two octets", changed(8, &[0x81, length])),
        ("longer-form", "a length of 61 in three octets", changed(8, &[0x82, 0, length])),
    ];
    for (slug, change, octets) in kept {
        drafts.push(Draft {
            requirements: vec!["UPQR-CPM-11", "UPQR-CNF-4"],
            flags: vec!["consumer-presented", "field-19", "field-21"],
            ..Draft::mutant(
                clean,
                &format!("cpm-kept-{slug}-{key}"),
                change,
                padded(&octets).as_bytes(),
                clean.claim.clone(),
            )
        });
    }
}

/// What clause 6.2 finds in the template of a payment code.
fn codes(key: &str, clean: &Draft, number: u8, digits: &str, drafts: &mut Vec<Draft>) {
    let kind = || tlv(&[0xC1], &[0]);
    let packed_digits = || tlv(&[0xC2], &packed(digits));
    let other = if number == 1 { 2 } else { 1 };
    let body = |objects: &[Vec<u8>]| application(number, &objects.concat());
    let whole = application(number, &kind_and_digits(digits));
    let rows: Vec<(&str, &str, Vec<u8>, &'static str, &'static str, usize)> = vec![
        (
            "number-zero",
            "the number of the network is 0",
            application(0, &kind_and_digits(digits)),
            "unknown-network",
            "carriage-unknown",
            0,
        ),
        (
            "number-next",
            "the number of the network is 7",
            application(7, &kind_and_digits(digits)),
            "unknown-network",
            "carriage-unknown",
            0,
        ),
        (
            "number-link",
            "the number of the network is that of link",
            application(6, &kind_and_digits(digits)),
            "network",
            "cpm-code-broken",
            0,
        ),
        (
            "number-other",
            "the number is that of another network",
            application(other, &kind_and_digits(digits)),
            "misroute",
            "misroute",
            0,
        ),
        (
            "kind-unknown",
            "the kind of code is 01",
            body(&[tlv(&[0xC1], &[1]), packed_digits()]),
            "unknown-form",
            "carriage-unknown",
            0,
        ),
        (
            "kind-missing",
            "the kind of code is taken out",
            body(&[packed_digits()]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        (
            "kind-empty",
            "the kind of code is empty",
            body(&[tlv(&[0xC1], &[]), packed_digits()]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        (
            "kind-long",
            "the kind of code has two octets",
            body(&[tlv(&[0xC1], &[0, 0]), packed_digits()]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        (
            "kind-twice",
            "the kind of code stands twice",
            body(&[kind(), kind(), packed_digits()]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        ("digits-missing", "the digits are taken out", body(&[kind()]), "digits", "cpm-code-broken", 0),
        (
            "digits-empty",
            "the digits are empty",
            body(&[kind(), tlv(&[0xC2], &[])]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        (
            "digits-twice",
            "the digits stand twice",
            body(&[kind(), packed_digits(), packed_digits()]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        (
            "digits-hex",
            "a half-octet of the digits is A",
            body(&[kind(), tlv(&[0xC2], b"\x1A\x23")]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        (
            "digits-padded-inside",
            "the padding stands inside the digits",
            body(&[kind(), tlv(&[0xC2], b"\x1F\x23")]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        (
            "digits-padded-twice",
            "the padding stands twice",
            body(&[kind(), tlv(&[0xC2], b"\x12\xFF")]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        (
            "digits-long",
            "there are 34 digits",
            body(&[kind(), tlv(&[0xC2], &[0x11; 17])]),
            "digits",
            "cpm-code-broken",
            0,
        ),
        (
            "same-network",
            "the network stands twice",
            [whole.clone(), whole.clone()].concat(),
            "same-network",
            "cpm-code-broken",
            whole.len(),
        ),
    ];
    for (turn, (slug, change, applications, code, rule, start)) in rows.into_iter().enumerate() {
        // Of the two long codes of Alipay one is enough, and `check` takes turns.
        let is_check = clean.op == Op::Check;
        let turned = is_check && turn.wrapping_add(usize::from(number)) % 3 == 0;
        if key == "alipay-long" || turned {
            continue;
        }
        let text = padded(&[HEAD, &applications].concat());
        let claim = match (is_check, rule) {
            (false, _) => Claim::Refused(code, Some(mapped(HEAD.len().saturating_add(start)))),
            (true, "carriage-unknown") => warned(&[rule]),
            (true, rule) => blocked(&[rule]),
        };
        drafts.push(Draft {
            level: Level::Carriage,
            requirements: vec!["UPQR-CPM-16"],
            flags: vec!["attack-18", "consumer-presented", "field-21"],
            risk: vec![Risk::Misroute],
            ..Draft::mutant(clean, &format!("cpm-{slug}-{key}"), change, text.as_bytes(), claim)
        });
    }
}

/// The codes as an encoder writes and refuses them.
fn unify(key: &str, number: u8, digits: &str, text: &str, drafts: &mut Vec<Draft>) {
    for op in [Op::Unify, Op::Roundtrip] {
        let clean = Draft {
            requirements: vec!["UPQR-CPM-1", "UPQR-CPM-2", "UPQR-CPM-3", "UPQR-CPM-4"],
            flags: vec!["consumer-presented", "field-21", "payment-code"],
            ..Draft::composed(
                op,
                Level::Canonical,
                &format!("cpm-{key}"),
                &format!("A payment code of {} digits is written: {key}", digits.len()),
                digits.as_bytes(),
                Claim::Accepted(Some(json!(text))),
            )
        };
        if op == Op::Unify {
            let last = digits.len().saturating_sub(1);
            let head = digits.get(..last).unwrap_or_default();
            let rows = [
                ("letter", "the last digit is a letter", format!("{head}O"), "digits", last),
                ("full-width", "the last digit is a full-width one", format!("{head}７"), "digits", last),
                (
                    "line-feed",
                    "a line feed stands behind the digits",
                    format!("{digits}\n"),
                    "digits",
                    digits.len(),
                ),
                ("blank-before", "a blank stands before the digits", format!(" {digits}"), "digits", 0),
                ("sign", "a sign stands before the digits", format!("-{digits}"), "digits", 0),
                (
                    "long",
                    "33 digits",
                    format!("{digits}{}", "7".repeat(33_usize.saturating_sub(digits.len()))),
                    "digits",
                    0,
                ),
            ];
            for (slug, change, input, code, offset) in rows {
                drafts.push(Draft {
                    requirements: vec!["UPQR-CPM-7", "UPQR-SEC-12"],
                    flags: vec!["attack-08", "digits-script", "field-21", "payment-code"],
                    risk: vec![Risk::WrongAmount],
                    ..Draft::mutant(
                        &clean,
                        &format!("cpm-{slug}-{key}"),
                        change,
                        input.as_bytes(),
                        Claim::Refused(code, Some(offset)),
                    )
                });
            }
            let other = if number == 1 { "285790246813579099" } else { "135790246813579099" };
            let (name, other_number) = if number == 1 { ("alipay", 2) } else { ("wechat", 1) };
            let both = [
                HEAD,
                &application(number, &kind_and_digits(digits)),
                &application(other_number, &kind_and_digits(other)),
            ]
            .concat();
            let options = |more: serde_json::Value| [("more".to_owned(), more)].into_iter().collect();
            drafts.push(Draft {
                id: format!("unify-gen-cpm-{key}-{name}"),
                title: format!("Two payment codes, {key} preferred"),
                options: options(json!([{"text": other}])),
                claim: Claim::Accepted(Some(json!(padded(&both)))),
                ..clean.clone()
            });
            let refusals = [
                ("same-network", "the same code is given twice", json!([{"text": digits}]), "same-network"),
                ("three", "three codes are given", json!([{"text": other}, {"text": "7"}]), "no-network"),
            ];
            for (slug, change, more, code) in refusals {
                drafts.push(Draft {
                    options: options(more),
                    requirements: vec!["UPQR-CPM-5", "UPQR-CPM-6"],
                    flags: vec!["attack-03", "field-21", "payment-code"],
                    risk: vec![Risk::Replay],
                    ..Draft::mutant(
                        &clean,
                        &format!("cpm-{slug}-{key}"),
                        change,
                        digits.as_bytes(),
                        Claim::Refused(code, Some(0)),
                    )
                });
            }
        }
        drafts.push(clean);
    }
}
