//! Alipay codes and the application links that wrap them.
//!
//! ```text
//! code    = "https://qr.alipay.com/" id [ "?" *visible ]                     ; the scheme, host and id in any case
//! id      = 2alphanumeric "x" 5DIGIT 14*16alphanumeric
//! wrapper = ( "alipay://" / "alipays://" / "alipayqr://" ) ( %s"platformapi/startapp" / %s"nfc/app" ) "?" 1*visible
//!         / "https://ds.alipay.com" %s"/?" 1*visible
//!         / "https://render.alipay.com" %s"/p/s/ulink" *visible
//! ```

use percent_encoding::percent_decode_str;

use super::token::{end, fault, is_digit, is_visible, literal, literal_no_case, run};
use super::uri::Uri;
use crate::error::{Error, ErrorKind};

/// The host of Alipay's codes.
pub const HOST: &str = "qr.alipay.com";
/// A host of wrappers.
pub const DS_HOST: &str = "ds.alipay.com";
/// A host of wrappers.
pub const RENDER_HOST: &str = "render.alipay.com";

/// How deep wrappers may nest (UPQR-REC).
pub const MAX_DEPTH: usize = 3;

/// A collection or order code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code<'a> {
    /// The whole code.
    pub text: &'a str,
    /// 22 to 24 characters: three letters of class, five digits, the rest; the case is as printed.
    pub id: &'a str,
    /// What follows `?`.
    pub query: Option<&'a str>,
}

impl<'a> Code<'a> {
    /// Reads a collection or order code.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let uri = Uri::parse(text)?;
        literal_no_case(text, text, "https://")?;
        uri.host_is(HOST)?;
        let start = literal(text, uri.path, "/")?;
        let alphanumeric = |c: char| c.is_ascii_alphanumeric();
        let expected = "an ID: two letters or digits, `x`, five digits, 14 to 16 letters or digits";
        let (_, rest) = run(text, start, (2, 2), expected, alphanumeric)?;
        let rest = literal_no_case(text, rest, "x")?;
        let (_, rest) = run(text, rest, (5, 5), expected, is_digit)?;
        let (_, rest) = run(text, rest, (14, 16), expected, alphanumeric)?;
        let id = start.strip_suffix(rest).unwrap_or(start);
        let after = text.get(uri.offset_of(rest)..).unwrap_or_default();
        let query = match after.strip_prefix('?') {
            Some(query) => {
                let (query, rest) = run(text, query, (0, usize::MAX), "a query", is_visible)?;
                end(text, rest)?;
                Some(query)
            }
            None => {
                end(text, after)?;
                None
            }
        };
        Ok(Self { text, id, query })
    }
}

/// An application link that holds a code; the outer bytes are the code that is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrapper<'a> {
    /// The whole link.
    pub text: &'a str,
}

impl<'a> Wrapper<'a> {
    /// Reads the outer link.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let uri = Uri::parse(text)?;
        let scheme = uri.scheme;
        if ["alipay", "alipays", "alipayqr"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            // The authority of these links is the first word of an application path, not a host.
            let path = text.get(uri.offset_of(uri.authority)..).unwrap_or_default();
            let rest = path
                .strip_prefix("nfc/app")
                .map_or_else(|| literal(text, path, "platformapi/startapp"), Ok)?;
            let query = literal(text, rest, "?")?;
            let (_, rest) = run(text, query, (1, usize::MAX), "a query", is_visible)?;
            end(text, rest)?;
            return Ok(Self { text });
        }
        literal_no_case(text, text, "https://")?;
        let rest = if uri.host_is(DS_HOST).is_ok() {
            let query = literal(text, uri.after_authority(), "/?")?;
            run(text, query, (1, usize::MAX), "a query", is_visible)?.1
        } else {
            uri.host_is(RENDER_HOST)?;
            let rest = uri.after_authority();
            let after = literal(text, rest, "/p/s/ulink")?;
            run(text, after, (0, usize::MAX), "a path or query", is_visible)?.1
        };
        end(text, rest)?;
        Ok(Self { text })
    }

    /// The Alipay code inside, or `None` where the wrapper is opaque: it cannot be unwrapped, or wraps something else.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        self.unwrap_layers().ok()?.pop().filter(|inner| Code::parse(inner).is_ok())
    }

    /// The links and codes inside, the outermost first; the last is not a wrapper.
    ///
    /// Each layer is the value of one parameter, percent-decoded once: `qrcode` of `platformapi/startapp`, `codeContent` of `nfc/app`,
    /// `scheme` of a web link. More than three wrappers, a parameter that is missing or stands twice, or a layer that is not UTF-8 when
    /// decoded is an error.
    pub fn unwrap_layers(&self) -> Result<Vec<String>, Error> {
        let mut layers: Vec<String> = Vec::new();
        loop {
            let current = layers.last().map_or(self.text, String::as_str);
            if Wrapper::parse(current).is_err() {
                return Ok(layers);
            }
            let inner = inner_of(current)?;
            if layers.len() == MAX_DEPTH {
                return Err(Error::new(0, ErrorKind::Depth));
            }
            layers.push(inner);
        }
    }
}

fn inner_of(wrapper: &str) -> Result<String, Error> {
    let uri = Uri::parse(wrapper)?;
    let name = match (uri.is_web(), uri.authority) {
        (true, _) => "scheme",
        (false, "nfc") => "codeContent",
        (false, _) => "qrcode",
    };
    let mut values = uri.parameters().filter(|parameter| parameter.name == name);
    let (Some(parameter), None) = (values.next(), values.next()) else {
        return Err(fault(wrapper, uri.query.unwrap_or_default(), "the parameter of the wrapped link, once"));
    };
    let value = parameter.value.unwrap_or_default();
    let decoded = percent_decode_str(value).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| fault(wrapper, value, "percent-encoded UTF-8 in the wrapped link"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOWER: &str = "https://qr.alipay.com/fkx00000synthetic00aaa";

    #[track_caller]
    fn check(text: &str, sentence: &str) {
        let found = Code::parse(text);
        assert_eq!(found.map_or_else(|error| error.to_string(), |code| code.id.into()), sentence, "{text}");
    }

    #[test]
    fn codes_in_every_case_mix() {
        check(LOWER, "fkx00000synthetic00aaa");
        check("HTTPS://QR.ALIPAY.COM/FKX00000SYNTHETIC00AAA", "FKX00000SYNTHETIC00AAA");
        check("https://qr.alipay.com/FKX00000SYNTHETIC00AAA?_s=web-other", "FKX00000SYNTHETIC00AAA");
        check("hTTps://qr.alipay.COM/bAx03190uxd47wbekffy6033", "bAx03190uxd47wbekffy6033");
        check(&format!("{LOWER}?"), "fkx00000synthetic00aaa");
        check(&format!("{LOWER}?t=1#x"), "fkx00000synthetic00aaa");
        let id = "an ID: two letters or digits, `x`, five digits, 14 to 16 letters or digits";
        check(&format!("{LOWER}aaa"), "byte 46: expected the end, found `a`");
        check(
            "https://qr.alipay.com/fkx00000synthetic00aa",
            &format!("byte 43: expected {id}, found the end"),
        );
        check("https://qr.alipay.com/fkx0000synthetic00aaaa", &format!("byte 29: expected {id}, found `s`"));
        check("https://qr.alipay.com/fky00000synthetic00aaa", "byte 24: expected `x`, found `y`");
        check(&format!("{LOWER} "), "byte 44: expected the end, found ` `");
        check(&format!("{LOWER}#f"), "byte 44: expected the end, found `#`");
        check("http://qr.alipay.com/fkx00000synthetic00aaa", "byte 4: expected `https://`, found `:`");
        check("https://qr.alipay.com", "byte 21: expected `/`, found the end");
        check(&LOWER.replace("//", "//x@"), "byte 9: expected a host alone, found userinfo before `@`");
    }

    fn layers(text: &str) -> String {
        match Wrapper::parse(text).and_then(|wrapper| wrapper.unwrap_layers()) {
            Ok(layers) => layers.join(" > "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn wrappers_unwrap_up_to_three_levels() {
        let raw = format!("alipays://platformapi/startapp?saId=10000007&qrcode={LOWER}");
        assert_eq!(layers(&raw), LOWER);
        let once = "ALIPAYQR://platformapi/startapp?qrcode=https%3A%2F%2Fqr.alipay.com%2Ffkx00000synthetic00aaa%3F_s%3D1";
        assert_eq!(layers(once), format!("{LOWER}?_s=1"));
        let twice = "https://ds.alipay.com/?from=m&scheme=alipayqr%3A%2F%2Fplatformapi%2Fstartapp%3Fqrcode%3D\
                     https%253A%252F%252Fqr.alipay.com%252Ffkx00000synthetic00aaa";
        let inner =
            "alipayqr://platformapi/startapp?qrcode=https%3A%2F%2Fqr.alipay.com%2Ffkx00000synthetic00aaa";
        assert_eq!(layers(twice), format!("{inner} > {LOWER}"));
        let sticker = "https://render.alipay.com/p/s/ulink/?s=1&scheme=alipay://nfc/app?codeContent=x";
        assert_eq!(layers(sticker), "alipay://nfc/app?codeContent=x > x");
        let twice = "alipays://platformapi/startapp?qrcode=a&qrcode=b";
        assert_eq!(layers(twice), "byte 31: expected the parameter of the wrapped link, once, found `q`");

        let mut deep = LOWER.to_owned();
        for _ in 0..4 {
            let encoded = percent_encoding::utf8_percent_encode(&deep, percent_encoding::NON_ALPHANUMERIC);
            deep = format!("alipays://platformapi/startapp?qrcode={encoded}");
        }
        assert_eq!(layers(&deep), "byte 0: expected at most three nested wrappers, found another inside");
        let gbk = "alipays://platformapi/startapp?qrcode=%C0%EE";
        assert_eq!(layers(gbk), "byte 38: expected percent-encoded UTF-8 in the wrapped link, found `%`");
    }

    #[test]
    fn look_alike_wrappers_are_refused() {
        #[track_caller]
        fn refuse(text: &str, sentence: &str) {
            assert_eq!(layers(text), sentence);
        }
        refuse(
            "https://ds.alipay.com.evil/?scheme=x",
            "byte 8: expected the host `render.alipay.com`, found another host",
        );
        refuse("https://ds.alipay.com?scheme=x", "byte 21: expected `/?`, found `?`");
        refuse("alipays://platformapi/startApp?q", "byte 27: expected `platformapi/startapp`, found `A`");
        refuse("alipays://platformapi/startapp?", "byte 31: expected a query, found the end");
        refuse("https://render.alipay.com/p/s/", "byte 30: expected `/p/s/ulink`, found the end");
    }
}
