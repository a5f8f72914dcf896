//! `upqr adapter`: this library as an adapter for any runner of the protocol, and on request as one that misbehaves.

use std::io::{self, BufRead, Write};

use clap::Args;

use super::misbehave::{self, Misbehaviour};
use super::reference::{self, Reference};
use super::wire::{self, Asked};
use super::{Adapter as _, Answer, Case, Hello, guardian};
use crate::exit::{Exit, Stop};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// For trying a runner: be an adapter that is wrong in this way
    #[arg(long, value_name = "KIND", value_enum, conflicts_with = "guard")]
    misbehave: Option<Misbehaviour>,
    /// Keep an adapter for the runner with this process id
    #[arg(long, value_name = "PID", hide = true, requires = "command")]
    guard: Option<u32>,
    #[arg(value_name = "COMMAND", hide = true, last = true, requires = "guard")]
    command: Vec<String>,
}

/// Cases that are taken at once; they are answered in their order.
const IN_FLIGHT: u32 = 64;

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    if let Some(runner) = arguments.guard {
        let code = guardian::guard(runner, &arguments.command).unwrap_or_else(|why| {
            let _ = writeln!(io::stderr(), "{why}");
            guardian::NOT_STARTED
        });
        // The codes of this command are not those of the one that it kept.
        std::process::exit(code.into());
    }
    match arguments.misbehave {
        Some(kind) => misbehave::run(kind, out),
        None => serve(&mut io::stdin().lock(), out).map(|()| Exit::Conforms),
    }
}

/// What this adapter says of itself.
pub(crate) fn hello() -> Hello {
    Hello { in_flight: IN_FLIGHT, ..Reference::new().hello().clone() }
}

/// What the library answers.
pub(crate) fn answer(question: &Question) -> Answer {
    reference::answer(&Case { op: question.op, octets: question.octets.clone(), options: &question.options })
}

/// A question that was read.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) id: u64,
    pub(crate) nonce: String,
    op: crate::vectors::Op,
    pub(crate) octets: Vec<u8>,
    options: serde_json::Map<String, serde_json::Value>,
}

/// What a runner said, as far as an adapter has to do with it.
#[derive(Debug)]
pub(crate) enum Said {
    Hello(String),
    Question(Question),
    Bye,
}

/// The next thing that the runner says; the end of the input is a farewell.
pub(crate) fn listen(input: &mut impl BufRead) -> Result<Said, Stop> {
    let mut line = Vec::new();
    if input.read_until(b'\n', &mut line)? == 0 {
        return Ok(Said::Bye);
    }
    Ok(match Asked::read(&line).map_err(Stop::Adapter)? {
        Asked::Hello { nonce, .. } => Said::Hello(nonce),
        Asked::Run { id, nonce, op, input, options } => {
            let octets =
                input.octets().ok_or_else(|| Stop::Adapter("`input.hex` is not hexadecimal".to_owned()))?;
            Said::Question(Question { id, nonce, op, octets, options })
        }
        Asked::Bye => Said::Bye,
    })
}

fn serve(input: &mut impl BufRead, out: &mut impl Write) -> Result<(), Stop> {
    loop {
        let line = match listen(input)? {
            Said::Hello(nonce) => wire::line(&wire::hello(&hello(), &nonce)),
            Said::Question(question) => {
                wire::line(&wire::result(question.id, &question.nonce, &answer(&question)))
            }
            Said::Bye => return Ok(()),
        };
        out.write_all(&line)?;
        out.flush()?;
    }
}
