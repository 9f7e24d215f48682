//! The difference of two arms when whole clusters are randomised or units of one cluster go together.
//!
//! Least squares of y on 1 and treated with a sandwich over clusters. In terms of the arms' means the estimate is a sum over clusters of
//! `ψ_g = a_t r_t/n_t − a_c r_c/n_c`, `r` the cluster's residual sum in an arm of `n` units, and `se² = f Σ ψ_g²`:
//! - CR0: a = f = 1, normal; too small with few clusters.
//! - CR1: `f = G/(G−1)`, CR1S: `× (n−1)/(n−2)`; t with G−1 degrees of freedom.
//! - CR2: `a = (1 − m/n)^(−½)`, m the cluster's units in the arm, unbiased when units are independent and alike; t with Satterthwaite's degrees of
//!   freedom under that working model. The choice for few or unequal clusters.
//!
//! Assumes independent clusters. Source: Bell & McCaffrey, Survey Methodology 28 (2002); Pustejovsky & Tipton, JBES 36 (2018).

use crate::clusters::groups::{Groups, Row};
use crate::coefficient::{Coefficient, coefficient};

/// Which sandwich.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SandwichType {
    /// Plain.
    Cr0,
    /// With G/(G−1).
    Cr1,
    /// With G/(G−1) · (n−1)/(n−2), what Stata reports.
    Cr1s,
    /// Bias-reduced, Satterthwaite degrees of freedom.
    Cr2,
}

/// The difference and the number of clusters; `None` when an arm is empty, there are fewer than two clusters, or the level is no level.
#[must_use]
pub fn cluster_robust(rows: &[Row], kind: SandwichType, level: f64) -> Option<(Coefficient, usize)> {
    let groups = Groups::of(rows)?;
    let clusters = groups.clusters.len();
    let (g, n) = (clusters as f64, groups.control.n() + groups.treatment.n());
    if clusters < 2 {
        return None;
    }
    let units = [groups.control.n(), groups.treatment.n()];
    let variance: f64 = groups
        .clusters
        .iter()
        .map(|cluster| {
            let [control, treatment] = cluster.arms;
            let [control, treatment] = [(control, units[0]), (treatment, units[1])].map(|(arm, n)| {
                let scale = if kind == SandwichType::Cr2 { bias_reduction(arm.units, n) } else { 1.0 };
                scale * arm.residual / n
            });
            let influence = treatment - control;
            influence * influence
        })
        .sum();
    let (factor, df) = match kind {
        SandwichType::Cr0 => (1.0, None),
        SandwichType::Cr1 => (g / (g - 1.0), Some(g - 1.0)),
        SandwichType::Cr1s => (g / (g - 1.0) * ((n - 1.0) / (n - 2.0)), Some(g - 1.0)),
        SandwichType::Cr2 => (1.0, Some(satterthwaite(&groups, units)?)),
    };
    let estimate = groups.treatment.mean_minus(&groups.control)?;
    Some((coefficient(estimate, libm::sqrt(factor * variance), df, level)?, clusters))
}

/// `(1 − m/n)^(−½)`; nothing can be said of a cluster that is a whole arm, and its residual sum is 0 (the generalised inverse).
fn bias_reduction(m: f64, n: f64) -> f64 {
    if m >= n { 0.0 } else { libm::sqrt(n / (n - m)) }
}

/// `(tr P)²/tr P²` of the quadratic form that CR2's variance is in independent residuals.
///
/// `P_ij = δ_ij |p_i|² − Σ_arms q_i q_j`, `|p_i|² = Σ m a²/n²`, `q_i = m a/n^(3/2)`, so that no G×G matrix is needed.
fn satterthwaite(groups: &Groups, units: [f64; 2]) -> Option<f64> {
    let (mut trace, mut squares) = (0.0, 0.0);
    let (mut cc, mut ct, mut tt) = (0.0, 0.0, 0.0);
    for cluster in &groups.clusters {
        let [control, treatment] = cluster.arms;
        let [(own_c, q_c), (own_t, q_t)] = [(control.units, units[0]), (treatment.units, units[1])].map(|(m, n)| {
            let a = bias_reduction(m, n);
            (m * a * a / (n * n), m * a / (n * libm::sqrt(n)))
        });
        let (own, shared) = (own_c + own_t, q_c * q_c + q_t * q_t);
        trace += own - shared;
        squares += own * own - 2.0 * own * shared;
        cc += q_c * q_c;
        ct += q_c * q_t;
        tt += q_t * q_t;
    }
    squares += cc * cc + 2.0 * ct * ct + tt * tt;
    Some(trace * trace / squares).filter(|df| df.is_finite() && *df > 0.0)
}
