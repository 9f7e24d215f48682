use crate::Problem;
use crate::place::path_at;
use crate::wording::reworded;
use serde::de::DeserializeOwned;

/// Tables whose keys the author chose: their members are always quoted, as they may hold anything.
const CHOSEN: [&str; 7] =
    ["$.flags", "$.segments", "$.layers", "$.holdouts", "$.attributes", "$.metrics", "$.experiments"];

/// Reads JSON text into a type; a failure says where it stands below `base`.
///
/// # Errors
///
/// The first thing that is not JSON, or not of that type.
pub fn read<T: DeserializeOwned>(json: &str, base: &str) -> Result<T, Problem> {
    serde_json::from_str(json).map_err(|error| problem(json, base, &error))
}

/// serde_json ends its texts with a place in the text it was given, which for a single flag is not the author's file.
fn problem(json: &str, base: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let path = path_at(json, read_bytes(json, error), base, what.starts_with("unknown field `"));
    let broken = error.is_syntax() || error.is_eof();
    let place = if path == "$" || (broken && base == "$") {
        format!(", at line {} column {}", error.line(), error.column())
    } else {
        String::new()
    };
    let kind = if broken { "this is not JSON: " } else { "" };
    Problem::new(path, format!("{kind}{}{place}", reworded(what)))
}

/// How many bytes were read before the error was noticed. Its column counts those of its line.
fn read_bytes(json: &str, error: &serde_json::Error) -> usize {
    let lines = json.split_inclusive('\n').take(error.line().saturating_sub(1));
    lines.map(str::len).sum::<usize>() + error.column()
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
