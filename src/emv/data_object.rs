//! Data objects: a two-digit ID, a two-digit length in characters, a value (EMV MPM 4.3 to 4.6).
//!
//! ```text
//! payload     = 1*data-object
//! data-object = id length value
//! id          = 2DIGIT                ; 00 to 99
//! length      = 2DIGIT                ; Unicode scalar values in the value
//! value       = *character
//! ```
//!
//! The views here borrow and lose nothing: writing the objects of a text one after another gives the text again.

use std::fmt;

use crate::error::{Error, ErrorKind, Found};

/// Bytes of ID and length before a value.
pub const HEADER: usize = 4;

/// Characters that a value may have at most, since its length has two digits (EMV MPM 4.3 to 4.6).
pub const MAX_LENGTH: usize = 99;

/// The ID of a data object: a number from 0 to 99, written as two digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u8);

/// The two digits of every number from 0 to 99, one after another.
const DIGITS: &str = concat!(
    "0001020304050607080910111213141516171819",
    "2021222324252627282930313233343536373839",
    "4041424344454647484950515253545556575859",
    "6061626364656667686970717273747576777879",
    "8081828384858687888990919293949596979899",
);

impl Id {
    /// How many IDs there are.
    pub const COUNT: usize = 100;

    /// The ID with this number, if it has two digits.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number < 100 { Some(Self(number)) } else { None }
    }

    /// An ID known when this is compiled.
    pub(crate) const fn literal(number: u8) -> Self {
        assert!(number < 100, "an ID has two digits");
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The two digits.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let start = usize::from(self.0).saturating_mul(2);
        DIGITS.get(start..start.saturating_add(2)).unwrap_or_default()
    }

    const fn bit(self) -> u128 {
        1_u128.wrapping_shl(u32_from(self.0))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[expect(clippy::as_conversions, reason = "lossless, and `From` is not const")]
const fn u32_from(number: u8) -> u32 {
    number as u32
}

/// A set of IDs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ids(u128);

impl Ids {
    /// Adds an ID; says whether it was new.
    pub const fn insert(&mut self, id: Id) -> bool {
        let new = self.0 & id.bit() == 0;
        self.0 |= id.bit();
        new
    }

    /// Whether the set holds this ID.
    #[must_use]
    pub const fn contains(self, id: Id) -> bool {
        self.0 & id.bit() != 0
    }

    /// Whether the set holds no ID.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A borrowed data object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataObject<'a> {
    /// What the value means.
    pub id: Id,
    /// Characters in the value, 0 to 99.
    pub length: u8,
    /// The value, as it stands.
    pub value: &'a str,
    /// Bytes from the start of the payload to the ID.
    pub offset: usize,
}

impl<'a> DataObject<'a> {
    /// Bytes from the start of the payload to the value.
    #[must_use]
    pub const fn value_offset(&self) -> usize {
        self.offset.saturating_add(HEADER)
    }

    /// Bytes that the object takes in the payload.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.value.len().saturating_add(HEADER)
    }

    /// Whether the value is empty, which EMV MPM 4.3 to 4.6 forbids.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The objects inside the value, or `None` where it is not data objects throughout.
    #[must_use]
    pub fn template(&self) -> Option<Template<'a>> {
        Template::parse(self.value, self.value_offset())
    }
}

/// The data objects of a text, one after another; the first that cannot be read ends the iteration with its error.
#[derive(Clone, Debug)]
pub struct DataObjects<'a> {
    rest: &'a str,
    offset: usize,
    ascii: bool,
}

impl<'a> DataObjects<'a> {
    /// Reads `text`, which starts at byte `offset` of its payload.
    #[must_use]
    pub fn new(text: &'a str, offset: usize) -> Self {
        Self { rest: text, offset, ascii: is_ascii(text) }
    }

    /// The same where it is known whether all of the text is ASCII, in which characters are bytes.
    pub(crate) const fn with_ascii(text: &'a str, offset: usize, ascii: bool) -> Self {
        Self { rest: text, offset, ascii }
    }

    /// The objects up to the first fault or the end.
    #[must_use]
    pub const fn readable(self) -> Readable<'a> {
        Readable(self)
    }

    /// Takes the next object, or leaves everything as it is where there is none.
    #[expect(
        clippy::inline_always,
        reason = "out of line, the result goes through memory: 40 of 190 ns a payload"
    )]
    #[inline(always)]
    pub(crate) fn take_object(&mut self) -> Option<DataObject<'a>> {
        let (id, length) = two_numbers(*self.rest.as_bytes().first_chunk::<HEADER>()?)?;
        let (value, rest) = split_characters(self.rest.get(HEADER..)?, usize::from(length), self.ascii)?;
        let object = DataObject { id: Id(id), length, value, offset: self.offset };
        self.rest = rest;
        self.offset = self.offset.wrapping_add(object.len());
        Some(object)
    }

    /// Why there is no next object.
    #[cold]
    fn fault(&self) -> Error {
        let header = header_fault(self.rest);
        let fault = header.unwrap_or_else(|| {
            let digits = self.rest.get(2..HEADER).unwrap_or_default();
            let found = self.rest.get(HEADER..).unwrap_or_default().chars().count();
            Error::new(2, ErrorKind::Overrun { expected: digits.parse().unwrap_or_default(), found })
        });
        fault.nested(self.offset)
    }
}

impl<'a> Iterator for DataObjects<'a> {
    type Item = Result<DataObject<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let object = self.take_object().ok_or_else(|| self.fault());
        if object.is_err() {
            self.rest = "";
        }
        Some(object)
    }
}

/// The objects of a text up to the first fault or the end.
#[derive(Clone, Debug)]
pub struct Readable<'a>(DataObjects<'a>);

impl<'a> Iterator for Readable<'a> {
    type Item = DataObject<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.take_object()
    }
}

/// Two numbers of two ASCII digits each, read in one register: this is where parsing spends its time.
#[inline]
const fn two_numbers(digits: [u8; HEADER]) -> Option<(u8, u8)> {
    let digits = u32::from_le_bytes(digits) ^ 0x3030_3030;
    // A digit is 0 to 9 now; anything else shows in the upper half of its octet, at the latest when 6 is added.
    if (digits | digits.wrapping_add(0x0606_0606)) & 0xF0F0_F0F0 != 0 {
        return None;
    }
    let [id, _, length, _] = digits.wrapping_mul(10).wrapping_add(digits.wrapping_shr(8)).to_le_bytes();
    Some((id, length))
}

/// The text of `count` characters and what follows it, or `None` where there are fewer.
#[inline]
fn split_characters(text: &str, count: usize, ascii: bool) -> Option<(&str, &str)> {
    if ascii { text.split_at_checked(count) } else { split_scalar_values(text, count) }
}

#[inline(never)]
fn split_scalar_values(text: &str, count: usize) -> Option<(&str, &str)> {
    let mut characters = text.char_indices();
    if let Some(last) = count.checked_sub(1) {
        characters.nth(last)?;
    }
    text.split_at_checked(characters.offset())
}

/// Whether all of a text is ASCII, quickly for short ones: `str::is_ascii` looks at up to 63 octets at the end one by one, a fifth of parsing.
#[inline]
#[must_use]
pub fn is_ascii(text: &str) -> bool {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let all = words.iter().fold(0, |all, word| all | u64::from_ne_bytes(*word));
    all & 0x8080_8080_8080_8080 == 0 && rest.is_ascii()
}

/// The first character of an ID or a length that is no digit.
fn header_fault(text: &str) -> Option<Error> {
    let mut characters = text.chars();
    for place in 0..HEADER {
        let found = characters.next().map_or(Found::End, Found::Character);
        match found {
            Found::Character(c) if c.is_ascii_digit() => {}
            _ if place < 2 => return Some(Error::new(place, ErrorKind::Id(found))),
            _ => return Some(Error::new(place, ErrorKind::Length(found))),
        }
    }
    None
}

/// A value that is data objects throughout.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    text: &'a str,
    offset: usize,
    ascii: bool,
    seen: Ids,
    repeated: Ids,
    empty: Ids,
}

impl<'a> Template<'a> {
    /// Reads a template's value, which starts at byte `offset` of the payload.
    #[must_use]
    pub fn parse(text: &'a str, offset: usize) -> Option<Self> {
        Self::with_ascii(text, offset, is_ascii(text))
    }

    pub(super) fn with_ascii(text: &'a str, offset: usize, ascii: bool) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let mut template = Self {
            text,
            offset,
            ascii,
            seen: Ids::default(),
            repeated: Ids::default(),
            empty: Ids::default(),
        };
        let mut objects = DataObjects::with_ascii(text, offset, ascii);
        while !objects.rest.is_empty() {
            let object = objects.take_object()?;
            if !template.seen.insert(object.id) {
                template.repeated.insert(object.id);
            }
            if object.is_empty() {
                template.empty.insert(object.id);
            }
        }
        Some(template)
    }

    /// The objects in their order.
    pub fn objects(&self) -> impl Iterator<Item = DataObject<'a>> + use<'a> {
        DataObjects::with_ascii(self.text, self.offset, self.ascii).readable()
    }

    /// The first object with this ID.
    #[must_use]
    pub fn object(&self, id: Id) -> Option<DataObject<'a>> {
        if self.seen.contains(id) { self.objects().find(|object| object.id == id) } else { None }
    }

    /// The globally unique identifier: the value of object 00, where it stands (EMV MPM 4.7).
    #[must_use]
    pub fn guid(&self) -> Option<&'a str> {
        self.object(Id(0)).map(|object| object.value)
    }

    /// The IDs that stand more than once.
    #[must_use]
    pub const fn repeated(&self) -> Ids {
        self.repeated
    }

    /// The IDs of objects with zero length.
    #[must_use]
    pub const fn empty(&self) -> Ids {
        self.empty
    }

    /// The whole value.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }
}

/// Appends a data object; a value of more than 99 characters is an error.
///
/// ```
/// use upqr::emv::data_object::{Id, write};
/// let mut payload = String::new();
/// write(&mut payload, Id::new(60).unwrap(), "SHANGHAI")?;
/// assert_eq!(payload, "6008SHANGHAI");
/// # Ok::<(), upqr::Error>(())
/// ```
pub fn write(out: &mut String, id: Id, value: &str) -> Result<(), Error> {
    let length = if is_ascii(value) { value.len() } else { value.chars().count() };
    let two_digit = u8::try_from(length).ok().and_then(Id::new);
    let Some(length) = two_digit else {
        let found = Found::Characters(length);
        return Err(Error::new(
            0,
            ErrorKind::Value { name: "value", expected: "at most 99 characters", found },
        ));
    };
    out.push_str(id.as_str());
    out.push_str(length.as_str());
    out.push_str(value);
    Ok(())
}

/// The text of the objects, rebuilt from their IDs and values alone; `None` where a value has more than 99 characters.
#[must_use]
pub fn reencode<'a>(objects: impl IntoIterator<Item = DataObject<'a>>) -> Option<String> {
    let mut out = String::new();
    for object in objects {
        write(&mut out, object.id, object.value).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `text` and shows its objects as `id=value@offset`, or the whole error sentence.
    fn check(text: &str, expected: &str) {
        let shown: Vec<String> = DataObjects::new(text, 0)
            .map(|object| match object {
                Ok(object) => format!("{}={}@{}", object.id, object.value, object.offset),
                Err(error) => error.to_string(),
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{text}");
    }

    #[test]
    fn objects_and_faults() {
        check("", "");
        check("000201", "00=01@0");
        check("0000", "00=@0");
        check("00020159000102", "00=01@0 59=@6 byte 12: expected 2 characters of value, found 0");
        check("0002016003北京市", "00=01@0 60=北京市@6");
        check("6002北京X", "60=北京@0 byte 10: expected the two digits of an ID, found `X`");
        check("6003北京", "byte 2: expected 3 characters of value, found 2");
        check("0", "byte 1: expected the two digits of an ID, found the end");
        check("000", "byte 3: expected the two digits of a length, found the end");
        check("00+501234", "byte 2: expected the two digits of a length, found `+`");
        check("0x0201", "byte 1: expected the two digits of an ID, found `x`");
        check("00０２01", "byte 2: expected the two digits of a length, found `０`");
        check("5911LUCKY", "byte 2: expected 11 characters of value, found 5");
        check("00010\n", "00=0@0 byte 5: expected the two digits of an ID, found `\\n`");
    }

    #[test]
    fn a_template_knows_what_repeats_and_what_is_empty() {
        let template = Template::parse("0003abc010001000200", 8).expect("data objects");
        assert_eq!(template.guid(), Some("abc"));
        assert!(template.repeated().contains(Id(1)));
        assert!(template.empty().contains(Id(2)) && !template.empty().contains(Id(0)));
        assert_eq!(template.object(Id(2)).map(|object| object.offset), Some(8 + 15));
        assert!(Template::parse("0003ab", 0).is_none());
        assert!(Template::parse("", 0).is_none());
    }

    #[test]
    fn a_value_of_a_hundred_characters_is_refused() {
        let mut out = String::new();
        let error = write(&mut out, Id(2), &"京".repeat(100)).expect_err("two digits of length");
        assert_eq!(error.kind.to_string(), "value: expected at most 99 characters, found 100 characters");
        write(&mut out, Id(2), &"京".repeat(99)).expect("fits");
        assert!(out.starts_with("0299京"));
    }
}
