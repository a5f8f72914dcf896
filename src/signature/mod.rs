//! Signatures over payloads, and the lists of keys that are trusted with them (requirements UPQR-SIG).
//!
//! A signature covers the received bytes, domain-separated, from the start of the payload to the ID of the first signature template.
//! Nothing is serialised again. [`sign()`] makes the canonical signed payload, [`verify()`] says which of six [states](State) one is in.
//!
//! A signature proves who made a payload, and not where it hangs: an owner's payload that was pasted over another's still verifies.
//!
//! ```
//! use upqr::emv::mpm;
//! use upqr::payment::{Account, Base, Merchant, MerchantPresented};
//! use upqr::signature::{Algorithm, PrivateKey, State, TrustList, sign, verify};
//! use upqr::unified;
//!
//! let key = PrivateKey::from_octets(Algorithm::Es256, &[7; 32])?;
//! let trust = TrustList::read(
//!     &format!(
//!         "version = 1\nissued = 1790000000\n[[key]]\nname = \"till\"\nalgorithm = \"es256\"\npublic_key = \"{}\"\n\
//!          [[key.scope]]\nguid = \"org.upqr.wechat\"\n",
//!         key.public_key().to_base64()
//!     ),
//!     None,
//! )?;
//!
//! let payload = unified::write(&MerchantPresented {
//!     accounts: vec![Account::new("weixin://wxpay/bizpayurl?pr=NwY5Mz9", None)?],
//!     ..MerchantPresented::new(Base::Merchant(Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812")))
//! })?;
//! let signed = sign(&payload, &key)?;
//! assert_eq!(verify(&mpm::parse(&signed)?, &trust, 1_795_000_000).state, State::Valid);
//! assert_eq!(verify(&mpm::parse(&payload)?, &trust, 1_795_000_000).state, State::Absent);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod algorithm;
mod key;
mod list;
mod scope;
mod sign;
mod trust;
mod verify;

use std::fmt;

pub use algorithm::{Algorithm, Refuted, SM2_SIGNER_ID};
pub use key::{KeyId, PrivateKey, PublicKey};
pub use list::{sign_list, verify_list};
pub use scope::{Accounts, Outside, Scope};
pub use sign::sign;
pub use trust::{MAX_LIST_BYTES, TrustList, TrustedKey};
pub use verify::{Reason, State, Verification, verify};

use crate::error::Error;
pub use crate::unified::signature::OCTETS;

/// What stands before the received text in the bytes that a payload's signature covers (UPQR-SIG-3).
pub const PAYLOAD_DOMAIN: &[u8] = b"UPQR1-SIG\0";

/// What stands before the file in the bytes that a trust list's signature covers (UPQR-SIG-30).
pub const LIST_DOMAIN: &[u8] = b"UPQR1-TRUST\0";

/// Why a key, a trust list or a payload was not taken.
///
/// No message repeats what it refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A key is not what was expected.
    Key(&'static str),
    /// A trust list does not have the form; the place in it, and what was expected.
    List {
        /// Where in the list: `key 2, scope 1`, or the whole list.
        place: String,
        /// What was expected there.
        expected: String,
    },
    /// A trust list is older than one that was seen.
    Older {
        /// The version that was seen last.
        seen: u64,
        /// The version of this list.
        found: u64,
    },
    /// The signature of a trust list is not what was expected.
    ListSignature(&'static str),
    /// A payload cannot be signed.
    Payload(&'static str),
    /// A payload could not be read or written.
    Encoding(Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(expected) => write!(f, "key: expected {expected}"),
            Self::List { place, expected } if place.is_empty() => {
                write!(f, "trust list: expected {expected}")
            }
            Self::List { place, expected } => write!(f, "trust list, {place}: expected {expected}"),
            Self::Older { seen, found } => write!(
                f,
                "trust list: expected version {seen} or a later one, which was seen before, found version {found}"
            ),
            Self::ListSignature(expected) => write!(f, "signature of the trust list: expected {expected}"),
            Self::Payload(expected) => write!(f, "expected {expected}"),
            Self::Encoding(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Encoding(error)
    }
}
