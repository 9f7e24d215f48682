//! What holds for every datafile and every unit.

#![expect(clippy::unwrap_used, reason = "a datafile of this test that does not compile is a failed test")]

use isoflag_engine::bucket::{cut, key, position};
use isoflag_engine::{Input, Program, Reason, Value, decide};
use isoflag_tests::Native;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn splits(salt: &str, gate: f64, arms: &Json) -> String {
    let variants: serde_json::Map<String, Json> =
        arms.as_array().unwrap().iter().map(|arm| (arm["variant"].as_str().unwrap().to_owned(), json!(1))).collect();
    let off = variants.keys().next().unwrap().clone();
    json!({ "version": 1, "flags": { "f": {
        "type": "number", "variants": variants, "off": off,
        "rules": [{ "split": { "unit": "id", "salt": salt, "gate": gate, "arms": arms } }] } } })
    .to_string()
}

fn context(id: &str) -> serde_json::Map<String, Json> {
    json!({ "id": id }).as_object().unwrap().clone()
}

#[test]
fn shares_follow_weights() {
    let arms = json!([{"variant": "a", "weight": 10}, {"variant": "b", "weight": 30}, {"variant": "c", "weight": 60}]);
    let native = Native::new(&splits("shares", 100.0, &arms)).unwrap();
    let units = 100_000_u32;
    let mut counts = std::collections::BTreeMap::new();
    for unit in 0..units {
        let answer = native.decide("f", &context(&format!("unit-{unit}"))).unwrap();
        *counts.entry(answer.variant.unwrap()).or_insert(0_u32) += 1;
    }
    let chi2: f64 = [("a", 0.1), ("b", 0.3), ("c", 0.6)]
        .iter()
        .map(|(arm, share)| {
            let expected = f64::from(units) * share;
            (f64::from(counts[*arm]) - expected).powi(2) / expected
        })
        .sum();
    // 13.82 is the upper 0.1 % point of chi-square with two degrees of freedom; the units are fixed, so this never flakes.
    assert!(chi2 < 13.82, "chi2 {chi2}, {counts:?}");
}

#[test]
fn gate_and_arm_are_independent() {
    let (gate, split) = (key(b"s/gate"), key(b"s"));
    let inside: Vec<u32> = (0..200_000)
        .map(|unit| format!("unit-{unit}"))
        .filter(|unit| position(gate, unit.as_bytes()) < cut(2500).unwrap())
        .map(|unit| position(split, unit.as_bytes()))
        .collect();
    let first = inside.iter().filter(|position| **position < cut(3333).unwrap()).count() as f64;
    let (n, p) = (inside.len() as f64, 0.3333);
    let z = (first - n * p) / (n * p * (1.0 - p)).sqrt();
    assert!(z.abs() < 3.3, "{first} of {n} admitted units are in the first of three arms, z {z}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn raising_a_gate_moves_nobody_who_is_inside(low in 0_u32..=10_000, high in 0_u32..=10_000, salt in ".{1,12}") {
        let (low, high) = (low.min(high), low.max(high));
        let arms = json!([{"variant": "a"}, {"variant": "b"}, {"variant": "c"}]);
        let before = Native::new(&splits(&salt, f64::from(low) / 100.0, &arms)).unwrap();
        let after = Native::new(&splits(&salt, f64::from(high) / 100.0, &arms)).unwrap();
        for unit in 0..200 {
            let context = context(&format!("u{unit}"));
            let was = before.decide("f", &context).unwrap();
            if was.reason == "split" {
                prop_assert_eq!(was, after.decide("f", &context).unwrap());
            }
        }
    }

    #[test]
    fn the_order_of_flags_is_irrelevant(id in ".{1,20}") {
        let flag = |salt: &str| json!({ "type": "boolean", "variants": { "on": true, "off": false }, "off": "off",
            "rules": [{ "split": { "unit": "id", "salt": salt, "arms": [{ "variant": "on" }, { "variant": "off" }] } }] });
        let (a, b) = (flag("salt a").to_string(), flag("salt b").to_string());
        let one = Native::new(&format!(r#"{{"version":1,"flags":{{"a":{a},"b":{b}}}}}"#)).unwrap();
        let other = Native::new(&format!(r#"{{"flags":{{"b":{b},"a":{a}}},"version":1}}"#)).unwrap();
        for key in ["a", "b"] {
            prop_assert_eq!(one.decide(key, &context(&id)).unwrap(), other.decide(key, &context(&id)).unwrap());
        }
    }

    #[test]
    fn renaming_a_flag_with_a_salt_of_its_own_moves_nobody(id in ".{1,20}", name in "[a-z.\\-]{1,20}") {
        let arms = json!([{"variant": "a", "weight": 50}, {"variant": "b", "weight": 50}]);
        let text = splits("fixed", 50.0, &arms);
        let before = Native::new(&text).unwrap();
        let after = Native::new(&text.replace(r#"{"f":"#, &format!(r#"{{"{name}":"#))).unwrap();
        prop_assert_eq!(before.decide("f", &context(&id)).unwrap(), after.decide(&name, &context(&id)).unwrap());
    }

    #[test]
    fn damaged_bytes_give_an_error_or_an_answer(at in 0_usize..100_000, byte in any::<u8>(), cut_at in 0_usize..2000) {
        let datafile = include_str!("../vectors/splits.json");
        let vectors: Json = serde_json::from_str(datafile).unwrap();
        let mut bytes = isoflag_datafile::compile(&vectors["datafile"].to_string()).unwrap().program;
        let at = at % bytes.len();
        bytes[at] = byte;
        if cut_at % 8 == 0 {
            bytes.truncate(cut_at.max(at));
        }
        if let Ok(program) = Program::open(&bytes) {
            let attributes = [Value::Text(b"user-42"), Value::Number(5.0), Value::Missing];
            for number in 0..program.len() {
                if let Some(flag) = program.flag(number) {
                    let decision = decide(&flag, &Input::new(attributes.as_slice(), 0));
                    prop_assert!(decision.variant.is_some() || decision.reason == Reason::Unusable);
                    let _ = (flag.experiment(), flag.key().and_then(|key| program.find(key)));
                }
            }
        }
    }

    #[test]
    fn any_bytes_load_or_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(program) = Program::open(&bytes) {
            prop_assert_eq!(program.find(b"x").is_some(), false);
        }
    }
}
