//! Reads pictures: readers, one after another, over the picture as it is and over preparations of it.
//!
//! # How a picture is read
//!
//! 1. The [`STEPS`] are tried in their order until one of them reads something.
//! 2. Where unexplained finder patterns are left then ([`rest`]), the symbols that were read are [`hidden`] and the first [`SECOND_PASS`] steps are
//!    tried on what is left; and so on while they read more, at most [`MOST_PASSES`] times.
//! 3. The parts of the modules are looked at: their centres, their borders and each half may not hold anything else.
//! 4. All sightings are [`merge`]d: bytes that differ, in the same place or in another, are ambiguous ([`verdict`]).
//!
//! Readers find modules; the bytes come from [`analyse`](super::analyse) alone, and a symbol whose modules do not prove them is not reported.
//! Where a reader decodes as well, and to other bytes, the symbol is ambiguous too.

mod merge;
mod parts;
mod prove;
mod rest;
mod rqrr;
mod rxing;
mod steps;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use merge::{merge, verdict};
pub use rest::{Rest, hidden, rest};
use steps::MOST_PLAIN;
pub use steps::{STEPS, Step};

use super::geometry::Projection;
use super::prepare::within;
use super::{Picture, Reader, Sighting};

#[cfg(test)]
mod tests;

/// Steps that are tried after symbols were read, for others beside them.
pub const SECOND_PASS: usize = 11;

/// Passes over one picture.
pub const MOST_PASSES: usize = 4;

/// What a picture holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// One for each symbol, the best first; more than one for a symbol about which readers disagree.
    pub sightings: Vec<Sighting>,
    /// Micro QR and rMQR symbols beside them, which are no symbols of this standard (UPQR-SYM-1).
    pub micro: usize,
    /// Whether finder patterns of another symbol were left over at the end, which no step could read.
    pub unread: bool,
    /// What may be made of them.
    pub verdict: Verdict,
}

/// When a pass over a picture ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// After the first step that reads something.
    Read,
    /// After all steps, so that all readers are compared.
    End,
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
    read_with(picture, readers, Until::Read, |picture, step, _| attempt(picture, step))
}

/// Reads a picture with these readers, where the caller tries the steps: he is told the picture, the step and the pass, from 1.
///
/// A picture of more than 16 million pixels is scaled down first, so that each step is spared it.
pub fn read_with(
    picture: &Picture,
    readers: &[Reader],
    until: Until,
    mut attempt: impl FnMut(&Picture, &Step, usize) -> Vec<Sighting>,
) -> Reading {
    let prepared = within(picture, MOST_PLAIN);
    let mut sightings: Vec<Sighting> = Vec::new();
    let mut view = Cow::Borrowed(&prepared.picture);
    let mut left = Rest::default();
    for pass in 1..=MOST_PASSES {
        let before = sightings.len();
        let most = if pass == 1 || until == Until::End { usize::MAX } else { SECOND_PASS };
        for step in STEPS.iter().filter(|step| readers.contains(&step.reader)).take(most) {
            sightings.extend(attempt(&view, step, pass));
            if until == Until::Read && sightings.len() > before {
                break;
            }
        }
        let is_new = sightings.len() > before;
        if is_new || pass == 1 {
            left = rest(&prepared.picture, &sightings);
        }
        if !is_new || !left.unexplained {
            break;
        }
        view = Cow::Owned(hidden(&prepared.picture, &sightings));
    }
    let looked = |sighting: &Sighting| parts::parts(&prepared.picture, sighting);
    let mut sightings = merge(merge(sightings).iter().flat_map(looked).collect());
    for sighting in &mut sightings {
        let corners = sighting.corners().map(|corner| prepared.back(corner));
        if let Some(projection) = Projection::of_corners(sighting.grid.side(), corners) {
            sighting.projection = projection;
        }
    }
    let verdict = verdict(&sightings);
    Reading { sightings, micro: left.micro, unread: left.unexplained, verdict }
}
