//! Weights that change while a program is in force: by the compiler, and by what the engine then says of real units.
#![expect(clippy::unwrap_used, reason = "a datafile of this file that does not compile is a failed test")]

use isoflag_datafile::{Compiled, Options, compile, compile_with};
use isoflag_engine::{Input, Program, Value, decide};
use std::collections::BTreeMap;

fn datafile(arms: &str, more: &str) -> String {
    format!(
        r#"{{"version":1,"flags":{{"plan":{{"type":"string","variants":{{"a":"A","b":"B","c":"C"}},"off":"a",
           "rules":[{{"split":{{"unit":"id",{more}"control":"a","arms":[{arms}]}}}}]}}}}}}"#
    )
}

fn arms(weights: &[(&str, u32)]) -> String {
    let arms: Vec<String> =
        weights.iter().map(|(name, weight)| format!(r#"{{"variant":"{name}","weight":{weight}}}"#)).collect();
    arms.join(",")
}

fn after(previous: &Compiled, datafile: &str) -> Compiled {
    compile_with(datafile, Options { previous: Some(&previous.program), ..Options::default() }).unwrap()
}

/// The variants of 200,000 units.
fn variants(compiled: &Compiled) -> Vec<u16> {
    let program = Program::open(&compiled.program).unwrap();
    let flag = program.flag(0).unwrap();
    let variant = |id: u32| {
        let id = format!("user-{id}");
        let attributes = [Value::Text(id.as_bytes())];
        decide(&flag, &Input::new(attributes.as_slice(), 0)).variant.unwrap()
    };
    (0..200_000).map(variant).collect()
}

#[test]
fn only_the_surplus_changes_hands() {
    let before = compile(&datafile(&arms(&[("a", 50), ("b", 25), ("c", 25)]), "")).unwrap();
    let next = after(&before, &datafile(&arms(&[("a", 40), ("b", 25), ("c", 35)]), ""));
    let mut moves: BTreeMap<(u16, u16), u32> = BTreeMap::new();
    for (from, to) in variants(&before).into_iter().zip(variants(&next)) {
        *moves.entry((from, to)).or_default() += u32::from(from != to);
    }
    moves.retain(|_, count| *count > 0);
    assert_eq!(moves.keys().collect::<Vec<_>>(), [&(0, 2)], "from a to c and from nobody else");
    // 10 % of 200,000, within five standard deviations of a count.
    assert!(moves[&(0, 2)].abs_diff(20_000) < 5 * 134, "{moves:?}");
}

#[test]
fn the_same_weights_are_the_same_program_in_any_order_of_arms() {
    let first = compile(&datafile(&arms(&[("a", 50), ("b", 25), ("c", 25)]), "")).unwrap();
    assert_eq!(after(&first, &datafile(&arms(&[("a", 50), ("b", 25), ("c", 25)]), "")).digest, first.digest);
    let moved = after(&first, &datafile(&arms(&[("a", 40), ("b", 25), ("c", 35)]), ""));
    let other = after(&first, &datafile(&arms(&[("c", 35), ("a", 40), ("b", 25)]), ""));
    assert!(variants(&moved) == variants(&other));
    // Compiled again, the arms stay where they are, although nobody wrote that down.
    assert_eq!(after(&moved, &datafile(&arms(&[("a", 40), ("b", 25), ("c", 35)]), "")).digest, moved.digest);
}

#[test]
fn a_run_tells_arms_apart_that_hold_other_people() {
    let run = |compiled: &Compiled| compiled.experiments[0].run.clone();
    let weights = [("a", 50), ("b", 25), ("c", 25)];
    let first = compile(&datafile(&arms(&weights), "")).unwrap();
    let second = after(&first, &datafile(&arms(&[("a", 20), ("b", 30), ("c", 50)]), ""));
    let third = after(&second, &datafile(&arms(&[("a", 60), ("b", 40), ("c", 0)]), ""));
    let back = after(&third, &datafile(&arms(&weights), ""));
    assert!(variants(&first) != variants(&back), "the way back is another way");
    assert_ne!(run(&first), run(&back));
    let program = Program::open(&back.program).unwrap();
    assert_eq!(program.flag(0).unwrap().experiment().unwrap().run, run(&back).as_bytes());
    assert_eq!(run(&after(&back, &datafile(&arms(&weights), ""))), run(&back));
}

#[test]
fn another_salt_or_unit_keeps_nothing() {
    let changed = arms(&[("a", 40), ("b", 25), ("c", 35)]);
    let before = compile(&datafile(&arms(&[("a", 50), ("b", 25), ("c", 25)]), "")).unwrap();
    let salted = datafile(&changed, r#""salt":"new","#);
    assert_eq!(after(&before, &salted).digest, compile(&salted).unwrap().digest);
    let other = datafile(&changed, "").replace(r#""unit":"id""#, r#""unit":"account""#);
    assert_eq!(after(&before, &other).digest, compile(&other).unwrap().digest);
}

#[test]
fn what_is_no_program_is_not_built_on() {
    let datafile = datafile(&arms(&[("a", 50), ("b", 25), ("c", 25)]), "");
    let problems = compile_with(&datafile, Options { previous: Some(b"{}"), ..Options::default() }).unwrap_err();
    let expected = "$: the program in force cannot be built on: the program is cut short, fetch it again";
    assert_eq!(problems[0].to_string(), expected);
}
