//! Adjusted p-values for several comparisons.
//!
//! | | holds | how, p ascending, m tests |
//! |---|---|---|
//! | Bonferroni | family-wise error, any dependence | `m p` |
//! | Holm | the same, never worse | step down, `max_{j≤i} (m−j+1) p_j` |
//! | Hochberg | family-wise error, independent or positively dependent | step up, `min_{j≥i} (m−j+1) p_j` |
//! | Hommel | the same, never worse | closed Simes tests, Wright's (1992) algorithm |
//! | Šidák, Holm–Šidák | family-wise error, independent | `1 − (1−p)^m`, stepped down |
//! | Benjamini–Hochberg | false discovery rate, independent or positively dependent | step up, `min_{j≥i} p_j m/j` |
//! | Benjamini–Yekutieli | false discovery rate, any dependence | the same times `Σ 1/i` |
//!
//! An adjusted p-value is the smallest level at which its comparison is rejected, so `adjusted ≤ α` is the decision. These correct for several comparisons read
//! *once*; reading one comparison several times is another matter ([`group_sequential_bounds`](crate::group_sequential_bounds)).
//! Source: Wright (1992), "Adjusted p-values for simultaneous inference"; Benjamini & Yekutieli (2001).

use alloc::vec;
use alloc::vec::Vec;

/// How to correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// `m p`.
    Bonferroni,
    /// Step-down Bonferroni.
    Holm,
    /// Step-up Bonferroni.
    Hochberg,
    /// Closed Simes tests.
    Hommel,
    /// False discovery rate.
    BenjaminiHochberg,
    /// False discovery rate under any dependence.
    BenjaminiYekutieli,
    /// `1 − (1−p)^m`.
    Sidak,
    /// Step-down Šidák.
    HolmSidak,
}

/// Adjusted p-values in the order given; `None` when one of them is not between 0 and 1.
#[must_use]
pub fn p_adjust(p_values: &[f64], correction: Correction) -> Option<Vec<f64>> {
    if !p_values.iter().all(|p| (0.0..=1.0).contains(p)) {
        return None;
    }
    let mut ascending = p_values.to_vec();
    ascending.sort_unstable_by(f64::total_cmp);
    let m = p_values.len() as f64;
    // (rank from 1, p) in rising order.
    let ranked: Vec<(f64, f64)> = (1_u32..).zip(&ascending).map(|(rank, p)| (f64::from(rank), *p)).collect();
    let each = |of: &dyn Fn(f64, f64) -> f64| ranked.iter().map(|(rank, p)| of(*rank, *p)).collect::<Vec<f64>>();
    let adjusted = match correction {
        Correction::Bonferroni => each(&|_, p| m * p),
        Correction::Sidak => each(&|_, p| sidak(p, m)),
        Correction::Holm => step_down(each(&|rank, p| (m - rank + 1.0) * p)),
        Correction::HolmSidak => step_down(each(&|rank, p| sidak(p, m - rank + 1.0))),
        Correction::Hochberg => step_up(each(&|rank, p| (m - rank + 1.0) * p)),
        Correction::BenjaminiHochberg => step_up(each(&|rank, p| m * p / rank)),
        Correction::BenjaminiYekutieli => {
            let harmonic: f64 = ranked.iter().rev().map(|(rank, _)| 1.0 / rank).sum();
            step_up(each(&|rank, p| harmonic * (m * p / rank)))
        }
        Correction::Hommel => hommel(&ranked),
    };
    // Equal p-values have equal adjusted ones, so each finds its own by its value.
    let of = |p: &f64| adjusted.get(ascending.partition_point(|other| other.total_cmp(p).is_lt())).copied();
    p_values.iter().map(|p| of(p).map(|value| value.min(1.0))).collect()
}

/// `1 − (1−p)^m` with all digits of a small p.
fn sidak(p: f64, m: f64) -> f64 {
    -libm::expm1(m * libm::log1p(-p))
}

/// Nobody's adjusted p is smaller than that of a smaller p.
fn step_down(mut values: Vec<f64>) -> Vec<f64> {
    let mut highest: f64 = 0.0;
    for value in &mut values {
        highest = highest.max(*value);
        *value = highest;
    }
    values
}

/// Nobody's adjusted p is larger than that of a larger p.
fn step_up(mut values: Vec<f64>) -> Vec<f64> {
    let mut lowest: f64 = 1.0;
    for value in values.iter_mut().rev() {
        lowest = lowest.min(*value);
        *value = lowest;
    }
    values
}

/// Wright's algorithm: for every subset size `s`, what Simes's test of the `s` largest p-values says about each p.
fn hommel(ranked: &[(f64, f64)]) -> Vec<f64> {
    let m = ranked.len();
    let simes = |from: &[(f64, f64)], size: f64| {
        from.iter().zip(1_u32..).map(|((_, p), i)| size * p / f64::from(i)).fold(1.0, f64::min)
    };
    let mut adjusted = vec![simes(ranked, m as f64); m];
    for size in (2..m).rev() {
        let whole = size as f64;
        let (smaller, larger) = ranked.split_at(m - size + 1);
        // Simes over the size−1 largest, each at its rank within a subset of this size.
        let above =
            larger.iter().zip(2_u32..).map(|((_, p), rank)| whole * p / f64::from(rank)).fold(f64::INFINITY, f64::min);
        let largest = smaller.last().map_or(1.0, |(_, p)| *p);
        for (value, (_, p)) in adjusted.iter_mut().zip(ranked) {
            *value = value.max(above.min(whole * p.min(largest)));
        }
    }
    for (value, (_, p)) in adjusted.iter_mut().zip(ranked) {
        *value = value.max(*p);
    }
    adjusted
}
