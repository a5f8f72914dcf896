//! `upqr keygen`, `upqr sign` and `upqr verify`, as a shell calls them.

#![allow(clippy::indexing_slicing, clippy::panic, reason = "a test ends where its expectation does not hold")]

use std::fs;

mod call;

use call::{Ended, Folder, upqr, upqr_reads};

const ALIPAY: &str = "https://qr.alipay.com/fkx00000synthetic00aaa";
const AS_OF: &str = "1795000000";
const NO_ROOT: &str = "warning: nothing proves the trust list: whoever can change the file decides which keys are trusted; sign it with `upqr sign --trust-list` and give `--trust-root`\n";

/// A key, its trust list, and a payload that it signed.
struct Shop {
    folder: Folder,
    key: String,
    list: String,
    signed: String,
}

#[track_caller]
fn good(ended: Ended) -> String {
    assert_eq!(ended.code, 0, "{}", ended.err);
    ended.out
}

fn payload() -> String {
    good(upqr(&[
        "unify",
        "--native",
        ALIPAY,
        "--name",
        "LUCKY NOODLES",
        "--city",
        "SHANGHAI",
        "--mcc",
        "5812",
    ]))
}

fn shop(algorithm: &str) -> Shop {
    let folder = Folder::new();
    let key = folder.path().join("till.pem").to_str().expect("UTF-8").to_owned();
    let row = good(upqr(&["keygen", "--alg", algorithm, "--output", &key, "--name", "till 4"]));
    let list = folder.file("trust.toml", format!("version = 3\nissued = 1790000000\n{row}").as_bytes());
    let signed = good(upqr_reads(&["sign", "--key", &key, "--alg", algorithm, "-"], payload().as_bytes()));
    Shop { folder, key, list, signed: signed.trim_end().to_owned() }
}

#[test]
fn what_a_key_signs_its_list_verifies() {
    for algorithm in ["es256", "ed25519", "sm2"] {
        let shop = shop(algorithm);
        let ended = upqr(&["verify", "--trust", &shop.list, "--as-of", AS_OF, &shop.signed]);
        assert_eq!((ended.code, ended.err.as_str()), (0, NO_ROOT));
        let id = ended.out.split(", ").nth(1).expect("a key ID").trim_end_matches(")\n");
        assert_eq!(ended.out, format!("1  valid  till 4 ({algorithm}, {id})\n"));
        let ended = upqr(&[
            "verify",
            "--trust",
            &shop.list,
            "--as-of",
            "2026-11-18",
            "--format",
            "ndjson",
            &shop.signed,
        ]);
        let expected = format!(
            "{{\"line\":1,\"as_of\":1794960000,\"state\":\"valid\",\"key\":{{\"name\":\"till 4\",\"id\":\"{id}\",\"algorithm\":\"{algorithm}\"}},\
             \"always_signed\":false,\"reasons\":[],\"error\":null}}\n"
        );
        assert_eq!(ended.out, expected);
        assert_eq!(good(upqr(&["restore", &shop.signed])), format!("{ALIPAY}\n"));
    }
}

#[test]
fn every_line_has_its_state_and_the_worst_decides() {
    let shop = shop("ed25519");
    let changed = shop.signed.replace("SHANGHAI", "SHANGHAJ");
    let lines = format!("{}\n{}{changed}\nno payload\n", shop.signed, payload());
    let ended = upqr_reads(&["verify", "--trust", &shop.list, "--as-of", AS_OF, "-"], lines.as_bytes());
    assert_eq!(ended.code, 1);
    let shown: Vec<&str> = ended.out.lines().map(str::trim_start).collect();
    assert!(shown[0].starts_with("1  valid  till 4 (ed25519, "), "{}", shown[0]);
    assert_eq!(
        shown[1..],
        [
            "2  absent",
            "no signature template stands in the payload",
            "3  invalid",
            "the checksum is not right, in upper case and last",
            "4  id at byte 0: expected the two digits of an ID, found `n`",
        ]
    );
}

#[test]
fn a_list_without_the_key_knows_nobody() {
    let (shop, other) = (shop("es256"), shop("es256"));
    let ended =
        upqr(&["verify", "--trust", &other.list, "--as-of", AS_OF, "--format", "ndjson", &shop.signed]);
    let object = &ended.objects()[0];
    assert_eq!((ended.code, object["state"].as_str()), (1, Some("unknown-key")));
    assert_eq!(object["reasons"][0]["code"], "not-listed");
    assert_eq!(object["key"], serde_json::Value::Null);
}

#[test]
fn a_list_is_signed_and_never_goes_back() {
    let shop = shop("es256");
    let root = shop.folder.path().join("root.pem").to_str().expect("UTF-8").to_owned();
    good(upqr(&["keygen", "--alg", "ed25519", "--output", &root]));
    let root_public = format!("{root}.pub");
    let seen = shop.folder.path().join("seen.txt").to_str().expect("UTF-8").to_owned();
    let sign_list = || good(upqr(&["sign", "--key", &root, "--trust-list", &shop.list]));
    let verify = || {
        let call = [
            "verify",
            "--trust",
            &shop.list,
            "--trust-root",
            &root_public,
            "--seen",
            &seen,
            "--as-of",
            AS_OF,
        ];
        upqr(&[&call[..], &[shop.signed.as_str()]].concat())
    };
    let ended = verify();
    assert_eq!(
        (ended.code, ended.err),
        (2, format!("error: cannot read `{}.sig`: there is no such file\n", shop.list))
    );
    let said = sign_list();
    assert!(said.starts_with(&format!("{}.sig: version 3 with 1 keys, signed by ", shop.list)), "{said}");
    let ended = verify();
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(fs::read_to_string(&seen).expect("a file").ends_with(" 3\n"));

    let third = fs::read_to_string(&shop.list).expect("a list");
    fs::write(&shop.list, third.replace("version = 3", "version = 4")).expect("it can be written");
    let ended = verify();
    let expected = format!(
        "error: `{}`: signature of the trust list: expected one over the bytes of this list, found another\n",
        shop.list
    );
    assert_eq!((ended.code, ended.err), (2, expected));
    sign_list();
    assert_eq!(verify().code, 0);
    assert!(fs::read_to_string(&seen).expect("a file").ends_with(" 4\n"));

    fs::write(&shop.list, third).expect("it can be written");
    sign_list();
    let ended = verify();
    let expected = format!(
        "error: `{}`: trust list: expected version 4 or a later one, which was seen before, found version 3\n",
        shop.list
    );
    assert_eq!((ended.code, ended.err), (2, expected));
    assert!(fs::read_to_string(&seen).expect("a file").ends_with(" 4\n"), "nothing goes back");

    fs::write(&seen, "").expect("it can be written");
    let ended = verify();
    let expected = format!(
        "error: `{seen}`: it is empty, so that a version that was seen is lost: remove the file to begin anew\n"
    );
    assert_eq!((ended.code, ended.err), (2, expected));
}

#[test]
fn keys_stay_where_they_are() {
    let shop = shop("es256");
    let pem = fs::read_to_string(&shop.key).expect("a key");
    assert!(pem.starts_with("For tests only: made by `upqr keygen`, and not protected by anything but its permissions.\n-----BEGIN PRIVATE KEY-----\n"));
    let secret = pem.lines().nth(2).expect("base64");
    let ended = upqr(&["keygen", "--alg", "es256", "--output", &shop.key]);
    let expected =
        format!("error: cannot write `{}`: it is there already, and a key is never written over\n", shop.key);
    assert_eq!((ended.code, ended.err), (2, expected));
    assert_eq!(fs::read_to_string(&shop.key).expect("a key"), pem);

    // No half of a pair is left behind, whichever was there before.
    let public = format!("{}.pub", shop.key);
    let half = fs::read_to_string(&public).expect("a key");
    fs::remove_file(&public).expect("it is there");
    assert_eq!(upqr(&["keygen", "--alg", "es256", "--output", &shop.key]).code, 2);
    assert!(fs::metadata(&public).is_err(), "no public key of another private one");
    fs::write(&public, &half).expect("a folder of the test");
    let away = format!("{}.away", shop.key);
    fs::rename(&shop.key, &away).expect("it is there");
    assert_eq!(upqr(&["keygen", "--alg", "es256", "--output", &shop.key]).code, 2);
    assert!(fs::metadata(&shop.key).is_err(), "no private key without its public one");
    fs::rename(&away, &shop.key).expect("it is there");

    // A key in place of its file's name is not repeated.
    let ended = upqr(&["sign", "--key", &pem, "000201"]);
    let expected = "error: a key is read from its file alone: give the file's name, and make a new key, since this one stood in a command\n";
    assert_eq!((ended.code, ended.err.as_str()), (2, expected));

    for call in [
        ["verify", "--trust", &shop.list, "--trust-root", &shop.key, "--as-of", AS_OF],
        ["sign", "--key", &shop.list, "--alg", "es256", "--format", "ndjson"],
        ["sign", "--key", &shop.key, "--alg", "sm2", "--format", "ndjson"],
        ["verify", "--trust", &shop.key, "--as-of", AS_OF, "--format", "ndjson"],
    ] {
        let ended = upqr(&[&call[..], &[shop.signed.as_str()]].concat());
        assert_eq!(ended.code, 2, "{call:?}: {}", ended.err);
        assert!(!ended.err.contains(secret) && !ended.out.contains(secret), "{call:?}: {}", ended.err);
    }
    let ended = upqr(&["sign", "--key", &shop.key, "--alg", "sm2", &shop.signed]);
    assert_eq!(ended.err, "error: the key is for es256 alone, and `--alg` says sm2\n");
    let ended = upqr(&["verify", "--trust", &shop.list, "--trust-root", &shop.key, &shop.signed]);
    let expected = format!(
        "error: `{}`: it holds a private key: give the public one, and keep this one where nobody else reads it\n",
        shop.key
    );
    assert_eq!(ended.err, expected);
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = shop("sm2");
    let mode = fs::metadata(&shop.key).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::set_permissions(&shop.key, fs::Permissions::from_mode(0o644)).expect("its owner may");
    let ended = upqr_reads(&["sign", "--key", &shop.key, "-"], payload().as_bytes());
    assert_eq!((ended.code, ended.out.trim_end()), (0, shop.signed.as_str()), "the same bytes each time");
    let expected = format!(
        "warning: others than its owner may use the private key in `{0}` (mode 644): `chmod 600 {0}`\n",
        shop.key
    );
    assert_eq!(ended.err, expected);
}

#[test]
fn what_is_not_signed_is_said() {
    let shop = shop("es256");
    let lines = format!("{}\nno payload\n{}", shop.signed, payload());
    let ended = upqr_reads(&["sign", "--key", &shop.key, "-"], lines.as_bytes());
    assert_eq!(ended.code, 1);
    assert_eq!(ended.out, format!("{}\n", shop.signed));
    assert_eq!(
        ended.err,
        "error: 1: byte 0: expected a payload without a signature, found one: sign what it was made from\n\
         error: 2: byte 0: expected the two digits of an ID, found `n`\n"
    );
    let ended = upqr_reads(&["sign", "--key", &shop.key, "--format", "ndjson", "-"], lines.as_bytes());
    let objects = ended.objects();
    assert_eq!(objects[0]["error"]["code"], "refused");
    assert_eq!(objects[1]["error"]["code"], "id");
    assert_eq!(objects[2]["payload"], shop.signed.as_str());
    assert_eq!(objects[2]["algorithm"], "es256");
}

#[test]
fn a_call_that_lacks_something_says_what() {
    let shop = shop("es256");
    let ended = upqr(&["verify", "--trust", &shop.list, "--as-of", "tomorrow", &shop.signed]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.err.contains(
            "expected Unix seconds, a day such as 2027-01-01, or a time such as 2027-01-01T12:00:00Z"
        ),
        "{}",
        ended.err
    );
    let ended = upqr(&["sign", "--key", &shop.key]);
    assert_eq!(ended.code, 2);
    let empty = shop.folder.file("empty.toml", b"");
    let ended = upqr(&["verify", "--trust", &empty, &shop.signed]);
    assert_eq!(ended.code, 2);
    let fault = "trust list: expected the members of the schema; line 1: missing field `version`";
    assert_eq!(ended.err, format!("{NO_ROOT}error: `{empty}`: {fault}\n"));
}
