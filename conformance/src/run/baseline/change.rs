//! What a record asks of a baseline, vector by vector.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::file::Entry;
use super::{Baseline, Outcome};
use crate::arguments::day;
use crate::run::{Known, Run};

/// A vector of which the baseline does not say what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) vector: String,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It fails, and no entry says so.
    New(Outcome),
    /// It fails otherwise than its entry says.
    Changed { from: Outcome, to: Outcome },
    /// Its entry has nothing to say any more, for this reason.
    Gone(&'static str),
}

impl Kind {
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::New(_) => "new",
            Self::Changed { .. } => "changed",
            Self::Gone(_) => "gone",
        }
    }

    /// Whether it is a failure that nobody has given a reason for: that of another outcome is no reason for this one.
    pub(super) const fn needs_details(&self) -> bool {
        matches!(self, Self::New(_) | Self::Changed { .. })
    }

    /// From what to what.
    pub(super) fn said(&self) -> String {
        match self {
            Self::New(outcome) => outcome.key().to_owned(),
            Self::Changed { from, to } => format!("{}, was {}", to.key(), from.key()),
            Self::Gone(why) => (*why).to_owned(),
        }
    }
}

/// Every change that the record of all vectors asks for, by vector. Entries that have expired by that day are a person's to change.
pub(super) fn changes(baseline: &Baseline, run: &Run, day: Date) -> Vec<Change> {
    let outcomes: BTreeMap<&str, Outcome> =
        run.rows.iter().map(|row| (row.vector.as_str(), row.outcome)).collect();
    let known = baseline.entries.iter().flat_map(|entry| entry.vectors.keys().map(String::as_str));
    let ids: BTreeSet<&str> = known.chain(outcomes.keys().copied()).collect();
    let change = |id: &str| {
        let known = baseline.entry(id);
        if known.is_some_and(|(entry, _)| entry.expires <= day) {
            return None;
        }
        let kind = match (known.map(|(_, outcome)| outcome), outcomes.get(id).copied()) {
            (Some(_), None) => Kind::Gone("no vector has this id"),
            (Some(_), Some(Outcome::Pass)) => Kind::Gone("it passes"),
            (Some(_), Some(Outcome::Unsupported)) => Kind::Gone("the adapter does not support it"),
            (Some(from), Some(to)) if from != to => Kind::Changed { from, to },
            (None, Some(outcome)) if outcome.fails() => Kind::New(outcome),
            _ => return None,
        };
        Some(Change { vector: id.to_owned(), kind })
    };
    ids.into_iter().filter_map(change).collect()
}

/// The baseline with these changes. New failures and changed ones say `details`, and without them stay as they are.
pub(super) fn with(baseline: &Baseline, changes: &[&Change], details: Option<&Known>) -> Baseline {
    let mut after = baseline.clone();
    for Change { vector, kind } in changes {
        let said = match kind {
            Kind::Gone(_) => None,
            Kind::New(outcome) | Kind::Changed { to: outcome, .. } => match details {
                Some(details) => Some((details, *outcome)),
                None => continue,
            },
        };
        after.entries.iter_mut().for_each(|entry| _ = entry.vectors.remove(vector));
        if let Some((details, outcome)) = said {
            place(&mut after.entries, details, outcome).vectors.insert(vector.clone(), outcome);
        }
    }
    after.entries.retain(|entry| !entry.vectors.is_empty());
    after
}

/// The entry of these words and this outcome, which is begun where there is none.
fn place<'a>(entries: &'a mut Vec<Entry>, details: &Known, outcome: Outcome) -> &'a mut Entry {
    let fits =
        |entry: &Entry| entry.known() == *details && entry.vectors.values().all(|known| *known == outcome);
    let place = entries.iter().position(fits).unwrap_or_else(|| {
        entries.push(Entry {
            reason: details.reason.clone(),
            owner: details.owner.clone(),
            issue: details.issue.clone(),
            expires: day(&details.expires).expect("details hold a day that was read"),
            vectors: BTreeMap::new(),
        });
        entries.len().saturating_sub(1)
    });
    entries.get_mut(place).expect("the place of an entry that is there")
}
