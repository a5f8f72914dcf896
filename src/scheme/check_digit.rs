//! Check digits: ISO 7064 mod 97-10, IBAN, Luhn, and the recursive mod 10 of Swiss references.

/// Whether letters and digits, with the first four moved to the end, leave 1 when divided by 97 (ISO 7064, ISO 11649, ISO 13616).
///
/// ```
/// use upqr::scheme::check_digit::mod_97;
///
/// assert!(mod_97("RF18539007547034"));
/// assert!(!mod_97("RF18539007547035"));
/// ```
#[must_use]
pub fn mod_97(value: &str) -> bool {
    value.is_ascii()
        && value
            .split_at_checked(4)
            .is_some_and(|(head, rest)| remainder(rest.bytes().chain(head.bytes())) == Some(1))
}

/// The remainder by 97 of digits, where a letter counts as two digits from 10 (A) on.
pub(crate) fn remainder(octets: impl Iterator<Item = u8>) -> Option<u32> {
    let mut rest = 0_u32;
    for octet in octets {
        let number = char::from(octet).to_digit(36)?;
        // Below 97 * 100 + 36.
        let shift = if number < 10 { 10 } else { 100 };
        rest = rest.wrapping_mul(shift).wrapping_add(number) % 97;
    }
    Some(rest)
}

/// Whether an IBAN has right check digits and, where its layout is known, the length and layout of its country (ISO 13616).
#[must_use]
pub fn iban(value: &str) -> bool {
    // The crate's table of countries lacks some, such as Pakistan.
    matches!(value.parse::<iban::Iban>(), Ok(_) | Err(iban::ParseIbanError::UnknownCountry(_)))
}

/// Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1).
#[must_use]
pub fn luhn(value: &str) -> bool {
    let mut sum = 0_u32;
    for (place, octet) in value.bytes().rev().enumerate() {
        let Some(digit) = char::from(octet).to_digit(10) else { return false };
        let weighed = if place % 2 == 0 { digit } else { digit.wrapping_mul(2) };
        // A value has fewer than 2^28 digits.
        sum = sum.wrapping_add(if weighed > 9 { weighed.wrapping_sub(9) } else { weighed });
    }
    value.len() >= 2 && sum.is_multiple_of(10)
}

/// Whether the last digit is the recursive mod 10 check digit of the others, as Swiss QR references have it.
///
/// ```
/// assert!(upqr::scheme::check_digit::mod_10_recursive("210000000003139471430009017"));
/// ```
#[must_use]
pub fn mod_10_recursive(value: &str) -> bool {
    const TABLE: [u8; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let mut carry = 0_u8;
    let Some((last, head)) = value.as_bytes().split_last() else { return false };
    for octet in head {
        if !octet.is_ascii_digit() {
            return false;
        }
        let place = usize::from(carry.wrapping_add(octet.wrapping_sub(b'0')) % 10);
        carry = TABLE.get(place).copied().unwrap_or_default();
    }
    last.is_ascii_digit() && 10_u8.wrapping_sub(carry) % 10 == last.wrapping_sub(b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_changed_digit_is_found() {
        type Row = (fn(&str) -> bool, &'static str, &'static str);
        let rows: [Row; 6] = [
            (iban, "DE33100205000001194700", "DE34100205000001194700"),
            (iban, "PK36SCBL0000001123456702", "PK36SCBL0000001123456703"),
            (iban, "CH5800791123000889012", "CH5800791123000889013"),
            (mod_97, "RF18539007547034", "RF81539007547034"),
            (luhn, "4111111111111111", "4111111111111112"),
            (mod_10_recursive, "210000000003139471430009017", "210000000003139471430009018"),
        ];
        for (check, right, wrong) in rows {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
        let checks: [fn(&str) -> bool; 4] = [iban, mod_97, luhn, mod_10_recursive];
        for check in checks {
            assert!(!check("") && !check("é") && !check("12a4") && !check("0\u{661}"));
        }
    }
}
