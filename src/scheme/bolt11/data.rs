//! The data of an invoice: groups of five bits (BOLT 11, data part).
//!
//! ```text
//! data      = timestamp *field signature
//! timestamp = 7group                   ; seconds since 1970
//! field     = type length value        ; one group, two groups, and as many as the length says
//! signature = 104group                 ; r and s of secp256k1, 32 octets each, and the recovery ID: 0 to 3
//! ```
//!
//! A `p`, `s`, `h` or `n` of another length than it has today and an `f` of an unknown version are skipped, as BOLT 11 says.

use std::borrow::Cow;
use std::ops::Range;

use super::super::{FaultKind, Reading};
use crate::payment::hex_of;

const TIMESTAMP: usize = 7;
const SIGNATURE: usize = 104;

/// Groups of `p`, `s` and `h`, which are 256 bits, and of `n`, which is 264.
const HASH: usize = 52;
const PUBLIC_KEY: usize = 53;

/// The versions of `f` that have a meaning: those of witnesses up to 16, a key hash and a script hash.
const FALLBACK_VERSIONS: u8 = 18;

/// Even bits of `9` that are known: what every node has (0, 6, 8, 12), payment secret, multi-part payments, blinded paths, metadata (BOLT 9).
const FEATURES: [usize; 8] = [0, 6, 8, 12, 14, 16, 24, 48];

/// The order of secp256k1's group, and its half (SEC 2, 2.4.1).
const ORDER: [u8; 32] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xBA,
    0xAE, 0xDC, 0xE6, 0xAF, 0x48, 0xA0, 0x3B, 0xBF, 0xD2, 0x5E, 0x8C, 0xD0, 0x36, 0x41, 0x41,
];
const HALF_ORDER: [u8; 32] = [
    0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x5D,
    0x57, 0x6E, 0x73, 0x57, 0xA4, 0x50, 0x1D, 0xDF, 0xE9, 0x2F, 0x46, 0x68, 0x1B, 0x20, 0xA0,
];

/// Adds the elements of `groups`, which are `text` at byte `start` of the whole.
pub(super) fn read<'a>(reading: &mut Reading<'a>, text: &'a str, start: usize, groups: &[u8]) {
    let place = |group: usize| start.saturating_add(group);
    let parts = groups
        .split_at_checked(TIMESTAMP)
        .and_then(|(head, rest)| Some((head, rest.split_at_checked(rest.len().checked_sub(SIGNATURE)?)?)));
    let Some((timestamp, (mut rest, signature))) = parts else {
        let message = "the data is too short for a timestamp and a signature: scan the invoice again";
        return reading.fault(FaultKind::Structure, start..place(groups.len()), message);
    };
    reading.element("timestamp", number(timestamp).unwrap_or_default().to_string(), start..place(TIMESTAMP));
    let end = groups.len().saturating_sub(SIGNATURE);
    while let [kind, high, low, behind @ ..] = rest {
        let length = usize::from(*high).saturating_mul(32).saturating_add(usize::from(*low));
        let Some((value, after)) = behind.split_at_checked(length) else { break };
        let first = end.saturating_sub(behind.len());
        let written = text.get(first..first.saturating_add(length)).unwrap_or_default();
        field(reading, *kind, value, written, place(first)..place(first).saturating_add(length));
        rest = after;
    }
    if !rest.is_empty() {
        let message = "a field is longer than the data: ask for another invoice";
        reading.fault(FaultKind::Structure, place(end.saturating_sub(rest.len()))..place(end), message);
    }
    check_signature(reading, signature, place(end)..place(groups.len()));
    if reading.get("d").or_else(|| reading.get("h")).is_none() {
        let message = "the invoice has neither a description nor the hash of one: ask for another invoice";
        reading.fault(FaultKind::Missing, start..place(groups.len()), message);
    }
}

/// Adds a field under its letter.
fn field<'a>(reading: &mut Reading<'a>, kind: u8, groups: &[u8], written: &'a str, span: Range<usize>) {
    match (kind, groups.len()) {
        (1, HASH) => reading.element("p", hex(groups), span),
        (16, HASH) => reading.element("s", hex(groups), span),
        (23, HASH) => reading.element("h", hex(groups), span),
        (19, PUBLIC_KEY) => reading.element("n", hex(groups), span),
        (1 | 16 | 23 | 19, _) => {}
        (13, _) => description(reading, groups, span),
        (6, _) => integer(reading, "x", groups, span),
        (24, _) => integer(reading, "c", groups, span),
        (9, _) if groups.first().is_none_or(|version| *version > FALLBACK_VERSIONS) => {}
        (9, _) => reading.element("f", written, span),
        (3, _) => reading.element("r", hex(groups), span),
        (27, _) => reading.element("m", hex(groups), span),
        (5, _) => features(reading, groups, written, span),
        _ => reading.element(letter(kind), written, span),
    }
}

fn description(reading: &mut Reading<'_>, groups: &[u8], span: Range<usize>) {
    match String::from_utf8(octets(groups)) {
        Ok(text) => reading.element("d", text, span),
        Err(_) => {
            let message = "the description is no UTF-8: ask for another invoice";
            reading.fault(FaultKind::Format, span.clone(), message);
            reading.element("d", hex(groups), span);
        }
    }
}

fn integer(reading: &mut Reading<'_>, id: &'static str, groups: &[u8], span: Range<usize>) {
    match number(groups) {
        Some(number) => reading.element(id, number.to_string(), span),
        None => {
            let message = format!("the number `{id}` has more than 64 bits: ask for another invoice");
            reading.fault(FaultKind::Format, span, message);
        }
    }
}

/// Even bits are required: one that is unknown fails the payment (BOLT 11, feature bits).
fn features<'a>(reading: &mut Reading<'a>, groups: &[u8], written: &'a str, span: Range<usize>) {
    let bits =
        groups.iter().rev().flat_map(|group| (0..5_u32).map(move |bit| group.wrapping_shr(bit) & 1 == 1));
    let unknown =
        bits.enumerate().find(|(bit, set)| *set && bit.is_multiple_of(2) && !FEATURES.contains(bit));
    if let Some((bit, _)) = unknown {
        let message =
            format!("the invoice requires feature {bit}, which is unknown: ask for another invoice");
        reading.fault(FaultKind::Value, span.clone(), message);
    }
    reading.element("9", written, span);
}

/// Whether the numbers of a signature are in their ranges, and `s` is in the lower half where the payee is named.
fn check_signature(reading: &mut Reading<'_>, groups: &[u8], span: Range<usize>) {
    let octets = octets(groups);
    let (r, rest) = octets.split_at_checked(32).unwrap_or_default();
    let (s, recovery) = rest.split_at_checked(32).unwrap_or_default();
    let in_range = |number: &[u8]| number.iter().any(|octet| *octet != 0) && *number < ORDER[..];
    let message = if !in_range(r) || !in_range(s) {
        Some("the signature is none of secp256k1: ask for another invoice")
    } else if !matches!(recovery, [0..=3]) {
        Some("the recovery ID of the signature is not 0 to 3: ask for another invoice")
    } else if reading.get("n").is_some() && *s > HALF_ORDER[..] {
        Some("the signature is not in its low form, and the payee is named: ask for another invoice")
    } else {
        None
    };
    if let Some(message) = message {
        reading.fault(FaultKind::Structure, span.clone(), message);
    }
    reading.element("signature", hex(groups), span);
}

/// What bech32 writes for a group.
fn letter(group: u8) -> Cow<'static, str> {
    bech32::Fe32::try_from(group).map_or(Cow::Borrowed("?"), |group| group.to_char().to_string().into())
}

/// The octets of groups of five bits, without the bits that fill up the last group.
fn octets(groups: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(groups.len());
    let (mut bits, mut count) = (0_u16, 0_u32);
    for group in groups {
        bits = bits.wrapping_shl(5) | u16::from(*group);
        count = count.saturating_add(5);
        if let Some(left) = count.checked_sub(8) {
            let [_, octet] = bits.wrapping_shr(left).to_be_bytes();
            octets.push(octet);
            count = left;
        }
    }
    octets
}

fn hex(groups: &[u8]) -> String {
    hex_of(&octets(groups))
}

/// The number that groups say, the highest first; `None` above 64 bits.
fn number(groups: &[u8]) -> Option<u64> {
    groups.iter().try_fold(0_u64, |number, group| number.checked_mul(32)?.checked_add(u64::from(*group)))
}

#[cfg(test)]
mod tests {
    use super::super::super::{FaultKind, Reading, Scheme};

    /// Reads a timestamp, `fields` in bech32's letters and a signature; shows elements but those two, and faults.
    fn check(fields: &str, signature: &str, expected: &str) {
        let signature = format!("{signature:q<104}");
        let text = format!("pvjluez{fields}{signature}");
        let groups: Vec<u8> =
            text.chars().map(|c| bech32::Fe32::from_char(c).expect("bech32").to_u8()).collect();
        let mut reading = Reading::new(Scheme::known("bolt11"));
        super::read(&mut reading, &text, 0, &groups);
        let elements = reading.elements.iter().filter(|e| !matches!(&*e.id, "timestamp" | "signature"));
        let elements = elements.map(|e| format!("{}={}@{}", e.id, e.value, e.span.start));
        let faults = reading.faults.iter().filter(|fault| fault.kind != FaultKind::Missing);
        let faults = faults.map(|fault| format!("{:?}@{}", fault.kind, fault.span.start));
        assert_eq!(elements.chain(faults).collect::<Vec<_>>().join(" "), expected, "{fields}");
    }

    /// r and s are small.
    fn low() -> String {
        format!("{}p{}p", "q".repeat(50), "q".repeat(49))
    }

    #[test]
    fn fields() {
        for (fields, expected) in [
            ("", ""),
            ("dq8w3jhxaq", "d=test@10"),
            ("dqzlu", "d=ff@10 Format@10"),
            ("xqzpu", "x=60@10"),
            ("xqdlllllllllllll", "Format@10"),
            ("pqpq", ""),
            ("fqzrq", "f=rq@10"),
            ("fqzlq", ""),
            ("9qrsgq", "9=sgq@10"),
            ("zqzqq", "z=qq@10"),
            ("dqyl", "Structure@7"),
            ("dq", "Structure@7"),
        ] {
            check(fields, &low(), expected);
        }
    }

    #[test]
    fn signatures() {
        check("", &low(), "");
        check("", "", "Structure@7");
        check("", &"l".repeat(104), "Structure@7");
        check("", &format!("{:q<103}l", low()), "Structure@7");
    }
}
