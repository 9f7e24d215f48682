//! Boundaries of a group sequential test that spends its alpha by a function of the information (Lan & DeMets 1983).
//!
//! At look k the boundary is the `z_k` at which the chance to cross *first at this look*, under no effect, is what the spending function released since
//! the look before: `P(|Z_1| < z_1, …, |Z_{k−1}| < z_{k−1}, Z_k ≥ z_k) = α*(t_k) − α*(t_{k−1})` on each side. Crossing the opposite boundary ends the test
//! too. The looks may be unequal, decided as one goes, and end before the planned information: only looks already taken enter.
//!
//! Assumes an estimate whose information grows as stated, approximately normal, with independent increments. The *level* of a look, the p-value that crosses
//! its boundary, is not what is spent there: taking one for the other makes an O'Brien–Fleming test 6–8 % too liberal.

use crate::sequential::paths::{Paths, Sides, are_looks};
use crate::sequential::spending::{Spending, log_released, log_spent, per_side};
use crate::special::normal;
use alloc::vec::Vec;

/// One entry per look.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSequentialBounds {
    /// Stop at `|Z|` (one-sided: `Z`) from here on; infinite where nothing may be spent.
    pub z: Vec<f64>,
    /// Alpha spent by this look, both sides together.
    pub alpha_spent: Vec<f64>,
    /// The fixed-sample p-value that just crosses.
    pub nominal_p: Vec<f64>,
}

/// Below this the recursion runs out of doubles; the chance to cross at all is taken instead, which spends less than allowed.
const SMALLEST_LOG: f64 = -650.0;

/// The boundaries; `None` unless fractions rise from above 0 (at least a millionth apart) and alpha, sides and spending make sense.
#[must_use]
pub fn group_sequential_bounds(
    fractions: &[f64],
    alpha: f64,
    sides: u8,
    spending: Spending,
) -> Option<GroupSequentialBounds> {
    let (per_side, both) = (per_side(alpha, sides)?, Sides::from_count(sides)?);
    if !are_looks(fractions) {
        return None;
    }
    let spent = fractions.iter().map(|t| log_spent(spending, *t, per_side)).collect::<Option<Vec<f64>>>()?;
    let before = core::iter::once(0.0).chain(fractions.iter().copied());
    let released = before.zip(fractions).map(|(from, to)| log_released(spending, from, *to, per_side));
    let released = released.collect::<Option<Vec<f64>>>()?;
    // No boundary lies higher than the one that would spend its part alone.
    let highest: Vec<f64> = released.iter().map(|log| upper_quantile_of_log(*log)).collect();
    let mut paths = Paths::start(both);
    let mut z = Vec::with_capacity(fractions.len());
    let mut crossed = 0.0;
    for (look, ((t, log), high)) in fractions.iter().zip(&released).zip(&highest).enumerate() {
        let bound = bound(&paths, *t, *log, crossed, *high)?;
        z.push(bound);
        crossed += both.count() * libm::exp(*log);
        if let Some(next) = fractions.get(look + 1) {
            let later = highest.iter().skip(look + 1).copied().fold(0.0, f64::max);
            paths = paths.inside(*t, bound * libm::sqrt(*t), *next, later, 0.0);
        }
    }
    let count = both.count();
    Some(GroupSequentialBounds {
        nominal_p: z.iter().map(|z| count * normal::sf(*z)).collect(),
        alpha_spent: spent.iter().map(|log| count * libm::exp(*log)).collect(),
        z,
    })
}

/// The z whose first crossing spends `e^target`, when paths of the chance `crossed` have ended before; at most `high`.
fn bound(paths: &Paths, time: f64, target: f64, crossed: f64, mut high: f64) -> Option<f64> {
    if target < SMALLEST_LOG {
        return Some(high);
    }
    let deviation = libm::sqrt(time);
    // P(Z ≥ z) ≤ P(first crossing here) + P(crossed before, on either side).
    let mut low = normal::upper_quantile(libm::exp(target) + crossed).unwrap_or(-HALF_LINE);
    let mut z = high;
    for _ in 0..200 {
        let chance = paths.above(time, z * deviation, 0.0);
        let miss = libm::log(chance) - target;
        if miss > 0.0 {
            low = z;
        } else {
            high = z;
        }
        // ln P is concave in z, so Newton's steps come from above and never overshoot; where P is no double any more, halve.
        let next = z + miss * chance / (deviation * paths.density(time, z * deviation));
        let next = if next >= low && next <= high { next } else { 0.5 * (low + high) };
        let done = (next - z).abs() <= 4.0 * f64::EPSILON * z.abs().max(1.0);
        z = next;
        if done {
            break;
        }
    }
    z.is_finite().then_some(z)
}

/// Where the normal distribution begins, for levels so large that there is no lower end.
const HALF_LINE: f64 = 40.0;

/// The z with `ln sf(z) = log`; ∞ for −∞.
fn upper_quantile_of_log(log: f64) -> f64 {
    if log == f64::NEG_INFINITY {
        return f64::INFINITY;
    }
    if log > SMALLEST_LOG {
        // A chance that rounds to 1 has no quantile; no boundary is needed there.
        return normal::upper_quantile(libm::exp(log)).unwrap_or(-HALF_LINE);
    }
    let mut z = libm::sqrt(-2.0 * log);
    for _ in 0..6 {
        // −d ln sf / dz is z + 1/z up to terms that do not matter here.
        z += (normal::log_sf(z) - log) / (z + 1.0 / z);
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn one_look_is_the_fixed_test() {
        for (alpha, sides, z) in [(0.05, 2, 1.959_963_984_540_054), (0.025, 1, 1.959_963_984_540_054)] {
            let bounds = group_sequential_bounds(&[1.0], alpha, sides, Spending::Pocock);
            assert!(bounds.is_some_and(|bounds| (bounds.z[0] - z).abs() < 1e-14));
        }
    }

    #[test]
    fn what_may_not_be_spent_has_no_boundary() {
        // All is spent at 1; what comes after has nothing.
        let bounds = group_sequential_bounds(&[0.5, 1.0, 1.2], 0.05, 2, Spending::OBrienFleming);
        assert!(bounds.is_some_and(|bounds| bounds.z[2] == f64::INFINITY && bounds.nominal_p[2] == 0.0));
        // Far below the smallest double there still is a boundary, and the later ones do not feel it.
        let early = group_sequential_bounds(&[0.0005, 0.5, 1.0], 0.05, 2, Spending::OBrienFleming);
        let late = group_sequential_bounds(&[0.5, 1.0], 0.05, 2, Spending::OBrienFleming);
        let (early, late) = (early.map_or(vec![], |b| b.z), late.map_or(vec![], |b| b.z));
        assert!(early[0] > 80.0 && early[0].is_finite());
        assert!((early[1] - late[0]).abs() < 1e-9 && (early[2] - late[1]).abs() < 1e-9);
    }

    #[test]
    fn the_logarithmic_quantile_joins_the_other() {
        let at = |log: f64| upper_quantile_of_log(log);
        assert!((at(SMALLEST_LOG + 1e-9) - at(SMALLEST_LOG - 1e-9)).abs() < 1e-9);
        for log in [-700.0, -5_000.0, -1e8] {
            assert!((normal::log_sf(at(log)) / log - 1.0).abs() < 1e-14, "{log}");
        }
    }
}
