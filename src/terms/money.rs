//! Money: whole minor units of a currency, read from decimal text and written as decimal text (clause 3.3).

use std::fmt;

use crate::unified::merchant::{MAX_AMOUNT, minor_units};

/// A currency to which ISO 4217 gives minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    digits: [u8; 3],
    minor_units: usize,
}

impl Currency {
    /// Reads the three digits of a currency.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits =
            <[u8; 3]>::try_from(text.as_bytes()).ok().filter(|d| d.iter().all(u8::is_ascii_digit))?;
        Some(Self { digits, minor_units: minor_units(text)? })
    }

    /// How many decimals an amount has at most.
    #[must_use]
    pub const fn minor_units(self) -> usize {
        self.minor_units
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.digits).expect("digits are ASCII"))
    }
}

/// An amount in whole minor units. Sums of it stay within 128 bits: an amount has 13 characters, and evidence is limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(u128);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many minor units.
    #[must_use]
    pub const fn of_minor_units(units: u128) -> Self {
        Self(units)
    }

    /// The minor units.
    #[must_use]
    pub const fn minor_units(self) -> u128 {
        self.0
    }

    /// Reads `amount-written` of clause 3.3: no leading zeros, at most the currency's decimals, not zero, 1 to 13 characters.
    ///
    /// ```
    /// use upqr::terms::{Currency, Money};
    ///
    /// let yuan = Currency::parse("156").unwrap();
    /// let amount = Money::parse("25.5", yuan).unwrap();
    /// assert_eq!((amount.minor_units(), amount.text(yuan).as_str()), (2550, "25.50"));
    /// assert_eq!(Money::parse("25.505", yuan), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str, currency: Currency) -> Option<Self> {
        let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
        let written = (whole == "0" || !whole.starts_with('0')) && !text.ends_with('.');
        Self::parse_emv(text, currency).filter(|amount| written && *amount > Self::ZERO)
    }

    /// Reads `amount-read` of clause 3.3, which allows leading zeros, `98.` and zero.
    #[must_use]
    pub fn parse_emv(text: &str, currency: Currency) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let fits = (1..=MAX_AMOUNT).contains(&text.len()) && decimals.len() <= currency.minor_units;
        if whole.is_empty() || !digits(whole) || !digits(decimals) || !fits {
            return None;
        }
        let padding = currency.minor_units.saturating_sub(decimals.len());
        let digits = whole.bytes().chain(decimals.bytes()).chain(std::iter::repeat_n(b'0', padding));
        let add =
            |sum: u128, digit: u8| sum.checked_mul(10)?.checked_add(u128::from(digit.checked_sub(b'0')?));
        digits.into_iter().try_fold(0, add).map(Self)
    }

    /// The amount as decimal text with all decimals of the currency.
    #[must_use]
    pub fn text(self, currency: Currency) -> String {
        let width = currency.minor_units.saturating_add(1);
        let mut text = format!("{:0width$}", self.0);
        if currency.minor_units > 0 {
            text.insert(text.len().saturating_sub(currency.minor_units), '.');
        }
        text
    }

    /// The sum of two amounts.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left of an amount, where the other one is no larger.
    #[must_use]
    pub const fn minus(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(left) => Some(Self(left)),
            None => None,
        }
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::plus)
    }
}

/// Divides an amount by weights so that the parts add up to it: each part rounded down, and what is left over goes out one minor unit each to
/// the largest remainders, of equal ones to the earlier (UPQR-TRM-20).
///
/// `None` where the weights add up to nothing.
pub(super) fn divide(amount: Money, weights: &[u32]) -> Option<Vec<Money>> {
    let total = weights.iter().fold(0_u128, |sum, weight| sum.saturating_add(u128::from(*weight)));
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (place, weight) in weights.iter().enumerate() {
        let share = amount.0.checked_mul(u128::from(*weight))?;
        parts.push(Money(share.checked_div(total)?));
        remainders.push((std::cmp::Reverse(share.checked_rem(total)?), place));
    }
    let mut left = amount.minus(parts.iter().copied().sum())?.0;
    remainders.sort_unstable();
    for (_, place) in remainders {
        if let (Some(rest), Some(part)) = (left.checked_sub(1), parts.get_mut(place)) {
            left = rest;
            *part = part.plus(Money(1));
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, currency: &str, expected: Option<&str>) {
        let currency = Currency::parse(currency).expect("a currency");
        let money = Money::parse(text, currency).map(|money| money.text(currency));
        assert_eq!(money.as_deref(), expected, "{text}");
    }

    #[test]
    fn amounts_are_whole_minor_units() {
        check("25.5", "156", Some("25.50"));
        check("0.01", "156", Some("0.01"));
        check("9999999999999", "156", Some("9999999999999.00"));
        check("1980", "392", Some("1980"));
        check("1.005", "048", Some("1.005"));
        for broken in [
            "",
            "0",
            "0.00",
            "00.5",
            "01",
            "1.",
            ".5",
            "1.005",
            "-1",
            "+1",
            "1e2",
            "1,5",
            "12345678901234",
            "1.5.0",
            "１",
        ] {
            check(broken, "156", None);
        }
        check("1.5", "392", None);
        assert_eq!(Currency::parse("999"), None);
        assert_eq!(Currency::parse("CNY"), None);
    }

    #[test]
    fn what_emv_allows_is_read() {
        let yuan = Currency::parse("156").expect("a currency");
        for (text, units) in
            [("98.", Some(9800)), ("007.5", Some(750)), ("0", Some(0)), (".5", None), ("1.005", None)]
        {
            assert_eq!(Money::parse_emv(text, yuan).map(Money::minor_units), units, "{text}");
        }
    }

    #[test]
    fn remainders_go_to_the_largest_and_then_to_the_first() {
        let divided = |amount, weights: &[u32]| {
            divide(Money(amount), weights)
                .map(|parts| parts.into_iter().map(Money::minor_units).collect::<Vec<_>>())
        };
        assert_eq!(divided(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(divided(100, &[1, 2, 4]), Some(vec![14, 29, 57]));
        assert_eq!(divided(1, &[1, 3]), Some(vec![0, 1]));
        assert_eq!(divided(2, &[1, 1, 1]), Some(vec![1, 1, 0]));
        assert_eq!(divided(2, &[0, 0]), None);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_each_is_within_one_unit(
            amount in 0_u128..1_000_000_000_000_000_000,
            weights in prop::collection::vec(1_u32..1_000_000, 1..16),
        ) {
            let parts = divide(Money(amount), &weights).expect("weights above nothing");
            prop_assert_eq!(parts.iter().copied().sum::<Money>(), Money(amount));
            let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let floor = amount * u128::from(*weight) / total;
                prop_assert!(part.0 == floor || part.0 == floor + 1);
            }
        }

        #[test]
        fn text_is_read_back(units in 1_u128..1_000_000_000_000) {
            let yuan = Currency::parse("156").expect("a currency");
            prop_assert_eq!(Money::parse(&Money(units).text(yuan), yuan), Some(Money(units)));
        }
    }
}
