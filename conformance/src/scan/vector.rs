//! Drawings: SVG, and the pages of a PDF, on white. Neither reads a file or asks a network.

use std::io::Cursor;
use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::ImageFormat;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::roxmltree::{Document, ParsingOptions};
use resvg::usvg::{ImageHrefResolver, ImageKind, Options, Tree};
use upqr::symbol::Picture;

use super::format::Format;
use super::open::{decode, luma};

/// Pixels of the longer side of a drawing, at least: six and more a module for the largest symbol that fills it.
const LEAST_SIDE: u16 = 1200;

/// Pixels of the longer side of a drawing, at most, and of one that does not state its size.
const MOST_SIDE: u16 = 4000;

/// Millimetres of a pixel: three and more have a module of 0.25 mm, on a page of A4 and on all smaller ones.
const PIXEL: f64 = 0.075;

/// Pixels of the longer side of a drawing that has so many millimetres, where it states them.
fn side(millimetres: Option<f64>) -> u16 {
    let wanted = |pixels: &u16| millimetres.is_none_or(|length| f64::from(*pixels) * PIXEL <= length);
    (LEAST_SIDE..=MOST_SIDE).rev().find(wanted).unwrap_or(LEAST_SIDE)
}

/// Pages of a document that are read.
pub(crate) const MOST_PAGES: usize = 20;

/// Bytes of an SVG: its tree takes many times as much.
const MOST_SVG: usize = 8 << 20;

/// Draws an SVG. Pictures inside it are drawn where they stand in the file itself, as `data:`; those that it names elsewhere are left out.
///
/// The side of a pixel in millimetres is given where the drawing states its size in a unit of length.
pub(crate) fn svg(octets: &[u8]) -> Result<(Picture, Option<f64>), String> {
    if octets.len() > MOST_SVG {
        let most = MOST_SVG >> 20;
        return Err(format!(
            "the SVG has more than {most} MiB, which is the most that is read: save it as PNG"
        ));
    }
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, data, _| embedded(&data)),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let broken = || "the SVG is not well formed, or has no size: save it anew".to_owned();
    let text = std::str::from_utf8(octets).ok();
    let stated = text.and_then(millimetres);
    let tree = Tree::from_data(octets, &options).map_err(|_| broken())?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let side = side(stated);
    let scale = f32::from(side) / width.max(height);
    let pixels = |length: f32| u32::from(pixels(length * scale, side));
    let (columns, rows) = (pixels(width), pixels(height));
    let mut drawing = Pixmap::new(columns, rows).ok_or("the SVG has no size: save it anew")?;
    drawing.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut drawing.as_mut());
    let drawing = picture(columns, rows, drawing.data())?;
    Ok((drawing, stated.map(|longer| longer / f64::from(columns.max(rows)))))
}

/// The longer side of an SVG whose width and height are lengths with a unit, in millimetres.
fn millimetres(text: &str) -> Option<f64> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    let root = document.root_element();
    let length = |name: &str| {
        let value = root.attribute(name)?.trim();
        let (unit, millimetres) = UNITS.into_iter().find(|(unit, _)| value.ends_with(unit))?;
        let number: f64 = value.strip_suffix(unit)?.trim_end().parse().ok()?;
        Some(number * millimetres).filter(|length| length.is_finite() && *length > 0.0)
    };
    Some(length("width")?.max(length("height")?))
}

/// Units of length of SVG, and their millimetres.
const UNITS: [(&str, f64); 5] = [
    ("mm", 1.0),
    ("cm", 10.0),
    ("in", MILLIMETRES_AN_INCH),
    ("pt", MILLIMETRES_A_POINT),
    ("pc", MILLIMETRES_A_POINT * 12.0),
];

const MILLIMETRES_AN_INCH: f64 = 25.4;
/// A point of PDF and of SVG is the seventy-second part of an inch.
const MILLIMETRES_A_POINT: f64 = MILLIMETRES_AN_INCH / 72.0;

/// A picture inside an SVG, under the limits of every other; another drawing is left out.
fn embedded(octets: &[u8]) -> Option<ImageKind> {
    let format = Format::of(octets).filter(|format| !matches!(format, Format::Svg | Format::Pdf))?;
    let (mut image, orientation) = decode(format, octets).ok()?;
    image.apply_orientation(orientation);
    let mut png = Vec::new();
    image.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).ok()?;
    Some(ImageKind::PNG(Arc::new(png)))
}

/// Draws a page of a PDF; gives the side of a pixel in millimetres and the number of pages too.
pub(crate) fn pdf(octets: Arc<Vec<u8>>, page: usize) -> Result<(Picture, f64, usize), String> {
    let document = Pdf::new(octets).map_err(|error| match error {
        LoadPdfError::Decryption(_) => {
            "the PDF asks for a password: save it without one, or save the page as PNG".to_owned()
        }
        LoadPdfError::Invalid => {
            "the PDF is damaged or cut off: fetch it again, or save the page as PNG".to_owned()
        }
    })?;
    let pages = document.pages().len();
    if pages > MOST_PAGES {
        return Err(format!(
            "the PDF has {pages} pages, and at most {MOST_PAGES} are read: save the pages with symbols apart"
        ));
    }
    let page = document.pages().get(page.saturating_sub(1)).ok_or("the PDF has no pages")?;
    let (width, height) = page.render_dimensions();
    let longer = width.max(height);
    if !(longer.is_finite() && width.min(height) > 0.0) {
        return Err("the page of the PDF has no size: save it as PNG".to_owned());
    }
    let millimetres = f64::from(longer) * MILLIMETRES_A_POINT;
    let side = side(Some(millimetres));
    let scale = f32::from(side) / longer;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let drawing = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let picture = picture(drawing.width().into(), drawing.height().into(), drawing.data_as_u8_slice())?;
    Ok((picture, millimetres / f64::from(side), pages))
}

/// The luminances of a drawing on white, whose alpha is full everywhere.
fn picture(width: u32, height: u32, rgba: &[u8]) -> Result<Picture, String> {
    let (pixels, _) = rgba.as_chunks::<4>();
    let shades = pixels.iter().map(|[r, g, b, _]| luma([*r, *g, *b])).collect();
    let side = |side: u32| usize::try_from(side).unwrap_or(usize::MAX);
    Picture::new(side(width), side(height), shades)
        .ok_or_else(|| "the drawing has no pixels: save it as PNG".to_owned())
}

/// A length in pixels, at least one and at most those of a drawing's side.
fn pixels(length: f32, side: u16) -> u16 {
    let counts = 1..=side;
    counts.rev().find(|count| f32::from(*count) <= length.ceil()).unwrap_or(1)
}
