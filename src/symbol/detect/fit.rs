//! How well a projection agrees with what a picture shows, and projections that agree better.

use super::plane::{Level, Relief, View, narrow};
use crate::symbol::geometry::{Point, Projection};
use crate::symbol::picture::real;
use crate::symbol::{Layout, Part, Version};

/// What a symbol of a version shows for certain, and a sample of its data.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) version: Version,
    /// What all of it, or nearly, shows.
    whole: Sketch,
    /// What a few modules show.
    rough: Sketch,
    /// Centres of modules of timing patterns: 1 for dark and -1 for light.
    timing: Vec<(Place, f32)>,
}

/// A point of a symbol, in modules.
type Place = (f32, f32);

/// Some modules of a symbol.
#[derive(Clone, Debug)]
struct Sketch {
    /// Centres of modules of function patterns: 1 for dark and -1 for light, times how much they count.
    fixed: Vec<(Place, f32)>,
    /// Centres of modules of data.
    data: Vec<Place>,
}

/// Modules of function patterns that are looked at, at most: more than small versions have.
const MOST_FIXED: usize = 700;
/// Modules of data that are looked at, at most.
const MOST_DATA: usize = 400;
/// Modules of function patterns that are looked at first, at most.
const FEW_FIXED: usize = 220;
/// Modules of data that are looked at first, at most.
const FEW_DATA: usize = 120;
/// How much what surrounds the symbol counts: it is not always light.
const SURROUNDINGS: f32 = 0.2;
/// How much it counts that modules of data are clearly dark or light.
const CLEAR: f64 = 0.5;

impl Pattern {
    /// The pattern of a version.
    pub(super) fn of(version: Version) -> Self {
        let layout = Layout::new(version);
        let side = version.side();
        let (mut fixed, mut timing, mut data) = (Vec::new(), Vec::new(), Vec::new());
        let number = |place: usize| narrow(real(place));
        for y in 0..side {
            for x in 0..side {
                let centre = (number(x) + 0.5, number(y) + 0.5);
                let Some(dark) = layout.fixed(x, y) else {
                    data.push(centre);
                    continue;
                };
                let sign = if dark { 1.0 } else { -1.0 };
                if layout.part(x, y) == Part::Timing {
                    timing.push((centre, sign));
                }
                fixed.push((centre, sign));
            }
        }
        for step in (0..side).step_by(2) {
            let along = number(step) + 0.5;
            let beyond = number(side) + 0.5;
            let around = [(along, -0.5), (along, beyond), (-0.5, along), (beyond, along)];
            fixed.extend(around.map(|place| (place, -SURROUNDINGS)));
        }
        let sketch = |most_fixed: usize, most_data: usize| Sketch {
            fixed: fixed.iter().step_by(fixed.len().div_ceil(most_fixed).max(1)).copied().collect(),
            // An odd step, so that not all lie in a few columns.
            data: data.iter().step_by(data.len().div_ceil(most_data).max(1) | 1).copied().collect(),
        };
        Self { version, whole: sketch(MOST_FIXED, MOST_DATA), rough: sketch(FEW_FIXED, FEW_DATA), timing }
    }

    /// How well a projection agrees: about 1 for a clean symbol, about 0 for anything else.
    pub(super) fn agreement(&self, level: &Level, projection: &Projection) -> f64 {
        signed(level, &level.view(projection), &self.whole.fixed)
    }

    /// How well the timing patterns agree.
    pub(super) fn timing(&self, level: &Level, projection: &Projection) -> f64 {
        signed(level, &level.view(projection), &self.timing)
    }
}

impl Sketch {
    /// Agreement, and how clearly modules of data are dark or light: modules that are missed by half are neither.
    fn score(&self, level: &Level, projection: &Projection) -> f64 {
        let view = level.view(projection);
        let mut clear = 0.0;
        for place in &self.data {
            let (x, y) = view.map(*place);
            clear += level.between(x, y).abs().min(1.2);
        }
        signed(level, &view, &self.fixed) + CLEAR * f64::from(clear) / real(self.data.len().max(1))
    }

    /// Modules that a score looks at.
    fn cost(&self) -> usize {
        self.fixed.len().saturating_add(self.data.len())
    }
}

fn signed(level: &Level, view: &View, places: &[(Place, f32)]) -> f64 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (place, sign) in places {
        let (x, y) = view.map(*place);
        sum += level.between(x, y).clamp(-1.5, 1.5) * sign;
        weight += sign.abs();
    }
    f64::from(sum / f32::max(weight, 1.0))
}

/// The side of a module in the middle of a symbol, in pixels.
pub(super) fn module(projection: &Projection, version: Version) -> f64 {
    let [a, b, c, d] = projection.corners(version.side());
    let cross = |p: Point, q: Point| p.x * q.y - p.y * q.x;
    let area = cross(a, b) + cross(b, c) + cross(c, d) + cross(d, a);
    (area.abs() / 2.0).sqrt() / real(version.side())
}

/// A projection with its score.
pub(super) type Scored = (f64, Projection);

/// Moves a projection so that the symbol's patterns fit best; takes what it costs off `work`, and gives up where little agrees.
pub(super) fn fitted(
    relief: &Relief,
    pattern: &Pattern,
    projection: &Projection,
    work: &mut usize,
) -> Option<Scored> {
    let size = module(projection, pattern.version);
    let level = relief.level(size).filter(|_| size.is_finite() && size > 0.8)?;
    let mut search = Search::new(level, pattern, &pattern.rough, *projection, work);
    for moved in by_alignment(level, pattern.version, projection) {
        search.consider(moved);
    }
    // The corner without a finder pattern is known least.
    let reach = 1.0 + real(pattern.version.side()) * 0.04;
    for step in [reach, reach / 2.0] {
        for (across, down) in (-2_i32..=2).flat_map(|down| (-2_i32..=2).map(move |across| (across, down))) {
            let (across, down) = (f64::from(across) * step / 2.0, f64::from(down) * step / 2.0);
            search.consider(stretched(projection, pattern.version, across, down));
        }
    }
    for (step, least) in [(1.0, 0.1), (0.6, 0.2)] {
        if search.agreement() < least {
            return None;
        }
        search.settle(step * size);
    }
    if search.agreement() < 0.25 {
        return None;
    }
    let (_, found) = search.best;
    let mut search = Search::new(level, pattern, &pattern.whole, found, work);
    for step in [0.3, 0.15, 0.07] {
        search.settle(step * size);
    }
    Some(search.best)
}

/// A search for the projection that agrees best.
struct Search<'a> {
    level: &'a Level,
    pattern: &'a Pattern,
    sketch: &'a Sketch,
    best: Scored,
    work: &'a mut usize,
}

impl<'a> Search<'a> {
    fn new(
        level: &'a Level,
        pattern: &'a Pattern,
        sketch: &'a Sketch,
        start: Projection,
        work: &'a mut usize,
    ) -> Self {
        Self { level, pattern, sketch, best: (sketch.score(level, &start), start), work }
    }

    fn agreement(&self) -> f64 {
        signed(self.level, &self.level.view(&self.best.1), &self.sketch.fixed)
    }

    fn consider(&mut self, moved: Option<Projection>) {
        let Some(moved) = moved else { return };
        *self.work = self.work.saturating_sub(self.sketch.cost());
        let score = self.sketch.score(self.level, &moved);
        if score > self.best.0 {
            self.best = (score, moved);
        }
    }

    /// Climbs with steps of so many pixels while it helps, three times at most.
    fn settle(&mut self, step: f64) {
        for _ in 0..3 {
            let before = self.best.0;
            self.climb(step);
            if self.best.0 - before < 2e-3 {
                break;
            }
        }
    }

    /// Tries to move each corner of the symbol by so many pixels, and all of them.
    fn climb(&mut self, step: f64) {
        let side = self.pattern.version.side();
        // Bits name the corners that move together: each alone, then each side of the symbol.
        for set in [4_u8, 1, 2, 8, 15, 6, 12, 3, 9] {
            for (dx, dy) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                let mut corners = self.best.1.corners(side);
                for (place, corner) in corners.iter_mut().enumerate() {
                    if set >> place & 1 == 1 {
                        *corner = Point::new(corner.x + dx, corner.y + dy);
                    }
                }
                self.consider(Projection::of_corners(side, corners));
            }
        }
    }
}

/// The projection with the bottom right corner moved by so many modules.
fn stretched(projection: &Projection, version: Version, across: f64, down: f64) -> Option<Projection> {
    let side = real(version.side());
    let mut corners = projection.corners(version.side());
    corners[2] = projection.map(Point::new(side + across, side + down));
    Projection::of_corners(version.side(), corners)
}

/// Projections that take the last alignment pattern to where one is seen nearby.
fn by_alignment(level: &Level, version: Version, projection: &Projection) -> Vec<Option<Projection>> {
    let Some(last) = version.alignment().last().map(|place| real(*place) + 0.5) else { return Vec::new() };
    let reach = 3.0 + real(version.side()) * 0.1;
    let steps = (reach * 2.0).floor();
    let mut found: Vec<(f64, Point)> = Vec::new();
    let mut down = -steps;
    while down <= steps {
        let mut across = -steps;
        while across <= steps {
            let centre = Point::new(last + across / 2.0, last + down / 2.0);
            // A little farther is a little less likely.
            let score = alignment(level, projection, centre) - 0.01 * libm::hypot(across, down);
            found.push((score, centre));
            across += 1.0;
        }
        down += 1.0;
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let at = |x: f64, y: f64| Point::new(x, y);
    let far = real(version.side()) - 3.5;
    found
        .into_iter()
        .take(6)
        .map(|(_, centre)| {
            let from = [at(3.5, 3.5), at(far, 3.5), at(last, last), at(3.5, far)];
            let to = [from[0], from[1], centre, from[3]].map(|point| projection.map(point));
            Projection::between(from, to)
        })
        .collect()
}

/// How well an alignment pattern fits around a point of the symbol.
fn alignment(level: &Level, projection: &Projection, centre: Point) -> f64 {
    let mut sums = [0.0; 2];
    for down in -2_i32..=2 {
        for across in -2_i32..=2 {
            let point = Point::new(centre.x + f64::from(across), centre.y + f64::from(down));
            let value = f64::from(level.dark(projection.map(point)).clamp(-1.5, 1.5));
            match down.abs().max(across.abs()) {
                1 => sums[1] += value / 8.0,
                0 => sums[0] += value / 8.5,
                _ => sums[0] += value / 17.0,
            }
        }
    }
    (sums[0] - sums[1]) / 2.0
}
