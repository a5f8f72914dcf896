//! Which vectors: `op(decode) & !flag(unicode) | req(UPQR-CRC-*)`.
//!
//! | predicate | holds where |
//! |---|---|
//! | `id`, `op`, `level`, `verdict`, `provenance` | the vector's member matches |
//! | `req`, `flag`, `risk` | one of the vector's requirements, flags or risks matches |
//! | `grammar`, `family`, `network` | the input has the grammar, may be of the family, or holds a code of the network |
//!
//! A pattern may hold `*` and `?`; several stand in one predicate with commas between, and one of them has to match. `!` binds closest, then `&`, then `|`.

use std::fmt;

use nom::branch::alt;
use nom::bytes::complete::take_while1;
use nom::character::complete::{char, multispace0};
use nom::combinator::{all_consuming, cut, map};
use nom::multi::separated_list1;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser as _};
use upqr::emv::mpm;
use upqr::grammar::Text;
use upqr::recognise::recognise;
use upqr::unified;
use wildmatch::WildMatch;

use super::words::words;
use super::{Level, Op, Vector, Verdict};

words! {
    /// What a predicate looks at.
    Subject {
        Id = "id",
        Op = "op",
        Level = "level",
        Verdict = "verdict",
        Provenance = "provenance",
        Requirement = "req",
        Flag = "flag",
        Risk = "risk",
        Grammar = "grammar",
        Family = "family",
        Network = "network",
    }
}

/// What `Text::key` gives.
const GRAMMARS: [&str; 6] = ["emv-mpm", "emv-cpm", "uri", "digits", "tlv-dialect", "text"];

/// A filter, ready to be held against vectors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filter {
    Any(Vec<Self>),
    All(Vec<Self>),
    Not(Box<Self>),
    Is(Subject, Vec<WildMatch>),
}

/// Why a text is no filter, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoFilter {
    /// It stops being one at this column.
    Column(usize),
    /// There is no such predicate.
    Predicate(String),
    /// A word of a closed list that is none, or a pattern that matches none.
    Word(Subject, String),
    /// Where too much is open at once.
    Deep(usize),
    /// How many bytes it has.
    Long(usize),
    /// What an adapter would choose by if it chose by the answers.
    Answer(Subject),
}

/// Bytes of a filter: some hundred ids of vectors.
const LONGEST: usize = 4096;

/// Brackets and `!` in each other: far more than anybody can read, far fewer than fill a stack.
const DEEPEST: usize = 64;

/// What may narrow an adapter's operations: what a question is about, and not what its answer has to be.
const DECLARED: [Subject; 7] = [
    Subject::Op,
    Subject::Level,
    Subject::Grammar,
    Subject::Family,
    Subject::Network,
    Subject::Flag,
    Subject::Requirement,
];

/// What a vector says of itself, which another input need not share.
const OF_A_VECTOR: [Subject; 3] = [Subject::Level, Subject::Flag, Subject::Requirement];

impl fmt::Display for NoFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(column) => {
                write!(f, "column {column}: expected a filter such as `op(decode) & !risk(misroute)`")
            }
            Self::Predicate(word) => {
                write!(f, "`{word}` is no predicate of a filter: use one of {}", keys(Subject::ALL))
            }
            Self::Word(subject, word) => {
                let known = subject.words().unwrap_or_default().join(", ");
                write!(f, "`{}({word})` matches nothing: use one of {known}", subject.key())
            }
            Self::Deep(column) => {
                write!(f, "column {column}: more than {DEEPEST} `(` and `!` in each other: write it flatter")
            }
            Self::Long(octets) => {
                write!(f, "a filter has at most {LONGEST} bytes, and this one has {octets}: use `*`")
            }
            Self::Answer(subject) => write!(
                f,
                "`{}` tells the answer, and an adapter declares what it is asked: use {}",
                subject.key(),
                keys(&DECLARED)
            ),
        }
    }
}

fn keys(subjects: &[Subject]) -> String {
    let keys: Vec<&str> = subjects.iter().map(|subject| subject.key()).collect();
    keys.join(", ")
}

impl Filter {
    pub(crate) fn parse(text: &str) -> Result<Self, NoFilter> {
        bounded(text)?;
        let left = match all_consuming(delimited(multispace0, any, multispace0)).parse(text) {
            Ok((_, filter)) => return filter.known(),
            Err(nom::Err::Error(error) | nom::Err::Failure(error)) => error.input,
            Err(nom::Err::Incomplete(_)) => "",
        };
        let read = text.len().saturating_sub(left.len());
        let word: String = left.chars().take_while(char::is_ascii_alphanumeric).collect();
        let known = Subject::ALL.iter().any(|subject| subject.key() == word);
        let opens = left.get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with('('));
        if !word.is_empty() && opens && !known {
            return Err(NoFilter::Predicate(word));
        }
        Err(NoFilter::Column(column(text, read)))
    }

    /// An adapter's `supports`: a filter that does not choose by what the answers have to be.
    pub(crate) fn declared(text: &str) -> Result<Self, NoFilter> {
        let filter = Self::parse(text)?;
        match filter.subjects().into_iter().find(|subject| !DECLARED.contains(subject)) {
            Some(subject) => Err(NoFilter::Answer(subject)),
            None => Ok(filter),
        }
    }

    /// Whether the filter looks at inputs alone, so that it can be held against an input that is in no vector.
    pub(crate) fn is_of_inputs(&self) -> bool {
        !self.subjects().iter().any(|subject| OF_A_VECTOR.contains(subject))
    }

    /// The filter, if each of its words of a closed list is in it.
    fn known(self) -> Result<Self, NoFilter> {
        for (subject, patterns) in self.predicates() {
            let Some(words) = subject.words() else { continue };
            let stray = patterns.iter().find(|pattern| !words.iter().any(|word| pattern.matches(word)));
            if let Some(stray) = stray {
                return Err(NoFilter::Word(subject, stray.to_string()));
            }
        }
        Ok(self)
    }

    fn subjects(&self) -> Vec<Subject> {
        self.predicates().into_iter().map(|(subject, _)| subject).collect()
    }

    /// The predicates in their order.
    fn predicates(&self) -> Vec<(Subject, &[WildMatch])> {
        match self {
            Self::Any(filters) | Self::All(filters) => filters.iter().flat_map(Self::predicates).collect(),
            Self::Not(filter) => filter.predicates(),
            Self::Is(subject, patterns) => vec![(*subject, patterns)],
        }
    }

    /// Whether the vector is one of those that the filter names.
    pub(crate) fn holds(&self, vector: &Vector) -> bool {
        match self {
            Self::Any(filters) => filters.iter().any(|filter| filter.holds(vector)),
            Self::All(filters) => filters.iter().all(|filter| filter.holds(vector)),
            Self::Not(filter) => !filter.holds(vector),
            Self::Is(subject, patterns) => {
                subject.of(vector).iter().any(|word| patterns.iter().any(|pattern| pattern.matches(word)))
            }
        }
    }
}

/// Holds a text to its bounds before anything is called that calls itself.
fn bounded(text: &str) -> Result<(), NoFilter> {
    if text.len() > LONGEST {
        return Err(NoFilter::Long(text.len()));
    }
    let (mut brackets, mut nots, mut deep) = (Vec::new(), 0_usize, 0_usize);
    for (at, character) in text.char_indices() {
        match character {
            '!' => nots = nots.saturating_add(1),
            '(' => {
                let opened = nots.saturating_add(1);
                deep = deep.saturating_add(opened);
                brackets.push(opened);
                nots = 0;
            }
            ')' => {
                deep = deep.saturating_sub(brackets.pop().unwrap_or_default());
                nots = 0;
            }
            '&' | '|' => nots = 0,
            _ => {}
        }
        if deep.saturating_add(nots) > DEEPEST {
            return Err(NoFilter::Deep(column(text, at)));
        }
    }
    Ok(())
}

/// The column of a byte, in characters from 1.
fn column(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).chars().count().saturating_add(1)
}

impl Subject {
    /// The words of a closed list; `None` where new vectors may bring new words.
    fn words(self) -> Option<Vec<&'static str>> {
        Some(match self {
            Self::Op => Op::ALL.iter().map(|op| op.key()).collect(),
            Self::Level => Level::ALL.iter().map(|level| level.key()).collect(),
            Self::Verdict => Verdict::ALL.iter().map(|verdict| verdict.key()).collect(),
            Self::Grammar => GRAMMARS.to_vec(),
            _ => return None,
        })
    }

    /// The words of a vector that a predicate is held against.
    fn of(self, vector: &Vector) -> Vec<String> {
        let text = vector.input.text.as_deref();
        match self {
            Self::Id => vec![vector.id.clone()],
            Self::Op => vec![vector.op.key().to_owned()],
            Self::Level => vec![vector.level.key().to_owned()],
            Self::Verdict => {
                vector.expect.each().into_iter().map(|expect| expect.verdict.key().to_owned()).collect()
            }
            Self::Provenance => vec![vector.provenance.kind.key().to_owned()],
            Self::Requirement => vector.requirements.clone(),
            Self::Flag => vector.flags.clone(),
            Self::Risk => vector.risk.iter().map(|risk| risk.key().to_owned()).collect(),
            Self::Grammar => text.map(|text| Text::read(text).key().to_owned()).into_iter().collect(),
            Self::Family => text.map(families).unwrap_or_default(),
            Self::Network => text.map(networks).unwrap_or_default(),
        }
    }
}

fn families(text: &str) -> Vec<String> {
    recognise(text).candidates.iter().map(|candidate| candidate.family.key().to_owned()).collect()
}

/// The networks whose code the text may be, or whose codes it carries.
fn networks(text: &str) -> Vec<String> {
    let mut found: Vec<String> = recognise(text).networks().map(|network| network.key().to_owned()).collect();
    if let Ok(payload) = mpm::parse(text) {
        found.extend(unified::read(&payload).carried.iter().map(|carried| carried.label.to_owned()));
    }
    found
}

fn any(text: &str) -> IResult<&str, Filter> {
    map(separated_list1(delimited(multispace0, char('|'), multispace0), all), |mut filters| {
        if filters.len() == 1 { filters.remove(0) } else { Filter::Any(filters) }
    })
    .parse(text)
}

fn all(text: &str) -> IResult<&str, Filter> {
    map(separated_list1(delimited(multispace0, char('&'), multispace0), one), |mut filters| {
        if filters.len() == 1 { filters.remove(0) } else { Filter::All(filters) }
    })
    .parse(text)
}

fn one(text: &str) -> IResult<&str, Filter> {
    alt((
        map(preceded((char('!'), multispace0), cut(one)), |filter| Filter::Not(Box::new(filter))),
        delimited((char('('), multispace0), cut(any), (multispace0, cut(char(')')))),
        predicate,
    ))
    .parse(text)
}

fn predicate(text: &str) -> IResult<&str, Filter> {
    let (rest, word) = take_while1(|c: char| c.is_ascii_alphanumeric())(text)?;
    let Some(subject) = Subject::ALL.iter().find(|subject| subject.key() == word) else {
        return Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Tag)));
    };
    let pattern = take_while1(|c: char| !c.is_whitespace() && !"(),&|!".contains(c));
    let patterns = separated_list1(delimited(multispace0, char(','), multispace0), pattern);
    let (rest, patterns) =
        delimited((multispace0, cut(char('(')), multispace0), cut(patterns), (multispace0, cut(char(')'))))
            .parse(rest)?;
    Ok((rest, Filter::Is(*subject, patterns.into_iter().map(WildMatch::new).collect())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors;

    fn check(text: &str, holds: &[&str], not: &[&str]) {
        let filter = Filter::parse(text).expect("a filter");
        let all = vectors::all();
        let chosen: Vec<&str> =
            all.iter().filter(|vector| filter.holds(vector)).map(|vector| vector.id.as_str()).collect();
        assert!(!chosen.is_empty() && chosen.len() < all.len(), "{text}: {} chosen", chosen.len());
        for id in holds {
            assert!(chosen.contains(id), "{text} leaves {id} out");
        }
        for id in not {
            assert!(!chosen.contains(id), "{text} chooses {id}");
        }
    }

    #[test]
    fn predicates_hold_against_members_and_inputs() {
        check("id(decode-0001-minimal)", &["decode-0001-minimal"], &["decode-0052-length-half-at-end"]);
        check(
            "op(decode,check)&verdict(reject)",
            &["decode-0052-length-half-at-end"],
            &["decode-0001-minimal"],
        );
        check("req(UPQR-CNF-*) & level( structure )", &["decode-0052-length-half-at-end"], &[]);
        check("!(op(decode) | op(check))", &["unify-0107-category-5"], &["decode-0001-minimal"]);
        check(
            "network(wechat) & op(roundtrip)",
            &["roundtrip-0001-wechat-native1"],
            &["roundtrip-0022-link-nfd"],
        );
        check(
            "grammar(emv-mpm) & op(decode)",
            &["decode-0001-minimal", "decode-0052-length-half-at-end"],
            &[],
        );
        check("flag(unicode) & risk(misroute)", &["recognise-0096-alipay-ideographic-dot"], &[]);
        check("family(alipay-qr)", &["recognise-0022-alipay-qr"], &["decode-0001-minimal"]);
        check("! op(check) & provenance(search)", &[], &["check-0001-clean"]);
    }

    #[test]
    fn what_is_no_filter_is_told_with_its_column() {
        for (text, message) in [
            ("", "column 1: expected a filter such as `op(decode) & !risk(misroute)`"),
            ("op(decode", "column 10: expected a filter such as `op(decode) & !risk(misroute)`"),
            ("op(decode) &", "column 12: expected a filter such as `op(decode) & !risk(misroute)`"),
            ("op(decode) op(check)", "column 12: expected a filter such as `op(decode) & !risk(misroute)`"),
            (
                "wallet(alipay)",
                "`wallet` is no predicate of a filter: use one of id, op, level, verdict, provenance, req, flag, risk, grammar, family, network",
            ),
            ("op()", "column 4: expected a filter such as `op(decode) & !risk(misroute)`"),
            (
                "op(DECODE)",
                "`op(DECODE)` matches nothing: use one of check, decode, encode, evaluate, pack, recognise, render, restore, roundtrip, scan, unify, unpack, verify",
            ),
            (
                "!(level(x*, shape))",
                "`level(x*)` matches nothing: use one of shape, structure, checksum, signature, freshness, profile, carriage, canonical, risk, value",
            ),
            ("verdict(yes)", "`verdict(yes)` matches nothing: use one of accept, reject"),
            (
                "grammar(emv)",
                "`grammar(emv)` matches nothing: use one of emv-mpm, emv-cpm, uri, digits, tlv-dialect, text",
            ),
        ] {
            assert_eq!(Filter::parse(text).expect_err(text).to_string(), message, "{text}");
        }
    }

    #[test]
    fn a_filter_is_bounded_before_it_is_read() {
        let deep = "more than 64 `(` and `!` in each other: write it flatter";
        let long = |octets| format!("a filter has at most 4096 bytes, and this one has {octets}: use `*`");
        for (text, message) in [
            (format!("{}op(check){}", "(".repeat(4000), ")".repeat(80)), format!("column 65: {deep}")),
            (format!("{}op(check)", "!".repeat(4000)), format!("column 65: {deep}")),
            (format!("{}op(check){}", "!(".repeat(32), ")".repeat(32)), format!("column 67: {deep}")),
            ("(".repeat(5000), long(5000)),
            ("!".repeat(1_000_000), long(1_000_000)),
        ] {
            assert_eq!(Filter::parse(&text).expect_err(&text).to_string(), message);
        }
        for text in [
            format!("{}op(check){}", "(".repeat(63), ")".repeat(63)),
            vec!["!!(op(check))"; 200].join(" & "),
            format!("id({})", "x".repeat(4092)),
        ] {
            assert!(Filter::parse(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn an_adapter_does_not_choose_by_the_answers() {
        for text in ["op(check) & !flag(missing) & !req(UPQR-CAR-*)", "grammar(emv-*) | network(wechat)"] {
            assert!(Filter::declared(text).is_ok(), "{text}");
        }
        for (text, subject) in [
            ("verdict(accept) & !verdict(reject)", "verdict"),
            ("op(check) | !(id(check-0001-clean))", "id"),
            ("risk(misroute)", "risk"),
            ("!provenance(hand)", "provenance"),
        ] {
            let message = format!(
                "`{subject}` tells the answer, and an adapter declares what it is asked: use op, level, grammar, family, network, flag, req"
            );
            assert_eq!(Filter::declared(text).expect_err(text).to_string(), message, "{text}");
        }
    }

    #[test]
    fn the_grammars_are_those_of_the_inputs() {
        let found: std::collections::BTreeSet<String> =
            vectors::all().iter().flat_map(|vector| Subject::Grammar.of(vector)).collect();
        assert_eq!(found, GRAMMARS.map(str::to_owned).into());
    }
}
