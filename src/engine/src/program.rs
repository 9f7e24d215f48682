use crate::bytes::{record, text, text_ref_at, u16_at, u32_at};
use crate::flag::Flag;
use crate::{capability, layout};

/// Why bytes are not a program this engine can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum LoadError {
    /// Fewer bytes than a header, or than the header says.
    TooShort = 1,
    /// The bytes do not begin like a program.
    NotAProgram = 2,
    /// A program of a version this engine does not read.
    Version = 3,
    /// The program needs a capability this engine does not have.
    Capability = 4,
    /// A table lies outside the program, or the length is not the one stated.
    Corrupt = 5,
}

impl core::fmt::Display for LoadError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::TooShort => "the program is cut short, fetch it again",
            Self::NotAProgram => "these bytes are not a program, compile the datafile first",
            Self::Version => "the program has a version this engine does not read, update isoflag",
            Self::Capability => "the program needs a capability this engine does not have, update isoflag",
            Self::Corrupt => "the program is damaged, fetch it again",
        })
    }
}

impl core::error::Error for LoadError {}

/// A program, read in place. It is what opening has checked, a few words that a host keeps beside the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    bytes: &'a [u8],
    flags: u32,
    index_mask: u32,
    index_table: u32,
    attributes: u32,
    attribute_table: u32,
}

impl<'a> Program<'a> {
    /// Checks the header and the bounds of the three tables it names; the work does not depend on the program's size.
    /// The digest is not checked here: whoever fetched the bytes does that, with the hash functions of its host.
    #[inline(never)]
    pub fn open(bytes: &'a [u8]) -> Result<Self, LoadError> {
        let word = |at| u32_at(bytes, at).ok_or(LoadError::TooShort);
        if bytes.get(..4).is_some_and(|magic| magic != layout::MAGIC) {
            return Err(LoadError::NotAProgram);
        }
        if bytes.len() < layout::HEADER {
            return Err(LoadError::TooShort);
        }
        if u16_at(bytes, 4) != Some(layout::VERSION) {
            return Err(LoadError::Version);
        }
        match word(8)? as usize {
            length if length > bytes.len() => return Err(LoadError::TooShort),
            length if length < bytes.len() => return Err(LoadError::Corrupt),
            _ => {}
        }
        if word(12)? & !capability::ALL != 0 {
            return Err(LoadError::Capability);
        }
        let program = Self {
            bytes,
            flags: word(16)?,
            index_mask: word(24)?,
            index_table: word(28)?,
            attributes: word(32)?,
            attribute_table: word(36)?,
        };
        let slots = u64::from(program.index_mask) + 1;
        let fits = |table: u32, count: u64, size: usize| u64::from(table) + count * size as u64 <= bytes.len() as u64;
        // INVARIANT: the index has an empty slot, so a search for a key that is not there ends.
        let sound = slots.is_power_of_two()
            && slots > u64::from(program.flags)
            && program.attributes <= u32::from(u16::MAX)
            && fits(word(20)?, program.flags.into(), layout::FLAG)
            && fits(program.index_table, slots, 4)
            && fits(program.attribute_table, program.attributes.into(), layout::TEXT);
        if sound { Ok(program) } else { Err(LoadError::Corrupt) }
    }

    /// The number of flags.
    pub fn len(&self) -> u32 {
        self.flags
    }

    /// Whether the program has no flag.
    pub fn is_empty(&self) -> bool {
        self.flags == 0
    }

    /// The number of a flag by its key. The work does not grow with the number of flags.
    pub fn find(&self, key: &[u8]) -> Option<u32> {
        let mut slot = layout::key_hash(key);
        // Damaged bytes may leave no slot empty: the index is walked once at most.
        for _ in 0..=self.index_mask {
            let entry = record(self.bytes, self.index_table, (slot & self.index_mask) as usize)?;
            let number = u32::from_le_bytes(*entry).checked_sub(1)?;
            if self.flag(number).is_some_and(|flag| flag.key() == Some(key)) {
                return Some(number);
            }
            slot = slot.wrapping_add(1);
        }
        None
    }

    /// A flag by its number, 0 to `len() - 1`.
    #[inline]
    pub fn flag(&self, number: u32) -> Option<Flag<'a>> {
        Flag::numbered(self.bytes, number)
    }

    /// How many attributes the flags of this program read between them.
    pub fn attributes(&self) -> u32 {
        self.attributes
    }

    /// The name of an attribute.
    pub fn attribute(&self, id: u16) -> Option<&'a [u8]> {
        if u32::from(id) >= self.attributes {
            return None;
        }
        let name: &[u8; layout::TEXT] = record(self.bytes, self.attribute_table, id.into())?;
        text(self.bytes, text_ref_at(name, 0)?)
    }

    /// The environment the program was compiled for, if it was for one.
    pub fn environment(&self) -> Option<&'a [u8]> {
        text(self.bytes, text_ref_at(self.bytes, 40)?).filter(|name| !name.is_empty())
    }

    /// Whether any of its flags depends on the time.
    pub fn reads_now(&self) -> bool {
        u16_at(self.bytes, 6).is_some_and(|bits| bits & layout::PROGRAM_READS_NOW != 0)
    }

    /// The digest stated in the header: SHA-256, made at compile time.
    pub fn digest(&self) -> Option<&'a [u8]> {
        self.bytes.get(layout::DIGEST)
    }
}
