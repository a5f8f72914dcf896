//! The part of an input around the byte at fault, as a line of a terminal shows it.

use unicode_width::UnicodeWidthStr as _;

use crate::human::escape;
use crate::vectors::Input;

/// Columns before the fault that are shown where there is more.
const BEFORE: usize = 24;

/// An input as text; what is not UTF-8 as its hexadecimal digits, in which a byte is two of them; a picture as the name of its file.
pub(crate) fn readable(input: &Input, fault: Option<usize>) -> (&str, Option<usize>) {
    match (&input.text, &input.image) {
        (Some(text), _) => (text, fault),
        (None, Some(image)) => (&image.name, None),
        (None, None) => (&input.hex, fault.map(|fault| fault.saturating_mul(2))),
    }
}

/// A text before the character in which a byte stands, that character, and the rest; all before where the byte is behind the end.
pub(crate) fn split(text: &str, fault: usize) -> (&str, &str, &str) {
    let place = |(start, c): (usize, char)| {
        let end = start.saturating_add(c.len_utf8());
        (fault < end).then_some((start, end))
    };
    let (start, end) = text.char_indices().find_map(place).unwrap_or((text.len(), text.len()));
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    (part(0..start), part(start..end), part(end..text.len()))
}

/// As much of a text as has room in one line, and the column of the fault in it; `…` stands where something is cut off.
pub(crate) fn window(text: &str, fault: Option<usize>, columns: usize) -> (String, usize) {
    let (before, at, after) = split(text, fault.unwrap_or(0));
    let whole = escape(text);
    if whole.width() <= columns {
        return (whole, escape(before).width());
    }
    // A mark stands at both ends.
    let room = columns.saturating_sub(2);
    let ahead = fitting(before.chars().rev(), BEFORE.min(room / 3)).concat().width();
    let tail = fitting(at.chars().chain(after.chars()), room.saturating_sub(ahead)).concat();
    // What the tail leaves free, the head takes.
    let mut head = fitting(before.chars().rev(), room.saturating_sub(tail.width()));
    head.reverse();
    let head = head.concat();
    let cut_head = if head.len() < escape(before).len() { "…" } else { "" };
    let cut_tail = if tail.len() < escape(at).len().saturating_add(escape(after).len()) { "…" } else { "" };
    let column = cut_head.width().saturating_add(head.width());
    ([cut_head, &head, &tail, cut_tail].concat(), column)
}

/// The characters, escaped, that fit into so many columns.
fn fitting(characters: impl Iterator<Item = char>, columns: usize) -> Vec<String> {
    let mut used = 0_usize;
    let shown = characters.map(|c| escape(c.encode_utf8(&mut [0; 4])));
    shown
        .take_while(|shown| {
            used = used.saturating_add(shown.width());
            used <= columns
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, fault: usize, columns: usize, shown: &str, column: usize) {
        let (window, at) = window(text, Some(fault), columns);
        assert_eq!((window.as_str(), at), (shown, column));
        assert!(window.width() <= columns);
    }

    #[test]
    fn the_fault_stands_in_its_column() {
        check("000201", 2, 20, "000201", 2);
        check("00面馆01", 5, 20, "00面馆01", 4);
        // A byte inside a character is that character; behind the end there is none.
        check("00面馆01", 4, 20, "00面馆01", 2);
        check("0002", 99, 20, "0002", 4);
        check("a\u{202e}b", 4, 20, "a\\u{202e}b", 9);
    }

    #[test]
    fn what_has_no_room_is_cut_off_around_the_fault() {
        let digits = "0123456789".repeat(9);
        check(&digits, 0, 20, "012345678901234567…", 0);
        check(&digits, 45, 20, "…901234567890123456…", 7);
        check(&digits, 88, 20, "…234567890123456789", 17);
        check(&"面".repeat(40), 60, 20, "…面面面面面面面面面…", 7);
    }

    #[test]
    fn an_input_that_is_no_text_is_shown_in_hexadecimal_digits() {
        let input = Input::of(b"0\xFF");
        assert_eq!(readable(&input, Some(1)), ("30ff", Some(2)));
    }
}
