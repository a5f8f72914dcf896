//! What a run says nothing about: the vectors that were not chosen, and the parts of an answer that were not compared.

use crate::human::escape;
use crate::run::{Header, Run};

/// The characters of a name that are shown. A record may hold any name, and reports repeat it with every case.
const NAME: usize = 200;

/// The bytes of a call that are shown, for the same reason.
pub(crate) const CALL: usize = 4096;

/// A name as reports show it: escaped, and cut where it is too long for one.
pub(crate) fn name(text: &str) -> String {
    let mut name = escape(&text.chars().take(NAME).collect::<String>());
    if text.chars().nth(NAME).is_some() {
        name.push('…');
    }
    name
}

/// `filter op(decode) · partition hash:1/4`; `None` where every vector was chosen.
pub(crate) fn part(header: &Header) -> Option<String> {
    let parts: Vec<String> = header
        .filter
        .iter()
        .map(|filter| format!("filter {}", escape(filter)))
        .chain(header.partition.iter().map(|share| format!("partition {}", escape(share))))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// What of an answer is compared: the verdict always, and what the adapter declares (UPQR-ADP-28).
pub(crate) fn compared(run: &Run) -> Vec<&'static str> {
    let mut compared = vec!["verdict"];
    compared.extend(run.header.adapter.features.iter().map(|feature| feature.key()));
    compared.dedup();
    compared
}

/// `a part of the vectors: filter op(decode)`, where it is one, and `compared: verdict, offset`.
pub(crate) fn notes(run: &Run) -> Vec<String> {
    let part = part(&run.header).map(|part| format!("a part of the vectors: {part}"));
    part.into_iter().chain([format!("compared: {}", compared(run).join(", "))]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_after_two_hundred_characters() {
        let whole = "面".repeat(NAME);
        assert_eq!(name(&whole), whole);
        assert_eq!(name(&format!("{whole}x")), format!("{whole}…"));
        assert_eq!(name("a\u{7}b"), "a\\u{7}b");
    }
}
