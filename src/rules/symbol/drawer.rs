//! What a drawer makes of a payload: the symbol that the scheme of its text asks for, and why a symbol is refused (clauses 14.2, 14.3 and 14.6).

use std::borrow::Cow;
use std::fmt;

use super::charset;
use super::{Appearance, Seen, check_symbol, scheme_of, text_of};
use crate::rules::Severity;
use crate::rules::finding::{Diagnostic, Options};
use crate::scheme::{Confidence, Scheme, SymbolLimits};
use crate::symbol::encode::encode;
use crate::symbol::render::{Concern, Look, concerns};
use crate::symbol::segment::Policy;
use crate::symbol::{
    Analysis, EncodeError, EncodeOptions, Level, MOST_CHARACTERS, Mask, Symbol, Version, analyse,
};

/// What the caller of a drawer chooses of a symbol. What is left out is as the scheme of the text asks, and else as [`EncodeOptions`] has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Its error correction level.
    pub level: Option<Level>,
    /// Its version.
    pub version: Option<Version>,
    /// Its mask.
    pub mask: Option<Mask>,
}

/// Draws a payload as the scheme of its text asks: at a level and from a version of the scheme's, in its mode, and behind its ECI where that is
/// mandatory. A text in UTF-8 is then written in the character set of that ECI, if it has all of its characters.
///
/// ```
/// use upqr::rules::{Choice, draw_symbol, symbol_refusal};
/// use upqr::symbol::render::Look;
/// use upqr::symbol::{Mode, analyse};
///
/// // A Slovenian payment slip: version 15, level M, ECI 4, which is ISO 8859-2.
/// let slip = "UPNQR\n\n\n\n\n\n\n\n00000002550\n\n\nOTHR\nOrder 0001\n\nSI56263300012039086\nSI00\nJADE TEA HOUSE\nCajna 1\nČrna\n097\n";
/// let symbol = draw_symbol(slip.as_bytes(), Choice::default())?;
/// assert!(symbol_refusal(&symbol, &Look::default()).is_none());
/// let analysis = analyse(&symbol.grid).map_err(|_| "no symbol")?;
/// assert_eq!((analysis.version.number(), analysis.segments[0].mode), (15, Mode::Eci(4)));
/// assert!(analysis.payload.ends_with(b"\xC8rna\n097\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn draw_symbol(payload: &[u8], choice: Choice) -> Result<Symbol, EncodeError> {
    let asked = Asked::of(payload);
    let limits = asked.scheme.map(|scheme| &scheme.symbol);
    let plain = EncodeOptions::default();
    let first = limits.and_then(|limits| limits.versions.as_ref()).and_then(|all| Version::new(*all.start()));
    let versions = choice
        .version
        .map_or_else(|| first.unwrap_or(Version::MIN)..=Version::MAX, |version| version..=version);
    let is_bytes = limits.is_some_and(|limits| limits.modes == ["byte"]);
    let options = EncodeOptions {
        level: choice.level.or(limits.and_then(level)).unwrap_or(plain.level),
        versions,
        mask: choice.mask,
        policy: if is_bytes { Policy::Bytes } else { plain.policy },
        eci: asked.eci,
    };
    encode(&asked.payload, &options)
}

/// The level of a scheme: the usual one where it is allowed, else the first that is.
fn level(limits: &SymbolLimits) -> Option<Level> {
    let usual = EncodeOptions::default().level;
    let mut levels = limits.levels.iter().filter_map(|key| Level::with_key(key));
    if levels.clone().any(|level| level == usual) { Some(usual) } else { levels.next() }
}

/// Bytes of a character of UTF-8, at most.
const MOST_OCTETS: usize = 4;

/// What a payload asks of its symbol.
struct Asked<'a> {
    /// The scheme of its text.
    scheme: Option<&'static Scheme>,
    /// The ECI that must come first.
    eci: Option<u32>,
    /// The bytes, in the character set of that ECI.
    payload: Cow<'a, [u8]>,
}

impl<'a> Asked<'a> {
    fn of(payload: &'a [u8]) -> Self {
        let as_it_is = |scheme, eci| Self { scheme, eci, payload: Cow::Borrowed(payload) };
        // No symbol holds it in any character set, so that nobody needs to know its scheme.
        if payload.len() > MOST_CHARACTERS.saturating_mul(MOST_OCTETS) {
            return as_it_is(None, None);
        }
        let Ok(text) = std::str::from_utf8(payload) else {
            // Bytes that a scheme reads in the character set that it prescribes are in this set.
            let reads = |eci: &u32| {
                let text = charset::decode(*eci, payload)?;
                with_limits(&text)
                    .filter(|scheme| mandatory(scheme) == Some(*eci))
                    .map(|scheme| (scheme, *eci))
            };
            let found = Scheme::all().filter_map(mandatory).find_map(|eci| reads(&eci));
            return as_it_is(found.map(|(scheme, _)| scheme), found.map(|(_, eci)| eci));
        };
        let scheme = with_limits(text);
        let Some(eci) = scheme.and_then(mandatory) else { return as_it_is(scheme, None) };
        match charset::encode(eci, text) {
            Ok(octets) => Self { scheme, eci: Some(eci), payload: Cow::Owned(octets) },
            // UTF-8 then, which the scheme's limits refuse.
            Err(_) => as_it_is(scheme, None),
        }
    }
}

/// The scheme whose grammar reads a text, where what it asks of a symbol is known well enough.
fn with_limits(text: &str) -> Option<&'static Scheme> {
    scheme_of(text).filter(|scheme| scheme.symbol.confidence(scheme) > Confidence::Low)
}

/// The ECI that a scheme asks for in every symbol.
fn mandatory(scheme: &'static Scheme) -> Option<u32> {
    scheme.symbol.eci.first().copied().filter(|_| scheme.symbol.eci_mandatory)
}

/// Why a symbol is not drawn unless its caller insists.
#[derive(Clone, Debug, PartialEq)]
pub enum SymbolRefusal {
    /// The scheme of the text has a character set that lacks one of its characters.
    Character {
        /// The character.
        character: char,
        /// Its place, in bytes of the text.
        offset: usize,
        /// The ECI of the character set.
        eci: u32,
        /// The scheme.
        scheme: &'static str,
    },
    /// It exceeds the limits of unified payloads, or of the scheme of its text (UPQR-SYM-8, UPQR-SYM-17).
    Limit(String),
    /// It would be hard to read (UPQR-SYM-5 to UPQR-SYM-7).
    Look(Concern),
}

impl SymbolRefusal {
    /// The code of clause 11.7.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Character { .. } | Self::Limit(_) => "too-long",
            Self::Look(Concern::QuietZone(_)) => "quiet-zone",
            Self::Look(Concern::Contrast(..) | Concern::Inverted(..)) => "contrast",
            Self::Look(
                Concern::Logo { .. } | Concern::LogoOverPattern { .. } | Concern::LogoOverAlignment,
            ) => "logo",
        }
    }
}

impl fmt::Display for SymbolRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character { character, offset, eci, scheme } => write!(
                f,
                "`{}` at byte {offset} has no place in the character set of ECI {eci}, in which {scheme} is written: replace it",
                character.escape_debug()
            ),
            Self::Limit(message) => f.write_str(message),
            Self::Look(concern) => concern.fmt(f),
        }
    }
}

/// Why a symbol in this look is refused, in the order of clause 11.7; `None` where it is drawn.
#[must_use]
pub fn symbol_refusal(symbol: &Symbol, look: &Look) -> Option<SymbolRefusal> {
    let beyond = || {
        let analysis = analyse(&symbol.grid).ok()?;
        let limit = symbol_limit(&analysis)?;
        Some(character(&analysis).unwrap_or(SymbolRefusal::Limit(limit.message.into_owned())))
    };
    let hard = || {
        let concerns = concerns(symbol.grid.version(), symbol.level, look);
        let mut refused: Vec<Concern> = concerns.into_iter().filter(Concern::is_refused).collect();
        refused.sort_by_key(order);
        refused.into_iter().next().map(SymbolRefusal::Look)
    };
    beyond().or_else(hard)
}

/// The place of a concern among the codes of clause 11.7.
const fn order(concern: &Concern) -> u8 {
    match concern {
        Concern::QuietZone(_) => 0,
        Concern::Contrast(..) | Concern::Inverted(..) => 1,
        _ => 2,
    }
}

/// The character because of which a text is not in the character set of its scheme.
fn character(analysis: &Analysis) -> Option<SymbolRefusal> {
    let text = text_of(analysis)?;
    let scheme = with_limits(&text)?;
    let eci = mandatory(scheme)?;
    let (offset, character) = charset::encode(eci, &text).err()?;
    Some(SymbolRefusal::Character { character, offset, eci, scheme: &scheme.name })
}

/// Requirements that bind who draws a symbol to a size, a level, a mode or a character set.
const LIMITS: [&str; 2] = ["UPQR-SYM-8", "UPQR-SYM-17"];

/// What a drawer refuses of a symbol: the limits of unified payloads, or of the scheme of its text (UPQR-SYM-8, UPQR-SYM-17).
///
/// ```
/// use upqr::rules::{Example, symbol_limit, with_id};
///
/// let Example::Symbol(drawing) = with_id("symbol-size").unwrap().bad else { unreachable!() };
/// assert!(symbol_limit(&drawing.analysis()).is_some());
/// ```
#[must_use]
pub fn symbol_limit(analysis: &Analysis) -> Option<Diagnostic> {
    let seen = Seen { analysis, appearance: &Appearance::default() };
    let found = check_symbol(&seen, &Options::default()).findings;
    let limits = |finding: &Diagnostic| {
        finding.severity != Severity::Info && finding.rule.requirements.iter().any(|id| LIMITS.contains(id))
    };
    found.into_iter().find(limits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::Mode;
    use crate::symbol::render::{Colour, QuietZone};

    const SLIP: &str = "UPNQR\n\n\n\n\n\n\n\n00000002550\n\n\nOTHR\nOrder 0001\n\nSI56263300012039086\nSI00\nJADE TEA HOUSE\nCajna 1\nČrna\n097\n";
    const CREDIT: &str =
        "BCD\n002\n1\nSCT\n\nJade Tea House\nDE50100000000000000001\nEUR25.50\n\n\nOrder 0001";
    const UNIFIED: &str = "00020101021226360015org.upqr.wechat0102010207Ab3dE9x5204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304E642";

    /// What a payload becomes with nothing chosen: version, level, ECI, and how the refusal begins.
    #[track_caller]
    fn check(payload: &[u8], choice: Choice, expected: (u8, &str, Option<u32>), refusal: Option<&str>) {
        let symbol = draw_symbol(payload, choice).expect("it fits");
        let analysis = analyse(&symbol.grid).expect("it is whole");
        let eci = analysis.segments.iter().find_map(|segment| match segment.mode {
            Mode::Eci(number) => Some(number),
            _ => None,
        });
        assert_eq!((analysis.version.number(), analysis.level.key(), eci), expected);
        let found = symbol_refusal(&symbol, &Look::default());
        assert_eq!(found.as_ref().map(SymbolRefusal::code), refusal.map(|_| "too-long"));
        assert_eq!(found.map(|found| found.to_string()).as_deref(), refusal);
    }

    #[test]
    fn a_symbol_is_as_its_scheme_asks() {
        let open = Choice::default();
        check(SLIP.as_bytes(), open, (15, "M", Some(4)), None);
        check(SLIP.replace('Č', "C").as_bytes(), open, (15, "M", Some(4)), None);
        let octets = charset::encode(4, SLIP).expect("ISO 8859-2 has its letters");
        assert_ne!(octets, SLIP.as_bytes());
        check(&octets, open, (15, "M", Some(4)), None);
        check(
            SLIP.replace('Č', "茶").as_bytes(),
            open,
            (15, "M", Some(26)),
            Some(
                "`茶` at byte 92 has no place in the character set of ECI 4, in which UPN QR is written: replace it",
            ),
        );
        check(CREDIT.as_bytes(), open, (5, "M", None), None);
        check(CREDIT.replace("Jade", "Ročna").as_bytes(), open, (5, "M", Some(26)), None);
        check(UNIFIED.as_bytes(), open, (7, "M", None), None);
    }

    #[test]
    fn what_the_caller_chooses_is_drawn_and_refused() {
        let level = Choice { level: Some(Level::L), ..Choice::default() };
        check(
            UNIFIED.as_bytes(),
            level,
            (6, "L", None),
            Some("version 6 at level L: draw level M or above, and version 25 at most"),
        );
        check(SLIP.as_bytes(), level, (15, "L", Some(4)), Some("level L: draw level M, as UPN QR asks"));
        let version = Choice { version: Version::new(16), ..Choice::default() };
        check(
            SLIP.as_bytes(),
            version,
            (16, "M", Some(4)),
            Some("version 16: draw version 15, as UPN QR asks"),
        );
        check(
            CREDIT.as_bytes(),
            version,
            (16, "M", None),
            Some("version 16: draw version 1 to 13, as EPC QR, GiroCode asks"),
        );
    }

    #[test]
    fn refusals_come_in_the_order_of_their_codes() {
        let level = Choice { level: Some(Level::L), ..Choice::default() };
        let yellow = Colour { red: 255, green: 212, blue: 0 };
        let narrow = QuietZone::new(2).expect("a narrow one");
        for (choice, quiet_zone, dark, expected) in [
            (level, narrow, yellow, Some("too-long")),
            (Choice::default(), narrow, yellow, Some("quiet-zone")),
            (Choice::default(), QuietZone::STANDARD, yellow, Some("contrast")),
            (Choice::default(), QuietZone::STANDARD, Colour::BLACK, None),
        ] {
            let symbol = draw_symbol(UNIFIED.as_bytes(), choice).expect("it fits");
            let look = Look { quiet_zone, dark, ..Look::default() };
            assert_eq!(symbol_refusal(&symbol, &look).as_ref().map(SymbolRefusal::code), expected);
        }
    }
}
