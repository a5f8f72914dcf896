//! Lightning's invoices (BOLT 11): bech32 without its limit of length.
//!
//! ```text
//! text       = [ "lightning:" ] invoice               ; all lower case or all upper case
//! invoice    = prefix [ amount ] "1" data checksum
//! prefix     = "lnbc" / "lntb" / "lnbcrt" / "lntbs"   ; main, test, regression test, signet
//! amount     = 1*DIGIT [ "m" / "u" / "n" / "p" ]      ; bitcoins; the last digit of "p" is 0
//! data       = timestamp *field signature             ; see `data`
//! checksum   = 6bech32
//! ```
//!
//! Whether the signature is one of the payee's node is not computed, only whether it can be one.

mod data;

use bech32::primitives::checksum::{Checksum as _, Engine};
use bech32::{Bech32, Fe32, Hrp};

use super::{FaultKind, Reading, Scheme};

const URI: &str = "lightning:";

/// `ln` and the human-readable part of an address, the longer before its beginning (BOLT 11, human-readable part).
const PREFIXES: [&str; 4] = ["lnbcrt", "lnbc", "lntbs", "lntb"];

pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let start = if begins(text, URI) { URI.len() } else { 0 };
    let invoice = text.get(start..)?;
    let prefix = PREFIXES.into_iter().find(|prefix| begins(invoice, prefix))?;
    let rest = invoice.get(prefix.len()..)?;
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("bolt11"));
    if let Err((kind, message)) = parse(&mut reading, invoice, start, prefix) {
        reading.fault(kind, start..text.len(), message);
    }
    Some(reading)
}

/// Whether a text begins with lower-case letters, in either case.
fn begins(text: &str, head: &str) -> bool {
    text.get(..head.len()).is_some_and(|found| found.eq_ignore_ascii_case(head))
}

/// Adds the elements of an invoice that starts at byte `start`; an error ends it.
fn parse<'a>(
    reading: &mut Reading<'a>,
    invoice: &'a str,
    start: usize,
    prefix: &str,
) -> Result<(), (FaultKind, &'static str)> {
    const STRUCTURE: FaultKind = FaultKind::Structure;
    let has = |test: fn(&u8) -> bool| invoice.bytes().any(|b| test(&b));
    if has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) {
        return Err((STRUCTURE, "the invoice has lower and upper case: scan it again"));
    }
    let (human, data) = invoice
        .rsplit_once('1')
        .ok_or((STRUCTURE, "the invoice has no `1` before its data: scan it again"))?;
    let end = start.saturating_add(prefix.len());
    reading.element("prefix", invoice.get(..prefix.len()).unwrap_or_default(), start..end);
    amount(reading, human.get(prefix.len()..).unwrap_or_default(), end);
    let groups: Vec<Fe32> = data
        .chars()
        .map(Fe32::from_char)
        .collect::<Result<_, _>>()
        .map_err(|_| (STRUCTURE, "the data has a character that is none of bech32: scan it again"))?;
    let human_part =
        Hrp::parse(human).map_err(|_| (STRUCTURE, "the amount is too long for bech32: scan it again"))?;
    let covered = groups.len().checked_sub(Bech32::CHECKSUM_LENGTH);
    let covered = covered.filter(|_| is_right(human_part, &groups));
    let covered =
        covered.ok_or((FaultKind::Checksum, "the bech32 checksum is wrong: scan the invoice again"))?;
    let groups: Vec<u8> = groups.into_iter().take(covered).map(Fe32::to_u8).collect();
    let offset = start.saturating_add(human.len()).saturating_add(1);
    data::read(reading, data.get(..covered).unwrap_or_default(), offset, &groups);
    Ok(())
}

/// Whether the checksum is bech32's.
fn is_right(human: Hrp, groups: &[Fe32]) -> bool {
    let mut engine = Engine::<Bech32>::new();
    engine.input_hrp(human);
    for group in groups {
        engine.input_fe(*group);
    }
    *engine.residue() == Bech32::TARGET_RESIDUE
}

/// Adds the amount in bitcoins.
fn amount<'a>(reading: &mut Reading<'a>, written: &'a str, start: usize) {
    if written.is_empty() {
        return;
    }
    let span = start..start.saturating_add(written.len());
    let digits = written.trim_end_matches(|c: char| !c.is_ascii_digit());
    let multiplier = written.get(digits.len()..).unwrap_or_default().to_ascii_lowercase();
    let decimals = match multiplier.as_str() {
        "" => Some(0),
        "m" => Some(3),
        "u" => Some(6),
        "n" => Some(9),
        "p" => Some(12),
        _ => None,
    };
    let Some(decimals) = decimals.filter(|_| digits.bytes().all(|b| b.is_ascii_digit())) else {
        let message = "the amount is not digits and at most one of m, u, n, p: ask for another invoice";
        return reading.fault(FaultKind::Structure, span, message);
    };
    if digits.starts_with('0') {
        let message = "the amount begins with 0: ask for another invoice";
        reading.fault(FaultKind::Format, span.clone(), message);
    }
    if decimals == 12 && !digits.ends_with('0') {
        let message = "the amount is no whole number of millisatoshis: ask for another invoice";
        reading.fault(FaultKind::Value, span.clone(), message);
    }
    reading.element("amount", scaled(digits, decimals), span);
}

/// A number divided by a power of ten.
fn scaled(digits: &str, decimals: usize) -> String {
    let padded = format!("{digits:0>width$}", width = decimals.saturating_add(1));
    let (whole, rest) = padded.split_at_checked(padded.len().saturating_sub(decimals)).unwrap_or_default();
    match rest.trim_end_matches('0') {
        "" => whole.to_owned(),
        decimals => format!("{whole}.{decimals}"),
    }
}

#[cfg(test)]
mod tests {
    use super::FaultKind::{Checksum, Format, Missing, Structure, Value};
    use super::*;

    /// The examples of BOLT 11 for a donation and for coffee, valid and not.
    const DONATION: &str = "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyq\
        cyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2\
        ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql";
    const COFFEE: &str = "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqq\
        syqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhed\
        h8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh";

    /// Reads a text and compares the kinds of faults.
    fn check(text: &str, expected: &[FaultKind]) {
        let reading = read(text).expect("the mark");
        let found: Vec<FaultKind> = reading.faults.iter().map(|fault| fault.kind).collect();
        assert_eq!(found, expected, "{text}: {:?}", reading.faults);
        let within = |span: &std::ops::Range<usize>| text.get(span.clone()).is_some();
        assert!(reading.elements.iter().all(|element| within(&element.span)));
        assert!(reading.faults.iter().all(|fault| within(&fault.span)));
    }

    /// Replaces the checksum by the right one.
    fn with_checksum(text: &str) -> String {
        let (human, data) = text.rsplit_once('1').expect("a separator");
        let body = data.get(..data.len().saturating_sub(6)).expect("ASCII");
        let groups = body.chars().map(|c| Fe32::from_char(c).expect("bech32"));
        let mut engine = Engine::<Bech32>::new();
        engine.input_hrp(Hrp::parse(human).expect("a human-readable part"));
        groups.for_each(|group| engine.input_fe(group));
        engine.input_target_residue();
        let residue = *engine.residue();
        let checksum: String = [25, 20, 15, 10, 5, 0]
            .into_iter()
            .map(|shift| u8::try_from(residue.wrapping_shr(shift) & 31).expect("five bits"))
            .map(|group| Fe32::try_from(group).expect("five bits").to_char())
            .collect();
        format!("{human}1{body}{checksum}")
    }

    #[test]
    fn whole_invoices() {
        check(DONATION, &[]);
        check(COFFEE, &[]);
        check(&COFFEE.to_ascii_uppercase(), &[]);
        check(&format!("LIGHTNING:{}", COFFEE.to_ascii_uppercase()), &[]);
        check(&format!("lightning:{COFFEE}"), &[]);
        assert_eq!(with_checksum(COFFEE), COFFEE);
        let reading = read(COFFEE).expect("an invoice");
        let value = |id| reading.value(id).expect("an element");
        assert_eq!((value("prefix"), value("amount"), value("timestamp")), ("lnbc", "0.0025", "1496314658"));
        assert_eq!((value("d"), value("x"), value("9")), ("1 cup coffee", "60", "sgq"));
        assert_eq!(value("p"), "0001020304050607080900010203040506070809000102030405060708090102");
        assert_eq!((value("s"), value("signature").len()), ("11".repeat(32).as_str(), 130));
    }

    #[test]
    fn broken_invoices() {
        check(&COFFEE.replace("qzpu", "qzpq"), &[Checksum]);
        check(&COFFEE.replace("fna3rh", "FNA3RH"), &[Structure]);
        check(&COFFEE.replace("na3rh", "nab3rh"), &[Structure]);
        check("lnbc420bogusinvoice", &[Structure]);
        check("lnbc1", &[Checksum]);
        check("lnbc1é", &[Structure]);
        check(&format!("lnbc{}1qqqqqqqq", "2".repeat(100)), &[Structure]);
        check(&format!("lnbc1{}", "q".repeat(260_000)), &[Checksum]);
        check(&with_checksum(&format!("lnbc1{}", "q".repeat(260_000))), &[Structure, Structure, Missing]);
    }

    #[test]
    fn amounts() {
        for (amount, expected, faults) in [
            ("20m", "0.02", &[][..]),
            ("25", "25", &[]),
            ("9678785340p", "0.00967878534", &[]),
            ("1n", "0.000000001", &[]),
            ("2500000001p", "0.002500000001", &[Value]),
            ("025m", "0.025", &[Format]),
            ("2500x", "", &[Structure]),
            ("25mm", "", &[Structure]),
            ("2m5", "", &[Structure]),
        ] {
            let text = with_checksum(&COFFEE.replace("2500u", amount));
            check(&text, faults);
            let reading = read(&text).expect("an invoice");
            assert_eq!(reading.value("amount").unwrap_or_default(), expected, "{amount}");
        }
    }

    #[test]
    fn other_texts() {
        for text in
            ["", "ln", "lnbc", "lnbcx1", "lnurl1dp68", "lightning:", "lightning:LNURL1DP68", "lntbc1", "l京"]
        {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
