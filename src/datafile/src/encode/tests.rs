//! Programs written here and decided by the engine: every test, and every part of a split.

use super::code::*;
use super::encode;
use isoflag_engine::bucket::{bucket, cut, key, position};
use isoflag_engine::layout::{ACCEPT, NO_ATTRIBUTE, REJECT, op};
use isoflag_engine::{
    Decision, Input, List, LoadError, Observer, Pin, Program, Reason, Tested, Value, capability, decide, explain,
};

const OFF: u16 = 0;
const ON: u16 = 1;
const THIRD: u16 = 2;

fn test(op: u8, operand: Operand) -> Test {
    Test { op, attribute: 0, on_true: ACCEPT, on_false: REJECT, operand }
}

fn flag(key: &str, rules: Vec<RuleCode>) -> FlagCode {
    let variants = ["off", "on", "third"].map(|name| (name.to_owned(), "0".to_owned())).to_vec();
    let (reads, prerequisites, experiment) = (vec![0], Vec::new(), None);
    FlagCode {
        key: key.to_owned(),
        kind: 2,
        enabled: true,
        off: OFF,
        default: OFF,
        variants,
        reads,
        prerequisites,
        rules,
        experiment,
    }
}

fn targets(tests: Vec<Test>) -> RuleCode {
    RuleCode { tests, outcome: Outcome::Variant(ON) }
}

fn splits(split: SplitCode) -> RuleCode {
    RuleCode { tests: Vec::new(), outcome: Outcome::Split(Box::new(split)) }
}

/// Half on, half third.
fn halves() -> SplitCode {
    SplitCode {
        units: vec![0, 1],
        experiment: true,
        key: key(b"split"),
        gate: None,
        layer: None,
        holdout: None,
        forced: Vec::new(),
        ranges: vec![(1 << 31, ON), (u32::MAX, THIRD)],
    }
}

fn program(flags: Vec<FlagCode>) -> Vec<u8> {
    let attributes = vec!["a".to_owned(), "b".to_owned()];
    encode(&ProgramCode { flags, attributes, environment: Some("staging".to_owned()) }).unwrap().0
}

fn ask(bytes: &[u8], key: &str, attributes: &[Value<'_>], now: i64, pin: Pin) -> Decision {
    let program = Program::open(bytes).unwrap();
    let flag = program.flag(program.find(key.as_bytes()).unwrap()).unwrap();
    decide(&flag, &Input { attributes, now, pin })
}

/// Whether a test passes, or `None` when the flag is unusable.
fn passes(op: u8, operand: Operand, value: Value<'_>) -> Option<bool> {
    let bytes = program(vec![flag("f", vec![targets(vec![test(op, operand)])])]);
    let decision = ask(&bytes, "f", &[value], 0, Pin::None);
    (decision.reason != Reason::Unusable).then_some(decision.reason == Reason::Targeted)
}

fn text(op: u8, operand: &str, value: &str) -> bool {
    passes(op, Operand::Text(operand.to_owned()), Value::Text(value.as_bytes())).unwrap()
}

fn texts(op: u8, operand: &[&str], value: &str) -> bool {
    let operand: Vec<String> = operand.iter().map(|text| (*text).to_owned()).collect();
    passes(op, Operand::Texts(operand.into()), Value::Text(value.as_bytes())).unwrap()
}

/// A list as hosts pack it.
fn packed(members: &[Value<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for member in members {
        let (kind, payload): (u32, &[u8]) = match member {
            Value::Boolean(member) => (1 + u32::from(*member), &[]),
            Value::Number(member) => (3, &member.to_le_bytes()),
            Value::Text(member) => (4, member),
            _ => (0, &[]),
        };
        bytes.extend(kind.to_le_bytes());
        bytes.extend((payload.len() as u32).to_le_bytes());
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    bytes
}

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

#[test]
fn schedules_and_what_reads_the_time() {
    let at = |op, time| Test { attribute: NO_ATTRIBUTE, ..test(op, Operand::Time(time)) };
    let window = vec![Test { on_true: 1, ..at(op::NOW_NOT_BEFORE, 100) }, at(op::NOW_BEFORE, 200)];
    let bytes = program(vec![flag("f", vec![targets(window)]), flag("plain", Vec::new())]);
    for (now, reason) in
        [(99, Reason::Default), (100, Reason::Targeted), (199, Reason::Targeted), (200, Reason::Default)]
    {
        assert_eq!(ask(&bytes, "f", &[], now, Pin::None).reason, reason, "{now}");
    }
    let program = Program::open(&bytes).unwrap();
    assert!(program.reads_now() && program.flag(0).unwrap().reads_now() && !program.flag(1).unwrap().reads_now());
    assert_eq!(program.environment(), Some(&b"staging"[..]));
}

#[test]
fn a_flag_asks_others() {
    let asks = |number, variant| Test { attribute: NO_ATTRIBUTE, ..test(op::FLAG_IS, Operand::Flag(number, variant)) };
    let equals = |value: &str| vec![test(op::TEXT_EQUALS, Operand::Text(value.to_owned()))];
    let base = flag("base", vec![targets(equals("yes"))]);
    let mut needs = flag("needs", vec![targets(Vec::new())]);
    (needs.prerequisites, needs.reads) = (vec![asks(0, ON)], vec![1]);
    let above = flag("above", vec![targets(vec![asks(1, ON)])]);
    let bytes = program(vec![base, needs, above]);
    let yes = [Value::Text(b"yes")];
    assert_eq!(ask(&bytes, "needs", &yes, 0, Pin::None).reason, Reason::Targeted);
    assert_eq!(
        ask(&bytes, "needs", &[], 0, Pin::None),
        Decision { variant: Some(OFF), ..Decision::none(Reason::Prerequisite) }
    );
    assert_eq!(ask(&bytes, "above", &yes, 0, Pin::None).reason, Reason::Targeted);
    assert_eq!(ask(&bytes, "above", &[], 0, Pin::None).reason, Reason::Default);
    assert_eq!(
        ask(&bytes, "above", &[], 0, Pin::Override(THIRD)).variant,
        Some(THIRD),
        "an override of its own is its own"
    );
    let program = Program::open(&bytes).unwrap();
    let needs = program.flag(1).unwrap();
    assert_eq!(
        (needs.reads(), needs.read(0), needs.read(1)),
        (Some(2), Some(1), Some(0)),
        "its own, then those it asks"
    );
}

#[test]
fn circles_and_long_chains_are_no_programs() {
    let chain = |length: u32, last: u32| {
        let flags = (0..length)
            .map(|number| {
                let asked = if number + 1 == length { last } else { number + 1 };
                let ask = Test { attribute: NO_ATTRIBUTE, ..test(op::FLAG_IS, Operand::Flag(asked, OFF)) };
                flag(&number.to_string(), if asked == u32::MAX { Vec::new() } else { vec![targets(vec![ask])] })
            })
            .collect();
        encode(&ProgramCode { flags, attributes: vec!["a".to_owned()], environment: None })
    };
    assert!(chain(17, u32::MAX).is_some(), "sixteen flags behind the one asked for");
    assert!(chain(18, u32::MAX).is_none());
    assert!(chain(3, 0).is_none() && chain(1, 0).is_none());
}

#[test]
fn a_diamond_of_flags_is_unusable_and_not_a_hang() {
    // Each of sixteen layers asks the next one twelve times: 12¹⁶ decisions.
    let flags = (0..17_u32)
        .map(|number| {
            let ask = Test { attribute: NO_ATTRIBUTE, ..test(op::FLAG_IS, Operand::Flag(number + 1, ON)) };
            flag(&number.to_string(), (0..12).filter(|_| number < 16).map(|_| targets(vec![ask.clone()])).collect())
        })
        .collect();
    let bytes = program(flags);
    assert_eq!(ask(&bytes, "0", &[], 0, Pin::None).reason, Reason::Unusable);
    assert_eq!(ask(&bytes, "13", &[], 0, Pin::None).reason, Reason::Default);
}

#[test]
fn the_parts_of_a_split_in_their_order() {
    let inside = |part: &SliceCode, unit: &[u8]| {
        let position = position(part.key, unit);
        part.intervals.iter().any(|(first, last)| (*first..=*last).contains(&position))
    };
    let slice =
        |salt: &str, intervals: &[(u32, u32)]| SliceCode { key: key(salt.as_bytes()), intervals: intervals.to_vec() };
    let gate = GateCode {
        key: key(b"gate"),
        steps: vec![
            GateStep { from: i64::MIN, cut: cut(5000) },
            GateStep { from: 1000, cut: cut(7500) },
            GateStep { from: 2000, cut: None },
        ],
    };
    let gate_key = gate.key;
    let (layer, holdout) =
        (slice("layer", &[(0, 1 << 30), (3 << 30, u32::MAX)]), slice("holdout", &[(0, (1 << 28) - 1)]));
    let (layer_again, holdout_again) = (slice("layer", &layer.intervals), slice("holdout", &holdout.intervals));
    let forced = vec![(THIRD, vec!["unit-7".to_owned(), "unit-11".to_owned()]), (OFF, vec!["unit-12".to_owned()])];
    let split = SplitCode { gate: Some(gate), layer: Some(layer), holdout: Some(holdout), forced, ..halves() };
    let bytes = program(vec![flag("f", vec![splits(split), targets(Vec::new())])]);
    let mut seen = std::collections::HashMap::new();
    for number in 0..2000_u32 {
        let unit = format!("unit-{number}");
        let unit = unit.as_bytes();
        for (now, gate_cut) in [(0, cut(5000)), (999, cut(5000)), (1000, cut(7500)), (2000, None), (i64::MAX, None)] {
            for pin in [Pin::None, Pin::Sticky(THIRD), Pin::Sticky(OFF)] {
                let expected = if [7, 11].contains(&number) {
                    (THIRD, Reason::Forced, None, false)
                } else if number == 12 {
                    (OFF, Reason::Forced, None, false)
                } else if inside(&holdout_again, unit) {
                    (OFF, Reason::Holdout, None, false)
                } else if pin == Pin::Sticky(THIRD) {
                    (THIRD, Reason::Sticky, None, true)
                } else if !inside(&layer_again, unit) || gate_cut.is_some_and(|cut| position(gate_key, unit) >= cut) {
                    (ON, Reason::Targeted, None, false)
                } else {
                    let position = position(key(b"split"), unit);
                    (if position < 1 << 31 { ON } else { THIRD }, Reason::Split, Some(bucket(position)), true)
                };
                let found = ask(&bytes, "f", &[Value::Boolean(true), Value::Text(unit)], now, pin);
                assert_eq!(
                    (found.variant.unwrap(), found.reason, found.bucket, found.exposed),
                    expected,
                    "{number} {now}"
                );
                assert_eq!(
                    found.unit,
                    (found.reason != Reason::Targeted).then_some(1),
                    "a boolean is no unit, the second is"
                );
                assert_eq!(found.rule, Some(u16::from(found.reason == Reason::Targeted)));
                *seen.entry(found.reason).or_insert(0) += 1;
            }
        }
    }
    assert!(seen.len() == 5 && seen.values().all(|times| *times >= 45), "{seen:?}");
    let missing = ask(&bytes, "f", &[Value::Text(b""), Value::Number(0.5)], 0, Pin::Sticky(THIRD));
    assert_eq!((missing.reason, missing.unit), (Reason::MissingUnit, None));
    assert_eq!(ask(&bytes, "f", &[], 0, Pin::Override(THIRD)).reason, Reason::Override);
    assert_eq!(ask(&bytes, "f", &[], 0, Pin::Override(9)).reason, Reason::MissingUnit, "no such variant to serve");
    let number = ask(&bytes, "f", &[Value::Number(42.0), Value::Text(b"x")], 0, Pin::Sticky(THIRD));
    assert_eq!(number.unit, Some(0), "the first one present decides");
}

#[test]
fn a_program_says_what_it_needs() {
    let needs = |flags: Vec<FlagCode>| u32::from_le_bytes(program(flags)[12..16].try_into().unwrap());
    assert_eq!(needs(vec![flag("f", vec![splits(halves())])]), 0);
    let of_test = |op, operand| needs(vec![flag("f", vec![targets(vec![test(op, operand)])])]);
    assert_eq!(of_test(op::ENDS, Operand::Text("x".to_owned())), capability::SUBSTRING);
    assert_eq!(of_test(op::FOLD_INCLUDES, Operand::Text("x".to_owned())), capability::FOLD);
    assert_eq!(of_test(op::LIST_HAS_TRUE, Operand::None), capability::LIST);
    assert_eq!(of_test(op::DATE_AFTER, Operand::Time(0)), capability::DATE);
    let forced = SplitCode { forced: vec![(ON, vec!["x".to_owned()])], ..halves() };
    assert_eq!(needs(vec![flag("f", vec![splits(forced)])]), capability::SLICES);
    let ramp = [None, Some(5)].map(|cut| GateStep { from: i64::MIN, cut }).to_vec();
    let ramp = SplitCode { gate: Some(GateCode { key: key(b"g"), steps: ramp }), ..halves() };
    assert_eq!(needs(vec![flag("f", vec![splits(ramp)])]), capability::SCHEDULE);
    let mut bytes = program(vec![flag("f", Vec::new())]);
    bytes[12..16].copy_from_slice(&(1_u32 << 31).to_le_bytes());
    assert_eq!(Program::open(&bytes).err(), Some(LoadError::Capability));
}

#[test]
fn an_observer_sees_every_step() {
    #[derive(Default)]
    struct Log(Vec<String>);
    impl Observer for Log {
        fn rule(&mut self, index: u16) {
            self.0.push(format!("rule {index}"));
        }
        fn test(&mut self, test: Tested) {
            self.0.push(format!("test {} {} of {}: {}", test.index, test.operation, test.attribute, test.passed));
        }
        fn unit(&mut self, attribute: u16, unit: &[u8]) {
            self.0.push(format!("unit {attribute} {}", String::from_utf8_lossy(unit)));
        }
        fn gate(&mut self, position: u32, cut: Option<u32>, inside: bool) {
            self.0.push(format!("gate {position} {cut:?} {inside}"));
        }
        fn position(&mut self, position: u32) {
            self.0.push(format!("position {position}"));
        }
        fn range(&mut self, cut: Option<u32>, variant: u16) {
            self.0.push(format!("range {cut:?} {variant}"));
        }
    }
    let gate =
        GateCode { key: key(b"checkout-redesign/gate"), steps: vec![GateStep { from: i64::MIN, cut: cut(2500) }] };
    let split = SplitCode { key: key(b"checkout-redesign"), gate: Some(gate), ..halves() };
    let bytes = program(vec![flag("f", vec![targets(vec![test(op::IS_TRUE, Operand::None)]), splits(split)])]);
    let program = Program::open(&bytes).unwrap();
    let flag = program.flag(0).unwrap();
    let attributes = [Value::Text(b"user-42")];
    let input = Input::new(attributes.as_slice(), 0);
    let mut log = Log::default();
    assert_eq!(explain(&flag, &input, &mut log), decide(&flag, &input));
    // The positions are the worked examples of the bucketing specification.
    let expected = [
        "rule 0",
        "test 0 1 of 0: false",
        "rule 1",
        "unit 0 user-42",
        "gate 388731197 Some(1073741824) true",
        "position 1589139254",
        "range Some(2147483648) 1",
    ];
    assert_eq!(log.0, expected);
}

#[test]
fn equal_tables_are_stored_once() {
    let flags =
        |many: usize| (0..many).map(|number| flag(&format!("flag-{number:05}"), vec![splits(halves())])).collect();
    let (few, many) = (program(flags(100)).len(), program(flags(10_100)).len());
    let each = (many - few) as f64 / 10_000.0;
    // A flag, its key and its part of the index; a split is 56 bytes alone.
    assert!(each < 62.0, "{each} bytes for another flag of the same shape");
}
