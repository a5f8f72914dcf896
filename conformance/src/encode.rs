//! `upqr encode`: a payment's JSON into its canonical payload.

use std::io::Write;

use serde_json::Value;
use upqr::payment::{Members, Payment};
use upqr::unified;

use crate::arguments::Encode;
use crate::exit::{Exit, Stop};
use crate::input;
use crate::output::write_line;

pub(crate) fn run(arguments: &Encode, out: &mut impl Write) -> Result<Exit, Stop> {
    let json = input::whole(&arguments.file)?;
    let name = arguments.file.display();
    let refuse = |message: String| Stop::Refused(format!("`{name}`: {message}"));
    if json.iter().all(u8::is_ascii_whitespace) {
        return Err(Stop::Nothing(format!("`{name}` is empty: it should hold the JSON of a payment")));
    }
    let members = members(&json).map_err(|error| refuse(format!("no payment's JSON: {error}")))?;
    let payment = Payment::try_from(members).map_err(|error| refuse(error.kind.to_string()))?;
    let payload = match &payment {
        Payment::MerchantPresented(payment) => unified::write(payment),
        Payment::ConsumerPresented(payment) => unified::consumer::write(payment),
    };
    write_line(out, payload.map_err(|error| refuse(error.kind.to_string()))?.as_bytes())?;
    Ok(Exit::Conforms)
}

/// The members of a payment, given alone or as `payment` of a decoded payload.
fn members(json: &[u8]) -> Result<Members, serde_json::Error> {
    let value: Value = serde_json::from_slice(json)?;
    match value {
        Value::Object(mut object) if object.contains_key("payment") => {
            serde_json::from_value(object.remove("payment").unwrap_or_default())
        }
        // Read from the text again, so that an error names its line and column.
        _ => serde_json::from_slice(json),
    }
}
