//! Runs as tables: the groups of each implementation, and what failed, for the summary of a pipeline's step.

use std::io::{self, Write};

use super::case::{Case, Standing, Tally, cases, excuse, groups, incomplete, names, sum, tally, urgent};
use super::{Context, scope};
use crate::human::escape;
use crate::markdown::text;
use crate::run::Run;
use crate::vectors::Risk;

/// Failures that are shown; a step's summary has an end.
const MOST: usize = 100;

pub(crate) fn write(runs: &[Run], context: &Context, out: &mut dyn Write) -> io::Result<()> {
    for (place, (run, name)) in runs.iter().zip(names(runs)).enumerate() {
        if place > 0 {
            writeln!(out)?;
        }
        one(run, &name, context, out)?;
    }
    Ok(())
}

fn one(run: &Run, name: &str, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let cases = cases(run, context);
    writeln!(out, "## UPQR conformance of {}\n\n{}", text(name), text(&sum(run)))?;
    writeln!(out, "\n{}", text(&scope::notes(run).join("; ")))?;
    if let Some(why) = incomplete(run) {
        writeln!(out, "\n**{}**", text(&why))?;
    }
    let standings = Standing::ALL.iter().map(|standing| standing.key()).collect::<Vec<_>>().join(" | ");
    writeln!(out, "\n| group | cases | {standings} |\n|---|---:|---:|---:|---:|---:|")?;
    for (group, tally) in groups(&cases) {
        row(group.name().as_str(), &tally, out)?;
    }
    row("all", &tally(run), out)?;
    unexpected(&urgent(&cases, Standing::Unexpected), out)?;
    known(&urgent(&cases, Standing::Known), out)?;
    if !run.stale.is_empty() {
        writeln!(out, "\n### Stale entries of the baseline\n\n| vector | why |\n|---|---|")?;
        for entry in &run.stale {
            writeln!(out, "| {} | {} |", text(&entry.vector), text(&entry.why))?;
        }
    }
    Ok(())
}

fn row(name: &str, tally: &Tally, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "| {name} | {}", tally.cases)?;
    for standing in Standing::ALL {
        write!(out, " | {}", tally.count(*standing))?;
    }
    writeln!(out, " |")
}

fn unexpected(cases: &[Case<'_>], out: &mut dyn Write) -> io::Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n### Unexpected failures\n\n| vector | outcome | risk | requirements | what |\n|---|---|---|---|---|"
    )?;
    for case in cases.iter().take(MOST) {
        let risks: Vec<&str> = case.risks().into_iter().map(Risk::key).collect();
        let what = format!("{}: {}", case.title(), case.detail());
        let (id, requirements) = (text(&case.row.vector), text(&case.requirements().join(", ")));
        let outcome = case.row.outcome.key();
        writeln!(out, "| {id} | {outcome} | {} | {requirements} | {} |", risks.join(", "), text(&what))?;
    }
    rest(cases.len(), out)?;
    writeln!(out, "\nThe costliest again:\n")?;
    // Four blanks make code of a line, in which nothing else has a meaning.
    let again = cases.first().map(Case::reproduction).unwrap_or_default();
    writeln!(out, "    {}", escape(&again))
}

fn known(cases: &[Case<'_>], out: &mut dyn Write) -> io::Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Known failures\n\n| vector | outcome | reason |\n|---|---|---|")?;
    for case in cases.iter().take(MOST) {
        let reason = case.row.known.as_ref().map(excuse).unwrap_or_default();
        writeln!(out, "| {} | {} | {} |", text(&case.row.vector), case.row.outcome.key(), text(&reason))?;
    }
    rest(cases.len(), out)
}

fn rest(cases: usize, out: &mut dyn Write) -> io::Result<()> {
    match cases.checked_sub(MOST) {
        None | Some(0) => Ok(()),
        Some(more) => {
            writeln!(out, "\n{more} more are not shown: `--format html` and `--format json` hold them all.")
        }
    }
}
