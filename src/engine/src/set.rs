use crate::bytes::{f64_at, record, text, text_ref_at, u32_at};
use crate::layout;
use core::cmp::Ordering;

/// Up to here looking at one after the other is faster than halving.
const FEW: usize = 4;

/// Whether the set of texts whose reference stands at `at` of a record has this text. It is sorted by length first: most
/// comparisons end before a byte is read.
#[inline]
pub(crate) fn text_in(bytes: &[u8], holder: &[u8], at: usize, value: &[u8]) -> Option<bool> {
    search(holder, at, |table, index| {
        let member: &[u8; layout::TEXT] = record(bytes, table, index)?;
        if u32_at(member, 4)? as usize != value.len() {
            return Some((u32_at(member, 4)? as usize).cmp(&value.len()));
        }
        Some(text(bytes, text_ref_at(member, 0)?)?.cmp(value))
    })
}

/// [`text_in`] where it is rare: called, not copied there.
#[inline(never)]
pub(crate) fn text_among(bytes: &[u8], holder: &[u8], at: usize, value: &[u8]) -> Option<bool> {
    text_in(bytes, holder, at, value)
}

/// Whether the set of numbers of a test has this number.
#[inline]
pub(crate) fn number_in(bytes: &[u8], test: &[u8], value: f64) -> Option<bool> {
    search(test, 8, |table, index| {
        f64_at(record::<8>(bytes, table, index)?, 0)?.partial_cmp(&value).or(Some(Ordering::Less))
    })
}

/// Searches the set whose reference stands at `at` of a record; `compare` says where a member lies from what is sought.
#[inline]
pub(crate) fn search(
    holder: &[u8],
    at: usize,
    mut compare: impl FnMut(u32, usize) -> Option<Ordering>,
) -> Option<bool> {
    let (table, count) = (u32_at(holder, at)?, u32_at(holder, at.checked_add(4)?)?);
    let (mut low, mut high) = (0_usize, count as usize);
    while high - low > FEW {
        let middle = low + (high - low) / 2;
        match compare(table, middle)? {
            Ordering::Equal => return Some(true),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    for index in low..high {
        if compare(table, index)? == Ordering::Equal {
            return Some(true);
        }
    }
    Some(false)
}
