//! PDF: one page of the symbol's size, its modules as one area. Streams are compressed by one crate in every build: the same bytes everywhere.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref};

use super::svg::LOGO_PIXELS;
use super::{Colour, Look, runs};
use crate::symbol::Grid;

/// Points of a millimetre.
const POINTS: f32 = 72.0 / 25.4;

/// How hard streams are compressed, 0 to 10: as other writers do by default.
const COMPRESSION: u8 = 6;

/// A symbol as a PDF file of one page.
#[must_use]
pub fn pdf(grid: &Grid, look: &Look) -> Vec<u8> {
    let [catalogue, pages, page, contents, picture] = [1, 2, 3, 4, 5].map(Ref::new);
    let side = look.side(grid);
    let module = look.millimetres.get() * POINTS;
    let length = whole(side) * module;
    let mut file = Pdf::new();
    file.catalog(catalogue).pages(pages);
    file.pages(pages).kids([page]).count(1);
    let mut leaf = file.page(page);
    leaf.parent(pages).media_box(Rect::new(0.0, 0.0, length, length)).contents(contents);
    let mut resources = leaf.resources();
    if look.logo.is_some() {
        resources.x_objects().pair(Name(b"Logo"), picture);
    }
    resources.finish();
    leaf.finish();
    let mut content = Content::new();
    // Modules from the top left corner instead of points from the bottom left one.
    content.transform([module, 0.0, 0.0, -module, 0.0, length]);
    fill(&mut content, look.light);
    content.rect(0.0, 0.0, whole(side), whole(side)).fill_nonzero();
    fill(&mut content, look.dark);
    for run in runs(grid, look) {
        content.rect(whole(run.x), whole(run.y), whole(run.length), 1.0);
    }
    content.fill_nonzero();
    if let Some(logo) = &look.logo {
        let width = logo.modules().min(grid.side());
        let corner = side.saturating_sub(width).div_euclid(2);
        let bottom = corner.saturating_add(width);
        content.save_state();
        content.transform([whole(width), 0.0, 0.0, -whole(width), whole(corner), whole(bottom)]);
        content.x_object(Name(b"Logo")).restore_state();
        let pixels = logo.scaled(LOGO_PIXELS, look.light);
        let pixels_wide = i32::try_from(LOGO_PIXELS).unwrap_or(i32::MAX);
        let octets = compress_to_vec_zlib(pixels.as_flattened(), COMPRESSION);
        let mut object = file.image_xobject(picture, &octets);
        object.filter(Filter::FlateDecode);
        object.width(pixels_wide).height(pixels_wide).bits_per_component(8);
        object.color_space().device_rgb();
        object.finish();
    }
    let octets = compress_to_vec_zlib(&content.finish(), COMPRESSION);
    file.stream(contents, &octets).filter(Filter::FlateDecode);
    file.finish()
}

fn fill(content: &mut Content, colour: Colour) {
    let part = |channel: u8| f32::from(channel) / 255.0;
    content.set_fill_rgb(part(colour.red), part(colour.green), part(colour.blue));
}

/// A number of modules, of which a side with its quiet zone has 377 at most.
fn whole(modules: usize) -> f32 {
    f32::from(u16::try_from(modules).unwrap_or(u16::MAX))
}
