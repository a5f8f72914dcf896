//! The options of `check`: what is applied, where it is written, and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::io::Write as _;

use serde_json::{Value, json};

mod call;

use call::{Folder, command, run, upqr, upqr_reads, with_crc};

/// A Hong Kong code with placeholders that its scheme allows.
const HKQR: &str =
    "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";

/// No currency, no category, a zero amount and a wrong checksum.
const BAD: &str =
    "00020101021126290015com.example.pay0106TEA001540105802CN5914JADE TEA HOUSE6008HANGZHOU6304ABCD";

/// The rules that are found, in their order.
#[track_caller]
fn rules(arguments: &[&str], payload: &str) -> Vec<String> {
    let ended = upqr(&[&["check", "--format", "ndjson", payload], arguments].concat());
    let findings = ended.objects().remove(0)["findings"].take();
    findings.as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
}

/// A call that is a mistake: exit code 2, nothing on the standard output, and these words.
#[track_caller]
fn check_usage(arguments: &[&str], words: &[&str]) {
    let ended = upqr(&[&["check"], arguments].concat());
    assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}: {}", ended.err);
    for word in words {
        assert!(ended.err.contains(word), "{arguments:?}: expected `{word}` in {}", ended.err);
    }
}

#[test]
fn rules_are_chosen_by_how_their_ids_begin() {
    let all = ["missing-object", "missing-object", "amount-zero", "crc-mismatch"];
    assert_eq!(rules(&["--select", "missing-object,amount-zero,crc-mismatch"], BAD), all);
    assert!(all.iter().all(|rule| rules(&[], BAD).iter().any(|found| found == rule)));
    for (arguments, expected) in [
        (&["--select", "crc-"][..], &["crc-mismatch"][..]),
        (&["--select", "crc-,amount-zero"], &["amount-zero", "crc-mismatch"]),
        (&["--select", "crc-", "--select", "amount-zero"], &["amount-zero", "crc-mismatch"]),
        (&["--select", "crc-", "--ignore", "crc-mismatch"], &[]),
        (&["--select", "crc-mismatch", "--ignore", "crc-"], &["crc-mismatch"]),
        (&["--select", "missing", "--ignore", "missing"], &[]),
    ] {
        assert_eq!(rules(arguments, BAD), expected, "{arguments:?}");
    }
    // What is not asked for decides nothing.
    let ended = upqr(&["check", "--format", "ndjson", "--select", "size-", BAD]);
    assert_eq!((ended.code, &ended.objects()[0]["disposition"]), (0, &json!("pay")));
    // A line that is no payload is no matter of rules.
    let ended = upqr_reads(&["check", "--format", "ndjson", "--select", "size-", "-"], b"\xFF\n");
    assert_eq!((ended.code, &ended.objects()[0]["findings"][0]["rule"]), (1, &json!("utf-8")));
}

#[test]
fn a_prefix_of_no_rule_is_a_mistake_with_the_nearest_one() {
    check_usage(&["--select", "crc-missmatch", BAD], &["--select", "`crc-mismatch`"]);
    check_usage(&["--ignore", "amuont-", BAD], &["--ignore", "`amount-zero`"]);
    check_usage(&["--select", "crc-,,amount-", BAD], &["no rule begins so"]);
    check_usage(&["--profile", "emv", BAD], &["--profile", "emvco"]);
    check_usage(&["--as-of", "2026-02-30", BAD], &["--as-of", "2026-11-23"]);
    check_usage(&["--as-of", "20260203", BAD], &["expected a day"]);
    check_usage(&["--lang", "zh", BAD], &["zh-CN"]);
}

#[test]
fn a_profile_says_against_what() {
    let severities = |profile| -> Value {
        let mut shown =
            upqr(&["check", "--format", "ndjson", "--profile", profile, HKQR]).objects().remove(0);
        let findings = shown["findings"].take();
        findings.as_array().unwrap().iter().map(|one| json!([one["rule"], one["waived"]])).collect()
    };
    let allowed = json!([["category-dummy", "hkqr"], ["dummy-text", "hkqr"]]);
    assert_eq!(severities("scheme"), allowed);
    assert_eq!(severities("emvco"), json!([["category-dummy", null], ["dummy-text", null]]));
    let unified = json!([["not-unified", null], ["category-dummy", "hkqr"], ["dummy-text", "hkqr"]]);
    assert_eq!(severities("upqr"), unified);
    let named = |arguments: &[&str]| {
        upqr(&[&["check", "--format", "ndjson", HKQR], arguments].concat()).objects().remove(0)["profile"]
            .take()
    };
    assert_eq!(named(&[]), Value::Null);
    assert_eq!(named(&["--profile", "scheme"]), Value::Null);
    assert_eq!(named(&["--profile", "emvco"]), json!("emvco"));
}

#[test]
fn schemes_are_named_once_each() {
    let shown = upqr(&["check", "--format", "ndjson", HKQR]).objects().remove(0);
    assert_eq!(shown["schemes"], json!([{"id": "hkqr", "confidence": "high", "offset": 12}]));
}

#[test]
fn findings_that_are_counted_alone_are_said() {
    // Objects of one ID and without a value: two rules keep a hundred findings each.
    let many = with_crc(&format!("000201{}6304", "6500".repeat(130)));
    let shown = upqr(&["check", "--format", "ndjson", "--select", "zero-length", &many]).objects().remove(0);
    assert_eq!(shown["findings"].as_array().unwrap().len(), 100);
    let omitted = shown["omitted"].as_u64().unwrap();
    assert!(omitted >= 30, "{omitted}");
    let human = upqr(&["check", "--select", "zero-length", &many]).out;
    assert!(human.contains("and 80 more findings: --format ndjson shows them all"), "{human}");
    assert!(human.contains(&format!("{omitted} more findings are counted only")), "{human}");
}

#[test]
fn a_whole_input_is_one_payload() {
    let folder = Folder::new();
    let epc = folder.file("epc.txt", b"BCD\n002\n1\nSCT\n\nJADE TEA HOUSE\nDE89370400440532013000\nEUR25.50");
    let broken = folder.file("broken.txt", b"0002\xFF");
    let long = folder.file("long.txt", &vec![b'7'; 262_145]);
    let fits = folder.file("fits.txt", &vec![b'7'; 262_144]);
    let empty = folder.file("empty.txt", b"");
    let object = folder.file("object.txt", b"{\"payload\":\"x\"}");
    let call = ["check", "--format", "ndjson", "--whole"];
    let shown = upqr(&[&call[..], &[&epc, &epc]].concat()).objects();
    assert_eq!(shown.len(), 2);
    assert_eq!((&shown[0]["line"], &shown[1]["line"]), (&json!(1), &json!(1)));
    for (file, code) in [
        (&broken, "utf-8"),
        (&long, "line-too-long"),
        (&fits, "not-a-payment-code"),
        // No object is looked for where the whole input is the payload.
        (&object, "not-a-payment-code"),
    ] {
        let shown = upqr(&[&call[..], &[file]].concat()).objects().remove(0);
        let rules = shown["findings"].as_array().unwrap();
        assert!(rules.iter().any(|one| one["rule"] == code), "{file}: {shown}");
    }
    assert_eq!(upqr(&[&call[..], &[&empty]].concat()).code, 4);
    let lines = upqr(&["check", "--format", "ndjson", &epc]).objects();
    assert!(lines.len() > 3, "without the option every line is a payload");
}

#[test]
fn an_output_file_is_there_only_once_it_is_complete() {
    let folder = Folder::new();
    let input = folder.file("in.txt", format!("{HKQR}\n{BAD}\n").as_bytes());
    let path = folder.path().join("out.txt");
    let out = path.to_str().unwrap();
    for format in ["human", "json", "ndjson", "sarif", "junit", "github", "markdown"] {
        let mut call = command(&["check", "--format", format, "--output-file", out, &input]);
        call.env("CLICOLOR_FORCE", "1");
        let ended = run(call, b"");
        assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (1, "", ""), "{format}");
        assert_eq!(fs::read_to_string(&path).unwrap(), upqr(&["check", "--format", format, &input]).out);
    }
    // What goes wrong leaves the file as it was.
    fs::write(&path, "before").unwrap();
    let missing = folder.path().join("missing.txt");
    let calls = [vec![&*input, missing.to_str().unwrap()], vec!["--select", "crx", &input]];
    for call in calls {
        let ended = upqr(&[&["check", "--output-file", out], &call[..]].concat());
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{call:?}: {}", ended.err);
        assert_eq!(fs::read_to_string(&path).unwrap(), "before", "{call:?}");
    }
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing is left beside it: {names:?}");
    let nowhere = folder.path().join("no/such/out.txt");
    check_usage(&["--output-file", nowhere.to_str().unwrap(), &input], &["cannot write", "no such folder"]);
    check_usage(
        &["--output-file", folder.path().to_str().unwrap(), &input],
        &["cannot write", "it is a folder"],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_call_that_ends_half_way_leaves_no_output_file() {
    let folder = Folder::new();
    let path = folder.path().join("out.txt");
    let input = folder.file("in.txt", format!("{BAD}\n").repeat(200).as_bytes());
    // A file that can be opened and not be read, behind one that was read.
    let ended = upqr(&["check", "--output-file", path.to_str().unwrap(), &input, "/proc/self/mem"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{}", ended.err);
    assert!(ended.err.contains("cannot read `/proc/self/mem`"), "{}", ended.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the input is there");
    // Nor does one that is killed.
    let mut child = command(&["check", "--output-file", path.to_str().unwrap(), "-"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&fs::read(&input).unwrap()).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!path.exists());
}

#[cfg(unix)]
#[test]
fn an_output_file_keeps_its_permissions_and_a_link_its_target() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    folder.file("kept.txt", b"");
    fs::set_permissions(folder.path().join("kept.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink(folder.path().join("kept.txt"), folder.path().join("link.txt")).unwrap();
    let write =
        |name: &str| upqr(&["check", "--output-file", folder.path().join(name).to_str().unwrap(), HKQR]);
    assert_eq!(write("link.txt").code, 0);
    assert_eq!((mode("link.txt"), mode("kept.txt")), (0o640, 0o640));
    assert!(folder.path().join("link.txt").is_symlink());
    assert!(fs::read_to_string(folder.path().join("kept.txt")).unwrap().contains("pay"));
    assert_eq!(write("new.txt").code, 0);
    fs::write(folder.path().join("plain.txt"), "").unwrap();
    assert_eq!(mode("new.txt"), mode("plain.txt"), "as any new file");
    assert_eq!(upqr(&["check", "--output-file", "/dev/null", HKQR]).code, 0, "a device is written to");
}

#[test]
fn nothing_to_work_on_prints_nothing() {
    for format in ["human", "json", "ndjson", "sarif", "junit", "github", "markdown"] {
        let ended = upqr_reads(&["check", "--format", format, "-"], b"\n\n");
        assert_eq!((ended.code, ended.out.as_str()), (4, ""), "{format}");
    }
    assert_eq!(upqr_reads(&["check", "--statistics", "-"], b"").code, 4);
}

#[test]
fn statistics_count_instead_of_listing() {
    let input = format!("{HKQR}\n{HKQR}\n{BAD}\n\u{FEFF}x\n");
    let call = ["check", "--statistics", "--select", "missing-object,crc-", "--format", "ndjson", "-"];
    let ended = upqr_reads(&call, input.as_bytes());
    let counts = ended.objects();
    assert_eq!(
        counts,
        [json!({
            "payloads": 4,
            "dispositions": {"pay": 2, "confirm": 0, "block": 2},
            "rules": [
                {"rule": "missing-object", "findings": 2, "payloads": 1},
                {"rule": "byte-order-mark", "findings": 1, "payloads": 1},
                {"rule": "crc-mismatch", "findings": 1, "payloads": 1},
            ],
            "schemes": [{"scheme": "hkqr", "payloads": 2}],
        })]
    );
    assert_eq!(ended.code, 1, "the exit code is that of the findings");
    for format in ["sarif", "junit", "github"] {
        check_usage(&["--statistics", "--format", format, HKQR], &["--statistics", "markdown"]);
    }
}

#[test]
fn an_argument_may_be_a_code_of_any_scheme() {
    for text in [
        "SPD*1.0*ACC:CZ2408000000190000000123*AM:100.50*CC:CZK",
        "upi://pay?pa=shop@bank&pn=Shop&am=10.00&cu=INR",
        "BCD\n002\n1\nSCT\n\nExample GmbH\nDE33100205000001194700\nEUR12.30\n\n\nInvoice 1",
    ] {
        let ended = upqr(&["check", text]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{}", ended.out);
    }
}
