//! A loaded program: its bytes, what opening them has checked, and a slot for each of its attributes.

use crate::memory::{allocate, release, slice};
use core::mem::size_of;
use isoflag_engine::{Attributes, List, LoadError, Program, Value};

/// Marks the head of a loaded program, together with its own address: no other bytes are taken for one by accident.
const TAG: usize = 0x69_73_6f_66;

/// Where the host writes an attribute. Any bytes are a slot; one of an unknown kind is missing.
#[repr(C)]
struct Slot {
    kind: u32,
    /// Bytes of a text or of a packed list.
    len: u32,
    /// A number, or in its low half the address of a text or list.
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

/// What lies before a handle, which is the address of the slots: all in one block.
pub(crate) struct Loaded {
    pub(crate) program: Program<'static>,
    #[cfg(feature = "many")]
    bytes: &'static [u8],
    tag: usize,
}

/// The words of a decision beyond the first: they stand between the head and the slots.
type Rest = [u32; 2];

const HEAD: usize = (size_of::<Loaded>() + size_of::<Rest>()).next_multiple_of(16);

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
                let handle = head as usize + HEAD;
                let loaded = Self {
                    program,
                    #[cfg(feature = "many")]
                    bytes,
                    tag: TAG ^ handle,
                };
                // SAFETY: the block is large enough for a head and aligned to sixteen.
                unsafe { head.cast::<Self>().write(loaded) };
                Ok(handle)
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
        let head = handle.checked_sub(HEAD)? as *const Self;
        // SAFETY: reading the tag is reading a word of linear memory. With the tag in place the rest is a head, which
        // `load` wrote and `unload` would have unmarked.
        (handle.is_multiple_of(16) && unsafe { (*head).tag } == TAG ^ handle).then(|| unsafe { &*head })
    }

    /// Leaves the further words of a decision where the host finds them.
    #[inline(always)]
    pub(crate) fn leave(&self, rest: Rest) {
        let end = core::ptr::from_ref(self) as usize + HEAD;
        // SAFETY: these bytes belong to the block, and no reference covers them.
        unsafe { ((end - size_of::<Rest>()) as *mut Rest).write(rest) };
    }

    /// Gives the memory of a handle back.
    #[cfg(feature = "many")]
    pub(crate) fn unload(handle: usize) {
        let Some(&Self { program, bytes, .. }) = Self::at(handle) else { return };
        let head = (handle - HEAD) as *mut Self;
        // SAFETY: `at` has found a head here; nobody holds a reference to it after this call.
        unsafe { (*head).tag = 0 };
        release(head.cast(), Self::size(&program));
        release(bytes.as_ptr().cast_mut(), bytes.len());
    }
}

impl Attributes for Loaded {
    #[inline(always)]
    fn get(&self, id: u16) -> Value<'_> {
        if u32::from(id) >= self.program.attributes() {
            return Value::Missing;
        }
        // SAFETY: there is a slot for every attribute of the program, behind the head, and any bytes are a slot.
        let slot = unsafe { &*((core::ptr::from_ref(self) as usize + HEAD) as *const Slot).add(usize::from(id)) };
        let len = slot.len as usize;
        match slot.kind {
            kind::FALSE => Value::Boolean(false),
            kind::TRUE => Value::Boolean(true),
            kind::NUMBER => Value::Number(f64::from_bits(slot.payload)),
            kind::SHORT_TEXT => slot.text.get(..len).map_or(Value::Missing, Value::Text),
            kind::TEXT => slice(slot.payload as usize, len).map_or(Value::Missing, Value::Text),
            kind::LIST => slice(slot.payload as usize, len).map_or(Value::Missing, |list| Value::List(List::new(list))),
            _ => Value::Missing,
        }
    }
}
