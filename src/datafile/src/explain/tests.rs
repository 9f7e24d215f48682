use super::words::words;
use super::{Explanation, explain};
use crate::compile;
use crate::decompile::Ask;
use isoflag_engine::layout::op;
use serde_json::{Value, json};

const DATAFILE: &str = r#"{
  "version": 1,
  "attributes": { "visitorId": "string", "country": "string", "age": "number", "staff": "boolean" },
  "flags": {
    "checkout": {
      "type": "string",
      "variants": { "control": "control", "new": "new" },
      "off": "control",
      "rules": [
        { "name": "staff", "if": { "attribute": "staff", "equals": true }, "variant": "new" },
        {
          "if": { "all": [{ "attribute": "country", "in": ["DE", "AT"] }, { "attribute": "age", "atLeast": 18 }] },
          "split": {
            "unit": "visitorId", "gate": 25, "control": "control",
            "arms": [{ "variant": "control", "weight": 50 }, { "variant": "new", "weight": 50 }]
          }
        },
        { "variant": "new" }
      ]
    },
    "killed": { "type": "boolean", "enabled": false, "variants": { "on": true }, "off": "on", "rules": [{ "variant": "on" }] }
  }
}"#;

fn explained(flag: &str, context: Value) -> Explanation {
    let program = compile(DATAFILE).unwrap().program;
    explain(&program, flag, context.as_object().unwrap(), 0).unwrap().unwrap()
}

#[test]
fn a_rule_that_serves_a_variant_ends_the_path() {
    let seen = explained("checkout", json!({ "staff": true }));
    assert_eq!((seen.variant.as_deref(), seen.reason, seen.rule), (Some("new"), "targeted", Some(0)));
    assert_eq!((seen.rules.len(), seen.untried), (1, 2));
    let rule = &seen.rules[0];
    assert!(rule.holds && rule.decided);
    let test = &rule.tests[0];
    assert_eq!(
        (test.attribute.as_deref(), test.operator, &test.operand),
        (Some("staff"), "equals", &Some(json!(true)))
    );
    assert_eq!((&test.found, test.passed), (&Some(json!(true)), true));
}

#[test]
fn what_could_not_change_the_outcome_was_not_asked() {
    let seen = explained("checkout", json!({ "country": "FR", "age": 20, "visitorId": "v-1" }));
    assert_eq!((seen.reason, seen.rule), ("targeted", Some(2)));
    let rule = &seen.rules[1];
    assert!(!rule.holds && rule.split.is_none());
    assert_eq!(rule.tests.len(), 1);
    assert_eq!(rule.tests[0].operand, Some(json!(["AT", "DE"])));
    assert_eq!(rule.tests[0].found, Some(json!("FR")));
}

#[test]
fn a_unit_is_followed_through_gate_and_ranges() {
    let (mut inside, mut outside) = (0, 0);
    for visitor in 0..100 {
        let seen = explained("checkout", json!({ "country": "DE", "age": 18, "visitorId": format!("v-{visitor}") }));
        let rule = &seen.rules[1];
        assert!(rule.holds);
        assert_eq!(rule.tests[1].operand, Some(json!(18)));
        let split = rule.split.as_ref().unwrap();
        let unit = split.unit.as_ref().unwrap();
        assert_eq!((unit.attribute.as_str(), unit.value.as_str()), ("visitorId", &*format!("v-{visitor}")));
        let gate = split.gate.unwrap();
        assert_eq!((gate.until, gate.inside), (2500, gate.at.bucket < 2500));
        if !gate.inside {
            assert!(!rule.decided && split.position.is_none() && split.ranges.is_empty());
            assert_eq!(seen.rule, Some(2));
            outside += 1;
            continue;
        }
        inside += 1;
        assert!(rule.decided && seen.exposed && seen.run.is_some());
        let position = split.position.unwrap();
        assert_eq!(seen.bucket, Some(position.bucket));
        let shares: Vec<_> = split.ranges.iter().map(|range| (range.from, range.until, &*range.variant)).collect();
        assert_eq!(shares, [(0, 5000, "control"), (5000, 10000, "new")]);
        let taken: Vec<_> = split.ranges.iter().filter(|range| range.taken).collect();
        assert_eq!(taken.len(), 1);
        assert_eq!(seen.variant.as_deref(), Some(&*taken[0].variant));
        assert!((taken[0].from..taken[0].until).contains(&position.bucket));
    }
    assert!(inside > 10 && outside > 50);
}

#[test]
fn a_split_without_its_unit_decides_and_says_what_it_looked_for() {
    let seen = explained("checkout", json!({ "country": "DE", "age": 18 }));
    assert_eq!((seen.reason, seen.rule, seen.exposed), ("missing_unit", Some(1), false));
    let split = seen.rules[1].split.as_ref().unwrap();
    assert_eq!((split.units.as_slice(), &split.unit), (["visitorId".to_owned()].as_slice(), &None));
}

#[test]
fn a_flag_that_is_off_tries_nothing() {
    let seen = explained("killed", json!({}));
    assert_eq!((seen.reason, seen.rules.len(), seen.untried), ("off", 0, 1));
}

#[test]
fn an_unknown_flag_and_a_damaged_program_are_told_apart() {
    let program = compile(DATAFILE).unwrap().program;
    assert_eq!(explain(&program, "nothing", &serde_json::Map::new(), 0), Ok(None));
    assert!(explain(&program[..50], "checkout", &serde_json::Map::new(), 0).is_err());
}

#[test]
fn operands_are_read_back_as_they_are_written() {
    let ask = |op, operand: &[u8]| words(&Ask::Attribute { name: "a".into(), op, operand: operand.into() });
    let cat = |parts: &[&[u8]]| parts.concat();
    let version = cat(&[&1u64.to_le_bytes(), &20u64.to_le_bytes(), &3u64.to_le_bytes(), b"rc.1"]);
    assert_eq!(ask(op::VERSION_AT_LEAST, &version), ("version.atLeast", Some(json!("1.20.3-rc.1")), false));
    assert_eq!(ask(op::VERSION_LESS, &version[..24]), ("version.lessThan", Some(json!("1.20.3")), false));
    let four = cat(&[&[0; 10], &[255, 255, 10, 1, 0, 0, 112, 0, 0, 0]]);
    let six = cat(&[&[0x20, 1, 0xd, 0xb8], &[0; 12], &[32, 0, 0, 0]]);
    assert_eq!(ask(op::IN_NETWORK, &cat(&[&four, &six])).1, Some(json!(["10.1.0.0/16", "2001:db8::/32"])));
    assert_eq!(ask(op::DATE_BEFORE, &(-5i64).to_le_bytes()), ("date.before", Some(json!(-5)), false));
    let numbers = cat(&[&1.5f64.to_le_bytes(), &3f64.to_le_bytes()]);
    assert_eq!(ask(op::NUMBER_IN, &numbers), ("in", Some(json!([1.5, 3])), false));
    let texts = cat(&[&1u64.to_le_bytes(), b"a", &3u64.to_le_bytes(), "né".as_bytes()]);
    assert_eq!(ask(op::FOLD_IN, &texts), ("in", Some(json!(["a", "né"])), true));
    assert_eq!(ask(op::MATCHES, &texts), ("matches", None, false));
    assert_eq!(ask(op::FOLD_ENDS, b"x"), ("endsWith", Some(json!("x")), true));
    assert_eq!(words(&Ask::NowBefore(7)), ("now.until", Some(json!(7)), false));
}
