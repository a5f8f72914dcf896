//! Any octets as a consumer-presented payload, and any digits as a payment code.

use upqr::emv::cpm;
use upqr::network::{Family, Network};
use upqr::payment::{Code, ConsumerPresented, Payment};
use upqr::recognise::recognise;
use upqr::unified::consumer;

use super::laws;

/// Object 85, with which every payload begins.
const HEAD: &[u8] = b"\x85\x05CPV01";

/// Holds the laws against the bytes as text, as octets behind base64, and as digits.
pub fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        laws::text(text);
    }
    laws::text(&base64(data));
    laws::text(&base64(&[HEAD, data].concat()));
    codes(data);
}

/// What is written is read again, for one code and for two.
fn codes(data: &[u8]) {
    let [choices, length, rest @ ..] = data else { return };
    let (first, second) = rest.split_at(rest.len().min(usize::from(*length)));
    let first = code(choices % 8, first);
    let second = code(choices / 8 % 8, second);
    let both: Vec<Code> = first.into_iter().chain(second).collect();
    for code in &both {
        written(ConsumerPresented { codes: vec![code.clone()] });
    }
    if let [first, second] = both.as_slice() {
        let both = ConsumerPresented { codes: both.clone() };
        if first.network() == second.network() {
            assert_eq!(consumer::write(&both).map_err(|error| error.kind.code()), Err("same-network"));
        } else {
            written(both);
        }
    }
}

fn code(choice: u8, digits: &[u8]) -> Option<Code> {
    let digits: String = digits.iter().map(|octet| char::from(b'0' + octet % 10)).collect();
    Code::new(&digits, Network::with_number(choice)).ok()
}

fn written(payment: ConsumerPresented) {
    let text = consumer::write(&payment).expect("codes of different networks");
    let payload = cpm::parse(&text).expect("the encoder's own output");
    assert_eq!(consumer::payment(&payload).as_ref(), Ok(&payment), "read what was written");
    assert!(consumer::is_canonical(&payload), "{text}");
    assert!(recognise(&text).has(Family::UpqrCpm), "{text}");
    laws::json(&Payment::ConsumerPresented(payment));
}

/// Standard base64 with padding, written here so that the library does not check itself.
fn base64(octets: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in octets.chunks(3) {
        let mut bits = 0_u32;
        for place in 0..3 {
            bits = bits << 8 | group.get(place).map_or(0, |octet| u32::from(*octet));
        }
        for place in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place > group.len() { '=' } else { char::from(digit) });
        }
    }
    text
}
