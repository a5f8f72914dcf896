//! What stands before the camera: a symbol on paper, what covers it and what is around it. Places are in modules; the symbol's top left corner is (0, 0).

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a picture has at most 2^26 pixels, so that no sum or product of its coordinates overflows"
)]

use upqr::symbol::{Grid, Picture, Point, Projection};

use super::pixel::{real, shade, whole};

/// Luminance of dark and light modules, as of ink on paper: what brightens or darkens a picture has room on both sides.
pub(super) const DARK: f64 = 24.0;
pub(super) const LIGHT: f64 = 232.0;

/// Places a pixel is looked at, in a row and in a column.
const LOOKS: usize = 4;

/// What lies over the symbol, or around it.
#[derive(Clone, Debug)]
pub(super) enum Cover {
    Nothing,
    /// A light square in the centre with a disc of middle grey, this many modules a side.
    Logo {
        side: f64,
    },
    /// One paint over what lies beyond a line in a finder pattern, which is a square of seven modules.
    Wear {
        corner: Point,
        direction: Point,
        from: f64,
        paint: f64,
    },
    /// Blocks of ink beyond so many light modules.
    Surround {
        light: f64,
        blocks: Blocks,
    },
}

/// Square blocks of ink, as a page full of print has them.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    pub(super) size: f64,
    pub(super) row: usize,
    pub(super) dark: Vec<bool>,
    /// How far from the symbol the first block begins, to the left and above.
    pub(super) margin: f64,
}

impl Blocks {
    fn dark(&self, x: f64, y: f64) -> bool {
        let [column, row] = [x, y].map(|place| whole((place + self.margin) / self.size));
        self.dark.get(row * self.row + column.min(self.row - 1)).copied().unwrap_or_default()
    }
}

/// A symbol with what covers it.
#[derive(Clone, Debug)]
pub(super) struct Scene<'g> {
    pub(super) grid: &'g Grid,
    pub(super) cover: Cover,
}

impl Scene<'_> {
    /// The luminance at a place.
    fn at(&self, x: f64, y: f64) -> f64 {
        let side = real(self.grid.side());
        match &self.cover {
            Cover::Logo { side: logo } => {
                let (dx, dy) = (x - side / 2.0, y - side / 2.0);
                if dx.abs().max(dy.abs()) < logo / 2.0 {
                    let is_disc = dx * dx + dy * dy < logo * logo * 0.14;
                    return if is_disc { f64::midpoint(DARK, LIGHT) - 20.0 } else { LIGHT };
                }
            }
            Cover::Wear { corner, direction, from, paint } => {
                let (dx, dy) = (x - corner.x, y - corner.y);
                let is_inside = (0.0..7.0).contains(&dx) && (0.0..7.0).contains(&dy);
                if is_inside && dx * direction.x + dy * direction.y >= *from {
                    return *paint;
                }
            }
            Cover::Surround { light, blocks } => {
                let beyond = |place: f64| (-place).max(place - side);
                if beyond(x).max(beyond(y)) >= *light && blocks.dark(x, y) {
                    return DARK;
                }
            }
            Cover::Nothing => {}
        }
        if x >= 0.0 && y >= 0.0 && self.grid.dark(whole(x), whole(y)) { DARK } else { LIGHT }
    }

    /// The module at a place; every place outside of the symbol has the same one.
    fn module(&self, Point { x, y }: Point) -> (usize, usize) {
        let side = real(self.grid.side());
        let is_inside = x >= 0.0 && y >= 0.0 && x < side && y < side;
        if is_inside { (whole(x), whole(y)) } else { (usize::MAX, usize::MAX) }
    }

    /// The picture of it; `view` takes places in the picture, in pixels, to places of the symbol.
    pub(super) fn picture(&self, width: usize, height: usize, view: &Projection) -> Picture {
        let mut luma = Vec::with_capacity(width * height);
        let mut above = self.edge(width, 0, view);
        for y in 0..height {
            let below = self.edge(width, y + 1, view);
            for (x, (upper, lower)) in above.windows(2).zip(below.windows(2)).enumerate() {
                let corners = upper.iter().chain(lower);
                // Nothing that is drawn is smaller than a pixel and away from its corners, but for the gap between modules.
                luma.push(match upper.first() {
                    Some(first) if corners.clone().all(|corner| corner == first) => shade(first.1),
                    _ => self.pixel(x, y, view),
                });
            }
            above = below;
        }
        Picture::new(width, height, luma)
            .expect("the largest symbol has 193 modules a side with its surround")
    }

    /// The module and the luminance at the upper corners of a row of pixels.
    fn edge(&self, width: usize, y: usize, view: &Projection) -> Vec<((usize, usize), f64)> {
        let corner = |x: usize| {
            let place = view.map(Point::new(real(x), real(y)));
            (self.module(place), self.at(place.x, place.y))
        };
        (0..=width).map(corner).collect()
    }

    /// A pixel in which something changes: the mean of all that is looked at.
    fn pixel(&self, x: usize, y: usize, view: &Projection) -> u8 {
        let place = |look: usize| (real(look) + 0.5) / real(LOOKS);
        let looks = (0..LOOKS).flat_map(|dy| (0..LOOKS).map(move |dx| (dx, dy)));
        let seen = looks.map(|(dx, dy)| {
            let Point { x, y } = view.map(Point::new(real(x) + place(dx), real(y) + place(dy)));
            self.at(x, y)
        });
        shade(seen.sum::<f64>() / real(LOOKS * LOOKS))
    }
}
