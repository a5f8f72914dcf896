//! The settlement template: in which money a payment is settled, at which quoted rate, and until when it can be refunded (requirements
//! UPQR-MPM).
//!
//! | ID | object | format |
//! |---|---|---|
//! | 00 | globally unique identifier | `org.upqr.settle` |
//! | 01 | refund by | ten digits, Unix seconds, with leading zeros |
//! | 02 | settlement currency | three digits of ISO 4217 |
//! | 03 | identifier of the FX quote | ans 1-20 |
//! | 04 | identifier of the business chain | ans 1-24 |

use serde::{Deserialize, Serialize};

use super::merchant::minor_units;
use super::objects::{self, fault};
use crate::emv::data_object::DataObject;
use crate::error::Error;
use crate::payment::Object;

/// The globally unique identifier of the settlement template.
pub const GUID: &str = "org.upqr.settle";

/// Characters of the identifier of an FX quote at most (clause 3.5).
pub const MAX_QUOTE: usize = 20;

/// Characters of the identifier of a business chain at most (clause 3.5).
pub const MAX_CHAIN: usize = 24;

/// How a payment is settled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// Unix seconds from which on nothing is refunded any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_by: Option<u64>,
    /// The currency that the payee gets, three digits of ISO 4217 with minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The identifier of the quoted rate, 1 to 20 printable ASCII characters; it holds until the control template's expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The identifier of the chain on which the terms live, 1 to 24 printable ASCII characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// Objects that this edition does not define, IDs 05 to 99.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Object>,
}

impl Settlement {
    /// Reads the value of a settlement template.
    pub fn read(template: &DataObject<'_>) -> Result<Self, Error> {
        let mut settlement = Self::default();
        settlement.objects = objects::read(template, "settlement", |object| {
            match object.id.number() {
                1 => settlement.refund_by = Some(objects::time(object, "refund by")?),
                2 => settlement.currency = Some(currency(object)?),
                3 => {
                    let expected = "1 to 20 printable ASCII characters";
                    settlement.quote = Some(objects::printable(object, "FX quote", MAX_QUOTE, expected)?);
                }
                4 => {
                    let expected = "1 to 24 printable ASCII characters";
                    let chain = objects::printable(object, "business chain", MAX_CHAIN, expected)?;
                    settlement.chain = Some(chain);
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        if settlement == Self::default() {
            return Err(fault(template, "settlement", "an object beside the identifier"));
        }
        Ok(settlement)
    }

    /// Writes the value of a settlement template.
    pub fn write(&self) -> Result<String, Error> {
        let refund_by = objects::time_text(self.refund_by);
        let known = [
            (1, refund_by.as_deref()),
            (2, self.currency.as_deref()),
            (3, self.quote.as_deref()),
            (4, self.chain.as_deref()),
        ];
        objects::sealed(objects::write(GUID, &known, &self.objects)?, Self::read)
    }
}

fn currency(object: &DataObject<'_>) -> Result<String, Error> {
    match minor_units(object.value) {
        Some(_) => Ok(object.value.to_owned()),
        None => Err(fault(object, "settlement currency", "three digits of an ISO 4217 currency")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects::tests::template;
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        let shown = match Settlement::read(&template(value)) {
            Ok(settlement) => settlement.write().expect("what was read can be written"),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_read_is_written() {
        let whole = "0015org.upqr.settle0110179500000002033440306QUOTE70409mBridge-1";
        check(whole, whole);
        check("0015org.upqr.settle01100000000009", "0015org.upqr.settle01100000000009");
        check("0015org.upqr.settle0501x", "0015org.upqr.settle0501x");
        check(
            "0015org.upqr.settle",
            "byte 0: settlement: expected an object beside the identifier, found 19 characters",
        );
        check(
            "0015org.upqr.settle0109179500000",
            "byte 23: refund by: expected ten digits of Unix seconds, found 9 characters",
        );
        for code in ["999", "959", "CNY", "15", "1560"] {
            check(
                &format!("0015org.upqr.settle02{:02}{code}", code.len()),
                &format!(
                    "byte 23: settlement currency: expected three digits of an ISO 4217 currency, found {} characters",
                    code.len()
                ),
            );
        }
        check(
            "0015org.upqr.settle0321QUOTE-7-QUOTE-7-QUOTE",
            "byte 23: FX quote: expected 1 to 20 printable ASCII characters, found 21 characters",
        );
        check(
            "0015org.upqr.settle0403é-1",
            "byte 23: business chain: expected 1 to 24 printable ASCII characters, found 3 characters",
        );
        check(
            "0015org.upqr.settle0500",
            "byte 23: settlement: expected objects of at least one character, found 0 characters",
        );
    }

    #[test]
    fn the_longest_value_is_as_long_as_the_table_says() {
        let settlement = Settlement {
            refund_by: Some(9_999_999_999),
            currency: Some("156".to_owned()),
            quote: Some("q".repeat(MAX_QUOTE)),
            chain: Some("c".repeat(MAX_CHAIN)),
            objects: Vec::new(),
        };
        assert_eq!(settlement.write().map(|value| value.len()), Ok(92));
    }
}
