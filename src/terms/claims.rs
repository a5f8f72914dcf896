//! What terms owe, and what of it is paid: one function a family of kinds (clauses 15.6 and 15.7).

use sha2::{Digest, Sha256};

use super::decision::{AMOUNT, Ignored, Payout, Reason};
use super::document::{Document, Kind, Purpose};
use super::evidence::{Event, What};
use super::{Money, vote};

/// What terms owe by now.
#[derive(Clone, Debug)]
pub(super) struct Claims<'a> {
    /// Due and not paid.
    pub(super) due: Vec<Payout<'a>>,
    /// Everything is paid that the terms can ever owe.
    pub(super) complete: bool,
    /// Every `paid` event settles a claim of its own as it is owed.
    pub(super) agree: bool,
    /// Where nothing is due, why: what is waited for, or why the last claim was declined.
    pub(super) open: Option<Reason>,
}

/// What `paid` events say: what they settle, to whom, how much; in the order of what they settle.
struct Paid<'a>(Vec<Payout<'a>>);

impl<'a> Paid<'a> {
    fn read(counted: &[&'a Event]) -> Self {
        let of = |event: &&'a Event| match &event.what {
            What::Paid { to, amount, settles } => Some(Payout { to, amount: *amount, settles }),
            _ => None,
        };
        let mut paid: Vec<Payout<'a>> = counted.iter().filter_map(of).collect();
        paid.sort_by_key(|payout| payout.settles);
        Self(paid)
    }

    fn has(&self, settles: &str) -> bool {
        self.0.binary_search_by_key(&settles, |payout| payout.settles).is_ok()
    }

    /// Whether each payment settles one claim of these, and no two the same one (UPQR-TRM-10).
    fn agree(&self, mut claims: Vec<Payout<'a>>) -> bool {
        claims.sort_by_key(|claim| claim.settles);
        let owed = |payout: &Payout<'a>| {
            let found = claims.binary_search_by_key(&payout.settles, |claim| claim.settles);
            found.ok().and_then(|place| claims.get(place)) == Some(payout)
        };
        let once = self.0.iter().zip(self.0.iter().skip(1)).all(|(a, b)| a.settles != b.settles);
        once && self.0.iter().all(owed)
    }
}

/// What is owed at `as_of` by events that come before `end`.
pub(super) fn claims<'a>(
    document: &'a Document,
    counted: &[&'a Event],
    end: u64,
    as_of: u64,
    ignored: &mut Vec<Ignored<'a>>,
) -> Claims<'a> {
    let paid = Paid::read(counted);
    // What could be due only from `not_before` on is never due where the terms ended before (UPQR-TRM-12).
    let end = if document.times.not_before.is_some_and(|not_before| not_before >= end) { 0 } else { end };
    match &document.kind {
        Kind::DrawDown { payee, per_use, confirm } => {
            let limits = Limits { each: Some(*per_use), cap: document.total, end };
            let confirmed = confirm.then(|| confirmations(counted, end, ignored));
            let uses = counted.iter().filter_map(|event| match &event.what {
                What::Use(amount) => Some(Claim {
                    at: event.at,
                    payout: Payout { to: &payee.id, amount: *amount, settles: &event.id },
                    allowed: Ok(confirmed.as_ref().is_none_or(|words| is_confirmed(words, event))),
                }),
                _ => None,
            });
            draws(uses.collect(), &limits, counted, &paid, ignored)
        }
        Kind::PurposeBound { purpose, per_purchase } => {
            let limits = Limits { each: *per_purchase, cap: document.total, end };
            let purchases = counted.iter().filter_map(|event| match &event.what {
                What::Purchase { category, merchant, amount } => Some(Claim {
                    at: event.at,
                    payout: Payout { to: merchant, amount: *amount, settles: &event.id },
                    allowed: match purpose {
                        Purpose::Categories(list) if !list.contains(category) => Err(Reason::Category),
                        Purpose::Merchants(list) if !list.contains(merchant) => Err(Reason::Merchant),
                        _ => Ok(true),
                    },
                }),
                _ => None,
            });
            draws(purchases.collect(), &limits, counted, &paid, ignored)
        }
        Kind::Split { shares } => {
            let owed = shares.iter().map(|share| {
                let to = share.payee.id.as_str();
                Payout { to, amount: share.amount, settles: to }
            });
            whole(owed.collect(), Ok(()), document.total, counted, end, &paid)
        }
        _ => {
            let payee = document.kind.payee().map(|payee| payee.id.as_str());
            let owed = payee.map(|to| Payout { to, amount: document.total, settles: AMOUNT });
            let met = condition(&document.kind, counted, end, as_of, ignored);
            whole(owed.into_iter().collect(), met, document.total, counted, end, &paid)
        }
    }
}

/// Whether the condition of a kind that pays its amount at once is met before `end`; why not.
fn condition<'a>(
    kind: &Kind,
    counted: &[&'a Event],
    end: u64,
    as_of: u64,
    ignored: &mut Vec<Ignored<'a>>,
) -> Result<(), Reason> {
    let mut ignore = |event: &'a Event, reason| ignored.push(Ignored { id: &event.id, reason });
    let mut state = Err(Reason::Waiting);
    match kind {
        Kind::TimeLock { release_at, .. } if *release_at >= end => {}
        Kind::TimeLock { release_at, .. } if as_of < *release_at => state = Err(Reason::NotYet),
        Kind::TimeLock { .. } => state = Ok(()),
        Kind::Delivery { delivery: wanted, .. } => {
            for event in counted {
                match &event.what {
                    What::Delivered(delivery) if delivery != wanted => ignore(event, Reason::OtherDelivery),
                    What::Delivered(_) if event.at >= end => ignore(event, Reason::Late),
                    What::Delivered(_) => state = Ok(()),
                    _ => {}
                }
            }
        }
        Kind::ThreeParty { .. } => {
            let count = vote::count(counted);
            ignored.extend(count.repeated.iter().map(|id| Ignored { id, reason: Reason::SecondVote }));
            if count.released.is_some_and(|released| released < end) {
                state = Ok(());
            }
        }
        Kind::HashLock { hash, .. } => {
            for event in counted {
                match &event.what {
                    What::Preimage(preimage) if Sha256::digest(preimage).as_slice() != hash => {
                        ignore(event, Reason::WrongPreimage);
                        // A preimage that was right stays right.
                        state = state.or(Err(Reason::WrongPreimage));
                    }
                    What::Preimage(_) if event.at >= end => ignore(event, Reason::Late),
                    What::Preimage(_) => state = Ok(()),
                    _ => {}
                }
            }
        }
        Kind::DrawDown { .. } | Kind::Split { .. } | Kind::PurposeBound { .. } | Kind::Unknown(_) => {}
    }
    state
}

/// Claims that are all due once their condition is met and the amount came in, both before `end`.
fn whole<'a>(
    owed: Vec<Payout<'a>>,
    met: Result<(), Reason>,
    total: Money,
    counted: &[&'a Event],
    end: u64,
    paid: &Paid<'a>,
) -> Claims<'a> {
    let funded: Money = funding(counted).filter(|(at, _)| *at < end).map(|(_, amount)| amount).sum();
    let unpaid: Vec<Payout<'a>> = owed.iter().filter(|payout| !paid.has(payout.settles)).copied().collect();
    let complete = unpaid.is_empty();
    let open = match met {
        Err(reason @ Reason::WrongPreimage) => Some(reason),
        _ if funded < total => Some(Reason::NotFunded),
        met => met.err(),
    };
    let due = if open.is_none() { unpaid } else { Vec::new() };
    Claims { due, complete, agree: paid.agree(owed), open }
}

fn funding(counted: &[&Event]) -> impl Iterator<Item = (u64, Money)> {
    counted.iter().filter_map(|event| match event.what {
        What::Funded(amount) => Some((event.at, amount)),
        _ => None,
    })
}

/// The uses that the payer confirmed before `end`, and when last, in the order of their identifiers.
fn confirmations<'a>(counted: &[&'a Event], end: u64, ignored: &mut Vec<Ignored<'a>>) -> Vec<(&'a str, u64)> {
    let mut confirmed = Vec::new();
    for event in counted {
        match &event.what {
            What::Confirmed(_) if event.at >= end => {
                ignored.push(Ignored { id: &event.id, reason: Reason::Late });
            }
            What::Confirmed(id) => confirmed.push((id.as_str(), event.at)),
            _ => {}
        }
    }
    confirmed.sort_unstable();
    confirmed
}

/// Whether the payer's word came when the use was there: an earlier one would stand for whatever is asked later.
fn is_confirmed(words: &[(&str, u64)], claim: &Event) -> bool {
    let at_or_after = words.partition_point(|word| *word < (claim.id.as_str(), claim.at));
    words.get(at_or_after).is_some_and(|(id, _)| *id == claim.id)
}

/// Something that asks for a part of the money.
struct Claim<'a> {
    at: u64,
    payout: Payout<'a>,
    /// Whether it may be paid, still waits for a word of the payer, or never may.
    allowed: Result<bool, Reason>,
}

/// What bounds the draws from money that is spent bit by bit.
struct Limits {
    each: Option<Money>,
    cap: Money,
    end: u64,
}

/// Draws in their order against the running balance (UPQR-TRM-19).
///
/// What is paid is a fact and counts first, whatever comes to light later. A draw that is declined stays so: later money does not revive it.
fn draws<'a>(
    claims: Vec<Claim<'a>>,
    limits: &Limits,
    counted: &[&'a Event],
    paid: &Paid<'a>,
    ignored: &mut Vec<Ignored<'a>>,
) -> Claims<'a> {
    let settled: Money = paid.0.iter().map(|payout| payout.amount).sum();
    let mut taken = settled;
    let mut funding = funding(counted).peekable();
    let mut funded = Money::ZERO;
    let (mut due, mut open) = (Vec::new(), None);
    for claim in &claims {
        while let Some((_, amount)) = funding.next_if(|(at, _)| *at <= claim.at) {
            funded = funded.plus(amount);
        }
        let Claim { at, payout, allowed } = claim;
        if paid.has(payout.settles) {
            open = None;
            continue;
        }
        let after = taken.plus(payout.amount);
        let declined = match allowed {
            _ if *at >= limits.end => Some(Reason::Late),
            Err(reason) => Some(*reason),
            Ok(_) if limits.each.is_some_and(|each| payout.amount > each) => Some(Reason::OverLimit),
            Ok(_) if after > limits.cap => Some(Reason::OverCap),
            Ok(_) if after > funded => Some(Reason::OverBalance),
            Ok(_) => None,
        };
        match (declined, allowed) {
            (Some(reason), _) => {
                ignored.push(Ignored { id: payout.settles, reason });
                open = Some(reason);
            }
            (None, Ok(true)) => {
                due.push(*payout);
                taken = after;
                open = None;
            }
            (None, _) => open = Some(Reason::Waiting),
        }
    }
    let came_in = funded > Money::ZERO || funding.next().is_some();
    let open = open.or_else(|| (!came_in).then_some(Reason::NotFunded));
    let complete = settled >= limits.cap;
    let agree = paid.agree(claims.into_iter().map(|claim| claim.payout).collect());
    Claims { due, complete, agree, open }
}
