//! A vector before the library was asked: what is put in, and what the mutation claims of it by its own knowledge.

use serde_json::{Map, Value};

use crate::adapter::reference::answer;
use crate::adapter::{Answer, AnswerVerdict, Case};
use crate::vectors::{
    Expect, Expectation, Fault, Input, Kind, Level, Op, Provenance, Risk, Span, Vector, Verdict,
};

#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) op: Op,
    pub(crate) level: Level,
    /// Where it is empty, the change and what comes of it stand for it.
    pub(crate) title: String,
    pub(crate) octets: Vec<u8>,
    pub(crate) options: Map<String, Value>,
    pub(crate) requirements: Vec<&'static str>,
    pub(crate) flags: Vec<&'static str>,
    pub(crate) risk: Vec<Risk>,
    pub(crate) claim: Claim,
    pub(crate) origin: Origin,
}

/// How the input came to be.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// Composed, and the parent of others.
    Composed,
    /// One change of an accepted vector.
    Mutant { parent: String, change: String },
    /// Tried until it had the property that the note names.
    Search { note: String },
}

/// What an implementation has to answer, as far as the mutation itself knows.
#[derive(Clone, Debug)]
pub(crate) enum Claim {
    /// Accepted, with this value where there is one.
    Accepted(Option<Value>),
    /// Refused with this code, and at this place where chapter 11 fixes one.
    Refused(&'static str, Option<usize>),
    /// Recognised with this overall verdict as these families.
    Families(&'static str, Vec<&'static str>),
    /// Checked with this verdict and disposition; among the findings are these rules, and at this place the first of them.
    Judged {
        verdict: Verdict,
        disposition: &'static str,
        rules: Vec<&'static str>,
        span: Option<(usize, usize)>,
    },
}

/// A check that ends with an error and the disposition `block`.
pub(crate) fn blocked(rules: &[&'static str]) -> Claim {
    Claim::Judged { verdict: Verdict::Reject, disposition: "block", rules: rules.to_vec(), span: None }
}

/// A check that ends with an error and the disposition `confirm`.
pub(crate) fn doubted(rules: &[&'static str]) -> Claim {
    Claim::Judged { verdict: Verdict::Reject, disposition: "confirm", rules: rules.to_vec(), span: None }
}

/// A check that ends without an error, with the disposition `confirm`.
pub(crate) fn warned(rules: &[&'static str]) -> Claim {
    Claim::Judged { verdict: Verdict::Accept, disposition: "confirm", rules: rules.to_vec(), span: None }
}

/// A check that ends without an error, with the disposition `pay`.
pub(crate) fn passed(rules: &[&'static str]) -> Claim {
    Claim::Judged { verdict: Verdict::Accept, disposition: "pay", rules: rules.to_vec(), span: None }
}

impl Claim {
    /// The same claim, with the place of the first rule.
    pub(crate) fn at(self, start: usize, end: usize) -> Self {
        match self {
            Self::Judged { verdict, disposition, rules, .. } => {
                let span = Some((start, end.saturating_sub(start)));
                Self::Judged { verdict, disposition, rules, span }
            }
            other => other,
        }
    }

    /// In a word, for a title.
    fn word(&self) -> String {
        match self {
            Self::Accepted(_) => "accepted".to_owned(),
            Self::Refused(code, _) => format!("`{code}`"),
            Self::Families(verdict, _) => (*verdict).to_owned(),
            Self::Judged { disposition, rules, .. } => match rules.first() {
                Some(rule) => format!("`{rule}`"),
                None => format!("`{disposition}`"),
            },
        }
    }
}

impl Draft {
    pub(crate) fn composed(op: Op, level: Level, id: &str, title: &str, octets: &[u8], claim: Claim) -> Self {
        Self {
            id: format!("{}-gen-{id}", op.key()),
            op,
            level,
            title: title.to_owned(),
            octets: octets.to_owned(),
            options: Map::new(),
            requirements: Vec::new(),
            flags: Vec::new(),
            risk: Vec::new(),
            claim,
            origin: Origin::Composed,
        }
    }

    /// A mutant, which has the operation, level, options and requirements of its parent unless it says otherwise.
    pub(crate) fn mutant(parent: &Self, id: &str, change: &str, octets: &[u8], claim: Claim) -> Self {
        Self {
            id: format!("{}-gen-{id}", parent.op.key()),
            title: String::new(),
            octets: octets.to_owned(),
            flags: Vec::new(),
            risk: Vec::new(),
            claim,
            origin: Origin::Mutant { parent: parent.id.clone(), change: change.to_owned() },
            ..parent.clone()
        }
    }

    /// The vector, completed from the library's answer; a sentence where that answer is not what the mutation claims.
    pub(crate) fn settle(self, seed: u64) -> Result<Vector, String> {
        let case = Case { op: self.op, octets: self.octets.clone(), options: &self.options };
        let expectation = self
            .claim
            .complete(&answer(&case))
            .map_err(|why| format!("{}: the mutation and the library disagree: {why}", self.id))?;
        let title = match &self.origin {
            Origin::Mutant { change, .. } if self.title.is_empty() => {
                format!("{}: {}", capital(change), self.claim.word())
            }
            _ => self.title,
        };
        let (kind, parent, mutation, note) = match self.origin {
            Origin::Composed => (Kind::Search, None, None, Some("composed from its parts".to_owned())),
            Origin::Mutant { parent, change } => (Kind::Mutant, Some(parent), Some(change), None),
            Origin::Search { note } => (Kind::Search, None, None, Some(note)),
        };
        let mut requirements: Vec<String> =
            self.requirements.iter().map(|&requirement| requirement.to_owned()).collect();
        requirements.dedup();
        let mut flags: Vec<String> = self.flags.iter().map(|&flag| flag.to_owned()).collect();
        flags.sort_unstable();
        flags.dedup();
        Ok(Vector {
            id: self.id,
            rev: 1,
            op: self.op,
            level: self.level,
            since: "10".to_owned(),
            until: None,
            title,
            input: Input::of(&self.octets),
            options: self.options,
            requirements,
            flags,
            risk: self.risk,
            expect: Expect::Always(expectation),
            parent,
            mutation,
            parentless: None,
            provenance: Provenance { kind, seed: Some(seed), note },
        })
    }
}

pub(crate) fn capital(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

impl Claim {
    /// What has to be answered: the claim, and from the answer what the claim leaves open.
    fn complete(&self, answer: &Answer) -> Result<Expectation, String> {
        let given = match answer.verdict {
            AnswerVerdict::Accept => Verdict::Accept,
            AnswerVerdict::Reject => Verdict::Reject,
            AnswerVerdict::Unsupported | AnswerVerdict::Error => {
                return Err(format!(
                    "it gives no verdict: {}",
                    answer.message.as_deref().unwrap_or("no reason")
                ));
            }
        };
        let nothing = Expectation {
            verdict: given,
            error: None,
            value: None,
            disposition: None,
            findings: None,
            spans: None,
        };
        let differs = |what: &dyn std::fmt::Debug| Err(format!("claimed {self:?}, answered {what:?}"));
        match self {
            Self::Accepted(claimed) => {
                if given != Verdict::Accept {
                    return differs(&answer.error);
                }
                if claimed.is_some() && *claimed != answer.value {
                    return differs(&answer.value);
                }
                Ok(Expectation { value: answer.value.clone(), ..nothing })
            }
            Self::Refused(code, offset) => {
                let offset = offset.and_then(|offset| u64::try_from(offset).ok());
                let fault = answer.error.clone().unwrap_or_default();
                let same = given == Verdict::Reject
                    && fault.code.as_deref() == Some(*code)
                    && (offset.is_none() || fault.offset == offset);
                if !same {
                    return differs(&(given, fault, &answer.value));
                }
                Ok(Expectation { error: Some(Fault { code: (*code).to_owned(), offset }), ..nothing })
            }
            Self::Families(verdict, families) => {
                let claimed = serde_json::json!({"verdict": verdict, "families": families});
                if answer.value.as_ref() != Some(&claimed) {
                    return differs(&answer.value);
                }
                Ok(Expectation { value: Some(claimed), ..nothing })
            }
            Self::Judged { verdict, disposition, rules, span } => {
                let findings = answer.findings.clone().unwrap_or_default();
                let same = given == *verdict
                    && answer.disposition.as_deref() == Some(*disposition)
                    && rules.iter().all(|rule| findings.iter().any(|found| found == rule));
                if !same {
                    return differs(&(given, &answer.disposition, &findings));
                }
                let spans = span_of(rules, *span);
                let given = answer.spans.as_deref().unwrap_or_default();
                if spans.iter().flatten().any(|span| !given.contains(span)) {
                    return differs(&given);
                }
                let disposition = Some((*disposition).to_owned());
                Ok(Expectation { disposition, findings: Some(findings), spans, ..nothing })
            }
        }
    }
}

fn span_of(rules: &[&str], span: Option<(usize, usize)>) -> Option<Vec<Span>> {
    let ((offset, length), rule) = span.zip(rules.first())?;
    let (offset, length) = u64::try_from(offset).ok().zip(u64::try_from(length).ok())?;
    Some(vec![Span { rule: (*rule).to_owned(), offset, length }])
}
