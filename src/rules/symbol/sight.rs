//! What a picture shows: several payloads, or symbols that no reader of this standard reads.

use std::fmt;

use super::Appearance;
use super::drawing::{Drawing, Shown};
use super::segments::LINK;
use crate::rules::Disposition::{Block, Confirm};
use crate::rules::Severity::{Error, Warning};
use crate::rules::example::{Example, Words};
use crate::rules::{CHECKS, Check, Findings, Found, Label, Options, Rule, apply, judge};
use crate::symbol::Mode;

pub(in crate::rules) static RULES: &[&Rule] =
    &[&SYMBOL_AMBIGUOUS, &SYMBOL_MICRO, &SYMBOL_SEARCH_CUT, &SYMBOL_UNREAD, &SYMBOL_FRAMES];

/// Everything that readers saw in one picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sights<'a> {
    /// The payload of each symbol, and of each reader of it.
    pub payloads: &'a [&'a [u8]],
    /// Symbols that are Micro QR or rMQR.
    pub micro: usize,
}

impl fmt::Display for Sights<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbols = self.payloads.iter().map(|payload| format!("a symbol \"{}\"", Shown(payload)));
        let micro = (self.micro > 0).then(|| "a Micro QR symbol".to_owned());
        f.write_str(&symbols.chain(micro).collect::<Vec<_>>().join("; "))
    }
}

/// Applies the rules for pictures. The payloads have no common text: findings stand at offset 0 and have no length.
///
/// ```
/// use upqr::rules::{Disposition, Options, Sights, check_picture};
///
/// let two: [&[u8]; 2] = [b"https://pay.example/a", b"https://pay.example/b"];
/// let found = check_picture(&Sights { payloads: &two, micro: 0 }, &Options::default());
/// assert_eq!((found.findings[0].rule.id, found.disposition()), ("symbol-ambiguous", Disposition::Block));
/// ```
#[must_use]
pub fn check_picture(sights: &Sights<'_>, options: &Options) -> Findings {
    let mut found = Found::default();
    apply(&CHECKS.picture, &mut found, |check, report| check(sights, report));
    judge::judge(found, Vec::new(), options)
}

static SYMBOL_AMBIGUOUS: Rule = Rule {
    id: "symbol-ambiguous",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 14.4",
    requirements: &["UPQR-SYM-11", "UPQR-SEC-21"],
    title: Words {
        en: "the picture holds two different payloads", zh: "一张图中有两个不同的码串"
    },
    rationale: Words {
        en: "Two codes side by side, one inside the other, or modules that are dark from one angle only: which payee an application finds depends on its reader, its camera and its luck.",
        zh: "两个码并排、大码套小码、或随角度变化的模块：付给谁取决于所用的识读程序、摄像头和运气。",
    },
    remedy: Words {
        en: "Show one code at a time, and frame the one that is meant before it is read.",
        zh: "一次只展示一个码；识读前只框选要付的那一个。",
    },
    bad: Example::Picture(&Sights {
        payloads: &[b"https://pay.example/q/8f2c", b"https://pay.example/q/9a41"],
        micro: 0,
    }),
    good: Example::Picture(&Sights {
        payloads: &[b"https://pay.example/q/8f2c", b"https://pay.example/q/8f2c"],
        micro: 0,
    }),
    checks: &[Check::Picture(|sights, report| {
        let Some((first, others)) = sights.payloads.split_first() else { return };
        let mut different: Vec<&[u8]> = others.iter().copied().filter(|other| other != first).collect();
        different.sort_unstable();
        different.dedup();
        if !different.is_empty() {
            let count = different.len().saturating_add(1);
            let message = format!("{count} different payloads in one picture: none of them is chosen");
            report.at(0..0, message);
        }
    })],
};

const IS_MICRO: &str = "the picture holds Micro QR or rMQR: draw a QR Code symbol of version 1 to 40";

static SYMBOL_MICRO: Rule = Rule {
    id: "symbol-micro",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "ISO/IEC 18004 6.3, ISO/IEC 23941",
    requirements: &["UPQR-SYM-1"],
    title: Words { en: "a symbol is Micro QR or rMQR", zh: "符号是 Micro QR 或 rMQR" },
    rationale: Words {
        en: "Most wallets do not read them at all, so beside an ordinary symbol they are a second payload that only some applications see.",
        zh: "多数钱包根本不识读；若与普通二维码同图出现，就成了只有部分 App 能看到的第二个码串。",
    },
    remedy: Words {
        en: "Draw a QR Code symbol of version 1 to 40.", zh: "改用版本 1 至 40 的普通二维码。"
    },
    bad: Example::Picture(&Sights { payloads: &[], micro: 1 }),
    good: Example::Picture(&Sights { payloads: &[b"https://pay.example/q/8f2c"], micro: 0 }),
    checks: &[
        Check::Picture(|sights, report| {
            if sights.micro > 0 {
                report.at(0..0, IS_MICRO);
            }
        }),
        Check::Symbol(|symbol, report| {
            if symbol.appearance.micro > 0 {
                report.at(symbol.whole(), IS_MICRO);
            }
        }),
    ],
};

/// A symbol in a picture that was searched to its end.
const SEARCHED: Drawing = Drawing::plain(4, &[(Mode::Byte, LINK)]);

static SYMBOL_SEARCH_CUT: Rule = Rule {
    id: "symbol-search-cut",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 14.10",
    requirements: &["UPQR-SYM-24"],
    title: Words { en: "the picture was not searched to its end", zh: "图片未能完整搜索" },
    rationale: Words {
        en: "One payload was read, and the search for a second one ended early: another application may find another payee in the same picture.",
        zh: "已读出一个码串，但寻找其他码的过程提前结束：别的 App 可能在同一张图中找到另一个收款方。",
    },
    remedy: Words {
        en: "Crop the picture to the code that is meant, scale it down, or give the search more time.",
        zh: "将图片裁剪到要付的那个码、缩小图片，或给搜索更多时间。",
    },
    bad: Example::Symbol(&Drawing {
        appearance: Appearance { search_cut: true, ..SEARCHED.appearance },
        ..SEARCHED
    }),
    good: Example::Symbol(&SEARCHED),
    checks: &[Check::Symbol(|symbol, report| {
        if symbol.appearance.search_cut {
            report.at(
                symbol.whole(),
                "the search for other symbols was cut short: crop the picture to the one that is meant",
            );
        }
    })],
};

static SYMBOL_UNREAD: Rule = Rule {
    id: "symbol-unread",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 14.10",
    requirements: &["UPQR-SYM-24"],
    title: Words {
        en: "the picture shows another symbol that was not read", zh: "图中另有未能读出的码"
    },
    rationale: Words {
        en: "Finder patterns stand beside, inside or around the symbol that was read and belong to none: an application with another reader may read that symbol instead, and pay somebody else.",
        zh: "已读出的码之外还有定位图形，不属于任何已读出的码：别的 App 可能读出那个码，从而付给他人。",
    },
    remedy: Words {
        en: "Crop the picture to the code that is meant, or show that code alone.",
        zh: "将图片裁剪到要付的那个码，或单独展示该码。",
    },
    bad: Example::Symbol(&Drawing {
        appearance: Appearance { unread: true, ..SEARCHED.appearance },
        ..SEARCHED
    }),
    good: Example::Symbol(&SEARCHED),
    checks: &[Check::Symbol(|symbol, report| {
        if symbol.appearance.unread {
            report.at(
                symbol.whole(),
                "finder patterns of another symbol were seen, which was not read: crop the picture to the one that is meant",
            );
        }
    })],
};

static SYMBOL_FRAMES: Rule = Rule {
    id: "symbol-frames",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 14.5",
    requirements: &["UPQR-SYM-30"],
    title: Words { en: "the file holds further pictures", zh: "文件中还有其他画面" },
    rationale: Words {
        en: "Of an animation the first frame alone is read, and the pages of a document may hold different payloads: which of them a payer sees depends on the moment, the page and the program.",
        zh: "动画只识读首帧，文档各页的码串也可能不同：付款人看到哪一个，取决于时刻、页码和所用的程序。",
    },
    remedy: Words {
        en: "Save the picture that is meant apart.", zh: "将要付的那一个画面单独保存。"
    },
    bad: Example::Symbol(&Drawing {
        appearance: Appearance { frames: true, ..SEARCHED.appearance },
        ..SEARCHED
    }),
    good: Example::Symbol(&SEARCHED),
    checks: &[Check::Symbol(|symbol, report| {
        if symbol.appearance.frames {
            report.at(
                symbol.whole(),
                "the file holds frames that were not read, or pages with other payloads: save the one that is meant apart",
            );
        }
    })],
};
