//! Text: two rows of modules a line, or two letters a module.

use std::fmt::Write as _;

use super::{Colour, Look};
use crate::symbol::Grid;

/// What draws a module of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ink {
    /// Blocks are dark modules: for paper and light pages.
    Dark,
    /// Blocks are light modules: for a terminal that is dark and shows no colours.
    Light,
    /// Blocks in the colours of the look, by the control sequences of terminals.
    Terminal,
    /// Number signs are dark modules, two beside each other.
    Ascii,
}

/// A symbol as text; a logo is left out.
#[must_use]
pub fn text(grid: &Grid, look: &Look, ink: Ink) -> String {
    let side = look.side(grid);
    let dark = |x: usize, y: usize| {
        let zone = look.quiet_zone.modules();
        let inside = x.checked_sub(zone).zip(y.checked_sub(zone));
        inside.is_some_and(|(x, y)| grid.dark(x, y))
    };
    let step = if ink == Ink::Ascii { 1 } else { 2 };
    let colours = colours(look);
    let mut text = String::new();
    for y in (0..side).step_by(step) {
        let mut line = String::new();
        for x in 0..side {
            let (upper, lower) = (dark(x, y), dark(x, y.saturating_add(1)));
            line.push_str(match ink {
                Ink::Ascii if upper => "##",
                Ink::Ascii => "  ",
                // Below the last row, there is no paper to be drawn on.
                Ink::Light => block(!upper, !lower && y.saturating_add(1) < side),
                Ink::Dark | Ink::Terminal => block(upper, lower),
            });
        }
        match ink {
            Ink::Terminal => {
                let _ = writeln!(text, "\x1B[{colours}m{line}\x1B[0m");
            }
            _ => {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
    }
    text
}

const fn block(upper: bool, lower: bool) -> &'static str {
    match (upper, lower) {
        (true, true) => "█",
        (true, false) => "▀",
        (false, true) => "▄",
        (false, false) => " ",
    }
}

/// The parameters of a control sequence for both colours; black and white stand in the palette that every terminal has.
fn colours(look: &Look) -> String {
    let colour = |kind: u8, colour: Colour| match colour {
        Colour::BLACK => format!("{kind};5;16"),
        Colour::WHITE => format!("{kind};5;231"),
        Colour { red, green, blue } => format!("{kind};2;{red};{green};{blue}"),
    };
    format!("{};{}", colour(38, look.dark), colour(48, look.light))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::encode::encode;
    use crate::symbol::render::QuietZone;
    use crate::symbol::{EncodeOptions, Version, analyse};

    /// The modules that a text shows.
    fn read(text: &str, look: &Look, ink: Ink) -> Grid {
        let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
        Grid::from_fn(Version::MIN, |x, y| {
            let (x, y) = (x + look.quiet_zone.modules(), y + look.quiet_zone.modules());
            let at = |x: usize, y: usize| lines[y].get(x).copied().unwrap_or(' ');
            match ink {
                Ink::Ascii => at(2 * x, y) == '#' && at(2 * x + 1, y) == '#',
                _ => {
                    let half = if y % 2 == 0 { '▀' } else { '▄' };
                    [half, '█'].contains(&at(x, y / 2)) != (ink == Ink::Light)
                }
            }
        })
    }

    #[test]
    fn every_module_is_where_it_belongs() {
        let grid = encode(b"JADE TEA", &EncodeOptions::default()).expect("it fits").grid;
        for quiet_zone in [0, 3, 4] {
            let zone = QuietZone::new(quiet_zone).expect("a narrow one");
            let look = Look { quiet_zone: zone, ..Look::default() };
            for ink in [Ink::Dark, Ink::Light, Ink::Ascii] {
                assert_eq!(read(&text(&grid, &look, ink), &look, ink), grid, "{ink:?} {quiet_zone}");
            }
            let terminal = text(&grid, &look, Ink::Terminal);
            let plain: String = terminal.replace("\x1B[38;5;16;48;5;231m", "").replace("\x1B[0m", "");
            assert_eq!(read(&plain, &look, Ink::Dark), grid);
            assert_eq!(plain.lines().count(), (21 + 2 * quiet_zone).div_ceil(2));
        }
        assert!(analyse(&grid).is_ok());
    }
}
