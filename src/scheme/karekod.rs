//! TR Karekod between persons, paid by FAST (TCMB, BKM): data objects that begin with 75.
//!
//! ```text
//! text    = "750210" *object account *object "6304" 4HEXDIG
//! account = "61" length template      ; 01 IBAN, 07 name, 10 what the code is for
//! ```
//!
//! The amount, 54, counts kurus.

use super::crc_last::{self, Dialect, is_number};
use super::{Reading, Scheme};
use crate::emv::data_object::Id;

const DIALECT: Dialect = Dialect { crc: Id::literal(63), templates: &[Id::literal(61)], lower_case: false };

pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    if !text.starts_with("750210") || is_number(text) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("tr-karekod-p2p"));
    crc_last::read(&mut reading, text, &DIALECT);
    Some(reading)
}

#[cfg(test)]
mod tests {
    use super::super::FaultKind;
    use super::*;

    const RIGHT: &str = "750210010211020400010312123456789012541200000000105061500126TR330006100519786457841326\
        0710TEST ALICI10020320320000000000000000000000000000000063045B59";

    fn check(text: &str, expected: Option<&[FaultKind]>) {
        let found = read(text).map(|reading| reading.faults.into_iter().map(|fault| fault.kind).collect());
        assert_eq!(found, expected.map(<[_]>::to_vec), "{text}");
    }

    #[test]
    fn begins_with_75() {
        check(RIGHT, Some(&[]));
        check(&RIGHT.replace("5B59", "5b59"), Some(&[FaultKind::Tolerated]));
        check(&RIGHT.replace("1050", "1060"), Some(&[FaultKind::Checksum]));
        check(RIGHT.trim_end_matches("63045B59"), Some(&[FaultKind::Structure]));
        check("750210A", Some(&[FaultKind::Structure]));
        check("750210123456789012", None);
        check("7502", None);
        check("00020175021063045B59", None);
        let reading = read(RIGHT).expect("a code between persons");
        assert_eq!(reading.value("61-01"), Some("TR330006100519786457841326"));
        assert_eq!((reading.value("54"), reading.value("61-10")), (Some("000000001050"), Some("03")));
    }
}
