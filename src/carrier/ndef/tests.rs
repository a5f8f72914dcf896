use super::*;

const PAYLOAD: &str = "0002015802CN6304A31C";
const OTHER: &str = "0002015802HK6304A31C";
const PAGE: &str = "https://pay.example/";

/// A record of short form.
fn record(flags: u8, kind: &[u8], payload: &[u8]) -> Vec<u8> {
    let lengths = [u8::try_from(kind.len()).unwrap_or(0), u8::try_from(payload.len()).unwrap_or(0)];
    [&[flags | SR][..], &lengths, kind, payload].concat()
}

#[track_caller]
fn check(message: &[u8], expected: &str) {
    let shown = unpack(message).unwrap_or_else(|error| error.to_string());
    assert_eq!(shown, expected, "{message:02X?}");
}

#[test]
fn writers_write_one_form() {
    let message = pack(PAYLOAD, None).expect("a message");
    assert_eq!(message, [b"\xD4\x0A\x14upqr.org:p", PAYLOAD.as_bytes()].concat());
    let message = pack(PAYLOAD, Some(PAGE)).expect("a message");
    let link = b"\x51\x01\x2EU\x04pay.example/#upqr=MDAwMjAxNTgwMkNONjMwNEEzMUM".as_slice();
    assert_eq!(message, [b"\x94\x0A\x14upqr.org:p", PAYLOAD.as_bytes(), link].concat());
    check(&message, PAYLOAD);
    let message = pack_link(PAYLOAD, "https://www.pay.example/").expect("a message");
    assert_eq!(message.get(..16), Some(b"\xD1\x01\x2EU\x02pay.example".as_slice()));
    check(&message, PAYLOAD);
    // A payload of 256 octets has a length of four.
    let long = ["5999", &"A".repeat(99), "6099", &"A".repeat(99), "6146", &"A".repeat(46)].concat();
    let message = pack(&long, None).expect("a message");
    assert_eq!(message.get(..6), Some(b"\xC4\x0A\x00\x00\x01\x00".as_slice()));
    check(&message, &long);
}

#[test]
fn readers_read_every_form() {
    let text = PAYLOAD.as_bytes();
    let first = record(MB, b"text/plain", b"hello");
    check(&[record(MB | 2, b"text/plain", b"hello"), record(ME | EXTERNAL, TYPE, text)].concat(), PAYLOAD);
    check(&[record(MB | EXTERNAL, TYPE, text), record(ME, b"", b"")].concat(), PAYLOAD);
    check(&[record(MB | 7, b"any", b"x"), record(ME | EXTERNAL, b"UPQR.org:P", text)].concat(), PAYLOAD);
    check(&[&[MB | ME | SR | IL | EXTERNAL, 10, 20, 2][..], TYPE, b"id", text].concat(), PAYLOAD);
    check(&[&[MB | ME | EXTERNAL, 10, 0, 0, 0, 20][..], TYPE, text].concat(), PAYLOAD);
    check(&[record(MB | EXTERNAL, TYPE, text), record(ME | EXTERNAL, TYPE, text)].concat(), PAYLOAD);
    let chunks = [
        record(MB | CF | EXTERNAL, TYPE, &text[..7]),
        record(CF | UNCHANGED, b"", b""),
        record(ME | UNCHANGED, b"", &text[7..]),
    ];
    check(&chunks.concat(), PAYLOAD);
    check(&first, "byte 0: expected no type, ID and payload in a record of the type name format 0");
}

#[test]
fn what_holds_no_payload_or_two() {
    let text = PAYLOAD.as_bytes();
    let none = "byte 0: expected a payload of this standard, found none";
    check(&record(MB | ME, b"", b""), none);
    check(&record(MB | ME | WELL_KNOWN, b"U", b"\x04pay.example/"), none);
    check(&record(MB | ME | WELL_KNOWN, b"U", b""), none);
    check(&record(MB | ME | WELL_KNOWN, b"U", b"\x03pay.example/#upqr=MDAwMQ"), none);
    check(&record(MB | ME | WELL_KNOWN, b"U", b"\x04\xFF"), none);
    check(&record(MB | ME | WELL_KNOWN, b"u", b"\x04pay.example/#upqr=MDAwMQ"), none);
    check(&record(MB | ME | 2, TYPE, text), none);
    let two = [record(MB | EXTERNAL, TYPE, text), record(ME | EXTERNAL, TYPE, OTHER.as_bytes())].concat();
    check(&two, "byte 33: expected one payload, found two that differ");
    let mut link = pack_link(OTHER, PAGE).expect("a message");
    link[0] &= !MB;
    check(
        &[record(MB | EXTERNAL, TYPE, text), link].concat(),
        "byte 33: expected one payload, found two that differ",
    );
    check(&record(MB | ME | EXTERNAL, TYPE, b"\xFF"), "byte 0: expected UTF-8, found other octets");
    check(&record(MB | ME | EXTERNAL, TYPE, b""), "byte 0: expected a data object, found nothing");
    check(&record(MB | ME | EXTERNAL, TYPE, b"00020"), "byte 0: expected 2 characters of value, found 1");
    check(
        &record(MB | ME | WELL_KNOWN, b"U", b"\x04a/#upqr=*"),
        "byte 0: expected base64url without padding and with zero padding bits behind `upqr=`, found something else",
    );
    let kept = "expected a merchant-presented payload, found a consumer's payment code, which no tag and no link is to keep";
    check(&record(MB | ME | EXTERNAL, TYPE, b"hQVDUFYwMWEHTwWgAAADMw=="), &format!("byte 0: {kept}"));
}

#[test]
fn what_is_no_message() {
    let text = PAYLOAD.as_bytes();
    let whole = pack(PAYLOAD, None).expect("a message");
    check(b"", "byte 0: expected the flags of a record");
    check(&whole[..1], "byte 1: expected the length of a type");
    check(&whole[..2], "byte 2: expected the length of a payload in one octet");
    check(&[MB | ME | EXTERNAL, 10, 0, 0, 0], "byte 2: expected the length of a payload in four octets");
    check(&[MB | ME | SR | IL | EXTERNAL, 10, 1], "byte 3: expected the length of an ID");
    check(&whole[..12], "byte 3: expected a type as long as its length says");
    check(
        &[MB | ME | SR | IL | EXTERNAL, 1, 1, 2, b'a', b'b'],
        "byte 5: expected an ID as long as its length says",
    );
    check(&whole[..32], "byte 13: expected a payload as long as its length says");
    check(
        &[MB | ME | EXTERNAL, 1, 0xFF, 0xFF, 0xFF, 0xFF, b'a'],
        "byte 7: expected a payload as long as its length says",
    );
    check(&[&whole[..], b"\0"].concat(), "byte 33: expected the end of the message behind the flag ME");
    let mb = "expected the flag MB in the first record and in no other";
    check(&record(ME | EXTERNAL, TYPE, text), &format!("byte 0: {mb}"));
    check(&[record(MB | EXTERNAL, TYPE, text), whole.clone()].concat(), &format!("byte 33: {mb}"));
    check(&record(MB | EXTERNAL, TYPE, text), "byte 33: expected the flags of a record");
    check(
        &record(MB | ME | 5, b"x", b""),
        "byte 0: expected no type in a record of the type name format 5 or 6",
    );
    check(
        &record(MB | ME | 1, b"", b""),
        "byte 0: expected a type in a record of the type name format 1 to 4",
    );
    let first = "byte 0: expected a first chunk before a chunk of the type name format 6";
    check(&record(MB | ME | UNCHANGED, b"", text), first);
    let open = record(MB | CF | EXTERNAL, TYPE, text);
    check(
        &[open.clone(), record(ME | EXTERNAL, TYPE, text)].concat(),
        "byte 33: expected a chunk of the type name format 6 behind an open one",
    );
    check(
        &record(MB | ME | CF | EXTERNAL, TYPE, text),
        "byte 0: expected a last chunk without the flag CF before the end of the message",
    );
    check(
        &[open, vec![ME | SR | IL | UNCHANGED, 0, 0, 1, b'i']].concat(),
        "byte 33: expected no ID in a chunk of the type name format 6",
    );
    let many = [record(MB, b"", b""), record(0, b"", b"").repeat(MAX_RECORDS)].concat();
    check(&many, "byte 192: expected at most 64 records");
    check(&vec![0; MAX_MESSAGE + 1], "byte 0: expected at most 16384 bytes, found 16385");
}
