//! Versions, error correction levels and masks, and how codewords are divided into blocks (ISO/IEC 18004, tables 1, 7 and 9).

use std::fmt;

/// The version of a symbol, 1 to 40, which is its size.
///
/// ```
/// use upqr::symbol::{Level, Version};
///
/// let version = Version::new(15).ok_or("no version")?;
/// assert_eq!((version.side(), version.data_codewords(Level::M)), (77, 415));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u8);

/// How much of a symbol may be damaged: about 7, 15, 25 or 30 percent of its codewords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// About 7 percent.
    L,
    /// About 15 percent.
    M,
    /// About 25 percent.
    Q,
    /// About 30 percent.
    H,
}

/// The pattern that was added to the data modules, 0 to 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mask(u8);

/// One block of codewords of a version and level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockSize {
    /// Data codewords.
    pub data: usize,
    /// Error correction codewords.
    pub correction: usize,
    /// Codewords whose errors may be corrected, those kept back against wrong decoding left out (table 9).
    pub correctable: usize,
}

/// Characters that a symbol holds at most, in any mode: digits, in version 40 at level L (table 7).
pub const MOST_CHARACTERS: usize = 7089;

/// Error correction codewords of each block, by level and version (table 9).
const CORRECTION: [[usize; 40]; 4] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26,
        28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    [
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30,
        28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
];

/// Blocks, by level and version (table 9).
const BLOCKS: [[usize; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16,
        17, 18, 19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28,
        29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35,
        38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42,
        45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];

impl Version {
    /// The smallest version.
    pub const MIN: Self = Self(1);
    /// The largest version.
    pub const MAX: Self = Self(40);

    /// The version with this number, 1 to 40.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number >= 1 && number <= 40 { Some(Self(number)) } else { None }
    }

    /// The version whose symbols have this many modules a side.
    #[must_use]
    pub fn with_side(side: usize) -> Option<Self> {
        let number = u8::try_from(side.checked_sub(17)?.checked_div(4)?).ok()?;
        Self::new(number).filter(|version| version.side() == side)
    }

    /// Every version, from 1.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=40).map(Self)
    }

    /// Its number, 1 to 40.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Modules a side, 21 to 177, the quiet zone left out.
    #[must_use]
    pub fn side(self) -> usize {
        usize::from(self.0).saturating_mul(4).saturating_add(17)
    }

    /// Rows and columns in which alignment patterns are centred, ascending; none in version 1 (annex E).
    #[must_use]
    pub fn alignment(self) -> Vec<usize> {
        let number = usize::from(self.0);
        if number == 1 {
            return Vec::new();
        }
        let count = number.div_euclid(7).saturating_add(2);
        let gaps = count.saturating_sub(1);
        // Even, and rounded so that the first gap is the one that differs.
        let step = if number == 32 {
            26
        } else {
            let span = number.saturating_mul(4).saturating_add(count.saturating_mul(2)).saturating_add(1);
            span.checked_div(gaps.saturating_mul(2)).unwrap_or_default().saturating_mul(2)
        };
        let last = self.side().saturating_sub(7);
        let mut centres: Vec<usize> =
            (0..gaps).map(|gap| last.saturating_sub(gap.saturating_mul(step))).collect();
        centres.push(6);
        centres.reverse();
        centres
    }

    /// Codewords, data and error correction together, 26 to 3,706.
    #[must_use]
    pub fn codewords(self) -> usize {
        self.data_modules().div_euclid(8)
    }

    /// Modules that hold codewords or remainder bits (table 1).
    fn data_modules(self) -> usize {
        let number = usize::from(self.0);
        let all = number.saturating_mul(16).saturating_add(128).saturating_mul(number).saturating_add(64);
        if number == 1 {
            return all;
        }
        let count = number.div_euclid(7).saturating_add(2);
        let alignment = count.saturating_mul(25).saturating_sub(10).saturating_mul(count).saturating_sub(55);
        let information = if number >= 7 { 36 } else { 0 };
        all.saturating_sub(alignment).saturating_sub(information)
    }

    /// The blocks, in the order in which they are interleaved.
    #[must_use]
    pub fn blocks(self, level: Level) -> Vec<BlockSize> {
        let column = usize::from(self.0.saturating_sub(1));
        let of = |table: &[[usize; 40]; 4]| {
            let row = table.get(level.row()).and_then(|row| row.get(column));
            *row.expect("there is a row for each of 4 levels and a column for each of 40 versions")
        };
        let (count, correction) = (of(&BLOCKS), of(&CORRECTION));
        let each = self.codewords().div_euclid(count);
        let longer = self.codewords().rem_euclid(count);
        let spare = match (self.0, level) {
            (1, Level::L) => 3,
            (1, Level::M) | (2, Level::L) => 2,
            (1, _) | (3, Level::L) => 1,
            _ => 0,
        };
        let correctable = correction.saturating_sub(spare).div_euclid(2);
        let block = |place: usize| {
            let whole = if place < count.saturating_sub(longer) { each } else { each.saturating_add(1) };
            BlockSize { data: whole.saturating_sub(correction), correction, correctable }
        };
        (0..count).map(block).collect()
    }

    /// Data codewords, 9 to 2,956.
    #[must_use]
    pub fn data_codewords(self, level: Level) -> usize {
        self.blocks(level).iter().map(|block| block.data).sum()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Level {
    /// Every level, the weakest first.
    pub const ALL: [Self; 4] = [Self::L, Self::M, Self::Q, Self::H];

    /// Its letter.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::L => "L",
            Self::M => "M",
            Self::Q => "Q",
            Self::H => "H",
        }
    }

    /// The level with this letter, in any case.
    #[must_use]
    pub fn with_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.key().eq_ignore_ascii_case(key))
    }

    const fn row(self) -> usize {
        match self {
            Self::L => 0,
            Self::M => 1,
            Self::Q => 2,
            Self::H => 3,
        }
    }

    /// Its two bits in the format information (table 12).
    pub(crate) const fn bits(self) -> u16 {
        match self {
            Self::L => 0b01,
            Self::M => 0b00,
            Self::Q => 0b11,
            Self::H => 0b10,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl Mask {
    /// The mask with this number, 0 to 7.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number <= 7 { Some(Self(number)) } else { None }
    }

    /// Every mask, from 0.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=7).map(Self)
    }

    /// Its number, 0 to 7.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether it inverts the data module in this column and row (table 10).
    #[must_use]
    pub fn inverts(self, x: usize, y: usize) -> bool {
        let product = x.saturating_mul(y);
        let sum = x.saturating_add(y);
        let thirds = product.rem_euclid(3);
        match self.0 {
            0 => sum.is_multiple_of(2),
            1 => y.is_multiple_of(2),
            2 => x.is_multiple_of(3),
            3 => sum.is_multiple_of(3),
            4 => y.div_euclid(2).saturating_add(x.div_euclid(3)).is_multiple_of(2),
            5 => product.rem_euclid(2).saturating_add(thirds) == 0,
            6 => product.rem_euclid(2).saturating_add(thirds).is_multiple_of(2),
            _ => sum.rem_euclid(2).saturating_add(thirds).is_multiple_of(2),
        }
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
