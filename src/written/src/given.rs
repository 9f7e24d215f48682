use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

/// A field that may be left out and, where it is there, is what it is: `null` is a value like any other, and no optional
/// field has it for one. For `#[serde(default, deserialize_with = "given")]`.
///
/// # Errors
///
/// What the type itself says of the value, `null` included.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The same of an object: serde takes a list for a struct whose fields come in order.
///
/// # Errors
///
/// When it is no object, and what the type itself says of its fields.
pub fn given_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_map(Visit(PhantomData)).map(Some)
}

struct Visit<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Visit<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}
