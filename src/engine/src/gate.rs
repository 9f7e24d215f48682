use crate::bytes::{i64_at, record, u32_at};
use crate::capability::{SCHEDULE, has};
use crate::evaluation::Evaluation;
use crate::{Attributes, Observer, layout};

/// Whether any step of the gate lets a unit in.
pub(crate) fn ever_lets_in<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    at: u32,
    steps: u16,
    unit: &[u8],
) -> Option<bool> {
    let gate: &[u8; layout::KEY] = record(evaluation.bytes, at, 0)?;
    let position = evaluation.position(gate, 0, unit)?;
    evaluation.spend(steps.into())?;
    for index in 0..steps {
        let step: &[u8; layout::STEP] = record(evaluation.bytes, at, usize::from(index) + 1)?;
        if u32_at(step, 12)? != 0 || position < u32_at(step, 8)? {
            return Some(true);
        }
    }
    Some(false)
}

/// Whether the gate that stands at `at` lets a unit in. Of its steps the last one that has begun counts; raising a gate
/// moves nobody who is inside, because all of them cut the same positions.
#[inline]
pub(crate) fn lets_in<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    at: u32,
    steps: u16,
    unit: &[u8],
) -> Option<bool> {
    let bytes = evaluation.bytes;
    let gate: &[u8; layout::KEY] = record(bytes, at, 0)?;
    let step_at = |index: u16| record::<{ layout::STEP }>(bytes, at, usize::from(index) + 1);
    let mut step = step_at(0)?;
    if has(SCHEDULE) && steps > 1 {
        evaluation.spend(steps.into())?;
        for index in 1..steps {
            let later = step_at(index)?;
            if i64_at(later, 0)? > evaluation.now {
                break;
            }
            step = later;
        }
    }
    let position = evaluation.position(gate, 0, unit)?;
    let cut = if u32_at(step, 12)? == 0 { Some(u32_at(step, 8)?) } else { None };
    let inside = cut.is_none_or(|cut| position < cut);
    evaluation.observer.gate(position, cut, inside);
    Some(inside)
}
