//! What keeps a payload from being read as its writer meant it: data objects, and the checksum over them.

use super::Disposition::{Block, Pay};
use super::Severity::{Error, Warning};
use super::{Check, Label, Merchant, Report, Rule, span};
use crate::emv::crc::Crc16;
use crate::emv::data_object::{DataObject, Ids, Template};
use crate::emv::mpm;

pub(super) static RULES: &[&Rule] = &[
    &NOT_DATA_OBJECTS,
    &ZERO_LENGTH,
    &DUPLICATE_ID,
    &CRC_MISSING,
    &CRC_NOT_LAST,
    &CRC_MALFORMED,
    &CRC_MISMATCH,
    &CRC_LOWER_CASE,
];

static NOT_DATA_OBJECTS: Rule = Rule {
    id: "not-data-objects",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "EMV MPM 4.3 to 4.6",
    requirements: &["UPQR-OBJ-4", "UPQR-CPM-10"],
    title: "the text does not parse in its grammar",
    checks: &[Check::Text(|subject, report| {
        if let Some(error) = subject.parsed.error() {
            report(error.offset..subject.text.len(), error.kind.to_string());
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
    title: "a data object has length 00",
    checks: &[Check::Merchant(|merchant, report| {
        every_object(merchant, |object, _again| {
            if object.is_empty() {
                report(
                    span(object),
                    format!("object {} is empty: give it a value or leave it out", object.id),
                );
            }
        });
    })],
};

static DUPLICATE_ID: Rule = Rule {
    id: "duplicate-id",
    severity: Error,
    disposition: Block,
    label: Label::Structure,
    clause: "EMV MPM 4.3 to 4.6",
    requirements: &["UPQR-OBJ-13"],
    title: "an ID stands twice in the root or in one template",
    checks: &[Check::Merchant(|merchant, report| {
        every_object(merchant, |object, again| {
            if again {
                report(
                    span(object),
                    format!("ID {} stands here again: keep one object of each ID", object.id),
                );
            }
        });
    })],
};

/// Visits the objects of the root and of templates; says of each whether its ID stood before in the same place.
fn every_object(merchant: &Merchant<'_>, mut visit: impl FnMut(&DataObject<'_>, bool)) {
    let payload = merchant.payload;
    visit_all(payload.objects(), &mut visit);
    for (object, template) in payload.templates() {
        visit_all(template.objects(), &mut visit);
        if object.id == mpm::ADDITIONAL {
            for inner in template.objects().filter(|inner| inner.id.number() >= 50) {
                visit_all(inner.template().iter().flat_map(Template::objects), &mut visit);
            }
        }
    }
}

fn visit_all<'a>(
    objects: impl Iterator<Item = DataObject<'a>>,
    visit: &mut impl FnMut(&DataObject<'_>, bool),
) {
    let mut seen = Ids::default();
    for object in objects {
        let again = !seen.insert(object.id);
        visit(&object, again);
    }
}

/// Reports the checksum where it is in the state that `describe` puts into words.
fn checksum(merchant: &Merchant<'_>, report: Report<'_>, describe: fn(Crc16) -> Option<String>) {
    let payload = merchant.payload;
    let Some(message) = describe(payload.crc()) else { return };
    let object = match payload.object(mpm::CRC) {
        Some(_) if payload.last().id == mpm::CRC => Some(payload.last()),
        found => found,
    };
    report(object.map_or(0..payload.text().len(), |object| span(&object)), message);
}

static CRC_MISSING: Rule = Rule {
    id: "crc-missing",
    severity: Error,
    disposition: Block,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-5"],
    title: "there is no checksum",
    checks: &[Check::Merchant(|merchant, report| {
        checksum(merchant, report, |crc| {
            (crc == Crc16::Missing).then(|| "no object 63: end the payload with its checksum".to_owned())
        });
    })],
};

static CRC_NOT_LAST: Rule = Rule {
    id: "crc-not-last",
    severity: Error,
    disposition: Block,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-3"],
    title: "objects follow the checksum",
    checks: &[Check::Merchant(|merchant, report| {
        checksum(merchant, report, |crc| {
            (crc == Crc16::NotLast)
                .then(|| "objects follow the checksum, which covers none of them: put 63 last".to_owned())
        });
    })],
};

static CRC_MALFORMED: Rule = Rule {
    id: "crc-malformed",
    severity: Error,
    disposition: Block,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-2"],
    title: "the checksum is not four hexadecimal digits",
    checks: &[Check::Merchant(|merchant, report| {
        checksum(merchant, report, |crc| {
            (crc == Crc16::Malformed).then(|| "the checksum is not four hexadecimal digits".to_owned())
        });
    })],
};

static CRC_MISMATCH: Rule = Rule {
    id: "crc-mismatch",
    severity: Error,
    disposition: Block,
    label: Label::Checksum,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-1"],
    title: "the checksum does not match the text before it",
    checks: &[Check::Merchant(|merchant, report| {
        checksum(merchant, report, |crc| match crc {
            Crc16::Wrong { expected } => Some(format!(
                "the text before it has the checksum {expected:04X}: something was changed or lost"
            )),
            _ => None,
        });
    })],
};

static CRC_LOWER_CASE: Rule = Rule {
    id: "crc-lower-case",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7.3",
    requirements: &["UPQR-CRC-2"],
    title: "the checksum is right, but in lower case",
    checks: &[Check::Merchant(|merchant, report| {
        checksum(merchant, report, |crc| {
            (crc == Crc16::LowerCase)
                .then(|| "the checksum is right, but in lower case: write A to F".to_owned())
        });
    })],
};
