//! `upqr scan-worker`: opens and reads pictures in a process of its own, which may be ended at any time, and which ends when nobody asks any more.

use std::io::{self, BufReader, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use upqr::symbol::read::{Reading, Until, attempt, read_with};
use upqr::symbol::{Picture, Reader, grade, measure};

use super::arguments::Misbehaviour;
use super::open::open;
use super::wire::{Asked, Head, Measured, Sight, StepName, Told, read_pieces, reader};

/// Bytes of memory that a worker may have, its stack of `STACK` bytes included: with its program, and with the command that holds the bytes of a
/// stream beside it, fewer than 256 MiB.
#[cfg(unix)]
const MOST_MEMORY: u64 = 184 << 20;

/// Bytes of the stack on which pictures are opened: drawings are nested.
const STACK: usize = 8 << 20;

/// The status with which a worker ends that cannot go on.
const BROKEN: i32 = 101;

pub(crate) fn run() -> ExitCode {
    limit();
    // What a crate says of itself while it panics is of no use to the command's user.
    std::panic::set_hook(Box::new(|_| ()));
    let (sender, asked) = mpsc::channel();
    let work = thread::Builder::new().stack_size(STACK).spawn(move || {
        if catch_unwind(AssertUnwindSafe(|| work(&asked))).is_err() {
            process::exit(BROKEN);
        }
    });
    if work.is_err() {
        return ExitCode::FAILURE;
    }
    tell(&Told::Ready);
    let mut stdin = BufReader::new(io::stdin().lock());
    // Whatever the work is at when the command is gone, it ends with this thread.
    while let Some(question) = question(&mut stdin) {
        if sender.send(question).is_err() {
            break;
        }
    }
    process::exit(0)
}

/// Bounds what the process may take, and leaves no image of its memory behind.
#[cfg(unix)]
fn limit() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let at_most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    // Where the system does not know the bound, the limits of `open` still hold.
    let _ = setrlimit(Resource::Data, at_most(MOST_MEMORY));
    let _ = setrlimit(Resource::Core, at_most(0));
    #[cfg(target_os = "linux")]
    {
        // The end of the standard input says the same, and is seen a little later.
        let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    }
}

#[cfg(not(unix))]
const fn limit() {}

/// The next picture, and its file; `None` where the command is gone.
fn question(stdin: &mut impl io::BufRead) -> Option<(Asked, Vec<u8>)> {
    let mut line = String::new();
    stdin.read_line(&mut line).ok()?;
    let asked = serde_json::from_str(&line).ok()?;
    Some((asked, read_pieces(stdin).ok()?))
}

fn work(asked: &Receiver<(Asked, Vec<u8>)>) {
    while let Ok((asked, octets)) = asked.recv() {
        tell(&answer(&asked, Arc::new(octets)));
    }
}

/// Opens a picture and reads it.
fn answer(asked: &Asked, octets: Arc<Vec<u8>>) -> Told {
    let opened = match open(&octets, asked.page) {
        Ok(opened) => opened,
        Err(why) => return Told::Refused(why),
    };
    // Its memory is for what follows.
    drop(octets);
    tell(&Told::Opened(Head::of(&opened)));
    let reading = read(&opened.picture, asked);
    let measured = reading.sightings.iter().map(|sighting| {
        let measured = measure(&opened.picture, sighting);
        (Sight::of(sighting), Measured::of(&measured, &grade(&measured, &sighting.analysis)))
    });
    Told::Done { symbols: measured.collect(), micro: reading.micro, unread: reading.unread }
}

/// Reads a picture, and tells each step.
fn read(picture: &Picture, asked: &Asked) -> Reading {
    let readers: Vec<Reader> = asked.readers.iter().filter_map(|key| reader(key)).collect();
    let until = if asked.compare { Until::End } else { Until::Read };
    let reading = read_with(picture, &readers, until, |view, step, pass| {
        let name = StepName { pass, reader: step.reader.key().to_owned(), step: step.name.to_owned() };
        if asked.skip.contains(&name) {
            return Vec::new();
        }
        tell(&Told::Begun(name));
        let seen = attempt(view.picture(), step);
        tell(&Told::Saw(seen.iter().map(|sighting| Sight::of(&view.back(sighting))).collect()));
        seen
    });
    misbehave(asked);
    reading
}

/// Does wrong what it is asked to.
fn misbehave(asked: &Asked) {
    let Some(wrong) = asked.misbehave else { return };
    let name = StepName { pass: 1, reader: Reader::Rqrr.key().to_owned(), step: "misbehaviour".to_owned() };
    if asked.skip.contains(&name) {
        return;
    }
    tell(&Told::Begun(name));
    match wrong {
        Misbehaviour::Hang => loop {
            thread::park();
        },
        Misbehaviour::Abort => process::abort(),
        Misbehaviour::Panic => std::panic::resume_unwind(Box::new(())),
        Misbehaviour::Grow => {
            let mut all = Vec::new();
            loop {
                all.push(vec![1_u8; 1 << 20]);
            }
        }
    }
}

fn tell(told: &Told) {
    let mut line = serde_json::to_vec(told).unwrap_or_default();
    line.push(b'\n');
    let mut stdout = io::stdout().lock();
    if stdout.write_all(&line).and_then(|()| stdout.flush()).is_err() {
        // Nobody listens any more.
        process::exit(0);
    }
}
