//! Tables in columns, or row by row where the window is too narrow for them.

use std::fmt::Write as _;

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::human::{BOLD, FAINT, escape};

/// Spaces between columns.
const GAP: usize = 2;

/// A table for a person in `width` columns; `style` says how a cell looks.
pub(crate) fn human(
    heads: &[String],
    rows: &[Vec<String>],
    width: usize,
    style: fn(&str) -> Style,
) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| escape(cell)).collect()).collect();
    let wide = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.chain(heads.get(column)).map(|cell| cell.width()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..heads.len()).map(wide).collect();
    let gaps = GAP.saturating_mul(widths.len());
    if widths.iter().sum::<usize>().saturating_add(gaps) > width {
        return stacked(heads, &rows, width, style);
    }
    let mut text = line(heads, &widths, |_| BOLD);
    for row in &rows {
        text.push_str(&line(row, &widths, style));
    }
    text
}

fn line(cells: &[String], widths: &[usize], style: impl Fn(&str) -> Style) -> String {
    let mut text = String::new();
    let last = cells.len().saturating_sub(1);
    for (place, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let style = style(cell);
        let fill = if place == last { 0 } else { width.saturating_sub(cell.width()) };
        let _ = write!(text, "{:GAP$}{style}{cell}{style:#}{:fill$}", "", "");
    }
    text.push('\n');
    text
}

/// Columns up to which a row is told column by column; a wider one is told by what stands in it.
const FEW: usize = 5;

/// Each row as a head and lines below it.
fn stacked(heads: &[String], rows: &[Vec<String>], width: usize, style: fn(&str) -> Style) -> String {
    let mut text = String::new();
    for row in rows {
        let Some((name, cells)) = row.split_first() else { continue };
        for part in wrapped(name, width, 2) {
            let _ = writeln!(text, "  {BOLD}{part}{BOLD:#}");
        }
        let heads = heads.get(1..).unwrap_or_default();
        let lines: Vec<(Style, String)> = if heads.len() < FEW {
            heads.iter().zip(cells).map(|(head, cell)| (style(cell), format!("{head}: {cell}"))).collect()
        } else {
            by_cell(heads, cells, style)
        };
        for (style, line) in lines {
            for (number, part) in wrapped(&line, width, 4).into_iter().enumerate() {
                let indent = if number == 0 { "    " } else { "      " };
                let _ = writeln!(text, "{indent}{style}{part}{style:#}");
            }
        }
    }
    text
}

/// Every cell once, with the columns in which it stands.
fn by_cell(heads: &[String], cells: &[String], style: fn(&str) -> Style) -> Vec<(Style, String)> {
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    for (head, cell) in heads.iter().zip(cells) {
        match lines.iter_mut().find(|(known, _)| known == cell) {
            Some((_, heads)) => heads.push(head),
            None => lines.push((cell, vec![head])),
        }
    }
    lines.into_iter().map(|(cell, heads)| (style(cell), format!("{cell}: {}", heads.join(", ")))).collect()
}

/// A text in lines of what `width` leaves beside an indent.
fn wrapped(text: &str, width: usize, indent: usize) -> Vec<String> {
    // A continued line stands two columns further in.
    let room = width.saturating_sub(indent).saturating_sub(2).max(1);
    textwrap::wrap(text, room).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// A heading for a person.
pub(crate) fn heading(text: &str, width: usize) -> String {
    let lines = wrapped(&escape(text), width, 0);
    lines.into_iter().fold(String::new(), |text, line| text + &format!("{BOLD}{line}{BOLD:#}\n"))
}

/// A paragraph for a person.
pub(crate) fn paragraph(text: &str, width: usize) -> String {
    let lines = wrapped(&escape(text), width, 0);
    lines.into_iter().fold(String::new(), |text, line| text + &format!("{FAINT}  {line}{FAINT:#}\n"))
}

/// Words and what is said of them, one after another.
pub(crate) fn notes(notes: &[(String, String)], width: usize) -> String {
    let mut text = String::new();
    for (head, said) in notes {
        for (number, part) in wrapped(&escape(&format!("{head}: {said}")), width, 2).into_iter().enumerate() {
            let indent = if number == 0 { "  " } else { "    " };
            let _ = writeln!(text, "{indent}{part}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(width: usize, expected: &str) {
        let heads = ["wallet", "gets"].map(str::to_owned);
        let rows =
            [["微信支付", "own"], ["link", "merchant data"]].map(|row| row.map(str::to_owned).to_vec());
        let text = anstream::adapter::strip_str(&human(&heads, &rows, width, |_| Style::new())).to_string();
        assert_eq!(text, expected, "{width}");
        assert!(text.lines().all(|line| line.width() <= width), "{width}: {text}");
    }

    #[test]
    fn a_table_fits_its_window() {
        check(40, "  wallet    gets\n  微信支付  own\n  link      merchant data\n");
        check(20, "  微信支付\n    gets: own\n  link\n    gets: merchant\n      data\n");
    }
}
