//! Holds objects and elements against the rows of their scheme (UPQR-SCH).
//!
//! Rows of low confidence are never held against anything.

use std::ops::Range;

use iso_currency::Currency;
use jiff::civil::Date;

use super::attribute::{Attribution, is_in_place};
use super::format::fits;
use super::reading::{Element, Fault, FaultKind, Reading};
use super::registry::{Condition, Object, Period, Place, Presence, Scheme, Shape, Template};
use crate::emv::data_object::{DataObject, Id, Template as Objects};
use crate::emv::layout::{Content, Layout, Placed};
use crate::emv::mpm;

/// A fault and the scheme whose row or grammar says so.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Whose row it is.
    pub scheme: &'static Scheme,
    /// What it is.
    pub fault: Fault,
}

/// What rows are held against: a data object or an element, with the names of both.
struct Item<'a> {
    id: &'a str,
    /// The ID of a data object.
    number: Option<u8>,
    value: &'a str,
    span: Range<usize>,
    object: Option<(Option<Id>, Id)>,
}

impl Item<'_> {
    fn is(&self, row: &Object) -> bool {
        match (self.number, row.number) {
            (Some(found), Some(wanted)) => found == wanted,
            _ => self.id == row.id,
        }
    }
}

/// Where rows are held, and what the faults go to.
struct Held<'f> {
    scheme: &'static Scheme,
    /// Where a missing object is reported.
    whole: Range<usize>,
    /// The template that is held against its row.
    place: Option<Id>,
    /// The same, where it stands in the root.
    template: Option<Id>,
    faults: &'f mut Vec<Violation>,
}

impl Held<'_> {
    /// The place in words: ` of template 26`, or nothing.
    fn within(&self) -> String {
        self.place.map_or_else(String::new, |id| format!(" of template {id}"))
    }

    fn fault(&mut self, row: Option<&Object>, fault: Fault) {
        let own = self.scheme.effective;
        let period =
            row.map_or(own, |row| Period { from: row.from.or(own.from), until: row.until.or(own.until) });
        self.faults.push(Violation { scheme: self.scheme, fault: Fault { period, ..fault } });
    }
}

impl Held<'_> {
    /// A fault that holds from a day on.
    fn on(&mut self, from: Date, fault: Fault) {
        let period = Period { from: Some(from), until: None };
        self.faults.push(Violation { scheme: self.scheme, fault: Fault { period, ..fault } });
    }
}

/// What a scheme's rows and its grammar find in a text that is no merchant-presented payload.
#[must_use]
pub fn reading(reading: &Reading<'_>, text: &str) -> Vec<Violation> {
    let scheme = reading.scheme;
    if !scheme.is_verified() {
        return Vec::new();
    }
    let mut faults: Vec<Violation> =
        reading.faults.iter().map(|fault| Violation { scheme, fault: fault.clone() }).collect();
    let items: Vec<Item<'_>> = reading.elements.iter().map(item_of_element).collect();
    let holds = |condition: &Condition| {
        items.iter().any(|item| item.id == condition.id && item.value == condition.value)
    };
    let mut held = Held { scheme, whole: 0..text.len(), place: None, template: None, faults: &mut faults };
    rows(&mut held, &scheme.objects, &items, &holds);
    limits(&mut held, text);
    faults
}

fn item_of_element<'e>(element: &'e Element<'_>) -> Item<'e> {
    Item { id: &element.id, number: None, value: &element.value, span: element.span.clone(), object: None }
}

/// Whether the text is longer than the scheme allows.
fn limits(held: &mut Held<'_>, text: &str) {
    let limits = held.scheme.limits;
    let most = [("bytes", limits.bytes, text.len()), ("characters", limits.characters, text.chars().count())];
    for (unit, most, found) in most {
        if let Some(most) = most.filter(|most| found > *most) {
            let message = format!("{}: the text has {found} {unit}, and may have {most}", held.scheme.name);
            held.fault(None, Fault::new(FaultKind::Size, held.whole.clone(), message));
        }
    }
}

/// What the rows of its schemes find in a merchant-presented payload.
#[must_use]
pub fn merchant(layout: &Layout<'_>, attributed: &[Attribution], text: &str) -> Vec<Violation> {
    let mut faults = Vec::new();
    let mut done: Vec<&'static Scheme> = Vec::new();
    for Attribution { scheme, .. } in attributed.iter().copied() {
        if !scheme.is_verified() || done.iter().any(|known| std::ptr::eq(*known, scheme)) {
            continue;
        }
        done.push(scheme);
        let mut held =
            Held { scheme, whole: 0..text.len(), place: None, template: None, faults: &mut faults };
        codes(&mut held, layout);
        limits(&mut held, text);
        for row in &scheme.templates {
            template(&mut held, row, layout, attributed);
        }
    }
    faults
}

/// Whether the currency and the country are the scheme's.
fn codes(held: &mut Held<'_>, layout: &Layout<'_>) {
    let scheme = held.scheme;
    if let Some(object) = layout.root(mpm::CURRENCY)
        && let Some(currency) = object.value.parse().ok().and_then(Currency::from_numeric)
        && !scheme.currencies.is_empty()
        && !scheme.currencies.iter().any(|own| own == currency.code())
    {
        let own = scheme.currencies.join(" or ");
        let message = format!("{} pays in {own}, and 53 says {}", scheme.name, currency.code());
        held.fault(None, at_root(FaultKind::Currency, object, message));
    }
    if let Some(object) = layout.root(mpm::COUNTRY)
        && !scheme.jurisdictions.is_empty()
        && !scheme.jurisdictions.iter().any(|own| own.eq_ignore_ascii_case(object.value))
    {
        let message = format!(
            "{} is used in {}, and 58 says another country",
            scheme.name,
            scheme.jurisdictions.join(", ")
        );
        held.fault(None, at_root(FaultKind::Country, object, message));
    }
}

fn at_root(kind: FaultKind, object: &DataObject<'_>, message: String) -> Fault {
    Fault { object: Some((None, object.id)), ..Fault::new(kind, span(object), message) }
}

fn span(object: &DataObject<'_>) -> Range<usize> {
    object.offset..object.offset.saturating_add(object.len())
}

fn item_of<'a>(placed: &Placed<'a>) -> Item<'a> {
    let object = &placed.object;
    Item {
        id: object.id.as_str(),
        number: Some(object.id.number()),
        value: object.value,
        span: span(object),
        object: Some(placed.place()),
    }
}

/// Holds one template row against every object that it describes.
fn template(held: &mut Held<'_>, row: &'static Template, layout: &Layout<'_>, attributed: &[Attribution]) {
    let holds = |condition: &Condition| {
        layout
            .roots()
            .any(|root| root.object.id.as_str() == condition.id && root.object.value == condition.value)
    };
    if row.objects.is_empty() && !row.mandatory && row.guids.is_empty() {
        return;
    }
    if row.place == Place::Root {
        let items: Vec<Item<'_>> = layout.roots().map(item_of).collect();
        rows(held, &row.objects, &items, &holds);
        return;
    }
    let mut count = 0_usize;
    if !row.guids.is_empty() || (row.shape.is_some() && row.identifies) {
        let by_row =
            |found: &&Attribution| found.template.is_some_and(|template| std::ptr::eq(template, row));
        for place in attributed.iter().filter(by_row).filter_map(|found| found.place) {
            at_place(held, row, layout, place, &holds);
            count = count.saturating_add(1);
        }
    } else if is_possible(row, layout) {
        for (place, placed) in layout.objects.iter().enumerate() {
            if is_in_place(row, placed) && is_described(row, layout, place, placed) {
                at_place(held, row, layout, place, &holds);
                count = count.saturating_add(1);
            }
        }
    }
    if count == 0 && row.mandatory && row.when.as_ref().is_none_or(holds) {
        let message = format!("{} wants a template for the {}", held.scheme.name, row.name);
        held.fault(None, Fault::new(FaultKind::Missing, held.whole.clone(), message));
    }
}

/// Whether an object is a template, and has the shape of a row that has one.
fn is_described(row: &Template, layout: &Layout<'_>, place: usize, placed: &Placed<'_>) -> bool {
    let guid = || layout.children(place).find(|inner| inner.object.id == mpm::GUID);
    let shaped = |shape: Shape| guid().is_some_and(|guid| shape.admits(guid.object.value));
    matches!(placed.content, Content::Template { .. }) && row.shape.is_none_or(shaped)
}

/// Whether a template is described by a row that knows it by its shape, of a scheme that the payload belongs to.
pub(crate) fn is_shaped(layout: &Layout<'_>, attributed: &[Attribution], at: usize) -> bool {
    let Some(placed) = layout.objects.get(at) else { return false };
    attributed
        .iter()
        .flat_map(|found| &found.scheme.templates)
        .any(|row| row.shape.is_some() && is_in_place(row, placed) && is_described(row, layout, at, placed))
}

/// Whether a payload can have a template in the row's place at all.
fn is_possible(row: &Template, layout: &Layout<'_>) -> bool {
    match &row.place {
        Place::Root => false,
        Place::Templates(ids) => ids.clone().filter_map(Id::new).any(|id| layout.has(id)),
        Place::Additional(_) => layout.has(mpm::ADDITIONAL),
    }
}

/// Holds a template row against the object at a place.
fn at_place(
    held: &mut Held<'_>,
    row: &'static Template,
    layout: &Layout<'_>,
    place: usize,
    holds: &dyn Fn(&Condition) -> bool,
) {
    let Some(placed) = layout.objects.get(place) else { return };
    in_place(held, row, placed);
    if row.objects.is_empty() {
        return;
    }
    let whole = std::mem::replace(&mut held.whole, span(&placed.object));
    held.place = Some(placed.object.id);
    held.template = placed.is_root().then_some(placed.object.id);
    let items: Vec<Item<'_>> = layout.children(place).map(item_of).collect();
    groups(held, row, &items);
    rows(held, &row.objects, &items, holds);
    held.whole = whole;
    held.place = None;
    held.template = None;
}

fn in_place(held: &mut Held<'_>, row: &Template, placed: &Placed<'_>) {
    if !is_in_place(row, placed) {
        let message =
            format!("{} puts the {} under another ID than {}", held.scheme.name, row.name, placed.object.id);
        let fault = Fault::new(FaultKind::Place, span(&placed.object), message);
        held.fault(None, Fault { object: Some(placed.place()), ..fault });
    }
}

/// Whether of several objects exactly one, or at most one, is there.
fn groups(held: &mut Held<'_>, row: &Template, items: &[Item<'_>]) {
    for (group, at_least) in
        row.exactly_one.iter().map(|group| (group, 1)).chain(row.at_most_one.iter().map(|group| (group, 0)))
    {
        let count = group.iter().filter(|id| items.iter().any(|item| item.id == id.as_str())).count();
        if count > 1 || count < at_least {
            let wanted = if at_least == 1 { "exactly one" } else { "at most one" };
            let message = format!(
                "{} wants {wanted} of {}{}, and there are {count}",
                held.scheme.name,
                group.join(", "),
                held.within()
            );
            held.fault(None, Fault::new(FaultKind::Excludes, held.whole.clone(), message));
        }
    }
}

/// Holds the rows of a template, or of a text's elements, against what is there.
fn rows(
    held: &mut Held<'_>,
    rows: &'static [Object],
    items: &[Item<'_>],
    holds: &dyn Fn(&Condition) -> bool,
) {
    for row in rows {
        let mut found = items.iter().filter(|item| item.is(row) && !item.value.is_empty());
        let Some(item) = found.next() else {
            if row.presence == Presence::Mandatory && row.when.as_ref().is_none_or(holds) {
                missing(held, row);
            }
            continue;
        };
        value(held, row, item);
        if row.expires || !row.retired.is_empty() {
            days(held, row, item);
        }
        neighbours(held, row, item, items);
        let told = |span: &Range<usize>, faults: &[Violation]| {
            faults.iter().any(|told| told.fault.kind == FaultKind::Duplicate && told.fault.span == *span)
        };
        let again = found.next().filter(|again| again.object.is_none() && !told(&again.span, held.faults));
        if let Some(second) = again {
            let message = format!("{}: the {} stands here again: keep one", held.scheme.name, row.name);
            held.fault(Some(row), Fault::new(FaultKind::Duplicate, second.span.clone(), message));
        }
        if !row.objects.is_empty() {
            nested(held, row, item, holds);
        }
    }
}

fn missing(held: &mut Held<'_>, row: &Object) {
    let message = format!("{} wants the {}: add {}{}", held.scheme.name, row.name, row.id, held.within());
    let object = row.id.parse().ok().and_then(Id::new).map(|id| (held.template, id));
    held.fault(Some(row), Fault { object, ..Fault::new(FaultKind::Missing, held.whole.clone(), message) });
}

/// Holds a value against its row.
fn value(held: &mut Held<'_>, row: &Object, item: &Item<'_>) {
    let length = item.value.chars().count();
    let pictures = || row.picture.iter().chain(&row.pictures);
    let (kind, what) = if !row.length.contains(&length) {
        (FaultKind::Length, format!("has {length} characters, and may have {}", range(row)))
    } else if !row.format.admits(item.value) {
        (FaultKind::Format, format!("is not {}", row.format))
    } else if pictures().next().is_some() && !pictures().any(|picture| fits(picture, item.value)) {
        let shown: Vec<&str> = pictures().map(String::as_str).collect();
        (FaultKind::Format, format!("does not look like `{}`", shown.join("` or `")))
    } else if !row.values.is_empty() && !row.values.iter().any(|value| value == item.value) {
        (FaultKind::Value, format!("is not one of {}", row.values.join(", ")))
    } else if !row.format.checks(item.value) {
        (FaultKind::CheckDigit, "has wrong check digits: a character was changed or lost".to_owned())
    } else {
        return;
    };
    let message = format!("{}: the {}{} {what}", held.scheme.name, row.name, held.within());
    held.fault(Some(row), Fault { object: item.object, ..Fault::new(kind, item.span.clone(), message) });
}

fn range(row: &Object) -> String {
    match (*row.length.start(), *row.length.end()) {
        (least, most) if least == most => least.to_string(),
        (least, usize::MAX) => format!("{least} or more"),
        (least, most) => format!("{least} to {most}"),
    }
}

/// What a value says about days: when the code expires, and since when the value is no longer allowed.
fn days(held: &mut Held<'_>, row: &Object, item: &Item<'_>) {
    let name = format!("{}: the {}{}", held.scheme.name, row.name, held.within());
    if row.expires
        && let Some(from) = row.format.day(item.value).and_then(|day| day.tomorrow().ok())
    {
        let fault =
            Fault::new(FaultKind::Expired, item.span.clone(), format!("{name} is over: ask for a new code"));
        held.on(from, Fault { object: item.object, ..fault });
    }
    if row.expires && row.format.day(item.value).is_none() && row.format.admits(item.value) {
        let fault =
            Fault::new(FaultKind::Tolerated, item.span.clone(), format!("{name} is no day of the calendar"));
        held.fault(Some(row), Fault { object: item.object, ..fault });
    }
    for retired in row.retired.iter().filter(|retired| retired.value == item.value) {
        let message = format!("{name} may not be {} since {}", retired.value, retired.from);
        let fault = Fault::new(FaultKind::Superseded, item.span.clone(), message);
        held.on(retired.from, Fault { object: item.object, ..fault });
    }
}

/// Holds a row's neighbours against what is there.
fn neighbours(held: &mut Held<'_>, row: &Object, item: &Item<'_>, items: &[Item<'_>]) {
    let is_there = |id: &String| items.iter().any(|other| other.id == id.as_str() && !other.value.is_empty());
    for id in row.requires.iter().filter(|id| !is_there(id)) {
        let message = format!("{}: the {}{} requires {id}", held.scheme.name, row.name, held.within());
        let fault = Fault::new(FaultKind::Requires, item.span.clone(), message);
        held.fault(Some(row), Fault { object: item.object, ..fault });
    }
    for id in row.excludes.iter().filter(|id| is_there(id)) {
        let message =
            format!("{}: the {}{} excludes {id}: keep one", held.scheme.name, row.name, held.within());
        let fault = Fault::new(FaultKind::Excludes, item.span.clone(), message);
        held.fault(Some(row), Fault { object: item.object, ..fault });
    }
}

/// Holds the rows of a template inside a template.
fn nested(held: &mut Held<'_>, row: &'static Object, item: &Item<'_>, holds: &dyn Fn(&Condition) -> bool) {
    let Some(template) = Objects::parse(item.value, item.span.end.saturating_sub(item.value.len())) else {
        let message = format!("{}: the {}{} is not data objects", held.scheme.name, row.name, held.within());
        let fault = Fault::new(FaultKind::Format, item.span.clone(), message);
        held.fault(Some(row), Fault { object: item.object, ..fault });
        return;
    };
    let objects: Vec<DataObject<'_>> = template.objects().collect();
    let items: Vec<Item<'_>> = objects
        .iter()
        .map(|object| Item {
            id: object.id.as_str(),
            number: Some(object.id.number()),
            value: object.value,
            span: span(object),
            object: None,
        })
        .collect();
    rows(held, &row.objects, &items, holds);
}
