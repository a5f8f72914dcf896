//! A merchant-presented payload and all that rules ask of it.

use std::ops::Range;

use super::finding::Options;
use crate::emv::crc::Crc16;
use crate::emv::data_object::{DataObject, Id};
use crate::emv::layout::{Layout, Placed};
use crate::emv::mpm;
use crate::scheme::verify::Violation;
use crate::scheme::{Attribution, Scheme};
use crate::unified::Reading;

/// A merchant-presented payload and what it carries.
pub struct Merchant<'a> {
    /// The payload.
    pub payload: &'a mpm::Payload<'a>,
    /// Its objects, with their places.
    pub layout: Layout<'a>,
    /// What its checksum is worth.
    pub crc: Crc16,
    /// What this standard's templates in it say.
    pub reading: Reading<'a>,
    /// Whose code it is.
    pub schemes: Vec<Attribution>,
    /// What the rows of those schemes do not allow.
    pub violations: Vec<Violation>,
    /// How it is checked.
    pub options: &'a Options,
}

impl<'a> Merchant<'a> {
    /// The first root object with this ID.
    #[must_use]
    pub fn root(&self, id: Id) -> Option<&DataObject<'a>> {
        self.layout.root(id)
    }

    /// Every object, parents before their children.
    pub fn objects(&self) -> impl Iterator<Item = &Placed<'a>> {
        self.layout.objects.iter()
    }

    /// Every object where `count` says that it is worth a walk; none otherwise.
    pub(super) fn some(&self, count: usize) -> impl Iterator<Item = &Placed<'a>> {
        let objects = if count > 0 { self.layout.objects.as_slice() } else { &[] };
        objects.iter()
    }

    /// The scheme that the root object at this offset names; attributions stand in the order of the objects.
    pub(super) fn scheme_at(&self, offset: usize) -> Option<&'static Scheme> {
        let place = self.schemes.binary_search_by_key(&Some(offset), |found| found.offset).ok()?;
        self.schemes.get(place).map(|found| found.scheme)
    }

    /// Whether the root template at this offset has codes with checks of their own: this standard's, or foreign carriage, which stands in the
    /// order of the payload.
    pub(super) fn is_read(&self, offset: usize) -> bool {
        let mut ours = self.reading.carried.iter().flat_map(|carried| &carried.templates);
        self.reading.foreign.binary_search_by_key(&offset, |foreign| foreign.object.offset).is_ok()
            || ours.any(|template| template.offset == offset)
    }

    /// The span of the whole text.
    #[must_use]
    pub fn whole(&self) -> Range<usize> {
        0..self.payload.text().len()
    }
}
