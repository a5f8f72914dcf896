//! Transfers of Polish banks: the two-dimensional code that the Związek Banków Polskich recommends.
//!
//! ```text
//! payload = [NIP] "|" country "|" account "|" amount "|" name "|" title "|" reserve "|" reserve "|" reserve
//! NIP     = 10 digits
//! country = 2 upper-case letters
//! account = 26 digits, a Polish account number without PL
//! amount  = 6 digits, in grosz
//! ```

use super::check_digit::remainder;
use super::parts::found;
use super::registry::Scheme;
use super::{FaultKind, Reading};

/// The columns of a payload (ZBP recommendation 1.0).
const COLUMNS: usize = 9;
/// The digits of the columns up to the amount: tax number, account, amount (ZBP recommendation 1.0).
const TAX_NUMBER: usize = 10;
const ACCOUNT: usize = 26;
const AMOUNT: usize = 6;

/// Reads a text whose first four columns have the shape of the recommendation.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let bar = if text.starts_with('|') { 0 } else { TAX_NUMBER };
    if text.as_bytes().get(bar) != Some(&b'|') || !has_mark(text) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("zbp-2d"));
    let mut start = 0_usize;
    for (number, column) in (1..=COLUMNS).zip(text.split('|')) {
        let end = start.saturating_add(column.len());
        reading.element(number.to_string(), column, start..end);
        start = end.saturating_add(1);
    }
    let columns = text.split('|').count();
    if columns != COLUMNS {
        let message =
            format!("expected {COLUMNS} columns, but found {columns}: leave those without a value empty");
        reading.fault(FaultKind::Structure, 0..text.len(), message);
    }
    check_account(&mut reading);
    Some(reading)
}

fn has_mark(text: &str) -> bool {
    let is_number =
        |column: &str, length| column.len() == length && column.bytes().all(|b| b.is_ascii_digit());
    let mut columns = text.splitn(5, '|');
    let mut next = || columns.next().unwrap_or_default();
    let (tax_number, country, account, amount) = (next(), next(), next(), next());
    (tax_number.is_empty() || is_number(tax_number, TAX_NUMBER))
        && country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && is_number(account, ACCOUNT)
        && is_number(amount, AMOUNT)
        && columns.next().is_some()
}

/// The account is Polish whatever the country says, and its check digits are those of its IBAN.
fn check_account(reading: &mut Reading<'_>) {
    let Some((account, span)) = found(reading, "3") else { return };
    let digits = || account.bytes();
    if remainder(digits().skip(2).chain(*b"PL").chain(digits().take(2))) != Some(1) {
        let message = "the check digits of the account are wrong: ask the payee for it again";
        reading.fault(FaultKind::CheckDigit, span, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FaultKind::{CheckDigit, Structure};

    fn check(text: &str, kinds: &[FaultKind]) {
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        for element in &reading.elements {
            assert_eq!(text.get(element.span.clone()), Some(&*element.value), "{text:?}");
        }
    }

    #[test]
    fn columns_are_counted_and_accounts_checked() {
        check("|PL|61109010140000071219812874|005350|A|x|||", &[]);
        check("1234567890|DE|61109010140000071219812874|005350|Ż|ó|||", &[]);
        check("|PL|61109010140000071219812875|005350|A|x|||", &[CheckDigit]);
        check("|PL|61109010140000071219812874|005350|A|x||", &[Structure]);
        check("|PL|61109010140000071219812874|005350|A|x|y||||", &[Structure]);
    }

    #[test]
    fn the_mark_is_four_columns() {
        for text in [
            "",
            "|",
            "1234567890",
            "|PL|61109010140000071219812874|005350",
            "|pl|61109010140000071219812874|005350|",
            "|PL|6110901014000007121981287|005350|",
            "|PL|61109010140000071219812874|5350|",
            "123|PL|61109010140000071219812874|005350|",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
