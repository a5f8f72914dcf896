//! Makes the SM2 test cases of `vectors/signature/sm2_sm3_p1363.json`, in the form of Wycheproof's sets for ECDSA with IEEE P1363 signatures.
//!
//! ```sh
//! cargo run --example sm2_vectors --features signature > vectors/signature/sm2_sm3_p1363.json
//! ```
//!
//! Everything is computed from the numbers and texts below, so that the file comes out the same each time. Signatures are made here from the
//! curve's arithmetic with chosen numbers, and not by the library that they test. Keys are for tests alone.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::many_single_char_names,
    clippy::maybe_infinite_iter,
    reason = "a program for developers may end where its expectation does not hold"
)]

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::Sha256;
use sm2::elliptic_curve::PrimeField as _;
use sm2::elliptic_curve::ops::Reduce;
use sm2::elliptic_curve::point::AffineCoordinates as _;
use sm2::elliptic_curve::sec1::ToSec1Point as _;
use sm2::pkcs8::{EncodePublicKey as _, LineEnding};
use sm2::{FieldBytes, ProjectivePoint, PublicKey, Scalar};
use sm3::{Digest, Sm3};

/// The signer identifier of the standard.
const SIGNER: &str = "1234567812345678";

const ORDER: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
const FIELD: &str = "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff";
/// The curve's `a`, `b` and the coordinates of its base point (GM/T 0003.5).
const CURVE: &str = "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc\
    28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93\
    32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7\
    bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";

/// A key whose number is known.
struct Key {
    comment: &'static str,
    number: Scalar,
    public: PublicKey,
}

impl Key {
    fn new(comment: &'static str, number: Scalar) -> Self {
        let point = (ProjectivePoint::GENERATOR * number).to_affine();
        Self { comment, number, public: PublicKey::from_affine(point).expect("no number of a key is zero") }
    }

    /// The two coordinates, 32 octets each.
    fn coordinates(&self) -> Vec<u8> {
        self.public.as_affine().to_sec1_point(false).as_bytes()[1..].to_vec()
    }

    /// The hash of signer and key that stands before every message.
    fn prefix<D: Digest>(&self, signer: &str) -> Vec<u8> {
        let bits = u16::try_from(8 * signer.len()).expect("a short identifier");
        let curve = octets(CURVE);
        D::digest([&bits.to_be_bytes()[..], signer.as_bytes(), &curve, &self.coordinates()].concat()).to_vec()
    }

    fn hash(&self, message: &[u8]) -> Scalar {
        reduce(&Sm3::digest([&self.prefix::<Sm3>(SIGNER), message].concat()))
    }

    /// `r` and `s` of a message with a chosen number.
    fn sign(&self, message: &[u8], k: Scalar) -> Vec<u8> {
        self.sign_hash(self.hash(message), k)
    }

    fn sign_hash(&self, hash: Scalar, k: Scalar) -> Vec<u8> {
        let r = hash + x_of(k);
        pair(r, self.s(r, k))
    }

    fn s(&self, r: Scalar, k: Scalar) -> Scalar {
        (Scalar::ONE + self.number).invert().expect("the number is not the order less one")
            * (k - r * self.number)
    }
}

fn x_of(k: Scalar) -> Scalar {
    reduce(&(ProjectivePoint::GENERATOR * k).to_affine().x())
}

fn reduce(octets: &[u8]) -> Scalar {
    let octets: [u8; 32] = octets.try_into().expect("32 octets");
    <Scalar as Reduce<FieldBytes>>::reduce(&octets.into())
}

fn pair(r: Scalar, s: Scalar) -> Vec<u8> {
    [r.to_repr(), s.to_repr()].concat()
}

/// A number that nobody chose.
fn number(name: &str) -> Scalar {
    reduce(&Sm3::digest(format!("UPQR SM2 {name}")))
}

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|place| u8::from_str_radix(&hex[2 * place..2 * place + 2], 16).expect("hex"))
        .collect()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut hex, octet| {
        let _ = write!(hex, "{octet:02x}");
        hex
    })
}

/// A number of 32 octets with a small one added or taken away.
fn moved(hex: &str, by: i16) -> Vec<u8> {
    let mut number = octets(hex);
    let mut carry = by;
    for octet in number.iter_mut().rev() {
        let sum = i16::from(*octet) + carry;
        *octet = u8::try_from(sum.rem_euclid(256)).expect("an octet");
        carry = sum.div_euclid(256);
    }
    number
}

/// A test case.
struct Case {
    comment: String,
    flag: &'static str,
    message: Vec<u8>,
    signature: Vec<u8>,
    valid: bool,
}

/// The cases of one key.
struct Cases {
    key: Key,
    cases: Vec<Case>,
}

impl Cases {
    fn new(key: Key) -> Self {
        Self { key, cases: Vec::new() }
    }

    fn put(&mut self, comment: &str, flag: &'static str, message: &[u8], signature: Vec<u8>, valid: bool) {
        let (comment, message) = (comment.to_owned(), message.to_vec());
        self.cases.push(Case { comment, flag, message, signature, valid });
    }

    fn accept(&mut self, comment: &str, flag: &'static str, message: &[u8], signature: Vec<u8>) {
        self.put(comment, flag, message, signature, true);
    }

    fn reject(&mut self, comment: &str, flag: &'static str, signature: Vec<u8>) {
        self.put(comment, flag, MESSAGE, signature, false);
    }
}

/// Wycheproof's message.
const MESSAGE: &[u8] = b"123400";

fn messages(cases: &mut Cases) {
    for length in
        [0, 1, 2, 3, 16, 22, 23, 24, 31, 32, 33, 55, 56, 63, 64, 65, 86, 87, 88, 127, 128, 1024, 4096]
    {
        let message: Vec<u8> = (0..length).map(|place: u32| (place % 251) as u8).collect();
        let signature = cases.key.sign(&message, number(&format!("length {length}")));
        cases.accept(&format!("message of {length} octets"), "ValidSignature", &message, signature);
    }
    for (comment, message) in [
        ("32 octets of zero", vec![0; 32]),
        ("32 octets of one bits", vec![0xFF; 32]),
        ("text in Chinese", "统一支付二维码".as_bytes().to_vec()),
        ("message with a NUL", b"UPQR1-SIG\x00000201".to_vec()),
    ] {
        let signature = cases.key.sign(&message, number(comment));
        cases.accept(comment, "ValidSignature", &message, signature);
    }
    let small_hash = (0_u32..)
        .map(|number| format!("hash {number}").into_bytes())
        .find(|message| cases.key.hash(message).to_repr()[0] == 0)
        .expect("one of 256 has it");
    let signature = cases.key.sign(&small_hash, number("small hash"));
    cases.accept("hash that begins with a zero octet", "SmallHash", &small_hash, signature);
}

fn numbers(cases: &mut Cases) {
    let last = -Scalar::ONE;
    for (comment, k) in [
        ("k = 1", Scalar::ONE),
        ("k = 2", Scalar::from(2_u64)),
        ("k = 3", Scalar::from(3_u64)),
        ("k = 2^32", Scalar::from(1_u64 << 32)),
        ("k = n - 1", last),
        ("k = n - 2", last - Scalar::ONE),
        ("k = (n + 1) / 2", Scalar::from(2_u64).invert().expect("two is not zero")),
    ] {
        let signature = cases.key.sign(MESSAGE, k);
        cases.accept(comment, "SpecialNonce", MESSAGE, signature);
    }
    let found = |name: &str, wanted: &dyn Fn(&[u8]) -> bool| {
        let mut tries = (0_u32..).map(|count| cases.key.sign(MESSAGE, number(&format!("{name} {count}"))));
        tries.find(|signature| wanted(signature)).expect("one of some hundred has it")
    };
    let rows = [
        ("r begins with a zero octet", "LeadingZero", found("zero r", &|octets| octets[0] == 0)),
        ("s begins with a zero octet", "LeadingZero", found("zero s", &|octets| octets[32] == 0)),
        ("r above half the order", "ValidSignature", found("high r", &|octets| octets[0] > 0x7F)),
        ("r below half the order", "ValidSignature", found("low r", &|octets| octets[0] < 0x7F)),
        (
            "s above half the order, which SM2 allows",
            "ValidSignature",
            found("high s", &|octets| octets[32] > 0x7F),
        ),
        ("s below half the order", "ValidSignature", found("low s", &|octets| octets[32] < 0x7F)),
        ("r below s", "ValidSignature", found("r < s", &|octets| octets[..32] < octets[32..])),
        ("s below r", "ValidSignature", found("s < r", &|octets| octets[..32] > octets[32..])),
    ];
    for (comment, flag, signature) in rows {
        cases.accept(comment, flag, MESSAGE, signature);
    }
}

fn special_values(cases: &mut Cases) {
    let values = [
        ("0", vec![0; 32]),
        ("1", moved(&"00".repeat(32), 1)),
        ("n - 1", moved(ORDER, -1)),
        ("n", octets(ORDER)),
        ("n + 1", moved(ORDER, 1)),
        ("p - n", moved(&hex(&(-reduce(&octets(FIELD))).to_repr()), 0)),
        ("p", octets(FIELD)),
        ("p + 1", moved(FIELD, 1)),
        ("2^255", [&[0x80][..], &[0; 31]].concat()),
        ("2^256 - 1", vec![0xFF; 32]),
    ];
    for (r_name, r) in &values {
        for (s_name, s) in &values {
            cases.reject(&format!("r = {r_name}, s = {s_name}"), "SpecialValues", [&r[..], s].concat());
        }
    }
}

fn changed_values(cases: &mut Cases) {
    let key = &cases.key;
    let good = key.sign(MESSAGE, number("changed"));
    let (r, s) = (reduce(&good[..32]), reduce(&good[32..]));
    let e = key.hash(MESSAGE);
    let one = Scalar::ONE;
    let one_more = (one + key.number).invert().expect("not zero");
    let k = number("changed");
    let infinity = -(e * key.number) * one_more;
    let mut rows = vec![
        ("r + s = n", "SumIsOrder", pair(r, -r)),
        ("s + r = n, the other way round", "SumIsOrder", pair(-s, s)),
        ("k = 0, so that the point is at infinity and r is the hash", "PointAtInfinity", pair(e, infinity)),
        ("r negated", "ModifiedSignature", pair(-r, s)),
        ("s negated, as ECDSA would allow", "ModifiedSignature", pair(r, -s)),
        ("both negated", "ModifiedSignature", pair(-r, -s)),
        ("r + 1", "ModifiedSignature", pair(r + one, s)),
        ("r - 1", "ModifiedSignature", pair(r - one, s)),
        ("s + 1", "ModifiedSignature", pair(r, s + one)),
        ("s - 1", "ModifiedSignature", pair(r, s - one)),
        ("r doubled", "ModifiedSignature", pair(r + r, s)),
        ("s doubled", "ModifiedSignature", pair(r, s + s)),
        ("r inverted", "ModifiedSignature", pair(r.invert().expect("not zero"), s)),
        ("s inverted", "ModifiedSignature", pair(r, s.invert().expect("not zero"))),
        ("r and s swapped", "Swapped", pair(s, r)),
        ("r + s in the place of r", "ModifiedSignature", pair(r + s, s)),
        ("r + s in the place of s", "ModifiedSignature", pair(r, r + s)),
        ("r without the hash", "WrongFormula", pair(x_of(k), key.s(x_of(k), k))),
        ("r with the hash taken away", "WrongFormula", pair(x_of(k) - e, key.s(x_of(k) - e, k))),
        ("s without the division by 1 + d", "WrongFormula", pair(r, k - r * key.number)),
        ("s of a Schnorr signature", "WrongFormula", pair(r, k + r * key.number)),
        ("the hash alone", "WrongFormula", pair(e, e)),
    ];
    let x = x_of(k);
    let ecdsa = pair(x, k.invert().expect("not zero") * (e + x * key.number));
    rows.push(("an ECDSA signature on the same curve", "Ecdsa", ecdsa));
    let reversed: Vec<u8> =
        [good[..32].iter().rev(), good[32..].iter().rev()].into_iter().flatten().copied().collect();
    rows.push(("r and s with their octets in reverse", "Encoding", reversed));
    for (comment, flag, signature) in rows {
        cases.reject(comment, flag, signature);
    }
    for place in 0..32 {
        let mut signature = good.clone();
        let octet = 2 * place + usize::from(place % 2 == 1);
        signature[octet] ^= 1 << (place % 8);
        let part = if octet < 32 { "r" } else { "s" };
        let comment = format!("bit {} of octet {} of {part} flipped", place % 8, octet % 32);
        cases.reject(&comment, "BitFlip", signature);
    }
}

fn encodings(cases: &mut Cases) {
    let good = cases.key.sign(MESSAGE, number("encodings"));
    let (r, s) = good.split_at(32);
    let integer = |number: &[u8]| {
        let zero: &[u8] = if number[0] > 0x7F { &[0] } else { &[] };
        let length = u8::try_from(number.len() + zero.len()).expect("short");
        [&[2, length][..], zero, number].concat()
    };
    let body = [integer(r), integer(s)].concat();
    let der = [&[0x30, u8::try_from(body.len()).expect("short")][..], &body].concat();
    let rows = [
        ("ASN.1 DER in the place of r and s", der),
        ("empty", Vec::new()),
        ("one octet", good[..1].to_vec()),
        ("r alone", r.to_vec()),
        ("half of each", [&r[..16], &s[..16]].concat()),
        ("last octet missing", good[..63].to_vec()),
        ("first octet missing", good[1..].to_vec()),
        ("zero octet behind", [&good[..], &[0]].concat()),
        ("zero octet before", [&[0], &good[..]].concat()),
        ("zero octet before each", [&[0], r, &[0], s].concat()),
        ("48 octets each", [&[0; 16], r, &[0; 16], s].concat()),
        ("twice", good.repeat(2)),
        ("hexadecimal text", hex(&good).into_bytes()),
    ];
    for (comment, signature) in rows {
        cases.reject(comment, "SignatureSize", signature);
    }
}

fn other_inputs(cases: &mut Cases) {
    let key = &cases.key;
    let k = number("other inputs");
    let mut rows = Vec::new();
    for signer in [
        "",
        "1",
        "12345678",
        "1234567812345679",
        "12345678123456781234567812345678",
        "ALICE123@YAHOO.COM",
        "upqr",
    ] {
        let hash = reduce(&Sm3::digest([&key.prefix::<Sm3>(signer), MESSAGE].concat()));
        rows.push((format!("signer identifier `{signer}`"), "OtherSignerId", key.sign_hash(hash, k)));
    }
    let z = key.prefix::<Sm3>(SIGNER);
    let z_sha = key.prefix::<Sha256>(SIGNER);
    let other = Key::new("", number("other key"));
    let hashes = [
        ("SM3 of the message alone", "MissingPrefix", Sm3::digest(MESSAGE).to_vec()),
        ("SHA-256 over prefix and message", "WrongHash", Sha256::digest([&z, MESSAGE].concat()).to_vec()),
        ("SHA-256 throughout", "WrongHash", Sha256::digest([&z_sha, MESSAGE].concat()).to_vec()),
        ("SHA-256 in the prefix", "WrongHash", Sm3::digest([&z_sha, MESSAGE].concat()).to_vec()),
        ("prefix behind the message", "WrongHash", Sm3::digest([MESSAGE, &z].concat()).to_vec()),
        ("prefix twice", "WrongHash", Sm3::digest([&z, &z, MESSAGE].concat()).to_vec()),
        (
            "prefix of another key",
            "WrongHash",
            Sm3::digest([&other.prefix::<Sm3>(SIGNER), MESSAGE].concat()).to_vec(),
        ),
        ("hash of the hash", "WrongHash", Sm3::digest(Sm3::digest([&z, MESSAGE].concat())).to_vec()),
        ("hash of zero", "WrongHash", vec![0; 32]),
    ];
    for (comment, flag, hash) in hashes {
        rows.push((comment.to_owned(), flag, key.sign_hash(reduce(&hash), k)));
    }
    rows.push(("signature of another key".to_owned(), "WrongKey", other.sign(MESSAGE, k)));
    let negated = Key::new("", -key.number);
    rows.push(("signature of the negated key".to_owned(), "WrongKey", negated.sign(MESSAGE, k)));
    for (comment, message) in [
        ("message with a zero octet behind", &b"123400\0"[..]),
        ("message with a line end", b"123400\n"),
        ("message in hexadecimal", b"313233343030"),
        ("message without its last octet", b"12340"),
        ("empty message", b""),
        ("other message", b"123401"),
    ] {
        rows.push((format!("signature of another text: {comment}"), "WrongMessage", key.sign(message, k)));
    }
    for (comment, flag, signature) in rows {
        cases.reject(&comment, flag, signature);
    }
}

fn of_special_key(cases: &mut Cases) {
    let comment = cases.key.comment;
    for (message, k) in
        [(MESSAGE, number(comment)), (b"", Scalar::from(2_u64)), (&[0; 64], -Scalar::from(2_u64))]
    {
        let signature = cases.key.sign(message, k);
        cases.accept(comment, "EdgeCasePublicKey", message, signature);
    }
    let good = cases.key.sign(MESSAGE, number(comment));
    let (r, s) = (reduce(&good[..32]), reduce(&good[32..]));
    let e = cases.key.hash(MESSAGE);
    let one_more = (Scalar::ONE + cases.key.number).invert().expect("not zero");
    cases.reject(comment, "EdgeCasePublicKey", pair(r, s + Scalar::ONE));
    cases.reject(comment, "Swapped", pair(s, r));
    cases.reject(comment, "SumIsOrder", pair(r, -r));
    cases.reject(comment, "PointAtInfinity", pair(e, -(e * cases.key.number) * one_more));
}

/// Every group in its order.
fn groups() -> Vec<Cases> {
    let mut general = Cases::new(Key::new("a key that nobody chose", number("key")));
    for fill in [messages, numbers, special_values, changed_values, encodings, other_inputs] {
        fill(&mut general);
    }
    let searched = |comment: &'static str, wanted: &dyn Fn(&[u8]) -> bool| {
        let mut keys = (1_u64..).map(|number| Key::new(comment, Scalar::from(number)));
        keys.find(|key| wanted(&key.coordinates())).expect("one of some hundred has it")
    };
    let special = [
        Key::new("d = 1: the public key is the base point", Scalar::ONE),
        Key::new("d = 2", Scalar::from(2_u64)),
        Key::new("d = n - 2: the highest that there is", -Scalar::from(2_u64)),
        Key::new("d = (n + 1) / 2", Scalar::from(2_u64).invert().expect("not zero")),
        searched("x begins with a zero octet", &|point| point[0] == 0),
        searched("y begins with a zero octet", &|point| point[32] == 0),
        searched("x begins with eight one bits", &|point| point[0] == 0xFF),
        searched("y ends with a zero octet", &|point| point[63] == 0),
    ];
    let mut groups = vec![general];
    for key in special {
        let mut cases = Cases::new(key);
        of_special_key(&mut cases);
        groups.push(cases);
    }
    groups
}

fn group(cases: &Cases, first: usize) -> Value {
    let uncompressed = cases.key.public.as_affine().to_sec1_point(false);
    let der = cases.key.public.to_public_key_der().expect("a key can be written");
    let point = cases.key.coordinates();
    let tests = cases.cases.iter().zip(first..).map(|(case, number)| {
        json!({
            "tcId": number,
            "comment": case.comment,
            "flags": [case.flag],
            "msg": hex(&case.message),
            "sig": hex(&case.signature),
            "result": if case.valid { "valid" } else { "invalid" },
        })
    });
    json!({
        "type": "EcdsaP1363Verify",
        "source": { "name": "upqr", "version": "1" },
        "publicKey": {
            "type": "EcPublicKey",
            "curve": "sm2p256v1",
            "keySize": 256,
            "uncompressed": hex(uncompressed.as_bytes()),
            "wx": hex(&point[..32]),
            "wy": hex(&point[32..]),
        },
        "publicKeyDer": hex(der.as_bytes()),
        "publicKeyPem": der.to_pem("PUBLIC KEY", LineEnding::LF).expect("a key can be written"),
        "sha": "SM3",
        "signerId": SIGNER,
        "tests": tests.collect::<Vec<Value>>(),
    })
}

const NOTES: [(&str, &str, &str); 18] = [
    ("BitFlip", "MODIFIED_PARAMETER", "One bit of a valid signature is flipped."),
    ("Ecdsa", "CONFUSION", "The signature is one of ECDSA, computed on the curve and with the hash of SM2."),
    ("EdgeCasePublicKey", "EDGE_CASE", "The public key has special coordinates or a special number."),
    ("Encoding", "SIGNATURE_MALLEABILITY", "The octets of r and s stand in another order."),
    ("LeadingZero", "EDGE_CASE", "r or s begins with a zero octet, which fixed lengths keep."),
    ("MissingPrefix", "CONFUSION", "The hash leaves out the prefix of signer and key."),
    ("ModifiedSignature", "MODIFIED_PARAMETER", "r or s of a valid signature is changed by arithmetic."),
    ("OtherSignerId", "CONFUSION", "The signature is right for another signer identifier than the group's."),
    (
        "PointAtInfinity",
        "EDGE_CASE",
        "s and t make the point at infinity; whoever takes its x for 0 accepts.",
    ),
    ("SignatureSize", "MISSING_STEP", "The signature is not r and s of 32 octets each."),
    ("SmallHash", "EDGE_CASE", "The hash begins with a zero octet."),
    ("SpecialNonce", "EDGE_CASE", "The number of the signature is a special one."),
    ("SpecialValues", "MISSING_STEP", "r and s are special values, some of them out of range."),
    ("SumIsOrder", "MISSING_STEP", "r + s is the order, so that t is 0, which has to be refused."),
    ("Swapped", "MODIFIED_PARAMETER", "r and s of a valid signature stand in each other's place."),
    ("ValidSignature", "BASIC", "The signature is valid."),
    ("WrongFormula", "CONFUSION", "The signature is computed by another formula."),
    ("WrongHash", "CONFUSION", "The hash is another one, or over other octets."),
];

const OTHER_NOTES: [(&str, &str, &str); 2] = [
    ("WrongKey", "CONFUSION", "The signature is another key's."),
    ("WrongMessage", "CONFUSION", "The signature is of another message."),
];

/// The whole file.
pub(crate) fn document() -> String {
    let groups = groups();
    let mut shown = Vec::new();
    let mut count = 0;
    for cases in &groups {
        shown.push(group(cases, count + 1));
        count += cases.cases.len();
    }
    let notes: serde_json::Map<String, Value> = NOTES
        .iter()
        .chain(&OTHER_NOTES)
        .map(|(flag, bug, text)| ((*flag).to_owned(), json!({ "bugType": bug, "description": text })))
        .collect();
    let document = json!({
        "algorithm": "SM2",
        "schema": "ecdsa_p1363_verify_schema_v1.json",
        "numberOfTests": count,
        "header": [
            "Test cases for the verification of SM2 signatures with SM3 (GB/T 32918.2), r and s as 32 octets each.",
            "The signer identifier of every group is in `signerId`, a member that Wycheproof's schema does not have.",
        ],
        "notes": notes,
        "testGroups": shown,
    });
    format!("{}\n", serde_json::to_string_pretty(&document).expect("texts and numbers"))
}

fn main() {
    print!("{}", document());
}
