//! Blur taken back: each module's luminance is a mixture of its own and its neighbours', and how they mix is learnt from the symbol itself.

use crate::symbol::Samples;

use super::modules::{self, Darkness};
use super::plane::narrow;
use crate::symbol::{Layout, Version};

/// Modules to each side that mix into one.
const REACH: usize = 2;
/// A square of this side mixes.
const SPAN: usize = 2 * REACH + 1;
/// Shares of a mixture: that of the module itself and of half of its neighbours; those opposite mix alike.
const SHARES: usize = (SPAN * SPAN).div_ceil(2);

/// A lattice of modules with light ones around, so that every module has all its neighbours.
#[derive(Clone, Debug)]
struct Lattice {
    side: usize,
    /// Row by row, `REACH` more on each side.
    values: Vec<f32>,
}

impl Lattice {
    fn of(side: usize, outside: f32, inside: impl Fn(usize, usize) -> f32) -> Self {
        let wide = side.saturating_add(2 * REACH);
        let within = |place: usize| place.checked_sub(REACH).filter(|place| *place < side);
        let value = |y: usize, x: usize| match (within(x), within(y)) {
            (Some(x), Some(y)) => inside(x, y),
            _ => outside,
        };
        let values =
            (0..wide).flat_map(|y| (0..wide).map(move |x| (x, y))).map(|(x, y)| value(y, x)).collect();
        Self { side, values }
    }

    /// The values shifted by a neighbour's place, 0 to `SPAN - 1` in each direction, row by row.
    fn shifted(&self, across: usize, down: usize) -> impl Iterator<Item = &[f32]> {
        let wide = self.side.saturating_add(2 * REACH);
        let side = self.side;
        self.values
            .chunks_exact(wide)
            .skip(down)
            .take(side)
            .map(move |row| row.get(across..across.saturating_add(side)).unwrap_or_default())
    }

    /// Puts values in, row by row.
    fn put(&mut self, inside: &[f32]) {
        let wide = self.side.saturating_add(2 * REACH);
        let side = self.side;
        for (row, values) in self.values.chunks_exact_mut(wide).skip(REACH).zip(inside.chunks_exact(side)) {
            row.iter_mut().skip(REACH).zip(values).for_each(|(target, value)| *target = *value);
        }
    }

    /// The mixture of each module and its neighbours.
    fn mixed(&self, shares: &[f32; SHARES]) -> Vec<f32> {
        let mut sums = vec![0.0; self.side.saturating_mul(self.side)];
        for (place, share) in shares.iter().enumerate() {
            for place in [place, SPAN.saturating_mul(SPAN).saturating_sub(1).saturating_sub(place)] {
                let (across, down) = (place.rem_euclid(SPAN), place.div_euclid(SPAN));
                // The middle is its own opposite.
                let share = if place == SHARES.saturating_sub(1) { share / 2.0 } else { *share };
                for (sums, row) in sums.chunks_exact_mut(self.side).zip(self.shifted(across, down)) {
                    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += share * value);
                }
            }
        }
        sums
    }
}

/// Rounds of learning the mixture and taking it back.
const ROUNDS: usize = 4;
/// Steps of each round.
const STEPS: usize = 40;

/// The darkness of each module without its neighbours' share; `None` where no mixture explains what was sampled.
pub(super) fn unmixed(samples: &Samples) -> Option<Darkness> {
    let version = samples.version();
    let seen: Vec<f32> = modules::overall(samples).into_iter().map(narrow).collect();
    let known = known(version);
    // What is not known yet is neither dark nor light: it adds noise to the first mixture, and no bias.
    let mut guess: Vec<f32> = known.iter().map(|known| known.unwrap_or_default()).collect();
    let weights = weights(version, &known);
    let (mut shares, mut level) = learnt(version, &seen, &guess, &weights, 0.02)?;
    let even = vec![1.0; seen.len()];
    for round in 0..ROUNDS {
        guess = taken_back(version, &seen, &known, guess, &shares, level);
        if round.saturating_add(1) < ROUNDS {
            (shares, level) = learnt(version, &seen, &guess, &even, 0.002)?;
        }
    }
    Some(guess.into_iter().map(f64::from).collect())
}

/// What is known of each module: 1 for dark, -1 for light.
fn known(version: Version) -> Vec<Option<f32>> {
    let layout = Layout::new(version);
    let side = version.side();
    let all = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    all.map(|(x, y)| layout.fixed(x, y).map(|dark| if dark { 1.0 } else { -1.0 })).collect()
}

/// How much each module says about the mixture: the more, the fewer of its neighbours are unknown.
fn weights(version: Version, known: &[Option<f32>]) -> Vec<f32> {
    let side = version.side();
    let at = |x: usize, y: usize| known.get(y.saturating_mul(side).saturating_add(x)).copied().flatten();
    let unknown = Lattice::of(side, 0.0, |x, y| if at(x, y).is_none() { 1.0 } else { 0.0 });
    let mut shares = [0.1; SHARES];
    // Near neighbours mix most.
    for place in [6, 7, 8, 11] {
        if let Some(share) = shares.get_mut(place) {
            *share = 1.0;
        }
    }
    shares[SHARES - 1] = 10.0;
    unknown.mixed(&shares).into_iter().map(|sum| 1.0 / (1.0 + 4.0 * sum * sum)).collect()
}

/// The mixture that explains best what was seen (least squares): its shares, and the level of grey between dark and light.
fn learnt(
    version: Version,
    seen: &[f32],
    guess: &[f32],
    weights: &[f32],
    ridge: f64,
) -> Option<([f32; SHARES], f32)> {
    const TERMS: usize = SHARES + 1;
    let side = version.side();
    let at =
        |x: usize, y: usize| guess.get(y.saturating_mul(side).saturating_add(x)).copied().unwrap_or_default();
    let lattice = Lattice::of(side, -1.0, at);
    // One column for each share, and one of ones.
    let mut columns: Vec<Vec<f32>> = Vec::with_capacity(TERMS);
    for place in 0..SHARES {
        let mut only = [0.0; SHARES];
        if let Some(share) = only.get_mut(place) {
            *share = 1.0;
        }
        columns.push(lattice.mixed(&only));
    }
    columns.push(vec![1.0; seen.len()]);
    let total: f64 = weights.iter().copied().map(f64::from).sum();
    let mut rows = Vec::with_capacity(TERMS);
    for (number, column) in columns.iter().enumerate() {
        let weighted: Vec<f32> = column.iter().zip(weights).map(|(value, weight)| value * weight).collect();
        let product = |other: &[f32]| {
            weighted.iter().zip(other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>()
        };
        let mut row: Vec<f64> = columns.iter().map(|other| product(other)).collect();
        row.push(product(seen));
        if let Some(value) = row.get_mut(number) {
            *value += ridge * total;
        }
        rows.push(row);
    }
    let solution: Vec<f32> = solved(rows)?.into_iter().map(narrow).collect();
    let (shares, level) = solution.split_at_checked(SHARES)?;
    Some((shares.try_into().ok()?, *level.first()?))
}

/// Solves linear equations whose matrix is symmetric and positive (Gauss): each row with its right side last.
fn solved(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    for column in 0..rows.len() {
        let lead = rows.get(column)?.clone();
        let divisor = *lead.get(column)?;
        if divisor.abs() < 1e-9 {
            return None;
        }
        for (place, row) in rows.iter_mut().enumerate() {
            let factor = row.get(column).copied()? / divisor;
            if place == column {
                for value in row.iter_mut() {
                    *value /= divisor;
                }
            } else {
                for (value, of_lead) in row.iter_mut().zip(&lead) {
                    *value -= factor * of_lead;
                }
            }
        }
    }
    rows.into_iter().map(|row| row.last().copied().filter(|value| value.is_finite())).collect()
}

/// The modules, between light and dark, whose mixture is nearest to what was seen (projected gradients with momentum, after Nesterov).
fn taken_back(
    version: Version,
    seen: &[f32],
    known: &[Option<f32>],
    start: Vec<f32>,
    shares: &[f32; SHARES],
    level: f32,
) -> Vec<f32> {
    let side = version.side();
    let gain: f32 = shares.iter().map(|share| share.abs() * 2.0).sum::<f32>() - shares[SHARES - 1].abs();
    let step = 1.0 / (gain * gain).max(1e-6);
    let mut lattice = Lattice::of(side, -1.0, |_, _| 0.0);
    let mut errors = Lattice::of(side, 0.0, |_, _| 0.0);
    let mut guess = start;
    let mut ahead = guess.clone();
    let mut pace = 1.0_f32;
    for _ in 0..STEPS {
        lattice.put(&ahead);
        let error: Vec<f32> =
            lattice.mixed(shares).iter().zip(seen).map(|(mixed, seen)| seen - level - mixed).collect();
        errors.put(&error);
        let slope = errors.mixed(shares);
        let next_pace = f32::midpoint(1.0, (1.0 + 4.0 * pace * pace).sqrt());
        let momentum = (pace - 1.0) / next_pace;
        pace = next_pace;
        let all = ahead.iter_mut().zip(guess.iter_mut()).zip(slope).zip(known);
        for (((ahead, guess), slope), known) in all {
            let next = known.unwrap_or_else(|| (*ahead + step * slope).clamp(-1.0, 1.0));
            *ahead = next + momentum * (next - *guess);
            *guess = next;
        }
    }
    guess
}
