//! `upqr scan`: what a file may be, what it may cost, and what further pictures in it mean.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// Sizes of pictures that this file makes itself.
#![allow(clippy::arithmetic_side_effects)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use upqr::symbol::encode::encode;
use upqr::symbol::{EncodeOptions, Grid};

mod call;

use call::{Folder, upqr};

const LINK: &str = "https://qr.alipay.com/fkx00000synthetic00aaa";
const OTHER: &str = "https://qr.alipay.com/fkx00000synthetic00bbb";

/// What starting processes may take beside the time of a picture.
const SLACK: Duration = Duration::from_millis(1500);

fn grid(payload: &str) -> Grid {
    encode(payload.as_bytes(), &EncodeOptions::default()).unwrap().grid
}

/// A PDF of pages with these contents.
fn pdf(contents: &[String]) -> Vec<u8> {
    let kids: Vec<String> = (0..contents.len()).map(|page| format!("{} 0 R", 3 + 2 * page)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{}]/Count {}>>", kids.join(" "), kids.len()),
    ];
    for (page, content) in contents.iter().enumerate() {
        let of = 4 + 2 * page;
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>/Contents {of} 0 R>>"
        ));
        objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()));
    }
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    let _ = write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(file, "{place:010} 00000 n ");
    }
    let _ = write!(file, "trailer<</Root 1 0 R/Size {}>>\nstartxref\n{start}\n%%EOF", objects.len() + 1);
    file.into_bytes()
}

/// A symbol on a page, two points a module.
fn page(payload: &str) -> String {
    let grid = grid(payload);
    let mut content = String::new();
    for (y, row) in grid.rows().enumerate() {
        for x in (0..row.len()).filter(|x| row[*x]) {
            let _ = write!(content, "{} {} 2 2 re ", 20 + 2 * x, 180 - 2 * y);
        }
    }
    content + "f"
}

/// A drawing of a symbol whose modules have so many hundredths of a unit.
fn svg(grid: &Grid, hundredths: usize, unit: &str) -> Vec<u8> {
    let side = grid.side() + 8;
    let length = side * hundredths;
    let mut path = String::new();
    for (y, row) in grid.rows().enumerate() {
        for x in (0..row.len()).filter(|x| row[*x]) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + 4, y + 4);
        }
    }
    let length = format!("{}.{:02}{unit}", length / 100, length % 100);
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="{length}" height="{length}" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>"#).into_bytes()
}

fn rules(object: &Value) -> Vec<&str> {
    object["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

#[test]
fn pages_that_differ_ask_for_a_look() {
    let folder = Folder::new();
    for (second, frames, disposition) in [(LINK, false, "pay"), (OTHER, true, "confirm")] {
        let file = folder.file("pages.pdf", &pdf(&[page(LINK), page(second), "0 0 1 1 re f".to_owned()]));
        let ended = upqr(&["scan", "--timeout", "20", "--format", "ndjson", "--show-values", &file]);
        let objects = ended.objects();
        assert_eq!(objects.len(), 3, "{}", ended.out);
        for (object, payload) in objects.iter().zip([LINK, second]) {
            assert_eq!((&object["payload"], &object["disposition"]), (&json!(payload), &json!(disposition)));
            assert_eq!(rules(object).contains(&"symbol-frames"), frames, "{object}");
        }
        assert_eq!(objects[2]["verdict"], "nothing");
    }
}

#[test]
fn the_pages_of_a_file_share_its_time() {
    let folder = Folder::new();
    let slow = "0 0 1 1 re f ".repeat(100_000);
    let file = folder.file("slow.pdf", &pdf(&vec![slow; 8]));
    let started = Instant::now();
    let ended = upqr(&["scan", "--timeout", "1", "--format", "ndjson", &file]);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(1) + SLACK, "{took:?}");
    let objects = ended.objects();
    assert_eq!(ended.code, 1);
    let last = objects.last().unwrap();
    let message = last["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("within"), "{message}");
    assert_eq!(last["disposition"], "block");
}

#[test]
#[cfg(unix)]
fn a_pipe_is_no_file() {
    let folder = Folder::new();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let pipe = pipe.to_str().unwrap();
    let started = Instant::now();
    let ended = upqr(&["scan", pipe]);
    assert!(started.elapsed() < SLACK, "{:?}", started.elapsed());
    let expected =
        format!("error: cannot read `{pipe}`: it is a pipe or a device: give what comes out of it as `-`\n");
    assert_eq!((ended.code, ended.err.as_str()), (2, expected.as_str()));
    // Beside it in the folder, the others are read.
    folder.file("a.svg", &svg(&grid(LINK), 50, "mm"));
    let ended = upqr(&["scan", "--timeout", "20", "--format", "ndjson", folder.path().to_str().unwrap()]);
    assert_eq!((ended.code, ended.err.as_str(), ended.objects().len()), (2, expected.as_str(), 1));
    let ended = upqr(&["scan", "/dev/null"]);
    assert!(ended.err.contains("it is a pipe or a device"), "{}", ended.err);
}

#[test]
fn a_drawing_says_how_large_its_modules_are() {
    let folder = Folder::new();
    for (hundredths, unit, small) in [
        (20, "mm", true),
        (25, "mm", false),
        (2, "cm", true),
        (1, "in", false),
        (60, "pt", true),
        (20, "", false),
        (20, "px", false),
    ] {
        let file = folder.file("a.svg", &svg(&grid(LINK), hundredths, unit));
        let object = upqr(&["scan", "--timeout", "20", "--format", "ndjson", &file]).objects().remove(0);
        assert_eq!(rules(&object).contains(&"symbol-module-size"), small, "{hundredths} {unit}: {object}");
    }
    let small = page(LINK).replace(" re ", " re\n");
    let file = folder.file("a.pdf", &pdf(&[format!("0.3 0 0 0.3 0 0 cm {small}")]));
    let object = upqr(&["scan", "--timeout", "20", "--format", "ndjson", &file]).objects().remove(0);
    assert!(rules(&object).contains(&"symbol-module-size"), "0.6 points: {object}");
}

#[test]
fn raw_says_what_stands_against_paying() {
    let folder = Folder::new();
    let draw = |name: &str, payload: &str| {
        let file = folder.path().join(name);
        let path = file.to_str().unwrap().to_owned();
        assert_eq!(upqr(&["render", "--payload", payload, "-o", &path]).code, 0);
        path
    };
    let payload = call::payload();
    let bad = payload.replace("QUIRKY", "QUERKY");
    for (name, payload) in [("good.png", &payload), ("bad.png", &bad)] {
        let file = draw(name, payload);
        let listed = upqr(&["scan", "--format", "ndjson", &file]);
        let ended = upqr(&["scan", "--raw", &file]);
        assert_eq!((ended.out.as_str(), ended.code), (format!("{payload}\n").as_str(), listed.code));
        let object = &listed.objects()[0];
        assert_eq!(ended.err.is_empty(), object["disposition"] == "pay", "{}", ended.err);
    }
    let err = upqr(&["scan", "--raw", folder.path().join("bad.png").to_str().unwrap()]).err;
    assert!(err.starts_with("warning: ") && err.contains("crc") && err.contains("block"), "{err}");
}

/// The most memory that a process had, in KiB.
#[cfg(target_os = "linux")]
fn peak(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}

#[test]
#[cfg(target_os = "linux")]
fn the_command_and_its_worker_stay_below_256_mebibytes() {
    // As large as a file may be: noise is not compressed, and the picture is 64 MiB once it is open.
    let mut state = 1_u32;
    let mut noise = |_: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let (side, rows) = (8192_usize, 2_700_usize);
    let mut luma: Vec<u8> = (0..side * rows).map(&mut noise).collect();
    luma.resize(side * side, 255);
    let mut file = Vec::new();
    let picture = image::GrayImage::from_raw(8192, 8192, luma).unwrap();
    picture.write_to(&mut std::io::Cursor::new(&mut file), image::ImageFormat::Png).unwrap();
    assert!((28 << 20..32 << 20).contains(&file.len()), "{}", file.len());
    let mut parent = call::command(&["scan", "--jobs", "1", "--timeout", "5", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = parent.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&file));
    let (mut own, mut workers) = (0, 0);
    while parent.try_wait().unwrap().is_none() {
        own = own.max(peak(parent.id()));
        let tasks = fs::read_dir(format!("/proc/{}/task", parent.id())).into_iter().flatten().flatten();
        let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
        let ids = lists.collect::<Vec<_>>().join(" ");
        let all = ids.split_whitespace().filter_map(|id| id.parse().ok()).map(peak).sum();
        workers = workers.max(all);
        std::thread::sleep(Duration::from_millis(5));
    }
    writer.join().unwrap().unwrap();
    assert!(workers > 64 << 10, "{workers} KiB");
    assert!(own + workers < 256 << 10, "{own} + {workers} KiB");
}
