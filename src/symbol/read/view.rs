//! What a pass looks at: the whole picture, or a part of it.

use super::rest::{Region, covered, hidden};
use super::steps::MOST_PLAIN;
use crate::symbol::geometry::Point;
use crate::symbol::picture::real;
use crate::symbol::prepare::{Prepared, cropped, within};
use crate::symbol::{Picture, Projection, Sighting};

/// A picture in which steps are tried, and where it lies in the one that was given.
#[derive(Clone, Debug)]
pub struct View(Prepared);

impl View {
    /// The whole picture; one of more than 16 million pixels is scaled down, so that each step is spared it.
    pub(super) fn of(picture: &Picture) -> Self {
        Self(within(picture, MOST_PLAIN))
    }

    /// A part of a picture without the symbols that were read: their finder patterns where something is inside of one, or else all of them.
    pub(super) fn part(picture: &Picture, region: Region, sightings: &[Sighting]) -> Self {
        let Region { left, top, width, height, inside } = region;
        let origin = Point::new(real(left), real(top));
        let part = cropped(picture, left, top, width, height);
        let moved: Vec<Sighting> =
            sightings.iter().filter_map(|sighting| shifted(sighting, origin)).collect();
        let part = part.then(|part| if inside { hidden(part, &moved) } else { covered(part, &moved) });
        Self(if part.picture.luma().len() > MOST_PLAIN {
            part.moved(|part| within(part, MOST_PLAIN))
        } else {
            part
        })
    }

    /// Its pixels.
    #[must_use]
    pub const fn picture(&self) -> &Picture {
        &self.0.picture
    }

    /// A sighting in it, as it lies in the picture that was given.
    #[must_use]
    pub fn back(&self, sighting: &Sighting) -> Sighting {
        let corners = sighting.corners().map(|corner| self.0.back(corner));
        let placed = Projection::of_corners(sighting.grid.side(), corners);
        Sighting { projection: placed.unwrap_or(sighting.projection), ..sighting.clone() }
    }

    /// Whether it has fewer pixels than what it shows.
    pub(super) fn is_smaller(&self) -> bool {
        self.0.is_smaller()
    }
}

/// A sighting as it lies in a part of the picture that begins at a point.
fn shifted(sighting: &Sighting, origin: Point) -> Option<Sighting> {
    let corners = sighting.corners().map(|corner| Point::new(corner.x - origin.x, corner.y - origin.y));
    let projection = Projection::of_corners(sighting.grid.side(), corners)?;
    Some(Sighting { projection, ..sighting.clone() })
}
