//! A context as JSON, laid out for the engine: the native counterpart of what the npm package does with an object.

use isoflag_engine::{List, Program, Value};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// The attributes of one context under the numbers of one program.
#[derive(Debug)]
pub struct Attributes<'a>(Vec<Attribute<'a>>);

#[derive(Debug)]
enum Attribute<'a> {
    Missing,
    Boolean(bool),
    Number(f64),
    Text(&'a str),
    /// Packed as [`List`] has it.
    List(Vec<u8>),
}

impl<'a> Attributes<'a> {
    /// Looks up every attribute that a program reads.
    pub fn read(program: &Program<'_>, context: &'a Map<String, Json>) -> Self {
        let names = (0..=u16::MAX).map_while(|id| program.attribute(id));
        Self(names.map(|name| attribute(find(context, &String::from_utf8_lossy(name)))).collect())
    }
}

impl isoflag_engine::Attributes for Attributes<'_> {
    fn get(&self, id: u16) -> Value<'_> {
        match self.0.get(usize::from(id)) {
            None | Some(Attribute::Missing) => Value::Missing,
            Some(Attribute::Boolean(value)) => Value::Boolean(*value),
            Some(Attribute::Number(value)) => Value::Number(*value),
            Some(Attribute::Text(value)) => Value::Text(value.as_bytes()),
            Some(Attribute::List(members)) => Value::List(List::new(members)),
        }
    }
}

/// By its whole name first; if there is none and the name has dots, through the objects it names.
pub(crate) fn find<'a>(context: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    if let Some(whole) = context.get(name) {
        return Some(whole);
    }
    let (first, rest) = name.split_once('.')?;
    rest.split('.').try_fold(context.get(first)?, |value, part| value.as_object()?.get(part))
}

fn attribute(value: Option<&Json>) -> Attribute<'_> {
    match value {
        Some(Json::Bool(value)) => Attribute::Boolean(*value),
        Some(Json::Number(value)) => value.as_f64().map_or(Attribute::Missing, Attribute::Number),
        Some(Json::String(value)) => Attribute::Text(value),
        Some(Json::Array(members)) => Attribute::List(members.iter().flat_map(packed).collect()),
        None | Some(Json::Null | Json::Object(_)) => Attribute::Missing,
    }
}

/// A member of a list, see [`List`]. Members that no test could ask for take no room.
fn packed(member: &Json) -> Vec<u8> {
    let (kind, payload): (u32, Cow<'_, [u8]>) = match member {
        Json::Bool(value) => (1 + u32::from(*value), Cow::default()),
        Json::Number(value) => (3, value.as_f64().unwrap_or(f64::NAN).to_le_bytes().to_vec().into()),
        Json::String(value) => (4, value.as_bytes().into()),
        Json::Null | Json::Array(_) | Json::Object(_) => return Vec::new(),
    };
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((payload.len() as u32).to_le_bytes());
    bytes.extend(payload.iter());
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_up_whole_and_then_through_objects() {
        let context = serde_json::json!({ "a.b": 1, "a": { "b": 2, "c": { "d": 3 } }, "list": [1] });
        let context = context.as_object().unwrap();
        for (name, expected) in [("a.b", Some(1)), ("a.c.d", Some(3)), ("a.x", None), ("list.0", None), ("x.y", None)] {
            assert_eq!(find(context, name).and_then(Json::as_i64), expected, "{name}");
        }
    }

    #[test]
    fn a_list_is_packed_as_the_engine_reads_it() {
        let list = serde_json::json!([true, null, "né", 1.5, [], false]);
        let bytes: Vec<u8> = list.as_array().unwrap().iter().flat_map(packed).collect();
        let members: Vec<Value<'_>> = List::new(&bytes).members().collect();
        let text = Value::Text("né".as_bytes());
        assert_eq!(members, [Value::Boolean(true), text, Value::Number(1.5), Value::Boolean(false)]);
    }
}
