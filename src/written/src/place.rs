//! From a place in the text to the member it belongs to.
//!
//! serde_json knows where in the text it stopped and not in which member. Keeping track of that while reading would wrap
//! every reader of every type once more, which is a third of the compiler's bytes; walking the text a second time, and only
//! when something is wrong with it, costs one page.

use crate::read::member;

/// The path below `base` of what the first `end` bytes of a JSON text end with: the value that ended there, or else the one
/// that has begun or is about to. A key without its colon yet is a member only if `keyed`.
pub(crate) fn path_at(json: &str, end: usize, base: &str, keyed: bool) -> String {
    let mut levels: Vec<Level<'_>> = Vec::new();
    let mut at = 0;
    let text = json.as_bytes().get(..end).unwrap_or(json.as_bytes());
    while let Some(byte) = text.get(at) {
        let from = at;
        at += 1;
        match (byte, levels.last_mut()) {
            (b'"', level) => {
                at += string(text.get(at..).unwrap_or_default());
                if let (Some(Level::Object(key @ None, colon)), Some(name)) = (level, json.get(from..at)) {
                    (*key, *colon) = (Some(name), false);
                }
            }
            (b'{', _) => levels.push(Level::Object(None, false)),
            (b'[', _) => levels.push(Level::List(0)),
            (b'}' | b']', _) => {
                levels.pop();
            }
            (b',', Some(Level::List(index))) => *index += 1,
            (b',', Some(Level::Object(key, _))) => *key = None,
            (b':', Some(Level::Object(_, colon))) => *colon = true,
            _ => {}
        }
    }
    levels.iter().fold(base.to_owned(), |path, level| match level {
        Level::List(index) => format!("{path}[{index}]"),
        Level::Object(Some(key), colon) if *colon || keyed => {
            member(&path, &serde_json::from_str::<String>(key).unwrap_or_default())
        }
        Level::Object(..) => path,
    })
}

/// What is open where the walk is.
enum Level<'a> {
    /// The index of the member.
    List(usize),
    /// The key of the member with its quotes, and whether its colon was passed.
    Object(Option<&'a str>, bool),
}

/// How many bytes there are up to the end of a string, its closing quote included; what follows its opening quote is given.
fn string(text: &[u8]) -> usize {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |quote| quote + 1)
}

#[cfg(test)]
mod tests {
    use super::path_at;

    #[test]
    fn the_path_is_that_of_what_ends_or_has_begun_there() {
        // `¦` is where the text was read to.
        for (text, path, keyed) in [
            ("¦{}", "$", "$"),
            (r#"{ "a": 1¦ }"#, "$.a", "$.a"),
            (r#"{ "a" ¦: 1 }"#, "$", "$.a"),
            (r#"{ "a": { "b": [ 1, ¦[ ] ] } }"#, "$.a.b[1]", "$.a.b[1]"),
            (r#"{ "a": { "b": [ 1, { "c": 2 }¦ ] } }"#, "$.a.b[1]", "$.a.b[1]"),
            (r#"{ "a": { "b": [ 1, { "c": 2 } ]¦ } }"#, "$.a.b", "$.a.b"),
            (r#"{ "a": { "b": [] }¦, "c": 1 }"#, "$.a", "$.a"),
            (r#"{ "a": {}, "c"¦: 1 }"#, "$", "$.c"),
            (r#"{ "\"}\\": [ "]\"[", ¦ ] }"#, r#"$["\"}\\"][1]"#, r#"$["\"}\\"][1]"#),
            (r#"{ "é": "ü¦" }"#, r#"$["é"]"#, r#"$["é"]"#),
            ("]}¦", "$", "$"),
        ] {
            let end = text.find('¦').unwrap();
            let json = text.replace('¦', "");
            assert_eq!(path_at(&json, end, "$", false), path, "{text}");
            assert_eq!(path_at(&json, end, "$", true), keyed, "{text}");
        }
    }

    #[test]
    fn any_place_of_any_text_has_a_path() {
        let text = r#"{"ä\u00e4":[{"😀":"\\"},[[]],null],"b":{}}"#;
        for end in 0..text.len() + 2 {
            assert!(path_at(text, end, "$", end % 2 == 0).starts_with('$'));
        }
    }
}
