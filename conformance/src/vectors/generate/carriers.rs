//! Vectors of `pack` and `unpack`: NDEF messages and links, composed octet by octet, and each way in which one breaks, with its place.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::draft::{Claim, Draft};
use super::object::{Object, plain, sealed, template, text};
use crate::vectors::{Level, Op, Risk};

const TYPE: &[u8] = b"upqr.org:p";
const PAGE: &str = "https://pay.example/";
const MB: u8 = 0x80;
const ME: u8 = 0x40;
const CF: u8 = 0x20;
const SR: u8 = 0x10;
const IL: u8 = 0x08;

pub(crate) fn drafts() -> Vec<Draft> {
    let mut drafts = Vec::new();
    packed(&mut drafts);
    refused(&mut drafts);
    pages(&mut drafts);
    messages(&mut drafts);
    flags(&mut drafts);
    contents(&mut drafts);
    links(&mut drafts);
    drafts
}

/// A payload of Hong Kong, one in Chinese, and one with an account.
fn payloads() -> [(&'static str, String); 3] {
    let base = |more: Vec<Object>| {
        let first = vec![plain("00", "01"), plain("01", "11")];
        let rest = ["5812", "344", "HK", "LUCKY NOODLES", "HONG KONG"];
        let rest = ["52", "53", "58", "59", "60"].into_iter().zip(rest).map(|(id, value)| plain(id, value));
        [first, more, rest.collect()].concat()
    };
    let fps = template("26", vec![plain("00", "hk.com.hkicl"), plain("02", "7654321")]);
    let alipay = template(
        "27",
        vec![plain("00", "org.upqr.alipay"), plain("01", "01"), plain("02", "fkx00000synthetic00aaa")],
    );
    let local = template("64", vec![plain("00", "zh"), plain("01", "幸运面馆")]);
    let chinese = [base(vec![fps.clone()]), vec![local]].concat();
    [
        ("national", sealed(&base(vec![fps.clone()]))),
        ("unified", sealed(&base(vec![fps, alipay]))),
        ("chinese", sealed(&chinese)),
    ]
}

fn ordinary() -> String {
    let [(_, payload), ..] = payloads();
    payload
}

/// A payload of so many octets, all ASCII; not sealed, since a carrier judges no CRC.
fn sized(octets: usize) -> String {
    let mut left = octets;
    let mut objects = Vec::new();
    while left > 0 {
        // What is left for the last object is at least its ID, its length and one character.
        let value = if left <= 103 { left.saturating_sub(4) } else { left.saturating_sub(9).min(99) };
        objects.push(plain("99", "A".repeat(value)));
        left = left.saturating_sub(value.saturating_add(4));
    }
    text(&objects)
}

fn record(flags: u8, kind: &[u8], octets: &[u8]) -> Vec<u8> {
    let kind_length = u8::try_from(kind.len()).expect("a type of this file is short");
    let length = u32::try_from(octets.len()).expect("a payload of this file is short").to_be_bytes();
    let [_, _, _, short] = length;
    let head = if octets.len() < 256 {
        vec![flags | SR, kind_length, short]
    } else {
        [vec![flags, kind_length], length.to_vec()].concat()
    };
    [&head, kind, octets].concat()
}

fn message(payload: &str) -> Vec<u8> {
    record(MB | ME | 4, TYPE, payload.as_bytes())
}

fn link(page: &str, payload: &str) -> String {
    format!("{page}#upqr={}", URL_SAFE_NO_PAD.encode(payload))
}

/// The record of a link that begins `https://`, or `https://www.`.
fn page_record(flags: u8, link: &str) -> Vec<u8> {
    let (code, rest) = match link.strip_prefix("https://www.") {
        Some(rest) => (2, rest),
        None => (4, link.strip_prefix("https://").unwrap_or(link)),
    };
    record(flags | 1, b"U", &[&[code], rest.as_bytes()].concat())
}

fn hex(octets: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).expect("four bits are a digit");
    octets.iter().flat_map(|octet| [digit(octet >> 4), digit(octet & 0xF)]).collect()
}

fn options(carrier: &str, page: Option<&str>) -> Map<String, Value> {
    let page = page.map(|page| ("page".to_owned(), json!(page)));
    [("carrier".to_owned(), json!(carrier))].into_iter().chain(page).collect()
}

fn pack(id: &str, title: &str, payload: &str, options: Map<String, Value>, claim: Claim) -> Draft {
    let draft = Draft::composed(Op::Pack, Level::Structure, id, title, payload.as_bytes(), claim);
    Draft { options, ..draft }
}

/// A change of the first message or link of the same operation, which is then refused.
fn broken(
    parent: &Draft,
    id: &str,
    change: &str,
    octets: &[u8],
    claim: Claim,
    requirement: &'static str,
) -> Draft {
    let draft = Draft::mutant(parent, id, change, octets, claim);
    Draft { requirements: vec![requirement], risk: vec![Risk::Misroute], ..draft }
}

/// What is packed, or unpacked, without a fault, for the operation and the carrier.
fn parent(op: Op, carrier: &str) -> Draft {
    let mut drafts = Vec::new();
    packed(&mut drafts);
    let own = |draft: &Draft| draft.op == op && draft.options.get("carrier") == Some(&json!(carrier));
    drafts.into_iter().find(own).expect("each operation is asked for each carrier")
}

fn unpack(id: &str, title: &str, carrier: &str, octets: &[u8], claim: Claim) -> Draft {
    let draft = Draft::composed(Op::Unpack, Level::Structure, id, title, octets, claim);
    Draft { options: options(carrier, None), risk: vec![Risk::Misroute], ..draft }
}

/// What writers write, and that readers give it back.
fn packed(drafts: &mut Vec<Draft>) {
    let mut rows: Vec<(String, String)> =
        payloads().into_iter().map(|(key, payload)| (key.to_owned(), payload)).collect();
    // 255 octets are the longest of a short record, 2953 the longest of all.
    rows.extend([255, 256, 2953].map(|octets| (format!("{octets}-octets"), sized(octets))));
    for (key, payload) in &rows {
        let one = message(payload);
        let web = link(PAGE, payload);
        let two = [record(MB | 4, TYPE, payload.as_bytes()), page_record(ME, &web)].concat();
        let accepted = |value: String| Claim::Accepted(Some(Value::String(value)));
        let with = |draft: Draft, requirements: &[&'static str]| Draft {
            requirements: [requirements, &["UPQR-CRR-3", "UPQR-CRR-2"]].concat(),
            ..draft
        };
        let title = format!("An NDEF message of the payload {key}");
        let draft = pack(&format!("ndef-{key}"), &title, payload, options("ndef", None), accepted(hex(&one)));
        drafts.push(with(draft, &["UPQR-CRR-4", "UPQR-CRR-5", "UPQR-CRR-1"]));
        let title = format!("An NDEF message of the payload {key}, with a page");
        let draft =
            pack(&format!("page-{key}"), &title, payload, options("ndef", Some(PAGE)), accepted(hex(&two)));
        drafts.push(with(draft, &["UPQR-CRR-4", "UPQR-CRR-5", "UPQR-CRR-6"]));
        let title = format!("A link of the payload {key}");
        let draft = pack(
            &format!("link-{key}"),
            &title,
            payload,
            options("link", Some(PAGE)),
            accepted(hex(web.as_bytes())),
        );
        drafts.push(with(draft, &["UPQR-CRR-12", "UPQR-CRR-13", "UPQR-CRR-14"]));
        for (kind, carrier, octets) in
            [("ndef", "ndef", one), ("page", "ndef", two), ("link", "link", web.into_bytes())]
        {
            let title = format!("The payload {key} comes out of a carrier ({kind})");
            let draft = unpack(&format!("{kind}-{key}"), &title, carrier, &octets, accepted(payload.clone()));
            let own: &[&'static str] = if carrier == "ndef" {
                &["UPQR-CRR-8", "UPQR-CRR-10", "UPQR-CRR-11"]
            } else {
                &["UPQR-CRR-15", "UPQR-CRR-17"]
            };
            drafts.push(with(draft, &[own, &["UPQR-CRR-18", "UPQR-CRR-1"]].concat()));
        }
    }
    let www = "https://www.pay.example/q?shop=7";
    let payload = ordinary();
    let two = [record(MB | 4, TYPE, payload.as_bytes()), page_record(ME, &link(www, &payload))].concat();
    let draft = pack(
        "page-www",
        "A page whose host begins www has an abbreviation of its own",
        &payload,
        options("ndef", Some(www)),
        Claim::Accepted(Some(json!(hex(&two)))),
    );
    drafts.push(Draft { requirements: vec!["UPQR-CRR-6"], ..draft });
}

/// What no carrier takes.
fn refused(drafts: &mut Vec<Draft>) {
    let payment = "hQVDUFYwMWEHTwWgAAADMw==";
    let rows: Vec<(&str, &str, String, &'static str, Option<usize>, &'static str)> = vec![
        (
            "payment-code",
            "A payment code is not kept in a carrier",
            payment.to_owned(),
            "payment-code",
            Some(0),
            "UPQR-CRR-1",
        ),
        ("too-long", "A payload of 2954 octets", sized(2954), "too-long", Some(0), "UPQR-CRR-3"),
        ("empty", "Nothing", String::new(), "empty", Some(0), "UPQR-CRR-2"),
        ("native", "A wallet's own code", "wxp://f2f0Synthetic0".to_owned(), "id", Some(0), "UPQR-CRR-2"),
        ("cut", "A payload that ends early", "0002015802C".to_owned(), "overrun", Some(8), "UPQR-CRR-2"),
    ];
    for (id, title, payload, code, offset, requirement) in rows {
        for (carrier, page) in [("ndef", None), ("link", Some(PAGE))] {
            let claim = Claim::Refused(code, offset);
            let (parent, id) = (parent(Op::Pack, carrier), format!("{carrier}-{id}"));
            let draft =
                broken(&parent, &id, &format!("{title} ({carrier})"), payload.as_bytes(), claim, requirement);
            drafts.push(Draft { options: options(carrier, page), ..draft });
        }
    }
}

/// Pages that take no payload.
fn pages(drafts: &mut Vec<Draft>) {
    let long = format!("{PAGE}{}", "a".repeat(7_980));
    let rows: [(&str, &str, &str, &'static str, &'static str); 10] = [
        ("http", "no encryption", "http://pay.example/", "page", "UPQR-CRR-13"),
        ("relative", "no scheme", "pay.example/", "page", "UPQR-CRR-13"),
        ("fragment", "a fragment", "https://pay.example/#top", "page", "UPQR-CRR-13"),
        ("fragment-empty", "an empty fragment", "https://pay.example/#", "page", "UPQR-CRR-13"),
        ("userinfo", "user information", "https://qr.alipay.com@pay.example/", "page", "UPQR-CRR-13"),
        ("no-path", "no path, which the URL standard writes", "https://pay.example", "page", "UPQR-CRR-13"),
        ("upper", "a host in upper case", "https://PAY.example/", "page", "UPQR-CRR-13"),
        (
            "backslash",
            "a backslash, which parsers read differently",
            "https://pay.example\\@evil.example/",
            "page",
            "UPQR-CRR-13",
        ),
        ("blank", "a blank at the end", "https://pay.example/ ", "page", "UPQR-CRR-13"),
        ("long", "a link of more than 8000 octets", &long, "too-long", "UPQR-CRR-14"),
    ];
    let payload = ordinary();
    for (id, what, page, code, requirement) in rows {
        let claim = Claim::Refused(code, Some(0));
        let (parent, id) = (parent(Op::Pack, "link"), format!("link-page-{id}"));
        let draft =
            broken(&parent, &id, &format!("the page has {what}"), payload.as_bytes(), claim, requirement);
        drafts.push(Draft { options: options("link", Some(page)), ..draft });
    }
    let (parent, change) = (parent(Op::Pack, "ndef"), "a page without encryption is given");
    let claim = Claim::Refused("page", Some(0));
    let draft = broken(&parent, "page-http", change, payload.as_bytes(), claim, "UPQR-CRR-6");
    drafts.push(Draft { options: options("ndef", Some("http://pay.example/")), ..draft });
}

/// Messages that others write, which readers read.
fn messages(drafts: &mut Vec<Draft>) {
    let payload = ordinary();
    let octets = payload.as_bytes();
    let (head, tail) = octets.split_at(octets.len() / 2);
    let web = link(PAGE, &payload);
    let long = {
        let length = u32::try_from(octets.len()).expect("a short payload").to_be_bytes();
        [&[MB | ME | 4, 10][..], &length, TYPE, octets].concat()
    };
    let id = {
        let length = u8::try_from(octets.len()).expect("a short payload");
        [&[MB | ME | SR | IL | 4, 10, length, 3][..], TYPE, b"tag", octets].concat()
    };
    let text_record = |flags: u8| record(flags | 1, b"T", b"\x02enhello");
    let rows: Vec<(&str, &str, Vec<u8>)> = vec![
        ("long-length", "A length of four octets where one would do", long),
        ("id", "A record with an ID", id),
        ("type-case", "The type in upper case", record(MB | ME | 4, b"UPQR.ORG:P", octets)),
        (
            "chunks-2",
            "A record in two chunks",
            [record(MB | CF | 4, TYPE, head), record(ME | 6, b"", tail)].concat(),
        ),
        (
            "chunks-3",
            "A record in three chunks, one of them empty",
            [record(MB | CF | 4, TYPE, head), record(CF | 6, b"", b""), record(ME | 6, b"", tail)].concat(),
        ),
        ("before", "A text record before it", [text_record(MB), record(ME | 4, TYPE, octets)].concat()),
        (
            "behind",
            "An empty record behind it",
            [record(MB | 4, TYPE, octets), record(ME, b"", b"")].concat(),
        ),
        (
            "behind-chunks",
            "Chunks of another record behind it",
            [record(MB | 4, TYPE, octets), record(CF | 2, b"a/b", b"x"), record(ME | 6, b"", b"y")].concat(),
        ),
        (
            "reserved",
            "A record of the type name format 7 before it",
            [record(MB | 7, b"?", b"x"), record(ME | 4, TYPE, octets)].concat(),
        ),
        (
            "unknown",
            "A record of the type name format 5 before it",
            [record(MB | 5, b"", b"x"), record(ME | 4, TYPE, octets)].concat(),
        ),
        (
            "twice",
            "The same payload twice",
            [record(MB | 4, TYPE, octets), record(ME | 4, TYPE, octets)].concat(),
        ),
        ("link-alone", "A URI record alone, whose link holds the payload", page_record(MB | ME, &web)),
        (
            "link-plain",
            "A link that is not abbreviated",
            record(MB | ME | 1, b"U", &[&[0], web.as_bytes()].concat()),
        ),
        (
            "other-link",
            "A link without a payload beside it",
            [page_record(MB, "https://pay.example/menu"), record(ME | 4, TYPE, octets)].concat(),
        ),
        (
            "records-64",
            "64 records, the last of which holds the payload",
            [record(MB, b"", b""), record(0, b"", b"").repeat(62), record(ME | 4, TYPE, octets)].concat(),
        ),
    ];
    for (id, title, octets) in rows {
        let draft = unpack(id, title, "ndef", &octets, Claim::Accepted(Some(json!(payload))));
        drafts.push(Draft { requirements: vec!["UPQR-CRR-8", "UPQR-CRR-9", "UPQR-CRR-11"], ..draft });
    }
}

/// Octets that are no message.
fn flags(drafts: &mut Vec<Draft>) {
    let parent = parent(Op::Unpack, "ndef");
    let payload = ordinary();
    let octets = payload.as_bytes();
    let whole = message(&payload);
    let cut = |end: usize| whole.get(..end).unwrap_or_default().to_vec();
    let open = record(MB | 4, TYPE, octets);
    let chunk = record(MB | CF | 4, TYPE, octets);
    let end = whole.len();
    let rows: Vec<(&str, &str, Vec<u8>, usize)> = vec![
        ("nothing", "no octet", Vec::new(), 0),
        ("cut-type-length", "the message ends behind the flags", cut(1), 1),
        ("cut-length", "the message ends before the length of the payload", cut(2), 2),
        (
            "cut-long-length",
            "the message ends inside a length of four octets",
            vec![MB | ME | 4, 10, 0, 0],
            2,
        ),
        (
            "cut-id-length",
            "the message ends before the length of the ID",
            vec![MB | ME | SR | IL | 4, 10, 20],
            3,
        ),
        ("cut-type", "the message ends inside the type", cut(8), 3),
        ("cut-payload", "the message ends inside the payload", cut(end.saturating_sub(1)), 13),
        (
            "length-4-gib",
            "a length of four gibibytes",
            [&[MB | ME | 4, 10, 255, 255, 255, 255][..], TYPE, octets].concat(),
            16,
        ),
        ("behind-end", "an octet behind the end of the message", [&whole[..], &[0xFE]].concat(), end),
        ("no-begin", "the first record does not begin the message", record(ME | 4, TYPE, octets), 0),
        (
            "begin-twice",
            "the second record begins a message again",
            [open.clone(), whole.clone()].concat(),
            end,
        ),
        ("no-end", "no record ends the message", open.clone(), end),
        ("chunk-first", "a chunk without a first one", record(MB | ME | 6, b"", octets), 0),
        (
            "chunk-left",
            "another record behind an open chunk",
            [chunk.clone(), record(ME | 4, TYPE, octets)].concat(),
            end,
        ),
        ("chunk-end", "the last record is an open chunk", record(MB | ME | CF | 4, TYPE, octets), 0),
        ("chunk-type", "a later chunk has a type", [chunk.clone(), record(ME | 6, b"x", b"")].concat(), end),
        ("chunk-id", "a later chunk has an ID", [chunk, vec![ME | SR | IL | 6, 0, 0, 1, b'x']].concat(), end),
        ("empty-type", "an empty record has a type", record(MB | ME, b"x", b""), 0),
        ("empty-payload", "an empty record has a payload", record(MB | ME, b"", b"x"), 0),
        ("unknown-type", "a record of an unknown type has a type", record(MB | ME | 5, b"x", b""), 0),
        ("no-type", "an external record has no type", record(MB | ME | 4, b"", octets), 0),
        (
            "records-65",
            "65 records",
            [record(MB, b"", b""), record(0, b"", b"").repeat(63), record(ME | 4, TYPE, octets)].concat(),
            192,
        ),
    ];
    for (id, title, octets, offset) in rows {
        let requirement = if id == "records-65" { "UPQR-CRR-11" } else { "UPQR-CRR-8" };
        let claim = Claim::Refused("ndef", Some(offset));
        drafts.push(broken(&parent, &format!("bad-{id}"), title, &octets, claim, requirement));
    }
}

/// Messages that hold no payload, two, or something else.
fn contents(drafts: &mut Vec<Draft>) {
    let parent = parent(Op::Unpack, "ndef");
    let payload = ordinary();
    let octets = payload.as_bytes();
    let other = payload.replace("LUCKY", "LUCKI");
    let first = record(MB | 4, TYPE, octets);
    let end = first.len();
    let uri = |rest: &[u8]| record(MB | ME | 1, b"U", rest);
    let value = URL_SAFE_NO_PAD.encode(&payload);
    let with = |rest: &str| [b"\x04pay.example/#upqr=", rest.as_bytes()].concat();
    let rows: Vec<(&str, &str, Vec<u8>, &'static str, usize, &'static str)> = vec![
        ("none-empty", "An empty record alone", record(MB | ME, b"", b""), "no-payload", 0, "UPQR-CRR-9"),
        (
            "none-mime",
            "The type as a media type",
            record(MB | ME | 2, TYPE, octets),
            "no-payload",
            0,
            "UPQR-CRR-9",
        ),
        (
            "none-text",
            "A text record that holds the payload",
            record(MB | ME | 1, b"T", octets),
            "no-payload",
            0,
            "UPQR-CRR-9",
        ),
        ("none-link", "A link without a fragment", uri(b"\x04pay.example/"), "no-payload", 0, "UPQR-CRR-9"),
        (
            "none-http",
            "A link without encryption",
            uri(&[b"\x03pay.example/#upqr=", value.as_bytes()].concat()),
            "no-payload",
            0,
            "UPQR-CRR-9",
        ),
        (
            "none-code",
            "An abbreviation that URI RTD does not define",
            uri(&[b"\x7Fpay.example/#upqr=", value.as_bytes()].concat()),
            "no-payload",
            0,
            "UPQR-CRR-9",
        ),
        (
            "two-records",
            "Two records with different payloads",
            [first.clone(), record(ME | 4, TYPE, other.as_bytes())].concat(),
            "ambiguous",
            end,
            "UPQR-CRR-10",
        ),
        (
            "two-link",
            "A link with another payload",
            [first.clone(), page_record(ME, &link(PAGE, &other))].concat(),
            "ambiguous",
            end,
            "UPQR-CRR-10",
        ),
        ("too-long-message", "A message of 16385 octets", vec![0; 16_385], "too-long", 0, "UPQR-CRR-11"),
        (
            "too-long",
            "A payload of 2954 octets",
            record(MB | ME | 4, TYPE, sized(2954).as_bytes()),
            "too-long",
            0,
            "UPQR-CRR-3",
        ),
        (
            "payment-code",
            "A payment code on a tag",
            record(MB | ME | 4, TYPE, b"hQVDUFYwMWEHTwWgAAADMw=="),
            "payment-code",
            0,
            "UPQR-CRR-1",
        ),
        (
            "utf-8",
            "Octets that are no UTF-8",
            record(MB | ME | 4, TYPE, b"0002015901\xFF"),
            "utf-8",
            0,
            "UPQR-CRR-2",
        ),
        ("empty", "A record with nothing in it", record(MB | ME | 4, TYPE, b""), "empty", 0, "UPQR-CRR-2"),
        ("cut", "A payload that ends early", record(MB | ME | 4, TYPE, b"00020"), "overrun", 0, "UPQR-CRR-2"),
        (
            "link-padded",
            "A link with padding",
            uri(&with(&format!("{value}="))),
            "base64url",
            0,
            "UPQR-CRR-17",
        ),
        (
            "link-twice",
            "A link with two members",
            uri(&with(&format!("{value}&upqr={value}"))),
            "link",
            0,
            "UPQR-CRR-16",
        ),
    ];
    for (id, title, octets, code, offset, requirement) in rows {
        let claim = Claim::Refused(code, Some(offset));
        drafts.push(broken(&parent, &format!("ndef-{id}"), title, &octets, claim, requirement));
    }
}

/// Links that readers read, and others.
fn links(drafts: &mut Vec<Draft>) {
    let payload = ordinary();
    let value = URL_SAFE_NO_PAD.encode(&payload);
    let accepted = [
        ("case", "Scheme and host in upper case", format!("HTTPS://PAY.EXAMPLE/#upqr={value}")),
        ("no-path", "A page without a path", format!("https://pay.example#upqr={value}")),
        (
            "members",
            "Other members of the fragment",
            format!("https://pay.example/#lang=zh&upqr={value}&top"),
        ),
        (
            "member-case",
            "A member in upper case beside it",
            format!("https://pay.example/#UPQR=x&upqr={value}"),
        ),
        ("query", "A member of the query beside it", format!("https://pay.example/?upqr=x#upqr={value}")),
    ];
    for (id, title, link) in accepted {
        let draft = unpack(
            &format!("link-{id}"),
            title,
            "link",
            link.as_bytes(),
            Claim::Accepted(Some(json!(payload))),
        );
        drafts.push(Draft { requirements: vec!["UPQR-CRR-15", "UPQR-CRR-16"], ..draft });
    }
    let parent = parent(Op::Unpack, "link");
    let head = "https://pay.example/#upqr=".len();
    let fragment = |value: &str| format!("https://pay.example/#upqr={value}");
    let encoded = |octets: &[u8]| fragment(&URL_SAFE_NO_PAD.encode(octets));
    let long = format!("{PAGE}{}", "a".repeat(8_000));
    let second = head.saturating_add(value.len()).saturating_add(1);
    let rows: Vec<(&str, &str, String, &'static str, usize, &'static str)> = vec![
        (
            "http",
            "A link without encryption",
            format!("http://pay.example/#upqr={value}"),
            "link",
            0,
            "UPQR-CRR-16",
        ),
        ("no-link", "A text that is no link", "LUCKY NOODLES".to_owned(), "link", 0, "UPQR-CRR-16"),
        ("no-host", "A link without a host", format!("https:///#upqr={value}"), "link", 0, "UPQR-CRR-16"),
        ("wrapped", "A payload that is no link", payload.clone(), "link", 0, "UPQR-CRR-16"),
        (
            "twice",
            "Two members with the same payload",
            fragment(&format!("{value}&upqr={value}")),
            "link",
            second,
            "UPQR-CRR-16",
        ),
        ("no-fragment", "A link without a fragment", PAGE.to_owned(), "no-payload", 0, "UPQR-CRR-16"),
        (
            "in-query",
            "A payload in the query, which the host sees",
            format!("https://pay.example/?upqr={value}"),
            "no-payload",
            0,
            "UPQR-CRR-15",
        ),
        (
            "other-member",
            "A member whose name only begins so",
            format!("https://pay.example/#upqr2={value}"),
            "no-payload",
            0,
            "UPQR-CRR-15",
        ),
        (
            "upper-member",
            "A member in upper case",
            format!("https://pay.example/#UPQR={value}"),
            "no-payload",
            0,
            "UPQR-CRR-15",
        ),
        ("too-long-link", "A link of more than 8000 octets", long, "too-long", 0, "UPQR-CRR-16"),
        (
            "padded",
            "Padding behind the value",
            fragment(&format!("{value}=")),
            "base64url",
            head,
            "UPQR-CRR-17",
        ),
        (
            "escaped",
            "Padding that is escaped",
            fragment(&format!("{value}%3D")),
            "base64url",
            head,
            "UPQR-CRR-17",
        ),
        (
            "standard",
            "The alphabet of standard base64",
            fragment("MDAwMjAx+/"),
            "base64url",
            head,
            "UPQR-CRR-17",
        ),
        ("bits", "Unused bits that are not zero", fragment("MDB"), "base64url", head, "UPQR-CRR-17"),
        ("blank", "A blank inside the value", fragment("MDAw MjAx"), "base64url", head, "UPQR-CRR-17"),
        (
            "empty",
            "A member without a value",
            "https://pay.example/#upqr".to_owned(),
            "empty",
            head.saturating_sub(1),
            "UPQR-CRR-2",
        ),
        ("empty-value", "A member with an empty value", fragment(""), "empty", head, "UPQR-CRR-2"),
        ("utf-8", "Octets that are no UTF-8", encoded(b"0002015901\xFF"), "utf-8", head, "UPQR-CRR-2"),
        ("native", "A wallet's own code", encoded(b"wxp://f2f0Synthetic0"), "id", head, "UPQR-CRR-2"),
        (
            "payment-code",
            "A payment code in a link",
            encoded(b"hQVDUFYwMWEHTwWgAAADMw=="),
            "payment-code",
            head,
            "UPQR-CRR-1",
        ),
        (
            "too-long",
            "A payload of 2954 octets",
            encoded(sized(2954).as_bytes()),
            "too-long",
            head,
            "UPQR-CRR-3",
        ),
    ];
    for (id, title, link, code, offset, requirement) in rows {
        let claim = Claim::Refused(code, Some(offset));
        drafts.push(broken(&parent, &format!("link-bad-{id}"), title, link.as_bytes(), claim, requirement));
    }
}
