//! The reference cases of statistics, answered by `isoflag-methods`, in JSON as the vectors have it.

use isoflag_methods::{Input, Value, answer};
use serde::Deserialize;
use serde_json::{Map, json};

#[derive(Deserialize)]
struct Case {
    id: String,
    method: String,
    input: Value,
}

/// Answers a whole file, a list of `{id, method, input, …}`: an object of answers by id. A case that cannot be answered says why under `error`.
///
/// # Errors
///
/// When the text is no such list.
pub fn answer_file(text: &str) -> Result<String, String> {
    let cases: Vec<Case> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut answers = Map::new();
    for Case { id, method, input } in cases {
        let entries = input.as_object().ok_or_else(|| format!("{id}: `input` is no object"))?;
        let found = answer(&method, &Input::new(entries));
        answers.insert(id, found.map_or_else(|error| json!({ "error": error }), |found| to_json(found.into())));
    }
    serde_json::to_string(&answers).map_err(|error| error.to_string())
}

/// JSON has no infinities: they are the texts `inf` and `-inf`.
#[must_use]
pub fn to_json(value: Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => value.into(),
        Value::Number(value) if value.is_infinite() => (if value > 0.0 { "inf" } else { "-inf" }).into(),
        Value::Number(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Array(values) => values.into_iter().map(to_json).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, to_json(value))).collect(),
    }
}
