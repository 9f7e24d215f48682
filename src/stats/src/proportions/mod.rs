//! Conversions: tests and intervals for one and two proportions.

mod proportion_ci;
mod proportion_diff_ci;
mod two_proportion_z;

pub use proportion_ci::{ProportionInterval, proportion_ci};
pub use proportion_diff_ci::{DifferenceInterval, proportion_diff_ci};
pub use two_proportion_z::{ProportionVariance, TwoProportionZ, two_proportion_z};
