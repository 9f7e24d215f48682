//! Linear memory: blocks for programs and their slots, and the one place where an address from the host becomes a slice.

#[cfg(not(feature = "many"))]
mod bump;
#[cfg(feature = "many")]
mod first_fit;
mod page;

#[cfg(not(feature = "many"))]
pub(crate) use bump::{allocate, release};
#[cfg(feature = "many")]
pub(crate) use first_fit::{allocate, release};

/// Every block is a multiple of this, and begins at one: all that the host writes must be readable as `u64`.
const GRAIN: usize = 16;

/// The size of a block for `size` bytes; `None` for more than there can be.
fn rounded(size: usize) -> Option<usize> {
    if size > isize::MAX as usize - page::SIZE { None } else { Some(size.max(1).next_multiple_of(GRAIN)) }
}

/// `len` bytes at `address`, if there are that many.
#[inline]
pub(crate) fn slice<'a>(address: usize, len: usize) -> Option<&'a [u8]> {
    let inside = address != 0 && address.checked_add(len)? <= page::end();
    // SAFETY: the range was just found to lie inside linear memory, all of which is initialised; the host writes nothing
    // while the engine decides.
    inside.then(|| unsafe { core::slice::from_raw_parts(address as *const u8, len) })
}

/// wasm-bindgen asks for an allocator. The face passes integers only, so nothing ever calls it, and the linker leaves it out.
#[cfg(target_arch = "wasm32")]
mod global {
    use core::alloc::{GlobalAlloc, Layout};

    struct Blocks;

    #[global_allocator]
    static BLOCKS: Blocks = Blocks;

    // SAFETY: blocks begin at multiples of sixteen; larger alignments are refused.
    unsafe impl GlobalAlloc for Blocks {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if layout.align() > super::GRAIN { core::ptr::null_mut() } else { super::allocate(layout.size()) }
        }

        unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
            super::release(start, layout.size());
        }
    }
}
