//! Pictures that are drawn here, each damaged in one way; every one is read exactly, or nothing is.

use qrcode::bits::Bits;
use qrcode::{EcLevel, QrCode};

use super::*;
use crate::symbol::picture::{real, shade, whole};

const PAYLOAD: &[u8] =
    b"00020101021126300015com.example.pay0107TEA00015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304A13F";

/// A symbol, level M, seen through a projection of its modules with four more around it: darkness from 0 to 1 of a point of the picture.
struct Scene {
    modules: Vec<bool>,
    side: usize,
    /// Pixels to modules.
    back: Projection,
    size: usize,
}

impl Scene {
    /// The symbol with these outer corners in a square picture.
    fn new(size: usize, corners: impl Fn(f64) -> [Point; 4]) -> Self {
        let version = qrcode::Version::Normal(7);
        let mut bits = Bits::new(version);
        bits.push_byte_data(PAYLOAD).expect("bytes");
        bits.push_terminator(EcLevel::M).expect("they fit");
        let symbol = QrCode::with_bits(bits, EcLevel::M).expect("a symbol");
        let (columns, at) = (symbol.width(), corners(real(size)));
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        let square = square.map(|(x, y)| Point::new(x * real(columns), y * real(columns)));
        let modules = symbol.to_colors().iter().map(|colour| *colour == qrcode::Color::Dark).collect();
        Self { modules, side: columns, back: Projection::between(at, square).expect("a quadrangle"), size }
    }

    /// The symbol in the middle of a picture, modules of 4 pixels, turned by so many degrees.
    fn turned(degrees: f64) -> Self {
        Self::new(300, |size| {
            let angle = degrees.to_radians();
            let (sin, cos) = (libm::sin(angle) * 90.0, libm::cos(angle) * 90.0);
            let middle = size / 2.0;
            [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
                .map(|(x, y)| Point::new(middle + x * cos - y * sin, middle + x * sin + y * cos))
        })
    }

    fn dark(&self, x: f64, y: f64) -> f64 {
        let point = self.back.map(Point::new(x, y));
        let inside = |value: f64| value >= 0.0 && value < real(self.side);
        let dark =
            inside(point.x) && inside(point.y) && self.modules[whole(point.y) * self.side + whole(point.x)];
        f64::from(u8::from(dark))
    }

    /// The picture with the luminance that a function gives to a darkness at a pixel.
    fn picture(&self, luminance: impl Fn(f64, f64, f64) -> f64) -> Picture {
        Picture::from_fn(self.size, self.size, |x, y| {
            let (x, y) = (real(x), real(y));
            let corners = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
            let dark = corners.iter().map(|(dx, dy)| self.dark(x + dx, y + dy)).sum::<f64>() / 4.0;
            shade(luminance(dark, x, y))
        })
        .expect("a picture")
    }
}

/// Black on white.
fn plain(dark: f64, _: f64, _: f64) -> f64 {
    255.0 * (1.0 - dark)
}

/// The same for the same place, and as good as random: 0 to 1.
fn noise(x: f64, y: f64) -> f64 {
    let mut state = (whole(x) as u64) << 32 | whole(y) as u64 | 1 << 63;
    for _ in 0..3 {
        state = (state ^ state >> 31).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    f64::from((state >> 40) as u32) / f64::from(1 << 24)
}

/// A picture under a box of this many pixels across and down, twice, which is nearly a Gaussian.
fn blurred(picture: &Picture, across: i32, down: i32) -> Picture {
    let once = |picture: &Picture| {
        let at = |x: usize, y: usize, dx: i32, dy: i32| {
            picture.between(real(x) + 0.5 + f64::from(dx), real(y) + 0.5 + f64::from(dy)).unwrap_or(255.0)
        };
        Picture::from_fn(picture.width(), picture.height(), |x, y| {
            let all =
                (-(down / 2)..=down / 2).flat_map(|dy| (-(across / 2)..=across / 2).map(move |dx| (dx, dy)));
            let (sum, count) =
                all.fold((0.0, 0.0), |sums, (dx, dy)| (sums.0 + at(x, y, dx, dy), sums.1 + 1.0));
            shade(sum / count)
        })
        .expect("a picture")
    };
    once(&once(picture))
}

#[track_caller]
fn check(name: &str, picture: &Picture) {
    let found = detect(picture);
    let payloads: Vec<&[u8]> = found.iter().map(Sighting::payload).collect();
    assert_eq!(payloads, [PAYLOAD], "{name}");
}

#[test]
fn turned_and_tilted_symbols_are_read() {
    for degrees in [0.0, 7.0, 30.0, 45.0, 80.0, 160.0] {
        check("turned", &Scene::turned(degrees).picture(plain));
    }
    for shift in [0.05, 0.1, 0.15] {
        let tilted = Scene::new(300, |size| {
            [(0.1 + shift, 0.2), (0.9 - shift, 0.2), (0.9, 0.7), (0.1, 0.7)]
                .map(|(x, y)| Point::new(x * size, y * size))
        });
        check("tilted", &tilted.picture(plain));
    }
}

#[test]
fn dim_and_noisy_symbols_are_read() {
    let scene = Scene::turned(3.0);
    check("contrast of 10 steps", &scene.picture(|dark, _, _| 130.0 - 10.0 * dark));
    check("light from one side", &scene.picture(|dark, x, _| (1.0 - 0.9 * dark) * (40.0 + 0.7 * x)));
    let shadow = |x: f64| if x < 140.0 { 0.3 } else { 1.0 };
    check("shadow", &scene.picture(|dark, x, _| (250.0 - 220.0 * dark) * shadow(x)));
    check("noise", &scene.picture(|dark, x, y| plain(dark, x, y) + 300.0 * (noise(x, y) - 0.5)));
    let salted = |x: f64, y: f64| noise(x, y) < 0.2;
    check(
        "salt and pepper",
        &scene.picture(|dark, x, y| plain(if salted(x, y) { noise(y, x).round() } else { dark }, x, y)),
    );
}

#[test]
fn blurred_symbols_are_read() {
    let sharp = Scene::turned(0.0).picture(plain);
    // Boxes of 7 pixels, twice: 0.7 modules of standard deviation. Boxes across alone: motion.
    check("blur", &blurred(&sharp, 7, 7));
    check("motion", &blurred(&sharp, 7, 1));
}

#[test]
fn symbols_with_a_finder_pattern_destroyed_are_read() {
    let scene = Scene::turned(0.0);
    for (left, top) in [(60.0, 60.0), (212.0, 60.0), (60.0, 212.0)] {
        let hit = |x: f64, y: f64| (left..left + 28.0).contains(&x) && (top..top + 28.0).contains(&y);
        check("finder", &scene.picture(|dark, x, y| if hit(x, y) { 255.0 } else { plain(dark, x, y) }));
    }
}

#[test]
fn symbols_are_read_light_on_dark_and_without_quiet_zone() {
    let scene = Scene::turned(10.0);
    check("inverted", &scene.picture(|dark, _, _| 255.0 * dark));
    assert!(detect(&scene.picture(|dark, _, _| 255.0 * dark))[0].inverted);
    let near = |x: f64, y: f64| (60.0..240.0).contains(&x) && (60.0..240.0).contains(&y);
    let busy = |x: f64, y: f64| 255.0 * noise((x / 12.0).floor(), (y / 12.0).floor()).round();
    let straight = Scene::turned(0.0);
    check("busy", &straight.picture(|dark, x, y| if near(x, y) { plain(dark, x, y) } else { busy(x, y) }));
}

#[test]
fn three_finder_patterns_are_seen_and_nothing_is_read_in_noise() {
    let (plane, factor) = working(&Scene::turned(20.0).picture(plain));
    let seen = finder::finders(&Relief::of(&plane, factor, WIDE));
    let clear: Vec<&Finder> = seen.iter().filter(|finder| finder.agreement > 0.9).collect();
    assert_eq!(clear.len(), 3);
    assert!(clear.iter().all(|finder| (finder.module - 4.0).abs() < 0.2), "{clear:?}");
    for cell in [1.0, 4.0] {
        let noise = |x: usize, y: usize| {
            shade(255.0 * noise((real(x) / cell).floor(), (real(y) / cell).floor()).round())
        };
        let picture = Picture::from_fn(200, 160, noise).expect("a picture");
        assert_eq!(detect(&picture), []);
    }
    for (width, height) in [(1, 1), (1, 300), (300, 1), (7, 7)] {
        let picture = Picture::from_fn(width, height, |x, y| if (x + y) % 2 == 0 { 0 } else { 255 });
        assert_eq!(detect(&picture.expect("a picture")), []);
    }
}
