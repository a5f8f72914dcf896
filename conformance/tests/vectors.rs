//! Every canonical vector through the real command, against what it expects.
//!
//! Lists go through one process an operation. `unify`, `restore` and `encode` take one payload a call. The command says codes of chapter 11 only in
//! its machine-readable forms; where it speaks to a person, the sentence of the code stands for it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use serde_json::{Value, json};
use upqr::payment::octets_of;

mod call;

use call::{Ended, upqr, upqr_reads};

/// The vectors of one operation, from every file.
fn vectors(op: &str) -> Vec<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the vectors are there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| path.file_name().is_some_and(|name| name != "schema.json"))
        .collect();
    files.sort();
    let read = |path: &PathBuf| -> Vec<Value> {
        let mut file: Value = serde_json::from_str(&fs::read_to_string(path).expect("UTF-8")).expect("JSON");
        serde_json::from_value(file["vectors"].take()).expect("a list")
    };
    files.iter().flat_map(read).filter(|vector| vector["op"] == op).map(chosen).collect()
}

/// A vector with what it expects of this implementation, which writes where the standard lets it choose.
fn chosen(mut vector: Value) -> Value {
    let choice = vector["expect"]["by_policy"]["choices"]["write"].take();
    if !choice.is_null() {
        vector["expect"] = choice;
    }
    vector
}

/// The options of a vector of `check` as words on the command line.
fn as_check_options(options: &Value) -> Vec<String> {
    [("profile", "--profile"), ("as_of", "--as-of")]
        .into_iter()
        .filter_map(|(member, option)| Some([option.to_owned(), options[member].as_str()?.to_owned()]))
        .flatten()
        .collect()
}

fn octets(vector: &Value) -> Vec<u8> {
    octets_of(vector["input"]["hex"].as_str().unwrap()).expect("hexadecimal digits")
}

/// Fails with every vector that differs.
#[track_caller]
fn report(op: &str, count: usize, failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} of {count} vectors of {op} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// What a list's answer has wrong, or nothing.
type Judge = fn(&Value, &Value) -> Result<(), String>;

/// Lists all vectors of an operation in one process for each choice of options.
#[track_caller]
fn check_list(op: &str, flags: fn(&Value) -> Vec<String>, judge: Judge) {
    let vectors = vectors(op);
    let mut calls: Vec<(Vec<String>, Vec<&Value>)> = Vec::new();
    for vector in &vectors {
        // A line of octets that are no UTF-8 is an error of the line before any grammar sees it; JSON has no octets.
        if vector["input"]["text"].is_null() {
            continue;
        }
        let flags = flags(&vector["options"]);
        match calls.iter_mut().find(|(known, _)| *known == flags) {
            Some((_, list)) => list.push(vector),
            None => calls.push((flags, vec![vector])),
        }
    }
    let mut failures = Vec::new();
    for (flags, list) in calls {
        let line = |vector: &&Value| format!("{}\n", json!({"payload": vector["input"]["text"]}));
        let input: Vec<String> = list.iter().map(line).collect();
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let call = [&[op, "--format", "ndjson", "--show-values", "-"][..], &flags].concat();
        let answers = upqr_reads(&call, input.concat().as_bytes()).objects();
        assert_eq!(answers.len(), list.len(), "{call:?}");
        for (vector, answer) in list.iter().zip(&answers) {
            if let Err(problem) = judge(vector, answer) {
                failures.push(format!("{}: {problem}", vector["id"]));
            }
        }
    }
    report(op, vectors.len(), &failures);
}

/// Whether an error is the one that is expected: its code, and its offset where the specification fixes one.
fn same_error(vector: &Value, error: &Value) -> Result<(), String> {
    let expected = &vector["expect"]["error"];
    let code = expected["code"] == error["code"];
    let offset = expected.get("offset").is_none_or(|offset| *offset == error["offset"]);
    if code && offset { Ok(()) } else { Err(format!("expected {expected}, got {error}")) }
}

fn same(what: &str, expected: &Value, got: &Value) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("{what}: expected {expected}, got {got}")) }
}

fn is_accepted(vector: &Value) -> bool {
    vector["expect"]["verdict"] == "accept"
}

#[test]
fn decode_agrees_with_every_vector() {
    // Seven vectors are no UTF-8.
    check_list(
        "decode",
        |_| Vec::new(),
        |vector, answer| {
            if !is_accepted(vector) {
                return same_error(vector, &answer["error"]);
            }
            same("error", &Value::Null, &answer["error"])?;
            same("reencoded", &vector["input"]["text"], &answer["reencoded"])?;
            let Some(expected) = vector["expect"].get("value") else { return Ok(()) };
            same("grammar", &expected["grammar"], &answer["grammar"])?;
            let objects = if answer["grammar"] == "emv-mpm" { flat(&answer["objects"]) } else { Vec::new() };
            same("objects", &expected["objects"], &json!(objects))
        },
    );
}

/// `id=value`, and templates as `id{...}` with commas between.
fn flat(objects: &Value) -> Vec<String> {
    let show = |object: &Value| {
        let inner = flat(&object["objects"]);
        let (id, value) = (object["id"].as_str().unwrap(), object["value"].as_str().unwrap());
        if inner.is_empty() { format!("{id}={value}") } else { format!("{id}{{{}}}", inner.join(",")) }
    };
    objects.as_array().unwrap().iter().map(show).collect()
}

#[test]
fn recognise_agrees_with_every_vector() {
    let flags = |options: &Value| {
        let given = |name: &str| Some(format!("--{name}={}", options[name].as_str()?));
        ["mode", "symbology"].into_iter().filter_map(given).collect()
    };
    check_list("recognise", flags, |vector, answer| {
        let families: Vec<&Value> =
            answer["candidates"].as_array().unwrap().iter().map(|one| &one["family"]).collect();
        same(
            "value",
            &vector["expect"]["value"],
            &json!({"verdict": answer["verdict"], "families": families}),
        )
    });
}

#[test]
fn roundtrip_agrees_with_every_vector() {
    check_list(
        "roundtrip",
        |_| Vec::new(),
        |vector, answer| {
            if !is_accepted(vector) {
                same("outcome", &json!("refused"), &answer["outcome"])?;
                return same_error(vector, &answer["error"]);
            }
            same("outcome", &json!("identical"), &answer["outcome"])?;
            same("restored", &vector["input"]["text"], &answer["restored"])?;
            vector["expect"].get("value").map_or(Ok(()), |value| same("unified", value, &answer["unified"]))
        },
    );
}

#[test]
fn check_agrees_with_every_vector() {
    check_list("check", as_check_options, |vector, answer| {
        let findings = answer["findings"].as_array().unwrap();
        let mut rules: Vec<&str> = findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
        rules.sort_unstable();
        rules.dedup();
        same("findings", &vector["expect"]["findings"], &json!(rules))?;
        same("disposition", &vector["expect"]["disposition"], &answer["disposition"])?;
        let error = findings.iter().any(|finding| finding["severity"] == "error");
        same("verdict", &vector["expect"]["verdict"], &json!(if error { "reject" } else { "accept" }))?;
        for span in vector["expect"]["spans"].as_array().into_iter().flatten() {
            let is_it = |finding: &&Value| {
                ["rule", "offset", "length"].iter().all(|name| span[name] == finding[name])
            };
            findings.iter().find(is_it).ok_or_else(|| format!("no span {span} in {}", answer["findings"]))?;
        }
        Ok(())
    });
}

/// The sentences in which the command tells a person of a code.
fn sentences(code: &str) -> &'static [&'static str] {
    match code {
        "empty" => &["found nothing", "no EMV payload"],
        "id" => &["the two digits of an ID"],
        "length" => &["the two digits of a length"],
        "overrun" => &["of value, found"],
        "base64" => &["expected base64"],
        "no-network" => &["a code that a network claims", "one kind at a time"],
        // A key that the registry does not have is a mistake in the call.
        "network" => &["a network that the code's candidates name", "invalid value"],
        // Options of a merchant beside a payment code, or beside a payer's payload, are a mistake in the call.
        "payment-code" => {
            &["found a payment code of a consumer", "does not go with a payment code", "one kind at a time"]
        }
        "nested-emv" => &["found an EMV payload", "does not go with a payment code"],
        "too-many-parts" => &["in nine parts, found more"],
        "no-room" => &["free consecutive template IDs", "free template ID"],
        "too-long" => &["bytes, found"],
        "base-crc" => &["a base with a right CRC"],
        "base-order" => &["ends with its CRC"],
        "base-guid" => &["a base without templates of `org.upqr.`"],
        // So are a name outside ASCII and a currency that does not exist.
        "value" => &[": expected ", "takes printable ASCII", "--currency takes", "payment codes"],
        "digits" => &["1 to 32 ASCII digits", "one kind at a time"],
        "same-network" => &["found one network twice"],
        "masked" => &["found a masked one"],
        "json" => &["no payment's JSON", "found another model", "is empty"],
        "unknown-network" => &["a network of this edition"],
        "unknown-form" => &["a form of this edition", "found another kind of code"],
        "carriage-object" => &["the objects 00 to 03"],
        "part" => &["object 03 as two digits"],
        "part-missing" => &["the next part"],
        "part-repeated" => &["found this part again"],
        "part-mismatch" => &["a part that continues"],
        "form" => &["a form of two digits in part 1 alone"],
        "body" => &["a body of at least one character"],
        "base64url" => &["base64url without padding"],
        "misroute" => &["found a code of another network"],
        other => panic!("no sentence for {other}"),
    }
}

/// A refusal: no success, and the sentence of the code that is expected on the error stream, first of all errors.
fn same_refusal(vector: &Value, ended: &Ended, with_offset: bool) -> Result<(), String> {
    let expected = &vector["expect"]["error"];
    let error = ended.err.lines().find(|line| line.starts_with("error: ")).unwrap_or("");
    let known = sentences(expected["code"].as_str().unwrap());
    // The command refuses a text of another grammar before it looks for data objects.
    let other_grammar = error.contains("no EMV payload");
    let offset = expected["offset"].as_u64().filter(|_| with_offset && !other_grammar);
    let placed = offset.is_none_or(|offset| error.contains(&format!("byte {offset}: ")));
    if ended.code != 0 && placed && known.iter().any(|words| error.contains(words)) {
        Ok(())
    } else {
        Err(format!(
            "expected {expected}, got {} {} {}",
            ended.code,
            ended.out.trim_end(),
            ended.err.trim_end()
        ))
    }
}

/// Runs every vector of an operation in a process of its own, as many at a time as the machine has cores.
#[track_caller]
fn check_calls(op: &str, judge: fn(&Value) -> Result<(), String>) {
    let vectors = vectors(op);
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(vector) = vectors.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(problem) = judge(vector) {
                        failures.lock().unwrap().push(format!("{}: {problem}", vector["id"]));
                    }
                }
            });
        }
    });
    report(op, vectors.len(), &failures.into_inner().unwrap());
}

/// The payload that a vector expects, as a line.
fn same_payload(vector: &Value, ended: &Ended) -> Result<(), String> {
    if !is_accepted(vector) {
        return same_refusal(vector, ended, false);
    }
    let expected = format!("{}\n", vector["expect"]["value"].as_str().unwrap());
    if (ended.code, &ended.out) == (0, &expected) {
        return Ok(());
    }
    Err(format!("expected {expected:?}, got {} {:?} {}", ended.code, ended.out, ended.err))
}

#[test]
fn encode_agrees_with_every_vector() {
    check_calls("encode", |vector| same_payload(vector, &upqr_reads(&["encode", "-"], &octets(vector))));
}

#[test]
fn evaluate_agrees_with_every_vector_that_has_a_payload() {
    check_calls("evaluate", |vector| {
        let options = &vector["options"];
        let Some(payload) = options["payload"].as_str() else { return Ok(()) };
        let mut evidence = tempfile::NamedTempFile::new().expect("a file");
        evidence.write_all(options["evidence"].to_string().as_bytes()).expect("it can be written");
        let (path, as_of) = (evidence.path().to_str().expect("a name"), options["as_of"].to_string());
        let call =
            ["terms", "evaluate", payload, "-", "--evidence", path, "--as-of", &as_of, "--format", "ndjson"];
        let ended = upqr_reads(&call, &octets(vector));
        let answers = ended.objects();
        let [answer] = answers.as_slice() else { return Err(ended.err) };
        if is_accepted(vector) {
            return same("evaluation", &vector["expect"]["value"], &answer["evaluation"]);
        }
        same("agrees", &json!(false), &answer["agrees"])?;
        same("code", &json!("terms-mismatch"), &vector["expect"]["error"]["code"])
    });
}

#[test]
fn restore_agrees_with_every_vector() {
    check_calls("restore", |vector| {
        let options = &vector["options"];
        let network = options["network"].as_str().map(|key| format!("--network={key}"));
        let base = (options["base"] == true).then_some("--base");
        let text = vector["input"]["text"].as_str().expect("a payload is text");
        let flags = ["restore", "--format=ndjson"].into_iter().chain(network.as_deref()).chain(base);
        let ended = upqr(&flags.chain(["--", text]).collect::<Vec<_>>());
        if !is_accepted(vector) {
            return same_refusal(vector, &ended, true);
        }
        if base.is_some() {
            return same_payload(vector, &ended);
        }
        let expected = &vector["expect"]["value"];
        let code = |object: Value| match &object["native"] {
            Value::Null => json!({"hex": object["native_hex"]}),
            text => text.clone(),
        };
        same("codes", expected, &ended.objects().into_iter().map(code).collect())?;
        // Nothing to restore is no success of a command.
        same("exit code", &json!(if *expected == json!([]) { 4 } else { 0 }), &json!(ended.code))
    });
}

#[test]
fn unify_agrees_with_every_vector() {
    check_calls("unify", |vector| {
        let ended = match as_flags(vector) {
            Some(flags) => upqr(&flags.iter().map(String::as_str).collect::<Vec<_>>()),
            None => upqr_reads(&["encode", "-"], as_json(vector).to_string().as_bytes()),
        };
        same_payload(vector, &ended)
    });
    let vectors = vectors("unify");
    let without_words = vectors.iter().filter(|vector| as_flags(vector).is_none()).count();
    assert!(
        without_words * 8 <= vectors.len(),
        "{without_words} of {} vectors have no words as options",
        vectors.len()
    );
}

/// The call of `unify`; nothing where it has no words for a vector, whose model then goes through `encode`:
/// octets that no argument can hold, a choice for one code among several, a version without times, and values without an option.
fn as_flags(vector: &Value) -> Option<Vec<String>> {
    let options = &vector["options"];
    let mut call = vec!["unify".to_owned()];
    let mut put = |flag: &str, value: &Value| {
        let given = value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|n| n.to_string()));
        call.extend(given.map(|value| format!("--{flag}={value}")));
    };
    put("native", vector["input"].get("text")?);
    for more in options["more"].as_array().into_iter().flatten() {
        if more.get("network").is_some() {
            return None;
        }
        put("native", more.get("text")?);
    }
    // Without a merchant or a base the command tells from the codes which form is meant, and only digits say the consumer's.
    let text = vector["input"]["text"].as_str()?;
    let consumer = options.get("merchant").or(options.get("base")).is_none();
    if consumer && !text.starts_with("hQVDUFY") && !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    put("network", &options["network"]);
    put("base", &options["base"]);
    let known = |value: &Value, names: &[&str]| {
        value.as_object().is_none_or(|map| map.keys().all(|key| names.contains(&key.as_str())))
    };
    let merchant = &options["merchant"];
    let values =
        ["name", "city", "category", "country", "currency", "amount", "postal_code", "additional", "local"];
    let additional = &merchant["additional"];
    let control = &options["control"];
    if !known(merchant, &values)
        || !known(additional, &["bill", "reference", "terminal"])
        || !known(control, &["version", "not_before", "expires"])
        || control.as_object().is_some_and(|control| control.len() == 1)
        // The option takes letters too, which the model does not.
        || merchant["currency"].as_str().is_some_and(|currency| !currency.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return None;
    }
    for (flag, value) in [
        ("name", &merchant["name"]),
        ("city", &merchant["city"]),
        ("mcc", &merchant["category"]),
        ("country", &merchant["country"]),
        ("currency", &merchant["currency"]),
        ("amount", &merchant["amount"]),
        ("postal-code", &merchant["postal_code"]),
        ("bill", &additional["bill"]),
        ("reference", &additional["reference"]),
        ("terminal", &additional["terminal"]),
        ("local-name", &merchant["local"]["name"]),
        ("local-city", &merchant["local"]["city"]),
        ("language", &merchant["local"]["language"]),
        ("not-before", &control["not_before"]),
        ("expires", &control["expires"]),
    ] {
        put(flag, value);
    }
    Some(call).filter(|call| call.iter().all(|argument| !argument.contains('\0')))
}

/// The model of a vector of `unify`, as `encode` reads it.
fn as_json(vector: &Value) -> Value {
    let options = &vector["options"];
    let more = options["more"].as_array().into_iter().flatten();
    let first = (&vector["input"], &options["network"]);
    let natives = [first].into_iter().chain(more.map(|more| (more, &more["network"])));
    let is_merchant = ["merchant", "base"].iter().any(|name| options.get(name).is_some());
    let code = |(input, network): (&Value, &Value)| match (input.get("text"), is_merchant) {
        (Some(text), true) => json!({"native": text, "network": network}),
        (Some(text), false) => json!({"digits": text, "network": network}),
        (None, _) => json!({"native_hex": input["hex"], "network": network}),
    };
    let codes: Vec<Value> = natives.map(code).collect();
    if !is_merchant {
        return json!({"mode": "consumer-presented", "codes": codes});
    }
    let mut model = json!({"mode": "merchant-presented", "accounts": codes});
    for name in ["merchant", "base", "control", "templates"] {
        if let Some(value) = options.get(name) {
            model[name] = value.clone();
        }
    }
    model
}
