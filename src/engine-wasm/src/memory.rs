//! Linear memory: an allocator for the few and large blocks of this crate, buffers at fixed addresses, and the one place
//! where an address from the host becomes a slice.

use alloc::alloc::{alloc_zeroed, dealloc};
use core::alloc::Layout;
use core::cell::UnsafeCell;

/// Everything the host writes must be readable as `u64`.
const ALIGN: usize = 16;

/// A buffer that keeps its contents and its address until it has to grow.
pub(crate) struct Buffer(UnsafeCell<(*mut u8, usize)>);

// SAFETY: this wasm has one thread and no export calls back into the host, so no two borrows meet.
unsafe impl Sync for Buffer {}

impl Buffer {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new((core::ptr::null_mut(), 0)))
    }

    /// The buffer's address, after growing it to at least `size` bytes. Null when there is no memory left.
    pub(crate) fn at_least(&self, size: usize) -> *mut u8 {
        // SAFETY: see `Sync` above.
        let (start, capacity) = unsafe { &mut *self.0.get() };
        if *capacity < size || start.is_null() {
            let wanted = size.max(1024).next_power_of_two();
            let grown = allocate(wanted);
            if grown.is_null() {
                return grown;
            }
            release(*start, *capacity);
            (*start, *capacity) = (grown, wanted);
        }
        *start
    }

    /// `len` bytes at `address`, if the whole of them lies inside this buffer.
    pub(crate) fn slice(&self, address: usize, len: usize) -> Option<&[u8]> {
        // SAFETY: see `Sync` above.
        let (start, capacity) = unsafe { *self.0.get() };
        let inside = address.checked_sub(start as usize)?.checked_add(len)? <= capacity && !start.is_null();
        // SAFETY: the range was just found to lie inside a live, initialised block.
        inside.then(|| unsafe { core::slice::from_raw_parts(address as *const u8, len) })
    }
}

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.max(1), ALIGN).ok()
}

/// A zeroed block, or null.
pub(crate) fn allocate(size: usize) -> *mut u8 {
    // SAFETY: the size is not zero.
    layout(size).map_or(core::ptr::null_mut(), |layout| unsafe { alloc_zeroed(layout) })
}

/// Gives back a block of [`allocate`].
pub(crate) fn release(start: *mut u8, size: usize) {
    if let (false, Some(layout)) = (start.is_null(), layout(size)) {
        // SAFETY: every caller passes a block and the size it asked for.
        unsafe { dealloc(start, layout) }
    }
}

#[cfg(target_arch = "wasm32")]
mod runtime {
    use core::alloc::{GlobalAlloc, Layout};
    use core::arch::wasm32;
    use core::cell::UnsafeCell;
    use core::ptr::null_mut;

    const PAGE: usize = 65_536;
    /// The smallest block: room for the two fields of a free one.
    const GRAIN: usize = 16;

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

    #[global_allocator]
    static HEAP: FirstFit = FirstFit(UnsafeCell::new(null_mut()));

    fn rounded(layout: Layout) -> usize {
        layout.size().max(GRAIN).next_multiple_of(GRAIN)
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

    // SAFETY: blocks are multiples of 16 bytes from 16-byte boundaries; larger alignments are refused.
    unsafe impl GlobalAlloc for FirstFit {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if layout.align() > GRAIN || layout.size() > isize::MAX as usize - PAGE {
                return null_mut();
            }
            let size = rounded(layout);
            // SAFETY: the size is a multiple of the grain.
            unsafe {
                let found = self.take(size);
                if !found.is_null() {
                    return found;
                }
                let pages = size.div_ceil(PAGE);
                let at = wasm32::memory_grow::<0>(pages);
                if at == usize::MAX {
                    return null_mut();
                }
                self.give((at * PAGE) as *mut u8, pages * PAGE);
                self.take(size)
            }
        }

        unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
            // SAFETY: the caller hands back what `alloc` gave for this layout.
            unsafe { self.give(start, rounded(layout)) }
        }
    }

    #[panic_handler]
    fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
        wasm32::unreachable()
    }
}
