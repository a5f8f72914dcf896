//! Findings for a person: a caret under the bytes at fault, inside a window of the payload.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar as _;
use upqr::rules::{Diagnostic, Disposition, Findings, Severity};
use upqr::scheme::{Confidence, Scheme};

use crate::check::{Checked, Entry};
use crate::decode::show;
use crate::human::{BAD, BOLD, DOUBT, FAINT, GOOD, acts, escape, head};
use crate::language::{self, Language};
use crate::ndjson::is_shown;
use crate::place::stretch;
use crate::{fix, output};

/// How findings are shown.
pub(crate) struct View {
    language: Language,
    masked: bool,
    /// Whether they go to a file, which has no colours.
    to_file: bool,
    width: usize,
    /// Whether some rules were left out by choice.
    chosen: bool,
}

impl View {
    pub(crate) fn new(language: Language, masked: bool, to_file: bool, chosen: bool) -> Self {
        let width = if to_file { output::page() } else { output::width() };
        Self { language, masked, to_file, width, chosen }
    }

    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    pub(crate) const fn is_masked(&self) -> bool {
        self.masked
    }

    /// Writes a page, in colours where it goes to a terminal.
    pub(crate) fn write(&self, mut out: &mut dyn Write, text: &str) -> io::Result<()> {
        if self.to_file { output::write_plain(&mut out, text) } else { output::write_styled(&mut out, text) }
    }
}

/// Writes what was found in a line.
pub(crate) fn line(view: &View, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = head(checked.line.file, checked.line.number);
    match &checked.line.payload {
        Ok(payload) => {
            heading(view, checked, &mut text);
            findings(view, checked, payload, &mut text);
        }
        Err(error) => {
            let byte = view.language.with(language::BYTE, error.offset);
            let headline = escape(&Entry::Unreadable(error).headline(view.language));
            let colon = view.language.colon();
            let _ = writeln!(text, "  {BAD}{}{BAD:#} {byte}{colon}{headline}", error.code);
        }
    }
    view.write(out, &text)
}

/// Findings of a line that are shown with their bytes.
const MOST_FINDINGS: usize = 20;

/// Says what may be done with a payload, and whose it is.
pub(crate) fn heading(view: &View, checked: &Checked<'_>, text: &mut String) {
    let (found, language) = (checked.found, view.language);
    let count = match found.findings.len() {
        0 if view.chosen => language.say(language::NOTHING_CHOSEN).to_owned(),
        count => language.count(count),
    };
    let disposition = checked.disposition();
    let style = disposition_style(disposition);
    let word = language.say(language::disposition(disposition));
    let heading: Vec<&str> = std::iter::once(count.as_str()).chain(schemes(found)).collect();
    let _ = writeln!(text, "  {style}{word}{style:#}  {}", heading.join(" · "));
}

/// Shows each finding of a payload.
pub(crate) fn findings(view: &View, checked: &Checked<'_>, payload: &str, text: &mut String) {
    let (found, language) = (checked.found, view.language);
    let shown = show(payload, view.masked);
    for finding in found.findings.iter().take(MOST_FINDINGS) {
        snippet(view, checked, payload, &shown, finding, text);
    }
    if let Some(more) = found.findings.len().checked_sub(MOST_FINDINGS).filter(|more| *more > 0) {
        let _ = writeln!(text, "{}", language.with(language::MORE, more));
    }
    if found.omitted > 0 {
        let _ = writeln!(text, "{}", language.with(language::MORE_UNKEPT, found.omitted));
    }
    upcoming(language, &found.upcoming, text);
}

/// The schemes of a text, each once, as far as a line has room for them.
fn schemes(found: &Findings) -> Vec<&str> {
    const MOST_SCHEMES: usize = 6;
    let mut ids: Vec<&str> = Vec::new();
    for attribution in &found.schemes {
        let id = attribution.scheme.id.as_str();
        if ids.len() < MOST_SCHEMES && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

pub(crate) const fn disposition_style(disposition: Disposition) -> Style {
    match disposition {
        Disposition::Pay => GOOD,
        Disposition::Confirm => DOUBT,
        Disposition::Block => BAD,
    }
}

/// A finding under its window.
fn snippet(
    view: &View,
    checked: &Checked<'_>,
    payload: &str,
    shown: &str,
    finding: &Diagnostic,
    text: &mut String,
) {
    let language = view.language;
    let number = usize::try_from(checked.line.number).unwrap_or(usize::MAX);
    // The number of the line and a bar stand before the window.
    let gutter = number.checked_ilog10().map_or(1, |log| usize::try_from(log).unwrap_or(0).saturating_add(1));
    let room = view.width.saturating_sub(gutter.saturating_add(3));
    let (window, span) = window(shown, span_in(shown, payload, &finding.span), room);
    let source =
        Snippet::source(window.as_str()).line_start(number).annotation(AnnotationKind::Primary.span(span));
    let title = match language {
        Language::En => escape(&finding.message),
        Language::ZhCn => finding.rule.title.zh.to_owned(),
    };
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let level = level.with_name(language.say(language::severity(finding.severity)));
    let title = level.primary_title(title).id(finding.rule.id);
    // Of a picture with several payloads there is no text to point into.
    let group = if payload.is_empty() { Group::with_title(title) } else { title.element(source) };
    let notes = notes(view, finding, payload, shown);
    let group = notes.into_iter().fold(group, |group: Group<'_>, (level, note)| {
        let level = match level {
            Side::Note => Level::NOTE.with_name(language.say(language::NOTE)),
            Side::Help => Level::HELP.with_name(language.say(language::HELP)),
        };
        // `= note: ` stands before it.
        let room = room.saturating_sub(12).max(16);
        group.element(level.message(textwrap::fill(&note, room)))
    });
    let rendered = Renderer::styled().term_width(view.width).render(&[group]);
    let (title, rest) = rendered.split_once('\n').unwrap_or((&rendered, ""));
    let _ = writeln!(text, "{title}");
    if let Some(file) = checked.line.file {
        let place = place(checked, payload, finding.span.start);
        let _ = writeln!(
            text,
            "{:gutter$}{ARROW}--> {ARROW:#}{}{place}",
            "",
            escape(&file.display().to_string())
        );
    }
    let _ = writeln!(text, "{rest}");
}

/// The arrow before a file's name, as the renderer draws the rest of the frame.
const ARROW: Style = AnsiColor::BrightBlue.on_default().bold();

/// `:line:column` in the file, where the renderer would count the columns of the window; a payload inside a JSON object has none.
fn place(checked: &Checked<'_>, payload: &str, start: usize) -> String {
    let number = checked.line.number;
    if !checked.line.plain {
        return format!(":{number}");
    }
    let region = stretch(payload, number, start, start);
    format!(":{}:{}", region.line, region.column)
}

/// What kind of remark stands under a finding.
#[derive(Clone, Copy)]
enum Side {
    Note,
    Help,
}

/// What is said under a finding: where the rule stands, who asks for it or allows it, and what would mend it.
fn notes(view: &View, finding: &Diagnostic, payload: &str, shown: &str) -> Vec<(Side, String)> {
    let language = view.language;
    let mut notes = Vec::new();
    if language != Language::En {
        notes.push((Side::Note, escape(&finding.message)));
    }
    let label = language.say(language::label(finding.rule.label));
    let clause = [label, language.colon(), finding.rule.clause].concat();
    let mut place = vec![clause];
    if !payload.is_empty() {
        place.push(language.with(language::BYTE, finding.span.start));
    }
    place.extend(finding.scheme.map(|scheme| scheme_name(language, scheme)));
    place.extend(finding.period.from.map(|day| language.with(language::IN_FORCE_FROM, day)));
    place.extend(finding.period.until.map(|day| language.with(language::UNTIL, day)));
    notes.push((Side::Note, place.join(language.comma())));
    match finding.waived {
        Some(_) => notes.extend(waiver(language, finding).map(|words| (Side::Note, words))),
        None => notes.push((Side::Help, language.say(finding.rule.remedy).to_owned())),
    }
    if let Some(suggested) = &finding.fix {
        let safe = language.say(if suggested.safe { language::SAFE } else { language::UNSAFE });
        let open = is_shown(finding.rule, view.masked);
        let what = fix::describe(language, open, suggested, payload, view.masked.then_some(shown));
        let heading = [language.say(language::FIX), &language.brackets(safe), language.colon()].concat();
        notes.push((Side::Note, heading + &escape(&what)));
    }
    notes
}

/// `scheme hkqr`, and how far its facts are known where that is not far.
fn scheme_name(language: Language, scheme: &Scheme) -> String {
    let mut name = [language.say(language::SCHEME), " ", &scheme.id].concat();
    if scheme.confidence < Confidence::High {
        name.push_str(&language.brackets(language.say(language::confidence(scheme.confidence))));
    }
    name
}

/// `allowed by hkqr: …`
pub(crate) fn waiver(language: Language, finding: &Diagnostic) -> Option<String> {
    let (scheme, waiver) = finding.waived?;
    let reason = if language == Language::En { &waiver.reason } else { &waiver.reason_zh };
    Some([&language.with(language::ALLOWED_BY, &scheme.id), language.colon(), reason].concat())
}

/// What the rules of a later day will find.
fn upcoming(language: Language, findings: &[Diagnostic], text: &mut String) {
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(text, "{BOLD}{}{BOLD:#}", language.say(language::NEXT));
    for finding in findings.iter().take(MOST_FINDINGS) {
        let day = finding.period.from.map_or_else(String::new, |day| language.with(language::FROM, day));
        let byte = language.with(language::BYTE, finding.span.start);
        let headline = escape(&Entry::Finding(finding).headline(language));
        let severity = language.say(language::severity(finding.severity));
        let (id, colon) = (finding.rule.id, language.colon());
        let _ = writeln!(text, "  {DOUBT}{day}{DOUBT:#}  {severity}[{id}]  {byte}{colon}{headline}");
    }
    if let Some(more) = findings.len().checked_sub(MOST_FINDINGS).filter(|more| *more > 0) {
        let _ = writeln!(text, "  {FAINT}{}{FAINT:#}", language.with(language::MORE, more));
    }
}

/// Columns before a fault, and of it and after it, that are shown where there is room.
const BEFORE: usize = 24;
const AFTER: usize = 64;

/// The part of a text around a span that has room, and the span in it; what is cut off is marked by `…`.
fn window(text: &str, span: Range<usize>, room: usize) -> (String, Range<usize>) {
    // A mark stands at both ends.
    let room = room.saturating_sub(2);
    let before = BEFORE.min(room / 3);
    let after = AFTER.min(room.saturating_sub(before));
    let head = text.get(..span.start).unwrap_or_default();
    let start = span.start.saturating_sub(fitting(head.chars().rev(), before));
    let tail = text.get(span.start..).unwrap_or_default();
    let end = span.start.saturating_add(fitting(tail.chars(), after));
    let (head, tail) = (if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
    let window = escape(text.get(start..end).unwrap_or_default());
    let offset = head.len().saturating_add(escape(text.get(start..span.start).unwrap_or_default()).len());
    let length = escape(text.get(span.start..span.end.min(end)).unwrap_or_default()).len();
    ([head, &window, tail].concat(), offset..offset.saturating_add(length))
}

/// Bytes of the characters that fit into so many columns.
fn fitting(characters: impl Iterator<Item = char>, columns: usize) -> usize {
    let (mut used, mut bytes) = (0_usize, 0_usize);
    for c in characters {
        let width = if acts(c) { c.escape_default().len() } else { c.width().unwrap_or(1) };
        used = used.saturating_add(width);
        if used > columns {
            break;
        }
        bytes = bytes.saturating_add(c.len_utf8());
    }
    bytes
}

/// The span of a text in its mask, which has as many characters but fewer bytes.
pub(crate) fn span_in(shown: &str, payload: &str, span: &Range<usize>) -> Range<usize> {
    let characters = |end: usize| payload.get(..end).map_or(0, |before| before.chars().count());
    let bytes = |count: usize| shown.char_indices().nth(count).map_or(shown.len(), |(offset, _)| offset);
    bytes(characters(span.start))..bytes(characters(span.end))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use upqr::rules::{self, Fix};
    use upqr::scheme::{Period, Scheme};

    use super::*;

    /// A finding of a scheme that is known at second hand, whose row holds for a year.
    fn finding() -> Diagnostic {
        Diagnostic {
            rule: rules::with_id("bad-format").expect("a rule"),
            span: 8..10,
            message: "what is wrong".into(),
            severity: Severity::Warning,
            disposition: Disposition::Confirm,
            object: None,
            scheme: Scheme::all().find(|scheme| scheme.confidence == Confidence::Medium),
            period: Period { from: Some(date(2027, 1, 1)), until: Some(date(2028, 1, 1)) },
            waived: None,
            fix: Some(Box::new(Fix { span: 8..10, text: "CN".to_owned(), safe: false })),
        }
    }

    #[track_caller]
    fn check(language: Language, mask: &str, expected: &[&str]) {
        let mut finding = finding();
        let view = View { language, masked: mask != PAYLOAD, to_file: true, width: 100, chosen: false };
        let notes = notes(&view, &finding, PAYLOAD, mask);
        let scheme = finding.scheme.take().map_or("", |scheme| scheme.id.as_str());
        let notes: Vec<String> = notes.into_iter().map(|(_, note)| note.replace(scheme, "SCHEME")).collect();
        let remedy = language.say(finding.rule.remedy);
        let expected: Vec<&str> =
            expected.iter().map(|note| if *note == "REMEDY" { remedy } else { note }).collect();
        assert_eq!(notes, expected);
    }

    const PAYLOAD: &str = "00020159XY6304ABCD";

    #[test]
    fn notes_say_who_asks_and_since_when() {
        let place = "profile: EMV MPM 4.7, byte 8, scheme SCHEME (second-hand), in force from 2027-01-01, \
                     no longer from 2028-01-01 on";
        check(Language::En, PAYLOAD, &[place, "REMEDY", "fix (unsafe): replace `XY` with `CN`"]);
        // What the mask hides, the words hide too.
        check(Language::En, "00020159**6304ABCD", &[place, "REMEDY", "fix (unsafe): bytes 8 to 9"]);
        let place = "EMV 规范：EMV MPM 4.7，第 8 字节，方案 SCHEME（间接资料），自 2027-01-01 起生效，自 2028-01-01 起失效";
        let fix = "修复（不安全）：将 `XY` 替换为 `CN`";
        check(Language::ZhCn, PAYLOAD, &["what is wrong", place, "REMEDY", fix]);
        let fix = "修复（不安全）：第 8 至 9 字节";
        check(Language::ZhCn, "00020159**6304ABCD", &["what is wrong", place, "REMEDY", fix]);
    }

    #[test]
    fn what_starts_failing_next_is_listed_with_its_day() {
        for (language, heading, line) in [
            (
                Language::En,
                "what starts failing next",
                "from 2027-01-01 on  warning[bad-format]  byte 8: what is wrong",
            ),
            (
                Language::ZhCn,
                "即将不再通过的项目",
                "自 2027-01-01 起  警告[bad-format]  第 8 字节：值的格式不符合该对象的要求：what is wrong",
            ),
        ] {
            let mut text = String::new();
            upcoming(language, &[finding()], &mut text);
            let plain = anstream::adapter::strip_str(&text).to_string();
            assert_eq!(plain, format!("{heading}\n  {line}\n"));
            text.clear();
            upcoming(language, &[], &mut text);
            assert_eq!(text, "");
        }
    }

    #[test]
    fn a_window_fits_and_its_span_stays() {
        let text = "a面\u{7}b".repeat(40);
        for room in 0..120 {
            for (start, _) in text.char_indices().step_by(7) {
                let end = text.len().min(start.saturating_add(30));
                let end = (end..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
                let (window, span) = window(&text, start..end, room);
                let columns: usize = window.chars().map(|c| c.width().unwrap_or(0)).sum();
                assert!(columns <= room.max(2), "{columns} of {room}: {window}");
                let marked = window.get(span).expect("a span of the window");
                assert!(escape(text.get(start..end).unwrap_or_default()).starts_with(marked), "{marked}");
            }
        }
    }
}
