//! Reads one event's JSON, refusing what `serde_json::Value` alone would let pass: a key given twice, and depth.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::fault::{Code, Fault, shown};
use crate::limits::{DEPTH, NUMBER};

/// Where the reader is; a chain on the stack, spelt out only when something is wrong.
enum Place<'a> {
    Root(&'a str),
    Key(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Root(root) => f.write_str(root),
            Place::Key(parent, key) => write!(f, "{parent}.{}", shown(key)),
            Place::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

impl Place<'_> {
    fn depth(&self) -> usize {
        match self {
            Place::Root(_) => 1,
            Place::Key(parent, _) | Place::Index(parent, _) => parent.depth() + 1,
        }
    }
}

/// Reads `text`, which stands at `root` in the batch (`events[3]`).
pub(crate) fn read(text: &str, root: &str) -> Result<Value, Fault> {
    let fault = RefCell::new(None);
    let place = Place::Root(root);
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Seed { place: &place, fault: &fault }.deserialize(&mut reader);
    match (read, fault.into_inner()) {
        (Ok(value), _) => Ok(value),
        (Err(_), Some(fault)) => Err(fault),
        (Err(error), None) => {
            Err(Fault::new(root, Code::Malformed, format!("this event cannot be read: {error}; send it as plain JSON")))
        }
    }
}

struct Seed<'a> {
    place: &'a Place<'a>,
    fault: &'a RefCell<Option<Fault>>,
}

impl Seed<'_> {
    fn fail<E: serde::de::Error>(&self, field: String, code: Code, message: String) -> E {
        self.fault.replace(Some(Fault::new(field, code, message)));
        E::custom("refused")
    }

    /// What one sink cannot hold none takes, or they would come to count different events.
    fn check_text<E: serde::de::Error>(&self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            let message = "holds the character U+0000, which databases cannot keep in text; leave it out".to_owned();
            return Err(self.fail(self.place.to_string(), Code::BadValue, message));
        }
        Ok(())
    }

    fn check_depth<E: serde::de::Error>(&self) -> Result<(), E> {
        if self.place.depth() > DEPTH {
            let message = format!("nested deeper than {DEPTH} levels; send flatter properties");
            return Err(self.fail(self.place.to_string(), Code::TooLarge, message));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        if value.abs() > NUMBER {
            let message = format!("beyond {NUMBER:e}; nothing that large can be added up");
            return Err(self.fail(self.place.to_string(), Code::BadValue, message));
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number out of range"))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.check_text(&value)?;
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut values = Vec::new();
        loop {
            let place = Place::Index(self.place, values.len());
            match items.next_element_seed(Seed { place: &place, fault: self.fault })? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let place = Place::Key(self.place, &key);
            if map.contains_key(&key) {
                let message = "given twice in one object; send it once".to_owned();
                return Err(self.fail(place.to_string(), Code::DuplicateKey, message));
            }
            let seed = Seed { place: &place, fault: self.fault };
            seed.check_text(&key)?;
            let value = entries.next_value_seed(seed)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values_are_read_as_they_are() {
        let text = r#"{"a":[1,-2,2.5,true,null,"x"],"b":{"c":18446744073709551615}}"#;
        assert_eq!(read(text, "e").unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn faults_name_their_place() {
        for (text, field, code) in [
            (r#"{"a":{"b":1,"b":2}}"#, "e.a.b", Code::DuplicateKey),
            (r#"{"a":[{"x":1,"\u0078":2}]}"#, "e.a[0].x", Code::DuplicateKey),
            (r#"{"a":[[[[[[1]]]]]]}"#, "e.a[0][0][0][0][0]", Code::TooLarge),
            (r#"{"a":1e999}"#, "e", Code::Malformed),
            (r#"{"a":[1e30,-1e31]}"#, "e.a[1]", Code::BadValue),
            (r#"{"a":"\ud800"}"#, "e", Code::Malformed),
        ] {
            let fault = read(text, "e").unwrap_err();
            assert_eq!((fault.field.as_str(), fault.code), (field, code), "{text}: {}", fault.message);
        }
        let bottomless = "[".repeat(100_000);
        assert_eq!(read(&bottomless, "e").unwrap_err().code, Code::TooLarge);
    }
}
