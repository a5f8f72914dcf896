//! The luminance of each module of a symbol in a picture.

use super::Version;
use super::geometry::{Point, Projection};
use super::picture::{Picture, real};

/// The luminance of each module, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    version: Version,
    luminance: Vec<f64>,
}

impl Samples {
    /// Samples a picture at the modules that a projection gives: the mean of nine points in the middle of each; `None` where any lies outside.
    #[must_use]
    pub fn take(picture: &Picture, projection: &Projection, version: Version) -> Option<Self> {
        Self::spread(picture, projection, version, 0.2)
    }

    /// Samples a picture at nine points of each module, `spread` modules apart; 0 is the centre alone.
    #[must_use]
    pub fn spread(picture: &Picture, projection: &Projection, version: Version, spread: f64) -> Option<Self> {
        let side = version.side();
        let offsets: &[f64] = if spread > 0.0 { &[-1.0, 0.0, 1.0] } else { &[0.0] };
        let mut luminance = Vec::with_capacity(side.saturating_mul(side));
        for y in 0..side {
            for x in 0..side {
                let mut sum = 0.0;
                for dy in offsets {
                    for dx in offsets {
                        let point = Point::new(real(x) + 0.5 + dx * spread, real(y) + 0.5 + dy * spread);
                        let point = projection.map(point);
                        sum += picture.between(point.x, point.y)?;
                    }
                }
                luminance.push(sum / (real(offsets.len()) * real(offsets.len())));
            }
        }
        Some(Self { version, luminance })
    }

    /// Luminances that are there already, row by row; `None` where their number is not that of the version's modules.
    #[must_use]
    pub fn new(version: Version, luminance: Vec<f64>) -> Option<Self> {
        (luminance.len() == version.side().saturating_mul(version.side()))
            .then_some(Self { version, luminance })
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Every module, row by row.
    #[must_use]
    pub fn luminance(&self) -> &[f64] {
        &self.luminance
    }

    /// The luminance of the module in this column and row; 0 outside.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> f64 {
        let side = self.version.side();
        let place = y.saturating_mul(side).saturating_add(x);
        self.luminance.get(place).copied().filter(|_| x < side).unwrap_or_default()
    }
}
