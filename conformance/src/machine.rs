//! The JSON of data objects, candidates and errors, as `decode` and `recognise` print them.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;
use upqr::Error;
use upqr::emv::cpm;
use upqr::emv::data_object::{self, DataObject, DataObjects, Id};
use upqr::emv::definition::{self, find};
use upqr::emv::mpm;
use upqr::grammar::Text;
use upqr::mask::{self, Mask, Owner, Shown};
use upqr::native::uri::Uri;
use upqr::network::Network;
use upqr::payment::hex_of;
use upqr::recognise::Candidate;
use upqr::scheme;

use crate::input::LineError;
use crate::json;

/// The error of a line: why it is no payload, or why the payload cannot be read.
#[derive(Debug, Serialize)]
pub(crate) struct Fault<'a> {
    pub(crate) code: &'a str,
    pub(crate) offset: usize,
    pub(crate) char_offset: usize,
    pub(crate) message: String,
}

impl<'a> Fault<'a> {
    pub(crate) fn of_text(error: Error, text: &str) -> Self {
        let before = text.get(..error.offset).unwrap_or(text);
        Self {
            code: error.kind.code(),
            offset: error.offset,
            char_offset: before.chars().count(),
            message: error.kind.to_string(),
        }
    }

    pub(crate) fn of_line(error: &'a LineError) -> Self {
        let LineError { code, offset, char_offset, message } = error;
        Self { code, offset: *offset, char_offset: *char_offset, message: message.clone() }
    }
}

/// `[{"family","network","mode","verdict","evidence"}]`
pub(crate) fn candidates(out: &mut Vec<u8>, candidates: &[Candidate]) {
    json::list(out, candidates, |out, candidate| {
        json::literal(out, "{\"family\":");
        json::plain(out, candidate.family.key());
        json::literal(out, ",\"network\":");
        json::optional(out, candidate.family.network().map(Network::key));
        json::literal(out, ",\"mode\":");
        json::plain(out, candidate.family.mode().key());
        json::literal(out, ",\"verdict\":");
        json::plain(out, candidate.verdict.key());
        json::literal(out, ",\"evidence\":");
        json::list(out, candidate.evidence.iter(), |out, sentence| json::text(out, sentence));
        json::literal(out, "}");
    });
}

/// A data object of a merchant-presented payload, in the order in which it is written.
struct Row<'a> {
    object: DataObject<'a>,
    name: &'static str,
    /// 0 in the root, 1 in a template, 2 in a template of 62.
    depth: u8,
    /// Where its value stands in the text that may be shown.
    value: Range<usize>,
}

/// A merchant-presented payload in rows, and as the text that may be shown: itself, or its objects written again with stars for values.
pub(crate) struct Rows<'a> {
    objects: Vec<Row<'a>>,
    shown: Cow<'a, str>,
    plain: bool,
}

/// Objects that most payloads do not exceed, templates included.
const ROWS: usize = 40;

impl<'a> Rows<'a> {
    /// Walks the objects up to the first fault; what follows it is all stars where the text is masked.
    pub(crate) fn of(text: &'a str, masked: bool) -> Self {
        let mut rows = Self {
            objects: Vec::with_capacity(ROWS),
            shown: if masked { Cow::Owned(String::with_capacity(text.len())) } else { Cow::Borrowed(text) },
            plain: !json::needs_escape(text),
        };
        let end = rows.walk(DataObjects::new(text, 0), None, 0);
        if let Cow::Owned(shown) = &mut rows.shown {
            shown.push_str(&mask::stars(text.get(end..).unwrap_or_default()));
        }
        rows
    }

    /// Adds the objects of the root, or of a template; says where they end.
    fn walk(&mut self, objects: DataObjects<'a>, owner: Option<Owner>, depth: u8) -> usize {
        let mut end = 0;
        for object in objects.readable() {
            let (name, rule) = match owner {
                None => (root_name(&object), mask::root(&object)),
                Some(owner) => (inner_name(owner, &object), mask::inner(owner, &object)),
            };
            let place = self.objects.len();
            let start = self.write_header(&object);
            self.objects.push(Row { object, name, depth, value: start..start });
            match (rule, &mut self.shown) {
                (Shown::Objects(owner), _) => {
                    let inner = DataObjects::new(object.value, object.value_offset());
                    self.walk(inner, Some(owner), depth.saturating_add(1));
                }
                (Shown::Whole, Cow::Owned(shown)) => shown.push_str(object.value),
                (Shown::Nothing, Cow::Owned(shown)) => shown.push_str(&mask::stars(object.value)),
                (_, Cow::Borrowed(_)) => {}
            }
            let stop = if let Cow::Owned(shown) = &self.shown {
                shown.len()
            } else {
                start.saturating_add(object.value.len())
            };
            if let Some(row) = self.objects.get_mut(place) {
                row.value = start..stop;
            }
            end = object.offset.saturating_add(object.len());
        }
        end
    }

    /// Writes ID and length of an object to a mask; says where its value starts.
    fn write_header(&mut self, object: &DataObject<'_>) -> usize {
        let Cow::Owned(shown) = &mut self.shown else { return object.value_offset() };
        shown.push_str(object.id.as_str());
        shown.push_str(Id::new(object.length).map_or("", Id::as_str));
        shown.len()
    }

    /// The text that may be shown.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Writes the text that may be shown, or another of the same characters.
    pub(crate) fn write_text(&self, out: &mut Vec<u8>, text: &str) {
        if self.plain { json::plain(out, text) } else { json::text(out, text) }
    }

    /// `[{"id","name","length","value","offset","objects"}]`
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.write_from(out, 0, 0);
    }

    fn write_from(&self, out: &mut Vec<u8>, mut place: usize, depth: u8) -> usize {
        out.push(b'[');
        let mut first = true;
        while let Some(row) = self.objects.get(place).filter(|row| row.depth == depth) {
            json::literal(out, if first { "{\"id\":\"" } else { ",{\"id\":\"" });
            first = false;
            out.extend_from_slice(row.object.id.as_str().as_bytes());
            json::literal(out, "\",\"name\":\"");
            out.extend_from_slice(row.name.as_bytes());
            json::literal(out, "\",\"length\":");
            json::number(out, row.object.length);
            json::literal(out, ",\"value\":");
            self.write_text(out, self.shown.get(row.value.clone()).unwrap_or_default());
            json::literal(out, ",\"offset\":");
            json::number(out, row.object.offset);
            json::literal(out, ",\"objects\":");
            place = self.write_from(out, place.saturating_add(1), depth.saturating_add(1));
            out.push(b'}');
        }
        out.push(b']');
        place
    }

    /// The text, rebuilt from the IDs and the values of the root's rows alone, as a mask is in the first place.
    pub(crate) fn reencoded(&self) -> Cow<'_, str> {
        if let Cow::Owned(shown) = &self.shown {
            return Cow::Borrowed(shown);
        }
        let mut again = String::with_capacity(self.shown.len());
        for row in self.objects.iter().filter(|row| row.depth == 0) {
            let value = self.shown.get(row.value.clone()).unwrap_or_default();
            data_object::write(&mut again, row.object.id, value).expect("a value has at most 99 characters");
        }
        Cow::Owned(again)
    }
}

/// The parts of a text that is no merchant-presented payload, in the same form.
pub(crate) fn parts_of(out: &mut Vec<u8>, parsed: &Text<'_>, text: &str, masked: bool) {
    match parsed {
        Text::MerchantPresented(_) | Text::ConsumerPresented(Err(_)) => json::literal(out, "[]"),
        Text::ConsumerPresented(Ok(payload)) => ber_objects(out, payload.objects(), masked),
        Text::Digits(digits) => parts(out, [Part::new(text, "digits", "payment code", digits, masked)]),
        Text::Dialect(reading) => parts(out, elements(reading, masked)),
        Text::Other(other) => match scheme::read(other) {
            Some(reading) => parts(out, elements(&reading, masked)),
            None => parts(out, [Part::new(text, "text", "text", other, masked)]),
        },
        Text::Uri(uri) => uri_parts(out, uri, masked),
    }
}

/// The elements that a scheme's grammar finds, by the names of the scheme's rows.
fn elements<'a>(reading: &'a scheme::Reading<'_>, masked: bool) -> impl Iterator<Item = Part<'a>> {
    reading.elements.iter().map(move |element| {
        let row = reading.scheme.objects.iter().find(|row| row.id == element.id);
        let value: Cow<'a, str> =
            if masked { mask::stars(&element.value) } else { Cow::Borrowed(&*element.value) };
        Part {
            id: Cow::Borrowed(&*element.id),
            name: row.map_or("element", |row| row.name.as_str()),
            length: element.value.chars().count(),
            value: Some(value),
            offset: element.span.start,
            parts: Vec::new(),
        }
    })
}

/// What an object of the root is called.
pub(crate) fn root_name(object: &DataObject<'_>) -> &'static str {
    find(&definition::ROOT, object.id).map_or("data object", |row| row.name)
}

/// What an object of a template is called.
pub(crate) fn inner_name(owner: Owner, object: &DataObject<'_>) -> &'static str {
    let table: &[definition::Definition] = match owner {
        Owner::Additional => &definition::ADDITIONAL,
        Owner::Local => &definition::LOCAL,
        Owner::Carriage => &definition::CARRIAGE,
        Owner::Control => &definition::CONTROL,
        Owner::Terms => &definition::TERMS,
        Owner::Settlement => &definition::SETTLEMENT,
        Owner::Signature => &definition::SIGNATURE,
        Owner::Other => &[],
    };
    match find(table, object.id) {
        Some(row) => row.name,
        None if object.id == mpm::GUID => definition::GUID.name,
        None => "data object",
    }
}

fn ber_objects<'a>(out: &mut Vec<u8>, objects: impl IntoIterator<Item = cpm::Object<'a>>, masked: bool) {
    json::list(out, objects, |out, object| {
        let hex = hex_of(object.value).to_ascii_uppercase();
        let value = if !masked || mask::is_shown(&object) { hex } else { "*".repeat(hex.len()) };
        json::literal(out, "{\"id\":");
        json::text(out, &hex_of(object.id).to_ascii_uppercase());
        json::literal(out, ",\"name\":");
        json::text(out, ber_name(object.id));
        json::literal(out, ",\"length\":");
        json::number(out, object.value.len());
        json::literal(out, ",\"value\":");
        json::text(out, &value);
        json::literal(out, ",\"offset\":");
        json::number(out, object.offset);
        json::literal(out, ",\"objects\":");
        ber_objects(out, object.template().unwrap_or_default(), masked);
        json::literal(out, "}");
    });
}

/// What an object of a consumer-presented payload is called.
pub(crate) const fn ber_name(id: &[u8]) -> &'static str {
    match id {
        [0x85] => "payload format indicator",
        [0x61] => "application template",
        [0x62] => "common data template",
        [0x63] => "application-specific transparent template",
        [0x64] => "common data transparent template",
        [0x4F] => "application definition file name",
        [0x50] => "application label",
        [0x57] => "track 2 equivalent data",
        [0x5A] => "application PAN",
        [0x5F, 0x20] => "cardholder name",
        [0x5F, 0x2D] => "language preference",
        [0x5F, 0x50] => "issuer URL",
        [0x9F, 0x08] => "application version number",
        [0xC1] => "kind of code",
        [0xC2] => "digits",
        _ => "data object",
    }
}

/// A part of a text that is no EMV payload.
struct Part<'a> {
    id: Cow<'a, str>,
    name: &'static str,
    length: usize,
    value: Option<Cow<'a, str>>,
    offset: usize,
    parts: Vec<Part<'a>>,
}

impl<'a> Part<'a> {
    /// A part of `text`, which is masked like a text that stands alone.
    fn new(text: &str, id: &'a str, name: &'static str, part: &'a str, masked: bool) -> Self {
        let value = if masked { Cow::Owned(mask::text(part)) } else { Cow::Borrowed(part) };
        Self { value: Some(value), ..Self::plain(text, id, name, part) }
    }

    /// A part that belongs to no payee.
    fn plain(text: &str, id: &'a str, name: &'static str, part: &'a str) -> Self {
        let offset = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        let length = part.chars().count();
        Self {
            id: Cow::Borrowed(id),
            name,
            length,
            value: Some(Cow::Borrowed(part)),
            offset,
            parts: Vec::new(),
        }
    }
}

fn parts<'a>(out: &mut Vec<u8>, parts_of_text: impl IntoIterator<Item = Part<'a>>) {
    json::list(out, parts_of_text, |out, part| {
        json::literal(out, "{\"id\":");
        json::text(out, &part.id);
        json::literal(out, ",\"name\":");
        json::text(out, part.name);
        json::literal(out, ",\"length\":");
        json::number(out, part.length);
        json::literal(out, ",\"value\":");
        json::optional(out, part.value.as_deref());
        json::literal(out, ",\"offset\":");
        json::number(out, part.offset);
        json::literal(out, ",\"objects\":");
        parts(out, part.parts);
        json::literal(out, "}");
    });
}

/// The parts of a URI, as far as its mask shows them; the query in its parameters.
fn uri_parts<'a>(out: &mut Vec<u8>, uri: &Uri<'a>, masked: bool) {
    let mask = masked.then(|| Mask::of(uri.text));
    let part = |id, name, part: &'a str| {
        let plain = Part::plain(uri.text, id, name, part);
        let end = plain.offset.saturating_add(part.len());
        let hidden = mask.as_ref().map(|mask| Cow::Owned(mask.part(plain.offset, end).to_owned()));
        Part { value: hidden.or(plain.value), ..plain }
    };
    let mut found = vec![
        Part::plain(uri.text, "scheme", "scheme", uri.scheme),
        part("authority", "authority", uri.authority),
        part("path", "path", uri.path),
    ];
    if let Some(query) = uri.query {
        let parameters = uri.parameters().map(|parameter| {
            let value = part(parameter.name, "parameter", parameter.value.unwrap_or_default());
            let offset = uri.offset_of(parameter.name);
            let end = offset.saturating_add(parameter.name.len());
            let hidden = mask.as_ref().map(|mask| Cow::Owned(mask.part(offset, end).to_owned()));
            let id = hidden.unwrap_or(Cow::Borrowed(parameter.name));
            Part { id, offset, value: value.value.filter(|_| parameter.value.is_some()), ..value }
        });
        found.push(Part { parts: parameters.collect(), ..part("query", "query", query) });
    }
    if let Some(fragment) = uri.fragment {
        found.push(part("fragment", "fragment", fragment));
    }
    parts(out, found);
}
