//! What error correction had to do, and what stands where nothing should.

use super::Symbol;
use super::drawing::Drawing;
use super::segments::LINK;
use crate::rules::Disposition::{Confirm, Pay};
use crate::rules::Severity::{Error, Info, Warning};
use crate::rules::example::{Example, Words};
use crate::rules::{Check, Label, Rule};
use crate::symbol::Mode;
use crate::symbol::grade::UNUSED_ERROR_CORRECTION;

pub(in crate::rules) static RULES: &[&Rule] =
    &[&SYMBOL_MARGIN, &SYMBOL_MARGIN_LOST, &SYMBOL_INFORMATION, &SYMBOL_PADDING];

/// Unused error correction of grade C (ISO/IEC 15415, 7.8.8).
pub const LEAST_MARGIN: f64 = UNUSED_ERROR_CORRECTION[2];

/// Unused error correction of grade D: below it the grade is F.
const LOST_MARGIN: f64 = UNUSED_ERROR_CORRECTION[3];

impl Symbol<'_> {
    /// Unused error correction of the block that has least, 0 to 1.
    fn margin(&self) -> f64 {
        self.analysis.unused()
    }
}

static SYMBOL_MARGIN: Rule = Rule {
    id: "symbol-margin",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO/IEC 15415 7.8.8",
    requirements: &["UPQR-SYM-7"],
    title: Words {
        en: "a logo or damage leaves little error correction", zh: "徽标或污损使纠错余量偏低"
    },
    rationale: Words {
        en: "Readers still read it, which is why nobody notices: with a logo of 6 % of the area at level M they read 95 of 100 and less than 0.37 is unused, so the next scratch or reflection ends it.",
        zh: "此时仍能识读，所以无人察觉：纠错级别 M 加占面积 6% 的徽标，95% 以上仍可读，但余量已低于 0.37，再有划痕或反光就读不出。",
    },
    remedy: Words {
        en: "Make the logo smaller, raise the error correction level, or print the code again.",
        zh: "缩小徽标、提高纠错级别，或重新印制。",
    },
    bad: Example::Symbol(&Drawing { damaged: 6, ..Drawing::plain(4, &[(Mode::Byte, LINK)]) }),
    good: Example::Symbol(&Drawing { damaged: 5, ..Drawing::plain(4, &[(Mode::Byte, LINK)]) }),
    checks: &[Check::Symbol(|symbol, report| {
        let margin = symbol.margin();
        if (LOST_MARGIN..LEAST_MARGIN).contains(&margin) {
            let message =
                format!("{margin:.2} of the error correction is unused: at least {LEAST_MARGIN} is needed");
            report.at(symbol.whole(), message);
        }
    })],
};

static SYMBOL_MARGIN_LOST: Rule = Rule {
    id: "symbol-margin-lost",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "ISO/IEC 15415 7.8.8",
    requirements: &["UPQR-SYM-7"],
    title: Words { en: "nearly all error correction is used up", zh: "纠错能力几乎用尽" },
    rationale: Words {
        en: "The symbol has grade F; a block at its limit proves its bytes with little to spare, and damage of this size is also what an altered symbol looks like.",
        zh: "符号质量为 F 级；接近极限的纠错块对内容的证明已很弱，而且被人为改动的符号也呈现同样程度的损坏。",
    },
    remedy: Words {
        en: "Print the code again with a smaller logo or a higher level; a payer compares the payee before money moves.",
        zh: "缩小徽标或提高纠错级别后重新印制；付款前核对收款方。",
    },
    bad: Example::Symbol(&Drawing { damaged: 7, ..Drawing::plain(4, &[(Mode::Byte, LINK)]) }),
    good: Example::Symbol(&Drawing { damaged: 6, ..Drawing::plain(4, &[(Mode::Byte, LINK)]) }),
    checks: &[Check::Symbol(|symbol, report| {
        let margin = symbol.margin();
        if margin < LOST_MARGIN {
            let message = format!("{margin:.2} of the error correction is unused: draw the symbol again");
            report.at(symbol.whole(), message);
        }
    })],
};

static SYMBOL_INFORMATION: Rule = Rule {
    id: "symbol-information",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO/IEC 18004 7.9, 7.10",
    requirements: &["UPQR-SYM-7"],
    title: Words {
        en: "format or version information has wrong bits", zh: "格式信息或版本信息有误码"
    },
    rationale: Words {
        en: "Both are written twice and corrected, but a reader that cannot read them reads nothing, however whole the rest is.",
        zh: "两者各写两份并可纠错，但一旦无法读出，其余部分再完好也读不了。",
    },
    remedy: Words {
        en: "Keep logos and decoration away from the corners of the symbol.",
        zh: "徽标和装饰不要靠近符号的三个角。",
    },
    bad: Example::Symbol(&Drawing { format_errors: 1, ..Drawing::plain(4, &[(Mode::Byte, LINK)]) }),
    good: Example::Symbol(&Drawing::plain(4, &[(Mode::Byte, LINK)])),
    checks: &[Check::Symbol(|symbol, report| {
        let format: u32 = symbol.analysis.format_errors.iter().sum();
        let version: u32 = symbol.analysis.version_errors.iter().flatten().sum();
        if format.saturating_add(version) > 0 {
            let message = format!(
                "{format} wrong bits in the format information and {version} in the version information"
            );
            report.at(symbol.whole(), message);
        }
    })],
};

static SYMBOL_PADDING: Rule = Rule {
    id: "symbol-padding",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "ISO/IEC 18004 7.4.10",
    requirements: &["UPQR-SYM-21"],
    title: Words {
        en: "something other than padding stands behind the terminator",
        zh: "终止符之后不是标准填充码",
    },
    rationale: Words {
        en: "Readers pass over these codewords, so they can hold what no payer sees: a mark that follows a printed code, or a second payload for a reader that is made to look for it.",
        zh: "识读程序会跳过这些码字，因此可以藏东西：追踪印刷码的暗记，或留给特定程序读取的第二个码串。",
    },
    remedy: Words {
        en: "Fill with EC and 11 in turn, as the standard has it; a person looks at a code of others.",
        zh: "按标准交替填充 EC 与 11；他人的码由人工确认。",
    },
    bad: Example::Symbol(&Drawing { padding: b"SHOP-0042", ..Drawing::plain(4, &[(Mode::Byte, LINK)]) }),
    good: Example::Symbol(&Drawing::plain(4, &[(Mode::Byte, LINK)])),
    checks: &[Check::Symbol(|symbol, report| {
        let padding = &symbol.analysis.padding;
        if !padding.regular {
            let message = format!(
                "{} codewords behind the terminator are not all EC and 11 in turn: no reader shows them",
                padding.codewords
            );
            let end = symbol.whole().end;
            report.at(end..end, message);
        }
    })],
};
