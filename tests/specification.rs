//! The specification is true: its requirement ids are unique and gapless, and its rules are the code's. Its examples run in the command's tests.

#![cfg(feature = "symbol")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where its expectation does not hold"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

fn chapters() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("spec");
    let mut chapters: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the specification is there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("UTF-8 text"))
        })
        .collect();
    chapters.sort();
    chapters
}

/// Requirement ids in the order of the text, each with its sentence.
fn requirements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (_, text) in chapters() {
        for line in text.lines() {
            if let Some((id, sentence)) =
                line.strip_prefix("- **UPQR-").and_then(|rest| rest.split_once("** "))
            {
                found.push((format!("UPQR-{id}"), sentence.to_owned()));
            }
        }
    }
    found
}

#[test]
fn requirement_ids_are_unique_and_gapless() {
    let mut numbers: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let requirements = requirements();
    assert!(requirements.len() >= 160, "{}", requirements.len());
    for (id, sentence) in requirements {
        let (chapter, number) = id.rsplit_once('-').expect("an id ends with a number");
        numbers.entry(chapter.to_owned()).or_default().push(number.parse().expect("a number"));
        let levels = ["MUST NOT", "MUST", "SHOULD NOT", "SHOULD", "MAY"];
        assert!(levels.iter().any(|level| sentence.contains(level)), "{id} has no level: {sentence}");
    }
    // A requirement that is added later has the next number, and stands where it belongs.
    for (chapter, mut numbers) in numbers {
        numbers.sort_unstable();
        assert!(
            numbers.iter().copied().eq(1..=numbers.iter().copied().max().unwrap_or_default()),
            "{chapter}"
        );
    }
}

#[test]
fn the_rules_of_the_specification_are_the_rules_of_the_code() {
    let (_, dispositions) =
        chapters().into_iter().find(|(name, _)| name.starts_with("08")).expect("chapter 8");
    let ids: Vec<String> = requirements().into_iter().map(|(id, _)| id).collect();
    let mut rows: Vec<(String, String, String)> = dispositions
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| {
            let mut cells = line.split(" | ");
            let id = cells.next()?.trim_end_matches('`').to_owned();
            Some((id, cells.next()?.to_owned(), cells.next()?.to_owned()))
        })
        .filter(|(_, severity, _)| ["error", "warning", "info"].contains(&severity.as_str()))
        .collect();
    rows.sort();
    let mut rules: Vec<(String, String, String)> = upqr::rules::all()
        .map(|rule| (rule.id.to_owned(), rule.severity.key().to_owned(), rule.disposition.key().to_owned()))
        .collect();
    rules.sort();
    assert_eq!(rules, rows);
    for rule in upqr::rules::all() {
        assert!(
            !rule.clause.is_empty() && !rule.title.en.is_empty() && !rule.checks.is_empty(),
            "{}",
            rule.id
        );
        assert!(!rule.requirements.is_empty(), "{} enforces no requirement", rule.id);
        for requirement in rule.requirements {
            assert!(
                ids.iter().any(|id| id == requirement),
                "{} names {requirement}, which is no requirement",
                rule.id
            );
        }
    }
}

#[test]
fn the_registry_in_the_text_is_the_registry_that_is_loaded() {
    let (_, registry) = chapters().into_iter().find(|(name, _)| name.starts_with("10")).expect("chapter 10");
    for network in upqr::network::Network::all() {
        let row = format!("| `{}` | {} | `{}` |", network.key(), network.number(), network.guid());
        assert!(registry.contains(&row), "{row}");
        for form in network.forms() {
            let row = format!("| {} | {:02} | `{}` |", network.key(), form.number, form.prefix);
            assert!(registry.contains(&row), "{row}");
        }
    }
}

#[test]
fn the_schemes_in_the_text_are_the_schemes_that_are_loaded() {
    let (_, chapter) = chapters().into_iter().find(|(name, _)| name.starts_with("13")).expect("chapter 13");
    for scheme in upqr::scheme::Scheme::all() {
        let places =
            if scheme.jurisdictions.is_empty() { "-".to_owned() } else { scheme.jurisdictions.join(", ") };
        let (grammar, confidence) = (scheme.grammar.key(), scheme.confidence.key());
        let row = format!("| `{}` | {} | {places} | {grammar} | {confidence} |", scheme.id, scheme.name);
        assert!(chapter.contains(&row), "{row}");
    }
}

#[test]
fn the_symbols_of_schemes_in_the_text_are_those_that_are_loaded() {
    let (_, chapter) = chapters().into_iter().find(|(name, _)| name.starts_with("14")).expect("chapter 14");
    let rows: Vec<Vec<&str>> = chapter
        .lines()
        .skip_while(|line| !line.starts_with("| scheme | levels |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches(['|', ' ']).split(" | ").collect())
        .collect();
    let of = |scheme: &upqr::scheme::Scheme| {
        let limits = &scheme.symbol;
        let versions = limits.versions.as_ref().map_or_else(String::new, |versions| {
            let (first, last) = (versions.start(), versions.end());
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        });
        let modes = if limits.modes.is_empty() { "any".to_owned() } else { limits.modes.join(", ") };
        let module = limits.module.map_or_else(|| "-".to_owned(), |side| side.to_string());
        let confidence = limits.confidence(scheme).key().to_owned();
        let id = format!("`{}`", scheme.id);
        vec![id, limits.levels.join(", "), versions, modes, module, confidence]
    };
    let loaded: Vec<Vec<String>> =
        upqr::scheme::Scheme::all().filter(|scheme| !scheme.symbol.levels.is_empty()).map(of).collect();
    // The fourth column says in words which interpretations are allowed.
    let written: Vec<Vec<&str>> = rows.iter().map(|row| [&row[..3], &row[4..]].concat()).collect();
    assert_eq!(written, loaded);
}
