//! Vectors of `unify` that are refused: native codes that no account may hold, choices that do not go with them, and values of a merchant.

use serde_json::{Map, Value, json};

use super::draft::{Claim, Draft};
use super::object::{object, plain, sealed};
use super::unify::{merchant, one, options};
use super::wallets::{NETWORKS, natives, unified};
use crate::vectors::{Level, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    refusals(seed, &mut drafts);
    values(seed, &mut drafts);
    drafts
}

/// Native codes that no account may hold, and choices that do not go with them.
fn refusals(seed: u64, drafts: &mut Vec<Draft>) {
    let all = natives(seed);
    let Some(parent) = all.iter().find(|native| native.key == "alipay-static").map(one) else { return };
    let mut refuse =
        |slug: &str, change: &str, native: &str, options: Map<String, Value>, code: &'static str| {
            drafts.push(Draft {
                options,
                requirements: vec!["UPQR-CAN-1", "UPQR-CAN-2", "UPQR-CAN-3", "UPQR-CNF-7"],
                flags: vec!["attack-18", "choice"],
                risk: vec![Risk::Misroute],
                ..Draft::mutant(
                    &parent,
                    &format!("refused-{slug}"),
                    change,
                    native.as_bytes(),
                    Claim::Refused(code, Some(0)),
                )
            });
        };
    for native in all.iter().filter(|native| {
        ["wechat-order", "alipay-order", "ecny", "unionpay-static", "qq"].contains(&native.key)
    }) {
        for network in NETWORKS.iter().filter(|network| **network != native.network) {
            let change = format!("the code is {} and the choice is {network}", native.key);
            refuse(
                &format!("{}-as-{network}", native.key),
                &change,
                &native.text,
                options(&[("network", json!(network))]),
                "network",
            );
        }
    }
    for (slug, code) in [
        ("wechat", "134567890123456782"),
        ("alipay", "284567890123456782"),
        ("unionpay", "6245678901234567821"),
        ("ecny", "0145678901234567821"),
        ("reserved", "28456789012345678901"),
        ("longest", "25456789012345678901234567890123"),
    ] {
        refuse(
            &format!("payment-code-{slug}"),
            "the code is a consumer's payment code",
            code,
            options(&[]),
            "payment-code",
        );
    }
    for (slug, choice) in [
        ("upper", "ALIPAY"),
        ("empty", ""),
        ("control", "control"),
        ("guid", "org.upqr.alipay"),
        ("number", "2"),
    ] {
        refuse(
            &format!("choice-{slug}"),
            &format!("the choice is `{choice}`"),
            "noodle:7",
            options(&[("network", json!(choice))]),
            "network",
        );
    }
    for (slug, native) in [
        ("words", "noodles please"),
        ("digits", "1234567"),
        ("scheme", "noodle://pay/7"),
        ("one-slash", "https:/noodle.example/7"),
        ("blank-before", " https://noodle.example/7"),
        ("bom-before", "\u{FEFF}https://noodle.example/7"),
        ("wide-colon", "https：//noodle.example/7"),
        ("ftp", "ftp://noodle.example/7"),
    ] {
        refuse(
            &format!("no-network-{slug}"),
            &format!("the code is `{}`", native.escape_debug()),
            native,
            options(&[]),
            "no-network",
        );
    }
    let emv = sealed(&unified(false, &[plain("04", "9999000000000007")]));
    refuse("nested-emv", "the code is an EMV payload", &emv, options(&[]), "nested-emv");
    refuse(
        "nested-emv-chosen",
        "the code is an EMV payload and the choice is link",
        &emv,
        options(&[("network", json!("link"))]),
        "nested-emv",
    );
    let no_crc = format!("{}6304ZZZZ", object("00", "01"));
    refuse(
        "nested-no-crc",
        "the code is data objects with a CRC that is none",
        &no_crc,
        options(&[]),
        "nested-emv",
    );
    refuse("empty", "the code is empty", "", options(&[]), "empty");
    refuse(
        "empty-chosen",
        "the code is empty and the choice is link",
        "",
        options(&[("network", json!("link"))]),
        "empty",
    );
}

/// Merchant values that break their formats: clause 3.2 and 3.3.
fn values(seed: u64, drafts: &mut Vec<Draft>) {
    let Some(native) = natives(seed).into_iter().find(|native| native.key == "alipay-static") else { return };
    let parent = one(&native);
    let rows: [(&str, &[(&str, &str)]); 9] = [
        (
            "name",
            &[
                ("empty", ""),
                ("long", "ORCHID NOODLE BAR AND MORE"),
                ("blank-before", " ORCHID"),
                ("blank-behind", "ORCHID "),
                ("accents", "CAFÉ ORCHIDÉE"),
                ("ideographs", "兰花面馆"),
                ("line-feed", "ORCHID\nBAR"),
                ("delete", "ORCHID\u{7F}"),
                ("bidi", "ORCHID\u{202E}"),
                ("zero-width", "ORCHID\u{200B}BAR"),
            ],
        ),
        (
            "city",
            &[
                ("empty", ""),
                ("long", "SUZHOU AND MORE!"),
                ("blank-before", " SUZHOU"),
                ("blank-behind", "SUZHOU "),
                ("ideographs", "苏州"),
                ("tab", "SU\tZHOU"),
            ],
        ),
        (
            "category",
            &[
                ("empty", ""),
                ("three", "541"),
                ("five", "54110"),
                ("letter", "54A1"),
                ("full-width", "５４１１"),
                ("blank", "54 1"),
            ],
        ),
        (
            "country",
            &[
                ("empty", ""),
                ("one", "C"),
                ("three", "CHN"),
                ("lower", "cn"),
                ("digit", "C1"),
                ("full-width", "ＣＮ"),
            ],
        ),
        (
            "currency",
            &[
                ("empty", ""),
                ("two", "15"),
                ("four", "0156"),
                ("nobody", "001"),
                ("none", "999"),
                ("gold", "959"),
                ("full-width", "１５６"),
            ],
        ),
        (
            "amount",
            &[
                ("empty", ""),
                ("zero", "0"),
                ("zero-decimals", "0.00"),
                ("comma", "1,00"),
                ("leading-zero", "010.00"),
                ("no-whole", ".50"),
                ("no-decimals", "10."),
                ("exponent", "1e3"),
                ("plus", "+1"),
                ("minus", "-1"),
                ("blank", "1 0"),
                ("arabic", "١٠"),
                ("full-width", "１０"),
                ("three-decimals", "1.234"),
                ("too-long", "12345678901.00"),
                ("nan", "NaN"),
                ("sign", "¥10"),
                ("line-feed", "10\n"),
                ("two-points", "1.2.3"),
            ],
        ),
        (
            "reference",
            &[("empty", ""), ("long", "REFERENCE-OF-TWENTY-SIX-26"), ("ideographs", "兰花"), ("tab", "A\tB")],
        ),
        ("bill", &[("empty", ""), ("long", "BILL-NUMBER-OF-TWENTY-SIX!")]),
        (
            "local",
            &[
                ("language-one", "z"),
                ("language-three", "zho"),
                ("language-digits", "12"),
                ("name-long", "兰花面馆兰花面馆兰花面馆兰花面馆兰花面馆兰花面馆兰花"),
                ("name-bidi", "兰\u{202E}花"),
                ("name-nul", "兰\0花"),
                ("name-blank", "兰花 "),
                ("name-empty", ""),
            ],
        ),
    ];
    for (member, faults) in rows {
        for (slug, value) in faults {
            let mut merchant = merchant();
            let (name, given) = match member {
                "reference" | "bill" => ("additional", json!({member: value})),
                "local" if slug.starts_with("language") => {
                    ("local", json!({"language": value, "name": "兰花"}))
                }
                "local" => ("local", json!({"language": "zh", "name": value})),
                _ => (member, json!(value)),
            };
            merchant.insert(name.to_owned(), given);
            let flags = match member {
                "amount" => vec!["amount", "attack-07", "field-15"],
                "name" | "city" | "reference" | "bill" | "local" => vec!["attack-08", "field-07", "field-16"],
                "currency" => vec!["field-22"],
                _ => vec!["merchant"],
            };
            drafts.push(Draft {
                level: Level::Value,
                options: options(&[("merchant", Value::Object(merchant))]),
                requirements: vec!["UPQR-CNF-7", requirement(member)],
                flags,
                risk: if member == "amount" { vec![Risk::WrongAmount] } else { vec![] },
                ..Draft::mutant(
                    &parent,
                    &format!("value-{member}-{slug}"),
                    &format!("{member} is `{}`", value.escape_debug()),
                    native.text.as_bytes(),
                    Claim::Refused("value", Some(0)),
                )
            });
        }
    }
}

fn requirement(member: &str) -> &'static str {
    match member {
        "name" => "UPQR-MPM-4",
        "city" => "UPQR-MPM-5",
        "category" => "UPQR-MPM-6",
        "country" => "UPQR-MPM-7",
        "currency" => "UPQR-MPM-8",
        "amount" => "UPQR-MPM-11",
        "local" => "UPQR-MPM-10",
        _ => "UPQR-MPM-9",
    }
}
