//! Puts templates of this standard into a base, and takes them out again (requirements UPQR-CAR, UPQR-CAN).
//!
//! Accounts stand as one block before the base's first object with an ID above 51; control, terms, settlement, other templates and the
//! signature stand directly before the checksum. The base's own objects keep their bytes, IDs and order; only the checksum changes.

use super::carriage;
use super::control::Control;
use super::signature::Signature;
use super::{MAX_BYTES, MAX_BYTES_WITH_ECI, Reading, our_label};
use crate::emv::crc::Crc16;
use crate::emv::data_object::{self, DataObject, Id, Ids, Template};
use crate::emv::mpm;
use crate::error::{Error, ErrorKind, Found};
use crate::network::Version;
use crate::payment::{Account, Templates};

/// Extends a national code with wallets' codes and other templates of this standard.
///
/// Refused are a base that does not begin with object 00, one whose checksum is missing, not last, wrong or in lower case, and one that holds a template of this standard.
pub fn extend(base: &mpm::Payload<'_>, accounts: &[Account], templates: &Templates) -> Result<String, Error> {
    refuse_order(base)?;
    if let Some(object) = base.objects().find(|object| our_label(object).is_some()) {
        return Err(Error::new(object.offset, ErrorKind::BaseGuid));
    }
    let objects: Vec<DataObject<'_>> = base.objects().collect();
    assemble(&objects, accounts, version(templates.control.as_ref()), &values(templates)?)
}

/// The version that settles which forms an encoder may use.
pub(super) fn version(control: Option<&Control>) -> Version {
    control.and_then(Control::version).unwrap_or(Version::FIRST)
}

/// The values of all templates beside the accounts, in their order.
pub(super) fn values(templates: &Templates) -> Result<Vec<Ranked>, Error> {
    let Templates { control, terms, settlement, others, signature } = templates;
    let mut values = Vec::new();
    if let Some(control) = control {
        values.push(Ranked { rank: Ranked::CONTROL, value: control.write()? });
    }
    if let Some(terms) = terms {
        values.push(Ranked { rank: Ranked::TERMS, value: terms.write()? });
    }
    if let Some(settlement) = settlement {
        values.push(Ranked { rank: Ranked::SETTLEMENT, value: settlement.write()? });
    }
    for template in others {
        let ranked = Ranked::normalise(template)?;
        if ranked.rank != Ranked::OTHER {
            return Err(refuse(
                "no control, terms, settlement or signature template, which have members of their own",
            ));
        }
        values.push(ranked);
    }
    for value in signature.iter().flat_map(Signature::write) {
        values.push(Ranked { rank: Ranked::SIGNATURE, value });
    }
    Ok(values)
}

/// The base of a payload: its objects without the templates of this standard, with a checksum of their own (UPQR-CAR-26).
///
/// Refused is a payload whose checksum is missing, not last or wrong.
pub fn base(payload: &mpm::Payload<'_>) -> Result<String, Error> {
    if !matches!(payload.crc(), Crc16::Right | Crc16::LowerCase) {
        return Err(Error::new(payload.last().offset, ErrorKind::BaseCrc));
    }
    let mut out = String::with_capacity(payload.text().len());
    for object in base_objects(payload).filter(|object| object.offset != payload.last().offset) {
        data_object::write(&mut out, object.id, object.value)?;
    }
    mpm::write_crc(&mut out);
    Ok(out)
}

fn base_objects<'a>(payload: &mpm::Payload<'a>) -> impl Iterator<Item = DataObject<'a>> + use<'a> {
    payload.objects().filter(|object| our_label(object).is_none())
}

/// Refuses a payload that does not begin with object 00, or whose checksum is not right, in upper case and last.
pub(super) fn refuse_order(base: &mpm::Payload<'_>) -> Result<(), Error> {
    if base.objects().next().is_none_or(|first| first.id != mpm::FORMAT_INDICATOR) {
        return Err(Error::new(0, ErrorKind::BaseOrder));
    }
    let offset = base.last().offset;
    match base.crc() {
        Crc16::Right => Ok(()),
        Crc16::Missing | Crc16::NotLast => Err(Error::new(offset, ErrorKind::BaseOrder)),
        Crc16::LowerCase | Crc16::Wrong { .. } | Crc16::Malformed => {
            Err(Error::new(offset, ErrorKind::BaseCrc))
        }
    }
}

/// Extends a payload's own base again with what could be restored from the payload.
pub(super) fn again(payload: &mpm::Payload<'_>, reading: &Reading<'_>) -> Result<String, Error> {
    refuse_order(payload)?;
    let accounts: Vec<Account> = reading.accounts().cloned().collect();
    let templates =
        payload.objects().filter(|object| object.id.number() >= 80 && our_label(object).is_some());
    let values = templates.map(|object| Ranked::normalise(object.value)).collect::<Result<Vec<_>, _>>()?;
    let objects: Vec<DataObject<'_>> = base_objects(payload).collect();
    assemble(&objects, &accounts, reading.version(), &values)
}

/// Writes a base's objects, the last of which is its checksum, with everything else in its place.
pub(super) fn assemble(
    base: &[DataObject<'_>],
    accounts: &[Account],
    version: Version,
    values: &[Ranked],
) -> Result<String, Error> {
    let mut used = Ids::default();
    for object in base {
        used.insert(object.id);
    }
    let block = place(accounts, version, used)?;
    let objects = base.split_last().map_or(base, |(_crc, objects)| objects);
    let split = objects.iter().position(|object| object.id.number() > *carriage::TEMPLATES.end());
    let (before, after) = objects.split_at_checked(split.unwrap_or(objects.len())).unwrap_or((objects, &[]));
    let mut out = String::with_capacity(MAX_BYTES_WITH_ECI);
    for object in before {
        data_object::write(&mut out, object.id, object.value)?;
    }
    for (first, values) in &block {
        for (id, value) in (first.number()..).filter_map(Id::new).zip(values) {
            data_object::write(&mut out, id, value)?;
        }
    }
    for object in after {
        data_object::write(&mut out, object.id, object.value)?;
    }
    write_templates(&mut out, values, used)?;
    mpm::write_crc(&mut out);
    let limit = if out.is_ascii() { MAX_BYTES } else { MAX_BYTES_WITH_ECI };
    if out.len() > limit {
        return Err(Error::new(0, ErrorKind::TooLong { limit, found: out.len() }));
    }
    Ok(out)
}

/// The first ID and the values of each account's templates: it takes the lowest run of free IDs above the one before it.
fn place(accounts: &[Account], version: Version, used: Ids) -> Result<Vec<(Id, Vec<String>)>, Error> {
    let mut next = *carriage::TEMPLATES.start();
    let mut placed = Vec::with_capacity(accounts.len());
    for account in accounts {
        let values = carriage::write(account, version)?;
        let first = free_run(next, values.len(), used)
            .map_err(|fits| Error::new(0, ErrorKind::NoRoom { needs: values.len(), fits }))?;
        next = (first.number()..).nth(values.len()).unwrap_or(u8::MAX);
        placed.push((first, values));
    }
    Ok(placed)
}

/// Where the lowest run of `count` free template IDs from `start` on begins, or how long the longest run is.
fn free_run(start: u8, count: usize, used: Ids) -> Result<Id, usize> {
    let mut longest = 0;
    let mut length = 0_usize;
    let mut first = None;
    for id in (start..=*carriage::TEMPLATES.end()).filter_map(Id::new) {
        if used.contains(id) {
            (first, length) = (None, 0);
            continue;
        }
        let begin = *first.get_or_insert(id);
        length = length.saturating_add(1);
        longest = longest.max(length);
        if length == count {
            return Ok(begin);
        }
    }
    Err(longest)
}

/// The templates, account by account, that the encoder would write for what could be restored.
pub(super) fn placed(payload: &mpm::Payload<'_>, reading: &Reading<'_>) -> Option<Vec<(Id, Vec<String>)>> {
    let accounts: Vec<Account> = reading.accounts().cloned().collect();
    let mut used = Ids::default();
    for object in base_objects(payload) {
        used.insert(object.id);
    }
    place(&accounts, reading.version(), used).ok()
}

/// Writes control, terms, settlement, other templates and signature with the lowest free IDs from 80 on.
fn write_templates(out: &mut String, values: &[Ranked], used: Ids) -> Result<(), Error> {
    let mut ordered: Vec<&Ranked> = values.iter().collect();
    ordered.sort_by_key(|template| template.rank);
    let mut free = (80..=99).filter_map(Id::new).filter(|id| !used.contains(*id));
    for (written, template) in ordered.into_iter().enumerate() {
        let no_room = ErrorKind::NoRoom { needs: values.len(), fits: written };
        let id = free.next().ok_or(Error::new(0, no_room))?;
        data_object::write(out, id, &template.value)?;
    }
    Ok(())
}

/// The value of a template of this standard and its place among the others.
pub(super) struct Ranked {
    rank: u8,
    value: String,
}

impl Ranked {
    const CONTROL: u8 = 0;
    const TERMS: u8 = 1;
    const SETTLEMENT: u8 = 2;
    const OTHER: u8 = 3;
    const SIGNATURE: u8 = 4;

    /// The identifier in lower case, and objects that ascend.
    fn normalise(template: &str) -> Result<Self, Error> {
        let parsed = Template::parse(template, 0).ok_or(refuse("data objects"))?;
        if !parsed.empty().is_empty() {
            return Err(refuse("objects of at least one character"));
        }
        let guid = parsed.guid().unwrap_or_default().to_ascii_lowercase();
        let rank = match guid.as_str() {
            super::control::GUID => Self::CONTROL,
            super::terms::GUID => Self::TERMS,
            super::settlement::GUID => Self::SETTLEMENT,
            super::signature::GUID => Self::SIGNATURE,
            guid if guid.starts_with(crate::network::GUID_PREFIX) => Self::OTHER,
            _ => return Err(refuse("a globally unique identifier of `org.upqr.`")),
        };
        let mut objects: Vec<DataObject<'_>> = parsed.objects().collect();
        objects.sort_by_key(|object| object.id);
        let mut value = String::with_capacity(template.len());
        for (place, object) in objects.into_iter().enumerate() {
            // Sorting is stable, so the identifier, which is the first object 00, stands first.
            let text = if place == 0 { guid.as_str() } else { object.value };
            data_object::write(&mut value, object.id, text)?;
        }
        Ok(Self { rank, value })
    }
}

const fn refuse(expected: &'static str) -> Error {
    Error::new(0, ErrorKind::Value { name: "template", expected, found: Found::Other })
}
