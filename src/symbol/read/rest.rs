//! Whether more symbols are there than were read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult as _};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{SampleMQR, SampleRMQR};

use super::rxing::{Binary, binary, patterns, sets};
use crate::symbol::geometry::Point;
use crate::symbol::picture::{real, whole};
use crate::symbol::prepare::{blurred, halved, thresholded, within};
use crate::symbol::{Picture, Sighting};

/// Pixels in which finder patterns are looked for; a larger picture is scaled down.
const MOST_PIXELS: usize = 4_000_000;

/// Modules from the centre of a finder pattern within which what looks like one is taken for it.
const NEAR: f64 = 2.5;

/// What is in a picture beside the symbols that were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// Whether three finder patterns are there, dark on light or light on dark, that may belong to one symbol and to none of those that were
    /// read: then a second pass is due.
    pub unexplained: bool,
    /// Micro QR and rMQR symbols.
    pub micro: usize,
}

/// Times that a picture is halved, so that modules of any size and contrast stand out in one of the scales.
const HALVINGS: usize = 3;

/// Pixels around one whose mean tells dark from light in a picture that was halved.
const AROUND: usize = 12;

/// Looks for what no symbol explains that was read. Where that fails, there may be more.
#[must_use]
pub fn rest(picture: &Picture, sightings: &[Sighting]) -> Rest {
    let look = AssertUnwindSafe(|| {
        let known: Vec<(Point, f64)> = sightings.iter().flat_map(finders).collect();
        let mut prepared = within(picture, MOST_PIXELS);
        let mut rest = Rest::default();
        for halvings in 0..=HALVINGS {
            let bits = match halvings {
                0 => binary(&prepared.picture, Binary::Hybrid),
                1 => binary(&thresholded(&prepared.picture, AROUND), Binary::Already),
                // Modules that are dots become whole.
                _ => binary(&thresholded(&blurred(&prepared.picture, 0.9), AROUND), Binary::Already),
            };
            let Some(mut bits) = bits else { break };
            for inverted in [false, true] {
                // Small modules that are light on dark are left to the next scale.
                let mut new = patterns(&bits, halvings > 0 || !inverted);
                new.retain(|part| {
                    let centre = prepared.back(Point::new(f64::from(part.p.x), f64::from(part.p.y)));
                    !known.iter().any(|(finder, near)| finder.distance(centre) < *near)
                });
                if halvings == 0 {
                    let micro = new.iter().take(MOST_LONE).filter(|part| is_micro(&bits, **part)).count();
                    rest.micro = rest.micro.saturating_add(micro);
                }
                rest.unexplained |= !sets(new).is_empty();
                bits.flip_self();
            }
            prepared = prepared.moved(halved);
        }
        rest
    });
    catch_unwind(look).unwrap_or(Rest { unexplained: true, micro: 0 })
}

/// Finder patterns at which Micro QR is looked for.
const MOST_LONE: usize = 64;

/// Whether a finder pattern is that of a Micro QR or rMQR symbol which can be read.
fn is_micro(bits: &BitMatrix, part: ConcentricPattern) -> bool {
    let sampled = [SampleMQR(bits, part), SampleRMQR(bits, part)];
    sampled.into_iter().flatten().any(|sampled| {
        Decode(sampled.getBits()).is_ok_and(|read| read.isValid() && !read.content().bytes().is_empty())
    })
}

/// The picture with the finder patterns of symbols that were read painted over, in white, or in black for a symbol that is light on dark, so that
/// the next pass sees the others; what lies inside or around a symbol stays.
#[must_use]
pub fn hidden(picture: &Picture, sightings: &[Sighting]) -> Picture {
    let mut picture = picture.clone();
    let width = picture.width();
    for sighting in sightings {
        let paint = if sighting.inverted { 0 } else { 255 };
        for (centre, near) in finders(sighting) {
            // A circle of this radius, in modules, covers a finder pattern but for its outermost corners.
            let reach = near / NEAR * 4.2;
            let top = whole(centre.y - reach);
            let rows = whole(reach * 2.0).saturating_add(1);
            for (y, row) in picture.luma_mut().chunks_exact_mut(width).enumerate().skip(top).take(rows) {
                for (x, pixel) in row.iter_mut().enumerate().skip(whole(centre.x - reach)).take(rows) {
                    if Point::new(real(x) + 0.5, real(y) + 0.5).distance(centre) <= reach {
                        *pixel = paint;
                    }
                }
            }
        }
    }
    picture
}

/// The centres of a symbol's finder patterns, and how far from them is near, in pixels.
fn finders(sighting: &Sighting) -> [(Point, f64); 3] {
    let far = real(sighting.grid.side()) - 3.5;
    [(3.5, 3.5), (far, 3.5), (3.5, far)].map(|(x, y)| {
        let [centre, beside, below] =
            [(x, y), (x + 1.0, y), (x, y + 1.0)].map(|(x, y)| sighting.projection.map(Point::new(x, y)));
        (centre, NEAR * centre.distance(beside).max(centre.distance(below)))
    })
}
