//! The engine's face for JavaScript: primitives in, integers out.
//!
//! Strings and objects cross a wasm boundary only by being copied, so nothing here takes or gives one. The host writes
//! attributes into the slots of a program, calls [`decide`], and reads an integer. What names a variant and what its value is
//! the host reads in the program itself, once per flag: that decides nothing, and here it would be bytes every visitor downloads.
//!
//! ```text
//! allocate ─▶ bytes ─▶ load ─▶ find ─▶ ( attributes → slots, decide )*  ─▶ unload
//! ```
//!
//! A handle is the address of the slots of an opened program: deciding checks no header again. A handle that was unloaded is
//! refused until its memory is used again. One call decides and answers before it returns, so requests that a host
//! interleaves cannot see each other's context.
//!
//! # Decisions we took
//!
//! *Why no `std`, own panic handler?* For the size of what every visitor downloads. The engine cannot panic, so the handler is
//! one trap.
//!
//! *Why wasm-bindgen, when a face of integers is called without glue?* It takes out of the module what nobody calls, which makes it a
//! little smaller than without, and whoever wants the glue and its types can have them made.
//!
//! *Why two ways to have memory?* A server swaps programs for months in one instance: an allocator keeps its memory flat.
//! A browser has one program, and an instance is the smallest thing that can be forgotten whole: there nothing is ever
//! given back, and half a kilobyte of allocator is not downloaded.
//!
//! *Why room for 48 bytes in every slot?* A UUID has 36. What fits is written where it will be read: no address, no room to
//! ask for, nothing to free.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![expect(unsafe_code, reason = "linear memory is shared with the host by address; `memory` holds what is unsafe")]

mod face;
mod memory;
mod program;

pub use face::*;

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
