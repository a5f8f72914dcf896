//! Ethereum's payment URIs (ERC-681).
//!
//! ```text
//! uri       = "ethereum:" [ "pay-" ] address [ "@" chain ] [ "/" function ] [ "?" parameter *( "&" parameter ) ]
//! address   = "0x" 40HEXDIG / name     ; a name of ENS
//! chain     = 1*DIGIT
//! parameter = key "=" value            ; value, gas, gasLimit, gasPrice, or a type of the ABI: uint256, address ...
//! number    = [ "-" / "+" ] *DIGIT [ "." 1*DIGIT ] [ ( "e" / "E" ) *DIGIT ]     ; must give an integer
//! ```
//!
//! The check of an address by the case of its letters (EIP-55) is not made: the example of the ERC itself fails it.

use super::format::is_domain;
use super::query::{self, Parameter};
use super::{FaultKind, Reading, Scheme};

const SCHEME: &str = "ethereum:";

/// Keys with a number that is never negative (ERC-681, syntax).
const NUMBERS: [&str; 4] = ["value", "gas", "gasLimit", "gasPrice"];

/// The types of the ABI that a key may be, without their sizes (Solidity, contract ABI).
const TYPES: [&str; 8] = ["uint", "int", "address", "bool", "bytes", "string", "fixed", "ufixed"];

/// Decimal digits of 2^256, the widest integer of the ABI.
const DIGITS: usize = 78;

pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("eip681"));
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let payee = path.strip_prefix("pay-").unwrap_or(path);
    let end = SCHEME.len().saturating_add(path.len());
    target(&mut reading, payee, end.saturating_sub(payee.len()));
    for parameter in query.into_iter().flat_map(|query| query::parameters(query, end.saturating_add(1))) {
        add(&mut reading, &parameter);
    }
    query::refuse_fragment(&mut reading, text);
    Some(reading)
}

/// The address, the chain and the function, which start at byte `start`.
fn target<'a>(reading: &mut Reading<'a>, payee: &'a str, start: usize) {
    let (place, function) = payee.split_once('/').map_or((payee, None), |(a, f)| (a, Some(f)));
    let (address, chain) = place.split_once('@').map_or((place, None), |(a, c)| (a, Some(c)));
    let end = start.saturating_add(address.len());
    if !is_address(address) {
        let message = "the payee is neither 0x with 40 hexadecimal digits nor a name of ENS: scan it again";
        reading.fault(FaultKind::Structure, start..end, message);
    }
    reading.element("target_address", address, start..end);
    let mut place = end;
    for (id, part) in [("chain_id", chain), ("function_name", function)] {
        let Some(part) = part else { continue };
        let span = place.saturating_add(1)..place.saturating_add(1).saturating_add(part.len());
        place = span.end;
        if part.is_empty() {
            let message = format!("{id} is empty: leave it out with the character before it");
            reading.fault(FaultKind::Structure, span.clone(), message);
        }
        reading.element(id, part, span);
    }
}

fn is_address(text: &str) -> bool {
    match text.strip_prefix("0x") {
        Some(digits) => digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => is_domain(text),
    }
}

fn add<'a>(reading: &mut Reading<'a>, parameter: &Parameter<'a>) {
    let key = parameter.key;
    if key.is_empty() || parameter.value.is_none() {
        let message = "a parameter is no `key=value`: write both";
        return reading.fault(FaultKind::Structure, parameter.span.clone(), message);
    }
    let Some(value) = query::element(reading, key, parameter) else { return };
    let fault = match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "uint" => number(value, false).err(),
        _ if NUMBERS.contains(&key) => number(value, false).err(),
        "int" => number(value, true).err(),
        "address" if !is_address(value) => {
            Some((FaultKind::Format, "an address is neither 0x with 40 hexadecimal digits nor a name of ENS"))
        }
        _ if TYPES.iter().any(|kind| key.starts_with(kind)) => None,
        _ => Some((FaultKind::Tolerated, "the key is none of ERC-681, and wallets ignore it: leave it out")),
    };
    if let Some((kind, message)) = fault {
        reading.fault(kind, parameter.span.clone(), message);
    }
}

/// Whether a number is written as the grammar has it and is an integer that fits 256 bits, give or take a digit.
fn number(text: &str, signed: bool) -> Result<(), (FaultKind, &'static str)> {
    const FORM: (FaultKind, &str) =
        (FaultKind::Format, "a number is not digits with a point and an exponent, such as 2.014e18");
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, ""));
    let (whole, decimals) = mantissa.split_once('.').map_or((mantissa, None), |(w, d)| (w, Some(d)));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let written = [whole, decimals.unwrap_or_default(), exponent].into_iter().all(digits);
    if !written || decimals == Some("") || mantissa.is_empty() {
        return Err(FORM);
    }
    let exponent = exponent.trim_start_matches('0');
    let power = if exponent.is_empty() { 0 } else { exponent.parse().unwrap_or(usize::MAX) };
    if decimals.unwrap_or_default().len() > power {
        return Err((
            FaultKind::Value,
            "a number is no integer: give it an exponent as large as its decimals are many",
        ));
    }
    if text.starts_with('-') && !signed {
        return Err((FaultKind::Value, "a number that cannot be negative has a minus sign: remove it"));
    }
    if whole.trim_start_matches('0').len().saturating_add(power) > DIGITS {
        return Err((FaultKind::Value, "a number has more than 256 bits: write a smaller one"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::FaultKind::{Format, Structure, Tolerated, Value};
    use super::*;

    const TOKEN: &str = "ethereum:0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7";

    fn check(text: &str, expected: &[FaultKind]) {
        let reading = read(text).expect("the mark");
        let found: Vec<FaultKind> = reading.faults.iter().map(|fault| fault.kind).collect();
        assert_eq!(found, expected, "{text}: {:?}", reading.faults);
        for element in &reading.elements {
            assert_eq!(text.get(element.span.clone()), Some(&*element.value), "{text}");
        }
    }

    #[test]
    fn examples_of_erc_681() {
        check("ethereum:0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359?value=2.014e18", &[]);
        let transfer = "/transfer?address=0x8e23ee67d1332ad560396262c48ffbb01f93d052&uint256=1";
        check(&format!("{TOKEN}{transfer}"), &[]);
        let text = format!("{TOKEN}@137{transfer}");
        let reading = read(&text).expect("a payment");
        assert_eq!(
            (reading.value("chain_id"), reading.value("function_name")),
            (Some("137"), Some("transfer"))
        );
        assert_eq!(reading.value("uint256"), Some("1"));
    }

    #[test]
    fn faults() {
        for (rest, expected) in [
            ("?value=1.5e1", &[][..]),
            ("?value=1.5e", &[Value]),
            ("?value=1.50e1", &[Value]),
            ("?value=1.e3", &[Format]),
            ("?value=0x10", &[Format]),
            ("?value=", &[Format]),
            ("?value=e3", &[Format]),
            ("?value=-1", &[Value]),
            ("?int256=-1", &[]),
            ("?uint8=-1", &[Value]),
            ("?value=1e78", &[Value]),
            ("?value=1e77", &[]),
            ("?gas=1e99999999999999999999999", &[Value]),
            ("?address=vitalik.eth", &[]),
            ("?address=0x89", &[Format]),
            ("?bytes32=0x00&string=a", &[]),
            ("?decimal=6", &[Tolerated]),
            ("?value", &[Structure]),
            ("?value=1&", &[Structure]),
            ("?value=%4", &[Structure]),
            ("@", &[Structure]),
            ("@1/", &[Structure]),
            ("#1", &[Structure, Structure]),
        ] {
            check(&format!("{TOKEN}{rest}"), expected);
        }
        check("ETHEREUM:pay-vitalik.eth@1", &[]);
        check("ethereum:0x89205a", &[Structure]);
        check("ethereum:", &[Structure]);
        check("ethereum:vitalik", &[Structure]);
        check(&format!("{TOKEN}?value={}", "1".repeat(260_000)), &[Value]);
    }

    #[test]
    fn other_texts() {
        for text in ["", "ethereum", "ethereum;0x", "ether京um:", "etherscan.io"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
