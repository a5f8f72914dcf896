//! Choices that fall the same way on every machine: from a seed, a payload and a name.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// A stream of choices.
pub(crate) struct Dice(ChaCha8Rng);

/// The numbers of 53 bits, which are those that a real number of 64 bits tells apart.
const SCALE: f64 = 9_007_199_254_740_992.0;

impl Dice {
    /// The stream of a name. Each name has its own, so that a new choice moves no other.
    pub(crate) fn of(seed: u64, payload: &[u8], name: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(seed.to_be_bytes())
            .chain_update(Sha256::digest(payload))
            .chain_update(name)
            .finalize();
        Self(ChaCha8Rng::from_seed(digest.into()))
    }

    /// A real number from 0 on and below 1.
    pub(crate) fn share(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let [high, low] = [bits >> 43, (bits >> 11) & 0xffff_ffff]
            .map(|part| f64::from(u32::try_from(part).unwrap_or(u32::MAX)));
        (high * 4_294_967_296.0 + low) / SCALE
    }

    /// A real number between two others.
    pub(crate) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.share()
    }

    /// A whole number below `bound`, or 0 where there is none.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        let chosen = self.0.next_u64().checked_rem(bound).unwrap_or(0);
        usize::try_from(chosen).unwrap_or(0)
    }

    /// Two independent numbers of the normal distribution (Box and Muller).
    pub(crate) fn normal(&mut self) -> [f64; 2] {
        let radius = (-2.0 * libm::log(1.0 - self.share())).sqrt();
        let angle = std::f64::consts::TAU * self.share();
        [radius * libm::cos(angle), radius * libm::sin(angle)]
    }

    /// Letters and digits.
    pub(crate) fn token(&mut self, count: usize) -> String {
        const SIGNS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        (0..count).filter_map(|_| SIGNS.get(self.below(SIGNS.len())).copied().map(char::from)).collect()
    }

    /// Digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).filter_map(|_| b"0123456789".get(self.below(10)).copied().map(char::from)).collect()
    }
}
