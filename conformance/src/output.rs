//! The standard output: buffered; coloured only where a terminal shows it.

use std::io::{self, BufWriter, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};

/// Where results go.
pub(crate) type Output = BufWriter<StdoutLock<'static>>;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 64 * 1024;

pub(crate) fn standard() -> Output {
    BufWriter::with_capacity(BUFFER, io::stdout().lock())
}

/// Writes text for a person: its colours only where the output shows them (a terminal, and no `NO_COLOR`).
pub(crate) fn write_styled(out: &mut impl Write, text: &str) -> io::Result<()> {
    if AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        write!(out, "{}", anstream::adapter::strip_str(text))
    } else {
        out.write_all(text.as_bytes())
    }
}

/// Columns of the terminal, or a width that fits a page.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0))
}

/// Writes a code, byte for byte, and a line end.
pub(crate) fn write_line(out: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    out.write_all(octets)?;
    out.write_all(b"\n")
}
