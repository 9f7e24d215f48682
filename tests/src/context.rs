//! A context as a host lays it out for the engine.
//!
//! Deliberately not `isoflag_datafile::context`, which does the same for `explain` and `diff`: that one is held to this host
//! and to the four others by the vectors and by a million random decisions, and a shared mistake would hold them to nothing.
//! This one also reads what JavaScript has and JSON has not.

use isoflag_engine::{List, Value};
use serde_json::{Map, Value as Json};

/// The value of an attribute, kept until it is decided by.
pub(crate) enum Held {
    Missing,
    Boolean(bool),
    Number(f64),
    Text(Vec<u8>),
    /// Packed, as the engine reads lists.
    List(Vec<u8>),
}

impl Held {
    /// What the engine is handed.
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Missing => Value::Missing,
            Self::Boolean(value) => Value::Boolean(*value),
            Self::Number(value) => Value::Number(*value),
            Self::Text(text) => Value::Text(text),
            Self::List(members) => Value::List(List::new(members)),
        }
    }
}

/// Looks an attribute up: the whole name first, and if that is absent and has dots, a walk through nested objects.
pub(crate) fn attribute(context: &Map<String, Json>, name: &str) -> Held {
    held(context.get(name).or_else(|| walk(context, name)))
}

fn walk<'a>(context: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    let (first, rest) = name.split_once('.')?;
    rest.split('.').try_fold(context.get(first)?, |at, step| plain(at)?.get(step))
}

/// An object, unless it stands for something JSON cannot say.
fn plain(value: &Json) -> Option<&Map<String, Json>> {
    value.as_object().filter(|object| special(object).is_none())
}

fn held(value: Option<&Json>) -> Held {
    match value {
        Some(Json::Bool(value)) => Held::Boolean(*value),
        Some(Json::Number(value)) => value.as_f64().map_or(Held::Missing, Held::Number),
        Some(Json::String(text)) => Held::Text(text.clone().into_bytes()),
        Some(Json::Array(members)) => Held::List(pack(members)),
        Some(Json::Object(object)) => special(object).unwrap_or(Held::Missing),
        Some(Json::Null) | None => Held::Missing,
    }
}

/// `{"$number": "NaN"}` and `{"$surrogates": "d800,…"}`: what JavaScript has and JSON has not (`tests/hosts/random/wire.mjs`).
fn special(object: &Map<String, Json>) -> Option<Held> {
    let (name, value) = object.iter().next().filter(|_| object.len() == 1)?;
    let text = value.as_str()?;
    match name.as_str() {
        "$number" => text.parse().ok().map(Held::Number),
        "$surrogates" => {
            let units: Vec<u16> = text.split(',').map_while(|unit| u16::from_str_radix(unit, 16).ok()).collect();
            Some(Held::Text(String::from_utf16_lossy(&units).into_bytes()))
        }
        _ => None,
    }
}

/// Lays the members of a list out as [`List`] says; what a list cannot have is left out.
fn pack(members: &[Json]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for member in members {
        let (kind, payload) = match held(Some(member)) {
            Held::Boolean(value) => (1 + u32::from(value), Vec::new()),
            Held::Number(value) => (3, value.to_le_bytes().to_vec()),
            Held::Text(text) => (4, text),
            Held::Missing | Held::List(_) => continue,
        };
        let Ok(len) = u32::try_from(payload.len()) else { continue };
        bytes.extend([kind.to_le_bytes(), len.to_le_bytes()].concat());
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    bytes
}
