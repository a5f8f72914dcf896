//! What a reader saw, and where.

use super::geometry::{Point, Projection};
use super::{Analysis, Grid};

/// Who found a symbol in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// The crate `rxing`.
    Rxing,
    /// The crate `rqrr`.
    Rqrr,
    /// This library's own detector.
    Own,
}

impl Reader {
    /// Every reader, in the order in which they are asked.
    pub const ALL: [Self; 3] = [Self::Rxing, Self::Own, Self::Rqrr];

    /// Its name in machine-readable output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Rxing => "rxing",
            Self::Rqrr => "rqrr",
            Self::Own => "own",
        }
    }
}

/// A symbol that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// Who found it.
    pub reader: Reader,
    /// How the picture was prepared for that; `plain` for the picture as it was.
    pub step: &'static str,
    /// Where it lies in the picture as it was given: modules to pixels. A mirrored symbol is projected as it was found, before columns and rows are
    /// exchanged.
    pub projection: Projection,
    /// Whether it is light on dark.
    pub inverted: bool,
    /// Its modules as they were found, before columns and rows are exchanged; dark modules of an inverted symbol are `true` too.
    pub grid: Grid,
    /// What it holds.
    pub analysis: Analysis,
    /// What the reader's own decoder made of the same modules, where that is something else (UPQR-SYM-11).
    pub contrary: Option<Vec<u8>>,
}

impl Sighting {
    /// The outer corners in the picture, in the order of the symbol as it was found: top left, top right, bottom right, bottom left.
    #[must_use]
    pub fn corners(&self) -> [Point; 4] {
        self.projection.corners(self.grid.side())
    }

    /// Every payload that was read of it: one, and a second one where the reader's own decoder gave other bytes.
    pub fn payloads(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.payload()).chain(self.contrary.as_deref())
    }

    /// The bytes that it holds.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.analysis.payload
    }
}
