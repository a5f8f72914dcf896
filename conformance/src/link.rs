//! `upqr link`: a payload in the fragment of an https link.

use std::io::Write;

use clap::{Args, Subcommand};
use upqr::carrier::link;
use upqr::{Error, ErrorKind};

use crate::exit::{Exit, Stop};
use crate::output::write_line;
use crate::restore;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the link of a page with a payload in its fragment
    Encode {
        /// The payload, a file that holds it, or `-` for standard input
        #[arg(value_name = "PAYLOAD|FILE|-")]
        payload: String,
        /// The page that opens where there is no wallet of this standard
        #[arg(long, value_name = "URL")]
        page: String,
    },
    /// Print the payload of a link
    Decode {
        /// The link, a file that holds it, or `-` for standard input
        #[arg(value_name = "LINK|FILE|-")]
        link: String,
    },
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    let text = match &arguments.command {
        Command::Encode { payload, page } => link::pack(&given(payload)?, page),
        Command::Decode { link } => link::unpack(&given(link)?),
    };
    write_line(out, text.map_err(refused)?.as_bytes())?;
    Ok(Exit::Conforms)
}

/// What is given, as text; an input without any is none.
pub(crate) fn given(argument: &str) -> Result<String, Stop> {
    let text = restore::payload(argument)?;
    if text.is_empty() { Err(Stop::Nothing("there is nothing in the input".to_owned())) } else { Ok(text) }
}

/// A page that takes no payload is a mistake in the call.
pub(crate) fn refused(error: Error) -> Stop {
    match error.kind {
        ErrorKind::Page(expected) => Stop::Usage(format!("--page: expected {expected}")),
        _ => Stop::Refused(error.to_string()),
    }
}
