//! Pictures as files, for an adapter that takes paths: a folder for each adapter, and in it a file for each open question.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tempfile::{Builder, TempDir, TempPath};

use crate::exit::Stop;

/// Folders that are there now: an interruption ends the process without dropping anything.
static FOLDERS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A folder that goes with its adapter.
#[derive(Debug)]
pub(crate) struct Pictures(TempDir);

impl Pictures {
    pub(crate) fn new() -> Result<Self, Stop> {
        let cannot = |error| Stop::Usage(format!("cannot make a folder for pictures: {error}"));
        let folder = Builder::new().prefix("upqr-pictures-").tempdir().map_err(cannot)?;
        known(|folders| {
            folders.insert(folder.path().to_owned());
        });
        Ok(Self(folder))
    }

    /// Writes a picture to a file of its own, whatever became of the others; it goes with the path that is given. Its name says the format, and
    /// nothing of a vector.
    pub(crate) fn put(&self, octets: &[u8]) -> io::Result<TempPath> {
        let suffix = format!(".{}", extension(octets));
        let mut file = Builder::new().prefix("").suffix(&suffix).tempfile_in(self.0.path())?;
        file.write_all(octets)?;
        Ok(file.into_temp_path())
    }
}

impl Drop for Pictures {
    fn drop(&mut self) {
        known(|folders| {
            folders.remove(self.0.path());
        });
    }
}

/// Removes every folder, before the process ends itself.
pub(crate) fn remove_all() {
    known(|folders| {
        for folder in std::mem::take(folders) {
            let _ = fs::remove_dir_all(&folder);
        }
    });
}

fn known(change: impl FnOnce(&mut BTreeSet<PathBuf>)) {
    change(&mut FOLDERS.lock().unwrap_or_else(PoisonError::into_inner));
}

/// What a file of these bytes is called; some readers choose a decoder by it.
fn extension(octets: &[u8]) -> &'static str {
    let format = image::guess_format(octets).ok();
    format.and_then(|format| format.extensions_str().first().copied()).unwrap_or("img")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_new_file_each_time_and_goes_with_its_adapter() {
        let pictures = Pictures::new().expect("a folder");
        let folder = pictures.0.path().to_owned();
        for (octets, extension) in
            [(&b"\x89PNG\r\n\x1a\nx"[..], "png"), (b"\xFF\xD8\xFFx", "jpg"), (b"nothing", "img")]
        {
            let path = pictures.put(octets).expect("a file");
            assert_eq!(path.extension().and_then(|found| found.to_str()), Some(extension));
            assert_eq!(
                (path.parent(), fs::read(&path).ok()),
                (Some(folder.as_path()), Some(octets.to_vec()))
            );
            let kept = path.to_path_buf();
            drop(path);
            assert!(!kept.exists());
        }
        let deleted = pictures.put(b"x").expect("a file");
        fs::remove_file(&deleted).expect("it is there");
        let left = pictures.put(b"x").expect("a file").keep().expect("it is kept");
        drop((deleted, pictures));
        assert!(!folder.exists() && !left.exists());
        known(|folders| assert!(!folders.contains(&folder)));
    }
}
