//! What the arguments name: payloads, files, folders and standard input.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use upqr::grammar::Text;
use upqr::recognise::recognise;
use upqr::scheme;

use crate::arguments::Inputs;
use crate::exit::Stop;

/// What a line is a line of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin<'a> {
    /// A payload among the arguments.
    Argument,
    /// The standard input.
    Stdin,
    /// A file.
    File(&'a Path),
    /// A picture, which has no lines.
    Picture(&'a Path),
}

/// An input.
pub(crate) enum Source {
    Payload(String),
    Stdin,
    File(PathBuf),
}

impl Source {
    pub(crate) fn origin(&self) -> Origin<'_> {
        match self {
            Self::Payload(_) => Origin::Argument,
            Self::Stdin => Origin::Stdin,
            Self::File(path) => Origin::File(path),
        }
    }
}

impl<'a> Origin<'a> {
    /// The name by which the input was given, where it has one.
    pub(crate) fn path(self) -> Option<&'a Path> {
        match self {
            Self::Argument => None,
            Self::Stdin => Some(Path::new("-")),
            Self::File(path) | Self::Picture(path) => Some(path),
        }
    }
}

/// The inputs that the arguments name, each of which is there.
pub(crate) fn sources(inputs: &Inputs) -> Result<Vec<Source>, Stop> {
    let mut sources: Vec<Source> = inputs.payload.iter().cloned().map(Source::Payload).collect();
    for input in &inputs.inputs {
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

pub(crate) fn open(path: &Path) -> Result<BufReader<File>, Stop> {
    let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
    Ok(BufReader::with_capacity(64 * 1024, file))
}

/// An argument that is no file, where it looks like a payload.
pub(crate) fn payload_argument(input: &Path) -> Result<String, Stop> {
    let text = input.to_str().unwrap_or_default();
    let emv = matches!(Text::read(text), Text::MerchantPresented(_) | Text::ConsumerPresented(_));
    if emv || !recognise(text).candidates.is_empty() || scheme::read(text).is_some() {
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
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
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
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    };
    Stop::Usage(format!("cannot read `{}`: {reason}", path.display()))
}
