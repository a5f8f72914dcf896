//! The laws of ladders: nothing but the damage changes, and with every step there is more of it.

use upqr::symbol::read::{STEPS, attempt};
use upqr::symbol::{Letter, Level, Picture, analyse, grade, measure};

use super::pixel::real;
use super::scene::DARK;
use super::{Kind, Subject, numbered, png};

const PAYLOAD: &[u8] = b"https://pay.example/LUCKY";

fn subject(seed: u64) -> Subject {
    Subject::new(PAYLOAD.to_vec(), Level::M, seed).expect("a short payload")
}

/// How different two pictures of one size are: the mean of the differences of their pixels.
fn distance(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    let differences = a.luma().iter().zip(b.luma()).map(|(a, b)| f64::from(a.abs_diff(*b)));
    differences.sum::<f64>() / real(a.luma().len())
}

/// Ink in a picture, in pixels.
fn ink(picture: &Picture) -> f64 {
    let threshold = DARK + 100.0;
    real(picture.luma().iter().filter(|value| f64::from(**value) < threshold).count())
}

#[test]
fn every_step_damages_more_than_the_one_before() {
    let subject = subject(5);
    for kind in Kind::ALL {
        let pictures: Vec<Picture> = (0..kind.count()).map(|step| subject.picture(kind, step)).collect();
        let clean = pictures.first().expect("step 0");
        let harder: Vec<f64> = match kind {
            // These leave nothing in its place.
            Kind::Resolution => pictures.iter().skip(1).map(|picture| -real(picture.width())).collect(),
            Kind::Tilt => pictures.iter().map(|picture| -ink(picture)).collect(),
            // A turn damages nothing by itself.
            Kind::Rotation => continue,
            _ => pictures.iter().map(|picture| distance(picture, clean)).collect(),
        };
        assert!(harder.is_sorted_by(|before, after| before < after), "{}: {harder:?}", kind.key());
    }
}

#[test]
fn a_turn_moves_the_ink_and_takes_none_away() {
    let subject = subject(5);
    let clean = subject.picture(Kind::Rotation, 0);
    for step in 1..Kind::Rotation.count() {
        let turned = subject.picture(Kind::Rotation, step);
        assert!(distance(&clean, &turned) > 5.0, "step {step}");
        assert!(
            (ink(&turned) / ink(&clean) - 1.0).abs() < 0.1,
            "step {step}: {} of {}",
            ink(&turned),
            ink(&clean)
        );
    }
}

#[test]
fn what_a_step_strikes_the_next_one_strikes_too() {
    let subject = subject(6);
    for kind in [Kind::SaltAndPepper, Kind::Flips, Kind::Finder] {
        let pictures: Vec<Picture> = (0..kind.count()).map(|step| subject.picture(kind, step)).collect();
        let clean = pictures.first().expect("step 0");
        for (less, more) in pictures.iter().zip(pictures.iter().skip(1)) {
            // Pixels on the edge of what is struck take some of the next module's ink, and may change twice.
            let lost = clean.luma().iter().zip(less.luma()).zip(more.luma());
            let lost = lost
                .filter(|((clean, less), more)| clean.abs_diff(**less) > 200 && less.abs_diff(**more) > 60);
            assert_eq!(lost.count(), 0, "{}", kind.key());
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_others() {
    let of = |seed: u64, kind: Kind, step: usize| png(&subject(seed).picture(kind, step));
    for kind in Kind::ALL {
        assert_eq!(of(1, kind, 4), of(1, kind, 4), "{}", kind.key());
        assert_ne!(of(1, kind, 4), of(2, kind, 4), "{}", kind.key());
        assert_ne!(of(1, kind, 4), of(1, kind, 5), "{}", kind.key());
    }
}

#[test]
fn a_symbol_holds_its_payload_at_every_level() {
    for level in Level::ALL {
        let subject = Subject::new(PAYLOAD.to_vec(), level, 1).expect("a short payload");
        let analysis = analyse(&subject.grid).expect("nothing is damaged");
        assert_eq!((analysis.payload.as_slice(), subject.level), (PAYLOAD, level));
    }
    assert!(Subject::new(vec![b'a'; 2331], Level::M, 1).is_some());
    assert!(Subject::new(vec![b'a'; 2332], Level::M, 1).is_none());
}

#[test]
fn synthetic_payloads_are_what_payment_symbols_hold() {
    let payloads: Vec<String> =
        (0..60).map(|number| String::from_utf8(numbered(9, number).0).expect("text")).collect();
    for payload in &payloads {
        assert!((18..=420).contains(&payload.len()), "{payload}");
        assert!(!payload.starts_with("000201") || upqr::emv::mpm::parse(payload).is_ok(), "{payload}");
    }
    let count = |like: &dyn Fn(&&String) -> bool| payloads.iter().filter(like).count();
    assert_eq!(count(&|payload| payload.starts_with("000201")), 36);
    assert_eq!(count(&|payload| !payload.is_ascii()), 12);
    assert_eq!((0..60).filter(|number| numbered(9, *number).1 == Level::M).count(), 30);
    let mut different = payloads.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), payloads.len());
    assert_ne!(numbered(9, 0), numbered(8, 0));
}

#[test]
fn a_share_of_a_finder_pattern_is_that_share() {
    let subject = subject(3);
    let whole = distance(&subject.picture(Kind::Finder, 10), &subject.picture(Kind::Finder, 0));
    let half = distance(&subject.picture(Kind::Finder, 5), &subject.picture(Kind::Finder, 0));
    assert!((0.3..0.7).contains(&(half / whole)), "{half} of {whole}");
}

/// The grade of a picture, where its symbol is read.
fn graded(picture: &Picture) -> Option<Letter> {
    let steps = STEPS.iter().filter(|step| ["plain", "own"].contains(&step.name));
    let sighting = steps.flat_map(|step| attempt(picture, step)).next()?;
    Some(grade(&measure(picture, &sighting), &sighting.analysis).letter)
}

#[test]
fn no_step_has_a_better_grade_than_the_one_before() {
    let mut better = Vec::new();
    for number in [1, 3, 9] {
        let (payload, level) = numbered(1, number);
        let subject = Subject::new(payload, level, 1).expect("a symbol");
        for kind in Kind::ALL {
            let graded =
                (0..kind.count()).filter_map(|step| Some((step, graded(&subject.picture(kind, step))?)));
            let letters: Vec<(usize, Letter)> = graded.collect();
            let rises =
                letters.windows(2).filter(|pair| matches!(pair, [(_, before), (_, now)] if now > before));
            better.extend(rises.map(|pair| format!("payload {number}, {}: {pair:?}", kind.key())));
        }
    }
    assert_eq!(better, [""; 0]);
}
