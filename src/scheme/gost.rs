//! Payment orders of the Russian standard GOST R 56042-2014.
//!
//! ```text
//! payload   = "ST0001" charset 1*(separator key "=" value) [separator]
//! charset   = "1" windows-1251 | "2" UTF-8 | "3" KOI8-R
//! separator = any printable ASCII character that no value holds, "|" as a rule
//! ```
//!
//! The text is read as it was decoded: the charset only says how its octets are counted.

use super::parts::{Pair, forbid_duplicates, pairs};
use super::registry::Scheme;
use super::{FaultKind, Reading};

/// What a payload begins with: the format and its version.
const MARK: &str = "ST0001";
/// The elements that come first, in this order (GOST R 56042, mandatory block).
const MANDATORY: [&str; 5] = ["Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc"];
/// The octets of the mandatory block in the declared charset (GOST R 56042).
const MAX_OCTETS: usize = 300;

/// Reads a text that begins `ST0001`.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let rest = text.strip_prefix(MARK)?;
    let mut reading = Reading::new(Scheme::known("gost-56042"));
    let mut characters = rest.char_indices();
    let (Some((_, charset)), Some((start, separator))) = (characters.next(), characters.next()) else {
        let message = "expected a charset and a separator after ST0001: write ST00012| and pairs";
        reading.fault(FaultKind::Structure, 0..text.len(), message);
        return Some(reading);
    };
    let place = MARK.len()..MARK.len().saturating_add(charset.len_utf8());
    reading.element("charset", charset.to_string(), place);
    if !separator.is_ascii_punctuation() && separator != ' ' {
        let message =
            "expected a separator after the charset: use an ASCII sign that no value holds, such as `|`";
        reading.fault(FaultKind::Structure, 0..text.len(), message);
        return Some(reading);
    }
    let start = start.saturating_add(1);
    let body = rest.get(start..).unwrap_or_default();
    let body = body.strip_suffix(separator).unwrap_or(body);
    for pair in pairs(body, MARK.len().saturating_add(start), separator, '=') {
        add(&mut reading, pair);
    }
    forbid_duplicates(&mut reading);
    check_order(&mut reading);
    check_size(&mut reading, text);
    Some(reading)
}

fn add<'a>(reading: &mut Reading<'a>, pair: Pair<'a>) {
    match pair.value {
        Some(value) if !pair.key.is_empty() => reading.element(pair.key, value, pair.span),
        _ => {
            let message = "expected a key, `=` and a value: choose a separator that no value holds";
            reading.fault(FaultKind::Structure, pair.span, message);
        }
    }
}

/// Elements that are missing are the business of the rows.
fn check_order(reading: &mut Reading<'_>) {
    let place = |key: &&str| reading.elements.iter().position(|element| element.id == *key);
    let places: Vec<_> = MANDATORY.iter().filter_map(place).collect();
    // The charset is the element before them.
    let wanted = 1..=places.len();
    if !places.into_iter().eq(wanted) {
        let span = reading.elements.get(1).map_or(0..0, |first| first.span.clone());
        let message =
            format!("expected {} first, in this order: move them to the front", MANDATORY.join(", "));
        reading.fault(FaultKind::Structure, span, message);
    }
}

/// Cyrillic letters have two octets in UTF-8 and one in the other charsets.
fn check_size(reading: &mut Reading<'_>, text: &str) {
    let is_mandatory = |element: &&super::Element<'_>| MANDATORY.contains(&&*element.id);
    let end = reading.elements.iter().filter(is_mandatory).map(|element| element.span.end).max();
    let start = MARK.len().saturating_add(2);
    let Some(block) = end.and_then(|end| text.get(start..end)) else { return };
    let is_utf8 = reading.value("charset") == Some("2");
    let octets = if is_utf8 { block.len() } else { block.chars().count() };
    if octets > MAX_OCTETS {
        let span = start..start.saturating_add(block.len());
        let message = format!("the mandatory block has {octets} octets: shorten it to {MAX_OCTETS}");
        reading.fault(FaultKind::Size, span, message);
    }
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a test ends where its expectation does not hold"
)]
mod tests {
    use super::*;
    use FaultKind::{Duplicate, Size, Structure};

    const ORDER: &str = "ST00012|Name=A|PersonalAcc=40702810138250123017|BankName=B|BIC=044525225|CorrespAcc=30101810400000000225";

    fn check(text: &str, kinds: &[FaultKind]) {
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        for element in &reading.elements {
            assert_eq!(text.get(element.span.clone()), Some(&*element.value), "{text:?}");
        }
    }

    #[test]
    fn faults_are_those_that_no_row_can_say() {
        for (rest, kinds) in [
            ("", &[] as &[FaultKind]),
            ("|", &[]),
            ("|Sum=100|Purpose=a=b", &[]),
            ("|Sum=1|Sum=2", &[Duplicate]),
            ("|Sum", &[Structure]),
            ("||Sum=1", &[Structure]),
            ("|=1", &[Structure]),
        ] {
            check(&format!("{ORDER}{rest}"), kinds);
        }
        check(&ORDER.replace('|', "#").replace("=B", "=B|C"), &[]);
        check(&ORDER.replace("|Name=A", "|Sum=1|Name=A"), &[Structure]);
        check(&ORDER.replace("BankName=B|BIC=044525225", "BIC=044525225|BankName=B"), &[Structure]);
        check("ST00012|BankName=B", &[]);
    }

    #[test]
    fn octets_are_counted_in_the_declared_charset() {
        let order = ORDER.replace("=A", &format!("={}", "Ж".repeat(110)));
        check(&order, &[Size]);
        check(&order.replace("ST00012", "ST00011"), &[]);
        check(&order.replace("ST00012", "ST00013"), &[]);
    }

    #[test]
    fn a_separator_follows_the_charset() {
        for text in ["ST0001", "ST00012", "ST00012Name=A", "ST00012ЖName=A", "ST0001Ж", "ST0001Ж1"] {
            check(text, &[Structure]);
        }
        assert!(read("ST0002|").is_none() && read("").is_none());
    }
}
