//! What a rule found: where, in what words, how bad under the options of the day, and what would mend it.

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::Date;

use super::rule::Rule;
use crate::emv::data_object::Id;
use crate::scheme::{Attribution, Period, Scheme, Waiver};

/// What a rule says of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth changing.
    Warning,
    /// The text is rejected.
    Error,
}

impl Severity {
    /// The name in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a payer may do with a text; the worst of its findings' dispositions stands for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disposition {
    /// Nothing in the text stands against payment.
    Pay,
    /// A person has to look before money moves.
    Confirm,
    /// No payment from this text.
    Block,
}

impl Disposition {
    /// The name in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pay => "pay",
            Self::Confirm => "confirm",
            Self::Block => "block",
        }
    }
}

/// What kind of fault a rule finds; *broken* is an error of the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// The text cannot be read as it should be.
    Structure,
    /// The checksum does not hold.
    Checksum,
    /// It departs from EMVCo.
    Profile,
    /// It departs from its scheme.
    Scheme,
    /// It is not the one text that an encoder writes.
    Canonical,
    /// Money may go astray.
    Risk,
}

impl Label {
    /// The name in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Checksum => "checksum",
            Self::Profile => "profile",
            Self::Scheme => "scheme",
            Self::Canonical => "canonical",
            Self::Risk => "risk",
        }
    }
}

/// A finding. Messages repeat no value of a payee.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What was found.
    pub rule: &'static Rule,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Lower case, exact, and what to do.
    pub message: Cow<'static, str>,
    /// The rule's, unless the scheme's row is less certain or a waiver softens it.
    pub severity: Severity,
    /// The rule's, unless the scheme's row is less certain or a waiver softens it.
    pub disposition: Disposition,
    /// The data object at fault: the root template that holds it, if one does, and its ID.
    pub object: Option<(Option<Id>, Id)>,
    /// The scheme whose row was broken.
    pub scheme: Option<&'static Scheme>,
    /// The days on which that row holds.
    pub period: Period,
    /// Why the text's scheme allows it.
    pub waived: Option<(&'static Scheme, &'static Waiver)>,
    /// What would mend it.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// Says which data object is at fault.
    pub fn of(&mut self, template: Option<Id>, id: Id) -> &mut Self {
        self.object = Some((template, id));
        self
    }

    /// Suggests a fix that changes nothing that is paid.
    pub fn safely(&mut self, span: Range<usize>, text: impl Into<String>) -> &mut Self {
        self.fix = Some(Box::new(Fix { span, text: text.into(), safe: true }));
        self
    }

    /// Suggests a fix that a person has to judge.
    pub fn unsafely(&mut self, span: Range<usize>, text: impl Into<String>) -> &mut Self {
        self.fix = Some(Box::new(Fix { span, text: text.into(), safe: false }));
        self
    }
}

/// A suggestion: the bytes of `span` become `text`. Where a checksum was right before, it is computed again afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
    /// Whether payee, amount, currency and every wallet's code are certainly the same afterwards.
    pub safe: bool,
}

/// The findings of a text, by their place in it.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Ordered by offset, then by rule.
    pub findings: Vec<Diagnostic>,
    /// What a row that is not yet in force on the day of the options will find.
    pub upcoming: Vec<Diagnostic>,
    /// Findings that were counted and not kept, since one rule had more than [`MOST_FINDINGS`](super::MOST_FINDINGS).
    pub omitted: usize,
    /// Whose code the text is.
    pub schemes: Vec<Attribution>,
}

impl Findings {
    /// The worst disposition of all findings.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.findings.iter().map(|finding| finding.disposition).max().unwrap_or(Disposition::Pay)
    }

    /// The worst severity of all findings.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// Whether an error concerns structure or checksum.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.findings.iter().any(|finding| {
            finding.severity == Severity::Error
                && matches!(finding.rule.label, Label::Structure | Label::Checksum)
        })
    }
}

/// Against what a text is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// EMVCo alone: what a national scheme allows beyond it counts for nothing.
    Emvco,
    /// EMVCo, and the rows of the schemes that the text belongs to, with what they waive.
    #[default]
    Scheme,
    /// As `Scheme`, and the text must be a unified payload in canonical form.
    Upqr,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Emvco, Self::Scheme, Self::Upqr];

    /// The name in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Emvco => "emvco",
            Self::Scheme => "scheme",
            Self::Upqr => "upqr",
        }
    }
}

/// How a text is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Against what.
    pub profile: Profile,
    /// The day whose rules apply; without one, every published row applies.
    pub as_of: Option<Date>,
    /// Only the rules whose ids begin so; all where empty.
    pub select: Vec<String>,
    /// Not the rules whose ids begin so.
    pub ignore: Vec<String>,
}

impl Options {
    /// Whether the findings of a rule are wanted; the longest prefix decides, and `ignore` between equals.
    #[must_use]
    pub fn wants(&self, id: &str) -> bool {
        let longest = |prefixes: &[String]| {
            prefixes.iter().filter(|prefix| id.starts_with(prefix.as_str())).map(String::len).max()
        };
        match (longest(&self.select), longest(&self.ignore)) {
            (None, None) => self.select.is_empty(),
            (None, Some(_)) => false,
            (Some(_), None) => true,
            (Some(selected), Some(ignored)) => selected > ignored,
        }
    }
}
