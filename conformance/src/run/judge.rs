//! What an answer is worth: one outcome a case, and the sentence that says why.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use upqr::payment::{hex_of, octets_of};

use crate::adapter::reference::symbol;
use crate::adapter::{Answer, AnswerVerdict, Case, Delivery, Failure, FailureKind, Feature, Hello};
use crate::vectors::words::words;
use crate::vectors::{Expectation, Op, Vector, Verdict};

words! {
    /// How a case ended; every case has exactly one outcome.
    Outcome {
        /// As expected, in everything that the adapter declares.
        Pass = "pass",
        /// Read other bytes out of a picture than it holds, or bytes where it holds none: worse than to read nothing.
        Misread = "misread",
        /// Accepted what has to be rejected, or the other way round.
        WrongVerdict = "wrong-verdict",
        /// The right verdict for another reason: another code, place or list of findings.
        WrongReason = "wrong-reason",
        /// Accepted rightly, with another value.
        WrongValue = "wrong-value",
        /// Accepted rightly, and bytes were lost on the way.
        Lossy = "lossy",
        /// Another answer to the same question.
        Nondeterministic = "nondeterministic",
        /// The process ended, or said that it failed.
        Crash = "crash",
        /// No answer before the deadline.
        Hang = "hang",
        /// More output than any answer needs.
        Flood = "flood",
        /// Something that the protocol does not allow.
        ProtocolError = "protocol-error",
        /// Outside what the adapter declares, so it was not asked.
        Unsupported = "unsupported",
        /// Never asked, because the adapter was given up or the run was interrupted.
        NotRun = "not-run",
    }
}

impl Outcome {
    /// Whether the case counts against the implementation.
    pub(crate) const fn fails(self) -> bool {
        !matches!(self, Self::Pass | Self::Unsupported)
    }
}

/// An outcome and why it is not `pass`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) outcome: Outcome,
    pub(crate) detail: Option<String>,
    /// What was answered, as far as it was compared.
    pub(crate) got: Option<Value>,
    /// The end of what the adapter wrote to its error stream.
    pub(crate) stderr: Option<String>,
}

impl Judgement {
    pub(crate) fn of(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self { outcome, detail: Some(detail.into()), got: None, stderr: None }
    }
}

/// Judges what came of a case against what its vector expects of such an implementation.
pub(crate) fn judge(vector: &Vector, hello: &Hello, case: &Case<'_>, delivery: &Delivery) -> Judgement {
    let answer = match delivery {
        Delivery::Answer(answer) => answer,
        Delivery::Failed(failure) => return failed(failure),
    };
    let Some(expected) = vector.expect.under(&hello.policies) else {
        return Judgement::of(Outcome::Unsupported, "the adapter declares none of the policy's choices");
    };
    match differs(expected, hello, case, answer) {
        None => Judgement { outcome: Outcome::Pass, detail: None, got: None, stderr: None },
        Some((outcome, detail)) => {
            Judgement { got: serde_json::to_value(answer).ok(), ..Judgement::of(outcome, detail) }
        }
    }
}

fn failed(failure: &Failure) -> Judgement {
    let outcome = match failure.kind {
        FailureKind::Crash => Outcome::Crash,
        FailureKind::Hang => Outcome::Hang,
        FailureKind::Flood => Outcome::Flood,
        FailureKind::Protocol => Outcome::ProtocolError,
        FailureKind::NotRun => Outcome::NotRun,
    };
    Judgement { stderr: failure.stderr.clone(), ..Judgement::of(outcome, failure.detail.clone()) }
}

/// The first difference that counts: the verdict, then the reason, then the value, then lost bytes.
fn differs(
    expected: &Expectation,
    hello: &Hello,
    case: &Case<'_>,
    answer: &Answer,
) -> Option<(Outcome, String)> {
    let verdict = match answer.verdict {
        AnswerVerdict::Accept => Verdict::Accept,
        AnswerVerdict::Reject => Verdict::Reject,
        AnswerVerdict::Error => {
            let why = answer.message.as_deref().unwrap_or("it did not say why");
            return Some((Outcome::Crash, format!("the adapter says that it failed: {why}")));
        }
        AnswerVerdict::Unsupported => {
            let why = "answered `unsupported` to a case that `hello` declares as supported";
            return Some((Outcome::ProtocolError, why.to_owned()));
        }
    };
    if let Some(why) = misread(expected, hello, case.op, answer) {
        return Some((Outcome::Misread, why));
    }
    if verdict != expected.verdict {
        let why = format!("expected {}, got {}", expected.verdict.key(), verdict.key());
        return Some((Outcome::WrongVerdict, why));
    }
    if case.op == Op::Render
        && verdict == Verdict::Accept
        && hello.has(Feature::Image)
        && let Some(wrong) = drawn(expected, case, answer)
    {
        return Some(wrong);
    }
    reason(expected, hello, case.op, answer)
        .map(|why| (Outcome::WrongReason, why))
        .or_else(|| content(expected, hello, answer).map(|why| (Outcome::WrongValue, why)))
        .or_else(|| lost(hello, case, answer).map(|why| (Outcome::Lossy, why)))
}

/// Bytes that a picture does not hold: other ones than are expected, or any at all where none are.
fn misread(expected: &Expectation, hello: &Hello, op: Op, answer: &Answer) -> Option<String> {
    if op != Op::Scan || answer.verdict != AnswerVerdict::Accept {
        return None;
    }
    if expected.verdict == Verdict::Reject {
        let code = expected.error.as_ref().map_or("reject", |error| error.code.as_str());
        let given =
            payload(answer.value.as_ref()).map_or_else(|| "accept".to_owned(), |given| hex_of(&given));
        return Some(format!("expected {code}, got {given}"));
    }
    let expected = payload(expected.value.as_ref()).filter(|_| hello.has(Feature::Value))?;
    // An answer without bytes misreads nothing; its value is wrong.
    let given = payload(answer.value.as_ref())?;
    (given != expected).then(|| format!("payload: expected {}, got {}", hex_of(&expected), hex_of(&given)))
}

/// The bytes of `{"payload": "..."}`.
fn payload(value: Option<&Value>) -> Option<Vec<u8>> {
    octets_of(value?.get("payload")?.as_str()?)
}

/// What is wrong with a picture that was drawn: it cannot be read, it holds other bytes, or its symbol breaks rules.
fn drawn(expected: &Expectation, case: &Case<'_>, answer: &Answer) -> Option<(Outcome, String)> {
    let Some(image) = answer.image.as_deref().and_then(|text| STANDARD.decode(text).ok()) else {
        return Some((Outcome::Lossy, "image: expected a picture, got nothing".to_owned()));
    };
    let scanned = match symbol::scan(&image) {
        Ok(Ok(scanned)) => scanned,
        // That says nothing of the picture.
        Err(stop) => return Some((Outcome::NotRun, format!("image: no picture can be read here: {stop}"))),
        Ok(Err(why)) => {
            let count = case.octets.len();
            return Some((
                Outcome::Lossy,
                format!(
                    "image: expected a picture of the {count} bytes of the input, got one that is `{}`",
                    why.key()
                ),
            ));
        }
    };
    if scanned.payload != case.octets {
        let (expected, given) = (hex_of(&case.octets), hex_of(&scanned.payload));
        return Some((Outcome::Misread, format!("image: expected {expected}, got a picture of {given}")));
    }
    let broken = |only_errors: bool| {
        let counted = scanned.findings.iter().filter(move |finding| finding.is_error || !only_errors);
        counted.map(|finding| finding.rule.clone()).collect::<Vec<_>>()
    };
    let (wanted, found) = match &expected.findings {
        Some(findings) => (findings.clone(), broken(false)),
        None => (Vec::new(), broken(true)),
    };
    (wanted != found).then(|| {
        (Outcome::WrongReason, differ("rules that the picture breaks", &json!(wanted), &json!(found)))
    })
}

/// Why it rejected, and what it found.
fn reason(expected: &Expectation, hello: &Hello, op: Op, answer: &Answer) -> Option<String> {
    if let Some(error) = &expected.error {
        let given = answer.error.clone().unwrap_or_default();
        if hello.has(Feature::ErrorCode) && given.code.as_deref() != Some(error.code.as_str()) {
            return Some(differ("error code", &json!(error.code), &json!(given.code)));
        }
        if let Some(offset) = error.offset
            && hello.has(Feature::Offset)
            && given.offset != Some(offset)
        {
            return Some(differ("offset", &json!(offset), &json!(given.offset)));
        }
    }
    // The findings of a rendering are those of its picture.
    if let Some(findings) = &expected.findings
        && hello.has(Feature::Findings)
        && op != Op::Render
        && answer.findings.as_ref() != Some(findings)
    {
        return Some(differ("findings", &json!(findings), &json!(answer.findings)));
    }
    if hello.has(Feature::Spans) {
        let given = answer.spans.as_deref().unwrap_or_default();
        for span in expected.spans.iter().flatten() {
            if !given.contains(span) {
                return Some(differ("a span", &json!(span), &json!(given)));
            }
        }
    }
    None
}

fn content(expected: &Expectation, hello: &Hello, answer: &Answer) -> Option<String> {
    if let Some(disposition) = &expected.disposition
        && hello.has(Feature::Disposition)
        && answer.disposition.as_ref() != Some(disposition)
    {
        return Some(differ("disposition", &json!(disposition), &json!(answer.disposition)));
    }
    let value = expected.value.as_ref().filter(|_| hello.has(Feature::Value))?;
    (answer.value.as_ref() != Some(value)).then(|| differ("value", value, &json!(answer.value)))
}

/// Whether what was taken in comes out again byte for byte.
fn lost(hello: &Hello, case: &Case<'_>, answer: &Answer) -> Option<String> {
    if answer.verdict != AnswerVerdict::Accept {
        return None;
    }
    let (feature, name, given) = match case.op {
        Op::Decode => (Feature::Reencoded, "reencoded", &answer.reencoded),
        Op::Roundtrip => (Feature::Restored, "restored", &answer.restored),
        _ => return None,
    };
    let same = given.as_deref().and_then(octets_of).as_ref() == Some(&case.octets);
    (hello.has(feature) && !same).then(|| {
        let given = given.as_deref().unwrap_or("nothing");
        format!("{name}: expected the {} bytes of the input, got {given}", case.octets.len())
    })
}

fn differ(what: &str, expected: &Value, given: &Value) -> String {
    format!("{what}: expected {expected}, got {given}")
}

#[cfg(test)]
#[allow(clippy::needless_pass_by_value, reason = "rows of JSON are written where they are used")]
mod tests {
    use super::*;
    use crate::vectors::Input;

    /// Judges an answer to a case of `op` on the bytes `00` against an expectation, with these features declared.
    #[track_caller]
    fn check(
        op: &str,
        features: Value,
        expect: Value,
        answer: Value,
        outcome: Outcome,
        detail: Option<&str>,
    ) {
        let vector = json!({
            "id": format!("{op}-0001-x"), "rev": 1, "op": op, "level": "value", "since": "10", "title": "x",
            "input": {"hex": "00"}, "requirements": [], "flags": [], "risk": [], "expect": expect,
            "provenance": {"kind": "hand"},
        });
        let vector: Vector = serde_json::from_value(vector).expect("a vector");
        assert_eq!(Input::octets(&vector.input), Some(vec![0]));
        let hello =
            json!({"name": "x", "version": "1", "ops": [op], "features": features, "policies": {"p": "a"}});
        let hello: Hello = serde_json::from_value(hello).expect("a hello");
        let delivery = Delivery::Answer(serde_json::from_value(answer).expect("an answer"));
        let judgement = judge(&vector, &hello, &Case::of(&vector), &delivery);
        assert_eq!((judgement.outcome, judgement.detail.as_deref()), (outcome, detail));
    }

    #[test]
    fn the_verdict_goes_first() {
        let (accept, reject) = (json!({"verdict": "accept"}), json!({"verdict": "reject"}));
        let wrong = Some("expected accept, got reject");
        check("decode", json!([]), accept.clone(), accept.clone(), Outcome::Pass, None);
        check("decode", json!([]), accept.clone(), reject.clone(), Outcome::WrongVerdict, wrong);
        let wrong = Some("expected reject, got accept");
        check("decode", json!([]), reject.clone(), accept.clone(), Outcome::WrongVerdict, wrong);
        let failed = json!({"verdict": "error", "message": "a list is too short"});
        let why = Some("the adapter says that it failed: a list is too short");
        check("decode", json!([]), reject, failed, Outcome::Crash, why);
        let why = Some("answered `unsupported` to a case that `hello` declares as supported");
        check("decode", json!([]), accept, json!({"verdict": "unsupported"}), Outcome::ProtocolError, why);
    }

    #[test]
    fn a_reason_counts_where_it_is_declared() {
        let expect = json!({"verdict": "reject", "error": {"code": "length", "offset": 8}});
        let right = json!({"verdict": "reject", "error": {"code": "length", "offset": 8}});
        let other = json!({"verdict": "reject", "error": {"code": "id", "offset": 8}});
        let aside = json!({"verdict": "reject", "error": {"code": "length", "offset": 9}});
        let none = json!({"verdict": "reject"});
        let both = json!(["error-code", "offset"]);
        check("decode", both.clone(), expect.clone(), right, Outcome::Pass, None);
        let why = Some("error code: expected \"length\", got \"id\"");
        check("decode", both.clone(), expect.clone(), other.clone(), Outcome::WrongReason, why);
        check("decode", json!(["offset"]), expect.clone(), other, Outcome::Pass, None);
        let why = Some("offset: expected 8, got 9");
        check("decode", both.clone(), expect.clone(), aside, Outcome::WrongReason, why);
        let why = Some("error code: expected \"length\", got null");
        check("decode", both, expect.clone(), none.clone(), Outcome::WrongReason, why);
        check("decode", json!([]), expect, none, Outcome::Pass, None);
    }

    #[test]
    fn what_a_check_found_counts_where_it_is_declared() {
        let expect = json!({"verdict": "reject", "disposition": "block", "findings": ["crc-mismatch"],
            "spans": [{"rule": "crc-mismatch", "offset": 1, "length": 2}]});
        let answer = |disposition: &str, findings: Value, offset: u64| {
            let spans = json!([{"rule": "crc-mismatch", "offset": offset, "length": 2}]);
            json!({"verdict": "reject", "disposition": disposition, "findings": findings, "spans": spans})
        };
        let all = json!(["disposition", "findings", "spans"]);
        let found = json!(["crc-mismatch"]);
        check("check", all.clone(), expect.clone(), answer("block", found.clone(), 1), Outcome::Pass, None);
        let why = Some("disposition: expected \"block\", got \"pay\"");
        check(
            "check",
            all.clone(),
            expect.clone(),
            answer("pay", found.clone(), 1),
            Outcome::WrongValue,
            why,
        );
        let why = Some("findings: expected [\"crc-mismatch\"], got []");
        check("check", all.clone(), expect.clone(), answer("block", json!([]), 1), Outcome::WrongReason, why);
        let why = Some(
            "a span: expected {\"rule\":\"crc-mismatch\",\"offset\":1,\"length\":2}, got [{\"rule\":\"crc-mismatch\",\"offset\":3,\"length\":2}]",
        );
        check("check", all, expect.clone(), answer("block", found, 3), Outcome::WrongReason, why);
        check("check", json!([]), expect, answer("pay", json!([]), 3), Outcome::Pass, None);
    }

    #[test]
    fn values_and_lost_bytes_count_where_they_are_declared() {
        let expect = json!({"verdict": "accept", "value": "x"});
        let answer = |value: &str, again: &str| json!({"verdict": "accept", "value": value, "reencoded": again, "restored": again});
        let why = Some("value: expected \"x\", got \"y\"");
        check("decode", json!(["value"]), expect.clone(), answer("y", "00"), Outcome::WrongValue, why);
        check("decode", json!([]), expect.clone(), answer("y", "01"), Outcome::Pass, None);
        let why = Some("reencoded: expected the 1 bytes of the input, got 01");
        check("decode", json!(["reencoded"]), expect.clone(), answer("x", "01"), Outcome::Lossy, why);
        let why = Some("restored: expected the 1 bytes of the input, got 01");
        check("roundtrip", json!(["restored"]), expect.clone(), answer("x", "01"), Outcome::Lossy, why);
        check("unify", json!(["restored"]), expect, answer("x", "01"), Outcome::Pass, None);
    }

    #[test]
    fn a_scan_that_reads_wrongly_is_worse_than_one_that_reads_nothing() {
        // The bytes `00` are no picture; what is judged is the answer.
        let check =
            |expect: &Value, features: Value, answer: Value, outcome: Outcome, detail: Option<&str>| {
                let expected: Expectation = serde_json::from_value(expect.clone()).expect("an expectation");
                let hello = json!({"name": "x", "version": "1", "ops": ["scan"], "features": features});
                let hello: Hello = serde_json::from_value(hello).expect("a hello");
                let answer: Answer = serde_json::from_value(answer).expect("an answer");
                let none = serde_json::Map::new();
                let case = Case { op: Op::Scan, octets: vec![0], options: &none };
                let got = differs(&expected, &hello, &case, &answer);
                let got = got.map_or((Outcome::Pass, None), |(outcome, why)| (outcome, Some(why)));
                assert_eq!((got.0, got.1.as_deref()), (outcome, detail));
            };
        let read = |payload: &str| json!({"verdict": "accept", "value": {"payload": payload}});
        let (expect, value) = (read("00ff"), json!(["value"]));
        check(&expect, value.clone(), read("00ff"), Outcome::Pass, None);
        let why = Some("payload: expected 00ff, got 00fe");
        check(&expect, value.clone(), read("00fe"), Outcome::Misread, why);
        check(&expect, json!([]), read("00fe"), Outcome::Pass, None);
        let why = Some("value: expected {\"payload\":\"00ff\"}, got null");
        check(&expect, value.clone(), json!({"verdict": "accept"}), Outcome::WrongValue, why);
        let unread = json!({"verdict": "reject", "error": {"code": "unreadable"}});
        let why = Some("expected accept, got reject");
        check(&expect, value.clone(), unread.clone(), Outcome::WrongVerdict, why);
        let code = json!(["error-code"]);
        check(&unread, code.clone(), read("00ff"), Outcome::Misread, Some("expected unreadable, got 00ff"));
        let ambiguous = json!({"verdict": "reject", "error": {"code": "ambiguous"}});
        let why = Some("error code: expected \"unreadable\", got \"ambiguous\"");
        check(&unread, code, ambiguous.clone(), Outcome::WrongReason, why);
        let accept = json!({"verdict": "accept"});
        check(&ambiguous, json!([]), accept, Outcome::Misread, Some("expected ambiguous, got accept"));
        assert!(Outcome::Misread < Outcome::WrongVerdict);
    }

    #[test]
    fn what_is_drawn_is_read() {
        let png = |payload: &[u8]| {
            STANDARD.encode(symbol::render(payload, &symbol::Drawn::default()).expect("it fits"))
        };
        let expect = json!({"verdict": "accept"});
        let answer = |image: &str| json!({"verdict": "accept", "image": image});
        let all = json!(["image"]);
        let why = Some("rules that the picture breaks: expected [], got [\"symbol-nul\"]");
        check("render", all.clone(), expect.clone(), answer(&png(b"\0")), Outcome::WrongReason, why);
        let known = json!({"verdict": "accept", "findings": ["symbol-nul"]});
        check("render", all.clone(), known, answer(&png(b"\0")), Outcome::Pass, None);
        let why = Some("image: expected 00, got a picture of 01");
        check("render", all.clone(), expect.clone(), answer(&png(b"\x01")), Outcome::Misread, why);
        let why = Some("image: expected a picture of the 1 bytes of the input, got one that is `image`");
        check("render", all.clone(), expect.clone(), answer("AAA="), Outcome::Lossy, why);
        let none = Some("image: expected a picture, got nothing");
        check("render", all, expect.clone(), json!({"verdict": "accept"}), Outcome::Lossy, none);
        check("render", json!([]), expect, json!({"verdict": "accept"}), Outcome::Pass, None);
    }

    #[test]
    fn a_choice_is_held_against_what_was_declared() {
        let (accept, reject) = (json!({"verdict": "accept"}), json!({"verdict": "reject"}));
        let choices = json!({"a": accept, "b": reject});
        let expect = json!({"by_policy": {"policy": "p", "choices": choices}});
        check("unify", json!([]), expect, accept.clone(), Outcome::Pass, None);
        let expect = json!({"by_policy": {"policy": "other", "choices": choices}});
        let why = Some("the adapter declares none of the policy's choices");
        check("unify", json!([]), expect, accept, Outcome::Unsupported, why);
    }
}
