//! Vectors of `decode`: payloads that end too soon, lengths and IDs that are none, and values that stay as they are.

use serde_json::json;

use super::dice::Dice;
use super::draft::{Claim, Draft};
use super::merchant::{Parent, parents};
use super::object::{
    Content, Object, Place, object, place, plain, read, seal, sealed, sealed_again, shown, template,
};
use crate::vectors::{Level, Op, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (turn, parent) in parents(seed).iter().enumerate() {
        let clean = whole(parent);
        cuts(parent, &clean, turn, &mut drafts);
        lengths(parent, &clean, turn, &mut drafts);
        ids(parent, &clean, turn, &mut drafts);
        rests(parent, &clean, &mut drafts);
        heads(parent, &clean, &mut drafts);
        octets(parent, &clean, turn, &mut drafts);
        readable(parent, &clean, turn, &mut drafts);
        drafts.push(clean);
    }
    templates(seed, &mut drafts);
    values(seed, &mut drafts);
    sizes(seed, &mut drafts);
    drafts
}

fn accepted(objects: &[Object]) -> Claim {
    Claim::Accepted(Some(json!({"grammar": "emv-mpm", "objects": shown(objects)})))
}

fn whole(parent: &Parent) -> Draft {
    let text = sealed(&parent.objects);
    let title = format!("A payload {}", parent.shows);
    let id = format!("whole-{}", parent.key);
    Draft {
        requirements: vec!["UPQR-OBJ-1", "UPQR-OBJ-2", "UPQR-OBJ-3", "UPQR-OBJ-4"],
        flags: vec!["objects"],
        ..Draft::composed(
            Op::Decode,
            Level::Structure,
            &id,
            &title,
            text.as_bytes(),
            accepted(&parent.objects),
        )
    }
}

/// An object of the root that a turn falls on; the format indicator and the CRC are left out, since they tell the grammar.
fn turned(parent: &Parent, turn: usize) -> (&str, Place) {
    let rest = parent.objects.get(1..).unwrap_or_default();
    let id = rest.iter().cycle().nth(turn).map_or("", |object| object.id.as_str());
    (id, place(&parent.objects, &[id]))
}

/// The text with the bytes from `start` to `end` replaced.
fn replaced(text: &str, start: usize, end: usize, with: &str) -> String {
    let (head, rest) = text.split_at(start);
    let (_, tail) = rest.split_at(end.saturating_sub(start));
    [head, with, tail].concat()
}

fn cuts(parent: &Parent, clean: &Draft, turn: usize, drafts: &mut Vec<Draft>) {
    let text = sealed(&parent.objects);
    let mut cut = |place: &str, slug: &str, end: usize, claim: Claim| {
        let id = format!("cut-{}-{slug}", parent.key);
        let change = format!("the text ends {place}");
        let head = text.get(..end).unwrap_or_default();
        drafts.push(Draft {
            requirements: vec!["UPQR-OBJ-4", "UPQR-CNF-9"],
            flags: vec!["attack-04", "truncated"],
            risk: vec![Risk::Tamper],
            ..Draft::mutant(clean, &id, &change, head.as_bytes(), claim)
        });
    };
    // All parents begin alike, so the object behind the head is cut in the first of them alone.
    for (number, object) in parent.objects.iter().enumerate().skip(if turn == 0 { 1 } else { 2 }) {
        let (id, at) = (object.id.as_str(), place(&parent.objects, &[object.id.as_str()]));
        let short = at.end.saturating_sub(object.value().chars().last().map_or(0, char::len_utf8));
        let (slug, words, end, claim) = match number.saturating_add(turn) % 5 {
            0 => ("id", "inside the ID", at.id.saturating_add(1), ("id", at.id.saturating_add(1))),
            1 => ("no-length", "behind the ID", at.length, ("length", at.length)),
            2 => {
                let end = at.length.saturating_add(1);
                ("length", "inside the length", end, ("length", end))
            }
            3 => ("no-value", "before the value", at.value, ("overrun", at.length)),
            _ => ("value", "before the last character of the value", short, ("overrun", at.length)),
        };
        let claim = Claim::Refused(claim.0, Some(claim.1));
        cut(&format!("{words} of object {id}"), &format!("{id}-{slug}"), end, claim);
        for (depth, inner) in object.objects().iter().enumerate() {
            let path = place(&parent.objects, &[id, inner.id.as_str()]);
            let (slug, words, end) = match depth.saturating_add(turn) % 3 {
                0 => ("id", "inside the ID", path.id.saturating_add(1)),
                1 => ("no-length", "behind the ID", path.length),
                _ => ("no-value", "before the value", path.value),
            };
            let claim = Claim::Refused("overrun", Some(at.length));
            let words = format!("{words} of object {} inside {id}", inner.id);
            cut(&words, &format!("{id}-{}-{slug}", inner.id), end, claim);
        }
    }
    let crc = parent.end();
    cut(
        "inside the CRC",
        "63-value",
        text.len().saturating_sub(1),
        Claim::Refused("overrun", Some(crc.saturating_add(2))),
    );
}

/// What stands in the place of a length, by name.
const LENGTHS: [(&str, &str, &str); 9] = [
    ("letter", "a letter", "A"),
    ("full-width", "a full-width digit", "５"),
    ("arabic", "an Arabic-Indic digit", "٥"),
    ("plus", "a plus sign", "+"),
    ("minus", "a minus sign", "-"),
    ("blank", "a blank", " "),
    ("point", "a point", "."),
    ("superscript", "a superscript digit", "²"),
    ("nul", "the character NUL", "\0"),
];

fn lengths(parent: &Parent, clean: &Draft, turn: usize, drafts: &mut Vec<Draft>) {
    let text = sealed(&parent.objects);
    let mut put = |slug: &str, change: String, start: usize, with: &str, claim: Claim| {
        let text = sealed_again(&replaced(&text, start, start.saturating_add(with.chars().count()), with));
        drafts.push(Draft {
            requirements: vec!["UPQR-OBJ-2", "UPQR-CNF-8", "UPQR-CNF-9"],
            flags: vec!["attack-04", "field-18", "length"],
            risk: vec![Risk::Tamper],
            ..Draft::mutant(clean, &format!("length-{}-{slug}", parent.key), &change, text.as_bytes(), claim)
        });
    };
    for (number, (slug, words, with)) in LENGTHS.iter().enumerate() {
        let (id, at) = turned(parent, number.saturating_add(turn));
        let second = number.saturating_add(turn) % 2;
        let start = at.length.saturating_add(second);
        let which = if second == 0 { "first" } else { "second" };
        let change = format!("the {which} digit of the length of object {id} is {words}");
        put(&format!("{id}-{slug}"), change, start, with, Claim::Refused("length", Some(start)));
    }
    for (number, object) in parent.objects.iter().enumerate().skip(1) {
        let (id, at) = (object.id.as_str(), place(&parent.objects, &[object.id.as_str()]));
        let length = object.value().chars().count();
        let shifts = [
            ("one-more", "one more", length.saturating_add(1)),
            ("one-less", "one less", length.saturating_sub(1)),
            ("ten-more", "ten more", length.saturating_add(10)),
            ("most", "99", 99),
            ("none", "00", 0),
        ];
        for step in [0, 2] {
            let Some((slug, words, wrong)) = shifts.get(number.saturating_add(turn).saturating_add(step) % 5)
            else {
                continue;
            };
            let with = format!("{:02}", wrong.min(&99));
            let shifted = sealed_again(&replaced(&text, at.length, at.value, &with));
            // Where the shifted objects happen to fit, there is no fault to claim.
            let Err((code, offset)) = read(&shifted) else { continue };
            let change = format!("the length of object {id} is {words}");
            put(&format!("{id}-{slug}"), change, at.length, &with, Claim::Refused(code, Some(offset)));
        }
    }
}

const NO_DIGITS: [(&str, &str, &str); 7] = [
    ("letter", "a letter", "O"),
    ("full-width", "a full-width digit", "６"),
    ("devanagari", "a Devanagari digit", "६"),
    ("blank", "a blank", " "),
    ("line-feed", "a line feed", "\n"),
    ("zero-width", "a zero-width space", "\u{200B}"),
    ("hyphen", "a hyphen", "-"),
];

fn ids(parent: &Parent, clean: &Draft, turn: usize, drafts: &mut Vec<Draft>) {
    let text = sealed(&parent.objects);
    for (number, (slug, words, with)) in NO_DIGITS.iter().enumerate() {
        let turn = number.saturating_mul(2).saturating_add(turn);
        let (id, at) = turned(parent, turn);
        let second = turn.saturating_add(number) % 2;
        let start = at.id.saturating_add(second);
        let which = if second == 0 { "first" } else { "second" };
        let change = format!("the {which} digit of ID {id} is {words}");
        let text = sealed_again(&replaced(&text, start, start.saturating_add(1), with));
        drafts.push(Draft {
            requirements: vec!["UPQR-OBJ-1", "UPQR-CNF-9"],
            flags: vec!["digits-script", "field-17"],
            ..Draft::mutant(
                clean,
                &format!("id-{}-{id}-{slug}", parent.key),
                &change,
                text.as_bytes(),
                Claim::Refused("id", Some(start)),
            )
        });
    }
}

/// What stands behind the CRC, and the fault that it is, with the bytes from the old end to its place.
const RESTS: [(&str, &str, &str, &str, usize); 10] = [
    ("line-feed", "a line feed", "\n", "id", 0),
    ("crlf", "a carriage return and a line feed", "\r\n", "id", 0),
    ("blank", "a blank", " ", "id", 0),
    ("bom", "a byte-order mark", "\u{FEFF}", "id", 0),
    ("nul", "the character NUL", "\0", "id", 0),
    ("ideographic", "an ideographic space", "\u{3000}", "id", 0),
    ("digit", "one digit", "6", "id", 1),
    ("id", "an ID without a length", "99", "length", 2),
    ("no-value", "an ID and a length without a value", "6304", "overrun", 2),
    ("markup", "the beginning of a tag", "<br>", "id", 0),
];

fn rests(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let text = sealed(&parent.objects);
    for (slug, words, rest, code, place) in RESTS {
        let offset = text.len().saturating_add(place);
        let change = format!("{words} stands behind the CRC");
        drafts.push(Draft {
            requirements: vec!["UPQR-CNF-3", "UPQR-OBJ-4"],
            flags: vec!["attack-05", "field-17", "trailing"],
            risk: vec![Risk::Tamper],
            ..Draft::mutant(
                clean,
                &format!("rest-{}-{slug}", parent.key),
                &change,
                [&text, rest].concat().as_bytes(),
                Claim::Refused(code, Some(offset)),
            )
        });
    }
}

/// What stands before a payload makes it a text of another grammar, which has no objects and no error.
fn heads(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let text = sealed(&parent.objects);
    let heads = [("bom", "a byte-order mark", "\u{FEFF}"), ("line-feed", "a line feed", "\n")];
    for (slug, words, head) in heads {
        let change = format!("{words} stands before the payload");
        let claim = Claim::Accepted(Some(json!({"grammar": "text", "objects": []})));
        drafts.push(Draft {
            title: format!("{words} before a payload makes it a plain text").replacen('a', "A", 1),
            requirements: vec!["UPQR-CNF-3", "UPQR-OBJ-6"],
            flags: vec!["attack-05", "field-17", "grammar"],
            ..Draft::mutant(
                clean,
                &format!("head-{}-{slug}", parent.key),
                &change,
                [head, &text].concat().as_bytes(),
                claim,
            )
        });
    }
}

/// Octets that are no UTF-8, and whether the first of them is the octet at fault under every reading of Unicode's table 3-7.
const OCTETS: [(&str, &str, &[u8]); 7] = [
    ("ff", "the octet FF", &[0xFF]),
    ("overlong", "a slash in two octets", &[0xC0, 0xAF]),
    ("overlong-three", "a digit in three octets", &[0xE0, 0x80, 0xB1]),
    ("surrogate", "half a surrogate pair", &[0xED, 0xA0, 0x80]),
    ("beyond", "a number above 10FFFF", &[0xF5, 0x80, 0x80, 0x80]),
    ("continuation", "a continuation on its own", &[0xBF]),
    ("latin", "an octet of ISO 8859-1", &[0xE9]),
];

fn octets(parent: &Parent, clean: &Draft, turn: usize, drafts: &mut Vec<Draft>) {
    let text = sealed(&parent.objects);
    for (number, (slug, words, octets)) in OCTETS.iter().enumerate().skip(turn % 2).step_by(2) {
        let id = if number % 2 == 0 { "59" } else { "60" };
        let start = place(&parent.objects, &[id]).value;
        let mut input = text.as_bytes().to_vec();
        input.splice(start..start.saturating_add(1), octets.iter().copied());
        drafts.push(Draft {
            requirements: vec!["UPQR-TXT-1", "UPQR-CNF-12"],
            flags: vec!["attack-08", "field-05", "utf-8"],
            risk: vec![Risk::Tamper],
            ..Draft::mutant(
                clean,
                &format!("octets-{}-{slug}", parent.key),
                &format!("object {id} begins with {words}"),
                &input,
                Claim::Refused("utf-8", Some(start)),
            )
        });
    }
}

/// Faults that stay readable (UPQR-OBJ-5): each is accepted, with its objects as they stand.
fn readable(parent: &Parent, clean: &Draft, turn: usize, drafts: &mut Vec<Draft>) {
    let (id, _) = turned(parent, turn.saturating_add(1));
    let twice: Vec<Object> =
        parent.objects.iter().filter(|object| object.id == id).cloned().cycle().take(2).collect();
    let empty = [plain(id, "")];
    let mut reversed = parent.objects.clone();
    if let Some(rest) = reversed.get_mut(1..) {
        rest.reverse();
    }
    let cases = [
        (
            "twice",
            format!("object {id} stands twice"),
            parent.with(id, &twice),
            vec!["attack-03", "field-12"],
        ),
        ("empty", format!("object {id} is empty"), parent.with(id, &empty), vec!["attack-04", "zero-length"]),
        ("order", "the objects descend".to_owned(), reversed, vec!["field-11", "order"]),
    ];
    for (slug, change, objects, flags) in cases {
        let text = sealed(&objects);
        drafts.push(Draft {
            requirements: vec!["UPQR-OBJ-5", "UPQR-CNF-4"],
            flags,
            ..Draft::mutant(
                clean,
                &format!("readable-{}-{slug}", parent.key),
                &change,
                text.as_bytes(),
                accepted(&objects),
            )
        });
    }
    let text = sealed(&parent.objects);
    let without = text.get(..parent.end()).unwrap_or_default();
    let mut list = shown(&parent.objects);
    list.pop();
    drafts.push(Draft {
        requirements: vec!["UPQR-OBJ-5"],
        flags: vec!["attack-06", "crc", "field-03"],
        ..Draft::mutant(
            clean,
            &format!("readable-{}-no-crc", parent.key),
            "the CRC is taken out",
            without.as_bytes(),
            Claim::Accepted(Some(json!({"grammar": "emv-mpm", "objects": list}))),
        )
    });
}

/// Which IDs hold templates (clause 2.3): each with objects inside, and with a value that is none.
fn templates(seed: u64, drafts: &mut Vec<Draft>) {
    let all = parents(seed);
    let Some(parent) = all.first() else { return };
    let clean = whole(parent);
    let ids = ["02", "14", "25", "26", "38", "51", "54", "61", "64", "65", "79", "80", "91", "99"];
    for id in ids {
        let mut dice = Dice::of(seed, &format!("template-{id}"));
        let inner = vec![plain("00", "noodle.example"), plain("07", dice.letters(6))];
        let holds = matches!(id.parse(), Ok(26_u8..=51 | 64 | 80..=99));
        let put = |content: Content| {
            let mut objects: Vec<Object> =
                parent.objects.iter().filter(|object| object.id != id).cloned().collect();
            objects.push(Object { id: id.to_owned(), content });
            objects.sort_by(|a, b| a.id.cmp(&b.id));
            objects
        };
        let (objects, word) = if holds {
            (put(Content::Template(inner.clone())), "a template")
        } else {
            (put(Content::Plain(super::object::text(&inner))), "a plain value")
        };
        let flags = if holds { vec!["field-13", "template"] } else { vec!["field-08", "template"] };
        drafts.push(Draft {
            title: format!("The objects in {id} make it {word}"),
            requirements: vec!["UPQR-OBJ-7", "UPQR-OBJ-9"],
            flags,
            ..Draft::mutant(
                &clean,
                &format!("template-{id}-objects"),
                &format!("object {id} holds two objects"),
                sealed(&objects).as_bytes(),
                accepted(&objects),
            )
        });
        if !holds {
            continue;
        }
        let broken = [
            ("cut", format!("0014noodle.example07{}", "09abc")),
            ("words", dice.letters(12)),
            ("rest", "0003abc1".to_owned()),
        ];
        for (slug, value) in broken {
            let objects = put(Content::Plain(value));
            drafts.push(Draft {
                title: format!("A value of {id} that is not objects to its end stays a plain value ({slug})"),
                requirements: vec!["UPQR-OBJ-8"],
                flags: vec!["field-09", "template"],
                ..Draft::mutant(
                    &clean,
                    &format!("template-{id}-{slug}"),
                    &format!("the value of {id} is not objects to its end"),
                    sealed(&objects).as_bytes(),
                    accepted(&objects),
                )
            });
        }
    }
    for id in ["01", "09", "11", "49", "50", "73", "99"] {
        let inner = vec![plain("00", "noodle.example"), plain("01", "7")];
        let holds = matches!(id.parse(), Ok(50_u8..=99));
        let one = if holds { template(id, inner) } else { plain(id, super::object::text(&inner)) };
        let objects = parent.with("62", &[template("62", vec![one])]);
        drafts.push(Draft {
            title: format!("Objects in 62-{id} are {}", if holds { "a template" } else { "a plain value" }),
            requirements: vec!["UPQR-OBJ-7", "UPQR-OBJ-9"],
            flags: vec!["additional", "field-10", "template"],
            ..Draft::mutant(
                &clean,
                &format!("additional-{id}"),
                &format!("62-{id} holds two objects"),
                sealed(&objects).as_bytes(),
                accepted(&objects),
            )
        });
    }
}

/// Values that a reader is tempted to change, given back as they are.
fn values(seed: u64, drafts: &mut Vec<Draft>) {
    let all = parents(seed);
    let Some(parent) = all.first() else { return };
    let clean = whole(parent);
    let rows: [(&str, &str, &str, &[&str]); 16] = [
        ("blanks", "59", "  NOODLE  BAR  ", &["field-19"]),
        ("case", "60", "suZHOU", &["field-19"]),
        ("leading-zeros", "61", "000210", &["field-19"]),
        ("percent", "59", "NOODLE%20BAR", &["field-19"]),
        ("entity", "59", "NOODLE &amp; BAR", &["field-19"]),
        ("backslash", "59", "NOODLE\\u0042AR", &["field-19"]),
        ("accents", "59", "CAFÉ ORCHIDÉE", &["field-07"]),
        ("decomposed", "59", "CAFE\u{301} ORCHIDE\u{301}E", &["field-07", "attack-08"]),
        ("full-width", "59", "ＮＯＯＤＬＥ", &["field-07"]),
        ("enye", "60", "LOGROÑO", &["field-07"]),
        ("ideographs", "59", "兰花面馆", &["field-07"]),
        ("stars", "62", "***", &["field-16"]),
        ("letters-currency", "53", "CNY", &["field-22"]),
        ("amount-comma", "52", "1,00", &["field-15"]),
        ("line-feed", "59", "NOODLE\nBAR", &["field-17"]),
        ("joined-emoji", "59", "👩\u{200D}🍳 NOODLES", &["attack-08", "field-19"]),
    ];
    for (slug, id, value, flags) in rows {
        let objects = parent.set(id, value);
        drafts.push(Draft {
            title: format!("The value of {id} is given back as it stands: {slug}"),
            requirements: vec!["UPQR-CNF-3", "UPQR-CNF-4"],
            flags: [&["value"], flags].concat(),
            ..Draft::mutant(
                &clean,
                &format!("value-{slug}"),
                &format!("the value of {id} is `{}`", value.escape_debug()),
                sealed(&objects).as_bytes(),
                accepted(&objects),
            )
        });
    }
    for (slug, amount) in [
        ("whole", "198"),
        ("point", "10."),
        ("one-decimal", "1.2"),
        ("zero", "0"),
        ("noise", "19.900000001"),
        ("blank", "1 0.00"),
        ("leading-zeros", "00198.00"),
    ] {
        let objects = parent.and(&[plain("54", amount)]);
        drafts.push(Draft {
            title: format!("The amount `{amount}` is given back as it stands"),
            requirements: vec!["UPQR-MPM-13", "UPQR-CNF-4"],
            flags: vec!["amount", "field-15", "field-19"],
            risk: vec![Risk::WrongAmount],
            ..Draft::mutant(
                &clean,
                &format!("amount-{slug}"),
                &format!("the amount is `{amount}`"),
                sealed(&objects).as_bytes(),
                accepted(&objects),
            )
        });
    }
}

/// Many objects: a reader ends in linear time, with all of them or with the fault at the end.
fn sizes(seed: u64, drafts: &mut Vec<Draft>) {
    let all = parents(seed);
    let Some(parent) = all.first() else { return };
    let clean = whole(parent);
    for (slug, count, value) in
        [("empty", 500, ""), ("one", 300, "x"), ("same", 40, "0123456789012345678901234567890123456789")]
    {
        let more = vec![plain("99", value); count];
        let objects: Vec<Object> = parent.objects.iter().chain(&more).cloned().collect();
        let text = sealed(&objects);
        let whole = Draft {
            title: format!("Object 99 stands {count} times"),
            requirements: vec!["UPQR-OBJ-5", "UPQR-TXT-8"],
            flags: vec!["attack-03", "attack-19", "size"],
            risk: vec![Risk::DenialOfService],
            ..Draft::mutant(
                &clean,
                &format!("many-{slug}"),
                &format!("{count} objects 99 are added"),
                text.as_bytes(),
                accepted(&objects),
            )
        };
        let cut = text.get(..text.len().saturating_sub(2)).unwrap_or_default();
        let offset = text.len().saturating_sub(6);
        drafts.push(Draft {
            requirements: vec!["UPQR-OBJ-4", "UPQR-CNF-8"],
            flags: vec!["attack-05", "attack-19", "size"],
            risk: vec![Risk::DenialOfService],
            ..Draft::mutant(
                &whole,
                &format!("many-{slug}-cut"),
                &format!("the text ends inside the CRC behind {count} objects"),
                cut.as_bytes(),
                Claim::Refused("overrun", Some(offset)),
            )
        });
        drafts.push(whole);
    }
    let head = object("00", "01");
    let rest: String = std::iter::repeat_n(object("80", &"y".repeat(99)), 41).collect();
    let long = seal(&[head, rest].concat());
    drafts.push(Draft {
        title: "A payload just below 4296 characters".to_owned(),
        requirements: vec!["UPQR-TXT-8"],
        flags: vec!["attack-05", "size"],
        ..Draft::mutant(
            &clean,
            "size-most",
            "41 objects of 99 characters stand behind the format indicator",
            long.as_bytes(),
            Claim::Accepted(None),
        )
    });
}
