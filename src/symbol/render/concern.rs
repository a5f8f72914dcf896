//! What would keep a symbol from being read, before it is drawn.

use std::fmt;

use super::logo::{LEAST_UNUSED, covered_parts, largest_logo, unused_under_logo};
use super::{Colour, Look, QUIET_ZONE};
use crate::symbol::{Level, Part, Version};

/// Symbol contrast in percent below which a symbol has grade D or F (ISO/IEC 15415, table 5).
const LEAST_CONTRAST: u32 = 40;
/// Symbol contrast in percent from which on a symbol has grade A.
const GOOD_CONTRAST: u32 = 70;

/// Something about a look that makes a symbol harder to read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Concern {
    /// The quiet zone has fewer modules than 4.
    QuietZone(usize),
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
    pub const fn is_refused(&self) -> bool {
        match self {
            Self::QuietZone(_) | Self::Inverted(..) | Self::Logo { .. } | Self::LogoOverPattern { .. } => {
                true
            }
            Self::Contrast(percent, ..) => *percent < LEAST_CONTRAST,
            Self::LogoOverAlignment => false,
        }
    }
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QuietZone(modules) => {
                write!(
                    f,
                    "a quiet zone of {modules} is below the {QUIET_ZONE} modules that readers are promised"
                )
            }
            Self::Contrast(percent, dark, light) => {
                let (than, grade) =
                    if *percent < LEAST_CONTRAST { (LEAST_CONTRAST, "C") } else { (GOOD_CONTRAST, "A") };
                write!(
                    f,
                    "{dark} on {light} has a symbol contrast of {percent} %, below the {than} % of grade {grade}: take a darker colour for the dark modules"
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
    if look.quiet_zone < QUIET_ZONE {
        concerns.push(Concern::QuietZone(look.quiet_zone));
    }
    if look.light.is_darker_than(look.dark) {
        concerns.push(Concern::Inverted(look.dark, look.light));
    }
    let contrast = look.dark.contrast(look.light);
    if contrast < GOOD_CONTRAST {
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
