//! A symbol before the camera, and the images of it that a ladder asks for.

use std::sync::OnceLock;

use upqr::symbol::{Grid, Level, Picture, Point, Projection};

use super::damage::{cover, lens, light, sensor};
use super::dice::Dice;
use super::kind::Kind;
use super::pixel::{real, whole};
use super::scene::{Cover, Scene};
use super::symbol::draw;

/// Modules of paper around a symbol: twice the quiet zone of ISO/IEC 18004, so that nothing but the damage makes an image hard.
pub(super) const MARGIN: f64 = 8.0;

/// Pixels a module, between which each payload has its own: a symbol that fills a third of a telephone's view has as many.
const MODULE: (f64, f64) = (4.0, 6.0);

/// Pixels a module before a picture is compressed.
const COMPRESSED_MODULE: f64 = 3.0;

/// How far the camera stands away, in sides of the symbol: 25 cm from a symbol of 10 cm.
const DISTANCE: f64 = 2.5;

/// How many times as long as it is the nearest side of a tilted symbol seems at most.
const NEAREST: f64 = 1.25;

/// A payload as a symbol, and where it lies in its images; the same for the same seed, payload and level.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) payload: Vec<u8>,
    pub(crate) level: Level,
    pub(crate) seed: u64,
    pub(super) grid: Grid,
    /// Pixels a module, and where between pixels the symbol begins.
    module: f64,
    offset: Point,
    clean: OnceLock<Picture>,
    /// Of the clean picture's pixels, at a standard deviation of 1.
    noise: OnceLock<Vec<f64>>,
}

impl Subject {
    /// `None` where no symbol holds the payload.
    pub(crate) fn new(payload: Vec<u8>, level: Level, seed: u64) -> Option<Self> {
        let grid = draw(&payload, level)?;
        let mut dice = Dice::of(seed, &payload, "view");
        let module = dice.between(MODULE.0, MODULE.1);
        let offset = Point::new(dice.share(), dice.share());
        Some(Self {
            payload,
            level,
            seed,
            grid,
            module,
            offset,
            clean: OnceLock::new(),
            noise: OnceLock::new(),
        })
    }

    /// The symbol's version.
    pub(crate) fn version(&self) -> u8 {
        self.grid.version().number()
    }

    /// The choices of a ladder: one stream for all steps, so that what a step damages the next one damages too.
    pub(super) fn dice(&self, kind: Kind) -> Dice {
        Dice::of(self.seed, &self.payload, kind.key())
    }

    /// The image of a step; step 0 is the same one without the damage.
    pub(crate) fn picture(&self, kind: Kind, step: usize) -> Picture {
        let amount = kind.amount(step);
        match (kind, amount) {
            // What a ladder needs of its images, without its damage.
            (Kind::Jpeg, None) => self.flat(&self.scene(Cover::Nothing), COMPRESSED_MODULE),
            (Kind::Rotation, None) => self.turned(0.0),
            (Kind::Tilt, None) => self.tilted(0.0),
            (_, None) => self.clean().clone(),
            (Kind::Jpeg, Some(quality)) => {
                sensor::jpeg(&self.flat(&self.scene(Cover::Nothing), COMPRESSED_MODULE), quality)
            }
            (Kind::Rotation, Some(degrees)) => self.turned(degrees),
            (Kind::Tilt, Some(degrees)) => self.tilted(degrees),
            (Kind::Resolution, Some(module)) => self.flat(&self.scene(Cover::Nothing), module),
            (Kind::Flips, Some(percent)) => {
                let grid = cover::flipped(&self.grid, percent, self.dice(kind));
                self.flat(&Scene { grid: &grid, cover: Cover::Nothing }, self.module)
            }
            (Kind::Logo | Kind::Finder | Kind::QuietZone, Some(amount)) => {
                let cover = cover::of(kind, amount, self.grid.side(), self.dice(kind));
                self.flat(&self.scene(cover), self.module)
            }
            (Kind::Blur, Some(modules)) => lens::blurred(self.clean(), modules * self.module),
            (Kind::Motion, Some(modules)) => {
                lens::moved(self.clean(), modules * self.module, self.dice(kind))
            }
            (Kind::Noise, Some(deviation)) => sensor::noisy(self.clean(), deviation, self.noise()),
            (Kind::SaltAndPepper, Some(percent)) => sensor::peppered(self.clean(), percent, self.dice(kind)),
            (Kind::Contrast, Some(percent)) => light::faded(self.clean(), percent),
            (Kind::Light, Some(factor)) => {
                light::uneven(self.clean(), self.pixels(), factor, self.dice(kind))
            }
            (Kind::Shadow, Some(factor)) => {
                light::shadowed(self.clean(), self.pixels(), factor, self.dice(kind))
            }
        }
    }

    fn scene(&self, cover: Cover) -> Scene<'_> {
        Scene { grid: &self.grid, cover }
    }

    /// The image without damage.
    fn clean(&self) -> &Picture {
        self.clean.get_or_init(|| self.flat(&self.scene(Cover::Nothing), self.module))
    }

    /// Pixels a side of the symbol in the clean image.
    fn pixels(&self) -> f64 {
        real(self.grid.side()) * self.module
    }

    fn noise(&self) -> &[f64] {
        self.noise.get_or_init(|| sensor::noise(self.clean().luma().len(), self.dice(Kind::Noise)))
    }

    /// The image of a scene, seen from straight above.
    fn flat(&self, scene: &Scene<'_>, module: f64) -> Picture {
        let side = real(self.grid.side());
        let pixels = whole((side + 2.0 * MARGIN) * module + 2.0);
        let [left, top] = [self.offset.x, self.offset.y].map(|offset| MARGIN * module + offset);
        let corner = |x: f64, y: f64| Point::new(left + x * side * module, top + y * side * module);
        let corners = [corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)];
        scene.picture(pixels, pixels, &self.view(corners))
    }

    /// The image of the symbol, turned clockwise. Every image of a payload has room for any angle.
    fn turned(&self, degrees: f64) -> Picture {
        let radians = degrees.to_radians();
        let (sin, cos) = (libm::sin(radians), libm::cos(radians));
        let side = real(self.grid.side());
        let pixels = whole((side + 2.0 * MARGIN) * self.module * std::f64::consts::SQRT_2 + 2.0);
        self.about_middle(pixels, |x, y| (x * cos - y * sin, x * sin + y * cos))
    }

    /// The image of the symbol, one of whose sides is farther away.
    fn tilted(&self, degrees: f64) -> Picture {
        let radians = degrees.to_radians();
        let (sin, cos) = (libm::sin(radians), libm::cos(radians));
        let side = real(self.grid.side());
        let pixels = whole((side * NEAREST + 2.0 * MARGIN) * self.module + 2.0);
        let far = self.dice(Kind::Tilt).below(4);
        let away = DISTANCE * side;
        self.about_middle(pixels, |x, y| match far {
            0 => (x * cos * away / (away + x * sin), y * away / (away + x * sin)),
            1 => (x * cos * away / (away - x * sin), y * away / (away - x * sin)),
            2 => (x * away / (away + y * sin), y * cos * away / (away + y * sin)),
            _ => (x * away / (away - y * sin), y * cos * away / (away - y * sin)),
        })
    }

    /// The image of the symbol after its corners, in modules from its middle, have been taken elsewhere.
    fn about_middle(&self, pixels: usize, elsewhere: impl Fn(f64, f64) -> (f64, f64)) -> Picture {
        let (half, middle) = (real(self.grid.side()) / 2.0, real(pixels) / 2.0);
        let corners = [(-half, -half), (half, -half), (half, half), (-half, half)].map(|(x, y)| {
            let (x, y) = elsewhere(x, y);
            let [x, y] = [x, y].map(|modules| middle + modules * self.module);
            Point::new(x + self.offset.x - 0.5, y + self.offset.y - 0.5)
        });
        self.scene(Cover::Nothing).picture(pixels, pixels, &self.view(corners))
    }

    /// What takes the picture to the symbol.
    fn view(&self, corners: [Point; 4]) -> Projection {
        let side = real(self.grid.side());
        let square =
            [Point::new(0.0, 0.0), Point::new(side, 0.0), Point::new(side, side), Point::new(0.0, side)];
        Projection::between(corners, square).expect("no angle of a ladder brings three corners on one line")
    }
}
