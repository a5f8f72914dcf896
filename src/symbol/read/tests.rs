//! Drawn pictures, read.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "the pictures are small and what is drawn lies inside; a test that is wrong may panic"
)]

use proptest::prelude::*;
use qrcode::bits::Bits;
use qrcode::{EcLevel, QrCode};

use super::*;
use crate::symbol::detect;
use crate::symbol::geometry::Point;

/// The modules of a symbol with one segment of bytes, dark as `true`, row by row.
fn modules(payload: &str) -> (usize, Vec<bool>) {
    let version = (1..=40)
        .map(qrcode::Version::Normal)
        .find(|version| {
            let mut bits = Bits::new(*version);
            bits.push_byte_data(payload.as_bytes()).is_ok() && bits.push_terminator(EcLevel::M).is_ok()
        })
        .expect("it fits into one of them");
    let mut bits = Bits::new(version);
    bits.push_byte_data(payload.as_bytes()).expect("it fits");
    bits.push_terminator(EcLevel::M).expect("it fits");
    let code = QrCode::with_bits(bits, EcLevel::M).expect("a symbol");
    (code.width(), code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect())
}

/// A light picture.
fn blank(width: usize, height: usize) -> Picture {
    Picture::from_fn(width, height, |_, _| 240).expect("a picture")
}

/// Draws a symbol with its upper left corner at a point.
fn draw(picture: &mut Picture, payload: &str, left: usize, top: usize, pixels: usize) {
    let (side, modules) = modules(payload);
    let width = picture.width();
    for y in 0..side * pixels {
        for x in 0..side * pixels {
            let dark = modules[y / pixels * side + x / pixels];
            picture.luma_mut()[(top + y) * width + left + x] = if dark { 20 } else { 240 };
        }
    }
}

/// One symbol of four pixels a module with its quiet zone.
fn drawn(payload: &str) -> Picture {
    let side = (modules(payload).0 + 8) * 4;
    let mut picture = blank(side, side);
    draw(&mut picture, payload, 16, 16, 4);
    picture
}

const NOODLES: &str = "https://pay.example/LUCKY-NOODLES?amount=42.50";
const TEA: &str = "https://pay.example/JADE-TEA-HOUSE?amount=8";

/// Reads a picture with every reader and says what came of it: the verdict, and each payload.
fn check(picture: &Picture, expected: &str) {
    let reading = read(picture, &Reader::ALL);
    let mut payloads: Vec<_> =
        reading.sightings.iter().map(|sighting| String::from_utf8_lossy(sighting.payload())).collect();
    payloads.sort();
    assert_eq!(format!("{} {}", reading.verdict.key(), payloads.join(" ")).trim(), expected);
}

#[test]
fn one_symbol_is_read_however_it_lies() {
    let picture = drawn(NOODLES);
    let side = picture.width();
    let moved = |from: &dyn Fn(usize, usize) -> (usize, usize)| {
        Picture::from_fn(side, side, |x, y| {
            let (x, y) = from(x, y);
            picture.at(x, y).expect("inside")
        })
        .expect("a picture")
    };
    let read = format!("read {NOODLES}");
    check(&picture, &read);
    check(&moved(&|x, y| (y, side - 1 - x)), &read);
    check(&moved(&|x, y| (side - 1 - x, side - 1 - y)), &read);
    check(&picture.inverted(), &read);
    let mirrored = moved(&|x, y| (side - 1 - x, y));
    check(&mirrored, &read);
    assert!(read_first(&mirrored).analysis.mirrored);
    assert!(!read_first(&picture).analysis.mirrored);
    assert!(read_first(&picture.inverted()).inverted);
}

fn read_first(picture: &Picture) -> Sighting {
    read(picture, &Reader::ALL).sightings.into_iter().next().expect("a symbol")
}

#[test]
fn each_reader_says_where_a_symbol_lies() {
    let picture = drawn(NOODLES);
    let far = crate::symbol::picture::real(picture.width()) - 16.0;
    let corners = [(16.0, 16.0), (far, 16.0), (far, far), (16.0, far)].map(|(x, y)| Point::new(x, y));
    let mut steps = 0;
    for step in STEPS {
        for sighting in attempt(&picture, step) {
            for (found, corner) in sighting.corners().into_iter().zip(corners) {
                assert!(found.distance(corner) < 4.0, "{}: {found:?} is not {corner:?}", step.name);
            }
            assert_eq!((sighting.step, sighting.reader), (step.name, step.reader));
            steps += 1;
        }
    }
    assert!(steps > 8, "{steps} steps read a clean symbol");
}

#[test]
fn names_of_steps_differ() {
    let names: std::collections::BTreeSet<_> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(names.len(), STEPS.len());
    assert_eq!(STEPS.first().map(|step| step.name), Some("plain"));
}

#[test]
fn several_symbols_are_ambiguous_when_they_differ() {
    let beside = |second: &str| {
        let mut picture = blank(400, 200);
        draw(&mut picture, NOODLES, 20, 20, 4);
        draw(&mut picture, second, 230, 30, 4);
        picture
    };
    check(&beside(NOODLES), &format!("read {NOODLES} {NOODLES}"));
    check(&beside(TEA), &format!("ambiguous {TEA} {NOODLES}"));
    // One of them is light on dark.
    let mut picture = beside(TEA);
    for row in picture.luma_mut().chunks_exact_mut(400) {
        row.iter_mut().skip(200).for_each(|pixel| *pixel = 255 - *pixel);
    }
    check(&picture, &format!("ambiguous {TEA} {NOODLES}"));
}

/// A symbol as others see it: light and dark by column and row of its modules, between two luminances.
fn beside(
    picture: &mut Picture,
    payload: &str,
    (left, top): (usize, usize),
    module: (usize, usize),
    seen: impl Fn(usize, usize, bool) -> u8,
) {
    let (side, modules) = modules(payload);
    let width = picture.width();
    for y in 0..side * module.1 {
        for x in 0..side * module.0 {
            let (column, row) = (x / module.0, y / module.1);
            picture.luma_mut()[(top + y) * width + left + x] =
                seen(column, row, modules[row * side + column]);
        }
    }
}

#[test]
fn a_second_symbol_is_seen_however_it_looks() {
    let plain = |_, _, dark| if dark { 20 } else { 240 };
    let check_both = |name: &str, picture: &Picture| {
        let reading = read(picture, &Reader::ALL);
        let mut payloads: Vec<&[u8]> = reading.sightings.iter().map(Sighting::payload).collect();
        payloads.sort_unstable();
        assert_eq!(
            (reading.verdict, payloads),
            (Verdict::Ambiguous, vec![TEA.as_bytes(), NOODLES.as_bytes()]),
            "{name}"
        );
    };
    // Small, on a large page.
    let mut picture = blank(4000, 4200);
    draw(&mut picture, NOODLES, 200, 200, 8);
    draw(&mut picture, TEA, 2501, 3003, 2);
    check_both("small", &picture);
    // Squashed.
    let scene = |width: usize| {
        let mut picture = blank(width, 500);
        draw(&mut picture, NOODLES, 60, 60, 8);
        picture
    };
    for module in [(8, 4), (8, 3), (3, 8)] {
        let mut picture = scene(1000);
        beside(&mut picture, TEA, (600, 60), module, plain);
        check_both(&format!("squashed {module:?}"), &picture);
    }
    // A finder pattern or a part of it lost, each in turn.
    let side = modules(TEA).0;
    for (left, top) in [(0, 0), (side - 7, 0), (0, side - 7)] {
        let mut picture = scene(1000);
        let lost = |x: usize, y: usize| (left..left + 7).contains(&x) && (top..top + 7).contains(&y);
        beside(&mut picture, TEA, (600, 60), (8, 8), |x, y, dark| plain(x, y, dark && !lost(x, y)));
        check_both(&format!("without the finder pattern at {left}, {top}"), &picture);
    }
    // Half the contrast, and noise.
    let mut picture = scene(1000);
    let state = std::cell::Cell::new(1_u32);
    let noise = || {
        state.set(state.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        state.get().to_be_bytes()[0] / 2
    };
    beside(&mut picture, TEA, (600, 60), (8, 8), |_, _, dark| noise() + if dark { 10 } else { 120 });
    check_both("noisy", &picture);
    // Light on dark, in the core of a finder pattern.
    let mut picture = blank(2000, 2000);
    draw(&mut picture, NOODLES, 200, 200, 48);
    let from = 200 + 48 * 7 / 2 - side * 2 / 2;
    beside(&mut picture, TEA, (from, from), (2, 2), |_, _, dark| if dark { 240 } else { 20 });
    check_both("in a finder pattern", &picture);
}

/// Symbols are full of what looks like half a finder pattern: none of their modules is taken for another symbol.
#[test]
fn no_symbol_is_seen_in_the_modules_of_one() {
    for length in (20..1200).step_by(59) {
        let payload: String = (0..length)
            .map(|place| char::from(b'0' + u8::try_from(place * place * 7 % 73).unwrap_or(0)))
            .collect();
        for pixels in [2, 3, 4] {
            let side = (modules(&payload).0 + 8) * pixels;
            let mut picture = blank(side, side);
            draw(&mut picture, &payload, 4 * pixels, 4 * pixels, pixels);
            let reading = read(&picture, &Reader::ALL);
            assert_eq!((reading.verdict, reading.unread), (Verdict::Read, false), "{length} at {pixels}");
        }
    }
}

#[test]
fn a_symbol_inside_another_is_ambiguous() {
    let mut picture = blank(400, 400);
    let outer = "https://pay.example/OUTER";
    draw(&mut picture, outer, 40, 40, 10);
    for y in 160..220 {
        for x in 160..220 {
            picture.luma_mut()[y * 400 + x] = 240;
        }
    }
    draw(&mut picture, "INNER", 169, 169, 2);
    check(&picture, &format!("ambiguous INNER {outer}"));
}

#[test]
fn a_symbol_whose_modules_have_two_parts_is_ambiguous() {
    let one = "https://pay.example/OUTER";
    let two = "https://pay.example/INNER";
    let mixed = |second: &str, is_second: fn(usize, usize) -> bool| {
        let (mut picture, mut other) = (blank(330, 330), blank(330, 330));
        draw(&mut picture, one, 36, 36, 9);
        draw(&mut other, second, 36, 36, 9);
        Picture::from_fn(330, 330, |x, y| {
            let from = if is_second(x % 9, y % 9) { &other } else { &picture };
            from.at(x, y).unwrap_or_default()
        })
        .expect("a picture")
    };
    let both = format!("ambiguous {two} {one}");
    check(&mixed(two, |x, _| x >= 5), &both);
    check(&mixed(two, |x, _| x < 4), &both);
    check(&mixed(two, |_, y| y >= 5), &both);
    check(&mixed(two, |_, y| y < 4), &both);
    // A dot in the middle, and a frame.
    check(&mixed(two, |x, y| x.abs_diff(4) <= 1 && y.abs_diff(4) <= 1), &both);
    check(&mixed(two, |x, y| x.abs_diff(4) > 2 || y.abs_diff(4) > 2), &both);
    check(&mixed(one, |x, _| x >= 5), &format!("read {one}"));
}

#[test]
fn nothing_is_read_where_nothing_is() {
    check(&blank(1, 1), "nothing");
    check(&blank(300, 200), "nothing");
    let mut state = 1_u32;
    let mut noise = blank(200, 200);
    for pixel in noise.luma_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *pixel = state.to_be_bytes()[0];
    }
    check(&noise, "nothing");
}

#[test]
fn sightings_of_one_symbol_are_merged() {
    let picture = drawn(NOODLES);
    let rows = STEPS.iter().flat_map(|step| attempt(&picture, step)).collect::<Vec<_>>();
    assert!(rows.len() > 1);
    let merged = merge(rows.clone());
    assert_eq!((verdict(&merged), merged.len()), (Verdict::Read, 1));
    assert_eq!(verdict(&[]), Verdict::Nothing);

    // A reader that decodes other bytes at the same place.
    let mut other = rows.clone();
    other[0].contrary = Some(b"https://pay.example/other".to_vec());
    let merged = merge(other.clone());
    assert_eq!((verdict(&merged), merged.len()), (Verdict::Ambiguous, 2));
    // Alone, it disagrees with itself.
    assert_eq!(verdict(&other[..1]), Verdict::Ambiguous);
    assert_eq!(other[0].payloads().count(), 2);
}

#[test]
fn what_was_read_is_explained_and_hidden() {
    let mut picture = drawn(NOODLES);
    let seen = attempt(&picture, &STEPS[0]);
    let all = rest(&picture, &[]);
    assert!(all.unexplained && !all.regions.is_empty(), "{all:?}");
    assert_eq!(rest(&picture, &seen), Rest::default());
    picture = hidden(&picture, &seen);
    assert_eq!(rest(&picture, &[]), Rest::default());
    assert_eq!(attempt(&picture, &STEPS[0]), []);
}

#[test]
fn micro_symbols_are_seen_and_not_read() {
    let micro = QrCode::with_version(b"WXP-TEA", qrcode::Version::Micro(4), EcLevel::L).expect("it fits");
    let (side, colors) = (micro.width(), micro.to_colors());
    let with_micro = |picture: &Picture, dark: u8, light: u8| {
        Picture::from_fn(picture.width() + 120, picture.height(), |x, y| {
            let place = x.checked_sub(picture.width() + 20).zip(y.checked_sub(20));
            let module = place.map(|(x, y)| (x / 4, y / 4)).filter(|(x, y)| *x < side && *y < side);
            match module.map(|(x, y)| colors[y * side + x]) {
                Some(qrcode::Color::Dark) => dark,
                Some(qrcode::Color::Light) => light,
                None => picture.at(x, y).unwrap_or(light),
            }
        })
        .expect("a picture")
    };
    let check = |picture: &Picture, expected: (Verdict, usize)| {
        let reading = read(picture, &Reader::ALL);
        assert_eq!((reading.verdict, reading.micro), expected);
    };
    let noodles = drawn(NOODLES);
    check(&noodles, (Verdict::Read, 0));
    check(&with_micro(&noodles, 20, 240), (Verdict::Read, 1));
    check(&with_micro(&noodles.inverted(), 240, 20), (Verdict::Read, 1));
    check(&with_micro(&blank(100, 120), 20, 240), (Verdict::Nothing, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No picture makes a step of our own panic, even where nobody catches it; and none of these is a symbol.
    #[test]
    fn no_picture_is_too_strange(width in 1..70_usize, height in 1..70_usize, seed in any::<u32>(), levels in 1..=255_u8) {
        let mut state = seed;
        let mut picture = blank(width, height);
        for pixel in picture.luma_mut() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *pixel = state.to_be_bytes()[0] / levels * levels;
        }
        for step in STEPS {
            let mut sightings = Vec::new();
            if step.reader == Reader::Own {
                step.run(&picture, &mut sightings);
            } else {
                sightings = attempt(&picture, step);
            }
            prop_assert_eq!(sightings, []);
        }
        prop_assert_eq!(detect(&picture), []);
        prop_assert_eq!(detect(&picture.inverted()), []);
        prop_assert_eq!(hidden(&picture, &[]), picture);
    }
}
