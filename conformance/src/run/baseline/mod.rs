//! `upqr baseline`: known failures, each with a reason, an owner, an issue and a day on which it ends.

mod apply;
mod change;
mod file;
mod review;
mod update;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Span;
use jiff::civil::Date;

pub(crate) use apply::apply;
pub(crate) use file::Baseline;

use super::{Known, Outcome, Run};
use crate::arguments::day;
use crate::arguments::today;
use crate::exit::{Exit, Stop};
use crate::human::escape;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the baseline say what a record says
    #[command(after_help = "\
Examples:
  upqr run --adapter ./adapter --record run.ndjson
  upqr baseline update --baseline known.toml run.ndjson
  upqr baseline update --baseline known.toml --reason 'no BER-TLV yet' --owner payments \\
       --issue https://tracker.example/7 --expires 2027-05-31 run.ndjson

Entries that still hold stay, those that pass or that no vector has go. New failures, and those that fail otherwise than their entry says, become one
entry for each outcome, and need `--reason`, `--owner`, `--issue` and `--expires`. An entry that has expired stays as it is, whatever became of its
vectors: only a person extends it or takes it out. Comments stay at the head of the file alone. The record is one of all vectors.")]
    Update(Update),
    /// Show each change that a record asks of the baseline, and take or leave it
    #[command(after_help = "\
Examples:
  upqr baseline review --baseline known.toml run.ndjson
  upqr baseline review --baseline known.toml --accept decode-0052-length-half-at-end --reject all run.ndjson

On a terminal each change is asked for: `a` accepts it, `s` skips it, `q` stops and keeps what was accepted. Elsewhere, and without `--accept` and
`--reject`, the changes are listed. New failures and changed ones are accepted with `--reason`, `--owner`, `--issue` and `--expires` alone. A rejected
change leaves the baseline as it is. Exit code 1: a change is neither accepted nor rejected.")]
    Review(Review),
}

#[derive(Debug, Args)]
struct Update {
    #[command(flatten)]
    about: About,
}

#[derive(Debug, Args)]
struct Review {
    #[command(flatten)]
    about: About,
    /// Take the change of this vector into the baseline, or `all` that is not rejected by its id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    accept: Vec<String>,
    /// Leave the baseline as it is for this vector, or for `all` that is not accepted by its id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    reject: Vec<String>,
    /// Ask on the standard input even where it is no terminal
    #[arg(long, conflicts_with_all = ["accept", "reject"])]
    interactive: bool,
}

/// The files of a call, and what is said of new and changed failures.
#[derive(Debug, Args)]
struct About {
    /// The file of known failures; a new one where there is none
    #[arg(long, value_name = "FILE")]
    baseline: PathBuf,
    /// A record of all vectors: `upqr run --record FILE`, or `--format ndjson`
    #[arg(value_name = "RECORD")]
    record: PathBuf,
    /// Why new and changed failures are expected
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who answers for them
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Where they are followed
    #[arg(long, value_name = "URL")]
    issue: Option<String>,
    /// The first day on which new entries no longer hold, at most two years ahead
    #[arg(long, value_name = "DATE", value_parser = day)]
    expires: Option<Date>,
    /// The day from which `--expires` is counted, and on which entries have expired or not [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    match &arguments.command {
        Command::Update(arguments) => update::run(arguments, out),
        Command::Review(arguments) => review::run(arguments, out),
    }
}

/// The day of a call of `upqr baseline`.
fn day_of(about: &About) -> Date {
    about.as_of.unwrap_or_else(today)
}

/// The last day until which an entry may hold: a failure that nobody looks at for longer is a feature.
fn last_day(today: Date) -> Date {
    today.saturating_add(Span::new().years(2))
}

/// Writes a line for each entry that is not changed here and yet asks for a person.
fn tell_left(baseline: &Baseline, day: Date, out: &mut impl Write) -> io::Result<()> {
    for entry in &baseline.entries {
        let why = match entry.expires {
            expires if expires <= day => format!("expired on {expires}"),
            expires if expires > last_day(day) => format!("expires on {expires}, more than two years ahead"),
            _ => continue,
        };
        let (reason, issue) = (escape(&entry.reason), escape(&entry.issue));
        writeln!(out, "{why}, and left as it is: {reason} ({issue})")?;
    }
    Ok(())
}

/// What new entries say, where the call says all of it.
fn details(about: &About) -> Result<Option<Known>, Stop> {
    let texts = [("reason", &about.reason), ("owner", &about.owner), ("issue", &about.issue)];
    if let Some((name, _)) =
        texts.iter().find(|(_, text)| text.as_ref().is_some_and(|it| it.trim().is_empty()))
    {
        return Err(Stop::Usage(format!(
            "`--{name}` is empty: say it in words that another person understands"
        )));
    }
    let (Some(reason), Some(owner), Some(issue), Some(expires)) =
        (&about.reason, &about.owner, &about.issue, about.expires)
    else {
        return Ok(None);
    };
    let today = day_of(about);
    let last = last_day(today);
    if expires <= today || expires > last {
        return Err(Stop::Usage(format!(
            "`--expires {expires}`: expected a day after {today}, at most {last}"
        )));
    }
    let (reason, owner, issue) = (reason.clone(), owner.clone(), issue.clone());
    Ok(Some(Known { reason, owner, issue, expires: expires.to_string() }))
}

/// The error of a call that has something new to say and does not say it.
fn needs_details(count: usize) -> Stop {
    let failures = if count == 1 {
        "1 failure is new or changed, and needs".to_owned()
    } else {
        format!("{count} failures are new or changed, and need")
    };
    Stop::Usage(format!("{failures} `--reason`, `--owner`, `--issue` and `--expires`, or a repair"))
}

/// The baseline of a call; an empty one where the file is not there yet.
fn baseline(path: &Path) -> Result<Baseline, Stop> {
    if path.exists() { Baseline::read(path) } else { Ok(Baseline::new()) }
}

/// Puts a baseline into its file, whole or not at all.
fn save(baseline: &Baseline, path: &Path) -> Result<(), Stop> {
    let text = baseline.to_string();
    output::to(Some(path), &mut io::sink(), |file| Ok(file.write_all(text.as_bytes())?))
}

/// A record of every vector of this edition; any other does not say what became of an entry.
fn record(path: &Path) -> Result<Run, Stop> {
    let (name, run) = Run::of(path)?;
    refuse(&run).map_or(Ok(run), |why| Err(Stop::Usage(format!("`{name}` {why}"))))
}

fn refuse(run: &Run) -> Option<String> {
    let header = &run.header;
    if header.filter.is_some() || header.partition.is_some() {
        return Some(
            "is the record of a part of the vectors: make one without `--filter` and `--partition`"
                .to_owned(),
        );
    }
    if !run.complete {
        return Some("is the record of an interrupted run: finish it with `upqr run --resume`".to_owned());
    }
    let (theirs, ours) = (&header.vectors, crate::vectors::edition());
    if *theirs != ours {
        return Some(format!(
            "is a record of the vectors {theirs}, and this command has {ours}: run it again"
        ));
    }
    let ids: BTreeSet<&str> = run.rows.iter().map(|row| row.vector.as_str()).collect();
    let all = crate::vectors::all();
    let rows = all.iter().filter(|vector| ids.contains(vector.id.as_str())).count();
    let all = all.len();
    if rows != all {
        return Some(format!("has {rows} of {all} vectors: make a record without `--rerun-failed`"));
    }
    let never = run.rows.iter().filter(|row| row.outcome == Outcome::NotRun).count();
    (never > 0).then(|| format!("has {never} cases that were never asked: run it again"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Row;

    fn run_of(change: impl FnOnce(&mut Run)) -> Run {
        let hello = r#"{"name":"x","version":"1","ops":["decode"]}"#;
        let vectors = crate::vectors::edition();
        let header = format!(
            r#"{{"type":"header","record":1,"upqr":"0.1.0","vectors":"{vectors}","adapter":{hello},"call":[],"repeat":1,"cases":2}}"#
        );
        let mut run = Run::read("r", &format!("{header}\n")).expect("a record");
        run.rows = crate::vectors::all()
            .into_iter()
            .map(|vector| Row {
                vector: vector.id,
                rev: 1,
                outcome: Outcome::Pass,
                detail: None,
                got: None,
                stderr: None,
                known: None,
            })
            .collect();
        run.complete = true;
        change(&mut run);
        run
    }

    #[test]
    fn only_a_record_of_everything_is_taken() {
        let check = |change: fn(&mut Run), why: &str| {
            assert_eq!(refuse(&run_of(change)).unwrap_or_default(), why);
        };
        let part = "is the record of a part of the vectors: make one without `--filter` and `--partition`";
        check(|_| {}, "");
        check(|run| run.header.filter = Some("op(decode)".to_owned()), part);
        check(|run| run.header.partition = Some("hash:1/2".to_owned()), part);
        check(
            |run| run.complete = false,
            "is the record of an interrupted run: finish it with `upqr run --resume`",
        );
        check(
            |run| {
                if let Some(row) = run.rows.first_mut() {
                    row.outcome = Outcome::NotRun;
                }
            },
            "has 1 cases that were never asked: run it again",
        );
        let all = crate::vectors::all().len();
        let short = run_of(|run| drop(run.rows.pop()));
        let why =
            format!("has {} of {all} vectors: make a record without `--rerun-failed`", all.saturating_sub(1));
        assert_eq!(refuse(&short), Some(why));
    }
}
