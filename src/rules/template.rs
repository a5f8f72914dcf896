//! Templates and the globally unique identifiers that say whose they are.

use unicode_security::confusable_detection::skeleton;

use super::Disposition::{Confirm, Pay};
use super::Severity::{Error, Info, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Merchant, Rule, span};
use crate::emv::data_object::{DataObject, Template};
use crate::emv::layout::{Content, Placed};
use crate::emv::mpm;
use crate::network::GUID_PREFIX;
use crate::scheme::format::is_domain;
use crate::scheme::verify;
use crate::scheme::{known_guids, owners};

pub(super) static RULES: &[&Rule] = &[
    &GUID_MISSING,
    &GUID_MALFORMED,
    &GUID_REPEATED,
    &GUID_UNKNOWN,
    &GUID_LOOK_ALIKE,
    &ACCOUNT_EMPTY,
    &ADDITIONAL_GUID,
    &CARD_ACCOUNT_TEMPLATE,
    &NESTING_DEEP,
];

/// Templates that stand inside one another in what schemes publish: the root's, 62-50 or 38-01 in it, and one more.
const MOST_NESTED: usize = 3;

/// The root templates 26 to 51 and 80 to 99 and their globally unique identifiers.
fn identifiers<'m, 'a>(
    merchant: &'m Merchant<'a>,
) -> impl Iterator<Item = (&'m Placed<'a>, &'m DataObject<'a>)> {
    merchant
        .layout
        .identifiers()
        .filter(|(placed, _)| placed.is_root() && !matches!(placed.object.id, mpm::ADDITIONAL | mpm::LOCAL))
}

/// Whether a template was attributed to a scheme, or has the shape of one of its rows.
fn is_known(merchant: &Merchant<'_>, placed: &Placed<'_>) -> bool {
    let here = placed.object.offset;
    merchant.scheme_at(here).is_some() || {
        let at = merchant.layout.objects.partition_point(|other| other.object.offset < here);
        verify::is_shaped(&merchant.layout, &merchant.schemes, at)
    }
}

fn is_ours(guid: &str) -> bool {
    guid.get(..GUID_PREFIX.len()).is_some_and(|head| head.eq_ignore_ascii_case(GUID_PREFIX))
}

static GUID_MISSING: Rule = Rule {
    id: "guid-missing",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-OBJ-10"],
    title: Words { en: "a template has no globally unique identifier", zh: "模板没有全局唯一标识" },
    rationale: Words {
        en: "The number of a template says nothing about its owner, so without object 00 a reader cannot know whose account it is and may send it to the wrong network.",
        zh: "模板的编号不说明归属；没有对象 00 就不知道账户属于谁，可能被送到错误的网络。",
    },
    remedy: Words {
        en: "Write the owner's GUID into object 00 of the template.",
        zh: "在模板的对象 00 中写入归属方的全局唯一标识。",
    },
    bad: Example::Merchant { set: &[(26, "0106TEA001")], without: &[] },
    good: Example::Merchant { set: &[(26, "0015com.example.pay0106TEA001")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for placed in merchant
            .some(merchant.layout.anonymous)
            .filter(|placed| placed.content == Content::Template { guid: false })
        {
            let object = &placed.object;
            let anonymous = placed.is_root() && matches!(object.id, mpm::ADDITIONAL | mpm::LOCAL);
            if !anonymous {
                let message = format!("template {} has no object 00 that says whose it is", object.id);
                let (template, id) = placed.place();
                report.at(span(object), message).of(template, id);
            }
        }
    })],
};

static GUID_MALFORMED: Rule = Rule {
    id: "guid-malformed",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-OBJ-10"],
    title: Words {
        en: "the GUID is none of the three kinds", zh: "全局唯一标识不属于三种规定形式"
    },
    rationale: Words {
        en: "A free name is unique to nobody, so two schemes may choose the same, and the money goes to the one that the reader knows.",
        zh: "随意取的名字不具唯一性，两个方案可能重名，钱会付给解析方认识的那一个。",
    },
    remedy: Words {
        en: "Write a reverse domain name that you own, an application identifier, or a UUID without hyphens.",
        zh: "使用自有域名的反写、应用标识（AID）或不带连字符的 UUID。",
    },
    bad: Example::Merchant { set: &[(26, "0008JADE PAY0106TEA001")], without: &[] },
    good: Example::Merchant { set: &[(26, "0015com.example.pay0106TEA001")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for (placed, guid) in identifiers(merchant) {
            // What the registry owns has one of the forms, or is no identifier and is known by its shape.
            if is_known(merchant, placed) {
                continue;
            }
            let hexadecimal = guid.value.bytes().all(|b| b.is_ascii_hexdigit());
            let identifier = hexadecimal && matches!(guid.value.len(), 10..=32);
            if !identifier && !is_domain(guid.value) && !guid.is_empty() {
                let message = "neither an application identifier, nor a UUID, nor a reverse domain name: nobody can look up its owner";
                report.at(span(guid), message).of(None, placed.object.id);
            }
        }
    })],
};

fn without_case(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().map(|octet| octet.to_ascii_lowercase())
}

static GUID_REPEATED: Rule = Rule {
    id: "guid-repeated",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-OBJ-10"],
    title: Words {
        en: "one GUID stands in two templates", zh: "同一全局唯一标识出现在两个模板中"
    },
    rationale: Words {
        en: "One reader pays the first account and another the last; a national scheme writes its GUID twice on purpose and says which is which.",
        zh: "有的程序取第一个账户，有的取最后一个；某国家方案有意写两次，并规定了各自的含义。",
    },
    remedy: Words {
        en: "Write one template for each GUID, or tell the two apart by rules that readers know.",
        zh: "每个标识只写一个模板，或按解析方已知的规则加以区分。",
    },
    bad: Example::Merchant { set: &[(27, "0015com.example.pay0106TEA001")], without: &[] },
    good: Example::Merchant { set: &[(27, "0019com.example.loyalty0106TEA001")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let mut found: Vec<(&Placed<'_>, &DataObject<'_>)> = identifiers(merchant)
            .filter(|(placed, guid)| !is_ours(guid.value) && mpm::is_account(placed.object.id))
            .collect();
        // Equal identifiers come together, and stay in the order of the payload.
        found.sort_by(|(_, a), (_, b)| without_case(a.value).cmp(without_case(b.value)));
        for pair in found.windows(2) {
            let [(_, first), (placed, guid)] = pair else { continue };
            if first.value.eq_ignore_ascii_case(guid.value) {
                let message = format!(
                    "template {} has the identifier of one before: readers that take the first miss it",
                    placed.object.id
                );
                report.at(span(guid), message).of(None, placed.object.id);
            }
        }
    })],
};

static GUID_UNKNOWN: Rule = Rule {
    id: "guid-unknown",
    severity: Info,
    disposition: Pay,
    label: Label::Scheme,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-6"],
    title: Words {
        en: "no scheme of the registry owns the GUID", zh: "登记表中没有该全局唯一标识"
    },
    rationale: Words {
        en: "Nothing is known of the account's rules, so only EMV's are checked; a private scheme is ordinary, a mistyped GUID is not.",
        zh: "对该账户的规则一无所知，只能检查 EMV 规则；可能是私有方案，也可能是标识写错。",
    },
    remedy: Words {
        en: "Compare the GUID with the scheme's text letter by letter.",
        zh: "逐字符核对该标识与方案文本是否一致。",
    },
    bad: Example::Merchant {
        set: &[(26, "0015com.example.pay0106TEA001"), (53, "344"), (58, "HK")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        for (placed, guid) in identifiers(merchant).filter(|(_, guid)| !is_ours(guid.value)) {
            if !is_known(merchant, placed) && owners(guid.value).is_empty() {
                let message = format!("the registry knows no owner of template {}", placed.object.id);
                report.at(span(guid), message).of(None, placed.object.id);
            }
        }
    })],
};

static GUID_LOOK_ALIKE: Rule = Rule {
    id: "guid-look-alike",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 13",
    requirements: &["UPQR-SCH-6"],
    title: Words {
        en: "a GUID resembles a registered one without being it",
        zh: "全局唯一标识与已登记的相似但并不是",
    },
    rationale: Words {
        en: "Readers that compare beginnings route it to the scheme that it resembles and others to nobody; HK.COM.HKICL.FPS in the place of hk.com.hkicl is met in the field.",
        zh: "按前缀比较的程序会把它送往相似的方案，其他程序则无处可送；现场就有把 hk.com.hkicl 写成 HK.COM.HKICL.FPS 的。",
    },
    remedy: Words {
        en: "Write the scheme's own GUID, and compare GUIDs whole.",
        zh: "写方案规定的标识，比较时必须整串相等。",
    },
    bad: Example::Merchant {
        set: &[(26, "0016hk.com.hkicl.fps02071234567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0012hk.com.hkicl02071234567"), (53, "344"), (58, "HK")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        for (placed, guid) in identifiers(merchant) {
            if is_known(merchant, placed) || is_ours(guid.value) || !owners(guid.value).is_empty() {
                continue;
            }
            if let Some(known) = resembled(guid.value) {
                let message = format!(
                    "the identifier resembles `{known}` without being it: no wallet of that scheme will pay it"
                );
                report.at(span(guid), message).of(None, placed.object.id);
            }
        }
    })],
};

/// The registered identifier that a text resembles without being it: with other characters around or inside, one more label, one letter changed,
/// lost, added or exchanged with its neighbour, or the same look (UTS 39).
fn resembled(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let bare: String =
        lower.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
    let seen: String = if lower.is_ascii() { String::new() } else { skeleton(&lower).collect() };
    known_guids().find(|known| {
        let longer = || bare.strip_prefix(known).is_some_and(|rest| rest.starts_with(['.', '-', '_']));
        // Application identifiers of one registrar differ in a digit, and rightly.
        let near = || known.contains('.') && is_one_slip_away(bare.as_bytes(), known.as_bytes());
        bare == *known || longer() || near() || (!lower.is_ascii() && skeleton(known).eq(seen.chars()))
    })
}

/// Whether one letter is changed, lost or added, or two neighbours are exchanged: what two texts have in common at both ends leaves no more.
fn is_one_slip_away(text: &[u8], known: &[u8]) -> bool {
    let longest = text.len().max(known.len());
    if text.len().abs_diff(known.len()) > 1 || text == known {
        return false;
    }
    let head = text.iter().zip(known).take_while(|(a, b)| a == b).count();
    let (rest, wanted) = (text.get(head..).unwrap_or_default(), known.get(head..).unwrap_or_default());
    let tail = rest.iter().rev().zip(wanted.iter().rev()).take_while(|(a, b)| a == b).count();
    let common = head.saturating_add(tail);
    let exchanged = || match (rest, wanted) {
        ([a, b, ..], [c, d, ..]) => a == d && b == c && common.saturating_add(2) == longest,
        _ => false,
    };
    common.saturating_add(1) >= longest || (text.len() == known.len() && exchanged())
}

static ADDITIONAL_GUID: Rule = Rule {
    id: "additional-guid",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-DSP-10"],
    title: Words {
        en: "the additional data template holds an object 00", zh: "附加数据模板中有对象 00"
    },
    rationale: Words {
        en: "EMV defines no owner for 62, and a library in use refuses the payloads of a national scheme that writes one there.",
        zh: "EMV 没有为 62 定义归属标识；某国家方案写了 00，就有库拒绝解析。",
    },
    remedy: Words {
        en: "Leave 00 out of 62, and put the scheme's own data into a template 50 to 99 inside it.",
        zh: "62 中不写 00，方案自有数据放入其中的 50 至 99 模板。",
    },
    bad: Example::Merchant { set: &[(62, "0016com.example.data0107INV0001")], without: &[] },
    good: Example::Merchant { set: &[(62, "0107INV0001")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if let Some(object) = merchant.layout.inside(mpm::ADDITIONAL, mpm::GUID) {
            let message =
                "EMVCo defines no object 00 in 62: a payment system's data belong into 62-50 to 62-99";
            report.at(span(object), message).of(Some(mpm::ADDITIONAL), mpm::GUID);
        }
    })],
};

static CARD_ACCOUNT_TEMPLATE: Rule = Rule {
    id: "card-account-template",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-OBJ-9"],
    title: Words {
        en: "a card network's account is written as a template", zh: "卡组织账户对象写成了模板"
    },
    rationale: Words {
        en: "IDs 02 to 25 are plain values whose number names the network, so the network gets a text of data objects as its merchant number.",
        zh: "02 至 25 存放普通值，由 ID 决定卡组织；写成模板，卡组织收到的商户号就是一串数据对象。",
    },
    remedy: Words {
        en: "Write the plain merchant number into 02 to 25, and use 26 to 51 for templates with a GUID.",
        zh: "02 至 25 直接写商户号，带全局唯一标识的模板用 26 至 51。",
    },
    bad: Example::Merchant { set: &[(4, "0016com.example.card0115520000000000001")], without: &[] },
    good: Example::Merchant { set: &[(4, "520000000000001")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for placed in merchant.layout.roots().filter(|placed| matches!(placed.object.id.number(), 2..=25)) {
            let object = &placed.object;
            if !object.value.starts_with("00") {
                continue;
            }
            let template = Template::parse(object.value, object.value_offset());
            let guid = template.and_then(|template| template.guid());
            if guid.is_some_and(|guid| guid.len() >= 8 && guid.len().saturating_add(8) <= object.value.len())
            {
                let message = format!(
                    "{} is a card network's number, and holds data objects: use a template 26 to 51",
                    object.id
                );
                report.at(span(object), message).of(None, object.id);
            }
        }
    })],
};

static NESTING_DEEP: Rule = Rule {
    id: "nesting-deep",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-SEC-15"],
    title: Words { en: "templates stand too deep in one another", zh: "模板嵌套过深" },
    rationale: Words {
        en: "No scheme of the registry needs more than three levels; readers that recurse without a bound can be brought down, and others do not see what stands that deep.",
        zh: "登记表中的方案都不超过三层；无限递归的程序会被拖垮，其余程序则看不到深层内容。",
    },
    remedy: Words {
        en: "Put the data at most three templates deep.", zh: "数据最多放在三层模板之内。"
    },
    bad: Example::Merchant {
        set: &[(26, "0005com.d01580005com.c01450005com.b01320005com.a01190005com.e0106TEA001")],
        without: &[],
    },
    good: Example::Merchant { set: &[(26, "0005com.a01190005com.e0106TEA001")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let inside = |placed: &&Placed<'_>| !placed.is_root() && placed.content == Content::Primitive;
        for placed in merchant.objects().filter(inside) {
            let level = if placed.inner.is_some() { 2 } else { 1 };
            if depth(&placed.object, level) > MOST_NESTED {
                let message =
                    format!("templates stand more than {MOST_NESTED} deep here: readers stop before that");
                let (template, id) = placed.place();
                report.at(span(&placed.object), message).of(template, id);
            }
        }
    })],
};

/// How many templates stand inside one another, as far as it matters, where `level` of them hold an object. A value is one where it begins
/// with an object 00 and is data objects throughout.
fn depth(object: &DataObject<'_>, level: usize) -> usize {
    if level > MOST_NESTED || !object.value.starts_with("00") {
        return level;
    }
    let Some(template) = object.template() else { return level };
    let next = level.saturating_add(1);
    template.objects().map(|inner| depth(&inner, next)).max().unwrap_or(next)
}

static ACCOUNT_EMPTY: Rule = Rule {
    id: "account-empty",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 8.3",
    requirements: &["UPQR-SEC-20"],
    title: Words {
        en: "an account template holds nothing but its identifier",
        zh: "账户模板除标识符外没有任何内容",
    },
    rationale: Words {
        en: "The payer's application knows the scheme and finds nobody to pay; one asks for an account, another takes what it remembers from the last payment.",
        zh: "付款 App 认得这个方案，却找不到收款账户；有的要求输入，有的可能沿用上一次的账户。",
    },
    remedy: Words {
        en: "Put the payee's account into the template, or leave the template out.",
        zh: "在模板中写入收款账户，否则不要写这个模板。",
    },
    bad: Example::Merchant { set: &[(26, "0015com.example.pay")], without: &[] },
    good: Example::Merchant { set: &[], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for (template, guid) in &merchant.layout.guids {
            let Some(placed) = merchant.layout.objects.get(*template).filter(|placed| placed.is_root())
            else {
                continue;
            };
            let alone = merchant.layout.children(*template).all(|inner| inner.object.id == mpm::GUID);
            // Where a scheme puts the account itself into object 00, the template is whole.
            let shaped = || verify::is_shaped(&merchant.layout, &merchant.schemes, *template);
            // Some writers put the account in place of the identifier: only what is an owner's name is looked at.
            let value = merchant.layout.objects.get(*guid).map_or("", |guid| guid.object.value);
            let named = is_domain(value) || !owners(value).is_empty();
            let empty = alone && named && mpm::is_account(placed.object.id);
            if empty && !is_continued(merchant, value) && !shaped() {
                let message = format!(
                    "template {} holds nothing but its identifier: nobody is named to be paid",
                    placed.object.id
                );
                report.at(span(&placed.object), message).of(None, placed.object.id);
            }
        }
    })],
};

/// Whether a template 80 to 99 has the same identifier, as composite codes do that hold the account there.
fn is_continued(merchant: &Merchant<'_>, guid: &str) -> bool {
    identifiers(merchant)
        .any(|(placed, other)| placed.object.id.number() >= 80 && other.value.eq_ignore_ascii_case(guid))
}

#[cfg(test)]
mod tests {
    use super::is_one_slip_away;

    #[test]
    fn one_slip_and_no_more() {
        for (text, expected) in [
            ("hk.com.hkicl", false),
            ("hk.com.hkic1", true),
            ("hk.com.hkicll", true),
            ("hk.com.hkcl", true),
            ("k.com.hkicl", true),
            ("hk.com.hkilc", true),
            ("kh.com.hkicl", true),
            ("hk.com.hklci", false),
            ("hk.cmo.hkilc", false),
            ("", false),
        ] {
            assert_eq!(is_one_slip_away(text.as_bytes(), b"hk.com.hkicl"), expected, "{text}");
        }
    }
}
