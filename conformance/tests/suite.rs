//! `upqr vectors` through the real command: files are made, compared, checked and handed out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::Path;

mod call;

use call::upqr;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors");

/// A folder with what is published.
fn exported() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let ended = upqr(&["vectors", "export", text(folder.path())]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{}", ended.out);
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_generated_files_are_current() {
    let ended = upqr(&["vectors", "generate", "--check", FOLDER]);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (0, "13 files and 92 pictures are current\n"),
        "{}",
        ended.err
    );
}

#[test]
fn what_is_exported_is_what_is_kept_and_in_order() {
    let folder = exported();
    for entry in fs::read_dir(FOLDER).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let copy = folder.path().join(path.file_name().unwrap());
        assert_eq!(fs::read(&copy).unwrap(), fs::read(&path).unwrap(), "{}", copy.display());
    }
    let pictures = fs::read_dir(Path::new(FOLDER).join("images")).unwrap().map(|entry| entry.unwrap().path());
    for path in pictures {
        let copy = folder.path().join("images").join(path.file_name().unwrap());
        assert_eq!(fs::read(&copy).unwrap(), fs::read(&path).unwrap(), "{}", copy.display());
    }
    let ended = upqr(&["vectors", "lint", text(folder.path())]);
    assert_eq!(ended.code, 0, "{} {}", ended.out, ended.err);
    let again = upqr(&["vectors", "export", text(folder.path())]);
    assert_eq!(again.code, 2);
    assert_eq!(upqr(&["vectors", "export", "--force", text(folder.path())]).code, 0);
}

#[test]
fn a_changed_file_is_told_and_made_again() {
    let folder = exported();
    let path = folder.path().join("generated-roundtrip.json");
    let kept = fs::read_to_string(&path).unwrap();
    fs::write(&path, kept.replacen("\"rev\": 1", "\"rev\": 2", 1)).unwrap();
    let told = "generated-roundtrip.json: line 6 is not what is generated: run `upqr vectors generate`\n";
    for call in [
        ["vectors", "generate", "--check", text(folder.path())].as_slice(),
        &["vectors", "lint", text(folder.path())],
    ] {
        let ended = upqr(call);
        assert_eq!((ended.code, ended.out.as_str()), (1, told), "{call:?} {}", ended.err);
    }
    let made = upqr(&["vectors", "generate", text(folder.path())]);
    assert_eq!((made.code, made.out.as_str()), (0, "13 files and 92 pictures are written\n"));
    assert_eq!(fs::read_to_string(&path).unwrap(), kept);
}

#[test]
fn a_changed_picture_is_told_and_drawn_again() {
    let folder = exported();
    let path = folder.path().join("images/link.png");
    let kept = fs::read(&path).unwrap();
    fs::write(&path, [&kept[..], b"x"].concat()).unwrap();
    let told = "images/link.png: the picture is not what is drawn: run `upqr vectors generate`\n";
    let ended = upqr(&["vectors", "generate", "--check", text(folder.path())]);
    assert_eq!((ended.code, ended.out.as_str()), (1, told), "{}", ended.err);
    let ended = upqr(&["vectors", "lint", text(folder.path())]);
    let first =
        "scan.json: scan-0001-link: `sha256` is not that of images/link.png: correct it, and raise `rev`\n";
    assert_eq!((ended.code, ended.out.as_str()), (1, [first, told].concat().as_str()), "{}", ended.err);
    assert_eq!(upqr(&["vectors", "generate", text(folder.path())]).code, 0);
    assert_eq!(fs::read(&path).unwrap(), kept);
}

#[test]
fn a_folder_without_vectors_is_nothing_to_check() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(upqr(&["vectors", "lint", text(folder.path())]).code, 4);
    assert_eq!(upqr(&["vectors", "lint", text(&folder.path().join("missing"))]).code, 2);
}
