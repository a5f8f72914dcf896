//! Whether the checksum holds, and where it does not, how it may have come to be (EMV MPM 4.7.3).

use crc::{
    CRC_16_ARC, CRC_16_GENIBUS, CRC_16_IBM_SDLC, CRC_16_KERMIT, CRC_16_MODBUS, CRC_16_SPI_FUJITSU,
    CRC_16_XMODEM, Crc,
};

use super::Disposition::{Block, Pay};
use super::Severity::{Error, Info, Warning};
use super::example::{Example, Words};
use super::finding::Diagnostic;
use super::{Check, Label, Merchant, Report, Rule, span};
use crate::emv::crc::{Crc16, checksum_of_octets, hexadecimal};
use crate::emv::data_object::DataObject;
use crate::emv::mpm;

pub(super) static RULES: &[&Rule] = &[
    &CRC_MISSING,
    &CRC_NOT_LAST,
    &CRC_MALFORMED,
    &CRC_MISMATCH,
    &CRC_LOWER_CASE,
    &CRC_ZERO_DROPPED,
    &CRC_PLACEHOLDER,
    &CRC_WITHOUT_ID,
    &CRC_OTHER_CHARSET,
    &CRC_OTHER_ALGORITHM,
    &CRC_LOOKS_LIKE_ID,
];

/// The object 63 that the state of the checksum is about: the last object where it is one, else the first.
fn object<'a>(merchant: &Merchant<'a>) -> Option<DataObject<'a>> {
    let last = merchant.payload.last();
    if last.id == mpm::CRC { Some(last) } else { merchant.root(mpm::CRC).copied() }
}

/// Reports at the checksum, or at the whole text where there is none.
fn at_checksum<'r>(
    merchant: &Merchant<'_>,
    report: &'r mut Report<'_>,
    message: impl Into<std::borrow::Cow<'static, str>>,
) -> &'r mut Diagnostic {
    let span = object(merchant).map_or(merchant.whole(), |object| span(&object));
    report.at(span, message).of(None, mpm::CRC)
}

/// The value of the checksum and the text that it covers, where it is last and wrong.
fn wrong<'a>(merchant: &Merchant<'a>) -> Option<(&'a str, &'a str)> {
    if !matches!(merchant.crc, Crc16::Wrong { .. } | Crc16::Malformed) {
        return None;
    }
    let last = merchant.payload.last();
    Some((merchant.payload.text().get(..last.value_offset())?, last.value))
}

static CRC_MISSING: Rule = Rule {
    id: "crc-missing",
    severity: Error,
    disposition: Block,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-5"],
    title: Words { en: "there is no checksum", zh: "缺少校验值" },
    rationale: Words {
        en: "Without a checksum a damaged or cut payload looks whole; a central bank answers that such a code must be refused, and yet a bank's application was seen to pay such codes.",
        zh: "没有校验值，损坏或被截断的码看起来仍然完整；某央行明确答复此类码必须拒付，但实际有银行 App 照付不误。",
    },
    remedy: Words {
        en: "End the payload with object 63 and the CRC-16 over everything before its four digits.",
        zh: "码串末尾写对象 63，其值为对前面全部内容（含 6304）计算的 CRC-16。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        if merchant.crc == Crc16::Missing {
            let text = merchant.payload.text();
            let sealed = crate::emv::crc::checksum(&format!("{text}6304"));
            at_checksum(merchant, report, "no object 63: end the payload with its checksum")
                .unsafely(text.len()..text.len(), format!("6304{sealed:04X}"));
        }
    })],
};

static CRC_NOT_LAST: Rule = Rule {
    id: "crc-not-last",
    severity: Error,
    disposition: Block,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-3"],
    title: Words { en: "objects follow the checksum", zh: "校验值之后还有对象" },
    rationale: Words {
        en: "The checksum covers nothing that stands behind it, so an amount or a name added there is read by some applications and guarded by nobody.",
        zh: "校验值不覆盖其后的内容；在后面追加金额或名称，有的 App 会读取，却没有任何校验。",
    },
    remedy: Words {
        en: "Put 63 behind all other objects, 64 and 80 to 99 included, and compute it anew.",
        zh: "把 63 放到最后（在 64、80 至 99 之后），并重新计算。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D2964130002zh0103玉茶馆",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU64130002zh0103玉茶馆63044FEB",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        if merchant.crc == Crc16::NotLast {
            at_checksum(
                merchant,
                report,
                "objects follow the checksum, which covers none of them: put 63 last",
            );
        }
    })],
};

static CRC_MALFORMED: Rule = Rule {
    id: "crc-malformed",
    severity: Error,
    disposition: Block,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-2"],
    title: Words {
        en: "the checksum is not four hexadecimal digits", zh: "校验值不是四位十六进制数字"
    },
    rationale: Words {
        en: "Nothing can be compared with it; placeholders and three-digit values (35 in 800 public payloads lost a leading zero) are how this comes about.",
        zh: "这样的值无法比对；常见成因是占位符，或丢了前导零只剩三位（800 个公开码串中有 35 个丢零）。",
    },
    remedy: Words {
        en: "Write the checksum as exactly four hexadecimal digits with leading zeros.",
        zh: "校验值固定写四位十六进制数字，不足补前导零。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304ZZZZ",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        if merchant.crc == Crc16::Malformed {
            at_checksum(merchant, report, "the checksum is not four hexadecimal digits");
        }
    })],
};

static CRC_MISMATCH: Rule = Rule {
    id: "crc-mismatch",
    severity: Error,
    disposition: Block,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-1"],
    title: Words {
        en: "the checksum does not match the text before it", zh: "校验值与前面的内容不符"
    },
    rationale: Words {
        en: "Something was changed, cut or mistyped after the checksum was computed, and it may be the amount or the payee; 44 of 208 well-formed payloads measured have a wrong, missing or misplaced checksum.",
        zh: "计算校验值之后内容被改动、截断或抄错，出错的可能正是金额或收款方；实测 208 个结构完好的码串中，有 44 个校验值错误、缺失或位置不对。",
    },
    remedy: Words {
        en: "Compute the CRC-16 (0x1021, initial value 0xFFFF) over the UTF-8 bytes up to and including 6304, as the last step of writing.",
        zh: "生成码串的最后一步，对 UTF-8 字节（含 6304）计算 CRC-16（多项式 0x1021，初值 0xFFFF）。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA001520458145303156540595.505802CN5914JADE TEA HOUSE6008HANGZHOU6304D4E1",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA001520458145303156540525.505802CN5914JADE TEA HOUSE6008HANGZHOU6304D4E1",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        if let Crc16::Wrong { expected } = merchant.crc {
            let last = merchant.payload.last();
            let message =
                format!("the text before it has the checksum {expected:04X}: something was changed or lost");
            at_checksum(merchant, report, message)
                .unsafely(last.value_offset()..merchant.payload.text().len(), format!("{expected:04X}"));
        }
    })],
};

static CRC_LOWER_CASE: Rule = Rule {
    id: "crc-lower-case",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-2"],
    title: Words {
        en: "the checksum is right, but in lower case", zh: "校验值正确，但用了小写字母"
    },
    rationale: Words {
        en: "Readers that compare the four characters as text refuse the code; 14 of 800 public payloads are so, among them samples of national schemes.",
        zh: "按文本比较的解析程序会拒付；800 个公开码串中有 14 个如此，其中包括国家级方案的样例。",
    },
    remedy: Words { en: "Write A to F in upper case.", zh: "校验值中的字母 A 至 F 一律大写。" },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU62110107INV000163047b3e",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU62110107INV000163047B3E",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        if merchant.crc == Crc16::LowerCase {
            let last = merchant.payload.last();
            at_checksum(merchant, report, "the checksum is right, but in lower case: write A to F")
                .safely(last.value_offset()..merchant.payload.text().len(), last.value.to_ascii_uppercase());
        }
    })],
};

static CRC_ZERO_DROPPED: Rule = Rule {
    id: "crc-zero-dropped",
    severity: Info,
    disposition: Pay,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-2", "UPQR-CRC-6"],
    title: Words { en: "the checksum lost its leading zeros", zh: "校验值丢了前导零" },
    rationale: Words {
        en: "A number printed without padding loses a zero in one payload of sixteen; 35 of 800 public payloads are so, and strict readers refuse them.",
        zh: "按数字输出而不补零时，平均每 16 个码就会出现一个；800 个公开码串中有 35 个如此，严格的解析程序会拒付。",
    },
    remedy: Words {
        en: "Pad the checksum with zeros to four hexadecimal digits and write the length 04.",
        zh: "校验值左补零到四位十六进制数字，长度写 04。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU62110107INV01076303EDA",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU62110107INV010763040EDA",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        if let Some((covered, value)) = wrong(merchant)
            && is_right_without_zeros(covered, value)
        {
            at_checksum(
                merchant,
                report,
                "the writer dropped leading zeros of the checksum: print four digits",
            );
        }
    })],
};

/// Whether one to three digits are the checksum with its leading zeros dropped; the length before them may be theirs or still 04.
fn is_right_without_zeros(covered: &str, value: &str) -> bool {
    let Some(before) = covered.get(..covered.len().saturating_sub(4)).filter(|_| value.len() < 4) else {
        return false;
    };
    let shorter = hexadecimal(&format!("{value:0>4}"));
    [format!("{before}6304"), covered.to_owned()]
        .iter()
        .any(|text| shorter == Some(checksum_of_octets(text.as_bytes())))
}

static CRC_PLACEHOLDER: Rule = Rule {
    id: "crc-placeholder",
    severity: Info,
    disposition: Pay,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-1", "UPQR-CRC-6"],
    title: Words { en: "the checksum is a placeholder", zh: "校验值是占位符" },
    rationale: Words {
        en: "The writer left out its last step, so damage goes unseen; applications that do not check pay such a code and others refuse it.",
        zh: "生成程序漏了最后一步，码串损坏也无法发现；不校验的 App 能付，校验的拒付。",
    },
    remedy: Words {
        en: "Compute the checksum after everything else is written and put it in the place of the placeholder.",
        zh: "其余内容写完后再计算校验值，替换占位符。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63040000",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        const PLACEHOLDERS: [&str; 4] = ["0000", "FFFF", "XXXX", "****"];
        if let Some((_, value)) = wrong(merchant)
            && PLACEHOLDERS.iter().any(|placeholder| placeholder.eq_ignore_ascii_case(value))
        {
            at_checksum(
                merchant,
                report,
                "a placeholder stands for the checksum: compute it as the last step",
            );
        }
    })],
};

static CRC_WITHOUT_ID: Rule = Rule {
    id: "crc-without-id",
    severity: Info,
    disposition: Pay,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-1", "UPQR-CRC-6"],
    title: Words {
        en: "the checksum leaves out its own ID and length", zh: "计算校验值时漏掉了 6304"
    },
    rationale: Words {
        en: "A common slip that the writer's own reader repeats and so never shows; three of 800 public payloads have it, and other applications refuse them.",
        zh: "常见错误，自家解析程序往往同样算错，所以发现不了；800 个公开码串中有 3 个如此，其他 App 会拒付。",
    },
    remedy: Words {
        en: "Append 6304 first and compute the checksum over the text with it.",
        zh: "先追加 6304，再对包含 6304 的全文计算校验值。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304CF3E",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        if let Some((covered, value)) = wrong(merchant)
            && let Some(before) = covered.strip_suffix("6304")
            && says(value, checksum_of_octets(before.as_bytes()))
        {
            at_checksum(
                merchant,
                report,
                "the checksum is right for the text without `6304`: cover these four too",
            );
        }
    })],
};

/// Whether a value is a checksum in hexadecimal digits of either case.
fn says(value: &str, checksum: u16) -> bool {
    hexadecimal(value) == Some(checksum)
}

static CRC_OTHER_CHARSET: Rule = Rule {
    id: "crc-other-charset",
    severity: Info,
    disposition: Pay,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-1", "UPQR-CRC-6"],
    title: Words {
        en: "the checksum is computed over another encoding than UTF-8",
        zh: "校验值不是按 UTF-8 编码计算的",
    },
    rationale: Words {
        en: "It is right as long as all text is ASCII, so tests pass and the first shop with a name in Chinese or with an accent cannot be paid.",
        zh: "内容全是 ASCII 时结果正确，测试都能通过，直到第一家中文名或带重音字母的商户上线才发现付不了款。",
    },
    remedy: Words {
        en: "Compute the checksum over the UTF-8 bytes of the text.",
        zh: "对码串的 UTF-8 字节计算校验值。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU64130002zh0103玉茶馆6304F440",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU64130002zh0103玉茶馆63044FEB",
    ),
    checks: &[Check::International(|merchant, report| {
        let Some((covered, value)) = wrong(merchant) else { return };
        let low: Vec<u8> = covered.encode_utf16().map(|unit| unit.to_le_bytes()[0]).collect();
        let big: Vec<u8> = covered.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little: Vec<u8> = covered.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (gbk, _, unmapped) = encoding_rs::GBK.encode(covered);
        let charsets = [
            ("the low octets of UTF-16", Some(low)),
            ("UTF-16, high octet first", Some(big)),
            ("UTF-16, low octet first", Some(little)),
            ("GBK", (!unmapped).then(|| gbk.into_owned())),
        ];
        for (name, octets) in charsets {
            if octets.is_some_and(|octets| says(value, checksum_of_octets(&octets))) {
                let message = format!("the checksum is right for {name}: compute it over UTF-8");
                at_checksum(merchant, report, message);
            }
        }
    })],
};

/// The relatives of the algorithm that payloads were sealed with by mistake.
static ALGORITHMS: [(&str, Crc<u16>); 7] = [
    ("CRC-16/XMODEM (initial value 0)", Crc::<u16>::new(&CRC_16_XMODEM)),
    ("CRC-16/KERMIT", Crc::<u16>::new(&CRC_16_KERMIT)),
    ("CRC-16/ARC", Crc::<u16>::new(&CRC_16_ARC)),
    ("CRC-16/MODBUS", Crc::<u16>::new(&CRC_16_MODBUS)),
    ("CRC-16/X-25", Crc::<u16>::new(&CRC_16_IBM_SDLC)),
    ("CRC-16/AUG-CCITT (initial value 1D0F)", Crc::<u16>::new(&CRC_16_SPI_FUJITSU)),
    ("CRC-16/GENIBUS (inverted)", Crc::<u16>::new(&CRC_16_GENIBUS)),
];

static CRC_OTHER_ALGORITHM: Rule = Rule {
    id: "crc-other-algorithm",
    severity: Info,
    disposition: Pay,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-1", "UPQR-CRC-6"],
    title: Words { en: "the checksum is of another CRC-16", zh: "校验值用了另一种 CRC-16 算法" },
    rationale: Words {
        en: "Libraries offer a dozen algorithms under nearly one name, and the wrong one makes every code of the writer fail at readers that check.",
        zh: "各种库里有十几种名称相近的 CRC-16，选错后生成的每一个码都会被校验方拒付。",
    },
    remedy: Words {
        en: "Use polynomial 0x1021, initial value 0xFFFF, no reflection and no final exclusive-or; 123456789 gives 29B1.",
        zh: "多项式 0x1021，初值 0xFFFF，输入输出不反转，结果不异或；123456789 的结果应为 29B1。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63041B1D",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        let Some((covered, value)) = wrong(merchant) else { return };
        for (name, algorithm) in &ALGORITHMS {
            if says(value, algorithm.checksum(covered.as_bytes())) {
                let message =
                    format!("the checksum is right for {name}: use polynomial 1021 and initial value FFFF");
                at_checksum(merchant, report, message);
            }
        }
    })],
};

static CRC_LOOKS_LIKE_ID: Rule = Rule {
    id: "crc-looks-like-id",
    severity: Info,
    disposition: Pay,
    label: Label::Risk,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-3"],
    title: Words { en: "the checksum looks like its own ID", zh: "校验值看起来像自己的 ID" },
    rationale: Words {
        en: "Readers that search the text for 6304 instead of parsing it cut it at the wrong place; a library in use searches for 63 from the end.",
        zh: "有的程序不解析而直接查找 6304，会截错位置；实际在用的一个库就是从末尾查找 63。",
    },
    remedy: Words {
        en: "Parse the objects from the start, and change a reference where a reader in the field cannot be mended.",
        zh: "从头逐个解析对象；若现场程序无法修改，可换一个参考号使校验值改变。",
    },
    bad: Example::Merchant { set: &[(54, "25.50"), (62, "0109INV043131")], without: &[] },
    good: Example::Merchant { set: &[(54, "25.50"), (62, "0109INV043132")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let last = merchant.payload.last();
        let sealed = matches!(merchant.crc, Crc16::Right | Crc16::LowerCase);
        if sealed && last.value.starts_with("63") {
            let message =
                "a reader that searches the text for `6304` instead of reading objects may cut it here";
            at_checksum(merchant, report, message);
        }
    })],
};
