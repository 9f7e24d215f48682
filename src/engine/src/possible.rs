use crate::bytes::{record, u8_at, u16_at, u32_at};
use crate::evaluation::Evaluation;
use crate::gate::ever_lets_in;
use crate::layout::{self, OUTCOME_SPLIT, SPLIT_EXPERIMENT};
use crate::slice::slice;
use crate::split::{arm, forced, splits_by};
use crate::{Flag, Value};

/// Whether a flag's experiment exposes this unit to this variant in some context and at some time, when `unit` is the value
/// of `attribute`: what is left to check of an exposure when nothing but the unit is known.
///
/// Conditions, prerequisites and the steps of a ramp are taken as they must have been. What the unit alone decides is checked
/// as [`decide`](crate::decide) does it: forced lists and holdouts, which expose nobody, the layer, the gate at its widest, and
/// the arm. A sticky variant is none of these: what a unit had before is known to its host alone.
///
/// `None` when the flag's bytes are damaged.
pub fn is_possible(flag: &Flag<'_>, attribute: u16, unit: &[u8], variant: u16) -> Option<bool> {
    let nothing: &[Value<'_>] = &[];
    let mut observer = ();
    let mut evaluation = Evaluation::new(flag.bytes, nothing, 0, &mut observer, 0);
    if !flag.enabled()? || unit.is_empty() {
        return Some(false);
    }
    for index in 0..flag.rules()? {
        let rule = flag.rule(index)?;
        if u8_at(rule, 6)? != OUTCOME_SPLIT {
            continue;
        }
        let split: &[u8; layout::SPLIT] = record(flag.bytes, u32_at(rule, 8)?, 0)?;
        if u16_at(split, 46)? != 0 {
            return None;
        }
        let experiment = u16_at(split, 2)? & SPLIT_EXPERIMENT != 0;
        if experiment
            && splits_by(&mut evaluation, split, attribute)?
            && given(&mut evaluation, split, unit)? == Some(variant)
        {
            return Some(true);
        }
    }
    Some(false)
}

/// The arm a split gives a unit that it exposes.
fn given(
    evaluation: &mut Evaluation<'_, [Value<'_>], ()>,
    split: &[u8; layout::SPLIT],
    unit: &[u8],
) -> Option<Option<u16>> {
    if forced(evaluation, split, unit)?.is_some() {
        return Some(None);
    }
    let (layer, holdout) = (u32_at(split, 36)?, u32_at(split, 40)?);
    if (holdout != 0 && slice(evaluation, holdout, unit)?.1) || (layer != 0 && !slice(evaluation, layer, unit)?.1) {
        return Some(None);
    }
    let steps = u16_at(split, 26)?;
    if steps != 0 && !ever_lets_in(evaluation, u32_at(split, 32)?, steps, unit)? {
        return Some(None);
    }
    let position = evaluation.position(split, 8, unit)?;
    arm(evaluation, split, position).map(Some)
}
