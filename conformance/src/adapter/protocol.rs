//! The messages of the adapter protocol, `spec/adapter-protocol.md`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::vectors::words::words;
use crate::vectors::{Op, Span};

/// The version of the protocol.
pub(crate) const PROTOCOL: u32 = 1;

words! {
    /// What an adapter's answers hold beyond a verdict; what it does not declare is not compared.
    Feature {
        /// The code of chapter 11 of a rejection.
        ErrorCode = "error-code",
        /// The byte offset of a rejection.
        Offset = "offset",
        /// `value` of an acceptance.
        Value = "value",
        /// `disposition` of a check.
        Disposition = "disposition",
        /// `findings` of a check.
        Findings = "findings",
        /// `spans` of a check.
        Spans = "spans",
        /// `reencoded` of a decoding: the bytes, rebuilt from what was decoded.
        Reencoded = "reencoded",
        /// `restored` of a round trip: the native code that came out again.
        Restored = "restored",
        /// `image` of a rendering, which the runner reads.
        Image = "image",
    }
}

words! {
    /// How an adapter takes a picture.
    ImageForm {
        /// In the question.
        Base64 = "base64",
        /// In a file that the runner writes.
        Path = "path",
    }
}

/// An adapter's answer to `hello`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(crate) struct Hello {
    pub(crate) name: String,
    pub(crate) version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
    /// The operations that it has; every other one is unsupported.
    pub(crate) ops: Vec<Op>,
    /// A filter over vectors that narrows `ops`; what it leaves out is unsupported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) supports: Option<String>,
    #[serde(default)]
    pub(crate) features: Vec<Feature>,
    /// How it takes pictures, the form that it prefers first; `base64` where it says nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) images: Vec<ImageForm>,
    /// Its choices where the standard leaves one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) policies: BTreeMap<String, String>,
    /// Cases that it takes before it has answered the first of them.
    #[serde(default = "one")]
    pub(crate) in_flight: u32,
}

const fn one() -> u32 {
    1
}

impl Hello {
    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// How it is given pictures.
    pub(crate) fn image_form(&self) -> ImageForm {
        self.images.first().copied().unwrap_or(ImageForm::Base64)
    }
}

words! {
    /// What an adapter made of a case.
    AnswerVerdict {
        Accept = "accept",
        Reject = "reject",
        /// It declared this to be outside what it supports.
        Unsupported = "unsupported",
        /// The implementation failed, and the adapter lived to say so.
        Error = "error",
    }
}

/// An adapter's answer to `run`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Answer {
    pub(crate) verdict: AnswerVerdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<AnswerFault>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) disposition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) findings: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) spans: Option<Vec<Span>>,
    /// Hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reencoded: Option<String>,
    /// Hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) restored: Option<String>,
    /// Base64 of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<String>,
    /// Why, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
}

/// Why an implementation rejects, in its own words or those of chapter 11.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct AnswerFault {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<u64>,
}

impl Answer {
    /// An answer that holds a verdict alone.
    pub(crate) fn of(verdict: AnswerVerdict) -> Self {
        Self {
            verdict,
            error: None,
            value: None,
            disposition: None,
            findings: None,
            spans: None,
            reencoded: None,
            restored: None,
            image: None,
            message: None,
        }
    }
}
