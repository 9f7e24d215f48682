//! More than one comparison at a time.

mod dunnett;
mod p_adjust;

pub use dunnett::{Dunnett, dunnett};
pub use p_adjust::{Correction, p_adjust};
