//! Unified Payment QR.
#![forbid(unsafe_code)]
pub mod emv;
mod error;
pub mod grammar;
pub mod mask;
pub mod native;
pub mod network;
pub mod payment;
pub mod recognise;
pub mod rules;
pub mod unified;
pub use error::{Error, ErrorKind, Found};
