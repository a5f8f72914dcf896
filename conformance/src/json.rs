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

/// Whether a quotation mark, a backslash or a control character stands in a text: eight bytes at a time.
pub(crate) fn needs_escape(text: &str) -> bool {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let found = words.iter().fold(0, |found, word| found | special(u64::from_ne_bytes(*word)));
    found != 0 || rest.iter().any(|byte| matches!(byte, 0..0x20 | b'"' | b'\\'))
}

/// Sets the high bit of bytes that are special; it may be set above one that is, and is nowhere set where none is.
const fn special(word: u64) -> u64 {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let control = word.wrapping_sub(LOW.wrapping_mul(0x20)) & !word;
    let quote = zero(word ^ LOW.wrapping_mul(0x22));
    let backslash = zero(word ^ LOW.wrapping_mul(0x5C));
    (control | quote | backslash) & HIGH
}

/// Sets the high bit of bytes that are zero, and perhaps of bytes above one that is.
const fn zero(word: u64) -> u64 {
    word.wrapping_sub(0x0101_0101_0101_0101) & !word
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
        let padded = |special: char| format!("eight by{special}tes and more");
        for special in ['"', '\\', '\n', '\0', '\u{1F}', ' ', '!', '#', '[', ']', '\u{7F}', 'é'] {
            assert_eq!(
                needs_escape(&padded(special)),
                special < ' ' || matches!(special, '"' | '\\'),
                "{special:?}"
            );
        }
        for sample in ["", "plain", "世界 🌏", "a\"b", "a\\b", "line\nend", "\0", "\u{7F}\u{2028}", "tab\t"]
        {
            let mut out = Vec::new();
            text(&mut out, sample);
            assert_eq!(String::from_utf8(out).ok(), serde_json::to_string(sample).ok());
        }
    }
}
