//! What is wrong with this standard's own templates.

use super::Disposition::{Block, Confirm, Pay};
use super::Severity::{Error, Warning};
use super::{Check, Label, Merchant, Report, Rule, span};
use crate::emv::data_object::{DataObjects, Id};
use crate::error::{self, ErrorKind};
use crate::network::Version;
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
fn accounts(merchant: &Merchant<'_>, report: Report<'_>, select: fn(ErrorKind) -> bool) {
    for carried in &merchant.reading.carried {
        if let Err(error) = &carried.account
            && select(error.kind)
        {
            report(object_at(merchant, error), error.kind.to_string());
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
    title: "a wallet's code cannot be restored",
    checks: &[Check::Merchant(|merchant, report| accounts(merchant, report, |kind| !has_own_rule(kind)))],
};

static NESTED_EMV: Rule = Rule {
    id: "nested-emv",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "UPQR 4.3",
    requirements: &["UPQR-CAR-15"],
    title: "an EMV payload is carried as a wallet's code",
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
    requirements: &["UPQR-CAR-2", "UPQR-CAR-6"],
    title: "a wallet's code has a network, a form or a kind that this edition does not know",
    checks: &[
        Check::Merchant(|merchant, report| accounts(merchant, report, is_unknown)),
        Check::Consumer(|payload, report| super::consumer::codes(payload, report, is_unknown)),
    ],
};

static PAYMENT_CODE_CARRIED: Rule = Rule {
    id: "payment-code-carried",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 4.3",
    requirements: &["UPQR-CAR-16"],
    title: "a consumer's payment code stands in a merchant's payload",
    checks: &[Check::Merchant(|merchant, report| {
        accounts(merchant, report, |kind| matches!(kind, ErrorKind::PaymentCode));
    })],
};

static MISROUTE: Rule = Rule {
    id: "misroute",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 4.3, 6.2",
    requirements: &["UPQR-CAR-17"],
    title: "a code stands in the template of another network",
    checks: &[
        Check::Merchant(|merchant, report| {
            accounts(merchant, report, |kind| matches!(kind, ErrorKind::Misroute));
        }),
        Check::Consumer(|payload, report| {
            super::consumer::codes(payload, report, |kind| matches!(kind, ErrorKind::Misroute));
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
    title: "the control template breaks its format",
    checks: &[Check::Merchant(|merchant, report| {
        let Some((object, control)) = &merchant.reading.control else { return };
        match control {
            Err(error) => report(span(object), error.kind.to_string()),
            Ok(control) => {
                if let (Some(not_before), Some(expires)) = (control.not_before, control.expires)
                    && not_before >= expires
                {
                    report(span(object), "the payload expires before it may be paid".to_owned());
                }
            }
        }
        for second in &merchant.reading.templates {
            if unified::our_label(second).is_some_and(|label| label.eq_ignore_ascii_case("control")) {
                report(span(second), "a second control template: keep one".to_owned());
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
    title: "the payload is of another version of this standard",
    checks: &[Check::Merchant(|merchant, report| {
        let Some((object, Ok(control))) = &merchant.reading.control else { return };
        if control.version() != Some(Version::current()) {
            let message = format!(
                "the payload is of version {}, and this edition knows {}",
                control.version,
                Version::current()
            );
            let version = object.template().and_then(|template| template.object(VERSION));
            report(span(&version.unwrap_or(*object)), message);
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
    title: "a template of this standard is not one that this edition knows",
    checks: &[Check::Merchant(|merchant, report| {
        for object in &merchant.reading.templates {
            if unified::our_label(object).is_some_and(|label| !label.eq_ignore_ascii_case("control")) {
                report(
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
    title: "a wallet's code does not stand as the encoder would write it",
    checks: &[Check::Merchant(|merchant, report| {
        let canonical = unified::canonical_accounts(merchant.payload, &merchant.reading);
        for (carried, canonical) in merchant.reading.carried.iter().zip(canonical) {
            if let (Ok(_), false, Some(template)) = (&carried.account, canonical, carried.templates.first()) {
                report(
                    span(template),
                    "the code can be restored, but an encoder would write it otherwise".to_owned(),
                );
            }
        }
    })],
};
