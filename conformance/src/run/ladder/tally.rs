//! What came of each step, and how far that is.

use serde::Serialize;

use super::Seen;
use crate::ladder::Kind;

/// Per cent of the images of a step that are read where the step counts as read.
const ENOUGH: usize = 90;

/// What came of the images of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) read: usize,
    pub(super) nothing: usize,
    pub(super) ambiguous: usize,
    pub(super) misread: usize,
    pub(super) failed: usize,
}

impl Step {
    pub(super) const fn images(self) -> usize {
        let others = self.nothing.saturating_add(self.ambiguous);
        self.read.saturating_add(others).saturating_add(self.misread).saturating_add(self.failed)
    }

    /// Whether enough of its images are read, and none is misread.
    fn is_read(self) -> bool {
        self.misread == 0
            && self.images() > 0
            && self.read.saturating_mul(100) >= self.images().saturating_mul(ENOUGH)
    }
}

/// What came of a ladder.
#[derive(Clone, Debug)]
pub(super) struct Ladder {
    pub(super) kind: Kind,
    pub(super) steps: Vec<Step>,
}

impl Ladder {
    /// The hardest step that is read, as every easier one is; `None` where not even the images without damage are.
    pub(super) fn threshold(&self) -> Option<usize> {
        self.steps.iter().take_while(|step| step.is_read()).count().checked_sub(1)
    }

    /// Whether every image without damage is read.
    pub(super) fn clean(&self) -> bool {
        self.steps.first().is_none_or(|step| step.read == step.images())
    }

    pub(super) fn failed(&self) -> usize {
        self.steps.iter().map(|step| step.failed).sum()
    }

    /// Every step together.
    pub(super) fn sum(&self) -> Step {
        sum(&self.steps)
    }
}

fn sum<'s>(steps: impl IntoIterator<Item = &'s Step>) -> Step {
    steps.into_iter().fold(Step::default(), |sum, step| Step {
        read: sum.read.saturating_add(step.read),
        nothing: sum.nothing.saturating_add(step.nothing),
        ambiguous: sum.ambiguous.saturating_add(step.ambiguous),
        misread: sum.misread.saturating_add(step.misread),
        failed: sum.failed.saturating_add(step.failed),
    })
}

/// What came of every ladder.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) ladders: Vec<Ladder>,
}

impl Tally {
    pub(super) fn new(kinds: &[Kind]) -> Self {
        let ladder = |kind: &Kind| Ladder { kind: *kind, steps: vec![Step::default(); kind.count()] };
        Self { ladders: kinds.iter().map(ladder).collect() }
    }

    /// Counts an answer.
    pub(super) fn add(&mut self, kind: Kind, step: usize, seen: &Seen, payload: &[u8]) {
        let ladder = self.ladders.iter_mut().find(|ladder| ladder.kind == kind);
        let Some(step) = ladder.and_then(|ladder| ladder.steps.get_mut(step)) else { return };
        let counted = match seen {
            Seen::Read(read) if read == payload => &mut step.read,
            Seen::Read(_) => &mut step.misread,
            Seen::Nothing => &mut step.nothing,
            Seen::Ambiguous => &mut step.ambiguous,
            Seen::Failed(_) => &mut step.failed,
        };
        *counted = counted.saturating_add(1);
    }

    /// Every image.
    pub(super) fn sum(&self) -> Step {
        sum(self.ladders.iter().flat_map(|ladder| &ladder.steps))
    }
}

/// Other bytes than those of the symbol, and how to see them again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Misread {
    pub(super) damage: &'static str,
    pub(super) step: usize,
    /// The number of the synthetic payload.
    pub(super) payload: usize,
    pub(super) payload_hex: String,
    pub(super) read_hex: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: &[usize], expected: Option<usize>) {
        let steps = read.iter().map(|read| Step {
            read: *read,
            nothing: 20_usize.saturating_sub(*read),
            ..Step::default()
        });
        let ladder = Ladder { kind: Kind::Blur, steps: steps.collect() };
        assert_eq!(ladder.threshold(), expected, "{read:?}");
    }

    #[test]
    fn the_threshold_is_the_last_step_before_the_first_that_is_not_read() {
        check(&[20, 20, 20], Some(2));
        check(&[20, 18, 17], Some(1));
        check(&[20, 18, 17, 20], Some(1));
        check(&[20, 0, 20], Some(0));
        check(&[18, 19], Some(1));
        check(&[17, 20, 20], None);
        check(&[], None);
    }

    #[test]
    fn a_misread_ends_a_ladder_whatever_else_is_read() {
        let good = Step { read: 20, ..Step::default() };
        let bad = Step { read: 99, misread: 1, ..Step::default() };
        let ladder = Ladder { kind: Kind::Noise, steps: vec![good, good, bad, good] };
        assert_eq!(ladder.threshold(), Some(1));
        assert_eq!(ladder.sum(), Step { read: 159, misread: 1, ..Step::default() });
    }

    #[test]
    fn an_answer_is_counted_once_and_other_bytes_are_a_misread() {
        let mut tally = Tally::new(&[Kind::Noise, Kind::Blur]);
        let read = |text: &str| Seen::Read(text.as_bytes().to_vec());
        for seen in
            [read("a"), read("b"), read(""), Seen::Nothing, Seen::Ambiguous, Seen::Failed(String::new())]
        {
            tally.add(Kind::Blur, 3, &seen, b"a");
        }
        let expected = Step { read: 1, nothing: 1, ambiguous: 1, misread: 2, failed: 1 };
        assert_eq!(tally.sum(), expected);
        assert_eq!(tally.ladders.last().and_then(|ladder| ladder.steps.get(3)), Some(&expected));
    }
}
