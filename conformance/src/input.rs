//! Where payloads come from: arguments, files, folders and standard input, one payload a line.
//!
//! A line that cannot be a payload is an error of that line; the lines after it go on. No more than one line is held in memory.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use upqr::grammar::Text;
use upqr::recognise::recognise;

use crate::arguments::Listing;
use crate::exit::Stop;

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

/// One line and where it stands.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// The file, where there are several.
    pub(crate) file: Option<&'a Path>,
    /// From 1.
    pub(crate) number: u64,
    /// The payload.
    pub(crate) payload: Result<&'a str, LineError>,
}

/// Visits every line of every input in order.
///
/// An input that is missing stops the command before anything is read, so that nothing is half done.
pub(crate) fn each(
    listing: &Listing,
    mut visit: impl FnMut(Line<'_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let sources = sources(listing)?;
    let several = sources.len() > 1;
    let stdin = PathBuf::from("-");
    let mut number = 0_u64;
    let mut count = 0_u64;
    for source in &sources {
        match source {
            Source::Payload(text) => {
                number = number.saturating_add(1);
                count = count.saturating_add(1);
                visit(Line { file: None, number, payload: Ok(text) })?;
            }
            Source::Stdin => {
                count =
                    count.saturating_add(lines(io::stdin().lock(), several.then_some(&stdin), &mut visit)?);
            }
            Source::File(path) => {
                let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
                let reader = BufReader::with_capacity(64 * 1024, file);
                count = count.saturating_add(lines(reader, several.then_some(path), &mut visit)?);
            }
        }
    }
    if count == 0 { Err(Stop::Nothing("there is no payload in the input".to_owned())) } else { Ok(()) }
}

enum Source {
    Payload(String),
    Stdin,
    File(PathBuf),
}

fn sources(listing: &Listing) -> Result<Vec<Source>, Stop> {
    let mut sources: Vec<Source> = listing.payload.iter().cloned().map(Source::Payload).collect();
    for input in &listing.inputs {
        if input.as_os_str() == "-" {
            sources.push(Source::Stdin);
        } else if input.is_dir() {
            sources.extend(files_below(input)?.into_iter().map(Source::File));
        } else if input.exists() {
            sources.push(Source::File(input.clone()));
        } else {
            sources.push(Source::Payload(payload_argument(input)?));
        }
    }
    Ok(sources)
}

/// An argument that is no file, where it looks like a payload.
fn payload_argument(input: &Path) -> Result<String, Stop> {
    let text = input.to_str().unwrap_or_default();
    let emv = matches!(Text::read(text), Text::MerchantPresented(_) | Text::ConsumerPresented(_));
    if emv || !recognise(text).candidates.is_empty() {
        return Ok(text.to_owned());
    }
    // What was meant as a payload is not repeated; what looks like a path is.
    let is_path = text.len() <= 64
        && text.contains(['.', '/'])
        && !text.contains("://")
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'_' | b'-' | b' '))
        && !text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 6);
    let name = if is_path { format!("`{text}`") } else { "of that name".to_owned() };
    Err(Stop::Usage(format!(
        "no file {name}, and no payload that a family recognises; give any text with `--payload`"
    )))
}

/// The files of a folder, in the order of their names.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let entries = fs::read_dir(folder).map_err(|error| cannot_read(folder, &error))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(|error| cannot_read(folder, &error))?.path());
    }
    paths.sort();
    paths.retain(|path| path.is_file());
    Ok(paths)
}

pub(crate) fn cannot_read(path: &Path, error: &io::Error) -> Stop {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    Stop::Usage(format!("cannot read `{}`: {reason}", path.display()))
}

/// Visits the lines of one reader; says how many there were, blank ones left out.
fn lines(
    mut reader: impl BufRead,
    file: Option<&PathBuf>,
    visit: &mut impl FnMut(Line<'_>) -> Result<(), Stop>,
) -> Result<u64, Stop> {
    let file = file.map(PathBuf::as_path);
    let mut buffer = Vec::new();
    let mut number = 0_u64;
    let mut count = 0_u64;
    loop {
        let length = match read_line(&mut reader, &mut buffer) {
            Ok(None) => return Ok(count),
            Ok(Some(length)) => length,
            Err(error) => return Err(cannot_read(file.unwrap_or(Path::new("-")), &error)),
        };
        number = number.saturating_add(1);
        if length == 0 {
            continue;
        }
        count = count.saturating_add(1);
        let too_long = (length > MAX_LINE).then(|| LineError {
            code: "line-too-long",
            offset: MAX_LINE,
            char_offset: String::from_utf8_lossy(&buffer).chars().count(),
            message: format!("the line has {length} bytes: at most {MAX_LINE} are read as one payload"),
        });
        if let Some(error) = too_long {
            visit(Line { file, number, payload: Err(error) })?;
        } else if buffer.first() == Some(&b'{') {
            let payload = from_ndjson(&buffer);
            visit(Line { file, number, payload: payload.as_deref().map_err(Clone::clone) })?;
        } else {
            visit(Line { file, number, payload: from_text(&buffer) })?;
        }
    }
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
        let count = lines(input, None, &mut |line: Line<'_>| {
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
