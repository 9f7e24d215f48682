use super::*;

/// Walks a table as the engine does.
fn occurs(table: &[u8], text: &str) -> bool {
    let word = |at: usize| u16::from_le_bytes([table[at], table[at + 1]]);
    let (classes, matches) = (usize::from(word(2)), word(6));
    let mut state = word(4);
    let ends = [classes - 1];
    let symbols = text.bytes().map(|byte| usize::from(table[8 + usize::from(byte)])).chain(ends);
    for class in symbols {
        state = word(264 + 2 * (usize::from(state) * classes + class));
        if (1..=matches).contains(&state) {
            return true;
        }
    }
    false
}

#[test]
fn patterns_search_and_classes_are_those_of_ascii() {
    let cases = [
        ("abc", "xxabcx", true),
        ("^abc$", "abc", true),
        ("^abc$", "abc\n", false),
        ("", "", true),
        ("", "é", true),
        ("^$", "", true),
        ("^$", "a", false),
        (r"^\d+$", "0123", true),
        (r"^\d+$", "٣", false),
        (r"\w", "é", false),
        (r"^\W$", "é", true),
        (r"^[\W]$", "é", true),
        (r"^[^\w]$", "é", true),
        (r"^[^\w]$", "e", false),
        (r"\s", "\u{a0}", false),
        (r"^\s$", "\u{b}", true),
        (r"^\S$", "\u{2028}", true),
        (r"^.$", "😀", true),
        (r"^.$", "\n", false),
        (r"^.$", "\r", true),
        (r"\bcat\b", "a cat!", true),
        (r"\bcat\b", "a cats", false),
        (r"\bcat\b", "écaté", true),
        (r"^[😀-😂]$", "😁", true),
        (r"a{2,3}$", "baa", true),
        (r"(foo|bar)+@", "xfoobar@", true),
        (r"(?P<year>[0-9]{4})-", "in 2026-11", true),
        (r"a\.b", "axb", false),
        ("a\u{0}b", "a\u{0}b", true),
        (r"\B", "aéa", false),
        (r"\B", "é", true),
        (r"[^\s\S]", "anything", false),
        (r"[a-z&&[^b]]", "b", false),
        (r"x*$", "abc", true),
    ];
    for (pattern, text, expected) in cases {
        let table = compile(pattern, false).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(occurs(&table, text), expected, "{pattern} in {text:?}");
    }
}

#[test]
fn ignoring_case_is_simple_folding_and_leaves_ascii_classes_alone() {
    let cases = [
        ("straße", "STRAẞE", true),
        ("straße", "STRASSE", false),
        ("σ", "ς", true),
        ("^[a-z]+$", "ABC", true),
        ("^[a-z]$", "\u{212a}", true),
        ("^k$", "\u{212a}", true),
        (r"^\w$", "\u{212a}", false),
        (r"^\W$", "\u{212a}", true),
        ("^[^k]$", "\u{212a}", false),
        ("^i$", "İ", false),
        (r"^[\wé]$", "É", true),
    ];
    for (pattern, text, expected) in cases {
        let table = compile(pattern, true).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(occurs(&table, text), expected, "{pattern} in {text:?}");
    }
}

#[test]
fn what_is_not_possible_is_named_with_its_column() {
    let cases = [
        ("a(?=b)", "look-around", "column 2"),
        ("(?<!x)a", "look-around", "column 1"),
        (r"(a)\1", "back-references", "column 4"),
        (r"a\p{L}", r"\p{…}", "column 2"),
        (r"[\p{L}]", r"\p{…}", "column 2"),
        ("(?i)a", "`ignoreCase`", "column 1"),
        ("x(?s:.)", "flags", "column 4"),
        ("[[:alpha:]]", "a-z", "column 2"),
        (r"\b{start}a", r"\b", "column 1"),
        ("a(b", "unclosed group", "column 2"),
        ("[b-a]", "invalid character class range", "column 2"),
        ("*a", "repetition operator missing expression", "column 1"),
        (r"\q", "unrecognized escape sequence", "column 1"),
        ("((a{1000}){1000}){1000}", "64 KiB", "fewer repetitions"),
        ("(a|b)*a(a|b){20}", "64 KiB", "fewer repetitions"),
    ];
    for (pattern, what, place) in cases {
        let error = compile(pattern, false).expect_err(pattern);
        assert!(error.contains(what) && error.contains(place), "{pattern}: {error}");
        assert!(!error.starts_with(char::is_uppercase) && !error.ends_with('.'), "{error}");
    }
    let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
    assert!(compile(&deep, false).unwrap_err().contains("nest"));
}

#[test]
fn a_table_is_the_smallest_one() {
    // Dead, matched, start and one state a letter seen; classes: a, b, c, the rest, the end.
    let table = compile("^abc", false).unwrap();
    assert_eq!((table[0], table[2]), (5 + 1, 5), "{} bytes", table.len());
    // Any order of alternatives, the same machine.
    assert_eq!(compile("^(ab|ac|b)$", false), compile("^(b|a[bc])$", false));
}
