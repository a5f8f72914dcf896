//! Pictures made easier to read: scaled, blurred, sharpened, thresholded, padded.
//!
//! Every function takes time proportional to the pixels that it reads and writes.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a picture has at most 2^26 pixels of at most 255, and the windows over them have at most 2^12"
)]

use super::geometry::Point;
use super::picture::{MOST_PIXELS, Picture, real, shade, whole};

/// The widest window of a blur or a threshold, in pixels from its centre.
const MOST_RADIUS: usize = 31;

/// A picture after preparation, and the way back.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    /// The picture.
    pub(crate) picture: Picture,
    /// Pixels of the original a pixel of this one, horizontally and vertically.
    scale: Point,
    /// Where the upper left corner of this picture lies in the original.
    origin: Point,
}

impl Prepared {
    /// A picture whose pixels lie where they lay.
    pub(crate) const fn in_place(picture: Picture) -> Self {
        Self { picture, scale: Point::new(1.0, 1.0), origin: Point::new(0.0, 0.0) }
    }

    /// Where a point of this picture lies in the original.
    pub(crate) fn back(&self, point: Point) -> Point {
        Point::new(point.x * self.scale.x + self.origin.x, point.y * self.scale.y + self.origin.y)
    }

    /// Whether it has fewer pixels than what it shows.
    pub(crate) fn is_smaller(&self) -> bool {
        self.scale.x > 1.0 || self.scale.y > 1.0
    }

    /// Prepares it further, with none of its pixels moved.
    pub(crate) fn then(self, change: impl FnOnce(&Picture) -> Picture) -> Self {
        Self { picture: change(&self.picture), ..self }
    }

    /// Prepares it further, with its pixels moved.
    pub(crate) fn moved(self, change: impl FnOnce(&Picture) -> Self) -> Self {
        let next = change(&self.picture);
        let scale = Point::new(self.scale.x * next.scale.x, self.scale.y * next.scale.y);
        Self { scale, origin: self.back(next.origin), picture: next.picture }
    }
}

/// The picture scaled so that it has at most so many pixels; as it is where it has no more.
pub(crate) fn within(picture: &Picture, most: usize) -> Prepared {
    let pixels = picture.width() * picture.height();
    if pixels <= most {
        return Prepared::in_place(picture.clone());
    }
    let factor = (real(most) / real(pixels)).sqrt();
    scaled(picture, factor, factor)
}

/// The picture scaled by these factors: the mean of whole blocks while it is more than halved, then bilinear.
pub(crate) fn scaled(picture: &Picture, across: f64, down: f64) -> Prepared {
    let target = |size: usize, factor: f64| whole(real(size) * factor + 0.5).max(1);
    let (width, height) = (target(picture.width(), across), target(picture.height(), down));
    if width.checked_mul(height).is_none_or(|pixels| pixels > MOST_PIXELS) {
        return Prepared::in_place(picture.clone());
    }
    let (blocks_x, blocks_y) = ((picture.width() / width).max(1), (picture.height() / height).max(1));
    let reduced;
    let source = if blocks_x > 1 || blocks_y > 1 {
        reduced = blocks(picture, blocks_x, blocks_y);
        &reduced
    } else {
        picture
    };
    // What is left over at the right and at the bottom after whole blocks is not in the reduced picture.
    let covered = Point::new(real(source.width() * blocks_x), real(source.height() * blocks_y));
    let scale = Point::new(covered.x / real(width), covered.y / real(height));
    Prepared { picture: stretched(source, width, height), scale, origin: Point::new(0.0, 0.0) }
}

/// A part of the picture, from this column and row on and with at most so many of them.
pub(crate) fn cropped(picture: &Picture, left: usize, top: usize, width: usize, height: usize) -> Prepared {
    let rows = picture.luma().chunks_exact(picture.width()).skip(top).take(height);
    let right = left.saturating_add(width).min(picture.width());
    let luma: Vec<u8> = rows.filter_map(|row| row.get(left..right)).flatten().copied().collect();
    let width = right.saturating_sub(left).max(1);
    match Picture::new(width, luma.len().div_euclid(width), luma) {
        Some(part) => {
            Prepared { picture: part, scale: Point::new(1.0, 1.0), origin: Point::new(real(left), real(top)) }
        }
        None => Prepared::in_place(picture.clone()),
    }
}

/// The picture at half its size: the mean of each four pixels, without a last column or row that is left over.
pub(crate) fn halved(picture: &Picture) -> Prepared {
    let mut luma = Vec::with_capacity(picture.luma().len() / 4);
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    for band in picture.luma().chunks_exact(picture.width() * 2) {
        let (upper, lower) = band.split_at(picture.width());
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        luma.extend(pairs.map(|([a, b], [c, d])| {
            octet((u32::from(*a) + u32::from(*b) + u32::from(*c) + u32::from(*d) + 2) / 4)
        }));
    }
    match Picture::new(width, height, luma) {
        Some(picture) => Prepared { picture, scale: Point::new(2.0, 2.0), origin: Point::new(0.0, 0.0) },
        None => Prepared::in_place(picture.clone()),
    }
}

/// The mean of each block of so many columns and rows.
fn blocks(picture: &Picture, columns: usize, rows: usize) -> Picture {
    let (width, height) = (picture.width() / columns, picture.height() / rows);
    let divisor = u32::try_from(columns * rows).unwrap_or(u32::MAX);
    let mut luma = Vec::with_capacity(width * height);
    for band in picture.luma().chunks_exact(picture.width() * rows).take(height) {
        let mut sums = vec![0_u32; width];
        for row in band.chunks_exact(picture.width()) {
            for (sum, block) in sums.iter_mut().zip(row.chunks_exact(columns)) {
                *sum += block.iter().copied().map(u32::from).sum::<u32>();
            }
        }
        luma.extend(sums.iter().map(|sum| octet(sum / divisor)));
    }
    Picture::new(width, height, luma).unwrap_or_else(|| picture.clone())
}

/// The picture with another width and height, bilinear.
fn stretched(picture: &Picture, width: usize, height: usize) -> Picture {
    if (width, height) == (picture.width(), picture.height()) {
        return picture.clone();
    }
    let columns = places(picture.width(), width);
    let mut luma = Vec::with_capacity(width * height);
    for (above, below, dy) in places(picture.height(), height) {
        let (upper, lower) = (picture.row(above), picture.row(below));
        let blend: Vec<u32> = upper
            .iter()
            .zip(lower)
            .map(|(upper, lower)| u32::from(*upper) * (256 - dy) + u32::from(*lower) * dy)
            .collect();
        let at = |x: usize| blend.get(x).copied().unwrap_or_default();
        luma.extend(
            columns
                .iter()
                .map(|(left, right, dx)| octet((at(*left) * (256 - dx) + at(*right) * dx + (1 << 15)) >> 16)),
        );
    }
    Picture::new(width, height, luma).unwrap_or_else(|| picture.clone())
}

/// For each of so many pixels, the two of the original that it lies between, and how near the second, of 256.
fn places(from: usize, to: usize) -> Vec<(usize, usize, u32)> {
    let scale = real(from) / real(to);
    let last = from.saturating_sub(1);
    let place = |pixel: usize| {
        let at = ((real(pixel) + 0.5) * scale - 0.5).clamp(0.0, real(last));
        let first = whole(at);
        let part = u32::try_from(whole((at - real(first)) * 256.0)).unwrap_or_default();
        (first, (first + 1).min(last), part)
    };
    (0..to).map(place).collect()
}

/// The picture with a border of so many pixels of one luminance.
pub(crate) fn padded(picture: &Picture, border: usize, luminance: u8) -> Prepared {
    let (width, height) = (picture.width() + 2 * border, picture.height() + 2 * border);
    if width.checked_mul(height).is_none_or(|pixels| pixels > MOST_PIXELS) {
        return Prepared::in_place(picture.clone());
    }
    let mut luma = vec![luminance; width * height];
    for (target, source) in
        luma.chunks_exact_mut(width).skip(border).zip(picture.luma().chunks_exact(picture.width()))
    {
        target.iter_mut().skip(border).zip(source).for_each(|(target, source)| *target = *source);
    }
    let Some(picture) = Picture::new(width, height, luma) else {
        return Prepared::in_place(picture.clone());
    };
    let origin = Point::new(-real(border), -real(border));
    Prepared { picture, scale: Point::new(1.0, 1.0), origin }
}

/// The picture blurred: a Gaussian of this standard deviation in pixels.
pub(crate) fn blurred(picture: &Picture, sigma: f64) -> Picture {
    let weights = gaussian(sigma);
    let radius = weights.len() / 2;
    let width = picture.width();
    let mut across = Vec::with_capacity(picture.luma().len());
    let mut row_padded = Vec::with_capacity(width + 2 * radius);
    let mut sums = vec![0_u32; width];
    for row in picture.luma().chunks_exact(width) {
        let (first, last) = (row.first().copied().unwrap_or(255), row.last().copied().unwrap_or(255));
        row_padded.clear();
        row_padded.extend(std::iter::repeat_n(first, radius));
        row_padded.extend_from_slice(row);
        row_padded.extend(std::iter::repeat_n(last, radius));
        sums.fill(1 << 15);
        for (shift, weight) in weights.iter().enumerate() {
            let shifted = row_padded.get(shift..).unwrap_or_default();
            sums.iter_mut().zip(shifted).for_each(|(sum, value)| *sum += weight * u32::from(*value));
        }
        across.extend(sums.iter().map(|sum| octet(sum >> 16)));
    }
    let last = picture.height().saturating_sub(1);
    let mut luma = Vec::with_capacity(across.len());
    for y in 0..picture.height() {
        sums.fill(1 << 15);
        for (shift, weight) in weights.iter().enumerate() {
            let at = (y + shift).saturating_sub(radius).min(last) * width;
            let row = across.get(at..at + width).unwrap_or_default();
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * u32::from(*value));
        }
        luma.extend(sums.iter().map(|sum| octet(sum >> 16)));
    }
    Picture::new(width, picture.height(), luma).unwrap_or_else(|| picture.clone())
}

/// The weights of a Gaussian up to three standard deviations from its middle; together 65,536.
fn gaussian(sigma: f64) -> Vec<u32> {
    let radius = whole((3.0 * sigma).ceil()).clamp(1, MOST_RADIUS);
    let height = |place: usize| {
        let from_middle = real(place.abs_diff(radius)) / sigma;
        libm::exp(-0.5 * from_middle * from_middle)
    };
    let total: f64 = (0..=2 * radius).map(height).sum();
    let mut weights: Vec<u32> = (0..=2 * radius)
        .map(|place| u32::try_from(whole(height(place) / total * 65_536.0)).unwrap_or_default())
        .collect();
    let rest = 65_536_u32.saturating_sub(weights.iter().sum());
    if let Some(middle) = weights.get_mut(radius) {
        *middle += rest;
    }
    weights
}

/// The picture sharpened: each pixel moved away from the mean of its surroundings by so many times the difference.
pub(crate) fn sharpened(picture: &Picture, sigma: f64, amount: i32) -> Picture {
    let mut sharp = blurred(picture, sigma);
    for (pixel, original) in sharp.luma_mut().iter_mut().zip(picture.luma()) {
        let (mean, value) = (i32::from(*pixel), i32::from(*original));
        *pixel = u8::try_from((value + amount * (value - mean)).clamp(0, 255)).unwrap_or_default();
    }
    sharp
}

/// The picture in black and white: black what is darker than the mean of the square around it.
pub(crate) fn thresholded(picture: &Picture, radius: usize) -> Picture {
    darker(picture, radius, 0)
}

/// The picture in black and white: black what is darker than the mean of the square around it, by more than so many steps of luminance.
pub(crate) fn darker(picture: &Picture, radius: usize, steps: u32) -> Picture {
    let radius = radius.min(MOST_RADIUS);
    let (width, height) = (picture.width(), picture.height());
    let mut columns = vec![0_u32; width];
    let mut luma = Vec::with_capacity(picture.luma().len());
    for y in 0..radius.min(height) {
        columns.iter_mut().zip(picture.row(y)).for_each(|(sum, value)| *sum += u32::from(*value));
    }
    for y in 0..height {
        columns.iter_mut().zip(picture.row(y + radius)).for_each(|(sum, value)| *sum += u32::from(*value));
        if let Some(gone) = y.checked_sub(radius + 1) {
            columns.iter_mut().zip(picture.row(gone)).for_each(|(sum, value)| *sum -= u32::from(*value));
        }
        let rows = (y + radius).min(height - 1) + 1 - y.saturating_sub(radius);
        let ahead = columns.iter().skip(radius).copied().map(Some).chain(std::iter::repeat(None));
        let behind = std::iter::repeat_n(0, radius + 1).chain(columns.iter().copied());
        let mut sum: u32 = columns.iter().take(radius).sum();
        for (x, ((value, ahead), behind)) in picture.row(y).iter().zip(ahead).zip(behind).enumerate() {
            sum = sum + ahead.unwrap_or_default() - behind;
            let across = (x + radius).min(width - 1) + 1 - x.saturating_sub(radius);
            let pixels = u32::try_from(rows * across).unwrap_or(u32::MAX);
            let dark = (u32::from(*value) + steps) * pixels < sum;
            luma.push(if dark { 0 } else { 255 });
        }
    }
    Picture::new(width, height, luma).unwrap_or_else(|| picture.clone())
}

/// The picture without specks: the median of each pixel and its eight neighbours. The outermost pixels stay.
pub(crate) fn despeckled(picture: &Picture) -> Picture {
    let mut clean = picture.clone();
    let width = picture.width();
    for (y, row) in clean.luma_mut().chunks_exact_mut(width).enumerate().skip(1) {
        let rows = [picture.row(y - 1), picture.row(y), picture.row(y + 1)];
        if rows.iter().any(|row| row.is_empty()) {
            continue;
        }
        let [above, here, below] = rows.map(|row| row.windows(3));
        let inner = row.iter_mut().skip(1);
        for (pixel, ((above, here), below)) in inner.zip(above.zip(here).zip(below)) {
            if let ([a, b, c], [d, e, f], [g, h, i]) = (above, here, below) {
                *pixel = median([*a, *b, *c], [*d, *e, *f], [*g, *h, *i]);
            }
        }
    }
    clean
}

/// The median of nine: the median of the largest least, the middle one and the least largest of its rows (Paeth, Graphics Gems, 1990).
fn median(above: [u8; 3], here: [u8; 3], below: [u8; 3]) -> u8 {
    let ([low1, middle1, high1], [low2, middle2, high2], [low3, middle3, high3]) =
        (sorted(above), sorted(here), sorted(below));
    let [_, middle, _] = sorted([middle1, middle2, middle3]);
    let [_, median, _] = sorted([low1.max(low2).max(low3), middle, high1.min(high2).min(high3)]);
    median
}

fn sorted([first, second, third]: [u8; 3]) -> [u8; 3] {
    let (less, more) = (first.min(second), first.max(second));
    let (middle, most) = (more.min(third), more.max(third));
    [less.min(middle), less.max(middle), most]
}

/// The picture with its darkest twentieth black, its lightest twentieth white and the rest between.
pub(crate) fn contrasted(picture: &Picture) -> Picture {
    let mut counts = [0_usize; 256];
    for value in picture.luma() {
        if let Some(count) = counts.get_mut(usize::from(*value)) {
            *count += 1;
        }
    }
    let part = picture.luma().len() / 20;
    let low = real(reached(counts.iter(), part));
    let high = real(255 - reached(counts.iter().rev(), part));
    let factor = 255.0 / (high - low).max(1.0);
    let table: Vec<u8> = (0..256).map(|value| shade((real(value) - low) * factor)).collect();
    let mut clear = picture.clone();
    for pixel in clear.luma_mut() {
        *pixel = table.get(usize::from(*pixel)).copied().unwrap_or_default();
    }
    clear
}

/// The first place up to which the counts add up to more than a part.
fn reached<'a>(counts: impl Iterator<Item = &'a usize>, part: usize) -> usize {
    let sums = counts.scan(0, |sum, count| {
        *sum += count;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= part).count()
}

/// The luminance of what surrounds the picture's subject: the upper quartile of its outermost pixels.
pub(crate) fn surround(picture: &Picture) -> u8 {
    let last = picture.height().saturating_sub(1);
    let rows = picture.row(0).iter().chain(picture.row(last));
    let sides = picture
        .luma()
        .chunks_exact(picture.width())
        .flat_map(|row| row.first().into_iter().chain(row.last()));
    let mut edge: Vec<u8> = rows.chain(sides).copied().collect();
    edge.sort_unstable();
    edge.get(edge.len() / 4 * 3).copied().unwrap_or(255)
}

fn octet(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> Picture {
        Picture::from_fn(width, height, |x, y| octet(u32::try_from(2 * x + y).unwrap_or_default()))
            .expect("a picture")
    }

    #[test]
    fn points_come_back_from_where_their_pixels_went() {
        let picture = ramp(60, 40);
        let prepared = [
            scaled(&picture, 0.5, 0.5),
            scaled(&picture, 1.7, 1.0),
            padded(&picture, 7, 255).moved(|picture| scaled(picture, 3.0, 3.0)),
            within(&picture, 600),
        ];
        for prepared in prepared {
            // A ramp shows in each pixel where it came from.
            let middle =
                Point::new(real(prepared.picture.width()) / 2.0, real(prepared.picture.height()) / 2.0);
            let there = prepared.picture.between(middle.x, middle.y).expect("inside");
            let origin = prepared.back(middle);
            let here = picture.between(origin.x, origin.y).expect("inside");
            assert!((there - here).abs() < 2.0, "{there} is not {here} at {origin:?}");
        }
    }

    #[test]
    fn filters_leave_what_is_even_as_it_is() {
        let even = Picture::from_fn(50, 30, |_, _| 90).expect("a picture");
        assert_eq!(blurred(&even, 2.0), even);
        assert_eq!(sharpened(&even, 3.0, 4), even);
        assert_eq!(despeckled(&even), even);
        assert!(thresholded(&even, 16).luma().iter().all(|pixel| *pixel == 255));
        assert_eq!(surround(&even), 90);
    }

    #[test]
    fn filters_do_what_they_are_for() {
        let mut speck = Picture::from_fn(50, 30, |_, _| 200).expect("a picture");
        let even = speck.clone();
        if let Some(pixel) = speck.luma_mut().get_mut(15 * 50 + 20) {
            *pixel = 0;
        }
        assert_eq!(despeckled(&speck), even);
        assert_eq!(thresholded(&speck, 10).at(20, 15), Some(0));
        assert_eq!(thresholded(&speck, 10).luma().iter().position(|pixel| *pixel == 0), Some(15 * 50 + 20));
        assert!(blurred(&speck, 2.0).at(20, 15).is_some_and(|pixel| (180..200).contains(&pixel)));
        let clear = contrasted(&ramp(60, 40));
        assert_eq!((clear.at(0, 0), clear.at(59, 39)), (Some(0), Some(255)));
        assert_eq!(median([9, 1, 5], [3, 8, 2], [7, 4, 6]), 5);
    }
}
