use crate::bytes::{record, table, text, text_ref_at, u8_at, u32_at};
use crate::folded::Folded;
use crate::layout::{self, op};
use crate::set::search;
use core::cmp::Ordering;

/// Whether a text is, starts with, ends with or includes the operand: as it is, or folded, where the operand is folded
/// already.
pub(crate) fn passes(bytes: &[u8], test: &[u8], value: &[u8]) -> Option<bool> {
    let operation = u8_at(test, 0)?;
    let mut stream = Folded::new(bytes, value, operation >= op::FOLD_EQUALS)?;
    if operation == op::FOLD_IN {
        return search(test, 8, |table, index| {
            let member: &[u8; layout::TEXT] = record(bytes, table, index)?;
            Some(compare(text(bytes, text_ref_at(member, 0)?)?, &mut stream.clone()).0)
        });
    }
    if matches!(operation, op::INCLUDES | op::FOLD_INCLUDES) {
        return includes(bytes, u32_at(test, 8)?, stream);
    }
    let operand = text(bytes, text_ref_at(test, 8)?)?;
    if matches!(operation, op::ENDS | op::FOLD_ENDS) {
        let mut length = 0_usize;
        let mut whole = stream.clone();
        while whole.next().is_some() {
            length += 1;
        }
        // Both are UTF-8: where the last bytes are equal, they begin with a whole character.
        let Some(before) = length.checked_sub(operand.len()) else { return Some(false) };
        for _ in 0..before {
            stream.next();
        }
    }
    let (order, all) = compare(operand, &mut stream);
    Some(if matches!(operation, op::STARTS | op::FOLD_STARTS) { all } else { order == Ordering::Equal })
}

/// How an operand compares with a text, and whether the text begins with all of it.
#[inline(never)]
fn compare(operand: &[u8], stream: &mut Folded<'_>) -> (Ordering, bool) {
    for byte in operand {
        match stream.next() {
            Some(found) if found == *byte => {}
            Some(found) => return (byte.cmp(&found), false),
            None => return (Ordering::Greater, false),
        }
    }
    (if stream.next().is_none() { Ordering::Equal } else { Ordering::Less }, true)
}

/// Whether the needle that stands at `at` occurs in a text: Knuth, Morris and Pratt, with the failure function made at
/// compile time. It looks at each byte once and keeps nothing, so the text may be folded on the way, and a megabyte takes
/// a few milliseconds whatever the needle.
fn includes(bytes: &[u8], at: u32, stream: Folded<'_>) -> Option<bool> {
    let needle: &[u8; layout::NEEDLE] = record(bytes, at, 0)?;
    let failure = u32_at(needle, 8)?;
    let needle = text(bytes, text_ref_at(needle, 0)?)?;
    let failure = table(bytes, failure, needle.len(), 4)?;
    let mut matched = 0;
    if needle.is_empty() {
        return Some(true);
    }
    for byte in stream {
        while *needle.get(matched)? != byte {
            let Some(before) = matched.checked_sub(1) else { break };
            let border = u32_at(failure, before * 4)? as usize;
            // INVARIANT: a border is shorter than what it is a border of, so falling back ends.
            if border > before {
                return None;
            }
            matched = border;
        }
        if *needle.get(matched)? == byte {
            matched += 1;
            if matched == needle.len() {
                return Some(true);
            }
        }
    }
    Some(false)
}
