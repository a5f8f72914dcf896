//! `upqr report`: pages and lists made of the records of runs.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::merge::{Named, merge};
use super::{Context, Format, coverage, diff, interop, ledger, write};
use crate::exit::{Exit, Stop};
use crate::output;
use crate::run::{Run, is_standard};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "\
Examples:
  upqr report run.ndjson
  upqr report --format html --output-file report.html ours.ndjson theirs.ndjson
  upqr run --format ndjson | upqr report --format markdown -
  upqr report merge --output-file run.ndjson share-1.ndjson share-2.ndjson
  upqr report diff last-week.ndjson today.ndjson")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    show: Show,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show records; the same as without this word
    Show(Show),
    /// Make one record of several: the shares of a run, or parts that were run one after another
    Merge(Merge),
    /// Say what has changed between two records; ends with 1 where something newly fails or is no longer asked
    Diff(Diff),
    /// Say which requirements of the standard the vectors show, kept and broken
    Coverage(coverage::Arguments),
    /// Write the page that compares implementations, and what their differences cost
    Interop(interop::Arguments),
    /// Say what comes back when codes go into a payload and out again: every family, every form, every pair of wallets
    Ledger(ledger::Arguments),
}

/// What is shown, and how.
#[derive(Debug, Args)]
struct Show {
    /// Files that `upqr run --record` or `--format ndjson` wrote; `-` is the standard input
    #[arg(required = true, value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// How to show them
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write to this file, which is there only once it is complete
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Merge {
    /// Records of one implementation and one edition of the vectors
    #[arg(required = true, value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// Write to this file, which is there only once it is complete
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Diff {
    old: PathBuf,
    new: PathBuf,
    /// How to show what has changed
    #[arg(long, value_enum, default_value_t = diff::Form::Human)]
    format: diff::Form,
    /// Write to this file, which is there only once it is complete
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Stop> {
    match &arguments.command {
        None => show(&arguments.show, out),
        Some(Command::Show(arguments)) => show(arguments, out),
        Some(Command::Merge(arguments)) => {
            let run = merge(&read_all(&arguments.records)?)?;
            output::to(arguments.output_file.as_deref(), out, |out| Ok(run.write(out)?))?;
            Ok(Exit::Conforms)
        }
        Some(Command::Coverage(arguments)) => coverage::run(arguments, out),
        Some(Command::Interop(arguments)) => interop::run(arguments, out),
        Some(Command::Ledger(arguments)) => ledger::run(arguments, out),
        Some(Command::Diff(arguments)) => compare(arguments, out),
    }
}

/// A report is made or not: what it says of an implementation is the exit code of `upqr run`.
fn show(arguments: &Show, out: &mut dyn Write) -> Result<Exit, Stop> {
    let records = read_all(&arguments.records)?;
    let runs: Vec<Run> = records.into_iter().map(|(_, run)| run).collect();
    write(arguments.output_file.as_deref(), arguments.format, &runs, &Context::new(), out)?;
    Ok(Exit::Conforms)
}

fn compare(arguments: &Diff, out: &mut dyn Write) -> Result<Exit, Stop> {
    once(&[&arguments.old, &arguments.new])?;
    let runs = [Run::of(&arguments.old)?.1, Run::of(&arguments.new)?.1];
    let [old, new] = &runs;
    let pairs = diff::diff(old, new);
    let path = arguments.output_file.as_deref();
    output::to(path, out, |out| Ok(diff::write(arguments.format, &runs, &pairs, path.is_some(), out)?))?;
    Ok(if diff::is_worse(&pairs) { Exit::Findings } else { Exit::Conforms })
}

fn read_all(paths: &[PathBuf]) -> Result<Vec<Named>, Stop> {
    once(&paths.iter().collect::<Vec<_>>())?;
    paths.iter().map(|path| Run::of(path)).collect()
}

/// The standard input can be read once.
fn once(paths: &[&PathBuf]) -> Result<(), Stop> {
    if paths.iter().filter(|path| is_standard(path)).count() > 1 {
        return Err(Stop::Usage("`-` stands for the standard input, which can be given once".to_owned()));
    }
    Ok(())
}
