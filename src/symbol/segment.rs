//! From a payload to segments: the fewest bits, and nothing that a reader could take for another text (clause 14.1).
//!
//! Kanji mode is never chosen. It would store pairs of UTF-8 bytes that look like Shift JIS, and readers that follow the standard
//! would show other characters than were put in.
//!
//! ```
//! use upqr::symbol::segment::{Policy, segments};
//! use upqr::symbol::{Mode, Version};
//!
//! let chunks = segments(b"HTTPS://EXAMPLE.COM/1234567890123456", Version::MIN, Policy::Automatic);
//! let modes: Vec<Mode> = chunks.iter().map(|chunk| chunk.mode).collect();
//! assert_eq!(modes, [Mode::Alphanumeric, Mode::Numeric]);
//! ```

use super::stream::ALPHANUMERIC;
use super::{MOST_CHARACTERS, Mode, Version};
use crate::grammar::Text;

/// The Extended Channel Interpretation of UTF-8.
pub const ECI_UTF_8: u32 = 26;

/// Bytes in one mode: a segment to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// How they are written.
    pub mode: Mode,
    /// The bytes of the payload; none for modes that hold no text. Kanji mode takes Shift JIS, Hanzi mode GB 2312.
    pub bytes: &'a [u8],
}

/// Which modes a payload is divided into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Bytes alone for an EMV payload (EMV MPM 4.12), and for others whatever takes the fewest bits.
    #[default]
    Automatic,
    /// Bytes alone, as for an EMV payload.
    Bytes,
    /// Whatever takes the fewest bits, for an EMV payload too.
    Shortest,
}

/// A payload in segments for the version, and for those whose character counts have as many bits: 1 to 9, 10 to 26, 27 to 40.
///
/// ECI 26 comes first where a character lies outside ASCII, and in an EMV payload also where one lies outside the printable characters
/// of ASCII. Bytes that are no UTF-8 are one segment without an ECI. No segment ends inside a character. More bytes than [`MOST_CHARACTERS`],
/// which no symbol holds, are one segment too.
#[must_use]
pub fn segments(payload: &[u8], version: Version, policy: Policy) -> Vec<Chunk<'_>> {
    divided(payload, version, plan(payload, policy, None))
}

/// What is known of a payload before its version is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// Bytes alone.
    bytes: bool,
    /// The Extended Channel Interpretation that comes first.
    eci: Option<u32>,
}

/// The plan for a payload, in whose segments a given interpretation comes first instead of the one that its text asks for.
pub(super) fn plan(payload: &[u8], policy: Policy, given: Option<u32>) -> Plan {
    let Ok(text) = std::str::from_utf8(payload) else { return Plan { bytes: true, eci: given } };
    let bytes = match policy {
        Policy::Automatic => is_emv(text),
        Policy::Bytes => true,
        Policy::Shortest => false,
    };
    let printable = |octet: &u8| matches!(octet, 0x20..=0x7E);
    let is_plain = if bytes { payload.iter().all(printable) } else { payload.is_ascii() };
    Plan { bytes, eci: given.or((!is_plain).then_some(ECI_UTF_8)) }
}

/// Whether EMVCo's specifications say how the symbol of a text is to be.
fn is_emv(text: &str) -> bool {
    matches!(Text::read(text), Text::MerchantPresented(_) | Text::ConsumerPresented(_))
}

pub(super) fn divided(payload: &[u8], version: Version, plan: Plan) -> Vec<Chunk<'_>> {
    let mut chunks = Vec::new();
    if let Some(designator) = plan.eci {
        chunks.push(Chunk { mode: Mode::Eci(designator), bytes: &[] });
    }
    let is_whole = plan.bytes || payload.len() > MOST_CHARACTERS;
    if is_whole && !payload.is_empty() {
        chunks.push(Chunk { mode: Mode::Byte, bytes: payload });
    } else {
        chunks.extend(shortest(payload, version));
    }
    chunks
}

/// The modes that segments are chosen from.
const MODES: [Mode; 3] = [Mode::Numeric, Mode::Alphanumeric, Mode::Byte];

/// Costs are counted in sixths of a bit, in which a digit costs 20 and a letter 33; only the end of a segment is rounded up.
const SIXTHS: usize = 6;

/// More than any payload costs.
const NEVER: usize = usize::MAX / 2;

fn cost(mode: Mode, octet: u8) -> Option<usize> {
    match mode {
        Mode::Numeric => octet.is_ascii_digit().then_some(20),
        Mode::Alphanumeric => ALPHANUMERIC.contains(&octet).then_some(33),
        _ => Some(48),
    }
}

/// The place of the smallest of three costs, and that cost.
fn least(costs: [usize; 3]) -> (u8, usize) {
    (0..).zip(costs).min_by_key(|(_, cost)| *cost).unwrap_or((2, NEVER))
}

/// Divides a payload so that it takes the fewest bits.
///
/// For each byte and mode, the least cost of all bytes so far, where the segment in hand has that mode (dynamic programming). A byte of
/// a character outside ASCII has one mode, and one mode does not follow itself, so that no character is split.
fn shortest(payload: &[u8], version: Version) -> Vec<Chunk<'_>> {
    let headers = MODES.map(|mode| mode.count_bits(version).saturating_add(4).saturating_mul(SIXTHS));
    let mut costs = headers;
    let mut origins = Vec::with_capacity(payload.len());
    for octet in payload {
        let mut next = [NEVER; 3];
        for ((next, cost_so_far), mode) in next.iter_mut().zip(costs).zip(MODES) {
            if let Some(cost) = cost(mode, *octet) {
                *next = cost_so_far.saturating_add(cost);
            }
        }
        // The segment in hand may end here, and one of another mode begin.
        let (from, ended) = least(next.map(|cost| cost.div_ceil(SIXTHS).saturating_mul(SIXTHS)));
        let mut origin = [0_u8, 1, 2];
        for ((next, origin), header) in next.iter_mut().zip(&mut origin).zip(headers) {
            let begun = ended.saturating_add(header);
            if begun < *next {
                *next = begun;
                *origin = from;
            }
        }
        costs = next;
        origins.push(origin);
    }
    let mut mode = least(costs).0;
    let mut modes = vec![Mode::Byte; payload.len()];
    for (chosen, origin) in modes.iter_mut().zip(&origins).rev() {
        mode = origin.get(usize::from(mode)).copied().unwrap_or(2);
        *chosen = MODES.get(usize::from(mode)).copied().unwrap_or(Mode::Byte);
    }
    let mut rest = payload;
    let mut chunks = Vec::new();
    for run in modes.chunk_by(|a, b| a == b) {
        let (bytes, after) = rest.split_at_checked(run.len()).unwrap_or((rest, &[]));
        chunks.push(Chunk { mode: run.first().copied().unwrap_or(Mode::Byte), bytes });
        rest = after;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::EcLevel;
    use qrcode::optimize::{Parser, total_encoded_len};

    use super::*;
    use crate::symbol::bits::bits;

    fn version(number: u8) -> Version {
        Version::new(number).expect("a version")
    }

    #[track_caller]
    fn check(payload: &str, number: u8, policy: Policy, expected: &[&str]) {
        let shown: Vec<String> = segments(payload.as_bytes(), version(number), policy)
            .iter()
            .map(|chunk| match chunk.mode {
                Mode::Eci(designator) => format!("eci {designator}"),
                mode => format!("{} {}", mode.key(), String::from_utf8_lossy(chunk.bytes)),
            })
            .collect();
        assert_eq!(shown, expected, "{payload}");
    }

    #[test]
    fn payloads_are_divided_as_their_kind_asks() {
        use Policy::{Automatic, Bytes, Shortest};
        check("", 1, Automatic, &[]);
        check("134650328919428540", 1, Automatic, &["numeric 134650328919428540"]);
        check("134650328919428540", 1, Bytes, &["byte 134650328919428540"]);
        check("HTTPS://A.EXAMPLE/X1", 1, Automatic, &["alphanumeric HTTPS://A.EXAMPLE/X1"]);
        check("https://a.example/x1", 1, Automatic, &["byte https://a.example/x1"]);
        check(
            "https://a.example/12345678901234",
            1,
            Automatic,
            &["byte https://a.example/", "numeric 12345678901234"],
        );
        // Six digits are worth a segment of their own in the small versions alone, where counts are short.
        check("a12345b", 1, Automatic, &["byte a12345b"]);
        check("a123456b", 1, Automatic, &["byte a", "numeric 123456", "byte b"]);
        check("a1234567b", 10, Automatic, &["byte a1234567b"]);
        check("胡同面馆（朝阳区）", 5, Automatic, &["eci 26", "byte 胡同面馆（朝阳区）"]);
        check("面馆0123456789012", 5, Automatic, &["eci 26", "byte 面馆", "numeric 0123456789012"]);
        // EMV payloads, merchant-presented and consumer-presented.
        check("0002015802CN", 1, Automatic, &["byte 0002015802CN"]);
        check("0002015802CN5902面馆", 3, Automatic, &["eci 26", "byte 0002015802CN5902面馆"]);
        check("0002015802CN5903A\tB", 3, Automatic, &["eci 26", "byte 0002015802CN5903A\tB"]);
        check("hQVDUFYwMQ==", 1, Automatic, &["byte hQVDUFYwMQ=="]);
        check("00020112345678", 1, Shortest, &["numeric 00020112345678"]);
        // Line ends are ASCII: what was valid without an ECI stays so.
        check("BCD\n002\n1\nSCT\n", 3, Automatic, &["byte BCD\n002\n1\nSCT\n"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_one_segment_without_an_eci() {
        for policy in [Policy::Automatic, Policy::Bytes, Policy::Shortest] {
            let payload = b"0123456789012345\xFF\xFE";
            assert_eq!(segments(payload, Version::MIN, policy), [Chunk { mode: Mode::Byte, bytes: payload }]);
        }
    }

    /// Bits of the segments in the version, as they are written.
    fn length(chunks: &[Chunk<'_>], version: Version) -> usize {
        bits(chunks, version).expect("every byte has a place in its mode").length()
    }

    /// The fewest bits of all ways to give each byte a mode.
    fn fewest(payload: &[u8], version: Version) -> usize {
        let ways = 3_usize.pow(u32::try_from(payload.len()).expect("a short payload"));
        let mut fewest = usize::MAX;
        'ways: for way in 0..ways {
            let mut left = way;
            let mut modes = Vec::new();
            for octet in payload {
                let mode = MODES[left % 3];
                if cost(mode, *octet).is_none() {
                    continue 'ways;
                }
                modes.push(mode);
                left /= 3;
            }
            let mut rest = payload;
            let mut chunks = Vec::new();
            for run in modes.chunk_by(|a, b| a == b) {
                let (bytes, after) = rest.split_at(run.len());
                chunks.push(Chunk { mode: run[0], bytes });
                rest = after;
            }
            fewest = fewest.min(length(&chunks, version));
        }
        fewest
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_division_of_a_short_payload_takes_fewer_bits(
            payload in "[0-9]{0,5}[A-Z]{0,3}[a-z]{0,2}[0-9]{0,5}".prop_filter("short", |text| text.len() <= 9),
            number in prop::sample::select(vec![1_u8, 10, 27]),
        ) {
            let version = version(number);
            let chunks = segments(payload.as_bytes(), version, Policy::Shortest);
            prop_assert_eq!(length(&chunks, version), fewest(payload.as_bytes(), version));
        }

        #[test]
        fn the_segments_are_the_payload_and_no_character_is_split(
            payload in "([0-9]{1,20}|[A-Z $:/]{1,9}|[a-z]{1,9}|[一-龥]{1,5}|[\u{0}-\u{7f}]{1,5}|[é😀]{1,3}){0,9}",
            number in 1_u8..=40,
        ) {
            let chunks = segments(payload.as_bytes(), version(number), Policy::Automatic);
            let bytes: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.iter().copied()).collect();
            prop_assert_eq!(bytes, payload.as_bytes());
            prop_assert!(chunks.iter().all(|chunk| std::str::from_utf8(chunk.bytes).is_ok()));
            prop_assert!(chunks.iter().all(|chunk| chunk.mode != Mode::Kanji));
            let eci = chunks.first().map(|chunk| chunk.mode) == Some(Mode::Eci(ECI_UTF_8));
            prop_assert!(eci || payload.is_ascii());
        }

        #[test]
        fn ascii_takes_no_more_bits_than_the_crate_qrcode_takes(
            payload in "([0-9]{1,30}|[A-Z $:/]{1,20}|[a-z?=&]{1,20}|[\u{0}-\u{7f}]{1,5}){0,12}",
            number in prop::sample::select(vec![1_u8, 9, 10, 26, 27, 40]),
        ) {
            let theirs = qrcode::Version::Normal(i16::from(number));
            let optimal: Vec<_> = Parser::new(payload.as_bytes()).optimize(theirs).collect();
            let chunks = segments(payload.as_bytes(), version(number), Policy::Shortest);
            prop_assert!(length(&chunks, version(number)) <= total_encoded_len(&optimal, theirs));
        }

        #[test]
        fn symbols_of_ascii_are_no_larger_than_those_of_the_crate_qrcode(
            payload in "([0-9]{1,30}|[A-Z $:/]{1,20}|[a-z?=&]{1,20}){1,20}",
        ) {
            prop_assume!(!plan(payload.as_bytes(), Policy::Automatic, None).bytes);
            let theirs = qrcode::QrCode::with_error_correction_level(&payload, EcLevel::M).expect("it fits");
            let ours = crate::symbol::encode::encode(payload.as_bytes(), &crate::symbol::EncodeOptions::default());
            prop_assert!(ours.expect("it fits").grid.side() <= theirs.width());
        }
    }
}
