//! Unified Payment QR.
#![forbid(unsafe_code)]
pub mod emv;
mod error;
pub mod native;
pub mod network;
pub mod recognise;
pub use error::{Error, ErrorKind, Found};
