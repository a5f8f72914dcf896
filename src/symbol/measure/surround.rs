//! The quiet zone of a symbol in a picture.

use super::{QUIET_REACH, QuietZone, Thresholds, View};
use crate::symbol::Grid;
use crate::symbol::geometry::{Point, Projection};
use crate::symbol::picture::{real, whole};

/// Modules from one sample to the next.
const STEP: f64 = 0.25;
/// Samples before the edge of the symbol; the first is the margin of the filter.
const INNER: usize = 1;
/// Beside a dark module the surround is looked at from here on, in modules: nearer to it, blur makes anything dark.
const CLEAR: f64 = 0.5;
/// Samples to each side of a dark one, along the symbol and away from it or the other way round, of which the mean has to be dark too: what is smaller
/// is a speck, and no end of the quiet zone.
const SPECK: [usize; 2] = [3, 1];
/// Halvings by which the edge of the picture is found.
const HALVINGS: usize = 6;
/// The quiet zone that counts for symbol contrast, in modules (ISO/IEC 18004, 6.3.8).
const QUIET: f64 = 4.0;

/// What lies around a symbol.
pub(super) struct Surround {
    pub(super) quiet_zone: QuietZone,
    /// The reflectance of the quiet zone, about once a module.
    pub(super) light: Vec<f64>,
}

/// One side, seen from the symbol: how a point beside it and away from it lies, in modules.
type Side = fn(f64, f64, f64) -> Point;

/// The sides above, right, below and left.
const SIDES: [Side; 4] = [
    |_, along, out| Point::new(along, -out),
    |side, along, out| Point::new(side + out, along),
    |side, along, out| Point::new(along, side + out),
    |_, along, out| Point::new(-out, along),
];

/// Looks at the surround of a symbol on all four sides.
///
/// Each side takes in the corners as far as it is the nearer one and the side around the corner is light, so that whatever stands in the quiet
/// zone narrows one of them.
pub(super) fn surround(
    view: &View<'_>,
    projection: &Projection,
    dark: &Grid,
    thresholds: &Thresholds,
) -> Surround {
    let strips = SIDES.map(|side| Strip::new(view, projection, dark.side(), side));
    let widths = strips.each_ref().map(|strip| strip.widths(dark, thresholds));
    let straight = [0.0; 2];
    let mut first = strips.iter().zip(&widths).map(|(strip, widths)| strip.width(widths, straight).0);
    let [above, right, below, left] = [(); 4].map(|()| first.next().unwrap_or_default());
    let corners = [[left, right], [above, below], [left, right], [above, below]];
    let mut light = Vec::new();
    let mut sides = strips.iter().zip(&widths).zip(corners).map(|((strip, widths), corners)| {
        let (width, at_edge) = strip.width(widths, corners);
        strip.collect(width.min(QUIET), &mut light);
        (width, at_edge)
    });
    let sides = [(); 4].map(|()| sides.next().unwrap_or_default());
    let quiet_zone =
        QuietZone { modules: sides.map(|(width, _)| width), at_edge: sides.map(|(_, at_edge)| at_edge) };
    Surround { quiet_zone, light }
}

/// The samples along one side, column by column, each from within the symbol outwards.
struct Strip<'a> {
    view: &'a View<'a>,
    projection: &'a Projection,
    side: Side,
    modules: usize,
    /// Samples of a column.
    depth: usize,
    /// The reflectance of each; `None` outside of the picture.
    values: Vec<Option<f64>>,
    /// Of each, the sum of its reflectance and those before and after it, and how many these are.
    sums: Vec<Option<[f64; 2]>>,
}

impl<'a> Strip<'a> {
    fn new(view: &'a View<'a>, projection: &'a Projection, modules: usize, side: Side) -> Self {
        let depth = whole(QUIET_REACH / STEP).saturating_add(INNER).saturating_add(2);
        let columns = whole((real(modules) + 2.0 * QUIET_REACH) / STEP).saturating_add(1);
        let mut strip = Self {
            view,
            projection,
            side,
            modules,
            depth,
            values: Vec::with_capacity(columns.saturating_mul(depth)),
            sums: Vec::with_capacity(columns.saturating_mul(depth)),
        };
        let mut values = Vec::with_capacity(depth);
        for column in 0..columns {
            values.clear();
            values.extend((0..depth).map(|step| {
                let point = strip.point(strip.along(column), strip.out(step));
                view.shows(point).then(|| view.reflectance(point))
            }));
            strip.values.extend_from_slice(&values);
            let before = [None].iter().chain(&values);
            let after = values.iter().skip(1).chain(&[None]);
            strip.sums.extend(values.iter().zip(before).zip(after).map(|((value, before), after)| {
                let sum = value.as_ref()? + before.unwrap_or_default() + after.unwrap_or_default();
                Some([sum, 1.0 + real(before.iter().count()) + real(after.iter().count())])
            }));
        }
        strip
    }

    fn point(&self, along: f64, out: f64) -> Point {
        self.projection.map((self.side)(real(self.modules), along, out))
    }

    /// Where a column lies along the side, in modules.
    #[expect(clippy::unused_self, reason = "it reads as `out` does")]
    fn along(&self, column: usize) -> f64 {
        real(column) * STEP - QUIET_REACH
    }

    /// How far out a sample lies, in modules.
    #[expect(clippy::unused_self, reason = "it reads as `along` does")]
    fn out(&self, step: usize) -> f64 {
        (real(step) - real(INNER)) * STEP
    }

    fn columns(&self) -> usize {
        self.sums.len().div_euclid(self.depth)
    }

    /// The mean of a sample and those around it; `None` where it lies outside of the picture.
    fn mean(&self, column: usize, step: usize) -> Option<f64> {
        let at = |column: usize| {
            let place = column.saturating_mul(self.depth).saturating_add(step);
            self.sums.get(place).copied().flatten()
        };
        let [of_it, count] = at(column)?;
        let beside = [column.checked_sub(1), column.checked_add(1)].map(|column| column.and_then(at));
        let all = beside
            .into_iter()
            .flatten()
            .fold([of_it, count], |all, [sum, count]| [all[0] + sum, all[1] + count]);
        Some(all[0] / all[1])
    }

    /// How far each column is light, in modules, and whether the picture ends there.
    fn widths(&self, dark: &Grid, thresholds: &Thresholds) -> Vec<(f64, bool)> {
        (0..self.columns()).map(|column| self.column_width(column, dark, thresholds)).collect()
    }

    /// How far the whole side is light, in modules, and whether the picture ends there; at each end of it so much of the corner is taken in.
    fn width(&self, widths: &[(f64, bool)], [before, after]: [f64; 2]) -> (f64, bool) {
        let side = real(self.modules);
        let columns = widths.iter().enumerate().filter(|(column, _)| {
            let along = self.along(*column);
            // Blur of what stands beside the corner must not count.
            along >= CLEAR - before && along <= side + after - CLEAR
        });
        columns.fold((QUIET_REACH, false), |least, (_, width)| if width.0 < least.0 { *width } else { least })
    }

    fn column_width(&self, column: usize, dark: &Grid, thresholds: &Thresholds) -> (f64, bool) {
        let along = self.along(column);
        let side = real(self.modules);
        let beside = (0.0..=side).contains(&along);
        // The module beside which it lies, or the corner.
        let module = (self.side)(side - 1.0, (along - 0.5).clamp(0.0, side - 1.0), 0.0);
        let (x, y) = (whole(module.x + 0.5), whole(module.y + 0.5));
        let threshold = thresholds.at(x, y);
        let past = f64::max(-along, along - side);
        // Halfway between two modules, blur of either counts.
        let near_dark = [-STEP, STEP].into_iter().any(|by| {
            let module = (self.side)(side - 1.0, (along + by - 0.5).clamp(0.0, side - 1.0), 0.0);
            dark.dark(whole(module.x + 0.5), whole(module.y + 0.5))
        });
        let from = if !beside {
            past.max(CLEAR)
        } else if near_dark {
            CLEAR
        } else {
            0.0
        };
        let mut before: Option<f64> = None;
        // Where what is dark now begins.
        let mut edge: Option<f64> = None;
        for step in INNER..self.depth {
            let out = self.out(step);
            if out < from {
                continue;
            }
            let Some(mean) = self.mean(column, step) else {
                return if beside { (self.edge(along, out), true) } else { (QUIET_REACH, false) };
            };
            let light = mean - threshold;
            if light >= 0.0 {
                (before, edge) = (Some(light), None);
                continue;
            }
            let begins = *edge.get_or_insert_with(|| {
                let share = before.map_or(1.0, |before| before / (before - light));
                (out - STEP + STEP * share).max(0.0)
            });
            if !self.is_speck(column, step, threshold) {
                return (begins, false);
            }
        }
        (QUIET_REACH, false)
    }

    /// Whether what is dark at a sample is neither half a module of two long, beside the symbol or away from it, nor more.
    fn is_speck(&self, column: usize, step: usize, threshold: f64) -> bool {
        let mean = |columns: usize, steps: usize| {
            let near = |at: usize, reach: usize| {
                at.saturating_sub(reach)..at.saturating_add(reach).saturating_add(1)
            };
            let places =
                near(column, columns).flat_map(|column| near(step, steps).map(move |step| (column, step)));
            let of = |(column, step): (usize, usize)| {
                let place = column.saturating_mul(self.depth).saturating_add(step);
                (step < self.depth).then(|| self.values.get(place).copied().flatten()).flatten()
            };
            let (sum, count) =
                places.filter_map(of).fold((0.0, 0.0), |all, value| (all.0 + value, all.1 + 1.0));
            sum / f64::max(count, 1.0)
        };
        let [along, out] = SPECK;
        mean(along, out) >= threshold && mean(out, along) >= threshold
    }

    /// Where the picture ends, before this far out.
    fn edge(&self, along: f64, out: f64) -> f64 {
        let (mut inside, mut outside) = (-0.5, out);
        for _ in 0..HALVINGS {
            let half = f64::midpoint(inside, outside);
            if self.view.shows(self.point(along, half)) { inside = half } else { outside = half }
        }
        f64::midpoint(inside, outside).max(0.0)
    }

    /// Takes about one sample a module up to this far out.
    fn collect(&self, width: f64, light: &mut Vec<f64>) {
        let each = whole(1.0 / STEP);
        for column in (0..self.columns()).step_by(each) {
            for step in (INNER.saturating_add(2)..self.depth).step_by(each) {
                if self.out(step) + CLEAR <= width {
                    light.extend(self.mean(column, step));
                }
            }
        }
    }
}
