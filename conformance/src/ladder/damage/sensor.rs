//! Sensor and file: noise, dead pixels and compression.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};
use upqr::symbol::Picture;

use crate::ladder::dice::Dice;
use crate::ladder::pixel::{shade, whole};

/// Noise of a standard deviation of 1, for so many pixels.
pub(in crate::ladder) fn noise(pixels: usize, mut dice: Dice) -> Vec<f64> {
    let mut noise = Vec::with_capacity(pixels.saturating_add(1));
    while noise.len() < pixels {
        noise.extend(dice.normal());
    }
    noise
}

/// Gaussian noise of each pixel by itself; more of it is the same noise, stronger.
pub(in crate::ladder) fn noisy(picture: &Picture, deviation: f64, noise: &[f64]) -> Picture {
    let mut taken = picture.clone();
    for (pixel, noise) in taken.luma_mut().iter_mut().zip(noise) {
        *pixel = shade(f64::from(*pixel) + deviation * noise);
    }
    taken
}

/// Some pixels black and as many white; what a smaller share struck, a larger one strikes too.
pub(in crate::ladder) fn peppered(picture: &Picture, percent: f64, mut dice: Dice) -> Picture {
    let mut peppered = picture.clone();
    for pixel in peppered.luma_mut() {
        let (is_struck, is_white) = (dice.share() < percent / 100.0, dice.below(2) == 0);
        if is_struck {
            *pixel = if is_white { 255 } else { 0 };
        }
    }
    peppered
}

/// What is left of a picture after JPEG.
pub(in crate::ladder) fn jpeg(picture: &Picture, quality: f64) -> Picture {
    let quality = u8::try_from(whole(quality)).unwrap_or(100).clamp(1, 100);
    let [width, height] =
        [picture.width(), picture.height()].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let mut octets = Vec::new();
    JpegEncoder::new_with_quality(&mut octets, quality)
        .encode(picture.luma(), width, height, ExtendedColorType::L8)
        .expect("the largest symbol is far smaller than the largest JPEG");
    let decoded = image::load_from_memory_with_format(&octets, ImageFormat::Jpeg)
        .expect("the encoder writes what the decoder reads");
    Picture::new(picture.width(), picture.height(), decoded.into_luma8().into_raw())
        .expect("as many pixels as before")
}
