//! What several readers saw, taken together.

use std::cmp::Ordering;

use super::Verdict;
use crate::symbol::geometry::Point;
use crate::symbol::{Reader, Sighting};

/// Takes sightings together: the same bytes at the same place are one symbol, of which the best sighting stays, at the front the best of all.
#[must_use]
pub fn merge(mut sightings: Vec<Sighting>) -> Vec<Sighting> {
    sightings.sort_by(better);
    let mut symbols: Vec<Sighting> = Vec::new();
    for sighting in sightings {
        let known = |symbol: &Sighting| {
            let alike = symbol.payload() == sighting.payload() && symbol.contrary == sighting.contrary;
            alike && overlap(symbol, &sighting)
        };
        if !symbols.iter().any(known) {
            symbols.push(sighting);
        }
    }
    symbols
}

/// What may be made of sightings: bytes that differ, wherever in the picture, are ambiguous, for nobody can say which of them was meant.
#[must_use]
pub fn verdict(sightings: &[Sighting]) -> Verdict {
    let mut payloads = sightings.iter().flat_map(Sighting::payloads);
    match payloads.next() {
        None => Verdict::Nothing,
        Some(first) if payloads.all(|other| other == first) => Verdict::Read,
        Some(_) => Verdict::Ambiguous,
    }
}

/// The sighting that shows more of the symbol whole comes first; then the readers in their order; then places, from the top left.
fn better(a: &Sighting, b: &Sighting) -> Ordering {
    let reader = |sighting: &Sighting| Reader::ALL.iter().position(|reader| *reader == sighting.reader);
    b.analysis
        .unused()
        .total_cmp(&a.analysis.unused())
        .then_with(|| reader(a).cmp(&reader(b)))
        .then_with(|| centre(a).y.total_cmp(&centre(b).y))
        .then_with(|| centre(a).x.total_cmp(&centre(b).x))
}

/// Whether two sightings are of the same place: centres less than a quarter of the smaller diagonal apart, diagonals within a third.
fn overlap(a: &Sighting, b: &Sighting) -> bool {
    let (first, second) = (diagonal(a), diagonal(b));
    let (smaller, larger) = (first.min(second), first.max(second));
    larger < smaller * 1.5 && centre(a).distance(centre(b)) * 4.0 < smaller
}

fn diagonal(sighting: &Sighting) -> f64 {
    let [first, _, opposite, _] = sighting.corners();
    first.distance(opposite)
}

fn centre(sighting: &Sighting) -> Point {
    let [a, b, c, d] = sighting.corners();
    Point::new((a.x + b.x + c.x + d.x) / 4.0, (a.y + b.y + c.y + d.y) / 4.0)
}
