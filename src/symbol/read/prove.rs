//! From what a reader found to what can be said of it: nothing is reported whose bytes do not follow from its modules.

use crate::symbol::analyse::right;
use crate::symbol::geometry::{Point, Projection};
use crate::symbol::picture::{shade, whole};
use crate::symbol::{
    Analysis, Grid, Mode, Part, Picture, Reader, Samples, Sighting, Version, analyse, analyse_with,
};

/// A symbol that a reader believes to see.
pub(super) struct Found {
    /// Where, in the picture as it was given.
    pub(super) projection: Projection,
    /// Its modules.
    pub(super) grid: Grid,
    /// The bytes, where the reader decoded it.
    pub(super) bytes: Option<Vec<u8>>,
}

/// The part of the modules of finder and timing patterns that have to be as they should, so that reading is worth its time. Of modules
/// drawn by lot, half are.
const ALIKE: f64 = 0.7;

/// What a symbol holds, when its modules prove it: as they were found, or else as the picture shows them where they were found.
pub(super) fn prove(
    picture: &Picture,
    found: Found,
    step: &'static str,
    reader: Reader,
    inverted: bool,
) -> Option<Sighting> {
    let Found { projection, grid, bytes } = found;
    if alike(&grid) < ALIKE {
        return None;
    }
    let read = analyse(&grid).ok().filter(is_sound).map(|analysis| (grid.clone(), analysis));
    let (grid, analysis) = read.or_else(|| look_again(picture, &projection, grid.version(), inverted))?;
    let contrary = bytes.filter(|bytes| is_comparable(&analysis) && *bytes != analysis.payload);
    Some(Sighting { reader, step, projection, inverted, grid, analysis, contrary })
}

/// Whether the modules of a symbol may be believed: nearly all writers pad as the standard asks; where one does not, the symbol has to be
/// in good order.
///
/// It asks for more than the own detector does before it gives up looking otherwise: that one weighs every fixed pattern besides.
pub(super) fn is_sound(analysis: &Analysis) -> bool {
    let format = analysis.format_errors.iter().min().copied().unwrap_or_default();
    let halved = |block: &crate::symbol::Block| block.corrected.saturating_mul(2) <= block.correctable;
    analysis.padding.regular || (format <= 1 && analysis.blocks.iter().all(halved))
}

/// Whether other readers give the bytes of these segments as they stand.
fn is_comparable(analysis: &Analysis) -> bool {
    let plain = |mode: Mode| mode.holds_text() || matches!(mode, Mode::Eci(_));
    analysis.segments.iter().all(|segment| plain(segment.mode))
}

/// The part of the modules of finder and timing patterns that are as they should be.
fn alike(grid: &Grid) -> f64 {
    // Where an alignment pattern lies on a timing pattern, both say the same. None of these changes when columns and rows are exchanged.
    right(grid, false, |part, x, y| match part {
        Part::Finder(_) | Part::Timing => true,
        Part::Alignment(_) => x == 6 || y == 6,
        _ => false,
    })
}

/// Modules around one whose mean tells dark from light.
const AROUND: usize = 4;

/// Reads a symbol from the grey picture: each module against the mean of those around it, and trusted as far as it differs.
fn look_again(
    picture: &Picture,
    projection: &Projection,
    version: Version,
    inverted: bool,
) -> Option<(Grid, Analysis)> {
    let samples = Samples::take(picture, projection, version)?;
    let means = means(&samples);
    let side = version.side();
    let above = |x: usize, y: usize| {
        let mean = means.get(y.saturating_mul(side).saturating_add(x)).copied().unwrap_or_default();
        (samples.at(x, y) - mean) * if inverted { -1.0 } else { 1.0 }
    };
    let grid = Grid::from_fn(version, |x, y| above(x, y) < 0.0);
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    let differences: Vec<f64> = places.map(|(x, y)| above(x, y).abs()).collect();
    let most = differences.iter().copied().fold(1.0, f64::max);
    let doubt: Vec<u8> =
        differences.iter().map(|difference| shade(255.0 - 255.0 * difference / most)).collect();
    let analysis = analyse_with(&grid, Some(&doubt)).ok().filter(is_sound)?;
    Some((grid, analysis))
}

/// For each module, the mean of the square around it.
pub(super) fn means(samples: &Samples) -> Vec<f64> {
    let side = samples.version().side();
    let span = |at: usize| at.saturating_sub(AROUND)..at.saturating_add(AROUND).saturating_add(1).min(side);
    let mut across = Vec::with_capacity(samples.luminance().len());
    for row in samples.luminance().chunks(side) {
        across.extend((0..side).map(|x| mean(row.get(span(x)).unwrap_or_default().iter().copied())));
    }
    let column = |x: usize, y: usize| {
        across.get(y.saturating_mul(side).saturating_add(x)).copied().unwrap_or_default()
    };
    (0..side)
        .flat_map(|y| (0..side).map(move |x| (x, y)))
        .map(|(x, y)| mean(span(y).map(|y| column(x, y))))
        .collect()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / f64::max(count, 1.0)
}

/// A projection from the corners of a symbol in a prepared picture; `None` where they are no quadrangle of a size that can be read.
pub(super) fn projection(side: usize, corners: [Point; 4]) -> Option<Projection> {
    let finite = corners.iter().all(|corner| corner.x.is_finite() && corner.y.is_finite());
    let [first, _, opposite, _] = corners;
    (finite && whole(first.distance(opposite)) >= side).then(|| Projection::of_corners(side, corners))?
}
