//! Looking more than once.

mod asymptotic_cs;

pub use asymptotic_cs::{AsymptoticCs, Look, Rho, asymptotic_cs, asymptotic_cs_one_sided};
