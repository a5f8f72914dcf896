//! Data objects of which the last one is a CRC: what Raast, Thai slips and TR Karekod have in common.
//!
//! ```text
//! text   = 1*object crc
//! object = id length value            ; as in merchant-presented payloads
//! crc    = id "04" 4HEXDIG            ; CRC-16 of everything before the four digits, its own ID and length included
//! ```

use super::{FaultKind, Reading};
use crate::emv::crc::{Crc16, compare};
use crate::emv::data_object::{DataObject, DataObjects, Id};
use crate::native::payment_code::MAX_DIGITS;

/// What distinguishes one such dialect from another.
pub(super) struct Dialect {
    /// The object that holds the CRC.
    pub(super) crc: Id,
    /// Objects that are templates; objects inside are named `61-01`.
    pub(super) templates: &'static [Id],
    /// Whether the CRC may have lower-case digits.
    pub(super) lower_case: bool,
}

/// Whether a text is a number that a payment code may be: no dialect has so few characters, all of them digits.
pub(super) fn is_number(text: &str) -> bool {
    text.len() <= MAX_DIGITS && text.bytes().all(|b| b.is_ascii_digit())
}

/// Adds the objects of a text, and says what is wrong with their structure and with the CRC.
pub(super) fn read<'a>(reading: &mut Reading<'a>, text: &'a str, dialect: &Dialect) {
    let mut last = None;
    for object in DataObjects::new(text, 0) {
        match object {
            Ok(object) => {
                element(reading, &object, dialect);
                last = Some(object);
            }
            Err(error) => {
                let message = format!("{}: scan the code again", error.kind);
                return reading.fault(FaultKind::Structure, error.offset..text.len(), message);
            }
        }
    }
    match last {
        Some(object) if object.id == dialect.crc => checksum(reading, text, &object, dialect),
        _ => reading.fault(
            FaultKind::Structure,
            0..text.len(),
            format!("the last object is not the checksum {}: scan the code again", dialect.crc),
        ),
    }
}

fn element<'a>(reading: &mut Reading<'a>, object: &DataObject<'a>, dialect: &Dialect) {
    let span = object.value_offset()..object.offset.saturating_add(object.len());
    reading.element(object.id.as_str(), object.value, span.clone());
    if !dialect.templates.contains(&object.id) {
        return;
    }
    let Some(template) = object.template() else {
        let message =
            format!("object {} is not data objects throughout: have the code issued again", object.id);
        return reading.fault(FaultKind::Structure, span, message);
    };
    for inner in template.objects() {
        let span = inner.value_offset()..inner.offset.saturating_add(inner.len());
        reading.element(format!("{}-{}", object.id, inner.id), inner.value, span);
    }
}

fn checksum(reading: &mut Reading<'_>, text: &str, object: &DataObject<'_>, dialect: &Dialect) {
    let span = object.value_offset()..text.len();
    match compare(text.get(..span.start).unwrap_or_default(), object.value) {
        Crc16::Right => {}
        Crc16::LowerCase if dialect.lower_case => {}
        Crc16::LowerCase => reading.fixable(
            FaultKind::Tolerated,
            span,
            "the checksum has lower-case digits: write it in upper case",
            object.value.to_ascii_uppercase(),
        ),
        Crc16::Wrong { expected } => {
            let message = format!("the checksum of the text is {expected:04X}: scan the code again");
            reading.fault(FaultKind::Checksum, span, message);
        }
        Crc16::Malformed | Crc16::NotLast | Crc16::Missing => {
            let message = "the checksum is not four hexadecimal digits: scan the code again";
            reading.fault(FaultKind::Checksum, span, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scheme;
    use super::*;

    /// Reads `text` with its CRC in 10 and a template in 61; shows elements, then faults with the place where they begin.
    fn check(text: &str, expected: &str) {
        const DIALECT: Dialect =
            Dialect { crc: Id::literal(10), templates: &[Id::literal(61)], lower_case: false };
        let mut reading = Reading::new(Scheme::known("raast-p2p"));
        read(&mut reading, text, &DIALECT);
        let elements = reading.elements.iter().map(|element| {
            assert_eq!(text.get(element.span.clone()), Some(&*element.value), "{text}");
            format!("{}={}", element.id, element.value)
        });
        let faults = reading.faults.iter().map(|fault| format!("{:?}@{}", fault.kind, fault.span.start));
        assert!(reading.faults.iter().all(|fault| text.get(fault.span.clone()).is_some()), "{text}");
        assert_eq!(elements.chain(faults).collect::<Vec<_>>().join(" "), expected, "{text}");
    }

    #[test]
    fn structure_and_checksum() {
        check("61060102AB10048B20", "61=0102AB 61-01=AB 10=8B20");
        check("61060102AB10048b20", "61=0102AB 61-01=AB 10=8b20 Tolerated@14");
        check("61060102AB10048B21", "61=0102AB 61-01=AB 10=8B21 Checksum@14");
        check("61060102AB10048B2?", "61=0102AB 61-01=AB 10=8B2? Checksum@14");
        check("6103abc", "61=abc Structure@4 Structure@0");
        check("0003京10X", "00=京10 Structure@9");
        check("00", "Structure@2");
        check("", "Structure@0");
    }
}
