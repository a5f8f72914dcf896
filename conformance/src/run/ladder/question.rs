//! Images as questions of the operation `scan`, and answers as what was seen.

use serde_json::{Map, Value};
use upqr::payment::octets_of;

use super::{Ask, Seen};
use crate::adapter::{self, Answer, AnswerVerdict, Case, Delivery, Feature};
use crate::exit::Stop;
use crate::run::Target;
use crate::vectors::Op;

/// The implementation that is asked, for one thread.
pub(super) fn open(target: &Target) -> Result<Ask, Stop> {
    let mut adapter = adapter::open(target)?;
    if !adapter.hello().ops.contains(&Op::Scan) {
        let message = "the adapter does not declare the operation scan: there was nothing to ask";
        return Err(Stop::Nothing(message.to_owned()));
    }
    if !adapter.hello().has(Feature::Value) {
        let message = "the adapter does not declare the feature value: what it reads cannot be compared";
        return Err(Stop::Nothing(message.to_owned()));
    }
    Ok(Box::new(move |images| {
        let options = Map::new();
        let case = |image: &Vec<u8>| Case { op: Op::Scan, octets: image.clone(), options: &options };
        let cases: Vec<Case<'_>> = images.iter().map(case).collect();
        let mut seen = vec![Seen::Failed("no answer".to_owned()); images.len()];
        adapter.ask(&cases, &mut |place, delivery| {
            if let Some(seen) = seen.get_mut(place) {
                *seen = what(&delivery);
            }
        });
        seen
    }))
}

fn what(delivery: &Delivery) -> Seen {
    match delivery {
        Delivery::Failed(failure) => Seen::Failed(failure.detail.clone()),
        Delivery::Answer(answer) => match answer.verdict {
            AnswerVerdict::Accept => payload(answer),
            AnswerVerdict::Reject => match answer.error.as_ref().and_then(|error| error.code.as_deref()) {
                Some("ambiguous") => Seen::Ambiguous,
                Some("image") => Seen::Failed("it says that the image is no picture".to_owned()),
                // An implementation that has no word for it has not read it either.
                _ => Seen::Nothing,
            },
            _ => Seen::Failed(answer.message.clone().unwrap_or_else(|| "it says that it failed".to_owned())),
        },
    }
}

fn payload(answer: &Answer) -> Seen {
    let digits = answer.value.as_ref().and_then(|value| value.get("payload")).and_then(Value::as_str);
    match digits.and_then(octets_of) {
        Some(octets) => Seen::Read(octets),
        None => Seen::Failed("it accepts, and its `value` has no `payload` of hexadecimal digits".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(answer: Value, expected: &Seen) {
        let answer = Delivery::Answer(serde_json::from_value(answer).expect("an answer"));
        assert_eq!(&what(&answer), expected);
    }

    #[test]
    fn an_answer_is_what_was_seen() {
        check(json!({"verdict": "accept", "value": {"payload": "6162"}}), &Seen::Read(b"ab".to_vec()));
        check(json!({"verdict": "accept", "value": {"payload": ""}}), &Seen::Read(Vec::new()));
        check(json!({"verdict": "reject", "error": {"code": "unreadable"}}), &Seen::Nothing);
        check(json!({"verdict": "reject"}), &Seen::Nothing);
        check(json!({"verdict": "reject", "error": {"code": "ambiguous"}}), &Seen::Ambiguous);
        for broken in [
            json!({"verdict": "accept"}),
            json!({"verdict": "accept", "value": "6162"}),
            json!({"verdict": "accept", "value": {"payload": "6g"}}),
            json!({"verdict": "error"}),
            json!({"verdict": "reject", "error": {"code": "image"}}),
        ] {
            let answer = Delivery::Answer(serde_json::from_value(broken).expect("an answer"));
            assert!(matches!(what(&answer), Seen::Failed(_)), "{answer:?}");
        }
    }
}
