//! The laws of the library, on generated payments, payloads and codes.
//!
//! A view re-encodes to the same bytes; `restore(unify(code)) == code`; `encode(decode(payload)) == payload` where it is canonical;
//! nothing panics on any bytes.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use proptest::test_runner::{TestError, TestRunner};
use upqr::emv::data_object::{Id, reencode};
use upqr::emv::{cpm, mpm};
use upqr::network::{Family, Network};
use upqr::payment::{
    Account, Additional, Base, Code, ConsumerPresented, Control, Local, Merchant, MerchantPresented, Object,
    Payment, Settlement, Signature, Templates, Terms,
};
use upqr::recognise::recognise;
use upqr::unified::terms::{HashAlgorithm, TermsHash};
use upqr::unified::{self, consumer};
use upqr::{grammar, rules};

/// The laws that the fuzzers hold against any text.
#[path = "../fuzz/src/laws.rs"]
mod laws;

const NATIONAL: &str =
    "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[track_caller]
fn check<T: Debug>(count: u32, strategy: impl Strategy<Value = T>, law: impl Fn(&T)) {
    let outcome = TestRunner::new(cases(count)).run(&strategy, |value| {
        law(&value);
        Ok(())
    });
    match outcome {
        Err(TestError::Fail(reason, value)) => panic!("{reason}\nminimal input: {value:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
        Ok(()) => {}
    }
}

fn pattern(regex: &str) -> impl Strategy<Value = String> + use<> {
    string_regex(regex).expect("a regular expression of this file")
}

/// Text of one, two, three and four octets a character.
fn text(least: usize, most: usize) -> impl Strategy<Value = String> {
    pattern(&format!("[ -~é京面馆東😀𠮷]{{{least},{most}}}"))
}

// Payloads from objects.

/// Objects of an ID, and a value that is text, or objects again.
fn objects() -> impl Strategy<Value = String> {
    let object = (0_u8..100, text(0, 20)).prop_map(|(id, value)| written(id, &value)).boxed();
    let template = |inner: BoxedStrategy<String>| {
        (0_u8..100, vec(inner, 0..4)).prop_map(|(id, inner)| {
            let fits = |value: &String| value.chars().count() <= 99;
            written(id, &Some(inner.concat()).filter(fits).unwrap_or_default())
        })
    };
    let once = prop_oneof![object.clone(), template(object)].boxed();
    let twice = prop_oneof![once.clone(), template(once)].boxed();
    vec(twice, 1..12).prop_map(|objects| objects.concat())
}

fn written(id: u8, value: &str) -> String {
    format!("{id:02}{:02}{value}", value.chars().count())
}

#[test]
fn a_merchant_presented_view_re_encodes_to_the_same_bytes() {
    check(512, objects(), |text| {
        let payload = mpm::parse(text).expect("objects");
        let shown: Vec<(Id, &str)> = payload.objects().map(|object| (object.id, object.value)).collect();
        let joined: String = shown.iter().map(|(id, value)| written(id.number(), value)).collect();
        assert_eq!(&joined, text);
        assert_eq!(reencode(payload.objects()).as_ref(), Some(text));
        laws::text(text);
    });
}

#[test]
fn a_consumer_presented_view_re_encodes_to_the_same_bytes() {
    let id =
        select(vec![&[0x61][..], &[0x62], &[0x63], &[0x4F], &[0x57], &[0x9F, 0x70], &[0xDF, 0x81, 0x01]]);
    let object = (id, vec(any::<u8>(), 0..200)).prop_map(|(id, value)| tlv(id, &value));
    let whole = vec(object, 0..3).prop_map(|rest| {
        let application = tlv(&[0x61], &tlv(&[0x4F], b"\xA0\0\0\x03\x33"));
        [tlv(&[0x85], b"CPV01"), application, rest.concat()].concat()
    });
    check(256, whole, |octets| {
        // The object is written as it stands, so this is the base64 of the octets.
        let text = cpm::reencode([cpm::Object { id: &[], header: &[], value: octets, offset: 0 }]);
        if let Ok(payload) = cpm::parse(&text) {
            assert_eq!(payload.octets(), octets);
            assert_eq!(cpm::reencode(payload.objects()), text);
        }
        laws::text(&text);
    });
}

fn tlv(id: &[u8], value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).expect("one octet of length");
    let long: &[u8] = if length < 0x80 { &[] } else { &[0x81] };
    [id, long, &[length], value].concat()
}

// Codes in and out.

/// Unifies codes on both kinds of base, and takes them out again.
fn unify_and_restore(accounts: &[Account]) {
    let merchant = Base::Merchant(Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812"));
    for base in [merchant, Base::National(NATIONAL.to_owned())] {
        let payment =
            MerchantPresented { accounts: accounts.to_vec(), ..MerchantPresented::new(base.clone()) };
        let text = match unified::write(&payment) {
            Ok(text) => text,
            Err(error) => {
                let code = error.kind.code();
                assert!(["too-long", "no-room", "too-many-parts"].contains(&code), "{error}");
                continue;
            }
        };
        let payload = mpm::parse(&text).expect("the encoder's own output");
        let reading = unified::read(&payload);
        let natives: Vec<&[u8]> = reading.accounts().map(Account::native).collect();
        assert_eq!(natives, accounts.iter().map(Account::native).collect::<Vec<_>>(), "{text}");
        assert!(unified::is_canonical(&payload, &reading), "{text}");
        if let Base::National(base) = base {
            assert_eq!(unified::base(&payload), Ok(base), "{text}");
        }
    }
}

/// Merchant-presented families, and how their codes look.
const NATIVE: [(Family, &str); 12] = [
    (
        Family::WechatNative1,
        "weixin://wxpay/bizpayurl\\?(mch_id=[0-9]{8}&)?appid=wx[0-9a-f]{16}&product_id=[!-%'-~&&[^#]]{1,32}&sign=[0-9A-F]{32}",
    ),
    (
        Family::WechatNative2,
        "weixin://wxpay/(bizpayurl(/up)?\\?pr=[A-Za-z0-9_-]{1,90}(&groupid=[0-9]{1,4})?|s/[A-Za-z0-9]{1,40})",
    ),
    (Family::WechatF2f, "wxp://f2f[01]([A-Za-z0-9_-]{32}|[A-Za-z0-9_-]{64})"),
    (
        Family::AlipayQr,
        "(?i-u:https://qr\\.alipay\\.com/(fkx|tsx|bax|a6x)[0-9]{5}[a-z0-9]{14,16})(\\?[!-~京😀]{0,60})?",
    ),
    (
        Family::AlipayWrapper,
        "((?i-u:alipay(s|qr)?)://(platformapi/startapp|nfc/app)|(?i-u:https://ds\\.alipay\\.com)/)\\?(qrcode=|scheme=)?[!-~京😀]{1,60}",
    ),
    (Family::AlipayplusOrder, "(?i-u:https://[a-z0-9-]{1,20}\\.example)/281[0-9]{3}04[A-Za-z0-9]{4,30}"),
    (Family::AlipayplusMpm3, "(?i-u:https://[a-z0-9-]{1,20}\\.example/mpm/3/)[A-Za-z0-9+/=_%-]{1,200}"),
    (Family::UnionpayUrl, "(?i-u:https://qr\\.95516\\.com)/[0-9]{8}/(62)?[0-9]{26,30}"),
    (Family::Ecny, "(?i-u:https://qr\\.pbcdci\\.cn)/[0-9]{39}"),
    (Family::Qqpay, "(?i-u:https?://qpay\\.qq\\.com)/qr/[0-9a-f]{8}"),
    (Family::Aggregate, "(?i-u:https?)://[!-~]{1,400}"),
    (Family::Aggregate, "https://[a-z]{1,9}\\.example/[!-~京😀]{0,200}"),
];

#[test]
fn codes_of_every_family_come_out_as_they_went_in() {
    for (family, regex) in NATIVE {
        check(64, pattern(regex), |native| {
            assert!(recognise(native).has(family), "{family}: {native}");
            let account = Account::new(native.as_str(), None).expect("a family names one network");
            assert_eq!(Some(account.network()), family.network(), "{native}");
            unify_and_restore(&[account]);
        });
    }
}

/// A code of any family, or any octets that the caller gives to a network.
fn account() -> impl Strategy<Value = Account> {
    let known =
        select(NATIVE.to_vec()).prop_flat_map(|(_, regex)| pattern(regex).prop_map(String::into_bytes));
    let native = prop_oneof![3 => known, 1 => vec(any::<u8>(), 1..300), 1 => text(1, 300).prop_map(String::into_bytes)];
    let network = option::of(select(Network::all().collect::<Vec<_>>()));
    (native, network).prop_filter_map("refused", |(native, network)| {
        Account::new(native.clone(), network).or_else(|_| Account::new(native, None)).ok()
    })
}

#[test]
fn several_codes_come_out_in_their_order() {
    check(256, vec(account(), 0..5), |accounts| unify_and_restore(accounts));
}

#[test]
fn payment_codes_never_stand_in_a_merchants_payload() {
    for regex in ["1[0-5][0-9]{16}", "(2[5-9]|30)[0-9]{14,30}", "(62|01)[0-9]{17}"] {
        check(64, pattern(regex), |digits| {
            for network in [None].into_iter().chain(Network::all().map(Some)) {
                let refused = Account::new(digits.as_str(), network).map_err(|error| error.kind.code());
                assert_eq!(refused, Err("payment-code"), "{digits}");
            }
        });
    }
}

// Models.

fn merchant() -> impl Strategy<Value = Merchant> {
    let money = prop_oneof![
        pattern("[1-9][0-9]{0,9}(\\.[0-9]{1,2})?").prop_map(|amount| ("156", amount)),
        pattern("0\\.0[1-9]").prop_map(|amount| ("978", amount)),
        pattern("[1-9][0-9]{0,12}").prop_map(|amount| ("392", amount)),
        pattern("[1-9][0-9]{0,5}\\.[0-9]{3}").prop_map(|amount| ("048", amount)),
    ];
    let reference = || option::of(pattern("[ -~]{1,8}"));
    let additional = (reference(), reference(), reference(), reference(), reference(), reference()).prop_map(
        |(bill, mobile, store, reference, terminal, purpose)| Additional {
            bill,
            mobile,
            store,
            reference,
            terminal,
            purpose,
            ..Additional::default()
        },
    );
    // A name that is read by eye neither begins nor ends with a blank.
    let seen = |text: String| format!("面{}", text.trim());
    let local = (pattern("[a-z]{2}"), text(1, 24), option::of(text(1, 14)))
        .prop_map(move |(language, name, city)| Local { language, name: seen(name), city: city.map(seen) });
    let id = prop_oneof![2_u8..=51, 55_u8..=57, 65_u8..=99];
    (
        (
            pattern("[!-~]([ -~]{0,23}[!-~])?"),
            pattern("[!-~]([ -~]{0,13}[!-~])?"),
            pattern("[0-9]{4}"),
            pattern("[A-Z]{2}"),
        ),
        (money, any::<bool>(), option::of(pattern("[ -~]{1,10}"))),
        (additional, option::of(local), btree_map(id, pattern("[ -~]{1,20}"), 0..3)),
    )
        .prop_map(
            |(
                (name, city, category, country),
                (money, priced, postal_code),
                (additional, local, objects),
            )| {
                Merchant {
                    country,
                    currency: money.0.to_owned(),
                    amount: Some(money.1).filter(|_| priced),
                    postal_code,
                    additional,
                    local,
                    objects: kept(objects.into_iter().map(in_format).collect()),
                    ..Merchant::new(&name, &city, &category)
                }
            },
        )
}

/// A value that its root ID admits: templates are somebody's, and fees are digits.
fn in_format((id, value): (u8, String)) -> (u8, String) {
    let value = match id {
        26..=51 | 80..=99 => written(0, "example.org") + &written(1, &value),
        55 => "01".to_owned(),
        56 | 57 => "1.5".to_owned(),
        _ => value,
    };
    (id, value)
}

fn kept(objects: BTreeMap<u8, String>) -> Vec<Object> {
    let object = |(id, value)| Object { id: Id::new(id).expect("two digits"), value };
    objects.into_iter().map(object).collect()
}

fn control() -> impl Strategy<Value = Control> {
    let time = || option::of(0_u64..=9_999_999_999);
    let key_id = option::of(pattern("[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]"));
    let objects = btree_map(6_u8..=99, text(1, 6), 0..3);
    (pattern("[0-9]{2}"), time(), time(), option::of(pattern("[0-9]")), key_id, objects).prop_map(
        |(version, not_before, expires, algorithm, key_id, objects)| Control {
            version,
            not_before: not_before.filter(|not_before| expires.is_none_or(|expires| *not_before < expires)),
            expires,
            algorithm,
            key_id,
            objects: kept(objects),
        },
    )
}

/// Objects of later editions, from this ID on.
fn later(first: u8) -> impl Strategy<Value = Vec<Object>> {
    btree_map(first..=99, text(1, 6), 0..2).prop_map(kept)
}

fn terms() -> impl Strategy<Value = Terms> {
    let hash = option::of((any::<bool>(), any::<[u8; 32]>()));
    (pattern("[0-9]{2}"), option::of(pattern("[ -~]{1,20}")), hash, later(4))
        .prop_map(|(kind, reference, hash, objects)| {
            let hash = hash.map(|(sm3, octets)| {
                let algorithm = if sm3 { HashAlgorithm::Sm3 } else { HashAlgorithm::Sha256 };
                TermsHash { algorithm, octets }
            });
            Terms { kind, reference, hash, objects }
        })
        .prop_filter("does not fit", |terms| terms.write().is_ok())
}

fn settlement() -> impl Strategy<Value = Settlement> {
    let currency = option::of(select(vec!["156", "344", "764", "784", "392"]));
    let (quote, chain) = (option::of(pattern("[ -~]{1,20}")), option::of(pattern("[ -~]{1,24}")));
    (option::of(0_u64..=9_999_999_999), currency, quote, chain, later(5))
        .prop_map(|(refund_by, currency, quote, chain, objects)| Settlement {
            refund_by,
            currency: currency.map(str::to_owned),
            quote,
            chain,
            objects,
        })
        .prop_filter("says nothing, or does not fit", |settlement| settlement.write().is_ok())
}

/// Templates, those of later editions as the encoder writes them.
fn templates() -> impl Strategy<Value = Templates> {
    let other = option::of(btree_map(1_u8..=99, text(1, 20), 1..3)).prop_map(|objects| {
        let rest = |objects: BTreeMap<u8, String>| -> String {
            objects.iter().map(|(id, value)| written(*id, value)).collect()
        };
        objects.map(|objects| written(0, "org.upqr.x") + &rest(objects))
    });
    let octets = (any::<[u8; 32]>(), any::<[u8; 32]>());
    let signature = option::of(octets.prop_map(|(first, second)| {
        let mut octets = [0; 64];
        octets[..32].copy_from_slice(&first);
        octets[32..].copy_from_slice(&second);
        Signature(octets)
    }));
    (option::of(control()), option::of(terms()), option::of(settlement()), other, signature).prop_map(
        |(control, terms, settlement, other, signature)| Templates {
            control,
            terms,
            settlement,
            others: other.into_iter().collect(),
            signature,
        },
    )
}

#[test]
fn every_model_is_read_as_it_was_written() {
    let payment =
        (merchant(), vec(account(), 0..4), templates()).prop_map(|(merchant, accounts, templates)| {
            MerchantPresented { base: Base::Merchant(merchant), accounts, templates }
        });
    check(256, payment, |payment| {
        let text = match unified::write(payment) {
            Ok(text) => text,
            Err(error) => {
                let code = error.kind.code();
                return assert!(["too-long", "no-room", "too-many-parts"].contains(&code), "{error}");
            }
        };
        let payload = mpm::parse(&text).expect("the encoder's own output");
        let reading = unified::read(&payload);
        let read = unified::payment(&payload, &reading).expect("a canonical payload has a model");
        assert_eq!(&read, payment, "{text}");
        assert_eq!(unified::write(&read).as_ref(), Ok(&text), "encode(decode(x)) == x");
        assert!(!rules::check(&text).is_broken(), "{text}");
        laws::text(&text);
    });
}

#[test]
fn payment_codes_are_read_as_they_were_written() {
    let code =
        (pattern("(1[0-5]|2[5-9]|30|62|01|[0-9]{2})[0-9]{0,30}"), select(Network::all().collect::<Vec<_>>()))
            .prop_filter_map("refused", |(digits, network)| {
                Code::new(&digits, None).or_else(|_| Code::new(&digits, Some(network))).ok()
            });
    check(256, vec(code, 1..3), |codes| {
        let payment = ConsumerPresented { codes: codes.clone() };
        let text = match consumer::write(&payment) {
            Ok(text) => text,
            Err(error) => return assert_eq!(error.kind.code(), "same-network"),
        };
        let payload = cpm::parse(&text).expect("the encoder's own output");
        assert_eq!(consumer::payment(&payload), Ok(payment.clone()), "{text}");
        assert!(consumer::is_canonical(&payload), "{text}");
        assert!(recognise(&text).has(Family::UpqrCpm), "{text}");
        laws::json(&Payment::ConsumerPresented(payment));
    });
}

// Anything.

#[test]
fn no_bytes_make_the_library_panic() {
    check(512, vec(any::<u8>(), 0..300), |octets| {
        let _ = upqr::recognise::recognise_octets(octets);
        for network in [None].into_iter().chain(Network::all().map(Some)) {
            if let Ok(account) = Account::new(octets.as_slice(), network) {
                assert_eq!(account.native(), octets);
            }
        }
        laws::text(&String::from_utf8_lossy(octets));
    });
}

#[test]
fn no_text_makes_the_library_panic() {
    let start =
        select(vec!["", "0002", "000201", "hQVDUFYwMW", "https://qr.alipay.com/", "weixin://wxpay/", "13"]);
    let any = prop_oneof![text(0, 60), any::<String>(), objects()];
    check(512, (start, any), |(start, rest)| {
        let text = [start, rest.as_str()].concat();
        laws::text(&text);
        for family in Family::all() {
            if let Err(error) = upqr::native::parse(family, &text) {
                laws::place(&text, error);
            }
        }
        assert!(!grammar::Text::read(&text).key().is_empty());
    });
}

/// A payload with one character changed, put in or taken out is still only data.
#[test]
fn no_change_of_a_payload_makes_the_library_panic() {
    let payload = (merchant(), vec(account(), 1..3)).prop_filter_map("too long", |(merchant, accounts)| {
        unified::write(&MerchantPresented { accounts, ..MerchantPresented::new(Base::Merchant(merchant)) })
            .ok()
    });
    let change = (any::<prop::sample::Index>(), pattern("[0-9A-Za-z京]?"), 0_usize..2);
    check(256, (payload, change), |(payload, (place, put, taken))| {
        let mut characters: Vec<char> = payload.chars().collect();
        let place = place.index(characters.len());
        characters.splice(place..place + taken, put.chars());
        laws::text(&characters.iter().collect::<String>());
    });
}
