//! Symbols bit by bit, also as no encoder should write them: the segments that are asked for, and nothing chosen.
//!
//! It is written apart from the library's encoder on purpose, as evidence that does not share its faults.

use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{EcLevel, QrCode, ec};
use upqr::symbol::stream::ALPHANUMERIC;
use upqr::symbol::{Grid, Layout, Level, Mode, Version};

/// Segments of one symbol.
#[derive(Clone)]
pub(super) struct Stream {
    version: Version,
    bits: Vec<bool>,
}

impl Stream {
    pub(super) fn new(version: u8) -> Self {
        Self {
            version: Version::new(version).expect("the table names versions from 1 to 40"),
            bits: Vec::new(),
        }
    }

    fn push(mut self, value: usize, count: usize) -> Self {
        self.bits.extend((0..count).rev().map(|shift| value >> shift & 1 == 1));
        self
    }

    /// A mode indicator and the count of characters.
    fn head(self, indicator: usize, mode: Mode, characters: usize) -> Self {
        let count = mode.count_bits(self.version);
        self.push(indicator, 4).push(characters, count)
    }

    pub(super) fn bytes(self, octets: &[u8]) -> Self {
        let head = self.head(0b0100, Mode::Byte, octets.len());
        octets.iter().fold(head, |stream, octet| stream.push((*octet).into(), 8))
    }

    pub(super) fn numeric(self, digits: &str) -> Self {
        let head = self.head(0b0001, Mode::Numeric, digits.len());
        digits.as_bytes().chunks(3).fold(head, |stream, group| {
            let value = group.iter().fold(0, |value, digit| value * 10 + usize::from(digit - b'0'));
            stream.push(value, group.len() * 3 + 1)
        })
    }

    pub(super) fn alphanumeric(self, text: &str) -> Self {
        let head = self.head(0b0010, Mode::Alphanumeric, text.len());
        let value = |letter: &u8| ALPHANUMERIC.iter().position(|known| known == letter).unwrap_or_default();
        text.as_bytes().chunks(2).fold(head, |stream, group| {
            let pair = group.iter().map(value).fold(0, |sum, value| sum * 45 + value);
            stream.push(pair, group.len() * 5 + 1)
        })
    }

    /// Kanji mode, whatever the bytes mean; each pair lies within the ranges of Shift JIS.
    pub(super) fn kanji(self, octets: &[u8]) -> Self {
        let head = self.head(0b1000, Mode::Kanji, octets.len() / 2);
        octets.chunks_exact(2).fold(head, |stream, pair| {
            let pair = pair.iter().fold(0, |pair, octet| pair << 8 | usize::from(*octet));
            let rest = pair - if pair < 0xE040 { 0x8140 } else { 0xC140 };
            stream.push((rest >> 8) * 0xC0 + (rest & 0xFF), 13)
        })
    }

    /// Hanzi mode of GB 2312, first rows alone: the lead byte is below 0xAB or at least 0xB0.
    pub(super) fn hanzi(self, octets: &[u8]) -> Self {
        let head = self.push(0b1101, 4).push(1, 4);
        let count = Mode::Hanzi.count_bits(head.version);
        octets.chunks_exact(2).fold(head.push(octets.len() / 2, count), |stream, pair| {
            let pair = pair.iter().fold(0, |pair, octet| pair << 8 | usize::from(*octet));
            let rest = pair - if pair < 0xB0A1 { 0xA1A1 } else { 0xA6A1 };
            stream.push((rest >> 8) * 0x60 + (rest & 0xFF), 13)
        })
    }

    pub(super) fn eci(self, number: usize) -> Self {
        let stream = self.push(0b0111, 4);
        if number < 128 { stream.push(number, 8) } else { stream.push(0b10 << 14 | number, 16) }
    }

    pub(super) fn fnc1(self) -> Self {
        self.push(0b0101, 4)
    }

    pub(super) fn append(self, place: usize, last: usize, parity: u8) -> Self {
        self.push(0b0011, 4).push(place, 4).push(last, 4).push(parity.into(), 8)
    }

    /// The symbol, with the padding that the standard asks for.
    pub(super) fn draw(self, level: Level, mask: u8) -> Grid {
        self.padded(level, mask, &[], [0xEC, 0x11])
    }

    /// The symbol, with these codewords first and then those in turn as its padding.
    pub(super) fn padded(self, level: Level, mask: u8, first: &[u8], padding: [u8; 2]) -> Grid {
        let version = self.version;
        let room = version.data_codewords(level) * 8;
        assert!(self.bits.len() <= room, "the table's segments fit into their versions");
        let terminator = (room - self.bits.len()).min(4);
        let mut bits = self.push(0, terminator).bits;
        bits.resize(bits.len().next_multiple_of(8), false);
        let mut data: Vec<u8> = bits
            .chunks(8)
            .map(|bits| bits.iter().fold(0, |octet, bit| octet << 1 | u8::from(*bit)))
            .collect();
        let missing = version.data_codewords(level) - data.len();
        data.extend(first.iter().chain(padding.iter().cycle()).take(missing));
        let (theirs, level) = (qrcode::Version::Normal(version.number().into()), ec_level(level));
        let (data, correction) =
            ec::construct_codewords(&data, theirs, level).expect("there are as many as the version has");
        let mut canvas = Canvas::new(theirs, level);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        canvas.apply_mask(pattern(mask));
        let modules = canvas.into_colors();
        let side = version.side();
        Grid::from_fn(version, |x, y| modules.get(y * side + x) == Some(&qrcode::Color::Dark))
    }
}

const fn ec_level(level: Level) -> EcLevel {
    match level {
        Level::L => EcLevel::L,
        Level::M => EcLevel::M,
        Level::Q => EcLevel::Q,
        Level::H => EcLevel::H,
    }
}

const fn pattern(mask: u8) -> MaskPattern {
    match mask {
        0 => MaskPattern::Checkerboard,
        1 => MaskPattern::HorizontalLines,
        2 => MaskPattern::VerticalLines,
        3 => MaskPattern::DiagonalLines,
        4 => MaskPattern::LargeCheckerboard,
        5 => MaskPattern::Fields,
        6 => MaskPattern::Diamonds,
        _ => MaskPattern::Meadow,
    }
}

/// A symbol with so many wrong codewords, spread over its only block.
pub(super) fn damaged(mut grid: Grid, codewords: usize) -> Grid {
    let path = Layout::new(grid.version()).path();
    for codeword in 0..codewords {
        if let Some((x, y)) = path.get((codeword * 5 + 2) * 8 + codeword % 8) {
            grid.set(*x, *y, !grid.dark(*x, *y));
        }
    }
    grid
}

/// A symbol with so many of the 15 bits of each copy of format information wrong, in the same places.
pub(super) fn misformatted(mut grid: Grid, bits: u16) -> Grid {
    for copy in Layout::new(grid.version()).format() {
        for (place, (x, y)) in copy.into_iter().enumerate() {
            grid.set(x, y, bits >> (14 - place) & 1 == 1);
        }
    }
    grid
}

/// Format information that is at least 4 bits from all that there are, read forwards or backwards, masked or not.
pub(super) fn far_format() -> u16 {
    let known: Vec<u16> = (0..32_u16).map(format).collect();
    let far = |bits: u16| known.iter().all(|known| (known ^ bits).count_ones() > 3);
    let back = |bits: u16| bits.reverse_bits() >> 1;
    let is_far = |bits: &u16| [*bits, back(*bits)].into_iter().all(|bits| far(bits) && far(bits ^ 0x5412));
    (0..1 << 15).find(is_far).expect("no sphere of 3 bits around 32 words fills 15 bits")
}

/// Format information of level L with this mask, and so many of its last bits wrong.
pub(super) fn near_format(mask: u16, wrong: u32) -> u16 {
    format(0b01_000 | mask) ^ ((1 << wrong) - 1)
}

fn format(value: u16) -> u16 {
    let mut rest = value << 10;
    for shift in (0..5).rev() {
        if rest >> (shift + 10) & 1 == 1 {
            rest ^= 0x537 << shift;
        }
    }
    (value << 10 | rest) ^ 0x5412
}

/// The modules of a Micro QR symbol, row by row, and how many there are a side.
pub(super) fn micro(payload: &[u8]) -> (Vec<bool>, usize) {
    let code = QrCode::with_version(payload, qrcode::Version::Micro(4), EcLevel::L)
        .expect("version M4 holds 15 bytes");
    let side = code.width();
    (code.into_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect(), side)
}
