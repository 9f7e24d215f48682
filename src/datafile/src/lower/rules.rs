use super::flag::Scope;
use super::gates::Gates;
use super::split::{Gated, lower_split};
use super::whom::{BUDGET, Whom, first};
use crate::check::{Claim, SaltUse, Window};
use crate::compiler::Compiler;
use crate::condition::{Node, resolve};
use crate::encode::{ExperimentCode, Operand, Outcome, RuleCode};
use crate::experiment::Experiment;
use crate::model::Model;
use crate::time::{self, moment};
use crate::wire::{Rule, Schedule};
use isoflag_engine::layout::op;
use isoflag_written::read;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// The rules of a flag as far as they are lowered.
pub(super) struct Rules {
    pub(super) in_force: bool,
    pub(super) rules: Vec<RuleCode>,
    pub(super) experiment: Option<Experiment>,
    pub(super) experiment_code: Option<ExperimentCode>,
    pub(super) experiment_path: String,
    pub(super) salts: Vec<(String, SaltUse, String)>,
    /// What each salt hashes for.
    hashed: HashMap<String, Hashed>,
    pub(super) claims: Vec<(usize, Claim)>,
    /// Rules that let nobody past whom they are for.
    taking: Vec<Taking>,
    gates: Gates,
    budget: u32,
}

#[derive(Default)]
struct Hashed {
    splits: bool,
    gates: bool,
}

struct Taking {
    index: usize,
    whom: Whom,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            in_force: true,
            rules: Vec::new(),
            experiment: None,
            experiment_code: None,
            experiment_path: String::new(),
            salts: Vec::new(),
            hashed: HashMap::new(),
            claims: Vec::new(),
            taking: Vec::new(),
            gates: Gates::default(),
            budget: BUDGET,
        }
    }
}

impl Rules {
    pub(super) fn add(
        &mut self,
        json: &RawValue,
        index: usize,
        path: &str,
        scope: &mut Scope<'_>,
        model: &Model,
        compiler: &mut Compiler,
    ) {
        let rule: Rule = match read(json.get(), path) {
            Ok(rule) => rule,
            Err(problems) => return compiler.problems.errors.extend(problems),
        };
        let before = compiler.count();
        let window = rule
            .schedule
            .as_ref()
            .map_or(Some(Window::ALWAYS), |schedule| window(schedule, &format!("{path}.schedule"), compiler));
        let whom =
            rule.condition.as_ref().and_then(|condition| resolve(condition, &format!("{path}.if"), model, compiler));
        let whole = compiler.count() == before;
        let outcome = self.outcome(&rule, window.unwrap_or(Window::ALWAYS), path, scope, model, compiler);
        let Some(window) = window.filter(|_| whole) else { return };
        let whom = Whom { window, condition: whom };
        if let Some(earlier) = first(&self.taking, |earlier| Some(&earlier.whom), &whom, &mut self.budget) {
            let text = match earlier.whom.condition {
                None => format!("rule {} takes everybody, so this one is never reached", earlier.index),
                Some(_) => {
                    format!("rule {} takes everybody whom this one is for, so it is never reached", earlier.index)
                }
            };
            compiler.error(path, text);
        }
        let tests = match &scheduled(window, whom.condition.clone()) {
            None => Some(Vec::new()),
            Some(node) => scope.tests(node, &format!("{path}.if"), compiler),
        };
        let (Some(tests), Some((outcome, takes, gate))) = (tests, outcome) else { return };
        self.rules.push(RuleCode { tests, outcome });
        if let Some(gate) = gate {
            self.gates.note(gate, index, &whom, path, &mut self.budget, compiler);
        }
        if takes {
            self.taking.push(Taking { index, whom });
        }
    }

    /// What the rule serves, whether it takes everybody it is for, and its gate.
    fn outcome(
        &mut self,
        rule: &Rule,
        window: Window,
        path: &str,
        scope: &mut Scope<'_>,
        model: &Model,
        compiler: &mut Compiler,
    ) -> Option<(Outcome, bool, Option<Gated>)> {
        match (&rule.variant, &rule.split) {
            (Some(variant), None) => {
                let variant = scope.variant(variant, &format!("{path}.variant"), compiler)?;
                Some((Outcome::Variant(variant), true, None))
            }
            (None, Some(split)) => {
                let path = format!("{path}.split");
                let lowered = lower_split(split, &path, scope, model, compiler)?;
                self.salts(lowered.salts, compiler);
                if self.in_force {
                    let whose = format!("flag `{}`", scope.key);
                    self.claims.extend(lowered.slots.into_iter().map(|(layer, [from, to], path)| {
                        (layer, Claim { from, to, window, whose: whose.clone(), flag: Some(scope.number), path })
                    }));
                }
                if let Some(experiment) = lowered.experiment {
                    if self.experiment.is_some() {
                        compiler.error(&path, "the flag has two experiments, give the second one a flag of its own");
                        return None;
                    }
                    let control = scope.variant(&experiment.control, &path, compiler)?;
                    let unit = *lowered.code.units.first()?;
                    let (run, restart) = (String::new(), split.restart.unwrap_or(0));
                    self.experiment_code = Some(ExperimentCode { run, control, unit, restart });
                    self.experiment = Some(experiment);
                    self.experiment_path = path;
                }
                Some((Outcome::Split(Box::new(lowered.code)), lowered.takes_everybody, lowered.gate))
            }
            _ => {
                compiler.error(path, "a rule has either a `variant` or a `split`");
                None
            }
        }
    }

    /// Salts of the rules of one flag: splits may share one, to keep people together, and so may gates; a gate and a split may not.
    fn salts(&mut self, salts: Vec<(String, SaltUse, String)>, compiler: &mut Compiler) {
        for (salt, of, path) in salts {
            let gate = of == SaltUse::Gate;
            let hashed = self.hashed.entry(salt.clone()).or_default();
            let (this, other) =
                if gate { (&mut hashed.gates, hashed.splits) } else { (&mut hashed.splits, hashed.gates) };
            *this = true;
            if other {
                let other = if gate { "split" } else { "gate" };
                let text = format!(
                    "the {other} of another rule has the salt `{salt}` too, so where a unit falls in the one says where it falls in \
                     the other; choose another salt"
                );
                compiler.error(&path, text);
            }
            self.salts.push((salt, of, path));
        }
    }
}

fn window(schedule: &Schedule, path: &str, compiler: &mut Compiler) -> Option<Window> {
    let mut bound = |field: &str, written: Option<&String>, open: i64| {
        let Some(text) = written else { return Some(open) };
        let found = moment(text);
        if found.is_none() {
            compiler.error(format!("{path}.{field}"), format!("`{text}` is not a date, {}", time::FORMS));
        }
        found
    };
    let from = bound("from", schedule.from.as_ref(), i64::MIN);
    let until = bound("until", schedule.until.as_ref(), i64::MAX);
    let (from, until) = (from?, until?);
    if schedule.from.is_none() && schedule.until.is_none() {
        compiler.error(path, "a schedule has a `from`, an `until` or both");
        return None;
    }
    if until <= from {
        compiler.error(path, "the schedule ends before it starts, so the rule is never in force");
        return None;
    }
    Some(Window { from, until })
}

/// The time first: it is the cheapest question and the one that most often says no.
fn scheduled(window: Window, whom: Option<Node>) -> Option<Node> {
    let now = |op: u8, bound: i64| Node::Test { op, attribute: None, operand: Operand::Time(bound) };
    let from = (window.from != i64::MIN).then(|| now(op::NOW_NOT_BEFORE, window.from));
    let until = (window.until != i64::MAX).then(|| now(op::NOW_BEFORE, window.until));
    Node::all([from, until, whom].into_iter().flatten().collect())
}
