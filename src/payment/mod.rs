//! The unified model: what a payment code says, owned and canonical.
//!
//! A [`Payment`] holds the wallets' codes beside either the merchant's particulars, from which the encoder makes a base of its own, or a
//! national code that is carried byte for byte. Money stays decimal text with its currency.
//!
//! ```
//! use upqr::payment::{Account, Base, Merchant, MerchantPresented};
//! use upqr::unified;
//!
//! let payment = MerchantPresented {
//!     accounts: vec![Account::new("weixin://wxpay/bizpayurl?pr=NwY5Mz9", None)?],
//!     ..MerchantPresented::new(Base::Merchant(Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812")))
//! };
//! let payload = unified::write(&payment)?;
//! assert!(payload.starts_with("00020101021226360015org.upqr.wechat0102010207NwY5Mz9"));
//! # Ok::<(), upqr::Error>(())
//! ```

use serde::ser::Serializer;
use serde::{Deserialize, Deserializer, Serialize};

use crate::emv::data_object::Id;
pub use crate::unified::control::Control;
pub use crate::unified::settlement::Settlement;
pub use crate::unified::signature::Signature;
pub use crate::unified::terms::Terms;
pub use account::{Account, Code};
pub use json::{Masked, Members, hex_of, octets_of};

mod account;
mod json;

/// A payment in either presentation mode.
///
/// It serialises to JSON; [`Members`] reads that JSON back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payment {
    /// The merchant shows the code.
    MerchantPresented(MerchantPresented),
    /// The consumer shows the code.
    ConsumerPresented(ConsumerPresented),
}

/// What a merchant's code says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantPresented {
    /// The merchant and the money, or the national code that is extended.
    pub base: Base,
    /// The wallets' codes in the merchant's order of preference.
    pub accounts: Vec<Account>,
    /// What stands beside the accounts: times, terms, settlement, signature.
    pub templates: Templates,
}

impl MerchantPresented {
    /// A payment on this base without any wallet's code.
    #[must_use]
    pub fn new(base: Base) -> Self {
        Self { base, accounts: Vec::new(), templates: Templates::default() }
    }
}

/// The templates of this standard in 80 to 99 (clause 3.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Templates {
    /// Version, times, and which key signs.
    pub control: Option<Control>,
    /// Which terms of payment hold.
    pub terms: Option<Terms>,
    /// In which money it is settled, and until when it is refunded.
    pub settlement: Option<Settlement>,
    /// The values of templates that this edition does not know, carried untouched.
    pub others: Vec<String>,
    /// The signature of all that stands before it. Whatever changes in the payment, the signature no longer holds.
    pub signature: Option<Signature>,
}

/// What the templates of this standard stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The encoder writes the base.
    Merchant(Merchant),
    /// An EMV payload with a right checksum, whose objects keep their bytes and their order.
    National(String),
}

/// A merchant and the money asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merchant {
    /// 1 to 25 printable ASCII characters (EMV MPM 4.7).
    pub name: String,
    /// 1 to 15 printable ASCII characters.
    pub city: String,
    /// Merchant category code, four digits (ISO 18245).
    pub category: String,
    /// Two upper-case letters (ISO 3166-1).
    pub country: String,
    /// Three digits (ISO 4217).
    pub currency: String,
    /// Decimal text, at most as many decimals as the currency has, 1 to 13 characters, not zero; absent where the consumer enters it.
    #[serde(default)]
    pub amount: Option<String>,
    /// 1 to 10 printable ASCII characters.
    #[serde(default)]
    pub postal_code: Option<String>,
    /// References that go with the payment.
    #[serde(default)]
    pub additional: Additional,
    /// Name and city in the merchant's own script.
    #[serde(default)]
    pub local: Option<Local>,
    /// Root objects without a member here, each ID once.
    #[serde(default)]
    pub objects: Vec<Object>,
}

impl Merchant {
    /// A merchant in China who asks for yuan.
    #[must_use]
    pub fn new(name: &str, city: &str, category: &str) -> Self {
        Self {
            name: name.to_owned(),
            city: city.to_owned(),
            category: category.to_owned(),
            country: "CN".to_owned(),
            currency: "156".to_owned(),
            amount: None,
            postal_code: None,
            additional: Additional::default(),
            local: None,
            objects: Vec::new(),
        }
    }
}

/// References that go with a payment, each 1 to 25 printable ASCII characters or `***`, which asks the consumer (EMV MPM 4.7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Additional {
    /// 01, bill number.
    #[serde(default)]
    pub bill: Option<String>,
    /// 02, mobile number.
    #[serde(default)]
    pub mobile: Option<String>,
    /// 03, store label.
    #[serde(default)]
    pub store: Option<String>,
    /// 04, loyalty number.
    #[serde(default)]
    pub loyalty: Option<String>,
    /// 05, reference label.
    #[serde(default)]
    pub reference: Option<String>,
    /// 06, customer label.
    #[serde(default)]
    pub customer: Option<String>,
    /// 07, terminal label.
    #[serde(default)]
    pub terminal: Option<String>,
    /// 08, purpose of transaction.
    #[serde(default)]
    pub purpose: Option<String>,
}

impl Additional {
    /// Whether there is no reference.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The references in the order of their IDs, 01 to 08.
    #[must_use]
    pub fn members(&self) -> [(&'static str, Option<&str>); 8] {
        [
            ("bill", self.bill.as_deref()),
            ("mobile", self.mobile.as_deref()),
            ("store", self.store.as_deref()),
            ("loyalty", self.loyalty.as_deref()),
            ("reference", self.reference.as_deref()),
            ("customer", self.customer.as_deref()),
            ("terminal", self.terminal.as_deref()),
            ("purpose", self.purpose.as_deref()),
        ]
    }

    pub(crate) fn member_mut(&mut self, id: u8) -> Option<&mut Option<String>> {
        match id {
            1 => Some(&mut self.bill),
            2 => Some(&mut self.mobile),
            3 => Some(&mut self.store),
            4 => Some(&mut self.loyalty),
            5 => Some(&mut self.reference),
            6 => Some(&mut self.customer),
            7 => Some(&mut self.terminal),
            8 => Some(&mut self.purpose),
            _ => None,
        }
    }
}

/// Name and city in the merchant's own script (EMV MPM 4.7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Local {
    /// Two letters (ISO 639).
    pub language: String,
    /// 1 to 25 characters.
    pub name: String,
    /// 1 to 15 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

/// An object that is kept as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Two digits.
    #[serde(with = "id_digits")]
    pub id: Id,
    /// 1 to 99 characters.
    pub value: String,
}

mod id_digits {
    use super::{Deserialize, Deserializer, Id, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(super) fn serialize<S: Serializer>(id: &Id, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let text = String::deserialize(deserializer)?;
        crate::network::parse_two_digits(&text)
            .and_then(Id::new)
            .ok_or_else(|| serde::de::Error::custom(format!("id `{text}`: expected two digits")))
    }
}

/// One or two consumers' codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerPresented {
    /// The payer's preference first; two codes name different networks.
    pub codes: Vec<Code>,
}
