//! What the codes in a payload say about one another, and about the day.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Disposition::{Block, Confirm, Pay};
use super::Severity::{Error, Info, Warning};
use super::example::{Example, Words};
use super::finding::Profile;
use super::{Check, Label, Rule, span};
use crate::emv::cpm;
use crate::emv::mpm;
use crate::native::alipayplus::Mpm3;
use crate::payment::Account;
use crate::recognise::recognise;
use crate::scheme::Period;

pub(super) static RULES: &[&Rule] = &[
    &INITIATION_REWRITTEN,
    &POLYGLOT,
    &FOREIGN_MISROUTE,
    &ALIPAYPLUS_CASE,
    &NOT_UNIFIED,
    &PAYLOAD_EXPIRED,
    &CPM_ACCOUNT_MISSING,
];

static INITIATION_REWRITTEN: Rule = Rule {
    id: "initiation-rewritten",
    severity: Info,
    disposition: Pay,
    label: Label::Risk,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-3", "UPQR-CAR-21"],
    title: Words {
        en: "a code that lasts is marked as made for one payment", zh: "长期码被标为一次性码"
    },
    rationale: Words {
        en: "Tools that turn a printed code into one with an amount change 11 to 12, and an issuer has refused the rewritten codes.",
        zh: "有的工具把印刷的长期码改成带金额的码，同时把 11 改为 12，已有发码方拒付此类改写的码。",
    },
    remedy: Words {
        en: "Ask the issuer for a code made for the order, and leave 01 of a code that lasts at 11.",
        zh: "一次性码向发码方申请；长期码的 01 保持 11。",
    },
    bad: Example::Merchant {
        set: &[(1, "12"), (26, "0015org.upqr.wechat0102050236f2f0Synthetic0_Synthetic1-SyntheticA")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(1, "11"), (26, "0015org.upqr.wechat0102050236f2f0Synthetic0_Synthetic1-SyntheticA")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        let Some(object) = merchant.root(mpm::INITIATION).filter(|object| object.value == "12") else {
            return;
        };
        let expires =
            matches!(&merchant.reading.control, Some((_, Ok(control))) if control.expires.is_some());
        let mut accounts = merchant.reading.accounts().peekable();
        if accounts.peek().is_some() && !expires && accounts.all(Account::lasts) {
            let message = "01 says one payment, and every code in it lasts: an issuer may refuse a static code that was rewritten";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static POLYGLOT: Rule = Rule {
    id: "polyglot",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 7.1",
    requirements: &["UPQR-SEC-20"],
    title: Words { en: "two grammars read the text", zh: "两种语法都能读取这段文本" },
    rationale: Words {
        en: "Two applications take it for codes of two schemes and pay two payees, and a reader that chooses by itself chooses wrongly for one of them.",
        zh: "两个 App 会把它当作不同方案的码、付给不同的收款方，程序自行选择必有一方出错。",
    },
    remedy: Words {
        en: "Write a text that belongs to one scheme, and have a person choose where several remain.",
        zh: "码只属于一个方案；仍有多种可能时由人选择。",
    },
    bad: Example::Text("https://payconiq.com/281000040000synthetic"),
    good: Example::Text("https://pay.example.com/281000040000synthetic"),
    checks: &[Check::Text(|subject, report| {
        if let Some(reading) = &subject.scheme
            && let Some(claim) = subject.recognition.claims().next()
        {
            let message = format!(
                "{} and `{}` both read this text: say which is meant",
                reading.scheme.name,
                claim.family.key()
            );
            report.at(0..subject.text.len(), message);
        }
    })],
};

static FOREIGN_MISROUTE: Rule = Rule {
    id: "foreign-misroute",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 4.5",
    requirements: &["UPQR-CAR-28", "UPQR-CAR-17"],
    title: Words {
        en: "a code stands in another network's foreign template",
        zh: "原码放进了其他网络的外来模板",
    },
    rationale: Words {
        en: "A reader that trusts the GUID hands one network's code to another network's application, and what that does with it is not foreseeable.",
        zh: "相信标识的程序会把一家网络的码交给另一家的 App，后果无法预料。",
    },
    remedy: Words {
        en: "Put the code under the GUID of the network that issued it.",
        zh: "把原码放到发码网络自己的标识之下。",
    },
    bad: Example::Merchant {
        set: &[(26, "0010com.alipay0162https://qr.95516.com/00010000/01234567890123456789012345678901")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0010com.alipay0144https://qr.alipay.com/fkx00000synthetic00aaa")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        for foreign in &merchant.reading.foreign {
            let Ok(native) = foreign.native else { continue };
            let found = recognise(native);
            if found.claims().next().is_some() && !found.networks().any(|network| network == foreign.network)
            {
                let message = format!(
                    "the code belongs to another network than {}, whose template holds it",
                    foreign.network.name()
                );
                report.at(span(&foreign.object), message).of(None, foreign.object.id);
            }
        }
    })],
};

static ALIPAYPLUS_CASE: Rule = Rule {
    id: "alipayplus-case",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 7.7",
    requirements: &["UPQR-CNF-3"],
    title: Words {
        en: "an Alipay+ code was folded to one case", zh: "Alipay+ 码被统一成了大写或小写"
    },
    rationale: Words {
        en: "The path is base64, whose case is data: folding it for a smaller symbol, which is safe for qr.alipay.com, destroys the code.",
        zh: "路径是 base64，大小写就是数据；为缩小码图而转成大写，对 qr.alipay.com 可行，对它则会毁掉内容。",
    },
    remedy: Words {
        en: "Keep the path as the issuer wrote it.", zh: "路径保持发码方原样，不改大小写。"
    },
    bad: Example::Text("HTTPS://QR.EXAMPLE.COM/MPM/3/R1BMRDAYMFBMVLMWMDIWMUNEU0QWMDQWMTAW"),
    good: Example::Text("HTTPS://QR.EXAMPLE.COM/MPM/3/R1BMRDAyMFBMVlMwMDIwMUNEU0QwMDQwMTAw"),
    checks: &[Check::Link(|link, report| {
        let Ok(code) = Mpm3::parse(link.uri.text) else { return };
        let one_case = !code.body.bytes().any(|b| b.is_ascii_lowercase())
            || !code.body.bytes().any(|b| b.is_ascii_uppercase());
        if one_case && code.content().is_err() {
            let message = "the base64 was folded to one case, and its case is data: encode the code anew";
            report.at(link.part(code.body), message);
        }
    })],
};

static NOT_UNIFIED: Rule = Rule {
    id: "not-unified",
    severity: Error,
    disposition: Confirm,
    label: Label::Canonical,
    clause: "UPQR 4.1",
    requirements: &["UPQR-CAR-1", "UPQR-DSP-18"],
    title: Words {
        en: "the payload carries no account of this standard", zh: "码串未携带本标准的账户"
    },
    rationale: Words {
        en: "It is a good payload of its own scheme, but wallets that wait for their own code inside find none.",
        zh: "作为原方案的码没有问题，但各钱包在其中找不到自己的码。",
    },
    remedy: Words {
        en: "Extend the payload with each wallet's code.",
        zh: "以该码串为底码，加入各钱包的原码。",
    },
    bad: Example::Merchant { set: &[], without: &[] },
    good: Example::Merchant {
        set: &[(26, "0015org.upqr.wechat0102050236f2f0Synthetic0_Synthetic1-SyntheticA")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        if merchant.options.profile == Profile::Upqr && merchant.reading.carried.is_empty() {
            report.at(merchant.whole(), "no account of this standard: no wallet's own code is in it");
        }
    })],
};

/// The day after the one on which these Unix seconds fall, in UTC.
fn day_after(seconds: u64) -> Option<Date> {
    let instant = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    TimeZone::UTC.to_datetime(instant).date().tomorrow().ok()
}

static PAYLOAD_EXPIRED: Rule = Rule {
    id: "payload-expired",
    severity: Warning,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 3.5",
    requirements: &["UPQR-CNF-13", "UPQR-DSP-21", "UPQR-SCH-17", "UPQR-SEC-8"],
    title: Words { en: "the payload has expired", zh: "码已过期" },
    rationale: Words {
        en: "The order behind it is closed or sold to another, so the payment fails, or succeeds and has to be refunded.",
        zh: "对应的订单已关闭或已售出，付款会失败，或付成功后还要退款。",
    },
    remedy: Words { en: "Make a new code for the sale.", zh: "为该笔交易重新生成码。" },
    bad: Example::Merchant {
        set: &[(1, "12"), (80, "0016org.upqr.control01021003101700000000")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(1, "12"), (80, "0016org.upqr.control01021003102100000000")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        // Without a day there is no clock to hold an expiry against.
        if merchant.options.as_of.is_none() {
            return;
        }
        if let Some((object, Ok(control))) = &merchant.reading.control
            && let Some(from) = control.expires.and_then(day_after)
        {
            let finding = report.at(span(object), "the payload has expired: ask for a new one");
            finding.of(None, object.id).period = Period { from: Some(from), until: None };
        }
        for violation in &merchant.violations {
            if violation.fault.kind == crate::scheme::FaultKind::Expired {
                super::scheme_row::violation(violation, report);
            }
        }
    })],
};

/// Track 2 equivalent data and the card number: one of them must stand in an application template (EMV CPM 1.0).
const ACCOUNTS: [&[u8]; 2] = [&[0x57], &[0x5A]];

static CPM_ACCOUNT_MISSING: Rule = Rule {
    id: "cpm-account-missing",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV CPM 1.0",
    requirements: &["UPQR-DSP-18"],
    title: Words {
        en: "an application template has neither a card number nor track 2",
        zh: "应用模板既无卡号也无二磁道数据",
    },
    rationale: Words {
        en: "A terminal that follows EMV finds no account to charge and ends the sale at the till; payment codes of this standard leave both out by declaration.",
        zh: "按 EMV 实现的终端找不到扣款账户，交易在收银台中断；本标准的付款码已声明不含这两项。",
    },
    remedy: Words {
        en: "Write 57 or 5A into each template 61 that is meant for EMV terminals.",
        zh: "面向 EMV 终端的每个 61 模板都写入 57 或 5A。",
    },
    bad: Example::Text("hQVDUFYwMWEHTwXwAAAAAQ=="),
    good: Example::Text("hQVDUFYwMWERTwXwAAAAAVoImZmZAAAAAAQ="),
    checks: &[Check::Consumer(|consumer, report| {
        if consumer.options.profile != Profile::Emvco {
            return;
        }
        for application in consumer.payload.objects().filter(|object| object.id == cpm::APPLICATION_TEMPLATE)
        {
            if ACCOUNTS.iter().all(|id| application.object(id).is_none()) {
                let message = "an application template has neither 57 nor 5A: a card reader finds no account";
                report.at(super::consumer::span(&application, consumer.payload), message);
            }
        }
    })],
};
