//! Instant payments in Hungary: the QR code guide of the Magyar Nemzeti Bank.
//!
//! ```text
//! payload = 17 lines, each of them ended by EOL
//! lines   = HCT | RTP, version, charset, BIC, name, IBAN, amount, valid until, purpose, message, shop, device,
//!           invoice, customer, transaction, loyalty, tax authority's code
//! EOL     = LF | CR LF
//! ```

use std::ops::RangeInclusive;

use super::parts::{begins_with_line, found, is_amount, numbered, without_line_end};
use super::registry::Scheme;
use super::{FaultKind, Reading};

/// The lines of a payload (guide of 2019-07-12).
const LINES: RangeInclusive<usize> = 17..=17;
/// The digits of an amount before the point; its 15 characters are a row of the registry.
const MAX_UNITS: usize = 12;

/// Reads a text whose first line is `HCT`, a transfer, or `RTP`, a request to pay.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    if !begins_with_line(text, "HCT") && !begins_with_line(text, "RTP") {
        return None;
    }
    let body = without_line_end(text).unwrap_or(text);
    let mut reading = numbered(Scheme::known("mnb-qr"), body, &LINES);
    if body.len() == text.len() {
        let message = "no line end follows the last element: add one";
        reading.fixable(FaultKind::Structure, text.len()..text.len(), message, "\n");
    }
    check_amount(&mut reading);
    Some(reading)
}

/// Implementations differ in the side on which the currency stands.
fn check_amount(reading: &mut Reading<'_>) {
    let Some((value, span)) = found(reading, "7") else { return };
    let Some(amount) = value.strip_prefix("HUF").or_else(|| value.strip_suffix("HUF")) else {
        let message = "expected an amount in HUF: the scheme pays in nothing else";
        return reading.fault(FaultKind::Value, span, message);
    };
    let decimals = 0..=2;
    if !is_amount(amount, '.', MAX_UNITS, &decimals) && !is_amount(amount, ',', MAX_UNITS, &decimals) {
        let message = "expected digits beside HUF, with at most two decimals";
        reading.fault(FaultKind::Format, span, message);
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
    use FaultKind::{Format, Structure, Value};

    fn code(amount: &str) -> String {
        format!(
            "HCT\n001\n1\nOTPVHUHB\nA\nHU42117730161111101800000000\n{amount}\n20301231235959+1\n\nx\n\n\n\n\n\n\n\n"
        )
    }

    fn check(text: &str, kinds: &[FaultKind]) {
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        for element in &reading.elements {
            assert_eq!(text.get(element.span.clone()), Some(&*element.value), "{text:?}");
        }
    }

    #[test]
    fn faults_are_those_that_no_row_can_say() {
        for (amount, kinds) in [
            ("HUF1000", &[] as &[FaultKind]),
            ("1000HUF", &[]),
            ("HUF1000,50", &[]),
            ("", &[]),
            ("EUR10", &[Value]),
            ("HUF", &[Format]),
            ("HUF1.000", &[Format]),
        ] {
            check(&code(amount), kinds);
            check(&code(amount).replace("HCT", "RTP").replace('\n', "\r\n"), kinds);
        }
    }

    #[test]
    fn lines_are_counted() {
        let code = code("");
        check(&(code.clone() + "\n"), &[Structure]);
        check(&(code.clone() + "x"), &[Structure, Structure]);
        check(code.strip_suffix('\n').unwrap_or_default(), &[Structure]);
        check((code.strip_suffix('\n').unwrap_or_default().to_owned() + "x").as_str(), &[Structure]);
        assert!(read("HCT").is_none() && read("XXX\n001\n1\n").is_none());
    }
}
