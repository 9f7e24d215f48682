use crate::bucket::bucket;
use crate::bytes::{record, u16_at, u32_at};
use crate::capability::{SLICES, has};
use crate::evaluation::Evaluation;
use crate::gate::lets_in;
use crate::set::text_among;
use crate::slice::slice;
use crate::unit::{Digits, is_unit, unit_bytes};
use crate::{Attributes, Decision, Flag, Observer, Pin, Reason, layout};

/// What a split does with a context.
pub(crate) enum Choice {
    /// It leaves the unit to the rules behind.
    Outside,
    /// It decides; the number of its rule is still to be filled in.
    Decided(Decision),
}

/// Splits the unit of a context. `None` when the bytes are damaged, or it takes too many steps.
#[inline]
pub(crate) fn choose<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    flag: &Flag<'_>,
    at: u32,
    pin: Pin,
) -> Option<Choice> {
    let split: &[u8; layout::SPLIT] = record(evaluation.bytes, at, 0)?;
    if u16_at(split, 46)? != 0 {
        return None;
    }
    let mut digits = Digits::new();
    let Some((attribute, unit)) = find_unit(evaluation, split, &mut digits)? else {
        return Some(Choice::Decided(Decision::plain(flag.default()?, Reason::MissingUnit)));
    };
    evaluation.observer.unit(attribute, unit);
    let decided = |variant: u16, reason| {
        let served = flag.served(variant)?;
        Some(Choice::Decided(Decision { unit: Some(attribute), ..Decision::plain(served, reason) }))
    };
    let experiment = u16_at(split, 2)? & layout::SPLIT_EXPERIMENT != 0;
    if has(SLICES) {
        if let Some(variant) = forced(evaluation, split, unit)? {
            evaluation.observer.forced(variant);
            return decided(variant, Reason::Forced);
        }
        let holdout = u32_at(split, 40)?;
        if holdout != 0 {
            let (position, inside) = slice(evaluation, holdout, unit)?;
            evaluation.observer.holdout(position, inside);
            if inside {
                return decided(flag.default()?, Reason::Holdout);
            }
        }
    }
    if let Pin::Sticky(variant) = pin
        && is_arm(evaluation, split, variant)?
    {
        let sticky = Decision::plain(flag.served(variant)?, Reason::Sticky);
        return Some(Choice::Decided(Decision { unit: Some(attribute), exposed: experiment, ..sticky }));
    }
    if has(SLICES) {
        let layer = u32_at(split, 36)?;
        if layer != 0 {
            let (position, inside) = slice(evaluation, layer, unit)?;
            evaluation.observer.layer(position, inside);
            if !inside {
                return Some(Choice::Outside);
            }
        }
    }
    let steps = u16_at(split, 26)?;
    if steps != 0 && !lets_in(evaluation, u32_at(split, 32)?, steps, unit)? {
        return Some(Choice::Outside);
    }
    let position = evaluation.position(split, 8, unit)?;
    evaluation.observer.position(position);
    let chosen = Decision::plain(flag.served(arm(evaluation, split, position)?)?, Reason::Split);
    let (bucket, unit) = (Some(bucket(position)), Some(attribute));
    Some(Choice::Decided(Decision { bucket, unit, exposed: experiment, ..chosen }))
}

/// The first of the split's attributes that holds a unit.
#[inline]
fn find_unit<'a: 'u, 'u, A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'a, A, O>,
    split: &[u8; layout::SPLIT],
    digits: &'u mut Digits,
) -> Option<Option<(u16, &'u [u8])>> {
    let (units, table) = (u16_at(split, 0)?, u32_at(split, 4)?);
    for index in 0..units {
        let attribute = u16::from_le_bytes(*record(evaluation.bytes, table, index.into())?);
        let value = evaluation.attribute(attribute);
        evaluation.spend(1)?;
        if is_unit(value) {
            return Some(unit_bytes(value, digits).map(|unit| (attribute, unit)));
        }
    }
    Some(None)
}

/// Whether a split takes its unit from an attribute.
pub(crate) fn splits_by<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    split: &[u8; layout::SPLIT],
    attribute: u16,
) -> Option<bool> {
    let (units, table) = (u16_at(split, 0)?, u32_at(split, 4)?);
    evaluation.spend(units.into())?;
    for index in 0..units {
        if u16::from_le_bytes(*record(evaluation.bytes, table, index.into())?) == attribute {
            return Some(true);
        }
    }
    Some(false)
}

/// The variant whose list holds the unit.
#[inline]
pub(crate) fn forced<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    split: &[u8; layout::SPLIT],
    unit: &[u8],
) -> Option<Option<u16>> {
    let lists = u16_at(split, 44)?;
    evaluation.spend(lists.into())?;
    for index in 0..lists {
        let list: &[u8; layout::FORCED] = record(evaluation.bytes, u32_at(split, 48)?, index.into())?;
        evaluation.spend_on(unit)?;
        if text_among(evaluation.bytes, list, 0, unit)? {
            return Some(Some(u16_at(list, 8)?));
        }
    }
    Some(None)
}

/// Whether a variant is among the arms that units still get.
fn is_arm<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    split: &[u8; layout::SPLIT],
    variant: u16,
) -> Option<bool> {
    let ranges = u16_at(split, 24)?;
    evaluation.spend(ranges.into())?;
    for index in 0..ranges {
        let range: &[u8; layout::RANGE] = record(evaluation.bytes, u32_at(split, 28)?, index.into())?;
        if u16_at(range, 4)? == variant {
            return Some(true);
        }
    }
    Some(false)
}

/// The variant of the first range whose cut lies above the position; the last range takes the rest.
#[inline]
pub(crate) fn arm<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    split: &[u8; layout::SPLIT],
    position: u32,
) -> Option<u16> {
    let (ranges, table) = (u16_at(split, 24)?, u32_at(split, 28)?);
    evaluation.spend(ranges.into())?;
    let last = ranges.checked_sub(1)?;
    for index in 0..last {
        let range: &[u8; layout::RANGE] = record(evaluation.bytes, table, index.into())?;
        let (cut, variant) = (u32_at(range, 0)?, u16_at(range, 4)?);
        evaluation.observer.range(Some(cut), variant);
        if position < cut {
            return Some(variant);
        }
    }
    let range: &[u8; layout::RANGE] = record(evaluation.bytes, table, last.into())?;
    let variant = u16_at(range, 4)?;
    evaluation.observer.range(None, variant);
    Some(variant)
}
