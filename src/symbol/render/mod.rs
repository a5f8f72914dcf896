//! Symbols as files and as text: the same modules and look give the same bytes (clause 14.8).
//!
//! ```
//! use upqr::symbol::encode::encode;
//! use upqr::symbol::render::{Look, svg};
//! use upqr::symbol::EncodeOptions;
//!
//! let symbol = encode(b"JADE TEA HOUSE", &EncodeOptions::default())?;
//! assert!(svg(&symbol.grid, &Look::default()).starts_with("<svg "));
//! # Ok::<(), upqr::symbol::EncodeError>(())
//! ```

mod colour;
mod concern;
mod logo;
mod pdf;
mod png;
mod size;
mod svg;
mod text;

pub use colour::Colour;
pub use concern::{Concern, concerns};
pub use logo::{Logo, LogoError, largest_logo, unused_under_logo};
pub use pdf::pdf;
pub use png::{MOST_SIDE, PngError, png};
pub use size::{Millimetres, QuietZone};
pub use svg::svg;
pub use text::{Ink, text};

use super::Grid;

/// How a symbol looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Light modules around the symbol, on each side; 4 by default.
    pub quiet_zone: QuietZone,
    /// Pixels of a module's side in a raster; 8 by default. A raster has [`MOST_SIDE`] pixels a side at most.
    pub pixels: u32,
    /// A module's side on paper; 0.5 mm by default.
    pub millimetres: Millimetres,
    /// Of dark modules; black by default.
    pub dark: Colour,
    /// Of light modules; white by default.
    pub light: Colour,
    /// A picture over the centre.
    pub logo: Option<Logo>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            quiet_zone: QuietZone::STANDARD,
            pixels: 8,
            millimetres: Millimetres::STANDARD,
            dark: Colour::BLACK,
            light: Colour::WHITE,
            logo: None,
        }
    }
}

impl Look {
    /// Modules of a symbol's side with its quiet zone: 377 at most.
    fn side(&self, grid: &Grid) -> usize {
        grid.side().saturating_add(self.quiet_zone.modules().saturating_mul(2))
    }
}

/// Dark modules side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    x: usize,
    y: usize,
    length: usize,
}

/// The dark modules that a logo leaves, row by row, in columns and rows that count from the quiet zone's corner.
fn runs(grid: &Grid, look: &Look) -> Vec<Run> {
    let cleared = look.logo.as_ref().map(|logo| logo.cleared(grid.side()));
    let hidden =
        |x: usize, y: usize| cleared.as_ref().is_some_and(|span| span.contains(&x) && span.contains(&y));
    let mut runs = Vec::new();
    for (y, row) in grid.rows().enumerate() {
        let mut x = 0_usize;
        let seen: Vec<bool> = row.iter().enumerate().map(|(x, dark)| *dark && !hidden(x, y)).collect();
        for run in seen.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                let at = |place: usize| place.saturating_add(look.quiet_zone.modules());
                runs.push(Run { x: at(x), y: at(y), length: run.len() });
            }
            x = x.saturating_add(run.len());
        }
    }
    runs
}
