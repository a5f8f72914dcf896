//! Who is asked what, and when: cases go to several adapters at once, and every case comes back exactly once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use upqr::payment::hex_of;

use super::{Judgement, Outcome, Row, judge};
use crate::adapter::{Adapter, Case, Delivery, Failure, FailureKind, Hello};
use crate::exit::Stop;
use crate::vectors::Vector;
use crate::vectors::filter::Filter;

/// Cases that an adapter is handed at a time: enough for it to have several in flight, few enough for all to end together.
const BATCH: usize = 32;

/// How long the collector sleeps before it looks whether the run was interrupted.
const GLANCE: Duration = Duration::from_millis(50);

/// Bytes of a sentence, and of an answer, that a row keeps: a person reads no more, and a hostile adapter fills no disk.
const KEPT: usize = 4096;

/// Bytes of each of two answers that a sentence holds side by side.
const BESIDE: usize = 1024;

/// Bytes of a hash that tell two long answers apart.
const HASH: usize = 8;

/// An adapter of whatever kind, to be used by one thread.
pub(crate) type Boxed = Box<dyn Adapter + Send>;

/// How the cases are put.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Adapters at once.
    pub(crate) jobs: usize,
    /// How often each case is asked.
    pub(crate) repeat: u32,
    /// The seed of another order than that of the ids.
    pub(crate) seed: Option<u64>,
}

/// How a run is stopped half-way.
#[derive(Clone, Copy)]
pub(crate) struct Interrupt<'i> {
    /// Set from outside.
    pub(crate) flag: &'i AtomicBool,
    /// Ends the process, since waiting for adapters that hang would take their whole patience.
    pub(crate) leave: &'i dyn Fn(),
}

/// How a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Every case has a row.
    Whole,
    /// The caller's flag was set, and the cases that had no row by then have none.
    Interrupted,
}

/// Parts the vectors that an adapter can be asked about from those outside what its `hello` declares, which get their rows at once.
pub(crate) fn part<'v>(hello: &Hello, vectors: Vec<&'v Vector>) -> (Vec<&'v Vector>, Vec<Row>) {
    let supports = hello.supports.as_deref().and_then(|text| Filter::parse(text).ok());
    let (mut asked, mut rows) = (Vec::new(), Vec::new());
    for vector in vectors {
        let why = if !hello.ops.contains(&vector.op) {
            format!("the adapter does not declare the operation {}", vector.op.key())
        } else if supports.as_ref().is_some_and(|filter| !filter.holds(vector)) {
            "outside the adapter's `supports`".to_owned()
        } else if vector.expect.under(&hello.policies).is_none() {
            "the adapter declares none of the policy's choices".to_owned()
        } else {
            asked.push(vector);
            continue;
        };
        rows.push(row(vector, Judgement::of(Outcome::Unsupported, why)));
    }
    (asked, rows)
}

/// Asks about each vector, and hands over a row for each as soon as it is known. The first adapter is there already; the others are opened here.
pub(crate) fn ask(
    first: Boxed,
    open: &(dyn Fn() -> Result<Boxed, Stop> + Sync),
    vectors: &[&Vector],
    plan: Plan,
    interrupt: Interrupt<'_>,
    each: &mut dyn FnMut(Row) -> Result<(), Stop>,
) -> Result<Ended, Stop> {
    let flag = interrupt.flag;
    let hello = first.hello().clone();
    let cases: Vec<Case<'_>> = vectors.iter().map(|vector| Case::of(vector)).collect();
    let batches = batches(cases.len(), plan);
    let workers = plan.jobs.clamp(1, batches.len().max(1));
    let queue = Queue::new(batches.into());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        let mut ready = Some(first);
        for _ in 0..workers {
            let (adapter, sender) = (ready.take(), sender.clone());
            let (hello, queue, cases) = (&hello, &queue, &cases);
            scope.spawn(move || work(adapter, open, hello, queue, cases, flag, &sender));
        }
        drop(sender);
        let ended = collect(&receiver, vectors, &cases, &hello, plan.repeat, flag, each);
        match &ended {
            Ok(Ended::Whole) => {}
            Ok(Ended::Interrupted) => (interrupt.leave)(),
            // No thread takes another batch.
            Err(_) => flag.store(true, Ordering::Relaxed),
        }
        ended
    })
}

/// Asks one adapter about each vector, once; gives the rows by vector id.
pub(crate) fn alone(adapter: &mut dyn Adapter, vectors: &[Vector]) -> Vec<Row> {
    let hello = adapter.hello().clone();
    let cases: Vec<Case<'_>> = vectors.iter().map(Case::of).collect();
    let mut rows = Vec::new();
    adapter.ask(&cases, &mut |place, delivery| {
        if let (Some(vector), Some(case)) = (vectors.get(place), cases.get(place)) {
            rows.push(row(vector, judge(vector, &hello, case, &delivery)));
        }
    });
    rows.sort_unstable_by(|a, b| a.vector.cmp(&b.vector));
    rows
}

/// The places of all cases, once for each time that they are asked, in batches.
fn batches(cases: usize, plan: Plan) -> Vec<Vec<usize>> {
    let mut places: Vec<usize> = (0..plan.repeat).flat_map(|_| 0..cases).collect();
    if let Some(seed) = plan.seed {
        shuffle(&mut places, seed);
    }
    places.chunks(BATCH).map(<[usize]>::to_vec).collect()
}

/// The order of a seed, the same on every machine.
fn shuffle(places: &mut [usize], seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for end in (1..places.len()).rev() {
        let bound = u64::try_from(end).unwrap_or(u64::MAX).saturating_add(1);
        let other = random.next_u64().checked_rem(bound).and_then(|other| usize::try_from(other).ok());
        places.swap(end, other.unwrap_or(end));
    }
}

/// What a thread tells the collector.
enum Told {
    Delivered(usize, Delivery),
    /// Its adapter cannot go on, and why.
    GaveUp(String),
}

/// Batches that nobody has taken yet.
type Queue = Mutex<VecDeque<Vec<usize>>>;

/// A thread that panicked left the queue whole: each change of it is one step.
fn locked(queue: &Queue) -> MutexGuard<'_, VecDeque<Vec<usize>>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one thread does: batch after batch, until there is none left or its adapter cannot go on. What it was not asked goes back to the others.
fn work(
    adapter: Option<Boxed>,
    open: &(dyn Fn() -> Result<Boxed, Stop> + Sync),
    hello: &Hello,
    queue: &Queue,
    cases: &[Case<'_>],
    interrupted: &AtomicBool,
    sender: &Sender<Told>,
) {
    // Nobody listens any more where the run was interrupted.
    let tell = |told: Told| drop(sender.send(told));
    let mut adapter = match adapter.map_or_else(open, Ok) {
        Ok(adapter) if adapter.hello() == hello => adapter,
        Ok(_) => return tell(Told::GaveUp("another process of the adapter said another `hello`".to_owned())),
        Err(stop) => return tell(Told::GaveUp(format!("the adapter did not start once more: {stop}"))),
    };
    while !interrupted.load(Ordering::Relaxed) {
        let Some(batch) = locked(queue).pop_front() else { return };
        let questions: Vec<Case<'_>> = batch.iter().filter_map(|place| cases.get(*place)).cloned().collect();
        let (mut unasked, mut why) = (Vec::new(), None);
        adapter.ask(&questions, &mut |place, delivery| {
            let Some(place) = batch.get(place) else { return };
            match delivery {
                Delivery::Failed(Failure { kind: FailureKind::NotRun, detail, .. }) => {
                    unasked.push(*place);
                    why = Some(detail);
                }
                delivery => tell(Told::Delivered(*place, delivery)),
            }
        });
        if let Some(why) = why {
            locked(queue).push_back(unasked);
            return tell(Told::GaveUp(why));
        }
    }
}

/// Gathers what was delivered into rows; a case is complete when it was answered as often as it was asked. What no adapter was left for is `not-run`.
fn collect(
    receiver: &Receiver<Told>,
    vectors: &[&Vector],
    cases: &[Case<'_>],
    hello: &Hello,
    repeat: u32,
    interrupted: &AtomicBool,
    each: &mut dyn FnMut(Row) -> Result<(), Stop>,
) -> Result<Ended, Stop> {
    let mut open: BTreeMap<usize, Vec<Delivery>> =
        (0..vectors.len()).map(|place| (place, Vec::new())).collect();
    let mut reasons = BTreeSet::new();
    while !open.is_empty() {
        if interrupted.load(Ordering::Relaxed) {
            return Ok(Ended::Interrupted);
        }
        let (place, delivery) = match receiver.recv_timeout(GLANCE) {
            Ok(Told::Delivered(place, delivery)) => (place, delivery),
            Ok(Told::GaveUp(why)) => {
                reasons.insert(why);
                continue;
            }
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let Some(deliveries) = open.get_mut(&place) else { continue };
        deliveries.push(delivery);
        if u32::try_from(deliveries.len()) != Ok(repeat) {
            continue;
        }
        let deliveries = open.remove(&place).unwrap_or_default();
        if let (Some(vector), Some(case)) = (vectors.get(place), cases.get(place)) {
            each(row(vector, together(vector, hello, case, &deliveries)))?;
        }
    }
    let why = reasons.pop_first().unwrap_or_else(|| "not asked: the runner lost the case".to_owned());
    for vector in open.keys().filter_map(|place| vectors.get(*place)) {
        each(row(vector, Judgement::of(Outcome::NotRun, why.clone())))?;
    }
    Ok(Ended::Whole)
}

/// One judgement of everything that was answered to a question: a failure if there is one, then the difference between two answers, then their worth.
fn together(vector: &Vector, hello: &Hello, case: &Case<'_>, deliveries: &[Delivery]) -> Judgement {
    let mut judgements = deliveries.iter().map(|delivery| judge(vector, hello, case, delivery));
    let first = judgements.next().unwrap_or_else(|| Judgement::of(Outcome::NotRun, "it was not asked"));
    if let Some(failed) = deliveries.iter().position(|delivery| matches!(delivery, Delivery::Failed(_))) {
        return if failed == 0 { first } else { judgements.nth(failed.saturating_sub(1)).unwrap_or(first) };
    }
    let answers: Vec<String> = deliveries.iter().map(said).collect();
    match answers.iter().find(|answer| Some(*answer) != answers.first()) {
        None => first,
        Some(other) => {
            let one = answers.first().map_or("nothing", String::as_str);
            let (one, other) = (kept(one, BESIDE), kept(other, BESIDE));
            Judgement::of(Outcome::Nondeterministic, format!("answered {one}, and another time {other}"))
        }
    }
}

/// An answer without what is for a person alone, which may change.
fn said(delivery: &Delivery) -> String {
    match delivery {
        Delivery::Answer(answer) => {
            let answer = crate::adapter::Answer { message: None, ..answer.clone() };
            serde_json::to_string(&answer).expect("text, numbers and JSON values can be written")
        }
        Delivery::Failed(failure) => failure.detail.clone(),
    }
}

fn row(vector: &Vector, judgement: Judgement) -> Row {
    Row {
        vector: vector.id.clone(),
        rev: vector.rev,
        outcome: judgement.outcome,
        detail: judgement.detail.map(|detail| kept(&detail, KEPT)),
        got: judgement.got.map(bounded),
        stderr: judgement.stderr,
        known: None,
    }
}

/// An answer as it is; of a long one the verdict, the beginning of its JSON, and what tells it from another one.
fn bounded(got: Value) -> Value {
    let text = got.to_string();
    if text.len() <= KEPT {
        return got;
    }
    json!({"verdict": got.get("verdict"), "cut": kept(&text, KEPT)})
}

/// A text as it is; of a long one the beginning, how many bytes there were, and the beginning of their hash.
fn kept(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let head = (0..=limit).rev().find_map(|end| text.get(..end)).unwrap_or_default();
    let digest = Sha256::digest(text.as_bytes());
    let hash = hex_of(digest.get(..HASH).unwrap_or(&digest));
    format!("{head}... ({} bytes, sha256:{hash})", text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::{Answer, AnswerVerdict};
    use crate::vectors;

    /// Answers what it is told for the `n`-th question, and always accepts without one.
    struct Told {
        hello: Hello,
        answers: Vec<Delivery>,
        asked: usize,
    }

    impl Adapter for Told {
        fn hello(&self) -> &Hello {
            &self.hello
        }

        fn ask(&mut self, cases: &[Case<'_>], deliver: &mut dyn FnMut(usize, Delivery)) {
            for place in (0..cases.len()).rev() {
                let told = self.answers.get(self.asked).cloned();
                self.asked = self.asked.saturating_add(1);
                deliver(place, told.unwrap_or(Delivery::Answer(Answer::of(AnswerVerdict::Accept))));
            }
        }
    }

    fn told(answers: &[Delivery]) -> Boxed {
        let hello = r#"{"name":"told","version":"1","ops":["decode","check"],"supports":"!op(check)"}"#;
        let hello = serde_json::from_str(hello).expect("a hello");
        Box::new(Told { hello, answers: answers.to_vec(), asked: 0 })
    }

    fn run(answers: &[Delivery], count: usize, plan: Plan) -> Vec<(Outcome, Option<String>)> {
        let all = vectors::all();
        let decode: Vec<&Vector> =
            all.iter().filter(|vector| vector.op == vectors::Op::Decode).take(count).collect();
        let mut rows = Vec::new();
        let open = || Ok(told(&[]));
        let interrupt = Interrupt { flag: &AtomicBool::new(false), leave: &|| {} };
        let ended = ask(told(answers), &open, &decode, plan, interrupt, &mut |row| {
            rows.push(row);
            Ok(())
        });
        assert!(matches!(ended, Ok(Ended::Whole)));
        rows.sort_by(|a, b| a.vector.cmp(&b.vector));
        assert_eq!(rows.len(), decode.len(), "every case has one row");
        rows.into_iter().map(|row| (row.outcome, row.detail)).collect()
    }

    fn answer(verdict: AnswerVerdict) -> Delivery {
        Delivery::Answer(Answer::of(verdict))
    }

    #[test]
    fn every_case_has_one_row_whatever_the_plan() {
        for (jobs, repeat, seed) in [(1, 1, None), (3, 1, Some(7)), (2, 3, Some(1)), (64, 2, None)] {
            let rows = run(&[], 80, Plan { jobs, repeat, seed });
            assert!(rows.iter().any(|(outcome, _)| *outcome == Outcome::WrongVerdict));
            assert!(rows.iter().any(|(outcome, _)| *outcome == Outcome::Pass));
        }
    }

    #[test]
    fn answers_that_differ_are_told_apart_from_wrong_ones() {
        let crash = Delivery::Failed(Failure {
            kind: FailureKind::Crash,
            detail: "it ended".to_owned(),
            stderr: None,
        });
        let plan = Plan { jobs: 1, repeat: 2, seed: None };
        for (answers, outcome, detail) in [
            (vec![answer(AnswerVerdict::Accept); 2], Outcome::Pass, None),
            (
                vec![answer(AnswerVerdict::Accept), answer(AnswerVerdict::Reject)],
                Outcome::Nondeterministic,
                Some(r#"answered {"verdict":"accept"}, and another time {"verdict":"reject"}"#),
            ),
            (vec![answer(AnswerVerdict::Accept), crash.clone()], Outcome::Crash, Some("it ended")),
            (vec![crash, answer(AnswerVerdict::Accept)], Outcome::Crash, Some("it ended")),
            (
                vec![answer(AnswerVerdict::Reject); 2],
                Outcome::WrongVerdict,
                Some("expected accept, got reject"),
            ),
        ] {
            let rows = run(&answers, 1, plan);
            assert_eq!(rows, [(outcome, detail.map(str::to_owned))]);
        }
    }

    #[test]
    fn a_row_keeps_the_beginning_of_a_long_answer() {
        for (text, limit, expected) in [
            ("", 0, ""),
            ("abcd", 4, "abcd"),
            ("abcde", 4, "abcd... (5 bytes, sha256:36bbe50ed96841d1)"),
            // A character is never cut.
            ("a\u{9762}\u{9762}", 6, "a\u{9762}... (7 bytes, sha256:HASH)"),
        ] {
            let hash = Sha256::digest(text.as_bytes());
            let hash = hex_of(hash.get(..HASH).expect("32 bytes"));
            assert_eq!(kept(text, limit), expected.replace("HASH", &hash));
        }
        let long = |end: &str| {
            let value = format!("{}{end}", "x".repeat(1_000_000));
            Delivery::Answer(Answer {
                value: Some(json!(value)),
                message: Some(value),
                ..Answer::of(AnswerVerdict::Reject)
            })
        };
        let all = vectors::all();
        let vector = all.iter().find(|vector| vector.op == vectors::Op::Decode).expect("one");
        let hello = told(&[]).hello().clone();
        let case = Case::of(vector);
        let row_of = |answers: &[Delivery]| row(vector, together(vector, &hello, &case, answers));
        let got = row_of(&[long("a")]).got.expect("an answer");
        assert_eq!(got.get("verdict"), Some(&json!("reject")));
        let cut = got.get("cut").and_then(Value::as_str).expect("a text");
        assert!(cut.starts_with(r#"{"verdict":"reject""#) && cut.len() < KEPT.saturating_add(60), "{cut}");
        assert_eq!(Some(&got), row_of(&[long("a")]).got.as_ref(), "the same answer gives the same row");
        assert_ne!(Some(&got), row_of(&[long("b")]).got.as_ref(), "another one is told apart");
        let row = row_of(&[long("a"), long("b")]);
        assert_eq!(row.outcome, Outcome::Nondeterministic);
        let detail = row.detail.expect("a sentence");
        assert!(detail.len() < KEPT && detail.contains(", and another time {"), "{detail}");
    }

    #[test]
    fn an_adapter_that_cannot_go_on_costs_the_others_nothing() {
        let given_up = Delivery::Failed(Failure {
            kind: FailureKind::NotRun,
            detail: "not asked: the adapter was given up".to_owned(),
            stderr: None,
        });
        let all = vectors::all();
        let decode: Vec<&Vector> =
            all.iter().filter(|vector| vector.op == vectors::Op::Decode).take(100).collect();
        for (others, most) in [(true, 32), (false, 100)] {
            let mut rows = Vec::new();
            let open = || if others { Ok(told(&[])) } else { Err(Stop::Adapter("no".to_owned())) };
            let interrupt = Interrupt { flag: &AtomicBool::new(false), leave: &|| {} };
            let ended = ask(
                told(&vec![given_up.clone(); 32]),
                &open,
                &decode,
                Plan { jobs: 4, repeat: 1, seed: None },
                interrupt,
                &mut |row| {
                    rows.push(row);
                    Ok(())
                },
            );
            assert!(matches!(ended, Ok(Ended::Whole)));
            assert_eq!(rows.len(), 100);
            let count = rows.iter().filter(|row| row.outcome == Outcome::NotRun).count();
            // A batch is lost only where the others were done before it came back.
            assert!(count <= most && (others || count == most), "{count}");
        }
    }

    #[test]
    fn what_hello_leaves_out_is_not_asked() {
        let all = vectors::all();
        let adapter = told(&[]);
        let (asked, rows) = part(adapter.hello(), all.iter().collect());
        assert!(asked.iter().all(|vector| vector.op == vectors::Op::Decode) && !asked.is_empty());
        assert_eq!(asked.len().saturating_add(rows.len()), all.len());
        let details: BTreeSet<&str> = rows.iter().filter_map(|row| row.detail.as_deref()).collect();
        assert!(details.contains("outside the adapter's `supports`"), "{details:?}");
        assert!(details.contains("the adapter does not declare the operation unify"), "{details:?}");
    }

    #[test]
    fn an_order_belongs_to_its_seed() {
        let order = |seed| {
            let mut places: Vec<usize> = (0..10).collect();
            shuffle(&mut places, seed);
            places
        };
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
        let mut sorted = order(1);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..10).collect::<Vec<usize>>());
    }
}
