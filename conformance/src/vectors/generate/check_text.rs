//! Vectors of `check` about characters: those that turn, hide, stand for a lost one or look like others, in every text that a person reads.

use super::check_crc::clean;
use super::draft::{Claim, Draft, blocked, doubted, passed, warned};
use super::merchant::{Parent, ordinary};
use super::object::{Object, plain, sealed, template};
use crate::vectors::{Level, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let parent = ordinary(seed);
    let clean = clean(&parent);
    let mut drafts = Vec::new();
    characters(&parent, &clean, &mut drafts);
    scripts(&parent, &clean, &mut drafts);
    units(&parent, &clean, &mut drafts);
    around(&parent, &clean, &mut drafts);
    drafts
}

/// Where a person reads a text, and whether only printable ASCII may stand there.
const TEXTS: [(&str, &str, bool); 8] = [
    ("59", "59", true),
    ("60", "60", true),
    ("61", "61", true),
    ("62", "01", true),
    ("62", "05", true),
    ("62", "08", true),
    ("64", "01", false),
    ("64", "02", false),
];

/// The objects of the payload with a text in one of these places.
fn with_text(parent: &Parent, place: (&str, &str), value: &str) -> Vec<Object> {
    let (id, inner) = place;
    match id {
        "62" => parent.with("62", &[template("62", vec![plain(inner, value)])]),
        "64" => {
            let (name, city) = if inner == "01" { (value, "苏州") } else { ("兰花", value) };
            parent.and(&[template("64", vec![plain("00", "zh"), plain("01", name), plain("02", city)])])
        }
        _ => parent.set(id, value),
    }
}

/// A kind of character, the rule that reports it, and whether the rule blocks.
const KINDS: [(&str, &str, char, &str, bool); 17] = [
    ("rlo", "a right-to-left override", '\u{202E}', "text-bidi", true),
    ("lre", "a left-to-right embedding", '\u{202A}', "text-bidi", true),
    ("rli", "a right-to-left isolate", '\u{2067}', "text-bidi", true),
    ("pdi", "the end of an isolate", '\u{2069}', "text-bidi", true),
    ("rlm", "a right-to-left mark", '\u{200F}', "text-bidi", true),
    ("alm", "an Arabic letter mark", '\u{061C}', "text-bidi", true),
    ("nul", "the character NUL", '\0', "text-control", true),
    ("bell", "a bell", '\u{7}', "text-control", true),
    ("escape", "an escape", '\u{1B}', "text-control", true),
    ("delete", "a delete", '\u{7F}', "text-control", true),
    ("nel", "a next-line control", '\u{85}', "text-control", true),
    ("zwsp", "a zero-width space", '\u{200B}', "text-invisible", false),
    ("bom", "a byte-order mark", '\u{FEFF}', "text-invisible", false),
    ("soft-hyphen", "a soft hyphen", '\u{AD}', "text-invisible", false),
    ("tag", "a tag character", '\u{E0041}', "text-invisible", false),
    ("lost", "a replacement character", '\u{FFFD}', "text-replacement", false),
    ("private", "a private-use character", '\u{E001}', "text-replacement", false),
];

fn characters(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    for (turn, (id, inner, is_ascii)) in TEXTS.into_iter().enumerate() {
        for (number, (slug, words, c, rule, blocks)) in KINDS.into_iter().enumerate() {
            // Every kind in three of the places, every place with six or seven of the kinds.
            if number.wrapping_add(turn.wrapping_mul(3)) % 8 > 2 {
                continue;
            }
            let value = if is_ascii { format!("AB{c}CD") } else { format!("兰{c}花") };
            // What is not printable ASCII breaks the format of most objects, and no control or change of direction fits any; marks fit 64.
            let claim = match (blocks, is_ascii) {
                (true, _) => blocked(&[rule]),
                (false, true) => doubted(&[rule, "bad-format"]),
                (false, false) => warned(&[rule]),
            };
            let place = if id == inner { id.to_owned() } else { format!("{id}-{inner}") };
            let objects = with_text(parent, (id, inner), &value);
            drafts.push(Draft {
                level: Level::Risk,
                requirements: vec!["UPQR-SEC-16", "UPQR-SEC-17", "UPQR-TXT-4"],
                flags: vec!["attack-08", "control-character", "unicode"],
                risk: vec![Risk::Misroute],
                ..Draft::mutant(
                    clean,
                    &format!("text-{place}-{slug}"),
                    &format!("{words} stands in {place}"),
                    sealed(&objects).as_bytes(),
                    claim,
                )
            });
        }
    }
}

/// Names that look like others, in template 64, where every script has its place.
fn scripts(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let rows: [(&str, &str, &str, Claim); 14] = [
        ("cyrillic", "Cyrillic letters that look like Latin ones", "Ѕсоре", warned(&["text-confusable"])),
        ("greek", "Greek capitals that look like Latin ones", "ΑΒΕΖ", warned(&["text-confusable"])),
        (
            "one-cyrillic",
            "one Cyrillic letter among Latin ones",
            "Nооdle",
            warned(&["text-confusable", "text-mixed-script"]),
        ),
        ("full-width", "full-width Latin letters", "ＮＯＯＤＬＥ", warned(&["text-confusable"])),
        ("mathematical", "mathematical letters", "𝐁𝐨𝐰𝐥", warned(&["text-confusable"])),
        (
            "mathematical-six",
            "six mathematical letters, which fill the city's object where they count two",
            "𝐍𝐨𝐨𝐝𝐥𝐞",
            blocked(&["length-ambiguous"]),
        ),
        ("latin-greek", "Latin and Greek letters", "Noodle λ", warned(&["text-mixed-script"])),
        ("latin-cyrillic", "Latin and Cyrillic letters", "Noodle ж", warned(&["text-mixed-script"])),
        ("cyrillic-greek", "Cyrillic and Greek letters", "жλ", warned(&["text-mixed-script"])),
        ("arabic-han", "Arabic and Han letters", "م兰", warned(&["text-mixed-script"])),
        ("han-latin", "Han and Latin letters", "兰花 BAR", passed(&[])),
        ("kana-han", "kana and Han letters", "らーめん兰", passed(&[])),
        ("hangul-latin", "Hangul and Latin letters", "국수 BAR", passed(&[])),
        ("cyrillic-plain", "Cyrillic letters alone", "Лапша", passed(&[])),
    ];
    for (slug, words, name, claim) in rows {
        let objects = with_text(parent, ("64", "01"), name);
        drafts.push(Draft {
            level: Level::Risk,
            requirements: vec!["UPQR-SEC-17", "UPQR-TXT-3"],
            flags: vec!["attack-08", "field-07", "unicode"],
            risk: vec![Risk::Misroute],
            ..Draft::mutant(
                clean,
                &format!("text-script-{slug}"),
                &format!("the local name is {words}"),
                sealed(&objects).as_bytes(),
                claim,
            )
        });
    }
}

/// Lengths that count other units than characters.
fn units(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    for (slug, name) in
        [("accent", "CAFÉ"), ("ideographs", "兰花面馆"), ("astral", "面🍜馆"), ("joined", "👩\u{200D}🍳")]
    {
        let good = with_text(parent, ("64", "01"), name);
        let inner = format!("0002zh01{:02}{name}0206苏州", name.len());
        let in_bytes = format!("{}64{:02}{inner}", super::object::text(&parent.objects), inner.len());
        drafts.push(Draft {
            level: Level::Structure,
            requirements: vec!["UPQR-OBJ-3", "UPQR-OBJ-4"],
            flags: vec!["attack-04", "field-05", "length", "unicode"],
            risk: vec![Risk::Tamper],
            ..Draft::mutant(
                clean,
                &format!("unit-{slug}-bytes"),
                "the lengths in and of template 64 count bytes of UTF-8",
                super::object::seal(&in_bytes).as_bytes(),
                blocked(&["not-data-objects", "length-counts-bytes"]),
            )
        });
        let claim = match slug {
            "joined" => warned(&["length-unit", "text-invisible"]),
            _ => passed(&["length-unit"]),
        };
        drafts.push(Draft {
            requirements: vec!["UPQR-OBJ-3"],
            flags: vec!["attack-04", "field-05", "length", "unicode"],
            ..Draft::mutant(
                clean,
                &format!("unit-{slug}-characters"),
                "a local name, whose lengths count characters",
                sealed(&good).as_bytes(),
                claim,
            )
        });
    }
}

/// What clipboards, printers and web pages put around a payload, or do to all of it.
fn around(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let text = sealed(&parent.objects);
    let percent = text.replace(' ', "%20");
    let with = |head: &str, tail: &str| [head, &text, tail].concat();
    let half = text.len().wrapping_div(2);
    let (first, second) = text.split_at(half);
    let rows: Vec<(&str, &str, String, Vec<&'static str>)> = vec![
        (
            "line-feed-behind",
            "a line feed stands behind the payload",
            with("", "\n"),
            vec!["white-space-around"],
        ),
        (
            "crlf-behind",
            "a carriage return and a line feed stand behind the payload",
            with("", "\r\n"),
            vec!["white-space-around"],
        ),
        ("blank-behind", "a blank stands behind the payload", with("", " "), vec!["white-space-around"]),
        ("blank-before", "a blank stands before the payload", with(" ", ""), vec!["white-space-around"]),
        (
            "bom-before",
            "a byte-order mark stands before the payload",
            with("\u{FEFF}", ""),
            vec!["white-space-around"],
        ),
        ("tab-around", "tabulators stand around the payload", with("\t", "\t"), vec!["white-space-around"]),
        (
            "ideographic",
            "an ideographic space stands behind the payload",
            with("", "\u{3000}"),
            vec!["white-space-around"],
        ),
        (
            "no-break",
            "a no-break space stands before the payload",
            with("\u{A0}", ""),
            vec!["white-space-around"],
        ),
        ("quotes", "quotation marks stand around the payload", with("\"", "\""), vec!["not-a-payment-code"]),
        (
            "nul-behind",
            "the character NUL stands behind the payload",
            with("", "\0"),
            vec!["not-data-objects", "text-control"],
        ),
        (
            "line-feed-inside",
            "a line feed stands in the middle",
            format!("{first}\n{second}"),
            vec!["not-data-objects"],
        ),
        ("percent", "blanks are percent-encoded", percent, vec!["not-data-objects"]),
        (
            "head-lost-two",
            "the first two characters are lost",
            text.get(2..).unwrap_or_default().to_owned(),
            vec!["head-lost"],
        ),
        (
            "head-lost-four",
            "the first four characters are lost",
            text.get(4..).unwrap_or_default().to_owned(),
            vec!["head-lost"],
        ),
        ("lower-case", "the whole payload is in lower case", text.to_lowercase(), vec!["crc-mismatch"]),
        ("twice", "the payload stands twice", with(&text, ""), vec!["duplicate-id"]),
        (
            "two-lines",
            "the payload stands on two lines",
            with(&format!("{text}\n"), ""),
            vec!["not-data-objects"],
        ),
    ];
    for (slug, change, input, rules) in rows {
        drafts.push(Draft {
            level: Level::Structure,
            requirements: vec!["UPQR-CNF-3", "UPQR-OBJ-4", "UPQR-SEC-20"],
            flags: vec!["attack-05", "field-17", "white-space"],
            risk: vec![Risk::Tamper],
            ..Draft::mutant(clean, &format!("around-{slug}"), change, input.as_bytes(), blocked(&rules))
        });
    }
}
