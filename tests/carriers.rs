//! The laws of carriers: what is packed is unpacked, however a writer divides a message; and nothing panics on any bytes.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use upqr::carrier::{MAX_PAYLOAD, link, ndef};

const PAGE: &str = "https://pay.example/q?shop=7";

/// Objects of text of one to four octets a character.
fn payload() -> impl Strategy<Value = String> {
    let object = (0_u8..100, "[ -~é京面馆東😀𠮷]{0,60}")
        .prop_map(|(id, value)| format!("{id:02}{:02}{value}", value.chars().count()));
    vec(object, 1..20)
        .prop_map(|objects| objects.concat())
        .prop_filter("too long", |text| text.len() <= MAX_PAYLOAD)
}

#[track_caller]
fn check<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, law: impl Fn(&T)) {
    let config = ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&strategy, |value| {
        law(&value);
        Ok(())
    });
    match outcome {
        Err(TestError::Fail(reason, value)) => panic!("{reason}\nminimal input: {value:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
        Ok(()) => {}
    }
}

#[test]
fn what_is_packed_is_unpacked() {
    check((payload(), any::<bool>()), |(payload, paged)| {
        let message = ndef::pack(payload, paged.then_some(PAGE)).expect("a message");
        assert_eq!(ndef::unpack(&message).as_ref(), Ok(payload));
        let message = ndef::pack_link(payload, PAGE).expect("a message");
        assert_eq!(ndef::unpack(&message).as_ref(), Ok(payload));
        let link = link::pack(payload, PAGE).expect("a link");
        assert_eq!(link::unpack(&link).as_ref(), Ok(payload));
        assert_eq!(link::pack(&link::unpack(&link).expect("a payload"), PAGE), Ok(link));
    });
}

/// One record as another writer may write it: a long length, an ID, chunks.
fn divided(payload: &[u8], cuts: &[prop::sample::Index], id: Option<&Vec<u8>>, long: bool) -> Vec<u8> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(payload.len() + 1)).collect();
    places.sort_unstable();
    let bounds: Vec<usize> = [&[0][..], &places, &[payload.len()]].concat();
    let mut message = Vec::new();
    for (place, pair) in bounds.windows(2).enumerate() {
        let (first, last) = (place == 0, place == bounds.len() - 2);
        let chunk = &payload[pair[0]..pair[1]];
        let short = !long && chunk.len() < 256;
        let id = id.filter(|_| first);
        let flag = |set: bool, bit: u8| if set { bit } else { 0 };
        let flags = flag(first, 0x80) | flag(last, 0x40) | flag(!last, 0x20) | flag(short, 0x10);
        message.push(flags | flag(id.is_some(), 0x08) | if first { 4 } else { 6 });
        message.push(if first { 10 } else { 0 });
        let length = u32::try_from(chunk.len()).expect("a short chunk").to_be_bytes();
        message.extend_from_slice(if short { &length[3..] } else { &length });
        message.extend(id.map(|id| u8::try_from(id.len()).expect("a short ID")));
        message.extend_from_slice(if first { ndef::TYPE } else { b"" });
        message.extend(id.into_iter().flatten());
        message.extend_from_slice(chunk);
    }
    message
}

#[test]
fn a_message_is_read_however_it_is_divided() {
    let cuts = vec(any::<prop::sample::Index>(), 0..6);
    let id = option::of(vec(any::<u8>(), 0..40));
    check((payload(), cuts, id, any::<bool>()), |(payload, cuts, id, long)| {
        let message = divided(payload.as_bytes(), cuts, id.as_ref(), *long);
        assert_eq!(ndef::unpack(&message).as_ref(), Ok(payload));
        for end in 0..message.len() {
            let error = ndef::unpack(&message[..end]).expect_err("a message that is cut off");
            assert!(error.kind.code() == "ndef" && error.offset <= end, "{error}");
        }
    });
}

#[test]
fn no_bytes_make_a_carrier_panic() {
    let changed = (payload(), vec((any::<prop::sample::Index>(), any::<u8>()), 1..4));
    check((vec(any::<u8>(), 0..80), changed), |(octets, (payload, changes))| {
        let _ = ndef::unpack(octets);
        let _ = link::unpack(&String::from_utf8_lossy(octets));
        let mut message = ndef::pack(payload, Some(PAGE)).expect("a message");
        let mut link = link::pack(payload, PAGE).expect("a link").into_bytes();
        for (place, octet) in changes {
            let (of_message, of_link) = (place.index(message.len()), place.index(link.len()));
            message[of_message] = *octet;
            link[of_link] = *octet;
        }
        for found in [ndef::unpack(&message), link::unpack(&String::from_utf8_lossy(&link))] {
            match found {
                Ok(text) => assert!(upqr::emv::mpm::parse(&text).is_ok(), "{text}"),
                Err(error) => assert!(error.offset <= message.len().max(link.len()), "{error}"),
            }
        }
    });
}
