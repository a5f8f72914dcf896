//! Which modules of a version are function patterns, which hold information, and the order of those that hold data (ISO/IEC 18004, 6.3 and 7.7.3).

use super::Version;

/// What a module is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A finder pattern: the top left, the top right or the bottom left one, 0 to 2.
    Finder(u8),
    /// The light line beside the finder pattern of that number.
    Separator(u8),
    /// A timing pattern.
    Timing,
    /// An alignment pattern, by its place in order of rows, then columns.
    Alignment(u8),
    /// Format information.
    Format,
    /// The module that is always dark.
    Dark,
    /// Version information.
    Version,
    /// A codeword or a remainder bit.
    Data,
}

/// The parts of a version, computed once.
#[derive(Clone, Debug)]
pub struct Layout {
    version: Version,
    /// Row by row: the part, and whether a function pattern is dark there.
    parts: Vec<(Part, bool)>,
}

impl Layout {
    /// The layout of a version.
    #[must_use]
    pub fn new(version: Version) -> Self {
        let side = version.side();
        let mut layout = Self { version, parts: vec![(Part::Data, false); side.saturating_mul(side)] };
        layout.draw_timing();
        layout.draw_finders();
        layout.draw_alignment();
        layout.draw_information();
        layout
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// What the module in this column and row is part of; what lies outside holds data.
    #[must_use]
    pub fn part(&self, x: usize, y: usize) -> Part {
        self.at(x, y).map_or(Part::Data, |(part, _)| part)
    }

    /// Whether a function pattern is dark there; `None` for data and for information.
    #[must_use]
    pub fn fixed(&self, x: usize, y: usize) -> Option<bool> {
        let (part, dark) = self.at(x, y)?;
        (!matches!(part, Part::Data | Part::Format | Part::Version)).then_some(dark)
    }

    /// The columns and rows of data modules in the order of their bits, remainder bits last.
    #[must_use]
    pub fn path(&self) -> Vec<(usize, usize)> {
        let side = self.version.side();
        let mut path = Vec::with_capacity(self.version.codewords().saturating_mul(8));
        let mut upwards = true;
        let mut right = side.saturating_sub(1);
        while right >= 1 {
            // The column of the vertical timing pattern is passed over.
            let pair = if right <= 6 { right.saturating_sub(1) } else { right };
            for step in 0..side {
                let y = if upwards { side.saturating_sub(1).saturating_sub(step) } else { step };
                for x in [pair, pair.saturating_sub(1)] {
                    if self.part(x, y) == Part::Data {
                        path.push((x, y));
                    }
                }
            }
            upwards = !upwards;
            right = right.saturating_sub(2);
        }
        path
    }

    /// The two copies of format information: columns and rows of its 15 bits, the most significant first.
    #[must_use]
    pub fn format(&self) -> [[(usize, usize); 15]; 2] {
        let side = self.version.side();
        let end = |back: usize| side.saturating_sub(back);
        let first = [
            (0, 8),
            (1, 8),
            (2, 8),
            (3, 8),
            (4, 8),
            (5, 8),
            (7, 8),
            (8, 8),
            (8, 7),
            (8, 5),
            (8, 4),
            (8, 3),
            (8, 2),
            (8, 1),
            (8, 0),
        ];
        let second = [
            (8, end(1)),
            (8, end(2)),
            (8, end(3)),
            (8, end(4)),
            (8, end(5)),
            (8, end(6)),
            (8, end(7)),
            (end(8), 8),
            (end(7), 8),
            (end(6), 8),
            (end(5), 8),
            (end(4), 8),
            (end(3), 8),
            (end(2), 8),
            (end(1), 8),
        ];
        [first, second]
    }

    /// The two copies of version information, from version 7 on: columns and rows of its 18 bits, the most significant first.
    #[must_use]
    pub fn information(&self) -> Option<[Vec<(usize, usize)>; 2]> {
        if self.version.number() < 7 {
            return None;
        }
        let start = self.version.side().saturating_sub(11);
        let place = |bit: usize| (bit.div_euclid(3), start.saturating_add(bit.rem_euclid(3)));
        let below = (0..18).rev().map(place).collect();
        let right = (0..18).rev().map(place).map(|(x, y)| (y, x)).collect();
        Some([below, right])
    }

    fn at(&self, x: usize, y: usize) -> Option<(Part, bool)> {
        let side = self.version.side();
        let place = y.checked_mul(side)?.checked_add(x)?;
        self.parts.get(place).copied().filter(|_| x < side)
    }

    fn draw(&mut self, x: usize, y: usize, part: Part, dark: bool) {
        let side = self.version.side();
        let place = y.saturating_mul(side).saturating_add(x);
        if let Some(module) = self.parts.get_mut(place).filter(|_| x < side) {
            *module = (part, dark);
        }
    }

    fn draw_timing(&mut self) {
        for step in 0..self.version.side() {
            let dark = step.is_multiple_of(2);
            self.draw(step, 6, Part::Timing, dark);
            self.draw(6, step, Part::Timing, dark);
        }
    }

    fn draw_finders(&mut self) {
        let far = self.version.side().saturating_sub(7);
        for (number, left, top) in [(0, 0, 0), (1, far, 0), (2, 0, far)] {
            for dy in 0..9_usize {
                for dx in 0..9_usize {
                    // One module outside on each side is the separator, where it lies within the symbol.
                    let (Some(x), Some(y)) =
                        (left.saturating_add(dx).checked_sub(1), top.saturating_add(dy).checked_sub(1))
                    else {
                        continue;
                    };
                    let ring = dx.abs_diff(4).max(dy.abs_diff(4));
                    let part = if ring == 4 { Part::Separator(number) } else { Part::Finder(number) };
                    self.draw(x, y, part, ring != 4 && ring != 2);
                }
            }
        }
    }

    fn draw_alignment(&mut self) {
        let centres = self.version.alignment();
        let (Some(&first), Some(&last)) = (centres.first(), centres.last()) else { return };
        let finders = [(first, first), (first, last), (last, first)];
        let mut number = 0_u8;
        for &cy in &centres {
            for &cx in &centres {
                // Three corners are finder patterns.
                if finders.contains(&(cx, cy)) {
                    continue;
                }
                for dy in 0..5_usize {
                    for dx in 0..5_usize {
                        let ring = dx.abs_diff(2).max(dy.abs_diff(2));
                        let x = cx.saturating_add(dx).saturating_sub(2);
                        let y = cy.saturating_add(dy).saturating_sub(2);
                        self.draw(x, y, Part::Alignment(number), ring != 1);
                    }
                }
                number = number.saturating_add(1);
            }
        }
    }

    fn draw_information(&mut self) {
        for (x, y) in self.format().into_iter().flatten() {
            self.draw(x, y, Part::Format, false);
        }
        self.draw(8, self.version.side().saturating_sub(8), Part::Dark, true);
        for (x, y) in self.information().into_iter().flatten().flatten() {
            self.draw(x, y, Part::Version, false);
        }
    }
}
