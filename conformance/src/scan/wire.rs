//! What the command and its workers say to each other.
//!
//! The command writes a line of JSON and then the bytes of the file in pieces, each with its length before it and one of length 0 at the end. The
//! worker writes lines of JSON, one as soon as there is anything to tell, so that nothing that is known is lost when it has to be ended.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use upqr::payment::{hex_of, octets_of};
use upqr::symbol::read::STEPS;
use upqr::symbol::{Analysis, Grade, Grid, Measurement, Projection, Reader, Sighting, Version, analyse};

use super::arguments::Misbehaviour;
use super::format::Format;
use super::open::Opened;

/// A picture to read, whose file follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The page of a document, from 1.
    pub(crate) page: usize,
    /// Who reads.
    pub(crate) readers: Vec<String>,
    /// Whether everyone reads everything, instead of until something was read.
    pub(crate) compare: bool,
    /// Steps that ended a worker before, and are left out.
    pub(crate) skip: Vec<StepName>,
    /// What is done wrong after that.
    pub(crate) misbehave: Option<Misbehaviour>,
}

/// A step by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StepName {
    /// From 1.
    pub(crate) pass: usize,
    pub(crate) reader: String,
    pub(crate) step: String,
}

/// What a worker tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Told {
    /// It is there.
    Ready,
    /// The picture was opened.
    Opened(Head),
    /// The picture is not opened, for this reason. Nothing follows.
    Refused(String),
    /// A step begins.
    Begun(StepName),
    /// What it saw.
    Saw(Vec<Sight>),
    /// Everything, taken together, and as it was measured. Nothing follows.
    Done {
        symbols: Vec<(Sight, Measured)>,
        /// Micro QR and rMQR symbols beside them.
        micro: usize,
        /// Whether another symbol was seen, and not read.
        unread: bool,
    },
}

/// What is known of a picture once it is open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) format: Format,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pages: usize,
    pub(crate) animated: bool,
    pub(crate) turned: bool,
    /// The side of a pixel, where a drawing states how large it is.
    pub(crate) millimetres: Option<f64>,
}

impl Head {
    pub(crate) fn of(opened: &Opened) -> Self {
        let Opened { format, ref picture, pages, animated, turned, millimetres } = *opened;
        let (width, height) = (picture.width(), picture.height());
        Self { format, width, height, pages, animated, turned, millimetres }
    }
}

/// A sighting. What it holds follows from the symbol as it was meant and from what was wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sight {
    reader: String,
    step: String,
    projection: [f64; 9],
    inverted: bool,
    mirrored: bool,
    version: u8,
    found: String,
    intended: String,
    format_errors: [u32; 2],
    version_errors: Option<[u32; 2]>,
    corrected: Vec<usize>,
    /// Other bytes that the reader's own decoder gave, in hexadecimal.
    contrary: Option<String>,
}

impl Sight {
    pub(crate) fn of(sighting: &Sighting) -> Self {
        let analysis = &sighting.analysis;
        Self {
            reader: sighting.reader.key().to_owned(),
            step: sighting.step.to_owned(),
            projection: sighting.projection.terms(),
            inverted: sighting.inverted,
            mirrored: analysis.mirrored,
            version: analysis.version.number(),
            found: packed(&sighting.grid),
            intended: packed(&analysis.intended),
            format_errors: analysis.format_errors,
            version_errors: analysis.version_errors,
            corrected: analysis.blocks.iter().map(|block| block.corrected).collect(),
            contrary: sighting.contrary.as_deref().map(hex_of),
        }
    }

    /// The sighting that was told; `None` where it is none.
    pub(crate) fn sighting(&self) -> Option<Sighting> {
        let version = Version::new(self.version)?;
        let contrary = self.contrary.as_deref().map(|hex| octets_of(hex).ok_or(())).transpose().ok()?;
        let mut analysis: Analysis = analyse(&unpacked(version, &self.intended)?).ok()?;
        analysis.mirrored = self.mirrored;
        analysis.format_errors = self.format_errors;
        analysis.version_errors = self.version_errors;
        for (block, corrected) in analysis.blocks.iter_mut().zip(&self.corrected) {
            block.corrected = *corrected;
        }
        Some(Sighting {
            reader: reader(&self.reader)?,
            step: STEPS.iter().find(|step| step.name == self.step).map(|step| step.name)?,
            projection: Projection::with_terms(self.projection)?,
            inverted: self.inverted,
            grid: unpacked(version, &self.found)?,
            analysis,
            contrary,
        })
    }
}

/// The reader of a name.
pub(crate) fn reader(key: &str) -> Option<Reader> {
    Reader::ALL.into_iter().find(|reader| reader.key() == key)
}

/// The modules of a grid, eight in two hexadecimal digits.
fn packed(grid: &Grid) -> String {
    let modules: Vec<bool> = grid.rows().flatten().copied().collect();
    let octet = |modules: &[bool]| modules.iter().fold(0_u8, |octet, dark| octet << 1 | u8::from(*dark));
    let octets: Vec<u8> = modules.chunks(8).map(octet).collect();
    hex_of(&octets)
}

fn unpacked(version: Version, hex: &str) -> Option<Grid> {
    let side = version.side();
    let modules = side.checked_mul(side)?;
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() == modules.div_ceil(8).saturating_mul(2))?;
    // The last octet holds the modules that are left over, without fill bits below them.
    let (octets, _) = digits.as_chunks::<2>();
    let mut dark = Vec::with_capacity(modules);
    for [high, low] in octets {
        let count = modules.saturating_sub(dark.len()).min(8);
        let octet = high << 4 | low;
        dark.extend((0..count).rev().map(|shift| octet >> shift & 1 == 1));
    }
    let at = |x: usize, y: usize| dark.get(y.saturating_mul(side).saturating_add(x)).copied();
    Some(Grid::from_fn(version, |x, y| at(x, y).unwrap_or_default()))
}

/// What was measured of a symbol, to a thousandth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Width and height of a module in pixels.
    pub(crate) module_pixels: [f64; 2],
    /// Modules above, right, below and left, five at most.
    pub(crate) quiet_zone: [f64; 4],
    /// The sides on which the picture ends there.
    pub(crate) quiet_zone_cut: [bool; 4],
    /// Of light and dark, 0 to 1.
    pub(crate) contrast: f64,
    /// Degrees, clockwise.
    pub(crate) angle: f64,
    /// Degrees by which rows and columns are off a right angle.
    pub(crate) skew: f64,
    /// How much shorter the farther side is, 0 to 1.
    pub(crate) convergence: f64,
    /// Modules by which dark ones are too wide.
    pub(crate) growth: f64,
    /// Modules on the wrong side of the threshold.
    pub(crate) wrong_modules: usize,
    pub(crate) grade: Graded,
}

/// A grade and what it is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Graded {
    pub(crate) letter: String,
    pub(crate) score: f64,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) fixed: Vec<FixedPattern>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parameter {
    #[serde(rename = "parameter")]
    pub(crate) key: String,
    pub(crate) value: f64,
    pub(crate) letter: String,
}

/// A fixed pattern, and the part of it that is damaged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FixedPattern {
    #[serde(rename = "pattern")]
    pub(crate) key: String,
    pub(crate) damaged: f64,
    pub(crate) letter: String,
}

impl Measured {
    pub(crate) fn of(measured: &Measurement, grade: &Grade) -> Self {
        let marks = grade.marks.iter().map(|mark| Parameter {
            key: mark.parameter.key().to_owned(),
            value: thousandths(mark.value),
            letter: mark.letter.to_string(),
        });
        let fixed = grade.fixed.iter().map(|mark| FixedPattern {
            key: mark.fixed.key().to_owned(),
            damaged: thousandths(mark.damaged),
            letter: mark.letter.to_string(),
        });
        Self {
            module_pixels: measured.module.map(thousandths),
            quiet_zone: measured.quiet_zone.modules.map(thousandths),
            quiet_zone_cut: measured.quiet_zone.at_edge,
            contrast: thousandths(measured.contrast),
            angle: thousandths(measured.angle),
            skew: thousandths(measured.skew),
            convergence: thousandths(measured.convergence),
            growth: thousandths(measured.growth),
            wrong_modules: measured.wrong.rows().flatten().filter(|wrong| **wrong).count(),
            grade: Graded {
                letter: grade.letter.to_string(),
                score: thousandths(grade.score),
                parameters: marks.collect(),
                fixed: fixed.collect(),
            },
        }
    }

    /// The narrowest side of the quiet zone.
    pub(crate) fn narrowest(&self) -> f64 {
        self.quiet_zone.into_iter().fold(f64::INFINITY, f64::min)
    }
}

/// A value as it is told: what is no number is 0.
fn thousandths(value: f64) -> f64 {
    let rounded = (value * 1000.0).round() / 1000.0;
    // Without the sign of a zero.
    if rounded.is_finite() { rounded + 0.0 } else { 0.0 }
}

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;

/// Writes bytes in pieces, and that they end.
pub(crate) fn write_pieces(mut from: impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let count = from.read(&mut piece)?;
        let octets = piece.get(..count).unwrap_or_default();
        to.write_all(&u32::try_from(count).unwrap_or_default().to_le_bytes())?;
        to.write_all(octets)?;
        if count == 0 {
            return to.flush();
        }
    }
}

/// Reads pieces up to their end.
pub(crate) fn read_pieces(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    loop {
        let mut length = [0; 4];
        from.read_exact(&mut length)?;
        let length = u64::from(u32::from_le_bytes(length));
        if length == 0 {
            return Ok(octets);
        }
        let read = from.by_ref().take(length).read_to_end(&mut octets)?;
        if u64::try_from(read).is_ok_and(|read| read < length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use upqr::symbol::EncodeOptions;
    use upqr::symbol::encode::encode;

    use super::*;

    #[test]
    fn a_sighting_arrives_as_it_was() {
        for (length, flips) in [(3, 0), (60, 2), (400, 5)] {
            let payload = vec![b'a'; length];
            let symbol = encode(&payload, &EncodeOptions::default()).expect("it fits");
            let mut grid = symbol.grid.clone();
            let side = grid.side();
            for place in 0..flips {
                grid.set(side - 1 - place, side - 1, !grid.dark(side - 1 - place, side - 1));
            }
            let contrary = [None, Some(Vec::new()), Some(vec![0x0A; flips])];
            for ((grid, mirrored), contrary) in
                [(grid.clone(), false), (grid.transposed(), true), (grid, false)].into_iter().zip(contrary)
            {
                let analysis = analyse(&grid).expect("it can be corrected");
                assert_eq!(analysis.mirrored, mirrored);
                let sighting = Sighting {
                    reader: Reader::Rqrr,
                    step: STEPS.first().map_or("", |step| step.name),
                    projection: Projection::with_terms([2.0, 0.25, 8.0, 0.0, 2.0, 8.0, 0.0, 0.0, 1.0])
                        .expect("terms"),
                    inverted: true,
                    grid,
                    analysis,
                    contrary,
                };
                let line = serde_json::to_string(&Sight::of(&sighting)).expect("it serialises");
                let told: Sight = serde_json::from_str(&line).expect("it was written");
                assert_eq!(told.sighting(), Some(sighting));
            }
        }
    }

    #[test]
    fn pieces_come_back() {
        for length in [0, 1, PIECE, PIECE + 1, 3 * PIECE] {
            let octets = vec![7; length];
            let mut told = Vec::new();
            write_pieces(octets.as_slice(), &mut told).expect("memory");
            assert_eq!(read_pieces(&mut told.as_slice()).ok(), Some(octets));
            told.pop();
            assert!(read_pieces(&mut told.as_slice()).is_err(), "what is cut off is no whole");
        }
    }
}
