//! Totals per unit: moments, Welch's test, the relative lift.

mod moments;
mod relative_lift;
mod welch_t;

pub use moments::{Moments, Sums};
pub use relative_lift::{Fieller, Lift, fieller_ci, log_lift_ci, relative_lift};
pub use welch_t::{Welch, WelchTest, degrees_of_freedom, welch_t};
