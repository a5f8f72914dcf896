//! What is wrong with a symbol beside its text, and with a picture that shows several (requirements UPQR-SYM).
//!
//! ```
//! use upqr::rules::{Appearance, Disposition, Example, Options, Seen, check_symbol, with_id};
//!
//! let Example::Symbol(drawing) = with_id("symbol-kanji").unwrap().bad else { unreachable!() };
//! let analysis = drawing.analysis();
//! let seen = Seen { analysis: &analysis, appearance: &Appearance::default() };
//! let found = check_symbol(&seen, &Options::default());
//! assert_eq!(found.disposition(), Disposition::Confirm);
//! ```

use std::borrow::Cow;
use std::ops::Range;

use super::finding::{Diagnostic, Findings, Options};
use super::{CHECKS, Disposition, Found, Severity, apply, check_with, judge};
use crate::emv::mpm;
use crate::scheme::{Attribution, Confidence, Scheme};
use crate::symbol::{Analysis, Mode, Segment};
use crate::unified;

pub(super) mod charset;
mod drawer;
mod drawing;
pub(super) mod limits;
pub(super) mod margin;
pub(super) mod print;
pub(super) mod segments;
pub(super) mod sight;
#[cfg(test)]
mod tests;

pub use drawer::{Choice, SymbolRefusal, draw_symbol, symbol_limit, symbol_refusal};
pub use drawing::Drawing;
pub use limits::MOST_UNIFIED_VERSION;
pub use margin::LEAST_MARGIN;
pub use print::{LEAST_CONTRAST, LEAST_MODULE, LEAST_QUIET_ZONE};
pub use sight::{Sights, check_picture};

/// How a symbol looks in its picture. What was not measured is `None`, and no rule speaks of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is seen or not, and none follows from another")]
pub struct Appearance {
    /// Light modules around it, on the side that has fewest.
    pub quiet_zone: Option<f64>,
    /// The side of a module in pixels.
    pub module_pixels: Option<f64>,
    /// Light minus dark, 0 to 1 (ISO/IEC 15415, symbol contrast).
    pub contrast: Option<f64>,
    /// Whether it is light on dark.
    pub inverted: bool,
    /// The side of a module in millimetres, where the picture or somebody says how large it is printed.
    pub module_millimetres: Option<f64>,
    /// Micro QR and rMQR symbols in the same picture.
    pub micro: usize,
    /// Whether the picture holds finder patterns of another symbol, which was not read.
    pub unread: bool,
    /// Whether the search for other symbols in the picture was cut short.
    pub search_cut: bool,
    /// Whether the file holds further pictures: frames that were not read, or pages with other payloads.
    pub frames: bool,
}

impl Appearance {
    /// The same at a resolution of so many pixels an inch.
    #[must_use]
    pub fn at_resolution(self, pixels_an_inch: f64) -> Self {
        const MILLIMETRES_AN_INCH: f64 = 25.4;
        let module_millimetres = self.module_pixels.map(|side| side * MILLIMETRES_AN_INCH / pixels_an_inch);
        Self { module_millimetres, ..self }
    }
}

/// A symbol that was read, and how it looks.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What it holds.
    pub analysis: &'a Analysis,
    /// How it looks.
    pub appearance: &'a Appearance,
}

/// A symbol with what its text says.
pub struct Symbol<'a> {
    /// What it holds.
    pub analysis: &'a Analysis,
    /// How it looks.
    pub appearance: &'a Appearance,
    /// Its payload as text: UTF-8, or in the character set that its scheme asks for.
    pub text: Option<&'a str>,
    /// Whose code the text is.
    pub schemes: &'a [Attribution],
    /// Whether the text is a merchant-presented payload.
    pub is_merchant_presented: bool,
    /// Whether it carries an account of this standard.
    pub is_unified: bool,
    /// How it is checked.
    pub options: &'a Options,
}

/// Applies the rules for symbols to a symbol, and all others to its text; the worst of all findings stands for both.
///
/// Offsets count the bytes of the payload, or of its text in UTF-8 where a scheme asks for another character set.
#[must_use]
pub fn check_symbol(seen: &Seen<'_>, options: &Options) -> Findings {
    let text = text_of(seen.analysis);
    let mut findings = text.as_deref().map_or_else(Findings::default, |text| check_with(text, options));
    let parsed = text.as_deref().and_then(|text| mpm::parse(text).ok());
    let symbol = Symbol {
        analysis: seen.analysis,
        appearance: seen.appearance,
        text: text.as_deref(),
        schemes: &findings.schemes,
        is_merchant_presented: parsed.is_some(),
        is_unified: parsed.as_ref().is_some_and(|payload| !unified::read(payload).carried.is_empty()),
        options,
    };
    let mut found = Found::default();
    apply(&CHECKS.symbol, &mut found, |check, report| check(&symbol, report));
    let own = judge::judge(found, findings.schemes.clone(), options);
    findings.findings.extend(own.findings);
    findings.findings.sort_by_key(|finding| finding.span.start);
    findings.upcoming.extend(own.upcoming);
    findings.upcoming.sort_by_key(|finding| (finding.period.from, finding.span.start));
    findings.omitted = findings.omitted.saturating_add(own.omitted);
    findings
}

/// The payload as text: in the character set that its scheme asks for, else as UTF-8; `None` where it is neither. Findings count its bytes.
#[must_use]
pub fn text_of(analysis: &Analysis) -> Option<Cow<'_, str>> {
    let payload = analysis.payload.as_slice();
    let utf8 = std::str::from_utf8(payload).ok();
    if payload.is_ascii() {
        return utf8.map(Cow::Borrowed);
    }
    let mut named = analysis.segments.iter().filter_map(|segment| eci(segment.mode));
    let eci = match (named.next(), named.next()) {
        (Some(eci), None) => Some(eci),
        (None, _) if utf8.is_none() => charset::of_third_line(payload),
        _ => None,
    };
    let asked = eci.and_then(|eci| {
        let text = charset::decode(eci, payload)?;
        let scheme = scheme_of(&text)?;
        scheme.symbol.allows_eci(eci).then_some(text)
    });
    asked.map(Cow::Owned).or(utf8.map(Cow::Borrowed))
}

/// The scheme whose grammar reads a text, where its facts suffice to rely on it.
fn scheme_of(text: &str) -> Option<&'static Scheme> {
    crate::scheme::read(text).map(|reading| reading.scheme).filter(|scheme| scheme.is_verified())
}

/// The number of a segment that is an Extended Channel Interpretation.
const fn eci(mode: Mode) -> Option<u32> {
    match mode {
        Mode::Eci(number) => Some(number),
        _ => None,
    }
}

impl<'a> Symbol<'a> {
    /// The bytes of the payload.
    fn payload(&self) -> &'a [u8] {
        &self.analysis.payload
    }

    /// The span of the whole payload.
    fn whole(&self) -> Range<usize> {
        0..self.payload().len()
    }

    /// The segments that hold characters, each with the Extended Channel Interpretation that it is under.
    fn texts(&self) -> impl Iterator<Item = (&'a Segment, Option<u32>)> {
        let mut current = None;
        self.analysis.segments.iter().filter_map(move |segment| {
            current = eci(segment.mode).or(current);
            segment.mode.holds_text().then_some((segment, current))
        })
    }

    /// The bytes of a segment.
    fn bytes(&self, segment: &Segment) -> &'a [u8] {
        self.payload().get(segment.bytes.clone()).unwrap_or_default()
    }

    /// The schemes of the text, each once, that are known well enough to be held against it.
    fn schemes(&self) -> impl Iterator<Item = &'static Scheme> {
        let of = |attribution: &Attribution| attribution.scheme;
        let schemes = self.schemes;
        schemes.iter().enumerate().filter_map(move |(place, attribution)| {
            let scheme = of(attribution);
            let before = schemes.get(..place).unwrap_or_default();
            let new = before.iter().all(|other| of(other).id != scheme.id);
            let known = scheme.symbol.confidence(scheme) > Confidence::Low;
            (new && known).then_some(scheme)
        })
    }
}

/// Says whose limit a finding is about.
fn of_scheme<'d>(finding: &'d mut Diagnostic, scheme: &'static Scheme) -> &'d mut Diagnostic {
    finding.scheme = Some(scheme);
    finding.period = scheme.effective;
    if scheme.symbol.confidence(scheme) < Confidence::High {
        finding.severity = finding.severity.min(Severity::Warning);
        finding.disposition = finding.disposition.min(Disposition::Confirm);
    }
    finding
}
