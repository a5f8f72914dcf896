//! The canonical test vectors: what they are made of, how they are chosen, checked, made and handed out.

pub(crate) mod command;
mod export;
pub(crate) mod filter;
mod generate;
mod lint;
mod vector;
pub(crate) mod words;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use upqr::payment::hex_of;
pub(crate) use vector::{
    Expect, Expectation, Fault, Image, Input, Kind, Level, Op, Provenance, Risk, Span, Vector, Verdict,
};

/// A file of vectors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// Of the form, which `vectors/schema.json` describes.
    version: u32,
    /// `CC0-1.0`, which the schema holds it to.
    #[expect(dead_code, reason = "the licence goes with the file; nobody here decides by it")]
    licence: String,
    pub(crate) vectors: Vec<Vector>,
}

/// Every vector of this edition, by id.
pub(crate) fn all() -> Vec<Vector> {
    let mut vectors: Vec<Vector> = upqr::vectors::FILES
        .iter()
        .flat_map(|(name, text)| read(name, text).expect("a test reads every file").vectors)
        .collect();
    vectors.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    vectors
}

/// Bytes of a hash that tell any two sets of vectors apart.
const HASH: usize = 8;

/// What records say of their vectors: the edition, and the beginning of a hash of everything in it.
pub(crate) fn edition() -> String {
    let mut digest = Sha256::new();
    for (name, text) in upqr::vectors::FILES {
        digest.update(name);
        digest.update([0]);
        digest.update(text);
    }
    // A picture is in the hash of its vectors, which name its own.
    let digest = digest.finalize();
    let head = digest.get(..HASH).unwrap_or(&digest);
    format!("{} sha256:{}", upqr::vectors::EDITION, hex_of(head))
}

/// The form of files that this command reads.
const FORM: u32 = 1;

/// A file's vectors; the error names the file.
pub(crate) fn read(name: &str, text: &str) -> Result<File, String> {
    let file: File = serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?;
    if file.version != FORM {
        return Err(format!(
            "{name}: the file has form {}, and this command reads form {FORM}",
            file.version
        ));
    }
    Ok(file)
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where its expectation does not hold"
)]
mod tests;
