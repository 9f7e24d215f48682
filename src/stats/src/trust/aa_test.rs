//! A/A tests summed up: do p-values of comparisons without a difference behave?
//!
//! At most alpha of them should reach alpha, judged by the exact binomial test and Clopper and Pearson's interval, and all of them should be uniform, judged by the
//! exact Kolmogorov–Smirnov test. A platform that fails here is broken before any experiment begins. Assumes independent comparisons of a
//! continuous p-value.

use crate::proportions::{ProportionInterval, proportion_ci};
use crate::sample::{Interval, Proportion};
use crate::special::{binomial, kolmogorov};
use alloc::vec::Vec;

/// A/A p-values summed up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AaTest {
    /// Comparisons.
    pub n: f64,
    /// Those with `p ≤ alpha`.
    pub false_positives: f64,
    /// Two-sided: all outcomes no likelier than this one.
    pub binomial_p: f64,
    /// 95 % of Clopper and Pearson for the share of false positives.
    pub rate_interval: Interval,
    /// Largest distance of the p-values' distribution from the uniform one.
    pub ks_statistic: f64,
    /// Its chance or a larger one's.
    pub ks_p: f64,
}

impl AaTest {
    /// Share of false positives.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.false_positives / self.n
    }
}

/// Sums up p-values; `None` without any, with one outside 0…1, or for an alpha that is no level.
#[must_use]
pub fn aa_test(p_values: &[f64], alpha: f64) -> Option<AaTest> {
    let sound = |p: &f64| (0.0..=1.0).contains(p);
    if p_values.is_empty() || !p_values.iter().all(sound) || !(alpha > 0.0 && alpha < 1.0) {
        return None;
    }
    let n = p_values.len() as f64;
    let false_positives = p_values.iter().filter(|p| **p <= alpha).count() as f64;
    let counted = Proportion { n, successes: false_positives };
    let mut ascending: Vec<f64> = p_values.to_vec();
    ascending.sort_unstable_by(f64::total_cmp);
    let far = |(below, p): (usize, &f64)| ((below + 1) as f64 / n - p).max(p - below as f64 / n);
    let ks_statistic = ascending.iter().enumerate().map(far).fold(0.0, f64::max);
    Some(AaTest {
        n,
        false_positives,
        binomial_p: binomial::two_sided_p(false_positives, n, alpha)?,
        rate_interval: proportion_ci(counted, ProportionInterval::ClopperPearson, 0.95)?,
        ks_statistic,
        ks_p: kolmogorov::sf(ks_statistic, p_values.len())?,
    })
}
