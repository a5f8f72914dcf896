//! Aggregate codes: any http or https link. The server behind it tells wallets apart, so the link alone does not say who is paid.
//!
//! ```text
//! link = ( "https" / "http" ) "://" 1*visible
//! ```

use super::token::{end, fault, is_visible, literal_no_case, run};
use super::uri::Uri;
use super::{alipay, ecny, qq, unionpay};
use crate::error::Error;

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
    /// Reads a link by its shape alone; [`authority`](Self::authority) judges its host.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let rest = literal_no_case(text, text, "http")?;
        let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest);
        let rest = literal_no_case(text, rest, "://")?;
        let (_, rest) = run(text, rest, (1, usize::MAX), "a character of the link", is_visible)?;
        end(text, rest)?;
        Ok(Self { text })
    }

    /// Whether the host can be read in one way only: no userinfo, backslash or character outside ASCII, and on a wallet's host no port.
    pub fn authority(&self) -> Result<(), Error> {
        let uri = Uri::parse(self.text)?;
        match uri.plain_authority() {
            Err(Error { kind: crate::ErrorKind::Port, .. }) if look_alike(host_of(&uri)).is_none() => Ok(()),
            judged => judged,
        }
    }

    /// The wallet's host that this link's authority holds without being it, such as `qr.alipay.com` in `qr.alipay.com.example`.
    #[must_use]
    pub fn look_alike(&self) -> Option<&'static str> {
        let uri = Uri::parse(self.text).ok()?;
        let wallet = look_alike(uri.authority)?;
        (!uri.authority.eq_ignore_ascii_case(wallet)).then_some(wallet)
    }

    /// The start of the host, for errors that concern it.
    pub fn host(&self) -> Result<&'a str, Error> {
        let uri = Uri::parse(self.text)?;
        if uri.authority.is_empty() {
            return Err(fault(self.text, uri.path, "a host"));
        }
        Ok(host_of(&uri))
    }
}

fn host_of<'a>(uri: &Uri<'a>) -> &'a str {
    uri.authority.split(':').next().unwrap_or_default()
}

fn look_alike(authority: &str) -> Option<&'static str> {
    let authority = authority.to_ascii_lowercase();
    WALLET_HOSTS.into_iter().find(|host| authority.contains(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_visible_link_is_one() {
        #[track_caller]
        fn check(text: &str, sentence: &str) {
            let found = Link::parse(text).and_then(|link| link.authority());
            assert_eq!(found.map_or_else(|error| error.to_string(), |()| "plain".into()), sentence, "{text}");
        }
        check("https://pay.example/q?n=%C0%EE", "plain");
        check("HTTP://pay.example:8080/", "plain");
        check("https://pay.example/a b", "byte 21: expected the end, found ` `");
        check("https://", "byte 8: expected a character of the link, found the end");
        check("ftp://pay.example", "byte 0: expected `http`, found `f`");
        check("https://a@b/", "byte 9: expected a host alone, found userinfo before `@`");
        check("https://qr.alipay.com:80/", "byte 21: expected a host alone, found a port after `:`");
        check("https://qr\\.example/", "byte 10: expected a host alone, found a backslash");
    }

    #[test]
    fn look_alikes_name_the_wallet_they_resemble() {
        let look_alike = |text| Link::parse(text).expect("a link").look_alike();
        assert_eq!(look_alike("https://QR.alipay.com.example/x"), Some("qr.alipay.com"));
        assert_eq!(look_alike("https://qr.alipay.com@example/x"), Some("qr.alipay.com"));
        assert_eq!(look_alike("https://myqr.95516.com/x"), Some("qr.95516.com"));
        assert_eq!(look_alike("https://qr.alipay.com/x"), None);
        assert_eq!(look_alike("https://example/qr.alipay.com"), None);
    }
}
