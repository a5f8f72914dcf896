//! `upqr recognise`: whose code a text may be.

use std::io::Write;

use upqr::recognise::{Hints, Recognition, recognise_with};

use crate::arguments::{Format, Recognise};
use crate::decode::show;
use crate::exit::{Exit, Stop};
use crate::input::{self, Cut, Line, LineError};
use crate::machine::{self, Fault};
use crate::{human, json};

/// One line's answer.
pub(crate) struct Recognised<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) answer: Result<(String, Recognition), &'a LineError>,
    masked: bool,
}

pub(crate) fn run(arguments: &Recognise, out: &mut impl Write) -> Result<Exit, Stop> {
    let listing = &arguments.listing;
    let hints = Hints { mode: arguments.mode, symbology: arguments.symbology };
    let masked = !listing.show_values;
    let mut exit = Exit::Conforms;
    input::each(&listing.source, Cut::Lines, |line| {
        let answer = match &line.payload {
            Ok(text) => Ok((show(text, masked).into_owned(), recognise_with(text, hints))),
            Err(error) => {
                exit = Exit::Findings;
                Err(error)
            }
        };
        write(&Recognised { line: &line, answer, masked }, listing.format, out)
    })?;
    Ok(exit)
}

fn write(recognised: &Recognised<'_>, format: Format, out: &mut impl Write) -> Result<(), Stop> {
    if format == Format::Human {
        return Ok(human::recognised(recognised, out)?);
    }
    let mut line = Vec::new();
    recognised.write(&mut line);
    if format == Format::Json {
        return Ok(json::write_indented(&line, out)?);
    }
    line.push(b'\n');
    Ok(out.write_all(&line)?)
}

impl Recognised<'_> {
    /// `{"line","payload","verdict","candidates","error"}`
    fn write(&self, out: &mut Vec<u8>) {
        json::literal(out, "{");
        if let Some(file) = self.line.file {
            json::literal(out, "\"file\":");
            json::text(out, &file.display().to_string());
            json::literal(out, ",");
        }
        json::literal(out, "\"line\":");
        json::number(out, self.line.number);
        match &self.answer {
            Ok((payload, found)) => {
                json::literal(out, ",\"payload\":");
                json::text(out, payload);
                json::literal(out, ",\"verdict\":");
                json::text(out, found.verdict().key());
                json::literal(out, ",\"candidates\":");
                machine::candidates(out, &found.candidates);
                json::literal(out, ",\"error\":null");
            }
            Err(error) => {
                json::literal(out, ",\"payload\":null,\"verdict\":\"unknown\",\"candidates\":[],\"error\":");
                json::value(out, &Fault::of_line(error));
            }
        }
        json::literal(out, if self.masked { ",\"masked\":true}" } else { "}" });
    }
}
