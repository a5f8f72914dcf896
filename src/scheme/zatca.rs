//! The proof of an invoice in Saudi Arabia (ZATCA): base64 of objects in octets.
//!
//! ```text
//! text   = base64 of 1*object         ; with padding
//! object = tag length value
//! tag    = OCTET                      ; 1 to 5 in phase 1; 6 to 9 as well in phase 2
//! length = OCTET                      ; octets, not characters
//! value  = *OCTET                     ; UTF-8; 8 and 9 are binary, and shown in hexadecimal digits
//! ```
//!
//! A text is taken for such a proof where the first object is a seller's name and no other tag than those follows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::DateTime;

use super::{FaultKind, Reading, Scheme};
use crate::payment::hex_of;

const SELLER: u8 = 1;
const ISSUED: u8 = 3;

/// The tags of phase 2, which phase 1 lacks.
const PHASE_2: std::ops::RangeInclusive<u8> = 6..=9;

pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    // The first octet is 1, the tag of the seller's name: base64 writes it `A` and one of these.
    if !matches!(text.as_bytes(), [b'A', b'Q'..=b'Z' | b'a'..=b'f', ..]) {
        return None;
    }
    let octets = STANDARD.decode(text).ok()?;
    let (tag, name, rest) = object(&octets)?;
    let last = *PHASE_2.end();
    if tag != SELLER || !is_name(name) || rest.first().is_some_and(|tag| !(SELLER..=last).contains(tag)) {
        return None;
    }
    let (objects, complete) = objects(&octets);
    let second = objects.iter().any(|(tag, _)| PHASE_2.contains(tag));
    let scheme = Scheme::known(if second { "zatca-phase2" } else { "zatca-phase1" });
    let mut reading = Reading::new(scheme);
    for (tag, value) in objects {
        add(&mut reading, text, tag, value);
    }
    if !complete {
        let message = "the last object is cut off: scan the code again";
        reading.fault(FaultKind::Structure, 0..text.len(), message);
    }
    Some(reading)
}

/// The first object of some octets, and what follows it.
fn object(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let ([tag, length], rest) = octets.split_first_chunk::<2>()?;
    let (value, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((*tag, value, rest))
}

/// All objects, and whether nothing is left.
fn objects(mut octets: &[u8]) -> (Vec<(u8, &[u8])>, bool) {
    let mut objects = Vec::new();
    while let Some((tag, value, rest)) = object(octets) {
        objects.push((tag, value));
        octets = rest;
    }
    (objects, octets.is_empty())
}

/// Whether octets are a text with a letter or a digit, and without controls.
fn is_name(octets: &[u8]) -> bool {
    str::from_utf8(octets)
        .is_ok_and(|name| name.chars().any(char::is_alphanumeric) && !name.chars().any(char::is_control))
}

/// Adds an object, whose place is the whole text since base64 has no places for octets.
fn add(reading: &mut Reading<'_>, text: &str, tag: u8, octets: &[u8]) {
    let value = shown(octets);
    if tag == ISSUED && !value.is_empty() && !is_moment(&value) {
        let message = "object 3 is no date and time of ISO 8601: have the invoice issued again";
        reading.fault(FaultKind::Format, 0..text.len(), message);
    }
    reading.element(tag.to_string(), value, 0..text.len());
}

/// UTF-8 as it is, and anything else in hexadecimal digits.
fn shown(octets: &[u8]) -> String {
    match str::from_utf8(octets) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => hex_of(octets),
    }
}

fn is_moment(value: &str) -> bool {
    value.parse::<DateTime>().is_ok() || value.parse::<Timestamp>().is_ok()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::FaultKind::{Format, Structure};
    use super::*;

    /// Encodes objects and compares the scheme and the kinds of faults; empty where the text is not taken.
    fn check(objects: &[(u8, &[u8])], cut: usize, scheme: &str, expected: &[FaultKind]) {
        let mut octets = Vec::new();
        for (tag, value) in objects {
            octets.extend([*tag, u8::try_from(value.len()).expect("at most 255")]);
            octets.extend_from_slice(value);
        }
        octets.truncate(octets.len().saturating_sub(cut));
        let text = STANDARD.encode(&octets);
        let reading = read(&text);
        let found = reading.as_ref().map_or("", |reading| &reading.scheme.id);
        let faults: Vec<FaultKind> =
            reading.iter().flat_map(|reading| reading.faults.iter().map(|fault| fault.kind)).collect();
        assert_eq!((found, faults.as_slice()), (scheme, expected), "{octets:?}");
    }

    #[test]
    fn phases_and_faults() {
        let invoice: [(u8, &[u8]); 5] = [
            (1, "شركة التقنية".as_bytes()),
            (2, b"300000000000003"),
            (3, b"2024-01-01T10:00:00Z"),
            (4, b"1000.00"),
            (5, b"130.43"),
        ];
        check(&invoice, 0, "zatca-phase1", &[]);
        check(&[&invoice[..], &[(6, b"hash"), (8, &[0, 0xFF])]].concat(), 0, "zatca-phase2", &[]);
        check(&invoice, 1, "zatca-phase1", &[Structure]);
        check(&invoice[..3], 0, "zatca-phase1", &[]);
        check(&[invoice[0], (3, b"yesterday")], 0, "zatca-phase1", &[Format]);
        check(&[invoice[0], (3, b"2024-01-01T10:00:00")], 0, "zatca-phase1", &[]);
        check(&[(1, b"a\n")], 0, "", &[]);
        check(&[(1, b"\xFF\xFE")], 0, "", &[]);
        check(&[(1, b"Shop"), (10, b"")], 0, "", &[]);
        check(&[(1, b"")], 0, "", &[]);
        check(&[(2, b"Shop")], 0, "", &[]);
        check(&[(1, b"Shop")], 1, "", &[]);
    }

    #[test]
    fn values() {
        let text = STANDARD.encode(b"\x01\x04Shop\x08\x02\x00\xFF");
        let reading = read(&text).expect("an invoice");
        assert_eq!((reading.value("1"), reading.value("8")), (Some("Shop"), Some("00ff")));
        let text = STANDARD.encode([b"\x01\x04Shop".to_vec(), [2, 0].repeat(100_000)].concat());
        assert_eq!(read(&text).expect("an invoice").elements.len(), 100_001);
    }

    #[test]
    fn other_base64() {
        for text in ["", "A", "AQ", "AQ==", "AQZBeGVuZGE", "AQé=", "hQVDUFYwMQ==", "AQIDBAUGBwgJCgsMDQ4PEA=="]
        {
            assert!(read(text).is_none(), "{text}");
        }
        for number in 0..20_000_u32 {
            let octets = Sha256::digest(number.to_be_bytes());
            assert!(read(&STANDARD.encode(octets)).is_none(), "{number}");
            let [_, length, rest @ ..] = octets.as_slice() else { continue };
            let named = STANDARD.encode([&[SELLER, *length % 32], rest].concat());
            assert!(read(&named).is_none_or(|reading| !reading.faults.is_empty()), "{number}");
        }
    }
}
