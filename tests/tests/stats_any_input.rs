//! Any input is answered or refused: every reference case with some of its numbers replaced by the worst there are, thousands of times.

#![cfg(test)]

use isoflag_methods::{Value, call};
use isoflag_tests::directory;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    method: String,
    input: Value,
}

const WORST: [f64; 16] =
    [0.0, -0.0, 1.0, -1.0, 2.0, 3.0, 0.5, 1e-9, 0.999_999_999, 1e5, 1e9, 1e15, 1e300, -1e300, 5e-324, 1e-300];

/// A step of the 64-bit linear congruential generator of Knuth's MMIX; its high bits are good.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn spoil(value: &Value, state: &mut u64) -> Value {
    match value {
        Value::Number(_) if next(state).is_multiple_of(7) => Value::Number(WORST[next(state) as usize % WORST.len()]),
        Value::Array(values) => {
            let kept =
                if next(state).is_multiple_of(40) { next(state) as usize % (values.len() + 1) } else { values.len() };
            Value::Array(values[..kept].iter().map(|value| spoil(value, state)).collect())
        }
        Value::Object(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.clone(), spoil(value, state))).collect())
        }
        other => other.clone(),
    }
}

/// Whether a number in it is no number.
fn has_nan(value: &Value) -> bool {
    match value {
        Value::Number(value) => value.is_nan(),
        Value::Array(values) => values.iter().any(has_nan),
        Value::Object(entries) => entries.iter().any(|(_, value)| has_nan(value)),
        _ => false,
    }
}

#[test]
fn no_input_traps_or_comes_out_as_nan() {
    let (mut state, mut answered, mut refused) = (20_260_101, 0_u32, 0_u32);
    for entry in std::fs::read_dir(directory().join("stats")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for case in &cases {
            for _ in 0..8 {
                let input = spoil(&case.input, &mut state);
                match call(&case.method, &input) {
                    Err(_) => refused += 1,
                    Ok(answer) => {
                        assert!(!has_nan(&answer), "{} {input:?}: {answer:?}", case.id);
                        let p = answer.get("p_value").and_then(Value::as_f64);
                        assert!(p.is_none_or(|p| (0.0..=1.0).contains(&p)), "{} {input:?}: {p:?}", case.id);
                        answered += 1;
                    }
                }
            }
        }
    }
    assert!(answered > 4_000 && refused > 50, "{answered} answered, {refused} refused");
}
