//! Guardrails: not worse by more than a margin, not different by more than a band.

mod non_inferiority;
mod tost;

pub use non_inferiority::{Margin, NonInferiority, NonInferiorityVerdict, non_inferiority};
pub use tost::{Tost, tost};
