//! The symbol's two operations as the library has them: a picture to bytes, and bytes to a picture.
//!
//! The runner reads with [`scan`] too: what an implementation draws is judged by it.

use std::cell::RefCell;

use serde::Deserialize;
use upqr::rules::{Choice, Disposition, Options, Severity, draw_symbol, symbol_refusal};
use upqr::symbol::render::{Look, QuietZone, png};
use upqr::symbol::{EncodeError, Level, Version};

use super::{Refusal, refuse};
use crate::exit::Stop;
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

/// Reads the one payload of a picture; the inner error says why there is none. It stops only where no picture can be read at all.
pub(crate) fn scan(octets: &[u8]) -> Result<Result<Scanned, Unread>, Stop> {
    let scanned = SCANNER.with_borrow_mut(|scanner| scanner.scan(octets, &Options::default()))?;
    Ok(match scanned {
        scanner::Scanned::Read { payload, findings } => {
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
        scanner::Scanned::Ambiguous => Err(Unread::Ambiguous),
        scanner::Scanned::Nothing => Err(Unread::Unreadable),
        scanner::Scanned::NotAnImage => Err(Unread::Image),
    })
}

/// Draws a payload as a PNG.
pub(crate) fn render(payload: &[u8], drawn: &Drawn) -> super::Result<Vec<u8>> {
    let level = given(drawn.level.as_ref(), "`level` is L, M, Q or H", |key| Level::with_key(key))?;
    let version = given(drawn.version, "`version` is 1 to 40", Version::new)?;
    let quiet_zone = given(drawn.quiet_zone, "`quiet_zone` is 0 to 100 modules", QuietZone::new)?;
    let colour = |text: Option<&String>| given(text, "a colour is #RRGGBB", |text| text.parse().ok());
    let plain = Look::default();
    let look = Look {
        pixels: drawn.module_size.unwrap_or(MODULE),
        quiet_zone: quiet_zone.unwrap_or(plain.quiet_zone),
        dark: colour(drawn.dark.as_ref())?.unwrap_or(plain.dark),
        light: colour(drawn.light.as_ref())?.unwrap_or(plain.light),
        ..plain
    };
    let choice = Choice { level, version, mask: None };
    let symbol = draw_symbol(payload, choice).map_err(|error| match error {
        EncodeError::TooLong { .. } => refuse("too-long"),
        other => Refusal::Question(other.to_string()),
    })?;
    match symbol_refusal(&symbol, &look).filter(|_| !drawn.force) {
        Some(refusal) => Err(refuse(refusal.code())),
        None => png(&symbol.grid, &look).map_err(|error| Refusal::Question(error.to_string())),
    }
}

/// An option, where there is one; one that says nothing is no question about the payload.
fn given<T, U>(option: Option<T>, expected: &str, read: impl Fn(T) -> Option<U>) -> super::Result<Option<U>> {
    let read = |option| read(option).ok_or_else(|| Refusal::Question(format!("`options`: {expected}")));
    option.map(read).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a link under some options: nothing, a code, or a question that makes no sense.
    #[track_caller]
    fn check(drawn: &Drawn, expected: Result<(), &str>) {
        let result = render(b"https://pay.example/t/7b1d", drawn).map(drop);
        let shown = result.map_err(|refusal| match refusal {
            Refusal::Error { code, .. } => code,
            Refusal::Question(message) => message,
        });
        assert_eq!(shown.as_ref().copied().map_err(String::as_str), expected, "{drawn:?}");
    }

    #[test]
    fn an_option_that_says_nothing_is_no_answer_about_the_payload() {
        let text = |text: &str| Some(text.to_owned());
        check(&Drawn::default(), Ok(()));
        check(&Drawn { level: text("X"), ..Drawn::default() }, Err("`options`: `level` is L, M, Q or H"));
        check(&Drawn { version: Some(41), ..Drawn::default() }, Err("`options`: `version` is 1 to 40"));
        check(&Drawn { version: Some(1), ..Drawn::default() }, Err("too-long"));
        check(
            &Drawn { quiet_zone: Some(101), ..Drawn::default() },
            Err("`options`: `quiet_zone` is 0 to 100 modules"),
        );
        check(&Drawn { quiet_zone: Some(1), ..Drawn::default() }, Err("quiet-zone"));
        check(&Drawn { dark: text("yellow"), ..Drawn::default() }, Err("`options`: a colour is #RRGGBB"));
        check(&Drawn { dark: text("#ffd400"), ..Drawn::default() }, Err("contrast"));
        check(&Drawn { module_size: Some(0), ..Drawn::default() }, Err("a module has at least one pixel"));
    }
}
