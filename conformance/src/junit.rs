//! Findings as JUnit's XML: a suite for each file, a case for each line, a failure where the line is rejected.
//!
//! A suite begins with its counts, so its cases wait, in memory or beyond a mebibyte in a file of the system's, until it is complete.

use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};
use std::path::PathBuf;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use tempfile::SpooledTempFile;
use upqr::rules::Severity;

use crate::caret::waiver;
use crate::check::{Checked, Entry};
use crate::github::later;
use crate::human::escape;
use crate::language::{self, Language};

/// Bytes of a suite that are held in memory.
const HELD: usize = 1 << 20;

/// Writes suites as they are complete.
pub(crate) struct Junit {
    language: Language,
    /// What is listed, and what a case is called.
    words: [&'static str; 2],
    suite: Option<Suite>,
}

/// The cases of a file so far.
struct Suite {
    name: PathBuf,
    cases: Writer<BufWriter<SpooledTempFile>>,
    tests: u64,
    failures: u64,
}

impl Junit {
    pub(crate) const fn new(language: Language) -> Self {
        Self { language, words: ["upqr check", "line"], suite: None }
    }

    /// Of pictures, which have pages instead of lines.
    pub(crate) const fn of_pictures(language: Language) -> Self {
        Self { language, words: ["upqr scan", "page"], suite: None }
    }

    pub(crate) fn start(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = Writer::new(&mut *out);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        writer.write_event(Event::Text(BytesText::new("\n")))?;
        let root = BytesStart::new("testsuites").with_attributes([("name", self.words[0])]);
        writer.write_event(Event::Start(root))?;
        writer.write_event(Event::Text(BytesText::new("\n")))
    }

    pub(crate) fn line(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.suite.as_ref().is_some_and(|suite| suite.name != checked.name()) {
            self.close(out)?;
        }
        let language = self.language;
        let suite = self.suite.get_or_insert_with(|| Suite {
            name: checked.name().to_owned(),
            cases: Writer::new(BufWriter::new(SpooledTempFile::new(HELD))),
            tests: 0,
            failures: 0,
        });
        suite.tests = suite.tests.saturating_add(1);
        suite.failures = suite.failures.saturating_add(u64::from(checked.fails()));
        let name = plain(&checked.name().display().to_string());
        let number = format!("{} {}", self.words[1], checked.line.number);
        let case = suite.cases.create_element("testcase");
        let case = case.with_attributes([("name", number.as_str()), ("classname", name.as_str())]);
        case.write_inner_content(|writer| inner(language, checked, writer))?;
        suite.cases.write_event(Event::Text(BytesText::new("\n")))
    }

    pub(crate) fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.close(out)?;
        let mut writer = Writer::new(&mut *out);
        writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
        writer.write_event(Event::Text(BytesText::new("\n")))
    }

    /// Writes the suite that is complete.
    fn close(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(suite) = self.suite.take() else { return Ok(()) };
        let (tests, failures) = (suite.tests.to_string(), suite.failures.to_string());
        let name = plain(&suite.name.display().to_string());
        let start = BytesStart::new("testsuite").with_attributes([
            ("name", name.as_str()),
            ("tests", tests.as_str()),
            ("failures", failures.as_str()),
            ("errors", "0"),
            ("skipped", "0"),
        ]);
        let mut writer = Writer::new(&mut *out);
        writer.write_event(Event::Start(start))?;
        writer.write_event(Event::Text(BytesText::new("\n")))?;
        let mut cases = suite.cases.into_inner().into_inner().map_err(io::IntoInnerError::into_error)?;
        cases.seek(SeekFrom::Start(0))?;
        io::copy(&mut cases, &mut *out)?;
        let mut writer = Writer::new(&mut *out);
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
        writer.write_event(Event::Text(BytesText::new("\n")))
    }
}

/// One failure with all that rejects the line, and the other findings as what the case says.
fn inner(
    language: Language,
    checked: &Checked<'_>,
    writer: &mut Writer<BufWriter<SpooledTempFile>>,
) -> io::Result<()> {
    let rejects = |entry: &Entry<'_>| entry.severity() == Severity::Error;
    let said = |entries: Vec<Entry<'_>>| -> Vec<String> {
        entries.into_iter().map(|entry| sentence(language, entry)).collect()
    };
    if let Some(first) = checked.entries().find(rejects) {
        let message = plain(&first.headline(language));
        let failures = said(checked.entries().filter(rejects).collect()).join("\n");
        let failure = writer.create_element("failure");
        let failure = failure.with_attributes([("type", first.rule()), ("message", message.as_str())]);
        failure.write_text_content(BytesText::new(&failures))?;
    }
    let mut others = said(checked.entries().filter(|entry| !rejects(entry)).collect());
    others.extend(
        checked
            .found
            .upcoming
            .iter()
            .map(|finding| plain(&format!("info[{}] {}", finding.rule.id, later(language, finding)))),
    );
    if !others.is_empty() {
        writer.create_element("system-out").write_text_content(BytesText::new(&others.join("\n")))?;
    }
    Ok(())
}

/// A finding on one line.
fn sentence(language: Language, entry: Entry<'_>) -> String {
    let severity = language.say(language::severity(entry.severity()));
    let byte = language.with(language::BYTE, entry.span().start);
    let (headline, clause) = (entry.headline(language), entry.clause());
    let place = language.brackets(&[clause, language.comma(), &byte].concat());
    let mut said = format!("{severity}[{}] {headline}{place}", entry.rule());
    if let Entry::Finding(finding) = entry
        && let Some(allowed) = waiver(language, finding)
    {
        said = [&said, language.comma(), &allowed].concat();
    }
    plain(&said)
}

/// A text without the characters that XML does not have.
pub(crate) fn plain(text: &str) -> String {
    escape(text).replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}
