//! The symbol's two operations as the library has them: a picture to bytes, and bytes to a picture.
//!
//! The runner reads with [`scan`] too: what an implementation draws is judged by it.

use std::cell::RefCell;

use serde::Deserialize;
use upqr::rules::{Disposition, Options, Severity, symbol_limit};
use upqr::symbol::encode::encode;
use upqr::symbol::render::{Colour, Concern, Look, concerns, png};
use upqr::symbol::{EncodeOptions, Level, Version, analyse};

use crate::scan::scanner::{self, Scanner};
use crate::vectors::words::words;

words! {
    /// Why a picture gives no bytes.
    Unread {
        /// No symbol was read.
        Unreadable = "unreadable",
        /// Two payloads, or two readers that disagree.
        Ambiguous = "ambiguous",
        /// No picture that can be opened, or one beyond the limits.
        Image = "image",
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// The bytes of the symbol.
    pub(crate) payload: Vec<u8>,
    /// The rules that the symbol breaks and its text does not, sorted by id, each once.
    pub(crate) findings: Vec<Finding>,
    /// What symbol and text let a payer do.
    pub(crate) disposition: Disposition,
}

/// A rule of symbols that is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) rule: String,
    /// Whether its severity is error.
    pub(crate) is_error: bool,
}

/// How a symbol is to be drawn; the library chooses what is left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Drawn {
    /// `L`, `M`, `Q` or `H`.
    pub(crate) level: Option<String>,
    /// 1 to 40; the smallest that holds the payload where there is none.
    pub(crate) version: Option<u8>,
    /// Modules.
    pub(crate) quiet_zone: Option<usize>,
    /// Pixels.
    pub(crate) module_size: Option<u32>,
    /// `#RRGGBB`.
    pub(crate) dark: Option<String>,
    /// `#RRGGBB`.
    pub(crate) light: Option<String>,
    /// Whether what is hard to read is drawn all the same.
    #[serde(default)]
    pub(crate) force: bool,
}

/// Pixels a module where nobody says how many.
const MODULE: u32 = 4;

thread_local! {
    /// The worker that opens and reads the pictures of this thread; it ends with the thread.
    static SCANNER: RefCell<Scanner> = const { RefCell::new(Scanner::new()) };
}

/// Ends the worker of this thread, where there is one.
pub(crate) fn end() {
    SCANNER.set(Scanner::new());
}

/// Reads the one payload of a picture.
pub(crate) fn scan(octets: &[u8]) -> Result<Scanned, Unread> {
    let scanned = SCANNER.with_borrow_mut(|scanner| scanner.scan(octets, &Options::default()));
    match scanned {
        Ok(scanner::Scanned::Read { payload, findings }) => {
            let of_symbol = findings.findings.iter().filter(|finding| finding.rule.is_of_symbols());
            let mut broken: Vec<Finding> = of_symbol
                .map(|finding| Finding {
                    rule: finding.rule.id.to_owned(),
                    is_error: finding.severity == Severity::Error,
                })
                .collect();
            broken.sort_unstable_by(|a, b| a.rule.cmp(&b.rule));
            broken.dedup_by(|a, b| a.rule == b.rule);
            Ok(Scanned { payload, findings: broken, disposition: findings.disposition() })
        }
        Ok(scanner::Scanned::Ambiguous) => Err(Unread::Ambiguous),
        // A worker that cannot be started has read nothing.
        Ok(scanner::Scanned::Nothing) | Err(_) => Err(Unread::Unreadable),
        Ok(scanner::Scanned::NotAnImage) => Err(Unread::Image),
    }
}

/// Draws a payload as a PNG; the error is a code of chapter 11.
pub(crate) fn render(payload: &[u8], drawn: &Drawn) -> Result<Vec<u8>, &'static str> {
    let level = drawn.level.as_deref().map_or(Some(Level::M), Level::with_key).ok_or("too-long")?;
    let versions = match drawn.version {
        None => Version::MIN..=Version::MAX,
        Some(number) => Version::new(number).map(|version| version..=version).ok_or("too-long")?,
    };
    let colour = |text: Option<&String>, default: Colour| {
        text.map_or(Ok(default), |text| text.parse().map_err(|_| "contrast"))
    };
    let mut look = Look { pixels: drawn.module_size.unwrap_or(MODULE), ..Look::default() };
    look.quiet_zone = drawn.quiet_zone.unwrap_or(look.quiet_zone);
    look.dark = colour(drawn.dark.as_ref(), look.dark)?;
    look.light = colour(drawn.light.as_ref(), look.light)?;
    let options = EncodeOptions { level, versions, ..EncodeOptions::default() };
    let symbol = encode(payload, &options).map_err(|_| "too-long")?;
    let limit = analyse(&symbol.grid).ok().and_then(|analysis| symbol_limit(&analysis));
    if limit.is_some() && !drawn.force {
        return Err("too-long");
    }
    let refused = concerns(symbol.grid.version(), level, &look).into_iter().find(Concern::is_refused);
    match refused.filter(|_| !drawn.force) {
        Some(Concern::QuietZone(_)) => Err("quiet-zone"),
        Some(Concern::Contrast(..) | Concern::Inverted(..)) => Err("contrast"),
        Some(_) => Err("logo"),
        None => png(&symbol.grid, &look).map_err(|_| "too-long"),
    }
}
