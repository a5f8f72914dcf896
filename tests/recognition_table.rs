//! The recognisers against the table of regular expressions that they were written from, as an independent oracle.
//!
//! A candidate of a family stands if and only if its expression matches. Where the specification departs from the table, the departure
//! is listed here with its reason, and it has a witness.

use std::sync::LazyLock;

use fancy_regex::Regex;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;
use upqr::emv::{cpm, mpm};
use upqr::native::link::WALLET_HOSTS;
use upqr::native::uri::Uri;
use upqr::network::Family;
use upqr::recognise::{UNIONPAY_AID, Verdict, recognise};

/// Family, what public documents and code say of its codes, and codes of it.
const TABLE: [(Family, &str, &[&str]); 18] = [
    (Family::WechatAuthcode, r"^(?:1[0-5][0-9]{16})$", &["134650328919428540", "150000000000000001"]),
    (
        Family::AlipayAuthcode,
        r"^(?:(?:2[5-9]|30)[0-9]{14,22})$",
        &["2812345678901234", "300000000000000000000001"],
    ),
    (
        Family::AlipayplusCpm,
        r"^(?:(?:2[5-9]|30)[0-9]{15,30})$",
        &["28763443825664394", "25100102012345678901234567890123"],
    ),
    (Family::UnionpayCpm19, r"^(?:62[0-9]{17})$", &["6212345678901234567"]),
    (
        Family::UnionpayCpmEmv,
        r"^(?:hQVDUFYwMW[A-Za-z0-9+/]+={0,2})$",
        &["hQVDUFYwMWEHTwWgAAADMw==", "hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoVA"],
    ),
    (Family::EcnyAuthcode, r"^(?:01[0-9]{17})$", &["0112345678901234567"]),
    (
        Family::WechatNative1,
        r"^(?:weixin://wxpay/bizpayurl\?(?=[^#]*\bappid=)(?=[^#]*\bsign=)[A-Za-z0-9_]+=[^&#\s]*(?:&[A-Za-z0-9_]+=[^&#\s]*)+)$",
        &[
            "weixin://wxpay/bizpayurl?sign=DFA7&appid=wx2421b1c4370ec43b&mch_id=10000100",
            "weixin://wxpay/bizpayurl?a_9=-appid=1&sign=&appid=",
        ],
    ),
    (
        Family::WechatNative2,
        r"^(?:weixin://wxpay/(?:bizpayurl(?:/up)?\?pr=[A-Za-z0-9_-]+(?:&groupid=[0-9]+)?|s/[A-Za-z0-9]+))$",
        &[
            "weixin://wxpay/bizpayurl?pr=NwY5Mz9",
            "weixin://wxpay/bizpayurl/up?pr=A_-9&groupid=00",
            "weixin://wxpay/s/An4baqw",
        ],
    ),
    (
        Family::WechatF2f,
        r"^(?:wxp://f2f[01][A-Za-z0-9_-]{32}(?:[A-Za-z0-9_-]{32})?)$",
        &[
            "wxp://f2f0Synthetic0_Synthetic1-SyntheticA",
            "wxp://f2f1Ab0_-Ab0Ab0_-Ab0Ab0_-Ab0Ab0_-Ab0Ab0_-Ab0Ab0_-Ab0Ab0_-Ab0Ab0_-Ab0",
        ],
    ),
    (
        Family::AlipayQr,
        r"^(?:(?i:https://qr\.alipay\.com/[a-z0-9]{2}x[0-9]{5}[a-z0-9]{14,16})(?:\?[^\s]*)?)$",
        &[
            "https://qr.alipay.com/fkx00000synthetic00aaa",
            "HTTPS://QR.ALIPAY.COM/BAX00000SYNTHETIC00AAABC?_s=web-other",
        ],
    ),
    (
        Family::AlipayWrapper,
        r"^(?:(?i:alipays?|alipayqr)://(?:platformapi/startapp|nfc/app)\?[^\s]+|(?i:https://ds\.alipay\.com)/\?[^\s]+|(?i:https://render\.alipay\.com)/p/s/ulink[^\s]*)$",
        &[
            "alipays://platformapi/startapp?saId=10000007&qrcode=https%3A%2F%2Fqr.alipay.com%2Ffkx00000synthetic00aaa",
            "ALIPAYQR://nfc/app?codeContent=x",
            "https://ds.alipay.com/?scheme=x",
            "https://render.alipay.com/p/s/ulink/?s=1",
        ],
    ),
    (
        Family::AlipayplusOrder,
        r"^(?:(?i:https://[a-z0-9.-]+)/281[0-9]{3}04[A-Za-z0-9]{4,})$",
        &["https://global.alipay.com/281002040090ab", "https://qr.alipay.com/281002040090ab"],
    ),
    (
        Family::AlipayplusMpm3,
        r"^(?:(?i:https://[a-z0-9.-]+/mpm/3/)[A-Za-z0-9+/=_%-]+)$",
        &["https://qr.example/MPM/3/R1BMRA==", "https://qr.95516.com/mpm/3/a%2B"],
    ),
    (
        Family::UnionpayUrl,
        r"^(?:(?i:https://qr\.95516\.com)/[0-9]{8}/[0-9]{26,32})$",
        &[
            "https://qr.95516.com/00010000/62000000000000000000000001",
            "HTTPS://QR.95516.COM/00010000/01234567890123456789012345678901",
        ],
    ),
    (
        Family::Ecny,
        r"^(?:(?i:https://qr\.pbcdci\.cn)/[0-9]{39})$",
        &["https://qr.pbcdci.cn/005030000000000000000000000000000000001"],
    ),
    (
        Family::EmvMpm,
        r"^(?:(?s:000201.*6304[0-9A-Fa-f]{4}))$",
        &[
            "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498",
            "0002016304AAE6",
            "000201not data objects6304abcd",
        ],
    ),
    (
        Family::Qqpay,
        r"^(?:(?i:https?://qpay\.qq\.com)/qr/[0-9a-f]{8})$",
        &["https://qpay.qq.com/qr/0123abcd", "HTTP://QPAY.QQ.COM/qr/ffffffff"],
    ),
    (
        Family::Aggregate,
        r"^(?:(?i:https?)://[^\s]+)$",
        &["https://pay.example/q?n=%C0%EE", "HTTP://pay.example"],
    ),
];

static ORACLE: LazyLock<Vec<(Family, Regex)>> = LazyLock::new(|| {
    let compiled = |regex| Regex::new(regex).expect("a regular expression of the table");
    TABLE.into_iter().map(|(family, regex, _)| (family, compiled(regex))).collect()
});

/// Why the specification departs from the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Departure {
    /// Clause 7.1, N2: Alipay+ order codes and format v3 stand on any host but a wallet's.
    WalletHost,
    /// Clause 7.1, N1: parameters have the names `appid` and `sign`; in the table a value may hold `-appid=` too.
    ParameterByName,
    /// Clause 7.1: an EMV payload is recognised by its grammar as well, without a checksum at the end and with any value of 00.
    DataObjects,
    /// UPQR-REC-3: the base64 is decoded, and UnionPay's application identifier stands in it.
    Decoded,
    /// RFC 7405: letters of any case are ASCII letters; in the table `(?i)` folds the long s and the Kelvin sign too.
    AsciiCase,
}

/// The departure that this text is one of, where it must be recognised (`true`) though the table says no, or the other way round.
fn departure(family: Family, text: &str) -> Option<(Departure, bool)> {
    let uri = Uri::parse(text).ok();
    match family {
        Family::AlipayplusOrder | Family::AlipayplusMpm3 => uri
            .filter(|uri| WALLET_HOSTS.iter().any(|host| uri.authority.eq_ignore_ascii_case(host)))
            .map(|_| (Departure::WalletHost, false)),
        Family::WechatNative1 => uri
            .filter(|uri| ["appid", "sign"].iter().any(|name| uri.parameter(name).is_none()))
            .map(|_| (Departure::ParameterByName, false)),
        Family::EmvMpm => mpm::parse(text)
            .is_ok_and(|payload| {
                payload.objects().next().is_some_and(|first| first.id == mpm::FORMAT_INDICATOR)
            })
            .then_some((Departure::DataObjects, true)),
        Family::UnionpayCpmEmv => {
            let named = cpm::parse(text)
                .is_ok_and(|payload| payload.applications().any(|(_, name)| name.starts_with(UNIONPAY_AID)));
            Some((Departure::Decoded, named))
        }
        _ => None,
    }
    .or_else(|| text.contains(['\u{17F}', '\u{212A}']).then_some((Departure::AsciiCase, false)))
}

/// Compares all rows for one text; says which departures it met.
#[track_caller]
fn check(text: &str) -> Vec<Departure> {
    let found = recognise(text);
    let mut met = Vec::new();
    for (family, regex) in ORACLE.iter() {
        let expected = regex.is_match(text).expect("no expression of the table backtracks far");
        if found.has(*family) == expected {
            continue;
        }
        match departure(*family, text) {
            Some((departure, recognised)) if recognised == found.has(*family) => met.push(departure),
            _ => assert_eq!(found.has(*family), expected, "{family}: {text:?}"),
        }
    }
    for candidate in &found.candidates {
        let by_grammar = candidate.family != Family::EmvMpm || mpm::parse(text).is_ok();
        assert!(by_grammar || candidate.verdict == Verdict::Unknown, "{text:?}");
    }
    met
}

#[test]
fn every_row_has_its_codes() {
    let families = Family::all().filter(|family| *family != Family::UpqrCpm);
    assert_eq!(families.count(), TABLE.len(), "one row a family, but for the standard's own");
    for (family, _, codes) in TABLE {
        for code in codes {
            check(code);
        }
        assert!(codes.iter().any(|code| recognise(code).has(family)), "{family}");
    }
}

#[test]
fn every_departure_has_a_witness() {
    #[track_caller]
    fn departs(text: &str, departure: Departure) {
        assert_eq!(check(text), [departure], "{text}");
    }
    departs("https://qr.alipay.com/281002040090ab", Departure::WalletHost);
    departs("https://QR.95516.com/mpm/3/R1BM", Departure::WalletHost);
    departs("weixin://wxpay/bizpayurl?a=-appid=1&sign=2", Departure::ParameterByName);
    departs("weixin://wxpay/bizpayurl?appid=1&a=%sign=2", Departure::ParameterByName);
    departs("0002015802CN", Departure::DataObjects);
    departs("00020263040000", Departure::DataObjects);
    departs("0002016304XXXX", Departure::DataObjects);
    departs("hQVDUFYwMWEHTwWgAAAABA==", Departure::Decoded);
    departs("hQVDUFYwMZ8BAGEHTwWgAAADMw==", Departure::Decoded);
    departs("http\u{17F}://pay.example/", Departure::AsciiCase);
    assert_eq!(check("http\u{17F}://\u{212A}.example/281002040090ab"), [Departure::AsciiCase; 2]);
}

/// One change of a code: a character made another, put in or taken out, or a piece put in the place of another.
#[derive(Clone, Debug)]
enum Change {
    FlipCase(Index),
    Put(Index, char),
    Replace(Index, char),
    Take(Index),
    Cut(Index),
    Swap(&'static str, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let any_character = || {
        prop_oneof![
            proptest::char::range('0', '9'),
            proptest::char::range(' ', '~'),
            select(vec![
                '&', '=', '?', '#', '/', '\\', '@', ':', '\n', '\u{85}', '\u{3000}', '\u{1C}', '\u{17F}',
                '٣', '京'
            ]),
        ]
    };
    let pieces = vec![
        ("https", "http"),
        ("://", ":/"),
        ("qr.alipay.com", "qr.alipay.com."),
        ("qr.", "QR."),
        (".com", ".com.evil"),
        (".com", ":443"),
        (".com", ".com@x"),
        ("qr.", "x@qr."),
        ("global.alipay.com", "qr.pbcdci.cn"),
        ("qr.example", "Render.Alipay.com"),
        ("appid", "-appid"),
        ("sign=", "asign="),
        ("&", "&&"),
        ("MPM", "mpm"),
        ("000201", "000202"),
        ("6304", "6404"),
        ("==", "="),
    ];
    prop_oneof![
        any::<Index>().prop_map(Change::FlipCase),
        (any::<Index>(), any_character()).prop_map(|(place, c)| Change::Put(place, c)),
        (any::<Index>(), any_character()).prop_map(|(place, c)| Change::Replace(place, c)),
        any::<Index>().prop_map(Change::Take),
        any::<Index>().prop_map(Change::Cut),
        select(pieces).prop_map(|(from, to)| Change::Swap(from, to)),
    ]
}

fn changed(text: &str, change: &Change) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let place = |index: &Index| index.index(characters.len().max(1)).min(characters.len());
    match change {
        Change::FlipCase(index) => {
            let place = place(index);
            for c in characters.iter_mut().skip(place).take(3) {
                *c = if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
            }
        }
        Change::Put(index, c) => characters.insert(place(index), *c),
        Change::Replace(index, c) => {
            let place = place(index);
            characters.splice(place..characters.len().min(place.saturating_add(1)), [*c]);
        }
        Change::Take(index) => {
            let place = place(index);
            characters.splice(place..characters.len().min(place.saturating_add(1)), []);
        }
        Change::Cut(index) => characters.truncate(place(index)),
        Change::Swap(from, to) => return text.replacen(from, to, 1),
    }
    characters.into_iter().collect()
}

#[test]
fn near_every_family_the_table_and_the_grammars_agree() {
    for (_, _, codes) in TABLE {
        let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
        let near = (select(codes.to_vec()), vec(change(), 0..4));
        let outcome = TestRunner::new(config).run(&near, |(code, changes)| {
            check(&changes.iter().fold(code.to_owned(), |text, change| changed(&text, change)));
            Ok(())
        });
        assert!(outcome.is_ok(), "{}", outcome.map_or_else(|error| error.to_string(), |()| String::new()));
    }
}
