//! Makes the vectors that no hand has to write: mutants and searches, each with a claim that does not come from the library.

#![allow(
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "a table of mutations is read row by row, however long it is"
)]

mod carriers;
mod check_carriage;
mod check_crc;
mod check_host;
mod check_text;
mod check_value;
mod consumer;
mod decode;
mod dice;
mod draft;
mod encode;
mod evaluate;
mod evaluate_kinds;
mod evaluate_own;
mod evaluate_refused;
pub(super) mod images;
mod layout;
mod merchant;
mod object;
mod recognise;
mod restore;
mod roundtrip;
mod rules;
mod unify;
mod unify_refused;
mod verify;
mod wallets;

use std::collections::BTreeMap;

use draft::Draft;

use super::{File, Op, Vector};

/// The seed of the files that are published.
pub(crate) const SEED: u64 = 20_261_123;

/// The file of the examples of the rules.
const RULES: &str = "check-rules.json";

/// The file of the pictures.
const SCAN: &str = "scan.json";

/// The folder of the pictures, beside the files.
pub(crate) const IMAGES: &str = "images";

/// What a generated file's name begins with.
const GENERATED: &str = "generated-";

/// Whether a file is made here, and so is no source of vectors.
pub(crate) fn is_generated(name: &str) -> bool {
    name == RULES || name == SCAN || name.starts_with(GENERATED)
}

/// Every generated file by its name, from the vectors that were written by hand; the error lists what cannot be made.
pub(crate) fn files(seed: u64, written: &[(&str, &File)]) -> Result<Vec<(String, String)>, Vec<String>> {
    let written: Vec<&Vector> =
        written.iter().filter(|(name, _)| !is_generated(name)).flat_map(|(_, file)| &file.vectors).collect();
    let (rules, examples) = rules::file(&written).map_err(|why| vec![why])?;
    let mut known: BTreeMap<String, String> = written
        .iter()
        .copied()
        .chain(&examples)
        .map(|vector| (question(vector), vector.id.clone()))
        .collect();
    let drafts = [
        decode::drafts(seed),
        check_crc::drafts(seed),
        check_value::drafts(seed),
        check_text::drafts(seed),
        check_host::drafts(seed),
        unify::drafts(seed),
        unify_refused::drafts(seed),
        roundtrip::drafts(seed),
        restore::drafts(seed),
        check_carriage::drafts(seed),
        consumer::drafts(),
        recognise::drafts(seed),
        encode::drafts(seed),
        carriers::drafts(),
        verify::drafts(),
        evaluate::drafts(),
    ]
    .concat();
    let scan = layout::file(&images::vectors(seed));
    let mut made = vec![(RULES.to_owned(), rules), (SCAN.to_owned(), scan)];
    let mut problems = Vec::new();
    // What is drawn is in a file of its own, and what is to be drawn has none.
    for op in Op::ALL.iter().filter(|op| !matches!(op, Op::Scan | Op::Render)) {
        if drafts.iter().all(|draft| draft.op != *op) {
            continue;
        }
        match settled(seed, drafts.iter().filter(|draft| draft.op == *op).cloned(), &mut known) {
            Ok(vectors) => made.push((format!("{GENERATED}{}.json", op.key()), layout::file(&vectors))),
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(made) } else { Err(problems) }
}

/// Every picture by the name of its file.
pub(crate) fn pictures(seed: u64) -> Vec<(String, Vec<u8>)> {
    images::pictures(seed)
}

/// The first picture that is not what is drawn, is missing, or is too many.
pub(crate) fn stray(kept: &[(String, Vec<u8>)], made: &[(String, Vec<u8>)]) -> Option<String> {
    let other = made.iter().find(|picture| !kept.contains(picture));
    let other = other.or_else(|| kept.iter().find(|picture| !made.contains(picture)))?;
    Some(format!("{IMAGES}/{}: the picture is not what is drawn: run `upqr vectors generate`", other.0))
}

/// The first line of a kept file that is not what is generated.
pub(crate) fn difference(name: &str, kept: &str, made: &str) -> Option<String> {
    if kept == made {
        return None;
    }
    let same = kept.lines().zip(made.lines()).take_while(|(kept, made)| kept == made).count();
    let line = same.saturating_add(1);
    Some(format!("{name}: line {line} is not what is generated: run `upqr vectors generate`"))
}

/// What is asked; two vectors never ask the same.
pub(crate) fn question(vector: &Vector) -> String {
    let options = serde_json::to_string(&vector.options).expect("options are JSON");
    format!("{} {} {options}", vector.op.key(), vector.input.name())
}

/// The vectors of one operation, sorted. What a vector asks already is not asked again: the other one is then the parent.
fn settled(
    seed: u64,
    drafts: impl Iterator<Item = Draft>,
    known: &mut BTreeMap<String, String>,
) -> Result<Vec<Vector>, Vec<String>> {
    let (mut vectors, mut problems) = (Vec::new(), Vec::new());
    let mut instead: BTreeMap<String, String> = BTreeMap::new();
    for draft in drafts {
        let vector = match draft.settle(seed) {
            Ok(vector) => vector,
            Err(why) => {
                problems.push(why);
                continue;
            }
        };
        match known.insert(question(&vector), vector.id.clone()) {
            None => vectors.push(vector),
            Some(other) if other.contains("-gen-") => {
                problems.push(format!("{}: {other} asks the same: leave one of them out", vector.id));
            }
            Some(other) => {
                instead.insert(vector.id.clone(), other.clone());
                known.insert(question(&vector), other);
            }
        }
    }
    for vector in &mut vectors {
        if let Some(other) = vector.parent.as_ref().and_then(|parent| instead.get(parent)) {
            vector.parent = Some(other.clone());
        }
    }
    vectors.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    if problems.is_empty() { Ok(vectors) } else { Err(problems) }
}
