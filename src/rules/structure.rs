//! What keeps a payload from being read as its writer meant it: data objects.

use super::Disposition::Block;
use super::Severity::Error;
use super::example::{Example, Words};
use super::{Check, Label, Rule, span};

pub(super) static RULES: &[&Rule] = &[&NOT_DATA_OBJECTS, &ZERO_LENGTH, &DUPLICATE_ID];

static NOT_DATA_OBJECTS: Rule = Rule {
    id: "not-data-objects",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "EMV MPM 4.3 to 4.6",
    requirements: &["UPQR-OBJ-4", "UPQR-CPM-10"],
    title: Words {
        en: "the text does not parse in its grammar", zh: "码串不符合其语法，无法解析"
    },
    rationale: Words {
        en: "Readers that go on after such a fault each guess differently, so one pays what another refuses; a library in use accepts all 140 broken payloads of a test set that most others refuse.",
        zh: "遇到这种错误仍继续解析的程序各猜各的，同一个码有的能付、有的拒付；实测有一个库把测试集中 140 个损坏的码串全部接受，而多数库都会拒绝。",
    },
    remedy: Words {
        en: "Write every data object as a two-digit ID, a two-digit length in characters and exactly that many characters, and cut nothing off.",
        zh: "每个数据对象按“两位 ID、两位长度（按字符计）、等长的值”写出，不得截断。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D2",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Text(|subject, report| {
        if let Some(error) = subject.parsed.error() {
            report.at(error.offset..subject.text.len(), error.kind.to_string());
        }
    })],
};

static ZERO_LENGTH: Rule = Rule {
    id: "zero-length",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "EMV MPM 4.3 to 4.6",
    requirements: &["UPQR-OBJ-12"],
    title: Words { en: "a data object has length 00", zh: "数据对象的长度为 00" },
    rationale: Words {
        en: "An empty object says nothing, and readers differ: some skip it, some stop there, some take the next object for its value, and eight such objects stand among the public payloads measured.",
        zh: "空对象不表达任何信息，而各家解析结果不同：有的跳过，有的报错，有的把后一个对象当成它的值；公开样本中就有八处。",
    },
    remedy: Words {
        en: "Leave the object out where there is no value for it.",
        zh: "没有值就不要写这个对象。",
    },
    bad: Example::Merchant { set: &[(61, "")], without: &[] },
    good: Example::Merchant { set: &[(61, "310000")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        for placed in merchant.some(merchant.layout.empty).filter(|placed| placed.object.is_empty()) {
            let object = &placed.object;
            let message = format!("object {} is empty: give it a value or leave it out", object.id);
            let (template, id) = placed.place();
            report.at(span(object), message).of(template, id);
        }
    })],
};

static DUPLICATE_ID: Rule = Rule {
    id: "duplicate-id",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "EMV MPM 4.3 to 4.6",
    requirements: &["UPQR-OBJ-13"],
    title: Words {
        en: "an ID stands twice in the root or in one template",
        zh: "同一 ID 在根层或同一模板内出现两次",
    },
    rationale: Words {
        en: "One reader takes the first object and another the last, so an amount or a payee that stands twice is paid in two ways from one picture.",
        zh: "有的程序取第一个，有的取最后一个；金额或收款方若重复出现，同一张码会付出两种结果。",
    },
    remedy: Words {
        en: "Write each ID once in the root and once in each template.",
        zh: "根层和每个模板内，每个 ID 只写一次。",
    },
    bad: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6006SUZHOU630421C1",
    ),
    good: Example::Text(
        "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29",
    ),
    checks: &[Check::Merchant(|merchant, report| {
        for placed in merchant.some(merchant.layout.repeated).filter(|placed| placed.again) {
            let object = &placed.object;
            let message = format!("ID {} stands here again: keep one object of each ID", object.id);
            let (template, id) = placed.place();
            report.at(span(object), message).of(template, id);
        }
    })],
};
