//! May the data be believed at all.

mod srm_chi_square;

pub use srm_chi_square::{Srm, srm_chi_square};
