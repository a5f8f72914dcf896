//! Counts instead of findings: payloads, dispositions, rules and schemes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::arguments::CheckFormat;
use crate::check::Checked;
use crate::language::{self, Language};
use crate::markdown::DISPOSITIONS;

/// What was counted so far.
pub(crate) struct Statistics {
    format: CheckFormat,
    language: Language,
    payloads: u64,
    dispositions: [u64; 3],
    /// Findings, and payloads that have any, by rule.
    rules: BTreeMap<&'static str, (u64, u64)>,
    /// Payloads by scheme.
    schemes: BTreeMap<&'static str, u64>,
    omitted: usize,
}

/// The one object of the machine-readable forms.
#[derive(Serialize)]
struct Counts {
    payloads: u64,
    dispositions: DispositionCounts,
    rules: Vec<RuleCount>,
    schemes: Vec<SchemeCount>,
    #[serde(skip_serializing_if = "is_zero")]
    omitted: usize,
}

#[derive(Serialize)]
struct DispositionCounts {
    pay: u64,
    confirm: u64,
    block: u64,
}

#[derive(Serialize)]
struct RuleCount {
    rule: &'static str,
    findings: u64,
    payloads: u64,
}

#[derive(Serialize)]
struct SchemeCount {
    scheme: &'static str,
    payloads: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Statistics {
    pub(crate) fn new(format: CheckFormat, language: Language) -> Self {
        let (rules, schemes) = (BTreeMap::new(), BTreeMap::new());
        Self { format, language, payloads: 0, dispositions: [0; 3], rules, schemes, omitted: 0 }
    }

    /// Whether counts come in a form.
    pub(crate) const fn has_form(format: CheckFormat) -> bool {
        matches!(format, CheckFormat::Human | CheckFormat::Json | CheckFormat::Ndjson | CheckFormat::Markdown)
    }

    pub(crate) fn count(&mut self, checked: &Checked<'_>) {
        self.payloads = self.payloads.saturating_add(1);
        for (count, disposition) in self.dispositions.iter_mut().zip(DISPOSITIONS) {
            *count = count.saturating_add(u64::from(disposition == checked.disposition()));
        }
        let mut rules = BTreeSet::new();
        let unreadable = checked.line.payload.as_ref().err().map(|error| error.code);
        let found = checked.found.findings.iter().map(|finding| finding.rule.id);
        for rule in unreadable.into_iter().chain(found) {
            let (findings, payloads) = self.rules.entry(rule).or_default();
            *findings = findings.saturating_add(1);
            *payloads = payloads.saturating_add(u64::from(rules.insert(rule)));
        }
        let schemes: BTreeSet<&'static str> =
            checked.found.schemes.iter().map(|attribution| attribution.scheme.id.as_str()).collect();
        for scheme in schemes {
            let payloads = self.schemes.entry(scheme).or_default();
            *payloads = payloads.saturating_add(1);
        }
        self.omitted = self.omitted.saturating_add(checked.found.omitted);
    }

    /// Rules and schemes by how often they occur, then by their ids.
    fn counts(&self) -> Counts {
        let mut rules: Vec<RuleCount> = self
            .rules
            .iter()
            .map(|(rule, (findings, payloads))| RuleCount { rule, findings: *findings, payloads: *payloads })
            .collect();
        rules.sort_by_key(|count| std::cmp::Reverse(count.findings));
        let mut schemes: Vec<SchemeCount> = self
            .schemes
            .iter()
            .map(|(scheme, payloads)| SchemeCount { scheme, payloads: *payloads })
            .collect();
        schemes.sort_by_key(|count| std::cmp::Reverse(count.payloads));
        let [pay, confirm, block] = self.dispositions;
        Counts {
            payloads: self.payloads,
            dispositions: DispositionCounts { pay, confirm, block },
            rules,
            schemes,
            omitted: self.omitted,
        }
    }

    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let counts = self.counts();
        match self.format {
            CheckFormat::Json => serde_json::to_writer_pretty(&mut *out, &counts)?,
            CheckFormat::Ndjson => serde_json::to_writer(&mut *out, &counts)?,
            CheckFormat::Markdown => return out.write_all(self.page(&counts, markdown).as_bytes()),
            _ => return out.write_all(self.page(&counts, aligned).as_bytes()),
        }
        out.write_all(b"\n")
    }

    /// Three tables, the empty ones left out.
    fn page(&self, counts: &Counts, table: fn(&[Vec<String>]) -> String) -> String {
        let say = |words| self.language.say(words).to_owned();
        let mut payloads = vec![vec![say(language::DISPOSITION), say(language::PAYLOADS)]];
        for (count, disposition) in self.dispositions.iter().zip(DISPOSITIONS) {
            payloads.push(vec![say(language::disposition(disposition)), count.to_string()]);
        }
        let heads = [language::RULE, language::FINDINGS, language::PAYLOADS];
        let mut rules = vec![heads.map(say).to_vec()];
        rules.extend(counts.rules.iter().map(|count| {
            vec![count.rule.to_owned(), count.findings.to_string(), count.payloads.to_string()]
        }));
        let mut schemes = vec![vec![say(language::SCHEME), say(language::PAYLOADS)]];
        schemes.extend(
            counts.schemes.iter().map(|count| vec![count.scheme.to_owned(), count.payloads.to_string()]),
        );
        let mut page = self.language.checked(counts.payloads);
        page.push('\n');
        for rows in [payloads, rules, schemes].iter().filter(|rows| rows.len() > 1) {
            page.push('\n');
            page.push_str(&table(rows));
        }
        if counts.omitted > 0 {
            let _ = writeln!(page, "\n{}", self.language.with(language::MORE_UNKEPT, counts.omitted));
        }
        page
    }
}

/// Rows whose numbers stand under each other, whatever the width of the characters.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
        })
        .collect();
    let mut table = String::new();
    for row in rows {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width.saturating_sub(cell.width()));
            // Names begin a row, numbers end at one column.
            table.push_str(&if column == 0 {
                [cell, gap.as_str()].concat()
            } else {
                ["  ", &gap, cell].concat()
            });
        }
        table.push('\n');
    }
    table
}

pub(crate) fn markdown(rows: &[Vec<String>]) -> String {
    let mut table = String::new();
    for (place, row) in rows.iter().enumerate() {
        let _ = writeln!(table, "| {} |", row.join(" | "));
        if place == 0 {
            let _ = writeln!(table, "|---{}|", "|---:".repeat(row.len().saturating_sub(1)));
        }
    }
    table
}
