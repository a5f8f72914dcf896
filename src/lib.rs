//! Unified Payment QR: one payment payload that carries the codes of every wallet without losing a byte.
//!
//! WeChat Pay, Alipay, UnionPay and the e-CNY app print codes that the others cannot read. A UPQR payload is an EMVCo payload, so that every
//! EMV reader parses it, and it holds each wallet's own code in a template of its own, so that every wallet gets back exactly what it printed.
//! The standard is written down in `spec/`; this library is its reference.
//!
//! # The way of a code
//!
//! ```
//! use upqr::emv::mpm;
//! use upqr::payment::{Account, Base, Merchant, MerchantPresented};
//! use upqr::rules::{Disposition, check};
//! use upqr::unified;
//!
//! // In: two wallets' codes and the merchant's particulars.
//! let payload = unified::write(&MerchantPresented {
//!     accounts: vec![
//!         Account::new("wxp://f2f0Synthetic0_Synthetic1-SyntheticA", None)?,
//!         Account::new("HTTPS://QR.ALIPAY.COM/FKX00000SYNTHETIC00AAA", None)?,
//!     ],
//!     ..MerchantPresented::new(Base::Merchant(Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812")))
//! })?;
//!
//! // What a payer's application is told.
//! assert_eq!(check(&payload).disposition(), Disposition::Pay);
//!
//! // Out: the same bytes.
//! let payload = mpm::parse(&payload)?;
//! let reading = unified::read(&payload);
//! let natives: Vec<&[u8]> = reading.accounts().map(Account::native).collect();
//! assert_eq!(natives[1], b"HTTPS://QR.ALIPAY.COM/FKX00000SYNTHETIC00AAA");
//! # Ok::<(), upqr::Error>(())
//! ```
//!
//! # Where things stand
//!
//! | module | question |
//! |---|---|
//! | [`grammar`] | which grammar does a text have? |
//! | [`emv`] | what do its data objects say? |
//! | [`native`] | is it a code of this wallet? |
//! | [`recognise`] | whose code may it be? |
//! | [`scheme`] | which payment scheme does it belong to, and what does that ask of it? |
//! | [`network`] | what does the registry know of networks, families and forms? |
//! | [`payment`] | what is being paid, to whom, through which wallets? |
//! | [`unified`] | how do codes go into a payload and out of it? |
//! | [`rules`] | what is wrong with it, and may money move? |
//! | [`reach`] | which wallet of which country reads it, and what does each lose? |
//! | [`carrier`] | how does it travel without a symbol? |
//! | [`country`] | which countries does ISO 3166-1 list? |
//! | [`mask`] | what of it may be listed? |
//! | `signature` | who made a payload, and is that key trusted with it? (feature `signature`) |
//! | `symbol` | how does a payload become an image, and an image a payload? (feature `symbol`) |
//! | `terms` | what becomes of the money under which conditions? (feature `terms`) |
//! | `vectors` | what does every implementation have to answer? (feature `vectors`) |
//!
//! Views borrow and lose nothing; models own and are canonical. Parsing ends with an [`Error`] only where a text is not data objects;
//! everything else that is wrong is a finding of [`rules`]. The library is pure: no input or output, no clock, no logging, no global state.
//! No input makes it panic.

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::float_cmp,
        clippy::indexing_slicing,
        reason = "a test may panic"
    )
)]

pub mod carrier;
pub mod country;
pub mod emv;
mod error;
pub mod grammar;
pub mod mask;
pub mod native;
pub mod network;
pub mod payment;
pub mod reach;
pub mod recognise;
pub mod rules;
pub mod scheme;
#[cfg(feature = "signature")]
pub mod signature;
#[cfg(any(feature = "signature", feature = "terms"))]
mod strict;
#[cfg(feature = "symbol")]
pub mod symbol;
#[cfg(feature = "terms")]
pub mod terms;
pub mod unified;
#[cfg(feature = "vectors")]
pub mod vectors;

pub use error::{Error, ErrorKind, Found};
