//! What one kind of terms alone has.

#![allow(clippy::indexing_slicing, reason = "JSON that is composed here, which a test composes too")]

use serde_json::{Value, json};

use super::evaluate::{Row, T, document, funded, paid, said, with};

type Event = Value;

pub(super) fn rows(rows: &mut Vec<Row>) {
    at_once(rows);
    in_pieces(rows);
    divided(rows);
}

fn own(
    rows: &mut Vec<Row>,
    id: &str,
    title: &str,
    requirement: &'static str,
    document: Value,
    events: &[Event],
    expected: &str,
) {
    rows.push(Row {
        id: format!("own-{id}"),
        title: title.to_owned(),
        requirements: vec![requirement],
        document,
        events: events.to_vec(),
        as_of: T + 60,
        expected: expected.to_owned(),
    });
}

fn at_once(rows: &mut Vec<Row>) {
    let none = || json!({});
    let mut row = |id: &str, title: &str, requirement, document, events: &[Event], expected: &str| {
        own(rows, id, title, requirement, document, events, expected);
    };
    let locked = |at: u64| with(document(1), &[("/conditions/release_at", json!(at))]);
    let rent = funded("f", T, "3000");
    row(
        "lock-early",
        "A second before its time a lock holds",
        "UPQR-TRM-15",
        locked(T + 61),
        std::slice::from_ref(&rent),
        "hold not-yet",
    );
    row(
        "lock-open",
        "At its time a lock opens",
        "UPQR-TRM-15",
        locked(T + 60),
        std::slice::from_ref(&rent),
        "pay due, landlord-1 3000.00 for amount",
    );
    row(
        "lock-part",
        "A part of the amount opens no lock",
        "UPQR-TRM-15",
        document(1),
        &[funded("f", T, "2999.99")],
        "hold not-funded",
    );
    row(
        "lock-two",
        "Two parts make the amount",
        "UPQR-TRM-15",
        document(1),
        &[funded("f", T, "2999.99"), funded("g", T, "0.01")],
        "pay due, landlord-1 3000.00 for amount",
    );
    row(
        "lock-excess",
        "What came in beyond the amount goes back",
        "UPQR-TRM-13",
        document(1),
        &[rent.clone(), funded("g", T, "1"), paid("p", T, "landlord-1", "3000", "amount")],
        "refund excess, payer-1 1.00 for refund",
    );
    let goods = funded("f", T, "259.90");
    let delivered =
        |id: &str, by: &str, number: &str| said(id, T, by, "delivered", json!({"delivery": number}));
    row(
        "delivery-waits",
        "Without a delivery the money stays",
        "UPQR-TRM-16",
        document(2),
        std::slice::from_ref(&goods),
        "hold waiting",
    );
    row(
        "delivery-other",
        "Another delivery pays nothing",
        "UPQR-TRM-16",
        document(2),
        &[goods.clone(), delivered("d", "carrier-1", "WB-4472")],
        "hold waiting; d other-delivery",
    );
    row(
        "delivery-by-payee",
        "The payee cannot attest its own delivery",
        "UPQR-TRM-14",
        document(2),
        &[goods.clone(), delivered("d", "shop-1", "WB-4471")],
        "hold waiting; d not-entitled",
    );
    let by_payer = with(document(2), &[("/parties/attester/id", json!("payer-1"))]);
    row(
        "delivery-by-payer",
        "The payer may be the attester",
        "UPQR-TRM-16",
        by_payer,
        &[goods.clone(), delivered("d", "payer-1", "WB-4471")],
        "pay due, shop-1 259.90 for amount",
    );
    let deposit = funded("f", T, "12000");
    let vote = |id: &str, at: u64, by: &str, kind: &str| said(id, at, by, kind, none());
    for (slug, title, votes, expected) in [
        ("one", "One vote decides nothing", vec![("a", T, "payer-1", "release")], "hold waiting"),
        (
            "two",
            "Payer and payee agree without the arbiter",
            vec![("a", T, "payer-1", "release"), ("b", T, "seller-1", "release")],
            "pay due, seller-1 12000.00 for amount",
        ),
        (
            "arbiter",
            "Payee and arbiter outvote the payer",
            vec![
                ("a", T, "payer-1", "return"),
                ("b", T, "seller-1", "release"),
                ("c", T, "notary-1", "release"),
            ],
            "pay due, seller-1 12000.00 for amount",
        ),
        (
            "return",
            "Payer and arbiter outvote the payee",
            vec![
                ("a", T, "payer-1", "return"),
                ("b", T, "seller-1", "release"),
                ("c", T, "notary-1", "return"),
            ],
            "refund returned, payer-1 12000.00 for refund",
        ),
        (
            "alone",
            "Nobody votes twice",
            vec![("a", T, "seller-1", "release"), ("b", T + 1, "seller-1", "release")],
            "hold waiting; b second-vote",
        ),
        (
            "changed",
            "A vote is not changed",
            vec![
                ("a", T, "payer-1", "return"),
                ("b", T + 1, "payer-1", "release"),
                ("c", T + 1, "seller-1", "release"),
            ],
            "hold waiting; b second-vote",
        ),
        (
            "operator",
            "The operator has no vote",
            vec![("a", T, "payer-1", "release"), ("b", T, "bank-1", "release")],
            "hold waiting; b not-entitled",
        ),
        (
            "after-majority",
            "A vote after the majority changes nothing",
            vec![
                ("a", T, "payer-1", "release"),
                ("b", T, "seller-1", "release"),
                ("c", T + 1, "notary-1", "return"),
            ],
            "pay due, seller-1 12000.00 for amount",
        ),
        (
            "split",
            "A vote each way decides nothing",
            vec![("a", T, "payer-1", "return"), ("b", T, "seller-1", "release")],
            "hold waiting",
        ),
    ] {
        let votes: Vec<Event> = votes.into_iter().map(|(id, at, by, kind)| vote(id, at, by, kind)).collect();
        row(
            &format!("votes-{slug}"),
            title,
            "UPQR-TRM-17",
            document(3),
            &[vec![deposit.clone()], votes].concat(),
            expected,
        );
    }
    let price = funded("f", T, "500");
    let shown = |id: &str, at: u64, octet: &str| {
        said(id, at, "dealer-1", "preimage", json!({"preimage": octet.repeat(32)}))
    };
    row(
        "hash-wrong",
        "A preimage of another hash declines",
        "UPQR-TRM-18",
        document(4),
        &[price.clone(), shown("h", T, "02")],
        "refuse wrong-preimage; h wrong-preimage",
    );
    row(
        "hash-then-right",
        "The right preimage pays after a wrong one",
        "UPQR-TRM-18",
        document(4),
        &[price.clone(), shown("h", T, "02"), shown("i", T + 1, "01")],
        "pay due, dealer-1 500.00 for amount; h wrong-preimage",
    );
    row(
        "hash-then-wrong",
        "A wrong preimage takes nothing back",
        "UPQR-TRM-18",
        document(4),
        &[price.clone(), shown("h", T, "01"), shown("i", T + 1, "02")],
        "pay due, dealer-1 500.00 for amount; i wrong-preimage",
    );
    row(
        "hash-waits",
        "Without a preimage the money stays",
        "UPQR-TRM-18",
        document(4),
        std::slice::from_ref(&price),
        "hold waiting",
    );
    let text = said(
        "h",
        T,
        "dealer-1",
        "preimage",
        json!({"preimage": "72cd6e8422c407fb6d098690f1130b7ded7ec2f7f5e1d30bd9d521f015363793"}),
    );
    row(
        "hash-itself",
        "The hash is not its own preimage",
        "UPQR-TRM-18",
        document(4),
        &[price, text],
        "refuse wrong-preimage; h wrong-preimage",
    );
}

fn in_pieces(rows: &mut Vec<Row>) {
    let mut row = |id: &str, title: &str, requirement, document, events: &[Event], expected: &str| {
        own(rows, id, title, requirement, document, events, expected);
    };
    let free = || with(document(5), &[("/cap", json!("250.00")), ("/conditions/confirm", json!(false))]);
    let money = funded("f", T, "200");
    let used = |id: &str, at: u64, amount: &str| said(id, at, "gym-1", "use", json!({"amount": amount}));
    let word = |id: &str, at: u64, by: &str, of: &str| said(id, at, by, "confirmed", json!({"for": of}));
    row(
        "card-two",
        "Two uses are due at once",
        "UPQR-TRM-19",
        free(),
        &[money.clone(), used("a", T, "80"), used("b", T, "80")],
        "pay due, gym-1 80.00 for a, gym-1 80.00 for b",
    );
    row(
        "card-second",
        "A second use is due while the first is paid",
        "UPQR-TRM-19",
        free(),
        &[money.clone(), used("a", T, "80"), paid("p", T, "gym-1", "80", "a"), used("b", T + 1, "80")],
        "pay due, gym-1 80.00 for b",
    );
    row(
        "card-limit",
        "A use above the limit is declined",
        "UPQR-TRM-19",
        free(),
        &[money.clone(), used("a", T, "100.01")],
        "refuse over-limit; a over-limit",
    );
    row(
        "card-at-limit",
        "A use at the limit is due",
        "UPQR-TRM-19",
        free(),
        &[money.clone(), used("a", T, "100")],
        "pay due, gym-1 100.00 for a",
    );
    row(
        "card-balance",
        "A use above the balance is declined, a smaller one behind it is due",
        "UPQR-TRM-19",
        free(),
        &[money.clone(), used("a", T, "100"), used("b", T, "60"), used("c", T, "41"), used("d", T, "40")],
        "pay due, gym-1 100.00 for a, gym-1 60.00 for b, gym-1 40.00 for d; c over-balance",
    );
    row(
        "card-cap",
        "A use above the cap is declined, whatever came in",
        "UPQR-TRM-19",
        free(),
        &[money.clone(), funded("g", T, "100"), used("a", T, "100"), used("b", T, "100"), used("c", T, "51")],
        "pay due, gym-1 100.00 for a, gym-1 100.00 for b; c over-cap",
    );
    row(
        "card-revived",
        "Later money does not revive a declined use",
        "UPQR-TRM-19",
        free(),
        &[used("a", T, "80"), funded("f", T + 1, "200")],
        "refuse over-balance; a over-balance",
    );
    row(
        "card-same-second",
        "Money of the same second counts, whatever its id is",
        "UPQR-TRM-19",
        free(),
        &[used("a", T, "80"), funded("z", T, "80")],
        "pay due, gym-1 80.00 for a",
    );
    row(
        "card-paid-first",
        "What is paid counts before an earlier use that comes to light later",
        "UPQR-TRM-19",
        free(),
        &[
            funded("f", T, "100"),
            used("b", T + 1, "80"),
            paid("p", T + 1, "gym-1", "80", "b"),
            used("a", T, "80"),
        ],
        "hold waiting; a over-balance",
    );
    row(
        "card-by-payer",
        "The payer does not use for the payee",
        "UPQR-TRM-14",
        free(),
        &[money.clone(), said("a", T, "wallet-1", "use", json!({"amount": "1"}))],
        "hold waiting; a not-entitled",
    );
    row(
        "card-unconfirmed",
        "A use waits for the payer's word",
        "UPQR-TRM-19",
        document(5),
        &[money.clone(), used("a", T, "80")],
        "hold waiting",
    );
    row(
        "card-confirmed",
        "The payer's word makes a use due",
        "UPQR-TRM-19",
        document(5),
        &[money.clone(), used("a", T, "80"), word("w", T + 1, "wallet-1", "a")],
        "pay due, gym-1 80.00 for a",
    );
    row(
        "card-word-of-payee",
        "The payee cannot confirm for the payer",
        "UPQR-TRM-14",
        document(5),
        &[money.clone(), used("a", T, "80"), word("w", T, "gym-1", "a")],
        "hold waiting; w not-entitled",
    );
    row(
        "card-other-word",
        "A word for one use confirms no other",
        "UPQR-TRM-19",
        document(5),
        &[money.clone(), used("a", T, "80"), used("b", T, "10"), word("w", T, "wallet-1", "b")],
        "pay due, gym-1 10.00 for b",
    );
    row(
        "card-rest",
        "What is left goes back when the payer asks",
        "UPQR-TRM-22",
        free(),
        &[
            money.clone(),
            used("a", T, "80"),
            paid("p", T, "gym-1", "80", "a"),
            said("r", T + 1, "wallet-1", "refund-requested", json!({})),
            used("b", T + 2, "10"),
        ],
        "refund requested, wallet-1 120.00 for refund; b late",
    );
    let all = [funded("f", T, "250"), used("a", T, "100"), used("b", T, "100"), used("c", T, "50")];
    let settled = [
        paid("p", T, "gym-1", "100", "a"),
        paid("q", T, "gym-1", "100", "b"),
        paid("s", T, "gym-1", "50", "c"),
    ];
    row(
        "card-used-up",
        "A card that is used up is complete",
        "UPQR-TRM-13",
        free(),
        &[&all[..], &settled].concat(),
        "refuse complete",
    );
    let bought = |id: &str, by: &str, category: &str, merchant: &str, amount: &str| {
        said(id, T, by, "purchase", json!({"mcc": category, "merchant": merchant, "amount": amount}))
    };
    let grant = funded("f", T, "150");
    let shops = || with(document(7), &[("/conditions", json!({"merchants": ["m-1"]}))]);
    row(
        "purpose-category",
        "A merchant of another category is not paid",
        "UPQR-TRM-21",
        document(7),
        &[grant.clone(), bought("a", "bank-1", "5813", "m-1", "80")],
        "refuse category; a category",
    );
    row(
        "purpose-second-category",
        "Each category of the list counts",
        "UPQR-TRM-21",
        document(7),
        &[grant.clone(), bought("a", "bank-1", "5411", "m-1", "80")],
        "pay due, m-1 80.00 for a",
    );
    row(
        "purpose-limit",
        "A purchase above the limit is declined",
        "UPQR-TRM-21",
        document(7),
        &[grant.clone(), bought("a", "bank-1", "5812", "m-1", "80.01")],
        "refuse over-limit; a over-limit",
    );
    row(
        "purpose-after-declined",
        "A purchase after a declined one is due",
        "UPQR-TRM-21",
        document(7),
        &[
            grant.clone(),
            bought("a", "bank-1", "5813", "m-1", "1"),
            bought("b", "bank-1", "5812", "m-2", "2"),
        ],
        "pay due, m-2 2.00 for b; a category",
    );
    row(
        "purpose-merchant",
        "A merchant of the list is paid, whatever its category",
        "UPQR-TRM-21",
        shops(),
        &[grant.clone(), bought("a", "bank-1", "9999", "m-1", "150")],
        "pay due, m-1 150.00 for a",
    );
    row(
        "purpose-other-merchant",
        "Another merchant is not paid",
        "UPQR-TRM-21",
        shops(),
        &[grant.clone(), bought("a", "bank-1", "5812", "M-1", "1")],
        "refuse merchant; a merchant",
    );
    row(
        "purpose-balance",
        "A purchase above the balance is declined",
        "UPQR-TRM-21",
        shops(),
        &[grant.clone(), bought("a", "bank-1", "5812", "m-1", "150.01")],
        "refuse over-balance; a over-balance",
    );
    row(
        "purpose-cap",
        "A purchase above the cap is declined",
        "UPQR-TRM-21",
        shops(),
        &[grant.clone(), funded("g", T, "150"), bought("a", "bank-1", "5812", "m-1", "200.01")],
        "refuse over-cap; a over-cap",
    );
    row(
        "purpose-by-payer",
        "Only the operator reports purchases",
        "UPQR-TRM-14",
        document(7),
        &[grant, bought("a", "city-1", "5812", "m-1", "1")],
        "hold waiting; a not-entitled",
    );
}

fn divided(rows: &mut Vec<Row>) {
    let shares = |amount: &str, conditions: Value| {
        with(document(6), &[("/amount", json!(amount)), ("/conditions", conditions)])
    };
    let weights = |numbers: [u32; 3]| {
        let [a, b, c] = numbers;
        json!({"weights": [{"to": "shop-1", "weight": a}, {"to": "platform-1", "weight": b}, {"to": "courier-1", "weight": c}]})
    };
    for (id, title, amount, numbers, parts) in [
        (
            "thirds",
            "The unit that is left over goes to the first of equal remainders",
            "100",
            [1, 1, 1],
            ["33.34", "33.33", "33.33"],
        ),
        (
            "two-left",
            "Two units that are left over go to the first two",
            "0.05",
            [1, 1, 1],
            ["0.02", "0.02", "0.01"],
        ),
        (
            "sevenths",
            "Units that are left over go to the largest remainders",
            "1",
            [1, 2, 4],
            ["0.14", "0.29", "0.57"],
        ),
        (
            "percent",
            "Weights that divide evenly leave nothing over",
            "100",
            [85, 10, 5],
            ["85.00", "10.00", "5.00"],
        ),
        ("uneven", "The last may have the largest remainder", "0.10", [33, 33, 34], ["0.03", "0.03", "0.04"]),
    ] {
        let [a, b, c] = parts;
        let expected = format!(
            "pay due, shop-1 {a} for shop-1, platform-1 {b} for platform-1, courier-1 {c} for courier-1"
        );
        own(
            rows,
            &format!("split-{id}"),
            title,
            "UPQR-TRM-20",
            shares(amount, weights(numbers)),
            &[funded("f", T, amount)],
            &expected,
        );
    }
    let fixed = json!({"shares": [{"to": "shop-1", "amount": "0.50"}, {"to": "platform-1", "amount": "0.25"}, {"to": "courier-1", "amount": "0.25"}]});
    own(
        rows,
        "split-fixed",
        "Fixed shares are paid as they stand",
        "UPQR-TRM-20",
        shares("1", fixed),
        &[funded("f", T, "1")],
        "pay due, shop-1 0.50 for shop-1, platform-1 0.25 for platform-1, courier-1 0.25 for courier-1",
    );
    let first = [funded("f", T, "100"), paid("p", T, "shop-1", "33.34", "shop-1")];
    own(
        rows,
        "split-one-paid",
        "Who is paid is left out, the others are paid",
        "UPQR-TRM-20",
        document(6),
        &first,
        "pay due, platform-1 33.33 for platform-1, courier-1 33.33 for courier-1",
    );
    own(
        rows,
        "split-swapped",
        "A share that went to another payee",
        "UPQR-TRM-10",
        document(6),
        &[funded("f", T, "100"), paid("p", T, "platform-1", "33.34", "shop-1")],
        "hold books",
    );
}
