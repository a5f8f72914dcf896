//! Votes of a three-party hold: two of three decide, and the first vote of each counts (UPQR-TRM-17).

use super::evidence::{Event, What};

/// From when on a majority stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Count<'a> {
    pub(super) released: Option<u64>,
    pub(super) returned: Option<u64>,
    /// Identifiers of events that repeat or change a vote.
    pub(super) repeated: Vec<&'a str>,
}

/// Counts the votes among events in their canonical order.
pub(super) fn count<'a>(counted: &[&'a Event]) -> Count<'a> {
    let mut votes: Vec<(&str, bool)> = Vec::with_capacity(3);
    let mut count = Count::default();
    for event in counted {
        let release = match event.what {
            What::Release => true,
            What::Return => false,
            _ => continue,
        };
        if votes.iter().any(|(by, _)| *by == event.by) {
            count.repeated.push(&event.id);
            continue;
        }
        let second = votes.iter().any(|(_, known)| *known == release);
        votes.push((&event.by, release));
        let majority = if release { &mut count.released } else { &mut count.returned };
        if second && majority.is_none() {
            *majority = Some(event.at);
        }
    }
    count
}
