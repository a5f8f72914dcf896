//! The print quality of a symbol as far as a picture shows it, with the parameters of ISO/IEC 15415.
//!
//! Each parameter has a grade of 4 to 0, written A, B, C, D and F, and the lowest is that of the symbol. Besides the letter there is a score
//! between the thresholds, so that two symbols of the same letter can be told apart; the letter is the whole part of the score.

use super::analyse::interleaving;
use super::layout::{Layout, Part};
use super::measure::{Measurement, QUIET_TOLERANCE};
use super::picture::{real, whole};
use super::{Analysis, Block};

/// What is said beside every grade, where there is no room for [`LIMITS`].
pub const NO_VERIFICATION: &str = "a grade of the picture, and no verification of the print";

/// What a picture that nobody calibrated cannot show, so that no grade here replaces that of a verifier (ISO/IEC 15426-2).
pub const LIMITS: [&str; 6] = [
    "absolute reflectance: contrast is relative to the picture, and exact only for a file that is shown on a screen",
    "the light: its colour, its angle and how evenly it falls are part of the picture, and an uneven one lowers the grade of a good print",
    "the aperture: modules are averaged over half their width, whatever the printed size is",
    "the camera: blur, noise, compression and perspective of the picture count as faults of the symbol",
    "the printed size: a picture has pixels, and no millimetres",
    "what lies outside of the picture: a quiet zone that is cut off counts as missing",
];

/// A grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Letter {
    /// 0: it fails.
    F,
    /// 1.
    D,
    /// 2.
    C,
    /// 3.
    B,
    /// 4: the best.
    A,
}

impl Letter {
    /// Every grade, the worst first.
    pub const ALL: [Self; 5] = [Self::F, Self::D, Self::C, Self::B, Self::A];

    /// Its letter.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::D => "D",
            Self::C => "C",
            Self::B => "B",
            Self::A => "A",
        }
    }

    /// Its number, 0 to 4.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::F => 0,
            Self::D => 1,
            Self::C => 2,
            Self::B => 3,
            Self::A => 4,
        }
    }

    fn of(score: f64) -> Self {
        Self::ALL.get(whole(score)).copied().unwrap_or(Self::A)
    }
}

impl std::fmt::Display for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

/// What is graded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parameter {
    /// Whether it was read: 1, and so A. A symbol that was not read has no grade here, and F by the standard.
    Decode,
    /// How far light and dark are apart, 0 to 1.
    SymbolContrast,
    /// How far modules are from the global threshold, 0 to 1: that of the codewords which count once those below it are given up to error
    /// correction.
    Modulation,
    /// As modulation, where a module on the wrong side counts 0.
    ReflectanceMargin,
    /// How much the width and height of modules differ, as a part of their mean.
    AxialNonUniformity,
    /// How far the grid is from an even one, in modules.
    GridNonUniformity,
    /// The part of error correction that is left in the block with least, 0 to 1, counted at the threshold of each neighbourhood.
    UnusedErrorCorrection,
    /// The part of the modules of the worst fixed pattern that is given up as damaged, 0 to 1.
    FixedPatternDamage,
    /// The narrowest side of the quiet zone, in modules.
    QuietZone,
}

impl Parameter {
    /// Every parameter, in the order of output.
    pub const ALL: [Self; 9] = [
        Self::Decode,
        Self::SymbolContrast,
        Self::Modulation,
        Self::ReflectanceMargin,
        Self::AxialNonUniformity,
        Self::GridNonUniformity,
        Self::UnusedErrorCorrection,
        Self::FixedPatternDamage,
        Self::QuietZone,
    ];

    /// Its name in machine-readable output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::SymbolContrast => "symbol-contrast",
            Self::Modulation => "modulation",
            Self::ReflectanceMargin => "reflectance-margin",
            Self::AxialNonUniformity => "axial-non-uniformity",
            Self::GridNonUniformity => "grid-non-uniformity",
            Self::UnusedErrorCorrection => "unused-error-correction",
            Self::FixedPatternDamage => "fixed-pattern-damage",
            Self::QuietZone => "quiet-zone",
        }
    }

    /// The score of a value, 0 to 4; its whole part is the grade.
    ///
    /// Modulation and reflectance margin: of one module. Fixed pattern damage: of a finder pattern.
    #[must_use]
    pub fn score(self, value: f64) -> f64 {
        match self {
            Self::Decode => value * 4.0,
            Self::SymbolContrast => rising(value, SYMBOL_CONTRAST),
            Self::Modulation | Self::ReflectanceMargin => rising(value, MODULATION),
            Self::AxialNonUniformity => falling(value, AXIAL_NON_UNIFORMITY),
            Self::GridNonUniformity => falling(value, GRID_NON_UNIFORMITY),
            Self::UnusedErrorCorrection => rising(value, UNUSED_ERROR_CORRECTION),
            Self::FixedPatternDamage => falling(value, FINDER_DAMAGE),
            Self::QuietZone => rising(value + QUIET_TOLERANCE, QUIET_ZONE),
        }
    }
}

/// The values from which on a grade is A, B, C and D.
pub type Thresholds = [f64; 4];

/// ISO/IEC 15415, 7.8.2, as printed in the manuals of verifiers.
pub const SYMBOL_CONTRAST: Thresholds = [0.70, 0.55, 0.40, 0.20];
/// ISO/IEC 15415, 7.8.3 and 7.8.4, as printed in the manuals of verifiers.
const MODULATION: Thresholds = [0.50, 0.40, 0.30, 0.20];
/// ISO/IEC 15415, 7.8.6, as printed in the manuals of verifiers.
const AXIAL_NON_UNIFORMITY: Thresholds = [0.06, 0.08, 0.10, 0.12];
/// ISO/IEC 15415, 7.8.7, as printed in the manuals of verifiers.
const GRID_NON_UNIFORMITY: Thresholds = [0.38, 0.50, 0.63, 0.75];
/// ISO/IEC 15415, 7.8.8, as printed in the manuals of verifiers.
pub const UNUSED_ERROR_CORRECTION: Thresholds = [0.62, 0.50, 0.37, 0.25];
/// Our own: A is what ISO/IEC 18004, 6.3.8 asks for, in modules, and each module less is one grade less.
pub const QUIET_ZONE: Thresholds = [4.0, 3.0, 2.0, 1.0];
/// Our own, for a finder pattern with its separator, 64 modules: 1, 3, 5 and 7 of them. Without finder patterns a symbol is not found.
const FINDER_DAMAGE: Thresholds = [0.02, 0.05, 0.08, 0.12];
/// Our own, for timing and alignment patterns and for information, which readers do without or correct: a fifth of format information is what
/// its code corrects.
const PATTERN_DAMAGE: Thresholds = [0.05, 0.10, 0.20, 0.30];

/// A parameter, its value and its grade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// What is graded.
    pub parameter: Parameter,
    /// Its value, in the unit of the parameter.
    pub value: f64,
    /// 0 to 4.
    pub score: f64,
    /// The whole part of the score.
    pub letter: Letter,
}

/// A fixed pattern that is graded on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fixed {
    /// A finder pattern with its separator: top left, top right, bottom left, 0 to 2.
    Finder(u8),
    /// Both timing patterns.
    Timing,
    /// All alignment patterns.
    Alignment,
    /// Both copies of format information, and the module that is always dark.
    Format,
    /// Both copies of version information.
    Version,
}

impl Fixed {
    /// Every fixed pattern, in the order of output; not every version has all.
    pub const ALL: [Self; 7] = [
        Self::Finder(0),
        Self::Finder(1),
        Self::Finder(2),
        Self::Timing,
        Self::Alignment,
        Self::Format,
        Self::Version,
    ];

    /// Its name in machine-readable output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Finder(0) => "finder-top-left",
            Self::Finder(1) => "finder-top-right",
            Self::Finder(_) => "finder-bottom-left",
            Self::Timing => "timing",
            Self::Alignment => "alignment",
            Self::Format => "format",
            Self::Version => "version",
        }
    }

    const fn of(part: Part) -> Option<Self> {
        Some(match part {
            Part::Finder(number) | Part::Separator(number) => Self::Finder(number),
            Part::Timing => Self::Timing,
            Part::Alignment(_) => Self::Alignment,
            Part::Format | Part::Dark => Self::Format,
            Part::Version => Self::Version,
            Part::Data => return None,
        })
    }

    const fn thresholds(self) -> Thresholds {
        match self {
            Self::Finder(_) => FINDER_DAMAGE,
            _ => PATTERN_DAMAGE,
        }
    }
}

/// The damage of a fixed pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FixedMark {
    /// The pattern.
    pub fixed: Fixed,
    /// The part of its modules that is given up as damaged, 0 to 1.
    pub damaged: f64,
    /// 0 to 4.
    pub score: f64,
    /// The whole part of the score.
    pub letter: Letter,
}

/// The grade of a symbol.
#[derive(Clone, Debug, PartialEq)]
pub struct Grade {
    /// The lowest of all parameters.
    pub letter: Letter,
    /// The lowest score, 0 to 4.
    pub score: f64,
    /// Each parameter, in the order of [`Parameter::ALL`].
    pub marks: Vec<Mark>,
    /// Each fixed pattern that the version has, in the order of [`Fixed::ALL`].
    pub fixed: Vec<FixedMark>,
}

impl Grade {
    /// The mark of a parameter; there is one for each.
    #[must_use]
    pub fn mark(&self, parameter: Parameter) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.parameter == parameter)
    }

    fn lowest(marks: Vec<Mark>, fixed: Vec<FixedMark>) -> Self {
        let score = marks.iter().map(|mark| mark.score).fold(4.0, f64::min);
        Self { letter: Letter::of(score), score, marks, fixed }
    }
}

/// Grades a symbol that was read.
#[must_use]
pub fn grade(measured: &Measurement, analysis: &Analysis) -> Grade {
    let layout = Layout::new(measured.version());
    let margins = Margins::new(measured, analysis);
    let blocks = codewords(analysis, &layout, measured, &margins);
    let fixed = fixed_marks(&layout, &margins);
    let [modulation, reflectance_margin] = [0, 1].map(|kind| overlaid(&blocks, kind));
    let unused = blocks.iter().map(|of| of.block.unused()).fold(1.0, f64::min);
    let worst = fixed.iter().min_by(|a, b| a.score.total_cmp(&b.score));
    let marks = Parameter::ALL.into_iter().map(|parameter| match parameter {
        Parameter::Decode => mark(parameter, 1.0),
        Parameter::SymbolContrast => mark(parameter, measured.contrast),
        Parameter::Modulation => scored(parameter, modulation),
        Parameter::ReflectanceMargin => scored(parameter, reflectance_margin),
        Parameter::AxialNonUniformity => mark(parameter, measured.axial),
        Parameter::GridNonUniformity => mark(parameter, measured.deviation),
        Parameter::UnusedErrorCorrection => mark(parameter, unused),
        Parameter::FixedPatternDamage => {
            scored(parameter, worst.map_or((0.0, 0.0), |worst| (worst.damaged, worst.score)))
        }
        Parameter::QuietZone => mark(parameter, measured.quiet_zone.narrowest()),
    });
    Grade::lowest(marks.collect(), fixed)
}

fn mark(parameter: Parameter, value: f64) -> Mark {
    scored(parameter, (value, parameter.score(value)))
}

fn scored(parameter: Parameter, (value, score): (f64, f64)) -> Mark {
    Mark { parameter, value, score, letter: Letter::of(score) }
}

/// The score of a value that is better the greater it is: between two thresholds as far as it is from the lower to the upper one.
fn rising(value: f64, thresholds: Thresholds) -> f64 {
    let [best, good, fair, poor] = thresholds;
    if value >= best {
        return 4.0;
    }
    let bands = [(3.0, good, best), (2.0, fair, good), (1.0, poor, fair), (0.0, 0.0, poor)];
    let band = bands.into_iter().find(|(_, from, _)| value >= *from);
    band.map_or(0.0, |(score, from, to)| {
        // A value just below a threshold must not be rounded to its grade.
        score + ((value - from) / (to - from)).min(1.0 - 1e-9)
    })
}

/// The score of a value that is better the smaller it is; at twice the lowest threshold it is 0.
fn falling(value: f64, thresholds: Thresholds) -> f64 {
    let [best, good, fair, poor] = thresholds;
    if value <= best {
        return 4.0;
    }
    let bands = [(3.0, good, best), (2.0, fair, good), (1.0, poor, fair), (0.0, 2.0 * poor, poor)];
    let band = bands.into_iter().find(|(_, to, _)| value <= *to);
    band.map_or(0.0, |(score, to, from)| score + ((to - value) / (to - from)).min(1.0 - 1e-9))
}

/// How far each module is from the global threshold, of what it could be, 0 to 1: whatever it means, and 0 where it is on the wrong side.
struct Margins {
    side: usize,
    modules: Vec<[f64; 2]>,
}

impl Margins {
    fn new(measured: &Measurement, analysis: &Analysis) -> Self {
        let contrast = measured.contrast.max(f64::EPSILON);
        let dark = analysis.intended.rows().flatten();
        let modules = measured.reflectance.luminance().iter().zip(dark).map(|(reflectance, dark)| {
            let above = 2.0 * (reflectance - measured.threshold) / contrast;
            let margin = if *dark { -above } else { above };
            [above.abs().min(1.0), margin.clamp(0.0, 1.0)]
        });
        Self { side: analysis.intended.side(), modules: modules.collect() }
    }

    fn at(&self, x: usize, y: usize) -> [f64; 2] {
        self.modules.get(y.saturating_mul(self.side).saturating_add(x)).copied().unwrap_or_default()
    }
}

/// The codewords of one block.
struct Codewords {
    /// The block, with those as corrected that have a module which is wrong in the picture.
    block: Block,
    /// The lowest modulation and the lowest reflectance margin of the modules of each.
    lowest: Vec<[f64; 2]>,
}

/// The score of a block's error correction where so many codewords are wrong.
fn spent(block: Block, wrong: usize) -> f64 {
    Parameter::UnusedErrorCorrection.score(Block { corrected: wrong, ..block }.unused())
}

/// The codewords of each block.
fn codewords(
    analysis: &Analysis,
    layout: &Layout,
    measured: &Measurement,
    margins: &Margins,
) -> Vec<Codewords> {
    let path = layout.path();
    let path: Vec<&[(usize, usize)]> = path.chunks_exact(8).collect();
    let places = interleaving(analysis.version, analysis.level);
    let of_block = |(block, places): (&Block, Vec<usize>)| {
        let codewords: Vec<&[(usize, usize)]> =
            places.iter().filter_map(|place| path.get(*place).copied()).collect();
        let lowest = codewords.iter().map(|modules| {
            modules.iter().fold([1.0; 2], |[modulation, margin]: [f64; 2], (x, y)| {
                let of_module = margins.at(*x, *y);
                [modulation.min(of_module[0]), margin.min(of_module[1])]
            })
        });
        let is_wrong =
            |modules: &&&[(usize, usize)]| modules.iter().any(|(x, y)| measured.wrong.dark(*x, *y));
        let wrong = codewords.iter().filter(is_wrong).count();
        Codewords { block: Block { corrected: wrong, ..*block }, lowest: lowest.collect() }
    };
    analysis.blocks.iter().zip(places).map(of_block).collect()
}

/// The value and score of modulation (0) or reflectance margin (1): that of the worst block.
fn overlaid(blocks: &[Codewords], kind: usize) -> (f64, f64) {
    let of_block = |block: &Codewords| {
        let of = |pair: &[f64; 2]| pair.get(kind).copied().unwrap_or_default();
        let lowest = block.lowest.iter().map(of).collect();
        let (_, margin, score) = overlay(lowest, |wrong| spent(block.block, wrong));
        (margin, score)
    };
    blocks.iter().map(of_block).min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default()
}

/// The damage of each fixed pattern.
fn fixed_marks(layout: &Layout, margins: &Margins) -> Vec<FixedMark> {
    let side = layout.version().side();
    let mut lists = Fixed::ALL.map(|fixed| (fixed, Vec::new()));
    for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
        let Some(fixed) = Fixed::of(layout.part(x, y)) else { continue };
        if let Some((_, list)) = lists.iter_mut().find(|(of, _)| *of == fixed) {
            list.push(margins.at(x, y)[1]);
        }
    }
    let present = lists.into_iter().filter(|(_, list)| !list.is_empty());
    let mark = |(fixed, list): (Fixed, Vec<f64>)| {
        let count = real(list.len());
        let (damaged, _, score) = overlay(list, |wrong| falling(real(wrong) / count, fixed.thresholds()));
        FixedMark { fixed, damaged: real(damaged) / count, score, letter: Letter::of(score) }
    };
    present.map(mark).collect()
}

/// Gives up as many of the lowest margins as is best (ISO/IEC 15415, 7.8.3).
///
/// The standard takes each grade in turn, counts what does not reach it as damaged, and takes the lower of that grade and the one that the
/// damage leaves; the highest of these is the result. Here each margin that occurs is taken in turn, by its score, which gives the same letter.
/// Gives how many are given up, the lowest margin of the others, and the score.
fn overlay(mut margins: Vec<f64>, left: impl Fn(usize) -> f64) -> (usize, f64, f64) {
    margins.sort_by(f64::total_cmp);
    let mut best = (0, 0.0, -1.0);
    for (damaged, margin) in margins.into_iter().enumerate() {
        let left = left(damaged);
        let score = rising(margin, MODULATION).min(left);
        if score > best.2 {
            best = (damaged, margin, score);
        }
        if left <= best.2 {
            break;
        }
    }
    (best.0, best.1, best.2.max(0.0))
}

#[cfg(test)]
mod tests;
