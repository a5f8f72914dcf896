//! QQ Wallet codes.
//!
//! ```text
//! code = ( "https" / "http" ) "://qpay.qq.com" %s"/qr/" 8hex      ; the scheme and host in any case, hex in lower case
//! ```

use super::token::{end, fault, literal, run};
use super::uri::Uri;
use crate::error::Error;

/// The host of QQ Wallet's codes.
pub const HOST: &str = "qpay.qq.com";

/// A merchant-presented code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code<'a> {
    /// The whole code.
    pub text: &'a str,
    /// Eight lower-case hexadecimal digits.
    pub id: &'a str,
}

impl<'a> Code<'a> {
    /// Reads a QQ Wallet code.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let uri = Uri::parse(text)?;
        if !uri.is_web() {
            return Err(fault(text, text, "http:// or https://"));
        }
        uri.host_is(HOST)?;
        let rest = literal(text, uri.after_authority(), "/qr/")?;
        let (id, rest) = run(
            text,
            rest,
            (8, 8),
            "eight lower-case hexadecimal digits",
            |c| matches!(c, '0'..='9' | 'a'..='f'),
        )?;
        end(text, rest)?;
        Ok(Self { text, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_lower_case_digits() {
        #[track_caller]
        fn check(text: &str, sentence: &str) {
            let found = Code::parse(text);
            assert_eq!(
                found.map_or_else(|error| error.to_string(), |code| code.id.into()),
                sentence,
                "{text}"
            );
        }
        check("https://qpay.qq.com/qr/0123abcd", "0123abcd");
        check("HTTP://QPAY.QQ.COM/qr/0123abcd", "0123abcd");
        check(
            "https://qpay.qq.com/qr/0123ABCD",
            "byte 27: expected eight lower-case hexadecimal digits, found `A`",
        );
        check("https://qpay.qq.com/qr/0123abcd0", "byte 31: expected the end, found `0`");
        check("wxp://qpay.qq.com/qr/0123abcd", "byte 0: expected http:// or https://, found `w`");
    }
}
