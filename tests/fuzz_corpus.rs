//! Replays the fuzzers' corpora on the stable toolchain, with the same checks and without libFuzzer.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

use std::fs;
use std::path::PathBuf;

#[path = "../fuzz/src/lib.rs"]
mod bodies;

/// Inputs of one corpus at least.
const LEAST: usize = 15;

#[track_caller]
fn check(target: &str, body: fn(&[u8])) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("a corpus").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() >= LEAST, "{target}: only {} inputs", files.len());
    for file in files {
        // The panic of a law does not say which input broke it.
        let input = fs::read(&file).expect("a readable file");
        let held = std::panic::catch_unwind(|| body(&input)).is_ok();
        assert!(held, "{} breaks a law", file.display());
    }
}

#[test]
fn merchant_presented_texts() {
    check("mpm_text", bodies::mpm_text::check);
}

#[test]
fn merchant_presented_payloads_built_from_objects() {
    check("mpm_objects", bodies::mpm_objects::check);
}

#[test]
fn carriers_and_what_they_carry() {
    check("carrier", bodies::carrier::check);
}

#[test]
fn consumer_presented_payloads() {
    check("cpm", bodies::cpm::check);
}

#[test]
fn texts_of_any_family() {
    check("recognise", bodies::recognise::check);
}

#[test]
fn codes_that_are_unified_and_restored() {
    check("unify_restore", bodies::unify_restore::check);
}

#[test]
fn modules_and_streams_of_symbols() {
    check("symbol", bodies::symbol::check);
}

#[test]
fn documents_of_terms_and_evidence() {
    check("terms", bodies::terms::check);
}

#[test]
fn pictures_and_symbols_that_are_drawn() {
    check("picture", bodies::picture::check);
}
