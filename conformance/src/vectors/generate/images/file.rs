//! Files of pictures, written without compression where that is possible: no later edition of a library writes other bytes.

use std::fmt::Write as _;
use std::io::Cursor;

use adler2::adler32_slice;
use crc::{CRC_32_ISO_HDLC, Crc};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use upqr::symbol::{Grid, Picture};

use super::canvas::{BLACK, WHITE};

/// A PNG: of black and white with one bit a pixel, of two other shades with a palette, of more with a byte.
pub(super) fn png(picture: &Picture) -> Vec<u8> {
    let mut shades = picture.luma().to_vec();
    shades.sort_unstable();
    shades.dedup();
    match *shades.as_slice() {
        [] | [BLACK | WHITE] | [BLACK, WHITE] => png_of(picture, 1, 0, &[], &packed(picture, WHITE)),
        [dark, light] => {
            let palette = [dark, dark, dark, light, light, light];
            png_of(picture, 1, 3, &[chunk(*b"PLTE", &palette)], &packed(picture, light))
        }
        _ => {
            let rows: Vec<Vec<u8>> = (0..picture.height()).map(|y| picture.row(y).to_vec()).collect();
            png_of(picture, 8, 0, &[], &rows)
        }
    }
}

/// A PNG whose light pixels are transparent, and black below.
pub(super) fn png_transparent(picture: &Picture) -> Vec<u8> {
    let before = [chunk(*b"PLTE", &[0; 6]), chunk(*b"tRNS", &[255, 0])];
    png_of(picture, 1, 3, &before, &packed(picture, WHITE))
}

/// A PNG of 16 bits a pixel.
pub(super) fn png_deep(picture: &Picture) -> Vec<u8> {
    let rows: Vec<Vec<u8>> = (0..picture.height())
        .map(|y| picture.row(y).iter().flat_map(|shade| [*shade; 2]).collect())
        .collect();
    png_of(picture, 16, 0, &[], &rows)
}

/// The beginning of a PNG that says it is so large; of its pixels there is one row.
pub(super) fn png_huge(side: u32) -> Vec<u8> {
    png_sized(side, side, 8, 0, &[], &[vec![WHITE; 64]])
}

/// The pixels of each row in bits, the first one highest; this shade is 1.
fn packed(picture: &Picture, one: u8) -> Vec<Vec<u8>> {
    let octet = |shades: &[u8]| {
        (0..8).fold(0_u8, |octet, place| octet << 1 | u8::from(shades.get(place) == Some(&one)))
    };
    (0..picture.height()).map(|y| picture.row(y).chunks(8).map(octet).collect()).collect()
}

fn png_of(picture: &Picture, depth: u8, colours: u8, before: &[Vec<u8>], rows: &[Vec<u8>]) -> Vec<u8> {
    let size = |pixels: usize| u32::try_from(pixels).unwrap_or_default();
    png_sized(size(picture.width()), size(picture.height()), depth, colours, before, rows)
}

fn png_sized(
    width: u32,
    height: u32,
    depth: u8,
    colours: u8,
    before: &[Vec<u8>],
    rows: &[Vec<u8>],
) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colours, 0, 0, 0]].concat();
    // Each row begins with its filter, which is none.
    let pixels: Vec<u8> = rows.iter().flat_map(|row| [&[0], row.as_slice()].concat()).collect();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(*b"IHDR", &head));
    file.extend(before.concat());
    file.extend(chunk(*b"IDAT", &stored(&pixels)));
    file.extend(chunk(*b"IEND", b""));
    file
}

fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or_default();
    let body = [&kind[..], data].concat();
    [&length.to_be_bytes()[..], &body, &CRC.checksum(&body).to_be_bytes()].concat()
}

/// CRC-32 of PNG (ISO/IEC 15948, annex D).
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// A zlib stream of stored blocks.
fn stored(octets: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = octets.chunks(0xFFFF).collect();
    for (number, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap_or_default();
        stream.push(u8::from(number + 1 == blocks.len()));
        stream.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
        stream.extend(*block);
    }
    stream.extend(adler32_slice(octets).to_be_bytes());
    stream
}

/// A GIF of these pictures one after the other, all of the size of the first.
pub(super) fn gif(pictures: &[Picture]) -> Vec<u8> {
    let size = |pixels: usize| u16::try_from(pixels).unwrap_or_default().to_le_bytes();
    let mut file = b"GIF89a".to_vec();
    let Some(first) = pictures.first() else { return file };
    let area = [size(first.width()), size(first.height())].concat();
    file.extend(&area);
    // A palette of black and white.
    file.extend([0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    for picture in pictures {
        file.extend([0x21, 0xF9, 4, 0, 50, 0, 0, 0, 0x2C, 0, 0, 0, 0]);
        file.extend(&area);
        file.push(0);
        // Codes of eight bits, and the dictionary thrown away before they need nine.
        file.push(7);
        let mut codes = Vec::new();
        for pixels in picture.luma().chunks(100) {
            codes.push(0x80);
            codes.extend(pixels.iter().map(|shade| u8::from(*shade == WHITE)));
        }
        codes.push(0x81);
        for block in codes.chunks(255) {
            file.push(u8::try_from(block.len()).unwrap_or_default());
            file.extend(block);
        }
        file.push(0);
    }
    file.push(0x3B);
    file
}

/// A BMP of one bit a pixel.
pub(super) fn bmp(picture: &Picture) -> Vec<u8> {
    let size = |count: usize| u32::try_from(count).unwrap_or_default().to_le_bytes();
    let rows: Vec<u8> = packed(picture, WHITE)
        .into_iter()
        .rev()
        .flat_map(|mut row| {
            row.resize(row.len().next_multiple_of(4), 0);
            row
        })
        .collect();
    let offset = 14 + 40 + 8;
    let mut file = b"BM".to_vec();
    file.extend([size(offset + rows.len()), [0; 4], size(offset)].concat());
    file.extend([size(40), size(picture.width()), size(picture.height()), [1, 0, 1, 0], [0; 4]].concat());
    file.extend([size(rows.len()), [0; 4], [0; 4], size(2), [0; 4]].concat());
    file.extend([0, 0, 0, 0, 255, 255, 255, 0]);
    file.extend(rows);
    file
}

/// A JPEG.
pub(super) fn jpeg(picture: &Picture) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let (width, height) = area(picture);
    JpegEncoder::new_with_quality(&mut file, 80)
        .encode(picture.luma(), width, height, ExtendedColorType::L8)
        .expect("memory takes everything");
    file.into_inner()
}

/// A JPEG with an EXIF orientation (EXIF 2.3, tag 0112).
pub(super) fn jpeg_oriented(picture: &Picture, orientation: u8) -> Vec<u8> {
    let file = jpeg(picture);
    let tags =
        [b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[orientation], &[0; 6]]
            .concat();
    let length = u16::try_from(tags.len() + 2).unwrap_or_default().to_be_bytes();
    let (start, rest) = file.split_at(2);
    [start, &[0xFF, 0xE1], &length, &tags, rest].concat()
}

/// A WebP without loss.
pub(super) fn webp(picture: &Picture) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let (width, height) = area(picture);
    WebPEncoder::new_lossless(&mut file)
        .write_image(picture.luma(), width, height, ExtendedColorType::L8)
        .expect("memory takes everything");
    file.into_inner()
}

fn area(picture: &Picture) -> (u32, u32) {
    let size = |pixels: usize| u32::try_from(pixels).unwrap_or_default();
    (size(picture.width()), size(picture.height()))
}

/// An SVG with modules of so many hundredths of a millimetre, and a quiet zone of 4 of them.
pub(super) fn svg(grid: &Grid, hundredths: usize) -> Vec<u8> {
    let side = grid.side() + 8;
    let length = side * hundredths;
    let mut path = String::new();
    for (y, row) in grid.rows().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + 4, y + 4);
        }
    }
    let (whole, part) = (length / 100, length % 100);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}.{part:02}mm\" height=\"{whole}.{part:02}mm\" viewBox=\"0 0 {side} {side}\"><path d=\"{path}\"/></svg>\n"
    )
    .into_bytes()
}
