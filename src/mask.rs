//! Hides what belongs to a payee or a payer in texts that people and machines list (requirement UPQR-SEC-9).
//!
//! A mask keeps the shape: IDs, lengths, globally unique identifiers, hosts and known prefixes stay, every other character becomes `*`.
//!
//! ```
//! use upqr::mask;
//!
//! assert_eq!(mask::text("134650328919428540"), "13****************");
//! assert_eq!(mask::text("weixin://wxpay/bizpayurl?pr=NwY5Mz9"), "weixin://wxpay/bizpayurl?pr=*******");
//! assert_eq!(mask::text("0002015909LUCKY BOB5802CN6304ABCD"), "0002015909*********5802CN6304ABCD");
//! ```

use std::borrow::Cow;

use crate::emv::cpm::{self, Object};
use crate::emv::data_object::{self, DataObject, DataObjects};
use crate::emv::definition::{self, Definition, find};
use crate::grammar::Text;
use crate::native::uri::Uri;
use crate::network::Network;
use crate::scheme::{self, FaultKind};
use crate::unified::our_label;

/// A hundred stars: as many as a value has characters at most, and one.
const STARS: &str =
    "****************************************************************************************************";

/// As many stars as a text has characters.
#[must_use]
pub fn stars(text: &str) -> Cow<'static, str> {
    let count = if data_object::is_ascii(text) { text.len() } else { text.chars().count() };
    STARS.get(..count).map_or_else(|| Cow::Owned("*".repeat(count)), Cow::Borrowed)
}

/// What of an object's value may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    Whole,
    /// The objects in it, each by its own rule.
    Objects(Owner),
    /// Nothing.
    Nothing,
}

/// Whose template it is, which decides what of it may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Template 62: all of it belongs to the payment.
    Additional,
    /// Template 64: the language is shown.
    Local,
    /// A wallet's code by this standard: all but the body is shown.
    Carriage,
    /// Version and times: no payee's data.
    Control,
    /// The terms template: no payee's data.
    Terms,
    /// The settlement template: no payee's data.
    Settlement,
    /// Half a signature.
    Signature,
    /// Anybody's: the globally unique identifier is shown.
    Other,
}

/// What of a root object may be shown.
///
/// An object that belongs to no payee is shown only in its own format: after a wrong length it may hold anything.
#[must_use]
pub fn root(object: &DataObject<'_>) -> Shown {
    let owner = match object.id.number() {
        0 | 1 | 52..=58 | 63 => return in_format(&definition::ROOT, object),
        62 => Owner::Additional,
        64 => Owner::Local,
        26..=51 if our_label(object).is_some() => Owner::Carriage,
        80..=99 => our_label(object).and_then(owner).unwrap_or(Owner::Other),
        26..=51 => Owner::Other,
        _ => return Shown::Nothing,
    };
    if object.template().is_some() { Shown::Objects(owner) } else { Shown::Nothing }
}

/// What of an object in a template may be shown.
#[must_use]
pub fn inner(owner: Owner, object: &DataObject<'_>) -> Shown {
    match (owner, object.id.number()) {
        (Owner::Additional, 50..=99) if object.template().is_some() => Shown::Objects(Owner::Other),
        (Owner::Local, 0) => in_format(&definition::LOCAL, object),
        (Owner::Control, 1..=5) => in_format(&definition::CONTROL, object),
        (Owner::Terms, 1..=3) => in_format(&definition::TERMS, object),
        (Owner::Settlement, 1..=4) => in_format(&definition::SETTLEMENT, object),
        (Owner::Signature, 1..=2) => in_format(&definition::SIGNATURE, object),
        (Owner::Carriage, 1 | 3) => in_format(&definition::CARRIAGE, object),
        (Owner::Additional, 0) => Shown::Nothing,
        (_, 0) if is_identifier(object.value) => Shown::Whole,
        _ => Shown::Nothing,
    }
}

/// The owner of a template of 80 to 99 with this label behind `org.upqr.`, where this edition knows it.
fn owner(label: &str) -> Option<Owner> {
    [
        ("control", Owner::Control),
        ("terms", Owner::Terms),
        ("settle", Owner::Settlement),
        ("sig", Owner::Signature),
    ]
    .into_iter()
    .find_map(|(known, owner)| label.eq_ignore_ascii_case(known).then_some(owner))
}

fn in_format(table: &'static [Definition], object: &DataObject<'_>) -> Shown {
    let fits = |row: &Definition| object.length <= row.length.1 && row.format.admits(object.value);
    if find(table, object.id).is_some_and(fits) { Shown::Whole } else { Shown::Nothing }
}

/// Whether a value is a globally unique identifier and no account: a reverse domain name, an application identifier or a UUID.
///
/// Some schemes put an account there, such as `name@bank` or a run of digits.
fn is_identifier(value: &str) -> bool {
    let domain = value.contains('.')
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    let hexadecimal = value.bytes().all(|b| b.is_ascii_hexdigit());
    let application = value.starts_with(['A', 'a', 'D', 'd', 'F', 'f']) && (10..=32).contains(&value.len());
    domain || (hexadecimal && (application || value.len() == 32))
}

/// Masks a text by the grammar that it has.
#[must_use]
pub fn text(text: &str) -> String {
    match Text::read(text) {
        Text::MerchantPresented(_) => merchant_presented(text),
        Text::Digits(_) => keep(text, 2),
        Text::ConsumerPresented(_) => keep(text, cpm::PREFIX.len()),
        Text::Uri(uri) => link(&uri),
        Text::Dialect(reading) => scheme(text, &reading),
        Text::Other(_) => match scheme::read(text) {
            Some(reading) => scheme(text, &reading),
            None => stars(text).into_owned(),
        },
    }
}

/// Hides the values of a scheme's elements and keeps what stands between them; of a text that breaks off, its letters and digits too.
fn scheme(text: &str, reading: &scheme::Reading<'_>) -> String {
    let broken = |fault: &scheme::Fault| matches!(fault.kind, FaultKind::Structure | FaultKind::Checksum);
    let whole = !reading.elements.is_empty() && !reading.faults.iter().any(broken);
    let between = |gap: &str| -> String {
        gap.chars()
            .map(|c| if whole || (c.is_ascii() && !c.is_ascii_alphanumeric()) { c } else { '*' })
            .collect()
    };
    let mut shown = String::with_capacity(text.len());
    let mut end = 0_usize;
    for element in &reading.elements {
        // Elements stand in order; a coded one spans the whole text more than once.
        if element.span.start < end {
            continue;
        }
        shown.push_str(&between(text.get(end..element.span.start).unwrap_or_default()));
        shown.push_str(&stars(text.get(element.span.clone()).unwrap_or_default()));
        end = element.span.end;
    }
    shown.push_str(&between(text.get(end..).unwrap_or_default()));
    shown
}

/// Keeps the first characters of an ASCII text.
fn keep(text: &str, count: usize) -> String {
    let (kept, rest) = text.split_at_checked(count).unwrap_or(("", text));
    [kept, &stars(rest)].concat()
}

/// A text's mask, and where each part of the text stands in it.
#[derive(Debug)]
pub struct Mask {
    shown: String,
    /// For each byte of the text where its character stands in the mask; empty where both are ASCII and stand alike.
    places: Vec<usize>,
}

impl Mask {
    /// Masks a text once, whatever the number of its parts.
    #[must_use]
    pub fn of(whole: &str) -> Self {
        let shown = text(whole);
        let mut places = Vec::new();
        if !whole.is_ascii() {
            let widths = whole.chars().map(char::len_utf8);
            for ((place, _), width) in shown.char_indices().zip(widths) {
                places.resize(places.len().saturating_add(width), place);
            }
        }
        Self { shown, places }
    }

    /// What may be shown of the bytes from `start` to `end` of the text.
    #[must_use]
    pub fn part(&self, start: usize, end: usize) -> &str {
        let place = |byte: usize| match self.places.get(byte) {
            Some(place) => *place,
            None if self.places.is_empty() => byte,
            None => self.shown.len(),
        };
        self.shown.get(place(start)..place(end)).unwrap_or_default()
    }
}

/// Masks a native code's octets where they are text; others are all stars.
#[must_use]
pub fn native(octets: &[u8]) -> String {
    std::str::from_utf8(octets).map_or_else(|_| "*".repeat(octets.len()), text)
}

/// Masks a link after a prefix that the registry knows, after the host of an http or https link, or else after the scheme.
///
/// Behind any other scheme the authority may be the code itself, as in `wxp://`; before a host it may be a password.
fn link(uri: &Uri<'_>) -> String {
    let start = uri.offset_of(uri.authority);
    let known = known_prefix(uri.text);
    if known > start || !uri.is_web() {
        let (kept, rest) = uri.text.split_at_checked(known.max(start)).unwrap_or(("", uri.text));
        return [kept, &path(rest)].concat();
    }
    let (scheme, rest) = uri.text.split_at_checked(start).unwrap_or(("", uri.text));
    let userinfo = uri.authority.rfind('@').map_or(0, |at| at.saturating_add(1));
    let (userinfo, rest) = rest.split_at_checked(userinfo).unwrap_or(("", rest));
    let host = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at_checked(host).unwrap_or(("", rest));
    [scheme, &path(userinfo), host, &path(rest)].concat()
}

/// Bytes of the longest prefix of a form that a text begins with.
fn known_prefix(text: &str) -> usize {
    let forms = Network::all().flat_map(Network::forms);
    forms.filter(|form| text.starts_with(&form.prefix)).map(|form| form.prefix.len()).max().unwrap_or(0)
}

/// Masks what follows the authority of a link; its punctuation stays.
fn path(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_punctuation() && c != '%' { c } else { '*' }).collect()
}

/// Masks a merchant-presented payload; what follows a fault is all stars.
#[must_use]
pub fn merchant_presented(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for object in DataObjects::new(text, 0).readable() {
        write(&mut out, &object, root(&object));
        end = object.offset.saturating_add(object.len());
    }
    out.push_str(&stars(text.get(end..).unwrap_or_default()));
    out
}

/// The value of a template, each object in it as far as it may be shown.
#[must_use]
pub fn template(owner: Owner, object: &DataObject<'_>) -> String {
    let mut out = String::with_capacity(object.value.len());
    for object in DataObjects::new(object.value, object.value_offset()).readable() {
        write(&mut out, &object, inner(owner, &object));
    }
    out
}

/// Writes an object as far as it may be shown.
fn write(out: &mut String, object: &DataObject<'_>, shown: Shown) {
    let value = match shown {
        Shown::Whole => Cow::Borrowed(object.value),
        Shown::Nothing => stars(object.value),
        Shown::Objects(owner) => Cow::Owned(template(owner, object)),
    };
    data_object::write(out, object.id, &value).expect("a mask has as many characters as the value");
}

/// Whether an object of a consumer-presented payload may be shown: format, application and label, and nothing that identifies a payer.
#[must_use]
pub fn is_shown(object: &Object<'_>) -> bool {
    let shown: [&[u8]; 5] = [cpm::FORMAT_INDICATOR, cpm::ADF_NAME, &[0x50], &[0x9F, 0x08], &[0xC1]];
    shown.contains(&object.id)
}

/// Whether a text holds a payee's or a payer's data in this root object.
#[must_use]
pub fn is_hidden(object: &DataObject<'_>) -> bool {
    root(object) != Shown::Whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(plain: &str, masked: &str) {
        assert_eq!(text(plain), masked);
        assert_eq!(plain.chars().count(), masked.chars().count());
    }

    #[test]
    fn parts_of_a_mask_stand_where_the_parts_of_the_text_stood() {
        let mask = Mask::of("https://pay.example/世界?a=1");
        assert_eq!(mask.part(0, 19), "https://pay.example");
        assert_eq!(mask.part(19, 26), "/**");
        assert_eq!(mask.part(26, 30), "?*=*");
        assert_eq!(Mask::of("https://a/b?c").part(11, 13), "?*");
    }

    #[test]
    fn the_shape_stays_and_the_payee_goes() {
        check("0002012625001", "000201*******");
        check(
            "00020126360015org.upqr.wechat0102010207NwY5Mz96214051012345678905802CN",
            "00020126360015org.upqr.wechat0102010207*******62140510**********5802CN",
        );
        check("00020164200002zh0104幸运面馆0202上海", "00020164200002zh0104****0202**");
        check("00020152110123456789a0104LUCK5802CN", "0002015211***********0104****5802CN");
        check("00020129180014jane@bank.comx", "00020129180014**************");
        check("00020126200016A000000677010111", "00020126200016A000000677010111");
        check("0002012711not objects2604abcd", "0002012711***********2604****");
        check("00020180260016org.upqr.control010210", "00020180260016org.upqr.control010210");
        check("0002011531 short", "000201**********");
        check(
            "https://qr.alipay.com/fkx00000synthetic00aaa?t=1",
            "https://qr.alipay.com/**********************?*=*",
        );
        check("https://user:secret@pay.example/q", "https://****:******@pay.example/*");
        check("https://pay.example\\secret/q", "https://pay.example\\******/*");
        check("https://pay.example/q?n=%C0%EE", "https://pay.example/*?*=******");
        check("HTTPS://QR.95516.COM/00010000/62", "HTTPS://QR.95516.COM/********/**");
        check("hQVDUFYwMWEHTwWgAAADMw==", "hQVDUFY*****************");
        check("wxp://f2f0Synthetic0_-", "wxp://**************_-");
        check("alipays://platformapi/startapp?q=1", "alipays://***********/********?*=*");
        check("hello 世界", "********");
        check("", "");
    }
}
