//! The forms in which pictures are listed: those of `check`, and two of their own that say what is inside the symbol.

use std::io::Write;

use super::arguments::Arguments;
use super::judge::Judged;
use super::{human, machine};
use crate::arguments::CheckFormat;
use crate::caret::View;
use crate::check::Checked;
use crate::exit::Stop;
use crate::github;
use crate::json;
use crate::junit::Junit;
use crate::language::Language;
use crate::markdown::Markdown;
use crate::ndjson::Form;
use crate::sarif::Sarif;

pub(super) enum Listing {
    Human(View, bool),
    Machine(Form, machine::View),
    Sarif(Box<Sarif>),
    Junit(Box<Junit>),
    Github(Language),
    Markdown(Markdown),
}

impl Listing {
    pub(super) fn new(arguments: &Arguments) -> Self {
        let (masked, language, explain) = (!arguments.show_values, arguments.lang, arguments.explain);
        let machine =
            |form| Self::Machine(form, machine::View { masked, explain, profile: arguments.profile });
        match arguments.format {
            CheckFormat::Human => {
                let chosen = !arguments.select.is_empty() || !arguments.ignore.is_empty();
                Self::Human(View::new(language, masked, arguments.output_file.is_some(), chosen), explain)
            }
            CheckFormat::Json => machine(Form::Indented),
            CheckFormat::Ndjson => machine(Form::Lines),
            CheckFormat::Sarif => Self::Sarif(Box::new(Sarif::of_pictures(language, masked))),
            CheckFormat::Junit => Self::Junit(Box::new(Junit::of_pictures(language))),
            CheckFormat::Github => Self::Github(language),
            CheckFormat::Markdown => Self::Markdown(Markdown::of_pictures(language)),
        }
    }

    pub(super) fn start(&mut self, out: &mut dyn Write) -> Result<(), Stop> {
        match self {
            Self::Sarif(sarif) => Ok(sarif.start(out)?),
            Self::Junit(junit) => Ok(junit.start(out)?),
            _ => Ok(()),
        }
    }

    pub(super) fn picture(&mut self, judged: &Judged<'_>, out: &mut dyn Write) -> Result<(), Stop> {
        let line = judged.line();
        let checked = Checked { line: &line, found: &judged.found };
        match self {
            Self::Human(view, explain) => Ok(human::picture(view, *explain, judged, &checked, out)?),
            Self::Machine(form, view) => {
                let mut object = Vec::new();
                machine::object(&mut object, view, judged, &checked);
                if *form == Form::Indented {
                    return Ok(json::write_indented(&object, &mut &mut *out)?);
                }
                object.push(b'\n');
                Ok(out.write_all(&object)?)
            }
            Self::Sarif(sarif) => Ok(sarif.line(&checked, out)?),
            Self::Junit(junit) => Ok(junit.line(&checked, out)?),
            Self::Github(language) => Ok(github::line(*language, &checked, out)?),
            Self::Markdown(markdown) => Ok(markdown.line(&checked, out)?),
        }
    }

    pub(super) fn end(&mut self, out: &mut dyn Write) -> Result<(), Stop> {
        match self {
            Self::Human(..) | Self::Machine(..) | Self::Github(_) => Ok(()),
            Self::Sarif(_) => Ok(Sarif::end(out)?),
            Self::Junit(junit) => Ok(junit.end(out)?),
            Self::Markdown(markdown) => Ok(markdown.end(out)?),
        }
    }
}
