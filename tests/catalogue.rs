//! The catalogue of rules is whole: every rule has words in two languages, examples that show it, and a page that is current.

#![allow(clippy::indexing_slicing, clippy::panic, reason = "a test ends where its expectation does not hold")]

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use upqr::rules::{self, Options, Profile, Rule, Severity, check_with};
use upqr::scheme::format::Format;
use upqr::scheme::{Confidence, Scheme};

fn found(rule: &Rule, payload: &str) -> Vec<String> {
    let found = check_with(payload, &rule.example_options());
    found.findings.iter().map(|finding| finding.rule.id.to_owned()).collect()
}

#[test]
fn every_example_shows_its_rule() {
    let mut problems = Vec::new();
    for rule in rules::all() {
        let (bad, good) = (rule.bad.payload(), rule.good.payload());
        let (flagged, sibling) = (found(rule, &bad), found(rule, &good));
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
            block(&rule.bad.payload()),
            block(&rule.good.payload()),
        )
        .expect("a string takes everything");
    }
    keep_current("spec/rules.md", &page);
}

fn capital(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The vectors of the examples: each payload once, with the rules that it shows.
fn example_vectors() -> Vec<Value> {
    // A payload that a written vector has already is not given again.
    let mut seen: HashMap<(String, String), usize> =
        written().into_iter().map(|payload| ((payload, "{}".to_owned()), usize::MAX)).collect();
    let mut vectors: Vec<Value> = Vec::new();
    let mut add = |rule: &'static Rule, payload: String, kind: &str| {
        let key = (payload.clone(), options_of(rule).to_string());
        let flag = format!("{kind}-{}", rule.id);
        if let Some(place) = seen.get(&key) {
            if let Some(vector) = vectors.get_mut(*place) {
                vector["flags"].as_array_mut().expect("a list").push(json!(flag));
            }
            return;
        }
        seen.insert(key, vectors.len());
        vectors.push(vector(rule, &payload, kind, &flag));
    };
    for rule in rules::all() {
        add(rule, rule.bad.payload(), "flagged");
        add(rule, rule.good.payload(), "sibling");
    }
    vectors.sort_by_key(|vector| vector["id"].as_str().expect("an id").to_owned());
    name_parents(&mut vectors);
    vectors
}

/// The payloads of the vectors of `check` that are written by hand.
fn written() -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/check.json");
    let file: Value = serde_json::from_str(&fs::read_to_string(path).expect("UTF-8")).expect("JSON");
    let vectors = file["vectors"].as_array().expect("a list");
    vectors.iter().filter_map(|vector| vector["input"]["text"].as_str().map(str::to_owned)).collect()
}

fn options_of(rule: &Rule) -> Value {
    let Options { profile, as_of, .. } = rule.example_options();
    let mut options = serde_json::Map::new();
    if profile != Profile::Scheme {
        options.insert("profile".into(), profile.key().into());
    }
    if let Some(day) = as_of {
        options.insert("as_of".into(), day.to_string().into());
    }
    Value::Object(options)
}

fn vector(rule: &Rule, payload: &str, kind: &str, flag: &str) -> Value {
    let found = check_with(payload, &rule.example_options());
    let findings: BTreeSet<&str> = found.findings.iter().map(|finding| finding.rule.id).collect();
    let verdict = if found.severity() == Some(Severity::Error) { "reject" } else { "accept" };
    let level = match rule.label.key() {
        "scheme" => "profile",
        label => label,
    };
    let mut vector = json!({
        "id": format!("check-rule-{}-{kind}", rule.id), "rev": 1, "op": "check", "level": level, "since": "10",
        "title": capital(rule.title.en),
        "input": {"hex": hex(payload), "text": payload},
        "requirements": rule.requirements, "flags": [flag], "risk": [],
        "expect": {"verdict": verdict, "disposition": found.disposition().key(), "findings": findings},
        "provenance": {"kind": "hand"},
    });
    if kind == "sibling" {
        vector["title"] = format!("Differs in one respect and is not flagged: {}", rule.title.en).into();
    }
    let options = options_of(rule);
    if options != json!({}) {
        vector["options"] = options;
    }
    vector
}

/// Gives every vector that rejects its sibling as the parent, where that is accepted.
fn name_parents(vectors: &mut [Value]) {
    let accepted: HashMap<String, String> = vectors
        .iter()
        .filter(|vector| vector["expect"]["verdict"] == "accept")
        .flat_map(|vector| {
            let id = vector["id"].as_str().expect("an id").to_owned();
            let flags = vector["flags"].as_array().expect("a list").clone();
            flags.into_iter().map(move |flag| (flag.as_str().expect("a text").to_owned(), id.clone()))
        })
        .collect();
    for vector in vectors.iter_mut().filter(|vector| vector["expect"]["verdict"] == "reject") {
        let flags = vector["flags"].as_array().expect("a list").clone();
        let rule = flags.iter().find_map(|flag| flag.as_str().expect("a text").strip_prefix("flagged-"));
        match rule.and_then(|rule| accepted.get(&format!("sibling-{rule}"))) {
            Some(parent) => {
                vector["parent"] = json!(parent);
                vector["mutation"] = vector["title"].clone();
            }
            None => vector["parentless"] = json!("no sibling of it is accepted: another rule rejects both"),
        }
    }
}

fn hex(text: &str) -> String {
    upqr::payment::hex_of(text.as_bytes())
}

#[test]
fn the_vectors_of_the_examples_are_current() {
    let lines: Vec<String> = example_vectors().iter().map(|vector| format!("    {vector}")).collect();
    let text = format!(
        "{{\n  \"version\": 1,\n  \"licence\": \"CC0-1.0\",\n  \"vectors\": [\n{}\n  ]\n}}\n",
        lines.join(",\n")
    );
    keep_current("vectors/check-rules.json", &text);
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
