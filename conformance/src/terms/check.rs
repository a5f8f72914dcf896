//! `upqr terms check`: whether a payload and a document speak of the same contract.

use std::fmt::Write as _;
use std::io::Write;

use upqr::terms::{self, Disagreement, Document};

use super::{Given, Pair, agreement, given, parsed, unreadable, write};
use crate::arguments::Format;
use crate::exit::{Exit, Stop};
use crate::human::{BAD, GOOD, NAME, escape};
use crate::json;
use crate::output::write_styled;

pub(super) fn run(pair: &Pair, out: &mut impl Write) -> Result<Exit, Stop> {
    let Given { payload, document: octets } = given(pair, None)?;
    let fault = |fault| unreadable(&pair.document, &fault);
    let document = Document::parse(&octets).map_err(fault)?;
    let found = terms::agree(&parsed(&payload)?, &octets).map_err(fault)?;
    if pair.format == Format::Human {
        write_styled(out, &shown(&document, &found))?;
    } else {
        let mut line = Vec::new();
        agreement(&mut line, &found);
        json::literal(&mut line, ",\"kind\":");
        json::text(&mut line, document.kind.number());
        json::literal(&mut line, ",\"reference\":");
        json::text(&mut line, &document.contract.reference);
        json::literal(&mut line, "}");
        write(&line, pair.format, out)?;
    }
    Ok(if found.is_empty() { Exit::Conforms } else { Exit::Findings })
}

fn shown(document: &Document, found: &[Disagreement]) -> String {
    let reference = escape(&document.contract.reference);
    let (number, name) = (document.kind.number(), document.kind.name());
    let mut text = if found.is_empty() {
        format!("{GOOD}agrees{GOOD:#}  contract {reference}, kind {number}, {name}\n")
    } else {
        format!("{BAD}does not agree{BAD:#}  contract {reference}, kind {number}, {name}\n")
    };
    disagreements(found, &mut text);
    text
}

/// A disagreement a line.
pub(super) fn disagreements(found: &[Disagreement], text: &mut String) {
    for Disagreement { object, message } in found {
        let _ = writeln!(text, "  {NAME}{:<10}{NAME:#} {}", object.to_string(), escape(message));
    }
}
