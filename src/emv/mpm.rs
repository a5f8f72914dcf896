//! Merchant-presented payloads: a lossless, borrowed view (EMV MPM 4; requirements UPQR-OBJ and UPQR-MPM).
//!
//! Parsing accepts every text that is data objects throughout. Zero length, repeated IDs, a wrong or missing checksum and all that
//! EMVCo makes mandatory are for [`rules`](crate::rules) to find.
//!
//! ```
//! use upqr::emv::{crc::Crc16, mpm};
//!
//! let payload = mpm::parse("00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498")?;
//! assert_eq!(payload.value(mpm::CURRENCY), Some("344"));
//! assert_eq!(payload.crc(), Crc16::Right);
//! let rebuilt = upqr::emv::data_object::reencode(payload.objects());
//! assert_eq!(rebuilt.as_deref(), Some(payload.text()));
//! # Ok::<(), upqr::Error>(())
//! ```

use super::crc::{self, Crc16};
use super::data_object::{self, DataObject, DataObjects, Id, Ids, Template};
use crate::error::{Error, ErrorKind};

/// Payload format indicator (EMV MPM 4.7.1).
pub const FORMAT_INDICATOR: Id = Id::literal(0);
/// Point of initiation method (EMV MPM 4.7).
pub const INITIATION: Id = Id::literal(1);
/// Merchant category code (EMV MPM 4.7).
pub const CATEGORY: Id = Id::literal(52);
/// Transaction currency (EMV MPM 4.7).
pub const CURRENCY: Id = Id::literal(53);
/// Transaction amount (EMV MPM 4.7).
pub const AMOUNT: Id = Id::literal(54);
/// Tip or convenience indicator (EMV MPM 4.7).
pub const FEE_INDICATOR: Id = Id::literal(55);
/// Value of a fixed convenience fee (EMV MPM 4.7).
pub const FEE_FIXED: Id = Id::literal(56);
/// Value of a convenience fee in percent (EMV MPM 4.7).
pub const FEE_PERCENT: Id = Id::literal(57);
/// Country code (EMV MPM 4.7).
pub const COUNTRY: Id = Id::literal(58);
/// Merchant name.
pub const NAME: Id = Id::literal(59);
/// Merchant city.
pub const CITY: Id = Id::literal(60);
/// Postal code.
pub const POSTAL_CODE: Id = Id::literal(61);
/// Additional data template (EMV MPM 4.7).
pub const ADDITIONAL: Id = Id::literal(62);
/// Checksum (EMV MPM 4.7.3).
pub const CRC: Id = Id::literal(63);
/// Merchant information in the local language (EMV MPM 4.7).
pub const LOCAL: Id = Id::literal(64);
/// The globally unique identifier inside a template.
pub const GUID: Id = Id::literal(0);

/// Where data objects are templates: root IDs 26-51, 62, 64 and 80-99 (EMV MPM 4.7).
#[must_use]
pub const fn is_template(id: Id) -> bool {
    matches!(id.number(), 26..=51 | 62 | 64 | 80..=99)
}

/// Whether the ID is merchant account information: root IDs 02-51 (EMV MPM 4.7).
#[must_use]
pub const fn is_account(id: Id) -> bool {
    matches!(id.number(), 2..=51)
}

/// A merchant-presented payload: a text that is data objects throughout.
#[derive(Clone, Debug)]
pub struct Payload<'a> {
    text: &'a str,
    ascii: bool,
    seen: Ids,
    repeated: Ids,
    empty: Ids,
    last: DataObject<'a>,
}

/// Reads a merchant-presented payload; an error only where the text is not data objects.
///
/// No memory is allocated.
pub fn parse(text: &str) -> Result<Payload<'_>, Error> {
    let ascii = data_object::is_ascii(text);
    let (mut seen, mut repeated, mut empty) = (Ids::default(), Ids::default(), Ids::default());
    let mut last = None;
    let mut objects = DataObjects::with_ascii(text, 0, ascii);
    while let Some(object) = objects.take_object() {
        if !seen.insert(object.id) {
            repeated.insert(object.id);
        }
        if object.is_empty() {
            empty.insert(object.id);
        }
        last = Some(object);
    }
    // What is left is a fault, if anything is; the clone keeps the loop's state in registers.
    objects.clone().next().transpose()?;
    match last {
        Some(last) => Ok(Payload { text, ascii, seen, repeated, empty, last }),
        None => Err(Error::new(0, ErrorKind::Empty)),
    }
}

impl<'a> Payload<'a> {
    /// The whole text.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// Whether every character is ASCII, so that all units of length agree.
    #[must_use]
    pub const fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// The root objects in their order.
    pub fn objects(&self) -> impl Iterator<Item = DataObject<'a>> + use<'a> {
        DataObjects::with_ascii(self.text, 0, self.ascii).readable()
    }

    /// The first root object with this ID.
    #[must_use]
    pub fn object(&self, id: Id) -> Option<DataObject<'a>> {
        if !self.seen.contains(id) {
            return None;
        }
        self.objects().find(|object| object.id == id)
    }

    /// The value of the first root object with this ID.
    #[must_use]
    pub fn value(&self, id: Id) -> Option<&'a str> {
        self.object(id).map(|object| object.value)
    }

    /// The last root object.
    #[must_use]
    pub const fn last(&self) -> DataObject<'a> {
        self.last
    }

    /// Whether a root object has this ID.
    #[must_use]
    pub const fn contains(&self, id: Id) -> bool {
        self.seen.contains(id)
    }

    /// The IDs of root objects.
    #[must_use]
    pub const fn ids(&self) -> Ids {
        self.seen
    }

    /// The root IDs that stand more than once, which EMV MPM 4.3 to 4.6 forbids.
    #[must_use]
    pub const fn repeated(&self) -> Ids {
        self.repeated
    }

    /// The root IDs of objects with zero length, which EMV MPM 4.3 to 4.6 forbids.
    #[must_use]
    pub const fn empty(&self) -> Ids {
        self.empty
    }

    /// The root templates that are data objects throughout, in their order.
    pub fn templates(&self) -> impl Iterator<Item = (DataObject<'a>, Template<'a>)> + use<'a> {
        let ascii = self.ascii;
        self.objects().filter(|object| is_template(object.id)).filter_map(move |object| {
            let ascii = ascii || data_object::is_ascii(object.value);
            Some((object, Template::with_ascii(object.value, object.value_offset(), ascii)?))
        })
    }

    /// The first root template whose globally unique identifier is `guid`, compared without ASCII case.
    #[must_use]
    pub fn template_by_guid(&self, guid: &str) -> Option<(DataObject<'a>, Template<'a>)> {
        self.templates()
            .find(|(_, template)| template.guid().is_some_and(|found| found.eq_ignore_ascii_case(guid)))
    }

    /// What the checksum is worth.
    #[must_use]
    pub fn crc(&self) -> Crc16 {
        if self.last.id != CRC {
            return if self.contains(CRC) { Crc16::NotLast } else { Crc16::Missing };
        }
        let covered = self.text.get(..self.last.value_offset()).unwrap_or(self.text);
        crc::compare(covered, self.last.value)
    }
}

/// The payment network to which EMVCo allocates a primitive account, IDs 02 to 25 (EMV MPM 4.7).
///
/// ```
/// use upqr::emv::{data_object::Id, mpm};
/// assert_eq!(Id::new(15).and_then(mpm::network), Some("UnionPay"));
/// ```
#[must_use]
pub const fn network(id: Id) -> Option<&'static str> {
    match id.number() {
        2 | 3 => Some("Visa"),
        4 | 5 => Some("Mastercard"),
        6..=8 | 17..=25 => Some("EMVCo"),
        9 | 10 => Some("Discover"),
        11 | 12 => Some("American Express"),
        13 | 14 => Some("JCB"),
        15 | 16 => Some("UnionPay"),
        _ => None,
    }
}

/// Appends the checksum object to a payload that lacks it.
pub(crate) fn write_crc(out: &mut String) {
    out.push_str("6304");
    let checksum = crc::checksum(out);
    for shift in [12, 8, 4, 0] {
        let digit = u32::from(checksum.wrapping_shr(shift) & 0xF);
        out.push(char::from_digit(digit, 16).unwrap_or('0').to_ascii_uppercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_states() {
        #[track_caller]
        fn check(text: &str, expected: Crc16) {
            assert_eq!(parse(text).expect("data objects").crc(), expected, "{text}");
        }
        check("000201630407C1", Crc16::Wrong { expected: 0xAAE6 });
        check("0002016304AAE6", Crc16::Right);
        check("0002016304aae6", Crc16::LowerCase);
        check("000201", Crc16::Missing);
        check("0002016304AAE65802CN", Crc16::NotLast);
        check("0002016304６２７Ｃ", Crc16::Malformed);
        check("0002016304XXXX", Crc16::Malformed);
        check("00020163036F2", Crc16::Malformed);
        check("0002016300", Crc16::Malformed);
    }

    #[test]
    fn objects_are_found_by_id_and_by_guid() {
        let text = "0002015802CN26110007abc.Def5802HK";
        let payload = parse(text).expect("data objects");
        assert_eq!(payload.value(COUNTRY), Some("CN"));
        assert!(payload.repeated().contains(COUNTRY));
        assert_eq!(payload.last().value, "HK");
        let (object, _) = payload.template_by_guid("ABC.DEF").expect("a template");
        assert_eq!((object.id.number(), object.offset), (26, 12));
        assert_eq!(payload.object(NAME), None);
        assert_eq!(parse("").map(|_| ()).expect_err("empty").kind.code(), "empty");
    }
}
