use serde::{Deserialize, Deserializer};

/// A field that may be left out and, where it is there, is what it is: `null` is a value like any other, and no optional
/// field has it for one. For `#[serde(default, deserialize_with = "given")]`.
///
/// # Errors
///
/// What the type itself says of the value, `null` included.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
