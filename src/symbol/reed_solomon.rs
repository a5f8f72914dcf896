//! Error correction of one block of codewords: Reed-Solomon over GF(2^8) with the polynomial 0x11D and first root 1 (ISO/IEC 18004, 7.5.2).

/// The field's polynomial without its highest term.
const POLYNOMIAL: u8 = 0x1D;

/// Powers of 2, twice in a row so that sums of two logarithms need no reduction, and logarithms.
struct Tables {
    exp: [u8; 512],
    log: [u16; 256],
}

static TABLES: Tables = tables();

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "constants: a mistake would not compile"
)]
const fn tables() -> Tables {
    let mut tables = Tables { exp: [0; 512], log: [0; 256] };
    let mut power = 1_u8;
    let mut place = 0;
    while place < 255 {
        tables.exp[place] = power;
        tables.exp[place + 255] = power;
        tables.log[power as usize] = place as u16;
        power = (power << 1) ^ if power >= 0x80 { POLYNOMIAL } else { 0 };
        place += 1;
    }
    tables
}

fn log(value: u8) -> usize {
    usize::from(TABLES.log.get(usize::from(value)).copied().unwrap_or_default())
}

fn exp(power: usize) -> u8 {
    TABLES.exp.get(power).copied().unwrap_or_default()
}

fn multiply(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 { 0 } else { exp(log(a).saturating_add(log(b))) }
}

/// `b` is not 0.
fn divide(a: u8, b: u8) -> u8 {
    if a == 0 { 0 } else { exp(log(a).saturating_add(255).saturating_sub(log(b))) }
}

/// 2 to the power of minus `degree`.
fn inverse(degree: usize) -> u8 {
    exp(255_usize.saturating_sub(degree.rem_euclid(255)))
}

/// The value of a polynomial, lowest term first.
fn value(polynomial: &[u8], at: u8) -> u8 {
    polynomial.iter().rev().fold(0, |sum, coefficient| multiply(sum, at) ^ coefficient)
}

/// What the block's polynomial, highest term first, gives at each root of the generator; `None` where all are 0.
fn syndromes(block: &[u8], correction: usize) -> Option<Vec<u8>> {
    let at = |root: usize| block.iter().fold(0, |sum, codeword| multiply(sum, exp(root)) ^ codeword);
    let syndromes: Vec<u8> = (0..correction).map(at).collect();
    syndromes.iter().any(|syndrome| *syndrome != 0).then_some(syndromes)
}

/// Adds `factor * x^shift * b` to `a`.
fn add_shifted(a: &mut Vec<u8>, b: &[u8], factor: u8, shift: usize) {
    let needed = b.len().saturating_add(shift);
    if a.len() < needed {
        a.resize(needed, 0);
    }
    for (target, source) in a.iter_mut().skip(shift).zip(b) {
        *target ^= multiply(*source, factor);
    }
}

/// The polynomial whose roots are the inverses of the places in error (Berlekamp and Massey, begun with the erasures), and its degree.
fn locator(syndromes: &[u8], erased: &[usize]) -> (Vec<u8>, usize) {
    let mut locator = vec![1_u8];
    for degree in erased {
        let factor = locator.clone();
        add_shifted(&mut locator, &factor, exp(degree.rem_euclid(255)), 1);
    }
    let erasures = erased.len();
    let mut length = erasures;
    let mut before = locator.clone();
    for step in erasures..syndromes.len() {
        let discrepancy = locator
            .iter()
            .zip(syndromes.iter().take(step.saturating_add(1)).rev())
            .fold(0, |sum, (coefficient, syndrome)| sum ^ multiply(*coefficient, *syndrome));
        let mut next = locator.clone();
        add_shifted(&mut next, &before, discrepancy, 1);
        if discrepancy != 0 && length.saturating_mul(2) <= step.saturating_add(erasures) {
            length = step.saturating_add(1).saturating_add(erasures).saturating_sub(length);
            before = locator.iter().map(|coefficient| divide(*coefficient, discrepancy)).collect();
        } else {
            before.insert(0, 0);
        }
        locator = next;
    }
    (locator, length)
}

/// Corrects a block in place: data, then `correction` error correction codewords; `erased` are places whose values are not trusted.
///
/// Gives the places that were changed, ascending; `None`, and the block as it was, where there are more errors than can be corrected: errors
/// count twice and erasures once against `correction`.
pub(crate) fn correct(block: &mut [u8], correction: usize, erased: &[usize]) -> Option<Vec<usize>> {
    let Some(syndromes) = syndromes(block, correction) else { return Some(Vec::new()) };
    let last = block.len().checked_sub(1)?;
    if block.len() > 255 || erased.len() > correction {
        return None;
    }
    let degrees: Vec<usize> = erased.iter().map(|place| last.saturating_sub(*place)).collect();
    let (locator, length) = locator(&syndromes, &degrees);
    let degree = locator.iter().rposition(|coefficient| *coefficient != 0)?;
    if degree != length || length > correction {
        return None;
    }
    let places: Vec<usize> =
        (0..block.len()).filter(|place| value(&locator, inverse(last.saturating_sub(*place))) == 0).collect();
    if places.len() != degree {
        return None;
    }
    let mut evaluator = Vec::new();
    for (shift, coefficient) in locator.iter().enumerate() {
        add_shifted(&mut evaluator, &syndromes, *coefficient, shift);
    }
    evaluator.truncate(correction);
    // The formal derivative keeps the odd terms, one degree lower.
    let derivative: Vec<u8> = locator
        .iter()
        .enumerate()
        .skip(1)
        .map(|(power, coefficient)| if power.is_multiple_of(2) { 0 } else { *coefficient })
        .collect();
    let mut corrected = block.to_vec();
    for place in &places {
        let degree = last.saturating_sub(*place);
        let root = inverse(degree);
        let slope = value(&derivative, root);
        if slope == 0 {
            return None;
        }
        let magnitude = multiply(exp(degree.rem_euclid(255)), divide(value(&evaluator, root), slope));
        if let Some(codeword) = corrected.get_mut(*place) {
            *codeword ^= magnitude;
        }
    }
    if self::syndromes(&corrected, correction).is_some() {
        return None;
    }
    let changed = block.iter().zip(&corrected).enumerate().filter(|(_, (old, new))| old != new);
    let changed: Vec<usize> = changed.map(|(place, _)| place).collect();
    block.copy_from_slice(&corrected);
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error correction codewords of a block's data.
    fn remainder(data: &[u8], correction: usize) -> Vec<u8> {
        let mut generator = vec![1_u8];
        for root in 0..correction {
            // Highest term first: times (x - 2^root).
            let factor = generator.clone();
            generator.push(0);
            for (target, source) in generator.iter_mut().skip(1).zip(&factor) {
                *target ^= multiply(*source, exp(root));
            }
        }
        let mut rest = vec![0_u8; correction];
        for codeword in data {
            let factor = codeword ^ rest.first().copied().unwrap_or_default();
            rest.rotate_left(1);
            if let Some(last) = rest.last_mut() {
                *last = 0;
            }
            for (target, coefficient) in rest.iter_mut().zip(generator.iter().skip(1)) {
                *target ^= multiply(*coefficient, factor);
            }
        }
        rest
    }

    /// A block of 10 data and 10 error correction codewords, with these places changed and these erased.
    #[track_caller]
    fn check(changed: &[usize], erased: &[usize], expected: Option<&[usize]>) {
        let data: Vec<u8> = (0..10).map(|place| place * 23 + 5).collect();
        let mut whole = data.clone();
        whole.extend(remainder(&data, 10));
        let mut block = whole.clone();
        for place in changed {
            block[*place] ^= 0x5A;
        }
        let before = block.clone();
        let found = correct(&mut block, 10, erased);
        assert_eq!(found.as_deref(), expected);
        assert_eq!(block, if found.is_some() { whole } else { before });
    }

    #[test]
    fn errors_and_erasures_are_corrected_up_to_the_bound() {
        check(&[], &[], Some(&[]));
        check(&[3], &[], Some(&[3]));
        check(&[0, 4, 9, 10, 19], &[], Some(&[0, 4, 9, 10, 19]));
        check(&[0, 4, 9, 10, 15, 19], &[], None);
        check(
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            Some(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        );
        check(&[0, 4, 9, 10, 15, 19], &[0, 4], Some(&[0, 4, 9, 10, 15, 19]));
        check(&[0, 4, 9, 10, 15, 19], &[4, 5, 6], None);
        check(&[2], &[5, 6], Some(&[2]));
        check(&[], &[5, 6], Some(&[]));
    }

    #[test]
    fn the_remainder_is_that_of_the_standard() {
        // ISO/IEC 18004, annex I: `01234567` in version 1, level M.
        let data =
            [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11];
        let expected = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55];
        assert_eq!(remainder(&data, 10), expected);
    }
}
