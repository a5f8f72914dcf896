//! `upqr check --fix`: the inputs with their safe fixes applied; everything else of them stays byte for byte.

use std::borrow::Cow;
use std::io::{self, BufRead, Read as _, Write};
use std::ops::Range;
use std::path::Path;

use upqr::emv::crc::Crc16;
use upqr::emv::mpm;
use upqr::rules::{self, Diagnostic, Findings, Fix, Options, Rule};

use crate::arguments::Check;
use crate::caret::span_in;
use crate::check::{cut, fails};
use crate::decode::show;
use crate::exit::{Exit, Stop};
use crate::human::escape;
use crate::input::{self, Cut, MAX_LINE};
use crate::language::{self, Language};
use crate::ndjson::is_shown;
use crate::output::Replacement;
use crate::source::{Source, cannot_read, open, sources};

/// Times that a text is fixed and checked again at most.
const PASSES: usize = 4;

/// Prints the inputs with their safe fixes, or writes them in place.
pub(crate) fn run(arguments: &Check, options: &Options, out: &mut dyn Write) -> Result<Exit, Stop> {
    let sources = sources(&arguments.source)?;
    if arguments.in_place && !sources.iter().all(|source| matches!(source, Source::File(_))) {
        let message = "--in-place writes into files: give files, not a payload or standard input";
        return Err(Stop::Usage(message.to_owned()));
    }
    let mut fixer = Fixer { arguments, options, payloads: 0, fixed: 0, left: 0, rejected: false };
    for source in &sources {
        match source {
            Source::Payload(text) => fixer.argument(text, out)?,
            Source::Stdin => fixer.copy(&mut io::stdin().lock(), Path::new("-"), out)?,
            Source::File(path) if arguments.in_place => fixer.in_place(path)?,
            Source::File(path) => fixer.copy(&mut open(path)?, path, out)?,
        }
    }
    if fixer.payloads == 0 {
        return Err(input::nothing());
    }
    fixer.sum_up();
    Ok(if fixer.rejected { Exit::Findings } else { Exit::Conforms })
}

/// Fixes payloads, says what it changes, and counts.
struct Fixer<'a> {
    arguments: &'a Check,
    options: &'a Options,
    payloads: u64,
    fixed: u64,
    left: usize,
    /// Whether an error remains.
    rejected: bool,
}

impl Fixer<'_> {
    fn argument(&mut self, text: &str, out: &mut dyn Write) -> Result<(), Stop> {
        let fixed = self.payload(text, "payload");
        Ok(writeln!(out, "{fixed}")?)
    }

    /// Writes a file anew where anything in it is fixed.
    fn in_place(&mut self, path: &Path) -> Result<(), Stop> {
        let mut replacement = Replacement::of(path)?;
        let before = self.fixed;
        self.copy(&mut open(path)?, path, &mut replacement.writer)?;
        if self.fixed == before { Ok(()) } else { replacement.finish() }
    }

    fn copy(&mut self, reader: &mut impl BufRead, path: &Path, out: &mut dyn Write) -> Result<(), Stop> {
        let name = escape(&path.display().to_string());
        match cut(self.arguments) {
            Cut::Whole => self.whole(reader, path, &name, out),
            Cut::Lines => self.lines(reader, path, &name, out),
        }
    }

    fn whole(
        &mut self,
        reader: &mut impl BufRead,
        path: &Path,
        name: &str,
        out: &mut dyn Write,
    ) -> Result<(), Stop> {
        let mut octets = Vec::new();
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX).saturating_add(1);
        let read = reader.by_ref().take(limit).read_to_end(&mut octets);
        if read.map_err(|error| cannot_read(path, &error))? == 0 {
            return Ok(());
        }
        match input::from_whole(&octets) {
            Ok(text) => Ok(out.write_all(self.payload(text, name).as_bytes())?),
            Err(_) => {
                self.unreadable();
                out.write_all(&octets)?;
                io::copy(reader, &mut &mut *out)?;
                Ok(())
            }
        }
    }

    fn lines(
        &mut self,
        reader: &mut impl BufRead,
        path: &Path,
        name: &str,
        out: &mut dyn Write,
    ) -> Result<(), Stop> {
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX).saturating_add(2);
        let mut octets = Vec::new();
        let mut number = 0_u64;
        loop {
            octets.clear();
            let read = reader.by_ref().take(limit).read_until(b'\n', &mut octets);
            if read.map_err(|error| cannot_read(path, &error))? == 0 {
                return Ok(());
            }
            number = number.saturating_add(1);
            let (line, end) = split(&octets);
            if line.len() > MAX_LINE {
                self.unreadable();
                out.write_all(&octets)?;
                if !octets.ends_with(b"\n") {
                    pass_line(reader, out).map_err(|error| cannot_read(path, &error))?;
                }
                continue;
            }
            if !line.is_empty() {
                self.line(line, &format!("{name}:{number}"), out)?;
            }
            out.write_all(end)?;
        }
    }

    /// Writes a line with its fixes; of a JSON object only the text of `payload` changes.
    fn line(&mut self, line: &[u8], place: &str, out: &mut dyn Write) -> Result<(), Stop> {
        let Ok(payload) = input::from_line(line) else {
            self.unreadable();
            return Ok(out.write_all(line)?);
        };
        let fixed = self.payload(&payload, place);
        let Some(span) = input::place_in_line(line).filter(|_| *fixed != *payload) else {
            return Ok(out.write_all(line)?);
        };
        out.write_all(line.get(..span.start).unwrap_or_default())?;
        if span == (0..line.len()) {
            out.write_all(fixed.as_bytes())?;
        } else {
            serde_json::to_writer(&mut *out, &fixed).map_err(io::Error::from)?;
        }
        Ok(out.write_all(line.get(span.end..).unwrap_or_default())?)
    }

    fn unreadable(&mut self) {
        self.payloads = self.payloads.saturating_add(1);
        self.left = self.left.saturating_add(1);
        self.rejected = true;
    }

    /// Fixes a payload, and says what was changed.
    fn payload<'t>(&mut self, text: &'t str, place: &str) -> Cow<'t, str> {
        let (language, masked) = (self.arguments.lang, !self.arguments.show_values);
        let mut changes = Vec::new();
        let (fixed, found) = mend(text, self.options, |text, step| {
            let shown = masked.then(|| show(text, true));
            let open = step.rule.is_none_or(|rule| is_shown(rule, masked));
            let what = describe(language, open, step.fix, text, shown.as_deref());
            changes.push((step.rule, what));
        });
        for (rule, what) in changes {
            self.fixed = self.fixed.saturating_add(u64::from(rule.is_some()));
            let name = rule.map_or(language.say(language::CHECKSUM), |rule| rule.id);
            let _ = writeln!(anstream::stderr(), "{place}: {name}: {}", escape(&what));
        }
        self.payloads = self.payloads.saturating_add(1);
        self.left = self.left.saturating_add(found.findings.iter().filter(|f| f.waived.is_none()).count());
        self.rejected |= fails(&found);
        fixed
    }

    fn sum_up(&self) {
        let language = self.arguments.lang;
        let fixed = language.with(language::FIXED, self.fixed);
        let left = language.with(language::LEFT, self.left);
        let _ = writeln!(anstream::stderr(), "{fixed}{}{left}", language.comma());
    }
}

/// A line and its end.
fn split(octets: &[u8]) -> (&[u8], &[u8]) {
    let line = octets.strip_suffix(b"\n").map_or(octets, |line| line.strip_suffix(b"\r").unwrap_or(line));
    octets.split_at(line.len())
}

/// Copies the rest of a line.
fn pass_line(reader: &mut impl BufRead, out: &mut dyn Write) -> io::Result<()> {
    loop {
        let chunk = reader.fill_buf()?;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(chunk.len(), |place| place.saturating_add(1));
        let done = end.is_some() || chunk.is_empty();
        out.write_all(chunk.get(..taken).unwrap_or(chunk))?;
        reader.consume(taken);
        if done {
            return Ok(());
        }
    }
}

/// A change of a text.
struct Step<'a> {
    /// The rule that asks for it; the checksum that follows from other changes has none.
    rule: Option<&'static Rule>,
    fix: &'a Fix,
}

/// Applies the safe fixes of a text until none is left; says each with the text that it changes, and what is found at the end.
fn mend<'t>(
    text: &'t str,
    options: &Options,
    mut say: impl FnMut(&str, &Step<'_>),
) -> (Cow<'t, str>, Findings) {
    let mut text = Cow::Borrowed(text);
    let mut found = rules::check_with(&text, options);
    for _ in 0..PASSES {
        let mut chosen = safe(&found.findings);
        let covered = covered(&text).filter(|end| chosen.iter().any(|(_, fix)| fix.span.start < *end));
        if let Some(end) = covered {
            // What they change in the checksum itself is computed anew.
            chosen.retain(|(_, fix)| fix.span.start < end);
        }
        if chosen.is_empty() {
            break;
        }
        for (rule, fix) in &chosen {
            say(&text, &Step { rule: Some(*rule), fix });
        }
        let edits: Vec<&Fix> = chosen.iter().map(|(_, fix)| *fix).collect();
        let mut after = apply(&text, &edits);
        if let Some(sealed) = covered.and_then(|_| sealing(&after)) {
            say(&after, &Step { rule: None, fix: &sealed });
            after = apply(&after, &[&sealed]);
        }
        text = Cow::Owned(after);
        found = rules::check_with(&text, options);
    }
    (text, found)
}

/// Where the checksum of a merchant-presented payload begins, where it is right or only in lower case.
///
/// A wrong one says that something was lost, which no computation brings back.
fn covered(text: &str) -> Option<usize> {
    let payload = mpm::parse(text).ok()?;
    matches!(payload.crc(), Crc16::Right | Crc16::LowerCase).then(|| payload.last().value_offset())
}

/// What makes the checksum of a payload right again after a change in front of it.
fn sealing(text: &str) -> Option<Fix> {
    let payload = mpm::parse(text).ok()?;
    let Crc16::Wrong { expected } = payload.crc() else { return None };
    Some(Fix { span: payload.last().value_offset()..text.len(), text: format!("{expected:04X}"), safe: true })
}

/// The change of the checksum that follows from a fix in front of it, in the bytes of the text before the fix.
pub(crate) fn follows(text: &str, fix: &Fix) -> Option<Fix> {
    let start = covered(text).filter(|start| fix.span.end <= *start)?;
    let sealed = sealing(&apply(text, &[fix]))?;
    Some(Fix { span: start..text.len(), ..sealed })
}

/// The safe fixes of what no scheme allows, by their place; of two that overlap the first.
fn safe(findings: &[Diagnostic]) -> Vec<(&'static Rule, &Fix)> {
    let suggested = findings.iter().filter(|finding| finding.waived.is_none());
    let mut safe: Vec<(&'static Rule, &Fix)> = suggested
        .filter_map(|finding| Some((finding.rule, finding.fix.as_deref().filter(|fix| fix.safe)?)))
        .collect();
    safe.sort_by_key(|(_, fix)| (fix.span.start, fix.span.end));
    let mut end = None;
    safe.retain(|(_, fix)| {
        let apart =
            end.is_none_or(|end| fix.span.start > end || (fix.span.start == end && !fix.span.is_empty()));
        if apart {
            end = Some(fix.span.end);
        }
        apart
    });
    safe
}

/// A text with edits that do not overlap and stand in order.
fn apply(text: &str, edits: &[&Fix]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for Fix { span, text: new, .. } in edits {
        out.push_str(text.get(end..span.start).unwrap_or_default());
        out.push_str(new);
        end = span.end;
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

/// What a fix does, in words where what it changes is open or the mask shows it, and else by its bytes.
pub(crate) fn describe(language: Language, open: bool, fix: &Fix, text: &str, mask: Option<&str>) -> String {
    let old = text.get(fix.span.clone()).unwrap_or_default();
    let masked_old = mask.map_or(old, |mask| mask.get(span_in(mask, text, &fix.span)).unwrap_or_default());
    if !open && (old.is_empty() || masked_old != old) {
        return bytes(language, &fix.span);
    }
    let words = match (old.is_empty(), fix.text.is_empty()) {
        (true, _) => language::INSERT,
        (false, true) => language::REMOVE,
        (false, false) => language::REPLACE,
    };
    language.say(words).replace("{old}", old).replace("{new}", &fix.text)
}

/// The first and the last byte of a span.
fn bytes(language: Language, span: &Range<usize>) -> String {
    let last = span.end.saturating_sub(1);
    if last <= span.start {
        return language.with(language::BYTE, span.start);
    }
    let words = language.say(language::BYTES).replace("{first}", &span.start.to_string());
    words.replace("{last}", &last.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29";

    fn edit(span: Range<usize>, text: &str) -> Fix {
        Fix { span, text: text.to_owned(), safe: true }
    }

    #[test]
    fn edits_are_applied_where_they_stand() {
        let edits = [edit(0..0, "<"), edit(1..2, ""), edit(3..6, "面"), edit(6..6, ">")];
        assert_eq!(apply("abcdef", &edits.each_ref()), "<ac面>");
        assert_eq!(apply("abcdef", &[]), "abcdef");
    }

    #[test]
    fn a_checksum_that_was_right_follows_a_fix_in_front_of_it() {
        let place = RIGHT.find("HANGZHOU").unwrap_or_default();
        let change = edit(place..place.saturating_add(8), "SHANGHAI");
        let follows_of =
            |text: &str, change: &Fix| follows(text, change).map(|sealed| (sealed.span, sealed.text));
        let after = apply(RIGHT, &[&change]);
        let covered = after.strip_suffix("5D29").unwrap_or_default();
        let sealed = format!("{:04X}", upqr::emv::crc::checksum(covered));
        let span = covered.len()..RIGHT.len();
        assert_eq!(follows_of(RIGHT, &change), Some((span.clone(), sealed.clone())));
        assert_eq!(
            follows_of(&RIGHT.to_ascii_lowercase().replace("jade tea house", "JADE TEA HOUSE"), &change),
            None
        );
        assert_eq!(follows_of(&RIGHT.replace("5D29", "5d29"), &change), Some((span.clone(), sealed)));
        // A wrong one is never repaired, and a fix of the checksum itself needs none.
        assert_eq!(follows_of(&RIGHT.replace("5D29", "5D28"), &change), None);
        assert_eq!(follows_of(&RIGHT.replace("5D29", "5d29"), &edit(span, "5D29")), None);
        assert_eq!(follows_of("no payload", &edit(0..2, "")), None);
    }

    #[test]
    fn of_two_fixes_that_overlap_the_first_is_applied() {
        let rule = rules::with_id("dummy-text").expect("a rule");
        let found = |fixes: &[(Range<usize>, bool)]| {
            let mut found = rules::check(&rule.bad.payload()).findings;
            let first = found.drain(..).find(|finding| finding.rule.id == rule.id).expect("a finding");
            let with = |(span, safe): &(Range<usize>, bool)| Diagnostic {
                fix: Some(Box::new(Fix { safe: *safe, ..edit(span.clone(), "") })),
                ..first.clone()
            };
            let findings: Vec<Diagnostic> = fixes.iter().map(with).collect();
            safe(&findings).iter().map(|(_, fix)| fix.span.clone()).collect::<Vec<_>>()
        };
        assert_eq!(found(&[(5..9, true), (0..4, true), (3..6, true)]), [0..4, 5..9]);
        assert_eq!(found(&[(0..4, true), (4..5, true), (4..4, true)]), [0..4, 4..5]);
        assert_eq!(found(&[(2..2, true), (2..2, true), (2..3, true)]).len(), 2);
        assert!(found(&[(0..4, false)]).is_empty());
    }
}
