//! What people read: snapshots without colour. The coloured demonstration is a picture, which `picture.rs` holds against the command.
//!
//! `INSTA_UPDATE=always cargo test -p upqr-conformance --test human` writes the snapshots anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod call;

use call::{command, run, upqr, upqr_reads};
use unicode_width::UnicodeWidthStr as _;

/// The worked example of the specification, with a name in Chinese.
const WORKED: &str = "00020101021226360015org.upqr.wechat0102010207NwY5Mz927530015org.upqr.alipay0102010224bax03190uxd47wbekffy603328660013org.upqr.ecny0102010239005031050000078010721050000078010720001520458125303156540525.505802CN5913LUCKY NOODLES6008SHANGHAI62220518SALE-20261123-000163042F9C";

/// A payload with wide characters before what is wrong with it.
const WIDE: &str = "0002010102115802CN5904A面馆B6008SHANGHAI64120002ZH0102面馆6304ABCD";

/// A Hong Kong code with an invented mobile number and placeholders that its scheme allows.
const HKQR: &str =
    "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";

/// A payload whose checksum is right, but in lower case.
const LOWER_CASE: &str = "00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045d29";

/// What a call prints, both streams, and how it ends.
#[track_caller]
fn check(name: &str, arguments: &[&str]) {
    check_input(name, arguments, "");
}

#[track_caller]
fn check_input(name: &str, arguments: &[&str], input: &str) {
    let ended = upqr_reads(arguments, input.as_bytes());
    assert!(!ended.out.contains('\x1B') && !ended.err.contains('\x1B'), "no colour where nobody sees it");
    // The help is laid out by `clap`, which indents blank lines.
    let trailing = ended.out.lines().find(|line| line.ends_with(' ') && !name.starts_with("help"));
    assert_eq!(trailing, None, "a blank at the end of a line");
    let said = if ended.err.is_empty() { String::new() } else { format!("--- stderr\n{}", ended.err) };
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
        insta::assert_snapshot!(name, format!("{}{said}--- exit code {}", ended.out, ended.code));
    });
}

#[test]
fn the_demonstration() {
    check("demo", &["demo"]);
}

#[test]
fn help() {
    check("help", &["--help"]);
    for command in
        ["demo", "decode", "encode", "recognise", "unify", "restore", "roundtrip", "check", "explain"]
    {
        check(&format!("help-{command}"), &[command, "--help"]);
    }
}

#[test]
fn payloads_taken_apart() {
    check("decode-merchant-presented", &["decode", WORKED]);
    check("decode-shown", &["decode", "--show-values", WORKED]);
    check("decode-consumer-presented", &["decode", "hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoVA"]);
    check("decode-uri", &["decode", "https://pay.example/q?t=7b1d&n=2002#top"]);
    check("decode-broken", &["decode", "0002010102115913LUCKY NOOD"]);
    check("decode-text", &["decode", "--payload", "two cups of tea"]);
    check("decode-account-not-restored", &["decode", &WORKED.replace("0102010224", "0102XX0224")]);
    check_input(
        "decode-lines",
        &["decode", "-"],
        "134650328919428540\n\n\u{FEFF}x\n{\"payload\":1}\n28763443825664394\n",
    );
}

#[test]
fn values_cannot_act_on_the_terminal() {
    check("decode-controls", &["decode", "--show-values", "0002015909A\x1B[31m\u{202E}\x07\rB6304ABCD"]);
    check(
        "check-controls",
        &["check", "--show-values", "--payload", "0002015909A\x1B[31m\u{202E}\x07\rB6304ABCD"],
    );
}

#[test]
fn candidates_with_their_evidence() {
    check("recognise-two", &["recognise", "28763443825664394"]);
    check("recognise-reserved", &["recognise", "2876344382566439412345678"]);
    check("recognise-hint", &["recognise", "28763443825664394", "--mode", "merchant-presented"]);
    check("recognise-link", &["recognise", "https://a.example/281002040090ab"]);
    check("recognise-unknown", &["recognise", "--payload", "two cups of tea"]);
}

#[test]
fn codes_there_and_back() {
    let codes = "https://qr.alipay.com/fkx00000synthetic00aaa\n134650328919428540\nwxp://too-short\nweixin://wxpay/bizpayurl?pr=NwY5Mz9\n";
    check_input("roundtrip", &["roundtrip", "-"], codes);
}

#[test]
fn findings_with_their_carets() {
    check("check-nothing", &["check", "https://qr.alipay.com/fkx00000synthetic00aaa"]);
    check("check-long", &["check", WORKED]);
    check("check-wide", &["check", "--show-values", WIDE]);
    // A mask has other bytes than the text, but as many characters: the carets stay where they were.
    check("check-wide-masked", &["check", WIDE]);
    check("check-broken", &["check", "0002010102115913LUCKY NOOD"]);
    check("check-text", &["check", "--payload", "two cups of tea"]);
    check("check-host", &["check", "https://qr.a1ipay.com/fkx00000synthetic00aaa"]);
    check_input("check-lines", &["check", "-"], "\u{FEFF}x\n\nhttps://user@qr.alipay.com/x\n");
    check("check-allowed", &["check", HKQR]);
    check("check-fix", &["check", LOWER_CASE]);
    check(
        "check-many",
        &["check", "--select", "zero-length", &format!("000201{}6304ABCD", "6500".repeat(130))],
    );
    check("check-several-lines", &["check", "--whole", "--payload", "BCD\n002\n1\nSCT\n\nA\u{7}"]);
}

#[test]
fn findings_in_chinese() {
    check("check-zh", &["check", "--lang", "zh-CN", "--show-values", WIDE]);
    check("check-zh-allowed", &["check", "--lang", "zh-CN", HKQR]);
    check("check-zh-nothing", &["check", "--lang", "zh-CN", "https://qr.alipay.com/fkx00000synthetic00aaa"]);
    check_input("check-zh-lines", &["check", "--lang", "zh-CN", "-"], "\u{FEFF}x\ntwo cups of tea\n");
}

#[test]
fn findings_in_forty_columns() {
    for language in ["en", "zh-CN"] {
        let mut call = command(&["check", "--lang", language, "--show-values", WIDE]);
        call.env("COLUMNS", "40");
        let ended = run(call, b"");
        let mut windows = 0;
        for line in ended.out.lines().filter(|line| line.starts_with("1 | ") || line.starts_with("  | ")) {
            assert!(line.width() <= 40, "{} columns: {line}", line.width());
            windows += 1;
        }
        assert!(windows >= 12, "{}", ended.out);
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => true}, {
            insta::assert_snapshot!(format!("check-narrow-{language}"), ended.out);
        });
    }
    for columns in ["0", "1", "7", "", "many", "18446744073709551615", "100000"] {
        let mut call = command(&["check", "--show-values", WIDE]);
        call.env("COLUMNS", columns);
        assert_eq!(run(call, b"").code, 1, "COLUMNS={columns}");
    }
}

#[test]
fn the_caret_stands_under_the_bytes() {
    let mut call = command(&["check", "--show-values", "--select", "crc-mismatch", WIDE]);
    call.env("COLUMNS", "40");
    let out = run(call, b"").out;
    let lines: Vec<&str> = out.lines().collect();
    let place = lines.iter().position(|line| line.contains('^')).expect("a caret");
    let before = |line: &str, mark: &str| line[..line.find(mark).unwrap()].width();
    assert_eq!(before(lines[place], "^"), before(lines[place - 1], "6304ABCD"), "{out}");
    assert_eq!(lines[place].matches('^').count(), "6304ABCD".len(), "{out}");
}

#[test]
fn refusals_on_the_error_stream() {
    check(
        "unify-warns",
        &[
            "unify",
            "--native",
            "https://qr.alipay.com/bax03190uxd47wbekffy6033",
            "--name",
            "LUCKY NOODLES",
            "--city",
            "SHANGHAI",
            "--mcc",
            "5812",
            "--amount",
            "25.50",
        ],
    );
    check(
        "unify-local-name",
        &[
            "unify",
            "--native",
            "https://qr.alipay.com/fkx00000synthetic00aaa",
            "--name",
            "幸运面馆",
            "--city",
            "SHANGHAI",
            "--mcc",
            "5812",
        ],
    );
    check(
        "unify-nobody",
        &[
            "unify",
            "--native",
            "wxp://f2f0too-short",
            "--name",
            "LUCKY NOODLES",
            "--city",
            "SHANGHAI",
            "--mcc",
            "5812",
        ],
    );
    check("no-file", &["decode", "codes.txt"]);
    check("no-command", &["explode"]);
}

#[test]
fn colour_is_for_a_person_and_can_be_forced() {
    let mut call = command(&["decode", WORKED]);
    call.env("CLICOLOR_FORCE", "1");
    assert!(run(call, b"").out.contains("\x1B["));
    let mut call = command(&["decode", WORKED]);
    call.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
    assert!(!run(call, b"").out.contains('\x1B'), "who wants no colour gets none");
    assert!(!upqr(&["decode", WORKED]).out.contains('\x1B'));
    // Machine forms have none, whatever is asked for.
    let mut call = command(&["decode", "--format", "json", WORKED]);
    call.env("CLICOLOR_FORCE", "1");
    assert!(!run(call, b"").out.contains('\x1B'));
}
