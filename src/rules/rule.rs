//! One rule: an identifier that never changes, what it means, and how it is found.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::example::{Example, Words};
use super::finding::{Diagnostic, Disposition, Label, Severity};
use super::merchant::Merchant;
use super::{Consumer, Link, Subject};
#[cfg(feature = "symbol")]
use super::{Sights, Symbol};
use crate::scheme::{FaultKind, Period};

/// One rule.
pub struct Rule {
    /// The stable name.
    pub id: &'static str,
    /// Whether it rejects; a finding may be milder.
    pub severity: Severity,
    /// What it lets a payer do; a finding may be milder.
    pub disposition: Disposition,
    /// What kind of fault it is.
    pub label: Label,
    /// Where the standard behind it says so.
    pub clause: &'static str,
    /// The requirements that it enforces.
    pub requirements: &'static [&'static str],
    /// What is wrong, in one line.
    pub title: Words,
    /// Why it matters.
    pub rationale: Words,
    /// What the writer of the code does about it.
    pub remedy: Words,
    /// A payload that it flags.
    pub bad: Example,
    /// A payload that differs from that in one respect and is not flagged.
    pub good: Example,
    /// How it is found, in each kind of text that it applies to.
    pub checks: &'static [Check],
}

/// Looks at a text that is no merchant-presented payload.
pub type TextCheck = fn(&Subject<'_>, &mut Report<'_>);
/// Looks at a merchant-presented payload.
pub type MerchantCheck = fn(&Merchant<'_>, &mut Report<'_>);
/// Looks at a consumer-presented payload.
pub type ConsumerCheck = fn(&Consumer<'_>, &mut Report<'_>);
/// Looks at a URI.
pub type LinkCheck = fn(&Link<'_>, &mut Report<'_>);
/// Looks at a symbol that was read.
#[cfg(feature = "symbol")]
pub type SymbolCheck = fn(&Symbol<'_>, &mut Report<'_>);
/// Looks at everything that was seen in a picture.
#[cfg(feature = "symbol")]
pub type PictureCheck = fn(&Sights<'_>, &mut Report<'_>);

/// How a rule is found.
#[derive(Clone, Copy)]
pub enum Check {
    /// In a text of any grammar, unless it is a merchant-presented payload that can be read.
    Text(TextCheck),
    /// In a merchant-presented payload.
    Merchant(MerchantCheck),
    /// In a merchant-presented payload that is not ASCII.
    International(MerchantCheck),
    /// In a consumer-presented payload.
    Consumer(ConsumerCheck),
    /// In what the scheme of a text of any grammar does not allow.
    Row(FaultKind),
    /// In a URI that stands alone, or in a code that was restored from an account.
    Link(LinkCheck),
    /// In a symbol that was read, whatever its text.
    #[cfg(feature = "symbol")]
    Symbol(SymbolCheck),
    /// In a picture.
    #[cfg(feature = "symbol")]
    Picture(PictureCheck),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Findings of one rule that are kept; the others are counted (UPQR-DSP).
pub const MOST_FINDINGS: usize = 100;

/// Takes what a rule finds.
pub struct Report<'r> {
    rule: &'static Rule,
    findings: &'r mut Vec<Diagnostic>,
    /// The findings of this rule so far.
    count: usize,
    /// Findings that were counted and not kept, by rule.
    omitted: Vec<(&'static Rule, usize)>,
    /// The last of those.
    spare: Option<Diagnostic>,
}

impl<'r> Report<'r> {
    pub(super) const fn new(rule: &'static Rule, findings: &'r mut Vec<Diagnostic>) -> Self {
        Self { rule, findings, count: 0, omitted: Vec::new(), spare: None }
    }

    /// What is reported from here on is of this rule.
    pub(super) const fn turn_to(&mut self, rule: &'static Rule) {
        self.rule = rule;
        self.count = 0;
    }

    /// Findings that were counted and not kept, by rule.
    pub(super) fn into_omitted(self) -> Vec<(&'static Rule, usize)> {
        self.omitted
    }

    /// A finding at these bytes of the text.
    pub fn at(&mut self, span: Range<usize>, message: impl Into<Cow<'static, str>>) -> &mut Diagnostic {
        let rule = self.rule;
        let finding = Diagnostic {
            rule,
            span,
            message: message.into(),
            severity: rule.severity,
            disposition: rule.disposition,
            object: None,
            scheme: None,
            period: Period::default(),
            waived: None,
            fix: None,
        };
        self.count = self.count.saturating_add(1);
        if self.count > MOST_FINDINGS {
            match self.omitted.last_mut() {
                Some((last, count)) if last.id == rule.id => *count = count.saturating_add(1),
                _ => self.omitted.push((rule, 1)),
            }
            return self.spare.insert(finding);
        }
        self.findings.push(finding);
        self.findings.last_mut().expect("a finding was pushed above")
    }
}
