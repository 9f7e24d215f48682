//! Reads of little-endian integers from bytes that nobody vouches for: every read is checked, none can trap.

/// Where a text lies in a program: offset and length in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// Bytes from the start of the program.
    pub(crate) offset: u32,
    /// Length in bytes.
    pub(crate) len: u32,
}

#[inline(always)]
fn chunk<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk::<N>().copied()
}

#[inline(always)]
pub(crate) fn u8_at(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

#[inline(always)]
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    chunk(bytes, at).map(u16::from_le_bytes)
}

#[inline(always)]
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    chunk(bytes, at).map(u32::from_le_bytes)
}

#[inline(always)]
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    chunk(bytes, at).map(u64::from_le_bytes)
}

#[inline(always)]
pub(crate) fn i64_at(bytes: &[u8], at: usize) -> Option<i64> {
    chunk(bytes, at).map(i64::from_le_bytes)
}

#[inline(always)]
pub(crate) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    u64_at(bytes, at).map(f64::from_bits)
}

#[inline(always)]
pub(crate) fn text_ref_at(bytes: &[u8], at: usize) -> Option<Text> {
    Some(Text { offset: u32_at(bytes, at)?, len: u32_at(bytes, at.checked_add(4)?)? })
}

/// The bytes of a text, if they lie inside the program.
#[inline(always)]
pub(crate) fn text(bytes: &[u8], text: Text) -> Option<&[u8]> {
    let start = text.offset as usize;
    bytes.get(start..start.checked_add(text.len as usize)?)
}

/// One record of a table, as exactly `N` bytes: its fields then need no checks of their own.
#[inline(always)]
pub(crate) fn record<const N: usize>(bytes: &[u8], table: u32, index: usize) -> Option<&[u8; N]> {
    let start = index.checked_mul(N)?.checked_add(table as usize)?;
    bytes.get(start..)?.first_chunk()
}

/// A table of `count` records of `size` bytes each, whole.
#[inline(always)]
pub(crate) fn table(bytes: &[u8], at: u32, count: usize, size: usize) -> Option<&[u8]> {
    let start = at as usize;
    bytes.get(start..start.checked_add(count.checked_mul(size)?)?)
}
