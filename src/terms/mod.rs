//! Terms: when a payment may take place, to whom, and what goes back (requirements UPQR-TRM, feature `terms`).
//!
//! A payload names a document by its hash. The [`Document`] says who owes whom what under which condition, [`Evidence`] says what happened, and
//! [`evaluate()`] says what becomes of the money. The library moves no money and verifies no evidence.
//!
//! ```
//! use upqr::terms::{Document, Evidence, evaluate};
//!
//! let document = Document::parse(br#"{"upqr_terms":"10","kind":"05",
//!     "contract":{"reference":"CARD-1","template":{"id":"example.prepaid-card","version":"1"}},
//!     "parties":{"payer":{"id":"consumer"},"payee":{"id":"gym"},"operator":{"id":"bank"}},
//!     "currency":"156","cap":"1000.00","times":{"expires":1800000000},"refund":{"rule":"on-request"},
//!     "conditions":{"per_use":"100.00","confirm":false}}"#)?;
//! let evidence = r#"[{"id":"f","at":1790000000,"by":"bank","type":"funded","amount":"1000.00"},
//!     {"id":"u1","at":1790000100,"by":"gym","type":"use","amount":"80.00"}]"#;
//! let evidence = Evidence::parse(evidence.as_bytes(), document.currency)?;
//! let decision = evaluate(&document, &evidence, 1_790_000_200);
//! assert_eq!(decision.payouts[0].amount.text(document.currency), "80.00");
//! assert_eq!(decision.left().map(|left| left.text(document.currency)).as_deref(), Some("920.00"));
//! # Ok::<(), upqr::terms::Fault>(())
//! ```

#![expect(clippy::similar_names, reason = "payer and payee are the words of payments")]

mod agree;
mod claims;
mod decision;
mod document;
mod evaluate;
mod evidence;
mod fault;
mod hash;
mod money;
mod read;
mod vote;

#[cfg(test)]
mod agree_tests;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use agree::{Disagreement, Object, agree, names};
pub use decision::{AMOUNT, Books, Decision, Ignored, Payout, REFUND, Reason, Verdict};
pub use document::{
    BusinessChain, Contract, Document, Kind, MAX_DOCUMENT, MAX_LIST, MAX_PARTY, PREIMAGE, Party, Purpose,
    Refund, RefundRule, Share, Template, Times,
};
pub use evaluate::evaluate;
pub use evidence::{Event, Evidence, MAX_EVENTS, MAX_EVIDENCE, What};
pub use fault::{Fault, Place, Subject};
pub use hash::hash;
pub use money::{Currency, Money};
