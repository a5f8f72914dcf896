//! What schemes ask of the symbol beyond its text: the table `symbol` of their rows, and this standard's own size.

use super::drawing::Drawing;
use super::{Symbol, eci, of_scheme};
use crate::rules::Disposition::Pay;
use crate::rules::Severity::Warning;
use crate::rules::example::{Example, Words};
use crate::rules::{Check, Label, Report, Rule};
use crate::scheme::{Scheme, SymbolLimits};
use crate::symbol::{Level, Mode};

pub(in crate::rules) static RULES: &[&Rule] =
    &[&SYMBOL_VERSION, &SYMBOL_LEVEL, &SYMBOL_ECI, &SYMBOL_MODE, &SYMBOL_SIZE];

/// The largest version of a unified payload: at level M it holds the 997 octets of clause 2.6.
pub const MOST_UNIFIED_VERSION: u8 = 25;

/// A European credit transfer.
const CREDIT: &[u8] = b"BCD\n002\n1\nSCT\n\nJade Tea House\nDE50100000000000000001\nEUR25.50\n\n\nOrder 0001";

/// A Slovenian payment slip.
const SLIP: &[u8] = b"UPNQR\n\n\n\n\n\n\n\n00000002550\n\n\nOTHR\nOrder 0001\n\nSI56263300012039086\nSI00\nJADE TEA HOUSE\nCajna 1\nPtuj\n097\n";

/// A unified payload.
const UNIFIED: &[u8] = b"00020101021226360015org.upqr.wechat0102010207Ab3dE9x5204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304E642";

/// Reports for each scheme what `fault` says of its limits.
fn each(symbol: &Symbol<'_>, report: &mut Report<'_>, fault: impl Fn(&SymbolLimits) -> Option<String>) {
    for scheme in symbol.schemes() {
        if let Some(message) = fault(&scheme.symbol) {
            of_scheme(report.at(symbol.whole(), of(scheme, &message)), scheme);
        }
    }
}

fn of(scheme: &Scheme, message: &str) -> String {
    format!("{message}, as {} asks", scheme.name)
}

static SYMBOL_VERSION: Rule = Rule {
    id: "symbol-version",
    severity: Warning,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 14.6",
    requirements: &["UPQR-SYM-17"],
    title: Words {
        en: "the symbol has a version that its scheme does not allow",
        zh: "符号版本不符合方案规定",
    },
    rationale: Words {
        en: "Readers of the scheme may be set to its sizes; a large symbol in the space of a form also has modules that no camera tells apart.",
        zh: "该方案的识读设备可能只支持规定尺寸；在固定版面内版本过大，模块会小到无法分辨。",
    },
    remedy: Words {
        en: "Draw the symbol in a version of the scheme.", zh: "按方案规定的版本生成。"
    },
    bad: Example::Symbol(&Drawing::plain(14, &[(Mode::Byte, CREDIT)])),
    good: Example::Symbol(&Drawing::plain(13, &[(Mode::Byte, CREDIT)])),
    checks: &[Check::Symbol(|symbol, report| {
        let version = symbol.analysis.version.number();
        each(symbol, report, |limits| {
            let versions = limits.versions.as_ref().filter(|versions| !versions.contains(&version))?;
            let (first, last) = (versions.start(), versions.end());
            let allowed = if first == last { first.to_string() } else { format!("{first} to {last}") };
            Some(format!("version {version}: draw version {allowed}"))
        });
    })],
};

static SYMBOL_LEVEL: Rule = Rule {
    id: "symbol-level",
    severity: Warning,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 14.6",
    requirements: &["UPQR-SYM-17"],
    title: Words {
        en: "the symbol has an error correction level that its scheme does not allow",
        zh: "纠错级别不符合方案规定",
    },
    rationale: Words {
        en: "The level was chosen for the paper, folds and logo of the form; a lower one is unreadable sooner, and a higher one makes the modules smaller.",
        zh: "级别是按票据的纸张、折痕和徽标确定的：偏低易失效，偏高则模块变小。",
    },
    remedy: Words {
        en: "Draw the symbol at the level of the scheme.", zh: "按方案规定的纠错级别生成。"
    },
    bad: Example::Symbol(&Drawing { level: Level::L, ..Drawing::plain(13, &[(Mode::Byte, CREDIT)]) }),
    good: Example::Symbol(&Drawing::plain(13, &[(Mode::Byte, CREDIT)])),
    checks: &[Check::Symbol(|symbol, report| {
        let level = symbol.analysis.level.key();
        each(symbol, report, |limits| {
            let allowed = limits.levels.iter().any(|allowed| allowed == level) || limits.levels.is_empty();
            (!allowed).then(|| format!("level {level}: draw level {}", limits.levels.join(" or ")))
        });
    })],
};

static SYMBOL_ECI: Rule = Rule {
    id: "symbol-eci",
    severity: Warning,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 14.6",
    requirements: &["UPQR-SYM-17"],
    title: Words {
        en: "the symbol lacks the ECI of its scheme, or has another one",
        zh: "字符集标识（ECI）不符合方案规定",
    },
    rationale: Words {
        en: "Its readers take the octets for the character set of the scheme; letters with accents in names and places come out wrong otherwise.",
        zh: "该方案的程序按规定字符集解释字节，否则名称和地名中的重音字母会出错。",
    },
    remedy: Words {
        en: "Write the ECI of the scheme before the text.", zh: "在内容之前写方案规定的 ECI。"
    },
    bad: Example::Symbol(&Drawing::plain(15, &[(Mode::Byte, SLIP)])),
    good: Example::Symbol(&Drawing::plain(15, &[(Mode::Eci(4), b""), (Mode::Byte, SLIP)])),
    checks: &[Check::Symbol(|symbol, report| {
        let found: Vec<u32> =
            symbol.analysis.segments.iter().filter_map(|segment| eci(segment.mode)).collect();
        each(symbol, report, |limits| {
            let allowed: Vec<String> = limits.eci.iter().map(|number| format!("ECI {number}")).collect();
            let other = found.iter().find(|number| !limits.eci.is_empty() && !limits.eci.contains(number));
            match other {
                Some(number) => Some(format!("ECI {number}: write {}", allowed.join(" or "))),
                None if found.is_empty() && limits.eci_mandatory => {
                    Some(format!("no ECI: write {}", allowed.join(" or ")))
                }
                None => None,
            }
        });
    })],
};

static SYMBOL_MODE: Rule = Rule {
    id: "symbol-mode",
    severity: Warning,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 14.6",
    requirements: &["UPQR-SYM-17"],
    title: Words { en: "a segment has a mode that its scheme does not allow", zh: "段的模式不符合方案规定" },
    rationale: Words {
        en: "Phones read every mode; the readers of a scheme that names one mode may read no other.",
        zh: "手机能读所有模式；规定了单一模式的方案，其专用设备可能读不了其他模式。",
    },
    remedy: Words { en: "Write the text in a mode of the scheme.", zh: "按方案规定的模式书写。" },
    bad: Example::Symbol(&Drawing::plain(
        15,
        &[
            (Mode::Eci(4), b""),
            (Mode::Alphanumeric, b"UPNQR"),
            (Mode::Byte, b"\n\n\n\n\n\n\n\n00000002550\n\n\nOTHR\nOrder 0001\n\nSI56263300012039086\nSI00\nJADE TEA HOUSE\nCajna 1\nPtuj\n097\n"),
        ],
    )),
    good: Example::Symbol(&Drawing::plain(15, &[(Mode::Eci(4), b""), (Mode::Byte, SLIP)])),
    checks: &[Check::Symbol(|symbol, report| {
        each(symbol, report, |limits| {
            let allowed = |mode: Mode| limits.modes.iter().any(|allowed| allowed == mode.key());
            let other = symbol.texts().find(|(segment, _)| !limits.modes.is_empty() && !allowed(segment.mode));
            let mode = other.map(|(segment, _)| segment.mode.key())?;
            Some(format!("{mode} mode: write {} mode", limits.modes.join(" or ")))
        });
    })],
};

static SYMBOL_SIZE: Rule = Rule {
    id: "symbol-size",
    severity: Warning,
    disposition: Pay,
    label: Label::Canonical,
    clause: "UPQR 14.3",
    requirements: &["UPQR-SYM-8"],
    title: Words {
        en: "a unified payload is above version 25 or at level L",
        zh: "统一码超过版本 25 或使用了纠错级别 L",
    },
    rationale: Words {
        en: "Level M and version 25 hold the longest payload of this standard; more modules are too fine for a phone that is held over a counter, and level L leaves nothing for scratches and reflections.",
        zh: "级别 M、版本 25 已能容纳本标准最长的码串；版本再大，手机隔着柜台读不清；级别 L 经不起划痕和反光。",
    },
    remedy: Words {
        en: "Draw it at level M or above, at most in version 25.",
        zh: "级别不低于 M，版本不超过 25。",
    },
    bad: Example::Symbol(&Drawing { level: Level::L, ..Drawing::plain(8, &[(Mode::Byte, UNIFIED)]) }),
    good: Example::Symbol(&Drawing::plain(8, &[(Mode::Byte, UNIFIED)])),
    checks: &[Check::Symbol(|symbol, report| {
        let (version, level) = (symbol.analysis.version.number(), symbol.analysis.level);
        if symbol.is_unified && (version > MOST_UNIFIED_VERSION || level == Level::L) {
            let message = format!(
                "version {version} at level {level}: draw level M or above, and version {MOST_UNIFIED_VERSION} at most"
            );
            report.at(symbol.whole(), message);
        }
    })],
};
