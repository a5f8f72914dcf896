//! What the rules for symbols find in symbols that are drawn for it, beyond the example of each rule.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::drawing::Drawing;
use super::segments::{LINK, MERCHANT, NAMED};
use super::*;
use crate::rules::{Profile, Severity, all};
use crate::symbol::Level;

/// The rules for symbols that a drawing breaks, and the disposition of it all.
fn check(drawing: &Drawing, rules: &[&str], disposition: Disposition) {
    let found = drawing.check(&Options::default());
    assert_eq!(own(&found), rules, "{drawing}");
    assert_eq!(found.disposition(), disposition, "{drawing}");
}

fn own(found: &Findings) -> Vec<&'static str> {
    found.findings.iter().map(|finding| finding.rule.id).filter(|id| id.starts_with("symbol-")).collect()
}

/// A Slovenian slip with a place that ISO 8859-2 writes in one octet a letter.
const ACCENTED: &[u8] = b"UPNQR\n\n\n\n\n\n\n\n00000002550\n\n\nOTHR\nOrder 0001\n\nSI56263300012039086\nSI00\nJADE TEA HOUSE\nCajna 1\n\xC8rna\n097\n";

/// A European credit transfer whose third line says ISO 8859-1.
const LATIN: &[u8] = b"BCD\n002\n2\nSCT\n\nCaf\xE9 Jade\nDE50100000000000000001\nEUR25.50\n\n\nOrder 0001";

#[test]
fn a_symbol_as_it_should_be_pays() {
    check(&Drawing::plain(7, &[(Mode::Byte, MERCHANT)]), &[], Disposition::Pay);
    check(&Drawing::plain(8, &[(Mode::Eci(26), b""), (Mode::Byte, NAMED)]), &[], Disposition::Pay);
    check(&Drawing::plain(4, &[(Mode::Alphanumeric, LINK)]), &[], Disposition::Pay);
}

#[test]
fn a_scheme_may_ask_for_another_character_set() {
    let plain = Drawing::plain;
    check(&plain(15, &[(Mode::Eci(4), b""), (Mode::Byte, ACCENTED)]), &[], Disposition::Pay);
    check(&plain(13, &[(Mode::Eci(3), b""), (Mode::Byte, LATIN)]), &[], Disposition::Pay);
    check(&plain(13, &[(Mode::Byte, LATIN)]), &[], Disposition::Pay);
    // Where the scheme does not ask for it, nobody knows what the octets say.
    check(
        &plain(15, &[(Mode::Eci(7), b""), (Mode::Byte, ACCENTED)]),
        &["symbol-eci-other", "symbol-not-text"],
        Disposition::Block,
    );
}

#[test]
fn limits_of_a_scheme_count_under_its_profile_only() {
    let drawing = Drawing {
        level: Level::H,
        ..Drawing::plain(20, &[(Mode::Eci(26), b""), (Mode::Byte, ACCENTED_IN_UTF_8)])
    };
    check(&drawing, &["symbol-version", "symbol-level", "symbol-eci"], Disposition::Pay);
    let found = drawing.check(&Options { profile: Profile::Emvco, ..Options::default() });
    assert!(own(&found).iter().all(|id| *id == "symbol-eci-other"), "{:?}", own(&found));
    let chosen = drawing.check(&Options { select: vec!["symbol-version".to_owned()], ..Options::default() });
    assert_eq!(own(&chosen), ["symbol-version"]);
    let scheme = chosen.findings.first().and_then(|finding| finding.scheme);
    assert_eq!(scheme.map(|scheme| scheme.id.as_str()), Some("upn-qr"));
}

/// The same slip in UTF-8, which its scheme does not ask for.
const ACCENTED_IN_UTF_8: &[u8] = "UPNQR\n\n\n\n\n\n\n\n00000002550\n\n\nOTHR\nOrder 0001\n\nSI56263300012039086\nSI00\nJADE TEA HOUSE\nCajna 1\nČrna\n097\n".as_bytes();

#[test]
fn limits_that_are_hearsay_reject_nothing() {
    const ORDER: &[u8] =
        b"K:PR|V:01|C:1|R:105000000000000029|N:JADE TEA HOUSE|I:RSD25,50|SF:221|S:Order 0001";
    let drawing = Drawing { level: Level::L, ..Drawing::plain(14, &[(Mode::Byte, ORDER)]) };
    let found = drawing.check(&Options::default());
    assert_eq!(own(&found), Vec::<&str>::new());
    assert_eq!(found.schemes.first().map(|found| found.scheme.id.as_str()), Some("ips-rs"));
}

#[test]
fn the_worst_of_symbol_and_text_counts() {
    const BROKEN: &[u8] = b"00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU63045D28";
    check(&Drawing::plain(7, &[(Mode::Byte, BROKEN)]), &[], Disposition::Block);
    let quiet = Appearance { quiet_zone: Some(1.0), ..Appearance::default() };
    let drawing = Drawing { appearance: quiet, ..Drawing::plain(7, &[(Mode::Byte, BROKEN)]) };
    check(&drawing, &["symbol-quiet-zone"], Disposition::Block);
}

#[test]
fn findings_stand_where_the_segment_does() {
    let Some(rule) = super::super::with_id("symbol-kanji") else { unreachable!("a rule") };
    let found = rule.bad.check(&Options::default());
    let span =
        found.findings.iter().find(|finding| finding.rule.id == rule.id).map(|found| found.span.clone());
    let name = std::str::from_utf8(NAMED).expect("UTF-8").find('玉').expect("a name");
    assert_eq!(span, Some(name..name + 8));
}

#[test]
fn what_was_not_measured_is_not_found() {
    let drawing = Drawing { appearance: Appearance::default(), ..Drawing::plain(4, &[(Mode::Byte, LINK)]) };
    check(&drawing, &[], Disposition::Pay);
    let printed = |pixels_an_inch: f64| {
        let measured = Appearance { module_pixels: Some(4.0), ..Appearance::default() };
        Drawing { appearance: measured.at_resolution(pixels_an_inch), ..drawing }
    };
    check(&printed(300.0), &[], Disposition::Pay);
    check(&printed(600.0), &["symbol-module-size"], Disposition::Pay);
}

/// Every example is drawn, read again, and holds what it was drawn from.
#[test]
fn drawings_hold_what_they_say() {
    for rule in all() {
        for example in [rule.bad, rule.good] {
            let crate::rules::Example::Symbol(drawing) = example else { continue };
            let analysis = drawing.analysis();
            assert_eq!(analysis.payload, drawing.payload(), "{}", rule.id);
            let modes: Vec<Mode> = analysis.segments.iter().map(|segment| segment.mode).collect();
            assert_eq!(modes, drawing.segments.iter().map(|(mode, _)| *mode).collect::<Vec<_>>());
            let first = analysis.blocks.first().map(|block| block.corrected);
            assert_eq!((first, analysis.mirrored), (Some(drawing.damaged), drawing.mirrored), "{}", rule.id);
        }
    }
    // The modes that no example has.
    let rest = Drawing::plain(
        10,
        &[
            (Mode::Numeric, b"20260001"),
            (Mode::Hanzi, b"\xD3\xF1\xB2\xE8"),
            (Mode::Kanji, b"\x93\x5F\xE4\xAA"),
            (Mode::Eci(20_000), b""),
            (Mode::Byte, b"x"),
        ],
    );
    assert_eq!(rest.analysis().payload, rest.payload());
    assert_eq!(rest.analysis().segments.len(), 5);
}

#[test]
fn pictures() {
    let check = |payloads: &[&[u8]], micro: usize, rules: &[&str]| {
        let found = check_picture(&Sights { payloads, micro }, &Options::default());
        assert_eq!(own(&found), rules);
        assert_eq!(found.disposition() == Disposition::Block, !rules.is_empty());
    };
    check(&[], 0, &[]);
    check(&[b"a", b"a"], 0, &[]);
    check(&[b"a", b"a", b"b"], 0, &["symbol-ambiguous"]);
    check(&[b"a", b"b"], 1, &["symbol-ambiguous", "symbol-micro"]);
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![
        Just(Mode::Numeric),
        Just(Mode::Alphanumeric),
        Just(Mode::Byte),
        Just(Mode::Kanji),
        Just(Mode::Hanzi),
        (0..40_u32).prop_map(Mode::Eci),
        Just(Mode::Eci(899)),
        Just(Mode::Fnc1First),
        Just(Mode::Fnc1Second(7)),
        Just(Mode::StructuredAppend { place: 15, last: 15, parity: 0 }),
    ]
}

proptest! {
    /// Whatever a symbol holds, findings stand inside its payload or its text, and what is no text blocks.
    #[test]
    fn findings_stand_inside(
        parts in vec((mode(), vec(any::<u8>(), 0..12)), 0..6),
        quiet_zone in any::<Option<f64>>(),
        contrast in any::<Option<f64>>(),
        inverted in any::<bool>(),
    ) {
        let mut analysis = Drawing::plain(1, &[]).analysis();
        for (mode, bytes) in parts {
            let from = analysis.payload.len();
            if mode.holds_text() {
                analysis.payload.extend(bytes);
            }
            let bytes = from..analysis.payload.len();
            analysis.segments.push(Segment { mode, characters: bytes.len(), bits: 0..0, bytes });
        }
        let appearance = Appearance { quiet_zone, contrast, inverted, ..Appearance::default() };
        let found = check_symbol(&Seen { analysis: &analysis, appearance: &appearance }, &Options::default());
        let end = text_of(&analysis).map_or(analysis.payload.len(), |text| text.len().max(analysis.payload.len()));
        for finding in &found.findings {
            assert!(finding.span.start <= finding.span.end && finding.span.end <= end, "{finding:?}");
        }
        if std::str::from_utf8(&analysis.payload).is_err() {
            assert_eq!((found.disposition(), found.severity()), (Disposition::Block, Some(Severity::Error)));
        }
        assert_eq!(own(&found).contains(&"symbol-inverted"), inverted);
    }
}
