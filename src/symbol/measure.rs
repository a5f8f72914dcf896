//! What a picture shows of a symbol that was read in it: sizes, quiet zone, contrast, and which modules are wrong.
//!
//! Reflectance here is luma divided by 255, as coded. A picture has no scale of reflectance, so that undoing the gamma of sRGB would only look
//! exact; readers see luma too. Of a file that was made for a screen the values are exact, of a photograph they are relative.
//!
//! Light and dark are the roles, not the shades: of an inverted symbol every value is turned around first.

mod fit;
mod surround;

use fit::Fit;
use surround::surround;

use super::geometry::{Point, Projection};
use super::layout::{Layout, Part};
use super::picture::{Picture, real, whole};
use super::sample::Samples;
use super::sighting::Sighting;
use super::{Grid, Version};

/// How far out the surround is looked at, in modules; a quiet zone that is wider counts as this.
pub const QUIET_REACH: f64 = 5.0;
/// How far a measured quiet zone may be off, in modules: edges in a picture are no sharper.
pub const QUIET_TOLERANCE: f64 = 0.25;
/// The part of all samples at each end that is left out of the symbol contrast, so that a speck of dirt or noise does not widen it.
pub const EXTREME: f64 = 0.05;
/// Half the side of the square, in modules, over which a module's reflectance is averaged: it stands for the aperture of a verifier.
const APERTURE: f64 = 0.25;
/// Modules a side of the cells in which light is taken to be even, three of them in each direction.
const CELL: usize = 7;

/// What a picture shows of a symbol.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Where the symbol lies, as it was found (a mirrored one before columns and rows are exchanged), fitted again to the picture.
    pub projection: Projection,
    /// The mean width and height of a module, in pixels, along the rows and the columns of the symbol as it was found.
    pub module: [f64; 2],
    /// The quiet zone.
    pub quiet_zone: QuietZone,
    /// Symbol contrast, 0 to 1: how far apart the lightest and the darkest of modules and quiet zone are (ISO/IEC 15415, 7.8.2), without
    /// [`EXTREME`] at each end.
    pub contrast: f64,
    /// The reflectance halfway between, 0 to 1: the global threshold.
    pub threshold: f64,
    /// Whether it is light on dark.
    pub inverted: bool,
    /// Whether columns and rows are exchanged.
    pub mirrored: bool,
    /// Which way its top edge runs in the picture, in degrees, clockwise from a horizontal line, above -180 to 180.
    pub angle: f64,
    /// By how many degrees the angle between its rows and columns differs from a right one.
    pub skew: f64,
    /// How much shorter the shorter of two opposite sides is, 0 to 1, for the pair that differs more: 0 where it is seen from straight ahead.
    pub convergence: f64,
    /// How much the mean width and height of modules differ, as a part of their mean: axial non-uniformity (ISO/IEC 15415, 7.8.6).
    pub axial: f64,
    /// How far the farthest place of the grid lies from an even one, in modules: grid non-uniformity (ISO/IEC 15415, 7.8.7).
    pub deviation: f64,
    /// How much wider than they should be dark modules are, in modules; negative where they are narrower.
    pub growth: f64,
    /// The reflectance of each module, 0 to 1, the right way round (columns and rows as in `intended`).
    pub reflectance: Samples,
    /// The modules that are wrong, the right way round: `true` where a module lies on the wrong side of the threshold of its neighbourhood.
    ///
    /// A verifier lights evenly and needs one threshold only; a picture is lit as it is. Modulation and reflectance margin use the global one.
    pub wrong: Grid,
    /// How many of them are wrong in each part.
    pub damage: Damage,
}

impl Measurement {
    /// The version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.reflectance.version()
    }
}

/// How far the surround of a symbol is light, on each side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuietZone {
    /// In modules, up to [`QUIET_REACH`], of the symbol as it was found: above, right, below, left. What lies outside of the picture is unknown
    /// and counts as not there.
    pub modules: [f64; 4],
    /// The sides on which the picture ends before anything else does.
    pub at_edge: [bool; 4],
}

impl QuietZone {
    /// The narrowest side, in modules.
    #[must_use]
    pub fn narrowest(&self) -> f64 {
        self.modules.into_iter().fold(QUIET_REACH, f64::min)
    }
}

/// Modules that are wrong, by part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Of each finder pattern: top left, top right, bottom left; 49 modules each.
    pub finders: [usize; 3],
    /// Of the separator of each finder pattern; 15 modules each.
    pub separators: [usize; 3],
    /// Of the two timing patterns.
    pub timing: usize,
    /// Of each alignment pattern, 25 modules each, in order of rows, then columns.
    pub alignment: Vec<usize>,
    /// Of both copies of format information, 30 modules, and of the module that is always dark.
    pub format: usize,
    /// Of both copies of version information, 36 modules.
    pub version: usize,
    /// Of codewords and remainder bits.
    pub data: usize,
}

impl Damage {
    /// Counts the wrong modules of each part.
    fn count(wrong: &Grid, layout: &Layout) -> Self {
        let patterns = match wrong.version().alignment().len() {
            0 => 0,
            rows => rows.saturating_mul(rows).saturating_sub(3),
        };
        let mut damage = Self { alignment: vec![0; patterns], ..Self::default() };
        for (x, y) in modules(wrong.side()).filter(|(x, y)| wrong.dark(*x, *y)) {
            let count = match layout.part(x, y) {
                Part::Finder(number) => damage.finders.get_mut(usize::from(number)),
                Part::Separator(number) => damage.separators.get_mut(usize::from(number)),
                Part::Timing => Some(&mut damage.timing),
                Part::Alignment(number) => damage.alignment.get_mut(usize::from(number)),
                Part::Format | Part::Dark => Some(&mut damage.format),
                Part::Version => Some(&mut damage.version),
                Part::Data => Some(&mut damage.data),
            };
            if let Some(count) = count {
                *count = count.saturating_add(1);
            }
        }
        damage
    }
}

/// Measures a symbol in the picture in which it was seen.
#[must_use]
pub fn measure(picture: &Picture, sighting: &Sighting) -> Measurement {
    let intended = &sighting.analysis.intended;
    let mirrored = sighting.analysis.mirrored;
    let version = intended.version();
    let layout = Layout::new(version);
    // From here on the symbol is the right way round.
    let upright = if mirrored { exchanged(&sighting.projection) } else { sighting.projection };
    let view = View { picture, inverted: sighting.inverted };
    let fit = Fit::new(&view, intended, upright);
    let reflectance = sampled(&view, &fit, version);
    let thresholds = Thresholds::new(&reflectance, intended);
    let seen = Grid::from_fn(version, |x, y| reflectance.at(x, y) < thresholds.at(x, y));
    let wrong = Grid::from_fn(version, |x, y| seen.dark(x, y) != intended.dark(x, y));
    // Beside a module that is dark, or should be, the surround is looked at from farther away.
    let dark = Grid::from_fn(version, |x, y| seen.dark(x, y) || intended.dark(x, y));
    let around = surround(&view, &fit.projection, &dark, &thresholds);
    let (darkest, lightest) = extremes(&reflectance, &around.light);
    let projection = if mirrored { exchanged(&fit.projection) } else { fit.projection };
    let mut quiet_zone = around.quiet_zone;
    if mirrored {
        quiet_zone.modules = transposed(quiet_zone.modules);
        quiet_zone.at_edge = transposed(quiet_zone.at_edge);
    }
    let shape = Shape::new(projection.corners(version.side()), version.side());
    Measurement {
        projection,
        module: shape.module,
        quiet_zone,
        contrast: lightest - darkest,
        threshold: f64::midpoint(lightest, darkest),
        inverted: sighting.inverted,
        mirrored,
        angle: shape.angle,
        skew: shape.skew,
        convergence: shape.convergence,
        axial: shape.axial,
        deviation: fit.deviation(shape.module),
        growth: fit.growth,
        damage: Damage::count(&wrong, &layout),
        wrong,
        reflectance,
    }
}

/// Columns and rows of all modules, row by row.
fn modules(side: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..side).flat_map(move |y| (0..side).map(move |x| (x, y)))
}

/// The sides above, right, below and left when columns and rows are exchanged.
fn transposed<T>([above, right, below, left]: [T; 4]) -> [T; 4] {
    [left, below, right, above]
}

/// The projection with columns and rows of the symbol exchanged.
#[expect(clippy::many_single_char_names, reason = "the terms of a matrix")]
fn exchanged(projection: &Projection) -> Projection {
    let [a, b, c, d, e, f, g, h, i] = projection.terms();
    Projection::with_terms([b, a, c, e, d, f, h, g, i]).unwrap_or(*projection)
}

/// A picture in which light is light.
struct View<'a> {
    picture: &'a Picture,
    inverted: bool,
}

impl View<'_> {
    /// The reflectance at a point, 0 to 1; outside of the picture that of its nearest edge.
    #[inline]
    fn reflectance(&self, point: Point) -> f64 {
        let value = self.picture.nearest(point.x, point.y) * (1.0 / 255.0);
        if self.inverted { 1.0 - value } else { value }
    }

    fn shows(&self, point: Point) -> bool {
        let within = |value: f64, size: usize| value >= 0.0 && value <= real(size);
        within(point.x, self.picture.width()) && within(point.y, self.picture.height())
    }
}

/// The mean reflectance of the middle of each module.
fn sampled(view: &View<'_>, fit: &Fit, version: Version) -> Samples {
    const STEPS: [f64; 3] = [-1.0, 0.0, 1.0];
    let of_module = |(x, y)| {
        let moved = fit.moved(Point::new(real(x) + 0.5, real(y) + 0.5));
        // Within one module a projection is as good as even.
        let centre = fit.projection.map(moved);
        let right = fit.projection.map(Point::new(moved.x + APERTURE, moved.y));
        let down = fit.projection.map(Point::new(moved.x, moved.y + APERTURE));
        let (right_x, right_y) = (right.x - centre.x, right.y - centre.y);
        let (down_x, down_y) = (down.x - centre.x, down.y - centre.y);
        let mut sum = 0.0;
        for dy in STEPS {
            let (x, y) = (centre.x + dy * down_x, centre.y + dy * down_y);
            for dx in STEPS {
                sum += view.reflectance(Point::new(x + dx * right_x, y + dx * right_y));
            }
        }
        sum / 9.0
    };
    let values = modules(version.side()).map(of_module).collect();
    Samples::new(version, values).expect("there is one value for each module of the version")
}

/// Thresholds by cell: halfway between light and dark modules of the cells around.
struct Thresholds {
    cells: usize,
    values: Vec<f64>,
}

impl Thresholds {
    fn new(reflectance: &Samples, intended: &Grid) -> Self {
        let side = intended.side();
        let cells = side.div_ceil(CELL);
        // Sum and count of light, then of dark modules.
        let mut sums = vec![[0.0; 4]; cells.saturating_mul(cells)];
        for (x, y) in modules(side) {
            let place = y.div_euclid(CELL).saturating_mul(cells).saturating_add(x.div_euclid(CELL));
            if let Some([light, lights, dark, darks]) = sums.get_mut(place) {
                let (sum, count) = if intended.dark(x, y) { (dark, darks) } else { (light, lights) };
                *sum += reflectance.at(x, y);
                *count += 1.0;
            }
        }
        let values = modules(cells).map(|(x, y)| {
            let near = |at: usize| at.saturating_sub(1)..at.saturating_add(2).min(cells);
            let places = near(y).flat_map(|row| near(x).map(move |column| (row, column)));
            let cell =
                |(row, column): (usize, usize)| sums.get(row.saturating_mul(cells).saturating_add(column));
            let [light, lights, dark, darks] = places
                .filter_map(cell)
                .fold([0.0; 4], |[a, b, c, d], [e, f, g, h]| [a + e, b + f, c + g, d + h]);
            f64::midpoint(light / f64::max(lights, 1.0), dark / f64::max(darks, 1.0))
        });
        Self { cells, values: values.collect() }
    }

    /// At the module in this column and row; outside at the nearest cell.
    fn at(&self, x: usize, y: usize) -> f64 {
        let cell = |at: usize| at.div_euclid(CELL).min(self.cells.saturating_sub(1));
        let place = cell(y).saturating_mul(self.cells).saturating_add(cell(x));
        self.values.get(place).copied().unwrap_or(0.5)
    }
}

/// The darkest and the lightest reflectance of modules and quiet zone, without [`EXTREME`] at each end.
fn extremes(reflectance: &Samples, light: &[f64]) -> (f64, f64) {
    let mut all = [reflectance.luminance(), light].concat();
    // Counted in modules, so that a wide quiet zone does not hide the darkest.
    let left_out = whole(real(reflectance.luminance().len()) * EXTREME);
    let last = all.len().saturating_sub(1);
    let mut nth = |place: usize| *all.select_nth_unstable_by(place.min(last), f64::total_cmp).1;
    let (darkest, lightest) = (nth(left_out), nth(last.saturating_sub(left_out)));
    (darkest, lightest.max(darkest))
}

/// What the corners of a symbol say.
struct Shape {
    module: [f64; 2],
    angle: f64,
    skew: f64,
    convergence: f64,
    axial: f64,
}

impl Shape {
    fn new(corners: [Point; 4], side: usize) -> Self {
        let [top_left, top_right, bottom_right, bottom_left] = corners;
        let rows = [top_left.distance(top_right), bottom_left.distance(bottom_right)];
        let columns = [top_left.distance(bottom_left), top_right.distance(bottom_right)];
        let mean = |pair: [f64; 2]| f64::midpoint(pair[0], pair[1]) / real(side);
        let module = [mean(rows), mean(columns)];
        let converging = |pair: [f64; 2]| 1.0 - f64::min(pair[0], pair[1]) / f64::max(pair[0], pair[1]);
        // The mean directions of rows and columns.
        let along = (
            top_right.x - top_left.x + bottom_right.x - bottom_left.x,
            top_right.y - top_left.y + bottom_right.y - bottom_left.y,
        );
        let down = (
            bottom_left.x - top_left.x + bottom_right.x - top_right.x,
            bottom_left.y - top_left.y + bottom_right.y - top_right.y,
        );
        let dot = along.0 * down.0 + along.1 * down.1;
        let cross = along.0 * down.1 - along.1 * down.0;
        Self {
            module,
            angle: libm::atan2(top_right.y - top_left.y, top_right.x - top_left.x).to_degrees(),
            skew: (libm::atan2(cross.abs(), dot).to_degrees() - 90.0).abs(),
            convergence: f64::max(converging(rows), converging(columns)),
            axial: (module[0] - module[1]).abs() / f64::midpoint(module[0], module[1]),
        }
    }
}

#[cfg(test)]
pub(super) mod drawn;
#[cfg(test)]
mod tests;
