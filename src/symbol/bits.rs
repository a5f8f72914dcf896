//! Segments as bits, and bits as data codewords (ISO/IEC 18004, 7.4).
//!
//! The crate `qrcode` writes bits too, but neither Hanzi mode nor structured append, and it panics on pairs that Kanji mode has no
//! place for. Symbols that are wrong on purpose need all three.

use super::segment::Chunk;
use super::stream::ALPHANUMERIC;
use super::{MOST_CHARACTERS, Mode, Version};

/// Bits, most significant first.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    octets: Vec<u8>,
    length: usize,
}

/// Why segments cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Of this segment, this byte has no place in its mode; both count from 0.
    Character(usize, usize),
    /// A segment has more characters than its count has bits for, or all of them have more than any symbol holds.
    Count,
}

impl Bits {
    /// How many there are.
    pub(super) const fn length(&self) -> usize {
        self.length
    }

    fn put(&mut self, value: u32, width: usize) {
        for place in (0..width).rev() {
            let bit = u8::from(value >> place & 1 == 1);
            let within = self.length.rem_euclid(8);
            if within == 0 {
                self.octets.push(0);
            }
            if let Some(last) = self.octets.last_mut() {
                *last |= bit << 7_usize.saturating_sub(within);
            }
            self.length = self.length.saturating_add(1);
        }
    }

    /// The data codewords of a symbol that holds so many: a terminator of up to four bits, bits up to the next codeword, and 0xEC and
    /// 0x11 in turn (7.4.9 and 7.4.10), or other codewords in the place of the first of these.
    pub(super) fn padded(mut self, codewords: usize, padding: &[u8]) -> Vec<u8> {
        let room = codewords.saturating_mul(8).saturating_sub(self.length);
        self.put(0, room.min(4));
        let free = codewords.saturating_sub(self.octets.len());
        let regular = [0xEC, 0x11].into_iter().cycle().skip(padding.len());
        self.octets.extend(padding.iter().copied().chain(regular).take(free));
        self.octets
    }
}

/// The bits of segments, without a terminator.
pub(super) fn bits(chunks: &[Chunk<'_>], version: Version) -> Result<Bits, Refusal> {
    // A segment takes four bits, and a character three, so that neither may be many.
    let characters = chunks.iter().fold(0_usize, |sum, chunk| sum.saturating_add(chunk.bytes.len()));
    if chunks.len().max(characters) > MOST_CHARACTERS {
        return Err(Refusal::Count);
    }
    let mut bits = Bits::default();
    let mut fnc1 = false;
    for (number, chunk) in chunks.iter().enumerate() {
        header(chunk.mode, &mut bits);
        fnc1 |= matches!(chunk.mode, Mode::Fnc1First | Mode::Fnc1Second(_));
        let refused = |place: usize| Refusal::Character(number, place);
        let escaped = if fnc1 && chunk.mode == Mode::Alphanumeric { separators(chunk.bytes) } else { None };
        let escaped = escaped.transpose().map_err(refused)?;
        let bytes = escaped.as_deref().unwrap_or(chunk.bytes);
        text(chunk.mode, bytes, version, &mut bits)?.map_err(refused)?;
    }
    Ok(bits)
}

/// The mode indicator, and what belongs to it.
fn header(mode: Mode, bits: &mut Bits) {
    match mode {
        Mode::Numeric => bits.put(0b0001, 4),
        Mode::Alphanumeric => bits.put(0b0010, 4),
        Mode::Byte => bits.put(0b0100, 4),
        Mode::Kanji => bits.put(0b1000, 4),
        // One subset is defined: GB 2312.
        Mode::Hanzi => bits.put(0b1101_0001, 8),
        Mode::Eci(designator) => {
            bits.put(0b0111, 4);
            match designator {
                0..=0x7F => bits.put(designator, 8),
                0x80..=0x3FFF => bits.put(0b10 << 14 | designator, 16),
                _ => bits.put(0b110 << 21 | designator & 0x1F_FFFF, 24),
            }
        }
        Mode::Fnc1First => bits.put(0b0101, 4),
        Mode::Fnc1Second(application) => {
            bits.put(0b1001, 4);
            bits.put(application.into(), 8);
        }
        Mode::StructuredAppend { place, last, parity } => {
            bits.put(0b0011, 4);
            bits.put(place.into(), 4);
            bits.put(last.into(), 4);
            bits.put(parity.into(), 8);
        }
    }
}

/// The character count and the characters; an error within is the place of a byte that the mode has no place for.
fn text(mode: Mode, bytes: &[u8], version: Version, bits: &mut Bits) -> Result<Result<(), usize>, Refusal> {
    if !mode.holds_text() {
        return Ok(if bytes.is_empty() { Ok(()) } else { Err(0) });
    }
    let size = if matches!(mode, Mode::Kanji | Mode::Hanzi) { 2 } else { 1 };
    let width = mode.count_bits(version);
    let characters = bytes.len().div_euclid(size);
    let count = u32::try_from(characters).ok().filter(|count| count >> width == 0).ok_or(Refusal::Count)?;
    bits.put(count, width);
    let group = match mode {
        Mode::Numeric => 3,
        Mode::Byte => 1,
        _ => 2,
    };
    for (number, octets) in bytes.chunks(group).enumerate() {
        let place = number.saturating_mul(group);
        match value(mode, octets) {
            Ok((value, width)) => bits.put(value, width),
            Err(within) => return Ok(Err(place.saturating_add(within))),
        }
    }
    Ok(Ok(()))
}

/// The value of a group of characters and its bits, or the place of the byte that has none.
fn value(mode: Mode, octets: &[u8]) -> Result<(u32, usize), usize> {
    let number = |base: u32, digit: &dyn Fn(u8) -> Option<u32>| {
        octets.iter().enumerate().try_fold(0_u32, |value, (place, octet)| {
            let digit = digit(*octet).ok_or(place)?;
            Ok::<u32, usize>(value.saturating_mul(base).saturating_add(digit))
        })
    };
    let digit = |octet: u8| char::from(octet).to_digit(10);
    let letter = |octet: u8| {
        let place = ALPHANUMERIC.iter().position(|letter| *letter == octet)?;
        u32::try_from(place).ok()
    };
    match mode {
        Mode::Numeric => Ok((number(10, &digit)?, [0, 4, 7, 10].get(octets.len()).copied().unwrap_or(10))),
        Mode::Alphanumeric => Ok((number(45, &letter)?, if octets.len() == 1 { 6 } else { 11 })),
        Mode::Kanji => pair(octets, 0xC0, &[(0x8140..=0x9FFF, 0x8140), (0xE040..=0xEBFF, 0xC140)]),
        Mode::Hanzi => pair(octets, 0x60, &[(0xA1A1..=0xAAFE, 0xA1A1), (0xB0A1..=0xFAFE, 0xA6A1)]),
        _ => Ok((octets.first().copied().unwrap_or_default().into(), 8)),
    }
}

/// The 13 bits of a pair of bytes: what lies above an offset, its high byte times `base` plus its low one (7.4.6; GB/T 18284).
fn pair(
    octets: &[u8],
    base: u32,
    ranges: &[(std::ops::RangeInclusive<u32>, u32)],
) -> Result<(u32, usize), usize> {
    let [high, low] = octets else { return Err(0) };
    let code = u32::from(*high) << 8 | u32::from(*low);
    let (_, offset) = ranges.iter().find(|(range, _)| range.contains(&code)).ok_or(0_usize)?;
    let above = code.saturating_sub(*offset);
    let (high, low) = (above >> 8, above & 0xFF);
    // A pair whose low byte lies outside of the table would be read as another one.
    if low >= base {
        return Err(1);
    }
    let value = high.saturating_mul(base).saturating_add(low);
    if value >> 13 == 0 { Ok((value, 13)) } else { Err(0) }
}

/// Alphanumeric bytes under FNC1: the separator 0x1D is written `%`, and `%` is written `%%` (7.4.8.1). `None` where there is neither; an error
/// where a separator stands before `%`, which nobody could tell from the opposite order.
fn separators(bytes: &[u8]) -> Option<Result<Vec<u8>, usize>> {
    if !bytes.iter().any(|octet| matches!(octet, 0x1D | b'%')) {
        return None;
    }
    if let Some(place) = bytes.windows(2).position(|pair| pair == [0x1D, b'%']) {
        return Some(Err(place));
    }
    let written = bytes.iter().flat_map(|octet| match octet {
        0x1D => vec![b'%'],
        b'%' => vec![b'%', b'%'],
        other => vec![*other],
    });
    Some(Ok(written.collect()))
}

#[cfg(test)]
mod tests {
    use qrcode::EcLevel;

    use super::*;
    use crate::symbol::stream;

    const SHIFT_JIS: &[u8] = b"\x93\x5F\xE4\xAA\x81\x40\x9F\xFC";

    #[test]
    fn the_bits_are_those_of_the_crate_qrcode() {
        for number in [1_u8, 9, 10, 26, 27, 40] {
            let version = Version::new(number).expect("a version");
            let mut theirs = qrcode::bits::Bits::new(qrcode::Version::Normal(number.into()));
            theirs.push_fnc1_second_position(37).expect("an indicator");
            theirs.push_eci_designator(26).expect("an ECI");
            theirs.push_byte_data("é".as_bytes()).expect("bytes");
            theirs.push_eci_designator(899).expect("an ECI");
            theirs.push_eci_designator(123_456).expect("an ECI");
            theirs.push_numeric_data(b"01234567").expect("digits");
            theirs.push_alphanumeric_data(b"AC-42").expect("letters");
            theirs.push_kanji_data(SHIFT_JIS).expect("pairs");
            let length = theirs.len();
            let ours = bits(
                &[
                    Chunk { mode: Mode::Fnc1Second(37), bytes: b"" },
                    Chunk { mode: Mode::Eci(26), bytes: b"" },
                    Chunk { mode: Mode::Byte, bytes: "é".as_bytes() },
                    Chunk { mode: Mode::Eci(899), bytes: b"" },
                    Chunk { mode: Mode::Eci(123_456), bytes: b"" },
                    Chunk { mode: Mode::Numeric, bytes: b"01234567" },
                    Chunk { mode: Mode::Alphanumeric, bytes: b"AC-42" },
                    Chunk { mode: Mode::Kanji, bytes: SHIFT_JIS },
                ],
                version,
            )
            .expect("they can be written");
            assert_eq!(ours.length(), length);
            if number >= 9 {
                theirs.push_terminator(EcLevel::H).expect("they fit");
                let codewords = version.data_codewords(crate::symbol::Level::H);
                assert_eq!(ours.padded(codewords, &[]), theirs.into_bytes());
            }
        }
    }

    #[test]
    fn every_mode_is_read_back() {
        let version = Version::new(12).expect("a version");
        let chunks = [
            Chunk { mode: Mode::StructuredAppend { place: 2, last: 15, parity: 0xA5 }, bytes: b"" },
            Chunk { mode: Mode::Byte, bytes: b"\x00\xFFa" },
            Chunk { mode: Mode::Hanzi, bytes: b"\xA1\xA1\xB0\xA1\xF7\xFE" },
            Chunk { mode: Mode::Kanji, bytes: SHIFT_JIS },
            Chunk { mode: Mode::Fnc1First, bytes: b"" },
            Chunk { mode: Mode::Alphanumeric, bytes: b"10%A\x1D21%\x1DZ" },
            Chunk { mode: Mode::Numeric, bytes: b"0071" },
        ];
        let codewords = bits(&chunks, version).expect("they can be written").padded(60, &[]);
        let read = stream::read(&codewords, version).expect("it can be read");
        let modes: Vec<Mode> = read.segments.iter().map(|segment| segment.mode).collect();
        assert_eq!(modes, chunks.map(|chunk| chunk.mode));
        assert_eq!(read.payload, chunks.map(|chunk| chunk.bytes).concat());
        assert!(read.padding.regular);
    }

    #[test]
    fn bytes_without_a_place_are_named() {
        for (mode, bytes, place) in [
            (Mode::Numeric, b"12345a".as_slice(), 5),
            (Mode::Alphanumeric, b"ABc", 2),
            (Mode::Kanji, b"\x93\x5F\x93", 2),
            (Mode::Kanji, b"\x93\x5Fab", 2),
            (Mode::Kanji, b"\x93\x00", 1),
            (Mode::Hanzi, b"\xB0\xA1\xB0\x20", 2),
            (Mode::Eci(26), b"x", 0),
        ] {
            let chunk = Chunk { mode, bytes };
            assert_eq!(
                bits(&[chunk], Version::MIN).map(|bits| bits.length),
                Err(Refusal::Character(0, place))
            );
        }
        let both = [
            Chunk { mode: Mode::Fnc1First, bytes: b"" },
            Chunk { mode: Mode::Alphanumeric, bytes: b"A\x1D%" },
        ];
        assert_eq!(bits(&both, Version::MIN).map(|bits| bits.length), Err(Refusal::Character(1, 1)));
        let long = [Chunk { mode: Mode::Byte, bytes: &[0; 256] }];
        assert_eq!(bits(&long, Version::MIN).map(|bits| bits.length), Err(Refusal::Count));
        let digits = Chunk { mode: Mode::Numeric, bytes: &[b'7'; MOST_CHARACTERS] };
        assert_eq!(bits(&[digits], Version::MAX).map(|bits| bits.length), Ok(23_648));
        let more = [digits, Chunk { mode: Mode::Numeric, bytes: b"7" }];
        assert_eq!(bits(&more, Version::MAX).map(|bits| bits.length), Err(Refusal::Count));
        let marks = vec![Chunk { mode: Mode::Fnc1First, bytes: b"" }; MOST_CHARACTERS + 1];
        assert_eq!(bits(&marks, Version::MAX).map(|bits| bits.length), Err(Refusal::Count));
    }
}
