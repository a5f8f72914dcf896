//! What of a payload that is too long can be dropped, or moved behind a dynamic link.

use super::Merchant;
use crate::emv::data_object::{DataObject, HEADER};
use crate::emv::mpm;

/// Suggestions of one message; more than the largest help nobody.
const MOST: usize = 3;

/// Characters that a link of the largest account's own would take in its place: `https://`, a host and an identifier.
const LINK: usize = 60;

/// The objects that save most, in words: `64 (63 characters)`; accounts save what a link in their place leaves.
pub(super) fn advice(merchant: &Merchant<'_>) -> String {
    let mut drop: Vec<(usize, String)> = Vec::new();
    let mut links: Vec<(usize, String)> = Vec::new();
    for object in merchant.payload.objects() {
        let size = usize::from(object.length).saturating_add(HEADER);
        if is_optional(&object) {
            drop.push((size, object.id.to_string()));
        }
    }
    for carried in &merchant.reading.carried {
        let ids: Vec<String> = carried.templates.iter().map(|template| template.id.to_string()).collect();
        let sizes =
            carried.templates.iter().map(|template| usize::from(template.length).saturating_add(HEADER));
        let saved = sizes.sum::<usize>().saturating_sub(LINK);
        if saved > 0 {
            links.push((saved, ids.join(" and ")));
        }
    }
    let parts = [("drop", drop), ("move behind a dynamic link", links)];
    let parts: Vec<String> = parts.into_iter().filter_map(|(verb, rows)| largest(verb, rows)).collect();
    if parts.is_empty() { "carry fewer or shorter accounts".to_owned() } else { parts.join("; ") }
}

fn largest(verb: &str, mut rows: Vec<(usize, String)>) -> Option<String> {
    rows.sort_by(|(one, _), (other, _)| other.cmp(one));
    rows.truncate(MOST);
    let shown: Vec<String> = rows.iter().map(|(size, ids)| format!("{ids} ({size} characters)")).collect();
    (!shown.is_empty()).then(|| format!("{verb} {}", shown.join(", ")))
}

/// An object without which the payload pays the same payee the same money under the same terms.
fn is_optional(object: &DataObject<'_>) -> bool {
    match object.id.number() {
        61 | 62 | 64..=79 => true,
        80..=99 => crate::unified::our_label(object).is_none() && mpm::is_template(object.id),
        _ => false,
    }
}
