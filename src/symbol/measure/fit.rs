//! Fitting the grid of a known symbol to its edges in a picture.

use super::{CELL, View, modules};
use crate::symbol::Grid;
use crate::symbol::geometry::{Point, Projection};
use crate::symbol::picture::{real, whole};

/// How often the corners are moved, at most; each time the edges are within reach of more modules.
const ROUNDS: usize = 3;
/// How often cells are moved, at most.
const CELL_ROUNDS: usize = 2;
/// Corners that are moved less than this, in modules, are not moved again, and cells: it is far less than an edge in a picture is sharp. From the
/// corners the quiet zone is measured.
const SETTLED: [f64; 2] = [0.002, 0.01];
/// Edges by which the corners are moved, about: eight numbers need no more.
const MOST_EDGES: usize = 1000;
/// The part of the symbol's contrast that an edge must have to be taken for one.
const EDGE: f64 = 0.3;
/// Edges in each direction that a fit of the corners needs, and one of a cell.
const FEWEST: [f64; 2] = [24.0, 6.0];
/// Where the profile across an edge is sampled, in modules; each stands for a fifth of a module.
const PROFILE: [f64; 5] = [-0.4, -0.2, 0.0, 0.2, 0.4];
/// The farthest that a cell is moved, in modules: beyond, edges would be taken for those of the next module.
const FARTHEST: f64 = 1.5;

/// Where the grid of a symbol lies: a projection, and how far each cell of it lies off, in modules.
pub(super) struct Fit {
    pub(super) projection: Projection,
    /// How much wider than they should be dark modules are, in modules.
    pub(super) growth: f64,
    side: usize,
    cells: usize,
    offsets: Vec<[f64; 2]>,
}

/// Where a dark and a light module lie side by side.
#[derive(Clone, Copy)]
struct Site {
    /// Where the edge between them should lie, in modules.
    at: Point,
    /// 0 where it is crossed along a row, 1 along a column.
    axis: usize,
    /// Whether what comes before is dark.
    rising: bool,
}

/// An edge between two modules: how far it lies off, across.
struct Edge {
    site: Site,
    /// In modules, to the right or down.
    off: f64,
}

impl Fit {
    /// Fits a symbol to its picture; where it shows too few edges the projection stays as it was.
    pub(super) fn new(view: &View<'_>, intended: &Grid, projection: Projection) -> Self {
        let side = intended.side();
        let cells = side.div_ceil(CELL);
        let offsets = vec![[0.0; 2]; cells.saturating_mul(cells)];
        let mut fit = Self { projection, growth: 0.0, side, cells, offsets };
        let sites = sites(intended);
        // An odd step, so that not all lie in a few columns.
        let each = sites.len().div_euclid(MOST_EDGES) | 1;
        let some: Vec<Site> = sites.iter().copied().step_by(each).collect();
        for _ in 0..ROUNDS {
            let edges = fit.edges(view, &some);
            if fit.move_corners(&edges) < SETTLED[0] {
                break;
            }
        }
        let mut edges = fit.edges(view, &sites);
        for _ in 0..CELL_ROUNDS {
            if fit.move_cells(&edges) < SETTLED[1] {
                break;
            }
            edges = fit.edges(view, &sites);
        }
        // A dark module that is wider ends later and begins earlier.
        let wider = edges.iter().map(|edge| if edge.site.rising { edge.off } else { -edge.off }).sum::<f64>();
        fit.growth = 2.0 * wider / real(edges.len().max(1));
        fit
    }

    /// A point of the symbol, moved as its cell is.
    pub(super) fn moved(&self, point: Point) -> Point {
        let near = |at: f64| {
            let at = (at / real(CELL) - 0.5).clamp(0.0, real(self.cells.saturating_sub(1)));
            let first = whole(at);
            (first, first.saturating_add(1).min(self.cells.saturating_sub(1)), at - real(first))
        };
        let ((left, right, dx), (above, below, dy)) = (near(point.x), near(point.y));
        let of = |x: usize, y: usize| {
            self.offsets.get(y.saturating_mul(self.cells).saturating_add(x)).copied().unwrap_or_default()
        };
        let mix = |a: [f64; 2], b: [f64; 2], part: f64| {
            [a[0] * (1.0 - part) + b[0] * part, a[1] * (1.0 - part) + b[1] * part]
        };
        let off =
            mix(mix(of(left, above), of(right, above), dx), mix(of(left, below), of(right, below), dx), dy);
        Point::new(point.x + off[0], point.y + off[1])
    }

    /// How far the farthest cell lies from a grid whose rows and columns are evenly spaced, in modules.
    pub(super) fn deviation(&self, module: [f64; 2]) -> f64 {
        // The middles of cells, from the middle of the symbol; whole cells only, so that they are even.
        let whole_cells = self.side.div_euclid(CELL).max(2);
        let step = real(self.side) / real(whole_cells);
        let spread = |at: usize| (real(at) + 0.5) * step;
        let middle = real(self.side) / 2.0;
        let places: Vec<(f64, f64, Point)> = modules(whole_cells)
            .map(|(x, y)| (spread(x), spread(y)))
            .map(|(x, y)| (x - middle, y - middle, self.projection.map(self.moved(Point::new(x, y)))))
            .collect();
        // The best even grid: the places are symmetric about the middle, so that each term is a sum of its own.
        let squares: f64 = places.iter().map(|(x, _, _)| x * x).sum();
        let count = real(places.len());
        let sum = |of: fn(&(f64, f64, Point)) -> (f64, f64)| {
            places.iter().map(of).fold((0.0, 0.0), |sum, term| (sum.0 + term.0, sum.1 + term.1))
        };
        let origin = sum(|(_, _, point)| (point.x, point.y));
        let right = sum(|(x, _, point)| (x * point.x, x * point.y));
        let down = sum(|(_, y, point)| (y * point.x, y * point.y));
        let off = |(x, y, point): &(f64, f64, Point)| {
            let even = Point::new(
                origin.0 / count + (x * right.0 + y * down.0) / squares,
                origin.1 / count + (x * right.1 + y * down.1) / squares,
            );
            point.distance(even)
        };
        places.iter().map(off).fold(0.0, f64::max) / f64::midpoint(module[0], module[1])
    }

    /// The edges that are seen where they should be, or within half a module.
    fn edges(&self, view: &View<'_>, sites: &[Site]) -> Vec<Edge> {
        let profiles: Vec<[f64; 5]> = sites.iter().map(|site| self.profile(view, *site)).collect();
        let rise = |rising: bool, [before, .., after]: &[f64; 5]| {
            if rising { after - before } else { before - after }
        };
        let seen = || sites.iter().zip(&profiles);
        let contrast =
            seen().map(|(site, profile)| rise(site.rising, profile)).sum::<f64>() / real(sites.len().max(1));
        let least = (contrast * EDGE).max(1.0 / 255.0);
        let edge = |(site, profile): (&Site, &[f64; 5])| {
            let step = rise(site.rising, profile);
            // The part of the profile that is as what comes after tells where that begins.
            let mean = profile.iter().sum::<f64>() / 5.0;
            let after = (mean - profile[0]) / (profile[4] - profile[0]);
            (step > least).then(|| Edge { site: *site, off: (0.5 - after).clamp(-0.5, 0.5) })
        };
        seen().filter_map(edge).collect()
    }

    /// The reflectance across an edge, at [`PROFILE`].
    fn profile(&self, view: &View<'_>, site: Site) -> [f64; 5] {
        let moved = self.moved(site.at);
        let across = |step: f64| {
            let (dx, dy) = if site.axis == 0 { (step, 0.0) } else { (0.0, step) };
            self.projection.map(Point::new(moved.x + dx, moved.y + dy))
        };
        // Within one module a projection is as good as even.
        let (middle, last) = (across(0.0), across(PROFILE[4]));
        let (dx, dy) = ((last.x - middle.x) / PROFILE[4], (last.y - middle.y) / PROFILE[4]);
        PROFILE.map(|step| view.reflectance(Point::new(middle.x + dx * step, middle.y + dy * step)))
    }

    /// Moves the four corners so that the edges lie off as little as can be; gives how far it moved the farthest, in modules.
    fn move_corners(&mut self, edges: &[Edge]) -> f64 {
        let side = real(self.side);
        let offs = [0, 1].map(|axis| {
            let mut rows = [[0.0; 5]; 4];
            let mut count = 0.0;
            for edge in edges.iter().filter(|edge| edge.site.axis == axis) {
                let (u, v) = (edge.site.at.x / side, edge.site.at.y / side);
                let weights = [(1.0 - u) * (1.0 - v), u * (1.0 - v), u * v, (1.0 - u) * v];
                for (row, weight) in rows.iter_mut().zip(weights) {
                    for (term, other) in row.iter_mut().zip(weights.into_iter().chain([edge.off])) {
                        *term += weight * other;
                    }
                }
                count += 1.0;
            }
            (count >= FEWEST[0]).then(|| solve(rows)).flatten()
        });
        let [Some(right), Some(down)] = offs else { return 0.0 };
        let square = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)];
        let mut corners = square
            .into_iter()
            .zip(right)
            .zip(down)
            .map(|(((x, y), dx), dy)| self.projection.map(Point::new(x + dx, y + dy)));
        let corners = [(); 4].map(|()| corners.next());
        if let [Some(a), Some(b), Some(c), Some(d)] = corners
            && let Some(projection) = Projection::of_corners(self.side, [a, b, c, d])
        {
            self.projection = projection;
        }
        right.into_iter().chain(down).map(f64::abs).fold(0.0, f64::max)
    }

    /// Moves each cell by what its edges lie off on average; gives how far it moved the farthest, in modules.
    fn move_cells(&mut self, edges: &[Edge]) -> f64 {
        let mut sums = vec![[[0.0; 2]; 2]; self.offsets.len()];
        for edge in edges {
            let cell = |at: f64| whole(at / real(CELL)).min(self.cells.saturating_sub(1));
            let place = cell(edge.site.at.y).saturating_mul(self.cells).saturating_add(cell(edge.site.at.x));
            if let Some([sum, count]) = sums.get_mut(place).and_then(|axes| axes.get_mut(edge.site.axis)) {
                *sum += edge.off;
                *count += 1.0;
            }
        }
        let mut farthest = 0.0;
        for (offset, axes) in self.offsets.iter_mut().zip(sums) {
            for (offset, [sum, count]) in offset.iter_mut().zip(axes) {
                if count >= FEWEST[1] {
                    *offset = (*offset + sum / count).clamp(-FARTHEST, FARTHEST);
                    farthest = f64::max(farthest, (sum / count).abs());
                }
            }
        }
        farthest
    }
}

/// Every place of a symbol where a dark and a light module lie side by side.
fn sites(intended: &Grid) -> Vec<Site> {
    let side = intended.side();
    let of = |(x, y): (usize, usize), axis: usize| {
        let (to_right, down) = if axis == 0 { (1, 0) } else { (0, 1) };
        let (next_x, next_y) = (x.saturating_add(to_right), y.saturating_add(down));
        let rising = intended.dark(x, y);
        let along = if axis == 0 { Point::new(1.0, 0.5) } else { Point::new(0.5, 1.0) };
        let at = Point::new(real(x) + along.x, real(y) + along.y);
        let inside = next_x < side && next_y < side;
        (inside && intended.dark(next_x, next_y) != rising).then_some(Site { at, axis, rising })
    };
    modules(side).flat_map(|at| [of(at, 0), of(at, 1)]).flatten().collect()
}

/// Solves four linear equations of a positive definite system (Gauss); `None` where it is none.
fn solve(mut rows: [[f64; 5]; 4]) -> Option<[f64; 4]> {
    for column in 0..4 {
        let lead = *rows.get(column)?;
        let divisor = *lead.get(column)?;
        if divisor < 1e-9 {
            return None;
        }
        for (place, row) in rows.iter_mut().enumerate() {
            let factor = row.get(column)? / divisor;
            if place == column {
                *row = lead.map(|value| value / divisor);
            } else {
                row.iter_mut().zip(lead).for_each(|(value, of_lead)| *value -= factor * of_lead);
            }
        }
    }
    Some(rows.map(|row| row[4]))
}
