//! Where a symbol lies in a picture.

/// A point of a picture in pixels, or of a symbol in modules; the centre of the first pixel or module is (0.5, 0.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

impl Point {
    /// A point.
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// How far another point is.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        libm::hypot(self.x - other.x, self.y - other.y)
    }
}

/// A view of a plane from anywhere: it takes points of a symbol, in modules, to points of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    /// Row by row; the last is 1.
    terms: [f64; 9],
}

impl Projection {
    /// The projection that takes four points to four others; `None` where three of either lie on a line.
    #[must_use]
    #[expect(clippy::many_single_char_names, reason = "the terms of a matrix, and coordinates")]
    pub fn between(from: [Point; 4], to: [Point; 4]) -> Option<Self> {
        let mut rows = [[0.0; 9]; 8];
        for (pair, (source, target)) in rows.chunks_exact_mut(2).zip(from.into_iter().zip(to)) {
            let (Point { x, y }, Point { x: u, y: v }) = (source, target);
            if let [first, second] = pair {
                *first = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
                *second = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
            }
        }
        let [a, b, c, d, e, f, g, h] = solve(rows)?;
        Some(Self { terms: [a, b, c, d, e, f, g, h, 1.0] })
    }

    /// The projection that takes points nearest to others (least squares): each source, its target and its weight; `None` for fewer than four,
    /// or where too many lie on a line.
    #[must_use]
    pub fn fitting(pairs: &[(Point, Point, f64)]) -> Option<Self> {
        let source =
            Frame::of(&pairs.iter().map(|(source, _, weight)| (*source, *weight)).collect::<Vec<_>>())?;
        let target =
            Frame::of(&pairs.iter().map(|(_, target, weight)| (*target, *weight)).collect::<Vec<_>>())?;
        let mut sums = [[0.0; 9]; 8];
        for (from, to, weight) in pairs {
            let (Point { x, y }, Point { x: u, y: v }) = (source.within(*from), target.within(*to));
            let rows = [
                [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u],
                [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v],
            ];
            for row in rows {
                for (sums, factor) in sums.iter_mut().zip(row) {
                    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * factor * value);
                }
            }
        }
        let terms = solve(sums)?;
        // Out of the frame of the targets, after the projection, after the frame of the sources.
        let framed = |across: f64, down: f64, one: f64| {
            let (across, down) = (across / source.scale, down / source.scale);
            [across, down, one - across * source.centre.x - down * source.centre.y]
        };
        let last = framed(terms[6], terms[7], 1.0);
        let out = |row: [f64; 3], centre: f64| {
            let mut terms = row;
            terms.iter_mut().zip(last).for_each(|(term, last)| *term = *term * target.scale + centre * last);
            terms
        };
        let first = out(framed(terms[0], terms[1], terms[2]), target.centre.x);
        let second = out(framed(terms[3], terms[4], terms[5]), target.centre.y);
        let mut all = [0.0; 9];
        all.iter_mut()
            .zip(first.into_iter().chain(second).chain(last))
            .for_each(|(term, value)| *term = value);
        Self::with_terms(all)
    }

    /// The projection of a symbol with this many modules a side whose outer corners are these: top left, top right, bottom right, bottom left.
    #[must_use]
    pub fn of_corners(side: usize, corners: [Point; 4]) -> Option<Self> {
        let side = super::picture::real(side);
        let square =
            [Point::new(0.0, 0.0), Point::new(side, 0.0), Point::new(side, side), Point::new(0.0, side)];
        Self::between(square, corners)
    }

    /// The terms, row by row, the last of which is 1.
    #[must_use]
    pub const fn terms(&self) -> [f64; 9] {
        self.terms
    }

    /// The projection with these terms; `None` where they are not finite or the last is 0.
    #[must_use]
    pub fn with_terms(terms: [f64; 9]) -> Option<Self> {
        let last = terms[8];
        let terms = terms.map(|term| term / last);
        terms.iter().all(|term| term.is_finite()).then_some(Self { terms })
    }

    /// Where a point of the symbol lies in the picture.
    #[inline]
    #[must_use]
    #[expect(clippy::many_single_char_names, reason = "the terms of a matrix")]
    pub fn map(&self, point: Point) -> Point {
        let [a, b, c, d, e, f, g, h, i] = self.terms;
        let scale = g * point.x + h * point.y + i;
        Point::new((a * point.x + b * point.y + c) / scale, (d * point.x + e * point.y + f) / scale)
    }

    /// The outer corners of a symbol with this many modules a side: top left, top right, bottom right, bottom left.
    #[must_use]
    pub fn corners(&self, side: usize) -> [Point; 4] {
        let side = super::picture::real(side);
        [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| self.map(Point::new(x, y)))
    }
}

/// Where points lie and how far they spread: within it they are near 0 and 1, so that little precision is lost.
struct Frame {
    centre: Point,
    scale: f64,
}

impl Frame {
    fn of(points: &[(Point, f64)]) -> Option<Self> {
        let sum =
            |of: fn(Point) -> f64| points.iter().map(|(point, weight)| of(*point) * weight).sum::<f64>();
        let weight = sum(|_| 1.0);
        let centre = Point::new(sum(|point| point.x) / weight, sum(|point| point.y) / weight);
        let spread =
            points.iter().map(|(point, weight)| point.distance(centre) * weight).sum::<f64>() / weight;
        (spread.is_finite() && spread > 0.0).then_some(Self { centre, scale: spread })
    }

    fn within(&self, point: Point) -> Point {
        Point::new((point.x - self.centre.x) / self.scale, (point.y - self.centre.y) / self.scale)
    }
}

/// Solves eight linear equations (Gauss, with pivots).
fn solve(mut rows: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let size = |row: &[f64; 9]| row.get(column).map_or(0.0, |value| value.abs());
        let pivot = (column..8).max_by(|a, b| {
            let of = |place: &usize| rows.get(*place).map_or(0.0, size);
            of(a).total_cmp(&of(b))
        })?;
        rows.swap(column, pivot);
        let lead = *rows.get(column)?;
        let divisor = *lead.get(column)?;
        if divisor.abs() < 1e-12 {
            return None;
        }
        for (place, row) in rows.iter_mut().enumerate() {
            let factor = row.get(column).copied()? / divisor;
            if place == column {
                *row = row.map(|value| value / divisor);
            } else if factor != 0.0 {
                for (value, of_lead) in row.iter_mut().zip(lead) {
                    *value -= factor * of_lead;
                }
            }
        }
    }
    let solution = rows.map(|row| row[8]);
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_taken_to_corners() {
        let corners =
            [Point::new(10.0, 12.0), Point::new(90.0, 20.0), Point::new(80.0, 95.0), Point::new(5.0, 70.0)];
        let projection = Projection::of_corners(21, corners).expect("a quadrangle");
        for (found, expected) in projection.corners(21).into_iter().zip(corners) {
            assert!(found.distance(expected) < 1e-9, "{found:?} is not {expected:?}");
        }
        let pairs: Vec<_> = [(0.0, 0.0), (21.0, 0.0), (21.0, 21.0), (0.0, 21.0), (7.0, 9.0)]
            .map(|(x, y)| Point::new(x, y))
            .map(|point| (point, projection.map(point), 1.0 + point.x))
            .to_vec();
        let fitted = Projection::fitting(&pairs).expect("five points");
        for (found, expected) in fitted.corners(21).into_iter().zip(corners) {
            assert!(found.distance(expected) < 1e-6, "{found:?} is not {expected:?}");
        }
        let line = [Point::new(0.0, 0.0), Point::new(1.0, 0.0), Point::new(2.0, 0.0), Point::new(3.0, 0.0)];
        assert_eq!(Projection::of_corners(21, line), None);
    }
}
