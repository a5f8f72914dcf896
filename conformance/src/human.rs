//! What a person reads. Values are escaped, so that no control character or change of direction acts on the terminal.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use upqr::emv::cpm;
use upqr::emv::data_object::{DataObject, DataObjects};
use upqr::grammar::Text;
use upqr::mask::{self, Shown};
use upqr::payment::hex_of;
use upqr::recognise::Candidate;
use upqr::unified;

use crate::decode::{Content, Decoded, Native, natives, show};
use crate::input::LineError;
use crate::machine::{ber_name, inner_name, root_name};
use crate::output::write_styled;
use crate::recognise::Recognised;
use crate::roundtrip::{Answer, Outcome};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const DOUBT: Style = AnsiColor::Yellow.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();

/// Says on the error stream why the command stopped.
pub(crate) fn complain(message: &str) {
    speak(BAD, "error", message);
}

/// Says on the error stream what deserves a look.
pub(crate) fn warn(message: &str) {
    speak(DOUBT, "warning", message);
}

fn speak(style: Style, kind: &str, message: &str) {
    // A closed error stream is no reason to stop.
    let _ = writeln!(anstream::stderr(), "{style}{kind}{style:#}: {}", escape(message));
}

/// A text as one line: controls and changes of direction are shown by their numbers.
pub(crate) fn escape(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Whether a character acts on a terminal instead of standing on it.
pub(crate) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Where a line stands, which begins what is said of it.
pub(crate) fn head(file: Option<&Path>, line: u64) -> String {
    let file = file.map_or_else(String::new, |file| format!("{}:", escape(&file.display().to_string())));
    format!("{BOLD}{file}{line}{BOLD:#}")
}

/// A line that is no payload.
pub(crate) fn unreadable(
    file: Option<&Path>,
    line: u64,
    error: &LineError,
    out: &mut impl Write,
) -> io::Result<()> {
    let head = head(file, line);
    write_styled(
        out,
        &format!("{head}  {BAD}{}{BAD:#} at byte {}: {}\n", error.code, error.offset, escape(&error.message)),
    )
}

/// A payload, object by object.
pub(crate) fn decoded(decoded: &Decoded<'_>, out: &mut impl Write) -> io::Result<()> {
    let content = match &decoded.content {
        Ok(content) => content,
        Err(error) => return unreadable(decoded.file, decoded.line, error, out),
    };
    let mut text = head(decoded.file, decoded.line);
    let families: Vec<&str> =
        content.recognition.candidates.iter().map(|candidate| candidate.family.key()).collect();
    let families = if families.is_empty() { "no family".to_owned() } else { families.join(", ") };
    let _ = writeln!(text, "  {} · {} · {families}", content.parsed.key(), content.mode());
    match &content.parsed {
        Text::MerchantPresented(_) => merchant_tree(content.text, decoded.masked, &mut text),
        Text::ConsumerPresented(Ok(payload)) => {
            let objects: Vec<cpm::Object<'_>> = payload.objects().collect();
            consumer_tree(&objects, decoded.masked, 0, &mut text);
        }
        _ => {
            let _ = writeln!(text, "  {}", escape(&show(content.text, decoded.masked)));
        }
    }
    if let Some(error) = content.parsed.error() {
        let _ = writeln!(text, "  {BAD}byte {}{BAD:#}: {}", error.offset, escape(&error.kind.to_string()));
    }
    carried(content, decoded.masked, &mut text);
    write_styled(out, &text)
}

fn merchant_tree(text: &str, masked: bool, out: &mut String) {
    for object in DataObjects::new(text, 0).readable() {
        branch(&object, root_name(&object), mask::root(&object), masked, 0, out);
    }
}

fn branch(object: &DataObject<'_>, name: &str, shown: Shown, masked: bool, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let label = format!("{indent}{} {name}", object.id);
    if let Shown::Objects(owner) = shown {
        template_line(object.offset, &label, out);
        for inner in DataObjects::new(object.value, object.value_offset()).readable() {
            branch(
                &inner,
                inner_name(owner, &inner),
                mask::inner(owner, &inner),
                masked,
                depth.saturating_add(1),
                out,
            );
        }
        return;
    }
    let hidden = masked && shown == Shown::Nothing;
    let value = if hidden { mask::stars(object.value) } else { object.value.into() };
    value_line(object.offset, &label, &escape(&value), out);
}

fn template_line(offset: usize, label: &str, out: &mut String) {
    let _ = writeln!(out, "  {FAINT}{offset:>4}{FAINT:#}  {NAME}{label}{NAME:#}");
}

fn value_line(offset: usize, label: &str, value: &str, out: &mut String) {
    let _ = writeln!(out, "  {FAINT}{offset:>4}{FAINT:#}  {NAME}{label:<44}{NAME:#} {value}");
}

fn consumer_tree(objects: &[cpm::Object<'_>], masked: bool, depth: usize, out: &mut String) {
    for object in objects {
        let label = format!(
            "{}{} {}",
            "  ".repeat(depth),
            hex_of(object.id).to_ascii_uppercase(),
            ber_name(object.id)
        );
        match object.template() {
            Some(inner) => {
                template_line(object.offset, &label, out);
                consumer_tree(&inner, masked, depth.saturating_add(1), out);
            }
            None => {
                let hex = hex_of(object.value).to_ascii_uppercase();
                let value = if masked && !mask::is_shown(object) { "*".repeat(hex.len()) } else { hex };
                value_line(object.offset, &label, &value, out);
            }
        }
    }
}

/// The native codes in a payload, one a line, and what could not be restored.
fn carried(content: &Content<'_>, masked: bool, out: &mut String) {
    let natives = match &content.parsed {
        Text::MerchantPresented(Ok(payload)) => {
            let reading = unified::read(payload);
            for carried in &reading.carried {
                if let Err(error) = &carried.account {
                    let _ = writeln!(
                        out,
                        "  {BAD}not restored{BAD:#}  {}: {}",
                        escape(carried.label),
                        escape(&error.to_string())
                    );
                }
            }
            natives(payload, &reading, masked)
        }
        Text::ConsumerPresented(Ok(payload)) => crate::decode::consumer_natives(payload, masked),
        _ => Vec::new(),
    };
    for native in &natives {
        native_line(native, out);
    }
}

fn native_line(native: &Native, out: &mut String) {
    let style = if native.carriage == "canonical" { GOOD } else { DOUBT };
    let payload = native.payload.as_deref().or(native.payload_hex.as_deref()).unwrap_or_default();
    let family = native.family.unwrap_or("no family");
    let _ = writeln!(
        out,
        "  {style}carries{style:#}  {BOLD}{}{BOLD:#} ({family}, {})  {}",
        native.network,
        native.carriage,
        escape(payload)
    );
}

/// The candidates of a text.
pub(crate) fn recognised(recognised: &Recognised<'_>, out: &mut impl Write) -> io::Result<()> {
    let Recognised { line, answer, .. } = recognised;
    let (payload, found) = match answer {
        Ok(answer) => answer,
        Err(error) => return unreadable(line.file, line.number, error, out),
    };
    let mut text = head(line.file, line.number);
    let verdict = found.verdict().key();
    let style = verdict_style(verdict);
    let _ = writeln!(text, "  {style}{verdict}{style:#}  {}", escape(payload));
    for Candidate { family, verdict, evidence } in &found.candidates {
        let network = family.network().map_or("", upqr::network::Network::name);
        let style = verdict_style(verdict.key());
        let _ = writeln!(
            text,
            "  {NAME}{:<18}{NAME:#} {style}{:<11}{style:#} {network}",
            family.key(),
            verdict.key()
        );
        for sentence in evidence.iter() {
            let _ = writeln!(text, "      {FAINT}{sentence}{FAINT:#}");
        }
    }
    write_styled(out, &text)
}

fn verdict_style(verdict: &str) -> Style {
    match verdict {
        "recognised" => GOOD,
        "reserved" => DOUBT,
        _ => FAINT,
    }
}

/// A line and whether its bytes came back.
pub(crate) fn roundtrip(answer: &Answer<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut text = head(answer.file.as_deref().map(Path::new), answer.line);
    let (style, word) = match answer.outcome {
        Outcome::Identical => (GOOD, "identical"),
        Outcome::Refused => (DOUBT, "refused"),
        Outcome::Different => (BAD, "different"),
    };
    let family = answer.family.unwrap_or("no family");
    let _ = write!(text, "  {style}{word:<9}{style:#}  {NAME}{family}{NAME:#}");
    if let Some(error) = &answer.error {
        let _ = write!(text, "  {}: {}", error.code, escape(&error.message));
    }
    if let Some(restored) = &answer.restored {
        let _ = write!(text, "  {}", escape(restored));
    }
    text.push('\n');
    write_styled(out, &text)
}
