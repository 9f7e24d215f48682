//! The incomplete gamma function and the pieces of Stirling's formula it shares with the incomplete beta function.
//!
//! Every tail here is `exp(prefactor) × (a number near 1)`. The prefactor is where digits are lost, as a difference of huge numbers
//! (`a ln x − x − ln Γ(a)`), so it is written as a deviance: `a·(ln(1+u) − u)` with `u = (x−a)/a`, and Stirling's
//! error instead of `ln Γ` (Loader 2000, "Fast and accurate computation of binomial probabilities"). The number near 1
//! is the power series below the mean and Legendre's continued fraction above it (DLMF 8.7.1 and 8.9.2).

use crate::special::normal::LN_SQRT_TAU;

/// Both expansions need about `√a` steps near the mean; this covers a = 1e9 and ends whatever the input.
const MOST_STEPS: u32 = 200_000;

/// `ln(1+u) − u` without cancellation around 0.
pub(crate) fn log1p_minus(u: f64) -> f64 {
    if u.abs() > 0.5 {
        return libm::log1p(u) - u;
    }
    // ln(1+u) = 2 atanh(r), r = u/(2+u); the linear term 2r − u is −r·u exactly.
    let r = u / (2.0 + u);
    let square = r * r;
    let mut sum = 0.0;
    for odd in (1..=20).rev() {
        sum = sum * square + 1.0 / f64::from(2 * odd + 1);
    }
    r * (2.0 * square * sum - u)
}

/// `ln Γ(a) − [(a − ½) ln a − a + ½ ln 2π]`, for a > 0.
pub(crate) fn stirling_error(a: f64) -> f64 {
    if a < 10.0 {
        return libm::lgamma(a) - ((a - 0.5) * libm::log(a) - a + LN_SQRT_TAU);
    }
    let square = a * a;
    let series = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
    ];
    series.iter().rev().fold(0.0, |sum, term| sum / square + term) / a
}

/// `ln [x^a e^(−x) / Γ(a+1)]`; `x` times the density.
pub(crate) fn log_prefactor(a: f64, x: f64) -> f64 {
    let u = (x - a) / a;
    let deviance = if u < -0.5 { libm::log(x / a) - u } else { log1p_minus(u) };
    a * deviance - stirling_error(a) - 0.5 * libm::log(a) - LN_SQRT_TAU
}

/// Natural logarithm of the upper regularised incomplete gamma function `Q(a, x)`, for a > 0 and x ≥ 0.
pub(crate) fn log_upper(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x < a + 1.0 {
        libm::log1p(-libm::exp(log_prefactor(a, x)) * series(a, x))
    } else {
        log_prefactor(a, x) + libm::log(a * fraction(a, x))
    }
}

/// The upper regularised incomplete gamma function `Q(a, x)`, for a > 0 and x ≥ 0.
pub(crate) fn upper(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        1.0
    } else if x < a + 1.0 {
        1.0 - libm::exp(log_prefactor(a, x)) * series(a, x)
    } else {
        libm::exp(log_prefactor(a, x)) * a * fraction(a, x)
    }
}

/// Natural logarithm of the lower function `P(a, x) = 1 − Q(a, x)`, for a > 0 and x ≥ 0.
pub(crate) fn log_lower(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        f64::NEG_INFINITY
    } else if x < a + 1.0 {
        log_prefactor(a, x) + libm::log(series(a, x))
    } else {
        libm::log1p(-libm::exp(log_prefactor(a, x)) * a * fraction(a, x))
    }
}

/// `1 + x/(a+1) + x²/((a+1)(a+2)) + …`
fn series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for step in 1..=MOST_STEPS {
        term *= x / (a + f64::from(step));
        sum += term;
        if term <= sum * f64::EPSILON * 0.25 {
            break;
        }
    }
    sum
}

/// `1/(x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …)))` by Lentz's method.
fn fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut value = d;
    for step in 1..=MOST_STEPS {
        let step = f64::from(step);
        let numerator = -step * (step - a);
        b += 2.0;
        d = 1.0 / away_from_zero(numerator * d + b);
        c = away_from_zero(b + numerator / c);
        let change = c * d;
        value *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}

/// A denominator of exactly zero is replaced by a tiny one, as Lentz's method asks.
pub(crate) fn away_from_zero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_meet_at_the_mean() {
        for a in [0.5, 1.0, 2.5, 10.0, 1e3, 1e6] {
            let x = a + 1.0;
            let below = 1.0 - libm::exp(log_prefactor(a, x)) * series(a, x);
            let above = libm::exp(log_prefactor(a, x)) * a * fraction(a, x);
            assert!((below - above).abs() < 1e-13, "{a}: {below} {above}");
        }
    }

    #[test]
    fn one_exponential_is_exact() {
        for x in [0.1, 1.0, 3.0, 50.0, 700.0, 11_000.0] {
            assert!((log_upper(1.0, x) + x).abs() <= 1e-14 * (1.0 + x), "{x}");
        }
    }

    #[test]
    fn stirling_joins_lgamma() {
        let direct = libm::lgamma(10.0) - (9.5 * libm::log(10.0) - 10.0 + LN_SQRT_TAU);
        assert!((stirling_error(10.0) - direct).abs() < 1e-14);
    }
}
