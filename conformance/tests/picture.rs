//! The picture in the README is what `upqr demo` prints; `UPDATE_DEMO=1 cargo test --test picture` draws it anew.
#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where its expectation does not hold")]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use anstyle_svg::{Term, WIN10_CONSOLE};

#[test]
fn the_picture_of_the_demonstration_is_current() {
    let output = Command::new(env!("CARGO_BIN_EXE_upqr"))
        .arg("demo")
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR")
        .output()
        .expect("the command starts");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("\u{1b}["), "colours are forced");
    // Faint text at two fifths of its strength is too faint to read on black.
    let picture = Term::new().palette(WIN10_CONSOLE).render_svg(text.trim());
    let drawn = picture.replace("opacity: 0.4", "opacity: 0.7");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo.svg");
    if env::var_os("UPDATE_DEMO").is_some() {
        fs::write(&path, drawn).expect("the picture can be written");
        return;
    }
    let committed = fs::read_to_string(&path).expect("conformance/demo.svg is committed");
    assert!(
        committed == drawn,
        "conformance/demo.svg is not what `upqr demo` prints: run with UPDATE_DEMO=1"
    );
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
