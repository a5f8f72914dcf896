//! A run as the JSON that badge services read.

use std::io::Write;

use serde_json::json;

use super::case::{Standing, tally};
use super::scope;
use crate::exit::Stop;
use crate::run::Run;

pub(crate) fn write(runs: &[Run], out: &mut dyn Write) -> Result<(), Stop> {
    let [run] = runs else {
        let why = "a badge shows one run: give one record, or make one of several with `upqr report merge`";
        return Err(Stop::Usage(why.to_owned()));
    };
    let tally = tally(run);
    let passes = tally.count(Standing::Pass);
    let message = format!("{passes}/{}", run.header.cases);
    let (message, colour) = if !run.complete {
        (format!("{message} incomplete"), "lightgrey")
    } else if scope::part(&run.header).is_some() {
        // Whoever sees a badge takes it to speak of everything.
        (format!("{message} of a part"), "lightgrey")
    } else if tally.count(Standing::Unexpected) > 0 || !run.stale.is_empty() {
        (message, "red")
    } else if tally.count(Standing::Known) > 0 {
        (message, "yellow")
    } else {
        (message, if passes == run.header.cases { "brightgreen" } else { "green" })
    };
    let badge = json!({"schemaVersion": 1, "label": "UPQR conformance", "message": message, "color": colour});
    Ok(writeln!(out, "{badge}")?)
}
