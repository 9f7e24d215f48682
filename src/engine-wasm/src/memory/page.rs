//! Pages of linear memory. Elsewhere there is none, so nothing can be allocated.

/// Bytes in a page of WebAssembly.
pub(super) const SIZE: usize = 65_536;

/// Adds pages for at least `size` bytes; the address of the first, and how many bytes they are.
pub(super) fn grow(size: usize) -> Option<(usize, usize)> {
    let pages = size.div_ceil(SIZE);
    #[cfg(target_arch = "wasm32")]
    let before = core::arch::wasm32::memory_grow::<0>(pages);
    #[cfg(not(target_arch = "wasm32"))]
    let before = usize::MAX;
    if before == usize::MAX { None } else { Some((before * SIZE, pages * SIZE)) }
}

/// Where memory ends.
#[inline(always)]
pub(super) fn end() -> usize {
    #[cfg(target_arch = "wasm32")]
    let pages = core::arch::wasm32::memory_size::<0>();
    #[cfg(not(target_arch = "wasm32"))]
    let pages = 0;
    pages * SIZE
}
