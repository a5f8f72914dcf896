//! Payment slips of Croatian banks: HUB-3A, which PDF417 carries.
//!
//! ```text
//! payload = 14 lines, each of them ended by EOL
//! lines   = HRVHUB30, currency, amount in cents, payer's name, street, place, payee's name, street, place, IBAN,
//!           model, reference, purpose, text
//! EOL     = LF | CR LF
//! ```

use std::ops::RangeInclusive;

use super::parts::{begins_with_line, numbered, without_line_end};
use super::registry::Scheme;
use super::{FaultKind, Reading};

/// The lines of a payload (HUB3, 2D bar code, version 1.2).
const LINES: RangeInclusive<usize> = 14..=14;

/// Reads a text whose first line is `HRVHUB30`.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    if !begins_with_line(text, "HRVHUB30") {
        return None;
    }
    let body = without_line_end(text).unwrap_or(text);
    let mut reading = numbered(Scheme::known("hub3"), body, &LINES);
    if body.len() == text.len() {
        let message = "no line end follows the last element: add one";
        reading.fixable(FaultKind::Tolerated, text.len()..text.len(), message, "\n");
    }
    Some(reading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use FaultKind::{Structure, Tolerated};

    const SLIP: &str =
        "HRVHUB30\nEUR\n000000000012355\nA\n\n\nB\n\n\nHR1210010051863000160\nHR01\n7269-1\nCOST\nx\n";

    fn check(text: &str, kinds: &[FaultKind]) {
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let reading = read(&text).expect("the text has the mark");
            assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
            for element in &reading.elements {
                assert_eq!(text.get(element.span.clone()), Some(&*element.value), "{text:?}");
            }
        }
    }

    #[test]
    fn lines_are_counted() {
        check(SLIP, &[]);
        check(SLIP.trim_end(), &[Tolerated]);
        check(&(SLIP.to_owned() + "\n"), &[Structure]);
        check("HRVHUB30\n\n", &[Structure]);
        assert!(read("HRVHUB30").is_none() && read("HRVHUB31\n").is_none() && read("").is_none());
    }
}
