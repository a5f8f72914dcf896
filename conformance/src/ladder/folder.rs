//! The images of ladders as files, and the list that says what they are.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use upqr::payment::hex_of;

use super::each::{cores, each};
use super::{Kind, Subject, png};
use crate::exit::Stop;
use crate::output::cannot_write;

/// The list, one object a line.
pub(crate) const LIST: &str = "ladder.ndjson";

/// The folder that is being filled: an interruption ends the process without dropping anything.
static BEGUN: Mutex<Option<PathBuf>> = Mutex::new(None);

/// How often the folder is removed while other threads may still write into it.
const ATTEMPTS: usize = 100;

/// What the list says of an image.
#[derive(Debug, Serialize)]
struct Row {
    file: String,
    damage: &'static str,
    step: usize,
    amount: Option<f64>,
    unit: &'static str,
    level: &'static str,
    version: u8,
    seed: u64,
    payload_hex: String,
    sha256: String,
}

/// Writes the images of subjects beside the folder, and puts all of them in its place at the end; gives their number.
pub(super) fn write(
    folder: &Path,
    count: usize,
    subject: &(dyn Fn(usize) -> Result<Subject, Stop> + Sync),
    kinds: &[Kind],
    done: &dyn Fn(usize),
) -> Result<usize, Stop> {
    look_at(folder)?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = |error: io::Error| cannot_write(folder, &error);
    // It goes last: an interruption that is at work meanwhile ends the process first.
    let _known = Known;
    let begun = tempfile::Builder::new().prefix(".upqr-").tempdir_in(parent).map_err(cannot)?;
    known(|known| *known = Some(begun.path().to_owned()));
    let mut all = Vec::new();
    let work = |(): &mut (), number: usize| {
        let name = if count > 1 { format!("{number:03}-") } else { String::new() };
        images(begun.path(), &name, &subject(number)?, kinds).map(|rows| (number, rows)).map_err(cannot)
    };
    each(cores(), count, &|| Ok(()), &work, &mut |(number, rows)| {
        done(rows.len());
        all.push((number, rows));
        Ok(())
    })?;
    all.sort_unstable_by_key(|(number, _)| *number);
    list(begun.path(), all.iter().flat_map(|(_, rows)| rows)).map_err(cannot)?;
    put(begun, folder).map_err(cannot)?;
    Ok(all.iter().map(|(_, rows)| rows.len()).sum())
}

/// The time in which a folder is known.
struct Known;

impl Drop for Known {
    fn drop(&mut self) {
        known(|begun| *begun = None);
    }
}

/// Removes what was begun, and ends the process.
pub(super) fn leave(code: i32) {
    known(|begun| {
        if let Some(folder) = begun.take() {
            // A file that is written at this moment may keep the folder.
            let _ = (0..ATTEMPTS).find(|_| fs::remove_dir_all(&folder).is_ok() || !folder.exists());
        }
        std::process::exit(code)
    });
}

fn known(change: impl FnOnce(&mut Option<PathBuf>)) {
    change(&mut BEGUN.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Told before the first image, and not after the last one.
fn look_at(folder: &Path) -> Result<(), Stop> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(Stop::Usage(format!("`{}` is not empty: name another folder", folder.display()))),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot_write(folder, &error)),
        _ => Ok(()),
    }
}

/// The images of one subject.
fn images(folder: &Path, name: &str, subject: &Subject, kinds: &[Kind]) -> io::Result<Vec<Row>> {
    let steps = kinds.iter().flat_map(|kind| (0..kind.count()).map(|step| (*kind, step)));
    steps
        .map(|(kind, step)| {
            let file = format!("{name}{}-{step:02}.png", kind.key());
            let octets = png(&subject.picture(kind, step));
            fs::write(folder.join(&file), &octets)?;
            Ok(Row {
                file,
                damage: kind.key(),
                step,
                amount: kind.amount(step),
                unit: kind.unit(),
                level: subject.level.key(),
                version: subject.version(),
                seed: subject.seed,
                payload_hex: hex_of(&subject.payload),
                sha256: hex_of(&Sha256::digest(&octets)),
            })
        })
        .collect()
}

fn list<'r>(folder: &Path, rows: impl Iterator<Item = &'r Row>) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(folder.join(LIST))?);
    for row in rows {
        serde_json::to_writer(&mut file, row)?;
        file.write_all(b"\n")?;
    }
    file.flush()
}

/// Gives the folder its name. One that was there is empty; not every system replaces it.
fn put(begun: tempfile::TempDir, folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Like any other folder, and unlike a temporary one, it is for everybody to read.
        fs::set_permissions(begun.path(), fs::Permissions::from_mode(0o755))?;
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::rename(begun.path(), folder)?;
    // It has another name now, and nothing is left to be removed.
    let _ = begun.keep();
    Ok(())
}
