//! How long a decision takes natively, in nanoseconds.   cargo run --release -p isoflag-tests --bin bench
//!
//! The works are those of the peer benchmark (`tests/bench`): a plain boolean, an even rollout, an experiment of three
//! arms behind two conditions, ten rules of which the last one matches. Each is asked of a program of four flags and of
//! one of ten thousand: a decision must not become dearer with the number of flags.

use isoflag_engine::{Input, Program, Value, decide};
use serde_json::{Map, Value as Json, json};
use std::error::Error;
use std::hint::black_box;
use std::io::{Write, stdout};
use std::time::Instant;

const WORKS: [&str; 4] = ["boolean", "rollout", "experiment", "ten-rules"];
const ROUNDS: u32 = 3000;
const DECISIONS: u32 = 1000;

fn flags(padding: usize) -> Json {
    let on_off = json!({ "on": true, "off": false });
    let arms = |names: &[&str]| names.iter().map(|name| json!({ "variant": name })).collect::<Vec<_>>();
    let mut flags = Map::new();
    for number in 0..padding {
        let rules = json!([{ "split": { "unit": "userId", "gate": 50, "arms": arms(&["on", "off"]) } }]);
        let flag = json!({ "type": "boolean", "variants": on_off, "off": "off", "rules": rules });
        flags.insert(format!("padding-{number}"), flag);
    }
    let ten: Vec<Json> = (0..10)
        .map(|number| json!({ "if": { "attribute": "plan", "equals": format!("plan-{number}") }, "variant": "on" }))
        .collect();
    let experiment = json!([{
        "if": { "all": [{ "attribute": "country", "in": ["DE", "FR", "US"] }, { "attribute": "age", "atLeast": 18 }] },
        "split": { "unit": "userId", "control": "a", "arms": arms(&["a", "b", "c"]) },
    }]);
    let rollout = json!([{ "split": { "unit": "userId", "arms": arms(&["on", "off"]) } }]);
    for (key, variants, off, rules) in [
        ("boolean", &on_off, "off", json!([])),
        ("rollout", &on_off, "off", rollout),
        ("experiment", &json!({ "a": true, "b": false, "c": true }), "a", experiment),
        ("ten-rules", &on_off, "off", Json::from(ten)),
    ] {
        flags.insert(key.to_owned(), json!({ "type": "boolean", "variants": variants, "off": off, "rules": rules }));
    }
    json!({ "version": 1, "flags": flags })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = stdout().lock();
    for padding in [0, 10_000] {
        let compiled = isoflag_datafile::compile(&flags(padding).to_string())
            .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
        writeln!(out, "{} flags, {} bytes", padding + WORKS.len(), compiled.program.len())?;
        let program = Program::open(&compiled.program)?;
        let find = |key: &str| program.find(key.as_bytes()).ok_or("a flag is missing");
        for key in WORKS {
            let number = find(key)?;
            let mut attributes = vec![Value::Missing; program.attributes() as usize];
            for (name, value) in [
                ("userId", Value::Text(b"8f14e45f-ceea-467f-a8f6-b1a9d6b0c5d2")),
                ("country", Value::Text(b"US")),
                ("age", Value::Number(30.0)),
                ("plan", Value::Text(b"plan-9")),
            ] {
                let id = (0..program.attributes())
                    .find(|id| u16::try_from(*id).is_ok_and(|id| program.attribute(id) == Some(name.as_bytes())));
                if let Some(attribute) = id.and_then(|id| attributes.get_mut(id as usize)) {
                    *attribute = value;
                }
            }
            let open = best(|| Program::open(black_box(&compiled.program)).is_ok());
            let found = best(|| program.find(black_box(key.as_bytes())).is_some());
            let decided = best(|| {
                let flag = program.flag(black_box(number));
                flag.is_some_and(|flag| decide(&flag, &Input::new(black_box(attributes.as_slice()), 0)).exposed)
            });
            writeln!(out, "  {key:<12} decide {decided:6.1} ns   find {found:5.1} ns   open {open:4.1} ns")?;
        }
    }
    Ok(())
}

/// The best of some rounds: whatever else the machine does only adds.
fn best(mut work: impl FnMut() -> bool) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let started = Instant::now();
        for _ in 0..DECISIONS {
            black_box(work());
        }
        started.elapsed().as_secs_f64() * 1e9 / f64::from(DECISIONS)
    });
    rounds.fold(f64::INFINITY, f64::min)
}
