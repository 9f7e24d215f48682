//! Conversions: tests and intervals for one and two proportions.

mod fisher_exact;
mod miettinen_nurminen;
mod proportion_ci;
mod proportion_diff_ci;
mod retention;
mod two_proportion_z;

pub use fisher_exact::fisher_exact;
pub use proportion_ci::{ProportionInterval, proportion_ci};
pub use proportion_diff_ci::{DifferenceInterval, proportion_diff_ci};
pub use retention::{Retention, RetentionWindow, retained};
pub(crate) use two_proportion_z::difference;
pub use two_proportion_z::{ProportionVariance, TwoProportionZ, two_proportion_z};
