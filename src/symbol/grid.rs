//! The modules of a symbol, dark or light, without its quiet zone.

use super::Version;

/// A square of modules; columns are `x` from the left, rows `y` from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    version: Version,
    /// Row by row; dark is `true`.
    modules: Vec<bool>,
}

impl Grid {
    /// A grid whose modules a function decides, given column and row.
    #[must_use]
    pub fn from_fn(version: Version, dark: impl Fn(usize, usize) -> bool) -> Self {
        let side = version.side();
        let modules =
            (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| dark(x, y)).collect();
        Self { version, modules }
    }

    /// The version that has this size.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Modules a side.
    #[must_use]
    pub fn side(&self) -> usize {
        self.version.side()
    }

    /// Whether the module in this column and row is dark; what lies outside is light.
    #[must_use]
    pub fn dark(&self, x: usize, y: usize) -> bool {
        x < self.side() && self.modules.get(self.place(x, y)).copied().unwrap_or_default()
    }

    /// Makes a module dark or light; what lies outside stays.
    pub fn set(&mut self, x: usize, y: usize, dark: bool) {
        let place = self.place(x, y);
        if x < self.side()
            && let Some(module) = self.modules.get_mut(place)
        {
            *module = dark;
        }
    }

    /// The rows, from the top.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.modules.chunks(self.side())
    }

    /// The same symbol with columns and rows exchanged, which is how a mirrored one is read.
    #[must_use]
    pub fn transposed(&self) -> Self {
        Self::from_fn(self.version, |x, y| self.dark(y, x))
    }

    fn place(&self, x: usize, y: usize) -> usize {
        y.saturating_mul(self.side()).saturating_add(x)
    }
}
