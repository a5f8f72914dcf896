//! What runs say, for a person, a pipeline or a page.

mod badge;
mod case;
pub(crate) mod command;
mod coverage;
mod diff;
mod github;
mod html;
mod human;
mod interop;
mod json;
mod junit;
mod ledger;
mod markdown;
mod merge;
mod sarif;
mod scope;
mod tap;
mod window;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use clap::ValueEnum;

use crate::exit::Stop;
use crate::output;
use crate::run::Run;
use crate::vectors::{self, Vector};

/// How a run is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person: what failed, why, and how to see it again
    Human,
    /// One JSON document with counts, groups and failures
    Json,
    /// The record: a header, a row a case, an end; `upqr report` reads it
    Ndjson,
    /// JUnit's XML: a suite for each group
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Test Anything Protocol, version 14
    Tap,
    /// Tables for a report
    Markdown,
    /// Workflow commands of GitHub Actions
    Github,
    /// One page that needs nothing else
    Html,
    /// The JSON that badge services read
    Badge,
}

/// What reports look up: the vectors that rows name.
#[derive(Debug)]
pub(crate) struct Context {
    vectors: BTreeMap<String, Vector>,
}

impl Context {
    pub(crate) fn new() -> Self {
        Self { vectors: vectors::all().into_iter().map(|vector| (vector.id.clone(), vector)).collect() }
    }

    /// The vector of a row; `None` where the record is of another edition.
    pub(crate) fn vector(&self, id: &str) -> Option<&Vector> {
        self.vectors.get(id)
    }
}

/// Shows runs, byte for byte the same for the same records: in a file, which is there only once it is complete and has no colours; without one, on the
/// output at hand.
pub(crate) fn write(
    path: Option<&Path>,
    format: Format,
    runs: &[Run],
    context: &Context,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    output::to(path, out, |out| write_form(format, runs, context, path.is_some(), out))
}

fn write_form(
    format: Format,
    runs: &[Run],
    context: &Context,
    to_file: bool,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    match format {
        Format::Human => human::write(runs, context, to_file, out)?,
        Format::Json => json::write(runs, context, out)?,
        Format::Ndjson => runs.iter().try_for_each(|run| run.write(out))?,
        Format::Junit => junit::write(runs, context, out)?,
        Format::Sarif => sarif::write(runs, context, out)?,
        Format::Tap => tap::write(runs, context, out)?,
        Format::Markdown => markdown::write(runs, context, out)?,
        Format::Github => github::write(runs, context, out)?,
        Format::Html => html::write(runs, context, out)?,
        Format::Badge => badge::write(runs, out)?,
    }
    Ok(())
}
