#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a test ends where its expectation does not hold"
)]

use super::*;
use crate::symbol::measure::drawn::{Drawn, symbol};
use crate::symbol::picture::shade;
use crate::symbol::{Level, Picture, Sighting, analyse, measure};

fn graded(picture: &Picture, sighting: &Sighting) -> Grade {
    grade(&measure(picture, sighting), &sighting.analysis)
}

fn of(drawn: &Drawn) -> Grade {
    graded(&drawn.picture(), &drawn.sighting())
}

fn value(grade: &Grade, parameter: Parameter) -> f64 {
    grade.mark(parameter).expect("it was read").value
}

#[test]
fn thresholds_are_those_of_the_standard() {
    #[track_caller]
    fn check(parameter: Parameter, rows: [(f64, f64); 4]) {
        for ((at, past), letter) in rows.into_iter().zip([Letter::A, Letter::B, Letter::C, Letter::D]) {
            let (at, past) = (parameter.score(at), parameter.score(past));
            assert_eq!(Letter::of(at), letter, "{parameter:?} {at}");
            assert_eq!(Letter::of(past).number() + 1, letter.number(), "{parameter:?} {past}");
            assert!((at - past).abs() < 0.2 && past < f64::from(letter.number()), "{parameter:?}");
        }
    }
    check(Parameter::SymbolContrast, [(0.70, 0.699), (0.55, 0.549), (0.40, 0.399), (0.20, 0.199)]);
    check(Parameter::Modulation, [(0.50, 0.499), (0.40, 0.399), (0.30, 0.299), (0.20, 0.199)]);
    check(Parameter::ReflectanceMargin, [(0.50, 0.499), (0.40, 0.399), (0.30, 0.299), (0.20, 0.199)]);
    check(Parameter::AxialNonUniformity, [(0.06, 0.061), (0.08, 0.081), (0.10, 0.101), (0.12, 0.121)]);
    check(Parameter::GridNonUniformity, [(0.38, 0.381), (0.50, 0.501), (0.63, 0.631), (0.75, 0.751)]);
    check(Parameter::UnusedErrorCorrection, [(0.62, 0.619), (0.50, 0.499), (0.37, 0.369), (0.25, 0.249)]);
    check(Parameter::FixedPatternDamage, [(0.02, 0.021), (0.05, 0.051), (0.08, 0.081), (0.12, 0.121)]);
    check(Parameter::QuietZone, [(3.75, 3.74), (2.75, 2.74), (1.75, 1.74), (0.75, 0.74)]);
    for (value, letter) in [(1.0, Letter::A), (0.0, Letter::F)] {
        assert_eq!(Letter::of(Parameter::Decode.score(value)), letter);
    }
    for parameter in Parameter::ALL {
        for odd in [f64::NAN, f64::INFINITY, -1.0, f64::MAX, 0.0] {
            let score = parameter.score(odd);
            assert!(parameter == Parameter::Decode || (0.0..=4.0).contains(&score), "{parameter:?} {odd}");
        }
    }
}

#[test]
fn a_clean_symbol_is_graded_a() {
    for version in [1, 2, 6, 7, 14, 30] {
        for angle in [0.0, 15.0, 45.0] {
            let grade = of(&Drawn { angle, ..Drawn::of(symbol(version, Level::Q, b"JADE TEA")) });
            assert_eq!(grade.letter, Letter::A, "{version} at {angle}: {grade:?}");
            let keys: Vec<Parameter> = grade.marks.iter().map(|mark| mark.parameter).collect();
            assert_eq!(keys, Parameter::ALL);
            let fixed = 5 + usize::from(version > 1) + usize::from(version > 6);
            assert_eq!(grade.fixed.len(), fixed);
        }
    }
}

/// Version, level, and the codewords of one block that may be wrong.
#[test]
fn unused_error_correction_is_counted_exactly() {
    for (version, level, correctable) in
        [(1, Level::H, 8), (3, Level::M, 13), (5, Level::Q, 9), (10, Level::L, 9)]
    {
        let whole = symbol(version, level, b"JADE");
        let layout = Layout::new(whole.version());
        let path = layout.path();
        let places = interleaving(whole.version(), level).into_iter().next().expect("a block");
        let first: Vec<&[(usize, usize)]> =
            places.iter().map(|place| &path[place * 8..place * 8 + 8]).collect();
        for wrong in 0..=correctable {
            let mut drawn = Drawn { module: [3.0; 2], ..Drawn::of(whole.clone()) };
            // From the end, and now one, now three modules of each.
            drawn.flip(first.iter().rev().take(wrong).enumerate().flat_map(|(place, modules)| {
                modules.iter().copied().skip(place % 6).take(1 + place % 2 * 2)
            }));
            let read = analyse(&drawn.grid).expect("it can be corrected");
            assert_eq!(read.blocks[0].corrected, wrong);
            let grade = of(&drawn);
            let expected = 1.0 - real(wrong) / real(correctable);
            assert_eq!(value(&grade, Parameter::UnusedErrorCorrection), expected);
            let margin = grade.mark(Parameter::ReflectanceMargin).expect("it was read");
            // What is wrong counts 0 there, so that as much error correction is used up.
            assert_eq!(margin.score, Parameter::UnusedErrorCorrection.score(expected), "{wrong}");
            assert_eq!(grade.mark(Parameter::Modulation).expect("it was read").letter, Letter::A);
            assert_eq!(grade.score, margin.score, "{version} {wrong} {grade:?}");
        }
    }
}

#[test]
fn margins_are_given_up_as_is_best() {
    fn check(margins: &[f64], expected: (usize, f64), letter: Letter) {
        let block = Block { data: 10, correction: 20, correctable: 10, corrected: 0 };
        let (damaged, margin, score) = overlay(margins.to_vec(), |wrong| spent(block, wrong));
        assert_eq!(((damaged, margin), Letter::of(score)), (expected, letter), "{margins:?}");
    }
    check(&[0.9; 20], (0, 0.9), Letter::A);
    check(&[0.9, 0.1, 0.9, 0.0, 0.9], (2, 0.9), Letter::A);
    // Four given up leave 0.6: B; three leave A, but only D.
    check(&[0.1, 0.1, 0.1, 0.25, 0.9, 0.9], (4, 0.9), Letter::B);
    // Seven would leave 0.3: D; at none given up it is C.
    check(&[0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.9], (0, 0.3), Letter::C);
    check(&[0.1; 30], (0, 0.1), Letter::F);
    check(&[], (0, 0.0), Letter::F);
}

#[test]
fn fixed_patterns_are_graded_each_by_its_damage() {
    let check = |wrong: &[(usize, usize)], fixed: Fixed, letter: Letter| {
        let mut drawn = Drawn::of(symbol(7, Level::H, b"JADE"));
        drawn.flip(wrong.iter().copied());
        let grade = of(&drawn);
        for mark in &grade.fixed {
            let expected = if mark.fixed == fixed { letter } else { Letter::A };
            assert_eq!(mark.letter, expected, "{wrong:?}: {mark:?}");
        }
        assert_eq!(grade.mark(Parameter::FixedPatternDamage).expect("it was read").letter, letter);
    };
    let finder = [(1, 1), (2, 5), (3, 3), (5, 2), (7, 7), (4, 4), (0, 6), (6, 0)];
    let letters =
        [Letter::A, Letter::A, Letter::B, Letter::B, Letter::C, Letter::C, Letter::D, Letter::D, Letter::F];
    for (count, letter) in letters.into_iter().enumerate() {
        check(&finder[..count], Fixed::Finder(0), letter);
    }
    check(&[(40, 2), (41, 2)], Fixed::Finder(1), Letter::B);
    check(&[(2, 40), (2, 41)], Fixed::Finder(2), Letter::B);
    check(&[(10, 6), (12, 6), (6, 13)], Fixed::Timing, Letter::B);
    let pattern: Vec<(usize, usize)> = (20..25).flat_map(|y| (20..25).map(move |x| (x, y))).collect();
    check(&pattern, Fixed::Alignment, Letter::C);
    check(&[(8, 0), (8, 1), (8, 2), (8, 37)], Fixed::Format, Letter::C);
    check(&[(34, 0), (35, 0)], Fixed::Version, Letter::B);
}

#[test]
fn the_lowest_parameter_decides() {
    let check = |drawn: Drawn, parameter: Parameter, letter: Letter| {
        let grade = of(&drawn);
        assert_eq!(grade.letter, letter, "{parameter:?}: {grade:?}");
        for mark in &grade.marks {
            let expected = if mark.parameter == parameter { letter } else { Letter::A };
            assert_eq!(mark.letter, expected, "{parameter:?}: {mark:?}");
        }
    };
    let new = Drawn::new;
    for (contrast, letter) in
        [(0.72, Letter::A), (0.6, Letter::B), (0.45, Letter::C), (0.25, Letter::D), (0.1, Letter::F)]
    {
        let (dark, light) = (255.0 * (0.5 - contrast / 2.0), 255.0 * (0.5 + contrast / 2.0));
        check(Drawn { shades: [dark, light, dark], ..new() }, Parameter::SymbolContrast, letter);
    }
    for (quiet, letter) in
        [(4.0, Letter::A), (3.0, Letter::B), (2.0, Letter::C), (1.0, Letter::D), (0.0, Letter::F)]
    {
        let drawn = Drawn { quiet: [5.0, 4.0, quiet, 4.5], beyond: 2.0, ..new() };
        check(drawn, Parameter::QuietZone, letter);
    }
    for (height, letter) in
        [(6.3, Letter::A), (6.4, Letter::B), (6.55, Letter::C), (6.7, Letter::D), (7.0, Letter::F)]
    {
        check(Drawn { module: [6.0, height], ..new() }, Parameter::AxialNonUniformity, letter);
    }
}

/// Noise, the same for every strength: about -1 to 1.
fn noise(place: usize) -> f64 {
    let mut state = u64::try_from(place).expect("a place") + 0x9E37_79B9_7F4A_7C15;
    let mut sum = 0.0;
    for _ in 0..4 {
        state = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state = (state ^ state >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        state ^= state >> 31;
        sum += f64::from(u32::try_from(state >> 32).expect("32 bits")) / f64::from(u32::MAX) - 0.5;
    }
    sum
}

fn each(picture: &Picture, change: impl Fn(f64, f64, usize, f64) -> f64) -> Picture {
    let width = picture.width();
    let mut changed = picture.clone();
    for (place, value) in changed.luma_mut().iter_mut().enumerate() {
        let (x, y) = (real(place % width) / real(width), real(place / width) / real(picture.height()));
        *value = shade(change(x, y, place, f64::from(*value)));
    }
    changed
}

fn blurred(picture: &Picture, sigma: f64) -> Picture {
    let radius = whole(sigma * 3.0) + 1;
    let weights: Vec<f64> = (0..=2 * radius)
        .map(|at| (real(at) - real(radius)) / sigma.max(0.01))
        .map(|at| libm::exp(-at * at / 2.0))
        .collect();
    let total: f64 = weights.iter().sum();
    let pass = |picture: &Picture, across: bool| {
        Picture::from_fn(picture.width(), picture.height(), |x, y| {
            let near = |at: usize, step: usize, size: usize| (at + step).saturating_sub(radius).min(size - 1);
            let sum: f64 = weights
                .iter()
                .enumerate()
                .map(|(step, weight)| {
                    let (x, y) = if across {
                        (near(x, step, picture.width()), y)
                    } else {
                        (x, near(y, step, picture.height()))
                    };
                    weight * f64::from(picture.at(x, y).expect("inside"))
                })
                .sum();
            shade(sum / total)
        })
        .expect("as large")
    };
    pass(&pass(picture, true), false)
}

/// How an undamaged picture looks at a step of damage.
type Damage = fn(&Drawn, f64) -> Picture;

/// Each kind of damage, from step 0, which is none, to step 8.
const LADDERS: [(&str, Damage); 14] = [
    ("blur", |drawn, step| blurred(&drawn.picture(), step * 0.15 * drawn.module[0])),
    ("noise", |drawn, step| each(&drawn.picture(), |_, _, place, value| value + noise(place) * step * 60.0)),
    ("salt and pepper", |drawn, step| {
        each(&drawn.picture(), |_, _, place, value| {
            let chance = noise(place.wrapping_mul(7)).abs();
            if chance < step * 0.04 { if place % 2 == 0 { 255.0 } else { 0.0 } } else { value }
        })
    }),
    ("contrast", |drawn, step| {
        each(&drawn.picture(), |_, _, _, value| (value - 128.0) * (1.0 - step * 0.12) + 128.0)
    }),
    ("uneven light", |drawn, step| each(&drawn.picture(), |x, _, _, value| value * (1.0 - step * 0.11 * x))),
    ("shadow", |drawn, step| {
        each(
            &drawn.picture(),
            |x, y, _, value| if x + 0.3 * y > 0.6 { value * (1.0 - step * 0.11) } else { value },
        )
    }),
    ("logo", |drawn, step| logo(&drawn.picture(), step * 0.05, 255.0)),
    ("grey logo", |drawn, step| logo(&drawn.picture(), step * 0.05, 128.0)),
    ("dark logo", |drawn, step| logo(&drawn.picture(), step * 0.05, 0.0)),
    ("finder", |drawn, step| {
        let from = drawn.quiet[0] / (drawn.quiet[0] * 2.0 + real(drawn.grid.side()));
        let size = 7.0 * step / 8.0 / (drawn.quiet[0] * 2.0 + real(drawn.grid.side()));
        each(&drawn.picture(), |x, y, _, value| {
            if x >= from && y >= from && x < from + size && y < from + size { 255.0 } else { value }
        })
    }),
    ("quiet zone", |drawn, step| {
        Drawn { quiet: [4.0 - step / 2.0; 4], beyond: step / 2.0, ..drawn.clone() }.picture()
    }),
    ("flips", |drawn, step| {
        let mut drawn = drawn.clone();
        let side = drawn.grid.side();
        let all = (0..side * side).filter(|place| noise(place * 31).abs() < step * 0.012);
        drawn.flip(all.map(|place| (place % side, place / side)).collect::<Vec<_>>());
        drawn.picture()
    }),
    ("stretch", |drawn, step| {
        Drawn { module: [drawn.module[0], drawn.module[1] * (1.0 + step * 0.025)], ..drawn.clone() }.picture()
    }),
    ("tilt", |drawn, step| Drawn { tilt: step * 0.05, ..drawn.clone() }.picture()),
];

fn logo(picture: &Picture, half: f64, colour: f64) -> Picture {
    each(
        picture,
        |x, y, _, value| {
            if (x - 0.5).abs() < half && (y - 0.5).abs() < half { colour } else { value }
        },
    )
}

/// Steps 0 to 8 of each ladder: letters may only fall, and scores not rise by more than measuring wobbles.
#[test]
fn grades_fall_on_every_ladder_of_damage() {
    let symbols = [
        (2, Level::L, b"LUCKY NOODLES".as_slice(), 4.0),
        (4, Level::M, b"LUCKY NOODLES, 88 JADE ROAD".as_slice(), 3.0),
        (8, Level::Q, b"JADE TEA HOUSE, 12 LOTUS LANE, TABLE 7".as_slice(), 5.0),
    ];
    for (version, level, payload, size) in symbols {
        let drawn = Drawn { module: [size; 2], ..Drawn::of(symbol(version, level, payload)) };
        for (name, damage) in LADDERS {
            let mut before: Option<Grade> = None;
            let mut letters = String::new();
            for step in 0..=8_u8 {
                let picture = damage(&drawn, f64::from(step));
                let mut drawn = drawn.clone();
                match name {
                    "stretch" => drawn.module[1] *= 1.0 + f64::from(step) * 0.025,
                    "tilt" => drawn.tilt = f64::from(step) * 0.05,
                    _ => {}
                }
                let grade = graded(&picture, &drawn.sighting());
                letters.push_str(grade.letter.key());
                if let Some(before) = &before {
                    let name = format!("{version}-{level} {name} {letters}:\n{before:?}\n{grade:?}");
                    assert!(grade.letter <= before.letter, "{name}");
                    // Among failures, what is measured last may be anything.
                    assert!(grade.letter == Letter::F || grade.score <= before.score + 0.05, "{name}");
                }
                before = Some(grade);
            }
            assert!(letters.starts_with('A'), "{name}: {letters}");
            assert!(letters.ends_with(['D', 'F']), "{version}-{level} {name}: {letters}");
        }
    }
}

#[test]
fn rotation_alone_changes_little() {
    for size in [3.0, 4.0, 6.0] {
        for angle in [5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 180.0, -100.0] {
            let grade = of(&Drawn { angle, module: [size; 2], ..Drawn::new() });
            assert_eq!(grade.letter, Letter::A, "{size} at {angle}: {grade:?}");
        }
    }
}

#[test]
fn names_are_each_given_once() {
    let mut keys: Vec<&str> = Parameter::ALL.iter().map(|parameter| parameter.key()).collect();
    keys.extend(Fixed::ALL.iter().map(|fixed| fixed.key()));
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 16);
    let numbers: Vec<u8> = Letter::ALL.iter().map(|letter| letter.number()).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
}
