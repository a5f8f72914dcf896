//! Links of the Unified Payments Interface of India.
//!
//! ```text
//! payload = scheme "://" ["upi/"] ("pay" | "mandate") ["?" key "=" value *("&" key "=" value)]
//! scheme  = "upi"                             ; without case
//!         / "gpay" / "phonepe" / "paytmmp" / "tez"       ; of vendors, tolerated
//! value   = any characters but "&"; percent escapes stand for octets of UTF-8, "+" for itself
//! ```

use std::borrow::Cow;

use super::parts::{Pair, forbid_duplicates, found, is_amount, pairs, unescape};
use super::registry::{Scheme, Shape};
use super::{FaultKind, Reading};

/// The schemes of links; all but the first are those of vendors' applications.
const SCHEMES: [&str; 5] = ["upi://", "gpay://", "phonepe://", "paytmmp://", "tez://"];
/// What a link asks for.
const ACTIONS: [&str; 2] = ["pay", "mandate"];
/// The modes of codes and intents that are signed (UPI Linking Specification, mode).
const SIGNED_MODES: [&str; 4] = ["02", "16", "20", "23"];

/// Reads a link that begins `upi://pay` or `upi://mandate`, or the same with a vendor's scheme.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let scheme = SCHEMES.into_iter().find(|scheme| begins(text, scheme))?;
    let (path, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
    let action = path.get(scheme.len()..)?.trim_end_matches('/');
    let action = if begins(action, "upi/") { action.get(4..)? } else { action };
    if !ACTIONS.into_iter().any(|known| action.eq_ignore_ascii_case(known)) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("upi-link"));
    if scheme != "upi://" {
        let message = "the link opens one application only: begin it with upi://";
        reading.fault(FaultKind::Tolerated, 0..scheme.len(), message);
    }
    for pair in query.into_iter().flat_map(|query| pairs(query, path.len().saturating_add(1), '&', '=')) {
        add(&mut reading, pair);
    }
    forbid_duplicates(&mut reading);
    check_payee(&mut reading, text);
    for amount in ["am", "mam"] {
        check_amount(&mut reading, amount);
    }
    check_mode(&mut reading);
    Some(reading)
}

fn begins(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|found| found.eq_ignore_ascii_case(prefix))
}

fn add<'a>(reading: &mut Reading<'a>, pair: Pair<'a>) {
    let Some(value) = pair.value else {
        let message = match pair.key {
            "" => "a parameter is empty: leave it out",
            _ => "an `&` cuts a value off: write it as %26 inside a value",
        };
        return reading.fault(FaultKind::Tolerated, pair.span, message);
    };
    if pair.key.contains('%') {
        let message =
            "the key is percent-encoded: some readers decode it, and others pass over the parameter";
        reading.fault(FaultKind::Structure, pair.span.clone(), message);
    }
    let mut key = Cow::Borrowed(pair.key);
    if key.bytes().any(|b| b.is_ascii_uppercase()) {
        let message = "the key has upper-case letters: applications know it in lower case only";
        reading.fault(FaultKind::Tolerated, pair.span.clone(), message);
        key = Cow::Owned(key.to_ascii_lowercase());
    }
    let value = unescape(reading, value, &pair.span);
    reading.element(key, value, pair.span);
}

/// The specification wants a name beside the address, which many links lack.
fn check_payee(reading: &mut Reading<'_>, text: &str) {
    if let Some((address, span)) = found(reading, "pa")
        && !Shape::AccountAtBank.admits(&address)
    {
        let message = "expected an address of the payee, with one `@` between account and provider";
        reading.fault(FaultKind::Format, span, message);
    }
    if reading.value("pn").is_none() {
        let message = "the payee has no name: add pn";
        reading.fault(FaultKind::Tolerated, 0..text.len(), message);
    }
}

fn check_amount(reading: &mut Reading<'_>, key: &str) {
    let Some((amount, span)) = found(reading, key) else { return };
    if !is_amount(&amount, '.', usize::MAX, &(0..=2)) {
        let message = "expected an amount in digits, with at most two decimals after a point";
        reading.fault(FaultKind::Format, span, message);
    } else if !amount.bytes().any(|b| matches!(b, b'1'..=b'9')) {
        reading.fault(FaultKind::Value, span, "the amount is zero: leave it out where the payer enters it");
    }
}

fn check_mode(reading: &mut Reading<'_>) {
    if let Some((mode, span)) = found(reading, "mode")
        && SIGNED_MODES.contains(&mode.as_str())
        && reading.value("sign").is_none()
    {
        let message = "links of this mode are signed: add sign, or name a mode without a signature";
        reading.fault(FaultKind::Missing, span, message);
    }
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a test ends where its expectation does not hold"
)]
mod tests {
    use super::*;
    use FaultKind::{Duplicate, Format, Missing, Structure, Tolerated};

    fn check(text: &str, kinds: &[FaultKind]) {
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        assert!(reading.elements.iter().all(|element| text.get(element.span.clone()).is_some()));
    }

    #[test]
    fn faults_are_those_that_no_row_can_say() {
        for (query, kinds) in [
            ("pa=a@b&pn=A", &[] as &[FaultKind]),
            ("pa=a%40b&pn=A%20B&am=10.50&mam=1", &[]),
            ("pa=a@b", &[Tolerated]),
            ("pa=a@b&pn=A & B", &[Tolerated]),
            ("PA=a@b&pn=A", &[Tolerated]),
            ("pa=a@b&pn=A&pa=c@d", &[Duplicate]),
            ("pa=a@b&pn=A&PA=c@d", &[Tolerated, Duplicate]),
            ("pa=ab&pn=A", &[Format]),
            ("pa=a@b@c&pn=A", &[Format]),
            ("pa=a@b&pn=A&am=10.005", &[Format]),
            ("pa=a@b&pn=A&am=10.", &[Format]),
            ("pa=a@b&pn=%E0", &[Structure]),
            ("pa=a@b&pn=A&mode=02", &[Missing]),
            ("pa=a@b&pn=A&mode=02&sign=MEQ", &[]),
            ("pa=a@b&pn=A&mode=01", &[]),
            ("", &[Tolerated, Tolerated]),
        ] {
            check(&format!("upi://pay?{query}"), kinds);
        }
    }

    #[test]
    fn vendors_have_schemes_of_their_own() {
        for scheme in ["UPI://PAY", "upi://mandate", "upi://pay/"] {
            check(&format!("{scheme}?pa=a@b&pn=A"), &[]);
        }
        for scheme in ["gpay://upi/pay", "tez://upi/pay", "phonepe://pay", "paytmmp://pay"] {
            check(&format!("{scheme}?pa=a@b&pn=A"), &[Tolerated]);
        }
        for text in
            ["", "upi", "upi://", "upi://payment", "upi://collect?pa=a@b", "gpay://other", "up\u{131}://pay"]
        {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn keys_and_values_are_made_plain() {
        let text = "UPI://PAY?PA=a%40b&pn=A+B";
        let reading = read(text).expect("the text has the mark");
        assert_eq!((reading.value("pa"), reading.value("pn")), (Some("a@b"), Some("A+B")));
        assert_eq!(text.get(reading.elements[0].span.clone()), Some("a%40b"));
    }
}
