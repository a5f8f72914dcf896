//! Appends JSON to a line that is reused, since `decode` writes two kilobytes for every payload it reads.
//!
//! Only texts that need no escape are written here; every other one goes through `serde_json`.

use std::io::{self, Write};

/// Appends a text in quotes.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    if needs_escape(text) {
        serde_json::to_writer(out, text).expect("a text can be written to memory");
    } else {
        plain(out, text);
    }
}

/// Appends a text that needs no escape, in quotes.
pub(crate) fn plain(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Whether a quotation mark, a backslash or a control character stands in a text.
///
/// Sixteen bytes at a time and without stopping early, which the compiler turns into a few wide instructions.
pub(crate) fn needs_escape(text: &str) -> bool {
    let special = |found, byte: &u8| {
        found | u8::from(*byte < 0x20) | u8::from(*byte == b'"') | u8::from(*byte == b'\\')
    };
    let (chunks, rest) = text.as_bytes().as_chunks::<16>();
    let found = chunks.iter().fold(0, |found, chunk| chunk.iter().fold(found, special));
    rest.iter().fold(found, special) != 0
}

/// Appends a number.
pub(crate) fn number<N: itoa::Integer>(out: &mut Vec<u8>, number: N) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends what stands between values: a literal that is JSON already.
pub(crate) fn literal(out: &mut Vec<u8>, literal: &'static str) {
    out.extend_from_slice(literal.as_bytes());
}

/// Appends a text in quotes, or `null`.
pub(crate) fn optional(out: &mut Vec<u8>, value: Option<&str>) {
    match value {
        Some(value) => text(out, value),
        None => literal(out, "null"),
    }
}

/// Appends a list.
pub(crate) fn list<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// Appends what serialises.
pub(crate) fn value(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    serde_json::to_writer(out, value).expect("what is serialised here has text keys and no failing member");
}

/// Writes a line as `json` shows it: the same JSON, indented, without a tree of it in memory.
pub(crate) fn write_indented(line: &[u8], out: &mut impl Write) -> io::Result<()> {
    let mut reader = serde_json::Deserializer::from_slice(line);
    let mut writer = serde_json::Serializer::pretty(&mut *out);
    serde_transcode::transcode(&mut reader, &mut writer)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_serde_json_writes_them() {
        for sample in ["", "plain", "世界 🌏", "a\"b", "a\\b", "line\nend", "\0", "\u{7F}\u{2028}", "tab\t"]
        {
            let mut out = Vec::new();
            text(&mut out, sample);
            assert_eq!(String::from_utf8(out).ok(), serde_json::to_string(sample).ok());
        }
    }
}
