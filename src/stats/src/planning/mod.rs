//! Before the experiment: units, power, the smallest effect that can be found, days.

mod cluster_sample_size;
mod days_remaining;
mod deviations;
mod mde_means;
mod mde_proportions;
mod power_means;
mod power_proportions;
mod sample_size_means;
mod sample_size_proportions;

pub use cluster_sample_size::{ClusterSampleSize, cluster_sample_size};
pub use days_remaining::days_remaining;
pub use deviations::PlanVariance;
pub use mde_means::{MeanMde, mde_means};
pub use mde_proportions::{ProportionMde, mde_proportions};
pub use power_means::{MeanPower, MeanTest, power_means};
pub use power_proportions::{ProportionPower, power_proportions};
pub use sample_size_means::{MeanPlan, sample_size_means};
pub use sample_size_proportions::{ProportionPlan, SampleSize, sample_size_proportions};
