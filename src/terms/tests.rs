//! Documents, evidence and decisions, as rows.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::*;

/// One document of each kind: the examples of the standard.
pub(super) fn documents() -> Vec<String> {
    [
        include_str!("../../spec/terms/01-time-lock.json"),
        include_str!("../../spec/terms/02-delivery.json"),
        include_str!("../../spec/terms/03-three-party.json"),
        include_str!("../../spec/terms/04-hash-lock.json"),
        include_str!("../../spec/terms/05-draw-down.json"),
        include_str!("../../spec/terms/06-split.json"),
        include_str!("../../spec/terms/07-purpose-bound.json"),
    ]
    .map(str::to_owned)
    .to_vec()
}

fn document(kind: usize) -> Value {
    serde_json::from_str(&documents()[kind - 1]).expect("JSON")
}

/// The document of a kind with members set, or taken out by `null`.
fn with(kind: usize, changes: &[(&str, Value)]) -> Value {
    let mut document = document(kind);
    for (pointer, value) in changes {
        let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
        let parent = document.pointer_mut(parent).expect("a parent").as_object_mut().expect("an object");
        if value.is_null() {
            parent.remove(member);
        } else {
            parent.insert(member.to_owned(), value.clone());
        }
    }
    document
}

#[track_caller]
fn refused(octets: &str, expected: &str) {
    let fault = Document::parse(octets.as_bytes()).expect_err("a fault");
    assert_eq!((fault.to_string().as_str(), fault.code()), (expected, "terms"));
}

#[track_caller]
fn broken(kind: usize, pointer: &str, value: Value, expected: &str) {
    let octets = with(kind, &[(pointer, value)]).to_string();
    let fault = Document::parse(octets.as_bytes()).expect_err("a fault");
    assert_eq!(fault.message, expected);
}

#[test]
fn every_kind_is_read() {
    for (document, name) in documents().iter().zip([
        "time-lock",
        "delivery versus payment",
        "three-party hold",
        "hash-lock",
        "prepaid draw-down",
        "split",
        "purpose-bound",
    ]) {
        assert_eq!(Document::parse(document.as_bytes()).map(|it| it.kind.name()), Ok(name));
    }
    let later = with(1, &[("/kind", json!("42")), ("/conditions", json!({"any": [1, {"x": null}]}))]);
    let later = Document::parse(later.to_string().as_bytes()).expect("a later kind");
    assert_eq!(later.kind, Kind::Unknown("42".to_owned()));
}

#[test]
fn json_that_is_no_document_is_refused() {
    refused("", "line 1, byte 1: EOF while parsing a value");
    refused("[]", "line 1, byte 1: invalid type: sequence, expected an object");
    refused("{}", "line 1, byte 2: missing field `kind`");
    refused("{\"kind\":\"1\"}", "kind: expected two digits");
    refused("{\"kind\":\"01\",\"kind\":\"02\"}", "line 1, byte 19: duplicate field `kind`");
    refused(
        "{\"kind\":\"01\",\n \"amout\":\"1\"}",
        "line 2, byte 8: unknown field `amout`, expected one of `upqr_terms`, `kind`, `contract`, `parties`, `currency`, \
         `amount`, `cap`, `times`, `refund`, `conditions`",
    );
    refused("{\"kind\":\"42\",\"x\":{\"a\":1,\"a\":1}}", "line 1, byte 27: duplicate field `a`");
    refused(&" ".repeat(MAX_DOCUMENT + 1), "expected at most 16384 bytes, found 16385");
}

#[test]
#[expect(clippy::too_many_lines, reason = "rows of one table")]
fn values_that_break_their_format_are_refused() {
    broken(1, "/upqr_terms", json!("11"), "upqr_terms: expected `10`, the version of this edition");
    broken(
        1,
        "/currency",
        json!("999"),
        "currency: expected three digits of a currency to which ISO 4217 gives minor units",
    );
    broken(
        1,
        "/amount",
        json!("3000.001"),
        "amount: expected an amount above zero of 1 to 13 characters, with at most 2 decimals",
    );
    broken(1, "/amount", Value::Null, "amount: expected `amount` and no `cap` for this kind");
    broken(1, "/cap", json!("1"), "amount: expected `amount` and no `cap` for this kind");
    broken(5, "/amount", json!("1"), "cap: expected `cap` and no `amount` for this kind");
    broken(1, "/times", json!([1, 2]), "invalid type: sequence, expected an object");
    broken(
        1,
        "/times/expires",
        json!(10_000_000_000_u64),
        "times.expires: expected Unix seconds of at most ten digits",
    );
    broken(
        1,
        "/times/not_before",
        json!(1_800_000_000),
        "times.not_before: expected a time before `expires`",
    );
    broken(
        1,
        "/refund/rule",
        json!("never"),
        "refund.rule: expected one of `at-end`, `on-request` and `by-hand`",
    );
    broken(1, "/refund/by", json!(1), "refund.by: expected a time not before `times.expires`");
    broken(
        1,
        "/contract/reference",
        json!("123456789012345678901"),
        "contract.reference: expected 1 to 20 printable ASCII characters",
    );
    broken(
        1,
        "/contract/business_chain",
        json!({"id": "1234567890123456789012345"}),
        "contract.business_chain.id: expected 1 to 24 printable ASCII characters",
    );
    broken(1, "/parties/payee/id", json!("payer-1"), "parties: expected a different `id` for each party");
    broken(
        1,
        "/parties/payee/id",
        json!("a b"),
        "parties.payee.id: expected 1 to 64 visible ASCII characters",
    );
    broken(
        1,
        "/parties/payee/name",
        json!("a\u{7}"),
        "parties.payee.name: expected 1 to 64 characters without controls",
    );
    broken(
        1,
        "/parties/arbiter",
        json!({"id": "x"}),
        "unknown field `arbiter`, expected one of `payer`, `operator`, `payee`",
    );
    let within = "expected a time from `times.not_before` on and before `times.expires`";
    broken(1, "/conditions/release_at", json!(1_800_000_000), &format!("conditions.release_at: {within}"));
    broken(2, "/conditions/deliver_by", json!(1_800_000_000), &format!("conditions.deliver_by: {within}"));
    broken(
        2,
        "/parties/attester/id",
        json!("shop-1"),
        "parties.attester: expected another party than the payee",
    );
    broken(3, "/conditions", json!({"x": 1}), "unknown field `x`, there are no fields");
    broken(
        4,
        "/conditions/sha256",
        json!("AB"),
        "conditions.sha256: expected 64 hexadecimal digits in lower case",
    );
    broken(5, "/conditions/per_use", json!("1000.01"), "conditions.per_use: expected at most the cap");
    broken(5, "/conditions/confirm", Value::Null, "missing field `confirm`");
    broken(6, "/parties/payees", json!([{"id": "a"}]), "parties.payees: expected 2 to 64 payees");
    broken(
        6,
        "/conditions",
        json!({"shares": [{"to": "shop-1", "amount": "50"}, {"to": "platform-1", "amount": "25"}, {"to": "courier-1", "amount": "24.99"}]}),
        "conditions.shares: expected amounts that add up to `amount`",
    );
    broken(
        6,
        "/conditions",
        json!({"shares": [{"to": "shop-1", "amount": "50"}, {"to": "courier-1", "amount": "50"}]}),
        "conditions: expected one part for each of `parties.payees`, in their order",
    );
    broken(6, "/conditions", json!({}), "conditions: expected exactly one of `shares` and `weights`");
    broken(
        6,
        "/amount",
        json!("0.02"),
        "conditions.weights: expected at least one minor unit for each payee",
    );
    broken(
        6,
        "/conditions",
        json!({"weights": [{"to": "shop-1", "weight": 0}]}),
        "conditions.weights.weight: expected a number from 1 to 1000000",
    );
    broken(
        7,
        "/conditions/categories",
        json!(["581"]),
        "conditions.categories: expected 1 to 64 different codes of four digits",
    );
    broken(
        7,
        "/conditions",
        json!({"merchants": ["a", "a"]}),
        "conditions.merchants: expected 1 to 64 different texts of 1 to 64 visible ASCII characters",
    );
    broken(7, "/conditions", json!({}), "conditions: expected exactly one of `categories` and `merchants`");
    broken(
        7,
        "/conditions/per_purchase",
        json!("200.01"),
        "conditions.per_purchase: expected at most the cap",
    );
}

#[track_caller]
fn no_evidence(octets: &str, expected: &str) {
    let yuan = Currency::parse("156").expect("a currency");
    let fault = Evidence::parse(octets.as_bytes(), yuan).expect_err("a fault");
    assert_eq!((fault.to_string().as_str(), fault.code()), (expected, "evidence"));
}

#[test]
fn evidence_is_read_strictly() {
    no_evidence("{}", "line 1, byte 2: missing field `id`");
    no_evidence("\n{\"id\":1}", "line 2, byte 7: invalid type: integer `1`, expected a string");
    no_evidence("[[]]", "line 1, byte 1: invalid type: sequence, expected an object");
    let event = |rest: &str| format!("[{{\"id\":\"e\",\"at\":1,\"by\":\"bank-1\",{rest}}}]");
    no_evidence(&event("\"type\":\"stolen\""), "event `e`: expected a `type` of clause 15.4");
    no_evidence(&event("\"type\":\"funded\""), "event `e`: expected `amount`");
    no_evidence(
        &event("\"type\":\"funded\",\"amount\":\"1.001\""),
        "event `e`: expected `amount` above zero, of 1 to 13 characters and with at most 2 decimals",
    );
    no_evidence(
        &event("\"type\":\"cancelled\",\"amount\":\"1\""),
        "event `e`: expected no `amount` in an event of type `cancelled`",
    );
    no_evidence(
        &event("\"type\":\"preimage\",\"preimage\":\"00\""),
        "event `e`: expected `preimage` as 64 hexadecimal digits in lower case",
    );
    no_evidence(
        &event("\"type\":\"purchase\",\"mcc\":\"58\",\"merchant\":\"m\",\"amount\":\"1\""),
        "event `e`: expected `mcc` as four digits",
    );
    no_evidence(
        &event("\"type\":\"release\",\"type\":\"return\""),
        "line 1, byte 55: duplicate field `type`",
    );
    let many = vec![r#"{"id":"e","at":1,"by":"b","type":"release"}"#; MAX_EVENTS + 1].join("\n");
    no_evidence(&many, "expected at most 4096 events, found 4097");
}

/// An event: identifier, time, party, type, and further members as JSON.
type Row<'a> = (&'a str, u64, &'a str, &'a str, Value);

#[track_caller]
fn decide(document: &Value, events: &[Row<'_>], as_of: u64, expected: &str) {
    let document = Document::parse(document.to_string().as_bytes()).expect("a document");
    let events: Vec<Value> = events
        .iter()
        .map(|(id, at, by, kind, more)| {
            let mut event = json!({"id": id, "at": at, "by": by, "type": kind});
            let members = more.as_object().expect("members");
            event.as_object_mut().expect("an object").extend(members.clone());
            event
        })
        .collect();
    let evidence =
        Evidence::parse(json!(events).to_string().as_bytes(), document.currency).expect("evidence");
    let decision = evaluate(&document, &evidence, as_of);
    let mut shown = format!("{} {}", decision.verdict.key(), decision.reason.key());
    for Payout { to, amount, settles } in &decision.payouts {
        write!(shown, ", {to} {} for {settles}", amount.text(document.currency)).expect("text grows");
    }
    for Ignored { id, reason } in &decision.ignored {
        write!(shown, "; {id} {}", reason.key()).expect("text grows");
    }
    assert_eq!(shown, expected);
}

const T: u64 = 1_790_000_000;

fn funded(at: u64, amount: &str) -> Row<'static> {
    ("f", at, "bank-1", "funded", json!({"amount": amount}))
}

fn paid<'a>(id: &'a str, at: u64, to: &str, amount: &str, settles: &str) -> Row<'a> {
    (id, at, "bank-1", "paid", json!({"to": to, "amount": amount, "for": settles}))
}

#[test]
fn a_time_lock_opens_at_its_time() {
    let document = document(1);
    let in_time = funded(T - 10, "3000");
    let pay = "pay due, landlord-1 3000.00 for amount";
    decide(&document, &[], T, "hold not-funded");
    decide(&document, &[funded(T - 10, "2999.99")], T, "hold not-funded");
    decide(&document, std::slice::from_ref(&in_time), T - 1, "hold not-yet");
    decide(&document, std::slice::from_ref(&in_time), T, pay);
    decide(&document, std::slice::from_ref(&in_time), 1_900_000_000, pay);
    decide(
        &document,
        &[funded(1_800_000_000, "3000")],
        1_800_000_000,
        "refund expired, payer-1 3000.00 for refund",
    );
    decide(&document, &[], 1_800_000_000, "refuse expired");
    let settled = paid("p", T, "landlord-1", "3000", "amount");
    decide(&document, &[in_time.clone(), settled.clone()], T, "refuse complete");
    // A report bears the time of another clock, which is no reason to pay again.
    decide(
        &document,
        &[in_time.clone(), paid("p", T + 5, "landlord-1", "3000", "amount")],
        T,
        "refuse complete",
    );
    decide(
        &document,
        &[in_time.clone(), ("g", T, "bank-1", "funded", json!({"amount": "1"})), settled.clone()],
        T,
        "refund excess, payer-1 1.00 for refund",
    );
    decide(&document, &[in_time.clone(), paid("p", T, "landlord-1", "2999", "amount")], T, "hold books");
    decide(&document, &[in_time.clone(), paid("p", T, "other", "3000", "amount")], T, "hold books");
    decide(&document, &[in_time.clone(), paid("p", T, "landlord-1", "3000", "rent")], T, "hold books");
    let twice = ("g", T, "bank-1", "funded", json!({"amount": "3000"}));
    decide(
        &document,
        &[in_time.clone(), twice, settled.clone(), paid("q", T, "landlord-1", "3000", "amount")],
        T,
        "hold books",
    );
    decide(&document, &[settled], T, "hold overdrawn");
    decide(
        &document,
        &[in_time.clone(), ("c", T - 1, "landlord-1", "cancelled", json!({}))],
        T,
        "refund cancelled, payer-1 3000.00 for refund",
    );
    decide(
        &document,
        &[in_time.clone(), ("c", T, "landlord-1", "cancelled", json!({}))],
        T,
        "refund cancelled, payer-1 3000.00 for refund",
    );
    decide(&document, &[in_time.clone(), ("c", T + 1, "landlord-1", "cancelled", json!({}))], T + 1, pay);
    decide(
        &document,
        &[in_time.clone(), ("r", T - 1, "payer-1", "refund-requested", json!({}))],
        T,
        &format!("{pay}; r no-request"),
    );
    decide(
        &document,
        &[in_time.clone(), ("c", T - 1, "payer-1", "cancelled", json!({}))],
        T,
        &format!("{pay}; c not-entitled"),
    );
    decide(
        &document,
        &[in_time.clone(), ("v", T - 1, "payer-1", "release", json!({}))],
        T,
        &format!("{pay}; v not-of-kind"),
    );
    let refunded = ("x", T - 1, "bank-1", "refunded", json!({"amount": "1000"}));
    decide(&document, &[in_time.clone(), refunded], T, "refund refunded, payer-1 2000.00 for refund");
    let refunded = ("x", T - 1, "bank-1", "refunded", json!({"amount": "3000"}));
    decide(&document, &[in_time.clone(), refunded], T, "refuse refunded");
    decide(
        &document,
        &[in_time.clone(), ("f", T - 10, "bank-1", "funded", json!({"amount": "2"}))],
        T,
        "hold conflict",
    );
    decide(&document, &[in_time.clone(), in_time], T, pay);
}

#[test]
fn a_delivery_pays_when_it_is_attested() {
    let document = document(2);
    let money = funded(T, "259.90");
    let end = 1_795_000_000;
    let delivered =
        |at, by: &'static str, number: &str| ("d", at, by, "delivered", json!({"delivery": number}));
    decide(&document, std::slice::from_ref(&money), T, "hold waiting");
    decide(
        &document,
        &[money.clone(), delivered(T, "carrier-1", "WB-4471")],
        T,
        "pay due, shop-1 259.90 for amount",
    );
    decide(&document, &[money.clone(), delivered(T, "shop-1", "WB-4471")], T, "hold waiting; d not-entitled");
    decide(
        &document,
        &[money.clone(), delivered(T, "carrier-1", "WB-1")],
        T,
        "hold waiting; d other-delivery",
    );
    decide(&document, &[money.clone(), delivered(T + 1, "carrier-1", "WB-4471")], T, "hold waiting");
    decide(
        &document,
        &[money.clone(), delivered(end - 1, "carrier-1", "WB-4471")],
        end,
        "pay due, shop-1 259.90 for amount",
    );
    decide(
        &document,
        &[money.clone(), delivered(end, "carrier-1", "WB-4471")],
        end,
        "refund not-delivered, payer-1 259.90 for refund; d late",
    );
    decide(
        &with(2, &[("/refund/rule", json!("by-hand"))]),
        std::slice::from_ref(&money),
        end,
        "hold by-hand",
    );
    decide(&with(2, &[("/refund/rule", json!("by-hand"))]), &[], end, "refuse not-delivered");
}

#[test]
fn two_of_three_decide() {
    let document = document(3);
    let money = funded(T, "12000");
    let vote = |id, at, by, kind| (id, at, by, kind, json!({}));
    let first = vote("a", T, "payer-1", "release");
    decide(&document, &[money.clone(), first.clone()], T, "hold waiting");
    decide(
        &document,
        &[money.clone(), first.clone(), vote("b", T, "seller-1", "release")],
        T,
        "pay due, seller-1 12000.00 for amount",
    );
    decide(
        &document,
        &[money.clone(), first.clone(), vote("b", T, "payer-1", "release")],
        T,
        "hold waiting; b second-vote",
    );
    decide(
        &document,
        &[money.clone(), first.clone(), vote("b", T, "bank-1", "release")],
        T,
        "hold waiting; b not-entitled",
    );
    decide(
        &document,
        &[
            money.clone(),
            first.clone(),
            vote("b", T, "seller-1", "return"),
            vote("c", T, "notary-1", "return"),
        ],
        T,
        "refund returned, payer-1 12000.00 for refund",
    );
    decide(
        &document,
        &[money.clone(), first, vote("b", T, "payer-1", "return"), vote("c", T, "notary-1", "return")],
        T,
        "hold waiting; b second-vote",
    );
    decide(&document, &[money], 1_800_000_000, "hold by-hand");
}

#[test]
fn a_hash_lock_opens_for_its_preimage() {
    let document = document(4);
    let money = funded(T, "500");
    let shown = |id, at, octet: u8| {
        (id, at, "dealer-1", "preimage", json!({"preimage": format!("{octet:02x}").repeat(32)}))
    };
    let pay = "pay due, dealer-1 500.00 for amount";
    decide(&document, std::slice::from_ref(&money), T, "hold waiting");
    decide(&document, &[money.clone(), shown("a", T, 1)], T, pay);
    decide(&document, &[money.clone(), shown("a", T, 2)], T, "refuse wrong-preimage; a wrong-preimage");
    decide(
        &document,
        &[money.clone(), shown("a", T, 2), shown("b", T, 1)],
        T,
        &format!("{pay}; a wrong-preimage"),
    );
    decide(
        &document,
        &[money.clone(), shown("a", T, 1), shown("b", T, 2)],
        T,
        &format!("{pay}; b wrong-preimage"),
    );
    decide(&document, &[money.clone(), shown("a", 1_799_999_999, 1)], 1_800_000_000, pay);
    decide(
        &document,
        &[money, shown("a", 1_800_000_000, 1)],
        1_800_000_000,
        "refund expired, payer-1 500.00 for refund; a late",
    );
    let early = [funded(1_779_999_000, "500"), shown("a", 1_779_999_001, 1)];
    decide(&document, &early, 1_779_999_999, "hold not-yet");
    decide(&document, &early, 1_780_000_000, pay);
    let given_up =
        [early[0].clone(), early[1].clone(), ("c", 1_779_999_500, "dealer-1", "cancelled", json!({}))];
    decide(&document, &given_up, 1_780_000_000, "refund cancelled, payer-1 500.00 for refund; a late");
}

#[test]
fn prepaid_money_is_drawn_use_by_use() {
    let document = with(5, &[("/cap", json!("250.00")), ("/conditions/confirm", json!(false))]);
    let money = funded(T, "200");
    let used = |id, at, amount: &str| (id, at, "gym-1", "use", json!({"amount": amount}));
    decide(&document, &[used("a", T, "80")], T, "refuse over-balance; a over-balance");
    decide(&document, &[money.clone(), used("a", T, "80")], T, "pay due, gym-1 80.00 for a");
    decide(
        &document,
        &[money.clone(), used("a", T, "80"), used("b", T, "80")],
        T,
        "pay due, gym-1 80.00 for a, gym-1 80.00 for b",
    );
    decide(
        &document,
        &[money.clone(), used("a", T, "80"), paid("p", T, "gym-1", "80", "a")],
        T,
        "hold waiting",
    );
    decide(
        &document,
        &[money.clone(), used("a", T, "80"), paid("p", T, "gym-1", "80", "a"), used("b", T + 1, "80")],
        T + 1,
        "pay due, gym-1 80.00 for b",
    );
    decide(&document, &[money.clone(), used("a", T, "100.01")], T, "refuse over-limit; a over-limit");
    decide(
        &document,
        &[money.clone(), used("a", T, "100"), used("b", T, "60"), used("c", T, "41"), used("d", T, "40")],
        T,
        "pay due, gym-1 100.00 for a, gym-1 60.00 for b, gym-1 40.00 for d; c over-balance",
    );
    let more = ("g", T, "bank-1", "funded", json!({"amount": "100"}));
    decide(
        &document,
        &[money.clone(), more, used("a", T, "100"), used("b", T, "100"), used("c", T, "51")],
        T,
        "pay due, gym-1 100.00 for a, gym-1 100.00 for b; c over-cap",
    );
    // What is paid counts first, even where an earlier use comes to light later.
    decide(
        &document,
        &[funded(T, "100"), used("b", T + 1, "80"), paid("p", T + 1, "gym-1", "80", "b"), used("a", T, "80")],
        T + 1,
        "hold waiting; a over-balance",
    );
    decide(
        &document,
        &[
            money.clone(),
            used("a", T, "80"),
            paid("p", T, "gym-1", "80", "a"),
            ("r", T + 1, "wallet-1", "refund-requested", json!({})),
            used("b", T + 1, "10"),
        ],
        T + 1,
        "refund requested, wallet-1 120.00 for refund; b late",
    );
    decide(
        &document,
        &[money.clone(), used("a", T, "80"), ("r", T + 1, "wallet-1", "refund-requested", json!({}))],
        T + 1,
        "pay due, gym-1 80.00 for a",
    );
    let last = 1_822_140_800;
    decide(&document, std::slice::from_ref(&money), last - 1, "refund expired, wallet-1 200.00 for refund");
    decide(&document, std::slice::from_ref(&money), last, "hold by-hand");
    let confirmed = with(5, &[]);
    let word = |at, by| ("w", at, by, "confirmed", json!({"for": "a"}));
    decide(&confirmed, &[money.clone(), used("a", T, "80")], T, "hold waiting");
    decide(
        &confirmed,
        &[money.clone(), used("a", T, "80"), word(T, "wallet-1")],
        T,
        "pay due, gym-1 80.00 for a",
    );
    decide(
        &confirmed,
        &[money.clone(), used("a", T, "80"), word(T, "gym-1")],
        T,
        "hold waiting; w not-entitled",
    );
    decide(
        &confirmed,
        &[money, used("a", T, "80"), word(1_821_536_000, "wallet-1")],
        1_821_536_000,
        "refund expired, wallet-1 200.00 for refund; w late",
    );
}

#[test]
fn a_split_pays_everyone_once() {
    let document = document(6);
    let money = funded(T, "100");
    decide(
        &document,
        std::slice::from_ref(&money),
        T,
        "pay due, shop-1 33.34 for shop-1, platform-1 33.33 for platform-1, courier-1 33.33 for courier-1",
    );
    let first = paid("p", T, "shop-1", "33.34", "shop-1");
    decide(
        &document,
        &[money.clone(), first.clone()],
        T,
        "pay due, platform-1 33.33 for platform-1, courier-1 33.33 for courier-1",
    );
    let rest =
        [paid("q", T, "platform-1", "33.33", "platform-1"), paid("r", T, "courier-1", "33.33", "courier-1")];
    decide(
        &document,
        &[money.clone(), first.clone(), rest[0].clone(), rest[1].clone()],
        T,
        "refuse complete",
    );
    decide(&document, &[funded(T, "99.99")], T, "hold not-funded");
    decide(&document, &[money, paid("p", T, "shop-1", "33.33", "shop-1")], T, "hold books");
}

#[test]
fn purpose_bound_money_is_spent_on_its_purpose() {
    let categories = document(7);
    let merchants = with(7, &[("/conditions", json!({"merchants": ["m-1"]}))]);
    let money = funded(T, "150");
    let bought = |id, mcc: &str, merchant: &str, amount: &str| {
        (id, T, "bank-1", "purchase", json!({"mcc": mcc, "merchant": merchant, "amount": amount}))
    };
    decide(&categories, &[money.clone(), bought("a", "5812", "m-9", "80")], T, "pay due, m-9 80.00 for a");
    decide(&categories, &[money.clone(), bought("a", "5813", "m-9", "80")], T, "refuse category; a category");
    decide(
        &categories,
        &[money.clone(), bought("a", "5812", "m-9", "80.01")],
        T,
        "refuse over-limit; a over-limit",
    );
    decide(
        &categories,
        &[money.clone(), bought("a", "5813", "m-9", "1"), bought("b", "5411", "m-9", "1")],
        T,
        "pay due, m-9 1.00 for b; a category",
    );
    decide(&merchants, &[money.clone(), bought("a", "9999", "m-1", "150")], T, "pay due, m-1 150.00 for a");
    decide(&merchants, &[money.clone(), bought("a", "5812", "m-9", "1")], T, "refuse merchant; a merchant");
    decide(
        &merchants,
        &[money, bought("a", "5812", "m-1", "150.01")],
        T,
        "refuse over-balance; a over-balance",
    );
}

#[test]
fn an_unknown_kind_only_holds() {
    let document = with(1, &[("/kind", json!("42"))]);
    let said = [funded(T, "3000"), ("d", T, "carrier-1", "delivered", json!({"delivery": "x"}))];
    decide(&document, &said, T, "hold unknown-kind; d not-of-kind");
    decide(&document, &said, 1_900_000_000, "hold unknown-kind; d not-of-kind");
}

#[test]
fn a_decision_is_json() {
    let document = Document::parse(documents()[0].as_bytes()).expect("a document");
    let funded = br#"{"id":"f","at":1,"by":"bank-1","type":"funded","amount":"3000"}"#;
    let evidence = Evidence::parse(funded, document.currency).expect("evidence");
    assert_eq!(
        serde_json::to_string(&evaluate(&document, &evidence, T)).expect("JSON"),
        "{\"decision\":\"pay\",\"reason\":\"due\",\"payouts\":[{\"to\":\"landlord-1\",\"amount\":\"3000.00\",\"for\":\"amount\"}],\
         \"in\":\"3000.00\",\"out\":\"0.00\",\"balance\":\"3000.00\",\"left\":\"0.00\",\"ignored\":[]}",
    );
}

#[test]
fn reasons_are_told_apart() {
    let keys: std::collections::BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.key()).collect();
    assert_eq!(keys.len(), Reason::ALL.len());
}
