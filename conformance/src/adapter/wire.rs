//! The lines of the adapter protocol, read and written by both sides.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use upqr::payment::{hex_of, octets_of};

use super::unique::Unique;
use super::{Answer, Case, Hello, PROTOCOL, sound};
use crate::human::escape;
use crate::vectors::Op;

/// What a runner says.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Asked {
    Hello {
        protocol: u32,
        runner: String,
        nonce: String,
    },
    /// `id`, `nonce`, `op` and the input come first, in this order, and need no escapes, but for the path of a picture: an adapter can find them
    /// without a JSON library.
    Run {
        id: u64,
        nonce: String,
        op: Op,
        input: Input,
        options: Map<String, Value>,
    },
    Bye,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum Input {
    Image {
        image: Image,
    },
    Octets {
        hex: String,
        /// Absent where the bytes are not UTF-8.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
}

/// A picture, in the form that the adapter asks for.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Image {
    Base64(String),
    /// Of a file, absolute.
    Path(PathBuf),
}

impl Asked {
    pub(crate) fn hello(nonce: &str) -> Self {
        let runner = format!("upqr {}", env!("CARGO_PKG_VERSION"));
        Self::Hello { protocol: PROTOCOL, runner, nonce: nonce.to_owned() }
    }

    /// A question; a picture is in the file of `path`, or else in the question.
    pub(crate) fn run(id: u64, nonce: &str, case: &Case<'_>, path: Option<PathBuf>) -> Self {
        let input = if case.op.takes_image() {
            let image = path.map_or_else(|| Image::Base64(STANDARD.encode(&case.octets)), Image::Path);
            Input::Image { image }
        } else {
            let text = std::str::from_utf8(&case.octets).ok().map(str::to_owned);
            Input::Octets { hex: hex_of(&case.octets), text }
        };
        Self::Run { id, nonce: nonce.to_owned(), op: case.op, input, options: case.options.clone() }
    }

    /// As a line, with its end.
    pub(crate) fn line(&self) -> Vec<u8> {
        line(self)
    }

    /// Reads a line of a runner; the error is a sentence.
    pub(crate) fn read(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| format!("this is no message of the protocol: {error}"))
    }
}

impl Input {
    /// The bytes; a sentence where there are none.
    pub(crate) fn octets(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::Octets { hex, .. } => {
                octets_of(hex).ok_or_else(|| "`input.hex` is not hexadecimal".to_owned())
            }
            Self::Image { image: Image::Base64(text) } => {
                STANDARD.decode(text).map_err(|_| "`input.image.base64` is not base64".to_owned())
            }
            Self::Image { image: Image::Path(path) } => {
                fs::read(path).map_err(|error| format!("cannot read `input.image.path`: {error}"))
            }
        }
    }
}

/// An object as a line, with its end.
pub(crate) fn line(object: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(object).expect("text, numbers and JSON values can be written");
    line.push(b'\n');
    line
}

/// An adapter's `hello` as an object.
pub(crate) fn hello(hello: &Hello, nonce: &str) -> Map<String, Value> {
    let head = [("type", "hello".into()), ("protocol", PROTOCOL.into()), ("nonce", nonce.into())];
    object(&head, hello)
}

/// An adapter's answer as an object.
pub(crate) fn result(id: u64, nonce: &str, answer: &Answer) -> Map<String, Value> {
    let head = [("type", "result".into()), ("id", id.into()), ("nonce", nonce.into())];
    object(&head, answer)
}

fn object(head: &[(&str, Value)], body: &impl Serialize) -> Map<String, Value> {
    let mut object: Map<String, Value> =
        head.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    if let Ok(Value::Object(body)) = serde_json::to_value(body) {
        object.extend(body);
    }
    object
}

/// Reads an adapter's `hello`; the error says what is wrong with it.
pub(crate) fn read_hello(line: &[u8], nonce: &str) -> Result<Hello, String> {
    let object = read(line, nonce)?;
    match object.get("type").and_then(Value::as_str) {
        Some("hello") => {}
        _ => return Err("the first line has to be `hello`".to_owned()),
    }
    match object.get("protocol") {
        Some(version) if version.as_u64() == Some(PROTOCOL.into()) => {}
        Some(version) => {
            return Err(format!(
                "`hello` is of protocol {version}, and this runner speaks protocol {PROTOCOL}"
            ));
        }
        None => return Err("`hello` has no `protocol`".to_owned()),
    }
    same_nonce(&object, nonce, "hello")?;
    let hello: Hello =
        serde_json::from_value(Value::Object(object)).map_err(|error| format!("`hello`: {error}"))?;
    match sound::hello(&hello) {
        None => Ok(hello),
        Some(wrong) => Err(format!("`hello`: {wrong}")),
    }
}

/// Reads an adapter's answer and the number of its question; the error says what is wrong with it.
pub(crate) fn read_result(line: &[u8], nonce: &str) -> Result<(u64, Answer), String> {
    let object = read(line, nonce)?;
    match object.get("type").and_then(Value::as_str) {
        Some("result") => {}
        Some("hello") => return Err("`hello` came twice".to_owned()),
        _ => return Err("expected a line whose `type` is `result`".to_owned()),
    }
    same_nonce(&object, nonce, "result")?;
    let id = object.get("id").and_then(Value::as_u64);
    let id = id.ok_or("`result`: `id` is not the number of a question: copy it as it is")?;
    let answer =
        serde_json::from_value(Value::Object(object)).map_err(|error| format!("`result`: {error}"))?;
    match sound::answer(&answer) {
        None => Ok((id, answer)),
        Some(wrong) => Err(format!("`result`: {wrong}")),
    }
}

fn same_nonce(object: &Map<String, Value>, nonce: &str, message: &str) -> Result<(), String> {
    match object.get("nonce").and_then(Value::as_str) {
        Some(given) if given == nonce => Ok(()),
        Some(_) => Err(format!("`{message}`: `nonce` is not that of the question: copy it as it is")),
        None => Err(format!("`{message}` has no `nonce`: copy that of the question")),
    }
}

/// Characters of a line that are shown.
const SHOWN: usize = 80;

/// A line's object. What is told of a line holds neither a nonce nor a place in it, so that two runs say the same.
fn read(line: &[u8], nonce: &str) -> Result<Map<String, Value>, String> {
    let shown = || {
        let text = String::from_utf8_lossy(line);
        let some: String = text.trim_end().chars().take(SHOWN).collect();
        if text.contains(nonce) { String::new() } else { format!(": `{}`", escape(&some)) }
    };
    if std::str::from_utf8(line).is_err() {
        return Err(format!("a line is not UTF-8{}", shown()));
    }
    if line.starts_with("\u{FEFF}".as_bytes()) {
        return Err("a line begins with a byte order mark: write UTF-8 without one".to_owned());
    }
    match serde_json::from_slice(line) {
        Ok(Unique(Value::Object(object))) => Ok(object),
        Ok(_) => Err(format!("a line is JSON, but no object{}", shown())),
        // Nothing else is said of data: any value is taken.
        Err(error) if error.is_data() => {
            let why = error.to_string();
            Err(format!(
                "a line has {}: write each member once",
                why.split(" at line ").next().unwrap_or_default()
            ))
        }
        Err(error) => {
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or_default();
            let hint =
                "write nothing but answers to the standard output, and everything else to the error stream";
            Err(format!("a line is not JSON ({why}){}: {hint}", shown()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::AnswerVerdict;

    #[test]
    fn a_question_begins_with_what_needs_no_escape() {
        let options = Map::new();
        let check = |octets: &[u8], expected: &str| {
            let case = Case { op: Op::Decode, octets: octets.to_vec(), options: &options };
            let line = Asked::run(7, "00ff", &case, None).line();
            assert_eq!(String::from_utf8_lossy(&line), format!("{expected}\n"));
        };
        let head = r#"{"type":"run","id":7,"nonce":"00ff","op":"decode","input":{"hex":"#;
        check(b"0\"", &format!(r#"{head}"3022","text":"0\""}},"options":{{}}}}"#));
        check(b"\xFF", &format!(r#"{head}"ff"}},"options":{{}}}}"#));
        for (path, image) in
            [(None, r#"{"base64":"AP8="}"#), (Some("/tmp/7.png"), r#"{"path":"/tmp/7.png"}"#)]
        {
            let case = Case { op: Op::Scan, octets: b"\0\xFF".to_vec(), options: &options };
            let line = Asked::run(7, "00ff", &case, path.map(PathBuf::from)).line();
            let expected = format!(
                "{{\"type\":\"run\",\"id\":7,\"nonce\":\"00ff\",\"op\":\"scan\",\"input\":{{\"image\":{image}}},\"options\":{{}}}}\n"
            );
            assert_eq!(String::from_utf8_lossy(&line), expected);
        }
        assert_eq!(Asked::Bye.line(), b"{\"type\":\"bye\"}\n");
    }

    #[test]
    fn an_answer_is_read_or_refused_with_a_reason() {
        let check = |line: &str, expected: Result<(u64, AnswerVerdict), &str>| {
            let read = read_result(line.as_bytes(), "n").map(|(id, answer)| (id, answer.verdict));
            assert_eq!(read, expected.map_err(str::to_owned), "{line}");
        };
        check(
            r#"{"type":"result","id":7,"nonce":"n","verdict":"accept","x":1}"#,
            Ok((7, AnswerVerdict::Accept)),
        );
        check(
            r#"{"type":"result","id":7,"nonce":"n","verdict":"reject","error":null}"#,
            Ok((7, AnswerVerdict::Reject)),
        );
        check(r#"{"type":"log"}"#, Err("expected a line whose `type` is `result`"));
        check(r#"{"type":"result","id":7}"#, Err("`result` has no `nonce`: copy that of the question"));
        check(r#"{"type":"result","id":7,"nonce":"n"}"#, Err("`result`: missing field `verdict`"));
        check(
            r#"{"type":"result","id":-7,"nonce":"n","verdict":"accept"}"#,
            Err("`result`: `id` is not the number of a question: copy it as it is"),
        );
        check(
            r#"{"type":"result","id":7,"nonce":"n","verdict":"reject","verdict":"accept"}"#,
            Err("a line has the member `verdict` twice: write each member once"),
        );
        check(
            r#"{"type":"result","id":7,"nonce":"n","verdict":"reject","\u0076erdict":"accept"}"#,
            Err("a line has the member `verdict` twice: write each member once"),
        );
        check(
            r#"{"type":"result","id":7,"nonce":"n","verdict":"reject","error":{"code":"id","code":"length"}}"#,
            Err("a line has the member `code` twice: write each member once"),
        );
        check("[]", Err("a line is JSON, but no object: `[]`"));
    }

    #[test]
    fn a_hello_is_read_or_refused_with_a_reason() {
        let check = |members: &str, expected: Option<&str>| {
            let line = format!(r#"{{"type":"hello","protocol":1,"nonce":"n",{members}}}"#);
            assert_eq!(read_hello(line.as_bytes(), "n").err().as_deref(), expected, "{line}");
        };
        check(r#""name":"x","version":"1","ops":["decode"]"#, None);
        check(r#""name":"x","version":"1","ops":["decode"],"colour":1,"in_flight":4"#, None);
        check(r#""name":"","version":"1","ops":["decode"]"#, Some("`hello`: `name` is empty"));
        check(r#""name":"x","version":"","ops":["decode"]"#, Some("`hello`: `version` is empty"));
        check(
            r#""name":"x","version":"1","ops":[]"#,
            Some("`hello`: `ops` is empty: name at least one operation"),
        );
        check(
            r#""name":"x","version":"1","ops":["decode","decode"]"#,
            Some("`hello`: `ops` names an operation twice"),
        );
        check(
            r#""name":"x","version":"1","ops":["decode"],"in_flight":0"#,
            Some("`hello`: `in_flight` is 0: leave it out, or say at least 1"),
        );
    }
}
