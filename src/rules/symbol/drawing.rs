//! The symbols that show a rule: recipes, from which a real symbol is drawn, damaged and read.

use std::fmt;

use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::ec::construct_codewords;
use qrcode::{Color, EcLevel};

use super::{Appearance, Seen, check_symbol};
use crate::rules::{Findings, Options};
use crate::symbol::stream::ALPHANUMERIC;
use crate::symbol::{Analysis, Grid, Layout, Level, Mode, Version, analyse};

/// A symbol as a recipe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawing {
    /// Its version, 1 to 40.
    pub version: u8,
    /// Its error correction level.
    pub level: Level,
    /// Its segments: how each is written, and its bytes.
    pub segments: &'static [(Mode, &'static [u8])],
    /// The padding codewords, where they are not those of the standard.
    pub padding: &'static [u8],
    /// Codewords of its first block that are wrong.
    pub damaged: usize,
    /// Modules of its first copy of format information that are wrong.
    pub format_errors: usize,
    /// Whether columns and rows are exchanged.
    pub mirrored: bool,
    /// How it looks.
    pub appearance: Appearance,
}

/// Why a recipe can be drawn.
const TESTED: &str = "a test draws every example";

impl Drawing {
    /// A whole symbol of level M that looks as it should.
    #[must_use]
    pub const fn plain(version: u8, segments: &'static [(Mode, &'static [u8])]) -> Self {
        let appearance = Appearance {
            quiet_zone: Some(4.0),
            module_pixels: Some(4.0),
            contrast: Some(1.0),
            inverted: false,
            module_millimetres: None,
        };
        Self {
            version,
            level: Level::M,
            segments,
            padding: &[],
            damaged: 0,
            format_errors: 0,
            mirrored: false,
            appearance,
        }
    }

    /// The bytes of all segments.
    #[must_use]
    pub fn payload(&self) -> Vec<u8> {
        self.segments.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect()
    }

    /// What the rules find in it.
    #[must_use]
    pub fn check(&self, options: &Options) -> Findings {
        let analysis = self.analysis();
        check_symbol(&Seen { analysis: &analysis, appearance: &self.appearance }, options)
    }

    /// The symbol, drawn, damaged and read.
    #[must_use]
    pub fn analysis(&self) -> Analysis {
        let version = Version::new(self.version).expect(TESTED);
        let mut grid = self.drawn(version);
        self.damage(version, &mut grid);
        let grid = if self.mirrored { grid.transposed() } else { grid };
        analyse(&grid).expect(TESTED)
    }

    fn drawn(&self, version: Version) -> Grid {
        let theirs = qrcode::Version::Normal(i16::from(version.number()));
        let level = match self.level {
            Level::L => EcLevel::L,
            Level::M => EcLevel::M,
            Level::Q => EcLevel::Q,
            Level::H => EcLevel::H,
        };
        let (data, correction) = construct_codewords(&self.codewords(version), theirs, level).expect(TESTED);
        let mut canvas = Canvas::new(theirs, level);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        canvas.apply_mask(MaskPattern::Checkerboard);
        let colors = canvas.into_colors();
        let side = version.side();
        Grid::from_fn(version, |x, y| {
            colors.get(y.saturating_mul(side).saturating_add(x)).is_some_and(|color| *color == Color::Dark)
        })
    }

    /// Turns a module of each codeword and bit that is to be wrong.
    fn damage(&self, version: Version, grid: &mut Grid) {
        let layout = Layout::new(version);
        let blocks = version.blocks(self.level).len();
        let path = layout.path();
        let codewords = path.chunks_exact(8).step_by(blocks).take(self.damaged);
        let [format, _] = layout.format();
        let modules = codewords.filter_map(|codeword| codeword.first()).copied();
        for (x, y) in modules.chain(format.into_iter().take(self.format_errors)) {
            grid.set(x, y, !grid.dark(x, y));
        }
    }

    /// The data codewords: segments, terminator, padding (ISO/IEC 18004, 7.4.9 and 7.4.10).
    fn codewords(&self, version: Version) -> Vec<u8> {
        let room = version.data_codewords(self.level);
        let mut stream = Stream::default();
        for (mode, bytes) in self.segments {
            stream.segment(*mode, bytes, version);
        }
        let left = room.saturating_mul(8).saturating_sub(stream.bits.len());
        stream.put(0, left.min(4));
        let mut codewords: Vec<u8> = stream
            .bits
            .chunks(8)
            .map(|bits| {
                let octet = bits.iter().fold(0_u8, |octet, bit| octet << 1 | u8::from(*bit));
                octet << 8_usize.saturating_sub(bits.len())
            })
            .collect();
        let regular = [0xEC, 0x11].into_iter().cycle();
        let padding = self.padding.iter().copied().chain(regular.skip(self.padding.len()));
        codewords.extend(padding.take(room.saturating_sub(codewords.len())));
        codewords
    }
}

/// Bits of segments, most significant first.
#[derive(Default)]
struct Stream {
    bits: Vec<bool>,
}

impl Stream {
    fn put(&mut self, value: u32, width: usize) {
        self.bits.extend((0..width).rev().map(|shift| value >> shift & 1 == 1));
    }

    /// A segment: what it is, how many characters it has, and these.
    fn segment(&mut self, mode: Mode, bytes: &[u8], version: Version) {
        self.head(mode);
        if mode.holds_text() {
            let each = if matches!(mode, Mode::Kanji | Mode::Hanzi) { 2 } else { 1 };
            let count = u32::try_from(bytes.len().div_ceil(each)).expect(TESTED);
            self.put(count, mode.count_bits(version));
        }
        match mode {
            Mode::Numeric => self.groups(bytes, 3, 10, |digit| u32::from(digit.saturating_sub(b'0'))),
            Mode::Alphanumeric => self.groups(bytes, 2, 45, place_of),
            Mode::Kanji => self.pairs(bytes, |pair| if pair < 0xE040 { 0x8140 } else { 0xC140 }, 0xC0),
            Mode::Hanzi => self.pairs(bytes, |pair| if pair < 0xB0A1 { 0xA1A1 } else { 0xA6A1 }, 0x60),
            Mode::Byte => {
                for byte in bytes {
                    self.put(u32::from(*byte), 8);
                }
            }
            _ => {}
        }
    }

    /// The mode indicator and what belongs to it.
    fn head(&mut self, mode: Mode) {
        match mode {
            Mode::Numeric => self.put(0b0001, 4),
            Mode::Alphanumeric => self.put(0b0010, 4),
            Mode::Byte => self.put(0b0100, 4),
            Mode::Kanji => self.put(0b1000, 4),
            Mode::Hanzi => self.put(0b1101_0001, 8),
            Mode::Eci(number @ 0..=0x7F) => self.put(0b0111 << 8 | number, 12),
            Mode::Eci(number @ 0x80..=0x3FFF) => self.put(0b01_1110 << 14 | number, 20),
            Mode::Eci(number) => self.put(0b011_1110 << 21 | number, 28),
            Mode::Fnc1First => self.put(0b0101, 4),
            Mode::Fnc1Second(indicator) => self.put(0b1001 << 8 | u32::from(indicator), 12),
            Mode::StructuredAppend { place, last, parity } => {
                self.put(0b0011, 4);
                self.put(u32::from(place), 4);
                self.put(u32::from(last), 4);
                self.put(u32::from(parity), 8);
            }
        }
    }

    /// Characters in groups of so many, as one number to a base.
    fn groups(&mut self, bytes: &[u8], each: usize, base: u32, value: impl Fn(u8) -> u32) {
        for group in bytes.chunks(each) {
            let number = group
                .iter()
                .fold(0, |number: u32, byte| number.saturating_mul(base).saturating_add(value(*byte)));
            // Digits take 4, 7 or 10 bits, letters 6 or 11.
            let (of_one, further) = if base == 10 { (4, 3) } else { (6, 5) };
            let width = group.len().saturating_sub(1).saturating_mul(further).saturating_add(of_one);
            self.put(number, width);
        }
    }

    fn pairs(&mut self, bytes: &[u8], offset: impl Fn(u32) -> u32, base: u32) {
        for pair in bytes.chunks_exact(2) {
            let pair = pair.iter().fold(0, |value: u32, byte| value << 8 | u32::from(*byte));
            let packed = pair.saturating_sub(offset(pair));
            self.put((packed >> 8).saturating_mul(base).saturating_add(packed & 0xFF), 13);
        }
    }
}

/// The value of a character in alphanumeric mode.
fn place_of(letter: u8) -> u32 {
    let place = ALPHANUMERIC.iter().position(|known| *known == letter);
    place.and_then(|place| u32::try_from(place).ok()).expect(TESTED)
}

/// In words: what it is made of, and what is out of the ordinary.
impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {}, level {}", self.version, self.level)?;
        for (mode, bytes) in self.segments {
            match mode {
                Mode::Eci(number) => write!(f, "; eci {number}")?,
                Mode::StructuredAppend { place, last, parity } => {
                    write!(f, "; structured-append {place} of 0 to {last}, parity {parity:02X}")?;
                }
                mode if bytes.is_empty() => write!(f, "; {}", mode.key())?,
                mode => write!(f, "; {} \"{}\"", mode.key(), Shown(bytes))?,
            }
        }
        if !self.padding.is_empty() {
            write!(f, "; padding \"{}\"", Shown(self.padding))?;
        }
        if self.damaged > 0 {
            write!(f, "; {} codewords of the first block wrong", self.damaged)?;
        }
        if self.format_errors > 0 {
            write!(f, "; {} modules of the format information wrong", self.format_errors)?;
        }
        if self.mirrored {
            f.write_str("; mirrored")?;
        }
        let appearance = &self.appearance;
        if appearance.inverted {
            f.write_str("; light on dark")?;
        }
        if let Some(modules) = appearance.quiet_zone.filter(|modules| *modules < 4.0) {
            write!(f, "; quiet zone of {modules} modules")?;
        }
        if let Some(contrast) = appearance.contrast.filter(|contrast| *contrast < 1.0) {
            write!(f, "; contrast of {:.0} %", contrast * 100.0)?;
        }
        if let Some(side) = appearance.module_millimetres {
            write!(f, "; modules of {side} mm")?;
        }
        Ok(())
    }
}

/// Bytes as text, with `\xNN` for what is no UTF-8.
pub(super) struct Shown<'a>(pub(super) &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                if character.is_control() || character == '\u{FEFF}' {
                    write!(f, "{}", character.escape_default())?;
                } else {
                    write!(f, "{character}")?;
                }
            }
            chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
        }
        Ok(())
    }
}
