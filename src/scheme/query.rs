//! The queries of URIs, as BIP 321 and ERC-681 have them (RFC 3986, 3.4).
//!
//! ```text
//! query     = parameter *( "&" parameter )
//! parameter = [ key [ "=" value ] ]
//! ```

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::{FaultKind, Reading};

/// ASCII characters that RFC 3986 keeps out of a query; those outside ASCII are encoded anyhow.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// One parameter of a query, as it stands.
pub(super) struct Parameter<'a> {
    /// What stands before `=`.
    pub(super) key: &'a str,
    /// What follows `=`, if there is one.
    pub(super) value: Option<&'a str>,
    /// The place of all of it.
    pub(super) span: Range<usize>,
}

/// The parameters of a query that starts at byte `offset` of its URI.
pub(super) fn parameters(query: &str, offset: usize) -> impl Iterator<Item = Parameter<'_>> {
    let mut start = offset;
    query.split('&').map(move |text| {
        let span = start..start.saturating_add(text.len());
        start = span.end.saturating_add(1);
        match text.split_once('=') {
            Some((key, value)) => Parameter { key, value: Some(value), span },
            None => Parameter { key: text, value: None, span },
        }
    })
}

/// Says that a URI has a fragment, which neither scheme knows.
pub(super) fn refuse_fragment(reading: &mut Reading<'_>, text: &str) {
    if let Some(start) = text.find('#') {
        let message = "the URI has a fragment: write `#` as %23 inside a value";
        reading.fault(FaultKind::Structure, start..text.len(), message);
    }
}

/// Adds a parameter under the name `id`, its value decoded, and gives that value; says what is wrong with its encoding.
pub(super) fn element<'r, 'a>(
    reading: &'r mut Reading<'a>,
    id: impl Into<Cow<'a, str>>,
    parameter: &Parameter<'a>,
) -> Option<&'r str> {
    let raw = parameter.value.unwrap_or_default();
    let span = parameter.span.end.saturating_sub(raw.len())..parameter.span.end;
    if let Cow::Owned(encoded) = Cow::from(utf8_percent_encode(raw, ENCODED)) {
        let message = "a character is not percent-encoded: encode it";
        reading.fixable(FaultKind::Tolerated, span.clone(), message, encoded);
    }
    let Some(value) = decode(raw) else {
        let message = "a value is not percent-encoded UTF-8: write `%` as %25, and encode UTF-8";
        reading.fault(FaultKind::Structure, span, message);
        return None;
    };
    reading.element(id, value, span);
    reading.elements.last().map(|element| &*element.value)
}

/// A value with its encoding undone; `None` where it is broken or no UTF-8.
fn decode(value: &str) -> Option<Cow<'_, str>> {
    let is_octet =
        |text: &str| matches!(text.as_bytes(), [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    value.split('%').skip(1).all(is_octet).then(|| percent_decode_str(value).decode_utf8().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::Scheme;
    use super::*;

    /// Reads a query that stands behind ten bytes; shows `key=value@place` and the kinds of faults.
    fn check(query: &str, expected: &str) {
        let mut reading = Reading::new(Scheme::known("bip321"));
        for parameter in parameters(query, 10) {
            let _ = element(&mut reading, parameter.key, &parameter);
        }
        let elements = reading.elements.iter().map(|element| {
            format!("{}={}@{}..{}", element.id, element.value, element.span.start, element.span.end)
        });
        let faults = reading
            .faults
            .iter()
            .map(|fault| format!("{:?}:{}", fault.kind, fault.fix.as_deref().unwrap_or("-")));
        assert_eq!(elements.chain(faults).collect::<Vec<_>>().join(" "), expected, "{query}");
    }

    #[test]
    fn values_are_decoded_in_their_places() {
        check("a=1&b=%C3%A9&c", "a=1@12..13 b=é@16..22 c=@24..24");
        check("a=1=2&=", "a=1=2@12..15 =@17..17");
        check("a=b c", "a=b c@12..15 Tolerated:b%20c");
        check("a=é", "a=é@12..14 Tolerated:%C3%A9");
        check("a=%", "Structure:-");
        check("a=%4", "Structure:-");
        check("a=%é4", "Tolerated:%%C3%A94 Structure:-");
        check("a=%FF", "Structure:-");
    }
}
