//! Statistics for experiments: pure `f64` in, pure `f64` out.
//!
//! One method per file, each with its formula, its assumptions and its source. Underneath lie a few distributions, right to
//! the last digits where experiments live: far tails (z = 37), 10⁹ units, fractional degrees of freedom.
//!
//! ```text
//! exact ◀ moments                                    sums and merges that cancel nothing
//! normal ◀ two_proportion_z, proportion_*, relative_lift, sample_size_*
//! gamma ◀ chi_square ◀ srm_chi_square
//! gamma, normal ◀ beta ◀ student_t ◀ welch_t
//! lambert_w ◀ asymptotic_cs                          the interval that may be looked at every day
//! ```
//!
//! Rules of the room:
//! - What does not exist is `None`: no NaN, no infinite standard error, no p-value of a test that cannot be made.
//! - Where p can underflow, its natural logarithm is returned beside it.
//! - Control first; a difference is treatment minus control; a variance has divisor n−1.
//! - Every transcendental is libm's, on every target. std's differ between native code and wasm in the last bit, and the console must
//!   show the digits the API shows.
//! - No allocation, no panic, no dependency on another room.
//!
//! What it deliberately does not do: decide. Which method fits an experiment, what a result allows one to conclude and what it
//! does not, is said in `isoflag-experiments`.
//!
//! ```
//! use isoflag_stats::{Alternative, Proportion, ProportionVariance, two_proportion_z};
//! let control = Proportion { n: 4812.0, successes: 154.0 };
//! let treatment = Proportion { n: 4756.0, successes: 195.0 };
//! let found = two_proportion_z(control, treatment, ProportionVariance::Pooled, Alternative::TwoSided);
//! let (z, p) = found.and_then(|found| found.test).unwrap_or_else(|| unreachable!("both arms have units"));
//! assert!((z - 2.347).abs() < 5e-4 && (p.p_value - 0.0189).abs() < 5e-5);
//! ```

#![no_std]

mod asymptotic_cs;
pub mod beta;
pub mod chi_square;
mod days_remaining;
mod exact;
mod gamma;
mod lambert_w;
mod moments;
pub mod normal;
mod proportion_ci;
mod proportion_diff_ci;
mod relative_lift;
mod sample;
mod sample_size_means;
mod sample_size_proportions;
mod srm_chi_square;
pub mod student_t;
mod two_proportion_z;
mod welch_t;

pub use asymptotic_cs::{AsymptoticCs, Look, Rho, asymptotic_cs, asymptotic_cs_one_sided};
pub use days_remaining::days_remaining;
pub use lambert_w::{lambert_w_m1, lambert_w_m1_of_log};
pub use moments::{Moments, Sums};
pub use proportion_ci::{ProportionInterval, proportion_ci};
pub use proportion_diff_ci::{DifferenceInterval, proportion_diff_ci};
pub use relative_lift::{Fieller, Lift, fieller_ci, log_lift_ci, relative_lift};
pub use sample::{Alternative, Interval, PValue, Proportion, Sample};
pub use sample_size_means::{MeanPlan, sample_size_means};
pub use sample_size_proportions::{ProportionPlan, SampleSize, sample_size_proportions};
pub use srm_chi_square::{Srm, srm_chi_square};
pub use two_proportion_z::{ProportionVariance, TwoProportionZ, normal_p, two_proportion_z};
pub use welch_t::{Welch, WelchTest, degrees_of_freedom, welch_t};
