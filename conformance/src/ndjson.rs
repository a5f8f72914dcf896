//! The JSON of findings, as `check` prints it: one object a line, or the same indented.
//!
//! Lines come by the hundred thousand a second: what a rule always says of itself is written once, and the line's memory is reused.

use std::io::{self, Write};
use std::sync::LazyLock;

use jiff::civil::Date;
use upqr::rules::{self, Diagnostic, Fix, Label, Profile, Rule, Severity};
use upqr::scheme::Attribution;

use crate::check::{Checked, Entry};
use crate::input::LineError;
use crate::json;

/// What every finding of a rule says, as JSON.
struct Fixed {
    /// `{"rule":…,"severity":"`
    head: Vec<u8>,
    /// `,"clause":…,"label":…,"requirements":[…]`
    tail: Vec<u8>,
}

/// By the address of the rule, which is found faster than its id.
static RULES: LazyLock<Vec<(usize, Fixed)>> = LazyLock::new(|| {
    let mut rules: Vec<(usize, Fixed)> = rules::all().map(|rule| (address(rule), Fixed::of(rule))).collect();
    rules.sort_unstable_by_key(|(address, _)| *address);
    rules
});

fn address(rule: &'static Rule) -> usize {
    std::ptr::from_ref(rule).addr()
}

fn fixed(rule: &'static Rule) -> Option<&'static Fixed> {
    let place = RULES.binary_search_by_key(&address(rule), |(address, _)| *address).ok()?;
    RULES.get(place).map(|(_, fixed)| fixed)
}

impl Fixed {
    fn of(rule: &Rule) -> Self {
        Self::new(rule.id, rule.clause, rule.label, rule.requirements)
    }

    fn new(id: &str, clause: &str, label: Label, requirements: &[&str]) -> Self {
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        json::literal(&mut head, "{\"rule\":");
        json::text(&mut head, id);
        json::literal(&mut head, ",\"severity\":\"");
        json::literal(&mut tail, ",\"clause\":");
        json::text(&mut tail, clause);
        json::literal(&mut tail, ",\"label\":");
        json::text(&mut tail, label.key());
        json::literal(&mut tail, ",\"requirements\":");
        json::list(&mut tail, requirements, |out, requirement| json::text(out, requirement));
        Self { head, tail }
    }
}

/// How the objects stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One a line.
    Lines,
    /// Indented.
    Indented,
}

/// Writes the objects of lines.
pub(crate) struct Ndjson {
    form: Form,
    masked: bool,
    profile: Profile,
    line: Vec<u8>,
    schemes: Vec<Named>,
}

impl Ndjson {
    pub(crate) fn new(form: Form, masked: bool, profile: Profile) -> Self {
        Self { form, masked, profile, line: Vec::new(), schemes: Vec::new() }
    }

    pub(crate) fn line(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.line.clear();
        self.object(checked);
        if self.form == Form::Indented {
            return json::write_indented(&self.line, &mut &mut *out);
        }
        self.line.push(b'\n');
        out.write_all(&self.line)
    }

    /// The members in their documented order.
    fn object(&mut self, checked: &Checked<'_>) {
        let out = &mut self.line;
        json::literal(out, "{");
        if let Some(file) = checked.line.file {
            json::literal(out, "\"file\":");
            json::text(out, &file.display().to_string());
            json::literal(out, ",");
        }
        json::literal(out, "\"line\":");
        json::number(out, checked.line.number);
        members(out, checked, self.masked, self.profile, &mut self.schemes);
        json::literal(out, if self.masked { ",\"masked\":true}" } else { "}" });
    }
}

/// A scheme that was named: its id, its confidence, and where.
pub(crate) type Named = (&'static str, &'static str, Option<usize>);

/// `,"disposition":…` and what was found; `known` is memory that is reused.
pub(crate) fn members(
    out: &mut Vec<u8>,
    checked: &Checked<'_>,
    masked: bool,
    profile: Profile,
    known: &mut Vec<Named>,
) {
    json::literal(out, ",\"disposition\":");
    json::plain(out, checked.disposition().key());
    json::literal(out, ",\"findings\":");
    match &checked.line.payload {
        Ok(_) => json::list(out, &checked.found.findings, |out, found| finding(out, found, masked)),
        Err(error) => json::list(out, [error], unreadable),
    }
    if profile != Profile::default() {
        json::literal(out, ",\"profile\":");
        json::plain(out, profile.key());
    }
    schemes(out, &checked.found.schemes, known);
    if !checked.found.upcoming.is_empty() {
        json::literal(out, ",\"upcoming\":");
        json::list(out, &checked.found.upcoming, |out, found| finding(out, found, masked));
    }
    if checked.found.omitted > 0 {
        json::literal(out, ",\"omitted\":");
        json::number(out, checked.found.omitted);
    }
}

/// `{"rule","severity","offset","length","message","clause","label","requirements"}`, and what else is to be said.
fn finding(out: &mut Vec<u8>, finding: &Diagnostic, masked: bool) {
    let Some(fixed) = fixed(finding.rule) else { return };
    start(out, fixed, finding.severity, finding.span.start, finding.span.len(), &finding.message);
    if let Some(scheme) = finding.scheme {
        json::literal(out, ",\"scheme\":");
        json::plain(out, &scheme.id);
    }
    if let Some((scheme, _)) = finding.waived {
        json::literal(out, ",\"waived\":");
        json::plain(out, &scheme.id);
    }
    date(out, ",\"from\":", finding.period.from);
    date(out, ",\"until\":", finding.period.until);
    if let Some(suggested) = &finding.fix {
        fix(out, suggested, is_shown(finding.rule, masked));
    }
    json::literal(out, "}");
}

/// Whether what a fix writes may be shown: a checksum is no payee's.
pub(crate) fn is_shown(rule: &Rule, masked: bool) -> bool {
    !masked || rule.id.starts_with("crc-")
}

/// A line that is no payload: its error, as a finding that blocks.
fn unreadable(out: &mut Vec<u8>, error: &LineError) {
    let fixed = Fixed::new(error.code, Entry::Unreadable(error).clause(), Label::Structure, &[]);
    start(out, &fixed, Severity::Error, error.offset, 0, &error.message);
    json::literal(out, "}");
}

fn start(out: &mut Vec<u8>, fixed: &Fixed, severity: Severity, offset: usize, length: usize, message: &str) {
    out.extend_from_slice(&fixed.head);
    out.extend_from_slice(severity.key().as_bytes());
    json::literal(out, "\",\"offset\":");
    json::number(out, offset);
    json::literal(out, ",\"length\":");
    json::number(out, length);
    json::literal(out, ",\"message\":");
    json::text(out, message);
    out.extend_from_slice(&fixed.tail);
}

fn date(out: &mut Vec<u8>, name: &'static str, day: Option<Date>) {
    if let Some(day) = day {
        json::literal(out, name);
        json::plain(out, &day.to_string());
    }
}

/// `,"fix":{"safe","offset","length","text"}`, the last where it may be shown.
fn fix(out: &mut Vec<u8>, fix: &Fix, shown: bool) {
    json::literal(out, if fix.safe { ",\"fix\":{\"safe\":true" } else { ",\"fix\":{\"safe\":false" });
    json::literal(out, ",\"offset\":");
    json::number(out, fix.span.start);
    json::literal(out, ",\"length\":");
    json::number(out, fix.span.len());
    if shown {
        json::literal(out, ",\"text\":");
        json::text(out, &fix.text);
    }
    json::literal(out, "}");
}

/// `,"schemes":[{"id","confidence","offset"}]`: each once, in the order in which the text first names them.
fn schemes(out: &mut Vec<u8>, found: &[Attribution], known: &mut Vec<Named>) {
    known.clear();
    for Attribution { scheme, offset, .. } in found {
        match known.iter_mut().find(|(id, ..)| *id == scheme.id) {
            Some((.., first)) => *first = (*first).min(*offset),
            None => known.push((&scheme.id, scheme.confidence.key(), *offset)),
        }
    }
    known.sort_by_key(|(.., offset)| *offset);
    json::literal(out, ",\"schemes\":");
    json::list(out, known.iter(), |out, (id, confidence, offset)| {
        json::literal(out, "{\"id\":");
        json::plain(out, id);
        json::literal(out, ",\"confidence\":");
        json::plain(out, confidence);
        json::literal(out, ",\"offset\":");
        match offset {
            Some(offset) => json::number(out, *offset),
            None => json::literal(out, "null"),
        }
        json::literal(out, "}");
    });
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::civil::date;
    use upqr::rules::{Disposition, Findings};
    use upqr::scheme::{Period, Scheme};

    use super::*;
    use crate::input::Line;
    use crate::source::Origin;

    /// A finding with everything that a finding may have.
    fn diagnostic() -> Diagnostic {
        let hkqr = Scheme::with_id("hkqr").expect("a scheme");
        Diagnostic {
            rule: rules::with_id("dummy-text").expect("a rule"),
            span: 4..9,
            message: "a \"message\"".into(),
            severity: Severity::Warning,
            disposition: Disposition::Confirm,
            object: None,
            scheme: Some(hkqr),
            period: Period { from: Some(date(2027, 1, 1)), until: Some(date(2028, 2, 29)) },
            waived: hkqr.waivers.first().map(|waiver| (hkqr, waiver)),
            fix: Some(Box::new(Fix { span: 4..6, text: "NA".to_owned(), safe: true })),
        }
    }

    #[track_caller]
    fn check(masked: bool, profile: Profile, found: &Findings, expected: &str) {
        let line = Line {
            file: Some(Path::new("a \"b\".txt")),
            origin: Origin::Stdin,
            number: 7,
            plain: true,
            payload: Ok("x"),
        };
        let mut out = Vec::new();
        let mut ndjson = Ndjson::new(Form::Lines, masked, profile);
        let checked = Checked { line: &line, found };
        // The second line is as the first: nothing is left over in what is reused.
        for _ in 0..2 {
            out.clear();
            assert!(ndjson.line(&checked, &mut out).is_ok());
        }
        assert_eq!(String::from_utf8_lossy(&out), format!("{expected}\n"));
        assert!(serde_json::from_slice::<serde_json::Value>(&out).is_ok());
    }

    #[test]
    fn members_stand_in_their_order() {
        let schemes = |offsets: &[(&str, Option<usize>)]| -> Vec<Attribution> {
            let attribution = |(id, offset): &(&str, Option<usize>)| {
                Attribution::by_object(Scheme::with_id(id).expect("a scheme"), *offset)
            };
            offsets.iter().map(attribution).collect()
        };
        let found = Findings {
            findings: vec![diagnostic()],
            upcoming: vec![Diagnostic { fix: None, waived: None, ..diagnostic() }],
            omitted: 3,
            schemes: schemes(&[("pix", Some(40)), ("hkqr", Some(50)), ("pix", Some(12))]),
        };
        let start = r#"{"rule":"dummy-text","severity":"warning","offset":4,"length":5,"message":"a \"message\"","clause":"EMV MPM 4.7","label":"profile","requirements":["REQUIREMENTS"],"scheme":"hkqr""#;
        let requirements = diagnostic().rule.requirements.join(r#"",""#);
        let start = start.replace("REQUIREMENTS", &requirements);
        let days = r#""from":"2027-01-01","until":"2028-02-29""#;
        let head = r#"{"file":"a \"b\".txt","line":7,"disposition":"confirm","findings":["#;
        let tail = format!(
            r#"}}],"profile":"upqr","schemes":[{{"id":"pix","confidence":"{}","offset":12}},{{"id":"hkqr","confidence":"high","offset":50}}],"upcoming":[{start},{days}}}],"omitted":3"#,
            Scheme::with_id("pix").map_or("", |scheme| scheme.confidence.key())
        );
        let fix = r#""fix":{"safe":true,"offset":4,"length":2,"text":"NA"}"#;
        let shown = format!(r#"{head}{start},"waived":"hkqr",{days},{fix}{tail}}}"#);
        check(false, Profile::Upqr, &found, &shown);
        let hidden =
            shown.replace(r#","text":"NA""#, "").replace(r#""omitted":3}"#, r#""omitted":3,"masked":true}"#);
        check(true, Profile::Upqr, &found, &hidden);
        let none = Findings { schemes: schemes(&[("hkqr", None)]), ..Findings::default() };
        let plain = r#"{"file":"a \"b\".txt","line":7,"disposition":"pay","findings":[],"schemes":[{"id":"hkqr","confidence":"high","offset":null}]}"#;
        check(false, Profile::Scheme, &none, plain);
    }
}
