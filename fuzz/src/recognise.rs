//! Any bytes as a code of any family.

use upqr::network::{Family, Mode};
use upqr::recognise::{Candidate, Hints, Symbology, Verdict, recognise, recognise_octets, recognise_with};
use upqr::{mask, native, rules, scheme};

use super::laws;

/// Holds the laws of recognition against some bytes.
pub fn check(data: &[u8]) {
    let found = recognise_octets(data).candidates;
    let Ok(text) = std::str::from_utf8(data) else {
        assert_eq!(found, [], "bytes that are not text have no candidates");
        return;
    };
    assert_eq!(found, recognise(text).candidates, "a text is its bytes");
    assert!(
        found.iter().all(|candidate| !candidate.evidence.is_empty()),
        "evidence stands behind a candidate"
    );
    for family in Family::all() {
        grammar(text, family, found.iter().find(|candidate| candidate.family == family));
        let _ = native::lifetime(family, text);
    }
    hints(text, &found);
    laws::reading(text);
    laws::findings(text, &rules::check(text));
    assert_eq!(mask::text(text).chars().count(), text.chars().count(), "a mask keeps the shape");
}

/// A candidate stands where the family's grammar covers the whole text, and nowhere else.
fn grammar(text: &str, family: Family, candidate: Option<&Candidate>) {
    let read = native::parse(family, text);
    if let Err(error) = read {
        laws::place(text, error);
    }
    match family {
        // Data objects without the format indicator 00, and frames that are no data objects.
        // Neither are data objects of another dialect a merchant's code.
        Family::EmvMpm if candidate.is_none() => {
            let other = scheme::dialect(text).is_some();
            assert!(read.is_err() || !text.starts_with("00") || other, "{text}");
        }
        Family::EmvMpm => {
            let unknown = candidate.is_some_and(|candidate| candidate.verdict == Verdict::Unknown);
            assert!(read.is_ok() || unknown, "{text}");
        }
        // The payload alone does not say whose it is.
        Family::UpqrCpm | Family::UnionpayCpmEmv => assert!(read.is_ok() || candidate.is_none(), "{text}"),
        _ => assert_eq!(read.is_ok(), candidate.is_some(), "{family}: {text}"),
    }
}

/// A hint sinks candidates, adds to their evidence, and does nothing else.
fn hints(text: &str, found: &[Candidate]) {
    let modes = [None, Some(Mode::MerchantPresented), Some(Mode::ConsumerPresented)];
    let symbologies = [Symbology::Qr, Symbology::Code128, Symbology::Gs1128, Symbology::Other].map(Some);
    for mode in modes {
        for symbology in [None].into_iter().chain(symbologies) {
            let hinted = recognise_with(text, Hints { mode, symbology }).candidates;
            let plain =
                |candidate: &Candidate| found.iter().find(|other| other.family == candidate.family).cloned();
            let sunk = |candidate: &Candidate| Some(candidate) != plain(candidate).as_ref();
            let mut expected = found.to_vec();
            expected.sort_by_key(|candidate| {
                hinted.iter().any(|other| other.family == candidate.family && sunk(other))
            });
            let families = |candidates: &[Candidate]| -> Vec<(Family, Verdict)> {
                candidates.iter().map(|candidate| (candidate.family, candidate.verdict)).collect()
            };
            assert_eq!(families(&hinted), families(&expected), "{text}: hints only reorder");
            assert!(
                hinted.iter().all(|candidate| plain(candidate)
                    .is_some_and(|plain| candidate.evidence.starts_with(&plain.evidence))),
                "{text}: hints add evidence"
            );
        }
    }
}
