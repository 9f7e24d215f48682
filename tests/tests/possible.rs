//! What the worker checks of an exposure when it knows the unit alone: never wrong about a decision that was made, and never
//! content with another arm.

#![expect(clippy::unwrap_used, reason = "a datafile of this test that does not compile is a failed test")]

use isoflag_engine::{Input, Pin, Program, Reason, Value, decide, is_possible};
use serde_json::json;

const DAY: i64 = 86_400_000;

fn program() -> Vec<u8> {
    let arms =
        json!([{ "variant": "a", "weight": 20 }, { "variant": "b", "weight": 30 }, { "variant": "c", "weight": 50 }]);
    let datafile = json!({
        "version": 1,
        "layers": { "page": { "unit": "id" } },
        "holdouts": { "quiet": { "percent": 10, "unit": "id" } },
        "flags": {
            "plain": { "type": "number", "variants": { "a": 1, "b": 2, "c": 3 }, "off": "a", "rules": [
                { "if": { "attribute": "country", "equals": "de" }, "split": { "unit": "id", "gate": 80, "control": "a", "arms": arms,
                    "layer": { "name": "page", "slots": [[0, 70]] }, "holdout": "quiet", "force": { "b": ["unit-7", "unit-8"] } } } ] },
            "ramp": { "type": "number", "variants": { "a": 1, "b": 2, "c": 3 }, "off": "a", "rules": [
                { "split": { "unit": "id", "control": "a", "arms": arms,
                    "gate": [ { "percent": 5 }, { "from": "2026-01-08", "percent": 60 } ] } } ] },
        }
    });
    isoflag_datafile::compile(&datafile.to_string()).unwrap().program
}

#[test]
fn what_was_decided_is_possible_and_no_other_arm_is() {
    let bytes = program();
    let program = Program::open(&bytes).unwrap();
    let attribute = |name: &str| {
        (0..u16::try_from(program.attributes()).unwrap())
            .find(|id| program.attribute(*id) == Some(name.as_bytes()))
            .unwrap()
    };
    let (id, country) = (attribute("id"), attribute("country"));
    let start = 1_767_225_600_000; // 2026-01-01
    let (mut exposed, mut forced, mut outside) = (0, 0, 0);
    for key in ["plain", "ramp"] {
        let flag = program.flag(program.find(key.as_bytes()).unwrap()).unwrap();
        for number in 0..4_000 {
            let unit = format!("unit-{number}");
            let mut attributes = [Value::Missing; 8];
            attributes[usize::from(id)] = Value::Text(unit.as_bytes());
            attributes[usize::from(country)] = Value::Text(if number % 3 == 0 { b"fr" } else { b"de" });
            let input = Input { attributes: &attributes[..], now: start + (number % 14) * DAY, pin: Pin::None };
            let decision = decide(&flag, &input);
            let possible = |variant| is_possible(&flag, id, unit.as_bytes(), variant).unwrap();
            let arms: Vec<u16> = (0..3).filter(|variant| possible(*variant)).collect();
            if decision.exposed {
                assert_eq!(decision.reason, Reason::Split);
                assert_eq!(arms, [decision.variant.unwrap()], "{key} {unit}");
                exposed += 1;
            } else if decision.reason == Reason::Forced {
                assert_eq!(
                    (decision.variant, arms.as_slice()),
                    (Some(1), [].as_slice()),
                    "a forced list exposes nobody"
                );
                forced += 1;
            } else {
                // Outside now, or for this country; another time or country has one arm for it at most.
                assert!(arms.len() <= 1, "{key} {unit}: {arms:?}");
                outside += usize::from(arms.is_empty());
            }
            assert_eq!(is_possible(&flag, country, unit.as_bytes(), 0), Some(false), "another attribute splits nobody");
            assert_eq!(is_possible(&flag, id, b"", 0), Some(false), "an empty id is no unit");
        }
    }
    assert_eq!(forced, 2);
    assert!(exposed > 1_500 && outside > 2_000, "{exposed} exposed, {outside} never are");
}
