//! What the settlement template promises of exchange rates.

use super::Disposition::Confirm;
use super::Severity::Warning;
use super::example::{Example, Words};
use super::{Check, Label, Rule, span};
use crate::emv::data_object::Id;

pub(super) static RULES: &[&Rule] = &[&QUOTE_WITHOUT_EXPIRY];

/// The FX quote inside the settlement template.
const QUOTE: Id = Id::literal(3);

static QUOTE_WITHOUT_EXPIRY: Rule = Rule {
    id: "quote-without-expiry",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 17.4",
    requirements: &["UPQR-RCH-11"],
    title: Words { en: "an exchange rate is quoted without an end", zh: "报价汇率没有失效时间" },
    rationale: Words {
        en: "Nobody holds a rate for ever: once the market has moved, payer and merchant each expect the amount that suits them.",
        zh: "没有谁会永远保证汇率；行情一变，付款方和商户就各按有利于自己的金额计算。",
    },
    remedy: Words {
        en: "Write the time up to which the quote holds into the control template, object 03, or leave the quote out.",
        zh: "在 control 模板的对象 03 中写明报价的失效时间，或者不写报价。",
    },
    bad: Example::Merchant {
        set: &[(80, "0016org.upqr.control010210"), (81, "0015org.upqr.settle02033440306FX0001")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[
            (1, "12"),
            (80, "0016org.upqr.control01021003101800000000"),
            (81, "0015org.upqr.settle02033440306FX0001"),
        ],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        let Some((object, Ok(settlement))) = &merchant.reading.settlement else { return };
        let ends = match &merchant.reading.control {
            Some((_, Ok(control))) => control.expires.is_some(),
            // What the template says is not known, which is a finding of its own.
            Some((_, Err(_))) => true,
            None => false,
        };
        if settlement.quote.is_some() && !ends {
            let message =
                "the quote has no end: write the payload's expiry into object 03 of the control template";
            report.at(span(object), message).of(Some(object.id), QUOTE);
        }
    })],
};
