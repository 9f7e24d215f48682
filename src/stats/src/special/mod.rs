//! Distributions and the functions under them, right to the last digits where experiments live: far tails (z = 37), 10⁹ units,
//! fractional degrees of freedom.

pub mod beta;
pub mod binomial;
pub mod chi_square;
pub(crate) mod gamma;
pub(crate) mod hypergeometric;
pub mod kolmogorov;
mod lambert_w;
pub mod noncentral_t;
pub mod normal;
pub mod student_t;

pub use lambert_w::{lambert_w_m1, lambert_w_m1_of_log};
