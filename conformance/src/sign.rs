//! `upqr sign`: canonical payloads with a signature, and the signature of a trust list.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use upqr::signature::{Algorithm, MAX_LIST_BYTES, PrivateKey, Refusal, TrustList, sign, sign_list};

use crate::arguments::{Format, Inputs};
use crate::exit::{Exit, Stop};
use crate::input::{self, Cut, Line};
use crate::machine::Fault;
use crate::output::{self, write_line};
use crate::{human, key};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A file with the private key: PEM `PRIVATE KEY` (PKCS#8)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The algorithm, which is refused where the key names another
    #[arg(long, value_name = "es256|ed25519|sm2", value_parser = key::algorithm)]
    alg: Option<Algorithm>,
    /// A file, a folder, `-` for standard input, or a payload; files hold one payload a line, or NDJSON objects with a `payload`
    #[arg(required_unless_present_any = ["payload", "trust_list"], value_name = "FILE|-|PAYLOAD")]
    inputs: Vec<PathBuf>,
    /// A payload, whatever it looks like
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    payload: Vec<String>,
    /// How to show the signed payloads; `human` is one a line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Sign a trust list instead; its signature gets the list's name and `.sig`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["inputs", "payload", "format"])]
    trust_list: Option<PathBuf>,
}

/// One line's answer.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    line: u64,
    payload: Option<String>,
    algorithm: &'static str,
    key_id: String,
    error: Option<Fault<'a>>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    let key = key::private(&arguments.key)?;
    if let Some(wanted) = arguments.alg.filter(|wanted| *wanted != key.algorithm()) {
        return Err(Stop::Usage(format!(
            "the key is for {} alone, and `--alg` says {}",
            key.algorithm().key(),
            wanted.key()
        )));
    }
    if let Some(path) = &arguments.trust_list {
        return list(path, &key, out);
    }
    let inputs = Inputs { inputs: arguments.inputs.clone(), payload: arguments.payload.clone() };
    let mut exit = Exit::Conforms;
    let listed = input::each(&inputs, Cut::Lines, |line| {
        let answer = answer(&line, &key);
        if answer.error.is_some() {
            exit = Exit::Findings;
        }
        show(&line, &answer, arguments.format, out)
    });
    listed.map_or_else(|stop| stop.or_known(exit), |()| Ok(exit))
}

fn answer<'a>(line: &'a Line<'a>, key: &PrivateKey) -> Answer<'a> {
    let signed = match &line.payload {
        Ok(text) => sign(text, key).map_err(|refusal| fault(&refusal, text)),
        Err(error) => Err(Fault::of_line(error)),
    };
    let (payload, error) = match signed {
        Ok(payload) => (Some(payload), None),
        Err(error) => (None, Some(error)),
    };
    Answer {
        file: line.file.map(|file| file.display().to_string()),
        line: line.number,
        payload,
        algorithm: key.algorithm().key(),
        key_id: key.public_key().id().to_string(),
        error,
    }
}

fn fault<'a>(refusal: &Refusal, text: &str) -> Fault<'a> {
    match refusal {
        Refusal::Encoding(error) => Fault::of_text(*error, text),
        refusal => Fault { code: "refused", offset: 0, char_offset: 0, message: refusal.to_string() },
    }
}

fn show(line: &Line<'_>, answer: &Answer<'_>, format: Format, out: &mut impl Write) -> Result<(), Stop> {
    match (format, &answer.payload, &answer.error) {
        (Format::Human, Some(payload), _) => write_line(out, payload.as_bytes())?,
        (Format::Human, None, Some(error)) => {
            let file = line.file.map_or_else(String::new, |file| format!("{}:", file.display()));
            human::complain(&format!("{file}{}: byte {}: {}", line.number, error.offset, error.message));
        }
        (Format::Human, None, None) => {}
        (Format::Json, ..) => {
            serde_json::to_writer_pretty(&mut *out, answer).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
        (Format::Ndjson, ..) => {
            serde_json::to_writer(&mut *out, answer).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// Signs a trust list that can be read, and writes the signature beside it.
fn list(path: &Path, key: &PrivateKey, out: &mut impl Write) -> Result<Exit, Stop> {
    let octets = read_list(path)?;
    let refuse = |refusal: Refusal| Stop::Refused(format!("`{}`: {refusal}", path.display()));
    let list = TrustList::read(&text(path, &octets)?, None).map_err(refuse)?;
    let line = sign_list(&octets, key).map_err(refuse)?;
    let beside = signature_of(path);
    output::to(Some(&beside), out, |out| Ok(out.write_all(line.as_bytes())?))?;
    let (beside, id) = (beside.display(), key.public_key().id());
    writeln!(out, "{beside}: version {} with {} keys, signed by {id}", list.version, list.keys.len())?;
    Ok(Exit::Conforms)
}

/// The bytes of a trust list.
pub(crate) fn read_list(path: &Path) -> Result<Vec<u8>, Stop> {
    use std::io::Read as _;
    let limit = u64::try_from(MAX_LIST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let file = std::fs::File::open(path).map_err(|error| crate::source::cannot_read(path, &error))?;
    let mut octets = Vec::new();
    file.take(limit).read_to_end(&mut octets).map_err(|error| crate::source::cannot_read(path, &error))?;
    Ok(octets)
}

/// The text of a trust list.
pub(crate) fn text(path: &Path, octets: &[u8]) -> Result<String, Stop> {
    let text = std::str::from_utf8(octets);
    text.map(str::to_owned).map_err(|_| Stop::Usage(format!("`{}` is not UTF-8", path.display())))
}

/// Where the signature of a trust list is, unless an option says otherwise.
pub(crate) fn signature_of(path: &Path) -> PathBuf {
    let mut beside = OsString::from(path);
    beside.push(".sig");
    PathBuf::from(beside)
}
