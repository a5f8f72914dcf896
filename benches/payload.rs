//! What one payload costs, side by side with the crate `promptparse`; times are nanoseconds a payload.
#![allow(missing_docs, reason = "criterion's macros write the items")]
#![allow(clippy::arithmetic_side_effects, reason = "sums of a small corpus")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Bencher, Criterion, criterion_group, criterion_main};
use upqr::emv::crc::Crc16;
use upqr::emv::mpm;
use upqr::payment::{Account, Base, Merchant, MerchantPresented};
use upqr::{rules, unified};

use corpus::structure;

mod corpus;

const NATIVE: &str = "weixin://wxpay/bizpayurl?pr=NwY5Mz9";

fn parse_crc_structure(text: &str) -> bool {
    let Ok(payload) = mpm::parse(text) else { return false };
    payload.crc() == Crc16::Right && structure::is_sound(&payload)
}

/// With the checksum compared and nested objects read, as `upqr` does.
fn peer(text: &str) -> bool {
    promptparse::parse(text, true, true).is_some_and(|code| !code.get_tags().is_empty())
}

/// A code into the payload of a merchant, who stays the same; then the code taken out of that payload again.
fn unify_restore(payment: &mut MerchantPresented, native: &str) -> bool {
    let Ok(account) = Account::new(native, None) else { return false };
    payment.accounts.clear();
    payment.accounts.push(account);
    let Ok(text) = unified::write(payment) else { return false };
    let Ok(payload) = mpm::parse(&text) else { return false };
    unified::read(&payload).accounts().any(|account| account.native() == native.as_bytes())
}

/// Runs the whole corpus once an iteration and divides the time by its size, so that criterion reports the time of one payload.
fn each<'a>(bencher: &mut Bencher<'_>, corpus: &[&'a str], mut work: impl FnMut(&'a str) -> bool) {
    let size = u32::try_from(corpus.len()).expect("a small corpus");
    bencher.iter_custom(|iterations| {
        let start = Instant::now();
        for _ in 0..iterations {
            for text in corpus {
                assert!(work(black_box(text)), "every payload of the corpus is good");
            }
        }
        start.elapsed() / size
    });
}

fn payload(criterion: &mut Criterion) {
    let owned = corpus::payloads();
    let corpus: Vec<&str> = owned.iter().map(String::as_str).collect();
    let bytes: usize = corpus.iter().map(|text| text.len()).sum();
    assert_eq!(corpus.len(), 144, "payloads");
    assert_eq!(bytes / corpus.len(), 160, "bytes a payload");

    let mut group = criterion.benchmark_group("payload");
    group.bench_function("upqr parse + crc + structure", |bencher| {
        each(bencher, &corpus, parse_crc_structure);
    });
    group.bench_function("promptparse parse + crc", |bencher| each(bencher, &corpus, peer));
    let merchant = Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812");
    let mut payment = MerchantPresented::new(Base::Merchant(merchant));
    group.bench_function("upqr unify + restore", |bencher| {
        each(bencher, &[NATIVE], |native| unify_restore(&mut payment, native));
    });
    group.bench_function("upqr rules::check", |bencher| {
        each(bencher, &corpus, |text| !rules::check(black_box(text)).is_broken());
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(60)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(6));
    targets = payload
}
criterion_main!(benches);
