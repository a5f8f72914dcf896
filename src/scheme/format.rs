//! The formats of registry rows: what a value may look like, each a named test without state.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::check_digit;
use crate::country;

/// What a value may look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// ASCII digits.
    Digits,
    /// Hexadecimal digits.
    Hex,
    /// ASCII letters.
    Letters,
    /// ASCII letters and digits.
    Alphanumeric,
    /// 0x20 to 0x7E.
    Printable,
    /// Any characters but controls.
    #[default]
    Text,
    /// Any characters but controls other than line ends.
    Lines,
    /// Digits with at most one point.
    Amount,
    /// Digits with at most one comma.
    AmountComma,
    /// An integer of minor units.
    Minor,
    /// An international bank account number; its check digits are a rule of their own.
    Iban,
    /// A business identifier code of 8 or 11 characters.
    Bic,
    /// A creditor reference: RF, two check digits, 1 to 21 characters.
    CreditorReference,
    /// Digits of which the last is a Luhn check digit.
    Luhn,
    /// ISO 3166-1 alpha-2.
    Country,
    /// ISO 4217 letters.
    CurrencyLetters,
    /// ISO 4217 digits.
    CurrencyDigits,
    /// `YYYYMMDD`.
    Date,
    /// `DDMMYYYY`.
    DateDmy,
    /// `DD.MM.YYYY`.
    DateDots,
    /// Milliseconds since 1970, 13 digits.
    Milliseconds,
    /// A UUID with hyphens.
    Uuid,
    /// A UUID without hyphens.
    UuidPlain,
    /// A scheme, `://` and a host.
    Url,
    /// A host and a path, without a scheme.
    DomainPath,
    /// An address of electronic mail.
    Email,
    /// A domain name, in either order.
    Domain,
}

impl Format {
    /// Whether a value looks like that; check digits are not looked at.
    #[must_use]
    pub fn admits(self, value: &str) -> bool {
        let all = |test: fn(&u8) -> bool| value.bytes().all(|b| test(&b));
        match self {
            Self::Digits | Self::Minor => all(u8::is_ascii_digit),
            Self::Hex => all(u8::is_ascii_hexdigit),
            Self::Letters => all(u8::is_ascii_alphabetic),
            Self::Alphanumeric => all(u8::is_ascii_alphanumeric),
            Self::Printable => all(|b| matches!(b, b' '..=b'~')),
            Self::Text => !value.chars().any(char::is_control),
            Self::Lines => !value.chars().any(|c| c.is_control() && !matches!(c, '\r' | '\n')),
            Self::Amount => is_decimal(value, '.'),
            Self::AmountComma => is_decimal(value, ','),
            Self::Iban => is_iban_shaped(value),
            Self::Bic => is_bic(value),
            Self::CreditorReference => {
                matches!(value.len(), 5..=25) && value.starts_with("RF") && all(u8::is_ascii_alphanumeric)
            }
            Self::Luhn => value.len() >= 2 && all(u8::is_ascii_digit),
            Self::Country => country::is_listed(value),
            Self::CurrencyLetters => iso_currency::Currency::from_code(value).is_some(),
            Self::CurrencyDigits => {
                value.len() == 3
                    && value.parse().ok().and_then(iso_currency::Currency::from_numeric).is_some()
            }
            Self::Date | Self::DateDmy => self.day(value).is_some(),
            Self::DateDots => {
                let bytes = value.as_bytes();
                bytes.get(2) == Some(&b'.')
                    && bytes.get(5) == Some(&b'.')
                    && calendar_day(&value.replace('.', ""), [4, 2, 0]).is_some()
            }
            Self::Milliseconds => value.len() == 13 && all(u8::is_ascii_digit),
            Self::Uuid => is_uuid(value),
            Self::UuidPlain => value.len() == 32 && all(u8::is_ascii_hexdigit),
            Self::Url => value.split_once("://").is_some_and(|(scheme, rest)| {
                scheme.bytes().all(|b| b.is_ascii_alphanumeric()) && is_host_first(rest)
            }),
            Self::DomainPath => is_host_first(value),
            Self::Email => value.rsplit_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && all(|b| matches!(b, b'!'..=b'~')) && is_domain(host)
            }),
            Self::Domain => is_domain(value),
        }
    }

    /// The day that a value names.
    #[must_use]
    pub fn day(self, value: &str) -> Option<Date> {
        match self {
            Self::Date => calendar_day(value, [0, 4, 6]),
            Self::Digits if matches!(value.len(), 8 | 14) => calendar_day(value.get(..8)?, [0, 4, 6]),
            Self::DateDmy => calendar_day(value, [4, 2, 0]),
            Self::Milliseconds => {
                let instant = Timestamp::from_millisecond(value.parse().ok()?).ok()?;
                Some(TimeZone::UTC.to_datetime(instant).date())
            }
            _ => None,
        }
    }

    /// Whether the check digits of a value that has the format are right; true where it has none.
    #[must_use]
    pub fn checks(self, value: &str) -> bool {
        match self {
            Self::Iban => check_digit::iban(value),
            Self::CreditorReference => check_digit::mod_97(value),
            Self::Luhn => check_digit::luhn(value),
            _ => true,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digits => "digits",
            Self::Hex => "hexadecimal digits",
            Self::Letters => "ASCII letters",
            Self::Alphanumeric => "ASCII letters and digits",
            Self::Printable => "printable ASCII characters",
            Self::Text => "text without control characters",
            Self::Lines => "characters and line ends, without controls",
            Self::Amount => "digits with at most one point",
            Self::AmountComma => "digits with at most one comma",
            Self::Minor => "an integer of minor units",
            Self::Iban => "an IBAN",
            Self::Bic => "a BIC of 8 or 11 characters",
            Self::CreditorReference => "a creditor reference that begins RF",
            Self::Luhn => "digits with a check digit",
            Self::Country => "a country code of ISO 3166-1",
            Self::CurrencyLetters => "a currency code of ISO 4217, in letters",
            Self::CurrencyDigits => "a currency code of ISO 4217, in digits",
            Self::Date => "a date as YYYYMMDD",
            Self::DateDmy => "a date as DDMMYYYY",
            Self::DateDots => "a date as DD.MM.YYYY",
            Self::Milliseconds => "13 digits of Unix milliseconds",
            Self::Uuid => "a UUID",
            Self::UuidPlain => "a UUID without hyphens",
            Self::Url => "a URL",
            Self::DomainPath => "a host and a path, without a scheme",
            Self::Email => "an e-mail address",
            Self::Domain => "a domain name",
        })
    }
}

/// Whether a value fits a picture: `#` a digit, `@` an ASCII letter, everything else itself.
#[must_use]
pub fn fits(picture: &str, value: &str) -> bool {
    picture.chars().count() == value.chars().count()
        && picture.chars().zip(value.chars()).all(|(wanted, found)| match wanted {
            '#' => found.is_ascii_digit(),
            '@' => found.is_ascii_alphabetic(),
            wanted => wanted == found,
        })
}

fn is_decimal(value: &str, point: char) -> bool {
    let (whole, decimals) = value.split_once(point).unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    !whole.is_empty() && digits(whole) && digits(decimals)
}

fn is_iban_shaped(value: &str) -> bool {
    matches!(value.len(), 15..=34)
        && value.bytes().enumerate().all(|(place, b)| match place {
            0 | 1 => b.is_ascii_uppercase(),
            2 | 3 => b.is_ascii_digit(),
            _ => b.is_ascii_digit() || b.is_ascii_uppercase(),
        })
}

fn is_bic(value: &str) -> bool {
    matches!(value.len(), 8 | 11)
        && value.bytes().enumerate().all(|(place, b)| match place {
            4 | 5 => b.is_ascii_uppercase(),
            _ => b.is_ascii_uppercase() || b.is_ascii_digit(),
        })
}

/// The day of the calendar that eight digits name, with year, month and day at these places.
fn calendar_day(value: &str, [year, month, day]: [usize; 3]) -> Option<Date> {
    if value.len() != 8 || !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |start: usize, length: usize| value.get(start..start.saturating_add(length));
    Date::new(part(year, 4)?.parse().ok()?, part(month, 2)?.parse().ok()?, part(day, 2)?.parse().ok()?).ok()
}

fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(place, b)| match place {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Whether labels of letters, digits and hyphens stand between points, at least two of them.
pub(crate) fn is_domain(value: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    value.contains('.') && value.split('.').all(label)
}

fn is_host_first(value: &str) -> bool {
    let host = value.split(['/', '?', '#']).next().unwrap_or_default();
    is_domain(host) && value.bytes().all(|b| matches!(b, b'!'..=b'~'))
}
