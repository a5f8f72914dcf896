//! Short Payment Descriptors of Czech banks, QR Platba; their sister for invoices, SID, is only recognised.
//!
//! ```text
//! payload = "SPD*1.0" 1*("*" key ":" value) ["*"]
//! value   = any characters but "*"; percent escapes stand for octets of UTF-8
//! account = IBAN ["+" BIC]            ; the value of ACC, and of ALT-ACC with "," between several
//! ```

use super::format::Format;
use super::parts::{Pair, forbid_duplicates, found, is_amount, pairs, unescape};
use super::registry::Scheme;
use super::{FaultKind, Reading};

/// What a payment begins with; what follows are pairs.
const MARK: &str = "SPD*1.0*";
/// What an invoice begins with.
const INVOICE: &str = "SID*1.0*";
/// The digits of an amount before the point (SPAYD 1.0, AM).
const MAX_UNITS: usize = 10;
/// The characters of a bank's identifier: real ones have 8 or 11, shorter ones are met.
const MAX_BANK: usize = 11;

/// Reads a text that begins `SPD*1.0*` or `SID*1.0*`.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    if text.starts_with(INVOICE) {
        return Some(Reading::new(Scheme::known("sid")));
    }
    let body = text.strip_prefix(MARK)?;
    let mut reading = Reading::new(Scheme::known("spd"));
    for pair in pairs(body.strip_suffix('*').unwrap_or(body), MARK.len(), '*', ':') {
        add(&mut reading, pair);
    }
    forbid_duplicates(&mut reading);
    check_accounts(&mut reading, "ACC");
    check_accounts(&mut reading, "ALT-ACC");
    check_amount(&mut reading);
    Some(reading)
}

fn add<'a>(reading: &mut Reading<'a>, pair: Pair<'a>) {
    match pair.value {
        Some(value) if !value.is_empty() && !pair.key.is_empty() => {
            let value = unescape(reading, value, &pair.span);
            reading.element(pair.key, value, pair.span);
        }
        _ => {
            let message = "expected a key, a colon and a value between two `*`: write `*` in a value as %2A";
            reading.fault(FaultKind::Structure, pair.span, message);
        }
    }
}

/// ACC holds one account, ALT-ACC several.
fn check_accounts(reading: &mut Reading<'_>, key: &str) {
    let Some((value, span)) = found(reading, key) else { return };
    if key == "ACC" && value.contains(',') {
        let message = "ACC holds several accounts: leave one there, and put the others into ALT-ACC";
        return reading.fault(FaultKind::Format, span, message);
    }
    for account in value.split(',') {
        let (number, bank) =
            account.split_once('+').map_or((account, None), |(iban, bank)| (iban, Some(bank)));
        if !Format::Iban.admits(number) || !bank.is_none_or(is_bank) {
            let message = "expected an IBAN, or an IBAN, `+` and a BIC";
            reading.fault(FaultKind::Format, span.clone(), message);
        } else if !Format::Iban.checks(number) {
            let message = "the check digits of an IBAN are wrong: ask the payee for it again";
            reading.fault(FaultKind::CheckDigit, span.clone(), message);
        }
    }
}

fn is_bank(bank: &str) -> bool {
    (1..=MAX_BANK).contains(&bank.len()) && bank.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn check_amount(reading: &mut Reading<'_>) {
    let Some((amount, span)) = found(reading, "AM") else { return };
    if !is_amount(&amount, '.', MAX_UNITS, &(0..=2)) {
        let message = "expected an amount of at most ten digits, with at most two decimals after a point";
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
    use FaultKind::{CheckDigit, Duplicate, Format as BadFormat, Structure};

    fn check(text: &str, kinds: &[FaultKind]) {
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        assert!(reading.elements.iter().all(|element| text.get(element.span.clone()).is_some()));
    }

    #[test]
    fn faults_are_those_that_no_row_can_say() {
        for (pairs, kinds) in [
            ("ACC:CZ2408000000190000000123", &[] as &[FaultKind]),
            ("ACC:CZ2408000000190000000123*", &[]),
            ("ACC:CZ2408000000190000000123+RBCZ66*AM:480.5", &[]),
            ("ACC:CZ2408000000190000000124", &[CheckDigit]),
            ("ACC:CZ2408000000190000000123+", &[BadFormat]),
            ("ACC:CZ2408000000190000000123,CZ2408000000190000000123", &[BadFormat]),
            ("ALT-ACC:CZ2408000000190000000123,CZ9755000000000000000019", &[]),
            ("ALT-ACC:CZ2408000000190000000123,", &[BadFormat]),
            ("AM:1.005", &[BadFormat]),
            ("AM:12345678901", &[BadFormat]),
            ("AM:1*AM:2", &[Duplicate]),
            ("AM:1**CC:CZK", &[Structure]),
            ("232131", &[Structure]),
            ("AM:", &[Structure]),
            ("MSG:a:b", &[]),
            ("MSG:%FF", &[Structure]),
            ("", &[Structure]),
        ] {
            check(&format!("{MARK}{pairs}"), kinds);
        }
    }

    #[test]
    fn escapes_are_undone_and_places_kept() {
        let reading = read("SPD*1.0*MSG:2%2A3+4").expect("the text has the mark");
        assert_eq!((reading.value("MSG"), reading.elements[0].span.clone()), (Some("2*3+4"), 12..19));
    }

    #[test]
    fn invoices_are_recognised() {
        check("SID*1.0*ID:1", &[]);
        assert!(read("SPD*2.0*").is_none() && read("SPD").is_none() && read("").is_none());
    }
}
