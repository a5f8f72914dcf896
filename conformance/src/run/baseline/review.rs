//! `upqr baseline review`: each change of a record, taken or left.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufRead, IsTerminal as _, Write};

use super::change::{self, Change, Kind};
use super::{Review, baseline, day_of, details, needs_details, record, save, tell_left, update};
use crate::exit::{Exit, Stop};
use crate::human::{BAD, BOLD, DOUBT, FAINT, GOOD, escape};
use crate::output::write_styled;
use crate::report::Context;
use crate::run::{Known, Row, Run};

/// What is done with a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Accept,
    Reject,
    Open,
}

pub(super) fn run(arguments: &Review, out: &mut impl Write) -> Result<Exit, Stop> {
    let about = &arguments.about;
    let before = baseline(&about.baseline)?;
    let run = record(&about.record)?;
    let day = day_of(about);
    let changes = change::changes(&before, &run, day);
    let details = details(about)?;
    let said = !arguments.accept.is_empty() || !arguments.reject.is_empty();
    let decisions = if arguments.interactive || (!said && io::stdin().is_terminal()) {
        match ask(&changes, &run, details.as_ref(), &mut io::stdin().lock(), out)? {
            Some(decisions) => decisions,
            None => {
                writeln!(out, "\nthe answers ended: nothing was written")?;
                return Ok(Exit::Findings);
            }
        }
    } else {
        let decisions = decide(&changes, arguments)?;
        let shown = show_all(&changes, &decisions, &run);
        write_styled(out, &shown)?;
        decisions
    };
    let accepted: Vec<Change> = chosen(&changes, &decisions, Decision::Accept).cloned().collect();
    let unsaid = accepted.iter().filter(|change| change.kind.needs_details()).count();
    if unsaid > 0 && details.is_none() {
        return Err(needs_details(unsaid));
    }
    let taken: Vec<&Change> = accepted.iter().collect();
    let after = change::with(&before, &taken, details.as_ref());
    if !accepted.is_empty() {
        save(&after, &about.baseline)?;
    }
    let open = chosen(&changes, &decisions, Decision::Open).count();
    writeln!(out, "accepted {}; {open} open", update::sum(&accepted, &after))?;
    tell_left(&after, day, out)?;
    Ok(if open == 0 { Exit::Conforms } else { Exit::Findings })
}

fn chosen<'a>(
    changes: &'a [Change],
    decisions: &'a [Decision],
    wanted: Decision,
) -> impl Iterator<Item = &'a Change> {
    let pairs = changes.iter().zip(decisions).filter(move |(_, decision)| **decision == wanted);
    pairs.map(|(change, _)| change)
}

/// The decisions of the call: an id goes before `all`.
fn decide(changes: &[Change], arguments: &Review) -> Result<Vec<Decision>, Stop> {
    let lists = [(&arguments.accept, Decision::Accept), (&arguments.reject, Decision::Reject)];
    let mut by_id = BTreeMap::new();
    let mut rest = Decision::Open;
    for (ids, decision) in lists {
        for id in ids {
            if id == "all" {
                if rest != Decision::Open && rest != decision {
                    return Err(Stop::Usage(
                        "`--accept all` and `--reject all` exclude each other".to_owned(),
                    ));
                }
                rest = decision;
            } else if !changes.iter().any(|change| change.vector == *id) {
                return Err(Stop::Usage(format!("the record asks for no change of `{id}`")));
            } else if by_id.insert(id.as_str(), decision).is_some_and(|other| other != decision) {
                return Err(Stop::Usage(format!("`{id}` is accepted and rejected: choose one")));
            }
        }
    }
    let decision = |change: &Change| by_id.get(change.vector.as_str()).copied().unwrap_or(rest);
    Ok(changes.iter().map(decision).collect())
}

/// Asks for each change; `None` where the answers end before the questions do.
fn ask(
    changes: &[Change],
    run: &Run,
    details: Option<&Known>,
    answers: &mut dyn BufRead,
    out: &mut impl Write,
) -> io::Result<Option<Vec<Decision>>> {
    let context = Context::new();
    let mut decisions = vec![Decision::Open; changes.len()];
    for (change, decision) in changes.iter().zip(&mut decisions) {
        write_styled(out, &show(change, Decision::Open, run, &context))?;
        loop {
            write!(out, "accept, skip or quit? [a/s/q] ")?;
            out.flush()?;
            let mut answer = String::new();
            if answers.read_line(&mut answer)? == 0 {
                return Ok(None);
            }
            match answer.trim() {
                "a" if change.kind.needs_details() && details.is_none() => {
                    let needs =
                        "a new entry needs `--reason`, `--owner`, `--issue` and `--expires` in the call";
                    writeln!(out, "{needs}: skip it, or begin again")?;
                }
                "a" => {
                    *decision = Decision::Accept;
                    break;
                }
                "s" => break,
                "q" => return Ok(Some(decisions)),
                _ => writeln!(out, "answer `a`, `s` or `q`")?,
            }
        }
    }
    Ok(Some(decisions))
}

fn show_all(changes: &[Change], decisions: &[Decision], run: &Run) -> String {
    let context = Context::new();
    let pairs = changes.iter().zip(decisions);
    pairs.map(|(change, decision)| show(change, *decision, run, &context)).collect()
}

/// A change with what a person needs to decide on it.
fn show(change: &Change, decision: Decision, run: &Run, context: &Context) -> String {
    let style = match change.kind {
        Kind::New(_) => BAD,
        Kind::Changed { .. } => DOUBT,
        Kind::Gone(_) => GOOD,
    };
    let word = change.kind.word();
    let mut text =
        format!("{style}{word:<8}{style:#} {BOLD}{}{BOLD:#}  {}", escape(&change.vector), change.kind.said());
    text.push_str(match decision {
        Decision::Accept => "  (accepted)\n",
        Decision::Reject => "  (rejected)\n",
        Decision::Open => "\n",
    });
    if let Some(vector) = context.vector(&change.vector) {
        let _ = writeln!(text, "         {}", escape(&vector.title));
    }
    let Some(row) = run.rows.iter().find(|row| row.vector == change.vector) else { return text };
    let Row { detail, .. } = row;
    if let Some(detail) = detail {
        let _ = writeln!(text, "         {}", escape(detail));
    }
    let _ = writeln!(text, "         {FAINT}{}{FAINT:#}", escape(&row.reproduction(&run.header)));
    text
}
