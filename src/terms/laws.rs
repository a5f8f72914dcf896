//! The laws of money, for documents of every kind and whatever is said in whatever order.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;

const PREIMAGES: [[u8; PREIMAGE]; 2] = [[7; PREIMAGE], [8; PREIMAGE]];

fn money(units: u128) -> Money {
    Money::of_minor_units(units)
}

fn party(id: &str) -> Party {
    Party { id: id.to_owned(), name: None }
}

fn kind() -> impl Strategy<Value = Kind> {
    let payee = || party("payee");
    prop_oneof![
        (0_u64..100).prop_map(move |release_at| Kind::TimeLock { payee: payee(), release_at }),
        ((0_u64..100), prop_oneof![Just("payer"), Just("attester")]).prop_map(
            move |(deliver_by, attester)| {
                Kind::Delivery {
                    payee: payee(),
                    attester: party(attester),
                    delivery: "WB".to_owned(),
                    deliver_by,
                }
            }
        ),
        Just(Kind::ThreeParty { payee: payee(), arbiter: party("arbiter") }),
        Just(Kind::HashLock { payee: payee(), hash: Sha256::digest(PREIMAGES[0]).into() }),
        ((1_u128..100), any::<bool>()).prop_map(move |(per_use, confirm)| {
            Kind::DrawDown { payee: payee(), per_use: money(per_use), confirm }
        }),
        (1_u128..99).prop_map(|first| Kind::Split {
            shares: vec![
                Share { payee: party("payee"), amount: money(first) },
                Share { payee: party("second"), amount: money(100 - first) },
            ],
        }),
        prop::option::of(1_u128..100).prop_map(|most| Kind::PurposeBound {
            purpose: Purpose::Categories(vec!["5812".to_owned()]),
            per_purchase: most.map(money),
        }),
        prop::option::of(1_u128..100).prop_map(|most| Kind::PurposeBound {
            purpose: Purpose::Merchants(vec!["payee".to_owned(), "second".to_owned()]),
            per_purchase: most.map(money),
        }),
        Just(Kind::Unknown("42".to_owned())),
    ]
}

fn document() -> impl Strategy<Value = Document> {
    let rule = prop_oneof![Just(RefundRule::AtEnd), Just(RefundRule::OnRequest), Just(RefundRule::ByHand)];
    (kind(), rule, prop::option::of(0_u64..99)).prop_map(|(kind, rule, not_before)| Document {
        contract: Contract {
            reference: "C".to_owned(),
            template: Template { id: "t".to_owned(), version: "1".to_owned() },
            business_chain: None,
        },
        payer: party("payer"),
        operator: party("operator"),
        currency: Currency::parse("156").expect("a currency"),
        total: money(100),
        times: Times { not_before, expires: 100 },
        refund: Refund { rule, by: None },
        kind,
    })
}

/// What is said, and the party that mostly may say it.
fn what() -> impl Strategy<Value = (What, &'static str)> {
    let amount = || prop_oneof![(1_u128..60).prop_map(money), Just(money(100))];
    let name = || prop_oneof![Just("payee".to_owned()), Just("second".to_owned())];
    let key = || {
        prop_oneof![
            Just("amount".to_owned()),
            Just("payee".to_owned()),
            Just("second".to_owned()),
            id(),
            Just("x".to_owned())
        ]
    };
    prop_oneof![
        6 => amount().prop_map(|amount| (What::Funded(amount), "operator")),
        1 => (name(), amount(), key())
            .prop_map(|(to, amount, settles)| (What::Paid { to, amount, settles }, "operator")),
        1 => amount().prop_map(|amount| (What::Refunded(amount), "operator")),
        1 => Just((What::RefundRequested, "payer")),
        1 => Just((What::Cancelled, "payee")),
        3 => Just((What::Delivered("WB".to_owned()), "attester")),
        1 => Just((What::Delivered("XX".to_owned()), "attester")),
        3 => prop_oneof![Just("payer"), Just("payee"), Just("arbiter")].prop_map(|by| (What::Release, by)),
        3 => prop_oneof![Just("payer"), Just("payee"), Just("arbiter")].prop_map(|by| (What::Return, by)),
        3 => prop_oneof![Just(PREIMAGES[0]), Just(PREIMAGES[1])].prop_map(|it| (What::Preimage(it), "payee")),
        5 => amount().prop_map(|amount| (What::Use(amount), "payee")),
        4 => id().prop_map(|id| (What::Confirmed(id), "payer")),
        5 => (name(), amount(), prop_oneof![4 => Just("5812"), 1 => Just("5813")]).prop_map(
            |(merchant, amount, category)| {
                (What::Purchase { category: category.to_owned(), merchant, amount }, "operator")
            }
        ),
    ]
}

fn id() -> impl Strategy<Value = String> {
    (0..40_u32).prop_map(|number| format!("e{number}"))
}

fn event() -> impl Strategy<Value = Event> {
    let stranger = prop_oneof![19 => Just(None), 1 => Just(Some("payer")), 1 => Just(Some("nobody"))];
    (id(), 0_u64..130, what(), stranger).prop_map(|(id, at, (what, by), stranger)| Event {
        id,
        at,
        by: stranger.unwrap_or(by).to_owned(),
        what,
    })
}

fn outgoing(events: &[Event]) -> Money {
    let of = |event: &Event| match &event.what {
        What::Paid { amount, .. } | What::Refunded(amount) if event.by == "operator" => *amount,
        _ => Money::ZERO,
    };
    events.iter().map(of).sum()
}

fn incoming(events: &[Event], as_of: u64) -> Money {
    let of = |event: &Event| match &event.what {
        What::Funded(amount) if event.by == "operator" && event.at <= as_of => *amount,
        _ => Money::ZERO,
    };
    events.iter().map(of).sum()
}

/// Lives through a contract: events come to light in some order, every decision is carried out and reported, and the laws hold all the way.
///
/// The clock that stamps reports may run ahead of the one that evaluates. How often money moved is returned, so that a test can tell that
/// it tested something.
fn live(document: &Document, arrivals: &[(Event, u64)], skew: u64) -> Result<usize, TestCaseError> {
    let mut known: Vec<Event> = Vec::new();
    let mut moved = 0;
    for (step, (event, as_of)) in arrivals.iter().enumerate() {
        known.push(event.clone());
        // Twice: what is decided again without news must not be paid again.
        for again in 0..2 {
            let evidence = Evidence::new(known.clone());
            let decision = evaluate(document, &evidence, *as_of);
            let mut backwards = known.clone();
            backwards.reverse();
            let backwards = Evidence::new(backwards);
            prop_assert_eq!(&evaluate(document, &backwards, *as_of), &decision);
            let said =
                |wanted: fn(&What) -> bool| known.iter().any(|it| it.by == "operator" && wanted(&it.what));
            let settled = |key: &str| {
                known.iter().any(|it| {
                    it.by == "operator" && matches!(&it.what, What::Paid { settles, .. } if settles == key)
                })
            };
            let total: Money = decision.payouts.iter().map(|payout| payout.amount).sum();
            prop_assert!(decision.payouts.iter().all(|payout| payout.amount > Money::ZERO));
            match decision.verdict {
                Verdict::Hold | Verdict::Refuse => prop_assert!(decision.payouts.is_empty()),
                Verdict::Pay | Verdict::Refund => {
                    prop_assert!(!decision.payouts.is_empty());
                    prop_assert!(
                        !matches!(document.kind, Kind::Unknown(_)),
                        "an unknown kind moves no money"
                    );
                    let out = outgoing(&known).plus(total);
                    prop_assert!(out <= incoming(&known, *as_of), "more out than in: {:?}", decision);
                }
            }
            if decision.verdict == Verdict::Pay {
                prop_assert!(!said(|what| matches!(what, What::Refunded(_))), "paid after a refund");
                for payout in &decision.payouts {
                    prop_assert!(!settled(payout.settles), "`{}` is paid twice", payout.settles);
                }
                prop_assert!(document.times.not_before.is_none_or(|not_before| *as_of >= not_before));
            }
            let verdict = decision.verdict;
            let reports: Vec<Event> = decision
                .payouts
                .iter()
                .enumerate()
                .map(|(place, payout)| Event {
                    id: format!("report-{step}-{again}-{place}"),
                    at: as_of + skew,
                    by: "operator".to_owned(),
                    what: match verdict {
                        Verdict::Refund => What::Refunded(payout.amount),
                        _ => What::Paid {
                            to: payout.to.to_owned(),
                            amount: payout.amount,
                            settles: payout.settles.to_owned(),
                        },
                    },
                })
                .collect();
            moved += reports.len();
            known.extend(reports);
        }
    }
    Ok(moved)
}

fn arrivals() -> impl Strategy<Value = Vec<(Event, u64)>> {
    prop::collection::vec((event(), 0_u64..140), 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn money_moves_once_and_never_more_than_came_in(
        document in document(),
        arrivals in arrivals(),
        skew in 0_u64..20,
    ) {
        live(&document, &arrivals, skew)?;
    }

    #[test]
    fn a_decision_is_a_function_of_the_set_of_events(
        document in document(),
        events in prop::collection::vec(event(), 0..16),
        order in any::<prop::sample::Index>(),
        as_of in 0_u64..140,
    ) {
        let decided = Evidence::new(events.clone());
        let decided = evaluate(&document, &decided, as_of);
        let mut turned = events.clone();
        turned.rotate_left(order.index(events.len().max(1)).min(events.len()));
        // The same event twice counts once.
        turned.extend(events);
        let turned = Evidence::new(turned);
        prop_assert_eq!(evaluate(&document, &turned, as_of), decided);
    }

    #[test]
    fn no_octets_panic(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let yuan = Currency::parse("156").expect("a currency");
        let _ = Document::parse(&octets);
        let _ = Evidence::parse(&octets, yuan);
    }

    #[test]
    fn no_damage_to_a_document_panics(
        sample in prop::sample::select(tests::documents()),
        at in any::<prop::sample::Index>(),
        octet in any::<u8>(),
    ) {
        let mut octets = sample.trim_end().as_bytes().to_vec();
        let place = at.index(octets.len());
        octets[place] = octet;
        let _ = Document::parse(&octets);
        octets.truncate(place);
        prop_assert!(Document::parse(&octets).is_err());
    }
}

/// The laws would hold of a function that pays nothing.
#[test]
fn the_laws_are_tested_on_money_that_moves() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut moved = std::collections::BTreeMap::new();
    for _ in 0..3000 {
        let document = document().new_tree(&mut runner).expect("a document").current();
        let arrivals = arrivals().new_tree(&mut runner).expect("events").current();
        let count = live(&document, &arrivals, 0).expect("the laws hold");
        *moved.entry(document.kind.number().to_owned()).or_insert(0) += count;
    }
    for kind in ["01", "02", "03", "04", "05", "06", "07"] {
        assert!(moved.get(kind).is_some_and(|count| *count > 20), "{moved:?}");
    }
    assert_eq!(moved.get("42"), Some(&0));
}
