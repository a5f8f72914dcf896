//! The reader `rxing`: its detectors give modules and corners, its decoder bytes to compare.

use rxing::common::cpp_essentials::{ConcentricPattern, DecoderResult};
use rxing::common::{BitMatrix, DetectorRXingResult, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{
    FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR,
};
use rxing::qrcode::detector::Detector;
use rxing::{Binarizer, DecodeHints, Luma8Source};

use super::prove::{Found, projection};
use crate::symbol::geometry::{Point, Projection};
use crate::symbol::picture::real;
use crate::symbol::prepare::Prepared;
use crate::symbol::{Grid, Picture, Version};

/// How a picture becomes black and white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    /// Each block of eight by eight pixels against those around it.
    Hybrid,
    /// Each pixel against one threshold for all.
    Histogram,
    /// It is so already.
    Already,
}

/// Sets of three finder patterns that are tried in one picture, the most plausible first.
const MOST_SETS: usize = 300;

/// Pixels up to which every third row is searched for finder patterns.
pub(super) const MOST_ROWS: usize = 1_500_000;

/// The picture in black and white, black as `true`; `None` where it has no contrast.
pub(super) fn binary(picture: &Picture, how: Binary) -> Option<BitMatrix> {
    let (width, height) = (u32::try_from(picture.width()).ok()?, u32::try_from(picture.height()).ok()?);
    let source = || Luma8Source::new_with_slice(picture.luma(), width, height).ok();
    match how {
        Binary::Hybrid => HybridBinarizer::new(source()?).get_black_matrix().ok().cloned(),
        Binary::Histogram => GlobalHistogramBinarizer::new(source()?).get_black_matrix().ok().cloned(),
        Binary::Already => {
            let mut bits = BitMatrix::new(width, height).ok()?;
            for (y, row) in (0..height).zip(picture.luma().chunks_exact(picture.width())) {
                for (x, _) in (0..width).zip(row).filter(|(_, value)| **value < 128) {
                    bits.set(x, y);
                }
            }
            Some(bits)
        }
    }
}

/// The finder patterns in a picture: their centres and widths in pixels. In every third row those of any size are found; otherwise those of
/// symbols of a quarter of the height.
pub(super) fn patterns(bits: &BitMatrix, every: bool) -> Vec<ConcentricPattern> {
    FindFinderPatterns(bits, every, 0)
}

/// The sets of three that may belong to one symbol: the top left, the top right and the bottom left one.
pub(super) fn sets(mut patterns: Vec<ConcentricPattern>) -> Vec<FinderPatternSet> {
    GenerateFinderPatternSets(&mut patterns).into_iter().take(MOST_SETS).collect()
}

/// Goes through the symbols that are found, until none is left; `prove` says whether one was read.
pub(super) fn find(prepared: &Prepared, how: Binary, every: bool, mut prove: impl FnMut(Found) -> bool) {
    let Some(bits) = binary(&prepared.picture, how) else { return };
    let every = every || prepared.picture.luma().len() <= MOST_ROWS;
    let mut used = Vec::new();
    for set in sets(patterns(&bits, every)) {
        let parts = [set.tl, set.tr, set.bl];
        if parts.iter().any(|part| used.contains(part)) {
            continue;
        }
        let Ok(sampled) = SampleQR(&bits, &set) else { continue };
        let [top_left, top_right, bottom_left, bottom_right] = sampled.getPoints() else { continue };
        // It rounds them to whole pixels by adding a half, and leaves out the rounding.
        let corners = [top_left, top_right, bottom_right, bottom_left]
            .map(|corner| Point::new(f64::from(corner.x) - 0.5, f64::from(corner.y) - 0.5))
            .map(|corner| prepared.back(corner));
        if found(sampled.getBits(), |side| projection(side, corners)).is_some_and(&mut prove) {
            used.extend(parts);
        }
    }
    if !used.is_empty() {
        return;
    }
    // The older detector chooses three patterns of all; it reads some symbols that the newer does not.
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let Ok(sampled) = Detector::new(&bits).detect_with_hints(&hints) else { return };
    let centres: Vec<Point> = sampled
        .getPoints()
        .iter()
        .map(|centre| prepared.back(Point::new(f64::from(centre.x), f64::from(centre.y))))
        .collect();
    if let Some(found) = found(sampled.getBits(), |side| of_centres(side, &centres)) {
        prove(found);
    }
}

/// What the detectors give, with the bytes that the decoder makes of it.
fn found(bits: &BitMatrix, projection: impl Fn(usize) -> Option<Projection>) -> Option<Found> {
    let side = usize::try_from(bits.width()).ok().filter(|_| bits.width() == bits.height())?;
    let version = Version::with_side(side)?;
    let at = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let grid = Grid::from_fn(version, |x, y| bits.try_get(at(x), at(y)).unwrap_or_default());
    let bytes =
        Decode(bits).ok().filter(DecoderResult::isValid).map(|decoded| decoded.content().bytes().to_vec());
    Some(Found { projection: projection(side)?, grid, bytes })
}

/// The projection of a symbol by the centres of its finder patterns, bottom left, top left and top right, and of its last alignment pattern;
/// without that, it is taken for a parallelogram.
fn of_centres(side: usize, centres: &[Point]) -> Option<Projection> {
    let [bottom_left, top_left, top_right, rest @ ..] = centres else { return None };
    let (near, far) = (3.5, real(side) - 3.5);
    let (place, last) = match rest {
        [alignment, ..] => (far - 3.0, *alignment),
        [] => (
            far,
            Point::new(top_right.x - top_left.x + bottom_left.x, top_right.y - top_left.y + bottom_left.y),
        ),
    };
    let symbol =
        [Point::new(near, near), Point::new(far, near), Point::new(place, place), Point::new(near, far)];
    Projection::between(symbol, [*top_left, *top_right, last, *bottom_left])
}
