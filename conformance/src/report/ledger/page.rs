//! The ledger as a page: the same sections for a terminal and for Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::Style;
use upqr::network::{Family, Network};

use super::wallets::{Cell, PLAIN};
use super::{Class, Fate, Ledger};
use crate::human::{BAD, GOOD};
use crate::{markdown, table};

/// A heading, what it is about, a table, and notes on it.
struct Section {
    heading: String,
    about: &'static str,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
    notes: Vec<(String, String)>,
}

pub(super) fn human(ledger: &Ledger, width: usize) -> String {
    let mut text = table::paragraph(&who(ledger), width);
    for section in sections(ledger) {
        let _ = write!(text, "\n{}", table::heading(&section.heading, width));
        text.push_str(&table::paragraph(section.about, width));
        if !section.heads.is_empty() {
            let _ = write!(text, "\n{}", table::human(&section.heads, &section.rows, width, style));
        }
        if !section.notes.is_empty() {
            let _ = write!(text, "\n{}", table::notes(&section.notes, width));
        }
    }
    text
}

pub(super) fn markdown(ledger: &Ledger) -> String {
    let mut text = format!("# Round-trip ledger\n\n{}\n", markdown::text(&who(ledger)));
    for section in sections(ledger) {
        let _ =
            writeln!(text, "\n## {}\n\n{}", markdown::text(&section.heading), markdown::text(section.about));
        if !section.heads.is_empty() {
            let row = |cells: &[String]| {
                let cells: Vec<String> = cells.iter().map(|cell| markdown::text(cell)).collect();
                format!("| {} |\n", cells.join(" | "))
            };
            let _ = write!(text, "\n{}|{}\n", row(&section.heads), "---|".repeat(section.heads.len()));
            text.extend(section.rows.iter().map(|cells| row(cells)));
        }
        if !section.notes.is_empty() {
            text.push('\n');
        }
        for (head, said) in &section.notes {
            let _ = writeln!(text, "- **{}**: {}", markdown::text(head), markdown::text(said));
        }
    }
    text
}

/// How a cell looks.
fn style(cell: &str) -> Style {
    if ["lossy", "failed", "wrong"].iter().any(|word| cell.contains(word)) {
        BAD
    } else if cell.starts_with("exact") || cell == "own" {
        GOOD
    } else {
        Style::new()
    }
}

fn who(ledger: &Ledger) -> String {
    let super::Who { name, version } = &ledger.adapter;
    format!("{name} {version}, asked by upqr {} with the vectors {}", ledger.upqr, ledger.vectors)
}

fn sections(ledger: &Ledger) -> Vec<Section> {
    vec![natives(ledger), payloads(ledger), wallets(ledger), together(ledger), legend()]
}

fn heads<const N: usize>(heads: [&str; N]) -> Vec<String> {
    heads.map(str::to_owned).to_vec()
}

/// Samples by what they have in common.
fn natives(ledger: &Ledger) -> Section {
    let mut groups: BTreeMap<_, Vec<&super::Native>> = BTreeMap::new();
    for native in &ledger.natives {
        groups.entry((rank(native.family), native.network, native.form.as_str())).or_default().push(native);
    }
    let row = |((_, network, form), natives): (&(usize, &str, &str), &Vec<&super::Native>)| {
        let family = natives.first().map_or("", |native| native.family);
        vec![
            family.to_owned(),
            (*network).to_owned(),
            (*form).to_owned(),
            counted(natives.iter().map(|native| &native.there)),
            counted(natives.iter().map(|native| &native.back)),
        ]
    };
    let mut notes = Vec::new();
    for native in &ledger.natives {
        notes.extend(noted(&native.vector, "native to native", &native.there));
        if native.back != native.there {
            notes.extend(noted(&native.vector, "payload to payload", &native.back));
        }
    }
    Section {
        heading: "Native codes, into a payload and out again".to_owned(),
        about: "Each sample is an accepted vector. There and back is native, payload, native; back and there is that payload, its codes and its base, \
            payload. A national code is carried as the base that a wallet's code extends.",
        heads: heads(["family", "network", "form", "there and back", "back and there"]),
        rows: groups.iter().map(row).collect(),
        notes,
    }
}

/// Families in the order of the registry, then codes that no family claims.
fn rank(family: &str) -> usize {
    Family::all().position(|known| known.key() == family).unwrap_or(usize::MAX)
}

fn payloads(ledger: &Ledger) -> Section {
    let mut groups: BTreeMap<_, Vec<&super::Payload>> = BTreeMap::new();
    for payload in &ledger.payloads {
        groups.entry((rank(payload.family), payload.family)).or_default().push(payload);
    }
    let row = |((_, family), payloads): (&(usize, &'static str), &Vec<&super::Payload>)| {
        vec![(*family).to_owned(), counted(payloads.iter().map(|payload| &payload.unified))]
    };
    let notes = ledger.payloads.iter().filter_map(|it| noted(&it.vector, "payload to payload", &it.unified));
    Section {
        heading: "Payloads that others made, taken apart and made again".to_owned(),
        about: "Each sample is an accepted vector of restore; many of them are not canonical on purpose. Control templates and other templates of this \
            standard are handed on by the caller.",
        heads: heads(["family", "back and there"]),
        rows: groups.iter().map(row).collect(),
        notes: notes.collect(),
    }
}

/// Classes and how often they occur, the best first.
fn counted<'a>(fates: impl Iterator<Item = &'a Fate>) -> String {
    let mut counts: BTreeMap<Class, u64> = BTreeMap::new();
    for fate in fates {
        let count = counts.entry(fate.class).or_default();
        *count = count.saturating_add(1);
    }
    let counts: Vec<String> =
        counts.iter().map(|(class, count)| format!("{} {count}", class.key())).collect();
    counts.join(", ")
}

fn noted(vector: &str, way: &str, fate: &Fate) -> Option<(String, String)> {
    let said = format!("{way}: {}: {}", fate.class.key(), fate.notes.join("; "));
    (!fate.notes.is_empty()).then(|| (vector.to_owned(), said))
}

fn wallets(ledger: &Ledger) -> Section {
    let readers: Vec<&str> = Network::all().map(Network::key).chain([PLAIN]).collect();
    let row = |line: &super::wallets::Line| {
        let cells =
            readers.iter().map(|reader| line.readers.get(reader).map_or("", |cell| cell.key()).to_owned());
        [line.network.to_owned()].into_iter().chain(cells).collect()
    };
    Section {
        heading: "A code of one wallet, carried in a payload, read by another".to_owned(),
        about: "A row is a payload with the code of one wallet. A column is what that reader gets from it.",
        heads: ["code of"].into_iter().chain(readers.iter().copied()).map(str::to_owned).collect(),
        rows: ledger.wallets.alone.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

fn together(ledger: &Ledger) -> Section {
    let cells = &ledger.wallets.together;
    let readers = Network::all().map(Network::key).chain([PLAIN]);
    let row = |reader: &str| Some(vec![reader.to_owned(), cells.get(reader)?.key().to_owned()]);
    Section {
        heading: format!(
            "One payload with the codes of all wallets ({} bytes)",
            ledger.wallets.together_bytes
        ),
        about: "Each wallet asks for its own code alone.",
        heads: heads(["reader", "gets"]),
        rows: readers.filter_map(row).collect(),
        notes: Vec::new(),
    }
}

fn legend() -> Section {
    let classes = Class::ALL.iter().map(|class| (class.key().to_owned(), class.meaning().to_owned()));
    let cells = Cell::ALL.iter().filter(|cell| !Class::ALL.iter().any(|class| class.key() == cell.key()));
    let cells = cells.map(|cell| (cell.key().to_owned(), cell.meaning().to_owned()));
    Section {
        heading: "What the words mean".to_owned(),
        about: "This is about bytes. It says of no wallet that it can pay another wallet's code: that is for contracts between them.",
        heads: Vec::new(),
        rows: Vec::new(),
        notes: classes.chain(cells).collect(),
    }
}
