//! A document of terms and evidence, a zero octet between them: whatever they say, the laws of money hold.

use upqr::terms::{Document, Event, Evidence, Money, Verdict, What, evaluate};

/// Evaluations of one input at most: each payout settles a claim, and no small input has more.
const STEPS: usize = 64;

/// Reads both, evaluates at the time of every event, and carries out what is decided.
pub fn check(data: &[u8]) {
    let (document, evidence) = match data.iter().position(|octet| *octet == 0) {
        Some(place) => data.split_at(place),
        None => (data, &[0_u8][..]),
    };
    let Ok(document) = Document::parse(document) else { return };
    let Ok(evidence) = Evidence::parse(&evidence[1..], document.currency) else { return };
    let times = evidence.events().iter().take(STEPS).map(|event| event.at);
    for as_of in times.chain([document.times.expires.saturating_sub(1), document.times.expires]) {
        live(&document, &evidence, as_of);
    }
}

/// Decides, reports and decides again until nothing moves any more.
fn live(document: &Document, evidence: &Evidence, as_of: u64) {
    let mut events = evidence.events().to_vec();
    for step in 0..STEPS {
        let mut backwards = events.clone();
        backwards.reverse();
        let (known, backwards) = (Evidence::new(events.clone()), Evidence::new(backwards));
        let decision = evaluate(document, &known, as_of);
        assert_eq!(evaluate(document, &backwards, as_of), decision);
        let moves = matches!(decision.verdict, Verdict::Pay | Verdict::Refund);
        assert_eq!(moves, !decision.payouts.is_empty());
        if !moves {
            return;
        }
        let total: Money = decision.payouts.iter().map(|payout| payout.amount).sum();
        let books = decision.books.expect("what pays has books");
        assert!(books.money_out.plus(total) <= books.money_in, "more goes out than came in");
        if decision.verdict == Verdict::Pay {
            for event in events.iter().filter(|event| event.by == document.operator.id) {
                match &event.what {
                    What::Refunded(_) => panic!("paid after a refund"),
                    What::Paid { settles, .. } => {
                        assert!(
                            decision.payouts.iter().all(|payout| payout.settles != settles),
                            "paid twice"
                        );
                    }
                    _ => {}
                }
            }
        }
        let reports = decision.payouts.iter().enumerate().map(|(place, payout)| Event {
            id: format!("report-{step}-{place}"),
            at: as_of,
            by: document.operator.id.clone(),
            what: match decision.verdict {
                Verdict::Refund => What::Refunded(payout.amount),
                _ => What::Paid {
                    to: payout.to.to_owned(),
                    amount: payout.amount,
                    settles: payout.settles.to_owned(),
                },
            },
        });
        let reports: Vec<Event> = reports.collect();
        events.extend(reports);
    }
}
