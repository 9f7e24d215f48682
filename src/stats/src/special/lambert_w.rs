//! The branch −1 of Lambert's W: the `w ≤ −1` with `w e^w = x`, for `−1/e ≤ x < 0`.
//!
//! With `w = −(1+v)` and `x = −e^l` the equation reads `ln(1+v) − v = l + 1`, free of cancellation at the branch point, and Newton converges in a
//! handful of steps; arguments far below the smallest double are no trouble. Starts: the branch-point series and the asymptotic
//! one (Corless et al. 1996, equations 4.22 and 4.19).

use crate::special::gamma::log1p_minus;
use core::f64::consts::E;

/// 1/e and what its double leaves.
const INVERSE_E: f64 = 0.367_879_441_171_442_33;
const INVERSE_E_LOW: f64 = -1.242_875_367_278_836_3e-17;

/// `W₋₁(x)`; `None` outside `−1/e ≤ x < 0`.
#[must_use]
pub fn lambert_w_m1(x: f64) -> Option<f64> {
    if !(-1.0..0.0).contains(&x) {
        return None;
    }
    if x > -0.25 {
        return lambert_w_m1_of_log(libm::log(-x));
    }
    // ln(−x) + 1 = ln(−x·e), the distance from the branch point kept with all its digits.
    let apart = (-x - INVERSE_E) - INVERSE_E_LOW;
    // The double nearest −1/e lies a hair beyond it.
    if apart > 2.0 * f64::EPSILON { None } else { solve(libm::log1p(apart.min(0.0) * E)) }
}

/// `W₋₁(−e^l)`; `None` unless `l ≤ −1` is finite.
#[must_use]
pub fn lambert_w_m1_of_log(l: f64) -> Option<f64> {
    if l.is_finite() && l <= -1.0 { solve(l + 1.0) } else { None }
}

/// `−(1+v)` with `ln(1+v) − v = below`, `below ≤ 0`.
fn solve(below: f64) -> Option<f64> {
    if below == 0.0 {
        return Some(-1.0);
    }
    let root = libm::sqrt(-2.0 * below);
    let mut v = if root < 1.0 {
        root * (1.0 + root / 3.0)
    } else {
        let (l, inner) = (below - 1.0, libm::log(1.0 - below));
        -(l - inner + inner / l) - 1.0
    };
    for _ in 0..50 {
        let next = v + (log1p_minus(v) - below) * (1.0 + v) / v;
        let next = if next > 0.0 { next } else { 0.5 * v };
        let done = (next - v).abs() <= 2.0 * f64::EPSILON * v;
        v = next;
        if done {
            break;
        }
    }
    Some(-1.0 - v).filter(|w| w.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_solves_its_equation() {
        let mut l = -1.0 - 1e-6;
        while l > -1e6 {
            let w = lambert_w_m1_of_log(l).unwrap_or(f64::NAN);
            assert!((w + libm::log(-w) - l).abs() < 1e-14 * l.abs().max(1.0), "{l} {w}");
            l *= 1.1;
        }
        assert_eq!(lambert_w_m1(0.0), None);
        assert_eq!(lambert_w_m1(-0.4), None);
        assert_eq!(lambert_w_m1_of_log(-1.0), Some(-1.0));
    }
}
