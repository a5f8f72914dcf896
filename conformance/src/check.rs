//! `upqr check`: what is wrong with payloads, where, and what that means for money.

use std::io::Write;
use std::ops::Range;
use std::path::Path;

use upqr::rules::{self, Diagnostic, Disposition, Findings, Options, Severity};

use crate::arguments::{Check, CheckFormat};
use crate::caret::{self, View};
use crate::exit::{Exit, Stop};
use crate::input::{self, Cut, Line, LineError};
use crate::junit::Junit;
use crate::language::{self, Language};
use crate::markdown::Markdown;
use crate::ndjson::{Form, Ndjson};
use crate::sarif::Sarif;
use crate::source::Origin;
use crate::statistics::Statistics;
use crate::{fix, github, output, scan};

/// A line, and what was found in its payload: nothing where it has none.
pub(crate) struct Checked<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) found: &'a Findings,
}

/// A finding of a payload, or why a line is none.
#[derive(Clone, Copy)]
pub(crate) enum Entry<'a> {
    Finding(&'a Diagnostic),
    Unreadable(&'a LineError),
}

/// The clause that says which lines are payloads.
pub(crate) const LINE_CLAUSE: &str = "UPQR 1.4";

/// The clause that says which pictures hold a payload.
pub(crate) const PICTURE_CLAUSE: &str = "UPQR 11.7";

/// The codes of lines that are no payloads, which stand where a rule's id does.
pub(crate) const LINE_CODES: [&str; 4] = ["line-too-long", "utf-8", "byte-order-mark", "ndjson"];

/// Whether a text makes the command fail: it is rejected, or no payment may be made from it.
pub(crate) fn fails(found: &Findings) -> bool {
    found.severity() == Some(Severity::Error) || found.disposition() == Disposition::Block
}

impl<'a> Checked<'a> {
    pub(crate) fn disposition(&self) -> Disposition {
        if self.line.payload.is_err() { Disposition::Block } else { self.found.disposition() }
    }

    /// Whether the line makes the command fail.
    pub(crate) fn fails(&self) -> bool {
        self.line.payload.is_err() || fails(self.found)
    }

    /// What was found, by its place.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let unreadable = self.line.payload.as_ref().err().map(Entry::Unreadable);
        unreadable.into_iter().chain(self.found.findings.iter().map(Entry::Finding))
    }

    /// The input by its name.
    pub(crate) fn name(&self) -> &'a Path {
        match self.line.origin {
            Origin::Argument => Path::new("payload"),
            Origin::Stdin => Path::new("stdin"),
            Origin::File(path) | Origin::Picture(path) => path,
        }
    }
}

impl<'a> Entry<'a> {
    pub(crate) fn rule(self) -> &'a str {
        match self {
            Self::Finding(finding) => finding.rule.id,
            Self::Unreadable(error) => error.code,
        }
    }

    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Finding(finding) => finding.severity,
            Self::Unreadable(_) => Severity::Error,
        }
    }

    pub(crate) fn span(self) -> Range<usize> {
        match self {
            Self::Finding(finding) => finding.span.clone(),
            Self::Unreadable(error) => error.offset..error.offset,
        }
    }

    pub(crate) fn clause(self) -> &'static str {
        match self {
            Self::Finding(finding) => finding.rule.clause,
            Self::Unreadable(error) if scan::CODES.contains(&error.code) => PICTURE_CLAUSE,
            Self::Unreadable(_) => LINE_CLAUSE,
        }
    }

    /// What is wrong, in English.
    pub(crate) fn message(self) -> &'a str {
        match self {
            Self::Finding(finding) => &finding.message,
            Self::Unreadable(error) => &error.message,
        }
    }

    /// What is wrong on one line in a language: beside English, the rule's title stands before the exact message.
    pub(crate) fn headline(self, language: Language) -> String {
        let message = self.message();
        match (self, language) {
            (_, Language::En) => message.to_owned(),
            (Self::Finding(finding), _) => format!("{}：{message}", finding.rule.title.zh),
            (Self::Unreadable(_), _) => format!("{}：{message}", language.say(language::UNREADABLE)),
        }
    }
}

/// Whether the output would take the place of a file that is read, itself or in a folder.
fn is_input(output: &Path, arguments: &Check) -> bool {
    let Ok(output) = output.canonicalize() else { return false };
    let inputs = arguments.source.inputs.iter().filter_map(|input| input.canonicalize().ok());
    inputs.into_iter().any(|input| output.starts_with(input))
}

pub(crate) fn run(arguments: &Check, out: &mut dyn Write) -> Result<Exit, Stop> {
    let options = Options {
        profile: arguments.profile,
        as_of: arguments.as_of,
        select: arguments.select.clone(),
        ignore: arguments.ignore.clone(),
    };
    if arguments.statistics && !Statistics::has_form(arguments.format) {
        let message =
            "--statistics comes as human, json, ndjson or markdown: give one of these with --format";
        return Err(Stop::Usage(message.to_owned()));
    }
    if let Some(path) = arguments.output_file.as_deref().filter(|path| is_input(path, arguments)) {
        let advice = "name another file, or change the inputs themselves with --fix --in-place";
        return Err(Stop::Usage(format!(
            "`{}` is an input and cannot be the output: {advice}",
            path.display()
        )));
    }
    output::to(arguments.output_file.as_deref(), out, |out| {
        if arguments.fix { fix::run(arguments, &options, out) } else { list(arguments, &options, out) }
    })
}

/// What an input is cut into.
pub(crate) const fn cut(arguments: &Check) -> Cut {
    if arguments.whole { Cut::Whole } else { Cut::Lines }
}

fn list(arguments: &Check, options: &Options, out: &mut dyn Write) -> Result<Exit, Stop> {
    let mut exit = Exit::Conforms;
    let mut listing = Listing::new(arguments);
    let mut begun = false;
    let listed = input::each(&arguments.source, cut(arguments), |line| {
        let found = match &line.payload {
            Ok(text) => rules::check_with(text, options),
            Err(_) => Findings::default(),
        };
        let checked = Checked { line: &line, found: &found };
        if checked.fails() {
            exit = Exit::Findings;
        }
        // Nothing is printed where there is nothing to work on.
        if !std::mem::replace(&mut begun, true) {
            listing.start(out)?;
        }
        listing.line(&checked, out)
    });
    let listed = listed.and_then(|()| listing.end(out));
    listed.map_or_else(|stop| stop.or_known(exit), |()| Ok(exit))
}

/// The form in which findings are listed.
enum Listing {
    Human(View),
    Machine(Ndjson),
    Sarif(Box<Sarif>),
    Junit(Box<Junit>),
    Github(Language),
    Markdown(Markdown),
    Statistics(Box<Statistics>),
}

impl Listing {
    fn new(arguments: &Check) -> Self {
        let (masked, language) = (!arguments.show_values, arguments.lang);
        let machine = |form| Self::Machine(Ndjson::new(form, masked, arguments.profile));
        if arguments.statistics {
            return Self::Statistics(Box::new(Statistics::new(arguments.format, language)));
        }
        match arguments.format {
            CheckFormat::Human => {
                let chosen = !arguments.select.is_empty() || !arguments.ignore.is_empty();
                Self::Human(View::new(language, masked, arguments.output_file.is_some(), chosen))
            }
            CheckFormat::Json => machine(Form::Indented),
            CheckFormat::Ndjson => machine(Form::Lines),
            CheckFormat::Sarif => Self::Sarif(Box::new(Sarif::new(language, masked))),
            CheckFormat::Junit => Self::Junit(Box::new(Junit::new(language))),
            CheckFormat::Github => Self::Github(language),
            CheckFormat::Markdown => Self::Markdown(Markdown::new(language)),
        }
    }

    fn start(&mut self, out: &mut dyn Write) -> Result<(), Stop> {
        match self {
            Self::Sarif(sarif) => Ok(sarif.start(out)?),
            Self::Junit(junit) => Ok(junit.start(out)?),
            _ => Ok(()),
        }
    }

    fn line(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> Result<(), Stop> {
        match self {
            Self::Human(view) => Ok(caret::line(view, checked, out)?),
            Self::Machine(ndjson) => Ok(ndjson.line(checked, out)?),
            Self::Sarif(sarif) => Ok(sarif.line(checked, out)?),
            Self::Junit(junit) => Ok(junit.line(checked, out)?),
            Self::Github(language) => Ok(github::line(*language, checked, out)?),
            Self::Markdown(markdown) => Ok(markdown.line(checked, out)?),
            Self::Statistics(statistics) => {
                statistics.count(checked);
                Ok(())
            }
        }
    }

    fn end(&mut self, out: &mut dyn Write) -> Result<(), Stop> {
        match self {
            Self::Human(_) | Self::Machine(_) | Self::Github(_) => Ok(()),
            Self::Sarif(_) => Ok(Sarif::end(out)?),
            Self::Junit(junit) => Ok(junit.end(out)?),
            Self::Markdown(markdown) => Ok(markdown.end(out)?),
            Self::Statistics(statistics) => Ok(statistics.write(out)?),
        }
    }
}
