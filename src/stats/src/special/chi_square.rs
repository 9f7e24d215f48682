//! The chi-square distribution with any positive number of degrees of freedom.
//!
//! `sf(x; k) = Q(k/2, x/2)`, the upper regularised incomplete gamma function.

use crate::special::gamma;

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

fn in_domain(x: f64, df: f64) -> bool {
    x.is_finite() && df.is_finite() && x >= 0.0 && df > 0.0
}
