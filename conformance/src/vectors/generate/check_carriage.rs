//! Vectors of `check` about accounts: what makes restoring fail, as a finding; and what stands beside accounts.

use super::draft::{Claim, Draft, Origin, blocked, doubted, passed, warned};
use super::merchant::{carriage, ordinary};
use super::object::{Object, plain, sealed, template};
use super::wallets::{NETWORKS, natives, templates, unified};
use super::{check_crc, restore};
use crate::vectors::{Level, Op, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let broken = restore::drafts(seed);
    accounts(&broken, &mut drafts);
    guids(seed, &mut drafts);
    beside(seed, &mut drafts);
    sales(seed, &mut drafts);
    drafts
}

/// The finding that a code of chapter 11.4 becomes.
fn finding(code: &str) -> Option<Claim> {
    match code {
        "unknown-network" | "unknown-form" => Some(warned(&["carriage-unknown"])),
        "nested-emv" => Some(blocked(&["nested-emv"])),
        "payment-code" => Some(blocked(&["payment-code-carried"])),
        "misroute" => Some(blocked(&["misroute"])),
        "overrun" | "id" | "base-crc" => None,
        _ => Some(blocked(&["carriage-broken"])),
    }
}

/// The accounts that `restore` refuses, every second one of them, each with its whole account as the parent.
fn accounts(broken: &[Draft], drafts: &mut Vec<Draft>) {
    let as_check = |id: &str| id.replacen("restore-gen-", "check-gen-account-", 1);
    let mut parents: Vec<&str> = Vec::new();
    let mut turn = 0_usize;
    for draft in broken {
        let (Origin::Mutant { parent, .. }, Claim::Refused(code, _)) = (&draft.origin, &draft.claim) else {
            continue;
        };
        let Some(claim) = finding(code) else { continue };
        turn = turn.wrapping_add(1);
        if turn.is_multiple_of(2) {
            continue;
        }
        parents.push(parent);
        let mut origin = draft.origin.clone();
        if let Origin::Mutant { parent, .. } = &mut origin {
            *parent = as_check(parent);
        }
        // A finding has a span; the offset of an error belongs to restoring.
        let requirements = draft.requirements.iter().copied().filter(|id| *id != "UPQR-CNF-9").collect();
        let id = as_check(&draft.id);
        drafts.push(Draft { id, op: Op::Check, claim, origin, requirements, ..draft.clone() });
    }
    parents.sort_unstable();
    parents.dedup();
    for parent in broken.iter().filter(|draft| parents.contains(&draft.id.as_str())) {
        // An order code beside nothing else is no double payment, and a link says nothing of its payee.
        let is_link = ["link", "parts-qq", "base64url"].iter().any(|word| parent.id.ends_with(word));
        let claim = if is_link { warned(&["link-payee"]) } else { passed(&[]) };
        let words = parent.title.trim_end_matches(" comes back");
        drafts.push(Draft {
            id: as_check(&parent.id),
            op: Op::Check,
            title: format!("A sound account: {words}"),
            requirements: vec!["UPQR-DSP-6", "UPQR-CAN-14"],
            claim,
            ..parent.clone()
        });
    }
}

/// GUIDs of UPQR in another case, and those that only look like them or like those of national schemes.
fn guids(seed: u64, drafts: &mut Vec<Draft>) {
    let all = natives(seed);
    for network in NETWORKS {
        let Some(native) = all.iter().find(|native| native.network == network) else { continue };
        let whole = unified(native.is_order, &templates(26, &[(network, native.text.as_bytes())]));
        // The whole account is the parent of other faults already.
        let parent = Draft {
            requirements: vec!["UPQR-OBJ-10", "UPQR-OBJ-11"],
            ..Draft::composed(
                Op::Check,
                Level::Canonical,
                &format!("account-one-{}", native.key),
                "",
                b"",
                passed(&[]),
            )
        };
        let with = |guid: String| -> Vec<Object> {
            let rename =
                |inner: &Object| if inner.id == "00" { plain("00", guid.clone()) } else { inner.clone() };
            whole
                .iter()
                .map(|object| {
                    if object.id == "26" {
                        template("26", object.objects().iter().map(rename).collect())
                    } else {
                        object.clone()
                    }
                })
                .collect()
        };
        let upper = network.to_uppercase();
        // A link says nothing of its payee whatever the case of its GUID.
        let beside = |rule: &'static str| {
            if network == "link" { warned(&[rule, "link-payee"]) } else { passed(&[rule]) }
        };
        let rows = [
            (
                "upper",
                "the GUID is in upper case",
                format!("ORG.UPQR.{upper}"),
                beside("non-canonical"),
                "field-14",
            ),
            (
                "key-upper",
                "the key in the GUID is in upper case",
                format!("org.upqr.{upper}"),
                beside("non-canonical"),
                "field-14",
            ),
            (
                "title",
                "the labels of the GUID begin with capitals",
                format!("Org.Upqr.{network}"),
                beside("non-canonical"),
                "field-14",
            ),
            (
                "longer",
                "a digit stands behind the GUID",
                format!("org.upqr.{network}2"),
                warned(&["carriage-unknown"]),
                "attack-18",
            ),
            (
                "cyrillic",
                "a letter of the GUID is Cyrillic",
                format!("org.upqr.{}", network.replacen(['a', 'c', 'e', 'i', 'q'], "е", 1)),
                warned(&["carriage-unknown"]),
                "attack-08",
            ),
            (
                "hyphen",
                "a hyphen stands for a point of the GUID",
                format!("org-upqr.{network}"),
                beside("guid-unknown"),
                "attack-18",
            ),
            (
                "turned",
                "two letters of the GUID change places",
                format!("org.uqpr.{network}"),
                beside("guid-unknown"),
                "attack-18",
            ),
            (
                "short",
                "the first label of the GUID is lost",
                format!("upqr.{network}"),
                beside("guid-unknown"),
                "attack-18",
            ),
        ];
        for (slug, change, guid, claim, flag) in rows {
            drafts.push(Draft {
                flags: vec!["guid", "letter-case", flag],
                risk: vec![Risk::Misroute],
                ..Draft::mutant(
                    &parent,
                    &format!("guid-{network}-{slug}"),
                    change,
                    sealed(&with(guid)).as_bytes(),
                    claim,
                )
            });
        }
    }
    look_alikes(seed, drafts);
}

/// GUIDs one step from a registered one.
fn look_alikes(seed: u64, drafts: &mut Vec<Draft>) {
    let parent = ordinary(seed);
    let clean = check_crc::clean(&parent);
    let rows = [
        ("hkqr-letter", "hk.com.hkicI"),
        ("hkqr-suffix", "hk.com.hkicl.pay"),
        ("hkqr-turned", "hk.com.hkcil"),
        ("hkqr-blank", "hk.com.hkicl "),
        ("hkqr-cyrillic", "hk.соm.hkicl"),
        ("pix-letter", "br.gov.bcb.pixx"),
        ("pix-lost", "br.gov.bcb.pi"),
        ("pix-domain", "br.gov.bcb.pix.com"),
        ("pix-turned", "br.gov.bbc.pix"),
        ("qris-digit", "1D.CO.QRIS.WWW"),
        ("qris-suffix", "ID.CO.QRIS.WWW.X"),
        ("jpqr-letter", "jp.or.paymentjapan"),
        ("jpqr-turned", "jp.or.paymentsjapna"),
        ("sgqr-digit", "SG.5GQR"),
    ];
    for (slug, guid) in rows {
        let account = template("27", vec![plain("00", guid), plain("01", "7788")]);
        drafts.push(Draft {
            level: Level::Risk,
            requirements: vec!["UPQR-SCH-6", "UPQR-SEC-20"],
            flags: vec!["attack-08", "attack-18", "field-14", "guid"],
            risk: vec![Risk::Misroute],
            ..Draft::mutant(
                &clean,
                &format!("guid-like-{slug}"),
                &format!("a second account has the GUID `{guid}`"),
                sealed(&parent.and(&[account])).as_bytes(),
                warned(&["guid-look-alike"]),
            )
        });
    }
}

/// Templates of 80 to 99 and foreign carriage.
fn beside(seed: u64, drafts: &mut Vec<Draft>) {
    let parent = ordinary(seed);
    let clean = check_crc::clean(&parent);
    let own = |guid: &str, objects: &[(&str, &str)]| {
        let inner = [("00", guid)].iter().chain(objects).map(|(id, value)| plain(id, *value)).collect();
        template("80", inner)
    };
    let control = |objects: &[(&str, &str)]| own("org.upqr.control", objects);
    let half = "A".repeat(43);
    let rows: Vec<(&str, &str, Vec<Object>, Claim, &[&'static str])> = vec![
        ("control", "a control template says the version", vec![control(&[("01", "10")])], passed(&[]), &[]),
        (
            "control-version",
            "the version is 11",
            vec![control(&[("01", "11")])],
            warned(&["version-unknown"]),
            &["attack-18"],
        ),
        (
            "control-no-version",
            "the control template has no version",
            vec![control(&[("02", "1700000000")])],
            doubted(&["control-malformed"]),
            &["attack-18"],
        ),
        (
            "control-version-one",
            "the version has one digit",
            vec![control(&[("01", "1")])],
            doubted(&["control-malformed"]),
            &["attack-18"],
        ),
        (
            "control-time-short",
            "the expiry has nine digits",
            vec![control(&[("01", "10"), ("03", "170000000")])],
            doubted(&["control-malformed"]),
            &[],
        ),
        (
            "control-time-letters",
            "the expiry is a date",
            vec![control(&[("01", "10"), ("03", "2026-11-23")])],
            doubted(&["control-malformed"]),
            &[],
        ),
        (
            "control-turned",
            "the payload expires before it begins",
            vec![control(&[("01", "10"), ("02", "1800000000"), ("03", "1700000000")])],
            doubted(&["control-malformed"]),
            &[],
        ),
        (
            "control-algorithm",
            "the algorithm has two digits",
            vec![control(&[("01", "10"), ("04", "10")])],
            doubted(&["control-malformed"]),
            &["attack-17"],
        ),
        (
            "control-key",
            "the key id has an unused bit set",
            vec![control(&[("01", "10"), ("04", "1"), ("05", "AAAAAAAAAAB")])],
            doubted(&["control-malformed"]),
            &["attack-17"],
        ),
        (
            "control-key-padded",
            "the key id is padded",
            vec![control(&[("01", "10"), ("04", "1"), ("05", "AAAAAAAAAA=")])],
            doubted(&["control-malformed"]),
            &["attack-17"],
        ),
        (
            "control-key-good",
            "a key id beside no signature",
            vec![control(&[("01", "10"), ("04", "1"), ("05", "AAAAAAAAAAA")])],
            passed(&[]),
            &["attack-17"],
        ),
        (
            "signature",
            "half a signature stands alone",
            vec![own("org.upqr.sig", &[("01", &half)])],
            blocked(&["signature-malformed"]),
            &["attack-17"],
        ),
        (
            "signature-empty",
            "a signature template holds an empty half",
            vec![own("org.upqr.sig", &[("01", "")])],
            blocked(&["signature-malformed", "zero-length"]),
            &["attack-17"],
        ),
        (
            "signature-twice",
            "a signature template holds its half twice",
            vec![own("org.upqr.sig", &[("01", "AAAA"), ("01", "AAAA")])],
            blocked(&["duplicate-id", "signature-malformed"]),
            &["attack-03", "attack-17"],
        ),
        (
            "signature-none",
            "a signature template says that there is none",
            vec![own("org.upqr.sig", &[("01", "none")])],
            blocked(&["signature-malformed"]),
            &["attack-17"],
        ),
        (
            "terms",
            "a template of terms without a hash",
            vec![own("org.upqr.terms", &[("01", "01")])],
            warned(&["terms-apply", "terms-unbound"]),
            &["attack-18"],
        ),
        (
            "later",
            "a template of a later edition",
            vec![own("org.upqr.later", &[("01", "7")])],
            warned(&["template-unknown"]),
            &["attack-18"],
        ),
    ];
    for (slug, change, objects, claim, flags) in rows {
        drafts.push(Draft {
            level: Level::Profile,
            requirements: vec!["UPQR-MPM-17", "UPQR-MPM-18", "UPQR-MPM-21"],
            flags: [&["control"], flags].concat(),
            ..Draft::mutant(
                &clean,
                &format!("beside-{slug}"),
                change,
                sealed(&parent.and(&objects)).as_bytes(),
                claim,
            )
        });
    }
    let foreign = |guid: &str, url: &str| template("27", vec![plain("00", guid), plain("01", url)]);
    let rows: [(&str, &str, Object, Claim); 4] = [
        (
            "foreign",
            "a link of Alipay stands in its own convention",
            foreign("com.alipay", "https://qr.alipay.com/fkx00000noodlebar00007"),
            passed(&["foreign-carriage"]),
        ),
        (
            "foreign-upper",
            "the GUID of the convention is in upper case",
            foreign("COM.ALIPAY", "https://qr.alipay.com/fkx00000noodlebar00007"),
            passed(&["foreign-carriage"]),
        ),
        (
            "foreign-misroute",
            "a link of UnionPay stands in the convention of Alipay",
            foreign("com.alipay", "https://qr.95516.com/00010000/01032500000000000000000000"),
            blocked(&["foreign-misroute"]),
        ),
        (
            "foreign-host",
            "a look-alike stands in the convention of Alipay",
            foreign("com.alipay", "https://qr.alipay.com.evil.example/7"),
            blocked(&["look-alike-host"]),
        ),
    ];
    for (slug, change, object, claim) in rows {
        drafts.push(Draft {
            level: Level::Risk,
            requirements: vec!["UPQR-CAR-28", "UPQR-DSP-7"],
            flags: vec!["attack-09", "field-13", "foreign"],
            risk: vec![Risk::Misroute],
            ..Draft::mutant(
                &clean,
                &format!("beside-{slug}"),
                change,
                sealed(&parent.and(&[object])).as_bytes(),
                claim,
            )
        });
    }
}

/// Order codes: the same sale paid twice, and static codes made to look like one sale.
fn sales(seed: u64, drafts: &mut Vec<Draft>) {
    let all = natives(seed);
    for native in all
        .iter()
        .filter(|native| native.is_order || native.text.contains("fkx") || native.text.contains("f2f0"))
    {
        let accounts = templates(26, &[(native.network, native.text.as_bytes())]);
        let mut whole = unified(native.is_order, &accounts);
        whole.push(plain("61", "215000"));
        let parent = Draft {
            requirements: vec!["UPQR-MPM-3", "UPQR-MPM-15"],
            ..Draft::composed(
                Op::Check,
                Level::Risk,
                &format!("sale-{}", native.key),
                &format!("One code: {}", native.key),
                sealed(&whole).as_bytes(),
                passed(&[]),
            )
        };
        let reference = |value: &str| template("62", vec![plain("05", value)]);
        let and = |more: Vec<Object>| {
            let mut objects = [whole.clone(), more].concat();
            objects.sort_by(|a, b| a.id.cmp(&b.id));
            objects
        };
        let turned: Vec<Object> = whole
            .iter()
            .map(|object| {
                if object.id == "01" {
                    plain("01", if native.is_order { "11" } else { "12" })
                } else {
                    object.clone()
                }
            })
            .collect();
        let second = carriage("40", "wechat", "01", "Zz9Yy8Xx7");
        let rows: Vec<(&str, &str, Vec<Object>, Claim)> = if native.is_order {
            vec![
                (
                    "amount",
                    "an amount stands beside the order code",
                    and(vec![plain("54", "25.50")]),
                    doubted(&["double-payment-unlinked", "double-payment"]),
                ),
                (
                    "amount-stars",
                    "an amount stands beside the order code and the reference is three stars",
                    and(vec![plain("54", "25.50"), reference("***")]),
                    doubted(&["double-payment-unlinked"]),
                ),
                (
                    "amount-linked",
                    "an amount and a reference stand beside the order code",
                    and(vec![plain("54", "25.50"), reference("SALE-7")]),
                    warned(&["double-payment"]),
                ),
                (
                    "two",
                    "a second order code stands beside the first",
                    and(vec![second.clone()]),
                    doubted(&["double-payment-unlinked"]),
                ),
                (
                    "two-linked",
                    "a second order code and a reference stand beside the first",
                    and(vec![second, reference("SALE-7")]),
                    warned(&["double-payment"]),
                ),
                (
                    "static",
                    "the payload says that it serves many payments",
                    turned,
                    warned(&["static-initiation"]),
                ),
            ]
        } else {
            vec![
                (
                    "rewritten",
                    "the payload says that it serves one payment",
                    turned,
                    passed(&["initiation-rewritten"]),
                ),
                ("amount", "an amount stands beside the code", and(vec![plain("54", "25.50")]), passed(&[])),
            ]
        };
        for (slug, change, objects, claim) in rows {
            drafts.push(Draft {
                flags: vec!["field-16", "field-20", "order"],
                risk: vec![Risk::Replay, Risk::WrongAmount],
                ..Draft::mutant(
                    &parent,
                    &format!("sale-{}-{slug}", native.key),
                    change,
                    sealed(&objects).as_bytes(),
                    claim,
                )
            });
        }
        drafts.push(parent);
    }
}
