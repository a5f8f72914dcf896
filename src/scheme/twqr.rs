//! TWQR of Taiwan's Financial Information Service Company.
//!
//! ```text
//! payload = link | percent-encoded link
//! link    = "TWQRP://" name "/" country "/" type "/" version "?" key "=" value *("&" key "=" value)
//! value   = any characters but "&"; percent escapes stand for octets of UTF-8
//! ```
//!
//! The elements of a link that is percent-encoded as a whole have the place of the whole text.

use std::borrow::Cow;
use std::ops::Range;

use super::parts::{Pair, forbid_duplicates, pairs, unescape};
use super::registry::Scheme;
use super::{FaultKind, Reading};

/// What a link begins with.
const MARK: &str = "TWQRP://";
/// The same in a link that is percent-encoded as a whole; the digits have either case.
const ENCODED_MARK: &str = "TWQRP%3A%2F%2F";
/// The parts of the path.
const PATH: [&str; 4] = ["name", "country", "type", "version"];

/// Reads a link that begins `TWQRP://`, percent-encoded or not.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let plain = text.strip_prefix(MARK);
    let is_encoded = |mark: &str| mark.eq_ignore_ascii_case(ENCODED_MARK);
    if plain.is_none() && !text.get(..ENCODED_MARK.len()).is_some_and(is_encoded) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("twqr"));
    match plain {
        Some(link) => add_all(&mut reading, link, None),
        None => add_encoded(&mut reading, text),
    }
    forbid_duplicates(&mut reading);
    Some(reading)
}

fn add_encoded(reading: &mut Reading<'_>, text: &str) {
    let whole = 0..text.len();
    let link = text.get(ENCODED_MARK.len()..).unwrap_or_default();
    let link = unescape(reading, link, &whole);
    add_all(reading, &link, Some(&whole));
}

/// Adds the elements of a link without its mark; `whole` is their place where they have none of their own.
fn add_all(reading: &mut Reading<'_>, link: &str, whole: Option<&Range<usize>>) {
    let place = |span: Range<usize>| whole.cloned().unwrap_or(span);
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let parts = path.split('/').count();
    if parts != PATH.len() {
        let span = place(MARK.len()..MARK.len().saturating_add(path.len()));
        let message = format!("expected {} in the path, but found {parts} parts", PATH.join(", "));
        reading.fault(FaultKind::Structure, span, message);
    }
    let mut start = MARK.len();
    for (id, part) in PATH.into_iter().zip(path.split('/')) {
        let end = start.saturating_add(part.len());
        let pair = Pair { key: id, value: Some(part), span: start..end };
        add(reading, &pair, place(pair.span.clone()));
        start = end.saturating_add(1);
    }
    let start = MARK.len().saturating_add(path.len()).saturating_add(1);
    for pair in pairs(query, start, '&', '=').filter(|_| !query.is_empty()) {
        add(reading, &pair, place(pair.span.clone()));
    }
}

fn add(reading: &mut Reading<'_>, pair: &Pair<'_>, span: Range<usize>) {
    let Some(value) = pair.value else {
        let message = "expected a key, `=` and a value: write `&` in a value as %26";
        return reading.fault(FaultKind::Structure, span, message);
    };
    let value = unescape(reading, value, &span).into_owned();
    reading.element(Cow::Owned(pair.key.to_owned()), value, span);
}

#[cfg(test)]
mod tests {
    use super::*;
    use FaultKind::{Duplicate, Structure};

    fn check(link: &str, kinds: &[FaultKind]) {
        let encoded =
            percent_encoding::utf8_percent_encode(link, percent_encoding::NON_ALPHANUMERIC).to_string();
        for text in [link.to_owned(), encoded.to_ascii_lowercase().replacen("twqrp", "TWQRP", 1), encoded] {
            let reading = read(&text).expect("the text has the mark");
            assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
            assert!(reading.elements.iter().all(|element| text.get(element.span.clone()).is_some()));
        }
    }

    #[test]
    fn faults_are_those_that_no_row_can_say() {
        check("TWQRP://name/158/02/v1", &[]);
        check("TWQRP://個人/158/02/v1?d5=822&d9=a%20b", &[]);
        check("TWQRP://name/158/02", &[Structure]);
        check("TWQRP://name/158/02/v1/x?d1=1", &[Structure]);
        check("TWQRP://name/158/02/v1?d1=1&d1=2", &[Duplicate]);
        check("TWQRP://name/158/02/v1?d1", &[Structure]);
        check("TWQRP://name/158/02/v1?d9=%ff", &[Structure]);
        assert!(read("TWQRP%3A%2F%2F%FF").is_some_and(|reading| !reading.faults.is_empty()));
        for text in ["", "TWQRP", "twqrp://a/158/02/V1", "TWQRP%3A%2F"] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_link_that_is_encoded_as_a_whole_is_decoded_twice() {
        let reading = read("TWQRP%3a%2f%2fA%2F158%2F02%2FV1%3FD9%3Da%2520b").expect("the text has the mark");
        assert_eq!((reading.value("D9"), reading.value("version")), (Some("a b"), Some("V1")));
        let text = "TWQRP://A/158/02/V1?D9=a%20b";
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.get("D9").and_then(|note| text.get(note.span.clone())), Some("a%20b"));
    }
}
