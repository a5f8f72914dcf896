//! What the library says of a signature.

use serde::Deserialize;
use serde_json::{Value, json};
use upqr::emv::mpm;
use upqr::signature::{State, TrustList, verify};

use super::{Result, refuse, text, value};
use crate::adapter::Answer;

/// With which keys, and when.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Judged {
    /// A trust list.
    trust: Value,
    /// Unix seconds.
    as_of: u64,
}

/// Accepts what is `valid`; every other state is the code of a refusal, and `trust-list` that of a list that is not taken.
pub(super) fn judge(octets: &[u8], judged: &Judged) -> Result<Answer> {
    let trust = TrustList::read(&judged.trust.to_string(), None).map_err(|_| refuse("trust-list"))?;
    let payload = mpm::parse(text(octets)?)?;
    match verify(&payload, &trust, judged.as_of).state {
        State::Valid => Ok(value(json!({"state": State::Valid.key()}))),
        state => Err(refuse(state.key())),
    }
}
