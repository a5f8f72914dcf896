//! Many pieces of work on several threads, none of which is kept longer than it takes to hand it on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::exit::Stop;

/// Results that wait to be handed on, a thread.
const WAITING: usize = 2;

/// Works on the numbers below `count`, each thread with what `open` gave it, and hands the results on as they come, in any order. The first error ends it.
pub(crate) fn each<S, T: Send>(
    jobs: usize,
    count: usize,
    open: &(dyn Fn() -> Result<S, Stop> + Sync),
    work: &(dyn Fn(&mut S, usize) -> Result<T, Stop> + Sync),
    deliver: &mut dyn FnMut(T) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let jobs = jobs.clamp(1, count.max(1));
    let next = AtomicUsize::new(0);
    let (sender, results) = sync_channel(jobs.saturating_mul(WAITING));
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                let mut state = match open() {
                    Ok(state) => state,
                    // Where nobody listens any more, another error was first.
                    Err(stop) => return drop(sender.send(Err(stop))),
                };
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count || sender.send(work(&mut state, number)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        // The receiver goes at the first error, so that the threads end after the piece at hand.
        results.into_iter().try_for_each(|result| deliver(result?))
    })
}

/// Threads that the machine runs at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
