//! Counts of the page: groups and requirements down, implementations across.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Value, context};

use super::Column;
use crate::human::escape;
use crate::report::case::{Group, Standing, Tally, groups as tallies, tally};

/// A row for each group of which somebody was asked, in the order of operations and levels, and the names of the others.
pub(super) fn groups(columns: &[Column<'_>]) -> (Vec<Value>, Vec<String>) {
    let tallies: Vec<BTreeMap<Group, Tally>> = columns.iter().map(|column| tallies(&column.cases)).collect();
    let groups: BTreeSet<Group> = tallies.iter().flat_map(|column| column.keys().copied()).collect();
    let row = |group: Group| {
        let cells: Vec<Value> = tallies.iter().map(|column| cell(column.get(&group))).collect();
        context! { name => group.name(), cells }
    };
    let asked = |group: &Group| tallies.iter().filter_map(|column| column.get(group)).any(Tally::is_asked);
    let (asked, unasked): (Vec<Group>, Vec<Group>) = groups.into_iter().partition(asked);
    (asked.into_iter().map(row).collect(), unasked.into_iter().map(Group::name).collect())
}

pub(super) fn totals(columns: &[Column<'_>]) -> Vec<Value> {
    columns.iter().map(|column| cell(Some(&tally(column.run)))).collect()
}

/// A row for each requirement that a vector exercises: what holds it, and what does not.
pub(super) fn requirements(columns: &[Column<'_>]) -> Vec<Value> {
    let mut rows: BTreeMap<(String, u64, String), Vec<Tally>> = BTreeMap::new();
    for (place, column) in columns.iter().enumerate() {
        for case in &column.cases {
            for requirement in case.requirements() {
                let row = rows
                    .entry(in_order(requirement))
                    .or_insert_with(|| vec![Tally::default(); columns.len()]);
                if let Some(tally) = row.get_mut(place) {
                    tally.add(case.row);
                }
            }
        }
    }
    let row = |((_, _, requirement), tallies): ((String, u64, String), Vec<Tally>)| {
        let cells: Vec<Value> = tallies.iter().map(|tally| cell(Some(tally))).collect();
        let fails = tallies.iter().any(|tally| tally.count(Standing::Unexpected) > 0);
        context! { name => escape(&requirement), cells, fails }
    };
    rows.into_iter().map(row).collect()
}

/// `UPQR-CRC-10` stands behind `UPQR-CRC-2`.
fn in_order(requirement: &str) -> (String, u64, String) {
    let (chapter, number) = requirement.rsplit_once('-').unwrap_or((requirement, ""));
    (chapter.to_owned(), number.parse().unwrap_or(u64::MAX), requirement.to_owned())
}

/// Passes of the cases that were asked, and in words what the others are; `None` where there are none.
fn cell(tally: Option<&Tally>) -> Value {
    let Some(tally) = tally.filter(|tally| tally.is_asked()) else {
        return context! { class => "none", mark => "–", text => "not asked", notes => Vec::<String>::new() };
    };
    let [pass, unexpected, known] =
        [Standing::Pass, Standing::Unexpected, Standing::Known].map(|standing| tally.count(standing));
    let (class, mark) = if unexpected > 0 {
        ("bad", "✕")
    } else if known > 0 {
        ("doubt", "!")
    } else {
        ("good", "✓")
    };
    let notes: Vec<String> = [(unexpected, "unexpected"), (known, "known")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    context! { class, mark, text => format!("{pass}/{}", tally.asked()), notes }
}

/// Parts of a bar of a thousand, with the count of each.
pub(super) fn bar(tally: &Tally, cases: u64) -> Vec<Value> {
    let share = |count: u64| count.saturating_mul(1000).checked_div(cases.max(tally.cases)).unwrap_or(0);
    let mut start = 0_u64;
    let part = |standing: &Standing| {
        let count = tally.count(*standing);
        let class = match standing {
            Standing::Pass => "good",
            Standing::Unexpected => "bad",
            Standing::Known => "doubt",
            Standing::Unsupported => "none",
        };
        // What occurs is seen, however little it is.
        let width = if count > 0 { share(count).max(6) } else { 0 };
        let part = context! { class, start, width };
        start = start.saturating_add(width);
        part
    };
    [Standing::Unexpected, Standing::Known, Standing::Pass, Standing::Unsupported].iter().map(part).collect()
}
