//! An NDEF message that holds a payload, for tags and for phones that act as tags (requirements UPQR-CRR-4 to 11).
//!
//! ```text
//! message = record *record
//! record  = flags type-length payload-length [ id-length ] type [ id ] payload
//! flags   = MB ME CF SR IL TNF            ; the bits 0x80 0x40 0x20 0x10 0x08 and 0x07 of one octet
//! ```
//!
//! MB and ME mark the first and the last record, CF a chunk that another follows, SR a payload length of one octet instead of four, IL an ID.
//! The names are those of NFC Forum's NDEF 1.0, clause 3.
//!
//! | record | type name format | type | payload |
//! |---|---|---|---|
//! | payload | 4, external | `upqr.org:p` (provisional) | the octets of the payload |
//! | page | 1, well-known | `U` | a link of [`link`], abbreviated |

use std::borrow::Cow;

use super::{MAX_PAYLOAD, link, payload_of, refuse};
use crate::error::{Error, ErrorKind};

/// The external type of the record that holds a payload; provisional, as the identifiers of this standard are.
pub const TYPE: &[u8] = b"upqr.org:p";

/// Octets of a message at most: a payload, a link with the same payload, and as much again for records of others.
pub const MAX_MESSAGE: usize = 16_384;

/// Records of a message at most, each chunk counted.
pub const MAX_RECORDS: usize = 64;

const MB: u8 = 0x80;
const ME: u8 = 0x40;
const CF: u8 = 0x20;
const SR: u8 = 0x10;
const IL: u8 = 0x08;
const TNF: u8 = 0x07;

const EMPTY: u8 = 0;
const WELL_KNOWN: u8 = 1;
const EXTERNAL: u8 = 4;
const UNKNOWN: u8 = 5;
const UNCHANGED: u8 = 6;

/// The type of a URI record (NFC Forum URI RTD 1.0, 3.2.1).
const URI: &[u8] = b"U";

/// The abbreviations of https links (NFC Forum URI RTD 1.0, 3.2.2); links of other schemes hold no payload.
const ABBREVIATIONS: [(u8, &str); 3] = [(0x02, "https://www."), (0x04, "https://"), (0x00, "")];

/// A record, its chunks joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Where it begins in the message.
    pub offset: usize,
    /// The type name format, 0 to 7 without 6.
    pub format: u8,
    /// The type.
    pub kind: &'a [u8],
    /// What it holds.
    pub payload: Cow<'a, [u8]>,
}

/// Puts a payload into a message: one record, or two where a page is given, which phones without a wallet open (UPQR-CRR-4 to 6).
///
/// Refused are what [`MAX_PAYLOAD`] excludes, a payment code, and a page that [`link::pack`] refuses.
pub fn pack(payload: &str, page: Option<&str>) -> Result<Vec<u8>, Error> {
    refuse(payload)?;
    let link = page.map(|page| link::pack(payload, page)).transpose()?;
    let mut message = Vec::with_capacity(MAX_PAYLOAD);
    let last = if link.is_none() { ME } else { 0 };
    write(&mut message, MB | last | EXTERNAL, TYPE, payload.as_bytes());
    if let Some(link) = link {
        write(&mut message, ME | WELL_KNOWN, URI, &abbreviated(&link));
    }
    Ok(message)
}

/// Puts a link with a payload into a message: one URI record, which every phone opens (UPQR-CRR-7).
pub fn pack_link(payload: &str, page: &str) -> Result<Vec<u8>, Error> {
    let mut message = Vec::new();
    write(&mut message, MB | ME | WELL_KNOWN, URI, &abbreviated(&link::pack(payload, page)?));
    Ok(message)
}

/// The payload of a URI record.
fn abbreviated(link: &str) -> Vec<u8> {
    let fits = |(code, prefix): (u8, &str)| Some((code, link.strip_prefix(prefix)?));
    let (code, rest) = ABBREVIATIONS.into_iter().find_map(fits).unwrap_or((0, link));
    let mut octets = vec![code];
    octets.extend_from_slice(rest.as_bytes());
    octets
}

/// Writes a record without an ID; its length has one octet where that suffices.
fn write(out: &mut Vec<u8>, flags: u8, kind: &[u8], payload: &[u8]) {
    let type_length = u8::try_from(kind.len()).expect("the types of this module are short");
    match u8::try_from(payload.len()) {
        Ok(length) => out.extend_from_slice(&[flags | SR, type_length, length]),
        Err(_) => {
            let length = u32::try_from(payload.len()).expect("payloads and links have limits far below");
            out.extend_from_slice(&[flags, type_length]);
            out.extend_from_slice(&length.to_be_bytes());
        }
    }
    out.extend_from_slice(kind);
    out.extend_from_slice(payload);
}

/// Takes the payload out of a message (UPQR-CRR-8 to 11).
///
/// Read are records of [`TYPE`] and URI records whose link holds a payload; all others are passed over. Payloads that differ are refused. A fault
/// of what a record holds has the offset of the record.
pub fn unpack(message: &[u8]) -> Result<String, Error> {
    let mut found: Option<String> = None;
    for record in read(message)? {
        let Some(payload) = payload(&record)? else { continue };
        match &found {
            Some(known) if *known != payload => return Err(Error::new(record.offset, ErrorKind::Ambiguous)),
            _ => found = Some(payload),
        }
    }
    found.ok_or(Error::new(0, ErrorKind::NoPayload))
}

fn payload(record: &Record<'_>) -> Result<Option<String>, Error> {
    if record.format == EXTERNAL && record.kind.eq_ignore_ascii_case(TYPE) {
        return payload_of(record.payload.to_vec(), record.offset).map(Some);
    }
    if record.format != WELL_KNOWN || record.kind != URI {
        return Ok(None);
    }
    let Some((code, rest)) = record.payload.split_first() else { return Ok(None) };
    let abbreviation = ABBREVIATIONS.into_iter().find(|(known, _)| known == code);
    let (Some((_, prefix)), Ok(rest)) = (abbreviation, std::str::from_utf8(rest)) else { return Ok(None) };
    match link::read(&[prefix, rest].concat()) {
        Ok(payload) => Ok(payload),
        // A link that is not one of this standard is somebody else's, and so is one that is longer than any of this standard.
        Err(Error { offset: 0, .. }) => Ok(None),
        Err(error) => Err(Error::new(record.offset, error.kind)),
    }
}

/// Reads the records of a message, their chunks joined (UPQR-CRR-8).
///
/// An error where the octets are no message by NDEF 1.0, or exceed [`MAX_MESSAGE`] or [`MAX_RECORDS`].
///
/// ```
/// let records = upqr::carrier::ndef::read(b"\xD1\x01\x0CU\x04pay.example")?;
/// assert_eq!((records[0].kind, records[0].payload.len()), (b"U".as_slice(), 12));
/// # Ok::<(), upqr::Error>(())
/// ```
pub fn read(message: &[u8]) -> Result<Vec<Record<'_>>, Error> {
    if message.len() > MAX_MESSAGE {
        return Err(Error::new(0, ErrorKind::TooLong { limit: MAX_MESSAGE, found: message.len() }));
    }
    let mut records: Vec<Record<'_>> = Vec::new();
    let (mut rest, mut open) = (message, false);
    for place in 0..MAX_RECORDS {
        let offset = message.len().saturating_sub(rest.len());
        let fault = |expected| Err(Error::new(offset, ErrorKind::Ndef(expected)));
        let (part, after) = read_part(rest, offset)?;
        rest = after;
        if (part.flags & MB != 0) != (place == 0) {
            return fault("the flag MB in the first record and in no other");
        }
        match (open, part.format == UNCHANGED) {
            (false, true) => return fault("a first chunk before a chunk of the type name format 6"),
            (true, false) => return fault("a chunk of the type name format 6 behind an open one"),
            (true, true) => {
                let Some(record) = records.last_mut() else { return fault("a first chunk") };
                record.payload.to_mut().extend_from_slice(part.payload);
            }
            (false, false) => {
                let Part { format, kind, payload, .. } = part;
                records.push(Record { offset, format, kind, payload: Cow::Borrowed(payload) });
            }
        }
        open = part.flags & CF != 0;
        if part.flags & ME != 0 {
            if open {
                return fault("a last chunk without the flag CF before the end of the message");
            }
            if !rest.is_empty() {
                let end = message.len().saturating_sub(rest.len());
                return Err(Error::new(end, ErrorKind::Ndef("the end of the message behind the flag ME")));
            }
            return Ok(records);
        }
    }
    let offset = message.len().saturating_sub(rest.len());
    Err(Error::new(offset, ErrorKind::Ndef("at most 64 records")))
}

/// A record, or a chunk of one.
struct Part<'a> {
    flags: u8,
    format: u8,
    kind: &'a [u8],
    payload: &'a [u8],
}

/// Reads one record, or one chunk; an error has the offset of the octets that are missing or wrong.
fn read_part(rest: &[u8], offset: usize) -> Result<(Part<'_>, &[u8]), Error> {
    let mut cut = Cut { rest, offset };
    let flags = cut.octet("the flags of a record")?;
    let type_length = cut.octet("the length of a type")?;
    let payload_length = if flags & SR != 0 {
        u32::from(cut.octet("the length of a payload in one octet")?)
    } else {
        let octets = cut.take(4, "the length of a payload in four octets")?;
        octets.iter().fold(0_u32, |length, octet| length.wrapping_shl(8) | u32::from(*octet))
    };
    let id_length = if flags & IL != 0 { cut.octet("the length of an ID")? } else { 0 };
    let format = flags & TNF;
    let fault = |expected| Err(Error::new(offset, ErrorKind::Ndef(expected)));
    match format {
        EMPTY if type_length != 0 || payload_length != 0 || id_length != 0 || flags & CF != 0 => {
            return fault("no type, ID and payload in a record of the type name format 0");
        }
        UNKNOWN | UNCHANGED if type_length != 0 => {
            return fault("no type in a record of the type name format 5 or 6");
        }
        UNCHANGED if flags & IL != 0 => return fault("no ID in a chunk of the type name format 6"),
        1..=4 if type_length == 0 => return fault("a type in a record of the type name format 1 to 4"),
        _ => {}
    }
    let kind = cut.take(usize::from(type_length), "a type as long as its length says")?;
    cut.take(usize::from(id_length), "an ID as long as its length says")?;
    let length = usize::try_from(payload_length).unwrap_or(usize::MAX);
    let payload = cut.take(length, "a payload as long as its length says")?;
    Ok((Part { flags, format, kind, payload }, cut.rest))
}

/// What is left of a message, and where it begins.
struct Cut<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Cut<'a> {
    fn take(&mut self, count: usize, expected: &'static str) -> Result<&'a [u8], Error> {
        let cut = self.rest.split_at_checked(count);
        let (taken, rest) = cut.ok_or(Error::new(self.offset, ErrorKind::Ndef(expected)))?;
        self.rest = rest;
        self.offset = self.offset.saturating_add(count);
        Ok(taken)
    }

    fn octet(&mut self, expected: &'static str) -> Result<u8, Error> {
        let octets = self.take(1, expected)?;
        octets.first().copied().ok_or(Error::new(self.offset, ErrorKind::Ndef(expected)))
    }
}

#[cfg(test)]
mod tests;
