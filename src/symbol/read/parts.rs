//! Whether parts of a symbol's modules hold another payload than the whole: a reader that samples elsewhere would give that one.

use super::prove::{is_sound, means};
use crate::symbol::geometry::Point;
use crate::symbol::picture::real;
use crate::symbol::{Grid, Picture, Samples, Sighting, analyse};

/// Parts of a module from its centre to the points at which a part of it is looked at.
const APART: f64 = 0.32;

/// The parts of a module, each as places of the nine points of [`Nine`]: all of it, its centre, its border, and its left, right, upper and
/// lower side.
const PARTS: [&[usize]; 7] = [
    &[0, 1, 2, 3, 4, 5, 6, 7, 8],
    &[4],
    &[0, 1, 2, 3, 5, 6, 7, 8],
    &[0, 3, 6],
    &[2, 5, 8],
    &[0, 1, 2],
    &[6, 7, 8],
];

/// The luminance at nine points of each module, row by row.
type Nine = Vec<[f64; 9]>;

/// The sighting with the modules of the part of them that leaves most error correction unused, so that what a preparation of the picture
/// did to them is not counted; and further ones with the other bytes that one part proves (UPQR-SYM-29).
pub(super) fn parts(picture: &Picture, sighting: &Sighting) -> Vec<Sighting> {
    let mut seen = vec![sighting.clone()];
    let Some(nine) = nine(picture, sighting).filter(|nine| !is_plain(nine, sighting)) else { return seen };
    for part in PARTS {
        let Some(grid) = modules(&nine, part, sighting).filter(|grid| *grid != sighting.grid) else {
            continue;
        };
        let Some(analysis) = analyse(&grid).ok().filter(is_sound) else { continue };
        match seen.iter_mut().find(|known| known.payload() == analysis.payload) {
            Some(known) if known.analysis.unused() < analysis.unused() => {
                *known = Sighting { grid, analysis, ..known.clone() };
            }
            Some(_) => {}
            None => seen.push(Sighting { grid, analysis, contrary: None, ..sighting.clone() }),
        }
    }
    seen
}

fn nine(picture: &Picture, sighting: &Sighting) -> Option<Nine> {
    let side = sighting.grid.side();
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (real(x) + 0.5, real(y) + 0.5)));
    let of = |(x, y): (f64, f64)| {
        let mut nine = [0.0; 9];
        let offsets = [-APART, 0.0, APART];
        let points = offsets.into_iter().flat_map(|dy| offsets.map(|dx| Point::new(x + dx, y + dy)));
        for (luminance, point) in nine.iter_mut().zip(points) {
            let point = sighting.projection.map(point);
            *luminance = picture.between(point.x, point.y)?;
        }
        Some(nine)
    };
    places.map(of).collect()
}

/// Whether every point of every dark module is darker than every point of every light one, so that all parts show the same modules.
fn is_plain(nine: &Nine, sighting: &Sighting) -> bool {
    let modules = || nine.iter().zip(sighting.grid.rows().flatten());
    let of = |wanted: bool| modules().filter(move |(_, dark)| **dark == wanted).flat_map(|(nine, _)| *nine);
    let (low, high) = (!sighting.inverted, sighting.inverted);
    of(low).fold(f64::NEG_INFINITY, f64::max) < of(high).fold(f64::INFINITY, f64::min)
}

/// The modules as one part of each shows them, against the mean of that part around them.
fn modules(nine: &Nine, part: &[usize], sighting: &Sighting) -> Option<Grid> {
    let of = |nine: &[f64; 9]| {
        let points = part.iter().filter_map(|place| nine.get(*place));
        points.sum::<f64>() / real(part.len())
    };
    let version = sighting.grid.version();
    let samples = Samples::new(version, nine.iter().map(of).collect())?;
    let means = means(&samples);
    let side = version.side();
    Some(Grid::from_fn(version, |x, y| {
        let mean = means.get(y.saturating_mul(side).saturating_add(x)).copied().unwrap_or_default();
        (samples.at(x, y) < mean) != sighting.inverted
    }))
}
