//! The bit stream of a symbol: segments, terminator and padding (ISO/IEC 18004, 7.4).

use std::ops::Range;

use super::Version;

/// How a segment is written, or what it says of those that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Digits, three in ten bits.
    Numeric,
    /// 45 characters, two in eleven bits.
    Alphanumeric,
    /// Bytes.
    Byte,
    /// Pairs of bytes of Shift JIS in 13 bits.
    Kanji,
    /// Pairs of bytes of GB 2312 in 13 bits (GB/T 18284).
    Hanzi,
    /// An Extended Channel Interpretation: the character set of the bytes that follow, 0 to 999999.
    Eci(u32),
    /// FNC1 in first position: GS1's identifiers.
    Fnc1First,
    /// FNC1 in second position, with the application indicator.
    Fnc1Second(u8),
    /// One of several symbols that belong together: its place from 0, the last place, and the parity of all data.
    StructuredAppend {
        /// From 0.
        place: u8,
        /// The place of the last symbol.
        last: u8,
        /// All bytes of the data, added without carry.
        parity: u8,
    },
}

impl Mode {
    /// Its name in machine-readable output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Numeric => "numeric",
            Self::Alphanumeric => "alphanumeric",
            Self::Byte => "byte",
            Self::Kanji => "kanji",
            Self::Hanzi => "hanzi",
            Self::Eci(_) => "eci",
            Self::Fnc1First => "fnc1-first",
            Self::Fnc1Second(_) => "fnc1-second",
            Self::StructuredAppend { .. } => "structured-append",
        }
    }

    /// Bits of a segment's character count; 0 for modes that have none (table 3).
    #[must_use]
    pub fn count_bits(self, version: Version) -> usize {
        let class = match version.number() {
            ..=9 => 0,
            10..=26 => 1,
            _ => 2,
        };
        let row: [usize; 3] = match self {
            Self::Numeric => [10, 12, 14],
            Self::Alphanumeric => [9, 11, 13],
            Self::Byte => [8, 16, 16],
            Self::Kanji | Self::Hanzi => [8, 10, 12],
            _ => [0, 0, 0],
        };
        row.get(class).copied().unwrap_or_default()
    }

    /// Whether segments of this mode hold characters.
    #[must_use]
    pub const fn holds_text(self) -> bool {
        matches!(self, Self::Numeric | Self::Alphanumeric | Self::Byte | Self::Kanji | Self::Hanzi)
    }
}

/// The greatest ECI designator (7.4.2.1).
const MOST_ECI: u32 = 999_999;

/// The characters of alphanumeric mode in the order of their values (table 5).
pub const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// One segment as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// How it is written.
    pub mode: Mode,
    /// Characters: digits, letters, bytes or pairs; 0 for modes that hold none.
    pub characters: usize,
    /// Its bits in the stream, mode indicator included.
    pub bits: Range<usize>,
    /// Its bytes in the payload.
    pub bytes: Range<usize>,
}

/// What follows the last segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Padding {
    /// Bits of the terminator, 0 to 4.
    pub terminator: usize,
    /// Whole codewords after it.
    pub codewords: usize,
    /// Whether they are 0xEC and 0x11 in turn, and the bits up to the first of them are 0, eight at most, as the standard asks (7.4.10).
    pub regular: bool,
}

/// All of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Every segment, in order.
    pub segments: Vec<Segment>,
    /// What follows them.
    pub padding: Padding,
    /// The bytes of all segments. Kanji mode gives Shift JIS, Hanzi mode GB 2312: the bytes that were put in, never a transcription.
    pub payload: Vec<u8>,
}

/// Why a stream cannot be read, with the bit at which that is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamFault {
    /// A mode indicator that no mode has.
    Mode {
        /// Of the indicator.
        bit: usize,
        /// Its four bits.
        indicator: u8,
    },
    /// The data codewords end inside a segment.
    Cut {
        /// Of the segment.
        bit: usize,
    },
    /// A value that the mode has no character for.
    Character {
        /// Of the character.
        bit: usize,
    },
}

/// Reads bits, most significant first.
struct Bits<'a> {
    codewords: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn left(&self) -> usize {
        self.codewords.len().saturating_mul(8).saturating_sub(self.at)
    }

    fn take(&mut self, count: usize) -> Option<u32> {
        if count > self.left() || count > 32 {
            return None;
        }
        let mut value = 0_u32;
        for _ in 0..count {
            let codeword = self.codewords.get(self.at.div_euclid(8)).copied()?;
            let shift = 7_usize.saturating_sub(self.at.rem_euclid(8));
            value = value << 1 | u32::from(codeword >> shift & 1);
            self.at = self.at.saturating_add(1);
        }
        Some(value)
    }
}

/// Reads the data codewords of a symbol.
pub fn read(codewords: &[u8], version: Version) -> Result<Stream, StreamFault> {
    let mut bits = Bits { codewords, at: 0 };
    let mut segments = Vec::new();
    let mut payload = Vec::new();
    let mut fnc1 = false;
    loop {
        let start = bits.at;
        if bits.left() < 4 {
            let terminator = bits.left();
            let rest = bits.take(terminator).unwrap_or_default();
            let padding = Padding { terminator, codewords: 0, regular: rest == 0 };
            return Ok(Stream { segments, padding, payload });
        }
        let cut = StreamFault::Cut { bit: start };
        let indicator = bits.take(4).ok_or(cut)?;
        let Some(mode) = mode(indicator, &mut bits, start)? else {
            return Ok(Stream { segments, padding: padding(&mut bits), payload });
        };
        fnc1 |= matches!(mode, Mode::Fnc1First | Mode::Fnc1Second(_));
        let from = payload.len();
        let count = bits.take(mode.count_bits(version)).ok_or(cut)?;
        let characters = usize::try_from(count).map_err(|_| cut)?;
        text(mode, characters, fnc1, &mut bits, &mut payload).map_err(|fault| fault.unwrap_or(cut))?;
        segments.push(Segment { mode, characters, bits: start..bits.at, bytes: from..payload.len() });
    }
}

/// The mode of an indicator, with what belongs to it; `None` for the terminator.
fn mode(indicator: u32, bits: &mut Bits<'_>, start: usize) -> Result<Option<Mode>, StreamFault> {
    let cut = StreamFault::Cut { bit: start };
    let mut octet = |count: usize| {
        let value = bits.take(count).ok_or(cut)?;
        u8::try_from(value).map_err(|_| cut)
    };
    Ok(Some(match indicator {
        0b0000 => return Ok(None),
        0b0001 => Mode::Numeric,
        0b0010 => Mode::Alphanumeric,
        0b0011 => Mode::StructuredAppend { place: octet(4)?, last: octet(4)?, parity: octet(8)? },
        0b0100 => Mode::Byte,
        0b0101 => Mode::Fnc1First,
        0b0111 => Mode::Eci(eci(bits, start)?),
        0b1000 => Mode::Kanji,
        0b1001 => Mode::Fnc1Second(octet(8)?),
        0b1101 => {
            // One subset is defined: GB 2312.
            if octet(4)? != 1 {
                return Err(StreamFault::Character { bit: start });
            }
            Mode::Hanzi
        }
        other => {
            let indicator = u8::try_from(other).map_err(|_| cut)?;
            return Err(StreamFault::Mode { bit: start, indicator });
        }
    }))
}

/// An ECI designator of one, two or three codewords (7.4.2.2).
fn eci(bits: &mut Bits<'_>, start: usize) -> Result<u32, StreamFault> {
    let cut = StreamFault::Cut { bit: start };
    let first = bits.take(8).ok_or(cut)?;
    let value = match first {
        0..=0x7F => first,
        0x80..=0xBF => (first & 0x3F) << 8 | bits.take(8).ok_or(cut)?,
        0xC0..=0xDF => (first & 0x1F) << 16 | bits.take(16).ok_or(cut)?,
        _ => return Err(StreamFault::Character { bit: start }),
    };
    if value > MOST_ECI { Err(StreamFault::Character { bit: start }) } else { Ok(value) }
}

/// Reads the characters of a segment; `Err(None)` where the stream ends.
fn text(
    mode: Mode,
    characters: usize,
    fnc1: bool,
    bits: &mut Bits<'_>,
    payload: &mut Vec<u8>,
) -> Result<(), Option<StreamFault>> {
    let mut left = characters;
    while left > 0 {
        let (group, width) = match mode {
            Mode::Numeric => (left.min(3), [0, 4, 7, 10].get(left.min(3)).copied().unwrap_or_default()),
            Mode::Alphanumeric => (left.min(2), if left == 1 { 6 } else { 11 }),
            Mode::Byte => (1, 8),
            _ => (1, 13),
        };
        let character = StreamFault::Character { bit: bits.at };
        let value = bits.take(width).ok_or(None)?;
        if !put(mode, group, value, payload) {
            return Err(Some(character));
        }
        left = left.saturating_sub(group);
    }
    if mode == Mode::Alphanumeric && fnc1 {
        separators(payload, characters);
    }
    Ok(())
}

/// Appends the bytes of a group of characters; `false` where the mode has none for its value.
fn put(mode: Mode, group: usize, value: u32, payload: &mut Vec<u8>) -> bool {
    let letter = |place: u32| usize::try_from(place).ok().and_then(|place| ALPHANUMERIC.get(place)).copied();
    match mode {
        Mode::Numeric => {
            let digits = format!("{value:0group$}");
            payload.extend_from_slice(digits.as_bytes());
            digits.len() == group
        }
        Mode::Alphanumeric if group == 1 => letter(value).map(|letter| payload.push(letter)).is_some(),
        Mode::Alphanumeric => {
            let pair = letter(value.div_euclid(45)).zip(letter(value.rem_euclid(45)));
            pair.map(|(first, second)| payload.extend([first, second])).is_some()
        }
        Mode::Kanji => pair(value, 0xC0, |pair| if pair < 0x1F00 { 0x8140 } else { 0xC140 }, payload),
        Mode::Hanzi => pair(value, 0x60, |pair| if pair < 0x0A00 { 0xA1A1 } else { 0xA6A1 }, payload),
        _ => u8::try_from(value).map(|octet| payload.push(octet)).is_ok(),
    }
}

/// Appends the two bytes of a 13-bit value: quotient and remainder by `base`, plus an offset (7.4.6; GB/T 18284).
fn pair(value: u32, base: u32, offset: impl Fn(u32) -> u32, payload: &mut Vec<u8>) -> bool {
    let packed = value.div_euclid(base) << 8 | value.rem_euclid(base);
    let Ok(pair) = u16::try_from(packed.saturating_add(offset(packed))) else { return false };
    payload.extend(pair.to_be_bytes());
    true
}

/// Under FNC1, `%` in alphanumeric mode is the separator 0x1D and `%%` is `%` (7.4.8.1).
fn separators(payload: &mut Vec<u8>, characters: usize) {
    let from = payload.len().saturating_sub(characters);
    let written = payload.split_off(from);
    let mut octets = written.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        let separator = octet == b'%' && octets.next_if_eq(&b'%').is_none();
        payload.push(if separator { 0x1D } else { octet });
    }
}

/// What follows the terminator.
fn padding(bits: &mut Bits<'_>) -> Padding {
    let fill = bits.left().rem_euclid(8);
    let zero = bits.take(fill) == Some(0);
    let codewords = bits.left().div_euclid(8);
    let mut regular = zero;
    let mut expected = [0xEC, 0x11].into_iter().cycle();
    for place in 0..codewords {
        let codeword = bits.take(8);
        // Some encoders fill up a codeword that is full already.
        let filled = place == 0 && fill == 0 && codeword == Some(0);
        regular &= filled || codeword == expected.next();
    }
    Padding { terminator: 4, codewords, regular }
}
