//! What the host calls. Addresses and sizes are bytes of linear memory; a view of it is stale after any call that may
//! allocate: [`allocate`], [`load`].

use crate::memory;
use crate::program::Loaded;
use isoflag_engine::{Decision, Input, Pin, Reason, capability, decide as decide_flag};
use wasm_bindgen::prelude::wasm_bindgen;

/// What a decision has none of.
const NONE: u16 = 0xffff;

/// Bits of a variant handed in: what it is, above its number.
const OVERRIDE: u32 = 1 << 16;
const STICKY: u32 = 1 << 17;

/// The capabilities this engine was built with.
#[wasm_bindgen]
pub fn capabilities() -> u32 {
    capability::ALL
}

/// Room for `len` bytes, for a program or for texts and lists; 0 when there is no memory left.
#[wasm_bindgen]
pub fn allocate(len: usize) -> usize {
    memory::allocate(len) as usize
}

/// Opens the program written at `at`. Its handle, or when it is none the number of the error, below 16, and the room is gone.
///
/// At the handle the host writes the attributes of a context, 64 bytes for each: u32 kind (0 missing, 1 false, 2 true,
/// 3 number, 4 text in the slot, 5 text at an address, 6 packed list at an address), u32 length in bytes, then an f64 or a
/// u32 address, then the 48 bytes of a text.
#[wasm_bindgen]
pub fn load(at: usize, len: usize) -> usize {
    Loaded::load(at, len).unwrap_or_else(|error| error as usize)
}

/// Gives a program's memory back. Where an instance holds one program the host forgets the instance instead.
#[cfg(feature = "many")]
#[wasm_bindgen]
pub fn unload(program: usize) {
    Loaded::unload(program);
}

/// The number of a flag, by the `len` bytes of its key at `at`; −1 when there is none. Where bytes count, the host looks for
/// it itself.
#[cfg(feature = "many")]
#[unsafe(no_mangle)]
pub extern "C" fn find(program: usize, at: usize, len: usize) -> u32 {
    let found = || Loaded::at(program)?.program.find(memory::slice(at, len)?);
    found().unwrap_or(u32::MAX)
}

/// Decides one flag for the context in the slots. `now` is in milliseconds since 1970; `pin` is 0 or a variant handed in,
/// with bit 16 an override and with bit 17 the variant the unit had before. Answers variant | reason << 16 | exposed << 24,
/// 0xffff where there is no variant. Two more words stand in the eight bytes before the handle: rule | bucket << 16, and the
/// attribute of the unit; 0xffff where there is none.
#[wasm_bindgen]
pub fn decide(program: usize, flag: u32, now: f64, pin: u32) -> u32 {
    let Some(loaded) = Loaded::at(program) else { return head(&Decision::none(Reason::Unusable)) };
    let variant = pin as u16;
    let pin = match pin & (OVERRIDE | STICKY) {
        OVERRIDE => Pin::Override(variant),
        STICKY => Pin::Sticky(variant),
        _ => Pin::None,
    };
    let decided =
        loaded.program.flag(flag).map(|flag| decide_flag(&flag, &Input { attributes: loaded, now: now as i64, pin }));
    let decision = decided.unwrap_or(Decision::none(Reason::Unusable));
    loaded.leave([or_none(decision.rule) | or_none(decision.bucket) << 16, or_none(decision.unit)]);
    head(&decision)
}

fn or_none(number: Option<u16>) -> u32 {
    u32::from(number.unwrap_or(NONE))
}

#[inline(always)]
fn head(decision: &Decision) -> u32 {
    or_none(decision.variant) | (decision.reason as u32) << 16 | u32::from(decision.exposed) << 24
}
