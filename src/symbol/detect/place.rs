//! Where symbols may lie: squares that finder patterns span.

use super::finder::Finder;
use super::fit::{Pattern, module};
use super::plane::Relief;
use crate::symbol::Version;
use crate::symbol::geometry::{Point, Projection};
use crate::symbol::picture::{real, whole};

/// A symbol that may be there.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Modules to pixels.
    pub(super) projection: Projection,
    /// Its version.
    pub(super) version: Version,
    /// How likely it is: higher comes first.
    pub(super) worth: f64,
}

/// Two finder patterns in a row: where the second lies, seen from the first.
#[derive(Clone, Copy, Debug)]
struct Link {
    to: usize,
    /// Which axis of the first leads there: across, down, and their opposites.
    axis: usize,
    /// Modules between the centres.
    modules: f64,
    /// How far the axes are from the line between the centres: the sum of both sines.
    bend: f64,
}

/// Sine of the angle between an axis and the line to another finder pattern, at most.
const MOST_BEND: f64 = 0.2;

impl Finder {
    /// The four directions from its centre, one module each.
    fn axes(&self) -> [Point; 4] {
        let Self { across, down, .. } = *self;
        [across, down, Point::new(-across.x, -across.y), Point::new(-down.x, -down.y)]
    }

    /// The axis that leads to a point most directly, and the sine of the angle between.
    fn towards(&self, point: Point) -> (usize, Point, f64) {
        let line = Point::new(point.x - self.centre.x, point.y - self.centre.y);
        let length = libm::hypot(line.x, line.y).max(1e-9);
        let along =
            |axis: &Point| (axis.x * line.x + axis.y * line.y) / libm::hypot(axis.x, axis.y).max(1e-9);
        let (place, axis) = self
            .axes()
            .into_iter()
            .enumerate()
            .max_by(|a, b| along(&a.1).total_cmp(&along(&b.1)))
            .unwrap_or((0, self.across));
        let size = libm::hypot(axis.x, axis.y).max(1e-9);
        (place, axis, ((axis.x * line.y - axis.y * line.x) / (size * length)).abs())
    }

    /// The finder pattern with its rows along `right` and its columns turned from them clockwise.
    fn facing(&self, right: Point) -> (Point, Point) {
        let along =
            |axis: &Point| (axis.x * right.x + axis.y * right.y) / libm::hypot(axis.x, axis.y).max(1e-9);
        let across =
            self.axes().into_iter().max_by(|a, b| along(a).total_cmp(&along(b))).unwrap_or(self.across);
        let turn = |axis: &Point| across.x * axis.y - across.y * axis.x;
        let down = self.axes().into_iter().max_by(|a, b| turn(a).total_cmp(&turn(b))).unwrap_or(self.down);
        (across, down)
    }
}

/// Places of symbols with three finder patterns, the likeliest first.
pub(super) fn by_three(finders: &[Finder], relief: &Relief) -> Vec<Place> {
    let mut places = Vec::new();
    for (corner, first) in finders.iter().enumerate() {
        let links = links(finders, corner);
        for (number, one) in links.iter().enumerate() {
            for other in links.iter().skip(number.saturating_add(1)) {
                // On different axes, and about as far.
                let ratio = one.modules / other.modules;
                if one.axis % 2 == other.axis % 2 || !(0.75..1.34).contains(&ratio) {
                    continue;
                }
                let (Some(a), Some(b)) = (finders.get(one.to), finders.get(other.to)) else { continue };
                let bend = one.bend + other.bend + (ratio.max(1.0 / ratio) - 1.0);
                let agreement = first.agreement + a.agreement + b.agreement;
                let (right, below) =
                    if cross(first.centre, a.centre, b.centre) > 0.0 { (a, b) } else { (b, a) };
                let modules = (one.modules * other.modules).sqrt();
                places.push((agreement / 3.0 - bend, [first, right, below], modules));
            }
        }
    }
    places.sort_by(|a, b| b.0.total_cmp(&a.0));
    places.truncate(MOST_TRIPLES);
    let mut all = Vec::new();
    for (worth, corners, modules) in places {
        all.extend(sized(relief, modules, worth, |version| spanned(corners, version)));
    }
    all.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    all
}

/// Triples of finder patterns that are looked at, the likeliest first.
const MOST_TRIPLES: usize = 12;

/// Pairs of finder patterns that are looked at, the likeliest first.
const MOST_PAIRS: usize = 24;

/// Places of symbols with two finder patterns, as where the third is destroyed, the likeliest first.
pub(super) fn by_two(finders: &[Finder], relief: &Relief) -> Vec<Place> {
    // The centres of what would be the four corners, clockwise from the top left.
    let mut squares: Vec<(f64, [Point; 4], f64)> = Vec::new();
    for (place, first) in finders.iter().enumerate() {
        for link in links(finders, place) {
            let Some(other) = finders.get(link.to) else { continue };
            let worth = f64::midpoint(first.agreement, other.agreement) - link.bend;
            for sign in [1.0, -1.0] {
                let beside = |finder: &Finder| {
                    let line = Point::new(other.centre.x - first.centre.x, other.centre.y - first.centre.y);
                    let (_, down) = finder.facing(line);
                    let far = sign * link.modules;
                    Point::new(finder.centre.x + far * down.x, finder.centre.y + far * down.y)
                };
                let (next, last) = (beside(other), beside(first));
                let square = if sign > 0.0 {
                    [first.centre, other.centre, next, last]
                } else {
                    [first.centre, last, next, other.centre]
                };
                squares.push((worth, square, link.modules));
            }
        }
        for other in finders.iter().skip(place.saturating_add(1)) {
            squares.extend(across_corners(first, other));
        }
    }
    squares.sort_by(|a, b| b.0.total_cmp(&a.0));
    squares.truncate(MOST_PAIRS);
    let mut all = Vec::new();
    for (worth, square, modules) in squares {
        let project = |version: Version| {
            let far = real(version.side()) - 3.5;
            let from = [(3.5, 3.5), (far, 3.5), (far, far), (3.5, far)].map(|(x, y)| Point::new(x, y));
            Projection::between(from, square).filter(|found| is_quadrangle(found.corners(version.side())))
        };
        all.extend(sized(relief, modules, worth, project));
    }
    all.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    all
}

/// The squares in which two finder patterns are the top right and the bottom left corner, whichever of the two others is the top left.
fn across_corners(first: &Finder, other: &Finder) -> Vec<(f64, [Point; 4], f64)> {
    let (a, b) = (first.centre, other.centre);
    let meeting = |from: Point, along: Point, to: Point, with: Point| {
        let turn = along.x * with.y - along.y * with.x;
        let far = ((to.x - from.x) * with.y - (to.y - from.y) * with.x) / turn;
        far.is_finite().then(|| Point::new(from.x + far * along.x, from.y + far * along.y))
    };
    // The axes of the other that are like those of the first.
    let (across, down) = other.facing(first.across);
    let (Some(one), Some(two)) = (meeting(a, first.across, b, down), meeting(a, first.down, b, across))
    else {
        return Vec::new();
    };
    let size = |axis: Point| libm::hypot(axis.x, axis.y);
    let sides = [
        a.distance(one) / size(first.across),
        b.distance(one) / size(down),
        a.distance(two) / size(first.down),
        b.distance(two) / size(across),
    ];
    let most = sides.into_iter().fold(0.0, f64::max);
    let least = sides.into_iter().fold(f64::INFINITY, f64::min);
    if !(least >= 12.0 && most < 185.0 && most < least * 1.35) {
        return Vec::new();
    }
    let modules = libm::pow(sides.into_iter().product(), 0.25);
    let worth = f64::midpoint(first.agreement, other.agreement) - (most / least - 1.0);
    // Clockwise, from each of the two corners.
    let turned = if cross(one, a, b) > 0.0 { [one, a, two, b] } else { [one, b, two, a] };
    let mut opposite = turned;
    opposite.rotate_left(2);
    vec![(worth, turned, modules), (worth, opposite, modules)]
}

/// The finder patterns that lie in a row with this one.
fn links(finders: &[Finder], from: usize) -> Vec<Link> {
    let Some(first) = finders.get(from) else { return Vec::new() };
    let link = |(to, other): (usize, &Finder)| {
        let (axis, one, bend) = first.towards(other.centre);
        let (_, two, other_bend) = other.towards(first.centre);
        let size = |point: Point| libm::hypot(point.x, point.y);
        let ratio = size(one) / size(two);
        // On a line that is seen at an angle, the module between is the geometric mean of those at both ends.
        let modules = first.centre.distance(other.centre) / (size(one) * size(two)).sqrt();
        let fits = to != from
            && bend < MOST_BEND
            && other_bend < MOST_BEND
            && (0.4..2.5).contains(&ratio)
            && (12.0..185.0).contains(&modules);
        fits.then_some(Link { to, axis, modules, bend: bend + other_bend })
    };
    finders.iter().enumerate().filter_map(link).collect()
}

/// The same place in the versions that are near a number of modules between finder patterns, those first whose timing patterns agree.
fn sized(
    relief: &Relief,
    modules: f64,
    worth: f64,
    project: impl Fn(Version) -> Option<Projection>,
) -> Vec<Place> {
    let number = (modules + 7.0 - 17.0) / 4.0;
    let spread = 1.0 + number.max(0.0) * 0.06;
    let first = whole((number - spread).max(0.5) + 0.5);
    let last = whole((number + spread).clamp(1.0, 40.0) + 0.5);
    let mut places: Vec<Place> = Vec::new();
    for number in first.max(1)..=last.min(40) {
        let Some(version) = u8::try_from(number).ok().and_then(Version::new) else { continue };
        let Some(projection) = project(version) else { continue };
        let Some(level) = relief.level(module(&projection, version)) else { continue };
        let timing = Pattern::of(version).timing(level, &projection);
        places.push(Place { projection, version, worth: worth + timing });
    }
    places.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    places.truncate(2);
    places
}

/// The projection that three finder patterns give: their centres, and where their modules lie.
fn spanned(corners: [&Finder; 3], version: Version) -> Option<Projection> {
    let [first, right, below] = corners;
    let far = real(version.side()) - 3.5;
    let rows = Point::new(right.centre.x - first.centre.x, right.centre.y - first.centre.y);
    let columns = Point::new(below.centre.x - first.centre.x, below.centre.y - first.centre.y);
    // A quarter turn back from the columns leads along the rows.
    let across = |finder: &Finder| {
        if std::ptr::eq(finder, below) {
            let (down, left) = finder.facing(columns);
            (Point::new(-left.x, -left.y), down)
        } else {
            finder.facing(rows)
        }
    };
    let mut pairs = Vec::with_capacity(15);
    for (finder, x, y) in [(first, 3.5, 3.5), (right, far, 3.5), (below, 3.5, far)] {
        let (across, down) = across(finder);
        pairs.push((Point::new(x, y), finder.centre, 1.0));
        for (i, j) in [(-2.5, -2.5), (2.5, -2.5), (2.5, 2.5), (-2.5, 2.5)] {
            let seen = Point::new(
                finder.centre.x + i * across.x + j * down.x,
                finder.centre.y + i * across.y + j * down.y,
            );
            pairs.push((Point::new(x + i, y + j), seen, 0.3));
        }
    }
    Projection::fitting(&pairs).filter(|projection| is_quadrangle(projection.corners(version.side())))
}

/// Whether corners turn the same way all around, as those of what is seen from the front do.
fn is_quadrangle(corners: [Point; 4]) -> bool {
    let [a, b, c, d] = corners;
    [(a, b, c), (b, c, d), (c, d, a), (d, a, b)].into_iter().all(|(a, b, c)| cross(b, c, a) > 0.0)
}

/// Twice the area of a triangle; positive where it turns clockwise in a picture.
fn cross(a: Point, b: Point, c: Point) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}
