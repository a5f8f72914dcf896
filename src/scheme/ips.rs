//! Instant payments of the National Bank of Serbia: NBS IPS QR.
//!
//! ```text
//! payload = "K:" 2 letters "|V:01" *("|" key ":" value)       ; no "|" at the end
//! amount  = "RSD" digits "," [digit [digit]]
//! lines   = the values of N and P may hold line ends
//! ```

use super::check_digit::remainder;
use super::parts::{forbid_duplicates, found, pairs};
use super::registry::Scheme;
use super::{FaultKind, Reading, reading};

/// The lines of the payee's name and address (NBS IPS QR, N).
const MAX_NAME_LINES: usize = 3;
/// The digits of an account (NBS IPS QR, R and O).
const ACCOUNT: usize = 18;

/// Reads a text that begins `K:`, two characters and `|V:`.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let rest = text.strip_prefix("K:")?.split_once('|').filter(|(kind, _)| kind.len() == 2)?.1;
    rest.strip_prefix("V:")?;
    let mut reading = Reading::new(Scheme::known("ips-rs"));
    for pair in pairs(text, 0, '|', ':') {
        match pair.value {
            Some(value) => reading.element(pair.key, value, pair.span),
            None => {
                let message =
                    "expected a key, a colon and a value: put `|` between pairs and none at the end";
                reading.fault(FaultKind::Structure, pair.span, message);
            }
        }
    }
    forbid_duplicates(&mut reading);
    for account in ["R", "O"] {
        check_account(&mut reading, account);
    }
    check_name(&mut reading);
    check_amount(&mut reading);
    check_category(&mut reading);
    check_reference(&mut reading);
    Some(reading)
}

/// Accounts of 18 digits leave 1 when divided by 97.
fn check_account(reading: &mut Reading<'_>, key: &str) {
    let Some((account, span)) = found(reading, key) else { return };
    if account.len() == ACCOUNT && remainder(account.bytes()) != Some(1) {
        let message = "the check digits of the account are wrong: ask the payee for it again";
        reading.fault(FaultKind::CheckDigit, span, message);
    }
}

fn check_name(reading: &mut Reading<'_>) {
    let Some((name, span)) = found(reading, "N") else { return };
    if reading::lines(&name).count() > MAX_NAME_LINES {
        let message = format!("a name has at most {MAX_NAME_LINES} lines: join the others");
        reading.fault(FaultKind::Format, span, message);
    }
}

/// The comma stands even where no decimals follow it.
fn check_amount(reading: &mut Reading<'_>) {
    let Some((value, span)) = found(reading, "I") else { return };
    let Some(amount) = value.strip_prefix("RSD") else {
        let message = "expected an amount that begins RSD: the scheme pays in nothing else";
        return reading.fault(FaultKind::Value, span, message);
    };
    let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    let is_amount = |(units, decimals): (&str, &str)| {
        !units.is_empty() && is_number(units) && is_number(decimals) && decimals.len() <= 2
    };
    if !amount.split_once(',').is_some_and(is_amount) {
        let message = "expected RSD, digits, a comma and at most two decimals";
        reading.fault(FaultKind::Format, span, message);
    }
}

/// The category of a merchant goes with codes that merchants show, not with invoices.
fn check_category(reading: &mut Reading<'_>) {
    if let Some((_, span)) = found(reading, "M")
        && reading.value("K") == Some("PR")
    {
        let message = "an invoice, PR, names no merchant category: leave M out";
        reading.fault(FaultKind::Excludes, span, message);
    }
}

/// A reference of model 97 has two check digits before it.
fn check_reference(reading: &mut Reading<'_>) {
    let Some((reference, span)) = found(reading, "RO") else { return };
    let Some(rest) = reference.strip_prefix("97") else { return };
    let octets = || rest.bytes().filter(|b| !matches!(b, b'-' | b' '));
    if remainder(octets().skip(2).chain(octets().take(2))) != Some(1) {
        let message = "the check digits of the reference are wrong: copy it from the invoice again";
        reading.fault(FaultKind::CheckDigit, span, message);
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
    use FaultKind::{CheckDigit, Duplicate, Excludes, Format, Structure, Value};

    fn check(text: &str, kinds: &[FaultKind]) {
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        for element in &reading.elements {
            assert_eq!(text.get(element.span.clone()), Some(&*element.value), "{text:?}");
        }
    }

    #[test]
    fn faults_are_those_that_no_row_can_say() {
        for (pairs, kinds) in [
            ("R:123456789012345611|N:A|I:RSD1295,", &[] as &[FaultKind]),
            ("N:A\r\nStreet: 1\r\nTown|I:RSD0,5", &[]),
            ("N:A\nB\nC\nD", &[Format]),
            ("R:123456789012345612", &[CheckDigit]),
            ("O:123456789012345612", &[CheckDigit]),
            ("I:RSD1295.00", &[Format]),
            ("I:RSD1295", &[Format]),
            ("I:RSD,50", &[Format]),
            ("I:RSD1,505", &[Format]),
            ("I:EUR1,00", &[Value]),
            ("RO:972012345", &[]),
            ("RO:9720-12345", &[]),
            ("RO:972112345", &[CheckDigit]),
            ("RO:97", &[CheckDigit]),
            ("RO:0012345", &[]),
            ("M:5812", &[Excludes]),
            ("S:a|S:b", &[Duplicate]),
            ("S:a|", &[Structure]),
            ("S", &[Structure]),
        ] {
            check(&format!("K:PR|V:01|C:1|{pairs}"), kinds);
        }
        check("K:PT|V:01|C:1|M:5812", &[]);
    }

    #[test]
    fn names_may_have_several_lines() {
        let row = Scheme::known("ips-rs").objects.iter().find(|row| row.id == "N").expect("N has a row");
        assert!(row.format.admits("A\r\nStreet 1") && !row.format.admits("A\tB"));
    }

    #[test]
    fn the_mark_is_kind_and_version() {
        check("K:XX|V:02", &[]);
        for text in ["", "K:", "K:PR", "K:PR|C:1", "K:PRT|V:01", "k:PR|V:01"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
