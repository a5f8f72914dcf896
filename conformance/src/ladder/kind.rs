//! The ladders: what each damages, in which unit, and by how much at every step.

use clap::ValueEnum;

/// What damages the image of a symbol. Within a ladder nothing else changes, and what a step damages the next one damages too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub(crate) enum Kind {
    /// A lens out of focus: Gaussian blur
    Blur,
    /// A hand that moves: the mean along a line of some direction
    Motion,
    /// A sensor in the dark: Gaussian noise
    Noise,
    /// Pixels that are black or white
    SaltAndPepper,
    /// A compressed picture, of 3 pixels a module
    Jpeg,
    /// A symbol that is turned in its plane
    Rotation,
    /// A symbol seen from the side, from above or from below, in perspective
    Tilt,
    /// Little difference between dark and light
    Contrast,
    /// Light that falls off from one side to the other
    Light,
    /// A shadow with a hard edge across the symbol
    Shadow,
    /// A logo in the centre
    Logo,
    /// One of the three finder patterns worn away
    Finder,
    /// A busy surround that comes close
    QuietZone,
    /// Modules that are the wrong way
    Flips,
    /// Few pixels
    Resolution,
}

impl Kind {
    /// Every ladder, in the order of listings.
    pub(crate) const ALL: [Self; 15] = [
        Self::Blur,
        Self::Motion,
        Self::Noise,
        Self::SaltAndPepper,
        Self::Jpeg,
        Self::Rotation,
        Self::Tilt,
        Self::Contrast,
        Self::Light,
        Self::Shadow,
        Self::Logo,
        Self::Finder,
        Self::QuietZone,
        Self::Flips,
        Self::Resolution,
    ];

    /// Its name in calls, files and output.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Blur => "blur",
            Self::Motion => "motion",
            Self::Noise => "noise",
            Self::SaltAndPepper => "salt-and-pepper",
            Self::Jpeg => "jpeg",
            Self::Rotation => "rotation",
            Self::Tilt => "tilt",
            Self::Contrast => "contrast",
            Self::Light => "light",
            Self::Shadow => "shadow",
            Self::Logo => "logo",
            Self::Finder => "finder",
            Self::QuietZone => "quiet-zone",
            Self::Flips => "flips",
            Self::Resolution => "resolution",
        }
    }

    /// What its amounts are.
    pub(crate) const fn unit(self) -> &'static str {
        match self {
            Self::Blur => "modules of standard deviation",
            Self::Motion => "modules of way",
            Self::Noise => "standard deviation of 255",
            Self::SaltAndPepper => "% of the pixels",
            Self::Jpeg => "quality",
            Self::Rotation | Self::Tilt => "degrees",
            Self::Contrast => "% between dark and light",
            Self::Light => "of the light at the dark side",
            Self::Shadow => "of the light in the shadow",
            Self::Logo => "% of the area",
            Self::Finder => "% of the pattern",
            Self::QuietZone => "light modules around",
            Self::Flips => "% of the modules",
            Self::Resolution => "pixels a module",
        }
    }

    /// The amounts of the steps 1, 2, ...; step 0 is the same image without the damage.
    ///
    /// They lead from what every reader reads to what none is known to read.
    pub(crate) const fn steps(self) -> &'static [f64] {
        match self {
            Self::Blur => &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2],
            Self::Motion => &[0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0],
            Self::Noise => &[10.0, 20.0, 30.0, 40.0, 60.0, 80.0, 100.0, 120.0, 140.0],
            Self::SaltAndPepper => &[1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 12.0, 15.0, 20.0],
            // A quality of 1 is that of 2: no table has larger numbers than 255.
            Self::Jpeg => &[60.0, 40.0, 20.0, 10.0, 7.0, 5.0, 4.0, 3.0, 2.0],
            Self::Rotation => &[2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 45.0, 60.0, 90.0, 135.0, 180.0],
            Self::Tilt => &[10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0],
            Self::Contrast => &[60.0, 40.0, 30.0, 20.0, 15.0, 10.0, 8.0, 6.0, 4.0, 3.0, 2.0],
            Self::Light => &[0.8, 0.65, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05, 0.02],
            Self::Shadow => &[0.8, 0.65, 0.5, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1],
            Self::Logo => &[4.0, 6.0, 8.0, 10.0, 12.0, 15.0, 18.0, 22.0, 26.0, 30.0],
            Self::Finder => &[10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0],
            Self::QuietZone => &[4.0, 3.0, 2.0, 1.5, 1.0, 0.75, 0.5, 0.25, 0.0],
            Self::Flips => &[0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0],
            // No whole numbers: where every edge falls between pixels alike, fewer of them show more.
            Self::Resolution => &[3.9, 3.4, 2.9, 2.6, 2.3, 2.1, 1.8, 1.6, 1.4, 1.2, 1.1],
        }
    }

    /// The amount of a step; `None` for step 0, and for a step that the ladder does not have.
    pub(crate) fn amount(self, step: usize) -> Option<f64> {
        self.steps().get(step.checked_sub(1)?).copied()
    }

    /// How many steps there are, step 0 with them.
    pub(crate) const fn count(self) -> usize {
        self.steps().len().saturating_add(1)
    }
}

/// The ladders that a call names, in the order of listings; every one where it names none.
pub(crate) fn named(kinds: &[Kind]) -> Vec<Kind> {
    Kind::ALL.into_iter().filter(|kind| kinds.is_empty() || kinds.contains(kind)).collect()
}
