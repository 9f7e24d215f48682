use crate::compile::{Arm, Experiment};
use crate::encode::{GateCode, GateStep, SplitCode};
use crate::lower::Scope;
use crate::run::run;
use crate::wire::{AttributeType, Split};
use isoflag_engine::bucket::{BASIS, cut, even_cut, key};
use isoflag_written::did_you_mean;
use std::collections::HashSet;

/// What became of a split: its code, and the experiment it is, if it is one.
pub(crate) struct LoweredSplit {
    pub(crate) code: SplitCode,
    pub(crate) salt: String,
    pub(crate) experiment: Option<Experiment>,
}

/// Checks a split and turns its salts into keys and its weights into cuts.
pub(crate) fn lower_split(split: &Split, flag: &str, path: &str, scope: &mut Scope<'_>) -> Option<LoweredSplit> {
    let unit = unit(split, path, scope);
    let weights = weights(split, path, scope);
    let arms = arms(split, path, scope);
    let gate = gate(split, path, scope);
    let control = control(split, path, scope);
    let salt = split.salt.clone().unwrap_or_else(|| flag.to_owned());
    let gate_salt = split.gate_salt.clone().unwrap_or_else(|| format!("{salt}/gate"));
    if gate_salt == salt {
        let text = "the gate has the salt of the split, so everybody it admits would fall into the first arms; remove it or choose another";
        scope.error(&format!("{path}.gateSalt"), text);
        return None;
    }
    let (unit, weights, arms, gate, ()) = (unit?, weights?, arms?, gate?, control?);
    let key_of = |salt: &str| key(salt.as_bytes());
    let code = SplitCode {
        units: vec![unit],
        experiment: split.control.is_some(),
        key: key_of(&salt),
        gate: cut(gate)
            .map(|cut| GateCode { key: key_of(&gate_salt), steps: vec![GateStep { from: i64::MIN, cut: Some(cut) }] }),
        layer: None,
        holdout: None,
        forced: Vec::new(),
        ranges: ranges(split, &weights, &arms),
    };
    let experiment = split.control.as_ref().map(|control| Experiment {
        flag: flag.to_owned(),
        run: run(flag, &salt, split, &weights),
        control: control.clone(),
        unit: split.unit.clone(),
        gate,
        arms: split
            .arms
            .iter()
            .zip(&weights)
            .map(|(arm, weight)| Arm { variant: arm.variant.clone(), weight: *weight })
            .collect(),
    });
    Some(LoweredSplit { code, salt, experiment })
}

fn unit(split: &Split, path: &str, scope: &mut Scope<'_>) -> Option<u16> {
    let path = format!("{path}.unit");
    if scope.attribute_type(&split.unit, &path)? == Some(AttributeType::Boolean) {
        scope.error(&path, format!("`{}` is a boolean, a unit is a string or a whole number", split.unit));
        return None;
    }
    scope.attribute_id(&split.unit)
}

/// Weights in basis points, or 1 for every arm when none is written.
fn weights(split: &Split, path: &str, scope: &mut Scope<'_>) -> Option<Vec<u32>> {
    let given = split.arms.iter().filter(|arm| arm.weight.is_some()).count();
    if given == 0 {
        return Some(vec![1; split.arms.len()]);
    }
    if given < split.arms.len() {
        scope.error(&format!("{path}.arms"), "some arms have a `weight` and some have none, give all or none");
        return None;
    }
    let mut weights = Vec::new();
    for (index, arm) in split.arms.iter().enumerate() {
        weights.push(percent(arm.weight?, &format!("{path}.arms[{index}].weight"), scope)?);
    }
    let sum: u32 = weights.iter().sum();
    if sum != BASIS {
        let found = f64::from(sum) / 100.0;
        scope.error(&format!("{path}.arms"), format!("the weights sum to {found} %, they must sum to 100 %"));
        return None;
    }
    Some(weights)
}

/// Percent with at most two decimals, in basis points.
fn percent(written: f64, path: &str, scope: &mut Scope<'_>) -> Option<u32> {
    let points = (written * 100.0).round();
    if !(0.0..=100.0).contains(&written) {
        scope.error(path, format!("{written} is not a percentage, give a number from 0 to 100"));
        return None;
    }
    if (written * 100.0 - points).abs() > 1e-6 {
        scope.error(path, format!("{written} has more than two decimals, the smallest step is 0.01 %"));
        return None;
    }
    Some(points as u32)
}

fn arms(split: &Split, path: &str, scope: &mut Scope<'_>) -> Option<Vec<u16>> {
    let least = if split.control.is_some() { 2 } else { 1 };
    if split.arms.len() < least {
        scope.error(&format!("{path}.arms"), format!("{} arm(s) given, at least {least} needed", split.arms.len()));
        return None;
    }
    let mut seen = HashSet::new();
    let mut numbers = Vec::new();
    for (index, arm) in split.arms.iter().enumerate() {
        let path = format!("{path}.arms[{index}].variant");
        if !seen.insert(arm.variant.as_str()) {
            scope.error(&path, format!("`{}` stands here twice, give each variant one arm", arm.variant));
            return None;
        }
        numbers.push(scope.variant(&arm.variant, &path)?);
    }
    Some(numbers)
}

fn gate(split: &Split, path: &str, scope: &mut Scope<'_>) -> Option<u32> {
    split.gate.map_or(Some(BASIS), |gate| percent(gate, &format!("{path}.gate"), scope))
}

fn control(split: &Split, path: &str, scope: &mut Scope<'_>) -> Option<()> {
    let Some(control) = &split.control else { return Some(()) };
    let mut arms = split.arms.iter().map(|arm| arm.variant.as_str());
    if arms.clone().any(|arm| arm == control) {
        return Some(());
    }
    let near = did_you_mean(control, &mut arms);
    scope.error(&format!("{path}.control"), format!("`{control}` is not an arm of this split{near}"));
    None
}

/// The exclusive cut and the variant of every arm that somebody gets; the last cut is never read. An arm of weight 0 has
/// no range: as the last one it would take the rest, and there is a rest of one position that rounding leaves.
fn ranges(split: &Split, weights: &[u32], arms: &[u16]) -> Vec<(u32, u16)> {
    let many = arms.len() as u32;
    let weighted = split.arms.iter().any(|arm| arm.weight.is_some());
    let mut cumulative = 0;
    let mut ranges = Vec::with_capacity(arms.len());
    for ((weight, arm), index) in weights.iter().zip(arms).zip(1..) {
        if *weight == 0 {
            continue;
        }
        cumulative += weight;
        let cut = if weighted { cut(cumulative) } else { even_cut(index, many) };
        ranges.push((cut.unwrap_or(u32::MAX), *arm));
    }
    ranges
}
