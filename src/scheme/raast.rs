//! Raast P2P of Pakistan (SBP, DI&SD Circular 1 of 2022): data objects, with the CRC in 10.
//!
//! ```text
//! text = "000202" *object "1004" 4HEXDIG
//! ```
//!
//! A merchant code of Raast begins 000201 and is not read here.

use super::crc_last::{self, Dialect};
use super::{Reading, Scheme};
use crate::emv::data_object::{DataObjects, Id};

const DIALECT: Dialect = Dialect { crc: Id::literal(10), templates: &[], lower_case: false };

pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    if !text.starts_with("000202") || !ends_with_crc(text) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("raast-p2p"));
    crc_last::read(&mut reading, text, &DIALECT);
    Some(reading)
}

/// Whether a text is data objects throughout, and the last one is the CRC.
fn ends_with_crc(text: &str) -> bool {
    let last = DataObjects::new(text, 0).last();
    last.and_then(Result::ok).is_some_and(|object| {
        object.id == DIALECT.crc
            && object.value.len() == 4
            && object.value.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "0002020102120202000424PK36SCBL0000001123456702050415000712311220301200100430E1";

    fn check(text: &str, expected: Option<&[super::super::FaultKind]>) {
        let found = read(text).map(|reading| reading.faults.into_iter().map(|fault| fault.kind).collect());
        assert_eq!(found, expected.map(<[_]>::to_vec), "{text}");
    }

    #[test]
    fn told_apart_from_merchant_codes() {
        use super::super::FaultKind::{Checksum, Tolerated};

        check(RIGHT, Some(&[]));
        check(&RIGHT.replace("30E1", "30E2"), Some(&[Checksum]));
        check(&RIGHT.replace("30E1", "30e1"), Some(&[Tolerated]));
        check(&RIGHT.replace("1500", "1600"), Some(&[Checksum]));
        check(&RIGHT.replace("30E1", "30X1"), None);
        check(&RIGHT.replace("000202", "000201"), None);
        check("000202", None);
        check("0002021004", None);
        check("00020126130009org.a.b.c5802CN63041234", None);
        check("00020258021063041234", None);
        assert_eq!(read(RIGHT).expect("a Raast code").value("04"), Some("PK36SCBL0000001123456702"));
    }
}
