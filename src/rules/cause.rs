//! Why a text is no payment code although it nearly is: what was lost or added on the way.

use std::collections::HashSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Disposition::{Block, Pay};
use super::Severity::{Error, Info};
use super::example::{Example, Words};
use super::{Check, Label, Rule, Subject};
use crate::emv::crc::{Crc16, checksum, hexadecimal};
use crate::emv::data_object::DataObjects;
use crate::emv::{cpm, mpm};
use crate::grammar::Text;
use crate::payment::octets_of;
use crate::recognise::{Verdict, recognise};
use crate::scheme;

pub(super) static RULES: &[&Rule] = &[
    &WHITE_SPACE_AROUND,
    &ESCAPED_TEXT,
    &JSON_DUPLICATE_KEY,
    &LENGTH_OFF,
    &LENGTH_COUNTS_BYTES,
    &HEAD_LOST,
    &CPM_IN_HEX,
    &CPM_URL_SAFE,
];

/// Characters of the longest text whose repair is looked for: a symbol holds no more.
const LONGEST: usize = 4296;

/// Whether a text is a code that somebody may pay.
fn is_code(text: &str) -> bool {
    match Text::read(text) {
        Text::MerchantPresented(found) => found.is_ok_and(|payload| is_sealed(&payload)),
        Text::ConsumerPresented(found) => found.is_ok(),
        Text::Dialect(_) => true,
        _ => recognise(text).verdict() > Verdict::Unknown || scheme::read(text).is_some(),
    }
}

fn is_sealed(payload: &mpm::Payload<'_>) -> bool {
    matches!(payload.crc(), Crc16::Right | Crc16::LowerCase)
}

static WHITE_SPACE_AROUND: Rule = Rule {
    id: "white-space-around",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "UPQR 1.4",
    requirements: &["UPQR-CNF-3", "UPQR-SEC-20"],
    title: Words { en: "white space stands around a payment code", zh: "支付码首尾有空白或换行" },
    rationale: Words {
        en: "Some readers trim it and some refuse, and a signed or checked text no longer matches; image readers pass line ends and byte order marks through unchanged.",
        zh: "有的程序会去掉，有的拒付，签名和校验也会对不上；识码库会原样传出换行和字节顺序标记。",
    },
    remedy: Words {
        en: "Write the code without a blank, a line end or a byte order mark before or behind it.",
        zh: "码的首尾不写空格、换行和字节顺序标记（BOM）。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29\n",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Text(|subject, report| {
        let is_space = |c: char| c.is_whitespace() || c == '\u{FEFF}';
        if !subject.text.starts_with(is_space) && !subject.text.ends_with(is_space) {
            return;
        }
        let bare = subject.text.trim_matches(is_space);
        if bare.len() == subject.text.len() || subject.grammar().is_some() || !is_code(bare) {
            return;
        }
        let start = subject.text.len().saturating_sub(subject.text.trim_start_matches(is_space).len());
        let place = if start > 0 { 0..start } else { bare.len()..subject.text.len() };
        report
            .at(place, "white space or a byte order mark around the code: take it off before printing")
            .safely(0..subject.text.len(), bare);
    })],
};

/// The text with its escapes undone, where it has any.
fn unescaped(text: &str) -> Option<String> {
    let colon = text.find("://");
    let coded = ["%3A%2F%2F", "%3a%2f%2f"].iter().filter_map(|code| text.find(code)).min();
    if coded.is_some_and(|coded| colon.is_none_or(|colon| coded < colon)) {
        return percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned);
    }
    if text.contains("&amp;") {
        return Some(text.replace("&amp;", "&"));
    }
    text.contains(":\\/\\/").then(|| text.replace("\\/", "/"))
}

static ESCAPED_TEXT: Rule = Rule {
    id: "escaped-text",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "RFC 3986, 2.1",
    requirements: &["UPQR-CNF-3", "UPQR-DSP-11"],
    title: Words { en: "the whole text is escaped", zh: "整段文本被转义" },
    rationale: Words {
        en: "The code went through a web page, a log or a JSON printer, and applications that do not undo the escape refuse it or open another address.",
        zh: "码经过网页、日志或 JSON 输出后被转义，不反转义的 App 会拒付或打开错误的地址。",
    },
    remedy: Words {
        en: "Undo the escape before the symbol is made, and draw the code itself.",
        zh: "生成二维码之前先还原转义，绘制原始码串。",
    },
    bad: Example::Text("weixin%3A%2F%2Fwxpay%2Fbizpayurl%3Fpr%3DAb3dE9x"),
    good: Example::Text("weixin://wxpay/bizpayurl?pr=Ab3dE9x"),
    checks: &[Check::Text(|subject, report| {
        let read = matches!(subject.parsed, Text::MerchantPresented(Ok(_)) | Text::Digits(_));
        if read || subject.grammar().is_some() || subject.text.len() > LONGEST {
            return;
        }
        if let Some(text) = unescaped(subject.text).filter(|text| is_code(text)) {
            let message =
                "the code was escaped for a URL, for HTML or for JSON and not put back: print what it was";
            report.at(0..subject.text.len(), message).unsafely(0..subject.text.len(), text);
        }
    })],
};

/// A JSON value of which only the repeated keys matter, at any depth.
struct Keys(bool);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

/// Walks a JSON value.
struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Keys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Keys, E> {
        Ok(Keys(false))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Keys, E> {
        Ok(Keys(false))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Keys, E> {
        Ok(Keys(false))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Keys, E> {
        Ok(Keys(false))
    }

    fn visit_str<E>(self, _: &str) -> Result<Keys, E> {
        Ok(Keys(false))
    }

    fn visit_unit<E>(self) -> Result<Keys, E> {
        Ok(Keys(false))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Keys, S::Error> {
        let mut twice = false;
        while let Some(Keys(inner)) = list.next_element()? {
            twice |= inner;
        }
        Ok(Keys(twice))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Keys, M::Error> {
        let (mut seen, mut twice) = (HashSet::new(), false);
        while let Some(key) = map.next_key::<String>()? {
            let Keys(inner) = map.next_value()?;
            twice |= !seen.insert(key) || inner;
        }
        Ok(Keys(twice))
    }
}

static JSON_DUPLICATE_KEY: Rule = Rule {
    id: "json-duplicate-key",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "RFC 8259, 4",
    requirements: &["UPQR-SEC-20"],
    title: Words { en: "a key stands twice in a JSON object", zh: "JSON 对象中同一键出现两次" },
    rationale: Words {
        en: "Most readers keep the last value and some the first, so the amount that was checked need not be the amount that is paid.",
        zh: "多数程序取最后一个值，有的取第一个，检查时的金额未必是付款时的金额。",
    },
    remedy: Words { en: "Write each key once.", zh: "每个键只写一次。" },
    bad: Example::Text("{\"order\":\"SALE0001\",\"amount\":\"25.50\",\"amount\":\"2.55\"}"),
    good: Example::Text("{\"order\":\"SALE0001\",\"amount\":\"25.50\"}"),
    checks: &[Check::Text(|subject, report| {
        if subject.text.starts_with('{') && serde_json::from_str(subject.text).is_ok_and(|Keys(twice)| twice)
        {
            let message = "a key stands twice: one reader takes the first, another the last";
            report.at(0..subject.text.len(), message);
        }
    })],
};

/// A merchant-presented text that is not data objects but ends with a checksum.
fn framed<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    let broken = matches!(subject.parsed, Text::MerchantPresented(Err(_)));
    let tail = subject.text.len().checked_sub(8).and_then(|start| subject.text.get(start..))?;
    (broken && tail.starts_with("6304") && subject.text.len() <= LONGEST).then_some(subject.text)
}

/// How far a length may be off for a slip of the writer.
const SLIP: i16 = 9;
/// Objects of the root whose length is tried.
const MOST_TRIED: usize = 100;

/// The object whose length is off, the length that it has, and the text with that length.
fn slip(text: &str) -> Option<(usize, u8, String)> {
    let mut starts = vec![0_usize];
    for object in DataObjects::new(text, 0).map_while(Result::ok).take(MOST_TRIED) {
        starts.push(object.offset.saturating_add(object.len()));
    }
    for start in starts.into_iter().rev() {
        let parts = text.get(start..).and_then(|rest| rest.split_at_checked(4));
        let said = |header: &str| header.get(2..).and_then(|digits| digits.parse::<i16>().ok());
        let Some((values, said)) = parts.and_then(|(header, values)| Some((values, said(header)?))) else {
            continue;
        };
        for delta in (1..=SLIP).flat_map(|delta| [delta, 0_i16.saturating_sub(delta)]) {
            let length =
                u8::try_from(said.saturating_add(delta)).ok().filter(|length| (1..=99).contains(length));
            let Some(length) = length.filter(|length| is_sound_after(values, *length)) else { continue };
            let mended = [text.get(..start.saturating_add(2))?, &format!("{length:02}"), values].concat();
            if mpm::parse(&mended).is_ok_and(|payload| is_sealed(&payload)) || is_right_as_written(text) {
                return Some((start, length, mended));
            }
        }
    }
    None
}

/// Whether data objects up to a checksum follow a value of this length.
fn is_sound_after(values: &str, length: u8) -> bool {
    let end = values.char_indices().nth(usize::from(length)).map(|(end, _)| end);
    let Some(rest) = end.and_then(|end| values.get(end..)) else { return false };
    mpm::parse(rest).is_ok_and(|payload| payload.last().id == mpm::CRC)
}

/// Whether the last four characters are the checksum of the text before them.
fn is_right_as_written(text: &str) -> bool {
    text.len()
        .checked_sub(4)
        .and_then(|end| text.split_at_checked(end))
        .is_some_and(|(covered, value)| hexadecimal(value) == Some(checksum(covered)))
}

static LENGTH_OFF: Rule = Rule {
    id: "length-off",
    severity: Info,
    disposition: Pay,
    label: Label::Structure,
    clause: "EMV MPM 4.3 to 4.6",
    requirements: &["UPQR-OBJ-4", "UPQR-DSP-11"],
    title: Words {
        en: "one length is wrong, and the payload is whole with another",
        zh: "有一处长度写错，改正后码串完整",
    },
    rationale: Words {
        en: "One wrong length shifts everything behind it, so readers refuse the whole code or take a piece of the name for an amount.",
        zh: "一处长度错误会使后面全部错位，解析方要么整码拒付，要么把名称的一段当成金额。",
    },
    remedy: Words {
        en: "Count the characters of the value and write that number as two digits.",
        zh: "数清值的字符数，按两位数字写入长度。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5913JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Text(|subject, report| {
        let Some(text) = framed(subject) else { return };
        let Some((start, length, mended)) = slip(text) else { return };
        let id = text.get(start..start.saturating_add(2)).unwrap_or_default();
        let message =
            format!("the length of object {id} is off: with {length:02} all objects and the checksum fit");
        report.at(start..start.saturating_add(4), message).unsafely(0..text.len(), mended);
    })],
};

/// Whether a text is data objects up to an object 63 where lengths count what `weigh` gives each character.
pub(super) fn reads_by(text: &str, weigh: fn(char) -> usize) -> bool {
    let mut rest = text;
    let mut last = "";
    while !rest.is_empty() {
        let Some((header, value)) = rest.split_at_checked(4) else { return false };
        let Some(length) = header.get(2..).filter(|_| header.bytes().all(|b| b.is_ascii_digit())) else {
            return false;
        };
        let mut left: usize = length.parse().unwrap_or_default();
        let mut end = 0_usize;
        for c in value.chars() {
            if left == 0 {
                break;
            }
            let Some(after) = left.checked_sub(weigh(c)) else { return false };
            left = after;
            end = end.saturating_add(c.len_utf8());
        }
        if left > 0 {
            return false;
        }
        last = header;
        rest = value.get(end..).unwrap_or_default();
    }
    last == "6304"
}

static LENGTH_COUNTS_BYTES: Rule = Rule {
    id: "length-counts-bytes",
    severity: Info,
    disposition: Pay,
    label: Label::Structure,
    clause: "EMV MPM 4.3 to 4.6",
    requirements: &["UPQR-OBJ-3", "UPQR-DSP-11"],
    title: Words {
        en: "lengths count bytes or UTF-16 units instead of characters",
        zh: "长度按字节或 UTF-16 单元计数，而不是字符",
    },
    rationale: Words {
        en: "The writer works for ASCII names and fails with the first name in Chinese, where every character counts three, and readers then refuse the code.",
        zh: "ASCII 名称一切正常，一遇到中文名（每字按三计）就错位，解析方拒付。",
    },
    remedy: Words {
        en: "Count Unicode characters, not bytes of an encoding, for every length.",
        zh: "所有长度按 Unicode 字符数计，不按编码后的字节数。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU64190002zh0109玉茶馆6304947D",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU64130002zh0103玉茶馆63044FEB",
    ),
    checks: &[Check::Text(|subject, report| {
        let Some(text) = framed(subject).filter(|text| !text.is_ascii()) else { return };
        let unit = if reads_by(text, char::len_utf8) {
            Some("bytes")
        } else {
            reads_by(text, char::len_utf16).then_some("UTF-16 units")
        };
        if let Some(unit) = unit {
            let message = format!("the writer's lengths count {unit}: count characters");
            report.at(0..text.len(), message);
        }
    })],
};

static HEAD_LOST: Rule = Rule {
    id: "head-lost",
    severity: Info,
    disposition: Pay,
    label: Label::Structure,
    clause: "EMV MPM 4.7.1",
    requirements: &["UPQR-OBJ-4", "UPQR-DSP-11"],
    title: Words { en: "the beginning of the payload is lost", zh: "码串开头丢失" },
    rationale: Words {
        en: "Copying and scanners that drop leading digits cut it, and the rest may still be read as objects by a reader that does not ask for 00.",
        zh: "复制粘贴或扫码枪丢掉开头数字所致；不检查 00 的程序可能仍把剩余部分当作对象解析。",
    },
    remedy: Words {
        en: "Hand the text on from its first character, 000201, as text and never as a number.",
        zh: "从第一个字符 000201 起完整传递，按文本处理，不要当作数字。",
    },
    bad: Example::Text(
        "01021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Text(|subject, report| {
        let text = subject.text;
        let read = matches!(subject.parsed, Text::MerchantPresented(Ok(_)));
        let tail = text.len().checked_sub(8).and_then(|start| text.get(start..));
        if read || text.len() > LONGEST || !tail.is_some_and(|tail| tail.starts_with("6304")) {
            return;
        }
        for length in 1..=6 {
            let mended = ["000201".get(..length).unwrap_or_default(), text].concat();
            if mended.starts_with("000201") && mpm::parse(&mended).is_ok_and(|payload| is_sealed(&payload)) {
                let message = format!(
                    "the first {length} characters of the payload are missing: copy it from its beginning"
                );
                report.at(0..0, message).unsafely(0..text.len(), mended);
                return;
            }
        }
    })],
};

static CPM_IN_HEX: Rule = Rule {
    id: "cpm-in-hex",
    severity: Info,
    disposition: Pay,
    label: Label::Structure,
    clause: "EMV CPM 1.0",
    requirements: &["UPQR-CPM-4", "UPQR-CPM-10", "UPQR-DSP-11"],
    title: Words {
        en: "the consumer-presented payload is in hexadecimal digits",
        zh: "付款码串用了十六进制而不是 base64",
    },
    rationale: Words {
        en: "Terminals know a payment payload by its base64 beginning hQVDUFY, so this one is taken for digits and refused.",
        zh: "终端靠 base64 开头 hQVDUFY 识别付款码串，十六进制会被当作普通数字而拒绝。",
    },
    remedy: Words {
        en: "Encode the octets in standard base64 with padding.",
        zh: "把字节串按标准 base64（带填充）编码。",
    },
    bad: Example::Text("8505435056303161184F06F05550515201630EC10100C209130000000000000017"),
    good: Example::Text("hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJEwAAAAAAAAAX"),
    checks: &[Check::Text(|subject, report| {
        const MARK: &str = "8505435056";
        if !subject.text.starts_with(MARK) || subject.text.len() > LONGEST {
            return;
        }
        let coded = octets_of(&subject.text.to_ascii_lowercase()).map(|octets| STANDARD.encode(octets));
        if let Some(coded) = coded.filter(|coded| cpm::parse(coded).is_ok()) {
            let message = "a consumer-presented payload in hexadecimal digits: print its base64";
            report.at(0..subject.text.len(), message).unsafely(0..subject.text.len(), coded);
        }
    })],
};

static CPM_URL_SAFE: Rule = Rule {
    id: "cpm-url-safe",
    severity: Info,
    disposition: Pay,
    label: Label::Structure,
    clause: "EMV CPM 1.0",
    requirements: &["UPQR-CPM-4", "UPQR-DSP-11"],
    title: Words {
        en: "the consumer-presented payload is in the alphabet of base64url",
        zh: "付款码串用了 base64url 字母表",
    },
    rationale: Words {
        en: "Terminals decode the standard alphabet only, and the code fails just where its octets give + or /, so tests seldom show it.",
        zh: "终端只认标准字母表，而且只有字节恰好编码出 + 或 / 时才失败，测试很难发现。",
    },
    remedy: Words {
        en: "Encode with + and / and with padding, not with - and _.",
        zh: "编码时使用 + 和 /，并带填充，不用 - 和 _。",
    },
    bad: Example::Text("hQVDUFYwMWEZTwXwAAAAAVAGVEVBICA-WgiZmZkAAAAABA=="),
    good: Example::Text("hQVDUFYwMWEZTwXwAAAAAVAGVEVBICA+WgiZmZkAAAAABA=="),
    checks: &[Check::Text(|subject, report| {
        if !subject.text.starts_with(cpm::PREFIX) || !subject.text.contains(['-', '_']) {
            return;
        }
        let coded = subject.text.replace('-', "+").replace('_', "/");
        if cpm::parse(&coded).is_ok() {
            let message = "a consumer-presented payload in the alphabet of base64url: EMVCo's has + and /";
            report.at(0..subject.text.len(), message).unsafely(0..subject.text.len(), coded);
        }
    })],
};
