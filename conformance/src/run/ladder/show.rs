//! The results of ladders, for a person and for a program.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::tally::{Ladder, Misread, Step, Tally};
use crate::human::{BAD, BOLD, DOUBT, FAINT, GOOD, NAME};
use crate::output::{write_plain, write_styled};

/// Columns of a screen below which the steps of a ladder have a line of their own.
const WIDE: usize = 100;

/// Misreads that a person is told of one by one, and hexadecimal digits of what was read.
const SENTENCES: usize = 10;
const DIGITS: usize = 48;

/// A ladder a line: how far it is read, and per cent read at each step. A screen has columns, and a file has none and no colours.
pub(super) fn human(
    tally: &Tally,
    misreads: &[Misread],
    seconds: f64,
    columns: Option<usize>,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let mut text = String::new();
    for ladder in &tally.ladders {
        line(ladder, columns.unwrap_or(WIDE), &mut text);
    }
    for misread in misreads.iter().take(SENTENCES) {
        let Misread { damage, step, payload, read_hex, .. } = misread;
        let (digits, rest) =
            read_hex.split_at_checked(DIGITS).map_or((read_hex.as_str(), ""), |(digits, _)| (digits, "..."));
        let _ =
            writeln!(text, "{BAD}misread{BAD:#}  {damage} step {step} of payload {payload}: {digits}{rest}");
    }
    if let Some(more) = misreads.len().checked_sub(SENTENCES).filter(|more| *more > 0) {
        let _ = writeln!(text, "{BAD}misread{BAD:#}  {more} more: --format ndjson lists them");
    }
    let sum = tally.sum();
    let _ = writeln!(
        text,
        "{BOLD}{:.2} %{BOLD:#} of {} images read, {} misread, {} ambiguous, {} failed; {:.0} images/s",
        percent(sum),
        sum.images(),
        sum.misread,
        sum.ambiguous,
        sum.failed,
        real(sum.images()) / seconds.max(1e-3)
    );
    let mut out = out;
    if columns.is_some() { write_styled(&mut out, &text) } else { write_plain(&mut out, &text) }
}

fn line(ladder: &Ladder, columns: usize, text: &mut String) {
    let sum = ladder.sum();
    let (style, far) = match ladder.threshold() {
        None => (BAD, "unread".to_owned()),
        Some(step) => match ladder.kind.amount(step) {
            None => (DOUBT, "clean".to_owned()),
            Some(amount) => (GOOD, amount.to_string()),
        },
    };
    let rates: Vec<String> = ladder.steps.iter().map(|step| format!("{:3.0}", percent(*step))).collect();
    let _ = write!(
        text,
        "{NAME}{:<15}{NAME:#} {style}{far:>6}{style:#} {:6.1} %",
        ladder.kind.key(),
        percent(sum)
    );
    if sum.misread > 0 {
        let _ = write!(text, "  {BAD}{} misread{BAD:#}", sum.misread);
    }
    let (rates, unit) = (rates.join(" "), format!("{FAINT}{}{FAINT:#}", ladder.kind.unit()));
    let _ = if columns < WIDE {
        writeln!(text, "  {unit}\n    {rates}")
    } else {
        writeln!(text, "   {rates}  {unit}")
    };
}

/// An object a ladder, one a misread, and one for all.
pub(super) fn ndjson(tally: &Tally, misreads: &[Misread], out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    for ladder in &tally.ladders {
        object(&LadderRow::of(ladder), out)?;
    }
    for misread in misreads {
        object(&Misreads { row: "misread", misread }, out)?;
    }
    object(&All { row: "all", counts: Counts::of(tally.sum()) }, out)
}

fn object(row: &impl Serialize, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Counts {
    images: usize,
    read: usize,
    nothing: usize,
    ambiguous: usize,
    misread: usize,
    failed: usize,
}

impl Counts {
    const fn of(step: Step) -> Self {
        let Step { read, nothing, ambiguous, misread, failed } = step;
        Self { images: step.images(), read, nothing, ambiguous, misread, failed }
    }
}

#[derive(Serialize)]
struct LadderRow {
    row: &'static str,
    damage: &'static str,
    unit: &'static str,
    threshold: Option<Threshold>,
    #[serde(flatten)]
    counts: Counts,
    steps: Vec<StepRow>,
}

#[derive(Serialize)]
struct Threshold {
    step: usize,
    amount: Option<f64>,
}

#[derive(Serialize)]
struct StepRow {
    step: usize,
    amount: Option<f64>,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct Misreads<'m> {
    row: &'static str,
    #[serde(flatten)]
    misread: &'m Misread,
}

#[derive(Serialize)]
struct All {
    row: &'static str,
    #[serde(flatten)]
    counts: Counts,
}

impl LadderRow {
    fn of(ladder: &Ladder) -> Self {
        let kind = ladder.kind;
        let steps = ladder.steps.iter().enumerate();
        Self {
            row: "ladder",
            damage: kind.key(),
            unit: kind.unit(),
            threshold: ladder.threshold().map(|step| Threshold { step, amount: kind.amount(step) }),
            counts: Counts::of(ladder.sum()),
            steps: steps
                .map(|(step, counts)| StepRow {
                    step,
                    amount: kind.amount(step),
                    counts: Counts::of(*counts),
                })
                .collect(),
        }
    }
}

fn percent(step: Step) -> f64 {
    100.0 * real(step.read) / real(step.images()).max(1.0)
}

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ladder::Kind;
    use crate::run::ladder::Seen;

    /// Two ladders, of which one is misread from its second step on.
    fn results() -> (Tally, Vec<Misread>) {
        let mut tally = Tally::new(&[Kind::Shadow, Kind::Light]);
        let mut misreads = Vec::new();
        for (kind, step) in [(Kind::Shadow, 0..11), (Kind::Light, 0..12)]
            .into_iter()
            .flat_map(|(kind, steps)| steps.map(move |step| (kind, step)))
        {
            let seen = match (kind, step) {
                (_, 0..3) => Seen::Read(b"a".to_vec()),
                (Kind::Light, _) => Seen::Read(b"b".repeat(if step == 4 { 30 } else { 1 })),
                (_, 3) => Seen::Ambiguous,
                (_, 4) => Seen::Failed(String::new()),
                _ => Seen::Nothing,
            };
            tally.add(kind, step, &seen, b"a");
            if let Seen::Read(read) = seen
                && read != b"a"
            {
                let read_hex = upqr::payment::hex_of(&read);
                misreads.push(Misread {
                    damage: kind.key(),
                    step,
                    payload: 7,
                    payload_hex: "61".to_owned(),
                    read_hex,
                });
            }
        }
        misreads.extend(misreads.clone());
        (tally, misreads)
    }

    #[test]
    fn a_person_reads_a_table() {
        let (tally, misreads) = results();
        let mut shown = Vec::new();
        human(&tally, &misreads, 0.5, None, &mut shown).expect("memory");
        insta::assert_snapshot!(String::from_utf8(shown).expect("UTF-8"), @r#"
    shadow            0.65   27.3 %   100 100 100   0   0   0   0   0   0   0   0  of the light in the shadow
    light             0.65   25.0 %  9 misread   100 100 100   0   0   0   0   0   0   0   0   0  of the light at the dark side
    misread  light step 3 of payload 7: 62
    misread  light step 4 of payload 7: 626262626262626262626262626262626262626262626262...
    misread  light step 5 of payload 7: 62
    misread  light step 6 of payload 7: 62
    misread  light step 7 of payload 7: 62
    misread  light step 8 of payload 7: 62
    misread  light step 9 of payload 7: 62
    misread  light step 10 of payload 7: 62
    misread  light step 11 of payload 7: 62
    misread  light step 3 of payload 7: 62
    misread  8 more: --format ndjson lists them
    26.09 % of 23 images read, 9 misread, 1 ambiguous, 1 failed; 46 images/s
    "#);
    }

    #[test]
    fn a_program_reads_objects() {
        let (tally, misreads) = results();
        let mut shown = Vec::new();
        ndjson(&tally, misreads.get(..1).unwrap_or_default(), &mut shown).expect("memory");
        let shown = String::from_utf8(shown).expect("UTF-8");
        let ends: String = shown
            .lines()
            .map(|line| line.split_once(r#","steps":"#).map_or(line, |(head, _)| head).to_owned() + "\n")
            .collect();
        insta::assert_snapshot!(ends, @r#"
    {"row":"ladder","damage":"shadow","unit":"of the light in the shadow","threshold":{"step":2,"amount":0.65},"images":11,"read":3,"nothing":6,"ambiguous":1,"misread":0,"failed":1
    {"row":"ladder","damage":"light","unit":"of the light at the dark side","threshold":{"step":2,"amount":0.65},"images":12,"read":3,"nothing":0,"ambiguous":0,"misread":9,"failed":0
    {"row":"misread","damage":"light","step":3,"payload":7,"payload_hex":"61","read_hex":"62"}
    {"row":"all","images":23,"read":6,"nothing":6,"ambiguous":1,"misread":9,"failed":1}
    "#);
    }
}
