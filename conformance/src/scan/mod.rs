//! `upqr scan`: from pictures to payloads, and from payloads to what may be done with them.
//!
//! Images come from strangers: they are opened and read by worker processes (`worker`), which are ended at a deadline and bounded in memory, and
//! of which none can take the command with it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use upqr::rules::Options;
use upqr::symbol::read::Verdict;

pub(crate) mod arguments;
mod format;
mod human;
mod judge;
mod listing;
mod machine;
mod open;
mod pool;
mod process;
pub(crate) mod scanner;
mod vector;
mod wire;
pub(crate) mod worker;

pub(crate) use arguments::Arguments;
pub(crate) use judge::CODES;
use judge::Judged;
use listing::Listing;
use process::{Manner, Source};

use crate::exit::{Exit, Stop};
use crate::output::{self, write_line};
use crate::source::{Origin, cannot_read, files_below};

/// A picture to read.
enum Input {
    File(PathBuf),
    /// The standard input, which has no length before it was read.
    Stdin(Vec<u8>),
}

impl Input {
    fn source(&self) -> Source<'_> {
        match self {
            Self::File(path) => Source::File(path),
            Self::Stdin(octets) => Source::Bytes(octets),
        }
    }

    fn origin(&self) -> Origin<'_> {
        match self {
            Self::Stdin(_) => Origin::Stdin,
            Self::File(path) => Origin::Picture(path),
        }
    }

    fn name(&self) -> &Path {
        match self.origin() {
            Origin::Picture(path) => path,
            _ => Path::new("stdin"),
        }
    }
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Stop> {
    let (inputs, missing) = inputs(&arguments.inputs)?;
    if let Some(path) = arguments.output_file.as_deref().filter(|path| is_input(path, &inputs)) {
        let message = format!("`{}` is an input and cannot be the output: name another file", path.display());
        return Err(Stop::Usage(message));
    }
    if inputs.is_empty() {
        let none = "there is no image in the input; folders inside a folder are not searched: name them";
        return Err(missing.unwrap_or_else(|| Stop::Nothing(none.to_owned())));
    }
    let done = output::to(arguments.output_file.as_deref(), out, |out| {
        if arguments.raw { raw(arguments, &inputs, out) } else { list(arguments, &inputs, out) }
    })?;
    missing.map_or(Ok(done), Err)
}

fn is_input(output: &Path, inputs: &[Input]) -> bool {
    let Ok(output) = output.canonicalize() else { return false };
    inputs.iter().any(|input| input.name().canonicalize().is_ok_and(|input| input == output))
}

/// The pictures that the arguments name, of a folder its files that begin as an image does; and why the first of those cannot be read that
/// cannot, so that it keeps nobody from reading the others.
fn inputs(named: &[PathBuf]) -> Result<(Vec<Input>, Option<Stop>), Stop> {
    if named.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Stop::Usage("the standard input is named twice: name `-` once".to_owned()));
    }
    let mut inputs = Vec::new();
    let mut missing = None;
    for path in named {
        if let Err(stop) = of(path, &mut inputs) {
            missing = missing.or(Some(stop));
        }
    }
    Ok((inputs, missing))
}

/// Adds the pictures of one argument. A pipe or a device is never opened: it may never end, and may never begin.
fn of(path: &Path, inputs: &mut Vec<Input>) -> Result<(), Stop> {
    if path.as_os_str() == "-" {
        inputs.push(Input::Stdin(all(path, io::stdin().lock())?));
        return Ok(());
    }
    let there = fs::metadata(path).map_err(|error| cannot_read(path, &error))?;
    if there.is_dir() {
        let images = files_below(path)?.into_iter().filter(|file| begins_as_image(file));
        inputs.extend(images.map(Input::File));
        let mut entries = fs::read_dir(path).map_err(|error| cannot_read(path, &error))?.flatten();
        let is_none = |path: &Path| fs::metadata(path).is_ok_and(|there| !there.is_dir() && !there.is_file());
        return match entries.find(|entry| is_none(&entry.path())) {
            Some(entry) => Err(no_file(&entry.path())),
            None => Ok(()),
        };
    }
    if !there.is_file() {
        return Err(no_file(path));
    }
    File::open(path).map_err(|error| cannot_read(path, &error))?;
    inputs.push(Input::File(path.to_owned()));
    Ok(())
}

fn no_file(path: &Path) -> Stop {
    let name = path.display();
    Stop::Usage(format!("cannot read `{name}`: it is a pipe or a device: give what comes out of it as `-`"))
}

/// Everything that comes out of a stream, and one byte more than may be read.
fn all(path: &Path, from: impl Read) -> Result<Vec<u8>, Stop> {
    let most = u64::try_from(open::MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut octets = Vec::new();
    from.take(most).read_to_end(&mut octets).map_err(|error| cannot_read(path, &error))?;
    Ok(octets)
}

fn begins_as_image(path: &Path) -> bool {
    let mut head = Vec::new();
    let most = u64::try_from(format::HEAD).unwrap_or(u64::MAX);
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut head));
    // A file that cannot be read is an error when its turn comes.
    read.is_err() || format::Format::of(&head).is_some()
}

fn manner(arguments: &Arguments) -> Manner {
    Manner {
        readers: arguments.reader.readers(),
        compare: arguments.reader == arguments::Choice::All,
        timeout: arguments.timeout,
        misbehave: arguments.misbehave,
    }
}

fn list(arguments: &Arguments, inputs: &[Input], out: &mut dyn Write) -> Result<Exit, Stop> {
    let options = Options {
        profile: arguments.profile,
        as_of: arguments.as_of,
        select: arguments.select.clone(),
        ignore: arguments.ignore.clone(),
    };
    let mut exit = Exit::Conforms;
    let mut listing = Listing::new(arguments);
    listing.start(out)?;
    let sources: Vec<Source<'_>> = inputs.iter().map(Input::source).collect();
    let jobs = arguments.jobs.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let listed = pool::each(&sources, manner(arguments), jobs, |place, page, shot| {
        let Some(input) = inputs.get(place) else { return Ok(()) };
        let judged = Judged::new(input.name(), input.origin(), page, &shot, arguments.dpi, &options);
        if judged.fails() {
            exit = Exit::Findings;
        }
        listing.picture(&judged, out)
    });
    let listed = listed.and_then(|()| listing.end(out));
    listed.map_or_else(|stop| stop.or_known(exit), |()| Ok(exit))
}

/// Prints the bytes of the only payload of the only picture, and on the error stream what stands against paying it.
fn raw(arguments: &Arguments, inputs: &[Input], out: &mut dyn Write) -> Result<Exit, Stop> {
    let [input] = inputs else {
        return Err(Stop::Usage("--raw takes one picture: name it alone".to_owned()));
    };
    let mut payload = None;
    let (mut against, mut exit) = (Vec::new(), Exit::Conforms);
    let mut pages = 0_usize;
    pool::each(&[input.source()], manner(arguments), NonZeroUsize::MIN, |_, page, shot| {
        pages = pages.saturating_add(1);
        let judged = Judged::new(input.name(), input.origin(), page, &shot, None, &Options::default());
        let refuse = |why: &str| Err(Stop::Refused(format!("{}: {why}", judged.title())));
        if let Some(error) = judged.error() {
            return refuse(&error.message);
        }
        if shot.verdict == Verdict::Ambiguous {
            return refuse("the picture holds payloads that differ: cut out the one that is meant");
        }
        if shot.incomplete {
            return refuse(
                "the search for other symbols was cut short: crop the picture to the one that is meant, or give more time with --timeout",
            );
        }
        payload = shot.symbols.first().map(|symbol| symbol.sighting.payload().to_vec());
        against = judged.against();
        if judged.fails() {
            exit = Exit::Findings;
        }
        Ok(())
    })?;
    if pages > 1 {
        let name = input.name().display();
        let message = format!("`{name}` has {pages} pages, and --raw takes one picture: save the page apart");
        return Err(Stop::Usage(message));
    }
    write_line(&mut &mut *out, &payload.unwrap_or_default())?;
    out.flush()?;
    for finding in &against {
        crate::human::warn(finding);
    }
    Ok(exit)
}
