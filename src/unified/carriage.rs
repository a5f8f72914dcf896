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

use crate::emv::data_object::{self, DataObject, DataObjects, HEADER, Id, MAX_LENGTH};
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
/// The first and the last template ID of merchant account information (EMV MPM 4.7).
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
    // Headers of identifier and body, and the form with its header.
    let later = MAX_LENGTH.saturating_sub(guid.len()).saturating_sub(2 * HEADER);
    let alone = later.saturating_sub(HEADER + 2);
    if body.len() <= alone {
        return Ok(vec![template(guid, Some(form.as_str()), &body, None)?]);
    }
    let part = HEADER + 2;
    let (first, later) = (alone.saturating_sub(part), later.saturating_sub(part));
    let (start, rest) = body.split_at_checked(first).unwrap_or((&body, ""));
    let count = rest.len().div_ceil(later).saturating_add(1);
    if count > MAX_PARTS {
        let fits = first.saturating_add(later.saturating_mul(MAX_PARTS.saturating_sub(1)));
        return Err(Error::new(0, ErrorKind::TooManyParts { fits }));
    }
    let mut values = vec![template(guid, Some(form.as_str()), start, Some((1, count)))?];
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
    guid: Option<DataObject<'a>>,
    form: Option<DataObject<'a>>,
    body: Option<DataObject<'a>>,
    number: Option<DataObject<'a>>,
    /// An object that carriage does not have, or a second one.
    stray: Option<DataObject<'a>>,
}

impl<'a> Part<'a> {
    fn new(template: DataObject<'a>, label: &'a str) -> Self {
        let mut part =
            Self { template, label, guid: None, form: None, body: None, number: None, stray: None };
        for object in DataObjects::new(template.value, template.value_offset()).readable() {
            let member = match object.id.number() {
                0 => &mut part.guid,
                1 => &mut part.form,
                2 => &mut part.body,
                3 => &mut part.number,
                _ => &mut part.stray,
            };
            match member {
                None => *member = Some(object),
                Some(_) => part.stray = part.stray.or(Some(object)),
            }
        }
        part
    }

    /// Part and number of parts, where object 03 says so.
    fn number(&self) -> Option<Result<(u8, u8), Error>> {
        let object = self.number?;
        let fault = Error::new(object.offset, ErrorKind::Part);
        let number = parse_two_digits(object.value).map(|pq| (pq.wrapping_div(10), pq.wrapping_rem(10)));
        Some(number.filter(|(p, q)| *p >= 1 && *q >= 2 && p <= q).ok_or(fault))
    }

    fn fault(&self, object: Option<DataObject<'a>>, kind: ErrorKind) -> Error {
        Error::new(object.map_or(self.template.offset, |object| object.offset), kind)
    }

    fn body(&self) -> Result<&'a str, Error> {
        let body = self.body.map(|object| object.value).filter(|body| !body.is_empty());
        body.ok_or_else(|| self.fault(self.body, ErrorKind::Body))
    }
}

/// Restores the codes of carriage templates, which are given with the last label of their identifier.
pub(super) fn read<'a>(mut templates: Vec<(DataObject<'a>, &'a str)>) -> Vec<Carried<'a>> {
    templates.sort_by_key(|(template, _)| template.id);
    let parts: Vec<Part<'a>> =
        templates.into_iter().map(|(template, label)| Part::new(template, label)).collect();
    let mut carried = Vec::new();
    let mut rest = parts.as_slice();
    while let Some(first) = rest.first() {
        let (taken, fault) = group(rest);
        let (members, after) = rest.split_at_checked(taken).unwrap_or((rest, &[]));
        carried.push(Carried {
            label: first.label,
            templates: members.iter().map(|part| part.template).collect(),
            account: restore(members, fault),
        });
        rest = after;
    }
    carried
}

/// How many of these templates belong to the account that starts with the first, and what is wrong with their order (clause 4.2).
fn group(parts: &[Part<'_>]) -> (usize, Option<Error>) {
    let Some((first, after)) = parts.split_first() else { return (0, None) };
    let (number, count) = match first.number() {
        None => return (1, None),
        Some(Err(error)) => return (1, Some(error)),
        Some(Ok(number)) => number,
    };
    if number > 1 {
        return (1, Some(first.fault(first.number, ErrorKind::PartMismatch)));
    }
    let missing = Error::new(first.template.offset, ErrorKind::PartMissing);
    let mut last = first.template.id.number();
    let mut taken = 1_usize;
    for expected in 2..=count {
        let next = after.get(taken.wrapping_sub(1));
        let Some((next, (number, of))) = next.and_then(|next| Some((next, next.number()?.ok()?))) else {
            return (taken, Some(missing));
        };
        let misfit = next.fault(next.number, ErrorKind::PartMismatch);
        let same = next.label.eq_ignore_ascii_case(first.label) && of == count;
        let fault = match number {
            1 if !same => return (taken, Some(misfit)),
            _ if !same => misfit,
            number if number < expected => next.fault(next.number, ErrorKind::PartRepeated),
            number if number > expected => missing,
            _ if next.template.id.number() != last.saturating_add(1) => misfit,
            _ => {
                last = next.template.id.number();
                taken = taken.saturating_add(1);
                continue;
            }
        };
        return (taken.saturating_add(1), Some(fault));
    }
    (taken, None)
}

/// Joins the parts, undoes the form, and settles that the code belongs to the template's network (clause 4.3).
fn restore(parts: &[Part<'_>], order_fault: Option<Error>) -> Result<Account, Error> {
    let (first, later) = parts.split_first().expect("an account has a first template");
    let network =
        Network::with_label(first.label).ok_or_else(|| first.fault(first.guid, ErrorKind::UnknownNetwork))?;
    if let Some(part) = parts.iter().find(|part| part.stray.is_some()) {
        return Err(part.fault(part.stray, ErrorKind::CarriageObject));
    }
    if let Some(error) = order_fault {
        return Err(error);
    }
    let form = form(first, later)?;
    let bodies = parts.iter().map(Part::body).collect::<Result<Vec<_>, _>>()?;
    let prefix = match form {
        VERBATIM | BASE64URL => "",
        form => &network.form(form).ok_or_else(|| first.fault(first.form, ErrorKind::UnknownForm))?.prefix,
    };
    let mut native = String::with_capacity(prefix.len().saturating_add(MAX_LENGTH));
    native.push_str(prefix);
    for body in bodies {
        native.push_str(body);
    }
    let native = match form {
        BASE64URL => {
            STRICT_BASE64URL.decode(&native).map_err(|_| first.fault(first.body, ErrorKind::Base64url))?
        }
        _ => native.into_bytes(),
    };
    belongs(native, network).map_err(|kind| first.fault(first.body, kind))
}

/// The form, which stands in part 1 alone.
fn form(first: &Part<'_>, later: &[Part<'_>]) -> Result<u8, Error> {
    let Some(object) = first.form else { return Err(first.fault(None, ErrorKind::Form("none in part 1"))) };
    let form = parse_two_digits(object.value)
        .ok_or(Error::new(object.offset, ErrorKind::Form("a value that is not two digits")))?;
    match later.iter().find_map(|part| part.form) {
        Some(second) => Err(Error::new(second.offset, ErrorKind::Form("one in a later part"))),
        None => Ok(form),
    }
}

/// A restored code that may stand in a merchant-presented payload of this network.
fn belongs(native: Vec<u8>, network: Network) -> Result<Account, ErrorKind> {
    Account::new(native, Some(network)).map_err(|error| match error.kind {
        ErrorKind::Network => ErrorKind::Misroute,
        kind => kind,
    })
}

/// Whether a code's templates stand in the payload just as the encoder would write and place them.
pub(super) fn is_as_placed(carried: &Carried<'_>, (first, values): &(Id, Vec<String>)) -> bool {
    let mut pairs = carried.templates.iter().zip(first.number()..).zip(values);
    carried.templates.len() == values.len()
        && pairs.all(|((object, id), value)| object.id.number() == id && object.value == value)
}
