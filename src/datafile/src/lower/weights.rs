use super::flag::Scope;
use super::percent::percent;
use crate::compiler::Compiler;
use crate::wire::Split;
use isoflag_engine::bucket::{BASIS, cut, even_cut};
use std::collections::HashSet;

/// Weights in basis points, or 1 for every arm when none is written.
pub(super) fn weights(split: &Split, path: &str, compiler: &mut Compiler) -> Option<Vec<u32>> {
    let given = split.arms.iter().filter(|arm| arm.weight.is_some()).count();
    if given == 0 {
        return Some(vec![1; split.arms.len()]);
    }
    if given < split.arms.len() {
        compiler.error(format!("{path}.arms"), "some arms have a `weight` and some have none, give all or none");
        return None;
    }
    let mut weights = Vec::new();
    for (index, arm) in split.arms.iter().enumerate() {
        let path = format!("{path}.arms[{index}].weight");
        let weight = percent(arm.weight?, &path, compiler)?;
        // Of the control more is told where the split is known.
        if weight == 0 && split.control.as_ref().is_some_and(|control| *control != arm.variant) {
            let text = format!(
                "nobody gets `{}`, so nothing is learned of it; leave the arm out or give it a weight",
                arm.variant
            );
            compiler.warn(path, text);
        }
        weights.push(weight);
    }
    let sum: u32 = weights.iter().sum();
    if sum != BASIS {
        let found = f64::from(sum) / 100.0;
        compiler.error(format!("{path}.arms"), format!("the weights sum to {found} %, they must sum to 100 %"));
        return None;
    }
    Some(weights)
}

/// The variants of the arms.
pub(super) fn arms(split: &Split, path: &str, scope: &Scope<'_>, compiler: &mut Compiler) -> Option<Vec<u16>> {
    let least = if split.control.is_some() { 2 } else { 1 };
    let found = split.arms.len();
    if found < least {
        compiler.error(format!("{path}.arms"), format!("{found} arm(s) given, at least {least} needed"));
        return None;
    }
    if found > 4 && split.control.is_some() {
        let text = format!("{found} arms share the units, so each comparison takes long; four or fewer are usual");
        compiler.warn(format!("{path}.arms"), text);
    }
    let mut seen = HashSet::new();
    let mut numbers = Vec::new();
    for (index, arm) in split.arms.iter().enumerate() {
        let path = format!("{path}.arms[{index}].variant");
        if !seen.insert(arm.variant.as_str()) {
            compiler.error(&path, format!("`{}` stands here twice, give each variant one arm", arm.variant));
            return None;
        }
        numbers.push(scope.variant(&arm.variant, &path, compiler));
    }
    numbers.into_iter().collect()
}

/// The exclusive cut and the variant of every arm that somebody gets; the last cut is never read. An arm of weight 0 has
/// no range: as the last one it would take the rest, and there is a rest of one position that rounding leaves.
pub(super) fn ranges(split: &Split, weights: &[u32], arms: &[u16]) -> Vec<(u32, u16)> {
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
