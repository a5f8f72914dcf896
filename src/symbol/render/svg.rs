//! SVG: one path.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use super::{Look, runs};
use crate::symbol::Grid;

/// Pixels a side of a logo that is not drawn to pixels of its own.
pub(super) const LOGO_PIXELS: u32 = 512;

/// A symbol as an SVG file, in millimetres; a user unit is a module.
#[must_use]
pub fn svg(grid: &Grid, look: &Look) -> String {
    let side = look.side(grid);
    let length = millimetres(side, look.millimetres.get());
    let mut file = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{length}mm\" height=\"{length}mm\" viewBox=\"0 0 {side} {side}\">\n\
         <rect width=\"{side}\" height=\"{side}\" fill=\"{}\"/>\n\
         <path fill=\"{}\" shape-rendering=\"crispEdges\" d=\"",
        look.light, look.dark
    );
    for run in runs(grid, look) {
        // Writing to a text never fails.
        let _ = write!(file, "M{} {}h{}v1h-{}z", run.x, run.y, run.length, run.length);
    }
    file.push_str("\"/>\n");
    if let Some(picture) = logo(look) {
        let width = look.logo.as_ref().map_or(0, super::Logo::modules).min(grid.side());
        let corner = side.saturating_sub(width).div_euclid(2);
        let _ = writeln!(
            file,
            "<image x=\"{corner}\" y=\"{corner}\" width=\"{width}\" height=\"{width}\" href=\"data:image/png;base64,{}\"/>",
            BASE64_STANDARD.encode(picture)
        );
    }
    file.push_str("</svg>\n");
    file
}

/// The logo as a PNG file.
fn logo(look: &Look) -> Option<Vec<u8>> {
    let pixels = look.logo.as_ref()?.scaled(LOGO_PIXELS, look.light);
    let mut file = Vec::new();
    let octets = pixels.as_flattened();
    PngEncoder::new(&mut file).write_image(octets, LOGO_PIXELS, LOGO_PIXELS, ExtendedColorType::Rgb8).ok()?;
    Some(file)
}

/// A length with as many decimals as it needs, four at most.
fn millimetres(modules: usize, module: f32) -> String {
    let length = format!("{:.4}", crate::symbol::picture::real(modules) * f64::from(module));
    length.trim_end_matches('0').trim_end_matches('.').to_owned()
}
