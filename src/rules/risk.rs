//! What lets money go astray although the payload can be read.

use super::Disposition::{Confirm, Pay};
use super::Severity::{Error, Info, Warning};
use super::{Check, Label, Merchant, Rule, span};
use crate::emv::data_object::Id;
use crate::emv::mpm;
use crate::payment::Account;
use crate::recognise::recognise_octets;
use crate::unified::merchant::DYNAMIC;
use crate::unified::{MAX_BYTES, RECOMMENDED_CHARACTERS};

pub(super) static RULES: &[&Rule] = &[
    &CODE_UNRECOGNISED,
    &DOUBLE_PAYMENT,
    &DOUBLE_PAYMENT_UNLINKED,
    &STATIC_INITIATION,
    &FOREIGN_CARRIAGE,
    &LENGTH_UNIT,
    &SIZE_RECOMMENDED,
    &SIZE_LIMIT,
];

/// The reference label inside 62.
const REFERENCE: Id = Id::literal(5);
/// The value by which a reference asks the consumer, and so names no sale.
const ASKS: &str = "***";

/// Whether two payers could pay one sale: an amount beside an order code, or two order codes (spec clause 3.4).
fn pays_twice(merchant: &Merchant<'_>) -> bool {
    let orders = merchant.reading.accounts().filter(|account| account.is_order()).count();
    orders >= 2 || (orders == 1 && merchant.payload.contains(mpm::AMOUNT))
}

/// Whether one reference ties the codes of a sale together.
fn is_linked(merchant: &Merchant<'_>) -> bool {
    let template = merchant.payload.object(mpm::ADDITIONAL).and_then(|object| object.template());
    let reference = template.and_then(|template| template.object(REFERENCE));
    reference.is_some_and(|reference| !reference.is_empty() && reference.value != ASKS)
}

fn whole(merchant: &Merchant<'_>) -> std::ops::Range<usize> {
    0..merchant.payload.text().len()
}

static DOUBLE_PAYMENT: Rule = Rule {
    id: "double-payment",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 3.4",
    requirements: &["UPQR-MPM-15"],
    title: "the same sale could be paid twice",
    checks: &[Check::Merchant(|merchant, report| {
        if pays_twice(merchant) {
            let message = "an order code stands beside an amount or another order code: cancel the others after the first payment";
            report(whole(merchant), message.to_owned());
        }
    })],
};

static DOUBLE_PAYMENT_UNLINKED: Rule = Rule {
    id: "double-payment-unlinked",
    severity: Error,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 3.4",
    requirements: &["UPQR-MPM-15"],
    title: "the same sale could be paid twice, and no reference ties the payments together",
    checks: &[Check::Merchant(|merchant, report| {
        if pays_twice(merchant) && !is_linked(merchant) {
            report(
                whole(merchant),
                "no reference label ties the codes of this sale together: add 62-05".to_owned(),
            );
        }
    })],
};

static STATIC_INITIATION: Rule = Rule {
    id: "static-initiation",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 3.2, 4.4",
    requirements: &["UPQR-MPM-3"],
    title: "the payload claims to serve many payments, and what it carries serves one",
    checks: &[Check::Merchant(|merchant, report| {
        let expires =
            matches!(&merchant.reading.control, Some((_, Ok(control))) if control.expires.is_some());
        let once = expires || merchant.reading.accounts().any(Account::is_order);
        let initiation = merchant.payload.object(mpm::INITIATION);
        if once && initiation.is_none_or(|object| object.value == "11") {
            let span = initiation.map_or(whole(merchant), |object| span(&object));
            report(span, format!("an order code or an expiry serves one payment: 01 should be {DYNAMIC}"));
        }
    })],
};

static CODE_UNRECOGNISED: Rule = Rule {
    id: "code-unrecognised",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 8.3",
    requirements: &["UPQR-REC-7"],
    title: "no family recognises the code that an account carries",
    checks: &[Check::Merchant(|merchant, report| {
        for carried in &merchant.reading.carried {
            let Ok(account) = &carried.account else { continue };
            if recognise_octets(account.native()).candidates.is_empty() {
                let span = carried.templates.first().map_or(whole(merchant), span);
                report(span, "no family recognises the code in this account: look at who is paid".to_owned());
            }
        }
    })],
};

static FOREIGN_CARRIAGE: Rule = Rule {
    id: "foreign-carriage",
    severity: Info,
    disposition: Pay,
    label: Label::Risk,
    clause: "UPQR 4.5",
    requirements: &["UPQR-CAR-28"],
    title: "a wallet is named in another convention",
    checks: &[Check::Merchant(|merchant, report| {
        for foreign in &merchant.reading.foreign {
            let message = match foreign.native {
                Ok(_) => format!("{} is carried as `{}`, whole", foreign.network.name(), foreign.convention),
                Err(loss) => format!(
                    "{} is named as `{}`: {}",
                    foreign.network.name(),
                    foreign.convention,
                    loss.reason
                ),
            };
            report(span(&foreign.object), message);
        }
    })],
};

static LENGTH_UNIT: Rule = Rule {
    id: "length-unit",
    severity: Warning,
    disposition: Pay,
    label: Label::Risk,
    clause: "UPQR 2.5",
    requirements: &["UPQR-OBJ-3"],
    title: "the payload reads differently where lengths count bytes or UTF-16 units",
    checks: &[Check::Merchant(|merchant, report| {
        // A value of n characters that are not all ASCII has more than n bytes, so a reader of bytes cuts the first such value short.
        let text = merchant.payload.text();
        if text.is_ascii() {
            return;
        }
        let first = merchant.payload.objects().find(|object| !object.value.is_ascii());
        let place = first.map_or_else(String::new, |object| format!(" from object {} on", object.id));
        let units = if text.chars().any(|c| c.len_utf16() == 2) { "bytes or UTF-16 units" } else { "bytes" };
        report(whole(merchant), format!("a reader whose lengths count {units} reads something else{place}"));
    })],
};

static SIZE_RECOMMENDED: Rule = Rule {
    id: "size-recommended",
    severity: Info,
    disposition: Pay,
    label: Label::Risk,
    clause: "EMV MPM 4.1",
    requirements: &["UPQR-TXT-5"],
    title: "the payload has more than 512 characters",
    checks: &[Check::Merchant(|merchant, report| {
        let characters = merchant.payload.text().chars().count();
        if characters > RECOMMENDED_CHARACTERS {
            report(whole(merchant), format!("the payload has {characters} characters: 512 are recommended"));
        }
    })],
};

static SIZE_LIMIT: Rule = Rule {
    id: "size-limit",
    severity: Warning,
    disposition: Pay,
    label: Label::Risk,
    clause: "UPQR 2.6",
    requirements: &["UPQR-TXT-6"],
    title: "the payload has more than 997 bytes",
    checks: &[Check::Merchant(|merchant, report| {
        let bytes = merchant.payload.text().len();
        if bytes > MAX_BYTES {
            report(
                whole(merchant),
                format!("the payload has {bytes} bytes: an encoder writes at most {MAX_BYTES}"),
            );
        }
    })],
};
