//! Where a finding stands in its file, as tools count: lines, and columns of characters, both from 1.

use crate::check::Entry;
use crate::input::Line;

/// A stretch of a file; the end is the first column behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) end_line: u64,
    pub(crate) end_column: u64,
}

/// Where a finding stands; `None` where only its line is known, since the payload is a member of a JSON object.
pub(crate) fn region(line: &Line<'_>, entry: Entry<'_>) -> Option<Region> {
    match (&line.payload, entry) {
        (Ok(payload), Entry::Finding(finding)) if line.plain => {
            Some(stretch(payload, line.number, finding.span.start, finding.span.end))
        }
        (Err(_), Entry::Unreadable(error)) => {
            let column = count(error.char_offset).saturating_add(1);
            Some(Region { line: line.number, column, end_line: line.number, end_column: column })
        }
        _ => None,
    }
}

/// The bytes from `start` to `end` of a text whose first line has a number.
pub(crate) fn stretch(text: &str, number: u64, start: usize, end: usize) -> Region {
    let ((line, column), (end_line, end_column)) = (point(text, start), point(text, end));
    let number = |line: u64| number.saturating_add(line);
    Region { line: number(line), column, end_line: number(end_line), end_column }
}

/// The lines before a byte, and its column.
fn point(text: &str, byte: usize) -> (u64, u64) {
    let before = text.get(..byte).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end.saturating_add(1));
    let column = before.get(start..).unwrap_or_default().chars().count();
    (count(before.matches('\n').count()), count(column).saturating_add(1))
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_their_ends() {
        let text = "a面b\nc馆d";
        for (start, end, region) in
            [(0, 1, (7, 1, 7, 2)), (1, 4, (7, 2, 7, 3)), (4, 6, (7, 3, 8, 1)), (7, 10, (8, 2, 8, 3))]
        {
            let found = stretch(text, 7, start, end);
            assert_eq!((found.line, found.column, found.end_line, found.end_column), region);
        }
    }
}
