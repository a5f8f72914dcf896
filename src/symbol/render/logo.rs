//! A picture over the centre of a symbol, and what it costs of the error correction.

use std::fmt;
use std::io::Cursor;
use std::ops::Range;

use image::imageops::{FilterType, resize};
use image::{ImageFormat, ImageReader, Limits, Rgba, RgbaImage};

use super::Colour;
use crate::symbol::analyse::interleaved;
use crate::symbol::grade::UNUSED_ERROR_CORRECTION;
use crate::symbol::{Block, Layout, Level, Part, Version};

/// Pixels a side that a logo's file may have.
const MOST_PIXELS: u32 = 4096;

/// Bytes of memory that reading a logo's file may take.
const MOST_MEMORY: u64 = 64 << 20;

/// Light modules around a logo, on each side.
const MARGIN: usize = 1;

/// A picture to be drawn over the centre of a symbol.
#[derive(Clone, Debug, PartialEq)]
pub struct Logo {
    picture: RgbaImage,
    modules: usize,
}

/// Why a file is no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoError {
    /// It is neither PNG nor JPEG.
    Format,
    /// It cannot be read, or is larger than 4,096 pixels a side.
    Picture,
    /// The number of modules is even, so that it would not stand in the centre, or 0.
    Modules(usize),
}

impl fmt::Display for LogoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format => f.write_str("the logo is neither PNG nor JPEG: convert it to one of them"),
            Self::Picture => {
                write!(
                    f,
                    "the logo is broken, or larger than {MOST_PIXELS} pixels a side: save it anew, and smaller"
                )
            }
            Self::Modules(modules) => write!(
                f,
                "a logo of {modules} modules does not stand in the centre, as sides of symbols are odd: take an odd number"
            ),
        }
    }
}

impl std::error::Error for LogoError {}

impl Logo {
    /// Reads the bytes of a PNG or JPEG file as a logo that fits into a square of so many modules a side, an odd number. One light module
    /// more surrounds it.
    pub fn read(octets: &[u8], modules: usize) -> Result<Self, LogoError> {
        if modules.is_multiple_of(2) {
            return Err(LogoError::Modules(modules));
        }
        let mut reader =
            ImageReader::new(Cursor::new(octets)).with_guessed_format().map_err(|_| LogoError::Format)?;
        if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
            return Err(LogoError::Format);
        }
        let mut limits = Limits::default();
        limits.max_image_width = Some(MOST_PIXELS);
        limits.max_image_height = Some(MOST_PIXELS);
        limits.max_alloc = Some(MOST_MEMORY);
        reader.limits(limits);
        let picture = reader.decode().map_err(|_| LogoError::Picture)?.into_rgba8();
        Ok(Self { picture, modules })
    }

    /// Modules of its side, the light ones around it left out.
    #[must_use]
    pub const fn modules(&self) -> usize {
        self.modules
    }

    /// The columns that it clears, and the rows, of a symbol.
    pub(super) fn cleared(&self, side: usize) -> Range<usize> {
        cleared(side, self.modules)
    }

    /// The logo on a square of so many pixels a side, on the colour of light modules.
    pub(super) fn scaled(&self, pixels: u32, light: Colour) -> Vec<[u8; 3]> {
        let (width, height) = self.picture.dimensions();
        let longest = width.max(height).max(1);
        let scaled = |length: u32| {
            let exact = u64::from(length).saturating_mul(pixels.into()).div_euclid(longest.into());
            u32::try_from(exact).unwrap_or(pixels).clamp(1, pixels.max(1))
        };
        // Linear in pieces: no function whose last digits differ between machines.
        let small = resize(&self.picture, scaled(width), scaled(height), FilterType::Triangle);
        let left = pixels.saturating_sub(small.width()).div_euclid(2);
        let top = pixels.saturating_sub(small.height()).div_euclid(2);
        let at = |x: u32, y: u32| {
            let inside = x.checked_sub(left).zip(y.checked_sub(top));
            let pixel = inside.and_then(|(x, y)| small.get_pixel_checked(x, y));
            pixel.map_or(light.channels(), |pixel| over(*pixel, light))
        };
        (0..pixels).flat_map(|y| (0..pixels).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect()
    }
}

/// A pixel composed on a colour.
fn over(Rgba([red, green, blue, alpha]): Rgba<u8>, light: Colour) -> [u8; 3] {
    let blend = |above: u8, below: u8| {
        let above = u32::from(above).saturating_mul(alpha.into());
        let below = u32::from(below).saturating_mul(u32::from(255_u8.saturating_sub(alpha)));
        u8::try_from(above.saturating_add(below).saturating_add(127).div_euclid(255)).unwrap_or(255)
    };
    [blend(red, light.red), blend(green, light.green), blend(blue, light.blue)]
}

fn cleared(side: usize, modules: usize) -> Range<usize> {
    let length = modules.saturating_add(MARGIN.saturating_mul(2)).min(side);
    let from = side.saturating_sub(length).div_euclid(2);
    from..from.saturating_add(length)
}

/// The parts that a logo of so many modules covers, its margin included.
pub(super) fn covered_parts(version: Version, modules: usize) -> Vec<Part> {
    let layout = Layout::new(version);
    let span = cleared(version.side(), modules);
    span.clone().flat_map(|y| span.clone().map(move |x| (x, y))).map(|(x, y)| layout.part(x, y)).collect()
}

/// The unused error correction that a logo of so many modules a side leaves in the block that is hit hardest, 0 to 1: each codeword that
/// it touches is taken for wrong (ISO/IEC 15415, 7.8.8).
#[must_use]
pub fn unused_under_logo(version: Version, level: Level, modules: usize) -> f64 {
    unused(version, level, &Layout::new(version).path(), modules)
}

fn unused(version: Version, level: Level, path: &[(usize, usize)], modules: usize) -> f64 {
    let sizes = version.blocks(level);
    let numbered: Vec<Vec<u8>> = (0_u8..)
        .zip(&sizes)
        .map(|(number, size)| vec![number; size.data.saturating_add(size.correction)])
        .collect();
    let owners = interleaved(version, level, &numbered);
    let span = cleared(version.side(), modules);
    let mut wrong = vec![0_usize; sizes.len()];
    for (codeword, owner) in path.chunks_exact(8).zip(owners) {
        if codeword.iter().any(|(x, y)| span.contains(x) && span.contains(y))
            && let Some(wrong) = wrong.get_mut(usize::from(owner))
        {
            *wrong = wrong.saturating_add(1);
        }
    }
    let blocks = wrong.into_iter().zip(sizes).map(|(corrected, size)| Block {
        data: size.data,
        correction: size.correction,
        correctable: size.correctable,
        corrected,
    });
    blocks.map(|block| block.unused()).fold(1.0, f64::min)
}

/// The modules of the largest logo that leaves the error correction of grade C and covers no pattern by which a symbol is found; 0 where none
/// does.
#[must_use]
pub fn largest_logo(version: Version, level: Level) -> usize {
    let path = Layout::new(version).path();
    let passes = |modules: &usize| {
        let found = covered_parts(version, *modules)
            .iter()
            .all(|part| matches!(part, Part::Data | Part::Alignment(_)));
        found && unused(version, level, &path, *modules) >= UNUSED_ERROR_CORRECTION[2]
    };
    // A larger logo covers all that a smaller one does.
    (1..version.side()).step_by(2).take_while(passes).last().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::encode::encode;
    use crate::symbol::{EncodeOptions, analyse};

    #[test]
    fn no_symbol_under_its_largest_logo_has_less_error_correction_than_was_said() {
        for number in [1, 2, 5, 7, 10, 15, 22, 32, 40] {
            let version = Version::new(number).expect("a version");
            for level in Level::ALL {
                let modules = largest_logo(version, level);
                if modules == 0 {
                    continue;
                }
                let said = unused_under_logo(version, level, modules);
                assert!(
                    said >= UNUSED_ERROR_CORRECTION[2]
                        && unused_under_logo(version, level, modules + 2) <= said
                );
                let options =
                    EncodeOptions { level, versions: version..=version, ..EncodeOptions::default() };
                let mut grid = encode(b"JADE TEA", &options).expect("it fits").grid;
                let span = cleared(version.side(), modules);
                for y in span.clone() {
                    for x in span.clone() {
                        grid.set(x, y, !grid.dark(x, y));
                    }
                }
                // Every module under it is wrong, which is the worst case, and exactly what was said.
                let analysis = analyse(&grid).expect("it can be corrected");
                let left = analysis.unused();
                assert!((left - said).abs() < 1e-9, "{version}-{level}: {left} and {said}");
            }
        }
    }

    #[test]
    fn what_is_no_logo_is_refused() {
        assert_eq!(Logo::read(b"GIF89a", 5), Err(LogoError::Format));
        assert_eq!(Logo::read(b"\x89PNG\r\n\x1a\nbroken", 5), Err(LogoError::Picture));
        assert_eq!(Logo::read(b"", 4), Err(LogoError::Modules(4)));
    }
}
