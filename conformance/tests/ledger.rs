//! `upqr report ledger`, as a shell calls it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;
use std::fs;

use upqr::network::{Family, Network};

mod call;

use call::{Folder, command, run, upqr};

/// What the command prints in a window of so many columns.
#[track_caller]
fn ledger(columns: &str, arguments: &[&str]) -> String {
    let mut call = command(&[&["report", "ledger"], arguments].concat());
    call.env("COLUMNS", columns);
    let ended = run(call, b"");
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}");
    ended.out
}

/// From the pairs of wallets on: what stands before grows with the vectors.
#[track_caller]
fn snapshot(name: &str, text: &str) {
    let start = text.find("A code of one").expect("the pairs of wallets");
    let start = text[..start].rfind('\n').map_or(0, |end| end.saturating_add(1));
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
        insta::assert_snapshot!(name, &text[start..]);
    });
}

#[test]
fn a_person_reads_it_in_any_window() {
    let wide = ledger("100", &[]);
    snapshot("wide", &wide);
    let narrow = ledger("32", &[]);
    snapshot("narrow", &narrow);
    for (text, columns) in [(wide, 100), (narrow, 32)] {
        let longest = text.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(columns), "{longest:?} columns of {columns}");
        assert!(!text.contains('\u{1b}'), "colours outside a terminal");
    }
}

#[test]
fn markdown_has_the_same_tables() {
    let text = ledger("100", &["--format", "markdown"]);
    snapshot("markdown", &text);
    assert!(text.starts_with("# Round-trip ledger\n"));
    for line in text.lines().filter(|line| line.starts_with('|')) {
        assert!(line.ends_with('|'), "{line}");
    }
}

#[test]
fn json_has_every_family_and_every_pair() {
    let ended = upqr(&["report", "ledger", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&ended.out).expect("one document");
    assert_eq!(document["ledger"], 1);
    assert_eq!(document["adapter"]["name"], "upqr");
    let rows = ["natives", "payloads"].iter().flat_map(|list| document[list].as_array().unwrap());
    let families: BTreeSet<&str> = rows.map(|row| row["family"].as_str().unwrap()).collect();
    for family in Family::all() {
        assert!(families.contains(family.key()), "{family}");
    }
    let lines = document["wallets"].as_array().unwrap();
    assert_eq!(lines.len(), Network::all().count());
    for line in lines {
        for reader in Network::all() {
            let expected = if line["network"] == reader.key() { "own" } else { "named" };
            assert_eq!(line["readers"][reader.key()], expected, "{line}");
        }
        assert_eq!(line["readers"]["EMV reader"], "merchant data", "{line}");
        assert_eq!(document["together"][line["network"].as_str().unwrap()], "own");
    }
}

#[test]
fn an_adapter_that_has_nothing_to_do_with_it_is_not_praised() {
    let decodes = r#"read hello; n=${hello#*'"nonce":"'}; n=${n%%'"'*}
        printf '{"type":"hello","protocol":1,"nonce":"%s","name":"reader","version":"1","ops":["decode"]}\n' "$n"; cat >/dev/null"#;
    let adapter = shlex::try_join(["sh", "-c", decodes]).unwrap();
    let ended = upqr(&["report", "ledger", "--adapter", &adapter]);
    assert_eq!(
        (ended.code, ended.out.as_str(), ended.err.as_str()),
        (
            4,
            "",
            "error: nothing was compared: reader declares neither `unify` and `restore` with the feature `value`, nor `roundtrip` with \
             `restored`\n"
        )
    );
}

#[test]
fn it_goes_into_a_file() {
    let folder = Folder::new();
    let file = folder.path().join("ledger.md");
    let ended = upqr(&["report", "ledger", "--format", "markdown", "--output-file", file.to_str().unwrap()]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(file).unwrap(), ledger("100", &["--format", "markdown"]));
}
