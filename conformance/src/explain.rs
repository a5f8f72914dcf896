//! `upqr explain`: what a rule is about, why it matters and what to do; and what is known of a scheme.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;
use upqr::rules::{self, Profile, Rule, Severity};
use upqr::scheme::Scheme;

use crate::arguments::{Explain, ExplainFormat};
use crate::caret::disposition_style;
use crate::exit::{Exit, Stop};
use crate::human::{BAD, BOLD, DOUBT, FAINT, NAME, escape};
use crate::language::{self, Language};
use crate::scheme_row;
use crate::{markdown, output};

/// What a name stands for.
pub(crate) enum Topic {
    Rule(&'static Rule),
    Scheme(&'static Scheme),
}

pub(crate) fn run(arguments: &Explain, out: &mut impl Write) -> Result<Exit, Stop> {
    let language = arguments.lang;
    if arguments.names.is_empty() {
        match arguments.format {
            ExplainFormat::Human => output::write_styled(out, &table(language))?,
            ExplainFormat::Markdown => out.write_all(markdown_table(language).as_bytes())?,
            ExplainFormat::Json => {
                rules::all().try_for_each(|rule| json(out, &RuleRow::of(language, rule)))?;
            }
        }
        return Ok(Exit::Conforms);
    }
    let mut topics = Vec::new();
    for name in &arguments.names {
        topics.extend(find(name).map_err(Stop::Usage)?);
    }
    for (place, topic) in topics.iter().enumerate() {
        if place > 0 && arguments.format != ExplainFormat::Json {
            out.write_all(b"\n")?;
        }
        write(arguments, topic, out)?;
    }
    Ok(Exit::Conforms)
}

fn write(arguments: &Explain, topic: &Topic, out: &mut impl Write) -> io::Result<()> {
    let language = arguments.lang;
    match (arguments.format, topic) {
        (ExplainFormat::Json, Topic::Rule(rule)) => json(out, &RuleRow::of(language, rule)),
        (ExplainFormat::Json, Topic::Scheme(scheme)) => {
            json(out, &scheme_row::SchemeRow::of(language, scheme))
        }
        (ExplainFormat::Human, Topic::Rule(rule)) => output::write_styled(out, &rule_page(language, rule)),
        (ExplainFormat::Human, Topic::Scheme(scheme)) => {
            output::write_styled(out, &scheme_row::page(language, scheme))
        }
        (ExplainFormat::Markdown, Topic::Rule(rule)) => {
            out.write_all(section(rule.id, &facts(language, rule)).as_bytes())
        }
        (ExplainFormat::Markdown, Topic::Scheme(scheme)) => {
            out.write_all(section(&scheme.id, &scheme_row::facts(language, scheme)).as_bytes())
        }
    }
}

fn json(out: &mut impl Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, row)?;
    out.write_all(b"\n")
}

/// The rule or scheme of this name, or every rule that begins so.
fn find(name: &str) -> Result<Vec<Topic>, String> {
    let name = name.to_ascii_lowercase();
    let name = name.as_str();
    if let Some(rule) = rules::with_id(name) {
        return Ok(vec![Topic::Rule(rule)]);
    }
    if let Some(scheme) = Scheme::with_id(name) {
        return Ok(vec![Topic::Scheme(scheme)]);
    }
    let found: Vec<Topic> =
        rules::all().filter(|rule| !name.is_empty() && rule.id.starts_with(name)).map(Topic::Rule).collect();
    if found.is_empty() {
        let ids = rules::all().map(|rule| rule.id).chain(Scheme::all().map(|scheme| scheme.id.as_str()));
        return Err(format!("no rule and no scheme is called `{}`: {}", escape(name), nearest(name, ids)));
    }
    Ok(found)
}

/// A prefix for `--select` and `--ignore`, which some rule must have.
pub(crate) fn known_prefix(prefix: &str) -> Result<String, String> {
    if !prefix.is_empty() && rules::all().any(|rule| rule.id.starts_with(prefix)) {
        return Ok(prefix.to_owned());
    }
    Err(format!("no rule begins so: {}", nearest(prefix, rules::all().map(|rule| rule.id))))
}

/// Ids that are named where none fits.
const NEAREST: usize = 3;

/// The ids that differ least from a name, as a whole or as far as the name is long.
fn nearest<'i>(name: &str, ids: impl Iterator<Item = &'i str>) -> String {
    let distance = |id: &str| {
        let start: String = id.chars().take(name.chars().count()).collect();
        strsim::osa_distance(name, id).min(strsim::osa_distance(name, &start).saturating_add(1))
    };
    let mut near: Vec<(usize, &str)> = ids.map(|id| (distance(id), id)).collect();
    near.sort_by_key(|(distance, _)| *distance);
    let near: Vec<String> = near.iter().take(NEAREST).map(|(_, id)| format!("`{id}`")).collect();
    format!("the nearest are {}; `upqr explain` lists the rules", near.join(", "))
}

/// The members of a rule in their documented order.
#[derive(Serialize)]
struct RuleRow {
    rule: &'static str,
    severity: &'static str,
    disposition: &'static str,
    label: &'static str,
    clause: &'static str,
    requirements: &'static [&'static str],
    title: &'static str,
    rationale: &'static str,
    remedy: &'static str,
    bad: String,
    good: String,
}

impl RuleRow {
    fn of(language: Language, rule: &Rule) -> Self {
        Self {
            rule: rule.id,
            severity: rule.severity.key(),
            disposition: rule.disposition.key(),
            label: rule.label.key(),
            clause: rule.clause,
            requirements: rule.requirements,
            title: language.say(rule.title),
            rationale: language.say(rule.rationale),
            remedy: language.say(rule.remedy),
            bad: rule.bad.shown(),
            good: rule.good.shown(),
        }
    }
}

const fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => DOUBT,
        Severity::Info => FAINT,
    }
}

/// Every rule on a line.
fn table(language: Language) -> String {
    let widest = |words: fn(&Rule) -> &'static str| rules::all().map(|rule| words(rule).width()).max();
    let id = widest(|rule| rule.id).unwrap_or(0);
    let severity = rules::all().map(|rule| language.say(language::severity(rule.severity)).width()).max();
    let label = rules::all().map(|rule| language.say(language::label(rule.label)).width()).max();
    let mut table = String::new();
    for rule in rules::all() {
        let style = severity_style(rule.severity);
        let _ = writeln!(
            table,
            "{NAME}{}{NAME:#}  {style}{}{style:#}  {FAINT}{}{FAINT:#}  {}",
            padded(rule.id, id),
            padded(language.say(language::severity(rule.severity)), severity.unwrap_or(0)),
            padded(language.say(language::label(rule.label)), label.unwrap_or(0)),
            language.say(rule.title)
        );
    }
    table
}

/// A text with blanks behind it, up to a width.
fn padded(text: &str, width: usize) -> String {
    [text, &" ".repeat(width.saturating_sub(text.width()))].concat()
}

fn markdown_table(language: Language) -> String {
    let heads = [language::RULE, language::SEVERITY, language::LABEL, language::TITLE];
    let mut table =
        format!("| {} |\n|---|---|---|---|\n", heads.map(|words| language.say(words)).join(" | "));
    for rule in rules::all() {
        let (severity, label) = (language::severity(rule.severity), language::label(rule.label));
        let title = markdown::text(language.say(rule.title));
        let _ = writeln!(
            table,
            "| {} | {} | {} | {title} |",
            rule.id,
            language.say(severity),
            language.say(label)
        );
    }
    table
}

fn rule_page(language: Language, rule: &Rule) -> String {
    let (severity, disposition) = (severity_style(rule.severity), disposition_style(rule.disposition));
    let mut page = String::new();
    let _ = writeln!(
        page,
        "{BOLD}{}{BOLD:#}  {severity}{}{severity:#} · {disposition}{}{disposition:#} · {}",
        rule.id,
        language.say(language::severity(rule.severity)),
        language.say(language::disposition(rule.disposition)),
        language.say(language::label(rule.label))
    );
    page.push_str(&rows(&facts(language, rule)));
    page
}

/// A fact under a name; a text that is copied is never broken over lines.
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    pub(crate) is_code: bool,
}

impl Fact {
    pub(crate) fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into(), is_code: false }
    }

    fn code(name: &'static str, text: &str) -> Self {
        Self { name, text: escape(text), is_code: true }
    }
}

fn facts(language: Language, rule: &Rule) -> Vec<Fact> {
    let say = |words| language.say(words);
    let mut facts = vec![
        Fact::new(say(language::TITLE), say(rule.title)),
        Fact::new(say(language::CLAUSE), rule.clause),
        Fact::new(say(language::REQUIREMENTS), rule.requirements.join(", ")),
        Fact::new(say(language::WHY), say(rule.rationale)),
        Fact::new(say(language::WHAT_TO_DO), say(rule.remedy)),
        Fact::code(say(language::FLAGGED), &rule.bad.shown()),
    ];
    let options = rule.example_options();
    let found = rule.bad.check(&options);
    if let Some(finding) = found.findings.iter().find(|finding| finding.rule.id == rule.id) {
        let byte = language.with(language::BYTE, finding.span.start);
        facts.push(Fact::new("", [&byte, language.colon(), &escape(&finding.message)].concat()));
    }
    facts.push(Fact::code(say(language::NOT_FLAGGED), &rule.good.shown()));
    facts.push(Fact::new(say(language::ONLY_WITH), wanted(&options)));
    facts.retain(|fact| !fact.text.is_empty());
    facts
}

/// The words on the command line without which a rule is silent; none for most rules.
fn wanted(options: &rules::Options) -> String {
    match (options.profile, options.as_of) {
        (Profile::Scheme, None) => String::new(),
        (Profile::Scheme, Some(day)) => format!("--as-of {day}"),
        (profile, _) => format!("--profile {}", profile.key()),
    }
}

/// Facts below each other, wrapped to the width of the page.
pub(crate) fn rows(facts: &[Fact]) -> String {
    let names = facts.iter().map(|fact| fact.name.width()).max().unwrap_or(0);
    let room = output::width().saturating_sub(names.saturating_add(4)).max(20);
    let mut rows = String::new();
    for fact in facts {
        let lines = if fact.is_code {
            vec![fact.text.as_str().into()]
        } else {
            fact.text.split('\n').flat_map(|line| wrapped(line, room)).collect()
        };
        for (place, line) in lines.iter().enumerate() {
            let name = padded(if place == 0 { fact.name } else { "" }, names);
            let _ = writeln!(rows, "  {FAINT}{name}{FAINT:#}  {line}");
        }
    }
    rows
}

/// A line over as many as it needs; an address stays whole.
fn wrapped(line: &str, room: usize) -> Vec<Cow<'_, str>> {
    if line.contains("://") { vec![line.into()] } else { textwrap::wrap(line, room) }
}

/// Facts as a section of a page.
fn section(id: &str, facts: &[Fact]) -> String {
    let mut section = format!("## {id}\n\n");
    for Fact { name, text, is_code } in facts {
        let _ = match (name.is_empty(), is_code) {
            (_, true) => writeln!(section, "- **{name}**\n\n  ```text\n  {text}\n  ```"),
            (true, _) => writeln!(section, "\n  {}\n", markdown::text(text)),
            (false, _) if !text.contains('\n') => writeln!(section, "- **{name}** {}", markdown::text(text)),
            (false, _) => writeln!(section, "- **{name}**{}", text.split('\n').map(item).collect::<String>()),
        };
    }
    section
}

/// A line as an item below its fact, or below the item before it where it is indented.
fn item(line: &str) -> String {
    let text = line.trim_start();
    let indent = line.len().saturating_sub(text.len());
    format!("\n  {}- {}", " ".repeat(indent), markdown::text(text))
}
