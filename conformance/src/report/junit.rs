//! Runs as JUnit's XML: a suite for each group, a failure where an answer is wrong, an error where there is none.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::case::{Case, Group, Standing, cases, excuse, incomplete, names, stale};
use super::{Context, scope};
use crate::junit::plain;
use crate::run::{Outcome, Run};
use crate::vectors::Risk;

type Xml<'o> = Writer<&'o mut dyn Write>;

pub(crate) fn write(runs: &[Run], context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = writer.create_element("testsuites").with_attributes([("name", "upqr run")]);
    root.write_inner_content(|writer| {
        runs.iter().zip(names(runs)).try_for_each(|(run, name)| suites(run, &plain(&name), context, writer))
    })?;
    writer.into_inner().write_all(b"\n")
}

fn suites(run: &Run, name: &str, context: &Context, writer: &mut Xml<'_>) -> io::Result<()> {
    let mut groups: BTreeMap<Group, Vec<Case<'_>>> = BTreeMap::new();
    for case in cases(run, context) {
        groups.entry(case.group()).or_default().push(case);
    }
    for (group, cases) in groups {
        let broken = |case: &&Case<'_>| case.standing() == Standing::Unexpected;
        let errors = cases.iter().filter(broken).filter(|case| is_error(case.row.outcome)).count();
        let failures = cases.iter().filter(broken).count().saturating_sub(errors);
        let passes = cases.iter().filter(|case| case.standing() == Standing::Pass).count();
        let skipped = cases.len().saturating_sub(passes).saturating_sub(failures).saturating_sub(errors);
        let title = format!("{name}: {}", group.name());
        let counts = Counts { tests: cases.len(), failures, errors, skipped };
        suite(&title, counts, writer, |writer| {
            properties(run, writer)?;
            cases.iter().try_for_each(|case| row(&title, case, writer))
        })?;
    }
    baseline(run, name, writer)
}

#[derive(Clone, Copy)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

fn suite<'o>(
    name: &str,
    counts: Counts,
    writer: &mut Xml<'o>,
    inner: impl FnOnce(&mut Xml<'o>) -> io::Result<()>,
) -> io::Result<()> {
    let Counts { tests, failures, errors, skipped } = counts;
    let [tests, failures, errors, skipped] =
        [tests, failures, errors, skipped].map(|count| count.to_string());
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", name),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", errors.as_str()),
        ("skipped", skipped.as_str()),
    ]);
    suite.write_inner_content(inner).map(drop)
}

/// What of an answer was compared, and which part of the vectors was chosen.
fn properties(run: &Run, writer: &mut Xml<'_>) -> io::Result<()> {
    let chosen = [("filter", run.header.filter.as_deref()), ("partition", run.header.partition.as_deref())];
    let chosen = chosen.into_iter().filter_map(|(name, value)| Some((name, plain(value?))));
    let compared = ("compared", scope::compared(run).join(", "));
    let element = writer.create_element("properties");
    let inner = |writer: &mut Xml<'_>| {
        std::iter::once(compared).chain(chosen).try_for_each(|(name, value)| {
            let property = writer.create_element("property");
            property.with_attributes([("name", name), ("value", value.as_str())]).write_empty().map(drop)
        })
    };
    element.write_inner_content(inner).map(drop)
}

/// Whether there was no answer to judge.
const fn is_error(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Crash | Outcome::Hang | Outcome::Flood | Outcome::ProtocolError | Outcome::NotRun
    )
}

fn row(class: &str, case: &Case<'_>, writer: &mut Xml<'_>) -> io::Result<()> {
    let name = plain(&case.row.vector);
    let element =
        writer.create_element("testcase").with_attributes([("name", name.as_str()), ("classname", class)]);
    match case.standing() {
        Standing::Pass => element.write_empty().map(drop),
        Standing::Unsupported => skipped(element, &plain(case.detail())),
        Standing::Known => {
            let reason = case.row.known.as_ref().map(excuse).unwrap_or_default();
            skipped(element, &plain(&format!("known failure ({}): {reason}", case.row.outcome.key())))
        }
        Standing::Unexpected => {
            let kind = if is_error(case.row.outcome) { "error" } else { "failure" };
            fault(element, kind, case.row.outcome.key(), &plain(case.detail()), &text(case))
        }
    }
}

type Element<'a, 'o> = quick_xml::writer::ElementWriter<'a, &'o mut dyn Write>;

fn skipped(element: Element<'_, '_>, why: &str) -> io::Result<()> {
    let inner = |writer: &mut Xml<'_>| {
        writer.create_element("skipped").with_attributes([("message", why)]).write_empty().map(drop)
    };
    element.write_inner_content(inner).map(drop)
}

fn fault(element: Element<'_, '_>, kind: &str, class: &str, message: &str, text: &str) -> io::Result<()> {
    let inner = |writer: &mut Xml<'_>| {
        let fault = writer.create_element(kind).with_attributes([("type", class), ("message", message)]);
        fault.write_text_content(BytesText::new(text)).map(drop)
    };
    element.write_inner_content(inner).map(drop)
}

/// What a person wants to know of a failure, a line each.
fn text(case: &Case<'_>) -> String {
    let risks: Vec<&str> = case.risks().into_iter().map(Risk::key).collect();
    let mut lines = vec![
        case.title().to_owned(),
        case.detail().to_owned(),
        format!("requirements: {}", case.requirements().join(", ")),
    ];
    if !risks.is_empty() {
        lines.push(format!("risk: {}", risks.join(", ")));
    }
    lines.push(format!("again: {}", case.reproduction()));
    lines.extend(
        case.row.stderr.iter().flat_map(|stderr| stderr.lines().map(|line| format!("stderr: {line}"))),
    );
    lines.iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n")
}

/// Entries of the baseline that no longer hold, and an interruption, which are failures of no group.
fn baseline(run: &Run, name: &str, writer: &mut Xml<'_>) -> io::Result<()> {
    let missing = incomplete(run);
    let (stale_entries, errors) = (run.stale.len(), usize::from(missing.is_some()));
    let tests = stale_entries.saturating_add(errors);
    if tests == 0 {
        return Ok(());
    }
    let title = format!("{name}: the run as a whole");
    let counts = Counts { tests, failures: stale_entries, errors, skipped: 0 };
    suite(&title, counts, writer, |writer| {
        for entry in &run.stale {
            let (vector, why) = (plain(&entry.vector), plain(&stale(&entry.vector, &entry.why)));
            let case = format!("baseline: {vector}");
            let element = writer
                .create_element("testcase")
                .with_attributes([("name", case.as_str()), ("classname", title.as_str())]);
            fault(element, "failure", "stale", &why, &why)?;
        }
        let Some(why) = missing else { return Ok(()) };
        let element = writer
            .create_element("testcase")
            .with_attributes([("name", "every case was asked"), ("classname", title.as_str())]);
        fault(element, "error", "incomplete", &why, &why)
    })
}
