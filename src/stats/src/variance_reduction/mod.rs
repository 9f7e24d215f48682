//! The same difference, seen more sharply.

mod cuped;
mod post_stratification;
mod regression_adjustment;

pub use cuped::{Cuped, cuped};
pub use post_stratification::{Stratum, post_stratification};
pub use regression_adjustment::{Adjustment, Hc, regression_adjustment};
