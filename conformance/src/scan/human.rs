//! What a person reads of a picture: what it says, what may be done with it, and on request what is inside the symbol.

use std::fmt::Write as _;
use std::io::{self, Write};

use unicode_width::UnicodeWidthChar as _;
use upqr::symbol::grade::{LIMITS, NO_VERIFICATION, UNUSED_ERROR_CORRECTION};
use upqr::symbol::read::Verdict;
use upqr::symbol::{Mode, Segment, Sighting};

use super::judge::{Judged, Shown, contrary, shown};
use super::machine::{lowest, network, recognised, unused};
use super::process::{Attempt, Outcome, Seen, Shot};
use super::wire::{Head, Measured};
use crate::caret::{self, View};
use crate::check::Checked;
use crate::human::{BAD, BOLD, DOUBT, FAINT, GOOD, NAME, escape};

/// Columns of a label, and of what stands before a value.
const LABEL: usize = 10;
const INDENT: usize = LABEL + 3;

pub(super) fn picture(
    view: &View,
    explain: bool,
    judged: &Judged<'_>,
    checked: &Checked<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page { text: format!("{BOLD}{}{BOLD:#}", escape(&judged.title())), width: view.width() };
    let shot = judged.shot;
    if let Some(error) = judged.error() {
        let _ = writeln!(page.text, "  {BAD}{}{BAD:#}", error.code);
        page.value("", &escape(&error.message));
    } else {
        caret::heading(view, checked, &mut page.text);
    }
    if shot.head.is_some_and(|head| head.animated) && shot.verdict != Verdict::Read {
        page.value("note", "the picture is animated: its first frame was read");
    }
    for (place, symbol) in shot.symbols.iter().enumerate() {
        // Once is enough where every symbol says the same.
        if place == 0 || shot.verdict == Verdict::Ambiguous {
            page.code(shown(symbol, view.is_masked()));
            if let Some(other) = contrary(symbol, view.is_masked()) {
                page.code(other);
                page.value("note", "the reader's own decoder makes these of the same modules");
            }
        }
        page.symbol(symbol, explain.then_some(place));
    }
    let is_graded = shot.symbols.iter().any(|symbol| symbol.measured.is_some());
    if is_graded && !explain {
        page.value("", NO_VERIFICATION);
    }
    if let Some(payload) = judged.text() {
        page.families(payload);
    }
    page.ended(shot);
    if judged.error().is_none() {
        caret::findings(view, checked, judged.text().unwrap_or_default(), &mut page.text);
    }
    if explain {
        page.explain(shot);
        if is_graded {
            page.limits();
        }
    }
    view.write(out, &page.text)
}

/// The text that is being written, and its width.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    /// A label and a value, whose further lines stand under its first.
    fn value(&mut self, label: &str, value: &str) {
        let room = self.width.saturating_sub(INDENT).max(16);
        let wrapped = textwrap::wrap(value, room);
        for (place, line) in wrapped.iter().enumerate() {
            let label = if place == 0 { label } else { "" };
            let _ = writeln!(self.text, "  {NAME}{label:<LABEL$}{NAME:#} {line}");
        }
    }

    /// A payload, character by character, so that no space is lost at the end of a line.
    fn code(&mut self, payload: Shown) {
        let (label, payload) = match payload {
            Shown::Text(text) => ("code", escape(&text)),
            Shown::Hex(hex) => ("bytes", hex),
        };
        let room = self.width.saturating_sub(INDENT).max(16);
        let mut label = label;
        let (mut line, mut used) = (String::new(), 0_usize);
        for c in payload.chars() {
            let width = c.width().unwrap_or(0);
            if used.saturating_add(width) > room {
                let _ = writeln!(self.text, "  {NAME}{label:<LABEL$}{NAME:#} {line}");
                (label, used) = ("", 0);
                line.clear();
            }
            line.push(c);
            used = used.saturating_add(width);
        }
        let _ = writeln!(self.text, "  {NAME}{label:<LABEL$}{NAME:#} {line}");
    }

    fn families(&mut self, payload: &str) {
        let candidates = recognised(payload);
        let families = candidates.iter().map(|candidate| {
            let network = network(candidate);
            let network = if network.is_empty() { String::new() } else { format!(", {network}") };
            format!("{} ({}{network})", candidate.family.key(), candidate.verdict.key())
        });
        let families: Vec<String> = families.collect();
        if !families.is_empty() {
            self.value("family", &families.join("; "));
        }
    }

    /// The symbol on one line; with its number where more is said of it below.
    fn symbol(&mut self, symbol: &Seen, number: Option<usize>) {
        let analysis = &symbol.sighting.analysis;
        let mut said = format!(
            "version {}, level {}, mask {}",
            analysis.version,
            analysis.level,
            analysis.mask.number()
        );
        if symbol.sighting.inverted {
            said.push_str(", inverted");
        }
        if analysis.mirrored {
            said.push_str(", mirrored");
        }
        let percent = unused(symbol) * 100.0;
        let _ = write!(said, ", {percent:.0} % of error correction left as read");
        if let Some(measured) = &symbol.measured {
            let _ = write!(said, ", grade {}", measured.grade.letter);
            let lowest = lowest(&measured.grade);
            if !lowest.is_empty() {
                let _ = write!(said, " by {}", lowest.join(" and "));
            }
        }
        let label =
            number.map_or_else(|| "symbol".to_owned(), |place| format!("symbol {}", place.saturating_add(1)));
        self.value(&label, &said);
    }

    /// Steps that did not come to their end.
    fn ended(&mut self, shot: &Shot) {
        for Attempt { name, outcome } in &shot.attempts {
            let why = match outcome {
                Outcome::Late => "was ended at the deadline",
                Outcome::Crashed => "ended unexpectedly",
                Outcome::Read | Outcome::Nothing => continue,
            };
            let line = format!("the reader `{}` (step {}) {why}", name.reader, name.step);
            self.value("note", &line);
        }
    }

    fn explain(&mut self, shot: &Shot) {
        self.text.push('\n');
        if let Some(head) = &shot.head {
            self.value("picture", &picture_of(head));
        }
        self.readers(shot);
        for (place, symbol) in shot.symbols.iter().enumerate() {
            let _ = writeln!(self.text, "\n  {BOLD}symbol {}{BOLD:#}", place.saturating_add(1));
            self.inside(symbol);
            self.segments(symbol);
            self.blocks(symbol);
            match &symbol.measured {
                Some(measured) => self.measured(measured),
                None => self.value("measured", "nothing: there was no time left"),
            }
        }
    }

    /// Who read what, and who read nothing.
    fn readers(&mut self, shot: &Shot) {
        let of = |outcome: Outcome| -> String {
            let named = shot.attempts.iter().filter(|attempt| attempt.outcome == outcome);
            let steps = named.map(|attempt| format!("{} {}", attempt.name.reader, attempt.name.step));
            steps.collect::<Vec<_>>().join(", ")
        };
        for (label, outcome) in [("read by", Outcome::Read), ("not by", Outcome::Nothing)] {
            let names = of(outcome);
            if !names.is_empty() {
                self.value(label, &names);
            }
        }
    }

    fn inside(&mut self, symbol: &Seen) {
        let analysis = &symbol.sighting.analysis;
        let side = analysis.version.side();
        self.value("size", &format!("{side} x {side} modules"));
        let corners = symbol.sighting.corners().map(|corner| format!("({:.0}, {:.0})", corner.x, corner.y));
        self.value("corners", &format!("{} px, clockwise from the top left", corners.join(" ")));
        let [first, second] = analysis.format_errors;
        self.value("format", &format!("{first} and {second} wrong bits of 15"));
        if let Some([first, second]) = analysis.version_errors {
            self.value("version", &format!("{first} and {second} wrong bits of 18"));
        }
    }

    fn segments(&mut self, symbol: &Seen) {
        let analysis = &symbol.sighting.analysis;
        let _ = writeln!(
            self.text,
            "\n  {FAINT} #  {:<13} {:>5} {:>10} {:>12}{FAINT:#}",
            "mode", "chars", "bytes", "bits"
        );
        for (place, segment) in analysis.segments.iter().enumerate() {
            let range = |range: &std::ops::Range<usize>| format!("{}..{}", range.start, range.end);
            let _ = writeln!(
                self.text,
                "  {:>2}  {NAME}{:<13}{NAME:#} {:>5} {:>10} {:>12}",
                place.saturating_add(1),
                mode(segment),
                segment.characters,
                range(&segment.bytes),
                range(&segment.bits)
            );
        }
        let padding = &analysis.padding;
        let regular = if padding.regular { "as the standard asks" } else { "not as the standard asks" };
        self.value(
            "padding",
            &format!("terminator of {} bits, {} codewords, {regular}", padding.terminator, padding.codewords),
        );
    }

    fn blocks(&mut self, symbol: &Seen) {
        let Sighting { reader, step, .. } = &symbol.sighting;
        self.text.push('\n');
        self.value("corrected", &format!("as read by {}, step {step}:", reader.key()));
        let _ = writeln!(self.text, "\n  {FAINT}block  codewords  may be wrong  were   left{FAINT:#}");
        let mut first = 1_usize;
        // Blocks that are alike stand on one line.
        for alike in symbol.sighting.analysis.blocks.chunk_by(PartialEq::eq) {
            let Some(block) = alike.first() else { continue };
            let last = first.saturating_add(alike.len()).saturating_sub(1);
            let numbers = if first == last { first.to_string() } else { format!("{first}-{last}") };
            first = last.saturating_add(1);
            let left = block.unused() * 100.0;
            let [good, _, passes, _] = UNUSED_ERROR_CORRECTION;
            let style = match block.unused() {
                left if left >= good => GOOD,
                left if left >= passes => DOUBT,
                _ => BAD,
            };
            let _ = writeln!(
                self.text,
                "  {numbers:>5}  {:>9}  {:>12}  {:>4}  {style}{left:>3.0} %{style:#}",
                format!("{}+{}", block.data, block.correction),
                block.correctable,
                block.corrected
            );
        }
        self.text.push('\n');
    }

    fn measured(&mut self, measured: &Measured) {
        let [width, height] = measured.module_pixels;
        self.value("module", &format!("{width:.2} x {height:.2} px, turned {:.0}°", whole(measured.angle)));
        let sides =
            measured.quiet_zone.iter().zip(measured.quiet_zone_cut).zip(["above", "right", "below", "left"]);
        let sides = sides.map(|((modules, cut), side)| {
            let mark = if cut { "*" } else { "" };
            format!("{side} {modules:.1}{mark}")
        });
        let sides: Vec<String> = sides.collect();
        let note = if measured.quiet_zone_cut.contains(&true) { " (* the picture ends there)" } else { "" };
        self.value("quiet zone", &format!("{} modules{note}", sides.join(", ")));
        self.value("contrast", &format!("{:.0} %, relative to the picture", measured.contrast * 100.0));
        let wrong = measured.wrong_modules;
        self.value(
            "modules",
            &format!("{wrong} on the wrong side of the threshold, in the picture as it is"),
        );
        let grade = &measured.grade;
        self.value("grade", &format!("{} ({:.1} of 4), the lowest of", grade.letter, grade.score));
        let lowest = lowest(grade);
        for parameter in &grade.parameters {
            let mark = if lowest.contains(&parameter.key.as_str()) { "  lowest" } else { "" };
            self.mark(&parameter.letter, &parameter.key, parameter.value, mark);
        }
        self.value("damage", "of each fixed pattern, as a part of its modules");
        for pattern in &grade.fixed {
            self.mark(&pattern.letter, &pattern.key, pattern.damaged, "");
        }
    }

    /// A letter, what it is for, and its value.
    fn mark(&mut self, letter: &str, key: &str, value: f64, mark: &str) {
        let style = match letter {
            "A" | "B" => GOOD,
            "C" => DOUBT,
            _ => BAD,
        };
        let _ = writeln!(self.text, "  {:LABEL$} {style}{letter}{style:#}  {key:<24} {value:>8.2}{mark}", "");
    }

    /// What no grade says.
    fn limits(&mut self) {
        self.text.push('\n');
        for (place, limit) in std::iter::once(&NO_VERIFICATION).chain(&LIMITS).enumerate() {
            self.value(if place == 0 { "limits" } else { "" }, limit);
        }
    }
}

/// Degrees without a fraction, and without the sign of a zero.
fn whole(degrees: f64) -> f64 {
    degrees.round() + 0.0
}

fn picture_of(head: &Head) -> String {
    let mut said = format!("{}, {} x {} px", head.format.name(), head.width, head.height);
    if head.turned {
        said.push_str(", turned as its EXIF data say");
    }
    said
}

/// A segment's mode, and what it says of those that follow.
fn mode(segment: &Segment) -> String {
    match segment.mode {
        Mode::Eci(number) => format!("eci {number}"),
        Mode::Fnc1Second(indicator) => format!("fnc1 second {indicator}"),
        Mode::StructuredAppend { place, last, .. } => {
            format!("part {} of {}", u16::from(place).saturating_add(1), u16::from(last).saturating_add(1))
        }
        other => other.key().to_owned(),
    }
}
