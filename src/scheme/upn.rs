//! The universal payment order of Slovenian banks: UPN QR.
//!
//! ```text
//! payload = 19 lines, control sum, reserve
//! lines   = UPNQR, IBAN of the payer, deposit, withdrawal, reference of the payer, name, street, place, amount in
//!           cents, date, urgent, purpose code, purpose, due date, IBAN, reference, name, street, place
//! sum     = 3 digits: the characters of the 19 lines and their 19 line ends
//! ```

use std::ops::RangeInclusive;

use super::parts::{begins_with_line, found, numbered};
use super::registry::Scheme;
use super::{FaultKind, Reading, check_digit};

/// The lines of a payload; the last is a reserve and may be left out with its line end (guide of May 2017).
const LINES: RangeInclusive<usize> = 20..=21;
/// The lines that the control sum covers (guide of May 2017).
const COVERED: usize = 19;

/// Reads a text whose first line is `UPNQR`.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    if !begins_with_line(text, "UPNQR") {
        return None;
    }
    let mut reading = numbered(Scheme::known("upn-qr"), text, &LINES);
    check_sum(&mut reading);
    for line in ["5", "16"] {
        check_reference(&mut reading, line);
    }
    Some(reading)
}

/// A character is an octet of ISO 8859-2, whatever the text was decoded into.
fn check_sum(reading: &mut Reading<'_>) {
    let Some((sum, span)) = found(reading, "20") else { return };
    let covered = reading.elements.iter().take(COVERED).map(|line| line.value.chars().count());
    let expected = covered.fold(COVERED, usize::saturating_add);
    if sum != format!("{expected:03}") {
        let message =
            format!("expected the control sum {expected:03}: a line was changed, so scan the code again");
        reading.fault(FaultKind::Checksum, span, message);
    }
}

fn check_reference(reading: &mut Reading<'_>, line: &str) {
    let Some((reference, span)) = found(reading, line) else { return };
    if reference.starts_with("RF") {
        if !check_digit::mod_97(&reference) {
            let message =
                "the check digits of the creditor reference are wrong: copy it from the invoice again";
            reading.fault(FaultKind::CheckDigit, span, message);
        }
    } else if !reference.starts_with("SI") {
        let message = "expected a reference that begins SI or RF: write its model before it";
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
    use FaultKind::{CheckDigit, Checksum, Format, Structure};

    /// An order whose control sum is right.
    fn order(reference: &str, place: &str) -> String {
        let lines = format!(
            "UPNQR\n\n\n\n\nA\n\n\n00000015050\n\n\nOTHR\nx\n\nSI56263300012039086\n{reference}\nB\n\n{place}"
        );
        let sum = lines.chars().filter(|c| *c != '\n').count() + 19;
        format!("{lines}\n{sum:03}\n")
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
        check(&order("SI00", "Ljubljana"), &[]);
        check(&order("SI00", "Črnuče"), &[]);
        check(&order("SI00", "Ptuj").replace('\n', "\r\n"), &[]);
        check(&order("SI00", "Ptuj").replace("Ptuj", "Ptu"), &[Checksum]);
        check(&order("RF18539007547034", "Ptuj"), &[]);
        check(&order("RF19539007547034", "Ptuj"), &[CheckDigit]);
        check(&order("00 1234", "Ptuj"), &[Format]);
    }

    #[test]
    fn lines_are_counted() {
        check(order("SI00", "Ptuj").trim_end(), &[]);
        check(&(order("SI00", "Ptuj") + "reserve"), &[]);
        check(&(order("SI00", "Ptuj") + "\n"), &[Structure]);
        check("UPNQR\n", &[Structure]);
        assert!(read("UPNQR").is_none() && read("").is_none());
    }
}
