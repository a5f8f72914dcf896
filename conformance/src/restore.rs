//! `upqr restore`: the codes that a payload carries, byte for byte.

use std::io::Write;
use std::path::Path;

use upqr::Error;
use upqr::emv::crc::Crc16;
use upqr::emv::{cpm, mpm};
use upqr::grammar::Text;
use upqr::network::{Family, Network};
use upqr::payment::hex_of;
use upqr::recognise::{Recognition, recognise};
use upqr::unified::{self, Reading, consumer};

use crate::arguments::{LineFormat, Restore};
use crate::exit::{Exit, Stop};
use crate::output::write_line;
use crate::{human, input, json};

pub(crate) fn run(arguments: &Restore, out: &mut impl Write) -> Result<Exit, Stop> {
    let payload = payload(&arguments.payload)?;
    match Text::read(&payload) {
        Text::MerchantPresented(payload) => merchant_presented(&payload.map_err(refused)?, arguments, out),
        Text::ConsumerPresented(parsed) => consumer_presented(&parsed.map_err(refused)?, arguments, out),
        _ => Err(Stop::Refused("the text is no EMV payload: there is nothing to restore from it".to_owned())),
    }
}

/// The argument, or the text of a file or of standard input without its line end.
pub(crate) fn payload(argument: &str) -> Result<String, Stop> {
    let path = Path::new(argument);
    if argument != "-" && !path.is_file() {
        return Ok(argument.to_owned());
    }
    let octets = input::whole(path)?;
    let text = String::from_utf8(octets).map_err(|_| Stop::Refused(format!("`{argument}` is not UTF-8")))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn refused(error: Error) -> Stop {
    Stop::Refused(error.to_string())
}

/// A code that was restored.
struct Restored<'a> {
    network: &'a str,
    native: Vec<u8>,
}

/// Writes codes only when all of them could be restored, so that a pipe never takes some for all.
fn write(restored: &[Restored<'_>], arguments: &Restore, out: &mut impl Write) -> Result<(), Stop> {
    let lines = arguments.format == LineFormat::Lines;
    if lines && restored.iter().any(|code| code.native.contains(&b'\n')) {
        let message = "a code holds a line end, so that lines do not tell codes apart: use `--format ndjson`";
        return Err(Stop::Refused(message.to_owned()));
    }
    for Restored { network, native } in restored {
        if lines {
            write_line(out, native)?;
            continue;
        }
        let text = std::str::from_utf8(native).ok();
        let mut line = Vec::new();
        json::literal(&mut line, "{\"network\":");
        json::text(&mut line, network);
        json::literal(&mut line, ",\"native\":");
        json::optional(&mut line, text);
        if text.is_none() {
            json::literal(&mut line, ",\"native_hex\":");
            json::text(&mut line, &hex_of(native));
        }
        json::literal(&mut line, "}");
        write_line(out, &line)?;
    }
    Ok(())
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
    if !matches!(payload.crc(), Crc16::Right | Crc16::LowerCase) {
        human::warn(
            "the checksum does not hold: the payload may have been changed, and nobody should pay from it",
        );
    }
    let reading = unified::read(payload);
    if arguments.foreign {
        return foreign(&reading, arguments, out);
    }
    let mut restored = Vec::new();
    for carried in &reading.carried {
        if arguments.network.is_some_and(|network| !network.key().eq_ignore_ascii_case(carried.label)) {
            continue;
        }
        match &carried.account {
            Ok(account) => {
                restored
                    .push(Restored { network: account.network().key(), native: account.native().to_vec() });
            }
            Err(error) => {
                let others = "; `--network` restores those of one network";
                let hint = if arguments.network.is_none() && reading.accounts().next().is_some() {
                    others
                } else {
                    ""
                };
                return Err(Stop::Refused(format!(
                    "a code of `{}` is not restored: {error}{hint}",
                    carried.label
                )));
            }
        }
    }
    if restored.is_empty() {
        return Err(nothing(&reading, arguments));
    }
    write(&restored, arguments, out)?;
    Ok(Exit::Conforms)
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

fn foreign(reading: &Reading<'_>, arguments: &Restore, out: &mut impl Write) -> Result<Exit, Stop> {
    let mut restored = Vec::new();
    for foreign in &reading.foreign {
        match foreign.native {
            Ok(native) => {
                restored
                    .push(Restored { network: foreign.network.key(), native: native.as_bytes().to_vec() });
            }
            Err(loss) => {
                human::warn(&format!("{} in `{}`: {}", loss.object, foreign.convention, loss.reason));
            }
        }
    }
    if restored.is_empty() {
        return Err(Stop::Nothing("no other convention carries a whole code in the payload".to_owned()));
    }
    write(&restored, arguments, out)?;
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
    let wanted = |network: Network| arguments.network.is_none_or(|wanted| wanted == network);
    let mut restored = Vec::new();
    for (_, code) in consumer::read(payload) {
        let code = code.map_err(|error| Stop::Refused(format!("a code is not restored: {error}")))?;
        if wanted(code.network()) {
            restored
                .push(Restored { network: code.network().key(), native: code.digits().as_bytes().to_vec() });
        }
    }
    let found = recognise(payload.text());
    if is_its_own_form(&found) && Family::UnionpayCpmEmv.network().is_some_and(wanted) {
        restored.push(Restored { network: "unionpay", native: payload.text().as_bytes().to_vec() });
    }
    if restored.is_empty() {
        return Err(Stop::Nothing("the payload carries no such code of this standard".to_owned()));
    }
    write(&restored, arguments, out)?;
    Ok(Exit::Conforms)
}

/// Whether a consumer-presented payload is UnionPay's alone, which is its own unified form (UPQR-CPM-9).
pub(crate) fn is_its_own_form(found: &Recognition) -> bool {
    found.has(Family::UnionpayCpmEmv) && !found.has(Family::UpqrCpm)
}
