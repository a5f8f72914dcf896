//! The payloads that show a rule: one that it flags, and a sibling that differs in one respect.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::finding::{Findings, Options, Profile};
use super::rule::Rule;
#[cfg(feature = "symbol")]
use super::symbol::{Drawing, Sights};
use crate::emv::crc::checksum;
use crate::emv::data_object::{Id, write};
use crate::emv::mpm;

/// A text in two languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

/// A payload, written out or as its difference from the ordinary one of [`ORDINARY`]; or a symbol, or what a picture shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Example {
    /// The text itself.
    Text(&'static str),
    /// A merchant-presented payload in ascending order with a right checksum.
    Merchant {
        /// Root objects that are put in or replaced, by ID.
        set: &'static [(u8, &'static str)],
        /// Root objects that are left out.
        without: &'static [u8],
    },
    /// A symbol, as it is drawn and as it looks.
    #[cfg(feature = "symbol")]
    Symbol(&'static Drawing),
    /// What a picture shows.
    #[cfg(feature = "symbol")]
    Picture(&'static Sights<'static>),
}

/// The root objects of the ordinary payload that examples depart from, without its checksum.
pub const ORDINARY: [(u8, &str); 8] = [
    (0, "01"),
    (1, "11"),
    (26, "0015com.example.pay0106TEA001"),
    (52, "5814"),
    (53, "156"),
    (58, "CN"),
    (59, "JADE TEA HOUSE"),
    (60, "HANGZHOU"),
];

impl Example {
    /// The payload; of a symbol what of it is text, and of a picture the payloads one below the other.
    ///
    /// ```
    /// let rule = upqr::rules::with_id("amount-zero").unwrap();
    /// assert!(upqr::rules::check(&rule.bad.payload()).findings.iter().any(|finding| finding.rule.id == rule.id));
    /// ```
    #[must_use]
    pub fn payload(&self) -> String {
        let (set, without) = match *self {
            Self::Text(text) => return text.to_owned(),
            Self::Merchant { set, without } => (set, without),
            #[cfg(feature = "symbol")]
            Self::Symbol(drawing) => return String::from_utf8_lossy(&drawing.payload()).into_owned(),
            #[cfg(feature = "symbol")]
            Self::Picture(sights) => {
                return String::from_utf8_lossy(&sights.payloads.join(&b'\n')).into_owned();
            }
        };
        let mut objects: BTreeMap<u8, &str> = ORDINARY.into_iter().collect();
        objects.extend(set.iter().copied());
        objects.retain(|number, _| !without.contains(number));
        let mut text = String::new();
        for (number, value) in objects {
            let id = Id::new(number).expect("a test builds every example");
            write(&mut text, id, value).expect("a test builds every example");
        }
        text.push_str(mpm::CRC.as_str());
        text.push_str("04");
        let sealed = checksum(&text);
        format!("{text}{sealed:04X}")
    }

    /// The example for a person: the payload, or the recipe of a symbol in words.
    #[must_use]
    pub fn shown(&self) -> String {
        match *self {
            Self::Text(_) | Self::Merchant { .. } => self.payload(),
            #[cfg(feature = "symbol")]
            Self::Symbol(drawing) => drawing.to_string(),
            #[cfg(feature = "symbol")]
            Self::Picture(sights) => sights.to_string(),
        }
    }

    /// What the rules find in it.
    #[must_use]
    pub fn check(&self, options: &Options) -> Findings {
        match *self {
            Self::Text(_) | Self::Merchant { .. } => super::check_with(&self.payload(), options),
            #[cfg(feature = "symbol")]
            Self::Symbol(drawing) => drawing.check(options),
            #[cfg(feature = "symbol")]
            Self::Picture(sights) => super::check_picture(sights, options),
        }
    }
}

/// The day on which the examples of rules that need one are shown.
const DAY: Date = jiff::civil::date(2026, 11, 23);

impl Rule {
    /// Whether it looks at symbols or pictures, and not at texts.
    #[must_use]
    pub const fn is_of_symbols(&self) -> bool {
        !matches!(self.bad, Example::Text(_) | Example::Merchant { .. })
    }

    /// The options under which the examples show the rule: those that stand by default, but for the few rules that only a profile or a day
    /// brings out.
    ///
    /// ```
    /// use upqr::rules::{check_with, with_id};
    ///
    /// let rule = with_id("not-unified").unwrap();
    /// let found = check_with(&rule.bad.payload(), &rule.example_options());
    /// assert_eq!(found.findings[0].rule.id, "not-unified");
    /// ```
    #[must_use]
    pub fn example_options(&self) -> Options {
        let profile = match self.id {
            "cpm-account-missing" => Profile::Emvco,
            "not-unified" => Profile::Upqr,
            _ => Profile::Scheme,
        };
        let as_of = matches!(self.id, "payload-expired" | "payload-early" | "refund-ended").then_some(DAY);
        Options { profile, as_of, ..Options::default() }
    }
}
