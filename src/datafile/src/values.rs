use crate::value_schema::ValueSchema;
use crate::wire::{Flag, FlagType};
use isoflag_written::{Json, Problems, member, read};
use serde_json::{Number, Value};
use std::collections::HashMap;

/// The values of the variants as JSON literals, checked against the type of the flag and the schema it may declare.
pub(crate) fn values(flag: &Flag, path: &str, problems: &mut Problems) -> Vec<(String, String)> {
    let schema = schema(flag, path, problems);
    let path = format!("{path}.variants");
    if flag.variants.0.is_empty() || flag.variants.0.len() >= usize::from(u16::MAX) {
        problems.error(&path, "a flag has at least one variant and fewer than 65535");
    }
    let mut values = Vec::new();
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (name, raw) in &flag.variants.0 {
        let path = member(&path, name);
        if name.is_empty() {
            problems.error(&path, "the name of a variant is not empty");
        }
        let Ok(Json(value)) = read(raw.get(), &path).map_err(|found| problems.errors.extend(found)) else {
            continue;
        };
        let fits = match flag.kind {
            FlagType::Boolean => value.is_boolean(),
            FlagType::String => value.is_string(),
            FlagType::Number => value.is_number(),
            FlagType::Json => true,
        };
        if !fits {
            problems.error(&path, format!("the flag's type is {}, {value} is not", kind_name(flag.kind)));
        }
        if let Some(schema) = &schema {
            schema.check(&value, &path, problems);
        }
        each_exact(&value, &path, problems);
        let literal = value.to_string();
        if let Some(other) = seen.get(&literal) {
            problems
                .warn(&path, format!("`{name}` has the value of `{other}`, so no code can tell one from the other"));
        }
        seen.entry(literal.clone()).or_insert(name);
        values.push((name.clone(), literal));
    }
    values
}

/// Looks at every number of a value.
fn each_exact(value: &Value, path: &str, problems: &mut Problems) {
    match value {
        Value::Number(number) => exact(number, path, problems),
        Value::Array(members) => {
            for (index, value) in members.iter().enumerate() {
                each_exact(value, &format!("{path}[{index}]"), problems);
            }
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| each_exact(value, &member(path, name), problems));
        }
        _ => {}
    }
}

/// Reports a whole number no double holds: every reader would get another one, and of the id of one thing that of another.
pub(crate) fn exact(number: &Number, path: &str, problems: &mut Problems) {
    if !holds(number) {
        problems.error(path, format!("no program reads {number} as it stands here, write it as a text"));
    }
}

/// A bound as programs hold it: what is no double is reported, with the one it would be rounded to.
pub(crate) fn bound(number: &Number, path: &str, problems: &mut Problems) -> Option<f64> {
    let double = number.as_f64()?;
    if holds(number) {
        return Some(double);
    }
    problems.error(
        path,
        format!("no program reads {number} as it stands here, write the number it would become, {double}"),
    );
    None
}

/// Whether a number is a double, or how one is written: `1234567890123456800` is what JavaScript writes of a double that is 32
/// less, and reads as that. Those with a fraction, an exponent or more than 64 bits were read as doubles already.
fn holds(number: &Number) -> bool {
    let Some((whole, double)) = number.as_i128().zip(number.as_f64()) else { return true };
    double as i128 == whole || double.to_string() == number.to_string()
}

/// The schema, if one is declared and nothing is wrong with it.
fn schema(flag: &Flag, path: &str, problems: &mut Problems) -> Option<ValueSchema> {
    let Json(json) = flag.schema.as_ref()?;
    let path = format!("{path}.schema");
    if flag.kind != FlagType::Json {
        let kind = kind_name(flag.kind);
        problems.error(&path, format!("a schema describes values of type json, the flag's type is {kind}"));
        return None;
    }
    let before = problems.errors.len();
    let schema = ValueSchema::parse(json, &path, problems);
    schema.filter(|_| problems.errors.len() == before)
}

fn kind_name(kind: FlagType) -> &'static str {
    match kind {
        FlagType::Boolean => "boolean",
        FlagType::String => "string",
        FlagType::Number => "number",
        FlagType::Json => "json",
    }
}
