//! What a scheme's own grammar makes of a text: elements with their places, and what the grammar itself finds wrong.

use std::borrow::Cow;
use std::ops::Range;

use super::registry::{Period, Scheme};
use crate::emv::data_object::Id;

/// A text that has the mark of a scheme, read by the scheme's grammar as far as it goes.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// Whose grammar it is.
    pub scheme: &'static Scheme,
    /// The elements in their order.
    pub elements: Vec<Element<'a>>,
    /// What registry rows cannot say: structure, checksums, conditions over several elements.
    pub faults: Vec<Fault>,
}

/// A named part of a text: a line, a pair, a parameter, a data object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// What the scheme calls it: a line's number, a key, an ID.
    pub id: Cow<'a, str>,
    /// Its value, with escapes undone.
    pub value: Cow<'a, str>,
    /// Its place, in bytes of the text.
    pub span: Range<usize>,
}

/// What is wrong with a text by its scheme: what the grammar finds, and what a row does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which rule it falls under.
    pub kind: FaultKind,
    /// Its place, in bytes of the text.
    pub span: Range<usize>,
    /// Lower case, exact, and what to do.
    pub message: String,
    /// The bytes of `span` that would be right, where that is known and changes nothing that is paid.
    pub fix: Option<String>,
    /// The data object at fault: the root template that holds it, if one does, and its ID.
    pub object: Option<(Option<Id>, Id)>,
    /// The days on which the row holds.
    pub period: Period,
}

impl Fault {
    /// A fault of a row that always holds.
    pub(crate) fn new(kind: FaultKind, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { kind, span, message: message.into(), fix: None, object: None, period: Period::default() }
    }
}

/// The rule that a fault falls under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// `scheme-structure`: the grammar is not followed.
    Structure,
    /// `scheme-checksum`: the scheme's own checksum is wrong.
    Checksum,
    /// `scheme-check-digit`: check digits of an identifier are wrong.
    CheckDigit,
    /// `scheme-address`: an address fails its own checksum, which the text around it does not depend on.
    Address,
    /// `scheme-missing`: an element is missing that conditions make mandatory.
    Missing,
    /// `scheme-format`: a value breaks its format.
    Format,
    /// `scheme-value`: a value is not one that the scheme lists.
    Value,
    /// `scheme-duplicate`: an element stands twice.
    Duplicate,
    /// `scheme-requires`: an element stands without another one.
    Requires,
    /// `scheme-excludes`: elements exclude each other.
    Excludes,
    /// `scheme-size`: the text is longer than the scheme allows.
    Size,
    /// `scheme-tolerated`: not allowed, but met in practice.
    Tolerated,
    /// `scheme-length`: a value is shorter or longer than the scheme allows.
    Length,
    /// `scheme-currency`: the currency is not one of the scheme's.
    Currency,
    /// `scheme-country`: the country is none of the scheme's.
    Country,
    /// `scheme-place`: a template stands under another ID than the scheme gives it.
    Place,
    /// `scheme-superseded`: the scheme's text no longer allows the value.
    Superseded,
    /// `payload-expired`: the code's own time is over, from the first day of the period on.
    Expired,
}

impl<'a> Reading<'a> {
    /// A reading without elements.
    #[must_use]
    pub const fn new(scheme: &'static Scheme) -> Self {
        Self { scheme, elements: Vec::new(), faults: Vec::new() }
    }

    /// Adds an element whose value stands in the text as it is.
    pub fn element(
        &mut self,
        id: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, str>>,
        span: Range<usize>,
    ) {
        self.elements.push(Element { id: id.into(), value: value.into(), span });
    }

    /// Adds a fault.
    pub fn fault(&mut self, kind: FaultKind, span: Range<usize>, message: impl Into<String>) {
        self.faults.push(Fault::new(kind, span, message));
    }

    /// Adds a fault with the text that would be right in its place.
    pub fn fixable(
        &mut self,
        kind: FaultKind,
        span: Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.faults.push(Fault { fix: Some(fix.into()), ..Fault::new(kind, span, message) });
    }

    /// The first element with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Element<'a>> {
        self.elements.iter().find(|element| element.id == id)
    }

    /// The value of the first element with this id that is not empty.
    #[must_use]
    pub fn value(&self, id: &str) -> Option<&str> {
        self.get(id).map(|element| &*element.value).filter(|value| !value.is_empty())
    }
}

/// The lines of a text with their offsets, split at LF or CRLF; a final line end gives an empty last line.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0_usize;
    text.split('\n').map(move |line| {
        let start = offset;
        offset = offset.saturating_add(line.len()).saturating_add(1);
        (start, line.strip_suffix('\r').unwrap_or(line))
    })
}
