//! The memory of an instance that holds many programs: what one gives back another takes.

use super::{page, rounded};
use core::cell::UnsafeCell;
use core::ptr::null_mut;

/// A free block: its size, and the next one by address.
struct Free {
    size: usize,
    next: *mut Free,
}

/// First fit over a list of free blocks in the order of their addresses; neighbours are joined, so memory stays flat
/// however often programs are swapped. The list is as long as there are holes: a handful.
struct FirstFit(UnsafeCell<*mut Free>);

// SAFETY: this wasm has one thread.
unsafe impl Sync for FirstFit {}

static HEAP: FirstFit = FirstFit(UnsafeCell::new(null_mut()));

/// A block of zeros, or null.
pub(crate) fn allocate(size: usize) -> *mut u8 {
    let taken = || {
        let size = rounded(size)?;
        // SAFETY: the size is a multiple of the grain, and what was taken is `size` bytes that nobody else has.
        unsafe {
            let mut found = HEAP.take(size);
            if found.is_null() {
                let (start, len) = page::grow(size)?;
                HEAP.give(start as *mut u8, len);
                found = HEAP.take(size);
            }
            found.write_bytes(0, size);
            Some(found)
        }
    };
    taken().unwrap_or(null_mut())
}

/// Gives back a block of [`allocate`].
pub(crate) fn release(start: *mut u8, size: usize) {
    if let (false, Some(size)) = (start.is_null(), rounded(size)) {
        // SAFETY: every caller passes a block and the size it asked for.
        unsafe { HEAP.give(start, size) }
    }
}

impl FirstFit {
    unsafe fn take(&self, size: usize) -> *mut u8 {
        // SAFETY: the list holds only blocks that `give` put there.
        unsafe {
            let mut link = self.0.get();
            while !(*link).is_null() {
                let block = *link;
                if (*block).size >= size {
                    if (*block).size == size {
                        *link = (*block).next;
                    } else {
                        let rest = block.byte_add(size);
                        rest.write(Free { size: (*block).size - size, next: (*block).next });
                        *link = rest;
                    }
                    return block.cast();
                }
                link = &raw mut (*block).next;
            }
            null_mut()
        }
    }

    unsafe fn give(&self, start: *mut u8, size: usize) {
        // SAFETY: the caller owns `size` bytes at `start`, and no block of the list overlaps them.
        unsafe {
            let mut link = self.0.get();
            let mut before: *mut Free = null_mut();
            while !(*link).is_null() && (*link).cast::<u8>() < start {
                before = *link;
                link = &raw mut (*before).next;
            }
            let block = start.cast::<Free>();
            block.write(Free { size, next: *link });
            *link = block;
            let next = (*block).next;
            if !next.is_null() && block.byte_add(size) == next {
                (*block).size += (*next).size;
                (*block).next = (*next).next;
            }
            if !before.is_null() && before.byte_add((*before).size) == block {
                (*before).size += (*block).size;
                (*before).next = (*block).next;
            }
        }
    }
}
