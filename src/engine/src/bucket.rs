//! Where a unit falls: the written specification of bucketing.
//!
//! 1. The *unit bytes* are the UTF-8 of the id. A number must be a safe integer and is written in decimal. An unpaired
//!    surrogate is U+FFFD, as `TextEncoder` has it. Anything else, and an empty id, is a missing unit.
//! 2. Each split and each gate has a *salt* of its own, a text. At compile time its *key* is
//!    SipHash-2-4-128(salt bytes) under the published key below, as two 64-bit halves.
//! 3. The *position* of a unit is the top 32 bits of SipHash-1-3(key, unit bytes). Nothing is concatenated, so no two
//!    pairs of salt and id can run into each other.
//! 4. With n arms there are n − 1 exclusive *cuts*. For a cumulative weight of c basis points a cut is
//!    ceil(c · 2³² / 10000); without weights it is ceil(i · 2³² / n). The first arm whose cut lies above the position
//!    takes the unit; the last arm takes the rest. No modulo, no float, no gap.
//! 5. A *gate* lets a unit pass whose position under the gate's own key lies below its cut. A gate of 100 % is no gate;
//!    one of 0 % has the cut 0. Raising a gate therefore moves nobody who is inside.
//! 6. The *bucket* shown to people is position · 10000 / 2³², rounded down: 0 to 9999. For every cut it agrees with the arm.
//!
//! Gate and split hash under different keys. Under one key everybody whom a 25 % gate admits would lie in the first
//! quarter of the split as well, and three arms would be one.
//!
//! # Worked examples
//!
//! | salt | unit | position | bucket |
//! |---|---|---|---|
//! | `checkout-redesign` | `user-42` | 1589139254 | 3700 |
//! | `checkout-redesign` | `user-43` | 1628492480 | 3791 |
//! | `checkout-redesign` | `42`, or the number 42 | 2818434606 | 6562 |
//! | `checkout-redesign` | `😀` | 1204593818 | 2804 |
//! | `checkout-redesign/gate` | `user-42` | 388731197 | 905 |
//! | `checkout-redesign/gate` | `user-43` | 2792274176 | 6501 |
//!
//! So with two even arms user-42 and user-43 are in the first arm and 42 is in the second; behind a gate of 25 %
//! (cut 1073741824) user-42 takes part and user-43 does not. More of them are frozen in `tests/vectors/bucketing.json`,
//! made by an implementation written from the SipHash paper (Aumasson and Bernstein, 2012), not by this one.
//!
//! ```
//! use isoflag_engine::bucket::{bucket, cut, key, position};
//! let position = position(key(b"checkout-redesign"), b"user-42");
//! assert_eq!(position, 1589139254);
//! assert_eq!(bucket(position), 3700);
//! assert_eq!(cut(5000), Some(1 << 31)); // the first of two even arms
//! ```

use core::hash::Hasher;
use siphasher::sip::SipHasher13;
use siphasher::sip128::{Hasher128, SipHasher24};

/// Weights are given in basis points: parts of ten thousand.
pub const BASIS: u32 = 10_000;

/// The published key that turns salts into keys: the sixteen ASCII bytes `isoflag.bucket/1`, as two little-endian halves.
/// It is no secret. It is there so that our positions are nobody else's, and it never changes.
const PUBLISHED: [u64; 2] = [u64::from_le_bytes(*b"isoflag."), u64::from_le_bytes(*b"bucket/1")];

/// A salt, ready to hash with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// First half of the 128-bit hash of the salt.
    pub k0: u64,
    /// Second half.
    pub k1: u64,
}

/// Turns a salt into a key. Done once, at compile time.
pub fn key(salt: &[u8]) -> Key {
    let mut hasher = SipHasher24::new_with_keys(PUBLISHED[0], PUBLISHED[1]);
    hasher.write(salt);
    let hash = hasher.finish128();
    Key { k0: hash.h1, k1: hash.h2 }
}

/// The position of a unit, 0 to 2³² − 1.
#[inline]
pub fn position(key: Key, unit: &[u8]) -> u32 {
    // All bytes at once: the streaming state would cost bytes of wasm and time.
    (SipHasher13::new_with_keys(key.k0, key.k1).hash(unit) >> 32) as u32
}

/// The bucket people see, 0 to 9999.
#[inline]
pub const fn bucket(position: u32) -> u16 {
    ((position as u64 * BASIS as u64) >> 32) as u16
}

/// The cut for a cumulative weight in basis points: the smallest position outside. `None` for 10000 and more, where
/// nothing is outside and no cut is needed.
pub const fn cut(cumulative: u32) -> Option<u32> {
    if cumulative >= BASIS { None } else { Some((((cumulative as u64) << 32).div_ceil(BASIS as u64)) as u32) }
}

/// The cut after arm `index` (counted from 1) of `arms` equal arms. `None` for the last.
pub const fn even_cut(index: u32, arms: u32) -> Option<u32> {
    if index >= arms { None } else { Some((((index as u64) << 32).div_ceil(arms as u64)) as u32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_agrees_with_every_cut() {
        for cumulative in 1..BASIS {
            let cut = cut(cumulative).unwrap();
            assert!(u32::from(bucket(cut)) == cumulative, "the first position outside shows bucket {cumulative}");
            assert!(u32::from(bucket(cut - 1)) == cumulative - 1, "the last position inside shows the bucket before");
        }
        assert_eq!((cut(0), cut(BASIS), bucket(u32::MAX)), (Some(0), None, 9999));
    }

    #[test]
    fn even_cuts_leave_arms_of_equal_size_to_within_one_position() {
        for arms in 1..200 {
            let mut start = 0_u64;
            for index in 1..=arms {
                let end = even_cut(index, arms).map_or(1 << 32, u64::from);
                let size = end - start;
                assert!(size == (1 << 32) / u64::from(arms) || size == (1 << 32) / u64::from(arms) + 1);
                start = end;
            }
            assert_eq!(start, 1 << 32);
        }
    }
}
