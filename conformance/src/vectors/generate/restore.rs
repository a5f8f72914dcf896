//! Vectors of `restore`: what each network's templates give back, and each way in which an account breaks, with its place.

use serde_json::{Value, json};

use super::draft::{Claim, Draft};
use super::merchant::carriage;
use super::object::{Object, place, plain, sealed, template};
use super::wallets::{NETWORKS, Native, base64, natives, parts, prefixes, templates, unified};
use crate::vectors::{Level, Op, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let all = natives(seed);
    let mut drafts = Vec::new();
    for native in &all {
        drafts.push(one(native));
    }
    // For each network its first code, whose template the faults are put into.
    for network in NETWORKS {
        let Some(native) = all.iter().find(|native| native.network == network) else { continue };
        objects(native, &mut drafts);
        routes(native, &all, &mut drafts);
    }
    let pieces = ["wechat", "qq", "link"];
    for (turn, network) in pieces.into_iter().enumerate() {
        split(network, turn.saturating_add(2), &mut drafts);
    }
    encoded(&mut drafts);
    texts(&all, &mut drafts);
    drafts
}

/// The payload of one account or several, and the list that comes back.
fn composed(id: &str, title: &str, objects: &[Object], natives: &[&str]) -> Draft {
    Draft {
        requirements: vec!["UPQR-CAR-1", "UPQR-CAR-13", "UPQR-CNF-5"],
        ..Draft::composed(
            Op::Restore,
            Level::Carriage,
            id,
            title,
            sealed(objects).as_bytes(),
            Claim::Accepted(Some(json!(natives))),
        )
    }
}

fn one(native: &Native) -> Draft {
    let objects = unified(native.is_order, &templates(26, &[(native.network, native.text.as_bytes())]));
    Draft {
        flags: vec!["field-19"],
        ..composed(
            &format!("one-{}", native.key),
            &format!("{} comes back", native.key),
            &objects,
            &[&native.text],
        )
    }
}

fn broken(
    parent: &Draft,
    id: &str,
    change: &str,
    objects: &[Object],
    code: &'static str,
    offset: usize,
) -> Draft {
    Draft {
        requirements: vec![requirement(code), "UPQR-CAR-19", "UPQR-CNF-9"],
        // What another reader might take for a code of its own.
        flags: match code {
            "unknown-network" | "unknown-form" | "misroute" | "payment-code" | "nested-emv" => {
                vec!["attack-18", "carriage", "field-13"]
            }
            _ => vec!["carriage"],
        },
        risk: vec![Risk::Misroute],
        ..Draft::mutant(parent, id, change, sealed(objects).as_bytes(), Claim::Refused(code, Some(offset)))
    }
}

fn requirement(code: &str) -> &'static str {
    match code {
        "unknown-network" => "UPQR-CAR-2",
        "carriage-object" => "UPQR-CAR-3",
        "form" => "UPQR-CAR-4",
        "body" => "UPQR-CAR-5",
        "unknown-form" => "UPQR-CAR-6",
        "part" => "UPQR-CAR-9",
        "part-repeated" => "UPQR-CAR-10",
        "part-missing" => "UPQR-CAR-11",
        "part-mismatch" => "UPQR-CAR-12",
        "base64url" => "UPQR-CAR-14",
        "nested-emv" => "UPQR-CAR-15",
        "payment-code" => "UPQR-CAR-16",
        _ => "UPQR-CAR-17",
    }
}

/// Faults of the objects in a template of one part; each network has every other one of them.
fn objects(native: &Native, drafts: &mut Vec<Draft>) {
    let parent = one(native);
    let Some(inner) = parts(native.network, native.text.as_bytes()).into_iter().next() else { return };
    let [guid, form, body] = inner.as_slice() else { return };
    let turn = NETWORKS.iter().position(|network| *network == native.network).unwrap_or(0);
    let with = |objects: &[&Object]| objects.iter().map(|object| (*object).clone()).collect::<Vec<Object>>();
    let other = |id: &str, value: &str| plain(id, value);
    let key = native.network;
    let rows: Vec<(&str, &str, Vec<Object>, &'static str, &[&str])> = vec![
        (
            "guid-longer",
            "a letter stands behind the key of the network",
            with(&[&other("00", &format!("org.upqr.{key}x")), form, body]),
            "unknown-network",
            &["00"],
        ),
        (
            "guid-shorter",
            "the last letter of the key is lost",
            with(&[
                &other(
                    "00",
                    &format!("org.upqr.{}", key.get(..key.len().saturating_sub(1)).unwrap_or_default()),
                ),
                form,
                body,
            ]),
            "unknown-network",
            &["00"],
        ),
        (
            "guid-label",
            "another label stands behind the key",
            with(&[&other("00", &format!("org.upqr.{key}.v2")), form, body]),
            "unknown-network",
            &["00"],
        ),
        (
            "object-04",
            "an object 04 is added",
            with(&[guid, form, body, &other("04", "x")]),
            "carriage-object",
            &["04"],
        ),
        (
            "object-99",
            "an object 99 is added",
            with(&[guid, form, body, &other("99", "x")]),
            "carriage-object",
            &["99"],
        ),
        (
            "object-05-first",
            "an object 05 stands before the form",
            with(&[guid, &other("05", ""), form, body]),
            "carriage-object",
            &["05"],
        ),
        ("form-missing", "the form is taken out", with(&[guid, body]), "form", &[]),
        ("form-letters", "the form is `A1`", with(&[guid, &other("01", "A1"), body]), "form", &["01"]),
        ("form-one", "the form has one digit", with(&[guid, &other("01", "1"), body]), "form", &["01"]),
        (
            "form-three",
            "the form has three digits",
            with(&[guid, &other("01", "001"), body]),
            "form",
            &["01"],
        ),
        ("form-empty", "the form is empty", with(&[guid, &other("01", ""), body]), "form", &["01"]),
        (
            "form-full-width",
            "the form is two full-width digits",
            with(&[guid, &other("01", "０１"), body]),
            "form",
            &["01"],
        ),
        ("form-98", "the form is 98", with(&[guid, &other("01", "98"), body]), "unknown-form", &["01"]),
        (
            "form-next",
            "the form is the one behind the last of the network",
            with(&[guid, &other("01", &format!("{:02}", prefixes(key).count().saturating_add(1))), body]),
            "unknown-form",
            &["01"],
        ),
        ("body-missing", "the body is taken out", with(&[guid, form]), "body", &[]),
        ("body-empty", "the body is empty", with(&[guid, form, &other("02", "")]), "body", &["02"]),
        ("part-00", "the part is 00", with(&[guid, form, body, &other("03", "00")]), "part", &["03"]),
        ("part-11", "the part is 1 of 1", with(&[guid, form, body, &other("03", "11")]), "part", &["03"]),
        ("part-21", "the part is 2 of 1", with(&[guid, form, body, &other("03", "21")]), "part", &["03"]),
        ("part-10", "the part is 1 of 0", with(&[guid, form, body, &other("03", "10")]), "part", &["03"]),
        ("part-letters", "the part is `1a`", with(&[guid, form, body, &other("03", "1a")]), "part", &["03"]),
        (
            "part-three",
            "the part has three digits",
            with(&[guid, form, body, &other("03", "112")]),
            "part",
            &["03"],
        ),
        ("part-empty", "the part is empty", with(&[guid, form, body, &other("03", "")]), "part", &["03"]),
        (
            "part-12",
            "the part is 1 of 2 and there is no other",
            with(&[guid, form, body, &other("03", "12")]),
            "part-missing",
            &[],
        ),
        (
            "part-22",
            "the part is 2 of 2 and there is no other",
            with(&[guid, form, body, &other("03", "22")]),
            "part-mismatch",
            &["03"],
        ),
    ];
    for (number, (slug, change, inner, code, path)) in rows.into_iter().enumerate() {
        if number.wrapping_add(turn) % 2 != 0 {
            continue;
        }
        let payload = unified(native.is_order, &[template("26", inner)]);
        let offset = place(&payload, &[&["26"], path].concat()).id;
        drafts.push(broken(&parent, &format!("{slug}-{key}"), change, &payload, code, offset));
    }
    let twice = [guid, form, body];
    for (at, object) in twice.iter().enumerate().filter(|(at, _)| at.wrapping_add(turn) % 3 == 0) {
        let id = ["00", "01", "02"].get(at).copied().unwrap_or_default();
        let inner = with(&[guid, form, body, &other(object.id.as_str(), "7")]);
        let payload = unified(native.is_order, &[template("26", inner)]);
        let end = place(&payload, &["26", "02"]).end;
        let mut draft = broken(
            &parent,
            &format!("object-{id}-twice-{key}"),
            &format!("an object {id} stands twice"),
            &payload,
            "carriage-object",
            end,
        );
        draft.flags.extend(["attack-03", "field-12"]);
        drafts.push(draft);
    }
    let upper = carriage("26", key, &form.value(), &body.value());
    let inner: Vec<Object> = upper
        .objects()
        .iter()
        .map(|object| {
            if object.id == "00" {
                plain("00", format!("ORG.UPQR.{}", key.to_uppercase()))
            } else {
                object.clone()
            }
        })
        .collect();
    let payload = unified(native.is_order, &[template("26", inner)]);
    drafts.push(Draft {
        requirements: vec!["UPQR-OBJ-11", "UPQR-CAN-15"],
        flags: vec!["field-14", "guid", "letter-case"],
        ..Draft::mutant(
            &parent,
            &format!("guid-upper-{key}"),
            "the GUID is in upper case",
            sealed(&payload).as_bytes(),
            Claim::Accepted(Some(json!([native.text]))),
        )
    });
}

/// Codes of other networks, of consumers and of EMV in the template of a network.
fn routes(native: &Native, all: &[Native], drafts: &mut Vec<Draft>) {
    let parent = one(native);
    let mut put = |slug: &str, change: &str, code: &str, error: &'static str| {
        let payload = unified(false, &[carriage("26", native.network, "00", code)]);
        let offset = place(&payload, &["26", "02"]).id;
        drafts.push(broken(
            &parent,
            &format!("route-{}-{slug}", native.network),
            change,
            &payload,
            error,
            offset,
        ));
    };
    for other in ["wechat-order", "alipay-static", "ecny", "unionpay-order", "qq"] {
        let Some(other) = all.iter().find(|native| native.key == other && other.len() > 1) else { continue };
        if other.network != native.network && other.text.len() < 70 {
            put(other.key, &format!("the body is {} as it stands", other.key), &other.text, "misroute");
        }
    }
    let codes = [
        ("wechat", "134567890123456789"),
        ("alipay", "264567890123456789"),
        ("unionpay", "6245678901234567899"),
        ("ecny", "0145678901234567899"),
        ("alipay-plus", "28456789012345678901234567890123"),
    ];
    let turn = NETWORKS.iter().position(|network| *network == native.network).unwrap_or(0);
    for (number, (slug, code)) in codes.into_iter().enumerate() {
        if number.wrapping_add(turn) % 2 == 0 {
            put(
                &format!("code-{slug}"),
                &format!("the body is a payment code of {slug}"),
                code,
                "payment-code",
            );
        }
    }
    let emv = sealed(&[plain("00", "01"), plain("04", "9999000000000017")]);
    put("emv", "the body is an EMV payload", &emv, "nested-emv");
}

/// Accounts of several parts, with parts lost, doubled, swapped and foreign.
fn split(network: &str, count: usize, drafts: &mut Vec<Draft>) {
    let prefix = prefixes(network).next().map_or("https://noodle.example/", |(_, prefix)| prefix);
    let room = 85_usize.saturating_sub(network.len().saturating_add(9));
    let native = format!(
        "{prefix}{}",
        "n7".repeat(room.saturating_mul(count.saturating_sub(1)).wrapping_div(2).saturating_add(4))
    );
    let whole = templates(26, &[(network, native.as_bytes())]);
    let is_order = network == "wechat";
    let parent = Draft {
        flags: vec!["parts"],
        ..composed(
            &format!("parts-{network}"),
            &format!("A code of {network} in {} parts", whole.len()),
            &unified(is_order, &whole),
            &[&native],
        )
    };
    let contents: Vec<&[Object]> = whole.iter().map(Object::objects).collect();
    let at = |first: usize, order: &[usize]| -> Vec<Object> {
        let chosen = order.iter().filter_map(|part| contents.get(*part));
        chosen
            .enumerate()
            .map(|(place, inner)| template(&format!("{:02}", first.saturating_add(place)), inner.to_vec()))
            .collect()
    };
    let last = count.saturating_sub(1);
    let every: Vec<usize> = (0..count).collect();
    let mut put = |slug: &str, change: &str, accounts: Vec<Object>, code: &'static str, path: &[&str]| {
        let payload = unified(is_order, &accounts);
        let offset = place(&payload, path).id;
        let mut draft = broken(&parent, &format!("parts-{network}-{slug}"), change, &payload, code, offset);
        draft.flags = vec!["parts"];
        drafts.push(draft);
    };
    put(
        "last-lost",
        "the last part is lost",
        at(26, every.get(..last).unwrap_or_default()),
        "part-missing",
        &["26"],
    );
    put(
        "first-lost",
        "the first part is lost",
        at(27, every.get(1..).unwrap_or_default()),
        "part-mismatch",
        &["27", "03"],
    );
    let twice: Vec<usize> = [0].into_iter().chain(every.iter().copied()).collect();
    put("first-twice", "the first part stands twice", at(26, &twice), "part-repeated", &["27", "03"]);
    let turned: Vec<usize> = every.iter().rev().copied().collect();
    put(
        "turned",
        "the parts stand in descending order of ID",
        at(26, &turned),
        "part-mismatch",
        &["26", "03"],
    );
    let mut gap = at(26, &every);
    if let Some(object) = gap.last_mut() {
        "45".clone_into(&mut object.id);
    }
    put("gap", "the last part has the ID 45", gap, "part-mismatch", &["45", "03"]);
    if count > 2 {
        let without: Vec<usize> = every.iter().copied().filter(|part| *part != 1).collect();
        put("second-lost", "the second part is lost", at(26, &without), "part-missing", &["26"]);
    }
    let mut foreign = at(26, &every);
    if let Some(object) = foreign.get_mut(1) {
        let inner: Vec<Object> = object
            .objects()
            .iter()
            .map(|inner| if inner.id == "00" { plain("00", "org.upqr.qq") } else { inner.clone() })
            .collect();
        *object = template("27", inner);
    }
    if network != "qq" {
        put("foreign", "the second part is of another network", foreign, "part-mismatch", &["27", "03"]);
    }
    let mut formed = at(26, &every);
    if let Some(object) = formed.get_mut(1) {
        let mut inner = object.objects().to_vec();
        inner.insert(1, plain("01", "00"));
        inner.iter_mut().filter(|inner| inner.id == "02").for_each(|inner| *inner = plain("02", "7"));
        *object = template("27", inner);
    }
    put("form-late", "the second part has a form", formed, "form", &["27", "01"]);
    let mut other = at(26, &every);
    if let Some(object) = other.get_mut(1) {
        let inner: Vec<Object> = object
            .objects()
            .iter()
            .map(|inner| if inner.id == "03" { plain("03", "29") } else { inner.clone() })
            .collect();
        *object = template("27", inner);
    }
    put("count", "the second part says that there are nine", other, "part-mismatch", &["27", "03"]);
    let payload = unified(is_order, &at(26, &every));
    let shuffled: Vec<Object> = payload
        .iter()
        .filter(|object| object.id.as_str() > "51")
        .chain(payload.iter().rev().filter(|object| ("26"..="51").contains(&object.id.as_str())))
        .cloned()
        .collect();
    let head: Vec<Object> = payload.iter().filter(|object| object.id.as_str() < "26").cloned().collect();
    let shuffled = [head, shuffled].concat();
    drafts.push(Draft {
        requirements: vec!["UPQR-CAR-7"],
        flags: vec!["field-11", "order", "parts"],
        ..Draft::mutant(
            &parent,
            &format!("parts-{network}-late"),
            "the parts stand last and in descending order, with their IDs as they were",
            sealed(&shuffled).as_bytes(),
            Claim::Accepted(Some(json!([native]))),
        )
    });
    drafts.push(parent);
}

/// Bodies of form 99 that are no strict base64url.
fn encoded(drafts: &mut Vec<Draft>) {
    let native = "https://noodle.example/?n=兰花面";
    let body = base64(native.as_bytes(), "-_", false);
    let objects = unified(false, &[carriage("26", "link", "99", &body)]);
    let parent = composed("base64url", "A link in base64url", &objects, &[native]);
    let with_last = |c: char| format!("{}{c}", body.get(..body.len().saturating_sub(1)).unwrap_or_default());
    let rows = [
        ("plus", "a plus sign stands in the body", body.replacen('c', "+", 1)),
        ("slash", "a slash stands in the body", body.replacen('c', "/", 1)),
        (
            "padding",
            "the body is padded",
            format!("{}{}", body.get(..body.len().saturating_sub(2)).unwrap_or_default(), "=="),
        ),
        ("one-padding", "one = stands behind the body", format!("{body}=")),
        (
            "impossible",
            "the body has one character of a group",
            format!("{}A", body.get(..body.len().wrapping_div(4).wrapping_mul(4)).unwrap_or_default()),
        ),
        ("blank", "a blank stands in the body", body.replacen('c', " ", 1)),
        ("percent", "a percent sign stands in the body", body.replacen('c', "%", 1)),
        ("ideograph", "an ideograph stands in the body", body.replacen('c', "兰", 1)),
        ("bits-two", "an unused bit of a group of two characters is set", "aHR0cHM6Ly9hL-".to_owned()),
        ("bits-three", "an unused bit of a group of three characters is set", "aHR0cHM6Ly9h-_B".to_owned()),
        ("last", "the last character is an equals sign", with_last('=')),
    ];
    for (slug, change, body) in rows {
        let payload = unified(false, &[carriage("26", "link", "99", &body)]);
        let offset = place(&payload, &["26", "02"]).id;
        let mut draft = broken(&parent, &format!("base64url-{slug}"), change, &payload, "base64url", offset);
        draft.flags = vec!["attack-08", "base64url"];
        drafts.push(draft);
    }
    drafts.push(parent);
}

/// Payloads that do not parse, and bases that are not given back.
fn texts(all: &[Native], drafts: &mut Vec<Draft>) {
    for native in all.iter().step_by(3) {
        let objects = unified(native.is_order, &templates(26, &[(native.network, native.text.as_bytes())]));
        let text = sealed(&objects);
        let parent = one(native);
        let account = place(&objects, &["26"]);
        let base = unified(native.is_order, &[]);
        let whole = Draft {
            options: [("base".to_owned(), Value::Bool(true))].into_iter().collect(),
            requirements: vec!["UPQR-CAR-26"],
            flags: vec!["base"],
            claim: Claim::Accepted(Some(Value::String(sealed(&base)))),
            ..Draft {
                id: format!("restore-gen-base-{}", native.key),
                title: format!("The base without {}", native.key),
                ..parent.clone()
            }
        };
        let zero =
            text.get(..text.len().saturating_sub(4)).map(|head| format!("{head}0000")).unwrap_or_default();
        let crc = text.len().saturating_sub(8);
        drafts.push(Draft {
            requirements: vec!["UPQR-CAR-27"],
            flags: vec!["attack-06", "base", "crc", "field-03"],
            risk: vec![Risk::Tamper],
            ..Draft::mutant(
                &whole,
                &format!("base-{}-crc", native.key),
                "the CRC is 0000",
                zero.as_bytes(),
                Claim::Refused("base-crc", Some(crc)),
            )
        });
        drafts.push(whole);
        let cut = text.get(..account.end.saturating_sub(1)).unwrap_or_default();
        let rows = [
            ("cut", "the text ends inside the account", cut.to_owned(), "overrun", account.length),
            ("rest", "a line feed stands behind the CRC", format!("{text}\n"), "id", text.len()),
        ];
        for (slug, change, input, code, offset) in rows {
            drafts.push(Draft {
                requirements: vec!["UPQR-OBJ-4", "UPQR-CNF-10"],
                flags: vec!["attack-05", "field-17", "truncated"],
                ..Draft::mutant(
                    &parent,
                    &format!("text-{}-{slug}", native.key),
                    change,
                    input.as_bytes(),
                    Claim::Refused(code, Some(offset)),
                )
            });
        }
        drafts.push(Draft {
            title: format!("The CRC plays no part in restoring {}", native.key),
            requirements: vec!["UPQR-CAR-13"],
            flags: vec!["crc", "field-03"],
            ..Draft::mutant(
                &parent,
                &format!("text-{}-crc", native.key),
                "the CRC is 0000",
                zero.as_bytes(),
                Claim::Accepted(Some(json!([native.text]))),
            )
        });
    }
}
