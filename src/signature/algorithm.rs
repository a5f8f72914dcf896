//! The three algorithms, and whether octets are a signature of one (UPQR-SIG-7 to UPQR-SIG-10).

use p256::ecdsa::signature::Verifier as _;

use super::OCTETS;

/// The distinguishing identifier of every signer under SM2 (UPQR-SIG-10).
pub const SM2_SIGNER_ID: &str = "1234567812345678";

/// A signature algorithm, which a key names for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256, `r` and `s` of 32 octets each, `s` at most half the order (FIPS 186-5).
    Es256,
    /// Ed25519 (RFC 8032), without cofactor, small orders refused.
    Ed25519,
    /// SM2 with SM3, `r` and `s` of 32 octets each, and one signer identifier for all (GB/T 32918.2).
    Sm2,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Es256, Self::Ed25519, Self::Sm2];

    /// The name in trust lists and options.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Es256 => "es256",
            Self::Ed25519 => "ed25519",
            Self::Sm2 => "sm2",
        }
    }

    /// The digit in a control template.
    #[must_use]
    pub const fn digit(self) -> &'static str {
        match self {
            Self::Es256 => "1",
            Self::Ed25519 => "2",
            Self::Sm2 => "3",
        }
    }

    /// The algorithm with this name.
    #[must_use]
    pub fn with_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.key() == key)
    }

    /// The algorithm with this digit.
    #[must_use]
    pub fn with_digit(digit: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.digit() == digit)
    }
}

/// Why octets are no signature of a key over a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refuted {
    /// `s` of an ES256 signature is above half the order: whoever saw the other one can make this one without the key.
    HighS,
    /// The octets are not a signature of this key over this message.
    Mismatch,
}

/// A public key made ready for verifying.
#[derive(Clone, Debug)]
pub(super) enum Verifying {
    Es256(p256::ecdsa::VerifyingKey),
    Ed25519(ed25519_dalek::VerifyingKey),
    Sm2(sm2::dsa::VerifyingKey),
}

impl Verifying {
    pub(super) fn verify(&self, message: &[u8], octets: &[u8; OCTETS]) -> Result<(), Refuted> {
        let verified = match self {
            Self::Es256(key) => {
                let signature = p256::ecdsa::Signature::from_slice(octets).map_err(|_| Refuted::Mismatch)?;
                if is_high(&signature) {
                    return Err(Refuted::HighS);
                }
                key.verify(message, &signature)
            }
            Self::Ed25519(key) => key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(octets)),
            Self::Sm2(key) => {
                sm2::dsa::Signature::from_slice(octets).and_then(|signature| key.verify(message, &signature))
            }
        };
        verified.map_err(|_| Refuted::Mismatch)
    }
}

/// Whether `s` is above half the order.
fn is_high(signature: &p256::ecdsa::Signature) -> bool {
    signature.normalize_s() != *signature
}
