//! Which modules are dark: what was sampled, against the light around it.

use crate::symbol::picture::{real, shade, whole};
use crate::symbol::{Grid, Samples};

/// Darkness of each module, row by row: about 1 for dark and -1 for light, near 0 where it is not clear.
pub(super) type Darkness = Vec<f64>;

/// Darkness by one threshold for all modules.
pub(super) fn overall(samples: &Samples) -> Darkness {
    let luminance = samples.luminance();
    let (dark, light) = halves(luminance);
    let span = ((light - dark) / 2.0).max(LEAST_SPAN);
    luminance.iter().map(|value| (f64::midpoint(dark, light) - value) / span).collect()
}

/// Half the difference between dark and light that is told from none.
const LEAST_SPAN: f64 = 0.3;

/// Darkness by the modules that reach so far to each side.
pub(super) fn local(samples: &Samples, reach: usize) -> Darkness {
    let side = samples.version().side();
    let luminance = samples.luminance();
    let mut darkness = Vec::with_capacity(luminance.len());
    let mut window = Vec::new();
    for y in 0..side {
        for x in 0..side {
            window.clear();
            let (left, right) =
                (x.saturating_sub(reach), x.saturating_add(reach).saturating_add(1).min(side));
            for row in y.saturating_sub(reach)..y.saturating_add(reach).saturating_add(1).min(side) {
                let start = row.saturating_mul(side);
                let of_row = luminance.get(start.saturating_add(left)..start.saturating_add(right));
                window.extend_from_slice(of_row.unwrap_or_default());
            }
            let (dark, light) = halves(&window);
            let span = ((light - dark) / 2.0).max(LEAST_SPAN);
            darkness.push((f64::midpoint(dark, light) - samples.at(x, y)) / span);
        }
    }
    darkness
}

/// The means of what is dark and of what is light, parted by the middle between them.
fn halves(values: &[f64]) -> (f64, f64) {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value;
        count += 1.0;
    }
    let mut threshold = sum / f64::max(count, 1.0);
    let mut parted = (threshold, threshold);
    for _ in 0..3 {
        let mut below = (0.0, 0.0);
        let mut above = (0.0, 0.0);
        for value in values {
            let half = if *value < threshold { &mut below } else { &mut above };
            half.0 += value;
            half.1 += 1.0;
        }
        parted = (below.0 / f64::max(below.1, 1.0), above.0 / f64::max(above.1, 1.0));
        if below.1 == 0.0 || above.1 == 0.0 {
            return (threshold, threshold);
        }
        let next = f64::midpoint(parted.0, parted.1);
        if (next - threshold).abs() < 0.05 {
            break;
        }
        threshold = next;
    }
    parted
}

/// The modules that are dark, and how little each is trusted, 0 to 250.
pub(super) fn decided(samples: &Samples, darkness: &[f64]) -> (Grid, Vec<u8>) {
    let side = samples.version().side();
    let at = |x: usize, y: usize| darkness.get(y.saturating_mul(side).saturating_add(x)).copied();
    let grid = Grid::from_fn(samples.version(), |x, y| at(x, y).is_some_and(|dark| dark > 0.0));
    let doubt = darkness.iter().map(|dark| shade((0.8 - dark.abs()).max(0.0) * 312.0).min(250)).collect();
    (grid, doubt)
}

/// Doubts with every module in the middle of the symbol given up, as where a logo covers it; `part` is of the side.
pub(super) fn covered(doubt: &[u8], side: usize, part: f64) -> Vec<u8> {
    let half = part * real(side) / 2.0;
    let middle = real(side) / 2.0;
    let from = whole(middle - half + 0.5);
    let to = side.saturating_sub(from);
    let within = |place: usize| {
        let (x, y) =
            (place.checked_rem(side).unwrap_or_default(), place.checked_div(side).unwrap_or_default());
        (from..to).contains(&x) && (from..to).contains(&y)
    };
    doubt.iter().enumerate().map(|(place, doubt)| if within(place) { 255 } else { *doubt }).collect()
}
