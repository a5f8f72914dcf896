//! Evidence: what happened, as a set of events (clause 15.4).
//!
//! What makes an event authentic lies outside this standard. Whoever hands evidence in answers for it.

use serde::Deserialize;

use super::fault::{Fault, Subject};
use super::read::{is_category, is_identifier, octets_32};
use super::{Currency, Money};
use crate::strict::{Object, present};
use crate::unified::control::MAX_TIME;

/// Octets of evidence at most (UPQR-TRM-7).
pub const MAX_EVIDENCE: usize = 1 << 20;
/// Events at most (UPQR-TRM-7).
pub const MAX_EVENTS: usize = 4096;

/// Events in their canonical order: by time, then by identifier, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    events: Vec<Event>,
}

/// Something that a party says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// 1 to 64 visible characters of ASCII, of this event of its author alone.
    pub id: String,
    /// When, in Unix seconds.
    pub at: u64,
    /// Who says so: the identifier of a party.
    pub by: String,
    /// What.
    pub what: What,
}

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Money came in.
    Funded(Money),
    /// Money went to a payee.
    Paid {
        /// The payee's identifier.
        to: String,
        /// How much.
        amount: Money,
        /// What of these terms it settles.
        settles: String,
    },
    /// Money went back to the payer.
    Refunded(Money),
    /// The payer wants the money back.
    RefundRequested,
    /// The payee gives the contract up.
    Cancelled,
    /// A delivery took place.
    Delivered(String),
    /// A vote to pay.
    Release,
    /// A vote to give back.
    Return,
    /// The preimage of a hash-lock.
    Preimage([u8; 32]),
    /// A use of prepaid money.
    Use(Money),
    /// The payer's word that a use took place; the identifier of its event.
    Confirmed(String),
    /// A purchase.
    Purchase {
        /// The merchant's category code.
        category: String,
        /// The merchant's identifier.
        merchant: String,
        /// How much.
        amount: Money,
    },
}

impl Event {
    /// From when on an evaluation sees the event.
    ///
    /// Money that went out is seen at any time: where two clocks differ, a payment must not be decided again because its report bears a
    /// later time (UPQR-TRM-9).
    #[must_use]
    pub const fn counts_from(&self) -> u64 {
        match self.what {
            What::Paid { .. } | What::Refunded(_) => 0,
            _ => self.at,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    id: String,
    at: u64,
    by: String,
    r#type: String,
    #[serde(default, deserialize_with = "present")]
    amount: Option<String>,
    #[serde(default, deserialize_with = "present")]
    to: Option<String>,
    #[serde(default, deserialize_with = "present")]
    r#for: Option<String>,
    #[serde(default, deserialize_with = "present")]
    delivery: Option<String>,
    #[serde(default, deserialize_with = "present")]
    preimage: Option<String>,
    #[serde(default, deserialize_with = "present")]
    mcc: Option<String>,
    #[serde(default, deserialize_with = "present")]
    merchant: Option<String>,
}

impl Evidence {
    /// The set of these events, in whatever order they are given.
    #[must_use]
    pub fn new(mut events: Vec<Event>) -> Self {
        events.sort_unstable_by(|one, other| (one.at, one).cmp(&(other.at, other)));
        events.dedup();
        Self { events }
    }

    /// Reads evidence: a JSON array of events, or one event a line.
    ///
    /// Members that are unknown, missing or doubled are refused with the code `evidence`, as are types of events that this edition does not
    /// know: what they would change is not known either (UPQR-TRM-7).
    ///
    /// ```
    /// use upqr::terms::{Currency, Evidence};
    ///
    /// let lines = r#"{"id":"e1","at":1790000000,"by":"bank","type":"funded","amount":"25.50"}
    /// {"id":"e2","at":1790000060,"by":"shop","type":"cancelled"}"#;
    /// let yuan = Currency::parse("156").unwrap();
    /// assert_eq!(Evidence::parse(lines.as_bytes(), yuan)?.events().len(), 2);
    /// # Ok::<(), upqr::terms::Fault>(())
    /// ```
    pub fn parse(octets: &[u8], currency: Currency) -> Result<Self, Fault> {
        if octets.len() > MAX_EVIDENCE {
            return Err(Fault::evidence(format!(
                "expected at most {MAX_EVIDENCE} bytes, found {}",
                octets.len()
            )));
        }
        let members =
            if octets.trim_ascii_start().first() == Some(&b'[') { array(octets)? } else { lines(octets)? };
        if members.len() > MAX_EVENTS {
            return Err(Fault::evidence(format!(
                "expected at most {MAX_EVENTS} events, found {}",
                members.len()
            )));
        }
        let events: Result<Vec<Event>, Fault> =
            members.into_iter().map(|members| event(members, currency)).collect();
        Ok(Self::new(events?))
    }

    /// The events by time, then by identifier. Of two different ones with one identifier the earlier stands here.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }
}

fn array(octets: &[u8]) -> Result<Vec<Members>, Fault> {
    let members: Vec<Object<Members>> =
        serde_json::from_slice(octets).map_err(|error| Fault::json(Subject::Evidence, &error, 0))?;
    Ok(members.into_iter().map(|Object(members)| members).collect())
}

fn lines(octets: &[u8]) -> Result<Vec<Members>, Fault> {
    let mut events = Vec::new();
    for (number, line) in octets.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let Object(members) =
            serde_json::from_slice(line).map_err(|error| Fault::json(Subject::Evidence, &error, number))?;
        events.push(members);
    }
    Ok(events)
}

/// Takes a member that the type of an event has.
fn member<T>(name: &str, value: &mut Option<T>, members: &str) -> Result<T, Fault> {
    value.take().ok_or_else(|| Fault::evidence(format!("event `{members}`: expected `{name}`")))
}

fn event(mut members: Members, currency: Currency) -> Result<Event, Fault> {
    if !is_identifier(&members.id) {
        return Err(Fault::evidence("an event: expected an `id` of 1 to 64 visible ASCII characters"));
    }
    let id = std::mem::take(&mut members.id);
    let wrong = |expected: String| Fault::evidence(format!("event `{id}`: expected {expected}"));
    if members.at > MAX_TIME {
        return Err(wrong("`at` in Unix seconds of at most ten digits".to_owned()));
    }
    if !is_identifier(&members.by) {
        return Err(wrong("`by` as 1 to 64 visible ASCII characters".to_owned()));
    }
    let named = |name: &str, text: String| {
        if is_identifier(&text) {
            Ok(text)
        } else {
            Err(wrong(format!("`{name}` as 1 to 64 visible ASCII characters")))
        }
    };
    let money = |text: String| {
        let decimals = currency.minor_units();
        Money::parse(&text, currency).ok_or_else(|| {
            wrong(format!("`amount` above zero, of 1 to 13 characters and with at most {decimals} decimals"))
        })
    };
    let what = match members.r#type.as_str() {
        "funded" => What::Funded(money(member("amount", &mut members.amount, &id)?)?),
        "paid" => What::Paid {
            to: named("to", member("to", &mut members.to, &id)?)?,
            amount: money(member("amount", &mut members.amount, &id)?)?,
            settles: named("for", member("for", &mut members.r#for, &id)?)?,
        },
        "refunded" => What::Refunded(money(member("amount", &mut members.amount, &id)?)?),
        "refund-requested" => What::RefundRequested,
        "cancelled" => What::Cancelled,
        "delivered" => What::Delivered(
            delivery(member("delivery", &mut members.delivery, &id)?)
                .ok_or_else(|| wrong("`delivery` as 1 to 64 printable ASCII characters".to_owned()))?,
        ),
        "release" => What::Release,
        "return" => What::Return,
        "preimage" => What::Preimage(
            octets_32(&member("preimage", &mut members.preimage, &id)?)
                .ok_or_else(|| wrong("`preimage` as 64 hexadecimal digits in lower case".to_owned()))?,
        ),
        "use" => What::Use(money(member("amount", &mut members.amount, &id)?)?),
        "confirmed" => What::Confirmed(named("for", member("for", &mut members.r#for, &id)?)?),
        "purchase" => What::Purchase {
            category: Some(member("mcc", &mut members.mcc, &id)?)
                .filter(|code| is_category(code))
                .ok_or_else(|| wrong("`mcc` as four digits".to_owned()))?,
            merchant: named("merchant", member("merchant", &mut members.merchant, &id)?)?,
            amount: money(member("amount", &mut members.amount, &id)?)?,
        },
        _ => return Err(wrong("a `type` of clause 15.4".to_owned())),
    };
    let Members { amount, to, r#for, delivery, preimage, mcc, merchant, .. } = &members;
    let left = [
        ("amount", amount),
        ("to", to),
        ("for", r#for),
        ("delivery", delivery),
        ("preimage", preimage),
        ("mcc", mcc),
        ("merchant", merchant),
    ];
    if let Some((name, _)) = left.iter().find(|(_, value)| value.is_some()) {
        return Err(wrong(format!("no `{name}` in an event of type `{}`", members.r#type)));
    }
    Ok(Event { at: members.at, by: members.by, what, id })
}

fn delivery(text: String) -> Option<String> {
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, 0x20..=0x7E));
    fits.then_some(text)
}
