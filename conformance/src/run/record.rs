//! The record of a run: what reports are made of, what a run is resumed from, and what two runs are compared by.
//!
//! On disk it is NDJSON: the header, a row for each case, and an end that says that nothing is missing. It holds no times and no nonces, so that
//! the same implementation and the same vectors give the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Outcome;
use crate::adapter::Hello;

/// The version of the form.
pub(crate) const RECORD: u32 = 1;

/// A line of a record.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Line {
    Header(Header),
    Row(Row),
    Stale(Stale),
    /// Every case has a row, and there are so many.
    End {
        rows: u64,
    },
}

impl Line {
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let text = serde_json::to_string(self).expect("text, numbers and JSON values can be written");
        writeln!(out, "{text}")
    }
}

/// What was run, and against which vectors.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) record: u32,
    /// The version of the command.
    pub(crate) upqr: String,
    /// The edition of the vectors, and the beginning of a hash of their files.
    pub(crate) vectors: String,
    pub(crate) adapter: Hello,
    /// How the adapter was started, as arguments of `upqr run`; empty for the reference.
    pub(crate) call: Vec<String>,
    /// What was chosen by `--filter` and `--partition`, where not everything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) partition: Option<String>,
    /// How often each case was asked.
    pub(crate) repeat: u32,
    /// Cases that were chosen.
    pub(crate) cases: u64,
}

/// What came of a vector.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) vector: String,
    pub(crate) rev: u32,
    pub(crate) outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    /// What was answered, where it was not what was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) got: Option<Value>,
    /// The end of what the adapter wrote to its error stream, where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stderr: Option<String>,
    /// The entry of the baseline that expects this failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) known: Option<Known>,
}

impl Row {
    /// The call that asks this one case again.
    pub(crate) fn reproduction(&self, header: &Header) -> String {
        let mut words = vec!["upqr".to_owned(), "run".to_owned()];
        words.extend(header.call.iter().cloned());
        words.extend(["--filter".to_owned(), format!("id({})", self.vector)]);
        if self.outcome == Outcome::Nondeterministic {
            words.extend(["--repeat".to_owned(), header.repeat.to_string()]);
        }
        // No shell can say a NUL, and a record that holds one was not written by a run.
        let words: Vec<String> = words.iter().map(|word| word.replace('\0', "")).collect();
        shlex::try_join(words.iter().map(String::as_str)).expect("no word holds a NUL")
    }

    /// Whether the case counts against the run: it fails, and no baseline says so.
    pub(crate) fn is_unexpected(&self) -> bool {
        self.outcome.fails() && self.known.is_none()
    }
}

/// What a baseline says of a known failure.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    pub(crate) reason: String,
    pub(crate) owner: String,
    pub(crate) issue: String,
    /// The first day on which the entry no longer holds.
    pub(crate) expires: String,
}

/// An entry of a baseline that no longer says what happens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stale {
    pub(crate) vector: String,
    /// In a sentence: it passes, fails otherwise, is unknown, or has expired.
    pub(crate) why: String,
}

/// A whole run, its rows by vector id.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) header: Header,
    pub(crate) rows: Vec<Row>,
    pub(crate) stale: Vec<Stale>,
    /// Whether every chosen case has a row; false for the record of an interrupted run.
    pub(crate) complete: bool,
}

impl Run {
    /// Reads a record; the error names `name`, the line, and what to do. A last line that is cut off, as an interruption leaves it, is passed over.
    pub(crate) fn read(name: &str, text: &str) -> Result<Self, String> {
        let mut header = None;
        let (mut rows, mut stale) = (BTreeMap::new(), Vec::new());
        // An end counts where nothing stands behind it.
        let mut ended = None;
        for (line, number) in text.split_inclusive('\n').zip(1_u64..) {
            let cut = !line.ends_with('\n');
            ended = None;
            match serde_json::from_str(line) {
                Ok(Line::Header(found)) if header.is_none() && found.record == RECORD => header = Some(found),
                Ok(Line::Header(found)) if header.is_none() => {
                    let theirs = found.record;
                    return Err(format!(
                        "{name}:{number}: the record has form {theirs}, and this command reads form {RECORD}"
                    ));
                }
                // A resumed run asks again what failed for want of time, and the later row counts.
                Ok(Line::Row(row)) if header.is_some() => drop(rows.insert(row.vector.clone(), row)),
                Ok(Line::Stale(entry)) if header.is_some() => stale.push(entry),
                Ok(Line::End { rows: count }) if header.is_some() => ended = Some(count),
                Err(_) if cut && header.is_some() => {}
                Ok(_) => {
                    return Err(format!("{name}:{number}: expected the header of a record first, and once"));
                }
                Err(error) => {
                    return Err(format!(
                        "{name}:{number}: {error}: give a file that `upqr run --record` or `--format ndjson` wrote"
                    ));
                }
            }
        }
        let header = header.ok_or_else(|| format!("{name}: the file is empty, and no record"))?;
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let complete = ended == Some(count) && header.cases == count;
        Ok(Self { header, rows: rows.into_values().collect(), stale, complete })
    }

    /// Writes the record; what was written is what [`read`](Self::read) gives.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut lines = vec![Line::Header(self.header.clone())];
        lines.extend(self.rows.iter().cloned().map(Line::Row));
        lines.extend(self.stale.iter().cloned().map(Line::Stale));
        if self.complete {
            lines.push(Line::End { rows: u64::try_from(self.rows.len()).unwrap_or(u64::MAX) });
        }
        lines.iter().try_for_each(|line| line.write(out))
    }

    /// Rows by outcome; outcomes that do not occur are absent.
    pub(crate) fn counts(&self) -> BTreeMap<Outcome, u64> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            let count: &mut u64 = counts.entry(row.outcome).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> String {
        let hello = r#"{"name":"x","version":"1","ops":["decode"],"features":[],"in_flight":1}"#;
        format!(
            "{{\"type\":\"header\",\"record\":1,\"upqr\":\"0.1.0\",\"vectors\":\"1\",\"adapter\":{hello},\"call\":[\"--adapter\",\"./a b\"],\"repeat\":1,\"cases\":2}}\n\
             {{\"type\":\"row\",\"vector\":\"decode-0001-minimal\",\"rev\":1,\"outcome\":\"pass\"}}\n\
             {{\"type\":\"row\",\"vector\":\"decode-0002-x\",\"rev\":1,\"outcome\":\"crash\",\"detail\":\"it ended\"}}\n\
             {{\"type\":\"end\",\"rows\":2}}\n"
        )
    }

    #[test]
    fn a_record_is_written_as_it_is_read() {
        let run = Run::read("run.ndjson", &record()).expect("a record");
        assert!(run.complete);
        assert_eq!(run.counts(), [(Outcome::Pass, 1), (Outcome::Crash, 1)].into());
        let mut out = Vec::new();
        run.write(&mut out).expect("a list of bytes takes everything");
        assert_eq!(String::from_utf8(out), Ok(record()));
        let call = run.rows.last().map(|row| row.reproduction(&run.header));
        assert_eq!(call.as_deref(), Some("upqr run --adapter './a b' --filter 'id(decode-0002-x)'"));
    }

    #[test]
    fn an_interrupted_record_is_read_as_far_as_it_goes() {
        let whole = record();
        let header = whole.find('\n').expect("a line end").saturating_add(1);
        for end in header..whole.len() {
            let run = Run::read("run.ndjson", whole.get(..end).expect("ASCII")).expect("a record");
            assert!(!run.complete || end >= whole.len().saturating_sub(1), "{end}");
        }
    }

    #[test]
    fn a_record_is_complete_where_its_header_its_rows_and_its_end_agree() {
        let whole = record();
        let row = whole.split_inclusive('\n').nth(2).expect("a second row");
        for (text, complete) in [
            (whole.clone(), true),
            (whole.replace(row, ""), false),
            (whole.replace(row, "").replace("\"rows\":2", "\"rows\":1"), false),
            (whole.replace("\"cases\":2", "\"cases\":3"), false),
            (whole.replace("\"rows\":2", "\"rows\":3"), false),
            (format!("{whole}{row}"), false),
            (whole.replace("{\"type\":\"end\",\"rows\":2}\n", ""), false),
        ] {
            assert_eq!(Run::read("r", &text).map(|run| run.complete), Ok(complete), "{text}");
        }
    }

    #[test]
    fn what_is_no_record_is_told_with_its_line() {
        let row = r#"{"type":"row","vector":"a","rev":1,"outcome":"pass"}"#;
        for (text, message) in [
            ("", "r: the file is empty, and no record".to_owned()),
            (row, "r:1: expected the header of a record first, and once".to_owned()),
            (&record().repeat(2), "r:5: expected the header of a record first, and once".to_owned()),
            (
                &record().replacen("\"record\":1", "\"record\":9", 1),
                "r:1: the record has form 9, and this command reads form 1".to_owned(),
            ),
        ] {
            assert_eq!(Run::read("r", text).err(), Some(message), "{text}");
        }
    }
}
