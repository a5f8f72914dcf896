//! From what was read in a picture to what is wrong with it, in the forms of `upqr check`.

use std::borrow::Cow;
use std::path::Path;

use upqr::mask;
use upqr::payment::hex_of;
use upqr::rules::{
    Appearance, Diagnostic, Disposition, Findings, Options, Seen as Subject, Sights, check_picture,
    check_symbol, text_of,
};
use upqr::symbol::read::Verdict;

use super::format::Format;
use super::process::{Seen, Shot};
use crate::check::Checked;
use crate::input::{Line, LineError};
use crate::source::Origin;

/// A picture, what came of it, and what was found.
pub(crate) struct Judged<'a> {
    /// As it was named; `stdin` for the standard input.
    pub(crate) name: &'a Path,
    pub(crate) origin: Origin<'a>,
    /// Of a document with several.
    pub(crate) page: Option<usize>,
    pub(crate) shot: &'a Shot,
    pub(crate) found: Findings,
    /// The text of the only payload; empty where there are several, and lossy where the bytes are none.
    text: String,
    /// Why there is no payload.
    error: Option<LineError>,
}

impl<'a> Judged<'a> {
    pub(crate) fn new(
        name: &'a Path,
        origin: Origin<'a>,
        page: Option<usize>,
        shot: &'a Shot,
        dpi: Option<f64>,
        options: &Options,
    ) -> Self {
        let text = match (shot.verdict, shot.symbols.first()) {
            (Verdict::Read, Some(symbol)) => text(symbol).into_owned(),
            _ => String::new(),
        };
        Self { name, origin, page, shot, found: findings(shot, dpi, options), text, error: error(shot) }
    }

    /// The picture as the forms of `check` know it.
    pub(crate) fn line(&self) -> Line<'_> {
        let payload = match &self.error {
            Some(error) => Err(error.clone()),
            None => Ok(self.text.as_str()),
        };
        let number = self.page.and_then(|page| u64::try_from(page).ok()).unwrap_or(1);
        Line { file: None, origin: self.origin, number, plain: false, payload }
    }

    pub(crate) fn fails(&self) -> bool {
        Checked { line: &self.line(), found: &self.found }.fails()
    }

    /// What stands against paying, a line each.
    pub(crate) fn against(&self) -> Vec<String> {
        let stands = |finding: &&Diagnostic| finding.disposition != Disposition::Pay;
        let line = |finding: &Diagnostic| {
            format!("{}, {}: {}", finding.rule.id, finding.disposition.key(), finding.message)
        };
        self.found.findings.iter().filter(stands).map(line).collect()
    }

    /// The text of the only payload.
    pub(crate) fn text(&self) -> Option<&str> {
        (self.shot.verdict == Verdict::Read).then_some(&self.text)
    }

    pub(crate) const fn error(&self) -> Option<&LineError> {
        self.error.as_ref()
    }

    /// `name`, or `name#2` for a page.
    pub(crate) fn title(&self) -> String {
        let page = self.page.map_or_else(String::new, |page| format!("#{page}"));
        format!("{}{page}", self.name.display())
    }
}

/// The text of a symbol's payload; bytes that are none are replaced.
pub(crate) fn text(symbol: &Seen) -> Cow<'_, str> {
    let analysis = &symbol.sighting.analysis;
    text_of(analysis).unwrap_or_else(|| String::from_utf8_lossy(&analysis.payload))
}

/// Other bytes that a decoder gave for the symbol, as they may be shown.
pub(crate) fn contrary(symbol: &Seen, masked: bool) -> Option<Shown> {
    let bytes = symbol.sighting.contrary.as_deref()?;
    Some(match std::str::from_utf8(bytes) {
        Ok(text) if masked => Shown::Text(mask::text(text)),
        Ok(text) => Shown::Text(text.to_owned()),
        Err(_) if masked => Shown::Hex("**".repeat(bytes.len())),
        Err(_) => Shown::Hex(hex_of(bytes)),
    })
}

/// The payload as it may be shown: its text, or where it is none its bytes in hexadecimal.
pub(crate) fn shown(symbol: &Seen, masked: bool) -> Shown {
    let analysis = &symbol.sighting.analysis;
    match text_of(analysis) {
        Some(text) if masked => Shown::Text(mask::text(&text)),
        Some(text) => Shown::Text(text.into_owned()),
        None if masked => Shown::Hex("**".repeat(analysis.payload.len())),
        None => Shown::Hex(hex_of(&analysis.payload)),
    }
}

/// A payload as it is shown.
pub(crate) enum Shown {
    Text(String),
    Hex(String),
}

/// What is wrong with the text, the symbol or the picture. Where a payload stands in the picture several times, its best symbol is judged.
pub(crate) fn findings(shot: &Shot, dpi: Option<f64>, options: &Options) -> Findings {
    match (shot.verdict, shot.symbols.first()) {
        (Verdict::Read, Some(symbol)) => {
            // A drawing has the size that it states, whatever it is drawn with.
            let is_drawing = shot.head.is_some_and(|head| matches!(head.format, Format::Svg | Format::Pdf));
            let stated = shot.head.and_then(|head| head.millimetres).map(|pixel| MILLIMETRES_AN_INCH / pixel);
            let appearance = appearance(symbol, shot);
            let appearance = match dpi.filter(|_| !is_drawing).or(stated) {
                Some(dpi) => appearance.at_resolution(dpi),
                None => appearance,
            };
            check_symbol(&Subject { analysis: &symbol.sighting.analysis, appearance: &appearance }, options)
        }
        (Verdict::Ambiguous, _) => {
            let payloads: Vec<&[u8]> =
                shot.symbols.iter().flat_map(|symbol| symbol.sighting.payloads()).collect();
            check_picture(&Sights { payloads: &payloads, micro: shot.micro }, options)
        }
        (Verdict::Nothing, _) => check_picture(&Sights { payloads: &[], micro: shot.micro }, options),
        (Verdict::Read, None) => Findings::default(),
    }
}

const MILLIMETRES_AN_INCH: f64 = 25.4;

/// How a symbol looks, as far as it was measured.
fn appearance(symbol: &Seen, shot: &Shot) -> Appearance {
    let measured = symbol.measured.as_ref();
    Appearance {
        quiet_zone: measured.map(super::wire::Measured::narrowest),
        module_pixels: measured
            .map(|measured| f64::midpoint(measured.module_pixels[0], measured.module_pixels[1])),
        contrast: measured.map(|measured| measured.contrast),
        inverted: symbol.sighting.inverted,
        module_millimetres: None,
        micro: shot.micro,
        unread: shot.unread,
        search_cut: shot.incomplete,
        frames: shot.frames,
    }
}

/// The codes of pictures without a payload, which stand where a rule's id does (UPQR 11.7).
pub(crate) const CODES: [&str; 2] = ["image", "unreadable"];

/// Why a picture gives no payload.
fn error(shot: &Shot) -> Option<LineError> {
    let (code, message) = match (&shot.refused, shot.verdict) {
        (Some(why), _) => ("image", why.clone()),
        (None, Verdict::Nothing) => ("unreadable", unreadable(shot)),
        _ => return None,
    };
    Some(LineError { code, offset: 0, char_offset: 0, message })
}

fn unreadable(shot: &Shot) -> String {
    let advice = if shot.micro > 0 {
        "what it holds is Micro QR or rMQR: draw a QR Code symbol of version 1 to 40"
    } else if shot.incomplete {
        "not every reader came to its end: scale the picture down, or give more time with --timeout"
    } else {
        "take the picture straight from ahead, sharp and whole, with a light margin around the symbol"
    };
    format!("no symbol was read; {advice}")
}
