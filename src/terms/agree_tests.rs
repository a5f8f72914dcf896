//! Payloads beside the document that they name, and beside others.

use super::*;
use crate::emv::mpm;
use crate::payment::{Base, Control, Merchant, MerchantPresented, Templates};
use crate::unified;
use crate::unified::settlement::Settlement;
use crate::unified::terms::{HashAlgorithm, Terms};

const DELIVERY: &str = include_str!("../../spec/terms/02-delivery.json");
const CARD: &str = include_str!("../../spec/terms/05-draw-down.json");

/// The payload of the delivery, as it should be.
fn payment() -> MerchantPresented {
    let merchant =
        Merchant { amount: Some("259.90".to_owned()), ..Merchant::new("SYNTHETIC SHOP", "SHANGHAI", "5999") };
    MerchantPresented {
        templates: Templates {
            control: Some(Control { expires: Some(1_800_000_000), ..Control::default() }),
            terms: Some(Terms {
                kind: "02".to_owned(),
                reference: Some("ORDER-88".to_owned()),
                hash: Some(hash(DELIVERY.as_bytes(), HashAlgorithm::Sm3)),
                objects: Vec::new(),
            }),
            settlement: Some(Settlement {
                chain: Some("CHAIN-2026-0042".to_owned()),
                ..Settlement::default()
            }),
            ..Templates::default()
        },
        ..MerchantPresented::new(Base::Merchant(merchant))
    }
}

#[track_caller]
fn check(payment: &MerchantPresented, document: &str, expected: &[&str]) {
    let payload = unified::write(payment).expect("a payload");
    let payload = mpm::parse(&payload).expect("data objects");
    let found = agree(&payload, document.as_bytes()).expect("a document");
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

/// The payload with a change, and what is then said.
#[track_caller]
fn changed(change: impl FnOnce(&mut Templates, &mut Terms, &mut Merchant), expected: &[&str]) {
    let mut payment = payment();
    let mut terms = payment.templates.terms.clone().expect("terms");
    let Base::Merchant(mut merchant) = payment.base.clone() else { unreachable!() };
    change(&mut payment.templates, &mut terms, &mut merchant);
    payment.base = Base::Merchant(merchant);
    payment.templates.terms = payment.templates.terms.map(|_| terms);
    check(&payment, DELIVERY, expected);
}

#[test]
fn a_payload_agrees_with_the_document_it_was_made_for() {
    changed(|_, _, _| {}, &[]);
    changed(|_, terms, _| terms.hash = Some(hash(DELIVERY.as_bytes(), HashAlgorithm::Sha256)), &[]);
    changed(|templates, _, _| templates.control = None, &[]);
    changed(|templates, _, _| templates.settlement = None, &[]);
    changed(|_, terms, _| terms.reference = None, &[]);
    changed(|_, _, merchant| merchant.amount = None, &[]);
    changed(|_, _, merchant| merchant.amount = Some("259.9".to_owned()), &[]);
}

#[test]
fn every_disagreement_is_a_sentence() {
    changed(
        |templates, _, _| templates.terms = None,
        &["terms: the payload has no terms template, so it names no document"],
    );
    changed(
        |_, terms, _| terms.hash = None,
        &["terms/03: the payload names no hash, so it can stand for any document"],
    );
    changed(
        |_, terms, _| terms.hash = Some(hash(DELIVERY.trim_end().as_bytes(), HashAlgorithm::Sm3)),
        &["terms/03: the SM3 of the document is another one: the payload was made for other bytes"],
    );
    changed(
        |_, terms, _| terms.kind = "03".to_owned(),
        &["terms/01: the payload names the kind `03`, the document `02`"],
    );
    changed(
        |_, terms, _| terms.reference = Some("ORDER-89".to_owned()),
        &["terms/02: the payload and the document name different contracts"],
    );
    changed(
        |_, _, merchant| merchant.currency = "344".to_owned(),
        &["53: the payload asks for the currency `344`, the document for `156`"],
    );
    changed(
        |_, _, merchant| merchant.amount = Some("259.91".to_owned()),
        &["54: the payload asks for another amount than `259.90`"],
    );
    let settlement = |templates: &mut Templates| templates.settlement.get_or_insert_default().clone();
    changed(
        |templates, _, _| {
            templates.settlement =
                Some(Settlement { refund_by: Some(1_900_000_000), ..settlement(templates) });
        },
        &["settle/01: refunds end at another time: the document says no such time"],
    );
    changed(
        |templates, _, _| {
            templates.settlement = Some(Settlement { chain: Some("X".to_owned()), ..settlement(templates) });
        },
        &["settle/04: the payload and the document name different business chains"],
    );
    changed(
        |templates, _, _| {
            templates.control = Some(Control { expires: Some(1_800_000_001), ..Control::default() });
        },
        &["control/03: the payload can be paid after the terms expire at `1800000000`"],
    );
    changed(
        |templates, _, _| {
            templates.control = Some(Control { not_before: Some(1_800_000_000), ..Control::default() });
        },
        &["control/02: the payload can be paid only after the terms expire at `1800000000`"],
    );
}

#[test]
fn a_payload_asks_for_no_more_than_the_cap() {
    let card = |amount: &str, refund_by| {
        let merchant = Merchant {
            amount: Some(amount.to_owned()),
            ..Merchant::new("SYNTHETIC GYM", "SHANGHAI", "7997")
        };
        MerchantPresented {
            templates: Templates {
                terms: Some(Terms {
                    kind: "05".to_owned(),
                    reference: None,
                    hash: Some(hash(CARD.as_bytes(), HashAlgorithm::Sha256)),
                    objects: Vec::new(),
                }),
                settlement: Some(Settlement { refund_by: Some(refund_by), ..Settlement::default() }),
                ..Templates::default()
            },
            ..MerchantPresented::new(Base::Merchant(merchant))
        }
    };
    check(&card("1000", 1_822_140_800), CARD, &[]);
    check(&card("80.00", 1_822_140_800), CARD, &[]);
    check(
        &card("1000.01", 1_822_140_800),
        CARD,
        &["54: the payload asks for more than the cap of `1000.00`"],
    );
    let chain = Settlement { chain: Some("X".to_owned()), ..Settlement::default() };
    check(
        &MerchantPresented {
            templates: Templates { settlement: Some(chain), ..card("1", 0).templates },
            ..card("1", 0)
        },
        CARD,
        &["settle/04: the payload names a business chain, the document none"],
    );
    check(
        &card("1", 1_822_140_801),
        CARD,
        &["settle/01: refunds end at another time: the document says `1822140800`"],
    );
}
