//! The checksum of merchant-presented payloads (EMV MPM 4.7.3, requirements UPQR-CRC-1 to UPQR-CRC-6).

use crc::{CRC_16_IBM_3740, Crc, Table};

/// CRC-16 with polynomial 0x1021 and initial value 0xFFFF; sixteen lookup tables, since one table is ten times slower.
static ALGORITHM: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_IBM_3740);

/// The checksum of the UTF-8 bytes of `text`, which ends with the ID and length of the checksum, `6304`.
///
/// ```
/// assert_eq!(upqr::emv::crc::checksum("00020104116263046304"), 0xFA09);
/// ```
#[must_use]
pub fn checksum(text: &str) -> u16 {
    ALGORITHM.checksum(text.as_bytes())
}

/// The same of octets, whatever they are.
pub(crate) fn checksum_of_octets(octets: &[u8]) -> u16 {
    ALGORITHM.checksum(octets)
}

/// What the checksum of a payload is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crc16 {
    /// Four upper-case hexadecimal digits, and right.
    Right,
    /// Right, but with a lower-case digit.
    LowerCase,
    /// Four hexadecimal digits that do not match the text before them.
    Wrong {
        /// The checksum of the text.
        expected: u16,
    },
    /// The last object is 63, but its value is not four hexadecimal digits.
    Malformed,
    /// Another object follows the last 63.
    NotLast,
    /// There is no object 63.
    Missing,
}

/// Compares the value of object 63 with the text that it covers.
pub(crate) fn compare(covered: &str, value: &str) -> Crc16 {
    let Some(found) = hexadecimal(value) else { return Crc16::Malformed };
    let expected = checksum(covered);
    if found != expected {
        Crc16::Wrong { expected }
    } else if value.bytes().any(|b| b.is_ascii_lowercase()) {
        Crc16::LowerCase
    } else {
        Crc16::Right
    }
}

/// The number that four hexadecimal digits say.
pub(crate) fn hexadecimal(value: &str) -> Option<u16> {
    let digits = <[u8; 4]>::try_from(value.as_bytes()).ok()?;
    digits.into_iter().try_fold(0_u16, |number, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit.wrapping_sub(b'0'),
            b'A'..=b'F' => digit.wrapping_sub(b'A').wrapping_add(10),
            b'a'..=b'f' => digit.wrapping_sub(b'a').wrapping_add(10),
            _ => return None,
        };
        Some(number.wrapping_shl(4) | u16::from(digit))
    })
}
