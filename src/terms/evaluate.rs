//! From a document and what happened to what becomes of the money (clause 15.5).

use super::claims::{Claims, claims};
use super::decision::{Books, Decision, Ignored, Payout, REFUND, Reason, Verdict};
use super::document::{Document, Kind, RefundRule};
use super::evidence::{Event, Evidence, What};
use super::{Money, vote};

/// Says what is to be done with the money at a time, as the evidence stands.
///
/// It is a function of its arguments alone. It never pays twice what a `paid` event reports, never more than came in, and nothing after a
/// `refunded` event; each payout is to be reported as such an event before the next evaluation (UPQR-TRM-8 to UPQR-TRM-13).
///
/// ```
/// use upqr::terms::{Document, Evidence, Verdict, evaluate};
///
/// let document = Document::parse(br#"{"upqr_terms":"10","kind":"01",
///     "contract":{"reference":"LEASE-7","template":{"id":"example.time-lock","version":"1"}},
///     "parties":{"payer":{"id":"tenant"},"payee":{"id":"landlord"},"operator":{"id":"bank"}},
///     "currency":"156","amount":"3000.00","times":{"expires":1800000000},"refund":{"rule":"at-end"},
///     "conditions":{"release_at":1790000000}}"#)?;
/// let funded = r#"{"id":"e1","at":1780000000,"by":"bank","type":"funded","amount":"3000.00"}"#;
/// let evidence = Evidence::parse(funded.as_bytes(), document.currency)?;
/// assert_eq!(evaluate(&document, &evidence, 1_789_999_999).verdict, Verdict::Hold);
/// assert_eq!(evaluate(&document, &evidence, 1_790_000_000).verdict, Verdict::Pay);
/// # Ok::<(), upqr::terms::Fault>(())
/// ```
#[must_use]
pub fn evaluate<'a>(document: &'a Document, evidence: &'a Evidence, as_of: u64) -> Decision<'a> {
    let mut decision = Decision {
        verdict: Verdict::Hold,
        reason: Reason::UnknownKind,
        payouts: Vec::new(),
        books: None,
        ignored: Vec::new(),
        currency: document.currency,
    };
    let mut counted = entitled(document, evidence, as_of, &mut decision.ignored);
    if contradicts(document, &mut counted, &mut decision.ignored) {
        decision.reason = Reason::Conflict;
        decision.ignored.sort_by_key(|ignored| ignored.id);
        return decision;
    }
    let books = books(&counted);
    decision.books = Some(books);
    if matches!(document.kind, Kind::Unknown(_)) {
        return decision;
    }
    let ending = ending(document, &counted);
    let claims = claims(document, &counted, ending.at, as_of, &mut decision.ignored);
    let (verdict, reason, payouts) = judge(document, &counted, books, ending, claims, as_of);
    decision.ignored.sort_by_key(|ignored| ignored.id);
    Decision { verdict, reason, payouts, ..decision }
}

/// The events of parties that may say them; the others are ignored (clause 15.4).
fn entitled<'a>(
    document: &Document,
    evidence: &'a Evidence,
    as_of: u64,
    ignored: &mut Vec<Ignored<'a>>,
) -> Vec<&'a Event> {
    let events = evidence.events();
    let (payer, operator) = (document.payer.id.as_str(), document.operator.id.as_str());
    let payee = document.kind.payee().map(|payee| payee.id.as_str());
    let mut counted = Vec::with_capacity(events.len());
    for event in events.iter().filter(|event| event.counts_from() <= as_of) {
        let by = event.by.as_str();
        let may = match (&event.what, &document.kind) {
            (What::Funded(_) | What::Paid { .. } | What::Refunded(_), _)
            | (What::Purchase { .. }, Kind::PurposeBound { .. }) => Some(by == operator),
            (_, Kind::Unknown(_)) => None,
            (What::RefundRequested, _) | (What::Confirmed(_), Kind::DrawDown { .. }) => Some(by == payer),
            (What::Delivered(_), Kind::Delivery { attester, .. }) => Some(by == attester.id),
            (What::Release | What::Return, Kind::ThreeParty { arbiter, .. }) => {
                Some(by == payer || Some(by) == payee || by == arbiter.id)
            }
            (What::Preimage(_), Kind::HashLock { .. }) | (What::Use(_), Kind::DrawDown { .. }) => {
                Some(Some(by) == payee)
            }
            (What::Cancelled, _) => payee.map(|payee| by == payee),
            _ => None,
        };
        let no_request =
            matches!(event.what, What::RefundRequested) && document.refund.rule != RefundRule::OnRequest;
        let reason = match may {
            None => Reason::NotOfKind,
            Some(false) => Reason::NotEntitled,
            Some(true) if no_request => Reason::NoRequest,
            Some(true) => {
                counted.push(event);
                continue;
            }
        };
        ignored.push(Ignored { id: &event.id, reason });
    }
    counted
}

/// Takes out what a party says in two ways under one identifier, and tells whether it is the operator who does so (UPQR-TRM-8).
///
/// An event belongs to its author: nobody stops a payment by using another's identifier, nor a refund by contradicting himself.
fn contradicts<'a>(
    document: &Document,
    counted: &mut Vec<&'a Event>,
    ignored: &mut Vec<Ignored<'a>>,
) -> bool {
    let mut names: Vec<(&str, &str)> =
        counted.iter().map(|event| (event.by.as_str(), event.id.as_str())).collect();
    names.sort_unstable();
    let mut twice: Vec<(&str, &str)> = names
        .iter()
        .zip(names.iter().skip(1))
        .filter(|(one, next)| one == next)
        .map(|(one, _)| *one)
        .collect();
    if twice.is_empty() {
        return false;
    }
    twice.dedup();
    let is_twice = |event: &Event| twice.binary_search(&(event.by.as_str(), event.id.as_str())).is_ok();
    let taken_out = counted.iter().filter(|event| is_twice(event) && event.by != document.operator.id);
    ignored.extend(taken_out.map(|event| Ignored { id: event.id.as_str(), reason: Reason::Conflict }));
    let by_operator = twice.iter().any(|(by, _)| *by == document.operator.id);
    counted.retain(|event| !is_twice(event));
    by_operator
}

fn books(counted: &[&Event]) -> Books {
    let mut books = Books::default();
    for event in counted {
        match &event.what {
            What::Funded(amount) => books.money_in = books.money_in.plus(*amount),
            What::Refunded(amount) | What::Paid { amount, .. } => {
                books.money_out = books.money_out.plus(*amount);
            }
            _ => {}
        }
    }
    books
}

/// When no condition can be met any more, and why.
#[derive(Clone, Copy)]
struct Ending {
    at: u64,
    reason: Reason,
}

/// The first of the ends that a contract may come to; of two at one time the earlier in this list (UPQR-TRM-12).
fn ending(document: &Document, counted: &[&Event]) -> Ending {
    let first =
        |wanted: fn(&What) -> bool| counted.iter().find(|event| wanted(&event.what)).map(|event| event.at);
    let deliver_by = match document.kind {
        Kind::Delivery { deliver_by, .. } => Some(deliver_by),
        _ => None,
    };
    let ends = [
        (first(|what| matches!(what, What::Cancelled)), Reason::Cancelled),
        (first(|what| matches!(what, What::RefundRequested)), Reason::Requested),
        (vote::count(counted).returned, Reason::Returned),
        (deliver_by, Reason::NotDelivered),
    ];
    let ends = ends.into_iter().filter_map(|(at, reason)| Some(Ending { at: at?, reason }));
    let expired = Ending { at: document.times.expires, reason: Reason::Expired };
    // Of equal ones `min_by_key` takes the first.
    ends.chain([expired]).min_by_key(|ending| ending.at).unwrap_or(expired)
}

type Judgement<'a> = (Verdict, Reason, Vec<Payout<'a>>);

/// The order of these questions is that of clause 15.5.
fn judge<'a>(
    document: &'a Document,
    counted: &[&'a Event],
    books: Books,
    ending: Ending,
    claims: Claims<'a>,
    as_of: u64,
) -> Judgement<'a> {
    let plain = |verdict, reason| (verdict, reason, Vec::new());
    let Some(balance) = books.money_in.minus(books.money_out) else {
        return plain(Verdict::Hold, Reason::Overdrawn);
    };
    if !claims.agree {
        return plain(Verdict::Hold, Reason::Books);
    }
    let back = |reason, otherwise| {
        if balance == Money::ZERO {
            return plain(Verdict::Refuse, otherwise);
        }
        if document.refund.by.is_some_and(|by| as_of >= by) {
            return plain(Verdict::Hold, Reason::ByHand);
        }
        (Verdict::Refund, reason, vec![Payout { to: &document.payer.id, amount: balance, settles: REFUND }])
    };
    if counted.iter().any(|event| matches!(event.what, What::Refunded(_))) {
        return back(Reason::Refunded, Reason::Refunded);
    }
    if !claims.due.is_empty() {
        if document.times.not_before.is_some_and(|not_before| as_of < not_before) {
            return plain(Verdict::Hold, Reason::NotYet);
        }
        // What is due was counted against what came in; the books have the last word all the same.
        let owed = claims.due.iter().map(|payout| payout.amount).sum();
        return match balance.minus(owed) {
            Some(_) => (Verdict::Pay, Reason::Due, claims.due),
            None => plain(Verdict::Hold, Reason::NotFunded),
        };
    }
    if claims.complete {
        return back(Reason::Excess, Reason::Complete);
    }
    if as_of >= ending.at {
        let by_hand = document.refund.rule == RefundRule::ByHand
            && matches!(ending.reason, Reason::Expired | Reason::NotDelivered)
            && balance > Money::ZERO;
        return if by_hand {
            plain(Verdict::Hold, Reason::ByHand)
        } else {
            back(ending.reason, ending.reason)
        };
    }
    match claims.open {
        Some(reason @ (Reason::Waiting | Reason::NotFunded | Reason::NotYet)) => plain(Verdict::Hold, reason),
        Some(declined) => plain(Verdict::Refuse, declined),
        None => plain(Verdict::Hold, Reason::Waiting),
    }
}
