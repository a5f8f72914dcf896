//! WeChat Pay codes.
//!
//! ```text
//! native1  = %s"weixin://wxpay/bizpayurl?" parameter 1*( "&" parameter )   ; appid and sign among them, any order
//! native2  = %s"weixin://wxpay/" ( %s"bizpayurl" [ %s"/up" ] %s"?pr=" 1*token [ %s"&groupid=" 1*DIGIT ] / %s"s/" 1*alphanumeric )
//! personal = %s"wxp://f2f" ( "0" / "1" ) ( 32token / 64token )
//! ```
//!
//! The order of mode 1's parameters carries no meaning, yet the bytes differ: the view keeps it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest as _, Md5};
use sha2::Sha256;

use super::token::{self, end, fault, is_digit, is_token, literal, run};
use super::uri::{Parameter, parameters};
use crate::error::Error;

/// Native mode 1: a code of the merchant's product, signed by the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Native1<'a> {
    /// The whole code.
    pub text: &'a str,
    /// What follows `?`.
    pub query: &'a str,
}

impl<'a> Native1<'a> {
    /// Reads a mode-1 code.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let query = literal(text, text, "weixin://wxpay/bizpayurl?")?;
        let mut rest = query;
        let mut count = 0_usize;
        loop {
            let (_, after) = run(text, rest, (1, usize::MAX), "a parameter name", |c| {
                c.is_ascii_alphanumeric() || c == '_'
            })?;
            let after = literal(text, after, "=")?;
            let (_, after) = run(text, after, (0, usize::MAX), "a value", |c| {
                token::is_visible(c) && c != '&' && c != '#'
            })?;
            count = count.saturating_add(1);
            match after.strip_prefix('&') {
                Some(next) => rest = next,
                None => {
                    end(text, after)?;
                    break;
                }
            }
        }
        let code = Self { text, query };
        let end = text.get(text.len()..).unwrap_or_default();
        if count < 2 || code.parameter("appid").is_none() {
            return Err(fault(text, end, "a parameter `appid`"));
        }
        if code.parameter("sign").is_none() {
            return Err(fault(text, end, "a parameter `sign`"));
        }
        Ok(code)
    }

    /// The parameters in their order.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter<'a>> + use<'a> {
        parameters(self.query)
    }

    /// The value of the first parameter with this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters().find(|parameter| parameter.name == name)?.value
    }

    /// Whether the code's `sign` is the one that this key makes.
    ///
    /// ```
    /// use upqr::native::wechat::{Method, Native1};
    ///
    /// let code = "weixin://wxpay/bizpayurl?sign=DFA7796DC03E3B44CE24FC7483D0CE32&appid=wx2421b1c4370ec43b&mch_id=10000100\
    ///             &product_id=88888&time_stamp=1414488825&nonce_str=5K8264ILTKCH16CQ2502SI8ZNMTM67VS";
    /// let code = Native1::parse(code)?;
    /// assert!(code.is_signed_by("192006250b4c09247ec02edce69f6a2d", Method::Md5));
    /// assert!(!code.is_signed_by("192006250b4c09247ec02edce69f6a2e", Method::Md5));
    /// # Ok::<(), upqr::Error>(())
    /// ```
    #[must_use]
    pub fn is_signed_by(&self, key: &str, method: Method) -> bool {
        let values = self.parameters().map(|parameter| (parameter.name, parameter.value.unwrap_or_default()));
        let expected = sign(values, key, method);
        self.parameter("sign").is_some_and(|found| same(found.as_bytes(), expected.as_bytes()))
    }
}

/// Compares without telling by the time taken how much of it was right.
fn same(found: &[u8], expected: &[u8]) -> bool {
    found.len() == expected.len() && found.iter().zip(expected).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// How WeChat Pay signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `MD5`, 32 hexadecimal digits.
    Md5,
    /// `HMAC-SHA256`, 64 hexadecimal digits.
    HmacSha256,
}

/// WeChat Pay's signature of some parameters, in upper-case hexadecimal digits.
///
/// Empty values and `sign` itself are left out, the others sorted by name in ASCII order, joined as `name=value` with `&`, and followed
/// by `&key=` and the merchant's key.
///
/// ```
/// use upqr::native::wechat::{Method, sign};
///
/// let parameters = [
///     ("appid", "wxd930ea5d5a258f4f"), ("mch_id", "10000100"), ("device_info", "1000"), ("body", "test"),
///     ("nonce_str", "ibuaiVcKdpRxkhJA"),
/// ];
/// let key = "192006250b4c09247ec02edce69f6a2d";
/// assert_eq!(sign(parameters, key, Method::Md5), "9A0A8659F005D6984697E2CA0A9CF3B7");
/// ```
#[must_use]
pub fn sign<'a>(
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    key: &str,
    method: Method,
) -> String {
    let mut signed: Vec<(&str, &str)> =
        parameters.into_iter().filter(|(name, value)| !value.is_empty() && *name != "sign").collect();
    signed.sort_unstable();
    let mut text = String::new();
    for (name, value) in signed {
        text.extend([name, "=", value, "&"]);
    }
    text.extend(["key=", key]);
    match method {
        Method::Md5 => upper_hex(&Md5::digest(&text)),
        Method::HmacSha256 => {
            let mut mac =
                Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
            mac.update(text.as_bytes());
            upper_hex(&mac.finalize().into_bytes())
        }
    }
}

fn upper_hex(octets: &[u8]) -> String {
    use std::fmt::Write as _;
    octets.iter().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02X}");
        text
    })
}

/// Native mode 2: a code of one order, opaque.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Native2<'a> {
    /// The whole code.
    pub text: &'a str,
    /// Which of the three shapes it has.
    pub shape: Shape,
    /// The opaque token.
    pub token: &'a str,
    /// The digits after `&groupid=`.
    pub group: Option<&'a str>,
}

/// The shapes of mode 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `bizpayurl?pr=`
    Plain,
    /// `bizpayurl/up?pr=`
    Up,
    /// `s/`
    Short,
}

impl<'a> Native2<'a> {
    /// Reads a mode-2 code.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let rest = literal(text, text, "weixin://wxpay/")?;
        if let Some(rest) = rest.strip_prefix("s/") {
            let (token, rest) =
                run(text, rest, (1, usize::MAX), "a letter or digit", |c| c.is_ascii_alphanumeric())?;
            end(text, rest)?;
            return Ok(Self { text, shape: Shape::Short, token, group: None });
        }
        let rest = literal(text, rest, "bizpayurl")?;
        let (shape, rest) = match rest.strip_prefix("/up") {
            Some(rest) => (Shape::Up, rest),
            None => (Shape::Plain, rest),
        };
        let rest = literal(text, rest, "?pr=")?;
        let (token, rest) = run(text, rest, (1, usize::MAX), "a letter, digit, `_` or `-`", is_token)?;
        let group = match rest.strip_prefix("&groupid=") {
            Some(rest) => {
                let (group, rest) = run(text, rest, (1, usize::MAX), "a digit", is_digit)?;
                end(text, rest)?;
                Some(group)
            }
            None => {
                end(text, rest)?;
                None
            }
        };
        Ok(Self { text, shape, token, group })
    }
}

/// A personal collection code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Personal<'a> {
    /// The whole code.
    pub text: &'a str,
    /// `f2f0` or `f2f1`.
    pub class: &'a str,
    /// 32 or 64 characters; their case is data.
    pub token: &'a str,
}

impl<'a> Personal<'a> {
    /// Reads a personal collection code.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let rest = literal(text, text, "wxp://")?;
        let class = rest.get(..4).unwrap_or_default();
        let digit = literal(text, rest, "f2f")?;
        let (_, rest) = run(text, digit, (1, 1), "`0` or `1`", |c| matches!(c, '0' | '1'))?;
        let expected = "32 or 64 characters of the token";
        let (token, rest) = run(text, rest, (32, 64), expected, is_token)?;
        end(text, rest)?;
        if matches!(token.len(), 32 | 64) {
            Ok(Self { text, class, token })
        } else {
            Err(fault(text, rest, expected))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T>(result: Result<T, Error>, sentence: &str) {
        assert_eq!(result.map_or_else(|error| error.to_string(), |_| "read".into()), sentence);
    }

    #[test]
    fn mode_1() {
        let url = |query: &str| format!("weixin://wxpay/bizpayurl?{query}");
        let parse = |query: &str| Native1::parse(&url(query)).map(drop);
        check(parse("appid=a&sign=B"), "read");
        check(parse("sign=&x=%E6%9D%8E&appid="), "read");
        check(parse("appid=a"), "byte 32: expected a parameter `appid`, found the end");
        check(parse("appid=a&b=c"), "byte 36: expected a parameter `sign`, found the end");
        check(parse("appid=a&sign=B&"), "byte 40: expected a parameter name, found the end");
        check(parse("appid=a&sign=B#f"), "byte 39: expected the end, found `#`");
        check(parse("appid=a&sign=B c"), "byte 39: expected the end, found ` `");
        check(parse("appid&sign=B"), "byte 30: expected `=`, found `&`");
        let code = url("b=2&appid=1&sign=X");
        let code = Native1::parse(&code).expect("mode 1");
        let order: Vec<_> = code.parameters().map(|parameter| parameter.name).collect();
        assert_eq!(order, ["b", "appid", "sign"]);
    }

    #[test]
    fn mode_2_in_three_shapes() {
        let plain = Native2::parse("weixin://wxpay/bizpayurl?pr=aB_-9").expect("plain");
        assert_eq!((plain.shape, plain.token, plain.group), (Shape::Plain, "aB_-9", None));
        let up = Native2::parse("weixin://wxpay/bizpayurl/up?pr=aB9&groupid=00").expect("up");
        assert_eq!((up.shape, up.token, up.group), (Shape::Up, "aB9", Some("00")));
        let short = Native2::parse("weixin://wxpay/s/aB9").expect("short");
        assert_eq!((short.shape, short.token), (Shape::Short, "aB9"));
        check(Native2::parse("weixin://wxpay/s/a-"), "byte 18: expected the end, found `-`");
        check(
            Native2::parse("weixin://wxpay/bizpayurl?pr="),
            "byte 28: expected a letter, digit, `_` or `-`, found the end",
        );
        check(
            Native2::parse("weixin://wxpay/bizpayurl?pr=a&groupid=x"),
            "byte 38: expected a digit, found `x`",
        );
        check(Native2::parse("weixin：//wxpay/s/a"), "byte 6: expected `weixin://wxpay/`, found `：`");
        check(Native2::parse("Weixin://wxpay/s/a"), "byte 0: expected `weixin://wxpay/`, found `W`");
    }

    #[test]
    fn personal_codes_keep_their_case_and_length() {
        let token = "Ab0_-".repeat(7).split_off(3);
        check(Personal::parse(&format!("wxp://f2f0{token}")), "read");
        check(Personal::parse(&format!("wxp://f2f1{token}{token}")), "read");
        check(
            Personal::parse(&format!("wxp://f2f1{token}a")),
            "byte 43: expected 32 or 64 characters of the token, found the end",
        );
        check(
            Personal::parse("wxp://f2f0short"),
            "byte 15: expected 32 or 64 characters of the token, found the end",
        );
        check(Personal::parse(&format!("wxp://f2f2{token}")), "byte 9: expected `0` or `1`, found `2`");
        check(Personal::parse(&format!("WXP://F2F0{token}")), "byte 0: expected `wxp://`, found `W`");
        check(Personal::parse(&format!("wxp://f2f0{token}{token}a")), "byte 74: expected the end, found `a`");
    }

    #[test]
    fn the_documented_digests_reproduce() {
        let documented = [
            ("appid", "wxd930ea5d5a258f4f"),
            ("mch_id", "10000100"),
            ("device_info", "1000"),
            ("body", "test"),
            ("nonce_str", "ibuaiVcKdpRxkhJA"),
            ("attach", ""),
            ("sign", "ignored"),
        ];
        let key = "192006250b4c09247ec02edce69f6a2d";
        assert_eq!(sign(documented, key, Method::Md5), "9A0A8659F005D6984697E2CA0A9CF3B7");
        assert_eq!(
            sign(documented, key, Method::HmacSha256),
            "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"
        );
    }

    #[test]
    fn a_signature_covers_sign_type_like_any_other_parameter() {
        let text = "weixin://wxpay/bizpayurl?appid=wx2421b1c4370ec43b&mch_id=10000100\
            &nonce_str=5K8264ILTKCH16CQ2502SI8ZNMTM67VS&product_id=88888\
            &sign=67BEFBE856ECD5F7BB773EFA3348AEDF712029D672C29AFEDCF67B83961DD6AE&sign_type=HMAC-SHA256\
            &time_stamp=1414488825";
        let key = "192006250b4c09247ec02edce69f6a2d";
        assert!(Native1::parse(text).expect("mode 1").is_signed_by(key, Method::HmacSha256));
        let other_product = text.replace("88888", "88889");
        assert!(!Native1::parse(&other_product).expect("mode 1").is_signed_by(key, Method::HmacSha256));
    }
}
