//! The reference: this project's library behind the seam, as any other implementation stands behind it.

mod carrier;
mod signature;
pub(crate) mod symbol;
mod terms;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use upqr::emv::data_object::{self, DataObject};
use upqr::emv::{cpm, mpm};
use upqr::grammar::Text;
use upqr::network::{Family, Mode, Network};
use upqr::payment::{
    Account, Base, Code, ConsumerPresented, Control, Members, Merchant, MerchantPresented, Payment,
    Settlement, Signature, Templates, Terms, hex_of, octets_of,
};
use upqr::recognise::{Hints, Symbology, recognise, recognise_octets, recognise_with};
use upqr::rules::{self, Profile, Severity};
use upqr::{Error, unified};

use super::{Adapter, Answer, AnswerFault, AnswerVerdict, Case, Delivery, Feature, Hello};
use crate::vectors::{Op, Span};

/// The library, asked in this process.
#[derive(Debug)]
pub(crate) struct Reference {
    hello: Hello,
}

impl Reference {
    pub(crate) fn new() -> Self {
        let hello = Hello {
            name: "upqr".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: Some("rust".to_owned()),
            ops: Op::ALL.to_vec(),
            supports: None,
            features: Feature::ALL.to_vec(),
            images: Vec::new(),
            policies: [("beyond-512".to_owned(), "write".to_owned())].into(),
            in_flight: 1,
        };
        Self { hello }
    }
}

impl Adapter for Reference {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn ask(&mut self, cases: &[Case<'_>], deliver: &mut dyn FnMut(usize, Delivery)) {
        for (place, case) in cases.iter().enumerate() {
            deliver(place, Delivery::Answer(answer(case)));
        }
    }
}

/// Where nothing is wrong, what was made; otherwise the code and, where there is one, the offset.
pub(crate) type Result<T> = std::result::Result<T, Refusal>;

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum Refusal {
    Error {
        code: String,
        offset: u64,
    },
    /// The case is none that this adapter can be asked.
    Question(String),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let offset = u64::try_from(error.offset).unwrap_or(u64::MAX);
        Self::Error { code: error.kind.code().to_owned(), offset }
    }
}

fn refuse(code: &str) -> Refusal {
    Refusal::Error { code: code.to_owned(), offset: 0 }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    network: Option<String>,
    /// `unify`: the EMV payload that is extended; `restore`: whether the base is wanted.
    base: Option<Value>,
    merchant: Option<Merchant>,
    #[serde(default)]
    more: Vec<More>,
    control: Option<Control>,
    terms: Option<Terms>,
    settlement: Option<Settlement>,
    #[serde(default)]
    templates: Vec<String>,
    signature: Option<Signature>,
    /// `recognise`: what the caller knows.
    mode: Option<String>,
    symbology: Option<String>,
    /// `pack` and `unpack`: in what the payload travels, and the page of a link.
    carrier: Option<String>,
    page: Option<String>,
    /// `check`: against what, and on which day.
    profile: Option<String>,
    as_of: Option<String>,
}

/// One more native code of `unify`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    text: Option<String>,
    hex: Option<String>,
    network: Option<String>,
}

/// What the library makes of a case.
pub(crate) fn answer(case: &Case<'_>) -> Answer {
    let octets = case.octets.as_slice();
    // These have options of their own.
    match case.op {
        Op::Render => return told(read(case.options).and_then(|drawn| render(octets, &drawn))),
        Op::Evaluate => {
            return told(read(case.options).and_then(|options| terms::evaluate(octets, &options)));
        }
        Op::Verify => return told(read(case.options).and_then(|judged| signature::judge(octets, &judged))),
        _ => {}
    }
    told(read(case.options).and_then(|options: Options| match case.op {
        Op::Check => check(octets, &options),
        Op::Recognise => recognised(octets, &options),
        Op::Decode => decode(octets),
        Op::Unify => unify(octets, &options).map(value),
        Op::Restore => restore(octets, &options).map(value),
        Op::Roundtrip => roundtrip(octets, &options),
        Op::Encode => encode(octets).map(value),
        Op::Scan => scan(octets),
        Op::Pack => carrier::pack(octets, &options).map(value),
        Op::Unpack => carrier::unpack(octets, &options).map(value),
        Op::Render | Op::Evaluate | Op::Verify => {
            Err(Refusal::Question("an operation with options of its own".to_owned()))
        }
    }))
}

fn told(answered: Result<Answer>) -> Answer {
    answered.unwrap_or_else(|refusal| match refusal {
        Refusal::Error { code, offset } => {
            let error = AnswerFault { code: Some(code), offset: Some(offset) };
            Answer { error: Some(error), ..Answer::of(AnswerVerdict::Reject) }
        }
        Refusal::Question(message) => Answer { message: Some(message), ..Answer::of(AnswerVerdict::Error) },
    })
}

fn read<T: DeserializeOwned>(options: &Map<String, Value>) -> Result<T> {
    serde_json::from_value(Value::Object(options.clone()))
        .map_err(|error| Refusal::Question(format!("`options`: {error}")))
}

fn value(value: impl Into<Value>) -> Answer {
    Answer { value: Some(value.into()), ..Answer::of(AnswerVerdict::Accept) }
}

fn text(octets: &[u8]) -> Result<&str> {
    std::str::from_utf8(octets).map_err(|error| Refusal::Error {
        code: "utf-8".to_owned(),
        offset: u64::try_from(error.valid_up_to()).unwrap_or(u64::MAX),
    })
}

fn decode(octets: &[u8]) -> Result<Answer> {
    let parsed = Text::read(text(octets)?);
    if let Some(error) = parsed.error() {
        return Err(error.into());
    }
    let (objects, again) = match &parsed {
        Text::MerchantPresented(Ok(payload)) => {
            (flat(payload.objects(), Place::Root), data_object::reencode(payload.objects()))
        }
        Text::ConsumerPresented(Ok(payload)) => (Vec::new(), Some(cpm::reencode(payload.objects()))),
        // A text that is not data objects is its own only part.
        _ => (Vec::new(), Some(text(octets)?.to_owned())),
    };
    let value = json!({"grammar": parsed.key(), "objects": objects});
    Ok(Answer {
        value: Some(value),
        reencoded: again.map(|again| hex_of(again.as_bytes())),
        ..Answer::of(AnswerVerdict::Accept)
    })
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

fn recognised(octets: &[u8], options: &Options) -> Result<Answer> {
    let mode = options.mode.as_deref().map(|key| match key {
        "merchant-presented" => Ok(Mode::MerchantPresented),
        "consumer-presented" => Ok(Mode::ConsumerPresented),
        other => Err(Refusal::Question(format!("unknown mode `{other}`"))),
    });
    let symbology = options.symbology.as_deref().map(|key| match key {
        "qr" => Ok(Symbology::Qr),
        "code-128" => Ok(Symbology::Code128),
        "gs1-128" => Ok(Symbology::Gs1128),
        "other" => Ok(Symbology::Other),
        other => Err(Refusal::Question(format!("unknown symbology `{other}`"))),
    });
    let hints = Hints { mode: mode.transpose()?, symbology: symbology.transpose()? };
    let found = match std::str::from_utf8(octets) {
        Ok(text) => recognise_with(text, hints),
        Err(_) => recognise_octets(octets),
    };
    let families: Vec<&str> = found.candidates.iter().map(|candidate| candidate.family.key()).collect();
    let overall = found.verdict().key();
    let verdict = if overall == "unknown" { AnswerVerdict::Reject } else { AnswerVerdict::Accept };
    let value = json!({"verdict": overall, "families": families});
    Ok(Answer { value: Some(value), ..Answer::of(verdict) })
}

fn choice(key: Option<&String>) -> Result<Option<Network>> {
    key.map(|key| Network::with_key(key).ok_or_else(|| refuse("network"))).transpose()
}

fn unify(octets: &[u8], options: &Options) -> Result<String> {
    let mut natives = vec![(octets.to_vec(), options.network.as_ref())];
    for more in &options.more {
        let octets = match (&more.hex, &more.text) {
            (Some(hex), _) => octets_of(hex),
            (None, Some(text)) => Some(text.clone().into_bytes()),
            (None, None) => None,
        };
        let octets = octets.ok_or_else(|| Refusal::Question("`more` has text or hex".to_owned()))?;
        natives.push((octets, more.network.as_ref()));
    }
    let base = match (&options.merchant, &options.base) {
        (Some(merchant), None) => Base::Merchant(merchant.clone()),
        (None, Some(Value::String(base))) => Base::National(base.clone()),
        (None, None) => return unify_consumer(&natives),
        _ => return Err(Refusal::Question("merchant or base, not both".to_owned())),
    };
    let mut accounts = Vec::new();
    for (native, key) in natives {
        accounts.push(Account::new(native, choice(key)?)?);
    }
    let payment = MerchantPresented {
        base,
        accounts,
        templates: Templates {
            control: options.control.clone(),
            terms: options.terms.clone(),
            settlement: options.settlement.clone(),
            others: options.templates.clone(),
            signature: options.signature,
        },
    };
    Ok(unified::write(&payment)?)
}

fn unify_consumer(natives: &[(Vec<u8>, Option<&String>)]) -> Result<String> {
    let texts = natives.iter().map(|(native, _)| text(native)).collect::<Result<Vec<_>>>()?;
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

fn restore(octets: &[u8], options: &Options) -> Result<Value> {
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

fn restore_merchant(payload: &mpm::Payload<'_>, options: &Options) -> Result<Value> {
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

fn roundtrip(octets: &[u8], options: &Options) -> Result<Answer> {
    let found = recognise_octets(octets);
    let consumer = found.is_consumer_presented();
    let options = Options {
        network: options.network.clone(),
        merchant: (!consumer).then(|| Merchant::new("UPQR ROUND TRIP", "SHANGHAI", "5999")),
        ..Options::default()
    };
    let unified = unify(octets, &options)?;
    let restored = restore(unified.as_bytes(), &Options::default())?;
    let native = match restored.get(0) {
        Some(Value::String(text)) => hex_of(text.as_bytes()),
        other => other.and_then(|it| it.get("hex")?.as_str()).unwrap_or_default().to_owned(),
    };
    Ok(Answer { restored: Some(native), ..value(unified) })
}

fn encode(octets: &[u8]) -> Result<String> {
    let members: Members = serde_json::from_slice(octets)
        // Where JSON is wrong, the specification fixes no offset.
        .map_err(|_| refuse("json"))?;
    Ok(match Payment::try_from(members)? {
        Payment::MerchantPresented(payment) => unified::write(&payment)?,
        Payment::ConsumerPresented(payment) => unified::consumer::write(&payment)?,
    })
}

fn check(octets: &[u8], options: &Options) -> Result<Answer> {
    let text = text(octets)?;
    let profile = match options.profile.as_deref() {
        None => Profile::default(),
        Some(key) => Profile::ALL
            .into_iter()
            .find(|known| known.key() == key)
            .ok_or_else(|| Refusal::Question(format!("unknown profile `{key}`")))?,
    };
    let as_of = options
        .as_of
        .as_deref()
        .map(|day| day.parse().map_err(|error| Refusal::Question(format!("`{day}` is no day: {error}"))));
    let as_of = as_of.transpose()?;
    let found = rules::check_with(text, &rules::Options { profile, as_of, ..rules::Options::default() });
    let mut findings: Vec<String> = found.findings.iter().map(|finding| finding.rule.id.to_owned()).collect();
    findings.sort_unstable();
    findings.dedup();
    let spans = found.findings.iter().map(|finding| Span {
        rule: finding.rule.id.to_owned(),
        offset: u64::try_from(finding.span.start).unwrap_or(u64::MAX),
        length: u64::try_from(finding.span.len()).unwrap_or(u64::MAX),
    });
    let rejects = found.severity() == Some(Severity::Error);
    Ok(Answer {
        disposition: Some(found.disposition().key().to_owned()),
        findings: Some(findings),
        spans: Some(spans.collect()),
        ..Answer::of(if rejects { AnswerVerdict::Reject } else { AnswerVerdict::Accept })
    })
}

fn scan(octets: &[u8]) -> Result<Answer> {
    let scanned = symbol::scan(octets).map_err(|stop| Refusal::Question(stop.to_string()))?;
    let scanned = scanned.map_err(|unread| refuse(unread.key()))?;
    let findings = scanned.findings.iter().map(|finding| finding.rule.clone()).collect();
    let disposition = Some(scanned.disposition.key().to_owned());
    Ok(Answer {
        findings: Some(findings),
        disposition,
        ..value(json!({"payload": hex_of(&scanned.payload)}))
    })
}

fn render(octets: &[u8], options: &symbol::Drawn) -> Result<Answer> {
    let image = symbol::render(octets, options)?;
    Ok(Answer { image: Some(STANDARD.encode(image)), ..Answer::of(AnswerVerdict::Accept) })
}
