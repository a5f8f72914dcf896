//! Failures of the page: by risk, a section for each vector, and in it the answer of each implementation that fails.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Value, context};
use serde_json::json;

use super::Column;
use crate::human::escape;
use crate::report::case::{Case, Standing};
use crate::report::window::{readable, split};
use crate::run::Outcome;
use crate::vectors::{Input, Op, Risk, Vector};

/// A failing case and the place of its implementation among the columns.
type Failing<'c, 'r> = (usize, &'c Column<'r>, &'c Case<'r>);

/// Failing cases by vector. What was never asked is counted and not listed: it says nothing of the vector.
fn failing<'c, 'r>(columns: &'c [Column<'r>]) -> BTreeMap<&'r str, Vec<Failing<'c, 'r>>> {
    let mut vectors: BTreeMap<&str, Vec<Failing<'c, 'r>>> = BTreeMap::new();
    for (place, column) in columns.iter().enumerate() {
        let fails = |case: &&Case<'r>| case.row.outcome.fails() && case.row.outcome != Outcome::NotRun;
        for case in column.cases.iter().filter(fails) {
            vectors.entry(&case.row.vector).or_default().push((place, column, case));
        }
    }
    vectors
}

/// What the filter offers: outcomes, risks and operations of what is listed.
pub(super) fn choices(columns: &[Column<'_>]) -> Value {
    let (mut outcomes, mut risks, mut ops) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (_, _, case) in failing(columns).values().flatten() {
        outcomes.insert(case.row.outcome);
        risks.extend(case.risks());
        ops.extend(case.vector.map(|vector| vector.op));
    }
    context! {
        outcomes => outcomes.into_iter().map(Outcome::key).collect::<Vec<_>>(),
        risks => risks.into_iter().map(Risk::key).collect::<Vec<_>>(),
        ops => ops.into_iter().map(Op::key).collect::<Vec<_>>(),
    }
}

/// Unexpected failures, then known ones, each by risk with the costliest first. A vector is listed once.
pub(super) fn sections(columns: &[Column<'_>]) -> Vec<Value> {
    let (mut unexpected, mut known) = (BTreeMap::new(), BTreeMap::new());
    for (id, cases) in failing(columns) {
        let Some((_, _, first)) = cases.first() else { continue };
        let counts = cases.iter().any(|(_, _, case)| case.standing() == Standing::Unexpected);
        let section = if counts { &mut unexpected } else { &mut known };
        let urgency = first.urgency();
        section.entry(urgency).or_insert_with(Vec::new).push(failure(id, &cases));
    }
    [("unexpected", "Unexpected failures", unexpected), ("known", "Known failures", known)]
        .map(|(key, title, risks)| {
            let count = risks.values().map(Vec::len).sum::<usize>();
            let risks: Vec<Value> = risks
                .into_iter()
                .map(|((_, risk), vectors)| {
                    let (name, meaning) =
                        risk.map_or(("no risk named", ""), |risk| (risk.key(), meaning(risk)));
                    context! { name, meaning, count => vectors.len(), vectors }
                })
                .collect();
            context! { key, title, count, risks }
        })
        .to_vec()
}

/// What a risk is, to somebody who did not write the standard.
const fn meaning(risk: Risk) -> &'static str {
    match risk {
        Risk::Tamper => "a code that somebody changed is taken for genuine",
        Risk::Misroute => "money goes to somebody else",
        Risk::WrongAmount => "another amount is paid",
        Risk::Replay => "a code is used again",
        Risk::Privacy => "a payer's secret is shown or kept",
        Risk::DenialOfService => "one code stops the service",
        Risk::RefusedSale => "a good code is turned away",
    }
}

fn failure(id: &str, cases: &[Failing<'_, '_>]) -> Value {
    let known = cases.iter().find_map(|(_, _, case)| case.vector);
    let (title, group) =
        cases.first().map_or(("", String::new()), |(_, _, case)| (case.title(), case.group().name()));
    let fault = cases.iter().find_map(|(_, _, case)| case.fault());
    let mut outcomes: Vec<Outcome> = cases.iter().map(|(_, _, case)| case.row.outcome).collect();
    outcomes.sort_unstable();
    outcomes.dedup();
    let risks = known.map_or_else(Vec::new, |vector| vector.risk.clone());
    context! {
        id => escape(id),
        anchor => anchor(id),
        title => escape(title),
        group,
        op => known.map(|vector| vector.op.key()),
        requirements => known.map_or_else(Vec::new, |vector| vector.requirements.clone()),
        risks => risks.into_iter().map(Risk::key).collect::<Vec<_>>(),
        outcomes => outcomes.into_iter().map(Outcome::key).collect::<Vec<_>>(),
        places => cases.iter().map(|(place, _, _)| *place).collect::<Vec<_>>(),
        input => known.map(|vector| input(&vector.input, fault)),
        options => known.and_then(options),
        answers => cases.iter().map(|(_, column, case)| answer(column, case)).collect::<Vec<_>>(),
    }
}

/// The id as a link names it: a record from elsewhere may hold any text.
fn anchor(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

fn options(vector: &Vector) -> Option<String> {
    (!vector.options.is_empty()).then(|| pretty(&json!(vector.options)))
}

/// The input as text and as hexadecimal digits, both with the byte at fault apart.
fn input(input: &Input, fault: Option<usize>) -> Value {
    let parts = |text: &str, place: Option<usize>, show: &dyn Fn(&str) -> String| match place {
        None => context! { before => show(text) },
        Some(place) => {
            let (before, at, after) = split(text, place);
            let end = at.is_empty();
            context! { before => show(before), at => show(at), after => show(after), end, fault }
        }
    };
    let (text, place) = readable(input, fault);
    let text = input.text.is_some().then(|| parts(text, place, &escape));
    let pairs = spaced(&input.hex);
    // Two digits and a blank stand for each byte; the blank falls away where the text is shown.
    let hex = match fault {
        None => context! { before => pairs },
        Some(fault) => {
            let cut = |start: usize, end: usize| pairs.get(start.min(pairs.len())..end.min(pairs.len()));
            let start = fault.saturating_mul(3);
            let end = start.saturating_add(2);
            let [before, at, after] =
                [cut(0, start), cut(start, end), cut(end, usize::MAX)].map(Option::unwrap_or_default);
            context! { before, at, after, end => at.is_empty(), fault }
        }
    };
    context! { text, hex, length => input.hex.len() / 2, picture => picture(input) }
}

/// The picture of a vector, inside the page; every one of ours is at most some kilobytes.
fn picture(input: &Input) -> Option<Value> {
    let name = &input.image.as_ref()?.name;
    let octets = input.octets()?;
    let kind = name.rsplit('.').next().unwrap_or_default();
    let kind = if kind == "jpg" { "jpeg" } else { kind };
    let uri = format!("data:image/{kind};base64,{}", STANDARD.encode(&octets));
    Some(context! { name => escape(name), length => octets.len(), uri })
}

/// `00 ff`: hexadecimal digits by bytes.
fn spaced(hex: &str) -> String {
    let mut spaced = String::with_capacity(hex.len().saturating_mul(2));
    for (place, digit) in hex.chars().enumerate() {
        if place > 0 && place % 2 == 0 {
            spaced.push(' ');
        }
        spaced.push(digit);
    }
    spaced
}

/// What an implementation made of the vector, beside what it should have.
fn answer(column: &Column<'_>, case: &Case<'_>) -> Value {
    let row = case.row;
    let known = row.known.as_ref().map(|known| {
        context! {
            reason => escape(&known.reason),
            owner => escape(&known.owner),
            issue => escape(&known.issue),
            expires => escape(&known.expires),
        }
    });
    context! {
        name => &column.name,
        outcome => row.outcome.key(),
        class => if known.is_some() { "doubt" } else { "bad" },
        detail => escape(case.detail()),
        expected => case.expected().map(|expected| pretty(&json!(expected))),
        got => row.got.as_ref().map(pretty),
        stderr => row.stderr.as_deref().map(lines),
        again => escape(&case.reproduction()),
        known,
    }
}

fn pretty(value: &serde_json::Value) -> String {
    lines(&format!("{value:#}"))
}

/// Every line escaped for itself, so that only line ends act.
fn lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::Image;

    #[test]
    fn a_picture_stands_in_the_page() {
        let of = |name: &str| {
            let image = Some(Image { name: name.to_owned(), sha256: String::new() });
            picture(&Input { image, ..Input::of(b"") })
        };
        for (name, head) in
            [("link.png", "data:image/png;base64,iVBORw0KGgo"), ("jpeg.jpg", "data:image/jpeg;base64,/9j/")]
        {
            let uri = of(name).and_then(|picture| picture.get_attr("uri").ok()).map(|uri| uri.to_string());
            assert!(uri.is_some_and(|uri| uri.starts_with(head)), "{name}");
        }
        assert!(of("gone.png").is_none() && picture(&Input::of(b"")).is_none());
    }
}
