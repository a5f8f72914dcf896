//! Reads pictures: readers, one after another, over the picture as it is and over preparations of it.
//!
//! # How a picture is read
//!
//! 1. The [`STEPS`] are tried in their order until one of them reads something.
//! 2. Where [`unexplained`] finder patterns are left then, the symbols that were read are [`hidden`] and the first [`SECOND_PASS`] steps are
//!    tried on what is left; and so on while they read more, at most [`MOST_PASSES`] times.
//! 3. All sightings are [`merge`]d: bytes that differ, in the same place or in another, are ambiguous.
//!
//! Readers find modules; the bytes come from [`analyse`](super::analyse) alone, and a symbol whose modules do not prove them is not reported.
//! Where a reader decodes as well, and to other bytes, the symbol is ambiguous too.

mod merge;
mod prove;
mod rest;
mod rqrr;
mod rxing;
mod steps;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use merge::merge;
pub use rest::{hidden, unexplained};
use steps::MOST_PLAIN;
pub use steps::{STEPS, Step};

use super::geometry::Projection;
use super::prepare::within;
use super::{Picture, Reader, Sighting};

#[cfg(test)]
mod tests;

/// Steps that are tried after symbols were read, for others beside them.
pub const SECOND_PASS: usize = 10;

/// Passes over one picture.
pub const MOST_PASSES: usize = 4;

/// What a picture holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// One for each symbol, the best first; more than one for a symbol about which readers disagree.
    pub sightings: Vec<Sighting>,
    /// What may be made of them.
    pub verdict: Verdict,
}

/// What may be made of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No symbol was read.
    Nothing,
    /// One payload was read, in one place or in several.
    Read,
    /// Payloads were read that differ: none of them may be used.
    Ambiguous,
}

impl Verdict {
    /// Its name in machine-readable output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Read => "read",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// Tries one step. A reader that panics has read nothing.
#[must_use]
pub fn attempt(picture: &Picture, step: &Step) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    let read = AssertUnwindSafe(|| step.run(picture, &mut sightings));
    // What was proven before a panic stays proven.
    let _panicked = catch_unwind(read);
    sightings
}

/// Reads a picture with these readers.
#[must_use]
pub fn read(picture: &Picture, readers: &[Reader]) -> Reading {
    read_with(picture, readers, |picture, step| Some(attempt(picture, step)))
}

/// Reads a picture with these readers, where the caller tries the steps, as with a deadline in another process; `None` from it ends reading.
///
/// A picture of more than 16 million pixels is scaled down first, so that each step is spared it.
pub fn read_with(
    picture: &Picture,
    readers: &[Reader],
    mut attempt: impl FnMut(&Picture, &Step) -> Option<Vec<Sighting>>,
) -> Reading {
    let prepared = within(picture, MOST_PLAIN);
    let mut sightings: Vec<Sighting> = Vec::new();
    let mut view = Cow::Borrowed(&prepared.picture);
    'passes: for pass in 0..MOST_PASSES {
        let before = sightings.len();
        let steps = STEPS.iter().filter(|step| readers.contains(&step.reader));
        for step in steps.take(if pass == 0 { usize::MAX } else { SECOND_PASS }) {
            let Some(seen) = attempt(&view, step) else { break 'passes };
            sightings.extend(seen);
            if sightings.len() > before {
                break;
            }
        }
        if sightings.len() == before || !unexplained(&prepared.picture, &sightings) {
            break;
        }
        view = Cow::Owned(hidden(&prepared.picture, &sightings));
    }
    for sighting in &mut sightings {
        let corners = sighting.corners().map(|corner| prepared.back(corner));
        if let Some(projection) = Projection::of_corners(sighting.grid.side(), corners) {
            sighting.projection = projection;
        }
    }
    merge(sightings)
}
