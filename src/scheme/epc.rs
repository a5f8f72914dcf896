//! Credit transfers of the European Payments Council: EPC069-12, GiroCode.
//!
//! ```text
//! payload = line 1 "BCD" EOL, then up to 11 lines, the last of them without EOL
//! lines   = BCD, version, charset, SCT, BIC, name, IBAN, EUR amount, purpose, reference, text, information
//! EOL     = LF | CR LF
//! ```
//!
//! `BCD` with `UCT` in line 4 is a Ukrainian code; any other line 4 is read here, and the row of line 4 refuses it.

use super::parts::{begins_with_line, check_amount, found, is_zero, numbered, without_line_end};
use super::registry::Scheme;
use super::{FaultKind, Reading, check_digit, nbu, reading};

/// The lines of a payload: all up to the IBAN, and at most all twelve (EPC069-12, version 2.1).
const FIRST_AND_LAST: (usize, usize) = (7, 12);
/// The octets of a payload in its own charset (EPC069-12, version 2.1).
const MAX_OCTETS: usize = 331;
/// The digits of an amount before the point: 999999999.99 is the largest (EPC069-12, version 2.1).
const MAX_UNITS: usize = 9;

/// Reads a text whose first line is `BCD`, unless it is a Ukrainian one.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    if !begins_with_line(text, "BCD")
        || reading::lines(text).nth(3).is_some_and(|line| line.1 == nbu::TRANSFER)
    {
        return None;
    }
    let (first, last) = FIRST_AND_LAST;
    let extra =
        reading::lines(text).nth(last).is_some_and(|(start, line)| line.is_empty() && start == text.len());
    let body = without_line_end(text).filter(|_| extra).unwrap_or(text);
    let mut reading = numbered(Scheme::known("epc069-12"), body, &(first..=last));
    if extra {
        let message = "a line end follows the last element: leave it out";
        reading.fixable(FaultKind::Tolerated, body.len()..text.len(), message, "");
    }
    check_bic(&mut reading);
    check_amount(&mut reading, "8", "EUR", MAX_UNITS);
    check_least(&mut reading);
    check_reference(&mut reading);
    check_size(&mut reading, text);
    Some(reading)
}

/// Version 001 is for payments that need the bank of the payee named.
fn check_bic(reading: &mut Reading<'_>) {
    if reading.value("2") != Some("001") || reading.value("5").is_some() {
        return;
    }
    let span = reading.get("5").map_or(0..0, |bic| bic.span.clone());
    let message = "version 001 needs a BIC in line 5: add it, or write version 002";
    reading.fault(FaultKind::Missing, span, message);
}

/// 0.01 is the smallest amount (EPC069-12, version 2.1).
fn check_least(reading: &mut Reading<'_>) {
    if let Some((amount, span)) = found(reading, "8")
        && amount.starts_with("EUR0")
        && is_zero(&amount)
    {
        let message = "the amount is zero: leave it out to let the payer enter it";
        reading.fault(FaultKind::Value, span, message);
    }
}

/// A structured reference may be of any kind; one that begins RF has check digits (ISO 11649).
fn check_reference(reading: &mut Reading<'_>) {
    let Some((reference, span)) = found(reading, "10") else { return };
    if reference.starts_with("RF") && !check_digit::mod_97(&reference) {
        let message = "the check digits of the creditor reference are wrong: copy it from the invoice again";
        reading.fault(FaultKind::CheckDigit, span, message);
    }
}

/// Charset 1 is UTF-8; the others have one octet a character.
fn check_size(reading: &mut Reading<'_>, text: &str) {
    let octets = match reading.value("3") {
        Some("2" | "3" | "4" | "5" | "6" | "7" | "8") => text.chars().count(),
        _ => text.len(),
    };
    if octets > MAX_OCTETS {
        let message = format!("{octets} octets are too many: shorten the text to {MAX_OCTETS} octets");
        reading.fault(FaultKind::Size, 0..text.len(), message);
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

    fn check(text: &str, kinds: &[FaultKind]) {
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        for element in &reading.elements {
            assert_eq!(text.get(element.span.clone()), Some(&*element.value), "{text:?}");
        }
    }

    fn with(line: usize, value: &str) -> String {
        let mut lines = ["BCD", "002", "1", "SCT", "", "A", "DE33100205000001194700", "EUR1", "", "", "x"];
        lines[line - 1] = value;
        lines.join("\n")
    }

    #[test]
    fn faults_are_those_that_no_row_can_say() {
        use FaultKind::{CheckDigit, Format, Missing, Size, Tolerated, Value};
        for (line, value, kinds) in [
            (8, "EUR1", &[] as &[FaultKind]),
            (8, "EUR999999999.99", &[]),
            (8, "", &[]),
            (4, "INST", &[]),
            (8, "EUR0.00", &[Value]),
            (8, "USD1", &[Value]),
            (8, "EUR1,00", &[Format]),
            (8, "EUR1.", &[Format]),
            (8, "EUR1000000000", &[Format]),
            (2, "001", &[Missing]),
            (10, "RF18539007547034", &[]),
            (10, "RF19539007547034", &[CheckDigit]),
            (10, "MY-OWN", &[]),
            (11, "x\ny", &[]),
            (11, "x\ny\n", &[Tolerated]),
            (11, &"x".repeat(300), &[Size]),
        ] {
            check(&with(line, value), kinds);
        }
    }

    #[test]
    fn octets_are_counted_in_the_declared_charset() {
        let umlauts = "ö".repeat(150);
        check(&with(11, &umlauts), &[FaultKind::Size]);
        check(&with(11, &umlauts).replace("\n1\n", "\n2\n"), &[]);
    }

    #[test]
    fn lines_are_counted() {
        check(&with(11, "x\ny\nz"), &[FaultKind::Structure]);
        check(&with(11, "x\ny\n\n"), &[FaultKind::Structure]);
        check("BCD\r\n002\r\n1\r\nSCT\r\n\r\nA\r\nDE33100205000001194700", &[]);
        check("BCD\n002", &[FaultKind::Structure]);
        assert!(read("BCDE\n").is_none() && read("BCD").is_none() && read("").is_none());
        assert!(read(&with(4, "UCT")).is_none());
    }
}
