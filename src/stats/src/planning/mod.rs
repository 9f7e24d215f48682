//! Before the experiment: units, power, the smallest effect that can be found, days.

mod days_remaining;
mod sample_size_means;
mod sample_size_proportions;

pub use days_remaining::days_remaining;
pub use sample_size_means::{MeanPlan, sample_size_means};
pub use sample_size_proportions::{ProportionPlan, SampleSize, sample_size_proportions};
