//! Consumer-presented payloads: base64 of BER-TLV objects (EMV CPM 1.0; requirements UPQR-CPM).
//!
//! ```text
//! payload = base64(1*object)             ; RFC 4648 section 4, padded; begins `hQVDUFY`
//! object  = id length value              ; BER-TLV, definite lengths, 85 first
//! ```
//!
//! Faults are reported in the order that EMV CPM gives them: not base64, not BER-TLV, first object not 85, 85 not `CPV01`, no 61.
//! Unknown objects are kept.
//!
//! ```
//! use upqr::emv::cpm;
//!
//! let payload = cpm::parse("hQVDUFYwMWEHTwWgAAADMw==")?;
//! let (_, name) = payload.applications().next().unwrap();
//! assert_eq!(name, [0xA0, 0x00, 0x00, 0x03, 0x33]);
//! assert_eq!(cpm::reencode(payload.objects()), payload.text());
//! # Ok::<(), upqr::Error>(())
//! ```

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::error::{Error, ErrorKind, Found};

/// How the base64 of every consumer-presented payload begins: object 85 with a value that starts `CPV`.
pub const PREFIX: &str = "hQVDUFY";

/// Payload format indicator.
pub const FORMAT_INDICATOR: &[u8] = &[0x85];
/// The only value of the payload format indicator.
pub const FORMAT_INDICATOR_VALUE: &[u8] = b"CPV01";
/// Application template.
pub const APPLICATION_TEMPLATE: &[u8] = &[0x61];
/// Common data template.
pub const COMMON_TEMPLATE: &[u8] = &[0x62];
/// Application-specific transparent template, inside 61.
pub const APPLICATION_TRANSPARENT: &[u8] = &[0x63];
/// Common data transparent template, inside 62.
pub const COMMON_TRANSPARENT: &[u8] = &[0x64];
/// Application definition file name: the application identifier, 5 to 16 bytes.
pub const ADF_NAME: &[u8] = &[0x4F];
/// Shortest and longest application identifier in bytes (EMV CPM table of 4F).
pub const ADF_NAME_LENGTH: std::ops::RangeInclusive<usize> = 5..=16;

/// A borrowed BER-TLV object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object<'a> {
    /// The ID: one to three octets.
    pub id: &'a [u8],
    /// ID and length octets as they stand.
    pub header: &'a [u8],
    /// The value.
    pub value: &'a [u8],
    /// Octets from the start of the decoded payload to the ID.
    pub offset: usize,
}

impl<'a> Object<'a> {
    /// Whether the ID says that the value is objects.
    #[must_use]
    pub fn is_constructed(&self) -> bool {
        self.id.first().is_some_and(|octet| octet & 0x20 != 0)
    }

    /// The objects in the value, which starts at its own offset in the payload.
    #[must_use]
    pub const fn objects(&self) -> Objects<'a> {
        Objects { rest: self.value, offset: self.offset.saturating_add(self.header.len()) }
    }

    /// The objects in the value where all of it is objects.
    #[must_use]
    pub fn template(&self) -> Option<Vec<Object<'a>>> {
        if !self.is_constructed() {
            return None;
        }
        self.objects().collect::<Result<_, _>>().ok()
    }

    /// The first object with this ID in the value.
    #[must_use]
    pub fn object(&self, id: &[u8]) -> Option<Object<'a>> {
        self.objects().map_while(Result::ok).find(|object| object.id == id)
    }
}

/// The objects of some octets, one after another; the first that cannot be read ends the iteration with its error.
#[derive(Clone, Debug)]
pub struct Objects<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Iterator for Objects<'a> {
    type Item = Result<Object<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        match split_first(self.rest) {
            Ok((object, rest)) => {
                let object = Object { offset: self.offset, ..object };
                self.offset = self.offset.saturating_add(self.rest.len().saturating_sub(rest.len()));
                self.rest = rest;
                Some(Ok(object))
            }
            Err(error) => {
                self.rest = &[];
                Some(Err(error.nested(self.offset)))
            }
        }
    }
}

/// Reads the first object; an error stands at its first octet.
fn split_first(octets: &[u8]) -> Result<(Object<'_>, &[u8]), Error> {
    let fault = |expected| Error::new(0, ErrorKind::BerTlv(expected));
    let id_length = id_length(octets)?;
    let after_id = octets.get(id_length..).unwrap_or_default();
    let (length, length_octets) = match *after_id {
        [] => return Err(fault("a length after the ID")),
        [short @ 0..=0x7F, ..] => (usize::from(short), 1),
        [0x81, length, ..] => (usize::from(length), 2),
        [0x82, high, low, ..] => (usize::from(u16::from_be_bytes([high, low])), 3),
        _ => return Err(fault("a definite length of at most two octets")),
    };
    let header_length = id_length.saturating_add(length_octets);
    let split = octets.split_at_checked(header_length);
    let whole = split.and_then(|(header, after)| Some((header, after.split_at_checked(length)?)));
    let Some((header, (value, rest))) = whole else {
        return Err(fault("a value as long as its length says"));
    };
    let id = header.get(..id_length).unwrap_or_default();
    Ok((Object { id, header, value, offset: 0 }, rest))
}

/// Octets of the ID: more than one where the low five bits of the first are set.
fn id_length(octets: &[u8]) -> Result<usize, Error> {
    match *octets {
        [0x00 | 0xFF, ..] => Err(Error::new(0, ErrorKind::BerTlv("an ID, not padding"))),
        [first, ..] if first & 0x1F != 0x1F => Ok(1),
        [_, 0..=0x7F, ..] => Ok(2),
        [_, _, 0..=0x7F, ..] => Ok(3),
        _ => Err(Error::new(0, ErrorKind::BerTlv("an ID of at most three octets"))),
    }
}

/// A consumer-presented payload that passed EMVCo's checks in their order.
#[derive(Clone, Debug)]
pub struct Payload<'a> {
    text: &'a str,
    octets: Vec<u8>,
}

/// Reads a consumer-presented payload.
///
/// The offset of an error counts bytes of `text`: an octet is placed at the start of its group of four characters.
pub fn parse(text: &str) -> Result<Payload<'_>, Error> {
    let octets = decode(text)?;
    let payload = Payload { text, octets };
    let mut first = None;
    let mut has_application = false;
    for object in payload.objects_or_fault() {
        let object = object.map_err(in_text)?;
        if object.id == APPLICATION_TEMPLATE || object.id == COMMON_TEMPLATE {
            for inner in object.objects() {
                inner.map_err(in_text)?;
            }
        }
        has_application |= object.id == APPLICATION_TEMPLATE;
        first = first.or(Some((object.id == FORMAT_INDICATOR, object.value == FORMAT_INDICATOR_VALUE)));
    }
    match first {
        None => Err(Error::new(0, ErrorKind::BerTlv("at least one object, not an empty text"))),
        Some((false, _)) => Err(Error::new(0, ErrorKind::FirstObject)),
        Some((true, false)) => Err(Error::new(0, ErrorKind::FormatIndicator)),
        Some((true, true)) if !has_application => {
            Err(in_text(Error::new(payload.octets.len(), ErrorKind::NoApplicationTemplate)))
        }
        Some((true, true)) => Ok(payload),
    }
}

/// Decodes standard base64, padded and with zero padding bits.
fn decode(text: &str) -> Result<Vec<u8>, Error> {
    BASE64_STANDARD.decode(text).map_err(|_| {
        let offset = base64_fault(text);
        let found = text.get(offset..).map_or(Found::End, Found::first_of);
        Error::new(offset, ErrorKind::Base64(found))
    })
}

/// Where a text that is no base64 goes wrong: the first character outside the alphabet that is not the padding at its end, or else the
/// end where characters are missing, or else the last group, whose unused bits are not zero (spec clause 11.2).
fn base64_fault(text: &str) -> usize {
    let padding = text.bytes().rev().take(2).take_while(|b| *b == b'=').count();
    let body = text.len().saturating_sub(padding);
    let in_alphabet = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    match text.char_indices().take_while(|(place, _)| *place < body).find(|(_, c)| !in_alphabet(*c)) {
        Some((place, _)) => place,
        None if text.len().checked_rem(4) != Some(0) => text.len(),
        None => text.len().saturating_sub(4),
    }
}

/// Moves the offset of an octet to its group of four characters in the text.
pub(crate) const fn in_text(error: Error) -> Error {
    Error::new(error.offset.wrapping_div(3).saturating_mul(4), error.kind)
}

/// The base64 of an octet string, as the encoder of consumer-presented payloads writes it.
pub(crate) fn encode(octets: &[u8]) -> String {
    BASE64_STANDARD.encode(octets)
}

impl Payload<'_> {
    /// The base64 text.
    #[must_use]
    pub const fn text(&self) -> &str {
        self.text
    }

    /// The decoded octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    const fn objects_or_fault(&self) -> Objects<'_> {
        Objects { rest: self.octets.as_slice(), offset: 0 }
    }

    /// The objects at the top, in their order.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        self.objects_or_fault().map_while(Result::ok)
    }

    /// The application templates that a reader may use: those with a 4F of 5 to 16 bytes; others are skipped (EMV CPM 4).
    pub fn applications(&self) -> impl Iterator<Item = (Object<'_>, &[u8])> {
        self.objects().filter(|object| object.id == APPLICATION_TEMPLATE).filter_map(|application| {
            let name = application.object(ADF_NAME)?.value;
            ADF_NAME_LENGTH.contains(&name.len()).then_some((application, name))
        })
    }
}

/// The text of the objects, rebuilt from their octets alone.
#[must_use]
pub fn reencode<'a>(objects: impl IntoIterator<Item = Object<'a>>) -> String {
    let mut octets = Vec::new();
    for object in objects {
        octets.extend_from_slice(object.header);
        octets.extend_from_slice(object.value);
    }
    encode(&octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodes octets and shows the IDs at the top, or the whole error sentence.
    #[track_caller]
    fn check(octets: &[u8], expected: &str) {
        let text = encode(octets);
        let shown = match parse(&text) {
            Ok(payload) => {
                assert_eq!(reencode(payload.objects()), text);
                payload.objects().map(|object| format!("{:02X?}", object.id)).collect::<Vec<_>>().concat()
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn faults_come_in_the_order_of_the_standard() {
        let head = b"\x85\x05CPV01".as_slice();
        let with = |rest: &[u8]| [head, rest].concat();
        check(&with(b"\x61\x07\x4F\x05\xA0\0\0\0\x03"), "[85][61]");
        check(&with(b"\x61\x81\x07\x4F\x05\xA0\0\0\0\x03\x9F\x70\x01\0"), "[85][61][9F, 70]");
        check(&with(b""), "byte 8: expected an application template 61, found none");
        check(
            &with(b"\x61\x08\x4F\x05\xA0\0\0\0\x03"),
            "byte 8: expected a value as long as its length says",
        );
        check(
            &with(b"\x61\x07\x4F\x06\xA0\0\0\0\x03"),
            "byte 12: expected a value as long as its length says",
        );
        check(&with(b"\x61\x80"), "byte 8: expected a definite length of at most two octets");
        check(&with(b"\x61"), "byte 8: expected a length after the ID");
        check(&with(b"\0\0"), "byte 8: expected an ID, not padding");
        check(&with(b"\x9F\x80\x80\x80\x01\0"), "byte 8: expected an ID of at most three octets");
        check(b"\x85\x05CPV02\x61\0", "byte 0: expected `CPV01` in object 85, found another value");
        check(
            b"\x61\0\x85\x05CPV01",
            "byte 0: expected the payload format indicator 85, found another object",
        );
        check(b"", "byte 0: expected at least one object, not an empty text");
    }

    #[test]
    fn base64_is_strict() {
        #[track_caller]
        fn refuse(text: &str, sentence: &str) {
            assert_eq!(parse(text).expect_err("not base64").to_string(), sentence);
        }
        refuse("hQVDUFYwMWE*", "byte 11: expected base64 with padding, found `*`");
        refuse("hQVDUFYwMWEHTwWgAAAAAA", "byte 22: expected base64 with padding, found the end");
        refuse("hQVDUFYwMWEHTwWgAAAAAB==", "byte 20: expected base64 with padding, found `A`");
        refuse("hQVDUFYw MWE", "byte 8: expected base64 with padding, found ` `");
        refuse("hQVDUFYw\u{661}", "byte 8: expected base64 with padding, found `\u{661}`");
    }
}
