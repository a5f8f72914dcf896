//! Which of six states a payload's signature is in, and why (UPQR-SIG-33 to UPQR-SIG-41).

use std::fmt;

use super::algorithm::Refuted;
use super::key::KeyId;
use super::scope::{self, Account, Outside};
use super::trust::{TrustList, TrustedKey};
use super::{Algorithm, OCTETS, PAYLOAD_DOMAIN};
use crate::emv::crc::Crc16;
use crate::emv::data_object::DataObject;
use crate::emv::mpm;
use crate::error::Error;
use crate::unified::control::{self, Control};
use crate::unified::signature::{self, Placed};
use crate::unified::{self, Reading};

/// What a payload's signature is worth; of several that apply, the first holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// No signature template stands in the payload.
    Absent,
    /// No key of the trust list may have made the signature.
    UnknownKey,
    /// A key that the payload names did not make the signature, or the signature is not where it has to be.
    Invalid,
    /// A trusted key made the signature, and the payload is not to be paid yet.
    NotYetValid,
    /// A trusted key made the signature, and the payload is not to be paid any more.
    Expired,
    /// A trusted key made the signature, and its time is now.
    Valid,
}

impl State {
    /// All states in their precedence.
    pub const ALL: [Self; 6] =
        [Self::Absent, Self::UnknownKey, Self::Invalid, Self::NotYetValid, Self::Expired, Self::Valid];

    /// The stable name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::UnknownKey => "unknown-key",
            Self::Invalid => "invalid",
            Self::NotYetValid => "not-yet-valid",
            Self::Expired => "expired",
            Self::Valid => "valid",
        }
    }
}

/// Why a payload is in its state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There is no signature template.
    NoTemplate,
    /// A key of the list says that payloads with such an account are always signed.
    AlwaysSigned(String),
    /// There is no control template.
    NoControl,
    /// There are several control templates.
    SeveralControls,
    /// The control template cannot be read.
    Control(Error),
    /// The control template names no algorithm or no key.
    NoKey,
    /// No key of the list has this key ID.
    NotListed(KeyId),
    /// The trust list has expired.
    ListExpired(u64),
    /// A key has the key ID and another algorithm.
    OtherAlgorithm(String, Algorithm),
    /// A key is not trusted yet.
    KeyNotYet(String, u64),
    /// A key is not trusted any more.
    KeyExpired(String, u64),
    /// A key may not sign the payload.
    OutOfScope(String, Outside),
    /// The signature templates are not where and how they have to be.
    Misplaced(Error),
    /// The checksum is not right, in upper case and last.
    Checksum,
    /// A key that may have made the signature did not.
    Refuted(String, Refuted),
    /// The payload is not to be paid before this time.
    NotBefore(u64),
    /// The payload is not to be paid from this time on.
    Expires(u64),
}

impl Reason {
    /// The stable name.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::NoTemplate => "no-template",
            Self::AlwaysSigned(_) => "always-signed",
            Self::NoControl => "no-control",
            Self::SeveralControls => "several-controls",
            Self::Control(_) => "control",
            Self::NoKey => "no-key",
            Self::NotListed(_) => "not-listed",
            Self::ListExpired(_) => "list-expired",
            Self::OtherAlgorithm(..) => "other-algorithm",
            Self::KeyNotYet(..) => "key-not-yet",
            Self::KeyExpired(..) => "key-expired",
            Self::OutOfScope(..) => "out-of-scope",
            Self::Misplaced(_) => "misplaced",
            Self::Checksum => "checksum",
            Self::Refuted(_, Refuted::HighS) => "high-s",
            Self::Refuted(_, Refuted::Mismatch) => "mismatch",
            Self::NotBefore(_) => "not-before",
            Self::Expires(_) => "expires",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTemplate => f.write_str("no signature template stands in the payload"),
            Self::AlwaysSigned(name) => write!(
                f,
                "key `{name}` says that payloads with such an account are always signed: do not pay from this one"
            ),
            Self::NoControl => f.write_str("no control template says which key made the signature"),
            Self::SeveralControls => f.write_str("several control templates stand in the payload"),
            Self::Control(error) => write!(f, "the control template cannot be read: {error}"),
            Self::NoKey => f.write_str("the control template does not name both an algorithm and a key"),
            Self::NotListed(id) => write!(f, "no key of the trust list has the key ID {id}"),
            Self::ListExpired(time) => write!(f, "the trust list expired at {time}: get a new one"),
            Self::OtherAlgorithm(name, algorithm) => {
                write!(f, "key `{name}` has the key ID and is for {} alone", algorithm.key())
            }
            Self::KeyNotYet(name, time) => write!(f, "key `{name}` is not trusted before {time}"),
            Self::KeyExpired(name, time) => write!(f, "key `{name}` is not trusted from {time} on"),
            Self::OutOfScope(name, Outside::NoAccount) => {
                write!(f, "key `{name}` may sign for some accounts alone, and the payload has none")
            }
            Self::OutOfScope(name, Outside::Account(id)) => {
                write!(f, "key `{name}` may not sign for the account in {id}")
            }
            Self::Misplaced(error) => write!(f, "the signature is not in its place: {error}"),
            Self::Checksum => f.write_str("the checksum is not right, in upper case and last"),
            Self::Refuted(name, Refuted::HighS) => {
                write!(f, "`s` is above half the order, which key `{name}` does not make")
            }
            Self::Refuted(name, Refuted::Mismatch) => {
                write!(f, "key `{name}` did not make this signature over these bytes")
            }
            Self::NotBefore(time) => write!(f, "the payload is not to be paid before {time}"),
            Self::Expires(time) => write!(f, "the payload is not to be paid from {time} on"),
        }
    }
}

/// What came of verifying.
#[derive(Clone, Debug)]
pub struct Verification<'a> {
    /// The state.
    pub state: State,
    /// The key that made the signature, in the states from `not-yet-valid` on.
    pub key: Option<&'a TrustedKey>,
    /// Why; empty for `valid`.
    pub reasons: Vec<Reason>,
}

impl Verification<'_> {
    fn of(state: State, reasons: Vec<Reason>) -> Self {
        Self { state, key: None, reasons }
    }

    /// Whether a key of the list says that this payload should have been signed (UPQR-SIG-27).
    #[must_use]
    pub fn is_stripped(&self) -> bool {
        self.reasons.iter().any(|reason| matches!(reason, Reason::AlwaysSigned(_)))
    }
}

/// Verifies a payload with the keys of a trust list at a time in Unix seconds.
///
/// States have the precedence of [`State::ALL`] (UPQR-SIG-33). The times are those that the signature covers.
#[must_use]
pub fn verify<'a>(payload: &mpm::Payload<'_>, trust: &'a TrustList, as_of: u64) -> Verification<'a> {
    let placed = signature::read(payload);
    let reading = unified::read(payload);
    let accounts = scope::accounts(payload, &reading);
    if matches!(placed, Placed::Absent) {
        return absent(trust, &accounts, as_of);
    }
    let named = named(&reading);
    let candidates = match &named {
        Ok((_, algorithm, id)) => match candidates(trust, algorithm, *id, &accounts, as_of) {
            Ok(candidates) => candidates,
            Err(reasons) => return Verification::of(State::UnknownKey, reasons),
        },
        Err(_) => Vec::new(),
    };
    let mut reasons = Vec::new();
    if let Placed::Misplaced(error) = &placed {
        reasons.push(Reason::Misplaced(*error));
    }
    if payload.crc() != Crc16::Right {
        reasons.push(Reason::Checksum);
    }
    match (named, placed) {
        (Ok((control, ..)), Placed::Pair { signed, signature }) if reasons.is_empty() => {
            match made_by(&candidates, signed, &signature.0) {
                Ok(key) => in_time(control, key, as_of),
                Err(reasons) => Verification::of(State::Invalid, reasons),
            }
        }
        (named, _) => {
            reasons.extend(named.err());
            Verification::of(State::Invalid, reasons)
        }
    }
}

/// The bytes that a signature covers: the domain and the text as it was received (UPQR-SIG-3).
pub(super) fn message(signed: &str) -> Vec<u8> {
    [PAYLOAD_DOMAIN, signed.as_bytes()].concat()
}

fn absent<'a>(trust: &'a TrustList, accounts: &[Account<'_>], as_of: u64) -> Verification<'a> {
    let mut reasons = vec![Reason::NoTemplate];
    // An expired list asks for a signature still: that it trusts no key any more lets nobody take one away.
    let signing = trust.keys.iter().filter(|key| is_in_time(key, as_of).is_ok());
    let signing = signing.filter(|key| scope::are_signed(&key.scope, accounts));
    reasons.extend(signing.map(|key| Reason::AlwaysSigned(key.name.clone())));
    Verification::of(State::Absent, reasons)
}

/// What the control template says of the signature: the digit of its algorithm, which this edition may not know, and the key ID.
fn named<'r>(reading: &'r Reading<'_>) -> Result<(&'r Control, &'r str, KeyId), Reason> {
    let another = |object: &DataObject<'_>| {
        object
            .template()
            .and_then(|template| template.guid())
            .is_some_and(|guid| guid.eq_ignore_ascii_case(control::GUID))
    };
    let (_, control) = reading.control.as_ref().ok_or(Reason::NoControl)?;
    let control = control.as_ref().map_err(|error| Reason::Control(*error))?;
    if reading.templates.iter().any(another) {
        return Err(Reason::SeveralControls);
    }
    let id = control.key_id.as_deref().and_then(KeyId::parse);
    match (control.algorithm.as_deref(), id) {
        (Some(algorithm), Some(id)) => Ok((control, algorithm, id)),
        _ => Err(Reason::NoKey),
    }
}

/// Every key that may have made the signature, or why none may.
fn candidates<'a>(
    trust: &'a TrustList,
    algorithm: &str,
    id: KeyId,
    accounts: &[Account<'_>],
    as_of: u64,
) -> Result<Vec<&'a TrustedKey>, Vec<Reason>> {
    if let Some(expires) = trust.expires.filter(|expires| as_of >= *expires) {
        return Err(vec![Reason::ListExpired(expires)]);
    }
    let mut candidates = Vec::new();
    let mut reasons = Vec::new();
    for key in trust.keys.iter().filter(|key| key.key.id() == id) {
        match may_have_signed(key, algorithm, accounts, as_of) {
            Ok(()) => candidates.push(key),
            Err(reason) => reasons.push(reason),
        }
    }
    match (candidates.is_empty(), reasons.is_empty()) {
        (false, _) => Ok(candidates),
        (true, false) => Err(reasons),
        (true, true) => Err(vec![Reason::NotListed(id)]),
    }
}

fn may_have_signed(
    key: &TrustedKey,
    algorithm: &str,
    accounts: &[Account<'_>],
    as_of: u64,
) -> Result<(), Reason> {
    if key.key.algorithm().digit() != algorithm {
        return Err(Reason::OtherAlgorithm(key.name.clone(), key.key.algorithm()));
    }
    is_in_time(key, as_of)?;
    scope::check(&key.scope, accounts).map_err(|outside| Reason::OutOfScope(key.name.clone(), outside))
}

fn is_in_time(key: &TrustedKey, as_of: u64) -> Result<(), Reason> {
    match (key.not_before, key.expires) {
        (Some(time), _) if as_of < time => Err(Reason::KeyNotYet(key.name.clone(), time)),
        (_, Some(time)) if as_of >= time => Err(Reason::KeyExpired(key.name.clone(), time)),
        _ => Ok(()),
    }
}

/// The first of the keys that made the signature; keys whose IDs collide are all tried (UPQR-SIG-13).
fn made_by<'a>(
    candidates: &[&'a TrustedKey],
    signed: &str,
    octets: &[u8; OCTETS],
) -> Result<&'a TrustedKey, Vec<Reason>> {
    let message = message(signed);
    let mut reasons = Vec::new();
    for key in candidates {
        match key.key.verify(&message, octets) {
            Ok(()) => return Ok(key),
            Err(refuted) => reasons.push(Reason::Refuted(key.name.clone(), refuted)),
        }
    }
    Err(reasons)
}

fn in_time<'a>(control: &Control, key: &'a TrustedKey, as_of: u64) -> Verification<'a> {
    let not_before = control.not_before.filter(|time| as_of < *time).map(Reason::NotBefore);
    let expires = control.expires.filter(|time| as_of >= *time).map(Reason::Expires);
    let state = match (&not_before, &expires) {
        (Some(_), _) => State::NotYetValid,
        (None, Some(_)) => State::Expired,
        (None, None) => State::Valid,
    };
    Verification { state, key: Some(key), reasons: not_before.into_iter().chain(expires).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::{Account, Base, Merchant, MerchantPresented};
    use crate::signature::{Accounts, PrivateKey, Scope, sign};

    fn trusted(name: &str, key: &PrivateKey, id: KeyId) -> TrustedKey {
        TrustedKey {
            name: name.to_owned(),
            key: key.public_key().clone().with_id(id),
            not_before: None,
            expires: None,
            scope: vec![Scope { accounts: Accounts::Everything, signed: false }],
        }
    }

    #[test]
    fn keys_of_one_id_are_all_tried() {
        let keys =
            [7, 8, 9].map(|octet| PrivateKey::from_octets(Algorithm::Es256, &[octet; 32]).expect("a key"));
        let id = keys[0].public_key().id();
        let payload = unified::write(&MerchantPresented {
            accounts: vec![Account::new("weixin://wxpay/bizpayurl?pr=NwY5Mz9", None).expect("a code")],
            ..MerchantPresented::new(Base::Merchant(Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812")))
        });
        let signed = sign(&payload.expect("a payload"), &keys[0]).expect("it can be signed");
        let payload = mpm::parse(&signed).expect("data objects");
        let list = |order: [usize; 3], count: usize| {
            let keys =
                order.into_iter().take(count).map(|place| trusted(&place.to_string(), &keys[place], id));
            TrustList { version: 1, issued: 0, expires: None, keys: keys.collect() }
        };
        for order in [[0, 1, 2], [1, 0, 2], [1, 2, 0]] {
            let trust = list(order, 3);
            let found = verify(&payload, &trust, 1_795_000_000);
            assert_eq!((found.state, found.key.map(|key| key.name.as_str())), (State::Valid, Some("0")));
        }
        let trust = list([1, 2, 0], 2);
        let found = verify(&payload, &trust, 1_795_000_000);
        let others = ["1", "2"].map(|name| Reason::Refuted(name.to_owned(), Refuted::Mismatch));
        assert_eq!((found.state, found.reasons.as_slice()), (State::Invalid, &others[..]));
    }
}
