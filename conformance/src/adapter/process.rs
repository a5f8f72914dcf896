//! An adapter in a process of its own: asked in a pipeline, started again where it fails, given up where it does nothing else.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use tempfile::TempPath;

use super::child::{Child, Heard, Way};
use super::guardian::{self, NOT_STARTED};
use super::pictures::Pictures;
use super::protocol::ImageForm;
use super::wire::{self, Asked};
use super::{Adapter, Answer, Case, Delivery, Failure, FailureKind, Hello, Settings};
use crate::exit::Stop;

/// Empty lines between two answers that are passed over.
const EMPTY: u32 = 1000;

/// An adapter behind its process.
#[derive(Debug)]
pub(crate) struct Process {
    settings: Settings,
    hello: Hello,
    /// `None` between a failure and the next question.
    talk: Option<Talk>,
    /// What the process said of itself, before the settings changed it.
    greeting: Hello,
    /// Failures since the last answer.
    failures: u32,
    /// Questions that were not answered in time, since the beginning.
    hangs: u32,
    /// Where it finds pictures, if it takes them as files.
    pictures: Option<Pictures>,
}

/// Hangs for each failure that `failures` allows in a row: one that answers now and then is given up too, and a run has an end.
const HANGS: u32 = 8;

/// A process that was started, and what was said to it.
#[derive(Debug)]
struct Talk {
    child: Child,
    nonce: String,
    asked: u64,
    /// Empty lines since the last answer.
    empty: u32,
}

/// The cases of one call by their places; each is in one of the lists until it is delivered.
#[derive(Debug, Default)]
struct Work {
    waiting: VecDeque<usize>,
    /// One of these made the adapter fail: each is asked again with none beside it.
    alone: VecDeque<usize>,
    flying: BTreeMap<u64, Flight>,
}

#[derive(Debug)]
struct Flight {
    place: usize,
    deadline: Instant,
    /// The file of the question, which goes when it was answered.
    _picture: Option<TempPath>,
}

/// What an adapter did wrong, before its process is ended.
#[derive(Debug)]
struct Fault {
    kind: FailureKind,
    detail: String,
    way: Way,
}

impl Fault {
    fn of(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), way: Way::Kill }
    }

    /// The process ended, which its status will describe.
    fn crash(when: &str) -> Self {
        Self { kind: FailureKind::Crash, detail: when.to_owned(), way: Way::Gone }
    }
}

impl Adapter for Process {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn ask(&mut self, cases: &[Case<'_>], deliver: &mut dyn FnMut(usize, Delivery)) {
        let mut work = Work { waiting: (0..cases.len()).collect(), ..Work::default() };
        while !work.is_done() {
            if let Some(why) = self.given_up() {
                return work.drop_all(&why, deliver);
            }
            match self.step(cases, &mut work) {
                Ok((place, answer)) => {
                    self.failures = 0;
                    deliver(place, Delivery::Answer(answer));
                }
                Err(failure) => {
                    self.failures = self.failures.saturating_add(1);
                    if failure.kind == FailureKind::Hang {
                        self.hangs = self.hangs.saturating_add(1);
                    }
                    work.failed(failure, deliver);
                }
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.bye();
    }
}

impl Process {
    /// Starts an adapter and hears its `hello`.
    pub(crate) fn start(settings: Settings) -> Result<Self, Stop> {
        let (talk, mut hello) = Talk::start(&settings).map_err(|failure| {
            let stderr = failure.stderr.map_or_else(String::new, |stderr| format!("; it wrote: {stderr}"));
            Stop::Adapter(format!("the adapter did not start: {}{stderr}", failure.detail))
        })?;
        let greeting = hello.clone();
        hello.policies.extend(settings.policies.clone());
        let takes_files =
            hello.image_form() == ImageForm::Path && hello.ops.iter().any(|op| op.takes_image());
        let pictures = takes_files.then(Pictures::new).transpose()?;
        Ok(Self { settings, hello, talk: Some(talk), greeting, failures: 0, hangs: 0, pictures })
    }

    /// Why nothing more is asked, where that is so.
    fn given_up(&self) -> Option<String> {
        let most = self.settings.limits.failures;
        if self.failures >= most {
            return Some(format!("{} failures in a row", self.failures));
        }
        let late = self.hangs >= most.saturating_mul(HANGS);
        late.then(|| format!("{} questions that it did not answer in time", self.hangs))
    }

    /// Ends the adapter; gives whether it went without being made to.
    pub(crate) fn finish(mut self) -> bool {
        self.bye()
    }

    fn bye(&mut self) -> bool {
        self.talk.take().is_none_or(|talk| {
            talk.child.say(Asked::Bye.line());
            talk.child.end(Way::Bye).status.is_some()
        })
    }

    /// Asks what may be asked, and hears one answer.
    fn step(&mut self, cases: &[Case<'_>], work: &mut Work) -> Result<(usize, Answer), Failure> {
        let mut talk = match self.talk.take() {
            Some(talk) => talk,
            None => self.again()?,
        };
        let most = self.hello.in_flight.min(self.settings.limits.in_flight);
        while let Some(place) = work.next(most) {
            let Some(case) = cases.get(place) else { continue };
            let pictures = self.pictures.as_ref().filter(|_| case.op.takes_image());
            // Where no file can be written, the picture is in the question: the adapter says what it thinks of that.
            let picture = pictures.and_then(|pictures| pictures.put(&case.octets).ok());
            let id = talk.ask(case, picture.as_deref());
            let now = Instant::now();
            let deadline = now.checked_add(self.settings.limits.case).unwrap_or(now);
            work.flying.insert(id, Flight { place, deadline, _picture: picture });
        }
        match talk.hear(work, self.settings.limits.case) {
            Ok((place, answer)) => {
                self.talk = Some(talk);
                Ok((place, self.translated(answer)))
            }
            Err(fault) => Err(talk.failed(fault)),
        }
    }

    /// Starts the adapter again.
    fn again(&self) -> Result<Talk, Failure> {
        let (talk, hello) = Talk::start(&self.settings)?;
        if hello == self.greeting {
            return Ok(talk);
        }
        Err(talk.failed(Fault::of(FailureKind::Protocol, "`hello` is another than at the first start")))
    }

    /// The answer with the implementation's error name replaced by the code that it stands for.
    fn translated(&self, mut answer: Answer) -> Answer {
        if let Some(code) = answer.error.as_mut().and_then(|error| error.code.as_mut())
            && let Some(known) = self.settings.errors.get(code)
        {
            known.clone_into(code);
        }
        answer
    }
}

impl Work {
    fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.alone.is_empty() && self.flying.is_empty()
    }

    /// The next case, where another may be in flight beside those that are.
    fn next(&mut self, most: u32) -> Option<usize> {
        if !self.alone.is_empty() {
            return if self.flying.is_empty() { self.alone.pop_front() } else { None };
        }
        let flying = u32::try_from(self.flying.len()).unwrap_or(u32::MAX);
        if flying < most { self.waiting.pop_front() } else { None }
    }

    /// A failure is that of the only case in flight; where there are more, each is asked again alone, and gets what it deserves.
    fn failed(&mut self, failure: Failure, deliver: &mut dyn FnMut(usize, Delivery)) {
        let places: Vec<usize> =
            std::mem::take(&mut self.flying).into_values().map(|flight| flight.place).collect();
        match places.as_slice() {
            [place] => deliver(*place, Delivery::Failed(failure)),
            _ => self.alone.extend(places),
        }
    }

    /// Delivers that nothing more is asked.
    fn drop_all(self, why: &str, deliver: &mut dyn FnMut(usize, Delivery)) {
        for place in self.alone.into_iter().chain(self.waiting) {
            let detail = format!("not asked: the adapter was given up after {why}");
            deliver(place, Delivery::Failed(Failure { kind: FailureKind::NotRun, detail, stderr: None }));
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.flying.values().map(|flight| flight.deadline).min()
    }
}

impl Talk {
    fn start(settings: &Settings) -> Result<(Self, Hello), Failure> {
        let child = Child::start(settings).map_err(|error| Failure {
            kind: FailureKind::Crash,
            detail: not_started(settings, &error),
            stderr: None,
        })?;
        let nonce = format!("{:016x}", RandomState::new().hash_one(0_u8));
        let talk = Self { child, nonce, asked: 0, empty: 0 };
        talk.child.say(Asked::hello(&talk.nonce).line());
        let now = Instant::now();
        let heard = talk.child.hear(now.checked_add(settings.limits.start).unwrap_or(now));
        let hello = match heard {
            Some(Heard::Line(line)) => {
                wire::read_hello(&line, &talk.nonce).map_err(|why| Fault::of(FailureKind::Protocol, why))
            }
            Some(Heard::End | Heard::Cut) => Err(Fault::crash("before its `hello`")),
            Some(Heard::TooLong) => Err(too_long("`hello`")),
            None => {
                let time = settings.limits.start.as_secs_f64();
                Err(Fault::of(FailureKind::Hang, format!("no `hello` within {time} s")))
            }
        };
        match hello {
            Ok(hello) => Ok((talk, hello)),
            Err(fault) => Err(talk.failed(fault)),
        }
    }

    /// Asks a case; gives the number of the question.
    fn ask(&mut self, case: &Case<'_>, path: Option<&Path>) -> u64 {
        self.asked = self.asked.saturating_add(1);
        let path = path.map(Path::to_owned);
        self.child.say(Asked::run(self.asked, &self.nonce, case, path).line());
        self.asked
    }

    /// Waits for the answer to one of the cases in flight.
    fn hear(&mut self, work: &mut Work, time: Duration) -> Result<(usize, Answer), Fault> {
        let until = work.deadline().unwrap_or_else(Instant::now);
        loop {
            let line = match self.child.hear(until) {
                Some(Heard::Line(line)) => line,
                Some(Heard::TooLong) => return Err(too_long("an answer")),
                Some(Heard::Cut) => return Err(Fault::crash("in the middle of a line")),
                Some(Heard::End) => return Err(Fault::crash("before it answered")),
                None => {
                    let time = time.as_secs_f64();
                    return Err(Fault::of(FailureKind::Hang, format!("no answer within {time} s")));
                }
            };
            if line.trim_ascii().is_empty() {
                self.empty = self.empty.saturating_add(1);
                if self.empty > EMPTY {
                    let detail = format!("more than {EMPTY} empty lines where an answer was expected");
                    return Err(Fault::of(FailureKind::Flood, detail));
                }
                continue;
            }
            self.empty = 0;
            let (id, answer) =
                wire::read_result(&line, &self.nonce).map_err(|why| Fault::of(FailureKind::Protocol, why))?;
            if let Some(flight) = work.flying.remove(&id) {
                return Ok((flight.place, answer));
            }
            let detail = if (1..=self.asked).contains(&id) {
                "a question was answered twice"
            } else {
                "an answer has the `id` of no question: copy that of the question"
            };
            return Err(Fault::of(FailureKind::Protocol, detail));
        }
    }

    /// Ends the process; says what it did wrong.
    fn failed(self, fault: Fault) -> Failure {
        let ended = self.child.end(fault.way);
        let code = ended.status.and_then(|status| status.code());
        if self.asked == 0
            && code == Some(NOT_STARTED.into())
            && let Some(stderr) = &ended.stderr
        {
            return Failure { kind: fault.kind, detail: stderr.replace('\n', ": "), stderr: None };
        }
        let detail = match fault.kind {
            FailureKind::Crash => format!("the adapter {} {}", ending(ended.status), fault.detail),
            _ => fault.detail,
        };
        Failure { kind: fault.kind, detail, stderr: ended.stderr }
    }
}

fn not_started(settings: &Settings, error: &std::io::Error) -> String {
    match &settings.folder {
        Some(folder) if !folder.is_dir() => {
            format!("there is no folder `{}`: give one relative to the adapter's file", folder.display())
        }
        _ => guardian::not_started(settings.command.first().map_or("", String::as_str), error),
    }
}

fn too_long(what: &str) -> Fault {
    Fault::of(FailureKind::Flood, format!("{what} is longer than a line may be, which `line_bytes` bounds"))
}

/// How a process ended, in words; a keeper tells a signal as a shell does, by 128 and its number.
fn ending(status: Option<ExitStatus>) -> String {
    match status.map(|status| status.code()) {
        None => "closed its standard output".to_owned(),
        Some(None) => "was ended by a signal".to_owned(),
        Some(Some(code @ 129..=192)) => format!("was ended by signal {}", code.saturating_sub(128)),
        Some(Some(code)) => format!("ended with exit code {code}"),
    }
}
