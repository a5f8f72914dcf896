//! How the segments of a symbol are written (ISO/IEC 18004, 7.4).

use super::drawing::Drawing;
use crate::rules::Disposition::{Block, Confirm, Pay};
use crate::rules::Severity::{Error, Warning};
use crate::rules::example::{Example, Words};
use crate::rules::{Check, Label, Rule};
use crate::symbol::Mode;

pub(in crate::rules) static RULES: &[&Rule] = &[
    &SYMBOL_KANJI,
    &SYMBOL_CHARACTER_DIVIDED,
    &SYMBOL_MODE_EMV,
    &SYMBOL_FNC1,
    &SYMBOL_STRUCTURED_APPEND,
    &SYMBOL_NUL,
];

/// A wallet's link, for examples that are about no text.
pub(super) const LINK: &[u8] = b"HTTPS://QR.ALIPAY.COM/FKX00000SYNTHETIC00AAA";

/// A merchant-presented payload up to a name in Chinese.
const BEFORE: &[u8] = b"00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU64130002zh0103";

/// The name, three octets a character, and the checksum.
const NAME: &[u8] = "玉茶馆".as_bytes();
const CHECKSUM: &[u8] = b"63044FEB";

/// A merchant-presented payload in ASCII.
pub(super) const MERCHANT: &[u8] = b"00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29";

/// The same as two texts that are written in byte mode and in numeric mode.
const MERCHANT_DIGITS: &[u8] = b"00020101021126290015";
const MERCHANT_REST: &[u8] =
    b"com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29";

/// A payload with a name in Chinese, in byte mode under an Extended Channel Interpretation or none.
pub(super) const NAMED: &[u8] = "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU64130002zh0103玉茶馆63044FEB".as_bytes();

static SYMBOL_KANJI: Rule = Rule {
    id: "symbol-kanji",
    severity: Error,
    disposition: Confirm,
    label: Label::Risk,
    clause: "ISO/IEC 18004 7.4.6, EMV MPM 4.12",
    requirements: &["UPQR-SYM-4", "UPQR-SEC-21"],
    title: Words {
        en: "a part of the text is in Kanji mode", zh: "部分内容使用了汉字（Kanji）模式"
    },
    rationale: Words {
        en: "Kanji mode says Shift JIS: readers of the ZXing family show other characters where the octets are UTF-8, and of 67 symbols that an optimising encoder made from Chinese text they garbled 19. The octets are certain and a right checksum over them says which reading is meant, so a person may go on.",
        zh: "该模式表示 Shift JIS；若字节其实是 UTF-8，ZXing 系识读程序会得到乱码——某编码器“优化”生成的 67 个含中文的码中有 19 个如此。字节本身确定，且校验值能证明原意，因此由人工确认后可付。",
    },
    remedy: Words {
        en: "Write the text as one segment of bytes behind ECI 26.",
        zh: "全文用一个字节模式段，前置 ECI 26。",
    },
    bad: Example::Symbol(&Drawing::plain(
        8,
        &[
            (Mode::Byte, BEFORE),
            (Mode::Kanji, b"\xE7\x8E\x89\xE8\x8C\xB6\xE9\xA6"),
            (Mode::Byte, b"\x8663044FEB"),
        ],
    )),
    good: Example::Symbol(&Drawing::plain(8, &[(Mode::Eci(26), b""), (Mode::Byte, NAMED)])),
    checks: &[Check::Symbol(|symbol, report| {
        for (segment, _) in symbol.texts().filter(|(segment, _)| segment.mode == Mode::Kanji) {
            let message =
                "Kanji mode: some readers take these octets for Shift JIS and show other characters";
            report.at(segment.bytes.clone(), message);
        }
    })],
};

static SYMBOL_CHARACTER_DIVIDED: Rule = Rule {
    id: "symbol-character-divided",
    severity: Error,
    disposition: Confirm,
    label: Label::Risk,
    clause: "ISO/IEC 18004 7.4.5",
    requirements: &["UPQR-SYM-4", "UPQR-SEC-21"],
    title: Words { en: "two segments share one character", zh: "一个字符被拆在两个段中" },
    rationale: Words {
        en: "Readers that decode one segment after the other find half a character at the end of the first and replace it; others join the octets first.",
        zh: "逐段解码的程序在段尾遇到半个字符并将其替换；先拼接字节的程序则读出原文，两者结果不同。",
    },
    remedy: Words {
        en: "Divide between characters, or write one segment.",
        zh: "在字符之间分段，或只写一个段。",
    },
    bad: Example::Symbol(&Drawing::plain(
        8,
        &[
            (Mode::Eci(26), b""),
            (Mode::Byte, BEFORE),
            (Mode::Byte, b"\xE7\x8E"),
            (Mode::Byte, b"\x89\xE8\x8C\xB6\xE9\xA6\x8663044FEB"),
        ],
    )),
    good: Example::Symbol(&Drawing::plain(
        8,
        &[(Mode::Eci(26), b""), (Mode::Byte, BEFORE), (Mode::Byte, NAME), (Mode::Byte, CHECKSUM)],
    )),
    checks: &[Check::Symbol(|symbol, report| {
        let Ok(text) = std::str::from_utf8(symbol.payload()) else { return };
        for (segment, _) in symbol.texts() {
            if !text.is_char_boundary(segment.bytes.end) {
                let message = "the segment ends inside a character: divide between characters";
                report.at(segment.bytes.clone(), message);
            }
        }
    })],
};

static SYMBOL_MODE_EMV: Rule = Rule {
    id: "symbol-mode-emv",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.12",
    requirements: &["UPQR-SYM-2"],
    title: Words {
        en: "a merchant-presented payload is not in byte mode throughout",
        zh: "商户展示码没有全部使用字节模式",
    },
    rationale: Words {
        en: "EMVCo asks for byte mode alone so that readers need nothing else; every phone reads these digits just the same, and some terminals do not.",
        zh: "EMVCo 只允许字节模式，使识读设备无需支持其他模式；手机都能读出同样的内容，但部分终端不能。",
    },
    remedy: Words {
        en: "Write the payload as one segment of bytes.", zh: "整个码串写成一个字节模式段。"
    },
    bad: Example::Symbol(&Drawing::plain(
        7,
        &[(Mode::Numeric, MERCHANT_DIGITS), (Mode::Byte, MERCHANT_REST)],
    )),
    good: Example::Symbol(&Drawing::plain(7, &[(Mode::Byte, MERCHANT)])),
    checks: &[Check::Symbol(|symbol, report| {
        let packed = |mode| matches!(mode, Mode::Numeric | Mode::Alphanumeric);
        let first = symbol.texts().find(|(segment, _)| packed(segment.mode));
        if let Some((segment, _)) = first.filter(|_| symbol.is_merchant_presented) {
            let message = format!("{} mode: EMVCo has byte mode alone", segment.mode.key());
            report.at(segment.bytes.clone(), message);
        }
    })],
};

static SYMBOL_FNC1: Rule = Rule {
    id: "symbol-fnc1",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "ISO/IEC 18004 7.4.8, EMV MPM 4.12",
    requirements: &["UPQR-SYM-1", "UPQR-SEC-21"],
    title: Words { en: "the symbol says FNC1", zh: "符号带有 FNC1 标记" },
    rationale: Words {
        en: "Under FNC1 a percent sign in alphanumeric mode is a separator; readers that pass over the mark keep the sign, so that two readers have two texts. No payment scheme uses it.",
        zh: "带 FNC1 时，字母数字模式中的百分号是分隔符；不支持的程序仍读作百分号，于是同一符号有两种内容。没有支付方案使用它。",
    },
    remedy: Words { en: "Draw the symbol without FNC1.", zh: "生成时不要使用 FNC1。" },
    bad: Example::Symbol(&Drawing::plain(4, &[(Mode::Fnc1First, b""), (Mode::Alphanumeric, LINK)])),
    good: Example::Symbol(&Drawing::plain(4, &[(Mode::Alphanumeric, LINK)])),
    checks: &[Check::Symbol(|symbol, report| {
        let marks = |mode| matches!(mode, Mode::Fnc1First | Mode::Fnc1Second(_));
        if symbol.analysis.segments.iter().any(|segment| marks(segment.mode)) {
            report.at(
                symbol.whole(),
                "FNC1: readers differ about what the symbol says, so nothing is paid from it",
            );
        }
    })],
};

static SYMBOL_STRUCTURED_APPEND: Rule = Rule {
    id: "symbol-structured-append",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "ISO/IEC 18004 8, EMV MPM 4.12",
    requirements: &["UPQR-SYM-1"],
    title: Words {
        en: "the symbol holds one part of several", zh: "符号只是多个关联符号中的一部分"
    },
    rationale: Words {
        en: "Wallets read one symbol and never join several, so what is paid is decided by whatever part is in front of the camera.",
        zh: "钱包每次只读一个符号，不会拼接；付什么取决于镜头前是哪一部分。",
    },
    remedy: Words {
        en: "Put the whole payload into one symbol.", zh: "把完整码串放进一个符号。"
    },
    bad: Example::Symbol(&Drawing::plain(
        4,
        &[(Mode::StructuredAppend { place: 0, last: 1, parity: 0x1B }, b""), (Mode::Byte, LINK)],
    )),
    good: Example::Symbol(&Drawing::plain(4, &[(Mode::Byte, LINK)])),
    checks: &[Check::Symbol(|symbol, report| {
        for segment in &symbol.analysis.segments {
            if let Mode::StructuredAppend { place, last, .. } = segment.mode {
                let (part, parts) = (u16::from(place).saturating_add(1), u16::from(last).saturating_add(1));
                let message = format!("part {part} of {parts}: put the whole payload into one symbol");
                report.at(symbol.whole(), message);
            }
        }
    })],
};

static SYMBOL_NUL: Rule = Rule {
    id: "symbol-nul",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 14.4",
    requirements: &["UPQR-SYM-10", "UPQR-SEC-21"],
    title: Words { en: "the payload holds NUL", zh: "码串中含有 NUL 字节" },
    rationale: Words {
        en: "Readers in use end the text there, so that one of them sees a link and the next one sees the same link with something behind it.",
        zh: "实际在用的识读程序会在此处截断：一个读到短链接，另一个读到后面还带内容的链接。",
    },
    remedy: Words { en: "Leave the octet out.", zh: "去掉该字节。" },
    bad: Example::Symbol(&Drawing::plain(4, &[(Mode::Byte, b"https://pay.example/q/8f2c\0?to=9a41")])),
    good: Example::Symbol(&Drawing::plain(4, &[(Mode::Byte, b"https://pay.example/q/8f2c?to=9a41")])),
    checks: &[Check::Symbol(|symbol, report| {
        if let Some(place) = symbol.payload().iter().position(|byte| *byte == 0) {
            let message = "NUL: some readers end the text here and others go on";
            report.at(place..place.saturating_add(1), message);
        }
    })],
};
