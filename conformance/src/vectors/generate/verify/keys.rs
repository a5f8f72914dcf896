//! Keys that are not trusted with a payload, and control templates that name none.

use serde_json::{Value, json};
use upqr::signature::Algorithm;

use super::{AS_OF, Shop, accepted, halves, list, options, private, refused};
use crate::vectors::generate::draft::Draft;
use crate::vectors::generate::object::{object, seal};

pub(super) fn drafts(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    trusted(algorithm, parent, drafts);
    scoped(algorithm, parent, drafts);
    controlled(algorithm, parent, drafts);
}

fn under(draft: Draft, trust: Value) -> Draft {
    Draft { options: options(trust, AS_OF), ..draft }
}

/// Lists that do not trust the key, and some that do.
fn trusted(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    let shop = Shop::new(algorithm);
    let signed = shop.signed();
    let key = algorithm.key();
    let everything = [json!({"guid": "*"})];
    let stranger = Shop { number: 8, ..shop.clone() };
    let row = shop.row("till", &everything);
    let with = |member: &str, time: u64| {
        let mut row = row.clone();
        if let Some(row) = row.as_object_mut() {
            row.insert(member.to_owned(), json!(time));
        }
        row
    };
    let ending = |expires: u64| {
        let mut list = list(std::slice::from_ref(&row));
        if let Some(list) = list.as_object_mut() {
            list.insert("expires".to_owned(), json!(expires));
        }
        list
    };
    let rows: [(&str, &str, Value, &str); 5] = [
        ("empty", "a list without keys", list(&[]), "UPQR-SIG-11"),
        ("stranger", "a list with another key", list(&[stranger.row("other", &everything)]), "UPQR-SIG-11"),
        (
            "key-early",
            "a key that is trusted a second later",
            list(&[with("not_before", AS_OF.saturating_add(1))]),
            "UPQR-SIG-18",
        ),
        (
            "key-late",
            "a key that was trusted until this second",
            list(&[with("expires", AS_OF)]),
            "UPQR-SIG-18",
        ),
        ("list-late", "a list that expires in this second", ending(AS_OF), "UPQR-SIG-19"),
    ];
    for (id, change, trust, requirement) in rows {
        let id = format!("{key}-key-{id}");
        drafts.push(under(refused(parent, &id, change, &signed, "unknown-key", &[requirement]), trust));
    }
    let rows: [(&str, &str, Value, &'static str); 5] = [
        (
            "begins",
            "A key is trusted in the second of its beginning",
            list(&[with("not_before", AS_OF)]),
            "UPQR-SIG-18",
        ),
        (
            "ends",
            "A key is trusted in the second before its end",
            list(&[with("expires", AS_OF.saturating_add(1))]),
            "UPQR-SIG-18",
        ),
        (
            "list-ends",
            "A list is trusted in the second before its end",
            ending(AS_OF.saturating_add(1)),
            "UPQR-SIG-19",
        ),
        (
            "second",
            "A key is found behind a row of its own that is out of scope",
            list(&[shop.row("near", &[json!({"guid": "org.upqr.ecny"})]), row.clone()]),
            "UPQR-SIG-13",
        ),
        (
            "among",
            "A key is found among others",
            list(&[stranger.row("other", &everything), row.clone()]),
            "UPQR-SIG-13",
        ),
    ];
    for (id, title, trust, requirement) in rows {
        let mut draft = accepted(&format!("{key}-key-{id}"), title, &signed, trust, AS_OF);
        draft.requirements = vec![requirement, "UPQR-SIG-35"];
        drafts.push(draft);
    }
    // The right key ID beside another algorithm, and another key's signature under the right key ID.
    for digit in ["0", "1", "2", "3", "4", "9"].into_iter().filter(|digit| *digit != algorithm.digit()) {
        let text = shop.clone().with("04", digit).signed();
        let change = format!("the algorithm {digit} in the control template");
        let id = format!("{key}-key-digit-{digit}");
        drafts.push(refused(parent, &id, &change, &text, "unknown-key", &["UPQR-SIG-12"]));
    }
    let text = stranger.signed();
    let id = format!("{key}-key-forged");
    drafts.push(under(
        refused(parent, &id, "the signature of another key", &text, "invalid", &["UPQR-SIG-13"]),
        list(&[row.clone(), row]),
    ));
    let unknown = shop.clone().with("05", &private(algorithm, 9).public_key().id().to_string());
    let rows = [
        ("crc", "an unknown key and a wrong CRC", unknown.signed().replace("SHANGHAI", "SHANGHAJ")),
        (
            "half",
            "an unknown key and half a signature",
            seal(&format!("{}{}", unknown.body(), halves(unknown.ids, &unknown.octets())[0])),
        ),
        (
            "late",
            "an unknown key and an expiry that has come",
            unknown.clone().with("03", "1795000000").signed(),
        ),
    ];
    for (id, change, text) in rows {
        let id = format!("{key}-key-unknown-{id}");
        drafts.push(refused(parent, &id, change, &text, "unknown-key", &["UPQR-SIG-11"]));
    }
}

/// What the rows of a scope cover.
fn scoped(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    let key = algorithm.key();
    let usual = Shop::new(algorithm);
    let card = Shop {
        accounts: format!(
            "{}{}",
            object("15", "4761739001010119"),
            object("26", "0015com.example.pay0105AB1230205CD456")
        ),
        ..usual.clone()
    };
    let twice = Shop { accounts: object("26", "0015com.example.pay0105AB1230105CD456"), ..usual.clone() };
    let named_twice =
        Shop { accounts: object("26", "0015com.example.pay0014com.example.no0105AB123"), ..usual.clone() };
    let carried_twice =
        format!("0015org.upqr.alipay0015org.upqr.wechat010201{}", object("02", "fkx00000synthetic00aaa"));
    let carried_twice = Shop { accounts: object("26", &carried_twice), ..usual.clone() };
    let none = Shop { accounts: String::new(), ..usual.clone() };
    let template = format!("0010com.alipay0144{}", super::ALIPAY);
    let foreign =
        Shop { accounts: format!("{}{}", usual.accounts, object("85", &template)), ..usual.clone() };
    let alipay = json!({"guid": "org.upqr.alipay"});
    let wechat = json!({"guid": "org.upqr.wechat"});
    let pay = json!({"guid": "com.example.pay"});
    let rows: Vec<(&str, &str, &Shop, Vec<Value>, &'static str, bool)> = vec![
        ("both", "both wallets", &usual, vec![alipay.clone(), wechat.clone()], "UPQR-SIG-21", true),
        ("alipay", "one wallet of two", &usual, vec![alipay.clone()], "UPQR-SIG-21", false),
        ("wechat", "the other wallet of two", &usual, vec![wechat.clone()], "UPQR-SIG-21", false),
        (
            "case",
            "GUIDs in capitals",
            &usual,
            vec![json!({"guid": "ORG.UPQR.ALIPAY"}), json!({"guid": "Org.Upqr.WeChat"})],
            "UPQR-SIG-22",
            true,
        ),
        (
            "other-guid",
            "a GUID that the payload does not have",
            &usual,
            vec![json!({"guid": "org.upqr.ecny"})],
            "UPQR-SIG-22",
            false,
        ),
        (
            "guid-part",
            "a GUID that is a part of the payload's",
            &usual,
            vec![json!({"guid": "org.upqr"})],
            "UPQR-SIG-22",
            false,
        ),
        (
            "prefix",
            "prefixes of both native codes",
            &usual,
            vec![
                json!({"guid": "org.upqr.alipay", "prefixes": ["https://qr.alipay.com/fkx0"]}),
                json!({"guid": "org.upqr.wechat", "prefixes": ["x", "weixin://wxpay/"]}),
            ],
            "UPQR-SIG-23",
            true,
        ),
        (
            "whole",
            "prefixes that are the whole native codes",
            &usual,
            vec![json!({"guid": "org.upqr.alipay", "prefixes": [super::ALIPAY]}), wechat.clone()],
            "UPQR-SIG-23",
            true,
        ),
        (
            "prefix-other",
            "a prefix of another code",
            &usual,
            vec![
                json!({"guid": "org.upqr.alipay", "prefixes": ["https://qr.alipay.com/fkx1"]}),
                wechat.clone(),
            ],
            "UPQR-SIG-23",
            false,
        ),
        (
            "prefix-case",
            "a prefix in another letter case",
            &usual,
            vec![json!({"guid": "org.upqr.alipay", "prefixes": ["HTTPS://QR.ALIPAY.COM/"]}), wechat.clone()],
            "UPQR-SIG-23",
            false,
        ),
        (
            "prefix-body",
            "a prefix of the body instead of the native code",
            &usual,
            vec![json!({"guid": "org.upqr.alipay", "prefixes": ["fkx0"]}), wechat.clone()],
            "UPQR-SIG-23",
            false,
        ),
        (
            "card",
            "a card account and a template",
            &card,
            vec![json!({"id": "15"}), pay.clone()],
            "UPQR-SIG-22",
            true,
        ),
        (
            "card-alone",
            "a card account without the template",
            &card,
            vec![json!({"id": "15"})],
            "UPQR-SIG-21",
            false,
        ),
        (
            "card-missing",
            "a template without the card account",
            &card,
            vec![pay.clone()],
            "UPQR-SIG-21",
            false,
        ),
        (
            "card-other",
            "another card account",
            &card,
            vec![json!({"id": "16"}), pay.clone()],
            "UPQR-SIG-22",
            false,
        ),
        (
            "card-prefix",
            "a prefix of a card account",
            &card,
            vec![json!({"id": "15", "prefixes": ["4761"]}), pay.clone()],
            "UPQR-SIG-24",
            true,
        ),
        (
            "card-prefix-other",
            "a prefix of another card account",
            &card,
            vec![json!({"id": "15", "prefixes": ["4762"]}), pay.clone()],
            "UPQR-SIG-24",
            false,
        ),
        (
            "object-01",
            "a prefix of object 01",
            &card,
            vec![json!({"id": "15"}), json!({"guid": "com.example.pay", "prefixes": ["AB"]})],
            "UPQR-SIG-24",
            true,
        ),
        (
            "object-02",
            "a prefix of object 02",
            &card,
            vec![json!({"id": "15"}), json!({"guid": "com.example.pay", "object": "02", "prefixes": ["CD"]})],
            "UPQR-SIG-24",
            true,
        ),
        (
            "object-wrong",
            "a prefix of object 01 in object 02",
            &card,
            vec![json!({"id": "15"}), json!({"guid": "com.example.pay", "object": "02", "prefixes": ["AB"]})],
            "UPQR-SIG-24",
            false,
        ),
        (
            "object-none",
            "a prefix of an object that is not there",
            &card,
            vec![json!({"id": "15"}), json!({"guid": "com.example.pay", "object": "03", "prefixes": ["AB"]})],
            "UPQR-SIG-24",
            false,
        ),
        (
            "object-twice",
            "a template with object 01 twice",
            &twice,
            vec![json!({"guid": "com.example.pay", "prefixes": ["AB"]})],
            "UPQR-SIG-26",
            false,
        ),
        ("guid-twice", "a template with two GUIDs", &named_twice, vec![pay], "UPQR-SIG-26", false),
        (
            "carried-guid-twice",
            "an account of this standard with two GUIDs",
            &carried_twice,
            vec![alipay.clone()],
            "UPQR-SIG-26",
            false,
        ),
        (
            "none",
            "a payload without accounts, and one GUID",
            &none,
            vec![alipay.clone()],
            "UPQR-SIG-25",
            false,
        ),
        (
            "none-everything",
            "a payload without accounts, and everything",
            &none,
            vec![json!({"guid": "*"})],
            "UPQR-SIG-25",
            true,
        ),
        (
            "foreign",
            "a wallet's template of another convention in 85",
            &foreign,
            vec![alipay.clone(), wechat.clone(), json!({"guid": "com.alipay"})],
            "UPQR-SIG-22",
            true,
        ),
        (
            "foreign-out",
            "both wallets without a template of another convention in 85",
            &foreign,
            vec![alipay.clone(), wechat.clone()],
            "UPQR-SIG-21",
            false,
        ),
        (
            "signed",
            "accounts that are always signed",
            &usual,
            vec![json!({"guid": "org.upqr.alipay", "signed": true}), wechat],
            "UPQR-SIG-27",
            true,
        ),
    ];
    for (id, what, shop, scope, requirement, covered) in rows {
        let trust = list(&[shop.row("till", &scope)]);
        let id = format!("{key}-scope-{id}");
        if covered {
            let title = format!("A key signs within its scope: {what}");
            let mut draft = accepted(&id, &title, &shop.signed(), trust, AS_OF);
            draft.requirements = vec![requirement, "UPQR-SIG-21", "UPQR-SIG-26", "UPQR-SIG-35"];
            drafts.push(draft);
        } else {
            let change = format!("a scope of {what}");
            let draft =
                refused(parent, &id, &change, &shop.signed(), "unknown-key", &[requirement, "UPQR-SIG-21"]);
            drafts.push(under(draft, trust));
        }
    }
    // The signature taken away from a payload that is always signed.
    let stripped = seal(&usual.body().replacen("幸运", "幸福", 1));
    let trust = list(&[usual.row("till", &[json!({"guid": "org.upqr.alipay", "signed": true})])]);
    let change = "the signature taken away where payloads are always signed";
    let id = format!("{key}-scope-stripped");
    drafts.push(under(refused(parent, &id, change, &stripped, "absent", &["UPQR-SIG-27"]), trust));
}

/// Control templates beside a signature.
fn controlled(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    let key = algorithm.key();
    let shop = Shop::new(algorithm);
    let without = |id: &'static str| shop.clone().with(id, "").signed();
    let signed = |body: String| {
        let octets = super::sign(&shop.key(), &[super::DOMAIN, body.as_bytes()].concat());
        seal(&format!("{body}{}", halves(shop.ids, &octets).concat()))
    };
    let id = shop.key().public_key().id().to_string();
    let short = id.get(..10).unwrap_or_default();
    let rows: [(&str, &str, String); 9] = [
        ("none", "no control template", signed(shop.body().replace(&shop.control(), ""))),
        (
            "two",
            "two control templates",
            signed(format!("{}{}", shop.body(), shop.control().replacen("80", "83", 1))),
        ),
        ("no-algorithm", "no algorithm in the control template", without("04")),
        ("no-key", "no key ID in the control template", without("05")),
        ("no-version", "no version in the control template", without("01")),
        ("key-short", "a key ID of ten characters", shop.clone().with("05", short).signed()),
        (
            "key-loose",
            "an unused bit set in the key ID",
            shop.clone().with("05", &format!("{short}_")).signed(),
        ),
        (
            "algorithm-long",
            "an algorithm of two digits",
            shop.clone().with("04", &format!("0{}", algorithm.digit())).signed(),
        ),
        (
            "account",
            "the control template as an account",
            signed(shop.body().replace(&shop.control(), &shop.control().replacen("80", "30", 1))),
        ),
    ];
    for (id, change, text) in rows {
        let id = format!("{key}-control-{id}");
        drafts.push(refused(parent, &id, change, &text, "invalid", &["UPQR-SIG-6"]));
    }
    let text = signed(shop.body().replace("0016org.upqr.control", "0016ORG.UPQR.Control"));
    let mut draft = accepted(
        &format!("{key}-control-case"),
        "The GUID of the control template is compared without case",
        &text,
        shop.trust(),
        AS_OF,
    );
    draft.requirements = vec!["UPQR-SIG-6", "UPQR-MPM-17"];
    drafts.push(draft);
    let id = format!("{key}-stripped");
    let text = seal(&shop.body());
    drafts.push(refused(parent, &id, "the signature taken away", &text, "absent", &["UPQR-SIG-2"]));
}
