//! `upqr decode`: what a payload says, object by object, what it carries, and the model that it stands for.

use std::borrow::Cow;
use std::io::Write;

use upqr::emv::{cpm, mpm};
use upqr::grammar::Text;
use upqr::mask;
use upqr::native::uri::Uri;
use upqr::network::Network;
use upqr::payment::{Base, Masked, MerchantPresented, Payment, Templates, hex_of};
use upqr::recognise::{Recognition, recognise, recognise_octets, recognise_payload};
use upqr::unified::{self, Reading, consumer};

use crate::arguments::{Format, Listing};
use crate::exit::{Exit, Stop};
use crate::input::{self, Cut, Line, LineError};
use crate::machine::{self, Fault, Rows};
use crate::{human, json};

pub(crate) fn run(arguments: &Listing, out: &mut impl Write) -> Result<Exit, Stop> {
    let mut exit = Exit::Conforms;
    let masked = !arguments.show_values;
    let mut buffer = Vec::new();
    input::each(&arguments.source, Cut::Lines, |line| {
        let decoded = Decoded::of(&line, masked);
        if decoded.is_fault() {
            exit = Exit::Findings;
        }
        if arguments.format == Format::Human {
            return Ok(human::decoded(&decoded, out)?);
        }
        buffer.clear();
        decoded.write(&mut buffer);
        if arguments.format == Format::Json {
            return Ok(json::write_indented(&buffer, out)?);
        }
        buffer.push(b'\n');
        Ok(out.write_all(&buffer)?)
    })?;
    Ok(exit)
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

impl Decoded<'_> {
    /// The members in their documented order.
    fn write(&self, out: &mut Vec<u8>) {
        json::literal(out, "{");
        if let Some(file) = self.file {
            json::literal(out, "\"file\":");
            json::text(out, &file.display().to_string());
            json::literal(out, ",");
        }
        json::literal(out, "\"line\":");
        json::number(out, self.line);
        match &self.content {
            Ok(content) => content.write(self.masked, out),
            Err(error) => {
                json::literal(out, UNREADABLE);
                json::value(out, &Fault::of_line(error));
            }
        }
        json::literal(out, if self.masked { ",\"masked\":true}" } else { "}" });
    }
}

/// The members of a line that is no payload: the same ones, empty.
const UNREADABLE: &str = ",\"payload\":null,\"grammar\":\"text\",\"mode\":\"unknown\",\"candidates\":[],\"objects\":[],\
     \"payment\":null,\"natives\":[],\"reencoded\":null,\"error\":";

impl Content<'_> {
    fn write(&self, masked: bool, out: &mut Vec<u8>) {
        let rows = match &self.parsed {
            Text::MerchantPresented(_) => Some(Rows::of(self.text, masked)),
            _ => None,
        };
        json::literal(out, ",\"payload\":");
        match &rows {
            Some(rows) => rows.write_text(out, rows.shown()),
            None => json::text(out, &show(self.text, masked)),
        }
        json::literal(out, ",\"grammar\":");
        json::plain(out, self.parsed.key());
        json::literal(out, ",\"mode\":");
        json::plain(out, self.mode());
        json::literal(out, ",\"candidates\":");
        machine::candidates(out, &self.recognition.candidates);
        json::literal(out, ",\"objects\":");
        match &rows {
            Some(rows) => rows.write(out),
            None => machine::parts_of(out, &self.parsed, self.text, masked),
        }
        let (payment, natives) = self.carried(masked);
        json::literal(out, ",\"payment\":");
        match (&payment, &rows) {
            (Some(payment), Some(rows)) if self.is_bare(payment) => bare_payment(out, rows, masked),
            (Some(payment), _) if masked => json::value(out, &Masked::new(payment)),
            (payment, _) => json::value(out, payment),
        }
        json::literal(out, ",\"natives\":");
        json::list(out, &natives, Native::write);
        json::literal(out, ",\"reencoded\":");
        match (&rows, self.reencoded(rows.as_ref(), masked)) {
            (Some(rows), Some(again)) => rows.write_text(out, &again),
            (_, again) => json::optional(out, again.as_deref()),
        }
        json::literal(out, ",\"error\":");
        match self.parsed.error() {
            Some(error) => json::value(out, &Fault::of_text(error, self.text)),
            None => json::literal(out, "null"),
        }
    }

    /// Whether a model is a national code and nothing else, as most payloads are.
    fn is_bare(&self, payment: &Payment) -> bool {
        match payment {
            Payment::MerchantPresented(MerchantPresented {
                base: Base::National(base),
                accounts,
                templates,
            }) => base == self.text && accounts.is_empty() && *templates == Templates::default(),
            _ => false,
        }
    }

    /// The text, rebuilt from its objects alone; of a masked payload from its masked objects.
    fn reencoded<'r>(&self, rows: Option<&'r Rows<'_>>, masked: bool) -> Option<Cow<'r, str>> {
        let again = match &self.parsed {
            Text::MerchantPresented(Ok(_)) => return rows.map(Rows::reencoded),
            Text::ConsumerPresented(Ok(payload)) => cpm::reencode(payload.objects()),
            Text::MerchantPresented(Err(_)) | Text::ConsumerPresented(Err(_)) => return None,
            Text::Uri(uri) => join(uri),
            Text::Digits(text) | Text::Other(text) => (*text).to_owned(),
            Text::Dialect(_) => self.text.to_owned(),
        };
        Some(Cow::Owned(show(&again, masked).into_owned()))
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

/// Writes the model of a national code that carries nothing: the text or its mask is at hand. A test compares it with the library's JSON.
fn bare_payment(out: &mut Vec<u8>, rows: &Rows<'_>, masked: bool) {
    json::literal(out, "{\"mode\":\"merchant-presented\",\"base\":");
    rows.write_text(out, rows.shown());
    json::literal(out, if masked { ",\"accounts\":[],\"masked\":true}" } else { ",\"accounts\":[]}" });
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
#[derive(Debug)]
pub(crate) struct Native {
    pub(crate) network: &'static str,
    pub(crate) family: Option<&'static str>,
    pub(crate) payload: Option<String>,
    /// The octets of a code that is not UTF-8.
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

    fn write(out: &mut Vec<u8>, native: &Self) {
        json::literal(out, "{\"network\":");
        json::text(out, native.network);
        json::literal(out, ",\"family\":");
        json::optional(out, native.family);
        json::literal(out, ",\"payload\":");
        json::optional(out, native.payload.as_deref());
        if let Some(hex) = &native.payload_hex {
            json::literal(out, ",\"payload_hex\":");
            json::text(out, hex);
        }
        json::literal(out, ",\"carriage\":");
        json::text(out, native.carriage);
        json::literal(out, "}");
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

    /// What `reencoded` makes of the objects of `read` while the text that was given is another.
    fn reencoded(read: &str) -> Option<String> {
        let content =
            Content { text: "something else", parsed: Text::read(read), recognition: recognise(read) };
        content.reencoded(Some(&Rows::of(read, false)), false).map(Cow::into_owned)
    }

    #[test]
    fn what_is_reencoded_comes_from_the_objects_and_not_from_the_input() {
        for read in [
            "0002015802CN6304ABCD",
            "00020126090005a\"b\\c64120002ZH0102世界",
            "hQVDUFYwMWEHTwWgAAADMw==",
            "https://a/b?c=%C0&d&=&e=f=g#h?#",
            "weixin://wxpay/s/a?",
            "134650328919428540",
        ] {
            assert_eq!(reencoded(read).as_deref(), Some(read));
        }
        assert_eq!(reencoded("0002015802C"), None);
    }

    #[test]
    fn a_changed_object_changes_what_is_reencoded() {
        let text = "0002015802CN6304ABCD";
        let content = Content { text, parsed: Text::read(text), recognition: recognise(text) };
        let changed = Rows::of("0002015802HK6304ABCD", false);
        assert_eq!(content.reencoded(Some(&changed), false).as_deref(), Some("0002015802HK6304ABCD"));
    }

    #[test]
    fn a_bare_payment_is_written_as_the_library_writes_it() {
        let text = "00020163040123".replace("0123", "AAE6");
        let payment = Payment::MerchantPresented(MerchantPresented::new(Base::National(text.clone())));
        for masked in [false, true] {
            let (mut short, mut whole) = (Vec::new(), Vec::new());
            bare_payment(&mut short, &Rows::of(&text, masked), masked);
            if masked {
                json::value(&mut whole, &Masked::new(&payment));
            } else {
                json::value(&mut whole, &payment);
            }
            assert_eq!(String::from_utf8(short), String::from_utf8(whole));
        }
    }

    #[test]
    fn the_rows_of_a_mask_are_the_mask() {
        for text in
            ["0002015909LUCKY BOB64160002ZH0104幸运面馆6304ABCD", "00020159", "000201590", "0002015909LUCK"]
        {
            assert_eq!(Rows::of(text, true).shown(), mask::text(text));
        }
    }
}
