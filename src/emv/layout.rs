//! A merchant-presented payload laid out once: every data object with its place (spec clause 2.3).
//!
//! ```
//! use upqr::emv::{layout::Layout, mpm};
//!
//! let payload = mpm::parse("00020126160012hk.com.hkicl5802HK62100501A0101B")?;
//! let layout = Layout::new(&payload);
//! assert_eq!(layout.root(mpm::COUNTRY).map(|object| object.value), Some("HK"));
//! assert_eq!(layout.objects.len(), 7);
//! # Ok::<(), upqr::Error>(())
//! ```

use super::data_object::{DataObject, Id, Ids, Template};
use super::definition::{self, Definition, find};
use super::mpm::{self, Payload};

/// The data objects of a payload and of its templates, and what is noticed on the way.
#[derive(Clone, Debug)]
pub struct Layout<'a> {
    /// Every object of the root, of its templates, and of templates 50 to 99 inside 62; parents before their children.
    pub objects: Vec<Placed<'a>>,
    /// The places of templates that have an object 00, in their order, and the place of that.
    pub guids: Vec<(usize, usize)>,
    /// Objects with length 00.
    pub empty: usize,
    /// Objects whose ID stood before in the same place.
    pub repeated: usize,
    /// Values that should be data objects and are not.
    pub broken: usize,
    /// Templates without an object 00.
    pub anonymous: usize,
    /// Values that do not fit their row.
    pub misfits: usize,
    /// The second ID of the root.
    pub second: Option<Id>,
    /// Where the first root object with each ID stands: 0 for none, 255 for beyond, else one more than its place.
    roots: [u8; 100],
}

/// A data object and its place.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// The object.
    pub object: DataObject<'a>,
    /// The ID of the root template that holds it.
    pub template: Option<Id>,
    /// The ID of the template 50 to 99 inside 62 that holds it.
    pub inner: Option<Id>,
    /// Where the object that holds it directly stands in the layout.
    parent: Option<u32>,
    /// Whether its ID stood before in the same place.
    pub again: bool,
    /// Whether its place is one of templates, and what its value is there.
    pub content: Content,
    /// What EMVCo says of it: not of the root's 00, 01 and 63, which have rules of their own, nor of templates.
    pub row: Option<&'static Definition>,
    /// Whether it is what its row says.
    pub fit: Fit,
}

/// What the value of an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A value, by its place.
    Primitive,
    /// A template, by its place and in fact, with or without an object 00.
    Template {
        /// Whether it has an object 00.
        guid: bool,
    },
    /// A template by its place, but not data objects throughout.
    Broken,
}

/// Whether a value is what its row says; an empty one is, since it has a rule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Length and format are right, or there is no row.
    Good,
    /// It is shorter or longer.
    Length,
    /// Its length is right, and its format is not.
    Format,
}

impl Fit {
    fn of(object: &DataObject<'_>, row: Option<&Definition>) -> Self {
        match row {
            Some(row) if !(row.length.0..=row.length.1).contains(&object.length) => Self::Length,
            Some(row) if !row.format.admits(object.value) => Self::Format,
            _ => Self::Good,
        }
    }
}

impl Placed<'_> {
    /// The place in the terms of a finding.
    #[must_use]
    pub const fn place(&self) -> (Option<Id>, Id) {
        (self.template, self.object.id)
    }

    /// The ID of the template that holds it directly, where that stands in the root.
    #[must_use]
    pub const fn owner(&self) -> Option<Id> {
        if self.inner.is_some() { None } else { self.template }
    }

    /// Whether it stands in the root.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        self.template.is_none()
    }
}

/// The mark of a root object that stands behind 253 others.
const FAR: u8 = u8::MAX;

/// Objects for which room is made at once; a payload with more takes memory again.
const USUAL_OBJECTS: usize = 40;

impl<'a> Layout<'a> {
    /// Lays a payload out.
    #[must_use]
    pub fn new(payload: &Payload<'a>) -> Self {
        let mut layout = Self {
            objects: Vec::with_capacity(USUAL_OBJECTS),
            guids: Vec::new(),
            empty: 0,
            repeated: 0,
            broken: 0,
            anonymous: 0,
            misfits: 0,
            second: None,
            roots: [0; 100],
        };
        let mut seen = Ids::default();
        for object in payload.objects() {
            let row = match object.id.number() {
                0 | 1 | 63 => None,
                _ if mpm::is_template(object.id) => None,
                _ => find(&definition::ROOT, object.id),
            };
            let again = !seen.insert(object.id);
            let at = layout.place(object, (None, None, None), again, row);
            if let Some(root) = layout.roots.get_mut(usize::from(object.id.number())).filter(|_| !again) {
                *root = u8::try_from(at).map_or(FAR, |place| place.saturating_add(1));
            }
            if at == 1 {
                layout.second = Some(object.id);
            }
            if mpm::is_template(object.id) && !object.is_empty() {
                layout.fill(&object, at, object.id, None);
            }
        }
        // An object 00 of 62 may stand behind the templates inside it.
        layout.guids.sort_unstable();
        layout
    }

    /// Puts one object down; returns where it stands.
    fn place(
        &mut self,
        object: DataObject<'a>,
        (template, inner, parent): (Option<Id>, Option<Id>, Option<usize>),
        again: bool,
        row: Option<&'static Definition>,
    ) -> usize {
        let row = row.filter(|_| !object.is_empty());
        let fit = Fit::of(&object, row);
        self.empty = self.empty.saturating_add(usize::from(object.is_empty()));
        self.repeated = self.repeated.saturating_add(usize::from(again));
        self.misfits = self.misfits.saturating_add(usize::from(fit != Fit::Good));
        let parent = parent.and_then(|place| u32::try_from(place).ok());
        let content = Content::Primitive;
        self.objects.push(Placed { object, template, inner, parent, again, content, row, fit });
        self.objects.len().saturating_sub(1)
    }

    /// Puts down the objects of a template; those with IDs 50 to 99 inside 62 are templates in turn (spec clause 2.3).
    fn fill(&mut self, holder: &DataObject<'a>, at: usize, root: Id, inner: Option<Id>) {
        let Some(template) = Template::parse(holder.value, holder.value_offset()) else {
            self.broken = self.broken.saturating_add(1);
            self.set(at, Content::Broken);
            return;
        };
        let mut seen = Ids::default();
        let mut guid = None;
        for object in template.objects() {
            let again = !seen.insert(object.id);
            let row = match root.number() {
                62 if inner.is_none() => find(&definition::ADDITIONAL, object.id),
                64 => find(&definition::LOCAL, object.id),
                _ => (object.id == mpm::GUID).then_some(&definition::GUID),
            };
            let place = self.place(object, (Some(root), inner, Some(at)), again, row);
            if object.id == mpm::GUID && guid.is_none() {
                guid = Some(place);
                self.guids.push((at, place));
            }
            if inner.is_none() && root == mpm::ADDITIONAL && object.id.number() >= 50 && !object.is_empty() {
                self.fill(&object, place, root, Some(object.id));
            }
        }
        self.anonymous = self.anonymous.saturating_add(usize::from(guid.is_none()));
        self.set(at, Content::Template { guid: guid.is_some() });
    }

    fn set(&mut self, at: usize, content: Content) {
        if let Some(placed) = self.objects.get_mut(at) {
            placed.content = content;
        }
    }

    /// The first root object with this ID.
    #[must_use]
    pub fn root(&self, id: Id) -> Option<&DataObject<'a>> {
        match *self.roots.get(usize::from(id.number()))? {
            0 => None,
            FAR => self.roots().find(|placed| placed.object.id == id).map(|placed| &placed.object),
            place => self.objects.get(usize::from(place.wrapping_sub(1))).map(|placed| &placed.object),
        }
    }

    /// Whether a root object has this ID.
    #[must_use]
    pub fn has(&self, id: Id) -> bool {
        self.roots.get(usize::from(id.number())).is_some_and(|place| *place > 0)
    }

    /// The root objects in their order.
    pub fn roots(&self) -> impl Iterator<Item = &Placed<'a>> {
        self.objects.iter().filter(|placed| placed.is_root())
    }

    /// The objects of the template at this place, in their order.
    pub fn children(&self, place: usize) -> impl Iterator<Item = &Placed<'a>> {
        let rest = self.objects.get(place.saturating_add(1)..).unwrap_or_default();
        let parent = u32::try_from(place).ok();
        // Descendants stand right behind their parent: none of them is a root object.
        let within = rest.iter().take_while(|placed| !placed.is_root());
        within.filter(move |placed| placed.parent == parent)
    }

    /// The globally unique identifiers: the template that has one, and its object 00.
    pub fn identifiers(&self) -> impl Iterator<Item = (&Placed<'a>, &DataObject<'a>)> {
        self.guids.iter().filter_map(|(template, guid)| {
            Some((self.objects.get(*template)?, &self.objects.get(*guid)?.object))
        })
    }

    /// The first object with this ID directly in a root template with that ID.
    #[must_use]
    pub fn inside(&self, template: Id, id: Id) -> Option<&DataObject<'a>> {
        if !self.has(template) {
            return None;
        }
        let found = |placed: &&Placed<'a>| placed.owner() == Some(template) && placed.object.id == id;
        self.objects.iter().find(found).map(|placed| &placed.object)
    }
}
