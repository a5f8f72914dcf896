//! What is tried, in which order.

use super::prove::{Found, is_sound, prove};
use super::rxing::{Binary, MOST_ROWS};
use super::{rqrr, rxing};
use crate::symbol::detect::detect;
use crate::symbol::prepare::{
    Prepared, blurred, contrasted, despeckled, padded, scaled, sharpened, surround, thresholded, within,
};
use crate::symbol::{Picture, Projection, Reader, Sighting};

/// One attempt at a picture: a reader, and how the picture is prepared for it.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Its name, which stays.
    pub name: &'static str,
    /// Who reads.
    pub reader: Reader,
    /// How the reader gets black and white.
    binary: Binary,
    /// Whether light modules on dark are read.
    inverted: bool,
    /// Whether finder patterns are looked for in as many rows of a large picture as of a small one.
    every: bool,
    /// Pixels of a picture for which it is worth its time.
    pixels: (usize, usize),
    /// Makes the picture easier to read.
    prepare: fn(&Picture) -> Prepared,
}

/// Pixels of a picture that is read as it is; a larger one is scaled down.
pub(super) const MOST_PLAIN: usize = 16_000_000;

/// Pixels of a picture that is filtered; a larger one is scaled down.
const MOST_FILTERED: usize = 2_000_000;

/// Pixels of a picture that is read at a smaller scale; a larger one is scaled down to that first.
const MOST_SCALED: usize = 4_000_000;

/// Pixels of a picture that `rqrr` reads; a larger one is scaled down.
const MOST_RQRR: usize = 1_000_000;

/// Pixels from which on a smaller picture is worth a try: 200 by 200.
const LEAST_SCALED: usize = 40_000;

/// Pixels up to which a larger picture is worth a try.
const MOST_ENLARGED: usize = 500_000;

/// The steps in the order in which they are tried: those that read the most in the least time first.
pub static STEPS: &[Step] = &[
    rxing("plain", Binary::Hybrid, plain),
    inverted(rxing("inverted", Binary::Hybrid, plain)),
    every(rxing("rows", Binary::Hybrid, plain)),
    large(rxing("halved", Binary::Hybrid, halved)),
    rxing("softened", Binary::Already, softened),
    rxing("taller", Binary::Hybrid, |picture| filtered(picture).moved(taller)),
    rxing("wider", Binary::Hybrid, |picture| filtered(picture).moved(wider)),
    rxing("sharpened", Binary::Already, |picture| filtered(picture).then(sharp)),
    rxing("blurred", Binary::Already, |picture| {
        filtered(picture).then(|picture| thresholded(&blurred(picture, 2.0), 16))
    }),
    rxing("histogram", Binary::Histogram, plain),
    Step { reader: Reader::Own, ..rxing("own", Binary::Already, plain) },
    large(rxing("reduced", Binary::Already, |picture| {
        smaller(picture, 0.66).then(|picture| thresholded(&sharpened(picture, 2.0, 4), 8))
    })),
    rxing("contrasted", Binary::Hybrid, |picture| filtered(picture).then(contrasted)),
    small(
        MOST_ENLARGED,
        rxing("enlarged", Binary::Hybrid, |picture| {
            padded(picture, 8, 255).moved(|picture| scaled(picture, 3.0, 3.0))
        }),
    ),
    small(MOST_FILTERED, rxing("padded", Binary::Hybrid, |picture| bordered(picture, 255))),
    small(MOST_FILTERED, rxing("surrounded", Binary::Hybrid, |picture| bordered(picture, surround(picture)))),
    rxing("despeckled", Binary::Hybrid, |picture| {
        filtered(picture).then(|picture| despeckled(&despeckled(picture)))
    }),
    large(inverted(rxing("inverted-halved", Binary::Hybrid, halved))),
    inverted(rxing("inverted-softened", Binary::Already, softened)),
    rqrr("rqrr", for_rqrr),
    inverted(rqrr("rqrr-inverted", for_rqrr)),
    rqrr("rqrr-wider", |picture| for_rqrr(picture).moved(wider)),
    rqrr("rqrr-taller", |picture| for_rqrr(picture).moved(taller)),
    rqrr("rqrr-sharpened", |picture| for_rqrr(picture).then(sharp)),
    rqrr("rqrr-enlarged", |picture| {
        within(picture, MOST_ENLARGED).moved(|picture| scaled(picture, 1.6, 1.6))
    }),
];

/// How far a picture is stretched along one axis: a symbol that is tilted by some 54 degrees becomes square again.
const STRETCH: f64 = 1.7;

const fn rxing(name: &'static str, binary: Binary, prepare: fn(&Picture) -> Prepared) -> Step {
    Step {
        name,
        reader: Reader::Rxing,
        binary,
        inverted: false,
        every: false,
        pixels: (1, usize::MAX),
        prepare,
    }
}

const fn rqrr(name: &'static str, prepare: fn(&Picture) -> Prepared) -> Step {
    Step { reader: Reader::Rqrr, ..rxing(name, Binary::Already, prepare) }
}

/// What the own detector sees, where that is sound.
fn own(prepared: &Prepared, step: &'static str) -> Vec<Sighting> {
    let seen = detect(&prepared.picture).into_iter().filter(|sighting| is_sound(&sighting.analysis));
    let placed = seen.filter_map(|sighting| {
        let corners = sighting.corners().map(|corner| prepared.back(corner));
        let projection = Projection::of_corners(sighting.grid.side(), corners)?;
        Some(Sighting { step, projection, ..sighting })
    });
    placed.collect()
}

/// For small symbols in large pictures.
const fn every(step: Step) -> Step {
    Step { every: true, pixels: (MOST_ROWS + 1, usize::MAX), ..step }
}

const fn inverted(step: Step) -> Step {
    Step { inverted: true, ..step }
}

const fn large(step: Step) -> Step {
    Step { pixels: (LEAST_SCALED, usize::MAX), ..step }
}

const fn small(most: usize, step: Step) -> Step {
    Step { pixels: (1, most), ..step }
}

impl Step {
    /// Tries it.
    pub(super) fn run(&self, picture: &Picture, sightings: &mut Vec<Sighting>) {
        let (least, most) = self.pixels;
        if !(least..=most).contains(&picture.luma().len()) {
            return;
        }
        let prepared = (self.prepare)(picture);
        let prepared = if self.inverted { prepared.then(Picture::inverted) } else { prepared };
        let keep = |found: Found| {
            let seen = prove(picture, found, self.name, self.reader, self.inverted);
            let read = seen.is_some();
            sightings.extend(seen);
            read
        };
        match self.reader {
            Reader::Rxing => rxing::find(&prepared, self.binary, self.every, keep),
            Reader::Rqrr => rqrr::find(&prepared, keep),
            Reader::Own => sightings.extend(own(&prepared, self.name)),
        }
    }
}

fn plain(picture: &Picture) -> Prepared {
    within(picture, MOST_PLAIN)
}

fn filtered(picture: &Picture) -> Prepared {
    within(picture, MOST_FILTERED)
}

fn for_rqrr(picture: &Picture) -> Prepared {
    within(picture, MOST_RQRR)
}

fn smaller(picture: &Picture, factor: f64) -> Prepared {
    within(picture, MOST_SCALED).moved(|picture| scaled(picture, factor, factor))
}

fn taller(picture: &Picture) -> Prepared {
    scaled(picture, 1.0, STRETCH)
}

fn wider(picture: &Picture) -> Prepared {
    scaled(picture, STRETCH, 1.0)
}

/// Half as large, with full contrast: noise is averaged away.
fn halved(picture: &Picture) -> Prepared {
    smaller(picture, 0.5).then(contrasted)
}

fn softened(picture: &Picture) -> Prepared {
    filtered(picture).then(|picture| thresholded(&blurred(picture, 1.0), 10))
}

/// In black and white, with blur of some pixels taken back.
fn sharp(picture: &Picture) -> Picture {
    thresholded(&sharpened(picture, 3.0, 4), 10)
}

/// The picture with a border: a quiet zone for a symbol that was cut out without one.
fn bordered(picture: &Picture, luminance: u8) -> Prepared {
    padded(picture, picture.width().max(picture.height()).div_euclid(10).clamp(8, 100), luminance)
}
