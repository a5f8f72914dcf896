//! Whose code a merchant-presented payload is: by globally unique identifiers first, then by shape, ID and country (UPQR-SCH).

use std::sync::LazyLock;

use super::registry::{Confidence, Grammar, Place, Scheme, Template};
use crate::emv::data_object::DataObject;
use crate::emv::layout::{Content, Layout, Placed};
use crate::emv::mpm;

/// A scheme that a text belongs to, and the mark by which it is known.
#[derive(Clone, Copy, Debug)]
pub struct Attribution {
    /// The scheme.
    pub scheme: &'static Scheme,
    /// The row of the template that names it, where one does.
    pub template: Option<&'static Template>,
    /// The offset of the object that names it, where one does.
    pub offset: Option<usize>,
    /// Where that object stands in the layout.
    pub(crate) place: Option<usize>,
}

impl Attribution {
    /// The attribution of a text that the scheme's own grammar reads.
    #[must_use]
    pub const fn of_text(scheme: &'static Scheme) -> Self {
        Self { scheme, template: None, offset: None, place: None }
    }

    /// The attribution by an object that stands at this offset.
    #[must_use]
    pub const fn by_object(scheme: &'static Scheme, offset: Option<usize>) -> Self {
        Self { scheme, template: None, offset, place: None }
    }
}

/// A scheme, and the row of it that owns an identifier.
type Owner = (&'static Scheme, &'static Template);

/// A globally unique identifier and the rows that own it.
struct Owned {
    /// In lower case; of a pattern what stands before its `*`.
    guid: String,
    /// What stands behind the `*`, where there is one.
    tail: Option<String>,
    owners: Vec<Owner>,
}

/// The rows by what they are known by.
struct Index {
    /// In the order of their hashes.
    exact: Vec<(u64, Owned)>,
    wild: Vec<Owned>,
    shapes: Vec<Owner>,
    accounts: Vec<&'static Scheme>,
    /// In the order of the countries.
    countries: Vec<(&'static str, &'static Scheme)>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index {
        exact: Vec::new(),
        wild: Vec::new(),
        shapes: Vec::new(),
        accounts: Vec::new(),
        countries: Vec::new(),
    };
    for scheme in Scheme::all().filter(|scheme| scheme.grammar == Grammar::EmvMpm) {
        for template in scheme.templates.iter().filter(|template| template.identifies) {
            for guid in &template.guids {
                index.own(&guid.to_ascii_lowercase(), (scheme, template));
            }
            if template.shape.is_some() || (template.needs_country && template.guids.is_empty()) {
                index.shapes.push((scheme, template));
            }
        }
        if scheme.recognise.account_ids.is_some() {
            index.accounts.push(scheme);
        }
        if scheme.recognise.country {
            index.countries.extend(scheme.jurisdictions.iter().map(|country| (country.as_str(), scheme)));
        }
    }
    index.exact.sort_by_key(|(hash, _)| *hash);
    index.countries.sort_by_key(|(country, _)| *country);
    index
});

impl Index {
    fn own(&mut self, guid: &str, owner: Owner) {
        let (guid, tail) = match guid.split_once('*') {
            Some((head, tail)) => (head.to_owned(), Some(tail.to_owned())),
            None => (guid.to_owned(), None),
        };
        let mut known = self.exact.iter_mut().map(|(_, owned)| owned).chain(&mut self.wild);
        match known.find(|known| known.guid == guid && known.tail == tail) {
            Some(known) => known.owners.push(owner),
            None if tail.is_some() => self.wild.push(Owned { guid, tail, owners: vec![owner] }),
            None => self.exact.push((hash(&guid), Owned { guid, tail, owners: vec![owner] })),
        }
    }
}

/// Every globally unique identifier of the registry that is written out, in lower case.
pub(crate) fn known_guids() -> impl Iterator<Item = &'static str> {
    INDEX.exact.iter().map(|(_, owned)| owned.guid.as_str())
}

/// The rows that own a globally unique identifier, compared without ASCII case.
pub(crate) fn owners(guid: &str) -> &'static [Owner] {
    let key = hash(guid);
    let start = INDEX.exact.partition_point(|(hash, _)| *hash < key);
    let mut equal = INDEX.exact.iter().skip(start).take_while(|(hash, _)| *hash == key);
    let exact = equal.find(|(_, owned)| owned.guid.eq_ignore_ascii_case(guid)).map(|(_, owned)| owned);
    exact.or_else(|| INDEX.wild.iter().find(|owned| is_like(owned, guid))).map_or(&[], |owned| &owned.owners)
}

/// A number for an identifier in any case, from its first and its last eight letters. It finds the rows, and all letters are compared then.
fn hash(guid: &str) -> u64 {
    const LETTERS: u64 = 0x2020_2020_2020_2020;
    let word = |octets: Option<&[u8; 8]>| octets.map_or(0, |octets| u64::from_ne_bytes(*octets) | LETTERS);
    let (first, last) = (word(guid.as_bytes().first_chunk()), word(guid.as_bytes().last_chunk()));
    first ^ last.rotate_left(23)
}

/// Whether an identifier begins and ends like a pattern, with something between.
fn is_like(pattern: &Owned, guid: &str) -> bool {
    let tail = pattern.tail.as_deref().unwrap_or_default();
    let begins =
        guid.get(..pattern.guid.len()).is_some_and(|start| start.eq_ignore_ascii_case(&pattern.guid));
    let end = guid.len().checked_sub(tail.len()).filter(|end| *end > pattern.guid.len());
    begins && end.and_then(|end| guid.get(end..)).is_some_and(|end| end.eq_ignore_ascii_case(tail))
}

/// The schemes of a payload, in the order of the objects that name them.
///
/// A country alone names a scheme only where no object does.
#[must_use]
pub fn attribute(layout: &Layout<'_>) -> Vec<Attribution> {
    let country = layout.root(mpm::COUNTRY).map_or("", |object| object.value);
    let mut found: Vec<Attribution> = Vec::new();
    // One for each template that has an object 00, in the order of the templates.
    let mut guids = layout.guids.iter();
    for (place, placed) in layout.objects.iter().enumerate() {
        let named = match placed.content {
            Content::Template { guid: true } => {
                let guid = guids.next().and_then(|(_, guid)| layout.objects.get(*guid));
                by_template(placed, guid.map_or("", |guid| guid.object.value), country)
            }
            Content::Template { guid: false } => by_shape(placed, "", country),
            Content::Primitive if placed.is_root() && !placed.again => by_account(&placed.object),
            _ => None,
        };
        found.extend(named.map(|attribution| Attribution { place: Some(place), ..attribution }));
    }
    if !found.iter().any(|attribution| is_national(attribution.scheme)) {
        let first = INDEX.countries.partition_point(|(own, _)| *own < country);
        let known: Vec<&'static Scheme> = found.iter().map(|attribution| attribution.scheme).collect();
        let is_new = |scheme: &'static Scheme| !known.iter().any(|known| std::ptr::eq(*known, scheme));
        let own = INDEX.countries.iter().skip(first).take_while(|(own, _)| *own == country);
        let own = own.filter(|(_, scheme)| is_new(scheme));
        let offset = layout.root(mpm::COUNTRY).map(|object| object.offset);
        found.extend(own.map(|(_, scheme)| Attribution { scheme, template: None, offset, place: None }));
    }
    found.sort_by_key(|attribution| attribution.offset);
    found
}

/// Whether a scheme belongs to some jurisdiction, as card networks do not.
fn is_national(scheme: &Scheme) -> bool {
    !scheme.jurisdictions.is_empty() && scheme.confidence > Confidence::Low
}

/// Whether the row's place is that of the object.
pub(crate) fn is_in_place(template: &Template, placed: &Placed<'_>) -> bool {
    let number = placed.object.id.number();
    match &template.place {
        Place::Root => false,
        Place::Templates(ids) => placed.is_root() && ids.contains(&number),
        Place::Additional(ids) => placed.owner() == Some(mpm::ADDITIONAL) && ids.contains(&number),
    }
}

fn by_template(placed: &Placed<'_>, guid: &str, country: &str) -> Option<Attribution> {
    let owners = owners(guid);
    let best = owners
        .iter()
        .find(|(_, template)| is_in_place(template, placed))
        .or_else(|| owners.iter().find(|(_, template)| !template.only_there));
    match best {
        Some((scheme, template)) => Some(Attribution {
            scheme,
            template: Some(template),
            offset: Some(placed.object.offset),
            place: None,
        }),
        None => by_shape(placed, guid, country),
    }
}

fn by_shape(placed: &Placed<'_>, guid: &str, country: &str) -> Option<Attribution> {
    let fits = |(scheme, template): &&(&'static Scheme, &'static Template)| {
        is_in_place(template, placed)
            && template.shape.is_none_or(|shape| shape.admits(guid))
            && (!template.needs_country || scheme.jurisdictions.iter().any(|own| own == country))
    };
    let (scheme, template) = INDEX.shapes.iter().find(fits)?;
    Some(Attribution { scheme, template: Some(template), offset: Some(placed.object.offset), place: None })
}

fn by_account(object: &DataObject<'_>) -> Option<Attribution> {
    let number = object.id.number();
    if !(2..=25).contains(&number) {
        return None;
    }
    let owns = |scheme: &&&'static Scheme| {
        scheme.recognise.account_ids.as_ref().is_some_and(|ids| ids.contains(&number))
    };
    let scheme = INDEX.accounts.iter().find(owns)?;
    Some(Attribution { scheme, template: None, offset: Some(object.offset), place: None })
}
