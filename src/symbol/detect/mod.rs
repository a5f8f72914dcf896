//! This library's own reader: it fits a symbol's fixed patterns to the grey picture, and decides module by module.
//!
//! Others make a picture black and white first. Here a projection is fitted to everything that a symbol of a version shows for certain, then each
//! module is weighed against the light around it, blur is taken back on the modules, and error correction learns which modules to trust.

mod finder;
mod fit;
mod modules;
mod place;
mod plane;
#[cfg(test)]
mod tests;
mod unmix;

use finder::Finder;
use fit::Pattern;
use place::Place;
use plane::{NARROW, Plane, Relief, WIDE};

use super::analyse::right;
use super::geometry::{Point, Projection};
use super::picture::Picture;
use super::{Grid, Reader, Samples, Sighting, Version, analyse_with};

/// Pixels above which a picture is looked at in a smaller size: symbols in it have large modules.
const LARGE: usize = 2_500_000;
/// Pixels above which blurred symbols are looked for in half the size.
const LARGE_BLURRED: usize = 1_000_000;
/// Symbols that are read in one picture, at most.
const MOST_SYMBOLS: usize = 16;
/// Places that are fitted in one search, at most.
const MOST_FITS: usize = 14;
/// Places at which modules are read in one search, at most.
const MOST_READ: usize = 5;
/// Samples of a picture that are taken to fit and read symbols, in all searches, at most: some tenth of a second.
const MOST_WORK: usize = 16_000_000;
/// Agreement with the fixed patterns below which no symbol is there.
const LEAST_AGREEMENT: f64 = 0.3;
/// Modules of fixed patterns that must be as they should, of all.
const LEAST_RIGHT: f64 = 0.75;

/// Every symbol of a picture that can be read, dark on light first; one that is light on dark only where none is.
#[must_use]
pub fn detect(picture: &Picture) -> Vec<Sighting> {
    let (plane, factor) = working(picture);
    let wide = Relief::of(&plane, factor, WIDE);
    let mut work = MOST_WORK;
    let mut search = Search::of(picture, &wide, false);
    let found = search.sightings(Effort::Quick, &mut work);
    if !found.is_empty() {
        return found;
    }
    let found =
        Search::of(&picture.inverted(), &wide.clone().inverted(), true).sightings(Effort::Quick, &mut work);
    if !found.is_empty() {
        return found;
    }
    let found = search.sightings(Effort::Thorough, &mut work);
    if !found.is_empty() {
        return found;
    }
    let half = Some(&plane).filter(|plane| plane.values.len() > LARGE_BLURRED).and_then(Plane::halved);
    let (plane, factor) = half.map_or((plane, factor), |half| (half, factor * 2.0));
    let narrow = Relief::of(&plane, factor, NARROW);
    Search::of(picture, &narrow, false).sightings(Effort::Thorough, &mut work)
}

/// How hard to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// For symbols with three finder patterns that are whole.
    Quick,
    /// For blurred and damaged ones too.
    Thorough,
}

/// The plane to look for symbols in, and how many pixels of the picture make one of it.
fn working(picture: &Picture) -> (Plane, f64) {
    let (mut plane, mut factor) = (Plane::of(picture), 1.0);
    while plane.values.len() > LARGE
        && let Some(half) = plane.halved()
    {
        (plane, factor) = (half, factor * 2.0);
    }
    (plane, factor)
}

/// A search for symbols that are dark on light.
struct Search<'a> {
    picture: &'a Picture,
    relief: &'a Relief,
    inverted: bool,
    /// Finder patterns that are whole, once they were looked for.
    whole: Option<Vec<Finder>>,
    /// Places that were fitted, as they were before, and what they became.
    settled: Vec<(Place, Option<Place>)>,
    /// Places that are symbols, and could not be read in any way.
    unread: Vec<Place>,
}

impl<'a> Search<'a> {
    const fn of(picture: &'a Picture, relief: &'a Relief, inverted: bool) -> Self {
        Self { picture, relief, inverted, whole: None, settled: Vec::new(), unread: Vec::new() }
    }

    /// The symbols that can be read; what it costs is taken off `work`.
    fn sightings(&mut self, effort: Effort, work: &mut usize) -> Vec<Sighting> {
        if self.whole.is_none() {
            self.whole = Some(finder::finders(self.relief));
        }
        let mut finders = self.whole.clone().unwrap_or_default();
        if effort == Effort::Thorough {
            finders = finder::with_damaged(self.relief, finders);
        }
        let mut places = place::by_three(&finders, self.relief);
        if effort == Effort::Thorough {
            places.truncate(MOST_OF_THREE);
            places.extend(place::by_two(&finders, self.relief));
        }
        let (mut fits, mut reads) = (0, 0);
        let mut found: Vec<Sighting> = Vec::new();
        for place in places {
            let spent = fits >= MOST_FITS || reads >= MOST_READ || *work == 0;
            // Once there is a symbol, only what is as good as one is worth the time.
            let unlikely = !found.is_empty() && place.worth < LIKELY;
            if found.len() >= MOST_SYMBOLS || spent || unlikely {
                break;
            }
            if found.iter().any(|sighting| surrounds(&sighting.projection, sighting.grid.version(), &place)) {
                continue;
            }
            // What fits a symbol that could not be read is part of it, but for the symbol itself turned around.
            if self
                .unread
                .iter()
                .any(|other| surrounds(&other.projection, other.version, &place) && !is_turned(other, &place))
            {
                continue;
            }
            fits = fits.saturating_add(1);
            let Some(fitted) = self.settle(place, work) else { continue };
            match read(self.picture, &fitted, self.inverted, effort, work) {
                Some(sighting) => {
                    found.push(sighting);
                    (fits, reads) = (0, 0);
                }
                None => {
                    reads = reads.saturating_add(1);
                    if fitted.worth >= CERTAIN {
                        self.unread.push(fitted);
                    }
                }
            }
        }
        found
    }

    /// Fits a place to the picture, where that was not done before; its worth becomes its agreement.
    fn settle(&mut self, place: Place, work: &mut usize) -> Option<Place> {
        let same = |before: &Place| before.version == place.version && before.projection == place.projection;
        if let Some((_, fitted)) = self.settled.iter().find(|(before, _)| same(before)) {
            return fitted.clone();
        }
        let pattern = Pattern::of(place.version);
        let fitted = fit::fitted(self.relief, &pattern, &place.projection, work);
        let fitted = fitted.and_then(|(_, projection)| {
            let level = self.relief.level(fit::module(&projection, place.version))?;
            let worth = pattern.agreement(level, &projection);
            (worth >= LEAST_AGREEMENT).then_some(Place { projection, version: place.version, worth })
        });
        self.settled.push((place, fitted.clone()));
        fitted
    }
}

/// Worth of a place that is likely a symbol: half of what a clean one has.
const LIKELY: f64 = 1.2;
/// Places with three finder patterns that are tried before those with two.
const MOST_OF_THREE: usize = 4;

/// Whether the middle of a place lies within a symbol.
fn surrounds(projection: &Projection, version: Version, place: &Place) -> bool {
    let middle = super::picture::real(place.version.side()) / 2.0;
    let middle = place.projection.map(Point::new(middle, middle));
    let corners = projection.corners(version.side());
    let next = corners.iter().cycle().skip(1);
    corners
        .iter()
        .zip(next)
        .all(|(a, b)| (b.x - a.x) * (middle.y - a.y) - (b.y - a.y) * (middle.x - a.x) > 0.0)
}

/// Whether a place is where another one is, turned by a quarter or half: of a symbol with two finder patterns, both ways look alike.
fn is_turned(other: &Place, place: &Place) -> bool {
    let [corners, others] = [place, other].map(|place| place.projection.corners(place.version.side()));
    let middle = |[a, _, c, _]: [Point; 4]| Point::new(f64::midpoint(a.x, c.x), f64::midpoint(a.y, c.y));
    let top = |[a, b, ..]: [Point; 4]| Point::new(b.x - a.x, b.y - a.y);
    let (one, two) = (top(corners), top(others));
    let lengths = libm::hypot(one.x, one.y) * libm::hypot(two.x, two.y);
    let is_near = middle(corners).distance(middle(others)) * 4.0 < others[0].distance(others[2]);
    is_near && one.x * two.x + one.y * two.y < lengths * 0.5
}

/// Reads the modules at a place, in one way after the other.
fn read(
    picture: &Picture,
    place: &Place,
    inverted: bool,
    effort: Effort,
    work: &mut usize,
) -> Option<Sighting> {
    let side = place.version.side();
    let area = side.saturating_mul(side);
    *work = work.saturating_sub(area.saturating_mul(PLAIN_WORK));
    let samples = Samples::spread(picture, &place.projection, place.version, 0.27)?;
    let mut decided = Vec::new();
    let ways: [fn(&Samples) -> modules::Darkness; 2] =
        [modules::overall, |samples| modules::local(samples, NEIGHBOURHOOD)];
    for way in ways {
        let (grid, doubt) = modules::decided(&samples, &way(&samples));
        if let Some(sighting) = proven(place, &grid, &doubt, inverted) {
            return Some(sighting);
        }
        decided.push((grid, doubt));
    }
    if effort == Effort::Quick && place.worth < CONVINCING {
        return None;
    }
    let unmixing = area.saturating_mul(UNMIXING_WORK);
    if let Some(darkness) = (*work >= unmixing).then(|| unmix::unmixed(&samples)).flatten() {
        *work = work.saturating_sub(unmixing);
        let (grid, doubt) = modules::decided(&samples, &darkness);
        if let Some(sighting) = proven(place, &grid, &doubt, inverted) {
            return Some(sighting);
        }
    }
    for (grid, doubt) in decided.iter().skip(1) {
        for part in COVERED {
            let doubt = modules::covered(doubt, side, part);
            if let Some(sighting) = proven(place, grid, &doubt, inverted) {
                return Some(sighting);
            }
        }
    }
    None
}

/// Modules to each side that a module is weighed against.
const NEIGHBOURHOOD: usize = 4;
/// Reading a module costs as much as so many samples.
const PLAIN_WORK: usize = 60;
/// Taking blur back from a module costs as much as so many samples.
const UNMIXING_WORK: usize = 250;

/// Agreement above which everything is tried.
const CONVINCING: f64 = 0.7;

/// Agreement above which a place is certainly a symbol, and looked at once.
const CERTAIN: f64 = 0.75;

/// Sides of a logo in the middle, as parts of the symbol's.
const COVERED: [f64; 4] = [0.26, 0.34, 0.42, 0.5];

/// What modules hold, where nothing in it speaks against it.
fn proven(place: &Place, grid: &Grid, doubt: &[u8], inverted: bool) -> Option<Sighting> {
    let analysis = analyse_with(grid, Some(doubt)).ok()?;
    // Some encoders fill with what the standard does not say: then the blocks must prove themselves without erasures. This decides whether
    // another way of looking is tried; what is reported has to be sound besides, which asks for more (`read`).
    let within = || analysis.blocks.iter().all(|block| block.corrected <= block.correctable);
    let right = right(grid, analysis.mirrored, |_, _, _| true);
    ((analysis.padding.regular || within()) && right >= LEAST_RIGHT).then(|| Sighting {
        reader: Reader::Own,
        step: "plain",
        projection: place.projection,
        inverted,
        grid: grid.clone(),
        analysis,
        contrary: None,
    })
}
