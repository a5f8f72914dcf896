//! The registry of networks, families and forms: `spec/networks.toml` as data (requirements UPQR-REG).
//!
//! ```
//! use upqr::network::{Family, Network};
//!
//! let alipay = Network::with_key("alipay").unwrap();
//! assert_eq!((alipay.number(), alipay.guid()), (2, "org.upqr.alipay"));
//! assert_eq!(Family::AlipayQr.network(), Some(alipay));
//! ```

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

/// How every globally unique identifier of this standard begins, compared without ASCII case.
pub const GUID_PREFIX: &str = "org.upqr.";

/// The text of the registry that this edition was built with.
pub const REGISTRY: &str = include_str!("../spec/networks.toml");

static ROWS: LazyLock<Rows> =
    LazyLock::new(|| Rows::load(REGISTRY).expect("a test loads the registry that is built in"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    version: Version,
    network: Vec<NetworkRow>,
    family: Vec<FamilyRow>,
    /// Where the row of each family stands, by [`Family::place`].
    #[serde(skip)]
    places: Vec<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkRow {
    key: String,
    number: u8,
    name: String,
    name_zh: String,
    #[serde(default)]
    form: Vec<Form>,
    #[serde(skip)]
    guid: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FamilyRow {
    key: Family,
    network: Option<String>,
    mode: Mode,
    rank: u8,
    confidence: Confidence,
    #[serde(default)]
    catch_all: bool,
    lifetime: LifetimeRow,
    source: String,
    #[serde(skip)]
    network_place: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LifetimeRow {
    default: Lifetime,
    #[serde(default, rename = "static")]
    fixed: Vec<String>,
    #[serde(default)]
    order: Vec<String>,
}

impl Rows {
    fn load(text: &str) -> Result<Self, toml::de::Error> {
        let mut rows: Self = toml::from_str(text)?;
        for network in &mut rows.network {
            network.guid = format!("{GUID_PREFIX}{}", network.key);
        }
        for family in &mut rows.family {
            family.network_place =
                rows.network.iter().position(|network| Some(&network.key) == family.network.as_ref());
        }
        rows.places = vec![usize::MAX; rows.family.len()];
        for (row, family) in rows.family.iter().enumerate() {
            if let Some(place) = rows.places.get_mut(family.key.place()) {
                *place = row;
            }
        }
        Ok(rows)
    }
}

/// A form: a literal prefix that the encoder drops from a native code and the decoder puts back (UPQR-CAR).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// 1 to 98; 0 (verbatim) and 99 (base64url) have no row.
    #[serde(deserialize_with = "two_digits")]
    pub number: u8,
    /// The literal text.
    pub prefix: String,
    /// The first version of the standard that has the form.
    pub since: Version,
}

/// A version of the standard: two digits, major and minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Version(u8);

impl Version {
    /// The version of a payload without a control template.
    pub const FIRST: Self = Self(10);

    /// Reads two ASCII digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_two_digits(text).map(Self)
    }

    /// The version of the registry: the highest that this edition knows.
    #[must_use]
    pub fn current() -> Self {
        ROWS.version
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl TryFrom<String> for Version {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a version is two digits")
    }
}

/// Two ASCII digits as a number.
pub(crate) fn parse_two_digits(text: &str) -> Option<u8> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn two_digits<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_two_digits(&text).ok_or_else(|| serde::de::Error::custom("a form is two digits"))
}

/// A network that carries payment codes.
#[derive(Clone, Copy)]
pub struct Network(&'static NetworkRow);

impl Network {
    /// All networks in the order of the registry.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.network.iter().map(Self)
    }

    /// The network with this key, such as `wechat`.
    #[must_use]
    pub fn with_key(key: &str) -> Option<Self> {
        Self::all().find(|network| network.key() == key)
    }

    /// The network whose globally unique identifier ends with this label, compared without ASCII case.
    #[must_use]
    pub fn with_label(label: &str) -> Option<Self> {
        Self::all().find(|network| network.key().eq_ignore_ascii_case(label))
    }

    /// The network with this number.
    #[must_use]
    pub fn with_number(number: u8) -> Option<Self> {
        Self::all().find(|network| network.number() == number)
    }

    /// Any other http or https link.
    #[must_use]
    pub fn link() -> Self {
        Self::with_key("link").expect("the registry has the network `link`: a test loads it")
    }

    /// The key, the last label of the globally unique identifier.
    #[must_use]
    pub fn key(self) -> &'static str {
        &self.0.key
    }

    /// The number, the last octet of the consumer-presented application identifier.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0.number
    }

    /// The name in English.
    #[must_use]
    pub fn name(self) -> &'static str {
        &self.0.name
    }

    /// The name in Simplified Chinese.
    #[must_use]
    pub fn name_zh(self) -> &'static str {
        &self.0.name_zh
    }

    /// The globally unique identifier, in lower case.
    #[must_use]
    pub fn guid(self) -> &'static str {
        &self.0.guid
    }

    /// The forms that have a literal prefix.
    #[must_use]
    pub fn forms(self) -> &'static [Form] {
        &self.0.form
    }

    /// The form with this number.
    #[must_use]
    pub fn form(self, number: u8) -> Option<&'static Form> {
        self.forms().iter().find(|form| form.number == number)
    }
}

impl PartialEq for Network {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Network {}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// A family of codes: one grammar of one network, one row of recognition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// EMVCo merchant-presented payload.
    EmvMpm,
    /// UPQR consumer-presented payload.
    UpqrCpm,
    /// UnionPay's EMVCo consumer-presented payload.
    UnionpayCpmEmv,
    /// WeChat Pay native mode 1.
    WechatNative1,
    /// WeChat Pay native mode 2.
    WechatNative2,
    /// WeChat personal collection code.
    WechatF2f,
    /// Alipay collection or order code.
    AlipayQr,
    /// An Alipay application link that holds a code.
    AlipayWrapper,
    /// UnionPay URL.
    UnionpayUrl,
    /// e-CNY URL.
    Ecny,
    /// QQ Wallet URL.
    Qqpay,
    /// Alipay+ merchant-presented code, format v3.
    AlipayplusMpm3,
    /// Alipay+ order code.
    AlipayplusOrder,
    /// WeChat Pay payment code.
    WechatAuthcode,
    /// Alipay payment code.
    AlipayAuthcode,
    /// Alipay+ payment code.
    AlipayplusCpm,
    /// UnionPay payment code of 19 digits.
    UnionpayCpm19,
    /// e-CNY payment code.
    EcnyAuthcode,
    /// Any other http or https link.
    Aggregate,
}

impl Family {
    /// All families in the order of the registry.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.family.iter().map(|row| row.key)
    }

    /// The place of the family among all families.
    #[expect(clippy::as_conversions, reason = "the place of a variant in its declaration")]
    const fn place(self) -> usize {
        self as usize
    }

    fn row(self) -> &'static FamilyRow {
        let row = ROWS.places.get(self.place()).and_then(|row| ROWS.family.get(*row));
        row.expect("every family has a row: a test asserts it")
    }

    /// The family's name, such as `alipay-qr`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::EmvMpm => "emv-mpm",
            Self::UpqrCpm => "upqr-cpm",
            Self::UnionpayCpmEmv => "unionpay-cpm-emv",
            Self::WechatNative1 => "wechat-native1",
            Self::WechatNative2 => "wechat-native2",
            Self::WechatF2f => "wechat-f2f",
            Self::AlipayQr => "alipay-qr",
            Self::AlipayWrapper => "alipay-wrapper",
            Self::UnionpayUrl => "unionpay-url",
            Self::Ecny => "ecny",
            Self::Qqpay => "qqpay",
            Self::AlipayplusMpm3 => "alipayplus-mpm3",
            Self::AlipayplusOrder => "alipayplus-order",
            Self::WechatAuthcode => "wechat-authcode",
            Self::AlipayAuthcode => "alipay-authcode",
            Self::AlipayplusCpm => "alipayplus-cpm",
            Self::UnionpayCpm19 => "unionpay-cpm19",
            Self::EcnyAuthcode => "ecny-authcode",
            Self::Aggregate => "aggregate",
        }
    }

    /// The network whose codes these are; none for EMV and UPQR payloads, which hold codes of several.
    #[must_use]
    pub fn network(self) -> Option<Network> {
        self.row().network_place.and_then(|place| ROWS.network.get(place)).map(Network)
    }

    /// How the code is presented.
    #[must_use]
    pub fn mode(self) -> Mode {
        self.row().mode
    }

    /// The order of candidates: lower first.
    #[must_use]
    pub fn rank(self) -> u8 {
        self.row().rank
    }

    /// How well the grammar is known.
    #[must_use]
    pub fn confidence(self) -> Confidence {
        self.row().confidence
    }

    /// Whether the family takes what no other family claims.
    #[must_use]
    pub fn is_catch_all(self) -> bool {
        self.row().catch_all
    }

    /// Where the grammar is published.
    #[must_use]
    pub fn source(self) -> &'static str {
        &self.row().source
    }

    /// How long a code with this identifier serves (UPQR-REC); the identifier is compared without ASCII case.
    #[must_use]
    pub fn lifetime(self, identifier: &str) -> Lifetime {
        let row = &self.row().lifetime;
        let begins = |prefixes: &[String]| {
            prefixes.iter().any(|prefix| {
                identifier.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            })
        };
        if begins(&row.order) {
            Lifetime::Order
        } else if begins(&row.fixed) {
            Lifetime::Static
        } else {
            row.default
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// Who shows the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The merchant shows it, the consumer scans it.
    MerchantPresented,
    /// The consumer shows it, the merchant scans it.
    ConsumerPresented,
}

impl Mode {
    /// The name in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::MerchantPresented => "merchant-presented",
            Self::ConsumerPresented => "consumer-presented",
        }
    }
}

/// How well a family's grammar is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The issuer publishes it.
    High,
    /// Measured on several independent samples.
    Medium,
    /// One source.
    Low,
}

/// How long a code serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lifetime {
    /// Printed once, paid many times.
    Static,
    /// One sale.
    Order,
    /// Not told by the code; counts as not an order.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_loads_and_every_row_is_consistent() {
        let rows = Rows::load(REGISTRY).expect("the built-in registry is valid");
        assert_eq!(rows.version, Version::FIRST);
        for (place, network) in rows.network.iter().enumerate() {
            assert_eq!(usize::from(network.number), place + 1, "numbers ascend without gaps");
            assert!(network.key.bytes().all(|b| b.is_ascii_lowercase()), "{}", network.key);
            for form in &network.form {
                assert!((1..=98).contains(&form.number) && form.since <= rows.version);
                assert!(form.prefix.bytes().all(|b| (0x20..=0x7E).contains(&b)) && !form.prefix.is_empty());
            }
        }
        for family in &rows.family {
            let name = format!("{:?}", family.network);
            assert_eq!(family.network.is_some(), family.network_place.is_some(), "unknown network {name}");
            let quoted = format!("key = \"{}\"", family.key);
            assert!(REGISTRY.contains(&quoted), "{quoted} differs from the name in the code");
        }
        assert_eq!(rows.family.len(), 19);
        for family in Family::all() {
            assert_eq!(family.row().key, family);
        }
        let mut keys: Vec<&str> = rows.family.iter().map(|row| row.key.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), rows.family.len(), "every family has one row");
    }

    #[test]
    fn unknown_keys_are_refused() {
        let with_extra = REGISTRY.replacen("number = 1", "number = 1\ncolour = \"green\"", 1);
        let error = Rows::load(&with_extra).map(|_| ()).expect_err("deny_unknown_fields");
        assert!(error.message().starts_with("unknown field `colour`"), "{error}");
    }

    #[test]
    fn lifetimes_follow_the_identifier() {
        assert_eq!(Family::AlipayQr.lifetime("FKX0"), Lifetime::Static);
        assert_eq!(Family::AlipayQr.lifetime("bax0"), Lifetime::Order);
        assert_eq!(Family::AlipayQr.lifetime("ocx0"), Lifetime::Unknown);
        assert_eq!(Family::UnionpayUrl.lifetime("6212"), Lifetime::Order);
        assert_eq!(Family::UnionpayUrl.lifetime("0112"), Lifetime::Unknown);
        assert_eq!(Family::WechatNative2.lifetime(""), Lifetime::Order);
    }
}
