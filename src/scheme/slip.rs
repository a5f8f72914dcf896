//! Thai slips of transfers, which a bank's application prints for the payee to verify (SCB: extracting data from mini QR).
//!
//! ```text
//! text     = "00" length template "5102TH" "9104" 4HEXDIG
//! template = "0006000001" bank reference
//! bank     = "01" length value         ; the bank that sent the money
//! reference = "02" length value        ; the transfer
//! ```
//!
//! A slip is the proof of a payment, and nobody can pay it. Some banks write the CRC in lower case.

use super::crc_last::{self, Dialect, is_number};
use super::{Reading, Scheme};
use crate::emv::data_object::{HEADER, Id};

/// Object 00 inside template 00, whose value names the interface.
const MARK: &str = "0006000001";

const DIALECT: Dialect = Dialect { crc: Id::literal(91), templates: &[Id::literal(0)], lower_case: true };

pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let inside = text.starts_with("00").then(|| text.get(HEADER..)).flatten()?;
    if !inside.starts_with(MARK) || is_number(text) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("th-slip-verify"));
    crc_last::read(&mut reading, text, &DIALECT);
    Some(reading)
}

#[cfg(test)]
mod tests {
    use super::super::FaultKind;
    use super::*;

    const RIGHT: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";

    fn check(text: &str, expected: Option<&[FaultKind]>) {
        let found = read(text).map(|reading| reading.faults.into_iter().map(|fault| fault.kind).collect());
        assert_eq!(found, expected.map(<[_]>::to_vec), "{text}");
    }

    #[test]
    fn either_case_of_the_checksum() {
        check(RIGHT, Some(&[]));
        check(&RIGHT.replace("17DF", "17df"), Some(&[]));
        check(&RIGHT.replace("17DF", "17DE"), Some(&[FaultKind::Checksum]));
        check(&RIGHT.replace("ABCD", "ABCE"), Some(&[FaultKind::Checksum]));
        check(RIGHT.trim_end_matches("910417DF"), Some(&[FaultKind::Structure]));
        check(RIGHT.get(..40).expect("ASCII"), Some(&[FaultKind::Structure]));
        check("00020101021129370016A000000677010111", None);
        check("0041000600000", None);
        check("00京0006000001", None);
        check("", None);
        let reading = read(RIGHT).expect("a slip");
        assert_eq!((reading.value("00-01"), reading.value("51")), (Some("014"), Some("TH")));
        assert_eq!(reading.value("00-02"), Some("00111222233344ABCD12"));
    }
}
