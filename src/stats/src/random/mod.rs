//! Reproducible random numbers for simulations: the same seed gives the same numbers on every machine, to the last bit.

mod binomial;
mod continuous;
mod stream;

pub use continuous::LogNormal;
pub use stream::Random;
