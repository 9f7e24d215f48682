//! How often a test that is valid once raises a false alarm when it is looked at several times.
//!
//! `P(|Z_k| ≥ z_{α/2} for some k)` without an effect (one-sided: `Z_k ≥ z_α`), a fixed-sample bound applied at every look, by the exact recursion and not by
//! simulation. Five looks at 5 % make 14.2 %, Armitage, McPherson & Rowe (1969). [`crossing_chance`] answers the same for any boundary, one z per look.

use crate::sequential::group_sequential_classical::chance_above;
use crate::sequential::paths::{Sides, are_looks};
use crate::sequential::spending::per_side;
use crate::special::normal;
use alloc::vec;

/// The true chance of a false alarm of a test of level `nominal_alpha` read at every one of these looks; `None` unless fractions rise from above 0 (at least
/// a millionth apart) and the level and sides make sense.
#[must_use]
pub fn peeking_fpr(fractions: &[f64], nominal_alpha: f64, sides: u8) -> Option<f64> {
    let z = normal::upper_quantile(per_side(nominal_alpha, sides)?)?;
    crossing_chance(fractions, &vec![z; fractions.len()], sides)
}

/// Chance, without an effect, that `|Z|` (one-sided: `Z`) reaches this look's `z` at any look; `None` unless there is one for each look, none is no number, a two-sided
/// one not negative, and the looks as in [`peeking_fpr`].
#[must_use]
pub fn crossing_chance(fractions: &[f64], z: &[f64], sides: u8) -> Option<f64> {
    let sides = Sides::from_count(sides)?;
    let sound = z.iter().all(|z| if sides == Sides::Two { *z >= 0.0 } else { !z.is_nan() });
    if !are_looks(fractions) || z.len() != fractions.len() || !sound {
        return None;
    }
    Some((sides.count() * chance_above(fractions, z, sides)).min(1.0))
}
