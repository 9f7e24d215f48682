//! Medians and other quantiles.

mod quantile_ci;
mod quantile_clustered;
mod quantile_diff;
mod type7;

pub use quantile_ci::{QuantileCi, indicator_sd, quantile_ci_exact, quantile_ci_normal};
pub use quantile_clustered::{QuantileClustered, quantile_clustered};
pub use quantile_diff::{QuantileDiff, quantile_diff};
pub use type7::type7;
