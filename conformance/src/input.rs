//! The payloads of the inputs: one a line, or one each.
//!
//! A line that cannot be a payload is an error of that line; the lines after it go on. No more than one line is held in memory.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::arguments::Inputs;
use crate::exit::Stop;
use crate::source::{Origin, Source, cannot_read, open, sources};

/// Bytes that a line may have; the longest QR code holds 7,089 characters.
pub(crate) const MAX_LINE: usize = 1 << 18;

/// A byte order mark, which is no part of any payload.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Why a line is no payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineError {
    /// The stable name.
    pub(crate) code: &'static str,
    /// Bytes from the start of the line.
    pub(crate) offset: usize,
    /// Characters from the start of the line.
    pub(crate) char_offset: usize,
    /// What is wrong, and what to do.
    pub(crate) message: String,
}

/// What an input is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// One payload a line.
    Lines,
    /// One payload, line ends included.
    Whole,
}

/// One line and where it stands.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// The file, where there are several.
    pub(crate) file: Option<&'a Path>,
    /// What it is a line of.
    pub(crate) origin: Origin<'a>,
    /// From 1.
    pub(crate) number: u64,
    /// Whether the payload stands there as it is, and is no member of a JSON object.
    pub(crate) plain: bool,
    /// The payload.
    pub(crate) payload: Result<&'a str, LineError>,
}

/// Visits every line of every input in order.
///
/// An input that is missing stops the command before anything is read, so that nothing is half done.
pub(crate) fn each(
    inputs: &Inputs,
    cut: Cut,
    mut visit: impl FnMut(Line<'_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let sources = sources(inputs)?;
    let several = sources.len() > 1;
    let mut arguments = 0_u64;
    let mut count = 0_u64;
    for source in &sources {
        let origin = source.origin();
        let file = origin.path().filter(|_| several);
        let found = match source {
            Source::Payload(text) => {
                arguments = arguments.saturating_add(1);
                visit(Line { file: None, origin, number: arguments, plain: true, payload: Ok(text) })?;
                1
            }
            Source::Stdin => read(io::stdin().lock(), cut, origin, file, &mut visit)?,
            Source::File(path) => read(open(path)?, cut, origin, file, &mut visit)?,
        };
        count = count.saturating_add(found);
    }
    if count == 0 { Err(nothing()) } else { Ok(()) }
}

/// There was no payload in any input.
pub(crate) fn nothing() -> Stop {
    Stop::Nothing("there is no payload in the input".to_owned())
}

/// Visits the lines of one input, or all of it; says how many payloads there were.
fn read(
    reader: impl BufRead,
    cut: Cut,
    origin: Origin<'_>,
    file: Option<&Path>,
    visit: &mut impl FnMut(Line<'_>) -> Result<(), Stop>,
) -> Result<u64, Stop> {
    match cut {
        Cut::Lines => lines(reader, origin, file, visit),
        Cut::Whole => one(reader, origin, file, visit),
    }
}

/// Visits all of one input as one payload; says whether there was any.
fn one(
    reader: impl Read,
    origin: Origin<'_>,
    file: Option<&Path>,
    visit: &mut impl FnMut(Line<'_>) -> Result<(), Stop>,
) -> Result<u64, Stop> {
    let mut octets = Vec::new();
    let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX).saturating_add(1);
    let read = reader.take(limit).read_to_end(&mut octets);
    read.map_err(|error| cannot_read(origin.path().unwrap_or(Path::new("-")), &error))?;
    if octets.is_empty() {
        return Ok(0);
    }
    visit(Line { file, origin, number: 1, plain: true, payload: from_whole(&octets) })?;
    Ok(1)
}

/// The payload that a whole input is.
pub(crate) fn from_whole(octets: &[u8]) -> Result<&str, LineError> {
    if octets.len() > MAX_LINE {
        let message =
            format!("the input has more than {MAX_LINE} bytes, which are read as one payload at most");
        return Err(too_long(octets.get(..MAX_LINE).unwrap_or_default(), message));
    }
    from_text(octets)
}

fn too_long(read: &[u8], message: String) -> LineError {
    let char_offset = String::from_utf8_lossy(read).chars().count();
    LineError { code: "line-too-long", offset: MAX_LINE, char_offset, message }
}

/// Visits the lines of one reader; says how many there were, blank ones left out.
fn lines(
    mut reader: impl BufRead,
    origin: Origin<'_>,
    file: Option<&Path>,
    visit: &mut impl FnMut(Line<'_>) -> Result<(), Stop>,
) -> Result<u64, Stop> {
    let mut buffer = Vec::new();
    let mut number = 0_u64;
    let mut count = 0_u64;
    loop {
        let length = match read_line(&mut reader, &mut buffer) {
            Ok(None) => return Ok(count),
            Ok(Some(length)) => length,
            Err(error) => return Err(cannot_read(origin.path().unwrap_or(Path::new("-")), &error)),
        };
        number = number.saturating_add(1);
        if length == 0 {
            continue;
        }
        count = count.saturating_add(1);
        if length > MAX_LINE {
            let message = format!("the line has {length} bytes: at most {MAX_LINE} are read as one payload");
            let payload = Err(too_long(&buffer, message));
            visit(Line { file, origin, number, plain: true, payload })?;
        } else if is_object(&buffer) {
            let payload = from_ndjson(&buffer);
            let payload = payload.as_deref().map_err(Clone::clone);
            visit(Line { file, origin, number, plain: false, payload })?;
        } else {
            visit(Line { file, origin, number, plain: true, payload: from_text(&buffer) })?;
        }
    }
}

/// Whether a line is to be read as a JSON object.
fn is_object(line: &[u8]) -> bool {
    line.first() == Some(&b'{')
}

/// The payload in a line that is not too long.
pub(crate) fn from_line(line: &[u8]) -> Result<Cow<'_, str>, LineError> {
    if is_object(line) { from_ndjson(line).map(Cow::Owned) } else { from_text(line).map(Cow::Borrowed) }
}

/// The bytes of a line that say the payload: all of them, or a member's text with its quotation marks.
pub(crate) fn place_in_line(line: &[u8]) -> Option<Range<usize>> {
    #[derive(Deserialize)]
    struct Raw<'a> {
        #[serde(borrow)]
        payload: &'a RawValue,
    }
    if !is_object(line) {
        return Some(0..line.len());
    }
    let payload = serde_json::from_slice::<Raw<'_>>(line).ok()?.payload.get();
    let start = payload.as_ptr().addr().checked_sub(line.as_ptr().addr())?;
    Some(start..start.saturating_add(payload.len()))
}

/// Reads one line without its end (LF or CRLF) into `buffer`, of which no more than `MAX_LINE` bytes are kept; says how long the line is.
fn read_line(reader: &mut impl BufRead, buffer: &mut Vec<u8>) -> io::Result<Option<usize>> {
    buffer.clear();
    let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX).saturating_add(2);
    let mut read = reader.by_ref().take(limit).read_until(b'\n', buffer)?;
    if read == 0 {
        return Ok(None);
    }
    if buffer.last() != Some(&b'\n') && buffer.len() > MAX_LINE {
        read = read.saturating_add(skip_line(reader)?);
        buffer.truncate(MAX_LINE);
        return Ok(Some(read));
    }
    for end in [b'\n', b'\r'] {
        if buffer.last() == Some(&end) {
            buffer.pop();
        }
    }
    Ok(Some(buffer.len()))
}

/// Passes over the rest of a line; says how long it was.
fn skip_line(reader: &mut impl BufRead) -> io::Result<usize> {
    let mut skipped = 0_usize;
    loop {
        let chunk = reader.fill_buf()?;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(chunk.len(), |place| place.saturating_add(1));
        let done = end.is_some() || chunk.is_empty();
        reader.consume(taken);
        skipped = skipped.saturating_add(end.unwrap_or(taken));
        if done {
            return Ok(skipped);
        }
    }
}

fn from_text(line: &[u8]) -> Result<&str, LineError> {
    if line.starts_with(BOM) {
        let message = "a byte order mark stands before the payload: save the file without it".to_owned();
        return Err(LineError { code: "byte-order-mark", offset: 0, char_offset: 0, message });
    }
    std::str::from_utf8(line).map_err(|error| {
        let offset = error.valid_up_to();
        let char_offset =
            line.get(..offset).map_or(0, |before| String::from_utf8_lossy(before).chars().count());
        LineError { code: "utf-8", offset, char_offset, message: "the line is not UTF-8".to_owned() }
    })
}

/// The members of an NDJSON line that are read; others are passed over.
#[derive(Deserialize)]
struct Members {
    payload: String,
}

fn from_ndjson(line: &[u8]) -> Result<String, LineError> {
    from_text(line)?;
    serde_json::from_slice::<Members>(line).map(|members| members.payload).map_err(|error| {
        // The reader's own sentence may repeat a value.
        let what = match error.classify() {
            serde_json::error::Category::Data => "does not hold one text under `payload`",
            _ => "is no JSON object",
        };
        let offset = error.column().saturating_sub(1);
        let before = line.get(..offset).unwrap_or_default();
        LineError {
            code: "ndjson",
            offset,
            char_offset: String::from_utf8_lossy(before).chars().count(),
            message: format!("the line begins with `{{`, but {what}"),
        }
    })
}

/// All of a file or of standard input, up to a limit that no payment's JSON reaches.
pub(crate) fn whole(path: &Path) -> Result<Vec<u8>, Stop> {
    let mut octets = Vec::new();
    let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut octets)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut octets))
    };
    read.map_err(|error| cannot_read(path, &error))?;
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &[u8], expected: &[&str]) {
        let mut shown = Vec::new();
        let count = lines(input, Origin::Stdin, None, &mut |line: Line<'_>| {
            let payload =
                line.payload.map_or_else(|error| format!("{}@{}", error.code, error.offset), str::to_owned);
            shown.push(format!("{}:{payload}", line.number));
            Ok(())
        });
        assert_eq!(count.ok(), u64::try_from(expected.len()).ok());
        assert_eq!(shown, expected);
    }

    #[test]
    fn one_payload_a_line_whatever_stands_in_between() {
        check(b"a\nb", &["1:a", "2:b"]);
        check(b"a\r\n\r\n\nb\r\n", &["1:a", "4:b"]);
        check(b"a\0b\n", &["1:a\0b"]);
        check(b"\xEF\xBB\xBFa\nb\n", &["1:byte-order-mark@0", "2:b"]);
        check(b"ab\xFF\nb\n", &["1:utf-8@2", "2:b"]);
        check(br#"{"payload":"x\ny","id":1}"#, &["1:x\ny"]);
        check(b"{\"id\":1}\nb\n", &["1:ndjson@7", "2:b"]);
        check(b"", &[]);
        check(b" \n", &["1: "]);
    }

    #[test]
    fn a_long_line_costs_only_itself() {
        let long = vec![b'7'; MAX_LINE + 10];
        check(&[&long[..], b"\nb\n"].concat(), &["1:line-too-long@262144", "2:b"]);
        check(&long, &["1:line-too-long@262144"]);
        let fits = vec![b'7'; MAX_LINE];
        let shown = format!("1:{}", "7".repeat(MAX_LINE));
        check(&[&fits[..], b"\r\nb\n"].concat(), &[&shown, "2:b"]);
    }
}
