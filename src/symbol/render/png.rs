//! PNG: whole pixels a module.

use std::fmt;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};

use super::{Look, runs};
use crate::symbol::Grid;

/// Pixels a side that are drawn at most.
pub const MOST_SIDE: u32 = 8192;

/// Why there is no PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PngError {
    /// A module has no pixels.
    Nothing,
    /// The picture would have more pixels a side than [`MOST_SIDE`].
    TooLarge {
        /// The most pixels that a module may have.
        most: u32,
    },
    /// The encoder failed.
    Encoder,
}

impl fmt::Display for PngError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("a module has at least one pixel"),
            Self::TooLarge { most } => write!(
                f,
                "the picture would have more than {MOST_SIDE} pixels a side: at most {most} pixels a module fit"
            ),
            Self::Encoder => f.write_str("the picture cannot be written as PNG"),
        }
    }
}

impl std::error::Error for PngError {}

/// A symbol as a PNG file: greys as one channel of eight bits, colours and logos as three.
pub fn png(grid: &Grid, look: &Look) -> Result<Vec<u8>, PngError> {
    let modules = u32::try_from(look.side(grid)).unwrap_or(u32::MAX).max(1);
    let side = modules.saturating_mul(look.pixels);
    if look.pixels == 0 {
        return Err(PngError::Nothing);
    }
    if side > MOST_SIDE {
        return Err(PngError::TooLarge { most: MOST_SIDE.div_euclid(modules) });
    }
    let pixels = pixels(grid, look, side);
    let is_grey = |[red, green, blue]: &[u8; 3]| red == green && green == blue;
    let (octets, kind) = if pixels.iter().all(is_grey) {
        (pixels.iter().map(|[grey, ..]| *grey).collect::<Vec<u8>>(), ExtendedColorType::L8)
    } else {
        (pixels.as_flattened().to_vec(), ExtendedColorType::Rgb8)
    };
    let mut file = Vec::new();
    // Rows repeat, which the compression finds without a filter.
    PngEncoder::new_with_quality(&mut file, CompressionType::Default, FilterType::NoFilter)
        .write_image(&octets, side, side, kind)
        .map_err(|_| PngError::Encoder)?;
    Ok(file)
}

/// The pixels, row by row.
fn pixels(grid: &Grid, look: &Look, side: u32) -> Vec<[u8; 3]> {
    let side = usize::try_from(side).unwrap_or_default();
    let module = usize::try_from(look.pixels).unwrap_or_default();
    let mut pixels = vec![look.light.channels(); side.saturating_mul(side)];
    for run in runs(grid, look) {
        let left = run.x.saturating_mul(module);
        for y in (0..module).map(|y| run.y.saturating_mul(module).saturating_add(y)) {
            let from = y.saturating_mul(side).saturating_add(left);
            let to = from.saturating_add(run.length.saturating_mul(module));
            if let Some(row) = pixels.get_mut(from..to) {
                row.fill(look.dark.channels());
            }
        }
    }
    if let Some(logo) = &look.logo {
        let width = logo.modules().min(grid.side()).saturating_mul(module);
        let picture = logo.scaled(u32::try_from(width).unwrap_or(MOST_SIDE), look.light);
        let corner = side.saturating_sub(width).div_euclid(2);
        for (y, row) in picture.chunks(width.max(1)).enumerate() {
            let from = corner.saturating_add(y).saturating_mul(side).saturating_add(corner);
            if let Some(place) = pixels.get_mut(from..from.saturating_add(row.len())) {
                place.copy_from_slice(row);
            }
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use rxing::BarcodeFormat;
    use rxing::helpers::detect_in_luma;

    use super::*;
    use crate::symbol::encode::encode;
    use crate::symbol::{EncodeOptions, Level};

    /// Invented texts of so many characters: Chinese, with digits and letters between, as payloads have them.
    fn text(length: usize) -> String {
        let parts = "胡同面馆（朝阳区）0104幸运茶室·JADE 一号店￥25.50元，请付款。翡翠茶楼https://a.example/";
        parts.chars().cycle().skip(length * 7).take(length).collect()
    }

    /// What rxing reads from a symbol with so many pixels a module.
    fn rxing(grid: &Grid, pixels: u32) -> Option<String> {
        let file = png(grid, &Look { pixels, ..Look::default() }).expect("it fits");
        let luma = image::load_from_memory(&file).expect("a picture").into_luma8();
        let (width, height) = luma.dimensions();
        let result = detect_in_luma(luma.into_raw(), width, height, Some(BarcodeFormat::QR_CODE));
        result.ok().map(|result| result.getText().to_owned())
    }

    #[test]
    fn symbols_with_chinese_text_are_read_byte_for_byte_by_both_readers() {
        for number in 0..40 {
            let level = Level::ALL[number % 4];
            let text = text(1 + number * number / 8);
            let options = EncodeOptions { level, ..EncodeOptions::default() };
            let symbol = encode(text.as_bytes(), &options).expect("it fits");
            let file = png(&symbol.grid, &Look { pixels: 4, ..Look::default() }).expect("it fits");
            let luma = image::load_from_memory(&file).expect("a picture").into_luma8();
            let (width, height) = luma.dimensions();
            let mut prepared =
                rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| {
                    luma.get_pixel(x as u32, y as u32).0[0]
                });
            let grids = prepared.detect_grids();
            let mut bytes = Vec::new();
            grids.first().expect("it is found").decode_to(&mut bytes).expect("it is read");
            assert_eq!(bytes, text.as_bytes(), "rqrr: {text}");
            // rxing does not find every clean symbol at every size; what it reads is always the text.
            let read: Vec<String> =
                [4, 3, 5, 6, 8].into_iter().filter_map(|pixels| rxing(&symbol.grid, pixels)).collect();
            assert!(!read.is_empty() && read.iter().all(|read| *read == text), "rxing, {number}: {read:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let grid = encode(b"a", &EncodeOptions::default()).expect("it fits").grid;
        let says =
            |pixels| png(&grid, &Look { pixels, ..Look::default() }).map_err(|error| error.to_string());
        assert_eq!(says(0), Err("a module has at least one pixel".to_owned()));
        assert_eq!(
            says(283),
            Err("the picture would have more than 8192 pixels a side: at most 282 pixels a module fit"
                .to_owned())
        );
    }
}
