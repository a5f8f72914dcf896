//! JSON in which no object has a member twice: of two, readers take one or the other, and nobody is told which.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::human::escape;

/// Characters of a member's name that are shown.
const SHOWN: usize = 40;

/// A value that is refused where an object in it has a member twice, however the two are spelt.
#[derive(Debug)]
pub(crate) struct Unique(pub(crate) Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any).map(Self)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Unique(value))) = members.next_entry::<String, Unique>()? {
            if object.contains_key(&name) {
                let name: String = name.chars().take(SHOWN).collect();
                return Err(A::Error::custom(format_args!("the member `{}` twice", escape(&name))));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_value_is_read_as_it_is() {
        for text in [
            "null",
            "[true,-1,18446744073709551615,0.5,\"a\"]",
            r#"{"b":{"a":1},"a":{"a":[{"a":2},{"a":3}]}}"#,
        ] {
            let Unique(value) = serde_json::from_str(text).expect(text);
            assert_eq!(value.to_string(), text);
        }
    }

    #[test]
    fn a_double_is_refused_wherever_it_is() {
        for (text, name) in [
            (r#"{"a":1,"a":1}"#, "a"),
            (r#"[{"b":[{"c":1,"d":2,"\u0063":3}]}]"#, "c"),
            (r#"{"":null,"":null}"#, ""),
        ] {
            let error = serde_json::from_str::<Unique>(text).expect_err(text);
            assert!(error.is_data());
            assert!(error.to_string().starts_with(&format!("the member `{name}` twice")), "{error}");
        }
    }
}
