//! What a decision costs: with document and evidence read already, and with everything read first.
#![allow(missing_docs, reason = "criterion's macros write the items")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use upqr::terms::{Document, Evidence, evaluate};

/// A prepaid card: the kind that looks at most events.
const DOCUMENT: &str = include_str!("../spec/terms/05-draw-down.json");

/// Money that came in, and uses that are confirmed and paid but for the last.
fn evidence(uses: u64) -> String {
    let start = 1_790_000_000;
    let mut lines = format!(r#"{{"id":"f","at":{start},"by":"bank-1","type":"funded","amount":"1000.00"}}"#);
    for number in 1..=uses {
        let at = number.saturating_mul(60).saturating_add(start);
        let _ = write!(
            lines,
            "\n{{\"id\":\"u{number}\",\"at\":{at},\"by\":\"gym-1\",\"type\":\"use\",\"amount\":\"10.00\"}}\n\
             {{\"id\":\"c{number}\",\"at\":{at},\"by\":\"wallet-1\",\"type\":\"confirmed\",\"for\":\"u{number}\"}}"
        );
        if number < uses {
            let _ = write!(
                lines,
                "\n{{\"id\":\"p{number}\",\"at\":{at},\"by\":\"bank-1\",\"type\":\"paid\",\"to\":\"gym-1\",\"amount\":\"10.00\",\"for\":\"u{number}\"}}"
            );
        }
    }
    lines
}

fn evaluated(criterion: &mut Criterion) {
    let as_of = 1_800_000_000;
    let document = Document::parse(DOCUMENT.as_bytes()).expect("a document");
    let mut group = criterion.benchmark_group("terms");
    for uses in [3, 33] {
        let text = evidence(uses);
        let read = Evidence::parse(text.as_bytes(), document.currency).expect("evidence");
        let events = read.events().len();
        group.bench_function(format!("evaluate {events} events"), |bencher| {
            bencher.iter(|| evaluate(black_box(&document), black_box(&read), as_of).payouts.len());
        });
        group.bench_function(format!("read and evaluate {events} events"), |bencher| {
            bencher.iter(|| {
                let document = Document::parse(black_box(DOCUMENT.as_bytes())).expect("a document");
                let evidence =
                    Evidence::parse(black_box(text.as_bytes()), document.currency).expect("evidence");
                evaluate(&document, &evidence, as_of).payouts.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, evaluated);
criterion_main!(benches);
