//! Which grammar a text has, decided once and in one place (requirement UPQR-OBJ-6).
//!
//! ```
//! use upqr::grammar::Text;
//!
//! assert_eq!(Text::read("134650328919428540").key(), "digits");
//! assert_eq!(Text::read("0002015802CN").key(), "emv-mpm");
//! assert_eq!(Text::read("weixin://wxpay/s/An4baqw").key(), "uri");
//! ```

use crate::emv::{cpm, mpm};
use crate::error::Error;
use crate::native::uri::Uri;
use crate::scheme;

/// A text, read by the grammar that it has.
#[derive(Clone, Debug)]
pub enum Text<'a> {
    /// It begins `0002`, or is data objects of which the first is 00.
    MerchantPresented(Result<mpm::Payload<'a>, Error>),
    /// ASCII digits alone.
    Digits(&'a str),
    /// It begins `hQVDUFY`.
    ConsumerPresented(Result<cpm::Payload<'a>, Error>),
    /// It begins with a scheme and `://`.
    Uri(Uri<'a>),
    /// Data objects of a dialect that looks like the first of these and is none.
    Dialect(scheme::Reading<'a>),
    /// Anything else.
    Other(&'a str),
}

impl<'a> Text<'a> {
    /// Reads a text.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        if let Some(reading) = scheme::dialect(text) {
            return Self::Dialect(reading);
        }
        if text.starts_with("0002") {
            return Self::MerchantPresented(mpm::parse(text));
        }
        if text.starts_with("00")
            && let Ok(payload) = mpm::parse(text)
        {
            return Self::MerchantPresented(Ok(payload));
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            Self::Digits(text)
        } else if text.starts_with(cpm::PREFIX) {
            Self::ConsumerPresented(cpm::parse(text))
        } else {
            Uri::parse(text).map_or(Self::Other(text), Self::Uri)
        }
    }

    /// The name of the grammar in machine output.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::MerchantPresented(_) => "emv-mpm",
            Self::Digits(_) => "digits",
            Self::ConsumerPresented(_) => "emv-cpm",
            Self::Uri(_) => "uri",
            Self::Dialect(_) => "tlv-dialect",
            Self::Other(_) => "text",
        }
    }

    /// Why the text cannot be read by its own grammar.
    #[must_use]
    pub const fn error(&self) -> Option<Error> {
        match self {
            Self::MerchantPresented(Err(error)) | Self::ConsumerPresented(Err(error)) => Some(*error),
            _ => None,
        }
    }
}
