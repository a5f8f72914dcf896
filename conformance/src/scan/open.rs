//! From the bytes of an image to luminances, within limits that no image passes.
//!
//! Alpha lies on white, EXIF's orientation is applied, and the luminance is that of ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B. A file that is
//! cut off is refused: what is missing might have been a second symbol.

use std::io::Cursor;
use std::sync::Arc;

use image::metadata::Orientation;
use image::{
    DynamicImage, ImageBuffer, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits, Pixel,
};
use upqr::symbol::{Picture, picture};

use super::format::{self, Format};
use super::vector;

/// Bytes that a file may have: some five times a photograph of twelve megapixels. A copy of what has no name is kept beside the worker's.
pub(crate) const MOST_BYTES: usize = 32 << 20;

/// Pixels a side; larger ones are no photographs of a symbol.
pub(crate) const MOST_SIDE: u32 = 8192;

/// Bytes of a picture once it is unpacked: a photograph in colour of twenty megapixels, or the largest in grey.
const MOST_UNPACKED: u64 = 64 << 20;

/// A picture that was opened.
pub(crate) struct Opened {
    pub(crate) format: Format,
    pub(crate) picture: Picture,
    /// Pages of the document; 1 for what has none.
    pub(crate) pages: usize,
    /// Whether more pictures follow, of which none is read.
    pub(crate) animated: bool,
    /// Whether EXIF asked to turn or mirror it.
    pub(crate) turned: bool,
    /// The side of a pixel, where a drawing states how large it is.
    pub(crate) millimetres: Option<f64>,
}

/// Opens a picture, or a page of a document, which count from 1. A refusal says why, and what to do.
pub(crate) fn open(octets: &Arc<Vec<u8>>, page: usize) -> Result<Opened, String> {
    if octets.len() > MOST_BYTES {
        return Err(too_many_bytes());
    }
    match Format::of(octets) {
        None => Err(format::unknown(octets)),
        Some(Format::Svg) => {
            let (picture, millimetres) = vector::svg(octets)?;
            Ok(Opened { millimetres, ..whole(Format::Svg, picture) })
        }
        Some(Format::Pdf) => {
            let (picture, millimetres, pages) = vector::pdf(Arc::clone(octets), page)?;
            Ok(Opened { pages, millimetres: Some(millimetres), ..whole(Format::Pdf, picture) })
        }
        Some(format) => {
            let animated = is_animated(format, octets);
            let (picture, turned) = raster(format, octets)?;
            Ok(Opened { animated, turned, ..whole(format, picture) })
        }
    }
}

const fn whole(format: Format, picture: Picture) -> Opened {
    Opened { format, picture, pages: 1, animated: false, turned: false, millimetres: None }
}

/// A file that is longer than is read.
pub(crate) fn too_many_bytes() -> String {
    let most = MOST_BYTES >> 20;
    format!("the file has more than {most} MiB, which is the most that is read: scale the picture down")
}

/// A picture of pixels; and whether it was turned.
fn raster(format: Format, octets: &[u8]) -> Result<(Picture, bool), String> {
    if format == Format::Jpeg && !is_complete_jpeg(octets) {
        return Err(cut(format));
    }
    let (image, orientation) = decode(format, octets)?;
    let mut grey = DynamicImage::ImageLuma8(grey(image));
    grey.apply_orientation(orientation);
    let (width, height) = (grey.width(), grey.height());
    let side = |side: u32| usize::try_from(side).unwrap_or(usize::MAX);
    let picture = Picture::new(side(width), side(height), grey.into_luma8().into_raw());
    let picture = picture.ok_or_else(|| "the picture has no pixels".to_owned())?;
    Ok((picture, orientation != Orientation::NoTransforms))
}

/// The pixels of an image, as they are in the file, and how they are to be turned.
pub(crate) fn decode(format: Format, octets: &[u8]) -> Result<(DynamicImage, Orientation), String> {
    let known = match format {
        Format::Png => ImageFormat::Png,
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Webp => ImageFormat::WebP,
        Format::Gif => ImageFormat::Gif,
        Format::Bmp => ImageFormat::Bmp,
        Format::Svg | Format::Pdf => return Err(format!("a {} is drawn, not unpacked", format.name())),
    };
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_UNPACKED);
    let mut reader = ImageReader::with_format(Cursor::new(octets), known);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| refusal(format, &error))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    limits.reserve(decoder.total_bytes()).map_err(|error| refusal(format, &error))?;
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(format, &error))?;
    Ok((image, orientation))
}

/// Why an image cannot be unpacked, in our words: the crate's may repeat what stands in the file.
fn refusal(format: Format, error: &ImageError) -> String {
    let name = format.name();
    match error {
        ImageError::Limits(_) => format!(
            "the {name} is larger than {MOST_SIDE} x {MOST_SIDE} pixels or {} MiB unpacked: scale it down",
            MOST_UNPACKED >> 20
        ),
        ImageError::Unsupported(_) => {
            format!("the {name} is of a variant that is not read: save it again as an ordinary PNG")
        }
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => cut(format),
        _ => format!("the {name} is damaged or cut off: fetch it again, or save it anew"),
    }
}

fn cut(format: Format) -> String {
    format!("the {} is cut off: fetch the whole file", format.name())
}

/// The luminances of an image on white.
fn grey(image: DynamicImage) -> image::GrayImage {
    match image {
        DynamicImage::ImageLuma8(image) => image,
        DynamicImage::ImageLumaA8(image) => each(&image, |[luma, alpha]| on_white(luma, alpha)),
        DynamicImage::ImageRgb8(image) => each(&image, |[r, g, b]| luma([r, g, b])),
        DynamicImage::ImageRgba8(image) => {
            each(&image, |[r, g, b, alpha]| luma([r, g, b].map(|channel| on_white(channel, alpha))))
        }
        DynamicImage::ImageLuma16(image) => each(&image, |[luma]| narrow(luma)),
        DynamicImage::ImageLumaA16(image) => {
            each(&image, |[luma, alpha]| on_white(narrow(luma), narrow(alpha)))
        }
        DynamicImage::ImageRgb16(image) => each(&image, |[r, g, b]| luma([r, g, b].map(narrow))),
        image => each(&image.into_rgba16(), |[r, g, b, alpha]| {
            luma([r, g, b].map(|channel| on_white(narrow(channel), narrow(alpha))))
        }),
    }
}

/// An image of the same size, each of whose pixels follows from one.
fn each<P: Pixel, const N: usize>(
    image: &ImageBuffer<P, Vec<P::Subpixel>>,
    shade: impl Fn([P::Subpixel; N]) -> u8,
) -> image::GrayImage {
    let (pixels, _) = image.as_raw().as_chunks::<N>();
    let shades = pixels.iter().map(|pixel| shade(*pixel)).collect();
    let (width, height) = image.dimensions();
    ImageBuffer::from_raw(width, height, shades).unwrap_or_default()
}

/// The luminance of a colour.
pub(crate) fn luma([r, g, b]: [u8; 3]) -> u8 {
    picture::luma(r, g, b)
}

/// A value over white, rounded; alpha 0 is all white.
fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    let white = 255_u32.saturating_sub(alpha).saturating_mul(255);
    let sum = value.saturating_mul(alpha).saturating_add(white).saturating_add(127);
    u8::try_from(sum.div_euclid(255)).unwrap_or(u8::MAX)
}

/// Eight bits of sixteen, rounded.
fn narrow(value: u16) -> u8 {
    u8::try_from(u32::from(value).saturating_add(128).div_euclid(257)).unwrap_or(u8::MAX)
}

/// Whether a JPEG has everything up to its last marker. The crate that unpacks it fills up what is missing instead.
fn is_complete_jpeg(octets: &[u8]) -> bool {
    let mut at = 2_usize;
    loop {
        let Some([0xFF, marker]) = octets.get(at..at.saturating_add(2)) else { return false };
        at = match *marker {
            0xD9 => return true,
            // A byte that fills, or a marker without a segment.
            0xFF => at.saturating_add(1),
            0x01 | 0xD0..=0xD8 => at.saturating_add(2),
            marker => {
                let length = octets.get(at.saturating_add(2)..at.saturating_add(4));
                let Some([high, low]) = length else { return false };
                let end = at.saturating_add(2).saturating_add(usize::from(u16::from_be_bytes([*high, *low])));
                if marker == 0xDA { end_of_scan(octets, end) } else { end }
            }
        };
    }
}

/// The marker that follows the data of a scan, in which 0xFF 0x00 is data and eight markers only divide.
fn end_of_scan(octets: &[u8], from: usize) -> usize {
    let data = octets.get(from..).unwrap_or_default();
    let ends = |pair: &[u8]| matches!(pair, [0xFF, 0x01..=0xCF | 0xD8..=0xFE]);
    data.windows(2).position(ends).map_or(octets.len(), |place| from.saturating_add(place))
}

/// Whether more pictures follow the first.
fn is_animated(format: Format, octets: &[u8]) -> bool {
    match format {
        Format::Gif => has_second_frame(octets),
        // A flag of the extended header.
        Format::Webp => {
            octets.get(12..16) == Some(b"VP8X") && octets.get(20).is_some_and(|flags| flags & 2 != 0)
        }
        // A chunk that stands before the pixels.
        Format::Png => {
            let chunk = |name: &[u8; 4]| octets.windows(4).position(|window| window == name);
            chunk(b"acTL").is_some_and(|animation| chunk(b"IDAT").is_some_and(|pixels| animation < pixels))
        }
        _ => false,
    }
}

/// Whether a GIF has a second picture: what stands before it is passed over block by block.
fn has_second_frame(octets: &[u8]) -> bool {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3_usize << ((flags & 7).saturating_add(1)) };
    let mut at = 13_usize.saturating_add(octets.get(10).map_or(0, |flags| table(*flags)));
    let mut pictures = 0_u32;
    while pictures < 2 {
        let skip = match octets.get(at) {
            // An extension: its label, then blocks.
            Some(0x21) => 2,
            Some(0x2C) => {
                pictures = pictures.saturating_add(1);
                let flags = octets.get(at.saturating_add(9)).copied().unwrap_or_default();
                table(flags).saturating_add(11)
            }
            _ => return false,
        };
        at = at.saturating_add(skip);
        while let Some(length @ 1..) = octets.get(at).copied() {
            at = at.saturating_add(usize::from(length)).saturating_add(1);
        }
        at = at.saturating_add(1);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_have_the_luminance_of_bt_601_on_white() {
        for (colour, expected) in
            [([0, 0, 0], 0), ([255; 3], 255), ([255, 0, 0], 76), ([0, 255, 0], 150), ([0, 0, 255], 29)]
        {
            assert_eq!(luma(colour), expected, "{colour:?}");
        }
        for (value, alpha, expected) in
            [(0, 0, 255), (0, 255, 0), (0, 128, 127), (200, 255, 200), (255, 7, 255)]
        {
            assert_eq!(on_white(value, alpha), expected, "{value} {alpha}");
        }
        for (value, expected) in [(0, 0), (u16::MAX, 255), (257 * 7, 7), (257 * 7 + 129, 8)] {
            assert_eq!(narrow(value), expected, "{value}");
        }
    }

    #[test]
    fn a_jpeg_ends_with_its_marker() {
        let head: &[u8] = b"\xFF\xD8\xFF\xE0\0\x04\xFF\xD9\xFF\xDA\0\x02";
        for (rest, complete) in [
            (&b"\x01\xFF\0\x02\xFF\xD3\x03\xFF\xD9"[..], true),
            (b"\x01\xFF\0\x02\xFF\xD3\x03\xFF", false),
            (b"\x01\xFF\xC4\0\x03\x07\xFF\xDA\0\x02\x01\xFF\xD9 and more", true),
            (b"\x01\xFF\xC4\0\x09\x07\xFF\xD9", false),
            (b"", false),
        ] {
            assert_eq!(is_complete_jpeg(&[head, rest].concat()), complete, "{}", rest.escape_ascii());
        }
    }

    #[test]
    fn animations_are_told_by_their_frames() {
        let frame = b"\x21\xF9\x04\0\0\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
        let head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF";
        for frames in 0..4 {
            let gif = [head.as_slice(), &frame.repeat(frames), b"\x3B"].concat();
            assert_eq!(is_animated(Format::Gif, &gif), frames > 1, "{frames}");
        }
        assert!(is_animated(Format::Png, b"....acTL....IDAT"));
        assert!(!is_animated(Format::Png, b"....IDAT....acTL"));
        assert!(is_animated(Format::Webp, b"RIFF....WEBPVP8X....\x02"));
        assert!(!is_animated(Format::Webp, b"RIFF....WEBPVP8X....\x10"));
    }
}
