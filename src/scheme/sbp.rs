//! Links of the Russian Faster Payments System, SBP.
//!
//! ```text
//! payload = "https://qr.nspk.ru/" id "?type=" type "&bank=" bank ["&sum=" sum "&cur=" currency] "&crc=" crc
//! id      = 32 upper-case letters and digits
//! crc     = 4 hexadecimal digits: CRC-16/IBM-3740 of the whole text before "&crc="
//! ```

use super::parts::{forbid_duplicates, found, pairs};
use super::registry::Scheme;
use super::{FaultKind, Reading};
use crate::emv::crc::{checksum, hexadecimal};

/// The host of all links.
const MARK: &str = "https://qr.nspk.ru/";
/// What stands before the checksum, and is not covered by it.
const CHECKSUM: &str = "&crc=";

/// Reads a link of the host `qr.nspk.ru`.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let rest = text.strip_prefix(MARK)?;
    let (id, query) = rest.split_once('?').map_or((rest, None), |(id, query)| (id, Some(query)));
    let mut reading = Reading::new(Scheme::known("sbp"));
    let end = MARK.len().saturating_add(id.len());
    reading.element("id", id, MARK.len()..end);
    for pair in query.into_iter().flat_map(|query| pairs(query, end.saturating_add(1), '&', '=')) {
        match pair.value {
            Some(value) => reading.element(pair.key, value, pair.span),
            None => {
                let message =
                    "expected a key, `=` and a value: put `&` between parameters and none at the end";
                reading.fault(FaultKind::Structure, pair.span, message);
            }
        }
    }
    forbid_duplicates(&mut reading);
    check_sum(&mut reading, text);
    Some(reading)
}

/// The checksum covers what stands before it, so nothing may follow it.
fn check_sum(reading: &mut Reading<'_>, text: &str) {
    let Some((crc, span)) = found(reading, "crc") else { return };
    if span.end != text.len() {
        let message = "parameters follow the checksum, which does not cover them: put crc last";
        return reading.fault(FaultKind::Structure, span, message);
    }
    let covered = text.get(..span.start).and_then(|covered| covered.strip_suffix(CHECKSUM));
    let Some(expected) = covered.map(checksum) else {
        let message = "nothing stands before the checksum: put crc last";
        return reading.fault(FaultKind::Structure, span, message);
    };
    if crc.len() == 4 && hexadecimal(&crc) != Some(expected) {
        let message = "the checksum does not match the link before it: ask the payee for the link again";
        reading.fault(FaultKind::Checksum, span, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FaultKind::{Checksum, Duplicate, Structure};

    const LINK: &str = "https://qr.nspk.ru/AS10003P3RH0LJ2A9ROO038L6NT5RU1M?type=01&bank=000000000001&sum=10000&cur=RUB&crc=F3D0";

    fn check(text: &str, kinds: &[FaultKind]) {
        let reading = read(text).expect("the text has the mark");
        assert_eq!(reading.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        for element in &reading.elements {
            assert_eq!(text.get(element.span.clone()), Some(&*element.value), "{text:?}");
        }
    }

    #[test]
    fn the_checksum_covers_the_link_before_it() {
        check(LINK, &[]);
        check(&LINK.replace("F3D0", "f3d0"), &[]);
        check(&LINK.replace("10000", "20000"), &[Checksum]);
        check(&LINK.replace("F3D0", "+3D0"), &[Checksum]);
        check(&(LINK.to_owned() + "&x=1"), &[Structure]);
        check(&(LINK.to_owned() + "&crc=F3D0"), &[Duplicate, Structure]);
        check(&(LINK.to_owned() + "&"), &[Structure, Structure]);
        check("https://qr.nspk.ru/A?crc=F3D0", &[Structure]);
        check("https://qr.nspk.ru/A?type", &[Structure]);
        check("https://qr.nspk.ru/", &[]);
        assert!(read("https://qr.nspk.r").is_none() && read("").is_none());
    }
}
