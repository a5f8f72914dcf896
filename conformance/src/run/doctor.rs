//! `upqr doctor`: proves on an adapter, and on built-in liars, that the runner can fail.

mod canaries;
mod liars;
mod mutants;
mod sanity;

use std::hash::{BuildHasher as _, RandomState};
use std::io::Write;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::Target;
use crate::adapter::reference::symbol;
use crate::adapter::{Hello, Process, Settings, guardian};
use crate::exit::{Exit, Stop};
use crate::human::escape;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// Make the inputs that are in no file from this seed, and not from one that nobody knows before
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// How to show the checks
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person, a line a check
    Human,
    /// One JSON document
    Json,
}

/// Something that has to hold.
#[derive(Debug, Serialize)]
struct Check {
    /// What it is about: the runner, the expectations, or the adapter.
    about: &'static str,
    what: String,
    ok: bool,
    /// Why it does not hold, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// What has to be known beside it, where it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Check {
    fn of(about: &'static str, what: impl Into<String>, why: Option<String>) -> Self {
        Self { about, what: what.into(), ok: why.is_none(), why, note: None }
    }

    fn with(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }
}

/// What came of all of them.
#[derive(Debug, Serialize)]
struct Report<'a> {
    adapter: &'a Hello,
    ok: bool,
    checks: &'a [Check],
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    let settings = match Settings::of(&arguments.target)? {
        Some(settings) => settings,
        // The library itself has to stand the same trial, behind the protocol.
        None => this(&[])?,
    };
    let mut adapter = Process::start(settings.clone())?;
    let mut checks = liars::checks()?;
    let passed = canaries::passed(&mut adapter);
    checks.extend(canaries::checks(&mut adapter, &passed.vectors));
    checks.push(canaries::some_pass(&passed));
    checks.extend(canaries::both_ways(&passed));
    // One that is right in nothing is told so, and not what follows from it.
    if !passed.vectors.is_empty() {
        checks.extend(sanity::checks(&settings, &mut adapter, &passed.vectors)?);
        let seed = arguments.seed.unwrap_or_else(|| RandomState::new().hash_one(0_u8));
        checks.extend(mutants::check(&mut adapter, &passed.vectors, seed));
    }
    let hello = crate::adapter::Adapter::hello(&adapter).clone();
    checks.push(sanity::ends(adapter));
    // The worker that reads what adapters draw is ours.
    symbol::end();
    let left = guardian::left();
    let why = format!("{left} processes are left: tell the authors of this command which adapter it was");
    checks.push(Check::of("the adapter", "nothing that it started is left", (left > 0).then_some(why)));
    let ok = checks.iter().all(|check| check.ok);
    match arguments.format {
        Format::Human => human(&hello, &checks, passed.failed(), out)?,
        Format::Json => {
            let report = Report { adapter: &hello, ok, checks: &checks };
            serde_json::to_writer_pretty(&mut *out, &report).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(if ok { Exit::Conforms } else { Exit::Findings })
}

/// This command as an adapter.
fn this(arguments: &[&str]) -> Result<Settings, Stop> {
    let program = std::env::current_exe().ok().and_then(|path| path.into_os_string().into_string().ok());
    let program =
        program.ok_or_else(|| Stop::Adapter("this command cannot find its own program".to_owned()))?;
    let words = [program, "adapter".to_owned()].into_iter();
    Ok(Settings::new(words.chain(arguments.iter().map(|&word| word.to_owned())).collect()))
}

fn human(hello: &Hello, checks: &[Check], fail: usize, out: &mut impl Write) -> Result<(), Stop> {
    writeln!(out, "{} {}", escape(&hello.name), escape(&hello.version))?;
    let mut about = "";
    for check in checks {
        if check.about != about {
            about = check.about;
            writeln!(out, "\n{about}")?;
        }
        writeln!(out, "  {}  {}", if check.ok { "ok    " } else { "FAILED" }, check.what)?;
        for line in check.why.iter().chain(&check.note).flat_map(|why| why.lines()) {
            writeln!(out, "          {}", escape(line))?;
        }
    }
    let failed = checks.iter().filter(|check| !check.ok).count();
    let fail = if fail == 0 { String::new() } else { format!("; {fail} vectors fail: see `upqr run`") };
    match failed {
        0 => writeln!(out, "\nall {} checks hold{fail}", checks.len())?,
        _ => writeln!(out, "\n{failed} of {} checks failed{fail}", checks.len())?,
    }
    Ok(())
}
