//! What a program may need of an engine beyond the first eleven tests, rules and splits. Each is a feature of this crate;
//! an engine built with fewer is smaller, and refuses the programs that need more.
//!
//! A capability is asked for as a constant, so the code behind a missing one is removed, and no line is compiled
//! differently: all combinations are one source.

/// Tests that fold case.
pub const FOLD: u32 = 1;
/// Regular expressions.
pub const MATCHES: u32 = 1 << 1;
/// Semantic versions.
pub const VERSION: u32 = 1 << 2;
/// Dates as attributes.
pub const DATE: u32 = 1 << 3;
/// Networks.
pub const NETWORK: u32 = 1 << 4;
/// Lists as attributes.
pub const LIST: u32 = 1 << 5;
/// Anything that depends on the time of the decision.
pub const SCHEDULE: u32 = 1 << 6;
/// Flags that ask other flags.
pub const FLAGS: u32 = 1 << 7;
/// Layers, holdouts and forced lists.
pub const SLICES: u32 = 1 << 8;
/// Texts that start with, end with or include another.
pub const SUBSTRING: u32 = 1 << 9;

/// What this engine was built with; a program that needs more is refused whole.
pub const ALL: u32 = bit(cfg!(feature = "fold"), FOLD)
    | bit(cfg!(feature = "matches"), MATCHES)
    | bit(cfg!(feature = "version"), VERSION)
    | bit(cfg!(feature = "date"), DATE)
    | bit(cfg!(feature = "network"), NETWORK)
    | bit(cfg!(feature = "list"), LIST)
    | bit(cfg!(feature = "schedule"), SCHEDULE)
    | bit(cfg!(feature = "flags"), FLAGS)
    | bit(cfg!(feature = "slices"), SLICES)
    | bit(cfg!(feature = "substring"), SUBSTRING);

const fn bit(built: bool, capability: u32) -> u32 {
    if built { capability } else { 0 }
}

/// Whether this engine has a capability.
#[inline]
pub(crate) const fn has(capability: u32) -> bool {
    ALL | capability == ALL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LoadError, Program, layout};

    #[test]
    fn an_engine_runs_what_it_has_and_refuses_the_rest() {
        for bit in 0..32 {
            let mut bytes = [0_u8; layout::HEADER + 4];
            bytes[..4].copy_from_slice(&layout::MAGIC);
            bytes[4] = 1;
            bytes[8] = bytes.len() as u8;
            bytes[12..16].copy_from_slice(&(1_u32 << bit).to_le_bytes());
            bytes[28] = layout::HEADER as u8;
            let opened = Program::open(&bytes).map(|program| program.len());
            let expected = if ALL & 1 << bit != 0 { Ok(0) } else { Err(LoadError::Capability) };
            assert_eq!(opened, expected, "capability {bit}");
        }
    }
}
