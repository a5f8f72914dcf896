//! Inputs that nobody should make, each followed by a good line that must still be read; and ends of pipes, files and memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// Sizes of inputs that this file makes itself, and a line that `--nocapture` shows.
#![allow(clippy::arithmetic_side_effects, clippy::print_stdout)]

use std::io::{Read as _, Write as _};
use std::{fs, thread};

use serde_json::{Value, json};

mod call;

use call::{Folder, command, run, upqr, upqr_reads};

const COMMANDS: [&str; 4] = ["decode", "recognise", "roundtrip", "check"];

/// A code that every command answers without a complaint.
const GOOD: &str = "https://qr.alipay.com/fkx00000synthetic00aaa";

/// The code of the error of a line, or of its first finding.
fn code_of(object: &Value) -> &str {
    let finding = &object["findings"][0]["rule"];
    object["error"]["code"].as_str().or(finding.as_str()).unwrap_or("")
}

/// Reads a line with every command in every form; `code` is its error in `decode`, empty where it has none. Then the good line follows.
#[track_caller]
fn check(what: &str, line: &[u8], code: &str) {
    let good = upqr(&["decode", "--format", "ndjson", GOOD]).objects().remove(0);
    let input = [line, b"\n", GOOD.as_bytes(), b"\n"].concat();
    for command in COMMANDS {
        for format in ["ndjson", "human", "json"] {
            // The indented form is the same objects, which take their time to be read again in a debug build.
            if format == "json" && line.len() > 10_000 {
                continue;
            }
            let ended = upqr_reads(&[command, "--format", format, "-"], &input);
            assert_eq!(ended.err, "", "{what}: {command} {format}");
            if format != "ndjson" {
                continue;
            }
            let objects = ended.objects();
            assert_eq!(objects.len(), 2, "{what}: {command}");
            assert_eq!(
                (&objects[0]["line"], &objects[1]["line"]),
                (&json!(1), &json!(2)),
                "{what}: {command}"
            );
            assert_eq!(code_of(&objects[1]), "", "{what}: {command} reads the good line");
            let unreadable = ["line-too-long", "utf-8", "byte-order-mark", "ndjson"].contains(&code);
            if command == "decode" || unreadable {
                assert_eq!(code_of(&objects[0]), code, "{what}: {command}");
            }
            if command == "decode" {
                assert_eq!(objects[1]["objects"], good["objects"], "{what}");
            }
            if unreadable {
                assert_eq!(ended.code, 1, "{what}: {command}");
            }
        }
    }
}

#[test]
fn a_line_of_ten_megabytes() {
    check("digits", "7".repeat(10_000_000).as_bytes(), "line-too-long");
    check("octets", &vec![0xFF; 10_000_000], "line-too-long");
    check("an object", format!("{{\"payload\":\"{}\"}}", "x".repeat(10_000_000)).as_bytes(), "line-too-long");
}

#[test]
fn octets_that_are_no_text() {
    check("a lone octet", b"\xFF", "utf-8");
    check("in a payload", b"0002015904\xE5\xB9XY63", "utf-8");
    check("a surrogate", b"ab\xED\xA0\x80", "utf-8");
    check("an overlong slash", b"https:/\xC0\xAF", "utf-8");
    check("in an object", b"{\"payload\":\"\xFF\"}", "utf-8");
    check("a byte order mark", b"\xEF\xBB\xBF0002015802CN6304ABCD", "byte-order-mark");
    check("UTF-16", b"\xFF\xFE0\x000\x000\x002\x00", "utf-8");
}

#[test]
fn controls_and_ends_of_lines() {
    check("NUL", b"0002015802CN6304ABCD\0", "id");
    check("NUL alone", b"\0", "");
    check("a bell and an escape", b"0002015904\x07\x1B[A6304ABCD", "");
    check("a change of direction", "000201590402\u{202E}16304ABCD".as_bytes(), "");
    check("a carriage return inside", b"000201\r5802CN6304ABCD", "id");
    check("two carriage returns", b"0002015802CN6304ABCD\r\r", "id");
    check("a space before", b" 0002015802CN6304ABCD", "");
    check("a lone carriage return and more", b"\rx", "");
}

#[test]
fn crlf_and_blank_lines_are_no_part_of_a_payload() {
    for command in COMMANDS {
        let ended =
            upqr_reads(&[command, "--format", "ndjson", "-"], format!("\r\n\n{GOOD}\r\n\r\n").as_bytes());
        let objects = ended.objects();
        assert_eq!((ended.code, objects.len()), (0, 1), "{command}: {}", ended.out);
        assert_eq!((&objects[0]["line"], code_of(&objects[0])), (&json!(3), ""), "{command}");
    }
}

#[test]
fn objects_of_json() {
    check("a brace", b"{", "ndjson");
    check("no payload", b"{\"pay\":\"x\"}", "ndjson");
    check("a number", b"{\"payload\":134650328919428540}", "ndjson");
    check("null", b"{\"payload\":null}", "ndjson");
    check("twice", b"{\"payload\":\"a\",\"payload\":\"b\"}", "ndjson");
    check("half a surrogate pair", br#"{"payload":"\ud800"}"#, "ndjson");
    check("more behind it", b"{\"payload\":\"x\"} {\"payload\":\"y\"}", "ndjson");
    check("a tab in a text", b"{\"payload\":\"\t\"}", "ndjson");
    check("an escape", br#"{"payload":"0002015802CN6304ABCD\u0000"}"#, "id");
    check(
        "other members",
        br#"{"id":7,"payload":"0002015802CN6304ABCD","more":{"a":[1,null,{"b":"\n"}]}}"#,
        "",
    );
    let deep = "[".repeat(100_000);
    check("deep", format!("{{\"payload\":{deep}").as_bytes(), "ndjson");
    check("deep beside it", format!("{{\"x\":{deep}").as_bytes(), "ndjson");
    check("a huge number", format!("{{\"x\":{},\"payload\":\"y\"}}", "9".repeat(100_000)).as_bytes(), "");
}

#[test]
fn escapes_of_json_are_the_same_payload() {
    let escaped = GOOD.replace("://", r"\u003a\/\/");
    let line = format!("{{\"n\":1,\"payload\":\"{escaped}\"}}");
    for command in COMMANDS {
        let call = [command, "--format", "ndjson", "--show-values", "-"];
        let plain = upqr_reads(&call, GOOD.as_bytes());
        assert_eq!(upqr_reads(&call, line.as_bytes()).out, plain.out, "{command}");
    }
    // A line feed in the text is part of the payload, and not the end of a line.
    let broken =
        upqr_reads(&["decode", "--format", "ndjson", "--show-values", "-"], br#"{"payload":"a\nb"}"#);
    assert_eq!(broken.objects()[0]["payload"], "a\nb");
}

#[test]
fn many_parameters() {
    check("10,000 parameters", format!("https://pay.example/?{}", "a=b&".repeat(10_000)).as_bytes(), "");
    check("20,000 empty ones", format!("https://pay.example/?{}", "&".repeat(20_000)).as_bytes(), "");
    check(
        "10,000 of WeChat",
        format!("weixin://wxpay/bizpayurl?{}", "appid=a&".repeat(10_000)).as_bytes(),
        "",
    );
    check(
        "20,000 levels of escapes",
        format!("alipays://platformapi/startapp?qrcode={}", "%25".repeat(20_000)).as_bytes(),
        "",
    );
    check("a long host", format!("https://{}/", "a.".repeat(20_000)).as_bytes(), "");
    check("many at signs", format!("https://{}/", "a@".repeat(20_000)).as_bytes(), "");
}

#[test]
fn many_data_objects() {
    let payload = |objects: String| format!("000201{objects}6304ABCD");
    check("20,000 objects", payload("65017".repeat(20_000)).as_bytes(), "");
    check("20,000 empty objects", payload("6500".repeat(20_000)).as_bytes(), "");
    check(
        "100,000 objects, which no line holds",
        payload("65017".repeat(100_000)).as_bytes(),
        "line-too-long",
    );
    check("10,000 wide characters", payload("6502世界".repeat(5_000)).as_bytes(), "");
    check(
        "templates full of objects",
        payload(format!("6298{}01", "5000".repeat(24)).repeat(800)).as_bytes(),
        "",
    );
}

#[test]
fn many_carriage_templates() {
    let payload = |templates: String| format!("000201{templates}6304ABCD");
    check("2,000 accounts", payload("26360015org.upqr.wechat0102010207NwY5Mz9".repeat(2_000)).as_bytes(), "");
    let part = |number: usize| format!("26930015org.upqr.wechat0264{}03021{number}", "x".repeat(64));
    let parts: Vec<String> = (0..2_000).map(|place| part(1 + place % 9)).collect();
    check("2,000 parts without order", payload(parts.concat()).as_bytes(), "");
    check(
        "2,000 of com.alipay",
        payload(format!("30620010com.alipay0144{GOOD}").repeat(2_000)).as_bytes(),
        "",
    );
}

#[test]
fn consumer_presented_payloads_that_are_large_or_deep() {
    // 85 CPV01 and 61 { 4F }, then octets whose lengths never fit: base64 of the start, then a repeated group.
    let start = "hQVDUFYwMWEHTwWgAAADMw==".trim_end_matches('=');
    check("20,000 groups", format!("{start}{}", "YQBh".repeat(20_000)).as_bytes(), "base64");
    check("nested", format!("hQVDUFYwMQ{}", "YYEAYYEA".repeat(20_000)).as_bytes(), "base64");
    check("padding", format!("hQVDUFYw{}", "=".repeat(200_000)).as_bytes(), "base64");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_of_the_call() {
    let folder = Folder::new();
    let good = folder.file("good.txt", GOOD.as_bytes());
    let missing = folder.path().join("missing.txt").to_str().unwrap().to_owned();
    for command in COMMANDS {
        for call in [vec![command, &missing], vec![command, &good, &missing]] {
            let ended = upqr(&call);
            assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{call:?}: nothing is half done");
            assert!(ended.err.contains("missing.txt") && ended.err.lines().count() == 1, "{}", ended.err);
        }
    }
    for call in [vec!["encode", &missing], vec!["encode", folder.path().to_str().unwrap()]] {
        let ended = upqr(&call);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{call:?}: {}", ended.err);
        assert!(ended.err.contains("cannot read"), "{}", ended.err);
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_an_error_of_the_call() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let secret = folder.file("secret.txt", GOOD.as_bytes());
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&secret).is_ok() {
        return; // The superuser reads everything.
    }
    for command in [&COMMANDS[..], &["encode"]].concat() {
        let ended = upqr(&[command, &secret]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{command}");
        assert!(ended.err.contains("permission denied") && ended.err.contains("secret.txt"), "{}", ended.err);
    }
}

#[test]
fn files_folders_and_what_looks_like_them() {
    let folder = Folder::new();
    let path = folder.path().to_str().unwrap().to_owned();
    let empty = folder.file("empty.txt", b"");
    for command in COMMANDS {
        assert_eq!(upqr(&[command, &empty]).code, 4, "{command} of an empty file");
        assert_eq!(upqr(&[command, &path]).code, 4, "{command} of a folder without a payload");
    }
    let binary: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let binary = folder.file("binary", &binary);
    for command in COMMANDS {
        let ended = upqr(&[command, "--format", "ndjson", &binary]);
        assert_eq!((ended.code, ended.err.as_str()), (1, ""), "{command} of a binary file");
        assert!(ended.objects().iter().any(|object| code_of(object) == "utf-8"), "{}", ended.out);
    }
    // A folder in a folder is passed over; a file with the name of a code is a file.
    fs::create_dir(folder.path().join("inner")).unwrap();
    let digits = folder.file("134650328919428540", GOOD.as_bytes());
    assert!(upqr(&["recognise", &digits]).out.contains("alipay-qr"));
    assert_eq!(upqr(&["recognise", &path]).code, 1, "the binary file is in it");
    for name in ["codes.txt", "./codes", "/no/such/folder/codes.ndjson", "payments.json", ""] {
        let ended = upqr(&["recognise", name]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{name}");
    }
    let ended = upqr(&["recognise", "codes.txt"]);
    assert!(ended.err.contains("no file `codes.txt`") && ended.err.contains("--payload"), "{}", ended.err);
    // A dash is standard input, wherever it stands.
    let ended = upqr_reads(&["recognise", "--format", "ndjson", &digits, "-"], b"134650328919428540\n");
    assert_eq!(ended.objects().len(), 2, "{}", ended.err);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = Folder::new();
    let file = folder.file("many.txt", format!("{GOOD}\n").repeat(20_000).as_bytes());
    for name in COMMANDS {
        for format in ["human", "ndjson"] {
            let mut child = command(&[name, "--format", format, &file]).spawn().unwrap();
            let mut first = [0; 1];
            let mut out = child.stdout.take().unwrap();
            out.read_exact(&mut first).unwrap();
            drop(out);
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            let status = child.wait().unwrap();
            assert_eq!((status.code(), said.as_str()), (Some(0), ""), "{name} {format}");
        }
    }
}

#[test]
fn a_closed_error_stream_changes_nothing() {
    let mut call = command(&["roundtrip", "no-such-file.txt"]);
    call.stderr(std::process::Stdio::piped());
    let mut child = call.spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_an_error_with_a_reason() {
    for name in ["demo", "--help"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut call = command(&[name]);
        call.stdout(full);
        let ended = run(call, b"");
        if name == "demo" {
            assert_eq!(ended.code, 1);
            assert!(ended.err.contains("cannot write the output"), "{}", ended.err);
        }
    }
}

/// Mebibytes that a process has held at most, as the kernel counts them.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kibibytes| kibibytes / 1024)
}

/// Streams lines through a command and reads its peak before the input is closed.
#[cfg(target_os = "linux")]
#[track_caller]
fn check_memory(arguments: &[&str], block: &[u8], least: usize) {
    let mut child = command(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut out = child.stdout.take().unwrap();
    // Nobody reads the results, but somebody has to take them.
    let sink = thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()).unwrap());
    let mut sent = 0;
    while sent <= least {
        stdin.write_all(block).unwrap();
        sent += block.len();
    }
    let peak = peak(child.id()).expect("the command waits for more input");
    drop(stdin);
    let printed = sink.join().unwrap();
    assert!([Some(0), Some(1)].contains(&child.wait().unwrap().code()), "{arguments:?}");
    println!("{arguments:?}: {sent} bytes in, {printed} out, at most {peak} MiB");
    assert!(peak < 64, "{arguments:?} held {peak} MiB");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_stays_small_whatever_comes() {
    // Lines that are passed over as too long are the fastest way through 300 MB in a debug build.
    let long = [&vec![b'7'; 30_000_000][..], b"\n", GOOD.as_bytes(), b"\n"].concat();
    check_memory(&["decode", "--format", "ndjson", "-"], &long, 300_000_000);
    let good =
        format!("{GOOD}\n0002015802CN6304ABCD\n{{\"payload\":\"134650328919428540\"}}\n\n").repeat(500);
    for name in COMMANDS {
        check_memory(&[name, "--format", "ndjson", "-"], good.as_bytes(), 1_000_000);
    }
    // The longest line that is read at all, in the shapes that cost most.
    let objects = format!("000201{}6304ABCD\n", "1500".repeat(65_000));
    let accounts = format!("000201{}6304ABCD\n", "26360015org.upqr.wechat0102010207NwY5Mz9".repeat(6_500));
    for block in [&objects, &accounts] {
        for name in COMMANDS {
            check_memory(&[name, "--format", "ndjson", "-"], block.as_bytes(), block.len());
        }
    }
}
