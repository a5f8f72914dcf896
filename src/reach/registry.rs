//! The registry of reach: `spec/wallets.toml` as data (requirements UPQR-RCH-1 to UPQR-RCH-4).
//!
//! ```
//! use upqr::reach::{Status, Wallet, links};
//!
//! let wallet = Wallet::with_key("unionpay").unwrap();
//! assert_eq!((wallet.country.as_str(), wallet.country_name()), ("CN", Some("China")));
//! let link = links().find(|link| link.key == "qris-china").unwrap();
//! assert_eq!((link.status, link.since.as_deref()), (Status::Pilot, None));
//! ```

use std::sync::LazyLock;

use serde::Deserialize;

use crate::country;
use crate::network::Network;
use crate::scheme::{Confidence, Scheme};

/// The text of the registry that this edition was built with.
pub const REGISTRY: &str = include_str!("../../spec/wallets.toml");

static ROWS: LazyLock<Rows> =
    LazyLock::new(|| toml::from_str(REGISTRY).expect("a test loads the registry that is built in"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    version: String,
    wallet: Vec<Wallet>,
    link: Vec<Link>,
}

/// The version of the standard that the registry belongs to: two digits.
#[must_use]
pub fn version() -> &'static str {
    &ROWS.version
}

/// The links in the order of the registry.
pub fn links() -> impl Iterator<Item = &'static Link> {
    ROWS.link.iter()
}

/// An application that pays, or the applications of one country that no source tells apart.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wallet {
    /// The stable name: lower-case letters, digits and hyphens.
    pub key: String,
    /// Whether it stands for several applications.
    #[serde(default)]
    pub class: bool,
    /// The name in English.
    pub name: String,
    /// The name in Simplified Chinese.
    pub name_zh: String,
    /// Where its users are: ISO 3166-1 alpha-2.
    pub country: String,
    /// Keys of the networks whose native codes it reads.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Ids of the schemes that it reads at home.
    #[serde(default)]
    pub schemes: Vec<String>,
    /// Conventions by which others put its codes into EMV payloads.
    #[serde(default)]
    pub foreign: Vec<Convention>,
    /// How far the row is known.
    pub confidence: Confidence,
    /// Where it is published.
    pub source: String,
}

/// A convention of foreign carriage (clause 4.5), and where it is in use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Convention {
    /// A globally unique identifier in lower case, or `unionpay`.
    pub convention: String,
    /// The countries in which a source shows it: ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// How far the row is known.
    pub confidence: Confidence,
    /// Where it is published.
    pub source: String,
}

/// What lets wallets read codes that are not their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The stable name.
    pub key: String,
    /// What it is called.
    pub via: String,
    /// The countries whose wallets it serves, as classes; none where `wallets` names them.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Keys of the wallets that it serves.
    #[serde(default)]
    pub wallets: Vec<String>,
    /// Keys of the networks whose native codes it lets them read.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Ids of the schemes whose codes it lets them read.
    #[serde(default)]
    pub schemes: Vec<String>,
    /// A year, a month or a day: since when, or for when it was announced.
    pub since: Option<String>,
    /// How far it has come.
    pub status: Status,
    /// How far the row is known.
    pub confidence: Confidence,
    /// Where it is published.
    pub source: String,
}

/// How far a link has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In service.
    Live,
    /// On trial.
    Pilot,
    /// Promised.
    Announced,
    /// No source says.
    Unverified,
}

impl Status {
    /// The name in the registry and in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Pilot => "pilot",
            Self::Announced => "announced",
            Self::Unverified => "unverified",
        }
    }
}

impl Wallet {
    /// All wallets in the order of the registry.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ROWS.wallet.iter()
    }

    /// The wallet with this key.
    #[must_use]
    pub fn with_key(key: &str) -> Option<&'static Self> {
        Self::all().find(|wallet| wallet.key == key)
    }

    /// The name of its country.
    #[must_use]
    pub fn country_name(&self) -> Option<&'static str> {
        country::name(&self.country)
    }

    /// The networks whose native codes it reads.
    pub fn networks(&self) -> impl Iterator<Item = Network> {
        self.networks.iter().filter_map(|key| Network::with_key(key))
    }

    /// Whether it reads this scheme at home.
    #[must_use]
    pub fn is_home_of(&self, scheme: &Scheme) -> bool {
        self.schemes.contains(&scheme.id)
    }
}

impl Link {
    /// Whether it serves this wallet: by its key, or by its country where no source tells wallets apart.
    #[must_use]
    pub fn serves(&self, wallet: &Wallet) -> bool {
        self.wallets.contains(&wallet.key) || (wallet.class && self.countries.contains(&wallet.country))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lower-case letters, digits and hyphens, a letter first.
    fn is_key(key: &str) -> bool {
        key.starts_with(|c: char| c.is_ascii_lowercase())
            && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }

    /// A year, a month or a day.
    fn is_date(text: &str) -> bool {
        ["%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d"]
            .iter()
            .zip([text.to_owned(), format!("{text}-01"), format!("{text}-01-01")])
            .any(|(format, text)| text.len() == 10 && jiff::civil::Date::strptime(format, text).is_ok())
    }

    #[test]
    fn every_row_points_at_rows_that_exist() {
        assert_eq!(version(), crate::network::Version::current().to_string());
        let mut keys = Vec::new();
        for wallet in Wallet::all() {
            assert!(is_key(&wallet.key) && !keys.contains(&&wallet.key), "{}", wallet.key);
            keys.push(&wallet.key);
            assert!(wallet.country_name().is_some(), "{}", wallet.key);
            assert_eq!(wallet.networks().count(), wallet.networks.len(), "{}", wallet.key);
            for id in &wallet.schemes {
                let scheme = Scheme::with_id(id).expect("a scheme");
                assert!(scheme.jurisdictions.contains(&wallet.country), "{}: {id}", wallet.key);
            }
            for convention in &wallet.foreign {
                assert!(convention.countries.iter().all(|country| country::is_listed(country)));
            }
            assert!(!wallet.class || wallet.key.eq_ignore_ascii_case(&wallet.country), "{}", wallet.key);
        }
        let mut keys = Vec::new();
        for link in links() {
            assert!(is_key(&link.key) && !keys.contains(&&link.key), "{}", link.key);
            keys.push(&link.key);
            assert!(Wallet::all().any(|wallet| link.serves(wallet)), "{}", link.key);
            assert!(link.wallets.iter().all(|key| Wallet::with_key(key).is_some()), "{}", link.key);
            let class =
                |country: &String| Wallet::all().any(|wallet| wallet.class && wallet.country == *country);
            assert!(link.countries.iter().all(class), "{}", link.key);
            assert!(link.countries.is_empty() != link.wallets.is_empty(), "{}", link.key);
            assert!(link.networks.is_empty() != link.schemes.is_empty(), "{}", link.key);
            assert!(link.networks.iter().all(|key| Network::with_key(key).is_some()), "{}", link.key);
            assert!(link.schemes.iter().all(|id| Scheme::with_id(id).is_some()), "{}", link.key);
            assert!(link.since.as_deref().is_none_or(is_date), "{}", link.key);
        }
    }

    #[test]
    fn every_row_names_a_source_and_hearsay_is_unverified() {
        for wallet in Wallet::all() {
            assert!(!wallet.source.is_empty() && wallet.foreign.iter().all(|row| !row.source.is_empty()));
        }
        for link in links() {
            assert!(!link.source.is_empty(), "{}", link.key);
            let low = link.confidence == Confidence::Low;
            assert_eq!(low, link.status == Status::Unverified, "{}: what is hearsay is not live", link.key);
        }
    }

    #[test]
    fn a_key_that_the_edition_does_not_define_is_refused() {
        let text = format!("{REGISTRY}\ncolour = 1\n");
        let error = toml::from_str::<Rows>(&text).expect_err("a refusal");
        assert!(error.message().starts_with("unknown field `colour`"), "{error}");
    }
}
