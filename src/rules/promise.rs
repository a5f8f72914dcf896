//! What the templates of terms, settlement and signature promise, and what of it cannot be relied on.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Disposition::{Block, Confirm, Pay};
use super::Severity::{Error, Info, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Merchant, Report, Rule, span};
use crate::emv::data_object::DataObject;
use crate::scheme::Period;
use crate::unified::signature::{self, Placed};
use crate::unified::{self, settlement, terms};

pub(super) static RULES: &[&Rule] = &[
    &TERMS_MALFORMED,
    &TERMS_KIND_UNKNOWN,
    &TERMS_UNBOUND,
    &TERMS_APPLY,
    &SETTLEMENT_MALFORMED,
    &SIGNATURE_MALFORMED,
    &SIGNATURE_UNVERIFIED,
    &PAYLOAD_EARLY,
    &REFUND_ENDED,
];

/// Reports a template that could not be read, and a second one.
fn malformed<T>(
    merchant: &Merchant<'_>,
    read: Option<&(DataObject<'_>, Result<T, crate::Error>)>,
    guid: &str,
    report: &mut Report<'_>,
) {
    if let Some((object, Err(error))) = read {
        report.at(span(object), error.kind.to_string()).of(None, object.id);
    }
    for second in &merchant.reading.templates {
        if unified::guid_of(second).is_some_and(|found| found.eq_ignore_ascii_case(guid)) {
            let message = format!("a second template of `{guid}`: keep one");
            report.at(span(second), message).of(None, second.id);
        }
    }
}

static TERMS_MALFORMED: Rule = Rule {
    id: "terms-malformed",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-24"],
    title: Words { en: "the terms template breaks its format", zh: "条款模板格式错误" },
    rationale: Words {
        en: "Nobody can tell under which terms the payment stands, so a promise of refund or delivery binds nobody.",
        zh: "无法得知付款适用哪些条款，退款或交付的承诺无从约束。",
    },
    remedy: Words {
        en: "Write one terms template: 01 the kind in two digits, 02 the contract's reference in at most 20 characters, 03 the hash of the document.",
        zh: "条款模板只写一个：01 为两位数字的种类，02 为至多 20 个字符的合同编号，03 为条款文件的哈希。",
    },
    bad: Example::Merchant { set: &[(80, "0014org.upqr.terms01015")], without: &[] },
    good: Example::Merchant { set: &[(80, "0014org.upqr.terms010205")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        malformed(merchant, merchant.reading.terms.as_ref(), terms::GUID, report);
    })],
};

static TERMS_KIND_UNKNOWN: Rule = Rule {
    id: "terms-kind-unknown",
    severity: Warning,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-30"],
    title: Words { en: "the kind of terms is none of this edition", zh: "条款种类不在本版范围内" },
    rationale: Words {
        en: "What an unknown kind of terms does with the money cannot be evaluated, so no application may pay under it by itself.",
        zh: "未知种类的条款如何支配资金无从判断，任何程序都不得自动付款。",
    },
    remedy: Words {
        en: "Use a kind from 01 to 07, or have the terms read by a person before money moves.",
        zh: "使用 01 至 07 的种类，或在付款前由人阅读条款。",
    },
    bad: Example::Merchant { set: &[(80, "0014org.upqr.terms010208")], without: &[] },
    good: Example::Merchant { set: &[(80, "0014org.upqr.terms010207")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if let Some((object, Ok(terms))) = &merchant.reading.terms
            && terms.kind_name().is_none()
        {
            let message = format!(
                "terms of kind {}, which this edition does not know: never pay automatically",
                terms.kind
            );
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static TERMS_UNBOUND: Rule = Rule {
    id: "terms-unbound",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-26"],
    title: Words { en: "the terms are named without their hash", zh: "条款未附哈希" },
    rationale: Words {
        en: "Without the hash of the document each side can show other terms afterwards, and the payer has agreed to all of them.",
        zh: "没有文件哈希，事后各方可以出示不同的条款，而付款人等于全部同意。",
    },
    remedy: Words {
        en: "Write 03: 1 for SHA-256 or 3 for SM3, and the hash of the exact bytes of the document as base64url.",
        zh: "写入 03：1 表示 SHA-256，3 表示 SM3，后接条款文件原始字节哈希的 base64url。",
    },
    bad: Example::Merchant { set: &[(80, "0014org.upqr.terms010205")], without: &[] },
    good: Example::Merchant {
        set: &[(80, "0014org.upqr.terms01020503441n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        if let Some((object, Ok(terms))) = &merchant.reading.terms
            && terms.hash.is_none()
        {
            let message = "no hash says which document the terms are: ask for it before money moves";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static TERMS_APPLY: Rule = Rule {
    id: "terms-apply",
    severity: Info,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-26"],
    title: Words { en: "the payment stands under terms", zh: "付款附有条款" },
    rationale: Words {
        en: "Whether money moves now is for the terms to say, and they are a document beside the payload that no rule reads.",
        zh: "资金此刻是否划转由条款决定，而条款是码串之外的文件，规则并不读取。",
    },
    remedy: Words {
        en: "Hold the document against its hash and evaluate it before money moves.",
        zh: "付款前用哈希核对条款文件，并加以求值。",
    },
    bad: Example::Merchant {
        set: &[(80, "0014org.upqr.terms01020503441n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg")],
        without: &[],
    },
    good: Example::Merchant { set: &[(80, "0016org.upqr.control010210")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if let Some((object, Ok(terms))) = &merchant.reading.terms
            && let Some(kind) = terms.kind_name()
        {
            let message =
                format!("the payment stands under terms, a {kind}: evaluate them before money moves");
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static SETTLEMENT_MALFORMED: Rule = Rule {
    id: "settlement-malformed",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-25"],
    title: Words { en: "the settlement template breaks its format", zh: "结算模板格式错误" },
    rationale: Words {
        en: "The money that the payee gets, its rate and the end of refunds cannot be relied on, and a quote may be settled in another currency.",
        zh: "收款方所得币种、汇率和退款期限都不可信，报价可能按另一币种结算。",
    },
    remedy: Words {
        en: "Write one settlement template with at least one of 01 ten digits of Unix seconds, 02 three digits of ISO 4217, 03 at most 20 and 04 at most 24 printable characters.",
        zh: "结算模板只写一个，至少含一项：01 十位 Unix 秒，02 三位 ISO 4217 数字，03 至多 20 个、04 至多 24 个可打印字符。",
    },
    bad: Example::Merchant { set: &[(80, "0015org.upqr.settle0203CNY")], without: &[] },
    good: Example::Merchant { set: &[(80, "0015org.upqr.settle0203156")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        malformed(merchant, merchant.reading.settlement.as_ref(), settlement::GUID, report);
    })],
};

/// A signature of zeros, in the two templates that it takes.
const HALVES: [(u8, &str); 2] = [
    (81, "0012org.upqr.sig0143AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    (82, "0012org.upqr.sig0243AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
];

/// A control template that names an algorithm and a key.
const NAMED: (u8, &str) = (80, "0016org.upqr.control01021004011051100000000000");

static SIGNATURE_MALFORMED: Rule = Rule {
    id: "signature-malformed",
    severity: Error,
    disposition: Block,
    label: Label::Scheme,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-27"],
    title: Words { en: "what should be a signature is none", zh: "签名残缺或位置错误" },
    rationale: Words {
        en: "A payload that was signed and then changed looks like this, and so does one that pretends to be signed.",
        zh: "签名后被改动的码串、假装有签名的码串，都是这个样子。",
    },
    remedy: Words {
        en: "Sign the finished payload: both halves as the last two objects before the checksum, nothing between them, and a control template that names algorithm and key.",
        zh: "对完成的码串签名：两半签名紧接在校验值之前，中间不得有其他对象，控制模板须写明算法和密钥。",
    },
    bad: Example::Merchant { set: &[NAMED, HALVES[0]], without: &[] },
    good: Example::Merchant { set: &[NAMED, HALVES[0], HALVES[1]], without: &[] },
    checks: &[Check::Merchant(|merchant, report| match signature::read(merchant.payload) {
        Placed::Absent => {}
        Placed::Misplaced(error) => {
            let object = merchant.payload.objects().find(|object| object.offset == error.offset);
            report
                .at(object.map_or_else(|| merchant.whole(), |object| span(&object)), error.kind.to_string());
        }
        Placed::Pair { signed, .. } => {
            let names = merchant.reading.control.as_ref().and_then(|(_, control)| control.as_ref().ok());
            if names.is_none_or(|control| control.algorithm.is_none() || control.key_id.is_none()) {
                let message = "no control template names the algorithm and the key of the signature";
                let end = merchant.payload.last().offset;
                report.at(signed.len()..end, message);
            }
        }
    })],
};

static SIGNATURE_UNVERIFIED: Rule = Rule {
    id: "signature-unverified",
    severity: Info,
    disposition: Pay,
    label: Label::Risk,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-28"],
    title: Words { en: "nobody has verified the signature yet", zh: "签名尚未验证" },
    rationale: Words {
        en: "Rules hold no keys: to them a signature of a stranger and one of the payee look the same, and neither makes a payload better than none.",
        zh: "规则不持有密钥：陌生人的签名与收款方的签名看上去一样，未经验证都不比没有签名更可信。",
    },
    remedy: Words {
        en: "Verify the signature against a trust list before relying on it.",
        zh: "依赖签名之前，先用信任列表验证。",
    },
    bad: Example::Merchant { set: &[NAMED, HALVES[0], HALVES[1]], without: &[] },
    good: Example::Merchant { set: &[NAMED], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if let Placed::Pair { signed, .. } = signature::read(merchant.payload) {
            let message = "rules verify no signature: hold it against a trust list";
            report.at(signed.len()..merchant.payload.last().offset, message);
        }
    })],
};

/// The day on which these Unix seconds fall, in UTC.
fn day(seconds: u64) -> Option<Date> {
    let instant = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    Some(TimeZone::UTC.to_datetime(instant).date())
}

static PAYLOAD_EARLY: Rule = Rule {
    id: "payload-early",
    severity: Warning,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-29"],
    title: Words { en: "the payload is not to be paid yet", zh: "码尚未生效" },
    rationale: Words {
        en: "The payee takes no money for it before that time, so that the payment fails or has to be refunded.",
        zh: "收款方在此之前不收款，付款会失败或需要退款。",
    },
    remedy: Words {
        en: "Wait for the time that the payload names.", zh: "等到码中写明的时间再付款。"
    },
    bad: Example::Merchant { set: &[(80, "0016org.upqr.control01021002101900000000")], without: &[] },
    good: Example::Merchant { set: &[(80, "0016org.upqr.control01021002101700000000")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if merchant.options.as_of.is_none() {
            return;
        }
        if let Some((object, Ok(control))) = &merchant.reading.control
            && let Some(until) = control.not_before.and_then(day)
        {
            let finding = report.at(span(object), "the payload is not to be paid yet: wait for its time");
            finding.of(None, object.id).period = Period { from: None, until: Some(until) };
        }
    })],
};

static REFUND_ENDED: Rule = Rule {
    id: "refund-ended",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-29"],
    title: Words { en: "the time for refunds is over", zh: "退款期限已过" },
    rationale: Words {
        en: "A payer who counts on a refund gets none: whatever is paid now stays with the payee.",
        zh: "付款人以为可以退款，其实已不能：此刻付出的钱归收款方所有。",
    },
    remedy: Words {
        en: "Tell the payer before money moves, or make a new code with a later refund-by.",
        zh: "付款前告知付款人，或重新生成退款期限更晚的码。",
    },
    bad: Example::Merchant { set: &[(80, "0015org.upqr.settle01101700000000")], without: &[] },
    good: Example::Merchant { set: &[(80, "0015org.upqr.settle01102100000000")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if merchant.options.as_of.is_none() {
            return;
        }
        if let Some((object, Ok(settlement))) = &merchant.reading.settlement
            && let Some(from) = settlement.refund_by.and_then(day).and_then(|day| day.tomorrow().ok())
        {
            let finding =
                report.at(span(object), "nothing is refunded any more: tell the payer before money moves");
            finding.of(None, object.id).period = Period { from: Some(from), until: None };
        }
    })],
};
