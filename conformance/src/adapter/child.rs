//! An adapter's process and its three streams, each of which has a thread, so that nothing that an adapter does or leaves undone blocks the runner.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::process::{ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use process_wrap::std::{ChildWrapper, CommandWrap};

use super::{Settings, guardian};
use crate::human::escape;

/// Lines that wait to be heard; an adapter that writes more waits in its turn.
const WAITING: usize = 64;

/// How long an adapter has to end after `bye`, and again after it was asked to by a signal.
const BYE: Duration = Duration::from_secs(1);
const TERMINATION: Duration = Duration::from_millis(500);

/// How long the end of what has to end is waited for.
const END: Duration = Duration::from_secs(2);

/// What comes out of the standard output.
#[derive(Debug)]
pub(crate) enum Heard {
    /// A line without its end.
    Line(Vec<u8>),
    /// More bytes without a line end than a line may have.
    TooLong,
    /// The stream ended in the middle of a line.
    Cut,
    End,
}

/// How a process is brought to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// With time to end by itself.
    Bye,
    /// It seems to have ended, and is given a moment to do so.
    Gone,
    Kill,
}

/// What is known of a process after its end.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None` where it had to be ended.
    pub(crate) status: Option<ExitStatus>,
    /// The end of its error stream, as text of one or more lines that act on no terminal.
    pub(crate) stderr: Option<String>,
}

/// A process that runs.
#[derive(Debug)]
pub(crate) struct Child {
    process: Box<dyn ChildWrapper>,
    input: Option<Sender<Vec<u8>>>,
    output: Option<Receiver<Heard>>,
    errors: Option<JoinHandle<()>>,
    tail: Arc<Mutex<VecDeque<u8>>>,
}

impl Child {
    pub(crate) fn start(settings: &Settings) -> io::Result<Self> {
        let mut command = guardian::command(&settings.command);
        command.envs(&settings.env);
        if let Some(folder) = &settings.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut command = CommandWrap::from(command);
        // A keeper begins a session of its own, which the leader of a group cannot.
        #[cfg(all(unix, not(target_os = "linux")))]
        command.wrap(process_wrap::std::ProcessGroup::leader());
        #[cfg(windows)]
        command.wrap(process_wrap::std::JobObject);
        let mut process = guardian::spawn(&mut command)?;
        let tail = Arc::new(Mutex::new(VecDeque::new()));
        let (input, lines) = mpsc::channel();
        if let Some(stdin) = process.stdin().take() {
            thread::spawn(move || write(stdin, &lines));
        }
        let (heard, output) = mpsc::sync_channel(WAITING);
        if let Some(stdout) = process.stdout().take() {
            let line = settings.limits.line;
            thread::spawn(move || read(stdout, line, &heard));
        }
        let errors = process.stderr().take().map(|stderr| {
            let (tail, most) = (Arc::clone(&tail), settings.limits.stderr);
            thread::spawn(move || keep(stderr, most, &tail))
        });
        Ok(Self { process, input: Some(input), output: Some(output), errors, tail })
    }

    /// Writes a line as soon as the adapter takes it.
    pub(crate) fn say(&self, line: Vec<u8>) {
        if let Some(input) = &self.input {
            // An adapter that takes nothing any more is found out by what it does not answer.
            let _ = input.send(line);
        }
    }

    /// What comes next; `None` where nothing does in time.
    pub(crate) fn hear(&self, until: Instant) -> Option<Heard> {
        let output = self.output.as_ref()?;
        match output.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(heard) => Some(heard),
            Err(RecvTimeoutError::Disconnected) => Some(Heard::End),
            Err(RecvTimeoutError::Timeout) => None,
        }
    }

    /// Ends the process, and everything that it has started.
    pub(crate) fn end(mut self, way: Way) -> Ended {
        self.input = None;
        self.output = None;
        let keeper = self.process.id();
        let told = match way {
            Way::Bye => self.wait(BYE),
            Way::Gone => self.wait(TERMINATION),
            Way::Kill => None,
        };
        let mut status = told;
        if status.is_none() && way == Way::Bye {
            guardian::terminate(keeper);
            #[cfg(all(unix, not(target_os = "linux")))]
            let _ = self.process.signal(15);
            status = self.wait(TERMINATION);
        }
        if status.is_none() {
            guardian::kill(keeper);
            status = if cfg!(target_os = "linux") { self.wait(END) } else { None };
        }
        // Where there are no keepers, the group may outlive the process that led it.
        if status.is_none() || cfg!(not(target_os = "linux")) {
            let _ = self.process.start_kill();
            status = self.wait(END);
        }
        guardian::abandoned(keeper, status.is_some_and(|status| status.code().is_some()));
        Ended { status: told, stderr: self.stderr() }
    }

    fn wait(&mut self, time: Duration) -> Option<ExitStatus> {
        let until = Instant::now().checked_add(time)?;
        loop {
            match self.process.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(2)),
                _ => return None,
            }
        }
    }

    /// What the error stream ended with, once it is closed, or has had the time to be.
    fn stderr(&self) -> Option<String> {
        let until = Instant::now().checked_add(TERMINATION)?;
        while self.errors.as_ref().is_some_and(|errors| !errors.is_finished()) && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let octets: Vec<u8> = tail.iter().copied().collect();
        drop(tail);
        let text = String::from_utf8_lossy(&octets);
        let lines: Vec<String> = text.trim().lines().map(escape).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

fn write(mut stdin: ChildStdin, lines: &Receiver<Vec<u8>>) {
    while let Ok(line) = lines.recv() {
        if stdin.write_all(&line).is_err() {
            return;
        }
    }
}

/// Cuts the standard output into lines.
fn read(stdout: ChildStdout, most: usize, heard: &SyncSender<Heard>) {
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let got = stdout.by_ref().take(most).read_until(b'\n', &mut line);
        let whole = line.pop().map(|last| last == b'\n');
        let full = u64::try_from(line.len()).unwrap_or(u64::MAX).saturating_add(1) >= most;
        let (next, ended) = match whole {
            Some(true) => (Heard::Line(line), false),
            Some(false) if full => (Heard::TooLong, true),
            Some(false) => (Heard::Cut, true),
            None => (Heard::End, true),
        };
        if heard.send(next).is_err() || ended || got.is_err() {
            break;
        }
    }
    // Nobody listens any more, but an adapter that is saying its last may finish.
    let _ = io::copy(&mut stdout, &mut io::sink());
}

/// Keeps the end of the error stream.
fn keep(mut stderr: ChildStderr, most: usize, tail: &Mutex<VecDeque<u8>>) {
    let mut octets = [0; 8192];
    loop {
        let got = match stderr.read(&mut octets) {
            Ok(0) => return,
            Ok(count) => octets.get(..count).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend(got);
        let over = tail.len().saturating_sub(most);
        tail.drain(..over);
    }
}
