//! `upqr terms`: what a payload's terms say, whether they are those of the document, and what becomes of the money.

use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use upqr::emv::mpm;
use upqr::terms::{Disagreement, Fault, MAX_DOCUMENT, hash};
use upqr::unified::control::MAX_TIME;
use upqr::unified::terms::HashAlgorithm;

use crate::arguments::Format;
use crate::exit::{Exit, Stop};
use crate::output::write_line;
use crate::source::{cannot_read, open};
use crate::{json, restore};

mod check;
mod evaluate;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say whether a payload and a document of terms speak of the same contract
    #[command(after_help = "\
Examples:
  upqr terms check 000201...6304ABCD contract.json
  upqr terms check payload.txt - < contract.json
  upqr terms check --format ndjson payload.txt contract.json

Exit codes: 0 they agree; 1 they do not, or one of them is not readable; 2 the call was wrong.")]
    Check(Pair),
    /// Say what becomes of the money: pay, hold, refuse or refund, and why
    #[command(after_help = "\
Examples:
  upqr terms evaluate payload.txt contract.json --evidence events.ndjson --as-of 1790000000
  upqr terms evaluate payload.txt contract.json --evidence - --as-of 2026-11-23T10:00:00+08:00 < events.ndjson
  upqr terms evaluate --format json payload.txt contract.json --evidence events.json --as-of 1790000000 | jq .payouts

Evidence is a JSON array of events, or one event a line (spec/15-terms.md). Nothing here verifies that an event is true, and nothing moves money.
Report every payout as a `paid` or `refunded` event before you evaluate again.

Exit codes: 0 pay; 1 hold, refuse or refund, a payload that does not name the document, or something that is not readable; 2 the call was wrong.")]
    Evaluate(Evaluate),
    /// Print the hash by which a payload names a document: object 03 of the terms template
    #[command(after_help = "\
Examples:
  upqr terms hash contract.json
  upqr terms hash --algorithm sm3 contract.json")]
    Hash(Hash),
}

#[derive(Debug, Args)]
struct Pair {
    /// The payload, a file that holds it, or `-` for standard input
    #[arg(value_name = "PAYLOAD|FILE|-")]
    payload: String,
    /// The document of terms, or `-` for standard input
    #[arg(value_name = "DOC|-")]
    document: PathBuf,
    /// How to show the result; `json` is the object of `ndjson`, indented
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Args)]
struct Evaluate {
    #[command(flatten)]
    pair: Pair,
    /// What happened, or `-` for standard input
    #[arg(long, value_name = "FILE|-")]
    evidence: PathBuf,
    /// The time of the evaluation: Unix seconds, or a time with its offset such as 2026-11-23T10:00:00+08:00
    #[arg(long, value_name = "TIME", value_parser = time)]
    as_of: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Algorithm {
    /// FIPS 180-4
    Sha256,
    /// GB/T 32905-2016
    Sm3,
}

#[derive(Debug, Args)]
struct Hash {
    /// The document of terms, or `-` for standard input
    #[arg(value_name = "DOC|-")]
    document: PathBuf,
    /// The hash function
    #[arg(long, value_enum, default_value_t = Algorithm::Sha256)]
    algorithm: Algorithm,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    match &arguments.command {
        Command::Check(pair) => check::run(pair, out),
        Command::Evaluate(arguments) => evaluate::run(arguments, out),
        Command::Hash(arguments) => {
            let algorithm = match arguments.algorithm {
                Algorithm::Sha256 => HashAlgorithm::Sha256,
                Algorithm::Sm3 => HashAlgorithm::Sm3,
            };
            let octets = read(&arguments.document, MAX_DOCUMENT)?;
            write_line(out, hash(&octets, algorithm).to_string().as_bytes())?;
            Ok(Exit::Conforms)
        }
    }
}

fn time(text: &str) -> Result<u64, String> {
    let seconds = match text.parse() {
        Ok(seconds) => Some(seconds),
        Err(_) => text.parse::<Timestamp>().ok().and_then(|time| u64::try_from(time.as_second()).ok()),
    };
    seconds
        .filter(|seconds| *seconds <= MAX_TIME)
        .ok_or_else(|| "expected Unix seconds, or a time such as 2026-11-23T10:00:00+08:00".to_owned())
}

/// Reads a file up to one octet beyond its limit, so that what is larger is seen and not held.
fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Stop> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut octets = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(most).read_to_end(&mut octets)
    } else {
        open(path)?.take(most).read_to_end(&mut octets)
    };
    read.map_err(|error| cannot_read(path, &error))?;
    if octets.len() > limit {
        return Err(Stop::Refused(format!("`{}` has more than {limit} bytes", path.display())));
    }
    Ok(octets)
}

/// Both octets and what they are called.
struct Given {
    payload: String,
    document: Vec<u8>,
}

/// The payload and the document, of which one at most comes from the standard input.
fn given(pair: &Pair, evidence: Option<&Path>) -> Result<Given, Stop> {
    let dash = Path::new("-");
    let streams = [Path::new(&pair.payload), &pair.document].into_iter().chain(evidence);
    if streams.filter(|path| *path == dash).count() > 1 {
        return Err(Stop::Usage("the standard input can be only one of the inputs".to_owned()));
    }
    Ok(Given { payload: restore::payload(&pair.payload)?, document: read(&pair.document, MAX_DOCUMENT)? })
}

fn parsed(payload: &str) -> Result<mpm::Payload<'_>, Stop> {
    mpm::parse(payload).map_err(|error| Stop::Refused(format!("the payload is not readable: {error}")))
}

/// A fault, with the name of the file in which it is.
fn unreadable(path: &Path, fault: &Fault) -> Stop {
    Stop::Refused(format!("{}: {fault}", path.display()))
}

/// `agrees` and `disagreements`, the first members of every answer.
fn agreement(line: &mut Vec<u8>, found: &[Disagreement]) {
    json::literal(line, if found.is_empty() { "{\"agrees\":true" } else { "{\"agrees\":false" });
    json::literal(line, ",\"disagreements\":");
    json::list(line, found, |line, Disagreement { object, message }| {
        json::literal(line, "{\"object\":");
        json::text(line, &object.to_string());
        json::literal(line, ",\"message\":");
        json::text(line, message);
        json::literal(line, "}");
    });
}

fn write(line: &[u8], format: Format, out: &mut impl Write) -> io::Result<()> {
    if format == Format::Json { json::write_indented(line, out) } else { write_line(out, line) }
}
