//! The bytes of a program, version 1. Little-endian throughout; offsets count from the first byte of the program.
//!
//! ```text
//! header, 96 bytes
//!   0 [4] "isof"            4 u16 version (1)         6 u16 zero          8 u32 length of the program
//!  12 u32 capabilities     16 u32 flags              20 u32 → flag[]     24 u32 slots of the key index − 1
//!  28 u32 → u32[slots]     32 u32 attributes         36 u32 → text[]     40 [24] zero
//!  64 [32] SHA-256 of the program with these 32 bytes zero
//! text, 8 bytes             0 u32 → bytes, UTF-8      4 u32 length
//! key index: slot = hash(key) & mask, then the next one; a slot holds flag + 1, or 0 where it is empty
//! flag, 36 bytes
//!   0 text key              8 u8 type                 9 u8 enabled       10 u16 off variant
//!  12 u16 default variant  14 u16 variants           16 u32 → variant[]  20 u32 → u16[] attributes read
//!  24 u16 attributes read  26 u16 rules              28 u32 → rule[]     32 u32 → experiment, or 0
//! variant, 16 bytes         0 text name               8 text value, a JSON literal
//! experiment, 12 bytes      0 text run                8 u16 control      10 u16 attribute of the unit
//! rule, 16 bytes            0 u32 → test[]            4 u16 tests         6 u8 outcome (0 variant, 1 split)
//!                           8 u32 variant, or → split                    12 u32 zero
//! test, 16 bytes            0 u8 operation            1 u8 zero           2 u16 attribute
//!                           4 u16 next if true        6 u16 next if false 8 operand: f64, text, or set (u32 →, u32 count)
//!   a next test has a higher number; 0xffff accepts, 0xfffe rejects; a rule without tests accepts
//! split, 48 bytes           0 u16 unit attribute      2 u8 gated          3 u8 experiment
//!                           4 u32 gate cut            8 u64 ×2 gate key  24 u64 ×2 key
//!                          40 u16 ranges             42 u16 zero         44 u32 → range[]
//! range, 8 bytes            0 u32 cut, exclusive      4 u16 variant       6 u16 zero; the last range takes the rest
//! set of texts: text[], sorted by length and then by bytes; set of numbers: f64[], ascending
//! ```
//!
//! An offset of a table may point anywhere inside the program: nothing but the header has a fixed place.

/// The first four bytes of every program.
pub const MAGIC: [u8; 4] = *b"isof";
/// The version this engine reads.
pub const VERSION: u16 = 1;
/// Capabilities this engine has; a program that needs another one is refused whole.
pub const CAPABILITIES: u32 = 0;

/// Size of the header in bytes.
pub const HEADER: usize = 96;
/// Where the digest lies in the header.
pub const DIGEST: core::ops::Range<usize> = 64..96;
/// Size of a text reference in bytes.
pub const TEXT: usize = 8;
/// Size of a flag in bytes.
pub const FLAG: usize = 36;
/// Size of a variant in bytes.
pub const VARIANT: usize = 16;
/// Size of an experiment in bytes.
pub const EXPERIMENT: usize = 12;
/// Size of a rule in bytes.
pub const RULE: usize = 16;
/// Size of a test in bytes.
pub const TEST: usize = 16;
/// Size of a split in bytes.
pub const SPLIT: usize = 48;
/// Size of a range in bytes.
pub const RANGE: usize = 8;

/// Outcome of a rule: a fixed variant.
pub const OUTCOME_VARIANT: u8 = 0;
/// Outcome of a rule: a split.
pub const OUTCOME_SPLIT: u8 = 1;

/// Next test: the condition holds.
pub const ACCEPT: u16 = 0xffff;
/// Next test: the condition does not hold.
pub const REJECT: u16 = 0xfffe;

/// What a test asks of its attribute. A test of a missing attribute, or of one of another type, is false.
pub mod op {
    /// The attribute is there, whatever its type.
    pub const EXISTS: u8 = 0;
    /// It is the boolean true.
    pub const IS_TRUE: u8 = 1;
    /// It is the boolean false.
    pub const IS_FALSE: u8 = 2;
    /// It is this text, byte for byte.
    pub const TEXT_EQUALS: u8 = 3;
    /// It is one of these texts.
    pub const TEXT_IN: u8 = 4;
    /// It is this number.
    pub const NUMBER_EQUALS: u8 = 5;
    /// It is one of these numbers.
    pub const NUMBER_IN: u8 = 6;
    /// It is a number less than the operand.
    pub const LESS: u8 = 7;
    /// It is a number at most the operand.
    pub const AT_MOST: u8 = 8;
    /// It is a number greater than the operand.
    pub const GREATER: u8 = 9;
    /// It is a number at least the operand.
    pub const AT_LEAST: u8 = 10;
}

/// Hashes a flag key for the key index: 32-bit FNV-1a, then the finaliser of MurmurHash3 so that the low bits are good.
/// Whoever writes a datafile chooses its keys, so a keyed hash would protect nobody.
pub fn key_hash(key: &[u8]) -> u32 {
    let mut hash = key.iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}
