//! Units and clusters when whole clusters are randomised.
//!
//! Units of one cluster resemble each other, so each tells less: `DEFF = 1 + (m − 1) ICC` times the units an individual randomisation needs. Assumes clusters of about
//! one size `m`; for unequal ones give `m (1 + cv²)`. Source: Donner & Klar (2000).

/// What the clusters cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusterSampleSize {
    /// Units needed per unit of an individual randomisation.
    pub design_effect: f64,
    /// Units per arm.
    pub n_per_arm: f64,
    /// Clusters per arm.
    pub clusters_per_arm: f64,
}

/// The sample; `None` unless `−1 ≤ icc ≤ 1`, clusters have at least one unit and the design effect is not negative.
#[must_use]
pub fn cluster_sample_size(icc: f64, cluster_size: f64, n_per_arm_individual: f64) -> Option<ClusterSampleSize> {
    let sound = icc.abs() <= 1.0 && cluster_size >= 1.0 && n_per_arm_individual >= 0.0;
    let design_effect = 1.0 + (cluster_size - 1.0) * icc;
    let n_per_arm = libm::ceil(n_per_arm_individual * design_effect);
    let clusters_per_arm = libm::ceil(n_per_arm / cluster_size);
    (sound && design_effect >= 0.0 && n_per_arm.is_finite() && cluster_size.is_finite()).then_some(ClusterSampleSize {
        design_effect,
        n_per_arm,
        clusters_per_arm,
    })
}
