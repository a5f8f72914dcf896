//! The JSON form of a payment: what `decode` prints and `encode` takes.

use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{Account, Base, Code, ConsumerPresented, Control, Merchant, MerchantPresented, Payment};
use crate::error::{Error, ErrorKind};
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
    #[serde(default)]
    accounts: Vec<AccountMembers>,
    control: Option<Control>,
    #[serde(default)]
    templates: Vec<String>,
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
    let MerchantMembers { merchant, base, accounts, control, templates, masked } = members;
    if masked {
        return refuse(ErrorKind::Masked);
    }
    let base = match (merchant, base) {
        (Some(merchant), None) => Base::Merchant(merchant),
        (None, Some(base)) => Base::National(base),
        _ => return refuse(ErrorKind::Members("exactly one of `merchant` and `base`")),
    };
    let accounts = accounts.into_iter().map(account).collect::<Result<_, _>>()?;
    Ok(MerchantPresented { base, accounts, control, templates })
}

fn consumer_presented(members: ConsumerMembers) -> Result<ConsumerPresented, Error> {
    if members.masked {
        return refuse(ErrorKind::Masked);
    }
    let code = |members: CodeMembers| Code::new(&members.digits, network(members.network.as_deref())?);
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

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("network", self.network().key())?;
        match std::str::from_utf8(self.native()) {
            Ok(text) => map.serialize_entry("native", text)?,
            Err(_) => map.serialize_entry("native_hex", &hex_of(self.native()))?,
        }
        map.end()
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("network", self.network().key())?;
        map.serialize_entry("digits", self.digits())?;
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
    fn refusals_name_what_is_wrong() {
        let both = "json: expected exactly one of `merchant` and `base`, found another model";
        check(r#"{"mode":"merchant-presented","accounts":[]}"#, both);
        check(
            r#"{"mode":"merchant-presented","masked":true,"base":"0002"}"#,
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
            "unknown field `amount`, expected one of `merchant`, `base`, `accounts`, `control`, `templates`, `masked`",
        );
        check(
            r#"{"mode":"consumer-presented","codes":[{"digits":"1x"}]}"#,
            "digits: expected 1 to 32 ASCII digits, found `x`",
        );
    }
}
