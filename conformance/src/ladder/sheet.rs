//! Every image of a payload on one sheet, for the eye.

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};
use upqr::symbol::Picture;

use super::pixel::real;
use super::{Kind, Subject};

/// Pixels a side of an image on the sheet, and between two of them.
const CELL: u32 = 180;
const GAP: u32 = 6;

/// What lies between the images.
const GROUND: Luma<u8> = Luma([128]);

/// A row for each ladder, a column for each step.
pub(super) fn sheet(subject: &Subject, kinds: &[Kind]) -> Picture {
    let columns = kinds.iter().map(|kind| kind.count()).max().unwrap_or_default();
    let place =
        |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(CELL.saturating_add(GAP));
    let [width, height] = [columns, kinds.len()].map(|count| place(count).saturating_add(GAP));
    let mut sheet = GrayImage::from_pixel(width, height, GROUND);
    for (row, kind) in kinds.iter().enumerate() {
        for step in 0..kind.count() {
            let image = fitted(&subject.picture(*kind, step));
            let [x, y] = [step, row].map(|count| i64::from(place(count).saturating_add(GAP)));
            imageops::replace(&mut sheet, &image, x, y);
        }
    }
    let size = |side: u32| usize::try_from(side).unwrap_or(usize::MAX);
    Picture::new(size(width), size(height), sheet.into_raw())
        .expect("a sheet has at most 15 rows of 13 images")
}

/// A picture as large as it may be in its place.
fn fitted(picture: &Picture) -> GrayImage {
    let [width, height] = [picture.width(), picture.height()];
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let image = GrayImage::from_raw(side(width), side(height), picture.luma().to_vec())
        .expect("a picture has as many pixels as it says");
    let filter =
        if real(width.max(height)) < f64::from(CELL) { FilterType::Nearest } else { FilterType::Triangle };
    imageops::resize(&image, CELL, CELL, filter)
}
