//! An HTTPS link whose fragment holds a payload, so that a phone without a wallet of this standard opens a page (requirements UPQR-CRR-12 to 17).
//!
//! ```text
//! link     = page "#upqr=" base64url      ; what writers write
//! page     = "https://" host [ ":" port ] [ path ] [ "?" query ]
//! fragment = member *( "&" member )       ; what readers read: exactly one member is named `upqr`
//! member   = name [ "=" value ]
//! ```
//!
//! The fragment is no part of what a browser sends to the host (RFC 9110, 7.1), so the payload stays out of the host's records. Base64url has
//! no character that a fragment would have to escape, and no two texts for the same octets.

use base64::Engine as _;
use url::Url;

use super::{payload_of, refuse};
use crate::error::{Error, ErrorKind};
use crate::native::uri::Uri;
use crate::unified::carriage::STRICT_BASE64URL;

/// Octets of a link at most: what recipients of URIs are asked to take (RFC 9110, 4.1).
pub const MAX_LINK: usize = 8000;

/// The name of the member that holds a payload.
pub const MEMBER: &str = "upqr";

const SCHEME: &str = "https";

/// Puts a payload into the fragment of a page (UPQR-CRR-12 to 14).
///
/// Refused are a page that is no https link, has a fragment or user information, or is not as the URL standard of WHATWG writes it; and what
/// [`MAX_PAYLOAD`](super::MAX_PAYLOAD) and [`MAX_LINK`] exclude.
///
/// ```
/// let payload = "000201010211153112345678123456781234567890123455802CN6304A31C";
/// let link = upqr::carrier::link::pack(payload, "https://pay.example/q?shop=7")?;
/// assert_eq!(link.split_once('#').map(|(page, _)| page), Some("https://pay.example/q?shop=7"));
/// # Ok::<(), upqr::Error>(())
/// ```
pub fn pack(payload: &str, page: &str) -> Result<String, Error> {
    refuse(payload)?;
    refuse_page(page)?;
    let link = format!("{page}#{MEMBER}={}", STRICT_BASE64URL.encode(payload));
    if link.len() > MAX_LINK {
        return Err(Error::new(0, ErrorKind::TooLong { limit: MAX_LINK, found: link.len() }));
    }
    Ok(link)
}

fn refuse_page(page: &str) -> Result<(), Error> {
    let fault = |expected| Err(Error::new(0, ErrorKind::Page(expected)));
    let Ok(url) = Url::parse(page) else { return fault("a link that begins `https://`") };
    if url.scheme() != SCHEME {
        return fault("a link that begins `https://`");
    }
    if url.fragment().is_some() {
        return fault("a link without a fragment, which the payload takes");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return fault("a link without user information");
    }
    if url.as_str() != page {
        return fault("a link as the URL standard writes it, such as `https://pay.example/`");
    }
    Ok(())
}

/// Takes the payload out of a link (UPQR-CRR-15 to 17). The page proves nothing, and nothing of it is read.
pub fn unpack(link: &str) -> Result<String, Error> {
    read(link)?.ok_or_else(|| Error::new(0, ErrorKind::NoPayload))
}

/// The payload of an https link, or `None` where the link holds none.
pub(super) fn read(link: &str) -> Result<Option<String>, Error> {
    if link.len() > MAX_LINK {
        return Err(Error::new(0, ErrorKind::TooLong { limit: MAX_LINK, found: link.len() }));
    }
    let not_https =
        Error::new(0, ErrorKind::PayloadLink("a link that begins `https://`, found something else"));
    let uri = Uri::parse(link).map_err(|_| not_https)?;
    if !uri.scheme.eq_ignore_ascii_case(SCHEME) || uri.authority.is_empty() {
        return Err(not_https);
    }
    let Some(fragment) = uri.fragment else { return Ok(None) };
    let named = |member: &&str| member.split('=').next() == Some(MEMBER);
    let mut members = fragment.split('&').filter(named);
    let Some(member) = members.next() else { return Ok(None) };
    let offset_of = |part: &str| crate::error::offset_in(link, part);
    if let Some(second) = members.next() {
        let expected = "one member `upqr` in the fragment, found two";
        return Err(Error::new(offset_of(second), ErrorKind::PayloadLink(expected)));
    }
    let value = member.split_once('=').map_or("", |(_, value)| value);
    let offset = if value.is_empty() { link_end(link, member) } else { offset_of(value) };
    let octets = STRICT_BASE64URL.decode(value).map_err(|_| Error::new(offset, ErrorKind::Fragment))?;
    payload_of(octets, offset).map(Some)
}

/// Where a member without a value ends.
fn link_end(link: &str, member: &str) -> usize {
    crate::error::offset_in(link, member).saturating_add(member.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = "000201010211153112345678123456781234567890123455802CN6304A31C";

    #[test]
    fn pages_that_take_a_payload() {
        #[track_caller]
        fn check(page: &str, expected: &str) {
            let shown = match pack(PAYLOAD, page) {
                Ok(link) => {
                    assert_eq!(unpack(&link).as_deref(), Ok(PAYLOAD), "{page}");
                    link.split_once('=').map_or_else(String::new, |(head, _)| head.to_owned())
                }
                Err(error) => error.to_string(),
            };
            let head = shown.split("=MDAw").next().unwrap_or_default();
            assert_eq!(head, expected, "{page}");
        }
        check("https://pay.example/", "https://pay.example/#upqr");
        check("https://pay.example:8443/q", "https://pay.example:8443/q#upqr");
        check("https://xn--fiqs8s.example/q", "https://xn--fiqs8s.example/q#upqr");
        let https = "byte 0: page: expected a link that begins `https://`, found something else";
        check("http://pay.example/", https);
        check("pay.example", https);
        check("https://", https);
        let fragment =
            "byte 0: page: expected a link without a fragment, which the payload takes, found something else";
        check("https://pay.example/#", fragment);
        check("https://pay.example/#top", fragment);
        let userinfo = "byte 0: page: expected a link without user information, found something else";
        check("https://shop@pay.example/", userinfo);
        check("https://:secret@pay.example/", userinfo);
        let written = "byte 0: page: expected a link as the URL standard writes it, such as `https://pay.example/`, found something else";
        check("https://pay.example", written);
        check("HTTPS://pay.example/", written);
        check("https://PAY.example/", written);
        check("https://pay.example:443/", written);
        check("https://pay.example/a/../b", written);
        check("https://pay.example\\@evil.example/", written);
        check("https://支付.example/", written);
        check("https://pay.example/ ", written);
    }

    #[test]
    fn links_that_hold_a_payload() {
        #[track_caller]
        fn check(link: &str, expected: &str) {
            let shown = unpack(link).unwrap_or_else(|error| error.to_string());
            assert_eq!(shown, expected, "{link}");
        }
        let value = STRICT_BASE64URL.encode(PAYLOAD);
        check(&format!("https://pay.example/#upqr={value}"), PAYLOAD);
        check(&format!("HTTPS://PAY.EXAMPLE#upqr={value}"), PAYLOAD);
        check(&format!("https://pay.example/?upqr=1#lang=zh&upqr={value}&top"), PAYLOAD);
        let https = "byte 0: expected a link that begins `https://`, found something else";
        check(&format!("http://pay.example/#upqr={value}"), https);
        check(&format!("https:///q#upqr={value}"), https);
        check("hello", https);
        let none = "byte 0: expected a payload of this standard, found none";
        check(&format!("https://pay.example/?upqr={value}"), none);
        check(&format!("https://pay.example/#UPQR={value}"), none);
        check("https://pay.example/#", none);
        check(
            &format!("https://pay.example/#upqr={value}&upqr={value}"),
            "byte 109: expected one member `upqr` in the fragment, found two",
        );
        let base64url = "expected base64url without padding and with zero padding bits behind `upqr=`, found something else";
        check(&format!("https://pay.example/#upqr={value}="), &format!("byte 26: {base64url}"));
        check(&format!("https://pay.example/#upqr={value}%3D"), &format!("byte 26: {base64url}"));
        check("https://pay.example/#upqr=MDAwMR", &format!("byte 26: {base64url}"));
        check("https://pay.example/#upqr=", "byte 26: expected a data object, found nothing");
        check("https://pay.example/#upqr", "byte 25: expected a data object, found nothing");
        check("https://pay.example/#upqr=__8", "byte 26: expected UTF-8, found other octets");
        check("https://pay.example/#upqr=SGVsbG8", "byte 26: expected the two digits of an ID, found `H`");
        let payment = STRICT_BASE64URL.encode("hQVDUFYwMWEHTwWgAAADMw==");
        let kept = "expected a merchant-presented payload, found a consumer's payment code, which no tag and no link is to keep";
        check(&format!("https://pay.example/#upqr={payment}"), &format!("byte 26: {kept}"));
        check(
            &format!("https://pay.example/{}", "a".repeat(MAX_LINK)),
            "byte 0: expected at most 8000 bytes, found 8020",
        );
    }

    #[test]
    fn what_no_link_takes() {
        #[track_caller]
        fn check(payload: &str, expected: &str) {
            let error = pack(payload, "https://pay.example/").expect_err("a refusal");
            assert_eq!(error.to_string(), expected);
        }
        let kept = "byte 0: expected a merchant-presented payload, found a consumer's payment code, which no tag and no link is to keep";
        check("hQVDUFYwMWEHTwWgAAADMw==", kept);
        check("", "byte 0: expected a data object, found nothing");
        check("wxp://f2f0", "byte 0: expected the two digits of an ID, found `w`");
        check(&"00020".repeat(591), "byte 0: expected at most 2953 bytes, found 2955");
    }
}
