//! `upqr check`: what is wrong with payloads, where, and what that means for money.

use std::io::Write;

use serde::Serialize;
use upqr::rules::{self, Diagnostic, Disposition, Findings, Severity};

use crate::arguments::{Format, Listing};
use crate::decode::show;
use crate::exit::{Exit, Stop};
use crate::human;
use crate::input::{self, Line};
use crate::machine::Fault;

/// One line's answer.
#[derive(Serialize)]
struct Checked<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    line: u64,
    disposition: &'static str,
    findings: Vec<Finding<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    masked: bool,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: &'static str,
    offset: usize,
    length: usize,
    message: &'a str,
    clause: &'a str,
    label: &'static str,
}

impl<'a> Finding<'a> {
    fn of(finding: &'a Diagnostic) -> Self {
        Self {
            rule: finding.rule.id,
            severity: finding.rule.severity.key(),
            offset: finding.span.start,
            length: finding.span.len(),
            message: &finding.message,
            clause: finding.rule.clause,
            label: finding.rule.label.key(),
        }
    }

    /// A line that is no payload: its error, as a finding that blocks.
    fn of_line(fault: &'a Fault<'a>) -> Self {
        Self {
            rule: fault.code,
            severity: Severity::Error.key(),
            offset: fault.offset,
            length: 0,
            message: &fault.message,
            clause: "UPQR 1.4",
            label: rules::Label::Structure.key(),
        }
    }
}

pub(crate) fn run(arguments: &Listing, out: &mut impl Write) -> Result<Exit, Stop> {
    let mut exit = Exit::Conforms;
    let masked = !arguments.show_values;
    input::each(arguments, |line| {
        let found = match &line.payload {
            Ok(text) => rules::check(text),
            Err(_) => Findings { findings: Vec::new() },
        };
        if line.payload.is_err() || found.severity() == Some(Severity::Error) {
            exit = Exit::Findings;
        }
        match arguments.format {
            Format::Human => human_line(&line, &found, masked, out),
            Format::Json | Format::Ndjson => machine_line(&line, &found, arguments.format, masked, out),
        }
    })?;
    Ok(exit)
}

fn human_line(line: &Line<'_>, found: &Findings, masked: bool, out: &mut impl Write) -> Result<(), Stop> {
    match &line.payload {
        Ok(text) => Ok(human::checked(line, &show(text, masked), text, found, out)?),
        Err(error) => Ok(human::unreadable(line.file, line.number, error, out)?),
    }
}

fn machine_line(
    line: &Line<'_>,
    found: &Findings,
    format: Format,
    masked: bool,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let fault = line.payload.as_ref().err().map(Fault::of_line);
    let findings = match &fault {
        Some(fault) => vec![Finding::of_line(fault)],
        None => found.findings.iter().map(Finding::of).collect(),
    };
    let disposition = if fault.is_some() { Disposition::Block } else { found.disposition() };
    let answer = Checked {
        file: line.file.map(|file| file.display().to_string()),
        line: line.number,
        disposition: disposition.key(),
        findings,
        masked,
    };
    if format == Format::Json {
        serde_json::to_writer_pretty(&mut *out, &answer).map_err(std::io::Error::from)?;
    } else {
        serde_json::to_writer(&mut *out, &answer).map_err(std::io::Error::from)?;
    }
    Ok(out.write_all(b"\n")?)
}
