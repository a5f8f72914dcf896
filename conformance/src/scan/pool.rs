//! Several pictures at a time, told in the order of the call.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

use super::process::{Lane, Manner, Shot, Source};
use crate::exit::Stop;

/// What a lane tells of an input.
enum Told {
    /// A page, from 1; whether there are several.
    Page(usize, bool, Box<Shot>),
    /// There is no more of this input.
    Over,
    /// The command has to stop.
    Stop(Stop),
}

/// Reads every page of every input; tells its place among the inputs, its page where there are several, and what came of it.
pub(crate) fn each(
    inputs: &[Source<'_>],
    manner: Manner,
    jobs: NonZeroUsize,
    mut visit: impl FnMut(usize, Option<usize>, Shot) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let (sender, told) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..jobs.get().min(inputs.len()) {
            let (sender, next, stopped) = (sender.clone(), &next, &stopped);
            scope.spawn(move || lane(inputs, manner, next, stopped, &sender));
        }
        drop(sender);
        let mut waiting: BTreeMap<usize, Vec<Told>> = BTreeMap::new();
        let mut place = 0;
        for (input, news) in told {
            waiting.entry(input).or_default().push(news);
            // What is due may be told, and what waited for it.
            while let Some(due) = waiting.get_mut(&place) {
                for news in std::mem::take(due) {
                    let visited = match news {
                        Told::Page(page, several, shot) => visit(place, several.then_some(page), *shot),
                        Told::Stop(stop) => Err(stop),
                        Told::Over => {
                            waiting.remove(&place);
                            place = place.saturating_add(1);
                            Ok(())
                        }
                    };
                    if visited.is_err() {
                        stopped.store(true, Ordering::Relaxed);
                        return visited;
                    }
                }
                if waiting.get(&place).is_some_and(Vec::is_empty) {
                    break;
                }
            }
        }
        Ok(())
    })
}

/// Takes inputs until there are none.
fn lane(
    inputs: &[Source<'_>],
    manner: Manner,
    next: &AtomicUsize,
    stopped: &AtomicBool,
    told: &Sender<(usize, Told)>,
) {
    let mut lane = Lane::new(manner);
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        let Some(source) = inputs.get(place) else { return };
        if stopped.load(Ordering::Relaxed) {
            return;
        }
        let shots = match lane.read(*source) {
            Ok(shots) => shots,
            Err(stop) => return drop(told.send((place, Told::Stop(stop)))),
        };
        let several = shots.len() > 1;
        for (page, shot) in (1..).zip(shots) {
            if told.send((place, Told::Page(page, several, Box::new(shot)))).is_err() {
                return;
            }
        }
        if told.send((place, Told::Over)).is_err() {
            return;
        }
    }
}
