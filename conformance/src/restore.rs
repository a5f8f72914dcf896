//! `upqr restore`: the codes that a payload carries, byte for byte.

use std::io::{Read as _, Write};

use upqr::emv::mpm;
use upqr::grammar::Text;
use upqr::network::Family;
use upqr::recognise::recognise;
use upqr::unified::{self, Reading, consumer};
use upqr::{Error, emv::cpm};

use crate::arguments::Restore;
use crate::exit::{Exit, Stop};
use crate::human;
use crate::input::MAX_LINE;
use crate::output::write_line;

pub(crate) fn run(arguments: &Restore, out: &mut impl Write) -> Result<Exit, Stop> {
    let payload = payload(&arguments.payload)?;
    match Text::read(&payload) {
        Text::MerchantPresented(payload) => merchant_presented(&payload.map_err(refused)?, arguments, out),
        Text::ConsumerPresented(parsed) => consumer_presented(&parsed.map_err(refused)?, arguments, out),
        _ => Err(Stop::Refused("the text is no EMV payload: there is nothing to restore from it".to_owned())),
    }
}

/// The argument, or one line of standard input.
fn payload(argument: &str) -> Result<String, Stop> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
    std::io::stdin()
        .lock()
        .take(limit)
        .read_to_string(&mut text)
        .map_err(|error| Stop::Usage(format!("cannot read standard input: {error}")))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn refused(error: Error) -> Stop {
    Stop::Refused(error.to_string())
}

fn merchant_presented(
    payload: &mpm::Payload<'_>,
    arguments: &Restore,
    out: &mut impl Write,
) -> Result<Exit, Stop> {
    if arguments.base {
        write_line(out, unified::base(payload).map_err(refused)?.as_bytes())?;
        return Ok(Exit::Conforms);
    }
    let reading = unified::read(payload);
    if arguments.foreign {
        return foreign(&reading, out);
    }
    let mut exit = Exit::Conforms;
    let mut count = 0_usize;
    for carried in &reading.carried {
        if arguments.network.is_some_and(|network| !network.key().eq_ignore_ascii_case(carried.label)) {
            continue;
        }
        count = count.saturating_add(1);
        match &carried.account {
            Ok(account) => write_line(out, account.native())?,
            Err(error) => {
                exit = Exit::Findings;
                human::complain(&format!("the code of `{}` is not restored: {error}", carried.label));
            }
        }
    }
    if count == 0 { Err(nothing(&reading, arguments)) } else { Ok(exit) }
}

/// Why there was nothing to restore, and where there is something instead.
fn nothing(reading: &Reading<'_>, arguments: &Restore) -> Stop {
    let foreign = reading.foreign.iter().filter(|foreign| foreign.native.is_ok()).count();
    let network = arguments.network.map_or_else(String::new, |network| format!(" of {}", network.name()));
    let hint = match foreign {
        0 => "",
        _ => "; another convention carries one: `--foreign` prints it",
    };
    Stop::Nothing(format!("the payload carries no code{network}{hint}"))
}

fn foreign(reading: &Reading<'_>, out: &mut impl Write) -> Result<Exit, Stop> {
    let mut count = 0_usize;
    for foreign in &reading.foreign {
        match foreign.native {
            Ok(native) => {
                count = count.saturating_add(1);
                write_line(out, native.as_bytes())?;
            }
            Err(loss) => {
                human::warn(&format!("{} in `{}`: {}", loss.object, foreign.convention, loss.reason));
            }
        }
    }
    if count == 0 {
        return Err(Stop::Nothing("no other convention carries a whole code in the payload".to_owned()));
    }
    Ok(Exit::Conforms)
}

fn consumer_presented(
    payload: &cpm::Payload<'_>,
    arguments: &Restore,
    out: &mut impl Write,
) -> Result<Exit, Stop> {
    if arguments.base || arguments.foreign {
        return Err(Stop::Usage(
            "a consumer-presented payload has neither a base nor foreign codes".to_owned(),
        ));
    }
    if recognise(payload.text()).has(Family::UnionpayCpmEmv) {
        write_line(out, payload.text().as_bytes())?;
        return Ok(Exit::Conforms);
    }
    let mut exit = Exit::Conforms;
    let mut count = 0_usize;
    for (_, code) in consumer::read(payload) {
        match code {
            Ok(code) if arguments.network.is_some_and(|network| network != code.network()) => {}
            Ok(code) => {
                count = count.saturating_add(1);
                write_line(out, code.digits().as_bytes())?;
            }
            Err(error) => {
                exit = Exit::Findings;
                count = count.saturating_add(1);
                human::complain(&format!("a code is not restored: {error}"));
            }
        }
    }
    if count == 0 {
        Err(Stop::Nothing("the payload carries no code of this standard".to_owned()))
    } else {
        Ok(exit)
    }
}
