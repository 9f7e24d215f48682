use crate::Problem;
use crate::near::nearest;
use crate::place::{Member, Place, member_at};
use crate::wording::reworded;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::borrow::Cow;

/// Tables whose keys the author chose: their members are always quoted, as they may hold anything.
const CHOSEN: [&str; 7] =
    ["$.flags", "$.segments", "$.layers", "$.holdouts", "$.attributes", "$.metrics", "$.experiments"];

/// So many problems of one text are told: each costs reading it once more.
const MOST: usize = 50;

/// Reads JSON text into a type; a failure says where it stands below `base`.
///
/// # Errors
///
/// What is not JSON, or everything that is not of that type.
pub fn read<T: DeserializeOwned>(json: &str, base: &str) -> Result<T, Vec<Problem>> {
    let (value, problems) = salvage(json, base);
    value.filter(|_| problems.is_empty()).ok_or(problems)
}

/// Reads as much of JSON text into a type as can be: what does not fit is told, and read as if it were not there.
pub fn salvage<T: DeserializeOwned>(json: &str, base: &str) -> (Option<T>, Vec<Problem>) {
    let mut value = None;
    let problems = problems(json, base, &mut |text| {
        value = Some(serde_json::from_str(text)?);
        Ok(())
    });
    (value, problems)
}

/// Reads again and again, each time without what did not fit the time before. What is left out is overwritten with spaces,
/// so that everything stays where it was.
fn problems(json: &str, base: &str, read: &mut dyn FnMut(&str) -> serde_json::Result<()>) -> Vec<Problem> {
    let mut text = Cow::Borrowed(json);
    let mut problems = Vec::new();
    let mut left_out: Vec<Member> = Vec::new();
    while let Err(error) = read(&text) {
        // What does not fit may only seem so where the text breaks off behind it, so that is told first, and alone.
        if left_out.is_empty()
            && let Err(broken) = serde_json::from_str::<IgnoredAny>(json)
        {
            return vec![not_json(json, base, &broken)];
        }
        // serde_json ends its texts with a place, which for a single flag is not one of the author's file.
        let said = error.to_string();
        let what = without_place(&said);
        if error.is_syntax() || error.is_eof() {
            problems.push(not_json(json, base, &error));
            break;
        }
        let end = read_bytes(json, &error);
        let path = member_at(json, end, base, what.starts_with("unknown field `"));
        let path = path.map_or_else(|| base.to_owned(), |member| member.path);
        if !follows(what, &path, &left_out) {
            problems.push(Problem::new(path, reworded(what)));
        }
        let by_key = what.starts_with("unknown field `") || reworded(what).contains(" is written twice");
        match member_at(json, end, base, by_key) {
            Some(member) if problems.len() < MOST && erase(text.to_mut(), &member) => left_out.push(member),
            _ => break,
        }
    }
    problems
}

fn without_place(said: &str) -> &str {
    said.rsplit_once(" at line ").map_or(said, |(what, _)| what)
}

fn not_json(json: &str, base: &str, error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    let what = without_place(&said);
    let end = read_bytes(json, error);
    // serde_json stops behind the byte it cannot go on with, but at the end, and now and then before a control character.
    let before = what.starts_with("control character") && json.as_bytes().get(end).is_some_and(|byte| *byte < b' ');
    let at = if error.is_eof() || before { end } else { end.saturating_sub(1) };
    let path = member_at(json, at, base, false).map_or_else(|| base.to_owned(), |member| member.path);
    let closes = what == "key must be a string" && json.as_bytes().get(at) == Some(&b'}');
    let what = if closes { "trailing comma" } else { what };
    let problem = Problem::new(path, format!("this is not JSON: {}", reworded(what)));
    // That of a single flag would be one within the flag.
    Problem { place: (base == "$").then(|| Place::of(json, at)), ..problem }
}

/// Whether something is wrong only because of what was left out: what is missing, or missed, where that stood.
fn follows(what: &str, path: &str, left_out: &[Member]) -> bool {
    let mut gaps = left_out.iter().filter(|member| member.of == path).peekable();
    if let Some(name) = what.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        let near = |key: &str| key == name || nearest(key, std::iter::once(name)).is_some();
        return gaps.any(|member| member.key.as_deref().is_some_and(near));
    }
    gaps.peek().is_some()
        && !["unknown ", "duplicate field ", "invalid type", "`"].iter().any(|start| what.starts_with(start))
}

/// Overwrites a member, and a comma that would be too many. `false` when nothing is left to overwrite.
fn erase(text: &mut String, member: &Member) -> bool {
    let bytes = std::mem::take(text).into_bytes();
    let (Some(before), Some(inside), Some(behind)) =
        (bytes.get(..member.span.start), bytes.get(member.span.clone()), bytes.get(member.span.end..))
    else {
        return false;
    };
    let blank = inside.iter().all(u8::is_ascii_whitespace);
    let comma_behind = (behind.first() == Some(&b',')).then_some(member.span.end);
    let comma_before =
        before.iter().rposition(|byte| !byte.is_ascii_whitespace()).filter(|at| before.get(*at) == Some(&b','));
    let comma = comma_behind.or(comma_before);
    let erased = bytes.iter().enumerate().map(|(at, byte)| {
        let goes = (member.span.contains(&at) && *byte != b'\n') || comma == Some(at);
        if goes { b' ' } else { *byte }
    });
    *text = String::from_utf8(erased.collect()).unwrap_or_default();
    !blank
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
    use serde::Deserialize;

    #[test]
    fn keys_people_chose_are_quoted_and_fields_of_ours_are_not() {
        assert_eq!(member("$", "flags"), "$.flags");
        assert_eq!(member("$.flags", "checkout"), r#"$.flags["checkout"]"#);
        assert_eq!(member("$.flags", "a\"\0😀"), r#"$.flags["a\"\u0000😀"]"#);
        assert_eq!(member("$.x", "new-checkout"), r#"$.x["new-checkout"]"#);
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shelf {
        name: String,
        #[serde(default)]
        full: bool,
        #[serde(default)]
        books: Vec<Book>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Book {
        title: String,
        #[serde(default)]
        pages: [u32; 2],
    }

    fn told(json: &str) -> Vec<String> {
        read::<Shelf>(json, "$").unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn everything_that_does_not_fit_is_told_at_once() {
        let json = r#"{
            "name": "é", "full": "no", "colour": "red",
            "books": [ { "title": 1 }, { "titel": "x" }, {}, 7, { "title": "y", "pages": [1, "2"], "title": "z" } ]
        }"#;
        assert_eq!(
            told(json),
            [
                "$.full: invalid type: string \"no\", expected a boolean",
                "$.colour: unknown field `colour`, allowed: `name`, `full`, `books`",
                "$.books[0].title: invalid type: integer `1`, expected a string",
                "$.books[1].titel: unknown field `titel`, did you mean `title`, allowed: `title`, `pages`",
                "$.books[2]: missing field `title`",
                "$.books[3]: invalid type: integer `7`, expected an object",
                "$.books[4].pages[1]: invalid type: string \"2\", expected a whole number",
                "$.books[4]: `title` is written twice, keep one of the two",
            ]
        );
    }

    #[test]
    fn what_fits_is_read_all_the_same() {
        let (shelf, problems) = salvage::<Shelf>(r#"{ "name": "a", "full": 1, "books": [{ "title": "b" }, []] }"#, "$");
        assert_eq!(problems.len(), 2, "{problems:?}");
        let books = vec![Book { title: "b".into(), pages: [0, 0] }];
        assert_eq!(shelf, Some(Shelf { name: "a".into(), full: false, books }));
        assert_eq!(salvage::<Shelf>("[]", "$").0, None);
        assert_eq!(told("[]"), ["$: invalid type: a list, expected an object"]);
    }

    #[test]
    fn text_that_is_no_json_has_a_line_and_a_column() {
        // `¦` is where the place must be.
        for (text, path) in [
            ("¦", "$"),
            ("{¦'name': 1}", "$"),
            ("{\n  \"full\": tru¦}", "$.full"),
            ("{ \"ü😀\": 1 ¦2 }", r#"$["ü😀"]"#),
            ("{ \"name\": \"a\",¦}", "$"),
            ("{ \"name\": \"a\",¦, }", "$"),
            ("{ \"name\": \"a¦\n\" }", "$.name"),
            ("{ \"books\": [ { ¦", "$.books[0]"),
            ("{ \"name\": \"a\" }\n¦}", "$"),
            ("{ \"name\" ¦1 }", "$"),
            ("{ \"pages\": 0¦1 }", "$.pages"),
        ] {
            let json = text.replace('¦', "");
            let [problem] = read::<serde_json::Value>(&json, "$").unwrap_err().try_into().unwrap();
            let expected = Place::of(&json, text.find('¦').unwrap());
            assert_eq!((problem.place, problem.path.as_str()), (Some(expected), path), "{text:?}: {problem}");
            assert!(problem.message.starts_with("this is not JSON: "), "{problem}");
        }
    }

    #[test]
    fn that_it_is_no_json_is_told_before_what_does_not_fit() {
        assert_eq!(
            told(r#"{ "x": 1, "full": 1, }"#),
            ["$: this is not JSON: a comma with nothing behind it, at line 1 column 22"]
        );
    }

    #[test]
    fn a_text_with_nothing_but_slips_is_told_in_part() {
        let fields: Vec<String> = (0..1000).map(|field| format!(r#""f{field}": {field}"#)).collect();
        assert_eq!(told(&format!("{{ {} }}", fields.join(", "))).len(), MOST);
    }
}
