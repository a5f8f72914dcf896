//! What characters do to the eye and to readers: controls, changes of direction, look-alikes (UTR 36, UTS 39).

use std::ops::Range;

use unicode_normalization::is_nfc;
use unicode_script::{Script, UnicodeScript};
use unicode_security::confusable_detection::skeleton;
use unicode_security::mixed_script::AugmentedScriptSet;

use super::Disposition::{Block, Confirm, Pay};
use super::Severity::{Error, Warning};
use super::cause::reads_by;
use super::example::{Example, Words};
use super::{Check, Label, Merchant, Report, Rule, Subject, span};
use crate::emv::layout::{Content, Placed};
use crate::emv::mpm;

pub(super) static RULES: &[&Rule] = &[
    &TEXT_CONTROL,
    &TEXT_BIDI,
    &TEXT_INVISIBLE,
    &TEXT_CONFUSABLE,
    &TEXT_MIXED_SCRIPT,
    &TEXT_NOT_NORMALISED,
    &TEXT_REPLACEMENT,
    &LINK_IN_TEXT,
    &LENGTH_UTF16,
    &LENGTH_AMBIGUOUS,
];

/// The objects whose values hold no further objects.
fn values<'m, 'a>(merchant: &'m Merchant<'a>) -> impl Iterator<Item = &'m Placed<'a>> {
    merchant.objects().filter(|placed| !matches!(placed.content, Content::Template { .. }))
}

/// The names and cities of the merchant: 59, 60, 64-01 and 64-02.
fn names<'m, 'a>(merchant: &'m Merchant<'a>) -> impl Iterator<Item = &'m Placed<'a>> {
    values(merchant).filter(|placed| {
        matches!(
            (placed.owner().map(crate::emv::data_object::Id::number), placed.object.id.number()),
            (None, 59 | 60) | (Some(64), 1 | 2)
        ) && placed.inner.is_none()
    })
}

/// Whether an ASCII control stands in a text. All octets are looked at, since that is faster than to stop at the first.
fn has_control(text: &str) -> bool {
    text.bytes().fold(false, |found, octet| found | octet.is_ascii_control())
}

/// The same, where they hold other characters than ASCII.
fn international<'m, 'a>(merchant: &'m Merchant<'a>) -> impl Iterator<Item = &'m Placed<'a>> {
    values(merchant).filter(|placed| !placed.object.value.is_ascii())
}

/// Reports every value of a merchant-presented payload in which a character stands that must not.
fn in_values(merchant: &Merchant<'_>, report: &mut Report<'_>, bad: fn(char) -> bool, message: &'static str) {
    for placed in international(merchant).filter(|placed| placed.object.value.contains(bad)) {
        let (template, id) = placed.place();
        report.at(span(&placed.object), message).of(template, id);
    }
}

/// Reports the first such character of another text, or of a value that escapes hide in it; line ends belong to some grammars.
fn in_text(subject: &Subject<'_>, report: &mut Report<'_>, bad: fn(char) -> bool, message: &'static str) {
    let lines = subject.grammar().is_some();
    let is_bad = |c: char| bad(c) && !(lines && matches!(c, '\r' | '\n' | '\t'));
    // In ASCII only controls can be bad.
    let plain = subject.text.is_ascii() && !has_control(subject.text);
    let found = if plain { None } else { subject.text.char_indices().find(|(_, c)| is_bad(*c)) };
    if let Some((place, c)) = found {
        report.at(place..place.saturating_add(c.len_utf8()), message);
        return;
    }
    let elements = subject.scheme.iter().flat_map(|reading| &reading.elements);
    for element in elements.filter(|element| element.value.contains(is_bad)) {
        report.at(element.span.clone(), message);
    }
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}')
}

const CONTROL: &str = "a control character: some readers end the text here, others drop it";

static TEXT_CONTROL: Rule = Rule {
    id: "text-control",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "CVE-2021-42574",
    requirements: &["UPQR-TXT-4", "UPQR-SEC-16"],
    title: Words { en: "a value holds a control character", zh: "值中含有控制字符" },
    rationale: Words {
        en: "NUL ends a text for some readers, so one name is checked and another shown, and line ends forge entries in logs and receipts.",
        zh: "有的程序遇 NUL 即截断，校验的名称与显示的名称不同；换行可在日志和小票中伪造条目。",
    },
    remedy: Words {
        en: "Remove the character, and refuse it where merchants enter their names.",
        zh: "去掉该字符，并在商户录入名称时拒绝。",
    },
    bad: Example::Merchant { set: &[(59, "JADE\tTEA HOUSE")], without: &[] },
    good: Example::Merchant { set: &[(59, "JADE TEA HOUSE")], without: &[] },
    checks: &[
        Check::Merchant(|merchant, report| {
            // Nearly no payload has one, and C1 controls stand outside ASCII.
            if merchant.payload.is_ascii() && !has_control(merchant.payload.text()) {
                return;
            }
            for placed in values(merchant).filter(|placed| placed.object.value.contains(char::is_control)) {
                let (template, id) = placed.place();
                report.at(span(&placed.object), CONTROL).of(template, id);
            }
        }),
        Check::Text(|subject, report| in_text(subject, report, char::is_control, CONTROL)),
    ],
};

const BIDI: &str = "a character that turns the direction of text: what is shown is not what is paid";

static TEXT_BIDI: Rule = Rule {
    id: "text-bidi",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "CVE-2021-42574",
    requirements: &["UPQR-TXT-4", "UPQR-SEC-16"],
    title: Words {
        en: "a value changes the direction of the text", zh: "值中含有改变文字方向的字符"
    },
    rationale: Words {
        en: "The name on the screen is then not the name in the data, and an amount or a host beside it can be turned round.",
        zh: "屏幕显示的名称与数据不一致，旁边的金额或域名也可能被颠倒显示。",
    },
    remedy: Words {
        en: "Remove embeddings, overrides, isolates and direction marks.",
        zh: "去掉方向嵌入、覆盖、隔离和方向标记字符。",
    },
    bad: Example::Merchant { set: &[(64, "0002zh0104玉\u{202E}茶馆")], without: &[] },
    good: Example::Merchant { set: &[(64, "0002zh0103玉茶馆")], without: &[] },
    checks: &[
        Check::International(|merchant, report| in_values(merchant, report, is_bidi, BIDI)),
        Check::Text(|subject, report| in_text(subject, report, is_bidi, BIDI)),
    ],
};

/// Characters that are not shown; joiners between letters of scripts that are not written without them are left alone.
fn invisible(text: &str) -> Option<Range<usize>> {
    let mut before: Option<char> = None;
    let mut characters = text.char_indices().peekable();
    while let Some((place, c)) = characters.next() {
        let joins = matches!(c, '\u{200C}' | '\u{200D}')
            && before.is_some_and(is_joining)
            && characters.peek().is_none_or(|(_, next)| is_joining(*next));
        if is_invisible(c) && !joins {
            return Some(place..place.saturating_add(c.len_utf8()));
        }
        before = Some(c);
    }
    None
}

/// Whether a letter's script is neither Latin nor East Asian, so that joiners may belong to it.
fn is_joining(c: char) -> bool {
    use Script::{Bopomofo, Common, Cyrillic, Greek, Han, Hangul, Hiragana, Inherited, Katakana, Latin};
    !matches!(
        c.script(),
        Latin | Common | Inherited | Greek | Cyrillic | Han | Hangul | Hiragana | Katakana | Bopomofo
    )
}

const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200D}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

const INVISIBLE: &str = "a character that is not shown: two names that look alike differ by it";

static TEXT_INVISIBLE: Rule = Rule {
    id: "text-invisible",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UTS 39",
    requirements: &["UPQR-SEC-17"],
    title: Words { en: "a value holds invisible characters", zh: "值中含有不可见字符" },
    rationale: Words {
        en: "Two names look alike and compare as different, so a blocked or known payee passes for another.",
        zh: "两个名称看起来一样，比较却不同，黑名单或已知收款方的匹配会失效。",
    },
    remedy: Words {
        en: "Remove zero-width and other invisible characters, unless the script cannot be written without them.",
        zh: "去掉零宽等不可见字符，除非该文字必须使用。",
    },
    bad: Example::Merchant { set: &[(64, "0002zh0104玉\u{200B}茶馆")], without: &[] },
    good: Example::Merchant { set: &[(64, "0002zh0103玉茶馆")], without: &[] },
    checks: &[
        Check::International(|merchant, report| {
            for placed in international(merchant) {
                let Some(place) = invisible(placed.object.value) else { continue };
                let start = placed.object.value_offset();
                let (template, id) = placed.place();
                report
                    .at(start.saturating_add(place.start)..start.saturating_add(place.end), INVISIBLE)
                    .of(template, id);
            }
        }),
        Check::Text(|subject, report| {
            if subject.text.is_ascii() {
                return;
            }
            // A byte order mark around a code has a rule of its own.
            let bare = subject.text.trim_matches('\u{FEFF}');
            if let Some(place) = invisible(bare) {
                let start = subject.text.find(bare).unwrap_or_default();
                let place = start.saturating_add(place.start)..start.saturating_add(place.end);
                report.at(place, INVISIBLE);
            }
        }),
    ],
};

static TEXT_CONFUSABLE: Rule = Rule {
    id: "text-confusable",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UTS 39",
    requirements: &["UPQR-TXT-3", "UPQR-SEC-17"],
    title: Words { en: "a name looks like another one in ASCII", zh: "名称与 ASCII 文本形近" },
    rationale: Words {
        en: "A payer who checks the name is shown letters of another script that look the same, and pays somebody else.",
        zh: "用户核对名称时看到的是外形相同的另一种文字，钱会付给别人。",
    },
    remedy: Words {
        en: "Write the name in the letters that it seems to have, and compare names by the network's record.",
        zh: "用看上去的那种字母书写名称，并以网络登记的名称核对。",
    },
    bad: Example::Merchant { set: &[(64, "0002ru0108МАТЕ ТЕА")], without: &[] },
    good: Example::Merchant { set: &[(64, "0002ru0108MATE TEA")], without: &[] },
    checks: &[Check::International(|merchant, report| {
        for placed in names(merchant).filter(|placed| !placed.object.value.is_ascii()) {
            let seen: String = skeleton(placed.object.value).collect();
            if seen.is_ascii() && seen.bytes().any(|b| b.is_ascii_alphabetic()) {
                let (template, id) = placed.place();
                report
                    .at(
                        span(&placed.object),
                        "the text looks like a Latin one and is written in other letters",
                    )
                    .of(template, id);
            }
        }
    })],
};

/// Whether letters come from scripts that no writing mixes: beyond what UTS 39 calls highly restrictive.
fn mixes_scripts(text: &str) -> bool {
    let latin = text.chars().any(|c| c.script() == Script::Latin);
    let rest: String = text.chars().filter(|c| c.script() != Script::Latin).collect();
    let scripts = AugmentedScriptSet::for_str(&rest);
    // An accent of its own names the scripts that it is used in, and Latin is one of them.
    let goes_with_latin =
        scripts.base.contains_script(Script::Latin) || scripts.hanb || scripts.jpan || scripts.kore;
    scripts.is_empty() || (latin && !scripts.is_all() && !goes_with_latin)
}

static TEXT_MIXED_SCRIPT: Rule = Rule {
    id: "text-mixed-script",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UTS 39",
    requirements: &["UPQR-TXT-3", "UPQR-SEC-17"],
    title: Words {
        en: "a name mixes scripts that do not go together", zh: "名称混用了不相配的文字"
    },
    rationale: Words {
        en: "Mixed alphabets are how a forged name takes over single letters of a known one; Latin beside Han, kana or hangul is ordinary and not meant.",
        zh: "仿冒名称常借混用字母替换个别字符；拉丁字母与汉字、假名、谚文混用属正常，不在此列。",
    },
    remedy: Words {
        en: "Write a name in one script, or in Latin and one of the East Asian ones.",
        zh: "名称只用一种文字，或拉丁字母加一种东亚文字。",
    },
    bad: Example::Merchant { set: &[(64, "0002ru0108JADE ЧАЙ")], without: &[] },
    good: Example::Merchant { set: &[(64, "0002ru0110НЕФРИТ ЧАЙ")], without: &[] },
    checks: &[Check::International(|merchant, report| {
        for placed in names(merchant)
            .filter(|placed| !placed.object.value.is_ascii() && mixes_scripts(placed.object.value))
        {
            let (template, id) = placed.place();
            report
                .at(
                    span(&placed.object),
                    "letters of scripts that are not written together: one of them is a disguise",
                )
                .of(template, id);
        }
    })],
};

static TEXT_NOT_NORMALISED: Rule = Rule {
    id: "text-not-normalised",
    severity: Warning,
    disposition: Pay,
    label: Label::Risk,
    clause: "UAX 15",
    requirements: &["UPQR-CNF-3", "UPQR-SEC-17"],
    title: Words { en: "a value is not in Unicode's form NFC", zh: "值不是 Unicode 的 NFC 形式" },
    rationale: Words {
        en: "The same name in two spellings has two lengths and two checksums, and is not found when it is compared with a record.",
        zh: "同一名称有两种写法，长度和校验值都不同，与登记信息比对时匹配不上。",
    },
    remedy: Words {
        en: "Normalise names to NFC before lengths and the checksum are computed.",
        zh: "先把名称规范化为 NFC，再计算长度和校验值。",
    },
    bad: Example::Merchant { set: &[(64, "0002fr0114MAISON DU THE\u{301}")], without: &[] },
    good: Example::Merchant { set: &[(64, "0002fr0113MAISON DU THÉ")], without: &[] },
    checks: &[Check::International(|merchant, report| {
        for placed in international(merchant).filter(|placed| !is_nfc(placed.object.value)) {
            let (template, id) = placed.place();
            report
                .at(
                    span(&placed.object),
                    "the text is not in normalisation form C: lengths and comparisons go wrong",
                )
                .of(template, id);
        }
    })],
};

fn is_lost(c: char) -> bool {
    // The last two of every plane are noncharacters.
    let last = u32::from(c) & 0xFFFE == 0xFFFE;
    last || matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}' | '\u{FDD0}'..='\u{FDEF}')
}

const LOST: &str =
    "a character that stands for a lost one, or that nobody else can show: write the text anew";

static TEXT_REPLACEMENT: Rule = Rule {
    id: "text-replacement",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UTR 36",
    requirements: &["UPQR-TXT-1", "UPQR-SEC-16"],
    title: Words {
        en: "a value holds a character that stands for a lost one",
        zh: "值中含有代表丢失内容的字符",
    },
    rationale: Words {
        en: "The text was decoded in the wrong encoding on its way, so the payer cannot compare the name and other values may be damaged too.",
        zh: "文本在传递中按错误编码解码，用户无法核对名称，其他值也可能已损坏。",
    },
    remedy: Words {
        en: "Carry the text in UTF-8 from end to end, and enter it anew.",
        zh: "全程使用 UTF-8，并重新录入该文本。",
    },
    bad: Example::Merchant { set: &[(64, "0002zh0103玉�馆")], without: &[] },
    good: Example::Merchant { set: &[(64, "0002zh0103玉茶馆")], without: &[] },
    checks: &[
        Check::International(|merchant, report| {
            in_values(merchant, report, is_lost, LOST);
        }),
        Check::Text(|subject, report| in_text(subject, report, is_lost, LOST)),
    ],
};

static LINK_IN_TEXT: Rule = Rule {
    id: "link-in-text",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 8.3",
    requirements: &["UPQR-SEC-16"],
    title: Words {
        en: "a name or additional data holds a web address", zh: "名称或附加数据中含有网址"
    },
    rationale: Words {
        en: "Applications turn addresses into links, so a payment screen becomes a way to a page that asks for a password.",
        zh: "App 会把网址变成可点击链接，付款页面就成了钓鱼页面的入口。",
    },
    remedy: Words {
        en: "Write a name or a reference there, and no address.",
        zh: "此处只写名称或参考号，不写网址。",
    },
    bad: Example::Merchant { set: &[(62, "0823https://tea.example/win")], without: &[] },
    good: Example::Merchant { set: &[(62, "0803TEA")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for placed in values(merchant) {
            let shown = match (placed.template, placed.object.id.number()) {
                (None, 59 | 60) | (Some(mpm::LOCAL), 1 | 2) => true,
                (Some(mpm::ADDITIONAL), 1..=8) => placed.inner.is_none(),
                _ => false,
            };
            if shown && holds_address(placed.object.value) {
                let (template, id) = placed.place();
                report
                    .at(
                        span(&placed.object),
                        "a web address where a name or a reference belongs: do not follow it",
                    )
                    .of(template, id);
            }
        }
    })],
};

fn holds_address(value: &str) -> bool {
    let octets = value.as_bytes();
    let begins = |start: usize, wanted: &str| {
        octets
            .get(start..start.saturating_add(wanted.len()))
            .is_some_and(|found| found.eq_ignore_ascii_case(wanted.as_bytes()))
    };
    octets.iter().enumerate().any(|(place, octet)| match octet {
        b':' => begins(place, "://"),
        b'w' | b'W' => {
            begins(place, "www.") && (place == 0 || octets.get(place.wrapping_sub(1)) == Some(&b' '))
        }
        _ => false,
    })
}

static LENGTH_UTF16: Rule = Rule {
    id: "length-utf16",
    severity: Warning,
    disposition: Pay,
    label: Label::Risk,
    clause: "UPQR 2.5",
    requirements: &["UPQR-OBJ-3"],
    title: Words {
        en: "the payload reads differently where lengths count UTF-16 units",
        zh: "按 UTF-16 单元计长时，解析结果不同",
    },
    rationale: Words {
        en: "Readers in Java, JavaScript and C# count a rare Han character or an emoji as two, lose their footing behind it and miss the rest.",
        zh: "Java、JavaScript、C# 程序把生僻汉字或表情计为两个单元，之后全部错位。",
    },
    remedy: Words {
        en: "Write characters of the basic plane only, or put the value into the last object before 63.",
        zh: "只用基本平面内的字符，或把该值放在 63 之前的最后一个对象。",
    },
    bad: Example::Merchant { set: &[(64, "0002zh0103𠮷茶馆")], without: &[] },
    good: Example::Merchant { set: &[(64, "0002zh0103吉茶馆")], without: &[] },
    checks: &[Check::International(|merchant, report| {
        let wide = |placed: &&Placed<'_>| placed.object.value.chars().any(|c| c.len_utf16() == 2);
        if let Some(placed) = merchant.layout.roots().find(wide) {
            let message = format!(
                "a reader whose lengths count UTF-16 units reads something else from object {} on",
                placed.object.id
            );
            report.at(span(&placed.object), message).of(None, placed.object.id);
        }
    })],
};

static LENGTH_AMBIGUOUS: Rule = Rule {
    id: "length-ambiguous",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 2.5",
    requirements: &["UPQR-OBJ-3"],
    title: Words {
        en: "the payload is another payload where lengths count other units",
        zh: "按另一种长度单位解析会得到另一份码串",
    },
    rationale: Words {
        en: "A value can hold characters that count once for one reader and twice or more for another, so that what follows is text for the first and an amount or a payee for the second. Both find a right checksum.",
        zh: "同一个字符，有的解析器算一个长度，有的算两个或更多，于是后面的内容对前者是文本，对后者却成了金额或收款方，而校验值对双方都正确。",
    },
    remedy: Words {
        en: "Refuse it. A writer keeps text outside ASCII in template 64, behind everything that is paid.",
        zh: "拒收。生成方应把非 ASCII 文本放在 64 模板中，位于所有支付要素之后。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU80410015com.example.pay0118ééééééééé540599.996304B027",
    ),
    good: Example::Merchant { set: &[(64, "0002zh0103玉茶馆")], without: &[] },
    checks: &[Check::International(|merchant, report| {
        let text = merchant.payload.text();
        let units: [(&str, Unit); 2] = [("bytes", char::len_utf8), ("UTF-16 units", char::len_utf16)];
        for (unit, weigh) in units {
            let differs = text.chars().any(|c| weigh(c) != 1);
            if differs && reads_by(text, weigh) {
                let message = format!(
                    "a reader whose lengths count {unit} reads another whole payload here: nobody knows what is paid"
                );
                report.at(merchant.whole(), message);
            }
        }
    })],
};

/// How many units of length a character counts.
type Unit = fn(char) -> usize;
