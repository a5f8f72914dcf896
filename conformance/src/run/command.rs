//! `upqr run` from its options to its exit code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};

use super::baseline::{self, Baseline};
use super::journal::{self, Journal};
use super::schedule::{self, Boxed, Interrupt, Plan};
use super::{Arguments, Header, Outcome, RECORD, Row, Run};
use crate::adapter::{self, Hello, Settings};
use crate::arguments::today;
use crate::exit::{Exit, Stop};
use crate::human;
use crate::output::Replacement;
use crate::report::{self, Context};
use crate::vectors::{self, Vector};

/// What a shell expects of a process that was interrupted: 128 and the signal's number.
pub(crate) const INTERRUPTED: i32 = 130;

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Stop> {
    if arguments.ladders {
        return super::ladder::run(arguments, out);
    }
    let known = arguments.baseline.as_deref().map(Baseline::read).transpose()?;
    look_at_files(arguments)?;
    let all = vectors::all();
    let adapter_of = || adapter::open(&arguments.target);
    let chosen = choose(arguments, &all)?;
    let adapter = adapter_of()?;
    let (asked, mut rows) = share(arguments, adapter.hello(), chosen)?;
    let header = header(arguments, adapter.hello(), asked.len().saturating_add(rows.len()))?;
    let journal = begin(arguments, &header, &asked, &mut rows)?;
    let done: BTreeSet<String> = rows.iter().map(|row| row.vector.clone()).collect();
    let left: Vec<&Vector> = asked.iter().copied().filter(|vector| !done.contains(&vector.id)).collect();
    let journal = ask(arguments, adapter, &adapter_of, &left, journal, &mut rows)?;
    rows.sort_unstable_by(|a, b| a.vector.cmp(&b.vector));
    let today = arguments.as_of.unwrap_or_else(today);
    let ids = all.iter().map(|vector| vector.id.as_str()).collect();
    let stale = known.map(|known| baseline::apply(&mut rows, &known, today, &ids)).unwrap_or_default();
    let run = Run { header, rows, stale, complete: true };
    if let Some(journal) = journal {
        journal.finish(&run)?;
    }
    let exit = exit(&run, is_too_few(arguments, asked.len()));
    show(arguments, &run, out).map_or_else(|stop| stop.or_known(exit), |()| Ok(exit)).map_err(|stop| {
        match stop {
            Stop::Output(error) => Stop::Usage(format!("cannot write the output: {error}")),
            stop => stop,
        }
    })
}

/// Whether every file of the call can be written, and none of them would take the place of another: told before the first question, and not after the
/// last answer.
fn look_at_files(arguments: &Arguments) -> Result<(), Stop> {
    let part = arguments.record.as_deref().map(journal::part_of);
    let named = [
        ("--record", arguments.record.as_deref()),
        ("the unfinished --record", part.as_deref()),
        ("--output-file", arguments.output_file.as_deref()),
        ("--baseline", arguments.baseline.as_deref()),
    ];
    let mut seen: BTreeMap<PathBuf, &str> = BTreeMap::new();
    for (name, path) in named.iter().filter_map(|(name, path)| Some((name, (*path)?))) {
        if let Some(other) = seen.insert(place(path), name) {
            let path = path.display();
            return Err(Stop::Usage(format!("{other} and {name} are one file, `{path}`: name another one")));
        }
    }
    let written = [arguments.record.as_deref(), arguments.output_file.as_deref()];
    written.into_iter().flatten().try_for_each(|path| {
        // A device, or a pipe that somebody reads, is opened once.
        let is_device = fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir());
        if is_device { Ok(()) } else { Replacement::of(path).map(drop) }
    })
}

/// Where a file is, or would be, whatever links lead there.
fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let in_folder = || Some(folder.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}

/// The record of the call where it keeps one; what an interrupted run knew already is added to the rows.
fn begin(
    arguments: &Arguments,
    header: &Header,
    asked: &[&Vector],
    rows: &mut Vec<Row>,
) -> Result<Option<Journal>, Stop> {
    let Some(path) = &arguments.record else { return Ok(None) };
    if !arguments.resume {
        return Journal::begin(path, header, rows).map(Some);
    }
    let known = journal::resume(path, header, asked, rows)?;
    rows.extend(known);
    Journal::go_on(path, header, rows).map(Some)
}

/// Asks what is left to ask, and gathers the rows as they come.
fn ask(
    arguments: &Arguments,
    first: Boxed,
    open: &(dyn Fn() -> Result<Boxed, Stop> + Sync),
    left: &[&Vector],
    mut journal: Option<Journal>,
    rows: &mut Vec<Row>,
) -> Result<Option<Journal>, Stop> {
    let bar = bar(arguments, left.len());
    let leave = || leave(arguments.record.as_deref());
    let flag = interruption()?;
    let interrupt = Interrupt { flag: &flag, leave: &leave };
    schedule::ask(first, open, left, plan(arguments), interrupt, &mut |row| {
        bar.inc(1);
        if let Some(journal) = &mut journal {
            journal.add(&row)?;
        }
        rows.push(row);
        Ok(())
    })?;
    bar.finish_and_clear();
    Ok(journal)
}

/// Shows what came of it.
fn show(arguments: &Arguments, run: &Run, out: &mut dyn Write) -> Result<(), Stop> {
    let path = arguments.output_file.as_deref();
    report::write(path, arguments.format, slice::from_ref(run), &Context::new(), out)?;
    Ok(out.flush()?)
}

/// The vectors that the call names, of all shares.
fn choose<'v>(arguments: &Arguments, all: &'v [Vector]) -> Result<Vec<&'v Vector>, Stop> {
    let failed = arguments.rerun_failed.as_deref().map(failed).transpose()?;
    let chosen: Vec<&Vector> = all
        .iter()
        .filter(|vector| arguments.filter.as_ref().is_none_or(|(_, filter)| filter.holds(vector)))
        .filter(|vector| failed.as_ref().is_none_or(|failed| failed.contains(&vector.id)))
        .collect();
    if chosen.is_empty() {
        return Err(Stop::Nothing("no vector is chosen by this call: widen --filter".to_owned()));
    }
    Ok(chosen)
}

/// The cases of this share that are asked, and the rows of those that need not be. One share of many may be empty; all of them together may not.
fn share<'v>(
    arguments: &Arguments,
    hello: &Hello,
    chosen: Vec<&'v Vector>,
) -> Result<(Vec<&'v Vector>, Vec<Row>), Stop> {
    let (mut asked, mut rows) = schedule::part(hello, chosen);
    if asked.is_empty() {
        let message =
            "the adapter declares none of the chosen vectors as supported: there was nothing to ask";
        return Err(Stop::Nothing(message.to_owned()));
    }
    if let Some(partition) = arguments.partition {
        asked.retain(|vector| partition.holds(&vector.id));
        rows.retain(|row| partition.holds(&row.vector));
        if asked.is_empty() {
            human::warn(&format!("the share {partition} holds no case to ask, and other shares do"));
        }
    }
    Ok((asked, rows))
}

/// Whether fewer cases were to be asked than `--min-asked` says, which is told.
fn is_too_few(arguments: &Arguments, asked: usize) -> bool {
    let least = arguments.min_asked;
    if asked < least {
        human::complain(&format!(
            "{asked} of at least {least} cases were asked: look at what the adapter declares, at --filter, or at --min-asked"
        ));
    }
    asked < least
}

/// The vectors that failed in a record.
fn failed(path: &Path) -> Result<BTreeSet<String>, Stop> {
    let (_, run) = Run::of(path)?;
    let failed: BTreeSet<String> =
        run.rows.into_iter().filter(|row| row.outcome.fails()).map(|row| row.vector).collect();
    if failed.is_empty() {
        return Err(Stop::Nothing(format!("nothing failed in `{}`", path.display())));
    }
    Ok(failed)
}

fn header(arguments: &Arguments, hello: &Hello, cases: usize) -> Result<Header, Stop> {
    let rerun = arguments.rerun_failed.as_ref().map(|path| format!("failed in {}", path.display()));
    let filter = arguments.filter.as_ref().map(|(text, _)| text.clone());
    let filter = match (filter, rerun) {
        (Some(filter), Some(rerun)) => Some(format!("{filter} {rerun}")),
        (filter, rerun) => filter.or(rerun),
    };
    Ok(Header {
        record: RECORD,
        upqr: env!("CARGO_PKG_VERSION").to_owned(),
        vectors: vectors::edition(),
        adapter: hello.clone(),
        call: Settings::of(&arguments.target)?.map(|settings| settings.call()).unwrap_or_default(),
        filter,
        partition: arguments.partition.map(|partition| partition.to_string()),
        repeat: arguments.repeat,
        cases: u64::try_from(cases).unwrap_or(u64::MAX),
    })
}

fn plan(arguments: &Arguments) -> Plan {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.and_then(|jobs| usize::try_from(jobs).ok()).unwrap_or_else(cores);
    let seed = arguments.shuffle.then(|| {
        arguments.seed.unwrap_or_else(|| {
            let seed = RandomState::new().hash_one(0_u8);
            human::warn(&format!("the order of this run is that of --seed {seed}"));
            seed
        })
    });
    Plan { jobs, repeat: arguments.repeat, seed }
}

/// A bar on the error stream, where a person looks at it.
fn bar(arguments: &Arguments, cases: usize) -> ProgressBar {
    if arguments.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} cases, {eta} left")
        .expect("the template holds known keys alone");
    ProgressBar::new(u64::try_from(cases).unwrap_or(u64::MAX)).with_style(style)
}

/// A flag that an interruption sets.
fn interruption() -> Result<Arc<AtomicBool>, Stop> {
    let flag = Arc::new(AtomicBool::new(false));
    let handled = Arc::clone(&flag);
    ctrlc::set_handler(move || handled.store(true, Ordering::Relaxed))
        .map_err(|error| Stop::Usage(format!("cannot listen for an interruption: {error}")))?;
    Ok(flag)
}

/// Ends an interrupted process; every row that is known stands in the record already.
fn leave(record: Option<&Path>) {
    match record {
        Some(path) => human::warn(&format!(
            "interrupted: what is known is kept; go on with the same call and --resume (`{}` is not there yet)",
            path.display()
        )),
        None => human::warn("interrupted: with --record the next run could go on from here"),
    }
    adapter::guardian::end_all();
    std::process::exit(INTERRUPTED);
}

/// 3 where an adapter was given up, 1 where something failed that no baseline expects or too little was asked, 5 where only entries of the baseline no longer hold.
fn exit(run: &Run, is_too_few: bool) -> Exit {
    if run.rows.iter().any(|row| row.outcome == Outcome::NotRun) {
        Exit::Adapter
    } else if is_too_few || run.rows.iter().any(Row::is_unexpected) {
        Exit::Findings
    } else if run.stale.is_empty() {
        Exit::Conforms
    } else {
        Exit::Stale
    }
}
