//! The reader `rqrr`: its grids give modules and corners, its decoder bytes to compare.
//!
//! It can panic and, on some pictures, take half a minute: it belongs into a process with a deadline.

use rqrr::{BitGrid, PreparedImage};

use super::prove::{Found, projection};
use crate::symbol::geometry::Point;
use crate::symbol::prepare::Prepared;
use crate::symbol::{Grid, Version};

/// Goes through the symbols that are found; `prove` says whether one was read.
pub(super) fn find(prepared: &Prepared, mut prove: impl FnMut(Found) -> bool) {
    let picture = &prepared.picture;
    let mut image = PreparedImage::prepare_from_greyscale(picture.width(), picture.height(), |x, y| {
        picture.at(x, y).unwrap_or_default()
    });
    for theirs in image.detect_grids() {
        let side = theirs.grid.size();
        let Some(version) = Version::with_side(side) else { continue };
        // Its corners are those of a square that is one module wider than the symbol, from the same upper left corner.
        let corners = theirs
            .bounds
            .map(|corner| prepared.back(Point::new(f64::from(corner.x) + 0.5, f64::from(corner.y) + 0.5)));
        let Some(projection) = projection(side.saturating_add(1), corners) else { continue };
        let grid = Grid::from_fn(version, |x, y| theirs.grid.bit(y, x));
        let mut bytes = Vec::new();
        let bytes = theirs.decode_to(&mut bytes).is_ok().then_some(bytes);
        prove(Found { projection, grid, bytes });
    }
}
