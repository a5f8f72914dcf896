//! Every kind of terms through the same life, and then what is its own.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "JSON that is composed here, which a test composes too"
)]

use serde_json::{Value, json};

use super::evaluate::{Row, T, document, funded, paid, refunded, said, with};

/// A kind at the moment at which it pays.
struct Kind {
    number: usize,
    key: &'static str,
    /// What makes it pay, without the money.
    met: Vec<Value>,
    money: &'static str,
    /// Payee, amount and claim.
    due: &'static [(&'static str, &'static str, &'static str)],
    /// What the events of `met` are ignored for where they are late.
    late: &'static str,
    /// Whether the amount comes in pieces.
    pieces: bool,
    requirement: &'static str,
}

fn kinds() -> Vec<Kind> {
    let none = json!({});
    let preimage = json!({"preimage": "01".repeat(32)});
    let bought = json!({"mcc": "5812", "merchant": "m-1", "amount": "80"});
    let one = |number, key, met, money, due, late, requirement| Kind {
        number,
        key,
        met,
        money,
        due,
        late,
        pieces: number == 5 || number == 7,
        requirement,
    };
    vec![
        one(1, "lock", vec![], "3000", &[("landlord-1", "3000.00", "amount")], "", "UPQR-TRM-15"),
        one(
            2,
            "delivery",
            vec![said("d", T, "carrier-1", "delivered", json!({"delivery": "WB-4471"}))],
            "259.90",
            &[("shop-1", "259.90", "amount")],
            "; d late",
            "UPQR-TRM-16",
        ),
        one(
            3,
            "hold",
            vec![
                said("v1", T, "payer-1", "release", none.clone()),
                said("v2", T, "notary-1", "release", none),
            ],
            "12000",
            &[("seller-1", "12000.00", "amount")],
            "",
            "UPQR-TRM-17",
        ),
        one(
            4,
            "hash",
            vec![said("h", T, "dealer-1", "preimage", preimage)],
            "500",
            &[("dealer-1", "500.00", "amount")],
            "; h late",
            "UPQR-TRM-18",
        ),
        one(
            5,
            "card",
            vec![
                said("u1", T, "gym-1", "use", json!({"amount": "80"})),
                said("w1", T, "wallet-1", "confirmed", json!({"for": "u1"})),
            ],
            "1000",
            &[("gym-1", "80.00", "u1")],
            "; u1 late; w1 late",
            "UPQR-TRM-19",
        ),
        one(
            6,
            "split",
            vec![],
            "100",
            &[
                ("shop-1", "33.34", "shop-1"),
                ("platform-1", "33.33", "platform-1"),
                ("courier-1", "33.33", "courier-1"),
            ],
            "",
            "UPQR-TRM-20",
        ),
        one(
            7,
            "purpose",
            vec![said("b1", T, "bank-1", "purchase", bought)],
            "150",
            &[("m-1", "80.00", "b1")],
            "; b1 late",
            "UPQR-TRM-21",
        ),
    ]
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for kind in kinds() {
        life(&kind, &mut rows);
        ends(&kind, &mut rows);
    }
    super::evaluate_own::rows(&mut rows);
    rows
}

/// Text of two decimals.
fn full(amount: &str) -> String {
    if amount.contains('.') { amount.to_owned() } else { format!("{amount}.00") }
}

impl Kind {
    fn document(&self) -> Value {
        document(self.number)
    }

    fn payer(&self) -> String {
        self.document()["parties"]["payer"]["id"].as_str().unwrap_or_default().to_owned()
    }

    fn expires(&self) -> u64 {
        self.document()["times"]["expires"].as_u64().unwrap_or_default()
    }

    /// The money, and what makes it due.
    fn ready(&self) -> Vec<Value> {
        [vec![funded("f", T, self.money)], self.met.clone()].concat()
    }

    fn and(&self, more: &[Value]) -> Vec<Value> {
        [self.ready(), more.to_vec()].concat()
    }

    fn pays(&self) -> String {
        let payouts: Vec<String> =
            self.due.iter().map(|(to, amount, claim)| format!(", {to} {amount} for {claim}")).collect();
        format!("pay due{}", payouts.concat())
    }

    fn reports(&self, at: u64) -> Vec<Value> {
        let report = |(place, (to, amount, claim)): (usize, &(&str, &str, &str))| {
            paid(&format!("p{place}"), at, to, amount, claim)
        };
        self.due.iter().enumerate().map(report).collect()
    }

    /// What is said once everything that was due is paid.
    fn settled(&self) -> String {
        if self.pieces { "hold waiting".to_owned() } else { "refuse complete".to_owned() }
    }

    fn back(&self, reason: &str, amount: &str) -> String {
        format!("refund {reason}, {} {} for refund", self.payer(), full(amount))
    }
}

/// The row of a kind with its own document.
#[expect(clippy::too_many_arguments, reason = "a row of a table")]
fn push(
    rows: &mut Vec<Row>,
    kind: &Kind,
    id: &str,
    title: &str,
    requirements: &[&'static str],
    events: Vec<Value>,
    as_of: u64,
    expected: &str,
) {
    push_of(rows, kind, (id, title), requirements, kind.document(), events, as_of, expected);
}

#[expect(clippy::too_many_arguments, reason = "a row of a table has as many columns")]
fn push_of(
    rows: &mut Vec<Row>,
    kind: &Kind,
    (id, title): (&str, &str),
    requirements: &[&'static str],
    document: Value,
    events: Vec<Value>,
    as_of: u64,
    expected: &str,
) {
    let name = document["kind"].as_str().unwrap_or_default().to_owned();
    rows.push(Row {
        id: format!("{}-{id}", kind.key),
        title: format!("Kind {name}: {title}"),
        requirements: requirements.to_vec(),
        document,
        events,
        as_of,
        expected: expected.to_owned(),
    });
}

/// What is paid, what is reported, and what is said that does not count.
fn life(kind: &Kind, rows: &mut Vec<Row>) {
    let (to, amount, claim) = kind.due.first().copied().unwrap_or_default();
    let pays = kind.pays();
    let strange = format!("{pays}; z {}", if kind.number > 5 { "not-of-kind" } else { "not-entitled" });
    let settled = kind.settled();
    let mut row = |id: &str, title: &str, requirements: &[&'static str], events, as_of, expected: &str| {
        push(rows, kind, id, title, requirements, events, as_of, expected);
    };
    row(
        "pays",
        "what is due is paid",
        &[kind.requirement, "UPQR-TRM-3", "UPQR-TRM-7", "UPQR-TRM-13"],
        kind.ready(),
        T,
        &pays,
    );
    row(
        "settled",
        "what is reported as paid is not paid again",
        &["UPQR-TRM-11"],
        kind.and(&kind.reports(T)),
        T,
        &settled,
    );
    row(
        "clock-ahead",
        "a report that bears a later time counts",
        &["UPQR-TRM-9", "UPQR-TRM-11"],
        kind.and(&kind.reports(T + 5)),
        T,
        &settled,
    );
    let mut backwards = kind.ready();
    backwards.push(said("z", T, "stranger-1", "cancelled", json!({})));
    backwards.reverse();
    row("backwards", "the order of events does not matter", &["UPQR-TRM-8"], backwards, T, &strange);
    let borrowed = kind.and(&[said("f", T, "stranger-1", "cancelled", json!({}))]);
    let ignored = strange.replace("; z ", "; f ");
    row("borrowed-id", "an id belongs to its author", &["UPQR-TRM-8"], borrowed, T, &ignored);
    let twice = [kind.ready(), kind.ready()].concat();
    row("repeated", "an event that stands there twice counts once", &["UPQR-TRM-8"], twice, T, &pays);
    let contrary = |at| kind.and(&[funded("f", at, "0.01")]);
    row("conflict", "two different events have one id", &["UPQR-TRM-8"], contrary(T), T, "hold conflict");
    row(
        "conflict-later",
        "an event of the future contradicts nothing",
        &["UPQR-TRM-8", "UPQR-TRM-9"],
        contrary(T + 1),
        T,
        &pays,
    );
    let other = kind.and(&[paid("p", T, to, "0.01", claim)]);
    row("other-amount", "another amount was paid", &["UPQR-TRM-10"], other, T, "hold books");
    let other = kind.and(&[paid("p", T, "somebody", amount, claim)]);
    row("other-payee", "another payee was paid", &["UPQR-TRM-10"], other, T, "hold books");
    let other = kind.and(&[paid("p", T, to, amount, "nothing")]);
    row(
        "other-claim",
        "something was paid that is not owed",
        &["UPQR-TRM-10"],
        other,
        T,
        if kind.number == 7 { "hold books; b1 over-balance" } else { "hold books" },
    );
    let double = kind.and(&[
        funded("g", T, kind.money),
        paid("p", T, to, amount, claim),
        paid("q", T, to, amount, claim),
    ]);
    row("paid-twice", "one claim was paid twice", &["UPQR-TRM-10"], double, T, "hold books");
    let bare = [kind.met.clone(), kind.reports(T)].concat();
    row("overdrawn", "more went out than came in", &["UPQR-TRM-10"], bare, T, "hold overdrawn");
    let back = kind.and(&[refunded("x", T, kind.money)]);
    row("refunded", "nothing is paid after a refund", &["UPQR-TRM-11"], back, T, "refuse refunded");
    let part = kind.and(&[refunded("x", T + 9, "0.01")]);
    let rest = match kind.number {
        1 => "2999.99",
        2 => "259.89",
        3 => "11999.99",
        4 => "499.99",
        5 => "999.99",
        6 => "99.99",
        _ => "149.99",
    };
    row(
        "partly-refunded",
        "after a part of a refund the rest goes back",
        &["UPQR-TRM-11"],
        part,
        T,
        &kind.back("refunded", rest),
    );
    let mut claimed = kind.met.clone();
    claimed.push(said("f", T, "payer-1", "funded", json!({"amount": kind.money})));
    let declined = kind.met.first().and_then(|event| event["id"].as_str()).unwrap_or_default();
    let expected = if kind.pieces {
        format!("refuse over-balance; f not-entitled; {declined} over-balance")
    } else {
        "hold not-funded; f not-entitled".to_owned()
    };
    row("payer-says-funded", "only the operator says what came in", &["UPQR-TRM-14"], claimed, T, &expected);
    let stranger =
        kind.and(&[said("s", T, "stranger-1", "paid", json!({"to": to, "amount": amount, "for": claim}))]);
    row(
        "stranger-says-paid",
        "only the operator says what went out",
        &["UPQR-TRM-14"],
        stranger,
        T,
        &format!("{pays}; s not-entitled"),
    );
    let foreign = if kind.number == 3 {
        said("s", T, "seller-1", "use", json!({"amount": "1"}))
    } else {
        said("s", T, "payer-1", "return", json!({}))
    };
    row(
        "foreign-event",
        "an event of another kind is ignored",
        &["UPQR-TRM-14"],
        kind.and(&[foreign]),
        T,
        &format!("{pays}; s not-of-kind"),
    );
    row(
        "unfunded",
        "without money nothing is paid",
        &[kind.requirement],
        kind.met.clone(),
        T,
        &if kind.pieces {
            format!("refuse over-balance; {declined} over-balance")
        } else {
            "hold not-funded".to_owned()
        },
    );
    row(
        "future",
        "what happens later does not count yet",
        &["UPQR-TRM-9"],
        kind.ready(),
        T - 1,
        "hold not-funded",
    );
    let unknown = with(kind.document(), &[("/kind", json!(format!("{:02}", kind.number + 7)))]);
    let ids: Vec<&str> = kind.met.iter().filter_map(|event| event["id"].as_str()).collect();
    let ignored: Vec<String> = ids.iter().map(|id| format!("; {id} not-of-kind")).collect();
    let expected = format!("hold unknown-kind{}", ignored.concat());
    push_of(
        rows,
        kind,
        ("later-kind", "a kind that is not known pays nothing"),
        &["UPQR-TRM-13"],
        unknown.clone(),
        kind.ready(),
        T,
        &expected,
    );
    push_of(
        rows,
        kind,
        ("later-kind-expired", "a kind that is not known gives nothing back"),
        &["UPQR-TRM-13"],
        unknown,
        vec![funded("f", T, kind.money)],
        kind.expires(),
        "hold unknown-kind",
    );
    let begin = T + 50;
    let mut changes = vec![("/times/not_before", json!(begin))];
    if kind.number == 1 {
        changes.push(("/conditions/release_at", json!(begin)));
    }
    let later = with(kind.document(), &changes);
    push_of(
        rows,
        kind,
        ("not-before", "before its beginning nothing is paid"),
        &["UPQR-TRM-23"],
        later.clone(),
        kind.ready(),
        begin - 1,
        "hold not-yet",
    );
    push_of(
        rows,
        kind,
        ("begun", "from its beginning on it is paid"),
        &["UPQR-TRM-23"],
        later,
        kind.ready(),
        begin,
        &pays,
    );
}

/// How terms end, and what then becomes of the money.
fn ends(kind: &Kind, rows: &mut Vec<Row>) {
    let pays = kind.pays();
    let end = kind.expires();
    let deliver_by = kind.document()["conditions"]["deliver_by"].as_u64();
    let (over, reason) = deliver_by.map_or((end, "expired"), |by| (by, "not-delivered"));
    // What needs no event is due as soon as the money is there.
    let idle =
        if matches!(kind.number, 1 | 6) { funded("f", over, kind.money) } else { funded("f", T, kind.money) };
    let rule = |rule: &str| with(kind.document(), &[("/refund/rule", json!(rule))]);
    let mut row =
        |id: &str, title: &str, requirements: &[&'static str], document, events, as_of, expected: &str| {
            push_of(rows, kind, (id, title), requirements, document, events, as_of, expected);
        };
    row(
        "ended",
        "what is left goes back at the end",
        &["UPQR-TRM-12", "UPQR-TRM-22"],
        rule("at-end"),
        vec![idle.clone()],
        over,
        &kind.back(reason, kind.money),
    );
    row(
        "ended-empty",
        "without money the end refuses",
        &["UPQR-TRM-12"],
        rule("at-end"),
        vec![],
        over,
        &format!("refuse {reason}"),
    );
    row(
        "by-hand",
        "a person decides at the end",
        &["UPQR-TRM-22"],
        rule("by-hand"),
        vec![idle.clone()],
        over,
        "hold by-hand",
    );
    let by = with(rule("at-end"), &[("/refund/by", json!(end))]);
    row(
        "refund-by",
        "from the end of refunds on a person decides",
        &["UPQR-TRM-22"],
        by.clone(),
        vec![idle.clone()],
        end,
        "hold by-hand",
    );
    if over < end {
        row(
            "refund-before",
            "until the end of refunds what is left goes back",
            &["UPQR-TRM-22"],
            by,
            vec![idle.clone()],
            end - 1,
            &kind.back(reason, kind.money),
        );
    }
    let late: Vec<Value> = kind
        .met
        .iter()
        .map(|event| {
            let mut event = event.clone();
            event["at"] = json!(over);
            event
        })
        .collect();
    if !late.is_empty() && kind.number != 3 {
        let events = [vec![idle.clone()], late].concat();
        row(
            "late",
            "at the end it is too late",
            &["UPQR-TRM-12", kind.requirement],
            rule("at-end"),
            events,
            over,
            &format!("{}{}", kind.back(reason, kind.money), kind.late),
        );
    }
    let in_time: Vec<Value> = kind
        .met
        .iter()
        .map(|event| {
            let mut event = event.clone();
            event["at"] = json!(over - 1);
            event
        })
        .collect();
    row(
        "last-second",
        "what became due before the end is paid after it",
        &["UPQR-TRM-12"],
        rule("at-end"),
        [vec![funded("f", T, kind.money)], in_time].concat(),
        end,
        &pays,
    );
    let request = |at| said("r", at, kind.payer().as_str(), "refund-requested", json!({}));
    row(
        "no-request",
        "a request counts under its rule alone",
        &["UPQR-TRM-22"],
        rule("at-end"),
        kind.and(&[request(T - 1)]),
        T,
        &format!("{pays}; r no-request"),
    );
    if kind.number != 6 {
        let before = vec![funded("f", T - 2, kind.money), request(T - 1)];
        row(
            "requested",
            "what the payer asks for goes back",
            &["UPQR-TRM-22", "UPQR-TRM-12"],
            rule("on-request"),
            before,
            T,
            &kind.back("requested", kind.money),
        );
    }
    row(
        "requested-late",
        "what was due before the request is paid",
        &["UPQR-TRM-12"],
        rule("on-request"),
        kind.and(&[request(T + 1)]),
        T + 1,
        &pays,
    );
    let Some(payee) = kind.document()["parties"]["payee"]["id"].as_str().map(str::to_owned) else {
        row(
            "cancelled",
            "nobody can give these terms up",
            &["UPQR-TRM-14"],
            rule("at-end"),
            kind.and(&[said("c", T - 1, "bank-1", "cancelled", json!({}))]),
            T,
            &format!("{pays}; c not-of-kind"),
        );
        return;
    };
    let cancelled = |at, by: &str| said("c", at, by, "cancelled", json!({}));
    let given_up = vec![funded("f", T - 2, kind.money), cancelled(T - 1, &payee)];
    row(
        "cancelled",
        "what the payee gives up goes back",
        &["UPQR-TRM-12"],
        rule("by-hand"),
        given_up,
        T,
        &kind.back("cancelled", kind.money),
    );
    row(
        "cancelled-same-second",
        "an end at the same second comes first",
        &["UPQR-TRM-12"],
        rule("at-end"),
        kind.and(&[cancelled(T, &payee)]),
        T,
        &format!("{}{}", kind.back("cancelled", kind.money), kind.late),
    );
    row(
        "cancelled-late",
        "what was due before it was given up is paid",
        &["UPQR-TRM-12"],
        rule("at-end"),
        kind.and(&[cancelled(T + 1, &payee)]),
        T + 1,
        &pays,
    );
    row(
        "payer-cancels",
        "the payer cannot give up for the payee",
        &["UPQR-TRM-14"],
        rule("at-end"),
        kind.and(&[cancelled(T - 1, &kind.payer())]),
        T,
        &format!("{pays}; c not-entitled"),
    );
}
