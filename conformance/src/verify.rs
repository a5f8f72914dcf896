//! `upqr verify`: what the signatures of payloads are worth.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::Serialize;
use upqr::emv::mpm;
use upqr::signature::{State, TrustList, Verification, verify, verify_list};
use upqr::unified::control::MAX_TIME;

use crate::arguments::{Format, Inputs};
use crate::exit::{Exit, Stop};
use crate::human::{BAD, BOLD, DOUBT, FAINT, GOOD, escape, head};
use crate::input::{self, Cut, Line};
use crate::machine::Fault;
use crate::output::{self, write_styled};
use crate::sign::{read_list, signature_of, text};
use crate::{human, key};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The list of trusted keys: TOML or JSON
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// The public key that signs the list; without one, the list is taken as it is
    #[arg(long, value_name = "FILE")]
    trust_root: Option<PathBuf>,
    /// The signature of the list [default: the list's name and `.sig`]
    #[arg(long, value_name = "FILE", requires = "trust_root")]
    trust_signature: Option<PathBuf>,
    /// Where the last version of the list is kept: an older list is refused, a newer one is written down
    #[arg(long, value_name = "FILE", requires = "trust_root")]
    seen: Option<PathBuf>,
    /// The time of the payment: Unix seconds, a day, or 2027-01-01T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    as_of: Option<u64>,
    #[command(flatten)]
    source: Inputs,
    /// How to show the results; `json` is the objects of `ndjson`, indented
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// One line's answer.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    line: u64,
    as_of: u64,
    state: Option<&'static str>,
    key: Option<Key<'a>>,
    always_signed: bool,
    reasons: Vec<Because>,
    error: Option<Fault<'a>>,
}

#[derive(Debug, Serialize)]
struct Key<'a> {
    name: &'a str,
    id: String,
    algorithm: &'static str,
}

#[derive(Debug, Serialize)]
struct Because {
    code: &'static str,
    message: String,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    let trust = trust(arguments)?;
    let as_of = arguments.as_of.unwrap_or_else(now);
    if trust.has_expired(as_of) {
        human::warn("the trust list has expired, so that it trusts no key: get a new one");
    }
    let mut exit = Exit::Conforms;
    let listed = input::each(&arguments.source, Cut::Lines, |line| {
        let answer = answer(&line, &trust, as_of);
        if answer.state != Some(State::Valid.key()) {
            exit = Exit::Findings;
        }
        show(&line, &answer, arguments.format, out)
    });
    listed.map_or_else(|stop| stop.or_known(exit), |()| Ok(exit))
}

fn now() -> u64 {
    u64::try_from(Timestamp::now().as_second()).unwrap_or_default()
}

/// Unix seconds, the beginning of a day in UTC, or a time with its offset.
fn time(text: &str) -> Result<u64, String> {
    let expected = || {
        "expected Unix seconds, a day such as 2027-01-01, or a time such as 2027-01-01T12:00:00Z".to_owned()
    };
    if text.bytes().all(|octet| octet.is_ascii_digit()) {
        return text.parse().ok().filter(|time| *time <= MAX_TIME).ok_or_else(expected);
    }
    let day = |text: &str| -> Option<Timestamp> {
        let date: Date = Date::strptime("%Y-%m-%d", text).ok().filter(|_| text.len() == 10)?;
        Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
    };
    let time = day(text).or_else(|| text.parse().ok()).ok_or_else(expected)?;
    u64::try_from(time.as_second()).map_err(|_| expected())
}

/// Reads the trust list: its signature first, then its version, then its rows.
fn trust(arguments: &Arguments) -> Result<TrustList, Stop> {
    let path = &arguments.trust;
    let octets = read_list(path)?;
    let refuse = |refusal: upqr::signature::Refusal| Stop::Usage(format!("`{}`: {refusal}", path.display()));
    let Some(root) = &arguments.trust_root else {
        human::warn(
            "nothing proves the trust list: whoever can change the file decides which keys are trusted; sign it with `upqr sign --trust-list` and give `--trust-root`",
        );
        return TrustList::read(&text(path, &octets)?, None).map_err(refuse);
    };
    let root = key::public(root)?;
    let beside = arguments.trust_signature.clone().unwrap_or_else(|| signature_of(path));
    let line = text(&beside, &read_list(&beside)?)?;
    verify_list(&octets, &line, &root).map_err(refuse)?;
    let id = root.id().to_string();
    let seen = arguments.seen.as_deref().map(|seen| Seen::read(seen, &id)).transpose()?;
    let last = seen.as_ref().and_then(|seen| seen.version);
    let trust = TrustList::read(&text(path, &octets)?, last).map_err(refuse)?;
    if let Some(seen) = seen.filter(|seen| seen.version != Some(trust.version)) {
        seen.write(&id, trust.version)?;
    }
    Ok(trust)
}

/// The file of versions seen: lines of a root's key ID and the highest version of its list.
struct Seen<'a> {
    path: &'a Path,
    others: Vec<String>,
    version: Option<u64>,
}

impl<'a> Seen<'a> {
    fn read(path: &'a Path, id: &str) -> Result<Self, Stop> {
        let mut seen = Self { path, others: Vec::new(), version: None };
        if !path.exists() {
            return Ok(seen);
        }
        let kept = text(path, &read_list(path)?)?;
        if kept.trim().is_empty() {
            let advice =
                "it is empty, so that a version that was seen is lost: remove the file to begin anew";
            return Err(Stop::Usage(format!("`{}`: {advice}", path.display())));
        }
        for line in kept.lines() {
            let row = line.split_once(' ').and_then(|(id, version)| Some((id, version.parse().ok()?)));
            match row {
                Some((root, version)) if root == id => seen.version = seen.version.max(Some(version)),
                Some(_) => seen.others.push(line.to_owned()),
                None => {
                    return Err(Stop::Usage(format!(
                        "`{}`: expected lines of a key ID, a blank and a version, found another",
                        path.display()
                    )));
                }
            }
        }
        Ok(seen)
    }

    fn write(mut self, id: &str, version: u64) -> Result<(), Stop> {
        self.others.push(format!("{id} {version}"));
        self.others.sort();
        let mut lines = self.others.join("\n");
        lines.push('\n');
        output::to(Some(self.path), &mut std::io::sink(), |out| Ok(out.write_all(lines.as_bytes())?))
    }
}

fn answer<'a>(line: &'a Line<'a>, trust: &'a TrustList, as_of: u64) -> Answer<'a> {
    let parsed = match &line.payload {
        Ok(text) => mpm::parse(text).map_err(|error| Fault::of_text(error, text)),
        Err(error) => Err(Fault::of_line(error)),
    };
    let (found, error) = match parsed {
        Ok(payload) => (Some(verify(&payload, trust, as_of)), None),
        Err(error) => (None, Some(error)),
    };
    let reasons = found.iter().flat_map(|found| &found.reasons);
    let key = found.as_ref().and_then(|found| found.key).map(|trusted| Key {
        name: &trusted.name,
        id: trusted.key.id().to_string(),
        algorithm: trusted.key.algorithm().key(),
    });
    Answer {
        file: line.file.map(|file| file.display().to_string()),
        line: line.number,
        as_of,
        state: found.as_ref().map(|found| found.state.key()),
        key,
        always_signed: found.as_ref().is_some_and(Verification::is_stripped),
        reasons: reasons.map(|reason| Because { code: reason.key(), message: reason.to_string() }).collect(),
        error,
    }
}

fn show(line: &Line<'_>, answer: &Answer<'_>, format: Format, out: &mut impl Write) -> Result<(), Stop> {
    match format {
        Format::Human => sentence(line, answer, out)?,
        Format::Json => serde_json::to_writer_pretty(&mut *out, answer).map_err(std::io::Error::from)?,
        Format::Ndjson => serde_json::to_writer(&mut *out, answer).map_err(std::io::Error::from)?,
    }
    if format != Format::Human {
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn sentence(line: &Line<'_>, answer: &Answer<'_>, out: &mut impl Write) -> std::io::Result<()> {
    let mut shown = head(line.file, line.number);
    if let Some(Fault { code, offset, message, .. }) = &answer.error {
        let _ = writeln!(shown, "  {BAD}{code}{BAD:#} at byte {offset}: {}", escape(message));
        return write_styled(out, &shown);
    }
    let state = answer.state.unwrap_or_default();
    let style = match state {
        "valid" => GOOD,
        "absent" | "unknown-key" | "not-yet-valid" => DOUBT,
        _ => BAD,
    };
    let _ = write!(shown, "  {style}{state}{style:#}");
    if let Some(Key { name, id, algorithm }) = &answer.key {
        let _ = write!(shown, "  {BOLD}{}{BOLD:#} ({algorithm}, {id})", escape(name));
    }
    shown.push('\n');
    for Because { message, .. } in &answer.reasons {
        let _ = writeln!(shown, "      {FAINT}{}{FAINT:#}", escape(message));
    }
    write_styled(out, &shown)
}
