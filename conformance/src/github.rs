//! Findings as workflow commands of GitHub Actions, which become annotations of the files.

use std::io::{self, Write};

use upqr::rules::{Diagnostic, Severity};

use crate::caret::waiver;
use crate::check::{Checked, Entry};
use crate::human::escape;
use crate::language::{self, Language};
use crate::place::region;
use crate::source::Origin;

/// Writes one command a finding.
pub(crate) fn line(language: Language, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
    for entry in checked.entries() {
        let command = match entry.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let mut message = entry.headline(language);
        if let Entry::Finding(finding) = entry
            && let Some(allowed) = waiver(language, finding)
        {
            message = [&message, language.comma(), &allowed].concat();
        }
        annotation(command, checked, entry, &message, out)?;
    }
    for finding in &checked.found.upcoming {
        let entry = Entry::Finding(finding);
        annotation("notice", checked, entry, &later(language, finding), out)?;
    }
    Ok(())
}

/// A finding of a later day.
pub(crate) fn later(language: Language, finding: &Diagnostic) -> String {
    let day = finding.period.from.map_or_else(String::new, |day| language.with(language::FROM, day));
    [&day, language.colon(), &Entry::Finding(finding).headline(language)].concat()
}

fn annotation(
    command: &str,
    checked: &Checked<'_>,
    entry: Entry<'_>,
    message: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "::{command} ")?;
    let number = checked.line.number;
    if let Origin::Picture(path) = checked.line.origin {
        let file = property(&escape(&path.display().to_string()));
        writeln!(out, "file={file},title={}::{}", property(entry.rule()), data(message))
    } else if let Origin::File(path) = checked.line.origin {
        write!(out, "file={},", property(&escape(&path.display().to_string())))?;
        match region(checked.line, entry) {
            Some(region) => {
                write!(out, "line={},endLine={},", region.line, region.end_line)?;
                // Columns count only where one line has both of them.
                if region.line == region.end_line {
                    write!(out, "col={},endColumn={},", region.column, region.end_column)?;
                }
            }
            None => write!(out, "line={number},")?,
        }
        writeln!(out, "title={}::{}", property(entry.rule()), data(message))
    } else {
        let name = checked.name().display();
        writeln!(out, "title={}::{name} {number}: {}", property(entry.rule()), data(message))
    }
}

/// A message as the runner reads it.
pub(crate) fn data(text: &str) -> String {
    escape(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, which ends at a comma or a colon.
pub(crate) fn property(text: &str) -> String {
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    escaped.replace(':', "%3A").replace(',', "%2C")
}
