//! A code and the network that it belongs to (requirements UPQR-CAN-1 to 3, UPQR-CPM-7 and 8).

use crate::error::{Error, ErrorKind, Found};
use crate::native;
use crate::native::payment_code::MAX_DIGITS;
use crate::network::{Lifetime, Network};
use crate::recognise::{Recognition, recognise, recognise_octets};

/// One wallet's merchant-presented code and the network that carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    network: Network,
    native: Vec<u8>,
    lifetime: Lifetime,
    recognition: Recognition,
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
        let lifetime = lifetime(&found, &native, network);
        Ok(Self { network, native, lifetime, recognition: found })
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

    /// Whose code it may be.
    #[must_use]
    pub const fn recognition(&self) -> &Recognition {
        &self.recognition
    }

    /// Whether the code serves one sale (UPQR-REC).
    #[must_use]
    pub const fn is_order(&self) -> bool {
        matches!(self.lifetime, Lifetime::Order)
    }

    /// Whether the code is known to serve any number of payments (UPQR-REC).
    #[must_use]
    pub const fn lasts(&self) -> bool {
        matches!(self.lifetime, Lifetime::Static)
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

/// How long the code serves, by the first candidate of the account's network.
fn lifetime(found: &Recognition, native: &[u8], network: Network) -> Lifetime {
    let text = std::str::from_utf8(native).unwrap_or_default();
    let candidate = found.claims().find(|candidate| candidate.family.network() == Some(network));
    candidate.map_or(Lifetime::Unknown, |candidate| native::lifetime(candidate.family, text))
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
}
