//! What covers a symbol or surrounds it: logo, wear, a busy surround and wrong modules.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a symbol has at most 177 modules a side, so that no sum or product of its coordinates overflows"
)]

use upqr::symbol::{Grid, Point};

use crate::ladder::dice::Dice;
use crate::ladder::kind::Kind;
use crate::ladder::pixel::{real, whole};
use crate::ladder::scene::{Blocks, Cover, DARK, LIGHT};
use crate::ladder::subject::MARGIN;

/// Modules a side of a finder pattern.
const FINDER: f64 = 7.0;

/// Points a side at which the area of a finder pattern is counted.
const POINTS: usize = 56;

/// Modules a side of a block of the busy surround, which no module lines up with.
const BLOCK: f64 = 1.37;

/// What covers a symbol of so many modules a side.
pub(in crate::ladder) fn of(kind: Kind, amount: f64, side: usize, dice: Dice) -> Cover {
    match kind {
        Kind::Logo => Cover::Logo { side: real(side) * (amount / 100.0).sqrt() },
        Kind::Finder => worn(amount, real(side), dice),
        Kind::QuietZone => Cover::Surround { light: amount, blocks: blocks(side, dice) },
        _ => Cover::Nothing,
    }
}

/// One finder pattern, worn away from one side on.
fn worn(percent: f64, side: f64, mut dice: Dice) -> Cover {
    let far = side - FINDER;
    let corner = match dice.below(3) {
        0 => Point::new(0.0, 0.0),
        1 => Point::new(far, 0.0),
        _ => Point::new(0.0, far),
    };
    let angle = dice.between(0.0, std::f64::consts::TAU);
    let direction = Point::new(libm::cos(angle), libm::sin(angle));
    let paint = if dice.below(2) == 0 { DARK } else { LIGHT };
    let place = |point: usize| (real(point) + 0.5) * FINDER / real(POINTS);
    let mut heights: Vec<f64> = (0..POINTS)
        .flat_map(|y| (0..POINTS).map(move |x| (x, y)))
        .map(|(x, y)| place(x) * direction.x + place(y) * direction.y)
        .collect();
    heights.sort_unstable_by(f64::total_cmp);
    let left = whole(real(heights.len()) * (1.0 - percent / 100.0));
    let from =
        if left == 0 { f64::NEG_INFINITY } else { heights.get(left).copied().unwrap_or(f64::INFINITY) };
    Cover::Wear { corner, direction, from, paint }
}

/// Half of the blocks are ink.
fn blocks(side: usize, mut dice: Dice) -> Blocks {
    let row = whole((real(side) + 2.0 * MARGIN) / BLOCK) + 2;
    let dark = (0..row * row).map(|_| dice.below(2) == 0).collect();
    Blocks { size: BLOCK, row, dark, margin: MARGIN }
}

/// Modules of any kind that are the wrong way; what a smaller share flips, a larger one flips too.
pub(in crate::ladder) fn flipped(grid: &Grid, percent: f64, mut dice: Dice) -> Grid {
    let side = grid.side();
    let mut places: Vec<(usize, usize)> = (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).collect();
    // Fisher and Yates, from the front.
    for place in 0..places.len() {
        let other = place + dice.below(places.len() - place);
        places.swap(place, other);
    }
    let count = whole(real(places.len()) * percent / 100.0 + 0.5);
    let mut flipped = grid.clone();
    for (x, y) in places.into_iter().take(count) {
        flipped.set(x, y, !grid.dark(x, y));
    }
    flipped
}
