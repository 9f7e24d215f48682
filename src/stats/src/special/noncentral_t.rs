//! The noncentral t distribution: power of t tests.
//!
//! With `S = √(χ²_ν/ν)`, `P(T ≤ t) = E Φ(tS − δ)`. Every value of the integrand is positive, so both tails keep their relative precision, which
//! the usual alternating recursions lose. In `u = ln S` the integrand is smooth and falls off on both sides, and the
//! trapezoidal rule converges faster than any power of its step (Trefethen & Weideman, SIAM Review 56, 2014).

use crate::numeric::within;
use crate::special::gamma::{log1p_minus, stirling_error};
use crate::special::normal::{self, LN_SQRT_TAU};
use core::f64::consts::LN_2;

/// Where the integrand is this many logarithms below its greatest value it adds nothing to a double.
const NEGLIGIBLE: f64 = 42.0;
/// Steps in `u`. At Im u = y the density grows by cos(2y)^(−ν/2), so a step h errs by that times e^(−2πy/h), for the best y. With these
/// two bounds that is below 1e-16 for every ν.
const WIDEST_STEP: f64 = 0.08;
const STEP_OF_BELL: f64 = 0.45;
/// An end for noncentralities beyond all use.
const MOST_STEPS: f64 = 100_000.0;

/// Chance of a value up to `t` with `df` degrees of freedom and noncentrality `delta`; `None` unless all are finite and `df > 0`.
#[must_use]
pub fn cdf(t: f64, df: f64, delta: f64) -> Option<f64> {
    log_chance(t, df, delta).map(libm::exp)
}

/// Chance of a value above `t`.
#[must_use]
pub fn sf(t: f64, df: f64, delta: f64) -> Option<f64> {
    log_chance(-t, df, -delta).map(libm::exp)
}

fn log_chance(t: f64, df: f64, delta: f64) -> Option<f64> {
    if !(t.is_finite() && delta.is_finite() && df > 0.0 && df.is_finite()) {
        return None;
    }
    let integrand = |u: f64| log_density(u, df) + normal::log_sf(delta - t * libm::exp(u));
    // The logarithm of the integrand is unimodal: its top lies between that of the density, u = 0, and wherever the other factor pulls.
    let top = peak(integrand, df);
    let height = integrand(top);
    if height == f64::NEG_INFINITY {
        return Some(f64::NEG_INFINITY);
    }
    let left = edge(integrand, top, height, -1.0, df);
    let right = edge(integrand, top, height, 1.0, df);
    // The density is a bell of curvature 2ν, the other factor bends by δ² at most.
    let finest = WIDEST_STEP.min(STEP_OF_BELL / libm::sqrt(2.0 * df + delta * delta));
    let steps = within(libm::ceil((right - left) / finest), 2.0, MOST_STEPS);
    let step = (right - left) / steps;
    let sum = (0..=steps as u32).fold(0.0, |sum, k| sum + libm::exp(integrand(left + step * f64::from(k)) - height));
    Some((height + libm::log(sum * step)).min(0.0))
}

/// Of `u = ln S`: `2 (ν/2)^(ν/2)/Γ(ν/2) · exp(ν u − ν e^(2u)/2)`, as a deviance.
fn log_density(u: f64, df: f64) -> f64 {
    let excess = libm::expm1(2.0 * u); // S² − 1
    let deviance = if excess.abs() < 0.5 { 0.5 * log1p_minus(excess) } else { u - 0.5 * excess };
    df * deviance + LN_2 + 0.5 * libm::log(0.5 * df) - LN_SQRT_TAU - stirling_error(0.5 * df)
}

/// The highest point, by golden sections over a range that surely holds it.
fn peak(f: impl Fn(f64) -> f64, df: f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let width = 1.0 / libm::sqrt(2.0 * df);
    let (mut low, mut high) = (-4.0 * width, 4.0 * width);
    while low > -700.0 && f(low) >= f(0.75 * low) {
        low *= 2.0;
    }
    while high < 350.0 && f(high) >= f(0.75 * high) {
        high *= 2.0;
    }
    for _ in 0..40 {
        let (a, b) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
        if f(a) < f(b) {
            low = a;
        } else {
            high = b;
        }
    }
    0.5 * (low + high)
}

/// How far from the top the integrand still counts, in one direction.
fn edge(f: impl Fn(f64) -> f64, top: f64, height: f64, direction: f64, df: f64) -> f64 {
    let counts = |distance: f64| f(top + direction * distance) > height - NEGLIGIBLE;
    let mut far = 1.0 / libm::sqrt(2.0 * df);
    while counts(far) && far < 1e6 {
        far *= 2.0;
    }
    let mut near = 0.0;
    for _ in 0..12 {
        let middle = 0.5 * (near + far);
        if counts(middle) {
            near = middle;
        } else {
            far = middle;
        }
    }
    top + direction * far
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::student_t;

    #[test]
    fn without_noncentrality_it_is_students() {
        for df in [0.7, 1.0, 3.0, 12.5, 400.0, 1e6, 1e9] {
            for t in [-30.0, -3.0, -0.2, 0.0, 1.1, 5.0] {
                let (got, want) = (sf(t, df, 0.0).unwrap_or(f64::NAN), student_t::sf(t, df).unwrap_or(f64::NAN));
                assert!((got - want).abs() < 2e-12 * want, "{t} {df}: {got} {want}");
            }
        }
    }

    #[test]
    fn both_tails_make_one() {
        for (t, df, delta) in [(1.9, 12.0, 2.0), (-2.0, 40.0, 0.5), (30.0, 5.0, 37.0), (2.0, 1e8, 2.8)] {
            let (below, above) = (cdf(t, df, delta).unwrap_or(f64::NAN), sf(t, df, delta).unwrap_or(f64::NAN));
            assert!((below + above - 1.0).abs() < 1e-12, "{t} {df} {delta}: {below} {above}");
        }
        assert_eq!(cdf(1.0, 0.0, 1.0), None);
    }
}
