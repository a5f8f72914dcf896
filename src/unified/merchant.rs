//! The base that the encoder makes itself: a merchant's particulars in ascending IDs (requirements UPQR-MPM, UPQR-CAN).

use iso_currency::Currency;

use super::control::Control;
use super::extend::{assemble, values, version};
use super::our_label;
use crate::emv::data_object::{DataObject, HEADER, Id, Ids, MAX_LENGTH, Template};
use crate::emv::definition::{self, Definition, find};
use crate::emv::mpm;
use crate::error::{Error, ErrorKind, Found};
use crate::payment::{Account, Additional, Local, Merchant, Object, Templates};

/// Characters of a merchant name at most (EMV MPM 4.7).
pub const MAX_NAME: usize = 25;
/// Characters of a city at most.
pub const MAX_CITY: usize = 15;
/// Characters of a postal code at most.
pub const MAX_POSTAL_CODE: usize = 10;
/// Characters of an amount at most.
pub const MAX_AMOUNT: usize = 13;
/// Characters of a reference at most (EMV MPM 4.7).
pub const MAX_REFERENCE: usize = 25;

/// Point of initiation method of a code that serves many payments, and of one that serves a single payment (EMV MPM 4.7).
pub(crate) const STATIC: &str = "11";
pub(crate) const DYNAMIC: &str = "12";

/// Whether the encoder marks a payload as serving one payment: an order code is in it, or it expires (UPQR-MPM).
pub(super) fn is_dynamic(accounts: &[Account], control: Option<&Control>) -> bool {
    accounts.iter().any(Account::is_order) || control.is_some_and(|control| control.expires.is_some())
}

/// Writes a payload on a base of the encoder's own.
pub(super) fn write(
    merchant: &Merchant,
    accounts: &[Account],
    templates: &Templates,
) -> Result<String, Error> {
    refuse(merchant)?;
    let control = templates.control.as_ref();
    let additional = additional(&merchant.additional);
    let local = merchant.local.as_ref().map(local).transpose()?;
    let initiation = if is_dynamic(accounts, control) { DYNAMIC } else { STATIC };
    let mut objects = Vec::with_capacity(merchant.objects.len().saturating_add(12));
    objects.extend([
        root(mpm::FORMAT_INDICATOR, "01"),
        root(mpm::INITIATION, initiation),
        root(mpm::CATEGORY, &merchant.category),
        root(mpm::CURRENCY, &merchant.currency),
        root(mpm::COUNTRY, &merchant.country),
        root(mpm::NAME, &merchant.name),
        root(mpm::CITY, &merchant.city),
    ]);
    let optional = [
        (mpm::AMOUNT, merchant.amount.as_deref()),
        (mpm::POSTAL_CODE, merchant.postal_code.as_deref()),
        (mpm::ADDITIONAL, additional.as_deref()),
        (mpm::LOCAL, local.as_deref()),
    ];
    objects.extend(optional.into_iter().filter_map(|(id, value)| Some(root(id, value?))));
    objects.extend(merchant.objects.iter().map(|object| root(object.id, &object.value)));
    objects.sort_by_key(|object| object.id);
    objects.push(root(mpm::CRC, ""));
    assemble(&objects, accounts, version(control), &values(templates)?)
}

const fn root(id: Id, value: &str) -> DataObject<'_> {
    DataObject { id, length: 0, value, offset: 0 }
}

/// Refuses values that break their format.
fn refuse(merchant: &Merchant) -> Result<(), Error> {
    let Merchant { name, city, category, country, currency, amount, postal_code, additional, local, objects } =
        merchant;
    ascii("name", name, MAX_NAME, "1 to 25 printable ASCII characters")?;
    ascii("city", city, MAX_CITY, "1 to 15 printable ASCII characters")?;
    visible("name", name)?;
    visible("city", city)?;
    exactly("category", category, 4, "four digits", |b| b.is_ascii_digit())?;
    exactly("country", country, 2, "two upper-case letters", |b| b.is_ascii_uppercase())?;
    exactly("currency", currency, 3, "three digits of an ISO 4217 currency", |b| b.is_ascii_digit())?;
    let Some(minor_units) = minor_units(currency) else {
        return Err(value("currency", "three digits of an ISO 4217 currency", currency));
    };
    if let Some(amount) = amount {
        refuse_amount(amount, minor_units)?;
    }
    if let Some(postal_code) = postal_code {
        ascii("postal_code", postal_code, MAX_POSTAL_CODE, "1 to 10 printable ASCII characters")?;
    }
    let mut length = 0_usize;
    for (name, reference) in additional.members() {
        if let Some(reference) = reference {
            ascii(name, reference, MAX_REFERENCE, "1 to 25 printable ASCII characters")?;
            length = length.saturating_add(reference.len()).saturating_add(HEADER);
        }
    }
    if length > MAX_LENGTH {
        let (expected, found) =
            ("at most 99 characters with their IDs and lengths", Found::Characters(length));
        return Err(Error::new(0, ErrorKind::Value { name: "additional", expected, found }));
    }
    if let Some(Local { language, name, city }) = local {
        exactly("local.language", language, 2, "two letters", |b| b.is_ascii_alphabetic())?;
        script("local.name", name, MAX_NAME, "1 to 25 characters without controls")?;
        visible("local.name", name)?;
        if let Some(city) = city {
            script("local.city", city, MAX_CITY, "1 to 15 characters without controls")?;
            visible("local.city", city)?;
        }
    }
    refuse_objects(objects)
}

/// Decimals of a currency, by its three digits; `None` for a number that ISO 4217 does not assign, or to which it gives no decimals, as to
/// metals.
#[must_use]
pub fn minor_units(currency: &str) -> Option<usize> {
    let number = currency.parse().ok().filter(|_| currency.len() == 3)?;
    Currency::from_numeric(number)?.exponent().map(usize::from)
}

/// Decimal text: no leading zero, at most as many decimals as the currency has, not zero.
fn refuse_amount(amount: &str, minor_units: usize) -> Result<(), Error> {
    let expected = match minor_units {
        0 => "1 to 13 digits without decimals or leading zeros, not zero",
        2 => "digits and at most two decimals after a point, no leading zeros, not zero, 1 to 13 characters",
        _ => {
            "digits and at most the currency's decimals after a point, no leading zeros, not zero, 1 to 13 characters"
        }
    };
    let (whole, decimals) =
        amount.split_once('.').map_or((amount, None), |(whole, decimals)| (whole, Some(decimals)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let well_formed = digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && decimals.is_none_or(|decimals| digits(decimals) && decimals.len() <= minor_units)
        && amount.len() <= MAX_AMOUNT
        && amount.bytes().any(|b| matches!(b, b'1'..=b'9'));
    if well_formed { Ok(()) } else { Err(value("amount", expected, amount)) }
}

/// Root objects that have no member of their own: each once, printable ASCII in the object's own format, none of this standard's templates.
fn refuse_objects(objects: &[Object]) -> Result<(), Error> {
    let mut seen = Ids::default();
    for object in objects {
        let refuse = |expected| Err(value("objects", expected, &object.value));
        if !matches!(object.id.number(), 2..=51 | 55..=57 | 65..=99) || !seen.insert(object.id) {
            return refuse("IDs 02-51, 55-57 and 65-99, each once");
        }
        ascii("objects", &object.value, MAX_LENGTH, "values of 1 to 99 printable ASCII characters")?;
        let fits = |row: &Definition| {
            object.value.len() <= usize::from(row.length.1) && row.format.admits(&object.value)
        };
        if !find(&definition::ROOT, object.id).is_some_and(fits) {
            return refuse("values in the format of their IDs");
        }
        let as_object = root(object.id, &object.value);
        if mpm::is_template(object.id)
            && as_object.template().is_none_or(|template| template.guid().is_none())
        {
            return refuse("templates with a globally unique identifier in 26-51 and 80-99");
        }
        if our_label(&as_object).is_some() {
            return refuse("no template of `org.upqr.`, which `accounts` and `templates` hold");
        }
    }
    Ok(())
}

fn value(name: &'static str, expected: &'static str, found: &str) -> Error {
    Error::new(0, ErrorKind::Value { name, expected, found: Found::Characters(found.chars().count()) })
}

fn ascii(name: &'static str, text: &str, most: usize, expected: &'static str) -> Result<(), Error> {
    if let Some(c) = text.chars().find(|c| !matches!(c, ' '..='~')) {
        return Err(Error::new(0, ErrorKind::Value { name, expected, found: Found::Character(c) }));
    }
    if (1..=most).contains(&text.len()) { Ok(()) } else { Err(value(name, expected, text)) }
}

/// Refuses a name that is blank or has a blank at either end, which no reader can see.
fn visible(name: &'static str, text: &str) -> Result<(), Error> {
    let expected = "no blank at the beginning or the end";
    if text.trim() == text { Ok(()) } else { Err(value(name, expected, text)) }
}

fn exactly(
    name: &'static str,
    text: &str,
    length: usize,
    expected: &'static str,
    class: impl Fn(u8) -> bool,
) -> Result<(), Error> {
    if text.len() == length && text.bytes().all(class) { Ok(()) } else { Err(value(name, expected, text)) }
}

fn script(name: &'static str, text: &str, most: usize, expected: &'static str) -> Result<(), Error> {
    if let Some(c) = text.chars().find(|c| definition::is_control(*c)) {
        return Err(Error::new(0, ErrorKind::Value { name, expected, found: Found::Character(c) }));
    }
    if (1..=most).contains(&text.chars().count()) { Ok(()) } else { Err(value(name, expected, text)) }
}

fn additional(additional: &Additional) -> Option<String> {
    let mut value = String::new();
    for (id, (_, reference)) in (1..).zip(additional.members()) {
        // `refuse` has checked the lengths.
        if let Some(reference) = reference {
            crate::emv::data_object::write(&mut value, Id::literal(id), reference).ok()?;
        }
    }
    (!value.is_empty()).then_some(value)
}

fn local(local: &Local) -> Result<String, Error> {
    let mut value = String::new();
    let mut put = |id, text: &str| crate::emv::data_object::write(&mut value, Id::literal(id), text);
    put(0, &local.language)?;
    put(1, &local.name)?;
    if let Some(city) = &local.city {
        put(2, city)?;
    }
    Ok(value)
}

/// Reads the merchant of a payload whose base the encoder could have made itself; `None` where it could not.
pub(super) fn read(payload: &mpm::Payload<'_>, unified: bool, dynamic: bool) -> Option<Merchant> {
    let mut merchant =
        Merchant { country: String::new(), currency: String::new(), ..Merchant::new("", "", "") };
    let mut previous = None;
    let initiation = if dynamic { DYNAMIC } else { STATIC };
    for object in payload.objects().filter(|object| !unified || our_label(object).is_none()) {
        if object.offset != payload.last().offset && previous.replace(object.id) >= Some(object.id) {
            return None;
        }
        let text = || object.value.to_owned();
        match object.id.number() {
            0 if object.value == "01" => {}
            1 if object.value == initiation => {}
            2..=51 | 55..=57 | 65..=99 => merchant.objects.push(Object { id: object.id, value: text() }),
            52 => merchant.category = text(),
            53 => merchant.currency = text(),
            54 => merchant.amount = Some(text()),
            58 => merchant.country = text(),
            59 => merchant.name = text(),
            60 => merchant.city = text(),
            61 => merchant.postal_code = Some(text()),
            62 => merchant.additional = read_additional(object.template()?)?,
            63 if object.offset == payload.last().offset => {}
            64 => merchant.local = Some(read_local(object.template()?)?),
            _ => return None,
        }
    }
    let has_head = payload.contains(mpm::FORMAT_INDICATOR) && payload.contains(mpm::INITIATION);
    (has_head && refuse(&merchant).is_ok()).then_some(merchant)
}

fn read_additional(template: Template<'_>) -> Option<Additional> {
    let mut additional = Additional::default();
    let mut previous = 0;
    for object in template.objects() {
        let id = object.id.number();
        *additional.member_mut(id).filter(|_| id > previous)? = Some(object.value.to_owned());
        previous = id;
    }
    Some(additional)
}

fn read_local(template: Template<'_>) -> Option<Local> {
    let mut objects = template.objects();
    let mut take =
        |id| objects.next().filter(|object| object.id.number() == id).map(|object| object.value.to_owned());
    let (language, name) = (take(0)?, take(1)?);
    let city = match objects.next() {
        Some(object) if object.id.number() == 2 => Some(object.value.to_owned()),
        Some(_) => return None,
        None => None,
    };
    objects.next().is_none().then_some(Local { language, name, city })
}
