//! Native carriage: one wallet's code in one template, or in several parts (requirements UPQR-CAR).
//!
//! | ID | object | format |
//! |---|---|---|
//! | 00 | globally unique identifier | `org.upqr.` + network key |
//! | 01 | form | two digits: 00 verbatim, 01-98 a literal prefix, 99 base64url |
//! | 02 | body | what the form leaves |
//! | 03 | part | `pq`: part p of q, where q > 1 |

use std::borrow::Cow;

use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig};

use super::our_label;
use crate::emv::data_object::{self, DataObject, HEADER, Id, MAX_LENGTH};
use crate::emv::mpm;
use crate::error::{Error, ErrorKind};
use crate::network::{Network, Version, parse_two_digits};
use crate::payment::Account;

/// The ID of a form.
pub const FORM: Id = Id::literal(1);
/// The ID of a body.
pub const BODY: Id = Id::literal(2);
/// The ID of a part.
pub const PART: Id = Id::literal(3);

/// The form that changes nothing.
pub const VERBATIM: u8 = 0;
/// The form for codes with a byte outside printable ASCII.
pub const BASE64URL: u8 = 99;
/// Parts that one code may take.
pub const MAX_PARTS: usize = 9;
/// The first and the last template ID of merchant account information (EMV MPM 4.7.4).
pub const TEMPLATES: std::ops::RangeInclusive<u8> = 26..=51;

/// Base64url without padding and with zero padding bits, so that every octet string has one text.
pub(crate) const STRICT_BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// One wallet's code as it stands in a payload.
#[derive(Clone, Debug)]
pub struct Carried<'a> {
    /// The last label of the globally unique identifier, as it stands.
    pub label: &'a str,
    /// The templates that hold the code, part 1 first.
    pub templates: Vec<DataObject<'a>>,
    /// The code restored, or why it is not.
    pub account: Result<Account, Error>,
}

/// The values of the templates that carry an account: one, or up to nine parts.
pub fn write(account: &Account, version: Version) -> Result<Vec<String>, Error> {
    let guid = account.network().guid();
    let (form, body) = form_and_body(account.network(), account.native(), version);
    let form = Id::new(form).expect("forms are at most 99");
    let form: String = form.digits().into_iter().collect();
    // Headers of identifier and body, and the form with its header.
    let later = MAX_LENGTH.saturating_sub(guid.len()).saturating_sub(2 * HEADER);
    let alone = later.saturating_sub(HEADER + 2);
    if body.len() <= alone {
        return Ok(vec![template(guid, Some(&form), &body, None)?]);
    }
    let part = HEADER + 2;
    let (first, later) = (alone.saturating_sub(part), later.saturating_sub(part));
    let (start, rest) = body.split_at_checked(first).unwrap_or((&body, ""));
    let count = rest.len().div_ceil(later).saturating_add(1);
    if count > MAX_PARTS {
        let fits = first.saturating_add(later.saturating_mul(MAX_PARTS.saturating_sub(1)));
        return Err(Error::new(0, ErrorKind::TooManyParts { fits }));
    }
    let mut values = vec![template(guid, Some(&form), start, Some((1, count)))?];
    let mut rest = rest;
    for number in 2..=count {
        let (body, after) = rest.split_at_checked(later).unwrap_or((rest, ""));
        values.push(template(guid, None, body, Some((number, count)))?);
        rest = after;
    }
    Ok(values)
}

fn template(
    guid: &str,
    form: Option<&str>,
    body: &str,
    part: Option<(usize, usize)>,
) -> Result<String, Error> {
    let mut value = String::with_capacity(MAX_LENGTH);
    data_object::write(&mut value, mpm::GUID, guid)?;
    if let Some(form) = form {
        data_object::write(&mut value, FORM, form)?;
    }
    data_object::write(&mut value, BODY, body)?;
    if let Some((number, count)) = part {
        data_object::write(&mut value, PART, &format!("{number}{count}"))?;
    }
    Ok(value)
}

/// The one form of a code, and the body that it leaves.
fn form_and_body(network: Network, native: &[u8], version: Version) -> (u8, Cow<'_, str>) {
    let printable = native.iter().all(|octet| (0x20..=0x7E).contains(octet));
    let text = std::str::from_utf8(native).ok().filter(|_| printable);
    let Some(text) = text else { return (BASE64URL, Cow::Owned(STRICT_BASE64URL.encode(native))) };
    let longest = network
        .forms()
        .iter()
        .filter(|form| form.since <= version && text.len() > form.prefix.len())
        .filter_map(|form| Some((form, text.strip_prefix(form.prefix.as_str())?)))
        .max_by_key(|(form, _)| form.prefix.len());
    longest.map_or((VERBATIM, Cow::Borrowed(text)), |(form, body)| (form.number, Cow::Borrowed(body)))
}

/// A carriage template in its objects.
#[derive(Clone, Copy)]
struct Part<'a> {
    template: DataObject<'a>,
    label: &'a str,
    form: Option<DataObject<'a>>,
    body: Option<DataObject<'a>>,
    part: Option<DataObject<'a>>,
}

impl<'a> Part<'a> {
    fn parse(template: DataObject<'a>, label: &'a str) -> Result<Self, Error> {
        let mut parsed = Self { template, label, form: None, body: None, part: None };
        let mut guid = None;
        for object in data_object::DataObjects::new(template.value, template.value_offset()) {
            let object = object?;
            let member = match object.id.number() {
                0 => &mut guid,
                1 => &mut parsed.form,
                2 => &mut parsed.body,
                3 => &mut parsed.part,
                _ => return Err(Error::new(object.offset, ErrorKind::CarriageObject)),
            };
            if member.replace(object).is_some() {
                return Err(Error::new(object.offset, ErrorKind::CarriageObject));
            }
        }
        Ok(parsed)
    }

    /// Part and number of parts, where object 03 says so.
    fn number(&self) -> Option<Result<(u8, u8), Error>> {
        let object = self.part?;
        let fault = Error::new(object.offset, ErrorKind::Part);
        let number = parse_two_digits(object.value).map(|pq| (pq.wrapping_div(10), pq.wrapping_rem(10)));
        Some(number.filter(|(p, q)| *p >= 1 && *q >= 2 && p <= q).ok_or(fault))
    }

    fn body(&self) -> Result<&'a str, Error> {
        let missing = Error::new(self.template.offset, ErrorKind::Body);
        let object = self.body.ok_or(missing)?;
        if object.is_empty() { Err(Error::new(object.offset, ErrorKind::Body)) } else { Ok(object.value) }
    }

    fn is_later_part_of(&self, label: &str) -> bool {
        self.label.eq_ignore_ascii_case(label) && matches!(self.number(), Some(Ok((p, _))) if p > 1)
    }
}

/// Restores the codes of carriage templates, which are given with the last label of their identifier.
pub(super) fn read<'a>(mut templates: Vec<(DataObject<'a>, &'a str)>) -> Vec<Carried<'a>> {
    templates.sort_by_key(|(template, _)| template.id);
    let parsed: Vec<(DataObject<'a>, &'a str, Result<Part<'a>, Error>)> = templates
        .into_iter()
        .map(|(template, label)| (template, label, Part::parse(template, label)))
        .collect();
    let mut carried = Vec::new();
    let mut rest = parsed.as_slice();
    while let Some(((template, label, first), after)) = rest.split_first() {
        let (account, taken) = match (Network::with_label(label), first) {
            (None, _) => (Err(Error::new(template.offset, ErrorKind::UnknownNetwork)), 0),
            (Some(_), Err(error)) => (Err(*error), 0),
            (Some(network), Ok(part)) => restore(network, part, after),
        };
        let (later, after) = after.split_at_checked(taken).unwrap_or((after, &[]));
        let templates =
            std::iter::once(*template).chain(later.iter().map(|(template, ..)| *template)).collect();
        carried.push(Carried { label, templates, account });
        rest = after;
    }
    carried
}

type Parsed<'a> = (DataObject<'a>, &'a str, Result<Part<'a>, Error>);

/// Restores the code that starts with `first`; says how many of the templates after it belong to it.
fn restore<'a>(network: Network, first: &Part<'a>, after: &[Parsed<'a>]) -> (Result<Account, Error>, usize) {
    let count = match first.number() {
        None => return (whole(network, first, &[]), 0),
        Some(Err(error)) => return (Err(error), 0),
        Some(Ok((1, count))) => usize::from(count),
        Some(Ok(_)) => {
            let place = first.part.map_or(first.template.offset, |object| object.offset);
            return (Err(Error::new(place, ErrorKind::PartMismatch)), 0);
        }
    };
    let mut later = Vec::new();
    let mut previous = *first;
    while later.len() < count.saturating_sub(1) {
        match continues(&previous, after.get(later.len())) {
            Ok(next) => {
                later.push(next);
                previous = next;
            }
            Err(error) => {
                // What is left of this code belongs to it, so that one fault is one finding.
                let is_rest = |(_, _, part): &&Parsed<'_>| {
                    part.as_ref().is_ok_and(|part| part.is_later_part_of(first.label))
                };
                return (Err(error), after.iter().take_while(is_rest).count());
            }
        }
    }
    (whole(network, first, &later), later.len())
}

/// The next part, where it continues the one before it in the next template ID.
fn continues<'a>(previous: &Part<'a>, next: Option<&Parsed<'a>>) -> Result<Part<'a>, Error> {
    let missing = Error::new(previous.template.offset, ErrorKind::PartMissing);
    let (template, _, next) = next.ok_or(missing)?;
    if template.id.number() != previous.template.id.number().saturating_add(1) {
        return Err(if template.id == previous.template.id { repeated(template.offset) } else { missing });
    }
    let next = (*next)?;
    let (Some(Ok((before, total))), Some(number)) = (previous.number(), next.number()) else {
        return Err(missing);
    };
    let (number, count) = number?;
    let place = next.part.map_or(template.offset, |object| object.offset);
    if number == 1 {
        return Err(missing);
    }
    if !next.label.eq_ignore_ascii_case(previous.label) || count != total {
        return Err(Error::new(place, ErrorKind::PartMismatch));
    }
    match number.checked_sub(before) {
        Some(1) => Ok(next),
        Some(2..) => Err(missing),
        _ => Err(repeated(place)),
    }
}

const fn repeated(offset: usize) -> Error {
    Error::new(offset, ErrorKind::PartRepeated)
}

/// Joins the parts, undoes the form, and settles that the code belongs to the template's network.
fn whole(network: Network, first: &Part<'_>, later: &[Part<'_>]) -> Result<Account, Error> {
    let form = match first.form {
        None => return Err(Error::new(first.template.offset, ErrorKind::Form("none"))),
        Some(object) => parse_two_digits(object.value)
            .ok_or(Error::new(object.offset, ErrorKind::Form("a value that is not two digits")))?,
    };
    let mut body = first.body()?.to_owned();
    for part in later {
        if let Some(form) = part.form {
            return Err(Error::new(form.offset, ErrorKind::Form("one in a later part")));
        }
        body.push_str(part.body()?);
    }
    let at = |object: Option<DataObject<'_>>| object.map_or(first.template.offset, |object| object.offset);
    let native = match form {
        VERBATIM => body.into_bytes(),
        BASE64URL => {
            let fault = Error::new(at(first.body), ErrorKind::Base64url);
            STRICT_BASE64URL.decode(&body).map_err(|_| fault)?
        }
        form => {
            let fault = Error::new(at(first.form), ErrorKind::UnknownForm);
            let form = network.form(form).ok_or(fault)?;
            [form.prefix.as_str(), &body].concat().into_bytes()
        }
    };
    belongs(native, network).map_err(|kind| Error::new(at(first.body), kind))
}

/// A restored code that may stand in a merchant-presented payload of this network.
fn belongs(native: Vec<u8>, network: Network) -> Result<Account, ErrorKind> {
    Account::new(native, Some(network)).map_err(|error| match error.kind {
        ErrorKind::Network => ErrorKind::Misroute,
        kind => kind,
    })
}

/// Which accounts' templates stand in the payload just as the encoder would write and place them.
pub(super) fn as_placed(carried: &[Carried<'_>], placed: &[Vec<(Id, String)>]) -> Vec<bool> {
    let same = |carried: &Carried<'_>, placed: &Vec<(Id, String)>| {
        carried.templates.len() == placed.len()
            && carried
                .templates
                .iter()
                .zip(placed)
                .all(|(object, (id, value))| object.id == *id && object.value == value)
    };
    carried.iter().zip(placed).map(|(carried, placed)| same(carried, placed)).collect()
}

/// Whether an object is a carriage template of this standard.
pub(super) fn is_carriage(object: &DataObject<'_>) -> bool {
    TEMPLATES.contains(&object.id.number()) && our_label(object).is_some()
}
