use crate::Problem;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

/// Reads JSON text into a wire type; a failure says where it stands below `base`.
pub(crate) fn read<T: DeserializeOwned>(json: &str, base: &str) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = json_path(base, error.path());
        problem(path, &error.into_inner())
    })?;
    deserializer.end().map_err(|error| problem(base.to_owned(), &error))?;
    Ok(value)
}

/// serde_json ends its texts with a place in the text it was given, which for a single flag is not the author's file.
fn problem(path: String, error: &serde_json::Error) -> Problem {
    // serde calls a choice from a list a variant, which here is something else.
    let text = error.to_string().replace("unknown variant", "unknown value");
    let what = text.split_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let place =
        if path == "$" { format!(", at line {} column {}", error.line(), error.column()) } else { String::new() };
    let kind = if error.is_syntax() || error.is_eof() { "this is not JSON: " } else { "" };
    Problem::new(path, format!("{kind}{what}{place}"))
}

fn json_path(base: &str, path: &Path) -> String {
    let mut out = base.to_owned();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("[{index}]")),
            Segment::Map { key } => out = member(&out, key),
            Segment::Enum { variant } => out = member(&out, variant),
            Segment::Unknown => {}
        }
    }
    out
}

/// The path of a member: `.name`, or `["any key"]` where a dot would be ambiguous.
pub(crate) fn member(base: &str, key: &str) -> String {
    let plain = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    if plain && base != "$.flags" { format!("{base}.{key}") } else { format!("{base}[{key:?}]") }
}
