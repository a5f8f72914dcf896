//! Carriers other than symbols: an NDEF message on a tag, and an HTTPS link whose fragment holds the payload (requirements UPQR-CRR).
//!
//! A carrier holds the exact octets of a merchant-presented payload: `unpack(pack(payload)) == payload`. What comes out of one is
//! checked as if it had been scanned; neither the tag nor the host of a link proves anything.
//!
//! ```
//! use upqr::carrier::{link, ndef};
//!
//! let payload = "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";
//! let message = ndef::pack(payload, None)?;
//! assert_eq!(ndef::unpack(&message)?, payload);
//! let link = link::pack(payload, "https://pay.example/q")?;
//! assert_eq!(link::unpack(&link)?, payload);
//! # Ok::<(), upqr::Error>(())
//! ```

use crate::emv::{cpm, mpm};
use crate::error::{Error, ErrorKind};

pub mod link;
pub mod ndef;

/// Octets of a payload at most: as many as the largest QR symbol holds in byte mode (ISO/IEC 18004, version 40 at level L).
pub const MAX_PAYLOAD: usize = 2953;

/// Refuses what no carrier takes: a payment code, a text that is no merchant-presented payload, and one that is too long (UPQR-CRR-1 to 3).
fn refuse(payload: &str) -> Result<(), Error> {
    if payload.starts_with(cpm::PREFIX) {
        return Err(Error::new(0, ErrorKind::CarriedPaymentCode));
    }
    if payload.len() > MAX_PAYLOAD {
        return Err(Error::new(0, ErrorKind::TooLong { limit: MAX_PAYLOAD, found: payload.len() }));
    }
    mpm::parse(payload).map(drop)
}

/// The payload that octets of a carrier are; every error has the offset at which they stand there.
fn payload_of(octets: Vec<u8>, offset: usize) -> Result<String, Error> {
    let text = String::from_utf8(octets).map_err(|_| Error::new(offset, ErrorKind::Utf8))?;
    refuse(&text).map_err(|error| Error::new(offset, error.kind))?;
    Ok(text)
}
