//! Reading a merchant-presented payload allocates nothing, whatever its size and its faults.
//!
//! The counting allocator comes from a crate, since the workspace forbids `unsafe`.

use std::hint::black_box;

use upqr::emv::data_object::reencode;
use upqr::emv::mpm;

#[allow(dead_code, reason = "the benchmark uses all of it")]
#[path = "../benches/corpus/mod.rs"]
mod corpus;

/// Parses a text, compares its checksum, visits every object at every depth and asks for repeated and empty ones.
fn read(text: &str) -> usize {
    let Ok(payload) = mpm::parse(black_box(text)) else { return 0 };
    black_box(payload.crc());
    black_box(payload.object(mpm::NAME));
    black_box(payload.template_by_guid("org.upqr.wechat"));
    let sound = corpus::structure::is_sound(&payload);
    let root = payload.objects().count();
    let nested: usize = payload.templates().map(|(_, template)| template.objects().count()).sum();
    root.saturating_add(nested).saturating_add(usize::from(sound))
}

#[track_caller]
fn check(text: &str, visited: usize) {
    let mut found = 0;
    let counted = allocation_counter::measure(|| found = read(text));
    assert_eq!((found, counted.count_total), (visited, 0), "{} bytes", text.len());
}

#[test]
fn the_counter_counts() {
    let payload = mpm::parse("0002015802CN").expect("data objects");
    let counted = allocation_counter::measure(|| drop(reencode(payload.objects())));
    assert!(counted.count_total > 0);
}

#[test]
fn payloads_of_every_size_are_read_without_an_allocation() {
    for text in corpus::payloads() {
        let objects = read(&text);
        assert!(objects > 5, "{text}");
        check(&text, objects);
    }
    check("000201", 2);
    let template = format!("2699{}", "0091".to_owned() + &"x".repeat(91) + "0100");
    for times in [1, 10, 100, 1_000, 100_000] {
        check(&template.repeat(times), times * 3);
        check(&format!("5925{}", "京".repeat(25)).repeat(times), times + usize::from(times == 1));
    }
}

#[test]
fn broken_payloads_are_read_without_an_allocation() {
    check("", 0);
    check("0002015911LUCKY", 0);
    check("00020158CN", 0);
    check("6003北京", 0);
    check("000201580058006304abcd", 4);
    check("62080500050063040000", 4);
}
