//! Numbers of pixels, and pictures as PNG.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};
use upqr::symbol::Picture;

/// A number of pixels as a real number, exactly.
pub(super) fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The whole number below; 0 for what is negative or no number.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and this is the one place"
)]
pub(super) fn whole(value: f64) -> usize {
    value.floor() as usize
}

/// A luminance, rounded and kept within 0 to 255.
pub(super) fn shade(value: f64) -> u8 {
    u8::try_from(whole(value + 0.5)).unwrap_or(255)
}

/// The picture whose pixels a function changes, given their column, row and luminance.
pub(super) fn changed(picture: &Picture, change: impl Fn(f64, f64, f64) -> f64) -> Picture {
    let mut changed = picture.clone();
    for (y, row) in changed.luma_mut().chunks_mut(picture.width()).enumerate() {
        for (x, pixel) in row.iter_mut().enumerate() {
            *pixel = shade(change(real(x) + 0.5, real(y) + 0.5, f64::from(*pixel)));
        }
    }
    changed
}

/// The picture as a PNG of 8 bits of grey; the same bytes for the same picture.
pub(crate) fn png(picture: &Picture) -> Vec<u8> {
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let mut octets = Vec::new();
    PngEncoder::new_with_quality(&mut octets, CompressionType::Fast, FilterType::Sub)
        .write_image(picture.luma(), side(picture.width()), side(picture.height()), ExtendedColorType::L8)
        .expect("a picture has as many pixels as it says, and memory takes every byte");
    octets
}
