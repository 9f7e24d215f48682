use crate::value_schema::ValueSchema;
use crate::wire::{Flag, FlagType};
use isoflag_written::{Json, Problems, member, read};

/// The values of the variants as JSON literals, checked against the type of the flag and the schema it may declare.
pub(crate) fn values(flag: &Flag, path: &str, problems: &mut Problems) -> Vec<(String, String)> {
    let schema = schema(flag, path, problems);
    let path = format!("{path}.variants");
    if flag.variants.0.is_empty() || flag.variants.0.len() >= usize::from(u16::MAX) {
        problems.error(&path, "a flag has at least one variant and fewer than 65535");
    }
    let mut values = Vec::new();
    for (name, raw) in &flag.variants.0 {
        let path = member(&path, name);
        if name.is_empty() {
            problems.error(&path, "the name of a variant is not empty");
        }
        let Ok(Json(value)) = read(raw.get(), &path).map_err(|problem| problems.errors.push(problem)) else {
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
        values.push((name.clone(), value.to_string()));
    }
    values
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
