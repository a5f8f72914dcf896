//! The Swiss QR-bill of SIX.
//!
//! ```text
//! payload  = 31 to 34 lines, the last of them without EOL
//! lines    = SPC, version, coding, IBAN, creditor, ultimate creditor, amount, currency, debtor,
//!            reference type, reference, message, EPD, bill information, 2 alternative schemes
//! creditor = type, name, street, house number, postal code, town, country   (so are the other parties)
//! EOL      = LF | CR LF
//! ```

use super::format::Format;
use super::parts::{begins_with_line, found, is_amount, is_zero, numbered, without_line_end};
use super::registry::Scheme;
use super::{FaultKind, Reading, check_digit};

/// The lines of a payload; billing information and alternative schemes may be left out (guidelines for the QR-bill, version 2.2).
const FIRST_AND_LAST: (usize, usize) = (31, 34);
/// The digits of an amount before the point: 999999999.99 is the largest (guidelines for the QR-bill, version 2.2).
const MAX_UNITS: usize = 9;
/// The characters of a house number (guidelines for the QR-bill, version 2.2).
const MAX_HOUSE_NUMBER: usize = 16;
/// The characters of message and billing information together (guidelines for the QR-bill, version 2.2).
const MAX_INFORMATION: usize = 140;
/// The lines of the parties that may be filled.
const CREDITOR: [&str; 7] = ["5", "6", "7", "8", "9", "10", "11"];
const DEBTOR: [&str; 7] = ["21", "22", "23", "24", "25", "26", "27"];
/// The lines of the ultimate creditor, which is for future use (guidelines for the QR-bill, version 2.2).
const RESERVED: [&str; 7] = ["12", "13", "14", "15", "16", "17", "18"];

/// Reads a text whose first line is `SPC`.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    if !begins_with_line(text, "SPC") {
        return None;
    }
    let (first, last) = FIRST_AND_LAST;
    let body = without_line_end(text).unwrap_or(text);
    let mut reading = numbered(Scheme::known("swiss-qr-bill"), body, &(first..=last));
    if body.len() < text.len() {
        let message = "a line end follows the last element: leave it out";
        reading.fixable(FaultKind::Tolerated, body.len()..text.len(), message, "");
    }
    check_trailer(&mut reading);
    check_country(&mut reading);
    check_address(&mut reading, CREDITOR);
    check_reserved(&mut reading);
    check_amount(&mut reading);
    check_address(&mut reading, DEBTOR);
    check_reference(&mut reading);
    check_information(&mut reading);
    Some(reading)
}

fn check_trailer(reading: &mut Reading<'_>) {
    if let Some((trailer, span)) = found(reading, "31")
        && trailer != "EPD"
    {
        reading.fault(
            FaultKind::Structure,
            span,
            "expected EPD in line 31: every element has a line of its own",
        );
    }
}

fn check_country(reading: &mut Reading<'_>) {
    if let Some((account, span)) = found(reading, "4")
        && !account.starts_with("CH")
        && !account.starts_with("LI")
    {
        let message = "the account is not kept in Switzerland or Liechtenstein: use an IBAN of CH or LI";
        reading.fault(FaultKind::Value, span, message);
    }
}

/// A structured address has postal code and town; a combined one has them in its second line.
fn check_address(reading: &mut Reading<'_>, lines: [&str; 7]) {
    let [kind, _, _, second, code, town, _] = lines;
    match reading.value(kind) {
        Some("S") => {
            for line in [code, town] {
                need(reading, line, "a structured address needs postal code and town: add them");
            }
            if let Some((house, span)) = found(reading, second)
                && house.chars().count() > MAX_HOUSE_NUMBER
            {
                let message = format!("a house number has at most {MAX_HOUSE_NUMBER} characters: shorten it");
                reading.fault(FaultKind::Format, span, message);
            }
        }
        Some("K") => {
            need(reading, second, "a combined address has postal code and town in its second line: add it");
            for line in [code, town] {
                let message = "a combined address has no lines for postal code and town: leave them empty";
                forbid(reading, line, FaultKind::Excludes, message);
            }
        }
        _ => {}
    }
}

fn need(reading: &mut Reading<'_>, line: &str, message: &str) {
    if reading.value(line).is_none() {
        let span = reading.get(line).map_or(0..0, |element| element.span.clone());
        reading.fault(FaultKind::Missing, span, message);
    }
}

fn forbid(reading: &mut Reading<'_>, line: &str, kind: FaultKind, message: &str) {
    if let Some((_, span)) = found(reading, line) {
        reading.fault(kind, span, message);
    }
}

fn check_reserved(reading: &mut Reading<'_>) {
    for line in RESERVED {
        let message = "the ultimate creditor is for future use: leave its lines empty";
        forbid(reading, line, FaultKind::Value, message);
    }
}

/// Implementations take a zero amount, which asks for no payment.
fn check_amount(reading: &mut Reading<'_>) {
    let Some((amount, span)) = found(reading, "19") else { return };
    if !is_amount(&amount, '.', MAX_UNITS, &(2..=2)) {
        let message = "expected an amount of at most nine digits, a point and two decimals";
        reading.fault(FaultKind::Format, span, message);
    } else if is_zero(&amount) {
        let message =
            "the amount is zero, which asks for no payment: leave it empty to let the payer enter it";
        reading.fault(FaultKind::Tolerated, span, message);
    }
}

/// QR references go with QR-IBANs and with nothing else.
fn check_reference(reading: &mut Reading<'_>) {
    let is_qr = reading.value("4").is_some_and(is_qr_iban);
    let span = reading.get("28").map_or(0..0, |kind| kind.span.clone());
    match reading.value("28") {
        Some("QRR") if is_qr => check_value(reading, is_qr_reference, check_digit::mod_10_recursive),
        Some("QRR") => {
            let message = "a QR reference needs a QR-IBAN: use one, or a reference of type SCOR or NON";
            reading.fault(FaultKind::Requires, span, message);
        }
        Some(_) if is_qr => {
            let message = "a QR-IBAN needs a QR reference: use type QRR, or an ordinary IBAN";
            reading.fault(FaultKind::Requires, span, message);
        }
        Some("SCOR") => {
            let is_creditor_reference = |value: &str| Format::CreditorReference.admits(value);
            check_value(reading, is_creditor_reference, check_digit::mod_97);
        }
        Some("NON") => {
            let message = "type NON goes without a reference: leave line 29 empty, or name its type";
            forbid(reading, "29", FaultKind::Excludes, message);
        }
        _ => {}
    }
}

fn check_value(reading: &mut Reading<'_>, admits: fn(&str) -> bool, checks: fn(&str) -> bool) {
    let Some((reference, span)) = found(reading, "29") else {
        return need(reading, "29", "the type of line 28 needs a reference: add it, or write NON");
    };
    if !admits(&reference) {
        let message = "the reference is not of the type in line 28: QRR has 27 digits, SCOR begins RF";
        reading.fault(FaultKind::Format, span, message);
    } else if !checks(&reference) {
        let message = "the check digits of the reference are wrong: copy it from the invoice again";
        reading.fault(FaultKind::CheckDigit, span, message);
    }
}

/// Banks have identifiers from 30000 to 31999 for payments with QR references (guidelines for the QR-bill, version 2.2).
fn is_qr_iban(account: &str) -> bool {
    account
        .get(4..9)
        .and_then(|bank| bank.parse().ok())
        .is_some_and(|bank: u32| matches!(bank, 30_000..=31_999))
}

fn is_qr_reference(value: &str) -> bool {
    value.len() == 27 && value.bytes().all(|b| b.is_ascii_digit())
}

fn check_information(reading: &mut Reading<'_>) {
    let characters =
        ["30", "32"].into_iter().filter_map(|line| reading.value(line)).flat_map(str::chars).count();
    if characters > MAX_INFORMATION {
        let span = reading.get("30").map_or(0..0, |message| message.span.clone());
        let message = format!(
            "message and billing information have {characters} characters: shorten them to {MAX_INFORMATION} in all"
        );
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
    use FaultKind::{
        CheckDigit, Excludes, Format as BadFormat, Missing, Requires, Structure, Tolerated, Value,
    };

    const IBAN: &str = "CH5800791123000889012";
    const QR_IBAN: &str = "CH4431999123000889012";
    const QR_REFERENCE: &str = "210000000003139471430009017";

    /// A bill whose lines are changed.
    fn bill(changes: &[(usize, &str)]) -> String {
        let mut lines = vec![""; 31];
        for (line, value) in [
            (1, "SPC"),
            (2, "0200"),
            (3, "1"),
            (4, IBAN),
            (5, "S"),
            (6, "A"),
            (9, "3000"),
            (10, "Bern"),
            (11, "CH"),
            (19, "1.00"),
            (20, "CHF"),
            (28, "NON"),
            (31, "EPD"),
        ]
        .iter()
        .chain(changes)
        {
            lines[line - 1] = value;
        }
        lines.join("\n")
    }

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
    fn faults_are_those_that_no_row_can_say() {
        for (changes, kinds) in [
            (&[] as &[(usize, &str)], &[] as &[FaultKind]),
            (&[(2, "0299")], &[]),
            (&[(19, "")], &[]),
            (&[(19, "0.00")], &[Tolerated]),
            (&[(19, "1.0")], &[BadFormat]),
            (&[(19, "1,00")], &[BadFormat]),
            (&[(4, "DE33100205000001194700")], &[Value]),
            (&[(12, "S")], &[Value]),
            (&[(31, "XXX")], &[Structure]),
            (&[(30, "x")], &[]),
            (&[(4, QR_IBAN), (28, "QRR"), (29, QR_REFERENCE)], &[]),
            (&[(4, QR_IBAN), (28, "QRR"), (29, "210000000003139471430009018")], &[CheckDigit]),
            (&[(4, QR_IBAN), (28, "QRR"), (29, "21")], &[BadFormat]),
            (&[(4, QR_IBAN), (28, "QRR")], &[Missing]),
            (&[(4, QR_IBAN)], &[Requires]),
            (&[(28, "QRR"), (29, QR_REFERENCE)], &[Requires]),
            (&[(28, "SCOR"), (29, "RF18539007547034")], &[]),
            (&[(28, "SCOR"), (29, "RF19539007547034")], &[CheckDigit]),
            (&[(28, "SCOR"), (29, "18539007547034")], &[BadFormat]),
            (&[(29, "RF18539007547034")], &[Excludes]),
        ] {
            check(&bill(changes), kinds);
        }
    }

    #[test]
    fn addresses_are_structured_or_combined() {
        for (changes, kinds) in [
            (&[] as &[(usize, &str)], &[] as &[FaultKind]),
            (&[(21, "K"), (22, "B"), (24, "9400 Rorschach"), (27, "CH")], &[]),
            (&[(21, "K"), (22, "B"), (27, "CH")], &[Missing]),
            (&[(21, "K"), (24, "28"), (25, "9400"), (26, "Rorschach")], &[Excludes, Excludes]),
            (&[(21, "S"), (24, "28"), (25, "9400"), (26, "Rorschach")], &[]),
            (&[(21, "S"), (25, "9400")], &[Missing]),
            (&[(8, "12345678901234567")], &[BadFormat]),
        ] {
            check(&bill(changes), kinds);
        }
    }

    #[test]
    fn lines_are_counted() {
        check(&(bill(&[]) + "\n"), &[Tolerated]);
        check(&(bill(&[]) + "\n//S1/01\nX\nY"), &[]);
        check(&(bill(&[]) + "\n//S1/01\nX\nY\nZ"), &[Structure]);
        check(&format!("{}\n{}", bill(&[(30, &"x".repeat(100))]), "y".repeat(41)), &[BadFormat]);
        check("SPC\n0200", &[Structure]);
        assert!(read("SPC").is_none() && read("SPCX\n").is_none() && read("").is_none());
    }
}
