//! Vectors of `check` about links: hosts that only look like those of the wallets, and links that two readers read in two ways.

use super::draft::{Claim, Draft, blocked, passed, warned};
use super::merchant::{carriage, ordinary};
use super::object::sealed;
use crate::vectors::{Level, Op, Risk};

/// A wallet's host, a code on it, and twins of the host: one for a letter or digit that looks like another, one with a Cyrillic or full-width character.
struct Wallet {
    key: &'static str,
    scheme: &'static str,
    host: &'static str,
    path: &'static str,
    twin: &'static str,
    foreign: &'static str,
}

const WALLETS: [Wallet; 6] = [
    Wallet {
        key: "alipay",
        scheme: "https",
        host: "qr.alipay.com",
        path: "/fkx00000noodlebar00007",
        twin: "qr.a1ipay.com",
        foreign: "qr.аlipay.com",
    },
    Wallet {
        key: "alipay-ds",
        scheme: "https",
        host: "ds.alipay.com",
        path: "/?scheme=alipayqr%3A%2F%2Fplatformapi%2Fstartapp%3FsaId%3D10000007%26qrcode%3Dhttps%253A%252F%252Fqr.alipay.com%252Ffkx00000noodlebar00007",
        twin: "ds.aIipay.com",
        foreign: "ds.alipаy.com",
    },
    Wallet {
        key: "alipay-render",
        scheme: "https",
        host: "render.alipay.com",
        path: "/p/s/ulink/?scheme=alipays%3A%2F%2Fplatformapi%2Fstartapp%3FsaId%3D10000007%26qrcode%3Dhttps%253A%252F%252Fqr.alipay.com%252Ffkx00000noodlebar00007",
        twin: "render.alipay.corn",
        foreign: "rеnder.alipay.com",
    },
    Wallet {
        key: "unionpay",
        scheme: "https",
        host: "qr.95516.com",
        path: "/00010000/62032500000000000000000000",
        twin: "qr.955l6.com",
        foreign: "qr.９5516.com",
    },
    Wallet {
        key: "ecny",
        scheme: "https",
        host: "qr.pbcdci.cn",
        path: "/005031050000078010721050000078010720007",
        twin: "qr.pbcdcl.cn",
        foreign: "qr.рbcdci.cn",
    },
    Wallet {
        key: "qq",
        scheme: "https",
        host: "qpay.qq.com",
        path: "/qr/6b1f00a7",
        twin: "qpay.qq.c0m",
        foreign: "qpаy.qq.com",
    },
];

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for wallet in WALLETS {
        let code = format!("{}://{}{}", wallet.scheme, wallet.host, wallet.path);
        let clean =
            link(&format!("host-{}", wallet.key), &format!("A code on {}", wallet.host), &code, passed(&[]));
        twins(&wallet, &clean, &mut drafts);
        carried(seed, &wallet, &mut drafts);
        drafts.push(clean);
    }
    links(&mut drafts);
    drafts
}

fn link(id: &str, title: &str, code: &str, claim: Claim) -> Draft {
    Draft {
        requirements: vec!["UPQR-REC-12", "UPQR-SEC-19"],
        flags: vec!["attack-09", "host", "uri"],
        ..Draft::composed(Op::Check, Level::Risk, id, title, code.as_bytes(), claim)
    }
}

fn twins(wallet: &Wallet, clean: &Draft, drafts: &mut Vec<Draft>) {
    let Wallet { key, scheme, host, path, twin, foreign } = wallet;
    let at = |authority: &str| format!("{scheme}://{authority}{path}");
    let (label, domain) = host.split_once('.').unwrap_or_default();
    let alike: &[&str] = &["look-alike-host"];
    let authority: &[&str] = &["url-authority"];
    let rows: Vec<(&str, &str, String, Claim)> = vec![
        ("suffix", "the host goes on", at(&format!("{host}.evil.example")), blocked(alike)),
        ("prefix", "another label stands before the host", at(&format!("pay-{host}")), blocked(alike)),
        ("hyphen", "hyphens stand for the points", at(&host.replace('.', "-")), blocked(alike)),
        (
            "hyphen-suffix",
            "the host is one label of another",
            at(&format!("{}.example", host.replace('.', "-"))),
            blocked(alike),
        ),
        ("twin", "a character is one that looks like it", at(twin), blocked(alike)),
        ("foreign", "a character is one of another script", at(foreign), blocked(authority)),
        (
            "trailing-dot",
            "a point stands behind the host",
            at(&format!("{host}.")),
            blocked(&["look-alike-host", "url-trailing-dot"]),
        ),
        ("user", "a user stands before the host", at(&format!("pay@{host}")), blocked(authority)),
        (
            "as-user",
            "the host is the user of another",
            at(&format!("{host}@evil.example")),
            blocked(authority),
        ),
        (
            "as-password",
            "the host is the password of another",
            at(&format!("pay:{host}@evil.example")),
            blocked(authority),
        ),
        ("port", "a port stands behind the host", at(&format!("{host}:443")), blocked(authority)),
        (
            "port-other",
            "a port of another service stands behind the host",
            at(&format!("{host}:8443")),
            blocked(authority),
        ),
        (
            "backslash",
            "a backslash stands before another host",
            at(&format!("{host}\\@evil.example")),
            blocked(authority),
        ),
        (
            "percent-slash",
            "an encoded slash stands in the authority",
            at(&format!("{host}%2f.evil.example")),
            blocked(authority),
        ),
        (
            "percent-at",
            "an encoded @ stands in the authority",
            at(&format!("{host}%40evil.example")),
            blocked(authority),
        ),
        (
            "percent-letter",
            "a letter of the host is encoded",
            at(&host.replacen('.', "%2e", 1)),
            blocked(authority),
        ),
        (
            "wide-dot",
            "an ideographic full stop stands for a point",
            at(&host.replacen('.', "。", 1)),
            blocked(authority),
        ),
        (
            "full-width-dot",
            "a full-width full stop stands for a point",
            at(&format!("{label}．{domain}")),
            blocked(authority),
        ),
        (
            "soft-hyphen",
            "a soft hyphen hides in the host",
            at(&host.replacen('.', "\u{AD}.", 1)),
            blocked(authority),
        ),
        (
            "login",
            "the path is another page of the host",
            format!("{scheme}://{host}/login"),
            blocked(&["not-a-payment-code"]),
        ),
        (
            "bare",
            "there is nothing behind the host",
            format!("{scheme}://{host}"),
            blocked(&["not-a-payment-code"]),
        ),
        (
            "one-slash",
            "one slash is missing",
            format!("{scheme}:/{host}{path}"),
            blocked(&["not-a-payment-code"]),
        ),
        (
            "three-slashes",
            "a third slash makes the authority empty",
            format!("{scheme}:///{host}{path}"),
            blocked(&["url-parsers-differ"]),
        ),
        (
            "blank",
            "a blank stands behind the code",
            format!("{}\u{20}", at(host)),
            blocked(&["white-space-around"]),
        ),
        (
            "tab",
            "a tabulator stands in the scheme",
            at(host).replacen("tp", "t\tp", 1),
            blocked(&["not-a-payment-code"]),
        ),
    ];
    for (slug, change, input, claim) in rows {
        drafts.push(Draft {
            flags: vec!["attack-09", "host", "uri"],
            risk: vec![Risk::Misroute],
            ..Draft::mutant(clean, &format!("host-{key}-{slug}"), change, input.as_bytes(), claim)
        });
    }
    let plain = at(host).replacen("https", "http", 1);
    let claim = if *key == "qq" {
        warned(&["url-plain-http"])
    } else {
        blocked(&["not-a-payment-code", "url-plain-http"])
    };
    drafts.push(Draft {
        flags: vec!["attack-09", "host", "uri"],
        risk: vec![Risk::Misroute],
        ..Draft::mutant(
            clean,
            &format!("host-{key}-http"),
            "the link is not encrypted",
            plain.as_bytes(),
            claim,
        )
    });
    // Only the parts that a grammar fixes without `%s` may change case: the scheme and the host.
    let upper = at(&host.to_uppercase()).replacen("https", "HTTPS", 1);
    drafts.push(Draft {
        title: format!("The scheme and the host {host} in upper case are the same host"),
        flags: vec!["attack-09", "host", "letter-case", "uri"],
        ..Draft::mutant(
            clean,
            &format!("host-{key}-upper"),
            "the scheme and the host are in upper case",
            upper.as_bytes(),
            passed(&[]),
        )
    });
}

/// A twin of the host in an account of the network `link`, where it looks like any other link.
fn carried(seed: u64, wallet: &Wallet, drafts: &mut Vec<Draft>) {
    let parent = ordinary(seed);
    let clean = super::check_crc::clean(&parent);
    let native = format!("{}://{}.x.example/7", wallet.scheme, wallet.host);
    let objects = parent.with("04", &[carriage("26", "link", "00", &native)]);
    drafts.push(Draft {
        level: Level::Risk,
        requirements: vec!["UPQR-DSP-6", "UPQR-REC-12"],
        flags: vec!["attack-09", "host", "link"],
        risk: vec![Risk::Misroute],
        ..Draft::mutant(
            &clean,
            &format!("host-{}-carried", wallet.key),
            &format!("the account is a link to a host that begins with {}", wallet.host),
            sealed(&objects).as_bytes(),
            blocked(&["look-alike-host"]),
        )
    });
}

/// Links of nobody known.
fn links(drafts: &mut Vec<Draft>) {
    let clean = Draft {
        claim: warned(&["link-payee"]),
        ..link(
            "link-plain",
            "A link does not say who is paid",
            "https://noodle.example/pay?m=7",
            warned(&["link-payee"]),
        )
    };
    let many: Vec<String> = (0..65).map(|number| format!("&p{number}={number}")).collect();
    let many = many.concat();
    let same = "&m=7".repeat(2_000);
    let long = format!("https://noodle.example/pay?m={}", "7".repeat(2_040));
    let rows: Vec<(&str, &str, String, Claim, &[&'static str])> = vec![
        (
            "twice",
            "a parameter stands twice",
            "https://noodle.example/pay?m=7&m=8".into(),
            blocked(&["duplicate-parameter"]),
            &["attack-03", "field-12"],
        ),
        (
            "twice-same",
            "a parameter stands twice with one value",
            "https://noodle.example/pay?m=7&m=7".into(),
            blocked(&["duplicate-parameter"]),
            &["attack-03", "field-12"],
        ),
        (
            "twice-empty",
            "a parameter stands twice, once without a value",
            "https://noodle.example/pay?m&m=7".into(),
            blocked(&["duplicate-parameter"]),
            &["attack-03"],
        ),
        (
            "twice-case",
            "a parameter stands twice in two cases",
            "https://noodle.example/pay?m=7&M=7".into(),
            warned(&["link-payee"]),
            &["attack-03"],
        ),
        (
            "two-thousand",
            "a parameter stands 2001 times",
            format!("https://noodle.example/pay?m=7{same}"),
            blocked(&["duplicate-parameter", "parameters-many"]),
            &["attack-03", "attack-19"],
        ),
        (
            "many",
            "there are 66 parameters",
            format!("https://noodle.example/pay?m=7{many}"),
            warned(&["parameters-many"]),
            &["attack-19"],
        ),
        ("long", "the link has more than 2048 bytes", long, warned(&["parameters-many"]), &["attack-19"]),
        (
            "user",
            "a user stands before the host",
            "https://m@noodle.example/pay".into(),
            blocked(&["url-authority"]),
            &["attack-09"],
        ),
        (
            "percent",
            "the host holds a percent sign",
            "https://noodle%2eexample/pay".into(),
            blocked(&["url-authority"]),
            &["attack-09"],
        ),
        (
            "ideographs",
            "the host is not ASCII",
            "https://面.example/pay".into(),
            blocked(&["url-authority"]),
            &["attack-09"],
        ),
        (
            "punycode",
            "the host is an internationalised one",
            "https://xn--p8s.example/pay".into(),
            warned(&["url-internationalised"]),
            &["attack-09"],
        ),
        (
            "trailing-dot",
            "a point stands behind the host",
            "https://noodle.example./pay".into(),
            warned(&["url-trailing-dot"]),
            &["attack-09"],
        ),
        (
            "http",
            "the link is not encrypted",
            "http://noodle.example/pay".into(),
            warned(&["url-plain-http"]),
            &["attack-09"],
        ),
        (
            "ipv4",
            "the host is an address",
            "https://192.0.2.7/pay".into(),
            warned(&["url-ip-host"]),
            &["attack-09"],
        ),
        (
            "ipv6",
            "the host is an address in brackets",
            "https://[2001:db8::7]/pay".into(),
            warned(&["url-ip-host"]),
            &["attack-09"],
        ),
        (
            "number",
            "the host is one number",
            "https://3221225991/pay".into(),
            blocked(&["url-ip-host"]),
            &["attack-09"],
        ),
        (
            "dots",
            "the path goes up",
            "https://noodle.example/pay/../login".into(),
            warned(&["url-path-trick"]),
            &["attack-09"],
        ),
        (
            "percent-path",
            "the path holds an encoded slash",
            "https://noodle.example/pay%2flogin".into(),
            warned(&["url-path-trick"]),
            &["attack-09"],
        ),
        (
            "backslash-path",
            "the path holds a backslash",
            "https://noodle.example/pay\\login".into(),
            warned(&["url-path-trick"]),
            &["attack-09"],
        ),
        (
            "script",
            "the scheme is another one",
            "javascript:alert(1)".into(),
            blocked(&["not-a-payment-code"]),
            &["attack-18"],
        ),
        (
            "data",
            "the link is a page of its own",
            "data:text/html,pay".into(),
            blocked(&["not-a-payment-code"]),
            &["attack-18"],
        ),
        (
            "bidi",
            "a change of direction stands in the path",
            "https://noodle.example/pay\u{202E}gpj".into(),
            blocked(&["text-bidi"]),
            &["attack-08", "attack-09"],
        ),
        (
            "nul",
            "the character NUL stands in the path",
            "https://noodle.example/pay\0.png".into(),
            blocked(&["text-control"]),
            &["attack-08", "attack-09"],
        ),
    ];
    for (slug, change, input, claim, flags) in rows {
        drafts.push(Draft {
            flags: [&["uri"], flags].concat(),
            risk: vec![Risk::Misroute],
            ..Draft::mutant(&clean, &format!("link-{slug}"), change, input.as_bytes(), claim)
        });
    }
    drafts.push(clean);
}
