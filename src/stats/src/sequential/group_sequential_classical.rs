//! Boundaries of one shape, scaled until they spend alpha: `z_k = C (t_k/t_K)^(δ−½)`.
//!
//! δ = ½ is Pocock's constant boundary, δ = 0 O'Brien and Fleming's, values between are Wang and Tsiatis's (1987). Unlike alpha spending, the looks are fixed
//! beforehand: a boundary is right only if every look is taken as planned. Assumptions as in [`group_sequential_bounds`](crate::group_sequential_bounds).
//! Sources: Pocock (1977), O'Brien & Fleming (1979), Jennison & Turnbull (2000), ch. 2.

use crate::numeric::root::{nearly_straight, root};
use crate::sequential::paths::{Paths, Sides, are_looks};
use crate::sequential::spending::per_side;
use crate::special::normal;
use alloc::vec::Vec;

/// Where looks are as correlated as in most plans, the squared constant lies so far between that of one look and that of independent looks.
const STARTS: f64 = 0.6;

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
    // All looks cross no more often than the sum of each alone, and no less often than any one of them.
    let sum = |constant: f64| shape.iter().map(|shape| normal::sf(constant * shape)).sum::<f64>();
    let least = shape.iter().copied().fold(1.0, f64::min);
    let alone = normal::upper_quantile(per_side)? / least;
    let apart = normal::upper_quantile(per_side / fractions.len() as f64)? / least;
    let target = libm::log(per_side);
    let (low, most) = (alone * (1.0 - 1e-9), apart * (1.0 + 1e-9));
    let high = root(low, most, |constant| libm::log(sum(constant)) - target)?;
    // In the square of the constant the logarithm of the chance is nearly straight.
    let miss = |square: f64| libm::log(chance_above(fractions, &scaled(libm::sqrt(square)), sides)) - target;
    let (low, high) = (low * low, high * high);
    let slope = (libm::log(sum(libm::sqrt(low))) - target) / (low - high);
    let constant = libm::sqrt(nearly_straight(low, high, low + STARTS * (high - low), slope, miss)?);
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
