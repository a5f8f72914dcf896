//! Runs in the Test Anything Protocol, version 14: a test point a case, with what is wrong in a block of YAML.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::case::{Case, Standing, cases, excuse, incomplete, names, stale};
use super::{Context, scope};
use crate::human::escape;
use crate::run::Run;

pub(crate) fn write(runs: &[Run], context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let stale_entries = runs.iter().map(|run| run.stale.len()).sum::<usize>();
    let entries = u64::try_from(stale_entries).unwrap_or(u64::MAX);
    let points = runs.iter().fold(entries, |sum, run| sum.saturating_add(run.header.cases));
    writeln!(out, "TAP version 14\n1..{points}")?;
    let mut number = 0_u64;
    for (run, name) in runs.iter().zip(names(runs)) {
        writeln!(out, "# {name}")?;
        scope::notes(run).iter().try_for_each(|note| writeln!(out, "# {note}"))?;
        // Where several implementations are shown, a point says whose it is.
        let owner = if runs.len() > 1 { format!("{name}: ") } else { String::new() };
        for case in cases(run, context) {
            number = number.saturating_add(1);
            point(number, &owner, &case, out)?;
        }
        for entry in &run.stale {
            number = number.saturating_add(1);
            let what = text(&stale(&entry.vector, &entry.why));
            writeln!(out, "not ok {number} - {}{what}", text(&owner))?;
        }
    }
    match runs.iter().find_map(incomplete) {
        Some(why) => writeln!(out, "Bail out! {}", text(&why)),
        None => Ok(()),
    }
}

fn point(number: u64, owner: &str, case: &Case<'_>, out: &mut dyn Write) -> io::Result<()> {
    let name = text(&format!("{owner}{}", case.row.vector));
    match case.standing() {
        Standing::Pass => writeln!(out, "ok {number} - {name}"),
        Standing::Unsupported => writeln!(out, "ok {number} - {name} # SKIP {}", text(case.detail())),
        Standing::Known => {
            let reason = case.row.known.as_ref().map(excuse).unwrap_or_default();
            writeln!(out, "not ok {number} - {name} # TODO {}", text(&reason))?;
            diagnostics(case, out)
        }
        Standing::Unexpected => {
            writeln!(out, "not ok {number} - {name}")?;
            diagnostics(case, out)
        }
    }
}

/// Scalars and lists in the form of JSON, which YAML takes.
fn diagnostics(case: &Case<'_>, out: &mut dyn Write) -> io::Result<()> {
    let risks: Vec<&str> = case.risks().into_iter().map(crate::vectors::Risk::key).collect();
    let rows = [
        ("title", json!(case.title())),
        ("outcome", json!(case.row.outcome.key())),
        ("message", json!(case.detail())),
        ("requirements", json!(case.requirements())),
        ("risk", json!(risks)),
        ("expected", case.expected().map_or(Value::Null, |expected| json!(expected))),
        ("got", json!(case.row.got)),
        ("again", json!(case.reproduction())),
    ];
    writeln!(out, "  ---")?;
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_null()) {
        writeln!(out, "  {name}: {}", printable(&value))?;
    }
    writeln!(out, "  ...")
}

/// JSON in which every character that acts on a reader is written by its number.
fn printable(value: &Value) -> String {
    let mut shown = String::new();
    for c in value.to_string().chars() {
        if crate::human::acts(c) {
            // All that act lie in the first plane.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A description, in which a number sign would begin a directive.
fn text(text: &str) -> String {
    escape(text).replace('\\', "\\\\").replace('#', "\\#")
}
