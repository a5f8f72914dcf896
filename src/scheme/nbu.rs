//! Payment codes of the National Bank of Ukraine, formats 001 to 003.
//!
//! ```text
//! format 001 = record
//! later ones = ("https://bank.gov.ua/qr/" | "https://qr.bank.gov.ua/") base64url(record)    ; without padding
//! record     = 13 lines, 17 in format 003, with an EOL after each but the last
//! lines      = BCD, format, charset, function, recipient id, name, IBAN, UAH amount, recipient code, category,
//!              reference, purpose, display, field lock, valid until, created, signature
//! charset    = "1" UTF-8 | "2" windows-1251
//! EOL        = LF | CR LF
//! ```
//!
//! The lines of a wrapped record have no places of their own in the text: each has that of the whole record.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::WINDOWS_1251;

use super::parts::{begins_with_line, check_amount, numbered, wrong_count};
use super::registry::Scheme;
use super::{FaultKind, Reading, reading};

/// What line 4 says where `BCD` does not begin a payload of EPC069-12.
pub(super) const TRANSFER: &str = "UCT";
/// The hosts and paths that records are wrapped into (Resolution 97 of 2025 and its predecessors).
const PREFIXES: [&str; 2] = ["https://bank.gov.ua/qr/", "https://qr.bank.gov.ua/"];
/// The lines of formats 001 and 002.
const LINES: RangeInclusive<usize> = 13..=13;
/// The lines of format 003 (Resolution 97 of 2025).
const LINES_003: RangeInclusive<usize> = 17..=17;
/// No source gives a largest amount.
const MAX_UNITS: usize = usize::MAX;

/// Padding is not written, but met.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads a record of format 001, or the address that a later one is wrapped into.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let mut reading = if begins_with_line(text, "BCD") {
        plain(text)?
    } else {
        let body = PREFIXES.into_iter().find_map(|prefix| text.strip_prefix(prefix))?;
        wrapped(body, text.len().saturating_sub(body.len())..text.len())
    };
    check_amount(&mut reading, "8", "UAH", MAX_UNITS);
    Some(reading)
}

fn plain(text: &str) -> Option<Reading<'_>> {
    let (_, function) = reading::lines(text).nth(3)?;
    (function == TRANSFER).then(|| numbered(Scheme::known("nbu-001"), text, &LINES))
}

fn wrapped(body: &str, span: Range<usize>) -> Reading<'_> {
    let octets = BASE64.decode(body).unwrap_or_default();
    let line = |number| octets.split(|octet| *octet == b'\n').nth(number).map(<[u8]>::trim_ascii_end);
    let (id, count) = match line(1) {
        Some(b"003") => ("nbu-003", LINES_003),
        _ => ("nbu-002", LINES),
    };
    let mut reading = Reading::new(Scheme::known(id));
    if line(0) != Some(b"BCD") {
        let message =
            "the address holds no record that begins BCD: encode the record in base64url without padding";
        reading.fault(FaultKind::Structure, span, message);
        return reading;
    }
    if body.ends_with('=') {
        let start = span.start.saturating_add(body.trim_end_matches('=').len());
        reading.fixable(
            FaultKind::Tolerated,
            start..span.end,
            "the record is padded: leave out each `=`",
            "",
        );
    }
    let record = decode(&octets, line(2) == Some(b"2"), &span, &mut reading);
    for (number, (_, line)) in (1..=*count.end()).zip(reading::lines(&record)) {
        reading.element(number.to_string(), line.to_owned(), span.clone());
    }
    if let Some(message) = wrong_count(reading::lines(&record).count(), &count) {
        reading.fault(FaultKind::Structure, span, message);
    }
    reading
}

/// The record in the charset that it declares; one that the octets contradict is a fault.
fn decode<'a>(
    octets: &'a [u8],
    windows: bool,
    span: &Range<usize>,
    reading: &mut Reading<'_>,
) -> Cow<'a, str> {
    match (windows, std::str::from_utf8(octets)) {
        (true, Ok(text)) if !text.is_ascii() => {
            let message = "line 3 says windows-1251, but the record is UTF-8: write 1 in line 3";
            reading.fault(FaultKind::Structure, span.clone(), message);
            Cow::Borrowed(text)
        }
        (true, _) => WINDOWS_1251.decode_without_bom_handling(octets).0,
        (false, Ok(text)) => Cow::Borrowed(text),
        (false, Err(_)) => {
            let message =
                "the record is not UTF-8: encode it in UTF-8, or write 2 in line 3 for windows-1251";
            reading.fault(FaultKind::Structure, span.clone(), message);
            String::from_utf8_lossy(octets)
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a test ends where its expectation does not hold"
)]
mod tests {
    use super::*;
    use FaultKind::{Format, Structure, Tolerated, Value};

    const RECORD: &str =
        "BCD\n002\n1\nUCT\n\nТест\nUA213223130000026007233566001\nUAH1.50\n12345678\n\n\nx\n";

    fn address(record: &[u8]) -> String {
        let body = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(record);
        PREFIXES[0].to_owned() + &body
    }

    fn check(text: &str, id: &str, kinds: &[FaultKind]) {
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        assert_eq!(reading.scheme.id, id);
        assert!(reading.elements.iter().all(|element| text.get(element.span.clone()).is_some()));
    }

    #[test]
    fn records_are_wrapped_from_format_002_on() {
        check(&RECORD.replace("002", "001"), "nbu-001", &[]);
        check(&RECORD.replace("002", "001").replace('\n', "\r\n"), "nbu-001", &[]);
        check(&address(RECORD.as_bytes()), "nbu-002", &[]);
        check(&address(RECORD.as_bytes()).replace(PREFIXES[0], PREFIXES[1]), "nbu-002", &[]);
        check(&address((RECORD.replace("002", "003") + "\n\n\n\n").as_bytes()), "nbu-003", &[]);
    }

    #[test]
    fn the_charset_is_the_declared_one() {
        let declared = RECORD.replace("\n1\n", "\n2\n");
        let (octets, _, _) = WINDOWS_1251.encode(&declared);
        let text = address(&octets);
        check(&text, "nbu-002", &[]);
        assert_eq!(read(&text).and_then(|r| r.value("6").map(str::to_owned)).as_deref(), Some("Тест"));
        check(&address(declared.as_bytes()), "nbu-002", &[Structure]);
        check(&address(&WINDOWS_1251.encode(RECORD).0), "nbu-002", &[Structure]);
    }

    #[test]
    fn faults_are_those_that_no_row_can_say() {
        for (text, kinds) in [
            (address(RECORD.replace("UAH1.50", "").as_bytes()), &[] as &[FaultKind]),
            (address(RECORD.replace("UAH1.50", "USD1.50").as_bytes()), &[Value]),
            (address(RECORD.replace("UAH1.50", "UAH1,50").as_bytes()), &[Format]),
            (address((RECORD.to_owned() + "\n").as_bytes()), &[Structure]),
            (address(b"XYZ\n002"), &[Structure]),
            (PREFIXES[0].to_owned() + "not base64", &[Structure]),
            (address(b"BCD\n\xFF"), &[Structure, Structure]),
            (
                PREFIXES[0].to_owned() + &base64::prelude::BASE64_URL_SAFE.encode(RECORD.to_owned() + "yz"),
                &[Tolerated],
            ),
        ] {
            check(&text, "nbu-002", kinds);
        }
        assert!(read("BCD\n001\n1\nSCT\n").is_none() && read("https://bank.gov.ua/").is_none());
    }
}
