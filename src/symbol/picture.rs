//! Pictures: luminance by pixel.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a picture has at most 2^26 pixels, so that no sum or product of its coordinates overflows"
)]

/// Pixels that a picture may have, as of 8,192 by 8,192.
pub const MOST_PIXELS: usize = 1 << 26;

/// Luminance by pixel: 0 is black, 255 white; columns are `x` from the left, rows `y` from the top.
///
/// It has at least one pixel and at most [`MOST_PIXELS`].
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    luma: Vec<u8>,
}

impl Picture {
    /// A picture of rows of pixels; `None` where their number is not `width * height`, is 0 or is above [`MOST_PIXELS`].
    #[must_use]
    pub fn new(width: usize, height: usize, luma: Vec<u8>) -> Option<Self> {
        let pixels = width.checked_mul(height)?;
        (pixels == luma.len() && pixels > 0 && pixels <= MOST_PIXELS).then_some(Self { width, height, luma })
    }

    /// A picture whose pixels a function decides, given column and row; `None` as with [`Picture::new`].
    #[must_use]
    pub fn from_fn(width: usize, height: usize, luma: impl Fn(usize, usize) -> u8) -> Option<Self> {
        let pixels = width.checked_mul(height).filter(|pixels| *pixels > 0 && *pixels <= MOST_PIXELS)?;
        let mut all = Vec::with_capacity(pixels);
        for y in 0..height {
            all.extend((0..width).map(|x| luma(x, y)));
        }
        Some(Self { width, height, luma: all })
    }

    /// Pixels in a row.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Every pixel, row by row.
    #[must_use]
    pub fn luma(&self) -> &[u8] {
        &self.luma
    }

    /// Every pixel, row by row.
    pub fn luma_mut(&mut self) -> &mut [u8] {
        &mut self.luma
    }

    /// A row; empty outside of the picture.
    #[inline]
    #[must_use]
    pub fn row(&self, y: usize) -> &[u8] {
        let from = y.saturating_mul(self.width);
        self.luma.get(from..from.saturating_add(self.width)).unwrap_or_default()
    }

    /// A pixel; `None` outside of the picture.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> Option<u8> {
        self.row(y).get(x).copied()
    }

    /// The luminance at a point between pixel centres (bilinear); `None` outside of the picture. The centre of the first pixel is (0.5, 0.5).
    #[inline]
    #[must_use]
    pub fn between(&self, x: f64, y: f64) -> Option<f64> {
        let inside = |value: f64, size: usize| value >= 0.0 && value <= real(size);
        if !inside(x, self.width) || !inside(y, self.height) {
            return None;
        }
        Some(self.nearest(x, y))
    }

    /// The luminance at a point between pixel centres (bilinear); outside of the picture that of its nearest edge.
    #[inline]
    #[must_use]
    pub(crate) fn nearest(&self, x: f64, y: f64) -> f64 {
        let (left, right, dx) = neighbours(x, self.width);
        let (above, below, dy) = neighbours(y, self.height);
        let (above, below) = (above * self.width, below * self.width);
        let at = |place: usize| self.luma.get(place).map_or(0.0, |value| f64::from(*value));
        let top = at(above + left) * (1.0 - dx) + at(above + right) * dx;
        let bottom = at(below + left) * (1.0 - dx) + at(below + right) * dx;
        top * (1.0 - dy) + bottom * dy
    }

    /// The picture with dark and light exchanged.
    #[must_use]
    pub fn inverted(&self) -> Self {
        Self {
            width: self.width,
            height: self.height,
            luma: self.luma.iter().map(|value| 255 - value).collect(),
        }
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} x {})", self.width, self.height)
    }
}

/// The luminance of a colour of sRGB, rounded: that of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, as readers take it.
///
/// ```
/// assert_eq!(upqr::symbol::picture::luma(255, 120, 120), 160);
/// ```
#[must_use]
pub fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let weighted = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    u8::try_from((weighted + 500) / 1000).unwrap_or(u8::MAX)
}

/// A number of pixels as a real number, exactly.
#[inline]
#[must_use]
pub(crate) fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The whole number below a coordinate; 0 for what is negative or no number.
#[inline]
#[must_use]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and this is the one place"
)]
pub(crate) fn whole(value: f64) -> usize {
    // Towards 0, which is down: what is negative saturates. Through `u32`, which a processor does in fewer steps.
    usize::try_from(value as u32).unwrap_or(usize::MAX)
}

/// A luminance, rounded and kept within 0 to 255.
#[must_use]
pub(crate) fn shade(value: f64) -> u8 {
    u8::try_from(whole(value + 0.5)).unwrap_or(255)
}

/// The two pixels whose centres lie on both sides of a coordinate, and how near it is to the second, 0 to 1.
#[inline]
fn neighbours(value: f64, size: usize) -> (usize, usize, f64) {
    // What is no number becomes 0.
    let from_centre = (value - 0.5).max(0.0).min(real(size - 1));
    let first = whole(from_centre);
    (first, (first + 1).min(size - 1), from_centre - real(first))
}
