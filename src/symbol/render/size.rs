//! How wide a quiet zone is and how large a module, within what a page holds.

/// Light modules around a symbol, on each side: 100 at most, as a page with more is empty.
///
/// ```
/// use upqr::symbol::render::QuietZone;
///
/// assert_eq!(QuietZone::new(4), Some(QuietZone::STANDARD));
/// assert_eq!(QuietZone::new(101), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuietZone(u8);

impl QuietZone {
    /// What ISO/IEC 18004 asks for: 4 modules (6.3.8).
    pub const STANDARD: Self = Self(4);
    /// The widest: 100 modules.
    pub const MOST: Self = Self(100);

    /// So many modules; `None` above [`QuietZone::MOST`].
    #[must_use]
    pub fn new(modules: usize) -> Option<Self> {
        u8::try_from(modules).ok().map(Self).filter(|zone| *zone <= Self::MOST)
    }

    /// How many modules.
    #[must_use]
    pub fn modules(self) -> usize {
        self.0.into()
    }
}

/// The side of a module on paper, in millimetres: 0.01 to 400.
///
/// ```
/// use upqr::symbol::render::Millimetres;
///
/// assert_eq!(Millimetres::new(0.5), Some(Millimetres::STANDARD));
/// assert_eq!(Millimetres::new(f32::NAN), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Millimetres(f32);

impl Millimetres {
    /// The smallest: what no printer prints.
    pub const LEAST: Self = Self(0.01);
    /// Half a millimetre, twice of what scanners need.
    pub const STANDARD: Self = Self(0.5);
    /// The largest: a symbol of version 1 is then as wide as a house.
    pub const MOST: Self = Self(400.0);

    /// So many millimetres; `None` for what is no number, below [`Millimetres::LEAST`] or above [`Millimetres::MOST`].
    #[must_use]
    pub fn new(side: f32) -> Option<Self> {
        (Self::LEAST.0..=Self::MOST.0).contains(&side).then_some(Self(side))
    }

    /// How many millimetres.
    #[must_use]
    pub const fn get(self) -> f32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::grade;
    use crate::symbol::picture::real;

    #[test]
    fn what_is_drawn_by_default_has_the_best_grade() {
        assert_eq!(real(QuietZone::STANDARD.modules()).to_bits(), grade::QUIET_ZONE[0].to_bits());
    }

    #[test]
    fn sizes_beyond_a_page_are_refused() {
        assert_eq!(QuietZone::new(0).map(QuietZone::modules), Some(0));
        assert_eq!(QuietZone::new(100), Some(QuietZone::MOST));
        assert_eq!(QuietZone::new(usize::MAX), None);
        for side in [0.0, -1.0, 0.009, 400.1, f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
            assert_eq!(Millimetres::new(side), None, "{side}");
        }
        for side in [0.01, 0.33, 400.0] {
            assert_eq!(Millimetres::new(side).map(Millimetres::get), Some(side));
        }
    }
}
