//! The contract of `ndef` and `link`, through the real command.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod call;

use call::{Folder, upqr, upqr_reads};

/// A Hong Kong code with an invented mobile number.
const HKQR: &str =
    "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";

const PAGE: &str = "https://pay.example/";

const LINK: &str = "https://pay.example/#upqr=MDAwMjAxMDEwMjExMjYzMzAwMTJoay5jb20uaGtpY2wwMzEzKzg1Mi01NTU1MDAwMDUyMDQwMDAwNTMwMzM0NDU4MDJISzU5MDJOQTYwMDJISzYzMDRBNDk4";

#[track_caller]
fn check(arguments: &[&str], code: i32, out: &str, err: &str) {
    let ended = upqr(arguments);
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (code, out, err), "{arguments:?}");
}

#[test]
fn a_message_goes_out_and_comes_back() {
    let folder = Folder::new();
    let file = folder.path().join("tag.ndef");
    let file = file.to_str().expect("UTF-8");
    check(&["ndef", "encode", HKQR, "-o", file], 0, "", "");
    check(&["ndef", "decode", file], 0, &format!("{HKQR}\n"), "");
    let message = std::fs::read(file).expect("the file");
    assert_eq!(message, [b"\xD4\x0A\x5Aupqr.org:p", HKQR.as_bytes()].concat());
    let piped = upqr(&["ndef", "encode", HKQR]);
    assert_eq!((piped.code, &piped.octets), (0, &message));
    let decoded = upqr_reads(&["ndef", "decode", "-"], &message);
    assert_eq!((decoded.code, decoded.out.as_str()), (0, format!("{HKQR}\n").as_str()), "{}", decoded.err);
    let paged = upqr(&["ndef", "encode", HKQR, "--page", PAGE, "-o", "-"]);
    let decoded = upqr_reads(&["ndef", "decode", "-"], &paged.octets);
    assert_eq!((decoded.code, decoded.out.trim_end()), (0, HKQR));
    let alone = upqr(&["ndef", "encode", HKQR, "--page", PAGE, "--link-only"]);
    assert_eq!(alone.octets.get(..5), Some(b"\xD1\x01\x8BU\x04".as_slice()));
    let decoded = upqr_reads(&["ndef", "decode", "-"], &alone.octets);
    assert_eq!((decoded.code, decoded.out.trim_end()), (0, HKQR));
}

#[test]
fn hexadecimal_digits_are_for_people() {
    let hex = "d40a147570"; // flags, lengths, and the type `upqr.org:p`
    let short = "0002015802CN6304A31C";
    let shown = upqr(&["ndef", "encode", short, "--hex"]);
    assert_eq!((shown.code, shown.out.get(..10), shown.out.len()), (0, Some(hex), 67), "{}", shown.err);
    let decoded = upqr_reads(&["ndef", "decode", "-", "--hex"], shown.out.as_bytes());
    assert_eq!((decoded.code, decoded.out.trim_end()), (0, short));
    let spaced = shown.out.replace("7570", "75 70\n").to_uppercase();
    let decoded = upqr_reads(&["ndef", "decode", "-", "--hex"], spaced.as_bytes());
    assert_eq!((decoded.code, decoded.out.trim_end()), (0, short));
    let odd = upqr_reads(&["ndef", "decode", "-", "--hex"], b"d4 0");
    assert_eq!(
        (odd.code, odd.err.as_str()),
        (1, "error: the input is not hexadecimal digits, two an octet\n")
    );
}

#[test]
fn an_empty_input_is_none() {
    for call in [
        &["ndef", "encode", "-", "--hex"][..],
        &["link", "encode", "-", "--page", "https://pay.example/q"],
        &["link", "decode", "-"],
    ] {
        for input in [b"".as_slice(), b"\n"] {
            let ended = upqr_reads(call, input);
            let expected = (4, "", "error: there is nothing in the input\n");
            assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), expected, "{call:?}");
        }
    }
}

#[test]
fn no_message_is_written_over_its_payload() {
    let folder = Folder::new();
    let path = folder.file("p.txt", HKQR.as_bytes());
    let expected = "error: the message would be written over the payload: name another file\n";
    check(&["ndef", "encode", &path, "-o", &path], 2, "", expected);
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), HKQR);
}

#[test]
fn messages_that_hold_nothing_to_pay() {
    #[track_caller]
    fn check(message: &[u8], code: i32, err: &str) {
        let ended = upqr_reads(&["ndef", "decode", "-"], message);
        assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (code, "", err));
    }
    check(b"", 4, "error: there is no message in the input\n");
    check(b"\xD4", 1, "error: byte 1: expected the length of a type\n");
    check(b"\xD0\0\0", 1, "error: byte 0: expected a payload of this standard, found none\n");
    check(b"hello", 1, "error: byte 2: expected the length of a payload in four octets\n");
}

#[test]
fn a_link_goes_out_and_comes_back() {
    check(&["link", "encode", HKQR, "--page", PAGE], 0, &format!("{LINK}\n"), "");
    check(&["link", "decode", LINK], 0, &format!("{HKQR}\n"), "");
    let piped = upqr_reads(&["link", "decode", "-"], format!("{LINK}\n").as_bytes());
    assert_eq!((piped.code, piped.out.trim_end()), (0, HKQR), "{}", piped.err);
}

#[test]
fn what_no_carrier_takes() {
    check(
        &["link", "encode", HKQR, "--page", "http://pay.example/"],
        2,
        "",
        "error: --page: expected a link that begins `https://`\n",
    );
    check(
        &["ndef", "encode", HKQR, "--page", "https://pay.example"],
        2,
        "",
        "error: --page: expected a link as the URL standard writes it, such as `https://pay.example/`\n",
    );
    check(
        &["link", "decode", "https://pay.example/"],
        1,
        "",
        "error: byte 0: expected a payload of this standard, found none\n",
    );
    let kept = "error: byte 0: expected a merchant-presented payload, found a consumer's payment code, which no tag and no link is to keep\n";
    let code = "hQVDUFYwMWEHTwWgAAADMw==";
    check(&["link", "encode", code, "--page", PAGE], 1, "", kept);
    check(&["ndef", "encode", code], 1, "", kept);
    let none = upqr(&["ndef", "encode", HKQR, "--link-only"]);
    assert_eq!(none.code, 2, "{}", none.err);
    assert!(none.err.contains("--page <URL>"), "{}", none.err);
}
