//! `upqr vectors`: checks, makes and hands out the test vectors.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use upqr::vectors::{FILES, IMAGES, PAPERS};

use super::lint::{Set, lint};
use super::{File, export, generate};
use crate::exit::{Exit, Stop};
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Make the generated files of vectors, byte for byte the same on every machine
    Generate(Generate),
    /// Say what is not in order in a set of vectors
    Lint {
        /// The folder with the vectors [default: those of this edition, which the command holds]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Write the vectors of this edition, their schema and an index to a folder
    Export {
        /// A folder that is empty or does not exist yet
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Replace files of the same names
        #[arg(long)]
        force: bool,
    },
}

#[derive(Debug, Args)]
struct Generate {
    /// The folder with the written vectors, into which the generated ones go
    #[arg(value_name = "DIR", default_value = "vectors")]
    folder: PathBuf,
    /// Where choices begin; the published files have the default
    #[arg(long, value_name = "N", default_value_t = generate::SEED)]
    seed: u64,
    /// Write nothing, and exit with 1 at the first difference from what is there
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Stop> {
    match &arguments.work {
        Work::Generate(arguments) => make(arguments, out),
        Work::Lint { folder } => report(folder.as_deref(), out),
        Work::Export { folder, force } => {
            export::export(folder, *force, out)?;
            // The index stands beside what is embedded.
            let count = [FILES.len(), PAPERS.len(), IMAGES.len(), 1].iter().sum::<usize>();
            writeln!(out, "{count} files are written to {}", folder.display())?;
            Ok(Exit::Conforms)
        }
    }
}

fn make(arguments: &Generate, out: &mut dyn Write) -> Result<Exit, Stop> {
    let folder = arguments.folder.as_path();
    let texts = texts(folder)?;
    let written: Vec<(String, String)> =
        texts.iter().filter(|(name, _)| !generate::is_generated(name)).cloned().collect();
    let (set, problems) = Set::read(&written, Vec::new());
    let written: Vec<(&str, &File)> = set.files.iter().map(|(name, _, file)| (name.as_str(), file)).collect();
    let files = match generate::files(arguments.seed, &written) {
        Ok(files) if problems.is_empty() => files,
        Ok(_) => return tell(&problems, out),
        Err(more) => return tell(&[problems, more].concat(), out),
    };
    let images = images(folder)?;
    let pictures = generate::pictures(arguments.seed);
    if arguments.check {
        if let Some(difference) = generate::stray(&images, &pictures) {
            return tell(&[difference], out);
        }
    } else {
        fs::create_dir_all(folder.join(generate::IMAGES))
            .map_err(|error| Stop::Usage(format!("cannot write `{}`: {error}", folder.display())))?;
        for (name, octets) in &pictures {
            let path = folder.join(generate::IMAGES).join(name);
            output::to(Some(&path), out, |file| Ok(file.write_all(octets)?))?;
        }
    }
    for (name, text) in &files {
        if arguments.check {
            let kept = texts.iter().find(|(kept, _)| kept == name).map_or("", |(_, text)| text);
            if let Some(difference) = generate::difference(name, kept, text) {
                return tell(&[difference], out);
            }
        } else {
            output::to(Some(&folder.join(name)), out, |file| Ok(file.write_all(text.as_bytes())?))?;
        }
    }
    let done = if arguments.check { "are current" } else { "are written" };
    writeln!(out, "{} files and {} pictures {done}", files.len(), pictures.len())?;
    Ok(Exit::Conforms)
}

fn report(folder: Option<&Path>, out: &mut dyn Write) -> Result<Exit, Stop> {
    let (set, mut problems) = match folder {
        None => Set::embedded(),
        Some(folder) => Set::read(&texts(folder)?, images(folder)?),
    };
    if set.files.is_empty() && problems.is_empty() {
        return Err(Stop::Nothing("there are no files of vectors in the folder".to_owned()));
    }
    problems.extend(lint(&set));
    if !problems.is_empty() {
        return tell(&problems, out);
    }
    let count: usize = set.files.iter().map(|(_, _, file)| file.vectors.len()).sum();
    writeln!(out, "{count} vectors in {} files are in order", set.files.len())?;
    Ok(Exit::Conforms)
}

fn tell(problems: &[String], out: &mut dyn Write) -> Result<Exit, Stop> {
    for problem in problems {
        writeln!(out, "{problem}")?;
    }
    Ok(Exit::Findings)
}

/// The pictures in a folder of vectors, by name; where there is no folder of them, there are none.
fn images(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Stop> {
    let folder = folder.join(generate::IMAGES);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let cannot = |error: std::io::Error| Stop::Usage(format!("cannot read `{}`: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, fs::read(&path).map_err(cannot)?));
    }
    files.sort_unstable();
    Ok(files)
}

/// The files of vectors in a folder, by name.
fn texts(folder: &Path) -> Result<Vec<(String, String)>, Stop> {
    let cannot = |error: std::io::Error| Stop::Usage(format!("cannot read `{}`: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        if is_json && name != "schema.json" && name != "index.json" {
            files.push((name, fs::read_to_string(&path).map_err(cannot)?));
        }
    }
    files.sort_unstable();
    Ok(files)
}
