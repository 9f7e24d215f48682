//! The engine's face for JavaScript: primitives in, integers out.
//!
//! Strings and objects cross a wasm boundary only by being copied, so nothing here takes or gives one. The host writes
//! attributes into [`slots`], calls [`decide`], and reads an integer. What names a variant and what its value is the host reads
//! in the program itself, once per flag: that decides nothing, and here it would be bytes every visitor downloads.
//!
//! ```text
//! allocate ─▶ bytes ─▶ load ─▶ slots ─▶ ( attributes → slots, decide )*  ─▶ unload
//! ```
//!
//! A handle is the address of an opened program: deciding checks no header again. A handle that was unloaded is refused until
//! its memory is used again. One call decides and answers before it returns, so requests that a host interleaves cannot see
//! each other's context.
//!
//! # Decisions we took
//!
//! *Why no `std`, own allocator, own panic handler?* For the size of what every visitor downloads. The engine cannot
//! panic, so the handler is one trap.
//!
//! *Why room for 48 bytes in every slot?* A UUID has 36. What fits is written where it will be read: no address, no room to
//! ask for, nothing to free.
//!
//! *Why a buffer that only grows?* Contexts have no fixed size, and a buffer per call would cost more than deciding.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![expect(unsafe_code, reason = "linear memory is shared with the host by address; `memory` holds what is unsafe")]

extern crate alloc;

mod face;
mod memory;
mod program;

pub use face::*;
