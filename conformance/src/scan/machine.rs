//! The JSON of a picture, as `scan` prints it; OUTPUT.md documents it.

use serde_json::{Value, json};
use upqr::network::Network;
use upqr::recognise::{Hints, Symbology, recognise_with};
use upqr::rules::Profile;
use upqr::symbol::grade::LIMITS;
use upqr::symbol::read::Verdict;
use upqr::symbol::{Mode, Segment};

use super::judge::{Judged, Shown, contrary, shown};
use super::process::{Seen, Shot};
use super::wire::{Graded, Measured};
use crate::check::Checked;
use crate::json;
use crate::{machine, ndjson};

/// How pictures are shown.
pub(super) struct View {
    pub(super) masked: bool,
    pub(super) explain: bool,
    pub(super) profile: Profile,
}

/// The members in their documented order.
pub(super) fn object(out: &mut Vec<u8>, view: &View, judged: &Judged<'_>, checked: &Checked<'_>) {
    let shot = judged.shot;
    json::literal(out, "{\"file\":");
    json::text(out, &judged.name.display().to_string());
    if let Some(page) = judged.page {
        json::literal(out, ",\"page\":");
        json::number(out, page);
    }
    json::literal(out, ",\"verdict\":");
    json::plain(out, verdict(shot));
    let only = shot.symbols.first().filter(|_| shot.verdict == Verdict::Read);
    payload(out, only, view.masked);
    json::literal(out, ",\"candidates\":");
    let candidates = judged.text().map(recognised).unwrap_or_default();
    machine::candidates(out, &candidates);
    ndjson::members(out, checked, view.masked, view.profile, &mut Vec::new());
    json::literal(out, ",\"symbols\":");
    json::list(out, &shot.symbols, |out, symbol| {
        json::value(
            out,
            &if view.explain { explained(symbol, view.masked) } else { brief(symbol, view.masked) },
        );
    });
    if shot.incomplete {
        json::literal(out, ",\"incomplete\":true");
    }
    if view.explain {
        json::literal(out, ",\"picture\":");
        json::value(out, &shot.head);
        json::literal(out, ",\"attempts\":");
        json::value(out, &shot.attempts);
        json::literal(out, ",\"sightings\":");
        json::value(out, &sightings(shot));
    }
    json::literal(out, if view.masked { ",\"masked\":true}" } else { "}" });
}

/// What came of a picture.
pub(super) const fn verdict(shot: &Shot) -> &'static str {
    match (&shot.refused, shot.verdict) {
        (Some(_), _) => "refused",
        (None, verdict) => verdict.key(),
    }
}

/// Whose code a text that was read from a QR symbol may be.
pub(super) fn recognised(text: &str) -> Vec<upqr::recognise::Candidate> {
    recognise_with(text, Hints { mode: None, symbology: Some(Symbology::Qr) }).candidates
}

/// The network of a candidate's family.
pub(super) fn network(candidate: &upqr::recognise::Candidate) -> &'static str {
    candidate.family.network().map_or("", Network::name)
}

/// `,"payload":…`, and `,"payload_hex":…` where it is no text.
fn payload(out: &mut Vec<u8>, symbol: Option<&Seen>, masked: bool) {
    json::literal(out, ",\"payload\":");
    match symbol.map(|symbol| shown(symbol, masked)) {
        None => json::literal(out, "null"),
        Some(Shown::Text(text)) => json::text(out, &text),
        Some(Shown::Hex(hex)) => {
            json::literal(out, "null,\"payload_hex\":");
            json::text(out, &hex);
        }
    }
}

fn brief(symbol: &Seen, masked: bool) -> Value {
    let analysis = &symbol.sighting.analysis;
    let (text, hex) = match shown(symbol, masked) {
        Shown::Text(text) => (Some(text), None),
        Shown::Hex(hex) => (None, Some(hex)),
    };
    let mut object = json!({"payload": text});
    if let Some(object) = object.as_object_mut() {
        object.extend(hex.map(|hex| ("payload_hex".to_owned(), hex.into())));
        match contrary(symbol, masked) {
            Some(Shown::Text(text)) => drop(object.insert("contrary".to_owned(), text.into())),
            Some(Shown::Hex(hex)) => drop(object.insert("contrary_hex".to_owned(), hex.into())),
            None => {}
        }
        object.insert("version".to_owned(), analysis.version.number().into());
        object.insert("level".to_owned(), analysis.level.key().into());
        object.insert("mask".to_owned(), analysis.mask.number().into());
        object.insert("inverted".to_owned(), symbol.sighting.inverted.into());
        object.insert("mirrored".to_owned(), analysis.mirrored.into());
        object.insert("corners".to_owned(), corners(symbol));
        object.insert("unused_error_correction".to_owned(), unused(symbol).into());
    }
    object
}

/// Corners in pixels, to a tenth: top left, top right, bottom right, bottom left of the symbol as it lies.
fn corners(symbol: &Seen) -> Value {
    symbol
        .sighting
        .corners()
        .map(|corner| [corner.x, corner.y].map(tenths))
        .to_vec()
        .into_iter()
        .map(|[x, y]| json!([x, y]))
        .collect()
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0 + 0.0
}

/// What is left of error correction in the block with least, to a thousandth.
pub(super) fn unused(symbol: &Seen) -> f64 {
    (symbol.sighting.analysis.unused() * 1000.0).round() / 1000.0
}

/// Everything that is known of a symbol.
fn explained(symbol: &Seen, masked: bool) -> Value {
    let analysis = &symbol.sighting.analysis;
    let segments: Vec<Value> = analysis.segments.iter().map(segment).collect();
    let blocks = analysis.blocks.iter().map(|block| {
        json!({
            "data": block.data, "correction": block.correction, "correctable": block.correctable,
            "corrected": block.corrected,
        })
    });
    let padding = &analysis.padding;
    let more = json!({
        "segments": segments,
        "padding": {"terminator": padding.terminator, "codewords": padding.codewords, "regular": padding.regular},
        "format_errors": analysis.format_errors,
        "version_errors": analysis.version_errors,
        "blocks": blocks.collect::<Vec<_>>(),
        "measured": symbol.measured.as_ref().map(measured),
    });
    let mut object = brief(symbol, masked);
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
        if !masked {
            let row = |row: &[bool]| row.iter().map(|dark| if *dark { '1' } else { '0' }).collect::<String>();
            let rows: Vec<String> = symbol.sighting.grid.rows().map(row).collect();
            object.insert("modules".to_owned(), rows.into());
        }
    }
    object
}

/// What was measured, with what decides the grade and what no grade says.
fn measured(measured: &Measured) -> Value {
    let mut object = json!(measured);
    if let Some(grade) = object.get_mut("grade").and_then(Value::as_object_mut) {
        grade.insert("lowest".to_owned(), lowest(&measured.grade).into());
        grade.insert("limits".to_owned(), LIMITS.as_slice().into());
    }
    object
}

/// The parameters that have the letter of the whole, for which it is not better; none of an A.
pub(super) fn lowest(grade: &Graded) -> Vec<&str> {
    let decides = |letter: &str| letter == grade.letter && letter != "A";
    let parameters = grade.parameters.iter().filter(|parameter| decides(&parameter.letter));
    parameters.map(|parameter| parameter.key.as_str()).collect()
}

fn segment(segment: &Segment) -> Value {
    let mut object = json!({
        "mode": segment.mode.key(), "characters": segment.characters,
        "bytes": [segment.bytes.start, segment.bytes.end], "bits": [segment.bits.start, segment.bits.end],
    });
    if let Some(object) = object.as_object_mut() {
        match segment.mode {
            Mode::Eci(number) => drop(object.insert("eci".to_owned(), number.into())),
            Mode::Fnc1Second(indicator) => drop(object.insert("indicator".to_owned(), indicator.into())),
            Mode::StructuredAppend { place, last, parity } => {
                object.extend(
                    [("place", place), ("last", last), ("parity", parity)]
                        .map(|(name, value)| (name.to_owned(), value.into())),
                );
            }
            _ => {}
        }
    }
    object
}

/// Who read which of the symbols: a reader whose decoder gave other bytes has a symbol of its own.
fn sightings(shot: &Shot) -> Vec<Value> {
    let sightings = shot.sightings.iter().map(|sighting| {
        let same = |symbol: &Seen| {
            let known = &symbol.sighting;
            known.payload() == sighting.payload() && known.contrary == sighting.contrary
        };
        json!({
            "reader": sighting.reader.key(), "step": sighting.step,
            "symbol": shot.symbols.iter().position(same),
        })
    });
    sightings.collect()
}
