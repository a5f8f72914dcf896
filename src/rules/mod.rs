//! What is wrong with a text, where, and what that means for money (requirements UPQR-DSP).
//!
//! ```
//! use upqr::rules::{Disposition, check};
//!
//! let report = check("https://qr.alipay.com.example/fkx00000synthetic00aaa");
//! assert_eq!(report.disposition(), Disposition::Block);
//! let ids: Vec<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
//! assert_eq!(ids, ["link-payee", "look-alike-host"]);
//! ```

use std::fmt;
use std::ops::Range;

use crate::emv::data_object::DataObject;
use crate::emv::{cpm, mpm};
use crate::grammar::Text;
use crate::native::uri::Uri;
use crate::recognise::{Recognition, recognise, recognise_payload};
use crate::unified::{self, Reading};

mod carriage;
mod consumer;
mod link;
mod profile;
mod risk;
mod structure;

/// One rule: an identifier that never changes, what it means, and how it is found.
pub struct Rule {
    /// The stable name.
    pub id: &'static str,
    /// Whether it rejects.
    pub severity: Severity,
    /// What it lets a payer do.
    pub disposition: Disposition,
    /// What kind of fault it is.
    pub label: Label,
    /// Where the standard behind it says so.
    pub clause: &'static str,
    /// The requirements that it enforces, or none where only EMVCo's clause stands behind it.
    pub requirements: &'static [&'static str],
    /// What is wrong, in one line.
    pub title: &'static str,
    /// How it is found, in each kind of text that it applies to.
    pub checks: &'static [Check],
}

/// How a rule is found.
pub enum Check {
    /// In a text of any grammar.
    Text(fn(&Subject<'_>, Report<'_>)),
    /// In a merchant-presented payload.
    Merchant(fn(&Merchant<'_>, Report<'_>)),
    /// In a consumer-presented payload.
    Consumer(fn(&cpm::Payload<'_>, Report<'_>)),
    /// In a URI that stands alone, or in a code that was restored from an account.
    Link(fn(&Link<'_>, Report<'_>)),
}

/// Takes the span of a fault, in bytes of the text, and what it says.
pub type Report<'r> = &'r mut dyn FnMut(Range<usize>, String);

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

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// A finding: a rule, where, and in what words. Messages repeat no value of a payee.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What was found.
    pub rule: &'static Rule,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Lower case, exact, and what to do.
    pub message: String,
}

/// A text and what its grammar made of it.
pub struct Subject<'a> {
    /// The text.
    pub text: &'a str,
    /// What its grammar read.
    pub parsed: Text<'a>,
    /// Whose code it may be.
    pub recognition: Recognition,
}

/// A merchant-presented payload and what it carries.
pub struct Merchant<'a> {
    /// The payload.
    pub payload: &'a mpm::Payload<'a>,
    /// What this standard's templates in it say.
    pub reading: Reading<'a>,
}

/// A URI, alone or restored from an account.
pub struct Link<'a> {
    /// The URI.
    pub uri: Uri<'a>,
    /// Whose code it may be.
    pub recognition: Recognition,
    /// Where it stands: its account's template, or `None` where it is the text.
    pub template: Option<DataObject<'a>>,
}

impl Link<'_> {
    /// The span of the whole code, or of its template.
    fn whole(&self) -> Range<usize> {
        self.template.map_or(0..self.uri.text.len(), |object| span(&object))
    }

    /// The span of a part of the code, or of its template.
    fn part(&self, part: &str) -> Range<usize> {
        let start = self.uri.offset_of(part);
        self.template.map_or(start..start.saturating_add(part.len()), |object| span(&object))
    }
}

/// The bytes of a data object.
fn span(object: &DataObject<'_>) -> Range<usize> {
    object.offset..object.offset.saturating_add(object.len())
}

/// Every rule, in the order of the specification.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [structure::RULES, profile::RULES, carriage::RULES, risk::RULES, link::RULES, consumer::RULES]
        .into_iter()
        .flat_map(|rules| rules.iter().copied())
}

/// The findings of a text, by their place in it.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Ordered by offset, then by rule.
    pub findings: Vec<Diagnostic>,
}

impl Findings {
    /// The worst disposition of all findings.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.findings.iter().map(|finding| finding.rule.disposition).max().unwrap_or(Disposition::Pay)
    }

    /// The worst severity of all findings.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.rule.severity).max()
    }

    /// Whether an error concerns structure or checksum.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.findings.iter().any(|finding| {
            finding.rule.severity == Severity::Error
                && matches!(finding.rule.label, Label::Structure | Label::Checksum)
        })
    }
}

/// Applies every rule to a text.
#[must_use]
pub fn check(text: &str) -> Findings {
    let parsed = Text::read(text);
    let recognition = match &parsed {
        Text::MerchantPresented(Ok(payload)) => recognise_payload(payload),
        _ => recognise(text),
    };
    let subject = Subject { text, parsed, recognition };
    let mut findings = Vec::new();
    apply(&View::Text(&subject), &mut findings);
    match &subject.parsed {
        Text::MerchantPresented(Ok(payload)) => {
            let merchant = Merchant { payload, reading: unified::read(payload) };
            apply(&View::Merchant(&merchant), &mut findings);
            check_accounts(&merchant, &mut findings);
        }
        Text::ConsumerPresented(Ok(payload)) => apply(&View::Consumer(payload), &mut findings),
        Text::Uri(uri) => {
            let link = Link { uri: *uri, recognition: subject.recognition.clone(), template: None };
            apply(&View::Link(&link), &mut findings);
        }
        _ => {}
    }
    findings.sort_by_key(|finding: &Diagnostic| finding.span.start);
    Findings { findings }
}

/// Applies the rules for URIs to every code that was restored from an account.
fn check_accounts(merchant: &Merchant<'_>, findings: &mut Vec<Diagnostic>) {
    for carried in &merchant.reading.carried {
        let Ok(account) = &carried.account else { continue };
        let text = std::str::from_utf8(account.native()).unwrap_or_default();
        if let Ok(uri) = Uri::parse(text) {
            let template = carried.templates.first().copied();
            apply(&View::Link(&Link { uri, recognition: recognise(text), template }), findings);
        }
    }
}

/// What a check looks at.
enum View<'v> {
    Text(&'v Subject<'v>),
    Merchant(&'v Merchant<'v>),
    Consumer(&'v cpm::Payload<'v>),
    Link(&'v Link<'v>),
}

fn apply(view: &View<'_>, findings: &mut Vec<Diagnostic>) {
    for rule in all() {
        let mut report = |span, message| findings.push(Diagnostic { rule, span, message });
        for check in rule.checks {
            match (check, view) {
                (Check::Text(check), View::Text(subject)) => check(subject, &mut report),
                (Check::Merchant(check), View::Merchant(merchant)) => check(merchant, &mut report),
                (Check::Consumer(check), View::Consumer(payload)) => check(payload, &mut report),
                (Check::Link(check), View::Link(link)) => check(link, &mut report),
                _ => {}
            }
        }
    }
}
