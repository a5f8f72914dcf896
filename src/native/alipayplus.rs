//! Alipay+ merchant-presented codes: order codes and format v3.
//!
//! ```text
//! order = "https://" host "/281" 3DIGIT "04" 4*alphanumeric                ; any host but those of other families
//! mpm3  = "https://" host "/mpm/3/" 1*( alphanumeric / "+" / "/" / "=" / "_" / "%" / "-" )
//! host  = 1*( alphanumeric / "." / "-" )
//! gpld  = %s"GPLD" length 1*object             ; the base64 of an mpm3 code; length is three digits
//! object = 4alpha length value                  ; the values of objects are data objects in turn
//! ```

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

use super::link::WALLET_HOSTS;
use super::token::{end, fault, is_digit, literal, literal_no_case, run};
use super::uri::Uri;
use crate::error::{Error, ErrorKind, Found, offset_in};

/// Splits an https URI whose authority is a host of letters, digits, dots and hyphens, but no wallet's; returns what follows it.
fn after_host(text: &str) -> Result<(Uri<'_>, &str), Error> {
    let uri = Uri::parse(text)?;
    literal_no_case(text, text, "https://")?;
    uri.plain_authority()?;
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let start = text.get(uri.offset_of(uri.authority)..).unwrap_or_default();
    let (_, rest) = run(text, start, (1, usize::MAX), "a host", is_host)?;
    if WALLET_HOSTS.iter().any(|host| uri.authority.eq_ignore_ascii_case(host)) {
        return Err(fault(text, uri.authority, "a host that no other family claims"));
    }
    Ok((uri, rest))
}

/// An order code, such as `https://global.alipay.com/281002040090…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order<'a> {
    /// The whole code.
    pub text: &'a str,
    /// The host in the case that is printed.
    pub host: &'a str,
    /// From `281` to the end.
    pub id: &'a str,
}

impl<'a> Order<'a> {
    /// Reads an order code.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let (uri, rest) = after_host(text)?;
        let id = literal(text, rest, "/")?;
        let rest = literal(text, id, "281")?;
        let (_, rest) = run(text, rest, (3, 3), "three digits", is_digit)?;
        let rest = literal(text, rest, "04")?;
        let (_, rest) =
            run(text, rest, (4, usize::MAX), "four letters or digits", |c| c.is_ascii_alphanumeric())?;
        end(text, rest)?;
        Ok(Self { text, host: uri.authority, id })
    }
}

/// A code of format v3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mpm3<'a> {
    /// The whole code.
    pub text: &'a str,
    /// The host in the case that is printed.
    pub host: &'a str,
    /// The base64, whose case is data.
    pub body: &'a str,
}

/// Standard alphabet, with or without padding: the format's documentation shows none and does not say.
const BODY: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl<'a> Mpm3<'a> {
    /// Reads the link; [`content`](Self::content) reads what its base64 holds.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let (uri, rest) = after_host(text)?;
        let body = literal_no_case(text, rest, "/mpm/3/")?;
        let is_body = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '%' | '-');
        let (body, rest) = run(text, body, (1, usize::MAX), "base64", is_body)?;
        end(text, rest)?;
        Ok(Self { text, host: uri.authority, body })
    }

    /// The text behind the base64, checked to be `GPLD`, a length, and objects that fill it.
    ///
    /// An error stands at the start of the base64.
    pub fn content(&self) -> Result<String, Error> {
        let offset = offset_in(self.text, self.body);
        let body = percent_decode_str(self.body).collect::<Vec<u8>>();
        let text = BODY.decode(body).ok().and_then(|octets| String::from_utf8(octets).ok());
        let text = text.ok_or(Error::new(offset, ErrorKind::Base64(Found::Other)))?;
        let expected = "`GPLD`, a length, and objects that fill it, whose case is data";
        let broken = Error::new(offset, ErrorKind::Syntax { expected, found: Found::Other });
        let value = text.strip_prefix("GPLD").and_then(sized).filter(|(_, rest)| rest.is_empty());
        let (mut rest, _) = value.ok_or(broken)?;
        while !rest.is_empty() {
            let (id, after) = rest.split_at_checked(4).ok_or(broken)?;
            if !id.bytes().all(|b| b.is_ascii_alphabetic()) {
                return Err(broken);
            }
            rest = sized(after).ok_or(broken)?.1;
        }
        Ok(text)
    }
}

/// The value that three digits of length announce, and what follows it.
fn sized(text: &str) -> Option<(&str, &str)> {
    let (digits, after) = text.split_at_checked(3)?;
    let length = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()?;
    after.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn order(text: &str, sentence: &str) {
        let found = Order::parse(text);
        assert_eq!(found.map_or_else(|error| error.to_string(), |code| code.id.into()), sentence, "{text}");
    }

    #[test]
    fn order_codes_keep_away_from_the_hosts_of_others() {
        order("https://global.alipay.com/281002040090ab", "281002040090ab");
        order("HTTPS://PAY.Example/28100204ABCD", "28100204ABCD");
        let claimed = "byte 8: expected a host that no other family claims, found";
        order("https://qr.alipay.com/281002040090ab", &format!("{claimed} `q`"));
        order("https://QR.95516.COM/281002040090ab", &format!("{claimed} `Q`"));
        order("https://global.alipay.com/281002050090ab", "byte 33: expected `04`, found `5`");
        order(
            "https://global.alipay.com/28100204abc",
            "byte 37: expected four letters or digits, found the end",
        );
        order(
            "https://global.alipay.com:1/28100204abcd",
            "byte 25: expected a host alone, found a port after `:`",
        );
        order("https://a_b/28100204abcd", "byte 9: expected `/`, found `_`");
        order("https:///28100204abcd", "byte 8: expected a host, found `/`");
    }

    #[test]
    fn format_3_is_base64_whose_case_is_data() {
        #[track_caller]
        fn check(text: &str, sentence: &str) {
            let found = Mpm3::parse(text).and_then(|code| code.content());
            assert_eq!(found.unwrap_or_else(|error| error.to_string()), sentence, "{text}");
        }
        // GPLD020 PLVS002 01 CDSD004 0100
        let link = "HTTPS://QR.EXAMPLE.COM/MPM/3/R1BMRDAyMFBMVlMwMDIwMUNEU0QwMDQwMTAw";
        check(link, "GPLD020PLVS00201CDSD0040100");
        let broken =
            "expected `GPLD`, a length, and objects that fill it, whose case is data, found something else";
        check(&link.to_lowercase(), "byte 29: expected base64 with padding, found something else");
        check("https://a/mpm/3/R1BMRDAwOVBMVlMwMDMwMQ%3D%3D", &format!("byte 16: {broken}"));
        check("https://a/mpm/3/QUJDRDAwMA==", &format!("byte 16: {broken}"));
        check("https://a/mpm/3/", "byte 16: expected base64, found the end");
        check("https://a/mpm/4/AAAA", "byte 14: expected `/mpm/3/`, found `4`");
    }
}
