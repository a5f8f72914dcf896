//! What has changed between two runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::case::names;
use crate::human::{BAD, BOLD, DOUBT, FAINT, GOOD, escape};
use crate::markdown;
use crate::output;
use crate::run::{Outcome, Row, Run};
use crate::vectors::words::words;

/// How a difference is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    Human,
    Json,
    Markdown,
}

words! {
    /// What became of a vector, the worst first.
    Change {
        /// It fails, and did not fail before or was not there.
        NewlyFailing = "newly failing",
        /// It passed, and the adapter declares it no more, which hides whatever fails there.
        NoLongerAsked = "no longer asked",
        /// It fails otherwise than before, or failed and is no longer supported.
        Changed = "changed outcome",
        NewlyPassing = "newly passing",
        /// It was unsupported, and passes.
        NewlyAsked = "newly asked",
        /// It was not there before, and does not fail.
        Added = "added",
        Removed = "removed",
    }
}

impl Change {
    const fn member(self) -> &'static str {
        match self {
            Self::NewlyFailing => "newly_failing",
            Self::NoLongerAsked => "no_longer_asked",
            Self::Changed => "changed",
            Self::NewlyPassing => "newly_passing",
            Self::NewlyAsked => "newly_asked",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }

    fn of(old: Option<&Row>, new: Option<&Row>) -> Option<Self> {
        let fails = |row: Option<&Row>| row.is_some_and(Row::is_unexpected);
        match (old, new) {
            _ if fails(new) && !fails(old) => Some(Self::NewlyFailing),
            (_, None) => Some(Self::Removed),
            (None, Some(_)) => Some(Self::Added),
            (Some(old), Some(new)) if old.outcome == new.outcome => None,
            (Some(old), Some(new)) => Some(match (old.outcome, new.outcome) {
                (Outcome::Pass, Outcome::Unsupported) => Self::NoLongerAsked,
                (Outcome::Unsupported, Outcome::Pass) => Self::NewlyAsked,
                (_, Outcome::Pass) => Self::NewlyPassing,
                _ => Self::Changed,
            }),
        }
    }
}

/// Vectors of a change that are shown to a person.
const MOST: usize = 20;

/// A vector whose row is another one.
pub(crate) struct Pair<'r> {
    change: Change,
    vector: &'r str,
    old: Option<&'r Row>,
    new: Option<&'r Row>,
}

/// Everything that changed, the worst first, then by vector id.
pub(crate) fn diff<'r>(old: &'r Run, new: &'r Run) -> Vec<Pair<'r>> {
    let rows = |run: &'r Run| -> BTreeMap<&'r str, &'r Row> {
        run.rows.iter().map(|row| (row.vector.as_str(), row)).collect()
    };
    let (before, after) = (rows(old), rows(new));
    let ids: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let pair = |vector: &'r str| {
        let (old, new) = (before.get(vector).copied(), after.get(vector).copied());
        Some(Pair { change: Change::of(old, new)?, vector, old, new })
    };
    let mut pairs: Vec<Pair<'r>> = ids.into_iter().filter_map(pair).collect();
    pairs.sort_by_key(|pair| pair.change);
    pairs
}

/// Whether something newly fails, or passed and is asked no more.
pub(crate) fn is_worse(pairs: &[Pair<'_>]) -> bool {
    pairs.iter().any(|pair| matches!(pair.change, Change::NewlyFailing | Change::NoLongerAsked))
}

pub(crate) fn write(
    form: Form,
    runs: &[Run; 2],
    pairs: &[Pair<'_>],
    to_file: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match form {
        Form::Human => human(runs, pairs, to_file, out),
        Form::Json => json_form(runs, pairs, out),
        Form::Markdown => markdown_form(runs, pairs, out),
    }
}

/// `pass, now crash`, and what else there is to say.
fn said(pair: &Pair<'_>) -> String {
    let outcome = |row: Option<&Row>| row.map(|row| row.outcome.key());
    let mut said = match (outcome(pair.old), outcome(pair.new)) {
        (Some(old), Some(new)) if old == new => format!("{new}, no longer known"),
        (Some(old), Some(new)) => format!("{old}, now {new}"),
        (None, Some(one)) => format!("new: {one}"),
        (Some(one), None) => format!("was {one}"),
        (None, None) => String::new(),
    };
    if let (Some(old), Some(new)) = (pair.old, pair.new)
        && old.rev != new.rev
    {
        let _ = write!(said, " (the vector was corrected: revision {}, now {})", old.rev, new.rev);
    }
    if let Some(known) = pair.new.and_then(|row| row.known.as_ref()) {
        let _ = write!(said, " (known: {})", known.reason);
    }
    if let Some(detail) = pair.new.and_then(|row| row.detail.as_ref()) {
        let _ = write!(said, ": {detail}");
    }
    said
}

/// What stands above a difference: whose runs they are, and whether one says less than a whole run.
fn heads(runs: &[Run; 2]) -> [String; 2] {
    let [old, new] = runs;
    [old, new].map(|run| {
        let name = names(std::slice::from_ref(run)).concat();
        let whole = if run.complete { "" } else { ", incomplete" };
        format!("{name}, vectors {}{whole}", escape(&run.header.vectors))
    })
}

fn sum(pairs: &[Pair<'_>]) -> String {
    let count = |change: &Change| {
        let count = pairs.iter().filter(|pair| pair.change == *change).count();
        format!("{count} {}", change.key())
    };
    Change::ALL.iter().map(count).collect::<Vec<_>>().join(", ")
}

fn human(runs: &[Run; 2], pairs: &[Pair<'_>], to_file: bool, mut out: &mut dyn Write) -> io::Result<()> {
    let [old, new] = heads(runs);
    let width = if to_file { output::page() } else { output::width() };
    let mut text = format!("{FAINT}old{FAINT:#}  {old}\n{FAINT}new{FAINT:#}  {new}\n");
    for section in pairs.chunk_by(|one, other| one.change == other.change) {
        section_of(section, width, &mut text);
    }
    let _ = writeln!(text, "\n{}", sum(pairs));
    if to_file { output::write_plain(&mut out, &text) } else { output::write_styled(&mut out, &text) }
}

/// The vectors of one change; those that are newly asked and pass are counted, because nobody has to look at them.
fn section_of(pairs: &[Pair<'_>], width: usize, text: &mut String) {
    let Some(change) = pairs.first().map(|pair| pair.change) else { return };
    let style = match change {
        Change::NewlyFailing | Change::NoLongerAsked => BAD,
        Change::Changed => DOUBT,
        Change::NewlyPassing | Change::NewlyAsked => GOOD,
        Change::Added | Change::Removed => BOLD,
    };
    let _ = writeln!(text, "\n{style}{}{style:#} ({})", change.key(), pairs.len());
    let most = if change == Change::NewlyAsked { 0 } else { MOST };
    for pair in pairs.iter().take(most) {
        let _ = writeln!(text, "  {BOLD}{}{BOLD:#}", escape(pair.vector));
        let options = textwrap::Options::new(width).initial_indent("    ").subsequent_indent("    ");
        let _ = writeln!(text, "{}", textwrap::fill(&escape(&said(pair)), options));
    }
    let rest = pairs.len().saturating_sub(most);
    if rest > 0 {
        let more = if most == 0 {
            "all of them pass; `--format json` names them".to_owned()
        } else {
            format!("{rest} more: `--format json` names them all")
        };
        let options = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("  ");
        let _ = writeln!(text, "{}", textwrap::fill(&more, options));
    }
}

fn json_form(runs: &[Run; 2], pairs: &[Pair<'_>], out: &mut dyn Write) -> io::Result<()> {
    let [old, new] = runs;
    let side = |run: &Run| {
        let header = &run.header;
        json!({"name": header.adapter.name, "version": header.adapter.version, "vectors": header.vectors, "complete": run.complete})
    };
    let mut document = json!({"diff": 1, "old": side(old), "new": side(new)});
    let listed = |change: Change| -> Vec<Value> {
        let chosen = pairs.iter().filter(|pair| pair.change == change);
        chosen.map(|pair| json!({"vector": pair.vector, "old": pair.old, "new": pair.new})).collect()
    };
    if let Some(members) = document.as_object_mut() {
        members.extend(Change::ALL.iter().map(|change| (change.member().to_owned(), listed(*change).into())));
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn markdown_form(runs: &[Run; 2], pairs: &[Pair<'_>], out: &mut dyn Write) -> io::Result<()> {
    let [old, new] = heads(runs).map(|head| markdown::text(&head));
    writeln!(out, "## UPQR conformance, compared\n\nOld: {old}  \nNew: {new}\n\n{}", sum(pairs))?;
    if pairs.iter().all(|pair| pair.change == Change::NewlyAsked) {
        return Ok(());
    }
    writeln!(out, "\n| change | vector | what |\n|---|---|---|")?;
    for pair in pairs.iter().filter(|pair| pair.change != Change::NewlyAsked) {
        let (vector, what) = (markdown::text(pair.vector), markdown::text(&said(pair)));
        writeln!(out, "| {} | {vector} | {what} |", pair.change.key())?;
    }
    Ok(())
}
