//! `upqr baseline update`: every change of a record at once.

use std::io::Write;

use super::change::{self, Change};
use super::{Baseline, Update, baseline, day_of, details, needs_details, record, save, tell_left};
use crate::exit::{Exit, Stop};
use crate::human::escape;

pub(super) fn run(arguments: &Update, out: &mut impl Write) -> Result<Exit, Stop> {
    let about = &arguments.about;
    let before = baseline(&about.baseline)?;
    let run = record(&about.record)?;
    let day = day_of(about);
    let changes = change::changes(&before, &run, day);
    let details = details(about)?;
    let unsaid = changes.iter().filter(|change| change.kind.needs_details()).count();
    if unsaid > 0 && details.is_none() {
        return Err(needs_details(unsaid));
    }
    let all: Vec<&Change> = changes.iter().collect();
    let after = change::with(&before, &all, details.as_ref());
    // What needs no change keeps its bytes, comments among them.
    if !changes.is_empty() || !about.baseline.exists() {
        save(&after, &about.baseline)?;
    }
    for Change { vector, kind } in &changes {
        writeln!(out, "{:<8} {}: {}", kind.word(), escape(vector), kind.said())?;
    }
    writeln!(out, "{}", sum(&changes, &after))?;
    tell_left(&after, day, out)?;
    Ok(Exit::Conforms)
}

/// A line that sums up.
pub(super) fn sum(changes: &[Change], after: &Baseline) -> String {
    let count = |word| changes.iter().filter(|change| change.kind.word() == word).count();
    let known: usize = after.entries.iter().map(|entry| entry.vectors.len()).sum();
    let counts = ["new", "changed", "gone"].map(|word| format!("{} {word}", count(word)));
    format!("{}: the baseline has {known} known failures", counts.join(", "))
}
