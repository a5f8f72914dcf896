//! Vectors of `evaluate`: for each kind what pays, and every way in which it does not, as chapter 15 states it.
//!
//! Expectations are written as one line: `pay due, shop-1 259.90 for amount; d2 late` is the verdict, the reason, the payouts and what is
//! ignored. What came in and what went out is added up here from the events.

#![allow(clippy::indexing_slicing, reason = "JSON that is composed here, which a test composes too")]

use serde_json::{Map, Value, json};

use super::draft::{Claim, Draft};
use super::evaluate_kinds::rows;
use crate::vectors::{Level, Op, Risk};

/// Where the examples play.
pub(super) const T: u64 = 1_790_000_000;

/// The examples of the standard, by kind.
pub(super) const DOCUMENTS: [&str; 7] = [
    include_str!("../../../../spec/terms/01-time-lock.json"),
    include_str!("../../../../spec/terms/02-delivery.json"),
    include_str!("../../../../spec/terms/03-three-party.json"),
    include_str!("../../../../spec/terms/04-hash-lock.json"),
    include_str!("../../../../spec/terms/05-draw-down.json"),
    include_str!("../../../../spec/terms/06-split.json"),
    include_str!("../../../../spec/terms/07-purpose-bound.json"),
];

/// The document of a kind.
pub(super) fn document(kind: usize) -> Value {
    let text = DOCUMENTS.get(kind.saturating_sub(1)).copied().unwrap_or_default();
    serde_json::from_str(text).expect("the examples are JSON")
}

/// The same with members set, or taken out by `null`.
pub(super) fn with(mut document: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, value) in changes {
        let (parent, member): (&str, &str) = pointer.rsplit_once('/').unwrap_or_default();
        let Some(Value::Object(parent)) = document.pointer_mut(parent) else { continue };
        if value.is_null() {
            parent.remove(member);
        } else {
            parent.insert(member.to_owned(), value.clone());
        }
    }
    document
}

/// An event with further members.
pub(super) fn said(id: &str, at: u64, by: &str, kind: &str, more: Value) -> Value {
    let mut event = json!({"id": id, "at": at, "by": by, "type": kind});
    if let (Value::Object(event), Value::Object(more)) = (&mut event, more) {
        event.extend(more);
    }
    event
}

pub(super) fn funded(id: &str, at: u64, amount: &str) -> Value {
    said(id, at, "bank-1", "funded", json!({"amount": amount}))
}

pub(super) fn paid(id: &str, at: u64, to: &str, amount: &str, claim: &str) -> Value {
    said(id, at, "bank-1", "paid", json!({"to": to, "amount": amount, "for": claim}))
}

pub(super) fn refunded(id: &str, at: u64, amount: &str) -> Value {
    said(id, at, "bank-1", "refunded", json!({"amount": amount}))
}

/// A row of a table.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) requirements: Vec<&'static str>,
    pub(super) document: Value,
    pub(super) events: Vec<Value>,
    pub(super) as_of: u64,
    pub(super) expected: String,
}

impl Row {
    pub(super) fn draft(&self) -> Draft {
        let octets = self.document.to_string();
        let verdict = self.expected.split(' ').next().unwrap_or_default();
        Draft {
            options: options(&self.events, self.as_of),
            requirements: self.requirements.clone(),
            flags: vec!["terms"],
            risk: if verdict == "pay" { Vec::new() } else { vec![Risk::WrongAmount, Risk::Replay] },
            ..Draft::composed(
                Op::Evaluate,
                Level::Value,
                &self.id,
                &self.title,
                octets.as_bytes(),
                Claim::Accepted(Some(decision(&self.expected, &self.events, self.as_of))),
            )
        }
    }
}

pub(super) fn options(events: &[Value], as_of: u64) -> Map<String, Value> {
    [("evidence".to_owned(), json!(events)), ("as_of".to_owned(), json!(as_of))].into_iter().collect()
}

/// Hundredths of a currency unit.
fn cents(amount: &str) -> u64 {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, "00"));
    format!("{whole}{decimals:0<2}").parse().unwrap_or_default()
}

fn yuan(cents: u64) -> String {
    let text = format!("{cents:03}");
    let (whole, decimals) = text.split_at(text.len().saturating_sub(2));
    format!("{whole}.{decimals}")
}

/// The value that a line stands for (clause 15.5).
fn decision(line: &str, events: &[Value], as_of: u64) -> Value {
    let mut parts = line.split("; ");
    let mut first = parts.next().unwrap_or_default().split(", ");
    let (verdict, reason) = first.next().unwrap_or_default().split_once(' ').unwrap_or_default();
    let payouts: Vec<Value> = first
        .map(|payout| {
            let (to, rest) = payout.split_once(' ').unwrap_or_default();
            let (amount, claim) = rest.split_once(" for ").unwrap_or_default();
            json!({"to": to, "amount": amount, "for": claim})
        })
        .collect();
    let mut ignored: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once(' ')).collect();
    ignored.sort_unstable();
    let ignored: Vec<Value> =
        ignored.iter().map(|(id, reason)| json!({"id": id, "reason": reason})).collect();
    let mut value = json!({"decision": verdict, "reason": reason, "payouts": payouts});
    if reason != "conflict" {
        let moved: u64 =
            payouts.iter().map(|payout| cents(payout["amount"].as_str().unwrap_or_default())).sum();
        let (money_in, money_out) = books(events, as_of);
        let balance = money_in.saturating_sub(money_out);
        value["in"] = json!(yuan(money_in));
        value["out"] = json!(yuan(money_out));
        value["balance"] = json!(yuan(balance));
        value["left"] = json!(yuan(balance.saturating_sub(moved)));
    }
    value["ignored"] = json!(ignored);
    value
}

/// What the operator says came in by `as_of`, and what went out at any time; an event that stands twice counts once.
fn books(events: &[Value], as_of: u64) -> (u64, u64) {
    let mut seen: Vec<&Value> = Vec::new();
    let (mut money_in, mut money_out) = (0_u64, 0_u64);
    for event in events {
        if event["by"] != "bank-1" || seen.contains(&event) {
            continue;
        }
        seen.push(event);
        let amount = cents(event["amount"].as_str().unwrap_or_default());
        match event["type"].as_str() {
            Some("funded") if event["at"].as_u64().is_some_and(|at| at <= as_of) => {
                money_in = money_in.saturating_add(amount);
            }
            Some("paid" | "refunded") => money_out = money_out.saturating_add(amount),
            _ => {}
        }
    }
    (money_in, money_out)
}

pub(crate) fn drafts() -> Vec<Draft> {
    let mut drafts: Vec<Draft> = rows().iter().map(Row::draft).collect();
    drafts.extend(super::evaluate_refused::drafts(&drafts));
    drafts
}
