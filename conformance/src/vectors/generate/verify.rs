//! Vectors of `verify`: payloads that are composed and signed here, and everything that must not pass for one of them.
//!
//! Only the arithmetic of signatures is the library's, which Wycheproof's sets and those of `vectors/signature` hold to account. What is
//! signed, where it stands and what it says is composed here.

mod keys;
mod lists;
mod places;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use upqr::signature::{Algorithm, PrivateKey};

use super::draft::{Claim, Draft};
use super::object::{object, seal, sealed_again};
use crate::vectors::{Level, Op, Risk};

/// The time at which every payload is judged unless a row says otherwise.
const AS_OF: u64 = 1_795_000_000;

const DOMAIN: &[u8] = b"UPQR1-SIG\0";

const ALIPAY: &str = "https://qr.alipay.com/fkx00000synthetic00aaa";

pub(crate) fn drafts() -> Vec<Draft> {
    let mut drafts = Vec::new();
    for algorithm in Algorithm::ALL {
        let parent = Shop::new(algorithm).valid();
        drafts.push(parent.clone());
        tampered(algorithm, &parent, &mut drafts);
        places::drafts(algorithm, &parent, &mut drafts);
        keys::drafts(algorithm, &parent, &mut drafts);
    }
    times(&mut drafts);
    lists::drafts(&mut drafts);
    drafts
}

/// A key, and a payload that it signs.
#[derive(Clone, Debug)]
struct Shop {
    algorithm: Algorithm,
    /// The octet of which the private key is made.
    number: u8,
    control: Vec<(&'static str, String)>,
    accounts: String,
    /// The IDs of the two signature templates.
    ids: [&'static str; 2],
}

impl Shop {
    fn new(algorithm: Algorithm) -> Self {
        let key = private(algorithm, 7);
        let id = key.public_key().id().to_string();
        let control = vec![("01", "10".to_owned()), ("04", algorithm.digit().to_owned()), ("05", id)];
        let accounts = [
            object("26", "0015org.upqr.alipay0102010222fkx00000synthetic00aaa"),
            object("27", "0015org.upqr.wechat0102010207NwY5Mz9"),
        ];
        Self { algorithm, number: 7, control, accounts: accounts.concat(), ids: ["81", "82"] }
    }

    /// The control template's value with these objects instead of those of the same ID, or without those that are empty.
    fn with(mut self, id: &'static str, value: &str) -> Self {
        self.control.retain(|(known, _)| *known != id);
        if !value.is_empty() {
            self.control.push((id, value.to_owned()));
            self.control.sort();
        }
        self
    }

    fn key(&self) -> PrivateKey {
        private(self.algorithm, self.number)
    }

    fn control(&self) -> String {
        let objects: String = self.control.iter().map(|(id, value)| object(id, value)).collect();
        object("80", &format!("0016org.upqr.control{objects}"))
    }

    /// Everything before the signature.
    fn body(&self) -> String {
        let head = "000201010211";
        let merchant = "5204581253031565802CN5913LUCKY NOODLES6008SHANGHAI";
        let local = object("64", "0002ZH0104幸运面馆");
        format!("{head}{}{merchant}{local}{}", self.accounts, self.control())
    }

    fn octets(&self) -> [u8; 64] {
        sign(&self.key(), &[DOMAIN, self.body().as_bytes()].concat())
    }

    fn signed(&self) -> String {
        seal(&format!("{}{}", self.body(), halves(self.ids, &self.octets()).concat()))
    }

    /// The list that trusts the key for everything.
    fn trust(&self) -> Value {
        list(&[self.row("till", &[json!({"guid": "*"})])])
    }

    fn row(&self, name: &str, scope: &[Value]) -> Value {
        json!({
            "name": name,
            "algorithm": self.algorithm.key(),
            "public_key": self.key().public_key().to_base64(),
            "scope": scope,
        })
    }

    /// The accepted vector from which the others come.
    fn valid(&self) -> Draft {
        let id = format!("{}-valid", self.algorithm.key());
        let title = format!("A payload signed with {} is valid", self.algorithm.key());
        let mut requirements = VALID.to_vec();
        requirements.extend(of(self.algorithm));
        Draft { requirements, ..accepted(&id, &title, &self.signed(), self.trust(), AS_OF) }
    }
}

/// What every valid payload shows.
const VALID: [&str; 22] = [
    "UPQR-SIG-1",
    "UPQR-SIG-2",
    "UPQR-SIG-3",
    "UPQR-SIG-4",
    "UPQR-SIG-5",
    "UPQR-SIG-6",
    "UPQR-SIG-7",
    "UPQR-SIG-11",
    "UPQR-SIG-12",
    "UPQR-SIG-13",
    "UPQR-SIG-14",
    "UPQR-SIG-15",
    "UPQR-SIG-16",
    "UPQR-SIG-17",
    "UPQR-SIG-20",
    "UPQR-SIG-25",
    "UPQR-SIG-33",
    "UPQR-SIG-34",
    "UPQR-SIG-35",
    "UPQR-SIG-36",
    "UPQR-SIG-39",
    "UPQR-SIG-40",
];

/// The requirement that an algorithm has of its own.
const fn of(algorithm: Algorithm) -> [&'static str; 1] {
    match algorithm {
        Algorithm::Es256 => ["UPQR-SIG-8"],
        Algorithm::Ed25519 => ["UPQR-SIG-9"],
        Algorithm::Sm2 => ["UPQR-SIG-10"],
    }
}

fn private(algorithm: Algorithm, number: u8) -> PrivateKey {
    PrivateKey::from_octets(algorithm, &[number; 32]).expect("a number below every order")
}

fn sign(key: &PrivateKey, message: &[u8]) -> [u8; 64] {
    key.sign(message).expect("a key signs every message")
}

/// The two signature templates.
fn halves(ids: [&str; 2], octets: &[u8; 64]) -> [String; 2] {
    let (halves, _) = octets.as_chunks::<32>();
    let half = |place: usize| halves.get(place).map(|half| URL_SAFE_NO_PAD.encode(half)).unwrap_or_default();
    let [first, second] = ids;
    [
        object(first, &format!("0012org.upqr.sig0143{}", half(0))),
        object(second, &format!("0012org.upqr.sig0243{}", half(1))),
    ]
}

fn list(keys: &[Value]) -> Value {
    json!({"version": 1, "issued": 1_790_000_000, "key": keys})
}

fn options(trust: Value, as_of: u64) -> Map<String, Value> {
    [("trust".to_owned(), trust), ("as_of".to_owned(), json!(as_of))].into_iter().collect()
}

fn accepted(id: &str, title: &str, text: &str, trust: Value, as_of: u64) -> Draft {
    Draft {
        options: options(trust, as_of),
        flags: vec!["attack-17"],
        ..Draft::composed(
            Op::Verify,
            Level::Signature,
            id,
            title,
            text.as_bytes(),
            Claim::Accepted(Some(json!({"state": "valid"}))),
        )
    }
}

/// A payload that is refused with this state.
fn refused(
    parent: &Draft,
    id: &str,
    change: &str,
    text: &str,
    state: &'static str,
    requirements: &[&'static str],
) -> Draft {
    let mut all = requirements.to_vec();
    let of_state = match state {
        "absent" => "UPQR-SIG-34",
        "unknown-key" => "UPQR-SIG-35",
        "not-yet-valid" => "UPQR-SIG-37",
        "expired" => "UPQR-SIG-38",
        _ => "UPQR-SIG-36",
    };
    for requirement in ["UPQR-SIG-33", of_state] {
        if !all.contains(&requirement) {
            all.push(requirement);
        }
    }
    let risk = match state {
        "not-yet-valid" | "expired" => Risk::Replay,
        _ => Risk::Tamper,
    };
    let level = match state {
        "not-yet-valid" | "expired" => Level::Freshness,
        _ => Level::Signature,
    };
    Draft {
        level,
        requirements: all,
        flags: vec!["attack-17"],
        risk: vec![risk],
        ..Draft::mutant(parent, id, change, text.as_bytes(), Claim::Refused(state, None))
    }
}

/// Changes of what is signed, with a right CRC.
fn tampered(algorithm: Algorithm, parent: &Draft, drafts: &mut Vec<Draft>) {
    let shop = Shop::new(algorithm);
    let signed = shop.signed();
    let rows: [(&str, &str, &str, &str); 19] = [
        ("name", "another letter in the merchant name", "LUCKY NOODLES", "LUCKY NOODLEX"),
        ("city", "another letter in the city", "SHANGHAI", "SHANGHAJ"),
        ("blank", "a second blank in the merchant name", "5913LUCKY NOODLES", "5914LUCKY  NOODLES"),
        ("country", "another country", "5802CN", "5802HK"),
        ("currency", "another currency", "5303156", "5303344"),
        ("category", "another category", "52045812", "52045813"),
        ("amount", "an amount put in", "5802CN", "540510.005802CN"),
        ("account", "another character in an account", "synthetic00aaa", "synthetic00aab"),
        ("account-case", "a small letter of an account made a capital", "NwY5Mz9", "nwY5Mz9"),
        ("guid-case", "the GUID of an account in capitals", "0015org.upqr.alipay", "0015ORG.UPQR.ALIPAY"),
        ("account-id", "another ID of an account", "27360015org.upqr.wechat", "28360015org.upqr.wechat"),
        ("account-out", "an account taken out", "27360015org.upqr.wechat0102010207NwY5Mz9", ""),
        ("reference", "a reference put in", "64140002ZH", "62080504A12364140002ZH"),
        ("local", "another character in the local name", "幸运面馆", "幸福面馆"),
        ("static", "the code made one of a single payment", "010211", "010212"),
        (
            "version",
            "another version in the control template",
            "org.upqr.control010210",
            "org.upqr.control010211",
        ),
        ("indicator-out", "the point of initiation method taken out", "010211", ""),
        ("order", "two objects in each other's place", "53031565802CN", "5802CN5303156"),
        ("control-id", "another ID of the control template", "80", "83"),
    ];
    for (id, change, from, to) in rows {
        let at = match id {
            "control-id" => signed.find(&shop.control()).unwrap_or_default(),
            _ => signed.find(from).unwrap_or_default(),
        };
        let (before, after) = signed.split_at(at);
        let text = sealed_again(&format!("{before}{}", after.replacen(from, to, 1)));
        let id = format!("{}-changed-{id}", algorithm.key());
        drafts.push(refused(parent, &id, change, &text, "invalid", &["UPQR-SIG-3", "UPQR-SIG-4"]));
    }
    // Times that are signed, and then changed.
    let timed = Shop::new(algorithm).with("02", "1790000000").with("03", "1795000000");
    let signed = timed.signed();
    for (id, change, from, to) in [
        ("expires", "an expiry moved", "03101795000000", "03101895000000"),
        ("not-before", "a beginning moved", "02101790000000", "02101780000000"),
    ] {
        let text = sealed_again(&signed.replace(from, to));
        let id = format!("{}-changed-{id}", algorithm.key());
        drafts.push(refused(parent, &id, change, &text, "invalid", &["UPQR-SIG-3", "UPQR-SIG-4"]));
    }
}

/// Times and the order of states.
fn times(drafts: &mut Vec<Draft>) {
    let shop = Shop::new(Algorithm::Es256).with("02", "1795000000").with("03", "1795000100");
    let signed = shop.signed();
    let judged = |text: &str, as_of: u64, draft: Draft| Draft {
        octets: text.as_bytes().to_vec(),
        options: options(shop.trust(), as_of),
        ..draft
    };
    let mut parent = accepted(
        "times-valid",
        "A signed payload is valid from its beginning to the second before its end",
        &signed,
        shop.trust(),
        1_795_000_000,
    );
    parent.requirements = vec!["UPQR-SIG-37", "UPQR-SIG-38", "UPQR-SIG-39", "UPQR-SIG-40", "UPQR-SEC-8"];
    let mut last = parent.clone();
    "verify-gen-times-valid-last".clone_into(&mut last.id);
    "A signed payload is valid in the second before it expires".clone_into(&mut last.title);
    drafts.push(parent.clone());
    drafts.push(judged(&signed, 1_795_000_099, last));
    let broken = signed.replace("SHANGHAI", "SHANGHAJ");
    let without = seal(&shop.body());
    let halved = seal(&format!("{}{}", shop.body(), halves(shop.ids, &shop.octets())[0]));
    let unsealed = without.replace("SHANGHAI", "SHANGHAJ");
    let rows: [(&str, &str, &str, u64, &'static str); 9] = [
        ("early", "the second before its beginning", &signed, 1_794_999_999, "not-yet-valid"),
        ("early-far", "the beginning of time", &signed, 0, "not-yet-valid"),
        ("late", "the second of its expiry", &signed, 1_795_000_100, "expired"),
        ("late-far", "the latest time of ten digits", &signed, 9_999_999_999, "expired"),
        ("invalid-before-late", "a wrong CRC after its expiry", &broken, 1_795_000_100, "invalid"),
        ("invalid-before-early", "a wrong CRC before its beginning", &broken, 1_794_999_999, "invalid"),
        ("absent-before-late", "no signature after its expiry", &without, 1_795_000_100, "absent"),
        ("half-before-late", "half a signature after its expiry", &halved, 1_795_000_100, "invalid"),
        ("absent-crc", "no signature and a wrong CRC", &unsealed, 1_795_000_000, "absent"),
    ];
    for (id, change, text, as_of, state) in rows {
        let draft = refused(&parent, &format!("times-{id}"), change, text, state, &["UPQR-SIG-40"]);
        drafts.push(judged(text, as_of, draft));
    }
    let both = Shop::new(Algorithm::Es256).with("02", "1795000100").with("03", "1795000000");
    let text = both.signed();
    let change = "an expiry before the beginning";
    let draft = refused(&parent, "times-crossed", change, &text, "not-yet-valid", &["UPQR-SIG-40"]);
    drafts.push(judged(&text, 1_795_000_050, draft));
    for (id, change, text, code) in [
        ("no-objects", "no data objects", "no payload", "id"),
        ("length", "a length that is no number", "0002015802CN59xxA", "length"),
        ("overrun", "a value that ends early", "0002015802CN5913LUCKY", "overrun"),
    ] {
        let draft = Draft::mutant(
            &parent,
            &format!("text-{id}"),
            change,
            text.as_bytes(),
            Claim::Refused(code, None),
        );
        drafts.push(Draft { requirements: vec!["UPQR-CNF-8"], flags: vec!["attack-17"], ..draft });
    }
}
