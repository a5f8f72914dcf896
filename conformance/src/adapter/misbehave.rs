//! `upqr adapter --misbehave`: adapters that are wrong in one way each, by which runners are tried, this one first.

use std::collections::BTreeSet;
use std::io::{self, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use clap::ValueEnum;
use serde_json::{Value, json};
use upqr::payment::hex_of;

use super::serve::{self, Question, Said, listen};
use super::{Answer, AnswerFault, AnswerVerdict, Feature, Hello, wire};
use crate::exit::{Exit, Stop};
use crate::vectors;

/// One way to be wrong; the last ones are unusual, and right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Misbehaviour {
    /// Accepts everything
    AlwaysAccept,
    /// Rejects everything
    AlwaysReject,
    /// Gives every rejection the code `wrong`
    WrongCode,
    /// Is one byte off with every offset
    WrongOffset,
    /// Answers with the input as the value
    WrongValue,
    /// Finds nothing in any check
    NoFindings,
    /// Leaves the last byte out of what it makes again
    Lossy,
    /// Knows the answers of the files, and accepts everything else
    ByHeart,
    /// Answers every second question the other way round
    Nondeterministic,
    /// Answers `error` to everything
    SaysError,
    /// Declares everything, and answers `unsupported`
    UnsupportedAll,
    /// Declares every feature, and answers with a verdict alone
    FeatureLiar,
    /// Ends right after its hello
    ExitEarly,
    /// Ends at every question
    Crash,
    /// Ends at the third question of each process
    CrashThird,
    /// Ends at inputs whose length is a multiple of three, with up to eight questions in flight
    CrashSome,
    /// Ends by a signal at every question
    Killed,
    /// Ends in the middle of every answer
    PartialLine,
    /// Closes its output instead of answering, and stays
    CloseStdout,
    /// Never answers
    Hang,
    /// Never answers where the length of the input is a multiple of three, with up to eight questions in flight
    HangSome,
    /// Never answers the second question of each process
    HangSecond,
    /// Answers a minute late where the length of the input is a multiple of three
    Late,
    /// Reads nothing after the runner's hello
    NeverReads,
    /// Closes its input after the runner's hello, and stays
    CloseStdin,
    /// Answers, and stays when it is told to go, whatever signals it gets
    Stays,
    /// Stops the process that started it, and never answers
    StopParent,
    /// Never answers, and lives through signals to end, as do those that it starts
    IgnoreSignals,
    /// Says nothing at all
    NoHello,
    /// Says hello with another nonce
    BadHello,
    /// Says hello in protocol 0
    OldProtocol,
    /// Says hello with an operation that there is not
    UnknownOp,
    /// Says hello with a filter that is none
    BadSupports,
    /// Says hello with a filter of five thousand brackets in each other
    DeepSupports,
    /// Says hello with a filter that chooses by the answers
    ChoosesByAnswer,
    /// Says hello with a name that clears the screen
    ControlsName,
    /// Writes a line for developers before every answer
    BadJson,
    /// Gives every code in a picture another last byte
    Misreads,
    /// Reads a code in every picture
    ReadsBlank,
    /// Draws another payload than it is given
    DrawsAnother,
    /// Draws nothing
    DrawsBlank,
    /// Answers with a picture that is not base64
    BadBase64,
    /// Answers with an array
    JsonArray,
    /// Answers with bytes that are not UTF-8
    NotUtf8,
    /// Begins every answer with a NUL
    NulBytes,
    /// Answers with a hundred thousand arrays in each other
    DeepJson,
    /// Begins every answer with a byte order mark
    Bom,
    /// Writes a hundred megabytes without a line end
    HugeLine,
    /// Writes empty lines for ever
    FloodLines,
    /// Answers with the question
    Echo,
    /// Answers with the number of no question
    WrongId,
    /// Answers with a number that is a text
    TextId,
    /// Answers with another nonce
    WrongNonce,
    /// Gives the verdict twice in one object, spelt in two ways
    TwoVerdicts,
    /// Accepts everything, with an error
    AcceptsWithError,
    /// Gives findings in another order, and one twice
    UnsortedFindings,
    /// Answers everything twice
    Twice,
    /// Says hello again before every answer
    SecondHello,
    /// Right: starts a process that stays when it ends
    Grandchild,
    /// Right: starts a process that detaches itself in every way
    Daemon,
    /// Wrong: ends the process that started it, and answers
    KillParent,
    /// Right: takes a moment for every answer
    Slow,
    /// Right: answers in another order, with up to eight questions in flight
    Reorder,
    /// Right: takes pictures as files, and deletes them
    DeletesFiles,
    /// Right: writes to its error stream
    StderrNoise,
    /// Right: writes a megabyte to its error stream at every question
    FloodStderr,
    /// Right: answers with members that nobody knows
    ExtraMembers,
    /// Right: ends its lines with CR and LF
    Crlf,
    /// Right: writes an empty line before every answer
    EmptyLines,
}

use Misbehaviour as Kind;

pub(crate) fn run(kind: Misbehaviour, out: &mut impl Write) -> Result<Exit, Stop> {
    if matches!(kind, Kind::IgnoreSignals | Kind::Stays) {
        let _ = ctrlc::set_handler(|| {});
    }
    if kind == Kind::NoHello {
        rest();
    }
    let input = said();
    let mut count = 0_u64;
    while let Ok(said) = input.recv() {
        match said {
            Said::Hello(nonce) => {
                send(out, &greeting(kind, &nonce))?;
                if !greeted(kind, out)? {
                    return Ok(Exit::Conforms);
                }
            }
            Said::Question(first) => {
                for question in gathered(kind, first, &input) {
                    count = count.saturating_add(1);
                    if !reply(kind, count, &question, out)? {
                        return Ok(Exit::Findings);
                    }
                }
            }
            Said::Bye => break,
        }
    }
    if kind == Kind::Stays {
        rest();
    }
    Ok(Exit::Conforms)
}

/// What the runner says, read as it comes; one that stops listening reads on, which no runner can tell.
fn said() -> Receiver<Said> {
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let mut input = BufReader::new(io::stdin());
        while let Ok(said) = listen(&mut input) {
            let bye = matches!(said, Said::Bye);
            if sender.send(said).is_err() || bye {
                return;
            }
        }
    });
    receiver
}

/// For the one that changes the order, what comes within a moment, the last first; else the one question.
fn gathered(kind: Kind, first: Question, input: &Receiver<Said>) -> Vec<Question> {
    let mut questions = vec![first];
    while kind == Kind::Reorder && questions.len() < 8 {
        let Ok(Said::Question(next)) = input.recv_timeout(Duration::from_millis(20)) else { break };
        questions.push(next);
    }
    questions.reverse();
    questions
}

fn greeting(kind: Kind, nonce: &str) -> Vec<u8> {
    let reference = serve::hello();
    let in_flight = match kind {
        Kind::CrashSome | Kind::HangSome | Kind::Reorder => 8,
        _ => 1,
    };
    // Those that lie about the verdict say nothing else that could be wrong.
    let features = match kind {
        Kind::AlwaysAccept | Kind::AlwaysReject | Kind::Nondeterministic => Vec::new(),
        _ => Feature::ALL.to_vec(),
    };
    let mut hello = wire::hello(&Hello { features, in_flight, ..reference }, nonce);
    let changed = match kind {
        Kind::BadHello => Some(("nonce", json!("0"))),
        Kind::OldProtocol => Some(("protocol", json!(0))),
        Kind::UnknownOp => Some(("ops", json!(["pay"]))),
        Kind::BadSupports => Some(("supports", json!("op("))),
        Kind::DeepSupports => Some(("supports", json!("(".repeat(5000)))),
        Kind::DeletesFiles => Some(("images", json!(["path"]))),
        Kind::ChoosesByAnswer => Some(("supports", json!("verdict(accept) & !verdict(reject)"))),
        Kind::ControlsName => Some(("name", json!("my-lib\u{1b}[2J"))),
        Kind::ExtraMembers => Some(("colour", json!({"of": ["the", "bike shed"]}))),
        _ => None,
    };
    hello.extend(changed.map(|(key, value)| (key.to_owned(), value)));
    ended(kind, wire::line(&hello))
}

/// What is done once after hello; false where that is the end.
fn greeted(kind: Kind, out: &mut impl Write) -> io::Result<bool> {
    match kind {
        Kind::ExitEarly => return Ok(false),
        Kind::NeverReads => rest(),
        Kind::CloseStdin => {
            close(false)?;
            rest();
        }
        Kind::Grandchild => start("sleep 600 & exec sleep 600"),
        Kind::Daemon => start(
            "env -i setsid sh -c 'trap \"\" TERM HUP INT; sleep 601 & sleep 601' </dev/null >/dev/null 2>&1 &",
        ),
        Kind::IgnoreSignals => start("trap '' TERM HUP INT; while :; do sleep 600; done"),
        Kind::KillParent => signal_keeper(false),
        Kind::StopParent => signal_keeper(true),
        Kind::FloodLines => loop {
            send(out, &[b'\n'; 4096])?;
        },
        _ => {}
    }
    Ok(true)
}

/// Answers a question; false where that is the end.
fn reply(kind: Kind, count: u64, question: &Question, out: &mut impl Write) -> io::Result<bool> {
    let third = question.octets.len().is_multiple_of(3);
    match kind {
        Kind::Crash => return Ok(false),
        Kind::CrashThird if count == 3 => return Ok(false),
        Kind::CrashSome if third => return Ok(false),
        Kind::Killed => kill_itself(),
        Kind::CloseStdout => {
            close(true)?;
            rest();
        }
        Kind::Hang | Kind::IgnoreSignals | Kind::StopParent => rest(),
        Kind::HangSecond if count == 2 => rest(),
        Kind::HangSome if third => rest(),
        Kind::Late if third => thread::sleep(Duration::from_mins(1)),
        Kind::Slow => thread::sleep(Duration::from_millis(20)),
        Kind::HugeLine => {
            for _ in 0..100 {
                send(out, &vec![b'a'; 1_000_000])?;
            }
        }
        Kind::DeletesFiles => drop(question.path.as_ref().map(std::fs::remove_file)),
        Kind::StderrNoise => write!(io::stderr(), "warning \x1b[31mof {} bytes\r\n", question.octets.len())?,
        Kind::FloodStderr => io::stderr().write_all(&vec![b'e'; 1_000_000])?,
        _ => {}
    }
    let line = ended(kind, told(kind, question, &lie(kind, count, question)));
    if kind == Kind::PartialLine {
        send(out, line.get(..line.len() / 2).unwrap_or_default())?;
        return Ok(false);
    }
    send(out, &line)?;
    Ok(true)
}

/// The answer, as the library gives it, with what this kind makes of it.
fn lie(kind: Kind, count: u64, question: &Question) -> Answer {
    let mut answer = serve::answer(question);
    match kind {
        Kind::AlwaysAccept => return Answer::of(AnswerVerdict::Accept),
        Kind::AlwaysReject => return Answer::of(AnswerVerdict::Reject),
        Kind::SaysError => {
            let message = Some("a list is too short".to_owned());
            return Answer { message, ..Answer::of(AnswerVerdict::Error) };
        }
        Kind::UnsupportedAll => return Answer::of(AnswerVerdict::Unsupported),
        Kind::FeatureLiar => return Answer::of(answer.verdict),
        Kind::Nondeterministic if count.is_multiple_of(2) => {
            let accepts = answer.verdict == AnswerVerdict::Accept;
            return Answer::of(if accepts { AnswerVerdict::Reject } else { AnswerVerdict::Accept });
        }
        Kind::WrongCode => {
            answer.error = answer.error.map(|error| AnswerFault { code: Some("wrong".to_owned()), ..error });
        }
        Kind::WrongOffset => {
            if let Some(offset) = answer.error.as_mut().and_then(|error| error.offset.as_mut()) {
                *offset = offset.saturating_add(1);
            }
        }
        Kind::Misreads => {
            if let Some(Value::String(payload)) =
                answer.value.as_mut().and_then(|value| value.get_mut("payload"))
            {
                let last = if payload.ends_with('0') { '1' } else { '0' };
                payload.pop();
                payload.push(last);
            }
        }
        Kind::ReadsBlank if question.op.takes_image() && answer.verdict == AnswerVerdict::Reject => {
            let value = Some(json!({"payload": hex_of(b"https://pay.example/")}));
            return Answer { value, ..Answer::of(AnswerVerdict::Accept) };
        }
        Kind::DrawsAnother if answer.image.is_some() => {
            let payload = [&question.octets, &b"0"[..]].concat();
            answer.image = serve::drawn(&payload);
        }
        Kind::DrawsBlank => answer.image = answer.image.map(|_| BLANK.to_owned()),
        Kind::WrongValue => answer.value = Some(String::from_utf8_lossy(&question.octets).into()),
        Kind::ByHeart if !in_a_file(&question.octets) => return Answer::of(AnswerVerdict::Accept),
        Kind::AcceptsWithError => {
            let error = Some(AnswerFault { code: Some("length".to_owned()), offset: None });
            return Answer { error, ..Answer::of(AnswerVerdict::Accept) };
        }
        Kind::UnsortedFindings => answer.findings = Some(["b", "a", "a"].map(str::to_owned).to_vec()),
        Kind::NoFindings => {
            answer.findings = Some(Vec::new());
            answer.spans = Some(Vec::new());
        }
        Kind::Lossy => {
            for made in [&mut answer.reencoded, &mut answer.restored].into_iter().flatten() {
                made.truncate(made.len().saturating_sub(2));
            }
        }
        _ => {}
    }
    answer
}

/// A file in base64: a BMP of one white pixel.
const BLANK: &str = "Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAA////AA==";

/// Whether a vector has this input.
fn in_a_file(octets: &[u8]) -> bool {
    static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        vectors::all().iter().filter_map(|vector| Some(hex_of(&vector.input.octets()?))).collect()
    });
    KNOWN.contains(&hex_of(octets))
}

/// The lines that tell an answer.
fn told(kind: Kind, question: &Question, answer: &Answer) -> Vec<u8> {
    let mut object = wire::result(question.id, &question.nonce, answer);
    let changed = match kind {
        Kind::WrongId => Some(("id", json!(question.id.saturating_add(1_000_000)))),
        Kind::TextId => Some(("id", json!(question.id.to_string()))),
        Kind::WrongNonce => Some(("nonce", json!("0000000000000000"))),
        Kind::Echo => Some(("type", json!("run"))),
        Kind::BadBase64 if answer.image.is_some() => Some(("image", json!("iVBORw0KGgo"))),
        Kind::ExtraMembers => Some(("colour", json!([null, {"of": "the bike shed"}]))),
        _ => None,
    };
    object.extend(changed.map(|(key, value)| (key.to_owned(), value)));
    let line = wire::line(&object);
    let before: &[u8] = match kind {
        Kind::BadJson => b"DEBUG decode: 1 of 7 objects\n",
        Kind::NotUtf8 => b"{\"type\":\"result\xFF\"}\n",
        Kind::Bom => "\u{FEFF}".as_bytes(),
        Kind::NulBytes => b"\0",
        Kind::EmptyLines => b"\n",
        Kind::JsonArray => return wire::line(&[Value::Object(object)]),
        Kind::DeepJson => return [&b"[".repeat(100_000)[..], &b"]".repeat(100_000), b"\n"].concat(),
        Kind::TwoVerdicts => {
            return [b"{\"\\u0076erdict\":\"accept\",", line.get(1..).unwrap_or_default()].concat();
        }
        Kind::Twice => return line.repeat(2),
        Kind::SecondHello => return [greeting(kind, &question.nonce), line].concat(),
        _ => b"",
    };
    [before, &line].concat()
}

/// A line with the end that this kind gives it.
fn ended(kind: Kind, mut line: Vec<u8>) -> Vec<u8> {
    if kind == Kind::Crlf {
        line.pop();
        line.extend(b"\r\n");
    }
    line
}

fn send(out: &mut impl Write, line: &[u8]) -> io::Result<()> {
    out.write_all(line)?;
    out.flush()
}

/// Does nothing, for ever.
fn rest() -> ! {
    loop {
        thread::sleep(Duration::from_mins(10));
    }
}

/// Starts what is left over, with the streams of this process.
fn start(script: &str) {
    // Where there is no shell, nothing is left over.
    let _ = Command::new("sh").args(["-c", script]).stdin(Stdio::null()).spawn();
}

/// Stops or ends the keeper, which is this process's parent where there are keepers.
#[cfg(target_os = "linux")]
fn signal_keeper(stop: bool) {
    use rustix::process::{Signal, getppid, kill_process};
    let signal = if stop { Signal::STOP } else { Signal::KILL };
    let _ = getppid().map(|keeper| kill_process(keeper, signal));
}

#[cfg(not(target_os = "linux"))]
fn signal_keeper(_: bool) {}

#[cfg(unix)]
fn kill_itself() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
}

#[cfg(not(unix))]
fn kill_itself() {
    std::process::abort();
}

/// Closes the standard output or input, as far as the runner can see.
#[cfg(unix)]
fn close(output: bool) -> io::Result<()> {
    let null = std::fs::File::options().read(true).write(true).open("/dev/null")?;
    Ok(if output { rustix::stdio::dup2_stdout(null) } else { rustix::stdio::dup2_stdin(null) }?)
}

#[cfg(not(unix))]
fn close(_: bool) -> io::Result<()> {
    std::process::exit(1)
}
