//! The registry of schemes: `spec/schemes/*.toml` as data (requirements UPQR-SCH).
//!
//! ```
//! use upqr::scheme::Scheme;
//!
//! let scheme = Scheme::with_id("hkqr").unwrap();
//! assert_eq!((scheme.jurisdictions[0].as_str(), scheme.confidence.key()), ("HK", "high"));
//! ```

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::Error as _;

use super::files::FILES;
use super::format::Format;

static SCHEMES: LazyLock<Vec<Scheme>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(_, text)| Scheme::load(text).expect("a test loads every row of the registry"))
        .collect()
});

/// A payment scheme: who runs it, how its codes are known, and what it asks of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// The stable name, in kebab case.
    pub id: String,
    /// The name in English.
    pub name: String,
    /// The name in Simplified Chinese.
    pub name_zh: String,
    /// Which grammar its codes have.
    pub grammar: Grammar,
    /// Where it is used: ISO 3166-1 alpha-2; empty where anywhere.
    #[serde(default)]
    pub jurisdictions: Vec<String>,
    /// What it pays in: ISO 4217 letters; empty where anything.
    #[serde(default)]
    pub currencies: Vec<String>,
    /// How far its facts are known.
    pub confidence: Confidence,
    /// What its codes are for.
    pub purpose: Purpose,
    /// Where the facts come from.
    pub sources: Vec<String>,
    /// The text that defines it.
    pub spec: Document,
    /// When that text is in force.
    #[serde(default)]
    pub effective: Period,
    /// How a payload is attributed without a globally unique identifier.
    #[serde(default)]
    pub recognise: Mark,
    /// Its templates.
    #[serde(default, rename = "template")]
    pub templates: Vec<Template>,
    /// Its elements, where its grammar has no templates.
    #[serde(default, rename = "object")]
    pub objects: Vec<Object>,
    /// The base rules that it breaks on purpose.
    #[serde(default, rename = "waive")]
    pub waivers: Vec<Waiver>,
    /// How long its codes may be.
    #[serde(default)]
    pub limits: Limits,
    /// What it asks of the symbol that carries them.
    #[serde(default)]
    pub symbol: SymbolLimits,
}

impl Scheme {
    fn load(text: &str) -> Result<Self, toml::de::Error> {
        let mut scheme: Self = toml::from_str(text)?;
        scheme
            .objects
            .iter_mut()
            .chain(scheme.templates.iter_mut().flat_map(|row| &mut row.objects))
            .for_each(number);
        Ok(scheme)
    }

    /// All schemes in the order of their ids.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        SCHEMES.iter()
    }

    /// The scheme with this id.
    #[must_use]
    pub fn with_id(id: &str) -> Option<&'static Self> {
        let place = SCHEMES.binary_search_by(|scheme| scheme.id.as_str().cmp(id)).ok()?;
        SCHEMES.get(place)
    }

    /// The scheme that a grammar of this library belongs to.
    pub(crate) fn known(id: &'static str) -> &'static Self {
        Self::with_id(id).expect("a test finds the row of every grammar")
    }

    /// Whether the facts suffice to reject anything.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.confidence != Confidence::Low
    }
}

/// Which grammar the codes of a scheme have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "each is the id of its scheme or of its grammar, which the specification lists"
)]
pub enum Grammar {
    EmvMpm,
    EmvCpm,
    Epc,
    Swiss,
    Nbu,
    Mnb,
    Upn,
    Hub3,
    Spd,
    Ips,
    Zbp,
    Gost,
    PayBySquare,
    Upi,
    Twqr,
    Sbp,
    Zatca,
    Bip321,
    Bolt11,
    Erc681,
    Raast,
    Slip,
    Karekod,
    /// An opaque URL that is known by its prefix.
    Link,
    /// Nothing that a text could be known by.
    None,
}

impl Grammar {
    /// The name in the registry and in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::EmvMpm => "emv-mpm",
            Self::EmvCpm => "emv-cpm",
            Self::Epc => "epc",
            Self::Swiss => "swiss",
            Self::Nbu => "nbu",
            Self::Mnb => "mnb",
            Self::Upn => "upn",
            Self::Hub3 => "hub3",
            Self::Spd => "spd",
            Self::Ips => "ips",
            Self::Zbp => "zbp",
            Self::Gost => "gost",
            Self::PayBySquare => "pay-by-square",
            Self::Upi => "upi",
            Self::Twqr => "twqr",
            Self::Sbp => "sbp",
            Self::Zatca => "zatca",
            Self::Bip321 => "bip321",
            Self::Bolt11 => "bolt11",
            Self::Erc681 => "erc681",
            Self::Raast => "raast",
            Self::Slip => "slip",
            Self::Karekod => "karekod",
            Self::Link => "link",
            Self::None => "none",
        }
    }
}

/// How far facts are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Hearsay: recognised, and never rejects.
    Low,
    /// Read at second hand: departures are warnings.
    Medium,
    /// Read in the scheme's own text or in several implementations: departures are errors.
    High,
}

impl Confidence {
    /// The name in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// An order or an invitation to pay.
    Payment,
    /// The proof of a payment.
    Receipt,
    /// The proof of an invoice.
    Invoice,
}

impl Purpose {
    /// The name in the registry and in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Receipt => "receipt",
            Self::Invoice => "invoice",
        }
    }
}

/// The text that defines a scheme.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "plain bibliography")]
pub struct Document {
    pub title: String,
    pub version: String,
    pub url: String,
}

/// The days on which something holds: from the first on, and up to the day before the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub from: Option<Date>,
    /// The first day on which it no longer holds.
    pub until: Option<Date>,
}

/// How a payload is attributed without a globally unique identifier.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// By its country alone, where nothing else is found.
    #[serde(default)]
    pub country: bool,
    /// By a root object with such an ID.
    #[serde(default, deserialize_with = "optional_ids")]
    pub account_ids: Option<RangeInclusive<u8>>,
    /// By how the text begins.
    #[serde(default)]
    pub prefixes: Vec<String>,
}

/// Where a template stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The root itself: the rows are root objects.
    Root,
    /// Root templates with these IDs.
    Templates(RangeInclusive<u8>),
    /// Templates with these IDs inside the additional data, 62.
    Additional(RangeInclusive<u8>),
}

/// What a scheme says of one of its templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a row, named in its file")]
pub struct Template {
    /// Where the scheme puts it.
    #[serde(rename = "ids", deserialize_with = "place")]
    pub place: Place,
    /// Its globally unique identifiers; `*` stands for one character or more.
    #[serde(default)]
    pub guids: Vec<String>,
    /// What object 00 looks like where it is no globally unique identifier.
    pub shape: Option<Shape>,
    /// Whether such a template makes the payload one of the scheme's.
    #[serde(default = "yes")]
    pub identifies: bool,
    /// Whether its identifier counts only in this place, since another scheme uses it elsewhere.
    #[serde(default)]
    pub only_there: bool,
    /// Whether its shape counts only in the scheme's own jurisdictions.
    #[serde(default)]
    pub needs_country: bool,
    /// What it is.
    pub name: String,
    /// Whether the payload must have it.
    #[serde(default)]
    pub mandatory: bool,
    /// Under which condition.
    pub when: Option<Condition>,
    /// Lists of objects of which exactly one must be there.
    #[serde(default)]
    pub exactly_one: Vec<Vec<String>>,
    /// Lists of objects of which at most one may be there.
    #[serde(default)]
    pub at_most_one: Vec<Vec<String>>,
    /// Its objects.
    #[serde(default, rename = "object")]
    pub objects: Vec<Object>,
}

fn yes() -> bool {
    true
}

/// What stands in place of a globally unique identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Shape {
    /// `account-at-bank`: an account such as `name@bank`.
    AccountAtBank,
    /// `uuid`: a UUID without hyphens.
    Uuid,
    /// `digits`, or `digits-11`: digits, and how many.
    Digits(Option<usize>),
}

impl Shape {
    /// Whether a value looks like that.
    #[must_use]
    pub fn admits(self, value: &str) -> bool {
        match self {
            Self::AccountAtBank => value
                .split_once('@')
                .is_some_and(|(name, bank)| !name.is_empty() && !bank.is_empty() && !bank.contains('@')),
            Self::Uuid => Format::UuidPlain.admits(value),
            Self::Digits(count) => {
                !value.is_empty()
                    && Format::Digits.admits(value)
                    && count.is_none_or(|count| value.len() == count)
            }
        }
    }
}

impl TryFrom<String> for Shape {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "account-at-bank" => Ok(Self::AccountAtBank),
            "uuid" => Ok(Self::Uuid),
            "digits" => Ok(Self::Digits(None)),
            text => {
                let count = text.strip_prefix("digits-").and_then(|count| count.parse().ok());
                count
                    .map(|count| Self::Digits(Some(count)))
                    .ok_or("a shape is account-at-bank, uuid, digits or digits-11")
            }
        }
    }
}

/// A value that another object must have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the type says it")]
pub struct Condition {
    pub id: String,
    pub value: String,
}

/// What a scheme says of one object or element.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Its ID, key or line number.
    pub id: String,
    /// Its ID as a number, where it is one of two digits.
    #[serde(skip)]
    pub(crate) number: Option<u8>,
    /// What it is.
    pub name: String,
    /// The characters of its value.
    #[serde(default)]
    pub format: Format,
    /// The shortest and the longest value, in characters.
    #[serde(default = "any_length", deserialize_with = "length")]
    pub length: RangeInclusive<usize>,
    /// Whether it must be there.
    #[serde(default)]
    pub presence: Presence,
    /// Under which condition it must.
    pub when: Option<Condition>,
    /// The values that are allowed; empty where any is.
    #[serde(default)]
    pub values: Vec<String>,
    /// What a value looks like: `#` a digit, `@` an ASCII letter, everything else itself.
    pub picture: Option<String>,
    /// Several such pictures, of which one must fit.
    #[serde(default)]
    pub pictures: Vec<String>,
    /// What must stand beside it.
    #[serde(default)]
    pub requires: Vec<String>,
    /// What must not.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// Whether the value is the time at which the code expires.
    #[serde(default)]
    pub expires: bool,
    /// Values that are no longer allowed, and since when.
    #[serde(default, rename = "retired")]
    pub retired: Vec<Retired>,
    /// The first day on which the row holds.
    pub from: Option<Date>,
    /// The first day on which it no longer does.
    pub until: Option<Date>,
    /// What is known besides.
    pub note: Option<String>,
    /// The objects inside it, where it is a template.
    #[serde(default, rename = "object")]
    pub objects: Vec<Self>,
}

/// A value that a scheme no longer allows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    /// The value.
    pub value: String,
    /// The first day on which it is not allowed.
    pub from: Date,
}

/// Whether an object must be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the type says it")]
pub enum Presence {
    #[default]
    Optional,
    Mandatory,
}

fn number(row: &mut Object) {
    row.number = row.id.parse().ok().filter(|_| row.id.len() == 2);
    row.objects.iter_mut().for_each(number);
}

/// A base rule that a scheme breaks on purpose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule's id.
    pub rule: String,
    /// The objects that it concerns: `59`, or `62-50` inside a template; empty where any.
    #[serde(default)]
    pub ids: Vec<String>,
    /// Why.
    pub reason: String,
    /// Why, in Simplified Chinese.
    pub reason_zh: String,
}

/// How long codes may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the type says it")]
pub struct Limits {
    pub characters: Option<usize>,
    pub bytes: Option<usize>,
}

/// What a scheme asks of a symbol (clause 14.6).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SymbolLimits {
    /// The error correction levels that are allowed, by their letters; empty where any is.
    #[serde(default)]
    pub levels: Vec<String>,
    /// The versions that are allowed; any where there are none.
    #[serde(default, deserialize_with = "optional_versions")]
    pub versions: Option<RangeInclusive<u8>>,
    /// The Extended Channel Interpretations that are allowed; empty where the base rules hold.
    #[serde(default)]
    pub eci: Vec<u32>,
    /// Whether one of those must be there.
    #[serde(default)]
    pub eci_mandatory: bool,
    /// The modes of text that are allowed, by their keys; empty where the base rules hold.
    #[serde(default)]
    pub modes: Vec<String>,
    /// The least side of a module in print, in millimetres.
    pub module: Option<f64>,
    /// How far these facts are known, where that is less than the rest of the file.
    pub confidence: Option<Confidence>,
    /// Where they come from.
    #[serde(default)]
    pub source: String,
}

impl SymbolLimits {
    /// Whether the scheme asks for this Extended Channel Interpretation.
    #[must_use]
    pub fn allows_eci(&self, number: u32) -> bool {
        self.eci.contains(&number)
    }

    /// How far these limits of a scheme are known: never better than the scheme is.
    #[must_use]
    pub fn confidence(&self, scheme: &Scheme) -> Confidence {
        self.confidence.unwrap_or(Confidence::High).min(scheme.confidence)
    }
}

const fn any_length() -> RangeInclusive<usize> {
    1..=usize::MAX
}

fn range<T: std::str::FromStr + Copy>(text: &str) -> Option<RangeInclusive<T>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

fn length<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<RangeInclusive<usize>, D::Error> {
    let text = String::deserialize(deserializer)?;
    range(&text).ok_or_else(|| D::Error::custom("a length is a number or two with a hyphen between"))
}

fn optional_ids<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<RangeInclusive<u8>>, D::Error> {
    let text = String::deserialize(deserializer)?;
    range(&text)
        .map(Some)
        .ok_or_else(|| D::Error::custom("IDs are two digits, or two such with a hyphen between"))
}

fn optional_versions<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<RangeInclusive<u8>>, D::Error> {
    let text = String::deserialize(deserializer)?;
    range(&text)
        .filter(|versions: &RangeInclusive<u8>| *versions.start() >= 1 && *versions.end() <= 40)
        .map(Some)
        .ok_or_else(|| D::Error::custom("versions are a number from 1 to 40, or two with a hyphen between"))
}

fn place<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Place, D::Error> {
    let text = String::deserialize(deserializer)?;
    let found = match text.as_str() {
        "root" => Some(Place::Root),
        "62" => Some(Place::Templates(62..=62)),
        inner if inner.starts_with("62-") => inner.get(3..).and_then(range).map(Place::Additional),
        ids => range(ids).map(Place::Templates),
    };
    found.ok_or_else(|| D::Error::custom("a place is `root`, IDs such as 26-51, or 62-50 inside 62"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"
id = "x"
name = "X"
name_zh = "X"
grammar = "none"
confidence = "medium"
purpose = "payment"
sources = []
spec = { title = "", version = "", url = "" }
"#;

    #[test]
    fn what_a_row_says_of_symbols() {
        let read = |table: &str| {
            let read = Scheme::load(&format!("{ROW}\n[symbol]\n{table}"));
            read.map_err(|error| error.message().to_owned())
        };
        let row = read("levels = [\"M\"]\nversions = \"1-13\"\neci = [26]").expect("a row");
        assert_eq!((row.symbol.versions.clone(), row.symbol.allows_eci(26)), (Some(1..=13), true));
        assert_eq!(row.symbol.confidence(&row), Confidence::Medium);
        let row = read("confidence = \"low\"").expect("a row");
        assert_eq!(row.symbol.confidence(&row), Confidence::Low);
        let refused = |table: &str| read(table).map(|_| ()).expect_err("a refusal");
        assert!(refused("colour = 1").starts_with("unknown field `colour`"));
        for versions in ["0-3", "41", "M", "1-"] {
            let message = refused(&format!("versions = \"{versions}\""));
            assert!(message.starts_with("versions are a number from 1 to 40"), "{message}");
        }
    }
}
