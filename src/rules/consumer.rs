//! What is wrong with a consumer-presented payload.

use std::collections::HashSet;
use std::ops::Range;

use super::Disposition::{Block, Confirm};
use super::Severity::{Error, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Report, Rule};
use crate::emv::cpm::{self, Object, Payload};
use crate::error::ErrorKind;
use crate::unified::consumer;

pub(super) static RULES: &[&Rule] = &[&CPM_CODE_BROKEN, &CPM_TEMPLATE_SKIPPED, &CPM_DUPLICATE_OBJECT];

/// Reports the codes that cannot be restored for a reason that `select` picks.
pub(super) fn codes(payload: &Payload<'_>, report: &mut Report<'_>, select: fn(ErrorKind) -> bool) {
    for (application, code) in consumer::read(payload) {
        if let Some(error) = code.err().filter(|error| select(error.kind)) {
            report.at(span(&application, payload), error.kind.to_string());
        }
    }
}

/// Where the group of four characters stands that holds an octet.
const fn place(octet: usize) -> usize {
    octet.wrapping_div(3).saturating_mul(4)
}

/// The characters whose groups hold an object.
pub(super) fn span(object: &Object<'_>, payload: &Payload<'_>) -> Range<usize> {
    let end = object.offset.saturating_add(object.header.len()).saturating_add(object.value.len());
    let last = place(end.saturating_add(2)).min(payload.text().len());
    place(object.offset)..last
}

static CPM_CODE_BROKEN: Rule = Rule {
    id: "cpm-code-broken",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "UPQR 6.2",
    requirements: &["UPQR-CPM-16"],
    title: Words { en: "a consumer's payment code cannot be restored", zh: "无法还原用户付款码" },
    rationale: Words {
        en: "The terminal gets no digits to send, or wrong ones, and the payer's code has expired by the time anybody notices.",
        zh: "终端拿不到付款码数字或拿到错误的数字，等发现时付款码早已过期。",
    },
    remedy: Words {
        en: "Write C1 as the octet 00 and C2 as 1 to 32 decimal digits, two an octet, with one F only behind an odd count.",
        zh: "C1 写八位组 00，C2 写 1 至 32 位十进制数字，每字节两位，仅在位数为奇数时末尾补一个 F。",
    },
    bad: Example::Text("hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJEwAAAAAAAAAa"),
    good: Example::Text("hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJEwAAAAAAAAAX"),
    checks: &[Check::Consumer(|consumer, report| {
        codes(consumer.payload, report, |kind| {
            matches!(
                kind,
                ErrorKind::Network | ErrorKind::Digits(_) | ErrorKind::SameNetwork | ErrorKind::NoNetwork
            )
        });
    })],
};

static CPM_TEMPLATE_SKIPPED: Rule = Rule {
    id: "cpm-template-skipped",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV CPM 1.0",
    requirements: &["UPQR-CPM-12"],
    title: Words {
        en: "an application template has no application identifier of 5 to 16 octets",
        zh: "应用模板缺少 5 至 16 字节的应用标识",
    },
    rationale: Words {
        en: "Terminals skip such a template and go on, so a payer with only this card is turned away without a reason.",
        zh: "终端会跳过这样的模板；用户若只有这一种支付方式，就会莫名其妙地付不了款。",
    },
    remedy: Words {
        en: "Write 4F with 5 to 16 octets into each template 61.",
        zh: "每个 61 模板都写入 5 至 16 字节的 4F。",
    },
    bad: Example::Text("hQVDUFYwMWEQTwTwAAAAWgiZmZkAAAAABA=="),
    good: Example::Text("hQVDUFYwMWERTwXwAAAAAVoImZmZAAAAAAQ="),
    checks: &[Check::Consumer(|consumer, report| {
        let payload = consumer.payload;
        for application in payload.objects().filter(|object| object.id == cpm::APPLICATION_TEMPLATE) {
            let name = application.object(cpm::ADF_NAME);
            if !name.is_some_and(|name| cpm::ADF_NAME_LENGTH.contains(&name.value.len())) {
                let message = "readers skip an application template without a 4F of 5 to 16 octets";
                report.at(span(&application, payload), message);
            }
        }
    })],
};

static CPM_DUPLICATE_OBJECT: Rule = Rule {
    id: "cpm-duplicate-object",
    severity: Error,
    disposition: Block,
    label: Label::Profile,
    clause: "EMV CPM 1.0",
    requirements: &["UPQR-CPM-2"],
    title: Words {
        en: "an object stands twice, or there are more than two application templates",
        zh: "对象重复，或应用模板超过两个",
    },
    rationale: Words {
        en: "Two card numbers or two payment codes in one template leave the choice to the terminal, and another account than the payer's choice may be charged.",
        zh: "同一模板中有两个卡号或付款码，等于让终端任选，扣款账户可能不是用户选定的那个。",
    },
    remedy: Words {
        en: "Write each object once in a template and at most two templates 61.",
        zh: "每个模板内各对象只写一次，61 模板最多两个。",
    },
    bad: Example::Text("hQVDUFYwMWEbTwXwAAAAAVADVEVBUANQQVlaCJmZmQAAAAAE"),
    good: Example::Text("hQVDUFYwMWEWTwXwAAAAAVADVEVBWgiZmZkAAAAABA=="),
    checks: &[Check::Consumer(|consumer, report| {
        let payload = consumer.payload;
        let mut found = Vec::new();
        let top: Vec<Object<'_>> = payload.objects().collect();
        repeated(&top, 0, &mut found);
        found.extend(top.iter().filter(|object| object.id == cpm::APPLICATION_TEMPLATE).skip(2).copied());
        found.sort_by_key(|object| object.offset);
        for object in found {
            report.at(
                span(&object, payload),
                "an object stands here again: keep one, and at most two templates 61",
            );
        }
    })],
};

/// Templates that are read inside one another: 61 or 62, and 63 or 64 in them (spec clause 6.2).
const DEPTH: usize = 2;

/// Collects primitive objects whose ID stood before in the same template.
fn repeated<'a>(objects: &[Object<'a>], depth: usize, found: &mut Vec<Object<'a>>) {
    let mut seen = HashSet::new();
    for object in objects {
        if !seen.insert(object.id) && !object.is_constructed() {
            found.push(*object);
        }
        let template = object.template().filter(|_| depth < DEPTH && is_read(object));
        if let Some(inner) = template {
            repeated(&inner, depth.saturating_add(1), found);
        }
    }
}

fn is_read(object: &Object<'_>) -> bool {
    [cpm::APPLICATION_TEMPLATE, cpm::COMMON_TEMPLATE, cpm::APPLICATION_TRANSPARENT, cpm::COMMON_TRANSPARENT]
        .contains(&object.id)
}
