//! Whether a set of vectors is in order: everything that a person might get wrong when adding one, said with the file and the vector.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};
use upqr::payment::hex_of;

use super::generate::images::LARGEST;
use super::{Expect, File, Risk, Vector, Verdict, generate};

/// The fewest vectors, and the fewest of a hundred that reject.
const LEAST: (usize, usize) = (2_500, 55);

/// The versions of the standard that a vector may belong to.
const VERSIONS: &[&str] = &["10"];

/// What is held against the rules: files by name, each with its text and its vectors.
pub(crate) struct Set {
    pub(crate) files: Vec<(String, String, File)>,
    /// Pictures by name.
    pub(crate) images: Vec<(String, Vec<u8>)>,
}

impl Set {
    /// Reads files by name; a file that is no list of vectors is a problem of its own.
    pub(crate) fn read(files: &[(String, String)], images: Vec<(String, Vec<u8>)>) -> (Self, Vec<String>) {
        let (mut read, mut problems) = (Vec::new(), Vec::new());
        for (name, text) in files {
            match super::read(name, text) {
                Ok(file) => read.push((name.clone(), text.clone(), file)),
                Err(error) => problems.push(format!("{error}: give every member the form of schema.json")),
            }
        }
        (Self { files: read, images }, problems)
    }

    /// The files of this edition.
    pub(crate) fn embedded() -> (Self, Vec<String>) {
        let files = upqr::vectors::FILES.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let images = upqr::vectors::IMAGES.map(|(name, octets)| (name.to_owned(), octets.to_vec()));
        Self::read(&files, images.to_vec())
    }

    /// Every vector with the name of its file.
    fn vectors(&self) -> impl Iterator<Item = (&str, &Vector)> {
        self.files
            .iter()
            .flat_map(|(name, _, file)| file.vectors.iter().map(move |vector| (name.as_str(), vector)))
    }
}

/// Every problem of a whole set, in the order of its files.
pub(crate) fn lint(set: &Set) -> Vec<String> {
    let mut problems = vectors(set);
    problems.extend(images(set));
    problems.extend(whole(set));
    problems.extend(current(set));
    problems
}

/// What one vector has wrong, in itself or beside the others.
pub(crate) fn vectors(set: &Set) -> Vec<String> {
    let accepted: BTreeMap<&str, &Vector> = set
        .vectors()
        .filter(|(_, vector)| vector.expect.each().iter().all(|expect| expect.verdict == Verdict::Accept))
        .map(|(_, vector)| (vector.id.as_str(), vector))
        .collect();
    let (mut ids, mut questions) = (BTreeSet::new(), BTreeMap::new());
    let mut problems = Vec::new();
    for (name, _, file) in &set.files {
        let mut last = "";
        for vector in &file.vectors {
            let mut say = |problem: String| problems.push(format!("{name}: {}: {problem}", vector.id));
            if vector.id.as_str() < last {
                say(format!("stands behind {last}: sort the file by id"));
            }
            last = &vector.id;
            if !ids.insert(vector.id.as_str()) {
                say("the id is used before: take the next free one".to_owned());
            }
            if let Some(other) = questions.insert(generate::question(vector), vector.id.as_str()) {
                say(format!("asks what {other} asks: leave one of them out"));
            }
            shape(name, vector).into_iter().for_each(&mut say);
            origin(vector, &accepted).into_iter().for_each(&mut say);
            references(vector).into_iter().for_each(&mut say);
        }
    }
    problems
}

/// Id, file, input, version and choices.
fn shape(name: &str, vector: &Vector) -> Vec<String> {
    let mut problems = Vec::new();
    let op = vector.op.key();
    if !vector.id.starts_with(&format!("{op}-")) || !is_slug(&vector.id) {
        problems
            .push(format!("an id is words of a-z and 0-9 with hyphens, the first of them `{op}`: rename it"));
    }
    let stem = name.trim_start_matches("generated-").trim_end_matches(".json");
    if stem != op && !stem.starts_with(&format!("{op}-")) {
        problems.push(format!("the operation is {op}: move it to {op}.json"));
    }
    if vector.op.takes_image() != vector.input.image.is_some() {
        problems.push(format!(
            "the input of {op} is {}",
            if vector.op.takes_image() { "an image" } else { "bytes" }
        ));
    }
    match vector.input.octets() {
        // The file of a picture is looked at with all others.
        _ if vector.input.image.is_some() => {}
        None => problems.push("`hex` is not pairs of hexadecimal digits: write it anew".to_owned()),
        Some(octets) => {
            if vector.input.text.as_deref() != std::str::from_utf8(&octets).ok() {
                problems.push("`text` is not `hex` as UTF-8: correct one of them".to_owned());
            }
        }
    }
    if vector.rev == 0 {
        problems.push("`rev` counts from 1: set it to 1".to_owned());
    }
    if vector.title.is_empty() {
        problems.push("there is no title: say what it shows".to_owned());
    }
    for version in [Some(&vector.since), vector.until.as_ref()].into_iter().flatten() {
        if !VERSIONS.contains(&version.as_str()) {
            problems.push(format!("version {version} is none of {}: name one of them", VERSIONS.join(", ")));
        }
    }
    if let Expect::ByPolicy { by_policy } = &vector.expect
        && by_policy.choices.len() < 2
    {
        problems.push(format!(
            "policy {} has fewer than two choices: add one, or drop `by_policy`",
            by_policy.policy
        ));
    }
    problems
}

/// Pictures that are missing, changed, too large or of no vector.
fn images(set: &Set) -> Vec<String> {
    let mut problems = Vec::new();
    let mut used = BTreeSet::new();
    for (file, vector) in set.vectors() {
        let Some(image) = &vector.input.image else { continue };
        used.insert(image.name.as_str());
        match set.images.iter().find(|(name, _)| *name == image.name) {
            None => problems.push(format!(
                "{file}: {}: there is no picture images/{}: add it, or correct the name",
                vector.id, image.name
            )),
            Some((_, octets)) if hex_of(&Sha256::digest(octets)) != image.sha256 => problems.push(format!(
                "{file}: {}: `sha256` is not that of images/{}: correct it, and raise `rev`",
                vector.id, image.name
            )),
            Some(_) => {}
        }
    }
    for (name, octets) in &set.images {
        if !used.contains(name.as_str()) {
            problems.push(format!("images/{name}: no vector is about it: add one, or remove the picture"));
        }
        if octets.len() > LARGEST {
            problems.push(format!("images/{name}: has {} bytes: at most {LARGEST} are kept", octets.len()));
        }
    }
    problems
}

/// Where a rejection comes from.
fn origin(vector: &Vector, accepted: &BTreeMap<&str, &Vector>) -> Option<String> {
    if !vector.expect.each().iter().any(|expect| expect.verdict == Verdict::Reject) {
        return None;
    }
    match (&vector.parent, &vector.mutation, &vector.parentless) {
        (None, None, Some(_)) => None,
        (Some(parent), Some(_), None) => match accepted.get(parent.as_str()) {
            None => Some(format!("the parent {parent} is no accepted vector: name one that is")),
            Some(other) if other.op != vector.op => {
                Some(format!("the parent {parent} is of {}: name one of {}", other.op.key(), vector.op.key()))
            }
            Some(_) => None,
        },
        _ => Some("rejects: name `parent` and `mutation`, or the reason in `parentless`".to_owned()),
    }
}

/// Requirements, flags and rules that a vector names.
fn references(vector: &Vector) -> Vec<String> {
    let mut problems = Vec::new();
    if vector.requirements.is_empty() {
        problems.push("names no requirement: name one that it exercises".to_owned());
    }
    for requirement in &vector.requirements {
        let words = format!("- **{requirement}** ");
        if !upqr::vectors::CHAPTERS.iter().any(|(_, text)| text.contains(&words)) {
            problems.push(format!("{requirement} is no requirement of the standard: correct it"));
        }
    }
    for flag in vector.flags.iter().filter(|flag| !is_slug(flag)) {
        problems.push(format!("the flag `{flag}` is not words of a-z and 0-9 with hyphens: rename it"));
    }
    for rule in vector.expect.each().iter().flat_map(|expect| expect.findings.iter().flatten()) {
        if upqr::rules::with_id(rule).is_none() {
            problems.push(format!("{rule} is no rule: correct it"));
        }
    }
    problems
}

fn is_slug(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty() && word.bytes().all(|octet| octet.is_ascii_digit() || octet.is_ascii_lowercase())
    })
}

/// What the vectors show together.
fn whole(set: &Set) -> Vec<String> {
    let mut problems = Vec::new();
    for risk in Risk::ALL {
        if !set.vectors().any(|(_, vector)| vector.risk.contains(risk)) {
            problems.push(format!("no vector has the risk {}: add one, or drop the word", risk.key()));
        }
    }
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, vector) in set.vectors() {
        for expect in vector.expect.each() {
            if let (Some(text), Some(findings)) = (&vector.input.text, &expect.findings) {
                found.entry(text).or_default().extend(findings.iter().map(String::as_str));
            }
        }
    }
    for rule in upqr::rules::all().filter(|rule| !rule.is_of_symbols()) {
        let (bad, good) = (rule.bad.payload(), rule.good.payload());
        if !found.get(bad.as_str()).is_some_and(|rules| rules.contains(rule.id)) {
            problems.push(format!(
                "{}: no vector of its example is flagged: run `upqr vectors generate`",
                rule.id
            ));
        }
        if found.get(good.as_str()).is_none_or(|rules| rules.contains(rule.id)) {
            problems.push(format!("{}: no sibling is left unflagged: run `upqr vectors generate`", rule.id));
        }
    }
    let count = set.vectors().count();
    let rejecting = set
        .vectors()
        .filter(|(_, vector)| vector.expect.each().iter().any(|expect| expect.verdict == Verdict::Reject))
        .count();
    if count < LEAST.0 {
        problems.push(format!("there are {count} vectors: expected at least {}", LEAST.0));
    }
    if rejecting.saturating_mul(100) < count.saturating_mul(LEAST.1) {
        problems.push(format!(
            "{rejecting} of {count} vectors reject: expected at least {} of a hundred",
            LEAST.1
        ));
    }
    problems
}

/// Whether the generated files are what is generated now.
fn current(set: &Set) -> Vec<String> {
    let written: Vec<(&str, &File)> = set.files.iter().map(|(name, _, file)| (name.as_str(), file)).collect();
    match generate::files(generate::SEED, &written) {
        Err(problems) => problems,
        Ok(made) => generate::stray(&set.images, &generate::pictures(generate::SEED))
            .into_iter()
            .chain(made.iter().filter_map(|(name, text)| {
                let kept = set.files.iter().find(|(kept, _, _)| kept == name).map_or("", |(_, text, _)| text);
                generate::difference(name, kept, text)
            }))
            .collect(),
    }
}
