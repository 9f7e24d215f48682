use super::*;
use isoflag_engine::bucket::{bucket, cut, position};
use isoflag_engine::layout::{NO_ATTRIBUTE, op};
use isoflag_engine::{LoadError, Observer, Tested, capability, explain};

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
    // Each flag of sixteen layers asks the two of the next one by turns, twelve times: 12¹⁶ decisions.
    let flags = (0..34_u32)
        .map(|number| {
            let asked = |turn: u32| Operand::Flag(number / 2 * 2 + 2 + turn % 2, ON);
            let ask = |turn| targets(vec![Test { attribute: NO_ATTRIBUTE, ..test(op::FLAG_IS, asked(turn)) }]);
            flag(&number.to_string(), (0..12).filter(|_| number < 32).map(ask).collect())
        })
        .collect();
    let bytes = program(flags);
    assert_eq!(ask(&bytes, "0", &[], 0, Pin::None).reason, Reason::Unusable);
    assert_eq!(ask(&bytes, "26", &[], 0, Pin::None).reason, Reason::Default);
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
