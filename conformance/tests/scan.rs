//! `upqr scan`: pictures of every format and from every stranger, and what is said of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// Sizes of pictures that this file makes itself.
#![allow(clippy::arithmetic_side_effects)]

use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::time::{Duration, Instant};

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use serde_json::{Value, json};
use upqr::symbol::encode::encode;
use upqr::symbol::{EncodeOptions, Grid};

mod call;

use call::{Ended, Folder, command, run, upqr, upqr_reads};

/// A code that every reader of links knows.
const LINK: &str = "https://qr.alipay.com/fkx00000synthetic00aaa";
const OTHER: &str = "https://qr.alipay.com/fkx00000synthetic00bbb";

fn grid(payload: &str) -> Grid {
    encode(payload.as_bytes(), &EncodeOptions::default()).unwrap().grid
}

/// A symbol at 4 pixels a module, with its quiet zone.
fn drawn(grid: &Grid) -> GrayImage {
    let side = u32::try_from((grid.side() + 8) * 4).unwrap();
    GrayImage::from_fn(side, side, |x, y| {
        let module = |at: u32| usize::try_from(at / 4).unwrap().wrapping_sub(4);
        Luma([if grid.dark(module(x), module(y)) { 0 } else { 255 }])
    })
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut octets = Cursor::new(Vec::new());
    image.write_to(&mut octets, format).unwrap();
    octets.into_inner()
}

fn png(grid: &Grid) -> Vec<u8> {
    written(&drawn(grid).into(), ImageFormat::Png)
}

/// Two pictures side by side.
fn beside(left: &GrayImage, right: &GrayImage) -> GrayImage {
    let mut both =
        GrayImage::from_pixel(left.width() + right.width(), left.height().max(right.height()), Luma([255]));
    image::imageops::overlay(&mut both, left, 0, 0);
    image::imageops::overlay(&mut both, right, i64::from(left.width()), 0);
    both
}

/// A drawing of a symbol.
fn svg(grid: &Grid) -> String {
    let side = grid.side() + 8;
    let mut path = String::new();
    for (y, row) in grid.rows().enumerate() {
        for x in (0..row.len()).filter(|x| row[*x]) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + 4, y + 4);
        }
    }
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>"#)
}

/// Scans bytes under a name that says nothing; gives the object.
#[track_caller]
fn scanned(octets: &[u8], arguments: &[&str]) -> Value {
    let ended =
        upqr_reads(&[&["scan", "--show-values", "--format", "ndjson"], arguments, &["-"]].concat(), octets);
    assert_eq!(ended.err, "");
    ended.objects().remove(0)
}

#[track_caller]
fn check_read(what: &str, octets: &[u8]) -> Value {
    // Drawings take their time in a debug build.
    let object = scanned(octets, &["--explain", "--timeout", "12"]);
    assert_eq!((&object["verdict"], &object["payload"]), (&json!("read"), &json!(LINK)), "{what}: {object}");
    object
}

#[test]
fn one_command_takes_a_picture_to_a_disposition() {
    let folder = Folder::new();
    let payload = call::payload();
    let good = folder.file("good.png", &png(&grid(&payload)));
    let bad = folder.file("bad.png", &png(&grid(&payload.replace("QUIRKY", "QUERKY"))));
    let ended = upqr(&["scan", "--show-values", "--format", "ndjson", &good, &bad]);
    assert_eq!((ended.code, ended.err.as_str()), (1, ""));
    let [first, second] = ended.objects().try_into().unwrap();
    assert_eq!(
        (&first["file"], &first["verdict"], &first["payload"]),
        (&json!(good), &json!("read"), &json!(payload))
    );
    assert_eq!(first["candidates"][0]["family"], "emv-mpm");
    assert_eq!(second["disposition"], "block");
    // The text is checked as `check` checks it.
    let checked =
        upqr(&["check", "--format", "ndjson", "--show-values", &payload.replace("QUIRKY", "QUERKY")]);
    let rules = |object: &Value| -> Vec<Value> {
        object["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].clone()).collect()
    };
    let found = rules(&second);
    assert!(rules(&checked.objects()[0]).iter().all(|rule| found.contains(rule)), "{found:?}");
    // Nothing of the payee is shown unless it is asked for.
    for format in ["human", "json", "ndjson", "sarif", "junit", "github", "markdown"] {
        let ended = upqr(&["scan", "--explain", "--format", format, &good, &bad]);
        for secret in ["WOMBAT", "73928461", "Qx7Zk5Wj3Xm9", "雀跃袋熊"] {
            assert!(!ended.out.contains(secret), "{format} shows {secret}: {}", ended.out);
        }
    }
    let ended = upqr(&["scan", "--raw", &bad]);
    assert_eq!(ended.out, format!("{}\n", payload.replace("QUIRKY", "QUERKY")));
}

#[test]
fn every_format_is_told_by_its_bytes() {
    let grid = grid(LINK);
    let grey = DynamicImage::from(drawn(&grid));
    let mut clear = grey.to_rgba8();
    for pixel in clear.pixels_mut() {
        // Black all over, seen only where a module is dark.
        *pixel = image::Rgba([0, 0, 0, 255 - pixel.0[0]]);
    }
    let images: [(&str, DynamicImage, ImageFormat); 10] = [
        ("png", grey.clone(), ImageFormat::Png),
        ("png", grey.to_luma_alpha8().into(), ImageFormat::Png),
        ("png", grey.to_rgb8().into(), ImageFormat::Png),
        ("png", clear.into(), ImageFormat::Png),
        ("png", grey.to_luma16().into(), ImageFormat::Png),
        ("png", grey.to_rgba16().into(), ImageFormat::Png),
        ("jpeg", grey.to_rgb8().into(), ImageFormat::Jpeg),
        ("webp", grey.to_rgb8().into(), ImageFormat::WebP),
        ("gif", grey.to_rgba8().into(), ImageFormat::Gif),
        ("bmp", grey.to_rgb8().into(), ImageFormat::Bmp),
    ];
    for (key, image, format) in images {
        let what = format!("{key} {:?}", image.color());
        let object = check_read(&what, &written(&image, format));
        assert_eq!(object["picture"]["format"], key, "{what}");
        assert_eq!(object["picture"]["width"], grey.width(), "{what}");
    }
    let drawing = svg(&grid);
    assert_eq!(check_read("svg", drawing.as_bytes())["picture"]["format"], "svg");
    let embedded = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><image width="90" height="90" image-rendering="optimizeSpeed" href="data:image/png;base64,{}"/></svg>"#,
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, png(&grid))
    );
    check_read("svg with a picture inside", embedded.as_bytes());
    let folder = Folder::new();
    let pdf = folder.path().join("a.pdf").display().to_string();
    assert!(upqr(&["render", "--payload", LINK, "-o", &pdf]).code < 2);
    assert_eq!(check_read("pdf", &fs::read(&pdf).unwrap())["picture"]["format"], "pdf");
}

#[test]
fn pictures_are_turned_as_exif_says() {
    let both = beside(&drawn(&grid(LINK)), &GrayImage::from_pixel(64, 64, Luma([255])));
    let jpeg = written(&DynamicImage::from(both.clone()).to_rgb8().into(), ImageFormat::Jpeg);
    // One entry: orientation (0x0112), a short, once, 6: turn it to the right.
    let exif = b"\xFF\xE1\0\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
    for (octets, expected) in [(jpeg, false), (turned, true)] {
        let picture = check_read("jpeg", &octets)["picture"].take();
        let size = if expected { (both.height(), both.width()) } else { (both.width(), both.height()) };
        assert_eq!(picture["turned"], expected);
        assert_eq!((&picture["width"], &picture["height"]), (&json!(size.0), &json!(size.1)));
    }
}

#[test]
fn explain_says_what_is_inside() {
    let mut damaged = grid(LINK);
    let side = damaged.side();
    for (x, y) in [(side - 1, side - 1), (8, 2)] {
        damaged.set(x, y, !damaged.dark(x, y));
    }
    let object = check_read("damaged", &png(&damaged));
    let symbol = &object["symbols"][0];
    let expected = encode(LINK.as_bytes(), &EncodeOptions::default()).unwrap();
    assert_eq!(symbol["version"], expected.grid.version().number());
    assert_eq!(
        (&symbol["level"], &symbol["mask"]),
        (&json!(expected.level.key()), &json!(expected.mask.number()))
    );
    let corrected: u64 =
        symbol["blocks"].as_array().unwrap().iter().map(|block| block["corrected"].as_u64().unwrap()).sum();
    assert_eq!(corrected, 1);
    let errors: u64 =
        symbol["format_errors"].as_array().unwrap().iter().map(|errors| errors.as_u64().unwrap()).sum();
    assert_eq!(errors, 1);
    assert_eq!(symbol["segments"][0]["bytes"], json!([0, LINK.len()]));
    assert_eq!(symbol["corners"][0], json!([16.0, 16.0]));
    assert!((symbol["measured"]["module_pixels"][0].as_f64().unwrap() - 4.0).abs() < 0.1);
    assert!((symbol["measured"]["quiet_zone"][3].as_f64().unwrap() - 4.0).abs() < 0.3);
    let grade = &symbol["measured"]["grade"];
    assert_eq!((&grade["letter"], &grade["lowest"]), (&json!("A"), &json!([])));
    assert_eq!(grade["limits"], json!(upqr::symbol::grade::LIMITS));
    assert_eq!(grade["fixed"][0], json!({"pattern": "finder-top-left", "damaged": 0.0, "letter": "A"}));
    let format = json!({"pattern": "format", "damaged": 0.032, "letter": "A"});
    assert!(grade["fixed"].as_array().unwrap().contains(&format), "{grade}");
    let mut faint = drawn(&damaged);
    faint.pixels_mut().for_each(|pixel| pixel.0[0] = 128 + pixel.0[0] / 2);
    let faint = check_read("faint", &written(&faint.into(), ImageFormat::Png));
    let grade = &faint["symbols"][0]["measured"]["grade"];
    assert_eq!((&grade["letter"], &grade["lowest"]), (&json!("C"), &json!(["symbol-contrast"])));
    assert_eq!(symbol["modules"].as_array().unwrap().len(), side);
    assert_eq!(
        object["attempts"][0],
        json!({"pass": 1, "reader": "rxing", "step": "plain", "outcome": "read"})
    );
    // Under a mask the modules would say everything.
    let masked =
        upqr_reads(&["scan", "--explain", "--format", "ndjson", "-"], &png(&damaged)).objects().remove(0);
    assert_eq!((&masked["symbols"][0]["modules"], &masked["masked"]), (&Value::Null, &json!(true)));
    assert!(!masked.to_string().contains("synthetic00aaa"));
}

#[test]
fn mirrored_and_inverted_symbols_are_said_to_be() {
    let grid = grid(LINK);
    let mut dark = drawn(&grid);
    image::imageops::invert(&mut dark);
    let dark = check_read("inverted", &written(&dark.into(), ImageFormat::Png));
    assert_eq!(
        (&dark["symbols"][0]["inverted"], &dark["symbols"][0]["mirrored"]),
        (&json!(true), &json!(false))
    );
    let mirrored = check_read("mirrored", &png(&grid.transposed()));
    assert_eq!(mirrored["symbols"][0]["mirrored"], json!(true));
}

#[test]
fn payloads_that_differ_are_ambiguous() {
    let (one, other) = (drawn(&grid(LINK)), drawn(&grid(OTHER)));
    for arguments in [&[][..], &["--reader", "all", "--timeout", "14"]] {
        let object = scanned(&written(&beside(&one, &other).into(), ImageFormat::Png), arguments);
        assert_eq!((&object["verdict"], &object["payload"]), (&json!("ambiguous"), &Value::Null), "{object}");
        assert_eq!(
            (&object["disposition"], &object["findings"][0]["rule"]),
            (&json!("block"), &json!("symbol-ambiguous"))
        );
        assert_eq!(object["symbols"].as_array().unwrap().len(), 2);
    }
    let twice = scanned(&written(&beside(&one, &one).into(), ImageFormat::Png), &[]);
    assert_eq!((&twice["verdict"], &twice["payload"]), (&json!("read"), &json!(LINK)));
    let raw = upqr_reads(&["scan", "--raw", "-"], &written(&beside(&one, &other).into(), ImageFormat::Png));
    assert_eq!((raw.code, raw.out.as_str()), (1, ""), "{}", raw.err);
}

/// A PNG of rows that are there as far as they are given.
fn bomb(side: u32, colour: u8) -> Vec<u8> {
    let one = written(&GrayImage::new(1, 1).into(), ImageFormat::Png);
    let mut octets = one;
    octets[16..20].copy_from_slice(&side.to_be_bytes());
    octets[20..24].copy_from_slice(&side.to_be_bytes());
    octets[25] = colour;
    let sum = crc32(&octets[12..29]);
    octets[29..33].copy_from_slice(&sum.to_be_bytes());
    octets
}

fn crc32(octets: &[u8]) -> u32 {
    let step = |sum: u32, octet: &u8| {
        (0..8).fold(
            sum ^ u32::from(*octet),
            |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 },
        )
    };
    !octets.iter().fold(u32::MAX, step)
}

#[test]
fn what_is_no_picture_is_refused_in_a_sentence() {
    let whole = png(&grid(LINK));
    let jpeg = written(&DynamicImage::from(drawn(&grid(LINK))).to_rgb8().into(), ImageFormat::Jpeg);
    let webp = written(&DynamicImage::from(drawn(&grid(LINK))).to_rgb8().into(), ImageFormat::WebP);
    let drawing = svg(&grid(LINK));
    let cut = |octets: &[u8]| octets[..octets.len() / 2].to_vec();
    let nested = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg">{}{}</svg>"#,
        "<g>".repeat(90_000),
        "</g>".repeat(90_000)
    );
    let rows: [(&str, Vec<u8>, &str); 13] = [
        ("nothing", Vec::new(), "the file is empty"),
        ("text", b"000201".to_vec(), "no image of a kind that is read: give a PNG"),
        ("half a PNG", cut(&whole), "the PNG is cut off: fetch the whole file"),
        ("half a JPEG", cut(&jpeg), "the JPEG is cut off: fetch the whole file"),
        ("a JPEG without its end", jpeg[..jpeg.len() - 2].to_vec(), "the JPEG is cut off"),
        ("half a WebP", cut(&webp), "the WebP is"),
        ("a wide PNG", bomb(60_000, 0), "larger than 8192 x 8192 pixels or 64 MiB unpacked: scale it down"),
        ("a heavy PNG", bomb(8_000, 6), "larger than 8192 x 8192 pixels or 64 MiB unpacked: scale it down"),
        ("half an SVG", cut(drawing.as_bytes()), "the SVG is not well formed"),
        ("a nested SVG", nested.into_bytes(), "the SVG is not well formed"),
        ("a PDF of anything", [b"%PDF-1.7\n".as_slice(), &whole].concat(), "the PDF is damaged"),
        ("a HEIC", b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), "save the picture as JPEG or PNG"),
        ("too much", [whole.as_slice(), &vec![0; 32 << 20]].concat(), "more than 32 MiB"),
    ];
    for (what, octets, words) in rows {
        let object = scanned(&octets, &[]);
        assert_eq!(
            (&object["verdict"], &object["disposition"]),
            (&json!("refused"), &json!("block")),
            "{what}"
        );
        let finding = &object["findings"][0];
        assert_eq!(finding["rule"], "image", "{what}");
        let message = finding["message"].as_str().unwrap();
        assert!(message.contains(words), "{what}: expected `{words}` in `{message}`");
    }
}

/// What a file may take, and what starting processes and reading a good picture besides may.
const LIMIT: Duration = Duration::from_secs(2);
const SLACK: Duration = Duration::from_millis(1500);

/// Pictures that are made to harm; each is followed by a good one, which is read.
#[test]
fn hostile_pictures_harm_nobody() {
    let folder = Folder::new();
    let secret = folder.file("secret.png", &png(&grid(OTHER)));
    let ns = r#"xmlns="http://www.w3.org/2000/svg""#;
    let mut uses = String::new();
    for n in 1..9 {
        let inner = format!(r##"<use href="#a{}"/>"##, n - 1).repeat(10);
        let _ = write!(uses, r#"<g id="a{n}">{inner}</g>"#);
    }
    let frame = b"\x21\xF9\x04\0\0\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0".repeat(10_000);
    let rows: Vec<(&str, Vec<u8>)> = vec![
        ("file", format!(r#"<svg {ns} width="90" height="90"><image width="90" height="90" href="{secret}"/></svg>"#).into()),
        ("url", format!(r#"<svg {ns} width="90" height="90"><image width="90" height="90" href="file://{secret}"/></svg>"#).into()),
        ("entity", format!(r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{secret}">]><svg {ns} width="9" height="9">&x;</svg>"#).into()),
        ("huge", format!(r#"<svg {ns} width="1e9" height="1e9"><rect width="9" height="9"/></svg>"#).into()),
        ("uses", format!(r#"<svg {ns} width="9" height="9"><g id="a0"><rect width="1" height="1"/></g>{uses}</svg>"#).into()),
        ("blur", format!(r#"<svg {ns} width="9" height="9"><filter id="f"><feTurbulence baseFrequency="1" numOctaves="9999"/></filter><rect filter="url(#f)" width="9" height="9"/></svg>"#).into()),
        ("frames", [b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF".as_slice(), &frame, b"\x3B"].concat()),
        ("white", written(&GrayImage::from_pixel(8192, 8192, Luma([255])).into(), ImageFormat::Png)),
    ];
    let good = folder.file("good.png", &png(&grid(LINK)));
    for (what, octets) in rows {
        let bad = folder.file(what, &octets);
        let started = Instant::now();
        let ended = upqr(&["scan", "--jobs", "1", "--show-values", "--format", "ndjson", &bad, &good]);
        let took = started.elapsed();
        let [first, second] = ended.objects().try_into().unwrap();
        assert!(first["verdict"] == "refused" || first["verdict"] == "nothing", "{what}: {first}");
        assert!(!first.to_string().contains("synthetic00bbb"), "{what}: {first}");
        assert_eq!(second["payload"], LINK, "{what}");
        assert!(took < LIMIT + SLACK, "{what} took {took:?}");
    }
    let animated = upqr(&["scan", folder.path().join("frames").to_str().unwrap()]);
    assert!(animated.out.contains("animated: its first frame was read"), "{}", animated.out);
}

#[test]
fn a_worker_that_goes_wrong_costs_only_its_step() {
    let folder = Folder::new();
    let files: Vec<String> = (0..3).map(|n| folder.file(&format!("{n}.png"), &png(&grid(LINK)))).collect();
    for (kind, outcome) in [("hang", "late"), ("abort", "crashed"), ("grow", "crashed"), ("panic", "crashed")]
    {
        let mut arguments = vec![
            "scan",
            "--explain",
            "--show-values",
            "--format",
            "ndjson",
            "--timeout",
            "1",
            "--misbehave",
            kind,
        ];
        arguments.extend(files.iter().map(String::as_str));
        let ended = upqr(&arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{kind}");
        let objects = ended.objects();
        assert_eq!(objects.len(), 3, "{kind}");
        for object in objects {
            assert_eq!((&object["verdict"], &object["payload"]), (&json!("read"), &json!(LINK)), "{kind}");
            assert_eq!(object["incomplete"], true, "{kind}");
            let last = |attempt: &Value| attempt["outcome"] == outcome && attempt["step"] == "misbehaviour";
            assert!(object["attempts"].as_array().unwrap().iter().any(last), "{kind}: {object}");
        }
    }
    // What came before the misbehaviour says nothing, so that the picture is no symbol's.
    let blank = folder
        .file("blank.png", &written(&GrayImage::from_pixel(90, 90, Luma([255])).into(), ImageFormat::Png));
    let ended = upqr(&["scan", "--timeout", "1", "--misbehave", "hang", &blank]);
    assert!(ended.out.contains("not every reader came to its end"), "{}", ended.out);
    assert!(ended.out.contains("(step misbehaviour) was ended at the deadline"), "{}", ended.out);
}

/// The processes whose parent is this one.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task")).unwrap().filter_map(Result::ok);
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<_>>()).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn no_worker_outlives_the_command() {
    let folder = Folder::new();
    let file = folder.file("a.png", &png(&grid(LINK)));
    let mut parent = command(&["scan", "--timeout", "60", "--misbehave", "hang", &file]).spawn().unwrap();
    let started = Instant::now();
    let mut workers = Vec::new();
    while workers.is_empty() && started.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
        workers = children(parent.id());
    }
    assert_eq!(workers.len(), 1);
    std::thread::sleep(Duration::from_millis(300));
    parent.kill().unwrap();
    parent.wait().unwrap();
    // What has ended has no command line, whether or not anybody has taken note of its end.
    let runs = |id: &u32| fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| !line.is_empty());
    while workers.iter().any(runs) && started.elapsed() < Duration::from_secs(15) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!workers.iter().any(runs), "a worker runs on");
}

#[test]
fn folders_streams_and_mistakes() {
    let folder = Folder::new();
    let names: Vec<String> = (0..9).map(|n| format!("{n}.png")).collect();
    for name in &names {
        folder.file(name, &png(&grid(LINK)));
    }
    folder.file("notes.txt", b"no picture");
    folder.file("5a-broken", &png(&grid(LINK))[..100]);
    let path = folder.path().to_str().unwrap();
    let ended = upqr(&["scan", "--jobs", "4", "--format", "ndjson", path]);
    let files: Vec<String> =
        ended.objects().iter().map(|object| object["file"].as_str().unwrap().to_owned()).collect();
    assert_eq!(files.len(), 10, "the pictures alone, the broken one with them");
    assert!(files.is_sorted());
    assert_eq!(ended.code, 1);
    let usage = |arguments: &[&str], code: i32, words: &str| {
        let ended: Ended = upqr(&[&["scan"], arguments].concat());
        assert_eq!((ended.code, ended.out.as_str()), (code, ""), "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains(words), "{arguments:?}: {}", ended.err);
    };
    let first = format!("{path}/0.png");
    usage(&["missing.png"], 2, "cannot read `missing.png`: there is no such file");
    usage(&["-", "-"], 2, "the standard input is named twice");
    usage(&["--dpi", "0", &first], 2, "expected pixels an inch");
    usage(&["--raw", &first, &first], 2, "--raw takes one picture");
    usage(&["--timeout", "0", &first], 2, "expected seconds");
    usage(&["--output-file", &first, &first], 2, "is an input and cannot be the output");
    usage(&["--raw", "--explain", &first], 2, "cannot be used with");
    // What is missing keeps nobody from reading the others.
    let ended = upqr(&["scan", "--format", "ndjson", "missing.png", &first, "gone.png"]);
    assert_eq!((ended.code, ended.objects().len()), (2, 1), "{}", ended.err);
    assert_eq!(ended.err, "error: cannot read `missing.png`: there is no such file\n");
    let empty = Folder::new();
    usage(&[empty.path().to_str().unwrap()], 4, "there is no image in the input");
    let ended = upqr(&["--help"]);
    assert!(ended.out.contains("scan") && !ended.out.contains("scan-worker"), "{}", ended.out);
}

#[test]
fn one_reader_is_asked_where_one_is_named() {
    let octets = png(&grid(LINK));
    for reader in ["rxing", "rqrr"] {
        let object = scanned(&octets, &["--reader", reader, "--explain"]);
        assert_eq!(object["payload"], LINK, "{reader}");
        assert!(object["attempts"].as_array().unwrap().iter().all(|attempt| attempt["reader"] == reader));
    }
    let all = scanned(&octets, &["--reader", "all", "--explain", "--timeout", "14"]);
    let readers: Vec<&str> =
        all["sightings"].as_array().unwrap().iter().map(|one| one["reader"].as_str().unwrap()).collect();
    assert!(readers.contains(&"rxing") && readers.contains(&"rqrr"), "{readers:?}");
}

#[test]
fn the_forms_of_check_name_the_picture_and_no_line() {
    let folder = Folder::new();
    let blank = written(&GrayImage::from_pixel(60, 60, Luma([255])).into(), ImageFormat::Png);
    folder.file("blank.png", &blank);
    folder.file(
        "two.png",
        &written(&beside(&drawn(&grid(LINK)), &drawn(&grid(OTHER))).into(), ImageFormat::Png),
    );
    let form = |format: &str| {
        let mut command = command(&["scan", "--format", format, "blank.png", "two.png"]);
        command.current_dir(folder.path());
        run(command, b"").out
    };
    let log: Value = serde_json::from_str(&form("sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let of = |result: &Value| (result["ruleId"].clone(), result["locations"][0]["physicalLocation"].clone());
    assert_eq!(of(&results[0]), (json!("unreadable"), json!({"artifactLocation": {"uri": "blank.png"}})));
    assert_eq!(of(&results[1]), (json!("symbol-ambiguous"), json!({"artifactLocation": {"uri": "two.png"}})));
    let listed = results[0]["ruleIndex"].as_u64().and_then(|place| usize::try_from(place).ok()).unwrap();
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][listed]["id"], "unreadable");
    let junit = form("junit");
    assert!(
        junit.contains(r#"<testsuites name="upqr scan">"#)
            && junit.contains(r#"<testcase name="page 1" classname="two.png">"#),
        "{junit}"
    );
    let github = form("github");
    assert!(github.contains("::error file=blank.png,title=unreadable::no symbol was read"), "{github}");
    assert!(github.contains("::error file=two.png,title=symbol-ambiguous::"), "{github}");
    let markdown = form("markdown");
    assert!(
        markdown.contains("| page | severity |") && markdown.contains("| symbol-ambiguous |"),
        "{markdown}"
    );
}

#[test]
fn a_person_reads_what_is_inside() {
    let folder = Folder::new();
    folder.file("receipt.png", &png(&grid(LINK)));
    for columns in ["80", "50"] {
        let mut command = command(&["scan", "--explain", "receipt.png"]);
        command.current_dir(folder.path()).env("COLUMNS", columns);
        let ended = run(command, b"");
        assert_eq!(ended.err, "");
        insta::assert_snapshot!(format!("scan_explain_{columns}"), ended.out);
    }
}

#[test]
fn what_stands_beside_a_symbol_is_told() {
    let folder = Folder::new();
    let symbol = drawn(&grid(LINK));
    let check = |name: &str, image: &GrayImage, options: &[&str], expected: (&str, &str, &[&str])| {
        folder.file(name, &written(&image.clone().into(), ImageFormat::Png));
        let path = folder.path().join(name);
        let ended = upqr(&[&["scan", "--format", "ndjson", path.to_str().unwrap()], options].concat());
        let object = ended.objects().remove(0);
        let rules: Vec<&str> = object["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap())
            .collect();
        let told =
            (object["verdict"].as_str().unwrap(), object["disposition"].as_str().unwrap(), rules.as_slice());
        assert_eq!(told, expected, "{name}");
    };
    // A second symbol of which nothing but its finder patterns is whole.
    let mut ruined = drawn(&grid(OTHER));
    let side = ruined.width();
    for (x, y, pixel) in ruined.enumerate_pixels_mut() {
        let near = |place: u32| place < 60 || place >= side - 60;
        if !(near(x) && near(y)) && (x / 8 + y / 8) % 2 == 0 {
            *pixel = Luma([0]);
        }
    }
    check("alone.png", &symbol, &[], ("read", "pay", &[]));
    check("ruined.png", &beside(&symbol, &ruined), &[], ("read", "confirm", &["symbol-unread"]));
    let (_, micro) = upqr::vectors::IMAGES.iter().find(|(name, _)| *name == "micro.png").unwrap();
    let micro = image::load_from_memory(micro).unwrap().into_luma8();
    check("micro.png", &micro, &[], ("nothing", "block", &["unreadable"]));
    check("beside.png", &beside(&symbol, &micro), &[], ("read", "block", &["symbol-micro"]));
    check("printed.png", &symbol, &["--dpi", "600"], ("read", "pay", &["symbol-module-size"]));
    check("larger.png", &symbol, &["--dpi", "200"], ("read", "pay", &[]));
}

#[test]
fn small_symbols_on_large_pages_are_read() {
    let mut page = GrayImage::from_pixel(2000, 2800, Luma([255]));
    let symbol = drawn(&grid(LINK));
    let small = image::imageops::resize(
        &symbol,
        symbol.width() / 2,
        symbol.height() / 2,
        image::imageops::FilterType::Triangle,
    );
    image::imageops::overlay(&mut page, &small, 700, 1900);
    assert_eq!(scanned(&written(&page.into(), ImageFormat::Png), &[])["payload"], LINK);
}
