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

use serde::ser::{SerializeMap as _, Serializer};
use serde::{Deserialize, Deserializer, Serialize};

use crate::emv::data_object::Id;
use crate::error::{Error, ErrorKind, Found};
use crate::native;
use crate::native::payment_code::MAX_DIGITS;
use crate::network::{Lifetime, Network};
use crate::recognise::{Recognition, recognise, recognise_octets};
pub use crate::unified::control::Control;

/// A payment in either presentation mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "kebab-case")]
pub enum Payment {
    /// The merchant shows the code.
    MerchantPresented(MerchantPresented),
    /// The consumer shows the code.
    ConsumerPresented(ConsumerPresented),
}

/// What a merchant's code says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "MerchantPresentedMembers")]
pub struct MerchantPresented {
    /// The merchant and the money, or the national code that is extended.
    pub base: Base,
    /// The wallets' codes in the merchant's order of preference.
    pub accounts: Vec<Account>,
    /// Version and times.
    pub control: Option<Control>,
    /// The values of other templates of this standard, such as terms and signature, which are carried untouched.
    pub templates: Vec<String>,
}

impl MerchantPresented {
    /// A payment on this base without any wallet's code.
    #[must_use]
    pub const fn new(base: Base) -> Self {
        Self { base, accounts: Vec::new(), control: None, templates: Vec::new() }
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// 1 to 10 printable ASCII characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// References that go with the payment.
    #[serde(default, skip_serializing_if = "Additional::is_empty")]
    pub additional: Additional,
    /// Name and city in the merchant's own script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<Local>,
    /// Root objects without a member here, each ID once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Additional {
    /// 01, bill number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill: Option<String>,
    /// 02, mobile number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// 03, store label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// 04, loyalty number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loyalty: Option<String>,
    /// 05, reference label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// 06, customer label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// 07, terminal label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<String>,
    /// 08, purpose of transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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

/// One wallet's merchant-presented code and the network that carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    network: Network,
    native: Vec<u8>,
    order: bool,
}

impl Account {
    /// Takes a native code and settles its network (UPQR-CAN).
    ///
    /// The network is the one that the candidates name; where they name several, or none, it is the caller's `choice`; without a choice, a
    /// code that begins `http://` or `https://` is a link. Consumer-presented codes and EMV payloads are refused.
    pub fn new(native: impl Into<Vec<u8>>, choice: Option<Network>) -> Result<Self, Error> {
        let native = native.into();
        let refuse = |kind| Err(Error::new(0, kind));
        if native.is_empty() {
            return refuse(ErrorKind::EmptyCode);
        }
        let found = recognise_octets(&native);
        if found.is_emv() {
            return refuse(ErrorKind::NestedEmv);
        }
        if found.is_consumer_presented() {
            return refuse(ErrorKind::PaymentCode);
        }
        let network = settle(&found, choice).or_else(|kind| match kind {
            ErrorKind::NoNetwork if begins_like_a_link(&native) => Ok(Network::link()),
            kind => Err(Error::new(0, kind)),
        })?;
        let order = is_order(&found, &native, network);
        Ok(Self { network, native, order })
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> Network {
        self.network
    }

    /// The code, byte for byte.
    #[must_use]
    pub fn native(&self) -> &[u8] {
        &self.native
    }

    /// Whether the code serves one sale (UPQR-REC).
    #[must_use]
    pub const fn is_order(&self) -> bool {
        self.order
    }
}

/// The network that the candidates name, or the choice among them, or the choice where they name none.
fn settle(found: &Recognition, choice: Option<Network>) -> Result<Network, ErrorKind> {
    let mut named = found.networks();
    let Some(first) = named.next() else { return choice.ok_or(ErrorKind::NoNetwork) };
    match choice {
        Some(choice) if found.networks().any(|network| network == choice) => Ok(choice),
        None if named.all(|network| network == first) => Ok(first),
        _ => Err(ErrorKind::Network),
    }
}

fn begins_like_a_link(native: &[u8]) -> bool {
    let begins =
        |scheme: &[u8]| native.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    begins(b"https://") || begins(b"http://")
}

/// Whether the first candidate of the account's network is an order code.
fn is_order(found: &Recognition, native: &[u8], network: Network) -> bool {
    let text = std::str::from_utf8(native).unwrap_or_default();
    let candidate = found.claims().find(|candidate| candidate.family.network() == Some(network));
    candidate.is_some_and(|candidate| native::lifetime(candidate.family, text) == Lifetime::Order)
}

/// One or two consumers' codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerPresented {
    /// The payer's preference first; two codes name different networks.
    pub codes: Vec<Code>,
}

/// A consumer's payment code and its network. It lives about a minute: show it to nobody, keep it nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    network: Network,
    digits: String,
}

impl Code {
    /// Takes 1 to 32 ASCII digits and settles their network, which is not `link` (UPQR-CPM).
    pub fn new(digits: &str, choice: Option<Network>) -> Result<Self, Error> {
        if let Some(place) = digits.find(|c: char| !c.is_ascii_digit()) {
            let found = digits.get(place..).map_or(Found::End, Found::first_of);
            return Err(Error::new(place, ErrorKind::Digits(found)));
        }
        if digits.is_empty() || digits.len() > MAX_DIGITS {
            return Err(Error::new(0, ErrorKind::Digits(Found::Characters(digits.len()))));
        }
        let network = settle(&recognise(digits), choice).map_err(|kind| Error::new(0, kind))?;
        if network == Network::link() {
            return Err(Error::new(0, ErrorKind::Network));
        }
        Ok(Self { network, digits: digits.to_owned() })
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> Network {
        self.network
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }
}

/// Masks the digits: a payment code is money for a minute.
impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Code({}, {} digits)", self.network, self.digits.len())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MerchantPresentedMembers {
    merchant: Option<Merchant>,
    base: Option<String>,
    #[serde(default)]
    accounts: Vec<Account>,
    control: Option<Control>,
    #[serde(default)]
    templates: Vec<String>,
    #[serde(default)]
    masked: bool,
}

impl TryFrom<MerchantPresentedMembers> for MerchantPresented {
    type Error = &'static str;

    fn try_from(members: MerchantPresentedMembers) -> Result<Self, Self::Error> {
        if members.masked {
            return Err(MASKED);
        }
        let base = match (members.merchant, members.base) {
            (Some(merchant), None) => Base::Merchant(merchant),
            (None, Some(base)) => Base::National(base),
            _ => return Err("a merchant-presented payment has exactly one of `merchant` and `base`"),
        };
        let MerchantPresentedMembers { accounts, control, templates, .. } = members;
        Ok(Self { base, accounts, control, templates })
    }
}

const MASKED: &str = "the payment is masked: decode it again with its values shown";

impl Serialize for MerchantPresented {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.base {
            Base::Merchant(merchant) => map.serialize_entry("merchant", merchant)?,
            Base::National(payload) => map.serialize_entry("base", payload)?,
        }
        map.serialize_entry("accounts", &self.accounts)?;
        if let Some(control) = &self.control {
            map.serialize_entry("control", control)?;
        }
        if !self.templates.is_empty() {
            map.serialize_entry("templates", &self.templates)?;
        }
        map.end()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountMembers {
    network: Option<Network>,
    native: Option<String>,
    native_hex: Option<String>,
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = AccountMembers::deserialize(deserializer)?;
        let native = match (members.native, members.native_hex) {
            (Some(text), None) => text.into_bytes(),
            (None, Some(hex)) => {
                octets_of(&hex).ok_or_else(|| serde::de::Error::custom("native_hex is not hexadecimal"))?
            }
            _ => {
                return Err(serde::de::Error::custom(
                    "an account has exactly one of `native` and `native_hex`",
                ));
            }
        };
        Self::new(native, members.network).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("network", &self.network)?;
        match std::str::from_utf8(&self.native) {
            Ok(text) => map.serialize_entry("native", text)?,
            Err(_) => map.serialize_entry("native_hex", &hex_of(&self.native))?,
        }
        map.end()
    }
}

/// Lower-case hexadecimal digits, two an octet.
#[must_use]
pub fn hex_of(octets: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    octets.iter().flat_map(|octet| [digit(octet.wrapping_shr(4)), digit(octet & 0xF)]).collect()
}

/// The octets of hexadecimal digits, two an octet, in any case.
#[must_use]
pub fn octets_of(hex: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(nibble(*high)?.wrapping_shl(4) | nibble(*low)?),
            _ => None,
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeMembers {
    network: Option<Network>,
    digits: String,
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = CodeMembers::deserialize(deserializer)?;
        Self::new(&members.digits, members.network).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("network", &self.network)?;
        map.serialize_entry("digits", &self.digits)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(native: &str, choice: Option<&str>, expected: &str) {
        let choice = choice.map(|key| Network::with_key(key).expect("a network"));
        let shown = match Account::new(native, choice) {
            Ok(account) => format!("{}{}", account.network(), if account.is_order() { " order" } else { "" }),
            Err(error) => error.kind.code().to_owned(),
        };
        assert_eq!(shown, expected, "{native} {choice:?}");
    }

    #[test]
    fn the_network_of_an_account() {
        check("weixin://wxpay/bizpayurl?pr=NwY5Mz9", None, "wechat order");
        check("weixin://wxpay/bizpayurl?pr=NwY5Mz9", Some("wechat"), "wechat order");
        check("weixin://wxpay/bizpayurl?pr=NwY5Mz9", Some("alipay"), "network");
        check("https://qr.alipay.com/fkx00000synthetic00aaa", None, "alipay");
        check("https://qr.alipay.com/FKX00000SYNTHETIC00AAA", Some("link"), "network");
        check("HTTPS://QR.ALIPAY.COM/BAX00000SYNTHETIC00AAA", None, "alipay order");
        check("https://pay.example/", None, "link");
        check("HTTP://pay.example/", None, "link");
        check("https://pay.example/a b", None, "link");
        check("https://pay.example/", Some("unionpay"), "unionpay");
        check("dcep://uniwallet/startApp", None, "no-network");
        check("dcep://uniwallet/startApp", Some("ecny"), "ecny");
        check("134650328919428540", None, "payment-code");
        check("134650328919428540", Some("wechat"), "payment-code");
        check("00020163040000", Some("link"), "nested-emv");
        check("hQVDUFYwMWEHTwWgAAADMw==", Some("unionpay"), "nested-emv");
        check("", None, "empty");
        check(
            "alipays://platformapi/startapp?qrcode=https%3A%2F%2Fqr.alipay.com%2Fbax00000synthetic00aaa",
            None,
            "alipay order",
        );
    }

    #[test]
    fn the_network_of_a_payment_code() {
        let code = |digits: &str, choice: Option<&str>| match Code::new(
            digits,
            choice.and_then(Network::with_key),
        ) {
            Ok(code) => code.network().key().to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(code("28763443825664394", None), "alipay");
        assert_eq!(code("160000000000000001", Some("wechat")), "wechat");
        assert_eq!(
            code("160000000000000001", None),
            "byte 0: expected a code that a network claims, found none: name its network"
        );
        assert_eq!(
            code("160000000000000001", Some("link")),
            "byte 0: expected a network that the code's candidates name, found another choice"
        );
        assert_eq!(code("1٠", None), "byte 1: expected 1 to 32 ASCII digits, found `٠`");
        assert_eq!(code("", None), "byte 0: expected 1 to 32 ASCII digits, found 0 characters");
        assert_eq!(format!("{:?}", Code::new("28763443825664394", None)), "Ok(Code(alipay, 17 digits))");
    }

    #[test]
    fn json_names_what_is_wrong() {
        #[track_caller]
        fn refuse(json: &str, sentence: &str) {
            let error = serde_json::from_str::<Payment>(json).expect_err("refused").to_string();
            assert_eq!(error, sentence);
        }
        refuse(
            r#"{"mode":"merchant-presented","accounts":[]}"#,
            "a merchant-presented payment has exactly one of `merchant` and `base`",
        );
        refuse(
            r#"{"mode":"merchant-presented","masked":true,"base":"0002"}"#,
            "the payment is masked: decode it again with its values shown",
        );
        refuse(
            r#"{"mode":"merchant-presented","base":"0002","accounts":[{"network":"visa","native":"x"}]}"#,
            "unknown network `visa`, expected one of wechat, alipay, ecny, unionpay, qq, link",
        );
        refuse(
            r#"{"mode":"consumer-presented","codes":[{"digits":"1x"}]}"#,
            "byte 1: expected 1 to 32 ASCII digits, found `x`",
        );
    }
}
