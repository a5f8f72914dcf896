//! e-CNY codes.
//!
//! ```text
//! code = "https://qr.pbcdci.cn/" 39DIGIT                     ; the scheme and host in any case
//! ```

use super::token::{end, is_digit, literal, literal_no_case, run};
use super::uri::Uri;
use crate::error::Error;

/// The host of e-CNY codes.
pub const HOST: &str = "qr.pbcdci.cn";

/// A merchant-presented code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code<'a> {
    /// The whole code.
    pub text: &'a str,
    /// 39 digits; their parts are not published.
    pub digits: &'a str,
}

impl<'a> Code<'a> {
    /// Reads an e-CNY code.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let uri = Uri::parse(text)?;
        literal_no_case(text, text, "https://")?;
        uri.host_is(HOST)?;
        let rest = literal(text, uri.after_authority(), "/")?;
        let (digits, rest) = run(text, rest, (39, 39), "39 digits", is_digit)?;
        end(text, rest)?;
        Ok(Self { text, digits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_39_digits() {
        #[track_caller]
        fn check(text: &str, sentence: &str) {
            let found = Code::parse(text);
            assert_eq!(
                found.map_or_else(|error| error.to_string(), |code| code.digits.into()),
                sentence,
                "{text}"
            );
        }
        let digits = "004030000000000000000000000000000000001";
        check(&format!("https://qr.pbcdci.cn/{digits}"), digits);
        check(&format!("HTTPS://QR.PBCDCI.CN/{digits}"), digits);
        check(&format!("https://qr.pbcdci.cn/{digits}0"), "byte 60: expected the end, found `0`");
        check("https://qr.pbcdci.cn/00403", "byte 26: expected 39 digits, found the end");
        check(
            &format!("https:  //qr.pbcdci.cn/{digits}"),
            "byte 5: expected `://` after the scheme, found `:`",
        );
    }
}
