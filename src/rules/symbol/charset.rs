//! In which character set a symbol says that its text is (ISO/IEC 18004, 7.4.2; AIM's register of interpretations).

use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8,
    ISO_8859_10, ISO_8859_13, ISO_8859_14, ISO_8859_15, ISO_8859_16, WINDOWS_1254,
};

use super::drawing::Drawing;
use super::segments::NAMED;
use super::{Symbol, eci};
use crate::rules::Disposition::{Block, Confirm, Pay};
use crate::rules::Severity::{Error, Warning};
use crate::rules::example::{Example, Words};
use crate::rules::{Check, Label, Report, Rule};
use crate::symbol::Mode;

pub(in crate::rules) static RULES: &[&Rule] = &[
    &SYMBOL_NOT_TEXT,
    &SYMBOL_GB_TEXT,
    &SYMBOL_ECI_MISSING,
    &SYMBOL_ECI_OTHER,
    &SYMBOL_ECI_UNKNOWN,
    &SYMBOL_BYTE_ORDER_MARK,
];

/// The number of UTF-8.
const UTF_8: u32 = 26;

/// GB 2312 and GB 18030.
const GB: [u32; 2] = [29, 32];

/// Whether a number stands for a character set in AIM's register; 899 is octets without one.
const fn is_charset(number: u32) -> bool {
    matches!(number, 0..=13 | 15..=18 | 20..=30 | 32..=35 | 170)
}

/// The character set of an ISO 8859 interpretation, without part 1.
const fn encoding(number: u32) -> Option<&'static Encoding> {
    Some(match number {
        4 => ISO_8859_2,
        5 => ISO_8859_3,
        6 => ISO_8859_4,
        7 => ISO_8859_5,
        8 => ISO_8859_6,
        9 => ISO_8859_7,
        10 => ISO_8859_8,
        11 => WINDOWS_1254,
        12 => ISO_8859_10,
        15 => ISO_8859_13,
        16 => ISO_8859_14,
        17 => ISO_8859_15,
        18 => ISO_8859_16,
        _ => return None,
    })
}

/// Whether an interpretation is part 1 of ISO 8859, whose octets are the first characters of Unicode.
const fn is_first_part(number: u32) -> bool {
    matches!(number, 1 | 3)
}

/// The bytes in the character set of an ISO 8859 interpretation; `None` for others, and where a byte stands for nothing.
pub(super) fn decode(number: u32, bytes: &[u8]) -> Option<String> {
    if is_first_part(number) {
        return Some(bytes.iter().copied().map(char::from).collect());
    }
    let text = encoding(number)?.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// A text in the character set of an interpretation, or the first character that it lacks, with its place: what is neither ASCII nor of an
/// ISO 8859 interpretation is lacking.
pub(super) fn encode(number: u32, text: &str) -> Result<Vec<u8>, (usize, char)> {
    let octet = |character: char| {
        if character.is_ascii() || is_first_part(number) {
            return u8::try_from(character).ok();
        }
        let mut buffer = [0; 4];
        let (octets, _, is_lacking) = encoding(number)?.encode(character.encode_utf8(&mut buffer));
        octets.first().copied().filter(|_| !is_lacking)
    };
    let octets = text.char_indices().map(|(place, character)| octet(character).ok_or((place, character)));
    octets.collect()
}

/// The interpretation that the third line of an EPC payload names (EPC069-12).
pub(super) fn of_third_line(payload: &[u8]) -> Option<u32> {
    let mut lines = payload.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let third = (lines.next()? == b"BCD").then(|| lines.nth(1)).flatten()?;
    match third {
        b"2" => Some(3),
        b"3" => Some(4),
        b"4" => Some(6),
        b"5" => Some(7),
        b"6" => Some(9),
        b"7" => Some(12),
        b"8" => Some(17),
        _ => None,
    }
}

static SYMBOL_NOT_TEXT: Rule = Rule {
    id: "symbol-not-text",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "UPQR 14.9",
    requirements: &["UPQR-SYM-20"],
    title: Words { en: "the payload is not UTF-8", zh: "码串不是 UTF-8" },
    rationale: Words {
        en: "What such bytes say depends on the character set that a reader guesses, and no scheme of the registry asks for the one that is meant here.",
        zh: "这样的字节取决于识读程序猜测的字符集，而登记的方案都没有规定此处的字符集。",
    },
    remedy: Words { en: "Write the text in UTF-8.", zh: "改用 UTF-8 书写。" },
    bad: Example::Symbol(&Drawing::plain(4, &[(Mode::Byte, b"https://pay.example/q/caf\xE9")])),
    good: Example::Symbol(&Drawing::plain(
        4,
        &[(Mode::Eci(26), b""), (Mode::Byte, "https://pay.example/q/café".as_bytes())],
    )),
    checks: &[Check::Symbol(|symbol, report| {
        if symbol.text.is_none() {
            let place =
                std::str::from_utf8(symbol.payload()).map_or_else(|fault| fault.valid_up_to(), str::len);
            let message = "not UTF-8 from here on, and of no scheme with another character set";
            report.at(place..symbol.whole().end, message);
        }
    })],
};

static SYMBOL_GB_TEXT: Rule = Rule {
    id: "symbol-gb-text",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "ISO/IEC 18004 7.4.2, GB/T 18284",
    requirements: &["UPQR-SYM-3", "UPQR-SEC-21"],
    title: Words { en: "the text is in GBK or GB 18030", zh: "内容使用 GBK 或 GB 18030 编码" },
    rationale: Words {
        en: "With ECI 29 or 32 two of four engines show the name, one gives the octets and one other letters; without it none shows the name.",
        zh: "带 ECI 29/32 时，四种引擎中两种显示正确、一种给出原始字节、一种显示错误；不带时没有一种能正确显示。",
    },
    remedy: Words {
        en: "Convert the text to UTF-8 and write it behind ECI 26.",
        zh: "转换为 UTF-8，并前置 ECI 26。",
    },
    bad: Example::Symbol(&Drawing::plain(
        4,
        &[(Mode::Eci(29), b""), (Mode::Byte, b"https://pay.example/q?n=\xD3\xF1\xB2\xE8\xB9\xDD")],
    )),
    good: Example::Symbol(&Drawing::plain(
        4,
        &[(Mode::Eci(26), b""), (Mode::Byte, "https://pay.example/q?n=玉茶馆".as_bytes())],
    )),
    checks: &[Check::Symbol(gb_text)],
};

fn gb_text(symbol: &Symbol<'_>, report: &mut Report<'_>) {
    for (segment, eci) in symbol.texts() {
        let bytes = symbol.bytes(segment);
        if segment.mode == Mode::Hanzi {
            report.at(segment.bytes.clone(), "Hanzi mode is GB 2312: write UTF-8 in byte mode");
        } else if eci.is_some_and(|eci| GB.contains(&eci)) && !bytes.is_ascii() {
            report.at(segment.bytes.clone(), "an ECI of GB 2312 or GB 18030: write UTF-8 behind ECI 26");
        } else if eci.is_none() && segment.mode == Mode::Byte && symbol.text.is_none() && is_gb(bytes) {
            report.at(segment.bytes.clone(), "the octets read as GB 18030: write UTF-8 behind ECI 26");
        }
    }
}

/// Whether bytes are no UTF-8 and read as Chinese text in GB 18030.
fn is_gb(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err()
        && encoding_rs::GB18030
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some_and(|text| text.contains(|c: char| matches!(c, '\u{4E00}'..='\u{9FFF}')))
}

static SYMBOL_ECI_MISSING: Rule = Rule {
    id: "symbol-eci-missing",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.12, ISO/IEC 18004 7.4.2",
    requirements: &["UPQR-SYM-3"],
    title: Words {
        en: "text that is not ASCII stands without ECI 26", zh: "非 ASCII 内容之前没有 ECI 26"
    },
    rationale: Words {
        en: "Phones guess UTF-8 and are nearly always right, so payment goes on; a reader that keeps to the standard shows Latin letters, and one in common use does so for some names.",
        zh: "手机猜测为 UTF-8，几乎总是猜对，所以仍可付；严格按标准的程序会显示成拉丁字母，某常用程序对部分名称正是如此。",
    },
    remedy: Words {
        en: "Put ECI 26 before the segment, as EMVCo asks.",
        zh: "按 EMVCo 要求在该段之前写 ECI 26。",
    },
    bad: Example::Symbol(&Drawing::plain(8, &[(Mode::Byte, NAMED)])),
    good: Example::Symbol(&Drawing::plain(8, &[(Mode::Eci(26), b""), (Mode::Byte, NAMED)])),
    checks: &[Check::Symbol(|symbol, report| {
        let open = |segment, eci: Option<u32>| eci.is_none() && !symbol.bytes(segment).is_ascii();
        let utf8 = std::str::from_utf8(symbol.payload()).is_ok();
        if let Some((segment, _)) = symbol.texts().find(|(segment, eci)| open(segment, *eci)).filter(|_| utf8)
        {
            report.at(segment.bytes.clone(), "text that is not ASCII: put ECI 26 before it");
        }
    })],
};

/// Reports each interpretation other than UTF-8 that no scheme of the text asks for, over the text that it begins.
fn others(symbol: &Symbol<'_>, known: bool, report: &mut Report<'_>, message: fn(u32) -> String) {
    let segments = &symbol.analysis.segments;
    for (place, segment) in segments.iter().enumerate() {
        let Some(number) = eci(segment.mode).filter(|number| *number != UTF_8) else { continue };
        let asked = symbol.schemes().any(|scheme| scheme.symbol.allows_eci(number));
        if asked || is_charset(number) != known {
            continue;
        }
        let behind = segments.get(place..).unwrap_or_default();
        let text = behind.iter().find(|segment| segment.mode.holds_text()).unwrap_or(segment);
        report.at(text.bytes.clone(), message(number));
    }
}

static SYMBOL_ECI_OTHER: Rule = Rule {
    id: "symbol-eci-other",
    severity: Error,
    disposition: Confirm,
    label: Label::Risk,
    clause: "ISO/IEC 18004 7.4.2",
    requirements: &["UPQR-SYM-3", "UPQR-SEC-21"],
    title: Words { en: "an ECI other than 26", zh: "使用了 ECI 26 以外的字符集标识" },
    rationale: Words {
        en: "Some readers obey it, others pass over it, and the two have different texts of the same octets: digits under UTF-16, letters under an ISO 8859 part. A person sees which payee and amount are meant.",
        zh: "有的程序遵从，有的忽略，同样的字节得到不同的内容（UTF-16 的数字、ISO 8859 的字母）。由人工核对收款方与金额。",
    },
    remedy: Words {
        en: "Write UTF-8 behind ECI 26, or ASCII without any ECI.",
        zh: "UTF-8 用 ECI 26；纯 ASCII 不写 ECI。",
    },
    bad: Example::Symbol(&Drawing::plain(8, &[(Mode::Eci(3), b""), (Mode::Byte, NAMED)])),
    good: Example::Symbol(&Drawing::plain(8, &[(Mode::Eci(26), b""), (Mode::Byte, NAMED)])),
    checks: &[Check::Symbol(|symbol, report| {
        others(symbol, true, report, |number| format!("ECI {number}: write UTF-8 behind ECI 26"));
    })],
};

static SYMBOL_ECI_UNKNOWN: Rule = Rule {
    id: "symbol-eci-unknown",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "ISO/IEC 18004 7.4.2",
    requirements: &["UPQR-SYM-3", "UPQR-SEC-21"],
    title: Words { en: "an ECI that is no character set", zh: "ECI 编号不是字符集" },
    rationale: Words {
        en: "A reader that keeps to the standard cannot say what the octets mean and refuses the symbol; another shows them as text all the same.",
        zh: "严格的程序无法解释这些字节而拒读；另一些照样当文本显示。",
    },
    remedy: Words {
        en: "Write UTF-8 behind ECI 26, or ASCII without any ECI.",
        zh: "UTF-8 用 ECI 26；纯 ASCII 不写 ECI。",
    },
    bad: Example::Symbol(&Drawing::plain(
        4,
        &[(Mode::Eci(899), b""), (Mode::Byte, b"https://pay.example/q/8f2c")],
    )),
    good: Example::Symbol(&Drawing::plain(
        4,
        &[(Mode::Eci(26), b""), (Mode::Byte, b"https://pay.example/q/8f2c")],
    )),
    checks: &[Check::Symbol(|symbol, report| {
        others(symbol, false, report, |number| format!("ECI {number} is no character set: write UTF-8"));
    })],
};

static SYMBOL_BYTE_ORDER_MARK: Rule = Rule {
    id: "symbol-byte-order-mark",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 14.4",
    requirements: &["UPQR-SYM-10", "UPQR-SEC-21"],
    title: Words {
        en: "the payload begins with a byte order mark", zh: "码串以字节顺序标记（BOM）开头"
    },
    rationale: Words {
        en: "Some readers drop it and others hand it on, so the same code is a link for one application and no code for the next.",
        zh: "有的程序丢弃，有的保留；同一个码在一个 App 是链接，在另一个 App 无法识别。",
    },
    remedy: Words { en: "Leave the mark out.", zh: "不要写 BOM。" },
    bad: Example::Symbol(&Drawing::plain(
        4,
        &[(Mode::Eci(26), b""), (Mode::Byte, b"\xEF\xBB\xBFhttps://pay.example/q/8f2c")],
    )),
    good: Example::Symbol(&Drawing::plain(
        4,
        &[(Mode::Eci(26), b""), (Mode::Byte, b"https://pay.example/q/8f2c")],
    )),
    checks: &[Check::Symbol(|symbol, report| {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        if symbol.payload().starts_with(MARK) {
            report.at(0..MARK.len(), "U+FEFF at the beginning: some readers drop it and others do not");
        }
    })],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_sets_of_schemes() {
        let check = |number: u32, bytes: &[u8], text: Option<&str>| {
            assert_eq!(decode(number, bytes).as_deref(), text, "{number}");
        };
        check(3, b"caf\xE9", Some("café"));
        check(4, b"\xC8rna na \xA9koljica", Some("Črna na Školjica"));
        check(17, b"12 \xA4", Some("12 €"));
        check(8, b"\xFF", None);
        check(26, b"caf\xC3\xA9", None);
        check(899, b"a", None);
    }

    #[test]
    fn the_third_line_names_the_character_set() {
        let check = |payload: &str, number: Option<u32>| {
            assert_eq!(of_third_line(payload.as_bytes()), number, "{payload:?}");
        };
        check("BCD\n002\n2\nSCT", Some(3));
        check("BCD\r\n002\r\n8\r\nSCT", Some(17));
        check("BCD\n002\n1\nSCT", None);
        check("SPC\n0200\n2\n", None);
        check("BCD", None);
    }
}
