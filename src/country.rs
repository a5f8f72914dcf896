//! Countries and territories: the two letters of ISO 3166-1, and the short names that it gives them.
//!
//! ```
//! use upqr::country;
//!
//! assert_eq!(country::name("KH"), Some("Cambodia"));
//! assert_eq!(country::name("UK"), None);
//! ```

/// The short name of the country with these two capital letters; `None` where ISO 3166-1 lists none.
#[must_use]
pub fn name(alpha2: &str) -> Option<&'static str> {
    rust_iso3166::from_alpha2(alpha2).map(|country| country.name)
}

/// Whether ISO 3166-1 lists a country with these two capital letters.
#[must_use]
pub fn is_listed(alpha2: &str) -> bool {
    name(alpha2).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_iso_3166_1() {
        let mut listed = 0;
        for first in 'A'..='Z' {
            listed += ('A'..='Z').filter(|second| is_listed(&format!("{first}{second}"))).count();
        }
        assert_eq!(listed, 249, "officially assigned codes");
        for text in ["", "C", "cn", "CHN", "156", "XK", "UK", "EU"] {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
