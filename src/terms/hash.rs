//! The hash by which a payload names a document (UPQR-TRM-1).

use sha2::{Digest, Sha256};
use sm3::Sm3;

use crate::unified::terms::{HashAlgorithm, TermsHash};

/// The hash of the exact octets of a document; nothing is parsed, sorted or written again.
///
/// ```
/// use upqr::terms::hash;
/// use upqr::unified::terms::HashAlgorithm;
///
/// assert_eq!(hash(b"abc", HashAlgorithm::Sha256).to_string(), "1ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
/// assert_eq!(hash(b"abc", HashAlgorithm::Sm3).to_string(), "3Zsfw9GLu7dnR8tRr3BDk4kFnxIdc8veiKX2gK49LqOA");
/// ```
#[must_use]
pub fn hash(octets: &[u8], algorithm: HashAlgorithm) -> TermsHash {
    let octets = match algorithm {
        HashAlgorithm::Sha256 => Sha256::digest(octets).into(),
        HashAlgorithm::Sm3 => Sm3::digest(octets).into(),
    };
    TermsHash { algorithm, octets }
}
