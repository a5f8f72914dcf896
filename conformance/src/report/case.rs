//! A row of a record beside the vector that it names, how it counts, and the sums of a run.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Context, scope};
use crate::run::{Known, Outcome, Row, Run};
use crate::vectors::words::words;
use crate::vectors::{Expectation, Level, Op, Risk, Vector, Verdict};

words! {
    /// How a case counts.
    Standing {
        Pass = "pass",
        /// It fails, and no baseline says so.
        Unexpected = "unexpected",
        /// It fails as the baseline says.
        Known = "known",
        Unsupported = "unsupported",
    }
}

impl Standing {
    pub(crate) fn of(row: &Row) -> Self {
        match row.outcome {
            Outcome::Pass => Self::Pass,
            Outcome::Unsupported => Self::Unsupported,
            _ if row.known.is_some() => Self::Known,
            _ => Self::Unexpected,
        }
    }
}

/// What cases are counted under, in the order of operations and levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Of(Op, Level),
    /// The vector is not of this edition, so nothing is known of it but its id.
    OtherEdition,
}

impl Group {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Of(op, level) => format!("{} {}", op.key(), level.key()),
            Self::OtherEdition => "other edition".to_owned(),
        }
    }
}

/// A row, its run, and its vector where this edition has it in that revision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'r> {
    pub(crate) run: &'r Run,
    pub(crate) row: &'r Row,
    pub(crate) vector: Option<&'r Vector>,
}

impl<'r> Case<'r> {
    pub(crate) fn standing(&self) -> Standing {
        Standing::of(self.row)
    }

    pub(crate) fn group(&self) -> Group {
        self.vector.map_or(Group::OtherEdition, |vector| Group::Of(vector.op, vector.level))
    }

    pub(crate) fn title(&self) -> &'r str {
        self.vector.map_or("this edition has no such vector, or another revision of it", |vector| {
            vector.title.as_str()
        })
    }

    pub(crate) fn requirements(&self) -> &'r [String] {
        self.vector.map_or(&[], |vector| vector.requirements.as_slice())
    }

    /// What the failure puts at risk, the costliest first: what the vector names, or else what follows from the outcome.
    pub(crate) fn risks(&self) -> Vec<Risk> {
        let mut risks = self.vector.map_or_else(Vec::new, |vector| vector.risk.clone());
        let accepts = self.expected().is_some_and(|expected| expected.verdict == Verdict::Accept);
        // A code that is not taken, or comes back as another one, is a sale that does not happen.
        if risks.is_empty() && accepts && self.row.outcome.fails() {
            risks.push(Risk::RefusedSale);
        }
        risks.sort_unstable();
        risks
    }

    /// The costliest risk; a case without one is less urgent than any with one.
    pub(crate) fn urgency(&self) -> (bool, Option<Risk>) {
        let risk = self.risks().first().copied();
        (risk.is_none(), risk)
    }

    /// What had to be answered by an implementation with these choices.
    pub(crate) fn expected(&self) -> Option<&'r Expectation> {
        self.vector.and_then(|vector| vector.expect.under(&self.run.header.adapter.policies))
    }

    /// The byte of the input at which something is wrong: where it had to be rejected, else where it was.
    pub(crate) fn fault(&self) -> Option<usize> {
        let expected = self.expected().and_then(|expected| expected.error.as_ref()?.offset);
        let given = || self.row.got.as_ref()?.get("error")?.get("offset")?.as_u64();
        usize::try_from(expected.or_else(given)?).ok()
    }

    pub(crate) fn detail(&self) -> &'r str {
        self.row.detail.as_deref().unwrap_or("no detail is recorded")
    }

    /// The call that asks this case again. A record from elsewhere may hold what no shell can pass on.
    pub(crate) fn reproduction(&self) -> String {
        let call = &self.run.header.call;
        if call.iter().chain([&self.row.vector]).any(|word| word.contains('\0')) {
            return "none: the call in the record holds a NUL".to_owned();
        }
        let length = call.iter().map(String::len).fold(0, usize::saturating_add);
        if length > scope::CALL {
            return format!("none: the call in the record has {length} bytes");
        }
        self.row.reproduction(&self.run.header)
    }
}

/// The cases of a run, by vector id.
pub(crate) fn cases<'r>(run: &'r Run, context: &'r Context) -> Vec<Case<'r>> {
    let of = |row: &'r Row| context.vector(&row.vector).filter(|vector| vector.rev == row.rev);
    run.rows.iter().map(|row| Case { run, row, vector: of(row) }).collect()
}

/// The cases that stand so, the costliest risk first.
pub(crate) fn urgent<'r>(cases: &[Case<'r>], standing: Standing) -> Vec<Case<'r>> {
    let mut chosen: Vec<Case<'r>> =
        cases.iter().filter(|case| case.standing() == standing).copied().collect();
    chosen.sort_by_key(Case::urgency);
    chosen
}

/// Cases of a group by outcome and by how they count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) cases: u64,
    pub(crate) outcomes: BTreeMap<Outcome, u64>,
    standings: BTreeMap<Standing, u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, row: &Row) {
        self.cases = self.cases.saturating_add(1);
        let outcome = self.outcomes.entry(row.outcome).or_default();
        *outcome = outcome.saturating_add(1);
        let standing = self.standings.entry(Standing::of(row)).or_default();
        *standing = standing.saturating_add(1);
    }

    pub(crate) fn count(&self, standing: Standing) -> u64 {
        self.standings.get(&standing).copied().unwrap_or_default()
    }

    /// Cases that the implementation declares, so that they were put to it.
    pub(crate) fn asked(&self) -> u64 {
        self.cases.saturating_sub(self.count(Standing::Unsupported))
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.asked() > 0
    }

    /// Every outcome that occurs, with its count.
    pub(crate) fn counts(&self) -> Value {
        self.outcomes.iter().map(|(outcome, count)| (outcome.key().to_owned(), json!(count))).collect()
    }
}

/// What a run comes to.
pub(crate) fn tally(run: &Run) -> Tally {
    let mut tally = Tally::default();
    run.rows.iter().for_each(|row| tally.add(row));
    tally
}

pub(crate) fn groups(cases: &[Case<'_>]) -> BTreeMap<Group, Tally> {
    let mut groups: BTreeMap<Group, Tally> = BTreeMap::new();
    for case in cases {
        groups.entry(case.group()).or_default().add(case.row);
    }
    groups
}

/// Names of implementations, each once.
pub(crate) fn names(runs: &[Run]) -> Vec<String> {
    let mut known: BTreeMap<String, u64> = BTreeMap::new();
    let name = |run: &Run| {
        let adapter = &run.header.adapter;
        let name = format!("{} {}", scope::name(&adapter.name), scope::name(&adapter.version));
        let times = known.entry(name.clone()).or_default();
        *times = times.saturating_add(1);
        if *times > 1 { format!("{name} ({times})") } else { name }
    };
    runs.iter().map(name).collect()
}

/// Why a record says less than a whole run, and what to do; `None` for a whole one.
pub(crate) fn incomplete(run: &Run) -> Option<String> {
    let rows = u64::try_from(run.rows.len()).unwrap_or(u64::MAX);
    let cases = run.header.cases;
    (!run.complete).then(|| {
        format!("the record is incomplete: it has {rows} of {cases} cases; go on with `upqr run --resume`")
    })
}

/// `1210 cases: 1203 pass, 4 unexpected failures, 2 known failures, 1 unsupported, 1 stale entry of the baseline`
pub(crate) fn sum(run: &Run) -> String {
    let tally = tally(run);
    let mut parts = vec![format!("{} pass", tally.count(Standing::Pass))];
    let mut put = |count: u64, one: &str, many: &str| match count {
        0 => {}
        1 => parts.push(format!("1 {one}")),
        _ => parts.push(format!("{count} {many}")),
    };
    put(tally.count(Standing::Unexpected), "unexpected failure", "unexpected failures");
    put(tally.count(Standing::Known), "known failure", "known failures");
    put(tally.count(Standing::Unsupported), "unsupported", "unsupported");
    let stale = u64::try_from(run.stale.len()).unwrap_or(u64::MAX);
    put(stale, "stale entry of the baseline", "stale entries of the baseline");
    let cases = if tally.cases == 1 { "1 case".to_owned() } else { format!("{} cases", tally.cases) };
    let mut sum = format!("{cases}: {}", parts.join(", "));
    if !run.complete {
        sum.push_str("; incomplete");
    }
    sum
}

/// `they count length in bytes (owner payments@example.com, https://example.com/1, until 2027-01-01)`
pub(crate) fn excuse(known: &Known) -> String {
    let Known { reason, owner, issue, expires } = known;
    format!("{reason} (owner {owner}, {issue}, until {expires})")
}

/// A stale entry in a sentence.
pub(crate) fn stale(vector: &str, why: &str) -> String {
    format!("the baseline's entry for {vector} no longer holds: {why}")
}
