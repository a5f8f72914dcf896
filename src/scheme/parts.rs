//! What several grammars share: numbered lines, pairs of key and value, and amounts.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};

use percent_encoding::percent_decode_str;

use super::registry::Scheme;
use super::{FaultKind, Reading, reading};

/// Whether a text begins with a line that says this and nothing else.
pub(super) fn begins_with_line(text: &str, mark: &str) -> bool {
    text.strip_prefix(mark).is_some_and(|rest| rest.starts_with('\n') || rest.starts_with("\r\n"))
}

/// The text without one line end at its end, where it has one.
pub(super) fn without_line_end(text: &str) -> Option<&str> {
    text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text))
}

/// The lines of a text as elements "1", "2" and so on; a number of lines outside `count` is a fault.
pub(super) fn numbered<'a>(
    scheme: &'static Scheme,
    text: &'a str,
    count: &RangeInclusive<usize>,
) -> Reading<'a> {
    let mut reading = Reading::new(scheme);
    let mut found = 0_usize;
    for (start, line) in reading::lines(text) {
        found = found.saturating_add(1);
        if found <= *count.end() {
            reading.element(found.to_string(), line, start..start.saturating_add(line.len()));
        }
    }
    if let Some(message) = wrong_count(found, count) {
        reading.fault(FaultKind::Structure, 0..text.len(), message);
    }
    reading
}

/// What is wrong with a number of lines.
pub(super) fn wrong_count(found: usize, count: &RangeInclusive<usize>) -> Option<String> {
    let (first, last) = (count.start(), count.end());
    let wanted = if first == last { last.to_string() } else { format!("{first} to {last}") };
    (!count.contains(&found))
        .then(|| format!("expected {wanted} lines, but found {found}: leave elements without a value empty"))
}

/// A part of a text that should be a key and a value.
pub(super) struct Pair<'a> {
    /// What stands before the sign, or the whole part where there is no sign.
    pub(super) key: &'a str,
    /// What stands after it.
    pub(super) value: Option<&'a str>,
    /// The place of the value, or of the whole part where there is none.
    pub(super) span: Range<usize>,
}

/// Cuts a text that begins at `start` into pairs.
pub(super) fn pairs(text: &str, start: usize, separator: char, sign: char) -> impl Iterator<Item = Pair<'_>> {
    let mut next = start;
    text.split(separator).map(move |part| {
        let end = next.saturating_add(part.len());
        next = end.saturating_add(separator.len_utf8());
        match part.split_once(sign) {
            Some((key, value)) => {
                Pair { key, value: Some(value), span: end.saturating_sub(value.len())..end }
            }
            None => Pair { key: part, value: None, span: end.saturating_sub(part.len())..end },
        }
    })
}

/// Undoes percent escapes; escapes that are not UTF-8 are a fault.
pub(super) fn unescape<'a>(reading: &mut Reading<'_>, value: &'a str, span: &Range<usize>) -> Cow<'a, str> {
    let octets = percent_decode_str(value);
    octets.clone().decode_utf8().unwrap_or_else(|_| {
        let message = "the percent escapes are not UTF-8: escape the octets of UTF-8";
        reading.fault(FaultKind::Structure, span.clone(), message);
        octets.decode_utf8_lossy()
    })
}

/// Faults for elements whose id stands before.
pub(super) fn forbid_duplicates(reading: &mut Reading<'_>) {
    let mut seen = HashSet::new();
    let again = reading.elements.iter().filter(|element| !seen.insert(&element.id));
    let spans: Vec<_> = again.map(|element| element.span.clone()).collect();
    for span in spans {
        reading.fault(FaultKind::Duplicate, span, "the element stands twice: leave one of the two out");
    }
}

/// The value and the place of an element that is not empty.
pub(super) fn found(reading: &Reading<'_>, id: &str) -> Option<(String, Range<usize>)> {
    let element = reading.get(id).filter(|element| !element.value.is_empty())?;
    Some((element.value.clone().into_owned(), element.span.clone()))
}

/// Whether a value is digits, with a point only where decimals follow it.
pub(super) fn is_amount(value: &str, point: char, whole: usize, decimals: &RangeInclusive<usize>) -> bool {
    let (units, rest) = value.split_once(point).map_or((value, None), |(units, rest)| (units, Some(rest)));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number(units)
        && units.len() <= whole
        && rest.is_none_or(is_number)
        && decimals.contains(&rest.unwrap_or_default().len())
}

/// Whether an amount is nothing.
pub(super) fn is_zero(amount: &str) -> bool {
    !amount.bytes().any(|b| matches!(b, b'1'..=b'9'))
}

/// Checks an amount that its currency precedes, as EPC069-12 has it: `EUR12.30`.
pub(super) fn check_amount(reading: &mut Reading<'_>, id: &str, currency: &str, whole: usize) {
    let Some((value, span)) = found(reading, id) else { return };
    let Some(amount) = value.strip_prefix(currency) else {
        let message = format!("expected an amount that begins {currency}: the scheme pays in nothing else");
        return reading.fault(FaultKind::Value, span, message);
    };
    if !is_amount(amount, '.', whole, &(0..=2)) {
        let message = format!("expected {currency}, digits, and at most two decimals after a point");
        reading.fault(FaultKind::Format, span, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_digits_on_both_sides_of_the_point() {
        for (value, right) in [("1", true), ("1.2", true), ("1.23", true), ("12", true), ("0", true)]
            .into_iter()
            .chain(["", ".", "1.", ".5", "1.234", "1,2", "1.2.3", "-1", "123", "\u{661}"].map(|v| (v, false)))
        {
            assert_eq!(is_amount(value, '.', 2, &(0..=2)), right, "{value}");
        }
    }

    #[test]
    fn pairs_know_where_their_values_stand() {
        let text = "x?a=1&é=2=3&&b";
        let found: Vec<_> = pairs(text.get(2..).unwrap_or_default(), 2, '&', '=')
            .map(|pair| (pair.key, pair.value, text.get(pair.span)))
            .collect();
        assert_eq!(
            found,
            [
                ("a", Some("1"), Some("1")),
                ("é", Some("2=3"), Some("2=3")),
                ("", None, Some("")),
                ("b", None, Some("b"))
            ]
        );
    }

    #[test]
    fn every_later_twin_is_a_duplicate() {
        let mut reading = Reading::new(Scheme::known("spd"));
        for id in ["a", "b", "a", "a"] {
            reading.element(id, "", 0..0);
        }
        forbid_duplicates(&mut reading);
        assert_eq!(reading.faults.len(), 2);
    }
}
