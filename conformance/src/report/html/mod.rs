//! Runs as one page that needs nothing else: a table of implementations and groups, and every failure with what finding its cause takes.
//!
//! Whatever comes from adapters, records and vectors is escaped twice: characters that act by [`escape`], and markup by the template.

mod failure;
mod table;

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value, context};
use sha2::{Digest as _, Sha256};

use super::case::{Case, Standing, cases, incomplete, names, stale, sum, tally};
use super::{Context, scope};
use crate::adapter::Feature;
use crate::human::escape;
use crate::run::{Outcome, Run};
use crate::vectors::Op;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A run as the page needs it.
struct Column<'r> {
    run: &'r Run,
    name: String,
    cases: Vec<Case<'r>>,
}

pub(crate) fn write(runs: &[Run], context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let columns: Vec<Column<'_>> = runs
        .iter()
        .zip(names(runs))
        .map(|(run, name)| Column { run, name, cases: cases(run, context) })
        .collect();
    let (groups, unasked_groups) = table::groups(&columns);
    let page = context! {
        style => STYLE,
        script => SCRIPT,
        style_hash => digest(STYLE),
        script_hash => digest(SCRIPT),
        version => env!("CARGO_PKG_VERSION"),
        editions => editions(runs),
        runs => columns.iter().map(implementation).collect::<Vec<_>>(),
        groups, unasked_groups,
        totals => table::totals(&columns),
        requirements => table::requirements(&columns),
        choices => failure::choices(&columns),
        sections => failure::sections(&columns),
        unasked => columns.iter().map(unasked).fold(0, u64::saturating_add),
        stale => columns.iter().flat_map(stale_entries).collect::<Vec<_>>(),
    };
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    environment
        .set_syntax(syntax.trim_blocks(true).lstrip_blocks(true).build().expect("these are the usual marks"));
    environment.add_template("page.html", PAGE).expect("a test renders the template");
    let template = environment.get_template("page.html").expect("it was added");
    let html = template.render(page).map_err(io::Error::other)?;
    out.write_all(html.as_bytes())?;
    writeln!(out)
}

/// Cases that were never asked, which are counted and not listed.
fn unasked(column: &Column<'_>) -> u64 {
    column.run.counts().get(&Outcome::NotRun).copied().unwrap_or_default()
}

/// What the page's policy admits: the one style and the one script that it holds.
fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// The editions of the vectors, each once.
fn editions(runs: &[Run]) -> Vec<String> {
    let mut editions: Vec<String> = runs.iter().map(|run| escape(&run.header.vectors)).collect();
    editions.sort_unstable();
    editions.dedup();
    editions
}

/// Who was asked, what they declare, and what it came to.
fn implementation(column: &Column<'_>) -> Value {
    let (run, tally) = (column.run, tally(column.run));
    let (header, adapter) = (&run.header, &run.header.adapter);
    let (class, verdict) = verdict(run);
    let features: Vec<Value> = Feature::ALL
        .iter()
        .map(|feature| context! { name => feature.key(), declared => adapter.has(*feature) })
        .collect();
    let ops: Vec<Value> = Op::ALL
        .iter()
        .map(|op| context! { name => op.key(), declared => adapter.ops.contains(op) })
        .collect();
    let policies: Vec<String> =
        adapter.policies.iter().map(|(policy, choice)| escape(&format!("{policy} = {choice}"))).collect();
    context! {
        name => &column.name,
        language => adapter.language.as_deref().map(escape),
        supports => adapter.supports.as_deref().map(escape),
        filter => header.filter.as_deref().map(escape),
        partition => header.partition.as_deref().map(escape),
        notes => scope::notes(run),
        upqr => escape(&header.upqr),
        repeat => header.repeat,
        class, verdict, features, ops, policies,
        pass => tally.count(Standing::Pass),
        asked => header.cases.saturating_sub(tally.count(Standing::Unsupported)),
        sum => sum(run),
        incomplete => incomplete(run),
        bar => table::bar(&tally, header.cases),
    }
}

/// What a reader takes away, and the class of its colour.
fn verdict(run: &Run) -> (&'static str, &'static str) {
    let tally = tally(run);
    if !run.complete {
        ("doubt", "Incomplete")
    } else if tally.count(Standing::Unexpected) > 0 {
        ("bad", "Does not conform")
    } else if !run.stale.is_empty() {
        ("bad", "Baseline out of date")
    } else if tally.count(Standing::Known) > 0 {
        ("doubt", "Known failures only")
    } else if tally.count(Standing::Pass) == 0 {
        ("doubt", "Nothing was asked")
    } else if run.header.filter.is_some() || run.header.partition.is_some() {
        ("good", "Conforms in what was chosen")
    } else if tally.count(Standing::Unsupported) > 0 {
        ("good", "Conforms in what it supports")
    } else {
        ("good", "Conforms")
    }
}

fn stale_entries(column: &Column<'_>) -> Vec<Value> {
    let entries = column.run.stale.iter();
    entries
        .map(|entry| context! { name => &column.name, why => escape(&stale(&entry.vector, &entry.why)) })
        .collect()
}
