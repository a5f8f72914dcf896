//! Lens and hand: blur and motion.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a picture has at most 2^26 pixels, so that no sum or product of its coordinates overflows"
)]

use upqr::symbol::Picture;

use crate::ladder::dice::Dice;
use crate::ladder::pixel::{changed, real, shade, whole};

/// Standard deviations beyond which a Gaussian curve is nothing.
const REACH: f64 = 3.5;

/// Gaussian blur; beyond its edges a picture goes on as it ends.
pub(in crate::ladder) fn blurred(picture: &Picture, sigma: f64) -> Picture {
    let reach = whole(REACH * sigma) + 1;
    let weights: Vec<f64> = (0..=2 * reach)
        .map(|place| (real(place) - real(reach)) / sigma)
        .map(|deviation| libm::exp(-deviation * deviation / 2.0))
        .collect();
    let sum: f64 = weights.iter().sum();
    let weights: Vec<f64> = weights.iter().map(|weight| weight / sum).collect();
    let (width, height) = (picture.width(), picture.height());
    let across: Vec<Vec<f64>> = (0..height).map(|y| along(picture.row(y), &weights)).collect();
    let row = |y: usize| across.get(y.saturating_sub(reach).min(height - 1));
    let mut luma = Vec::with_capacity(width * height);
    for y in 0..height {
        let mut means = vec![0.0; width];
        for (place, weight) in weights.iter().enumerate() {
            let values = row(y + place).map(Vec::as_slice).unwrap_or_default();
            means.iter_mut().zip(values).for_each(|(mean, value)| *mean += value * weight);
        }
        luma.extend(means.into_iter().map(shade));
    }
    Picture::new(width, height, luma).expect("as many pixels as before")
}

/// A row with each value replaced by the weighted mean around it.
fn along(row: &[u8], weights: &[f64]) -> Vec<f64> {
    let reach = weights.len() / 2;
    let [first, last] = [row.first(), row.last()].map(|value| value.copied().unwrap_or_default());
    let (before, after) = (std::iter::repeat_n(first, reach), std::iter::repeat_n(last, reach));
    let padded: Vec<f64> = before.chain(row.iter().copied()).chain(after).map(f64::from).collect();
    let mut means = vec![0.0; row.len()];
    for (place, weight) in weights.iter().enumerate() {
        let values = padded.get(place..).unwrap_or_default();
        means.iter_mut().zip(values).for_each(|(mean, value)| *mean += value * weight);
    }
    means
}

/// The mean along a line in some direction, as of a camera that moves while it looks.
pub(in crate::ladder) fn moved(picture: &Picture, way: f64, mut dice: Dice) -> Picture {
    let angle = dice.between(0.0, std::f64::consts::PI);
    let (dx, dy) = (libm::cos(angle), libm::sin(angle));
    let steps = whole(way) + 3;
    let places: Vec<(f64, f64)> = (0..steps)
        .map(|step| ((real(step) + 0.5) / real(steps) - 0.5) * way)
        .map(|from_middle| (from_middle * dx, from_middle * dy))
        .collect();
    let [right, bottom] = [picture.width(), picture.height()].map(real);
    changed(picture, |x, y, _| {
        let seen = |(dx, dy): &(f64, f64)| {
            picture.between((x + dx).clamp(0.0, right), (y + dy).clamp(0.0, bottom)).unwrap_or_default()
        };
        places.iter().map(seen).sum::<f64>() / real(places.len())
    })
}
