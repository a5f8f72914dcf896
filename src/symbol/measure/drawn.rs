//! Pictures of symbols for tests, of which everything is known.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a test ends where its expectation does not hold"
)]

use qrcode::bits::Bits;
use qrcode::{EcLevel, QrCode};

use crate::symbol::picture::{real, shade, whole};
use crate::symbol::{Grid, Level, Picture, Point, Projection, Reader, Sighting, Version, analyse};

/// How a symbol is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    /// What is drawn, with its damage.
    pub(crate) grid: Grid,
    /// The symbol that it is read as.
    pub(crate) whole: Grid,
    /// Width and height of a module, in pixels.
    pub(crate) module: [f64; 2],
    /// Modules of the quiet zone: above, right, below, left.
    pub(crate) quiet: [f64; 4],
    /// Modules of something else around that.
    pub(crate) beyond: f64,
    /// Of dark modules, of light ones and the quiet zone, and of what lies beyond, 0 to 255.
    pub(crate) shades: [f64; 3],
    /// Turned by so many degrees, clockwise.
    pub(crate) angle: f64,
    /// How much narrower the symbol is at its top, 0 to 1.
    pub(crate) tilt: f64,
    /// Whether columns and rows are exchanged.
    pub(crate) mirrored: bool,
    /// How far the projection that is told is off, in modules.
    pub(crate) off: f64,
    /// Wave of the paper, in modules.
    pub(crate) wave: f64,
}

/// A symbol of somebody else's encoder.
pub(crate) fn symbol(version: u8, level: Level, payload: &[u8]) -> Grid {
    let ec_level = match level {
        Level::L => EcLevel::L,
        Level::M => EcLevel::M,
        Level::Q => EcLevel::Q,
        Level::H => EcLevel::H,
    };
    let mut bits = Bits::new(qrcode::Version::Normal(i16::from(version)));
    bits.push_byte_data(payload).expect("bytes");
    bits.push_terminator(ec_level).expect("they fit");
    let colours = QrCode::with_bits(bits, ec_level).expect("a symbol").to_colors();
    let version = Version::new(version).expect("a version");
    Grid::from_fn(version, |x, y| colours[y * version.side() + x] == qrcode::Color::Dark)
}

impl Drawn {
    /// Version 3-M, 4 pixels a module, black on white, 4 modules of quiet zone.
    pub(crate) fn new() -> Self {
        Self::of(symbol(3, Level::M, b"LUCKY NOODLES, TABLE 12"))
    }

    pub(crate) fn of(grid: Grid) -> Self {
        Self {
            whole: grid.clone(),
            grid,
            module: [4.0; 2],
            quiet: [4.0; 4],
            beyond: 0.0,
            shades: [0.0, 255.0, 0.0],
            angle: 0.0,
            tilt: 0.0,
            mirrored: false,
            off: 0.0,
            wave: 0.0,
        }
    }

    /// Inverts modules.
    pub(crate) fn flip(&mut self, modules: impl IntoIterator<Item = (usize, usize)>) {
        for (x, y) in modules {
            self.grid.set(x, y, !self.grid.dark(x, y));
        }
    }

    fn side(&self) -> f64 {
        real(self.grid.side())
    }

    /// Where the symbol lies.
    fn projection(&self) -> (Projection, usize, usize) {
        let [above, right, below, left] = self.quiet.map(|quiet| quiet + self.beyond);
        let (width, height) =
            ((left + self.side() + right) * self.module[0], (above + self.side() + below) * self.module[1]);
        let (sin, cos) = (libm::sin(self.angle.to_radians()), libm::cos(self.angle.to_radians()));
        let (outer_width, outer_height) =
            (width * cos.abs() + height * sin.abs(), width * sin.abs() + height * cos.abs());
        let narrow = self.tilt / 2.0;
        let corner = |x: f64, y: f64| {
            let flat = x * (1.0 - 2.0 * narrow * (1.0 - y)) + narrow * (1.0 - y);
            let x = (left + flat * self.side()) * self.module[0] - width / 2.0;
            let y = (above + y * self.side()) * self.module[1] - height / 2.0;
            Point::new(x * cos - y * sin + outer_width / 2.0, x * sin + y * cos + outer_height / 2.0)
        };
        let corners = [corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)];
        let projection = Projection::of_corners(self.grid.side(), corners).expect("a quadrangle");
        (projection, whole(outer_width + 1e-6), whole(outer_height + 1e-6))
    }

    /// The picture, of 16 points a pixel.
    pub(crate) fn picture(&self) -> Picture {
        let (projection, width, height) = self.projection();
        let side = self.side();
        let square = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| Point::new(x, y));
        let back = Projection::between(projection.corners(self.grid.side()), square).expect("a quadrangle");
        let [dark, light, beyond] = self.shades;
        let at = |x: f64, y: f64| {
            let mut point = back.map(Point::new(x, y));
            point.x += self.wave * libm::sin(point.y / side * std::f64::consts::PI);
            let [above, right, below, left] = self.quiet;
            if point.x < -left || point.y < -above || point.x > side + right || point.y > side + below {
                return beyond;
            }
            let (x, y) = if self.mirrored { (point.y, point.x) } else { (point.x, point.y) };
            let inside = x >= 0.0 && y >= 0.0 && self.grid.dark(whole(x), whole(y));
            if inside { dark } else { light }
        };
        Picture::from_fn(width, height, |x, y| {
            let steps = [0.125, 0.375, 0.625, 0.875];
            let points = steps.into_iter().flat_map(|dy| steps.map(|dx| (real(x) + dx, real(y) + dy)));
            shade(points.map(|(x, y)| at(x, y)).sum::<f64>() / 16.0)
        })
        .expect("a picture")
    }

    /// What a reader says of it.
    pub(crate) fn sighting(&self) -> Sighting {
        let found = if self.mirrored { self.whole.transposed() } else { self.whole.clone() };
        let (projection, _, _) = self.projection();
        let corners = projection.corners(self.grid.side());
        let signs = [(1.0, -0.5), (-0.7, 1.0), (0.6, 0.8), (-1.0, -0.2)];
        let mut moved = corners;
        for (corner, (dx, dy)) in moved.iter_mut().zip(signs) {
            corner.x += dx * self.off * self.module[0];
            corner.y += dy * self.off * self.module[1];
        }
        Sighting {
            reader: Reader::Own,
            step: "plain",
            projection: Projection::of_corners(self.grid.side(), moved).expect("a quadrangle"),
            inverted: self.shades[0] > self.shades[1],
            analysis: analyse(&found).expect("it is whole"),
            grid: found,
            contrary: None,
        }
    }
}
