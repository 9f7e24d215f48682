//! Totals per unit: moments, Welch's test, the relative lift, ratios, capped values.

mod moments;
pub(crate) mod pair_moments;
pub(crate) mod ratio_delta;
mod relative_lift;
mod welch_t;
mod winsorize;

pub use moments::{Moments, Sums};
pub use pair_moments::{PairMoments, PairSums};
pub use ratio_delta::{RatioDelta, RatioLift, ratio_delta};
pub use relative_lift::{Fieller, Lift, fieller_ci, log_lift_ci, relative_lift};
pub use welch_t::{Welch, WelchTest, degrees_of_freedom, welch_t, welch_t_raw};
pub use winsorize::{Caps, Winsorized, winsorize};
