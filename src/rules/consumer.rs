//! What is wrong with a consumer-presented payload.

use std::collections::HashSet;
use std::ops::Range;

use super::Disposition::{Block, Confirm};
use super::Severity::{Error, Warning};
use super::{Check, Label, Report, Rule};
use crate::emv::cpm::{self, Object, Payload};
use crate::error::ErrorKind;
use crate::unified::consumer;

pub(super) static RULES: &[&Rule] = &[&CPM_CODE_BROKEN, &CPM_TEMPLATE_SKIPPED, &CPM_DUPLICATE_OBJECT];

/// Reports the codes that cannot be restored for a reason that `select` picks.
pub(super) fn codes(payload: &Payload<'_>, report: Report<'_>, select: fn(ErrorKind) -> bool) {
    for (application, code) in consumer::read(payload) {
        if let Some(error) = code.err().filter(|error| select(error.kind)) {
            report(span(&application, payload), error.kind.to_string());
        }
    }
}

/// Where the group of four characters stands that holds an octet.
const fn place(octet: usize) -> usize {
    octet.wrapping_div(3).saturating_mul(4)
}

/// The characters whose groups hold an object.
fn span(object: &Object<'_>, payload: &Payload<'_>) -> Range<usize> {
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
    title: "a consumer's payment code cannot be restored",
    checks: &[Check::Consumer(|payload, report| {
        codes(payload, report, |kind| {
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
    title: "an application template has no application identifier of 5 to 16 octets",
    checks: &[Check::Consumer(|payload, report| {
        for application in payload.objects().filter(|object| object.id == cpm::APPLICATION_TEMPLATE) {
            let name = application.object(cpm::ADF_NAME);
            if !name.is_some_and(|name| cpm::ADF_NAME_LENGTH.contains(&name.value.len())) {
                let message = "readers skip an application template without a 4F of 5 to 16 octets";
                report(span(&application, payload), message.to_owned());
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
    title: "an object stands twice, or there are more than two application templates",
    checks: &[Check::Consumer(|payload, report| {
        let mut found = Vec::new();
        let top: Vec<Object<'_>> = payload.objects().collect();
        repeated(&top, 0, &mut found);
        found.extend(top.iter().filter(|object| object.id == cpm::APPLICATION_TEMPLATE).skip(2).copied());
        found.sort_by_key(|object| object.offset);
        for object in found {
            report(
                span(&object, payload),
                "an object stands here again: keep one, and at most two templates 61".to_owned(),
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
