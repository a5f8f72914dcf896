//! What a scheme's grammar and its rows do not allow: a rule for each kind, whatever the scheme (UPQR-SCH).

use super::Disposition::{Block, Confirm, Pay};
use super::Severity::{Error, Info, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Report, Rule};
use crate::scheme::verify::Violation;
use crate::scheme::{Confidence, FaultKind, Purpose, Scheme};

pub(super) static RULES: &[&Rule] = &[
    &SCHEME_STRUCTURE,
    &SCHEME_CHECKSUM,
    &SCHEME_CHECK_DIGIT,
    &SCHEME_ADDRESS,
    &SCHEME_MISSING,
    &SCHEME_FORMAT,
    &SCHEME_LENGTH,
    &SCHEME_VALUE,
    &SCHEME_DUPLICATE,
    &SCHEME_REQUIRES,
    &SCHEME_EXCLUDES,
    &SCHEME_CURRENCY,
    &SCHEME_COUNTRY,
    &SCHEME_PLACE,
    &SCHEME_TOLERATED,
    &SCHEME_SIZE,
    &SCHEME_SUPERSEDED,
    &SCHEME_UNVERIFIED,
    &SCHEME_NOT_PAYABLE,
    &SCHEME_DIALECT,
];

/// Reports a violation; rows that were read at second hand warn where others reject.
pub(super) fn violation(violation: &Violation, report: &mut Report<'_>) {
    let Violation { scheme, fault } = violation;
    let finding = report.at(fault.span.clone(), fault.message.clone());
    finding.scheme = Some(scheme);
    finding.period = fault.period;
    finding.object = fault.object;
    if scheme.confidence < Confidence::High {
        finding.severity = finding.severity.min(Warning);
        finding.disposition = finding.disposition.min(Confirm);
    }
    if let Some(text) = &fault.fix {
        finding.safely(fault.span.clone(), text.clone());
    }
}

static SCHEME_STRUCTURE: Rule = Rule {
    id: "scheme-structure",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-21"],
    title: Words {
        en: "the text does not follow the scheme's grammar", zh: "文本不符合该方案的语法"
    },
    rationale: Words {
        en: "It has the mark of a scheme and cannot be read by its rules, so applications refuse it or take what they can find of account and amount.",
        zh: "具有该方案的标志，却无法按其规则解析；App 或拒付，或只凭零散的账户和金额付款。",
    },
    remedy: Words {
        en: "Write the elements with the separators, in the number and in the order that the scheme's text gives.",
        zh: "按方案文本规定的分隔符、数量和顺序书写各元素。",
    },
    bad: Example::Text("SPD*1.0*ACC:CZ7401000000000000000001*AM450.00*CC:CZK"),
    good: Example::Text("SPD*1.0*ACC:CZ7401000000000000000001*AM:450.00*CC:CZK"),
    checks: &[Check::Row(FaultKind::Structure)],
};

static SCHEME_CHECKSUM: Rule = Rule {
    id: "scheme-checksum",
    severity: Error,
    disposition: Block,
    label: Label::Checksum,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-21"],
    title: Words { en: "the scheme's own checksum is wrong", zh: "方案自有的校验值错误" },
    rationale: Words {
        en: "The text was changed or damaged after it was made, perhaps in its amount, and applications of the scheme refuse it.",
        zh: "文本在生成后被改动或损坏，出错的可能是金额；该方案的 App 会拒付。",
    },
    remedy: Words {
        en: "Compute the scheme's checksum over the text as it is written, as the last step.",
        zh: "最后一步按实际文本计算方案规定的校验值。",
    },
    bad: Example::Text(
        "https://qr.nspk.ru/AS10000000000000000000000000TEST?type=02&bank=100000000999&sum=2550&cur=RUB&crc=1CF3",
    ),
    good: Example::Text(
        "https://qr.nspk.ru/AS10000000000000000000000000TEST?type=02&bank=100000000999&sum=2550&cur=RUB&crc=1CF2",
    ),
    checks: &[Check::Row(FaultKind::Checksum)],
};

static SCHEME_CHECK_DIGIT: Rule = Rule {
    id: "scheme-check-digit",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-14"],
    title: Words { en: "check digits are wrong", zh: "校验位错误" },
    rationale: Words {
        en: "An account or a reference was mistyped; the bank returns the payment after days, or books it to whoever has that number.",
        zh: "账号或参考号抄错，银行数日后退回，或入了恰好有该号码的账户。",
    },
    remedy: Words {
        en: "Copy the number from its source, and verify its check digits before the code is made.",
        zh: "从原始来源复制号码，生成码之前核对校验位。",
    },
    bad: Example::Text(
        "BCD\n002\n1\nSCT\n\nJade Tea House\nDE51100000000000000001\nEUR25.50\n\n\nOrder 0001",
    ),
    good: Example::Text(
        "BCD\n002\n1\nSCT\n\nJade Tea House\nDE50100000000000000001\nEUR25.50\n\n\nOrder 0001",
    ),
    checks: &[Check::Row(FaultKind::CheckDigit)],
};

static SCHEME_ADDRESS: Rule = Rule {
    id: "scheme-address",
    severity: Warning,
    disposition: Block,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-21"],
    title: Words { en: "an address fails its own checksum", zh: "地址自身的校验不通过" },
    rationale: Words {
        en: "A chain has nobody who could give the money back: what is sent to a mistyped address is lost. The text around the address is well formed all the same, and published examples of BIP 321 hold such addresses.",
        zh: "链上转账无人能退回，转到写错的地址，钱就没了。但地址之外的文本仍然合规，BIP 321 公布的示例里就有这样的地址。",
    },
    remedy: Words {
        en: "Copy the address anew from the payee's wallet.", zh: "从收款方钱包重新复制地址。"
    },
    bad: Example::Text("bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyU?amount=0.01"),
    good: Example::Text("bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT?amount=0.01"),
    checks: &[Check::Row(FaultKind::Address)],
};

static SCHEME_MISSING: Rule = Rule {
    id: "scheme-missing",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-13", "UPQR-SCH-12"],
    title: Words {
        en: "an object that the scheme makes mandatory is missing", zh: "缺少方案规定的必填项"
    },
    rationale: Words {
        en: "The scheme's applications refuse the code, or ask the payer for what the merchant should have said.",
        zh: "该方案的 App 会拒付，或要求用户补填本应由商户给出的内容。",
    },
    remedy: Words { en: "Add the object.", zh: "补上该项。" },
    bad: Example::Merchant {
        set: &[(29, "0016A00000067701011401130066000000001"), (53, "764"), (58, "TH")],
        without: &[26],
    },
    good: Example::Merchant {
        set: &[(29, "0016A0000006770101140113006600000000105100123456789"), (53, "764"), (58, "TH")],
        without: &[26],
    },
    checks: &[Check::Row(FaultKind::Missing)],
};

static SCHEME_FORMAT: Rule = Rule {
    id: "scheme-format",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-14"],
    title: Words { en: "a value breaks the scheme's format", zh: "值不符合方案规定的格式" },
    rationale: Words {
        en: "The scheme's server cannot find the account or the bill, or finds another; a mobile number in the place of an FPS identifier is met in the field.",
        zh: "方案服务器查不到账户或账单，甚至查到别人的；现场就有把手机号写进 FPS 识别码位置的。",
    },
    remedy: Words {
        en: "Write the value in the format that the scheme gives for this object.",
        zh: "按方案对该项规定的格式填写。",
    },
    bad: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl020712A4567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    checks: &[Check::Row(FaultKind::Format)],
};

static SCHEME_LENGTH: Rule = Rule {
    id: "scheme-length",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-14"],
    title: Words {
        en: "a value is shorter or longer than the scheme allows",
        zh: "值的长度超出方案允许范围",
    },
    rationale: Words {
        en: "Applications cut or refuse it, and an identifier with a digit lost may be another payee's.",
        zh: "App 会截断或拒付；识别码少一位，可能就是别的收款方。",
    },
    remedy: Words {
        en: "Write the value whole and within the scheme's length.",
        zh: "完整填写，长度符合方案规定。",
    },
    bad: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl0206123456"), (53, "344"), (58, "HK")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    checks: &[Check::Row(FaultKind::Length)],
};

static SCHEME_VALUE: Rule = Rule {
    id: "scheme-value",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-14"],
    title: Words {
        en: "a value is not one that the scheme lists", zh: "值不在方案列出的取值之内"
    },
    rationale: Words {
        en: "Applications guess what it means, for instance whether the payer may change the amount, or refuse the code.",
        zh: "App 只能猜其含义（例如用户能否修改金额），或直接拒付。",
    },
    remedy: Words {
        en: "Write one of the values that the scheme lists.", zh: "使用方案列出的取值。"
    },
    bad: Example::Merchant {
        set: &[(26, "0009SG.PAYNOW010120210000000000X03012"), (53, "702"), (58, "SG")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0009SG.PAYNOW010120210000000000X03011"), (53, "702"), (58, "SG")],
        without: &[],
    },
    checks: &[Check::Row(FaultKind::Value)],
};

static SCHEME_DUPLICATE: Rule = Rule {
    id: "scheme-duplicate",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-16"],
    title: Words {
        en: "an object stands twice where the scheme allows one",
        zh: "方案只允许出现一次的项重复出现",
    },
    rationale: Words {
        en: "One application takes the first and another the last, so one code pays two amounts or two accounts.",
        zh: "有的 App 取第一个，有的取最后一个，同一张码会付出两种金额或付给两个账户。",
    },
    remedy: Words { en: "Write the object once.", zh: "该项只写一次。" },
    bad: Example::Text("SPD*1.0*ACC:CZ7401000000000000000001*AM:450.00*AM:45.00*CC:CZK"),
    good: Example::Text("SPD*1.0*ACC:CZ7401000000000000000001*AM:450.00*CC:CZK"),
    checks: &[Check::Row(FaultKind::Duplicate)],
};

static SCHEME_REQUIRES: Rule = Rule {
    id: "scheme-requires",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-15"],
    title: Words {
        en: "an object stands without the one that it requires", zh: "缺少与该项配套的必需项"
    },
    rationale: Words {
        en: "Half of a statement is left, such as an amount without a currency, and each application fills the gap in its own way.",
        zh: "信息只剩一半，例如有金额没有币种，各 App 会各自补全。",
    },
    remedy: Words { en: "Write both objects or neither.", zh: "两项要么都写，要么都不写。" },
    bad: Example::Text(
        "https://qr.nspk.ru/AS10000000000000000000000000TEST?type=02&bank=100000000999&sum=2550&crc=3A5C",
    ),
    good: Example::Text(
        "https://qr.nspk.ru/AS10000000000000000000000000TEST?type=02&bank=100000000999&sum=2550&cur=RUB&crc=1CF2",
    ),
    checks: &[Check::Row(FaultKind::Requires)],
};

static SCHEME_EXCLUDES: Rule = Rule {
    id: "scheme-excludes",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-15"],
    title: Words {
        en: "two objects exclude each other, or one of several is due",
        zh: "项目互斥，或应当且只能有一项",
    },
    rationale: Words {
        en: "Two ways to name the payee need not name the same one, and applications choose between them differently.",
        zh: "两种写法指向的收款方未必相同，各 App 的取舍也不同。",
    },
    remedy: Words { en: "Keep the one object that is meant.", zh: "只保留实际需要的那一项。" },
    bad: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl020712345670416shop@example.com"), (53, "344"), (58, "HK")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    checks: &[Check::Row(FaultKind::Excludes)],
};

static SCHEME_CURRENCY: Rule = Rule {
    id: "scheme-currency",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-11"],
    title: Words {
        en: "the currency is not one of the scheme's", zh: "币种不是该方案支持的币种"
    },
    rationale: Words {
        en: "The scheme settles in its own currencies, so the payment fails or the figure is paid in another one.",
        zh: "方案只按自己的币种清算，付款会失败，或同一数字按另一种货币支付。",
    },
    remedy: Words {
        en: "Write a currency that the scheme settles.", zh: "使用该方案可清算的币种。"
    },
    bad: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "840"), (58, "HK")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    checks: &[Check::Row(FaultKind::Currency)],
};

static SCHEME_COUNTRY: Rule = Rule {
    id: "scheme-country",
    severity: Info,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-11"],
    title: Words { en: "the country is none of the scheme's", zh: "国家或地区不在该方案范围内" },
    rationale: Words {
        en: "Shops abroad write their own country rightly, but a template copied from another code looks the same.",
        zh: "境外商户写自己的国家或地区并不算错，但从别的码照抄模板也会如此。",
    },
    remedy: Words {
        en: "Check that 58 is the country of the shop and that the scheme serves it.",
        zh: "核对 58 是商户所在的国家或地区，且该方案覆盖此地。",
    },
    bad: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "CN")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    checks: &[Check::Row(FaultKind::Country)],
};

static SCHEME_PLACE: Rule = Rule {
    id: "scheme-place",
    severity: Info,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-12"],
    title: Words {
        en: "a template stands under another ID than the scheme gives it",
        zh: "模板所用的 ID 与方案规定不同",
    },
    rationale: Words {
        en: "Readers have to go by the GUID, but those that look under the scheme's ID alone do not find the account.",
        zh: "应按全局唯一标识查找，但只按固定 ID 查找的程序会找不到账户。",
    },
    remedy: Words {
        en: "Write the template under the scheme's ID where it is free, and read it by its GUID.",
        zh: "该 ID 空闲时按方案规定的 ID 书写，解析时按全局唯一标识查找。",
    },
    bad: Example::Merchant {
        set: &[(28, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "HK")],
        without: &[26],
    },
    good: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    checks: &[Check::Row(FaultKind::Place)],
};

static SCHEME_TOLERATED: Rule = Rule {
    id: "scheme-tolerated",
    severity: Warning,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-21"],
    title: Words {
        en: "the form is met in practice, though the scheme does not allow it",
        zh: "方案不允许但实际常见的写法",
    },
    rationale: Words {
        en: "Many applications accept it and strict ones refuse, so the code works on the tester's phone and not on every payer's.",
        zh: "多数 App 接受，严格的拒付，测试手机能付，用户手机未必能付。",
    },
    remedy: Words { en: "Write the form of the scheme's text.", zh: "按方案文本的写法书写。" },
    bad: Example::Text(
        "SPC\n0200\n1\nCH7309999000000000001\nS\nJade Tea House\nTeegasse\n1\n8000\nZurich\nCH\n\n\n\n\n\n\n\n25.50\nCHF\n\n\n\n\n\n\n\nNON\n\nOrder 0001\nEPD\n",
    ),
    good: Example::Text(
        "SPC\n0200\n1\nCH7309999000000000001\nS\nJade Tea House\nTeegasse\n1\n8000\nZurich\nCH\n\n\n\n\n\n\n\n25.50\nCHF\n\n\n\n\n\n\n\nNON\n\nOrder 0001\nEPD",
    ),
    checks: &[Check::Row(FaultKind::Tolerated)],
};

static SCHEME_SIZE: Rule = Rule {
    id: "scheme-size",
    severity: Warning,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-18"],
    title: Words { en: "the text is longer than the scheme allows", zh: "文本超过方案允许的长度" },
    rationale: Words {
        en: "It needs a larger symbol than the scheme's readers expect, and scanners at tills fail on it.",
        zh: "所需码图超出该方案识读设备的预期，收银扫码枪可能读不出来。",
    },
    remedy: Words {
        en: "Shorten the texts that the payer does not need.", zh: "缩短付款方不需要的文字。"
    },
    bad: Example::Text(
        "BCD\n002\n1\nSCT\nEXAMDEFFXXX\nJade Tea House and Garden of the Eastern Lake, Synthetic Branch 01\nDE50100000000000000001\nEUR25.50\n\n\nTea of the second spring harvest, order 0001 of the synthetic customer 0001, to be fetched at the counter of the eastern lake on Monday morn\nPlease keep this code until the tea has been fetched from the counter",
    ),
    good: Example::Text(
        "BCD\n002\n1\nSCT\nEXAMDEFFXXX\nJade Tea House and Garden of the Eastern Lake, Synthetic Branch 01\nDE50100000000000000001\nEUR25.50\n\n\nTea of the second spring harvest, order 0001 of the synthetic customer 0001, to be fetched at the counter of the eastern lake on Monday morn\nPlease keep this code",
    ),
    checks: &[Check::Row(FaultKind::Size)],
};

static SCHEME_SUPERSEDED: Rule = Rule {
    id: "scheme-superseded",
    severity: Warning,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-17"],
    title: Words { en: "the scheme no longer allows the form", zh: "方案已不再允许这种写法" },
    rationale: Words {
        en: "Codes made earlier stay in drawers and on walls, and banks refuse the old form from its last day on.",
        zh: "早先生成的码仍留在抽屉里、墙上，过了截止日银行就会拒付旧写法。",
    },
    remedy: Words {
        en: "Make the code anew in the form of the scheme's present text.",
        zh: "按方案现行文本重新生成。",
    },
    bad: Example::Text(
        "SPC\n0200\n1\nCH7309999000000000001\nK\nJade Tea House\nTeegasse 1\n8000 Zurich\n\n\nCH\n\n\n\n\n\n\n\n25.50\nCHF\n\n\n\n\n\n\n\nNON\n\nOrder 0001\nEPD",
    ),
    good: Example::Text(
        "SPC\n0200\n1\nCH7309999000000000001\nS\nJade Tea House\nTeegasse\n1\n8000\nZurich\nCH\n\n\n\n\n\n\n\n25.50\nCHF\n\n\n\n\n\n\n\nNON\n\nOrder 0001\nEPD",
    ),
    checks: &[Check::Row(FaultKind::Superseded)],
};

fn say_unverified(scheme: &'static Scheme, span: std::ops::Range<usize>, report: &mut Report<'_>) {
    if !scheme.is_verified() {
        let message = format!("{} is known by its mark only: nothing of it was verified", scheme.name);
        report.at(span, message).scheme = Some(scheme);
    }
}

static SCHEME_UNVERIFIED: Rule = Rule {
    id: "scheme-unverified",
    severity: Info,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-1"],
    title: Words {
        en: "the scheme is known by its mark only", zh: "只凭标志认出方案，未读过其规范"
    },
    rationale: Words {
        en: "No public text of the scheme was read, so its own rules are not checked and a clean result says less than elsewhere.",
        zh: "没有读到该方案的公开文本，其自有规则未作检查，结果无异常也不足为凭。",
    },
    remedy: Words {
        en: "Check the code against the scheme's own text or its test service.",
        zh: "按该方案的规范或测试服务另行核对。",
    },
    bad: Example::Merchant { set: &[(53, "784"), (58, "AE")], without: &[] },
    good: Example::Merchant { set: &[(53, "156"), (58, "CN")], without: &[] },
    checks: &[
        Check::Text(|subject, report| {
            if let Some(reading) = &subject.scheme {
                say_unverified(reading.scheme, 0..subject.text.len(), report);
            }
        }),
        Check::Merchant(|merchant, report| {
            for found in &merchant.schemes {
                let object = found.place.and_then(|place| merchant.layout.objects.get(place));
                let span = object.map_or(merchant.whole(), |placed| super::span(&placed.object));
                say_unverified(found.scheme, span, report);
            }
        }),
    ],
};

static SCHEME_NOT_PAYABLE: Rule = Rule {
    id: "scheme-not-payable",
    severity: Warning,
    disposition: Block,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-3"],
    title: Words {
        en: "the text proves a payment or an invoice and orders none",
        zh: "这是凭证或发票，不是付款指令",
    },
    rationale: Words {
        en: "It is a receipt, a slip or an invoice: an application that pays from it pays what was paid before, or guesses the payee.",
        zh: "它是回单、转账凭证或发票；据此付款，等于重复支付，或由 App 猜测收款方。",
    },
    remedy: Words {
        en: "Show the payer a code of a payment scheme, and read this one only to verify the proof.",
        zh: "向用户展示收款码；此码只用于核验凭证。",
    },
    bad: Example::Text("004600060000010103999022500000000000000000000000015102TH91046DD8"),
    good: Example::Merchant {
        set: &[(29, "0016A00000067701011101130066000000001"), (53, "764"), (58, "TH")],
        without: &[26],
    },
    checks: &[Check::Text(|subject, report| {
        let Some(reading) = &subject.scheme else { return };
        let what = match reading.scheme.purpose {
            Purpose::Payment => return,
            Purpose::Receipt => "the proof of a payment that was made",
            Purpose::Invoice => "the proof of an invoice",
        };
        let message = format!("{} is {what}, and no order to pay", reading.scheme.name);
        report.at(0..subject.text.len(), message).scheme = Some(reading.scheme);
    })],
};

static SCHEME_DIALECT: Rule = Rule {
    id: "scheme-dialect",
    severity: Info,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-19"],
    title: Words {
        en: "the text is data objects of another dialect", zh: "数据对象属于另一种方言"
    },
    rationale: Words {
        en: "The same IDs mean other things there and the checksum stands elsewhere, so a merchant-presented reader takes a bank for a card network.",
        zh: "同样的 ID 含义不同，校验值也不在 63，按商户码解析会把银行当成卡组织。",
    },
    remedy: Words {
        en: "Hand the text to a reader of its scheme, and do not make it over into a merchant-presented payload.",
        zh: "交给该方案的程序解析，不要改造成商户展示码。",
    },
    bad: Example::Text("0002020102110202000312Example Bank0424PK38TEST000000000000000110049059"),
    good: Example::Merchant {
        set: &[(28, "0010A0000007360124PK38TEST0000000000000001"), (53, "586"), (58, "PK")],
        without: &[26],
    },
    checks: &[Check::Text(|subject, report| {
        if let crate::grammar::Text::Dialect(reading) = &subject.parsed {
            let message = format!(
                "{} has data objects of its own: a reader of merchant codes misreads them",
                reading.scheme.name
            );
            report.at(0..subject.text.len(), message).scheme = Some(reading.scheme);
        }
    })],
};
