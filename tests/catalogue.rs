//! The catalogue of rules is whole: every rule has words in two languages, examples that show it, and a page that is current.

#![cfg(feature = "symbol")]
#![allow(clippy::indexing_slicing, clippy::panic, reason = "a test ends where its expectation does not hold")]

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use upqr::rules::{self, Example, Rule};
use upqr::scheme::format::Format;
use upqr::scheme::{Confidence, Scheme};
use upqr::symbol::{Level, Mode};

fn found(rule: &Rule, example: &Example) -> Vec<String> {
    let found = example.check(&rule.example_options());
    found.findings.iter().map(|finding| finding.rule.id.to_owned()).collect()
}

#[test]
fn every_example_shows_its_rule() {
    let mut problems = Vec::new();
    for rule in rules::all() {
        let (bad, good) = (rule.bad.shown(), rule.good.shown());
        let (flagged, sibling) = (found(rule, &rule.bad), found(rule, &rule.good));
        if !flagged.iter().any(|id| id == rule.id) {
            problems.push(format!("{}: `{bad}` gives {flagged:?}", rule.id));
        }
        if sibling.iter().any(|id| id == rule.id) {
            problems.push(format!("{}: `{good}` gives {sibling:?}", rule.id));
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn the_registry_is_the_folder() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("spec/schemes");
    let mut files: Vec<String> = fs::read_dir(folder)
        .expect("the rows are there")
        .map(|entry| entry.expect("a readable folder").path())
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    files.sort();
    let ids: Vec<&str> = Scheme::all().map(|scheme| scheme.id.as_str()).collect();
    assert_eq!(ids, files);
    for scheme in Scheme::all() {
        assert_eq!(Scheme::with_id(&scheme.id).map(|found| &found.id), Some(&scheme.id));
        let low = scheme.confidence == Confidence::Low;
        let silent = scheme.templates.iter().all(|row| row.objects.is_empty() && !row.mandatory);
        assert!(!low || silent, "{} is of low confidence and has rows", scheme.id);
        let symbol = &scheme.symbol;
        assert!(symbol.levels.iter().all(|level| Level::with_key(level).is_some()), "{}", scheme.id);
        let modes = [Mode::Numeric, Mode::Alphanumeric, Mode::Byte, Mode::Kanji, Mode::Hanzi].map(Mode::key);
        assert!(symbol.modes.iter().all(|mode| modes.contains(&mode.as_str())), "{}", scheme.id);
        assert!(!symbol.eci_mandatory || !symbol.eci.is_empty(), "{}", scheme.id);
        assert_eq!(symbol.source.is_empty(), symbol.levels.is_empty(), "{}", scheme.id);
        for waiver in &scheme.waivers {
            assert!(rules::with_id(&waiver.rule).is_some(), "{} waives {}", scheme.id, waiver.rule);
            assert!(!waiver.reason.is_empty() && !waiver.reason_zh.is_empty(), "{}", scheme.id);
        }
        for country in &scheme.jurisdictions {
            assert!(Format::Country.admits(country), "{}: {country}", scheme.id);
        }
        for currency in &scheme.currencies {
            assert!(Format::CurrencyLetters.admits(currency), "{}: {currency}", scheme.id);
        }
    }
}

#[test]
fn every_rule_has_words_in_both_languages() {
    for rule in rules::all() {
        for words in [rule.title, rule.rationale, rule.remedy] {
            assert!(!words.en.is_empty() && !words.en.contains(|c: char| c > '\u{2FFF}'), "{}", rule.id);
            assert!(words.zh.contains(|c: char| matches!(c, '\u{4E00}'..='\u{9FFF}')), "{}", rule.id);
        }
        assert!(!rule.title.en.ends_with('.') && !rule.title.zh.ends_with('。'), "{}", rule.id);
    }
}

/// Writes a generated file where `UPDATE_CATALOGUE` is set, and compares it otherwise.
fn keep_current(path: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_CATALOGUE").is_some() {
        fs::write(&path, text).expect("a file that can be written");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    let name = path.display();
    assert!(stands == text, "{name} is not current: run UPDATE_CATALOGUE=1 cargo test --test catalogue");
}

/// A payload as Markdown: in a code block, with the characters that are not seen written out.
fn block(payload: &str) -> String {
    let shown: String = payload
        .chars()
        .map(|c| match c {
            '\n' | ' '..='~' => c.to_string(),
            c if c.is_alphanumeric() => c.to_string(),
            c => c.escape_unicode().to_string(),
        })
        .collect();
    format!("```text\n{}\n```\n", shown.trim_end_matches('\n'))
}

#[test]
fn the_page_of_rules_is_current() {
    let mut page = "# Rules\n\nThe rules of chapter 8, with their reasons and examples. This page is generated from the rules themselves \
         (`UPDATE_CATALOGUE=1 cargo test --test catalogue`); a test keeps it current. `upqr explain RULE` shows the same.\n\n\
         | rule | severity | disposition | label | title |\n|---|---|---|---|---|\n"
        .to_owned();
    for rule in rules::all() {
        let (severity, disposition, label) = (rule.severity.key(), rule.disposition.key(), rule.label.key());
        writeln!(
            page,
            "| [`{0}`](#{0}) | {severity} | {disposition} | {label} | {1} |",
            rule.id, rule.title.en
        )
        .expect("a string takes everything");
    }
    for rule in rules::all() {
        let (severity, disposition, label) = (rule.severity.key(), rule.disposition.key(), rule.label.key());
        write!(
            page,
            "\n## {}\n\n{}. {}.\n\n{severity}, {disposition}, {label}; {}; {}\n\n{}\n{}\n\nFlagged:\n\n{}\nNot flagged:\n\n{}",
            rule.id,
            capital(rule.title.en),
            rule.title.zh,
            rule.clause,
            rule.requirements.join(", "),
            rule.rationale.en,
            rule.remedy.en,
            block(&rule.bad.shown()),
            block(&rule.good.shown()),
        )
        .expect("a string takes everything");
    }
    keep_current("spec/rules.md", &page);
}

fn capital(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[test]
fn the_readme_counts_what_there_is() {
    let read =
        |name: &str| fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)).expect("UTF-8");
    let (rules, schemes) = (rules::all().count(), Scheme::all().count());
    assert!(rules >= 70 && schemes >= 80, "{rules} rules and {schemes} schemes");
    for name in ["README.md", "CHANGELOG.md"] {
        let page = read(name);
        assert!(page.contains(&format!("{rules} rules")), "{name}: there are {rules} rules");
        assert!(page.contains(&format!("{schemes} ")), "{name}: there are {schemes} schemes");
    }
}
