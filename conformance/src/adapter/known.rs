//! The names that a file may use: the policies of the vectors and their choices, and the codes of chapter 11.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use crate::human::escape;
use crate::vectors::{self, Expect};

/// The codes of chapter 11.
const CODES: [&str; 65] = [
    "absent",
    "ambiguous",
    "backslash",
    "base-crc",
    "base-guid",
    "base-order",
    "base64",
    "base64url",
    "ber-tlv",
    "body",
    "byte-order-mark",
    "carriage-object",
    "contrast",
    "depth",
    "digits",
    "empty",
    "expired",
    "evidence",
    "first-object",
    "form",
    "format-indicator",
    "host",
    "id",
    "image",
    "invalid",
    "json",
    "length",
    "line-too-long",
    "link",
    "logo",
    "masked",
    "misroute",
    "ndef",
    "ndjson",
    "nested-emv",
    "network",
    "no-application-template",
    "no-network",
    "no-payload",
    "no-room",
    "non-ascii",
    "not-yet-valid",
    "overrun",
    "page",
    "part",
    "part-mismatch",
    "part-missing",
    "part-repeated",
    "payment-code",
    "port",
    "quiet-zone",
    "same-network",
    "syntax",
    "terms",
    "terms-mismatch",
    "too-long",
    "too-many-parts",
    "trust-list",
    "unknown-form",
    "unknown-key",
    "unknown-network",
    "unreadable",
    "userinfo",
    "utf-8",
    "value",
];

/// Where a name stands, and why it is none.
type Stray = (usize, String);

/// The policies, each with a choice that it has.
pub(crate) fn policies(
    given: &BTreeMap<Spanned<String>, Spanned<String>>,
) -> Result<BTreeMap<String, String>, Stray> {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for vector in vectors::all() {
        if let Expect::ByPolicy { by_policy } = vector.expect {
            known.entry(by_policy.policy).or_default().extend(by_policy.choices.into_keys());
        }
    }
    let mut policies = BTreeMap::new();
    for (policy, choice) in given {
        let Some(choices) = known.get(policy.get_ref()) else {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            let name = escape(policy.get_ref());
            return Err((
                policy.span().start,
                format!("`{name}` is no policy: use one of {}", names.join(", ")),
            ));
        };
        if !choices.contains(choice.get_ref()) {
            let names: Vec<&str> = choices.iter().map(String::as_str).collect();
            let (name, policy) = (escape(choice.get_ref()), policy.get_ref());
            let why = format!("`{name}` is no choice of `{policy}`: use one of {}", names.join(", "));
            return Err((choice.span().start, why));
        }
        policies.insert(policy.get_ref().clone(), choice.get_ref().clone());
    }
    Ok(policies)
}

/// The names of an implementation, each with the code that it stands for.
pub(crate) fn errors(given: &BTreeMap<String, Spanned<String>>) -> Result<BTreeMap<String, String>, Stray> {
    for code in given.values() {
        let name = code.get_ref().as_str();
        if !CODES.contains(&name) {
            let near = CODES.iter().find(|known| strsim::damerau_levenshtein(known, name) <= 2);
            let hint = near.map_or_else(String::new, |near| format!(": is it `{near}`?"));
            return Err((code.span().start, format!("`{}` is no code of chapter 11{hint}", escape(name))));
        }
    }
    Ok(given.iter().map(|(name, code)| (name.clone(), code.get_ref().clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_chapter_and_of_the_vectors() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/11-errors.md");
        let chapter = std::fs::read_to_string(path).expect("the specification is there");
        let rows = chapter.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
        let written: BTreeSet<&str> = rows.map(|(code, _)| code).collect();
        assert_eq!(written, CODES.into());
        for vector in vectors::all() {
            for fault in vector.expect.each().into_iter().filter_map(|expect| expect.error.as_ref()) {
                assert!(CODES.contains(&fault.code.as_str()), "{}", fault.code);
            }
        }
    }
}
