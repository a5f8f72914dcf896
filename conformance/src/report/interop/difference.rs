//! What implementations get wrong in one way, what that puts at risk, and how many of them share it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use upqr::rules::{self, Severity};

use crate::adapter::Feature;
use crate::report::Context;
use crate::run::{Outcome, Row, Run};
use crate::vectors::{Expectation, Risk, Vector, Verdict};

/// A way in which implementations differ from the standard; it depends on what vectors say of themselves, and on outcomes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Takes what a rule rejects: its id, or a code of chapter 11.
    Takes(String),
    /// Refuses what may be paid.
    Refuses(Kind),
    /// Ends, hangs or floods instead of answering.
    Ends,
    /// Writes something else than it read.
    Rewrites(Kind),
    /// Reads other values than the payload has.
    Misreads,
    /// Rejects rightly, for another reason.
    Misreports,
}

/// What is special about a payload that should be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Checksum,
    Unicode,
    Other,
}

/// A class, with what each implementation makes of the vectors that one of them fails for it.
#[derive(Debug)]
pub(super) struct Difference<'a> {
    pub(super) class: Class,
    pub(super) risk: Risk,
    /// Vectors that an implementation fails for this reason: first what most of them fail, and of that what is short.
    pub(super) vectors: Vec<&'a Vector>,
    /// By implementation, in the order of the runs: how many of these vectors it fails for this reason, and how many it passes
    /// where this is looked at.
    pub(super) counts: Vec<(u64, u64)>,
}

impl Difference<'_> {
    /// How many implementations share it.
    pub(super) fn shared(&self) -> usize {
        self.counts.iter().filter(|(failed, _)| *failed > 0).count()
    }

    /// What is at risk, times how many implementations share it.
    fn cost(&self) -> usize {
        let milder = Risk::ALL.iter().filter(|risk| **risk >= self.risk).count();
        milder.saturating_mul(self.shared())
    }
}

/// Hexadecimal digits of an input that is shown with a difference, where there is the choice.
const SHORT: usize = 300;

/// Vectors by id, with how many implementations fail each for one reason.
type Failed<'a> = BTreeMap<&'a str, (usize, &'a Vector)>;

/// Every difference, the costliest first.
pub(super) fn differences<'a>(runs: &[Run], context: &'a Context) -> Vec<Difference<'a>> {
    let mut classes: BTreeMap<Class, Failed<'a>> = BTreeMap::new();
    for row in runs.iter().flat_map(|run| &run.rows) {
        let Some(vector) = context.vector(&row.vector) else { continue };
        if let Some(class) = class(row, vector) {
            let (failed, _) = classes.entry(class).or_default().entry(&vector.id).or_insert((0, vector));
            *failed = failed.saturating_add(1);
        }
    }
    let mut differences: Vec<Difference<'a>> =
        classes.into_iter().map(|(class, failed)| difference(class, &failed, runs)).collect();
    differences
        .sort_by_cached_key(|difference| (Reverse(difference.cost()), Reverse(difference.vectors.len())));
    differences
}

fn difference<'a>(class: Class, failed: &Failed<'a>, runs: &[Run]) -> Difference<'a> {
    let count = |run: &Run| {
        let compares = class.feature().is_none_or(|feature| run.header.adapter.has(feature));
        let rows = run.rows.iter().filter_map(|row| Some((row, failed.get(row.vector.as_str())?.1)));
        rows.fold((0_u64, 0_u64), |(failed, passed), (row, vector)| {
            let fails = self::class(row, vector).as_ref() == Some(&class);
            let passes = row.outcome == Outcome::Pass && compares;
            (failed.saturating_add(u64::from(fails)), passed.saturating_add(u64::from(passes)))
        })
    };
    let counts = runs.iter().map(count).collect();
    let risk = risk(&class, failed.values().map(|(_, vector)| *vector));
    let mut vectors: Vec<(usize, &Vector)> = failed.values().copied().collect();
    let is_long = |vector: &Vector| vector.input.hex.len() > SHORT;
    vectors.sort_by_cached_key(|(fails, vector)| (Reverse(*fails), is_long(vector), vector.id.clone()));
    let vectors = vectors.into_iter().map(|(_, vector)| vector).collect();
    Difference { class, risk, vectors, counts }
}

/// The class of a failure; `None` for what passes, and for what says nothing of the implementation.
fn class(row: &Row, vector: &Vector) -> Option<Class> {
    let expected = vector.expect.each().first().copied()?;
    match row.outcome {
        Outcome::WrongVerdict if expected.verdict == Verdict::Reject => Some(Class::Takes(cause(expected))),
        Outcome::WrongVerdict => Some(Class::Refuses(kind(vector, expected))),
        Outcome::WrongReason => Some(Class::Misreports),
        Outcome::WrongValue | Outcome::Misread => Some(Class::Misreads),
        Outcome::Lossy => Some(Class::Rewrites(kind(vector, expected))),
        Outcome::Crash | Outcome::Hang | Outcome::Flood => Some(Class::Ends),
        Outcome::Pass
        | Outcome::Unsupported
        | Outcome::NotRun
        | Outcome::ProtocolError
        | Outcome::Nondeterministic => None,
    }
}

/// Why a vector is to be rejected: the first rule of the catalogue among its findings that rejects, or the code of its error.
fn cause(expected: &Expectation) -> String {
    if let Some(error) = &expected.error {
        let unreadable = matches!(error.code.as_str(), "id" | "length" | "overrun" | "empty");
        // A payload that cannot be read is one and the same fault, whether it is decoded or checked.
        return if unreadable { "not-data-objects".to_owned() } else { error.code.clone() };
    }
    let found = |rule: &&rules::Rule| expected.findings.iter().flatten().any(|id| id == rule.id);
    // The catalogue begins with the structure, which is at fault first.
    let mut rejecting = rules::all().filter(|rule| rule.severity == Severity::Error);
    rejecting.find(found).map(|rule| rule.id.to_owned()).unwrap_or_default()
}

fn kind(vector: &Vector, expected: &Expectation) -> Kind {
    let flagged = |flag: &str| vector.flags.iter().any(|known| known == flag);
    let found = |rule: &str| expected.findings.iter().flatten().any(|id| id == rule);
    if flagged("unicode") || flagged("astral") || found("length-unit") {
        Kind::Unicode
    } else if vector.level.key() == "checksum" || flagged("crc") || found("crc-lower-case") {
        Kind::Checksum
    } else {
        Kind::Other
    }
}

/// The costliest thing that a class puts at risk. What vectors say of it is meant for those who take what is to be rejected.
fn risk<'a>(class: &Class, vectors: impl Iterator<Item = &'a Vector>) -> Risk {
    match class {
        Class::Takes(rule) => {
            let named = vectors.flat_map(|vector| vector.risk.iter().copied());
            named.chain([usual_risk(rule)]).min().unwrap_or(Risk::RefusedSale)
        }
        Class::Rewrites(Kind::Checksum) => Risk::Tamper,
        Class::Rewrites(_) => Risk::Misroute,
        Class::Ends => Risk::DenialOfService,
        Class::Refuses(_) | Class::Misreads | Class::Misreports => Risk::RefusedSale,
    }
}

/// What is at risk where a rule is not enforced, whatever the vectors that show it say.
fn usual_risk(rule: &str) -> Risk {
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| rule.starts_with(beginning));
    if begins(&["crc-"]) {
        Risk::Tamper
    } else if begins(&["not-data-objects", "duplicate-", "guid-", "account-", "template-", "carriage-"]) {
        Risk::Misroute
    } else if begins(&["amount-", "currency-", "fee-"]) {
        Risk::WrongAmount
    } else {
        Risk::RefusedSale
    }
}

impl Class {
    /// What an implementation has to declare, so that this is compared at all.
    fn feature(&self) -> Option<Feature> {
        match self {
            Self::Rewrites(_) => Some(Feature::Reencoded),
            Self::Misreads => Some(Feature::Value),
            Self::Misreports => Some(Feature::ErrorCode),
            Self::Takes(_) | Self::Refuses(_) | Self::Ends => None,
        }
    }

    /// In a few words, as a heading.
    pub(super) fn title(&self) -> String {
        let title = match self {
            Self::Takes(rule) => {
                return match rules::with_id(rule) {
                    Some(rule) => format!("Taken: {}", rule.title.en),
                    None => format!("Taken: what is to be refused with the code `{rule}`"),
                };
            }
            Self::Refuses(Kind::Checksum) => "Refused: what has an unusual checksum, or none",
            Self::Refuses(Kind::Unicode) => "Refused: right payloads with text beyond ASCII",
            Self::Refuses(Kind::Other) => "Refused: other payloads that are right",
            Self::Ends => "No answer: the library ends, hangs or throws from within",
            Self::Rewrites(Kind::Checksum) => "Written back: another checksum than was read",
            Self::Rewrites(_) => "Written back: other objects than were read",
            Self::Misreads => "Read: other values than the payload has",
            Self::Misreports => "Rejected: for another reason than the first fault",
        };
        title.to_owned()
    }

    /// What it costs whom.
    pub(super) fn costs(&self) -> &'static str {
        match self {
            Self::Takes(rule) => {
                rules::with_id(rule).map_or("Other readers refuse it.", |rule| rule.rationale.en)
            }
            Self::Refuses(Kind::Checksum) => {
                "A payload that a person has to look at cannot be shown, or one whose checksum is right is not paid."
            }
            Self::Refuses(Kind::Unicode) => {
                "The first shop with a name in Chinese or with an accent cannot be paid, though its code is right."
            }
            Self::Refuses(Kind::Other) => "The payer cannot pay with a code that is right.",
            Self::Ends => {
                "One picture ends or holds up the process that reads it, and with it every payment that waits behind."
            }
            Self::Rewrites(Kind::Checksum) => {
                "A payload that was damaged or tampered with leaves with a right checksum, so that nobody after this reader can tell."
            }
            Self::Rewrites(_) => {
                "A code that is read, changed and written again, say with an amount, has lost accounts that it could be paid to, or is another code."
            }
            Self::Misreads => {
                "What one reader shows to the payer is not what another one pays, so that the two cannot be reconciled."
            }
            Self::Misreports => "Whoever looks for the fault looks in the wrong place.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The class of a row of this outcome, with its title and what it puts at risk.
    fn check(vector: &str, outcome: Outcome, expected: Option<(Class, &str, Risk)>) {
        let context = Context::new();
        let vector = context.vector(vector).expect("a vector");
        let row = Row {
            vector: vector.id.clone(),
            rev: vector.rev,
            outcome,
            detail: None,
            got: None,
            stderr: None,
            known: None,
        };
        let found = class(&row, vector);
        let told = found.as_ref().map(|class| (class.title(), risk(class, [vector].into_iter())));
        assert_eq!(found, expected.as_ref().map(|(class, ..)| class.clone()), "{}", vector.id);
        assert_eq!(told, expected.map(|(_, title, risk)| (title.to_owned(), risk)), "{}", vector.id);
    }

    #[test]
    fn a_failure_has_the_class_of_its_vector_and_outcome() {
        let unreadable = Class::Takes("not-data-objects".to_owned());
        let title = "Taken: the text does not parse in its grammar";
        check(
            "decode-0059-length-letter",
            Outcome::WrongVerdict,
            Some((unreadable.clone(), title, Risk::Misroute)),
        );
        check(
            "check-0016-not-data-objects",
            Outcome::WrongVerdict,
            Some((unreadable, title, Risk::Misroute)),
        );
        check(
            "check-0022-duplicate-amount",
            Outcome::WrongVerdict,
            Some((
                Class::Takes("duplicate-id".to_owned()),
                "Taken: an ID stands twice in the root or in one template",
                Risk::Misroute,
            )),
        );
        check(
            "decode-0011-crc-wrong",
            Outcome::Lossy,
            Some((
                Class::Rewrites(Kind::Checksum),
                "Written back: another checksum than was read",
                Risk::Tamper,
            )),
        );
        check(
            "check-0055-crc-utf8",
            Outcome::WrongVerdict,
            Some((
                Class::Refuses(Kind::Unicode),
                "Refused: right payloads with text beyond ASCII",
                Risk::RefusedSale,
            )),
        );
        check(
            "decode-0001-minimal",
            Outcome::Hang,
            Some((
                Class::Ends,
                "No answer: the library ends, hangs or throws from within",
                Risk::DenialOfService,
            )),
        );
        for outcome in [Outcome::Pass, Outcome::Unsupported, Outcome::NotRun] {
            check("decode-0001-minimal", outcome, None);
        }
    }
}
