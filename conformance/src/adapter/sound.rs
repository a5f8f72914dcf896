//! What the form of a message cannot say: bounds of its texts, and members that contradict each other.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use upqr::rules::Disposition;

use super::{Answer, AnswerVerdict, Hello};
use crate::vectors::Span;
use crate::vectors::filter::Filter;

/// Characters of a text that a report shows in a line.
const LABEL: usize = 200;

/// Spans of one rule in one answer: no code has more places.
const SPANS: usize = 100;

/// What is wrong with a `hello`, in a sentence.
pub(crate) fn hello(hello: &Hello) -> Option<String> {
    let language = hello.language.iter().map(|language| ("language", language));
    let told = [("name", &hello.name), ("version", &hello.version)];
    if let Some(wrong) = told.into_iter().chain(language).find_map(|(member, text)| label(member, text)) {
        return Some(wrong);
    }
    if hello.ops.is_empty() {
        return Some("`ops` is empty: name at least one operation".to_owned());
    }
    if doubled(&hello.ops) {
        return Some("`ops` names an operation twice".to_owned());
    }
    if doubled(&hello.features) {
        return Some("`features` names a feature twice".to_owned());
    }
    if doubled(&hello.images) {
        return Some("`images` names a form twice".to_owned());
    }
    if hello.in_flight == 0 {
        return Some("`in_flight` is 0: leave it out, or say at least 1".to_owned());
    }
    let policies = hello.policies.iter().flat_map(|(policy, choice)| [policy, choice]);
    if policies.into_iter().any(|text| text.chars().count() > LABEL) {
        return Some(format!("`policies` holds a text of more than {LABEL} characters"));
    }
    let supports = hello.supports.as_deref().map(Filter::declared)?;
    supports.err().map(|error| format!("`supports`: {error}"))
}

/// What is wrong with a text that names something.
fn label(member: &str, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        Some(format!("`{member}` is empty"))
    } else if text.chars().any(char::is_control) {
        Some(format!("`{member}` has a control character"))
    } else if text.chars().count() > LABEL {
        Some(format!("`{member}` has more than {LABEL} characters"))
    } else {
        None
    }
}

fn doubled<T: Ord + Copy>(list: &[T]) -> bool {
    let mut sorted = list.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair.first() == pair.last())
}

/// What is wrong with an answer, in a sentence.
pub(crate) fn answer(answer: &Answer) -> Option<String> {
    if answer.verdict == AnswerVerdict::Accept && answer.error.is_some() {
        return Some("`accept` with an `error`: leave one of them out".to_owned());
    }
    for (member, text) in [("reencoded", &answer.reencoded), ("restored", &answer.restored)] {
        if !text.as_deref().is_none_or(is_hex) {
            return Some(format!("`{member}` is not pairs of lower-case hexadecimal digits"));
        }
    }
    if answer.image.as_deref().is_some_and(|text| STANDARD.decode(text).is_err()) {
        return Some("`image` is not base64 with padding".to_owned());
    }
    let known = [Disposition::Pay, Disposition::Confirm, Disposition::Block].map(Disposition::key);
    if let Some(disposition) = &answer.disposition
        && !known.contains(&disposition.as_str())
    {
        return Some(format!("`disposition` is none of {}", known.join(", ")));
    }
    let findings = answer.findings.as_deref();
    if findings.is_some_and(|findings| !findings.is_sorted_by(|one, next| one < next)) {
        return Some("`findings` are not sorted by their bytes, each once".to_owned());
    }
    spans(answer.spans.as_deref().unwrap_or_default(), findings)
}

fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'))
}

/// Each span belongs to a finding; an answer that points everywhere points nowhere.
fn spans(spans: &[Span], findings: Option<&[String]>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for span in spans {
        if findings.is_some_and(|findings| !findings.contains(&span.rule)) {
            return Some("`spans` has a rule that is not among `findings`".to_owned());
        }
        let count = counts.entry(&span.rule).or_default();
        *count = count.saturating_add(1);
        if *count > SPANS {
            return Some(format!("`spans` has more than {SPANS} places of one rule"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_hello_is_sound_or_told_why_not() {
        let check = |change: Value, expected: Option<&str>| {
            let mut whole = json!({"name": "x", "version": "1", "ops": ["decode"]});
            let members = whole.as_object_mut().expect("an object");
            members.extend(change.as_object().expect("members").clone());
            let read: Hello = serde_json::from_value(whole).expect("a hello");
            assert_eq!(hello(&read).as_deref(), expected, "{change}");
        };
        check(json!({}), None);
        check(
            json!({"name": "\u{8336}".repeat(200), "language": "c++", "features": ["offset", "value"]}),
            None,
        );
        check(json!({"name": "\u{8336}".repeat(201)}), Some("`name` has more than 200 characters"));
        check(json!({"name": " \u{3000}"}), Some("`name` is empty"));
        check(json!({"version": ""}), Some("`version` is empty"));
        check(json!({"version": "1\u{1b}[2J"}), Some("`version` has a control character"));
        check(json!({"language": "a\u{85}b"}), Some("`language` has a control character"));
        check(json!({"ops": []}), Some("`ops` is empty: name at least one operation"));
        check(json!({"ops": ["check", "decode", "check"]}), Some("`ops` names an operation twice"));
        check(json!({"features": ["value", "value"]}), Some("`features` names a feature twice"));
        check(json!({"images": ["path", "base64"]}), None);
        check(json!({"images": ["path", "path"]}), Some("`images` names a form twice"));
        check(json!({"in_flight": 0}), Some("`in_flight` is 0: leave it out, or say at least 1"));
        let long = "`policies` holds a text of more than 200 characters";
        check(json!({"policies": {"beyond-512": "w".repeat(201)}}), Some(long));
        check(json!({"policies": {"p".repeat(201): "write"}}), Some(long));
        check(
            json!({"supports": "id(decode-*)"}),
            Some(
                "`supports`: `id` tells the answer, and an adapter declares what it is asked: use op, level, grammar, family, network, flag, req",
            ),
        );
    }

    #[test]
    fn an_answer_is_sound_or_told_why_not() {
        let check = |whole: Value, expected: Option<&str>| {
            let read: Answer = serde_json::from_value(whole.clone()).expect("an answer");
            assert_eq!(answer(&read).as_deref(), expected, "{whole}");
        };
        let span = |rule: &str| json!({"rule": rule, "offset": 0, "length": 1});
        check(json!({"verdict": "accept", "reencoded": "", "restored": "00ff", "disposition": "pay"}), None);
        check(json!({"verdict": "reject", "findings": ["a", "b"], "spans": [span("b"), span("b")]}), None);
        check(json!({"verdict": "reject", "spans": [span("b")]}), None);
        check(
            json!({"verdict": "accept", "error": {"code": "id"}}),
            Some("`accept` with an `error`: leave one of them out"),
        );
        for text in ["0", "0F", "zz", "00 "] {
            let why = "`reencoded` is not pairs of lower-case hexadecimal digits";
            check(json!({"verdict": "accept", "reencoded": text}), Some(why));
        }
        check(
            json!({"verdict": "accept", "restored": "FF"}),
            Some("`restored` is not pairs of lower-case hexadecimal digits"),
        );
        check(json!({"verdict": "accept", "image": "AAA="}), None);
        for text in ["AAA", "AA==\n", "AAA_", "AAB=", "{}"] {
            check(json!({"verdict": "accept", "image": text}), Some("`image` is not base64 with padding"));
        }
        check(
            json!({"verdict": "accept", "disposition": "Pay"}),
            Some("`disposition` is none of pay, confirm, block"),
        );
        for findings in [["b", "a"], ["a", "a"]] {
            let why = "`findings` are not sorted by their bytes, each once";
            check(json!({"verdict": "reject", "findings": findings}), Some(why));
        }
        check(
            json!({"verdict": "reject", "findings": ["a"], "spans": [span("a"), span("b")]}),
            Some("`spans` has a rule that is not among `findings`"),
        );
        check(
            json!({"verdict": "reject", "spans": vec![span("a"); 101]}),
            Some("`spans` has more than 100 places of one rule"),
        );
    }
}
