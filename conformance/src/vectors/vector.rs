//! A vector: one input, one operation, and what every implementation has to answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use upqr::payment::{hex_of, octets_of};

use super::words::words;

/// A test vector; `vectors/README.md` says what the members mean.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    pub(crate) id: String,
    /// Counts corrections, from 1.
    pub(crate) rev: u32,
    pub(crate) op: Op,
    pub(crate) level: Level,
    /// The first version of the standard that it belongs to, and the first that it no longer does.
    pub(crate) since: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<String>,
    pub(crate) title: String,
    pub(crate) input: Input,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) options: Map<String, Value>,
    pub(crate) requirements: Vec<String>,
    pub(crate) flags: Vec<String>,
    pub(crate) risk: Vec<Risk>,
    pub(crate) expect: Expect,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mutation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parentless: Option<String>,
    pub(crate) provenance: Provenance,
}

impl Vector {
    /// What reports count it under: its operation and level, such as `check checksum`.
    pub(crate) fn group(&self) -> String {
        format!("{} {}", self.op.key(), self.level.key())
    }
}

/// What is put in: bytes in hexadecimal digits, and the same as text where they are UTF-8; or a picture.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "Form", into = "Form")]
pub(crate) struct Input {
    /// Of bytes; empty where there is a picture.
    pub(crate) hex: String,
    pub(crate) text: Option<String>,
    pub(crate) image: Option<Image>,
}

/// A picture of `vectors/images/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    /// The name of its file.
    pub(crate) name: String,
    /// In hexadecimal digits, of the file.
    pub(crate) sha256: String,
}

/// An input as it is written.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

impl TryFrom<Form> for Input {
    type Error = &'static str;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        match (form.hex, form.text, form.image, form.sha256) {
            (Some(hex), text, None, None) => Ok(Self { hex, text, image: None }),
            (None, None, Some(name), Some(sha256)) => {
                Ok(Self { hex: String::new(), text: None, image: Some(Image { name, sha256 }) })
            }
            _ => Err("an input has `hex` and `text`, or `image` and `sha256`"),
        }
    }
}

impl From<Input> for Form {
    fn from(input: Input) -> Self {
        match input.image {
            None => Self { hex: Some(input.hex), text: input.text, image: None, sha256: None },
            Some(Image { name, sha256 }) => {
                Self { hex: None, text: None, image: Some(name), sha256: Some(sha256) }
            }
        }
    }
}

impl Input {
    /// An input of bytes.
    pub(crate) fn of(octets: &[u8]) -> Self {
        let text = std::str::from_utf8(octets).ok().map(str::to_owned);
        Self { hex: hex_of(octets), text, image: None }
    }

    /// The bytes, which for a picture are those of its file; `None` where `hex` is not hexadecimal or this edition has no such picture, which the
    /// lint reports.
    pub(crate) fn octets(&self) -> Option<Vec<u8>> {
        match &self.image {
            None => octets_of(&self.hex),
            Some(image) => {
                let known = upqr::vectors::IMAGES.iter().find(|(name, _)| *name == image.name);
                known.map(|(_, octets)| octets.to_vec())
            }
        }
    }

    /// What tells it from any other input, and can be shown: the digits, or the name of the picture.
    pub(crate) fn name(&self) -> &str {
        self.image.as_ref().map_or(&self.hex, |image| &image.name)
    }
}

words! {
    /// What is to be done with the input.
    Op {
        Check = "check",
        Decode = "decode",
        Encode = "encode",
        Evaluate = "evaluate",
        Pack = "pack",
        Recognise = "recognise",
        Render = "render",
        Restore = "restore",
        Roundtrip = "roundtrip",
        Scan = "scan",
        Unify = "unify",
        Unpack = "unpack",
        Verify = "verify",
    }
}

impl Op {
    /// Whether what is put in is a picture.
    pub(crate) const fn takes_image(self) -> bool {
        matches!(self, Self::Scan)
    }
}

words! {
    /// The level of knowledge that a vector is about: clause 1.3, and the values of an input.
    Level {
        Shape = "shape",
        Structure = "structure",
        Checksum = "checksum",
        Signature = "signature",
        Freshness = "freshness",
        Profile = "profile",
        Carriage = "carriage",
        Canonical = "canonical",
        Risk = "risk",
        Value = "value",
    }
}

words! {
    /// What an implementation that fails puts at risk, the costliest first.
    Risk {
        Tamper = "tamper",
        Misroute = "misroute",
        WrongAmount = "wrong-amount",
        Replay = "replay",
        Privacy = "privacy",
        DenialOfService = "denial-of-service",
        RefusedSale = "refused-sale",
    }
}

words! {
    /// Whether an input is taken.
    Verdict {
        Accept = "accept",
        Reject = "reject",
    }
}

words! {
    /// How a vector came to be.
    Kind {
        Hand = "hand",
        Mutant = "mutant",
        Search = "search",
        FieldReport = "field-report",
        Fuzz = "fuzz",
    }
}

/// Where a vector comes from; those that are generated name their seed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provenance {
    pub(crate) kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// What has to be answered: one thing, or one for each choice that an implementation is free to make.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum Expect {
    ByPolicy { by_policy: ByPolicy },
    Always(Expectation),
}

impl Expect {
    /// The expectation for an implementation that declares these policies; `None` where it declares none of the choices.
    pub(crate) fn under<'a>(&'a self, policies: &BTreeMap<String, String>) -> Option<&'a Expectation> {
        match self {
            Self::Always(expectation) => Some(expectation),
            Self::ByPolicy { by_policy } => by_policy.choices.get(policies.get(&by_policy.policy)?),
        }
    }

    /// Every expectation, of which a vector without a policy has one.
    pub(crate) fn each(&self) -> Vec<&Expectation> {
        match self {
            Self::Always(expectation) => vec![expectation],
            Self::ByPolicy { by_policy } => by_policy.choices.values().collect(),
        }
    }
}

/// A choice that the standard leaves open, and what follows from each way of making it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByPolicy {
    pub(crate) policy: String,
    pub(crate) choices: BTreeMap<String, Expectation>,
}

/// A verdict and what belongs to it; only members that are there are compared.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    pub(crate) verdict: Verdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Fault>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) disposition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) findings: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) spans: Option<Vec<Span>>,
}

/// A code of chapter 11, and where the specification gives it an offset in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    pub(crate) code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<u64>,
}

/// A finding's place in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    pub(crate) rule: String,
    pub(crate) offset: u64,
    pub(crate) length: u64,
}
