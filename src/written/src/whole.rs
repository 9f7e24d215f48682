use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};
use std::fmt;

/// Reads a whole number, which `1.0` is too: to a JSON Schema, and to whoever reads JSON with one type of number. For
/// `#[serde(deserialize_with = "whole")]`.
///
/// # Errors
///
/// When it is no number, not whole, negative, or beyond 32 bits.
pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    deserializer.deserialize_u32(Visit)
}

/// As [`whole`], of a field that may be left out. For `#[serde(default, deserialize_with = "given_whole")]`.
///
/// # Errors
///
/// Those of [`whole`]; `null` is none.
pub fn given_whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    whole(deserializer).map(Some)
}

struct Visit;

impl Visitor<'_> for Visit {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number from 0 to 4294967295")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u32, E> {
        u32::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u32, E> {
        u32::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<u32, E> {
        let fits = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        if fits { Ok(number as u32) } else { Err(E::invalid_value(Unexpected::Float(number), &self)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        let read = |json: &str| whole(&mut serde_json::Deserializer::from_str(json)).ok();
        for json in ["7", "7.0", "70e-1", "0.7e1"] {
            assert_eq!(read(json), Some(7), "{json}");
        }
        assert_eq!(["0", "-0.0", "4294967295", "4294967295.0"].map(read), [0, 0, u32::MAX, u32::MAX].map(Some));
        assert_eq!(["-1", "1.5", "4294967296", "4294967296.0", "1e300", "null", "\"1\"", "[1]"].map(read), [None; 8]);
    }
}
