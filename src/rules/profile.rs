//! What EMVCo makes mandatory, object by object. Most rules read [`definition`](crate::emv::definition) rows.

use super::Disposition::{Confirm, Pay};
use super::Severity::{Error, Info, Warning};
use super::{Check, Label, Merchant, Rule, span};
use crate::emv::data_object::{DataObject, Template};
use crate::emv::definition::{self, Definition, find};
use crate::emv::mpm;
use crate::unified::merchant::minor_units;

pub(super) static RULES: &[&Rule] = &[
    &FORMAT_INDICATOR_VALUE,
    &INITIATION_METHOD,
    &ACCOUNT_MISSING,
    &MISSING_OBJECT,
    &BAD_LENGTH,
    &BAD_FORMAT,
    &AMOUNT_ZERO,
    &AMOUNT_DECIMALS,
    &CURRENCY_UNKNOWN,
    &FEE_MISMATCH,
    &GUID_MISSING,
    &TEMPLATE_EXPECTED,
    &RESERVED_OBJECT,
];

static FORMAT_INDICATOR_VALUE: Rule = Rule {
    id: "format-indicator-value",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7.1",
    requirements: &["UPQR-MPM-2"],
    title: "the payload format indicator is not 01",
    checks: &[Check::Merchant(|merchant, report| {
        if let Some(object) =
            merchant.payload.object(mpm::FORMAT_INDICATOR).filter(|object| object.value != "01")
        {
            report(span(&object), "the payload format indicator is not 01, the only one assigned".to_owned());
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
    title: "the point of initiation method is neither 11 nor 12",
    checks: &[Check::Merchant(|merchant, report| {
        let object = merchant.payload.object(mpm::INITIATION);
        if let Some(object) = object.filter(|object| !matches!(object.value, "11" | "12")) {
            report(
                span(&object),
                "the point of initiation method is neither 11 (reused) nor 12 (one payment)".to_owned(),
            );
        }
    })],
};

static ACCOUNT_MISSING: Rule = Rule {
    id: "account-missing",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-CAN-10"],
    title: "there is no merchant account information",
    checks: &[Check::Merchant(|merchant, report| {
        if !merchant.payload.objects().any(|object| mpm::is_account(object.id)) {
            report(whole(merchant), "no object 02 to 51: nobody is named to be paid".to_owned());
        }
    })],
};

fn whole(merchant: &Merchant<'_>) -> std::ops::Range<usize> {
    0..merchant.payload.text().len()
}

static MISSING_OBJECT: Rule = Rule {
    id: "missing-object",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-1"],
    title: "a mandatory object is missing",
    checks: &[Check::Merchant(|merchant, report| {
        let payload = merchant.payload;
        // 00 and 63 have rules of their own.
        for row in definition::ROOT.iter().filter(|row| row.mandatory && !matches!(row.ids.0, 0 | 63)) {
            if !payload.objects().any(|object| object.id.number() == row.ids.0) {
                report(
                    whole(merchant),
                    format!("no object {:02} ({}): it is mandatory", row.ids.0, row.name),
                );
            }
        }
        let Some((object, template)) = language_template(merchant) else { return };
        for row in definition::LOCAL.iter().filter(|row| row.mandatory) {
            if !template.objects().any(|inner| inner.id.number() == row.ids.0) {
                report(
                    span(&object),
                    format!("no object {:02} ({}) in template 64: it is mandatory", row.ids.0, row.name),
                );
            }
        }
    })],
};

fn language_template<'a>(merchant: &Merchant<'a>) -> Option<(DataObject<'a>, Template<'a>)> {
    let object = merchant.payload.object(mpm::LOCAL)?;
    Some((object, object.template()?))
}

/// Visits every object that has a row, in the root and in templates, unless it is empty.
///
/// Left out are the root's 00, 01 and 63, which have rules of their own, and its templates, whose objects are visited instead.
fn with_rows(merchant: &Merchant<'_>, mut visit: impl FnMut(&DataObject<'_>, &'static Definition)) {
    let mut visit_row = |object: &DataObject<'_>, row: Option<&'static Definition>| {
        if let Some(row) = row.filter(|_| !object.is_empty()) {
            visit(object, row);
        }
    };
    for object in merchant.payload.objects() {
        if !matches!(object.id.number(), 0 | 1 | 63) && !mpm::is_template(object.id) {
            visit_row(&object, find(&definition::ROOT, object.id));
        }
    }
    for (object, template) in merchant.payload.templates() {
        for inner in template.objects() {
            let row = match object.id.number() {
                62 => find(&definition::ADDITIONAL, inner.id),
                64 => find(&definition::LOCAL, inner.id),
                _ if inner.id == mpm::GUID => Some(&definition::GUID),
                _ => None,
            };
            visit_row(&inner, row);
            let nested = inner.template().filter(|_| is_nested_template(&object, &inner));
            if let Some(guid) = nested.and_then(|nested| nested.object(mpm::GUID)) {
                visit_row(&guid, Some(&definition::GUID));
            }
        }
    }
}

/// Whether an object of a template is a template in turn: 50 to 99 inside 62 (spec clause 2.3).
fn is_nested_template(outer: &DataObject<'_>, inner: &DataObject<'_>) -> bool {
    outer.id == mpm::ADDITIONAL && inner.id.number() >= 50
}

fn has_good_length(object: &DataObject<'_>, row: &Definition) -> bool {
    (row.length.0..=row.length.1).contains(&object.length)
}

static BAD_LENGTH: Rule = Rule {
    id: "bad-length",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-4", "UPQR-MPM-5", "UPQR-MPM-9"],
    title: "a value is shorter or longer than its object allows",
    checks: &[Check::Merchant(|merchant, report| {
        with_rows(merchant, |object, row| {
            if !has_good_length(object, row) {
                let (least, most) = row.length;
                let allowed = if least == most { least.to_string() } else { format!("{least} to {most}") };
                report(
                    span(object),
                    format!("the {} has {} characters, and may have {allowed}", row.name, object.length),
                );
            }
        });
    })],
};

static BAD_FORMAT: Rule = Rule {
    id: "bad-format",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-TXT-2", "UPQR-TXT-4", "UPQR-MPM-6"],
    title: "a value breaks its format",
    checks: &[Check::Merchant(|merchant, report| {
        with_rows(merchant, |object, row| {
            if has_good_length(object, row) && !row.format.admits(object.value) {
                report(span(object), format!("the {} is not {}", row.name, row.format.description()));
            }
        });
    })],
};

/// The amount, where it has the form that EMVCo allows.
fn amount<'a>(merchant: &Merchant<'a>) -> Option<DataObject<'a>> {
    merchant.payload.object(mpm::AMOUNT).filter(|object| definition::is_amount(object.value))
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
    title: "the amount is zero",
    checks: &[Check::Merchant(|merchant, report| {
        if let Some(object) = amount(merchant).filter(|object| is_zero(object.value)) {
            report(span(&object), "the amount is zero: leave 54 out where the consumer enters it".to_owned());
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
    title: "the amount has more decimals than its currency",
    checks: &[Check::Merchant(|merchant, report| {
        let currency = merchant.payload.value(mpm::CURRENCY).and_then(minor_units);
        let (Some(object), Some(minor_units)) = (amount(merchant), currency) else { return };
        let decimals = object.value.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        if decimals > minor_units {
            let message = format!("the amount has {decimals} decimals, and its currency has {minor_units}");
            report(span(&object), message);
        }
    })],
};

static CURRENCY_UNKNOWN: Rule = Rule {
    id: "currency-unknown",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-8"],
    title: "ISO 4217 does not list the currency",
    checks: &[Check::Merchant(|merchant, report| {
        let Some(object) = merchant.payload.object(mpm::CURRENCY) else { return };
        let three_digits = object.value.len() == 3 && object.value.bytes().all(|b| b.is_ascii_digit());
        if three_digits && minor_units(object.value).is_none() {
            report(span(&object), "ISO 4217 lists no currency with this number".to_owned());
        }
    })],
};

static FEE_MISMATCH: Rule = Rule {
    id: "fee-mismatch",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-13"],
    title: "the fee does not go with its indicator",
    checks: &[Check::Merchant(|merchant, report| {
        let payload = merchant.payload;
        let indicator = payload.object(mpm::FEE_INDICATOR);
        let said = indicator.map(|object| object.value).unwrap_or_default();
        let (fixed, percent) = (payload.object(mpm::FEE_FIXED), payload.object(mpm::FEE_PERCENT));
        let has =
            |fee: Option<DataObject<'_>>, good: fn(&str) -> bool| fee.is_some_and(|fee| good(fee.value));
        if let Some(indicator) = indicator {
            if said == "02" && !has(fixed, |fee| definition::is_amount(fee) && !is_zero(fee)) {
                report(span(&indicator), "55 says a fixed fee, and there is no 56 above zero".to_owned());
            }
            if said == "03" && !has(percent, is_percentage) {
                report(
                    span(&indicator),
                    "55 says a fee in percent, and there is no 57 from 00.01 to 99.99".to_owned(),
                );
            }
        }
        for (fee, due, message) in [
            (fixed, "02", "56 is a fixed fee, and 55 does not say 02"),
            (percent, "03", "57 is a fee in percent, and 55 does not say 03"),
        ] {
            if let Some(fee) = fee.filter(|_| said != due) {
                report(span(&fee), message.to_owned());
            }
        }
    })],
};

/// Whether digits with at most one point say 00.01 to 99.99.
fn is_percentage(fee: &str) -> bool {
    let (whole, decimals) = fee.split_once('.').unwrap_or((fee, ""));
    definition::is_amount(fee) && !is_zero(fee) && (1..=2).contains(&whole.len()) && decimals.len() <= 2
}

/// Visits the places of templates: the object, and its value as a template where it is one.
fn template_places(merchant: &Merchant<'_>, mut visit: impl FnMut(&DataObject<'_>, Option<Template<'_>>)) {
    for object in
        merchant.payload.objects().filter(|object| mpm::is_template(object.id) && !object.is_empty())
    {
        let template = object.template();
        visit(&object, template);
        let inner = template.iter().flat_map(Template::objects);
        for inner in inner.filter(|inner| is_nested_template(&object, inner) && !inner.is_empty()) {
            visit(&inner, inner.template());
        }
    }
}

static GUID_MISSING: Rule = Rule {
    id: "guid-missing",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-OBJ-10"],
    title: "a template has no globally unique identifier",
    checks: &[Check::Merchant(|merchant, report| {
        template_places(merchant, |object, template| {
            let owned = !matches!(object.id, mpm::ADDITIONAL | mpm::LOCAL);
            if owned && template.is_some_and(|template| template.guid().is_none()) {
                report(
                    span(object),
                    format!("template {} has no object 00 that says whose it is", object.id),
                );
            }
        });
    })],
};

static TEMPLATE_EXPECTED: Rule = Rule {
    id: "template-expected",
    severity: Error,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-OBJ-8"],
    title: "the value of a template is not data objects",
    checks: &[Check::Merchant(|merchant, report| {
        template_places(merchant, |object, template| {
            if template.is_none() {
                report(
                    span(object),
                    format!("the value of template {} is not data objects throughout", object.id),
                );
            }
        });
    })],
};

static RESERVED_OBJECT: Rule = Rule {
    id: "reserved-object",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-CNF-4"],
    title: "an ID that EMVCo reserves is used",
    checks: &[Check::Merchant(|merchant, report| {
        let mut reserved = |object: &DataObject<'_>, place: &str| {
            report(
                span(object),
                format!("EMVCo reserves {place}{}: other readers will pass over it", object.id),
            );
        };
        for object in merchant.payload.objects().filter(|object| matches!(object.id.number(), 65..=79)) {
            reserved(&object, "");
        }
        for (object, template) in merchant.payload.templates() {
            for inner in template.objects() {
                match (object.id.number(), inner.id.number()) {
                    (62, 12..=49) => reserved(&inner, "62-"),
                    (64, 3..=99) => reserved(&inner, "64-"),
                    _ => {}
                }
            }
        }
    })],
};
