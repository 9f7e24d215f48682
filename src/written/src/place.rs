//! From a place in the text to the member it belongs to.
//!
//! serde_json knows where in the text it stopped and not in which member. Keeping track of that while reading would wrap
//! every reader of every type once more, which is a third of the compiler's bytes; walking the text a second time, and only
//! when something is wrong with it, costs one page.

use crate::read::member;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A place in a text, as editors count: from 1, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Place {
    /// The place of a byte.
    pub(crate) fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self { line: before.split('\n').count(), column: line.encode_utf16().count() + 1 }
    }
}

/// A member of a JSON text.
pub(crate) struct Member {
    pub(crate) path: String,
    /// The path of what it is a member of.
    pub(crate) of: String,
    /// Its key, if it is one of an object.
    pub(crate) key: Option<String>,
    /// Where it stands, from its key on, without the comma behind it.
    pub(crate) span: Range<usize>,
}

/// What the first `end` bytes of a JSON text end with: the member that ended there, or else the one that has begun or is
/// about to. A key without its colon yet is a member only if `keyed`. `None` is the text as a whole.
pub(crate) fn member_at(json: &str, end: usize, base: &str, keyed: bool) -> Option<Member> {
    let mut levels: Vec<Level<'_>> = Vec::new();
    let mut at = 0;
    let text = json.as_bytes().get(..end).unwrap_or(json.as_bytes());
    while let Some(byte) = text.get(at) {
        let from = at;
        at += 1;
        match (byte, levels.last_mut()) {
            (b'"', level) => {
                at += string(text.get(at..).unwrap_or_default());
                if let (Some(Level::Object { key: key @ None, colon, start }), Some(name)) = (level, json.get(from..at))
                {
                    (*key, *colon, *start) = (Some(name), false, from);
                }
            }
            (b'{', _) => levels.push(Level::Object { key: None, colon: false, start: at }),
            (b'[', _) => levels.push(Level::List { index: 0, start: at }),
            (b'}' | b']', _) => {
                levels.pop();
            }
            (b',', Some(Level::List { index, start })) => (*index, *start) = (*index + 1, at),
            (b',', Some(Level::Object { key, .. })) => *key = None,
            (b':', Some(Level::Object { colon, .. })) => *colon = true,
            _ => {}
        }
    }
    let mut found: Option<Member> = None;
    for level in levels {
        let of = found.as_ref().map_or(base, |member| &member.path).to_owned();
        let (path, key, start) = match level {
            Level::List { index, start } => (format!("{of}[{index}]"), None, start),
            Level::Object { key: Some(key), colon, start } if colon || keyed => {
                let key = serde_json::from_str::<String>(key).unwrap_or_default();
                (member(&of, &key), Some(key), start)
            }
            Level::Object { .. } => continue,
        };
        found = Some(Member { path, of, key, span: start..start });
    }
    let mut found = found?;
    found.span.end = member_end(json.as_bytes(), found.span.start);
    Some(found)
}

/// What is open where the walk is, and where its member began.
enum Level<'a> {
    /// The index of the member.
    List { index: usize, start: usize },
    /// The key of the member with its quotes, and whether its colon was passed.
    Object { key: Option<&'a str>, colon: bool, start: usize },
}

/// Where a member ends: at the comma behind it, or at what closes its object or list.
fn member_end(text: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at += string(text.get(at + 1..).unwrap_or_default()),
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
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
    use super::*;

    fn path_at(json: &str, end: usize, keyed: bool) -> String {
        member_at(json, end, "$", keyed).map_or_else(|| "$".to_owned(), |member| member.path)
    }

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
            assert_eq!(path_at(&json, end, false), path, "{text}");
            assert_eq!(path_at(&json, end, true), keyed, "{text}");
        }
    }

    #[test]
    fn any_place_of_any_text_has_a_path() {
        let text = r#"{"ä\u00e4":[{"😀":"\\"},[[]],null],"b":{}}"#;
        for end in 0..text.len() + 2 {
            assert!(path_at(text, end, end % 2 == 0).starts_with('$'));
        }
    }

    #[test]
    fn a_member_spans_its_key_and_value() {
        for (text, span) in [
            (r#"{ "a" : [1, {}¦] , "b": 2 }"#, r#" {}"#),
            (r#"{ "a" : ¦[1, "]"] , "b": 2 }"#, r#""a" : [1, "]"] "#),
            (r#"{ "b": 2¦ }"#, r#""b": 2 "#),
        ] {
            let end = text.find('¦').unwrap();
            let json = text.replace('¦', "");
            assert_eq!(json.get(member_at(&json, end, "$", false).unwrap().span), Some(span), "{text}");
        }
    }

    #[test]
    fn places_are_counted_as_editors_count() {
        let text = "{\n \"😀\": x";
        let place = |byte| Place::of(text, byte);
        assert_eq!(place(0), Place { line: 1, column: 1 });
        assert_eq!(place(text.find('x').unwrap()), Place { line: 2, column: 8 });
        assert_eq!(place(99), Place { line: 2, column: 9 });
    }
}
