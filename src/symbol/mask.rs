//! Which mask a symbol gets: the one with the least penalty (ISO/IEC 18004, 7.8.3).
//!
//! Rows and columns are words of bits, so that a rule looks at a whole row at once: this is nearly all of what it costs to draw a symbol.

use super::format::format_bits;
use super::layout::Layout;
use super::{Grid, Level, Mask, Version};

/// Bits before the first module of a row: as many light modules as rule 3 asks for. As many follow the last.
const MARGIN: usize = 4;

/// Rows and columns of every mask repeat after so many.
const PERIOD: usize = 12;

/// One row or column: bit `MARGIN + n` is set where module `n` is dark. A side of 177 and two margins are 185 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Row([u64; 3]);

impl Row {
    /// The bits from `from` on, `count` of them.
    fn span(from: usize, count: usize) -> Self {
        let mut row = Self::default();
        for place in from..from.saturating_add(count) {
            row.set(place, true);
        }
        row
    }

    /// Sets or clears a bit; there are 192.
    fn set(&mut self, place: usize, value: bool) {
        let bit = 1_u64 << place.rem_euclid(64);
        if let Some(word) = self.0.get_mut(place.div_euclid(64)) {
            *word = if value { *word | bit } else { *word & !bit };
        }
    }

    fn has(self, place: usize) -> bool {
        self.0.get(place.div_euclid(64)).is_some_and(|word| word >> place.rem_euclid(64) & 1 == 1)
    }

    /// Bit `i` is what was bit `i + n`; `n` is 1 to 63.
    const fn ahead(self, n: u32) -> Self {
        let Self([a, b, c]) = self;
        let back = 64_u32.saturating_sub(n);
        Self([a >> n | b << back, b >> n | c << back, c >> n])
    }

    /// Bit `i` is what was bit `i - n`; `n` is 1 to 63.
    const fn behind(self, n: u32) -> Self {
        let Self([a, b, c]) = self;
        let back = 64_u32.saturating_sub(n);
        Self([a << n, b << n | a >> back, c << n | b >> back])
    }

    #[expect(clippy::many_single_char_names, reason = "three words each")]
    const fn and(self, other: Self) -> Self {
        let (Self([a, b, c]), Self([d, e, f])) = (self, other);
        Self([a & d, b & e, c & f])
    }

    #[expect(clippy::many_single_char_names, reason = "three words each")]
    const fn or(self, other: Self) -> Self {
        let (Self([a, b, c]), Self([d, e, f])) = (self, other);
        Self([a | d, b | e, c | f])
    }

    #[expect(clippy::many_single_char_names, reason = "three words each")]
    const fn xor(self, other: Self) -> Self {
        let (Self([a, b, c]), Self([d, e, f])) = (self, other);
        Self([a ^ d, b ^ e, c ^ f])
    }

    const fn not(self) -> Self {
        let Self([a, b, c]) = self;
        Self([!a, !b, !c])
    }

    const fn count(self) -> u32 {
        let Self([a, b, c]) = self;
        a.count_ones().saturating_add(b.count_ones()).saturating_add(c.count_ones())
    }
}

/// The modules of a symbol by rows and by columns.
#[derive(Clone, Debug)]
struct Lines {
    rows: Vec<Row>,
    columns: Vec<Row>,
}

impl Lines {
    fn new(side: usize) -> Self {
        Self { rows: vec![Row::default(); side], columns: vec![Row::default(); side] }
    }

    fn set(&mut self, x: usize, y: usize, value: bool) {
        if let (Some(row), Some(column)) = (self.rows.get_mut(y), self.columns.get_mut(x)) {
            row.set(MARGIN.saturating_add(x), value);
            column.set(MARGIN.saturating_add(y), value);
        }
    }
}

/// A symbol before its mask.
#[derive(Clone, Debug)]
pub(super) struct Unmasked {
    version: Version,
    modules: Lines,
    /// Set where a module holds data, so that the mask inverts it.
    data: Lines,
    /// Columns and rows of the two copies of format information.
    format: [[(usize, usize); 15]; 2],
}

impl Unmasked {
    /// A symbol whose modules a function gives, by column and row: whether it is dark, and whether it holds data.
    pub(super) fn new(version: Version, module: impl Fn(usize, usize) -> (bool, bool)) -> Self {
        let side = version.side();
        let (mut modules, mut data) = (Lines::new(side), Lines::new(side));
        for y in 0..side {
            for x in 0..side {
                let (dark, holds_data) = module(x, y);
                if dark {
                    modules.set(x, y, true);
                }
                if holds_data {
                    data.set(x, y, true);
                }
            }
        }
        Self { version, modules, data, format: Layout::new(version).format() }
    }

    /// The symbol under a mask.
    pub(super) fn masked(&self, level: Level, mask: Mask) -> Grid {
        let rows = self.lines(level, mask).rows;
        Grid::from_fn(self.version, |x, y| rows.get(y).is_some_and(|row| row.has(MARGIN.saturating_add(x))))
    }

    /// The mask with the least penalty; the first of those that have the same.
    pub(super) fn best(&self, level: Level) -> Mask {
        let first = Mask::all().next().expect("there are 8 masks");
        Mask::all().min_by_key(|mask| penalty(&self.lines(level, *mask))).unwrap_or(first)
    }

    fn lines(&self, level: Level, mask: Mask) -> Lines {
        let inverted = |lines: &[Row], data: &[Row], inverts: &dyn Fn(usize, usize) -> bool| -> Vec<Row> {
            let pattern: Vec<Row> = (0..PERIOD).map(|line| repeated(|along| inverts(along, line))).collect();
            let lines = lines.iter().zip(data).zip(pattern.iter().cycle());
            lines.map(|((line, data), pattern)| line.xor(data.and(*pattern))).collect()
        };
        let mut lines = Lines {
            rows: inverted(&self.modules.rows, &self.data.rows, &|x, y| mask.inverts(x, y)),
            columns: inverted(&self.modules.columns, &self.data.columns, &|y, x| mask.inverts(x, y)),
        };
        let format = format_bits(level, mask);
        for places in self.format {
            for (shift, (x, y)) in (0..15_u32).rev().zip(places) {
                lines.set(x, y, format >> shift & 1 == 1);
            }
        }
        lines
    }
}

/// A row of a pattern that repeats after [`PERIOD`] modules.
fn repeated(bit: impl Fn(usize) -> bool) -> Row {
    let mut row = Row::default();
    for along in 0..PERIOD {
        row.set(MARGIN.saturating_add(along), bit(along));
    }
    // 12, 24, 48, 96 and 192 modules; bits before the margin's end stay clear.
    row = row.or(row.behind(12));
    row = row.or(row.behind(24));
    row = row.or(row.behind(48));
    row.or(row.behind(48).behind(48))
}

/// The penalty of a symbol: rules 1 to 4 of table 11.
fn penalty(lines: &Lines) -> u32 {
    let side = lines.rows.len();
    let within = Row::span(MARGIN, side);
    let pairs = Row::span(MARGIN, side.saturating_sub(1));
    let each = lines.rows.iter().chain(&lines.columns);
    let (runs, finders) = each.fold((0_u32, 0_u32), |(runs, finders), line| {
        (runs.saturating_add(adjacent(*line, pairs)), finders.saturating_add(finder_like(*line)))
    });
    let blocks: u32 =
        lines.rows.iter().zip(lines.rows.iter().skip(1)).map(|(a, b)| block_count(*a, *b, pairs)).sum();
    let dark: u32 = lines.rows.iter().map(|row| row.and(within).count()).sum();
    runs.saturating_add(blocks.saturating_mul(3))
        .saturating_add(finders.saturating_mul(40))
        .saturating_add(imbalance(dark, side).saturating_mul(10))
}

/// Rule 1: a run of five modules of one colour costs 3, and each further one 1.
fn adjacent(line: Row, pairs: Row) -> u32 {
    let same = line.xor(line.ahead(1)).not().and(pairs);
    let two = same.and(same.ahead(1));
    // Set where a run of at least five begins, or goes on for at least five.
    let five = two.and(two.ahead(2));
    let begins = five.and(five.behind(1).not());
    five.count().saturating_add(begins.count().saturating_mul(2))
}

/// Rule 2: squares of two by two modules of one colour.
fn block_count(above: Row, below: Row, pairs: Row) -> u32 {
    let differs = above.xor(above.ahead(1)).or(below.xor(below.ahead(1))).or(above.xor(below));
    differs.not().and(pairs).count()
}

/// Rule 3: what looks like a finder pattern, 1:1:3:1:1, with four light modules before or after it. What lies outside is light.
fn finder_like(line: Row) -> u32 {
    let light = line.not();
    let pattern = line
        .and(light.ahead(1))
        .and(line.ahead(2))
        .and(line.ahead(3))
        .and(line.ahead(4))
        .and(light.ahead(5))
        .and(line.ahead(6));
    let two = light.and(light.ahead(1));
    let four = two.and(two.ahead(2));
    pattern.and(four.behind(4).or(four.ahead(7))).count()
}

/// Rule 4: whole steps of five percent between the part of dark modules and a half.
fn imbalance(dark: u32, side: usize) -> u32 {
    let all = u32::try_from(side.saturating_mul(side)).unwrap_or(u32::MAX).max(1);
    dark.saturating_mul(2).abs_diff(all).saturating_mul(10).div_euclid(all)
}
