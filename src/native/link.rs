//! Aggregate codes: any http or https link. The server behind it tells wallets apart, so the link alone does not say who is paid.
//!
//! ```text
//! link = ( "https" / "http" ) "://" 1*visible
//! ```

use super::token::{end, is_visible, literal_no_case, run};
use super::uri::Uri;
use super::{alipay, ecny, qq, unionpay};
use crate::error::{Error, ErrorKind, Found};

/// The hosts that belong to one wallet, which other hosts must not resemble.
pub const WALLET_HOSTS: [&str; 6] =
    [alipay::HOST, alipay::DS_HOST, alipay::RENDER_HOST, unionpay::HOST, ecny::HOST, qq::HOST];

/// A link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// The whole link.
    pub text: &'a str,
}

impl<'a> Link<'a> {
    /// Reads a link by its shape alone; [`authority_fault`] and [`look_alike`] judge its host.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let rest = literal_no_case(text, text, "http")?;
        let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest);
        let rest = literal_no_case(text, rest, "://")?;
        let (_, rest) = run(text, rest, (1, usize::MAX), "a character of the link", is_visible)?;
        end(text, rest)?;
        Ok(Self { text })
    }
}

/// The wallet whose host this is, in any ASCII case.
#[must_use]
pub fn wallet_host(host: &str) -> Option<&'static str> {
    WALLET_HOSTS.into_iter().find(|wallet| host.eq_ignore_ascii_case(wallet))
}

/// Why two parsers may disagree about the host of an http or https URI: a character outside ASCII, a backslash, userinfo, on a wallet's
/// host a port, or a blank, a control or `%`, which some parsers drop or decode (UPQR-REC-12).
#[must_use]
pub fn authority_fault(uri: &Uri<'_>) -> Option<Error> {
    if let Some(place) = uri.authority.find(|c: char| c.is_ascii_control() || matches!(c, ' ' | '%')) {
        let found = uri.authority.get(place..).map_or(Found::End, Found::first_of);
        let kind = ErrorKind::Syntax { expected: "a host without blanks, controls and `%`", found };
        return Some(Error::new(uri.offset_of(uri.authority).saturating_add(place), kind));
    }
    let fault = uri.plain_authority().err()?;
    let harmless = matches!(fault.kind, ErrorKind::Port) && wallet_host(uri.host()).is_none();
    (!harmless).then_some(fault)
}

/// The domains under which wallets and payment networks print codes (UPQR-REC, clause 7.5).
const WALLET_DOMAINS: [&str; 7] =
    ["alipay.com", "alipayplus.com", "weixin.qq.com", "tenpay.com", "95516.com", "unionpay.com", "pbcdci.cn"];

/// The wallet's host or domain that this host resembles without being one or standing below one, such as `qr.alipay.com` for `qr.a1ipay.com`
/// or `qr.alipay.com.example`, and `alipay.com` for `global-alipay.com`.
#[must_use]
pub fn look_alike(host: &str) -> Option<&'static str> {
    if wallet_host(host).is_some() {
        return None;
    }
    let folded = fold(host);
    let resembled = |known: &&str| folded.contains(&fold(known));
    WALLET_HOSTS
        .into_iter()
        .find(resembled)
        .or_else(|| WALLET_DOMAINS.into_iter().find(resembled).filter(|_| !is_below_wallet(host)))
}

/// Whether a host is a wallet's domain, or stands below one.
#[must_use]
pub fn is_below_wallet(host: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let below =
        |domain: &str| lower.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    WALLET_DOMAINS.into_iter().any(below)
}

/// Hosts that the eye takes for one another fold to one text (UPQR-REC, clause 7.5).
fn fold(host: &str) -> String {
    host.to_ascii_lowercase()
        .replace('-', ".")
        .replace('0', "o")
        .replace(['1', 'i'], "l")
        .replace("rn", "m")
        .replace("vv", "w")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_visible_link_is_one() {
        #[track_caller]
        fn check(text: &str, sentence: &str) {
            let fault =
                Link::parse(text).err().or_else(|| authority_fault(&Uri::parse(text).expect("a link")));
            assert_eq!(fault.map_or_else(|| "plain".into(), |error| error.to_string()), sentence, "{text}");
        }
        check("https://pay.example/q?n=%C0%EE", "plain");
        check("HTTP://pay.example:8080/", "plain");
        check("https://pay.example/a b", "byte 21: expected the end, found ` `");
        check("https://", "byte 8: expected a character of the link, found the end");
        check("ftp://pay.example", "byte 0: expected `http`, found `f`");
        check("https://a@b/", "byte 9: expected a host alone, found userinfo before `@`");
        check("https://qr.alipay.com:80/", "byte 21: expected a host alone, found a port after `:`");
        check(
            "https://qr%2Ealipay.com/",
            "byte 10: expected a host without blanks, controls and `%`, found `%`",
        );
        check("https://qr\\.example/", "byte 10: expected a host alone, found a backslash");
    }

    #[test]
    fn look_alikes_name_the_wallet_they_resemble() {
        assert_eq!(look_alike("QR.alipay.com.example"), Some("qr.alipay.com"));
        assert_eq!(look_alike("qr.a1ipay.com"), Some("qr.alipay.com"));
        assert_eq!(look_alike("qr-alipay.com"), Some("qr.alipay.com"));
        assert_eq!(look_alike("qr.allpay.com"), Some("qr.alipay.com"));
        assert_eq!(look_alike("myqr.95516.com"), Some("qr.95516.com"));
        assert_eq!(look_alike("QR.alipay.COM"), None);
        assert_eq!(look_alike("pay.example"), None);
    }
}
