use crate::bucket::{self, Key};
use crate::bytes::{record, u16_at, u32_at, u64_at};
use crate::layout;
use crate::unit::{Digits, unit_bytes};
use crate::{Attributes, Flag};

/// What a split does with a context.
pub(crate) enum Choice {
    /// The context has no unit to randomise.
    MissingUnit,
    /// The unit lies outside the traffic gate.
    Outside,
    /// The unit falls to a variant.
    Arm { variant: u16, bucket: u16, experiment: bool, unit: u16 },
}

/// Gates and splits the unit of a context. `None` when the bytes are damaged.
#[inline(always)]
pub(crate) fn choose<A: Attributes + ?Sized>(flag: &Flag<'_>, at: u32, attributes: &A) -> Option<Choice> {
    let split: &[u8; layout::SPLIT] = record(flag.bytes, at, 0)?;
    let mut digits = Digits::new();
    let attribute = u16::from_le_bytes(*record(flag.bytes, u32_at(split, 4)?, 0)?);
    let Some(unit) = unit_bytes(attributes.get(attribute), &mut digits) else {
        return Some(Choice::MissingUnit);
    };
    let gate = u32_at(split, 32)?;
    if gate != 0 {
        let key: &[u8; layout::KEY] = record(flag.bytes, gate, 0)?;
        let step: &[u8; layout::STEP] = record(flag.bytes, gate, 1)?;
        if bucket::position(key_at(key, 0)?, unit) >= u32_at(step, 8)? {
            return Some(Choice::Outside);
        }
    }
    let position = bucket::position(key_at(split, 8)?, unit);
    let variant = arm(flag, split, position)?;
    let experiment = u16_at(split, 2)? & layout::SPLIT_EXPERIMENT != 0;
    Some(Choice::Arm { variant, bucket: bucket::bucket(position), experiment, unit: attribute })
}

fn key_at(record: &[u8], at: usize) -> Option<Key> {
    Some(Key { k0: u64_at(record, at)?, k1: u64_at(record, at + 8)? })
}

/// The variant of the first range whose cut lies above the position; the last range takes the rest.
#[inline(always)]
fn arm(flag: &Flag<'_>, split: &[u8], position: u32) -> Option<u16> {
    let last = u16_at(split, 24)?.checked_sub(1)?;
    let table = u32_at(split, 28)?;
    for index in 0..last {
        let range: &[u8; layout::RANGE] = record(flag.bytes, table, index.into())?;
        if position < u32_at(range, 0)? {
            return flag.served(u16_at(range, 4)?);
        }
    }
    let range: &[u8; layout::RANGE] = record(flag.bytes, table, last.into())?;
    flag.served(u16_at(range, 4)?)
}
