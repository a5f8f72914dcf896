//! What is wrong with a code that a wallet prints, alone or restored from an account.

use super::Disposition::{Block, Confirm};
use super::Severity::{Error, Warning};
use super::{Check, Label, Rule};
use crate::grammar::Text;
use crate::native::alipay::Wrapper;
use crate::native::link::{authority_fault, look_alike, wallet_host};
use crate::native::uri::Uri;
use crate::network::Family;
use crate::recognise::{Recognition, Verdict, nearest, recognise};

pub(super) static RULES: &[&Rule] =
    &[&LINK_PAYEE, &LOOK_ALIKE_HOST, &URL_AUTHORITY, &WRAPPER_OPAQUE, &RESERVED_SHAPE, &NOT_A_PAYMENT_CODE];

/// Visits a link, and what it wraps, for the rules that concern hosts (UPQR-DSP-7).
fn hosts(text: &str, visit: &mut dyn FnMut(&Uri<'_>, bool)) {
    let mut visit_one = |text: &str, outermost| {
        if let Some(uri) = Uri::parse(text).ok().filter(Uri::is_web) {
            visit(&uri, outermost);
        }
    };
    visit_one(text, true);
    let layers = Wrapper::parse(text).and_then(|wrapper| wrapper.unwrap_layers());
    for inner in layers.iter().flatten() {
        visit_one(inner, false);
    }
}

const UNCLAIMED: &str = "no wallet claims this link: look at who is paid before money moves";

/// Whether only the catch-all takes a link.
fn is_unclaimed(found: &Recognition) -> bool {
    found.candidates.first().is_some_and(|candidate| candidate.family.is_catch_all())
}

static LINK_PAYEE: Rule = Rule {
    id: "link-payee",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 7.1",
    requirements: &["UPQR-REC-1"],
    title: "a link does not say who is paid",
    checks: &[
        Check::Link(|link, report| {
            if is_unclaimed(&link.recognition) {
                report(link.whole(), UNCLAIMED.to_owned());
            }
        }),
        Check::Merchant(|merchant, report| {
            for foreign in &merchant.reading.foreign {
                if foreign.native.is_ok_and(|native| is_unclaimed(&recognise(native))) {
                    report(super::span(&foreign.object), UNCLAIMED.to_owned());
                }
            }
        }),
    ],
};

static LOOK_ALIKE_HOST: Rule = Rule {
    id: "look-alike-host",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 7.5",
    requirements: &["UPQR-REC-12"],
    title: "a host resembles a wallet's without being it",
    checks: &[
        Check::Link(|link, report| {
            hosts(link.uri.text, &mut |uri, outermost| {
                if let Some(wallet) = look_alike(uri.host()) {
                    let span = if outermost { link.part(link.uri.authority) } else { link.whole() };
                    report(span, format!("the host resembles `{wallet}` without being it"));
                }
            });
        }),
        Check::Merchant(|merchant, report| {
            for foreign in &merchant.reading.foreign {
                hosts(foreign.native.unwrap_or_default(), &mut |uri, _| {
                    if let Some(wallet) = look_alike(uri.host()) {
                        report(
                            super::span(&foreign.object),
                            format!("the host resembles `{wallet}` without being it"),
                        );
                    }
                });
            }
        }),
    ],
};

static URL_AUTHORITY: Rule = Rule {
    id: "url-authority",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 7.5",
    requirements: &["UPQR-REC-12"],
    title: "two readers may disagree about the host",
    checks: &[
        Check::Link(|link, report| {
            hosts(link.uri.text, &mut |uri, outermost| {
                if let Some(error) = authority_fault(uri) {
                    let span = if outermost { link.part(link.uri.authority) } else { link.whole() };
                    report(span, error.kind.to_string());
                }
            });
        }),
        Check::Merchant(|merchant, report| {
            for foreign in &merchant.reading.foreign {
                hosts(foreign.native.unwrap_or_default(), &mut |uri, _| {
                    if let Some(error) = authority_fault(uri) {
                        report(super::span(&foreign.object), error.kind.to_string());
                    }
                });
            }
        }),
    ],
};

static WRAPPER_OPAQUE: Rule = Rule {
    id: "wrapper-opaque",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 7.6",
    requirements: &["UPQR-REC-13"],
    title: "an application link does not show the code that it wraps",
    checks: &[Check::Link(|link, report| {
        if Wrapper::parse(link.uri.text).is_ok_and(|wrapper| wrapper.code().is_none()) {
            report(
                link.whole(),
                "the link wraps no Alipay code that can be read: look at who is paid".to_owned(),
            );
        }
    })],
};

static RESERVED_SHAPE: Rule = Rule {
    id: "reserved-shape",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 7.2",
    requirements: &["UPQR-REC-6"],
    title: "the issuer sets this shape aside",
    checks: &[Check::Text(|subject, report| {
        if matches!(subject.parsed, Text::Digits(_)) && subject.recognition.verdict() == Verdict::Reserved {
            report(0..subject.text.len(), "the issuer reserves payment codes of this length".to_owned());
        }
    })],
};

/// Where a text departs from the family that it comes nearest to.
fn departure(text: &str) -> String {
    nearest(text)
        .map_or_else(String::new, |(family, error)| format!("; it departs from `{family}` at {error}"))
}

static NOT_A_PAYMENT_CODE: Rule = Rule {
    id: "not-a-payment-code",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 8.3",
    requirements: &["UPQR-REC-7"],
    title: "the text is no payment code",
    checks: &[
        Check::Text(|subject, report| {
            let emv = matches!(subject.parsed, Text::MerchantPresented(_) | Text::ConsumerPresented(_));
            if !emv && subject.recognition.candidates.is_empty() {
                report(
                    0..subject.text.len(),
                    format!("no family of payment codes has this shape{}", departure(subject.text)),
                );
            }
        }),
        Check::Link(|link, report| {
            let only_aggregate =
                link.recognition.candidates.iter().all(|candidate| candidate.family == Family::Aggregate);
            let any = !link.recognition.candidates.is_empty();
            if any && only_aggregate && wallet_host(link.uri.host()).is_some() {
                report(link.whole(), "a page on a wallet's host, and not a code of that wallet".to_owned());
            }
        }),
    ],
};
