//! Signed payloads, and everything that must not pass for one.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::format_collect,
    clippy::indexing_slicing,
    reason = "a test ends where its expectation does not hold"
)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use upqr::emv::{crc, mpm};
use upqr::payment::{Account, Base, Control, Merchant, MerchantPresented};
use upqr::signature::{
    Algorithm, KeyId, OCTETS, PAYLOAD_DOMAIN, PrivateKey, Reason, Refuted, State, TrustList, sign, verify,
};
use upqr::unified;

const AS_OF: u64 = 1_795_000_000;
const ALIPAY: &str = "https://qr.alipay.com/fkx00000synthetic00aaa";
const WECHAT: &str = "weixin://wxpay/bizpayurl?pr=NwY5Mz9";

fn key(algorithm: Algorithm) -> PrivateKey {
    PrivateKey::from_octets(algorithm, &[7; 32]).expect("a key")
}

/// A payload of two wallets with a local name, so that bytes and characters differ.
fn unsigned(not_before: Option<u64>, expires: Option<u64>) -> String {
    let mut merchant = Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812");
    merchant.local =
        Some(upqr::payment::Local { language: "ZH".to_owned(), name: "幸运面馆".to_owned(), city: None });
    let mut payment = MerchantPresented::new(Base::Merchant(merchant));
    payment.accounts = [ALIPAY, WECHAT].map(|code| Account::new(code, None).expect("a code")).to_vec();
    payment.templates.control = Some(Control { not_before, expires, ..Control::default() });
    unified::write(&payment).expect("a payload")
}

/// A row of a trust list for a key, and rows of its scope.
fn row(key: &PrivateKey, name: &str, more: &str, scope: &str) -> String {
    format!(
        "[[key]]\nname = \"{name}\"\nalgorithm = \"{}\"\npublic_key = \"{}\"\n{more}\n{scope}\n",
        key.algorithm().key(),
        key.public_key().to_base64()
    )
}

fn list(rows: &[String]) -> TrustList {
    TrustList::read(&format!("version = 1\nissued = 1790000000\n{}", rows.concat()), None).expect("a list")
}

const EVERYTHING: &str = "[[key.scope]]\nguid = \"*\"";

fn trusting(key: &PrivateKey) -> TrustList {
    list(&[row(key, "till", "", EVERYTHING)])
}

/// The state, and the sentences that say why.
fn state(text: &str, trust: &TrustList, as_of: u64) -> (State, Vec<String>) {
    let payload = mpm::parse(text).expect("data objects");
    let found = verify(&payload, trust, as_of);
    (found.state, found.reasons.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn check(text: &str, trust: &TrustList, expected: State, reasons: &[&str]) {
    let (found, said) = state(text, trust, AS_OF);
    assert_eq!((found, said.iter().map(String::as_str).collect::<Vec<_>>()), (expected, reasons.to_vec()));
}

/// The text with a right checksum, whatever it had.
fn with_crc(text: &str) -> String {
    let covered = text.get(..text.len() - 4).expect("a checksum");
    format!("{covered}{:04X}", crc::checksum(covered))
}

#[test]
fn what_is_signed_is_valid_and_canonical() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let signed = sign(&unsigned(None, None), &key).expect("it can be signed");
        check(&signed, &trusting(&key), State::Valid, &[]);
        let payload = mpm::parse(&signed).expect("data objects");
        let reading = unified::read(&payload);
        assert!(unified::is_canonical(&payload, &reading));
        let natives: Vec<&[u8]> = reading.accounts().map(Account::native).collect();
        assert_eq!(natives, [ALIPAY.as_bytes(), WECHAT.as_bytes()]);
        assert_eq!(sign(&unsigned(None, None), &key).as_ref(), Ok(&signed), "signing is deterministic");
    }
}

#[test]
fn the_message_is_the_received_text_up_to_the_signature() {
    let key = key(Algorithm::Es256);
    let signed = sign(&unsigned(None, None), &key).expect("it can be signed");
    let start = signed.len() - 2 * 67 - 8;
    assert_eq!(signed.get(start + 2..start + 24), Some("630012org.upqr.sig0143"));
    let halves = [start + 24..start + 67, start + 67 + 24..start + 134];
    let octets = halves.map(|half| URL_SAFE_NO_PAD.decode(&signed[half]).expect("base64url")).concat();
    let octets: [u8; OCTETS] = octets.try_into().expect("two halves");
    let message = [PAYLOAD_DOMAIN, &signed.as_bytes()[..start]].concat();
    assert_eq!(key.public_key().verify(&message, &octets), Ok(()));
}

#[test]
fn every_flipped_bit_is_refused() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let signed = sign(&unsigned(None, None), &key).expect("it can be signed");
        let trust = trusting(&key);
        // The signature fixes no IDs of its own templates, so that with another checksum those that keep to 80-99 still verify.
        let ids = [signed.len() - 2 * 67 - 8, signed.len() - 67 - 8];
        let (mut flips, mut same_signature) = (0, Vec::new());
        for place in 0..signed.len() {
            for bit in 0..8 {
                let mut octets = signed.clone().into_bytes();
                octets[place] ^= 1 << bit;
                flips += 1;
                // What is no UTF-8 or no data objects is refused before any signature is looked at.
                let Ok(text) = String::from_utf8(octets) else { continue };
                let Ok(payload) = mpm::parse(&text) else { continue };
                let found = verify(&payload, &trust, AS_OF).state;
                assert_ne!(found, State::Valid, "bit {bit} of byte {place}");
                if place + 4 >= signed.len() {
                    continue;
                }
                let Some(covered) = text.get(..text.len() - 4) else { continue };
                let text = format!("{covered}{:04X}", crc::checksum(covered));
                let Ok(payload) = mpm::parse(&text) else { continue };
                if verify(&payload, &trust, AS_OF).state == State::Valid {
                    same_signature.push((place, bit));
                }
            }
        }
        assert_eq!(flips, 8 * signed.len());
        let mut id_flips = Vec::new();
        for start in ids {
            for (place, bit) in (start..start + 2).flat_map(|place| (0..8).map(move |bit| (place, bit))) {
                let mut id = [signed.as_bytes()[start], signed.as_bytes()[start + 1]];
                id[place - start] ^= 1 << bit;
                // Those of the control template and of the other half are taken.
                if matches!(id, [b'8' | b'9', b'0'..=b'9']) && ![*b"80", *b"81", *b"82"].contains(&id) {
                    id_flips.push((place, bit));
                }
            }
        }
        assert_eq!(same_signature, id_flips, "{algorithm:?}");
    }
}

/// The order of P-256 less a number of 32 octets.
fn from_order(number: &[u8]) -> Vec<u8> {
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order = upqr::payment::octets_of(order).expect("hex");
    let mut borrow = 0_i32;
    let mut digits: Vec<u8> = (0..32)
        .rev()
        .map(|place| {
            let digit = i32::from(order[place]) - i32::from(number[place]) - borrow;
            borrow = i32::from(digit < 0);
            u8::try_from(digit.rem_euclid(256)).expect("an octet")
        })
        .collect();
    digits.reverse();
    digits
}

#[test]
fn the_other_s_is_refused() {
    let key = key(Algorithm::Es256);
    let octets = key.sign(b"message").expect("a signature");
    let (r, s) = octets.split_at(32);
    let malleated: [u8; OCTETS] = [r, &from_order(s)].concat().try_into().expect("two halves");
    assert_eq!(key.public_key().verify(b"message", &octets), Ok(()));
    assert_eq!(key.public_key().verify(b"message", &malleated), Err(Refuted::HighS));

    let mut text = sign(&unsigned(None, None), &key).expect("it can be signed");
    let start = text.len() - 67 - 8 + 24;
    let s = URL_SAFE_NO_PAD.decode(&text[start..start + 43]).expect("base64url");
    text.replace_range(start..start + 43, &URL_SAFE_NO_PAD.encode(from_order(&s)));
    let reason = "`s` is above half the order, which key `till` does not make";
    check(&with_crc(&text), &trusting(&key), State::Invalid, &[reason]);
}

#[test]
fn states_have_their_precedence() {
    let key = key(Algorithm::Ed25519);
    let trust = trusting(&key);
    let other = PrivateKey::from_octets(Algorithm::Ed25519, &[8; 32]).expect("a key");
    let unknown = format!("no key of the trust list has the key ID {}", key.public_key().id());
    let signed = |not_before, expires| sign(&unsigned(not_before, expires), &key).expect("it can be signed");
    check(&unsigned(None, None), &trust, State::Absent, &["no signature template stands in the payload"]);
    check(&signed(None, None), &trusting(&other), State::UnknownKey, &[&unknown]);
    check(&signed(Some(AS_OF), Some(AS_OF + 1)), &trust, State::Valid, &[]);
    let early = format!("the payload is not to be paid before {}", AS_OF + 1);
    check(&signed(Some(AS_OF + 1), None), &trust, State::NotYetValid, &[&early]);
    let late = format!("the payload is not to be paid from {AS_OF} on");
    check(&signed(None, Some(AS_OF)), &trust, State::Expired, &[&late]);
    // An unknown key comes before a broken checksum, and that before times.
    let broken = |text: String| text.replace("SHANGHAI", "SHANGHAJ");
    let checksum = "the checksum is not right, in upper case and last";
    check(&broken(signed(None, Some(AS_OF))), &trusting(&other), State::UnknownKey, &[&unknown]);
    check(&broken(signed(None, Some(AS_OF))), &trust, State::Invalid, &[checksum]);
    let forged = "key `till` did not make this signature over these bytes";
    check(&with_crc(&broken(signed(None, Some(AS_OF)))), &trust, State::Invalid, &[forged]);
    // Nothing comes before the absence of a signature, and a signature without a control template names no key.
    let halves =
        ["0012org.upqr.sig0143", "0012org.upqr.sig0243"].map(|head| format!("{head}{}", "A".repeat(43)));
    let naked = format!("0002015802CN8063{}8163{}6304", halves[0], halves[1]);
    let naked = format!("{naked}{:04X}", crc::checksum(&naked));
    check(&naked, &trust, State::Invalid, &["no control template says which key made the signature"]);
    let half = format!("0002015802CN8063{}6304", halves[0]);
    let half = format!("{half}{:04X}", crc::checksum(&half));
    check(
        &half,
        &trust,
        State::Invalid,
        &[
            "the signature is not in its place: byte 12: signature: expected the other half directly behind it, found something else",
            "no control template says which key made the signature",
        ],
    );
}

#[test]
fn a_key_is_trusted_in_its_time_its_scope_and_its_algorithm() {
    let key = key(Algorithm::Sm2);
    let signed = sign(&unsigned(None, None), &key).expect("it can be signed");
    let check_row = |more: &str, scope: &str, expected: State, reason: &str| {
        let reasons: Vec<&str> = Some(reason).filter(|reason| !reason.is_empty()).into_iter().collect();
        check(&signed, &list(&[row(&key, "till", more, scope)]), expected, &reasons);
    };
    let scope = |rows: &[&str]| rows.iter().map(|row| format!("[[key.scope]]\n{row}\n")).collect::<String>();
    let unknown = State::UnknownKey;
    check_row("not_before = 1795000001", EVERYTHING, unknown, "key `till` is not trusted before 1795000001");
    check_row("expires = 1795000000", EVERYTHING, unknown, "key `till` is not trusted from 1795000000 on");
    check_row("not_before = 1795000000\nexpires = 1795000001", EVERYTHING, State::Valid, "");
    let both = ["guid = \"org.upqr.alipay\"", "guid = \"ORG.UPQR.WeChat\""];
    check_row("", &scope(&both), State::Valid, "");
    check_row("", &scope(&both[..1]), unknown, "key `till` may not sign for the account in 27");
    check_row("", &scope(&both[1..]), unknown, "key `till` may not sign for the account in 26");
    let prefixes = [
        "guid = \"org.upqr.alipay\"\nprefixes = [\"x\", \"https://qr.alipay.com/fkx00000syn\"]",
        "guid = \"org.upqr.wechat\"\nprefixes = [\"weixin://\"]",
    ];
    check_row("", &scope(&prefixes), State::Valid, "");
    let other = ["guid = \"org.upqr.alipay\"\nprefixes = [\"https://qr.alipay.com/fkx1\"]", both[1]];
    check_row("", &scope(&other), unknown, "key `till` may not sign for the account in 26");
    let expired = format!(
        "version = 1\nissued = 1790000000\nexpires = 1795000000\n{}",
        row(&key, "till", "", EVERYTHING)
    );
    let expired = TrustList::read(&expired, None).expect("a list");
    check(&signed, &expired, unknown, &["the trust list expired at 1795000000: get a new one"]);
    // A control template that names another algorithm than the key's.
    let digit = signed.find("04013").expect("the algorithm");
    let mut renamed = signed.clone();
    renamed.replace_range(digit..digit + 5, "04011");
    let reason = "key `till` has the key ID and is for sm2 alone";
    check(&with_crc(&renamed), &trusting(&key), unknown, &[reason]);
}

#[test]
fn scopes_cover_every_account() {
    let key = key(Algorithm::Es256);
    let national = "00020101021115104761739123\
        26250015com.example.pay0102AB5204000053033445802HK5902NA6002HK6304";
    let national = format!("{national}{:04X}", crc::checksum(national));
    let signed = sign(&national, &key).expect("it can be signed");
    let check_rows = |rows: &[&str], expected: &str| {
        let scope: String = rows.iter().map(|row| format!("[[key.scope]]\n{row}\n")).collect();
        let reasons: Vec<&str> = Some(expected).filter(|reason| !reason.is_empty()).into_iter().collect();
        let state = if reasons.is_empty() { State::Valid } else { State::UnknownKey };
        check(&signed, &list(&[row(&key, "till", "", &scope)]), state, &reasons);
    };
    let template = "guid = \"com.example.pay\"";
    check_rows(&[template], "key `till` may not sign for the account in 15");
    check_rows(&["id = \"15\""], "key `till` may not sign for the account in 26");
    check_rows(&["id = \"15\"", template], "");
    check_rows(&["id = \"15\"\nprefixes = [\"4761\"]", template], "");
    check_rows(
        &["id = \"15\"\nprefixes = [\"4762\"]", template],
        "key `till` may not sign for the account in 15",
    );
    let prefixes = "guid = \"com.example.pay\"\nprefixes = [\"AB\"]";
    check_rows(&["id = \"15\"", prefixes], "");
    let object = "guid = \"com.example.pay\"\nobject = \"02\"\nprefixes = [\"AB\"]";
    check_rows(&["id = \"15\"", object], "key `till` may not sign for the account in 26");
    let none = "0002010102115204000053033445802HK5902NA6002HK6304";
    let none = format!("{none}{:04X}", crc::checksum(none));
    let signed = sign(&none, &key).expect("it can be signed");
    let scope = format!("[[key.scope]]\n{template}\n");
    let reason = "key `till` may sign for some accounts alone, and the payload has none";
    check(&signed, &list(&[row(&key, "till", "", &scope)]), State::UnknownKey, &[reason]);
    check(&signed, &trusting(&key), State::Valid, &[]);
}

#[test]
fn a_missing_signature_is_said_where_one_is_due() {
    let key = key(Algorithm::Es256);
    let scope = "[[key.scope]]\nguid = \"org.upqr.alipay\"\nsigned = true\nprefixes = [\"https://qr.alipay.com/fkx0\"]\n";
    let trust = list(&[row(&key, "till", "", scope)]);
    let due =
        "key `till` says that payloads with such an account are always signed: do not pay from this one";
    let absent = "no signature template stands in the payload";
    check(&unsigned(None, None), &trust, State::Absent, &[absent, due]);
    let text = unsigned(None, None);
    let payload = mpm::parse(&text).expect("data objects");
    assert!(verify(&payload, &trust, AS_OF).is_stripped());
    let elsewhere = list(&[row(&key, "till", "", &scope.replace("fkx0", "fkx1"))]);
    check(&unsigned(None, None), &elsewhere, State::Absent, &[absent]);
}

#[test]
fn keys_whose_ids_collide_are_all_tried() {
    // Nobody has two keys of one ID, so that the same key stands in for both: the first is out of scope, the second is not.
    let key = key(Algorithm::Es256);
    let signed = sign(&unsigned(None, None), &key).expect("it can be signed");
    let near = row(&key, "near", "", "[[key.scope]]\nguid = \"org.upqr.ecny\"");
    let right = row(&key, "right", "", EVERYTHING);
    for rows in [[near.clone(), right.clone()], [right, near]] {
        let trust = list(&rows);
        let payload = mpm::parse(&signed).expect("data objects");
        let found = verify(&payload, &trust, AS_OF);
        assert_eq!(found.key.map(|key| key.name.as_str()), Some("right"));
    }
}

#[test]
fn what_cannot_be_signed_is_said() {
    let key = key(Algorithm::Es256);
    let signed = sign(&unsigned(None, None), &key).expect("it can be signed");
    let refusal = |text: &str| sign(text, &key).expect_err(text).to_string();
    assert_eq!(
        refusal(&signed),
        "expected a payload without a signature, found one: sign what it was made from"
    );
    let other = "expected a canonical payload, found another: `upqr check` says what is wrong, `upqr encode` writes it again";
    assert_eq!(refusal(&unsigned(None, None).replace("SHANGHAI", "SHANGHAJ")), other);
    assert_eq!(refusal("00"), "byte 2: expected the two digits of a length, found the end");
    let mut payment = MerchantPresented::new(Base::Merchant(Merchant::new("A", "B", "5812")));
    let code = format!("https://qr.alipay.com/{}", "a".repeat(250));
    payment.accounts = vec![Account::new(code, None).expect("a code"); 2];
    let long = unified::write(&payment).expect("a payload");
    let found = long.len() + 2 * 67 + "8043".len() + "0016org.upqr.control0102100401105110123456789A".len();
    assert_eq!(refusal(&long), format!("byte 0: expected at most 997 bytes, found {found}"));
}

proptest! {
    #[test]
    fn sign_then_verify_is_valid(name in "[A-Z]{1,25}", code in "[0-9a-z]{1,40}", octets: [u8; 32], which in 0_usize..3) {
        let Ok(key) = PrivateKey::from_octets(Algorithm::ALL[which], &octets) else { return Ok(()) };
        let mut payment = MerchantPresented::new(Base::Merchant(Merchant::new(&name, "SHANGHAI", "5812")));
        payment.accounts = vec![Account::new(format!("https://qr.alipay.com/{code}"), None).expect("a code")];
        let payload = unified::write(&payment).expect("a payload");
        let signed = sign(&payload, &key).expect("it can be signed");
        prop_assert_eq!(state(&signed, &trusting(&key), AS_OF).0, State::Valid);
    }

    #[test]
    fn verify_never_panics(parts in prop::collection::vec((0_u8..100, "\\PC{0,40}"), 0..8), as_of: u64) {
        let trust = trusting(&key(Algorithm::Ed25519));
        let text: String = parts.iter().map(|(id, value)| format!("{id:02}{:02}{value}", value.chars().count())).collect();
        if let Ok(payload) = mpm::parse(&text) {
            prop_assert_ne!(verify(&payload, &trust, as_of).state, State::Valid);
        }
    }

    #[test]
    fn a_changed_signed_payload_is_not_valid(place in any::<prop::sample::Index>(), c in any::<char>()) {
        let key = key(Algorithm::Ed25519);
        let signed = sign(&unsigned(None, None), &key).expect("it can be signed");
        let mut characters: Vec<char> = signed.chars().collect();
        let place = place.index(characters.len());
        prop_assume!(characters[place] != c);
        characters[place] = c;
        let text: String = characters.into_iter().collect();
        if let Ok(payload) = mpm::parse(&text) {
            prop_assert_ne!(verify(&payload, &trusting(&key), AS_OF).state, State::Valid);
        }
    }

    #[test]
    fn lists_and_keys_never_panic(text in "\\PC*") {
        let _ = TrustList::read(&text, None);
        let _ = upqr::signature::PublicKey::read(&text);
        let _ = PrivateKey::from_pem(&text);
        let _ = KeyId::parse(&text);
    }
}

#[test]
fn a_reason_says_more_than_a_state() {
    let key = key(Algorithm::Es256);
    let signed = sign(&unsigned(None, None), &key).expect("it can be signed");
    let payload = mpm::parse(&signed).expect("data objects");
    let empty = list(&[]);
    let found = verify(&payload, &empty, AS_OF);
    assert_eq!(found.reasons, [Reason::NotListed(key.public_key().id())]);
    assert!(found.key.is_none() && !found.is_stripped());
}
