//! Bitcoin's payment URIs (BIP 321, which replaces BIP 21).
//!
//! ```text
//! uri       = "bitcoin:" [ address ] [ "?" parameter *( "&" parameter ) ]
//! address   = base58check / bech32 / bech32m
//! parameter = [ key [ "=" value ] ]   ; amount, label, message, pop, req-pop: at most once
//!                                     ; bc, tb, bcrt (addresses), lightning, lno, sp ...: how to pay, as often as there are ways
//! ```
//!
//! The scheme and the keys have no case. A key that begins `req-` and is not understood makes the whole URI invalid. Invoices, offers and
//! silent payment addresses in parameters are passed on as they are.

use bech32::segwit;
use sha2::{Digest as _, Sha256};

use super::query::{self, Parameter};
use super::{FaultKind, Reading, Scheme};

const SCHEME: &str = "bitcoin:";

/// Keys that hold an address, which are the human-readable parts of the addresses: `bc` and `tb` (BIP 321, query keys), `bcrt` alike.
const ADDRESS_KEYS: [&str; 3] = ["bc", "tb", "bcrt"];

/// Keys that hold another way to pay (BIP 321, query keys).
const OTHER_WAYS: [&str; 3] = ["lightning", "lno", "sp"];

/// Characters of the longest base58check text of 25 octets: 25 * log 256 / log 58, rounded up.
const BASE58_LONGEST: usize = 35;

/// The first octets of addresses to keys and to scripts, on the main and the test networks (Bitcoin Core, chainparams).
const BASE58_VERSIONS: [u8; 4] = [0x00, 0x05, 0x6F, 0xC4];

type Refusal = (FaultKind, &'static str);

pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return None;
    }
    let mut reading = Reading::new(Scheme::known("bip321"));
    let (address, query) = rest.split_once('?').map_or((rest, None), |(a, q)| (a, Some(q)));
    let span = SCHEME.len()..SCHEME.len().saturating_add(address.len());
    let query_start = span.end.saturating_add(1);
    if !address.is_empty() {
        if let Err((kind, message)) = check_address(address) {
            reading.fault(kind, span.clone(), message);
        }
        reading.element("address", address, span);
    }
    for parameter in query.into_iter().flat_map(|query| query::parameters(query, query_start)) {
        add(&mut reading, &parameter);
    }
    query::refuse_fragment(&mut reading, text);
    require_a_way(&mut reading, text);
    Some(reading)
}

fn add<'a>(reading: &mut Reading<'a>, parameter: &Parameter<'a>) {
    if parameter.span.is_empty() {
        return;
    }
    let key = parameter.key.to_ascii_lowercase();
    if key.starts_with("req-") && key != "req-pop" {
        let message =
            "a required parameter is not understood, which makes the whole URI invalid: pay by another way";
        reading.fault(FaultKind::Structure, parameter.span.clone(), message);
    }
    let value = query::element(reading, key.clone(), parameter);
    if let Some((kind, message)) = value.and_then(|value| refusal(&key, value)) {
        reading.fault(kind, parameter.span.clone(), message);
    }
}

/// What is wrong with the value of a parameter.
fn refusal(key: &str, value: &str) -> Option<Refusal> {
    match key {
        "amount" if !is_amount(value) => Some((
            FaultKind::Format,
            "the amount is not decimal digits with at most one point: write it in BTC",
        )),
        "pop" | "req-pop" if is_web(value) => {
            Some((FaultKind::Value, "the proof of payment would go to a web site: name another URI scheme"))
        }
        _ if ADDRESS_KEYS.contains(&key) => check_segwit(value, key).err(),
        _ => None,
    }
}

/// `*DIGIT [ "." *DIGIT ]`, with at least one digit.
fn is_amount(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && value.bytes().filter(|b| *b == b'.').count() <= 1
        && value.bytes().any(|b| b.is_ascii_digit())
}

/// Whether a URI is one of the web, to which no proof of payment may go (BIP 321, proof of payment).
fn is_web(uri: &str) -> bool {
    let begins = |scheme: &str| uri.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    begins("http:") || begins("https:")
}

/// The address of the path: segwit where it begins with a human-readable part, base58check otherwise.
fn check_address(address: &str) -> Result<(), Refusal> {
    let (head, _) = address.split_once('1').unwrap_or_default();
    let part = ADDRESS_KEYS.into_iter().find(|part| part.eq_ignore_ascii_case(head));
    part.map_or_else(|| check_base58(address), |part| check_segwit(address, part))
}

/// A segwit address (BIP 173, BIP 350) with this human-readable part.
fn check_segwit(address: &str, part: &str) -> Result<(), Refusal> {
    let (found, _) = address.rsplit_once('1').unwrap_or_default();
    if !found.eq_ignore_ascii_case(part) {
        let message = "the address does not begin with its key and a `1`: use the key of its network";
        return Err((FaultKind::Structure, message));
    }
    match segwit::decode(address) {
        Ok(_) => Ok(()),
        Err(_) => Err((FaultKind::Address, "the segwit address or its checksum is wrong: scan it again")),
    }
}

/// A base58check address: a version, 20 octets, and the first four of their double SHA-256.
fn check_base58(address: &str) -> Result<(), Refusal> {
    const NONE: Refusal =
        (FaultKind::Structure, "this is neither a segwit nor a base58check address: scan it again");
    if address.len() > BASE58_LONGEST {
        return Err(NONE);
    }
    let octets = bs58::decode(address).into_vec().map_err(|_| NONE)?;
    let (&body, checksum) = octets.split_first_chunk::<21>().ok_or(NONE)?;
    let checksum = <[u8; 4]>::try_from(checksum).map_err(|_| NONE)?;
    if !Sha256::digest(Sha256::digest(body)).starts_with(&checksum) {
        return Err((FaultKind::Address, "the checksum of the address is wrong: scan it again"));
    }
    let [version, ..] = body;
    if BASE58_VERSIONS.contains(&version) {
        return Ok(());
    }
    Err((FaultKind::Value, "the address is none of Bitcoin's: use a URI of its own network"))
}

fn require_a_way(reading: &mut Reading<'_>, text: &str) {
    let is_way = |key: &str| key == "address" || ADDRESS_KEYS.contains(&key) || OTHER_WAYS.contains(&key);
    if !reading.elements.iter().any(|element| is_way(&element.id) && !element.value.is_empty()) {
        let message = "there is neither an address nor another known way to pay: add one";
        reading.fault(FaultKind::Missing, 0..text.len(), message);
    }
}

#[cfg(test)]
mod tests {
    use super::FaultKind::{Address, Format, Missing, Structure, Tolerated, Value};
    use super::*;

    /// The key hash of an example in BOLT 11.
    const P2PKH: &str = "bitcoin:1RustyRX2oai4EYYDpQGWvEL62BBGqN9T";

    fn check(text: &str, expected: &[FaultKind]) {
        let reading = read(text).expect("the mark");
        let found: Vec<FaultKind> = reading.faults.iter().map(|fault| fault.kind).collect();
        assert_eq!(found, expected, "{text}: {:?}", reading.faults);
        assert!(reading.elements.iter().all(|element| text.get(element.span.clone()).is_some()));
    }

    #[test]
    fn parameters() {
        for (rest, expected) in [
            ("", &[][..]),
            ("?label=Luke-Jr", &[]),
            ("?amount=50&label=Luke-Jr&message=Donation%20for%20project%20xyz", &[]),
            ("?lightning=lnbc420bogusinvoice", &[]),
            ("?somethingyoudontunderstand=50&somethingelseyoudontget=999", &[]),
            ("?req-somethingyoudontunderstand=50&req-somethingelseyoudontget=999", &[Structure, Structure]),
            ("?pop=callback%3a", &[]),
        ] {
            check(&format!("{P2PKH}{rest}"), expected);
        }
        let text = format!("{}?AMOUNT=20.3", P2PKH.replace("bitcoin", "BitCoin"));
        let reading = read(&text).expect("a payment");
        assert_eq!(reading.value("amount"), Some("20.3"));
        assert_eq!(reading.value("address"), Some("1RustyRX2oai4EYYDpQGWvEL62BBGqN9T"));
    }

    /// Addresses of BIP 173 and BIP 350; those in the examples of BIP 321 have wrong checksums, so that nobody pays them.
    #[test]
    fn addresses() {
        for (text, expected) in [
            ("bitcoin:?lightning=lnbc420bogusinvoice", &[][..]),
            ("bitcoin:?lno=lno1bogusoffer&sp=sp1qsilentpayment", &[]),
            ("bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W", &[Address]),
            ("bitcoin:?tb=tb1qghfhmd4zh7ncpmxl3qzhmq566jk8ckq4gafnmq", &[Address]),
            ("bitcoin:?tb=tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", &[]),
            ("bitcoin:?bc=tb1qghfhmd4zh7ncpmxl3qzhmq566jk8ckq4gafnmq", &[Structure]),
            ("bitcoin:?bc=tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", &[Structure]),
            ("bitcoin:tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", &[]),
            (
                "BITCOIN:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4\
                 ?BC=BC1P0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQZK5JJ0",
                &[],
            ),
            ("bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", &[Address]),
            ("bitcoin:1RustyRX2oai4EYYDpQGWvEL62BBGqN9U", &[Address]),
            ("bitcoin:LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1", &[Value]),
            ("bitcoin://1RustyRX2oai4EYYDpQGWvEL62BBGqN9T", &[Structure]),
            ("bitcoin:é", &[Structure]),
            ("bitcoin:", &[Missing]),
            ("bitcoin:?label=x&lightning=", &[Missing]),
        ] {
            check(text, expected);
        }
        check(&format!("bitcoin:{}", "z".repeat(260_000)), &[Structure]);
        check(&format!("bitcoin:?bc={}", "z".repeat(260_000)), &[Structure]);
        check(&format!("bitcoin:?bc=bc1{}", "z".repeat(260_000)), &[Address]);
    }

    #[test]
    fn values_are_checked() {
        for (rest, expected) in [
            ("?amount=.5", &[][..]),
            ("?amount=50.", &[]),
            ("?amount=.", &[Format]),
            ("?Amount=50,000.00", &[Format]),
            ("?amount=1e3", &[Format]),
            ("?amount=-1", &[Format]),
            ("?pop=HTTPS%3a%2f%2fexample.com", &[Value]),
            ("?req-pop=callback%3a", &[]),
            ("?label=a b", &[Tolerated]),
            ("?label=%zz", &[Structure]),
            ("?a=1&&", &[]),
            ("#x", &[Structure, Structure]),
            ("?a#x", &[Structure]),
        ] {
            check(&format!("{P2PKH}{rest}"), expected);
        }
    }

    #[test]
    fn other_texts() {
        for text in ["", "bitcoin", "bitcoincash:qq", "litecoin:LM2WMpR1Rp6j", "bitcoi京:", "BITCOI N:"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
