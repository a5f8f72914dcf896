//! The `upqr` command: everything that touches the world stands here; what it says comes from the library `upqr`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

mod adapter;
mod arguments;
mod caret;
mod check;
mod decode;
mod demo;
mod encode;
mod exit;
mod explain;
mod fix;
mod github;
mod human;
mod input;
mod json;
mod junit;
mod key;
mod keygen;
mod ladder;
mod language;
mod link;
mod machine;
mod markdown;
mod ndef;
mod ndjson;
mod output;
mod place;
mod reach;
mod recognise;
mod render;
mod report;
mod restore;
mod roundtrip;
mod run;
mod sarif;
mod scan;
mod scheme_row;
mod sign;
mod source;
mod statistics;
mod table;
mod terms;
mod unify;
mod vectors;
mod verify;

use arguments::{Arguments, Command};
use exit::{Exit, Stop};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, everything else is a mistake in the call.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Conforms }.into();
        }
    };
    if matches!(arguments.command, Command::ScanWorker) {
        // Its threads write by themselves, so that nobody may hold the standard output.
        return scan::worker::run();
    }
    let mut out = output::standard();
    let result = match arguments.command {
        Command::Demo => demo::run(&mut out),
        Command::Decode(arguments) => decode::run(&arguments, &mut out),
        Command::Encode(arguments) => encode::run(&arguments, &mut out),
        Command::Recognise(arguments) => recognise::run(&arguments, &mut out),
        Command::Unify(arguments) => unify::run(&arguments, &mut out),
        Command::Restore(arguments) => restore::run(&arguments, &mut out),
        Command::Roundtrip(arguments) => roundtrip::run(&arguments, &mut out),
        Command::Reach(arguments) => reach::run(&arguments, &mut out),
        Command::Ndef(arguments) => ndef::run(&arguments, &mut out),
        Command::Link(arguments) => link::run(&arguments, &mut out),
        Command::Check(arguments) => check::run(&arguments, &mut out),
        Command::Sign(arguments) => sign::run(&arguments, &mut out),
        Command::Verify(arguments) => verify::run(&arguments, &mut out),
        Command::Keygen(arguments) => keygen::run(&arguments, &mut out),
        Command::Scan(arguments) => scan::run(&arguments, &mut out),
        Command::ScanWorker => Ok(Exit::Conforms),
        Command::Explain(arguments) => explain::run(&arguments, &mut out),
        Command::Render(arguments) => render::run(&arguments, &mut out),
        Command::Terms(arguments) => terms::run(&arguments, &mut out),
        Command::Run(arguments) => run::run(&arguments, &mut out),
        Command::Doctor(arguments) => run::doctor::run(&arguments, &mut out),
        Command::Baseline(arguments) => run::baseline::run(&arguments, &mut out),
        Command::Report(arguments) => report::command::run(&arguments, &mut out),
        Command::Vectors(arguments) => vectors::command::run(&arguments, &mut out),
        Command::Ladder(arguments) => ladder::run(&arguments, &mut out),
        Command::Adapter(arguments) => adapter::serve::run(&arguments, &mut out),
    };
    let result = result
        .and_then(|exit| out.flush().map_or_else(|error| Stop::from(error).or_known(exit), |()| Ok(exit)));
    match result.or_else(|stop| stop.or_known(Exit::Conforms)) {
        Ok(exit) => exit.into(),
        Err(stop) => {
            human::complain(&stop.to_string());
            stop.exit().into()
        }
    }
}
