//! Pictures of symbols: modules as squares of pixels, turned, mirrored, shaded and laid over each other.

use upqr::symbol::{Grid, Picture};

pub(super) const BLACK: u8 = 0;
pub(super) const WHITE: u8 = 255;

/// A picture of one shade.
pub(super) fn plain(width: usize, height: usize, shade: u8) -> Picture {
    Picture::from_fn(width, height, |_, _| shade).expect("the table's pictures are small")
}

/// A symbol with its quiet zone, so many pixels a module.
pub(super) fn drawn(grid: &Grid, module: usize, quiet: usize) -> Picture {
    modules(grid.side(), module, quiet, |x, y| grid.dark(x, y))
}

/// Any square of modules with its quiet zone.
pub(super) fn modules(
    side: usize,
    module: usize,
    quiet: usize,
    dark: impl Fn(usize, usize) -> bool,
) -> Picture {
    let whole = (side + quiet * 2) * module;
    let at = |place: usize| (place / module).checked_sub(quiet).filter(|place| *place < side);
    let is_dark = |x, y| at(x).zip(at(y)).is_some_and(|(x, y)| dark(x, y));
    Picture::from_fn(whole, whole, |x, y| if is_dark(x, y) { BLACK } else { WHITE })
        .expect("the table's pictures are small")
}

/// A symbol with a quiet zone of 4 modules at a size of `halves` half pixels a module: edges are grey where they cut a pixel.
pub(super) fn halved(grid: &Grid, halves: usize) -> Picture {
    let double = drawn(grid, halves, 4);
    let side = double.width().div_ceil(2);
    let at = |x: usize, y: usize| usize::from(double.at(x, y).unwrap_or(WHITE));
    let mean = |x: usize, y: usize| (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4;
    Picture::from_fn(side, side, |x, y| u8::try_from(mean(x * 2, y * 2)).unwrap_or(WHITE))
        .expect("the table's pictures are small")
}

/// The picture, turned by a quarter clockwise.
pub(super) fn turned(picture: &Picture) -> Picture {
    let last = picture.height() - 1;
    rearranged(picture, picture.height(), picture.width(), |x, y| (y, last - x))
}

/// The picture, mirrored left to right.
pub(super) fn mirrored(picture: &Picture) -> Picture {
    let last = picture.width() - 1;
    rearranged(picture, picture.width(), picture.height(), |x, y| (last - x, y))
}

fn rearranged(
    picture: &Picture,
    width: usize,
    height: usize,
    from: impl Fn(usize, usize) -> (usize, usize),
) -> Picture {
    let at = |x, y| {
        let (x, y) = from(x, y);
        picture.at(x, y).unwrap_or(WHITE)
    };
    Picture::from_fn(width, height, at).expect("it has as many pixels as the other")
}

/// A symbol with a quiet zone of 4 modules, turned by an angle whose cosine and sine are `cos` and `sin` hundredths, on white.
pub(super) fn askew(grid: &Grid, module: i64, (cos, sin): (i64, i64)) -> Picture {
    let side = i64::try_from(grid.side()).unwrap_or_default();
    let whole = (side + 8) * module * 14 / 10;
    let span = usize::try_from(whole).unwrap_or_default();
    let place = |pixel: usize| i64::try_from(pixel).unwrap_or_default() * 2 + 1 - whole;
    let dark = |x: usize, y: usize| {
        // Twice the distance from the centre, in hundredths of a pixel, and from there to modules.
        let (x, y) = (place(x), place(y));
        let column = (x * cos + y * sin + side * module * 100).div_euclid(200 * module);
        let row = (y * cos - x * sin + side * module * 100).div_euclid(200 * module);
        usize::try_from(column).ok().zip(usize::try_from(row).ok()).is_some_and(|(x, y)| grid.dark(x, y))
    };
    Picture::from_fn(span, span, |x, y| if dark(x, y) { BLACK } else { WHITE }).expect("it is small")
}

/// The picture in two other shades.
pub(super) fn shaded(picture: &Picture, dark: u8, light: u8) -> Picture {
    let shade = |x, y| if picture.at(x, y) == Some(BLACK) { dark } else { light };
    Picture::from_fn(picture.width(), picture.height(), shade).expect("it has as many pixels as the other")
}

/// Two pictures beside each other, the second one against the top.
pub(super) fn beside(left: &Picture, right: &Picture) -> Picture {
    let (width, height) = (left.width() + right.width(), left.height().max(right.height()));
    let at = |x: usize, y: usize| match x.checked_sub(left.width()) {
        None => left.at(x, y),
        Some(x) => right.at(x, y),
    };
    Picture::from_fn(width, height, |x, y| at(x, y).unwrap_or(WHITE)).expect("the table's pictures are small")
}

/// One picture over the middle of another.
pub(super) fn over(below: &Picture, above: &Picture) -> Picture {
    let (left, top) = ((below.width() - above.width()) / 2, (below.height() - above.height()) / 2);
    let at = |x: usize, y: usize| {
        let inner = x.checked_sub(left).zip(y.checked_sub(top)).and_then(|(x, y)| above.at(x, y));
        inner.or_else(|| below.at(x, y)).unwrap_or(WHITE)
    };
    Picture::from_fn(below.width(), below.height(), at).expect("it has as many pixels as the other")
}

/// One picture, with the pixels of another of the same size where that is asked for.
pub(super) fn mixed(one: &Picture, other: &Picture, is_other: impl Fn(usize, usize) -> bool) -> Picture {
    let at = |x, y| if is_other(x, y) { other.at(x, y) } else { one.at(x, y) };
    Picture::from_fn(one.width(), one.height(), |x, y| at(x, y).unwrap_or(WHITE))
        .expect("it has as many pixels as the other")
}
