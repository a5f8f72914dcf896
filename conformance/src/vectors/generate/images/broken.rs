//! The rules of symbols that the pictures break, as chapter 14 has it for what is drawn; those that are not listed break none.

/// Each picture by its name, and its rules in order of their ids.
const BROKEN: &[(&str, &[&str])] = &[
    ("beside-micro", &["symbol-micro"]),
    ("beside-unread", &["symbol-unread"]),
    // The mark is no ASCII.
    ("byte-order-mark", &["symbol-byte-order-mark", "symbol-eci-missing"]),
    ("character-divided", &["symbol-character-divided", "symbol-eci-missing"]),
    ("chinese-without-eci", &["symbol-eci-missing"]),
    ("contrast-35", &["symbol-contrast"]),
    ("eci-3", &["symbol-eci-other"]),
    ("eci-899", &["symbol-eci-unknown"]),
    ("errors-10", &["symbol-margin-lost"]),
    ("errors-7", &["symbol-margin"]),
    ("fnc1", &["symbol-fnc1"]),
    ("format-bit", &["symbol-information"]),
    ("gbk-with-eci", &["symbol-eci-other", "symbol-gb-text", "symbol-not-text"]),
    ("gbk-without-eci", &["symbol-gb-text", "symbol-not-text"]),
    ("gif-animated", &["symbol-frames"]),
    ("hanzi", &["symbol-gb-text", "symbol-not-text"]),
    ("inverted", &["symbol-inverted"]),
    ("inverted-mirrored-turned", &["symbol-inverted", "symbol-mirrored"]),
    // The last pair ends inside a character.
    ("kanji-on-utf-8", &["symbol-character-divided", "symbol-eci-missing", "symbol-kanji"]),
    ("mirrored", &["symbol-mirrored"]),
    ("module-0-2", &["symbol-module-size"]),
    ("nul", &["symbol-nul"]),
    ("other-padding", &["symbol-padding"]),
    ("payload-mixed", &["symbol-mode-emv"]),
    ("quiet-zone-0", &["symbol-quiet-zone"]),
    ("quiet-zone-1", &["symbol-quiet-zone"]),
    ("quiet-zone-2", &["symbol-quiet-zone"]),
    ("slip-digits", &["symbol-mode"]),
    ("slip-level-l", &["symbol-level"]),
    ("slip-without-eci", &["symbol-eci"]),
    ("structured-append", &["symbol-structured-append"]),
    ("transfer-version-14", &["symbol-version"]),
    ("version-40", &["symbol-size"]),
];

/// What symbol and text together let a payer do, of some pictures.
const LETS: &[(&str, &str)] = &[
    ("beside-micro", "block"),
    ("beside-unread", "confirm"),
    ("eci-3", "confirm"),
    ("fnc1", "block"),
    ("gif-animated", "confirm"),
    ("inverted", "pay"),
    ("link", "pay"),
    ("module-0-2", "pay"),
];

/// What a picture lets a payer do, where that is claimed.
pub(super) fn lets(name: &str) -> Option<String> {
    LETS.iter().find(|(picture, _)| *picture == name).map(|(_, disposition)| (*disposition).to_owned())
}

fn rules(name: &str) -> &'static [&'static str] {
    BROKEN.iter().find(|(picture, _)| *picture == name).map_or(&[], |(_, rules)| rules)
}

/// The rules that a picture breaks.
pub(super) fn by(name: &str) -> Vec<String> {
    rules(name).iter().map(|rule| (*rule).to_owned()).collect()
}

/// The requirements behind them.
pub(super) fn requirements(name: &str) -> impl Iterator<Item = String> {
    let rules = rules(name).iter().filter_map(|rule| upqr::rules::with_id(rule));
    // A symbol that every reader reads alike.
    let kept = (name == "link").then_some("UPQR-SEC-21");
    rules.flat_map(|rule| rule.requirements.iter().copied()).chain(kept).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_pictures_and_rules_in_order() {
        let pictures = super::super::pictures(crate::vectors::generate::SEED);
        let stem = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        let names: Vec<String> = pictures.iter().map(|(name, _)| stem(name)).collect();
        assert!(BROKEN.is_sorted());
        for (picture, rules) in BROKEN {
            assert!(names.iter().any(|name| name == picture), "there is no picture {picture}");
            assert!(rules.is_sorted(), "{picture}");
            for rule in *rules {
                let known = upqr::rules::with_id(rule);
                assert!(known.is_some_and(upqr::rules::Rule::is_of_symbols), "{rule} is no rule of symbols");
            }
        }
    }
}
