//! Reads pictures: readers, one after another, over the picture as it is and over preparations of it.
//!
//! # How a picture is read
//!
//! 1. The [`STEPS`] are tried in their order until one of them reads something.
//! 2. Where finder patterns are left then that no symbol explains ([`rest`]), the symbols that were read are [`hidden`] and the first
//!    [`SECOND_PASS`] steps are tried on the parts of the picture with what is left; and so on while they read more, in at most
//!    [`MOST_PASSES`] passes.
//! 3. The parts of the modules are looked at: their centres, their borders and each half may not hold anything else.
//! 4. All sightings are [`merge`]d: bytes that differ, in the same place or in another, are ambiguous ([`verdict`]).
//!
//! Readers find modules; the bytes come from [`analyse`](super::analyse) alone, and a symbol whose modules do not prove them is not reported.
//! Where a reader decodes as well, and to other bytes, the symbol is ambiguous too.

mod marks;
mod merge;
mod parts;
mod prove;
mod rest;
mod rqrr;
mod rxing;
mod steps;
mod view;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use merge::{merge, verdict};
pub use rest::{Region, Rest, hidden, rest};
pub use steps::{STEPS, Step};
pub use view::View;

use super::{Picture, Reader, Sighting};

#[cfg(test)]
mod tests;

/// Steps that are tried after symbols were read, for others beside them.
pub const SECOND_PASS: usize = 11;

/// Passes over one picture and its parts.
pub const MOST_PASSES: usize = 8;

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
    read_with(picture, readers, Until::Read, |view, step, _| attempt(view.picture(), step))
}

/// Reads a picture with these readers, where the caller tries the steps: he is told the view, the step and the pass, from 1.
///
/// The first pass reads the whole picture, scaled down to 16 million pixels where it has more. Each further one reads a [`Region`] of it as
/// it is.
pub fn read_with(
    picture: &Picture,
    readers: &[Reader],
    until: Until,
    mut attempt: impl FnMut(&View, &Step, usize) -> Vec<Sighting>,
) -> Reading {
    let mut sightings: Vec<Sighting> = Vec::new();
    let mut pass = |view: &View, pass: usize, sightings: &mut Vec<Sighting>| {
        let before = sightings.len();
        let most = if pass == 1 || until == Until::End { usize::MAX } else { SECOND_PASS };
        for step in STEPS.iter().filter(|step| readers.contains(&step.reader)).take(most) {
            sightings.extend(attempt(view, step, pass).iter().map(|sighting| view.back(sighting)));
            if until == Until::Read && sightings.len() > before {
                break;
            }
        }
        sightings.len() > before
    };
    let whole = View::of(picture);
    let mut is_new = pass(&whole, 1, &mut sightings);
    let mut left = rest(picture, &sightings);
    let mut passes = 1_usize;
    // What was not read in the whole picture as it is will not be read in a part of it.
    while (is_new || (passes == 1 && whole.is_smaller())) && passes < MOST_PASSES {
        is_new = false;
        let seen = sightings.clone();
        for region in left.regions.iter().take(MOST_PASSES.saturating_sub(passes)) {
            passes = passes.saturating_add(1);
            is_new |= pass(&View::part(picture, *region, &seen), passes, &mut sightings);
        }
        if is_new {
            left = rest(picture, &sightings);
        }
    }
    let looked = |sighting: &Sighting| parts::parts(picture, sighting);
    let sightings = merge(merge(sightings).iter().flat_map(looked).collect());
    let verdict = verdict(&sightings);
    Reading { sightings, micro: left.micro, unread: left.unexplained, verdict }
}
