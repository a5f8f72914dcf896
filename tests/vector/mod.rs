//! A vector, and what the library makes of it: shared by the tests of `vectors/` and of the examples in `spec/`.

use serde::Deserialize;
use serde_json::{Value, json};
use upqr::emv::data_object::DataObject;
use upqr::emv::mpm;
use upqr::grammar::Text;
use upqr::network::{Family, Mode, Network};
use upqr::payment::{
    Account, Base, Code, ConsumerPresented, Control, Members, Merchant, MerchantPresented, Payment, hex_of,
    octets_of,
};
use upqr::recognise::{Hints, Symbology, recognise, recognise_octets, recognise_with};
use upqr::rules::{self, Profile, Severity};
use upqr::{Error, unified};

/// One vector or example; members that only the lint reads stand in `rest`.
#[derive(Debug, Deserialize)]
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) op: String,
    pub(crate) title: String,
    pub(crate) input: Input,
    #[serde(default)]
    pub(crate) options: Options,
    pub(crate) expect: Value,
    #[serde(flatten)]
    pub(crate) rest: serde_json::Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) text: Option<String>,
    pub(crate) hex: Option<String>,
}

impl Input {
    pub(crate) fn octets(&self) -> Vec<u8> {
        match (&self.hex, &self.text) {
            (Some(hex), _) => octets_of(hex).expect("hexadecimal digits"),
            (None, Some(text)) => text.clone().into_bytes(),
            (None, None) => panic!("an input has text or hex"),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    pub(crate) network: Option<String>,
    /// `unify`: the EMV payload that is extended; `restore`: whether the base is wanted.
    pub(crate) base: Option<Value>,
    pub(crate) merchant: Option<Merchant>,
    #[serde(default)]
    pub(crate) more: Vec<More>,
    pub(crate) control: Option<Control>,
    #[serde(default)]
    pub(crate) templates: Vec<String>,
    /// `recognise`: what the caller knows.
    pub(crate) mode: Option<String>,
    pub(crate) symbology: Option<String>,
    /// `check`: against what, and on which day.
    pub(crate) profile: Option<String>,
    pub(crate) as_of: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct More {
    pub(crate) text: Option<String>,
    pub(crate) hex: Option<String>,
    pub(crate) network: Option<String>,
}

/// A code and where the specification gives one an offset.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) offset: Option<usize>,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { code: error.kind.code().to_owned(), offset: Some(error.offset) }
    }
}

fn refuse(code: &str) -> Refusal {
    Refusal { code: code.to_owned(), offset: Some(0) }
}

/// Runs a vector; the error is a sentence that says what differs.
pub(crate) fn run(vector: &Vector) -> Result<(), String> {
    let octets = vector.input.octets();
    let outcome = match vector.op.as_str() {
        "check" => return compare_check(vector, &octets),
        "recognise" => return compare_recognition(vector, &octets),
        "decode" => decode(&octets),
        "unify" => unify(&octets, &vector.options).map(Value::String),
        "restore" => restore(&octets, &vector.options),
        "roundtrip" => roundtrip(&octets, &vector.options).map(Value::String),
        "encode" => encode(&octets).map(Value::String),
        op => return Err(format!("unknown op {op}")),
    };
    compare(&vector.expect, outcome)
}

fn compare(expect: &Value, outcome: Result<Value, Refusal>) -> Result<(), String> {
    match (expect["verdict"].as_str(), outcome) {
        (Some("accept"), Ok(value)) => match expect.get("value") {
            Some(expected) if *expected != value => Err(format!("expected {expected}, got {value}")),
            _ => Ok(()),
        },
        (Some("accept"), Err(refusal)) => Err(format!("expected acceptance, got {refusal:?}")),
        (Some("reject"), Ok(value)) => Err(format!("expected {}, got {value}", expect["error"])),
        (Some("reject"), Err(refusal)) => {
            let error = &expect["error"];
            let same_offset = error.get("offset").is_none_or(|offset| {
                offset.as_u64() == refusal.offset.and_then(|offset| u64::try_from(offset).ok())
            });
            if error["code"] == refusal.code.as_str() && same_offset {
                Ok(())
            } else {
                Err(format!("expected {error}, got {refusal:?}"))
            }
        }
        (verdict, _) => Err(format!("unknown verdict {verdict:?}")),
    }
}

fn text(octets: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(octets)
        .map_err(|error| Refusal { code: "utf-8".into(), offset: Some(error.valid_up_to()) })
}

fn decode(octets: &[u8]) -> Result<Value, Refusal> {
    let parsed = Text::read(text(octets)?);
    if let Some(error) = parsed.error() {
        return Err(error.into());
    }
    let objects = match &parsed {
        Text::MerchantPresented(Ok(payload)) => flat(payload.objects(), Place::Root),
        _ => Vec::new(),
    };
    Ok(json!({"grammar": parsed.key(), "objects": objects}))
}

/// Where objects stand, which decides which of them are templates.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Additional,
    Elsewhere,
}

/// `id=value`, and templates as `id{...}` with commas between.
fn flat<'a>(objects: impl Iterator<Item = DataObject<'a>>, place: Place) -> Vec<String> {
    let show = |object: DataObject<'a>| {
        let may_hold = match place {
            Place::Root => mpm::is_template(object.id),
            Place::Additional => object.id.number() >= 50,
            Place::Elsewhere => false,
        };
        let inner = if place == Place::Root && object.id == mpm::ADDITIONAL {
            Place::Additional
        } else {
            Place::Elsewhere
        };
        match object.template().filter(|_| may_hold) {
            Some(template) => format!("{}{{{}}}", object.id, flat(template.objects(), inner).join(",")),
            None => format!("{}={}", object.id, object.value),
        }
    };
    objects.map(show).collect()
}

fn compare_recognition(vector: &Vector, octets: &[u8]) -> Result<(), String> {
    let mode = |key: &String| match key.as_str() {
        "merchant-presented" => Mode::MerchantPresented,
        "consumer-presented" => Mode::ConsumerPresented,
        other => panic!("unknown mode {other}"),
    };
    let symbology = |key: &String| match key.as_str() {
        "qr" => Symbology::Qr,
        "code-128" => Symbology::Code128,
        "gs1-128" => Symbology::Gs1128,
        "other" => Symbology::Other,
        other => panic!("unknown symbology {other}"),
    };
    let hints = Hints {
        mode: vector.options.mode.as_ref().map(mode),
        symbology: vector.options.symbology.as_ref().map(symbology),
    };
    let found = match std::str::from_utf8(octets) {
        Ok(text) => recognise_with(text, hints),
        Err(_) => recognise_octets(octets),
    };
    let families: Vec<&str> = found.candidates.iter().map(|candidate| candidate.family.key()).collect();
    let value = json!({"verdict": found.verdict().key(), "families": families});
    if vector.expect["value"] == value {
        Ok(())
    } else {
        Err(format!("expected {}, got {value}", vector.expect["value"]))
    }
}

fn choice(key: Option<&String>) -> Result<Option<Network>, Refusal> {
    key.map(|key| Network::with_key(key).ok_or_else(|| refuse("network"))).transpose()
}

fn unify(octets: &[u8], options: &Options) -> Result<String, Refusal> {
    let mut natives = vec![(octets.to_vec(), options.network.as_ref())];
    for more in &options.more {
        let input = Input { text: more.text.clone(), hex: more.hex.clone() };
        natives.push((input.octets(), more.network.as_ref()));
    }
    let base = match (&options.merchant, &options.base) {
        (Some(merchant), None) => Base::Merchant(merchant.clone()),
        (None, Some(Value::String(base))) => Base::National(base.clone()),
        (None, None) => return unify_consumer(&natives),
        _ => panic!("merchant or base"),
    };
    let mut accounts = Vec::new();
    for (native, key) in natives {
        accounts.push(Account::new(native, choice(key)?)?);
    }
    let payment = MerchantPresented {
        base,
        accounts,
        control: options.control.clone(),
        templates: options.templates.clone(),
    };
    Ok(unified::write(&payment)?)
}

fn unify_consumer(natives: &[(Vec<u8>, Option<&String>)]) -> Result<String, Refusal> {
    let texts = natives.iter().map(|(native, _)| text(native)).collect::<Result<Vec<_>, _>>()?;
    if let [one] = texts.as_slice()
        && is_its_own_form(one)
    {
        return Ok((*one).to_owned());
    }
    if texts.iter().any(|text| recognise(text).is_emv()) {
        return Err(refuse("nested-emv"));
    }
    let mut codes = Vec::new();
    for (text, (_, key)) in texts.iter().zip(natives) {
        // What is no string of digits is refused before the choice is looked at.
        match (choice(*key), Code::new(text, None)) {
            (Err(_), Err(error)) if error.kind.code() == "digits" => return Err(error.into()),
            (choice, _) => codes.push(Code::new(text, choice?)?),
        }
    }
    Ok(unified::consumer::write(&ConsumerPresented { codes })?)
}

fn restore(octets: &[u8], options: &Options) -> Result<Value, Refusal> {
    let text = text(octets)?;
    match Text::read(text) {
        Text::ConsumerPresented(payload) => {
            let payload = payload?;
            if is_its_own_form(text) {
                return Ok(json!([text]));
            }
            let wanted = choice(options.network.as_ref())?;
            let mut codes = Vec::new();
            for (_, code) in unified::consumer::read(&payload) {
                let code = code?;
                if wanted.is_none_or(|wanted| wanted == code.network()) {
                    codes.push(code.digits().to_owned());
                }
            }
            Ok(json!(codes))
        }
        _ => restore_merchant(&mpm::parse(text)?, options),
    }
}

/// Whether a consumer-presented payload is UnionPay's alone.
fn is_its_own_form(text: &str) -> bool {
    let found = recognise(text);
    found.has(Family::UnionpayCpmEmv) && !found.has(Family::UpqrCpm)
}

fn restore_merchant(payload: &mpm::Payload<'_>, options: &Options) -> Result<Value, Refusal> {
    if options.base == Some(Value::Bool(true)) {
        return Ok(Value::String(unified::base(payload)?));
    }
    let mut natives = Vec::new();
    for carried in unified::read(payload).carried {
        if options.network.as_ref().is_some_and(|wanted| !wanted.eq_ignore_ascii_case(carried.label)) {
            continue;
        }
        let native = carried.account?.native().to_vec();
        natives.push(match String::from_utf8(native) {
            Ok(text) => Value::String(text),
            Err(error) => json!({"hex": hex_of(error.as_bytes())}),
        });
    }
    Ok(Value::Array(natives))
}

fn roundtrip(octets: &[u8], options: &Options) -> Result<String, Refusal> {
    let found = recognise_octets(octets);
    let consumer = found.is_consumer_presented();
    let options = Options {
        network: options.network.clone(),
        merchant: (!consumer).then(|| Merchant::new("UPQR ROUND TRIP", "SHANGHAI", "5999")),
        ..Options::default()
    };
    let unified = unify(octets, &options)?;
    let restored = restore(unified.as_bytes(), &Options::default())?;
    let native = match &restored[0] {
        Value::String(text) => text.clone().into_bytes(),
        other => octets_of(other["hex"].as_str().expect("text or hex")).expect("hexadecimal digits"),
    };
    assert_eq!(native, octets, "a code came back different");
    Ok(unified)
}

fn encode(octets: &[u8]) -> Result<String, Refusal> {
    let members: Members = serde_json::from_slice(octets).map_err(|_| refuse("json"))?;
    Ok(match Payment::try_from(members)? {
        Payment::MerchantPresented(payment) => unified::write(&payment)?,
        Payment::ConsumerPresented(payment) => unified::consumer::write(&payment)?,
    })
}

fn compare_check(vector: &Vector, octets: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(octets).map_err(|_| "a check vector is text".to_owned())?;
    let Options { profile, as_of, .. } = &vector.options;
    let profile =
        Profile::ALL.into_iter().find(|known| Some(known.key()) == profile.as_deref()).unwrap_or_default();
    let as_of = as_of.as_ref().map(|day| day.parse().expect("a day"));
    let found = rules::check_with(text, &rules::Options { profile, as_of, ..rules::Options::default() });
    let mut ids: Vec<&str> = found.findings.iter().map(|finding| finding.rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let verdict = if found.severity() == Some(Severity::Error) { "reject" } else { "accept" };
    let got = json!({"verdict": verdict, "disposition": found.disposition().key(), "findings": ids});
    for member in ["verdict", "disposition", "findings"] {
        if vector.expect[member] != got[member] {
            return Err(format!("expected {}, got {got}", vector.expect));
        }
    }
    let spans: Vec<Value> = found
        .findings
        .iter()
        .map(|finding| json!({"rule": finding.rule.id, "offset": finding.span.start, "length": finding.span.len()}))
        .collect();
    for span in vector.expect["spans"].as_array().into_iter().flatten() {
        if !spans.contains(span) {
            return Err(format!("expected the span {span} among {}", Value::Array(spans)));
        }
    }
    Ok(())
}
