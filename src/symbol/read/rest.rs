//! Whether more symbols are there than were read, and where.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a picture has at most 2^26 pixels, so that no sum or product of its coordinates overflows"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult as _};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{SampleMQR, SampleRMQR};

use super::marks::{Mark, marks};
use super::rxing::{Binary, binary, patterns, sets};
use crate::symbol::geometry::{Point, Projection};
use crate::symbol::picture::{real, whole};
use crate::symbol::prepare::within;
use crate::symbol::{Picture, Sighting};

/// Pixels in which three finder patterns and Micro QR are looked for; a larger picture is scaled down.
const MOST_PIXELS: usize = 4_000_000;

/// Modules from the centre of a finder pattern within which what looks like one is taken for it.
const NEAR: f64 = 2.5;

/// What is in a picture beside the symbols that were read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rest {
    /// Parts of the picture with finder patterns that belong to none of the symbols that were read, two of a size or three: each is due for a pass of
    /// its own.
    pub regions: Vec<Region>,
    /// Whether these are finder patterns of another symbol for certain: three at a right angle or two, with a timing pattern between them.
    pub unexplained: bool,
    /// Micro QR and rMQR symbols.
    pub micro: usize,
}

/// A part of a picture, in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its first column.
    pub left: usize,
    /// Its first row.
    pub top: usize,
    /// Its columns.
    pub width: usize,
    /// Its rows.
    pub height: usize,
    /// Whether what is left there lies inside a symbol that was read.
    pub inside: bool,
}

/// Looks for what no symbol explains that was read. Where that fails, there may be more.
#[must_use]
pub fn rest(picture: &Picture, sightings: &[Sighting]) -> Rest {
    let look = AssertUnwindSafe(|| {
        let known: Vec<(Point, f64)> = sightings.iter().flat_map(finders).collect();
        let is_known = |centre: Point| known.iter().any(|(finder, near)| finder.distance(centre) < *near);
        let places: Vec<(usize, Projection)> = sightings.iter().filter_map(place).collect();
        let is_inside = |centre: Point| places.iter().any(|place| lies_in(place, centre));
        let mut rest = threes(picture, is_known, is_inside);
        let mut marks = marks(picture);
        marks.retain(|mark| {
            !is_known(mark.centre) && !sightings.iter().any(|sighting| is_data(sighting, mark))
        });
        rest.unexplained |= is_symbol(picture, &marks);
        rest.regions.extend(regions(picture, &marks, is_inside));
        rest
    });
    let all = Region { left: 0, top: 0, width: picture.width(), height: picture.height(), inside: true };
    catch_unwind(look).unwrap_or(Rest { regions: vec![all], unexplained: true, micro: 0 })
}

/// The modules of a symbol's side, and what takes the picture to its modules.
fn place(sighting: &Sighting) -> Option<(usize, Projection)> {
    let side = sighting.grid.side();
    let far = real(side);
    let square = [Point::new(0.0, 0.0), Point::new(far, 0.0), Point::new(far, far), Point::new(0.0, far)];
    Some((side, Projection::between(sighting.corners(), square)?))
}

/// Whether a point of the picture lies inside a symbol.
fn lies_in((side, modules): &(usize, Projection), point: Point) -> bool {
    let Point { x, y } = modules.map(point);
    x >= 0.0 && y >= 0.0 && x <= real(*side) && y <= real(*side)
}

/// The part of the modules around a mark that have to be as they should, so that they are what looks like one.
const AS_MEANT: f64 = 0.9;

/// The part of a module below which a mark is too small to be made of modules.
const LEAST_PART: f64 = 0.4;

/// Whether a mark is made of the modules of a symbol that was read: it lies inside, is no smaller than they make it, and none is wrong there.
fn is_data(sighting: &Sighting, mark: &Mark) -> bool {
    let Some(place) = place(sighting).filter(|place| lies_in(place, mark.centre)) else { return false };
    let (side, modules) = place;
    let Point { x, y } = modules.map(mark.centre);
    let module =
        sighting.projection.map(Point::new(x, y)).distance(sighting.projection.map(Point::new(x + 1.0, y)));
    let reach = mark.module.x.max(mark.module.y) / module * 4.5;
    if mark.module.x.min(mark.module.y) < module * LEAST_PART {
        return false;
    }
    let near = |at: f64| whole(at - reach)..whole(at + reach).saturating_add(1).min(side);
    let around = near(y).flat_map(|y| near(x).map(move |x| (x, y)));
    let intended = &sighting.analysis.intended;
    let (mut right, mut all) = (0_usize, 0_usize);
    for (x, y) in around {
        let meant = if sighting.analysis.mirrored { intended.dark(y, x) } else { intended.dark(x, y) };
        right += usize::from(sighting.grid.dark(x, y) == meant);
        all += 1;
    }
    real(right) >= AS_MEANT * real(all)
}

/// Three finder patterns that may belong to one symbol, and Micro QR, as the reader `rxing` sees them.
fn threes(picture: &Picture, is_known: impl Fn(Point) -> bool, is_inside: impl Fn(Point) -> bool) -> Rest {
    let prepared = within(picture, MOST_PIXELS);
    let mut rest = Rest::default();
    let Some(mut bits) = binary(&prepared.picture, Binary::Hybrid) else { return rest };
    for inverted in [false, true] {
        // Small modules that are light on dark are left to the marks.
        let mut new = patterns(&bits, !inverted);
        let back =
            |part: &ConcentricPattern| prepared.back(Point::new(f64::from(part.p.x), f64::from(part.p.y)));
        new.retain(|part| !is_known(back(part)));
        let micro = new.iter().take(MOST_LONE).filter(|part| is_micro(&bits, **part)).count();
        rest.micro = rest.micro.saturating_add(micro);
        for set in sets(new).into_iter().take(MOST_REGIONS) {
            rest.unexplained = true;
            let centres = [set.tl, set.tr, set.bl].map(|part| back(&part));
            rest.regions.extend(around(picture, &centres, NEAR, &is_inside));
        }
        bits.flip_self();
    }
    rest
}

/// Finder patterns at which Micro QR is looked for.
const MOST_LONE: usize = 64;

/// Whether a finder pattern is that of a Micro QR or rMQR symbol which can be read.
fn is_micro(bits: &BitMatrix, part: ConcentricPattern) -> bool {
    let sampled = [SampleMQR(bits, part), SampleRMQR(bits, part)];
    sampled.into_iter().flatten().any(|sampled| {
        Decode(sampled.getBits()).is_ok_and(|read| read.isValid() && !read.content().bytes().is_empty())
    })
}

/// Parts of a picture that are looked at after what was read, at most.
pub(super) const MOST_REGIONS: usize = 4;
/// Marks that are compared with each other.
const MOST_COMPARED: usize = 64;
/// How much larger of two marks of one symbol the larger one may be.
const ALIKE: f64 = 1.6;
/// Modules between the centres of two finder patterns of one symbol: 14 of version 1, less where it is turned, and 170 of version 40.
const APART: std::ops::Range<f64> = 9.0..245.0;

/// The parts of the picture in which marks of one size stand near each other.
fn regions(picture: &Picture, marks: &[Mark], is_inside: impl Fn(Point) -> bool) -> Vec<Region> {
    let marks = marks.get(..MOST_COMPARED).unwrap_or(marks);
    let mut regions: Vec<Region> = Vec::new();
    for mark in marks {
        let apart = |other: &&Mark| mark.resembles(other, ALIKE) && APART.contains(&mark.distance(other));
        let mut partners: Vec<&Mark> = marks.iter().filter(apart).collect();
        partners.sort_by(|a, b| mark.distance(a).total_cmp(&mark.distance(b)));
        // Of three patterns of a symbol, each has two.
        partners.truncate(2);
        if partners.is_empty() {
            continue;
        }
        let centres: Vec<Point> = partners.iter().chain([&mark]).map(|mark| mark.centre).collect();
        regions.extend(around(picture, &centres, mark.module.x.max(mark.module.y) * 8.0, &is_inside));
    }
    joined(regions)
}

/// The part of the picture with these centres of finder patterns, and with all of the symbol that has two of them.
fn around(
    picture: &Picture,
    centres: &[Point],
    margin: f64,
    is_inside: impl Fn(Point) -> bool,
) -> Option<Region> {
    let span = |of: fn(&Point) -> f64| {
        let all = centres.iter().map(of);
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
            (least.min(value), most.max(value))
        })
    };
    let ((left, right), (top, bottom)) = (span(|point| point.x), span(|point| point.y));
    let reach = (right - left).max(bottom - top) * 1.1 + margin;
    let (left, top) = (whole(left - reach), whole(top - reach));
    let (right, bottom) =
        (whole(right + reach).min(picture.width()), whole(bottom + reach).min(picture.height()));
    let (width, height) = (right.checked_sub(left)?, bottom.checked_sub(top)?);
    let inside = centres.iter().any(|centre| is_inside(*centre));
    (width > 0 && height > 0).then_some(Region { left, top, width, height, inside })
}

/// Parts that overlap by half become one; the first four.
fn joined(regions: Vec<Region>) -> Vec<Region> {
    let mut kept: Vec<Region> = Vec::new();
    for region in regions {
        match kept.iter_mut().find(|other| other.shared(&region) * 2 > other.area().min(region.area())) {
            Some(other) => *other = other.with(&region),
            None => kept.push(region),
        }
    }
    kept.truncate(MOST_REGIONS);
    kept
}

impl Region {
    const fn area(&self) -> usize {
        self.width * self.height
    }

    /// Pixels of both.
    fn shared(&self, other: &Self) -> usize {
        let overlap =
            |a: (usize, usize), b: (usize, usize)| (a.0 + a.1).min(b.0 + b.1).saturating_sub(a.0.max(b.0));
        overlap((self.left, self.width), (other.left, other.width))
            * overlap((self.top, self.height), (other.top, other.height))
    }

    /// The least part with both.
    fn with(&self, other: &Self) -> Self {
        let (left, top) = (self.left.min(other.left), self.top.min(other.top));
        let right = (self.left + self.width).max(other.left + other.width);
        let bottom = (self.top + self.height).max(other.top + other.height);
        Self { left, top, width: right - left, height: bottom - top, inside: self.inside || other.inside }
    }
}

/// Whether marks are those of a symbol for certain: three of a size at a right angle or two, with a timing pattern between them.
fn is_symbol(picture: &Picture, marks: &[Mark]) -> bool {
    let marks = marks.get(..MOST_COMPARED).unwrap_or(marks);
    marks.iter().enumerate().any(|(place, corner)| {
        let apart = |other: &&Mark| corner.resembles(other, ALIKE) && APART.contains(&corner.distance(other));
        let others: Vec<&Mark> = marks.iter().filter(apart).collect();
        let is_corner = others.iter().enumerate().any(|(place, one)| {
            others.iter().skip(place + 1).any(|other| {
                is_right_angle(corner.offset(one), corner.offset(other))
                    && [one, other].iter().any(|end| has_timing(picture, corner, end, LEAST_OF_THREE))
            })
        });
        let mut later = marks.iter().skip(place + 1).filter(apart);
        is_corner || later.any(|other| has_timing(picture, corner, other, LEAST_OF_TWO))
    })
}

/// Whether two sides are of nearly the same length, and nearly at a right angle.
fn is_right_angle(a: Point, b: Point) -> bool {
    let (first, second) = (libm::hypot(a.x, a.y), libm::hypot(b.x, b.y));
    let cosine = (a.x * b.x + a.y * b.y) / (first * second).max(1.0);
    first < second * 1.35 && second < first * 1.35 && cosine.abs() < 0.4
}

/// Modules from the centre of a finder pattern to the row of the timing pattern, and along it to where that begins.
const TO_TIMING: f64 = 3.0;
const TO_START: f64 = 4.5;
/// Modules of a timing pattern from which on it is told from chance, between one of two sides of three finder patterns, and between two.
const LEAST_OF_THREE: f64 = 3.5;
const LEAST_OF_TWO: f64 = 8.0;
/// Looks a module.
const LOOKS: f64 = 4.0;

/// Whether dark and light modules alternate between two marks, on the line that joins their sides.
fn has_timing(picture: &Picture, one: &Mark, other: &Mark, least_modules: f64) -> bool {
    let Point { x, y } = one.offset(other);
    let long = libm::hypot(x, y);
    let modules = long - 2.0 * TO_START;
    if modules < least_modules {
        return false;
    }
    let module =
        Point::new(f64::midpoint(one.module.x, other.module.x), f64::midpoint(one.module.y, other.module.y));
    let (x, y) = (x / long, y / long);
    [TO_TIMING, -TO_TIMING].into_iter().any(|aside| {
        let at = |along: f64| {
            let (across, down) = (along * x - aside * y, along * y + aside * x);
            picture.between(one.centre.x + across * module.x, one.centre.y + down * module.y)
        };
        let looks = whole(modules * LOOKS);
        let seen: Option<Vec<f64>> = (0..looks).map(|look| at(TO_START + real(look) / LOOKS)).collect();
        let Some(seen) = seen else { return false };
        let (least, most) = seen
            .iter()
            .fold((f64::INFINITY, 0.0), |(least, most), value| (value.min(least), value.max(most)));
        let threshold = f64::midpoint(least, most);
        let changes =
            seen.windows(2).filter(|pair| matches!(pair, [a, b] if (*a < threshold) != (*b < threshold)));
        let part = real(changes.count()) / modules;
        most - least > 16.0 && (0.85..1.15).contains(&part)
    })
}

/// The picture with the finder patterns of symbols that were read painted over, in white, or in black for a symbol that is light on dark, so that
/// the next pass sees the others; what lies inside or around a symbol stays.
#[must_use]
pub fn hidden(picture: &Picture, sightings: &[Sighting]) -> Picture {
    let mut picture = picture.clone();
    let width = picture.width();
    for sighting in sightings {
        let paint = if sighting.inverted { 0 } else { 255 };
        for (centre, near) in finders(sighting) {
            // A circle of this radius, in modules, covers a finder pattern but for its outermost corners.
            let reach = near / NEAR * 4.2;
            let top = whole(centre.y - reach);
            let rows = whole(reach * 2.0).saturating_add(1);
            for (y, row) in picture.luma_mut().chunks_exact_mut(width).enumerate().skip(top).take(rows) {
                for (x, pixel) in row.iter_mut().enumerate().skip(whole(centre.x - reach)).take(rows) {
                    if Point::new(real(x) + 0.5, real(y) + 0.5).distance(centre) <= reach {
                        *pixel = paint;
                    }
                }
            }
        }
    }
    picture
}

/// The picture with all of the symbols that were read painted over, so that nothing distracts from what stands beside them.
pub(super) fn covered(picture: &Picture, sightings: &[Sighting]) -> Picture {
    let mut picture = picture.clone();
    let width = picture.width();
    for sighting in sightings {
        let paint = if sighting.inverted { 0 } else { 255 };
        let Some(place) = place(sighting) else { continue };
        let corners = sighting.corners();
        let least = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Point) -> f64| corners.iter().map(of).fold(0.0, f64::max);
        let (left, right) = (whole(least(|point| point.x)), whole(most(|point| point.x)));
        let (top, bottom) = (whole(least(|point| point.y)), whole(most(|point| point.y)));
        let rows = picture.luma_mut().chunks_exact_mut(width).enumerate().take(bottom.saturating_add(1));
        for (y, row) in rows.skip(top) {
            for (x, pixel) in row.iter_mut().enumerate().take(right.saturating_add(1)).skip(left) {
                if lies_in(&place, Point::new(real(x) + 0.5, real(y) + 0.5)) {
                    *pixel = paint;
                }
            }
        }
    }
    picture
}

/// The centres of a symbol's finder patterns, and how far from them is near, in pixels.
fn finders(sighting: &Sighting) -> [(Point, f64); 3] {
    let far = real(sighting.grid.side()) - 3.5;
    [(3.5, 3.5), (far, 3.5), (3.5, far)].map(|(x, y)| {
        let [centre, beside, below] =
            [(x, y), (x + 1.0, y), (x, y + 1.0)].map(|(x, y)| sighting.projection.map(Point::new(x, y)));
        (centre, NEAR * centre.distance(beside).max(centre.distance(below)))
    })
}
