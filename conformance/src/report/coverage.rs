//! `upqr report coverage`: which vectors keep and which break each requirement of the standard, as its clause 1.9 counts them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::scope;
use crate::exit::{Exit, Stop};
use crate::output;
use crate::run::{Outcome, Run};
use crate::statistics::{aligned, markdown};
use crate::vectors::words::words;
use crate::vectors::{self, Expectation, Op, Vector, Verdict};

/// The chapter that speaks of runners and adapters, and of no payload.
const PROTOCOL: &str = "adapter-protocol";

/// The version of the JSON form.
const FORM: u32 = 1;

/// How coverage is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For a person: a row a chapter, and what is missing
    Human,
    /// One JSON document with every requirement and its vectors
    Json,
    /// Tables for a report, with the reasons for what no vector shows
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Records of runs, whose implementations are counted by requirement
    #[arg(value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,
    /// Write to this file, which is there only once it is complete
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Stop> {
    let mut runs = Vec::new();
    for path in &arguments.records {
        let (name, run) = Run::of(path)?;
        let (theirs, ours) = (&run.header.vectors, vectors::edition());
        if *theirs != ours {
            return Err(Stop::Usage(format!(
                "{name}: the record is of the vectors {theirs}, and this command has {ours}: run it again"
            )));
        }
        runs.push(run);
    }
    let requirements = requirements(&upqr::vectors::CHAPTERS).map_err(Stop::Refused)?;
    let coverage = Coverage::of(requirements, &vectors::all(), &runs);
    output::to(arguments.output_file.as_deref(), out, |out| coverage.write(arguments.format, out))?;
    Ok(if coverage.problems.is_empty() { Exit::Conforms } else { Exit::Findings })
}

words! {
    /// How much a requirement binds: the key words of BCP 14 that the standard uses.
    Level {
        Must = "MUST",
        MustNot = "MUST NOT",
        Should = "SHOULD",
        ShouldNot = "SHOULD NOT",
        May = "MAY",
    }
}

words! {
    /// Vectors that a requirement says it cannot have.
    Lack {
        Untestable = "untestable",
        NoRejection = "no rejection",
        NoAcceptance = "no acceptance",
    }
}

/// Why vectors of a kind are missing.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Mark {
    lack: Lack,
    reason: String,
}

/// A line of the standard that binds somebody.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Requirement {
    id: String,
    /// The name of its file, without the suffix.
    chapter: &'static str,
    level: Level,
    sentence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<Mark>,
}

impl Requirement {
    const fn is_must(&self) -> bool {
        matches!(self.level, Level::Must | Level::MustNot)
    }

    fn lacks(&self, kind: Lack) -> bool {
        self.mark.as_ref().is_some_and(|mark| mark.lack == Lack::Untestable || mark.lack == kind)
    }
}

/// Every requirement in the order of the text; the error names the line that is none and says what to do.
fn requirements(chapters: &[(&'static str, &str)]) -> Result<Vec<Requirement>, String> {
    let mut found = Vec::new();
    for (name, text) in chapters {
        let chapter = name.strip_suffix(".md").unwrap_or(name);
        for line in text.lines() {
            let Some((id, rest)) = line.strip_prefix("- **").and_then(|rest| rest.split_once("** ")) else {
                continue;
            };
            if id.starts_with("UPQR-") {
                found.push(requirement(id, chapter, rest)?);
            }
        }
    }
    Ok(found)
}

fn requirement(id: &str, chapter: &'static str, text: &str) -> Result<Requirement, String> {
    let (sentence, mark) = match text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")) {
        None => (text, None),
        Some((sentence, mark)) => {
            let known = mark.split_once(": ").and_then(|(word, reason)| {
                let lack = Lack::ALL.iter().find(|lack| lack.key() == word)?;
                (!reason.trim().is_empty()).then(|| Mark { lack: *lack, reason: reason.to_owned() })
            });
            let Some(mark) = known else {
                let words: Vec<&str> = Lack::ALL.iter().map(|lack| lack.key()).collect();
                let words = words.join(", ");
                return Err(format!(
                    "{id}: `({mark})` is no mark: write one of {words}, a colon and the reason"
                ));
            };
            (sentence, Some(mark))
        }
    };
    // `MUST NOT` begins where `MUST` does, and the longer one counts.
    let levels = Level::ALL.iter().filter_map(|level| Some((sentence.find(level.key())?, *level)));
    let Some((_, level)) = levels.min_by_key(|(place, level)| (*place, Reverse(level.key().len()))) else {
        return Err(format!("{id}: the sentence has no MUST, SHOULD or MAY"));
    };
    Ok(Requirement { id: id.to_owned(), chapter, level, sentence: sentence.to_owned(), mark })
}

/// How an implementation did on the vectors of a requirement.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Tally {
    implementation: String,
    passed: usize,
    failed: usize,
    /// The vectors that failed.
    failures: Vec<String>,
}

/// A requirement and everything that shows it.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    requirement: Requirement,
    /// Rules of a checker that enforce it.
    rules: Vec<&'static str>,
    kept: Vec<String>,
    broken: Vec<String>,
    /// Whether there are vectors of both kinds, or a mark that says why not.
    covered: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<Tally>,
}

/// Vectors that keep a requirement, and vectors that break it.
type Shown<'v> = BTreeMap<&'v str, (BTreeSet<&'v str>, BTreeSet<&'v str>)>;

fn shown(vectors: &[Vector]) -> Shown<'_> {
    let mut shown = Shown::new();
    for vector in vectors {
        let named: BTreeSet<&str> = vector.requirements.iter().map(String::as_str).collect();
        for expected in vector.expect.each() {
            let mut broken = enforced(vector.op, expected);
            if expected.verdict == Verdict::Reject {
                broken.extend(&named);
            }
            for id in named.difference(&broken) {
                shown.entry(id).or_default().0.insert(&vector.id);
            }
            for id in broken {
                shown.entry(id).or_default().1.insert(&vector.id);
            }
        }
    }
    shown
}

/// The requirements that the rules of the findings enforce.
fn enforced(op: Op, expected: &Expectation) -> BTreeSet<&'static str> {
    let findings =
        expected.findings.iter().flatten().filter(|_| matches!(op, Op::Check | Op::Scan | Op::Render));
    let rules = findings.filter_map(|id| upqr::rules::all().find(|rule| rule.id == id));
    rules.flat_map(|rule| rule.requirements.iter().copied()).collect()
}

/// What is covered, by requirement and by chapter.
#[derive(Debug, Serialize)]
struct Coverage {
    /// The version of this form.
    #[serde(rename = "coverage")]
    form: u32,
    upqr: &'static str,
    vectors: &'static str,
    total: Count,
    chapters: Vec<Count>,
    requirements: Vec<Row>,
    /// What is missing and what is wrong, a sentence each.
    problems: Vec<String>,
}

/// Requirements of a chapter or of the whole standard.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Count {
    chapter: &'static str,
    requirements: usize,
    /// Requirements with MUST or MUST NOT: so many, of which vectors show both sides, a mark gives a reason, and nothing does either.
    must: usize,
    both: usize,
    reason: usize,
    missing: usize,
    /// By run: requirements that were asked about, and those without a failure.
    #[serde(skip)]
    met: Vec<(usize, usize)>,
}

impl Coverage {
    fn of(requirements: Vec<Requirement>, vectors: &[Vector], runs: &[Run]) -> Self {
        let shown = shown(vectors);
        let mut problems: Vec<String> = shown
            .iter()
            .filter(|(id, _)| !requirements.iter().any(|requirement| requirement.id == **id))
            .flat_map(|(id, (kept, broken))| {
                kept.union(broken).map(move |vector| format!("{vector}: names {id}, which is no requirement"))
            })
            .collect();
        let outcomes: Vec<(String, BTreeMap<&str, Outcome>)> = runs
            .iter()
            .map(|run| {
                let adapter = &run.header.adapter;
                let name = format!("{} {}", scope::name(&adapter.name), scope::name(&adapter.version));
                (name, run.rows.iter().map(|row| (row.vector.as_str(), row.outcome)).collect())
            })
            .collect();
        let rows: Vec<Row> = requirements.into_iter().map(|it| row(it, &shown, &outcomes)).collect();
        problems.extend(rows.iter().flat_map(wrong));
        let mut chapters: Vec<&'static str> = rows.iter().map(|row| row.requirement.chapter).collect();
        chapters.dedup();
        Self {
            form: FORM,
            upqr: env!("CARGO_PKG_VERSION"),
            vectors: upqr::vectors::EDITION,
            total: count("all", &rows, |_| true),
            chapters: chapters
                .into_iter()
                .map(|chapter| count(chapter, &rows, |row| row.requirement.chapter == chapter))
                .collect(),
            requirements: rows,
            problems,
        }
    }

    fn write(&self, form: Form, out: &mut dyn Write) -> Result<(), Stop> {
        match form {
            Form::Json => {
                serde_json::to_writer_pretty(&mut *out, self).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
            Form::Human => out.write_all(self.page(aligned, "").as_bytes())?,
            Form::Markdown => {
                let mut page = format!("# Coverage of the standard\n\n{}", self.page(markdown, "## "));
                let _ = write!(page, "\n## Reasons\n\n{}", self.reasons());
                out.write_all(page.as_bytes())?;
            }
        }
        Ok(())
    }

    /// A sentence, the chapters, what implementations fail, and what is missing.
    fn page(&self, table: fn(&[Vec<String>]) -> String, heading: &str) -> String {
        let Count { must, both, reason, missing, .. } = &self.total;
        // No payload shows how a runner and an adapter behave, so vectors can cover nothing of it.
        let protocol = match self.chapters.iter().find(|count| count.chapter == PROTOCOL) {
            Some(count) if count.reason > 0 => format!(" ({} of them of runners and adapters)", count.reason),
            _ => String::new(),
        };
        let mut page = format!(
            "{must} requirements say MUST or MUST NOT: {both} have vectors that keep and vectors that break them, \
             {reason} say why not{protocol}, {missing} have neither.\n\n"
        );
        page.push_str(&table(&self.by_chapter()));
        for (place, name) in self.implementations().enumerate() {
            let failures = self.failures(place);
            if failures.len() > 1 {
                let _ = write!(page, "\n{heading}What {name} fails\n\n{}", table(&failures));
            }
        }
        if !self.problems.is_empty() {
            let _ = writeln!(page, "\n{heading}What is missing\n");
            let bullet = if heading.is_empty() { "" } else { "- " };
            for problem in &self.problems {
                let _ = writeln!(page, "{bullet}{problem}");
            }
        }
        page
    }

    fn implementations(&self) -> impl Iterator<Item = &str> {
        let first = self.requirements.first();
        first.into_iter().flat_map(|row| &row.runs).map(|tally| tally.implementation.as_str())
    }

    fn by_chapter(&self) -> Vec<Vec<String>> {
        let heads = ["chapter", "requirements", "MUST", "both", "reason", "missing"].map(str::to_owned);
        let met = self.implementations().map(|name| format!("{name} meets"));
        let mut rows = vec![heads.into_iter().chain(met).collect()];
        for count in self.chapters.iter().chain([&self.total]) {
            let numbers = [count.requirements, count.must, count.both, count.reason, count.missing];
            let met = count.met.iter().map(|(asked, met)| format!("{met} of {asked}"));
            let cells = numbers.iter().map(ToString::to_string).chain(met);
            rows.push([count.chapter.to_owned()].into_iter().chain(cells).collect());
        }
        rows
    }

    /// The requirements on whose vectors one of the runs failed.
    fn failures(&self, run: usize) -> Vec<Vec<String>> {
        let mut rows = vec![["requirement", "failed", "passed"].map(str::to_owned).to_vec()];
        for row in &self.requirements {
            if let Some(tally) = row.runs.get(run).filter(|tally| tally.failed > 0) {
                let id = row.requirement.id.clone();
                rows.push(vec![id, tally.failed.to_string(), tally.passed.to_string()]);
            }
        }
        rows
    }

    /// A line for each mark.
    fn reasons(&self) -> String {
        let mut lines = String::new();
        for requirement in self.requirements.iter().map(|row| &row.requirement) {
            if let Some(Mark { lack, reason }) = &requirement.mark {
                let _ = writeln!(lines, "- {}, {}: {reason}", requirement.id, lack.key());
            }
        }
        lines
    }
}

fn row(requirement: Requirement, shown: &Shown<'_>, outcomes: &[(String, BTreeMap<&str, Outcome>)]) -> Row {
    let none = (BTreeSet::new(), BTreeSet::new());
    let (kept, broken) = shown.get(requirement.id.as_str()).unwrap_or(&none);
    let rules = upqr::rules::all().filter(|rule| rule.requirements.contains(&requirement.id.as_str()));
    let tally = |(name, outcomes): &(String, BTreeMap<&str, Outcome>)| {
        let asked = || kept.union(broken).filter_map(|id| Some((*id, *outcomes.get(id)?)));
        let failures: Vec<String> =
            asked().filter(|(_, outcome)| outcome.fails()).map(|(id, _)| id.to_owned()).collect();
        let passed = asked().filter(|(_, outcome)| *outcome == Outcome::Pass).count();
        Tally { implementation: name.clone(), passed, failed: failures.len(), failures }
    };
    Row {
        rules: rules.map(|rule| rule.id).collect(),
        covered: (!kept.is_empty() || requirement.lacks(Lack::NoAcceptance))
            && (!broken.is_empty() || requirement.lacks(Lack::NoRejection)),
        kept: kept.iter().copied().map(str::to_owned).collect(),
        broken: broken.iter().copied().map(str::to_owned).collect(),
        runs: outcomes.iter().map(tally).collect(),
        requirement,
    }
}

/// What a requirement lacks, and marks that are not true.
fn wrong(row: &Row) -> Vec<String> {
    let Requirement { id, mark, .. } = &row.requirement;
    let mut problems = Vec::new();
    for (lack, verb, vectors) in
        [(Lack::NoAcceptance, "keeps", &row.kept), (Lack::NoRejection, "breaks", &row.broken)]
    {
        let excused = row.requirement.lacks(lack);
        let word = lack.key();
        match (vectors.first(), mark) {
            (Some(vector), Some(mark)) if excused => {
                let word = mark.lack.key();
                problems.push(format!("{id}: {vector} {verb} it, so take the mark `{word}` away"));
            }
            (None, _) if row.requirement.is_must() && !excused => {
                problems
                    .push(format!("{id}: no vector {verb} it: add one, or end it with `({word}: reason)`"));
            }
            _ => {}
        }
    }
    problems
}

fn count(chapter: &'static str, rows: &[Row], holds: impl Fn(&Row) -> bool) -> Count {
    let rows: Vec<&Row> = rows.iter().filter(|row| holds(row)).collect();
    let musts: Vec<&&Row> = rows.iter().filter(|row| row.requirement.is_must()).collect();
    let covered = |marked: bool| {
        musts.iter().filter(|row| row.covered && row.requirement.mark.is_some() == marked).count()
    };
    let runs = rows.first().map_or(0, |row| row.runs.len());
    let met = |run: usize| {
        let tallies = || rows.iter().filter_map(move |row| row.runs.get(run));
        let asked = tallies().filter(|tally| tally.passed > 0 || tally.failed > 0).count();
        (asked, tallies().filter(|tally| tally.passed > 0 && tally.failed == 0).count())
    };
    Count {
        chapter,
        requirements: rows.len(),
        must: musts.len(),
        both: covered(false),
        reason: covered(true),
        missing: musts.iter().filter(|row| !row.covered).count(),
        met: (0..runs).map(met).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Header, Row as Answered};

    /// A vector of `check` that names these requirements.
    fn vector(id: &str, requirements: &[&str], expect: &serde_json::Value) -> Vector {
        let vector = serde_json::json!({
            "id": id, "rev": 1, "op": "check", "level": "shape", "since": "10", "title": "A text",
            "input": {"hex": ""}, "requirements": requirements, "flags": [], "risk": [],
            "expect": expect, "provenance": {"kind": "hand"},
        });
        serde_json::from_value(vector).expect("a vector")
    }

    /// Three vectors: one keeps, one rejects, and one is accepted with a finding of a rule that enforces UPQR-MPM-12.
    fn three(requirements: &[&str]) -> Vec<Vector> {
        let accept = |findings: &[&str]| serde_json::json!({"verdict": "accept", "findings": findings});
        vec![
            vector("check-0001-kept", requirements, &accept(&[])),
            vector(
                "check-0002-broken",
                requirements,
                &serde_json::json!({"verdict": "reject", "findings": []}),
            ),
            vector("check-0003-warned", requirements, &accept(&["amount-whole"])),
        ]
    }

    #[track_caller]
    fn check(text: &str, vectors: &[Vector], problems: &[&str]) {
        let found = requirements(&[("01-x.md", text)]).expect("requirements");
        assert_eq!(Coverage::of(found, vectors, &[]).problems, problems, "{text}");
    }

    #[test]
    fn a_must_is_covered_by_both_kinds_or_by_a_reason() {
        let all = three(&["UPQR-MPM-12"]);
        let (kept, broken) = (all.get(..1).expect("three"), all.get(1..2).expect("three"));
        let must = "- **UPQR-MPM-12** A decoder MUST NOT do this.";
        let no_acceptance =
            "UPQR-MPM-12: no vector keeps it: add one, or end it with `(no acceptance: reason)`";
        let no_rejection =
            "UPQR-MPM-12: no vector breaks it: add one, or end it with `(no rejection: reason)`";
        check(must, &all, &[]);
        check(must, kept, &[no_rejection]);
        check(must, broken, &[no_acceptance]);
        check(must, all.get(2..).expect("three"), &[no_acceptance]);
        check(must, &[], &[no_acceptance, no_rejection]);
        check(&format!("{must} (untestable: why)"), &[], &[]);
        check(&format!("{must} (no rejection: why)"), kept, &[]);
        check(&format!("{must} (no acceptance: why)"), broken, &[]);
        check(&format!("{must} (no acceptance: why)"), &[], &[no_rejection]);
        check("- **UPQR-MPM-12** A decoder SHOULD do this.", &[], &[]);
    }

    #[test]
    fn a_mark_that_is_not_true_is_a_problem() {
        let (must, named) = ("- **UPQR-OBJ-1** A decoder MUST do this.", three(&["UPQR-OBJ-1"]));
        let kept = |word| format!("UPQR-OBJ-1: check-0001-kept keeps it, so take the mark `{word}` away");
        let broken =
            |word| format!("UPQR-OBJ-1: check-0002-broken breaks it, so take the mark `{word}` away");
        // The rule of the third one enforces a requirement that this text does not have.
        let unknown = "check-0003-warned: names UPQR-MPM-12, which is no requirement".to_owned();
        for (word, problems) in [
            ("untestable", vec![&unknown, &kept("untestable"), &broken("untestable")]),
            ("no rejection", vec![&unknown, &broken("no rejection")]),
            ("no acceptance", vec![&unknown, &kept("no acceptance")]),
        ] {
            let problems: Vec<&str> = problems.into_iter().map(String::as_str).collect();
            check(&format!("{must} ({word}: why)"), &named, &problems);
        }
    }

    #[test]
    fn what_is_no_mark_and_no_requirement_is_told() {
        for (text, message) in [
            (
                "- **UPQR-OBJ-1** A decoder MUST do this. (obvious: why)",
                "UPQR-OBJ-1: `(obvious: why)` is no mark: write one of untestable, no rejection, no acceptance, a colon and the reason",
            ),
            (
                "- **UPQR-OBJ-1** A decoder MUST do this. (untestable: )",
                "UPQR-OBJ-1: `(untestable: )` is no mark: write one of untestable, no rejection, no acceptance, a colon and the reason",
            ),
            ("- **UPQR-OBJ-1** A decoder does this.", "UPQR-OBJ-1: the sentence has no MUST, SHOULD or MAY"),
        ] {
            assert_eq!(requirements(&[("01-x.md", text)]), Err(message.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_reasons_of_runners_and_adapters_are_told_apart() {
        let reason = "- **UPQR-SEC-1** A wallet MUST do this. (untestable: why)";
        let protocol = "- **UPQR-ADP-1** A runner MUST do that. (untestable: why)";
        for (chapters, said) in [
            (&[("09-x.md", reason)][..], "1 say why not, 0 have neither."),
            (
                &[("09-x.md", reason), ("adapter-protocol.md", protocol)],
                "2 say why not (1 of them of runners and adapters), 0 have neither.",
            ),
        ] {
            let page =
                Coverage::of(requirements(chapters).expect("requirements"), &[], &[]).page(aligned, "");
            let first = page.lines().next().expect("a sentence");
            assert!(first.ends_with(&format!(" break them, {said}")), "{first}");
        }
    }

    #[test]
    fn a_run_is_counted_by_requirement() {
        let text = "- **UPQR-MPM-12** A decoder MUST do this.\n- **UPQR-OBJ-1** A decoder MAY do that.";
        let header = r#"{"record":1,"upqr":"0.1.0","vectors":"1","adapter":{"name":"my-lib","version":"2","ops":[]},"call":[],"repeat":1,"cases":2}"#;
        let header: Header = serde_json::from_str(header).expect("a header");
        let row = |id: &str, outcome| Answered {
            vector: id.to_owned(),
            rev: 1,
            outcome,
            detail: None,
            got: None,
            stderr: None,
            known: None,
        };
        let rows = vec![
            row("check-0001-kept", Outcome::Pass),
            row("check-0002-broken", Outcome::WrongVerdict),
            row("check-0003-warned", Outcome::Unsupported),
        ];
        let run = Run { header, rows, stale: Vec::new(), complete: true };
        let found = requirements(&[("01-x.md", text)]).expect("requirements");
        let coverage = Coverage::of(found, &three(&["UPQR-MPM-12"]), &[run]);
        assert_eq!(
            coverage.page(aligned, ""),
            "1 requirements say MUST or MUST NOT: 1 have vectors that keep and vectors that break them, 0 say why not, 0 have neither.\n\n\
             chapter  requirements  MUST  both  reason  missing  my-lib 2 meets\n\
             01-x                2     1     1       0        0          0 of 1\n\
             all                 2     1     1       0        0          0 of 1\n\n\
             What my-lib 2 fails\n\n\
             requirement  failed  passed\n\
             UPQR-MPM-12       1       1\n"
        );
    }
}
