//! Vectors of `unify`: every form of every network at the edges of its parts, several accounts, national bases and refusals.

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::draft::{Claim, Draft, capital};
use super::object::{Object, place, plain, sealed, template, text};
use super::wallets::{MERCHANT, NETWORKS, Native, natives, prefixes, templates, unified};
use crate::vectors::{Level, Op, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for native in natives(seed) {
        drafts.push(one(&native));
    }
    edges(seed, &mut drafts);
    octets(&mut drafts);
    several(seed, &mut drafts);
    bases(seed, &mut drafts);
    drafts
}

pub(crate) fn merchant() -> Map<String, Value> {
    let members = ["name", "city", "category", "country", "currency"];
    let value =
        |name: &str| MERCHANT.iter().find(|(member, _, _)| *member == name).map(|(_, _, value)| json!(value));
    members.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?))).collect()
}

pub(crate) fn options(more: &[(&str, Value)]) -> Map<String, Value> {
    let mut options: Map<String, Value> =
        more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    if !options.contains_key("base") && !options.contains_key("merchant") {
        options.insert("merchant".to_owned(), Value::Object(merchant()));
    }
    options
}

fn composed(id: &str, title: &str, native: &[u8], claim: Claim) -> Draft {
    Draft {
        options: options(&[]),
        requirements: vec!["UPQR-CAN-4", "UPQR-CAN-5", "UPQR-CAN-7"],
        ..Draft::composed(Op::Unify, Level::Carriage, id, title, native, claim)
    }
}

fn written(objects: &[Object]) -> Claim {
    Claim::Accepted(Some(Value::String(sealed(objects))))
}

pub(crate) fn one(native: &Native) -> Draft {
    let accounts = templates(26, &[(native.network, native.text.as_bytes())]);
    let claim = written(&unified(native.is_order, &accounts));
    Draft {
        flags: if native.is_order { vec!["order"] } else { vec!["field-19", "field-20"] },
        ..composed(
            &format!("one-{}", native.key),
            &format!("One account: {}", native.key),
            native.text.as_bytes(),
            claim,
        )
    }
}

/// Bodies as long as a template or a number of parts allows, and one character longer.
fn edges(seed: u64, drafts: &mut Vec<Draft>) {
    for network in NETWORKS {
        // What takes no form is verbatim, with a choice where no candidate names the network.
        let verbatim = match network {
            "link" => "https://noodle.example/",
            "qq" => "qq://noodle/",
            _ => "noodle:",
        };
        let forms: Vec<(&str, &str)> = prefixes(network).chain([("00", verbatim)]).collect();
        let room = 85_usize.saturating_sub(network.len().saturating_add(9));
        for (turn, (form, prefix)) in forms.iter().enumerate() {
            let dropped = if *form == "00" { 0 } else { prefix.len() };
            let fill = |body: usize| {
                let mut dice = Dice::of(seed, &format!("edge-{network}-{form}-{body}"));
                let wanted = body.saturating_add(dropped).saturating_sub(prefix.len());
                format!("{prefix}{}", dice.letters(wanted.max(1)))
            };
            let parts = turn.wrapping_rem(6).saturating_add(2);
            let most = room.saturating_sub(6).saturating_add(room.saturating_mul(parts.saturating_sub(1)));
            let rows = [
                ("single", "fills one template", room),
                ("two", "is one character longer than one template holds", room.saturating_add(1)),
                ("parts", "fills its parts to the last", most),
                ("next", "needs one part more for one character", most.saturating_add(1)),
            ];
            for (slug, words, length) in rows {
                let native = fill(length);
                let accounts = templates(26, &[(network, native.as_bytes())]);
                let mut draft = composed(
                    &format!("edge-{network}-{form}-{slug}"),
                    &format!("A body of {length} characters of form {form} of {network} {words}"),
                    native.as_bytes(),
                    written(&unified(false, &accounts)),
                );
                // The form for the codes of one sale names them by their shape.
                if form == &"04"
                    || form == &"01" && network == "wechat"
                    || form == &"02" && network == "wechat"
                {
                    draft.claim = written(&unified(true, &accounts));
                }
                draft.options = options(&[("network", json!(network))]);
                draft.requirements = vec!["UPQR-CAN-5", "UPQR-CAN-6", "UPQR-CAN-7", "UPQR-CAN-8"];
                draft.flags = vec!["parts", "size"];
                drafts.push(draft);
            }
        }
        let least = format!("edge-{network}-least");
        for (form, prefix) in &forms {
            let native = format!("{prefix}7");
            let accounts = templates(26, &[(network, native.as_bytes())]);
            let is_order = network == "wechat" && ["01", "02", "04"].contains(form);
            drafts.push(Draft {
                options: options(&[("network", json!(network))]),
                flags: vec!["form"],
                ..composed(
                    &format!("{least}-{form}"),
                    &format!("One character behind the prefix of form {form} of {network}"),
                    native.as_bytes(),
                    written(&unified(is_order, &accounts)),
                )
            });
        }
        // 997 bytes are the limit of the payload, so a body of many parts is too long before its parts are too many.
        let long = format!("{verbatim}{}", "7".repeat(room.saturating_mul(9).saturating_sub(verbatim.len())));
        let parent = composed(&format!("edge-{network}-00-single"), "", b"", Claim::Accepted(None));
        for (slug, native, code) in [
            (
                "too-long",
                long.get(..room.saturating_mul(9).saturating_sub(6)).unwrap_or_default().to_owned(),
                "too-long",
            ),
            ("too-many-parts", long.clone(), "too-many-parts"),
        ] {
            drafts.push(Draft {
                options: options(&[("network", json!(network))]),
                requirements: vec!["UPQR-CAN-9", "UPQR-TXT-6", "UPQR-CNF-7"],
                flags: vec!["attack-05", "attack-19", "parts", "size"],
                risk: vec![Risk::DenialOfService],
                ..Draft::mutant(
                    &parent,
                    &format!("edge-{network}-{slug}"),
                    &format!("the native code has {} characters", native.len()),
                    native.as_bytes(),
                    Claim::Refused(code, Some(0)),
                )
            });
        }
    }
}

/// Octets outside printable ASCII: every value of an octet once, and each kind at the edge of base64's groups.
fn octets(drafts: &mut Vec<Draft>) {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let rows: [(&str, &str, Vec<u8>); 9] = [
        ("all", "every octet", all),
        ("nul", "a NUL", b"\0".to_vec()),
        ("ff", "an octet FF", vec![0xFF]),
        ("two", "two octets above ASCII", vec![0xFB, 0xEF]),
        ("three", "three octets above ASCII", vec![0xFB, 0xEF, 0xBE]),
        ("delete", "a DELETE", vec![0x7F]),
        ("below-blank", "the octet below a blank", vec![0x1F]),
        ("surrogate", "half a surrogate pair", vec![0xED, 0xA0, 0x80]),
        ("gbk", "a name in GBK", vec![0xC0, 0xBC, 0xBB, 0xA8]),
    ];
    for network in ["wechat", "link"] {
        for (slug, words, octets) in &rows {
            let prefix = if network == "link" { "https://noodle.example/?n=" } else { "wxp://" };
            let native = [prefix.as_bytes(), octets].concat();
            let accounts = templates(26, &[(network, native.as_slice())]);
            drafts.push(Draft {
                options: options(&[("network", json!(network))]),
                requirements: vec!["UPQR-CAN-4", "UPQR-CNF-5"],
                flags: vec!["base64url", "field-19"],
                ..composed(
                    &format!("octets-{network}-{slug}"),
                    &capital(&format!("{words} in a code of {network} selects base64url")),
                    &native,
                    written(&unified(false, &accounts)),
                )
            });
        }
    }
}

/// Accounts in the order given, of several networks or of one.
fn several(seed: u64, drafts: &mut Vec<Draft>) {
    let all = natives(seed);
    let pick = |keys: &[&str]| -> Vec<Native> {
        keys.iter().filter_map(|key| all.iter().find(|native| native.key == *key).cloned()).collect()
    };
    let rows: [(&str, &str, Vec<Native>); 9] = [
        ("two", "two wallets", pick(&["wechat-personal", "alipay-static"])),
        ("two-turned", "the same two the other way round", pick(&["alipay-static", "wechat-personal"])),
        ("three", "three wallets, one order code", pick(&["alipay-static", "wechat-order", "ecny"])),
        (
            "five",
            "five wallets",
            pick(&["wechat-personal", "alipay-static", "unionpay-static", "qq", "ecny"]),
        ),
        (
            "six",
            "all networks",
            pick(&["link", "qq", "unionpay-static", "ecny", "alipay-upper", "wechat-personal"]),
        ),
        (
            "one-network",
            "three codes of one network",
            pick(&["wechat-personal", "wechat-order", "wechat-mode-1"]),
        ),
        ("orders", "two order codes", pick(&["unionpay-order", "alipay-order"])),
        ("long-between", "a code of two parts between two of one", pick(&["qq", "wechat-mode-1", "link"])),
        ("same", "one code twice", pick(&["alipay-static", "alipay-static"])),
    ];
    for (slug, words, natives) in rows {
        let Some((first, rest)) = natives.split_first() else { continue };
        let accounts: Vec<(&str, &[u8])> =
            natives.iter().map(|native| (native.network, native.text.as_bytes())).collect();
        let more: Vec<Value> = rest.iter().map(|native| json!({"text": native.text})).collect();
        let is_order = natives.iter().any(|native| native.is_order);
        drafts.push(Draft {
            options: options(&[("more", json!(more))]),
            requirements: vec!["UPQR-CAN-10", "UPQR-MPM-3"],
            flags: vec!["field-13", "several"],
            ..composed(
                &format!("several-{slug}"),
                &format!("Accounts in the order given: {words}"),
                first.text.as_bytes(),
                written(&unified(is_order, &templates(26, &accounts))),
            )
        });
    }
}

/// What a national scheme prints, as its objects between the head and the CRC.
fn nationals(seed: u64) -> Vec<(&'static str, Vec<Object>)> {
    let mut dice = Dice::of(seed, "nationals");
    let mut scheme = |key, id: &str, guid: &str, account: &str, country: &str, currency: &str| {
        let account =
            template(id, vec![plain("00", guid), plain("01", format!("{account}{}", dice.digits(8)))]);
        let rest = [
            ("52", "5411"),
            ("53", currency),
            ("58", country),
            ("59", "ORCHID NOODLE BAR"),
            ("60", "MARKET"),
        ];
        let objects = [plain("00", "01"), plain("01", "11"), account].into_iter();
        (key, objects.chain(rest.iter().map(|(id, value)| plain(id, *value))).collect::<Vec<_>>())
    };
    vec![
        scheme("promptpay", "29", "A000000677010111", "00660", "TH", "764"),
        scheme("qris", "26", "ID.CO.QRIS.WWW", "9360", "ID", "360"),
        scheme("pix", "26", "br.gov.bcb.pix", "key", "BR", "986"),
        scheme("hkqr", "26", "hk.com.hkicl", "07", "HK", "344"),
        scheme("duitnow", "26", "A0000006150001", "60", "MY", "458"),
        scheme("khqr", "30", "kh.example@bank", "0", "KH", "116"),
        scheme("jpqr", "26", "jp.or.paymentsjapan", "00", "JP", "392"),
        scheme("vietqr", "38", "A000000727", "97", "VN", "704"),
        scheme("bharat", "27", "A000000524", "up", "IN", "356"),
        scheme("sgqr", "51", "SG.SGQR", "", "SG", "702"),
    ]
}

/// The base with the templates in before its first object above 51.
fn extended(base: &[Object], accounts: &[Object]) -> Vec<Object> {
    let (head, tail): (Vec<Object>, Vec<Object>) =
        base.iter().cloned().partition(|object| object.id.as_str() <= "51");
    head.into_iter().chain(accounts.iter().cloned()).chain(tail).collect()
}

fn bases(seed: u64, drafts: &mut Vec<Draft>) {
    let all = natives(seed);
    let long = all.iter().find(|native| native.key == "wechat-mode-1");
    let short = all.iter().find(|native| native.key == "alipay-static");
    let Some((long, short)) = long.zip(short) else { return };
    for (turn, (key, base)) in nationals(seed).into_iter().enumerate() {
        let native = if turn % 2 == 0 { short } else { long };
        let used = base.get(2).map_or(0, |object| object.id.parse().unwrap_or(0));
        let run = super::wallets::parts(native.network, native.text.as_bytes()).len();
        // The lowest run of free IDs: from 26 where it ends below the account of the base, else behind it.
        let first: usize = if used < 26_usize.saturating_add(run) { used.saturating_add(1) } else { 26 };
        let accounts = templates(first, &[(native.network, native.text.as_bytes())]);
        let payload = sealed(&base);
        let whole = Draft {
            options: options(&[("base", json!(payload))]),
            requirements: vec!["UPQR-CAR-21", "UPQR-CAR-22", "UPQR-CAN-10"],
            flags: vec!["base", "field-13"],
            ..composed(
                &format!("base-{key}"),
                &format!("A code of {key} takes in {}", native.key),
                native.text.as_bytes(),
                written(&extended(&base, &accounts)),
            )
        };
        let crc = payload.len().saturating_sub(8);
        let without = text(&base);
        let last = base.last().map_or(0, |object| place(&base, &[object.id.as_str()]).id);
        let guid = extended(&base, &accounts);
        let guid_at = place(&guid, &[accounts.first().map_or("", |object| object.id.as_str())]).id;
        let turned = base.iter().skip(1).chain(base.first()).cloned().collect::<Vec<_>>();
        let lower =
            format!("{without}6304{:04x}", super::object::crc(0xFFFF, format!("{without}6304").as_bytes()));
        let rows: [(&str, &str, String, &str, usize); 7] = [
            ("crc-zeros", "the CRC of the base is 0000", format!("{without}63040000"), "base-crc", crc),
            ("crc-lower", "the CRC of the base is in lower case", lower, "base-crc", crc),
            ("crc-missing", "the base has no CRC", without.clone(), "base-order", last),
            ("late-head", "object 00 of the base stands last", sealed(&turned), "base-order", 0),
            ("unified", "the base is unified already", sealed(&guid), "base-guid", guid_at),
            (
                "cut",
                "the base ends before its last character",
                payload.get(..payload.len().saturating_sub(1)).unwrap_or_default().to_owned(),
                "overrun",
                crc.saturating_add(2),
            ),
            ("rest", "a line feed stands behind the base", format!("{payload}\n"), "id", payload.len()),
        ];
        for (number, (slug, change, base, code, offset)) in rows.into_iter().enumerate() {
            // Each base has three of the faults, each fault stands in four or five bases.
            if number.wrapping_add(turn) % 2 != 0
                || slug == "crc-lower"
                    && base.ends_with(|c: char| c.is_ascii_digit())
                    && !base
                        .get(base.len().saturating_sub(4)..)
                        .is_some_and(|crc| crc.contains(|c: char| c.is_ascii_lowercase()))
            {
                continue;
            }
            drafts.push(Draft {
                options: options(&[("base", json!(base))]),
                requirements: vec!["UPQR-CAR-23", "UPQR-CAR-24", "UPQR-CAR-25", "UPQR-CNF-9"],
                flags: vec!["attack-06", "base", "crc", "field-03"],
                risk: vec![Risk::Tamper],
                ..Draft::mutant(
                    &whole,
                    &format!("base-{key}-{slug}"),
                    change,
                    native.text.as_bytes(),
                    Claim::Refused(code, Some(offset)),
                )
            });
        }
        drafts.push(whole);
    }
    full(short, long, drafts);
}

/// Bases in which few account IDs or none are free.
fn full(short: &Native, long: &Native, drafts: &mut Vec<Draft>) {
    let base = |free: &[usize]| {
        let used = (26..=51)
            .filter(|id| !free.contains(id))
            .map(|id| template(&id.to_string(), vec![plain("00", "x")]));
        let rest = [("52", "5411"), ("53", "156"), ("58", "CN"), ("59", "N"), ("60", "S")];
        [plain("00", "01")]
            .into_iter()
            .chain(used)
            .chain(rest.map(|(id, value)| plain(id, value)))
            .collect::<Vec<_>>()
    };
    for (slug, native, free, refused) in [
        ("gap-26", short, &[26][..], &[][..]),
        ("gap-38", short, &[38], &[]),
        ("pair-50", long, &[50, 51], &[26, 38, 51]),
        ("pair-30", long, &[30, 31, 51], &[30, 32, 34]),
    ] {
        let Some(first) = free.first() else { continue };
        let native_at = templates(*first, &[(native.network, native.text.as_bytes())]);
        let whole = Draft {
            options: options(&[("base", json!(sealed(&base(free))))]),
            requirements: vec!["UPQR-CAN-10", "UPQR-CAN-11"],
            flags: vec!["base", "gap"],
            ..composed(
                &format!("full-{slug}"),
                &format!("The free IDs are {free:?}"),
                native.text.as_bytes(),
                written(&extended(&base(free), &native_at)),
            )
        };
        // A base without any free ID is one and the same.
        if slug == "gap-38" {
            drafts.push(whole);
            continue;
        }
        drafts.push(Draft {
            options: options(&[("base", json!(sealed(&base(refused))))]),
            requirements: vec!["UPQR-CAN-10", "UPQR-CAN-11", "UPQR-CNF-7"],
            flags: vec!["attack-05", "base", "gap"],
            ..Draft::mutant(
                &whole,
                &format!("full-{slug}-none"),
                &format!("the free IDs are {refused:?}"),
                native.text.as_bytes(),
                Claim::Refused("no-room", Some(0)),
            )
        });
        drafts.push(whole);
    }
}
