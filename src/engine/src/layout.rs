//! The bytes of a program, version 1. Little-endian throughout; offsets (→) count from the first byte of the program.
//!
//! ```text
//! header, 96 bytes
//!   0 [4] "isof"            4 u16 version (1)         6 u16 bits (1: a flag reads the time)
//!   8 u32 length            12 u32 capabilities      16 u32 flags              20 u32 → flag[]
//!  24 u32 slots of the key index − 1                 28 u32 → u32[slots]       32 u32 attributes
//!  36 u32 → text[]          40 text environment, empty if there is none        48 u32 → fold[]
//!  52 u32 folds             56 [8] zero              64 [32] SHA-256 of the program with these 32 bytes zero
//! text, 8 bytes             0 u32 → bytes, UTF-8      4 u32 length
//! key index: slot = hash(key) & mask, then the next one; a slot holds flag + 1, or 0 where it is empty
//! fold, 8 bytes             0 u32 character           4 u32 what it folds to; ascending by character
//! flag, 44 bytes
//!   0 text key              8 u8 type                 9 u8 bits (1 enabled, 2 reads the time)
//!  10 u16 off variant      12 u16 default variant    14 u16 variants          16 u32 → variant[]
//!  20 u32 → u16[] attributes read                    24 u16 attributes read   26 u16 rules
//!  28 u32 → rule[]         32 u32 → experiment, or 0 36 u32 → test[] prerequisites
//!  40 u16 tests of them    42 u8 depth (0: asks no flag; else 1 + the greatest depth of those asked, at most 16)
//!  43 u8 zero
//! variant, 16 bytes         0 text name               8 text value, a JSON literal
//! experiment, 12 bytes      0 text run                8 u16 control      10 u16 first attribute of the unit
//! rule, 16 bytes            0 u32 → test[]            4 u16 tests         6 u8 outcome (0 variant, 1 split)
//!                           7 u8 zero                 8 u32 variant, or → split                    12 u32 zero
//! test, 16 bytes            0 u8 operation            1 u8 zero           2 u16 attribute
//!                           4 u16 next if true        6 u16 next if false 8 operand, see `op`
//!   a next test has a higher number; 0xffff accepts, 0xfffe rejects; no tests accept
//! operands, 8 bytes each
//!   f64; i64 milliseconds since 1970; text; set: u32 → members, u32 count; flag: u32 flag, u16 variant, u16 zero
//!   u32 → needle, u32 zero; u32 → version, u32 zero; u32 → dfa, u32 its length in bytes
//! set of texts: text[], by length and then by bytes; of folded texts: text[], by bytes; of numbers: f64[], ascending;
//!   of networks: network[], ascending, none inside another
//! needle, 12 bytes          0 text                    8 u32 → u32[length] the failure function of Knuth, Morris and
//!                           Pratt: entry i is the length of the longest proper border of the first i + 1 bytes
//! version, 32 bytes         0 u64 major               8 u64 minor        16 u64 patch
//!                          24 text pre-release, empty if there is none
//! network, 20 bytes         0 [16] address, IPv4 as ::ffff:a.b.c.d       16 u8 length of the prefix, of 128
//!                          17 [3] zero
//! dfa                       0 u16 states              2 u16 classes, the last one is the end of the text
//!                           4 u16 start               6 u16 matches       8 [256] u8 class of each byte
//!                         264 u16[states · classes] next state; 0 is dead, 1 to `matches` have matched
//! split, 56 bytes
//!   0 u16 units             2 u16 bits (1 experiment) 4 u32 → u16[] attributes, the first one present is the unit
//!   8 u64 ×2 key           24 u16 ranges             26 u16 steps of the gate, 0: no gate
//!  28 u32 → range[]        32 u32 → gate, or 0       36 u32 → slice: the slots of its layer, or 0
//!  40 u32 → slice: its holdout, or 0                 44 u16 forced lists      46 u16 kernel (0)
//!  48 u32 → forced[]       52 u32 → parameters of the kernel, or 0
//! gate                      0 u64 ×2 key             16 step[]
//! step, 16 bytes            0 i64 from (the first: −2⁶³)                  8 u32 cut, exclusive
//!                          12 u32 open (1: everybody, whatever the cut); ascending by `from`, the last one begun counts
//! slice, 24 bytes           0 u64 ×2 key             16 u32 → interval[] 20 u16 intervals    22 u16 zero
//! interval, 8 bytes         0 u32 first position      4 u32 last position, inclusive
//! forced, 12 bytes          0 set of texts            8 u16 variant      10 u16 zero
//! range, 8 bytes            0 u32 cut, exclusive      4 u16 variant       6 u16 zero; the last range takes the rest
//!   an arm of weight 0 has no range; an arm may have several
//! ```
//!
//! An offset of a table may point anywhere inside the program: nothing but the header has a fixed place, and the
//! compiler stores equal tables and equal texts once. Zero is no offset of a table, for the header lies there.

/// The first four bytes of every program.
pub const MAGIC: [u8; 4] = *b"isof";
/// The version this engine reads.
pub const VERSION: u16 = 1;

/// Size of the header in bytes.
pub const HEADER: usize = 96;
/// Where the digest lies in the header.
pub const DIGEST: core::ops::Range<usize> = 64..96;
/// Bit of the header: a flag reads the time.
pub const PROGRAM_READS_NOW: u16 = 1;
/// Size of a text reference in bytes.
pub const TEXT: usize = 8;
/// Size of a pair of a character and what it folds to.
pub const FOLD: usize = 8;
/// Size of a flag in bytes.
pub const FLAG: usize = 44;
/// Bit of a flag: it is switched on.
pub const FLAG_ENABLED: u8 = 1;
/// Bit of a flag: it, or a flag it asks, reads the time.
pub const FLAG_READS_NOW: u8 = 2;
/// How many flags a chain of prerequisites may have behind the flag asked for.
pub const MAX_DEPTH: u8 = 16;
/// Size of a variant in bytes.
pub const VARIANT: usize = 16;
/// Size of an experiment in bytes.
pub const EXPERIMENT: usize = 12;
/// Size of a rule in bytes.
pub const RULE: usize = 16;
/// Size of a test in bytes.
pub const TEST: usize = 16;
/// Size of a needle in bytes.
pub const NEEDLE: usize = 12;
/// Size of a version in bytes.
pub const SEMVER: usize = 32;
/// Size of a network in bytes.
pub const NETWORK: usize = 20;
/// Where the transitions of a DFA begin: behind four numbers and the classes of the bytes.
pub const DFA: usize = 264;
/// Size of a split in bytes.
pub const SPLIT: usize = 56;
/// Bit of a split: showing one of its variants is an exposure.
pub const SPLIT_EXPERIMENT: u16 = 1;
/// Size of the key of a gate or slice in bytes; the steps of a gate stand behind it.
pub const KEY: usize = 16;
/// Size of a step of a gate in bytes.
pub const STEP: usize = 16;
/// Size of a slice in bytes.
pub const SLICE: usize = 24;
/// Size of an interval in bytes.
pub const INTERVAL: usize = 8;
/// Size of a forced list in bytes.
pub const FORCED: usize = 12;
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
/// The attribute of a test that asks none: of the time, or of another flag.
pub const NO_ATTRIBUTE: u16 = 0xffff;

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
    /// It is a text that starts with this text.
    pub const STARTS: u8 = 11;
    /// It is a text that ends with this text.
    pub const ENDS: u8 = 12;
    /// It is a text that includes this needle.
    pub const INCLUDES: u8 = 13;
    /// It is this text after folding; the operand of this and the next four is folded already.
    pub const FOLD_EQUALS: u8 = 14;
    /// It is one of these texts after folding.
    pub const FOLD_IN: u8 = 15;
    /// It starts with this text after folding.
    pub const FOLD_STARTS: u8 = 16;
    /// It ends with this text after folding.
    pub const FOLD_ENDS: u8 = 17;
    /// It includes this needle after folding.
    pub const FOLD_INCLUDES: u8 = 18;
    /// It is a text in which this DFA finds a match.
    pub const MATCHES: u8 = 19;
    /// It is a version of the same precedence.
    pub const VERSION_EQUALS: u8 = 20;
    /// It is a version before the operand.
    pub const VERSION_LESS: u8 = 21;
    /// It is a version not after the operand.
    pub const VERSION_AT_MOST: u8 = 22;
    /// It is a version after the operand.
    pub const VERSION_GREATER: u8 = 23;
    /// It is a version not before the operand.
    pub const VERSION_AT_LEAST: u8 = 24;
    /// It is a date before the operand.
    pub const DATE_BEFORE: u8 = 25;
    /// It is a date not after the operand.
    pub const DATE_NOT_AFTER: u8 = 26;
    /// It is a date after the operand.
    pub const DATE_AFTER: u8 = 27;
    /// It is a date not before the operand.
    pub const DATE_NOT_BEFORE: u8 = 28;
    /// It is an address in one of these networks.
    pub const IN_NETWORK: u8 = 29;
    /// It is a list with this text.
    pub const LIST_HAS_TEXT: u8 = 30;
    /// It is a list with this number.
    pub const LIST_HAS_NUMBER: u8 = 31;
    /// It is a list with true in it.
    pub const LIST_HAS_TRUE: u8 = 32;
    /// It is a list with false in it.
    pub const LIST_HAS_FALSE: u8 = 33;
    /// It is a list with one of these texts.
    pub const LIST_ANY_TEXT: u8 = 34;
    /// It is a list with one of these numbers.
    pub const LIST_ANY_NUMBER: u8 = 35;
    /// The time of the decision is before the operand.
    pub const NOW_BEFORE: u8 = 36;
    /// The time of the decision is not before the operand.
    pub const NOW_NOT_BEFORE: u8 = 37;
    /// Another flag, of a smaller depth, comes out as this variant.
    pub const FLAG_IS: u8 = 38;
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
