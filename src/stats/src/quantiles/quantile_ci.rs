//! Intervals for a quantile, from the ranks of the values.
//!
//! - Order statistics: whichever ranks `l < u` a binomial count of values below the quantile stays between with chance `level`,
//!   `l` the largest with `P(Bin(n,q) ≤ l−1) ≤ α/2` and `u` the smallest with `P(Bin(n,q) ≤ u−1) ≥ 1 − α/2`. Exact for any continuous distribution;
//!   with few values an end may not exist.
//! - Normal ranks: `⌊n(q − z s)⌋` and `⌈n(q + z s)⌉`, `s = √(q(1−q)/n)`, kept within 1…n; `se = (x_u − x_l)/(2z)` serves differences and values that
//!   come in clusters.
//!
//! Assumes independent values. Source: David & Nagaraja, *Order Statistics*, 7.1; Deng, Knoblich & Lu, KDD 2018, section 4.

use crate::numeric::within;
use crate::quantiles::type7;
use crate::sample::Interval;
use crate::special::{binomial, normal};

/// A quantile with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileCi {
    /// The estimate, type 7.
    pub estimate: f64,
    /// Rank of the lower end, 1-based; `None` when no value is low enough.
    pub rank_low: Option<f64>,
    /// Rank of the upper end.
    pub rank_high: Option<f64>,
    /// The values at these ranks; infinite where there is none.
    pub interval: Interval,
}

/// The exact interval of ascending values; `None` without values, for a level or a quantile outside 0…1.
#[must_use]
pub fn quantile_ci_exact(ascending: &[f64], q: f64, level: f64) -> Option<QuantileCi> {
    if !(level > 0.0 && level < 1.0 && q > 0.0 && q < 1.0) {
        return None;
    }
    let n = ascending.len() as f64;
    let chance = 0.5 * (1.0 - level);
    let low_enough = |rank: f64| binomial::cdf(rank - 1.0, n, q).is_some_and(|p| p <= chance);
    let high_enough = |rank: f64| binomial::sf(rank - 1.0, n, q).is_some_and(|p| p <= chance);
    let rank_low = last_of(n, low_enough);
    let rank_high = last_of(n, |from_top| high_enough(n + 1.0 - from_top)).map(|from_top| n + 1.0 - from_top);
    Some(QuantileCi {
        estimate: type7(ascending, q)?,
        rank_low,
        rank_high,
        interval: Interval {
            low: rank_low.map_or(Some(f64::NEG_INFINITY), |rank| at(ascending, rank))?,
            high: rank_high.map_or(Some(f64::INFINITY), |rank| at(ascending, rank))?,
        },
    })
}

/// The last rank from 1 on that `holds`, which then fails for all further ones.
fn last_of(n: f64, holds: impl Fn(f64) -> bool) -> Option<f64> {
    let (mut yes, mut no) = (0.0, n + 1.0);
    while no - yes > 1.0 {
        let middle = libm::floor(0.5 * (yes + no));
        if holds(middle) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    (yes > 0.0).then_some(yes)
}

/// The interval by normal ranks and the standard error, for a share of values below the quantile with standard deviation `sd`.
#[must_use]
pub fn quantile_ci_normal(ascending: &[f64], q: f64, sd: f64, level: f64) -> Option<(QuantileCi, f64)> {
    let n = ascending.len() as f64;
    let z = normal::upper_quantile(0.5 * (1.0 - level))?;
    let estimate = type7(ascending, q)?;
    if !(sd >= 0.0 && z > 0.0) {
        return None;
    }
    let rank_low = within(libm::floor(n * (q - z * sd)), 1.0, n);
    let rank_high = within(libm::ceil(n * (q + z * sd)), 1.0, n);
    let interval = Interval { low: at(ascending, rank_low)?, high: at(ascending, rank_high)? };
    let se = (interval.high - interval.low) / (2.0 * z);
    Some((QuantileCi { estimate, rank_low: Some(rank_low), rank_high: Some(rank_high), interval }, se))
}

/// Standard deviation of the share of `n` independent values below their quantile `q`.
#[must_use]
pub fn indicator_sd(q: f64, n: f64) -> f64 {
    libm::sqrt(q * (1.0 - q) / n)
}

fn at(ascending: &[f64], rank: f64) -> Option<f64> {
    ascending.get((rank as usize).checked_sub(1)?).copied()
}
