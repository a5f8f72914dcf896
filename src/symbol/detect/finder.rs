//! Finder patterns: squares of 1:1:3:1:1 dark and light, at any angle, sharp or blurred.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a picture has at most 2^26 pixels, so that no sum or product of its coordinates overflows"
)]

use super::plane::{Level, Plane, Relief, narrow};
use crate::symbol::geometry::Point;
use crate::symbol::picture::{real, whole};

/// A finder pattern that was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Finder {
    /// Its centre, in pixels.
    pub(super) centre: Point,
    /// The side of a module, in pixels: the mean of both directions.
    pub(super) module: f64,
    /// One module along its rows, in pixels.
    pub(super) across: Point,
    /// One module along its columns, in pixels.
    pub(super) down: Point,
    /// How well the picture agrees with the pattern: 1 is as a clean symbol does.
    pub(super) agreement: f64,
}

/// A place where dark and light follow each other as in a finder pattern.
#[derive(Clone, Copy, Debug)]
struct Spot {
    centre: Point,
    /// A module in rows and in columns of the picture.
    module: Point,
    votes: f64,
}

/// Places that are looked at closely, best first.
const MOST_SPOTS: usize = 60;
/// Finder patterns that are kept, best first.
const MOST_FINDERS: usize = 24;
/// Agreement below which there is no finder pattern.
const LEAST_AGREEMENT: f64 = 0.45;

/// The finder patterns of a picture whose dark and light rings are whole, the best first, at most 24.
pub(super) fn finders(relief: &Relief) -> Vec<Finder> {
    let mut spots: Vec<Spot> = Vec::new();
    for level in &relief.levels {
        scan(level, &mut spots);
    }
    kept(relief, Vec::new(), spots)
}

/// The finder patterns that were found and those that are blurred or damaged, the best first, at most 24.
pub(super) fn with_damaged(relief: &Relief, found: Vec<Finder>) -> Vec<Finder> {
    let mut spots = Vec::new();
    for level in relief.levels.iter().skip(1) {
        resembling(level, &mut spots);
    }
    kept(relief, found, spots)
}

/// The best finder patterns of those that were found and of those that fit what is seen at the best spots.
fn kept(relief: &Relief, mut found: Vec<Finder>, mut spots: Vec<Spot>) -> Vec<Finder> {
    spots.sort_by(|a, b| b.votes.total_cmp(&a.votes));
    spots.truncate(MOST_SPOTS);
    for spot in spots {
        let Some(finder) =
            relief.level(f64::midpoint(spot.module.x, spot.module.y)).and_then(|level| fit(level, spot))
        else {
            continue;
        };
        let near =
            |other: &Finder| other.centre.distance(finder.centre) < 3.0 * other.module.max(finder.module);
        match found.iter_mut().find(|other| near(other)) {
            Some(other) if other.agreement < finder.agreement => *other = finder,
            Some(_) => {}
            None => found.push(finder),
        }
    }
    found.sort_by(|a, b| b.agreement.total_cmp(&a.agreement));
    found.truncate(MOST_FINDERS);
    found
}

/// Modules of so many pixels are looked for on each level; the next level has those twice as large.
const SIZES: [f64; 5] = [2.6, 3.1, 3.7, 4.4, 5.2];

/// Adds the places of a level that look like a finder pattern as a whole.
fn resembling(level: &Level, spots: &mut Vec<Spot>) {
    let plane = &level.plane;
    if plane.values.len() > MOST_RESEMBLING {
        return;
    }
    let sums = plane.sums();
    for module in SIZES {
        let wide = whole(module * 3.0);
        for top in (0..plane.height).step_by(wide.max(1)) {
            for left in (0..plane.width).step_by(wide.max(1)) {
                let mut best = (LEAST_RESEMBLANCE, None);
                for y in (top..(top + wide).min(plane.height)).step_by(2) {
                    for x in (left..(left + wide).min(plane.width)).step_by(2) {
                        let resemblance = resemblance(plane, &sums, (x, y), module);
                        if resemblance > best.0 {
                            best = (resemblance, Some((x, y)));
                        }
                    }
                }
                if let (votes, Some((x, y))) = best {
                    let centre = Point::new(real(x) * level.factor, real(y) * level.factor);
                    let module = module * level.factor;
                    spots.push(Spot { centre, module: Point::new(module, module), votes });
                }
            }
        }
    }
}

/// Pixels above which a level is not searched for likeness: modules in such pictures are larger.
const MOST_RESEMBLING: usize = 600_000;

/// Resemblance below which a place is not looked at.
const LEAST_RESEMBLANCE: f64 = 0.3;

/// How much darker the core and the outer ring are than the ring between them and what surrounds, around the corner of a pixel.
fn resemblance(plane: &Plane, sums: &[f64], (x, y): (usize, usize), module: f64) -> f64 {
    let wide = plane.width + 1;
    let at = |x: usize, y: usize| sums.get(y * wide + x).copied().unwrap_or_default();
    let square = |modules: f64| {
        let half = whole(modules * module / 2.0 + 0.5);
        let (left, right) = (x.saturating_sub(half), (x + half).min(plane.width));
        let (top, bottom) = (y.saturating_sub(half), (y + half).min(plane.height));
        let sum = at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top);
        (sum, real((right - left) * (bottom - top)))
    };
    let ring = |outer: (f64, f64), inner: (f64, f64)| (outer.0 - inner.0) / (outer.1 - inner.1).max(1.0);
    let (core, light) = (square(3.0), square(5.0));
    let (middle, within) = (core.0 / core.1.max(1.0), ring(light, core));
    // Most places are given up here, at half the cost.
    if middle - within < LEAST_RESEMBLANCE {
        return 0.0;
    }
    let (dark, around) = (square(7.0), square(9.0));
    f64::midpoint(middle, ring(dark, light)) - within * 0.7 - ring(around, dark) * 0.3
}

/// Lengths of dark and light in turn, and where the last of them ended.
#[derive(Clone, Copy, Debug, Default)]
struct Runs {
    lengths: [usize; 5],
}

impl Runs {
    fn push(&mut self, length: usize) {
        self.lengths.rotate_left(1);
        self.lengths[4] = length;
    }

    /// The module, where the lengths are those of a finder pattern, its outer dark runs as long as they like.
    fn module(&self) -> Option<f64> {
        let [before, first, core, second, after] = self.lengths.map(real);
        let module = (first + core + second) / 5.0;
        let light = |run: f64| run > 0.35 * module && run < 1.9 * module;
        let fits = module >= 1.0
            && light(first)
            && light(second)
            && core > 1.9 * module
            && core < 4.2 * module
            && before > 0.4 * module
            && after > 0.4 * module;
        fits.then_some(module)
    }
}

/// Adds the places of a level where rows and columns cross in a finder pattern.
fn scan(level: &Level, spots: &mut Vec<Spot>) {
    let plane = &level.plane;
    for y in 0..plane.height {
        let mut runs = Runs::default();
        let (mut length, mut dark) = (0_usize, false);
        let row = plane.row(y);
        for (x, value) in row.iter().chain([&f32::NAN]).enumerate() {
            let now = *value > 0.0;
            if now == dark && !value.is_nan() {
                length += 1;
                continue;
            }
            runs.push(length);
            if dark && let Some(module) = runs.module() {
                let [_, _, core, second, after] = runs.lengths;
                let centre = real(x - after - second) - real(core) / 2.0;
                if let Some(spot) = crossed(plane, centre, y, module) {
                    collect(spots, spot, level.factor);
                }
            }
            (length, dark) = (1, now);
        }
    }
}

/// The spot around a place, where its column has the pattern too.
fn crossed(plane: &Plane, x: f64, y: usize, module: f64) -> Option<Spot> {
    let column = whole(x);
    let dark = |y: usize| plane.row(y).get(column).is_some_and(|value| *value > 0.0);
    let most = whole(module * 9.0) + 2;
    let run = |from: Option<usize>, up: bool, colour: bool| -> (usize, Option<usize>) {
        let (mut count, mut at) = (0, from);
        while let Some(y) = at.filter(|y| *y < plane.height && count < most && dark(*y) == colour) {
            count += 1;
            at = if up { y.checked_sub(1) } else { Some(y + 1) };
        }
        (count, at)
    };
    let (core_up, at) = run(Some(y), true, true);
    let (first, at) = run(at, true, false);
    let (before, _) = run(at, true, true);
    let (core_down, at) = run(Some(y + 1), false, true);
    let (second, at) = run(at, false, false);
    let (after, _) = run(at, false, true);
    let runs = Runs { lengths: [before, first, core_up + core_down, second, after] };
    let vertical = runs.module()?;
    let ratio = vertical / module;
    if !(0.28..=3.6).contains(&ratio) {
        return None;
    }
    let centre = real(y + 1 + core_down) - real(core_up + core_down) / 2.0;
    // Rows through the edge of the core say less about the centre.
    let off = (centre - real(y) - 0.5).abs() / (vertical * 1.5);
    Some(Spot {
        centre: Point::new(x, centre),
        module: Point::new(module, vertical),
        votes: (1.2 - off).max(0.1),
    })
}

/// Adds a spot to those that are there, or to the one that it is another row of.
fn collect(spots: &mut Vec<Spot>, spot: Spot, factor: f64) {
    let scaled = |point: Point| Point::new(point.x * factor, point.y * factor);
    // Votes count modules, so that patterns of large modules are no better than those of small ones.
    let votes = spot.votes / spot.module.y.max(1.0);
    let spot = Spot { centre: scaled(spot.centre), module: scaled(spot.module), votes };
    let size = spot.module.x + spot.module.y;
    let near = |other: &&mut Spot| {
        let (dx, dy) = (other.centre.x - spot.centre.x, other.centre.y - spot.centre.y);
        let ratio = (other.module.x + other.module.y) / size;
        dx * dx + dy * dy < size * size * 0.5625 && (0.6..1.7).contains(&ratio)
    };
    // What belongs together is found soon after each other.
    let recent = spots.len().saturating_sub(RECENT);
    if let Some(other) = spots.iter_mut().skip(recent).rev().find(near) {
        let share = spot.votes / (other.votes + spot.votes);
        let mean = |a: Point, b: Point| Point::new(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
        other.centre = mean(other.centre, spot.centre);
        other.module = mean(other.module, spot.module);
        other.votes += spot.votes;
    } else if spots.len() < MOST_COLLECTED {
        spots.push(spot);
    }
}

/// Spots among which a new one looks for its like.
const RECENT: usize = 200;
/// Spots that are collected at most.
const MOST_COLLECTED: usize = 10_000;

/// A finder pattern's place: its centre and one module along rows and columns.
type Place = [f64; 6];

/// Fits a finder pattern to what is seen at a spot.
fn fit(level: &Level, spot: Spot) -> Option<Finder> {
    let Point { x, y } = spot.module;
    let mean = (x * y).sqrt();
    let turned = |angle: f64| {
        let (sin, cos) = (libm::sin(angle), libm::cos(angle));
        // A row through a turned square is longer than its side.
        let module = mean / (sin.abs() + cos.abs()).max(1.0);
        [spot.centre.x, spot.centre.y, module * cos, module * sin, -module * sin, module * cos]
    };
    let third = std::f64::consts::FRAC_PI_6;
    let starts = [
        [spot.centre.x, spot.centre.y, x, 0.0, 0.0, y],
        turned(third / 2.0 * 1.5),
        turned(third * 1.5),
        turned(-third / 2.0 * 1.5),
    ];
    let start = starts
        .into_iter()
        .map(|place| (agreement(level, &place), place))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (score, place) = climb(level, start, mean);
    if score < LEAST_AGREEMENT {
        return None;
    }
    let [x, y, ux, uy, vx, vy] = place;
    let (across, down) = (Point::new(ux, uy), Point::new(vx, vy));
    let (wide, high) = (libm::hypot(ux, uy), libm::hypot(vx, vy));
    let area = (ux * vy - uy * vx).abs();
    // Flat to a line, or much longer than wide: no view of a square that can be read.
    if area < 0.3 * wide * high || wide.max(high) > 4.0 * wide.min(high) || area < 1.0 {
        return None;
    }
    Some(Finder { centre: Point::new(x, y), module: area.sqrt(), across, down, agreement: score })
}

/// Moves a place step by step, while the agreement grows.
fn climb(level: &Level, start: (f64, Place), module: f64) -> (f64, Place) {
    let (mut best, mut place) = start;
    // What agrees too little so far will not agree enough later.
    for (step, least) in [(0.5, 0.05), (0.3, 0.2), (0.2, 0.3), (0.1, 0.35), (0.05, 0.4)] {
        if best < least {
            break;
        }
        for _ in 0..3 {
            let before = best;
            for term in 0..6 {
                let size = if term < 2 { step * module } else { step * module / 3.5 };
                for change in [size, -size] {
                    let mut moved = place;
                    if let Some(value) = moved.get_mut(term) {
                        *value += change;
                    }
                    let score = agreement(level, &moved);
                    if score > best {
                        (best, place) = (score, moved);
                        break;
                    }
                }
            }
            if best - before < 1e-3 {
                break;
            }
        }
    }
    (best, place)
}

/// How well a place agrees with the pattern: the mean relief of dark modules less that of light ones, by half.
pub(super) fn agreement(level: &Level, place: &Place) -> f64 {
    let [x, y, ux, uy, vx, vy] = *place;
    let (x, y) = level.place(Point::new(x, y));
    let [ux, uy, vx, vy] = [ux, uy, vx, vy].map(|term| narrow(term / level.factor));
    let (mut dark, mut light, mut around) = (0.0_f32, 0.0_f32, 0.0_f32);
    for (row, j) in STEPS.into_iter().enumerate() {
        let (x, y) = (x + j * vx, y + j * vy);
        for (column, i) in STEPS.into_iter().enumerate() {
            let value = level.between(x + i * ux, y + i * uy);
            match row.abs_diff(4).max(column.abs_diff(4)) {
                4 => around += value,
                2 => light += value,
                _ => dark += value,
            }
        }
    }
    // Of 33 dark modules, of 16 light ones, and of 32 that surround them: those are not always light.
    let light = (light + around * 0.35) / (16.0 + 32.0 * 0.35);
    f64::from((dark / 33.0 - light) / 2.0)
}

/// Modules from the centre of a finder pattern to the left and to the right, its surroundings with it.
const STEPS: [f32; 9] = [-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0];
