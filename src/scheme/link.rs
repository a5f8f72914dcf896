//! Links whose tokens only their issuers can resolve: a scheme is known by how the text begins.
//!
//! ```text
//! payload = prefix *character          ; the prefixes are rows of the registry, compared exactly
//! ```

use std::sync::LazyLock;

use super::Reading;
use super::registry::{Grammar, Scheme};

/// The prefixes of all schemes whose grammar this is.
static PREFIXES: LazyLock<Vec<(&'static str, &'static Scheme)>> = LazyLock::new(|| {
    let links = Scheme::all().filter(|scheme| scheme.grammar == Grammar::Link);
    links
        .flat_map(|scheme| scheme.recognise.prefixes.iter().map(move |prefix| (prefix.as_str(), scheme)))
        .collect()
});

/// Reads a text that begins with the prefix of a scheme, as one element.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let (_, scheme) = PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix))?;
    let mut reading = Reading::new(scheme);
    reading.element("url", text, 0..text.len());
    Some(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, id: Option<&str>) {
        let reading = read(text);
        assert_eq!(reading.as_ref().map(|reading| reading.scheme.id.as_str()), id, "{text}");
        assert!(
            reading.is_none_or(|reading| reading.faults.is_empty() && reading.value("url") == Some(text))
        );
    }

    #[test]
    fn prefixes_are_compared_exactly() {
        for (text, id) in [
            ("https://payconiq.com/t/1/abc", Some("payconiq")),
            ("HTTPS://PAYCONIQ.COM/T/1/ABC", Some("payconiq")),
            ("Https://payconiq.com/t/1/abc", None),
            ("https://payconiq.com.example/", None),
            ("bank://singlepayment?name=A", Some("bezahlcode")),
            ("bezahlcode://v/1?a=b", Some("bezahlcode")),
            ("https://sberpay.ru/x", Some("sberpay-qr")),
            ("", None),
        ] {
            check(text, id);
        }
    }

    #[test]
    fn no_prefix_hides_another() {
        for (place, (prefix, scheme)) in PREFIXES.iter().enumerate() {
            let hidden = PREFIXES.iter().skip(place + 1).find(|(other, _)| other.starts_with(prefix));
            assert!(hidden.is_none_or(|(_, other)| other.id == scheme.id), "{prefix}");
        }
    }
}
