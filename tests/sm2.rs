//! The SM2 test cases, through the library's own keys; the file is what the example makes.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    dead_code,
    reason = "the example prints its file, of which the test takes the text"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use upqr::signature::{Algorithm, OCTETS, PublicKey};

#[path = "../examples/sm2_vectors.rs"]
mod made;

const FILE: &str = include_str!("../vectors/signature/sm2_sm3_p1363.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Set {
    number_of_tests: usize,
    notes: serde_json::Map<String, serde_json::Value>,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    public_key_der: String,
    public_key_pem: String,
    signer_id: String,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    tc_id: usize,
    comment: String,
    flags: Vec<String>,
    msg: String,
    sig: String,
    result: String,
}

fn octets(hex: &str) -> Vec<u8> {
    let digit = |place: usize| hex.get(place..place + 2).and_then(|octet| u8::from_str_radix(octet, 16).ok());
    (0..hex.len()).step_by(2).map(|place| digit(place).expect("hex")).collect()
}

#[test]
fn every_case_is_judged_as_it_says() {
    let set: Set = serde_json::from_str(FILE).expect("the form of the set");
    let (mut accepted, mut refused) = (0, 0);
    for group in &set.test_groups {
        assert_eq!(group.signer_id, upqr::signature::SM2_SIGNER_ID);
        let key = PublicKey::read(&STANDARD.encode(octets(&group.public_key_der))).expect("a key");
        assert_eq!(key.algorithm(), Algorithm::Sm2);
        assert_eq!(key.to_pem(), group.public_key_pem);
        for case in &group.tests {
            assert!(case.flags.iter().all(|flag| set.notes.contains_key(flag)), "case {}", case.tc_id);
            let signature: Result<[u8; OCTETS], _> = octets(&case.sig).try_into();
            let verified = signature.is_ok_and(|octets_| key.verify(&octets(&case.msg), &octets_).is_ok());
            assert_eq!(verified, case.result == "valid", "case {}: {}", case.tc_id, case.comment);
            if verified { accepted += 1 } else { refused += 1 }
        }
    }
    assert_eq!(accepted + refused, set.number_of_tests);
    assert_eq!((accepted, refused), (67, 225));
}

#[test]
fn the_file_is_what_the_example_makes() {
    assert!(FILE == made::document(), "run `cargo run --example sm2_vectors --features signature` again");
}
