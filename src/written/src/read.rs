use crate::Problem;
use crate::wording::reworded;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

/// Tables whose keys the author chose: their members are always quoted, as they may hold anything.
const CHOSEN: [&str; 7] =
    ["$.flags", "$.segments", "$.layers", "$.holdouts", "$.attributes", "$.metrics", "$.experiments"];

/// Reads JSON text into a type; a failure says where it stands below `base`.
///
/// # Errors
///
/// The first thing that is not JSON, or not of that type.
pub fn read<T: DeserializeOwned>(json: &str, base: &str) -> Result<T, Problem> {
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
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let place =
        if path == "$" { format!(", at line {} column {}", error.line(), error.column()) } else { String::new() };
    let kind = if error.is_syntax() || error.is_eof() { "this is not JSON: " } else { "" };
    Problem::new(path, format!("{kind}{}{place}", reworded(what)))
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
pub fn member(base: &str, key: &str) -> String {
    let plain = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    if plain && !CHOSEN.contains(&base) {
        format!("{base}.{key}")
    } else {
        format!("{base}[{}]", serde_json::Value::from(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_people_chose_are_quoted_and_fields_of_ours_are_not() {
        assert_eq!(member("$", "flags"), "$.flags");
        assert_eq!(member("$.flags", "checkout"), r#"$.flags["checkout"]"#);
        assert_eq!(member("$.flags", "a\"\0😀"), r#"$.flags["a\"\u0000😀"]"#);
        assert_eq!(member("$.x", "new-checkout"), r#"$.x["new-checkout"]"#);
    }
}
