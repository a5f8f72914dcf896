//! The file of `--record`: rows are there as soon as they are known, and the file takes its name once the run is whole.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::{Header, Line, Outcome, Row, Run};
use crate::exit::Stop;
use crate::output;
use crate::vectors::Vector;

/// A record that is being written, beside the file that it becomes.
pub(crate) struct Journal {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
}

/// Where the rows of an unfinished run stand.
pub(crate) fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

impl Journal {
    /// Begins a record with the rows that are known already. What another run left, or is still writing, is never lost.
    pub(crate) fn begin(path: &Path, header: &Header, rows: &[Row]) -> Result<Self, Stop> {
        let part = part_of(path);
        let file = OpenOptions::new().write(true).create_new(true).open(&part).map_err(|error| {
            let (shown, part) = (path.display(), part.display());
            Stop::Usage(match error.kind() {
                io::ErrorKind::AlreadyExists => format!(
                    "an interrupted run of `{shown}` is there: go on with --resume, or remove `{part}`"
                ),
                _ => format!("cannot write `{part}`: {error}"),
            })
        })?;
        let mut file = BufWriter::new(file);
        begun(header, rows).write(&mut file)?;
        file.flush()?;
        Ok(Self { path: path.to_owned(), part, file })
    }

    /// Begins it again with what an interrupted run left, which must not be lost by another interruption: the new part replaces the old one at once.
    pub(crate) fn go_on(path: &Path, header: &Header, rows: &[Row]) -> Result<Self, Stop> {
        let part = part_of(path);
        output::to(Some(&part), &mut io::sink(), |out| Ok(begun(header, rows).write(out)?))?;
        let file = OpenOptions::new().append(true).open(&part);
        let file =
            file.map_err(|error| Stop::Usage(format!("cannot write `{}`: {error}", part.display())))?;
        Ok(Self { path: path.to_owned(), part, file: BufWriter::new(file) })
    }

    /// Adds a row, which outlives the process from here on.
    pub(crate) fn add(&mut self, row: &Row) -> Result<(), Stop> {
        Line::Row(row.clone()).write(&mut self.file)?;
        Ok(self.file.flush()?)
    }

    /// Puts the whole record in its place.
    pub(crate) fn finish(self, run: &Run) -> Result<(), Stop> {
        output::to(Some(&self.path), &mut io::sink(), |out| Ok(run.write(out)?))?;
        Ok(fs::remove_file(&self.part)?)
    }
}

fn begun(header: &Header, rows: &[Row]) -> Run {
    Run { header: header.clone(), rows: rows.to_vec(), stale: Vec::new(), complete: false }
}

/// The rows of an interrupted run of the same call, to go on from: of cases that were asked. `unasked` are the rows of those that need not be.
pub(crate) fn resume(
    path: &Path,
    header: &Header,
    asked: &[&Vector],
    unasked: &[Row],
) -> Result<Vec<Row>, Stop> {
    let part = part_of(path);
    let octets = fs::read(&part).map_err(|error| {
        let shown = path.display();
        Stop::Usage(match error.kind() {
            io::ErrorKind::NotFound => {
                format!("there is no interrupted run of `{shown}` to go on with: run without --resume")
            }
            _ => format!("cannot read `{}`: {error}", part.display()),
        })
    })?;
    // A last line that was cut off may end inside a character.
    let end = octets.iter().rposition(|b| *b == b'\n').map_or(0, |end| end.saturating_add(1));
    let text = String::from_utf8_lossy(octets.get(..end).unwrap_or_default()).into_owned();
    let part = part.display().to_string();
    let run = Run::read(&part, &text).map_err(Stop::Usage)?;
    if run.header != *header {
        return Err(Stop::Usage(format!(
            "the interrupted run was of another adapter, other vectors or another selection: give the same call, or remove `{part}`"
        )));
    }
    let asked: BTreeMap<&str, u32> = asked.iter().map(|vector| (vector.id.as_str(), vector.rev)).collect();
    let unasked: BTreeMap<&str, &Row> = unasked.iter().map(|row| (row.vector.as_str(), row)).collect();
    let is_ours = |row: &Row| match row.outcome {
        Outcome::Unsupported => unasked.get(row.vector.as_str()) == Some(&row),
        // What a baseline says is asked anew of every run.
        _ => row.known.is_none() && asked.get(row.vector.as_str()) == Some(&row.rev),
    };
    if let Some(row) = run.rows.iter().find(|row| !is_ours(row)) {
        let Row { vector, rev, .. } = row;
        return Err(Stop::Usage(format!(
            "`{part}` has a row of `{vector}`, revision {rev}, that this call cannot have written: remove the file, and run without --resume"
        )));
    }
    // What was given up for want of time is asked again.
    let answered = |row: &Row| !matches!(row.outcome, Outcome::NotRun | Outcome::Unsupported);
    Ok(run.rows.into_iter().filter(answered).collect())
}
