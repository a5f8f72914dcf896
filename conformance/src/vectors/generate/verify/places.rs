//! Signatures in other places and forms, other octets in their places, and other bytes that are signed.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use upqr::signature::Algorithm;

use super::{DOMAIN, Shop, accepted, halves, refused, sign};
use crate::vectors::generate::draft::Draft;
use crate::vectors::generate::object::{object, seal};

pub(super) fn drafts(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    placed(algorithm, parent, drafts);
    formed(algorithm, parent, drafts);
    octets(algorithm, parent, drafts);
    messages(algorithm, parent, drafts);
    checksums(algorithm, parent, drafts);
}

/// Pairs that stand elsewhere; the IDs alone are free.
fn placed(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    let shop = Shop::new(algorithm);
    let (body, key) = (shop.body(), algorithm.key());
    let [first, second] = halves(shop.ids, &shop.octets());
    let other = object("85", "0016org.upqr.loyalty0103abc");
    let rows: [(&str, &str, String); 12] = [
        ("first-alone", "the first half alone", first.clone()),
        ("second-alone", "the second half alone", second.clone()),
        ("swapped", "the second half before the first", format!("{second}{first}")),
        ("first-twice", "the first half twice", format!("{first}{first}")),
        ("second-twice", "the second half twice", format!("{second}{second}")),
        ("two-pairs", "the pair twice", format!("{first}{second}{first}{second}")),
        ("three", "the first half three times before the second", format!("{first}{first}{first}{second}")),
        ("between", "an object between the halves", format!("{first}{other}{second}")),
        ("behind", "an object between the halves and the CRC", format!("{first}{second}{other}")),
        ("empty-between", "an object without a value between the halves", format!("{first}8500{second}")),
        ("root-behind", "a name between the halves and the CRC", format!("{first}{second}5901A")),
        (
            "apart",
            "the second half behind a second control template",
            format!("{first}{}{second}", shop.control()),
        ),
    ];
    for (id, change, pair) in rows {
        let text = seal(&format!("{body}{pair}"));
        let requirements = ["UPQR-SIG-1", "UPQR-SIG-2"];
        drafts.push(refused(parent, &format!("{key}-placed-{id}"), change, &text, "invalid", &requirements));
    }
    for ids in [["82", "81"], ["98", "99"], ["84", "97"]] {
        let free = Shop { ids, ..shop.clone() };
        let [low, high] = ids;
        let mut draft = accepted(
            &format!("{key}-placed-{low}-{high}"),
            &format!("Signature templates with the IDs {low} and {high} are as good as others"),
            &free.signed(),
            shop.trust(),
            super::AS_OF,
        );
        draft.requirements = vec!["UPQR-SIG-1", "UPQR-SIG-2", "UPQR-SIG-3"];
        drafts.push(draft);
    }
    // Outside 80 to 99 the identifier means nothing.
    let rows = [
        ("account-ids", "both halves as account templates", ["30", "31"], "absent"),
        ("one-account-id", "the first half as an account template", ["30", "82"], "invalid"),
    ];
    for (id, change, ids, state) in rows {
        let text = seal(&format!("{body}{}", halves(ids, &shop.octets()).concat()));
        drafts.push(refused(parent, &format!("{key}-placed-{id}"), change, &text, state, &["UPQR-SIG-2"]));
    }
}

/// Other forms of the templates.
fn formed(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    let shop = Shop::new(algorithm);
    let (body, key) = (shop.body(), algorithm.key());
    let octets = shop.octets();
    let (r, s) = octets.split_at(32);
    let [first, second] = [r, s].map(|half| URL_SAFE_NO_PAD.encode(half));
    let template = |id: &str, inner: String| object(id, &inner);
    let pair = |a: String, b: String| seal(&format!("{body}{}{}", template("81", a), template("82", b)));
    let half = |number: &str, text: &str| format!("0012org.upqr.sig{}", object(number, text));
    let loose = |text: &str| {
        // The last character holds four bits and two that are zero.
        let (head, last) = text.split_at(text.len().saturating_sub(1));
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let place = alphabet.find(last).unwrap_or_default();
        let next = alphabet.get(place.saturating_add(1)..place.saturating_add(2)).unwrap_or("B");
        format!("{head}{next}")
    };
    let rows: [(&str, &str, String); 14] = [
        (
            "guid-upper",
            "the GUID of the first half in capitals",
            pair(half("01", &first).replace("org.upqr.sig", "ORG.UPQR.SIG"), half("02", &second)),
        ),
        (
            "guid-mixed",
            "one capital in the GUID of the second half",
            pair(half("01", &first), half("02", &second).replace("sig", "Sig")),
        ),
        (
            "loose-first",
            "an unused bit set in the first half",
            pair(half("01", &loose(&first)), half("02", &second)),
        ),
        (
            "loose-second",
            "an unused bit set in the second half",
            pair(half("01", &first), half("02", &loose(&second))),
        ),
        (
            "padding",
            "padding behind the first half",
            pair(half("01", &format!("{first}=")), half("02", &second)),
        ),
        (
            "standard",
            "the alphabet of base64 for addresses left for the ordinary one",
            pair(half("01", &STANDARD_NO_PAD.encode([0xFF; 32])), half("02", &second)),
        ),
        (
            "blank",
            "a blank in the second half",
            pair(half("01", &first), half("02", &format!("{} ", second.get(..42).unwrap_or_default()))),
        ),
        (
            "short",
            "a first half of 31 octets",
            pair(half("01", &URL_SAFE_NO_PAD.encode(r.get(..31).unwrap_or_default())), half("02", &second)),
        ),
        (
            "long",
            "a second half of 33 octets",
            pair(half("01", &first), half("02", &URL_SAFE_NO_PAD.encode([s, &[0]].concat()))),
        ),
        ("both-01", "both halves in objects 01", pair(half("01", &first), half("01", &second))),
        ("both-03", "the halves in objects 03 and 04", pair(half("03", &first), half("04", &second))),
        (
            "more",
            "a further object behind the first half",
            pair(format!("{}0901x", half("01", &first)), half("02", &second)),
        ),
        (
            "order",
            "the GUID behind the first half",
            pair(format!("{}0012org.upqr.sig", object("01", &first)), half("02", &second)),
        ),
        (
            "hex",
            "the first 21 octets in hexadecimal digits",
            pair(half("01", &upqr::payment::hex_of(r.get(..21).unwrap_or_default())), half("02", &second)),
        ),
    ];
    for (id, change, text) in rows {
        let requirements: &[&str] = match id {
            "loose-first" | "loose-second" | "padding" | "standard" | "blank" => {
                &["UPQR-SIG-5", "UPQR-SIG-2"]
            }
            _ => &["UPQR-SIG-1", "UPQR-SIG-2"],
        };
        drafts.push(refused(parent, &format!("{key}-formed-{id}"), change, &text, "invalid", requirements));
    }
}

/// Other octets of the signature.
fn octets(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    let shop = Shop::new(algorithm);
    let good = shop.octets();
    let (r, s) = good.split_at(32);
    let mut rows: Vec<(String, String, Vec<u8>)> = vec![
        ("zero".to_owned(), "64 octets of zero".to_owned(), vec![0; 64]),
        ("ones".to_owned(), "64 octets of one bits".to_owned(), vec![0xFF; 64]),
        ("exchanged".to_owned(), "the halves' octets in each other's place".to_owned(), [s, r].concat()),
        ("r-zero".to_owned(), "32 octets of zero in the first half".to_owned(), [&[0; 32], s].concat()),
        ("s-zero".to_owned(), "32 octets of zero in the second half".to_owned(), [r, &[0; 32]].concat()),
    ];
    for place in [0_usize, 31, 32, 63] {
        let mut octets = good.to_vec();
        if let Some(octet) = octets.get_mut(place) {
            *octet ^= 1;
        }
        rows.push((format!("bit-{place}"), format!("the lowest bit of octet {place} flipped"), octets));
    }
    // Orders of the curves, most significant octet first; Ed25519 writes its numbers the other way round.
    let order = match algorithm {
        Algorithm::Es256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        Algorithm::Ed25519 => "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed",
        Algorithm::Sm2 => "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
    };
    let order = upqr::payment::octets_of(order).unwrap_or_default();
    match algorithm {
        Algorithm::Es256 => rows.push((
            "high-s".to_owned(),
            "`s` taken from the order, which needs no key".to_owned(),
            [r, &less(&order, s)].concat(),
        )),
        Algorithm::Sm2 => {
            rows.push((
                "sum".to_owned(),
                "`r` taken from the order in the place of `s`".to_owned(),
                [r, &less(&order, r)].concat(),
            ));
            rows.push((
                "signer".to_owned(),
                "the signature of a signer of another identifier".to_owned(),
                of_another_signer(&shop),
            ));
        }
        Algorithm::Ed25519 => {
            let big: Vec<u8> = s.iter().rev().copied().collect();
            let sum: Vec<u8> = more(&order, &big).into_iter().rev().collect();
            rows.push(("order".to_owned(), "the order added to `S`".to_owned(), [r, &sum].concat()));
            let small = [&[1][..], &[0; 31]].concat();
            rows.push((
                "small".to_owned(),
                "a point of small order for `R`".to_owned(),
                [&small, s].concat(),
            ));
        }
    }
    for (id, change, octets) in rows {
        let octets: [u8; 64] = octets.try_into().expect("two halves of 32 octets");
        let text = seal(&format!("{}{}", shop.body(), halves(shop.ids, &octets).concat()));
        let id = format!("{}-octets-{id}", algorithm.key());
        drafts.push(refused(
            parent,
            &id,
            &change,
            &text,
            "invalid",
            &[super::of(algorithm)[0], "UPQR-SIG-7"],
        ));
    }
}

fn of_another_signer(shop: &Shop) -> Vec<u8> {
    use sm2::dsa::signature::Signer as _;
    let secret = sm2::SecretKey::from_slice(&[shop.number; 32]).expect("a number below the order");
    let key = sm2::dsa::SigningKey::new("ALICE123@YAHOO.COM", &secret).expect("a short identifier");
    let signature: sm2::dsa::Signature = key.sign(&[DOMAIN, shop.body().as_bytes()].concat());
    signature.to_vec()
}

/// `a - b` of 32 octets each.
fn less(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0_i16;
    let digits = a.iter().zip(b).rev().map(|(a, b)| {
        let digit = i16::from(*a).saturating_sub(i16::from(*b)).saturating_sub(borrow);
        borrow = i16::from(digit < 0);
        u8::try_from(digit.rem_euclid(256)).unwrap_or_default()
    });
    let digits: Vec<u8> = digits.collect();
    digits.into_iter().rev().collect()
}

/// `a + b` of 32 octets each.
fn more(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0_u16;
    let digits = a.iter().zip(b).rev().map(|(a, b)| {
        let digit = u16::from(*a).saturating_add(u16::from(*b)).saturating_add(carry);
        carry = digit >> 8;
        u8::try_from(digit & 0xFF).unwrap_or_default()
    });
    let digits: Vec<u8> = digits.collect();
    digits.into_iter().rev().collect()
}

/// Signatures over other bytes.
fn messages(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    let shop = Shop::new(algorithm);
    let body = shop.body();
    let rows: [(&str, &str, Vec<u8>); 8] = [
        ("no-domain", "no domain before the signed text", body.as_bytes().to_vec()),
        (
            "list-domain",
            "the domain of trust lists before the signed text",
            [b"UPQR1-TRUST\0", body.as_bytes()].concat(),
        ),
        ("no-zero", "the domain without its zero octet", [b"UPQR1-SIG", body.as_bytes()].concat()),
        ("domain-behind", "the domain behind the signed text", [body.as_bytes(), DOMAIN].concat()),
        (
            "id-too",
            "the ID of the first signature template signed as well",
            [DOMAIN, body.as_bytes(), b"81"].concat(),
        ),
        (
            "header-too",
            "ID and length of the first signature template signed as well",
            [DOMAIN, body.as_bytes(), b"8163"].concat(),
        ),
        (
            "crc-too",
            "the payload without a signature signed with its CRC",
            [DOMAIN, seal(&body).as_bytes()].concat(),
        ),
        ("line-end", "a line end signed as well", [DOMAIN, body.as_bytes(), b"\n"].concat()),
    ];
    for (id, change, message) in rows {
        let octets = sign(&shop.key(), &message);
        let text = seal(&format!("{body}{}", halves(shop.ids, &octets).concat()));
        let id = format!("{}-message-{id}", algorithm.key());
        drafts.push(refused(parent, &id, change, &text, "invalid", &["UPQR-SIG-3"]));
    }
}

/// Checksums that are not right, in upper case and last.
fn checksums(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    let signed = Shop::new(algorithm).signed();
    let (covered, crc) = signed.split_at(signed.len().saturating_sub(4));
    let wrong = if crc == "0000" { "0001" } else { "0000" };
    let rows: [(&str, &str, String); 4] = [
        ("wrong", "another CRC", format!("{covered}{wrong}")),
        (
            "short",
            "a CRC of three digits",
            format!(
                "{}03{}",
                covered.get(..covered.len().saturating_sub(2)).unwrap_or_default(),
                crc.get(1..).unwrap_or_default()
            ),
        ),
        (
            "missing",
            "the CRC taken out",
            covered.get(..covered.len().saturating_sub(4)).unwrap_or_default().to_owned(),
        ),
        ("not-last", "an object behind the CRC", format!("{signed}6401A")),
    ];
    for (id, change, text) in rows {
        let id = format!("{}-crc-{id}", algorithm.key());
        drafts.push(refused(parent, &id, change, &text, "invalid", &["UPQR-SIG-36"]));
    }
    let lower = crc.to_ascii_lowercase();
    if lower != crc {
        let text = format!("{covered}{lower}");
        let id = format!("{}-crc-lower", algorithm.key());
        drafts.push(refused(parent, &id, "the CRC in small letters", &text, "invalid", &["UPQR-SIG-36"]));
    }
}
