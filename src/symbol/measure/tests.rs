#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a test ends where its expectation does not hold"
)]

use super::drawn::{Drawn, symbol};
use super::*;
use crate::symbol::Level;

fn measured(drawn: &Drawn) -> Measurement {
    measure(&drawn.picture(), &drawn.sighting())
}

/// Modules that are wrong in any part.
fn wrong(measured: &Measurement) -> usize {
    measured.wrong.rows().flatten().filter(|wrong| **wrong).count()
}

#[track_caller]
fn check(name: &str, found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{name}: {found} is not {expected}");
}

#[test]
fn a_clean_symbol_is_as_it_was_drawn() {
    for (version, size) in [(1, 2.0), (2, 3.0), (3, 3.7), (7, 4.0), (10, 2.5), (25, 3.0)] {
        let drawn = Drawn { module: [size; 2], ..Drawn::of(symbol(version, Level::M, b"JADE TEA")) };
        let measured = measured(&drawn);
        check("width", measured.module[0], size, 0.01);
        check("height", measured.module[1], size, 0.01);
        check("contrast", measured.contrast, 1.0, 0.01);
        check("threshold", measured.threshold, 0.5, 0.01);
        check("angle", measured.angle, 0.0, 0.1);
        check("skew", measured.skew, 0.0, 0.1);
        check("axial", measured.axial, 0.0, 0.003);
        check("convergence", measured.convergence, 0.0, 0.003);
        check("deviation", measured.deviation, 0.0, 0.06);
        check("growth", measured.growth, 0.0, 0.03);
        assert_eq!(wrong(&measured), 0, "{version}");
        for side in measured.quiet_zone.modules {
            // The picture ends at a whole pixel.
            check("quiet zone", side, 4.0, 0.27);
        }
        assert_eq!(measured.quiet_zone.at_edge, [true; 4]);
        assert!(measured.quiet_zone.narrowest() + QUIET_TOLERANCE >= 4.0);
        assert_eq!((measured.inverted, measured.mirrored), (false, false));
    }
}

#[test]
fn quiet_zones_are_measured_on_each_side() {
    for quiet in [[4.0, 2.5, 0.0, 1.0], [0.5, 3.0, 2.0, 4.5], [0.0; 4], [2.0, 6.0, 3.5, 0.25]] {
        for angle in [0.0, 7.0, 90.0, 30.0] {
            for mirrored in [false, true] {
                for (shades, tolerance) in [([0.0, 255.0, 0.0], 0.15), ([255.0, 0.0, 255.0], 0.15)] {
                    let drawn = Drawn {
                        quiet,
                        beyond: 3.0,
                        angle,
                        mirrored,
                        shades,
                        module: [5.0; 2],
                        ..Drawn::new()
                    };
                    let measured = measured(&drawn);
                    for (found, drawn) in measured.quiet_zone.modules.into_iter().zip(quiet) {
                        let name = format!("{quiet:?} at {angle}, {mirrored}: {:?}", measured.quiet_zone);
                        check(&name, found, f64::min(drawn, QUIET_REACH), tolerance);
                    }
                    assert_eq!((measured.mirrored, measured.inverted), (mirrored, shades[0] > 0.0));
                    assert_eq!(wrong(&measured), 0, "{quiet:?} at {angle}, {mirrored}");
                }
            }
        }
    }
}

#[test]
fn a_quiet_zone_ends_where_the_picture_does() {
    let quiet = [2.0, 3.0, 0.0, 1.5];
    let measured = measured(&Drawn { quiet, ..Drawn::new() });
    for (found, drawn) in measured.quiet_zone.modules.into_iter().zip(quiet) {
        check("quiet zone", found, drawn, 0.1);
    }
    assert_eq!(measured.quiet_zone.at_edge, [true; 4]);
    assert!(measured.quiet_zone.narrowest() < 0.2);
}

#[test]
fn contrast_is_that_of_the_shades() {
    for (dark, light) in [(0.0, 255.0), (76.5, 178.5), (102.0, 153.0), (178.5, 76.5), (20.0, 30.0)] {
        let measured = measured(&Drawn { shades: [dark, light, light], ..Drawn::new() });
        let contrast = (light - dark).abs() / 255.0;
        check("contrast", measured.contrast, contrast, 0.005);
        let middle = f64::midpoint(dark, light) / 255.0;
        let middle = if dark > light { 1.0 - middle } else { middle };
        check("threshold", measured.threshold, middle, 0.005);
        assert_eq!(measured.inverted, dark > light);
    }
}

#[test]
fn turned_stretched_and_tilted_symbols_are_said_to_be() {
    for angle in [-170.0, -90.0, -45.0, -3.0, 12.0, 45.0, 90.0, 133.0] {
        let measured = measured(&Drawn { angle, ..Drawn::new() });
        check("angle", measured.angle, angle, 0.2);
        check("size", f64::midpoint(measured.module[0], measured.module[1]), 4.0, 0.02);
        check("deviation", measured.deviation, 0.0, 0.1);
        check("axial", measured.axial, 0.0, 0.005);
        assert_eq!(wrong(&measured), 0, "{angle}");
    }
    let stretched = measured(&Drawn { module: [4.0, 4.4], ..Drawn::new() });
    check("axial", stretched.axial, 0.4 / 4.2, 0.005);
    check("deviation", stretched.deviation, 0.0, 0.06);
    let tilted = measured(&Drawn { tilt: 0.2, ..Drawn::new() });
    check("convergence", tilted.convergence, 0.2, 0.01);
    assert!(tilted.deviation > 0.5, "{}", tilted.deviation);
    assert_eq!(wrong(&tilted), 0);
    let waved = measured(&Drawn { wave: 0.8, ..Drawn::of(symbol(10, Level::M, b"JADE TEA")) });
    check("deviation", waved.deviation, 0.45, 0.15);
    assert_eq!(wrong(&waved), 0);
}

#[test]
fn a_projection_that_is_off_is_fitted_again() {
    for off in [0.1, 0.25, 0.4, 0.6] {
        for angle in [0.0, 20.0] {
            let drawn = Drawn { angle, off, ..Drawn::new() };
            let measured = measured(&drawn);
            let exact = Drawn { off: 0.0, ..drawn.clone() }.sighting();
            for (found, exact) in measured.projection.corners(29).into_iter().zip(exact.corners()) {
                check(&format!("off by {off}"), found.distance(exact), 0.0, 0.4);
            }
            assert_eq!(wrong(&measured), 0, "{off}");
        }
    }
}

#[test]
fn wrong_modules_are_counted_where_they_are() {
    let mut drawn = Drawn::of(symbol(7, Level::M, b"JADE TEA HOUSE"));
    let wrong = [
        ((0, 0), "finder 0"),
        ((44, 3), "finder 1"),
        ((38, 1), "finder 1"),
        ((2, 42), "finder 2"),
        ((7, 7), "separator 0"),
        ((12, 6), "timing"),
        ((22, 22), "alignment"),
        ((8, 2), "format"),
        ((8, 37), "format"),
        ((36, 2), "version"),
        ((20, 12), "data"),
        ((30, 30), "data"),
    ];
    for mirrored in [false, true] {
        drawn.mirrored = mirrored;
        drawn.grid = drawn.whole.clone();
        drawn.flip(wrong.map(|(at, _)| at));
        let measured = measured(&drawn);
        let expected = Damage {
            finders: [1, 2, 1],
            separators: [1, 0, 0],
            timing: 1,
            alignment: vec![0, 0, 1, 0, 0, 0],
            format: 2,
            version: 1,
            data: 2,
        };
        assert_eq!(measured.damage, expected);
        for (x, y) in modules(45) {
            assert_eq!(measured.wrong.dark(x, y), wrong.iter().any(|(at, _)| *at == (x, y)), "{x}, {y}");
        }
    }
}

#[test]
fn nothing_that_a_reader_says_is_too_odd() {
    let drawn = Drawn::new();
    let mut sighting = drawn.sighting();
    for corners in [
        [(0.0, 0.0), (1e-3, 0.0), (1e-3, 1e-3), (0.0, 1e-3)],
        [(-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9)],
        [(500.0, 500.0), (600.0, 500.0), (600.0, 620.0), (500.0, 600.0)],
        [(0.0, 0.0), (100.0, 100.0), (100.0, 0.0), (0.0, 100.0)],
    ] {
        let corners = corners.map(|(x, y)| Point::new(x, y));
        let Some(projection) = Projection::of_corners(29, corners) else { continue };
        sighting.projection = projection;
        for picture in [drawn.picture(), Picture::new(1, 1, vec![7]).expect("a picture")] {
            let measured = measure(&picture, &sighting);
            let grade = crate::symbol::grade(&measured, &sighting.analysis);
            assert_eq!(grade.letter.key(), "F", "{measured:?}");
        }
    }
}
