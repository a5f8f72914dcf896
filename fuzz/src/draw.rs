//! Draws payloads from the fuzzer's bytes, front to back, so that a small change of the bytes is a small change of the payload.
//!
//! Data objects are written here, not by the library, which is to be checked.

use std::fmt::Write as _;

use arbitrary::{Result, Unstructured};

/// Characters that a byte above ASCII stands for: two, three and four octets long, white space, digits, combining.
const WIDE: [char; 16] = [
    'é',
    'ß',
    '京',
    '面',
    '馆',
    '５',
    '٣',
    '\u{301}',
    '\u{85}',
    '\u{3000}',
    '\u{FEFF}',
    '\u{10FFFF}',
    '😀',
    '𠮷',
    '𝟘',
    'ı',
];

/// Identifiers that templates begin with.
const IDENTIFIERS: [&str; 16] = [
    "org.upqr.wechat",
    "org.upqr.alipay",
    "org.upqr.ecny",
    "org.upqr.unionpay",
    "org.upqr.qq",
    "org.upqr.link",
    "ORG.UPQR.WeChat",
    "org.upqr.unheard",
    "org.upqr.control",
    "org.upqr.terms",
    "org.upqr.settle",
    "org.upqr.sig",
    "com.alipay",
    "COM.QQ.WEIXIN.PAY",
    "hk.com.hkicl",
    "org.upqr.",
];

/// Longest value in characters.
const LIMIT: usize = 99;

/// One data object as it was meant.
#[derive(Debug)]
pub struct Drawn {
    pub id: u8,
    pub value: String,
    /// What the value was made of, where it is a template.
    pub objects: Vec<Drawn>,
}

/// A whole number from 0 to `last`.
pub fn number(data: &mut Unstructured<'_>, last: u8) -> Result<u8> {
    data.int_in_range(0..=last)
}

/// At most `longest` characters.
pub fn text(data: &mut Unstructured<'_>, longest: u8) -> Result<String> {
    let length = usize::from(number(data, longest)?).min(data.len());
    let octets = data.bytes(length)?;
    Ok(octets.iter().map(|octet| character(*octet)).collect())
}

fn character(octet: u8) -> char {
    if octet.is_ascii() { char::from(octet) } else { WIDE[usize::from(octet) % WIDE.len()] }
}

/// Up to 31 objects, with templates in templates.
pub fn objects(data: &mut Unstructured<'_>, depth: u8) -> Result<Vec<Drawn>> {
    let count = number(data, 31)?;
    let mut objects = Vec::new();
    for _ in 0..count {
        if data.is_empty() {
            break;
        }
        let (id, kind) = (number(data, 99)?, number(data, 7)?);
        objects.push(match kind {
            6 | 7 if depth > 0 => carriage(data, id)?,
            3..=5 if depth > 0 => template(id, self::objects(data, depth - 1)?),
            _ => Drawn { id, value: text(data, 99)?, objects: Vec::new() },
        });
    }
    Ok(objects)
}

/// A template that looks like one of a wallet's.
fn carriage(data: &mut Unstructured<'_>, id: u8) -> Result<Drawn> {
    let guid = IDENTIFIERS[usize::from(number(data, 15)?)].to_owned();
    let mut objects = vec![Drawn { id: 0, value: guid, objects: Vec::new() }];
    for _ in 0..number(data, 5)? {
        let id = number(data, 5)?;
        objects.push(Drawn { id, value: text(data, 70)?, objects: Vec::new() });
    }
    Ok(template(id, objects))
}

/// As many of the objects as fit one value.
fn template(id: u8, objects: Vec<Drawn>) -> Drawn {
    let (mut value, mut kept) = (String::new(), Vec::new());
    for object in objects {
        let written = write(std::slice::from_ref(&object));
        if value.chars().count() + written.chars().count() <= LIMIT {
            value.push_str(&written);
            kept.push(object);
        }
    }
    Drawn { id, value, objects: kept }
}

/// The text of some objects.
pub fn write(objects: &[Drawn]) -> String {
    let mut text = String::new();
    for object in objects {
        let length = object.value.chars().count();
        write!(text, "{:02}{length:02}{}", object.id, object.value).expect("a string takes everything");
    }
    text
}

/// A text with the checksum that it should end with.
pub fn seal(text: &str) -> String {
    let covered = format!("{text}6304");
    format!("{covered}{:04X}", checksum(covered.as_bytes()))
}

/// CRC-16 with polynomial 0x1021 and initial value 0xFFFF, bit by bit.
fn checksum(octets: &[u8]) -> u16 {
    octets.iter().fold(0xFFFF, |checksum, octet| {
        (0..8).fold(checksum ^ u16::from(*octet) << 8, |checksum, _| {
            if checksum & 0x8000 == 0 { checksum << 1 } else { checksum << 1 ^ 0x1021 }
        })
    })
}
