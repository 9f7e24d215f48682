//! The chi-square distribution with any positive number of degrees of freedom.
//!
//! `sf(x; k) = Q(k/2, x/2)`, the upper regularised incomplete gamma function.

use crate::numeric::monotone::solve;
use crate::special::{gamma, normal};

/// Chance of a value above `x` with `df` degrees of freedom; `None` unless `df > 0` and `x ≥ 0` are finite.
#[must_use]
pub fn sf(x: f64, df: f64) -> Option<f64> {
    in_domain(x, df).then(|| gamma::upper(0.5 * df, 0.5 * x))
}

/// Natural logarithm of [`sf`]; it goes on where the chance itself is below the smallest double.
#[must_use]
pub fn log_sf(x: f64, df: f64) -> Option<f64> {
    in_domain(x, df).then(|| gamma::log_upper(0.5 * df, 0.5 * x))
}

/// The value with chance `p` below it; `None` unless `0 < p < 1` and `df > 0` is finite.
///
/// Newton on the logarithm of the nearer tail as a function of `ln x`, which is concave, from the Wilson–Hilferty cube.
#[must_use]
pub fn ppf(p: f64, df: f64) -> Option<f64> {
    let z = normal::ppf(p)?;
    if !in_domain(0.0, df) {
        return None;
    }
    let a = 0.5 * df;
    let spread = 2.0 / (9.0 * df);
    let cube = 1.0 - spread + z * libm::sqrt(spread);
    // Far below, P(a, x) is x^a/Γ(a+1).
    let small = (libm::log(p) + libm::lgamma(a + 1.0)) / a;
    let start = if cube > 0.3 { libm::log(a) + 3.0 * libm::log(cube) } else { small };
    let log_x = if p < 0.5 {
        solve(libm::log(p), start, 2.0, |s| {
            let x = libm::exp(s);
            let log = gamma::log_lower(a, x);
            // Where x is no double any more the power law goes on.
            if x > 0.0 {
                (log, a * libm::exp(gamma::log_prefactor(a, x) - log))
            } else {
                (a * s - libm::lgamma(a + 1.0), a)
            }
        })
    } else {
        let upper = |s: f64| {
            let x = libm::exp(s);
            let log = gamma::log_upper(a, x);
            (-log, a * libm::exp(gamma::log_prefactor(a, x) - log))
        };
        solve(-libm::log(1.0 - p), start, 2.0, upper)
    }?;
    Some(2.0 * libm::exp(log_x)).filter(|x| x.is_finite())
}

fn in_domain(x: f64, df: f64) -> bool {
    x.is_finite() && df.is_finite() && x >= 0.0 && df > 0.0
}
