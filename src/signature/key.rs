//! Keys: public ones as DER SubjectPublicKeyInfo (RFC 5280), private ones as PKCS#8 (RFC 5208, RFC 8410), key IDs (UPQR-SIG-11 to UPQR-SIG-13).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Signer as _;
use p256::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, Document, EncodePrivateKey as _, EncodePublicKey as _,
    LineEnding,
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::algorithm::{Algorithm, Refuted, SM2_SIGNER_ID, Verifying};
use super::{OCTETS, Refusal};
use crate::unified::carriage::STRICT_BASE64URL;

/// The first eight octets of SHA-256 over a public key's DER SubjectPublicKeyInfo (UPQR-SIG-11).
///
/// Keys may share one, so that it finds keys and proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// Reads 11 characters of strict base64url.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let octets = STRICT_BASE64URL.decode(text).ok()?;
        octets.try_into().ok().map(Self)
    }

    fn of(der: &[u8]) -> Self {
        let digest = Sha256::digest(der);
        Self(*digest.first_chunk().expect("a digest has 32 octets"))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&STRICT_BASE64URL.encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A public key, ready for verifying.
#[derive(Clone, Debug)]
pub struct PublicKey {
    verifying: Verifying,
    der: Document,
    id: KeyId,
}

impl PublicKey {
    /// Reads a public key: PEM (`PUBLIC KEY`), or its DER in standard base64.
    ///
    /// The DER is the one that the key has: points are not compressed, nothing follows. Refused are other curves, points that are not on
    /// their curve, and points of small order.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let expected =
            "a public key of P-256, Ed25519 or SM2: PEM `PUBLIC KEY`, or its DER in base64 with padding";
        let text = text.trim();
        let base64: String = match block(text, "PUBLIC KEY") {
            Some(body) => body.split_ascii_whitespace().collect(),
            None => text.to_owned(),
        };
        let der = STANDARD.decode(base64).map_err(|_| Refusal::Key(expected))?;
        Self::from_der(&der).ok_or(Refusal::Key(expected))
    }

    fn from_der(der: &[u8]) -> Option<Self> {
        let verifying = if let Ok(key) = p256::PublicKey::from_public_key_der(der) {
            Verifying::Es256(key.into())
        } else if let Ok(key) = sm2::PublicKey::from_public_key_der(der) {
            Verifying::Sm2(sm2::dsa::VerifyingKey::new(SM2_SIGNER_ID, key).ok()?)
        } else {
            let key = ed25519_dalek::VerifyingKey::from_public_key_der(der).ok()?;
            Verifying::Ed25519(key)
        };
        Self::new(verifying).filter(|key| key.der() == der)
    }

    fn new(verifying: Verifying) -> Option<Self> {
        let document = match &verifying {
            Verifying::Es256(key) => p256::PublicKey::from(key).to_public_key_der(),
            Verifying::Ed25519(key) if key.is_weak() => return None,
            Verifying::Ed25519(key) => key.to_public_key_der(),
            Verifying::Sm2(key) => sm2::PublicKey::from(key).to_public_key_der(),
        };
        let der = document.ok()?;
        Some(Self { id: KeyId::of(der.as_bytes()), verifying, der })
    }

    /// The one algorithm that the key names.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.verifying {
            Verifying::Es256(_) => Algorithm::Es256,
            Verifying::Ed25519(_) => Algorithm::Ed25519,
            Verifying::Sm2(_) => Algorithm::Sm2,
        }
    }

    /// The key ID.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The DER SubjectPublicKeyInfo.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.der.as_bytes()
    }

    /// The DER in standard base64, as trust lists hold it.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.der())
    }

    /// The same key under another ID, as if the two collided.
    #[cfg(test)]
    pub(super) fn with_id(self, id: KeyId) -> Self {
        Self { id, ..self }
    }

    /// Whether `octets` are this key's signature over `message`, which already holds its domain.
    pub fn verify(&self, message: &[u8], octets: &[u8; OCTETS]) -> Result<(), Refuted> {
        self.verifying.verify(message, octets)
    }

    /// PEM, as `openssl pkey -pubin` reads it.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.der.to_pem("PUBLIC KEY", LineEnding::LF).expect("a key that was read can be written")
    }
}

/// What stands between the lines that begin and end a PEM block; text before it is a comment.
fn block<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    Some(body)
}

/// A private key. It is overwritten when it is dropped, and shows nothing of itself.
pub struct PrivateKey {
    secret: Secret,
    public: PublicKey,
}

enum Secret {
    Es256(p256::SecretKey),
    Ed25519(ed25519_dalek::SigningKey),
    Sm2(sm2::SecretKey),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

impl PrivateKey {
    /// Reads PEM `PRIVATE KEY` (PKCS#8, not encrypted); text before the block is a comment.
    pub fn from_pem(text: &str) -> Result<Self, Refusal> {
        let expected = "a private key of P-256, Ed25519 or SM2 as PEM `PRIVATE KEY` (PKCS#8), not encrypted";
        let body = block(text, "PRIVATE KEY").ok_or(Refusal::Key(expected))?;
        let base64: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
        let der = STANDARD.decode(base64.as_bytes()).map(Zeroizing::new);
        let der = der.map_err(|_| Refusal::Key(expected))?;
        let secret = if let Ok(key) = p256::SecretKey::from_pkcs8_der(&der) {
            Secret::Es256(key)
        } else if let Ok(key) = sm2::SecretKey::from_pkcs8_der(&der) {
            Secret::Sm2(key)
        } else {
            let key = ed25519_dalek::SigningKey::from_pkcs8_der(&der);
            Secret::Ed25519(key.map_err(|_| Refusal::Key(expected))?)
        };
        Self::new(secret).ok_or(Refusal::Key(expected))
    }

    /// The key with these 32 octets: a number below the order for ES256 and SM2, a seed for Ed25519.
    ///
    /// The library draws no random numbers: whoever makes a key brings them.
    pub fn from_octets(algorithm: Algorithm, octets: &[u8; 32]) -> Result<Self, Refusal> {
        let expected = "32 octets that are a number from 1 to the curve's order less two";
        let secret = match algorithm {
            Algorithm::Es256 => p256::SecretKey::from_slice(octets).ok().map(Secret::Es256),
            Algorithm::Ed25519 => Some(Secret::Ed25519(ed25519_dalek::SigningKey::from_bytes(octets))),
            Algorithm::Sm2 => sm2::SecretKey::from_slice(octets).ok().map(Secret::Sm2),
        };
        secret.and_then(Self::new).ok_or(Refusal::Key(expected))
    }

    fn new(secret: Secret) -> Option<Self> {
        let verifying = match &secret {
            Secret::Es256(key) => Verifying::Es256(key.public_key().into()),
            Secret::Ed25519(key) => Verifying::Ed25519(key.verifying_key()),
            // Signing divides by one more than the number.
            Secret::Sm2(key) if *key.to_nonzero_scalar() == -sm2::Scalar::ONE => return None,
            Secret::Sm2(key) => {
                Verifying::Sm2(sm2::dsa::VerifyingKey::new(SM2_SIGNER_ID, key.public_key()).ok()?)
            }
        };
        Some(Self { secret, public: PublicKey::new(verifying)? })
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// PEM `PRIVATE KEY` (PKCS#8).
    #[must_use]
    pub fn to_pem(&self) -> Zeroizing<String> {
        let pem = match &self.secret {
            Secret::Es256(key) => key.to_pkcs8_pem(LineEnding::LF),
            // Without the public key, as RFC 8410 has it: older readers know nothing else.
            Secret::Ed25519(key) => {
                ed25519_dalek::pkcs8::KeypairBytes { secret_key: key.to_bytes(), public_key: None }
                    .to_pkcs8_pem(LineEnding::LF)
            }
            Secret::Sm2(key) => key.to_pkcs8_pem(LineEnding::LF),
        };
        pem.expect("a key that was made can be written")
    }

    /// Signs `message`, which already holds its domain: the same key and message give the same octets (RFC 6979, RFC 8032).
    ///
    /// What was made is verified before it is given out, so that a fault of the machine reveals no key.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; OCTETS], Refusal> {
        let expected = "a signature that verifies; the machine miscalculated";
        let octets: Option<[u8; OCTETS]> = match &self.secret {
            Secret::Es256(key) => {
                let signature: p256::ecdsa::Signature = p256::ecdsa::SigningKey::from(key).sign(message);
                signature.normalize_s().to_bytes().as_slice().try_into().ok()
            }
            Secret::Ed25519(key) => Some(key.sign(message).to_bytes()),
            Secret::Sm2(key) => {
                let signing = sm2::dsa::SigningKey::new(SM2_SIGNER_ID, key).ok();
                let signature = signing.and_then(|key| key.try_sign(message).ok());
                signature.and_then(|signature| signature.to_bytes().as_slice().try_into().ok())
            }
        };
        octets.filter(|octets| self.public.verify(message, octets).is_ok()).ok_or(Refusal::Key(expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for algorithm in Algorithm::ALL {
            let key = PrivateKey::from_octets(algorithm, &[9; 32]).expect("a key");
            let again = PrivateKey::from_pem(&format!("# for tests only\n{}", *key.to_pem())).expect("PEM");
            assert_eq!(again.public_key().der(), key.public_key().der());
            assert_eq!(again.algorithm(), algorithm);
            for text in [key.public_key().to_pem(), key.public_key().to_base64()] {
                let public = PublicKey::read(&text).expect("a public key");
                assert_eq!((public.id(), public.algorithm()), (key.public_key().id(), algorithm));
            }
            assert_eq!(KeyId::parse(&key.public_key().id().to_string()), Some(key.public_key().id()));
            assert_eq!(
                format!("{key:?}"),
                format!("PrivateKey {{ algorithm: {algorithm:?}, .. }}"),
                "a private key shows nothing"
            );
        }
    }

    #[test]
    fn signatures_are_deterministic_and_low() {
        for algorithm in Algorithm::ALL {
            let key = PrivateKey::from_octets(algorithm, &[9; 32]).expect("a key");
            for number in 0..16_u8 {
                let octets = key.sign(&[number]).expect("a signature");
                assert_eq!(key.sign(&[number]), Ok(octets));
                assert_eq!(key.public_key().verify(&[number], &octets), Ok(()));
                assert_eq!(key.public_key().verify(&[number, 0], &octets), Err(Refuted::Mismatch));
            }
        }
    }

    #[test]
    fn other_keys_are_refused() {
        let expected = "key: expected a public key of P-256, Ed25519 or SM2: PEM `PUBLIC KEY`, or its DER in base64 with padding";
        let weak = [&[0x30, 0x2A, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 3, 0x21, 0][..], &[1], &[0; 31]].concat();
        let key = PrivateKey::from_octets(Algorithm::Es256, &[9; 32]).expect("a key");
        let longer = [key.public_key().der(), &[0]].concat();
        for text in ["", "AAAA", "no base64", &STANDARD.encode(weak), &STANDARD.encode(longer)] {
            assert_eq!(
                PublicKey::read(text).map(|_| ()).map_err(|refusal| refusal.to_string()),
                Err(expected.to_owned())
            );
        }
        for octets in [[0; 32], [0xFF; 32]] {
            for algorithm in [Algorithm::Es256, Algorithm::Sm2] {
                let refusal = PrivateKey::from_octets(algorithm, &octets).expect_err("no number");
                assert_eq!(
                    refusal.to_string(),
                    "key: expected 32 octets that are a number from 1 to the curve's order less two"
                );
            }
        }
    }
}
