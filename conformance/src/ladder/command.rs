//! `upqr ladder` from its options to its exit code.

use std::io::{IsTerminal as _, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use upqr::symbol::Level;

use super::arguments::Arguments;
use super::payloads::numbered;
use super::sheet::sheet;
use super::{Kind, Subject, folder, named, png};
use crate::exit::{Exit, Stop};
use crate::human::{BOLD, FAINT, NAME};
use crate::output::{self, write_styled};
use crate::render::payload;
use crate::run::INTERRUPTED;

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    let kinds = named(&arguments.damage);
    if arguments.steps {
        return list(&kinds, out).map(|()| Exit::Conforms);
    }
    if arguments.output.is_none() && arguments.sheet.is_none() {
        return Err(Stop::Usage(
            "nothing to write to: name a folder with --output or a file with --sheet".to_owned(),
        ));
    }
    if let Some(path) = arguments.sheet.as_deref().filter(|path| !is_png(path)) {
        let message = format!("`{}`: a sheet is a PNG: end its name in .png", path.display());
        return Err(Stop::Usage(message));
    }
    let named = match arguments.payloads {
        Some(_) => None,
        None => Some(payload(arguments.input.as_deref(), arguments.payload.as_deref(), arguments.whole)?),
    };
    let named = named.as_deref();
    ctrlc::set_handler(|| folder::leave(INTERRUPTED))
        .map_err(|error| Stop::Usage(format!("cannot listen for an interruption: {error}")))?;
    // Whether the payload fits is known before anything is written.
    let first = subject(arguments, named, 0)?;
    if let Some(path) = &arguments.sheet {
        let octets = png(&sheet(&first, &kinds));
        output::to(Some(path), out, |file| Ok(file.write_all(&octets)?))?;
        writeln!(out, "{} ladders are drawn on {}", kinds.len(), path.display())?;
    }
    drop(first);
    if let Some(path) = &arguments.output {
        let count = arguments.payloads.and_then(|count| usize::try_from(count).ok()).unwrap_or(1);
        let images = kinds.iter().map(|kind| kind.count()).sum::<usize>().saturating_mul(count);
        let bar = bar(images, arguments.quiet);
        let done = |images: usize| bar.inc(u64::try_from(images).unwrap_or(u64::MAX));
        let written = folder::write(path, count, &|number| subject(arguments, named, number), &kinds, &done)?;
        bar.finish_and_clear();
        writeln!(out, "{written} images and {} are written to {}", folder::LIST, path.display())?;
    }
    Ok(Exit::Conforms)
}

/// Whether a file's name is one of a PNG, or says nothing.
fn is_png(path: &Path) -> bool {
    path.extension().is_none_or(|suffix| suffix.eq_ignore_ascii_case("png"))
}

/// The payload of the call, or the synthetic one with a number.
fn subject(arguments: &Arguments, named: Option<&str>, number: usize) -> Result<Subject, Stop> {
    let (payload, level) = match named {
        Some(payload) => (payload.as_bytes().to_vec(), Level::M),
        None => numbered(arguments.seed, number),
    };
    let level = arguments.level.unwrap_or(level);
    let octets = payload.len();
    Subject::new(payload, level, arguments.seed).ok_or_else(|| {
        Stop::Refused(format!(
            "no symbol of level {} holds {octets} bytes: shorten the payload or lower --level",
            level.key()
        ))
    })
}

/// The ladders, and the amounts of their steps.
fn list(kinds: &[Kind], out: &mut impl Write) -> Result<(), Stop> {
    let mut text = String::new();
    for kind in kinds {
        let amounts: Vec<String> = kind.steps().iter().map(ToString::to_string).collect();
        let about = clap::ValueEnum::to_possible_value(kind);
        let about = about.and_then(|value| value.get_help().map(ToString::to_string)).unwrap_or_default();
        let line = format!(
            "{NAME}{}{NAME:#}  {about}\n  {BOLD}{}{BOLD:#} {FAINT}{}{FAINT:#}\n",
            kind.key(),
            amounts.join(" "),
            kind.unit()
        );
        text.push_str(&line);
    }
    Ok(write_styled(out, &text)?)
}

/// A bar on the error stream, where a person looks at it.
pub(crate) fn bar(images: usize, is_quiet: bool) -> ProgressBar {
    if is_quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} images, {eta} left")
        .expect("the template holds known keys alone");
    ProgressBar::new(u64::try_from(images).unwrap_or(u64::MAX)).with_style(style)
}
