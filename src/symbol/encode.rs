//! From a payload to a symbol: segments, error correction and the mask with the least penalty (clause 14.1).
//!
//! ```
//! use upqr::symbol::encode::encode;
//! use upqr::symbol::{EncodeOptions, analyse};
//!
//! let symbol = encode("面馆".as_bytes(), &EncodeOptions::default())?;
//! assert_eq!((symbol.grid.version().number(), symbol.level.key()), (1, "M"));
//! let analysis = analyse(&symbol.grid).map_err(|_| "no symbol")?;
//! assert_eq!(analysis.payload, "面馆".as_bytes());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::ops::RangeInclusive;

use qrcode::EcLevel;
use qrcode::canvas::{Canvas, Module};
use qrcode::ec::construct_codewords;

use super::bits::{Bits, Refusal, bits};
use super::mask::Unmasked;
use super::segment::{Chunk, Policy, divided, plan};
use super::{Grid, Level, MOST_CHARACTERS, Mask, Mode, Version};

/// How a symbol is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeOptions {
    /// Its error correction level; M by default.
    pub level: Level,
    /// Its version: the smallest of these that holds the payload. All by default; one alone for a symbol of a given size.
    pub versions: RangeInclusive<Version>,
    /// Its mask; the one with the least penalty by default.
    pub mask: Option<Mask>,
    /// Which modes a payload is divided into.
    pub policy: Policy,
    /// The Extended Channel Interpretation that comes first, of whose character set the payload is; by default 26, where the text needs one.
    pub eci: Option<u32>,
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self {
            level: Level::M,
            versions: Version::MIN..=Version::MAX,
            mask: None,
            policy: Policy::default(),
            eci: None,
        }
    }
}

/// A symbol that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its modules; their number is its version.
    pub grid: Grid,
    /// Its error correction level.
    pub level: Level,
    /// Its mask.
    pub mask: Mask,
}

/// Why there is no symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// The payload has more bytes than the largest version allowed holds.
    TooLong {
        /// Bytes of the payload.
        length: usize,
        /// How many of them fit, from the first on.
        fits: usize,
        /// The largest version allowed.
        version: Version,
        /// The level.
        level: Level,
    },
    /// Segments that were given have more bits than the largest version allowed holds.
    TooManyBits {
        /// The largest version allowed.
        version: Version,
        /// The level.
        level: Level,
        /// The bits that it holds.
        fits: usize,
    },
    /// A byte of a segment that was given has no place in the segment's mode.
    Character {
        /// The segment, from 0.
        segment: usize,
        /// The byte in the segment, from 0.
        byte: usize,
        /// The mode.
        mode: Mode,
    },
    /// An Extended Channel Interpretation has six digits at most.
    Eci(u32),
    /// The range of versions is empty.
    Versions {
        /// Its first version.
        first: Version,
        /// Its last one, which is smaller.
        last: Version,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, fits, version, level } => write!(
                f,
                "the payload has {length} bytes, of which {fits} fit into version {version} at level {level}: {}",
                advice(*version, *level)
            ),
            Self::TooManyBits { version, level, fits } => write!(
                f,
                "the segments do not fit into the {fits} bits of version {version} at level {level}: {}",
                advice(*version, *level)
            ),
            Self::Character { segment, byte, mode } => write!(
                f,
                "byte {byte} of segment {segment} has no place in {} mode: write it in byte mode",
                mode.key()
            ),
            Self::Eci(designator) => {
                write!(
                    f,
                    "ECI {designator} does not exist: give a number of 0 to 999999, such as 26 for UTF-8"
                )
            }
            Self::Versions { first, last } => {
                write!(f, "no version lies between {first} and {last}: give the smaller one first")
            }
        }
    }
}

impl std::error::Error for EncodeError {}

/// What makes more room.
const fn advice(version: Version, level: Level) -> &'static str {
    match (version.number() < Version::MAX.number(), level) {
        (true, Level::L) => "allow a larger version, or shorten it",
        (true, _) => "allow a larger version or a lower level, or shorten it",
        (false, Level::L) => "shorten it",
        (false, _) => "take a lower level, or shorten it",
    }
}

/// The smallest symbol that holds a payload.
pub fn encode(payload: &[u8], options: &EncodeOptions) -> Result<Symbol, EncodeError> {
    possible(options, options.eci)?;
    let length = payload.len();
    // What no symbol holds is not divided, and only its beginning is looked at.
    let payload = beginning(payload);
    let plan = plan(payload, options.policy, options.eci);
    if payload.len() == length {
        let fitting = fitting(options, |version| bits(&divided(payload, version, plan), version));
        if let Ok(Some((version, bits))) = fitting {
            return Ok(drawn(bits, version, options, &[]));
        }
    }
    let (version, level) = (*options.versions.end(), options.level);
    let room = version.data_codewords(level).saturating_mul(8);
    let fits = |length: usize| {
        let part = payload.get(..length).unwrap_or_default();
        bits(&divided(part, version, plan), version).is_ok_and(|bits| bits.length() <= room)
    };
    // The longest part that fits: what is longer takes more bits. The search halves what is left.
    let (mut least, mut most) = (0, payload.len().saturating_add(1));
    while most.saturating_sub(least) > 1 {
        let middle = least.midpoint(most);
        if fits(middle) { least = middle } else { most = middle }
    }
    Err(EncodeError::TooLong { length, fits: least, version, level })
}

/// As many bytes of a payload as a symbol could hold if all were digits, and no part of a character at their end.
fn beginning(payload: &[u8]) -> &[u8] {
    let Some(part) = payload.get(..MOST_CHARACTERS).filter(|part| part.len() < payload.len()) else {
        return payload;
    };
    match std::str::from_utf8(part) {
        Err(error) if error.error_len().is_none() => part.get(..error.valid_up_to()).unwrap_or(part),
        _ => part,
    }
}

/// Refuses versions and interpretations that there are not.
fn possible(options: &EncodeOptions, eci: impl IntoIterator<Item = u32>) -> Result<(), EncodeError> {
    let (first, last) = (*options.versions.start(), *options.versions.end());
    if first > last {
        return Err(EncodeError::Versions { first, last });
    }
    eci.into_iter().find(|number| *number > MOST_ECI).map_or(Ok(()), |number| Err(EncodeError::Eci(number)))
}

/// The largest number of an Extended Channel Interpretation (7.4.2.2).
const MOST_ECI: u32 = 999_999;

/// The smallest symbol that holds these segments, whether they make sense together or not; policy and ECI of the options have no part in it.
///
/// ```
/// use upqr::symbol::encode::encode_segments;
/// use upqr::symbol::segment::Chunk;
/// use upqr::symbol::{EncodeOptions, Mode, analyse};
///
/// // GB 2312 in byte mode, and said to be so.
/// let chunks = [Chunk { mode: Mode::Eci(29), bytes: b"" }, Chunk { mode: Mode::Byte, bytes: b"\xC3\xE6\xB9\xDD" }];
/// let symbol = encode_segments(&chunks, &EncodeOptions::default())?;
/// assert_eq!(analyse(&symbol.grid).map_err(|_| "no symbol")?.segments[0].mode, Mode::Eci(29));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode_segments(chunks: &[Chunk<'_>], options: &EncodeOptions) -> Result<Symbol, EncodeError> {
    encode_padded(chunks, &[], options)
}

/// The same, with these codewords behind the terminator in the place of the first that the standard has there.
pub(crate) fn encode_padded(
    chunks: &[Chunk<'_>],
    padding: &[u8],
    options: &EncodeOptions,
) -> Result<Symbol, EncodeError> {
    let designators = chunks.iter().filter_map(|chunk| match chunk.mode {
        Mode::Eci(designator) => Some(designator),
        _ => None,
    });
    possible(options, designators)?;
    match fitting(options, |version| bits(chunks, version)) {
        Ok(Some((version, bits))) => Ok(drawn(bits, version, options, padding)),
        Ok(None) => {
            let (version, level) = (*options.versions.end(), options.level);
            let fits = version.data_codewords(level).saturating_mul(8);
            Err(EncodeError::TooManyBits { version, level, fits })
        }
        Err((segment, byte)) => {
            let mode = chunks.get(segment).map_or(Mode::Byte, |chunk| chunk.mode);
            Err(EncodeError::Character { segment, byte, mode })
        }
    }
}

/// The smallest version allowed whose data codewords hold the bits, which are the same for versions whose character counts are as long.
fn fitting(
    options: &EncodeOptions,
    bits: impl Fn(Version) -> Result<Bits, Refusal>,
) -> Result<Option<(Version, Bits)>, (usize, usize)> {
    let mut written: Option<(usize, Result<Bits, Refusal>)> = None;
    for version in Version::all().filter(|version| options.versions.contains(version)) {
        let class = Mode::Byte.count_bits(version).saturating_add(Mode::Numeric.count_bits(version));
        if written.as_ref().is_none_or(|(last, _)| *last != class) {
            written = Some((class, bits(version)));
        }
        match &written {
            Some((_, Ok(bits)))
                if bits.length() <= version.data_codewords(options.level).saturating_mul(8) =>
            {
                return Ok(Some((version, bits.clone())));
            }
            Some((_, Err(Refusal::Character(segment, byte)))) => return Err((*segment, *byte)),
            _ => {}
        }
    }
    Ok(None)
}

/// Draws a symbol of bits that fit.
fn drawn(bits: Bits, version: Version, options: &EncodeOptions, padding: &[u8]) -> Symbol {
    let level = options.level;
    let (theirs, ec_level) = (qrcode::Version::Normal(version.number().into()), ec_level(level));
    let codewords = bits.padded(version.data_codewords(level), padding);
    let (data, correction) = construct_codewords(&codewords, theirs, ec_level)
        .expect("every version of normal symbols has every level");
    let mut canvas = Canvas::new(theirs, ec_level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    let coordinate = |place: usize| i16::try_from(place).expect("a side has 177 modules at most");
    let unmasked = Unmasked::new(version, |x, y| {
        let module = canvas.get(coordinate(x), coordinate(y));
        // Remainder bits stay empty until the mask.
        (module.is_dark(), !matches!(module, Module::Masked(_)))
    });
    let mask = options.mask.unwrap_or_else(|| unmasked.best(level));
    Symbol { grid: unmasked.masked(level, mask), level, mask }
}

const fn ec_level(level: Level) -> EcLevel {
    match level {
        Level::L => EcLevel::L,
        Level::M => EcLevel::M,
        Level::Q => EcLevel::Q,
        Level::H => EcLevel::H,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::symbol::analyse;
    use crate::symbol::analyse::tests::drawn;

    /// Bytes that fill most of a symbol, and differ from one to the next.
    fn payload(version: Version, level: Level) -> Vec<u8> {
        let length = version.data_codewords(level) - 4;
        (0..length).map(|place| (place * 7 + usize::from(version.number())) as u8 | 0x80).collect()
    }

    fn options(version: Version, level: Level, mask: Option<Mask>) -> EncodeOptions {
        EncodeOptions { level, versions: version..=version, mask, ..EncodeOptions::default() }
    }

    #[test]
    fn every_version_level_and_mask_is_read_back() {
        for version in Version::all() {
            for level in Level::ALL {
                let payload = payload(version, level);
                for mask in Mask::all() {
                    let symbol = encode(&payload, &options(version, level, Some(mask))).expect("it fits");
                    let analysis = analyse(&symbol.grid).expect("it is whole");
                    assert_eq!((analysis.version, analysis.level, analysis.mask), (version, level, mask));
                    assert_eq!(analysis.payload, payload);
                    assert_eq!(analysis.intended, symbol.grid, "{version}-{level}-{mask}");
                    assert!(analysis.padding.regular);
                }
            }
        }
    }

    /// The penalty of table 11, module by module.
    fn reference(grid: &Grid) -> usize {
        let side = grid.side();
        let lines: Vec<Vec<bool>> = (0..side)
            .map(|y| (0..side).map(|x| grid.dark(x, y)).collect())
            .chain((0..side).map(|x| (0..side).map(|y| grid.dark(x, y)).collect()))
            .collect();
        let mut penalty = 0;
        for line in &lines {
            for run in line.chunk_by(|a, b| a == b) {
                penalty += if run.len() >= 5 { 3 + run.len() - 5 } else { 0 };
            }
            let light = |from: i64| {
                (from..from + 4)
                    .all(|at| usize::try_from(at).is_ok_and(|at| !*line.get(at).unwrap_or(&false)) || at < 0)
            };
            for (at, seven) in line.windows(7).enumerate() {
                let at = i64::try_from(at).expect("small");
                if *seven == [true, false, true, true, true, false, true] && (light(at - 4) || light(at + 7))
                {
                    penalty += 40;
                }
            }
        }
        for y in 1..side {
            for x in 1..side {
                let dark = grid.dark(x, y);
                let same = |x, y| grid.dark(x, y) == dark;
                penalty += if same(x - 1, y) && same(x, y - 1) && same(x - 1, y - 1) { 3 } else { 0 };
            }
        }
        let dark = grid.rows().flatten().filter(|dark| **dark).count();
        let percent = dark as f64 * 100.0 / (side * side) as f64;
        penalty + ((percent - 50.0).abs() / 5.0).floor() as usize * 10
    }

    #[test]
    fn the_mask_is_the_one_that_the_plain_rules_choose() {
        for number in (1..=40).step_by(3) {
            let version = Version::new(number).expect("a version");
            for level in Level::ALL {
                let payload = payload(version, level);
                let with = |mask| encode(&payload, &options(version, level, mask)).expect("it fits");
                let expected = Mask::all().min_by_key(|mask| reference(&with(Some(*mask)).grid));
                assert_eq!(Some(with(None).mask), expected, "{version}-{level}");
            }
        }
    }

    #[test]
    fn the_symbol_is_the_one_that_the_crate_qrcode_draws() {
        for version in Version::all() {
            for level in Level::ALL {
                let payload = payload(version, level);
                let mask = Mask::new(version.number() % 8).expect("a mask");
                let symbol = encode(&payload, &options(version, level, Some(mask))).expect("it fits");
                assert_eq!(symbol.grid, drawn(version, level, mask, &payload), "{version}-{level}-{mask}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_would() {
        let says = |result: Result<Symbol, EncodeError>| result.expect_err("it does not fit").to_string();
        let plain = EncodeOptions::default();
        assert_eq!(
            says(encode(&[b'a'; 3000], &plain)),
            "the payload has 3000 bytes, of which 2331 fit into version 40 at level M: take a lower level, or shorten it"
        );
        let small = EncodeOptions { level: Level::L, versions: Version::MIN..=Version::MIN, ..plain.clone() };
        assert_eq!(
            says(encode(&[b'7'; 42], &small)),
            "the payload has 42 bytes, of which 41 fit into version 1 at level L: allow a larger version, or shorten it"
        );
        assert!(encode(&[b'7'; 41], &small).is_ok());
        let none = EncodeOptions { versions: Version::MAX..=Version::MIN, ..plain.clone() };
        let no_version = "no version lies between 40 and 1: give the smaller one first";
        assert_eq!(says(encode(b"a", &none)), no_version);
        assert_eq!(says(encode_segments(&[], &none)), no_version);
        let far = EncodeOptions { eci: Some(1_000_000), ..plain.clone() };
        assert!(says(encode(b"a", &far)).starts_with("ECI 1000000 does not exist"));
        let chunk = |mode, bytes: &'static [u8]| [Chunk { mode, bytes }];
        assert_eq!(
            says(encode_segments(&chunk(Mode::Numeric, b"12a"), &plain)),
            "byte 2 of segment 0 has no place in numeric mode: write it in byte mode"
        );
        assert_eq!(
            says(encode_segments(&chunk(Mode::Eci(1_000_000), b""), &plain)),
            "ECI 1000000 does not exist: give a number of 0 to 999999, such as 26 for UTF-8"
        );
        assert_eq!(
            says(encode_segments(
                &chunk(Mode::Byte, &[0; 2954]),
                &EncodeOptions { level: Level::L, ..plain }
            )),
            "the segments do not fit into the 23648 bits of version 40 at level L: shorten it"
        );
    }

    #[test]
    fn what_no_symbol_holds_is_refused_after_its_beginning() {
        let level_l = EncodeOptions { level: Level::L, ..EncodeOptions::default() };
        for (payload, fits) in [
            ([b'7'].repeat(MOST_CHARACTERS + 1), 7089),
            ([b'7'].repeat(64 << 20), 7089),
            // ECI 26 takes 12 bits.
            ("茶".as_bytes().repeat(3000), 2952),
            ([0xFF].repeat(1 << 20), 2953),
        ] {
            let refused = encode(&payload, &level_l);
            let expected = Err(EncodeError::TooLong {
                length: payload.len(),
                fits,
                version: Version::MAX,
                level: Level::L,
            });
            assert_eq!(refused, expected);
        }
        assert!(encode(&[b'7'].repeat(MOST_CHARACTERS), &level_l).is_ok());
    }

    #[test]
    fn a_given_eci_comes_first() {
        let options = EncodeOptions { eci: Some(4), policy: Policy::Bytes, ..EncodeOptions::default() };
        for payload in [&b"Ptuj"[..], b"\xC8rna"] {
            let analysis = analyse(&encode(payload, &options).expect("it fits").grid).expect("it is whole");
            let modes: Vec<Mode> = analysis.segments.iter().map(|segment| segment.mode).collect();
            assert_eq!((modes.as_slice(), &*analysis.payload), (&[Mode::Eci(4), Mode::Byte][..], payload));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_fits_is_read_back_from_the_smallest_version(
            payload in prop::collection::vec(any::<u8>(), 0..400),
            level in prop::sample::select(Level::ALL.to_vec()),
        ) {
            let plain = EncodeOptions { level, ..EncodeOptions::default() };
            let symbol = encode(&payload, &plain).expect("it fits");
            let version = symbol.grid.version();
            let analysis = analyse(&symbol.grid).expect("it is whole");
            prop_assert_eq!(&analysis.payload, &payload);
            if let Some(smaller) = Version::new(version.number() - 1) {
                let smaller = EncodeOptions { versions: Version::MIN..=smaller, ..plain };
                let refused = encode(&payload, &smaller);
                let fewer = matches!(refused, Err(EncodeError::TooLong { fits, .. }) if fits < payload.len());
                prop_assert!(fewer, "a smaller version refuses it");
            }
        }
    }
}
