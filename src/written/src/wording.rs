use crate::near::did_you_mean;

/// What serde calls things, and what people do.
const NAMES: [(&str, &str); 12] = [
    ("a sequence", "a list"),
    ("a map", "an object"),
    ("sequence", "a list"),
    ("map", "an object"),
    ("u8", "a whole number"),
    ("u32", "a whole number"),
    ("u64", "a whole number"),
    ("i64", "a whole number"),
    ("f64", "a number"),
    ("a JSON number", "a number"),
    ("variant identifier", "a string"),
    ("string or map", "a string"),
];

/// What serde_json says of text that is no JSON, and what people say.
const BROKEN: [(&str, &str); 6] = [
    ("EOF while parsing ", "the text ends in the middle of "),
    ("key must be a string", "a key stands in double quotes"),
    ("expected ident", "only `true`, `false` and `null` are words"),
    ("expected value", "a value is missing"),
    ("trailing comma", "a comma with nothing behind it"),
    ("trailing characters", "there is more behind the end"),
];

/// serde's text in the reader's words, with the word that was probably meant.
pub(crate) fn reworded(text: &str) -> String {
    for (theirs, ours) in BROKEN {
        if let Some(rest) = text.strip_prefix(theirs) {
            return format!("{ours}{rest}");
        }
    }
    if let Some(name) = text.strip_prefix("duplicate field ") {
        return format!("{name} is written twice, keep one of the two");
    }
    if text.starts_with("invalid length ") && text.contains(", expected struct ") {
        return "invalid type: a list, expected an object".to_owned();
    }
    for (start, noun) in [("unknown field `", "field"), ("unknown variant `", "value")] {
        let Some((found, allowed)) = text.strip_prefix(start).and_then(|rest| rest.rsplit_once("`, expected ")) else {
            continue;
        };
        let allowed = allowed.strip_prefix("one of ").unwrap_or(allowed).replace(" or ", ", ");
        let words = allowed.split(", ").map(|word| word.trim_matches('`'));
        return format!("unknown {noun} `{found}`{}, allowed: {allowed}", did_you_mean(found, words).replace('?', ""));
    }
    let Some((found, expected)) = text.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "))
    else {
        return text.to_owned();
    };
    let expected = match expected.strip_prefix("struct ").or_else(|| expected.strip_prefix("enum ")) {
        Some(_) => "an object",
        None => named(expected),
    };
    format!("invalid type: {}, expected {expected}", named(found))
}

fn named(word: &str) -> &str {
    NAMES.iter().find_map(|(theirs, ours)| (*theirs == word).then_some(*ours)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_meets_no_word_of_serde() {
        let cases = [
            (
                "unknown field `ruels`, expected one of `off`, `rules`",
                "unknown field `ruels`, did you mean `rules`, allowed: `off`, `rules`",
            ),
            ("unknown variant `text`, expected `a` or `b`", "unknown value `text`, allowed: `a`, `b`"),
            ("invalid type: map, expected a sequence", "invalid type: an object, expected a list"),
            ("invalid type: string \"1\", expected u32", "invalid type: string \"1\", expected a whole number"),
            ("invalid type: null, expected struct Flag", "invalid type: null, expected an object"),
            ("missing field `off`", "missing field `off`"),
            ("duplicate field `off`", "`off` is written twice, keep one of the two"),
            ("invalid length 0, expected struct Flag with 12 elements", "invalid type: a list, expected an object"),
            ("EOF while parsing a list", "the text ends in the middle of a list"),
        ];
        for (theirs, ours) in cases {
            assert_eq!(reworded(theirs), ours);
        }
    }
}
