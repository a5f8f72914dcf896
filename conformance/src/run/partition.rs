//! A share of the vectors, so that several machines run the suite together.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// The `share`-th of `shares`, from 1; which one a vector is in depends on its id alone, so a new vector moves no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    share: u32,
    shares: u32,
}

/// The most shares that a run is cut into.
const SHARES: u32 = 10_000;

impl Partition {
    pub(crate) fn holds(self, id: &str) -> bool {
        let digest = Sha256::digest(id.as_bytes());
        let head: [u8; 8] = digest.first_chunk().copied().unwrap_or_default();
        let place = u64::from_be_bytes(head).checked_rem(u64::from(self.shares));
        place == u64::from(self.share).checked_sub(1)
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.strip_prefix("hash:").and_then(|rest| rest.split_once('/'));
        let numbers = parts.and_then(|(share, shares)| Some((share.parse().ok()?, shares.parse().ok()?)));
        match numbers {
            Some((share, shares)) if (1..=SHARES).contains(&shares) && (1..=shares).contains(&share) => {
                Ok(Self { share, shares })
            }
            _ => Err(format!(
                "expected `hash:N/M` with N from 1 to M and M at most {SHARES}, such as hash:1/4"
            )),
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hash:{}/{}", self.share, self.shares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vector_is_in_one_share() {
        let shares: Vec<Partition> =
            (1..=4).map(|share| format!("hash:{share}/4").parse().expect("a share")).collect();
        for vector in crate::vectors::all() {
            assert_eq!(shares.iter().filter(|share| share.holds(&vector.id)).count(), 1, "{}", vector.id);
        }
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in ["1/4", "hash:0/4", "hash:5/4", "hash:1/0", "hash:1", "hash:a/b", "hash:1/10001"] {
            let message = "expected `hash:N/M` with N from 1 to M and M at most 10000, such as hash:1/4";
            assert_eq!(text.parse::<Partition>(), Err(message.to_owned()), "{text}");
        }
    }
}
