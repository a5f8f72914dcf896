//! Payment codes: the digits that a consumer's wallet shows for about a minute.
//!
//! They are strings of ASCII digits, never numbers: a leading zero is data, and 22 digits do not fit a float.
//!
//! | family | digits | begins |
//! |---|---|---|
//! | wechat-authcode | 18 | 10 to 15 |
//! | alipay-authcode | 16 to 24 | 25 to 30 |
//! | alipayplus-cpm | 17 to 32 | 25 to 30 |
//! | unionpay-cpm19 | 19 | 62 |
//! | ecny-authcode | 19 | 01 |

use super::token::fault;
use crate::error::Error;
use crate::network::Family;
use crate::recognise::Verdict;

/// The longest payment code that a reader accepts: Alipay+ asks acquirers for 32 digits.
pub const MAX_DIGITS: usize = 32;

/// The families of payment codes.
pub const FAMILIES: [Family; 5] = [
    Family::WechatAuthcode,
    Family::AlipayAuthcode,
    Family::AlipayplusCpm,
    Family::UnionpayCpm19,
    Family::EcnyAuthcode,
];

/// A payment code of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentCode<'a> {
    /// The digits.
    pub digits: &'a str,
    /// Whose code it is.
    pub family: Family,
    /// Whether the issuer's rule covers this length, or sets it aside.
    pub verdict: Verdict,
}

impl<'a> PaymentCode<'a> {
    /// Reads a payment code of `family`; other families than those of payment codes have none.
    pub fn parse(text: &'a str, family: Family) -> Result<Self, Error> {
        if let Some(rest) = text.find(|c: char| !c.is_ascii_digit()).and_then(|place| text.get(place..)) {
            return Err(fault(text, rest, "an ASCII digit"));
        }
        let prefix: u8 = text.get(..2).and_then(|two| two.parse().ok()).unwrap_or(0xFF);
        let (lengths, prefixes, expected) = match family {
            Family::WechatAuthcode => (18..=18, 10..=15, "18 digits that begin 10 to 15"),
            Family::AlipayAuthcode => (16..=24, 25..=30, "16 to 24 digits that begin 25 to 30"),
            Family::AlipayplusCpm => (17..=MAX_DIGITS, 25..=30, "17 to 32 digits that begin 25 to 30"),
            Family::UnionpayCpm19 => (19..=19, 62..=62, "19 digits that begin 62"),
            Family::EcnyAuthcode => (19..=19, 1..=1, "19 digits that begin 01"),
            _ => return Err(fault(text, text, "a family of payment codes")),
        };
        if !lengths.contains(&text.len()) || !prefixes.contains(&prefix) {
            return Err(fault(text, text, expected));
        }
        let verdict =
            if family == Family::AlipayplusCpm { alipayplus_verdict(text) } else { Verdict::Recognised };
        Ok(Self { digits: text, family, verdict })
    }
}

/// Alipay+ assigns 24 digits with `02` as the seventh and eighth, and 17 to 19 digits that begin 28; it reserves 20 to 23 and 25 to 32.
fn alipayplus_verdict(digits: &str) -> Verdict {
    match digits.len() {
        17..=19 if digits.starts_with("28") => Verdict::Recognised,
        24 if digits.get(6..8) == Some("02") => Verdict::Recognised,
        20..=23 | 25..=MAX_DIGITS => Verdict::Reserved,
        _ => Verdict::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let families: Vec<&str> = FAMILIES
            .into_iter()
            .filter(|family| PaymentCode::parse(text, *family).is_ok())
            .map(Family::key)
            .collect();
        assert_eq!(families.join(" "), expected, "{text}");
    }

    #[test]
    fn prefixes_and_lengths() {
        check("134650328919428540", "wechat-authcode");
        check("160000000000000001", "");
        check("13465032891942854", "");
        check("2812345678901234", "alipay-authcode");
        check("28763443825664394", "alipay-authcode alipayplus-cpm");
        check("251001020123456789012345", "alipay-authcode alipayplus-cpm");
        check("2510010201234567890123456", "alipayplus-cpm");
        check("310000000000000001", "");
        check("6212345678901234567", "unionpay-cpm19");
        check("0112345678901234567", "ecny-authcode");
        check(&"28".repeat(16), "alipayplus-cpm");
        check(&"28".repeat(17), "");
        check("", "");
    }

    #[test]
    fn only_ascii_digits() {
        let refuse =
            |text| PaymentCode::parse(text, Family::WechatAuthcode).expect_err("not digits").to_string();
        assert_eq!(refuse("134650328919428540\n"), "byte 18: expected an ASCII digit, found `\\n`");
        assert_eq!(refuse(" 134650328919428540"), "byte 0: expected an ASCII digit, found ` `");
        assert_eq!(refuse("13ABCDEF0000000000"), "byte 2: expected an ASCII digit, found `A`");
        assert_eq!(refuse("13٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠"), "byte 2: expected an ASCII digit, found `٠`");
        assert_eq!(refuse("1346503"), "byte 0: expected 18 digits that begin 10 to 15, found `1`");
    }

    #[test]
    fn alipayplus_sets_lengths_aside() {
        let verdict = |text| PaymentCode::parse(text, Family::AlipayplusCpm).expect("a code").verdict;
        assert_eq!(verdict("251001020123456789012345"), Verdict::Recognised);
        assert_eq!(verdict("251001030123456789012345"), Verdict::Unknown);
        assert_eq!(verdict("25100102012345678901"), Verdict::Reserved);
        assert_eq!(verdict("2510010201234567890123456"), Verdict::Reserved);
        assert_eq!(verdict("2891234567890612345"), Verdict::Recognised);
    }
}
