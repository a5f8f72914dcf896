//! The JSON of `decode`: members in a fixed order, written while the payload is walked, so that a line costs no tree of values.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeMap as _, SerializeSeq as _, Serializer};
use upqr::Error;
use upqr::emv::cpm;
use upqr::emv::data_object::{DataObject, DataObjects};
use upqr::emv::definition::{self, find};
use upqr::emv::mpm;
use upqr::grammar::Text;
use upqr::mask::{self, Owner, Shown};
use upqr::native::uri::Uri;
use upqr::payment::hex_of;
use upqr::recognise::Candidate;

use crate::input::LineError;

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
        Self {
            code: error.code,
            offset: error.offset,
            char_offset: error.offset,
            message: error.message.clone(),
        }
    }
}

/// Candidates as `{"family","network","mode","verdict","evidence"}`.
pub(crate) struct Candidates<'a>(pub(crate) &'a [Candidate]);

impl Serialize for Candidates<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Row<'a> {
            family: &'a str,
            network: Option<&'a str>,
            mode: &'a str,
            verdict: &'a str,
            evidence: &'a [&'a str],
        }
        serializer.collect_seq(self.0.iter().map(|candidate| Row {
            family: candidate.family.key(),
            network: candidate.family.network().map(upqr::network::Network::key),
            mode: candidate.family.mode().key(),
            verdict: candidate.verdict.key(),
            evidence: &candidate.evidence,
        }))
    }
}

/// The data objects of a text: of an EMV payload as they stand, of any other text its parts.
pub(crate) struct Objects<'a> {
    pub(crate) text: &'a str,
    pub(crate) parsed: &'a Text<'a>,
    pub(crate) masked: bool,
}

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.parsed {
            Text::MerchantPresented(_) => {
                DataObjectRows { text: self.text, offset: 0, place: Place::Root, masked: self.masked }
                    .serialize(serializer)
            }
            Text::ConsumerPresented(Ok(payload)) => {
                let objects: Vec<cpm::Object<'_>> = payload.objects().collect();
                BerRows { objects: &objects, masked: self.masked }.serialize(serializer)
            }
            Text::ConsumerPresented(Err(_)) => serializer.collect_seq::<[(); 0]>([]),
            Text::Digits(digits) => {
                serializer.collect_seq([self.part("digits", "payment code", Some(digits))])
            }
            Text::Other(text) => serializer.collect_seq([self.part("text", "text", Some(text))]),
            Text::Uri(uri) => self.uri(uri, serializer),
        }
    }
}

/// A part of a text that is no EMV payload.
#[derive(Serialize)]
struct Part<'a> {
    id: Cow<'a, str>,
    name: &'a str,
    length: usize,
    value: Option<Cow<'a, str>>,
    offset: usize,
    objects: Vec<Part<'a>>,
}

impl<'a> Objects<'a> {
    fn part(&self, id: &'a str, name: &'a str, value: Option<&'a str>) -> Part<'a> {
        let text = value.unwrap_or_default();
        let shown = if self.masked { Cow::Owned(mask::text(text)) } else { Cow::Borrowed(text) };
        Part {
            id: Cow::Borrowed(id),
            name,
            length: text.chars().count(),
            value: value.map(|_| shown),
            offset: text.as_ptr().addr().saturating_sub(self.text.as_ptr().addr()),
            objects: Vec::new(),
        }
    }

    /// Scheme and authority in full, what follows masked; the query in its parameters.
    fn uri<S: Serializer>(&self, uri: &Uri<'a>, serializer: S) -> Result<S::Ok, S::Error> {
        let plain = |id, name, text: &'a str| Part {
            value: Some(Cow::Borrowed(text)),
            ..self.part(id, name, Some(text))
        };
        let mut parts =
            vec![plain("scheme", "scheme", uri.scheme), plain("authority", "authority", uri.authority)];
        parts.push(self.part("path", "path", Some(uri.path)));
        if let Some(query) = uri.query {
            let parameters = uri.parameters().map(|parameter| {
                let value = parameter.value.unwrap_or_default();
                let offset = parameter.name.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
                Part {
                    id: Cow::Borrowed(parameter.name),
                    offset,
                    ..self.part("", "parameter", parameter.value.map(|_| value))
                }
            });
            parts.push(Part { objects: parameters.collect(), ..self.part("query", "query", Some(query)) });
        }
        if let Some(fragment) = uri.fragment {
            parts.push(self.part("fragment", "fragment", Some(fragment)));
        }
        serializer.collect_seq(parts)
    }
}

/// Where data objects stand, which gives them names and says what may be shown.
#[derive(Clone, Copy)]
enum Place {
    Root,
    Template(Owner),
}

struct DataObjectRows<'a> {
    text: &'a str,
    offset: usize,
    place: Place,
    masked: bool,
}

impl Serialize for DataObjectRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(None)?;
        for object in DataObjects::new(self.text, self.offset).map_while(Result::ok) {
            rows.serialize_element(&DataObjectRow { object, place: self.place, masked: self.masked })?;
        }
        rows.end()
    }
}

struct DataObjectRow<'a> {
    object: DataObject<'a>,
    place: Place,
    masked: bool,
}

impl Serialize for DataObjectRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object = &self.object;
        let (name, shown) = match self.place {
            Place::Root => (root_name(object), mask::root(object)),
            Place::Template(owner) => (inner_name(owner, object), mask::inner(owner, object)),
        };
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("id", object.id.as_str())?;
        map.serialize_entry("name", name)?;
        map.serialize_entry("length", &object.length)?;
        let value = match (self.masked, shown) {
            (false, _) | (true, Shown::Whole) => Cow::Borrowed(object.value),
            (true, Shown::Nothing) => mask::stars(object.value),
            (true, Shown::Objects(owner)) => Cow::Owned(mask::template(owner, object)),
        };
        map.serialize_entry("value", &value)?;
        map.serialize_entry("offset", &object.offset)?;
        let inner = match shown {
            Shown::Objects(owner) => Some(owner),
            _ => None,
        };
        let text = if inner.is_some() { object.value } else { "" };
        let place = Place::Template(inner.unwrap_or(Owner::Other));
        let rows = DataObjectRows { text, offset: object.value_offset(), place, masked: self.masked };
        map.serialize_entry("objects", &rows)?;
        map.end()
    }
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
        Owner::Other => &[],
    };
    match find(table, object.id) {
        Some(row) => row.name,
        None if object.id == mpm::GUID => definition::GUID.name,
        None => "data object",
    }
}

struct BerRows<'a> {
    objects: &'a [cpm::Object<'a>],
    masked: bool,
}

impl Serialize for BerRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.objects.iter().map(|object| BerRow { object, masked: self.masked }))
    }
}

struct BerRow<'a> {
    object: &'a cpm::Object<'a>,
    masked: bool,
}

impl Serialize for BerRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { object, masked } = self;
        let hex = hex_of(object.value).to_ascii_uppercase();
        let inner = object.template().unwrap_or_default();
        let value = if !masked || mask::is_shown(object) { hex } else { "*".repeat(hex.len()) };
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("id", &hex_of(object.id).to_ascii_uppercase())?;
        map.serialize_entry("name", ber_name(object.id))?;
        map.serialize_entry("length", &object.value.len())?;
        map.serialize_entry("value", &value)?;
        map.serialize_entry("offset", &object.offset)?;
        map.serialize_entry("objects", &BerRows { objects: &inner, masked: *masked })?;
        map.end()
    }
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
