//! Unified payloads: EMVCo payloads that carry wallets' own codes without losing a byte (requirements UPQR-CAR, UPQR-CAN, UPQR-CPM).
//!
//! [`write()`] makes the one canonical payload of a payment, [`read`] takes any payload apart, and `restore(unify(code)) == code`.
//!
//! ```
//! use upqr::emv::mpm;
//! use upqr::payment::{Account, Templates};
//! use upqr::unified;
//!
//! let hong_kong = "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";
//! let account = Account::new("https://qr.alipay.com/fkx00000synthetic00aaa", None)?;
//! let payload = unified::extend(&mpm::parse(hong_kong)?, &[account], &Templates::default())?;
//!
//! let payload = mpm::parse(&payload)?;
//! let reading = unified::read(&payload);
//! let natives: Vec<&[u8]> = reading.accounts().map(|account| account.native()).collect();
//! assert_eq!(natives, [b"https://qr.alipay.com/fkx00000synthetic00aaa"]);
//! assert_eq!(unified::base(&payload)?, hong_kong);
//! # Ok::<(), upqr::Error>(())
//! ```

pub mod carriage;
pub mod consumer;
pub mod control;
pub mod extend;
pub mod foreign;
pub mod merchant;
mod objects;
pub mod settlement;
pub mod signature;
pub mod terms;

use crate::emv::data_object::{DataObject, DataObjects};
use crate::emv::mpm;
use crate::error::Error;
use crate::network::{GUID_PREFIX, Version};
use crate::payment::{Account, Base, MerchantPresented, Templates};
use carriage::Carried;
use control::Control;
pub use extend::{base, extend};
use foreign::Foreign;
use settlement::Settlement;
use signature::Placed;
use terms::Terms;

/// Bytes that an encoder's payload has at most: a version 25 symbol at level M (UPQR-TXT).
pub const MAX_BYTES: usize = 997;

/// Bytes that an encoder's payload has at most where the symbol needs an ECI header, since a character lies outside ASCII (UPQR-TXT).
pub const MAX_BYTES_WITH_ECI: usize = 996;

/// Characters that a payload should have at most (EMV MPM 4.1).
pub const RECOMMENDED_CHARACTERS: usize = 512;

/// What a conversion dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The object that is not in the result.
    pub object: &'static str,
    /// Why it is not.
    pub reason: &'static str,
}

/// A merchant-presented payload taken apart.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// The wallets' codes, by ascending template ID.
    pub carried: Vec<Carried<'a>>,
    /// Wallets' identifiers that other conventions put into EMV payloads.
    pub foreign: Vec<Foreign<'a>>,
    /// The control template, where there is one.
    pub control: Option<(DataObject<'a>, Result<Control, Error>)>,
    /// The terms template, where there is one.
    pub terms: Option<(DataObject<'a>, Result<Terms, Error>)>,
    /// The settlement template, where there is one.
    pub settlement: Option<(DataObject<'a>, Result<Settlement, Error>)>,
    /// The signature templates, in their order; [`signature::read`] says what they are worth.
    pub signature: Vec<DataObject<'a>>,
    /// The other templates of this standard, IDs 80 to 99, in their order: of later editions, or one of the above for the second time.
    pub templates: Vec<DataObject<'a>>,
}

impl Reading<'_> {
    /// The accounts that could be restored.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.carried.iter().filter_map(|carried| carried.account.as_ref().ok())
    }

    /// The version that settles which forms an encoder may use.
    fn version(&self) -> Version {
        let control = self.control.as_ref().and_then(|(_, control)| control.as_ref().ok());
        extend::version(control)
    }

    /// Whether a template of this standard stands in the payload.
    #[must_use]
    pub fn is_unified(&self) -> bool {
        !self.carried.is_empty()
            || self.control.is_some()
            || self.terms.is_some()
            || self.settlement.is_some()
            || !self.signature.is_empty()
            || !self.templates.is_empty()
    }
}

/// Takes a merchant-presented payload apart.
#[must_use]
pub fn read<'a>(payload: &mpm::Payload<'a>) -> Reading<'a> {
    let mut accounts = Vec::new();
    let mut reading = Reading {
        carried: Vec::new(),
        foreign: Vec::new(),
        control: None,
        terms: None,
        settlement: None,
        signature: Vec::new(),
        templates: Vec::new(),
    };
    for object in payload.objects() {
        match (object.id.number(), our_label(&object)) {
            (26..=51, Some(label)) => accounts.push((object, label)),
            (80..=99, Some(label)) => template(&mut reading, object, label),
            _ => reading.foreign.extend(foreign::read(&object)),
        }
    }
    reading.carried = carriage::read(accounts);
    reading
}

/// Puts a template of 80 to 99 where its identifier says; what stands there for the second time is kept with those of later editions.
fn template<'a>(reading: &mut Reading<'a>, object: DataObject<'a>, label: &str) {
    match label.to_ascii_lowercase().as_str() {
        "control" if reading.control.is_none() => reading.control = Some((object, Control::read(&object))),
        "terms" if reading.terms.is_none() => reading.terms = Some((object, Terms::read(&object))),
        "settle" if reading.settlement.is_none() => {
            reading.settlement = Some((object, Settlement::read(&object)));
        }
        "sig" => reading.signature.push(object),
        _ => reading.templates.push(object),
    }
}

/// The last label of a template's globally unique identifier, where that begins `org.upqr.` in any case.
pub(crate) fn our_label<'a>(object: &DataObject<'a>) -> Option<&'a str> {
    if !matches!(object.id.number(), 26..=51 | 80..=99) {
        return None;
    }
    let label = label_of(guid_of(object)?)?;
    object.template().map(|_| label)
}

/// The value of the first object 00, where the value of `object` is data objects so far; most templates begin with it.
pub(crate) fn guid_of<'a>(object: &DataObject<'a>) -> Option<&'a str> {
    let guid = DataObjects::new(object.value, 0).readable().find(|inner| inner.id == mpm::GUID)?;
    Some(guid.value)
}

fn label_of(guid: &str) -> Option<&str> {
    let (prefix, label) = guid.split_at_checked(GUID_PREFIX.len())?;
    prefix.eq_ignore_ascii_case(GUID_PREFIX).then_some(label)
}

/// Writes the canonical payload of a payment.
pub fn write(payment: &MerchantPresented) -> Result<String, Error> {
    let MerchantPresented { base, accounts, templates } = payment;
    match base {
        Base::Merchant(merchant) => merchant::write(merchant, accounts, templates),
        Base::National(base) => extend(&mpm::parse(base)?, accounts, templates),
    }
}

/// The model of a payload: what [`write()`] makes the canonical payload of.
///
/// An error where a template of this standard cannot be restored, a signature is not in its place, or the payload is no base: it begins with
/// another object than 00, or its checksum is not right and last.
pub fn payment(payload: &mpm::Payload<'_>, reading: &Reading<'_>) -> Result<MerchantPresented, Error> {
    extend::refuse_order(payload)?;
    let accounts =
        reading.carried.iter().map(|carried| carried.account.clone()).collect::<Result<Vec<_>, _>>()?;
    let templates = templates(payload, reading)?;
    // What the encoder would refuse is no model.
    extend::values(&templates)?;
    let dynamic = merchant::is_dynamic(&accounts, templates.control.as_ref());
    let base = match merchant::read(payload, reading.is_unified(), dynamic) {
        Some(merchant) => Base::Merchant(merchant),
        None if reading.is_unified() => Base::National(base(payload)?),
        None => Base::National(payload.text().to_owned()),
    };
    Ok(MerchantPresented { base, accounts, templates })
}

/// The templates of 80 to 99 of a payload; an error where one of them breaks its format or is not in its place.
pub fn templates(payload: &mpm::Payload<'_>, reading: &Reading<'_>) -> Result<Templates, Error> {
    let control = reading.control.as_ref().map(|(_, control)| control.clone()).transpose()?;
    let terms = reading.terms.as_ref().map(|(_, terms)| terms.clone()).transpose()?;
    let settlement = reading.settlement.as_ref().map(|(_, settlement)| settlement.clone()).transpose()?;
    let signature = match signature::read(payload) {
        Placed::Absent => None,
        Placed::Pair { signature, .. } => Some(signature),
        Placed::Misplaced(error) => return Err(error),
    };
    let others = reading.templates.iter().map(|object| object.value.to_owned()).collect();
    Ok(Templates { control, terms, settlement, others, signature })
}

/// Whether a payload is canonical: extending its base again with what it carries gives the same bytes (UPQR-CAN).
#[must_use]
pub fn is_canonical(payload: &mpm::Payload<'_>, reading: &Reading<'_>) -> bool {
    if !reading.is_unified() {
        return extend::refuse_order(payload).is_ok();
    }
    extend::again(payload, reading).is_ok_and(|canonical| canonical == payload.text())
}

/// Which of the carried codes stand in canonical form, one answer for each (clause 5.7).
///
/// In a payload that is not canonical those are not whose templates differ from the encoder's; where none differs, none of them is.
#[must_use]
pub fn canonical_accounts(payload: &mpm::Payload<'_>, reading: &Reading<'_>) -> Vec<bool> {
    if is_canonical(payload, reading) {
        return vec![true; reading.carried.len()];
    }
    let mut placed = extend::placed(payload, reading).unwrap_or_default().into_iter();
    let mut canonical = Vec::with_capacity(reading.carried.len());
    for carried in &reading.carried {
        let is_account = carried.account.is_ok();
        let placed = if is_account { placed.next() } else { None };
        canonical.push(placed.is_some_and(|placed| carriage::is_as_placed(carried, &placed)));
    }
    let differs =
        canonical.iter().zip(&reading.carried).any(|(same, carried)| !same && carried.account.is_ok());
    if differs { canonical } else { vec![false; reading.carried.len()] }
}
