//! What the library makes of a document of terms (chapter 15).

use serde::Deserialize;
use serde_json::Value;
use upqr::emv::mpm;
use upqr::terms::{Document, Evidence, Fault, agree, evaluate as decide};

use super::{Refusal, Result, refuse, value};
use crate::adapter::Answer;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    evidence: Value,
    as_of: u64,
    payload: Option<String>,
}

pub(super) fn evaluate(octets: &[u8], options: &Options) -> Result<Answer> {
    let document = Document::parse(octets).map_err(unread)?;
    let evidence =
        Evidence::parse(options.evidence.to_string().as_bytes(), document.currency).map_err(unread)?;
    if let Some(payload) = &options.payload
        && !agree(&mpm::parse(payload)?, octets).map_err(unread)?.is_empty()
    {
        return Err(refuse("terms-mismatch"));
    }
    let decision = serde_json::to_value(decide(&document, &evidence, options.as_of));
    decision.map(value).map_err(|error| Refusal::Question(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where results are mapped")]
fn unread(fault: Fault) -> Refusal {
    refuse(fault.code())
}
