//! The objects of a template of this standard in 80 to 99: each ID once, those of later editions kept (requirement UPQR-MPM-23).

use crate::emv::data_object::{self, DataObject, DataObjects, Id};
use crate::error::{Error, ErrorKind, Found};
use crate::payment::Object;

/// Gives `take` every object of a template but its identifier, which is its first object 00, in the order of the payload.
///
/// `take` says whether it knows the ID; objects that it does not know belong to later editions and come back.
pub(super) fn read<'a>(
    template: &DataObject<'a>,
    name: &'static str,
    mut take: impl FnMut(&DataObject<'a>) -> Result<bool, Error>,
) -> Result<Vec<Object>, Error> {
    let mut seen = data_object::Ids::default();
    let mut unknown = Vec::new();
    for object in DataObjects::new(template.value, template.value_offset()) {
        let object = object?;
        if !seen.insert(object.id) {
            return Err(fault(&object, name, "each object once"));
        }
        if object.id.number() == 0 || take(&object)? {
            continue;
        }
        if object.is_empty() {
            return Err(fault(&object, name, "objects of at least one character"));
        }
        unknown.push(Object { id: object.id, value: object.value.to_owned() });
    }
    Ok(unknown)
}

/// Writes the value of a template: its identifier, the objects that this edition knows in the order of their IDs, then those of later ones.
pub(super) fn write(guid: &str, known: &[(u8, Option<&str>)], unknown: &[Object]) -> Result<String, Error> {
    let mut value = String::new();
    data_object::write(&mut value, Id::literal(0), guid)?;
    for (id, text) in known {
        if let Some(text) = text {
            data_object::write(&mut value, Id::literal(*id), text)?;
        }
    }
    let mut unknown: Vec<&Object> = unknown.iter().collect();
    unknown.sort_by_key(|object| object.id);
    for object in unknown {
        data_object::write(&mut value, object.id, &object.value)?;
    }
    Ok(value)
}

/// What was written must fit an object of the root and be what is read, so that the formats stand once.
pub(super) fn sealed<T>(
    value: String,
    read: impl Fn(&DataObject<'_>) -> Result<T, Error>,
) -> Result<String, Error> {
    data_object::write(&mut String::new(), Id::literal(80), &value)?;
    let template = DataObject { id: Id::literal(80), length: 0, value: &value, offset: 0 };
    match read(&template) {
        Ok(_) => Ok(value),
        Err(error) => Err(Error::new(0, error.kind)),
    }
}

/// An object that breaks its format.
pub(super) fn fault(object: &DataObject<'_>, name: &'static str, expected: &'static str) -> Error {
    let found = Found::Characters(object.value.chars().count());
    Error::new(object.offset, ErrorKind::Value { name, expected, found })
}

/// Ten digits of Unix seconds, with leading zeros where there are fewer (clause 3.5).
pub(super) fn time(object: &DataObject<'_>, name: &'static str) -> Result<u64, Error> {
    let digits = object.value.len() == 10 && object.value.bytes().all(|b| b.is_ascii_digit());
    let time = object.value.parse().ok().filter(|time| digits && *time <= super::control::MAX_TIME);
    time.ok_or_else(|| fault(object, name, "ten digits of Unix seconds"))
}

/// Printable ASCII of 1 to `most` characters.
pub(super) fn printable(
    object: &DataObject<'_>,
    name: &'static str,
    most: usize,
    expected: &'static str,
) -> Result<String, Error> {
    let fits =
        (1..=most).contains(&object.value.len()) && object.value.bytes().all(|b| matches!(b, b' '..=b'~'));
    if fits { Ok(object.value.to_owned()) } else { Err(fault(object, name, expected)) }
}

/// The text form of a time.
pub(super) fn time_text(time: Option<u64>) -> Option<String> {
    time.map(|time| format!("{time:010}"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A template with this value, at byte 0 of a payload.
    pub(in crate::unified) const fn template(value: &str) -> DataObject<'_> {
        DataObject { id: Id::literal(80), length: 0, value, offset: 0 }
    }

    #[test]
    fn unknown_objects_come_back_in_their_order_and_go_out_in_ascending_order() {
        let read = read(&template("0001x0901a0801b"), "name", |object| Ok(object.id.number() == 1));
        let unknown = read.expect("each stands once");
        assert_eq!(write("x", &[(1, None)], &unknown).as_deref(), Ok("0001x0801b0901a"));
    }
}
