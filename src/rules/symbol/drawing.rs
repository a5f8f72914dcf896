//! The symbols that show a rule: recipes, from which a real symbol is drawn, damaged and read.

use std::fmt;

use super::{Appearance, Seen, check_symbol};
use crate::rules::{Findings, Options};
use crate::symbol::encode::encode_padded;
use crate::symbol::segment::Chunk;
use crate::symbol::{Analysis, EncodeOptions, Grid, Layout, Level, Mask, Mode, Version, analyse};

/// A symbol as a recipe, of which each example of a rule has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawing {
    /// Its version, 1 to 40.
    pub(crate) version: u8,
    /// Its error correction level.
    pub(crate) level: Level,
    /// Its segments: how each is written, and its bytes.
    pub(crate) segments: &'static [(Mode, &'static [u8])],
    /// The padding codewords, where they are not those of the standard.
    pub(crate) padding: &'static [u8],
    /// Codewords of its first block that are wrong.
    pub(crate) damaged: usize,
    /// Modules of its first copy of format information that are wrong.
    pub(crate) format_errors: usize,
    /// Whether columns and rows are exchanged.
    pub(crate) mirrored: bool,
    /// How it looks.
    pub(crate) appearance: Appearance,
}

/// Why a recipe can be drawn: there are none but those of the examples.
const TESTED: &str = "a test draws every example";

impl Drawing {
    /// A whole symbol of level M that looks as it should.
    #[must_use]
    pub(crate) const fn plain(version: u8, segments: &'static [(Mode, &'static [u8])]) -> Self {
        let appearance = Appearance {
            quiet_zone: Some(4.0),
            module_pixels: Some(4.0),
            contrast: Some(1.0),
            inverted: false,
            module_millimetres: None,
            micro: 0,
            unread: false,
            search_cut: false,
            frames: false,
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
        let chunks: Vec<Chunk<'_>> =
            self.segments.iter().map(|(mode, bytes)| Chunk { mode: *mode, bytes }).collect();
        let options = EncodeOptions {
            level: self.level,
            versions: version..=version,
            mask: Mask::new(0),
            ..EncodeOptions::default()
        };
        encode_padded(&chunks, self.padding, &options).expect(TESTED).grid
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
        if appearance.micro > 0 {
            f.write_str("; beside a Micro QR symbol")?;
        }
        if appearance.unread {
            f.write_str("; beside a symbol that was not read")?;
        }
        if appearance.search_cut {
            f.write_str("; in a picture that was not searched to its end")?;
        }
        if appearance.frames {
            f.write_str("; in a file with further pictures")?;
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
