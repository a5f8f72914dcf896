//! Vectors of `check` about values and objects: amounts, codes of lists, lengths, presence, order and repetition.

use super::check_crc::clean;
use super::draft::{Claim, Draft, blocked, doubted, passed, warned};
use super::merchant::{Parent, ordinary, parents};
use super::object::{Object, plain, sealed, template, text};
use crate::vectors::{Level, Risk};

pub(crate) fn drafts(seed: u64) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let parent = ordinary(seed);
    let clean = clean(&parent);
    amounts(&parent, &clean, &mut drafts);
    fees(&parent, &clean, &mut drafts);
    values(&parent, &clean, &mut drafts);
    for parent in parents(seed) {
        presence(&parent, &mut drafts);
    }
    orders(seed, &mut drafts);
    templates(&parent, &clean, &mut drafts);
    drafts
}

const AMOUNT: &[&str] = &["amount", "attack-07", "field-15"];

fn mutant(clean: &Draft, id: &str, change: &str, objects: &[Object], claim: Claim) -> Draft {
    Draft {
        requirements: vec!["UPQR-DSP-3", "UPQR-DSP-10"],
        ..Draft::mutant(clean, id, change, sealed(objects).as_bytes(), claim)
    }
}

/// What an amount of EMV never is: digits, then at most one point and digits.
const BROKEN: [(&str, &str); 38] = [
    ("comma", "1,00"),
    ("thousands", "1,000.00"),
    ("point-alone", "."),
    ("no-whole", ".50"),
    ("exponent", "1e3"),
    ("exponent-upper", "5E2"),
    ("plus", "+1"),
    ("minus", "-1"),
    ("minus-zero", "-0"),
    ("arabic", "١٠"),
    ("full-width", "１０.００"),
    ("nan", "NaN"),
    ("infinity", "Infinity"),
    ("blank", "1 000"),
    ("blank-behind", "10.00 "),
    ("blank-before", " 10.00"),
    ("underscore", "1_000"),
    ("apostrophe", "1'000"),
    ("yen", "¥10"),
    ("dollar", "$10.00"),
    ("letters", "10CNY"),
    ("percent", "10%"),
    ("hex", "0x10"),
    ("two-points", "1.2.3"),
    ("points", "1..2"),
    ("half", "1½"),
    ("circled", "①0"),
    ("ideograph", "十"),
    ("no-break", "1\u{A0}000"),
    ("narrow", "1\u{202F}000"),
    ("null", "null"),
    ("slash", "10/1"),
    ("asterisks", "***"),
    ("binary", "1b1"),
    ("roman", "Ⅹ"),
    ("superscript", "10²"),
    ("line-feed", "10.00\n"),
    ("quote", "\"10.00\""),
];

fn amounts(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    for (slug, amount) in BROKEN {
        let mut draft = mutant(
            clean,
            &format!("amount-{slug}"),
            &format!("the amount is `{}`", amount.escape_debug()),
            &parent.and(&[plain("54", amount)]),
            doubted(&["bad-format"]),
        );
        if amount.contains('\n') {
            draft.claim = blocked(&["bad-format", "text-control"]);
        }
        drafts.push(Draft {
            requirements: vec!["UPQR-MPM-11", "UPQR-DSP-10"],
            flags: AMOUNT.to_vec(),
            risk: vec![Risk::WrongAmount],
            ..draft
        });
    }
    let read: [(&str, &str, Claim); 18] = [
        ("zero", "0", doubted(&["amount-zero"])),
        ("zero-decimals", "0.00", doubted(&["amount-zero"])),
        ("zeros", "000", doubted(&["amount-zero"])),
        ("zero-point", "0.", doubted(&["amount-zero"])),
        ("too-long", "12345678901.00", doubted(&["bad-length"])),
        ("too-long-zeros", "00000000000.01", doubted(&["bad-length"])),
        ("three-decimals", "10.123", warned(&["amount-decimals"])),
        ("noise", "19.900000001", warned(&["amount-decimals", "amount-noise"])),
        ("noise-below", "0.30000000004", warned(&["amount-decimals", "amount-noise"])),
        ("leading-zero", "010.00", warned(&["amount-leading-zero"])),
        ("leading-zeros", "00.10", warned(&["amount-leading-zero"])),
        ("whole", "198", passed(&["amount-whole"])),
        ("point", "10.", passed(&["amount-point"])),
        ("one-decimal", "1.2", passed(&[])),
        ("two-decimals", "198.00", passed(&[])),
        ("smallest", "0.01", passed(&[])),
        ("longest", "9999999999.99", passed(&[])),
        ("cents", "1.98", passed(&[])),
    ];
    for (slug, amount, claim) in read {
        let draft = mutant(
            clean,
            &format!("amount-{slug}"),
            &format!("the amount is `{amount}`"),
            &parent.and(&[plain("54", amount)]),
            claim,
        );
        drafts.push(Draft {
            requirements: vec!["UPQR-MPM-11", "UPQR-MPM-12"],
            flags: AMOUNT.to_vec(),
            risk: vec![Risk::WrongAmount],
            ..draft
        });
    }
    // Minor units by ISO 4217: none for the yen, three for the dinars.
    let units = [
        ("jpy-half", "392", "JP", "100.5", warned(&["amount-decimals"])),
        ("jpy-whole", "392", "JP", "100", passed(&[])),
        ("krw-cents", "410", "KR", "100.00", warned(&["amount-decimals"])),
        ("bhd-four", "048", "BH", "1.2345", warned(&["amount-decimals"])),
        ("bhd-three", "048", "BH", "1.234", passed(&[])),
        ("kwd-two", "414", "KW", "1.23", passed(&[])),
        ("clp-one", "152", "CL", "99.9", warned(&["amount-decimals"])),
        ("vnd-whole", "704", "VN", "50000", passed(&[])),
    ];
    for (slug, currency, country, amount, claim) in units {
        let mut objects = parent.and(&[plain("54", amount)]);
        for object in &mut objects {
            match object.id.as_str() {
                "53" => *object = plain("53", currency),
                "58" => *object = plain("58", country),
                _ => {}
            }
        }
        let change = format!("the sale is {amount} of the currency {currency} in {country}");
        drafts.push(Draft {
            requirements: vec!["UPQR-MPM-12"],
            flags: AMOUNT.to_vec(),
            risk: vec![Risk::WrongAmount],
            ..mutant(clean, &format!("amount-{slug}"), &change, &objects, claim)
        });
    }
}

/// Tips and fees: 55 says which of 56 and 57 stands with it.
fn fees(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let rows: [(&str, &[(&str, &str)], Claim); 16] = [
        ("typed", &[("55", "01")], passed(&[])),
        ("fixed", &[("55", "02"), ("56", "1.50")], passed(&[])),
        ("percent", &[("55", "03"), ("57", "05.00")], passed(&[])),
        ("unknown", &[("55", "04")], doubted(&["fee-mismatch"])),
        ("zero-kind", &[("55", "00")], doubted(&["fee-mismatch"])),
        ("fixed-missing", &[("55", "02")], doubted(&["fee-mismatch"])),
        ("percent-missing", &[("55", "03")], doubted(&["fee-mismatch"])),
        ("fixed-alone", &[("56", "1.50")], doubted(&["fee-mismatch"])),
        ("percent-alone", &[("57", "5.00")], doubted(&["fee-mismatch"])),
        ("fixed-zero", &[("55", "02"), ("56", "0.00")], doubted(&["fee-mismatch"])),
        ("percent-zero", &[("55", "03"), ("57", "00.00")], doubted(&["fee-mismatch"])),
        ("percent-hundred", &[("55", "03"), ("57", "100")], doubted(&["fee-mismatch"])),
        ("both", &[("55", "02"), ("56", "1.50"), ("57", "5.00")], doubted(&["fee-mismatch"])),
        ("fixed-comma", &[("55", "02"), ("56", "1,50")], doubted(&["bad-format"])),
        ("fixed-negative", &[("55", "02"), ("56", "-1.50")], doubted(&["bad-format"])),
        ("percent-long", &[("55", "03"), ("57", "05.000")], doubted(&["bad-length"])),
    ];
    for (slug, objects, claim) in rows {
        let words: Vec<String> = objects.iter().map(|(id, value)| format!("{id} is `{value}`")).collect();
        let more: Vec<Object> = objects.iter().map(|(id, value)| plain(id, *value)).collect();
        drafts.push(Draft {
            flags: vec!["amount", "attack-07", "fee"],
            risk: vec![Risk::WrongAmount],
            ..mutant(clean, &format!("fee-{slug}"), &words.join(" and "), &parent.and(&more), claim)
        });
    }
}

/// Values of good objects that break a format, a length or a list.
fn values(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let long = |count| "N".repeat(count);
    let rows: Vec<(&str, &str, String, Claim, &[&'static str])> = vec![
        ("indicator-two", "00", "02".into(), doubted(&["format-indicator-value"]), &[]),
        ("indicator-letters", "00", "V1".into(), doubted(&["format-indicator-value"]), &[]),
        ("initiation-thirteen", "01", "13".into(), doubted(&["initiation-method"]), &["field-20"]),
        ("initiation-zero", "01", "00".into(), doubted(&["initiation-method"]), &["field-20"]),
        ("initiation-one", "01", "1".into(), doubted(&["initiation-method"]), &["field-20"]),
        ("initiation-once", "01", "12".into(), passed(&[]), &["field-20"]),
        ("category-short", "52", "541".into(), doubted(&["bad-length"]), &["field-18"]),
        ("category-long", "52", "54110".into(), doubted(&["bad-length"]), &["field-18"]),
        ("category-letters", "52", "54A1".into(), doubted(&["bad-format"]), &[]),
        ("category-full-width", "52", "５４１１".into(), doubted(&["bad-format"]), &[]),
        ("category-dummy", "52", "0000".into(), passed(&["category-dummy"]), &[]),
        (
            "currency-letters",
            "53",
            "CNY".into(),
            doubted(&["bad-format", "currency-alphabetic"]),
            &["field-22"],
        ),
        (
            "currency-lower",
            "53",
            "cny".into(),
            doubted(&["bad-format", "currency-alphabetic"]),
            &["field-22"],
        ),
        ("currency-kyat", "53", "MMK".into(), doubted(&["bad-format", "currency-alphabetic"]), &["field-22"]),
        ("currency-two", "53", "15".into(), doubted(&["bad-length"]), &["field-22"]),
        ("currency-four", "53", "0156".into(), doubted(&["bad-length"]), &["field-22"]),
        ("currency-nobody", "53", "001".into(), warned(&["currency-unknown"]), &["field-22"]),
        ("currency-none", "53", "999".into(), warned(&["currency-unknown"]), &["field-22"]),
        ("currency-gold", "53", "959".into(), warned(&["currency-unknown"]), &["field-22"]),
        ("currency-other", "53", "840".into(), passed(&["currency-country"]), &["field-22"]),
        ("country-lower", "58", "cn".into(), warned(&["country-unknown"]), &[]),
        ("country-three", "58", "CHN".into(), doubted(&["bad-length"]), &[]),
        ("country-one", "58", "C".into(), doubted(&["bad-length"]), &[]),
        ("country-nobody", "58", "XX".into(), warned(&["country-unknown"]), &[]),
        ("country-uk", "58", "UK".into(), warned(&["country-unknown"]), &[]),
        ("name-most", "59", long(25), passed(&[]), &["field-16"]),
        ("name-long", "59", long(26), doubted(&["bad-length"]), &["field-16"]),
        ("name-very-long", "59", long(99), doubted(&["bad-length"]), &["field-16"]),
        ("name-accents", "59", "CAFÉ ORCHIDÉE".into(), doubted(&["bad-format"]), &["field-07"]),
        ("name-ideographs", "59", "兰花面馆".into(), doubted(&["bad-format"]), &["field-07"]),
        (
            "name-soft-accent",
            "59",
            "CAFE\u{301}".into(),
            doubted(&["bad-format", "text-not-normalised"]),
            &["attack-08", "field-07"],
        ),
        ("name-dummy", "59", "N/A".into(), passed(&["dummy-text"]), &[]),
        ("name-link", "59", "www.noodle.example".into(), warned(&["link-in-text"]), &[]),
        ("city-most", "60", long(15), passed(&[]), &["field-16"]),
        ("city-long", "60", long(16), doubted(&["bad-length"]), &["field-16"]),
        ("city-enye", "60", "LOGROÑO".into(), doubted(&["bad-format"]), &["field-07"]),
        ("city-umlaut", "60", "MÜNCHEN".into(), doubted(&["bad-format"]), &["field-07"]),
        ("city-dummy", "60", "XXXX".into(), passed(&["dummy-text"]), &[]),
        ("postal-most", "61", long(10), passed(&[]), &["field-16"]),
        ("postal-long", "61", long(11), doubted(&["bad-length"]), &["field-16"]),
    ];
    for (slug, id, value, claim, flags) in rows {
        let change = format!("object {id} is `{value}`");
        drafts.push(Draft {
            flags: flags.to_vec(),
            ..mutant(clean, &format!("value-{slug}"), &change, &parent.set(id, &value), claim)
        });
    }
    let inner: [(&str, &str, String, Claim); 12] = [
        ("stars", "05", "***".into(), passed(&[])),
        ("most", "05", long(25), passed(&[])),
        ("long", "05", long(26), doubted(&["bad-length"])),
        ("bill-long", "01", long(26), doubted(&["bad-length"])),
        ("mobile-long", "02", long(26), doubted(&["bad-length"])),
        ("store-long", "03", long(30), doubted(&["bad-length"])),
        ("terminal-long", "07", long(26), doubted(&["bad-length"])),
        ("purpose-long", "08", long(50), doubted(&["bad-length"])),
        ("asked-repeated", "09", "AA".into(), doubted(&["bad-format"])),
        ("asked-unknown", "09", "AX".into(), doubted(&["bad-format"])),
        ("tax-long", "10", long(21), doubted(&["bad-length"])),
        ("channel-long", "11", "1234".into(), doubted(&["bad-length"])),
    ];
    for (slug, id, value, claim) in inner {
        let objects = parent.with("62", &[template("62", vec![plain(id, value.clone())])]);
        let change = format!("62 holds {id} alone, which is `{value}`");
        drafts.push(Draft {
            flags: vec!["additional", "field-16"],
            ..mutant(clean, &format!("additional-{slug}"), &change, &objects, claim)
        });
    }
}

/// Each object of a payload twice, and each mandatory one empty or absent.
fn presence(parent: &Parent, drafts: &mut Vec<Draft>) {
    let clean = clean(parent);
    // A waiver of the scheme covers what it leaves out.
    let is_waived = parent.key == "thai";
    for object in parent.objects.iter().skip(1) {
        let id = object.id.as_str();
        let claim = blocked(&["duplicate-id"]);
        let twice = parent.with(id, &[object.clone(), object.clone()]);
        let mut put = |slug: &str, change: &str, objects: &[Object], claim: Claim, flags: &[&'static str]| {
            drafts.push(Draft {
                level: Level::Structure,
                requirements: vec!["UPQR-DSP-3", "UPQR-OBJ-13", "UPQR-OBJ-12"],
                flags: flags.to_vec(),
                risk: vec![Risk::Tamper],
                ..mutant(&clean, &format!("object-{}-{id}-{slug}", parent.key), change, objects, claim)
            });
        };
        put(
            "twice",
            &format!("object {id} stands twice"),
            &twice,
            claim,
            &["attack-03", "duplicate", "field-12"],
        );
        let empty = parent.with(id, &[plain(id, "")]);
        let start = super::object::place(&parent.objects, &[id]).id;
        let claim = blocked(&["zero-length"]).at(start, start.saturating_add(4));
        put("empty", &format!("object {id} is empty"), &empty, claim, &["attack-04", "zero-length"]);
        if ["52", "53", "58", "59", "60"].contains(&id) && !is_waived {
            let without = parent.with(id, &[]);
            let flags: &[&'static str] = if id == "53" { &["field-22", "missing"] } else { &["missing"] };
            put(
                "missing",
                &format!("object {id} is taken out"),
                &without,
                doubted(&["missing-object"]),
                flags,
            );
        }
        // A template of a wallet has no room for its body twice.
        for inner in object.objects().iter().filter(|inner| inner.value().len() < 30) {
            let twice: Vec<Object> = object.objects().iter().chain([inner]).cloned().collect();
            let twice = parent.with(id, &[template(id, twice)]);
            let slug = format!("{}-twice", inner.id);
            let change = format!("object {} stands twice inside {id}", inner.id);
            let claim = blocked(&["duplicate-id"]);
            put(&slug, &change, &twice, claim, &["attack-03", "duplicate", "field-12"]);
        }
    }
}

/// The order of objects carries no meaning, but the place of the first and the last.
fn orders(seed: u64, drafts: &mut Vec<Draft>) {
    for parent in parents(seed) {
        let clean = clean(&parent);
        let mut descending = parent.objects.clone();
        if let Some(rest) = descending.get_mut(1..) {
            rest.reverse();
        }
        let mut late = parent.with("01", &[]);
        late.push(plain("01", "11"));
        let mut second = parent.objects.clone();
        second.reverse();
        for (slug, change, objects, rule) in [
            ("descending", "the objects between 00 and 63 descend", descending, "root-order"),
            ("initiation-late", "object 01 stands behind all others", late, "initiation-place"),
        ] {
            drafts.push(Draft {
                requirements: vec!["UPQR-OBJ-5", "UPQR-DSP-3"],
                flags: vec!["field-11", "field-22", "order"],
                ..mutant(&clean, &format!("order-{slug}-{}", parent.key), change, &objects, passed(&[rule]))
            });
        }
    }
}

/// Templates that are none, deep ones, extensions of 62 and accounts of cards that look like templates.
fn templates(parent: &Parent, clean: &Draft, drafts: &mut Vec<Draft>) {
    let guid = || plain("00", "noodle.example");
    let inner = |more: &[Object]| [&[guid()], more].concat();
    let number = text(&inner(&[plain("01", "7788")]));
    let rows: Vec<(&str, &str, Object, Claim, &[&'static str])> = vec![
        (
            "card-template",
            "account 05 holds a GUID and an object",
            plain("05", number),
            warned(&["card-account-template"]),
            &["field-08"],
        ),
        (
            "account-words",
            "template 39 holds words",
            plain("39", "a1b2c3d4e5f6"),
            doubted(&["template-expected"]),
            &["field-09"],
        ),
        (
            "unreserved-words",
            "template 82 holds words",
            plain("82", "a1b2c3d4e5f6"),
            doubted(&["template-expected"]),
            &["field-09"],
        ),
        (
            "promptpay-words",
            "template 81 holds a name in numbers",
            plain("81", "0E0E250E01"),
            doubted(&["template-expected"]),
            &["field-09"],
        ),
        (
            "account-rest",
            "template 26 has a rest behind its objects",
            plain("26", "0014noodle.example017"),
            doubted(&["template-expected"]),
            &["field-09"],
        ),
        (
            "guid-missing",
            "template 27 has no GUID",
            template("27", vec![plain("01", "7788")]),
            doubted(&["guid-missing"]),
            &["field-13"],
        ),
        (
            "guid-long",
            "the GUID of template 27 has 33 characters",
            template("27", vec![plain("00", "a.".repeat(16) + "a"), plain("01", "7")]),
            doubted(&["bad-length"]),
            &["field-16"],
        ),
        (
            "guid-words",
            "the GUID of template 27 is no name",
            template("27", vec![plain("00", "NOODLES!"), plain("01", "7")]),
            passed(&["guid-malformed"]),
            &["field-14"],
        ),
        (
            "unknown",
            "a second account template is of nobody known",
            template("27", inner(&[plain("01", "7")])),
            passed(&["guid-unknown"]),
            &["field-13"],
        ),
        (
            "empty-account",
            "template 27 holds a GUID alone",
            template("27", vec![guid()]),
            warned(&["account-empty"]),
            &["field-13"],
        ),
        ("reserved-65", "object 65 is present", plain("65", "x"), passed(&["reserved-object"]), &[]),
        ("reserved-79", "object 79 is present", plain("79", "x"), passed(&["reserved-object"]), &[]),
    ];
    for (slug, change, object, claim, flags) in rows {
        drafts.push(Draft {
            flags: [&["template"], flags].concat(),
            ..mutant(clean, &format!("template-{slug}"), change, &parent.and(&[object]), claim)
        });
    }
    let additional: Vec<(&str, &str, Object, Claim)> = vec![
        (
            "additional-guid",
            "62 holds an object 00",
            template("62", inner(&[plain("05", "R1")])),
            passed(&["additional-guid"]),
        ),
        (
            "additional-extension",
            "62-50 holds a GUID and an object",
            template("62", vec![template("50", inner(&[plain("01", "7")]))]),
            passed(&[]),
        ),
        (
            "additional-no-guid",
            "62-50 holds no GUID",
            template("62", vec![template("50", vec![plain("01", "7")])]),
            doubted(&["guid-missing"]),
        ),
        (
            "additional-words",
            "62-99 holds words",
            template("62", vec![plain("99", "NOODLES")]),
            doubted(&["template-expected"]),
        ),
        (
            "additional-reserved",
            "62-12 is present",
            template("62", vec![plain("12", "x")]),
            passed(&["reserved-object"]),
        ),
        ("additional-plain", "62 holds words", plain("62", "NOODLES7"), doubted(&["template-expected"])),
    ];
    for (slug, change, object, claim) in additional {
        drafts.push(Draft {
            flags: vec!["additional", "field-10", "template"],
            ..mutant(clean, &format!("template-{slug}"), change, &parent.with("62", &[object]), claim)
        });
    }
    for depth in 2_usize..=5 {
        let innermost = plain("01", "7");
        let nested = (1..depth)
            .fold(template("91", vec![plain("00", "n.example"), innermost]), |inside, _| {
                template("91", vec![plain("00", "n.example"), inside])
            });
        let claim = if depth > 3 { warned(&["nesting-deep"]) } else { passed(&["guid-unknown"]) };
        drafts.push(Draft {
            requirements: vec!["UPQR-SEC-15"],
            flags: vec!["attack-05", "attack-19", "template"],
            risk: vec![Risk::DenialOfService],
            ..mutant(
                clean,
                &format!("template-deep-{depth}"),
                &format!("{depth} templates stand in one another"),
                &parent.and(&[nested]),
                claim,
            )
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a text is an amount that EMV allows: digits, then at most one point and digits.
    fn is_amount(amount: &str) -> bool {
        let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
        let digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
        !whole.is_empty() && digits(whole) && digits(decimals)
    }

    #[test]
    fn no_broken_amount_is_one() {
        for (slug, amount) in BROKEN {
            assert!(!is_amount(amount), "{slug}: {amount}");
        }
        assert!(["0", "10.", "1.25"].iter().all(|amount| is_amount(amount)));
    }
}
