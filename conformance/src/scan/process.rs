//! A worker as the command sees it: asked for one picture at a time, ended at the deadline, and started again where it is needed.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use upqr::symbol::read::{Verdict, merge, verdict};
use upqr::symbol::{Reader, Sighting};

use super::arguments::Misbehaviour;
use super::open::MOST_BYTES;
use super::wire::{Asked, Head, Measured, Sight, StepName, Told, write_pieces};
use crate::exit::Stop;

/// The hidden command that a worker is.
pub(crate) const COMMAND: &str = "scan-worker";

/// How long a worker may take to be there.
const START: Duration = Duration::from_secs(20);

/// What ending a worker and telling of it may take of a picture's time.
const CLOSING: Duration = Duration::from_millis(60);

/// Time that is too short for a page.
const LEAST_TIME: Duration = CLOSING.saturating_mul(2);

/// Lines that wait to be heard.
const WAITING: usize = 64;

/// Workers that one picture may end, before it is left as it is.
const MOST_CRASHES: usize = 3;

/// A worker that waits for a picture, or works on one.
struct Worker {
    child: Child,
    stdin: Option<BufWriter<ChildStdin>>,
    told: Receiver<Told>,
}

/// Where the bytes of a picture are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    File(&'a Path),
    Bytes(&'a [u8]),
}

/// How pictures are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    pub(crate) readers: &'static [Reader],
    /// Whether everyone reads everything, instead of until something was read.
    pub(crate) compare: bool,
    pub(crate) timeout: Duration,
    pub(crate) misbehave: Option<Misbehaviour>,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Read,
    Nothing,
    /// It was ended at the deadline.
    Late,
    /// It ended the worker.
    Crashed,
}

/// A step that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Attempt {
    #[serde(flatten)]
    pub(crate) name: StepName,
    pub(crate) outcome: Outcome,
}

/// A symbol that was read, and what it measures, where there was time for that.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) sighting: Sighting,
    pub(crate) measured: Option<Measured>,
}

/// What came of a picture.
#[derive(Clone, Debug)]
pub(crate) struct Shot {
    /// `None` where it was not opened.
    pub(crate) head: Option<Head>,
    /// Why it was not.
    pub(crate) refused: Option<String>,
    pub(crate) verdict: Verdict,
    /// One for each symbol, the best first.
    pub(crate) symbols: Vec<Seen>,
    /// In their order; those of every pass.
    pub(crate) attempts: Vec<Attempt>,
    /// Everything that any step saw, as it was told.
    pub(crate) sightings: Vec<Sighting>,
    /// Whether the deadline or a fault ended it before everything was looked at.
    pub(crate) incomplete: bool,
    /// Micro QR and rMQR symbols that were seen.
    pub(crate) micro: usize,
    /// Whether another symbol was seen, and not read.
    pub(crate) unread: bool,
    /// Whether the file holds further pictures that were not read, or pages with other payloads.
    pub(crate) frames: bool,
}

/// Reads pictures, one after another, with at most one worker at a time.
pub(crate) struct Lane {
    manner: Manner,
    worker: Option<Worker>,
}

/// How a conversation about a picture ended.
enum End {
    Done { symbols: Vec<(Sight, Measured)>, micro: usize, unread: bool },
    Refused(String),
    Late,
    Crashed,
}

impl Lane {
    pub(crate) const fn new(manner: Manner) -> Self {
        Self { manner, worker: None }
    }

    /// Reads every page of a file, one of what has no pages, within one deadline. What is not reached by then is said of each page.
    pub(crate) fn read(&mut self, source: Source<'_>) -> Result<Vec<Shot>, Stop> {
        let began = Instant::now();
        let first = self.page(source, 1, self.manner.timeout)?;
        let pages = first.head.map_or(1, |head| head.pages);
        let mut shots = vec![first];
        for page in 2..=pages {
            let left = self.manner.timeout.saturating_sub(began.elapsed());
            shots.push(if left > LEAST_TIME { self.page(source, page, left)? } else { self.unreached() });
        }
        // Nobody can say which of the pages was meant.
        let read = |shot: &Shot| {
            shot.symbols.iter().map(|seen| seen.sighting.payload().to_vec()).collect::<Vec<_>>()
        };
        let mut payloads = shots.iter().flat_map(read);
        let only = payloads.next();
        let is_one = payloads.all(|payload| Some(&payload) == only.as_ref());
        for shot in &mut shots {
            shot.frames = !is_one || shot.head.is_some_and(|head| head.animated);
        }
        Ok(shots)
    }

    /// A page for which no time was left.
    fn unreached(&self) -> Shot {
        Talk { later: true, ..Talk::default() }.shot(End::Late, self.manner.timeout)
    }

    /// Reads a picture, or a page of a document, within a time.
    fn page(&mut self, source: Source<'_>, page: usize, time: Duration) -> Result<Shot, Stop> {
        let mut talk = Talk { later: page > 1, ..Talk::default() };
        let mut crashes = 0_usize;
        let mut left = time.saturating_sub(CLOSING);
        loop {
            let (mut worker, used) = match self.worker.take() {
                Some(worker) => (worker, true),
                None => (Worker::start()?, false),
            };
            let asked = Asked {
                page,
                readers: self.manner.readers.iter().map(|reader| reader.key().to_owned()).collect(),
                compare: self.manner.compare,
                skip: talk.crashed(),
                misbehave: self.manner.misbehave,
            };
            let began = Instant::now();
            let end = worker.ask(source, &asked, left, &mut talk)?;
            left = left.saturating_sub(began.elapsed());
            match end {
                End::Done { .. } | End::Refused(_) => self.worker = Some(worker),
                End::Late | End::Crashed => drop(worker),
            }
            if matches!(end, End::Crashed) && used && talk.head.is_none() {
                // It may have ended while nobody asked it: that is no fault of this picture.
                continue;
            }
            if matches!(end, End::Crashed) && talk.is_reading() {
                crashes = crashes.saturating_add(1);
                talk.conclude(Outcome::Crashed);
                if crashes < MOST_CRASHES && !left.is_zero() {
                    talk.again();
                    continue;
                }
            }
            return Ok(talk.shot(end, self.manner.timeout));
        }
    }
}

/// What was heard about a picture so far.
#[derive(Default)]
struct Talk {
    head: Option<Head>,
    attempts: Vec<Attempt>,
    /// Of the step that was begun last and is not over.
    open: Option<StepName>,
    sightings: Vec<Sighting>,
    /// Whether it is not the first page.
    later: bool,
}

impl Talk {
    /// The steps that ended a worker.
    fn crashed(&self) -> Vec<StepName> {
        let crashed = self.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Crashed);
        crashed.map(|attempt| attempt.name.clone()).collect()
    }

    const fn is_reading(&self) -> bool {
        self.open.is_some()
    }

    /// Ends the step that was begun.
    fn conclude(&mut self, outcome: Outcome) {
        self.attempts.extend(self.open.take().map(|name| Attempt { name, outcome }));
    }

    /// Forgets what the next worker will tell again.
    fn again(&mut self) {
        self.attempts.retain(|attempt| attempt.outcome == Outcome::Crashed);
    }

    fn saw(&mut self, sights: &[Sight]) {
        let seen: Vec<Sighting> = sights.iter().filter_map(Sight::sighting).collect();
        self.conclude(if seen.is_empty() { Outcome::Nothing } else { Outcome::Read });
        for sighting in seen {
            if !self.sightings.contains(&sighting) {
                self.sightings.push(sighting);
            }
        }
    }

    fn shot(mut self, end: End, timeout: Duration) -> Shot {
        if matches!(end, End::Late) {
            self.conclude(Outcome::Late);
        }
        let opened = self.head.is_some();
        let seconds = timeout.as_secs_f64();
        let mut refused = None;
        let mut measured = None;
        let mut beside = (0, false);
        match end {
            End::Done { symbols, micro, unread } => {
                measured = Some(symbols);
                beside = (micro, unread);
            }
            End::Refused(why) => refused = Some(why),
            End::Late if !opened && self.later => {
                refused = Some(format!(
                    "the page was not reached within the {seconds} s that the file has: save its pages apart, or give more time with --timeout"
                ));
            }
            End::Late if !opened => {
                refused = Some(format!(
                    "the picture was not opened within {seconds} s: scale it down, or give more time with --timeout"
                ));
            }
            End::Crashed if !opened => {
                let why = "opening the picture took more memory than it may, or broke its reader: save it anew as PNG";
                refused = Some(why.to_owned());
            }
            End::Late | End::Crashed => {}
        }
        let crashed = self.attempts.iter().any(|attempt| attempt.outcome == Outcome::Crashed);
        let incomplete = opened && (measured.is_none() || crashed);
        let measured: Vec<Seen> = measured.unwrap_or_default().into_iter().filter_map(Seen::of).collect();
        let mut known: Vec<Sighting> = measured.iter().map(|seen| seen.sighting.clone()).collect();
        if incomplete {
            // What was read before a worker ended, the last one may not have read again.
            known.extend(self.sightings.iter().cloned());
        }
        let known = merge(known);
        let verdict = verdict(&known);
        let seen = |sighting: Sighting| {
            let same = measured.iter().find(|seen| seen.sighting == sighting);
            Seen { measured: same.and_then(|seen| seen.measured.clone()), sighting }
        };
        let symbols = known.into_iter().map(seen).collect();
        let Self { head, attempts, sightings, .. } = self;
        let (micro, unread) = beside;
        Shot {
            head,
            refused,
            verdict,
            symbols,
            attempts,
            sightings,
            incomplete,
            micro,
            unread,
            frames: false,
        }
    }
}

impl Seen {
    fn of((sight, measured): (Sight, Measured)) -> Option<Self> {
        sight.sighting().map(|sighting| Self { sighting, measured: Some(measured) })
    }
}

/// The program that knows how to be a worker: this one.
#[cfg(not(test))]
fn program() -> io::Result<std::path::PathBuf> {
    std::env::current_exe()
}

/// A test's own program is no command; the command was built beside it.
#[cfg(test)]
fn program() -> io::Result<std::path::PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent).ok_or(io::ErrorKind::NotFound)?;
    Ok(folder.join("upqr"))
}

impl Worker {
    fn start() -> Result<Self, Stop> {
        let started = program().and_then(|program| {
            let mut command = Command::new(program);
            command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
            command.spawn()
        });
        let mut child = started.map_err(|error| cannot_start(&error))?;
        let stdin = child.stdin.take().map(BufWriter::new);
        let (sender, told) = mpsc::sync_channel(WAITING);
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines() {
                    let told = line.ok().and_then(|line| serde_json::from_str(&line).ok());
                    let Some(told) = told else { return };
                    if sender.send(told).is_err() {
                        return;
                    }
                }
            });
        }
        let worker = Self { child, stdin, told };
        match worker.told.recv_timeout(START) {
            Ok(Told::Ready) => Ok(worker),
            _ => Err(cannot_start(&io::ErrorKind::TimedOut.into())),
        }
    }

    /// Asks for a picture, and hears what comes until the deadline. A file that cannot be read stops the command.
    fn ask(
        &mut self,
        source: Source<'_>,
        asked: &Asked,
        time: Duration,
        talk: &mut Talk,
    ) -> Result<End, Stop> {
        let now = Instant::now();
        let deadline = now.checked_add(time).unwrap_or(now);
        let Some(mut stdin) = self.stdin.take() else { return Ok(End::Crashed) };
        let (end, said) = thread::scope(|scope| {
            // A worker that takes nothing any more does not keep the command from its deadline.
            let writer = scope.spawn(move || say(&mut stdin, source, asked).map(|()| stdin));
            let end = self.hear(deadline, talk);
            if matches!(end, End::Late | End::Crashed) {
                self.end();
            }
            (end, writer.join())
        });
        match said {
            Ok(Ok(stdin)) => self.stdin = Some(stdin),
            Ok(Err(Unsaid::Source(error))) => {
                let path = if let Source::File(path) = source { path } else { Path::new("-") };
                return Err(crate::source::cannot_read(path, &error));
            }
            Ok(Err(Unsaid::Worker)) | Err(_) => {}
        }
        Ok(end)
    }

    fn hear(&self, deadline: Instant, talk: &mut Talk) -> End {
        loop {
            match self.told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Told::Ready) => {}
                Ok(Told::Opened(head)) => talk.head = Some(head),
                Ok(Told::Begun(name)) => talk.open = Some(name),
                Ok(Told::Saw(sights)) => talk.saw(&sights),
                Ok(Told::Refused(why)) => return End::Refused(why),
                Ok(Told::Done { symbols, micro, unread }) => {
                    talk.conclude(Outcome::Nothing);
                    return End::Done { symbols, micro, unread };
                }
                Err(RecvTimeoutError::Timeout) => return End::Late,
                Err(RecvTimeoutError::Disconnected) => return End::Crashed,
            }
        }
    }

    fn end(&mut self) {
        // One that has ended by itself cannot be ended again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

/// What kept a question from being said.
enum Unsaid {
    Source(io::Error),
    /// The worker is gone, which it says by what it does not tell.
    Worker,
}

fn say(stdin: &mut BufWriter<ChildStdin>, source: Source<'_>, asked: &Asked) -> Result<(), Unsaid> {
    let mut line = serde_json::to_vec(asked).unwrap_or_default();
    line.push(b'\n');
    stdin.write_all(&line).map_err(|_| Unsaid::Worker)?;
    // One byte more than may be read, so that the worker sees that there are too many.
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    match source {
        Source::Bytes(octets) => write_pieces(octets.take(most), stdin).map_err(|_| Unsaid::Worker),
        Source::File(path) => {
            let mut failed = None;
            let file = File::open(path).map_err(|error| {
                failed = Some(error);
            });
            let told = match file {
                Ok(file) => write_pieces(Watched { file: file.take(most), failed: &mut failed }, stdin),
                Err(()) => write_pieces(io::empty(), stdin),
            };
            match failed {
                Some(error) => Err(Unsaid::Source(error)),
                None => told.map_err(|_| Unsaid::Worker),
            }
        }
    }
}

/// A file that keeps apart what goes wrong with it from what goes wrong where it is written.
struct Watched<'a> {
    file: io::Take<File>,
    failed: &'a mut Option<io::Error>,
}

impl Read for Watched<'_> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(octets);
        // To the worker the file ends here; its answer is not used.
        Ok(read.unwrap_or_else(|error| {
            *self.failed = Some(error);
            0
        }))
    }
}

fn cannot_start(error: &io::Error) -> Stop {
    Stop::Refused(format!("cannot start the process that reads pictures: {error}"))
}

#[cfg(test)]
mod tests {
    use upqr::symbol::encode::encode;
    use upqr::symbol::{EncodeOptions, Projection, analyse};

    use super::*;

    fn sighting(payload: &[u8]) -> Sighting {
        let grid = encode(payload, &EncodeOptions::default()).expect("it fits").grid;
        Sighting {
            reader: Reader::Rxing,
            step: "plain",
            projection: Projection::with_terms([2.0, 0.0, 8.0, 0.0, 2.0, 8.0, 0.0, 0.0, 1.0]).expect("terms"),
            inverted: false,
            analysis: analyse(&grid).expect("it is whole"),
            grid,
            contrary: None,
        }
    }

    #[test]
    fn what_was_told_is_kept() {
        let check = |done: Option<&[Sighting]>, told: &[Sighting], outcome: Outcome, expected| {
            let name = StepName { pass: 1, reader: "rxing".to_owned(), step: "plain".to_owned() };
            let head = Head {
                format: crate::scan::format::Format::Png,
                width: 1,
                height: 1,
                pages: 1,
                animated: false,
                turned: false,
                millimetres: None,
            };
            let talk = Talk {
                head: Some(head),
                attempts: vec![Attempt { name, outcome }],
                open: None,
                sightings: told.to_vec(),
                later: false,
            };
            let measured: Measured = serde_json::from_value(serde_json::json!({
                "module_pixels": [2.0, 2.0], "quiet_zone": [4.0, 4.0, 4.0, 4.0],
                "quiet_zone_cut": [false, false, false, false], "contrast": 1.0, "angle": 0.0, "skew": 0.0,
                "convergence": 0.0, "growth": 0.0, "wrong_modules": 0,
                "grade": {"letter": "A", "score": 4.0, "parameters": [], "fixed": []},
            }))
            .expect("it is a measurement");
            let end = done.map_or(End::Late, |done| End::Done {
                symbols: done.iter().map(|one| (Sight::of(one), measured.clone())).collect(),
                micro: 0,
                unread: false,
            });
            let shot = talk.shot(end, Duration::from_secs(2));
            assert_eq!((shot.verdict, shot.symbols.len(), shot.incomplete), expected);
        };
        let (one, other) = (sighting(b"LUCKY NOODLES"), sighting(b"JADE TEA HOUSE"));
        let torn = Sighting { contrary: Some(b"LUCKY".to_vec()), ..one.clone() };
        let (one, other, torn) = ([one], [other], [torn]);
        check(Some(&one), &one, Outcome::Read, (Verdict::Read, 1, false));
        // A decoder that gives other bytes than its modules.
        check(Some(&torn), &torn, Outcome::Read, (Verdict::Ambiguous, 1, false));
        // A worker that was ended, and one that took its place and read less, or something else.
        check(None, &one, Outcome::Read, (Verdict::Read, 1, true));
        check(Some(&[]), &one, Outcome::Crashed, (Verdict::Read, 1, true));
        check(Some(&other), &one, Outcome::Crashed, (Verdict::Ambiguous, 2, true));
        check(Some(&[]), &[], Outcome::Nothing, (Verdict::Nothing, 0, false));
    }
}
