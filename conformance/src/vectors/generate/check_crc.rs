//! Vectors of `check` about the CRC: every way in which it comes to be wrong in the field, and the right ones that look wrong.

use super::draft::{Claim, Draft, Origin, blocked, passed};
use super::merchant::{Parent, parents};
use super::object::{Object, crc, object, plain, seal, sealed, text};
use crate::vectors::{Level, Op, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for parent in parents(seed) {
        let clean = clean(&parent);
        wrong(&parent, &clean, &mut drafts);
        values(&parent, &clean, &mut drafts);
        computed(&parent, &clean, &mut drafts);
        places(&parent, &clean, &mut drafts);
        drafts.push(clean);
    }
    searched(seed, &mut drafts);
    drafts
}

/// The whole payload, in which no rule of severity `error` or disposition `confirm` finds anything.
pub(crate) fn clean(parent: &Parent) -> Draft {
    let id = format!("clean-{}", parent.key);
    let title = format!("Nothing stands against a payload {}", parent.shows);
    Draft {
        requirements: vec!["UPQR-DSP-1", "UPQR-DSP-3"],
        ..Draft::composed(
            Op::Check,
            Level::Profile,
            &id,
            &title,
            sealed(&parent.objects).as_bytes(),
            passed(&[]),
        )
    }
}

/// A payload without its CRC, and the CRC.
fn parts(parent: &Parent) -> (String, String) {
    let sealed = sealed(&parent.objects);
    let (head, value) = sealed.split_at(sealed.len().saturating_sub(4));
    (head.to_owned(), value.to_owned())
}

fn mutant(
    clean: &Draft,
    slug: &str,
    change: &str,
    payload: &str,
    claim: Claim,
    flags: &[&'static str],
) -> Draft {
    let key = clean.id.trim_start_matches("check-gen-clean-");
    Draft {
        level: Level::Checksum,
        requirements: vec!["UPQR-CRC-1", "UPQR-CRC-2", "UPQR-CRC-5"],
        flags: [&["attack-06", "crc"], flags].concat(),
        risk: vec![Risk::Tamper],
        ..Draft::mutant(clean, &format!("crc-{slug}-{key}"), change, payload.as_bytes(), claim)
    }
}

/// Each digit of the CRC, and each field that the CRC guards, changed on its own.
fn wrong(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let (head, value) = parts(parent);
    let start = head.len().saturating_sub(4);
    let claim = || blocked(&["crc-mismatch"]).at(start, head.len().saturating_add(4));
    for place in 0..4 {
        let flipped: String =
            value.chars().enumerate().map(|(at, c)| if at == place { other_digit(c) } else { c }).collect();
        let change = format!("digit {} of the CRC is another one", place.saturating_add(1));
        let slug = format!("digit-{}", place.saturating_add(1));
        drafts.push(mutant(
            clean,
            &slug,
            &change,
            &[&head, flipped.as_str()].concat(),
            claim(),
            &["field-03"],
        ));
    }
    for (id, words, tampered) in [("59", "name", "MALLORY NOODLES"), ("52", "category", "6011")] {
        let text = text(&parent.set(id, tampered));
        let start = text.len();
        let payload = format!("{text}6304{value}");
        let change = format!("the {words} is another one and the CRC stays");
        let claim = blocked(&["crc-mismatch"]).at(start, payload.len());
        drafts.push(mutant(clean, &format!("stays-{id}"), &change, &payload, claim, &["field-03"]));
    }
}

/// Another digit that is no letter of the other case either.
fn other_digit(c: char) -> char {
    if c == '7' { '8' } else { '7' }
}

/// The value of object 63 is written in another way.
fn values(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let (head, value) = parts(parent);
    let lower = value.to_ascii_lowercase();
    if lower != value {
        let mut draft = mutant(
            clean,
            "lower-case",
            "the CRC is in lower case",
            &[&head, lower.as_str()].concat(),
            passed(&["crc-lower-case"]),
            &["field-02", "letter-case"],
        );
        draft.requirements.push("UPQR-CRC-4");
        drafts.push(draft);
    }
    let start = head.len().saturating_sub(4);
    let body = head.get(..start).unwrap_or_default();
    let rows: [(&str, &str, &str, &[&'static str], &str); 14] = [
        ("zeros", "the CRC is 0000", "0000", &["crc-mismatch", "crc-placeholder"], "field-03"),
        ("fs", "the CRC is FFFF", "FFFF", &["crc-mismatch", "crc-placeholder"], "field-03"),
        ("xs", "the CRC is XXXX", "XXXX", &["crc-malformed", "crc-placeholder"], "field-03"),
        ("stars", "the CRC is four stars", "****", &["crc-malformed", "crc-placeholder"], "field-03"),
        ("empty", "object 63 is empty", "", &["zero-length"], "field-03"),
        ("itself", "the CRC is its own ID and length", "6304", &["crc-mismatch"], "field-04"),
        ("letter-o", "a letter O stands for a digit of the CRC", "1O2F", &["crc-malformed"], "field-03"),
        ("full-width", "the CRC is in full-width digits", "１２３４", &["crc-malformed"], "field-03"),
        ("blank", "a blank stands in the CRC", "12 4", &["crc-malformed"], "field-17"),
        ("sign", "a sign stands before the CRC", "-7A3", &["crc-malformed"], "field-03"),
        ("two", "the CRC has two digits", "7A", &["crc-malformed"], "field-01"),
        ("five", "the CRC has five digits", "007A3", &["crc-malformed"], "field-01"),
        ("eight", "the CRC has eight digits", "0000007A", &["crc-malformed"], "field-01"),
        ("prefix", "the CRC begins with 0x", "0x7A", &["crc-malformed"], "field-02"),
    ];
    let turn = start % 2;
    for (number, (slug, change, with, rules, field)) in rows.into_iter().enumerate() {
        // Every payload has every other one of them, so that most stand in three.
        if number % 2 != turn {
            continue;
        }
        let payload = [body, &object("63", with)].concat();
        let claim = blocked(rules).at(start, payload.len());
        drafts.push(mutant(clean, slug, change, &payload, claim, &[field]));
    }
}

/// The CRC is computed over other octets or with other parameters.
fn computed(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let (head, _) = parts(parent);
    let body = head.get(..head.len().saturating_sub(4)).unwrap_or_default();
    let octets = head.as_bytes();
    let low: Vec<u8> = head.encode_utf16().map(|unit| unit.to_le_bytes()[0]).collect();
    let big: Vec<u8> = head.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = head.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows: [(&str, &str, u16, &[&'static str], &str); 7] = [
        (
            "without-id",
            "the CRC leaves its own ID and length out",
            crc(0xFFFF, body.as_bytes()),
            &["crc-without-id"],
            "field-06",
        ),
        ("xmodem", "the CRC begins with 0000", crc(0, octets), &["crc-other-algorithm"], "field-03"),
        ("aug", "the CRC begins with 1D0F", crc(0x1D0F, octets), &["crc-other-algorithm"], "field-03"),
        ("genibus", "the CRC is inverted", !crc(0xFFFF, octets), &["crc-other-algorithm"], "field-03"),
        (
            "utf-16-low",
            "the CRC is over the low octets of UTF-16",
            crc(0xFFFF, &low),
            &["crc-other-charset"],
            "field-05",
        ),
        (
            "utf-16-big",
            "the CRC is over UTF-16, high octet first",
            crc(0xFFFF, &big),
            &["crc-other-charset"],
            "field-05",
        ),
        (
            "utf-16-little",
            "the CRC is over UTF-16, low octet first",
            crc(0xFFFF, &little),
            &["crc-other-charset"],
            "field-05",
        ),
    ];
    for (slug, change, value, causes, field) in rows {
        if field == "field-05" && head.is_ascii() {
            continue;
        }
        let rules = [&["crc-mismatch"], causes].concat();
        let payload = format!("{head}{value:04X}");
        let claim = blocked(&rules).at(body.len(), payload.len());
        let mut draft = mutant(clean, slug, change, &payload, claim, &[field]);
        draft.requirements.push("UPQR-CRC-6");
        drafts.push(draft);
    }
    let [high, low] = crc(0xFFFF, octets).to_be_bytes();
    if high != low {
        let payload = format!("{head}{low:02X}{high:02X}");
        let claim = blocked(&["crc-mismatch"]).at(body.len(), payload.len());
        drafts.push(mutant(
            clean,
            "swapped",
            "the two octets of the CRC change places",
            &payload,
            claim,
            &["field-03"],
        ));
    }
}

/// Object 63 is absent, stands too early or twice.
fn places(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let whole = sealed(&parent.objects);
    let body = text(&parent.objects);
    drafts.push(mutant(
        clean,
        "missing",
        "object 63 is taken out",
        &body,
        blocked(&["crc-missing"]),
        &["field-03"],
    ));
    let behind = [whole.as_str(), &object("64", "0002zh0101x")].concat();
    if !parent.has("64") {
        let claim = blocked(&["crc-not-last"]);
        drafts.push(mutant(
            clean,
            "not-last",
            "object 64 stands behind the CRC",
            &behind,
            claim,
            &["field-11"],
        ));
    }
    let early: Vec<Object> = [plain("63", "AAAA")].into_iter().collect();
    let early = [text(&parent.objects), text(&early), object("99", "0002zh")].concat();
    let claim = blocked(&["crc-not-last"]);
    drafts.push(mutant(
        clean,
        "early",
        "an object 99 stands behind a CRC of AAAA",
        &early,
        claim,
        &["field-11"],
    ));
    let twice = seal(&whole);
    let claim = blocked(&["duplicate-id"]).at(whole.len(), twice.len());
    drafts.push(mutant(
        clean,
        "twice",
        "a second CRC over the first one stands behind it",
        &twice,
        claim,
        &["attack-03", "field-12"],
    ));
    let mallory = sealed(&parent.set("59", "MALLORY NOODLES"));
    let mut draft = mutant(
        clean,
        "anew",
        "the name is another one and the CRC is computed anew",
        &mallory,
        passed(&[]),
        &["field-03"],
    );
    "A right CRC on a changed payload says nothing about who wrote it".clone_into(&mut draft.title);
    draft.requirements = vec!["UPQR-CRC-5"];
    drafts.push(draft);
}

/// Right CRCs with a property that trips readers, found by counting through a reference label.
fn searched(seed: u64, drafts: &mut Vec<Draft>) {
    type Property = fn(&str) -> bool;
    let rows: [(&str, &str, Property, &str); 10] = [
        ("zero", "begins with 0", |crc| crc.starts_with('0') && !crc.starts_with("00"), "field-01"),
        ("two-zeros", "begins with 00", |crc| crc.starts_with("00") && !crc.starts_with("000"), "field-01"),
        ("three-zeros", "begins with 000", |crc| crc.starts_with("000"), "field-01"),
        (
            "exponent",
            "reads as a number with an exponent",
            |crc| {
                crc.starts_with(|c: char| c.is_ascii_digit())
                    && crc.get(1..2) == Some("E")
                    && crc.get(2..).is_some_and(|rest| rest.bytes().all(|octet| octet.is_ascii_digit()))
            },
            "field-01",
        ),
        (
            "digits",
            "is decimal digits alone",
            |crc| {
                crc.bytes().all(|octet| octet.is_ascii_digit())
                    && !crc.starts_with('0')
                    && !crc.contains("63")
            },
            "field-02",
        ),
        (
            "letters",
            "is letters alone",
            |crc| crc.bytes().all(|octet| octet.is_ascii_alphabetic()),
            "field-02",
        ),
        ("begins-63", "begins with 63", |crc| crc.starts_with("63") && crc != "6304", "field-04"),
        ("holds-63", "holds 63 in the middle", |crc| crc.get(1..3) == Some("63"), "field-04"),
        ("ends-63", "ends with 63", |crc| crc.ends_with("63") && !crc.starts_with("63"), "field-04"),
        ("itself", "is 6304", |crc| crc == "6304", "field-04"),
    ];
    for parent in
        parents(seed).into_iter().filter(|parent| ["ascii", "chinese", "wallet"].contains(&parent.key))
    {
        for (slug, words, property, field) in &rows {
            let Some((payload, objects, value)) = search(&parent, *property) else { continue };
            let note = format!("counted through 62-05 until the CRC {words}");
            let rules: &[&str] = if value.starts_with("63") { &["crc-looks-like-id"] } else { &[] };
            let check = Draft {
                requirements: vec!["UPQR-CRC-1", "UPQR-CRC-2", "UPQR-CRC-5"],
                flags: vec!["crc", field],
                origin: Origin::Search { note: note.clone() },
                ..Draft::composed(
                    Op::Check,
                    Level::Checksum,
                    &format!("crc-is-{slug}-{}", parent.key),
                    &format!("A right CRC that {words}: {value}"),
                    payload.as_bytes(),
                    passed(rules),
                )
            };
            let shown = super::object::shown(&objects);
            let decode = Draft {
                requirements: vec!["UPQR-OBJ-4", "UPQR-CNF-4"],
                flags: vec!["crc", field],
                origin: Origin::Search { note },
                ..Draft::composed(
                    Op::Decode,
                    Level::Structure,
                    &format!("crc-is-{slug}-{}", parent.key),
                    &format!("A CRC that {words} is one value: {value}"),
                    payload.as_bytes(),
                    Claim::Accepted(Some(serde_json::json!({"grammar": "emv-mpm", "objects": shown}))),
                )
            };
            if *slug == "zero" {
                dropped(&payload, &check, drafts);
            }
            drafts.extend([check, decode]);
        }
    }
}

/// The payload whose reference label gives its CRC a property. The CRC up to the label is computed once.
fn search(parent: &Parent, property: fn(&str) -> bool) -> Option<(String, Vec<Object>, String)> {
    let without: Vec<Object> = parent.objects.iter().filter(|object| object.id != "62").cloned().collect();
    let head = format!("{}62110507T", text(&without));
    let so_far = crc(0xFFFF, head.as_bytes());
    (0..400_000_u32).find_map(|count| {
        let label = format!("{count:06}");
        let value = format!("{:04X}", crc(so_far, format!("{label}6304").as_bytes()));
        property(&value).then(|| {
            let reference = super::object::template("62", vec![plain("05", format!("T{label}"))]);
            let objects: Vec<Object> = without.iter().cloned().chain([reference]).collect();
            (sealed(&objects), objects, value)
        })
    })
}

/// The leading zero of a CRC is dropped, with the length as it was and with the length that is left.
fn dropped(payload: &str, check: &Draft, drafts: &mut Vec<Draft>) {
    let head = payload.get(..payload.len().saturating_sub(8)).unwrap_or_default();
    let digits = payload.get(payload.len().saturating_sub(3)..).unwrap_or_default();
    let key = check.id.trim_start_matches("check-gen-crc-is-zero-");
    let rows = [
        (
            "padded",
            "a blank stands for the leading zero of the CRC",
            object("63", &format!(" {digits}")),
            vec!["crc-malformed"],
        ),
        (
            "short",
            "the leading zero of the CRC is dropped",
            object("63", digits),
            vec!["crc-malformed", "crc-zero-dropped"],
        ),
        (
            "cut",
            "the leading zero of the CRC is dropped and the length stays",
            format!("6304{digits}"),
            vec!["not-data-objects"],
        ),
    ];
    for (slug, change, tail, rules) in rows {
        drafts.push(Draft {
            requirements: vec!["UPQR-CRC-2", "UPQR-CRC-5", "UPQR-CRC-6"],
            flags: vec!["attack-06", "crc", "field-01", "leading-zero"],
            ..Draft::mutant(
                check,
                &format!("crc-zero-{slug}-{key}"),
                change,
                [head, &tail].concat().as_bytes(),
                blocked(&rules),
            )
        });
    }
}
