//! The JSON form of a payment: what `decode` prints and `encode` takes.

use serde::Deserialize;
use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{
    Account, Additional, Base, Code, ConsumerPresented, Control, Local, Merchant, MerchantPresented, Object,
    Payment, Settlement, Signature, Templates, Terms,
};
use crate::emv::data_object::DataObject;
use crate::error::{Error, ErrorKind};
use crate::mask;
use crate::network::Network;

/// The members of a payment's JSON, before they are judged: `Payment::try_from(members)` does that.
///
/// ```
/// use upqr::payment::{Members, Payment};
///
/// let json = r#"{"mode":"consumer-presented","codes":[{"digits":"134650328919428540"}]}"#;
/// let members: Members = serde_json::from_str(json).unwrap();
/// let Payment::ConsumerPresented(payment) = Payment::try_from(members)? else { unreachable!() };
/// assert_eq!(payment.codes[0].network().key(), "wechat");
/// # Ok::<(), upqr::Error>(())
/// ```
#[derive(Debug, Deserialize)]
#[serde(tag = "mode", rename_all = "kebab-case")]
pub enum Members {
    /// The merchant shows the code.
    MerchantPresented(MerchantMembers),
    /// The consumer shows the code.
    ConsumerPresented(ConsumerMembers),
}

/// The members of a merchant-presented payment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MerchantMembers {
    merchant: Option<Merchant>,
    base: Option<String>,
    accounts: Vec<AccountMembers>,
    control: Option<Control>,
    terms: Option<Terms>,
    settlement: Option<Settlement>,
    #[serde(default)]
    templates: Vec<String>,
    signature: Option<Signature>,
    #[serde(default)]
    masked: bool,
}

/// The members of a consumer-presented payment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerMembers {
    codes: Vec<CodeMembers>,
    #[serde(default)]
    masked: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountMembers {
    network: Option<String>,
    native: Option<String>,
    native_hex: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeMembers {
    network: Option<String>,
    digits: String,
}

impl TryFrom<Members> for Payment {
    type Error = Error;

    fn try_from(members: Members) -> Result<Self, Error> {
        match members {
            Members::MerchantPresented(members) => merchant_presented(members).map(Self::MerchantPresented),
            Members::ConsumerPresented(members) => consumer_presented(members).map(Self::ConsumerPresented),
        }
    }
}

fn refuse<T>(kind: ErrorKind) -> Result<T, Error> {
    Err(Error::new(0, kind))
}

fn merchant_presented(members: MerchantMembers) -> Result<MerchantPresented, Error> {
    let MerchantMembers {
        merchant,
        base,
        accounts,
        control,
        terms,
        settlement,
        templates: others,
        signature,
        masked,
    } = members;
    if masked {
        return refuse(ErrorKind::Masked);
    }
    let base = match (merchant, base) {
        (Some(merchant), None) => Base::Merchant(merchant),
        (None, Some(base)) => Base::National(base),
        _ => return refuse(ErrorKind::Members("exactly one of `merchant` and `base`")),
    };
    let accounts = accounts.into_iter().map(account).collect::<Result<_, _>>()?;
    let templates = Templates { control, terms, settlement, others, signature };
    Ok(MerchantPresented { base, accounts, templates })
}

fn consumer_presented(members: ConsumerMembers) -> Result<ConsumerPresented, Error> {
    if members.masked {
        return refuse(ErrorKind::Masked);
    }
    let code = |members: CodeMembers| match (
        network(members.network.as_deref()),
        Code::new(&members.digits, None),
    ) {
        // What is no string of digits is refused before the choice is looked at (clause 6.1).
        (Err(_), Err(error)) if matches!(error.kind, ErrorKind::Digits(_)) => Err(error),
        (choice, _) => Code::new(&members.digits, choice?),
    };
    Ok(ConsumerPresented { codes: members.codes.into_iter().map(code).collect::<Result<_, _>>()? })
}

fn account(members: AccountMembers) -> Result<Account, Error> {
    let choice = network(members.network.as_deref())?;
    let native = match (members.native, members.native_hex.as_deref().map(octets_of)) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(Some(octets))) => octets,
        (None, Some(None)) => {
            return refuse(ErrorKind::Members("hexadecimal digits, two an octet, in `native_hex`"));
        }
        _ => return refuse(ErrorKind::Members("exactly one of `native` and `native_hex` in an account")),
    };
    Account::new(native, choice)
}

fn network(key: Option<&str>) -> Result<Option<Network>, Error> {
    match key {
        None => Ok(None),
        Some(key) => Network::with_key(key).map(Some).ok_or(Error::new(0, ErrorKind::Network)),
    }
}

/// The JSON of a payment with every value of a payee and every payment code masked; [`Members`] refuse it.
#[derive(Clone, Copy, Debug)]
pub struct Masked<'a>(&'a Payment);

impl<'a> Masked<'a> {
    /// Masks a payment.
    #[must_use]
    pub const fn new(payment: &'a Payment) -> Self {
        Self(payment)
    }
}

impl Serialize for Masked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        payment(self.0, Values::Masked, serializer)
    }
}

impl Serialize for Payment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        payment(self, Values::Shown, serializer)
    }
}

/// Whether the values of payees stand in the JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    Shown,
    Masked,
}

impl Values {
    fn is_masked(self) -> bool {
        self != Self::Shown
    }

    /// A payee's value, or as many stars.
    fn of(self, value: &str) -> Cow<'_, str> {
        if self.is_masked() { mask::stars(value) } else { Cow::Borrowed(value) }
    }

    /// A merchant-presented payload, or its mask.
    fn base(self, text: &str) -> Cow<'_, str> {
        if self.is_masked() { Cow::Owned(mask::merchant_presented(text)) } else { Cow::Borrowed(text) }
    }

    /// A native code or digits, or their mask.
    fn code(self, text: &str) -> Cow<'_, str> {
        if self.is_masked() { Cow::Owned(mask::text(text)) } else { Cow::Borrowed(text) }
    }
}

fn payment<S: Serializer>(payment: &Payment, values: Values, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    match payment {
        Payment::MerchantPresented(payment) => {
            map.serialize_entry("mode", "merchant-presented")?;
            merchant_members(payment, values, &mut map)?;
        }
        Payment::ConsumerPresented(payment) => {
            map.serialize_entry("mode", "consumer-presented")?;
            map.serialize_entry(
                "codes",
                &With { items: payment.codes.as_slice(), values, write: code_members },
            )?;
        }
    }
    if values.is_masked() {
        map.serialize_entry("masked", &true)?;
    }
    map.end()
}

fn merchant_members<M: SerializeMap>(
    payment: &MerchantPresented,
    values: Values,
    map: &mut M,
) -> Result<(), M::Error> {
    match &payment.base {
        Base::Merchant(merchant) => map.serialize_entry("merchant", &MerchantValues { merchant, values })?,
        Base::National(payload) => map.serialize_entry("base", &values.base(payload))?,
    }
    map.serialize_entry(
        "accounts",
        &With { items: payment.accounts.as_slice(), values, write: account_members },
    )?;
    template_members(&payment.templates, values, map)
}

fn template_members<M: SerializeMap>(
    templates: &Templates,
    values: Values,
    map: &mut M,
) -> Result<(), M::Error> {
    let Templates { control, terms, settlement, others, signature } = templates;
    if let Some(control) = control {
        map.serialize_entry("control", control)?;
    }
    if let Some(terms) = terms {
        map.serialize_entry("terms", terms)?;
    }
    if let Some(settlement) = settlement {
        map.serialize_entry("settlement", settlement)?;
    }
    if !others.is_empty() {
        let others: Vec<Cow<'_, str>> = others.iter().map(|template| values.of(template)).collect();
        map.serialize_entry("templates", &others)?;
    }
    if let Some(signature) = signature {
        map.serialize_entry("signature", signature)?;
    }
    Ok(())
}

/// A name and its value.
type Member<'a> = (&'static str, Cow<'a, str>);

/// Items of a list, each a map of two members.
struct With<'a, T> {
    items: &'a [T],
    values: Values,
    write: fn(&T, Values) -> [Member<'_>; 2],
}

impl<T> Serialize for With<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Pairs<'a>([Member<'a>; 2]);
        impl Serialize for Pairs<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
            }
        }
        serializer.collect_seq(self.items.iter().map(|item| Pairs((self.write)(item, self.values))))
    }
}

fn account_members(account: &Account, values: Values) -> [Member<'_>; 2] {
    let network = ("network", Cow::Borrowed(account.network().key()));
    match std::str::from_utf8(account.native()) {
        Ok(text) => [network, ("native", values.code(text))],
        Err(_) if values.is_masked() => [network, ("native", Cow::Owned(mask::native(account.native())))],
        Err(_) => [network, ("native_hex", Cow::Owned(hex_of(account.native())))],
    }
}

fn code_members(code: &Code, values: Values) -> [Member<'_>; 2] {
    [("network", Cow::Borrowed(code.network().key())), ("digits", values.code(code.digits()))]
}

struct MerchantValues<'a> {
    merchant: &'a Merchant,
    values: Values,
}

impl Serialize for MerchantValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { merchant, values } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &values.of(&merchant.name))?;
        map.serialize_entry("city", &values.of(&merchant.city))?;
        map.serialize_entry("category", &merchant.category)?;
        map.serialize_entry("country", &merchant.country)?;
        map.serialize_entry("currency", &merchant.currency)?;
        if let Some(amount) = &merchant.amount {
            map.serialize_entry("amount", amount)?;
        }
        if let Some(postal_code) = &merchant.postal_code {
            map.serialize_entry("postal_code", &values.of(postal_code))?;
        }
        if !merchant.additional.is_empty() {
            map.serialize_entry(
                "additional",
                &AdditionalValues { additional: &merchant.additional, values: *values },
            )?;
        }
        if let Some(local) = &merchant.local {
            let local = Local {
                language: local.language.clone(),
                name: values.of(&local.name).into_owned(),
                city: local.city.as_deref().map(|city| values.of(city).into_owned()),
            };
            map.serialize_entry("local", &local)?;
        }
        if !merchant.objects.is_empty() {
            map.serialize_entry("objects", &ObjectValues { objects: &merchant.objects, values: *values })?;
        }
        map.end()
    }
}

struct AdditionalValues<'a> {
    additional: &'a Additional,
    values: Values,
}

impl Serialize for AdditionalValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.additional.members();
        let present = members.iter().filter_map(|(name, value)| Some((name, self.values.of((*value)?))));
        serializer.collect_map(present)
    }
}

struct ObjectValues<'a> {
    objects: &'a [Object],
    values: Values,
}

impl Serialize for ObjectValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let masked =
            self.objects.iter().map(|object| Object { id: object.id, value: mask_root(object, self.values) });
        serializer.collect_seq(masked)
    }
}

/// The value of a root object, as far as a listing may show it.
fn mask_root(object: &Object, values: Values) -> String {
    let whole = DataObject { id: object.id, length: 0, value: &object.value, offset: 0 };
    match values {
        Values::Masked if mask::is_hidden(&whole) => mask::stars(&object.value).into_owned(),
        _ => object.value.clone(),
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
    let octet = |pair: &[u8]| match pair {
        [high, low] => Some(nibble(*high)?.wrapping_shl(4) | nibble(*low)?),
        _ => None,
    };
    hex.as_bytes().chunks(2).map(octet).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let shown = match serde_json::from_str::<Members>(json) {
            Ok(members) => match Payment::try_from(members) {
                Ok(payment) => serde_json::to_string(&payment).expect("JSON"),
                Err(error) => format!("{}: {}", error.kind.code(), error.kind),
            },
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_read_is_written() {
        let merchant = r#"{"name":"A","city":"B","category":"5812","country":"CN","currency":"156","local":{"language":"zh","name":"面"}}"#;
        let whole = format!(
            r#"{{"mode":"merchant-presented","merchant":{merchant},"accounts":[{{"network":"link","native_hex":"687474703a2f2fff"}}],"control":{{"version":"10","expires":1800000000}},"templates":["0014org.upqr.terms010201"]}}"#
        );
        check(&whole, &whole);
        check(
            r#"{"mode":"consumer-presented","codes":[{"network":"wechat","digits":"134650328919428540"}]}"#,
            r#"{"mode":"consumer-presented","codes":[{"network":"wechat","digits":"134650328919428540"}]}"#,
        );
    }

    #[test]
    fn a_masked_payment_shows_no_payee_and_cannot_be_read_back() {
        let mut merchant = Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812");
        merchant.additional.reference = Some("SALE-1".into());
        merchant.local = Some(Local { language: "zh".into(), name: "幸运".into(), city: None });
        let account = Account::new("https://qr.alipay.com/fkx00000synthetic00aaa", None).expect("an account");
        let payment =
            MerchantPresented { accounts: vec![account], ..MerchantPresented::new(Base::Merchant(merchant)) };
        let json = serde_json::to_string(&Masked::new(&Payment::MerchantPresented(payment))).expect("JSON");
        assert_eq!(
            json,
            r#"{"mode":"merchant-presented","merchant":{"name":"*************","city":"********","category":"5812","country":"CN","currency":"156","additional":{"reference":"******"},"local":{"language":"zh","name":"**"}},"accounts":[{"network":"alipay","native":"https://qr.alipay.com/**********************"}],"masked":true}"#
        );
        let members: Members = serde_json::from_str(&json).expect("the shape is the same");
        assert_eq!(Payment::try_from(members).expect_err("masked").kind.code(), "masked");
    }

    #[test]
    fn refusals_name_what_is_wrong() {
        let both = "json: expected exactly one of `merchant` and `base`, found another model";
        check(r#"{"mode":"merchant-presented","accounts":[]}"#, both);
        check(r#"{"mode":"merchant-presented","base":"0002"}"#, "missing field `accounts`");
        check(
            r#"{"mode":"merchant-presented","masked":true,"base":"0002","accounts":[]}"#,
            "masked: expected a payment with its values, found a masked one: decode it again with `--show-values`",
        );
        check(
            r#"{"mode":"merchant-presented","base":"0002","accounts":[{"network":"visa","native":"x"}]}"#,
            "network: expected a network that the code's candidates name, found another choice",
        );
        check(
            r#"{"mode":"merchant-presented","base":"0002","accounts":[{"native_hex":"0"}]}"#,
            "json: expected hexadecimal digits, two an octet, in `native_hex`, found another model",
        );
        check(
            r#"{"mode":"merchant-presented","base":"0002","amount":1.5}"#,
            "unknown field `amount`, expected one of `merchant`, `base`, `accounts`, `control`, `terms`, `settlement`, `templates`, `signature`, `masked`",
        );
        check(
            r#"{"mode":"consumer-presented","codes":[{"digits":"1x"}]}"#,
            "digits: expected 1 to 32 ASCII digits, found `x`",
        );
    }
}
