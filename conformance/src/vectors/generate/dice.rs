//! Choices that fall the same way on every machine: from the seed and a name alone.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// A stream of choices. Each name has a stream of its own, so a new vector moves no other.
pub(crate) struct Dice(ChaCha8Rng);

/// Letters and digits that a code holds; the first ten are the digits, the first 36 are digits and small letters.
const TOKEN: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";

impl Dice {
    pub(crate) fn of(seed: u64, name: &str) -> Self {
        let digest = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(name).finalize();
        Self(ChaCha8Rng::from_seed(digest.into()))
    }

    /// A number below `bound`, or 0 where there is none.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        let chosen = self.0.next_u64().checked_rem(bound).unwrap_or(0);
        usize::try_from(chosen).unwrap_or(0)
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        self.text(count, 10)
    }

    /// Small letters and digits.
    pub(crate) fn letters(&mut self, count: usize) -> String {
        self.text(count, 36)
    }

    pub(crate) fn token(&mut self, count: usize) -> String {
        self.text(count, TOKEN.len())
    }

    fn text(&mut self, count: usize, kinds: usize) -> String {
        (0..count).filter_map(|_| TOKEN.get(self.below(kinds)).copied().map(char::from)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_stream() {
        let mut dice = Dice::of(1, "a");
        assert_eq!(dice.token(24), Dice::of(1, "a").token(24));
        assert_ne!(dice.token(24), Dice::of(1, "a").token(24));
        assert_ne!(Dice::of(1, "a").token(24), Dice::of(1, "b").token(24));
        assert_ne!(Dice::of(1, "a").token(24), Dice::of(2, "a").token(24));
        assert_eq!(Dice::of(1, "a").below(0), 0);
    }
}
