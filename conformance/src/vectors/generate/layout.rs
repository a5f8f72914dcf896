//! How a file of vectors is laid out: a member or a few on a line, with what no eye sees written as escapes.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::vectors::Vector;

/// A file, byte for byte as it is kept.
pub(crate) fn file(vectors: &[Vector]) -> String {
    let rows: Vec<String> = vectors.iter().map(row).collect();
    file_of(&rows)
}

/// A file of vectors that are laid out already.
pub(crate) fn file_of(rows: &[String]) -> String {
    format!(
        "{{\n  \"version\": 1,\n  \"licence\": \"CC0-1.0\",\n  \"vectors\": [\n{}\n  ]\n}}\n",
        rows.join(",\n")
    )
}

fn row(vector: &Vector) -> String {
    let mut lines = vec![
        line(&[
            ("id", json(&vector.id)),
            ("rev", json(&vector.rev)),
            ("op", json(&vector.op)),
            ("level", json(&vector.level)),
            ("since", json(&vector.since)),
        ]),
        line(&[("title", json(&vector.title))]),
        line(&[("input", json(&vector.input))]),
    ];
    if !vector.options.is_empty() {
        lines.push(line(&[("options", json(&vector.options))]));
    }
    lines.push(line(&[
        ("requirements", json(&vector.requirements)),
        ("flags", json(&vector.flags)),
        ("risk", json(&vector.risk)),
    ]));
    lines.push(line(&[("expect", json(&vector.expect))]));
    if let (Some(parent), Some(mutation)) = (&vector.parent, &vector.mutation) {
        lines.push(line(&[("parent", json(parent)), ("mutation", json(mutation))]));
    }
    if let Some(parentless) = &vector.parentless {
        lines.push(line(&[("parentless", json(parentless))]));
    }
    lines.push(line(&[("provenance", json(&vector.provenance))]));
    format!("    {{\n{}\n    }}", lines.join(",\n"))
}

fn line(members: &[(&str, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    format!("      {}", members.join(", "))
}

fn json(value: &impl Serialize) -> String {
    let mut octets = Vec::new();
    value
        .serialize(&mut Serializer::with_formatter(&mut octets, Spaced))
        .expect("a vector is text, numbers and lists, and memory takes everything");
    seen(&String::from_utf8(octets).expect("JSON is UTF-8"))
}

/// With escapes for the characters that turn a line, hide in it or stand for nothing; outside strings JSON has none of them.
fn seen(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if hides(c) {
            let mut units = [0; 2];
            text.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(c);
        }
    }
    text
}

fn hides(c: char) -> bool {
    matches!(c,
        '\u{7F}'..='\u{A0}' | '\u{AD}' | '\u{300}'..='\u{36F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{206F}' | '\u{3000}' | '\u{3164}'
        | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFF}'
        | '\u{E0000}'..='\u{10FFFF}')
}

/// A blank behind every comma and colon.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_escaped() {
        for (value, text) in [
            (serde_json::json!(["a", 1, {"b": [], "c": "é"}]), r#"["a", 1, {"b": [], "c": "é"}]"#),
            (serde_json::json!("a\u{202E}b\nc\u{F0000}"), r#""a\u202eb\nc\udb80\udc00""#),
        ] {
            assert_eq!(json(&value), text);
            assert_eq!(serde_json::from_str::<serde_json::Value>(text).expect("JSON"), value);
        }
    }
}
