//! `upqr ndef`: a payload in an NDEF message, binary in and out.

use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use upqr::carrier::ndef;
use upqr::payment::{hex_of, octets_of};

use crate::exit::{Exit, Stop};
use crate::link::{given, refused};
use crate::output::write_line;
use crate::{input, output};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the message of a payload
    Encode(Encode),
    /// Print the payload of a message
    Decode {
        /// The file of the message, or `-` for standard input
        #[arg(value_name = "FILE|-")]
        message: PathBuf,
        /// The file holds hexadecimal digits, with blanks and line ends where one likes
        #[arg(long)]
        hex: bool,
    },
}

#[derive(Debug, Args)]
struct Encode {
    /// The payload, a file that holds it, or `-` for standard input
    #[arg(value_name = "PAYLOAD|FILE|-")]
    payload: String,
    /// A page that phones without a wallet of this standard open: its link follows in a record of its own
    #[arg(long, value_name = "URL")]
    page: Option<String>,
    /// Only the link of the page, which holds the payload, so that every phone opens it
    #[arg(long, requires = "page")]
    link_only: bool,
    /// Write to this file, which is there only once it is complete; `-` is the standard output
    #[arg(short, long, value_name = "FILE|-")]
    output_file: Option<PathBuf>,
    /// Write hexadecimal digits, for people
    #[arg(long)]
    hex: bool,
    /// Write binary on a terminal too
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    match &arguments.command {
        Command::Encode(arguments) => encode(arguments, out)?,
        Command::Decode { message, hex } => write_line(out, decode(message, *hex)?.as_bytes())?,
    }
    Ok(Exit::Conforms)
}

fn encode(arguments: &Encode, out: &mut impl Write) -> Result<(), Stop> {
    let file = arguments.output_file.as_deref().filter(|file| file.as_os_str() != "-");
    if file.is_none() && !arguments.hex && !arguments.force && std::io::stdout().is_terminal() {
        let message = "the message is binary: name a file with `-o`, or have it shown with `--hex`";
        return Err(Stop::Usage(message.to_owned()));
    }
    if file.is_some_and(|file| is_same(file, Path::new(&arguments.payload))) {
        let message = "the message would be written over the payload: name another file";
        return Err(Stop::Usage(message.to_owned()));
    }
    let payload = given(&arguments.payload)?;
    let message = match &arguments.page {
        Some(page) if arguments.link_only => ndef::pack_link(&payload, page),
        page => ndef::pack(&payload, page.as_deref()),
    };
    let mut message = message.map_err(refused)?;
    if arguments.hex {
        message = hex_of(&message).into_bytes();
        message.push(b'\n');
    }
    output::to(file, out, |out| Ok(out.write_all(&message)?))
}

/// Whether two names are of one file that is there.
fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(one, other)| one == other)
}

fn decode(path: &Path, hex: bool) -> Result<String, Stop> {
    let mut message = input::whole(path)?;
    if message.is_empty() {
        return Err(Stop::Nothing("there is no message in the input".to_owned()));
    }
    if hex {
        message.retain(|octet| !octet.is_ascii_whitespace());
        let digits = std::str::from_utf8(&message).ok().and_then(octets_of);
        message = digits
            .ok_or_else(|| Stop::Refused("the input is not hexadecimal digits, two an octet".to_owned()))?;
    }
    ndef::unpack(&message).map_err(refused)
}
