//! The memory of an instance that holds one program: what is taken is never given back, the instance goes as a whole.

use super::{page, rounded};
use core::cell::Cell;
use core::ptr::null_mut;

/// What is left of the pages taken last.
struct Left(Cell<(usize, usize)>);

// SAFETY: this wasm has one thread.
unsafe impl Sync for Left {}

static LEFT: Left = Left(Cell::new((0, 0)));

/// A block of zeros, or null.
#[inline(never)]
pub(crate) fn allocate(size: usize) -> *mut u8 {
    let taken = || {
        let size = rounded(size)?;
        let (mut start, mut left) = LEFT.0.get();
        if left < size {
            (start, left) = page::grow(size)?;
        }
        LEFT.0.set((start + size, left - size));
        Some(start as *mut u8)
    };
    taken().unwrap_or(null_mut())
}

pub(crate) fn release(_: *mut u8, _: usize) {}
