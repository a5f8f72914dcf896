//! `upqr run --ladders`: how far an implementation reads, ladder by ladder.

mod question;
mod show;
mod tally;

use std::collections::BTreeSet;
use std::io::Write;
use std::time::Instant;

use upqr::payment::hex_of;

use self::tally::{Misread, Tally};
use super::Arguments;
use super::command::INTERRUPTED;
use crate::adapter;
use crate::exit::{Exit, Stop};
use crate::human;
use crate::ladder::{Kind, Subject, bar, cores, each, named, numbered, png};
use crate::output;
use crate::report::Format;

/// Images that an implementation is handed at a time: those of one ladder of one payload.
type Images = [Vec<u8>];

/// Different reasons for a missing answer that are told while they come.
const SENTENCES: usize = 8;

/// What an implementation says of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// One payload.
    Read(Vec<u8>),
    Nothing,
    /// Several payloads, between which it does not choose.
    Ambiguous,
    /// No answer, and why.
    Failed(String),
}

/// Asks about images, and gives as many answers.
pub(crate) type Ask = Box<dyn FnMut(&Images) -> Vec<Seen>>;

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Stop> {
    if !matches!(arguments.format, Format::Human | Format::Ndjson) {
        return Err(Stop::Usage("the results of --ladders are shown as --format human or ndjson".to_owned()));
    }
    ctrlc::set_handler(|| {
        adapter::guardian::end_all();
        std::process::exit(INTERRUPTED)
    })
    .map_err(|error| Stop::Usage(format!("cannot listen for an interruption: {error}")))?;
    let open = || question::open(&arguments.target);
    let kinds = named(&arguments.damage);
    let started = Instant::now();
    let (tally, misreads) = ask(arguments, &kinds, &open)?;
    let seconds = started.elapsed().as_secs_f64();
    let exit = exit(&tally, &misreads);
    output::to(arguments.output_file.as_deref(), out, |file| {
        match arguments.format {
            Format::Ndjson => show::ndjson(&tally, &misreads, file)?,
            _ => show::human(
                &tally,
                &misreads,
                seconds,
                arguments.output_file.is_none().then(output::width),
                file,
            )?,
        }
        Ok(())
    })
    .map_or_else(|stop| stop.or_known(exit), |()| Ok(exit))
}

/// Makes the images of a payload, asks about them, and forgets them, on several threads at once.
fn ask(
    arguments: &Arguments,
    kinds: &[Kind],
    open: &(dyn Fn() -> Result<Ask, Stop> + Sync),
) -> Result<(Tally, Vec<Misread>), Stop> {
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let jobs = arguments.jobs.map_or_else(cores, size);
    let count = size(arguments.payloads);
    let seed = arguments.seed.unwrap_or(1);
    let mut tally = Tally::new(kinds);
    let mut misreads = Vec::new();
    let mut failures = BTreeSet::new();
    let images: usize = kinds.iter().map(|kind| kind.count()).sum();
    let bar = bar(images.saturating_mul(count), arguments.quiet);
    let work = |ask: &mut Ask, number: usize| Ok((number, answers(ask, kinds, seed, number)));
    each(jobs, count, open, &work, &mut |(number, (payload, answers))| {
        for (kind, answers) in kinds.iter().zip(answers) {
            for (step, seen) in answers.into_iter().enumerate() {
                bar.inc(1);
                tally.add(*kind, step, &seen, &payload);
                if let Seen::Failed(why) = &seen
                    && failures.insert(why.clone())
                    && failures.len() <= SENTENCES
                {
                    let kind = kind.key();
                    bar.suspend(|| {
                        human::warn(&format!(
                            "no answer about {kind} step {step} of payload {number}: {why}"
                        ));
                    });
                }
                if let Seen::Read(read) = seen
                    && read != payload
                {
                    let [payload_hex, read_hex] = [&payload, &read].map(|octets| hex_of(octets));
                    misreads.push(Misread {
                        damage: kind.key(),
                        step,
                        payload: number,
                        payload_hex,
                        read_hex,
                    });
                }
            }
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    misreads.sort_unstable();
    Ok((tally, misreads))
}

/// A payload, and the answers to the images of each of its ladders.
fn answers(ask: &mut Ask, kinds: &[Kind], seed: u64, number: usize) -> (Vec<u8>, Vec<Vec<Seen>>) {
    let (payload, level) = numbered(seed, number);
    let subject = Subject::new(payload, level, seed)
        .expect("a synthetic payload is far shorter than what a symbol holds");
    let answers = kinds.iter().map(|kind| {
        let images: Vec<Vec<u8>> = (0..kind.count()).map(|step| png(&subject.picture(*kind, step))).collect();
        let mut answers = ask(&images);
        answers.resize_with(images.len(), || Seen::Failed("no answer".to_owned()));
        answers
    });
    let answers = answers.collect();
    (subject.payload, answers)
}

/// 1 where anything was misread, an image without damage was not read, or the implementation failed.
fn exit(tally: &Tally, misreads: &[Misread]) -> Exit {
    let is_sound =
        misreads.is_empty() && tally.ladders.iter().all(|ladder| ladder.clean() && ladder.failed() == 0);
    if is_sound { Exit::Conforms } else { Exit::Findings }
}
