//! Marks: places where dark and light follow each other as in a finder pattern, in a row, in a column and in every direction.
//!
//! They are looked for in the picture as it is, and at half its size again and again, so that modules of any size and contrast stand out in one of
//! the scales. The readers' own detectors want three patterns that are nearly square; a mark may be much wider than high, and counts alone.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a picture has at most 2^26 pixels, so that no sum or product of its coordinates overflows"
)]

use crate::symbol::Picture;
use crate::symbol::geometry::Point;
use crate::symbol::picture::{real, whole};
use crate::symbol::prepare::{Prepared, blurred, cropped, darker, halved};

/// What looks like a finder pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    /// Its centre, in pixels of the picture.
    pub(super) centre: Point,
    /// Pixels of the picture that a module has in its row and in its column.
    pub(super) module: Point,
    /// Whether it is light on dark.
    pub(super) inverted: bool,
    /// Rows that showed it, of a scale.
    rows: f64,
}

impl Mark {
    /// Whether another one is of the same colour and nearly of the same size.
    pub(super) fn resembles(&self, other: &Self, ratio: f64) -> bool {
        let alike = |a: f64, b: f64| a < b * ratio && b < a * ratio;
        self.inverted == other.inverted
            && alike(self.module.x, other.module.x)
            && alike(self.module.y, other.module.y)
    }

    /// How far another one is, in modules.
    pub(super) fn distance(&self, other: &Self) -> f64 {
        let Point { x, y } = self.offset(other);
        libm::hypot(x, y)
    }

    /// Where another one lies from here, in modules across and down.
    pub(super) fn offset(&self, other: &Self) -> Point {
        Point::new(
            (other.centre.x - self.centre.x) * 2.0 / (self.module.x + other.module.x),
            (other.centre.y - self.centre.y) * 2.0 / (self.module.y + other.module.y),
        )
    }
}

/// Marks that are collected at most: the first of a picture full of them say enough.
const MOST_MARKS: usize = 1_000;
/// A side below which a scale has no room for a symbol of one pixel a module.
const LEAST_SIDE: usize = 21;
/// Rows that are looked at together: memory for so many is enough.
const BAND: usize = 1024;
/// Rows by which bands overlap: a finder pattern of the largest modules that one scale shows has half as many.
const OVERLAP: usize = 128;
/// Pixels around one whose mean tells dark from light: a core of modules of eight pixels does not fill them.
const AROUND: usize = 12;

/// Steps of luminance by which noise alone makes nothing dark, in the picture as it is and in one that is smooth. What has less contrast than
/// twice the first shows in a smaller scale.
const GRAIN: u32 = 10;
const SMOOTH_GRAIN: u32 = 2;

/// The marks of a picture, dark on light and light on dark.
pub(super) fn marks(picture: &Picture) -> Vec<Mark> {
    let mut marks = Vec::new();
    bands(picture, |band| of_band(band, |band| darker(band, AROUND, GRAIN), &mut marks));
    if picture.width().min(picture.height()) < LEAST_SIDE * 2 {
        return marks;
    }
    let mut scale = halved(picture);
    loop {
        // What is smooth is seen better, and modules that are dots become whole.
        of_band(&scale, |band| darker(&blurred(band, 0.9), AROUND, SMOOTH_GRAIN), &mut marks);
        if scale.picture.width().min(scale.picture.height()) < LEAST_SIDE * 2 {
            return marks;
        }
        scale = scale.moved(halved);
    }
}

/// Goes through the picture from the top down, in bands that overlap.
fn bands(picture: &Picture, mut visit: impl FnMut(&Prepared)) {
    let (width, height) = (picture.width(), picture.height());
    for top in (0..height).step_by(BAND) {
        visit(&cropped(picture, 0, top, width, BAND + OVERLAP));
    }
}

/// The part of the rows of a core that have to show a mark: modules of data that look like one by chance do so in one row.
const LEAST_ROWS: f64 = 0.4;

/// Adds the marks of a band or of a scale, once it is black and white.
fn of_band(band: &Prepared, binary: impl Fn(&Picture) -> Picture, marks: &mut Vec<Mark>) {
    let bits = binary(&band.picture);
    let mut seen = Vec::new();
    scan(&band.picture, &bits, |mark| collect(&mut seen, mark));
    // A core has three modules, and every second row was looked at.
    seen.retain(|mark| mark.rows >= LEAST_ROWS * mark.module.y * 1.5);
    for mark in seen {
        let [from, centre, to] =
            [Point::new(0.0, 0.0), mark.centre, mark.module].map(|point| band.back(point));
        let module = Point::new(to.x - from.x, to.y - from.y);
        collect(marks, Mark { centre, module, ..mark });
    }
}

/// Adds a mark to those that are there, or to the one that it is another row or another scale of.
fn collect(marks: &mut Vec<Mark>, mark: Mark) {
    let same = |other: &&mut Mark| {
        let (dx, dy) = (other.centre.x - mark.centre.x, other.centre.y - mark.centre.y);
        let near = dx.abs() < 2.0 * mark.module.x && dy.abs() < 2.0 * mark.module.y;
        near && other.resembles(&mark, 1.8)
    };
    if let Some(other) = marks.iter_mut().rev().find(same) {
        let share = 1.0 / (other.rows + 1.0);
        let mean = |a: Point, b: Point| Point::new(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
        other.centre = mean(other.centre, mark.centre);
        other.module = mean(other.module, mark.module);
        other.rows += 1.0;
    } else if marks.len() < MOST_MARKS {
        marks.push(mark);
    }
}

/// Goes through the marks of a picture that is there in grey and in black and white, every second row.
fn scan(grey: &Picture, bits: &Picture, mut visit: impl FnMut(Mark)) {
    for (y, row) in bits.luma().chunks_exact(bits.width()).enumerate().step_by(2) {
        let mut runs = [0_usize; 5];
        let mut start = 0;
        for run in row.chunk_by(|a, b| a == b) {
            runs.rotate_left(1);
            runs[4] = run.len();
            start += run.len();
            let Some(module) = module(&runs) else { continue };
            let [_, _, core, light, after] = runs;
            let x = real(start - after - light) - real(core) / 2.0;
            // The outer run has the colour of the core.
            let inverted = run.first().is_some_and(|value| *value > 0);
            if let Some(mark) = crossed(grey, bits, (x, y), module, inverted) {
                visit(mark);
            }
        }
    }
}

/// The module, where runs are those of a finder pattern, its outer ones as long as they like.
fn module(runs: &[usize; 5]) -> Option<f64> {
    let [before, first, core, second, after] = *runs;
    // Whole numbers first: most runs are given up here.
    if core < 2 || first * 8 < core || second * 8 < core || first > core || second > core {
        return None;
    }
    let module = real(first + core + second) / 5.0;
    let is_one = |run: usize| (0.4..1.8).contains(&(real(run) / module));
    let least = 0.4 * module;
    let fits = module >= 1.0
        && is_one(first)
        && is_one(second)
        && (2.0..4.1).contains(&(real(core) / module))
        && real(before) > least
        && real(after) > least;
    fits.then_some(module)
}

/// Modules that a run is followed at most.
const FARTHEST: f64 = 9.0;

/// The mark around a place of a row, where its column and every direction show the pattern too.
fn crossed(
    grey: &Picture,
    bits: &Picture,
    (x, y): (f64, usize),
    module: f64,
    inverted: bool,
) -> Option<Mark> {
    let column = whole(x);
    let paint = if inverted { 255 } else { 0 };
    let most = whole(module * FARTHEST * 3.6) + 2;
    let is = |y: usize, core: bool| bits.at(column, y).is_some_and(|value| (value == paint) == core);
    let up = |from: usize, core: bool| (0..from.min(most)).take_while(|by| is(from - 1 - by, core)).count();
    let down = |from: usize, core: bool| (0..most).take_while(|by| is(from + by, core)).count();
    let above = up(y, true);
    let below = down(y, true);
    let first = up(y - above, false);
    let second = down(y + below, false);
    let before = up(y - above - first, true);
    let after = down(y + below + second, true);
    let vertical = self::module(&[before, first, above + below, second, after])?;
    if !(0.28..=3.6).contains(&(vertical / module)) {
        return None;
    }
    let centre = Point::new(x, real(y - above) + real(above + below) / 2.0);
    let mark = Mark { centre, module: Point::new(module, vertical), inverted, rows: 1.0 };
    is_around(grey, bits, &mark, paint).then_some(mark)
}

/// Directions in which a mark is looked at.
const DIRECTIONS: u32 = 16;
/// Directions of these that have to show the pattern.
const LEAST_DIRECTIONS: u32 = 13;
/// Modules from one look to the next.
const PACE: f64 = 0.25;

/// The part of the contrast of the outer ring that the core has at least. What is large and of one shade seems to have a core of its own, because
/// it fills its own surroundings; it has no contrast.
const CORE: f64 = 0.4;

/// Whether nearly every direction from the centre shows a core, a ring of the other colour and a ring of its own, and not by the surroundings
/// alone.
fn is_around(grey: &Picture, bits: &Picture, mark: &Mark, paint: u8) -> bool {
    let mut count = 0;
    // Luminance of the core, of the ring, and of the ring around that.
    let mut sums = [0.0; 3];
    for direction in 0..DIRECTIONS {
        let angle = std::f64::consts::TAU * f64::from(direction) / f64::from(DIRECTIONS);
        let (across, down) = (libm::cos(angle) * mark.module.x, libm::sin(angle) * mark.module.y);
        let at = |picture: &Picture, modules: f64| {
            let (x, y) = (mark.centre.x + across * modules, mark.centre.y + down * modules);
            (x >= 0.0 && y >= 0.0).then(|| picture.at(whole(x), whole(y))).flatten()
        };
        let Some([core, ring, end]) = rings(|modules| at(bits, modules).map(|value| value == paint)) else {
            continue;
        };
        let places = [core / 2.0, f64::midpoint(core, ring), f64::midpoint(ring, end.min(ring + 1.0))];
        for (sum, place) in sums.iter_mut().zip(places) {
            *sum += at(grey, place).map_or(0.0, f64::from);
        }
        count += 1;
    }
    let sign = if mark.inverted { -1.0 } else { 1.0 };
    let [core, ring, outer] = sums.map(|sum| sum / f64::from(count.max(1)) * sign);
    count >= LEAST_DIRECTIONS && ring - core >= CORE * (ring - outer) && ring > core && ring > outer
}

/// How far the core, the ring around it and the ring around that reach in one direction, in modules; `None` where they are not those of a finder
/// pattern.
fn rings(is_core: impl Fn(f64) -> Option<bool>) -> Option<[f64; 3]> {
    let mut at = 0.0;
    let mut until = |core: bool| {
        while at < FARTHEST && is_core(at) == Some(core) {
            at += PACE;
        }
        at
    };
    let (core, ring, end) = (until(true), until(false), until(true));
    let fits =
        (0.7..3.1).contains(&core) && (0.4..2.4).contains(&(ring - core)) && ring < 4.8 && end - ring > 0.3;
    fits.then_some([core, ring, end])
}
