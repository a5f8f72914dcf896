//! There and back: from a native code to a payload and out again, and from a payload to its codes and in again.

use serde_json::{Map, Value, json};
use upqr::emv::{cpm, mpm};
use upqr::grammar::Text;
use upqr::payment::{ConsumerPresented, Templates, octets_of};
use upqr::unified::{self, Loss, consumer};

use super::sample::{Sample, Way};
use super::{Class, Fate, Native, ask};
use crate::adapter::{Adapter, Feature};
use crate::vectors::Op;

/// The merchant of every payload that the ledger makes.
pub(super) fn merchant() -> Value {
    json!({"name": "UPQR LEDGER", "city": "SHANGHAI", "category": "5999", "country": "CN", "currency": "156", "amount": "36.00"})
}

/// Both ways of a native code.
pub(super) fn native(adapter: &mut dyn Adapter, sample: &Sample, declared: bool) -> Native {
    let (there, back) = match there_and_back(adapter, sample) {
        Ok((payload, fate)) => (fate, unified(adapter, &payload)),
        Err(fate) => (fate.clone(), fate),
    };
    Native {
        family: sample.family,
        network: sample.network.map_or("-", upqr::network::Network::key),
        form: sample.form.clone(),
        vector: sample.vector.clone(),
        declared,
        there,
        back,
    }
}

/// The payload of a native code, and what came out of it again.
fn there_and_back(adapter: &mut dyn Adapter, sample: &Sample) -> Result<(String, Fate), Fate> {
    let two = in_two(adapter, sample);
    let hello = adapter.hello();
    let has_one = hello.ops.contains(&Op::Roundtrip) && hello.has(Feature::Restored);
    if !has_one || !sample.vector.starts_with("roundtrip-") {
        return two;
    }
    // Both have to be right, so that the worse one counts.
    match (two, in_one(adapter, sample)) {
        (Err(fate), one) if fate.class == Class::Unsupported => one,
        (Ok((payload, two)), Ok((_, one))) => Ok((payload, if one.class > two.class { one } else { two })),
        (Ok(_), Err(fate)) if fate.class != Class::Unsupported => Err(fate),
        (two, _) => two,
    }
}

/// By one operation for each direction.
fn in_two(adapter: &mut dyn Adapter, sample: &Sample) -> Result<(String, Fate), Fate> {
    if let Way::Base { code, network } = &sample.way {
        let national = String::from_utf8_lossy(&sample.native).into_owned();
        let payload =
            ask::unify(adapter, code, &options([("base", Some(json!(national))), choice(network.as_ref())]))?;
        let back = ask::base(adapter, &payload)?;
        let fate = compared(back.as_bytes(), &sample.native);
        return Ok((payload, declared(fate, &national)));
    }
    let merchant = (sample.way == Way::Merchant).then(merchant);
    let payload = ask::unify(
        adapter,
        &sample.native,
        &options([("merchant", merchant), choice(sample.choice.as_ref())]),
    )?;
    let fate = match ask::restore(adapter, &payload, None)?.as_slice() {
        [back] => compared(back, &sample.native),
        codes => Fate::noted(Class::Lossy, format!("one code went in, {} came out", codes.len())),
    };
    Ok((payload, fate))
}

/// By the operation that does both.
fn in_one(adapter: &mut dyn Adapter, sample: &Sample) -> Result<(String, Fate), Fate> {
    let answer = ask::ask(adapter, Op::Roundtrip, &sample.native, &Map::new())?;
    let back = answer.restored.as_deref().and_then(octets_of).unwrap_or_default();
    let payload = answer.value.as_ref().and_then(Value::as_str).unwrap_or_default();
    Ok((payload.to_owned(), compared(&back, &sample.native)))
}

fn options<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn choice(network: Option<&String>) -> (&'static str, Option<Value>) {
    ("network", network.map(|network| json!(network)))
}

fn compared(back: &[u8], native: &[u8]) -> Fate {
    if back == native {
        return Fate::of(Class::Exact);
    }
    Fate::noted(Class::Lossy, format!("{} bytes went in, {} others came out", native.len(), back.len()))
}

/// What a national code says of wallets that no code of theirs can be made of.
fn declared(fate: Fate, national: &str) -> Fate {
    let Ok(payload) = mpm::parse(national) else { return fate };
    let said = |loss: Loss, place: &str| format!("{} {place}: {}", loss.object, loss.reason);
    let losses: Vec<String> = unified::read(&payload)
        .foreign
        .into_iter()
        .filter_map(|foreign| Some(said(foreign.native.err()?, &format!("({})", foreign.convention))))
        .collect();
    if fate.class != Class::Exact || losses.is_empty() {
        return fate;
    }
    Fate { class: Class::Declared, notes: losses }
}

/// A payload, its codes, and the payload that is made of them again.
pub(super) fn unified(adapter: &mut dyn Adapter, text: &str) -> Fate {
    if text.is_empty() {
        return Fate::noted(Class::Unsupported, "the answer holds no payload");
    }
    let again = match Text::read(text) {
        Text::MerchantPresented(Ok(payload)) => merchant_again(adapter, &payload),
        Text::ConsumerPresented(Ok(payload)) => consumer_again(adapter, &payload),
        _ => Err(Fate::noted(Class::Lossy, "the payload is none")),
    };
    again.unwrap_or_else(|fate| fate)
}

fn merchant_again(adapter: &mut dyn Adapter, payload: &mpm::Payload<'_>) -> Result<Fate, Fate> {
    let text = payload.text();
    let reading = unified::read(payload);
    let codes = ask::restore(adapter, text, None)?;
    if codes.len() != reading.carried.len() {
        let why = format!("{} of {} codes came out", codes.len(), reading.carried.len());
        return Err(Fate::noted(Class::Lossy, why));
    }
    let base = ask::base(adapter, text)?;
    let labels = reading.carried.iter().map(|carried| carried.label.to_ascii_lowercase());
    let mut pairs = codes.iter().zip(labels);
    let Some((first, network)) = pairs.next() else { return Ok(compared(base.as_bytes(), text.as_bytes())) };
    let more: Vec<Value> = pairs.map(|(code, network)| ask::more(code, &network)).collect();
    let Ok(templates) = unified::templates(payload, &reading) else {
        return Err(Fate::noted(Class::Lossy, "a template of 80 to 99 is out of form or place".to_owned()));
    };
    let Templates { control, terms, settlement, others, signature } = templates;
    let options = options([
        ("network", Some(json!(network))),
        ("base", Some(json!(base))),
        ("more", (!more.is_empty()).then(|| json!(more))),
        ("control", control.map(|control| json!(control))),
        ("terms", terms.map(|terms| json!(terms))),
        ("settlement", settlement.map(|settlement| json!(settlement))),
        ("templates", (!others.is_empty()).then(|| json!(others))),
        ("signature", signature.map(|signature| json!(signature))),
    ]);
    let again = ask::unify(adapter, first, &options)?;
    if again == text {
        return Ok(Fate::of(Class::Exact));
    }
    let differences = differences(payload, &again);
    let class = if canonical(payload).as_ref() == Some(&again) { Class::Canonical } else { Class::Lossy };
    Ok(Fate { class, notes: differences })
}

/// The canonical form of a payload, as the library knows it.
fn canonical(payload: &mpm::Payload<'_>) -> Option<String> {
    let reading = unified::read(payload);
    let accounts: Vec<_> = reading.accounts().cloned().collect();
    let templates = unified::templates(payload, &reading).ok()?;
    let base = unified::base(payload).ok()?;
    unified::extend(&mpm::parse(&base).ok()?, &accounts, &templates).ok()
}

/// Which root objects are not as they were, but for the checksum that follows from them.
fn differences(before: &mpm::Payload<'_>, after: &str) -> Vec<String> {
    let Ok(after) = mpm::parse(after) else { return vec!["what came back is no payload".to_owned()] };
    let show = |payload: &mpm::Payload<'_>| -> Vec<(String, String)> {
        let objects = payload.objects().filter(|object| object.id.number() != 63);
        objects.map(|object| (object.id.to_string(), object.value.to_owned())).collect()
    };
    let (old, new) = (show(before), show(&after));
    let left: Vec<&str> = old.iter().filter(|it| !new.contains(it)).map(|(id, _)| id.as_str()).collect();
    let came: Vec<&str> = new.iter().filter(|it| !old.contains(it)).map(|(id, _)| id.as_str()).collect();
    match (left.as_slice(), came.as_slice()) {
        ([], []) if old == new => vec!["the checksum is written otherwise".to_owned()],
        ([], []) => vec!["the same objects in another order".to_owned()],
        (left, came) if left == came => vec![format!("written otherwise: {}", listed(left))],
        (left, came) => vec![format!("{} became {}", listed(left), listed(came))],
    }
}

fn listed(ids: &[&str]) -> String {
    match ids {
        [] => "nothing".to_owned(),
        [one] => format!("object {one}"),
        many => format!("objects {}", many.join(", ")),
    }
}

fn consumer_again(adapter: &mut dyn Adapter, payload: &cpm::Payload<'_>) -> Result<Fate, Fate> {
    let text = payload.text();
    let codes = ask::restore(adapter, text, None)?;
    let read: Vec<_> = consumer::read(payload).into_iter().filter_map(|(_, code)| code.ok()).collect();
    let mut pairs = codes.iter().zip(read.iter().map(|code| json!(code.network().key())));
    let options = match pairs.next() {
        // UnionPay's own payload goes in and out as it is.
        None => Map::new(),
        Some((_, network)) => {
            let more =
                |(code, network): (&Vec<u8>, Value)| ask::more(code, network.as_str().unwrap_or_default());
            let more: Vec<Value> = pairs.map(more).collect();
            options([("network", Some(network)), ("more", (!more.is_empty()).then(|| json!(more)))])
        }
    };
    let Some(first) = codes.first() else { return Err(Fate::noted(Class::Lossy, "no code came out")) };
    let again = ask::unify(adapter, first, &options)?;
    if again == text {
        return Ok(Fate::of(Class::Exact));
    }
    match consumer::payment(payload) {
        Err(error) if consumer::write(&ConsumerPresented { codes: read }).as_ref() == Ok(&again) => {
            Ok(Fate::noted(Class::Declared, format!("the model refuses the payload: {}", error.kind)))
        }
        _ => Ok(Fate::noted(Class::Lossy, "the payload that came back is another")),
    }
}
