//! Findings as tables for a report, one a file, and a line that sums up.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

use upqr::rules::Disposition;

use crate::caret::waiver;
use crate::check::{Checked, Entry};
use crate::github::later;
use crate::human::escape;
use crate::language::{self, Language};

/// Writes tables as lines come, and counts.
pub(crate) struct Markdown {
    language: Language,
    /// Whether pictures are listed, which have pages instead of lines.
    pictures: bool,
    /// The file whose table was begun.
    table: Option<PathBuf>,
    payloads: u64,
    findings: usize,
    dispositions: [u64; 3],
}

/// Every disposition, the mildest first.
pub(crate) const DISPOSITIONS: [Disposition; 3] =
    [Disposition::Pay, Disposition::Confirm, Disposition::Block];

impl Markdown {
    pub(crate) const fn new(language: Language) -> Self {
        Self { language, pictures: false, table: None, payloads: 0, findings: 0, dispositions: [0; 3] }
    }

    pub(crate) fn of_pictures(language: Language) -> Self {
        Self { pictures: true, ..Self::new(language) }
    }

    pub(crate) fn line(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.payloads = self.payloads.saturating_add(1);
        for (count, disposition) in self.dispositions.iter_mut().zip(DISPOSITIONS) {
            *count = count.saturating_add(u64::from(disposition == checked.disposition()));
        }
        for entry in checked.entries() {
            self.findings = self.findings.saturating_add(1);
            self.begin(checked, out)?;
            self.row(checked, entry, &self.said(entry), out)?;
        }
        for finding in &checked.found.upcoming {
            self.begin(checked, out)?;
            self.row(checked, Entry::Finding(finding), &later(self.language, finding), out)?;
        }
        Ok(())
    }

    /// Begins the table of a file.
    fn begin(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.table.as_deref() == Some(checked.name()) {
            return Ok(());
        }
        if self.table.replace(checked.name().to_owned()).is_some() {
            writeln!(out)?;
        }
        let language = self.language;
        let heads = [
            if self.pictures { language::PAGE } else { language::LINE },
            language::SEVERITY,
            language::RULE,
            language::PLACE,
            language::FINDING,
        ];
        let heads = heads.map(|words| language.say(words)).join(" | ");
        writeln!(out, "## {}\n", text(&checked.name().display().to_string()))?;
        writeln!(out, "| {heads} |\n|---:|---|---|---:|---|")
    }

    /// A finding, whose it is, and who allows it.
    fn said(&self, entry: Entry<'_>) -> String {
        let language = self.language;
        let mut said = entry.headline(language);
        if let Entry::Finding(finding) = entry {
            if let Some(scheme) = finding.scheme {
                said.push_str(&language.brackets(&scheme.id));
            }
            if let Some(allowed) = waiver(language, finding) {
                said = [&said, language.comma(), &allowed].concat();
            }
        }
        said
    }

    fn row(
        &self,
        checked: &Checked<'_>,
        entry: Entry<'_>,
        said: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let severity = self.language.say(language::severity(entry.severity()));
        let (number, offset) = (checked.line.number, entry.span().start);
        writeln!(out, "| {number} | {severity} | {} | {offset} | {} |", entry.rule(), text(said))
    }

    /// The line that sums up.
    pub(crate) fn end(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.table.is_some() {
            writeln!(out)?;
        }
        let language = self.language;
        let mut sum = language.checked(self.payloads);
        sum.push_str(language.colon());
        for (count, disposition) in self.dispositions.iter().zip(DISPOSITIONS) {
            let _ = write!(
                sum,
                "{count} {}{}",
                language.say(language::disposition(disposition)),
                language.comma()
            );
        }
        sum.push_str(&language.count(self.findings));
        writeln!(out, "{sum}")
    }
}

/// A text in a cell or a heading, in which no character has a meaning.
pub(crate) fn text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in escape(text).chars() {
        if matches!(c, '\\' | '|' | '`' | '<' | '*' | '_' | '[' | ']' | '#') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}
