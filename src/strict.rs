//! Members of files as their schemas have them: objects that are no arrays, optional members that are never `null`.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

/// A JSON object; `serde` would take the members of a struct from an array as well.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }
        deserializer.deserialize_map(Members(PhantomData))
    }
}

/// A member that is optional and never `null`.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Any JSON in which no object has a member twice.
#[cfg(feature = "terms")]
pub(crate) struct Anything;

#[cfg(feature = "terms")]
impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk;
        impl<'de> Visitor<'de> for Walk {
            type Value = Anything;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON")
            }
            fn visit_bool<E>(self, _: bool) -> Result<Anything, E> {
                Ok(Anything)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Anything, E> {
                Ok(Anything)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Anything, E> {
                Ok(Anything)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Anything, E> {
                Ok(Anything)
            }
            fn visit_str<E>(self, _: &str) -> Result<Anything, E> {
                Ok(Anything)
            }
            fn visit_unit<E>(self) -> Result<Anything, E> {
                Ok(Anything)
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Anything, A::Error> {
                while let Some(Anything) = items.next_element()? {}
                Ok(Anything)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Anything, A::Error> {
                let mut names = std::collections::BTreeSet::new();
                while let Some(name) = members.next_key::<String>()? {
                    if names.contains(&name) {
                        return Err(serde::de::Error::custom(format_args!("duplicate field `{name}`")));
                    }
                    names.insert(name);
                    let Anything = members.next_value()?;
                }
                Ok(Anything)
            }
        }
        deserializer.deserialize_any(Walk)
    }
}
