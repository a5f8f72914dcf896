//! Vectors of `recognise`: each grammar of clause 7.1 at its edges, one step beyond them, and under hints.

use super::dice::Dice;
use super::draft::{Claim, Draft};
use super::wallets::{Native, natives};
use crate::vectors::{Level, Op, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    payment_codes(seed, &mut drafts);
    foreign_digits(&mut drafts);
    links(&natives(seed), &mut drafts);
    hints(&mut drafts);
    drafts
}

fn composed(id: &str, title: &str, text: &str, claim: Claim) -> Draft {
    Draft {
        requirements: vec!["UPQR-REC-1", "UPQR-REC-5", "UPQR-REC-6"],
        ..Draft::composed(Op::Recognise, Level::Shape, id, title, text.as_bytes(), claim)
    }
}

/// What clauses 7.1 and 7.2 say of a text of ASCII digits.
fn claim_of(digits: &str) -> Claim {
    let count = digits.len();
    let head: u32 = digits.get(..2).and_then(|head| head.parse().ok()).unwrap_or(99);
    let mut families = Vec::new();
    let mut known = false;
    if (10..=15).contains(&head) && count == 18 {
        families.push("wechat-authcode");
        known = true;
    }
    if (25..=30).contains(&head) && (16..=24).contains(&count) {
        families.push("alipay-authcode");
        known = true;
    }
    let mut set_aside = false;
    if (25..=30).contains(&head) && (17..=32).contains(&count) {
        families.push("alipayplus-cpm");
        match count {
            17..=19 => known |= head == 28,
            24 => known |= digits.get(6..8) == Some("02"),
            _ => set_aside = true,
        }
    }
    if head == 62 && count == 19 {
        families.push("unionpay-cpm19");
        known = true;
    }
    if head == 1 && count == 19 {
        families.push("ecny-authcode");
        known = true;
    }
    let verdict = if known {
        "recognised"
    } else if set_aside {
        "reserved"
    } else {
        "unknown"
    };
    Claim::Families(verdict, families)
}

fn payment_codes(seed: u64, drafts: &mut Vec<Draft>) {
    let rows: [(&str, &[&str], &[usize], usize, &[usize]); 4] = [
        ("wechat", &["10", "12", "15"], &[18], 18, &[17, 19]),
        ("alipay", &["25", "28", "29", "30"], &[16, 17, 19, 20, 24, 25, 32], 16, &[15, 33]),
        ("unionpay", &["62"], &[19], 19, &[18, 20]),
        ("ecny", &["01"], &[19], 19, &[18, 20]),
    ];
    for (key, heads, good, whole, bad) in rows {
        for head in heads {
            let code = |count: usize| {
                let mut dice = Dice::of(seed, &format!("code-{head}-{count}"));
                format!("{head}{}", dice.digits(count.saturating_sub(2)))
            };
            let name = |count: usize| format!("code-{key}-{head}-{count}");
            let mut put = |count: usize| {
                let digits = code(count);
                let draft = composed(
                    &name(count),
                    &format!("{count} digits from {head}"),
                    &digits,
                    claim_of(&digits),
                );
                drafts.push(Draft { flags: vec!["attack-18", "payment-code"], ..draft });
            };
            for count in good {
                put(*count);
            }
            let parent = composed(&name(whole), "", "", Claim::Accepted(None));
            for count in bad {
                let digits = code(*count);
                drafts.push(Draft {
                    flags: vec!["attack-04", "payment-code"],
                    risk: vec![Risk::Misroute],
                    ..Draft::mutant(
                        &parent,
                        &name(*count),
                        &format!("there are {count} digits"),
                        digits.as_bytes(),
                        claim_of(&digits),
                    )
                });
            }
        }
    }
    for (head, key, whole) in [
        ("09", "wechat-10", 18_usize),
        ("16", "wechat-15", 18),
        ("19", "wechat-15", 18),
        ("24", "alipay-25", 16),
        ("31", "alipay-30", 16),
        ("61", "unionpay-62", 19),
        ("63", "unionpay-62", 19),
        ("00", "ecny-01", 19),
        ("02", "ecny-01", 19),
    ] {
        let digits =
            format!("{head}{}", Dice::of(seed, &format!("beyond-{head}")).digits(whole.saturating_sub(2)));
        let parent = composed(&format!("code-{key}-{whole}"), "", "", Claim::Accepted(None));
        drafts.push(Draft {
            flags: vec!["payment-code"],
            risk: vec![Risk::Misroute],
            ..Draft::mutant(
                &parent,
                &format!("code-beyond-{head}"),
                &format!("the first two digits are {head}"),
                digits.as_bytes(),
                claim_of(&digits),
            )
        });
    }
}

/// Payment codes with one thing that is no ASCII digit.
fn foreign_digits(drafts: &mut Vec<Draft>) {
    let codes = [
        ("wechat", "135790246813579027"),
        ("alipay", "2557902468135790"),
        ("unionpay", "6257902468135790247"),
        ("ecny", "0157902468135790247"),
    ];
    for (key, code) in codes {
        let parent =
            composed(&format!("digits-{key}"), &format!("A payment code of {key}"), code, claim_of(code));
        let (head, tail) = code.split_at(9);
        let rest = tail.get(1..).unwrap_or_default();
        let rows = [
            ("full-width", "a digit is full-width", format!("{head}７{rest}")),
            ("arabic", "a digit is Arabic-Indic", format!("{head}٧{rest}")),
            ("devanagari", "a digit is Devanagari", format!("{head}७{rest}")),
            ("mathematical", "a digit is a mathematical one", format!("{head}𝟕{rest}")),
            ("letter-o", "a digit is the letter O", format!("{head}O{rest}")),
            ("blank", "a blank stands among the digits", format!("{head} {tail}")),
            ("hyphen", "a hyphen stands among the digits", format!("{head}-{tail}")),
            ("line-feed", "a line feed stands behind the digits", format!("{code}\n")),
            ("blank-before", "a blank stands before the digits", format!(" {code}")),
            ("nul", "the character NUL stands behind the digits", format!("{code}\0")),
            ("point", "the code is a number with a point", format!("{code}.0")),
            ("exponent", "the code is a number with an exponent", format!("{head}.{rest}e17")),
        ];
        for (slug, change, text) in rows {
            drafts.push(Draft {
                requirements: vec!["UPQR-REC-2", "UPQR-REC-7", "UPQR-CNF-3"],
                flags: vec!["attack-08", "digits-script", "payment-code"],
                risk: vec![Risk::Misroute],
                ..Draft::mutant(
                    &parent,
                    &format!("digits-{key}-{slug}"),
                    change,
                    text.as_bytes(),
                    Claim::Families("unknown", vec![]),
                )
            });
        }
        drafts.push(parent);
    }
}

/// The families of a native code, from its kind alone.
fn families(native: &Native) -> Vec<&'static str> {
    let own = match native.key {
        "wechat-order" | "wechat-up" | "wechat-s" => "wechat-native2",
        "wechat-mode-1" => "wechat-native1",
        "wechat-personal" | "wechat-personal-long" => "wechat-f2f",
        "alipay-static" | "alipay-order" | "alipay-upper" | "alipay-mixed" => "alipay-qr",
        "ecny" | "ecny-upper" => "ecny",
        "unionpay-static" | "unionpay-order" | "unionpay-upper" => "unionpay-url",
        "qq" | "qq-http" => "qqpay",
        _ => return vec!["aggregate"],
    };
    if native.network == "wechat" { vec![own] } else { vec![own, "aggregate"] }
}

/// The codes of wallets as links: each as it is, and one step off its grammar.
fn links(natives: &[Native], drafts: &mut Vec<Draft>) {
    for native in natives.iter().filter(|native| native.network != "link") {
        let text = &native.text;
        let parent = Draft {
            flags: vec!["uri"],
            ..composed(
                &format!("link-{}", native.key),
                &format!("A code of {}: {}", native.network, native.key),
                text,
                Claim::Families("recognised", families(native)),
            )
        };
        // A text with White_Space is no link at all; any other fault of an http or https link leaves the catch-all.
        let is_http = text.to_ascii_lowercase().starts_with("http");
        let left = || Claim::Families("unknown", if is_http { vec!["aggregate"] } else { vec![] });
        let none = || Claim::Families("unknown", vec![]);
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default();
        let mut rows = vec![
            ("line-feed", "a line feed stands behind the code", format!("{text}\n"), none()),
            ("blank-before", "a blank stands before the code", format!(" {text}"), none()),
            ("bom-before", "a byte-order mark stands before the code", format!("\u{FEFF}{text}"), none()),
            ("wide-colon", "the colon is a full-width one", text.replacen(':', "：", 1), none()),
            ("one-slash", "a slash is missing", text.replacen("//", "/", 1), none()),
            ("no-scheme", "the scheme is missing", rest.to_owned(), none()),
            (
                "ideographic",
                "an ideographic space stands in the code",
                format!("{scheme}://{host}\u{3000}{}", rest.get(host.len()..).unwrap_or_default()),
                none(),
            ),
        ];
        if is_http {
            rows.push((
                "suffix",
                "the host goes on",
                text.replacen(host, &format!("{host}.evil.example"), 1),
                left(),
            ));
            rows.push((
                "user",
                "a user stands before the host",
                text.replacen(host, &format!("pay@{host}"), 1),
                left(),
            ));
            rows.push((
                "port",
                "a port stands behind the host",
                text.replacen(host, &format!("{host}:443"), 1),
                left(),
            ));
            rows.push((
                "dot",
                "a point stands behind the host",
                text.replacen(host, &format!("{host}."), 1),
                left(),
            ));
            if !native.key.starts_with("qq") {
                rows.push(("http", "the scheme is http", format!("http://{rest}"), left()));
            }
        } else if native.key != "wechat-mode-1" {
            rows.push((
                "scheme-upper",
                "the scheme is in upper case",
                format!("{}://{rest}", scheme.to_uppercase()),
                none(),
            ));
            rows.push((
                "path-upper",
                "the path is in upper case",
                format!("{scheme}://{}", rest.to_uppercase()),
                none(),
            ));
        }
        let shorter = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
        match native.key {
            "ecny" | "ecny-upper" => {
                rows.push(("shorter", "a digit is lost", shorter.to_owned(), left()));
                rows.push(("longer", "a digit is added", format!("{text}7"), left()));
                rows.push(("query", "a query stands behind the digits", format!("{text}?a=1"), left()));
            }
            "wechat-personal" | "wechat-personal-long" => {
                rows.push(("shorter", "a character is lost", shorter.to_owned(), none()));
                rows.push(("longer", "a character is added", format!("{text}7"), none()));
                rows.push((
                    "other",
                    "the kind is 2",
                    text.replacen("f2f0", "f2f2", 1).replacen("f2f1", "f2f2", 1),
                    none(),
                ));
            }
            "qq" | "qq-http" => {
                rows.push(("shorter", "a digit is lost", shorter.to_owned(), left()));
                rows.push(("longer", "a digit is added", format!("{text}7"), left()));
                rows.push((
                    "upper",
                    "the digits are in upper case",
                    format!("{}{}", text.get(..text.len().saturating_sub(8)).unwrap_or_default(), "7A0C41F2"),
                    left(),
                ));
                rows.push(("letter", "a digit is the letter g", format!("{shorter}g"), left()));
            }
            "unionpay-static" | "unionpay-order" => {
                rows.push((
                    "shorter",
                    "three digits of 28 are lost",
                    text.get(..text.len().saturating_sub(3)).unwrap_or_default().to_owned(),
                    left(),
                ));
                rows.push(("longer", "five digits are added to 28", format!("{text}77777"), left()));
            }
            "alipay-static" => {
                rows.push(("shorter", "a character is lost", shorter.to_owned(), left()));
                rows.push(("longer", "three characters are added to 14", format!("{text}777"), left()));
                rows.push(("no-x", "the third character is no x", text.replacen("/fkx", "/fkz", 1), left()));
                rows.push(("fragment", "a fragment stands behind the code", format!("{text}#7"), left()));
            }
            "wechat-order" => {
                rows.push(("percent", "a percent sign stands in the token", format!("{text}%"), none()));
                rows.push(("group-empty", "the group has no digits", format!("{text}&groupid="), none()));
                rows.push(("empty", "the token is empty", "weixin://wxpay/bizpayurl?pr=".to_owned(), none()));
            }
            "wechat-s" => {
                rows.push(("hyphen", "a hyphen stands in the code", format!("{text}-"), none()));
                rows.push(("empty", "the code is empty", "weixin://wxpay/s/".to_owned(), none()));
            }
            "wechat-mode-1" => {
                rows.push((
                    "no-sign",
                    "the signature is missing",
                    text.split("&sign").next().unwrap_or_default().to_owned(),
                    none(),
                ));
                rows.push((
                    "no-appid",
                    "the application is missing",
                    text.replacen("appid", "appIdent", 1),
                    none(),
                ));
                rows.push(("fragment", "a number sign stands in a value", format!("{text}#7"), none()));
            }
            _ => {}
        }
        for (slug, change, text, claim) in rows {
            drafts.push(Draft {
                requirements: vec!["UPQR-REC-1", "UPQR-REC-7", "UPQR-REC-12", "UPQR-CNF-3"],
                flags: match slug {
                    "line-feed" | "blank-before" | "bom-before" | "ideographic" => vec!["field-17", "uri"],
                    _ => vec!["attack-09", "uri"],
                },
                risk: vec![Risk::Misroute],
                ..Draft::mutant(
                    &parent,
                    &format!("link-{}-{slug}", native.key),
                    change,
                    text.as_bytes(),
                    claim,
                )
            });
        }
        drafts.push(parent);
    }
}

/// Hints move candidates and drop none.
fn hints(drafts: &mut Vec<Draft>) {
    let rows: [(&str, &str, &[&'static str], &str); 4] = [
        ("alipay-code", "285790246813579037", &["alipay-authcode", "alipayplus-cpm"], "digits"),
        ("ecny-code", "0157902468135790387", &["ecny-authcode"], "digits"),
        ("alipay-link", "https://qr.alipay.com/fkx00000noodlebar00777", &["alipay-qr", "aggregate"], "link"),
        (
            "order-link",
            "https://noodle.example/281000040000noodle",
            &["alipayplus-order", "aggregate"],
            "link",
        ),
    ];
    for (slug, text, families, _) in rows {
        for (member, value) in [
            ("mode", "merchant-presented"),
            ("mode", "consumer-presented"),
            ("symbology", "qr"),
            ("symbology", "code-128"),
            ("symbology", "gs1-128"),
            ("symbology", "other"),
        ] {
            // Here the candidates of a text are all of one mode and one alphabet, so a hint contradicts all of them or none.
            drafts.push(Draft {
                options: [(member.to_owned(), value.into())].into_iter().collect(),
                requirements: vec!["UPQR-REC-8", "UPQR-REC-9", "UPQR-REC-10"],
                flags: vec!["hint"],
                ..composed(
                    &format!("hint-{slug}-{value}"),
                    &format!("The hint `{value}` drops no candidate of {slug}"),
                    text,
                    Claim::Families("recognised", families.to_vec()),
                )
            });
        }
    }
}
