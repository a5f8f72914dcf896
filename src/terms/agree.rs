//! Whether a payload and a document speak of the same contract (clause 15.3).

use std::fmt;

use super::document::{Document, MAX_DOCUMENT};
use super::{Currency, Fault, Money, hash};
use crate::emv::crc::Crc16;
use crate::emv::data_object::Id;
use crate::emv::mpm;
use crate::unified::{self, Reading, our_label};

/// Something that a payload and a document disagree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// What of the payload.
    pub object: Object,
    /// A sentence.
    pub message: String,
}

/// What of a payload disagrees with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// A root object.
    Root(Id),
    /// An object of the terms template, or the template where there is no number.
    Terms(Option<u8>),
    /// An object of the settlement template.
    Settlement(Option<u8>),
    /// An object of the control template.
    Control(Option<u8>),
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (template, number) = match self {
            Self::Root(id) => return write!(f, "{id}"),
            Self::Terms(number) => ("terms", number),
            Self::Settlement(number) => ("settle", number),
            Self::Control(number) => ("control", number),
        };
        f.write_str(template)?;
        number.map_or(Ok(()), |number| write!(f, "/{number:02}"))
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.message)
    }
}

/// Whether the terms template of a payload names exactly these octets, with the reason where it does not (UPQR-TRM-4).
pub fn names(reading: &Reading<'_>, octets: &[u8]) -> Result<(), Disagreement> {
    let fault = |number, message: &str| {
        Err(Disagreement { object: Object::Terms(number), message: message.to_owned() })
    };
    let terms = match &reading.terms {
        None => return fault(None, "the payload has no terms template, so it names no document"),
        Some((_, Err(error))) => return fault(None, &format!("the terms template is not readable: {error}")),
        Some((_, Ok(terms))) => terms,
    };
    if is_doubled(reading, "terms") {
        return fault(None, "the payload has two terms templates, and names no one document");
    }
    let Some(named) = terms.hash else {
        return fault(Some(3), "the payload names no hash, so it can stand for any document");
    };
    if octets.len() > MAX_DOCUMENT {
        return fault(Some(3), &format!("the document has more than {MAX_DOCUMENT} bytes"));
    }
    if hash(octets, named.algorithm) == named {
        Ok(())
    } else {
        let name = named.algorithm.name();
        fault(
            Some(3),
            &format!("the {name} of the document is another one: the payload was made for other bytes"),
        )
    }
}

/// Whether a template stands in the payload for the second time: another reader may take that one.
fn is_doubled(reading: &Reading<'_>, label: &str) -> bool {
    let labels = reading.templates.iter().filter_map(our_label);
    labels.into_iter().any(|other| other.eq_ignore_ascii_case(label))
}

/// What a payload and the document whose octets are given disagree on; nothing where they agree (UPQR-TRM-4 to UPQR-TRM-6).
///
/// A fault where the octets are no document. A signature, where there is one, is verified elsewhere.
///
/// ```
/// use upqr::emv::mpm;
/// use upqr::terms::agree;
///
/// let payload = mpm::parse("00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498")?;
/// let found = agree(&payload, include_bytes!("../../spec/terms/01-time-lock.json")).unwrap();
/// assert_eq!(found[0].to_string(), "terms: the payload has no terms template, so it names no document");
/// assert_eq!(found[1].to_string(), "53: the payload asks for the currency `344`, the document for `156`");
/// # Ok::<(), upqr::Error>(())
/// ```
pub fn agree(payload: &mpm::Payload<'_>, octets: &[u8]) -> Result<Vec<Disagreement>, Fault> {
    let document = Document::parse(octets)?;
    let reading = unified::read(payload);
    let mut found: Vec<Disagreement> = names(&reading, octets).err().into_iter().collect();
    let mut add = |object, message| found.push(Disagreement { object, message });
    if let Some((_, Ok(terms))) = &reading.terms {
        if terms.kind != document.kind.number() {
            let (payload, document) = (&terms.kind, document.kind.number());
            add(
                Object::Terms(Some(1)),
                format!("the payload names the kind `{payload}`, the document `{document}`"),
            );
        }
        if terms.reference.as_ref().is_some_and(|reference| *reference != document.contract.reference) {
            add(Object::Terms(Some(2)), "the payload and the document name different contracts".to_owned());
        }
    }
    if payload.crc() != Crc16::Right {
        add(
            Object::Root(mpm::CRC),
            "the checksum is not right and last: nothing in the payload can be relied on".to_owned(),
        );
    }
    money(payload, &document, &mut add);
    if is_doubled(&reading, "settle") {
        add(Object::Settlement(None), "the payload has two settlement templates".to_owned());
    }
    if is_doubled(&reading, "control") {
        add(Object::Control(None), "the payload has two control templates".to_owned());
    }
    match &reading.settlement {
        None => {}
        Some((_, Err(error))) => {
            add(Object::Settlement(None), format!("the settlement template is not readable: {error}"));
        }
        Some((_, Ok(settlement))) => {
            if settlement.refund_by.is_some() && settlement.refund_by != document.refund.by {
                let by = document.refund.by.map_or_else(|| "no such time".to_owned(), |by| format!("`{by}`"));
                add(
                    Object::Settlement(Some(1)),
                    format!("refunds end at another time: the document says {by}"),
                );
            }
            let chain = document.contract.business_chain.as_ref().map(|chain| &chain.id);
            if settlement.chain.is_some() && settlement.chain.as_ref() != chain {
                let message = if chain.is_some() {
                    "the payload and the document name different business chains"
                } else {
                    "the payload names a business chain, the document none"
                };
                add(Object::Settlement(Some(4)), message.to_owned());
            }
        }
    }
    match &reading.control {
        None => {}
        Some((_, Err(error))) => {
            add(Object::Control(None), format!("the control template is not readable: {error}"));
        }
        Some((_, Ok(control))) => {
            let end = document.times.expires;
            if control.expires.is_some_and(|expires| expires > end) {
                let message = format!("the payload can be paid after the terms expire at `{end}`");
                add(Object::Control(Some(3)), message);
            }
            if control.not_before.is_some_and(|not_before| not_before >= end) {
                let message = format!("the payload can be paid only after the terms expire at `{end}`");
                add(Object::Control(Some(2)), message);
            }
        }
    }
    Ok(found)
}

/// Currency and amount. A payload without an amount asks the payer, so there is nothing to compare.
fn money(payload: &mpm::Payload<'_>, document: &Document, add: &mut impl FnMut(Object, String)) {
    for id in [mpm::CURRENCY, mpm::AMOUNT].into_iter().filter(|id| payload.repeated().contains(*id)) {
        // Another reader may take the second one.
        add(Object::Root(id), "the object stands in the payload twice".to_owned());
    }
    for id in [mpm::FEE_INDICATOR, mpm::FEE_FIXED, mpm::FEE_PERCENT] {
        if payload.contains(id) {
            add(
                Object::Root(id),
                "the payload asks for a fee or a tip, of which the document knows nothing".to_owned(),
            );
        }
    }
    let currency = payload.value(mpm::CURRENCY).unwrap_or_default();
    if currency != document.currency.to_string() {
        let shown = if Currency::parse(currency).is_some() {
            format!("the currency `{currency}`")
        } else {
            "no currency".to_owned()
        };
        let message = format!("the payload asks for {shown}, the document for `{}`", document.currency);
        add(Object::Root(mpm::CURRENCY), message);
        return;
    }
    let Some(amount) = payload.value(mpm::AMOUNT) else { return };
    let total = document.total.text(document.currency);
    let message = match Money::parse_emv(amount, document.currency) {
        None => "the amount is none of this currency".to_owned(),
        Some(amount) if document.kind.is_capped() && amount <= document.total => return,
        Some(amount) if amount == document.total => return,
        Some(_) if document.kind.is_capped() => {
            format!("the payload asks for more than the cap of `{total}`")
        }
        Some(_) => format!("the payload asks for another amount than `{total}`"),
    };
    add(Object::Root(mpm::AMOUNT), message);
}
