//! `upqr render`: what it writes, what it refuses, and what it says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, Rgba, RgbaImage};
use upqr::symbol::picture::Picture;
use upqr::symbol::{Analysis, Grid, Mode, Version, analyse};

mod call;

use call::{Ended, Folder, upqr, upqr_reads};

const PAYLOAD: &str = "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29";

/// Renders into a file of this name, and gives its bytes.
#[track_caller]
fn written(folder: &Folder, name: &str, arguments: &[&str]) -> Vec<u8> {
    let path = folder.path().join(name);
    let ended = upqr(&[&["render", PAYLOAD, "-o", path.to_str().unwrap()], arguments].concat());
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{arguments:?}: {}", ended.err);
    fs::read(&path).unwrap()
}

/// The modules of a picture with so many pixels a module and a quiet zone.
fn modules(octets: &[u8], pixels: usize, quiet_zone: usize) -> Grid {
    let image = image::load_from_memory(octets).unwrap().into_luma8();
    let side = image.width() as usize / pixels - 2 * quiet_zone;
    let picture = Picture::new(image.width() as usize, image.height() as usize, image.into_raw()).unwrap();
    let middle = |module: usize| (module + quiet_zone) * pixels + pixels / 2;
    Grid::from_fn(Version::with_side(side).expect("a side of a symbol"), |x, y| {
        picture.at(middle(x), middle(y)).unwrap() < 128
    })
}

/// A logo of one colour with a transparent corner.
fn logo(folder: &Folder) -> String {
    let image = RgbaImage::from_fn(40, 30, |x, y| Rgba([180, 20, 30, if x + y < 10 { 0 } else { 255 }]));
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    folder.file("logo.png", &file.into_inner())
}

#[track_caller]
fn refused(code: i32, arguments: &[&str], sentence: &str) {
    let ended = upqr(&[&["render"], arguments].concat());
    assert_eq!((ended.code, ended.out.as_str(), ended.err.trim_end()), (code, "", sentence), "{arguments:?}");
}

#[test]
fn a_png_holds_the_payload() {
    let folder = Folder::new();
    for (arguments, pixels, quiet_zone) in [
        (&[][..], 8, 4),
        (&["--module-size", "3", "--level", "h", "--mask", "5"], 3, 4),
        (&["--quiet-zone", "10", "--symbol-version", "20"], 8, 10),
        (&["--dark", "#102030", "--light", "#fffff0"], 8, 4),
        (&["--quiet-zone", "0", "--force"], 8, 0),
    ] {
        let octets = written(&folder, "a.png", arguments);
        assert_eq!(octets, written(&folder, "b.png", arguments), "the same call gives the same bytes");
        let analysis = analyse(&modules(&octets, pixels, quiet_zone)).unwrap();
        assert_eq!(analysis.payload, PAYLOAD.as_bytes());
        if arguments.contains(&"--mask") {
            assert_eq!((analysis.level.key(), analysis.mask.number()), ("H", 5));
        }
        if arguments.contains(&"--symbol-version") {
            assert_eq!(analysis.version.number(), 20);
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside the files");
}

#[test]
fn the_bytes_of_every_format_stay_the_same() {
    let folder = Folder::new();
    for name in ["a.svg", "a.pdf", "a.txt"] {
        let logo = logo(&folder);
        let logo: &[&str] =
            if name == "a.txt" { &[] } else { &["--level", "H", "--logo", &logo, "--logo-size", "3"] };
        assert_eq!(written(&folder, name, logo), written(&folder, name, logo), "{name}");
    }
    let svg = String::from_utf8(written(&folder, "a.svg", &["--module-size", "0.33"])).unwrap();
    // Version 6 with its quiet zone has 49 modules.
    assert!(svg.contains("width=\"16.17mm\" height=\"16.17mm\" viewBox=\"0 0 49 49\""), "{svg}");
    assert_eq!(svg.matches("<path").count(), 1);
    assert!(svg.contains("shape-rendering=\"crispEdges\""));
    let pdf = written(&folder, "a.pdf", &[]);
    assert!(pdf.starts_with(b"%PDF-") && pdf.ends_with(b"%%EOF"));
}

#[test]
fn text_for_pages_and_terminals() {
    let ended = upqr(&["render", "--payload", "JADE TEA"]);
    insta::assert_snapshot!("half-blocks", ended.out);
    insta::assert_snapshot!("number-signs", upqr(&["render", "--payload", "JADE TEA", "--ascii"]).out);
}

#[test]
fn a_payload_comes_from_wherever_it_is() {
    let folder = Folder::new();
    let file = folder.file("payload.txt", format!("{PAYLOAD}\r\n").as_bytes());
    let expected = upqr(&["render", PAYLOAD]).out;
    assert!(expected.contains('▀'));
    let object = format!("{{\"payload\":\"{PAYLOAD}\"}}\n");
    let same: [Ended; 4] = [
        upqr(&["render", &file]),
        upqr(&["render", "--payload", PAYLOAD]),
        upqr_reads(&["render", "-"], PAYLOAD.as_bytes()),
        upqr_reads(&["render", "-"], object.as_bytes()),
    ];
    for ended in same {
        assert_eq!((ended.code, ended.out.as_str()), (0, expected.as_str()), "{}", ended.err);
    }
    let whole = upqr_reads(&["render", "--whole", "--format", "png", "-"], b"BCD\n002\n1\n");
    assert_eq!(analyse(&modules(&whole.octets, 8, 4)).unwrap().payload, b"BCD\n002\n1\n");
    let several = upqr_reads(&["render", "-"], b"a\n\nb\n");
    assert_eq!(
        (several.code, several.err.as_str()),
        (
            2,
            "error: `-` has 2 lines, and a symbol holds one payload: give one line at a time, or `--whole` where the lines are one payload\n"
        )
    );
    assert_eq!(upqr_reads(&["render", "-"], b"\n\n").code, 4);
}

#[test]
fn what_readers_would_miss_is_refused() {
    let folder = Folder::new();
    let out = folder.path().join("out.png");
    let out = out.to_str().unwrap();
    let logo = logo(&folder);
    refused(
        2,
        &["lost.txt", "-o", out],
        "error: no file `lost.txt`, and no payload that a family recognises; give any text with `--payload`",
    );
    refused(
        1,
        &[PAYLOAD, "-o", out, "--quiet-zone", "3"],
        "error: a quiet zone of 3 is below the 4 modules that readers are promised; `--force` draws it all the same",
    );
    refused(
        1,
        &[PAYLOAD, "-o", out, "--dark", "#FFD400"],
        "error: #ffd400 on #ffffff has a symbol contrast of 21 %, below the 40 % of grade C: take a darker colour for the dark modules; `--force` draws it all the same",
    );
    refused(
        1,
        &[PAYLOAD, "-o", out, "--dark", "#ffffff", "--light", "#000000"],
        "error: the dark modules, #ffffff, are lighter than the light ones, #000000, and many readers see no symbol there: exchange the colours; `--force` draws it all the same",
    );
    refused(
        1,
        &[PAYLOAD, "-o", out, "--logo", &logo, "--logo-size", "11"],
        "error: a logo of 11 modules leaves 0.12 of the error correction, below the 0.37 of grade C: at most 7 modules fit here, or take a higher level; `--force` draws it all the same",
    );
    refused(
        1,
        &[PAYLOAD, "-o", out, "--logo", &logo, "--logo-size", "4"],
        &format!(
            "error: `{logo}`: a logo of 4 modules does not stand in the centre, as sides of symbols are odd: take an odd number"
        ),
    );
    refused(
        1,
        &[PAYLOAD, "-o", out, "--symbol-version", "3"],
        "error: the payload has 104 bytes, of which 42 fit into version 3 at level M: allow a larger version or a lower level, or shorten it",
    );
    refused(
        1,
        &[PAYLOAD, "-o", out, "--module-size", "400"],
        "error: the picture would have more than 8192 pixels a side: at most 167 pixels a module fit",
    );
    refused(
        1,
        &[PAYLOAD, "-o", out, "--dark", "#ff7878"],
        "error: #ff7878 on #ffffff has a symbol contrast of 37 %, below the 40 % of grade C: take a darker colour for the dark modules; `--force` draws it all the same",
    );
    assert!(!Path::new(out).exists(), "nothing is written");
    for arguments in [
        &["--quiet-zone", "3"][..],
        &["--dark", "#ffd400"],
        &["--logo", &logo, "--logo-size", "11"],
        &["--dark", "#ffffff", "--light", "#000000"],
    ] {
        let ended = upqr(&[&["render", PAYLOAD, "-o", out, "--force"], arguments].concat());
        assert_eq!(ended.code, 0);
        assert!(ended.err.starts_with("warning: "), "{}", ended.err);
    }
}

/// A payload that has an account of this standard.
const UNIFIED: &str = "00020101021226360015org.upqr.wechat0102010207Ab3dE9x5204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304E642";

/// A Slovenian payment slip with letters outside ASCII.
const SLIP: &str = "UPNQR\n\n\n\n\n\n\n\n00000002550\n\n\nOTHR\nOrder 0001\n\nSI56263300012039086\nSI00\nJADE TEA HOUSE\nCajna 1\nČrna\n097\n";

#[test]
fn limits_of_accounts_and_schemes_are_kept_unless_forced() {
    let folder = Folder::new();
    let out = folder.path().join("out.png");
    let out = out.to_str().unwrap();
    let slip = folder.file("slip.txt", SLIP.as_bytes());
    let other = folder.file("other.txt", SLIP.replace('Č', "茶").as_bytes());
    for (arguments, sentence, version, level, eci) in [
        (
            &["--payload", UNIFIED, "--level", "L"][..],
            "version 6 at level L: draw level M or above, and version 25 at most",
            6,
            "L",
            None,
        ),
        (
            &["--whole", &slip, "--symbol-version", "16"],
            "version 16: draw version 15, as UPN QR asks",
            16,
            "M",
            Some(4),
        ),
        (
            &["--whole", &other],
            "`茶` at byte 92 has no place in the character set of ECI 4, in which UPN QR is written: replace it",
            15,
            "M",
            Some(26),
        ),
    ] {
        let arguments = [arguments, &["-o", out]].concat();
        refused(1, &arguments, &format!("error: {sentence}; `--force` draws it all the same"));
        assert!(!Path::new(out).exists(), "nothing is written");
        let ended = upqr(&[&["render", "--force"], &arguments[..]].concat());
        assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{}", ended.err);
        let analysis = analyse(&modules(&fs::read(out).unwrap(), 8, 4)).unwrap();
        assert_eq!((analysis.version.number(), analysis.level.key()), (version, level));
        assert_eq!(first_eci(&analysis), eci);
        fs::remove_file(out).unwrap();
    }
}

fn first_eci(analysis: &Analysis) -> Option<u32> {
    analysis.segments.iter().find_map(|segment| match segment.mode {
        Mode::Eci(number) => Some(number),
        _ => None,
    })
}

#[test]
fn a_slip_is_drawn_as_its_scheme_asks_and_checks_clean() {
    let folder = Folder::new();
    let out = folder.path().join("slip.png");
    let out = out.to_str().unwrap();
    let slip = folder.file("slip.txt", SLIP.as_bytes());
    let ended = upqr(&["render", "--whole", &slip, "-o", out]);
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, "", ""));
    let analysis = analyse(&modules(&fs::read(out).unwrap(), 8, 4)).unwrap();
    assert_eq!((analysis.version.number(), analysis.level.key(), first_eci(&analysis)), (15, "M", Some(4)));
    assert!(analysis.payload.ends_with(b"\xC8rna\n097\n"), "ISO 8859-2");
    let seen = upqr(&["scan", out]);
    assert_eq!((seen.code, seen.err.as_str()), (0, ""), "{}", seen.out);
}

#[test]
fn a_page_with_a_logo_is_small_and_read() {
    let folder = Folder::new();
    let out = folder.path().join("a.pdf");
    let logo = logo(&folder);
    let octets = written(&folder, "a.pdf", &["--level", "H", "--logo", &logo, "--logo-size", "5"]);
    assert!(octets.len() < 32 * 1024, "{} bytes", octets.len());
    let seen = upqr(&["scan", out.to_str().unwrap()]);
    assert_eq!(seen.code, 0, "{}{}", seen.out, seen.err);
    assert!(seen.out.contains("version 10, level H"), "{}", seen.out);
}

#[test]
fn a_logo_that_is_too_large_is_named() {
    let folder = Folder::new();
    let file = folder.path().join("logo.png");
    fs::File::create(&file).unwrap().set_len((16 << 20) + 1).unwrap();
    refused(
        1,
        &[PAYLOAD, "--format", "svg", "--logo", file.to_str().unwrap()],
        &format!(
            "error: `{}`: the logo has more than 16 MiB, which is the most that is read: save it smaller",
            file.display()
        ),
    );
    fs::File::create(&file).unwrap().set_len(16 << 20).unwrap();
    refused(
        1,
        &[PAYLOAD, "--format", "svg", "--logo", file.to_str().unwrap()],
        &format!("error: `{}`: the logo is neither PNG nor JPEG: convert it to one of them", file.display()),
    );
}

#[test]
fn calls_that_are_mistakes_name_them() {
    refused(
        2,
        &[PAYLOAD, "-o", "out.gif"],
        "error: the suffix of `out.gif` names no format: end it in .png, .svg, .pdf or .txt, or give `--format`",
    );
    refused(2, &[PAYLOAD, "--format", "png", "--ascii"], "error: --ascii is for text");
    refused(
        2,
        &[PAYLOAD, "--format", "png", "--module-size", "2.5"],
        "error: --module-size: a PNG has whole pixels, not 2.5: give a whole number",
    );
    for (option, value, expected) in [
        ("--level", "X", "expected L, M, Q or H"),
        ("--mask", "8", "expected a mask of 0 to 7"),
        ("--symbol-version", "41", "expected a version of 1 to 40"),
        ("--dark", "blue", "expected a colour such as #1677ff"),
        ("--quiet-zone", "101", "expected 0 to 100 modules"),
        ("--module-size", "0", "expected 0.01 to 400"),
        ("--module-size", "inf", "expected 0.01 to 400"),
        ("--module-size", "NaN", "expected 0.01 to 400"),
    ] {
        let ended = upqr(&["render", PAYLOAD, option, value]);
        assert_eq!(ended.code, 2);
        assert!(ended.err.contains(expected), "{}", ended.err);
    }
}

#[test]
fn no_input_is_written_over() {
    let folder = Folder::new();
    let payload = folder.file("payload.svg", PAYLOAD.as_bytes());
    let logo = folder.path().join("logo.png");
    let logo = logo.to_str().unwrap();
    assert_eq!(upqr(&["render", PAYLOAD, "-o", logo]).code, 0);
    for (arguments, output) in [
        (vec![payload.as_str(), "-o", &payload], payload.as_str()),
        (vec![PAYLOAD, "--level", "H", "--logo", logo, "-o", logo], logo),
    ] {
        let before = fs::read(output).unwrap();
        let message = format!("error: `{output}` is an input and cannot be the output: name another file");
        refused(2, &arguments, &message);
        assert_eq!(fs::read(output).unwrap(), before);
    }
}

#[test]
fn small_modules_are_said_to_be() {
    for (size, format, expected) in [
        ("0.2", "svg", "warning: modules of 0.20 mm: print them at 0.25 mm or more\n"),
        ("0.2", "pdf", "warning: modules of 0.20 mm: print them at 0.25 mm or more\n"),
        ("0.25", "svg", ""),
    ] {
        let ended = upqr(&["render", PAYLOAD, "--format", format, "--module-size", size]);
        assert_eq!((ended.code, ended.err.as_str()), (0, expected));
    }
}

#[test]
fn what_deserves_a_look_is_said() {
    let ended = upqr(&["render", &PAYLOAD.replace("5D29", "5D28")]);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (0, "warning: this payload has findings: `upqr check` shows them\n")
    );
    assert_eq!(
        upqr(&["render", PAYLOAD, "--dark", "#07c160"]).err,
        "warning: #07c160 on #ffffff has a symbol contrast of 50 %, below the 70 % of grade A: take a darker colour for the dark modules\n"
    );
}

#[test]
fn help() {
    insta::assert_snapshot!("help", upqr(&["render", "--help"]).out);
}
