//! Planes of real numbers over a picture, and its relief: how much darker each place is than what surrounds it.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a picture has at most 2^26 pixels, so that no sum or product of its coordinates overflows"
)]

use crate::symbol::geometry::{Point, Projection};
use crate::symbol::picture::{Picture, real};

/// A number for each pixel, row by row.
#[derive(Clone, Debug)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<f32>,
}

impl Plane {
    /// The luminance of a picture.
    pub(super) fn of(picture: &Picture) -> Self {
        let values = picture.luma().iter().map(|value| f32::from(*value)).collect();
        Self { width: picture.width(), height: picture.height(), values }
    }

    /// A row; empty outside.
    pub(super) fn row(&self, y: usize) -> &[f32] {
        let from = y.saturating_mul(self.width);
        self.values.get(from..from.saturating_add(self.width)).unwrap_or_default()
    }

    /// The plane at half the size: means of two by two; `None` where nothing would be left.
    pub(super) fn halved(&self) -> Option<Self> {
        let (width, height) = (self.width.div_euclid(2), self.height.div_euclid(2));
        if width == 0 || height == 0 {
            return None;
        }
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            let (upper, lower) = (self.row(2 * y), self.row(2 * y + 1));
            for (a, b) in upper.chunks_exact(2).zip(lower.chunks_exact(2)) {
                values.push((a.iter().sum::<f32>() + b.iter().sum::<f32>()) * 0.25);
            }
        }
        Some(Self { width, height, values })
    }

    /// The mean of the square that reaches `radius` pixels to each side, cut at the border.
    pub(super) fn blurred(&self, radius: usize) -> Self {
        let (width, height) = (self.width, self.height);
        let mut across = Vec::with_capacity(self.values.len());
        let mut sums = Vec::with_capacity(width + 1);
        for row in self.values.chunks_exact(width) {
            sums.clear();
            sums.push(0.0_f64);
            let mut sum = 0.0;
            sums.extend(row.iter().map(|value| {
                sum += f64::from(*value);
                sum
            }));
            let at = |place: usize| sums.get(place).copied().unwrap_or_default();
            for x in 0..width {
                let (from, to) = (x.saturating_sub(radius), (x + radius + 1).min(width));
                across.push(narrow((at(to) - at(from)) / real(to - from)));
            }
        }
        let row = |y: usize| across.get(y * width..(y + 1) * width).unwrap_or_default();
        let mut column = vec![0.0_f64; width];
        for y in 0..radius.min(height) {
            column.iter_mut().zip(row(y)).for_each(|(sum, value)| *sum += f64::from(*value));
        }
        let mut values = Vec::with_capacity(self.values.len());
        for y in 0..height {
            if y + radius < height {
                column.iter_mut().zip(row(y + radius)).for_each(|(sum, value)| *sum += f64::from(*value));
            }
            if let Some(gone) = y.checked_sub(radius + 1) {
                column.iter_mut().zip(row(gone)).for_each(|(sum, value)| *sum -= f64::from(*value));
            }
            let rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
            let share = 1.0 / real(rows);
            values.extend(column.iter().map(|sum| narrow(sum * share)));
        }
        Self { width, height, values }
    }

    /// The sums of all values above and to the left of each corner of pixels, a row and a column more than there are pixels.
    pub(super) fn sums(&self) -> Vec<f64> {
        let wide = self.width + 1;
        let mut sums = vec![0.0; wide];
        sums.reserve(wide * self.height);
        for (y, row) in self.values.chunks_exact(self.width).enumerate() {
            let mut sum = 0.0;
            sums.push(0.0);
            for (x, value) in row.iter().enumerate() {
                sum += f64::from(*value);
                let above = sums.get(y * wide + x + 1).copied().unwrap_or_default();
                sums.push(above + sum);
            }
        }
        sums
    }

    /// How much darker each place is than the square around it, in standard deviations of that square, at most 3.
    pub(super) fn relief(&self, radius: usize) -> Self {
        let (width, height) = (self.width, self.height);
        // Of each column, over the rows that are near: the sum of the values, and of their squares.
        let mut columns = vec![(0.0_f64, 0.0_f64); width];
        for y in 0..radius.min(height) {
            count(&mut columns, self.row(y), 1.0);
        }
        let mut running = Vec::with_capacity(width + 1);
        let mut values = Vec::with_capacity(self.values.len());
        for y in 0..height {
            if y + radius < height {
                count(&mut columns, self.row(y + radius), 1.0);
            }
            if let Some(gone) = y.checked_sub(radius + 1) {
                count(&mut columns, self.row(gone), -1.0);
            }
            let rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
            running.clear();
            let (mut sum, mut square) = (0.0, 0.0);
            running.push((sum, square));
            running.extend(columns.iter().map(|column| {
                (sum, square) = (sum + column.0, square + column.1);
                (sum, square)
            }));
            let last = running.last().copied().unwrap_or_default();
            let at = |place: usize| running.get(place).copied().unwrap_or(last);
            for (x, value) in self.row(y).iter().enumerate() {
                let from = x.saturating_sub(radius);
                let (before, after) = (at(from), at(x + radius + 1));
                let share = 1.0 / real(((x + radius + 1).min(width) - from) * rows);
                let mean = (after.0 - before.0) * share;
                let variance = ((after.1 - before.1) * share - mean * mean).max(0.0);
                values.push(((narrow(mean) - value) / (narrow(variance).sqrt() + FLAT)).clamp(-3.0, 3.0));
            }
        }
        Self { width, height, values }
    }
}

/// Adds a row and its squares to the sums of columns, or takes them off.
fn count(columns: &mut [(f64, f64)], row: &[f32], sign: f64) {
    for (column, value) in columns.iter_mut().zip(row) {
        let value = f64::from(*value);
        *column = (column.0 + sign * value, column.1 + sign * value * value);
    }
}

/// Added to standard deviations, in steps of luminance, so that what is flat stays flat.
const FLAT: f32 = 1.0;

/// The reliefs of a picture at sizes that are halved again and again.
#[derive(Clone, Debug)]
pub(super) struct Relief {
    /// Without smoothing at full size, then smoothed, at full size, half, a quarter and so on.
    pub(super) levels: Vec<Level>,
}

/// One size.
#[derive(Clone, Debug)]
pub(super) struct Level {
    /// Pixels of the picture for each of the plane.
    pub(super) factor: f64,
    /// The relief.
    pub(super) plane: Plane,
    /// The part of a pixel of the plane that one of the picture is.
    scale: f64,
    /// The last places between pixels in rows and columns.
    last: (f32, f32),
}

/// Pixels to each side that count as surroundings: a finder pattern of modules of 6 pixels fills them.
pub(super) const WIDE: usize = 20;
/// Surroundings of two modules, within which blurred ones are still told from each other.
pub(super) const NARROW: usize = 7;
/// A plane that is smaller has no room for a symbol of modules of 2 pixels.
const LEAST_SIDE: usize = 42;

impl Relief {
    /// The reliefs of a plane that has one value for `factor` pixels.
    pub(super) fn of(plane: &Plane, factor: f64, surroundings: usize) -> Self {
        let mut levels = vec![Level::new(factor, plane.relief(surroundings))];
        let mut next = Some((plane.clone(), factor));
        while let Some((plane, factor)) = next.take() {
            levels.push(Level::new(factor, plane.blurred(1).relief(surroundings)));
            next = plane
                .halved()
                .filter(|half| half.width.min(half.height) >= LEAST_SIDE)
                .map(|half| (half, factor * 2.0));
        }
        Self { levels }
    }

    /// The reliefs of the picture with dark and light exchanged.
    pub(super) fn inverted(mut self) -> Self {
        let values = self.levels.iter_mut().flat_map(|level| &mut level.plane.values);
        values.for_each(|value| *value = -*value);
        self
    }

    /// The level on which modules of so many pixels are seen best.
    pub(super) fn level(&self, module: f64) -> Option<&Level> {
        let first = self.levels.first()?;
        if module < 3.2 * first.factor {
            return Some(first);
        }
        let smoothed = || self.levels.iter().skip(1);
        smoothed().find(|level| module <= 7.0 * level.factor).or_else(|| smoothed().last())
    }
}

impl Level {
    fn new(factor: f64, plane: Plane) -> Self {
        let last = (narrow(real(plane.width) - 0.5), narrow(real(plane.height) - 0.5));
        Self { factor, plane, scale: 1.0 / factor, last }
    }

    /// How dark a point of the picture is against what surrounds it (bilinear); 0 outside.
    #[inline]
    pub(super) fn dark(&self, point: Point) -> f32 {
        let (x, y) = self.place(point);
        self.between(x, y)
    }

    /// The value at a point of the plane, whose first pixel has its centre at 0; 0 outside.
    #[inline]
    #[expect(clippy::many_single_char_names, reason = "coordinates and the four values around them")]
    pub(super) fn between(&self, x: f32, y: f32) -> f32 {
        if !(x > -0.5 && y > -0.5 && x <= self.last.0 && y <= self.last.1) {
            return 0.0;
        }
        let (x, y) = (x.max(0.0), y.max(0.0));
        let ((left, dx), (above, dy)) = (split(x), split(y));
        let upper = above * self.plane.width + left;
        // At the border the last pixel stands for the one beyond.
        let across = usize::from(left + 1 < self.plane.width);
        let lower = if above + 1 < self.plane.height { upper + self.plane.width } else { upper };
        let at = |place: usize| self.plane.values.get(place).copied().unwrap_or_default();
        let (a, b) = (at(upper), at(upper + across));
        let (c, d) = (at(lower), at(lower + across));
        let (top, bottom) = (a + (b - a) * dx, c + (d - c) * dx);
        top + (bottom - top) * dy
    }

    /// Where a point of the picture lies on the plane, whose first pixel has its centre at 0.
    pub(super) fn place(&self, point: Point) -> (f32, f32) {
        (narrow(point.x * self.scale) - 0.5, narrow(point.y * self.scale) - 0.5)
    }

    /// How a projection takes modules to the plane, whose first pixel has its centre at 0.
    #[expect(clippy::many_single_char_names, reason = "the terms of a matrix")]
    pub(super) fn view(&self, projection: &Projection) -> View {
        let [a, b, c, d, e, f, g, h, i] = projection.terms();
        let (scale, half) = (self.scale, 0.5);
        let onto = |x: f64, last: f64| narrow(x * scale - half * last);
        View {
            across: [onto(a, g), onto(b, h), onto(c, i)],
            down: [onto(d, g), onto(e, h), onto(f, i)],
            scale: [narrow(g), narrow(h), narrow(i)],
        }
    }
}

/// A projection of modules onto the plane of a level.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    across: [f32; 3],
    down: [f32; 3],
    scale: [f32; 3],
}

impl View {
    /// Where a point of the symbol lies.
    #[inline]
    pub(super) fn map(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let of = |terms: &[f32; 3]| terms[0] * x + terms[1] * y + terms[2];
        let one = 1.0 / of(&self.scale);
        (of(&self.across) * one, of(&self.down) * one)
    }
}

/// The whole number below a place in a plane, and what is above it.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "places in a plane are neither negative nor above 2^26"
)]
#[inline]
fn split(value: f32) -> (usize, f32) {
    let whole = value as i32;
    (whole as usize, value - whole as f32)
}

/// A real number with less precision.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "luminance and weights need no more than 24 bits, and this is the one place"
)]
#[inline]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}
