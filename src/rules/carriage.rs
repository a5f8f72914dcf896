//! What is wrong with this standard's own templates.

use super::Disposition::{Block, Confirm, Pay};
use super::Severity::{Error, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Merchant, Report, Rule, span};
use crate::emv::data_object::{DataObjects, Id, Template};
use crate::error::{self, ErrorKind};
use crate::network::{Mode, Version};
use crate::recognise::{Candidate, recognise};
use crate::unified;

pub(super) static RULES: &[&Rule] = &[
    &CARRIAGE_BROKEN,
    &NESTED_EMV,
    &CARRIAGE_UNKNOWN,
    &PAYMENT_CODE_CARRIED,
    &MISROUTE,
    &CONTROL_MALFORMED,
    &VERSION_UNKNOWN,
    &TEMPLATE_UNKNOWN,
    &NON_CANONICAL,
];

/// The version inside a control template.
const VERSION: Id = Id::literal(1);

/// Reports the accounts that could not be restored for a reason that `select` picks.
fn accounts(merchant: &Merchant<'_>, report: &mut Report<'_>, select: fn(ErrorKind) -> bool) {
    for carried in &merchant.reading.carried {
        if let Err(error) = &carried.account
            && select(error.kind)
        {
            report.at(object_at(merchant, error), error.kind.to_string());
        }
    }
}

/// The bytes of the object at which an error stands.
fn object_at(merchant: &Merchant<'_>, error: &error::Error) -> std::ops::Range<usize> {
    let rest = merchant.payload.text().get(error.offset..).unwrap_or_default();
    match DataObjects::new(rest, error.offset).next() {
        Some(Ok(object)) => span(&object),
        _ => error.offset..merchant.payload.text().len(),
    }
}

/// The reasons that have a rule of their own, and those that make a code unknown rather than broken.
const fn has_own_rule(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NestedEmv | ErrorKind::PaymentCode | ErrorKind::Misroute) || is_unknown(kind)
}

const fn is_unknown(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::UnknownForm | ErrorKind::UnknownNetwork | ErrorKind::CodeKind)
}

static CARRIAGE_BROKEN: Rule = Rule {
    id: "carriage-broken",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "UPQR 4.2, 4.3",
    requirements: &[
        "UPQR-CAR-3",
        "UPQR-CAR-4",
        "UPQR-CAR-5",
        "UPQR-CAR-9",
        "UPQR-CAR-10",
        "UPQR-CAR-11",
        "UPQR-CAR-12",
        "UPQR-CAR-14",
        "UPQR-CAR-19",
    ],
    title: Words { en: "a wallet's code cannot be restored", zh: "钱包原码无法还原" },
    rationale: Words {
        en: "The wallet's own code cannot be given back byte for byte, and a wallet that gets a guessed code pays somebody else or nobody.",
        zh: "无法逐字节还原钱包原码；把猜出来的码交给钱包，钱会付错人或付不出去。",
    },
    remedy: Words {
        en: "Write the account template with its form, its body and, where it is split, every part in order.",
        zh: "账户模板须写全形式、正文，拆分时各分段齐全且顺序正确。",
    },
    bad: Example::Merchant { set: &[(1, "12"), (26, "0015org.upqr.wechat0207Ab3dE9x")], without: &[] },
    good: Example::Merchant { set: &[(1, "12"), (26, "0015org.upqr.wechat0102010207Ab3dE9x")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| accounts(merchant, report, |kind| !has_own_rule(kind)))],
};

static NESTED_EMV: Rule = Rule {
    id: "nested-emv",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "UPQR 4.3",
    requirements: &["UPQR-CAR-15"],
    title: Words {
        en: "an EMV payload is carried as a wallet's code", zh: "把 EMV 码串当作钱包原码携带"
    },
    rationale: Words {
        en: "A payload inside a payload has two payees, two amounts and two checksums, and nobody can tell which of them a reader will follow.",
        zh: "码中套码会出现两个收款方、两个金额和两个校验值，无法预知解析方按哪一个付款。",
    },
    remedy: Words {
        en: "Extend the inner payload with the other wallets' accounts instead of carrying it as one of them.",
        zh: "应以内层码串为底码、在其中加入其他钱包账户，而不是把它整个装进账户模板。",
    },
    bad: Example::Merchant {
        set: &[(26, "0013org.upqr.link010200022900020152045814530315663040FA1")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0013org.upqr.link0102000229https://pay.example.cn/q/8f2c")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        accounts(merchant, report, |kind| matches!(kind, ErrorKind::NestedEmv));
    })],
};

static CARRIAGE_UNKNOWN: Rule = Rule {
    id: "carriage-unknown",
    severity: Warning,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 4.1, 6.2",
    requirements: &["UPQR-CAR-6", "UPQR-CAR-2"],
    title: Words {
        en: "a wallet's code has a network, a form or a kind that this edition does not know",
        zh: "钱包原码的网络、形式或类型不在本版范围内",
    },
    rationale: Words {
        en: "A newer encoder may have written it, so it is no proof of a fault, but this reader cannot give the wallet its code.",
        zh: "可能由更新版本的程序生成，不一定有错，但当前版本无法还原出钱包原码。",
    },
    remedy: Words {
        en: "Write a network, a form and a kind of code that the registry of the stated version lists.",
        zh: "只使用所声明版本的登记表中列出的网络、形式和类型。",
    },
    bad: Example::Merchant { set: &[(1, "12"), (26, "0015org.upqr.wechat0102070207Ab3dE9x")], without: &[] },
    good: Example::Merchant { set: &[(1, "12"), (26, "0015org.upqr.wechat0102010207Ab3dE9x")], without: &[] },
    checks: &[
        Check::Merchant(|merchant, report| accounts(merchant, report, is_unknown)),
        Check::Consumer(|consumer, report| super::consumer::codes(consumer.payload, report, is_unknown)),
    ],
};

static PAYMENT_CODE_CARRIED: Rule = Rule {
    id: "payment-code-carried",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 4.3",
    requirements: &["UPQR-CAR-16"],
    title: Words {
        en: "a consumer's payment code stands in a merchant's payload",
        zh: "商户码串中带有用户付款码",
    },
    rationale: Words {
        en: "A payer's code in a printed payload is a snatched code: whoever scans it could charge that payer.",
        zh: "印在码里的付款码就是被盗用的付款码，扫到的人可以直接扣该用户的款。",
    },
    remedy: Words {
        en: "Carry only codes that a merchant shows, and hand payment codes straight to the terminal.",
        zh: "只携带商户展示的码，付款码直接交给收银终端处理。",
    },
    bad: Example::Merchant { set: &[(26, "0015org.upqr.wechat0102000218130000000000000017")], without: &[] },
    good: Example::Merchant {
        set: &[(26, "0015org.upqr.wechat0102050236f2f0Synthetic0_Synthetic1-SyntheticA")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        accounts(merchant, report, |kind| matches!(kind, ErrorKind::PaymentCode));
        for foreign in &merchant.reading.foreign {
            let values = foreign.object.template();
            for object in values.iter().flat_map(Template::objects).filter(|object| object.id.number() == 1) {
                let found = recognise(object.value);
                let paying = |candidate: &Candidate| {
                    candidate.family.mode() == Mode::ConsumerPresented
                        && candidate.family.network() == Some(foreign.network)
                };
                if found.candidates.iter().any(paying) {
                    let message = "a consumer's payment code stands in a merchant's code: refuse it, and show it to nobody";
                    report.at(span(&object), message).of(Some(foreign.object.id), object.id);
                }
            }
        }
    })],
};

static MISROUTE: Rule = Rule {
    id: "misroute",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 4.3, 6.2",
    requirements: &["UPQR-CAR-17"],
    title: Words {
        en: "a code stands in the template of another network", zh: "原码放进了其他网络的模板"
    },
    rationale: Words {
        en: "The wallet that is named gets a code of another network, and what it does with it is not foreseeable.",
        zh: "被指名的钱包会收到别家网络的码，后果无法预料。",
    },
    remedy: Words {
        en: "Put the code into the template of the network that issued it.",
        zh: "把原码放进其所属网络的模板。",
    },
    bad: Example::Merchant {
        set: &[(26, "0015org.upqr.wechat0102000244https://qr.alipay.com/fkx00000synthetic00aaa")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0015org.upqr.alipay0102000244https://qr.alipay.com/fkx00000synthetic00aaa")],
        without: &[],
    },
    checks: &[
        Check::Merchant(|merchant, report| {
            accounts(merchant, report, |kind| matches!(kind, ErrorKind::Misroute));
        }),
        Check::Consumer(|consumer, report| {
            super::consumer::codes(consumer.payload, report, |kind| matches!(kind, ErrorKind::Misroute));
        }),
    ],
};

static CONTROL_MALFORMED: Rule = Rule {
    id: "control-malformed",
    severity: Error,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-18"],
    title: Words { en: "the control template breaks its format", zh: "控制模板格式错误" },
    rationale: Words {
        en: "Version and expiry cannot be relied on, so a code that should have ended is paid after all.",
        zh: "版本和有效期不可信，本该失效的码可能仍被支付。",
    },
    remedy: Words {
        en: "Write one control template with 01 as two digits and times as ten digits of Unix seconds, 02 before 03.",
        zh: "控制模板只写一个，01 为两位数字，时间为十位 Unix 秒，且 02 早于 03。",
    },
    bad: Example::Merchant {
        set: &[(1, "12"), (80, "0016org.upqr.control0102100309190000000")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(1, "12"), (80, "0016org.upqr.control01021003101900000000")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        let Some((object, control)) = &merchant.reading.control else { return };
        match control {
            Err(error) => {
                report.at(span(object), error.kind.to_string());
            }
            Ok(control) => {
                if let (Some(not_before), Some(expires)) = (control.not_before, control.expires)
                    && not_before >= expires
                {
                    report.at(span(object), "the payload expires before it may be paid");
                }
            }
        }
        for second in &merchant.reading.templates {
            if unified::our_label(second).is_some_and(|label| label.eq_ignore_ascii_case("control")) {
                report.at(span(second), "a second control template: keep one");
            }
        }
    })],
};

static VERSION_UNKNOWN: Rule = Rule {
    id: "version-unknown",
    severity: Warning,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-17"],
    title: Words {
        en: "the payload is of another version of this standard", zh: "码串属于本标准的其他版本"
    },
    rationale: Words {
        en: "Objects of another version may change what is paid, and this reader would not see them.",
        zh: "其他版本的对象可能改变付款内容，而当前版本看不到。",
    },
    remedy: Words {
        en: "Write version 10, or read the payload with software of its version.",
        zh: "版本写 10，或用对应版本的程序解析。",
    },
    bad: Example::Merchant {
        set: &[(1, "12"), (80, "0016org.upqr.control01022003101900000000")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(1, "12"), (80, "0016org.upqr.control01021003101900000000")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        let Some((object, Ok(control))) = &merchant.reading.control else { return };
        if control.version() != Some(Version::current()) {
            let message = format!(
                "the payload is of version {}, and this edition knows {}",
                control.version,
                Version::current()
            );
            let version = object.template().and_then(|template| template.object(VERSION));
            report.at(span(&version.unwrap_or(*object)), message);
        }
    })],
};

static TEMPLATE_UNKNOWN: Rule = Rule {
    id: "template-unknown",
    severity: Warning,
    disposition: Confirm,
    label: Label::Scheme,
    clause: "UPQR 3.5",
    requirements: &["UPQR-MPM-21"],
    title: Words {
        en: "a template of this standard is not one that this edition knows",
        zh: "本标准命名空间下的模板不在本版范围内",
    },
    rationale: Words {
        en: "A condition of a later edition may stand there that this reader passes over, and the payer agrees to what was not shown.",
        zh: "其中可能是后续版本的付款条件，当前版本会忽略，用户等于同意了没有看到的内容。",
    },
    remedy: Words {
        en: "Use templates of this edition only, or a GUID of your own for your own data.",
        zh: "只使用本版定义的模板；自有数据请用自己的全局唯一标识。",
    },
    bad: Example::Merchant { set: &[(80, "0016org.upqr.loyalty010201")], without: &[] },
    good: Example::Merchant { set: &[(80, "0019com.example.loyalty010201")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let known = |label: &str| {
            ["control", "terms", "settle"].iter().any(|known| label.eq_ignore_ascii_case(known))
        };
        for object in &merchant.reading.templates {
            if unified::our_label(object).is_some_and(|label| !known(label)) {
                report.at(
                    span(object),
                    format!("this edition does not know what template {} says: it is kept", object.id),
                );
            }
        }
    })],
};

static NON_CANONICAL: Rule = Rule {
    id: "non-canonical",
    severity: Warning,
    disposition: Pay,
    label: Label::Canonical,
    clause: "UPQR 5.7",
    requirements: &["UPQR-CAN-14"],
    title: Words {
        en: "a wallet's code does not stand as the encoder would write it",
        zh: "钱包原码未按编码器的规范形式书写",
    },
    rationale: Words {
        en: "Two texts for one code defeat comparison, caching and the detection of copies, though every wallet still gets its code.",
        zh: "同一个码出现两种写法，会影响比对、缓存和查重，但各钱包仍能得到自己的码。",
    },
    remedy: Words {
        en: "Write the account as an encoder does: the form with the longest prefix, lower-case GUID, objects in ascending order, the lowest free IDs.",
        zh: "按编码器的规则写账户：取前缀最长的形式，标识小写，对象按 ID 升序，占用最小的空闲 ID。",
    },
    bad: Example::Merchant {
        set: &[(1, "12"), (26, "0015org.upqr.wechat0102000235weixin://wxpay/bizpayurl?pr=Ab3dE9x")],
        without: &[],
    },
    good: Example::Merchant { set: &[(1, "12"), (26, "0015org.upqr.wechat0102010207Ab3dE9x")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let canonical = unified::canonical_accounts(merchant.payload, &merchant.reading);
        for (carried, canonical) in merchant.reading.carried.iter().zip(canonical) {
            if let (Ok(_), false, Some(template)) = (&carried.account, canonical, carried.templates.first()) {
                report
                    .at(span(template), "the code can be restored, but an encoder would write it otherwise");
            }
        }
    })],
};
