//! Weights that change while a program is in force: by the compiler, and by what the engine then says of real units.
#![expect(clippy::unwrap_used, reason = "a datafile of this file that does not compile is a failed test")]

use isoflag_datafile::{Compiled, Options, compile, compile_with};
use isoflag_engine::{Input, Program, Value, decide};
use proptest::prelude::{Strategy, prop, prop_assert_eq, proptest};
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

/// A flag of splits that all divide `id` under the flag's own salt: weights of a, b and c, and whether it is the experiment.
fn several(splits: &[([u32; 3], bool)]) -> String {
    let rules: Vec<String> = splits
        .iter()
        .enumerate()
        .map(|(index, ([a, b, c], experiment))| {
            let control = if *experiment { r#""control":"a","# } else { "" };
            let arms = arms(&[("a", *a), ("b", *b), ("c", *c)]);
            format!(r#"{{"if":{{"attribute":"n","equals":{index}}},"split":{{"unit":"id",{control}"arms":[{arms}]}}}}"#)
        })
        .collect();
    format!(
        r#"{{"version":1,"flags":{{"plan":{{"type":"string","variants":{{"a":"A","b":"B","c":"C"}},"off":"a","rules":[{}]}}}}}}"#,
        rules.join(",")
    )
}

fn three() -> impl Strategy<Value = [u32; 3]> {
    (0..=100_u32, 0..=100_u32).prop_map(|(a, b)| {
        let (low, high) = (a.min(b), a.max(b));
        [low, high - low, 100 - high]
    })
}

proptest! {
    #[test]
    fn a_file_that_did_not_change_is_the_same_program(
        first in prop::collection::vec(three(), 1..5),
        second in prop::collection::vec(three(), 1..5),
        (one, other) in (0..4_usize, 0..4_usize),
    ) {
        let marked = |weights: &[[u32; 3]], experiment: usize| -> Vec<([u32; 3], bool)> {
            weights.iter().copied().enumerate().map(|(index, weights)| (weights, index == experiment)).collect()
        };
        let before = compile(&several(&marked(&first, one))).unwrap();
        prop_assert_eq!(&after(&before, &several(&marked(&first, one))).digest, &before.digest);
        // And where arms lie as nobody wrote it down.
        let changed = several(&marked(&second, other));
        let next = after(&before, &changed);
        prop_assert_eq!(&after(&next, &changed).digest, &next.digest);
    }
}

#[test]
fn each_split_goes_on_with_its_own() {
    let run = |compiled: &Compiled| compiled.experiments[0].run.clone();
    let (vips, all) = (([20, 30, 50], false), ([50, 30, 20], true));
    let first = compile(&several(&[vips, all])).unwrap();
    // One before it, one less, the other way round: the experiment's people stay where they are.
    for splits in [&[([40, 40, 20], false), vips, all] as &[_], &[all], &[all, vips], &[([50, 30, 20], false), all]] {
        assert_eq!(run(&after(&first, &several(splits))), run(&first), "{splits:?}");
    }
    // Without the experiment its ranges are the next split's to keep, whose shares they are.
    let shipped = after(&first, &several(&[([1, 1, 98], false), ([50, 30, 20], false)]));
    assert!(shipped.experiments.is_empty());
    let back = after(&shipped, &several(&[([1, 1, 98], false), all]));
    assert_eq!(run(&back), run(&first));
}

#[test]
fn a_run_is_who_sees_what_and_not_how_it_was_written() {
    let run = |compiled: Compiled| compiled.experiments[0].run.clone();
    let halves = r#"{"variant":"a"},{"variant":"b"}"#;
    let first = compile(&datafile(halves, "")).unwrap();
    let same = run(first.clone());
    let weighted = arms(&[("a", 50), ("b", 50)]);
    for (arms, more) in [
        (weighted.as_str(), ""),
        (&format!(r#"{weighted},{{"variant":"c","weight":0}}"#), ""),
        (&format!(r#"{{"variant":"c","weight":0}},{weighted}"#), ""),
        (halves, r#""salt":"plan","#),
        (halves, r#""restart":0,"#),
        (halves, r#""gate":20,"#),
    ] {
        assert_eq!(run(compile(&datafile(arms, more)).unwrap()), same, "{arms} {more}");
    }
    let swapped = datafile(r#"{"variant":"b"},{"variant":"a"}"#, "");
    assert_eq!(run(after(&first, &swapped)), same, "everybody keeps what they have");
    for (what, datafile) in [
        ("arms swapped with nothing in force", swapped.clone()),
        ("weights", datafile(&arms(&[("a", 51), ("b", 49)]), "")),
        ("another arm", datafile(r#"{"variant":"a"},{"variant":"c"}"#, "")),
        ("salt", datafile(halves, r#""salt":"plan2","#)),
        ("restart", datafile(halves, r#""restart":1,"#)),
        ("control", datafile(halves, "").replace(r#""control":"a""#, r#""control":"b""#)),
        ("unit", datafile(halves, "").replace(r#""unit":"id""#, r#""unit":"account""#)),
        ("units", datafile(halves, "").replace(r#""unit":"id""#, r#""unit":["id","account"]"#)),
        ("flag", datafile(halves, r#""salt":"plan","#).replace(r#""plan":{"#, r#""plans":{"#)),
    ] {
        assert_ne!(run(compile(&datafile).unwrap()), same, "{what}");
    }
}
