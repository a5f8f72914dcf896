//! What EMVCo makes mandatory, object by object: rules that read [`definition`](crate::emv::definition) rows.

use super::Disposition::{Confirm, Pay};
use super::Severity::{Error, Info};
use super::example::{Example, Words};
use super::{Check, Label, Merchant, Rule, span};
use crate::emv::data_object::{DataObject, Id};
use crate::emv::definition::{self, Definition};
use crate::emv::layout::{Content, Fit, Placed};
use crate::emv::mpm;

pub(super) static RULES: &[&Rule] = &[
    &FORMAT_INDICATOR_VALUE,
    &INITIATION_METHOD,
    &ACCOUNT_MISSING,
    &MISSING_OBJECT,
    &BAD_LENGTH,
    &BAD_FORMAT,
    &TEMPLATE_EXPECTED,
    &RESERVED_OBJECT,
    &INITIATION_PLACE,
    &ROOT_ORDER,
];

static FORMAT_INDICATOR_VALUE: Rule = Rule {
    id: "format-indicator-value",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7.1",
    requirements: &["UPQR-MPM-2"],
    title: Words { en: "the payload format indicator is not 01", zh: "载荷格式指示符不是 01" },
    rationale: Words {
        en: "01 is the only version there is, so a reader has no rules for what follows, and it may be another dialect with its checksum elsewhere.",
        zh: "目前只有 01 一个版本，其他取值没有对应的解析规则，也可能是校验值位置不同的另一种方言。",
    },
    remedy: Words { en: "Begin the payload with 000201.", zh: "码串以 000201 开头。" },
    bad: Example::Merchant { set: &[(0, "02")], without: &[] },
    good: Example::Merchant { set: &[], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if let Some(object) = merchant.root(mpm::FORMAT_INDICATOR).filter(|object| object.value != "01") {
            report
                .at(span(object), "the payload format indicator is not 01, the only one assigned")
                .of(None, object.id);
        }
    })],
};

static INITIATION_METHOD: Rule = Rule {
    id: "initiation-method",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-3"],
    title: Words {
        en: "the point of initiation method is neither 11 nor 12",
        zh: "发起方式既不是 11 也不是 12",
    },
    rationale: Words {
        en: "Applications decide by it whether a code may be paid again and whether the amount may be edited, and guess where they do not know the value.",
        zh: "App 据此判断码能否重复支付、金额能否修改，遇到不认识的值只能猜。",
    },
    remedy: Words {
        en: "Write 11 for a code that is paid many times and 12 for a code made for one payment.",
        zh: "可重复使用的码写 11，一次一码写 12。",
    },
    bad: Example::Merchant { set: &[(1, "13")], without: &[] },
    good: Example::Merchant { set: &[(1, "11")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let object = merchant.root(mpm::INITIATION);
        if let Some(object) = object.filter(|object| !matches!(object.value, "11" | "12")) {
            let message = "the point of initiation method is neither 11 (reused) nor 12 (one payment)";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static ACCOUNT_MISSING: Rule = Rule {
    id: "account-missing",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-DSP-10"],
    title: Words { en: "there is no merchant account information", zh: "没有收款账户信息" },
    rationale: Words {
        en: "Without an object 02 to 51 nobody is named to be paid, and an application that does not look shows the merchant's name all the same.",
        zh: "没有 02 至 51 中的任何对象就没有收款方，而不检查的 App 仍会照常显示商户名称。",
    },
    remedy: Words {
        en: "Write at least one account, as a card network's object 02 to 25 or as a template 26 to 51.",
        zh: "至少写一个账户：卡组织对象（02 至 25）或账户模板（26 至 51）。",
    },
    bad: Example::Merchant { set: &[], without: &[26] },
    good: Example::Merchant { set: &[], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if !merchant.layout.roots().any(|placed| mpm::is_account(placed.object.id)) {
            report.at(merchant.whole(), "no object 02 to 51: nobody is named to be paid");
        }
    })],
};

static MISSING_OBJECT: Rule = Rule {
    id: "missing-object",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-DSP-10"],
    title: Words { en: "a mandatory object is missing", zh: "缺少必填对象" },
    rationale: Words {
        en: "Readers that follow EMV refuse the code, so a payload that works at home fails abroad; several national codes leave such objects out on purpose.",
        zh: "严格按 EMV 实现的程序会拒付，本地能用的码到境外就失败；有些国家方案是有意省略的。",
    },
    remedy: Words {
        en: "Write 52, 53, 58, 59 and 60, and inside 64 both 00 and 01.",
        zh: "写全 52、53、58、59、60；若有 64，其中 00 和 01 必填。",
    },
    bad: Example::Merchant { set: &[], without: &[60] },
    good: Example::Merchant { set: &[], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        // 00 and 63 have rules of their own.
        for row in definition::ROOT.iter().filter(|row| row.mandatory && !matches!(row.ids.0, 0 | 63)) {
            if let Some(id) = row.id().filter(|id| !merchant.layout.has(*id)) {
                let message = format!("no object {id} ({}): it is mandatory", row.name);
                report.at(merchant.whole(), message).of(None, id);
            }
        }
        let Some(local) = language_template(merchant) else { return };
        for row in definition::LOCAL.iter().filter(|row| row.mandatory) {
            if let Some(id) = row.id().filter(|id| merchant.layout.inside(mpm::LOCAL, *id).is_none()) {
                let message = format!("no object {id} ({}) in template 64: it is mandatory", row.name);
                report.at(span(&local), message).of(Some(mpm::LOCAL), id);
            }
        }
    })],
};

fn language_template<'a>(merchant: &Merchant<'a>) -> Option<DataObject<'a>> {
    let local =
        |placed: &&Placed<'a>| placed.object.id == mpm::LOCAL && !matches!(placed.content, Content::Broken);
    merchant.layout.roots().find(local).map(|placed| placed.object)
}

/// The objects that do not fit their rows in this way.
fn misfits<'m, 'a>(
    merchant: &'m Merchant<'a>,
    fit: Fit,
) -> impl Iterator<Item = (&'m Placed<'a>, &'static Definition)> {
    let objects = if merchant.layout.misfits > 0 { merchant.layout.objects.as_slice() } else { &[] };
    objects.iter().filter(move |placed| placed.fit == fit).filter_map(|placed| Some((placed, placed.row?)))
}

static BAD_LENGTH: Rule = Rule {
    id: "bad-length",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-DSP-10"],
    title: Words {
        en: "a value is shorter or longer than its object allows",
        zh: "值的长度超出该对象的允许范围",
    },
    rationale: Words {
        en: "Too long a name or reference is cut by one application and refused by the next, and a cut reference no longer finds its bill.",
        zh: "名称或参考号过长时，有的 App 截断，有的拒付；参考号被截断后就对不上账单。",
    },
    remedy: Words {
        en: "Keep the value within the length of its object: 25 characters for a name, 15 for a city, 13 for an amount.",
        zh: "按各对象的长度上限取值：名称 25 个字符，城市 15 个，金额 13 个。",
    },
    bad: Example::Merchant { set: &[(60, "HANGZHOU XIAOSHAN")], without: &[] },
    good: Example::Merchant { set: &[(60, "HANGZHOU")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for (placed, row) in misfits(merchant, Fit::Length) {
            let (least, most) = row.length;
            let allowed = if least == most { least.to_string() } else { format!("{least} to {most}") };
            let length = placed.object.length;
            let message = format!("the {} has {length} characters, and may have {allowed}", row.name);
            let (template, id) = placed.place();
            report.at(span(&placed.object), message).of(template, id);
        }
    })],
};

static BAD_FORMAT: Rule = Rule {
    id: "bad-format",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-DSP-10", "UPQR-TXT-2", "UPQR-TXT-4"],
    title: Words { en: "a value breaks its format", zh: "值的格式不符合该对象的要求" },
    rationale: Words {
        en: "A value of the wrong kind is refused, altered or cut at the odd character, and each application does another of these.",
        zh: "格式不对的值，有的 App 拒付，有的改写，有的在异常字符处截断，结果各不相同。",
    },
    remedy: Words {
        en: "Write digits where digits are due, printable ASCII where text is due, and names in other scripts into 64.",
        zh: "该写数字的写数字，该写文本的写可打印 ASCII，其他文字的名称写入 64。",
    },
    bad: Example::Merchant { set: &[(52, "58A4")], without: &[] },
    good: Example::Merchant { set: &[(52, "5814")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for (placed, row) in misfits(merchant, Fit::Format) {
            let message = format!("the {} is not {}", row.name, row.format.description());
            let (template, id) = placed.place();
            report.at(span(&placed.object), message).of(template, id);
        }
    })],
};

static TEMPLATE_EXPECTED: Rule = Rule {
    id: "template-expected",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-OBJ-8"],
    title: Words { en: "the value of a template is not data objects", zh: "模板的值不是数据对象" },
    rationale: Words {
        en: "Readers that expect objects stop or crash here, and those that go on skip the account; nine of 800 public payloads are so.",
        zh: "按模板解析的程序会在此报错或崩溃，继续执行的则跳过该账户；800 个公开码串中有 9 个如此。",
    },
    remedy: Words {
        en: "Write the value as data objects that begin with a GUID, or use an ID that holds a plain value.",
        zh: "按数据对象写值并以全局唯一标识开头，或改用存放普通值的 ID。",
    },
    bad: Example::Merchant { set: &[(26, "TEA001")], without: &[] },
    good: Example::Merchant { set: &[(26, "0015com.example.pay0106TEA001")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for placed in merchant.some(merchant.layout.broken).filter(|placed| placed.content == Content::Broken)
        {
            let object = &placed.object;
            let message = format!("the value of template {} is not data objects throughout", object.id);
            let (template, id) = placed.place();
            report.at(span(object), message).of(template, id);
        }
    })],
};

static RESERVED_OBJECT: Rule = Rule {
    id: "reserved-object",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-CNF-4", "UPQR-DSP-10"],
    title: Words { en: "an ID that EMVCo reserves is used", zh: "使用了 EMVCo 保留的 ID" },
    rationale: Words {
        en: "Other readers pass over it, and a later edition of EMVCo may give it another meaning; some national schemes use such IDs by their own rules.",
        zh: "其他解析方会忽略它，EMVCo 今后也可能赋予它别的含义；有些国家方案按自己的规则在用。",
    },
    remedy: Words {
        en: "Put the data into a template 80 to 99 with a GUID of your own.",
        zh: "把数据放进带有自己全局唯一标识的 80 至 99 模板。",
    },
    bad: Example::Merchant { set: &[(65, "01")], without: &[] },
    good: Example::Merchant { set: &[], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        // Most payloads have neither template nor a reserved root object.
        let layout = &merchant.layout;
        let reserved = layout.objects.iter().any(|placed| placed.object.id.number().wrapping_sub(65) < 15);
        if !reserved && !layout.has(mpm::ADDITIONAL) && !layout.has(mpm::LOCAL) {
            return;
        }
        for placed in merchant.objects() {
            let object = &placed.object;
            let place = match (placed.template.map(Id::number), object.id.number()) {
                (None, 65..=79) => "",
                (Some(62), 12..=49) if placed.inner.is_none() => "62-",
                (Some(64), 3..=99) => "64-",
                _ => continue,
            };
            let message = format!("EMVCo reserves {place}{}: other readers will pass over it", object.id);
            let (template, id) = placed.place();
            report.at(span(object), message).of(template, id);
        }
    })],
};

static INITIATION_PLACE: Rule = Rule {
    id: "initiation-place",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-OBJ-5"],
    title: Words {
        en: "the point of initiation method is not the second object",
        zh: "发起方式不是第二个对象",
    },
    rationale: Words {
        en: "The order is allowed, yet readers that look for 010211 or 010212 behind 000201 take the code for one without it.",
        zh: "顺序本身合规，但有的程序只在 000201 之后找 010211 或 010212，会当作没有该对象。",
    },
    remedy: Words { en: "Write 01 directly behind 00.", zh: "把 01 紧跟在 00 之后。" },
    bad: Example::Text(
        "00020126290015com.example.pay0106TEA0010102115204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU630479D6",
    ),
    good: Example::Merchant { set: &[], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let second = merchant.layout.second;
        if let Some(object) = merchant.root(mpm::INITIATION).filter(|_| second != Some(mpm::INITIATION)) {
            let message = "01 does not follow 00: EMVCo lets it, and some readers look for it there only";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static ROOT_ORDER: Rule = Rule {
    id: "root-order",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.3 to 4.6",
    requirements: &["UPQR-OBJ-5"],
    title: Words { en: "the objects of the root do not ascend", zh: "根层对象未按 ID 升序排列" },
    rationale: Words {
        en: "The order is free, and 38 unordered public payloads have a right checksum, but readers that expect ascending IDs stop early, and re-encoding changes the bytes.",
        zh: "顺序并无强制要求，公开样本中有 38 个乱序但校验正确的码串；不过要求升序的程序会提前停止，重新编码后字节也会变化。",
    },
    remedy: Words {
        en: "Write the root objects in ascending order of ID, with 63 last.",
        zh: "根层对象按 ID 升序书写，63 放最后。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA001520458145802CN53031565914JADE TEA HOUSE6008HANGZHOU63042153",
    ),
    good: Example::Merchant { set: &[], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let mut last = 0;
        for placed in merchant.layout.roots() {
            let object = &placed.object;
            if matches!(object.id, mpm::CRC | mpm::INITIATION) {
                continue;
            }
            if object.id.number() < last {
                let message = format!(
                    "object {} stands behind {last}: EMVCo lets it, and an encoder puts IDs in order",
                    object.id
                );
                report.at(span(object), message).of(None, object.id);
                return;
            }
            last = object.id.number();
        }
    })],
};
