//! A loaded program: a block of memory that holds, in this order, a small head, the program's bytes, and its slots.

use crate::memory::{Buffer, allocate, release};
use isoflag_engine::{Attributes, Program, Value};

/// Texts of the host: attribute values and flag keys.
pub(crate) static SCRATCH: Buffer = Buffer::new();
/// Decisions, eight bytes each.
pub(crate) static ANSWERS: Buffer = Buffer::new();

/// The head keeps the size of the block and the number of slots, each a `u32`; it is as large as the alignment.
const HEAD: usize = 16;
/// Bytes of a slot: kind, length, and a number or an address.
const SLOT: usize = 16;

/// A block for a program of `len` bytes; the address of its bytes is the program's handle.
pub(crate) fn reserve(len: usize) -> *mut u8 {
    let Some(size) = len.checked_add(HEAD) else { return core::ptr::null_mut() };
    let block = allocate(size);
    if block.is_null() {
        return block;
    }
    // SAFETY: the block has at least HEAD bytes and is aligned to sixteen.
    unsafe {
        block.cast::<u32>().write(size as u32);
        block.add(HEAD)
    }
}

/// A program in memory, by its handle.
#[derive(Clone, Copy)]
pub(crate) struct Loaded {
    handle: usize,
    pub(crate) program: Program<'static>,
}

fn head(handle: usize) -> *mut u32 {
    handle.wrapping_sub(HEAD) as *mut u32
}

impl Loaded {
    /// Checks the bytes at a fresh handle and makes room for the slots; gives the block back when they are no program.
    pub(crate) fn load(handle: usize, len: usize) -> Result<(), isoflag_engine::LoadError> {
        // SAFETY: `reserve` made the block for `len` bytes and the host wrote them.
        let bytes = unsafe { core::slice::from_raw_parts(handle as *const u8, len) };
        let slots = Program::open(bytes).and_then(|program| {
            let slots = allocate(program.attributes() as usize * SLOT);
            if slots.is_null() { Err(isoflag_engine::LoadError::Corrupt) } else { Ok((slots, program.attributes())) }
        });
        match slots {
            Ok((slots, count)) => {
                // SAFETY: the head has four words.
                unsafe {
                    head(handle).add(1).write(slots as u32);
                    head(handle).add(2).write(count);
                }
                Ok(())
            }
            Err(error) => {
                Self::release(handle);
                Err(error)
            }
        }
    }

    /// The program at a handle; `None` for an address that holds none.
    #[inline(always)]
    pub(crate) fn at(handle: usize) -> Option<Self> {
        if handle < HEAD {
            return None;
        }
        // SAFETY: the head lies before every handle; `release` zeroes it, and a size of zero is no program.
        let size = unsafe { head(handle).read() } as usize;
        let len = size.checked_sub(HEAD)?;
        // SAFETY: the block has `size` bytes from its head on, and lives until `release`.
        let bytes = unsafe { core::slice::from_raw_parts(handle as *const u8, len) };
        Some(Self { handle, program: Program::open(bytes).ok()? })
    }

    pub(crate) fn release(handle: usize) {
        // SAFETY: as in `at`; zeroing the head makes a second release do nothing.
        unsafe {
            let words = head(handle);
            let (size, slots, count) = (words.read(), words.add(1).read(), words.add(2).read());
            if size == 0 {
                return;
            }
            words.write(0);
            release(slots as usize as *mut u8, count as usize * SLOT);
            release(words.cast(), size as usize);
        }
    }

    /// Where the host writes attributes.
    pub(crate) fn slots(&self) -> usize {
        // SAFETY: as in `at`.
        unsafe { head(self.handle).add(1).read() as usize }
    }
}

impl Attributes for Loaded {
    #[inline(always)]
    fn get(&self, id: u16) -> Value<'_> {
        if u32::from(id) >= self.program.attributes() {
            return Value::Missing;
        }
        let slot = (self.slots() + usize::from(id) * SLOT) as *const u32;
        // SAFETY: there is a slot for every attribute of the program, and any bytes are a slot.
        let (kind, len, number, address) =
            unsafe { (slot.read(), slot.add(1).read(), slot.add(2).cast::<f64>().read(), slot.add(2).read()) };
        match kind {
            1 => Value::Boolean(false),
            2 => Value::Boolean(true),
            3 => Value::Number(number),
            4 => SCRATCH.slice(address as usize, len as usize).map_or(Value::Missing, Value::Text),
            _ => Value::Missing,
        }
    }
}
