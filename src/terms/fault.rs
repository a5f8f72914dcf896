//! Why a document of terms, or its evidence, is not read.

use std::fmt;

/// A fault that ends the reading of a document or of evidence (clause 11.11).
///
/// Unlike [`Error`](crate::Error) it owns its message, which repeats names of members as a reader of JSON finds them, and never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What was read.
    pub subject: Subject,
    /// Where the fault was seen, where it has a place of its own.
    pub place: Option<Place>,
    /// What was expected.
    pub message: String,
}

/// What a fault is a fault of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The document.
    Document,
    /// The evidence.
    Evidence,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Lines, from 1.
    pub line: usize,
    /// Bytes in the line, from 1.
    pub byte: usize,
}

impl Fault {
    /// The code of clause 11.11: `terms` or `evidence`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.subject {
            Subject::Document => "terms",
            Subject::Evidence => "evidence",
        }
    }

    pub(super) fn document(message: impl Into<String>) -> Self {
        Self { subject: Subject::Document, place: None, message: message.into() }
    }

    pub(super) fn evidence(message: impl Into<String>) -> Self {
        Self { subject: Subject::Evidence, place: None, message: message.into() }
    }

    /// What the reader of JSON found, `lines` lines further down.
    pub(super) fn json(subject: Subject, error: &serde_json::Error, lines: usize) -> Self {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        let place = Place { line: error.line().saturating_add(lines), byte: error.column().max(1) };
        Self { subject, place: (error.line() > 0).then_some(place), message }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { line, byte }) = self.place {
            write!(f, "line {line}, byte {byte}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
