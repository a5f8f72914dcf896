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

use std::ops::Range;
use std::sync::LazyLock;

use crate::emv::cpm;
use crate::emv::data_object::DataObject;
use crate::emv::layout::{Content, Layout};
use crate::emv::mpm;
use crate::grammar::Text;
use crate::native::uri::Uri;
use crate::recognise::{Recognition, recognise};
use crate::scheme::verify::{self, Violation};
use crate::scheme::{self, Attribution, FaultKind, Grammar, Scheme, attribute};
use crate::unified;

mod amount;
mod carriage;
mod cause;
mod checksum;
mod codes;
mod consumer;
mod example;
mod finding;
mod judge;
mod link;
mod merchant;
mod profile;
mod promise;
mod quote;
mod risk;
mod rule;
mod sale;
mod scheme_row;
mod spare;
mod structure;
#[cfg(feature = "symbol")]
mod symbol;
mod template;
mod text;
mod url;

pub use example::{Example, ORDINARY, Words};
pub use finding::{Diagnostic, Disposition, Findings, Fix, Label, Options, Profile, Severity};
pub use merchant::Merchant;
pub use rule::{Check, ConsumerCheck, LinkCheck, MOST_FINDINGS, MerchantCheck, Report, Rule, TextCheck};
#[cfg(feature = "symbol")]
pub use rule::{PictureCheck, SymbolCheck};
#[cfg(feature = "symbol")]
pub use symbol::{
    Appearance, Choice, Drawing, LEAST_CONTRAST, LEAST_MARGIN, LEAST_MODULE, LEAST_QUIET_ZONE,
    MOST_UNIFIED_VERSION, Seen, Sights, Symbol, SymbolRefusal, check_picture, check_symbol, draw_symbol,
    symbol_limit, symbol_refusal, text_of,
};

/// A text that is no merchant-presented payload, and what its grammar made of it.
pub struct Subject<'a> {
    /// The text.
    pub text: &'a str,
    /// What its grammar read.
    pub parsed: Text<'a>,
    /// Whose code it may be.
    pub recognition: Recognition,
    /// What the grammar of a scheme other than EMVCo's makes of it.
    pub scheme: Option<scheme::Reading<'a>>,
    /// What the rows of that scheme do not allow.
    pub violations: Vec<Violation>,
    /// How it is checked.
    pub options: &'a Options,
}

/// A consumer-presented payload.
pub struct Consumer<'a> {
    /// The payload.
    pub payload: &'a cpm::Payload<'a>,
    /// How it is checked.
    pub options: &'a Options,
}

/// A URI, alone or restored from an account.
pub struct Link<'a> {
    /// The URI.
    pub uri: Uri<'a>,
    /// Whose code it may be.
    pub recognition: &'a Recognition,
    /// The scheme other than a wallet's that it belongs to.
    pub scheme: Option<&'static Scheme>,
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
    [
        structure::RULES,
        cause::RULES,
        checksum::RULES,
        profile::RULES,
        amount::RULES,
        codes::RULES,
        template::RULES,
        carriage::RULES,
        promise::RULES,
        risk::RULES,
        sale::RULES,
        quote::RULES,
        text::RULES,
        link::RULES,
        url::RULES,
        consumer::RULES,
        scheme_row::RULES,
        #[cfg(feature = "symbol")]
        symbol::segments::RULES,
        #[cfg(feature = "symbol")]
        symbol::charset::RULES,
        #[cfg(feature = "symbol")]
        symbol::margin::RULES,
        #[cfg(feature = "symbol")]
        symbol::print::RULES,
        #[cfg(feature = "symbol")]
        symbol::limits::RULES,
        #[cfg(feature = "symbol")]
        symbol::sight::RULES,
    ]
    .into_iter()
    .flat_map(|rules| rules.iter().copied())
}

/// The rule with this id.
#[must_use]
pub fn with_id(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// What rules found so far.
#[derive(Default)]
struct Found {
    findings: Vec<Diagnostic>,
    /// Findings that were counted and not kept, by rule.
    omitted: Vec<(&'static Rule, usize)>,
}

/// The checks of one kind, each with its rule.
type Of<C> = Vec<(&'static Rule, C)>;

/// The checks of all rules, by what they look at: most texts concern few of them.
#[derive(Default)]
struct Checks {
    text: Of<TextCheck>,
    merchant: Of<MerchantCheck>,
    international: Of<MerchantCheck>,
    consumer: Of<ConsumerCheck>,
    link: Of<LinkCheck>,
    row: Of<FaultKind>,
    #[cfg(feature = "symbol")]
    symbol: Of<SymbolCheck>,
    #[cfg(feature = "symbol")]
    picture: Of<PictureCheck>,
}

static CHECKS: LazyLock<Checks> = LazyLock::new(|| {
    let mut checks = Checks::default();
    for rule in all() {
        for check in rule.checks {
            match *check {
                Check::Text(check) => checks.text.push((rule, check)),
                Check::Merchant(check) => checks.merchant.push((rule, check)),
                Check::International(check) => checks.international.push((rule, check)),
                Check::Consumer(check) => checks.consumer.push((rule, check)),
                Check::Link(check) => checks.link.push((rule, check)),
                Check::Row(kind) => checks.row.push((rule, kind)),
                #[cfg(feature = "symbol")]
                Check::Symbol(check) => checks.symbol.push((rule, check)),
                #[cfg(feature = "symbol")]
                Check::Picture(check) => checks.picture.push((rule, check)),
            }
        }
    }
    checks
});

/// Applies every rule to a text, under the options that stand by default.
#[must_use]
pub fn check(text: &str) -> Findings {
    check_with(text, &Options::default())
}

/// Applies the rules to a text.
#[must_use]
pub fn check_with(text: &str, options: &Options) -> Findings {
    let subject = Subject::read(text, options);
    let mut found = Found::default();
    if !matches!(subject.parsed, Text::MerchantPresented(Ok(_))) {
        apply(&CHECKS.text, &mut found, |check, report| check(&subject, report));
        check_rows(&subject.violations, &mut found);
    }
    let mut schemes: Vec<Attribution> =
        subject.scheme.iter().map(|reading| Attribution::of_text(reading.scheme)).collect();
    match &subject.parsed {
        Text::MerchantPresented(Ok(payload)) => {
            let layout = Layout::new(payload);
            let attributed = attribute(&layout);
            let reading = unified::read(payload);
            let crc = payload.crc();
            let violations = verify::merchant(&layout, &attributed, payload.text());
            let merchant =
                Merchant { payload, layout, crc, reading, schemes: attributed, violations, options };
            apply(&CHECKS.merchant, &mut found, |check, report| check(&merchant, report));
            if !payload.is_ascii() {
                apply(&CHECKS.international, &mut found, |check, report| check(&merchant, report));
            }
            check_links(&merchant, &mut found);
            check_rows(&merchant.violations, &mut found);
            schemes = merchant.schemes;
        }
        Text::ConsumerPresented(Ok(payload)) => {
            let consumer = Consumer { payload, options };
            apply(&CHECKS.consumer, &mut found, |check, report| check(&consumer, report));
        }
        Text::Uri(uri) => {
            let scheme = subject.grammar().map(|reading| reading.scheme);
            let link = Link { uri: *uri, recognition: &subject.recognition, scheme, template: None };
            apply(&CHECKS.link, &mut found, |check, report| check(&link, report));
        }
        _ => {}
    }
    judge::judge(found, schemes, options)
}

impl<'a> Subject<'a> {
    /// What the grammar of a scheme makes of the text: not where only its beginning was compared, nor where nothing of it was verified.
    fn grammar(&self) -> Option<&scheme::Reading<'a>> {
        let reads = |reading: &&scheme::Reading<'_>| {
            reading.scheme.is_verified() && reading.scheme.grammar != Grammar::Link
        };
        self.scheme.as_ref().filter(reads)
    }

    /// Reads a text.
    fn read(text: &'a str, options: &'a Options) -> Self {
        let parsed = Text::read(text);
        let (recognition, scheme) = match &parsed {
            Text::MerchantPresented(Ok(_)) => (Recognition { candidates: Vec::new() }, None),
            Text::Dialect(reading) => (Recognition { candidates: Vec::new() }, Some(reading.clone())),
            Text::MerchantPresented(Err(_)) | Text::ConsumerPresented(_) => (recognise(text), None),
            _ => (recognise(text), scheme::read(text)),
        };
        let violations = scheme.as_ref().map_or_else(Vec::new, |reading| verify::reading(reading, text));
        Subject { text, parsed, recognition, scheme, violations, options }
    }
}

/// Applies the rules for URIs to every code that was restored from an account, and to the links in templates of other owners.
fn check_links(merchant: &Merchant<'_>, found: &mut Found) {
    let values = links_of_others(merchant);
    let codes = merchant.reading.carried.iter().filter_map(|carried| {
        let account = carried.account.as_ref().ok()?;
        let uri = Uri::parse(std::str::from_utf8(account.native()).ok()?).ok()?;
        let template = carried.templates.first().copied();
        Some(Link { uri, recognition: account.recognition(), scheme: None, template })
    });
    let others = values.iter().map(|(uri, recognition, scheme, object)| Link {
        uri: *uri,
        recognition,
        scheme: *scheme,
        template: Some(*object),
    });
    let links: Vec<Link<'_>> = codes.chain(others).collect();
    if links.is_empty() {
        return;
    }
    apply(&CHECKS.link, found, |check, report| links.iter().for_each(|link| check(link, report)));
}

/// A link in a template, whose code it may be, and the scheme that owns the template.
type Carried<'a> = (Uri<'a>, Recognition, Option<&'static Scheme>, DataObject<'a>);

/// The links that stand in templates of other owners.
fn links_of_others<'a>(merchant: &Merchant<'a>) -> Vec<Carried<'a>> {
    // Most payloads hold none. All octets are counted, since that is faster than to stop at the first.
    if merchant.payload.text().bytes().filter(|octet| *octet == b':').count() == 0 {
        return Vec::new();
    }
    let mut root = 0_usize;
    let mut links = Vec::new();
    for placed in merchant.objects() {
        let object = placed.object;
        if placed.is_root() {
            root = object.offset;
        }
        let owned = placed.template.is_some_and(|id| mpm::is_account(id) || id.number() >= 80);
        if !owned || placed.content != Content::Primitive {
            continue;
        }
        if let Some(uri) = Uri::parse(object.value).ok().filter(|_| !merchant.is_read(root)) {
            links.push((uri, recognise(object.value), merchant.scheme_at(root), object));
        }
    }
    links
}

/// Applies the rules for schemes to what their rows do not allow, which is nothing in most texts.
fn check_rows(violations: &[Violation], found: &mut Found) {
    if violations.is_empty() {
        return;
    }
    apply(&CHECKS.row, found, |kind, report| {
        for violation in violations.iter().filter(|violation| violation.fault.kind == kind) {
            scheme_row::violation(violation, report);
        }
    });
}

fn apply<C: Copy>(checks: &[(&'static Rule, C)], found: &mut Found, run: impl Fn(C, &mut Report<'_>)) {
    let Some((first, _)) = checks.first() else { return };
    let mut report = Report::new(first, &mut found.findings);
    for (rule, check) in checks {
        report.turn_to(rule);
        run(*check, &mut report);
    }
    let omitted = report.into_omitted();
    found.omitted.extend(omitted);
}
