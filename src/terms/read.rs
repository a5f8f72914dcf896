//! From the JSON of a document to what it says: the members first, each by its kind, then what they have to hold together (clause 15.2).

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::document::{
    BusinessChain, Contract, Document, Kind, MAX_DOCUMENT, MAX_LIST, MAX_PARTY, Party, Purpose, Refund,
    RefundRule, Share, Template, Times,
};
use super::fault::{Fault, Subject};
use super::money::divide;
use super::{Currency, Money};
use crate::payment::octets_of;
use crate::strict::{Anything, Object, present};
use crate::unified::control::MAX_TIME;

/// Characters of a contract reference at most (clause 3.5).
const MAX_REFERENCE: usize = 20;
/// Characters of a business-chain identifier at most (clause 3.5).
const MAX_CHAIN: usize = 24;
/// Characters of any other text at most (clause 15.2).
const MAX_TEXT: usize = 64;
/// Characters of the version of a contract template at most (clause 15.2).
const MAX_TEMPLATE_VERSION: usize = 16;
/// A weight at most (clause 15.2).
const MAX_WEIGHT: u32 = 1_000_000;

/// The members of a document, of whose kind the parties and the conditions are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members<P, C> {
    upqr_terms: String,
    kind: String,
    contract: Object<ContractMembers>,
    parties: Object<P>,
    currency: String,
    #[serde(default, deserialize_with = "present")]
    amount: Option<String>,
    #[serde(default, deserialize_with = "present")]
    cap: Option<String>,
    times: Object<TimesMembers>,
    refund: Object<RefundMembers>,
    conditions: Object<C>,
}

#[derive(Deserialize)]
struct KindMember {
    kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContractMembers {
    reference: String,
    template: Object<TemplateMembers>,
    #[serde(default, deserialize_with = "present")]
    business_chain: Option<Object<ChainMembers>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateMembers {
    id: String,
    version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChainMembers {
    id: String,
    #[serde(default, deserialize_with = "present")]
    reference: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimesMembers {
    #[serde(default, deserialize_with = "present")]
    not_before: Option<u64>,
    expires: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundMembers {
    rule: String,
    #[serde(default, deserialize_with = "present")]
    by: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartyMembers {
    id: String,
    #[serde(default, deserialize_with = "present")]
    name: Option<String>,
}

/// Payer and operator, and whatever else a later kind has.
#[derive(Deserialize)]
struct OpenParties {
    payer: Object<PartyMembers>,
    operator: Object<PartyMembers>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoPayee {
    payer: Object<PartyMembers>,
    operator: Object<PartyMembers>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnePayee {
    payer: Object<PartyMembers>,
    operator: Object<PartyMembers>,
    payee: Object<PartyMembers>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithAttester {
    payer: Object<PartyMembers>,
    operator: Object<PartyMembers>,
    payee: Object<PartyMembers>,
    attester: Object<PartyMembers>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithArbiter {
    payer: Object<PartyMembers>,
    operator: Object<PartyMembers>,
    payee: Object<PartyMembers>,
    arbiter: Object<PartyMembers>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManyPayees {
    payer: Object<PartyMembers>,
    operator: Object<PartyMembers>,
    payees: Vec<Object<PartyMembers>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeLockMembers {
    release_at: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliveryMembers {
    delivery: String,
    deliver_by: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoMembers {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HashMembers {
    sha256: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DrawDownMembers {
    per_use: String,
    confirm: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SplitMembers {
    #[serde(default, deserialize_with = "present")]
    shares: Option<Vec<Object<ShareMembers>>>,
    #[serde(default, deserialize_with = "present")]
    weights: Option<Vec<Object<WeightMembers>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareMembers {
    to: String,
    amount: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightMembers {
    to: String,
    weight: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PurposeMembers {
    #[serde(default, deserialize_with = "present")]
    categories: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    merchants: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    per_purchase: Option<String>,
}

fn json<T: DeserializeOwned>(octets: &[u8]) -> Result<T, Fault> {
    let read = serde_json::from_slice(octets);
    read.map(|Object(members)| members).map_err(|error| Fault::json(Subject::Document, &error, 0))
}

pub(super) fn document(octets: &[u8]) -> Result<Document, Fault> {
    if octets.len() > MAX_DOCUMENT {
        return Err(Fault::document(format!(
            "expected at most {MAX_DOCUMENT} bytes, found {}",
            octets.len()
        )));
    }
    let KindMember { kind } = json(octets)?;
    match kind.as_str() {
        "01" => time_lock(json(octets)?),
        "02" => delivery(json(octets)?),
        "03" => three_party(json(octets)?),
        "04" => hash_lock(json(octets)?),
        "05" => draw_down(json(octets)?),
        "06" => split(json(octets)?),
        "07" => purpose_bound(json(octets)?),
        _ if kind.len() == 2 && kind.bytes().all(|b| b.is_ascii_digit()) => {
            let Anything = json(octets)?;
            unknown(json(octets)?)
        }
        _ => Err(wrong("kind", "two digits")),
    }
}

fn wrong(name: &str, expected: &str) -> Fault {
    Fault::document(format!("{name}: expected {expected}"))
}

/// What every kind has.
struct Common {
    contract: Contract,
    currency: Currency,
    total: Money,
    times: Times,
    refund: Refund,
}

/// Which of the two a kind states.
#[derive(Clone, Copy)]
enum Total {
    Amount,
    Cap,
    Either,
}

fn common<P, C>(members: &Members<P, C>, total: Total) -> Result<Common, Fault> {
    if members.upqr_terms != "10" {
        return Err(wrong("upqr_terms", "`10`, the version of this edition"));
    }
    let currency = Currency::parse(&members.currency)
        .ok_or_else(|| wrong("currency", "three digits of a currency to which ISO 4217 gives minor units"))?;
    let total = match (total, members.amount.as_deref(), members.cap.as_deref()) {
        (Total::Amount | Total::Either, Some(amount), None) => money("amount", amount, currency)?,
        (Total::Cap | Total::Either, None, Some(cap)) => money("cap", cap, currency)?,
        (Total::Amount, ..) => return Err(wrong("amount", "`amount` and no `cap` for this kind")),
        (Total::Cap, ..) => return Err(wrong("cap", "`cap` and no `amount` for this kind")),
        (Total::Either, ..) => return Err(wrong("amount", "exactly one of `amount` and `cap`")),
    };
    let times = times(&members.times.0)?;
    Ok(Common {
        contract: contract(&members.contract.0)?,
        currency,
        total,
        times,
        refund: refund(&members.refund.0, times)?,
    })
}

fn contract(members: &ContractMembers) -> Result<Contract, Fault> {
    let business_chain = match &members.business_chain {
        None => None,
        Some(Object(chain)) => Some(BusinessChain {
            id: text("contract.business_chain.id", &chain.id, MAX_CHAIN)?,
            reference: match &chain.reference {
                None => None,
                Some(reference) => Some(text("contract.business_chain.reference", reference, MAX_TEXT)?),
            },
        }),
    };
    Ok(Contract {
        reference: text("contract.reference", &members.reference, MAX_REFERENCE)?,
        template: Template {
            id: text("contract.template.id", &members.template.0.id, MAX_TEXT)?,
            version: text("contract.template.version", &members.template.0.version, MAX_TEMPLATE_VERSION)?,
        },
        business_chain,
    })
}

fn times(members: &TimesMembers) -> Result<Times, Fault> {
    let times = Times { not_before: members.not_before, expires: members.expires };
    time("times.expires", times.expires)?;
    if times.not_before.is_some_and(|not_before| not_before >= times.expires) {
        return Err(wrong("times.not_before", "a time before `expires`"));
    }
    Ok(times)
}

fn refund(members: &RefundMembers, times: Times) -> Result<Refund, Fault> {
    let rule = match members.rule.as_str() {
        "at-end" => RefundRule::AtEnd,
        "on-request" => RefundRule::OnRequest,
        "by-hand" => RefundRule::ByHand,
        _ => return Err(wrong("refund.rule", "one of `at-end`, `on-request` and `by-hand`")),
    };
    if let Some(by) = members.by {
        time("refund.by", by)?;
        if by < times.expires {
            return Err(wrong("refund.by", "a time not before `times.expires`"));
        }
    }
    Ok(Refund { rule, by: members.by })
}

fn time(name: &str, seconds: u64) -> Result<(), Fault> {
    if seconds <= MAX_TIME { Ok(()) } else { Err(wrong(name, "Unix seconds of at most ten digits")) }
}

/// A time that a condition names: from `not_before` on and before `expires`.
fn within(name: &str, seconds: u64, times: Times) -> Result<u64, Fault> {
    let begun = times.not_before.is_none_or(|not_before| not_before <= seconds);
    if begun && seconds < times.expires {
        Ok(seconds)
    } else {
        Err(wrong(name, "a time from `times.not_before` on and before `times.expires`"))
    }
}

fn money(name: &str, text: &str, currency: Currency) -> Result<Money, Fault> {
    Money::parse(text, currency).ok_or_else(|| {
        let decimals = currency.minor_units();
        wrong(name, &format!("an amount above zero of 1 to 13 characters, with at most {decimals} decimals"))
    })
}

fn at_most_total(name: &str, amount: Money, total: Money) -> Result<Money, Fault> {
    if amount <= total { Ok(amount) } else { Err(wrong(name, "at most the cap")) }
}

fn text(name: &str, text: &str, most: usize) -> Result<String, Fault> {
    let fits = (1..=most).contains(&text.len()) && text.bytes().all(|b| matches!(b, 0x20..=0x7E));
    if fits {
        Ok(text.to_owned())
    } else {
        Err(wrong(name, &format!("1 to {most} printable ASCII characters")))
    }
}

/// Whether a text can name a party or an event: 1 to 64 visible characters of ASCII.
pub(super) fn is_identifier(text: &str) -> bool {
    (1..=MAX_PARTY).contains(&text.len()) && text.bytes().all(|b| matches!(b, 0x21..=0x7E))
}

fn party(name: &str, Object(members): Object<PartyMembers>) -> Result<Party, Fault> {
    if !is_identifier(&members.id) {
        return Err(wrong(&format!("{name}.id"), "1 to 64 visible ASCII characters"));
    }
    if let Some(shown) = &members.name
        && (!(1..=MAX_TEXT).contains(&shown.chars().count()) || shown.chars().any(char::is_control))
    {
        return Err(wrong(&format!("{name}.name"), "1 to 64 characters without controls"));
    }
    Ok(Party { id: members.id, name: members.name })
}

fn different(names: &[&Party]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    if names.iter().all(|party| seen.insert(&party.id)) {
        Ok(())
    } else {
        Err(wrong("parties", "a different `id` for each party"))
    }
}

fn payer_and_operator(
    payer: Object<PartyMembers>,
    operator: Object<PartyMembers>,
) -> Result<(Party, Party), Fault> {
    Ok((party("parties.payer", payer)?, party("parties.operator", operator)?))
}

fn whole(common: Common, payer: Party, operator: Party, kind: Kind) -> Document {
    let Common { contract, currency, total, times, refund } = common;
    Document { contract, payer, operator, currency, total, times, refund, kind }
}

fn time_lock(members: Members<OnePayee, TimeLockMembers>) -> Result<Document, Fault> {
    let common = common(&members, Total::Amount)?;
    let (payer, operator) = payer_and_operator(members.parties.0.payer, members.parties.0.operator)?;
    let payee = party("parties.payee", members.parties.0.payee)?;
    different(&[&payer, &operator, &payee])?;
    let release_at = within("conditions.release_at", members.conditions.0.release_at, common.times)?;
    Ok(whole(common, payer, operator, Kind::TimeLock { payee, release_at }))
}

fn delivery(members: Members<WithAttester, DeliveryMembers>) -> Result<Document, Fault> {
    let common = common(&members, Total::Amount)?;
    let (payer, operator) = payer_and_operator(members.parties.0.payer, members.parties.0.operator)?;
    let payee = party("parties.payee", members.parties.0.payee)?;
    let attester = party("parties.attester", members.parties.0.attester)?;
    different(&[&payer, &operator, &payee])?;
    if attester.id == payee.id {
        return Err(wrong("parties.attester", "another party than the payee"));
    }
    let Object(DeliveryMembers { delivery, deliver_by }) = members.conditions;
    let delivery = text("conditions.delivery", &delivery, MAX_TEXT)?;
    let deliver_by = within("conditions.deliver_by", deliver_by, common.times)?;
    Ok(whole(common, payer, operator, Kind::Delivery { payee, attester, delivery, deliver_by }))
}

fn three_party(members: Members<WithArbiter, NoMembers>) -> Result<Document, Fault> {
    let common = common(&members, Total::Amount)?;
    let (payer, operator) = payer_and_operator(members.parties.0.payer, members.parties.0.operator)?;
    let payee = party("parties.payee", members.parties.0.payee)?;
    let arbiter = party("parties.arbiter", members.parties.0.arbiter)?;
    different(&[&payer, &operator, &payee, &arbiter])?;
    Ok(whole(common, payer, operator, Kind::ThreeParty { payee, arbiter }))
}

fn hash_lock(members: Members<OnePayee, HashMembers>) -> Result<Document, Fault> {
    let common = common(&members, Total::Amount)?;
    let (payer, operator) = payer_and_operator(members.parties.0.payer, members.parties.0.operator)?;
    let payee = party("parties.payee", members.parties.0.payee)?;
    different(&[&payer, &operator, &payee])?;
    let hash = octets_32(&members.conditions.0.sha256)
        .ok_or_else(|| wrong("conditions.sha256", "64 hexadecimal digits in lower case"))?;
    Ok(whole(common, payer, operator, Kind::HashLock { payee, hash }))
}

/// 64 hexadecimal digits in lower case, so that one hash has one text.
pub(super) fn octets_32(hex: &str) -> Option<[u8; 32]> {
    let lower = hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    octets_of(hex).filter(|_| lower)?.try_into().ok()
}

fn draw_down(members: Members<OnePayee, DrawDownMembers>) -> Result<Document, Fault> {
    let common = common(&members, Total::Cap)?;
    let (payer, operator) = payer_and_operator(members.parties.0.payer, members.parties.0.operator)?;
    let payee = party("parties.payee", members.parties.0.payee)?;
    different(&[&payer, &operator, &payee])?;
    let Object(DrawDownMembers { per_use, confirm }) = members.conditions;
    let per_use = money("conditions.per_use", &per_use, common.currency)?;
    let per_use = at_most_total("conditions.per_use", per_use, common.total)?;
    Ok(whole(common, payer, operator, Kind::DrawDown { payee, per_use, confirm }))
}

fn split(members: Members<ManyPayees, SplitMembers>) -> Result<Document, Fault> {
    let common = common(&members, Total::Amount)?;
    let (payer, operator) = payer_and_operator(members.parties.0.payer, members.parties.0.operator)?;
    let payees: Result<Vec<Party>, Fault> =
        members.parties.0.payees.into_iter().map(|members| party("parties.payees", members)).collect();
    let payees = payees?;
    if !(2..=MAX_LIST).contains(&payees.len()) {
        return Err(wrong("parties.payees", &format!("2 to {MAX_LIST} payees")));
    }
    let all: Vec<&Party> = [&payer, &operator].into_iter().chain(&payees).collect();
    different(&all)?;
    let (to, amounts): (Vec<String>, Vec<Money>) = match members.conditions.0 {
        SplitMembers { shares: Some(shares), weights: None } => fixed(shares, common.currency)?,
        SplitMembers { shares: None, weights: Some(weights) } => weighed(weights, common.total)?,
        _ => return Err(wrong("conditions", "exactly one of `shares` and `weights`")),
    };
    if !to.iter().map(String::as_str).eq(payees.iter().map(|payee| payee.id.as_str())) {
        return Err(wrong("conditions", "one part for each of `parties.payees`, in their order"));
    }
    if amounts.contains(&Money::ZERO) {
        return Err(wrong("conditions.weights", "at least one minor unit for each payee"));
    }
    if amounts.iter().copied().sum::<Money>() != common.total {
        return Err(wrong("conditions.shares", "amounts that add up to `amount`"));
    }
    let shares = payees.into_iter().zip(amounts).map(|(payee, amount)| Share { payee, amount }).collect();
    Ok(whole(common, payer, operator, Kind::Split { shares }))
}

fn fixed(shares: Vec<Object<ShareMembers>>, currency: Currency) -> Result<(Vec<String>, Vec<Money>), Fault> {
    let mut parts = (Vec::new(), Vec::new());
    for Object(ShareMembers { to, amount }) in shares {
        parts.0.push(to);
        parts.1.push(money("conditions.shares.amount", &amount, currency)?);
    }
    Ok(parts)
}

fn weighed(weights: Vec<Object<WeightMembers>>, total: Money) -> Result<(Vec<String>, Vec<Money>), Fault> {
    if weights.iter().any(|Object(part)| !(1..=MAX_WEIGHT).contains(&part.weight)) {
        return Err(wrong("conditions.weights.weight", &format!("a number from 1 to {MAX_WEIGHT}")));
    }
    let numbers: Vec<u32> = weights.iter().map(|Object(part)| part.weight).collect();
    let parts = divide(total, &numbers).unwrap_or_default();
    Ok((weights.into_iter().map(|Object(part)| part.to).collect(), parts))
}

/// Whether a text is a merchant category code.
pub(super) fn is_category(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

fn purpose_bound(members: Members<NoPayee, PurposeMembers>) -> Result<Document, Fault> {
    let common = common(&members, Total::Cap)?;
    let (payer, operator) = payer_and_operator(members.parties.0.payer, members.parties.0.operator)?;
    different(&[&payer, &operator])?;
    let Object(PurposeMembers { categories, merchants, per_purchase }) = members.conditions;
    let once = |list: &[String]| list.iter().collect::<BTreeSet<_>>().len() == list.len();
    let listed = |list: &[String]| (1..=MAX_LIST).contains(&list.len()) && once(list);
    let purpose = match (categories, merchants) {
        (Some(list), None) if listed(&list) && list.iter().all(|code| is_category(code)) => {
            Purpose::Categories(list)
        }
        (None, Some(list)) if listed(&list) && list.iter().all(|id| is_identifier(id)) => {
            Purpose::Merchants(list)
        }
        (Some(_), None) => {
            return Err(wrong("conditions.categories", "1 to 64 different codes of four digits"));
        }
        (None, Some(_)) => {
            return Err(wrong(
                "conditions.merchants",
                "1 to 64 different texts of 1 to 64 visible ASCII characters",
            ));
        }
        _ => return Err(wrong("conditions", "exactly one of `categories` and `merchants`")),
    };
    let per_purchase = match per_purchase {
        None => None,
        Some(text) => {
            let amount = money("conditions.per_purchase", &text, common.currency)?;
            Some(at_most_total("conditions.per_purchase", amount, common.total)?)
        }
    };
    Ok(whole(common, payer, operator, Kind::PurposeBound { purpose, per_purchase }))
}

fn unknown(members: Members<OpenParties, Anything>) -> Result<Document, Fault> {
    let common = common(&members, Total::Either)?;
    let (payer, operator) = payer_and_operator(members.parties.0.payer, members.parties.0.operator)?;
    Ok(whole(common, payer, operator, Kind::Unknown(members.kind)))
}
