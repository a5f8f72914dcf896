//! Splits a URI without losing a byte, and compares its host exactly.
//!
//! ```text
//! uri       = scheme "://" authority path [ "?" query ] [ "#" fragment ]
//! authority = every character up to the first "/", "?" or "#"
//! query     = parameter *( "&" parameter )
//! parameter = name [ "=" value ]
//! ```
//!
//! Nothing is decoded or normalised: case, order and percent-encoding are data.

use crate::error::{Error, ErrorKind, Found, offset_in};

/// A URI in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uri<'a> {
    /// The whole text.
    pub text: &'a str,
    /// What stands before `://`: a letter, then letters, digits, `+`, `-` and `.`.
    pub scheme: &'a str,
    /// What stands between `://` and the path.
    pub authority: &'a str,
    /// From the first `/` of the rest, or empty.
    pub path: &'a str,
    /// What follows `?`.
    pub query: Option<&'a str>,
    /// What follows `#`.
    pub fragment: Option<&'a str>,
}

/// One parameter of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'a> {
    /// What stands before `=`.
    pub name: &'a str,
    /// What follows `=`, if there is one.
    pub value: Option<&'a str>,
}

impl<'a> Uri<'a> {
    /// Splits `text`; an error only where it has no scheme and `://`.
    ///
    /// ```
    /// let uri = upqr::native::uri::Uri::parse("HTTPS://qr.example/a?b=%E6&c#d")?;
    /// assert_eq!((uri.authority, uri.path, uri.fragment), ("qr.example", "/a", Some("d")));
    /// # Ok::<(), upqr::Error>(())
    /// ```
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let scheme_length =
            text.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')).count();
        let scheme = text.get(..scheme_length).unwrap_or_default();
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let expected = "a letter that starts a scheme";
            return Err(Error::new(0, ErrorKind::Syntax { expected, found: Found::first_of(text) }));
        }
        let after = text.get(scheme_length..).unwrap_or_default();
        let Some(rest) = after.strip_prefix("://") else {
            let found = Found::first_of(after);
            let kind = match found {
                Found::Character(c) if !c.is_ascii() => ErrorKind::NonAscii(c),
                _ => ErrorKind::Syntax { expected: "`://` after the scheme", found },
            };
            return Err(Error::new(scheme_length, kind));
        };
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (rest, fragment) = match rest.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment)),
            None => (rest, None),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        Ok(Self { text, scheme, authority, path, query, fragment })
    }

    /// Whether the authority is `host` and nothing else, compared without ASCII case.
    ///
    /// Looked for in this order: a character outside ASCII, a backslash, `@`, `:`, and then the first byte that differs.
    pub fn host_is(&self, host: &'static str) -> Result<(), Error> {
        self.plain_authority()?;
        if self.authority.eq_ignore_ascii_case(host) {
            return Ok(());
        }
        let common =
            self.authority.bytes().zip(host.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
        Err(Error::new(self.offset_of(self.authority).saturating_add(common), ErrorKind::Host(host)))
    }

    /// Whether the authority is a host alone: ASCII, without userinfo, port or backslash.
    pub fn plain_authority(&self) -> Result<(), Error> {
        let fault =
            |place: usize, kind| Err(Error::new(self.offset_of(self.authority).saturating_add(place), kind));
        if let Some((place, c)) = self.authority.char_indices().find(|(_, c)| !c.is_ascii()) {
            return fault(place, ErrorKind::NonAscii(c));
        }
        for (c, kind) in [('\\', ErrorKind::Backslash), ('@', ErrorKind::Userinfo), (':', ErrorKind::Port)] {
            if let Some(place) = self.authority.find(c) {
                return fault(place, kind);
            }
        }
        Ok(())
    }

    /// The authority without userinfo and without a port: what stands after the last `@` and before a last `:` and its digits.
    #[must_use]
    pub fn host(&self) -> &'a str {
        let host = self.authority.rsplit('@').next().unwrap_or_default();
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        }
    }

    /// Everything after the authority: path, query and fragment.
    #[must_use]
    pub fn after_authority(&self) -> &'a str {
        let end = self.offset_of(self.authority).saturating_add(self.authority.len());
        self.text.get(end..).unwrap_or_default()
    }

    /// Whether the scheme is http or https in any case.
    #[must_use]
    pub fn is_web(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("https") || self.scheme.eq_ignore_ascii_case("http")
    }

    /// The parameters of the query in their order.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter<'a>> + use<'a> {
        self.query.into_iter().flat_map(parameters)
    }

    /// The value of the first parameter with this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters().find(|parameter| parameter.name == name)?.value
    }

    /// Bytes from the start of the text to a part of it.
    #[must_use]
    pub fn offset_of(&self, part: &str) -> usize {
        offset_in(self.text, part)
    }
}

/// The parameters of a query in their order.
pub(super) fn parameters(query: &str) -> impl Iterator<Item = Parameter<'_>> {
    query.split('&').map(|parameter| match parameter.split_once('=') {
        Some((name, value)) => Parameter { name, value: Some(value) },
        None => Parameter { name: parameter, value: None },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, sentence: &str) {
        let found = Uri::parse(text).and_then(|uri| uri.host_is("qr.alipay.com"));
        assert_eq!(found.map_or_else(|error| error.to_string(), |()| "same".into()), sentence, "{text}");
    }

    #[test]
    fn hosts_are_compared_exactly() {
        let other = "expected the host `qr.alipay.com`, found another host";
        check("https://qr.alipay.com/x", "same");
        check("HTTPS://QR.Alipay.COM?x", "same");
        check("https://qr.alipay.com", "same");
        check("https://qr.alipay.com.evil/x", &format!("byte 21: {other}"));
        check("https://qr.alipay.com./x", &format!("byte 21: {other}"));
        check("https://qr.alipay.co/x", &format!("byte 20: {other}"));
        check("https://qr.a1ipay.com/x", &format!("byte 12: {other}"));
        check("https://qr.alipay.com%2fx", &format!("byte 21: {other}"));
        check("https:///qr.alipay.com/", &format!("byte 8: {other}"));
        check("https://qr.alipay.com@evil/x", "byte 21: expected a host alone, found userinfo before `@`");
        check("https://qr.alipay.com:1@evil/x", "byte 23: expected a host alone, found userinfo before `@`");
        check("https://qr.alipay.com:443/x", "byte 21: expected a host alone, found a port after `:`");
        check("https://evil\\@qr.alipay.com/x", "byte 12: expected a host alone, found a backslash");
        check("https://qr.аlipay.com/x", "byte 11: expected ASCII, found `а` (U+0430)");
        check("https://qr。alipay.com/x", "byte 10: expected ASCII, found `。` (U+3002)");
        check("https：//qr.alipay.com/x", "byte 5: expected ASCII, found `：` (U+FF1A)");
        check("https:/qr.alipay.com/x", "byte 5: expected `://` after the scheme, found `:`");
        check("//qr.alipay.com", "byte 0: expected a letter that starts a scheme, found `/`");
        check("", "byte 0: expected a letter that starts a scheme, found the end");
    }

    #[test]
    fn parts_join_to_the_text() {
        let uri = Uri::parse("a+b://h\\x/p?q=1&&r=a=b&s?#f?#").expect("a URI");
        assert_eq!((uri.path, uri.query, uri.fragment), ("/p", Some("q=1&&r=a=b&s?"), Some("f?#")));
        let names: Vec<_> = uri.parameters().map(|p| (p.name, p.value)).collect();
        assert_eq!(names, [("q", Some("1")), ("", None), ("r", Some("a=b")), ("s?", None)]);
    }
}
