//! Vectors of `encode`: models with a member lost, doubled, of another type or unknown, and values that no payload holds.

use serde_json::{Value, json};

use super::draft::{Claim, Draft};
use super::object::{Object, plain, sealed, template};
use super::unify::merchant;
use super::wallets::{Native, natives, templates, unified};
use crate::vectors::{Level, Op, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let all = natives(seed);
    for native in &all {
        drafts.push(one(native));
    }
    let Some(native) = all.iter().find(|native| native.key == "alipay-static") else { return drafts };
    let parent = one(native);
    members(&parent, &mut drafts);
    json_text(&parent, &mut drafts);
    values(native, &parent, &mut drafts);
    consumer(&mut drafts);
    drafts
}

fn model(accounts: &[Value]) -> Value {
    json!({"mode": "merchant-presented", "merchant": merchant(), "accounts": accounts})
}

fn one(native: &Native) -> Draft {
    let objects = unified(native.is_order, &templates(26, &[(native.network, native.text.as_bytes())]));
    let text = model(&[json!({"network": native.network, "native": native.text})]).to_string();
    Draft {
        requirements: vec!["UPQR-CNF-6", "UPQR-CAN-5"],
        flags: vec!["model"],
        ..Draft::composed(
            Op::Encode,
            Level::Value,
            &format!("one-{}", native.key),
            &format!("A model of one account: {}", native.key),
            text.as_bytes(),
            Claim::Accepted(Some(Value::String(sealed(&objects)))),
        )
    }
}

fn of(parent: &Draft) -> Value {
    serde_json::from_slice(&parent.octets).unwrap_or_default()
}

fn refused(parent: &Draft, id: &str, change: &str, text: &str, code: &'static str) -> Draft {
    // Where JSON is wrong, the specification fixes no offset.
    let offset = (code != "json").then_some(0);
    Draft {
        requirements: vec!["UPQR-CNF-7", "UPQR-CNF-10"],
        flags: vec!["model"],
        ..Draft::mutant(parent, id, change, text.as_bytes(), Claim::Refused(code, offset))
    }
}

/// The model with a member set, or taken out, behind a pointer (RFC 6901).
fn with(parent: &Draft, inside: &str, member: &str, value: Option<Value>) -> String {
    let mut model = of(parent);
    if let Some(object) = model.pointer_mut(inside).and_then(Value::as_object_mut) {
        match value {
            Some(value) => object.insert(member.to_owned(), value),
            None => object.shift_remove(member),
        };
    }
    model.to_string()
}

/// Each member taken out, of each other type, and beside one that nobody knows.
fn members(parent: &Draft, drafts: &mut Vec<Draft>) {
    let places = [
        ("", "mode"),
        ("", "merchant"),
        ("", "accounts"),
        ("/merchant", "name"),
        ("/merchant", "city"),
        ("/merchant", "category"),
        ("/merchant", "country"),
        ("/merchant", "currency"),
        ("/accounts/0", "native"),
    ];
    for (turn, (inside, member)) in places.into_iter().enumerate() {
        let text = with(parent, inside, member, None);
        drafts.push(refused(
            parent,
            &format!("missing-{member}"),
            &format!("{member} is taken out"),
            &text,
            "json",
        ));
        let types = [
            ("number", json!(156)),
            ("null", Value::Null),
            ("list", json!(["7"])),
            ("object", json!({"7": "7"})),
            ("true", json!(true)),
        ];
        for step in [0, 1, 3] {
            let Some((slug, value)) = types.get(turn.saturating_add(step) % 5) else { continue };
            // `merchant` and `native` may be null, which is as if they were absent: one of a pair is then missing.
            if member == "accounts" && *slug == "list" || member == "merchant" && *slug == "object" {
                continue;
            }
            let text = with(parent, inside, member, Some(value.clone()));
            drafts.push(refused(
                parent,
                &format!("type-{member}-{slug}"),
                &format!("{member} is {slug}"),
                &text,
                "json",
            ));
        }
    }
    for (slug, inside) in [("root", ""), ("merchant", "/merchant"), ("account", "/accounts/0")] {
        let text = with(parent, inside, "noodles", Some(json!("7")));
        drafts.push(refused(
            parent,
            &format!("unknown-{slug}"),
            &format!("a member of the {slug} is one that nobody knows"),
            &text,
            "json",
        ));
        let upper = with(parent, inside, "NAME", Some(json!("7")));
        drafts.push(refused(
            parent,
            &format!("upper-{slug}"),
            &format!("a member of the {slug} is in upper case"),
            &upper,
            "json",
        ));
    }
    for (slug, inside, member, value) in [
        ("masked", "", "masked", json!("yes")),
        ("control", "", "control", json!([])),
        ("templates", "", "templates", json!("7")),
        ("template", "", "templates", json!([7])),
        ("amount", "/merchant", "amount", json!(25.5)),
        ("amount-whole", "/merchant", "amount", json!(25)),
        ("additional", "/merchant", "additional", json!("7")),
        ("local", "/merchant", "local", json!("兰花")),
        ("network", "/accounts/0", "network", json!(2)),
        ("objects", "/merchant", "objects", json!({"15": "7"})),
    ] {
        let change = format!("{member} is `{value}`");
        let text = with(parent, inside, member, Some(value));
        drafts.push(refused(parent, &format!("type-other-{slug}"), &change, &text, "json"));
    }
    let masked = with(parent, "", "masked", Some(json!(true)));
    drafts.push(Draft {
        requirements: vec!["UPQR-SEC-10"],
        risk: vec![Risk::Misroute],
        ..refused(parent, "masked", "the model is masked", &masked, "masked")
    });
}

/// The JSON text itself.
fn json_text(parent: &Draft, drafts: &mut Vec<Draft>) {
    let text = of(parent).to_string();
    let twice = |member: &str, value: &str| {
        text.replacen(&format!("\"{member}\""), &format!("\"{member}\":{value},\"{member}\""), 1)
    };
    let rows = [
        ("bom", "a byte-order mark stands before the model", format!("\u{FEFF}{text}")),
        ("rest", "a second model stands behind the first", format!("{text}{text}")),
        (
            "comma",
            "a comma stands before the last brace",
            format!("{},}}", text.get(..text.len().saturating_sub(1)).unwrap_or_default()),
        ),
        ("quotes", "single quotes stand around a name", text.replacen("\"mode\"", "'mode'", 1)),
        ("bare", "a name stands without quotes", text.replacen("\"mode\"", "mode", 1)),
        ("comment", "a comment stands before the model", format!("/* 7 */{text}")),
        ("line-feed", "a line feed stands in a value", text.replacen("ORCHID ", "ORCHID\n", 1)),
        ("escape", "an escape is none", text.replacen("ORCHID ", "ORCHID\\x20", 1)),
        ("surrogate", "an escape is half a pair", text.replacen("ORCHID ", "ORCHID\\uD83C", 1)),
        ("twice-name", "the name stands twice", twice("name", "\"MALLORY\"")),
        ("twice-native", "the native code stands twice", twice("native", "\"https://noodle.example/7\"")),
        ("twice-accounts", "the accounts stand twice", twice("accounts", "[]")),
        ("string", "the model is a text of JSON", json!(text).to_string()),
        ("list", "the model stands in a list", format!("[{text}]")),
        ("null", "the model is null", "null".to_owned()),
        (
            "half",
            "the text ends in the middle",
            text.get(..text.len().wrapping_div(2)).unwrap_or_default().to_owned(),
        ),
    ];
    for (slug, change, text) in rows {
        let mut draft = refused(parent, &format!("json-{slug}"), change, &text, "json");
        if slug.starts_with("twice") {
            draft.flags = vec!["attack-03", "field-12", "model"];
            draft.risk = vec![Risk::Misroute];
        }
        drafts.push(draft);
    }
}

/// Values that a model may hold and a payload may not, and those that it may.
fn values(native: &Native, parent: &Draft, drafts: &mut Vec<Draft>) {
    let merchant = |member: &str, value: Value| with(parent, "/merchant", member, Some(value));
    for (slug, code) in
        [("letter", "3100A\u{7F}"), ("long", "21500021500"), ("empty", ""), ("ideograph", "苏")]
    {
        let text = merchant("postal_code", json!(code));
        drafts.push(refused(
            parent,
            &format!("value-postal-{slug}"),
            &format!("the postal code is `{}`", code.escape_debug()),
            &text,
            "value",
        ));
    }
    for (slug, id, value) in [
        ("head", "00", "01"),
        ("crc", "63", "ABCD"),
        ("letters", "A1", "7"),
        ("one", "7", "7"),
        ("empty", "15", ""),
        ("long", "15", &"7".repeat(100)),
        ("ideograph", "15", "兰"),
        ("no-guid", "27", "0101x"),
        ("words", "80", "noodles"),
    ] {
        let text = merchant("objects", json!([{"id": id, "value": value}]));
        drafts.push(Draft {
            flags: vec!["field-08", "field-09", "model"],
            ..refused(
                parent,
                &format!("value-object-{slug}"),
                &format!("an object {id} is `{}`", value.chars().take(12).collect::<String>()),
                &text,
                if matches!(slug, "letters" | "one") { "json" } else { "value" },
            )
        });
    }
    for (slug, control) in [
        ("version-letters", json!({"version": "1a"})),
        ("version-one", json!({"version": "1"})),
        ("turned", json!({"version": "10", "not_before": 1_800_000_000, "expires": 1_700_000_000})),
        ("same", json!({"version": "10", "not_before": 1_700_000_000, "expires": 1_700_000_000})),
        ("late", json!({"version": "10", "expires": 10_000_000_000_u64})),
        ("algorithm", json!({"version": "10", "algorithm": "10"})),
        ("key-short", json!({"version": "10", "algorithm": "1", "key_id": "AAAAAAAAAA"})),
        ("key-bits", json!({"version": "10", "algorithm": "1", "key_id": "AAAAAAAAAAB"})),
    ] {
        let change = format!("the control template is `{control}`");
        let text = with(parent, "", "control", Some(control));
        drafts.push(Draft {
            requirements: vec!["UPQR-MPM-18"],
            flags: vec!["attack-17", "control", "model"],
            ..refused(parent, &format!("value-control-{slug}"), &change, &text, "value")
        });
    }
    let rest = |more: &[Object]| {
        let mut objects = unified(false, &templates(26, &[(native.network, native.text.as_bytes())]));
        objects.extend(more.iter().cloned());
        objects.sort_by(|a, b| a.id.cmp(&b.id));
        Claim::Accepted(Some(Value::String(sealed(&objects))))
    };
    let control =
        template("80", vec![plain("00", "org.upqr.control"), plain("01", "10"), plain("02", "1700000000")]);
    let rows: [(&str, &str, String, Claim); 6] = [
        ("amount", "an amount", merchant("amount", json!("25.50")), rest(&[plain("54", "25.50")])),
        ("postal", "a postal code", merchant("postal_code", json!("215000")), rest(&[plain("61", "215000")])),
        (
            "reference",
            "a reference",
            merchant("additional", json!({"reference": "R-7"})),
            rest(&[template("62", vec![plain("05", "R-7")])]),
        ),
        (
            "local",
            "a local name",
            merchant("local", json!({"language": "zh", "name": "兰花面馆"})),
            rest(&[template("64", vec![plain("00", "zh"), plain("01", "兰花面馆")])]),
        ),
        (
            "object",
            "a card account",
            merchant("objects", json!([{"id": "04", "value": "9999000000000007"}])),
            rest(&[plain("04", "9999000000000007")]),
        ),
        (
            "control",
            "a control template",
            with(parent, "", "control", Some(json!({"version": "10", "not_before": 1_700_000_000}))),
            rest(&[control]),
        ),
    ];
    for (slug, words, text, claim) in rows {
        drafts.push(Draft {
            title: format!("A model with {words}"),
            requirements: vec!["UPQR-MPM-1", "UPQR-CNF-6"],
            ..Draft::mutant(
                parent,
                &format!("with-{slug}"),
                &format!("{words} is added"),
                text.as_bytes(),
                claim,
            )
        });
    }
}

/// Models of consumers' payment codes.
fn consumer(drafts: &mut Vec<Draft>) {
    let text = |codes: Value| json!({"mode": "consumer-presented", "codes": codes}).to_string();
    let good = json!({"digits": "135790246813579044"});
    let parent = Draft {
        requirements: vec!["UPQR-CPM-2"],
        flags: vec!["consumer-presented", "field-21", "model"],
        ..Draft::composed(
            Op::Encode,
            Level::Value,
            "consumer",
            "A model of one payment code",
            text(json!([good])).as_bytes(),
            Claim::Accepted(None),
        )
    };
    let rows: Vec<(&str, &str, Value, &'static str)> = vec![
        ("none", "there is no code", json!([]), "value"),
        (
            "three",
            "there are three codes",
            json!([good, {"digits": "285790246813579044"}, {"digits": "6257902468135790444"}]),
            "value",
        ),
        (
            "same",
            "two codes are of one network",
            json!([good, {"digits": "145790246813579044"}]),
            "same-network",
        ),
        ("nobody", "the code is of nobody", json!([{"digits": "165790246813579044"}]), "no-network"),
        (
            "choice",
            "the choice is another network",
            json!([{"digits": "135790246813579044", "network": "alipay"}]),
            "network",
        ),
        (
            "link",
            "the choice is link",
            json!([{"digits": "165790246813579044", "network": "link"}]),
            "network",
        ),
        ("empty", "the code is empty", json!([{"digits": ""}]), "digits"),
        ("long", "the code has 33 digits", json!([{"digits": "1".repeat(33)}]), "digits"),
        ("number", "the code is a number", json!([{"digits": 135_790_246_813_579_044_u64}]), "json"),
        (
            "unknown",
            "a member of the code is one that nobody knows",
            json!([{"digits": "135790246813579044", "kind": "00"}]),
            "json",
        ),
        ("object", "the codes are an object", good.clone(), "json"),
        ("missing", "the digits are taken out", json!([{"network": "wechat"}]), "json"),
    ];
    for (slug, change, codes, code) in rows {
        drafts.push(Draft {
            requirements: vec!["UPQR-CPM-5", "UPQR-CPM-6", "UPQR-CPM-7", "UPQR-CPM-8"],
            flags: vec!["consumer-presented", "field-21", "model"],
            ..refused(&parent, &format!("consumer-{slug}"), change, &text(codes), code)
        });
    }
    drafts.push(parent);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_taken_out_where_it_stands() {
        let parent = Draft::composed(
            Op::Encode,
            Level::Value,
            "x",
            "",
            br#"{"a":{"b":1,"c":2}}"#,
            Claim::Accepted(None),
        );
        assert_eq!(with(&parent, "/a", "b", None), r#"{"a":{"c":2}}"#);
        assert_eq!(with(&parent, "", "a", Some(json!(7))), r#"{"a":7}"#);
    }
}
