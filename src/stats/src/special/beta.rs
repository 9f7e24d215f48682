//! The regularised incomplete beta function, in logarithms.
//!
//! `I_x(a,b) = x^a y^b / B(a,b) / continued fraction` (the even part of DLMF 8.17.22), `y = 1 − x` given by the caller with all its digits. The
//! prefactor is a deviance plus Stirling errors, as in the incomplete gamma function, so it stays right for a and b of 1e9 and beyond.

use crate::numeric::exact::two_sum;
use crate::numeric::monotone::solve;
use crate::special::gamma::{away_from_zero, log1p_minus, stirling_error};
use crate::special::normal::{self, LN_SQRT_TAU};

/// The fraction needs about `√max(a,b)` steps near the mean; this covers 1e9 and ends whatever the input.
const MOST_STEPS: u32 = 200_000;

/// `I_x(a, b)`, the chance of a Beta(a, b) value up to `x`; `None` outside `0 ≤ x ≤ 1`, `a > 0`, `b > 0`.
#[must_use]
pub fn cdf(x: f64, a: f64, b: f64) -> Option<f64> {
    let in_domain = (0.0..=1.0).contains(&x) && a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite();
    in_domain.then(|| libm::exp(log_cdf(x, 1.0 - x, a, b)))
}

/// The value with chance `p` below it; `None` unless `0 < p < 1`, `a > 0`, `b > 0`.
#[must_use]
pub fn ppf(p: f64, a: f64, b: f64) -> Option<f64> {
    quantile(p, a, b).map(|logit| 1.0 / (1.0 + libm::exp(-logit)))
}

/// The value with chance `q` above it: `ppf(1 − q)` without rounding `1 − q`.
#[must_use]
pub fn upper_quantile(q: f64, a: f64, b: f64) -> Option<f64> {
    quantile(q, b, a).map(|logit| 1.0 / (1.0 + libm::exp(logit)))
}

/// `ln(x/(1−x))` of the value with chance `p` below it, which says both how near to 0 and how near to 1 it lies.
///
/// Newton on the logarithm of the nearer tail as a function of the logit; it is concave there.
pub(crate) fn quantile(p: f64, a: f64, b: f64) -> Option<f64> {
    let sound = p > 0.0 && p < 1.0 && a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite();
    if !sound {
        None
    } else if p < 0.5 {
        lower_quantile(libm::log(p), a, b)
    } else {
        lower_quantile(libm::log(1.0 - p), b, a).map(|logit| -logit)
    }
}

/// For a chance of at most one half, given as its logarithm.
fn lower_quantile(log_p: f64, a: f64, b: f64) -> Option<f64> {
    let log_b = log_beta(a, b);
    let start = if a < 1.0 || b < 1.0 {
        // I_x is about x^a / (a B(a,b)) near 0.
        ((log_p + libm::log(a) + log_b) / a).min(0.0)
    } else {
        let z = normal::ppf(libm::exp(log_p)).unwrap_or(0.0);
        libm::log(a / b) + z * libm::sqrt(1.0 / a + 1.0 / b)
    };
    solve(log_p, start, 4.0, |logit| {
        let odds = libm::exp(logit);
        let (x, y) = if logit < 0.0 {
            (odds / (1.0 + odds), 1.0 / (1.0 + odds))
        } else {
            (1.0 / (1.0 + 1.0 / odds), 1.0 / (1.0 + odds))
        };
        if x <= 0.0 {
            // Where x is no double any more the power law goes on.
            return (a * logit - libm::log(a) - log_b, a);
        }
        let log = log_cdf(x, y, a, b);
        (log, libm::exp(log_density_scale(x, y, a, b) - log))
    })
}

/// `ln B(a, b)`.
pub(crate) fn log_beta(a: f64, b: f64) -> f64 {
    let n = a + b;
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    // ln Γ(large) − ln Γ(n) as a difference of Stirling errors: the huge parts cancel on paper.
    if small < 1.0 && large > 10.0 {
        let stirling = (large - 0.5) * -libm::log1p(small / large) - small * libm::log(n) + small;
        return libm::lgamma(small) + stirling + stirling_error(large) - stirling_error(n);
    }
    LN_SQRT_TAU + stirling_error(a) + stirling_error(b) - stirling_error(n)
        + (a - 0.5) * libm::log(a / n)
        + (b - 0.5) * libm::log(b / n)
        - 0.5 * libm::log(n)
}

/// `ln I_x(a, b)` with `y = 1 − x`.
pub(crate) fn log_cdf(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        f64::NEG_INFINITY
    } else if y <= 0.0 {
        0.0
    } else if x < (a + 1.0) / (a + b + 2.0) {
        log_tail(x, y, a, b).min(0.0)
    } else {
        libm::log1p(-libm::exp(log_tail(y, x, b, a)).min(1.0))
    }
}

fn log_tail(x: f64, y: f64, a: f64, b: f64) -> f64 {
    log_density_scale(x, y, a, b) - libm::log(fraction(x, y, a, b))
}

/// `(a+b)x − a`, how far x lies above the mean, from whichever of x and y is small and so known to all its digits.
fn above_mean(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let (n, rest) = two_sum(a, b);
    if x <= y { libm::fma(x, n, -a) + x * rest } else { -(libm::fma(y, n, -b) + y * rest) }
}

/// `ln [x^a y^b / B(a,b)]`.
pub(crate) fn log_density_scale(x: f64, y: f64, a: f64, b: f64) -> f64 {
    // x/x0 = 1+u and y/y0 = 1+v with x0 = a/(a+b); a·u + b·v = 0, so the linear parts may be dropped from both logarithms.
    let distance = above_mean(x, y, a, b);
    let side =
        |weight: f64, u: f64, ratio: f64| weight * if u.abs() > 0.5 { libm::log(ratio) - u } else { log1p_minus(u) };
    let n = a + b;
    side(a, distance / a, x * n / a)
        + side(b, -distance / b, y * n / b)
        + 0.5 * (libm::log(a) + libm::log(b) - libm::log(n))
        - LN_SQRT_TAU
        - stirling_error(a)
        - stirling_error(b)
        + stirling_error(n)
}

/// The even part of the continued fraction DLMF 8.17.22, by Lentz's method. In terms of the distance from the mean its denominators are sums of positive
/// numbers, where the plain one subtracts two that agree in their first digits as soon as x is near 1.
fn fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let below = 1.0 - above_mean(x, y, a, b);
    let mut value = away_from_zero(a * below / (a + 1.0));
    let (mut c, mut d) = (value, 0.0);
    for step in 1..=MOST_STEPS {
        let m = f64::from(step);
        let odd = a + 2.0 * m - 1.0;
        let share = m * (b - m) * x / odd;
        let numerator = share * ((a + m - 1.0) * (a + b + m - 1.0) * x / odd);
        let denominator = m + share + (a + m) * (below + m * (1.0 + y)) / (odd + 2.0);
        d = 1.0 / away_from_zero(denominator + numerator * d);
        c = away_from_zero(denominator + numerator / c);
        let change = c * d;
        value *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}
