//! Reach: which wallet of which country reads what of a payload, through what, and what each loses (requirements UPQR-RCH).
//!
//! The answer comes from the payload and from `spec/wallets.toml` alone. It says what is published, not what a wallet does today.
//!
//! ```
//! use upqr::emv::mpm;
//! use upqr::payment::{Account, Templates};
//! use upqr::{reach, unified};
//!
//! let hong_kong = "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";
//! let account = Account::new("https://qr.alipay.com/fkx00000synthetic00aaa", None)?;
//! let payload = unified::extend(&mpm::parse(hong_kong)?, &[account], &Templates::default())?;
//!
//! let rows = reach::reach(&mpm::parse(&payload)?);
//! let read = |key: &str| rows.iter().find(|row| row.reader.key() == key && row.way.is_ok()).unwrap();
//! assert_eq!(read("alipay").standing().key(), "upqr");
//! assert_eq!(read("hk").standing().key(), "live");
//! assert_eq!(read("th").through(), Some("cross-border gateway"));
//! # Ok::<(), upqr::Error>(())
//! ```

use std::fmt;

use iso_currency::Currency;

use crate::country;
use crate::emv::crc::Crc16;
use crate::emv::data_object::{DataObject, Id};
use crate::emv::layout::Layout;
use crate::emv::mpm;
use crate::network::Network;
use crate::scheme::{Confidence, Scheme, attribute};
use crate::unified::foreign::Foreign;
use crate::unified::{self, Loss};

mod loss;
mod registry;

use loss::Present;
pub use registry::{Convention, Link, REGISTRY, Status, Wallet, links, version};

/// What one wallet makes of a payload in one way.
#[derive(Clone, Debug)]
pub struct Row {
    /// Who reads.
    pub reader: Reader,
    /// What is read, or why nothing is.
    pub way: Result<Way, Unreadable>,
    /// What of the payload the reader does not get.
    pub losses: Vec<Loss>,
}

/// Who reads.
#[derive(Clone, Copy, Debug)]
pub enum Reader {
    /// A row of the registry.
    Wallet(&'static Wallet),
    /// The wallets of a scheme's jurisdictions, where the registry of wallets has no row for them.
    Scheme(&'static Scheme),
}

/// What is read, and through what.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// What is read.
    pub subject: Subject,
    /// The link that lets it be read; `None` where it is the reader's own.
    pub link: Option<&'static Link>,
    standing: Standing,
    confidence: Confidence,
}

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A wallet's own code, restored from the account that begins with this template.
    Native {
        /// The first template of the account.
        template: Id,
        /// The network of the code.
        network: Network,
    },
    /// A wallet's data in the convention of others.
    Foreign {
        /// The root object that holds it.
        object: Id,
        /// The convention.
        convention: &'static str,
    },
    /// The payload itself, as a code of this scheme.
    Scheme {
        /// The root object by which it is known, where one names the scheme.
        object: Option<Id>,
        /// The scheme.
        scheme: &'static str,
    },
}

/// How sure it is that the reader reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In service.
    Live,
    /// With a decoder of this standard, in the wallet or before it, which hands the wallet its own code.
    Upqr,
    /// On trial.
    Pilot,
    /// Promised.
    Announced,
    /// No source says.
    Unverified,
    /// It reads nothing.
    Unread,
}

/// Why a reader reads nothing.
#[derive(Clone, Copy, Debug)]
pub enum Unreadable {
    /// The payload's checksum is missing or wrong: nobody is to pay from it.
    Checksum,
    /// The account of its network cannot be restored.
    Account {
        /// The first template of the account.
        template: Id,
        /// The code of the error.
        code: &'static str,
    },
    /// Its scheme does not pay in the payload's currency.
    Currency {
        /// The scheme.
        scheme: &'static Scheme,
        /// The currency that 53 names: letters of ISO 4217.
        found: &'static str,
    },
    /// Nothing in the payload is for it.
    Nothing,
}

impl Reader {
    /// The key of the wallet, or the id of the scheme.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Wallet(wallet) => &wallet.key,
            Self::Scheme(scheme) => &scheme.id,
        }
    }

    /// The name in English; of a scheme, its own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wallet(wallet) => &wallet.name,
            Self::Scheme(scheme) => &scheme.name,
        }
    }

    /// Where its users are: ISO 3166-1 alpha-2, one or more.
    pub fn countries(self) -> impl Iterator<Item = &'static str> {
        let (one, more) = match self {
            Self::Wallet(wallet) => (Some(wallet.country.as_str()), [].as_slice()),
            Self::Scheme(scheme) => (None, scheme.jurisdictions.as_slice()),
        };
        one.into_iter().chain(more.iter().map(String::as_str))
    }
}

impl Row {
    /// How sure it is that the reader reads it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.way.as_ref().map_or(Standing::Unread, |way| way.standing)
    }

    /// How far the row is known; `None` where nothing is read.
    #[must_use]
    pub fn confidence(&self) -> Option<Confidence> {
        self.way.as_ref().ok().map(|way| way.confidence)
    }

    /// The name of the link through which it is read.
    #[must_use]
    pub fn through(&self) -> Option<&'static str> {
        let link = self.way.as_ref().ok()?.link?;
        Some(&link.via)
    }
}

impl Standing {
    /// The name in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Upqr => "upqr",
            Self::Pilot => "pilot",
            Self::Announced => "announced",
            Self::Unverified => "unverified",
            Self::Unread => "unreadable",
        }
    }
}

impl From<Status> for Standing {
    fn from(status: Status) -> Self {
        match status {
            Status::Live => Self::Live,
            Status::Pilot => Self::Pilot,
            Status::Announced => Self::Announced,
            Status::Unverified => Self::Unverified,
        }
    }
}

impl Subject {
    /// The name of its kind in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Native { .. } => "native",
            Self::Foreign { .. } => "foreign",
            Self::Scheme { .. } => "scheme",
        }
    }

    /// The network, the convention or the scheme.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Native { network, .. } => network.key(),
            Self::Foreign { convention, .. } => convention,
            Self::Scheme { scheme, .. } => scheme,
        }
    }

    /// The root object that holds it, where one does.
    #[must_use]
    pub const fn object(self) -> Option<Id> {
        match self {
            Self::Native { template, .. } => Some(template),
            Self::Foreign { object, .. } => Some(object),
            Self::Scheme { object, .. } => object,
        }
    }
}

impl Unreadable {
    /// The name in machine output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Checksum => "checksum",
            Self::Account { .. } => "account",
            Self::Currency { .. } => "currency",
            Self::Nothing => "nothing",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checksum => f.write_str("the checksum is missing or wrong: nobody is to pay from it"),
            Self::Account { template, code } => {
                write!(f, "the account in template {template} cannot be restored: `{code}`")
            }
            Self::Currency { scheme, found } => {
                write!(f, "{} pays in {}, and 53 says {found}", scheme.name, scheme.currencies.join(" or "))
            }
            Self::Nothing => f.write_str("nothing in the payload is for it"),
        }
    }
}

/// What every wallet of the registry makes of a payload: rows in the order of the registry, and for each wallet what is its own first.
///
/// A wallet that reads nothing has one row that says why. The wallets of schemes that the registry of wallets does not name come last.
#[must_use]
pub fn reach(payload: &mpm::Payload<'_>) -> Vec<Row> {
    let facts = Facts::of(payload);
    let known = |scheme: &Scheme| Wallet::all().any(|wallet| wallet.is_home_of(scheme));
    let others = facts.schemes.iter().map(|(scheme, _)| *scheme);
    let others = others.filter(|scheme| !scheme.jurisdictions.is_empty() && !known(scheme));
    Wallet::all()
        .map(Reader::Wallet)
        .chain(others.map(Reader::Scheme))
        .flat_map(|reader| facts.rows(reader))
        .collect()
}

/// What a payload offers to readers.
struct Facts<'a> {
    /// Whether its checksum holds.
    whole: bool,
    /// Codes of networks: where they stand, and whether they serve one sale, or the code of the error.
    natives: Vec<(Id, Network, Result<bool, &'static str>)>,
    foreign: Vec<Foreign<'a>>,
    /// Each scheme once, and the root object that names it.
    schemes: Vec<(&'static Scheme, Option<Id>)>,
    currency: Option<Currency>,
    /// 58.
    country: &'a str,
    present: Present,
}

impl<'a> Facts<'a> {
    fn of(payload: &mpm::Payload<'a>) -> Self {
        let reading = unified::read(payload);
        let natives: Vec<_> = reading
            .carried
            .iter()
            .filter_map(|carried| {
                let (first, network) = (carried.templates.first()?, Network::with_label(carried.label)?);
                let account = carried.account.as_ref();
                let account =
                    account.map(crate::payment::Account::is_order).map_err(|error| error.kind.code());
                Some((first.id, network, account))
            })
            .collect();
        let layout = Layout::new(payload);
        let mut schemes: Vec<(&'static Scheme, Option<Id>)> = Vec::new();
        for attribution in attribute(&layout) {
            if !schemes.iter().any(|(known, _)| std::ptr::eq(*known, attribution.scheme)) {
                let named = attribution.offset.and_then(|offset| object_at(payload, offset));
                schemes.push((attribution.scheme, named.map(|object| object.id)));
            }
        }
        let currency = payload.value(mpm::CURRENCY).and_then(|digits| digits.parse().ok());
        Self {
            whole: matches!(payload.crc(), Crc16::Right | Crc16::LowerCase),
            present: Present::of(payload, natives.len()),
            natives,
            foreign: reading.foreign,
            schemes,
            currency: currency.and_then(Currency::from_numeric),
            country: payload.value(mpm::COUNTRY).filter(|code| country::is_listed(code)).unwrap_or_default(),
        }
    }

    /// The rows of one reader.
    fn rows(&self, reader: Reader) -> Vec<Row> {
        let unread = |reason| vec![Row { reader, way: Err(reason), losses: Vec::new() }];
        if !self.whole {
            return unread(Unreadable::Checksum);
        }
        let mut found = Vec::new();
        match reader {
            Reader::Wallet(wallet) => {
                for network in wallet.networks() {
                    self.natives(network, None, wallet.confidence, &mut found);
                }
                wallet.foreign.iter().for_each(|row| self.conventions(row, &mut found));
                self.schemes(|scheme| wallet.is_home_of(scheme), None, &mut found);
                for link in links().filter(|link| link.serves(wallet)) {
                    for network in link.networks.iter().filter_map(|key| Network::with_key(key)) {
                        self.natives(network, Some(link), link.confidence, &mut found);
                    }
                    self.schemes(|scheme| link.schemes.contains(&scheme.id), Some(link), &mut found);
                }
            }
            Reader::Scheme(own) => self.schemes(|scheme| std::ptr::eq(scheme, own), None, &mut found),
        }
        if found.is_empty() {
            return unread(Unreadable::Nothing);
        }
        let row = |way: Result<Way, Unreadable>| {
            let losses = way.as_ref().map_or_else(|_| Vec::new(), |way| self.losses(way));
            Row { reader, way, losses }
        };
        found.into_iter().map(row).collect()
    }

    /// The codes of a network. A link lets a wallet read the code, and a decoder of this standard has to give it the code first.
    fn natives(
        &self,
        network: Network,
        link: Option<&'static Link>,
        confidence: Confidence,
        found: &mut Vec<Result<Way, Unreadable>>,
    ) {
        for (template, _, account) in self.natives.iter().filter(|(_, own, _)| *own == network) {
            found.push(match account {
                Ok(_) => Ok(Way {
                    subject: Subject::Native { template: *template, network },
                    link,
                    standing: match link.map(|link| link.status) {
                        None | Some(Status::Live) => Standing::Upqr,
                        Some(status) => status.into(),
                    },
                    confidence,
                }),
                Err(code) => Err(Unreadable::Account { template: *template, code }),
            });
        }
    }

    fn conventions(&self, row: &'static Convention, found: &mut Vec<Result<Way, Unreadable>>) {
        for foreign in self.foreign.iter().filter(|foreign| foreign.convention == row.convention) {
            let seen = row.countries.iter().any(|country| country == self.country);
            let subject = Subject::Foreign { object: foreign.object.id, convention: foreign.convention };
            let standing = if seen { Standing::Live } else { Standing::Unverified };
            found.push(Ok(Way { subject, link: None, standing, confidence: row.confidence }));
        }
    }

    /// The payload as a code of the schemes that are wanted.
    fn schemes(
        &self,
        wanted: impl Fn(&Scheme) -> bool,
        link: Option<&'static Link>,
        found: &mut Vec<Result<Way, Unreadable>>,
    ) {
        for (scheme, object) in self.schemes.iter().filter(|(scheme, _)| wanted(scheme)) {
            let pays = |currency: Currency| scheme.currencies.iter().any(|own| own == currency.code());
            if let Some(currency) =
                self.currency.filter(|currency| !scheme.currencies.is_empty() && !pays(*currency))
            {
                found.push(Err(Unreadable::Currency { scheme, found: currency.code() }));
                continue;
            }
            let status = link.map(|link| link.status);
            let verified = if scheme.is_verified() { Standing::Live } else { Standing::Unverified };
            found.push(Ok(Way {
                subject: Subject::Scheme { object: *object, scheme: &scheme.id },
                link,
                standing: status.map_or(verified, Standing::from),
                confidence: link.map_or(scheme.confidence, |link| link.confidence.min(scheme.confidence)),
            }));
        }
    }

    /// What a reader does not get.
    fn losses(&self, way: &Way) -> Vec<Loss> {
        match way.subject {
            Subject::Native { template, .. } => {
                let order = self.natives.iter().any(|(own, _, order)| *own == template && *order == Ok(true));
                self.present.lost_to_native(order)
            }
            Subject::Foreign { .. } => self.present.lost_to_base(true, way.link.is_some()),
            Subject::Scheme { .. } => self.present.lost_to_base(false, way.link.is_some()),
        }
    }
}

/// The root object in which the byte at `offset` stands.
fn object_at<'a>(payload: &mpm::Payload<'a>, offset: usize) -> Option<DataObject<'a>> {
    payload.objects().take_while(|object| object.offset <= offset).last()
}

#[cfg(test)]
mod tests;
