use super::*;
use isoflag_engine::List;
use isoflag_engine::layout::op;

#[test]
fn parts_of_texts() {
    for (op, yes, no) in [
        (op::STARTS, ["", "a", "ab", "abcab"], ["b", "abcabc", "abcabx"]),
        (op::ENDS, ["", "b", "ab", "abcab"], ["a", "xabcab", "bcb"]),
        (op::INCLUDES, ["", "bc", "cab", "abcab"], ["bb", "abcabc", "abd"]),
    ] {
        assert!(yes.iter().all(|operand| text(op, operand, "abcab")), "{op}");
        assert!(no.iter().all(|operand| !text(op, operand, "abcab")), "{op}");
        assert_eq!(passes(op, Operand::Text("1".to_owned()), Value::Number(1.0)), Some(false), "no coercion");
    }
}

#[test]
fn a_search_finds_what_the_standard_library_finds() {
    let alphabet = [b'a', b'b'];
    let mut state = 7_u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let mut word = |length: u32| -> String {
        let length = random() % length;
        (0..length).map(|_| char::from(alphabet[random() as usize % 2])).collect()
    };
    let mut found = 0;
    for _ in 0..3000 {
        let (needle, haystack) = (word(9), word(40));
        let expected = haystack.contains(&needle);
        assert_eq!(text(op::INCLUDES, &needle, &haystack), expected, "{needle:?} in {haystack:?}");
        assert_eq!(text(op::FOLD_INCLUDES, &needle.to_uppercase(), &haystack), expected, "{needle:?} in {haystack:?}");
        found += u32::from(expected);
    }
    assert!((500..2500).contains(&found), "{found} found");
}

#[test]
fn folding() {
    for (operand, value) in [
        ("Straße", "STRAẞE"),
        ("KELVIN", "\u{212a}elvin"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ſ", "S"),
        ("Ǆ", "ǅ"),
        ("É", "é"),
        ("日本", "日本"),
    ] {
        assert!(text(op::FOLD_EQUALS, operand, value) && text(op::FOLD_EQUALS, value, operand), "{operand} {value}");
        assert!(texts(op::FOLD_IN, &["x", operand, "zz", "a", "b", "c"], value), "{operand} {value}");
        let around = format!("☃{value}☃");
        assert!(text(op::FOLD_INCLUDES, operand, &around), "{operand} {value}");
        assert!(text(op::FOLD_STARTS, operand, &format!("{value}☃")), "{operand} {value}");
        assert!(text(op::FOLD_ENDS, operand, &format!("☃{value}")), "{operand} {value}");
        assert!(
            !text(op::FOLD_STARTS, operand, &around) && !text(op::FOLD_ENDS, operand, &around),
            "{operand} {value}"
        );
        assert!(!text(op::FOLD_EQUALS, operand, &around), "{operand} {value}");
    }
    assert!(!text(op::FOLD_EQUALS, "i", "İ") && !text(op::FOLD_EQUALS, "ss", "ß"));
    assert!(!texts(op::FOLD_IN, &["Ä", "Ö", "Ü", "x", "y", "z"], "a"));
    for damaged in [&b"\xff"[..], b"\xc3", b"\xe2\x84", b"k\x80"] {
        assert_eq!(passes(op::FOLD_EQUALS, Operand::Text("\u{212a}".to_owned()), Value::Text(damaged)), Some(false));
    }
}

#[test]
fn a_megabyte_is_searched_in_no_time() {
    let value = "a".repeat(1 << 20);
    let needle = format!("{}b", "a".repeat((1 << 16) - 1));
    let bytes = program(vec![flag(
        "f",
        [op::INCLUDES, op::FOLD_INCLUDES]
            .map(|op| targets(vec![test(op, Operand::Text(needle.clone()))]))
            .into_iter()
            .collect(),
    )]);
    let started = std::time::Instant::now();
    let decision = ask(&bytes, "f", &[Value::Text(value.as_bytes())], 0, Pin::None);
    assert_eq!(decision.reason, Reason::Default);
    // Two searches of a megabyte; a quadratic one would look at 2³⁷ bytes, which takes minutes.
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn versions() {
    let operand = || Version { major: 1, minor: 2, patch: 0, pre_release: "rc.1".to_owned() };
    let holds = |op, value: &str| passes(op, Operand::Version(operand()), Value::Text(value.as_bytes())).unwrap();
    for (value, less, equal) in [
        ("1.2.0-rc.1+build", false, true),
        ("1.2-rc.1", false, true),
        ("1.2", false, false),
        ("1.2.0-beta", true, false),
        ("1.1.99", true, false),
    ] {
        let greater = !less && !equal;
        let found =
            [op::VERSION_EQUALS, op::VERSION_LESS, op::VERSION_AT_MOST, op::VERSION_GREATER, op::VERSION_AT_LEAST]
                .map(|op| holds(op, value));
        assert_eq!(found, [equal, less, less || equal, greater, greater || equal], "{value}");
    }
    assert!((op::VERSION_EQUALS..=op::VERSION_AT_LEAST).all(|op| !holds(op, "v1.2")));
    assert_eq!(passes(op::VERSION_AT_LEAST, Operand::Version(operand()), Value::Number(2.0)), Some(false));
}

#[test]
fn dates() {
    let noon = 43_200_000;
    for (value, order) in [
        (Value::Text(b"1970-01-01"), -1),
        (Value::Text(b"1970-01-01T12:00:00Z"), 0),
        (Value::Text(b"1970-01-01T13:00:00+01:00"), 0),
        (Value::Text(b"1970-01-01T12:00:00.001Z"), 1),
        (Value::Number(43_199_999.5), -1),
        (Value::Number(43_200_000.0), 0),
    ] {
        let found = [op::DATE_BEFORE, op::DATE_NOT_AFTER, op::DATE_AFTER, op::DATE_NOT_BEFORE]
            .map(|op| passes(op, Operand::Time(noon), value).unwrap());
        assert_eq!(found, [order < 0, order <= 0, order > 0, order >= 0], "{value:?}");
    }
    for value in [Value::Text(b"noon"), Value::Number(f64::NAN), Value::Boolean(true), Value::Missing] {
        assert!(
            (op::DATE_BEFORE..=op::DATE_NOT_BEFORE).all(|op| passes(op, Operand::Time(noon), value) == Some(false))
        );
    }
}

#[test]
fn networks() {
    let v4 = |address: u32, prefix: u8| (0xffff_0000_0000 | u128::from(address), 96 + prefix);
    let ours = [
        v4(0x0a01_0203, 16),
        v4(0x0a00_0000, 8),
        v4(0xc0a8_0001, 32),
        (0x2001_0db8 << 96, 32),
        (0x2001_0db8_0000_0001 << 64, 64),
        (1, 128),
        v4(0xac10_0000, 12),
    ];
    for (address, inside) in [
        ("10.0.0.0", true),
        ("10.255.255.255", true),
        ("11.0.0.0", false),
        ("9.255.255.255", false),
        ("::ffff:10.1.2.3", true),
        ("::ffff:a01:203", true),
        ("192.168.0.1", true),
        ("192.168.0.2", false),
        ("172.31.255.255", true),
        ("172.32.0.0", false),
        ("2001:db8::", true),
        ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true),
        ("2001:db9::", false),
        ("::1", true),
        ("::2", false),
        ("10.0.0", false),
        ("", false),
    ] {
        let found = passes(op::IN_NETWORK, Operand::Networks(ours.to_vec().into()), Value::Text(address.as_bytes()));
        assert_eq!(found, Some(inside), "{address}");
    }
    let everything = Operand::Networks(vec![v4(0x0a00_0000, 8), (0, 0)].into());
    assert_eq!(passes(op::IN_NETWORK, everything, Value::Text(b"8.8.8.8")), Some(true));
}

#[test]
fn lists() {
    let members = packed(&[
        Value::Text(b"beta"),
        Value::Missing,
        Value::Number(3.0),
        Value::Boolean(true),
        Value::Text(b"staff member"),
    ]);
    let list = Value::List(List::new(&members));
    let text = |text: &str| Operand::Text(text.to_owned());
    let strings = |texts: &[&str]| Operand::Texts(texts.iter().map(|text| (*text).to_owned()).collect());
    for (op, operand, expected) in [
        (op::EXISTS, Operand::None, true),
        (op::LIST_HAS_TEXT, text("beta"), true),
        (op::LIST_HAS_TEXT, text("staff member"), true),
        (op::LIST_HAS_TEXT, text("staff"), false),
        (op::LIST_HAS_TEXT, text("3"), false),
        (op::LIST_HAS_NUMBER, Operand::Number(3.0), true),
        (op::LIST_HAS_NUMBER, Operand::Number(4.0), false),
        (op::LIST_HAS_TRUE, Operand::None, true),
        (op::LIST_HAS_FALSE, Operand::None, false),
        (op::LIST_ANY_TEXT, strings(&["x", "staff member"]), true),
        (op::LIST_ANY_TEXT, strings(&["x", "y"]), false),
        (op::LIST_ANY_NUMBER, Operand::Numbers(vec![9.0, 3.0, 1.0, 2.0, 5.0, 7.0].into()), true),
        (op::LIST_ANY_NUMBER, Operand::Numbers(vec![9.0].into()), false),
        (op::TEXT_EQUALS, text("beta"), false),
        (op::STARTS, text("beta"), false),
    ] {
        assert_eq!(passes(op, operand.clone(), list), Some(expected), "{op} {operand:?}");
    }
    assert_eq!(passes(op::LIST_HAS_TEXT, text("beta"), Value::Text(b"beta")), Some(false));
    assert_eq!(
        passes(op::LIST_HAS_TEXT, text("staff member"), Value::List(List::new(&members[..40]))),
        Some(false),
        "cut short"
    );
}

#[test]
fn an_automaton_matches() {
    // (^|[^b])c$ by hand, delayed by one byte: state 1 matched, 2 start or other, 3 behind a b, 4 behind a c that counts.
    let class = |byte| match byte {
        b'b' => 1_u8,
        b'c' => 2,
        _ => 0,
    };
    let next: [u16; 5 * 4] = [0, 0, 0, 0, 1, 1, 1, 1, 2, 3, 4, 0, 2, 3, 2, 0, 2, 3, 4, 1];
    let mut dfa: Vec<u8> = [5_u16, 4, 2, 1].iter().flat_map(|number| number.to_le_bytes()).collect();
    dfa.extend((0..=255_u8).map(class));
    dfa.extend(next.iter().flat_map(|state| state.to_le_bytes()));
    for (value, expected) in [("c", true), ("ac", true), ("bc", false), ("bcc", true), ("cb", false), ("", false)] {
        assert_eq!(
            passes(op::MATCHES, Operand::Dfa(dfa.clone().into()), Value::Text(value.as_bytes())),
            Some(expected),
            "{value}"
        );
    }
    dfa.truncate(dfa.len() - 2);
    assert_eq!(passes(op::MATCHES, Operand::Dfa(dfa.into()), Value::Text(b"c")), None, "a table cut short is damage");
}
