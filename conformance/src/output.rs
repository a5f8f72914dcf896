//! Where results go: the standard output, buffered and coloured only where a terminal shows it, or a file.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use tempfile::NamedTempFile;

use crate::exit::Stop;

/// The standard output.
pub(crate) type Output = BufWriter<StdoutLock<'static>>;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 64 * 1024;

pub(crate) fn standard() -> Output {
    BufWriter::with_capacity(BUFFER, io::stdout().lock())
}

/// Writes text for a person: its colours only where the output shows them (a terminal, and no `NO_COLOR`).
pub(crate) fn write_styled(out: &mut impl Write, text: &str) -> io::Result<()> {
    if AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        write_plain(out, text)
    } else {
        out.write_all(text.as_bytes())
    }
}

/// Writes text for a person without its colours.
pub(crate) fn write_plain(out: &mut impl Write, text: &str) -> io::Result<()> {
    write!(out, "{}", anstream::adapter::strip_str(text))
}

/// Columns of a page.
const PAGE: usize = 100;

/// The fewest columns in which anything can be laid out, and the most that anybody reads.
const COLUMNS: (usize, usize) = (20, 1_000);

/// Columns of the terminal; elsewhere those of `COLUMNS`, or a width that fits a page.
pub(crate) fn width() -> usize {
    if io::stdout().is_terminal()
        && let Some((columns, _)) = terminal_size::terminal_size()
    {
        return usize::from(columns.0).clamp(COLUMNS.0, COLUMNS.1);
    }
    page()
}

/// Columns of what is no terminal.
pub(crate) fn page() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(PAGE).clamp(COLUMNS.0, COLUMNS.1)
}

/// Writes a code, byte for byte, and a line end.
pub(crate) fn write_line(out: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    out.write_all(octets)?;
    out.write_all(b"\n")
}

/// Lets `write` fill a file, which takes the place of what was there only once it is complete; without one, the output at hand.
pub(crate) fn to<T>(
    path: Option<&Path>,
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let Some(path) = path else { return write(out) };
    let mut file = Replacement::of(path)?;
    let written = write(&mut file.writer)?;
    file.finish()?;
    Ok(written)
}

/// A file that is being written beside the one whose place it takes.
pub(crate) struct Replacement {
    pub(crate) writer: BufWriter<Target>,
    path: PathBuf,
}

/// What is written to: a file that gets its name at the end, or a device, which has no other place.
pub(crate) enum Target {
    File(NamedTempFile),
    Device(File),
}

impl Write for Target {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(octets),
            Self::Device(file) => file.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Device(file) => file.flush(),
        }
    }
}

impl Replacement {
    /// Begins a file beside `path`, or beside the file that a link of that name leads to. Permissions stay as they are.
    pub(crate) fn of(path: &Path) -> Result<Self, Stop> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let begun = match fs::metadata(&target) {
            Ok(there) if there.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            Ok(there) if !there.is_file() => {
                fs::OpenOptions::new().write(true).open(&target).map(Target::Device)
            }
            Ok(there) => beside(&target, Some(there.permissions())).map(Target::File),
            Err(_) => beside(&target, None).map(Target::File),
        };
        let writer = begun.map_err(|error| cannot_write(path, &error))?;
        Ok(Self { writer: BufWriter::with_capacity(BUFFER, writer), path: target })
    }

    /// Puts the file in its place.
    pub(crate) fn finish(self) -> Result<(), Stop> {
        let Self { writer, path } = self;
        let put = match writer.into_inner().map_err(io::IntoInnerError::into_error)? {
            Target::File(file) => file.persist(&path).map(drop).map_err(|error| error.error),
            Target::Device(mut file) => file.flush(),
        };
        put.map_err(|error| cannot_write(&path, &error))
    }
}

/// A file without a name of its own yet, in the folder of `path`.
fn beside(path: &Path, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".upqr-");
    #[cfg(unix)]
    if permissions.is_none() {
        use std::os::unix::fs::PermissionsExt as _;
        // What a new file has, less what the user's mask takes away.
        builder.permissions(Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}

pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> Stop {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    };
    Stop::Usage(format!("cannot write `{}`: {reason}", path.display()))
}
