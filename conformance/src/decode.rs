//! `upqr decode`: what a payload says, object by object, what it carries, and the model that it stands for.

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use upqr::emv::data_object::reencode;
use upqr::emv::{cpm, mpm};
use upqr::grammar::Text;
use upqr::mask;
use upqr::native::uri::Uri;
use upqr::network::Network;
use upqr::payment::{Masked, Payment, hex_of};
use upqr::recognise::{Recognition, recognise, recognise_octets, recognise_payload};
use upqr::unified::{self, Reading, consumer};

use crate::arguments::{Format, Listing};
use crate::exit::{Exit, Stop};
use crate::human;
use crate::input::{self, Line, LineError};
use crate::machine::{Candidates, Fault, Objects};

pub(crate) fn run(arguments: &Listing, out: &mut impl Write) -> Result<Exit, Stop> {
    let mut exit = Exit::Conforms;
    let masked = !arguments.show_values;
    input::each(arguments, |line| {
        let decoded = Decoded::of(&line, masked);
        if decoded.is_fault() {
            exit = Exit::Findings;
        }
        write(&decoded, arguments.format, out)
    })?;
    Ok(exit)
}

fn write(decoded: &Decoded<'_>, format: Format, out: &mut impl Write) -> Result<(), Stop> {
    match format {
        Format::Human => human::decoded(decoded, out)?,
        Format::Json => serde_json::to_writer_pretty(&mut *out, decoded).map_err(std::io::Error::from)?,
        Format::Ndjson => serde_json::to_writer(&mut *out, decoded).map_err(std::io::Error::from)?,
    }
    if format != Format::Human {
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// A line taken apart.
pub(crate) struct Decoded<'a> {
    pub(crate) line: u64,
    pub(crate) file: Option<&'a std::path::Path>,
    pub(crate) masked: bool,
    pub(crate) content: Result<Content<'a>, &'a LineError>,
}

/// A payload taken apart.
pub(crate) struct Content<'a> {
    pub(crate) text: &'a str,
    pub(crate) parsed: Text<'a>,
    pub(crate) recognition: Recognition,
}

impl<'a> Decoded<'a> {
    pub(crate) fn of(line: &'a Line<'a>, masked: bool) -> Self {
        let content = line.payload.as_ref().map(|text| {
            let parsed = Text::read(text);
            let recognition = match &parsed {
                Text::MerchantPresented(Ok(payload)) => recognise_payload(payload),
                _ => recognise(text),
            };
            Content { text, parsed, recognition }
        });
        Self { line: line.number, file: line.file, masked, content }
    }

    fn is_fault(&self) -> bool {
        self.content.as_ref().map_or(true, |content| content.parsed.error().is_some())
    }
}

impl Content<'_> {
    pub(crate) fn mode(&self) -> &'static str {
        match &self.parsed {
            Text::MerchantPresented(_) => "merchant-presented",
            Text::ConsumerPresented(_) => "consumer-presented",
            _ => self
                .recognition
                .candidates
                .first()
                .map_or("unknown", |candidate| candidate.family.mode().key()),
        }
    }
}

impl Serialize for Decoded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(file) = self.file {
            map.serialize_entry("file", &file.display().to_string())?;
        }
        map.serialize_entry("line", &self.line)?;
        match &self.content {
            Ok(content) => content.serialize_members(self.masked, &mut map)?,
            Err(error) => unreadable_members(error, &mut map)?,
        }
        if self.masked {
            map.serialize_entry("masked", &true)?;
        }
        map.end()
    }
}

/// The members of a line that is no payload: the same ones, empty.
fn unreadable_members<M: serde::ser::SerializeMap>(error: &LineError, map: &mut M) -> Result<(), M::Error> {
    const NONE: [(); 0] = [];
    map.serialize_entry("payload", &())?;
    map.serialize_entry("grammar", "text")?;
    map.serialize_entry("mode", "unknown")?;
    map.serialize_entry("candidates", &NONE)?;
    map.serialize_entry("objects", &NONE)?;
    map.serialize_entry("payment", &())?;
    map.serialize_entry("natives", &NONE)?;
    map.serialize_entry("reencoded", &())?;
    map.serialize_entry("error", &Fault::of_line(error))
}

impl Content<'_> {
    fn serialize_members<M: serde::ser::SerializeMap>(
        &self,
        masked: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        let shown = show(self.text, masked);
        map.serialize_entry("payload", &shown)?;
        map.serialize_entry("grammar", self.parsed.key())?;
        map.serialize_entry("mode", self.mode())?;
        map.serialize_entry("candidates", &Candidates(&self.recognition.candidates))?;
        map.serialize_entry("objects", &Objects { text: self.text, parsed: &self.parsed, masked })?;
        let (payment, natives) = self.carried(masked);
        match &payment {
            Some(payment) if masked => map.serialize_entry("payment", &Masked(payment))?,
            payment => map.serialize_entry("payment", payment)?,
        }
        map.serialize_entry("natives", &natives)?;
        // Where the objects give the text again, its mask is the same.
        match self.reencoded() {
            Some(again) if again == self.text => map.serialize_entry("reencoded", &shown)?,
            Some(again) => map.serialize_entry("reencoded", &show(&again, masked))?,
            None => map.serialize_entry("reencoded", &())?,
        }
        let error = self.parsed.error().map(|error| Fault::of_text(error, self.text));
        map.serialize_entry("error", &error)
    }

    /// The text, rebuilt from what was read alone.
    pub(crate) fn reencoded(&self) -> Option<String> {
        match &self.parsed {
            Text::MerchantPresented(Ok(payload)) => reencode(payload.objects()),
            Text::ConsumerPresented(Ok(payload)) => Some(cpm::reencode(payload.objects())),
            Text::MerchantPresented(Err(_)) | Text::ConsumerPresented(Err(_)) => None,
            Text::Uri(uri) => Some(join(uri)),
            Text::Digits(text) | Text::Other(text) => Some((*text).to_owned()),
        }
    }

    /// The model of the payload, where it has one, and the native codes in it.
    fn carried(&self, masked: bool) -> (Option<Payment>, Vec<Native>) {
        match &self.parsed {
            Text::MerchantPresented(Ok(payload)) => {
                let reading = unified::read(payload);
                let payment = unified::payment(payload, &reading).ok().map(Payment::MerchantPresented);
                (payment, natives(payload, &reading, masked))
            }
            Text::ConsumerPresented(Ok(payload)) => {
                let payment = consumer::payment(payload).ok();
                (payment.map(Payment::ConsumerPresented), consumer_natives(payload, masked))
            }
            _ => (None, Vec::new()),
        }
    }
}

/// A text, or its mask.
pub(crate) fn show(text: &str, masked: bool) -> Cow<'_, str> {
    if masked { Cow::Owned(mask::text(text)) } else { Cow::Borrowed(text) }
}

/// Joins the parts of a URI.
fn join(uri: &Uri<'_>) -> String {
    let mut out = [uri.scheme, "://", uri.authority, uri.path].concat();
    if uri.query.is_some() {
        for (place, parameter) in uri.parameters().enumerate() {
            out.push_str(if place == 0 { "?" } else { "&" });
            out.push_str(parameter.name);
            if let Some(value) = parameter.value {
                out.extend(["=", value]);
            }
        }
    }
    if let Some(fragment) = uri.fragment {
        out.extend(["#", fragment]);
    }
    out
}

/// A native code that a payload carries.
#[derive(Debug, Serialize)]
pub(crate) struct Native {
    pub(crate) network: &'static str,
    pub(crate) family: Option<&'static str>,
    pub(crate) payload: Option<String>,
    /// The octets of a code that is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payload_hex: Option<String>,
    pub(crate) carriage: &'static str,
}

impl Native {
    fn new(network: Network, octets: &[u8], carriage: &'static str, masked: bool) -> Self {
        let text = std::str::from_utf8(octets).ok();
        let hidden = masked.then(|| mask::native(octets));
        Self {
            network: network.key(),
            family: family(network, octets),
            payload: hidden.or_else(|| text.map(str::to_owned)),
            payload_hex: (text.is_none() && !masked).then(|| hex_of(octets)),
            carriage,
        }
    }
}

/// The family of a code: the first candidate of its network, or else the first.
pub(crate) fn family(network: Network, octets: &[u8]) -> Option<&'static str> {
    let found = recognise_octets(octets);
    let own = found.candidates.iter().find(|candidate| candidate.family.network() == Some(network));
    own.or_else(|| found.candidates.first()).map(|candidate| candidate.family.key())
}

pub(crate) fn natives(payload: &mpm::Payload<'_>, reading: &Reading<'_>, masked: bool) -> Vec<Native> {
    let mut natives = Vec::new();
    if !reading.carried.is_empty() {
        let canonical = unified::canonical_accounts(payload, reading);
        for (carried, canonical) in reading.carried.iter().zip(canonical) {
            if let Ok(account) = &carried.account {
                let carriage = if canonical { "canonical" } else { "non-canonical" };
                natives.push(Native::new(account.network(), account.native(), carriage, masked));
            }
        }
    }
    for foreign in &reading.foreign {
        if let Ok(text) = foreign.native {
            natives.push(Native::new(foreign.network, text.as_bytes(), "foreign", masked));
        }
    }
    natives
}

pub(crate) fn consumer_natives(payload: &cpm::Payload<'_>, masked: bool) -> Vec<Native> {
    let carriage = if consumer::is_canonical(payload) { "canonical" } else { "non-canonical" };
    let restored = consumer::read(payload).into_iter().filter_map(|(_, code)| code.ok());
    restored.map(|code| Native::new(code.network(), code.digits().as_bytes(), carriage, masked)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `read`, but keeps `text` as what was given.
    fn reencoded(text: &str, read: &str) -> Option<String> {
        Content { text, parsed: Text::read(read), recognition: recognise(read) }.reencoded()
    }

    #[test]
    fn what_is_reencoded_comes_from_the_objects_and_not_from_the_input() {
        for read in [
            "0002015802CN6304ABCD",
            "hQVDUFYwMWEHTwWgAAADMw==",
            "https://a/b?c=%C0&d&=&e=f=g#h?#",
            "weixin://wxpay/s/a?",
            "134650328919428540",
        ] {
            assert_eq!(reencoded("something else", read).as_deref(), Some(read));
        }
        assert_eq!(reencoded("something else", "0002015802C"), None);
    }
}
