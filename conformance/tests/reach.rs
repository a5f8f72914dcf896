//! The contract of `reach`, through the real command.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

mod call;

use call::{command, upqr, upqr_reads, with_crc};

/// The codes that stand beside each base.
const NATIVES: [&str; 2] =
    ["https://qr.alipay.com/fkx00000synthetic00aaa", "wxp://f2f0Synthetic0_Synthetic1-SyntheticA"];

const HONG_KONG: &str =
    "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304";
const THAILAND: &str = "00020101021129370016A000000677010111011300669999000005802TH53037646304";
const INDONESIA: &str = "00020101021151440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204581253033605802ID5910WARUNG UMI6007JAKARTA6304";
const CAMBODIA: &str =
    "00020101021129180014synthetic@bank5204599953031165802KH5913LUCKY NOODLES6010PHNOM PENH6304";

/// A base with Alipay and WeChat Pay beside it.
#[track_caller]
fn extended(base: &str) -> String {
    let base = with_crc(base);
    let ended = upqr(&["unify", "--native", NATIVES[0], "--native", NATIVES[1], "--base", &base]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    ended.out.trim_end().to_owned()
}

/// What a person sees in so many columns.
#[track_caller]
fn shown(arguments: &[&str], columns: usize) -> String {
    let mut call = command(&[&["reach"], arguments].concat());
    call.env("COLUMNS", columns.to_string());
    let ended = call::run(call, b"");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let wide: Vec<&str> = ended.out.lines().filter(|line| line.width() > columns).collect();
    assert!(wide.is_empty(), "{columns}: {wide:?}");
    ended.out
}

#[test]
fn the_worked_examples_as_a_person_sees_them() {
    for (name, base) in
        [("hong-kong", HONG_KONG), ("thailand", THAILAND), ("indonesia", INDONESIA), ("cambodia", CAMBODIA)]
    {
        let payload = extended(base);
        insta::assert_snapshot!(format!("reach-{name}"), shown(&[&payload], 80));
    }
}

#[test]
fn the_payloads_of_the_specification_are_those_of_the_encoder() {
    let chapter = include_str!("../../spec/17-reach.md");
    for base in [HONG_KONG, THAILAND, INDONESIA, CAMBODIA] {
        let payload = extended(base);
        assert!(chapter.contains(&payload), "{payload}");
    }
}

#[test]
fn a_narrow_window_and_a_country() {
    let payload = extended(HONG_KONG);
    insta::assert_snapshot!("reach-narrow", shown(&[&payload, "--country", "CN"], 40));
    insta::assert_snapshot!("reach-registry", shown(&[], 80));
    for columns in [20, 27, 60, 100, 200] {
        shown(&[&payload], columns);
        shown(&["--country", "HK"], columns);
    }
}

#[test]
fn objects_for_machines() {
    let payload = extended(HONG_KONG);
    let ended = upqr(&["reach", "--format", "ndjson", "--country", "HK", &payload]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let object: &Value = &ended.objects()[0];
    let members: Vec<&String> = object.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["line", "payload", "country", "currency", "decimals", "rows", "error", "masked"]);
    assert_eq!(object["payload"].as_str().map(str::len), Some(payload.len()));
    assert!(!ended.out.contains("fkx00000synthetic"), "{}", ended.out);
    assert_eq!((&object["currency"], &object["decimals"]), (&json!("HKD"), &json!(2)));
    let rows = object["rows"].as_array().expect("rows");
    let wallets: Vec<&Value> = rows.iter().map(|row| &row["wallet"]).collect();
    assert_eq!(wallets, ["alipay-hk", "wechat-hk", "hk", "hk", "hk"]);
    assert_eq!(
        rows[0],
        json!({"wallet": "alipay-hk", "countries": ["HK"], "reads": null, "name": null, "object": null, "link": null,
            "standing": "unreadable", "confidence": null, "losses": [],
            "reason": {"code": "nothing", "message": "nothing in the payload is for it"}})
    );
    assert_eq!(
        rows[2],
        json!({"wallet": "hk", "countries": ["HK"], "reads": "scheme", "name": "hkqr", "object": "26", "link": null,
            "standing": "live", "confidence": "high",
            "losses": [{"object": "accounts", "reason": "the scheme reads its own template"}], "reason": null})
    );
    assert_eq!((&rows[3]["link"], &rows[3]["standing"]), (&json!("cross-border-gateway"), &json!("pilot")));
    let shown = upqr(&["reach", "--format", "json", "--show-values", &payload]);
    assert_eq!(shown.code, 0);
    assert!(shown.out.contains(&payload) && !shown.out.contains("masked"), "{}", shown.out);
}

#[test]
fn the_registry_as_objects() {
    let ended = upqr(&["reach", "--format", "ndjson"]);
    let objects = ended.objects();
    let (wallets, links): (Vec<&Value>, Vec<&Value>) =
        objects.iter().partition(|object| object.get("wallet").is_some());
    assert_eq!((ended.code, wallets.len(), links.len()), (0, 18, 11), "{}", ended.err);
    assert_eq!(wallets[1]["name_zh"], json!("支付宝"));
    assert_eq!(links[6]["status"], json!("pilot"));
    assert!(objects.iter().all(|object| object["source"].as_str().is_some_and(|source| !source.is_empty())));
    let one = upqr(&["reach", "--format", "ndjson", "--country", "VN"]).objects();
    let keys: Vec<&Value> =
        one.iter().map(|object| object.get("wallet").unwrap_or(&object["link"])).collect();
    assert_eq!(keys, ["vn", "vietqr-global-outbound"]);
}

#[test]
fn how_a_call_ends() {
    #[track_caller]
    fn check(input: &[u8], arguments: &[&str], code: i32, words: &str) {
        let ended = upqr_reads(&[&["reach"], arguments].concat(), input);
        assert_eq!(ended.code, code, "{}{}", ended.out, ended.err);
        assert!([ended.out.as_str(), &ended.err].concat().contains(words), "{}{}", ended.out, ended.err);
    }
    let payload = extended(HONG_KONG);
    check(payload.as_bytes(), &["-"], 0, "who reads it");
    check(payload.as_bytes(), &["-", "--country", "JP"], 1, "nobody reads it");
    let broken = payload.replace("6304", "6004");
    check(broken.as_bytes(), &["-"], 1, "the checksum is missing or wrong: nobody is to pay from it");
    check(
        b"134650328919428540",
        &["-"],
        1,
        "expected a merchant-presented payload, found a text of another grammar",
    );
    check(b"00020", &["-"], 1, "expected 2 characters of value, found 1");
    check(b"", &["-"], 4, "there is no payload in the input");
    check(b"", &["--country", "uk"], 2, "expected two capital letters of ISO 3166-1, such as CN");
    check(b"", &["--country", "JP"], 4, "the registry has no wallet of this country");
}
