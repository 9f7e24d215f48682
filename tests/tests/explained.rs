//! `explain` gives the answer that deciding gives, for random programs and contexts.
//!
//! The engine decides alike with and without somebody looking on. What could differ is the rest: how a context is laid out,
//! how names and values are read back from the program, and which of the steps that were seen is told. The other side is the
//! host of these tests, which shares none of that, and is itself held to the vectors and to the oracle.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "vectors that cannot be read are a failed test")]

use isoflag_datafile::explain::{Explanation, explain};
use isoflag_datafile::{Options, compile_with};
use isoflag_tests::{Answer, Chance, DecisionVectors, Given, Native};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// So many flags are decided and explained.
const TRIPLES: usize = 100_000;
/// Contexts for each random datafile.
const CONTEXTS: usize = 24;

/// What random datafiles and contexts are made of: all that the vectors have, and between them they have the whole model.
struct Material {
    files: Vec<DecisionVectors>,
    /// Conditions that name neither a segment nor a flag, and so mean something in every datafile.
    conditions: Vec<Json>,
    /// By attribute, the values that contexts have.
    values: BTreeMap<String, Vec<Json>>,
    times: Vec<i64>,
}

impl Material {
    fn read() -> Self {
        let mut names: Vec<_> =
            std::fs::read_dir(isoflag_tests::directory()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        let files: Vec<DecisionVectors> =
            names.iter().filter_map(|name| isoflag_tests::read(name.to_str()?).ok()).collect();
        let mut made = Self { conditions: Vec::new(), values: BTreeMap::new(), times: Vec::new(), files };
        for file in &made.files {
            conditions(&file.datafile, &mut made.conditions);
            for case in &file.cases {
                made.times.push(case.now);
                for (name, value) in &case.context {
                    made.values.entry(name.clone()).or_default().push(value.clone());
                }
            }
        }
        made.conditions
            .retain(|condition| !["\"segment\"", "\"flag\""].iter().any(|name| condition.to_string().contains(name)));
        made
    }

    /// One of the vectors' datafiles, with other conditions, other rules and other weights.
    fn datafile(&self, chance: &mut Chance, file: &DecisionVectors) -> Json {
        let mut datafile = file.datafile.clone();
        let mut own = Vec::new();
        conditions(&datafile, &mut own);
        for flag in datafile["flags"].as_object_mut().unwrap().values_mut() {
            if chance.percent(5) {
                flag["enabled"] = json!(false);
            }
            let Some(rules) = flag.get_mut("rules").and_then(Json::as_array_mut) else { continue };
            for rule in rules.iter_mut().filter_map(Json::as_object_mut) {
                match chance.below(6) {
                    0 => drop(rule.remove("if")),
                    1..=3 => drop(rule.insert("if".to_owned(), self.condition(chance, &own, 2))),
                    _ => {}
                }
                let Some(split) = rule.get_mut("split").and_then(Json::as_object_mut) else { continue };
                if chance.percent(30) {
                    split.insert("gate".to_owned(), json!(chance.pick(&[0.5, 25.0, 50.0, 99.0, 100.0])));
                }
                if let Some(arms) = split.get_mut("arms").and_then(Json::as_array_mut) {
                    arms.rotate_left(chance.below(2));
                }
            }
            let (from, to) = (chance.below(rules.len()), chance.below(rules.len()));
            if !rules.is_empty() && chance.percent(40) {
                rules.swap(from, to);
            }
        }
        datafile
    }

    fn condition(&self, chance: &mut Chance, own: &[Json], deep: usize) -> Json {
        let combined = if deep == 0 { 3 } else { chance.below(6) };
        let mut part = || self.condition(chance, own, deep.saturating_sub(1));
        match combined {
            0 => json!({ "all": [part(), part()] }),
            1 => json!({ "any": [part(), part()] }),
            2 => json!({ "not": part() }),
            _ if chance.percent(60) => chance.pick(own).or_else(|| self.conditions.first()).cloned().unwrap(),
            _ => chance.pick(&self.conditions).cloned().unwrap(),
        }
    }

    /// The context of a case of the file, with some of its attributes changed, taken away or added.
    fn context(&self, chance: &mut Chance, file: &DecisionVectors) -> Map<String, Json> {
        let mut context = chance.pick(&file.cases).map(|case| case.context.clone()).unwrap_or_default();
        let names: Vec<&String> = self.values.keys().collect();
        for _ in 0..chance.below(4) {
            let own: Vec<String> = context.keys().cloned().collect();
            let name = if chance.percent(50) { chance.pick(&own) } else { chance.pick(&names).copied() };
            let Some(name) = name.cloned() else { continue };
            let source = if chance.percent(80) { &name } else { chance.pick(&names).copied().unwrap() };
            match chance.pick(self.values.get(source).map_or(&[][..], Vec::as_slice)) {
                Some(value) if chance.percent(80) => context.insert(name, value.clone()),
                _ => context.remove(&name),
            };
        }
        for name in ["id", "visitorId", "userId"] {
            if chance.percent(30) {
                context.insert(name.to_owned(), json!(format!("u-{}", chance.below(1000))));
            }
        }
        context
    }
}

/// Every condition under an `if`, and those inside of it.
fn conditions(json: &Json, found: &mut Vec<Json>) {
    match json {
        Json::Object(members) => {
            found.extend(members.get("if").filter(|condition| condition.is_object()).cloned());
            members.values().for_each(|member| conditions(member, found));
        }
        Json::Array(members) => members.iter().for_each(|member| conditions(member, found)),
        _ => {}
    }
}

/// What both sides say.
#[derive(Debug, PartialEq)]
struct Said<'a> {
    variant: Option<&'a str>,
    value: Option<&'a Json>,
    reason: &'a str,
    rule: Option<u16>,
    bucket: Option<u16>,
    exposed: bool,
}

fn told(answer: &Answer) -> Said<'_> {
    let Answer { variant, value, reason, rule, bucket, exposure } = answer;
    let (variant, value) = (variant.as_deref(), value.as_ref());
    Said { variant, value, reason, rule: *rule, bucket: *bucket, exposed: exposure.is_some() }
}

fn seen(explanation: &Explanation) -> Said<'_> {
    let Explanation { variant, value, reason, rule, bucket, exposed, .. } = explanation;
    let (variant, value) = (variant.as_deref(), value.as_ref());
    Said { variant, value, reason, rule: *rule, bucket: *bucket, exposed: *exposed }
}

/// The explanations of the flags that a flag asked on its way.
fn asked(explanation: &Explanation) -> Vec<&Explanation> {
    let rules = explanation.rules.iter().map(|rule| &rule.tests);
    let tests = rules.chain(explanation.prerequisites.iter().map(|seen| &seen.tests)).flatten();
    tests.filter_map(|test| test.answer.as_deref()).collect()
}

#[test]
fn an_explanation_is_of_the_decision_that_is_made() {
    let material = Material::read();
    let mut chance = Chance::new(7);
    let (mut triples, mut others, mut left_out) = (0, 0, 0);
    let mut reasons = BTreeMap::<&str, usize>::new();
    while triples < TRIPLES {
        let file = chance.pick(&material.files).unwrap();
        let datafile = material.datafile(&mut chance, file).to_string();
        let options = Options { environment: file.environment.as_deref(), lenient: true, ..Options::default() };
        let Ok(compiled) = compile_with(&datafile, options) else { continue };
        let native = Native::with(&datafile, options).unwrap();
        left_out += compiled.left_out.flags.len();
        let written: Json = serde_json::from_str(&datafile).unwrap();
        for _ in 0..CONTEXTS {
            let context = material.context(&mut chance, file);
            let now = *chance.pick(&material.times).unwrap() + [-1, 0, 1][chance.below(3)];
            for flag in written["flags"].as_object().unwrap().keys() {
                let Some(explanation) = explain(&compiled.program, flag, &context, now).unwrap() else { continue };
                let decide =
                    |flag: &str| native.decide_with(flag, &context, Given { now, ..Given::default() }).unwrap();
                let answer = decide(flag);
                assert_eq!(seen(&explanation), told(&answer), "flag {flag}, {context:?}, {now}, {datafile}");
                if let Some(exposure) = &answer.exposure {
                    assert_eq!(explanation.run.as_ref(), Some(&exposure.run), "flag {flag}, {datafile}");
                }
                let mut path = asked(&explanation);
                while let Some(inner) = path.pop() {
                    assert_eq!(
                        seen(inner),
                        told(&decide(&inner.flag)),
                        "flag {} for {flag}, {context:?}, {now}, {datafile}",
                        inner.flag
                    );
                    path.extend(asked(inner));
                    others += 1;
                }
                *reasons.entry(answer.reason).or_default() += 1;
                triples += 1;
            }
        }
    }
    // One that compares nothing, or always the same, would hold as well.
    for reason in ["default", "forced", "holdout", "missing_unit", "off", "prerequisite", "split", "targeted"] {
        assert!(reasons.get(reason).is_some_and(|count| *count >= 100), "{reason} came up too rarely: {reasons:?}");
    }
    assert!(others >= 1000, "only {others} flags were asked by another");
    assert!(left_out * 10 < triples, "{left_out} flags were left out");
}
