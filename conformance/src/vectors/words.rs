//! Closed lists of words: an enumeration whose cases are written one way everywhere, in files, filters and messages.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
        pub(crate) enum $name { $($(#[$case_doc])* #[serde(rename = $word)] $case),+ }

        #[allow(dead_code, reason = "not every list is walked, and not every word is shown")]
        impl $name {
            pub(crate) const ALL: &[Self] = &[$(Self::$case),+];

            /// As vectors, messages and filters write it.
            pub(crate) const fn key(self) -> &'static str {
                match self { $(Self::$case => $word),+ }
            }
        }
    };
}
pub(crate) use words;
