//! Payloads into carriers and out of them.

use serde_json::Value;
use upqr::carrier::{link, ndef};
use upqr::payment::hex_of;

use super::{Options, Refusal, Result, text};

/// The octets of the carrier, in hexadecimal digits.
pub(super) fn pack(octets: &[u8], options: &Options) -> Result<Value> {
    let payload = text(octets)?;
    let page = options.page.as_deref();
    let octets = match carrier(options)? {
        Carrier::Ndef => ndef::pack(payload, page)?,
        Carrier::Link => {
            link::pack(payload, page.ok_or_else(|| question("a link needs a `page`"))?)?.into_bytes()
        }
    };
    Ok(Value::String(hex_of(&octets)))
}

/// The payload.
pub(super) fn unpack(octets: &[u8], options: &Options) -> Result<Value> {
    let payload = match carrier(options)? {
        Carrier::Ndef => ndef::unpack(octets)?,
        Carrier::Link => link::unpack(text(octets)?)?,
    };
    Ok(Value::String(payload))
}

enum Carrier {
    Ndef,
    Link,
}

fn carrier(options: &Options) -> Result<Carrier> {
    match options.carrier.as_deref() {
        Some("ndef") => Ok(Carrier::Ndef),
        Some("link") => Ok(Carrier::Link),
        _ => Err(question("a `carrier` is `ndef` or `link`")),
    }
}

fn question(why: &str) -> Refusal {
    Refusal::Question(why.to_owned())
}
