//! Runs for a person at a terminal: a table, what failed and why, how to see it again, and a sum in the last line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use super::case::{
    Case, Standing, Tally, cases, excuse, groups, incomplete, names, stale, sum, tally, urgent,
};
use super::window::{readable, window};
use super::{Context, scope};
use crate::human::{BAD, BOLD, DOUBT, FAINT, GOOD, NAME, escape};
use crate::output;
use crate::run::{Outcome, Run};
use crate::vectors::Risk;

/// Failures that are shown in full.
const MOST: usize = 20;

pub(crate) fn write(
    runs: &[Run],
    context: &Context,
    to_file: bool,
    mut out: &mut dyn Write,
) -> io::Result<()> {
    let width = if to_file { output::page() } else { output::width() };
    let shown: Vec<String> =
        runs.iter().zip(names(runs)).map(|(run, name)| one(run, &name, context, width)).collect();
    let text = shown.join("\n");
    if to_file { output::write_plain(&mut out, &text) } else { output::write_styled(&mut out, &text) }
}

fn one(run: &Run, name: &str, context: &Context, width: usize) -> String {
    let cases = cases(run, context);
    let mut text = head(run, name, width);
    table(&cases, &tally(run), width, &mut text);
    failures(&urgent(&cases, Standing::Unexpected), width, &mut text);
    known(&urgent(&cases, Standing::Known), width, &mut text);
    if !run.stale.is_empty() {
        heading("stale entries of the baseline", run.stale.len(), &mut text);
        for entry in &run.stale {
            paragraph("  ", &stale(&entry.vector, &entry.why), width, &mut text);
        }
    }
    if let Some(why) = incomplete(run) {
        text.push('\n');
        paragraph("", &why, width, &mut text);
    }
    let good = run.complete && run.stale.is_empty() && !run.rows.iter().any(crate::run::Row::is_unexpected);
    let style = if good { GOOD } else { BAD };
    let sum = filled("", &sum(run), width);
    let _ = writeln!(text, "\n{style}{sum}{style:#}");
    text
}

/// Who was asked, and what.
fn head(run: &Run, name: &str, width: usize) -> String {
    let header = &run.header;
    let language = header.adapter.language.iter().map(|language| escape(language));
    let mut parts: Vec<String> = language.collect();
    parts.push(format!("vectors {}", escape(&header.vectors)));
    parts.extend(scope::part(header));
    if header.repeat > 1 {
        parts.push(format!("each case {} times", header.repeat));
    }
    let line = filled("  ", &parts.join(" · "), width);
    let compared = filled("  ", &format!("compared: {}", scope::compared(run).join(", ")), width);
    format!("{BOLD}{name}{BOLD:#}\n{line}\n{compared}\n\n")
}

/// Groups by outcomes, as columns where these have room, and else as words.
fn table(cases: &[Case<'_>], all: &Tally, width: usize, text: &mut String) {
    let groups = groups(cases);
    let (asked, unasked): (Vec<_>, Vec<_>) = groups.iter().partition(|(_, tally)| tally.is_asked());
    let mut rows: Vec<(String, &Tally)> =
        asked.into_iter().map(|(group, tally)| (group.name(), tally)).collect();
    // Of what an implementation does not have, one line says enough.
    let mut rest = Tally::default();
    for case in cases.iter().filter(|case| unasked.iter().any(|(group, _)| **group == case.group())) {
        rest.add(case.row);
    }
    match unasked.as_slice() {
        [] => {}
        [(group, _)] => rows.push((group.name(), &rest)),
        many => rows.push((format!("{} other groups", many.len()), &rest)),
    }
    rows.push(("all".to_owned(), all));
    let outcomes: BTreeSet<Outcome> = all.outcomes.keys().copied().collect();
    let first = rows.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let columns = outcomes.iter().map(|outcome| outcome.key().width().max(5).saturating_add(2));
    if columns.fold(first.saturating_add(2), usize::saturating_add) > width {
        return words(&rows, first, width, text);
    }
    let _ = write!(text, "  {FAINT}{:first$}", "");
    for outcome in &outcomes {
        let _ = write!(text, "  {:>5}", outcome.key());
    }
    let _ = writeln!(text, "{FAINT:#}");
    for (name, tally) in &rows {
        let _ = write!(text, "  {name:first$}");
        for outcome in &outcomes {
            let room = outcome.key().width().max(5);
            let _ = match tally.outcomes.get(outcome) {
                Some(count) => write!(text, "  {0}{count:>room$}{0:#}", style(*outcome)),
                None => write!(text, "  {FAINT}{:>room$}{FAINT:#}", "·"),
            };
        }
        text.push('\n');
    }
}

fn words(rows: &[(String, &Tally)], first: usize, width: usize, text: &mut String) {
    for (name, tally) in rows {
        let counts: Vec<String> =
            tally.outcomes.iter().map(|(outcome, count)| format!("{count} {}", outcome.key())).collect();
        let line = format!("{name:first$}  {}", counts.join(", "));
        let indent = " ".repeat(first.saturating_add(4).min(width / 2));
        let options = textwrap::Options::new(width).initial_indent("  ").subsequent_indent(&indent);
        let _ = writeln!(text, "{}", textwrap::fill(&line, options));
    }
}

const fn style(outcome: Outcome) -> anstyle::Style {
    match outcome {
        Outcome::Pass => GOOD,
        Outcome::Unsupported => DOUBT,
        _ => BAD,
    }
}

fn heading(words: &str, count: usize, text: &mut String) {
    let _ = writeln!(text, "\n{BOLD}{words} ({count}){BOLD:#}");
}

fn failures(cases: &[Case<'_>], width: usize, text: &mut String) {
    if cases.is_empty() {
        return;
    }
    heading("unexpected failures", cases.len(), text);
    let mut counts: BTreeMap<(bool, Option<Risk>), usize> = BTreeMap::new();
    for case in cases {
        let count = counts.entry(case.urgency()).or_default();
        *count = count.saturating_add(1);
    }
    let mut last = None;
    for case in cases.iter().take(MOST) {
        let urgency = case.urgency();
        if last.replace(urgency) != Some(urgency) {
            let risk = urgency.1.map_or("no risk named", Risk::key);
            let count = counts.get(&urgency).copied().unwrap_or_default();
            let _ = writeln!(text, "\n{DOUBT}{risk}{DOUBT:#} ({count})");
        }
        failure(case, width, text);
    }
    if let Some(more) = cases.len().checked_sub(MOST).filter(|more| *more > 0) {
        let words = format!("{more} more are not shown: `--format html` and `--format json` hold them all");
        text.push('\n');
        paragraph("  ", &words, width, text);
    }
}

/// A failure with everything that finding its cause takes.
fn failure(case: &Case<'_>, width: usize, text: &mut String) {
    let outcome = case.row.outcome.key();
    let _ = writeln!(text, "  {BOLD}{}{BOLD:#}  {BAD}{outcome}{BAD:#}", escape(&case.row.vector));
    paragraph("    ", case.title(), width, text);
    let risks: Vec<&str> = case.risks().into_iter().map(Risk::key).collect();
    let mut place = case.requirements().join(", ");
    if risks.len() > 1 {
        let _ = write!(place, "; risks {}", risks.join(", "));
    }
    if !place.is_empty() {
        let _ = writeln!(text, "{FAINT}{}{FAINT:#}", filled("    ", &place, width));
    }
    paragraph("    ", case.detail(), width, text);
    input(case, width, text);
    if let Some(stderr) = &case.row.stderr {
        let last = stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        paragraph("    error stream: ", last, width, text);
    }
    // A call is never broken, so that it can be copied.
    let _ = writeln!(text, "    {NAME}{}{NAME:#}", escape(&case.reproduction()));
}

fn input(case: &Case<'_>, width: usize, text: &mut String) {
    let Some(vector) = case.vector else { return };
    let fault = case.fault();
    let (shown, place) = readable(&vector.input, fault);
    let (line, column) = window(shown, place, width.saturating_sub(6));
    let _ = writeln!(text, "    {FAINT}|{FAINT:#} {line}");
    if let Some(fault) = fault {
        let place = format!("byte {fault}");
        // What has no room behind the caret stands before it.
        let before = column.saturating_sub(1);
        let room = width.saturating_sub(6).saturating_sub(column);
        let _ = if place.width().saturating_add(2) > room && place.width() <= before {
            writeln!(text, "    {FAINT}|{FAINT:#} {place:>before$} {BAD}^{BAD:#}")
        } else {
            writeln!(text, "    {FAINT}|{FAINT:#} {:column$}{BAD}^{BAD:#} {place}", "")
        };
    }
}

fn known(cases: &[Case<'_>], width: usize, text: &mut String) {
    if cases.is_empty() {
        return;
    }
    heading("known failures", cases.len(), text);
    for case in cases.iter().take(MOST) {
        let outcome = case.row.outcome.key();
        let _ = writeln!(text, "  {BOLD}{}{BOLD:#}  {DOUBT}{outcome}{DOUBT:#}", escape(&case.row.vector));
        let reason = case.row.known.as_ref().map(excuse).unwrap_or_default();
        paragraph("    ", &reason, width, text);
    }
    if let Some(more) = cases.len().checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(text, "  {more} more");
    }
}

fn paragraph(indent: &str, words: &str, width: usize, text: &mut String) {
    let _ = writeln!(text, "{}", filled(indent, words, width));
}

/// Words in lines of the width, each behind an indent as wide as that of the first.
fn filled(indent: &str, words: &str, width: usize) -> String {
    let blank = " ".repeat(indent.width().min(4));
    let options = textwrap::Options::new(width).initial_indent(indent).subsequent_indent(&blank);
    textwrap::fill(&escape(words), options)
}
