//! promptparse for Rust reads any EMVCo payload. As in the library of that name for JavaScript, its strictest reading is `parse` on
//! request of its CRC, for which the CRC has to be right, and `validate`, which writes the payload again and compares; it has no
//! validator of fields. It panics where a length ends within a character; the panic is caught here, so that one such payload does
//! not end the process.

use std::io::{self, BufRead, Write};
use std::panic;

use promptparse::{TlvTag, encode, parse};
use serde_json::{Value, json};

/// Whether the CRC has to be right for a payload to be read.
const STRICT: bool = true;
/// Whether values that look like data objects are read as such.
const INNER: bool = true;

/// No parser of structure and CRC is asked which objects a payload has to have, nor what this standard carries in it; and what this
/// standard reads without a right CRC is nothing for a reading that asks for it.
const SUPPORTS: &str = "grammar(emv-mpm) & (op(decode) | op(check) & level(structure, checksum) & !flag(missing) & !req(UPQR-CAR-*)) \
    & !(op(decode) & (req(UPQR-OBJ-5) & flag(crc) | flag(grammar)))";

fn main() -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let mut said = match question["type"].as_str() {
            Some("hello") => hello(),
            Some("run") => {
                panic::catch_unwind(|| answer(&question)).unwrap_or_else(|panicked| failed(&*panicked))
            }
            _ => break,
        };
        said["type"] = if question["type"] == "hello" { json!("hello") } else { json!("result") };
        said["nonce"] = question["nonce"].clone();
        said["id"] = question["id"].clone();
        writeln!(io::stdout(), "{said}")?;
    }
    Ok(())
}

fn hello() -> Value {
    json!({
        "protocol": 1,
        "name": "promptparse-rs",
        "version": "1.2.0",
        "language": "rust",
        "ops": ["decode", "check"],
        "supports": SUPPORTS,
        "features": ["value", "reencoded"],
    })
}

fn answer(question: &Value) -> Value {
    // The library takes text, so what is none is refused before it sees it.
    let Some(text) = question["input"]["text"].as_str() else { return json!({"verdict": "reject"}) };
    if question["op"] == "check" {
        let valid = parse(text, STRICT, INNER).is_some_and(|payload| payload.validate("63"));
        return json!({"verdict": if valid { "accept" } else { "reject" }});
    }
    let Some(payload) = parse(text, STRICT, INNER) else { return json!({"verdict": "reject"}) };
    let hex: String = encode(payload.get_tags()).bytes().map(|octet| format!("{octet:02x}")).collect();
    let value = json!({"grammar": "emv-mpm", "objects": flat(payload.get_tags())});
    json!({"verdict": "accept", "value": value, "reencoded": hex})
}

/// Objects as vectors/README.md writes them; which of them are templates is what the library says.
fn flat(tags: &[TlvTag]) -> Vec<String> {
    let show = |tag: &TlvTag| match &tag.sub_tags {
        Some(inner) => format!("{}{{{}}}", tag.id, flat(inner).join(",")),
        None => format!("{}={}", tag.id, tag.value),
    };
    tags.iter().map(show).collect()
}

fn failed(panicked: &(dyn std::any::Any + Send)) -> Value {
    let message = panicked.downcast_ref::<String>().map_or("it panicked", |message| message.as_str());
    json!({"verdict": "error", "message": message})
}
