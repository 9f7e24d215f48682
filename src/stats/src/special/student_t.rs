//! Student's t distribution with any positive number of degrees of freedom, fractions and billions included.
//!
//! Few degrees of freedom, or a `t` extreme for them: `sf(t) = ½ I_x(ν/2, ½)`, `x = ν/(ν+t²)`. Otherwise the substitution
//! `w² = ν ln(1+t²/ν)` turns the density into the normal one times a smooth factor,
//! `f(t) dt = C φ(w) √(s/(1−e^(−s))) dw` with `s = w²/ν`, and the power series of that factor is integrated term by term. All terms that
//! matter are positive, so the far tail keeps its relative precision, and the cost does not grow with ν (the continued
//! fraction would need √ν steps near the centre).

use crate::numeric::monotone::solve;
use crate::special::{beta, normal};
use core::f64::consts::{LN_2, PI};

/// From here, and for `s ≤ 1`, the series below is right to the last digits.
const SERIES_FROM_DF: f64 = 100.0;

/// `t/√ν` beyond which the tail is the power law `t^(−ν)` to the last digit, and whose square is still a double.
const FAR: f64 = 1e145;

/// Coefficients of √(s/(1−e^(−s))) in powers of s, from exact fractions: 1, 1/4, 1/96, −1/384, −1/10240, …
const FACTOR: [f64; 18] = [
    1.0,
    0.25,
    0.010_416_666_666_666_666,
    -0.002_604_166_666_666_666_5,
    -9.765_625e-5,
    5.154_079_861_111_111e-5,
    1.275_602_471_891_534_4e-6,
    -1.110_097_087_880_291e-6,
    -1.967_058_400_418_182_2e-8,
    2.483_631_988_471_567_7e-8,
    3.396_661_996_038_674_5e-10,
    -5.690_071_833_942_187e-10,
    -6.337_230_155_667_130_4e-12,
    1.325_131_515_587_890_3e-11,
    1.246_835_896_099_680_4e-13,
    -3.122_999_378_063_188_6e-13,
    -2.546_988_626_356_897e-15,
    7.426_702_350_918_158e-15,
];

/// Chance of a value above `t` with `df` degrees of freedom; `None` unless `t` is finite and `df > 0` is finite.
#[must_use]
pub fn sf(t: f64, df: f64) -> Option<f64> {
    log_upper_tail(t.abs(), df).map(|log| if t < 0.0 { 1.0 - libm::exp(log) } else { libm::exp(log) })
}

/// Natural logarithm of [`sf`], finite for every finite `t` that is not absurdly large.
#[must_use]
pub fn log_sf(t: f64, df: f64) -> Option<f64> {
    log_upper_tail(t.abs(), df).map(|log| if t < 0.0 { libm::log1p(-libm::exp(log)) } else { log })
}

/// Natural logarithm of the chance of a value at least as far from 0 as `t`, on either side.
#[must_use]
pub fn log_two_sided(t: f64, df: f64) -> Option<f64> {
    let tail = log_upper_tail(t.abs(), df)?;
    // Near p = 1 the logarithm is a small number, not the difference of two large ones.
    Some(if t.abs() < 0.5 * libm::sqrt(df).min(1.0) {
        libm::log1p(-centre(t.abs(), df))
    } else {
        (LN_2 + tail).min(0.0)
    })
}

/// The value with chance `p` below it; `None` unless `0 < p < 1` and `df > 0` is finite.
#[must_use]
pub fn ppf(p: f64, df: f64) -> Option<f64> {
    let sound = p > 0.0 && p < 1.0 && df > 0.0 && df.is_finite();
    if !sound {
        None
    } else if p < 0.5 {
        upper(p, df).map(|t| -t)
    } else {
        upper(1.0 - p, df)
    }
}

/// The value with chance `q` above it.
#[must_use]
pub fn upper_quantile(q: f64, df: f64) -> Option<f64> {
    ppf(q, df).map(|t| -t)
}

/// `ln sf(t)` for t ≥ 0.
fn log_upper_tail(t: f64, df: f64) -> Option<f64> {
    let sound = t.is_finite() && df > 0.0 && df.is_finite();
    if !sound {
        return None;
    }
    let ratio = t / libm::sqrt(df);
    let w_squared = df * libm::log1p(ratio * ratio);
    if df >= SERIES_FROM_DF && w_squared <= df {
        return Some(near_normal(libm::sqrt(w_squared), df));
    }
    // x = ν/(ν+t²) and y = t²/(ν+t²), each from whichever of t/√ν and √ν/t does not overflow when squared.
    let (x, y) = if ratio <= 1.0 {
        let square = ratio * ratio;
        (1.0 / (1.0 + square), square / (1.0 + square))
    } else {
        let square = (1.0 / ratio) * (1.0 / ratio);
        (square / (1.0 + square), 1.0 / (1.0 + square))
    };
    let power_law = (ratio / FAR).max(1.0);
    let log = beta::log_cdf(x.max(1.0 / (FAR * FAR)), y, 0.5 * df, 0.5) - LN_2;
    Some(log - df * libm::log(power_law))
}

/// Chance of a value within ±t, for t below ½ and ½√ν: the density's binomial series `2 f(0) t Σ C(−(ν+1)/2, j) (t²/ν)^j/(2j+1)`.
fn centre(t: f64, df: f64) -> f64 {
    let square = t / df * t;
    let (mut term, mut sum, mut j) = (1.0, 1.0, 0.0);
    while j < 60.0 {
        term *= -square * (0.5 * (df + 1.0) + j) / (j + 1.0);
        j += 1.0;
        sum += term / (2.0 * j + 1.0);
        if term.abs() <= 0.1 * f64::EPSILON {
            break;
        }
    }
    // f(0) = 1/(√ν B(ν/2, ½))
    2.0 * t * sum * libm::exp(-beta::log_beta(0.5 * df, 0.5)) / libm::sqrt(df)
}

/// `ln [C ∫_w^∞ φ(u) Σ c_k (u²/ν)^k du]`, the integrals by parts: `J_k = w^(2k−1) φ(w) + (2k−1) J_(k−1)`.
fn near_normal(w: f64, df: f64) -> f64 {
    let log_tail = normal::log_sf(w);
    let hazard = libm::exp(-0.5 * w * w - normal::LN_SQRT_TAU - log_tail);
    let (mut moment, mut whole) = (1.0, 1.0); // J_k / J_0 / ν^k over the tail, and over the whole line
    let (mut tail_sum, mut whole_sum) = (0.0, 0.0);
    let mut power = w;
    for (k, coefficient) in (0_u32..).zip(FACTOR) {
        if k > 0 {
            let odd = f64::from(2 * k - 1);
            moment = (power * hazard + odd * moment) / df;
            whole *= odd / df;
            power *= w * w / df;
        }
        tail_sum += coefficient * moment;
        whole_sum += coefficient * whole;
    }
    log_tail + libm::log(tail_sum / whole_sum)
}

/// The t with `sf(t) = q` for `0 < q ≤ ½`: Newton, around the centre on the chance inside ±t, further out on the logarithm of the tail.
fn upper(q: f64, df: f64) -> Option<f64> {
    if q >= 0.5 {
        return Some(0.0);
    }
    if df == 1.0 {
        // The Cauchy distribution, and below the one other closed form.
        return Some(1.0 / libm::tan(PI * q));
    }
    if df == 2.0 {
        return Some((1.0 - 2.0 * q) / libm::sqrt(2.0 * q * (1.0 - q)));
    }
    let log_top = -beta::log_beta(0.5 * df, 0.5) - 0.5 * libm::log(df);
    // ln(t f(t)) at t = e^s.
    let log_slope = |t: f64| {
        let ratio = t / libm::sqrt(df);
        libm::log(t) + log_top - 0.5 * (df + 1.0) * libm::log1p(ratio * ratio)
    };
    // With the density of the centre all the way the quantile would be this; nearby, the logarithm of the tail would know only its first digits.
    let inside = 1.0 - 2.0 * q;
    let mut t = 0.5 * inside * libm::exp(-log_top);
    if t < 0.3 * libm::sqrt(df).min(1.0) {
        for _ in 0..20 {
            let step = (centre(t, df) - inside) / (2.0 * libm::exp(log_slope(t))) * t;
            t -= step;
            if step.abs() <= 1e-9 * t {
                break;
            }
        }
        return Some(t);
    }
    let z = normal::upper_quantile(q)?;
    let start = if z * z < df && df >= 1.0 {
        libm::log(cornish_fisher(z, df))
    } else {
        // Far out sf(t) is f(0) t/ν (t²/ν)^(−(ν+1)/2).
        0.5 * libm::log(df) + (log_top - 0.5 * libm::log(df) - libm::log(q)) / df
    };
    let log_t = solve(-libm::log(q), start, 1.0, |s| {
        let t = libm::exp(s);
        let log = log_upper_tail(t, df).unwrap_or(f64::NAN);
        (-log, libm::exp(log_slope(t) - log))
    })?;
    Some(libm::exp(log_t)).filter(|t| t.is_finite())
}

/// The quantile from the normal one, `1/ν` expanded to the fourth power (Abramowitz & Stegun 26.7.5).
fn cornish_fisher(z: f64, df: f64) -> f64 {
    let square = z * z;
    let terms = [
        (square + 1.0) / 4.0,
        ((5.0 * square + 16.0) * square + 3.0) / 96.0,
        (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0,
        ((((79.0 * square + 776.0) * square + 1482.0) * square - 1920.0) * square - 945.0) / 92_160.0,
    ];
    z * terms.iter().rev().fold(0.0, |sum, term| (sum + term) / df) + z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_meets_the_fraction() {
        for t in [0.0, 0.3, 1.0, 1.96, 5.0, 9.0] {
            let df = SERIES_FROM_DF;
            let ratio = t * t / df;
            let w = libm::sqrt(df * libm::log1p(ratio));
            let fraction = beta::log_cdf(1.0 / (1.0 + ratio), ratio / (1.0 + ratio), 50.0, 0.5) - LN_2;
            assert!((near_normal(w, df) - fraction).abs() < 2e-14 * (1.0 + t * t), "{t}");
        }
    }

    #[test]
    fn the_quantile_undoes_the_tail() {
        for df in [0.3, 1.0, 2.0, 3.5, 17.0, 99.9, 100.1, 1e4, 5e8, 2e9, 1e15] {
            for q in [0.499, 0.3, 0.1, 0.025, 1e-4, 1e-12, 1e-60] {
                let t = upper_quantile(q, df).unwrap_or(f64::NAN);
                let back = log_sf(t, df).unwrap_or(f64::NAN);
                assert!((back - libm::log(q)).abs() < 1e-11, "{df} {q}: {t}");
            }
        }
    }

    #[test]
    fn the_tail_falls_and_never_leaves_its_range() {
        for df in [0.5, 4.0, 80.0, 150.0, 1e6] {
            let mut last = 0.0;
            for step in 0..4000 {
                let t = f64::from(step) * 0.02;
                let log = log_sf(t, df).unwrap_or(f64::NAN);
                assert!(log <= last + 1e-13 && log.is_finite(), "{df} {t}");
                last = log;
            }
        }
        assert_eq!(sf(f64::NAN, 3.0), None);
        assert_eq!(sf(1.0, 0.0), None);
    }
}
