//! `upqr recognise`: whose code a text may be.

use std::io::Write;

use serde::Serialize;
use upqr::recognise::{Hints, recognise_with};

use crate::arguments::{Format, Recognise};
use crate::decode::show;
use crate::exit::{Exit, Stop};
use crate::human;
use crate::input;
use crate::machine::{Candidates, Fault};

/// One line's answer.
#[derive(Serialize)]
pub(crate) struct Recognised<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    pub(crate) line: u64,
    pub(crate) payload: Option<String>,
    pub(crate) verdict: &'static str,
    pub(crate) candidates: Candidates<'a>,
    pub(crate) error: Option<Fault<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) masked: bool,
}

pub(crate) fn run(arguments: &Recognise, out: &mut impl Write) -> Result<Exit, Stop> {
    let listing = &arguments.listing;
    let hints = Hints { mode: arguments.mode, symbology: arguments.symbology };
    let masked = !listing.show_values;
    let mut exit = Exit::Conforms;
    input::each(listing, |line| {
        let file = line.file.map(|file| file.display().to_string());
        let found = line.payload.as_ref().ok().map(|text| recognise_with(text, hints));
        let answer = Recognised {
            file,
            line: line.number,
            payload: line.payload.as_ref().ok().map(|text| show(text, masked).into_owned()),
            verdict: found.as_ref().map_or("unknown", |found| found.verdict().key()),
            candidates: Candidates(found.as_ref().map_or(&[], |found| &found.candidates)),
            error: line.payload.as_ref().err().map(Fault::of_line),
            masked,
        };
        if answer.error.is_some() {
            exit = Exit::Findings;
        }
        write(&answer, listing.format, out)
    })?;
    Ok(exit)
}

fn write(answer: &Recognised<'_>, format: Format, out: &mut impl Write) -> Result<(), Stop> {
    match format {
        Format::Human => human::recognised(answer, out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, answer).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
        Format::Ndjson => {
            serde_json::to_writer(&mut *out, answer).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}
