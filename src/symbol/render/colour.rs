//! Colours, and how far apart two of them are to a reader.

use std::fmt;
use std::str::FromStr;

use crate::symbol::picture::luma;

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    /// 0 to 255.
    pub red: u8,
    /// 0 to 255.
    pub green: u8,
    /// 0 to 255.
    pub blue: u8,
}

impl Colour {
    /// `#000000`.
    pub const BLACK: Self = Self { red: 0, green: 0, blue: 0 };
    /// `#ffffff`.
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255 };

    /// Its luminance, as pictures are read.
    fn luma(self) -> u8 {
        luma(self.red, self.green, self.blue)
    }

    /// Whether it has less luminance than another.
    #[must_use]
    pub fn is_darker_than(self, other: Self) -> bool {
        self.luma() < other.luma()
    }

    /// The symbol contrast that it makes with another, in whole percent: the difference of luminance (ISO/IEC 15415, 7.8.3).
    #[must_use]
    pub fn contrast(self, other: Self) -> u32 {
        u32::from(self.luma().abs_diff(other.luma())).saturating_mul(100).div_euclid(255)
    }

    pub(super) const fn channels(self) -> [u8; 3] {
        [self.red, self.green, self.blue]
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] =
            value.ok_or_else(|| "expected a colour such as #1677ff".to_owned())?.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_with_white_is_what_readers_see() {
        for (colour, expected) in [
            ("#000000", 100),
            ("#1677FF", 58),
            ("#07c160", 50),
            ("#e60012", 72),
            ("#FFD400", 21),
            ("#ff7878", 37),
            ("#ffffff", 0),
        ] {
            let colour: Colour = colour.parse().expect("a colour");
            assert_eq!(colour.contrast(Colour::WHITE), expected, "{colour}");
        }
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "#12345", "123456", "#12345g", "#+12345", "black", "#一二"] {
            assert_eq!(text.parse::<Colour>(), Err("expected a colour such as #1677ff".to_owned()), "{text}");
        }
    }
}
