//! Bounds against every combination followed by itself, and against real units decided by the engine.

use super::super::range::Ranges;
use super::super::report::Range;
use super::super::work::Work;
use super::*;
use crate::compile;
use crate::decompile::{Decompiled, decompile};
use crate::diff::{AlarmKind, FlagDiff, diff, diff_contexts};
use serde_json::{Map, Value as Json, json};

fn program(rules: &[String], more: &str) -> Vec<u8> {
    let variants = r#""type":"string","variants":{"a":"A","b":"B","c":"C"},"off":"a""#;
    let rules = rules.join(",");
    compile(&format!(r#"{{"version":1,"flags":{{"plan":{{{variants}{more},"rules":[{rules}]}}}}}}"#)).unwrap().program
}

/// A rule with a condition and a gate of its own.
fn gated(number: usize, gate: u32, arms: [&str; 2]) -> String {
    let arms = arms.map(|arm| format!(r#"{{"variant":"{arm}"}}"#)).join(",");
    format!(
        r#"{{"if":{{"attribute":"x{number}","equals":true}},"split":{{"unit":"id","salt":"s{number}","gate":{gate},"arms":[{arms}]}}}}"#
    )
}

fn many(count: usize) -> Vec<String> {
    (0..count).map(|number| gated(number, 50, ["a", "b"])).collect()
}

fn compared(before: &[u8], after: &[u8]) -> FlagDiff {
    diff(before, after, 0).unwrap().changed.pop().unwrap()
}

/// Follows the one flag of two programs.
fn explored<T>(before: &[u8], after: &[u8], follow: impl FnOnce(&mut Explorer<'_>, &mut Same<'_>, &Work) -> T) -> T {
    let programs: [Decompiled; 2] = [before, after].map(|bytes| decompile(bytes).unwrap());
    let [old, new] = programs.each_ref().map(|program| (program, program.find("plan").unwrap()));
    let work = Rc::new(Work::new());
    follow(&mut Explorer::new(old, new, 0, &work), &mut Same::new(old.0, new.0), &work)
}

fn close(range: Range, least: f64, most: f64) -> bool {
    // Cuts are rounded to one position.
    (range.least - least).abs() < 1e-8 && (range.most - most).abs() < 1e-8
}

#[test]
fn forty_gated_rules_are_exact() {
    for count in [14, 40, 80] {
        let found = compared(&program(&many(count), ""), &program(&many(count), r#","default":"c""#));
        // Everybody of whom no condition holds; and who passes all the gates, when all hold.
        assert_eq!((found.moved.least, found.moved.most), (0.5_f64.powi(count as i32), 1.0));
        assert_eq!((found.complete, found.exact, found.groups.len()), (false, true, 0));
    }
    let weights: Vec<String> = (0..40).map(|number| gated(number, 50, ["b", "c"])).collect();
    let found = compared(&program(&many(40), ""), &program(&weights, ""));
    assert!(found.exact && close(found.moved, 0.0, 0.5_f64.mul_add(-(0.5_f64.powi(39)), 1.0)), "{:?}", found.moved);
}

#[test]
fn a_gate_among_many_moves_those_whom_it_lets_in() {
    for at in [0, 17, 39] {
        let mut after = many(40);
        after[at] = gated(at, 60, ["a", "b"]);
        let found = compared(&program(&many(40), ""), &program(&after, r#","default":"c""#));
        assert!(found.exact && found.moved.most == 1.0, "{at} {:?}", found.moved);
        // Whatever the rules behind decide, half of the tenth moves: both have the same arms, spread independently.
        let found = compared(&program(&many(40), ""), &program(&after, ""));
        assert!(found.exact && close(found.moved, 0.0, 0.05), "{at} {:?}", found.moved);
    }
}

#[test]
fn an_experiment_is_not_alarmed_by_what_concerns_others() {
    let experiment =
        r#"{"split":{"unit":"id","salt":"e","gate":50,"control":"a","arms":[{"variant":"a"},{"variant":"b"}]}}"#
            .to_owned();
    let with = |rules: Vec<String>, first: bool| {
        let mut rules = rules;
        rules.insert(if first { 0 } else { rules.len() }, experiment.clone());
        program(&rules, "")
    };
    let edited = |gate, arms| {
        let mut rules = many(40);
        rules[7] = gated(7, gate, arms);
        rules
    };
    let alarms = |before: &[u8], after: &[u8]| {
        let found = compared(before, after).experiment.unwrap();
        (found.dropped, found.alarms.into_iter().map(|alarm| alarm.kind).collect::<Vec<_>>())
    };
    let nobody = Range { least: 0.0, most: 0.0 };
    for first in [true, false] {
        let arms = edited(50, ["a", "c"]);
        assert_eq!(alarms(&with(many(40), first), &with(arms, first)), (nobody, Vec::new()), "{first}");
    }
    assert_eq!(alarms(&with(many(40), true), &with(edited(70, ["a", "b"]), true)), (nobody, Vec::new()));
    // A gate before it takes people away, a tenth of half of all.
    let (dropped, kinds) = alarms(&with(many(40), false), &with(edited(60, ["a", "b"]), false));
    assert!(close(dropped, 0.0, 0.05), "{dropped:?}");
    assert_eq!(kinds, [AlarmKind::UnitsDropped]);
}

#[test]
fn a_flag_that_decides_alike_has_no_groups_and_all_are_known() {
    let values = r#"{"type":"string","variants":{"a":"A","b":"B","c":"D"},"#;
    let rules = many(40).join(",");
    let json = |head: &str| format!(r#"{{"version":1,"flags":{{"plan":{head}"off":"a","rules":[{rules}]}}}}}}"#);
    let [before, after] = [r#"{"type":"string","variants":{"a":"A","b":"B","c":"C"},"#, values]
        .map(|head| compile(&json(head)).unwrap().program);
    let found = compared(&before, &after);
    assert_eq!((found.complete, found.exact, found.moved.most, found.values.len()), (true, true, 0.0, 1));
}

#[test]
fn states_are_counted_by_rules_and_not_by_combinations() {
    let spent = |count: usize| {
        let (before, after) = (program(&many(count), ""), program(&many(count), r#","default":"c""#));
        explored(&before, &after, |explorer, same, work| {
            assert!(bounds(explorer, same).exact);
            work.spent()
        })
    };
    let (twenty, forty, eighty) = (spent(20), spent(40), spent(80));
    assert!(forty < 3 * twenty && eighty < 3 * forty && eighty < 200_000, "{twenty} {forty} {eighty}");
}

#[test]
fn what_is_given_up_is_bounded_and_costs_no_more_than_allowed() {
    let turned: Vec<String> = many(40).into_iter().rev().collect();
    let (before, after) = (program(&many(40), ""), program(&turned, ""));
    explored(&before, &after, |explorer, same, work| {
        assert!(explorer.explore().is_none());
        let found = bounds(explorer, same);
        assert!(!found.exact && found.touched && found.ranges.moved == Range { least: 0.0, most: 1.0 });
        assert!(found.ranges.arms.most == 0.0 && found.ranges.dropped.most == 0.0, "there is no experiment to leave");
        assert!(work.spent() <= super::super::work::COMBINATIONS + LEVELS.len() as u64 * STATES);
    });
    // The same question in every rule of the old program is asked in none of the new: nobody forgets to name it.
    let other: Vec<String> = many(40).into_iter().map(|rule| rule.replace("true", "false")).collect();
    let found = compared(&before, &program(&other, ""));
    assert_eq!((found.complete, found.exact, found.conditions.len()), (false, false, 40));
}

struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % below
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len() as u64) as usize]
    }

    /// A rule of few conditions, salts, units and gates, so that they come twice.
    fn rule(&mut self, numbers: u64) -> String {
        let condition = match self.below(5) {
            0 => String::new(),
            _ => format!(r#""if":{{"attribute":"x{}","equals":true}},"#, self.below(numbers)),
        };
        if self.below(5) == 0 {
            return format!(r#"{{{condition}"variant":"{}"}}"#, self.of(&["a", "b", "c"]));
        }
        let unit = self.of(&[r#""id""#, r#""id""#, r#""id""#, r#""account""#, r#"["account","id"]"#]);
        let (salt, gate_salt) = (self.below(numbers), self.below(2));
        let gate = self.of(&["25", "50", "80"]);
        let arms = self.of(&["ab", "ac", "bc", "ba"]);
        let (one, other) = arms.split_at(1);
        let weight = 10 + self.below(80);
        format!(
            r#"{{{condition}"split":{{"unit":{unit},"salt":"{salt}","gate":{gate},"gateSalt":"g{gate_salt}{}","arms":[{{"variant":"{one}","weight":{weight}}},{{"variant":"{other}","weight":{}}}]}}}}"#,
            self.below(numbers),
            100 - weight,
        )
    }

    /// The rules with one or two of them changed, moved, taken out or put in.
    fn edited(&mut self, rules: &[String], numbers: u64) -> Vec<String> {
        let mut rules = rules.to_vec();
        for _ in 0..1 + self.below(2) {
            let at = self.below(rules.len() as u64) as usize;
            match self.below(4) {
                0 => rules[at] = self.rule(numbers),
                1 => rules.insert(at, self.rule(numbers)),
                2 if rules.len() > 1 => drop(rules.remove(at)),
                _ => rules.rotate_left(1),
            }
        }
        rules
    }
}

/// Compiles what is no refusal: a rule behind one that takes everybody is one.
fn lenient(rules: &[String], default: &str) -> Option<Vec<u8>> {
    let variants = r#""type":"string","variants":{"a":"A","b":"B","c":"C"},"off":"a""#;
    let json = format!(
        r#"{{"version":1,"flags":{{"plan":{{{variants},"default":"{default}","rules":[{}]}}}}}}"#,
        rules.join(",")
    );
    compile(&json).ok().map(|compiled| compiled.program)
}

#[test]
fn bounds_hold_for_every_combination_and_states_are_as_exact_as_all_of_them() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut cases, mut wider) = (0, [0; LEVELS.len()]);
    while cases < 400 {
        let rules: Vec<String> = (0..1 + random.below(5)).map(|_| random.rule(4)).collect();
        let edited = random.edited(&rules, 4);
        let defaults = [random.of(&["a", "b"]), random.of(&["a", "b"])];
        let (Some(before), Some(after)) = (lenient(&rules, defaults[0]), lenient(&edited, defaults[1])) else {
            continue;
        };
        explored(&before, &after, |explorer, same, _| {
            let Some(found) = explorer.explore() else { return };
            let all = Ranges::over(&found);
            let timeline = Timeline::new(explorer, same);
            for (level, wider) in LEVELS.into_iter().zip(&mut wider) {
                let Level { value, touched, cut } = at(explorer, &timeline, level);
                let bounds = Ranges::of(value);
                assert!(touched || found.iter().all(|found| found.flows.is_empty()), "{rules:?} {edited:?}");
                for (range, bound) in [
                    (all.moved, bounds.moved),
                    (all.arms, bounds.arms),
                    (all.dropped, bounds.dropped),
                    (all.entered, bounds.entered),
                ] {
                    assert!(bound.least <= range.least && range.most <= bound.most, "{level:?} {rules:?} {edited:?}");
                    assert!(level != LEVELS[0] || cut || range == bound, "{range:?} {bound:?} {rules:?} {edited:?}");
                    *wider += usize::from(range != bound);
                }
            }
            cases += 1;
        });
    }
    assert!(wider[0] < wider[1] && wider[1] < wider[3], "there is something to forget: {wider:?}");
}

#[test]
fn real_units_move_within_the_bounds_of_many_rules() {
    const UNITS: usize = 3_000;
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut cases, mut exact) = (0, 0);
    while cases < 12 {
        let rules: Vec<String> = (0..24).map(|_| random.rule(24)).collect();
        let (Some(before), Some(after)) = (lenient(&rules, "a"), lenient(&random.edited(&rules, 24), "a")) else {
            continue;
        };
        let Some(found) = diff(&before, &after, 0).unwrap().changed.pop() else { continue };
        cases += 1;
        exact += usize::from(found.exact && !found.complete);
        for holds in [20, 50, 80] {
            // One kind of person each time: the same answers, other units.
            let answers: Vec<(String, Json)> =
                (0..24).map(|number| (format!("x{number}"), json!(random.below(100) < holds))).collect();
            let contexts: Vec<Map<String, Json>> = (0..UNITS)
                .map(|id| {
                    let units = [("id", format!("user-{id}")), ("account", format!("account-{id}"))];
                    let units = units.map(|(unit, id)| (unit.to_owned(), json!(id)));
                    answers.iter().cloned().chain(units).collect()
                })
                .collect();
            let seen = diff_contexts(&before, &after, &contexts, 0).unwrap();
            let seen = seen.flags.first().map_or(0, |flag| flag.moved) as f64 / UNITS as f64;
            // Five standard deviations of a share.
            let slack = 5.0 * (0.25 / UNITS as f64).sqrt();
            let Range { least, most } = found.moved;
            assert!(least - slack <= seen && seen <= most + slack, "{seen} {least} {most} {rules:?}");
            assert!(most > 0.0 || seen == 0.0, "{rules:?}");
        }
    }
    assert!(exact >= 3, "{exact}");
}
