//! Whether more symbols are there than were read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::BitMatrix;
use rxing::common::cpp_essentials::ConcentricPattern;

use super::rxing::{Binary, binary, sets};
use crate::symbol::geometry::Point;
use crate::symbol::picture::{real, whole};
use crate::symbol::prepare::within;
use crate::symbol::{Picture, Sighting};

/// Pixels in which finder patterns are looked for; a larger picture is scaled down.
const MOST_PIXELS: usize = 4_000_000;

/// Modules from the centre of a finder pattern within which what looks like one is taken for it.
const NEAR: f64 = 2.5;

/// Whether three finder patterns are there, dark on light or light on dark, that may belong to one symbol and to none of those that were
/// read: then a second pass is due.
#[must_use]
pub fn unexplained(picture: &Picture, sightings: &[Sighting]) -> bool {
    let looked = AssertUnwindSafe(|| {
        let prepared = within(picture, MOST_PIXELS);
        let known: Vec<(Point, f64)> = sightings.iter().flat_map(finders).collect();
        let Some(mut bits) = binary(&prepared.picture, Binary::Hybrid) else { return false };
        let is_new = |part: &ConcentricPattern| {
            let centre = prepared.back(Point::new(f64::from(part.p.x), f64::from(part.p.y)));
            !known.iter().any(|(finder, near)| finder.distance(centre) < *near)
        };
        let any_new =
            |bits: &BitMatrix| sets(bits).iter().any(|set| [set.tl, set.tr, set.bl].iter().all(is_new));
        if any_new(&bits) {
            return true;
        }
        bits.flip_self();
        any_new(&bits)
    });
    catch_unwind(looked).unwrap_or_default()
}

/// The picture with the finder patterns of symbols that were read painted over in the luminance around them, so that the next pass sees the
/// others; what lies inside or around a symbol stays.
#[must_use]
pub fn hidden(picture: &Picture, sightings: &[Sighting]) -> Picture {
    let mut picture = picture.clone();
    let width = picture.width();
    for sighting in sightings {
        let paint = if sighting.inverted { 0 } else { 255 };
        for (centre, near) in finders(sighting) {
            // Half the diagonal of a finder pattern is 4.95 modules.
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
