//! `upqr report interop`: what published libraries make of the vectors, side by side, and which of their differences cost most.

mod difference;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use self::difference::{Difference, differences};
use super::Context;
use crate::arguments::today;
use crate::exit::{Exit, Stop};
use crate::markdown::text;
use crate::output;
use crate::run::{Outcome, Run};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Records of runs, one of each implementation
    #[arg(required = true, value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// The day that the page bears, such as 2026-11-23 [default: today]
    #[arg(long, value_name = "DATE", value_parser = crate::arguments::day)]
    date: Option<Date>,
    /// Write to this file, which is there only once it is complete
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

/// Differences that are told at length.
const TOLD: usize = 5;

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Stop> {
    let mut runs = arguments.records.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    // Whatever the order in which a shell lists files.
    runs.sort_by(|a, b| a.header.adapter.name.cmp(&b.header.adapter.name));
    let vectors: BTreeSet<&str> = runs.iter().map(|run| run.header.vectors.as_str()).collect();
    if vectors.len() > 1 {
        return Err(Stop::Usage("the records are of different vectors: run all of them again".to_owned()));
    }
    let date = arguments.date.unwrap_or_else(today);
    output::to(arguments.output_file.as_deref(), out, |out| Ok(page(&runs, &Context::new(), date, out)?))?;
    Ok(Exit::Conforms)
}

/// Reads a record that can be put beside others: whole, and of the vectors of this command.
fn read(path: &Path) -> Result<Run, Stop> {
    let (name, run) = Run::of(path)?;
    if !run.complete {
        return Err(Stop::Usage(format!("{name}: the run was interrupted: go on with `upqr run --resume`")));
    }
    if run.header.filter.is_some() || run.header.partition.is_some() {
        return Err(Stop::Usage(format!(
            "{name}: the record is of a part of the vectors: run it without `--filter` and `--partition`"
        )));
    }
    let (theirs, ours) = (&run.header.vectors, crate::vectors::edition());
    if *theirs != ours {
        return Err(Stop::Usage(format!(
            "{name}: the record is of the vectors {theirs}, and this command has {ours}: run it again"
        )));
    }
    Ok(run)
}

fn page(runs: &[Run], context: &Context, date: Date, out: &mut dyn Write) -> io::Result<()> {
    introduction(runs, date, out)?;
    implementations(runs, out)?;
    groups(runs, context, out)?;
    outcomes(runs, out)?;
    writeln!(out, "\n## The five most costly differences\n")?;
    writeln!(
        out,
        "Failures that have one cause are one difference. They stand in the order of what is at risk (tampering, a wrong payee, a\n\
         wrong amount, a payment made twice, privacy, a reader that stops, a lost sale), times the libraries that share them."
    )?;
    for (number, difference) in (1..=TOLD).zip(differences(runs, context)) {
        told(number, &difference, runs, out)?;
    }
    Ok(())
}

fn introduction(runs: &[Run], date: Date, out: &mut dyn Write) -> io::Result<()> {
    let edition = upqr::vectors::EDITION;
    let cases = runs.iter().map(|run| run.rows.len()).max().unwrap_or_default();
    writeln!(out, "# Interoperability\n")?;
    writeln!(
        out,
        "What {} published libraries make of the {cases} vectors of edition {edition}.\n\n\
         Page made on {date} by [`conformance/adapters/interop.sh`](adapters/interop.sh).\n\n\
         That script installs the libraries, runs each through its adapter and writes this page; `interop.sh --check` is what the\n\
         pipeline runs. Nothing here is written by hand.\n",
        runs.len()
    )?;
    writeln!(
        out,
        "A library is asked about what it is made for, and about nothing else: its [adapter](adapters/README.md) says what that is\n\
         and why. The rest counts as unsupported, neither for nor against it. A failure is a difference from this standard; where\n\
         the standard is stricter than EMVCo, it need not be a fault. What fails today stands with a reason in a `baseline.toml`\n\
         beside each adapter."
    )
}

fn implementations(runs: &[Run], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## Libraries\n")?;
    writeln!(out, "| library | version | language | operations | asked | passed | failed | unsupported |")?;
    writeln!(out, "|---|---|---|---|---:|---:|---:|---:|")?;
    for run in runs {
        let hello = &run.header.adapter;
        let operations: Vec<&str> = hello.ops.iter().map(|op| op.key()).collect();
        let count = |of: &dyn Fn(Outcome) -> bool| run.rows.iter().filter(|row| of(row.outcome)).count();
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            text(&hello.name),
            text(&hello.version),
            text(hello.language.as_deref().unwrap_or_default()),
            operations.join(", "),
            count(&|outcome| outcome != Outcome::Unsupported),
            count(&|outcome| outcome == Outcome::Pass),
            count(&Outcome::fails),
            count(&|outcome| outcome == Outcome::Unsupported),
        )?;
    }
    Ok(())
}

/// Of each group, how much of what was asked each library passes.
fn groups(runs: &[Run], context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let counted: Vec<BTreeMap<String, (u64, u64)>> = runs.iter().map(|run| by_group(run, context)).collect();
    let groups: BTreeSet<&String> = counted.iter().flat_map(BTreeMap::keys).collect();
    writeln!(out, "\n## By operation and level\n\nPassed of asked.\n")?;
    write!(out, "| library |")?;
    groups.iter().try_for_each(|group| write!(out, " {group} |"))?;
    writeln!(out, "\n|---|{}", "---:|".repeat(groups.len()))?;
    for (run, counted) in runs.iter().zip(&counted) {
        write!(out, "| {} |", text(&run.header.adapter.name))?;
        for group in &groups {
            match counted.get(*group) {
                Some((passed, asked)) => {
                    write!(out, " {passed}/{asked} ({} %) |", percent(*passed, *asked))?;
                }
                None => write!(out, " |")?,
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn by_group(run: &Run, context: &Context) -> BTreeMap<String, (u64, u64)> {
    let mut groups = BTreeMap::new();
    for row in run.rows.iter().filter(|row| row.outcome != Outcome::Unsupported) {
        let Some(vector) = context.vector(&row.vector) else { continue };
        let (passed, asked): &mut (u64, u64) = groups.entry(vector.group()).or_default();
        *passed = passed.saturating_add(u64::from(row.outcome == Outcome::Pass));
        *asked = asked.saturating_add(1);
    }
    groups
}

/// Whole percents, rounded down, so that only what is complete has 100.
fn percent(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or_default()
}

fn outcomes(runs: &[Run], out: &mut dyn Write) -> io::Result<()> {
    let counts: Vec<BTreeMap<Outcome, u64>> = runs.iter().map(Run::counts).collect();
    let occur = |outcome: &&Outcome| counts.iter().any(|counts| counts.contains_key(outcome));
    let columns: Vec<&Outcome> = Outcome::ALL.iter().filter(occur).collect();
    writeln!(out, "\n## By outcome\n")?;
    write!(out, "| library |")?;
    columns.iter().try_for_each(|outcome| write!(out, " {} |", outcome.key()))?;
    writeln!(out, "\n|---|{}", "---:|".repeat(columns.len()))?;
    for (run, counts) in runs.iter().zip(&counts) {
        write!(out, "| {} |", text(&run.header.adapter.name))?;
        for outcome in &columns {
            write!(out, " {} |", counts.get(outcome).copied().unwrap_or_default())?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// One difference at length: an input, who takes it how, and what that costs.
fn told(number: usize, difference: &Difference<'_>, runs: &[Run], out: &mut dyn Write) -> io::Result<()> {
    let named = || runs.iter().map(|run| run.header.adapter.name.as_str()).zip(&difference.counts);
    let wrong: Vec<String> = named()
        .filter(|(_, (failed, _))| *failed > 0)
        .map(|(name, (failed, _))| format!("{} ({failed})", text(name)))
        .collect();
    let right: Vec<String> = named()
        .filter(|(_, (failed, passed))| *failed == 0 && *passed > 0)
        .map(|(name, _)| text(name))
        .collect();
    writeln!(out, "\n### {number}. {}\n", difference.class.title())?;
    let (shared, of) = (difference.shared(), runs.len());
    writeln!(
        out,
        "- At risk: {}. Shared by {shared} of {of}. Vectors: {}.",
        difference.risk.key(),
        difference.vectors.len()
    )?;
    writeln!(out, "- Wrong, with how many of them: {}.", wrong.join(", "))?;
    if !right.is_empty() {
        writeln!(out, "- Right: {}.", right.join(", "))?;
    }
    writeln!(out, "- What it costs: {}", text(difference.class.costs()))?;
    if let Some(vector) = difference.vectors.first() {
        writeln!(out, "- Such as `{}`: {}.", vector.id, text(&vector.title))?;
        if let Some(input) = vector.input.text.as_deref() {
            writeln!(out, "\n```text\n{}\n```", crate::human::escape(input))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use upqr::emv::crc::Crc16;
    use upqr::grammar::Text;

    use super::*;
    use crate::vectors::filter::Filter;
    use crate::vectors::{Op, Verdict};

    fn record(name: &str, outcomes: [&str; 2]) -> Run {
        let rows = ["check-0022-duplicate-amount", "decode-0001-minimal"];
        let rows = rows.iter().zip(outcomes).map(|(vector, outcome)| {
            format!("{{\"type\":\"row\",\"vector\":\"{vector}\",\"rev\":1,\"outcome\":\"{outcome}\"}}\n")
        });
        let record = format!(
            "{{\"type\":\"header\",\"record\":1,\"upqr\":\"0.1.0\",\"vectors\":\"1\",\"adapter\":{{\"name\":\"{name}\",\
             \"version\":\"1.0\",\"ops\":[\"check\"]}},\"call\":[],\"repeat\":1,\"cases\":2}}\n{}{{\"type\":\"end\",\"rows\":2}}\n",
            rows.collect::<String>()
        );
        Run::read(name, &record).expect("a record")
    }

    #[test]
    fn a_template_has_at_most_sixty_lines() {
        for (name, template) in [
            ("adapter.py", include_str!("../../adapters/templates/python/adapter.py")),
            ("adapter.mjs", include_str!("../../adapters/templates/node/adapter.mjs")),
            ("Adapter.java", include_str!("../../adapters/templates/java/Adapter.java")),
            ("adapter.go", include_str!("../../adapters/templates/go/adapter.go")),
        ] {
            let lines = template.lines().count();
            assert!(lines <= 60, "{name} has {lines} lines");
        }
    }

    #[test]
    fn a_reading_that_needs_the_crc_is_asked_for_what_has_one() {
        let left_out = "op(decode) & (req(UPQR-OBJ-5) & flag(crc) | flag(grammar))";
        for adapter in [
            include_str!("../../adapters/loop.mjs"),
            include_str!("../../adapters/promptparse-rs/src/main.rs"),
        ] {
            assert!(adapter.contains(&format!("!({left_out})")), "{adapter}");
        }
        let filter = Filter::parse(left_out).expect("a filter");
        let mut some = false;
        for vector in crate::vectors::all() {
            let payload = vector.input.text.as_deref().map(Text::read);
            let (Op::Decode, Some(Text::MerchantPresented(payload))) = (vector.op, payload) else { continue };
            let accepted = vector.expect.each().iter().all(|expect| expect.verdict == Verdict::Accept);
            let without = payload.is_ok_and(|payload| payload.crc() != Crc16::Right);
            assert_eq!(filter.holds(&vector), accepted && without, "{}", vector.id);
            some |= filter.holds(&vector);
        }
        assert!(some);
    }

    #[test]
    fn a_page_counts_and_tells_who_is_wrong_and_who_is_right() {
        let runs =
            [record("loose", ["wrong-verdict", "unsupported"]), record("strict_one", ["pass", "pass"])];
        let mut out = Vec::new();
        let date = Date::constant(2026, 11, 23);
        page(&runs, &Context::new(), date, &mut out).expect("a list of bytes takes everything");
        let page = String::from_utf8(out).expect("text");
        for part in [
            "What 2 published libraries make of the 2 vectors of edition 1.\n\nPage made on 2026-11-23 by ",
            "| loose | 1.0 |  | check | 1 | 0 | 1 | 1 |\n| strict\\_one | 1.0 |  | check | 2 | 2 | 0 | 0 |\n",
            "| library | check structure | decode structure |\n|---|---:|---:|\n| loose | 0/1 (0 %) | |\n",
            "| library | pass | wrong-verdict | unsupported |\n|---|---:|---:|---:|\n| loose | 0 | 1 | 1 |\n",
            "### 1. Taken: an ID stands twice in the root or in one template\n\n\
             - At risk: misroute. Shared by 1 of 2. Vectors: 1.\n\
             - Wrong, with how many of them: loose (1).\n\
             - Right: strict\\_one.\n\
             - What it costs: One reader takes the first object and another the last",
            "- Such as `check-0022-duplicate-amount`: Two amounts.\n\n```text\n0002010",
        ] {
            assert!(page.contains(part), "{part}\nis not in\n{page}");
        }
    }
}
