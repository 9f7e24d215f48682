//! What the host calls. Addresses and sizes are bytes of linear memory; a view of it is stale after any call that may
//! allocate: [`scratch`], [`allocate`], [`load`], [`answers`], [`decide_all`].

use crate::memory::Buffer;
use crate::program::{ANSWERS, Loaded, SCRATCH, reserve};
use core::cell::Cell;
use isoflag_engine::{Decision, Input, Reason, decide as decide_flag};
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of a decision: u16 variant, u8 reason, u8 exposed, u16 rule, u16 bucket; 0xffff where there is none.
const ANSWER: usize = 8;
const NONE: u16 = 0xffff;

struct Length(Cell<u32>);

// SAFETY: this wasm has one thread.
unsafe impl Sync for Length {}

static LENGTH: Length = Length(Cell::new(0));

/// Room for texts: an address with at least `bytes` bytes behind it. Texts written before stay where they are unless
/// the room has to grow, so a host asks once for all it needs.
#[wasm_bindgen]
pub fn scratch(bytes: usize) -> usize {
    SCRATCH.at_least(bytes) as usize
}

/// Room for a program of `len` bytes; 0 when there is no memory left. The address is the program's handle.
#[wasm_bindgen]
pub fn allocate(len: usize) -> usize {
    reserve(len) as usize
}

/// Checks the bytes written at a handle. 0: it is a program. Otherwise the number of the error, and the room is gone.
#[wasm_bindgen]
pub fn load(program: usize, len: usize) -> u32 {
    Loaded::load(program, len).map_or_else(|error| error as u32, |()| 0)
}

/// Gives a program's memory back.
#[wasm_bindgen]
pub fn unload(program: usize) {
    if Loaded::at(program).is_some() {
        Loaded::release(program);
    }
}

/// Where the host writes the attributes of a context: sixteen bytes for each: u32 kind (0 missing, 1 false, 2 true,
/// 3 number, 4 text), u32 length of the text, then an f64 or the u32 address of a text in the scratch room.
#[wasm_bindgen]
pub fn slots(program: usize) -> usize {
    Loaded::at(program).map_or(0, |program| program.slots())
}

/// The number of the flag whose key stands in the scratch room; −1 when there is none.
#[wasm_bindgen]
pub fn find(program: usize, text: usize, len: usize) -> i32 {
    let found = Loaded::at(program).and_then(|loaded| loaded.program.find(SCRATCH.slice(text, len)?));
    found.and_then(|flag| i32::try_from(flag).ok()).unwrap_or(-1)
}

fn answer(loaded: &Loaded, flag: u32) -> Decision {
    loaded
        .program
        .flag(flag)
        .map_or(Decision::none(Reason::UnknownFlag), |flag| decide_flag(&flag, &Input::new(loaded, 0)))
}

fn write(at: *mut u8, decision: &Decision) -> u32 {
    let head = u32::from(decision.variant.unwrap_or(NONE))
        | (decision.reason as u32) << 16
        | u32::from(decision.exposed) << 24;
    let tail = u32::from(decision.rule.unwrap_or(NONE)) | u32::from(decision.bucket.unwrap_or(NONE)) << 16;
    // SAFETY: the caller has ANSWER bytes at `at`, which is a multiple of eight.
    unsafe {
        at.cast::<u32>().write(head);
        at.cast::<u32>().add(1).write(tail);
    }
    head
}

fn room(buffer: &Buffer, answers: usize) -> Option<*mut u8> {
    let at = buffer.at_least(answers.checked_mul(ANSWER)?);
    (!at.is_null()).then_some(at)
}

/// Decides one flag for the context in the slots. Variant, reason << 16 and exposed << 24; the whole decision is the
/// first of the [`answers`].
#[wasm_bindgen]
pub fn decide(program: usize, flag: u32) -> u32 {
    let decision = Loaded::at(program).map_or(Decision::none(Reason::UnknownFlag), |loaded| answer(&loaded, flag));
    room(&ANSWERS, 1).map_or(u32::from(NONE) | (Reason::Unusable as u32) << 16, |at| write(at, &decision))
}

/// Decides every flag for the context in the slots, in the order of their numbers; says how many there are.
#[wasm_bindgen(js_name = decideAll)]
pub fn decide_all(program: usize) -> u32 {
    let Some(loaded) = Loaded::at(program) else { return 0 };
    let flags = loaded.program.len();
    let Some(at) = room(&ANSWERS, flags as usize) else { return 0 };
    for flag in 0..flags {
        // SAFETY: there is room for `flags` answers.
        write(unsafe { at.add(flag as usize * ANSWER) }, &answer(&loaded, flag));
    }
    flags
}

/// Where decisions stand.
#[wasm_bindgen]
pub fn answers() -> usize {
    room(&ANSWERS, 1).map_or(0, |at| at as usize)
}

/// How many there are: 0 flags, 1 attributes, 2 variants of a flag, 3 attributes a flag reads; 4: the flag's type
/// (0 boolean, 1 string, 2 number, 3 json).
#[wasm_bindgen]
pub fn count(program: usize, what: u32, flag: u32) -> u32 {
    let counted = || {
        let program = Loaded::at(program)?.program;
        Some(match what {
            0 => program.len(),
            1 => program.attributes(),
            2 => program.flag(flag)?.variants()?.into(),
            3 => program.flag(flag)?.reads()?.into(),
            4 => program.flag(flag)?.kind()? as u32,
            _ => return None,
        })
    };
    counted().unwrap_or(0)
}

/// A number: 0 the attribute a flag reads as number `index`; 1 the attribute of its experiment's unit; 2 the variant that
/// is the experiment's control. −1 when there is none.
#[wasm_bindgen]
pub fn item(program: usize, what: u32, flag: u32, index: u32) -> i32 {
    let found = || {
        let flag = Loaded::at(program)?.program.flag(flag)?;
        match what {
            0 => flag.read(u16::try_from(index).ok()?),
            1 => flag.experiment().map(|experiment| experiment.unit),
            2 => flag.experiment().map(|experiment| experiment.control),
            _ => None,
        }
    };
    found().map_or(-1, i32::from)
}

/// The address of a text: 0 a flag's key, 1 the name of its variant `index`, 2 that variant's value as JSON, 3 the name
/// of attribute `index`, 4 the run of the flag's experiment, 5 the digest as 32 bytes. 0 when there is none. Its length
/// is [`text_length`].
#[wasm_bindgen]
pub fn text(program: usize, what: u32, flag: u32, index: u32) -> usize {
    let found = || {
        let program = Loaded::at(program)?.program;
        let index = u16::try_from(index).ok()?;
        match what {
            0 => program.flag(flag)?.key(),
            1 => Some(program.flag(flag)?.variant(index)?.name),
            2 => Some(program.flag(flag)?.variant(index)?.value),
            3 => program.attribute(index),
            4 => Some(program.flag(flag)?.experiment()?.run),
            5 => program.digest(),
            _ => None,
        }
    };
    let found: &[u8] = found().unwrap_or_default();
    LENGTH.0.set(found.len() as u32);
    if found.is_empty() { 0 } else { found.as_ptr() as usize }
}

/// The length in bytes of what [`text`] found last.
#[wasm_bindgen(js_name = textLength)]
pub fn text_length() -> u32 {
    LENGTH.0.get()
}
