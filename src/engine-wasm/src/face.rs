//! What the host calls. Addresses and sizes are bytes of linear memory; a view of it is stale after any call that may
//! allocate: [`scratch`], [`allocate`], [`load`], [`decide_all`], [`describe`], [`attribute`].

use crate::memory::Buffer;
use crate::program::{ANSWERS, Loaded, SCRATCH, reserve};
use core::cell::UnsafeCell;
use isoflag_engine::{Decision, Input, Pin, Reason, capability, decide as decide_flag};
use wasm_bindgen::prelude::wasm_bindgen;

/// A decision as words: variant | reason << 16 | exposed << 24, then rule | bucket << 16, then the attribute of the unit;
/// 0xffff where there is none.
type Answer = [u32; 3];
const NONE: u16 = 0xffff;

/// Bits of a variant handed in: what it is, above its number.
const OVERRIDE: u32 = 1 << 16;
const STICKY: u32 = 1 << 17;

struct Last(UnsafeCell<Answer>);

// SAFETY: this wasm has one thread, and no export calls back into the host.
unsafe impl Sync for Last {}

static LAST: Last = Last(UnsafeCell::new([0; 3]));

/// The capabilities this engine was built with.
#[wasm_bindgen]
pub fn capabilities() -> u32 {
    capability::ALL
}

/// Room for texts, lists and keys: an address with at least `bytes` bytes behind it. What was written before stays where it
/// is unless the room has to grow, so a host asks once for all it needs.
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

/// The number of the flag whose key stands in the scratch room; −1 when there is none.
#[wasm_bindgen]
pub fn find(program: usize, text: usize, len: usize) -> i32 {
    let found = || Loaded::at(program)?.program.find(SCRATCH.slice(text, len)?);
    found().and_then(|flag| i32::try_from(flag).ok()).unwrap_or(-1)
}

#[inline(always)]
fn answer(loaded: &Loaded, flag: u32, now: f64, pin: Pin) -> Answer {
    let input = Input { attributes: loaded, now: now as i64, pin };
    words(&loaded.program.flag(flag).map_or(Decision::none(Reason::UnknownFlag), |flag| decide_flag(&flag, &input)))
}

#[inline(always)]
fn words(decision: &Decision) -> Answer {
    let or_none = |number: Option<u16>| u32::from(number.unwrap_or(NONE));
    [
        or_none(decision.variant) | (decision.reason as u32) << 16 | u32::from(decision.exposed) << 24,
        or_none(decision.rule) | or_none(decision.bucket) << 16,
        or_none(decision.unit),
    ]
}

/// Decides one flag for the context in the slots. `now` is in milliseconds since 1970; `pin` is 0 or a variant handed in,
/// with bit 16 an override and with bit 17 the variant the unit had before. Answers the first word of the decision; all
/// three stand at [`last`].
#[wasm_bindgen]
pub fn decide(program: usize, flag: u32, now: f64, pin: u32) -> u32 {
    let variant = pin as u16;
    let pin = match pin & (OVERRIDE | STICKY) {
        OVERRIDE => Pin::Override(variant),
        STICKY => Pin::Sticky(variant),
        _ => Pin::None,
    };
    let answer = Loaded::at(program)
        .map_or([u32::from(NONE) | (Reason::Unusable as u32) << 16; 3], |loaded| answer(loaded, flag, now, pin));
    // SAFETY: see `Sync` above.
    unsafe { *LAST.0.get() = answer };
    let [head, ..] = answer;
    head
}

/// Where the decision of the last [`decide`] stands. The address never changes.
#[wasm_bindgen]
pub fn last() -> usize {
    LAST.0.get() as usize
}

fn room<const N: usize>(buffer: &Buffer, records: usize) -> Option<*mut [u32; N]> {
    let at = buffer.at_least(records.checked_mul(size_of::<[u32; N]>())?);
    (!at.is_null()).then_some(at.cast())
}

/// Decides every flag for the context in the slots, in the order of their numbers: twelve bytes for each at the address
/// answered, 0 when there is no room for them.
#[wasm_bindgen(js_name = decideAll)]
pub fn decide_all(program: usize, now: f64) -> usize {
    let Some(loaded) = Loaded::at(program) else { return 0 };
    let flags = loaded.program.len();
    let Some(answers) = room::<3>(&ANSWERS, flags as usize) else { return 0 };
    for flag in 0..flags {
        // SAFETY: there is room for `flags` answers.
        unsafe { answers.add(flag as usize).write(answer(loaded, flag, now, Pin::None)) };
    }
    answers as usize
}

/// Words of a description before its variants.
const DESCRIPTION: usize = 10;

/// Describes a flag; answers the address of u32 words, 0 when there is no such flag or no memory:
///
/// ```text
/// 0, 1 key    2, 3 run of its experiment    4 whether it reads the time    5 variants    6 attributes it reads
/// 7, 8, 9 the decision no context can change; 0xffffffff in all three when a context can
/// 10 …        four words for each variant: name, value as JSON
/// then        one for each attribute read
/// ```
///
/// A text is two words, its address and its length.
#[wasm_bindgen]
pub fn describe(program: usize, number: u32) -> usize {
    let written = || {
        let loaded = Loaded::at(program)?;
        let flag = loaded.program.flag(number)?;
        let (variants, reads) = (flag.variants()?, flag.reads()?);
        let at = room::<1>(&ANSWERS, DESCRIPTION + usize::from(variants) * 4 + usize::from(reads))?;
        let mut next = at.cast::<u32>();
        let mut put = |words: &[u32]| {
            for word in words {
                // SAFETY: the room above is for exactly the words put here.
                unsafe {
                    next.write(*word);
                    next = next.add(1);
                }
            }
        };
        // What reads nothing of the context and no time is decided once and for all.
        let constant =
            if reads == 0 && !flag.reads_now() { answer(loaded, number, 0.0, Pin::None) } else { [u32::MAX; 3] };
        put(&place(flag.key().unwrap_or_default()));
        put(&place(flag.experiment().map_or(&[], |experiment| experiment.run)));
        put(&[flag.reads_now().into(), variants.into(), reads.into()]);
        put(&constant);
        for variant in (0..variants).map(|number| flag.variant(number)) {
            put(&place(variant.map_or(&[], |variant| variant.name)));
            put(&place(variant.map_or(&[], |variant| variant.value)));
        }
        for index in 0..reads {
            put(&[flag.read(index).unwrap_or(NONE).into()]);
        }
        Some(at as usize)
    };
    written().unwrap_or(0)
}

/// Where the name of an attribute stands: the address of two words; 0 when there is none.
#[wasm_bindgen]
pub fn attribute(program: usize, id: u32) -> usize {
    let written = || {
        let name = Loaded::at(program)?.program.attribute(u16::try_from(id).ok()?)?;
        let at = room::<2>(&ANSWERS, 1)?;
        // SAFETY: there is room for two words.
        unsafe { at.write(place(name)) };
        Some(at as usize)
    };
    written().unwrap_or(0)
}

fn place(text: &[u8]) -> [u32; 2] {
    [text.as_ptr() as u32, text.len() as u32]
}
