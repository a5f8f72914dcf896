//! One picture after another for the conformance suite: bytes in, the payload or the reason why there is none out.

use std::time::Duration;

use upqr::rules::{Findings, Options};
use upqr::symbol::Reader;
use upqr::symbol::read::Verdict;

use super::judge;
use super::process::{Lane, Manner, Source};
use crate::exit::Stop;

/// Seconds that a picture may take.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(2);

/// Reads pictures as `upqr scan` does by default. Its worker is started with the first picture, and ends with the value.
pub(crate) struct Scanner(Lane);

/// What a picture holds.
#[derive(Debug)]
pub(crate) enum Scanned {
    /// One payload, and what is wrong with it and with its symbol.
    Read { payload: Vec<u8>, findings: Findings },
    /// Payloads that differ.
    Ambiguous,
    /// No symbol that can be read.
    Nothing,
    /// No picture that is read, or one beyond the limits.
    NotAnImage,
}

impl Scanner {
    pub(crate) const fn new() -> Self {
        Self::with_timeout(TIMEOUT)
    }

    pub(crate) const fn with_timeout(timeout: Duration) -> Self {
        Self(Lane::new(Manner { readers: &Reader::ALL, compare: false, timeout, misbehave: None }))
    }

    /// Reads a picture, or every page of a document: pages that hold different payloads are ambiguous. It stops only where no worker can be
    /// started.
    pub(crate) fn scan(&mut self, image: &[u8], options: &Options) -> Result<Scanned, Stop> {
        let shots = self.0.read(Source::Bytes(image))?;
        let payloads = shots.iter().flat_map(|shot| &shot.symbols).map(|seen| seen.sighting.payload());
        let is_one = payloads.clone().zip(payloads.skip(1)).all(|(one, next)| one == next);
        if !is_one {
            return Ok(Scanned::Ambiguous);
        }
        let is_cut = shots.iter().skip(1).any(|shot| shot.refused.is_some());
        let read = shots.iter().find(|shot| shot.verdict != Verdict::Nothing).or(shots.first());
        let Some(mut shot) = read.cloned() else { return Ok(Scanned::Nothing) };
        if shot.refused.is_some() {
            return Ok(Scanned::NotAnImage);
        }
        // A page that was not reached may hold another payload.
        shot.incomplete |= is_cut;
        Ok(match (shot.verdict, shot.symbols.first()) {
            (Verdict::Ambiguous, _) => Scanned::Ambiguous,
            (Verdict::Read, Some(symbol)) => Scanned::Read {
                payload: symbol.sighting.payload().to_vec(),
                findings: judge::findings(&shot, None, options),
            },
            _ => Scanned::Nothing,
        })
    }
}
