//! Consumer-presented payloads of this standard: one or two wallets' payment codes (requirements UPQR-CPM).
//!
//! ```text
//! payload     = 85 "CPV01", 1*2application
//! application = 61 { 4F = F0 55 50 51 52 nn, 63 { C1 = 00, C2 = the digits as cn, padded with F } }
//! ```
//!
//! `nn` is the network's number. Objects 57 and 5A are left out on purpose: a wallet's code is no card number.
//!
//! ```
//! use upqr::payment::{Code, ConsumerPresented};
//! use upqr::unified::consumer;
//!
//! let code = Code::new("134650328919428540", None)?;
//! let payload = consumer::write(&ConsumerPresented { codes: vec![code] })?;
//! assert_eq!(payload, "hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoVA");
//! let restored = consumer::payment(&upqr::emv::cpm::parse(&payload)?)?;
//! assert_eq!(restored.codes[0].digits(), "134650328919428540");
//! # Ok::<(), upqr::Error>(())
//! ```

use crate::emv::cpm::{self, Object};
use crate::error::{Error, ErrorKind, Found};
use crate::network::Network;
use crate::payment::{Code, ConsumerPresented};

/// The content that C2 holds.
const CONTENT: u8 = 0xC1;
/// The digits.
const DIGITS: u8 = 0xC2;
/// The value of C1 for decimal digits.
const CONTENT_DIGITS: &[u8] = &[0x00];

/// The octets that begin this standard's application identifiers; the network's number follows (UPQR-CPM-13).
pub const UPQR_AID: &[u8] = &[0xF0, 0x55, 0x50, 0x51, 0x52];

const NO_CODES: ErrorKind = ErrorKind::Value {
    name: "codes",
    expected: "one or two payment codes of this standard",
    found: Found::Other,
};

const MORE_THAN_CODES: ErrorKind = ErrorKind::Value {
    name: "payload",
    expected: "nothing but the codes of this standard, in canonical form",
    found: Found::Other,
};

/// Writes one or two codes of different networks.
pub fn write(payment: &ConsumerPresented) -> Result<String, Error> {
    match payment.codes.as_slice() {
        [_] => {}
        [first, second] if first.network() != second.network() => {}
        [_, _] => return Err(Error::new(0, ErrorKind::SameNetwork)),
        _ => return Err(Error::new(0, NO_CODES)),
    }
    let mut octets = object(cpm::FORMAT_INDICATOR, cpm::FORMAT_INDICATOR_VALUE);
    for code in &payment.codes {
        let name = object(cpm::ADF_NAME, &[UPQR_AID, &[code.network().number()]].concat());
        let content =
            [object(&[CONTENT], CONTENT_DIGITS), object(&[DIGITS], &compressed(code.digits()))].concat();
        let transparent = object(cpm::APPLICATION_TRANSPARENT, &content);
        octets.extend(object(cpm::APPLICATION_TEMPLATE, &[name, transparent].concat()));
    }
    Ok(cpm::encode(&octets))
}

/// One object; every value that is written here has at most 48 octets, so one octet of length is enough.
fn object(id: &[u8], value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap_or(u8::MAX);
    [id, &[length], value].concat()
}

/// Digits two an octet, an odd one padded with F.
fn compressed(digits: &str) -> Vec<u8> {
    let nibble = |digit: u8| digit.wrapping_sub(b'0');
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => nibble(*high).wrapping_shl(4) | nibble(*low),
            [high] => nibble(*high).wrapping_shl(4) | 0x0F,
            _ => 0xFF,
        })
        .collect()
}

/// The digits of compressed octets; F only as the last half.
fn expanded(octets: &[u8]) -> Option<String> {
    let mut digits = String::with_capacity(octets.len().saturating_mul(2));
    let nibbles = octets.iter().flat_map(|octet| [octet.wrapping_shr(4), octet & 0x0F]);
    let last = octets.len().saturating_mul(2).saturating_sub(1);
    for (place, nibble) in nibbles.enumerate() {
        match nibble {
            0..=9 => digits.push(char::from(b'0'.wrapping_add(nibble))),
            0x0F if place == last => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// The codes of a payload: for each application template of this standard, in its order, the code or what is wrong (clause 6.2).
#[must_use]
pub fn read<'p>(payload: &'p cpm::Payload<'_>) -> Vec<(Object<'p>, Result<Code, Error>)> {
    let mut codes = Vec::new();
    let mut networks: Vec<Network> = Vec::new();
    for (application, name) in payload.applications() {
        let Some([number]) = name.strip_prefix(UPQR_AID) else { continue };
        let code = restore(&application, *number).and_then(|code| {
            if networks.contains(&code.network()) {
                return Err(ErrorKind::SameNetwork);
            }
            networks.push(code.network());
            Ok(code)
        });
        codes.push((application, code.map_err(|kind| cpm::in_text(Error::new(application.offset, kind)))));
    }
    codes
}

fn restore(application: &Object<'_>, number: u8) -> Result<Code, ErrorKind> {
    let network = Network::with_number(number).ok_or(ErrorKind::UnknownNetwork)?;
    if network == Network::link() {
        return Err(ErrorKind::Network);
    }
    let broken = ErrorKind::Digits(Found::Other);
    let transparent = once(application, cpm::APPLICATION_TRANSPARENT).ok_or(broken)?;
    transparent.template().ok_or(broken)?;
    let content = once(&transparent, &[CONTENT]).ok_or(broken)?;
    match content.value {
        CONTENT_DIGITS => {}
        [_] => return Err(ErrorKind::CodeKind),
        _ => return Err(broken),
    }
    let digits = once(&transparent, &[DIGITS]).and_then(|digits| expanded(digits.value)).ok_or(broken)?;
    Code::new(&digits, Some(network)).map_err(|error| match error.kind {
        ErrorKind::Network => ErrorKind::Misroute,
        kind => kind,
    })
}

/// The object with this ID, where it stands exactly once in a template.
fn once<'a>(template: &Object<'a>, id: &[u8]) -> Option<Object<'a>> {
    let mut objects = template.objects().map_while(Result::ok).filter(|object| object.id == id);
    objects.next().filter(|_| objects.next().is_none())
}

/// The model of a payload: an error where one of its codes cannot be restored, or something stands beside the codes that the model
/// would lose.
pub fn payment(payload: &cpm::Payload<'_>) -> Result<ConsumerPresented, Error> {
    let codes = read(payload).into_iter().map(|(_, code)| code).collect::<Result<Vec<_>, _>>()?;
    let payment = ConsumerPresented { codes };
    if write(&payment)? == payload.text() { Ok(payment) } else { Err(Error::new(0, MORE_THAN_CODES)) }
}

/// Whether a payload is what [`write()`] makes of its codes.
#[must_use]
pub fn is_canonical(payload: &cpm::Payload<'_>) -> bool {
    payment(payload).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_compress_and_expand() {
        for digits in ["1", "12", "0112345678901234567", &"9".repeat(32)] {
            assert_eq!(expanded(&compressed(digits)).as_deref(), Some(digits));
        }
        assert_eq!(compressed("123"), [0x12, 0x3F]);
        assert_eq!(expanded(&[0xF1]), None);
        assert_eq!(expanded(&[0x1A]), None);
        assert_eq!(expanded(&[0xFF]), None);
    }

    #[test]
    fn two_codes_name_two_networks() {
        let code = |digits| Code::new(digits, None).expect("a payment code");
        let (wechat, alipay) = (code("134650328919428540"), code("28763443825664394"));
        let both = ConsumerPresented { codes: vec![alipay.clone(), wechat.clone()] };
        let text = write(&both).expect("two networks");
        let payload = cpm::parse(&text).expect("its own output");
        assert_eq!(payment(&payload), Ok(both));
        assert!(is_canonical(&payload));
        let refuse = |codes| write(&ConsumerPresented { codes }).expect_err("refused").kind.code();
        assert_eq!(refuse(vec![]), "value");
        assert_eq!(refuse(vec![wechat.clone(), wechat.clone()]), "same-network");
        assert_eq!(refuse(vec![wechat.clone(), alipay, wechat]), "value");
    }
}
