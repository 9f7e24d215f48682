use crate::bucket::{self, Key};
use crate::bytes::{record, u8_at, u16_at, u32_at, u64_at};
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
    Arm { variant: u16, bucket: u16, experiment: bool },
}

/// Gates and splits the unit of a context. `None` when the bytes are damaged.
#[inline(always)]
pub(crate) fn choose<A: Attributes + ?Sized>(flag: &Flag<'_>, at: u32, attributes: &A) -> Option<Choice> {
    let split = record(flag.bytes, at, 0, layout::SPLIT)?;
    let mut digits = Digits::new();
    let Some(unit) = unit_bytes(attributes.get(u16_at(split, 0)?), &mut digits) else {
        return Some(Choice::MissingUnit);
    };
    let gated = u8_at(split, 2)? != 0;
    if gated && bucket::position(key_at(split, 8)?, unit) >= u32_at(split, 4)? {
        return Some(Choice::Outside);
    }
    let position = bucket::position(key_at(split, 24)?, unit);
    let variant = arm(flag, split, position)?;
    Some(Choice::Arm { variant, bucket: bucket::bucket(position), experiment: u8_at(split, 3)? != 0 })
}

fn key_at(split: &[u8], at: usize) -> Option<Key> {
    Some(Key { k0: u64_at(split, at)?, k1: u64_at(split, at + 8)? })
}

/// The variant of the first range whose cut lies above the position; the last range takes the rest.
#[inline(always)]
fn arm(flag: &Flag<'_>, split: &[u8], position: u32) -> Option<u16> {
    let last = u16_at(split, 40)?.checked_sub(1)?;
    let table = u32_at(split, 44)?;
    for index in 0..last {
        let range = record(flag.bytes, table, index.into(), layout::RANGE)?;
        if position < u32_at(range, 0)? {
            return flag.served(u16_at(range, 4)?);
        }
    }
    flag.served(u16_at(record(flag.bytes, table, last.into(), layout::RANGE)?, 4)?)
}
