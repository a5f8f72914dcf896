//! The pictures in the README are what `upqr demo` and `upqr scan` print; `UPDATE_DEMO=1 cargo test --test picture` draws them anew.
#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where its expectation does not hold")]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use anstyle_svg::{Term, WIN10_CONSOLE};

/// What a command prints in a terminal, as a picture that is committed.
fn check(file: &str, arguments: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let output = Command::new(env!("CARGO_BIN_EXE_upqr"))
        .args(arguments)
        .current_dir(root)
        .env("CLICOLOR_FORCE", "1")
        .env("COLUMNS", "100")
        .env_remove("NO_COLOR")
        .output()
        .expect("the command starts");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("\u{1b}["), "colours are forced");
    // Faint text at two fifths of its strength is too faint to read on black.
    let picture = Term::new().palette(WIN10_CONSOLE).render_svg(text.trim());
    let drawn = picture.replace("opacity: 0.4", "opacity: 0.7");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if env::var_os("UPDATE_DEMO").is_some() {
        fs::write(&path, drawn).expect("the picture can be written");
        return;
    }
    let committed = fs::read_to_string(&path).expect("the picture is committed");
    assert!(
        committed == drawn,
        "{file} is not what `upqr {}` prints: run with UPDATE_DEMO=1",
        arguments.join(" ")
    );
}

#[test]
fn the_pictures_of_the_readme_are_current() {
    check("demo.svg", &["demo"]);
    check("scan.svg", &["scan", "--explain", "--timeout", "20", "vectors/images/errors-10.png"]);
}

#[test]
fn every_relative_link_of_the_readers_pages_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut pages =
        vec![root.join("README.md"), root.join("conformance/OUTPUT.md"), root.join("vectors/README.md")];
    let chapters = fs::read_dir(root.join("spec")).expect("the specification");
    pages.extend(chapters.map(|entry| entry.expect("a readable folder").path()));
    let mut links = 0_usize;
    for page in pages.iter().filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(page).expect("a page");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !link.is_empty() && !link.contains("://") {
                let target = page.parent().expect("a folder").join(link);
                assert!(target.exists(), "{}: {link} leads nowhere", page.display());
                links = links.saturating_add(1);
            }
        }
    }
    assert!(links > 15, "only {links} links were found");
}
