//! Light: contrast, uneven light and shadows.

use upqr::symbol::Picture;

use crate::ladder::dice::Dice;
use crate::ladder::pixel::{changed, real};
use crate::ladder::scene::{DARK, LIGHT};

/// Dark and light modules brought together around middle grey, so that this share of all luminances lies between them.
pub(in crate::ladder) fn faded(picture: &Picture, percent: f64) -> Picture {
    let scale = 255.0 * percent / 100.0 / (LIGHT - DARK);
    changed(picture, |_, _, value| 127.5 + (value - f64::midpoint(DARK, LIGHT)) * scale)
}

/// Light that falls off evenly across the symbol, in one direction, to a factor; beyond the symbol it stays as it is at its edge.
pub(in crate::ladder) fn uneven(picture: &Picture, symbol: f64, factor: f64, mut dice: Dice) -> Picture {
    let across = direction(picture, symbol, &mut dice);
    changed(picture, |x, y, value| value * (1.0 + (factor - 1.0) * across(x, y).clamp(0.0, 1.0)))
}

/// A shadow over one side of a line that passes near the middle of the symbol.
pub(in crate::ladder) fn shadowed(picture: &Picture, symbol: f64, factor: f64, mut dice: Dice) -> Picture {
    let across = direction(picture, symbol, &mut dice);
    let edge = dice.between(0.4, 0.6);
    changed(picture, |x, y, value| if across(x, y) > edge { value * factor } else { value })
}

/// How far a place is across the symbol in some direction, from 0 to 1; the symbol stands in the middle and has so many pixels a side.
fn direction(picture: &Picture, symbol: f64, dice: &mut Dice) -> impl Fn(f64, f64) -> f64 + use<> {
    let angle = dice.between(0.0, std::f64::consts::TAU);
    let (dx, dy) = (libm::cos(angle), libm::sin(angle));
    let [width, height] = [picture.width(), picture.height()].map(real);
    let reach = symbol * (dx.abs() + dy.abs());
    move |x, y| 0.5 + ((x - width / 2.0) * dx + (y - height / 2.0) * dy) / reach
}
