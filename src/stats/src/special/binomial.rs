//! The binomial distribution.
//!
//! `P(X ≤ k) = I_{1−p}(n−k, k+1)`; the mass by saddle point (Loader 2000), right to the last digits for 10⁹ trials.

use crate::numeric::within;
use crate::special::beta;
use crate::special::gamma::{log1p_minus, stirling_error};
use crate::special::normal::LN_SQRT_TAU;

/// Chance of at most `k` successes in `n` trials; `None` unless `n` is a whole number of trials and `0 ≤ p ≤ 1`.
#[must_use]
pub fn cdf(k: f64, n: f64, p: f64) -> Option<f64> {
    log_cdf(k, n, p).map(libm::exp)
}

/// Chance of more than `k` successes.
#[must_use]
pub fn sf(k: f64, n: f64, p: f64) -> Option<f64> {
    log_cdf(n - libm::floor(k) - 1.0, n, 1.0 - p).map(libm::exp)
}

fn log_cdf(k: f64, n: f64, p: f64) -> Option<f64> {
    let sound = n >= 0.0 && n.is_finite() && libm::floor(n) == n && (0.0..=1.0).contains(&p) && !k.is_nan();
    let k = libm::floor(k);
    if !sound {
        None
    } else if k < 0.0 {
        Some(f64::NEG_INFINITY)
    } else if k >= n {
        Some(0.0)
    } else {
        Some(beta::log_cdf(1.0 - p, p, n - k, k + 1.0))
    }
}

/// Two-sided p-value of `k` successes in `n` trials against the chance `p`: the sum of the chances of all outcomes no likelier.
#[must_use]
pub fn two_sided_p(k: f64, n: f64, p: f64) -> Option<f64> {
    log_cdf(k, n, p)?;
    let k = within(libm::floor(k), 0.0, n);
    let log_mass = |k: f64| log_pmf(k, n, p, 1.0 - p);
    let limit = log_mass(k) + TIE;
    let mode = within(libm::floor((n + 1.0) * p), 0.0, n);
    if log_mass(mode) <= limit {
        return Some(1.0);
    }
    let counts = |k: f64| log_mass(k) <= limit;
    let (lower, upper) = if k < mode {
        (Some(k), first_on_the_way(mode, n, counts))
    } else {
        (first_on_the_way(mode, 0.0, counts), Some(k))
    };
    let below = lower.map_or(Some(0.0), |k| cdf(k, n, p))?;
    let above = upper.map_or(Some(0.0), |k| sf(k - 1.0, n, p))?;
    Some((below + above).min(1.0))
}

/// Two outcomes whose logarithms differ by less are equally likely: far above rounding, far below what unlike outcomes differ by.
pub(crate) const TIE: f64 = 1e-10;

/// The first whole number on the way from `near`, which does not count, to `far` that does, when all further ones do as well.
pub(crate) fn first_on_the_way(near: f64, far: f64, counts: impl Fn(f64) -> bool) -> Option<f64> {
    if near == far || !counts(far) {
        return None;
    }
    let (mut out, mut found) = (near, far);
    while (found - out).abs() > 1.0 {
        let middle = libm::trunc(0.5 * (out + found));
        if counts(middle) {
            found = middle;
        } else {
            out = middle;
        }
    }
    Some(found)
}

/// Natural logarithm of the chance of exactly `k` successes, `0 ≤ k ≤ n` whole, `q = 1 − p` given by the caller with all its digits.
pub(crate) fn log_pmf(k: f64, n: f64, p: f64, q: f64) -> f64 {
    if p <= 0.0 {
        return if k == 0.0 { 0.0 } else { f64::NEG_INFINITY };
    }
    if q <= 0.0 {
        return if k == n { 0.0 } else { f64::NEG_INFINITY };
    }
    if k == 0.0 {
        return n * if p < 0.1 { libm::log1p(-p) } else { libm::log(q) };
    }
    if k == n {
        return n * if q < 0.1 { libm::log1p(-q) } else { libm::log(p) };
    }
    let rest = n - k;
    stirling_error(n)
        - stirling_error(k)
        - stirling_error(rest)
        - deviance(k, n * p)
        - deviance(rest, n * q)
        - LN_SQRT_TAU
        - 0.5 * (libm::log(k) + libm::log(rest) - libm::log(n))
}

/// `x ln(x/m) + m − x`, Loader's `bd0`.
fn deviance(x: f64, mean: f64) -> f64 {
    let u = (x - mean) / mean;
    // x ln(1+u) − m u = m[(1+u) ln(1+u) − u], and ln(1+u) = log1p_minus(u) + u.
    if u.abs() < 0.5 { x * log1p_minus(u) + (x - mean) * u } else { x * libm::log(x / mean) + (mean - x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masses_add_up() {
        for (n, p) in [(1.0, 0.3), (12.0, 0.5), (60.0, 0.013), (400.0, 0.9)] {
            let (mut sum, mut k) = (0.0, 0.0);
            while k <= n {
                sum += libm::exp(log_pmf(k, n, p, 1.0 - p));
                let (below, above) = (cdf(k, n, p).unwrap_or(f64::NAN), sf(k, n, p).unwrap_or(f64::NAN));
                assert!((sum - below).abs() < 1e-13, "{n} {p} {k}: {sum} {below}");
                assert!((below + above - 1.0).abs() < 1e-13, "{n} {p} {k}");
                k += 1.0;
            }
        }
        assert_eq!((cdf(-1.0, 5.0, 0.5), cdf(5.0, 5.0, 0.5), cdf(1.0, 5.5, 0.5)), (Some(0.0), Some(1.0), None));
    }
}
