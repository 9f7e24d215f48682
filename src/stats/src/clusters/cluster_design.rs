//! How much clusters cost: intraclass correlation, design effect, effective sample.
//!
//! One-way analysis of variance within arms: `MSB` over G−2, `MSW` over n−G degrees of freedom, `n_0 = (n − Σ_arms Σ m_i²/n_arm)/(G−2)`,
//! `ICC = (MSB − MSW)/(MSB + (n_0−1) MSW)`, which may be negative. With `cv²` the population variance of cluster sizes over their squared mean m̄,
//! `DEFF = 1 + ((cv² + 1) m̄ − 1) max(ICC, 0)` and `n/DEFF` units count. Assumes clusters of one arm each are randomised; one seen in both arms counts
//! as two. Source: Donner & Klar 2000; Eldridge, Ashby & Kerry, International Journal of Epidemiology 35 (2006).

use crate::clusters::groups::{Groups, Row};
use crate::means::Moments;

/// What the clusters do to the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusterDesign {
    /// Intraclass correlation.
    pub icc: f64,
    /// The cluster size that stands for unequal ones in the ICC.
    pub n0: f64,
    /// Mean cluster size.
    pub mean_size: f64,
    /// Squared coefficient of variation of the sizes.
    pub cv2: f64,
    /// By how much the variance of a mean grows.
    pub design_effect: f64,
    /// Independent units that would say as much.
    pub effective_n: f64,
}

/// The design of these rows; `None` when an arm is empty, no arm has two clusters, no cluster has two units, or all outcomes of an arm are equal.
#[must_use]
pub fn cluster_design(rows: &[Row]) -> Option<ClusterDesign> {
    let groups = Groups::of(rows)?;
    let (mut sizes, mut between, mut weighted) = (Moments::default(), 0.0, 0.0);
    for cluster in &groups.clusters {
        for (arm, n) in cluster.arms.iter().zip([groups.control.n(), groups.treatment.n()]) {
            if arm.units > 0.0 {
                sizes.push(arm.units);
                between += arm.residual * arm.residual / arm.units;
                weighted += arm.units * arm.units / n;
            }
        }
    }
    let (g, n) = (sizes.n(), groups.control.n() + groups.treatment.n());
    if g <= 2.0 || n <= g {
        return None;
    }
    let sum_squares = |arm: &Moments| arm.variance().map_or(0.0, |v| v * (arm.n() - 1.0));
    let all = sum_squares(&groups.control) + sum_squares(&groups.treatment);
    let (msb, msw) = (between / (g - 2.0), (all - between).max(0.0) / (n - g));
    let n0 = (n - weighted) / (g - 2.0);
    let icc = (msb - msw) / (msb + (n0 - 1.0) * msw);
    let mean_size = n / g;
    let cv2 = sizes.variance()? * ((g - 1.0) / g) / (mean_size * mean_size);
    let design_effect = 1.0 + ((cv2 + 1.0) * mean_size - 1.0) * icc.max(0.0);
    icc.is_finite().then_some(ClusterDesign { icc, n0, mean_size, cv2, design_effect, effective_n: n / design_effect })
}
