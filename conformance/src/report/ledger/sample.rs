//! The samples of the ledger: accepted vectors, so that nothing is shown that the suite does not test.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use upqr::emv::data_object::DataObjects;
use upqr::emv::{cpm, mpm};
use upqr::grammar::Text;
use upqr::network::{Family, Network, Version};
use upqr::payment::{Account, Code};
use upqr::recognise::recognise_octets;
use upqr::unified::{self, carriage, consumer};

use crate::vectors::{self, Expect, Kind, Op, Vector, Verdict};

/// How a sample goes into a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Into a template of a merchant's payload.
    Merchant,
    /// As the base of a payload, which another wallet's code extends.
    Base { code: Vec<u8>, network: Option<String> },
    /// Into the consumer-presented form.
    Consumer,
}

/// A native code.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) family: &'static str,
    pub(super) network: Option<Network>,
    /// The form of the body, and the parts where there are several; or what stands for a form.
    pub(super) form: String,
    pub(super) vector: String,
    pub(super) native: Vec<u8>,
    /// The network that the caller has to name, where the code does not.
    pub(super) choice: Option<String>,
    pub(super) way: Way,
}

/// A unified payload.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) family: &'static str,
    pub(super) vector: String,
    pub(super) text: String,
}

/// The code that extends a national code which comes without one.
const BESIDE: &str = "https://qr.alipay.com/fkx00000sampletea00001";

/// Codes of every family, network and form: all accepted round trips, and of `unify` what they leave out.
pub(super) fn natives() -> Vec<Sample> {
    let all = vectors::all();
    let of = |op: Op| all.iter().filter(move |vector| vector.op == op && is_shown(vector));
    let mut samples: Vec<Sample> = of(Op::Roundtrip).filter_map(code).collect();
    let mut seen: BTreeSet<_> = samples.iter().map(kind).collect();
    for sample in of(Op::Unify).filter_map(code) {
        if seen.insert(kind(&sample)) {
            samples.push(sample);
        }
    }
    let foreign = of(Op::Check).filter(|vector| vector.flags.iter().any(|flag| flag == "foreign"));
    let mut bases = BTreeSet::new();
    for sample in of(Op::Unify).filter_map(extended).chain(foreign.filter_map(national)) {
        if bases.insert(sample.native.clone()) {
            samples.push(sample);
        }
    }
    let rank = |sample: &Sample| Family::all().position(|family| family.key() == sample.family);
    samples.sort_by_cached_key(|sample| (rank(sample), sample.form.clone(), sample.vector.clone()));
    samples
}

/// Accepted, and written by hand: of generated vectors there are too many to look at.
fn is_shown(vector: &Vector) -> bool {
    vector.provenance.kind == Kind::Hand
        && matches!(&vector.expect, Expect::Always(expected) if expected.verdict == Verdict::Accept)
}

fn kind(sample: &Sample) -> (&'static str, Option<&'static str>, String) {
    (sample.family, sample.network.map(Network::key), sample.form.clone())
}

fn family(octets: &[u8]) -> Option<Family> {
    recognise_octets(octets).candidates.first().map(|candidate| candidate.family)
}

fn option(vector: &Vector, name: &str) -> Option<String> {
    vector.options.get(name)?.as_str().map(str::to_owned)
}

/// A wallet's code that no base is needed for.
fn code(vector: &Vector) -> Option<Sample> {
    if vector.options.contains_key("base") {
        return None;
    }
    let native = vector.input.octets()?;
    let choice = option(vector, "network");
    let chosen = choice.as_deref().and_then(Network::with_key);
    let family = family(&native);
    let (way, network, form) = if let Ok(account) = Account::new(native.clone(), chosen) {
        (Way::Merchant, account.network(), carried_form(&account)?)
    } else if let Some(code) = digits(&native, chosen) {
        (Way::Consumer, code.network(), "digits".to_owned())
    } else {
        (Way::Consumer, family?.network()?, "as it is".to_owned())
    };
    let vector = vector.id.clone();
    let family = family.map_or("no family", Family::key);
    Some(Sample { family, network: Some(network), form, vector, native, choice, way })
}

fn digits(native: &[u8], choice: Option<Network>) -> Option<Code> {
    Code::new(std::str::from_utf8(native).ok()?, choice).ok()
}

fn carried_form(account: &Account) -> Option<String> {
    let values = carriage::write(account, Version::FIRST).ok()?;
    let first = values.first()?;
    let form = DataObjects::new(first, 0).readable().find(|object| object.id == carriage::FORM)?;
    Some(match values.len() {
        1 => form.value.to_owned(),
        parts => format!("{}, {parts} parts", form.value),
    })
}

/// The national code that a vector of `unify` extends.
fn extended(vector: &Vector) -> Option<Sample> {
    let base = option(vector, "base")?;
    let code = vector.input.octets()?;
    based(vector, base, Way::Base { code, network: option(vector, "network") })
}

/// A payload of a vector of `check` as a national code.
fn national(vector: &Vector) -> Option<Sample> {
    let base = vector.input.text.clone()?;
    based(vector, base, Way::Base { code: BESIDE.into(), network: None })
}

fn based(vector: &Vector, base: String, way: Way) -> Option<Sample> {
    let foreign = !unified::read(&mpm::parse(&base).ok()?).foreign.is_empty();
    let form = if foreign { "base with a foreign convention" } else { "base" };
    Some(Sample {
        family: Family::EmvMpm.key(),
        network: None,
        form: form.to_owned(),
        vector: vector.id.clone(),
        native: base.into_bytes(),
        choice: None,
        way,
    })
}

/// Payloads that carry codes: the inputs of accepted vectors of `restore` without options.
pub(super) fn payloads() -> Vec<Received> {
    let all = vectors::all();
    let chosen = all.iter().filter(|vector| {
        vector.op == Op::Restore && is_shown(vector) && vector.options == Map::<String, Value>::new()
    });
    chosen.filter_map(received).collect()
}

fn received(vector: &Vector) -> Option<Received> {
    let text = vector.input.text.clone()?;
    let carries = match Text::read(&text) {
        Text::MerchantPresented(payload) => !unified::read(&payload.ok()?).carried.is_empty(),
        Text::ConsumerPresented(payload) => carries_codes(&payload.ok()?),
        _ => false,
    };
    let family = family(text.as_bytes())?.key();
    carries.then(|| Received { family, vector: vector.id.clone(), text })
}

fn carries_codes(payload: &cpm::Payload<'_>) -> bool {
    !consumer::read(payload).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_family_and_no_form_is_missing() {
        let natives = natives();
        let mut families: BTreeSet<&str> = natives.iter().map(|sample| sample.family).collect();
        families.extend(payloads().iter().map(|payload| payload.family));
        for family in Family::all() {
            assert!(families.contains(family.key()), "no sample of the family {family}");
        }
        for network in Network::all() {
            let forms: BTreeSet<&str> = natives
                .iter()
                .filter(|sample| sample.network == Some(network))
                .filter_map(|sample| sample.form.get(..2))
                .collect();
            for form in network.forms() {
                let number = format!("{:02}", form.number);
                assert!(forms.contains(number.as_str()), "no sample of form {number} of {network}");
            }
            assert!(!forms.is_empty(), "no sample of {network}");
        }
        let has = |form: &str| natives.iter().any(|sample| sample.form.starts_with(form));
        for form in
            ["00", "99", "00, 5 parts", "digits", "as it is", "base", "base with a foreign convention"]
        {
            assert!(has(form), "no sample of the form {form}");
        }
    }
}
