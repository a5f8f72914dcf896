//! Runs as workflow commands of GitHub Actions: an error for each unexpected failure, a notice for each known one.

use std::io::{self, Write};

use super::case::{Case, Standing, cases, excuse, incomplete, names, stale, sum, urgent};
use super::{Context, scope};
use crate::github::{data, property};
use crate::human::escape;
use crate::run::Run;

pub(crate) fn write(runs: &[Run], context: &Context, out: &mut dyn Write) -> io::Result<()> {
    for (run, name) in runs.iter().zip(names(runs)) {
        let cases = cases(run, context);
        for case in urgent(&cases, Standing::Unexpected) {
            let message = format!("{}; again: {}", said(&case), case.reproduction());
            annotation("error", &format!("{name}: {}", case.row.vector), &message, out)?;
        }
        for case in urgent(&cases, Standing::Known) {
            let reason = case.row.known.as_ref().map(excuse).unwrap_or_default();
            let message = format!("known failure: {reason}; {}", said(&case));
            annotation("notice", &format!("{name}: {}", case.row.vector), &message, out)?;
        }
        for entry in &run.stale {
            annotation(
                "error",
                &format!("{name}: {}", entry.vector),
                &stale(&entry.vector, &entry.why),
                out,
            )?;
        }
        if let Some(why) = incomplete(run) {
            annotation("error", &name, &why, out)?;
        }
        let said = [vec![sum(run)], scope::notes(run)].concat().join("; ");
        annotation("notice", &name, &said, out)?;
    }
    Ok(())
}

fn said(case: &Case<'_>) -> String {
    let requirements = case.requirements().join(" ");
    let requirements = if requirements.is_empty() { requirements } else { format!(" ({requirements})") };
    format!("{}: {}: {}{requirements}", case.row.outcome.key(), case.title(), case.detail())
}

fn annotation(command: &str, title: &str, message: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "::{command} title={}::{}", property(&escape(title)), data(message))
}
