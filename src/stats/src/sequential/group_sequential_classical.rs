//! Boundaries of one shape, scaled until they spend alpha: `z_k = C (t_k/t_K)^(δ−½)`.
//!
//! δ = ½ is Pocock's constant boundary, δ = 0 O'Brien and Fleming's, values between are Wang and Tsiatis's (1987). Unlike alpha spending, the looks are fixed
//! beforehand: a boundary is right only if every look is taken as planned. Assumptions as in [`group_sequential_bounds`](crate::group_sequential_bounds).
//! Sources: Pocock (1977), O'Brien & Fleming (1979), Jennison & Turnbull (2000), ch. 2.

use crate::numeric::root::root;
use crate::sequential::paths::{Paths, Sides, are_looks};
use crate::sequential::spending::per_side;
use crate::special::normal;
use alloc::vec::Vec;

/// A shape and its scale.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassicalBounds {
    /// `C`, the boundary at the last look.
    pub constant: f64,
    /// Stop at `|Z|` (one-sided: `Z`) from here on, one per look.
    pub z: Vec<f64>,
}

/// The boundaries; `None` unless fractions rise from above 0 (at least a millionth apart), alpha per side is below ½ and sides are 1 or 2.
#[must_use]
pub fn group_sequential_classical(fractions: &[f64], alpha: f64, sides: u8, delta: f64) -> Option<ClassicalBounds> {
    let (per_side, sides) = (per_side(alpha, sides)?, Sides::from_count(sides)?);
    if !are_looks(fractions) || per_side >= 0.5 || !delta.is_finite() {
        return None;
    }
    let last = fractions.last()?;
    let shape: Vec<f64> = fractions.iter().map(|t| libm::pow(t / last, delta - 0.5)).collect();
    let scaled = |constant: f64| -> Vec<f64> { shape.iter().map(|shape| constant * shape).collect() };
    // The last look alone crosses no more often than all of them, and all of them no more often than their sum; a little wider, for where one look is all.
    let low = normal::upper_quantile(per_side)?;
    let least = shape.iter().copied().fold(1.0, f64::min);
    let high = normal::upper_quantile(per_side / fractions.len() as f64)? / least;
    let (low, high) = (low * (1.0 - 1e-9), high * (1.0 + 1e-9));
    let target = libm::log(per_side);
    // In the square of the constant the logarithm of the chance is nearly straight.
    let miss = |square: f64| libm::log(chance_above(fractions, &scaled(libm::sqrt(square)), sides)) - target;
    let constant = libm::sqrt(root(low * low, high * high, miss)?);
    Some(ClassicalBounds { constant, z: scaled(constant) })
}

/// Chance, without an effect, that the upper boundary is the first to be crossed, at any look.
pub(crate) fn chance_above(fractions: &[f64], z: &[f64], sides: Sides) -> f64 {
    let mut paths = Paths::start(sides);
    let mut sum = 0.0;
    for (look, (t, bound)) in fractions.iter().zip(z).enumerate() {
        let bound = bound * libm::sqrt(*t);
        sum += paths.above(*t, bound, 0.0);
        if let Some(next) = fractions.get(look + 1) {
            let later = z.iter().skip(look + 1).copied().fold(0.0, f64::max);
            paths = paths.inside(*t, bound, *next, later, 0.0);
        }
    }
    sum
}
