//! Statistics for experiments: pure `f64` in, pure `f64` out.
//!
//! One method per file, each with its formula, its assumptions and its source. Underneath lie a few distributions, right to
//! the last digits where experiments live: far tails (z = 37), 10⁹ units, fractional degrees of freedom.
//!
//! ```text
//! numeric                 sums and products that cancel nothing, least squares, quadrature, roots
//! special                 the distributions: normal, t and noncentral t, chi-square, beta, binomial, Kolmogorov
//! sample, p_value         what goes in and what comes out
//! proportions, means, …   the methods, a folder per field: `ls src` is the table of contents
//! ```
//!
//! Rules of the room:
//! - What does not exist is `None`: no NaN, no infinite standard error, no p-value of a test that cannot be made.
//! - Where p can underflow, its natural logarithm is returned beside it.
//! - Control first; a difference is treatment minus control; a variance has divisor n−1.
//! - Every transcendental is libm's, on every target. std's differ between native code and wasm in the last bit, and the console must
//!   show the digits the API shows.
//! - No panic, no dependency on another room; allocation only in methods that take or return lists.
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

extern crate alloc;

mod bayes;
mod clusters;
mod coefficient;
mod guardrails;
mod means;
mod multiple;
mod numeric;
mod p_value;
mod planning;
mod proportions;
mod quantiles;
mod random;
mod sample;
mod sequential;
mod special;
mod switchback;
mod trust;
mod variance_reduction;

pub use bayes::*;
pub use clusters::*;
pub use coefficient::Coefficient;
pub use guardrails::*;
pub use means::*;
pub use multiple::*;
pub use p_value::{Alternative, PValue, chi_square_p, normal_p, t_p};
pub use planning::*;
pub use proportions::*;
pub use quantiles::*;
pub use random::*;
pub use sample::{Interval, Proportion, Sample};
pub use sequential::*;
pub use special::*;
pub use switchback::*;
pub use trust::*;
pub use variance_reduction::*;
