//! The control template: version and times (requirements UPQR-MPM).
//!
//! | ID | object | format |
//! |---|---|---|
//! | 00 | globally unique identifier | `org.upqr.control` |
//! | 01 | version | two digits |
//! | 02, 03 | not before, expires | ten digits, Unix seconds, with leading zeros |
//! | 04 | algorithm of the signature | one digit |
//! | 05 | key ID | 11 characters of base64url |

use serde::{Deserialize, Serialize};

use super::objects::{self, fault};
use crate::emv::data_object::DataObject;
use crate::error::{Error, ErrorKind, Found};
use crate::network::Version;
use crate::payment::Object;

/// The globally unique identifier of the control template.
pub const GUID: &str = "org.upqr.control";

/// The latest time that ten digits hold.
pub const MAX_TIME: u64 = 9_999_999_999;

/// Version and times of a payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The version of this standard, two digits.
    pub version: String,
    /// Unix seconds before which the payload is not to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<u64>,
    /// Unix seconds from which on the payload is not to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// One digit: 1 ES256, 2 Ed25519, 3 SM2 with SM3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// 11 characters of base64url: eight octets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Objects that this version does not define, IDs 06 to 99.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Object>,
}

impl Default for Control {
    fn default() -> Self {
        Self {
            version: Version::FIRST.to_string(),
            not_before: None,
            expires: None,
            algorithm: None,
            key_id: None,
            objects: Vec::new(),
        }
    }
}

impl Control {
    /// Reads the value of a control template.
    pub fn read(template: &DataObject<'_>) -> Result<Self, Error> {
        let mut control = Self { version: String::new(), ..Self::default() };
        control.objects = objects::read(template, "control", |object| {
            match object.id.number() {
                1 => control.version = version(object)?,
                2 => control.not_before = Some(objects::time(object, "not before")?),
                3 => control.expires = Some(objects::time(object, "expires")?),
                4 => control.algorithm = Some(algorithm(object)?),
                5 => control.key_id = Some(key_id(object)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        if control.version.is_empty() {
            return Err(fault(template, "control version", "two digits"));
        }
        Ok(control)
    }

    /// The version, which settles the forms that an encoder may use.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        Version::parse(&self.version)
    }

    /// Writes the value of a control template: objects ascend; a payload that expires before it may be paid is refused.
    pub fn write(&self) -> Result<String, Error> {
        if let (Some(not_before), Some(expires)) = (self.not_before, self.expires)
            && not_before >= expires
        {
            let (expected, found) = ("a time after `not_before`", Found::Other);
            return Err(Error::new(0, ErrorKind::Value { name: "expires", expected, found }));
        }
        let (not_before, expires) = (objects::time_text(self.not_before), objects::time_text(self.expires));
        let known = [
            (1, Some(self.version.as_str())),
            (2, not_before.as_deref()),
            (3, expires.as_deref()),
            (4, self.algorithm.as_deref()),
            (5, self.key_id.as_deref()),
        ];
        objects::sealed(objects::write(GUID, &known, &self.objects)?, Self::read)
    }
}

fn version(object: &DataObject<'_>) -> Result<String, Error> {
    Version::parse(object.value)
        .map(|version| version.to_string())
        .ok_or_else(|| fault(object, "control version", "two digits"))
}

fn algorithm(object: &DataObject<'_>) -> Result<String, Error> {
    match object.value.as_bytes() {
        [b'0'..=b'9'] => Ok(object.value.to_owned()),
        _ => Err(fault(object, "algorithm", "one digit")),
    }
}

fn key_id(object: &DataObject<'_>) -> Result<String, Error> {
    use base64::Engine as _;
    let decoded = super::carriage::STRICT_BASE64URL.decode(object.value);
    match decoded.as_deref() {
        Ok([_, _, _, _, _, _, _, _]) => Ok(object.value.to_owned()),
        _ => Err(fault(object, "key ID", "11 characters of base64url")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects::tests::template;
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        let shown = match Control::read(&template(value)) {
            Ok(control) => control.write().expect("what was read can be written"),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_read_is_written() {
        let whole = "0016org.upqr.control0102100210179000000003101790000600040110511AAECAwQFBgc07011";
        check(whole, whole);
        check("0102100016", "byte 12: expected 16 characters of value, found 0");
        check("0102100016ORG.UPQR.Control", "0016org.upqr.control010210");
        check("0016org.upqr.control", "byte 0: control version: expected two digits, found 20 characters");
        check("0016org.upqr.control0102100102", "byte 32: expected 2 characters of value, found 0");
        check(
            "0016org.upqr.control010210010210",
            "byte 30: control: expected each object once, found 2 characters",
        );
        check(
            "0016org.upqr.control01021x",
            "byte 24: control version: expected two digits, found 2 characters",
        );
        check(
            "0016org.upqr.control0102100310179000060x",
            "byte 30: expires: expected ten digits of Unix seconds, found 10 characters",
        );
        check("0016org.upqr.control0102100401x", "byte 30: algorithm: expected one digit, found 1 character");
        check(
            "0016org.upqr.control0102100511AAECAwQFBgd",
            "byte 30: key ID: expected 11 characters of base64url, found 11 characters",
        );
    }
}
