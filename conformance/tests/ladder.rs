//! `upqr ladder` and `upqr run --ladders`, as a shell calls them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::{Command, Stdio};
#[cfg(unix)]
use std::thread;
#[cfg(unix)]
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use upqr::payment::hex_of;

mod call;

#[cfg(unix)]
use call::command;
use call::{Folder, upqr};

/// Small, so that a debug build draws it quickly.
const PAYLOAD: &str = "https://pay.example/TEA";

/// Makes the images of some ladders; gives the list.
#[track_caller]
fn make(folder: &Path, more: &[&str]) -> Vec<Value> {
    let folder = folder.to_str().expect("a path of UTF-8");
    let ended = upqr(&[&["ladder", "--payload", PAYLOAD, "--output", folder][..], more].concat());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{more:?}");
    let list = fs::read_to_string(Path::new(folder).join("ladder.ndjson")).expect("a list");
    let rows: Vec<Value> = list.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(ended.out, format!("{} images and ladder.ndjson are written to {folder}\n", rows.len()));
    rows
}

#[test]
fn the_ladders_and_their_steps() {
    let ended = upqr(&["ladder", "--steps"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    insta::assert_snapshot!("steps", ended.out);
    let ended = upqr(&["ladder", "--steps", "--damage", "shadow,blur"]);
    let names: Vec<&str> = ended.out.lines().step_by(2).filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["blur", "shadow"]);
}

#[test]
fn a_folder_says_what_each_of_its_images_is() {
    let folder = Folder::new();
    let images = folder.path().join("images");
    let rows = make(&images, &["--damage", "contrast,jpeg", "--level", "Q", "--seed", "3"]);
    let files: Vec<&str> = rows.iter().filter_map(|row| row["file"].as_str()).collect();
    assert_eq!(
        (files.len(), files[0], files[9], files[10]),
        (22, "jpeg-00.png", "jpeg-09.png", "contrast-00.png")
    );
    for row in &rows {
        let octets = fs::read(images.join(row["file"].as_str().unwrap())).expect("an image");
        assert!(octets.starts_with(b"\x89PNG"), "{row}");
        assert_eq!(row["sha256"], hex_of(&Sha256::digest(&octets)), "{row}");
        assert_eq!(row["payload_hex"], hex_of(PAYLOAD.as_bytes()));
        assert_eq!((&row["level"], &row["seed"], &row["version"]), (&json!("Q"), &json!(3), &json!(3)));
    }
    let said = |row: &Value| {
        (row["damage"].clone(), row["step"].clone(), row["amount"].clone(), row["unit"].clone())
    };
    assert_eq!(said(&rows[0]), (json!("jpeg"), json!(0), Value::Null, json!("quality")));
    assert_eq!(
        said(&rows[21]),
        (json!("contrast"), json!(11), json!(2.0), json!("% between dark and light"))
    );
    assert_eq!(fs::read_dir(&images).expect("a folder").count(), 23);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
}

/// Whether a folder has a folder that is being filled.
#[cfg(unix)]
fn is_begun(folder: &Path) -> bool {
    let mut inside = fs::read_dir(folder).expect("a folder").flatten();
    inside.any(|entry| fs::read_dir(entry.path()).is_ok_and(|mut files| files.next().is_some()))
}

#[cfg(unix)]
#[test]
fn an_interruption_leaves_nothing() {
    let folder = Folder::new();
    let images = folder.path().join("images");
    let call = ["ladder", "--payloads", "100000", "--output", images.to_str().unwrap()];
    let mut child = command(&call).stdout(Stdio::null()).spawn().expect("it starts");
    let begun = Instant::now();
    while !is_begun(folder.path()) {
        assert!(begun.elapsed() < Duration::from_mins(1), "nothing is written");
        thread::sleep(Duration::from_millis(10));
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("it runs");
    assert!(sent.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn the_same_call_makes_the_same_bytes() {
    let folder = Folder::new();
    let hashes = |name: &str, seed: &str| -> Vec<Value> {
        let rows = make(&folder.path().join(name), &["--damage", "salt-and-pepper,finder", "--seed", seed]);
        rows.iter().map(|row| row["sha256"].clone()).collect()
    };
    let first = hashes("a", "1");
    assert_eq!(first, hashes("b", "1"));
    let other = hashes("c", "2");
    assert!(first.iter().zip(&other).all(|(first, other)| first != other));
}

#[test]
fn synthetic_payloads_have_files_of_their_own_and_the_sheet_is_a_picture() {
    let folder = Folder::new();
    let (images, sheet) = (folder.path().join("images"), folder.path().join("sheet.png"));
    let (images, sheet) = (images.to_str().unwrap(), sheet.to_str().unwrap());
    let ended = upqr(&[
        "ladder",
        "--payloads",
        "3",
        "--damage",
        "flips",
        "--level",
        "L",
        "-o",
        images,
        "--sheet",
        sheet,
    ]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(
        ended.out,
        format!("1 ladders are drawn on {sheet}\n36 images and ladder.ndjson are written to {images}\n")
    );
    for name in ["000-flips-00.png", "001-flips-11.png", "002-flips-05.png"] {
        assert!(Path::new(images).join(name).exists(), "{name}");
    }
    let sheet = image::open(sheet).expect("a picture");
    assert_eq!((sheet.width(), sheet.height()), (12 * 186 + 6, 186 + 6));
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is_written() {
    let folder = Folder::new();
    folder.file("there.txt", b"kept");
    let full = folder.path().to_str().unwrap();
    let images = folder.path().join("images");
    let images = images.to_str().unwrap();
    let long = "a".repeat(2332);
    let rows: [(&[&str], i32, &str); 11] = [
        (
            &["ladder", "--payload", PAYLOAD],
            2,
            "error: nothing to write to: name a folder with --output or a file with --sheet\n",
        ),
        (&["ladder", "--payload", PAYLOAD, "-o", full], 2, "is not empty: name another folder"),
        (
            &["ladder", "--payload", &long, "-o", images],
            1,
            "error: no symbol of level M holds 2332 bytes: shorten the payload or lower --level\n",
        ),
        (&["ladder", "--payload", PAYLOAD, "--level", "X", "-o", images], 2, "expected L, M, Q or H"),
        (&["ladder", "--payload", PAYLOAD, "--damage", "fire", "-o", images], 2, "invalid value 'fire'"),
        (&["ladder", "--payload", PAYLOAD, "-o", "/nowhere/images"], 2, "cannot write `/nowhere/images`"),
        (
            &["ladder", "--payload", PAYLOAD, "-o", "/nowhere/images"],
            2,
            "error: cannot write `/nowhere/images`: there is no such folder\n",
        ),
        (&["ladder", "--payload", "", "-o", images], 4, "there is no payload in the input"),
        (&["ladder", "missing.txt", "-o", images], 2, "no file `missing.txt`"),
        (
            &["ladder", "--payload", PAYLOAD, "--sheet", "a.jpg"],
            2,
            "error: `a.jpg`: a sheet is a PNG: end its name in .png\n",
        ),
        (&["ladder"], 2, "the following required arguments were not provided"),
    ];
    for (arguments, code, message) in rows {
        let ended = upqr(arguments);
        assert_eq!(ended.code, code, "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains(message), "{arguments:?}: {}", ended.err);
        assert!(!Path::new(images).exists(), "{arguments:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

#[test]
fn a_payload_comes_from_a_file_or_a_stream() {
    let folder = Folder::new();
    let file = folder.file("payload.txt", format!("{PAYLOAD}\n").as_bytes());
    let images = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (one, two, three) = (images("one"), images("two"), images("three"));
    let few = ["--damage", "resolution", "--quiet"];
    assert_eq!(upqr(&[&["ladder", &file, "-o", &one][..], &few].concat()).code, 0);
    assert_eq!(upqr(&[&["ladder", "--payload", PAYLOAD, "-o", &two][..], &few].concat()).code, 0);
    let piped = call::upqr_reads(&[&["ladder", "-", "-o", &three][..], &few].concat(), PAYLOAD.as_bytes());
    assert_eq!(piped.code, 0, "{}", piped.err);
    let list = |folder: &str| fs::read_to_string(Path::new(folder).join("ladder.ndjson")).unwrap();
    assert_eq!((list(&one), list(&three)), (list(&two), list(&two)));
}

#[test]
fn a_run_says_how_far_each_ladder_is_read() {
    let call = [
        "run",
        "--ladders",
        "--payloads",
        "1",
        "--damage",
        "contrast,flips",
        "--seed",
        "4",
        "--format",
        "ndjson",
    ];
    let ended = upqr(&call);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let rows = ended.objects();
    let names: Vec<(&Value, &Value)> = rows.iter().map(|row| (&row["row"], &row["damage"])).collect();
    let (ladder, all) = (json!("ladder"), json!("all"));
    let expected = [(&ladder, &json!("contrast")), (&ladder, &json!("flips")), (&all, &Value::Null)];
    assert_eq!(names, expected);
    for row in &rows[..2] {
        let steps = row["steps"].as_array().expect("steps");
        let sum = |member: &str| steps.iter().filter_map(|step| step[member].as_u64()).sum::<u64>();
        for member in ["images", "read", "nothing", "ambiguous", "misread", "failed"] {
            assert_eq!(row[member], sum(member), "{member} of {row}");
        }
        assert_eq!(steps[0]["read"], 1, "{row}");
        assert_eq!(
            row["threshold"]["amount"],
            steps[usize::try_from(row["threshold"]["step"].as_u64().unwrap()).unwrap()]["amount"]
        );
    }
    let images: u64 = rows[..2].iter().filter_map(|row| row["images"].as_u64()).sum();
    assert_eq!((&rows[2]["images"], &rows[2]["misread"]), (&json!(images), &json!(0)));
    assert_eq!(rows[1]["steps"][11]["read"], 0, "one module in eight is wrong");
    // The order in which threads end changes nothing.
    assert_eq!(upqr(&[&call[..], &["--jobs", "1"]].concat()).out, ended.out);
}

#[test]
fn a_person_sees_a_line_a_ladder() {
    let ended = upqr(&["run", "--ladders", "--payloads", "1", "--damage", "contrast,rotation"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let (lines, rate) = ended.out.rsplit_once("; ").expect("a rate");
    assert!(rate.ends_with(" images/s\n"), "{rate}");
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ended.out);
    assert!(lines[0].starts_with("rotation "), "{}", lines[0]);
    assert!(lines[1].starts_with("contrast "), "{}", lines[1]);
    assert!(lines[2].ends_with("of 25 images read, 0 misread, 0 ambiguous, 0 failed"), "{}", lines[2]);
}

#[test]
fn options_of_vectors_and_of_ladders_do_not_mix() {
    for arguments in [
        &["run", "--ladders", "--filter", "op(decode)"][..],
        &["run", "--ladders", "--record", "x.ndjson"],
        &["run", "--ladders", "--shuffle"],
        &["run", "--payloads", "3"],
        &["run", "--damage", "blur"],
        &["run", "--seed", "3"],
    ] {
        assert_eq!(upqr(arguments).code, 2, "{arguments:?}");
    }
    let ended = upqr(&["run", "--ladders", "--format", "junit"]);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (2, "error: the results of --ladders are shown as --format human or ndjson\n")
    );
}
