//! Findings as SARIF 2.1.0, for code scanning; results are written as they come.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use upqr::mask;
use upqr::payment::hex_of;
use upqr::rules::{self, Diagnostic, Fix, Label, Rule, Severity};

use crate::caret::waiver;
use crate::check::{Checked, Entry, LINE_CLAUSE, LINE_CODES, PICTURE_CLAUSE};
use crate::github::later;
use crate::language::{self, Language};
use crate::place::{Region, region, stretch};
use crate::source::Origin;
use crate::{fix, json as bytes, scan};

/// Bytes that stand in a relative reference as they are.
const PATH: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a log says that it is.
pub(crate) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes a log of one run.
pub(crate) struct Sarif {
    language: Language,
    masked: bool,
    /// The place of every rule in the list of them.
    places: HashMap<&'static str, usize>,
    results: u64,
    /// The codes of what is no payload, which are listed behind the rules.
    codes: &'static [&'static str],
    /// The folder of the call.
    here: PathBuf,
}

impl Sarif {
    pub(crate) fn new(language: Language, masked: bool) -> Self {
        Self::with_codes(language, masked, &LINE_CODES)
    }

    /// A log of pictures, which have no lines.
    pub(crate) fn of_pictures(language: Language, masked: bool) -> Self {
        Self::with_codes(language, masked, &scan::CODES)
    }

    fn with_codes(language: Language, masked: bool, codes: &'static [&'static str]) -> Self {
        let ids = rules::all().map(|rule| rule.id).chain(codes.iter().copied());
        Self {
            language,
            masked,
            places: ids.zip(0..).collect(),
            results: 0,
            codes,
            here: std::env::current_dir().unwrap_or_default(),
        }
    }

    /// Writes everything before the results.
    pub(crate) fn start(&self, out: &mut dyn Write) -> io::Result<()> {
        let language = self.language;
        let known = rules::all().map(|rule| descriptor(language, rule));
        let rules: Vec<Value> =
            known.chain(self.codes.iter().map(|code| line_descriptor(language, code))).collect();
        let mut driver = json!({"name": "upqr", "version": env!("CARGO_PKG_VERSION")});
        let page = env!("CARGO_PKG_REPOSITORY");
        if let Some(driver) = driver.as_object_mut() {
            if !page.is_empty() {
                driver.insert("informationUri".to_owned(), page.into());
            }
            driver.insert("rules".to_owned(), rules.into());
        }
        let tag = match language {
            Language::En => "en",
            Language::ZhCn => "zh-CN",
        };
        write!(
            out,
            "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[\
             {{\"tool\":{{\"driver\":{driver}}},\"language\":\"{tag}\",\"columnKind\":\"unicodeCodePoints\",\"results\":["
        )
    }

    pub(crate) fn line(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut hash = Sha256::new();
        hash.update(checked.line.payload.as_ref().map_or_else(|_| String::new(), |text| mask::text(text)));
        let mut known = HashMap::new();
        for entry in checked.entries() {
            let message = entry.headline(self.language);
            let print = fingerprint(entry, &hash, &mut known);
            self.result(checked, entry, level(entry.severity()), &message, &print, out)?;
        }
        for finding in &checked.found.upcoming {
            let (entry, message) = (Entry::Finding(finding), later(self.language, finding));
            let print = fingerprint(entry, &hash, &mut known);
            self.result(checked, entry, "note", &message, &print, out)?;
        }
        Ok(())
    }

    fn result(
        &mut self,
        checked: &Checked<'_>,
        entry: Entry<'_>,
        level: &str,
        message: &str,
        print: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut result = json!({
            "ruleId": entry.rule(),
            "ruleIndex": self.places.get(entry.rule()),
            "level": level,
            "message": {"text": message},
            "locations": [{"physicalLocation": location(&self.here, checked, entry)}],
            "partialFingerprints": {"upqrFinding/v1": print},
        });
        if let (Entry::Finding(finding), Some(result)) = (entry, result.as_object_mut()) {
            if let Some(change) = self.change(checked, finding) {
                result.insert("fixes".to_owned(), json!([change]));
            }
            result.insert("properties".to_owned(), properties(self.language, finding));
        }
        self.results = self.results.saturating_add(1);
        let mut line = Vec::new();
        bytes::literal(&mut line, if self.results == 1 { "\n" } else { ",\n" });
        bytes::value(&mut line, &result);
        out.write_all(&line)
    }

    /// The fix of a finding, where it is safe, its text may be shown and stands in the file as it is.
    fn change(&self, checked: &Checked<'_>, finding: &Diagnostic) -> Option<Value> {
        let suggested = finding.fix.as_deref().filter(|fix| fix.safe && !self.masked)?;
        let text = checked.line.payload.as_ref().ok().filter(|_| checked.line.plain)?;
        let follows = fix::follows(text, suggested);
        let replacements: Vec<Value> = [Some(suggested), follows.as_ref()]
            .into_iter()
            .flatten()
            .map(|Fix { span, text: new, .. }| {
                let region = stretch(text, checked.line.number, span.start, span.end);
                json!({"deletedRegion": region_of(region), "insertedContent": {"text": new}})
            })
            .collect();
        Some(json!({
            "description": {"text": self.language.say(finding.rule.remedy)},
            "artifactChanges": [{"artifactLocation": {"uri": uri(&self.here, checked)}, "replacements": replacements}],
        }))
    }

    /// Writes everything behind the results.
    pub(crate) fn end(out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"]}]}\n")
    }
}

/// What stays the same of a finding from run to run: its rule, the text as its mask shows it, and the place.
///
/// The second finding of a rule at one place has its number added.
fn fingerprint<'e>(entry: Entry<'e>, text: &Sha256, known: &mut HashMap<(&'e str, usize), u64>) -> String {
    let place = (entry.rule(), entry.span().start);
    let times = known.entry(place).and_modify(|times| *times = times.saturating_add(1)).or_insert(1);
    let mut hash = text.clone();
    hash.update(format!("\n{}\n{}", place.0, place.1));
    if *times > 1 {
        hash.update(format!("\n{times}"));
    }
    hex_of(&hash.finalize())
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn descriptor(language: Language, rule: &Rule) -> Value {
    let (rationale, remedy) = (language.say(rule.rationale), language.say(rule.remedy));
    let clause = language.say(language::CLAUSE);
    json!({
        "id": rule.id,
        "shortDescription": {"text": language.say(rule.title)},
        "fullDescription": {"text": rationale},
        "help": {"text": remedy, "markdown": format!("{remedy}\n\n{rationale}\n\n{clause}: {}", rule.clause)},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {
            "tags": [rule.label.key(), rule.disposition.key()],
            "clause": rule.clause,
            "requirements": rule.requirements,
        },
    })
}

fn line_descriptor(language: Language, code: &str) -> Value {
    let clause = if scan::CODES.contains(&code) { PICTURE_CLAUSE } else { LINE_CLAUSE };
    json!({
        "id": code,
        "shortDescription": {"text": language.say(language::UNREADABLE)},
        "defaultConfiguration": {"level": level(Severity::Error)},
        "properties": {"tags": [Label::Structure.key(), "block"], "clause": clause, "requirements": []},
    })
}

fn location(here: &Path, checked: &Checked<'_>, entry: Entry<'_>) -> Value {
    if matches!(checked.line.origin, Origin::Picture(_)) {
        return json!({"artifactLocation": {"uri": uri(here, checked)}});
    }
    let region = match region(checked.line, entry) {
        Some(region) => region_of(region),
        None => json!({"startLine": checked.line.number}),
    };
    json!({"artifactLocation": {"uri": uri(here, checked)}, "region": region})
}

fn region_of(region: Region) -> Value {
    let Region { line, column, end_line, end_column } = region;
    json!({"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column})
}

/// The file as a reference relative to the folder of the call where it is below it; `stdin` and `payload` are what is no file.
fn uri(here: &Path, checked: &Checked<'_>) -> String {
    let (Origin::File(path) | Origin::Picture(path)) = checked.line.origin else {
        return checked.name().display().to_string();
    };
    let path = path.strip_prefix(here).unwrap_or(path);
    let parts = path.components().filter(|part| !matches!(part, Component::CurDir | Component::RootDir));
    let parts: Vec<String> = parts.map(|part| encoded(Path::new(&part))).collect();
    let start = if path.is_absolute() { "file:///" } else { "" };
    [start, &parts.join("/")].concat()
}

fn encoded(part: &Path) -> String {
    utf8_percent_encode(&part.to_string_lossy(), &PATH).to_string()
}

/// What else is known of a finding.
fn properties(language: Language, finding: &Diagnostic) -> Value {
    let mut properties = json!({
        "disposition": finding.disposition.key(),
        "label": finding.rule.label.key(),
        "offset": finding.span.start,
        "length": finding.span.len(),
    });
    if let Some(properties) = properties.as_object_mut() {
        let mut put = |name: &str, value: Option<String>| {
            properties.extend(value.map(|value| (name.to_owned(), Value::String(value))));
        };
        put("scheme", finding.scheme.map(|scheme| scheme.id.clone()));
        put("waived", finding.waived.map(|(scheme, _)| scheme.id.clone()));
        put("allowance", waiver(language, finding));
        put("from", finding.period.from.map(|day| day.to_string()));
        put("until", finding.period.until.map(|day| day.to_string()));
    }
    properties
}
