//! `upqr roundtrip`: every native code into a payload and back, compared byte for byte.

use std::io::Write;

use serde::Serialize;
use upqr::emv::{cpm, mpm};
use upqr::network::Network;
use upqr::payment::{Account, Base, Code, ConsumerPresented, Merchant, MerchantPresented};
use upqr::recognise::{Recognition, nearest, recognise};
use upqr::unified::{self, consumer};
use upqr::{Error, ErrorKind};

use crate::arguments::{Format, Roundtrip};
use crate::decode::show;
use crate::exit::{Exit, Stop};
use crate::input::{self, Cut, Line};
use crate::machine::Fault;
use crate::restore::is_its_own_form;
use crate::{human, unify};

/// One line's answer.
#[derive(Debug, Serialize)]
pub(crate) struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    pub(crate) line: u64,
    pub(crate) family: Option<&'static str>,
    pub(crate) outcome: Outcome,
    pub(crate) unified: Option<String>,
    pub(crate) restored: Option<String>,
    pub(crate) error: Option<Fault<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) masked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// The same bytes came back.
    Identical,
    /// The code does not go into a payload, and the error says why.
    Refused,
    /// Other bytes came back, which must never occur.
    Different,
}

pub(crate) fn run(arguments: &Roundtrip, out: &mut impl Write) -> Result<Exit, Stop> {
    let listing = &arguments.listing;
    let mut exit = Exit::Conforms;
    let listed = input::each(&listing.source, Cut::Lines, |line| {
        let answer = answer(&line, arguments.network, !listing.show_values);
        if answer.outcome != Outcome::Identical {
            exit = Exit::Findings;
        }
        match listing.format {
            Format::Human => human::roundtrip(&answer, out)?,
            Format::Json => serde_json::to_writer_pretty(&mut *out, &answer).map_err(std::io::Error::from)?,
            Format::Ndjson => serde_json::to_writer(&mut *out, &answer).map_err(std::io::Error::from)?,
        }
        if listing.format != Format::Human {
            out.write_all(b"\n")?;
        }
        Ok(())
    });
    listed.map_or_else(|stop| stop.or_known(exit), |()| Ok(exit))
}

fn answer<'a>(line: &'a Line<'a>, choice: Option<Network>, masked: bool) -> Answer<'a> {
    let refused = Answer {
        file: line.file.map(|file| file.display().to_string()),
        line: line.number,
        family: None,
        outcome: Outcome::Refused,
        unified: None,
        restored: None,
        error: None,
        masked,
    };
    let native = match &line.payload {
        Ok(native) => *native,
        Err(error) => return Answer { error: Some(Fault::of_line(error)), ..refused },
    };
    let found = recognise(native);
    let family = found.candidates.first().map(|candidate| candidate.family.key());
    let there_and_back = there(native, &found, choice).and_then(|unified| {
        let restored = back(&unified)?;
        Ok((unified, restored))
    });
    match there_and_back {
        Err(error) => Answer { family, error: Some(fault(error, native)), ..refused },
        Ok((unified, restored)) => Answer {
            family,
            outcome: if restored == native { Outcome::Identical } else { Outcome::Different },
            unified: Some(show(&unified, masked).into_owned()),
            restored: Some(show(&restored, masked).into_owned()),
            ..refused
        },
    }
}

/// Why a code was refused; of one that nobody claims also where it departs from the nearest family.
fn fault(error: Error, native: &str) -> Fault<'_> {
    let mut fault = Fault::of_text(error, native);
    if let (ErrorKind::NoNetwork, Some((family, error))) = (error.kind, nearest(native)) {
        fault.message = format!("{}; it departs from `{family}` at {error}", fault.message);
    }
    fault
}

/// A payment code goes through the consumer-presented form, everything else through the merchant-presented one.
fn there(native: &str, found: &Recognition, choice: Option<Network>) -> Result<String, Error> {
    if is_its_own_form(found) {
        return Ok(native.to_owned());
    }
    // Lines are many, and the choice concerns those that no family settles.
    let choice = unify::choice(choice, found);
    let digits = native.bytes().all(|b| b.is_ascii_digit()) && !native.is_empty();
    if (found.is_consumer_presented() && !found.is_emv())
        || (digits && found.candidates.is_empty() && choice.is_some())
    {
        let code = Code::new(native, choice)?;
        return consumer::write(&ConsumerPresented { codes: vec![code] });
    }
    let merchant = Merchant::new("UPQR ROUND TRIP", "SHANGHAI", "5999");
    unified::write(&MerchantPresented {
        accounts: vec![Account::new(native, choice)?],
        ..MerchantPresented::new(Base::Merchant(merchant))
    })
}

fn back(unified: &str) -> Result<String, Error> {
    if unified.starts_with(cpm::PREFIX) {
        let payload = cpm::parse(unified)?;
        if is_its_own_form(&recognise(unified)) {
            return Ok(cpm::reencode(payload.objects()));
        }
        let payment = consumer::payment(&payload)?;
        return Ok(payment.codes.iter().map(Code::digits).collect());
    }
    let payload = mpm::parse(unified)?;
    let reading = unified::read(&payload);
    let mut restored = String::new();
    for carried in reading.carried {
        restored.push_str(&String::from_utf8_lossy(carried.account?.native()));
    }
    Ok(restored)
}
