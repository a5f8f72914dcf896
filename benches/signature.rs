//! What a signature costs: parsing and verifying a payload beside the bare verification of the same bytes with the same key.
#![allow(missing_docs, reason = "criterion's macros write the items")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use p256::ecdsa::signature::Verifier as _;
use upqr::emv::mpm;
use upqr::payment::{Account, Base, Merchant, MerchantPresented};
use upqr::signature::{Algorithm, PAYLOAD_DOMAIN, PrivateKey, SM2_SIGNER_ID, State, TrustList, sign, verify};
use upqr::unified;
use upqr::unified::signature::{Placed, read};

const AS_OF: u64 = 1_795_000_000;
const SECRET: [u8; 32] = [7; 32];

/// A signed payload of two wallets, and the list that trusts its key for them.
fn signed(algorithm: Algorithm) -> (String, TrustList) {
    let key = PrivateKey::from_octets(algorithm, &SECRET).expect("a key");
    let codes = ["weixin://wxpay/bizpayurl?pr=NwY5Mz9", "https://qr.alipay.com/fkx00000synthetic00aaa"];
    let mut payment =
        MerchantPresented::new(Base::Merchant(Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812")));
    payment.accounts = codes.map(|code| Account::new(code, None).expect("a code")).to_vec();
    let payload = unified::write(&payment).expect("a payload");
    let list = format!(
        "version = 1\nissued = 1790000000\n[[key]]\nname = \"till\"\nalgorithm = \"{}\"\npublic_key = \"{}\"\n\
         [[key.scope]]\nguid = \"org.upqr.wechat\"\nprefixes = [\"weixin://wxpay/\"]\n\
         [[key.scope]]\nguid = \"org.upqr.alipay\"\nprefixes = [\"https://qr.alipay.com/fkx\"]\n",
        algorithm.key(),
        key.public_key().to_base64()
    );
    (sign(&payload, &key).expect("it can be signed"), TrustList::read(&list, None).expect("a list"))
}

/// The bytes that are verified, and the octets of the signature.
fn parts(text: &str) -> (Vec<u8>, [u8; 64]) {
    let payload = mpm::parse(text).expect("data objects");
    let Placed::Pair { signed, signature } = read(&payload) else { unreachable!("it is signed") };
    ([PAYLOAD_DOMAIN, signed.as_bytes()].concat(), signature.0)
}

fn whole(text: &str, trust: &TrustList) -> bool {
    mpm::parse(text).is_ok_and(|payload| verify(&payload, trust, AS_OF).state == State::Valid)
}

fn signature(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("signature");
    let (text, trust) = signed(Algorithm::Es256);
    let (message, octets) = parts(&text);
    let key = p256::ecdsa::SigningKey::from_slice(&SECRET).expect("a key");
    let key = *key.verifying_key();
    group.bench_function("es256, bare p256", |bencher| {
        bencher.iter(|| {
            let signature = p256::ecdsa::Signature::from_slice(black_box(&octets)).expect("two numbers");
            key.verify(black_box(&message), &signature).expect("it is right");
        });
    });
    group.bench_function("es256, parse + verify", |bencher| {
        bencher.iter(|| assert!(whole(black_box(&text), &trust)));
    });

    let (text, trust) = signed(Algorithm::Ed25519);
    let (message, octets) = parts(&text);
    let key = ed25519_dalek::SigningKey::from_bytes(&SECRET).verifying_key();
    group.bench_function("ed25519, bare ed25519-dalek", |bencher| {
        bencher.iter(|| {
            let signature = ed25519_dalek::Signature::from_bytes(black_box(&octets));
            key.verify_strict(black_box(&message), &signature).expect("it is right");
        });
    });
    group.bench_function("ed25519, parse + verify", |bencher| {
        bencher.iter(|| assert!(whole(black_box(&text), &trust)));
    });

    let (text, trust) = signed(Algorithm::Sm2);
    let (message, octets) = parts(&text);
    let key = sm2::SecretKey::from_slice(&SECRET).expect("a key").public_key();
    let key = sm2::dsa::VerifyingKey::new(SM2_SIGNER_ID, key).expect("a key");
    group.bench_function("sm2, bare sm2", |bencher| {
        bencher.iter(|| {
            let signature = sm2::dsa::Signature::from_slice(black_box(&octets)).expect("two numbers");
            key.verify(black_box(&message), &signature).expect("it is right");
        });
    });
    group.bench_function("sm2, parse + verify", |bencher| {
        bencher.iter(|| assert!(whole(black_box(&text), &trust)));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(60).measurement_time(Duration::from_secs(5));
    targets = signature
}
criterion_main!(benches);
