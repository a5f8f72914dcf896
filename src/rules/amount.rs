//! What amounts and fees say, and how readers have misread them.

use super::Disposition::{Confirm, Pay};
use super::Severity::{Error, Info, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Merchant, Rule, span};
use crate::emv::data_object::DataObject;
use crate::emv::definition;
use crate::emv::mpm;
use crate::unified::merchant::minor_units;

pub(super) static RULES: &[&Rule] = &[
    &AMOUNT_ZERO,
    &AMOUNT_DECIMALS,
    &AMOUNT_NOISE,
    &AMOUNT_WHOLE,
    &AMOUNT_POINT,
    &AMOUNT_LEADING_ZERO,
    &AMOUNT_SEPARATOR,
    &AMOUNT_FOREIGN_DIGITS,
    &AMOUNT_NOTATION,
    &FEE_MISMATCH,
];

/// More decimals than any currency has: what binary fractions leave behind (ISO 4217 has at most four).
const MOST_DECIMALS: usize = 4;

/// The amount, where it has the form that EMVCo allows.
fn amount<'m, 'a>(merchant: &'m Merchant<'a>) -> Option<&'m DataObject<'a>> {
    merchant.root(mpm::AMOUNT).filter(|object| definition::is_amount(object.value))
}

/// The amount and the fixed fee, whatever they hold.
fn sums<'m, 'a>(merchant: &'m Merchant<'a>) -> impl Iterator<Item = &'m DataObject<'a>> {
    [mpm::AMOUNT, mpm::FEE_FIXED].into_iter().filter_map(|id| merchant.root(id))
}

/// The minor units of the payload's currency.
fn units(merchant: &Merchant<'_>) -> Option<usize> {
    merchant.root(mpm::CURRENCY).and_then(|object| minor_units(object.value))
}

fn decimals(amount: &str) -> usize {
    amount.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

/// Whether digits with at most one point say zero.
fn is_zero(amount: &str) -> bool {
    !amount.bytes().any(|b| matches!(b, b'1'..=b'9'))
}

static AMOUNT_ZERO: Rule = Rule {
    id: "amount-zero",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-11"],
    title: Words { en: "the amount is zero", zh: "金额为零" },
    rationale: Words {
        en: "Some applications ask the payer for an amount, some refuse, and some may confirm a payment of nothing, after which the goods are gone.",
        zh: "有的 App 让用户输入金额，有的拒付，有的可能按零元付款成功，货就白白出去了。",
    },
    remedy: Words {
        en: "Leave 54 out where the payer types the amount.",
        zh: "由付款方输入金额时，不写 54。",
    },
    bad: Example::Merchant { set: &[(54, "0.00")], without: &[] },
    good: Example::Merchant { set: &[(54, "0.01")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if let Some(object) = amount(merchant).filter(|object| is_zero(object.value)) {
            report
                .at(span(object), "the amount is zero: leave 54 out where the consumer enters it")
                .of(None, object.id);
        }
    })],
};

static AMOUNT_DECIMALS: Rule = Rule {
    id: "amount-decimals",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-12"],
    title: Words {
        en: "the amount has more decimals than its currency", zh: "金额的小数位数超过币种规定"
    },
    rationale: Words {
        en: "What the currency cannot express is rounded, cut or shifted, each by another application, and the books of payer and payee differ.",
        zh: "超出币种精度的部分，有的 App 四舍五入，有的截断，有的移位，付款方和收款方的账就对不上。",
    },
    remedy: Words {
        en: "Write at most as many decimals as ISO 4217 gives the currency: two for CNY, none for JPY, three for BHD.",
        zh: "小数位数不超过 ISO 4217 对该币种的规定：人民币两位，日元没有，巴林第纳尔三位。",
    },
    bad: Example::Merchant { set: &[(54, "25.505")], without: &[] },
    good: Example::Merchant { set: &[(54, "25.50")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let Some(minor_units) = units(merchant) else { return };
        for object in sums(merchant).filter(|object| definition::is_amount(object.value)) {
            let decimals = decimals(object.value);
            if decimals > minor_units {
                let message =
                    format!("the amount has {decimals} decimals, and its currency has {minor_units}");
                report.at(span(object), message).of(None, object.id);
            }
        }
    })],
};

static AMOUNT_NOISE: Rule = Rule {
    id: "amount-noise",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "ISO 4217",
    requirements: &["UPQR-MPM-12"],
    title: Words { en: "the amount shows the noise of a binary fraction", zh: "金额带有浮点误差" },
    rationale: Words {
        en: "The amount was computed in floating point, so it may be a cent off, and readers cut or round the tail as they like.",
        zh: "金额是用浮点数算出来的，可能差一分钱，末尾的数字各家截断或舍入不一。",
    },
    remedy: Words {
        en: "Compute amounts as integers of minor units or as decimals, and write the decimals of the currency.",
        zh: "用整数分或十进制数计算金额，并按币种的小数位输出。",
    },
    bad: Example::Merchant { set: &[(54, "25.4999999999")], without: &[] },
    good: Example::Merchant { set: &[(54, "25.50")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let noisy = |object: &&DataObject<'_>| {
            definition::is_amount(object.value) && decimals(object.value) > MOST_DECIMALS
        };
        for object in sums(merchant).filter(noisy) {
            let message =
                "no currency has so many decimals: compute money in minor units, not in binary fractions";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static AMOUNT_WHOLE: Rule = Rule {
    id: "amount-whole",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-12"],
    title: Words {
        en: "the amount has no decimals though its currency has",
        zh: "币种有小数位，金额却未写小数",
    },
    rationale: Words {
        en: "It means whole units, but readers that expect minor units divide it: a central bank's tracker shows an amount of 198 paid as 1.98.",
        zh: "它表示整元，但按分处理的程序会除以一百：某央行的问题单记录了 198 被付成 1.98。",
    },
    remedy: Words {
        en: "Write the decimals of the currency, as in 198.00.",
        zh: "按币种写足小数位，如 198.00。",
    },
    bad: Example::Merchant { set: &[(54, "198")], without: &[] },
    good: Example::Merchant { set: &[(54, "198.00")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let Some(object) = amount(merchant).filter(|object| !object.value.contains('.')) else { return };
        if !is_zero(object.value) && units(merchant).is_some_and(|units| units > 0) {
            let message = "the amount counts whole units of its currency, and a reader may take it for minor units: write the decimals";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static AMOUNT_POINT: Rule = Rule {
    id: "amount-point",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-11"],
    title: Words { en: "the amount ends with its decimal point", zh: "金额以小数点结尾" },
    rationale: Words {
        en: "It is legal, yet one reader takes 25. for 25, another refuses it and a third waits for digits.",
        zh: "形式合规，但 25. 有的程序读作 25，有的拒付，有的还在等小数位。",
    },
    remedy: Words {
        en: "Write the point only where a digit follows it.",
        zh: "只有后面还有数字时才写小数点。",
    },
    bad: Example::Merchant { set: &[(54, "25.")], without: &[] },
    good: Example::Merchant { set: &[(54, "25")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for object in sums(merchant).filter(|object| object.value.ends_with('.')) {
            let message = "the amount ends with its point: EMVCo lets it, and readers of numbers refuse it";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static AMOUNT_LEADING_ZERO: Rule = Rule {
    id: "amount-leading-zero",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-11"],
    title: Words { en: "the amount begins with a superfluous zero", zh: "金额有多余的前导零" },
    rationale: Words {
        en: "Some schemes write amounts as padded minor units and some number parsers take a leading zero for an octal number, so the figure depends on the reader.",
        zh: "有些方案的金额是补零的最小货币单位（分），有的数值解析又把前导零当作八进制，读出的金额因程序而异。",
    },
    remedy: Words {
        en: "Write the whole part without leading zeros, and one zero before the point of an amount below one.",
        zh: "整数部分不写前导零；小于 1 的金额，小数点前写一个零。",
    },
    bad: Example::Merchant { set: &[(54, "025.50")], without: &[] },
    good: Example::Merchant { set: &[(54, "25.50")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for object in sums(merchant).filter(|object| definition::is_amount(object.value)) {
            let whole = object.value.split('.').next().unwrap_or_default();
            if whole.len() > 1 && whole.starts_with('0') {
                let message =
                    "a zero before another digit: some readers take such a number for octal or refuse it";
                report.at(span(object), message).of(None, object.id);
            }
        }
    })],
};

static AMOUNT_SEPARATOR: Rule = Rule {
    id: "amount-separator",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-11", "UPQR-DSP-11"],
    title: Words { en: "the amount holds a comma or a blank", zh: "金额含有逗号或空格" },
    rationale: Words {
        en: "A comma is a decimal sign in one country and groups thousands in another, so 1,000 is paid as one or as a thousand.",
        zh: "逗号在有些国家是小数点，在另一些国家是千分位，1,000 可能付成 1，也可能付成 1000。",
    },
    remedy: Words {
        en: "Write a point before the decimals and nothing between thousands, whatever the locale.",
        zh: "小数用点，千分位不写任何符号，与系统区域设置无关。",
    },
    bad: Example::Merchant { set: &[(54, "25,50")], without: &[] },
    good: Example::Merchant { set: &[(54, "25.50")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for object in
            sums(merchant).filter(|object| object.value.contains([',', ' ', '\u{A0}', '\u{202F}', '\'']))
        {
            let message = "the amount is written for people: use one point before the decimals and nothing between digits";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static AMOUNT_FOREIGN_DIGITS: Rule = Rule {
    id: "amount-foreign-digits",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-11", "UPQR-DSP-11"],
    title: Words { en: "the amount holds digits outside ASCII", zh: "金额含有非 ASCII 数字" },
    rationale: Words {
        en: "Some languages' number parsers accept Arabic-Indic or full-width digits and others refuse or skip them, so the amount depends on the reader.",
        zh: "有的语言能识别阿拉伯-印度数字或全角数字，有的拒绝或跳过，金额因程序而异。",
    },
    remedy: Words {
        en: "Write the digits 0 to 9 of ASCII, and format amounts without a locale.",
        zh: "只写 ASCII 数字 0 至 9，格式化金额时不使用区域设置。",
    },
    bad: Example::Merchant { set: &[(54, "２５.50")], without: &[] },
    good: Example::Merchant { set: &[(54, "25.50")], without: &[] },
    checks: &[Check::International(|merchant, report| {
        let foreign = |c: char| c.is_numeric() && !c.is_ascii_digit();
        for object in sums(merchant).filter(|object| object.value.contains(foreign)) {
            report.at(span(object), "write the digits 0 to 9 of ASCII").of(None, object.id);
        }
    })],
};

static AMOUNT_NOTATION: Rule = Rule {
    id: "amount-notation",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-11", "UPQR-DSP-11"],
    title: Words {
        en: "the amount has a sign, an exponent or a currency sign",
        zh: "金额带正负号、指数或货币符号",
    },
    rationale: Words {
        en: "Number parsers read 1e3 as a thousand, -0 as zero and NaN as no number that compares, so limits are passed by.",
        zh: "数值解析会把 1e3 读成一千，-0 读成零，NaN 无法比较，限额检查就可能被绕过。",
    },
    remedy: Words {
        en: "Write digits and at most one point, and the currency in 53.",
        zh: "只写数字和至多一个小数点，币种写在 53。",
    },
    bad: Example::Merchant { set: &[(54, "2.55e1")], without: &[] },
    good: Example::Merchant { set: &[(54, "25.50")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let odd = |c: char| {
            matches!(c, '+' | '-' | '$' | '%' | '\u{A2}'..='\u{A5}' | '\u{20A0}'..='\u{20CF}' | '\u{FFE5}')
                || c.is_alphabetic()
        };
        for object in sums(merchant).filter(|object| object.value.contains(odd)) {
            let message =
                "an amount has neither sign, exponent nor currency: write digits and at most one point";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static FEE_MISMATCH: Rule = Rule {
    id: "fee-mismatch",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-DSP-10"],
    title: Words {
        en: "the fee does not go with its indicator", zh: "小费或手续费与其标识不一致"
    },
    rationale: Words {
        en: "The payer is charged a fee that was not announced, or is told of a fee that is not charged.",
        zh: "用户会被收取未声明的费用，或看到声明却没有收取。",
    },
    remedy: Words {
        en: "Write 56 above zero with 55 = 02 only, and 57 from 00.01 to 99.99 with 55 = 03 only.",
        zh: "55 为 02 时写大于零的 56，55 为 03 时写 00.01 至 99.99 的 57，其余情况两者都不写。",
    },
    bad: Example::Merchant { set: &[(55, "02")], without: &[] },
    good: Example::Merchant { set: &[(55, "02"), (56, "1.00")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let indicator = merchant.root(mpm::FEE_INDICATOR);
        let said = indicator.map(|object| object.value).unwrap_or_default();
        let (fixed, percent) = (merchant.root(mpm::FEE_FIXED), merchant.root(mpm::FEE_PERCENT));
        let has =
            |fee: Option<&DataObject<'_>>, good: fn(&str) -> bool| fee.is_some_and(|fee| good(fee.value));
        if let Some(indicator) = indicator {
            if said == "02" && !has(fixed, |fee| definition::is_amount(fee) && !is_zero(fee)) {
                report.at(span(indicator), "55 says a fixed fee, and there is no 56 above zero");
            }
            if said == "03" && !has(percent, is_percentage) {
                report
                    .at(span(indicator), "55 says a fee in percent, and there is no 57 from 00.01 to 99.99");
            }
        }
        if let Some(indicator) = indicator.filter(|_| said.len() == 2 && !matches!(said, "01" | "02" | "03"))
        {
            report.at(span(indicator), "55 is neither 01 (asks), 02 (fixed fee) nor 03 (fee in percent)");
        }
        for (fee, due, message) in [
            (fixed, "02", "56 is a fixed fee, and 55 does not say 02"),
            (percent, "03", "57 is a fee in percent, and 55 does not say 03"),
        ] {
            if let Some(fee) = fee.filter(|_| said != due) {
                report.at(span(fee), message);
            }
        }
    })],
};

/// Whether digits with at most one point say 00.01 to 99.99.
fn is_percentage(fee: &str) -> bool {
    let (whole, decimals) = fee.split_once('.').unwrap_or((fee, ""));
    definition::is_amount(fee) && !is_zero(fee) && (1..=2).contains(&whole.len()) && decimals.len() <= 2
}
