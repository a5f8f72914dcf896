//! PAY by square of Slovakia (SBA, versions 1.0 to 1.2).
//!
//! ```text
//! text    = base32hex of (header length body)
//! header  = 4nibble                   ; type 0, version 0 to 2, document 0, reserved 0
//! length  = 2OCTET                    ; of what the body unpacks to, the lower octet first
//! body    = LZMA1 of (crc record)     ; a stream without header: lc 3, lp 0, pb 2, dictionary of 128 KiB
//! crc     = 4OCTET                    ; CRC-32 of the record, the lowest octet first
//! record  = field *( HTAB field )     ; see `record`
//! ```
//!
//! Two octets of length keep what a text unpacks to below the 131,072 octets that the standard allows.

mod record;

use std::io::Read as _;

use crc::{CRC_32_ISO_HDLC, Crc};
use lzma_rs::decompress::{Options, UnpackedSize};

use super::{FaultKind, Reading, Scheme};

static CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Octets of the dictionary, and of memory that unpacking may use: 128 KiB, as the standard has it.
const DICTIONARY: u32 = 1 << 17;

/// lc 3, lp 0, pb 2, as the header of an LZMA file has them: (pb * 5 + lp) * 9 + lc.
const PROPERTIES: u8 = 0x5D;

/// The highest version, 1.2.0.
const LAST_VERSION: u8 = 2;

/// Characters that the shortest record has at least, so that other words are not taken for payments.
const SHORTEST: usize = 20;

/// Octets of a checksum and of the 15 tabs that a payment order of version 1.0 has at least.
const SHORTEST_RECORD: u16 = 19;

type Refusal = (FaultKind, &'static str);

pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    // The four nibbles of the header, as far as three characters show them.
    let is_marked = matches!(text.as_bytes(), [b'0', b'0' | b'4' | b'8', b'0', ..]);
    if !is_marked || text.len() < SHORTEST || text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let octets = base32hex(text)?;
    let (header, body) = octets.split_first_chunk::<4>()?;
    let [version, 0, low, high] = *header else { return None };
    let length = u16::from_le_bytes([low, high]);
    // A stream of LZMA begins with a zero.
    if version > LAST_VERSION || length < SHORTEST_RECORD || body.first() != Some(&0) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("pay-by-square"));
    let span = 0..text.len();
    if text.bytes().any(|b| b.is_ascii_lowercase()) {
        let message = "the text has lower-case letters: write it in upper case";
        reading.fixable(FaultKind::Tolerated, span.clone(), message, text.to_ascii_uppercase());
    }
    match unpack(body, length) {
        Ok(record) => record::read(&mut reading, &record, &span),
        Err((kind, message)) => reading.fault(kind, span, message),
    }
    Some(reading)
}

/// Groups of five bits as octets; bits that are left over are dropped. `None` where a character is none of base32hex (RFC 4648, 7).
fn base32hex(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0_u32, 0_u32);
    for octet in text.bytes() {
        let group = char::from(octet).to_digit(32)?;
        bits = bits.wrapping_shl(5) | group;
        count = count.saturating_add(5);
        if let Some(left) = count.checked_sub(8) {
            let [.., octet] = bits.wrapping_shr(left).to_be_bytes();
            octets.push(octet);
            count = left;
        }
    }
    Some(octets)
}

/// Unpacks a record of `length` octets and compares its checksum.
fn unpack(body: &[u8], length: u16) -> Result<String, Refusal> {
    const BROKEN: Refusal = (FaultKind::Structure, "the packed record cannot be read: scan the code again");
    let [a, b, c, d] = DICTIONARY.to_le_bytes();
    let header = [PROPERTIES, a, b, c, d];
    let options = Options {
        unpacked_size: UnpackedSize::UseProvided(Some(u64::from(length))),
        memlimit: usize::try_from(DICTIONARY).ok(),
        ..Options::default()
    };
    let mut unpacked = Vec::new();
    lzma_rs::lzma_decompress_with_options(&mut header.chain(body), &mut unpacked, &options)
        .map_err(|_| BROKEN)?;
    let (crc, record) = unpacked.split_first_chunk::<4>().ok_or(BROKEN)?;
    if unpacked.len() != usize::from(length) {
        return Err(BROKEN);
    }
    if CHECKSUM.checksum(record) != u32::from_le_bytes(*crc) {
        return Err((FaultKind::Checksum, "the CRC of the record is wrong: scan the code again"));
    }
    String::from_utf8(record.to_vec())
        .map_err(|_| (FaultKind::Structure, "the record is no UTF-8: have the code issued again"))
}

#[cfg(test)]
mod tests {
    use super::FaultKind::{Structure, Tolerated};
    use super::*;

    /// A payment order of 50.75 EUR, as the library bysquare writes it.
    const ORDER: &str = "0804I0008IQH8QBVR2GOMB3Q16VBC8S6E8IIOUJ38T508NOVEPFNL98ASJPQN6F0P4EMQI3REAALV6B17D6I10BE7F7LO\
        RR54MA4FHOM14KOG468VVVF9R00";

    fn check(text: &str, expected: Option<&[FaultKind]>) {
        let found = read(text).map(|reading| reading.faults.into_iter().map(|fault| fault.kind).collect());
        assert_eq!(found, expected.map(<[_]>::to_vec), "{text}");
    }

    #[test]
    fn payment_orders() {
        check(ORDER, Some(&[]));
        check(&ORDER.to_ascii_lowercase(), Some(&[Tolerated]));
        let reading = read(ORDER).expect("a payment order");
        let value = |id| reading.value(id);
        assert_eq!((value("Amount"), value("CurrencyCode")), (Some("50.75"), Some("EUR")));
        assert_eq!((value("VariableSymbol"), value("BeneficiaryName")), (Some("123456"), Some("John Doe")));
        assert_eq!(value("IBAN"), Some("SK9611000000002918599669"));
    }

    /// Every other symbol at every place: there is a fault, or the record is the same, since the end of a stream says nothing more.
    #[test]
    fn one_changed_symbol() {
        let right = read(ORDER).expect("a payment order");
        for (place, _) in ORDER.char_indices() {
            for new in "0123456789ABCDEFGHIJKLMNOPQRSTUV".chars() {
                let mut text = ORDER.to_owned();
                text.replace_range(place..=place, new.encode_utf8(&mut [0; 4]));
                if let Some(reading) = read(&text).filter(|reading| reading.faults.is_empty()) {
                    assert_eq!(reading.elements, right.elements, "{text}");
                }
            }
        }
    }

    #[test]
    fn other_texts() {
        for text in ["", "0", "0804I0008IQH8QBVR2G", "08040000800000000000", "000201010211520400005303344"] {
            check(text, None);
        }
        check("0HELLOWORLDHELLOWORLD", None);
        check("000HELLOWORLDHELLOWORLD", None);
        check(&"0".repeat(64), None);
        check("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", None);
        check("0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", None);
        check(&ORDER.replacen("0804", "0W04", 1), None);
        check(&ORDER.replacen("080", "0G0", 1), None);
        check(&ORDER.replacen("0804I", "0VVVV", 1), None);
        check(ORDER.get(..60).expect("ASCII"), Some(&[Structure]));
        check(&format!("{}{}", ORDER.get(..12).expect("ASCII"), "V".repeat(260_000)), Some(&[Structure]));
    }
}
