//! Shares against arithmetic done by hand, and against real units decided by the engine.

use super::{AlarmKind, Diff, FlagDiff, diff, diff_contexts};
use crate::encode::{
    FlagCode, GateCode, GateStep, Operand, Outcome, ProgramCode, RuleCode, SliceCode, SplitCode, Test, encode,
};
use crate::{Options, compile, compile_with};
use isoflag_engine::bucket::key;
use isoflag_engine::layout::{ACCEPT, REJECT, op};
use serde_json::{Map, Value, json};

fn program(rules: &str) -> Vec<u8> {
    let variants = r#""type":"string","variants":{"a":"A","b":"B","c":"C"},"off":"a""#;
    compile(&format!(r#"{{"version":1,"flags":{{"plan":{{{variants},"rules":[{rules}]}}}}}}"#)).unwrap().program
}

fn split(weights: [u32; 3], more: &str) -> String {
    let [a, b, c] = weights;
    format!(
        r#"{{"split":{{"unit":"id",{more}"arms":[{{"variant":"a","weight":{a}}},{{"variant":"b","weight":{b}}},{{"variant":"c","weight":{c}}}]}}}}"#
    )
}

fn compared(before: &[u8], after: &[u8]) -> Option<FlagDiff> {
    let Diff { mut changed, .. } = diff(before, after, 0).unwrap();
    assert!(changed.len() <= 1);
    changed.pop()
}

fn moved(before: &str, after: &str) -> (f64, f64) {
    compared(&program(before), &program(after)).map_or((0.0, 0.0), |flag| (flag.moved.least, flag.moved.most))
}

#[test]
fn shares_are_those_of_the_arithmetic() {
    let half = split([50, 50, 0], "");
    for (what, before, after, expected) in [
        ("nothing", half.clone(), half.clone(), 0.0),
        ("a name", half.clone(), half.replace(r#"{"split""#, r#"{"name":"other","split""#), 0.0),
        ("a border", half.clone(), split([75, 25, 0], ""), 0.25),
        ("canonical cuts shift the arm in the middle", split([50, 25, 25], ""), split([25, 25, 50], ""), 0.5),
        ("another salt: independent halves", half.clone(), split([50, 50, 0], r#""salt":"new","#), 0.5),
        ("another unit: independent halves", half.clone(), half.replace(r#""id""#, r#""account""#), 0.5),
        ("another salt of three arms", split([50, 25, 25], ""), split([50, 25, 25], r#""salt":"new","#), 0.625),
        (
            "a gate raised takes from the default",
            split([0, 100, 0], r#""gate":10,"#),
            split([0, 100, 0], r#""gate":40,"#),
            0.3,
        ),
        ("gate times split", split([50, 50, 0], r#""gate":25,"#), split([50, 50, 0], r#""gate":75,"#), 0.25),
        (
            "the gate under another salt",
            split([0, 100, 0], r#""gate":50,"#),
            split([0, 100, 0], r#""gate":50,"gateSalt":"g","#),
            0.5,
        ),
        ("a split becomes one variant", half.clone(), r#"{"variant":"b"}"#.to_owned(), 0.5),
    ] {
        let (least, most) = moved(&before, &after);
        // Cuts are rounded to one position.
        assert!(least == most && (most - expected).abs() < 1e-9, "{what}: {least} {most}");
        assert!(most > 0.0 || expected == 0.0);
    }
}

#[test]
fn a_changed_condition_is_named_and_never_nothing() {
    let rule = |values: &str| format!(r#"{{"if":{{"attribute":"country","in":[{values}]}},"variant":"b"}}"#);
    let found = compared(&program(&rule(r#""DE""#)), &program(&rule(r#""DE","FR""#))).unwrap();
    assert_eq!((found.moved.least, found.moved.most, found.complete), (0.0, 1.0, true));
    let [change] = found.conditions.as_slice() else { panic_on(&found) };
    assert_eq!(change.attributes.iter().collect::<Vec<_>>(), ["country"]);
    assert_eq!((change.before.as_ref().unwrap().rule, change.after.as_ref().unwrap().rule), (Some(0), Some(0)));
    assert_eq!(found.groups.len(), 2, "those who came in and those who left");

    let named = rule(r#""DE""#).replace(r#"{"if""#, r#"{"name":"x","if""#);
    assert!(compared(&program(&rule(r#""DE""#)), &program(&named)).is_none(), "a condition that stays is no change");
}

#[test]
fn shares_are_given_for_those_who_answer_alike() {
    let rules =
        |weights| format!(r#"{{"if":{{"attribute":"staff","equals":true}},"variant":"c"}},{}"#, split(weights, ""));
    let found = compared(&program(&rules([50, 50, 0])), &program(&rules([90, 10, 0]))).unwrap();
    assert_eq!((found.moved.least, (found.moved.most * 1e9).round() / 1e9), (0.0, 0.4));
    let [group] = found.groups.as_slice() else { panic_on(&found) };
    let [when, unit] = group.when.as_slice() else { panic_on(&found) };
    assert!(!when.holds && when.attributes.contains("staff") && unit.unit.as_deref() == Some("id") && unit.holds);
    assert_eq!((group.flows[0].from.variant.as_str(), group.flows[0].to.variant.as_str()), ("b", "a"));
    assert!(found.conditions.is_empty());
}

#[test]
fn the_default_of_those_without_a_unit_is_seen_and_not_counted() {
    let with = |default: &str| {
        let rules = split([0, 100, 0], "");
        let json = format!(
            r#"{{"version":1,"flags":{{"plan":{{"type":"string","variants":{{"a":"A","b":"B","c":"C"}},"off":"a","default":"{default}","rules":[{rules}]}}}}}}"#
        );
        compile(&json).unwrap().program
    };
    let found = compared(&with("a"), &with("c")).unwrap();
    assert_eq!((found.moved.least, found.moved.most), (0.0, 0.0));
    assert_eq!((found.groups.len(), found.groups[0].moved, found.groups[0].when[0].holds), (1, 1.0, false));
}

#[test]
fn an_experiment_that_runs_is_guarded() {
    let experiment = |weights, more: &str| program(&split(weights, &format!(r#""control":"a",{more}"#)));
    let kinds = |before: &[u8], after: &[u8]| -> Vec<AlarmKind> {
        let found = compared(before, after).and_then(|flag| flag.experiment);
        found.map(|found| found.alarms.iter().map(|alarm| alarm.kind).collect()).unwrap_or_default()
    };
    let running = experiment([50, 50, 0], r#""gate":50,"#);
    for (what, after, expected) in [
        ("a gate raised", experiment([50, 50, 0], r#""gate":75,"#), vec![]),
        ("a gate lowered", experiment([50, 50, 0], r#""gate":25,"#), vec![AlarmKind::UnitsDropped]),
        ("weights", experiment([60, 40, 0], r#""gate":50,"#), vec![AlarmKind::NewRun, AlarmKind::UnitsMove]),
        ("a restart", experiment([50, 50, 0], r#""gate":50,"restart":1,"#), vec![AlarmKind::NewRun]),
        (
            "a salt",
            experiment([50, 50, 0], r#""gate":50,"salt":"x","#),
            vec![AlarmKind::NewRun, AlarmKind::UnitsMove, AlarmKind::UnitsDropped],
        ),
        (
            "another control",
            program(&split([50, 50, 0], r#""control":"b","gate":50,"#)),
            vec![AlarmKind::NewRun, AlarmKind::ControlChanged],
        ),
        ("no control", program(&split([50, 50, 0], r#""gate":50,"#)), vec![AlarmKind::Ended]),
        (
            "a rule before it",
            program(&format!(
                r#"{{"if":{{"attribute":"vip","equals":true}},"variant":"c"}},{}"#,
                split([50, 50, 0], r#""control":"a","gate":50,"#)
            )),
            vec![AlarmKind::UnitsDropped, AlarmKind::ConditionsChanged],
        ),
    ] {
        assert_eq!(kinds(&running, &after), expected, "{what}");
    }
    let found = compared(&running, &experiment([50, 50, 0], r#""gate":25,"#)).unwrap().experiment.unwrap();
    assert!((found.dropped.most - 0.25).abs() < 1e-9 && found.moved.most == 0.0 && found.entered.most == 0.0);
}

#[test]
fn removing_a_flag_ends_its_experiment_aloud() {
    let removed = |flag: &str| {
        let before = program(flag);
        let nothing = compile(r#"{"version":1,"flags":{}}"#).unwrap().program;
        let found = diff(&before, &nothing, 0).unwrap();
        assert_eq!(found.removed.len(), 1);
        found.changed
    };
    let changed = removed(&split([50, 50, 0], r#""control":"a","gate":50,"#));
    let experiment = changed[0].experiment.as_ref().unwrap();
    assert_eq!(experiment.alarms.iter().map(|alarm| alarm.kind).collect::<Vec<_>>(), [AlarmKind::Ended]);
    assert!((experiment.dropped.most - 0.5).abs() < 1e-9, "everybody who took part: {:?}", experiment.dropped);
    assert!(removed(&split([50, 50, 0], r#""gate":50,"#)).is_empty(), "no experiment, no alarm");
}

#[test]
fn the_same_run_with_arms_elsewhere_is_the_gravest_alarm() {
    // A program that was made from bytes nobody compiled to replace it: the run is the same, the arms are not.
    let code = |ranges: Vec<(u32, u16)>| plain(SplitCode { experiment: true, ranges, ..open_split() });
    let (before, after) = (code(vec![(1 << 30, 0), (u32::MAX, 1)]), code(vec![(1 << 30, 1), (u32::MAX, 0)]));
    let found = compared(&before, &after).unwrap().experiment.unwrap();
    assert_eq!(found.alarms.iter().map(|alarm| alarm.kind).collect::<Vec<_>>(), [AlarmKind::UnitsMoveWithinRun]);
    assert_eq!(found.moved.most, 1.0);
    assert!(found.alarms[0].message.starts_with("100 % of units change arms inside run `0000000a`"));
}

fn open_split() -> SplitCode {
    SplitCode {
        units: vec![0],
        experiment: false,
        key: key(b"split"),
        gate: None,
        layer: None,
        holdout: None,
        forced: Vec::new(),
        ranges: vec![(u32::MAX, 1)],
    }
}

fn rule(tests: Vec<Test>, split: SplitCode) -> RuleCode {
    RuleCode { tests, outcome: Outcome::Split(Box::new(split)) }
}

fn flag(key: &str, rules: Vec<RuleCode>, prerequisites: Vec<Test>) -> FlagCode {
    let run = crate::encode::ExperimentCode { run: "0000000a".to_owned(), control: 0, unit: 0, restart: 0 };
    let variant = |name: &str| (name.to_owned(), format!("\"{name}\""));
    FlagCode {
        key: key.to_owned(),
        kind: 1,
        enabled: true,
        off: 0,
        default: 0,
        variants: vec![variant("a"), variant("b"), variant("c")],
        reads: vec![0],
        prerequisites,
        rules,
        experiment: Some(run),
    }
}

fn encoded(flags: Vec<FlagCode>) -> Vec<u8> {
    encode(&ProgramCode { flags, attributes: vec!["id".to_owned()], environment: None }).unwrap().0
}

fn plain(split: SplitCode) -> Vec<u8> {
    encoded(vec![flag("plan", vec![rule(Vec::new(), split)], Vec::new())])
}

fn slice(salt: &[u8], intervals: &[(u32, u32)]) -> Option<SliceCode> {
    Some(SliceCode { key: key(salt), intervals: intervals.to_vec() })
}

fn gate(steps: &[(i64, u32)]) -> Option<GateCode> {
    let steps = steps.iter().map(|(from, cut)| GateStep { from: *from, cut: Some(*cut) }).collect();
    Some(GateCode { key: key(b"gate"), steps })
}

/// A quarter of the positions.
const QUARTER: u32 = 1 << 30;

#[test]
fn holdout_layer_and_gate_multiply() {
    let before = SplitCode {
        holdout: slice(b"holdout", &[(0, QUARTER - 1)]),
        layer: slice(b"layer", &[(0, QUARTER - 1), (2 * QUARTER, 3 * QUARTER - 1)]),
        gate: gate(&[(i64::MIN, QUARTER)]),
        ..open_split()
    };
    // Three quarters not held out, half of them in the layer, the gate from a quarter to half, all of them to b.
    let wider = SplitCode {
        holdout: slice(b"holdout", &[(0, QUARTER - 1)]),
        layer: slice(b"layer", &[(0, QUARTER - 1), (2 * QUARTER, 3 * QUARTER - 1)]),
        gate: gate(&[(i64::MIN, 2 * QUARTER)]),
        ..open_split()
    };
    let found = compared(&plain(before), &plain(wider)).unwrap();
    assert_eq!((found.moved.least, found.moved.most), (0.75 * 0.5 * 0.25, 0.75 * 0.5 * 0.25));
    let held =
        compared(&plain(open_split()), &plain(SplitCode { holdout: slice(b"h", &[(0, QUARTER - 1)]), ..open_split() }));
    let held = held.unwrap();
    assert_eq!((held.moved.most, held.groups[0].flows[0].to.reason.as_str()), (0.25, "holdout"));
}

#[test]
fn a_ramp_is_compared_at_an_instant_and_its_steps_are_named() {
    let ramp = |second| plain(SplitCode { gate: gate(&[(i64::MIN, QUARTER), (1_000, second)]), ..open_split() });
    let (before, after) = (ramp(2 * QUARTER), ramp(3 * QUARTER));
    let found = compared(&before, &after).unwrap();
    assert_eq!((found.moved.most, found.later.iter().collect::<Vec<_>>()), (0.0, vec![&1_000]));
    assert_eq!(diff(&before, &after, 1_000).unwrap().changed[0].moved.most, 0.25);
}

#[test]
fn forced_units_are_listed() {
    let forced = |lists: &[(u16, &[&str])]| {
        let lists =
            lists.iter().map(|(variant, units)| (*variant, units.iter().map(|unit| (*unit).to_owned()).collect()));
        plain(SplitCode { forced: lists.collect(), ..open_split() })
    };
    let found = compared(&forced(&[(0, &["x", "y"])]), &forced(&[(0, &["x"]), (2, &["z"])])).unwrap();
    let listed: Vec<_> =
        found.forced.iter().map(|one| (one.unit.as_str(), one.before.as_deref(), one.after.as_deref())).collect();
    assert_eq!(listed, [("y", Some("a"), None), ("z", None, Some("c"))]);
    assert_eq!(found.moved.most, 0.0);
    // In a split behind one where the same unit is forced as well, for other contexts.
    let behind = |variant: &str| {
        let force = |variant| format!(r#""force":{{"{variant}":["x"]}},"#);
        let vips = split([50, 50, 0], &force("a")).replacen('{', r#"{"if":{"attribute":"vip","equals":true},"#, 1);
        program(&format!("{vips},{}", split([50, 50, 0], &force(variant))))
    };
    let found = compared(&behind("b"), &behind("c")).unwrap();
    assert_eq!(found.forced.len(), 1);
    assert_eq!((found.forced[0].before.as_deref(), found.forced[0].after.as_deref()), (Some("b"), Some("c")));
}

#[test]
fn what_a_flag_asks_of_another_is_followed_exactly() {
    let asks = |cut| {
        let is_b = Test {
            op: op::FLAG_IS,
            attribute: 0xffff,
            on_true: ACCEPT,
            on_false: REJECT,
            operand: Operand::Flag(0, 1),
        };
        let asked = flag(
            "asked",
            vec![rule(
                Vec::new(),
                SplitCode { key: key(b"asked"), ranges: vec![(cut, 1), (u32::MAX, 0)], ..open_split() },
            )],
            Vec::new(),
        );
        let all = SplitCode { key: key(b"plan"), ranges: vec![(2 * QUARTER, 1), (u32::MAX, 2)], ..open_split() };
        encoded(vec![asked, flag("plan", vec![rule(Vec::new(), all)], vec![is_b])])
    };
    let found = diff(&asks(QUARTER), &asks(2 * QUARTER), 0).unwrap();
    let shares: Vec<_> =
        found.changed.iter().map(|flag| (flag.flag.as_str(), flag.moved.least, flag.moved.most)).collect();
    assert_eq!(shares, [("asked", 0.25, 0.25), ("plan", 0.25, 0.25)]);
    assert_eq!(found.changed[1].groups[0].flows.len(), 2, "an eighth each to b and c");
}

/// Weights, gates, salts and conditions at random, each program decided by the engine for the same people.
#[test]
fn real_units_move_as_said() {
    const UNITS: usize = 20_000;
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: u32| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 33) as u32 % below
    };
    let contexts: Vec<Map<String, Value>> = (0..UNITS)
        .map(|id| {
            json!({ "id": format!("user-{id}"), "account": id / 3, "staff": id % 2 == 0 }).as_object().unwrap().clone()
        })
        .collect();
    let (mut exact, mut ranged) = (0, 0);
    for _ in 0..50 {
        let mut one = |conditions: bool| {
            let rules: Vec<String> = (0..1 + next(2))
                .map(|index| {
                    let a = next(101);
                    let b = next(101 - a);
                    let salt = next(2);
                    let gate = [20, 50, 80][next(3) as usize];
                    let unit = if next(5) == 0 { "account" } else { "id" };
                    let split = split([a, b, 100 - a - b], &format!(r#""gate":{gate},"salt":"{index}{salt}","#))
                        .replace(r#""id""#, &format!(r#""{unit}""#));
                    if conditions && next(2) == 0 {
                        split.replacen('{', r#"{"if":{"attribute":"staff","equals":true},"#, 1)
                    } else {
                        split
                    }
                })
                .collect();
            program(&rules.join(","))
        };
        let conditions = exact > ranged;
        let (before, after) = (one(conditions), one(conditions));
        let said = compared(&before, &after).map_or((0.0, 0.0), |flag| (flag.moved.least, flag.moved.most));
        let seen = diff_contexts(&before, &after, &contexts, 0).unwrap();
        let seen = seen.flags.first().map_or(0, |flag| flag.moved) as f64 / UNITS as f64;
        // Five standard deviations of a share; three people of an account move together.
        let slack = 5.0 * (3.0 * 0.25 / UNITS as f64).sqrt();
        assert!(said.0 - slack <= seen && seen <= said.1 + slack, "{said:?} {seen}");
        if said.0 == said.1 { exact += 1 } else { ranged += 1 }
    }
    assert!(exact >= 20 && ranged >= 20, "{exact} {ranged}");
}

#[test]
fn compiled_to_replace_the_least_moves() {
    let datafile = |weights| {
        let rules = split(weights, "");
        format!(
            r#"{{"version":1,"flags":{{"plan":{{"type":"string","variants":{{"a":"A","b":"B","c":"C"}},"off":"a","rules":[{rules}]}}}}}}"#
        )
    };
    let mut program = compile(&datafile([50, 25, 25])).unwrap().program;
    let mut weights = [50_u32, 25, 25];
    for next in [[25, 25, 50], [40, 20, 40], [100, 0, 0], [1, 98, 1], [34, 33, 33], [50, 25, 25]] {
        let replaced =
            compile_with(&datafile(next), Options { previous: Some(&program), ..Options::default() }).unwrap().program;
        let half: u32 = weights.iter().zip(next).map(|(old, new)| old.abs_diff(new)).sum::<u32>() / 2;
        let found = compared(&program, &replaced).unwrap();
        assert!((found.moved.most - f64::from(half) / 100.0).abs() < 1e-8, "{weights:?} {next:?} {:?}", found.moved);
        assert_eq!(found.moved.least, found.moved.most);
        (program, weights) = (replaced, next);
    }
}

#[track_caller]
fn panic_on(found: &FlagDiff) -> ! {
    std::panic::panic_any(format!("{found:#?}"))
}
