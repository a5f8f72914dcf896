//! The vectors as files for those who have no Rust: every file of this edition byte for byte, and an index of them.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use upqr::payment::hex_of;
use upqr::vectors::{EDITION, FILES, IMAGES, PAPERS};

use super::{Verdict, generate, read};
use crate::exit::Stop;
use crate::output;

/// What `index.json` says.
#[derive(Debug, Serialize)]
struct Index {
    edition: &'static str,
    vectors: usize,
    reject: usize,
    files: Vec<Row>,
}

/// A file; one that holds no vectors has no counts.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    octets: usize,
    sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    vectors: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reject: Option<usize>,
}

/// Writes the files, each of which is there only once it is complete, and the index last.
pub(crate) fn export(folder: &Path, is_forced: bool, out: &mut dyn Write) -> Result<(), Stop> {
    let cannot = |error: std::io::Error| Stop::Usage(format!("cannot write `{}`: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(cannot)?;
    if !is_forced && fs::read_dir(folder).map_err(cannot)?.next().is_some() {
        return Err(Stop::Usage(format!(
            "`{}` is not empty: name another folder, or replace files of the same names with --force",
            folder.display()
        )));
    }
    for (name, text) in FILES.iter().chain(&PAPERS) {
        put(&folder.join(name), text.as_bytes(), out)?;
    }
    fs::create_dir_all(folder.join(generate::IMAGES)).map_err(cannot)?;
    for (name, octets) in IMAGES {
        put(&folder.join(generate::IMAGES).join(name), octets, out)?;
    }
    let index = serde_json::to_string_pretty(&index()).expect("an index is text and numbers");
    put(&folder.join("index.json"), format!("{index}\n").as_bytes(), out)
}

fn put(path: &Path, octets: &[u8], out: &mut dyn Write) -> Result<(), Stop> {
    output::to(Some(path), out, |file| Ok(file.write_all(octets)?))
}

fn index() -> Index {
    let texts = FILES.iter().chain(&PAPERS).map(|(name, text)| row(name, text));
    let pictures = IMAGES.iter().map(|(name, octets)| Row {
        name: format!("{}/{name}", generate::IMAGES),
        octets: octets.len(),
        sha256: hex_of(&Sha256::digest(octets)),
        vectors: None,
        reject: None,
    });
    let files: Vec<Row> = texts.chain(pictures).collect();
    Index {
        edition: EDITION,
        vectors: files.iter().filter_map(|row| row.vectors).sum(),
        reject: files.iter().filter_map(|row| row.reject).sum(),
        files,
    }
}

fn row(name: &str, text: &str) -> Row {
    let file = FILES.iter().any(|(known, _)| *known == name).then(|| read(name, text).ok()).flatten();
    let rejects =
        |vector: &&super::Vector| vector.expect.each().iter().any(|expect| expect.verdict == Verdict::Reject);
    Row {
        name: name.to_owned(),
        octets: text.len(),
        sha256: hex_of(&Sha256::digest(text)),
        vectors: file.as_ref().map(|file| file.vectors.len()),
        reject: file.as_ref().map(|file| file.vectors.iter().filter(rejects).count()),
    }
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test ends where its expectation does not hold"
)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_written_as_it_is_embedded() {
        let folder = tempfile::tempdir().expect("a folder");
        export(folder.path(), false, &mut Vec::new()).expect("an empty folder");
        for (name, text) in FILES.iter().chain(&PAPERS) {
            assert_eq!(fs::read_to_string(folder.path().join(name)).expect("a file"), *text, "{name}");
        }
        for (name, octets) in IMAGES {
            assert_eq!(fs::read(folder.path().join("images").join(name)).expect("a file"), octets, "{name}");
        }
        let index: serde_json::Value =
            serde_json::from_slice(&fs::read(folder.path().join("index.json")).expect("a file"))
                .expect("JSON");
        assert_eq!(index["edition"], EDITION);
        assert_eq!(index["vectors"], super::super::all().len());
        assert_eq!(index["files"].as_array().map(Vec::len), Some(FILES.len() + PAPERS.len() + IMAGES.len()));
        let again = export(folder.path(), false, &mut Vec::new()).expect_err("a folder with files");
        let message = format!(
            "`{}` is not empty: name another folder, or replace files of the same names with --force",
            folder.path().display()
        );
        assert_eq!(again.to_string(), message);
        export(folder.path(), true, &mut Vec::new()).expect("a forced export");
    }
}
