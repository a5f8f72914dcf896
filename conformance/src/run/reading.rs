//! A record from its file or from the standard input, for every command that works on one.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use super::Run;
use crate::exit::Stop;
use crate::source::cannot_read;

/// Whether a path stands for the standard input.
pub(crate) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

impl Run {
    /// Reads a record; gives it behind its name, which is what was given.
    pub(crate) fn of(path: &Path) -> Result<(String, Self), Stop> {
        let mut octets = Vec::new();
        let (name, found) = if is_standard(path) {
            ("standard input".to_owned(), io::stdin().lock().read_to_end(&mut octets).map(|_| octets))
        } else {
            (path.display().to_string(), fs::read(path))
        };
        let octets = found.map_err(|error| cannot_read(path, &error))?;
        let text = String::from_utf8(octets).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            Stop::Usage(format!("{name}: byte {offset} is not UTF-8, so this is no record"))
        })?;
        let run = Self::read(&name, &text).map_err(Stop::Usage)?;
        Ok((name, run))
    }
}
