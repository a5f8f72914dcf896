//! What an evaluator refuses: documents, evidence, and payloads that were made for another document.

#![allow(clippy::indexing_slicing, reason = "JSON that is composed here, which a test composes too")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::draft::{Claim, Draft};
use super::evaluate::{DOCUMENTS, T, document, funded, options, said, with};
use super::object::{Object, plain, seal, sealed, template};
use crate::vectors::{Level, Op, Risk};

pub(super) fn drafts(accepted: &[Draft]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let parent = |key: &str| {
        let id = format!("evaluate-gen-{key}-pays");
        accepted.iter().find(|draft| draft.id == id).expect("every kind has a vector that pays")
    };
    documents(&parent, &mut drafts);
    octets(parent("lock"), &mut drafts);
    evidence(&parent, &mut drafts);
    payloads(&mut drafts);
    drafts
}

fn refused(
    parent: &Draft,
    id: &str,
    change: &str,
    octets: &[u8],
    requirement: &'static str,
    code: &'static str,
) -> Draft {
    Draft {
        requirements: vec![requirement],
        flags: vec!["terms"],
        risk: vec![Risk::Tamper],
        ..Draft::mutant(parent, id, change, octets, Claim::Refused(code, None))
    }
}

const KEYS: [&str; 7] = ["lock", "delivery", "hold", "hash", "card", "split", "purpose"];

fn documents<'a>(parent: &dyn Fn(&str) -> &'a Draft, drafts: &mut Vec<Draft>) {
    let none = Value::Null;
    let rows: Vec<(usize, &str, &str, &str, Value)> = vec![
        (1, "version", "another version", "/upqr_terms", json!("11")),
        (1, "version-number", "a version that is a number", "/upqr_terms", json!(10)),
        (1, "no-version", "no version", "/upqr_terms", none.clone()),
        (1, "kind-one-digit", "a kind of one digit", "/kind", json!("1")),
        (1, "kind-letters", "a kind of letters", "/kind", json!("0x")),
        (1, "no-contract", "no contract", "/contract", none.clone()),
        (1, "no-reference", "no contract reference", "/contract/reference", none.clone()),
        (
            1,
            "long-reference",
            "a contract reference of 21 characters",
            "/contract/reference",
            json!("123456789012345678901"),
        ),
        (1, "empty-reference", "an empty contract reference", "/contract/reference", json!("")),
        (1, "reference-script", "a contract reference beyond ASCII", "/contract/reference", json!("合同-7")),
        (1, "no-template", "no contract template", "/contract/template", none.clone()),
        (
            1,
            "template-version",
            "a version of the contract template of 17 characters",
            "/contract/template/version",
            json!("12345678901234567"),
        ),
        (
            1,
            "chain",
            "a business chain of 25 characters",
            "/contract/business_chain",
            json!({"id": "1234567890123456789012345"}),
        ),
        (
            1,
            "chain-without-id",
            "a business chain without `id`",
            "/contract/business_chain",
            json!({"reference": "x"}),
        ),
        (1, "no-operator", "no operator", "/parties/operator", none.clone()),
        (1, "party-text", "a party that is a text", "/parties/payee", json!("landlord-1")),
        (1, "party-array", "a party that is an array", "/parties/payee", json!(["landlord-1"])),
        (1, "party-blank", "a party whose `id` has a blank", "/parties/payee/id", json!("land lord")),
        (1, "party-long", "a party whose `id` has 65 characters", "/parties/payee/id", json!("x".repeat(65))),
        (
            1,
            "party-control",
            "a party whose `name` has a control",
            "/parties/payee",
            json!({"id": "landlord-1", "name": "a\u{7}"}),
        ),
        (
            1,
            "party-null",
            "a `name` that is null",
            "/parties/payee",
            json!({"id": "landlord-1", "name": null}),
        ),
        (1, "same-party", "a payee that is the payer", "/parties/payee/id", json!("payer-1")),
        (1, "payee-operator", "a payee that keeps the books", "/parties/payee/id", json!("bank-1")),
        (1, "further-party", "a party of another kind", "/parties/arbiter", json!({"id": "notary-1"})),
        (1, "currency-letters", "a currency of letters", "/currency", json!("CNY")),
        (1, "currency-unassigned", "a currency that ISO 4217 does not assign", "/currency", json!("000")),
        (1, "currency-metal", "a currency without minor units", "/currency", json!("959")),
        (1, "no-amount", "no amount", "/amount", none.clone()),
        (1, "amount-number", "an amount that is a number", "/amount", json!(3000)),
        (1, "amount-zero", "an amount of zero", "/amount", json!("0.00")),
        (1, "amount-negative", "a negative amount", "/amount", json!("-3000.00")),
        (1, "amount-decimals", "an amount of three decimals", "/amount", json!("3000.001")),
        (1, "amount-zeros", "an amount with a leading zero", "/amount", json!("03000.00")),
        (1, "amount-point", "an amount that ends with its point", "/amount", json!("3000.")),
        (1, "amount-exponent", "an amount with an exponent", "/amount", json!("3e3")),
        (1, "amount-comma", "an amount with a comma", "/amount", json!("3,000")),
        (1, "amount-long", "an amount of 14 characters", "/amount", json!("12345678901.00")),
        (1, "cap", "a cap beside the amount", "/cap", json!("3000.00")),
        (1, "no-expiry", "no expiry", "/times/expires", none.clone()),
        (1, "expiry-text", "an expiry that is a text", "/times/expires", json!("1800000000")),
        (1, "expiry-negative", "a negative expiry", "/times/expires", json!(-1)),
        (1, "expiry-long", "an expiry of eleven digits", "/times/expires", json!(10_000_000_000_u64)),
        (1, "times-array", "times that are an array", "/times", json!([1_790_000_000, 1_800_000_000])),
        (1, "begin-at-end", "a beginning at the end", "/times/not_before", json!(1_800_000_000)),
        (1, "rule", "a refund rule that is not defined", "/refund/rule", json!("never")),
        (1, "no-rule", "no refund rule", "/refund/rule", none.clone()),
        (1, "refund-by", "an end of refunds before the expiry", "/refund/by", json!(1_799_999_999)),
        (1, "unknown-member", "a member that is not defined", "/interest", json!("5 %")),
        (1, "unknown-condition", "a condition that is not defined", "/conditions/unless", json!("rain")),
        (1, "release-at-end", "a release at the end", "/conditions/release_at", json!(1_800_000_000)),
        (1, "no-release", "no release", "/conditions/release_at", none.clone()),
        (2, "no-attester", "no attester", "/parties/attester", none.clone()),
        (2, "attester-payee", "an attester that is the payee", "/parties/attester/id", json!("shop-1")),
        (2, "deliver-late", "a delivery until after the end", "/conditions/deliver_by", json!(1_800_000_000)),
        (2, "delivery-empty", "an empty delivery", "/conditions/delivery", json!("")),
        (3, "no-arbiter", "no arbiter", "/parties/arbiter", none.clone()),
        (3, "arbiter-payer", "an arbiter that is the payer", "/parties/arbiter/id", json!("payer-1")),
        (3, "conditions", "a condition where there are none", "/conditions/votes", json!(1)),
        (4, "hash-upper", "a hash in upper case", "/conditions/sha256", json!("AB".repeat(32))),
        (4, "hash-short", "a hash of 31 octets", "/conditions/sha256", json!("ab".repeat(31))),
        (
            4,
            "release-too-early",
            "conditions of another kind",
            "/conditions",
            json!({"release_at": 1_790_000_000}),
        ),
        (5, "amount-for-cap", "an amount beside the cap", "/amount", json!("1000.00")),
        (5, "no-cap", "no cap", "/cap", none.clone()),
        (
            5,
            "use-above-cap",
            "a use that may take more than the cap",
            "/conditions/per_use",
            json!("1000.01"),
        ),
        (5, "confirm-text", "a confirmation that is a text", "/conditions/confirm", json!("true")),
        (6, "one-payee", "one payee", "/parties/payees", json!([{"id": "shop-1"}])),
        (
            6,
            "payee-twice",
            "a payee that stands there twice",
            "/parties/payees",
            json!([{"id": "shop-1"}, {"id": "shop-1"}]),
        ),
        (6, "too-little", "a split of too few units", "/amount", json!("0.02")),
        (6, "sum-short", "shares that add up to less", "/conditions", shares("24.99")),
        (6, "sum-long", "shares that add up to more", "/conditions", shares("25.01")),
        (6, "both", "shares and weights", "/conditions/shares", json!([])),
        (6, "weight-zero", "a weight of zero", "/conditions/weights", weights(0)),
        (6, "weight-large", "a weight above a million", "/conditions/weights", weights(1_000_001)),
        (
            6,
            "weight-decimal",
            "a weight with decimals",
            "/conditions/weights",
            json!([{"to": "shop-1", "weight": 0.5}]),
        ),
        (
            6,
            "share-missing",
            "a payee without a weight",
            "/conditions/weights",
            json!([{"to": "shop-1", "weight": 1}]),
        ),
        (7, "category-short", "a category of three digits", "/conditions/categories", json!(["581"])),
        (7, "category-none", "no category in the list", "/conditions/categories", json!([])),
        (
            7,
            "category-twice",
            "a category that stands there twice",
            "/conditions/categories",
            json!(["5812", "5812"]),
        ),
        (7, "no-purpose", "no purpose", "/conditions", json!({})),
        (7, "two-purposes", "categories and merchants", "/conditions/merchants", json!(["m-1"])),
        (
            7,
            "purchase-above-cap",
            "a purchase that may take more than the cap",
            "/conditions/per_purchase",
            json!("200.01"),
        ),
        (7, "payee", "a payee where there is none", "/parties/payee", json!({"id": "m-1"})),
    ];
    for (kind, slug, change, pointer, value) in rows {
        let key = KEYS.get(kind.saturating_sub(1)).copied().unwrap_or_default();
        let octets = with(document(kind), &[(pointer, value)]).to_string();
        let id = format!("document-{key}-{slug}");
        drafts.push(refused(parent(key), &id, change, octets.as_bytes(), "UPQR-TRM-3", "terms"));
    }
}

fn shares(last: &str) -> Value {
    json!({"shares": [
        {"to": "shop-1", "amount": "50.00"},
        {"to": "platform-1", "amount": "25.00"},
        {"to": "courier-1", "amount": last},
    ]})
}

fn weights(last: u64) -> Value {
    json!([{"to": "shop-1", "weight": 1}, {"to": "platform-1", "weight": 1}, {"to": "courier-1", "weight": last}])
}

fn octets(parent: &Draft, drafts: &mut Vec<Draft>) {
    let text = document(1).to_string();
    let cut = text.strip_suffix('}').unwrap_or_default();
    let rows: [(&str, &str, Vec<u8>); 9] = [
        ("empty-object", "no member at all", b"{}".to_vec()),
        ("array", "an array", format!("[{text}]").into_bytes()),
        ("cut", "the last brace is missing", cut.as_bytes().to_vec()),
        ("trailing", "something behind the object", format!("{text} {{}}").into_bytes()),
        ("trailing-comma", "a comma before the last brace", format!("{cut},}}").into_bytes()),
        ("bom", "a byte order mark", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        (
            "utf-8",
            "octets that are no UTF-8",
            text.replace("LEASE-2026-7", "LEASE-\u{0}")
                .replace('\u{0}', "\\u0041")
                .into_bytes()
                .iter()
                .map(|b| if *b == b'\\' { 0xFF } else { *b })
                .collect(),
        ),
        ("twice", "a member that stands there twice", format!("{cut},\"amount\":\"3000.00\"}}").into_bytes()),
        (
            "twice-inside",
            "a member inside a party that stands there twice",
            text.replace("\"id\":\"landlord-1\"", "\"id\":\"thief-1\",\"id\":\"landlord-1\"").into_bytes(),
        ),
    ];
    for (slug, change, octets) in rows {
        drafts.push(refused(parent, &format!("octets-{slug}"), change, &octets, "UPQR-TRM-3", "terms"));
    }
    let later = with(document(1), &[("/kind", json!("42"))]).to_string();
    let doubled = later.replace("\"release_at\":", "\"x\":[{\"a\":1,\"a\":2}],\"release_at\":");
    drafts.push(refused(
        parent,
        "octets-later-twice",
        "a later kind with a member that stands there twice",
        doubled.as_bytes(),
        "UPQR-TRM-3",
        "terms",
    ));
    let padded = |length: usize| format!("{text:length$}");
    let full = Draft {
        options: parent.options.clone(),
        requirements: vec!["UPQR-TRM-2"],
        flags: vec!["terms"],
        ..Draft::composed(
            Op::Evaluate,
            Level::Value,
            "document-full",
            "A document of 16,384 octets is read",
            padded(16_384).as_bytes(),
            parent.claim.clone(),
        )
    };
    drafts.push(refused(
        &full,
        "document-too-long",
        "one octet more",
        padded(16_385).as_bytes(),
        "UPQR-TRM-2",
        "terms",
    ));
    drafts.push(full);
}

fn evidence<'a>(parent: &dyn Fn(&str) -> &'a Draft, drafts: &mut Vec<Draft>) {
    let none = || json!({});
    let by = |kind: &str, more: Value| said("e", T, "bank-1", kind, more);
    let member = |name: &str, value: Value| {
        let mut event = funded("e", T, "1.00");
        event[name] = value;
        event
    };
    let rows: Vec<(&str, &str, &str, Value)> = vec![
        ("lock", "type", "a type that is not defined", by("stolen", none())),
        ("lock", "no-amount", "no amount", by("funded", none())),
        ("lock", "amount-number", "an amount that is a number", by("funded", json!({"amount": 3000}))),
        ("lock", "amount-zero", "an amount of zero", by("funded", json!({"amount": "0"}))),
        ("lock", "amount-negative", "a negative amount", by("funded", json!({"amount": "-1"}))),
        ("lock", "amount-decimals", "an amount of three decimals", by("funded", json!({"amount": "1.001"}))),
        (
            "lock",
            "further",
            "a member of another type",
            by("funded", json!({"amount": "1", "to": "landlord-1"})),
        ),
        (
            "lock",
            "unknown",
            "a member that is not defined",
            by("funded", json!({"amount": "1", "note": "rent"})),
        ),
        ("lock", "null", "a member that is null", by("funded", json!({"amount": "1", "to": null}))),
        ("lock", "paid-for", "a payment for nothing", by("paid", json!({"to": "landlord-1", "amount": "1"}))),
        ("lock", "paid-to", "a payment to nobody", by("paid", json!({"for": "amount", "amount": "1"}))),
        ("lock", "id-number", "an `id` that is a number", member("id", json!(1))),
        ("lock", "id-empty", "an empty `id`", member("id", json!(""))),
        ("lock", "id-blank", "an `id` with a blank", member("id", json!("a b"))),
        ("lock", "id-long", "an `id` of 65 characters", member("id", json!("x".repeat(65)))),
        ("lock", "at-text", "a time that is a text", member("at", json!("1790000000"))),
        ("lock", "at-negative", "a negative time", member("at", json!(-1))),
        ("lock", "at-long", "a time of eleven digits", member("at", json!(10_000_000_000_u64))),
        ("lock", "by-empty", "nobody says it", member("by", json!(""))),
        ("lock", "array", "an event that is an array", json!(["e", T, "bank-1", "funded"])),
        ("delivery", "delivery", "a delivery of nothing", said("e", T, "carrier-1", "delivered", none())),
        (
            "delivery",
            "delivery-empty",
            "an empty delivery",
            said("e", T, "carrier-1", "delivered", json!({"delivery": ""})),
        ),
        ("hold", "vote", "a vote with an amount", said("e", T, "payer-1", "release", json!({"amount": "1"}))),
        (
            "hash",
            "preimage-short",
            "a preimage of 31 octets",
            said("e", T, "dealer-1", "preimage", json!({"preimage": "01".repeat(31)})),
        ),
        (
            "hash",
            "preimage-long",
            "a preimage of 33 octets",
            said("e", T, "dealer-1", "preimage", json!({"preimage": "01".repeat(33)})),
        ),
        (
            "hash",
            "preimage-upper",
            "a preimage in upper case",
            said("e", T, "dealer-1", "preimage", json!({"preimage": "AB".repeat(32)})),
        ),
        ("card", "use", "a use without an amount", said("e", T, "gym-1", "use", none())),
        ("card", "confirmed", "a confirmation of nothing", said("e", T, "wallet-1", "confirmed", none())),
        (
            "purpose",
            "mcc",
            "a category of three digits",
            by("purchase", json!({"mcc": "581", "merchant": "m-1", "amount": "1"})),
        ),
        (
            "purpose",
            "merchant",
            "a purchase from nobody",
            by("purchase", json!({"mcc": "5812", "amount": "1"})),
        ),
    ];
    for (key, slug, change, event) in rows {
        let parent = parent(key);
        let mut events =
            parent.options.get("evidence").and_then(Value::as_array).cloned().unwrap_or_default();
        events.push(event);
        let draft = refused(
            parent,
            &format!("evidence-{key}-{slug}"),
            change,
            &parent.octets,
            "UPQR-TRM-7",
            "evidence",
        );
        drafts.push(Draft { options: options(&events, T), ..draft });
    }
}

/// A payload that names the delivery's document, with the objects of its own templates.
struct Payload {
    currency: &'static str,
    amount: Option<&'static str>,
    control: Option<Vec<Object>>,
    terms: Option<Vec<Object>>,
    settlement: Option<Vec<Object>>,
    /// A template that stands behind the others.
    more: Option<(&'static str, Vec<Object>)>,
}

impl Payload {
    fn new(document: &str) -> Self {
        Self {
            currency: "156",
            amount: Some("259.90"),
            control: Some(vec![plain("01", "10"), plain("03", "1800000000")]),
            terms: Some(vec![plain("01", "02"), plain("02", "ORDER-88"), plain("03", sha256(document))]),
            settlement: Some(vec![plain("04", "CHAIN-2026-0042")]),
            more: None,
        }
    }

    fn text(&self) -> String {
        let mut objects =
            vec![plain("00", "01"), plain("01", "12"), plain("52", "5999"), plain("53", self.currency)];
        objects.extend(self.amount.map(|amount| plain("54", amount)));
        objects.extend([plain("58", "CN"), plain("59", "SYNTHETIC SHOP"), plain("60", "SHANGHAI")]);
        let ours = [("control", &self.control), ("terms", &self.terms), ("settle", &self.settlement)];
        for (place, (label, inner)) in ours.into_iter().enumerate() {
            if let Some(inner) = inner {
                let guid = plain("00", format!("org.upqr.{label}"));
                let id = format!("8{place}");
                objects.push(template(&id, [vec![guid], inner.clone()].concat()));
            }
        }
        if let Some((label, inner)) = &self.more {
            let guid = plain("00", format!("org.upqr.{label}"));
            objects.push(template("89", [vec![guid], inner.clone()].concat()));
        }
        sealed(&objects)
    }
}

fn sha256(document: &str) -> String {
    format!("1{}", URL_SAFE_NO_PAD.encode(Sha256::digest(document.as_bytes())))
}

fn payloads(drafts: &mut Vec<Draft>) {
    let text = DOCUMENTS.get(1).copied().unwrap_or_default();
    let events =
        [funded("f", T, "259.90"), said("d", T, "carrier-1", "delivered", json!({"delivery": "WB-4471"}))];
    let asked = |payload: String| {
        let mut options = options(&events, T);
        options.insert("payload".to_owned(), json!(payload));
        options
    };
    let value = json!({
        "decision": "pay", "reason": "due",
        "payouts": [{"to": "shop-1", "amount": "259.90", "for": "amount"}],
        "in": "259.90", "out": "0.00", "balance": "259.90", "left": "0.00", "ignored": [],
    });
    let whole = || Payload::new(text);
    let terms = |hash: Option<String>| {
        let objects = [plain("01", "02"), plain("02", "ORDER-88")];
        Some(objects.into_iter().chain(hash.map(|hash| plain("03", hash))).collect())
    };
    let control = |id: &str, time: &str| Some(vec![plain("01", "10"), plain(id, time)]);
    let kept = |id: &str, title: &str, requirements: &[&'static str], payload: &Payload| Draft {
        options: asked(payload.text()),
        requirements: requirements.to_vec(),
        flags: vec!["terms"],
        ..Draft::composed(
            Op::Evaluate,
            Level::Value,
            id,
            title,
            text.as_bytes(),
            Claim::Accepted(Some(value.clone())),
        )
    };
    let parent = kept(
        "payload-agrees",
        "The payload names the document",
        &["UPQR-TRM-1", "UPQR-TRM-4", "UPQR-TRM-5", "UPQR-TRM-6"],
        &whole(),
    );
    // SM3 of the document, as the library computes it and GB/T 32905 defines it.
    let sm3 = upqr::terms::hash(text.as_bytes(), upqr::unified::terms::HashAlgorithm::Sm3).to_string();
    drafts.push(kept(
        "payload-sm3",
        "The payload names the document by SM3",
        &["UPQR-TRM-1"],
        &Payload { terms: terms(Some(sm3.clone())), ..whole() },
    ));
    drafts.push(kept(
        "payload-bare",
        "A payload of a terms template alone",
        &["UPQR-TRM-5", "UPQR-TRM-6"],
        &Payload {
            amount: None,
            control: None,
            settlement: None,
            terms: Some(vec![plain("01", "02"), plain("03", sha256(text))]),
            ..whole()
        },
    ));
    drafts.push(kept(
        "payload-amount-short",
        "An amount with fewer decimals is the same money",
        &["UPQR-TRM-5"],
        &Payload { amount: Some("259.9"), ..whole() },
    ));
    let other = |hash: String| Payload { terms: terms(Some(hash)), ..whole() };
    let swapped = format!("3{}", sha256(text).get(1..).unwrap_or_default());
    let of_kind =
        |kind: &str| Payload { terms: Some(vec![plain("01", kind), plain("03", sha256(text))]), ..whole() };
    let rows: Vec<(&str, &str, &'static str, Payload)> = vec![
        (
            "hash",
            "the hash of the document without its last line end",
            "UPQR-TRM-1",
            other(sha256(text.trim_end())),
        ),
        (
            "hash-of-another",
            "the hash of another document",
            "UPQR-TRM-4",
            other(sha256(DOCUMENTS.first().copied().unwrap_or_default())),
        ),
        ("hash-digit", "the SHA-256 behind the digit of SM3", "UPQR-TRM-1", other(swapped)),
        (
            "hash-broken",
            "a hash that is cut",
            "UPQR-TRM-4",
            other(sha256(text).get(..43).unwrap_or_default().to_owned()),
        ),
        ("no-hash", "no hash", "UPQR-TRM-4", Payload { terms: terms(None), ..whole() }),
        ("no-terms", "no terms template", "UPQR-TRM-4", Payload { terms: None, ..whole() }),
        (
            "two-terms",
            "two terms templates",
            "UPQR-TRM-4",
            Payload { more: terms(Some(sha256(text))).map(|it| ("terms", it)), ..whole() },
        ),
        (
            "two-settlements",
            "two settlement templates",
            "UPQR-TRM-6",
            Payload { more: Some(("settle", vec![plain("04", "CHAIN-2026-0042")])), ..whole() },
        ),
        (
            "two-controls",
            "two control templates",
            "UPQR-TRM-6",
            Payload { more: Some(("control", vec![plain("01", "10")])), ..whole() },
        ),
        (
            "control-broken",
            "a control template that is not readable",
            "UPQR-TRM-6",
            Payload { control: Some(vec![plain("01", "1x")]), ..whole() },
        ),
        (
            "settlement-broken",
            "a settlement template that is not readable",
            "UPQR-TRM-6",
            Payload { settlement: Some(vec![plain("01", "1")]), ..whole() },
        ),
        ("kind", "another kind", "UPQR-TRM-5", of_kind("03")),
        (
            "reference",
            "another contract",
            "UPQR-TRM-5",
            Payload {
                terms: Some(vec![plain("01", "02"), plain("02", "ORDER-89"), plain("03", sha256(text))]),
                ..whole()
            },
        ),
        ("currency", "another currency", "UPQR-TRM-5", Payload { currency: "344", ..whole() }),
        ("amount", "one more minor unit", "UPQR-TRM-5", Payload { amount: Some("259.91"), ..whole() }),
        ("amount-less", "one minor unit less", "UPQR-TRM-5", Payload { amount: Some("259.89"), ..whole() }),
        (
            "chain",
            "another business chain",
            "UPQR-TRM-6",
            Payload { settlement: Some(vec![plain("04", "CHAIN-X")]), ..whole() },
        ),
        (
            "refund-by",
            "an end of refunds that the document does not have",
            "UPQR-TRM-6",
            Payload { settlement: Some(vec![plain("01", "1900000000")]), ..whole() },
        ),
        (
            "expires",
            "an expiry after that of the document",
            "UPQR-TRM-6",
            Payload { control: control("03", "1800000001"), ..whole() },
        ),
        (
            "not-before",
            "a beginning at the expiry of the document",
            "UPQR-TRM-6",
            Payload { control: control("02", "1800000000"), ..whole() },
        ),
    ];
    for (slug, change, requirement, payload) in rows {
        let draft = refused(
            &parent,
            &format!("payload-{slug}"),
            change,
            text.as_bytes(),
            requirement,
            "terms-mismatch",
        );
        drafts.push(Draft { options: asked(payload.text()), ..draft });
    }
    // What a payload says twice, or asks for beside the amount, and a checksum that is not right.
    let agreed = whole().text();
    let with = |object: &str| {
        let body = agreed.get(..agreed.len().saturating_sub(8)).unwrap_or_default();
        seal(&body.replacen("5802CN", &format!("{object}5802CN"), 1))
    };
    let rows: [(&str, &str, String); 6] = [
        ("amount-twice", "a second amount", with("5406999.00")),
        ("currency-twice", "a second currency", with("5303344")),
        ("tip", "a tip that the payer types", with("550201")),
        ("fee-fixed", "a fixed fee", with("5502025606500.00")),
        ("fee-percent", "a fee of 90 percent", with("550203570290")),
        ("checksum", "a checksum of other text", agreed.replacen("5802CN", "5802HK", 1)),
    ];
    for (slug, change, payload) in rows {
        let id = format!("payload-{slug}");
        let draft = refused(&parent, &id, change, text.as_bytes(), "UPQR-TRM-5", "terms-mismatch");
        drafts.push(Draft { options: asked(payload), ..draft });
    }
    drafts.push(parent);
}
