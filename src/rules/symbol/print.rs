//! How a symbol looks: what stands around it, how dark it is, and how large it is printed.

use super::drawing::Drawing;
use super::segments::LINK;
use super::{Appearance, of_scheme};
use crate::rules::Disposition::Pay;
use crate::rules::Severity::Warning;
use crate::rules::example::{Example, Words};
use crate::rules::{Check, Label, Rule};
use crate::symbol::measure::QUIET_TOLERANCE;
use crate::symbol::{Mode, grade};

pub(in crate::rules) static RULES: &[&Rule] =
    &[&SYMBOL_QUIET_ZONE, &SYMBOL_CONTRAST, &SYMBOL_INVERTED, &SYMBOL_MIRRORED, &SYMBOL_MODULE_SIZE];

/// Light modules that a symbol needs on each side (ISO/IEC 18004, 6.3.8).
pub const LEAST_QUIET_ZONE: f64 = grade::QUIET_ZONE[0];

/// Symbol contrast of grade C (ISO/IEC 15415, 7.8.3).
pub const LEAST_CONTRAST: f64 = grade::SYMBOL_CONTRAST[2];

/// Millimetres that a module needs in print: what the maker of the code states for its scanners of standard resolution.
pub const LEAST_MODULE: f64 = 0.25;

/// The part of a size by which one that is measured may fall short of it.
const MEASURED: f64 = 0.98;

/// A symbol that looks otherwise than it should.
const fn looking(appearance: Appearance) -> Drawing {
    Drawing { appearance, ..Drawing::plain(4, &[(Mode::Byte, LINK)]) }
}

/// A symbol that looks as it should.
const WHOLE: Drawing = Drawing::plain(4, &[(Mode::Byte, LINK)]);

static SYMBOL_QUIET_ZONE: Rule = Rule {
    id: "symbol-quiet-zone",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO/IEC 18004 6.3.8",
    requirements: &["UPQR-SYM-5"],
    title: Words { en: "the quiet zone is narrower than 4 modules", zh: "静区不足 4 个模块" },
    rationale: Words {
        en: "Phones read with half a module of white around a symbol, so nobody notices until it stands on a busy background or in front of a cheaper scanner.",
        zh: "手机在只留半个模块白边时也能读，直到背景杂乱或换成廉价扫码器才暴露问题。",
    },
    remedy: Words {
        en: "Leave 4 modules of the light colour on all sides.",
        zh: "四周各留 4 个模块宽的浅色空白。",
    },
    bad: Example::Symbol(&looking(Appearance { quiet_zone: Some(2.0), ..WHOLE.appearance })),
    good: Example::Symbol(&WHOLE),
    checks: &[Check::Symbol(|symbol, report| {
        let measured = symbol.appearance.quiet_zone;
        if let Some(modules) = measured.filter(|modules| *modules < LEAST_QUIET_ZONE - QUIET_TOLERANCE) {
            let message =
                format!("a quiet zone of {modules:.1} modules: leave {LEAST_QUIET_ZONE:.0} on all sides");
            report.at(symbol.whole(), message);
        }
    })],
};

static SYMBOL_CONTRAST: Rule = Rule {
    id: "symbol-contrast",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO/IEC 15415 7.8.3",
    requirements: &["UPQR-SYM-6"],
    title: Words { en: "the contrast is below 40 %", zh: "对比度低于 40%" },
    rationale: Words {
        en: "Of three common readers one gives up below 30 % and one below 15 % on a clean picture; glare, dust and a worn print take the rest.",
        zh: "三种常用程序在干净图像上，一种低于 30% 读不出，一种低于 15% 读不出；反光、灰尘和磨损还会再降。",
    },
    remedy: Words {
        en: "Print dark on light; yellow and pastel colours are light.",
        zh: "用深色印在浅色上；黄色和粉彩属于浅色。",
    },
    bad: Example::Symbol(&looking(Appearance { contrast: Some(0.3), ..WHOLE.appearance })),
    good: Example::Symbol(&looking(Appearance { contrast: Some(0.6), ..WHOLE.appearance })),
    checks: &[Check::Symbol(|symbol, report| {
        if let Some(contrast) = symbol.appearance.contrast.filter(|contrast| *contrast < LEAST_CONTRAST) {
            let message = format!(
                "a contrast of {:.0} %: at least {:.0} % is needed",
                contrast * 100.0,
                LEAST_CONTRAST * 100.0
            );
            report.at(symbol.whole(), message);
        }
    })],
};

static SYMBOL_INVERTED: Rule = Rule {
    id: "symbol-inverted",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO/IEC 18004 6.2",
    requirements: &["UPQR-SYM-6"],
    title: Words { en: "the symbol is light on dark", zh: "符号为深底浅码（反色）" },
    rationale: Words {
        en: "Several readers in use never look for it, so the code works on the phone of its designer and on no other.",
        zh: "不少在用的程序不识读反色码：在设计者手机上正常，换一部就不行。",
    },
    remedy: Words { en: "Print dark on light.", zh: "改为浅底深码。" },
    bad: Example::Symbol(&looking(Appearance { inverted: true, ..WHOLE.appearance })),
    good: Example::Symbol(&WHOLE),
    checks: &[Check::Symbol(|symbol, report| {
        if symbol.appearance.inverted {
            report.at(symbol.whole(), "light on dark: print it dark on light");
        }
    })],
};

static SYMBOL_MIRRORED: Rule = Rule {
    id: "symbol-mirrored",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO/IEC 18004 6.2",
    requirements: &["UPQR-SYM-6"],
    title: Words { en: "the symbol is mirrored", zh: "符号是镜像的" },
    rationale: Words {
        en: "Some readers read it and others do not; mostly a picture of a front camera or a print behind glass was used.",
        zh: "有的程序能读，有的不能；多因使用了前置摄像头的画面，或印在玻璃背面。",
    },
    remedy: Words { en: "Print the symbol the right way round.", zh: "按正向印制。" },
    bad: Example::Symbol(&Drawing { mirrored: true, ..WHOLE }),
    good: Example::Symbol(&WHOLE),
    checks: &[Check::Symbol(|symbol, report| {
        if symbol.analysis.mirrored {
            report.at(symbol.whole(), "mirrored: print it the right way round");
        }
    })],
};

static SYMBOL_MODULE_SIZE: Rule = Rule {
    id: "symbol-module-size",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "UPQR 14.3",
    requirements: &["UPQR-SYM-9"],
    title: Words { en: "the modules are too small in print", zh: "印刷后的模块过小" },
    rationale: Words {
        en: "Scanners of standard resolution end at 0.25 mm, and what a printer spreads comes off that; some schemes ask for 0.4 or 0.5 mm.",
        zh: "标准分辨率扫码器的下限约为 0.25 毫米，油墨扩散还会再减；有的方案要求 0.4 或 0.5 毫米。",
    },
    remedy: Words {
        en: "Print the symbol larger, or put less into it.",
        zh: "放大印刷，或减少内容以降低版本。",
    },
    bad: Example::Symbol(&looking(Appearance { module_millimetres: Some(0.2), ..WHOLE.appearance })),
    good: Example::Symbol(&looking(Appearance { module_millimetres: Some(0.5), ..WHOLE.appearance })),
    checks: &[Check::Symbol(|symbol, report| {
        let Some(side) = symbol.appearance.module_millimetres else { return };
        if side < LEAST_MODULE * MEASURED {
            let message = format!("modules of {side:.2} mm: print them at {LEAST_MODULE} mm or more");
            report.at(symbol.whole(), message);
        }
        for scheme in symbol.schemes() {
            if let Some(least) = scheme.symbol.module.filter(|least| side < *least * MEASURED) {
                let message = format!("modules of {side:.2} mm: {} asks for {least} mm or more", scheme.name);
                of_scheme(report.at(symbol.whole(), message), scheme);
            }
        }
    })],
};
