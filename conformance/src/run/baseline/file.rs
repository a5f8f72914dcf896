//! The file of a baseline.
//!
//! ```toml
//! version = 1
//!
//! [[known]]
//! reason = "the decoder has no BER-TLV yet"
//! owner = "payments"
//! issue = "https://tracker.example/7"
//! expires = "2027-05-31"
//! [known.vectors]
//! "decode-0089-cpm" = "wrong-verdict"
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::Outcome;
use crate::arguments::day;
use crate::exit::Stop;
use crate::run::Known;

/// The version of the form.
const VERSION: u32 = 1;

/// Known failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Baseline {
    pub(super) entries: Vec<Entry>,
    /// The comment before everything else, which stays when the file is written again.
    head: String,
}

/// Failures with one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) reason: String,
    pub(super) owner: String,
    pub(super) issue: String,
    /// The first day on which the entry no longer holds.
    pub(super) expires: Date,
    /// How each vector fails.
    pub(super) vectors: BTreeMap<String, Outcome>,
}

impl Entry {
    /// What rows say of it.
    pub(super) fn known(&self) -> Known {
        Known {
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            issue: self.issue.clone(),
            expires: self.expires.to_string(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Spanned<u32>,
    #[serde(default)]
    known: Vec<Spanned<Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    reason: Spanned<String>,
    owner: Spanned<String>,
    issue: Spanned<String>,
    expires: Spanned<String>,
    vectors: BTreeMap<Spanned<String>, Spanned<String>>,
}

impl Baseline {
    pub(super) fn new() -> Self {
        let head = "# Known failures of the conformance suite: `upqr baseline --help`.\n\n".to_owned();
        Self { entries: Vec::new(), head }
    }

    pub(crate) fn read(path: &Path) -> Result<Self, Stop> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| Stop::Usage(format!("cannot read `{name}`: {error}")))?;
        Self::parse(&name, &text).map_err(Stop::Usage)
    }

    /// Reads the text of a file; the error names `name`, the line, and what to do.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, String> {
        let line =
            |place: usize| text.bytes().take(place).filter(|byte| *byte == b'\n').count().saturating_add(1);
        let at = |place: usize, why: String| format!("{name}:{}: {why}", line(place));
        let file: File = toml::from_str(text)
            .map_err(|error| at(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        if *file.version.get_ref() != VERSION {
            let why =
                format!("version {} of a baseline, and this command reads {VERSION}", file.version.get_ref());
            return Err(at(file.version.span().start, why));
        }
        let mut entries: Vec<Entry> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for table in file.known {
            let start = table.span().start;
            let (entry, found) = entry(table.into_inner()).map_err(|(place, why)| at(place, why))?;
            if entry.vectors.is_empty() {
                return Err(at(start, "the entry names no vector: take it out".to_owned()));
            }
            for (vector, place) in found {
                if let Some(other) = places.insert(vector.clone(), place) {
                    let other = line(other);
                    let why = format!("`{vector}` stands in line {other} already: leave it in one entry");
                    return Err(at(place, why));
                }
            }
            entries.push(entry);
        }
        Ok(Self { entries, head: head(text) })
    }

    /// The entry of a vector, and the outcome that it expects.
    pub(super) fn entry(&self, vector: &str) -> Option<(&Entry, Outcome)> {
        self.entries.iter().find_map(|entry| Some((entry, *entry.vectors.get(vector)?)))
    }
}

/// What is wrong, and where in the text.
type Fault = (usize, String);

/// An entry, and where each of its vectors stands.
fn entry(table: Table) -> Result<(Entry, Vec<(String, usize)>), Fault> {
    let said = |name: &str, text: Spanned<String>, what: &str| {
        let place = text.span().start;
        let text = text.into_inner();
        if text.trim().is_empty() { Err((place, format!("`{name}` is empty: {what}"))) } else { Ok(text) }
    };
    let reason = said("reason", table.reason, "say why the failure is expected")?;
    let owner = said("owner", table.owner, "say who answers for it")?;
    let issue = said("issue", table.issue, "say where it is followed")?;
    let expires = day(table.expires.get_ref()).map_err(|_| {
        let why = format!("`{}` is no day: write it as 2027-11-30", table.expires.get_ref());
        (table.expires.span().start, why)
    })?;
    let (mut vectors, mut places) = (BTreeMap::new(), Vec::new());
    for (vector, word) in table.vectors {
        let (place, vector) = (vector.span().start, vector.into_inner());
        let outcome = outcome(&vector, word.get_ref()).map_err(|why| (word.span().start, why))?;
        vectors.insert(vector.clone(), outcome);
        places.push((vector, place));
    }
    Ok((Entry { reason, owner, issue, expires, vectors }, places))
}

/// The outcomes that a baseline may expect.
fn known() -> impl Iterator<Item = Outcome> {
    Outcome::ALL.iter().copied().filter(|outcome| outcome.fails() && *outcome != Outcome::NotRun)
}

fn outcome(vector: &str, word: &str) -> Result<Outcome, String> {
    if let Some(outcome) = known().find(|outcome| outcome.key() == word) {
        return Ok(outcome);
    }
    if Outcome::ALL.iter().any(|outcome| outcome.key() == word) {
        return Err(format!("`{word}` is no failure that can be known: take `{vector}` out"));
    }
    let words: Vec<&str> = known().map(Outcome::key).collect();
    Err(format!("`{word}` is no outcome: use one of {}", words.join(", ")))
}

/// The comments and blank lines before everything else.
fn head(text: &str) -> String {
    let is_head = |line: &&str| line.trim_start().starts_with('#') || line.trim().is_empty();
    text.split_inclusive('\n').take_while(is_head).collect()
}

/// The text of the file: entries in their order, vectors by id.
impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}version = {VERSION}", self.head)?;
        for entry in &self.entries {
            writeln!(f, "\n[[known]]")?;
            writeln!(f, "reason = {}", quoted(&entry.reason))?;
            writeln!(f, "owner = {}", quoted(&entry.owner))?;
            writeln!(f, "issue = {}", quoted(&entry.issue))?;
            writeln!(f, "expires = \"{}\"", entry.expires)?;
            writeln!(f, "[known.vectors]")?;
            for (vector, outcome) in &entry.vectors {
                writeln!(f, "{} = \"{}\"", quoted(vector), outcome.key())?;
            }
        }
        Ok(())
    }
}

/// A basic string of TOML: that of JSON, but for one control character that JSON leaves as it is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7F}', "\\u007F")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "[[known]]\nreason = \"r\"\nowner = \"o\"\nissue = \"i\"\nexpires = \"2027-11-30\"\n[known.vectors]\n";

    fn text(vectors: &str) -> String {
        format!("# mine\n\nversion = 1\n{ENTRY}{vectors}")
    }

    #[test]
    fn a_baseline_is_written_as_it_is_read() {
        let odd = "# mine\n\nversion = 1\n\n[[known]]\nreason = \"a \\\"b\\\" \\u007F 面\"\nowner = \"o\"\nissue = \"i\"\n\
            expires = \"2027-11-30\"\n[known.vectors]\n\"a b\" = \"crash\"\n\"c\" = \"wrong-value\"\n";
        let baseline = Baseline::parse("known.toml", odd).expect("a baseline");
        assert_eq!(baseline.to_string(), odd);
        assert_eq!(Baseline::parse("known.toml", &baseline.to_string()), Ok(baseline));
        let empty = Baseline::new();
        assert_eq!(Baseline::parse("known.toml", &empty.to_string()), Ok(empty));
    }

    #[test]
    fn what_is_no_baseline_is_told_with_its_line() {
        let check = |text: &str, message: &str| {
            assert_eq!(Baseline::parse("k", text).expect_err(text), message, "{text}");
        };
        check("", "k:1: missing field `version`");
        check("version = 2\n", "k:1: version 2 of a baseline, and this command reads 1");
        check(&text("\"a\" = \"pass\"\n"), "k:10: `pass` is no failure that can be known: take `a` out");
        check(
            &text("\"a\" = \"not-run\"\n"),
            "k:10: `not-run` is no failure that can be known: take `a` out",
        );
        check(
            &text("\"a\" = \"wrong\"\n"),
            "k:10: `wrong` is no outcome: use one of misread, wrong-verdict, wrong-reason, wrong-value, lossy, nondeterministic, crash, hang, flood, protocol-error",
        );
        check(&text(""), "k:4: the entry names no vector: take it out");
        check(
            &format!("{}{ENTRY}\"a\" = \"hang\"\n", text("\"a\" = \"crash\"\n")),
            "k:17: `a` stands in line 10 already: leave it in one entry",
        );
        let one = text("\"a\" = \"crash\"\n");
        check(&one.replace("\"r\"", "\" \""), "k:5: `reason` is empty: say why the failure is expected");
        check(&one.replace("\"o\"", "\"\""), "k:6: `owner` is empty: say who answers for it");
        check(&one.replace("\"i\"", "\"\""), "k:7: `issue` is empty: say where it is followed");
        check(
            &one.replace("2027-11-30", "2027-02-30"),
            "k:8: `2027-02-30` is no day: write it as 2027-11-30",
        );
        check(
            &one.replace("owner", "boss"),
            "k:6: unknown field `boss`, expected one of `reason`, `owner`, `issue`, `expires`, `vectors`",
        );
        check(&one.replace("owner = \"o\"\n", ""), "k:4: missing field `owner`");
    }
}
