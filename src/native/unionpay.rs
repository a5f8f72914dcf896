//! UnionPay codes.
//!
//! ```text
//! code = "https://qr.95516.com/" 8DIGIT "/" 26*32DIGIT        ; the scheme and host in any case
//! ```
//!
//! The same host serves login and cashier pages: the path decides, not the host.

use super::token::{end, is_digit, literal, literal_no_case, run};
use super::uri::Uri;
use crate::error::Error;

/// The host of UnionPay's codes.
pub const HOST: &str = "qr.95516.com";

/// A merchant-presented code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code<'a> {
    /// The whole code.
    pub text: &'a str,
    /// Eight digits of an organisation.
    pub organisation: &'a str,
    /// 26 to 32 digits; those that start `62` are orders.
    pub number: &'a str,
}

impl<'a> Code<'a> {
    /// Reads a UnionPay code.
    ///
    /// ```
    /// let code = upqr::native::unionpay::Code::parse("https://qr.95516.com/00010001/62000000000000000000000000000001")?;
    /// assert_eq!(code.organisation, "00010001");
    /// # Ok::<(), upqr::Error>(())
    /// ```
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let uri = Uri::parse(text)?;
        literal_no_case(text, text, "https://")?;
        uri.host_is(HOST)?;
        let rest = literal(text, uri.after_authority(), "/")?;
        let (organisation, rest) = run(text, rest, (8, 8), "eight digits", is_digit)?;
        let rest = literal(text, rest, "/")?;
        let (number, rest) = run(text, rest, (26, 32), "26 to 32 digits", is_digit)?;
        end(text, rest)?;
        Ok(Self { text, organisation, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_decides() {
        #[track_caller]
        fn check(text: &str, sentence: &str) {
            let found = Code::parse(text);
            assert_eq!(
                found.map_or_else(|error| error.to_string(), |code| code.number.into()),
                sentence,
                "{text}"
            );
        }
        let digits = "01234567890123456789012345678901";
        check(&format!("HTTPS://QR.95516.com/00010000/{digits}"), digits);
        check("https://qr.95516.com/48020000/58341908022732143131399077", "58341908022732143131399077");
        check("https://qr.95516.com/UP04/page?x=1", "byte 21: expected eight digits, found `U`");
        check(&format!("https://qr.95516.com/00010000/{digits}0"), "byte 62: expected the end, found `0`");
        check("https://qr.95516.com/00010000/123", "byte 33: expected 26 to 32 digits, found the end");
        check("https://qr.95516.com/0001000/123", "byte 28: expected eight digits, found `/`");
        check("https://qr.95516.com:443/00010000/", "byte 20: expected a host alone, found a port after `:`");
        check(&format!("https://qr.95516.com/00010000/{digits}?a"), "byte 62: expected the end, found `?`");
    }
}
