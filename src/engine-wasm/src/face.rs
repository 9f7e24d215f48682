//! What the host calls. Addresses and sizes are bytes of linear memory; a view of it is stale after any call that may
//! allocate: [`scratch`], [`allocate`], [`load`].

use crate::program::{Loaded, SCRATCH, reserve};
use core::cell::UnsafeCell;
use isoflag_engine::{Decision, Input, Pin, Reason, capability, decide as decide_flag};
use wasm_bindgen::prelude::wasm_bindgen;

/// What a decision has none of.
const NONE: u16 = 0xffff;

/// Bits of a variant handed in: what it is, above its number.
const OVERRIDE: u32 = 1 << 16;
const STICKY: u32 = 1 << 17;

/// The words of a decision beyond the first: rule | bucket << 16, and the attribute of the unit.
struct Rest(UnsafeCell<[u32; 2]>);

// SAFETY: this wasm has one thread, and no export calls back into the host.
unsafe impl Sync for Rest {}

static REST: Rest = Rest(UnsafeCell::new([0; 2]));

/// The capabilities this engine was built with.
#[wasm_bindgen]
pub fn capabilities() -> u32 {
    capability::ALL
}

/// Room for texts and lists: an address with at least `bytes` bytes behind it. What was written before stays where it is
/// unless the room has to grow, so a host asks once for all it needs.
#[wasm_bindgen]
pub fn scratch(bytes: usize) -> usize {
    SCRATCH.at_least(bytes) as usize
}

/// Room for a program of `len` bytes; 0 when there is no memory left.
#[wasm_bindgen]
pub fn allocate(len: usize) -> usize {
    reserve(len) as usize
}

/// Opens the program written at `at`. Its handle, or when it is none the number of the error, below 16, and the room is gone.
#[wasm_bindgen]
pub fn load(at: usize, len: usize) -> usize {
    Loaded::load(at, len).unwrap_or_else(|error| error as usize)
}

/// Gives a program's memory back.
#[wasm_bindgen]
pub fn unload(program: usize) {
    Loaded::unload(program);
}

/// Where the host writes the attributes of a context, 64 bytes for each: u32 kind (0 missing, 1 false, 2 true, 3 number,
/// 4 text in the slot, 5 text in the scratch room, 6 packed list in the scratch room), u32 length in bytes, then an f64 or a
/// u32 address, then the 48 bytes of a text.
#[wasm_bindgen]
pub fn slots(program: usize) -> usize {
    Loaded::at(program).map_or(0, Loaded::slots)
}

/// Decides one flag for the context in the slots. `now` is in milliseconds since 1970; `pin` is 0 or a variant handed in,
/// with bit 16 an override and with bit 17 the variant the unit had before. Answers variant | reason << 16 | exposed << 24,
/// 0xffff where there is no variant; the rest stands at [`rest`].
#[wasm_bindgen]
pub fn decide(program: usize, flag: u32, now: f64, pin: u32) -> u32 {
    let variant = pin as u16;
    let pin = match pin & (OVERRIDE | STICKY) {
        OVERRIDE => Pin::Override(variant),
        STICKY => Pin::Sticky(variant),
        _ => Pin::None,
    };
    let decided = || {
        let loaded = Loaded::at(program)?;
        let flag = loaded.program.flag(flag)?;
        Some(decide_flag(&flag, &Input { attributes: loaded, now: now as i64, pin }))
    };
    let decision = decided().unwrap_or(Decision::none(Reason::Unusable));
    let or_none = |number: Option<u16>| u32::from(number.unwrap_or(NONE));
    // SAFETY: see `Sync` above.
    unsafe { *REST.0.get() = [or_none(decision.rule) | or_none(decision.bucket) << 16, or_none(decision.unit)] };
    or_none(decision.variant) | (decision.reason as u32) << 16 | u32::from(decision.exposed) << 24
}

/// Where two more words of the last decision stand: rule | bucket << 16, and the attribute of the unit; 0xffff where there is
/// none. The address never changes.
#[wasm_bindgen]
pub fn rest() -> usize {
    REST.0.get() as usize
}
