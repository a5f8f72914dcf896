//! The two templates of a signature, and the bytes that they sign; no cryptography (requirements UPQR-MPM).
//!
//! | ID | object | format |
//! |---|---|---|
//! | 00 | globally unique identifier | `org.upqr.sig` |
//! | 01, in the first template | first half | 43 characters of base64url, 32 octets |
//! | 02, in the second template | second half | 43 characters of base64url, 32 octets |
//!
//! They are the last two root objects before the checksum, in this order, whatever their IDs. Their form is exact, since no signature covers
//! it: another letter case, order or object would make a second text with the same signature.

use std::fmt;

use base64::Engine as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::carriage::STRICT_BASE64URL;
use super::guid_of;
use crate::emv::data_object::DataObject;
use crate::emv::mpm;
use crate::error::{Error, ErrorKind, Found};

/// The globally unique identifier of both signature templates.
pub const GUID: &str = "org.upqr.sig";

/// Octets of a signature.
pub const OCTETS: usize = 64;

/// What stands before each half in the value of its template.
const HEADS: [&str; 2] = ["0012org.upqr.sig0143", "0012org.upqr.sig0243"];

/// A signature of 64 octets; as text 86 characters of base64url.
///
/// ```
/// use upqr::unified::signature::Signature;
///
/// let signature = Signature([0; 64]);
/// assert_eq!(signature.to_string(), "A".repeat(86));
/// assert_eq!(Signature::parse(&signature.to_string()), Some(signature));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature(pub [u8; OCTETS]);

impl Signature {
    /// Reads the text form, strictly: unused bits are zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        STRICT_BASE64URL.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The values of the two templates, of 63 characters each.
    #[must_use]
    pub fn write(&self) -> [String; 2] {
        let (halves, _) = self.0.as_chunks::<32>();
        let half =
            |place: usize| halves.get(place).map(|half| STRICT_BASE64URL.encode(half)).unwrap_or_default();
        let [first, second] = HEADS;
        [format!("{first}{}", half(0)), format!("{second}{}", half(1))]
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STRICT_BASE64URL.encode(self.0))
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("signature: expected 86 characters of base64url"))
    }
}

/// What a payload has of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed<'a> {
    /// No signature template.
    Absent,
    /// Signature templates that are no signature: half a pair, two pairs, another form, or in another place.
    Misplaced(Error),
    /// A pair in its place.
    Pair {
        /// The text from its start to the ID of the first signature template, of which the signature speaks.
        signed: &'a str,
        /// The signature.
        signature: Signature,
    },
}

/// Finds the signature of a payload.
///
/// ```
/// use upqr::emv::mpm;
/// use upqr::unified::signature::{Placed, read};
///
/// let half = "A".repeat(43);
/// let text = format!("00020180630012org.upqr.sig0143{half}81630012org.upqr.sig0243{half}6304ABCD");
/// let Placed::Pair { signed, .. } = read(&mpm::parse(&text)?) else { unreachable!() };
/// assert_eq!(signed, "000201");
/// # Ok::<(), upqr::Error>(())
/// ```
#[must_use]
pub fn read<'a>(payload: &mpm::Payload<'a>) -> Placed<'a> {
    let mut objects = payload.objects().skip_while(|object| !is_half(object));
    let Some(first) = objects.next() else { return Placed::Absent };
    let Some(second) = objects.next().filter(is_half) else {
        return misplaced(&first, "the other half directly behind it");
    };
    let (mut first_octets, mut second_octets) = ([0; 32], [0; 32]);
    for (template, head, octets) in
        [(&first, HEADS[0], &mut first_octets), (&second, HEADS[1], &mut second_octets)]
    {
        let decoded = template.value.strip_prefix(head).map(decode_half);
        match decoded.flatten() {
            Some(half) => *octets = half,
            None => {
                return misplaced(template, "its identifier in lower case and 43 characters of base64url");
            }
        }
    }
    match objects.next() {
        Some(crc) if crc.id == mpm::CRC && crc.offset == payload.last().offset => {}
        _ => return misplaced(&second, "both halves directly before the checksum, which is last"),
    }
    // A reader that keeps one object of an ID would lose a half, or what stands there for it.
    if let Some(template) =
        [&first, &second].into_iter().find(|template| payload.repeated().contains(template.id))
    {
        return misplaced(template, "an ID that no other root object has");
    }
    let signed = payload.text().get(..first.offset).unwrap_or_default();
    let mut octets = [0; OCTETS];
    for (to, from) in octets.iter_mut().zip(first_octets.iter().chain(&second_octets)) {
        *to = *from;
    }
    Placed::Pair { signed, signature: Signature(octets) }
}

/// Whether an object is a signature template, whatever its form: also where what follows its identifier is no data objects.
pub(super) fn is_half(object: &DataObject<'_>) -> bool {
    object.id.number() >= 80 && guid_of(object).is_some_and(|guid| guid.eq_ignore_ascii_case(GUID))
}

fn decode_half(text: &str) -> Option<[u8; 32]> {
    STRICT_BASE64URL.decode(text).ok()?.try_into().ok()
}

fn misplaced<'a>(template: &DataObject<'a>, expected: &'static str) -> Placed<'a> {
    let kind = ErrorKind::Value { name: "signature", expected, found: Found::Other };
    Placed::Misplaced(Error::new(template.offset, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(objects: &[&str], expected: &str) {
        let text = format!("000201{}", objects.concat());
        let payload = mpm::parse(&text).expect("data objects");
        let shown = match read(&payload) {
            Placed::Absent => "absent".to_owned(),
            Placed::Misplaced(error) => error.to_string(),
            Placed::Pair { signed, signature } => {
                assert_eq!(signature.write().map(|value| value.len()), [63, 63]);
                signed.to_owned()
            }
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn only_a_pair_in_its_place_is_a_signature() {
        let half = "A".repeat(43);
        let object = |id: u8, head: &str| format!("{id}63{head}{half}");
        let (first, second) = (object(90, HEADS[0]), object(85, HEADS[1]));
        let (first, second) = (first.as_str(), second.as_str());
        let (other, crc) = ("80230012org.upqr.loy0103abc", "6304ABCD");
        let far = "byte 6: signature: expected the other half directly behind it, found something else";
        let form = |byte: usize| {
            format!(
                "byte {byte}: signature: expected its identifier in lower case and 43 characters of base64url, found something else"
            )
        };
        let place = |byte: usize| {
            format!(
                "byte {byte}: signature: expected both halves directly before the checksum, which is last, found something else"
            )
        };
        check(&[crc], "absent");
        check(&[other, first, second, crc], "00020180230012org.upqr.loy0103abc");
        check(&[first, crc], far);
        check(&[second, crc], far);
        check(&[first, other, second, crc], far);
        check(&[second, first, crc], &form(6));
        check(&[first, first, crc], &form(73));
        check(&[first, second, other, crc], &place(73));
        check(&[first, second], &place(73));
        check(&[first, second, first, second, crc], &place(73));
        check(&[first, second, crc, other], &place(73));
        check(&[first, &second.replace("org", "Org"), crc], &form(73));
        check(&[&first.replace("AAA63", "AAB63").replace('A', "B"), second, crc], &form(6));
        check(
            &[&first.replace("9063", "9068").replace(&half, &format!("{half}0901x")), second, crc],
            &form(6),
        );
        let same = "byte 6: signature: expected an ID that no other root object has, found something else";
        check(&[first, &second.replace("8563", "9063"), crc], same);
        check(&["80240012org.upqr.sig0104none", crc], far);
        check(&["80200012org.upqr.sig0143", crc], far);
    }
}
