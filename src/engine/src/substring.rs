use crate::bytes::{record, table, text, text_ref_at, u8_at, u32_at};
use crate::layout::{self, op};

/// Whether a text starts with, ends with or includes the operand.
pub(crate) fn passes(bytes: &[u8], test: &[u8], value: &[u8]) -> Option<bool> {
    Some(match u8_at(test, 0)? {
        op::STARTS => value.starts_with(text(bytes, text_ref_at(test, 8)?)?),
        op::ENDS => value.ends_with(text(bytes, text_ref_at(test, 8)?)?),
        _ => includes(bytes, u32_at(test, 8)?, value.iter().copied())?,
    })
}

/// Whether the needle that stands at `at` occurs in a stream of bytes: Knuth, Morris and Pratt, with the failure function
/// made at compile time. It looks at each byte once and keeps nothing, so the stream may be folded on the way, and a
/// megabyte takes a millisecond or two whatever the needle.
pub(crate) fn includes(bytes: &[u8], at: u32, haystack: impl Iterator<Item = u8>) -> Option<bool> {
    let needle: &[u8; layout::NEEDLE] = record(bytes, at, 0)?;
    let failure = u32_at(needle, 8)?;
    let needle = text(bytes, text_ref_at(needle, 0)?)?;
    let failure = table(bytes, failure, needle.len(), 4)?;
    let mut matched = 0;
    if needle.is_empty() {
        return Some(true);
    }
    for byte in haystack {
        while needle.get(matched) != Some(&byte) {
            let Some(before) = matched.checked_sub(1) else { break };
            let border = u32_at(failure, before * 4)? as usize;
            // INVARIANT: a border is shorter than what it is a border of, so falling back ends.
            if border > before {
                return None;
            }
            matched = border;
        }
        if needle.get(matched) == Some(&byte) {
            matched += 1;
            if matched == needle.len() {
                return Some(true);
            }
        }
    }
    Some(false)
}
