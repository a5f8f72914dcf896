//! The signature of a trust list: one line beside the list (UPQR-SIG-30 to UPQR-SIG-32).

use base64::Engine as _;

use super::key::{KeyId, PrivateKey, PublicKey};
use super::{Algorithm, LIST_DOMAIN, OCTETS, Refusal, Refuted};
use crate::unified::carriage::STRICT_BASE64URL;

/// Signs the exact bytes of a trust list: algorithm, key ID and signature, with a blank between them and a line end after them.
pub fn sign_list(list: &[u8], key: &PrivateKey) -> Result<String, Refusal> {
    let octets = key.sign(&message(list))?;
    let id = key.public_key().id();
    Ok(format!("{} {id} {}\n", key.algorithm().digit(), STRICT_BASE64URL.encode(octets)))
}

/// Verifies the line that [`sign_list`] makes with the key that is trusted for lists.
pub fn verify_list(list: &[u8], line: &str, root: &PublicKey) -> Result<(), Refusal> {
    let (algorithm, id, octets) = parts(line).ok_or(Refusal::ListSignature(
        "one line of an algorithm's digit, a key ID, and 86 characters of base64url, with one blank between them",
    ))?;
    if algorithm != root.algorithm() || id != root.id() {
        return Err(Refusal::ListSignature("one of the trust root, found one of another key"));
    }
    root.verify(&message(list), &octets).map_err(|refuted| match refuted {
        Refuted::HighS => Refusal::ListSignature("`s` of at most half the order"),
        Refuted::Mismatch => Refusal::ListSignature("one over the bytes of this list, found another"),
    })
}

fn parts(line: &str) -> Option<(Algorithm, KeyId, [u8; OCTETS])> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let (algorithm, rest) = line.split_once(' ')?;
    let (id, octets) = rest.split_once(' ')?;
    let octets = STRICT_BASE64URL.decode(octets).ok()?.try_into().ok()?;
    Some((Algorithm::with_digit(algorithm)?, KeyId::parse(id)?, octets))
}

fn message(list: &[u8]) -> Vec<u8> {
    [LIST_DOMAIN, list].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &[u8], line: &str, root: &PublicKey, expected: &str) {
        let refusal = verify_list(list, line, root).expect_err(line);
        assert_eq!(refusal.to_string(), format!("signature of the trust list: expected {expected}"));
    }

    #[test]
    fn a_list_is_signed_byte_for_byte() {
        for algorithm in Algorithm::ALL {
            let key = PrivateKey::from_octets(algorithm, &[9; 32]).expect("a key");
            let other = PrivateKey::from_octets(algorithm, &[8; 32]).expect("a key");
            let line = sign_list(b"version = 1", &key).expect("a signature");
            assert_eq!(verify_list(b"version = 1", &line, key.public_key()), Ok(()));
            assert_eq!(verify_list(b"version = 1", line.trim_end(), key.public_key()), Ok(()));
            check(b"version = 2", &line, key.public_key(), "one over the bytes of this list, found another");
            check(
                b"version = 1",
                &line,
                other.public_key(),
                "one of the trust root, found one of another key",
            );
            let form = "one line of an algorithm's digit, a key ID, and 86 characters of base64url, with one blank between them";
            for line in
                ["", "1 a b", &format!("{line}\n"), &line.replace(' ', "  "), &line.replace(' ', "\t")]
            {
                check(b"version = 1", line, key.public_key(), form);
            }
            // No signature over a payload serves for a list.
            let octets =
                key.sign(&[super::super::PAYLOAD_DOMAIN, b"version = 1"].concat()).expect("a signature");
            let line = format!(
                "{} {} {}",
                algorithm.digit(),
                key.public_key().id(),
                STRICT_BASE64URL.encode(octets)
            );
            check(b"version = 1", &line, key.public_key(), "one over the bytes of this list, found another");
        }
    }
}
