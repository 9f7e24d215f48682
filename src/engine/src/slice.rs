use crate::bytes::{record, u16_at, u32_at};
use crate::evaluation::Evaluation;
use crate::{Attributes, Observer, layout};

/// Where a unit lies in the slice that stands at `at`, a holdout or the slots of a layer, and whether that is inside.
pub(crate) fn slice<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    at: u32,
    unit: &[u8],
) -> Option<(u32, bool)> {
    let bytes = evaluation.bytes;
    let slice: &[u8; layout::SLICE] = record(bytes, at, 0)?;
    let (table, intervals) = (u32_at(slice, 16)?, u16_at(slice, 20)?);
    let position = evaluation.position(slice, 0, unit)?;
    evaluation.spend(intervals.into())?;
    for index in 0..intervals {
        let interval: &[u8; layout::INTERVAL] = record(bytes, table, index.into())?;
        if (u32_at(interval, 0)?..=u32_at(interval, 4)?).contains(&position) {
            return Some((position, true));
        }
    }
    Some((position, false))
}
