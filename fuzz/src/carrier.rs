//! Octets as an NDEF message, as a link, and as a payload that both carry.

use upqr::carrier::{link, ndef};
use upqr::emv::mpm;

const PAGE: &str = "https://pay.example/";

/// The first octet says what the rest is.
pub fn check(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    match kind % 3 {
        0 => taken_out(ndef::unpack(rest), rest.len()),
        1 => taken_out(link::unpack(&text), text.len()),
        _ => carried(&text),
    }
}

/// What comes out of a carrier is a payload, or an error inside the carrier; and it goes in again.
fn taken_out(found: Result<String, upqr::Error>, length: usize) {
    match found {
        Ok(text) => {
            assert!(mpm::parse(&text).is_ok());
            carried(&text);
        }
        Err(error) => assert!(error.offset <= length, "{error}"),
    }
}

fn carried(text: &str) {
    for page in [None, Some(PAGE)] {
        if let Ok(message) = ndef::pack(text, page) {
            assert_eq!(ndef::unpack(&message).as_deref(), Ok(text));
        }
    }
    if let Ok(link) = link::pack(text, PAGE) {
        assert_eq!(link::unpack(&link).as_deref(), Ok(text));
    }
}
