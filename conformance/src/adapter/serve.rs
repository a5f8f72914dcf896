//! `upqr adapter`: this library as an adapter for any runner of the protocol, and on request as one that misbehaves.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::misbehave::{self, Misbehaviour};
use super::protocol::ImageForm;
use super::reference::symbol::Drawn;
use super::reference::{self, Reference};
use super::wire::{self, Asked, Image, Input};
use super::{Adapter as _, Answer, AnswerVerdict, Case, Hello, guardian};
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
    let exit = match arguments.misbehave {
        Some(kind) => misbehave::run(kind, out),
        None => serve(&mut io::stdin().lock(), out).map(|()| Exit::Conforms),
    };
    reference::symbol::end();
    exit
}

/// What this adapter says of itself.
pub(crate) fn hello() -> Hello {
    Hello { in_flight: IN_FLIGHT, images: ImageForm::ALL.to_vec(), ..Reference::new().hello().clone() }
}

/// What the library answers.
pub(crate) fn answer(question: &Question) -> Answer {
    if let Some(why) = &question.unread {
        return Answer { message: Some(why.clone()), ..Answer::of(AnswerVerdict::Error) };
    }
    reference::answer(&Case { op: question.op, octets: question.octets.clone(), options: &question.options })
}

/// What the library draws of a payload, in base64.
pub(crate) fn drawn(payload: &[u8]) -> Option<String> {
    reference::symbol::render(payload, &Drawn::default()).ok().map(|image| STANDARD.encode(image))
}

/// A question that was read.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) id: u64,
    pub(crate) nonce: String,
    pub(crate) op: crate::vectors::Op,
    pub(crate) octets: Vec<u8>,
    /// Why the bytes are not there: the file of a picture cannot be read.
    unread: Option<String>,
    /// Whether the picture is in this file.
    pub(crate) path: Option<PathBuf>,
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
            let path = match &input {
                Input::Image { image: Image::Path(path) } => Some(path.clone()),
                _ => None,
            };
            let (octets, unread) = match input.octets() {
                Ok(octets) => (octets, None),
                Err(why) if path.is_some() => (Vec::new(), Some(why)),
                Err(why) => return Err(Stop::Adapter(why)),
            };
            Said::Question(Question { id, nonce, op, octets, unread, path, options })
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
