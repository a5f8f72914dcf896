//! What a symbol costs to draw, side by side with the crate `qrcode`, and to read.
#![allow(missing_docs, reason = "criterion's macros write the items")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use qrcode::QrCode;
use upqr::symbol::encode::encode;
use upqr::symbol::read::{Verdict, read};
use upqr::symbol::segment::{Policy, segments};
use upqr::symbol::{EncodeOptions, Grid, Letter, Picture, Reader, Version, grade, measure};

/// Bytes of the payload that is drawn.
const LENGTH: usize = 400;

/// A payload that is read, of the length that payment codes have.
const PAYLOAD: &str = "00020101021126300015com.example.pay0107TEA00015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304A13F";

/// A text of letters and digits in turn, which is what there is to choose between modes.
fn text() -> String {
    "https://pay.example/c/20261123000178?n=JADE-TEA-HOUSE&".chars().cycle().take(LENGTH).collect()
}

fn drawn(criterion: &mut Criterion) {
    let text = text();
    let options = EncodeOptions::default();
    let version = Version::new(15).expect("a version");
    let mut group = criterion.benchmark_group("symbol");
    group.bench_function("upqr encode 400 bytes", |bencher| {
        bencher.iter(|| encode(black_box(text.as_bytes()), &options).expect("it fits"));
    });
    // Both at level M.
    group.bench_function("qrcode encode 400 bytes", |bencher| {
        bencher.iter(|| QrCode::new(black_box(text.as_bytes())).expect("it fits"));
    });
    group.bench_function("upqr segments of 400 bytes", |bencher| {
        bencher.iter(|| segments(black_box(text.as_bytes()), version, Policy::Shortest));
    });
    group.finish();
}

/// Whether the module is dark that shows at a pixel, where the symbol's upper left corner is at this one; `None` beside it and its quiet zone.
fn at(grid: &Grid, pixels: usize, corner: (usize, usize), x: usize, y: usize) -> Option<bool> {
    let side = grid.side().saturating_add(8);
    // Counted with the quiet zone.
    let module = |at: usize, corner: usize| {
        let from = corner.checked_sub(pixels.saturating_mul(4))?;
        at.checked_sub(from)?.checked_div(pixels).filter(|module| *module < side)
    };
    let (x, y) = (module(x, corner.0)?, module(y, corner.1)?);
    Some(x.checked_sub(4).zip(y.checked_sub(4)).is_some_and(|(x, y)| grid.dark(x, y)))
}

/// Black on white with its quiet zone, four pixels a module.
fn clean(grid: &Grid) -> Picture {
    let size = grid.side().saturating_add(8).saturating_mul(4);
    let shade = |x, y| if at(grid, 4, (16, 16), x, y).unwrap_or_default() { 0 } else { 255 };
    Picture::from_fn(size, size, shade).expect("a picture")
}

/// A picture of 1920 by 1080 with noise, light from the left, things that stand around, and the symbol, five pixels a module.
fn scene(grid: &Grid) -> Picture {
    Picture::from_fn(1920, 1080, |x, y| {
        let place = u32::try_from(y.saturating_mul(1920).saturating_add(x)).unwrap_or_default();
        let [noise, ..] = (place ^ place >> 7).wrapping_mul(2_654_435_761).to_be_bytes();
        let surface = match at(grid, 5, (1100, 420), x, y) {
            Some(true) => 30,
            Some(false) => 220,
            None if x.div_euclid(90).is_multiple_of(3) && y.div_euclid(120).is_multiple_of(2) => 70,
            None => 150,
        };
        let light = u8::try_from(x.div_euclid(64)).unwrap_or_default();
        u8::saturating_sub(surface, light).saturating_add(noise.div_euclid(16))
    })
    .expect("a picture")
}

fn seen(criterion: &mut Criterion) {
    let version = Version::new(7).expect("a version");
    let options = EncodeOptions { versions: version..=version, ..EncodeOptions::default() };
    let symbol = encode(PAYLOAD.as_bytes(), &options).expect("it fits");
    let mut group = criterion.benchmark_group("picture");
    let picture = clean(&symbol.grid);
    // What `scan --explain` does with a picture that is open.
    group.bench_function("read, measure and grade version 7 at 4 pixels a module", |bencher| {
        bencher.iter(|| {
            let reading = read(black_box(&picture), &Reader::ALL);
            let sighting = reading.sightings.first().expect("it is read");
            assert_eq!(sighting.payload(), PAYLOAD.as_bytes());
            let grade = grade(&measure(&picture, sighting), &sighting.analysis);
            assert_eq!(grade.letter, Letter::A);
        });
    });
    let picture = scene(&symbol.grid);
    group.bench_function("read one symbol in 1920 x 1080 pixels", |bencher| {
        bencher.iter(|| {
            let reading = read(black_box(&picture), &Reader::ALL);
            assert_eq!(reading.verdict, Verdict::Read);
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(40)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = drawn, seen
}
criterion_main!(benches);
