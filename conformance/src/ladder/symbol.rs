//! The symbol that is damaged: a payload in one segment of bytes.

use upqr::symbol::encode::encode;
use upqr::symbol::segment::Policy;
use upqr::symbol::{EncodeOptions, Grid, Level};

/// The level of a letter of a call.
pub(crate) fn level(letter: &str) -> Result<Level, String> {
    Level::with_key(letter).ok_or_else(|| "expected L, M, Q or H".to_owned())
}

/// The smallest symbol of a payload; `None` where none holds it.
pub(super) fn draw(payload: &[u8], level: Level) -> Option<Grid> {
    let options = EncodeOptions { level, policy: Policy::Bytes, ..EncodeOptions::default() };
    Some(encode(payload, &options).ok()?.grid)
}
