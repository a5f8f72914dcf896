//! What would keep a symbol from being read, before it is drawn.

use std::fmt;

use super::logo::{covered_parts, largest_logo, unused_under_logo};
use super::{Colour, Look, QuietZone};
use crate::symbol::grade::{SYMBOL_CONTRAST, UNUSED_ERROR_CORRECTION};
use crate::symbol::{Level, Part, Version};

/// Symbol contrast from which on a symbol has grade A, 0 to 1.
const GOOD_CONTRAST: f64 = SYMBOL_CONTRAST[0];
/// Symbol contrast below which a symbol has grade D or F.
const LEAST_CONTRAST: f64 = SYMBOL_CONTRAST[2];
/// Unused error correction below which a symbol has grade D or F, 0 to 1.
const LEAST_UNUSED: f64 = UNUSED_ERROR_CORRECTION[2];

/// Something about a look that makes a symbol harder to read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Concern {
    /// The quiet zone has fewer modules than 4.
    QuietZone(QuietZone),
    /// Dark and light are too near to each other: percent of symbol contrast.
    Contrast(u32, Colour, Colour),
    /// What is meant to be dark is lighter than what is meant to be light.
    Inverted(Colour, Colour),
    /// The logo leaves less error correction than grade C asks for.
    Logo {
        /// The modules of its side.
        modules: usize,
        /// Unused error correction of the block that is hit hardest, 0 to 1.
        unused: f64,
        /// The modules of the largest logo that leaves enough; 0 where none does.
        largest: usize,
        /// The level.
        level: Level,
    },
    /// The logo would cover finder or timing patterns, format or version information.
    LogoOverPattern {
        /// The modules of its side.
        modules: usize,
        /// The modules of the largest logo that leaves enough error correction; 0 where none does.
        largest: usize,
    },
    /// The logo covers alignment patterns, of which readers miss one more easily in a tilted picture.
    LogoOverAlignment,
}

impl Concern {
    /// Whether a symbol of that look is refused unless it is asked for by force; others deserve a warning.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        match self {
            Self::QuietZone(_) | Self::Inverted(..) | Self::Logo { .. } | Self::LogoOverPattern { .. } => {
                true
            }
            Self::Contrast(percent, ..) => is_below(*percent, LEAST_CONTRAST),
            Self::LogoOverAlignment => false,
        }
    }
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QuietZone(zone) => {
                let (modules, least) = (zone.modules(), QuietZone::STANDARD.modules());
                write!(f, "a quiet zone of {modules} is below the {least} modules that readers are promised")
            }
            Self::Contrast(percent, dark, light) => {
                let refused = is_below(*percent, LEAST_CONTRAST);
                let (than, grade) = if refused { (LEAST_CONTRAST, "C") } else { (GOOD_CONTRAST, "A") };
                let than = than * 100.0;
                write!(
                    f,
                    "{dark} on {light} has a symbol contrast of {percent} %, below the {than:.0} % of grade {grade}: take a darker colour for the dark modules"
                )
            }
            Self::Inverted(dark, light) => write!(
                f,
                "the dark modules, {dark}, are lighter than the light ones, {light}, and many readers see no symbol there: exchange the colours"
            ),
            Self::Logo { modules, unused, largest, level } => {
                write!(
                    f,
                    "a logo of {modules} modules leaves {unused:.2} of the error correction, below the {LEAST_UNUSED} of grade C: "
                )?;
                let higher = if *level == Level::H { "" } else { ", or take a higher level" };
                smaller(*largest, f)?;
                f.write_str(higher)
            }
            Self::LogoOverPattern { modules, largest } => {
                write!(f, "a logo of {modules} modules covers patterns by which a symbol is found: ")?;
                smaller(*largest, f)
            }
            Self::LogoOverAlignment => {
                f.write_str("the logo covers alignment patterns, which help where a picture is tilted")
            }
        }
    }
}

/// Whether so many percent are less than a bound of 0 to 1.
fn is_below(percent: u32, bound: f64) -> bool {
    f64::from(percent) / 100.0 < bound
}

/// What to do about a logo.
fn smaller(largest: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if largest == 0 {
        f.write_str("no logo fits here, take a larger version")
    } else {
        write!(f, "at most {largest} modules fit here")
    }
}

/// What makes a symbol of this version and level harder to read in this look; the refusals first.
#[must_use]
pub fn concerns(version: Version, level: Level, look: &Look) -> Vec<Concern> {
    let mut concerns = Vec::new();
    if look.quiet_zone < QuietZone::STANDARD {
        concerns.push(Concern::QuietZone(look.quiet_zone));
    }
    if look.light.is_darker_than(look.dark) {
        concerns.push(Concern::Inverted(look.dark, look.light));
    }
    let contrast = look.dark.contrast(look.light);
    if is_below(contrast, GOOD_CONTRAST) {
        concerns.push(Concern::Contrast(contrast, look.dark, look.light));
    }
    if let Some(logo) = &look.logo {
        let modules = logo.modules();
        let covered = covered_parts(version, modules);
        let unused = unused_under_logo(version, level, modules);
        let largest = largest_logo(version, level);
        if covered.iter().any(|part| !matches!(part, Part::Data | Part::Alignment(_))) {
            concerns.push(Concern::LogoOverPattern { modules, largest });
        } else if unused < LEAST_UNUSED {
            concerns.push(Concern::Logo { modules, unused, largest, level });
        }
        if covered.iter().any(|part| matches!(part, Part::Alignment(_))) {
            concerns.push(Concern::LogoOverAlignment);
        }
    }
    concerns.sort_by_key(|concern| !concern.is_refused());
    concerns
}
