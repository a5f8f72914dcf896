//! `check --fix`: what it changes, what it leaves byte for byte, where it writes, and what it says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// Places in texts that stand here.
#![allow(clippy::arithmetic_side_effects)]

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use upqr::emv::mpm;
use upqr::rules::{Severity, check};
use upqr::unified;

mod call;

use call::{Ended, Folder, upqr, upqr_reads};

/// A payload whose checksum is right, but in lower case; its safe fix; and the same with a wrong checksum.
const LOWER: &str = "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045d29";
const FIXED: &str = "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D29";
const WRONG: &str = "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045d28";

#[track_caller]
fn fix(input: &[u8]) -> Ended {
    upqr_reads(&["check", "--fix", "-"], input)
}

#[test]
fn safe_fixes_are_applied_and_everything_else_stays() {
    let object = |payload: &str| {
        format!(
            "{{ \"id\":1.0, \"n\":123456789012345678901234567890,\"payload\" : \"{payload}\",\"x\":[ {{}} ]}}"
        )
    };
    for (input, output) in [
        (format!("{LOWER}\n"), format!("{FIXED}\n")),
        (LOWER.to_owned(), FIXED.to_owned()),
        (format!("\r\n{LOWER}\r\n\n\nx\n{LOWER}"), format!("\r\n{FIXED}\r\n\n\nx\n{FIXED}")),
        (object(LOWER), object(FIXED)),
        (format!("{}\r\n", object(LOWER)), format!("{}\r\n", object(FIXED))),
        // An escape of JSON goes where the text changes, and stays where it does not.
        (object(&LOWER.replace("com.", r"com\u002e")), object(FIXED)),
        (object(&FIXED.replace("com.", r"com\u002e")), object(&FIXED.replace("com.", r"com\u002e"))),
        (format!("{WRONG}\n"), format!("{WRONG}\n")),
        (format!("\u{FEFF}{LOWER}\n{{\"payload\":1}}\n"), format!("\u{FEFF}{LOWER}\n{{\"payload\":1}}\n")),
    ] {
        assert_eq!(fix(input.as_bytes()).out, output);
    }
    let octets = [b"\xFF\xFE\n", LOWER.as_bytes(), b"\n\xC0"].concat();
    assert_eq!(fix(&octets).octets, [b"\xFF\xFE\n", FIXED.as_bytes(), b"\n\xC0"].concat());
    let long = [&vec![b'7'; 300_000][..], b"\r\n", LOWER.as_bytes(), b"\n", &vec![b'8'; 262_145]].concat();
    let ended = fix(&long);
    assert_eq!(
        ended.octets,
        [&vec![b'7'; 300_000][..], b"\r\n", FIXED.as_bytes(), b"\n", &vec![b'8'; 262_145]].concat()
    );
    assert_eq!(ended.code, 1, "a line that is no payload is an error that remains");
}

#[test]
fn what_was_changed_is_said() {
    let folder = Folder::new();
    let file = folder.file("codes.txt", format!("{LOWER}\n\n{LOWER}\n{WRONG}\n").as_bytes());
    let ended = upqr(&["check", "--fix", "--select", "crc-", &file]);
    assert_eq!(
        ended.err,
        format!(
            "{file}:1: crc-lower-case: replace `5d29` with `5D29`\n\
             {file}:3: crc-lower-case: replace `5d29` with `5D29`\n\
             2 fixed, 1 left as they are\n"
        )
    );
    assert_eq!((ended.code, ended.out), (1, format!("{FIXED}\n\n{FIXED}\n{WRONG}\n")));
    let ended = upqr(&["check", "--fix", "--lang", "zh-CN", "--select", "crc-", LOWER]);
    assert_eq!(ended.err, "payload: crc-lower-case: 将 `5d29` 替换为 `5D29`\n已修复 1 个，0 个保持原样\n");
    assert_eq!((ended.code, ended.out), (0, format!("{FIXED}\n")));
    // Never silently: where nothing was changed, that is said.
    assert_eq!(upqr(&["check", "--fix", "--select", "crc-", FIXED]).err, "0 fixed, 0 left as they are\n");
    // What is not asked for is not fixed.
    let ended = upqr(&["check", "--fix", "--ignore", "crc-lower-case", LOWER]);
    assert_eq!(ended.out, format!("{LOWER}\n"));
}

#[test]
fn it_writes_where_it_is_told() {
    let folder = Folder::new();
    let text = format!("{LOWER}\r\n\nx\n");
    let fixed = format!("{FIXED}\r\n\nx\n");
    let a = folder.file("a.txt", text.as_bytes());
    let b = folder.file("b.txt", b"x\n");
    let out = folder.path().join("out.txt");
    let read = |path: &str| fs::read_to_string(path).unwrap();
    assert_eq!(upqr(&["check", "--fix", &a]).out, fixed);
    assert_eq!(read(&a), text, "not in place without being told");
    let ended = upqr(&["check", "--fix", "--output-file", out.to_str().unwrap(), &a, &b]);
    assert_eq!((ended.out.as_str(), fs::read_to_string(&out).unwrap()), ("", format!("{fixed}x\n")));
    let before = fs::metadata(&b).unwrap().modified().unwrap();
    let ended = upqr(&["check", "--fix", "--in-place", &a, &b]);
    assert_eq!((ended.code, ended.out.as_str(), read(&a)), (1, "", fixed.clone()), "{}", ended.err);
    assert_eq!(read(&b), "x\n");
    assert_eq!(fs::metadata(&b).unwrap().modified().unwrap(), before, "nothing to fix, nothing written");
    let ended = upqr(&["check", "--fix", "--in-place", &a]);
    assert_eq!(read(&a), fixed, "twice is once: {}", ended.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing is left beside them");
}

#[cfg(unix)]
#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let file = folder.file("a.txt", format!("{LOWER}\n").as_bytes());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o604)).unwrap();
    assert_eq!(upqr(&["check", "--fix", "--in-place", &file]).code, 0);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o604);
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{FIXED}\n"));
}

#[test]
fn calls_that_are_mistakes_change_nothing() {
    let folder = Folder::new();
    let a = folder.file("a.txt", format!("{LOWER}\n").as_bytes());
    let missing = folder.path().join("missing.txt");
    for (call, word) in [
        (&["--in-place", &a][..], "--fix"),
        (&["--fix", "--in-place", &a, "-"], "standard input"),
        (&["--fix", "--in-place", "--payload", LOWER], "--payload"),
        (&["--fix", "--in-place", &a, LOWER], "--in-place writes into files"),
        (&["--fix", "--in-place", "--output-file", "x", &a], "--output-file"),
        (&["--fix", "--format", "ndjson", &a], "--format"),
        (&["--fix", "--statistics", &a], "--statistics"),
        (&["--fix", "--in-place", &a, missing.to_str().unwrap()], "missing.txt"),
    ] {
        let ended = upqr(&[&["check"], call].concat());
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{call:?}: {}", ended.err);
        assert!(ended.err.contains(word), "{call:?}: {}", ended.err);
        assert_eq!(fs::read_to_string(&a).unwrap(), format!("{LOWER}\n"), "{call:?}");
    }
    assert_eq!(fix(b"\n\n").code, 4);
}

#[test]
fn a_whole_input_is_fixed_as_one_payload() {
    let folder = Folder::new();
    let one = folder.file("one.txt", LOWER.as_bytes());
    let epc = folder.file("epc.txt", b"BCD\n002\n1\nSCT\n\nA\n\n");
    let long = folder.file("long.txt", &vec![b'7'; 300_000]);
    let ended = upqr(&["check", "--fix", "--whole", &one, &epc, &long]);
    assert_eq!(ended.out, format!("{FIXED}BCD\n002\n1\nSCT\n\nA\n\n{}", "7".repeat(300_000)));
}

/// The texts of the check vectors that stand on one line, and every rule's example.
fn samples() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/check.json");
    let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let vectors = file["vectors"].as_array().unwrap().iter();
    let texts = vectors.filter_map(|vector| vector["input"]["text"].as_str().map(str::to_owned));
    let examples = upqr::rules::all().flat_map(|rule| [rule.bad.payload(), rule.good.payload()]);
    texts
        .chain(examples)
        .filter(|text| !text.is_empty() && !text.contains(['\n', '\r']) && !text.starts_with('{'))
        .collect()
}

/// What is paid, to whom, and by which wallets' codes.
fn paid(text: &str) -> Option<Vec<Vec<u8>>> {
    let payload = mpm::parse(text).ok()?;
    let mut paid: Vec<Vec<u8>> = payload
        .objects()
        .filter(|object| matches!(object.id.number(), 53..=60))
        .map(|object| [object.id.as_str(), object.value].concat().into_bytes())
        .collect();
    paid.sort();
    let reading = unified::read(&payload);
    paid.extend(
        reading.carried.iter().filter_map(|carried| Some(carried.account.as_ref().ok()?.native().to_vec())),
    );
    paid.extend(reading.foreign.iter().filter_map(|foreign| Some(foreign.native.ok()?.as_bytes().to_vec())));
    Some(paid)
}

/// Fixes texts twice and compares.
#[track_caller]
fn check_twice(texts: &[String]) {
    let input = texts.join("\n");
    let once = fix(input.as_bytes());
    let twice = fix(once.out.as_bytes());
    let changed = twice.err.lines().count();
    assert_eq!((&twice.out, changed), (&once.out, 1), "twice is once: {}", twice.err);
    assert!(twice.err.starts_with("0 fixed"), "{}", twice.err);
    for (before, after) in texts.iter().zip(once.out.split('\n')) {
        // White space around a code pays nothing, and a byte order mark among it neither, where they were taken away.
        let bare = before.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        let bare = if before == after { before } else { bare };
        assert_eq!(paid(bare), paid(after), "{before}");
        let errors =
            |text: &str| check(text).findings.iter().filter(|one| one.severity == Severity::Error).count();
        assert!(errors(after) <= errors(before), "{before} became {after}");
    }
    assert_eq!(once.out.split('\n').count(), texts.len());
}

#[test]
fn vectors_and_examples_are_fixed_once_and_pay_the_same() {
    check_twice(&samples());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_fixed_pays_the_same(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), "[0-9a-fA-F*. ]{0,3}"), 200)) {
        let samples = samples();
        let texts: Vec<String> = changes
            .iter()
            .map(|(sample, place, new)| {
                let mut text = sample.get(&samples).clone();
                // A lower-case checksum, and then something else in a quarter of them.
                let end = text.len().saturating_sub(4);
                if text.is_char_boundary(end) {
                    text = [&text[..end], &text[end..].to_ascii_lowercase()].concat();
                }
                let at = place.index(text.len());
                if text.is_char_boundary(at) && new.len() == 1 {
                    text.insert_str(at, new);
                }
                text
            })
            .filter(|text| !text.starts_with('{'))
            .collect();
        check_twice(&texts);
    }
}
