//! The invariants of the library, each on any input that its type allows.

use upqr::emv::crc::Crc16;
use upqr::emv::data_object::{DataObject, DataObjects, Ids, MAX_LENGTH, Template, reencode};
use upqr::emv::{cpm, mpm};
use upqr::grammar::Text;
use upqr::payment::{Masked, Members, Payment};
use upqr::rules::{self, Findings, Fix};
use upqr::unified::signature::{self, Placed};
use upqr::unified::{self, consumer};
use upqr::{Error, mask, scheme};

/// Everything that holds for any text.
pub fn text(text: &str) {
    if let Some(error) = Text::read(text).error() {
        place(text, error);
    }
    match mpm::parse(text) {
        Ok(payload) => merchant_presented(&payload),
        Err(error) => {
            place(text, error);
            let objects = DataObjects::new(text, 0).filter(Result::is_err).count();
            assert!(objects == 1 || text.is_empty(), "an error ends the objects: {text}");
        }
    }
    match cpm::parse(text) {
        Ok(payload) => consumer_presented(&payload),
        Err(error) => place(text, error),
    }
    findings(text, &rules::check(text));
    reading(text);
    assert_eq!(mask::text(text).chars().count(), text.chars().count(), "a mask keeps the shape: {text}");
}

/// An error stands in the text, and between two characters.
pub fn place(text: &str, error: Error) {
    assert!(text.is_char_boundary(error.offset), "{error} in {text}");
}

/// So does a finding.
pub fn findings(text: &str, findings: &Findings) {
    for finding in &findings.findings {
        let span = &finding.span;
        let within =
            text.is_char_boundary(span.start) && text.is_char_boundary(span.end) && span.start <= span.end;
        assert!(within, "{:?} at {span:?} in {text}", finding.rule);
        assert!(!finding.message.is_empty(), "{:?} says nothing", finding.rule);
        if let Some(suggested) = &finding.fix {
            fix(text, suggested);
        }
    }
}

/// What a scheme's grammar reads stands in the text.
pub fn reading(text: &str) {
    let Some(reading) = scheme::read(text) else { return };
    let spans = reading.elements.iter().map(|element| &element.span);
    for span in spans.chain(reading.faults.iter().map(|fault| &fault.span)) {
        assert!(text.get(span.clone()).is_some(), "{span:?} of {} in {text}", reading.scheme.id);
    }
}

/// A fix stands in the text; a safe one leaves every data object but the checksum as it is.
fn fix(text: &str, fix: &Fix) {
    assert!(text.get(fix.span.clone()).is_some(), "{fix:?} in {text}");
    let mut mended = text.to_owned();
    mended.replace_range(fix.span.clone(), &fix.text);
    let (Ok(before), Ok(after)) = (mpm::parse(text), mpm::parse(&mended)) else { return };
    let values = |payload: &mpm::Payload<'_>| -> Vec<String> {
        let objects = payload.objects().filter(|object| object.id != mpm::CRC);
        objects.map(|object| format!("{}{}", object.id, object.value)).collect()
    };
    assert!(!fix.safe || values(&before) == values(&after), "{fix:?} in {text}");
}

/// A view loses nothing, and agrees with itself.
pub fn merchant_presented(payload: &mpm::Payload<'_>) {
    let text = payload.text();
    objects(text, 0, payload.objects());
    let (repeated, empty) = repeated_and_empty(payload.objects());
    assert_eq!((payload.repeated(), payload.empty()), (repeated, empty), "{text}");
    for object in payload.objects() {
        let first = payload.objects().find(|other| other.id == object.id);
        assert_eq!(payload.object(object.id), first, "{text}");
        if let Some(template) = object.template() {
            nested(&template, object.value_offset());
        }
    }
    unified_payload(payload);
}

fn nested(template: &Template<'_>, offset: usize) {
    objects(template.text(), offset, template.objects());
    let flags = repeated_and_empty(template.objects());
    assert_eq!((template.repeated(), template.empty()), flags, "{}", template.text());
    for inner in template.objects().filter_map(|object| object.template()) {
        assert_eq!(reencode(inner.objects()).as_deref(), Some(inner.text()));
    }
}

/// Objects stand one behind the other from `offset` on, and written again they are the text.
fn objects<'a>(text: &str, offset: usize, objects: impl Iterator<Item = DataObject<'a>>) {
    let objects: Vec<DataObject<'_>> = objects.collect();
    let mut next = offset;
    for object in &objects {
        assert_eq!(object.offset, next, "{text}");
        assert_eq!(usize::from(object.length), object.value.chars().count(), "{text}");
        assert!(object.value.chars().count() <= MAX_LENGTH);
        next += object.len();
    }
    assert_eq!(next, offset + text.len(), "{text}");
    assert_eq!(reencode(objects).as_deref(), Some(text));
}

fn repeated_and_empty<'a>(objects: impl Iterator<Item = DataObject<'a>>) -> (Ids, Ids) {
    let (mut seen, mut repeated, mut empty) = (Ids::default(), Ids::default(), Ids::default());
    for object in objects {
        if !seen.insert(object.id) {
            repeated.insert(object.id);
        }
        if object.value.is_empty() {
            empty.insert(object.id);
        }
    }
    (repeated, empty)
}

/// What a payload carries is read without a panic; a model is written again, and a canonical payload comes out byte for byte.
fn unified_payload(payload: &mpm::Payload<'_>) {
    let text = payload.text();
    let reading = unified::read(payload);
    for carried in &reading.carried {
        if let Err(error) = carried.account {
            place(text, error);
        }
    }
    let faults = [
        reading.control.as_ref().and_then(|(_, control)| control.as_ref().err()),
        reading.terms.as_ref().and_then(|(_, terms)| terms.as_ref().err()),
        reading.settlement.as_ref().and_then(|(_, settlement)| settlement.as_ref().err()),
    ];
    for error in faults.iter().flatten() {
        place(text, **error);
    }
    let misplaced = matches!(signature::read(payload), Placed::Misplaced(_));
    assert_eq!(unified::canonical_accounts(payload, &reading).len(), reading.carried.len(), "{text}");
    let canonical = unified::is_canonical(payload, &reading);
    if let Ok(base) = unified::base(payload) {
        let base = mpm::parse(&base).expect("a base is data objects");
        assert_eq!(base.crc(), Crc16::Right, "{text}");
        assert!(!unified::read(&base).is_unified(), "{text}");
    }
    match unified::payment(payload, &reading) {
        Err(error) => {
            place(text, error);
            // A template that cannot be read, a second one, and what is no signature are put back as they stand but have no model (clause 5.7).
            let unreadable = misplaced
                || faults.iter().any(Option::is_some)
                || reading.templates.iter().any(is_of_this_edition);
            assert!(!canonical || unreadable, "{error}: a canonical payload has a model: {text}");
        }
        Ok(payment) => {
            match unified::write(&payment) {
                Ok(written) => {
                    assert_eq!(written == text, canonical, "canonical is what the encoder writes: {text}");
                    let written = mpm::parse(&written).expect("the encoder's own output");
                    let reading = unified::read(&written);
                    assert!(unified::is_canonical(&written, &reading), "{text}");
                }
                // Decoders read what they are given; only encoders have a limit.
                Err(error) => assert!(!canonical || error.kind.code() == "too-long", "{error}: {text}"),
            }
            json(&Payment::MerchantPresented(payment));
        }
    }
}

fn is_of_this_edition(object: &DataObject<'_>) -> bool {
    let known = [unified::control::GUID, unified::terms::GUID, unified::settlement::GUID];
    let guid = object.template().and_then(|template| template.guid());
    guid.is_some_and(|guid| known.iter().any(|known| guid.eq_ignore_ascii_case(known)))
}

fn consumer_presented(payload: &cpm::Payload<'_>) {
    let text = payload.text();
    assert_eq!(cpm::reencode(payload.objects()), text);
    for object in payload.objects() {
        let whole: Result<Vec<_>, _> = object.objects().collect();
        if let Some(inner) = object.template() {
            assert_eq!(Ok(&inner), whole.as_ref(), "{text}");
            let octets: Vec<u8> =
                inner.iter().flat_map(|inner| [inner.header, inner.value].concat()).collect();
            assert_eq!(octets, object.value, "{text}");
        }
    }
    for (_, code) in consumer::read(payload) {
        if let Err(error) = code {
            place(text, error);
        }
    }
    let canonical = consumer::is_canonical(payload);
    match consumer::payment(payload) {
        Ok(payment) => {
            let written = consumer::write(&payment);
            assert_eq!(written.as_deref() == Ok(text), canonical, "{text}");
            json(&Payment::ConsumerPresented(payment));
        }
        Err(_) => assert!(!canonical, "{text}"),
    }
}

/// JSON gives the model back; a masked one is refused.
pub fn json(payment: &Payment) {
    let read = |json: String| {
        let members: Members = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
        Payment::try_from(members)
    };
    let plain = serde_json::to_string(payment).expect("a model has a JSON form");
    assert_eq!(read(plain.clone()).as_ref(), Ok(payment), "{plain}");
    let masked = serde_json::to_string(&Masked::new(payment)).expect("a mask has a JSON form");
    assert_eq!(read(masked).map_err(|error| error.kind.code()), Err("masked"), "{plain}");
}
