//! Payment schemes: the registry of them, and the grammars of those that are not EMVCo's (requirements UPQR-SCH).
//!
//! Grammars are code, schemes are data. A grammar says how a text is cut into elements and what only it can see, such as a control sum;
//! what an element may hold is a row of the scheme's file in `spec/schemes/`.
//!
//! ```
//! let reading = upqr::scheme::read("SPD*1.0*ACC:CZ2408000000190000000123*AM:100.5").unwrap();
//! assert_eq!((reading.scheme.id.as_str(), reading.value("AM")), ("spd", Some("100.5")));
//! ```

pub mod check_digit;
pub mod format;
pub mod verify;

mod attribute;
mod files;
mod reading;
mod registry;

mod bip321;
mod bolt11;
mod crc_last;
mod epc;
mod erc681;
mod gost;
mod hub3;
mod ips;
mod karekod;
mod link;
mod mnb;
mod nbu;
mod parts;
mod pay_by_square;
mod query;
mod raast;
mod sbp;
mod slip;
mod spd;
mod swiss;
mod twqr;
mod upi;
mod upn;
mod zatca;
mod zbp;

pub use attribute::{Attribution, attribute};
pub(crate) use attribute::{known_guids, owners};
pub use reading::{Element, Fault, FaultKind, Reading};
pub use registry::{
    Condition, Confidence, Document, Grammar, Limits, Mark, Object, Period, Place, Presence, Purpose,
    Retired, Scheme, Shape, SymbolLimits, Template, Waiver,
};

/// The grammars of data objects that are no merchant-presented payloads, although they look like them.
const DIALECTS: [fn(&str) -> Option<Reading<'_>>; 3] = [raast::read, slip::read, karekod::read];

/// The other grammars; the opaque links come last, since they only compare prefixes.
const GRAMMARS: [fn(&str) -> Option<Reading<'_>>; 19] = [
    epc::read,
    nbu::read,
    swiss::read,
    mnb::read,
    upn::read,
    hub3::read,
    spd::read,
    ips::read,
    zbp::read,
    gost::read,
    upi::read,
    twqr::read,
    sbp::read,
    bip321::read,
    bolt11::read,
    erc681::read,
    zatca::read,
    pay_by_square::read,
    link::read,
];

/// Reads a text by the grammar of the scheme whose mark it has; `None` where it has the mark of none.
///
/// EMVCo payloads, payment codes and wallets' links have grammars of their own and are not read here.
#[must_use]
pub fn read(text: &str) -> Option<Reading<'_>> {
    dialect(text).or_else(|| GRAMMARS.into_iter().find_map(|read| read(text)))
}

/// Reads data objects of a dialect that looks like a merchant-presented payload and is none.
#[must_use]
pub fn dialect(text: &str) -> Option<Reading<'_>> {
    DIALECTS.into_iter().find_map(|read| read(text))
}
