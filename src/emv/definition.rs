//! What each data object is: name, format, length and presence (EMV MPM 4.7; spec clauses 3.1, 3.5 and 4.1).

use super::data_object::Id;

/// The characters of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ASCII digits.
    Digits,
    /// Printable ASCII, 0x20 to 0x7E.
    Printable,
    /// Any characters but controls.
    Text,
    /// Digits with at most one point (spec clause 3.3, `amount-read`).
    Amount,
    /// Letters A, M and E, none twice (EMV MPM 4.7).
    Request,
}

impl Format {
    /// Whether a value has this format.
    #[must_use]
    pub fn admits(self, value: &str) -> bool {
        match self {
            Self::Digits => value.bytes().all(|b| b.is_ascii_digit()),
            Self::Printable => value.bytes().all(|b| matches!(b, b' '..=b'~')),
            Self::Text => !value.chars().any(is_control),
            Self::Amount => is_amount(value),
            Self::Request => value.char_indices().all(|(place, c)| {
                matches!(c, 'A' | 'M' | 'E') && !value.get(..place).is_some_and(|before| before.contains(c))
            }),
        }
    }

    /// The format in words, for messages.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Printable => "printable ASCII characters",
            Self::Text => "text without control characters",
            Self::Amount => "digits with at most one point",
            Self::Request => "letters A, M and E, none twice",
        }
    }
}

/// Whether a character is a control, or changes the direction of the text around it: U+202A to U+202E, U+2066 to U+2069.
///
/// Joiners and direction marks are no controls here: some scripts are not written without them.
#[must_use]
pub fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a value is digits with at most one point after the first of them.
#[must_use]
pub fn is_amount(value: &str) -> bool {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    !whole.is_empty() && digits(whole) && digits(decimals)
}

/// What EMVCo says of one ID, or of a range of them.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// The first and the last ID.
    pub ids: (u8, u8),
    /// The object's name.
    pub name: &'static str,
    /// The characters of its value.
    pub format: Format,
    /// The shortest and the longest value, in characters.
    pub length: (u8, u8),
    /// Whether the object must be there.
    pub mandatory: bool,
    /// Where EMVCo says so.
    pub clause: &'static str,
}

impl Definition {
    /// The ID of a row that is for one ID.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        Id::new(self.ids.0).filter(|_| self.ids.0 == self.ids.1)
    }
}

const fn row(
    ids: (u8, u8),
    name: &'static str,
    format: Format,
    length: (u8, u8),
    clause: &'static str,
) -> Definition {
    Definition { ids, name, format, length, mandatory: false, clause }
}

const fn due(
    id: u8,
    name: &'static str,
    format: Format,
    length: (u8, u8),
    clause: &'static str,
) -> Definition {
    Definition { ids: (id, id), name, format, length, mandatory: true, clause }
}

/// The objects of the root.
pub static ROOT: [Definition; 19] = [
    due(0, "payload format indicator", Format::Digits, (2, 2), "EMV MPM 4.7.1"),
    row((1, 1), "point of initiation method", Format::Digits, (2, 2), "EMV MPM 4.7"),
    row((2, 25), "merchant account information", Format::Printable, (1, 99), "EMV MPM 4.7"),
    row((26, 51), "merchant account information template", Format::Text, (1, 99), "EMV MPM 4.7"),
    due(52, "merchant category code", Format::Digits, (4, 4), "EMV MPM 4.7"),
    due(53, "transaction currency", Format::Digits, (3, 3), "EMV MPM 4.7"),
    row((54, 54), "transaction amount", Format::Amount, (1, 13), "EMV MPM 4.7"),
    row((55, 55), "tip or convenience indicator", Format::Digits, (2, 2), "EMV MPM 4.7"),
    row((56, 56), "fixed convenience fee", Format::Amount, (1, 13), "EMV MPM 4.7"),
    row((57, 57), "percentage convenience fee", Format::Amount, (1, 5), "EMV MPM 4.7"),
    due(58, "country code", Format::Printable, (2, 2), "EMV MPM 4.7"),
    due(59, "merchant name", Format::Printable, (1, 25), "EMV MPM 4.7"),
    due(60, "merchant city", Format::Printable, (1, 15), "EMV MPM 4.7"),
    row((61, 61), "postal code", Format::Printable, (1, 10), "EMV MPM 4.7"),
    row((62, 62), "additional data template", Format::Text, (1, 99), "EMV MPM 4.7"),
    due(63, "cyclic redundancy check", Format::Printable, (4, 4), "EMV MPM 4.7.3"),
    row((64, 64), "merchant information, language template", Format::Text, (1, 99), "EMV MPM 4.7"),
    row((65, 79), "reserved for EMVCo", Format::Text, (1, 99), "EMV MPM 4.7"),
    row((80, 99), "unreserved template", Format::Text, (1, 99), "EMV MPM 4.7"),
];

/// The objects inside 62.
pub static ADDITIONAL: [Definition; 13] = [
    row((1, 1), "bill number", Format::Printable, (1, 25), "EMV MPM 4.7"),
    row((2, 2), "mobile number", Format::Printable, (1, 25), "EMV MPM 4.7"),
    row((3, 3), "store label", Format::Printable, (1, 25), "EMV MPM 4.7"),
    row((4, 4), "loyalty number", Format::Printable, (1, 25), "EMV MPM 4.7"),
    row((5, 5), "reference label", Format::Printable, (1, 25), "EMV MPM 4.7"),
    row((6, 6), "customer label", Format::Printable, (1, 25), "EMV MPM 4.7"),
    row((7, 7), "terminal label", Format::Printable, (1, 25), "EMV MPM 4.7"),
    row((8, 8), "purpose of transaction", Format::Printable, (1, 25), "EMV MPM 4.7"),
    row((9, 9), "additional consumer data request", Format::Request, (1, 3), "EMV MPM 4.7"),
    row((10, 10), "merchant tax ID", Format::Printable, (1, 20), "EMV MPM 1.1, 4.7"),
    row((11, 11), "merchant channel", Format::Printable, (3, 3), "EMV MPM 1.1, 4.7"),
    row((12, 49), "reserved for EMVCo", Format::Text, (1, 99), "EMV MPM 4.7"),
    row((50, 99), "payment system template", Format::Text, (1, 99), "EMV MPM 4.7"),
];

/// The objects inside 64.
pub static LOCAL: [Definition; 4] = [
    due(0, "language preference", Format::Printable, (2, 2), "EMV MPM 4.7"),
    due(1, "merchant name, alternate language", Format::Text, (1, 25), "EMV MPM 4.7"),
    row((2, 2), "merchant city, alternate language", Format::Text, (1, 15), "EMV MPM 4.7"),
    row((3, 99), "reserved for EMVCo", Format::Text, (1, 99), "EMV MPM 4.7"),
];

/// The objects of a carriage template (UPQR-CAR).
pub static CARRIAGE: [Definition; 3] = [
    due(1, "form", Format::Digits, (2, 2), "UPQR 4.1"),
    due(2, "body", Format::Text, (1, 99), "UPQR 4.1"),
    row((3, 3), "part", Format::Digits, (2, 2), "UPQR 4.2"),
];

/// The objects of a control template (UPQR-MPM).
pub static CONTROL: [Definition; 5] = [
    due(1, "version", Format::Digits, (2, 2), "UPQR 3.5"),
    row((2, 2), "not before", Format::Digits, (10, 10), "UPQR 3.5"),
    row((3, 3), "expires", Format::Digits, (10, 10), "UPQR 3.5"),
    row((4, 4), "algorithm", Format::Digits, (1, 1), "UPQR 3.5"),
    row((5, 5), "key ID", Format::Printable, (11, 11), "UPQR 3.5"),
];

/// The objects of a terms template (UPQR-MPM).
pub static TERMS: [Definition; 3] = [
    due(1, "kind of terms", Format::Digits, (2, 2), "UPQR 3.5"),
    row((2, 2), "contract reference", Format::Printable, (1, 20), "UPQR 3.5"),
    row((3, 3), "terms hash", Format::Printable, (44, 44), "UPQR 3.5"),
];

/// The objects of a settlement template (UPQR-MPM).
pub static SETTLEMENT: [Definition; 4] = [
    row((1, 1), "refund by", Format::Digits, (10, 10), "UPQR 3.5"),
    row((2, 2), "settlement currency", Format::Digits, (3, 3), "UPQR 3.5"),
    row((3, 3), "FX quote", Format::Printable, (1, 20), "UPQR 3.5"),
    row((4, 4), "business chain", Format::Printable, (1, 24), "UPQR 3.5"),
];

/// The objects of a signature template (UPQR-MPM).
pub static SIGNATURE: [Definition; 2] = [
    row((1, 1), "first half of the signature", Format::Printable, (43, 43), "UPQR 3.5"),
    row((2, 2), "second half of the signature", Format::Printable, (43, 43), "UPQR 3.5"),
];

/// The globally unique identifier of a template: object 00 (EMV MPM 4.7).
pub static GUID: Definition = due(0, "globally unique identifier", Format::Text, (1, 32), "EMV MPM 4.7");

/// The row of a table that holds this ID; the rows ascend.
#[must_use]
pub fn find(table: &'static [Definition], id: Id) -> Option<&'static Definition> {
    let place = table.partition_point(|row| row.ids.1 < id.number());
    table.get(place).filter(|row| row.ids.0 <= id.number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_ascend_and_do_not_overlap() {
        for table in
            [ROOT.as_slice(), &ADDITIONAL, &LOCAL, &CARRIAGE, &CONTROL, &TERMS, &SETTLEMENT, &SIGNATURE]
        {
            for (row, next) in table.iter().zip(table.iter().skip(1)) {
                assert!(row.ids.1 < next.ids.0, "{} and {}", row.name, next.name);
            }
            for row in table {
                assert!(row.ids.0 <= row.ids.1 && row.length.0 <= row.length.1, "{}", row.name);
            }
        }
        let name = |id| Id::new(id).and_then(|id| find(&ROOT, id)).map(|row| row.name);
        assert_eq!(name(51), Some("merchant account information template"));
        assert_eq!(name(99), Some("unreserved template"));
        assert!(find(&CARRIAGE, Id::literal(0)).is_none() && find(&CARRIAGE, Id::literal(4)).is_none());
    }
}
