//! A loaded program: its bytes, what opening them has checked, and a slot for each of its attributes.

use crate::memory::{Buffer, allocate, release};
use core::mem::size_of;
use core::ptr::null_mut;
use isoflag_engine::{Attributes, List, LoadError, Program, Value};

/// Texts and lists of the host that do not fit a slot.
pub(crate) static SCRATCH: Buffer = Buffer::new();

/// Marks the head of a loaded program, together with its own address: no other bytes are taken for one by accident.
const TAG: usize = 0x69_73_6f_66;

/// Where the host writes an attribute. Any bytes are a slot; one of an unknown kind is missing.
#[repr(C)]
struct Slot {
    kind: u32,
    /// Bytes of a text or of a packed list.
    len: u32,
    /// A number, or in its low half the address of a text or list in the scratch room.
    payload: u64,
    /// Short texts lie in the slot itself: most units and nearly all other attributes.
    text: [u8; SHORT],
}

/// The longest text that lies in a slot.
const SHORT: usize = 48;

mod kind {
    pub(super) const FALSE: u32 = 1;
    pub(super) const TRUE: u32 = 2;
    pub(super) const NUMBER: u32 = 3;
    pub(super) const SHORT_TEXT: u32 = 4;
    pub(super) const TEXT: u32 = 5;
    pub(super) const LIST: u32 = 6;
}

/// What a handle points at: this head, and the slots behind it in the same block.
pub(crate) struct Loaded {
    tag: usize,
    pub(crate) program: Program<'static>,
    bytes: &'static [u8],
}

const HEAD: usize = size_of::<Loaded>().next_multiple_of(16);

impl Loaded {
    fn size(program: &Program<'_>) -> usize {
        HEAD + program.attributes() as usize * size_of::<Slot>()
    }

    /// Opens `len` bytes at `at`, a block of [`allocate`], and answers the handle; gives the block back when they are no
    /// program or there is no room for the slots.
    pub(crate) fn load(at: usize, len: usize) -> Result<usize, LoadError> {
        let start = at as *mut u8;
        // SAFETY: the host has allocated `len` bytes at `at` and written them; they live until `unload`.
        let bytes: &'static [u8] = unsafe { core::slice::from_raw_parts(start, len) };
        let opened = Program::open(bytes).and_then(|program| {
            let head = allocate(Self::size(&program));
            if head.is_null() { Err(LoadError::Corrupt) } else { Ok((head, program)) }
        });
        match opened {
            Ok((head, program)) => {
                let tag = TAG ^ head as usize;
                // SAFETY: the block is large enough for a head and aligned to sixteen.
                unsafe { head.cast::<Self>().write(Self { tag, program, bytes }) };
                Ok(head as usize)
            }
            Err(error) => {
                release(start, len);
                Err(error)
            }
        }
    }

    /// The program at a handle; `None` for an address that holds none.
    #[inline(always)]
    pub(crate) fn at(handle: usize) -> Option<&'static Self> {
        let head = handle as *const Self;
        // SAFETY: reading the tag is reading a word of linear memory. With the tag in place the rest is a head, which
        // `load` wrote and `unload` would have unmarked.
        (handle.is_multiple_of(16) && handle != 0 && unsafe { (*head).tag } == TAG ^ handle).then(|| unsafe { &*head })
    }

    /// Gives the memory of a handle back.
    pub(crate) fn unload(handle: usize) {
        let Some(&Self { program, bytes, .. }) = Self::at(handle) else { return };
        let head = handle as *mut Self;
        // SAFETY: `at` has found a head here; nobody holds a reference to it after this call.
        unsafe { (*head).tag = 0 };
        release(head.cast(), Self::size(&program));
        release(bytes.as_ptr().cast_mut(), bytes.len());
    }

    /// Where the host writes attributes.
    #[inline(always)]
    pub(crate) fn slots(&self) -> usize {
        core::ptr::from_ref(self) as usize + HEAD
    }
}

impl Attributes for Loaded {
    #[inline(always)]
    fn get(&self, id: u16) -> Value<'_> {
        if u32::from(id) >= self.program.attributes() {
            return Value::Missing;
        }
        // SAFETY: there is a slot for every attribute of the program, and any bytes are a slot.
        let slot = unsafe { &*(self.slots() as *const Slot).add(usize::from(id)) };
        let len = slot.len as usize;
        match slot.kind {
            kind::FALSE => Value::Boolean(false),
            kind::TRUE => Value::Boolean(true),
            kind::NUMBER => Value::Number(f64::from_bits(slot.payload)),
            kind::SHORT_TEXT => slot.text.get(..len).map_or(Value::Missing, Value::Text),
            kind::TEXT => SCRATCH.slice(slot.payload as usize, len).map_or(Value::Missing, Value::Text),
            kind::LIST => {
                SCRATCH.slice(slot.payload as usize, len).map_or(Value::Missing, |list| Value::List(List::new(list)))
            }
            _ => Value::Missing,
        }
    }
}

/// Room for the bytes of a program; null when there is no memory left.
pub(crate) fn reserve(len: usize) -> *mut u8 {
    if len > isize::MAX as usize { null_mut() } else { allocate(len) }
}
