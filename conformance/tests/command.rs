//! The contract of `unify`, `restore`, `encode`, of the exit codes and of the help, through the real command.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde_json::{Value, json};

mod call;

use call::{Folder, upqr, upqr_reads, with_crc};

const WECHAT: &str = "weixin://wxpay/bizpayurl?pr=NwY5Mz9";
const ALIPAY: &str = "https://qr.alipay.com/bax03190uxd47wbekffy6033";
const ALIPAY_STATIC: &str = "https://qr.alipay.com/fkx00000synthetic00aaa";
const ECNY: &str = "https://qr.pbcdci.cn/005031050000078010721050000078010720001";

/// The worked example of the design, whose CRC was computed elsewhere.
const WORKED: &str = "00020101021226360015org.upqr.wechat0102010207NwY5Mz927530015org.upqr.alipay0102010224bax03190uxd47wbekffy603328660013org.upqr.ecny0102010239005031050000078010721050000078010720001520458125303156540525.505802CN5913LUCKY NOODLES6008SHANGHAI62220518SALE-20261123-000163042F9C";

/// A Hong Kong code with an invented mobile number.
const HKQR: &str =
    "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";

/// A code that carries a whole Alipay URL as other schemes do, in template 28.
const FOREIGN: &str = "00020101021128620010com.alipay0144https://qr.alipay.com/fkx00000sampletea000015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304";

/// Options that every payload with a merchant needs.
const MERCHANT: [&str; 6] = ["--name", "LUCKY NOODLES", "--city", "SHANGHAI", "--mcc", "5812"];

/// A call's standard output must be exactly this; `code` says how it must end.
#[track_caller]
fn check(arguments: &[&str], code: i32, out: &str) {
    let ended = upqr(arguments);
    assert_eq!((ended.code, ended.out.as_str()), (code, out), "{arguments:?}: {}", ended.err);
}

/// A call must fail with these words on the error stream, and print nothing.
#[track_caller]
fn check_refusal(arguments: &[&str], code: i32, words: &[&str]) {
    let ended = upqr(arguments);
    assert_eq!((ended.code, ended.out.as_str()), (code, ""), "{arguments:?}: {}", ended.err);
    for word in words {
        assert!(ended.err.contains(word), "{arguments:?}: expected `{word}` in {}", ended.err);
    }
}

/// `unify` with one static code and the merchant, and more options.
fn unify<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["unify", "--native", ALIPAY_STATIC], &MERCHANT[..], more].concat()
}

/// What `unify` prints, without its line end.
#[track_caller]
fn unified(arguments: &[&str]) -> String {
    let ended = upqr(arguments);
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.err);
    ended.out.strip_suffix('\n').expect("a line").to_owned()
}

fn worked() -> Vec<&'static str> {
    let natives = ["unify", "--native", WECHAT, "--native", ALIPAY, "--native", ECNY];
    [&natives[..], &MERCHANT, &["--amount", "25.50", "--reference", "SALE-20261123-0001"]].concat()
}

#[test]
fn the_worked_example_comes_out_byte_for_byte() {
    check(&worked(), 0, &format!("{WORKED}\n"));
}

#[test]
fn every_option_of_unify_stands_in_the_payload() {
    for (options, object) in [
        (&["--country", "HK"][..], "5802HK"),
        (&["--currency", "HKD"], "5303344"),
        (&["--currency", "hkd"], "5303344"),
        (&["--currency", "344"], "5303344"),
        (&["--amount", "25.50"], "540525.50"),
        (&["--postal-code", "200000"], "6106200000"),
        (&["--local-name", "幸运面馆"], "64140002ZH0104幸运面馆"),
        (&["--local-name", "幸运面馆", "--local-city", "上海"], "64200002ZH0104幸运面馆0202上海"),
        (&["--local-name", "ラッキー", "--language", "JA"], "64140002JA0104ラッキー"),
        (&["--bill", "B-1"], "62070103B-1"),
        (&["--reference", "R-1"], "62070503R-1"),
        (&["--terminal", "T-1"], "62070703T-1"),
        (&["--bill", "B-1", "--reference", "R-1", "--terminal", "T-1"], "62210103B-10503R-10703T-1"),
        (&["--expires", "1800000000"], "0016org.upqr.control01021003101800000000"),
        (&["--not-before", "1790000000"], "0016org.upqr.control01021002101790000000"),
    ] {
        let payload = unified(&unify(options));
        assert!(payload.contains(object), "{options:?}: {payload}");
        check(&["restore", &payload], 0, &format!("{ALIPAY_STATIC}\n"));
    }
    let plain = unified(&unify(&[]));
    assert!(
        plain.contains("5303156") && plain.contains("5802CN") && plain.starts_with("000201010211"),
        "{plain}"
    );
}

#[test]
fn natives_stand_in_the_order_in_which_they_are_given() {
    let natives = ["unify", "--native", ECNY, "--native", ALIPAY_STATIC, "--native", ALIPAY_STATIC];
    let payload = unified(&[&natives[..], &MERCHANT].concat());
    check(&["restore", &payload], 0, &format!("{ECNY}\n{ALIPAY_STATIC}\n{ALIPAY_STATIC}\n"));
}

#[test]
fn a_national_code_is_extended_and_given_back() {
    let payload = unified(&["unify", "--native", ALIPAY_STATIC, "--base", HKQR]);
    assert!(payload.contains("26330012hk.com.hkicl0313+852-5555000027510015org.upqr.alipay"), "{payload}");
    check(&["restore", &payload, "--base"], 0, &format!("{HKQR}\n"));
    check(&["restore", &payload], 0, &format!("{ALIPAY_STATIC}\n"));
    let base = unified(&["restore", WORKED, "--base"]);
    assert!(!base.contains("org.upqr") && base.contains("LUCKY NOODLES"), "{base}");
}

#[test]
fn a_base_takes_no_merchant_and_must_be_whole() {
    let call = ["unify", "--native", ALIPAY_STATIC, "--base"];
    check_refusal(
        &[&call[..], &[HKQR, "--name", "A"]].concat(),
        2,
        &["--base", "--name", "cannot be used with"],
    );
    let wrong = HKQR.replace("A498", "A499");
    check_refusal(&[&call[..], &[&wrong]].concat(), 1, &["CRC"]);
    check_refusal(&[&call[..], &["not data objects"]].concat(), 1, &["expected the two digits of an ID"]);
    check_refusal(&[&call[..], &[WORKED]].concat(), 1, &["org.upqr."]);
}

#[test]
fn a_name_outside_ascii_is_a_usage_error_that_names_the_other_option() {
    let call = ["unify", "--native", ALIPAY_STATIC, "--mcc", "5812"];
    let named = |name, city| [&call[..], &["--name", name, "--city", city]].concat();
    check_refusal(&named("幸运面馆", "SHANGHAI"), 2, &["--name", "--local-name"]);
    check_refusal(&named("LUCKY NOODLES", "上海"), 2, &["--city", "--local-city"]);
    check_refusal(&named("Lücky", "SHANGHAI"), 2, &["--local-name"]);
}

#[test]
fn values_that_break_their_format_are_refused() {
    for (flag, value) in [
        ("--amount", "25,50"),
        ("--amount", "25.505"),
        ("--amount", "-1"),
        ("--amount", ""),
        ("--country", "China"),
        ("--postal-code", "12345678901"),
        ("--local-name", ""),
        ("--reference", "far too long to be a reference label"),
        ("--bill", "帳單"),
        ("--expires", "99999999999"),
    ] {
        check_refusal(&unify(&[&format!("{flag}={value}")]), 2, &[flag]);
    }
    check_refusal(&unify(&["--currency", "YUAN"]), 2, &["--currency", "CNY"]);
    check_refusal(&unify(&["--expires", "tomorrow"]), 2, &["--expires"]);
    check_refusal(&unify(&["--local-city", "上海"]), 2, &["--local-name"]);
    check_refusal(&["unify", "--native", ALIPAY_STATIC, "--name", "A"], 2, &["--city", "--mcc", "--base"]);
}

#[test]
fn codes_that_do_not_go_into_a_payload_are_refused_with_the_reason() {
    let call = |native| [&["unify", "--native", native], &MERCHANT[..]].concat();
    check_refusal(&call("two cups of tea"), 1, &["--network"]);
    check_refusal(&call(""), 1, &["found nothing"]);
    check_refusal(&call(HKQR), 1, &["EMV payload", "base"]);
    let mixed = ["--native", WECHAT, "--native", "134650328919428540"];
    check_refusal(&[&["unify"][..], &mixed, &MERCHANT].concat(), 2, &["one kind at a time"]);
    check_refusal(&["unify", "--native", "134650328919428540", "--base", HKQR], 1, &["payment code"]);
}

#[test]
fn a_network_can_be_chosen_where_no_family_claims_a_code() {
    let call = |native, key| [&["unify", "--native", native, "--network", key], &MERCHANT[..]].concat();
    let payload = unified(&call("wxp://a-later-shape", "wechat"));
    assert!(payload.contains("0015org.upqr.wechat0102050213a-later-shape"), "{payload}");
    check(&["restore", &payload], 0, "wxp://a-later-shape\n");
    check_refusal(&call("wxp://a-later-shape", "newpay"), 2, &["wechat", "alipay", "unionpay"]);
    // A choice that no code of the call can take is a mistake, and not to be passed over.
    check_refusal(&call(WECHAT, "alipay"), 1, &["expected a network that the code's candidates name"]);
}

#[test]
fn payment_codes_take_the_consumer_presented_form() {
    let wechat = "134650328919428540";
    let alipay = "28763443825664394";
    let payload = unified(&["unify", "--native", wechat]);
    assert_eq!(payload, "hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoVA");
    let both = unified(&["unify", "--native", alipay, "--native", wechat]);
    check(&["restore", &both], 0, &format!("{alipay}\n{wechat}\n"));
    check(&["restore", &both, "--network", "wechat"], 0, &format!("{wechat}\n"));
    check_refusal(&["restore", &both, "--network", "ecny"], 4, &["no such code"]);
    check_refusal(&["restore", &both, "--base"], 2, &["neither a base"]);
    check_refusal(&["unify", "--native", wechat, "--native", wechat], 1, &["different networks"]);
    // The choice is for the code that nobody settles, whatever stands beside it.
    let chosen = unified(&["unify", "--native", wechat, "--native", "165432100000000018", "--network", "qq"]);
    check(&["restore", &chosen, "--network", "qq"], 0, "165432100000000018\n");
}

#[test]
fn restore_gives_one_code_a_line_and_can_pick_a_network() {
    check(&["restore", WORKED], 0, &format!("{WECHAT}\n{ALIPAY}\n{ECNY}\n"));
    check(&["restore", WORKED, "--network", "alipay"], 0, &format!("{ALIPAY}\n"));
    check_refusal(&["restore", WORKED, "--network", "unionpay"], 4, &["UnionPay"]);
    check_refusal(&["restore", WORKED, "--network", "newpay"], 2, &["wechat"]);
    check_refusal(&["restore", WORKED, "--network", "alipay", "--base"], 2, &["cannot be used with"]);
    check_refusal(&["restore", HKQR], 4, &["carries no code"]);
    check_refusal(&["restore", "two cups of tea"], 1, &["no EMV payload"]);
    check_refusal(&["restore", &HKQR[..40]], 1, &["expected"]);
    for input in [format!("{WORKED}\n"), format!("{WORKED}\r\n"), WORKED.to_owned()] {
        let ended = upqr_reads(&["restore", "-", "--network", "ecny"], input.as_bytes());
        assert_eq!((ended.code, ended.out), (0, format!("{ECNY}\n")), "{}", ended.err);
    }
}

#[test]
fn where_one_code_is_broken_none_is_printed_unless_a_network_is_asked_for() {
    let broken = with_crc(&WORKED.replace("0102010224bax", "0102XX0224bax")[..WORKED.len() - 4]);
    check_refusal(&["restore", &broken], 1, &["alipay", "form", "--network"]);
    assert!(!upqr(&["restore", &broken]).err.contains("bax0"), "a refusal repeats no code");
    check_refusal(&["restore", &broken, "--network", "alipay"], 1, &["form"]);
    check(&["restore", &broken, "--network", "ecny"], 0, &format!("{ECNY}\n"));
}

#[test]
fn codes_with_a_line_end_need_objects() {
    let two = ["--native", ALIPAY_STATIC, "--native", "https://p.example/a\n"];
    let payload = unified(&[&["unify"][..], &two, &MERCHANT].concat());
    check_refusal(&["restore", &payload], 1, &["--format ndjson"]);
    check(&["restore", &payload, "--network", "alipay"], 0, &format!("{ALIPAY_STATIC}\n"));
    let objects = upqr(&["restore", &payload, "--format", "ndjson"]).objects();
    let alipay = json!({"network": "alipay", "native": ALIPAY_STATIC});
    assert_eq!(objects, [alipay, json!({"network": "link", "native": "https://p.example/a\n"})]);
}

#[test]
fn restore_reads_a_file() {
    let folder = Folder::new();
    let file = folder.file("payload.txt", format!("{WORKED}\n").as_bytes());
    check(&["restore", &file, "--network", "ecny"], 0, &format!("{ECNY}\n"));
    let file = folder.file("binary", b"0002\xFF");
    check_refusal(&["restore", &file], 1, &["UTF-8"]);
}

#[test]
fn codes_of_other_conventions_are_asked_for() {
    let payload = with_crc(FOREIGN);
    check_refusal(&["restore", &payload], 4, &["--foreign"]);
    check(&["restore", &payload, "--foreign"], 0, "https://qr.alipay.com/fkx00000sampletea00001\n");
    check_refusal(&["restore", WORKED, "--foreign"], 4, &["no other convention"]);
    check_refusal(&["restore", &payload, "--foreign", "--base"], 2, &["cannot be used with"]);
}

#[test]
fn octets_that_are_not_text_come_back_as_they_were() {
    let json = r#"{"mode":"merchant-presented","merchant":{"name":"A","city":"B","category":"5812","country":"CN","currency":"156"},"accounts":[{"native_hex":"68747470733a2f2f702e6578616d706c652f80ff00"}]}"#;
    let payload = upqr_reads(&["encode", "-"], json.as_bytes()).out;
    let restored = upqr(&["restore", payload.trim_end()]);
    assert_eq!((restored.code, restored.octets), (0, b"https://p.example/\x80\xff\0\n".to_vec()));
}

/// What `decode` gives goes back in, whole or its `payment` alone, from a file or from standard input.
#[track_caller]
fn check_encode(payload: &str) {
    let decoded = upqr(&["decode", "--format", "json", "--show-values", "--payload", payload]).out;
    let value: Value = serde_json::from_str(&decoded).expect("JSON");
    let payment = serde_json::to_string(&value["payment"]).expect("JSON");
    let folder = Folder::new();
    for json in [&decoded, &payment] {
        let file = folder.file("payment.json", json.as_bytes());
        check(&["encode", &file], 0, &format!("{payload}\n"));
        let ended = upqr_reads(&["encode", "-"], json.as_bytes());
        assert_eq!((ended.code, ended.out), (0, format!("{payload}\n")), "{}", ended.err);
    }
    let masked = upqr(&["decode", "--format", "json", "--payload", payload]).out;
    let ended = upqr_reads(&["encode", "-"], masked.as_bytes());
    assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{masked}");
    assert!(ended.err.contains("--show-values"), "{}", ended.err);
}

#[test]
fn what_decode_gives_encode_takes() {
    check_encode(WORKED);
    check_encode(&unified(&["unify", "--native", ALIPAY_STATIC, "--base", HKQR]));
    check_encode(&unified(&["unify", "--native", "134650328919428540", "--native", "28763443825664394"]));
    let local = ["--local-name", "幸运面馆", "--local-city", "上海", "--bill", "B-1", "--terminal", "T-1"];
    check_encode(&unified(&unify(&local)));
    check_encode(&unified(&unify(&["--expires", "1800000000", "--not-before", "1790000000"])));
}

#[test]
fn encode_makes_canonical_what_was_not() {
    // Form 00 where 05 is shorter: a decoder restores it, an encoder would not write it.
    let base = WORKED.replace(
        "27530015org.upqr.alipay0102010224",
        "27750015org.upqr.alipay0102000246https://qr.alipay.com/",
    );
    let loose = with_crc(&base[..base.len() - 4]);
    let ended = upqr(&["decode", "--format", "json", "--show-values", &loose]);
    assert!(ended.out.contains("\"non-canonical\""), "{}", ended.out);
    assert_eq!(upqr_reads(&["encode", "-"], ended.out.as_bytes()).out, format!("{WORKED}\n"));
}

#[test]
fn json_that_is_no_payment_is_refused_with_its_place() {
    for (json, code, words) in [
        ("", 4, "empty"),
        ("   \n", 4, "empty"),
        ("{", 1, "line 1 column 1"),
        ("[]", 1, "JSON"),
        ("null", 1, "JSON"),
        ("{}", 1, "mode"),
        (r#"{"payment":null}"#, 1, "JSON"),
        (r#"{"mode":"merchant-presented","accounts":[]}"#, 1, "exactly one of `merchant` and `base`"),
        (r#"{"mode":"consumer-presented","codes":[{"digits":134650328919428540}]}"#, 1, "string"),
    ] {
        let ended = upqr_reads(&["encode", "-"], json.as_bytes());
        assert_eq!((ended.code, ended.out.as_str()), (code, ""), "{json}: {}", ended.err);
        assert!(ended.err.contains(words), "{json}: expected `{words}` in {}", ended.err);
    }
    // The whole object of a text that stands for no payment.
    let decoded = upqr(&["decode", "--format", "json", "--show-values", ALIPAY]).out;
    assert_eq!(upqr_reads(&["encode", "-"], decoded.as_bytes()).code, 1);
}

#[test]
fn every_exit_code_means_one_thing() {
    for command in ["decode", "check", "recognise", "roundtrip"] {
        let listing = |input: &[u8]| upqr_reads(&[command, "-"], input).code;
        let good: &[u8] = if command == "roundtrip" { ALIPAY_STATIC.as_bytes() } else { HKQR.as_bytes() };
        assert_eq!(listing(good), 0, "{command} of what conforms");
        assert_eq!(listing(b"\xFF\n"), 1, "{command} of what cannot be read");
        assert_eq!(listing(&[b"\xFF\n", good].concat()), 1, "{command}: one bad line is enough");
        assert_eq!(upqr(&[command]).code, 2, "{command} of nothing");
        assert_eq!(upqr(&[command, "-", "--format", "xml"]).code, 2, "{command} in no format");
        assert_eq!(upqr(&[command, "no-such-file.txt"]).code, 2, "{command} of a missing file");
        assert_eq!(listing(b""), 4, "{command} of an empty input");
        assert_eq!(listing(b"\n\r\n\n"), 4, "{command} of blank lines");
    }
    assert_eq!(upqr(&["check", WORKED]).code, 0, "a warning is no error");
    assert_eq!(upqr(&["check", &HKQR.replace("A498", "A499")]).code, 1, "a wrong CRC is one");
    assert_eq!(upqr(&["decode", &HKQR.replace("A498", "A499")]).code, 0, "it can be read all the same");
    assert_eq!(upqr(&["recognise", "--payload", "two cups of tea"]).code, 0, "unknown is an answer");
    assert_eq!(upqr(&["roundtrip", "--payload", "two cups of tea"]).code, 1, "a refusal");
    assert_eq!(upqr(&[]).code, 2);
    assert_eq!(upqr(&["explode"]).code, 2);
    assert_eq!(upqr(&["demo"]).code, 0);
}

#[test]
fn every_command_helps_with_examples() {
    for command in ["decode", "encode", "recognise", "unify", "restore", "roundtrip", "check"] {
        let help = upqr(&[command, "--help"]);
        assert_eq!((help.code, help.err.as_str()), (0, ""), "{command}");
        assert!(
            help.out.contains("Examples:") && help.out.contains(&format!("  upqr {command} ")),
            "{}",
            help.out
        );
    }
    let help = upqr(&["--help"]);
    for words in ["Exit codes", "0 ", "1 ", "2 ", "4 ", "--show-values", "demo", "decode", "restore"] {
        assert!(help.out.contains(words), "{words}: {}", help.out);
    }
    check(&["--version"], 0, concat!("upqr ", env!("CARGO_PKG_VERSION"), "\n"));
}
