//! Wycheproof's sets for P-256 with SHA-256 (IEEE P1363) and for Ed25519, through the library's own keys.
//!
//! ES256 signatures with `s` above half the order are refused by UPQR-SIG-8, so that those of the set which are valid but for this are counted.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test ends where its expectation does not hold"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use upqr::signature::{Algorithm, OCTETS, PublicKey, Refuted};
use wycheproof::{TestResult, ecdsa, eddsa};

fn read(der: &[u8], algorithm: Algorithm) -> PublicKey {
    let key = PublicKey::read(&STANDARD.encode(der)).expect("every key of the set is one");
    assert_eq!(key.algorithm(), algorithm);
    key
}

/// What the library says of a signature of any length: other lengths than 64 octets do not fit the templates.
fn verify(key: &PublicKey, message: &[u8], signature: &[u8]) -> Option<Result<(), Refuted>> {
    let octets: [u8; OCTETS] = signature.try_into().ok()?;
    Some(key.verify(message, &octets))
}

/// How many cases were accepted, refused, and refused for a high `s` though Wycheproof accepts them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    accepted: usize,
    refused: usize,
    high: usize,
}

impl Counts {
    #[track_caller]
    fn judge(&mut self, number: usize, expected: TestResult, verified: Option<Result<(), Refuted>>) {
        match (expected, verified) {
            (TestResult::Valid, Some(Ok(()))) => self.accepted += 1,
            (TestResult::Valid, Some(Err(Refuted::HighS))) => self.high += 1,
            (TestResult::Invalid, None | Some(Err(_))) => self.refused += 1,
            (expected, verified) => panic!("case {number}: {expected:?}, and the library says {verified:?}"),
        }
    }
}

#[test]
fn p256_passes() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).expect("the set");
    let mut counts = Counts::default();
    for group in &set.test_groups {
        let key = read(&group.der, Algorithm::Es256);
        for case in &group.tests {
            counts.judge(case.tc_id, case.result, verify(&key, &case.msg, &case.sig));
        }
    }
    assert_eq!(counts, Counts { accepted: 103, refused: 89, high: 70 });
}

#[test]
fn ed25519_passes() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("the set");
    let mut counts = Counts::default();
    for group in &set.test_groups {
        let key = read(&group.der, Algorithm::Ed25519);
        for case in &group.tests {
            counts.judge(case.tc_id, case.result, verify(&key, &case.msg, &case.sig));
        }
    }
    assert_eq!(counts, Counts { accepted: 88, refused: 63, high: 0 });
}
