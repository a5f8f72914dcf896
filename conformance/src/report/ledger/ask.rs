//! Questions of the ledger to an adapter, and what came of them.

use serde_json::{Map, Value, json};
use upqr::payment::{hex_of, octets_of};

use super::{Class, Fate};
use crate::adapter::{Adapter, Answer, AnswerVerdict, Case, Delivery, Feature};
use crate::vectors::Op;

/// Asks once; the error says how the way ends there.
pub(super) fn ask(
    adapter: &mut dyn Adapter,
    op: Op,
    octets: &[u8],
    options: &Map<String, Value>,
) -> Result<Answer, Fate> {
    if !adapter.hello().ops.contains(&op) {
        return Err(Fate::noted(Class::Unsupported, format!("no operation `{}`", op.key())));
    }
    let case = Case { op, octets: octets.to_vec(), options };
    let mut delivered = None;
    adapter.ask(&[case], &mut |_, delivery| delivered = Some(delivery));
    let failed = |why: String| Err(Fate::noted(Class::Failed, format!("{}: {why}", op.key())));
    let answer = match delivered {
        Some(Delivery::Answer(answer)) => answer,
        Some(Delivery::Failed(failure)) => return failed(failure.detail),
        None => return failed("it was not asked".to_owned()),
    };
    match answer.verdict {
        AnswerVerdict::Accept => Ok(answer),
        AnswerVerdict::Reject => {
            let code = answer.error.and_then(|error| error.code).unwrap_or_else(|| "no code".to_owned());
            Err(Fate::noted(Class::Refused, format!("{}: {code}", op.key())))
        }
        AnswerVerdict::Unsupported => Err(Fate::noted(Class::Unsupported, op.key())),
        AnswerVerdict::Error => failed(answer.message.unwrap_or_else(|| "it did not say why".to_owned())),
    }
}

/// The value of an answer; an adapter that does not declare values has none to look at.
fn value(
    adapter: &mut dyn Adapter,
    op: Op,
    octets: &[u8],
    options: &Map<String, Value>,
) -> Result<Value, Fate> {
    if !adapter.hello().has(Feature::Value) {
        return Err(Fate::noted(Class::Unsupported, "no feature `value`"));
    }
    let answer = ask(adapter, op, octets, options)?;
    answer.value.ok_or_else(|| Fate::noted(Class::Failed, format!("{}: accepted without a value", op.key())))
}

/// The payload of native codes.
pub(super) fn unify(
    adapter: &mut dyn Adapter,
    native: &[u8],
    options: &Map<String, Value>,
) -> Result<String, Fate> {
    match value(adapter, Op::Unify, native, options)? {
        Value::String(payload) => Ok(payload),
        other => Err(Fate::noted(Class::Failed, format!("unify: the value is no text: {other}"))),
    }
}

/// The native codes of a payload, or those of one network.
pub(super) fn restore(
    adapter: &mut dyn Adapter,
    payload: &str,
    network: Option<&str>,
) -> Result<Vec<Vec<u8>>, Fate> {
    let options = network.map(|key| ("network".to_owned(), json!(key))).into_iter().collect();
    let value = value(adapter, Op::Restore, payload.as_bytes(), &options)?;
    let code = |code: &Value| match code {
        Value::String(text) => Some(text.clone().into_bytes()),
        other => octets_of(other.get("hex")?.as_str()?),
    };
    let codes = value.as_array().and_then(|codes| codes.iter().map(code).collect());
    codes
        .ok_or_else(|| Fate::noted(Class::Failed, format!("restore: the value is no list of codes: {value}")))
}

/// The base of a payload.
pub(super) fn base(adapter: &mut dyn Adapter, payload: &str) -> Result<String, Fate> {
    let options = Map::from_iter([("base".to_owned(), Value::Bool(true))]);
    match value(adapter, Op::Restore, payload.as_bytes(), &options)? {
        Value::String(base) => Ok(base),
        other => Err(Fate::noted(Class::Failed, format!("restore: the base is no text: {other}"))),
    }
}

/// A code as `more` of `unify` has it.
pub(super) fn more(native: &[u8], network: &str) -> Value {
    match std::str::from_utf8(native) {
        Ok(text) => json!({"text": text, "network": network}),
        Err(_) => json!({"hex": hex_of(native), "network": network}),
    }
}
