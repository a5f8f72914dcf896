//! What a symbol costs to draw, side by side with the crate `qrcode`.
#![allow(missing_docs, reason = "criterion's macros write the items")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use qrcode::{EcLevel, QrCode};
use upqr::symbol::encode::encode;
use upqr::symbol::segment::{Policy, segments};
use upqr::symbol::{EncodeOptions, Version};

/// Bytes of the payload.
const LENGTH: usize = 400;

/// A text of letters and digits in turn, which is what there is to choose between modes.
fn text() -> String {
    "https://pay.example/c/20261123000178?n=JADE-TEA-HOUSE&".chars().cycle().take(LENGTH).collect()
}

fn symbol(criterion: &mut Criterion) {
    let text = text();
    let options = EncodeOptions::default();
    let version = Version::new(15).expect("a version");
    let mut group = criterion.benchmark_group("symbol");
    group.bench_function("upqr encode 400 bytes", |bencher| {
        bencher.iter(|| encode(black_box(text.as_bytes()), &options).expect("it fits"));
    });
    group.bench_function("qrcode encode 400 bytes", |bencher| {
        bencher.iter(|| {
            QrCode::with_error_correction_level(black_box(text.as_bytes()), EcLevel::M).expect("it fits")
        });
    });
    group.bench_function("upqr segments of 400 bytes", |bencher| {
        bencher.iter(|| segments(black_box(text.as_bytes()), version, Policy::Shortest));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(40)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = symbol
}
criterion_main!(benches);
