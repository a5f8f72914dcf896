//! Format and version information: BCH codes of 15 and 18 bits (ISO/IEC 18004, 7.9 and 7.10, annexes C and D).

use super::{Level, Mask, Version};

/// Bits of format information that may be wrong (annex C).
pub(super) const MOST_FORMAT_ERRORS: u32 = 3;
/// Bits of version information that may be wrong (annex D).
pub(super) const MOST_VERSION_ERRORS: u32 = 3;

/// The remainder of a BCH code: `value` shifted by the generator's degree, modulo the generator.
fn remainder(value: u32, generator: u32, degree: u32) -> u32 {
    let mut rest = value << degree;
    while rest.checked_ilog2() >= Some(degree) && rest != 0 {
        let shift = rest.ilog2().saturating_sub(degree);
        rest ^= generator << shift;
    }
    rest
}

/// The 15 bits of format information.
#[must_use]
pub(crate) fn format_bits(level: Level, mask: Mask) -> u16 {
    let value = u32::from(level.bits() << 3 | u16::from(mask.number()));
    let bits = (value << 10 | remainder(value, 0x537, 10)) ^ 0x5412;
    u16::try_from(bits).expect("5 bits and 10 more are 15 bits")
}

/// The 18 bits of version information.
#[must_use]
pub(crate) fn version_bits(version: Version) -> u32 {
    let value = u32::from(version.number());
    value << 12 | remainder(value, 0x1F25, 12)
}

/// The level and mask nearest to a copy of format information, and how many bits are wrong.
pub(crate) fn nearest_format(bits: u16) -> (Level, Mask, u32) {
    let every = Level::ALL.into_iter().flat_map(|level| Mask::all().map(move |mask| (level, mask)));
    every
        .map(|(level, mask)| (level, mask, (format_bits(level, mask) ^ bits).count_ones()))
        .min_by_key(|(_, _, errors)| *errors)
        .expect("there are 32 formats")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_hold() {
        // Annex C: level M, mask 5. Annex D: version 7.
        assert_eq!(format_bits(Level::M, Mask::new(5).expect("a mask")), 0b100_0000_1100_1110);
        assert_eq!(version_bits(Version::new(7).expect("a version")), 0b00_0111_1100_1001_0100);
    }

    #[test]
    fn three_wrong_bits_are_found_and_named() {
        let bits = format_bits(Level::Q, Mask::new(2).expect("a mask"));
        assert_eq!(nearest_format(bits ^ 0b100_0100_0000_0001), (Level::Q, Mask::new(2).expect("a mask"), 3));
    }
}
