//! `upqr report ledger`: what comes back when codes go into a payload and out again, for each family, form and pair of wallets.
//!
//! Every cell is the result of asking an adapter; nothing in it is known beforehand.

mod ask;
mod page;
mod sample;
mod wallets;
mod ways;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Context, scope};
use crate::adapter::{self, Adapter};
use crate::exit::{Exit, Stop};
use crate::output;
use crate::run::Target;
use crate::vectors::filter::Filter;
use crate::vectors::words::words;
use crate::vectors::{Op, Vector};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  upqr report ledger
  upqr report ledger --adapter ./adapter --format markdown --output-file ledger.md
  upqr report ledger --format json | jq '.natives[] | select(.native.class != \"exact\")'

Exit code 1: something was lost and nothing declared it, a wallet was given another one's code, a code was refused that the
vectors have accepted, or the adapter failed. Exit code 4: the adapter declares nothing that the ledger asks.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// How to show the ledger
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write to this file, which is there only once it is complete
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables for a person, as wide as the terminal
    Human,
    /// One JSON document with every sample
    Json,
    /// The same tables for a page
    Markdown,
}

/// The version of the form of `--format json`.
const LEDGER: u32 = 1;

words! {
    /// What came of a way there and back.
    Class {
        /// Byte for byte.
        Exact = "exact",
        /// The payload came back as its canonical form.
        Canonical = "canonical",
        /// Something is not carried, and the library says what.
        Declared = "declared",
        /// There is no result, and a code of chapter 11 says why.
        Refused = "refused",
        /// The adapter does not have the operations.
        Unsupported = "unsupported",
        /// Something was lost, and nothing says so.
        Lossy = "lossy",
        /// The adapter crashed, hung or broke the protocol.
        Failed = "failed",
    }
}

impl Class {
    const fn is_bad(self) -> bool {
        matches!(self, Self::Lossy | Self::Failed)
    }

    /// The legend.
    const fn meaning(self) -> &'static str {
        match self {
            Self::Exact => "the same bytes came back",
            Self::Canonical => {
                "the payload came back in its one canonical form: every code and every object of the base is the same, and the notes say \
                 which templates are written otherwise"
            }
            Self::Declared => {
                "what was asked for came back, and the library declares what is not carried: the notes say what"
            }
            Self::Refused => {
                "there is no result, and the code of chapter 11 says why; nothing was lost silently. Of a native code that the adapter \
                 declares, it is a failure"
            }
            Self::Unsupported => "the adapter does not declare the operations that this needs",
            Self::Lossy => "something else came back, and nothing declared it: a failure",
            Self::Failed => "the adapter crashed, hung or broke the protocol: a failure",
        }
    }
}

/// The end of one way there and back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Fate {
    class: Class,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

impl Fate {
    const fn of(class: Class) -> Self {
        Self { class, notes: Vec::new() }
    }

    fn noted(class: Class, note: impl Into<String>) -> Self {
        Self { class, notes: vec![note.into()] }
    }
}

/// A native code there and back, and the payload that was made of it back and there.
#[derive(Debug, Serialize)]
struct Native {
    family: &'static str,
    network: &'static str,
    form: String,
    vector: String,
    /// Whether what the adapter declares covers the code.
    #[serde(skip)]
    declared: bool,
    #[serde(rename = "native")]
    there: Fate,
    #[serde(rename = "unified")]
    back: Fate,
}

/// A payload that was received, taken apart and made again.
#[derive(Debug, Serialize)]
struct Payload {
    family: &'static str,
    vector: String,
    unified: Fate,
}

/// Who was asked.
#[derive(Debug, Serialize)]
struct Who {
    name: String,
    version: String,
}

#[derive(Debug, Serialize)]
struct Ledger {
    #[serde(rename = "ledger")]
    form: u32,
    upqr: &'static str,
    vectors: &'static str,
    adapter: Who,
    natives: Vec<Native>,
    payloads: Vec<Payload>,
    #[serde(flatten)]
    wallets: wallets::Wallets,
}

impl Ledger {
    fn of(adapter: &mut dyn Adapter) -> Self {
        let hello = adapter.hello();
        let who = Who { name: hello.name.clone(), version: hello.version.clone() };
        let samples = sample::natives();
        let filter = hello.supports.as_deref().and_then(|filter| Filter::parse(filter).ok());
        let context = Context::new();
        let declared = |sample: &sample::Sample| match (&filter, context.vector(&sample.vector)) {
            (Some(filter), Some(vector)) => declares(filter, vector),
            _ => true,
        };
        let natives = samples.iter().map(|sample| ways::native(adapter, sample, declared(sample))).collect();
        let payloads = sample::payloads()
            .into_iter()
            .map(|payload| Payload {
                unified: ways::unified(adapter, &payload.text),
                family: payload.family,
                vector: payload.vector,
            })
            .collect();
        Self {
            form: LEDGER,
            upqr: env!("CARGO_PKG_VERSION"),
            vectors: upqr::vectors::EDITION,
            adapter: who,
            natives,
            payloads,
            wallets: wallets::of(adapter, &samples),
        }
    }

    fn fates(&self) -> impl Iterator<Item = &Fate> {
        let natives = self.natives.iter().flat_map(|native| [&native.there, &native.back]);
        natives.chain(self.payloads.iter().map(|payload| &payload.unified))
    }

    /// Whether something was lost without a word, or a code was refused that the adapter declares and its vector accepts.
    fn is_bad(&self) -> bool {
        let refused = |native: &Native| {
            native.declared && [&native.there, &native.back].iter().any(|fate| fate.class == Class::Refused)
        };
        self.fates().any(|fate| fate.class.is_bad())
            || self.natives.iter().any(refused)
            || self.wallets.is_bad()
    }

    /// Whether there was a cell that the adapter had the operations for.
    fn is_empty(&self) -> bool {
        self.fates().all(|fate| fate.class == Class::Unsupported) && self.wallets.is_empty()
    }
}

/// Whether the filter of an adapter holds for the vector of a code in any operation by which codes go in and out.
fn declares(filter: &Filter, vector: &Vector) -> bool {
    let as_op = |op: &Op| Vector { op: *op, ..vector.clone() };
    [Op::Unify, Op::Restore, Op::Roundtrip].iter().any(|op| filter.holds(&as_op(op)))
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Stop> {
    let mut adapter = adapter::open(&arguments.target)?;
    let ledger = Ledger::of(adapter.as_mut());
    if ledger.is_empty() {
        return Err(Stop::Nothing(format!(
            "nothing was compared: {} declares neither `unify` and `restore` with the feature `value`, nor `roundtrip` with `restored`",
            scope::name(&ledger.adapter.name)
        )));
    }
    output::to(arguments.output_file.as_deref(), out, |mut out| {
        match arguments.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &ledger).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
            Format::Markdown => write!(out, "{}", page::markdown(&ledger))?,
            Format::Human if arguments.output_file.is_some() => {
                output::write_plain(&mut out, &page::human(&ledger, output::page()))?;
            }
            Format::Human => output::write_styled(&mut out, &page::human(&ledger, output::width()))?,
        }
        Ok(())
    })?;
    Ok(if ledger.is_bad() { Exit::Findings } else { Exit::Conforms })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::wallets::Cell;
    use super::*;
    use crate::adapter::reference::Reference;
    use crate::adapter::{Answer, AnswerVerdict, Case, Delivery, Failure, FailureKind, Feature, Hello};

    /// The reference, with another end of its answers.
    struct Bent {
        reference: Reference,
        hello: Hello,
        bend: fn(Op, Delivery) -> Delivery,
    }

    impl Adapter for Bent {
        fn hello(&self) -> &Hello {
            &self.hello
        }

        fn ask(&mut self, cases: &[Case<'_>], deliver: &mut dyn FnMut(usize, Delivery)) {
            let ops: Vec<Op> = cases.iter().map(|case| case.op).collect();
            self.reference.ask(cases, &mut |place, delivery| {
                let op = ops.get(place).copied().expect("a place of a case");
                deliver(place, (self.bend)(op, delivery));
            });
        }
    }

    fn bent(ops: &[Op], features: &[Feature], bend: fn(Op, Delivery) -> Delivery) -> Ledger {
        let reference = Reference::new();
        let hello = Hello { ops: ops.to_vec(), features: features.to_vec(), ..reference.hello().clone() };
        Ledger::of(&mut Bent { reference, hello, bend })
    }

    fn classes(ledger: &Ledger) -> BTreeSet<&'static str> {
        ledger.fates().map(|fate| fate.class.key()).collect()
    }

    fn cells(ledger: &Ledger) -> BTreeSet<&'static str> {
        let lines = ledger.wallets.alone.iter().flat_map(|line| line.readers.values());
        lines.chain(ledger.wallets.together.values()).map(|cell| Cell::key(*cell)).collect()
    }

    #[track_caller]
    fn check(ledger: &Ledger, is_bad: bool, expected: &[&str], expected_cells: &[&str]) {
        assert_eq!(classes(ledger), expected.iter().copied().collect(), "classes");
        assert_eq!(cells(ledger), expected_cells.iter().copied().collect(), "cells");
        assert_eq!(ledger.is_bad(), is_bad);
    }

    #[test]
    fn the_reference_loses_nothing_without_a_word() {
        let ledger = Ledger::of(&mut Reference::new());
        check(
            &ledger,
            false,
            &["exact", "canonical", "declared", "refused"],
            &["own", "named", "merchant data"],
        );
    }

    #[test]
    fn an_adapter_that_loses_a_byte_is_lossy() {
        let ledger = bent(Op::ALL, Feature::ALL, |op, delivery| match delivery {
            Delivery::Answer(mut answer) if op == Op::Restore => {
                if let Some(serde_json::Value::Array(codes)) = &mut answer.value {
                    for code in codes {
                        *code = serde_json::json!(
                            code.as_str().unwrap_or("x?").trim_end_matches(char::is_alphanumeric)
                        );
                    }
                }
                Delivery::Answer(answer)
            }
            delivery => delivery,
        });
        assert!(ledger.is_bad());
        assert!(classes(&ledger).contains("lossy") && cells(&ledger).contains("wrong"));
    }

    #[test]
    fn a_byte_that_only_a_round_trip_loses_is_seen() {
        let ledger = bent(Op::ALL, Feature::ALL, |op, delivery| match delivery {
            Delivery::Answer(mut answer) if op == Op::Roundtrip => {
                answer.restored = answer.restored.map(|hex| hex.chars().skip(2).collect());
                Delivery::Answer(answer)
            }
            delivery => delivery,
        });
        check(
            &ledger,
            true,
            &["exact", "canonical", "declared", "refused", "lossy"],
            &["own", "named", "merchant data"],
        );
    }

    #[test]
    fn what_is_not_declared_is_unsupported() {
        let as_it_is = |_, delivery| delivery;
        check(&bent(&[Op::Decode], Feature::ALL, as_it_is), false, &["unsupported"], &["unsupported"]);
        check(&bent(Op::ALL, &[], as_it_is), false, &["unsupported"], &["unsupported"]);
        let without_value = |op, delivery| match delivery {
            Delivery::Answer(answer) if op == Op::Roundtrip => {
                Delivery::Answer(Answer { value: None, ..answer })
            }
            delivery => delivery,
        };
        let roundtrip = bent(&[Op::Roundtrip], &[Feature::Restored], without_value);
        check(&roundtrip, false, &["exact", "unsupported"], &["unsupported"]);
        let roundtrip = bent(&[Op::Roundtrip], &[Feature::Restored], as_it_is);
        check(&roundtrip, false, &["exact", "unsupported"], &["unsupported"]);
    }

    #[test]
    fn an_adapter_declares_the_codes_that_its_filter_names() {
        let context = Context::new();
        let mut samples = sample::natives().into_iter();
        let sample = samples.find(|sample| sample.vector.starts_with("roundtrip-")).expect("a round trip");
        let vector = context.vector(&sample.vector).expect("a vector of this edition");
        for (filter, expected) in
            [("op(unify)", true), ("op(restore) & !flag(size)", true), ("op(decode)", false)]
        {
            let filter = Filter::parse(filter).expect("a filter");
            assert_eq!(declares(&filter, vector), expected, "{filter:?}");
        }
    }

    #[test]
    fn refusals_and_failures_are_told_apart() {
        let refuse = |_, _| Delivery::Answer(Answer::of(AnswerVerdict::Reject));
        let mut refused = bent(Op::ALL, Feature::ALL, refuse);
        check(&refused, true, &["refused"], &["refused"]);
        // What an adapter does not declare, it may refuse.
        refused.natives.iter_mut().for_each(|native| native.declared = false);
        check(&refused, false, &["refused"], &["refused"]);
        let crash = |_, _| {
            let detail = "it ended".to_owned();
            Delivery::Failed(Failure { kind: FailureKind::Crash, detail, stderr: None })
        };
        check(&bent(Op::ALL, Feature::ALL, crash), true, &["failed"], &["wrong"]);
        let silent = |_, _| Delivery::Answer(Answer::of(AnswerVerdict::Accept));
        check(&bent(Op::ALL, Feature::ALL, silent), true, &["failed"], &["wrong"]);
    }
}
