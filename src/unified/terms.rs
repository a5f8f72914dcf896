//! The terms template: which terms of payment a payload stands under (requirements UPQR-MPM).
//!
//! | ID | object | format |
//! |---|---|---|
//! | 00 | globally unique identifier | `org.upqr.terms` |
//! | 01 | kind | two digits |
//! | 02 | contract reference | ans 1-20 |
//! | 03 | terms hash | one digit, the hash function, and 43 characters of base64url, 32 octets |
//!
//! The terms themselves are a document elsewhere; the payload names it by the hash of its exact bytes.

use std::fmt;

use base64::Engine as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::carriage::STRICT_BASE64URL;
use super::objects::{self, fault};
use crate::emv::data_object::DataObject;
use crate::error::Error;
use crate::network::parse_two_digits;
use crate::payment::Object;

/// The globally unique identifier of the terms template.
pub const GUID: &str = "org.upqr.terms";

/// Characters of a contract reference at most (clause 3.5).
pub const MAX_REFERENCE: usize = 20;

/// Octets of a hash.
pub const HASH_OCTETS: usize = 32;

/// The kinds of terms that this edition defines, by number.
pub const KINDS: [(&str, &str); 7] = [
    ("01", "time-lock"),
    ("02", "delivery versus payment"),
    ("03", "three-party hold"),
    ("04", "hash-lock"),
    ("05", "prepaid draw-down"),
    ("06", "split"),
    ("07", "purpose-bound"),
];

/// The terms of payment that a payload names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Two digits; [`KINDS`] are those of this edition, and others are kept.
    pub kind: String,
    /// The contract's reference, 1 to 20 printable ASCII characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The hash of the exact bytes of the terms document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<TermsHash>,
    /// Objects that this edition does not define, IDs 04 to 99.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Object>,
}

/// A function that makes a hash of 32 octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashAlgorithm {
    /// SHA-256 (FIPS 180-4), digit 1.
    Sha256,
    /// SM3 (GB/T 32905-2016), digit 3.
    Sm3,
}

impl HashAlgorithm {
    /// The digit that stands before the hash.
    #[must_use]
    pub const fn digit(self) -> char {
        match self {
            Self::Sha256 => '1',
            Self::Sm3 => '3',
        }
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sm3 => "SM3",
        }
    }

    const fn with_digit(digit: char) -> Option<Self> {
        match digit {
            '1' => Some(Self::Sha256),
            '3' => Some(Self::Sm3),
            _ => None,
        }
    }
}

/// The hash of a terms document; as text one digit and 43 characters of base64url.
///
/// ```
/// use upqr::unified::terms::{HashAlgorithm, TermsHash};
///
/// let hash = TermsHash { algorithm: HashAlgorithm::Sm3, octets: [0; 32] };
/// assert_eq!(hash.to_string(), format!("3{}", "A".repeat(43)));
/// assert_eq!(TermsHash::parse(&hash.to_string()), Some(hash));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermsHash {
    /// What made it.
    pub algorithm: HashAlgorithm,
    /// The hash.
    pub octets: [u8; HASH_OCTETS],
}

impl TermsHash {
    /// Reads the text form, strictly: unused bits are zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let algorithm = HashAlgorithm::with_digit(text.chars().next()?)?;
        let decoded = STRICT_BASE64URL.decode(text.get(1..)?).ok()?;
        Some(Self { algorithm, octets: decoded.try_into().ok()? })
    }
}

impl fmt::Display for TermsHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.algorithm.digit(), STRICT_BASE64URL.encode(self.octets))
    }
}

impl Serialize for TermsHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TermsHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom("terms hash: expected 1 or 3 and 43 characters of base64url")
        })
    }
}

impl Terms {
    /// Reads the value of a terms template.
    pub fn read(template: &DataObject<'_>) -> Result<Self, Error> {
        let mut terms = Self { kind: String::new(), reference: None, hash: None, objects: Vec::new() };
        terms.objects = objects::read(template, "terms", |object| {
            match object.id.number() {
                1 => terms.kind = kind(object)?,
                2 => {
                    let expected = "1 to 20 printable ASCII characters";
                    let text = objects::printable(object, "contract reference", MAX_REFERENCE, expected)?;
                    terms.reference = Some(text);
                }
                3 => terms.hash = Some(hash(object)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        if terms.kind.is_empty() {
            return Err(fault(template, "kind of terms", "two digits"));
        }
        Ok(terms)
    }

    /// Writes the value of a terms template.
    pub fn write(&self) -> Result<String, Error> {
        let hash = self.hash.map(|hash| hash.to_string());
        let known = [(1, Some(self.kind.as_str())), (2, self.reference.as_deref()), (3, hash.as_deref())];
        objects::sealed(objects::write(GUID, &known, &self.objects)?, Self::read)
    }

    /// The name of the kind, where this edition defines it.
    #[must_use]
    pub fn kind_name(&self) -> Option<&'static str> {
        KINDS.iter().find(|(number, _)| *number == self.kind).map(|(_, name)| *name)
    }
}

fn kind(object: &DataObject<'_>) -> Result<String, Error> {
    match parse_two_digits(object.value) {
        Some(_) => Ok(object.value.to_owned()),
        None => Err(fault(object, "kind of terms", "two digits")),
    }
}

fn hash(object: &DataObject<'_>) -> Result<TermsHash, Error> {
    let expected = "1 or 3 and 43 characters of base64url";
    TermsHash::parse(object.value).ok_or_else(|| fault(object, "terms hash", expected))
}

#[cfg(test)]
mod tests {
    use super::super::objects::tests::template;
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        let shown = match Terms::read(&template(value)) {
            Ok(terms) => terms.write().expect("what was read can be written"),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_read_is_written() {
        let zeros = "A".repeat(43);
        let whole = format!("0014org.upqr.terms0102050210CONTRACT-70344{}{zeros}0401x", 3);
        check(&whole, &whole);
        check("0014ORG.UPQR.Terms0102080901x0401y", "0014org.upqr.terms0102080401y0901x");
        check("0014org.upqr.terms", "byte 0: kind of terms: expected two digits, found 18 characters");
        check("0014org.upqr.terms01015", "byte 22: kind of terms: expected two digits, found 1 character");
        check(
            "0014org.upqr.terms010205010205",
            "byte 28: terms: expected each object once, found 2 characters",
        );
        check(
            "0014org.upqr.terms0102050221CONTRACT-7-CONTRACT-7",
            "byte 28: contract reference: expected 1 to 20 printable ASCII characters, found 21 characters",
        );
        for text in
            [format!("2{zeros}"), format!("1{}B", "A".repeat(42)), format!("1{zeros}")[..43].to_owned()]
        {
            let value = format!("0014org.upqr.terms01020503{:02}{text}", text.len());
            let found = text.len();
            check(
                &value,
                &format!(
                    "byte 28: terms hash: expected 1 or 3 and 43 characters of base64url, found {found} characters"
                ),
            );
        }
    }

    #[test]
    fn the_longest_value_is_as_long_as_the_table_says() {
        let hash = Some(TermsHash { algorithm: HashAlgorithm::Sha256, octets: [255; HASH_OCTETS] });
        let terms =
            Terms { kind: "01".to_owned(), reference: Some("x".repeat(20)), hash, objects: Vec::new() };
        assert_eq!(terms.write().map(|value| value.len()), Ok(96));
    }
}
